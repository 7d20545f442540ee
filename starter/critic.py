"""Critics: networks that give an image one score.

The last layer is linear, because a score is not a probability. There is no
batch normalisation: it would let the score of one image depend on the others,
and the gradient penalty is a statement about single images.
"""

# Built from solutions/critic.py by `make build`. Your answers do not go here but to starter/mine.

from math import prod

import torch
from torch import Tensor, nn

from starter.kit.course import Blank


class MLPCritic(nn.Module):
    """A fully connected critic: flatten, width, width // 2, one score.

    Args:
        image_shape: shape of one sample without the batch: (channels, height,
            width) for images, (d,) for points.
        width: units of the first hidden layer.
        slope: slope of LeakyReLU for negative inputs, between 0 and 1.
    """

    def __init__(self, image_shape: tuple[int, ...] = (1, 28, 28), width: int = 256, slope: float = 0.2) -> None:
        super().__init__()
        self.image_shape = tuple(image_shape)
        n_inputs = prod(self.image_shape)
        # YOUR CODE HERE
        raise Blank("critic.MLPCritic")

    def forward(self, images: Tensor) -> Tensor:
        """Scores of a batch. Equation (2.3).

        Args:
            images: shape (n, *image_shape), values in [-1, 1].

        Returns:
            Scores of shape (n,), any real number.
        """
        # YOUR CODE HERE
        raise Blank("critic.MLPCritic")


class ConvCritic(nn.Module):
    """A convolutional critic: two strided convolutions and a linear layer.

    Both convolutions have kernel 4, stride 2 and padding 1, so each halves the
    sides of the image. The first gives `width` channels, the second twice as
    many. LeakyReLU follows each.

    Args:
        image_shape: (channels, height, width); height and width divide by 4.
        width: channels after the first convolution.
        slope: slope of LeakyReLU for negative inputs, between 0 and 1.

    Source: the shape of Radford, Metz and Chintala's DCGAN discriminator
    (2016), without batch normalisation and without the last sigmoid.
    """

    def __init__(self, image_shape: tuple[int, ...] = (1, 28, 28), width: int = 16, slope: float = 0.2) -> None:
        super().__init__()
        self.image_shape = tuple(image_shape)
        channels, rows, columns = self.image_shape
        # YOUR CODE HERE
        raise Blank("critic.ConvCritic")

    def forward(self, images: Tensor) -> Tensor:
        """Scores of a batch. Equation (2.3).

        Args:
            images: shape (n, *image_shape), values in [-1, 1].

        Returns:
            Scores of shape (n,), any real number.
        """
        # YOUR CODE HERE
        raise Blank("critic.ConvCritic")


def optimal_discriminator(p: Tensor, q: Tensor) -> Tensor:
    """The best answer to "real or fake?", where the two densities are known. Equation (2.4).

        D*(x) = p(x) / (p(x) + q(x))

    Args:
        p: density of the real distribution at some points, any shape, at least 0.
        q: density of the fake distribution at the same points; p + q is above 0.

    Returns:
        The probability that a point is real, between 0 and 1, same shape.

    Source: Goodfellow et al., "Generative Adversarial Nets" (2014), Proposition 1.
    """
    # YOUR CODE HERE
    raise Blank("critic.optimal_discriminator")
