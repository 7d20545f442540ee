"""How long a training goes on."""

import time

from .listener import Listener
from .run import Run
from .step import Step


class Budget(Listener):
    """Ends the run when its steps or its seconds are used up, whichever comes first.

    Args:
        run: as it is before the training.
        steps, seconds: from now on; None for no limit.
    """

    def __init__(self, run: Run, steps: int | None, seconds: float | None) -> None:
        self._run, self._steps, self._seconds = run, steps, seconds
        self._first_step, self._first_second, self._start = run.steps, run.seconds, time.perf_counter()
        run.clock = self.clock
        run.ended = self._end()

    def after(self, run: Run, step: Step) -> None:
        run.ended = run.ended or self._end()

    def clock(self) -> float:
        """Seconds of training in all, earlier ones included."""
        return self._first_second + time.perf_counter() - self._start

    def used(self) -> float:
        """How much is used up, 0 to 1."""
        return self._part(self._run.steps - self._first_step, self.clock() - self._first_second, 0, 0.0)

    def part_of_run(self) -> float:
        """How much of the whole run is behind us, 0 to 1: of what was before this call, and what it asks for."""
        return self._part(self._run.steps, self.clock(), self._first_step, self._first_second)

    def _part(self, steps: int, seconds: float, steps_before: int, seconds_before: float) -> float:
        of_steps = steps / (steps_before + self._steps) if self._steps else 0.0
        of_seconds = seconds / (seconds_before + self._seconds) if self._seconds else 0.0
        return min(1.0, max(of_steps, of_seconds))

    def _end(self) -> str:
        """Which of the two is used up; "" if neither."""
        if self._steps is not None and self._run.steps - self._first_step >= self._steps:
            return "steps"
        if self._seconds is not None and self.clock() - self._first_second >= self._seconds:
            return "seconds"
        return ""
