"""Clipped critics between two parallel segments, for lesson 04: one window, and no common slope.

    python solutions/experiments/04_segments.py        some seconds on one core

Source of the segments: WGAN, Example 1. Four critics for each distance start with
weights spread evenly over the window, so that a pile at its ends comes from
training. All 28 are trained at once, side by side in one tensor. What a critic
reports for each unit of distance is its mean slope across, and so at most its
Lipschitz constant; the steepest place is looked for on a grid around the segments.
"""

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn

from starter.kit import stored

SETTINGS = {
    "thetas": [0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    "c": 0.1,
    "critic": [2, 32, 32, 1],
    "critics_each": 4,
    "batch_size": 64,
    "steps": 1000,
    "lr": 1e-3,
    "seed": 0,
}


class Stack(nn.Module):
    """Fully connected ReLU networks of one shape, side by side: trained at once, they share nothing.

    Args:
        n: number of networks.
        sizes: inputs, hidden widths, outputs, such as (2, 32, 32, 1).
        c: the first weights are spread evenly over [-c, c]; None takes torch's own spread.
    """

    def __init__(self, n: int, sizes: Sequence[int], c: float | None = None) -> None:
        super().__init__()
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for n_in, n_out in pairwise(sizes):
            half = c or n_in**-0.5
            self.weights.append(nn.Parameter(half * (2 * torch.rand(n, n_in, n_out) - 1)))
            self.biases.append(nn.Parameter(half * (2 * torch.rand(n, 1, n_out) - 1)))

    def forward(self, x: Tensor) -> Tensor:
        """Shape (n, points, inputs) in, (n, points, outputs) out: each network has points of its own."""
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            x = torch.baddbmm(bias, x, weight)
            x = x.relu() if number < len(self.weights) else x
        return x

    @torch.no_grad()
    def clip(self, c: float) -> None:
        """Equation (4.1), for all of them."""
        for parameter in self.parameters():
            parameter.clamp_(-c, c)

    def flat(self) -> Tensor:
        """All weights and biases in one row."""
        return torch.cat([parameter.detach().flatten() for parameter in self.parameters()])


class Trained(NamedTuple):
    """What is left of a training.

    Attributes:
        reported: mean f(x) - mean f(G(z)) of each critic, shape (thetas, critics_each).
        steepest: largest slope in one coordinate that was found, shape (thetas, critics_each).
        weights: of all critics, shape (k,).
    """

    reported: np.ndarray
    steepest: np.ndarray
    weights: np.ndarray


def steepest_slopes(critics: Stack, offsets: Tensor, sides: int = 120) -> Tensor:
    """The largest slope in one coordinate, on a grid from 1 left of the real segment to 1 right of the fake one.

    Args:
        critics: n of them.
        offsets: where the fake segment of each lies, shape (n, 1).
        sides: places along each side of the grid.
    """
    across, up = torch.meshgrid(torch.linspace(0, 1, sides), torch.linspace(-1, 2, sides), indexing="ij")
    x = (2 + offsets) * across.flatten() - 1
    places = torch.stack([x, up.flatten().expand_as(x)], dim=-1).requires_grad_(True)
    (slopes,) = torch.autograd.grad(critics(places).sum(), places)
    return slopes.abs().amax(dim=(1, 2))


def train(thetas: Sequence[float], critics_each: int, steps: int) -> Trained:
    """Train clipped critics to tell apart two segments at each of these distances, by RMSProp."""
    torch.manual_seed(SETTINGS["seed"])
    c, n, m = SETTINGS["c"], len(thetas) * critics_each, SETTINGS["batch_size"]
    critics = Stack(n, SETTINGS["critic"], c)
    offsets = torch.tensor(thetas, dtype=torch.float32).repeat_interleave(critics_each)[:, None]
    optimizer = torch.optim.RMSprop(critics.parameters(), lr=SETTINGS["lr"])

    def reported(real_height: Tensor, fake_height: Tensor) -> Tensor:
        real = torch.stack([torch.zeros_like(real_height), real_height], dim=-1)
        fake = torch.stack([offsets.expand_as(fake_height), fake_height], dim=-1)
        return (critics(real) - critics(fake)).mean(dim=(1, 2))

    for _ in range(steps):
        optimizer.zero_grad()
        (-reported(torch.rand(n, m), torch.rand(n, m)).sum()).backward()
        optimizer.step()
        critics.clip(c)
    with torch.no_grad():
        heights = ((torch.arange(200) + 0.5) / 200).expand(n, 200)
        at_the_end = reported(heights, heights)
    shape = len(thetas), critics_each
    steepest = steepest_slopes(critics, offsets)
    return Trained(at_the_end.view(shape).numpy(), steepest.view(shape).numpy(), critics.flat().numpy())


def main() -> None:
    c = SETTINGS["c"]
    reported, steepest, weights = train(SETTINGS["thetas"], SETTINGS["critics_each"], SETTINGS["steps"])
    stored.save(
        "04_segments",
        SETTINGS,
        reported=reported,  # by distance, critic
        steepest=steepest,  # by distance, critic
        histogram=np.histogram(weights / c, bins=61, range=(-1, 1))[0].astype(np.int32),
        at_the_ends=np.array((abs(weights) > 0.97 * c).mean()),  # share of weights beyond .97 c
    )
    slopes = reported / np.array(SETTINGS["thetas"])[:, None]
    print(np.c_[SETTINGS["thetas"], slopes.mean(axis=1), steepest.mean(axis=1)].round(3))
    print(f"K at least {slopes.min():.3f} to {slopes.max():.3f}, {(abs(weights) > 0.97 * c).mean():.0%} at the ends")


if __name__ == "__main__":
    main()
