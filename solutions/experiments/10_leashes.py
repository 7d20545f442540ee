"""Lesson 10: what critics on different leashes report, beside the exact distance.

    nice python solutions/experiments/10_leashes.py        about ten minutes on one core

Three pairs of distributions whose distance is known in every dimension: a shift, a
scale, and a cone (all fakes at one point, the real points on the unit sphere around
it, so W = 1; the name is that of the best critic, Anil et al., 2019). For each of them
the best critic's gradient is known, too. Every critic has two hidden layers of 128
units, the same batches, optimiser and number of steps. Time is that of the
processor, not of the clock.
"""

import os
import sys
import time
from functools import partial
from math import gamma, sqrt
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn

from starter import clipping, penalty, training
from starter.kit import stored
from starter.kit.loop import layers

SETTINGS = {
    "critics": [
        "clip 0.01",
        "clip 0.03",
        "clip 0.1",
        "penalty",
        "one-sided penalty",
        "spectral norm, ReLU",
        "orthonormal, MaxMin",
    ],
    "pairs": ["shift", "scale", "cone"],
    "dimensions": [2, 16, 64],
    "width": 128,
    "batch": 256,
    "steps": 600,
    "rate": 1e-3,
    "optimiser": "Adam, betas (0, 0.9); the rate falls to 0 along a line",
    "lambda": 10,
    "points": 4096,
    "seeds": [0, 1, 2],
}


class Pair(NamedTuple):
    """Real and fake points along the rays of the best plan.

    Attributes:
        real, fake: partners, shape (n, d).
        direction: the gradient of the best critic between them, shape (n, d), length 1.
    """

    real: Tensor
    fake: Tensor
    direction: Tensor


def draw(name: str, d: int, n: int) -> Pair:
    """n pairs of partners of the distributions of that name in d dimensions."""
    x = torch.randn(n, d)
    outwards = nn.functional.normalize(x, dim=1)
    if name == "cone":
        return Pair(outwards, torch.zeros(n, d), outwards)
    if name == "scale":
        return Pair(1.5 * x, x, outwards)
    along = torch.full((n, d), d**-0.5)
    return Pair(x + along, x, along)


def distance(name: str, d: int) -> float:
    """The exact Wasserstein distance."""
    return 0.5 * sqrt(2) * gamma((d + 1) / 2) / gamma(d / 2) if name == "scale" else 1.0


class Fakes:
    """A generator with nothing to learn."""

    latent_dim = 1

    def __init__(self, name: str, d: int) -> None:
        self.draw = partial(draw, name, d)

    def __call__(self, z: Tensor) -> Tensor:
        return self.draw(len(z)).fake


def new_critic(name: str, d: int) -> nn.Module:
    """An untrained critic for points in d dimensions."""
    if name.startswith("spectral"):
        return layers.SpectralCritic((d,), SETTINGS["width"])
    if name.startswith("orthonormal"):
        return layers.OrthonormalCritic((d,), SETTINGS["width"])
    width = SETTINGS["width"]
    hidden = (nn.Linear(d, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
    return nn.Sequential(*hidden, nn.Linear(width, 1), nn.Flatten(0))


def trained(name: str, pair: str, d: int, seed: int) -> tuple[nn.Module, float]:
    """A trained critic, and seconds of the processor for 1,000 steps."""
    torch.manual_seed(seed)
    critic, fakes, n = new_critic(name, d), Fakes(pair, d), SETTINGS["steps"]
    optimizer = torch.optim.Adam(critic.parameters(), lr=SETTINGS["rate"], betas=(0.0, 0.9))
    falling = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / n)
    term = {"penalty": penalty.gradient_penalty, "one-sided penalty": penalty.one_sided_penalty}.get(name)
    start = time.process_time()
    for _ in range(n):
        real = draw(pair, d, SETTINGS["batch"]).real
        training.critic_step(critic, fakes, real, optimizer, term, SETTINGS["lambda"])
        if name.startswith("clip"):
            clipping.clip_weights(critic, float(name.split()[1]))
        falling.step()
    return critic.eval(), 1000 * (time.process_time() - start) / n


def judged(critic: nn.Module, pair: str, d: int) -> tuple[float, float]:
    """On fresh points: estimate / W, and the mean cosine to the exact gradient."""
    torch.manual_seed(99)
    real, fake, direction = draw(pair, d, SETTINGS["points"])
    with torch.no_grad():
        estimate = (critic(real).mean() - critic(fake).mean()).item()
    between = torch.lerp(fake, real, torch.rand(len(real), 1)).requires_grad_(True)
    (slopes,) = torch.autograd.grad(critic(between).sum(), between)
    cosine = nn.functional.cosine_similarity(slopes, direction, dim=1).mean().item()
    return estimate / distance(pair, d), cosine


def main() -> None:
    torch.set_num_threads(1)
    axes = [SETTINGS[key] for key in ("critics", "pairs", "dimensions", "seeds")]
    ratio, cosine, seconds = np.zeros((3, *map(len, axes)))
    for k in np.ndindex(ratio.shape):
        name, pair, d, seed = (axis[i] for axis, i in zip(axes, k, strict=True))
        critic, seconds[k] = trained(name, pair, d, seed)
        ratio[k], cosine[k] = judged(critic, pair, d)
        print(name, pair, d, seed, ratio[k].round(3), cosine[k].round(3), seconds[k].round(1), flush=True)
    stored.save(
        "10_leashes",
        SETTINGS,
        ratio=ratio,  # estimate / W, by critic, pair, dimension and seed, as are the next
        cosine=cosine,
        seconds=seconds,  # of the processor, for 1,000 steps
    )


if __name__ == "__main__":
    main()
