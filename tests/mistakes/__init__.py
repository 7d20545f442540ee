"""Wrong answers, one file per exercise, each with the id that the check must give it.

@wrong("id") marks an answer that must be caught under that id, @right one that
must pass although it is not written like the reference. Every answer stands as
a student would write it; its name does not matter.
"""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    exercise: str
    label: str
    candidate: Any
    mistake: str  # "" for a right answer


ANSWERS: dict[str, list[Answer]] = defaultdict(list)


def _collect(mistake: str) -> Callable:
    def keep(candidate: Any) -> Any:
        module, exercise = candidate.__module__.split(".")[-1].split("__")
        name = f"{module}.{exercise}"
        ANSWERS[name].append(Answer(name, candidate.__name__, candidate, mistake))
        return candidate

    return keep


def wrong(mistake: str) -> Callable:
    """The answer below must be caught under this id."""
    return _collect(mistake)


def right(candidate: Any) -> Any:
    """The answer below must pass."""
    return _collect("")(candidate)


def everything() -> list[Answer]:
    """All answers, file by file in alphabetical order."""
    names = (found.name for found in pkgutil.iter_modules(__path__))
    for module in sorted(name for name in names if not name.startswith("__")):
        importlib.import_module(f"{__name__}.{module}")
    return [answer for name in sorted(ANSWERS) for answer in ANSWERS[name]]


def listing() -> list[tuple[str, str, str]]:
    """(exercise, label, id of the mistake or "right") of every answer, for a table."""
    return [(answer.exercise, answer.label, answer.mistake or "right") for answer in everything()]
