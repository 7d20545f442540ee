"""Drawings and measurements of lesson and sheet 07. What a generator makes is orange, what theory says black."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.spatial import geometric_slerp
from scipy.stats import chi
from torch import Tensor, nn

from .. import data
from . import figures
from ..measure import scores

SIDE = 7  # images along one side of the map in the explorer
ARC = figures.CRITIC  # the arc, beside the straight line


# Finding and moving ----------------------------------------------------------


def find(generator: nn.Module, garment: str, seed: int = 0) -> Tensor:
    """Of 500 random z the one whose image the classifier is surest of, shape (d,).

    Args:
        garment: a name in data.GARMENTS.
    """
    z = torch.randn(500, generator.latent_dim, generator=torch.Generator().manual_seed(seed))
    sure = scores.classifier()(generator(z)).softmax(dim=1)
    return z[sure[:, data.GARMENTS.index(garment)].argmax()]


def arc(a: Tensor, b: Tensor, t: Sequence[float]) -> Tensor:
    """Points on the arc from a to b, by scipy, shape (k, d); lengths go evenly from that of a to that of b."""
    lengths = torch.lerp(a.norm(), b.norm(), torch.tensor(t))[:, None]
    units = (vector.double() / vector.double().norm() for vector in (a, b))
    return torch.from_numpy(geometric_slerp(*units, np.asarray(t, dtype=float))).float() * lengths


def halfway(n: int, latent_dim: int, seed: int) -> dict[str, Tensor]:
    """n fresh z, and what lies half way between n pairs, on the line and on the arc: each (n, d)."""
    source = torch.Generator().manual_seed(seed)
    fresh, a, b = torch.randn(3, n, latent_dim, generator=source)
    arcs = torch.cat([arc(*pair, [0.5]) for pair in zip(a, b, strict=True)])
    return {"fresh z": fresh, "middle of a line": torch.lerp(a, b, 0.5), "middle of an arc": arcs}


def lengths(z: dict[str, Tensor]) -> Figure:
    """Histograms of the lengths of z, and the law of the length of Gaussian noise.

    Args:
        z: title, and z of shape (n, d).
    """
    figure, panels = figures.axes(height=2.5)
    ax = panels
    looks = zip((figures.QUIET, figures.FAKE, ARC), (True, False, False), strict=True)
    for (name, of), (colour, fill) in zip(z.items(), looks, strict=False):
        counts, edges = np.histogram(of.norm(dim=1), bins=np.linspace(0, 12, 97), density=True)
        ax.stairs(counts, edges, color=colour, fill=fill, alpha=0.6 if fill else 1, linewidth=2, label=name)
    x = np.linspace(0, 12, 400)
    ax.plot(x, chi(of.shape[1]).pdf(x), color=figures.THEORY, linestyle=":", label="exact, fresh z")
    ax.set(xlabel="length of z", ylabel="density", xlim=(0, 12))
    figures.legend(ax)
    return figure


def paths(line: Tensor, bow: Tensor) -> Figure:
    """Two walks in the plane between the same ends, with their steps, shape (k, 2) each."""
    figure, panels = figures.axes(height=2.6)
    ax = panels
    for points, colour, marker, name in ((line, figures.FAKE, "s", "lerp"), (bow, ARC, "o", "slerp")):
        ax.plot(*points.T, color=colour, marker=marker, markersize=5, label=name)
    ax.plot(0, 0, "+", color=figures.THEORY, markersize=10)
    ax.set(xlabel="first entry of z", ylabel="second entry")
    ax.set_aspect("equal")
    figures.legend(ax)
    return figure


# Images ----------------------------------------------------------------------


def rows(images: dict[str, Tensor], height: float = 0.62) -> Figure:
    """Rows of images with a label each.

    Args:
        images: label, and images of shape (k, 1, 28, 28), as many in each row.
        height: of one row, in inches.
    """
    figure, panels = figures.axes(height=0.1 + height * len(images))
    columns = len(next(iter(images.values())))
    figures.draw_images(panels, torch.cat(list(images.values())), columns)
    figures.label_rows(panels, list(images))
    return figure


def on_the_plane(corners: Tensor, u: Tensor, v: Tensor) -> Tensor:
    """Points a + u (b - a) + v (c - a), shape (k, d).

    Args:
        corners: a, b and c, shape (3, d).
        u, v: shape (k,).
    """
    a, b, c = corners
    return a + u[:, None] * (b - a) + v[:, None] * (c - a)


def plane_grid(corners: Tensor, side: int, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Points of the plane in equal steps, v downward and u to the right, shape (side * side, d)."""
    steps = torch.linspace(low, high, side)
    v, u = torch.meshgrid(steps, steps, indexing="ij")
    return on_the_plane(corners, u.flatten(), v.flatten())


def plane(generator: nn.Module, corners: Tensor, side: int = 11, low: float = 0.0, high: float = 1.0) -> Figure:
    """What lies on the plane through three z; the three themselves are framed."""
    figure, panels = figures.axes(height=5.0)
    ax = panels
    figures.draw_images(ax, generator(plane_grid(corners, side, low, high)), side)
    for name, u, v in (("a", 0, 0), ("b", 1, 0), ("c", 0, 1)):
        column, row = ((at - low) / (high - low) * (side - 1) for at in (u, v))
        place = (column * 30 - 1.5, row * 30 - 1.5)
        ax.add_patch(Rectangle(place, 30, 30, fill=False, edgecolor=figures.FAKE, linewidth=2.5, clip_on=False))
        ax.text(place[0] + 3, place[1] + 3, name, color=figures.FAKE, fontweight="bold", va="top")
    return figure


class Explorer:
    """A map of the plane through three z, where you stand on it, and the garment that is there.

    Args:
        generator: maps (n, d) to images.
        corners: three z, shape (3, d).
    """

    labels = ("u", "v", "ψ")
    start = (0.3, 0.3, 1.0)
    bounds = (0.0, 1.5)

    def __init__(self, generator: nn.Module, corners: Tensor) -> None:
        self._generator, self._corners = generator, corners
        low, high = self.bounds
        self.figure, panels = figures.axes(columns=2, height=2.7, width_ratios=(1, 1))
        chart, view = panels[0]
        half = (high - low) / (SIDE - 1) / 2
        picture = figures.image_grid(generator(plane_grid(corners, SIDE, low, high)), SIDE)
        chart.imshow(picture, extent=(low - half, high + half, high + half, low - half))
        chart.set(xlabel="u", ylabel="v", xticks=(0, 0.5, 1, 1.5), yticks=(0, 0.5, 1, 1.5))
        chart.grid(False)
        for name, x, y in (("a", 0, 0), ("b", 1, 0), ("c", 0, 1)):
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
            chart.text(x, y, name, ha="center", va="center", fontweight="bold", bbox=box)
        (self._spot,) = chart.plot([], [], "o", markersize=16, markerfacecolor="none", markeredgecolor=figures.FAKE)
        self._spot.set_markeredgewidth(3)
        view.axis("off")
        view.set(xlim=(0, 1), ylim=(-0.15, 1))
        view.set_aspect("equal")
        self._image = view.imshow(np.zeros((28, 28, 3)), extent=(0.02, 0.98, 0, 0.96), interpolation="nearest")
        view.set(xlim=(0, 1), ylim=(-0.12, 1))
        self._words = view.text(0.5, -0.06, "", ha="center", va="center")
        self.moving = [self._spot, self._image, self._words]

    def set(self, u: float, v: float, psi: float) -> Figure:
        """Go to (u, v), and scale z by psi there."""
        z = psi * on_the_plane(self._corners, torch.tensor([u]), torch.tensor([v]))
        self._image.set_data(figures.image_grid(self._generator(z), 1))
        self._spot.set_data([u], [v])
        self._words.set_text(f"length of z: {z.norm():.1f}")
        return self.figure


def strip(generator: nn.Module, corners: Tensor, settings: Sequence[tuple[float, float, float]]) -> Figure:
    """What the explorer shows at a few settings of u, v and psi."""
    figure, panels = figures.axes(columns=len(settings), height=1.9)
    for ax, (u, v, psi) in zip(panels[0], settings, strict=True):
        z = psi * on_the_plane(corners, torch.tensor([u]), torch.tensor([v]))
        figures.draw_images(ax, generator(z), 1)
        ax.set_title(f"u {u:g}, v {v:g}, ψ {psi:g}", fontsize=10)
    return figure


# Truncation ------------------------------------------------------------------


def truncation(images: dict[float, Tensor], measured: dict[float, tuple[float, float]]) -> Figure:
    """The same z, scaled, and what that does to precision and recall.

    Args:
        images: psi, and images of shape (k, 1, 28, 28).
        measured: psi, and mean precision and recall.
    """
    figure, panels = figures.axes(columns=2, height=0.2 + 0.62 * len(images), width_ratios=(1.5, 1))
    left, right = panels[0]
    figures.draw_images(left, torch.cat(list(images.values())), len(next(iter(images.values()))))
    figures.label_rows(left, [f"ψ = {psi:g}" for psi in images])
    values = np.array(list(measured.values()))
    for column, (name, colour, marker) in enumerate(
        (("precision", figures.FAKE, "s"), ("recall", figures.REAL, "o"))
    ):
        right.plot(list(measured), values[:, column], color=colour, marker=marker)
        right.text(next(iter(measured)), values[0, column] - 0.05, name, color=colour, va="top")
    right.set(xlabel="ψ", ylabel="share", ylim=(0, 1), xticks=list(measured))
    return figure


# Arithmetic ------------------------------------------------------------------


def mean_z(generator: nn.Module, n: int = 5000, seed: int = 0) -> Tensor:
    """Mean z of each garment, as the classifier names them, shape (10, d): of n random z."""
    z = torch.randn(n, generator.latent_dim, generator=torch.Generator().manual_seed(seed))
    names = scores.labels(generator(z))
    return torch.stack([z[names == label].mean(dim=0) for label in range(10)])


def random_steps(like: Tensor, length: Tensor, source: torch.Generator | None = None) -> Tensor:
    """A random direction for each row of `like`, all of the same length."""
    steps = torch.randn(like.shape, generator=source)
    return steps * length / steps.norm(dim=1, keepdim=True)


def arithmetic(generator: nn.Module, each: int = 50, seed: int = 0) -> dict[str, np.ndarray]:
    """How often z plus a difference of mean z is the garment it should be, for all 90 pairs of garments.

    Args:
        each: starts for one pair; none of them had a part in the means.

    Returns:
        Shares of shape (10, 10), from row to column, NaN on the diagonal:
        "difference": z of the first garment, plus mean z of the second, minus
        mean z of the first; "third": the same step from z of the other eight;
        "random": z of the first garment, plus a random step of that length.
    """
    means = mean_z(generator, seed=seed)
    source = torch.Generator().manual_seed(seed + 1)
    z = torch.randn(100 * each, generator.latent_dim, generator=source)
    names = scores.labels(generator(z))
    shares = {key: np.full((10, 10), np.nan) for key in ("difference", "third", "random")}
    for a in range(10):
        for b in set(range(10)) - {a}:
            starts, others = z[names == a][:each], z[(names != a) & (names != b)][:each]
            step = means[b] - means[a]
            ends = {
                "difference": starts + step,
                "third": others + step,
                "random": starts + random_steps(starts, step.norm(), source),
            }
            for key, end in ends.items():
                shares[key][a, b] = (scores.labels(generator(end)) == b).double().mean()
    return shares


# Back from an image to its z -------------------------------------------------


def invert(
    generator: Callable[[Tensor], Tensor], images: Tensor, latent_dim: int, restarts: int = 4, steps: int = 100,
    seed: int = 0,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """The best z for each image, of several random starts, by L-BFGS.

    Args:
        images: shape (n, ...).
        restarts: starts for each image.
        steps: of L-BFGS, all at a time.

    Returns:
        The best z, shape (n, d), and the root mean square errors of all starts,
        shape (restarts, n), in units of pixel value, in [-1, 1].
    """
    n = len(images)
    z = torch.randn(restarts * n, latent_dim, generator=torch.Generator().manual_seed(seed)).requires_grad_(True)
    wanted = images.repeat(restarts, *[1] * (images.dim() - 1))
    optimizer = torch.optim.LBFGS([z], max_iter=steps, history_size=20, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = (generator(z) - wanted).square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        errors = rms(generator(z), wanted).view(restarts, n)
    found = z.detach().view(restarts, n, latent_dim)
    return found[errors.argmin(dim=0), torch.arange(n)], errors


def rms(a: Tensor, b: Tensor) -> Tensor:
    """Root mean square difference of each two images, shape (n,), in units of pixel value, in [-1, 1]."""
    return (a - b).flatten(start_dim=1).square().mean(dim=1).sqrt()


def dots(groups: dict[str, np.ndarray], colours: Sequence[str], xlabel: str) -> Figure:
    """Numbers of several groups as dots, one row for each group, and their means as lines."""
    figure, panels = figures.axes(height=0.55 + 0.45 * len(groups))
    ax = panels
    shake = np.random.default_rng(0)
    for row, (values, colour) in enumerate(zip(groups.values(), colours, strict=True)):
        values = np.asarray(values).flatten()
        values = values[~np.isnan(values)]
        ax.scatter(values, row + shake.uniform(-0.2, 0.2, len(values)), s=16, color=colour, alpha=0.6, linewidths=0)
        ax.plot([values.mean()] * 2, [row - 0.35, row + 0.35], color=figures.THEORY)
    ax.set(xlabel=xlabel, ylim=(len(groups) - 0.5, -0.5))
    ax.set_xlim(left=0)
    ax.set_yticks(range(len(groups)), list(groups))
    return figure
