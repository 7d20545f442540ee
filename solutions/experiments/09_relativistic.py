"""Lesson 09: WGAN-GP beside the relativistic loss with R1 and R2, on 25 Gaussians.

    nice python solutions/experiments/09_relativistic.py        about three minutes on one core

Sources: Gulrajani et al. (2017) for the first (lambda 0.1 and five critic steps, as in
their toy code), Huang et al. (2024), "R3GAN", for the second (one critic step, betas
(0, 0.99)). The same networks, batches, learning rates, number of generator steps, and the
same moving average of the generator's weights. Modes and good points as in 05_modes. All
seeds of a method learn side by side, so times are for all of them together.
"""

import os
import sys
import time
from importlib import import_module
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from starter.kit import stored, toys

mlp = import_module("solutions.experiments.05_sides").mlp
quality = import_module("solutions.experiments.05_modes").quality

SETTINGS = {
    "methods": ["WGAN-GP", "R3GAN's loss"],
    "critic_steps": [5, 1],
    "betas": [[0.5, 0.9], [0.0, 0.99]],
    "lambda": 0.1,
    "gamma": 0.01,
    "networks": "MLP 2-128-128-128-2 and 2-128-128-128-1, ReLU",
    "rate": "Adam 1e-3, halved at half time and at three quarters",
    "batch": 256,
    "average": 0.99,
    "steps": 3000,
    "every": 250,
    "points": 10_000,
    "seeds": [0, 1, 2],
}
LAW, SD = toys.TWENTY_FIVE_GAUSSIANS, 0.05 / 2.828


class Stack(nn.Module):
    """The same network once for each seed, side by side: each on its own slice of the first axis."""

    def __init__(self, *sizes: int) -> None:
        super().__init__()
        networks = []
        for seed in SETTINGS["seeds"]:
            torch.manual_seed(seed)
            networks.append([layer for layer in mlp(*sizes) if isinstance(layer, nn.Linear)])
        layers = list(zip(*networks, strict=True))
        self.weights = nn.ParameterList(torch.stack([one.weight.detach().T for one in layer]) for layer in layers)
        self.biases = nn.ParameterList(torch.stack([one.bias.detach()[None] for one in layer]) for layer in layers)

    def forward(self, x: Tensor) -> Tensor:
        """Points (seeds, n, inputs) to (seeds, n, outputs)."""
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = torch.baddbmm(bias, x, weight).relu()
        return torch.baddbmm(self.biases[-1], x, self.weights[-1])


def slopes(critic: Stack, points: Tensor) -> Tensor:
    """Lengths of the critics' gradients, shape (seeds, n)."""
    points = points.detach().requires_grad_(True)
    return torch.autograd.grad(critic(points).sum(), points, create_graph=True)[0].norm(dim=2)


# Losses are summed over the seeds, so that each network gets the gradient of its own.


def wgan_critic(critic: Stack, real: Tensor, fake: Tensor) -> Tensor:
    epsilon = torch.rand(*real.shape[:2], 1)
    gp = ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1) ** 2).mean(dim=1)
    return (critic(fake) - critic(real)).mean(dim=(1, 2)).sum() + SETTINGS["lambda"] * gp.sum()


def wgan_generator(critic: Stack, real: Tensor, fake: Tensor) -> Tensor:
    return -critic(fake).mean(dim=(1, 2)).sum()


def relativistic_critic(critic: Stack, real: Tensor, fake: Tensor) -> Tensor:
    """R3GAN: each real point should score higher than its fake; slopes at both are pulled to 0."""
    r1_and_r2 = 2 * (slopes(critic, torch.cat([real, fake], dim=1)) ** 2).mean(dim=1)
    loss = softplus(critic(fake) - critic(real)).mean(dim=(1, 2))
    return (loss + SETTINGS["gamma"] / 2 * r1_and_r2).sum()


def relativistic_generator(critic: Stack, real: Tensor, fake: Tensor) -> Tensor:
    return softplus(critic(real) - critic(fake)).mean(dim=(1, 2)).sum()


LOSSES = [(wgan_critic, wgan_generator), (relativistic_critic, relativistic_generator)]


def run(method: int) -> tuple[np.ndarray, np.ndarray, Tensor, float]:
    """Modes and shares of good points, by seed and look; points of the first seed; the seconds of all together."""
    seeds, n = len(SETTINGS["seeds"]), SETTINGS["batch"]
    critic, generator = Stack(2, 128, 128, 128, 1), Stack(2, 128, 128, 128, 2)
    torch.manual_seed(SETTINGS["seeds"][0])
    average = AveragedModel(generator, multi_avg_fn=get_ema_multi_avg_fn(SETTINGS["average"]))
    (of_critic, of_generator), betas = LOSSES[method], SETTINGS["betas"][method]
    optimizers = [torch.optim.Adam(net.parameters(), lr=1e-3, betas=betas) for net in (critic, generator)]
    halves = [SETTINGS["steps"] // 2, 3 * SETTINGS["steps"] // 4]
    rates = [torch.optim.lr_scheduler.MultiStepLR(each, halves, 0.5) for each in optimizers]
    noise = torch.randn(1, SETTINGS["points"], 2, generator=torch.Generator().manual_seed(1)).expand(seeds, -1, -1)
    looks, seconds = [], 0.0

    def real() -> Tensor:
        return LAW.sample(seeds * n).view(seeds, n, 2)

    for step in range(1, SETTINGS["steps"] + 1):
        start = time.process_time()
        for _ in range(SETTINGS["critic_steps"][method]):
            loss = of_critic(critic, real(), generator(torch.randn(seeds, n, 2)).detach())
            optimizers[0].zero_grad()
            loss.backward()
            optimizers[0].step()
        loss = of_generator(critic, real(), generator(torch.randn(seeds, n, 2)))
        optimizers[1].zero_grad()
        loss.backward()
        optimizers[1].step()
        average.update_parameters(generator)
        for rate in rates:
            rate.step()
        seconds += time.process_time() - start
        if step % SETTINGS["every"] == 0:
            with torch.no_grad():
                points = average(noise)
            looks.append([quality(of_seed, LAW.centres, SD) for of_seed in points])
            print(SETTINGS["methods"][method], step, looks[-1], f"{seconds:.0f} s", flush=True)
    modes, good = np.array(looks).transpose(2, 1, 0)
    return modes, good, points[0, :2000], seconds


def main() -> None:
    torch.set_num_threads(1)
    modes, good, first, seconds = zip(*(run(method) for method in range(len(SETTINGS["methods"]))), strict=True)
    stored.save(
        "09_relativistic",
        SETTINGS,
        modes=np.array(modes),  # by method, seed and look, as is the next
        good=np.array(good),
        first=np.array([points.numpy() for points in first]).astype(np.float16),  # of the first seed
        seconds=np.array(seconds),  # of each method, for all seeds together
    )


if __name__ == "__main__":
    main()
