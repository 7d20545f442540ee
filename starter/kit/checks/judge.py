"""The checks by exercise, and how one is carried out.

A check is a function of the candidate that calls it on inputs whose answer is
known exactly. It returns one or two sentences on what it tested, or ends at the
first mistake with wrong("short-id", "what you did, what it does, what to think about").
"""

import dataclasses
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import registry
from ..course import Blank, CourseError
from ..registry import Exercise
from . import draw
from .explanation import explain, still_blank
from .report import NotAsAsked, Report, Wrong, wrong
from .sandbox import undisturbed


@dataclass(frozen=True)
class _Check:
    run: Callable[[Any], str]
    required: tuple[str, ...]
    optional: tuple[str, ...]


CHECKS: dict[str, _Check] = {}


def checks(name: str, required: str = "", optional: str = "") -> Callable:
    """Register the decorated function as the check of that exercise.

    Args:
        name: the exercise, such as "losses.critic_loss".
        required: the parameters it must take, in order, separated by spaces.
        optional: the parameters after those, which have a default.
    """
    registry.exercise(name)

    def register(run: Callable[[Any], str]) -> Callable[[Any], str]:
        CHECKS[name] = _Check(run, tuple(required.split()), tuple(optional.split()))
        return run

    return register


def judge(
    name: str,
    candidate: Any,
    explain_name: Callable[[NameError], tuple[str, str] | None] | None = None,
    seed: int | None = None,
) -> Report:
    """Check one answer.

    Args:
        name: the exercise, such as "losses.critic_loss".
        candidate: the function or class.
        explain_name: gives id and sentences for a name that the answer does not
            know, or None.
        seed: what the examples are drawn from; None takes another at every call.

    Returns:
        A report. Whatever the candidate does, nothing but a press on the stop
        button gets out of here; random generators, torch's switches and the
        process are left as they were, and what the candidate left changed is a
        mistake of its own.

    Raises:
        Unknown: there is no such exercise.
        KeyboardInterrupt: you pressed stop.
    """
    exercise = registry.exercise(name)
    seed = draw.fresh_seed() if seed is None else seed
    importlib.import_module(f"{__package__}.{exercise.module}")
    with undisturbed(seed) as sandbox:
        report = _verdict(exercise, candidate, explain_name)
        if left := sandbox.watch.left_changed():
            report = Report(name, False, *left)
    return dataclasses.replace(report, printed=sandbox.screen.first_lines(), seed=seed)


def _verdict(exercise: Exercise, candidate: Any, explain_name: Callable | None) -> Report:
    """What its check says, or what is to be said of the error that ends it."""
    name, found = exercise.name, CHECKS[exercise.name]
    try:
        _takes(exercise.definition, candidate, found)
        return Report(name, True, "", found.run(candidate))
    except KeyboardInterrupt:
        raise
    except NotAsAsked as other:
        return Report(name, other.done, other.mistake, other.message, works=True)
    except Wrong as mistake:
        return Report(name, False, mistake.mistake, mistake.message)
    except Blank as blank:
        return Report(name, False, "blank", still_blank(blank, exercise))
    except CourseError as error:
        return Report(name, False, "broken-module", str(error))
    except BaseException as error:
        named = explain_name(error) if explain_name and isinstance(error, NameError) else None
        return Report(name, False, *(named or explain(error)))


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
