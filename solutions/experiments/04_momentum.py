"""A clipped critic with and without momentum, for lesson 04.

    python solutions/experiments/04_momentum.py        about 4 minutes on one core

Source: WGAN, section 4: training "becomes unstable at times when one uses a
momentum based optimizer such as Adam (with beta1 > 0) on the critic", and RMSProp
is used instead. Here, with the same learning rate for all and RMSProp for the
generator throughout:
- garments, with the networks and settings of the course, three seeds each; the
  distance is the sliced one of 04_curves.py;
- 8 Gaussians, with small fully connected networks, five seeds each; the distance
  is exact optimal transport between 256 points of each distribution.
"""

import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from collections.abc import Callable
from importlib import import_module

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor, nn

from starter import clipping
from starter import critic as critics
from starter import generator as generators
from starter.kit import data, stored, toys

curves = import_module("solutions.experiments.04_curves")
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
    "garments": {
        "seeds": [0, 1, 2],
        "c": 0.03,
        "steps": 300,
        "every": 25,
        "latent_dim": 64,
        "samples": 2000,
        "projections": 200,
    },
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
    first = critic_optimizer(critic, beta1)
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


def critic_optimizer(critic: nn.Module, beta1: float | None) -> torch.optim.Optimizer:
    """RMSProp, or Adam with this beta1."""
    if beta1 is None:
        return torch.optim.RMSprop(critic.parameters(), lr=SETTINGS["lr"])
    return torch.optim.Adam(critic.parameters(), lr=SETTINGS["lr"], betas=(beta1, SETTINGS["beta2"]))


def train_on_garments(
    garments: data.Images, distance: Callable[[Tensor], float], beta1: float | None, seed: int, steps: int
) -> tuple[list[float], np.ndarray]:
    """Distances of the samples now and then, and twelve of the last samples as bytes."""
    settings = SETTINGS["garments"]
    torch.manual_seed(seed)
    critic = critics.MLPCritic(garments.shape)
    generator = generators.MLPGenerator(settings["latent_dim"], garments.shape)
    players = critic_optimizer(critic, beta1), torch.optim.RMSprop(generator.parameters(), lr=SETTINGS["lr"])
    sizes = SETTINGS["n_critic"], settings["c"], SETTINGS["batch_size"]
    watch = curves.Watch(generator, distance)
    for step in range(1, steps + 1):
        clipping.wgan_step(critic, generator, garments, *players, *sizes)
        if step % settings["every"] == 0:
            images = watch()
    return watch.distances, curves.as_bytes(images[:12])


def main() -> None:
    settings = SETTINGS["garments"]
    garments = data.load()
    distance = curves.SlicedDistance(garments[torch.arange(settings["samples"])], settings["projections"])
    on_ring, on_garments = [], []
    for name, beta1 in zip(SETTINGS["optimizers"], SETTINGS["beta1"], strict=True):
        for seed in settings["seeds"]:
            on_garments.append(train_on_garments(garments, distance, beta1, seed, settings["steps"]))
            print(name, seed, np.round(on_garments[-1][0][-1], 3), flush=True)
        on_ring.append(train(beta1, SETTINGS["steps"], SETTINGS["every"]))
        print(name, "last quarter", on_ring[-1][-len(on_ring[-1]) // 4 :].mean(axis=0).round(3), flush=True)
    distances, images = zip(*on_garments, strict=True)
    shape = len(SETTINGS["optimizers"]), len(settings["seeds"])
    stored.save(
        "04_momentum",
        SETTINGS,
        distance=np.array(on_ring),  # 8 Gaussians, by optimiser, time, seed
        garments=np.array(distances).reshape(*shape, -1),  # by optimiser, seed, time
        images=np.array(images).reshape(*shape, *images[0].shape),  # by optimiser, seed: bytes of (12, 1, 28, 28)
    )


if __name__ == "__main__":
    main()
