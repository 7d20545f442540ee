"""The numbers of a training on their way from the device into the run's history."""

from math import nan

import torch
from torch import Tensor

from . import diagnosis
from .run import Run
from .step import Step

NOT_FINITE = "not finite"  # what run.ended says when a number became NaN or infinite
READ_EVERY = 20  # rows read at a time from a graphics card


class Record:
    """Writes the history of a run, a row for each generator step.

    On the processor each row is complete at once. A graphics card computes
    ahead of Python, and reading a number makes both wait: there a row has its
    step and its time at once, and its numbers when the next READ_EVERY rows are
    read together.

    The first row with a number that is not finite ends the run. That row and
    later ones are taken out of the history, and their samples out of the run.

    Attributes:
        behind: whether rows are read late.
        trouble: what diagnosis.not_finite says of that row; "" if there is none.
    """

    def __init__(self, run: Run) -> None:
        self.run, self.trouble = run, ""
        self.behind = run.device.type != "cpu"
        self._waiting: list[Tensor] = []

    def __enter__(self) -> "Record":
        return self

    def __exit__(self, *_error: object) -> None:
        self.read()  # also when your code fails: the history has no gaps

    def write(self, step: Step) -> None:
        """Add a row, with the time by run.clock."""
        self.run.append(seconds=self.run.clock(), wasserstein=nan, penalty=nan, critic_loss=nan, generator_loss=nan)
        self._waiting.append(step.row(self.run.device))
        if not self.behind or len(self._waiting) >= READ_EVERY:
            self.read()

    def read(self) -> None:
        """Complete the rows that wait for their numbers."""
        if not self._waiting:
            return
        rows, self._waiting = torch.stack(self._waiting).tolist(), []
        times = self.run.drop(len(rows))
        for row, seconds in zip(rows, times, strict=True):
            step = Step.read(row, self.run.settings.n_critic)
            self.trouble = diagnosis.not_finite(self.run, step)
            if self.trouble:
                self.run.ended = NOT_FINITE
                self.run.samples = [sample for sample in self.run.samples if sample[0] <= self.run.steps]
                return
            self._complete(step, seconds)

    def _complete(self, step: Step, seconds: float) -> None:
        n = len(step.estimates)
        wasserstein, penalty = sum(step.estimates) / n, sum(step.penalties) / n
        self.run.append(
            seconds=seconds,
            wasserstein=wasserstein,
            penalty=penalty,
            critic_loss=self.run.settings.lambda_ * penalty - wasserstein,
            generator_loss=step.generator_loss,
        )
