"""Sets of images for lesson and sheet 06, and its drawings. Real is blue, generated orange, the critic green."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from scipy.stats import spearmanr
from torch import Tensor

from .. import data
from . import figures
from ..data import pretrained
from ..measure import scores

GENERATORS = {"WGAN-GP": "penalty", "WGAN, clipped": "clip"}
MISSING, ONLY = 5, 8  # sandals, bags
HEART = 100  # seed of the images that are learned by heart: others than those of the real rows


# Sets of images ----------------------------------------------------------------


def draw(name: str, n: int, seed: int) -> Tensor:
    """n images of a generator that comes with the course: "WGAN-GP" or "WGAN, clipped"."""
    generator = pretrained.load(GENERATORS[name])
    z = torch.randn(n, generator.latent_dim, generator=torch.Generator().manual_seed(seed))
    return torch.cat([generator(part) for part in z.split(500)])


def by_heart(n: int, seed: int) -> Tensor:
    """n training images, which is what a generator draws that knows them by heart and nothing else."""
    return scores.real_images(HEART + seed, n)


def cast(n: int, seed: int) -> dict[str, Tensor]:
    """Real images, the course's two generators, and four frauds: n images each.

    The frauds without sandals and with bags only show none of the images of by_heart(scores.N, 0).
    """
    garments, rng = data.load(), torch.Generator().manual_seed(seed)
    others = scores.real_numbers(HEART, len(garments))[scores.N :]
    others = others[torch.randperm(len(others), generator=rng)]
    nine = others[garments.labels[others] != MISSING][:n]
    one = others[garments.labels[others] == ONLY]
    one = one[torch.randint(len(one), (n,), generator=rng)]
    return {
        "real": scores.real_images(seed, n),
        **{name: draw(name, n, seed) for name in GENERATORS},
        "by heart": by_heart(n, seed),
        "no sandals": garments[nine],
        "bags only": garments[one],
        "noise": 2 * torch.rand(n, *garments.shape, generator=rng) - 1,
    }


def suspects(n: int, seed: int) -> dict[str, Tensor]:
    """Five of the sets of `cast` under letters."""
    sets = cast(n, seed)
    names = ("WGAN, clipped", "no sandals", "by heart", "bags only", "WGAN-GP")
    return {letter: sets[name] for letter, name in zip("ABCDE", names, strict=True)}


def nearer_to_training(images: Tensor, training: Tensor, held_out: Tensor) -> tuple[float, float]:
    """Which references lie nearest: as many training as held-out ones are offered.

    Args:
        images, training, held_out: images, or features, shape (n, ...).

    Returns:
        Share of the images whose nearest reference is a training one, about .5
        for honest images; and half the width of the interval around .5 that
        holds 95 % of what chance gives. Chance draws the images and the
        references too, some of which are nearest to many images.
    """
    points, references = (part.flatten(1).double() for part in (images, torch.cat([training, held_out])))
    gaps = references.square().sum(dim=1) - 2 * points @ references.T  # squared distance, less that of the image to 0
    nearest = gaps.argmin(dim=1)
    times, n = torch.bincount(nearest).double(), len(points)
    crowding = float((times * (times - 1)).sum()) / (n * (n - 1))
    return float((nearest < len(training)).double().mean()), 1.96 * 0.5 * (1 / n + crowding) ** 0.5


# What can be said without images -----------------------------------------------


def white_floor(d: int, n: np.ndarray | int) -> np.ndarray | float:
    """Equation (6.3): mean Frechet distance of two samples of n from the law N(0, I) in d dimensions, for large n."""
    return d * (d + 5) / (2 * n)


def gaussian_floor(features: Tensor, n: np.ndarray | int) -> np.ndarray | float:
    """The same for the Gaussian law with the covariance of these features.

    To first order in 1/n: (3 tr C + sum over i, j with i unequal j of l_i l_j / (l_i + l_j)) / n,
    where l are the eigenvalues of C. With all l = 1 it is equation (6.3).
    """
    values = torch.linalg.eigvalsh(features.T.cov()).clamp(min=1e-12)
    pairs = values[:, None] * values / (values[:, None] + values)
    return float(3 * values.sum() + pairs.sum() - pairs.diagonal().sum()) / n


# Drawings ----------------------------------------------------------------------


def image_sets(sets: dict[str, Tensor], columns: int = 12) -> Figure:
    """A row of images for each set, with its name."""
    figure, panels = figures.axes(height=0.62 * len(sets) + 0.1)
    figures.draw_images(panels, torch.cat([images[:columns] for images in sets.values()]), columns)
    figures.label_rows(panels, list(sets))
    return figure


def clouds(real: Tensor, others: dict[str, Tensor], distances: Sequence[float]) -> Figure:
    """Features in the plane in which the real ones spread most, each set with the ellipse of its Gaussian.

    Args:
        real: features, shape (n, d).
        others: title, and features of another set.
        distances: Frechet distance of each to the real ones, in all d dimensions.
    """
    figure, panels = figures.axes(columns=len(others), height=2.6, sharex=True, sharey=True)
    plane = torch.linalg.eigh(real.T.cov())[1][:, -2:].flip(1)
    for ax, (name, features), distance in zip(panels[0], others.items(), distances, strict=True):
        for cloud, colour, style in ((real, figures.REAL, "-"), (features, figures.FAKE, "--")):
            points = ((cloud - real.mean(dim=0)) @ plane).numpy()
            ax.scatter(*points[:600].T, s=4, color=colour, alpha=0.35, linewidths=0)
            _ellipse(ax, points, colour, style)
        shown = f"{distance:.1f}" if distance < 100 else f"{distance:,.0f}"
        ax.set(title=f"{name}\ndistance {shown}", xlabel="feature plane, 1st axis")
    panels[0, 0].set_ylabel("2nd axis")
    return figure


def _ellipse(ax: Axes, points: np.ndarray, colour: str, style: str) -> None:
    """Two standard deviations around the mean."""
    values, directions = np.linalg.eigh(np.cov(points.T))
    angle = np.degrees(np.arctan2(*directions[::-1, 1]))
    size = 4 * np.sqrt(values[::-1])
    look = {"fill": False, "edgecolor": colour, "linewidth": 2, "linestyle": style}
    ax.add_patch(Ellipse(points.mean(axis=0), *size, angle=angle, **look))


def floors(sizes: Sequence[int], white: Sequence[float], real: Sequence[float], theory: Sequence[np.ndarray]) -> Figure:
    """Frechet distance of two samples of one law over their size.

    Args:
        sizes: n.
        white, real: measured, for white noise and for real images.
        theory: the two curves that belong to them.
    """
    figure, panels = figures.axes(height=2.8)
    ax = panels
    for values, line, colour, marker, name in (
        (real, theory[1], figures.REAL, "o", "real images"),
        (white, theory[0], figures.QUIET, "s", "N(0, I) in 64 dimensions"),
    ):
        ax.plot(sizes, line, color=figures.THEORY, linestyle=":", linewidth=1.4)
        ax.plot(sizes, values, marker, color=colour, label=name)
    ax.plot([], [], color=figures.THEORY, linestyle=":", linewidth=1.4, label="theory, for Gaussians")
    ax.set(xscale="log", yscale="log", xlabel="n, images on each side", ylabel="Frechet distance\nof two equal laws")
    ax.set_xticks(sizes, [f"{n:,}" for n in sizes])
    ax.set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
    ax.minorticks_off()
    figures.legend(ax)
    return figure


def label_bars(shares: dict[str, Tensor]) -> Figure:
    """How often the classifier sees each garment, one panel for each set."""
    figure, panels = figures.axes(columns=len(shares), height=2.7, sharey=True)
    for ax, (name, share) in zip(panels[0], shares.items(), strict=True):
        ax.barh(range(10), 100 * share, color=figures.REAL if name == "real" else figures.FAKE)
        ax.axvline(10, color=figures.THEORY, linestyle=":", linewidth=1.2)
        ax.set(title=name, xlabel="share (%)", yticks=range(10), yticklabels=data.GARMENTS, ylim=(9.6, -0.6))
        ax.set_xlim(0, max(22, 105 * float(share.max())))
        ax.grid(axis="y", visible=False)
    return figure


def neighbours(rows: dict[str, Tensor]) -> Figure:
    """Images over their nearest neighbours: one row for each entry, all of them as long."""
    return image_sets(rows, columns=len(next(iter(rows.values()))))


def memory(shares: dict[str, Sequence[float]], chance: float) -> Figure:
    """Share of images whose nearest neighbour is a training image.

    Args:
        shares: name of a set, and its share by pixels and by features.
        chance: half the width of the band around .5.
    """
    figure, panels = figures.axes(height=0.36 * len(shares) + 0.9)
    ax, names = panels, list(shares)
    ax.axvspan(50 - 100 * chance, 50 + 100 * chance, color=figures.QUIET, alpha=0.25, linewidth=0, label="chance")
    looks = (("pixels", figures.FAKE, "o"), ("features", figures.CRITIC, "D"))
    for column, (title, colour, marker) in enumerate(looks):
        ax.plot([100 * shares[name][column] for name in names], range(len(names)), marker, color=colour, label=title)
    ax.set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5), xlim=(38, 103))
    ax.set_xlabel("nearest neighbour is a training image (%)")
    figures.legend(ax)
    return figure


GROWING = 200  # generator steps in which a critic is still learning the scale of its own scores


def runs(settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Figure:
    """What is reported during each training, over the Frechet distance of the samples.

    Args:
        settings, arrays: of the stored result 06_run.
    """
    names, every = settings["names"], settings["every"]
    figure, panels = figures.axes(2, len(names), height=1.9, sharex=True)
    for (top, bottom), name, values, distances in zip(
        panels.T, names, arrays["reported"], arrays["frechet"], strict=True
    ):
        gan, steps = "GAN" in name and "WGAN" not in name, np.arange(1, len(values) + 1)
        colour = figures.QUIET if gan else figures.CRITIC
        top.plot(steps, values, color=colour, alpha=0.25, linewidth=0.7)
        top.plot(steps, figures.running_median(values, 101), color=colour)
        top.set_title(name, fontsize=10)
        top.set_ylim(0, 0.85 if gan else 1.15 * np.quantile(values, 0.99))
        if gan:
            top.axhline(np.log(2), color=figures.THEORY, linestyle="--", linewidth=1.2)
            top.text(0.97, 0.97, "log 2", transform=top.transAxes, ha="right", va="top", fontsize=9)
        bottom.plot(every * np.arange(1, len(distances) + 1), distances, color=figures.FAKE)
        bottom.axhline(arrays["floor"], color=figures.THEORY, linestyle=":")
        bottom.set(yscale="log", xlabel="generator steps", ylim=(2, 1.3 * arrays["frechet"].max()))
        bottom.set_xticks([0, len(values) // 2, len(values)])
        bottom.tick_params(labelleft=bottom is panels[1, 0])
    panels[0, 0].set_ylabel("reported\n(score; GAN: nats)")
    panels[1, 0].set_ylabel("Frechet distance\n(dotted: floor)")
    return figure


def rank_correlations(settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> list[float]:
    """Spearman's correlation of each reported curve (median of 101 steps) with the Frechet distance, after GROWING."""
    every = settings["every"]
    first = GROWING // every
    smooth = [figures.running_median(values, 101)[every - 1 :: every] for values in arrays["reported"]]
    pairs = zip(smooth, arrays["frechet"], strict=True)
    return [float(spearmanr(reported[first:], distances[first:]).statistic) for reported, distances in pairs]


def overfit(settings: dict[str, Any], estimate: np.ndarray) -> Figure:
    """The critic's estimate on training and on held-out images, one panel for each number of images.

    Args:
        settings: of the stored result 06_overfit.
        estimate: shape (panels, moments, 2).
    """
    figure, panels = figures.axes(columns=len(estimate), height=2.6, sharey=True)
    steps = settings["every"] * np.arange(1, estimate.shape[1] + 1)
    for ax, n, values in zip(panels[0], settings["images"], estimate, strict=True):
        for column, (name, colour, style) in enumerate(
            (("training images", figures.CRITIC, "-"), ("held-out images", figures.REAL, "--"))
        ):
            ax.plot(steps, values[:, column], color=colour, linewidth=0.8, alpha=0.35)
            ax.plot(steps, figures.running_median(values[:, column], 7), color=colour, linestyle=style, label=name)
        ax.set(title=f"{n:,} training images", xlabel="generator steps", ylim=(0, 4))
    panels[0, 0].set_ylabel("mean f(real) − mean f(fake)\n(score)")
    panels[0, -1].legend(loc="upper right")
    return figure
