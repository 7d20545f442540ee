"""What an answer earns where nbgrader or Otter grades a sheet. The locked cells below the exercises call it.

It is the same check that the cell of the exercise has run. Points are not decided here: they stand in the locked cell.
"""

import contextlib
import io
import warnings
from typing import Any

from .. import registry
from ..course import BrokenModule
from . import answers, modules
from .fill import not_taken
from .progress import Standing, standing
from .verdict import check


class Unearned(AssertionError):
    """An answer that earns nothing. In a notebook it shows as its sentences, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"AssertionError: {self}"]


def graded(name: str, definition: Any, right: float, other: float = 0.0) -> float:
    """Check an answer, print what the check says, and give its points.

    Args:
        name: the exercise, such as "losses.critic_loss".
        definition: what the sheet's cell defined; None if it defined nothing.
        right: points of a right answer.
        other: points of an answer that works but is not as asked.

    Raises:
        Unearned: the answer is blank, borrowed or wrong; the message is that of its check.
    """
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):  # what is said there would cost points
        warnings.simplefilter("ignore")
        found = _standing(registry.exercise(name), definition)
    if found.state not in ("done", "other"):
        raise Unearned(f"{name} {_SAID[found.state].format(found)}")
    said = "is right." if found.state == "done" else f"works, but is not as asked ({found.mistake})."
    print(f"{name} {said} {found.message}")
    return right if found.state == "done" else other


_SAID = {
    "blank": "is still blank.",
    "borrowed": "is borrowed, and earns no points.",
    "broken": "does not load. {0.message}",
    "wrong": "is not yet right ({0.mistake}). {0.message}",
}


def _standing(exercise: registry.Exercise, definition: Any) -> Standing:
    """How the sheet's own definition stands, whichever answer the course has in use."""
    if exercise.name in not_taken:
        return Standing(exercise, "wrong", *not_taken[exercise.name])
    if definition is None:
        return Standing(exercise, "borrowed" if _is_borrowed(exercise) else "blank")
    if definition is getattr(modules.module_of(exercise), exercise.definition, None):
        return standing(exercise)
    report = check(exercise.name, definition)
    state = "done" if report.passed else "other" if report.works else "wrong"
    return Standing(exercise, state, report.mistake, report.message)


def _is_borrowed(exercise: registry.Exercise) -> bool:
    try:
        return answers.state(exercise) == "borrowed"
    except BrokenModule:
        return False
