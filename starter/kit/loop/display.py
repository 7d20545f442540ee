"""What you see of a training while it goes on, and the button that stops it."""

import io
import signal
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from .budget import Budget
from .listener import Listener
from .record import NOT_FINITE, Record
from .run import Run
from .step import Step

if TYPE_CHECKING:  # plots take a second to load
    from ..show.figures import Panel

_LINE = "{percentage:3.0f}%|{bar:20}| {desc} [{elapsed}<{remaining}]"
_LINE_EVERY = 0.25  # seconds
_PAUSES = (3, 3, 4, 5, 10)  # seconds before each picture, the last again and again
_SHARE = 0.03  # of the time may go into pictures


class StopButton(Listener):
    """Turns the stop button (Ctrl-C) into a wish, so that no step is cut in half.

    The first press sets `pressed`, and the run ends after the step. A second one
    interrupts at once, for code that never comes to an end, but only while
    `in_step` is set: nothing of what is kept is cut in half either. So `hold`
    stands first among the listeners, and the button itself last.
    """

    def __init__(self) -> None:
        self.pressed = self.in_step = False
        self.hold = _Hold(self)
        self._before: Any = None

    def __enter__(self) -> "StopButton":
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._press)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def after(self, run: Run, step: Step) -> None:
        if self.pressed:
            run.ended = run.ended or "stopped"
        self.in_step = True

    def _press(self, *_signal: object) -> None:
        if self.pressed and self.in_step:
            raise KeyboardInterrupt
        self.pressed = True


class _Hold(Listener):
    """Tells the stop button that a step is over."""

    def __init__(self, button: StopButton) -> None:
        self._button = button

    def after(self, run: Run, step: Step) -> None:
        self._button.in_step = False


class Display(Listener):
    """One line of numbers and, in a notebook, a picture that grows.

    Args:
        live: whether anything is shown.
        budget: how much of it is used up.
        record: whose numbers are shown.
    """

    def __init__(self, live: bool, budget: Budget, record: Record) -> None:
        self._budget, self._record = budget, record
        self._line: tqdm | None = None
        self._panel: Panel | None = None
        if live:
            self._line = _CellLine() if _in_notebook() else tqdm(total=1, bar_format=_LINE, disable=None)
        if live and _in_notebook():
            from ..show import figures

            self._panel = figures.panel()
        self._start = self._written = time.perf_counter()
        self._next, self._pictures, self._spent = float(_PAUSES[0]), 0, 0.0

    def __enter__(self) -> "Display":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._line is not None:
            self._line.close()

    def after(self, run: Run, step: Step) -> None:
        if self._due():
            self._record.read()
        if run.ended != NOT_FINITE:
            self._update(run)

    def end(self, run: Run) -> None:
        self._update(run, last=True)

    def _due(self) -> bool:
        """Whether it is time to show something."""
        now = time.perf_counter()
        line = self._line is not None and now - self._written > _LINE_EVERY
        return line or (self._panel is not None and self._picture_due(now - self._start))

    def _update(self, run: Run, last: bool = False) -> None:
        """Show where the run stands, if it is time to, or nothing comes after this."""
        now = time.perf_counter()
        if self._line is None or not run.steps:
            return
        if last or now - self._written > _LINE_EVERY:
            self._written = now
            self._line.n = self._budget.used()
            self._line.set_description_str(_numbers(run))
        if self._panel is not None and (last or self._picture_due(now - self._start)):
            self._draw(self._panel, run)

    def _picture_due(self, elapsed: float) -> bool:
        return elapsed >= self._next and self._spent <= _SHARE * elapsed

    def _draw(self, panel: "Panel", run: Run) -> None:
        from ..show import figures

        start = time.perf_counter()
        run.keep_sample(now=True)
        panel.update(*figures.run_figure(run.history, run.samples))
        end = time.perf_counter()
        if self._pictures:  # the first one also loads fonts and is not typical
            self._spent += end - start
        self._pictures += 1
        self._next = end - self._start + _PAUSES[min(self._pictures, len(_PAUSES) - 1)]


class _CellLine(tqdm):
    """A tqdm line that is replaced in its cell. It leaves plain text and no widget."""

    monitor_interval = 0

    def __init__(self) -> None:
        super().__init__(total=1, bar_format=_LINE, file=io.StringIO(), ascii=False, disable=False)

    @staticmethod
    def status_printer(_file: object) -> Callable[[str], None]:
        from IPython.display import display

        handle = display({"text/plain": ""}, raw=True, display_id=True)
        return lambda line: handle.update({"text/plain": line}, raw=True)


def _in_notebook() -> bool:
    from .. import machine  # not above: python -m starter.kit.machine loads it by itself

    return machine.in_notebook()


def _numbers(run: Run) -> str:
    last = {name: column[-1] for name, column in run.history.items()}
    penalty = f", penalty {last['penalty']:.3g}" if run.method == "penalty" else ""
    return (
        f"step {run.steps}: estimate {last['wasserstein']:.3g}{penalty}, "
        f"critic loss {last['critic_loss']:.3g}, generator loss {last['generator_loss']:.3g}"
    )
