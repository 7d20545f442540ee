"""Which group of students gets which answers, and from which day on: a table in a CSV file.

    group,from,release
    monday,2026-10-05,01
    monday,2026-10-12,02
    tuesday,2026-10-06,01

Each line says: from that day on, this group's hand-out has the answers up to that sheet. Of several lines the one with
the latest day counts. Before its first day a group gets a hand-out without answers.
"""

import csv
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from starter.kit import registry

COLUMNS = ("group", "from", "release")


def day_of(text: str) -> date:
    """The day that is meant: today, or another one, such as "2026-10-12".

    Raises:
        SystemExit: it is no date.
    """
    try:
        return date.fromisoformat(text.strip()) if text.strip() else date.today()
    except ValueError:
        raise SystemExit(f"DAY: {text!r} is no date. One looks like 2026-10-12.") from None


def due(table: Path, day: date) -> dict[str, str]:
    """What each group has on that day: the number of the last sheet with answers, "" for none.

    Raises:
        SystemExit: something is wrong with the table; one sentence says where.
    """
    try:
        lines = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines(), skipinitialspace=True))
    except (OSError, ValueError, csv.Error) as error:
        raise SystemExit(f"PLAN: {table} cannot be read ({getattr(error, 'strerror', None) or error}).") from None
    if not lines or not set(COLUMNS) <= set(lines[0]):
        raise SystemExit(f"PLAN: the first line of {table} has to be {','.join(COLUMNS)}, and groups stand below it.")
    releases: dict[str, list[tuple[date, str]]] = {}
    for number, line in enumerate(lines, 2):
        try:
            group, entry = _entry(line)
        except ValueError as error:
            raise SystemExit(f"{table}:{number}: {error}") from None
        releases.setdefault(group, []).append(entry)
    _refuse_look_alikes(table, list(releases))
    return {
        group: max(((start, number) for start, number in entries if start <= day), default=(day, ""))[1]
        for group, entries in releases.items()
    }


def _entry(line: Mapping[str | None, str | None]) -> tuple[str, tuple[date, str]]:
    """The group, the day and the release of one line. Raises ValueError with a sentence."""
    group, start, release = ((line[column] or "").strip() for column in COLUMNS)
    if not re.fullmatch(r"\w[\w -]*", group):
        raise ValueError(f"{group!r} cannot be the name of a group: it becomes a folder, so use letters and digits.")
    try:
        day = date.fromisoformat(start)
    except ValueError:
        raise ValueError(f"{start!r} is no date. One looks like 2026-10-12.") from None
    try:
        return group, (day, registry.sheet(release).number if release else "")
    except registry.Unknown as error:
        raise ValueError(str(error)) from None


def _refuse_look_alikes(table: Path, groups: list[str]) -> None:
    """Two names that are one folder on some systems."""
    for number, group in enumerate(groups):
        for other in groups[:number]:
            if other.casefold() == group.casefold():
                raise SystemExit(f"PLAN: {table} has both {other} and {group}. Write the group's name in one way.")
