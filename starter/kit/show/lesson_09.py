"""Drawings of lesson and sheet 09. Real is blue, fake is orange, a critic green."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from ..data import toys
from . import figures

# The smallest game -----------------------------------------------------------

Pull = Callable[[float, float], tuple[float, float]]  # (theta, psi) to minus the gradients of both players


def _plane(ax: Axes, reach: float = 1.7) -> None:
    """The plane of the two players, with a cross at the goal."""
    ax.plot(0, 0, "+", color=figures.THEORY, markersize=12, markeredgewidth=2, zorder=5)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="fakes θ")
    ax.set_aspect("equal")


def paths(by_name: Mapping[str, np.ndarray]) -> Figure:
    """A panel for each game.

    Args:
        by_name: (theta, psi) after each step, shape (n, 2).
    """
    figure, panels = figures.row(len(by_name), height=2.4, sharey=True)
    for ax, (name, path) in zip(panels, by_name.items(), strict=True):
        _plane(ax)
        ax.plot(*path.T, color=figures.FAKE, linewidth=1)
        ax.plot(*path[0], "o", color=figures.FAKE, markersize=5)
        ax.set_title(name, fontsize=10)
    panels[0].set_ylabel("critic's slope ψ")
    return figure


def brakes(by_gamma: Mapping[float, np.ndarray]) -> Figure:
    """Paths of a game with several weights of R1, with a dot at every 40th step.

    Args:
        by_gamma: (theta, psi) after each step, shape (n, 2).
    """
    figure = paths({f"γ = {gamma:g}": path for gamma, path in by_gamma.items()})
    for ax, path in zip(figure.axes, by_gamma.values(), strict=True):
        ax.plot(*path[::40].T, "o", color=figures.FAKE, markersize=4)
    return figure


class Game:
    """The GAN with R1, at once and by turns, beside its eigenvalues; a widgets.Scene.

    Args:
        pull: makes the pulls of both players from gamma.
        n_steps: the length of a path.
    """

    def __init__(self, pull: Callable[[float], Pull], n_steps: int = 300) -> None:
        self._pull, self._steps = pull, n_steps
        self.figure, (left, right) = figures.row(2, height=3.2)
        _plane(left, 2.6)
        left.set_ylabel("critic's slope ψ")
        left.plot(1, 1, "o", color=figures.THEORY, markersize=5)
        (at_once,) = left.plot([], [], color=figures.PENALTY, linewidth=1, label="at once")
        (by_turns,) = left.plot([], [], color=figures.FAKE, linewidth=1, label="by turns")
        left.legend(loc="lower left", ncols=2, fontsize=8)
        right.axvline(0, color=figures.THEORY, linewidth=1)
        (self._dots,) = right.plot([], [], "o", color=figures.CRITIC, markersize=9)
        right.set(xlim=(-3, 0.4), ylim=(-0.8, 0.8), xlabel="real part", ylabel="imaginary part")
        right.set_title("eigenvalues, for small steps", fontsize=10)
        self._paths = (at_once, by_turns)
        self._title = left.text(0.5, 1.03, "", ha="center", transform=left.transAxes, fontsize=10)
        self.moving: list[Artist] = [*self._paths, self._dots, self._title]

    def set(self, h: float, gamma: float) -> Figure:
        """Play with these settings."""
        pull = self._pull(gamma)
        for line, alternating in zip(self._paths, (False, True), strict=True):
            theta, psi, seen = 1.0, 1.0, [(1.0, 1.0)]
            for _ in range(self._steps):
                new = psi + h * pull(theta, psi)[1]
                theta, psi = theta + h * pull(theta, new if alternating else psi)[0], new
                seen.append((theta, psi))
                if abs(theta) + abs(psi) > 20:
                    break
            line.set_data(*np.array(seen).T)
        eigenvalues = np.linalg.eigvals(np.array([[0, 0.5], [-0.5, -gamma]]))
        self._dots.set_data(eigenvalues.real, eigenvalues.imag)
        self._title.set_text(f"h = {h:g}, γ = {gamma:g}")
        return self.figure


def own_paths(by_name: Mapping[str, Tensor]) -> Figure:
    """Paths of the student's own steps.

    Args:
        by_name: (theta, psi) after each step, shape (n, 2).
    """
    return paths({name: path.numpy() for name, path in by_name.items()})


# Wrong goals -----------------------------------------------------------------


def _with_lowest(ax: Axes, x: np.ndarray, curves: Mapping[str, np.ndarray]) -> None:
    """Curves over x, each with its name at the end and a dot at its lowest point."""
    styles = ("-", "--", "-.", ":")
    colours = (figures.FAKE, figures.PENALTY, figures.CRITIC, figures.REAL)
    for (name, curve), colour, style in zip(curves.items(), colours, styles, strict=False):
        ax.plot(x, curve, color=colour, linestyle=style, label=name)
        ax.plot(x[curve.argmin()], curve.min(), "o", color=colour, markersize=7)


def coins(thetas: np.ndarray, expected: Mapping[str, np.ndarray]) -> Figure:
    """The expected distance of batches over theta, and the distance itself.

    Args:
        thetas: shape (k,).
        expected: for each batch size, shape (k,).
    """
    figure, ax = figures.axes(height=2.8)
    ax.plot(thetas, abs(thetas - 0.6), color=figures.THEORY, linewidth=1, linestyle=(0, (5, 3)), label="W itself")
    _with_lowest(ax, thetas, expected)
    ax.set(xlabel="the model's θ", ylabel="expected W of a batch", ylim=(-0.03, 0.7))
    figures.legend(ax)
    return figure


def shrinking(scales: np.ndarray, curves: Mapping[int, np.ndarray]) -> Figure:
    """The distance of batches over the generator's scale, divided by its value at scale 1.

    Args:
        scales: shape (k,), with 1 among them.
        curves: for each dimension, shape (k,).
    """
    figure, ax = figures.axes(height=2.8)
    ax.axvline(1, color=figures.THEORY, linewidth=1, linestyle=":")
    one = abs(scales - 1).argmin()
    _with_lowest(ax, scales, {f"d = {d}": curve / curve[one] for d, curve in curves.items()})
    ax.text(1.01, 1.75, "perfect", fontsize=9)
    ax.set(xlabel="scale s of the fakes", ylabel="W of two batches / that at 1", ylim=(0.65, 1.85))
    figures.legend(ax)
    return figure


def pictures(names: Sequence[str], images: np.ndarray) -> Figure:
    """A row of garments for each way of learning.

    Args:
        names: of the rows.
        images: bytes, shape (rows, k, 1, height, width).
    """
    return figures.image_rows({name: figures.from_bytes(row) for name, row in zip(names, images, strict=True)})


# What helps ------------------------------------------------------------------


def escapes(by_name: Mapping[str, Sequence[float]]) -> Figure:
    """Where the fake segment is after each step of the generator.

    Args:
        by_name: theta after each step.
    """
    figure, ax = figures.axes(height=2.5)
    ax.axhline(0, color=figures.REAL, linewidth=1, linestyle=":")
    colours, styles = (figures.QUIET, figures.FAKE, figures.PENALTY), ("-", "--", "-.")
    for (name, seen), colour, style in zip(by_name.items(), colours, styles, strict=True):
        ax.plot(seen, color=colour, linestyle=style, label=name)
    ax.set(xlabel="generator's steps", ylabel="fake segment θ", ylim=(-0.4, 1.1))
    figures.legend(ax)
    return figure


def grids(names: Sequence[str], points: np.ndarray, good: np.ndarray, every: int) -> Figure:
    """Points of two generators over 25 bumps, and the share of good ones over the steps.

    Args:
        names: of the two.
        points: shape (2, n, 2).
        good: by method, seed and look.
        every: steps between looks.
    """
    figure, panels = figures.row(3, height=2.6)
    x, y = toys.TWENTY_FIVE_GAUSSIANS.centres.numpy().T
    colours = (figures.CRITIC, figures.FAKE)
    for ax, name, of_method, colour in zip(panels, names, points.astype(float), colours, strict=False):
        ax.scatter(x, y, s=60, facecolors="none", edgecolors=figures.REAL, linewidths=0.8)
        ax.scatter(of_method[:, 0], of_method[:, 1], s=2, color=colour, linewidths=0, alpha=0.6)
        ax.set(xlim=(-1.8, 1.8), ylim=(-1.8, 1.8), xticks=(), yticks=())
        ax.set_aspect("equal")
        ax.grid(False)
        ax.set_title(name, fontsize=10)
    steps = every * np.arange(1, good.shape[2] + 1)
    for name, of_method, colour, style in zip(names, good, colours, ("-", "--"), strict=True):
        for seed, shares in enumerate(of_method):
            label = name if seed == 0 else None
            panels[2].plot(steps, 100 * shares, color=colour, linestyle=style, linewidth=1.2, label=label)
    panels[2].set(xlabel="generator's steps", ylabel="good points, %", ylim=(0, 100))
    panels[2].legend(fontsize=8, loc="lower right")
    return figure
