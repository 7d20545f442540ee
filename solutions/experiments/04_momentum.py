"""A clipped critic with and without momentum, for lesson 04.

    python solutions/experiments/04_momentum.py        about 2 minutes on one core

Source: WGAN, section 4: training "becomes unstable at times when one uses a
momentum based optimizer such as Adam (with beta1 > 0) on the critic", and RMSProp
is used instead. Here: 8 Gaussians, small fully connected networks, the same
learning rate for all, RMSProp for the generator throughout, and five seeds each.
The distance is exact optimal transport between 256 points of each law.
"""

import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from importlib import import_module

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import nn

from starter.kit import stored, toys

Stack = import_module("solutions.experiments.04_segments").Stack

SETTINGS = {
    "law": "8 Gaussians",
    "optimizers": ["RMSProp", "Adam, beta1 = .5", "Adam, beta1 = .9"],
    "beta1": [None, 0.5, 0.9],
    "beta2": 0.999,
    "seeds": [0, 1, 2, 3, 4],
    "c": 0.1,
    "lr": 5e-4,
    "critic": [2, 64, 64, 1],
    "generator": [2, 64, 64, 2],
    "n_critic": 5,
    "batch_size": 64,
    "steps": 2000,
    "every": 50,
    "points": 256,
}


def train(beta1: float | None, steps: int, every: int, **settings: Any) -> np.ndarray:
    """Train one pair for each seed, all at once; beta1 None stands for RMSProp on the critic.

    Returns:
        Distances between real points and fakes, shape (times, seeds).
    """
    settings = {**SETTINGS, **settings}
    n, m, law, c = len(settings["seeds"]), settings["batch_size"], toys.EIGHT_GAUSSIANS, settings["c"]
    torch.manual_seed(settings["seeds"][0])
    critic, generator = Stack(n, settings["critic"], c), Stack(n, settings["generator"])
    first = torch.optim.RMSprop(critic.parameters(), lr=settings["lr"])
    if beta1 is not None:
        first = torch.optim.Adam(critic.parameters(), lr=settings["lr"], betas=(beta1, settings["beta2"]))
    second = torch.optim.RMSprop(generator.parameters(), lr=settings["lr"])
    distances = []
    for step in range(1, steps + 1):
        for _ in range(settings["n_critic"]):
            real = law.sample(n * m).view(n, m, 2)
            fake = generator(torch.randn(n, m, 2)).detach()
            first.zero_grad()
            (critic(fake).mean(dim=1) - critic(real).mean(dim=1)).sum().backward()
            first.step()
            critic.clip(c)
        second.zero_grad()
        (-critic(generator(torch.randn(n, m, 2))).mean(dim=1)).sum().backward()
        second.step()
        if step % every == 0:
            distances.append(exact_distances(generator, n, settings["points"]))
    return np.array(distances)


@torch.no_grad()
def exact_distances(generator: nn.Module, n: int, points: int) -> list[float]:
    """Optimal transport between samples, one number for each seed."""
    fakes = generator(torch.randn(n, points, 2)).numpy()
    real = toys.EIGHT_GAUSSIANS.sample(points).numpy()
    costs = [cdist(real, fake) for fake in fakes]
    return [cost[linear_sum_assignment(cost)].mean() for cost in costs]


def main() -> None:
    results = []
    for name, beta1 in zip(SETTINGS["optimizers"], SETTINGS["beta1"], strict=True):
        results.append(train(beta1, SETTINGS["steps"], SETTINGS["every"]))
        print(name, "last quarter", results[-1][-len(results[-1]) // 4 :].mean(axis=0).round(3), flush=True)
    stored.save("04_momentum", SETTINGS, distance=np.array(results))  # by optimiser, time, seed


if __name__ == "__main__":
    main()
