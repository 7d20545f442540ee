"""WGAN with the paper's settings, with the course's, and a standard GAN, on garments, for lesson 04.

    python solutions/experiments/04_curves.py        about 5 minutes on one core for each of three seeds

Source: WGAN, Algorithm 1 and figures 3 and 4. From there: RMSProp 5e-5, c = .01,
n_critic 5, batches of 64, curves smoothed by a median over 101 steps, and for the
standard GAN the quantity L / 2 + log 2, a lower bound of the Jensen-Shannon
distance. Other than there: 28-pixel garments instead of LSUN bedrooms, the
course's small fully connected networks, and 3,000 generator steps. The standard
GAN has the networks, the optimiser and the five steps of the course's run; only
its losses differ. The sliced Wasserstein distance stands in for the eye.

Of the first seed everything is kept, because lesson 06 looks at the same runs; of
the others the median of 101 steps and the distance, every 100 steps.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from starter import clipping
from starter import critic as critics
from starter import generator as generators
from starter.kit import data, figures, stored

SETTINGS = {
    "names": ["paper", "course"],
    "lr": [5e-5, 5e-4],
    "c": [0.01, 0.03],
    "n_critic": 5,
    "batch_size": 64,
    "steps": 3000,
    "gan_lr": 5e-4,
    "latent_dim": 64,
    "projections": 200,
    "every": 100,
    "samples": 2000,
    "seed": 0,
    "seeds": [0, 1, 2],
}


class Trained(NamedTuple):
    """What is left of a training.

    Attributes:
        reported: at each step, the estimate or the lower bound of JS.
        distances: of the samples to real images, every 100 steps.
        images: some samples at the end, bytes of shape (16, 1, 28, 28).
    """

    reported: list[float]
    distances: list[float]
    images: np.ndarray


class SlicedDistance:
    """Sliced Wasserstein distance to some real images: the mean over random directions, in units of pixel value."""

    def __init__(self, real: Tensor, projections: int) -> None:
        directions = torch.randn(real[0].numel(), projections, generator=torch.Generator().manual_seed(0))
        self.directions = directions / directions.norm(dim=0)
        self.real = self._shadows(real)

    def _shadows(self, images: Tensor) -> Tensor:
        return (images.flatten(1) @ self.directions).sort(dim=0).values

    def __call__(self, images: Tensor) -> float:
        return (self._shadows(images) - self.real).abs().mean().item()


class Watch:
    """Looks at a generator now and then, with the same noise each time."""

    def __init__(self, generator: torch.nn.Module, distance: Callable[[Tensor], float]) -> None:
        self.generator, self.distance = generator, distance
        self.distances: list[float] = []
        self.z = torch.randn(SETTINGS["samples"], SETTINGS["latent_dim"], generator=torch.Generator().manual_seed(1))

    @torch.no_grad()
    def __call__(self) -> Tensor:
        self.generator.eval()
        images = self.generator(self.z)
        self.generator.train()
        self.distances.append(self.distance(images))
        return images[:16]


def as_bytes(images: Tensor) -> np.ndarray:
    """Images in [-1, 1] as pixels from 0 to 255."""
    return ((images + 1) * 127.5).round().byte().numpy()


def wgan(garments: data.Images, distance: Callable[[Tensor], float], lr: float, c: float, seed: int = 0) -> Trained:
    """Train with clipping; what is reported is the estimate."""
    torch.manual_seed(seed)
    critic = critics.MLPCritic(garments.shape)
    generator = generators.MLPGenerator(SETTINGS["latent_dim"], garments.shape)
    players = [torch.optim.RMSprop(net.parameters(), lr=lr) for net in (critic, generator)]
    watch, estimates = Watch(generator, distance), []
    for step in range(SETTINGS["steps"]):
        estimate, _ = clipping.wgan_step(
            critic, generator, garments, *players, SETTINGS["n_critic"], c, SETTINGS["batch_size"]
        )
        estimates.append(estimate.item())
        if (step + 1) % SETTINGS["every"] == 0:
            images = watch()
    return Trained(estimates, watch.distances, as_bytes(images))


def gan(garments: data.Images, distance: Callable[[Tensor], float], seed: int = 0) -> Trained:
    """Train a standard GAN; what is reported is its lower bound of JS."""
    torch.manual_seed(seed)
    discriminator = critics.MLPCritic(garments.shape)
    generator = generators.MLPGenerator(SETTINGS["latent_dim"], garments.shape)
    players = [torch.optim.RMSprop(net.parameters(), lr=SETTINGS["gan_lr"]) for net in (discriminator, generator)]
    watch, bounds = Watch(generator, distance), []
    shape = SETTINGS["batch_size"], SETTINGS["latent_dim"]
    for step in range(SETTINGS["steps"]):
        for _ in range(SETTINGS["n_critic"]):
            fake = generator(torch.randn(shape)).detach()
            value = F.logsigmoid(discriminator(garments.sample(SETTINGS["batch_size"]))).mean()
            value = value + F.logsigmoid(-discriminator(fake)).mean()
            players[0].zero_grad()
            (-value).backward()
            players[0].step()
        loss = -F.logsigmoid(discriminator(generator(torch.randn(shape)))).mean()
        players[1].zero_grad()
        loss.backward()
        players[1].step()
        bounds.append(value.item() / 2 + float(np.log(2)))
        if (step + 1) % SETTINGS["every"] == 0:
            images = watch()
    return Trained(bounds, watch.distances, as_bytes(images))


def all_three(garments: data.Images, distance: Callable[[Tensor], float], seed: int) -> list[Trained]:
    """The paper's settings, the course's, and the standard GAN."""
    settings = zip(SETTINGS["lr"], SETTINGS["c"], strict=True)
    return [*(wgan(garments, distance, lr, c, seed) for lr, c in settings), gan(garments, distance, seed)]


def now_and_then(reported: list[float]) -> np.ndarray:
    """The median of 101 steps, at the steps at which the distance is known too."""
    return figures.running_median(reported, 101)[SETTINGS["every"] - 1 :: SETTINGS["every"]]


def main() -> None:
    garments = data.load()
    distance = SlicedDistance(garments[torch.arange(SETTINGS["samples"])], SETTINGS["projections"])
    of_seeds = []
    for seed in SETTINGS["seeds"]:
        of_seeds.append(all_three(garments, distance, seed))
        for name, run in zip((*SETTINGS["names"], "gan"), of_seeds[-1], strict=True):
            print(seed, name, np.round(run.reported[::400], 3), np.round(run.distances[::5], 3), flush=True)
    save(of_seeds, distance(garments[torch.arange(SETTINGS["samples"], 2 * SETTINGS["samples"])]))


def save(of_seeds: list[list[Trained]], floor: float) -> None:
    """Store the runs: of_seeds[seed][run], and the distance between two samples of real images."""
    first = of_seeds[0]
    stored.save(
        "04_curves",
        SETTINGS,
        wasserstein=np.array([run.reported for run in first[:2]]),  # of the first seed, by run, step
        js=np.array(first[2].reported),  # of the first seed, by step
        distance=np.array(
            [run.distances for run in first]
        ),  # of the first seed, by run (the GAN last), every 100 steps
        medians=np.array(
            [[now_and_then(run.reported) for run in runs] for runs in of_seeds]
        ),  # by seed, run, 100 steps
        distances=np.array([[run.distances for run in runs] for runs in of_seeds]),  # by seed, run, 100 steps
        floor=np.array(floor),
        images=np.array([run.images for run in first]),  # by run, uint8 of shape (16, 1, 28, 28)
    )


if __name__ == "__main__":
    main()
