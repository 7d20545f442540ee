"""Does a generator copy its training images? A test for what no score can see."""

from typing import NamedTuple

import torch
from torch import Tensor


class Nearness(NamedTuple):
    """How often the nearest image is a training image.

    Attributes:
        share: of the images whose nearest reference is a training image, about 0.5 for honest images.
        chance: half the width of the interval around 0.5 that holds 95 % of what chance gives.
    """

    share: float
    chance: float


def nearest_is_training(images: Tensor, training: Tensor, held_out: Tensor) -> Nearness:
    """Offer each image as many training as held-out references, and see which is nearest.

    Chance draws the images and the references too, some of which are nearest to
    many images: the interval counts both.

    Args:
        images: images, or features, shape (n, ...), n at least 2.
        training: references that the generator was trained on, shape (m, ...).
        held_out: references that it was not trained on, shape (m, ...).
    """
    points, references = (part.flatten(1).double() for part in (images, torch.cat([training, held_out])))
    squares = references.square().sum(dim=1) - 2 * points @ references.T  # less that of the image, which is the same
    nearest = squares.argmin(dim=1)
    times, n = torch.bincount(nearest).double(), len(points)
    crowding = float((times * (times - 1)).sum()) / (n * (n - 1))  # share of pairs of images with one nearest
    share = float((nearest < len(training)).double().mean())
    return Nearness(share, 1.96 * 0.5 * (1 / n + crowding) ** 0.5)
