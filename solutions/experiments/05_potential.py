"""Lesson 05, section 5: the best critic of slope 1 between samples, exactly, beside the trained ones of 04_surfaces.

    python solutions/experiments/05_potential.py        about a minute on one core

The distributions are those of WGAN-GP's figure 1a: fakes are real points plus
N(0, I). The linear programme between n real and n fake points (by POT) gives a
score to each of them, the Kantorovich potential. The least upper bound that slope 1
allows carries the scores to every other place: f(x) = min over fakes y of
f(y) + |x - y|. It judges pairs of fresh points. Exact distances of samples, too.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import ot
import torch
from scipy.spatial.distance import cdist

from starter.kit import stored

toy = import_module("solutions.experiments.04_surfaces")
SETTINGS = {
    "distributions": ["8 Gaussians", "25 Gaussians", "Swiss roll"],
    "points": 1000,
    "fresh": 2000,
    "distance_points": 2000,
    "draws": 5,
    "seeds": [0, 1, 2, 3, 4],
}


class Potential:
    """The best critic of slope 1 between two samples of equal size.

    Attributes:
        fake: points, shape (n, 2).
        scores: of those, shape (n,).
        estimate: mean score of the real points minus that of the fakes, the exact distance.
    """

    def __init__(self, real: np.ndarray, fake: np.ndarray) -> None:
        cost = cdist(real, fake)
        weights = np.full(len(real), 1 / len(real))
        _, found = ot.emd(weights, weights, cost, numItermax=10**7, log=True)
        self.estimate, self.fake, self.scores = found["cost"], fake, -found["v"]

    def __call__(self, places: np.ndarray) -> np.ndarray:
        """Scores of places of shape (k, 2): shape (k,)."""
        return (cdist(places, self.fake) + self.scores).min(axis=1)


def pair(law, n: int) -> tuple[np.ndarray, np.ndarray]:
    """n real points, and n fakes made of others."""
    return law.sample(n).double().numpy(), toy.Blurred(law)(torch.randn(n, 2)).double().numpy()


def main() -> None:
    grid = np.linspace(-toy.SETTINGS["half_side"], toy.SETTINGS["half_side"], 81)
    x, y = np.meshgrid(grid, grid)
    places, n = np.stack([x.ravel(), y.ravel()], axis=1), SETTINGS["points"]
    pairs, estimates, distances = (np.zeros((3, SETTINGS["draws"])) for _ in range(3))
    surfaces = []
    for row, law in enumerate(toy.LAWS):
        for column, seed in enumerate(SETTINGS["seeds"]):
            torch.manual_seed(seed)
            critic = Potential(*pair(law, n))
            real, fake = (critic(points) for points in pair(law, SETTINGS["fresh"]))
            pairs[row, column] = (real[:, None] > fake).mean()
            estimates[row, column] = critic.estimate
            cost = cdist(*pair(law, SETTINGS["distance_points"]))
            distances[row, column] = ot.emd2([], [], cost, numItermax=10**7)
            if seed == 0:
                surfaces.append(critic(places).reshape(81, 81).astype(np.float16))
        print(law.name, pairs[row].round(3), estimates[row].round(3), distances[row].round(3), flush=True)
    stored.save(
        "05_potential",
        SETTINGS,
        grid=grid,
        surface=np.array(surfaces),  # of the first draw, by distribution; y along the rows
        pairs=pairs,  # share of fresh pairs in which the real point scores higher, by distribution and draw
        estimate=estimates,
        distance=distances,
    )


if __name__ == "__main__":
    main()
