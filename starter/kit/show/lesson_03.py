"""Drawings of lesson and sheet 03. Real is blue, fake is orange, the critic green, gradients pink."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from torch import Tensor

from ..data import toys
from . import figures

# 1. Noise through a function --------------------------------------------------

Function = Callable[[float, Tensor], Tensor]  # (s, z) to points in [-1, 1]^2, z of shape (n, 2)


class Transformed:
    """Noise and the square grid under it on the left, what a function makes of both on the right; a widgets.Scene.

    Args:
        function: with one weight s.
        z: the noise, shape (n, 2).
    """

    def __init__(self, function: Function, z: Tensor) -> None:
        self._function, self._z, self._grid = function, z, _grid()
        self.figure, (left, right) = figures.row(2, height=3.2)
        _draw_transformed(left, z, self._grid, 3.2, "noise z")
        self._points, self._lines = _draw_transformed(right, z, self._grid, 1.1, "G(z), s = 0.00")
        for ax in (left, right):
            ax.set(xlabel="first coordinate", ylabel="second coordinate")
        self._title = right.title
        self.moving = [self._points, self._lines, self._title]

    def set(self, s: float) -> Figure:
        """Show the function with this weight."""
        self._points.set_offsets(self._function(s, self._z))
        self._lines.set_segments(_through(self._function, s, self._grid))
        self._title.set_text(f"G(z), s = {s:g}")
        return self.figure


def transformed(function: Function, z: Tensor, between: Mapping[float, float]) -> Figure:
    """What the function makes of the same noise for a few weights.

    Args:
        function, z: as in Transformed.
        between: for each weight, the share of the points that lie between the corners.
    """
    fig, panels = figures.row(len(between), height=2.2)
    for ax, (s, share) in zip(panels, between.items(), strict=True):
        lines = torch.as_tensor(np.array(_through(function, s, _grid())))
        _draw_transformed(ax, function(s, z), lines, 1.1, f"s = {s:g}\n{share:.0%} in between")
        ax.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    return fig


def _grid() -> Tensor:
    """Upright and level lines through the plane: shape (lines, points of a line, 2)."""
    along, ticks = torch.linspace(-3, 3, 61), torch.linspace(-3, 3, 13)
    upright = torch.stack(torch.broadcast_tensors(ticks[:, None], along[None]), dim=2)
    return torch.cat([upright, upright.flip(2)])


def _through(function: Function, s: float, grid: Tensor) -> list[np.ndarray]:
    """The lines of the grid after the function."""
    return list(function(s, grid.flatten(0, 1)).view_as(grid).numpy())


def _draw_transformed(
    ax: Axes, points: Tensor, grid: Tensor, reach: float, title: str
) -> tuple[PathCollection, LineCollection]:
    lines = LineCollection(list(grid.numpy()), colors=figures.QUIET, linewidths=0.5)
    ax.add_collection(lines)
    x, y = points.numpy().T
    dots = ax.scatter(x, y, s=6, color=figures.FAKE, alpha=0.5, linewidths=0)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.set_title(title, fontsize=10)
    ax.grid(False)
    return dots, lines


# 2. Layers, and the range -----------------------------------------------------


def layers(counts: Mapping[str, Tensor], outputs: Mapping[str, Tensor]) -> Figure:
    """For each layer that doubles an image: how many terms a pixel is the sum of, and what it makes of a constant.

    Args:
        counts: layer and numbers of terms, shape (k, k).
        outputs: layer and its output with random weights, shape (k, k).
    """
    fig, panels = figures.axes(2, len(counts), height=2.05)
    for top, bottom, (kind, of_layer) in zip(*panels, counts.items(), strict=True):
        _draw_counts(top, of_layer)
        top.set_title(kind, fontsize=10)
        size = outputs[kind].abs().max()
        bottom.imshow(outputs[kind], cmap="PuOr", vmin=-size, vmax=size)
        for ax in (top, bottom):
            ax.grid(False)
            ax.set(xticks=[], yticks=[])
    panels[0, 0].set_ylabel("stamps, or terms,\nin each pixel")
    panels[1, 0].set_ylabel("random weights\n(purple below 0)")
    return fig


def _draw_counts(ax: Axes, counts: Tensor) -> None:
    """Grey squares, with the numbers in the first block of 2 by 2; the pattern repeats."""
    ax.imshow(counts, cmap="Greys_r", vmin=0, vmax=10)
    for row, column in np.ndindex(2, 2):
        count = counts[row, column].item()
        colour = "white" if count < 5 else "black"
        ax.text(column, row, f"{count:.0f}", ha="center", va="center", fontsize=9, color=colour)


def ranges(real: Tensor, fake: Tensor, real_darkest: Tensor, fake_darkest: Tensor) -> Figure:
    """Pixel values of real and fake images on the left, the darkest pixel of each image on the right.

    Args:
        real, fake: images of any shape.
        real_darkest, fake_darkest: one number for each image.
    """
    fig, panels = figures.row(2, height=2.6)
    bins = np.linspace(-1.05, 1.05, 43).tolist()
    pairs = ((real.flatten(), fake.flatten()), (real_darkest, fake_darkest))
    for ax, pair in zip(panels, pairs, strict=True):
        for values, colour, label in zip(pair, (figures.REAL, figures.FAKE), ("real", "fake"), strict=True):
            weights = np.full(len(values), 1 / len(values))
            ax.hist(values.numpy(), bins=bins, weights=weights, color=colour, alpha=0.75, label=label)
    panels[0].set(xlabel="value of a pixel", ylabel="share of the pixels")
    panels[1].set(xlabel="darkest pixel of an image", ylabel="share of the images")
    figures.legend(panels[1])
    return fig


# 3. Where the gradients go ----------------------------------------------------


class Flow(NamedTuple):
    """A backward pass through both players, and what their weights hold in .grad after it.

    Attributes:
        title: whose loss it is, and what was done differently.
        of_generator, of_critic: the .grad of each; None if nothing has arrived.
        player: whose loss it is, "critic" or "generator".
        detached: whether the fakes were detached.
    """

    title: str
    of_generator: float | None
    of_critic: float | None
    player: str = "critic"
    detached: bool = False


def flows(passes: Sequence[Flow]) -> Figure:
    """One diagram for each backward pass, two in a row: where the gradient went, and what lies in .grad."""
    fig, panels = figures.axes(-(-len(passes) // 2), 2, height=2.3)
    for ax, flow in zip(panels.flat, passes, strict=False):
        ax.set(xlim=(-0.1, 10), ylim=(0, 5.2))
        ax.axis("off")
        ax.set_title(flow.title, fontsize=10.5)
        _draw_forward(ax, flow)
        _draw_backward(ax, flow)
    return fig


def _draw_forward(ax: Axes, flow: Flow) -> None:
    """Boxes and grey arrows for the data; the box of the player whose loss it is is filled."""
    _box(ax, 0.6, 1.9, "z", figures.QUIET)
    _box(ax, 3.0, 1.9, "G", figures.FAKE, filled=flow.player == "generator")
    _box(ax, 6.4, 1.9, "f", figures.CRITIC, filled=flow.player == "critic")
    _box(ax, 9.3, 1.9, "loss", figures.QUIET)
    for start, end in ((1.25, 2.35), (3.65, 5.75), (7.05, 8.65)):
        _arrow(ax, (start, 2.15), (end, 2.15), figures.QUIET)
    ax.text(4.7, 2.35, "fake", ha="center", va="bottom", fontsize=9, color=figures.FAKE)
    if flow.player == "critic":
        _box(ax, 3.0, 4.2, "real", figures.REAL)
        _arrow(ax, (3.65, 4.05), (5.85, 2.6), figures.QUIET)


def _draw_backward(ax: Axes, flow: Flow) -> None:
    """Pink arrows as far as the gradient gets, and below each player what is in its .grad."""
    _arrow(ax, (8.65, 1.65), (7.05, 1.65), figures.PENALTY)
    if flow.detached:
        ax.plot([4.7, 4.7], [1.3, 2.3], color=figures.THEORY, linewidth=3)
        ax.text(4.7, 1.15, "detached", ha="center", va="top", fontsize=9)
    else:
        _arrow(ax, (5.75, 1.65), (3.65, 1.65), figures.PENALTY)
    for x, name, number in ((3.0, "w", flow.of_generator), (6.4, "v", flow.of_critic)):
        text = f"no {name}.grad" if number is None else f"{name}.grad {number:g}".replace("-", "−")
        weight = "normal" if number is None else "bold"
        ax.text(x, 0.7, text, ha="center", va="top", fontsize=10, fontweight=weight)


def _box(ax: Axes, x: float, y: float, text: str, colour: str, filled: bool = False) -> None:
    style = "round,pad=0.02,rounding_size=0.15"
    box = FancyBboxPatch((x - 0.6, y - 0.55), 1.2, 1.1, style, edgecolor=colour, facecolor="white", linewidth=2)
    if filled:
        box.set_facecolor(colour)
    ax.add_patch(box)
    ax.text(x, y, text, ha="center", va="center", fontsize=10, color="white" if filled else "black")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, color=colour, linewidth=1.8))


# Sheet 03 ---------------------------------------------------------------------

Page = tuple[Figure, str, str]  # a figure, its text alternative and its caption


def lengths(of_z: Mapping[int, Tensor]) -> Page:
    """Histograms of the lengths of z.

    Args:
        of_z: number of entries, and lengths, shape (n,).
    """
    fig, ax = figures.axes(height=2.3)
    for (entries, values), colour in zip(of_z.items(), (figures.QUIET, figures.FAKE), strict=True):
        ax.hist(values.numpy(), bins=60, range=(0, 12), color=colour, alpha=0.8, label=f"{entries} numbers")
    ax.set(xlabel="length of z", ylabel=f"samples of {len(values):,}")
    figures.legend(ax)
    alt = "Histograms of the length of z: from 0 to 3 for two numbers, a hill around 8 for 64."
    return fig, alt, "With 64 numbers, no z is short."


def untrained(images: Tensor) -> Page:
    """Images of a generator that has learned nothing, shape (n, 1, h, w)."""
    fig, ax = figures.axes(height=1.9)
    figures.draw_images(ax, images, columns=8)
    alt = "Sixteen small images of grey noise, all much alike."
    return fig, alt, f"An untrained generator: values from {images.min():.2f} to {images.max():.2f}."


def directions(critic: Callable[[Tensor], Tensor], points: Tensor, arrows: Tensor) -> Page:
    """Level lines of a critic in the plane, fakes on them, and an arrow on each.

    Args:
        critic: points (n, 2) to scores (n,).
        points, arrows: shape (n, 2); arrows are drawn at half their length.
    """
    fig, ax = figures.axes(height=3.0)
    side = torch.linspace(-2.2, 2.2, 60)
    scores = critic(torch.cartesian_prod(side, side)).view(60, 60).T
    ax.contour(side, side, scores, levels=12, colors=figures.CRITIC, linewidths=0.8, linestyles="solid")
    x, y = points.detach().T
    ax.quiver(x, y, *arrows.T, color=figures.PENALTY, angles="xy", scale_units="xy", scale=2.0, width=0.006)
    ax.plot(x, y, "o", color=figures.FAKE, markersize=4)
    ax.set(aspect="equal", xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), xlabel="first coordinate", ylabel="second coordinate")
    ax.grid(False)
    alt = "Level lines of a critic around one place, forty fakes, and an arrow on each that points to that place."
    length = arrows.norm(dim=1).mean()
    return fig, alt, f"Where your loss sends each fake. All arrows are as long as the critic's slope, {length:.2f}."


def scores(real: Tensor, fake: Tensor) -> Page:
    """Histograms of a critic's scores of real images and of fakes, shape (n,) each."""
    fig, ax = figures.axes(height=2.3)
    for values, colour, label in ((real, figures.REAL, "real"), (fake, figures.FAKE, "fake")):
        ax.hist(values.flatten().numpy(), bins=70, range=(-1.5, 5.5), color=colour, alpha=0.75, label=label)
    ax.set(xlabel="score", ylabel=f"images of {len(real):,}")
    figures.legend(ax)
    alt = "Histograms of scores: fakes in a narrow spike below, real images spread out above them."
    return fig, alt, "After thirty steps your critic tells them apart."


def turns(scores: Sequence[float]) -> Page:
    """The mean score of fakes after each turn: the critic's first, the generator's second, and so on."""
    number = len(scores) + 1
    fig, ax = figures.axes(height=2.5)
    ax.plot(range(1, number), scores, color=figures.QUIET, linewidth=1)
    ax.plot(range(1, number, 2), scores[::2], "o", color=figures.CRITIC, label="after five critic steps")
    ax.plot(range(2, number, 2), scores[1::2], "s", color=figures.FAKE, label="after a generator step")
    ax.set(xlabel="turn", ylabel="mean score of fakes")
    figures.legend(ax)
    rises = sum(after > before for before, after in zip(scores[::2], scores[1::2], strict=True))
    alt = "The mean score of fakes over sixteen turns: down after the critic's, up after each of the generator's."
    return fig, alt, f"The generator's {len(scores) // 2} steps raised the score {rises} times."


def garments(images: Tensor, seconds: float) -> Page:
    """What the student's generator draws, shape (n, 1, h, w), and how long it has trained."""
    fig, ax = figures.axes(height=3.0)
    figures.draw_images(ax, images, columns=12)
    alt = "Forty-eight images by your generator: rough, but shirts, trousers, shoes and bags."
    return fig, alt, f"Drawn by your generator after {seconds:.0f} seconds of the game."


# 4. Eight Gaussians -----------------------------------------------------------


def ring(ax: Axes, points: Tensor, title: str) -> None:
    """Samples over circles that mark the modes of the eight Gaussians."""
    modes = toys.EIGHT_GAUSSIANS.centres
    x, y = modes.numpy().T
    ax.scatter(x, y, s=90, facecolors="none", edgecolors=figures.REAL, linewidths=1.2)
    figures.draw_points(ax, points, figures.FAKE, "fake")
    reach = 1.45 * abs(x).max()
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[])
    ax.set_title(title, fontsize=9)
    ax.grid(False)


def runs(settings: Mapping[str, Any], results: Mapping[str, np.ndarray], n_critic: int) -> Figure:
    """The first run of each loss at every moment, with the modes that it reaches.

    Args:
        settings, results: of the stored result 03_gan_beside_wgan.
        n_critic: the number of critic steps to draw.
    """
    column, moments = settings["n_critic"].index(n_critic), settings["moments"]
    fig, panels = figures.axes(2, len(moments), height=2.15)
    for row, loss in enumerate(settings["losses"]):
        for k, moment in enumerate(moments):
            modes = results["modes"][row, column, k, 0]
            points = torch.from_numpy(results["first"][row, column, k]).float()
            of_modes = f"{modes} mode{'' if modes == 1 else 's'}"
            ring(panels[row, k], points, f"step {moment}\n{of_modes}")
        panels[row, 0].set_ylabel(loss, fontsize=11)
    return fig


def modes(settings: Mapping[str, Any], results: Mapping[str, np.ndarray]) -> Figure:
    """One dot for each run: how many modes it reaches at the end.

    Args:
        settings, results: of the stored result 03_gan_beside_wgan.
    """
    fig, panels = figures.row(2, height=2.4, sharey=True)
    for ax, loss, of_loss in zip(panels, settings["losses"], results["modes"][:, :, -1], strict=True):
        for place, reached in enumerate(of_loss):
            for value, times in zip(*np.unique(reached, return_counts=True), strict=True):
                beside = 0.085 * (np.arange(times) - (times - 1) / 2)
                ax.plot(place + beside, np.full(times, value), "o", color=figures.FAKE, markersize=5)
        ax.axhline(8, color=figures.REAL, linewidth=1, linestyle=":")
        ax.set(title=loss, xlabel="critic steps for each generator step", ylim=(-0.4, 8.6), yticks=range(0, 9, 2))
        ax.set_xticks(range(len(settings["n_critic"])), [str(number) for number in settings["n_critic"]])
        ax.set_xlim(-0.6, len(settings["n_critic"]) - 0.4)
        ax.grid(axis="x", visible=False)
    panels[0].set_ylabel("modes reached, of 8")
    return fig
