"""Where you stand: every exercise, done, wrong, borrowed or blank.

`progress()` in a notebook, `make check` (python -m starter.kit.progress) in a
terminal.
"""

import sys
from dataclasses import dataclass

from . import course, registry, store
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
        state = "filled" if course.solutions_mode() else store.state(exercise)
        if state == "blank":
            return Standing(exercise, "blank")
        report = check(exercise.name)
    except course.BrokenModule as error:
        return Standing(exercise, "broken", "", str(error))
    if not report.passed:
        return Standing(exercise, "broken" if report.mistake == "broken-module" else "wrong", report.mistake, report.message)
    return Standing(exercise, "borrowed" if state == "borrowed" else "done", "", report.message)


class Progress(list[Standing]):
    """The standings of all exercises; shows itself as a table."""

    def __str__(self) -> str:
        width = max(len(standing.exercise.name) for standing in self)
        lines = []
        for number in dict.fromkeys(standing.exercise.sheet for standing in self):
            sheet = registry.sheet(number)
            lines += ["" if lines else None, f"{number} {sheet.title}"]
            for standing in self:
                if standing.exercise.sheet == number:
                    lines += _lines(standing, width)
        return "\n".join([line for line in lines if line is not None] + ["", self.summary()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{row.exercise.sheet}</td><td style='text-align:left'><code>{row.exercise.name}</code></td>"
            f"<td style='text-align:left'>{MARKS[row.state]} {WORDS[row.state]} {row.mistake}</td>"
            f"<td>{row.exercise.minutes} min</td><td style='text-align:left'>{registry.PATHS[row.exercise.path]}</td></tr>"
            for row in self
        )
        head = "".join(f"<th>{title}</th>" for title in ("sheet", "exercise", "state", "time", "path"))
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


def progress() -> Progress:
    """Check every exercise and show the table."""
    return Progress(standing(exercise) for exercise in registry.EXERCISES)


def _lines(row: Standing, width: int) -> list[str]:
    exercise = row.exercise
    first = f"  {MARKS[row.state]} {exercise.name:<{width}}  {WORDS[row.state]}"
    if row.state == "wrong":
        first += f" ({row.mistake})"
    if row.state == "blank":
        first += f", {exercise.minutes} min, {registry.PATHS[exercise.path]}"
    return [first, f"      {row.message}"] if row.state in ("wrong", "broken") else [first]


if __name__ == "__main__":
    try:
        print(progress())
    except course.CourseError as error:
        sys.exit(str(error))
