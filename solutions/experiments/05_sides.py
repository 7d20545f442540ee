"""Lesson 05, for the curious: the two-sided and the one-sided penalty at four values of lambda.

Sources: Gulrajani et al. (2017), appendix C; Petzka, Fischer and Lukovnikov
(2018), section 4. Small networks on 8 Gaussians, several seeds, the exact
Wasserstein distance between 1,000 generated and 1,000 real points at the end.
"""

import os
import sys
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import nn

from starter import penalty
from starter.kit import stored, toys, train

SETTINGS = {
    "distribution": "8 Gaussians",
    "generator": "MLP 2-128-128-2, ReLU",
    "critic": "MLP 2-128-128-1, ReLU",
    "optimiser": "Adam 1e-3, betas (0.5, 0.9)",
    "n_critic": 3,
    "batch": 128,
    "steps": 700,
    "seeds": 4,
    "points": 1000,
}
LAMBDAS = (0.1, 1.0, 10.0, 100.0)


def mlp(*sizes: int) -> nn.Sequential:
    """Linear layers with ReLU between them."""
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def distance(points: torch.Tensor, others: torch.Tensor) -> float:
    """The exact Wasserstein distance of two samples of equal size."""
    costs = cdist(points.numpy(), others.numpy())
    return costs[linear_sum_assignment(costs)].mean()


def main() -> None:
    law = toys.EIGHT_GAUSSIANS
    rng = torch.Generator().manual_seed(7)
    real = law.sample(SETTINGS["points"], rng)
    floor = [distance(real, law.sample(SETTINGS["points"], rng)) for _ in range(5)]
    print("same law", floor, flush=True)
    exact = np.zeros((2, len(LAMBDAS), SETTINGS["seeds"]))
    estimate = np.zeros_like(exact)
    for i, kind in enumerate((penalty.gradient_penalty, penalty.one_sided_penalty)):
        for j, lambda_ in enumerate(LAMBDAS):
            for seed in range(SETTINGS["seeds"]):
                torch.manual_seed(seed)
                critic, generator = mlp(2, 128, 128, 1), mlp(2, 128, 128, 2)
                generator.latent_dim = 2
                run = train(
                    critic,
                    generator,
                    law,
                    penalty=kind,
                    lambda_=lambda_,
                    seed=seed,
                    steps=SETTINGS["steps"],
                    n_critic=3,
                    batch_size=128,
                    rate=1e-3,
                    live=False,
                    device="cpu",
                )
                exact[i, j, seed] = distance(run.sample(SETTINGS["points"], seed=1), real)
                estimate[i, j, seed] = np.mean(run.history["wasserstein"][-50:])
            print(kind.__name__, lambda_, exact[i, j].round(3), estimate[i, j].round(3), flush=True)
    stored.save("05_sides", SETTINGS, lambda_=np.array(LAMBDAS), exact=exact, estimate=estimate, floor=np.array(floor))


if __name__ == "__main__":
    main()
