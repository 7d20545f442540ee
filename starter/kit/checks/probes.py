"""Looking at what comes out of an answer, and comparing it with the truth."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import isclose, isfinite
from typing import Any

import torch
from torch import Tensor

from ..course import Blank, CourseError
from . import draw
from .explanation import cause
from .report import Wrong, wrong


def tensor(value: Any, what: str, shape: tuple[int, ...] | None = None) -> Tensor:
    """The value, if it is a finite tensor of that shape; else the mistake."""
    if value is None:
        wrong("returns-none", f"{_upper(what)} is None. Does your code end with a return?")
    if not isinstance(value, Tensor):
        kind = ("numpy's " if type(value).__module__ == "numpy" else "") + type(value).__name__
        wrong("wrong-type", f"{_upper(what)} is of type {kind}; it should be a tensor of torch.")
    if not value.is_floating_point():
        wrong("wrong-dtype", f"{_upper(what)} has dtype {value.dtype}; it should hold real numbers (floats).")
    if shape is not None and tuple(value.shape) != tuple(shape):
        wrong(
            "wrong-shape",
            f"{_upper(what)} has shape {tuple(value.shape)}; it should have shape {tuple(shape)}.",
        )
    if not torch.isfinite(value.detach()).all():
        wrong("not-finite", f"{_upper(what)} contains NaN or infinity on ordinary inputs.")
    return value


def near(observed: Any, expected: Any, tolerance: float = 1e-4) -> bool:
    """Whether all numbers agree up to the tolerance, relative for large ones."""
    observed = torch.as_tensor(observed).detach().double()
    expected = torch.as_tensor(expected).detach().double()
    return observed.shape == expected.shape and torch.allclose(observed, expected, rtol=tolerance, atol=tolerance)


def apart(groups: Iterable[Sequence[Any]], tolerance: float = 1e-3) -> bool:
    """Whether all these numbers are finite, and none is near one of another group: so a value names its mistake."""
    numbers = [[float(value) for value in group] for group in groups]
    return all(isfinite(number) for group in numbers for number in group) and not any(
        isclose(a, b, rel_tol=tolerance) for one, other in combinations(numbers, 2) for a in one for b in other
    )


def expect(observed: Tensor, expected: Any, what: str, tolerance: float = 1e-4) -> None:
    """The generic comparison, for wrong values that no other id fits."""
    if not near(observed, expected, tolerance):
        wrong("wrong-value", f"{_upper(what)} should be {show(expected)}, but yours is {show(observed)}.")


def show(value: Any) -> str:
    """A number or a small tensor, rounded, for a message."""
    value = torch.as_tensor(value).detach()
    if value.ndim == 0:
        return f"{value.item():.4g}"
    if value.numel() <= 8 and value.ndim == 1:
        return "[" + ", ".join(f"{number:.4g}" for number in value.tolist()) + "]"
    return f"a tensor of shape {tuple(value.shape)} with mean {value.double().mean().item():.4g}"


def kind(value: Any) -> str:
    """What sort of thing it is, for a message."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    return f"a value of type {type(value).__name__}"


def seed(number: int) -> None:
    """Start the CPU's random numbers again; other devices are not touched."""
    draw.for_answers(number)


@contextlib.contextmanager
def blaming(mistake: str, message: str) -> Iterator[None]:
    """Give any error inside this id, and the message with the error's text after it."""
    try:
        yield
    except (Wrong, Blank, CourseError):
        raise
    except Exception as error:
        wrong(mistake, f"{message} {cause(error)}")


def _upper(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
