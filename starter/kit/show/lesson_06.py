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
        distances: Fréchet distance of each to the real ones, in all d dimensions.
    """
    figure, panels = figures.axes(columns=len(others), height=2.6, sharex=True, sharey=True)
    plane = torch.linalg.eigh(real.T.cov())[1][:, -2:].flip(1)
    for ax, (name, features), distance in zip(panels[0], others.items(), distances, strict=True):
        for cloud, colour, style in ((real, figures.REAL, "-"), (features, figures.FAKE, "--")):
            points = ((cloud - real.mean(dim=0)) @ plane).numpy()
            ax.scatter(*points[:600].T, s=4, color=colour, alpha=0.35, linewidths=0)
            _draw_ellipse(ax, points, colour, style)
        shown = f"{distance:.1f}" if distance < 100 else f"{distance:,.0f}"
        ax.set(title=f"{name}\ndistance {shown}", xlabel="1st axis (features)")
    panels[0, 0].set_ylabel("2nd axis (features)")
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
    """Fréchet distance of two samples of one distribution, over their size.

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
    ax.set_ylabel("Fréchet distance of two\nsets of the same kind")
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
    """Share of images whose nearest neighbour is a training image, a row for each set, with what chance gives there.

    Args:
        by_pixels, by_features: name of the set, and what copies.nearest_is_training found.
    """
    names = list(by_pixels)
    figure, ax = figures.axes(height=0.42 * len(names) + 0.9)
    looks = (("pixels", by_pixels, figures.FAKE, "o", 8), ("features", by_features, figures.CRITIC, "D", 6))
    for (title, found, colour, marker, size), shift in zip(looks, (-0.17, 0.17), strict=True):
        rows = np.arange(len(names)) + shift
        half, shares = (100 * np.array([getattr(found[name], of) for name in names]) for of in ("chance", "share"))
        label = "chance" if shift < 0 else None
        ax.barh(rows, 2 * half, 0.3, 50 - half, color=figures.QUIET, alpha=0.35, linewidth=0, label=label)
        ax.plot(shares, rows, marker, color=colour, markersize=size, label=title)
    ax.set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5), xlim=(38, 103))
    ax.set_xlabel("nearest neighbour is a training image (%)")
    figures.legend(ax)
    return figure


def runs(settings: Settings, arrays: Arrays) -> Figure:
    """What is reported during each training, over the Fréchet distance of the samples.

    Args:
        settings, arrays: of the stored result 06_run.
    """
    names, every = settings["names"], settings["every"]
    figure, panels = figures.axes(2, len(names), height=1.9, sharex=True)
    steps = every * np.arange(1, arrays["distances"].shape[2] + 1)
    for column, name in enumerate(names):
        top, bottom = panels[:, column]
        gan, medians = name == "standard GAN", arrays["medians"][:, column]
        figures.draw_band(top, steps, medians, figures.QUIET if gan else figures.CRITIC)
        figures.draw_band(bottom, steps, arrays["distances"][:, column], figures.FAKE)
        top.set(ylim=(0, 0.85 if gan else 1.15 * medians.max()))
        top.set_title(name, fontsize=10)
        if gan:
            top.axhline(np.log(2), color=figures.THEORY, linestyle="--", linewidth=1.2)
            top.text(0.97, 0.97, "log 2", transform=top.transAxes, ha="right", va="top", fontsize=9)
            top.set_ylabel("L/2 + log 2")
        bottom.axhline(arrays["floor"], color=figures.THEORY, linestyle=":")
        bottom.set(xlabel="generator steps", ylim=(0, 1.05 * arrays["distances"].max()))
        bottom.set_xticks([0, 1000, 2000], ["0", "1,000", "2,000"])
        bottom.tick_params(labelleft=column == 0)
    panels[0, 0].set_ylabel("estimate (score)")
    panels[1, 0].set_ylabel("Fréchet distance")
    return figure


def overfitting(settings: Settings, estimate: np.ndarray) -> Figure:
    """The critic's estimate on training and on held-out images, one panel for each number of images.

    Args:
        settings: of the stored result 06_overfit.
        estimate: shape (seeds, panels, moments, 2): training images, held-out ones.
    """
    figure, panels = figures.axes(columns=estimate.shape[1], height=2.6, sharey=True)
    steps = settings["every"] * np.arange(1, estimate.shape[2] + 1)
    looks = (("on training images", figures.CRITIC, "-"), ("on held-out images", figures.REAL, "--"))
    for column, (ax, n) in enumerate(zip(panels[0], settings["images"], strict=True)):
        for kind, (name, colour, style) in enumerate(looks):
            smooth = np.array([figures.running_median(values, 7) for values in estimate[:, column, :, kind]])
            figures.draw_band(ax, steps, smooth, colour, linestyle=style, label=name)
        ax.set(title=f"{n:,} training images", xlabel="generator steps", ylim=(0, None))
    panels[0, 0].set_ylabel("estimate (score)")
    panels[0, -1].legend(loc="upper right")
    return figure


def lettered(sets: dict[str, Tensor], columns: int = 12) -> Figure:
    """The first images of each set, a row each, with the set's letter to the left.

    Args:
        sets: letter, and images of shape (n, channels, height, width).
        columns: images in a row.
    """
    return figures.image_rows({letter: images[:columns] for letter, images in sets.items()})


def moved(top: Tensor, moved: Tensor, others: Tensor) -> Figure:
    """An image, the same moved, and others that are nearer to it.

    Args:
        top, moved: shape (1, channels, height, width).
        others: shape (n, channels, height, width).
    """
    figure, panels = figures.row(3, height=1.5, width_ratios=(1, 1, len(others)))
    titles = ("a top", "moved by 2 pixels", "garments that are nearer to it, by pixels")
    for ax, images, title in zip(panels, (top, moved, others), titles, strict=True):
        figures.draw_images(ax, images, columns=len(images))
        ax.set_title(title, fontsize=10)
    return figure


def word_of_the_critic(steps: Sequence[int], estimates: Sequence[float], distances: Sequence[float]) -> Figure:
    """The estimate and the Fréchet distance at some moments of one training.

    Args:
        steps: generator steps, shape (n,).
        estimates, distances: at these steps.
    """
    figure, panels = figures.row(2, height=2.5)
    named = (("estimate (score)", estimates, figures.CRITIC), ("Fréchet distance", distances, figures.FAKE))
    for ax, (label, values, colour) in zip(panels, named, strict=True):
        ax.plot(steps, values, "o-", color=colour, markersize=4)
        ax.set(xlabel="generator steps", ylabel=label, xscale="log", ylim=(0, None))
        ax.xaxis.set_major_formatter("{x:,.0f}")
    return figure


def catalogue(images: Tensor, kinds: Tensor, gaps: Tensor, photographs: Tensor, title: str) -> Figure:
    """One garment of each kind, as it comes and the best, with the photograph nearest to it, and the oddest ten.

    Args:
        images: shape (n, channels, height, width).
        kinds: the garment that each shows, 0 to 9, shape (n,).
        gaps: how far each is from a real image, shape (n,).
        photographs: the real image nearest to each, shaped as the images.
        title: above them.
    """
    missing = -torch.ones_like(images[0])  # for a kind that is not there
    rows: dict[str, list[Tensor]] = {"first": [], "best": [], "photograph": []}
    for kind in range(10):
        there = (kinds == kind).nonzero().flatten()
        best = there[gaps[there].argmin()] if len(there) else 0
        found = (images[there[0]], images[best], photographs[best]) if len(there) else (missing,) * 3
        for row, image in zip(rows.values(), found, strict=True):
            row.append(image)
    oddest = images[gaps.argsort(descending=True)[:10]]
    figure, panels = figures.axes(2, 1, height=1.75, height_ratios=(3.3, 1))
    top, bottom = panels[:, 0]
    figures.draw_images(top, torch.stack([image for row in rows.values() for image in row]), columns=10)
    figures.label_rows(top, list(rows))
    side = images.shape[-1] + 2
    for column, garment in enumerate(data.GARMENTS):
        top.text(side * (column + 0.5) - 1, -2, garment, ha="center", va="bottom", fontsize=8)
    top.set_title(title, fontsize=10, pad=18)
    figures.draw_images(bottom, oddest, columns=10)
    figures.label_rows(bottom, ["oddest ten"])
    return figure
