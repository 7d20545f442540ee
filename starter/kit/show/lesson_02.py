"""Drawings of lesson 02. Real is blue, fake is orange, a discriminator pink, a critic green.

A distribution is given by its shares over the points of an even grid x: a
tensor of the same shape (n,) that sums to 1.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import NullLocator
from torch import Tensor

from . import figures

# Two normal distributions ----------------------------------------------------


class Pair(NamedTuple):
    """Two distributions on a grid, and what three functions make of them.

    Attributes:
        x: the grid, shape (n,), as are the other tensors.
        mu: distance of the two means.
        p, q: shares of the real and of the fake distribution.
        probability: of "real", by a trained discriminator.
        best: the same by the optimal discriminator.
        scores: of a critic.
        slope: of `probability`, its mean size at the fakes.
    """

    x: Tensor
    mu: float
    p: Tensor
    q: Tensor
    probability: Tensor
    best: Tensor
    scores: Tensor
    slope: float


class _Panels:
    """A panel for the probabilities of a pair and one for its scores; draw() shows another pair in them."""

    def __init__(self, of_probability: Axes, of_scores: Axes, x: Tensor) -> None:
        for ax, (low, high), ticks in ((of_probability, (0, 1), (0, 0.5, 1)), (of_scores, (-9, 9), (-5, 0, 5))):
            margin = 0.04 * (high - low)
            ax.set(xlim=(x[0], x[-1]), ylim=(low - margin, high + margin), xticks=(0, 5, 10), yticks=ticks)
        self._shapes = [(_empty_shapes(of_probability), 0.0, 0.9), (_empty_shapes(of_scores), -9.0, 16.2)]
        (trained,) = of_probability.plot([], color=figures.PENALTY, label="trained discriminator")
        (best,) = of_probability.plot([], color=figures.THEORY, linestyle=":", label="optimal D*")
        (scores,) = of_scores.plot([], color=figures.CRITIC, label="best critic with slope at most 1")
        self.lines: list[Line2D] = [trained, best, scores]
        self.moving: list[Artist] = [*self._shapes[0][0], *self._shapes[1][0], *self.lines]

    def draw(self, pair: Pair) -> None:
        """Show this pair."""
        for shapes, bottom, height in self._shapes:
            for shape, shares in zip(shapes, (pair.p, pair.q), strict=True):
                shape.set_xy(torch.stack([pair.x, bottom + height * shares / shares.max()], dim=1).numpy())
        for line, values in zip(self.lines, (pair.probability, pair.best, pair.scores), strict=True):
            line.set_data(pair.x.numpy(), values.numpy())


def _empty_shapes(ax: Axes) -> list[Polygon]:
    """A shape for the real and one for the fake distribution, without points yet."""
    return [ax.fill([0], [0], color=colour, alpha=0.18, lw=0)[0] for colour in (figures.REAL, figures.FAKE)]


def pairs(shown: Sequence[Pair]) -> Figure:
    """A column for each pair: probabilities above, scores below."""
    fig, ax = figures.axes(rows=2, columns=len(shown), height=1.75, sharex=True, sharey="row")
    for column, pair in enumerate(shown):
        panels = _Panels(ax[0, column], ax[1, column], pair.x)
        panels.draw(pair)
        ax[0, column].set_title(f"distance {pair.mu:g}")
        ax[1, column].set_xlabel("x")
    ax[0, 0].set_ylabel("probability of real")
    ax[1, 0].set_ylabel("score")
    fig.legend(handles=panels.lines, loc="outside lower center", ncols=3)
    return fig


class PairSlider:
    """One pair at a time: probabilities on the left, scores on the right; a widgets.Scene.

    Args:
        by_distance: the pairs, by their distance.
    """

    def __init__(self, by_distance: Mapping[float, Pair]) -> None:
        self._pairs = by_distance
        self.figure, (left, right) = figures.row(2, height=2.9)
        self._panels = _Panels(left, right, next(iter(by_distance.values())).x)
        left.set(xlabel="x", ylabel="probability of real", title="slope at the fakes")
        right.set(xlabel="x", ylabel="score", title="a critic's slope at the fakes is 1")
        for panel, lines in ((left, self._panels.lines[:2]), (right, self._panels.lines[2:])):
            panel.legend(handles=lines, loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2)
        self._title = left.title
        self.moving = [*self._panels.moving, self._title]

    def set(self, distance: float) -> Figure:
        """Show the pair at that distance."""
        pair = self._pairs[distance]
        self._panels.draw(pair)
        self._title.set_text(f"the discriminator's slope at the fakes is {pair.slope:.2g}")
        return self.figure


# What a generator gets -------------------------------------------------------

_OF_LOSS = {"log(1 - D)": figures.FAKE, "-log D": figures.PENALTY, "critic": figures.CRITIC}


def gradient_lengths(moments: Sequence[int], lengths: Mapping[str, Sequence[float]]) -> Figure:
    """How long the generator's gradient is at a fake while the other network trains, on logarithmic scales.

    Args:
        moments: steps at which it was measured.
        lengths: for each of the losses log(1 - D), -log D and critic, as many lengths.
    """
    fig, ax = figures.axes(height=2.9)
    for name, values in lengths.items():
        ax.plot(moments, values, marker="o", markersize=3, color=_OF_LOSS[name], label=name)
    ax.set_xscale("symlog", linthresh=3, linscale=0.5)
    ax.set_yscale("log")
    ax.set_xticks([tick for tick in (0, 3, 10, 30, 100, 300) if tick <= moments[-1]])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set(xlabel="training steps", ylabel="length of the gradient at a fake")
    figures.legend(ax)
    return fig


_OF_LAYER = {"linear": (figures.CRITIC, "-"), "ReLU": (figures.PENALTY, "--"), "sigmoid": (figures.QUIET, "-")}


def last_layers(
    x: Tensor,
    q: Tensor,
    scores: Mapping[str, Tensor],
    distances: Sequence[float],
    slopes: Mapping[str, Sequence[float]],
) -> Figure:
    """The same critic behind three last layers, and the slope that is left at the fakes.

    Args:
        x, q: the grid, and the shares of the fakes.
        scores: for each of linear, ReLU and sigmoid, shape (n,).
        distances: of the two distributions, along the right panel.
        slopes: for each of the three the mean slope at the fakes, one for each distance.
    """
    fig, (left, right) = figures.row(2, height=2.7)
    left.fill_between(x, -6, -6 + 4 * q / q.max(), color=figures.FAKE, alpha=0.18, lw=0)
    for name, (colour, dashes) in _OF_LAYER.items():
        left.plot(x, scores[name], color=colour, linestyle=dashes)
        right.plot(distances, slopes[name], color=colour, linestyle=dashes, label=name, marker="o", markersize=3)
    left.set(xlabel="x", ylabel="score", xlim=(-4, 8), ylim=(-6, 6), title="three last layers, over the fakes")
    right.set(xlabel="distance of the two means", ylabel="slope (score / x)", title="slope at the fakes")
    right.set_ylim(0, 1.08)
    figures.legend(right)
    return fig


# A critic in training --------------------------------------------------------


def ascent(x: Tensor, p: Tensor, q: Tensor, f: Tensor, estimates: Sequence[float], exact: float, steps: int) -> Figure:
    """A critic over the two distributions, and its estimate so far beside the exact distance.

    Args:
        x, p, q: the grid and the shares.
        f: the critic's scores now, shape (n,).
        estimates: one for each step so far and one for the start.
        exact: the Wasserstein distance.
        steps: how many there will be.
    """
    fig, (left, right) = figures.row(2, height=2.7)
    _shares_below(left, x, p, q, low=-4, height=3.2)
    left.plot(x, f, color=figures.CRITIC)
    left.set(xlabel="x", ylabel="score", ylim=(-4, 7), title=f"critic at step {len(estimates) - 1}")
    right.plot(estimates, color=figures.CRITIC, label="estimate")
    right.axhline(exact, color=figures.THEORY, linestyle=":", label="exact distance")
    right.set(xlabel="step", ylabel="distance (x)", xlim=(0, steps), ylim=(0, 1.15 * exact))
    right.legend(loc="lower right")
    return fig


def critics(x: Tensor, p: Tensor, q: Tensor, by_step: Mapping[int, Tensor]) -> Figure:
    """A critic's scores at some steps of its training, side by side."""
    fig, panels = figures.row(len(by_step), height=1.9, sharey=True)
    for panel, (step, f) in zip(panels, by_step.items(), strict=True):
        _shares_below(panel, x, p, q, low=-4, height=3.2, size=8)
        panel.plot(x, f, color=figures.CRITIC)
        panel.set(xlabel="x", ylim=(-4, 7), title=f"step {step}")
    panels[0].set_ylabel("score")
    return fig


def starts(x: Tensor, p: Tensor, q: Tensor, by_label: Mapping[str, Tensor]) -> Figure:
    """The scores of up to three critics in one panel, and the line of score 0."""
    fig, ax = figures.axes(height=2.7)
    values = torch.stack([*by_label.values()])
    low, high = values.min().item() - 5, values.max().item() + 0.5
    _shares_below(ax, x, p, q, low, height=3.5)
    for (label, f), dashes in zip(by_label.items(), ("-", "--", "-."), strict=False):
        ax.plot(x, f, color=figures.CRITIC, linestyle=dashes, label=label)
    ax.axhline(0, color=figures.THEORY, linestyle=":", linewidth=1, label="score 0")
    ax.set(xlabel="x", ylabel="score", ylim=(low, high))
    figures.legend(ax)
    return fig


def _shares_below(ax: Axes, x: Tensor, p: Tensor, q: Tensor, low: float, height: float, size: float = 10) -> None:
    """Both distributions at the bottom of a panel, with their names."""
    scale = height / torch.maximum(p, q).max()
    for shares, colour, name in ((p, figures.REAL, "real"), (q, figures.FAKE, "fake")):
        ax.fill_between(x, low, low + scale * shares, color=colour, alpha=0.25, lw=0)
        ax.text(float(x[shares.argmax()]), low + 0.1 * height, name, color=colour, ha="center", size=size)
    ax.set_xlim(float(x[0]), float(x[-1]))
