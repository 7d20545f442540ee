"""What all checks share.

A check is a function of the candidate that calls it on inputs whose answer is
known exactly. It returns one or two sentences on what it tested, or ends at the
first mistake with wrong("short-id", "what you did, what it does, what to think about").
"""

import contextlib
import dataclasses
import html
import importlib
import inspect
import io
import os
import random
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from .. import answers, course, modules, names, registry
from ..course import Blank

_NOT_THEIRS = (  # files in these folders are not the student's
    str(Path(__file__).resolve().parents[1]) + os.sep,
    str(Path(os.__file__).resolve().parent) + os.sep,
    str(Path(torch.__file__).resolve().parents[1]) + os.sep,
)


@dataclass(frozen=True, repr=False)
class Report:
    """What a check found.

    Attributes:
        name: the exercise, such as "losses.critic_loss".
        passed: whether the answer is right.
        mistake: short id of the mistake, "" when passed.
        message: one to three sentences: the mistake, or what was tested.
        note: what became of the answer, such as where it was saved.
        printed: the first lines that the answer printed, "" if none.
    """

    name: str
    passed: bool
    mistake: str
    message: str
    note: str = ""
    printed: str = ""

    def __str__(self) -> str:
        verdict = "right" if self.passed else f"not yet right ({self.mistake})"
        printed = f"Your code printed:\n{self.printed}".replace("\n", "\n    ") if self.printed else ""
        return "\n  ".join(filter(None, [f"{self.name}: {verdict}", self.message, printed, self.note]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        mark, colour = ("&#10003;", "#009E73") if self.passed else ("&#10007;", "#D55E00")
        verdict = "right" if self.passed else f"not yet right ({html.escape(self.mistake)})"
        printed = f"<br>Your code printed:<pre>{html.escape(self.printed)}</pre>" if self.printed else ""
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:4px 12px;margin:4px 0">'
            f"<b>{mark} {html.escape(self.name)}: "
            f"{verdict}</b><br>{_html(self.message)}{printed}<br><small>{_html(self.note)}</small></div>"
        )


class Wrong(Exception):
    """Ends a check: the candidate makes this mistake."""

    def __init__(self, mistake: str, message: str) -> None:
        super().__init__(message)
        self.mistake, self.message = mistake, message


def wrong(mistake: str, message: str) -> NoReturn:
    """End the check with this mistake."""
    raise Wrong(mistake, message)


@dataclass(frozen=True)
class _Check:
    run: Callable[[Any], str]
    required: tuple[str, ...]
    optional: tuple[str, ...]


_CHECKS: dict[str, _Check] = {}


def checks(name: str, required: str = "", optional: str = "") -> Callable:
    """Register the decorated function as the check of that exercise.

    Args:
        name: the exercise, such as "losses.critic_loss".
        required: the parameters it must take, in order, separated by spaces.
        optional: the parameters after those, which have a default.
    """
    registry.exercise(name)

    def register(run: Callable[[Any], str]) -> Callable[[Any], str]:
        _CHECKS[name] = _Check(run, tuple(required.split()), tuple(optional.split()))
        return run

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
    with undisturbed() as screen:
        try:
            if candidate is None:
                candidate = _in_use(exercise)
                screen.clear()
            with modules.held():
                _takes(exercise.definition, candidate, _CHECKS[name])
                report = Report(name, True, "", _CHECKS[name].run(candidate))
        except KeyboardInterrupt:
            raise
        except Wrong as mistake:
            report = Report(name, False, mistake.mistake, mistake.message)
        except Blank as blank:
            report = Report(name, False, "blank", _blank(blank, exercise))
        except course.CourseError as error:
            report = Report(name, False, "broken-module", str(error))
        except BaseException as error:
            report = Report(name, False, *(_unknown_name(exercise, error) or _explain(error)))
    return dataclasses.replace(report, printed=screen.first_lines())


def _in_use(exercise: registry.Exercise) -> Any:
    module = modules.module_of(exercise)
    if not hasattr(module, exercise.definition):
        wrong(
            "definition-missing",
            f"The file {Path(module.__file__).name} that the course uses now holds no {exercise.definition}. "
            f"Run its cell in sheet {exercise.sheet}.",
        )
    text = modules.text_in_use(exercise)
    if left := answers.leftover_blanks(text) if text else []:
        where = f" of {left[0][1]}" if left[0][1] else ""
        wrong(
            "blank-left",
            f"A line{where} still says raise Blank(...), and Python stops there. Take it out once your own lines "
            "stand there.",
        )
    return getattr(module, exercise.definition)


def _takes(definition: str, candidate: Any, check: _Check) -> None:
    """See that it can be called as documented, by position and by name."""
    if not callable(candidate):
        wrong("not-callable", f"{definition} is of type {type(candidate).__name__}, which cannot be called.")
    try:
        signature = inspect.signature(candidate)
    except (TypeError, ValueError):
        return
    required = {name: name for name in check.required}
    optional = {name: name for name in check.optional}
    documented = f"{definition}({', '.join((*required, *(f'{name}=...' for name in optional)))})"
    try:
        signature.bind(*required)
        by_position = signature.bind(*required, **optional).arguments
        by_name = signature.bind(**required, **optional).arguments
    except TypeError as error:
        wrong(
            "wrong-arguments",
            f"It is called as {documented}, by position or by name, but yours takes {signature}: {error}. "
            "Keep the names, their order and their defaults.",
        )
    kinds = {name: parameter.kind.name for name, parameter in signature.parameters.items()}
    starred = any(kind.startswith("VAR") for kind in kinds.values())
    order = [name for name in kinds if name in (*required, *optional) and kinds[name] != "KEYWORD_ONLY"]
    misplaced = order != [name for name in (*required, *optional) if name in order]
    if misplaced or (by_position != by_name and not starred):
        wrong(
            "wrong-arguments",
            f"It is called as {documented}, but yours takes {signature}. Keep the order of the parameters.",
        )


# What a check is made of -----------------------------------------------------


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


def seed(number: int) -> None:
    """Start the CPU's random numbers again; other devices are not touched."""
    torch.default_generator.manual_seed(number)


@contextlib.contextmanager
def blaming(mistake: str, message: str) -> Iterator[None]:
    """Give any error inside this id, and the message with the error's text after it."""
    try:
        yield
    except (Wrong, Blank, course.CourseError):
        raise
    except Exception as error:
        wrong(mistake, f"{message} The error is {_text(error)}{_where(error) or '.'}")


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
            saved.append((module, definition, vars(module).get(definition, saved)))
            setattr(module, definition, replacement)
        yield
    finally:
        for module, definition, value in saved:
            if value is saved:  # there was none
                delattr(module, definition)
            else:
                setattr(module, definition, value)


_SWITCHES: tuple[tuple[Callable, Callable], ...] = (  # how to read it, how to set it
    (torch.get_default_dtype, torch.set_default_dtype),
    (torch.get_num_threads, torch.set_num_threads),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly),
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (torch.is_grad_enabled, torch.set_grad_enabled),
)
_GENERATORS: tuple[tuple[Callable, Callable], ...] = (
    (random.getstate, random.setstate),
    (np.random.get_state, np.random.set_state),
    (torch.get_rng_state, torch.set_rng_state),
)


class Screen(io.StringIO):
    """Takes what an answer prints, as far as anybody would read it."""

    _MOST = 20_000  # characters

    def write(self, text: str) -> int:
        super().write(str(text)[: max(0, self._MOST - self.tell())])
        return len(text)

    def clear(self) -> None:
        """Forget what was printed so far."""
        self.seek(0)
        self.truncate()

    def first_lines(self, most: int = 6) -> str:
        """The first lines, each once, because a check calls an answer many times."""
        lines = [line[:200] for line in self.getvalue().split("\n") if line.strip()]
        different = list(dict.fromkeys(lines))
        more = f"\n... ({len(lines)} lines in all)" if len(different) > most else ""
        return "\n".join(different[:most]) + more


@contextlib.contextmanager
def undisturbed() -> Iterator[Screen]:
    """Leave random generators, torch's switches and the screen as they were.

    Inside, random numbers start from the same seed at every call, and torch
    computes on the CPU in float32 with gradients.

    Yields:
        What takes all that is printed inside.
    """
    screen = Screen()
    states = [(write, read()) for read, write in _GENERATORS]
    if torch.cuda.is_initialized():
        states.append((torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all()))
    switches = [(read, write, read()) for read, write in _SWITCHES]
    device = torch.get_default_device()
    try:
        seed(0)
        torch.set_default_dtype(torch.float32)
        with (
            contextlib.ExitStack() as stack,
            torch.inference_mode(False),
            torch.enable_grad(),
            warnings.catch_warnings(),
            contextlib.redirect_stdout(screen),
            contextlib.redirect_stderr(screen),
        ):
            if device.type != "cpu":
                stack.enter_context(torch.device("cpu"))
            warnings.simplefilter("ignore")
            yield screen
    finally:
        if torch.get_default_device() != device:
            torch.set_default_device(None if device.type == "cpu" else device)
        for read, write, value in switches:
            if read() != value:
                write(value)
        for write, state in states:
            write(state)


# Words for exceptions --------------------------------------------------------

_KNOWN = (  # type, pattern in its text, id, message
    (
        AttributeError,
        "'tuple' object has no attribute",
        "tuple-not-unpacked",
        "You use a tuple as if it were a tensor. torch.autograd.grad returns a tuple with one entry per "
        "input, even for one input: take the entry out of it.",
    ),
    (
        RuntimeError,
        "does not require grad and does not have a grad_fn",
        "no-graph",
        "torch recorded nothing to differentiate: nothing that went into the computation requires grad, or "
        "it ran under no_grad or after a detach.",
    ),
    (
        RuntimeError,
        "One of the differentiated Tensors does not require grad",
        "input-not-tracked",
        "You differentiate with respect to a tensor that does not require grad. Data usually does not: "
        "switch it on, for a copy, before you compute with it.",
    ),
    (
        RuntimeError,
        "appears to not have been used in the graph",
        "not-in-the-graph",
        "You differentiate with respect to a tensor from which the result was not computed. A detach or a "
        "clone is a new tensor: compute with the very one that you differentiate in.",
    ),
    (
        RuntimeError,
        "grad can be implicitly created only for scalar outputs",
        "not-a-scalar",
        "You differentiate a whole vector. Autograd starts from one number: reduce the vector first.",
    ),
    (
        RuntimeError,
        "Mismatch in shape: grad_output",
        "grad-outputs-shape",
        "The grad_outputs that you give to autograd do not have the shape of the scores, which may be (n,) "
        "or (n, 1). Let the scores themselves say the shape.",
    ),
    (
        RuntimeError,
        "Trying to backward through the graph a second time",
        "graph-used-twice",
        "Two backward passes use the same graph, and the first one frees it. "
        "Add what you want to differentiate, then go backward once.",
    ),
    (
        RuntimeError,
        "leaf Variable that requires grad is being used in an in-place operation",
        "in-place-under-grad",
        "torch refuses to change a parameter in place while it records for autograd. Changing weights is "
        "bookkeeping, not part of the loss: switch the recording off for it.",
    ),
    (
        AttributeError,
        r"before Module.__init__\(\) call",
        "no-super",
        "You assign layers before the module itself is set up. The first line of __init__ has to call the "
        "__init__ of nn.Module.",
    ),
    (
        NotImplementedError,
        'missing the required "forward" function',
        "no-forward",
        "The class has no method called forward (or it is not indented into the class), so the network "
        "cannot be called.",
    ),
    (RecursionError, "", "endless-recursion", "Your code calls itself without end."),
)


def _explain(error: BaseException) -> tuple[str, str]:
    for kind, pattern, mistake, message in _KNOWN:
        if isinstance(error, kind) and re.search(pattern, _text(error)):
            return mistake, f"{message}{_where(error)}"
    return "error", f"Your code stops with {_text(error)}{_where(error) or '.'}"


def _unknown_name(exercise: registry.Exercise, error: BaseException) -> tuple[str, str] | None:
    """What to say of a name that an answer in the student's file does not know; None for other errors."""
    text = modules.text_in_use(exercise)
    if not isinstance(error, NameError) or isinstance(error, UnboundLocalError) or not error.name or not text:
        return None
    return names.explain(exercise, text, [error.name], vars(modules.module_of(exercise)), {})


def _text(error: BaseException) -> str:
    """Type and first line of an error."""
    try:
        text = str(error).strip().split("\n")[0][:200].rstrip(".")
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _where(error: BaseException) -> str:
    """The innermost line of the student's own code on the way to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        name = frame.filename
        if not name.startswith("<frozen") and not os.path.realpath(name).startswith(_NOT_THEIRS):
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
