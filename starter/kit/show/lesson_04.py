"""Drawings of lesson 04. What a critic reports is green, distances of generated images to real ones are orange."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import figures

Settings = dict[str, Any]
Arrays = dict[str, np.ndarray]


def curves(settings: Settings, arrays: Arrays) -> Figure:
    """Three trainings: what the second player reports, and how far the samples are from real images.

    Args:
        settings, arrays: of the stored result 04_curves.
    """
    figure, panels = figures.axes(2, 3, height=2.0, sharex=True)
    steps = settings["every"] * np.arange(1, arrays["distances"].shape[2] + 1)
    for column, title in enumerate(["WGAN, paper's settings", "WGAN, course's settings", "standard GAN"]):
        top, bottom = panels[:, column]
        figures.draw_band(top, steps, arrays["medians"][:, column], figures.CRITIC if column < 2 else figures.QUIET)
        figures.draw_band(bottom, steps, arrays["distances"][:, column], figures.FAKE)
        top.set_title(title, fontsize=10)
        top.set_ylim(0, 1.15 * arrays["medians"][:, column].max())
        bottom.axhline(arrays["floor"], color=figures.THEORY, linestyle=":")
        bottom.set(ylim=(0, 1.05 * arrays["distances"].max()), xlabel="generator steps", xticks=(0, 1000, 2000, 3000))
        bottom.tick_params(labelleft=column == 0)
    gan = panels[0, 2]
    gan.axhline(np.log(2), color=figures.THEORY, linestyle="--")
    gan.set_ylim(0, 0.85)
    gan.text(0.97, 0.97, "log 2", transform=gan.transAxes, ha="right", va="top", fontsize=9)
    panels[0, 0].set_ylabel("estimate (score)")
    gan.set_ylabel("L/2 + log 2")
    panels[1, 0].set_ylabel("sliced distance\n(pixel value)")
    return figure


def samples(images: np.ndarray, titles: Sequence[str]) -> Figure:
    """Small grids of stored images side by side, four in a row.

    Args:
        images: bytes, shape (grids, n, channels, height, width).
        titles: one for each grid.
    """
    rows, lines = -(-images.shape[1] // 4), 1 + max(title.count("\n") for title in titles)
    side = figures.WIDTH / len(images)
    figure, panels = figures.axes(columns=len(images), height=side * rows / 4 + 0.2 * lines)
    for ax, grid, title in zip(panels[0], images, titles, strict=True):
        figures.draw_images(ax, figures.from_bytes(grid), columns=4)
        ax.set_title(title, fontsize=9)
    return figure


def segments(settings: Settings, arrays: Arrays, bound: float) -> Figure:
    """What clipped critics report of two segments, for each unit of distance, their steepest slopes, and their weights.

    Args:
        settings, arrays: of the stored result 04_segments.
        bound: K1, which no slope can pass.
    """
    figure, panels = figures.axes(columns=2, height=2.8, width_ratios=(1.5, 1))
    left, right = panels[0]
    thetas = np.array(settings["thetas"])[:, None]
    aside = 1.12 ** (np.arange(arrays["reported"].shape[1]) - 1.5)  # four critics side by side
    left.plot(thetas * aside, arrays["steepest"], "_", color=figures.THEORY, markersize=9, markeredgewidth=1.5)
    left.plot(thetas * aside, arrays["reported"] / thetas, "o", color=figures.CRITIC, markersize=4)
    left.axhline(bound, color=figures.THEORY, linestyle="--")
    left.text(thetas[0, 0], bound * 1.02, f"bound: {bound:.2f}", va="bottom", fontsize=9)
    left.set(xscale="log", ylim=(0, 1.25 * bound), xlabel="distance θ", ylabel="slope (score / unit)")
    left.set_title("28 critics", fontsize=10)
    left.set_xticks(settings["thetas"], [f"{theta:g}" for theta in settings["thetas"]])
    left.minorticks_off()
    left.plot([], "o", color=figures.CRITIC, markersize=4, label="estimate / θ")
    left.plot([], "_", color=figures.THEORY, markersize=9, markeredgewidth=1.5, label="steepest place found")
    left.legend(loc="center left", bbox_to_anchor=(0, 0.7), fontsize=8)
    _weights(right, arrays["histogram"])
    right.set_title("their weights", fontsize=10)
    return figure


def _weights(ax: Axes, counts: np.ndarray) -> None:
    """A histogram of clipped weights over the window."""
    ax.stairs(100 * counts / counts.sum(), np.linspace(-1, 1, len(counts) + 1), fill=True, color=figures.CRITIC)
    ax.set(xlabel="weight / c", ylabel="share of weights (%)", xticks=(-1, 0, 1))


def depth(settings: Settings, arrays: Arrays) -> Figure:
    """Gradient norms over the layers of a deep critic, on a logarithmic scale.

    Args:
        settings, arrays: of the stored result 04_depth.
    """
    figure, ax = figures.axes(height=3.0)
    names = [f"c = {c:g}" for c in settings["windows"]] + ["leash of lesson 05"]
    colours = ("#00513B", figures.CRITIC, figures.QUIET, figures.PENALTY)
    layers = np.arange(1, settings["layers"] + 1)
    for name, colour, logs in zip(names, colours, arrays["log10_norms"], strict=True):
        ax.plot(layers, logs.T, color=colour, linewidth=0.6)
        ax.plot(layers, logs.mean(axis=0), color=colour, marker="o", markersize=4, label=name)
    ax.set(xlabel="layer (the score is behind layer 12)", ylabel="log10 of the gradient's norm", xticks=layers)
    figures.legend(ax)
    return figure


def surfaces(names: Sequence[str], grid: np.ndarray, scores: np.ndarray, points: np.ndarray) -> Figure:
    """The scores of one critic for each distribution, over the plane.

    Args:
        names: of the distributions.
        grid: places along each axis, shape (k,).
        scores: shape (distributions, k, k), y along the rows.
        points: real points, shape (distributions, n, 2).
    """
    figure, panels = figures.axes(columns=len(names), height=2.6)
    for ax, name, of_one, real in zip(panels[0], names, scores, points, strict=True):
        figures.draw_scores(ax, grid, of_one, real[:200])
        ax.set_title(name, fontsize=10)
    return figure


def two_histograms(clipped: np.ndarray, penalised: np.ndarray) -> Figure:
    """The weights of two critics: clipped, over the window; and under the leash of lesson 05.

    Args:
        clipped: counts between -c and c.
        penalised: counts between -0.5 and 0.5.
    """
    figure, panels = figures.axes(columns=2, height=2.0)
    left, right = panels[0]
    _weights(left, clipped)
    left.set_title("clipped", fontsize=10)
    right.stairs(100 * penalised / penalised.sum(), np.linspace(-0.5, 0.5, len(penalised) + 1), fill=True)
    right.patches[-1].set_color(figures.PENALTY)
    right.set(xlabel="weight", xticks=(-0.5, 0, 0.5))
    right.set_title("leash of lesson 05", fontsize=10)
    return figure


def momentum(settings: Settings, arrays: Arrays) -> Figure:
    """Sliced distance of the samples for three optimisers of the critic, and what the first seed drew last.

    Args:
        settings, arrays: of the stored result 04_momentum.
    """
    figure = Figure(figsize=(figures.WIDTH, 2.6), layout="constrained")
    curve, pictures = figure.subplots(1, 2, width_ratios=(1, 1.1))
    steps = settings["garments"]["every"] * np.arange(1, arrays["garments"].shape[2] + 1)
    names = ["RMSProp", "Adam, β1 = 0.5", "Adam, β1 = 0.9"]
    looks = [(figures.CRITIC, "-"), (figures.QUIET, "--"), (figures.FAKE, "-.")]
    for name, of_seeds, (colour, line) in zip(names, arrays["garments"], looks, strict=True):
        figures.draw_band(curve, steps, of_seeds, colour, label=name, linestyle=line)
    curve.set(xlabel="generator steps", ylabel="sliced distance (pixel value)", ylim=(0, None))
    curve.legend(loc="upper right", fontsize=8)
    columns = 6
    rows = [image for of_seeds in arrays["images"] for image in of_seeds[0][:columns]]
    figures.draw_images(pictures, figures.from_bytes(np.array(rows)), columns=columns)
    figures.label_rows(pictures, ["RMSProp", "β1 = 0.5", "β1 = 0.9"])
    return figure


class Window:
    """One training on garments: the samples, the critic's weights, and its estimate, for one window c.

    Args:
        settings, arrays: of the stored result 04_windows.
    """

    def __init__(self, settings: Settings, arrays: Arrays) -> None:
        self._windows, self._arrays = settings["windows"], arrays
        self._curves = [_smooth(values) for values in arrays["wasserstein"]]
        self._shares = [100 * counts / counts.sum() for counts in arrays["histogram"]]
        self.figure = Figure(figsize=(figures.WIDTH, 2.5))
        pictures, weights, curve = self.figure.subplots(1, 3, width_ratios=(1.35, 1, 1))
        self.figure.subplots_adjust(left=0.01, right=0.985, top=0.88, bottom=0.21, wspace=0.45)
        self._picture = pictures.imshow(_grid_of(arrays["images"][0]), interpolation="nearest")
        pictures.axis("off")
        self._bars = weights.stairs(np.zeros(61), np.linspace(-1, 1, 62), fill=True, color=figures.CRITIC)
        weights.set(xlabel="weight / c", ylabel="share of weights (%)", xticks=(-1, 0, 1))
        weights.set_ylim(0, 1.1 * np.max(self._shares))
        for values in self._curves:
            curve.plot(values, color="#8C8C8C", linewidth=0.8)
        (self._line,) = curve.plot(self._curves[0], color=figures.CRITIC)
        curve.set(yscale="log", xlabel="generator steps", ylabel="estimate (score)")
        curve.set_ylim(0.3 * np.min(self._curves), 3 * np.max(self._curves))
        self._titles = [ax.set_title("", fontsize=10) for ax in (pictures, weights, curve)]
        self.moving: list[Artist] = [self._picture, self._bars, self._line, *self._titles]

    def set(self, c: float) -> Figure:
        """Show the training with this window."""
        row = self._windows.index(c)
        self._picture.set_data(_grid_of(self._arrays["images"][row]))
        self._bars.set_data(self._shares[row])
        self._line.set_ydata(self._curves[row])
        last = self._arrays["last"][row, 0]
        titles = (f"c = {c:g}", "critic's weights", f"{float(f'{last:.2g}'):g} at the end")
        for title, text in zip(self._titles, titles, strict=True):
            title.set_text(text)
        return self.figure


def windows_strip(settings: Settings, arrays: Arrays, windows: Sequence[float]) -> Figure:
    """The samples of a few windows.

    Args:
        settings, arrays: of the stored result 04_windows.
        windows: some of its windows c.
    """
    rows = [settings["windows"].index(c) for c in windows]
    return samples(arrays["images"][rows], [f"c = {c:g}" for c in windows])


def _smooth(values: np.ndarray) -> np.ndarray:
    """The median of 101 steps, and a hair above zero for the logarithmic scale."""
    return figures.running_median(values, 101).clip(1e-9)


def _grid_of(images: np.ndarray) -> np.ndarray:
    """Stored images as one picture, four in a row."""
    return figures.image_grid(figures.from_bytes(images), columns=4)
