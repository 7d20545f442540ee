"""Real samples, looked at on their way to the critic."""

from math import isfinite
from typing import Any

import torch
from torch import Tensor

from .. import data as datasets
from ..course import CourseError
from .describe import is_data, what
from .run import Run

_SLACK = 0.05  # beyond [-1, 1]: resizing overshoots a little


class Batches:
    """Data whose batches are looked at: each for its shape, and the first one for the range of its pixels.

    They come as the networks need them: floats on the device of the run, contiguous and without a graph.

    Attributes:
        rng: draws them.
    """

    def __init__(self, data: Any, run: Run) -> None:
        on_device = run.device if hasattr(data, "to") else "cpu"
        self.rng = torch.Generator(on_device).manual_seed(run.settings.seed + run.steps)
        self._drawn = torch.zeros(1)
        self._run, self._shape = run, tuple(data.shape)
        self._data = data.to(run.device) if hasattr(data, "to") else data
        if not is_data(self._data):
            raise CourseError(f"data.to({run.device}) returned {what(self._data)}; it should return the data.")
        self._device, self._dtype = run.device, next(run.critic.parameters()).dtype
        self._look = len(self._shape) == 3 and not isinstance(data, datasets.Images)  # which scale by themselves

    def draw(self, count: int, n: int) -> tuple[Tensor, ...]:
        """So many batches of n samples, each of shape (n, *shape). Small draws take longer, so it is one."""
        self._drawn = self.sample(count * n)
        return self._drawn.split(n)

    @property
    def largest(self) -> Tensor:
        """The largest size of a number in what was drawn last, as it is now: 0-d, on the device."""
        return torch.stack(torch.aminmax(self._drawn)).abs().max()

    def sample(self, n: int) -> Tensor:
        """A batch of n samples, shape (n, *shape)."""
        drawn = self._data.sample(n, self.rng)
        if not isinstance(drawn, Tensor) or drawn.shape != (n, *self._shape) or drawn.is_complex():
            raise CourseError(
                f"data.sample({n}, rng) returned {what(drawn)}; it should return a float tensor of shape "
                f"{(n, *self._shape)}."
            )
        drawn = drawn.clone() if drawn.is_inference() else drawn.detach()
        batch = drawn.to(self._device, self._dtype).contiguous()
        if self._look:
            self._look = False
            _check_range(batch, floats=drawn.is_floating_point(), begun=self._run.steps > 0)
        return batch


def _check_range(batch: Tensor, floats: bool, begun: bool) -> None:
    """Raise a CourseError for images that are not in [-1, 1]; a sentence where they fill half of it only.

    Args:
        batch: of images.
        floats: whether they were floats when they were drawn.
        begun: whether the run has steps behind it, and its sentence.
    """
    low, high = (value.item() for value in torch.aminmax(batch))
    if not (isfinite(low) and isfinite(high)):  # the training will end with a sentence
        return
    if low < -1 - _SLACK or high > 1 + _SLACK:
        raise CourseError(
            f"The images of the data go from {low:.3g} to {high:.3g}, and they should be in [-1, 1]: "
            f"{_way_to_range(low, high, floats)}."
        )
    if low >= 0 and not begun:
        print(
            "The images of the first batch are in [0, 1], and the course's are in [-1, 1]: 2 * x - 1 takes them there. "
            "If your generator ends in a sigmoid, leave them as they are."
        )


def _way_to_range(low: float, high: float, floats: bool) -> str:
    if low >= 0 and high <= 255 and (high > 16 or not floats):
        return "x / 127.5 - 1 takes bytes there"
    if -8 < low < 0 and high < 8:
        return "instead of taking out a mean and a standard deviation, take 2 * x - 1 of pixels in [0, 1]"
    return "2 * (x - low) / (high - low) - 1 takes them there, with the lowest and the highest value there is"
