"""Where you stand: every exercise, done, wrong, borrowed or blank.

`progress()` in a notebook, `make check` (python -m starter.kit) in a terminal.
"""

import html
from collections.abc import Iterable
from dataclasses import dataclass

from . import answers, course, registry
from .registry import Exercise

WORDS = {"done": "done", "wrong": "not yet right", "borrowed": "borrowed", "blank": "blank", "broken": "does not load"}
MARKS = {"done": "[x]", "wrong": "[!]", "borrowed": "[=]", "blank": "[ ]", "broken": "[!]"}


@dataclass(frozen=True)
class Standing:
    """How one exercise stands: a key of WORDS, and the words of its check."""

    exercise: Exercise
    state: str
    mistake: str = ""
    message: str = ""


def standing(exercise: Exercise) -> Standing:
    """Check one answer, unless it is blank."""
    from .checks import check

    try:
        state = "filled" if course.solutions_mode() else answers.state(exercise)
        if state == "blank":
            return Standing(exercise, "blank")
        report = check(exercise.name)
    except course.BrokenModule as error:
        return Standing(exercise, "broken", "", str(error))
    if not report.passed:
        state = "broken" if report.mistake == "broken-module" else "wrong"
        return Standing(exercise, state, report.mistake, report.message)
    return Standing(exercise, "borrowed" if state == "borrowed" else "done", "", report.message)


class Progress(list[Standing]):
    """The standings of all exercises; shows itself as a table of some sheets.

    Args:
        standings: of all exercises.
        shown: number of the one sheet to show, or "" for all.
    """

    def __init__(self, standings: Iterable[Standing], shown: str = "") -> None:
        super().__init__(standings)
        self._rows = [row for row in self if shown in ("", row.exercise.sheet)]

    def __str__(self) -> str:
        width = max(len(row.exercise.name) for row in self)
        lines = []
        for number in dict.fromkeys(row.exercise.sheet for row in self._rows):
            lines += [f"{number} {registry.sheet(number).title}"]
            for row in self._rows:
                if row.exercise.sheet == number:
                    lines += _lines(row, width)
            lines += [""]
        return "\n".join([*lines, self.summary()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"
        rows = "".join(
            f"<tr><td>{row.exercise.sheet}</td><td {left}><code>{row.exercise.name}</code></td>"
            f"<td {left}>{MARKS[row.state]} {WORDS[row.state]} {html.escape(row.mistake)}</td>"
            f"<td>{row.exercise.minutes} min</td><td {left}>{registry.PATHS[row.exercise.path]}</td></tr>"
            for row in self._rows
        )
        titles = ("sheet", "exercise", "state", "time", "path")
        head = "".join(f"<th {left}>{title}</th>" for title in titles)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{self.summary()}</p>"

    def summary(self) -> str:
        """How many are done, how long the rest takes, and where to go on."""
        done = sum(row.state == "done" for row in self)
        left = [row for row in self if row.state not in ("done", "borrowed") and row.exercise.path == "core"]
        if not left:
            return f"{done} of {len(self)} exercises done; the core path is complete."
        minutes = sum(row.exercise.minutes for row in left)
        following = left[0].exercise
        return (
            f"{done} of {len(self)} exercises done; about {minutes} minutes of exercises left on the core path. "
            f"Next: {following.name} in labwork/{registry.sheet(following.sheet).stem}.ipynb."
        )


def progress(sheet: str = "") -> Progress:
    """Check every exercise and show the table.

    Args:
        sheet: number of the sheet to show, such as "02"; "" shows all.
    """
    return Progress([standing(exercise) for exercise in registry.EXERCISES], sheet and registry.sheet(sheet).number)


def _lines(row: Standing, width: int) -> list[str]:
    exercise = row.exercise
    first = f"  {MARKS[row.state]} {exercise.name:<{width}}  {WORDS[row.state]}"
    if row.state == "wrong":
        first += f" ({row.mistake})"
    if row.state == "blank":
        first += f", {exercise.minutes} min, {registry.PATHS[exercise.path]}"
    return [first, f"      {row.message}"] if row.state in ("wrong", "broken") else [first]
