"""What a check is made of: calling an answer, looking at what comes out, comparing it with the truth."""

import contextlib
import importlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from ..course import Blank, CourseError
from .explanation import text, where
from .report import Wrong, wrong


def call(function: Callable, *args: Any, **kwargs: Any) -> Any:
    """Call the candidate and make sure that it leaves its tensors alone.

    It gets copies, so that damage to them does not reach the next call.
    """
    args = tuple(_copy(value) for value in args)
    kwargs = {name: _copy(value) for name, value in kwargs.items()}
    tensors = [value for value in (*args, *kwargs.values()) if isinstance(value, Tensor)]
    before = [(tensor.detach().clone(), tensor.requires_grad) for tensor in tensors]
    result = function(*args, **kwargs)
    for tensor, (values, requires_grad) in zip(tensors, before, strict=True):
        if not torch.equal(tensor.detach(), values):
            wrong(
                "input-changed",
                "Your code changes the values of a tensor that it was given. "
                "The caller still needs it: make a new tensor instead.",
            )
        if tensor.requires_grad != requires_grad:
            wrong(
                "requires-grad-switched",
                "Your code switches requires_grad on a tensor that it was given, and the caller "
                "would find it switched. Do that to a detached copy.",
            )
        if tensor.is_leaf and tensor.grad is not None:
            wrong(
                "gradient-left-behind",
                "Your code leaves a gradient in .grad of a tensor that it was given, where a later backward "
                "pass would add to it. Work on a detached copy, or ask autograd for the gradient itself.",
            )
    return result


def _copy(value: Any) -> Any:
    return value.clone() if isinstance(value, Tensor) and not value.requires_grad else value


def tensor(value: Any, what: str, shape: tuple[int, ...] | None = None) -> Tensor:
    """The value, if it is a finite tensor of that shape; else the mistake."""
    if value is None:
        wrong("returns-none", f"{_upper(what)} is None. Does your code end with a return?")
    if not isinstance(value, Tensor):
        wrong("wrong-type", f"{_upper(what)} is of type {type(value).__name__}; it should be a tensor.")
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
    torch.default_generator.manual_seed(number)


@contextlib.contextmanager
def blaming(mistake: str, message: str) -> Iterator[None]:
    """Give any error inside this id, and the message with the error's text after it."""
    try:
        yield
    except (Wrong, Blank, CourseError):
        raise
    except Exception as error:
        wrong(mistake, f"{message} The error is {text(error)}{where(error) or '.'}")


@contextlib.contextmanager
def standins(**replacements: Callable) -> Iterator[None]:
    """Put stand-ins in the place of other exercises while one is checked.

    Names are written module__definition, for instance
    standins(losses__critic_loss=...). So the check works whether or not the
    other exercises are filled in, and blames only the one under test.
    """
    saved: list[tuple[ModuleType, str, object]] = []
    try:
        for name, replacement in replacements.items():
            module = importlib.import_module(f"starter.{name.split('__')[0]}")
            definition = name.split("__")[1]
            saved.append((module, definition, vars(module).get(definition, saved)))
            setattr(module, definition, replacement)
        yield
    finally:
        for module, definition, value in saved:
            if value is saved:  # there was none
                delattr(module, definition)
            else:
                setattr(module, definition, value)


def _upper(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
