"""Every wrong answer against the id that its check gives it.

`make check-matrix` calls it.

    python -m tests.mistakes              one table per exercise, counts, the slowest checks
    python -m tests.mistakes --messages   every message, to read aloud
"""

import os
import sys
import time
from collections import Counter, defaultdict

os.environ.setdefault("WGAN_LABS", "solutions")

from starter.kit import registry
from starter.kit.checks.report import Report
from starter.kit.desk.verdict import check
from tests.mistakes import Answer, everything


def main(messages: bool) -> int:
    """Print the tables. Returns 1 if an answer is not on its diagonal."""
    found = [(answer, *timed(answer)) for answer in everything()]
    for exercise in registry.EXERCISES:
        mine = [(answer, report) for answer, report, _ in found if answer.exercise == exercise.name]
        (print_messages if messages else print_matrix)(exercise.name, mine)
    wrong = [(answer, report) for answer, report, _ in found if answer.mistake]
    right = [(answer, report) for answer, report, _ in found if not answer.mistake]
    off = [answer for answer, report in wrong if report.mistake != answer.mistake]
    refused = [answer for answer, report in right if not report.passed]
    ids = {(answer.exercise, answer.mistake) for answer, _ in wrong}
    print(f"{len(wrong)} wrong answers, {len(ids)} mistakes; off the diagonal: {len(off)}")
    print(f"{len(right)} right answers; refused: {len(refused)}")
    slowest = sorted(found, key=lambda row: -row[2])[:5]
    print("slowest:", ", ".join(f"{answer.exercise} ({answer.label}) {1000 * s:.0f} ms" for answer, _, s in slowest))
    return 1 if off or refused else 0


def timed(answer: Answer) -> tuple[Report, float]:
    """The report on an answer, and the seconds it took."""
    start = time.perf_counter()
    report = check(answer.exercise, answer.candidate)
    return report, time.perf_counter() - start


def print_matrix(name: str, reports: list[tuple[Answer, Report]]) -> None:
    """Mistakes by ids: a number on the diagonal counts answers; anything else is a fault."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for answer, report in reports:
        counts[answer.mistake or "right"][report.mistake or "right"] += 1
    width = max(len(mistake) for mistake in counts)
    print(f"\n{name}")
    for row, (mistake, got) in enumerate(counts.items()):
        cells = "".join(f"{got[other] or '.':>3}" for other in counts)
        stray = {other: n for other, n in got.items() if other not in counts}
        note = f"  and {stray}" if stray else "" if row else "  <- columns: the same ids, in this order"
        print(f"  {mistake:<{width}} {cells}{note}")


def print_messages(name: str, reports: list[tuple[Answer, Report]]) -> None:
    """Each id once, with its words."""
    print(f"\n{name}")
    said = set()
    for _, report in reports:
        if (report.mistake, report.message) not in said:
            said.add((report.mistake, report.message))
            print(f"  {report.mistake or 'right'}\n    {report.message}")


if __name__ == "__main__":
    sys.exit(main("--messages" in sys.argv))
