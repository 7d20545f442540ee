"""What all checks share.

A check is a function of the candidate that calls it on inputs whose answer is
known exactly. It returns one sentence on what it tested, or ends at the first
mistake with wrong("short-id", "what you did, what it does, what to think about").
"""

import contextlib
import html
import importlib
import io
import os
import random
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from .. import registry
from ..blanks import Blank

_KIT = str(Path(__file__).resolve().parents[1]) + os.sep
_TESTS: dict[str, Callable[[Any], str]] = {}


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes:
        name: the exercise, such as "losses.critic_loss".
        passed: whether the answer is right.
        mistake: short id of the mistake, "" when passed.
        message: one to three sentences: the mistake, or what was tested.
    """

    name: str
    passed: bool
    mistake: str
    message: str

    def __str__(self) -> str:
        verdict = "right" if self.passed else f"not yet right ({self.mistake})"
        return f"{self.name}: {verdict}\n  {self.message}"

    def _repr_html_(self) -> str:
        mark, colour = ("&#10003;", "#009E73") if self.passed else ("&#10007;", "#D55E00")
        verdict = "right" if self.passed else f"not yet right ({html.escape(self.mistake)})"
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:4px 12px;margin:4px 0">'
            f"<b>{mark} {html.escape(self.name)}: {verdict}</b><br>{_html(self.message)}</div>"
        )


class Wrong(Exception):
    """Ends a check: the candidate makes this mistake."""

    def __init__(self, mistake: str, message: str) -> None:
        super().__init__(message)
        self.mistake, self.message = mistake, message


def wrong(mistake: str, message: str) -> NoReturn:
    """End the check with this mistake."""
    raise Wrong(mistake, message)


def checks(name: str) -> Callable:
    """Register the decorated function as the check of that exercise."""
    registry.exercise(name)

    def register(test: Callable[[Any], str]) -> Callable[[Any], str]:
        _TESTS[name] = test
        return test

    return register


def check(name: str, candidate: Any = None) -> Report:
    """Check one answer.

    Args:
        name: the exercise, such as "losses.critic_loss".
        candidate: the function or class; None takes the one that the course
            uses now.

    Returns:
        A report. Whatever the candidate does, nothing but a press on the stop
        button gets out of here, and random generators, grad mode, default
        dtype and thread count are left as they were.

    Raises:
        KeyError: there is no such exercise.
        KeyboardInterrupt: you pressed stop.
    """
    exercise = registry.exercise(name)
    importlib.import_module(f"{__package__}.{exercise.module}")
    with undisturbed():
        try:
            if candidate is None:
                module = importlib.import_module(f"starter.{exercise.module}")
                candidate = getattr(module, exercise.definition)
            return Report(name, True, "", _TESTS[name](candidate))
        except Wrong as mistake:
            return Report(name, False, mistake.mistake, mistake.message)
        except Blank as blank:
            return Report(name, False, "blank", _blank(blank, exercise))
        except (Exception, SystemExit) as error:
            return Report(name, False, *_explain(error))


# What a check is made of -----------------------------------------------------


def call(function: Callable, *args: Any, **kwargs: Any) -> Any:
    """Call the candidate and make sure that it leaves its tensors alone."""
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
                "input-changed",
                "Your code switches requires_grad on a tensor that it was given, and the caller "
                "would find it switched. Do that to a detached copy.",
            )
    return result


def tensor(value: Any, what: str, shape: tuple[int, ...] | None = None) -> Tensor:
    """The value, if it is a finite tensor of that shape; else the mistake."""
    if value is None:
        wrong("returns-none", f"{_upper(what)} is None. Does your code end with a return?")
    if not isinstance(value, Tensor):
        wrong("wrong-type", f"{_upper(what)} is a {type(value).__name__}; it should be a tensor.")
    if shape is not None and tuple(value.shape) != tuple(shape):
        wrong("wrong-shape", f"{_upper(what)} has shape {tuple(value.shape)}; it should have shape {tuple(shape)}.")
    if not torch.isfinite(value.detach()).all():
        wrong("not-finite", f"{_upper(what)} contains NaN or infinity on ordinary inputs.")
    return value


def near(observed: Any, expected: Any, tolerance: float = 1e-4) -> bool:
    """Whether all numbers agree up to the tolerance, relative for large ones."""
    observed = torch.as_tensor(observed).detach().double()
    expected = torch.as_tensor(expected).detach().double()
    return observed.shape == expected.shape and torch.allclose(
        observed, expected, rtol=tolerance, atol=tolerance
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


@contextlib.contextmanager
def standins(**replacements: Callable) -> Iterator[None]:
    """Put stand-ins in the place of other exercises while one is checked.

    Names are written module__definition, for instance
    standins(losses__critic_loss=...). So the check works whether or not the
    other exercises are filled in, and blames only the one under test.
    """
    saved = []
    try:
        for name, replacement in replacements.items():
            module = importlib.import_module(f"starter.{name.split('__')[0]}")
            definition = name.split("__")[1]
            saved.append((module, definition, getattr(module, definition)))
            setattr(module, definition, replacement)
        yield
    finally:
        for module, definition, value in saved:
            setattr(module, definition, value)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Leave random generators, torch's switches and the screen as they were."""
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    limit, grad = sys.getrecursionlimit(), torch.is_grad_enabled()
    torch.manual_seed(0)
    torch.set_grad_enabled(True)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)
        sys.setrecursionlimit(limit)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)


# Words for exceptions --------------------------------------------------------

_KNOWN = (  # type, pattern in its text, id, message
    (
        AttributeError,
        "'tuple' object has no attribute",
        "tuple-not-unpacked",
        "torch.autograd.grad returns a tuple with one entry per input, even for one input. Take the entry out of it.",
    ),
    (
        RuntimeError,
        "does not require grad and does not have a grad_fn|One of the differentiated Tensors does not require grad",
        "no-graph",
        "torch recorded nothing to differentiate. Either the tensor you differentiate in does not "
        "require grad, or the computation runs under no_grad or after a detach.",
    ),
    (
        RuntimeError,
        "grad can be implicitly created only for scalar outputs",
        "not-a-scalar",
        "You differentiate a whole vector. Autograd starts from one number: reduce the vector first.",
    ),
    (
        RuntimeError,
        "Trying to backward through the graph a second time",
        "graph-used-twice",
        "Two backward passes use the same graph, and the first one frees it. "
        "Add what you want to differentiate, then go backward once.",
    ),
    (RecursionError, "", "endless-recursion", "Your code calls itself without end."),
)


def _explain(error: BaseException) -> tuple[str, str]:
    where = _where(error)
    for kind, pattern, mistake, message in _KNOWN:
        if isinstance(error, kind) and re.search(pattern, str(error)):
            return mistake, f"{message}{where}"
    text = str(error).strip().split("\n")[0][:200]
    return "error", f"Your code stops with {type(error).__name__}: {text}{where}"


def _where(error: BaseException) -> str:
    """The innermost line of the student's own code on the way to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        ours = frame.filename.startswith((_KIT, sys.prefix, sys.base_prefix, "<frozen"))
        if not ours and "site-packages" not in frame.filename:
            code = f": {frame.line.strip()}" if frame.line else ""
            return f" (line {frame.lineno} of your code{code})"
    return ""


def _blank(blank: Blank, exercise: registry.Exercise) -> str:
    if blank.name == exercise.name:
        return f"Still blank. Fill it in in sheet {exercise.sheet}."
    return f"Your code calls {blank.name}, which is still blank (sheet {blank.sheet})."


def _upper(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _html(message: str) -> str:
    return html.escape(message).replace("\n", "<br>")
