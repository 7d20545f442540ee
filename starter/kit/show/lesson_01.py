"""Drawings of lesson and sheet 01. Real is blue, fake is orange, a critic green."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from torch import Tensor
from torch.nn import functional as F

from . import figures

# 1. A histogram that moves ----------------------------------------------------


def moved(p: np.ndarray, shifts: Sequence[int]) -> Figure:
    """The real shares, and the same shares moved to the right, one panel for each shift.

    Args:
        p: histogram, shape (k,).
        shifts: by how many bins the fakes are moved.
    """
    figure, panels = figures.row(len(shifts), height=1.8, sharey=True)
    bins = np.arange(len(p))
    for ax, shift in zip(panels, shifts, strict=True):
        _draw_bars(ax, p, np.roll(p, shift))
        ax.set(title=f"moved by {shift}", xlabel="bin", xticks=bins, ylim=(0, 1.2 * p.max()))
    panels[0].set_ylabel("share")
    figures.legend(panels[-1])
    return figure


def _draw_bars(ax: Axes, p: np.ndarray, q: np.ndarray, **look: Any) -> None:
    """Two histograms beside each other, real and fake."""
    bins = np.arange(len(p))
    ax.bar(bins - 0.2, p, 0.4, color=figures.REAL, label="real, p", **look)
    ax.bar(bins + 0.2, q, 0.4, color=figures.FAKE, label="fake, q", hatch="//", edgecolor="white", linewidth=0, **look)


# 2. Two parallel segments -----------------------------------------------------

Numbers = Callable[[float], Mapping[str, float]]  # theta to KL, JS, TV and W, or to their gradients in theta

_TOP = 1.35  # where infinity is drawn
_UNITS = {"KL": "nats", "JS": "nats", "TV": "share", "W": "length"}
_SIDES = np.linspace(-1, 0, 101), np.linspace(0, 1, 101)


class Segments:
    """The two segments, the four distances over theta and, below each, its gradient; a widgets.Scene.

    Args:
        distances, gradients: of two segments at theta. Infinite values and
            gradients that are none (NaN) are said as such.
    """

    def __init__(self, distances: Numbers, gradients: Numbers) -> None:
        self._rows: list[tuple[Numbers, dict[str, tuple[Line2D, Text]]]] = [(distances, {}), (gradients, {})]
        self.figure = Figure(figsize=(figures.WIDTH, 3.4), layout="constrained")
        names = list(distances(1.0))
        grid = self.figure.add_gridspec(2, 1 + len(names), width_ratios=(1.25, *[1] * len(names)))
        plane = self.figure.add_subplot(grid[:, 0])
        _draw_plane(plane)
        (self._fake,) = plane.plot([], [], color=figures.FAKE, linewidth=3)
        self._title = _word(plane, size=11)
        for column, name in enumerate(names, start=1):
            top, bottom = (self.figure.add_subplot(grid[row, column]) for row in (0, 1))
            _draw_distance(top, name, distances)
            _draw_gradient(bottom, name, gradients)
            for (_, moving), ax in zip(self._rows, (top, bottom), strict=True):
                moving[name] = (ax.plot([], [], "o", color=figures.FAKE, markersize=9)[0], _word(ax))
                ax.tick_params(labelleft=column == 1)
        self.figure.axes[1].set_ylabel("value")
        self.figure.axes[2].set_ylabel("gradient in θ")
        marks = [artist for _, moving in self._rows for pair in moving.values() for artist in pair]
        self.moving: list[Artist] = [self._fake, self._title, *marks]

    def set(self, theta: float) -> Figure:
        """Move the fake segment to theta."""
        self._fake.set_data([theta, theta], [0, 1])
        self._title.set_text(f"θ = {_number(theta)}")
        for numbers, moving in self._rows:
            for name, value in numbers(theta).items():
                mark, word = moving[name]
                mark.set_data([theta], [min(value, _TOP)])
                word.set_text(_number(value))
        return self.figure


def segments(thetas: Sequence[float], distances: Numbers, gradients: Numbers) -> Figure:
    """The two segments at a few offsets side by side, with the numbers below.

    Args:
        thetas: the offsets.
        distances, gradients: as in Segments.
    """
    figure, panels = figures.row(len(thetas), height=2.9, sharey=True)
    for ax, theta in zip(panels, thetas, strict=True):
        _draw_plane(ax)
        ax.plot([theta, theta], [0, 1], color=figures.FAKE, linewidth=3)
        slopes = gradients(theta)
        lines = [f"{name} {_number(v)}, gradient {_number(slopes[name])}" for name, v in distances(theta).items()]
        ax.set(ylabel="", xlabel="place")
        ax.set_title("\n".join([f"θ = {theta:g}", *lines]), fontsize=9, loc="left")
    panels[0].set_ylabel("height")
    return figure


def _word(ax: Axes, size: float = 10) -> Text:
    """An empty line of text at the top of a panel."""
    return ax.text(0.5, 0.97, "", ha="center", va="top", transform=ax.transAxes, fontsize=size)


def _draw_plane(ax: Axes) -> None:
    """The real segment, wide enough to be seen below the other one, and which is which."""
    ax.plot([0, 0], [0, 1], color=figures.REAL, linewidth=8)
    ax.text(0.04, 0.03, "real", color=figures.REAL, transform=ax.transAxes, fontsize=9)
    ax.text(0.96, 0.03, "fake", color=figures.FAKE, transform=ax.transAxes, fontsize=9, ha="right")
    ax.set(xlim=(-1.2, 1.2), ylim=(-0.25, 1.35), xticks=(-1, 0, 1), yticks=(0, 1), xlabel="place", ylabel="height")
    ax.grid(False)


def _draw_distance(ax: Axes, name: str, distances: Numbers) -> None:
    """The value over theta; where it jumps at 0, a hole in the line and a dot at its value."""
    beside, at = min(distances(1e-9)[name], _TOP), distances(0.0)[name]
    for side in _SIDES:
        heights = [min(distances(theta)[name], _TOP) if theta else beside for theta in side.tolist()]
        ax.plot(side, heights, color=figures.THEORY)
    if abs(beside - at) > 0.01:
        ax.plot(0, beside, "o", color="white", markeredgecolor=figures.THEORY, markersize=5)
        ax.plot(0, at, "o", color=figures.THEORY, markersize=4)
    ax.set(xlim=(-1.1, 1.1), xticks=(-1, 0, 1), ylim=(-0.15, 1.9))
    ax.set_title(f"{name} ({_UNITS[name]})" if name in _UNITS else name, fontsize=10)
    ax.set(yticks=(0, 1, _TOP), yticklabels=("0", "1", "∞"))
    ax.tick_params(labelbottom=False)


def _draw_gradient(ax: Axes, name: str, gradients: Numbers) -> None:
    """The gradient over theta, with a hole at 0."""
    for side in (-1, 1):
        height = gradients(side)[name]
        ax.plot([0, side], [height, height], color=figures.THEORY)
        ax.plot(0, height, "o", color="white", markeredgecolor=figures.THEORY, markersize=5)
    ax.set(xlim=(-1.1, 1.1), xticks=(-1, 0, 1), ylim=(-1.4, 2.1), yticks=(-1, 0, 1), xlabel="θ")


def _number(value: float, digits: int = 3) -> str:
    """A few digits, or a sign for what is no number."""
    if np.isnan(value):
        return "none"
    if np.isinf(value):
        return "∞"
    rounded = round(value, digits) + 0.0  # no minus before a 0
    return f"{rounded:.{digits}f}".rstrip("0").rstrip(".").replace("-", "−")


# 3. Transport -----------------------------------------------------------------


def sorted_pairs(x: np.ndarray, y: np.ndarray) -> Figure:
    """Two small samples joined in order, and the area between their distribution functions.

    Args:
        x, y: real and fake numbers, shape (n,).
    """
    x, y = np.sort(x), np.sort(y)
    edges = (min(x[0], y[0]) - 1, max(x[-1], y[-1]) + 1)
    figure, (left, right) = figures.row(2, height=2.5)
    _draw_pairs(left, x, y)
    _draw_distribution_functions(right, x, y, edges)
    for ax in (left, right):
        ax.set_xlim(edges)
    figures.legend(right)
    return figure


def _draw_pairs(ax: Axes, x: np.ndarray, y: np.ndarray) -> None:
    """An arrow from each fake number to the real one of the same rank, with its length."""
    for a, b in zip(x, y, strict=True):
        ax.annotate("", (a, 0.94), (b, 0.06), arrowprops={"arrowstyle": "->", "color": figures.QUIET})
        ax.text((a + b) / 2 + 0.25, 0.5, f"{abs(a - b):g}", va="center")
    ax.scatter(x, np.ones_like(x), color=figures.REAL, s=60)
    ax.scatter(y, np.zeros_like(y), color=figures.FAKE, s=60, marker="s")
    ax.set(ylim=(-0.3, 1.3), yticks=(0, 1), yticklabels=("fake", "real"), xlabel="place", title="the cheapest way")


def _draw_distribution_functions(ax: Axes, x: np.ndarray, y: np.ndarray, edges: tuple[float, float]) -> None:
    """The share of each sample up to each place, and the area between."""
    levels = np.arange(len(x) + 1) / len(x)
    for sample, colour, name, style in ((x, figures.REAL, "real", "-"), (y, figures.FAKE, "fake", "--")):
        steps = [edges[0], *sample, edges[1]]
        ax.stairs(levels, steps, baseline=None, color=colour, label=name, linestyle=style, linewidth=2)
    places = np.linspace(*edges, 2001)
    of_x, of_y = (np.searchsorted(sample, places, side="right") / len(sample) for sample in (x, y))
    ax.fill_between(places, of_x, of_y, color=figures.QUIET, alpha=0.3, linewidth=0, label="area")
    ax.set(xlabel="place", ylabel="share up to here", title="the same as an area", yticks=(0, 0.5, 1))


def pairings(real: np.ndarray, fake: np.ndarray, partners: Mapping[str, np.ndarray]) -> Figure:
    """Ways of pairing fakes with real points, one panel each.

    Args:
        real, fake: points, shape (n, 2).
        partners: title and, for each real point, the number of its fake, shape (n,).
    """
    figure, panels = figures.row(len(partners), height=2.6, sharey=True)
    for ax, (title, chosen) in zip(panels, partners.items(), strict=True):
        for start, end in zip(fake[chosen], real, strict=True):
            arrow = {"arrowstyle": "->", "color": figures.QUIET, "shrinkA": 2, "shrinkB": 3}
            ax.annotate("", end, start, arrowprops=arrow)
        ax.scatter(real[:, 0], real[:, 1], color=figures.REAL, s=28, label="real")
        ax.scatter(fake[:, 0], fake[:, 1], color=figures.FAKE, s=28, marker="s", label="fake")
        length = np.linalg.norm(real - fake[chosen], axis=1).mean()
        ax.set_title(f"{title}\nmean length {length:.3f}", fontsize=10)
        ax.set(xlabel="first coordinate", aspect="equal")
    panels[0].set_ylabel("second coordinate")
    figures.legend(panels[-1])
    return figure


def two_normals(mus: Sequence[float], js: Sequence[float], w: Sequence[float]) -> Figure:
    """JS and W of N(0, 1) and N(mu, 1), over mu."""
    figure, panels = figures.row(2, height=2.4)
    for ax, name, values, unit in zip(panels, ("JS", "W"), (js, w), ("nats", "units of x"), strict=True):
        ax.plot(mus, values, "o-", color=figures.THEORY, clip_on=False)
        ax.set(xlabel="µ (units of x)", ylabel=f"{name} ({unit})", title=f"your {name} of N(0, 1) and N(µ, 1)")
        ax.set_ylim(bottom=0)
    return figure


def plan(shares: np.ndarray, p: np.ndarray, q: np.ndarray) -> Figure:
    """A transport plan as a table of shares in percent, with p on its left and q on top.

    Args:
        shares: the plan, shape (k, k).
        p, q: its row sums and its column sums, shape (k,).
    """
    figure = Figure(figsize=(figures.WIDTH, 4.2), layout="constrained")
    grid = figure.add_gridspec(2, 3, width_ratios=(1, 4.2, 0.8), height_ratios=(1, 4.2))
    ax = figure.add_subplot(grid[1, 1])
    left, top = figure.add_subplot(grid[1, 0], sharey=ax), figure.add_subplot(grid[0, 1], sharex=ax)
    bins = np.arange(len(p))
    ax.imshow(shares, cmap="Greys", vmin=0, aspect="auto")
    for i, j in zip(*np.nonzero(shares > 5e-4), strict=True):
        ink = "white" if shares[i, j] > shares.max() / 2 else "black"
        ax.text(j, i, f"{100 * shares[i, j]:.0f}", ha="center", va="center", fontsize=9, color=ink)
    ax.plot(bins, bins, color=figures.QUIET, linewidth=0.8, linestyle=":")
    ax.set(xlabel="to bin j (squares: shares in %)", xticks=bins, yticks=bins)
    ax.grid(False)
    ax.tick_params(labelleft=False)
    left.barh(bins, p, color=figures.REAL)
    left.set(xlabel="share p", ylabel="from bin i")
    left.invert_xaxis()
    top.bar(bins, q, color=figures.FAKE)
    top.set(ylabel="share q")
    top.tick_params(labelbottom=False)
    return figure


# 4. Critics -------------------------------------------------------------------

Value = Callable[[np.ndarray], float]  # what a critic proves, from its value in each bin, shape (k,)


class Critic:
    """Two histograms, a critic as drawn and as rescaled to steepest slope 1, and what it proves; a widgets.Scene.

    Args:
        p, q: histograms of real and fake, shape (k,).
        exact: W(p, q).
        value: what a critic proves; None takes the difference of its means after rescaling.
    """

    def __init__(self, p: np.ndarray, q: np.ndarray, exact: float, value: Value | None = None) -> None:
        self._value = value or _difference_of_means(p, q)
        self.figure, (left, middle, right) = figures.row(3, height=2.4, width_ratios=(1, 1, 0.34))
        bins = np.arange(len(p))
        _draw_histograms(left, p, q)
        (self._line,) = middle.plot(bins, 0 * bins, color=figures.CRITIC, marker="o", label="steepest slope 1")
        look: dict[str, Any] = {"color": figures.THEORY, "marker": ".", "linewidth": 1.5, "label": "as drawn"}
        (self._drawn,) = middle.plot(bins, 0 * bins, ":", **look)
        middle.set(xlabel="bin", ylabel="score f", xticks=bins, ylim=(-3.3, 4.9), yticks=range(-3, 4))
        middle.legend(loc="upper center", ncols=2, fontsize=8, columnspacing=1, handlelength=1.5)
        (self._bar,) = right.bar(0, 0, 0.6, color=figures.CRITIC)
        right.axhline(exact, color=figures.THEORY, linestyle="--")
        right.axhline(0, color=figures.QUIET, linewidth=0.8)
        right.text(0, 1.05 * exact, f"W = {exact:.2f}", ha="center", va="bottom", fontsize=9)
        right.set(xticks=(), xlim=(-0.6, 0.6), ylim=(-1.35 * exact, 1.35 * exact), ylabel="proved distance (bins)")
        self._word = right.text(0, -1.3 * exact, "", ha="center", va="bottom", fontsize=9)
        self.moving: list[Artist] = [self._line, self._drawn, self._bar, self._word]

    def set(self, *f: float) -> Figure:
        """Draw another critic: its value in each bin."""
        drawn = np.array(f, dtype=float)
        proved = float(self._value(drawn))
        self._drawn.set_ydata(drawn)
        self._line.set_ydata(_rescaled(drawn))
        self._bar.set_height(proved if np.isfinite(proved) else 0)
        self._word.set_text(f"proves\n{_number(proved, 2)}" if np.isfinite(proved) else "flat:\nnothing")
        return self.figure


def critics(drawn: Mapping[str, Sequence[float]], p: np.ndarray, q: np.ndarray, value: Value | None = None) -> Figure:
    """Some critics side by side above the two histograms, as drawn and as rescaled, with what each proves.

    Args:
        drawn: title, and the critic's value in each bin.
        p, q, value: as in Critic.
    """
    figure = Figure(figsize=(figures.WIDTH, 3.2), layout="constrained")
    panels = figure.subplots(2, len(drawn), sharex=True, sharey="row", squeeze=False, height_ratios=(3, 1))
    value = value or _difference_of_means(p, q)
    bins = np.arange(len(p))
    for (ax, below), (title, values) in zip(panels.T, drawn.items(), strict=True):
        f = np.array(values, dtype=float)
        ax.plot(_rescaled(f), color=figures.CRITIC, marker="o", label="steepest slope 1")
        ax.plot(f, ":", color=figures.THEORY, marker=".", linewidth=1.5, label="as drawn")
        ax.set_title(f"{title}\nproves {_number(float(value(f)), 2)}", fontsize=10)
        ax.set(ylim=(-3.4, 3.4), yticks=range(-3, 4))
        _draw_bars(below, p, q)
        below.set(xlabel="bin", xticks=bins, ylim=(0, 1.15 * max(p.max(), q.max())))
    panels[0, 0].set_ylabel("score f")
    panels[1, 0].set_ylabel("share")
    handles = [*panels[0, 0].get_legend_handles_labels()[0], *panels[1, 0].get_legend_handles_labels()[0]]
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
    return figure


def _difference_of_means(p: np.ndarray, q: np.ndarray) -> Value:
    return lambda f: float(np.average(_rescaled(f), weights=p) - np.average(_rescaled(f), weights=q))


def _rescaled(f: np.ndarray) -> np.ndarray:
    """Made flatter or steeper around its mean until the steepest slope is 1; a flat one stays flat."""
    return f.mean() + (f - f.mean()) / (np.abs(np.ediff1d(f)).max() or 1.0)


def _draw_histograms(ax: Axes, p: np.ndarray, q: np.ndarray) -> None:
    _draw_bars(ax, p, q)
    ax.set(xlabel="bin", ylabel="share", xticks=np.arange(len(p)), ylim=(0, 1.35 * max(p.max(), q.max())))
    ax.legend(loc="upper center", ncols=2)


# 5. Samples -------------------------------------------------------------------

_BLUES = ("#3690C0", "#0570B0", "#045382", "#023858")  # up to four dimensions


def batch_distances(sizes: Sequence[int], measured: Mapping[int, Sequence[float]]) -> Figure:
    """Distance of two batches of one distribution over the batch size, one line for each dimension.

    Args:
        sizes: points in a batch.
        measured: dimension, and a distance for each size.
    """
    figure, ax = figures.axes(height=2.9)
    for shade, (dimension, distances) in zip(_BLUES, measured.items(), strict=False):
        ax.plot(sizes, distances, marker="o", color=shade)
        for at in (0, -1):
            place = sizes[at], distances[at]
            ax.annotate(f"{distances[at]:.3g}", place, (0, 6), textcoords="offset points", ha="center", fontsize=8)
        ax.annotate(f"d = {dimension}", place, (8, 0), textcoords="offset points", va="center", color=shade)
    ax.set(xscale="log", yscale="log", xlabel="points in each batch", ylabel="W of the two batches")
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax.minorticks_off()
    ax.set_xlim(sizes[0] / 1.3, sizes[-1] * 1.7)
    ax.set_ylim(0.1, 80)
    return figure


# 6. Clouds that become garments -----------------------------------------------

_SIDE = 56  # pixels of a picture of a cloud


def points_of(image: Tensor, n: int, rng: torch.Generator | None = None) -> Tensor:
    """Points in the plane that are as dense as a picture is bright.

    Args:
        image: shape (1, rows, columns), values in [-1, 1].
        n: how many points.
        rng: None takes torch's own.

    Returns:
        Shape (n, 2): right and down, both from -1 to 1.
    """
    rows, columns = image.shape[1:]
    chosen = torch.multinomial((image.flatten() + 1) / 2, n, replacement=True, generator=rng)
    within = torch.rand(n, 2, generator=rng)
    across, down = chosen % columns + within[:, 0], chosen // columns + within[:, 1]
    return torch.stack([2 * across / columns - 1, 2 * down / rows - 1], dim=1)


def cloud(points: Tensor, weights: Tensor | None = None, spread: float = 1.0) -> Tensor:
    """A picture of points in the plane.

    Args:
        points: as points_of gives them, shape (n, 2).
        weights: how much each weighs, shape (n,); None for the same each.
        spread: standard deviation of the blot that a point leaves, in pixels.

    Returns:
        Shape (1, 56, 56), values in [-1, 1].
    """
    weights = torch.ones(len(points)) if weights is None else weights
    pixels = torch.arange(_SIDE)
    places = (points.detach().float() * 0.46 + 0.5) * _SIDE - 0.5  # a margin all around
    across, down = (torch.exp(-((places[:, k, None] - pixels) ** 2) / (2 * spread**2)) for k in (0, 1))
    density = torch.einsum("n,nr,nc->rc", weights.float() / weights.float().sum(), down, across)
    return 1 - 2 * torch.exp(-300 * density / spread**2)[None]


def strip(pictures: Mapping[str, Tensor]) -> Figure:
    """Pictures side by side, each with its title: shape (1, height, width), values in [-1, 1]."""
    figure, panels = figures.row(len(pictures), height=1.6)
    for ax, (title, picture) in zip(panels, pictures.items(), strict=True):
        figures.draw_images(ax, picture[None], 1, title)
    return figure


def shares_of(image: Tensor, side: int = 14) -> Tensor:
    """A picture as a histogram over side x side bins, row after row: shape (side * side,), float64."""
    light = F.adaptive_avg_pool2d((image + 1) / 2, side).double().flatten()
    light[light < 0.05 * light.max()] = 0
    return light / light.sum()


def centres(side: int = 14) -> Tensor:
    """Where the bins of shares_of are: shape (side * side, 2), right and down, from -1 to 1, float64."""
    line = (torch.arange(side, dtype=torch.float64) + 0.5) * 2 / side - 1
    down, across = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([across.flatten(), down.flatten()], dim=1)


def journey(plan: Tensor, places: Tensor, steps: int = 30) -> Tensor:
    """Every share on its straight way from bin i to bin j, as frames of an animation that waits at both ends.

    Args:
        plan: shape (k, k).
        places: of the bins, shape (k, 2).
        steps: how many frames the way takes.

    Returns:
        Shape (n, 1, 56, 56), values in [-1, 1].
    """
    start, end = (plan > 1e-9).nonzero(as_tuple=True)
    times = [0.0] * 6 + torch.linspace(0, 1, steps).tolist() + [1.0] * 6
    return torch.stack([cloud((1 - t) * places[start] + t * places[end], plan[start, end], 1.7) for t in times])
