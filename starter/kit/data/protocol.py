"""What one can train on."""

from typing import Protocol

import torch
from torch import Tensor


class Data(Protocol):
    """What one can train on: data.Images, toys.Law, or anything alike."""

    shape: tuple[int, ...]  # of one sample

    def sample(self, n: int, rng: torch.Generator) -> Tensor:
        """A float tensor of shape (n, *shape)."""
