"""What one can train, and on what."""

from collections.abc import Iterator
from typing import Protocol

import torch
from torch import Tensor, nn


class Data(Protocol):
    """What one can train on: data.Images, toys.Law, or anything alike."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample."""

    def sample(self, n: int, rng: torch.Generator | None = None) -> Tensor:
        """A float tensor of shape (n, *shape)."""


class Generator(Protocol):
    """A network that makes samples from noise, and says how much: yours, or anything alike."""

    latent_dim: int  # numbers in one z

    def __call__(self, z: Tensor, /) -> Tensor:
        """Samples of shape (n, *shape), made from z of shape (n, latent_dim)."""

    def parameters(self) -> Iterator[nn.Parameter]:
        """Its weights."""
