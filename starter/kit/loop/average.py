"""The moving average of the generator's weights."""

import copy
import re

import torch
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from ..course import CourseError
from .listener import Listener
from .record import Record
from .run import Run
from .step import Step


def first_average(generator: nn.Module, average: float | None) -> nn.Module:
    """A copy of the generator to average into, or the generator itself without an average.

    Raises:
        CourseError: the generator cannot be copied.
    """
    if not average:
        return generator
    try:
        return copy.deepcopy(generator).eval().requires_grad_(False)
    except (RuntimeError, TypeError) as error:
        reason = re.split(r"\.\s|\n", str(error))[0]
        raise CourseError(
            f"The generator cannot be copied for the moving average ({reason}); train with average=None."
        ) from error


class Average(Listener):
    """Moves run.average towards the generator, its statistics of batch normalisation included.

        average <- kept * average + (1 - kept) * weights

    The formula is torch's. Its AveragedModel is not used: it reads a counter from
    the device at every step, for which a graphics card would have to wait.
    """

    def __init__(self, run: Run, record: Record) -> None:
        self._record = record
        means, values = ([*of.parameters(), *of.buffers()] for of in (run.average, run.generator))
        pairs = list(zip(means, values, strict=True)) if run.average is not run.generator else []
        self._means, self._values = ([pair[i] for pair in pairs if pair[0].is_floating_point()] for i in (0, 1))
        self._counters = [pair for pair in pairs if not pair[0].is_floating_point()]

    @torch.no_grad()
    def after(self, run: Run, step: Step) -> None:
        """Faster at first, to forget the first weights."""
        if not self._means:
            return
        values = self._values
        if self._record.behind:  # nobody has looked at the numbers yet: an odd step leaves the average where it is
            sound = step.row(run.device).isfinite().all()
            values = [torch.where(sound, value, mean) for value, mean in zip(values, self._means, strict=True)]
        kept = min(run.settings.average, (1 + run.steps) / (10 + run.steps))
        get_ema_multi_avg_fn(kept)(self._means, values, None)
        for mean, value in self._counters:
            mean.copy_(value)
