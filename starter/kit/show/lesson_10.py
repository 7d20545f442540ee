"""Drawings of lesson and sheet 10. Real is blue, fake is orange, a critic green."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from ..data import toys
from . import figures

HIGHEST = 1.3  # of what is drawn: estimates of clipped critics go to 34 times W


def garments(blocks: Mapping[str, Tensor]) -> Figure:
    """Two rows of ten garments for each critic.

    Args:
        blocks: twenty images for each name.
    """
    figure, panels = figures.axes(len(blocks), height=1.75)
    for ax, (name, images) in zip(panels[:, 0], blocks.items(), strict=True):
        figures.draw_images(ax, images, columns=10, title=name)
    return figure


def cones(x: np.ndarray, curves: Mapping[str, np.ndarray]) -> Figure:
    """Scores along a line through the fakes, beside the best critic.

    Args:
        x: places along the line, shape (k,).
        curves: scores for each critic, shape (k,), 0 at the place of the fakes.
    """
    figure, ax = figures.axes(height=2.7)
    ax.plot(x, abs(x), color=figures.THEORY, linewidth=1.5, linestyle=":", zorder=3, label="the best critic, W = 1")
    colours, styles = (figures.QUIET, figures.CRITIC), ("--", "-")
    for (name, scores), colour, style in zip(curves.items(), colours, styles, strict=True):
        ax.plot(x, scores, color=colour, linestyle=style, label=name)
    ax.plot([-1, 1], [0, 0], "o", color=figures.REAL, markersize=8, label="real")
    ax.plot([0], [0], "o", color=figures.FAKE, markersize=8, label="fake")
    ax.set(xlabel="x", ylabel="score - score of the fakes", ylim=(-0.12, 1.3))
    figures.legend(ax)
    return figure


def table(
    critics: Sequence[str], pairs: Sequence[str], dimensions: Sequence[int], ratio: np.ndarray, cosine: np.ndarray
) -> Figure:
    """Estimate / W and cosine over the dimension: a column for each pair, a line for each critic.

    Args:
        critics, pairs, dimensions: names of the first three axes.
        ratio, cosine: by critic, pair, dimension and seed.
    """
    figure, panels = figures.axes(2, len(pairs), height=2.5, sharex=True, sharey="row")
    colours = {"clip": figures.QUIET, "pena": figures.PENALTY, "one-": figures.FAKE, "spec": figures.REAL}
    places = np.arange(len(dimensions))
    clips = iter(("^", "s", "D", "v"))
    looks = {
        name: (colours.get(name[:4], figures.CRITIC), next(clips) if name[:4] == "clip" else "o") for name in critics
    }
    for column, pair in enumerate(pairs):
        for row, values in enumerate((ratio, cosine)):
            ax = panels[row, column]
            for k, name in enumerate(critics):
                low, middle, high = (f(values[k, column], axis=1) for f in (np.min, np.mean, np.max))
                colour, marker = looks[name]
                style = ":" if name[:4] == "clip" else "--" if name[:4] == "one-" else "-"
                if not row:  # what is above the panel is marked at its edge
                    low, middle, high = (np.minimum(each, HIGHEST) for each in (low, middle, high))
                look = {"linestyle": style, "color": colour, "markersize": 4, "linewidth": 1.2, "clip_on": False}
                ax.plot(places, middle, marker, label=name, **look)
                figures.fill_between(ax, places, low, high, colour)
            ax.set_xticks(places, [str(d) for d in dimensions])
        panels[0, column].axhline(1, color=figures.THEORY, linewidth=1, linestyle=":")
        panels[0, column].set_title(pair, fontsize=10)
        panels[1, column].set_xlabel("dimension")
    panels[0, 0].set(ylabel="estimate / W", ylim=(0, HIGHEST))
    panels[1, 0].set(ylabel="cosine to the\nexact gradient", ylim=(0, 1.05))
    lines, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=4, fontsize=8)
    return figure


def architectures(generators: Sequence[str], methods: Sequence[str], pictures: np.ndarray) -> Figure:
    """Nine panels of garments: a row for each generator, a column for each way of training.

    Args:
        generators, methods: names of rows and columns.
        pictures: bytes, shape (rows, columns, k, 1, height, width).
    """
    figure, panels = figures.axes(len(generators), len(methods), height=0.85)
    for row, name in enumerate(generators):
        for column, method in enumerate(methods):
            ax = panels[row, column]
            figures.draw_images(
                ax, figures.from_bytes(pictures[row, column]), columns=8, title=method if row == 0 else ""
            )
        place = {"ha": "right", "va": "center", "transform": panels[row, 0].transAxes, "fontsize": 9}
        panels[row, 0].text(-0.03, 0.5, name.replace(" ", "\n"), **place)
    return figure


def trap(line: Mapping[str, np.ndarray]) -> Figure:
    """Mean slope after the flip, a thin line for each seed; and where it ends for other lambdas.

    Args:
        line: the arrays of the stored result 05_line.
    """
    figure, panels = figures.axes(columns=2, height=2.7, width_ratios=(1.3, 1))
    left, right = panels[0]
    for name, colour, style in (("two", figures.PENALTY, "-"), ("one", figures.CRITIC, "--")):
        look = {"color": colour, "linestyle": style}
        left.plot(line["trap_step"], line[f"trap_{name}_sided"].T, linewidth=0.8, **look)
        left.plot([], [], label=f"{name}-sided", **look)
    left.set(title="λ = 10", xlabel="critic steps after the flip", yticks=(-1, 0, 1))
    left.set_ylabel("mean slope from fake\nto real (score / x)")
    left.legend(loc="center right")
    lambdas = line["sweep_lambda"]
    right.semilogx(lambdas, line["sweep_slope"], "o", color=figures.PENALTY, fillstyle="none", markersize=5)
    above = np.geomspace(0.5, lambdas[-1], 60)
    right.plot(above, 1 / (2 * above) - 1, color=figures.THEORY, linewidth=1.2, label="−(1 − W / 2λ)")
    right.set(xlabel="λ (unit of x)", title="two-sided, at the end", yticks=(-1, 0, 1, 3, 6))
    right.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    right.legend(loc="upper right")
    for ax in panels[0]:
        for level in (-1, 1):
            ax.axhline(level, color=figures.THEORY, linestyle=":", linewidth=1.2)
    return figure


def sides(result: Mapping[str, np.ndarray]) -> Figure:
    """Exact distance of the generated points for each lambda and seed, two-sided beside one-sided.

    Args:
        result: the arrays of the stored result 05_sides.
    """
    figure, ax = figures.axes(height=2.6)
    two_sided, one_sided = result["exact"]
    for distances, colour, name, marker, shift in (
        (two_sided, figures.PENALTY, "two-sided", "o", -0.09),
        (one_sided, figures.CRITIC, "one-sided", "s", 0.09),
    ):
        places = np.arange(len(distances)) + shift
        ax.plot(places[:, None], distances, marker, color=colour, fillstyle="none", markersize=5)
        ax.hlines(distances.mean(axis=1), places - 0.07, places + 0.07, color=colour, linewidth=2.5)
        ax.plot([], [], marker, color=colour, fillstyle="none", label=name)
    ax.axhline(result["floor"].mean(), color=figures.THEORY, linestyle=":", label="real to real")
    ax.set_xticks(np.arange(len(two_sided)), [f"{lambda_:g}" for lambda_ in result["lambda_"]])
    ax.set(xlabel="λ (unit of x)", ylabel="W to the data (unit of x)", ylim=(0, None))
    ax.grid(False, axis="x")
    figures.legend(ax)
    return figure


def modes(mixtures: Mapping[str, toys.Law], result: Mapping[str, np.ndarray]) -> Figure:
    """Generated points over the modes, and the share of points at a mode over the training.

    Args:
        mixtures: how their names begin in the stored result 05_modes, and the two mixtures.
        result: its arrays.
    """
    figure, panels = figures.axes(columns=len(mixtures) + 1, height=2.6)
    last = panels[0, -1]
    for ax, (key, mixture), style in zip(panels[0], mixtures.items(), ("-", "--"), strict=False):
        ax.scatter(*mixture.centres.numpy().T, s=90, facecolors="none", edgecolors=figures.REAL, linewidths=1)
        ax.scatter(*result[f"{key}_samples"].T, s=2, color=figures.FAKE, alpha=0.5, linewidths=0)
        ax.set(title=mixture.name, xticks=(), yticks=())
        ax.set_aspect("equal")
        share = 100 * result[f"{key}_share"]
        last.plot(result[f"{key}_step"], share, color=figures.PENALTY, linestyle=style, label=mixture.name)
    last.set(xlabel="generator steps", ylabel="points at a mode (%)", ylim=(0, 100))
    last.legend(loc="lower right")
    return figure
