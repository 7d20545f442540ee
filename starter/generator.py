"""Generators: networks that turn noise into images.

Images live in [-1, 1], the range of tanh, from the data to the critic. Only a
picture drawn on the screen needs [0, 1].
"""

# Built from solutions/generator.py by `make build`. Your answers do not go here but to starter/mine.

from math import prod

import torch
from torch import Tensor, nn

from starter.kit.course import Blank


def to_image(x: Tensor) -> Tensor:
    """Pixels for the screen: from [-1, 1] to [0, 1]. Equation (0.1).

        pixel = (x + 1) / 2

    Args:
        x: images with values in [-1, 1], any shape.

    Returns:
        A new tensor of the same shape, values in [0, 1].
    """
    # YOUR CODE HERE
    raise Blank("generator.to_image")


def sample_latent(n: int, latent_dim: int, device: torch.device | str | None = None) -> Tensor:
    """Noise for the generator. Equation (3.1).

        z ~ N(0, I)

    Args:
        n: number of samples.
        latent_dim: dimension of one z.
        device: where the tensor is made; None is the current default.

    Returns:
        Fresh standard normal numbers at each call, shape (n, latent_dim).
    """
    # YOUR CODE HERE
    raise Blank("generator.sample_latent")


class MLPGenerator(nn.Module):
    """A fully connected generator: z, width, 2 * width, image.

    The sheet puts batch normalisation and ReLU after both hidden layers; any
    activation will do.

    Args:
        latent_dim: dimension of z, kept as self.latent_dim.
        image_shape: shape of one sample without the batch, such as (1, 28, 28).
        width: units of the first hidden layer.
    """

    def __init__(self, latent_dim: int = 64, image_shape: tuple[int, ...] = (1, 28, 28), width: int = 256) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.image_shape = tuple(image_shape)
        n_outputs = prod(self.image_shape)
        # YOUR CODE HERE
        raise Blank("generator.MLPGenerator")

    def forward(self, z: Tensor) -> Tensor:
        """Images made from noise. Equation (3.2).

        Args:
            z: shape (n, latent_dim).

        Returns:
            Images of shape (n, *image_shape), values in [-1, 1].
        """
        # YOUR CODE HERE
        raise Blank("generator.MLPGenerator")


class ConvGenerator(nn.Module):
    """A convolutional generator: a linear layer, then two transposed convolutions.

    Each transposed convolution doubles the sides of the image. The sheet puts batch
    normalisation and ReLU after the linear layer and after the first transposed
    convolution; any activation will do.

    Args:
        latent_dim: dimension of z, kept as self.latent_dim.
        image_shape: (channels, height, width); height and width divide by 4.
        width: channels before the last layer.

    Source: the shape of Radford, Metz and Chintala's DCGAN generator (2016).
    """

    def __init__(self, latent_dim: int = 64, image_shape: tuple[int, ...] = (1, 28, 28), width: int = 24) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.image_shape = tuple(image_shape)
        channels, rows, columns = self.image_shape
        # YOUR CODE HERE
        raise Blank("generator.ConvGenerator")

    def forward(self, z: Tensor) -> Tensor:
        """Images made from noise. Equation (3.2).

        Args:
            z: shape (n, latent_dim).

        Returns:
            Images of shape (n, *image_shape), values in [-1, 1].
        """
        # YOUR CODE HERE
        raise Blank("generator.ConvGenerator")
