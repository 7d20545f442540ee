"""Toy distributions: points on a line or in the plane whose distribution is known exactly.

They have the interface of data.Images (sample, shape, device, to), so that the
same training loop takes either. The mixtures and the roll are those of
Gulrajani et al., "Improved Training of Wasserstein GANs" (2017), figure 1, with
the constants of the authors' code.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import pi

import torch
from torch import Tensor

Draw = Callable[[int, torch.Generator | None, torch.device], Tensor]
CPU = torch.device("cpu")


@dataclass(frozen=True, eq=False)
class Law:
    """A distribution that one can draw from.

    Attributes:
        name: for titles and messages.
        dimension: d, the number of coordinates of a point.
        draw: the function behind sample: (n, rng, device) to points (n, d).
        modes: centres of its bumps, float32 of shape (k, d), each as likely as
            any other; None if it has no bumps.
        device: where points are made.
    """

    name: str
    dimension: int
    draw: Draw
    modes: Tensor | None = None
    device: torch.device = CPU

    def __repr__(self) -> str:
        return f"Law({self.name}: points of shape {self.shape} on {self.device})"

    @property
    def shape(self) -> tuple[int]:
        """Shape of one point, (d,)."""
        return (self.dimension,)

    def sample(self, n: int, rng: torch.Generator | None = None) -> Tensor:
        """A batch of n independent points.

        Args:
            n: size of the batch.
            rng: a generator on the device of the distribution; None takes torch's own.

        Returns:
            float32, shape (n, d).
        """
        return self.draw(n, rng, self.device)

    @property
    def centres(self) -> Tensor:
        """Its modes, of a distribution that has some."""
        if self.modes is None:
            raise ValueError(f"{self.name} has no modes.")
        return self.modes

    def to(self, device: torch.device | str) -> "Law":
        """The same distribution, with points made on another device."""
        modes = None if self.modes is None else self.modes.to(device)
        return replace(self, modes=modes, device=torch.device(device))


def gaussian(mean: float, sd: float = 1.0) -> Law:
    """The normal distribution N(mean, sd^2) on the line."""
    return _mixture(f"N({mean:g}, {sd:g}^2)", torch.tensor([[float(mean)]], dtype=torch.float32), sd)


def _mixture(name: str, modes: Tensor, sd: float) -> Law:
    """Normal bumps of standard deviation sd around the modes, all of the same weight."""

    def draw(n: int, rng: torch.Generator | None, device: torch.device) -> Tensor:
        chosen = torch.randint(len(modes), (n,), generator=rng, device=device)
        noise = torch.randn(n, modes.shape[1], generator=rng, device=device, dtype=torch.float32)
        return modes.to(device)[chosen] + sd * noise

    return Law(name, modes.shape[1], draw, modes)


def _draw_swiss_roll(n: int, rng: torch.Generator | None, device: torch.device) -> Tensor:
    """The spiral (t cos t, t sin t), t uniform on [1.5 pi, 4.5 pi], noise .25; all over 7.5."""
    t = 1.5 * pi * (1 + 2 * torch.rand(n, generator=rng, device=device, dtype=torch.float32))
    noise = torch.randn(n, 2, generator=rng, device=device, dtype=torch.float32)
    spiral = torch.stack([t * torch.cos(t), t * torch.sin(t)], dim=1)
    return (spiral + 0.25 * noise) / 7.5


def _ring() -> Tensor:
    """Eight points on the circle of radius 2."""
    angles = torch.arange(8, dtype=torch.float32) * (2 * pi / 8)
    return 2 * torch.stack([torch.cos(angles), torch.sin(angles)], dim=1)


def _grid() -> Tensor:
    """Five by five points, 2 apart, around the origin."""
    steps = 2 * torch.arange(-2, 3, dtype=torch.float32)
    return torch.cartesian_prod(steps, steps)


EIGHT_GAUSSIANS = _mixture("8 Gaussians", _ring() / 1.414, 0.02 / 1.414)
TWENTY_FIVE_GAUSSIANS = _mixture("25 Gaussians", _grid() / 2.828, 0.05 / 2.828)
SWISS_ROLL = Law("Swiss roll", 2, _draw_swiss_roll)
