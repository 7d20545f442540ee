"""Drawings of lesson and sheet 06. Real is blue, generated orange, the critic green."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from torch import Tensor

from .. import data
from ..measure.copies import Nearness
from . import figures

Settings = dict[str, Any]
Arrays = dict[str, np.ndarray]


def clouds(real: Tensor, others: dict[str, Tensor], distances: Sequence[float]) -> Figure:
    """Features in the plane in which the real ones spread most, each set with the ellipse of its Gaussian.

    Args:
        real: features, shape (n, d).
        others: title, and features of another set, shape (m, d).
        distances: Frechet distance of each to the real ones, in all d dimensions.
    """
    figure, panels = figures.axes(columns=len(others), height=2.6, sharex=True, sharey=True)
    plane = torch.linalg.eigh(real.T.cov())[1][:, -2:].flip(1)
    for ax, (name, features), distance in zip(panels[0], others.items(), distances, strict=True):
        for cloud, colour, style in ((real, figures.REAL, "-"), (features, figures.FAKE, "--")):
            points = ((cloud - real.mean(dim=0)) @ plane).numpy()
            ax.scatter(*points[:600].T, s=4, color=colour, alpha=0.35, linewidths=0)
            _draw_ellipse(ax, points, colour, style)
        shown = f"{distance:.1f}" if distance < 100 else f"{distance:,.0f}"
        ax.set(title=f"{name}\ndistance {shown}", xlabel="feature plane, 1st axis")
    panels[0, 0].set_ylabel("2nd axis")
    return figure


def _draw_ellipse(ax: Axes, points: np.ndarray, colour: str, style: str) -> None:
    """Two standard deviations around the mean."""
    values, directions = np.linalg.eigh(np.cov(points.T))
    angle = np.degrees(np.arctan2(*directions[::-1, 1]))
    width, height = 4 * np.sqrt(values[::-1])
    centre = points.mean(axis=0)
    look = {"fill": False, "edgecolor": colour, "linewidth": 2, "linestyle": style}
    ax.add_patch(Ellipse(centre, width, height, angle=angle, **look))


def floors(sizes: np.ndarray, measured: dict[str, Sequence[float]], theory: dict[str, Sequence[float]]) -> Figure:
    """Frechet distance of two samples of one distribution, over their size.

    Args:
        sizes: n, shape (k,).
        measured: name of the distribution, and k distances: white noise, then real images.
        theory: the curves that belong to them, under the same names.
    """
    figure, ax = figures.axes(height=2.8)
    looks = ((figures.QUIET, "s"), (figures.REAL, "o"))
    for (name, distances), (colour, marker) in zip(measured.items(), looks, strict=True):
        ax.plot(sizes, theory[name], color=figures.THEORY, linestyle=":", linewidth=1.4)
        ax.plot(sizes, distances, marker, color=colour, label=name)
    ax.plot([], [], color=figures.THEORY, linestyle=":", linewidth=1.4, label="theory, for Gaussians")
    ax.set(xscale="log", yscale="log", xlabel="n, images on each side")
    ax.set_ylabel("Frechet distance of two\nsets of the same kind")
    ax.set_xticks(sizes, [f"{n:,}" for n in sizes])
    ax.set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
    ax.minorticks_off()
    figures.legend(ax)
    return figure


def label_bars(shares: dict[str, Tensor]) -> Figure:
    """How often the classifier sees each garment, one panel for each set.

    Args:
        shares: name of the set, and the shares of the ten garments, shape (10,).
    """
    figure, panels = figures.axes(columns=len(shares), height=2.7, sharey=True)
    for ax, (name, share) in zip(panels[0], shares.items(), strict=True):
        ax.barh(range(10), 100 * share, color=figures.REAL if name == "real" else figures.FAKE)
        ax.axvline(10, color=figures.THEORY, linestyle=":", linewidth=1.2)
        ax.set(title=name, xlabel="share (%)", yticks=range(10), yticklabels=data.GARMENTS, ylim=(9.6, -0.6))
        ax.set_xlim(0, max(22, 105 * float(share.max())))
        ax.grid(axis="y", visible=False)
    return figure


def nearness(by_pixels: dict[str, Nearness], by_features: dict[str, Nearness]) -> Figure:
    """Share of images whose nearest neighbour is a training image, a row for each set.

    Args:
        by_pixels, by_features: name of the set, and what copies.nearest_is_training found. The band of chance
            is that of the first set by pixels, which is to be honest.
    """
    names = list(by_pixels)
    figure, ax = figures.axes(height=0.36 * len(names) + 0.9)
    half = 100 * by_pixels[names[0]].chance
    ax.axvspan(50 - half, 50 + half, color=figures.QUIET, alpha=0.25, linewidth=0, label="chance")
    looks = (("pixels", by_pixels, figures.FAKE, "o", 10), ("features", by_features, figures.CRITIC, "D", 6))
    for title, found, colour, marker, size in looks:
        shares = [100 * found[name].share for name in names]
        ax.plot(shares, range(len(names)), marker, color=colour, markersize=size, label=title)
    ax.set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5), xlim=(38, 103))
    ax.set_xlabel("nearest neighbour is a training image (%)")
    figures.legend(ax)
    return figure


def runs(settings: Settings, arrays: Arrays) -> Figure:
    """What is reported during each training, over the Frechet distance of the samples.

    Args:
        settings, arrays: of the stored result 06_run.
    """
    names, every = settings["names"], settings["every"]
    figure, panels = figures.axes(2, len(names), height=1.9, sharex=True)
    for (top, bottom), name, reported, distances in zip(
        panels.T, names, arrays["reported"], arrays["frechet"], strict=True
    ):
        _draw_reported(top, reported, gan=name == "standard GAN")
        top.set_title(name, fontsize=10)
        bottom.plot(every * np.arange(1, len(distances) + 1), distances, color=figures.FAKE)
        bottom.axhline(arrays["floor"], color=figures.THEORY, linestyle=":")
        bottom.set(yscale="log", xlabel="generator steps", ylim=(2, 1.3 * arrays["frechet"].max()))
        bottom.set_xticks([0, len(reported) // 2, len(reported)])
        bottom.tick_params(labelleft=bottom is panels[1, 0])
    panels[0, 0].set_ylabel("reported\n(score; GAN: nats)")
    panels[1, 0].set_ylabel("Frechet distance\n(dotted: floor)")
    return figure


def _draw_reported(ax: Axes, values: np.ndarray, gan: bool) -> None:
    """What one training reports; for a standard GAN beside its bound."""
    colour = figures.QUIET if gan else figures.CRITIC
    figures.draw_smoothed(ax, np.arange(1, len(values) + 1), values, 101, color=colour)
    ax.set_ylim(0, 0.85 if gan else 1.15 * np.quantile(values, 0.99))
    if gan:
        ax.axhline(np.log(2), color=figures.THEORY, linestyle="--", linewidth=1.2)
        ax.text(0.97, 0.97, "log 2", transform=ax.transAxes, ha="right", va="top", fontsize=9)


def overfitting(settings: Settings, estimate: np.ndarray) -> Figure:
    """The critic's estimate on training and on held-out images, one panel for each number of images.

    Args:
        settings: of the stored result 06_overfit.
        estimate: shape (panels, moments, 2): training images, held-out ones.
    """
    figure, panels = figures.axes(columns=len(estimate), height=2.6, sharey=True)
    steps = settings["every"] * np.arange(1, estimate.shape[1] + 1)
    looks = (("training images", figures.CRITIC, "-"), ("held-out images", figures.REAL, "--"))
    for ax, n, of_panel in zip(panels[0], settings["images"], estimate, strict=True):
        for values, (name, colour, style) in zip(of_panel.T, looks, strict=True):
            figures.draw_smoothed(ax, steps, values, 7, color=colour, linestyle=style, label=name)
        ax.set(title=f"{n:,} training images", xlabel="generator steps", ylim=(0, 4))
    panels[0, 0].set_ylabel("mean f(real) − mean f(fake)\n(score)")
    panels[0, -1].legend(loc="upper right")
    return figure
