"""Drawings of lesson and sheet 07. What a generator makes is orange, what theory says black, an arc green."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.stats import chi
from torch import Tensor

from . import figures

ARC = figures.CRITIC  # the arc, beside the straight line
_CORNERS = (("a", 0, 0), ("b", 1, 0), ("c", 0, 1))  # where on the plane the three z are


# Lengths and paths -----------------------------------------------------------


def lengths(z: dict[str, Tensor]) -> Figure:
    """Histograms of the lengths of z, and the exact density of the length of Gaussian noise.

    Args:
        z: title, and z of shape (n, d): fresh ones first.
    """
    figure, ax = figures.axes(height=2.5)
    looks = zip((figures.QUIET, figures.FAKE, ARC), (True, False, False), strict=True)
    for (name, of), (colour, fill) in zip(z.items(), looks, strict=True):
        counts, edges = np.histogram(of.norm(dim=1), bins=np.linspace(0, 12, 97), density=True)
        ax.stairs(counts, edges, color=colour, fill=fill, alpha=0.6 if fill else 1, linewidth=2, label=name)
    x = np.linspace(0, 12, 400)
    ax.plot(x, chi(of.shape[1]).pdf(x), color=figures.THEORY, linestyle=":", label="exact, fresh z")
    ax.set(xlabel="length of z", ylabel="density", xlim=(0, 12))
    figures.legend(ax)
    return figure


def paths(line: Tensor, arc: Tensor) -> Figure:
    """Two walks in the plane between the same ends, with their steps, shape (k, 2) each."""
    figure, ax = figures.axes(height=2.6)
    for points, colour, marker, name in ((line, figures.FAKE, "s", "lerp"), (arc, ARC, "o", "slerp")):
        ax.plot(*points.T, color=colour, marker=marker, markersize=5, label=name)
    ax.plot(0, 0, "+", color=figures.THEORY, markersize=10)
    ax.set(xlabel="first entry of z", ylabel="second entry")
    ax.set_aspect("equal")
    figures.legend(ax)
    return figure


def truncation(images: dict[float, Tensor], precision: np.ndarray, recall: np.ndarray) -> Figure:
    """The same z, scaled, and what that does to precision and recall.

    Args:
        images: for each psi, images of shape (k, 1, 28, 28).
        precision, recall: for each psi, shape (m,).
    """
    figure, panels = figures.axes(columns=2, height=0.2 + 0.62 * len(images), width_ratios=(1.5, 1))
    left, right = panels[0]
    psi = list(images)
    figures.draw_images(left, torch.cat(list(images.values())), columns=len(images[psi[0]]))
    figures.label_rows(left, [f"ψ = {one:g}" for one in psi])
    looks = (("precision", precision, figures.FAKE, "s"), ("recall", recall, figures.REAL, "o"))
    for name, values, colour, marker in looks:
        right.plot(psi, values, color=colour, marker=marker)
        right.text(psi[0], values[0] - 0.05, name, color=colour, va="top")
    right.set(xlabel="ψ", ylabel="share", ylim=(0, 1), xticks=psi)
    return figure


# A plane through three z -----------------------------------------------------


def plane(images: Tensor, side: int) -> Figure:
    """Images on the plane through three z, in equal steps; the three themselves are framed.

    Args:
        images: shape (side * side, 1, 28, 28), u from 0 to 1 along a row, v from 0 to 1 down the rows.
        side: images along one side.
    """
    figure, ax = figures.axes(height=5.0)
    figures.draw_images(ax, images, side)
    for name, u, v in _CORNERS:
        x, y = (at * (side - 1) * 30 - 1.5 for at in (u, v))
        ax.add_patch(Rectangle((x, y), 30, 30, fill=False, edgecolor=figures.FAKE, linewidth=2.5, clip_on=False))
        ax.text(x + 3, y + 3, name, color=figures.FAKE, fontweight="bold", va="top")
    return figure


class Explorer:
    """A map of the plane through three z, where you are on it, and the garment that is there.

    Args:
        generator: z of shape (n, d) to images.
        on_the_plane: u and v of shape (n,) to the z there, shape (n, d).
    """

    labels = ("u", "v", "ψ")
    start = (0.3, 0.3, 1.0)
    bounds = (0.0, 1.5)

    def __init__(self, generator: Callable[[Tensor], Tensor], on_the_plane: Callable[[Tensor, Tensor], Tensor]) -> None:
        self._generator, self._on_the_plane = generator, on_the_plane
        self.figure, panels = figures.axes(columns=2, height=2.7)
        chart, view = panels[0]
        side, (low, high) = 7, self.bounds
        v, u = torch.meshgrid(*[torch.linspace(low, high, side)] * 2, indexing="ij")
        half = (high - low) / (side - 1) / 2
        picture = figures.image_grid(generator(on_the_plane(u.flatten(), v.flatten())), side)
        chart.imshow(picture, extent=(low - half, high + half, high + half, low - half))
        chart.set(xlabel="u", ylabel="v", xticks=(0, 0.5, 1, 1.5), yticks=(0, 0.5, 1, 1.5))
        chart.grid(False)
        for name, x, y in _CORNERS:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
            chart.text(x, y, name, ha="center", va="center", fontweight="bold", bbox=box)
        (self._spot,) = chart.plot([], [], "o", markersize=16, markerfacecolor="none", markeredgecolor=figures.FAKE)
        self._spot.set_markeredgewidth(3)
        self._image = view.imshow(np.zeros((28, 28, 3)), extent=(0.02, 0.98, 0, 0.96), interpolation="nearest")
        self._words = view.text(0.5, -0.06, "", ha="center", va="center")
        view.axis("off")
        view.set(xlim=(0, 1), ylim=(-0.12, 1), aspect="equal")
        self.moving: list[Artist] = [self._spot, self._image, self._words]

    def set(self, u: float, v: float, psi: float) -> Figure:
        """Go to (u, v), and scale z by psi there."""
        z = psi * self._on_the_plane(torch.tensor([u]), torch.tensor([v]))
        self._image.set_data(figures.image_grid(self._generator(z), 1))
        self._spot.set_data([u], [v])
        self._words.set_text(f"length of z: {z.norm():.1f}")
        return self.figure


def strip(
    generator: Callable[[Tensor], Tensor],
    on_the_plane: Callable[[Tensor, Tensor], Tensor],
    places: Sequence[tuple[float, float, float]],
) -> Figure:
    """What the explorer shows at a few places.

    Args:
        generator, on_the_plane: as in Explorer.
        places: u, v and psi of each.
    """
    u, v, psi = torch.tensor(places).T
    images = generator(psi[:, None] * on_the_plane(u, v))
    figure, panels = figures.axes(columns=len(places), height=1.9)
    for ax, image, place in zip(panels[0], images, places, strict=True):
        figures.draw_images(ax, image[None], 1)
        ax.set_title("u {:g}, v {:g}, ψ {:g}".format(*place), fontsize=10)
    return figure


# Many numbers ----------------------------------------------------------------


def dots(groups: dict[str, np.ndarray], colours: Sequence[str], xlabel: str) -> Figure:
    """Numbers of several groups as dots, one row for each group, and their means as lines.

    Args:
        groups: name, and numbers of any shape; NaN are left out.
        colours: one for each group.
        xlabel: what the numbers are.
    """
    figure, ax = figures.axes(height=0.55 + 0.45 * len(groups))
    shake = np.random.default_rng(0)
    for row, (numbers, colour) in enumerate(zip(groups.values(), colours, strict=True)):
        values = numbers[~np.isnan(numbers)]
        ax.scatter(values, row + shake.uniform(-0.2, 0.2, len(values)), s=16, color=colour, alpha=0.6, linewidths=0)
        ax.plot([values.mean()] * 2, [row - 0.35, row + 0.35], color=figures.THEORY)
    ax.set(xlabel=xlabel, ylim=(len(groups) - 0.5, -0.5))
    ax.set_xlim(left=0)
    ax.set_yticks(range(len(groups)), list(groups))
    return figure
