"""Drawings of lesson and sheet 08. A sick run is orange and solid, the healthy one beside it blue and dashed."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import SymmetricalLogLocator
from torch import Tensor

from ..measure import causes
from ..measure.causes import number
from ..measure.evidence import Evidence
from . import figures

SICK, HEALTHY = figures.FAKE, figures.REAL
_NAMES = {"estimate": "estimate", "penalty": "penalty, as reported", "generator_loss": "generator's loss"}


def curves(sick: Evidence, healthy: Evidence) -> Figure:
    """What both runs reported over their steps, as medians of 9, a panel for each number.

    A scale with large numbers is logarithmic, and straight near 0.
    """
    shown = [name for name in _NAMES if name != "penalty" or sick.method == "penalty"]
    figure, panels = figures.row(len(shown), height=2.5)
    for ax, name in zip(panels, shown, strict=True):
        for run, colour, style, label in ((healthy, HEALTHY, "--", "healthy"), (sick, SICK, "-", "sick")):
            values = figures.running_median(getattr(run, name), 9)
            ax.plot(np.arange(1, len(values) + 1), values, color=colour, linestyle=style, linewidth=1.3, label=label)
        if max(np.abs(getattr(run, name)[len(getattr(run, name)) // 4 :]).max() for run in (sick, healthy)) > 20:
            ax.set_yscale("symlog", linthresh=2)
            ax.yaxis.set_major_formatter(lambda value, _: number(value))
        ax.axhline(0, color=figures.THEORY, linewidth=0.6)
        ax.set(xlabel="generator's steps")
        ax.set_title(_NAMES[name], fontsize=10)
    panels[-1].legend(loc="best", fontsize=8)
    return figure


def pixels(sick: Evidence, healthy: Evidence) -> Figure:
    """Shares of the values of pixels, of real images and of samples, in both runs."""
    figure, panels = figures.row(2, height=2.4, sharey=True)
    for ax, run, title in zip(panels, (sick, healthy), ("sick run", "healthy run"), strict=True):
        _shares(ax, run)
        ax.set_title(title, fontsize=10)
        ax.set(xlabel="value of a pixel", yscale="log")
    panels[0].set_ylabel("share")
    panels[1].legend(fontsize=8, loc="upper center")
    return figure


def _shares(ax: Axes, run: Evidence) -> None:
    bins = np.linspace(-1.05, 1.05, 22).tolist()
    for images, colour, style, label in (
        (run.real, figures.REAL, "--", "real"),
        (run.samples, figures.FAKE, "-", "samples"),
    ):
        values = figures.from_bytes(images).flatten().numpy()
        ax.hist(
            values,
            bins=bins,
            weights=np.full(len(values), 1 / len(values)),
            histtype="step",
            color=colour,
            linestyle=style,
            linewidth=1.5,
            label=label,
        )


def numbers(rows: Mapping[str, tuple[float, float]]) -> Figure:
    """Single numbers of both runs, a line for each, on a scale that is logarithmic but for what is near 0.

    Args:
        rows: name, and the number of the sick and of the healthy run.
    """
    figure, ax = figures.axes(height=0.75 + 0.42 * len(rows))
    for place, (sick, healthy) in enumerate(rows.values()):
        ax.plot([sick, healthy], [place, place], color=figures.QUIET, linewidth=1, zorder=1)
        ax.plot(healthy, place, "o", color=HEALTHY, markersize=11, markerfacecolor="none", markeredgewidth=2)
        ax.plot(sick, place, "o", color=SICK, markersize=6)
    values = [abs(value) for pair in rows.values() for value in pair]
    ax.set_xscale("symlog", linthresh=0.01)
    locator = SymmetricalLogLocator(base=10, linthresh=0.01)
    locator.set_params(numticks=7)
    ax.xaxis.set_major_locator(locator)
    low, high = np.floor(np.log10(max(min(values), 0.01))), np.ceil(np.log10(max(max(values), 0.02)))
    ax.set_xlim(-0.003 if min(values) < 0.01 else 0.8 * 10**low, 1.3 * 10**high)
    ax.xaxis.set_major_formatter(lambda value, _: number(value))
    ax.set(yticks=range(len(rows)), yticklabels=list(rows), ylim=(len(rows) - 0.4, -0.6))
    ax.plot([], [], "o", color=SICK, markersize=6, label="sick")
    ax.plot([], [], "o", color=HEALTHY, markersize=11, markerfacecolor="none", markeredgewidth=2, label="healthy")
    figures.legend(ax)
    return figure


def rows(by_name: Mapping[str, Evidence], columns: int = 8) -> Figure:
    """A row of samples for each run.

    Args:
        by_name: name of the row, and the run.
        columns: images in a row.
    """
    return figures.image_rows({name: figures.from_bytes(run.samples[:columns]) for name, run in by_name.items()})


def lettered(runs: Sequence[Evidence], columns: int = 12) -> Figure:
    """Rows of samples that are called A, B, C, and so on."""
    return rows(dict(zip("ABCDEFGH", runs, strict=False)), columns)


def ward(own: Tensor | None) -> Figure:
    """A row of samples for each case of the sheet, and a healthy one below.

    Args:
        own: nine images of a healthy run, values in [-1, 1]; None takes the stored one.
    """
    cases = {f"case {n}": figures.from_bytes(causes.stored(f"case {n}")[1].samples[:9]) for n in range(1, 7)}
    healthy = causes.stored("healthy")[1].samples[:9]
    return figures.image_rows(
        {**cases, "healthy" if own is None else "yours": figures.from_bytes(healthy) if own is None else own}
    )
