"""Drawings of lesson 04. What a critic reports is green, distances of generated images to real ones are orange."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from . import figures

Settings = dict[str, Any]
Arrays = dict[str, np.ndarray]


def curves(settings: Settings, arrays: Arrays) -> Figure:
    """Three trainings: what the critic reports at each step, and how far the samples are from real images.

    Args:
        settings, arrays: of the stored result 04_curves.
    """
    figure, panels = figures.axes(2, 3, height=2.0, sharex=True)
    reported = (*arrays["wasserstein"], arrays["js"])
    for column, (title, values) in enumerate(zip((*settings["names"], "standard GAN"), reported, strict=True)):
        top, bottom = panels[:, column]
        colour = figures.CRITIC if column < 2 else figures.QUIET
        figures.draw_smoothed(top, np.arange(1, len(values) + 1), values, 101, color=colour)
        top.set_title(title, fontsize=10)
        top.set_ylim(0, np.quantile(values, 0.995) * 1.1)
        distances = arrays["distance"][column]
        bottom.plot(settings["every"] * np.arange(1, len(distances) + 1), distances, color=figures.FAKE)
        bottom.axhline(arrays["floor"], color=figures.THEORY, linestyle=":")
        bottom.set(ylim=(0, 1.05 * arrays["distance"].max()), xlabel="generator steps")
        bottom.tick_params(labelleft=column == 0)
    gan = panels[0, 2]
    gan.axhline(np.log(2), color=figures.THEORY, linestyle="--")
    gan.set_ylim(0, 0.85)
    gan.text(0.97, 0.97, "log 2", transform=gan.transAxes, ha="right", va="top", fontsize=9)
    panels[0, 0].set_ylabel("reported\n(score; GAN: nats)")
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
    figure, panels = figures.axes(columns=len(images), height=side * rows / 4 + 0.2 * lines + 0.1)
    for ax, grid, title in zip(panels[0], images, titles, strict=True):
        figures.draw_images(ax, figures.from_bytes(grid), columns=4)
        ax.set_title(title, fontsize=9)
    return figure


def segments(settings: Settings, arrays: Arrays, bound: float) -> Figure:
    """What clipped critics report of two segments, for each unit of distance, and their weights.

    Args:
        settings, arrays: of the stored result 04_segments.
        bound: K1, which none can pass.
    """
    figure, panels = figures.axes(columns=2, height=2.7, width_ratios=(1.5, 1))
    left, right = panels[0]
    thetas = np.array(settings["thetas"])
    slopes = arrays["reported"] / thetas[:, None]
    left.plot(thetas, slopes, "o", color=figures.CRITIC, markersize=4)
    left.plot(thetas, np.median(slopes, axis=1), color=figures.CRITIC, linewidth=1)
    left.axhline(bound, color=figures.THEORY, linestyle="--")
    left.text(thetas[0], bound * 1.02, f"bound K1 = {bound:.3f}", va="bottom", fontsize=9)
    left.set(xscale="log", ylim=(0, 1.25 * bound), xlabel="distance θ", ylabel="reported / θ", title="K, measured")
    left.set_xticks([0.05, 0.2, 1, 5], ["0.05", "0.2", "1", "5"])
    left.minorticks_off()
    counts = arrays["histogram"]
    right.stairs(counts, np.linspace(-1, 1, len(counts) + 1), fill=True, color=figures.CRITIC)
    right.set(xlabel="weight / c", ylabel="number of weights", title="their weights")
    return figure


def depth(settings: Settings, arrays: Arrays) -> Figure:
    """Gradient norms over the layers of a deep critic, on a logarithmic scale.

    Args:
        settings, arrays: of the stored result 04_depth.
    """
    figure, ax = figures.axes(height=3.0)
    names = [f"c = {c:g}" for c in settings["windows"]] + ["penalty"]
    colours = ("#00513B", figures.CRITIC, "#7FCBB1", figures.PENALTY)
    layers = np.arange(1, settings["layers"] + 1)
    for name, colour, logs in zip(names, colours, arrays["log10_norms"], strict=True):
        ax.plot(layers, logs.T, color=colour, linewidth=0.8, alpha=0.6)
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


def momentum(settings: Settings, arrays: Arrays) -> Figure:
    """Exact distance of the samples over the training, one line for each seed, one panel for each optimiser.

    Args:
        settings, arrays: of the stored result 04_momentum.
    """
    figure, panels = figures.axes(columns=len(settings["optimizers"]), height=2.4, sharey=True)
    for ax, name, distances in zip(panels[0], settings["optimizers"], arrays["distance"], strict=True):
        steps = settings["every"] * np.arange(1, len(distances) + 1)
        ax.plot(steps, distances, color=figures.FAKE, linewidth=1, alpha=0.8)
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("generator steps")
    panels[0, 0].set(ylabel="exact distance", ylim=(0, 1.05 * arrays["distance"].max()))
    return figure


class Window:
    """One training on garments: the samples, the critic's weights, and what it reports, for one window c.

    Args:
        settings, arrays: of the stored result 04_windows.
    """

    def __init__(self, settings: Settings, arrays: Arrays) -> None:
        self._windows, self._arrays = settings["windows"], arrays
        self._curves = [_smooth(values) for values in arrays["wasserstein"]]
        self.figure = Figure(figsize=(figures.WIDTH, 2.5))
        pictures, weights, curve = self.figure.subplots(1, 3, width_ratios=(1.35, 1, 1))
        self.figure.subplots_adjust(left=0.01, right=0.985, top=0.88, bottom=0.21, wspace=0.4)
        self._picture = pictures.imshow(_grid_of(arrays["images"][0]), interpolation="nearest")
        pictures.axis("off")
        self._bars = weights.stairs(np.zeros(61), np.linspace(-1, 1, 62), fill=True, color=figures.CRITIC)
        weights.set(xlabel="weight / c", ylabel="share of weights (%)", ylim=(0, 40), xticks=(-1, 0, 1))
        for values in self._curves:
            curve.plot(values, color="#D9D9D9", linewidth=1)
        (self._line,) = curve.plot(self._curves[0], color=figures.CRITIC)
        curve.set(yscale="log", xlabel="generator steps", ylabel="W estimate (score)")
        curve.set_ylim(0.3 * self._curves[0].min(), 3 * self._curves[-1].max())
        self._titles = [ax.set_title("", fontsize=10) for ax in (pictures, weights, curve)]
        self.moving: list[Artist] = [self._picture, self._bars, self._line, *self._titles]

    def set(self, c: float) -> Figure:
        """Show the training with this window."""
        row = self._windows.index(c)
        heights = self._arrays["histogram"][row]
        self._picture.set_data(_grid_of(self._arrays["images"][row]))
        self._bars.set_data(100 * heights / heights.sum())
        self._line.set_ydata(self._curves[row])
        titles = (
            f"c = {c:g}: sliced distance {self._arrays['distance'][row]:.3f}",
            f"{self._arrays['at_edge'][row]:.0%} at the ends",
            f"W = {self._curves[row][-1]:.2g} at the end",
        )
        for title, text in zip(self._titles, titles, strict=True):
            title.set_text(text)
        return self.figure


def windows_strip(settings: Settings, arrays: Arrays, windows: Sequence[float]) -> Figure:
    """The samples of a few windows, with the last estimate and the share of weights at the ends.

    Args:
        settings, arrays: of the stored result 04_windows.
        windows: some of its windows c.
    """
    rows = [settings["windows"].index(c) for c in windows]
    last = [np.median(arrays["wasserstein"][row, -101:]) for row in rows]
    titles = [
        f"c = {c:g}\nW = {w:.2g}\n{arrays['at_edge'][row]:.0%} at the ends"
        for c, w, row in zip(windows, last, rows, strict=True)
    ]
    return samples(arrays["images"][rows], titles)


def _smooth(values: np.ndarray) -> np.ndarray:
    """The median of 101 steps, and a hair above zero for the logarithmic scale."""
    return figures.running_median(values, 101).clip(1e-9)


def _grid_of(images: np.ndarray) -> np.ndarray:
    """Stored images as one picture, four in a row."""
    return figures.image_grid(figures.from_bytes(images), columns=4)
