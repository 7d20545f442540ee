"""Drawings of lesson and sheet 07. What a generator makes is orange, what theory says black, an arc green."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from scipy.stats import chi
from torch import Tensor

from . import figures, widgets

ARC = figures.CRITIC  # the arc, beside the straight line


# Lengths and paths -----------------------------------------------------------


def lengths(z: dict[str, Tensor]) -> Figure:
    """Histograms of the lengths of z, and the exact density of the length of Gaussian noise.

    Args:
        z: title, and z of shape (n, d): fresh ones, and others.
    """
    figure, ax = figures.axes(height=2.5)
    for (name, of), colour, fill in zip(z.items(), (figures.QUIET, figures.FAKE), (True, False), strict=True):
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
    ax.set(xlabel="first entry of z", ylabel="second entry of z")
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


# A globe of garments ---------------------------------------------------------

Place = Callable[[Tensor, Tensor], Tensor]  # east and north, in degrees, of shape (n,), to z of shape (n, d)
_EAST, _NORTH = range(-180, 181, 30), range(60, -61, -20)  # the places on the map


def world(place: Place) -> Tensor:
    """The z of all places on the map, from the northwest, row by row, shape (91, d)."""
    north, east = torch.meshgrid(torch.tensor(_NORTH), torch.tensor(_EAST), indexing="ij")
    return place(east.flatten().float(), north.flatten().float())


class Explorer:
    """A map of garments on a globe in the space of z, where you are on it, and the garment that is there.

    Args:
        generator: z of shape (n, d) to images.
        place: where on the globe each z is.
        marks: name, and the degrees east and north where it is written on the map.
    """

    knobs = (
        widgets.Knob("u", -30, -180, 180, 5),
        widgets.Knob("v", 40, -60, 60, 5),
        widgets.Knob("ψ", 1, 0, 1.5, 0.05),
    )

    def __init__(
        self, generator: Callable[[Tensor], Tensor], place: Place, marks: dict[str, tuple[float, float]] | None = None
    ) -> None:
        self._generator, self._place = generator, place
        self.figure, panels = figures.axes(columns=2, height=3.3, width_ratios=(1.5, 1))
        chart, view = panels[0]
        with torch.no_grad():
            picture = figures.image_grid(generator(world(place)), len(_EAST))
        chart.imshow(picture, extent=(-195, 195, -70, 70), aspect=1.5)
        chart.set(xlabel="u, degrees east", ylabel="v, degrees north", xticks=_EAST[::3], yticks=_NORTH)
        chart.grid(False)
        for name, (east, north) in (marks or {}).items():
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
            chart.text(east, north, name, ha="center", va="center", fontweight="bold", bbox=box)
        chart.set(xlim=(-195, 195), ylim=(-70, 70))
        (self._spot,) = chart.plot([], [], "o", markersize=20, markerfacecolor="none", markeredgecolor=figures.FAKE)
        self._spot.set_markeredgewidth(3)
        self._image = view.imshow(np.zeros((28, 28, 3)), extent=(0, 1, 0, 1), interpolation="nearest")
        self._words = view.text(0.5, -0.06, "", ha="center", va="center")
        view.axis("off")
        view.set(xlim=(0, 1), ylim=(-0.11, 1), aspect="equal")
        self.moving: list[Artist] = [self._spot, self._image, self._words]

    def set(self, u: float, v: float, psi: float) -> Figure:
        """Go to u degrees east and v degrees north, and scale z by psi there."""
        z = psi * self._place(torch.tensor([float(u)]), torch.tensor([float(v)]))
        with torch.no_grad():
            self._image.set_data(figures.image_grid(self._generator(z), 1))
        self._spot.set_data([u], [v])
        self._words.set_text(f"length of z: {z.norm():.1f}")
        return self.figure


def strip(generator: Callable[[Tensor], Tensor], place: Place, places: Sequence[tuple[float, float, float]]) -> Figure:
    """What the explorer shows at a few places.

    Args:
        generator, place: as in Explorer.
        places: u, v and psi of each.
    """
    u, v, psi = torch.tensor(places, dtype=torch.float32).T
    images = generator(psi[:, None] * place(u, v))
    figure, panels = figures.axes(columns=len(places), height=8.6 / len(places))
    for ax, image, at in zip(panels[0], images, places, strict=True):
        figures.draw_images(ax, image[None], 1)
        ax.set_title("u {:g}, v {:g}\nψ {:g}".format(*at), fontsize=10)
    return figure


def numbered(images: Tensor, columns: int = 10) -> Figure:
    """Images in rows, each with its number above it, from 0."""
    rows = -(-len(images) // columns)
    figure, panels = figures.axes(rows, columns, height=1.0)
    for number, (ax, image) in enumerate(zip(panels.flat, images, strict=False)):
        figures.draw_images(ax, image[None], 1)
        ax.set_title(str(number), fontsize=10)
    return figure


# A search --------------------------------------------------------------------


def valleys(error: Callable[[np.ndarray], np.ndarray], searches: Sequence[tuple[float, float]]) -> Figure:
    """An error over z, and searches that go downhill on it.

    Args:
        error: of z, shape (n,) to (n,).
        searches: where each began and where it ended.
    """
    figure, ax = figures.axes(height=2.6)
    z = np.linspace(-3.2, 4.2, 800)
    ax.plot(z, error(z), color=figures.QUIET)
    for number, (start, end) in enumerate(searches):
        path = np.linspace(start, end, 100)
        ax.plot(path, error(path), color=figures.FAKE, linewidth=3)
        for at, face, name in ((start, "white", "start"), (end, figures.FAKE, "end")):
            ax.plot(
                at,
                error(np.array(at)),
                "o",
                markerfacecolor=face,
                markeredgecolor=figures.FAKE,
                markersize=8,
                label=name if number == 0 else None,
            )
    ax.set(xlabel="z", ylabel="squared error", ylim=(-1, 24))
    figures.legend(ax)
    return figure


def found_again(images: Tensor, found: Tensor, groups: Sequence[str]) -> Figure:
    """Images above what a search found for each, in groups with a gap between them.

    Args:
        images, found: shape (k, channels, height, width), group by group, as many in each.
        groups: a title for each group.
    """
    figure, panels = figures.axes(columns=len(groups), height=1.5)
    parts = (of.chunk(len(groups)) for of in (images, found))
    for ax, title, above, below in zip(panels[0], groups, *parts, strict=True):
        figures.draw_images(ax, torch.cat([above, below]), columns=len(above))
        ax.set_title(title, fontsize=10)
    figures.label_rows(panels[0, 0], ["image", "found"])
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
        ax.scatter(
            values,
            row + shake.uniform(-0.2, 0.2, len(values)),
            s=16,
            facecolor="none",
            edgecolor=colour,
            linewidths=0.8,
        )
        ax.plot([values.mean()] * 2, [row - 0.35, row + 0.35], color=figures.THEORY)
    ax.set(xlabel=xlabel, ylim=(len(groups) - 0.5, -0.5))
    ax.set_xlim(left=0)
    ax.set_yticks(range(len(groups)), list(groups))
    return figure


def enlarged(images: Tensor) -> Tensor:
    """Each pixel twice as large in both directions, so that an animation has 280 pixels a side."""
    return images.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)


def globe_through(z: Tensor) -> tuple[Place, dict[str, tuple[float, float]]]:
    """A globe of radius 8 whose directions are those of three z, as in lesson 07.

    Args:
        z: three of them, shape (3, d), not in one plane with 0.

    Returns:
        The place function of the globe, and where the three are: "a", "b" and "c",
        in degrees east and north. They lie around the north pole.
    """
    directions = z / z.norm(dim=1, keepdim=True)
    middle = directions.sum(dim=0)
    north, side, third = torch.linalg.qr(torch.stack([middle, *directions[:2]], dim=1)).Q.T
    e = torch.stack([side, third, north * torch.sign(north @ middle)])

    def place(u: Tensor, v: Tensor) -> Tensor:
        u, v = u.deg2rad()[:, None], v.deg2rad()[:, None]
        return 8 * (v.cos() * u.cos() * e[0] + v.cos() * u.sin() * e[1] + v.sin() * e[2])

    x, y, height = (directions @ e.T).T
    degrees = zip(torch.atan2(y, x).rad2deg().tolist(), torch.asin(height.clamp(-1, 1)).rad2deg().tolist(), strict=True)
    return place, dict(zip("abc", degrees, strict=True))
