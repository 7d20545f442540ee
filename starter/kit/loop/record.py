"""The numbers of a training on their way from the device into the run's history."""

from math import nan

import torch
from torch import Tensor

from . import diagnosis as guards
from .run import Run

READ_EVERY = 20  # rows read at a time from a graphics card


class Ledger:
    """Writes the history of a run, a row for each generator step.

    On the processor each row is complete at once. A graphics card computes
    ahead of Python, and reading a number makes both wait: there a row has its
    step and its time at once, and its numbers when the next READ_EVERY rows are
    read together.

    Attributes:
        behind: whether rows are read late.
        trouble: what guards.not_finite says of the first row with a number that
            is not finite; "" if there is none so far. That row and later ones
            are taken out of the history, and their samples out of the run.
    """

    def __init__(self, run: Run) -> None:
        self.run, self.trouble = run, ""
        self.behind = run.device.type != "cpu"
        self._waiting: list[Tensor] = []

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_error: object) -> None:
        self.read()  # also when your code fails: the history has no gaps

    def write(self, seen: Tensor, seconds: float) -> None:
        """Add a row.

        Args:
            seen: the numbers of one step, as loop._Step returns them.
            seconds: of training so far.
        """
        self._append(self.run.steps + 1, seconds, nan, nan, nan, nan)
        self._waiting.append(seen)
        if not self.behind or len(self._waiting) >= READ_EVERY:
            self.read()

    def read(self) -> None:
        """Complete the rows that wait for their numbers."""
        if not self._waiting:
            return
        rows, self._waiting = torch.stack(self._waiting).tolist(), []
        history = self.run.history
        seconds = history["seconds"][-len(rows) :]
        for column in history.values():
            del column[-len(rows) :]
        for row, clock in zip(rows, seconds, strict=True):
            if trouble := guards.not_finite(self.run, row):
                self.trouble = trouble
                self.run.samples = [sample for sample in self.run.samples if sample[0] <= self.run.steps]
                return
            self._complete(row, clock)

    def _complete(self, seen: list[float], seconds: float) -> None:
        updates, (_, generator_loss, _) = seen[len(guards.FIRST) : -len(guards.LAST)], seen[-len(guards.LAST) :]
        wasserstein, penalty = (sum(updates[of::2]) / self.run.settings["n_critic"] for of in (0, 1))
        critic_loss = self.run.settings["lambda_"] * penalty - wasserstein
        self._append(self.run.steps + 1, seconds, wasserstein, penalty, critic_loss, generator_loss)

    def _append(self, *row: float) -> None:
        for column, value in zip(self.run.history.values(), row, strict=True):
            column.append(value)
