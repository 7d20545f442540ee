"""Activations made of straight pieces: their second derivative is 0, and is not computed.

The gradient penalty differentiates the critic's slope once more. Where the
critic uses ReLU or LeakyReLU, its slope at an image depends on the image only
through which piece each unit is on, and that does not change for a small step.
PyTorch does not know: it sends zeros back through the critic, matrix product
by matrix product, which is a sixth of a step's arithmetic. Here the piece is
a constant factor. Scores, penalty and gradients stay the same, in float32 bit
by bit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


@contextmanager
def without_second_derivatives(*networks: nn.Module) -> Iterator[None]:
    """While it lasts, nn.ReLU and nn.LeakyReLU in these networks work as a factor that is constant on a piece.

    Others are left alone, so are those that work in place.
    """
    found = [part for network in networks for part in network.modules() if type(part) in (nn.ReLU, nn.LeakyReLU)]
    changed = [part for part in found if not part.inplace and "forward" not in vars(part)]
    try:
        for part in changed:
            part.forward = _times_slope(getattr(part, "negative_slope", 0.0))
        yield
    finally:
        for part in changed:
            del part.forward


def _times_slope(negative: float) -> Callable[[Tensor], Tensor]:
    def forward(x: Tensor) -> Tensor:
        return x * torch.where(x.detach() > 0, 1.0, negative).to(x.dtype)

    return forward
