"""Lesson 05, for the curious: fully connected against convolutional, under the penalty, on garments.

    python solutions/experiments/05_convolutional.py        a second

The trainings are those of `python -m tests.bench.tried`, kept in tests/bench/tried.json:
three seeds of each pair on the same 10,000 images, each at the best learning rate that
was tried for it. All pairs get the same time. It is counted in steps, at the milliseconds
that a step takes on two undisturbed cores, so that the result does not depend on how
busy the machine is.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from starter.kit import stored
from starter.kit.course import ROOT

PAIRS = {  # in the lesson's words, and in tried.json
    "fully connected": "rate 3e-3, batch 128",
    "convolutional": "convolutional pair, rate 3e-3",
    "convolutional, larger": "larger convolutional pair, rate 1e-3",
}
SETTINGS = {
    "data": "Fashion-MNIST, the 10,000 bundled images",
    "pairs": list(PAIRS),
    "n_critic": [5, 3, 3],
    "batch": [128, 64, 64],
    "rate": [3e-3, 3e-3, 1e-3],
    "optimiser": "Adam, betas (0.5, 0.9)",
    "lambda": 10,
    "marks": [30, 60, 300],
    "samples": 2000,
    "machine": "2 cores, float32",
    "seeds": [0, 1, 2],
}


def main() -> None:
    tried = json.loads((ROOT / "tests" / "bench" / "tried.json").read_text(encoding="utf-8"))
    ms = [tried[name]["ms"] for name in PAIRS.values()]
    shape = (len(PAIRS), len(SETTINGS["seeds"]), len(SETTINGS["marks"]))
    distances, steps = np.full(shape, np.nan), np.zeros(shape, dtype=int)
    for pair, name in enumerate(PAIRS.values()):
        for seed in SETTINGS["seeds"]:
            for mark, row in enumerate(tried[name]["seeds"][str(seed)]):
                distances[pair, seed, mark], steps[pair, seed, mark] = row["test"], row["steps"]
    stored.save("05_convolutional", SETTINGS | {"ms_a_step": ms}, distances=distances, steps=steps)
    print(distances.round(0), steps[:, 0], ms)


if __name__ == "__main__":
    main()
