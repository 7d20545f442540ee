"""A Lipschitz meter: how steep the critic really is, while it learns.

    meter = Meter(garments)
    run = train(critic, generator, garments, watch=meter, steps=500)
    figures.show(*meter.figure())

It measures and changes nothing: the run is the same to the last bit with and
without it.
"""

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..course import CourseError
from ..data import Data
from .run import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = ("step", "chord", "steepest_chord", "low", "slope", "high", "steepest")
_PLACES = 5  # on each line between a real sample and a fake one


class Meter:
    """Two measures of a critic's slope, in units of score per unit of input.

    A chord joins a real sample x with a fake one y, drawn independently, and is
    as steep as |f(x) - f(y)| / |x - y|. A critic of Lipschitz constant 1 has
    none steeper than 1. Between x and y, at five places on the line, the slope
    is the length of the critic's gradient, by your penalty.input_gradient.

    Attributes:
        history: lists with one entry for each measurement: step; chord, the
            mean over the pairs, and steepest_chord; slope, the median over
            pairs and places, low and high, the quantiles 0.05 and 0.95, and
            steepest, the largest.
        method: of the run that was watched last, "" before that.
    """

    def __init__(self, data: Data, every: int = 10, pairs: int = 128, seed: int = 0) -> None:
        """
        Args:
            data: what the run imitates.
            every: generator steps from one measurement to the next, at least 1.
            pairs: pairs of a real and a fake sample, drawn anew each time.
            seed: of those draws, which do not touch those of the training.

        Raises:
            CourseError: every or pairs is not a whole number above 0.
        """
        for name, value in (("every", every), ("pairs", pairs)):
            if not isinstance(value, int) or value < 1:
                raise CourseError(f"The meter's {name} is {value}; it should be a whole number, at least 1.")
        self.data, self.every, self.pairs, self.seed = data, every, pairs, seed
        self.history: dict[str, list[float]] = {column: [] for column in COLUMNS}
        self.method = ""

    def __call__(self, run: Run) -> None:
        """Measure, if it is time to; the training calls this after each generator step."""
        if run.steps % self.every == 0:
            self.measure(run)

    def measure(self, run: Run) -> None:
        """Add one row to the history, whatever the step."""
        from ... import penalty

        rng = torch.Generator().manual_seed(self.seed + run.steps)
        data = self.data.to("cpu") if hasattr(self.data, "to") else self.data
        real = data.sample(self.pairs, rng).to(run.device)
        fake = run.sample(self.pairs, seed=self.seed + run.steps).to(run.device)
        way = real - fake
        with torch.no_grad():
            rise = (run.critic(real) - run.critic(fake)).flatten().abs()
        chords = rise / _length(way).clamp(min=1e-12)
        between = torch.cat([fake + (place + 0.5) / _PLACES * way for place in range(_PLACES)])
        slopes = _length(penalty.input_gradient(run.critic, between))
        low, slope, high = torch.quantile(slopes, torch.tensor([0.05, 0.5, 0.95], device=slopes.device)).tolist()
        row = (run.steps, chords.mean().item(), chords.max().item(), low, slope, high, slopes.max().item())
        for column, value in zip(self.history.values(), row, strict=True):
            column.append(value)
        self.method = run.method

    def figure(self) -> "tuple[Figure, str, str]":
        """What was measured, over the steps, for figures.show(*meter.figure()).

        Returns:
            The figure, its text alternative and its caption.

        Raises:
            CourseError: nothing was measured yet.
        """
        if not self.history["step"]:
            raise CourseError("The meter has measured nothing yet: train with watch=meter first.")
        from ..show import figures

        seen, steps = self.history, self.history["step"]
        figure, panels = figures.axes(height=2.6)
        ax = panels
        ax.fill_between(steps, seen["low"], seen["high"], color=figures.CRITIC, alpha=0.2, linewidth=0)
        ax.plot(steps, seen["slope"], color=figures.CRITIC, label="slope between (median, 90%)")
        ax.plot(steps, seen["chord"], color=figures.QUIET, label="chord (mean)")
        ax.plot(steps, seen["steepest_chord"], color=figures.QUIET, linestyle="--", label="steepest chord")
        ax.axhline(1, color=figures.THEORY, linestyle=":", label="slope 1")
        ax.set(xlabel="generator steps", ylabel="slope (score / input)", yscale="log")
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_formatter("")
        figures.legend(ax)
        last = {name: column[-1] for name, column in seen.items()}
        alt = (
            "The critic's slope over the training steps, on a logarithmic scale: the median slope between real "
            f"and fake, now {last['slope']:.3g}, and the slope of chords from real to fake, now {last['chord']:.3g} "
            "on average. A dotted line marks slope 1."
        )
        caption = (
            f"Step {last['step']:,.0f}, method {self.method}: median slope between real and fake {last['slope']:.3g} "
            f"(90% from {last['low']:.3g} to {last['high']:.3g}), chords {last['chord']:.3g} on average and "
            f"{last['steepest_chord']:.3g} at most."
        )
        return figure, alt, caption


def _length(x: Tensor) -> Tensor:
    """Euclidean length of each sample of a batch, shape (n,)."""
    return torch.linalg.vector_norm(x, dim=tuple(range(1, x.dim())))
