"""Labelled images whose classes take turns, for networks that are told the class.

    data = turns.of(data.load())
    data.sample(60)      # garment 0, 1, ..., 9, 0, 1, ...: the label of image i is i % 10

So nobody has to carry labels beside a batch: its order says them.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ..course import CourseError
from .images import Images


@dataclass(frozen=True, eq=False)
class Turns:
    """Images, drawn class after class.

    Attributes:
        images: the labelled images.
        classes: how many classes take turns.
    """

    images: Images
    classes: int
    _order: Tensor = field(repr=False)  # numbers of the images, sorted by class
    _first: Tensor = field(repr=False)  # where each class begins there
    _count: Tensor = field(repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one image, (channels, rows, columns)."""
        return self.images.shape

    def sample(self, n: int, rng: torch.Generator | None = None) -> Tensor:
        """A batch of n images, the first of class 0, the next of class 1 and so on, round and round.

        Args:
            n: size of the batch.
            rng: a generator on the device of the images; None takes torch's own.

        Returns:
            float32, shape (n, channels, rows, columns), values in [-1, 1]. Within its class each image is as likely as
            any other.
        """
        labels = torch.arange(n, device=self.images.device) % self.classes
        part = torch.rand(n, generator=rng, device=self.images.device, dtype=torch.float64)
        return self.images[self._order[self._first[labels] + (part * self._count[labels]).long()]]

    def to(self, device: torch.device | str) -> "Turns":
        """The same on another device."""
        return of(self.images.to(device))


def of(images: Any) -> Turns:
    """Let the classes of labelled images take turns.

    Raises:
        CourseError: these are no labelled images, or a class has none.
    """
    if not isinstance(images, Images):
        raise CourseError("Classes can take turns in data.Images with labels, such as data.load() gives.")
    count = torch.bincount(images.labels, minlength=len(images.classes))
    if len(count) < 2 or not count.all():
        empty = [name for name, n in zip(images.classes, count.tolist(), strict=False) if not n]
        problem = f"There is no image of class {empty[0]}" if empty else "All images have one label"
        raise CourseError(f"{problem}, so classes cannot take turns; give labels from 0 on, each at least once.")
    order = images.labels.argsort(stable=True)
    return Turns(images, len(count), order, count.cumsum(0) - count, count)
