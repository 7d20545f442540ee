"""What `make grade` writes: a table for a spreadsheet, and a page to read."""

import csv
import html
import io
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starter.kit import registry

from . import marks, questionnaires
from .submissions import Submission

COLUMNS = ("student", "exercise", "state", "mistake", "sentence", "points", "of", "held")
COLUMNS += ("late", "alike", "seen", "version")


@dataclass
class Row:
    """One answer of one student.

    Attributes:
        exercise: its name.
        state: a key of marks.STATES.
        mistake, message: the words of its check.
        seen: what the answer attempted, as far as it can be told.
        alike: who returned the same answer.
        suspect: words in it that no answer needs, of solutions.grade.screen.
    """

    exercise: str
    state: str
    mistake: str = ""
    message: str = ""
    seen: str = ""
    alike: list[str] = field(default_factory=list)
    suspect: list[str] = field(default_factory=list)

    @property
    def earned(self) -> float:
        """What its check says, whether held back or not."""
        return marks.earned(registry.exercise(self.exercise), self.state)

    @property
    def points(self) -> float:
        return 0 if self.suspect else self.earned

    @property
    def held(self) -> float:
        """Points that wait for somebody to read the answer."""
        return self.earned - self.points

    @property
    def told(self) -> str:
        """What the answer attempted, and what it uses, in whole sentences."""
        words = f"It uses {', '.join(self.suspect)}, which no answer needs."
        held = f"Its points ({self.held:g}) are held back until you have read it." if self.held else ""
        return " ".join(filter(None, (words if self.suspect else "", held, self.seen)))


@dataclass
class Graded:
    """One student's work."""

    submission: Submission
    rows: list[Row]

    @property
    def points(self) -> float:
        return sum(row.points for row in self.rows)

    @property
    def held(self) -> float:
        return sum(row.held for row in self.rows)


def table(graded: Sequence[Graded]) -> str:
    """All answers as CSV, one in a line; spreadsheets do not take a cell for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in graded:
        late = "late" if one.submission.late else ""
        for row in one.rows:
            of = marks.points(registry.exercise(row.exercise))
            alike, version = ", ".join(row.alike), one.submission.version
            held = f"{row.held:g}" if row.held else ""
            cells = (one.submission.owner, row.exercise, row.state, row.mistake, row.message, f"{row.points:g}", of)
            writer.writerow([_plain(cell) for cell in (*cells, held, late, alike, row.told, version)])
    return text.getvalue()


def _plain(cell: object) -> str:
    text = str(cell).replace("\x00", "")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def page(graded: Sequence[Graded], seed: int) -> str:
    """The report as HTML: students, then what went wrong in each exercise, then every answer."""
    students = [
        (
            *(one.submission.owner, f"{one.points:g}", f"{one.held:g}" if one.held else "", _counts(one.rows)),
            *("late" if one.submission.late else "", one.submission.version, " ".join(one.submission.notes)),
        )
        for one in graded
    ]
    details = "".join(_one(one) for one in graded)
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Marks</title>
<style>body{{font:15px sans-serif;max-width:75em;margin:2em auto;padding:0 1em}}table{{border-collapse:collapse}}
th,td{{text-align:left;vertical-align:top;padding:.25em .8em;border-bottom:1px solid #ddd}}</style>
<h1>Marks</h1>
<p>{len(graded)} students, {marks.most()} points at most, WGAN Lab {registry.VERSION}, examples drawn from seed {seed}.
An answer that is right earns the difficulty of its exercise, one that works but is not as asked half of it.
Points are held back where an answer uses what no answer needs: read it, and add them yourself.</p>
{_table(("student", "points", "held back", "answers", "late", "version", "notes"), students)}
<h2>What went wrong, exercise by exercise</h2>
{_table(("exercise", "right", "not right", "most frequent mistakes"), _exercises(graded))}
{_said(graded)}<h2>Every answer</h2>
{details}
</html>
"""


def _said(graded: Sequence[Graded]) -> str:
    """What students said of the sheets, without names; nothing if nobody said anything."""
    rows = questionnaires.rows(answers for one in graded for answers in one.submission.said)
    return f"<h2>What they said of the sheets</h2>\n{_table(questionnaires.TITLES, rows)}\n" if rows else ""


def _counts(rows: Sequence[Row]) -> str:
    counts = Counter(row.state for row in rows)
    return ", ".join(f"{counts[state]} {words}" for state, words in marks.STATES.items() if counts[state])


def _exercises(graded: Sequence[Graded]) -> list[tuple]:
    """For each exercise who is right, who is not, and with which mistake."""
    lines = []
    for exercise in registry.EXERCISES:
        rows = [row for one in graded for row in one.rows if row.exercise == exercise.name]
        wrong = [row for row in rows if row.state in ("wrong", "other", "broken")]
        first = {row.mistake: row.message for row in reversed(wrong)}
        counts = Counter(row.mistake for row in wrong).most_common(3)
        frequent = "\n".join(f"{count} x {mistake}: {first[mistake]}" for mistake, count in counts)
        lines.append((exercise.name, sum(row.state == "done" for row in rows), len(wrong), frequent))
    return lines


def _one(one: Graded) -> str:
    answered = [row for row in one.rows if row.state != "blank"]
    lines = [
        (
            *(row.exercise, marks.STATES[row.state], row.mistake, row.message),
            *(f"{row.points:g}", ", ".join(row.alike), row.told),
        )
        for row in answered
    ]
    owner = html.escape(one.submission.owner)
    titles = ("exercise", "state", "mistake", "sentence", "points", "the same as", "seen")
    return f"<details><summary>{owner}: {one.points:g} points</summary>{_table(titles, lines)}</details>"


def _table(titles: Sequence[str], lines: Sequence[Sequence]) -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    cell = "<td>{}</td>".format
    body = "".join(
        f"<tr>{''.join(cell(html.escape(str(value)).replace(chr(10), '<br>')) for value in line)}</tr>"
        for line in lines
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def write(path: Path, text: str) -> None:
    """Write a file in one move, so that an old one is there until the new one is whole."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8", newline="")
    os.replace(draft, path)
