"""How many mutants of the solutions each check refuses. `make mutants` calls it.

python -m tests.mutants                every exercise
python -m tests.mutants penalty.       those whose names start like that
python -m tests.mutants --all losses   with what the check says of each mutant
"""

import ast
import importlib
import os
import signal
import sys
import tomllib
from pathlib import Path
from typing import Any

os.environ.setdefault("WGAN_LABS", "solutions")

from starter.kit import registry
from starter.kit.checks.report import Report
from starter.kit.desk.verdict import check
from starter.kit.registry import Exercise
from tests.mutants.make import Mutant, mutants

SEEDS = (0, 1)
LIMIT = 5.0  # seconds for one check of one mutant
HERE = Path(__file__).parent


def main(chosen: list[str], everything: bool) -> int:
    """Print a line for each exercise and all survivors. Returns 1 if there are any, or a reason without a mutant."""
    total = refused = excused = 0
    problems: list[str] = []
    for exercise in registry.EXERCISES:
        if not exercise.name.startswith(tuple(chosen)):
            continue
        made, reasons = mutants(exercise), equivalent(exercise)
        survivors = [mutant for mutant in made if survives(mutant, everything)]
        same = [mutant for mutant in survivors if mutant.change in reasons]
        left = [mutant for mutant in survivors if mutant.change not in reasons]
        total, refused, excused = total + len(made), refused + len(made) - len(survivors), excused + len(same)
        killed = len(made) - len(survivors)
        rate = 100 * killed / max(1, len(made) - len(same))
        print(
            f"{exercise.name}: {len(made)} mutants, {killed} refused, {len(same)} equivalent ({rate:.0f} %)", flush=True
        )
        dead = set(reasons) - {mutant.change for mutant in same}
        problems += [f"{exercise.name} accepts: {mutant.change}" for mutant in left]
        problems += [f"{exercise.name}: no accepted mutant is called {change!r}" for change in sorted(dead)]
    print(f"{total} mutants, {refused} refused, {excused} equivalent, {total - refused - excused} accepted")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def equivalent(exercise: Exercise) -> dict[str, str]:
    """Changes that are no faults, each with the reason."""
    path = HERE / "equivalent" / f"{exercise.module}.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return tables.get(exercise.definition, {})


def survives(mutant: Mutant, show: bool = False) -> bool:
    """Whether its check accepts it, with any of the seeds."""
    reports = [_judged(mutant, seed) for seed in SEEDS]
    accepted = any(report.passed and not report.mistake for report in reports)
    if show and not accepted:
        print(f"    {mutant.change}: {reports[0].mistake}: {reports[0].message[:150]}")
    return accepted


def _judged(mutant: Mutant, seed: int) -> Report:
    exercise = mutant.exercise
    module = importlib.import_module(f"starter.{exercise.module}")
    made: dict[str, Any] = {}
    program = ast.Module([mutant.definition], [])
    exec(compile(program, f"<mutant of {exercise.name}>", "exec"), vars(module), made)
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        return check(exercise.name, made[exercise.definition], seed)
    except TimeoutError:
        return Report(exercise.name, False, "endless", "It takes too long.")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _too_long(number: int, frame: Any) -> None:
    raise TimeoutError


if __name__ == "__main__":
    names = [word for word in sys.argv[1:] if not word.startswith("--")] or [""]
    sys.exit(main(names, "--all" in sys.argv))
