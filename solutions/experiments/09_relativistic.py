"""Lesson 09: WGAN-GP beside the relativistic loss with R1 and R2, on 25 Gaussians.

    nice python solutions/experiments/09_relativistic.py        about seven minutes on one core

Sources: Gulrajani et al. (2017) for the first (lambda 0.1 and five critic steps, as in
their toy code), Huang et al. (2024), "R3GAN", for the second (one critic step, betas
(0, 0.99)). The same networks, batches, learning rates, number of generator steps, and the
same moving average of the generator's weights. Modes and good points as in 05_modes.
"""

import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from starter import penalty
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
Loss = Callable[[nn.Module, Tensor, Tensor], Tensor]


def wgan_critic(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    gp = penalty.gradient_penalty(critic, real, fake)
    return critic(fake).mean() - critic(real).mean() + SETTINGS["lambda"] * gp


def wgan_generator(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    return -critic(fake).mean()


def relativistic_critic(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """R3GAN: each real point should score higher than its fake; slopes at both are pulled to 0."""
    r1, r2 = (penalty.r1_penalty(critic, points, points) for points in (real, fake))
    return softplus(critic(fake) - critic(real)).mean() + SETTINGS["gamma"] / 2 * (r1 + r2)


def relativistic_generator(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    return softplus(critic(real) - critic(fake)).mean()


LOSSES: list[tuple[Loss, Loss]] = [
    (wgan_critic, wgan_generator),
    (relativistic_critic, relativistic_generator),
]


def run(method: int, seed: int) -> tuple[list[tuple[int, float]], Tensor, float]:
    """Modes and share of good points at each look, points of the trained generator, and the seconds it took."""
    torch.manual_seed(seed)
    critic, generator = mlp(2, 128, 128, 128, 1), mlp(2, 128, 128, 128, 2)
    average = AveragedModel(generator, multi_avg_fn=get_ema_multi_avg_fn(SETTINGS["average"]))
    (of_critic, of_generator), betas = LOSSES[method], SETTINGS["betas"][method]
    optimizers = [torch.optim.Adam(net.parameters(), lr=1e-3, betas=betas) for net in (critic, generator)]
    rates = [
        torch.optim.lr_scheduler.MultiStepLR(each, [SETTINGS["steps"] // 2, 3 * SETTINGS["steps"] // 4], 0.5)
        for each in optimizers
    ]
    n, looks, seconds = SETTINGS["batch"], [], 0.0
    noise = torch.randn(SETTINGS["points"], 2, generator=torch.Generator().manual_seed(1))
    for step in range(1, SETTINGS["steps"] + 1):
        start = time.process_time()
        for _ in range(SETTINGS["critic_steps"][method]):
            loss = of_critic(critic, LAW.sample(n), generator(torch.randn(n, 2)).detach())
            optimizers[0].zero_grad()
            loss.backward()
            optimizers[0].step()
        loss = of_generator(critic, LAW.sample(n), generator(torch.randn(n, 2)))
        optimizers[1].zero_grad()
        loss.backward()
        optimizers[1].step()
        average.update_parameters(generator)
        for rate in rates:
            rate.step()
        seconds += time.process_time() - start
        if step % SETTINGS["every"] == 0:
            points = average(noise).detach()
            looks.append(quality(points, LAW.centres, SD))
    return looks, points[:2000], seconds


def main() -> None:
    torch.set_num_threads(1)
    shape = len(SETTINGS["methods"]), len(SETTINGS["seeds"])
    looks = SETTINGS["steps"] // SETTINGS["every"]
    modes, good, seconds = np.zeros((*shape, looks)), np.zeros((*shape, looks)), np.zeros(shape)
    first = []
    for method, name in enumerate(SETTINGS["methods"]):
        for seed in SETTINGS["seeds"]:
            rows, points, seconds[method, seed] = run(method, seed)
            modes[method, seed], good[method, seed] = np.array(rows).T
            first += [points.numpy().astype(np.float16)] if seed == 0 else []
            print(name, seed, rows[-1], f"{seconds[method, seed]:.0f} s", flush=True)
    stored.save("09_relativistic", SETTINGS, modes=modes, good=good, seconds=seconds, first=np.array(first))


if __name__ == "__main__":
    main()
