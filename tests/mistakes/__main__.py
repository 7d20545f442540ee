"""Every wrong answer against the id that its check gives it.

`make check-matrix` calls it.

    python -m tests.mistakes              one table per exercise, counts, the slowest checks
    python -m tests.mistakes --messages   every message, to read aloud
    python -m tests.mistakes --faults     only what is off the diagonal, and the counts
    python -m tests.mistakes --seeds=20   the faults of twenty runs, each with other examples
    ... penalty.                          only exercises whose names start like that
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


def main(chosen: list[str], show: str, seeds: int) -> int:
    """Print the tables. Returns 1 if an answer is not on its diagonal."""
    answers = [answer for answer in everything() if answer.exercise.startswith(tuple(chosen))]
    found = [(answer, *timed(answer, seed)) for seed in range(seeds) for answer in answers]
    for exercise in registry.EXERCISES:
        mine = [(answer, report) for answer, report, _ in found if answer.exercise == exercise.name]
        if mine and show in PRINTERS:
            PRINTERS[show](exercise.name, mine)
    faults = [(answer, report) for answer, report, _ in found if report.mistake != answer.mistake]
    for answer, report in faults:
        got = report.mistake or "right"
        print(f"{answer.exercise} {answer.label} (seed {report.seed}): {got}, not {answer.mistake or 'right'}")
        print(f"    {report.message}")
    wrong = [answer for answer in answers if answer.mistake]
    off = sum(bool(answer.mistake) for answer, _ in faults)
    ids = {(answer.exercise, answer.mistake) for answer in wrong}
    print(f"{len(wrong)} wrong answers, {len(ids)} mistakes; off the diagonal: {off}")
    print(f"{len(answers) - len(wrong)} right answers; refused: {len(faults) - off}")
    slowest = sorted(found, key=lambda row: -row[2])[:5]
    print("slowest:", ", ".join(f"{answer.exercise} ({answer.label}) {1000 * s:.0f} ms" for answer, _, s in slowest))
    return 1 if faults else 0


def timed(answer: Answer, seed: int) -> tuple[Report, float]:
    """The report on an answer, and the seconds it took."""
    start = time.perf_counter()
    report = check(answer.exercise, answer.candidate, seed)
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


PRINTERS = {"matrix": print_matrix, "messages": print_messages}

if __name__ == "__main__":
    options = {word.partition("=")[0]: word.partition("=")[2] for word in sys.argv[1:] if word.startswith("--")}
    number = int(options.get("--seeds", 1))
    which = "messages" if "--messages" in options else "faults" if "--faults" in options or number > 1 else "matrix"
    names = [word for word in sys.argv[1:] if not word.startswith("--")] or [""]
    sys.exit(main(names, which, number))
