"""Drawings of lesson and sheet 02. Real is blue, fake is orange, a discriminator pink, a critic green.

A distribution is given by its shares over the points of an even grid x: a
tensor of the same shape (n,) that sums to 1.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import NullLocator
from torch import Tensor

from . import figures

# A garment and noise ---------------------------------------------------------


def mixtures(images: Tensor, shares: Tensor) -> Figure:
    """Images side by side, each with the share of noise in it.

    Args:
        images: shape (n, 1, height, width).
        shares: shape (n,), from 0 to 1.
    """
    fig, panels = figures.row(len(images), height=1.45)
    for ax, image, share in zip(panels, images, shares.tolist(), strict=True):
        figures.draw_images(ax, image[None], columns=1, title=f"{share:.0%} noise")
    return fig


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
        self.shapes = self._shapes[0][0]
        (trained,) = of_probability.plot([], color=figures.PENALTY, label="trained discriminator")
        (best,) = of_probability.plot([], color=figures.THEORY, linestyle=":", label="best D*")
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
    kinds = {"real": figures.REAL, "fake": figures.FAKE}
    return [ax.fill([0], [0], color=colour, alpha=0.18, lw=0, label=name)[0] for name, colour in kinds.items()]


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
    fig.legend(handles=[*panels.lines, *panels.shapes], loc="outside lower center", ncols=5, columnspacing=1.2)
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


# A critic in training --------------------------------------------------------


def critics(x: Tensor, p: Tensor, q: Tensor, by_step: Mapping[int, Tensor]) -> Figure:
    """A critic's scores at some steps of its training, side by side."""
    fig, panels = figures.row(len(by_step), height=1.9, sharey=True)
    for panel, (step, f) in zip(panels, by_step.items(), strict=True):
        _shares_below(panel, x, p, q, low=-4, height=3.2, size=8)
        panel.plot(x, f, color=figures.CRITIC)
        panel.set(xlabel="x", ylim=(-4, 7), title=f"step {step}")
    panels[0].set_ylabel("score")
    return fig


def game(seen: Sequence[tuple[float, float, float]]) -> Figure:
    """The smallest whole game: distance, estimate and generator's loss over the generator's steps.

    Args:
        seen: the generator's place, the estimate and the loss, at each step.
    """
    fig, ax = figures.axes(height=2.9)
    places, estimate, loss = zip(*seen, strict=True)
    ax.plot(loss, color=figures.FAKE, linewidth=1.5, label="generator's loss")
    ax.plot(estimate, color=figures.CRITIC, label="estimate")
    ax.plot(np.abs(places), color=figures.THEORY, linestyle=":", label="W, exact")
    ax.set(xlabel="generator steps", ylabel="score, or distance (x)", xlim=(0, len(seen) - 1))
    figures.legend(ax)
    return fig


# Sheet 02 --------------------------------------------------------------------


def gradient(critic: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    """How each image should change to get a higher score: the gradient of its score, in the shape of the images."""
    return torch.autograd.functional.vjp(lambda pixels: critic(pixels).sum(), images)[1]


Page = tuple[Figure, str, str]  # a figure, its text alternative and its caption


def leash(without: Sequence[float], with_leash: Sequence[float], critic: Callable[[Tensor], Tensor]) -> Page:
    """Estimates without a leash and with one, and what a critic tells five patches of noise.

    Args:
        without, with_leash: one estimate for each step.
        critic: the one with a leash, for images of 28 by 28 pixels.
    """
    fig, (left, right) = figures.row(2, height=2.7)
    left.semilogy(without, color=figures.FAKE, linestyle="--", label="without a leash")
    left.semilogy(with_leash, color=figures.CRITIC, label="with a leash")
    left.set(xlabel="critic steps", ylabel="estimate (score)", ylim=(0.1, None))
    left.legend(loc="upper left")
    noise = torch.rand(5, 1, 28, 28) * 2 - 1
    wanted = gradient(critic, noise)
    wanted = wanted / wanted.abs().amax(dim=(1, 2, 3), keepdim=True)  # to [-1, 1], to be drawn
    figures.draw_images(right, torch.cat([noise, wanted]), columns=5, title="noise, and its gradient")
    alt = (
        "Left: two curves of the estimate on a logarithmic scale. Without a leash it climbs without end; with one it "
        "levels off. Right: five patches of noise and, below each, the gradient of its score: a bright upright body "
        "in the middle, dark around it."
    )
    return fig, alt, "On the right, what your leashed critic tells five patches of noise: brighter here, darker there."


def journey(seen: Tensor, start: str, goal: str) -> Page:
    """The first ten images at five moments, one row each.

    Args:
        seen: shape (moments, n, 1, height, width).
        start, goal: the classes between which they move.
    """
    last = len(seen) - 1
    fig = figures.image_rows({f"step {k}": seen[k][:10] for k in (0, last // 8, last // 4, last // 2, last)})
    alt = (
        f"Five rows of ten images. The first row shows images of the class {start}. From row to row each of them "
        f"changes towards the class {goal}."
    )
    return fig, alt, f"Your critic at work on ten of {seen.shape[1]} images."


def film(seen: Tensor, start: str, goal: str) -> tuple[Tensor, str, str]:
    """The first six images side by side at forty moments, for figures.show_animation; see journey()."""
    moments = torch.linspace(0, len(seen) - 1, 40).round().long()
    frames = torch.cat([*seen[moments, :6].unbind(1)], dim=3)
    alt = f"An animation: six images of the class {start} change into the class {goal}."
    return frames, alt, "Only the gradient of your critic moves the pixels."


def discriminators(x: Tensor, best: Mapping[float, Tensor]) -> Page:
    """The best discriminators for four distances, each with a dot at the mean of its fakes.

    Args:
        x: the grid, shape (n,).
        best: the probability of real on it, by the distance of the fakes from the real data.
    """
    fig, ax = figures.axes(height=2.5)
    for (mu, probability), dashes in zip(best.items(), ("-", "--", "-.", ":"), strict=True):
        ax.plot(x, probability, color=figures.PENALTY, linestyle=dashes, label=f"D*, distance {mu:g}")
        ax.plot(mu, probability[(x - mu).abs().argmin()], "o", color=figures.FAKE)
    ax.plot([], [], "o", color=figures.FAKE, label="the fakes' mean")
    ax.set(xlabel="x", ylabel="probability of real", xlim=(-5, 10))
    figures.legend(ax)
    alt = (
        "Four falling curves, from one to zero, each steeper than the one before. A dot marks the mean of the fakes "
        "on each: on the slope for the first, on the flat part for the last."
    )
    return fig, alt, "The further the fakes, the flatter D* is where they are."


def _shares_below(ax: Axes, x: Tensor, p: Tensor, q: Tensor, low: float, height: float, size: float = 10) -> None:
    """Both distributions at the bottom of a panel, with their names."""
    scale = height / torch.maximum(p, q).max()
    for shares, colour, name in ((p, figures.REAL, "real"), (q, figures.FAKE, "fake")):
        ax.fill_between(x, low, low + scale * shares, color=colour, alpha=0.25, lw=0)
        ax.text(float(x[shares.argmax()]), low + 0.1 * height, name, color=colour, ha="center", size=size)
    ax.set_xlim(float(x[0]), float(x[-1]))
