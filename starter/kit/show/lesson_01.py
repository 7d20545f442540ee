"""Drawings of lesson and sheet 01. Real is blue, fake is orange; nothing is computed here that they ask for."""

from collections.abc import Callable, Sequence
from math import inf, nan

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import figures

NAMES = ("KL", "JS", "TV", "W")
_THETAS = np.linspace(-1, 1, 201)
_TOP = 1.35  # where infinity is drawn


def of_segments(theta: float) -> dict[str, float]:
    """KL, JS, TV and W of two parallel segments at offset theta (WGAN, Example 1)."""
    apart = theta != 0
    return {"KL": inf if apart else 0.0, "JS": apart * np.log(2), "TV": float(apart), "W": abs(theta)}


def slopes_of_segments(theta: float) -> dict[str, float]:
    """Their derivatives in theta; NaN where there is none."""
    if theta == 0:
        return dict.fromkeys(NAMES, nan)
    return {"KL": nan, "JS": 0.0, "TV": 0.0, "W": float(np.sign(theta))}


class Segments:
    """The two segments, the four distances over theta and, below each, its gradient."""

    def __init__(self) -> None:
        self.figure = Figure(figsize=(figures.WIDTH, 3.4), layout="constrained")
        grid = self.figure.add_gridspec(2, 5, width_ratios=(1.25, 1, 1, 1, 1))
        plane = self.figure.add_subplot(grid[:, 0])
        _draw_plane(plane)
        (self._fake,) = plane.plot([], [], color=figures.FAKE, linewidth=3)
        self._title = plane.text(0.5, 0.97, "", ha="center", va="top", transform=plane.transAxes, fontsize=11)
        self._marks, self._words = {}, {}
        for column, name in enumerate(NAMES, start=1):
            top, bottom = (self.figure.add_subplot(grid[row, column]) for row in (0, 1))
            _draw_distance(top, name)
            _draw_slope(bottom, name)
            top.tick_params(labelbottom=False, labelleft=column == 1)
            bottom.tick_params(labelleft=column == 1)
            if column == 1:
                top.set_ylabel("distance")
                bottom.set_ylabel("gradient in θ")
            for ax in (top, bottom):
                (self._marks[ax, name],) = ax.plot([], [], "o", color=figures.FAKE, markersize=9)
                self._words[ax, name] = ax.text(0.5, 0.97, "", ha="center", va="top", transform=ax.transAxes)
        self.moving = [self._fake, self._title, *self._marks.values(), *self._words.values()]

    def set(self, theta: float) -> Figure:
        """Move the fake segment to theta."""
        self._fake.set_data([theta, theta], [0, 1])
        self._title.set_text(f"θ = {_number(theta)}")
        values, slopes = of_segments(theta), slopes_of_segments(theta)
        for row, numbers in enumerate((values, slopes)):
            for ax, name in list(self._marks)[row::2]:
                number = numbers[name]
                self._marks[ax, name].set_data([theta], [min(number, _TOP)])
                self._words[ax, name].set_text(_number(number))
        return self.figure


def segments(theta: float) -> Figure:
    """The picture for one theta."""
    return Segments().set(theta)


def segment_cards(thetas: Sequence[float]) -> Figure:
    """The same for a few offsets side by side, with the numbers below."""
    figure, panels = figures.axes(columns=len(thetas), height=2.9)
    for ax, theta in zip(panels[0], thetas, strict=True):
        _draw_plane(ax)
        ax.plot([theta, theta], [0, 1], color=figures.FAKE, linewidth=3)
        values, slopes = of_segments(theta), slopes_of_segments(theta)
        lines = [f"{name} {_number(values[name])}, gradient {_number(slopes[name])}" for name in NAMES]
        ax.set_xlabel("\n".join(lines), fontsize=9, loc="left")
        ax.set(title=f"θ = {theta:g}", ylabel="")
    return figure


def _draw_plane(ax: Axes) -> None:
    """The real segment, wide enough to be seen below the other one, and which is which."""
    ax.plot([0, 0], [0, 1], color=figures.REAL, linewidth=8)
    ax.text(0.04, 0.03, "real", color=figures.REAL, transform=ax.transAxes, fontsize=9)
    ax.text(0.96, 0.03, "fake", color=figures.FAKE, transform=ax.transAxes, fontsize=9, ha="right")
    ax.set(xlim=(-1.2, 1.2), ylim=(-0.25, 1.35), xticks=(-1, 0, 1), yticks=(0, 1), xlabel="place", ylabel="height")
    ax.grid(False)


def _draw_distance(ax: Axes, name: str) -> None:
    """The distance over theta: a line with a hole at 0, or a V."""
    if name == "W":
        ax.plot(_THETAS, abs(_THETAS), color=figures.THEORY)
    else:
        away = _TOP if name == "KL" else of_segments(1.0)[name]
        ax.hlines(away, -1, 1, color=figures.THEORY)
        ax.plot(0, away, "o", color="white", markeredgecolor=figures.THEORY, markersize=5)
        ax.plot(0, 0, "o", color=figures.THEORY, markersize=4)
    ax.set(xlim=(-1.1, 1.1), xticks=(-1, 0, 1), ylim=(-0.15, 1.9), title=name)
    ax.set(yticks=(0, 1, _TOP), yticklabels=("0", "1", "∞"))


def _draw_slope(ax: Axes, name: str) -> None:
    """The derivative over theta."""
    for side in (-1, 1):
        height = slopes_of_segments(side)[name]
        ax.plot([0, side], [height, height], color=figures.THEORY)
        ax.plot(0, height, "o", color="white", markeredgecolor=figures.THEORY, markersize=5)
    ax.set(xlim=(-1.1, 1.1), xticks=(-1, 0, 1), ylim=(-1.4, 2.1), yticks=(-1, 0, 1), xlabel="θ")


def _number(value: float, digits: int = 3) -> str:
    """A few digits, or a sign for what is no number."""
    if np.isnan(value):
        return "none"
    rounded = round(value, digits) + 0.0 if np.isfinite(value) else value  # no minus before a 0
    return "∞" if np.isinf(value) else f"{rounded:.{digits}f}".rstrip("0").rstrip(".").replace("-", "−")


def pairs_and_cdfs(real: Sequence[float], fake: Sequence[float]) -> Figure:
    """Two small samples joined in order, and the area between their distribution functions."""
    x, y = np.sort(real), np.sort(fake)
    figure, panels = figures.axes(columns=2, height=2.5)
    left, right = panels[0]
    for a, b in zip(x, y, strict=True):
        left.annotate("", (a, 0.94), (b, 0.06), arrowprops={"arrowstyle": "->", "color": figures.QUIET})
        left.text((a + b) / 2 + 0.25, 0.5, f"{abs(a - b):g}", va="center")
    left.scatter(x, np.ones_like(x), color=figures.REAL, s=60)
    left.scatter(y, np.zeros_like(y), color=figures.FAKE, s=60, marker="s")
    left.set(ylim=(-0.3, 1.3), yticks=(0, 1), yticklabels=("fake", "real"), xlabel="place", title="in order")
    levels = np.arange(len(x) + 1) / len(x)
    edge = (min(x[0], y[0]) - 1, max(x[-1], y[-1]) + 1)
    for sample, colour, name, style in ((x, figures.REAL, "real", "-"), (y, figures.FAKE, "fake", "--")):
        line = {"color": colour, "label": name, "linestyle": style, "linewidth": 2}
        right.stairs(levels, [edge[0], *sample, edge[1]], baseline=None, **line)
    places = np.linspace(*edge, 2001)
    right.fill_between(
        places,
        np.searchsorted(x, places, side="right") / len(x),
        np.searchsorted(y, places, side="right") / len(y),
        color=figures.QUIET, alpha=0.3, linewidth=0, label="area",
    )  # fmt: skip
    right.set(xlabel="place", ylabel="share up to here", title="distribution functions", yticks=(0, 0.5, 1))
    for ax in (left, right):
        ax.set_xlim(edge)
    figures.legend(right)
    return figure


def pairings(real: np.ndarray, fake: np.ndarray, partners: dict[str, np.ndarray]) -> Figure:
    """Ways of sending each fake to a real point, one panel each.

    Args:
        real, fake: points, shape (n, 2).
        partners: title and, for each fake, the number of its real point.
    """
    figure, panels = figures.axes(columns=len(partners), height=2.6, sharey=True)
    for ax, (title, chosen) in zip(panels[0], partners.items(), strict=True):
        for start, end in zip(fake, real[chosen], strict=True):
            arrow = {"arrowstyle": "->", "color": figures.QUIET, "shrinkA": 2, "shrinkB": 3}
            ax.annotate("", end, start, arrowprops=arrow)
        ax.scatter(*real.T, color=figures.REAL, s=28, label="real")
        ax.scatter(*fake.T, color=figures.FAKE, s=28, marker="s", label="fake")
        length = np.linalg.norm(real[chosen] - fake, axis=1).mean()
        ax.set_title(f"{title}\nmean length {length:.3f}", fontsize=10)
        ax.set_aspect("equal")
    figures.legend(ax)
    return figure


class Critic:
    """Two histograms, a critic as drawn and with its steepest slope brought to 1, and what it proves.

    Args:
        p, q: histograms of real and fake, shape (k,).
        exact: W(p, q).
        value: what a critic f proves; None works it out.
    """

    def __init__(
        self, p: np.ndarray, q: np.ndarray, exact: float, value: Callable[[np.ndarray], float] | None = None
    ) -> None:
        self._value = value or (lambda f: _rescaled(f) @ p - _rescaled(f) @ q)
        self.figure, panels = figures.axes(columns=3, height=2.4, width_ratios=(1, 1, 0.34))
        laws, middle, right = panels[0]
        bins = np.arange(len(p))
        _draw_laws(laws, p, q)
        (self._drawn,) = middle.plot(bins, 0 * bins, ":", color=figures.QUIET, marker=".", label="as drawn")
        (self._line,) = middle.plot(bins, 0 * bins, color=figures.CRITIC, marker="o", label="steepest slope 1")
        middle.set(xlabel="bin", ylabel="critic f", xticks=bins, ylim=(-3.3, 4.9), yticks=range(-3, 4))
        middle.legend(loc="upper center", ncols=2, fontsize=8, columnspacing=1, handlelength=1.5)
        (self._bar,) = right.bar(0, 0, 0.6, color=figures.CRITIC)
        right.axhline(exact, color=figures.THEORY, linestyle="--")
        right.axhline(0, color=figures.QUIET, linewidth=0.8)
        right.text(0, 1.05 * exact, f"W = {exact:.2f}", ha="center", va="bottom", fontsize=9)
        right.set(xticks=(), xlim=(-0.6, 0.6), ylim=(-1.35 * exact, 1.35 * exact), ylabel="proved distance (bins)")
        self._word = right.text(0, -1.3 * exact, "", ha="center", va="bottom", fontsize=9)
        self.moving = [self._drawn, self._line, self._bar, self._word]

    def set(self, *f: float) -> Figure:
        """Draw another critic: its value in each bin."""
        drawn = np.array(f, dtype=float)
        proved = float(self._value(drawn))
        self._drawn.set_ydata(drawn)
        self._line.set_ydata(_rescaled(drawn))
        self._bar.set_height(proved if np.isfinite(proved) else 0)
        self._word.set_text(f"proves\n{_number(proved, 2)}" if np.isfinite(proved) else "flat:\nnothing")
        return self.figure


def critic_cards(
    critics: dict[str, Sequence[float]], p: np.ndarray, q: np.ndarray, value: Callable | None = None
) -> Figure:
    """Some critics side by side, rescaled, with what each proves."""
    figure, panels = figures.axes(columns=len(critics), height=2.2, sharey=True)
    value = value or (lambda f: _rescaled(f) @ p - _rescaled(f) @ q)
    for ax, (title, f) in zip(panels[0], critics.items(), strict=True):
        drawn = np.array(f, dtype=float)
        ax.plot(drawn, ":", color=figures.QUIET, marker=".")
        ax.plot(_rescaled(drawn), color=figures.CRITIC, marker="o")
        ax.set_title(f"{title}\nproves {_number(float(value(drawn)), 2)}", fontsize=10)
        ax.set(xlabel="bin", xticks=range(len(p)), ylim=(-3.4, 3.4), yticks=range(-3, 4))
    panels[0, 0].set_ylabel("critic f")
    return figure


def _rescaled(f: np.ndarray) -> np.ndarray:
    """Mean 0 and steepest slope 1; a flat one stays flat."""
    centred = f - f.mean()
    return centred / (np.abs(np.ediff1d(f)).max() or 1.0)


def _draw_laws(ax: Axes, p: np.ndarray, q: np.ndarray) -> None:
    bins = np.arange(len(p))
    ax.bar(bins - 0.2, p, 0.4, color=figures.REAL, label="real, p")
    ax.bar(bins + 0.2, q, 0.4, color=figures.FAKE, label="fake, q", hatch="//", edgecolor="white", linewidth=0)
    ax.set(xlabel="bin", ylabel="share", xticks=bins, ylim=(0, 1.35 * max(max(p), max(q))))
    ax.legend(loc="upper center", ncols=2)


def batch_distances(sizes: Sequence[int], measured: dict[int, Sequence[float]]) -> Figure:
    """Distance of two batches of one law over the batch size, one line for each dimension."""
    figure, ax = figures.axes(height=2.9)
    for number, (dimension, distances) in enumerate(measured.items()):
        shade = ("#74A9CF", "#3690C0", "#0570B0", "#023858")[number % 4]
        ax.plot(sizes, distances, marker="o", color=shade)
        ax.annotate(
            f"d = {dimension}", (sizes[-1], distances[-1]), (8, 0), textcoords="offset points", va="center", color=shade
        )
        for size, distance in ((sizes[0], distances[0]), (sizes[-1], distances[-1])):
            ax.annotate(
                f"{distance:.3g}", (size, distance), (0, 6), textcoords="offset points", ha="center", fontsize=8
            )
    ax.set(xscale="log", yscale="log", xlabel="points in each batch", ylabel="distance between the batches")
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.minorticks_off()
    ax.set_xlim(sizes[0] / 1.3, sizes[-1] * 1.7)
    ax.set_ylim(top=80)
    return figure


def plan_matrix(plan: np.ndarray, p: np.ndarray, q: np.ndarray) -> Figure:
    """A transport plan as a table of shares in percent, with p on its left and q on top."""
    figure = Figure(figsize=(figures.WIDTH, 4.2), layout="constrained")
    grid = figure.add_gridspec(2, 3, width_ratios=(1, 4.2, 0.8), height_ratios=(1, 4.2))
    ax = figure.add_subplot(grid[1, 1])
    left, top = figure.add_subplot(grid[1, 0], sharey=ax), figure.add_subplot(grid[0, 1], sharex=ax)
    bins = np.arange(len(p))
    ax.imshow(plan, cmap="Greys", vmin=0, aspect="auto")
    for i, j in zip(*np.nonzero(plan > 5e-4), strict=True):
        ink = "white" if plan[i, j] > plan.max() / 2 else "black"
        ax.text(j, i, f"{100 * plan[i, j]:.0f}", ha="center", va="center", fontsize=9, color=ink)
    ax.plot(bins, bins, color=figures.QUIET, linewidth=0.8, linestyle=":")
    ax.set(xlabel="to bin j (squares: shares in %)", xticks=bins, yticks=bins)
    ax.grid(False)
    ax.tick_params(labelleft=False)
    left.barh(bins, p, color=figures.REAL)
    left.set(xlabel="p", ylabel="from bin i")
    left.invert_xaxis()
    top.bar(bins, q, color=figures.FAKE)
    top.set(ylabel="q")
    top.tick_params(labelbottom=False)
    return figure
