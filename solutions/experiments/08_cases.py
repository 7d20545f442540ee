"""Lesson and sheet 08: the evidence of trainings with one mistake each, beside healthy ones.

    nice python solutions/experiments/08_cases.py        about ten minutes on one core

The mistakes are those of 08_wrong_code. Of the first seed everything that collect sees is
kept, early and at the end; of all seeds the numbers of a table, halfway. Networks and
settings are those of sheets 04 and 05.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from importlib import import_module
from typing import Any

import numpy as np
import torch

from starter.kit import Run, data, scores
from starter.kit.measure.checkup import judge
from starter.kit.measure.evidence import Evidence, collect, save

wrong = import_module("solutions.experiments.08_wrong_code")

CASES = ("sign", "cooperate", "frozen", "sigmoid", "unit", "once", "unclipped", "pixelwise", "inverted")
SETTINGS = {
    "cases": ["healthy", "healthy clip", *CASES],
    "steps": {"penalty": 320, "clip": 440},  # of the generator: 20 seconds of an undisturbed core
    "early": 30,  # two seconds
    "halfway": 160,
    "numbers": [
        "estimate",
        "penalty",
        "generator_loss",
        "smallest_real",
        "smallest_sample",
        "diversity",
        "slope",
        "penalty_now",
        "generator_gradient",
        "critic_updates",
        "largest_weight",
    ],
    "seeds": [0, 1, 2],
}


def mistake(case: str) -> "wrong.Mistake":
    """The mistake of a case, or none."""
    return wrong.HEALTHY if case.startswith("healthy") else wrong.MISTAKES[case]


def method(case: str) -> str:
    """How the critic of a case is kept Lipschitz."""
    return "clip" if case == "healthy clip" else mistake(case).method


def looked_at(case: str, seed: int, steps: int, looks: tuple[int, ...], **more: Any) -> tuple[dict[int, Evidence], Run]:
    """The evidence of a training after some of its steps, and its end; more are arguments of train."""
    garments, seen = data.load(), {}

    def look(run: Run) -> None:
        if run.steps in looks:
            seen[run.steps] = collect(run, mistake(case).data(garments))

    run = wrong.trained(mistake(case), steps, seed, images=garments, method=method(case), watch=look, **more)
    return seen, run


def distance(run: Run) -> float:
    """The Frechet distance of 2,000 drawn images to photographs that nobody has seen."""
    return scores.frechet(scores.held_out_features(), scores.features(run.sample(2000, seed=0)))


def row(seen: Evidence) -> list[float]:
    """The numbers of the table; those that the training reports are medians of its last tenth."""
    return [
        seen.last(name) if name in ("estimate", "penalty", "generator_loss") else getattr(seen, name)
        for name in SETTINGS["numbers"]
    ]


def main() -> None:
    torch.set_num_threads(1)
    early, halfway, cases = SETTINGS["early"], SETTINGS["halfway"], {}
    table = np.full((len(SETTINGS["cases"]), len(SETTINGS["seeds"]), len(SETTINGS["numbers"])), np.nan)
    frechet = np.zeros(len(SETTINGS["cases"]))
    for number, case in enumerate(SETTINGS["cases"]):
        end = SETTINGS["steps"][method(case)]
        for seed in SETTINGS["seeds"]:
            seen, run = looked_at(case, seed, end if seed == 0 else halfway, (early, halfway, end))
            table[number, seed] = row(seen[halfway])
            if seed == 0:
                cases |= {case: seen[end], f"{case} early": seen[early]}
                frechet[number] = distance(run)
            print(case, seed, [finding.id for finding in judge(seen[halfway])], flush=True)
    store(cases, table, frechet)


def store(cases: dict[str, Evidence], table: np.ndarray, frechet: np.ndarray) -> None:
    """Keep it: says is what is wrong with each case, cure what mends it."""
    says, cure = ([getattr(mistake(case), name) for case in SETTINGS["cases"]] for name in ("says", "cure"))
    save("08_cases", SETTINGS | {"says": says, "cure": cure}, cases, table=table, frechet=frechet)


if __name__ == "__main__":
    main()
