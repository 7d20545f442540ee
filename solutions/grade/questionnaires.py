"""What students said of the sheets, summed up without names.

A student who liked to answer has a feedback.json beside the exercises; starter.kit.desk.questions writes it. What
came back may be anything, so each answer is looked at alone, and what cannot be one is left out.
"""

import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starter.kit import registry
from starter.kit.desk.questions import FILE, QUESTIONS, wrong_with

__all__ = ["FILE", "TITLES", "Answers", "Summary", "read", "rows", "summed_up"]
MOST_BYTES = 200_000  # of one file; eight sheets with every answer as long as it may be take less
TITLES = ("sheet", "students", "minutes planned", "needed", "half of them", "clear", "reports", "hard", "change")


@dataclass(frozen=True)
class Answers:
    """One student's answers about one sheet; what was not answered is None or "".

    Attributes:
        sheet: its number.
        minutes: that it took, above 0.
        clear, reports: 1 to 5.
        hard, change: in the student's words.
    """

    sheet: str
    minutes: float | None = None
    clear: int | None = None
    reports: int | None = None
    hard: str = ""
    change: str = ""


@dataclass(frozen=True)
class Summary:
    """All answers about one sheet; None where nobody answered.

    Attributes:
        sheet: its number.
        count: of students who answered anything.
        planned: minutes in the registry, the core path or, without one, the homework.
        low, minutes, high: quartiles and median of the minutes.
        clear, reports: medians.
        hard, change: what was said, in alphabetical order.
    """

    sheet: str
    count: int
    planned: int
    low: float | None
    minutes: float | None
    high: float | None
    clear: float | None
    reports: float | None
    hard: tuple[str, ...]
    change: tuple[str, ...]


def read(data: bytes) -> list[Answers]:
    """The answers in a returned feedback.json, by sheet; an empty list if there are none that can be read."""
    try:
        found = json.loads(data) if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        return []
    answers = []
    for sheet in registry.SHEETS:
        given: Any = found.get(sheet.number) if isinstance(found, dict) else None
        kept = _kept(given) if isinstance(given, dict) else {}
        if kept and sheet.minutes:
            answers.append(Answers(sheet.number, **kept))
    return answers


def _kept(given: dict[str, Any]) -> dict[str, Any]:
    """Those answers that can be one."""
    asked = {key: given[key] for key in QUESTIONS if given.get(key) not in (None, "")}
    return {key: value for key, value in asked.items() if not wrong_with(key, value)}


def summed_up(everything: Iterable[Answers]) -> list[Summary]:
    """One summary for each sheet about which anybody said anything, in the order of the sheets."""
    everything = list(everything)
    summaries = []
    for sheet in registry.SHEETS:
        here = [answers for answers in everything if answers.sheet == sheet.number]
        if not here:
            continue
        minutes = sorted(answers.minutes for answers in here if answers.minutes is not None)
        quartiles = statistics.quantiles(minutes, n=4, method="inclusive") if len(minutes) > 1 else minutes * 3
        low, median, high = quartiles or (None, None, None)
        summaries.append(
            Summary(
                *(sheet.number, len(here), sheet.minutes, low, median, high),
                *(_median(answers.clear for answers in here), _median(answers.reports for answers in here)),
                *(_said(answers.hard for answers in here), _said(answers.change for answers in here)),
            )
        )
    return summaries


def _median(numbers: Iterable[float | None]) -> float | None:
    given = [number for number in numbers if number is not None]
    return statistics.median(given) if given else None


def _said(texts: Iterable[str]) -> tuple[str, ...]:
    """What was said, each on one line, sorted so that the order names nobody."""
    return tuple(sorted(" ".join(text.split()) for text in texts if text.strip()))


def rows(everything: Iterable[Answers]) -> list[tuple[str, ...]]:
    """The summaries as text, one row for each sheet, for a table with TITLES."""
    table = []
    for one in summed_up(everything):
        between = f"{one.low:g} to {one.high:g}" if one.low is not None else ""
        numbers = [f"{value:g}" if value is not None else "" for value in (one.minutes, one.clear, one.reports)]
        title = f"{one.sheet} {registry.sheet(one.sheet).title}"
        words = ("\n".join(one.hard), "\n".join(one.change))
        table.append((title, str(one.count), str(one.planned), numbers[0], between, *numbers[1:], *words))
    return table
