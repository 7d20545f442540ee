"""What is told after each generator step: the base of all listeners, and the short ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..course import CourseError
from .record import NOT_FINITE, Record
from .run import Run
from .step import Step


class Listener:
    """Does something after each generator step, and once more when the training has ended."""

    def __call__(self, run: Run, step: Step) -> None:
        """The algorithm calls this after each generator step."""
        if run.ended != NOT_FINITE:  # what follows such a step would spread what it spoiled
            self.after(run, step)

    def after(self, run: Run, step: Step) -> None:
        """After a step whose numbers are finite, or not looked at yet."""

    def end(self, run: Run) -> None:
        """Once, when the training has ended; run.ended says why."""


class KeepRecord(Listener):
    """Writes the history; see Record."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def after(self, run: Run, step: Step) -> None:
        self._record.write(step)

    def end(self, run: Run) -> None:
        self._record.read()


class KeepSamples(Listener):
    """Keeps what the run's own noise becomes; see Run.keep_sample."""

    def after(self, run: Run, step: Step) -> None:
        run.keep_sample()

    def end(self, run: Run) -> None:
        run.keep_sample(now=True)


class Watch(Listener):
    """Lets a function of the user's look at the run, with its numbers read."""

    def __init__(self, look: Callable[[Run], Any], record: Record) -> None:
        self._look, self._record = look, record

    def after(self, run: Run, step: Step) -> None:
        self._record.read()
        if run.ended != NOT_FINITE:
            self._look(run)


class WriteFiles(Listener):
    """Writes a file every so many steps and at the end. One that cannot be written ends nothing: it is said, once.

    Args:
        save: writes it.
        to: where.
        every: how often; None for the end only.
        record: whose numbers have to be read before.
    """

    def __init__(self, save: Callable[[Path], None], to: Path, every: int | None, record: Record) -> None:
        self._save, self._to, self._every, self._record = save, to, every, record
        self._failed = False

    def after(self, run: Run, step: Step) -> None:
        if self._every and run.steps % self._every == 0:
            self._record.read()
            self.end(run)

    def end(self, run: Run) -> None:
        if run.ended == NOT_FINITE:
            return
        try:
            self._save(self._to)
        except CourseError as error:
            if not self._failed:
                print(f"{error} The run is kept: run.save writes it elsewhere.")
            self._failed = True
