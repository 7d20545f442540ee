"""Tiny critics whose slopes are known exactly.

slopes(images) is what gradient_norms would find, written down by hand for the
images that the checks use.
"""

import contextlib

import torch
from torch import Tensor, nn
from torch.nn import functional


class Plane(nn.Module):
    """f(x) = w . x with all weights alike: as steep as the length of w, everywhere.

    Args:
        length: the length of w.
        pixels: numbers in one sample.
        column: whether the scores have shape (n, 1) instead of (n,).

    Attributes:
        recorded: for each gradient computed, whether autograd recorded that too.
    """

    def __init__(self, length: float, pixels: int = 16, column: bool = False) -> None:
        super().__init__()
        self.column = column
        self.recorded: list[bool] = []
        self.weight = nn.Parameter(torch.full((1, pixels), length / pixels**0.5))

    def forward(self, images: Tensor) -> Tensor:
        scores = functional.linear(images.flatten(1), self.weight)
        with contextlib.suppress(RuntimeError):  # nothing to hook on: no graph
            scores.register_hook(lambda gradient: self.recorded.append(torch.is_grad_enabled()))
        return scores if self.column else scores.flatten()

    def slopes(self, images: Tensor) -> Tensor:
        self.recorded.append(True)
        return self.weight.norm().expand(len(images))


class Bowl(nn.Module):
    """f(x) = (a/2) times the squared length of x, on samples of 16 equal pixels.

    A sample whose pixels are all p has slope 4 |a p|: the steeper, the farther
    from 0. So the slope says where the critic was asked.
    """

    def __init__(self, a: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a))

    def forward(self, images: Tensor) -> Tensor:
        return self.a * (images * images).flatten(1).sum(dim=1) / 2

    def slopes(self, images: Tensor) -> Tensor:
        return 4 * self.a.abs() * images.flatten(1)[:, 0].abs()
