"""Critics whose slope is at most 1 by their making, out of your functions of leashes.py.

    from starter.kit.loop import layers

    critic = layers.OrthonormalCritic((1, 28, 28))

Sources: Miyato et al. (2018), Algorithm 1; Anil et al. (2019).
"""

from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional


class SpectralLinear(nn.Linear):
    """A linear layer whose matrix is divided by its largest singular value.

    Args:
        n_inputs, n_outputs: numbers in and out of the layer.
    """

    u: Tensor

    def __init__(self, n_inputs: int, n_outputs: int) -> None:
        super().__init__(n_inputs, n_outputs)
        from ... import leashes

        u = functional.normalize(torch.randn(n_outputs), dim=0)
        self.register_buffer("u", leashes.spectral_norm_of(self.weight.detach(), u, n_steps=30)[1])

    def matrix(self) -> Tensor:
        """The matrix in use, shape (n_outputs, n_inputs): its largest singular value is 1, nearly."""
        from ... import leashes

        sigma, u = leashes.spectral_norm_of(self.weight, self.u)
        if self.training:
            self.u = u
        return self.weight / sigma

    def forward(self, x: Tensor) -> Tensor:
        """From shape (n, n_inputs) to (n, n_outputs)."""
        return functional.linear(x, self.matrix(), self.bias)


class OrthonormalLinear(SpectralLinear):
    """A linear layer of which all singular values are 1, nearly.

    Args:
        n_inputs, n_outputs: numbers in and out of the layer.
    """

    def __init__(self, n_inputs: int, n_outputs: int) -> None:
        super().__init__(n_inputs, n_outputs)
        nn.init.orthogonal_(self.weight)

    def matrix(self) -> Tensor:
        """The matrix in use, shape (n_outputs, n_inputs)."""
        from ... import leashes

        return leashes.bjorck(super().matrix(), n_steps=3)


class SpectralCritic(nn.Module):
    """A critic of spectrally normalised layers with ReLU between them: its slope is at most 1.

    Args:
        image_shape: shape of one sample without the batch: (channels, height,
            width) for images, (d,) for points.
        width: units of both hidden layers, even.
    """

    layer: type[SpectralLinear] = SpectralLinear

    def __init__(self, image_shape: tuple[int, ...] = (1, 28, 28), width: int = 128) -> None:
        super().__init__()
        self.image_shape = tuple(image_shape)
        sizes = (prod(self.image_shape), width, width, 1)
        self.layers = nn.ModuleList(self.layer(n, m) for n, m in pairwise(sizes))

    def activation(self, x: Tensor) -> Tensor:
        """What stands between the layers, shape (n, width) in and out."""
        return functional.relu(x)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of shape (n,), of a batch of shape (n, *image_shape)."""
        x = images.flatten(start_dim=1)
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))
        return self.layers[-1](x).flatten()


class OrthonormalCritic(SpectralCritic):
    """The same with orthonormal layers and MaxMin: its slope is at most 1, and can be 1 everywhere."""

    layer = OrthonormalLinear

    def activation(self, x: Tensor) -> Tensor:
        """Sorts neighbours."""
        from ... import leashes

        return leashes.maxmin(x)
