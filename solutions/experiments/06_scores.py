"""Lesson 06, section 5: all scores of seven sets of images whose quality is known.

    python solutions/experiments/06_scores.py        about a minute on two cores

Each seed draws other images, noise, subsets and directions, and holds 2,000 of
them against the 2,000 held-out ones.
"""

import os
import sys
from dataclasses import astuple, fields
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from starter.kit import scores, stored
from starter.kit.measure import image_sets

SETTINGS = {"n": scores.N, "seeds": [0, 1, 2], "measures": [field.name for field in fields(scores.Scores)]}


def main() -> None:
    found: dict[str, list[tuple[float, ...]]] = {}
    for seed in SETTINGS["seeds"]:
        for name, images in image_sets.known(SETTINGS["n"], seed).items():
            found.setdefault(name, []).append(astuple(scores.score(images, seed=seed)))
            print(seed, name, np.round(found[name][-1], 3), flush=True)
    stored.save("06_scores", {**SETTINGS, "sets": list(found)}, values=np.array(list(found.values())))


if __name__ == "__main__":
    main()
