"""Where you stand: every exercise, done, wrong, borrowed or blank.

`progress()` in a notebook, `make check` (python -m starter.kit) in a terminal.
"""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .. import course, registry
from ..registry import Exercise
from . import answers, modules

HERE_ONLY = "in use in this notebook only, not saved"
WORDS = {
    **{"done": "done", "other": "works, but is not what was asked", "wrong": "not yet right"},
    **{"borrowed": "borrowed", "blank": "blank", "broken": "does not load"},
}
MARKS = {"done": "[x]", "other": "[~]", "wrong": "[!]", "borrowed": "[=]", "blank": "[ ]", "broken": "[!]"}


@dataclass(frozen=True)
class Standing:
    """How one exercise stands.

    Attributes:
        exercise: which.
        state: a key of WORDS.
        mistake, message: the words of its check.
        note: what else is to say, such as HERE_ONLY.
    """

    exercise: Exercise
    state: str
    mistake: str = ""
    message: str = ""
    note: str = ""


def standing(exercise: Exercise, seed: int | None = None) -> Standing:
    """Check one answer, unless it is blank.

    Args:
        exercise: which.
        seed: what the examples are drawn from; None draws others at every call.
    """
    from .verdict import check

    try:
        unsaved = modules.unsaved(exercise)
        state = "filled" if course.solutions_mode() or unsaved else answers.state(exercise)
        if state == "blank":
            return Standing(exercise, "blank")
        report = check(exercise.name, seed=seed)
    except course.BrokenModule as error:
        return Standing(exercise, "broken", "", str(error))
    except KeyboardInterrupt:
        raise course.Stopped(f"{exercise.name} was still running. Is there a loop without an end?") from None
    note = HERE_ONLY if unsaved else ""
    if not report.passed:
        state = "broken" if report.mistake == "broken-module" else "other" if report.works else "wrong"
        return Standing(exercise, state, report.mistake, report.message, note)
    return Standing(exercise, "borrowed" if state == "borrowed" else "done", "", report.message, note)


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
        return "\n".join([*lines, self.summary(), *self.notes()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"
        rows = "".join(
            f"<tr><td>{row.exercise.sheet}</td><td {left}><code>{row.exercise.name}</code></td>"
            f"<td {left}>{MARKS[row.state]} {WORDS[row.state]} {html.escape(row.mistake or row.note)}</td>"
            f"<td>{row.exercise.minutes} min</td><td {left}>{registry.PATHS[row.exercise.path]}</td></tr>"
            for row in self._rows
        )
        notes = "".join(f"<p><small>{html.escape(note)}</small></p>" for note in self.notes())
        titles = ("sheet", "exercise", "state", "time", "path")
        head = "".join(f"<th {left}>{title}</th>" for title in titles)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{self.summary()}</p>{notes}"

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

    def notes(self) -> list[str]:
        """The version of the course, whose answers these are, and what is odd about their files."""
        whose = "the reference" if course.solutions_mode() else f"answers in {_shown(course.work_folder())}"
        shown = {row.message for row in self._rows if row.state == "broken"}
        odd = [sentence for sentence in (*_odd_files(), *_misplaced_folder()) if sentence not in shown]
        newer = registry.newer_on_disk()
        restart = [f"This folder holds version {newer} by now: restart the kernel."] if newer else []
        date = course.handed_out().get("date")
        handed_out = f", handed out on {date}" if date else ""
        return [f"WGAN Lab {registry.VERSION}{handed_out}, {whose}.", *restart, *odd]


def progress(sheet: str = "") -> Progress:
    """Check every exercise and show the table.

    Args:
        sheet: number of the sheet to show, such as "02"; "" shows all.
    """
    return Progress([standing(exercise) for exercise in registry.EXERCISES], sheet and registry.sheet(sheet).number)


def _shown(folder: Path) -> str:
    shown = folder.is_relative_to(course.ROOT) or folder.is_relative_to(course.own_folder())
    return course.show_path(folder) if shown else str(folder)


def _odd_files() -> list[str]:
    """What is wrong with the files of answers: one sentence for each that is damaged or empty."""
    if course.solutions_mode():
        return []
    files = [answers.read_answers(module) for module in registry.MODULES]
    empty = "{} is empty. If it was not you who emptied it, restore(...) takes each answer back."
    return [
        file.problem or empty.format(course.show_path(file.path))
        for file in files
        if file.problem or (not file.text and file.path.is_file())
    ]


def _misplaced_folder() -> list[str]:
    """Answers one folder too deep, as a copy of the folder into itself leaves them."""
    folder = course.work_folder()
    inner = folder / folder.name
    if course.solutions_mode() or holds_answers(folder) or not holds_answers(inner):
        return []
    return [f"There are answers in {_shown(inner)}, one folder too deep: move its files into {_shown(folder)}."]


def holds_answers(folder: Path) -> bool:
    """Whether a folder has a file of answers."""
    return any((folder / f"{module}.py").is_file() for module in registry.MODULES)


def _lines(row: Standing, width: int) -> list[str]:
    exercise = row.exercise
    first = f"  {MARKS[row.state]} {exercise.name:<{width}}  {WORDS[row.state]}"
    if row.state in ("wrong", "other"):
        first += f" ({row.mistake})"
    if row.state == "blank":
        first += f", {exercise.minutes} min, {registry.PATHS[exercise.path]}"
    if row.note:
        first += f", {row.note}"
    return [first, f"      {row.message}"] if row.state in ("wrong", "other", "broken") else [first]
