"""Five questions at the end of a sheet: feedback("05", minutes=50, hard="the norm of each image").

Nobody has to answer. What you answer stands in feedback.json beside your answers, and nowhere else: nothing is
sent. Your instructor reads it only if you hand in that folder.
"""

import contextlib
import json
from pathlib import Path

from .. import course, registry
from . import answers

FILE = "feedback.json"
QUESTIONS = {  # in the order in which a sheet asks them
    "minutes": "How many minutes did this sheet take you?",
    "clear": "How clear was it, from 1 (not at all) to 5 (very)?",
    "reports": "How much did the reports below the cells help, from 1 to 5?",
    "hard": "What was hard?",
    "change": "What should be different?",
}
MOST_MINUTES, MOST_SIGNS = 6000, 1000


def feedback(
    sheet: str,
    minutes: float | None = None,
    clear: int | None = None,
    reports: int | None = None,
    hard: str = "",
    change: str = "",
) -> None:
    """Write your answers about a sheet to a small file beside your exercises, and say where.

    Calling it again replaces what you answered about that sheet. What you leave out is not answered; with no
    answer at all nothing is written.

    Args:
        sheet: its number, such as "05".
        minutes: that it took you, above 0.
        clear, reports: whole numbers from 1 to 5.
        hard, change: in your own words, at most 1,000 signs each.

    Raises:
        CourseError: an answer cannot be one; nothing is written then.
        Unknown: there is no such sheet.
    """
    number = registry.sheet(sheet).number
    given = {"minutes": minutes, "clear": clear, "reports": reports, "hard": hard, "change": change}
    found = {key: value for key, value in given.items() if not _left_out(value)}
    for key, value in found.items():
        if problem := wrong_with(key, value):
            raise course.CourseError(problem)
    if not found:
        print("Nothing is written. Fill in what you want to tell, and run this cell again, or just go on.")
        return
    if course.solutions_mode():
        print("This is the solved sheet, so nothing is written.")
        return
    path = course.work_folder() / FILE
    place = course.show_path(path) if course.show_path(path) != path.name else str(path)
    everything = _saved(path)
    everything[number] = {"version": registry.VERSION, **found}
    try:
        _save(path, everything)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise course.CourseError(f"Your answers could not be written to {place} ({reason}).") from None
    print(f"Thank you. Your answers are in {place}, and nothing was sent.")
    print("They reach your instructor only if you hand in that folder. To take them back, delete the file.")


def wrong_with(key: str, value: object) -> str:
    """What is wrong with an answer to one of the questions, "" if nothing is."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if key == "minutes" and not (number and 0 < value <= MOST_MINUTES):  # type: ignore[operator]
        return f"minutes should be a number above 0 and at most {MOST_MINUTES:,}, such as 40, and not {value!r:.60}."
    if key in ("clear", "reports") and not (number and value in (1, 2, 3, 4, 5)):
        return f"{key} should be 1, 2, 3, 4 or 5, and not {value!r:.60}."
    if key in ("hard", "change") and not isinstance(value, str):
        return f"{key} should be words between quotes, and not {value!r:.60}."
    if isinstance(value, str) and len(value) > MOST_SIGNS:
        return f"{key} has {len(value):,} signs; {MOST_SIGNS:,} are the most that is kept."
    return ""


def _left_out(value: object) -> bool:
    return value is None or value is ... or (isinstance(value, str) and value.strip(" .\n\t") == "")


def _saved(path: Path) -> dict[str, object]:
    """What the file holds; what cannot be read counts as nothing."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _save(path: Path, everything: dict[str, object]) -> None:
    """Write the file in one move."""
    path.parent.mkdir(parents=True, exist_ok=True)
    answers.replace_file(path, json.dumps(everything, ensure_ascii=False, indent=1, sort_keys=True))
