"""Drawings of lesson 05. Real is blue, fake is orange, the critic green, the penalty pink."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from torch import Tensor
from torch.autograd.graph import Node

from . import figures

CLIP = figures.QUIET  # clipping, where it stands beside the penalty
Settings = dict[str, Any]
Arrays = dict[str, np.ndarray]
Places = dict[Node, tuple[float, float]]


# Slope 1, and where ----------------------------------------------------------


def pairs(real: np.ndarray, fake: np.ndarray, partner: np.ndarray, slopes: np.ndarray) -> Figure:
    """Real and fake points with their partners, and how steep the best critic is along pairs.

    Args:
        real, fake: points, shape (n, 2).
        partner: for each real point, the number of its fake in the optimal plan, shape (n,).
        slopes: from each fake point to each real one, shape (n, n), a row for each real point.
    """
    figure, panels = figures.axes(columns=2, height=2.9, width_ratios=(1, 1.25))
    left, right = panels[0]
    for a, b in zip(real, fake[partner], strict=True):
        left.plot(*zip(a, b, strict=True), color=figures.THEORY, linewidth=1, zorder=1)
    for points, colour, name, marker in ((real, figures.REAL, "real", "o"), (fake, figures.FAKE, "fake", "s")):
        left.scatter(*points.T, color=colour, s=18, marker=marker, label=name, zorder=2)
    left.set(title="partners", xticks=(), yticks=())
    left.set_aspect("equal")
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=2)
    of_partners = slopes[np.arange(len(real)), partner]
    for values, kind, colour, label in (
        (slopes.flatten(), "bar", figures.PENALTY, "all pairs"),
        (of_partners, "step", figures.THEORY, "partners"),
    ):
        look = {"histtype": kind, "color": colour, "label": label, "linewidth": 2 if kind == "step" else 0}
        right.hist(values.clip(-1, 1), np.linspace(-1, 1, 41), weights=np.full(len(values), 1 / len(values)), **look)
    right.set(xlabel="slope of the best critic from fake to real", ylabel="share of pairs", xlim=(-1.05, 1.1))
    right.set_xticks([-1, -0.5, 0, 0.5, 1])
    right.legend(loc="upper left")
    return figure


# The graph of a penalty ------------------------------------------------------


def graphs(cases: dict[str, dict[str, Tensor]], leaves: dict[str, Tensor]) -> Figure:
    """What autograd recorded, drawn from the tensors themselves, one panel for each case.

    Args:
        cases: title, and the tensors to start from with their names, first the one of the forward pass.
        leaves: the tensors where the graph ends, with their names.
    """
    figure, panels = figures.axes(columns=len(cases), height=4.3)
    for ax, (title, roots) in zip(panels[0], cases.items(), strict=True):
        _draw_graph(ax, roots, leaves)
        ax.set_title(title)
        ax.set(xlim=(-0.12, 1.1), ylim=(-6.5, 0.9))
        ax.axis("off")
    return figure


def _draw_graph(ax: Axes, roots: dict[str, Tensor], leaves: dict[str, Tensor]) -> None:
    names = {id(tensor): name for name, tensor in leaves.items()}
    score, *_ = roots.values()
    forward, nodes = reached([score]), reached(roots.values())
    places = _places(nodes, forward, list(names))
    for node in nodes:
        for following in _next(node):
            far = node not in forward and places[node][1] - places[following][1] > 2.5
            arrow = {"arrowstyle": "-|>", "color": figures.QUIET, "shrinkA": 11, "shrinkB": 11}
            bend = "arc3,rad=-0.4" if far else "arc3"
            ax.annotate("", places[following], places[node], arrowprops=arrow | {"connectionstyle": bend})
    for node in nodes:
        if (leaf := getattr(node, "variable", None)) is not None:
            _box(ax, places[node], names[id(leaf)], figures.REAL)
        else:
            _box(ax, places[node], _short(node.name()), figures.QUIET if node in forward else figures.PENALTY)
    for name, tensor in roots.items():
        x, y = (0.7, 0.0) if tensor.grad_fn is None else places[tensor.grad_fn]
        ax.text(x, y + 0.42, name, ha="center", va="bottom", fontsize=9, fontweight="bold")
        if tensor.grad_fn is None:
            _box(ax, (x, y), f"{tensor.item():.3f}", figures.FAKE)
            ax.text(x, y - 0.45, "no grad_fn:\nnothing to follow", ha="center", va="top", fontsize=9)


def reached(roots: Iterable[Tensor]) -> list[Node]:
    """All nodes of the graph on the way from these tensors to the leaves, each once."""
    found: list[Node] = []
    waiting = [tensor.grad_fn for tensor in roots if tensor.grad_fn is not None]
    while waiting:
        node = waiting.pop(0)
        if node not in found:
            found.append(node)
            waiting += _next(node)
    return found


def _next(node: Node) -> list[Node]:
    return [following for following, _ in node.next_functions if following is not None]


def _box(ax: Axes, place: tuple[float, float], text: str, colour: str) -> None:
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colour, "linewidth": 1.8}
    ax.text(*place, text, ha="center", va="center", fontsize=9, bbox=box)


def _short(name: str) -> str:
    """PowBackward0 becomes Pow, TanhBackwardBackward0 becomes TanhBackward."""
    return name.removesuffix("0").removesuffix("Backward")


def _places(nodes: Sequence[Node], forward: Sequence[Node], leaves: Sequence[int]) -> Places:
    """Each node below all that lead to it: the forward pass on the left, what came later right of it.

    Args:
        leaves: the id of each leaf, from left to right.
    """
    depth = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for node in nodes:
            for following in _next(node):
                depth[following] = max(depth[following], depth[node] + 1)
    last = max(depth.values())
    places: Places = {}
    for node in nodes:
        if hasattr(node, "variable"):
            places[node] = (1.05 * leaves.index(id(node.variable)) / max(1, len(leaves) - 1) - 0.05, -6.0)
        else:
            places[node] = (0.2 if node in forward else 0.7, -6 * depth[node] / last)
    return places


# On the line -----------------------------------------------------------------


class Line:
    """The best critic between N(0, 1) and N(1, 1) under the penalty, for one lambda.

    Args:
        x: places on the line, shape (n,).
        slope: for a lambda, the slopes there, shape (n,).
        estimate: for a lambda, what the critic reports.
        lambdas: from the smallest to the largest, for the right panel.
    """

    def __init__(
        self,
        x: np.ndarray,
        slope: Callable[[float], np.ndarray],
        estimate: Callable[[float], float],
        lambdas: Sequence[float],
    ) -> None:
        self._slope, self._estimate = slope, estimate
        self.figure, panels = figures.axes(columns=2, height=2.9, width_ratios=(1.4, 1))
        left, right = panels[0]
        _draw_line(left)
        (self._curve,) = left.plot(x, np.ones_like(x), color=figures.PENALTY)
        self._name = left.text(0.5, 0.97, "", transform=left.transAxes, ha="center", va="top")
        grid = np.geomspace(lambdas[0], lambdas[-1], 60)
        right.loglog(grid, [estimate(lambda_) for lambda_ in grid], color=figures.QUIET)
        right.axhline(1, color=figures.THEORY, linestyle=":")
        right.text(grid[0], 1, "W", ha="left", va="bottom")
        (self._mark,) = right.plot([], [], "o", color=figures.PENALTY, markersize=9)
        self._gap = right.text(0.95, 0.97, "", transform=right.transAxes, ha="right", va="top")
        right.set(xlabel="λ (unit of x)", ylabel="estimate (unit of x)")
        right.set_yticks([1, 2, 5], ["1", "2", "5"])
        right.yaxis.set_minor_formatter(NullFormatter())
        self.moving: list[Artist] = [self._curve, self._name, self._mark, self._gap]

    def set(self, lambda_: float) -> Figure:
        """Draw the best critic for another lambda."""
        estimate = self._estimate(lambda_)
        self._curve.set_ydata(self._slope(lambda_))
        self._name.set_text(f"λ = {lambda_:g}")
        self._mark.set_data([lambda_], [estimate])
        self._gap.set_text(f"estimate {estimate:.3f}")
        return self.figure


def _draw_line(ax: Axes) -> None:
    """The two distributions, faintly, and slope 1."""
    x = np.linspace(-4, 5, 181)
    for mean, colour, name, side in ((0, figures.REAL, "real", -1.1), (1, figures.FAKE, "fake", 1.1)):
        height = 0.5 * 6 ** np.exp(-((x - mean) ** 2) / 2)
        ax.fill_between(x, 0.5, height, color=colour, alpha=0.18, linewidth=0)
        ax.text(mean + side, 0.62, name, color=colour, ha="center", fontsize=9)
    ax.axhline(1, color=figures.THEORY, linestyle=":", linewidth=1.2)
    ax.set(yscale="log", ylim=(0.5, 60), xlim=(-4, 5), xlabel="x", ylabel="slope (score / x)")
    ax.set_yticks([1, 10, 50], ["1", "10", "50"])
    ax.yaxis.set_minor_formatter(NullFormatter())


def line_strip(
    x: np.ndarray,
    slope: Callable[[float], np.ndarray],
    estimate: Callable[[float], float],
    lambdas: Sequence[float],
    trained: Arrays,
) -> Figure:
    """The best critic for a few lambdas side by side; dashed, one that was trained.

    Args:
        x, slope, estimate: as in Line.
        lambdas: one panel each.
        trained: the arrays of the stored result 05_line.
    """
    figure, panels = figures.axes(columns=len(lambdas), height=2.9, sharey=True)
    for ax, lambda_ in zip(panels[0], lambdas, strict=True):
        _draw_line(ax)
        ax.plot(x, slope(lambda_), color=figures.PENALTY)
        title = f"λ = {lambda_:g}\nestimate {estimate(lambda_):.3f}\n"
        for case in np.flatnonzero((trained["mu"] == 1) & np.isclose(trained["lambda_"], lambda_)):
            ax.plot(trained["x"], trained["slope"][case], color=figures.CRITIC, linestyle="--", linewidth=1.6)
            title += f"trained {trained['gap'][case].mean():.3f}"
        ax.set_title(title, fontsize=9)
        ax.set(ylabel="", xticks=(-3, 0, 3))
    panels[0, 0].set_ylabel("slope (score / x)")
    return figure


def against_exact(
    x: Tensor, slopes: dict[float, Tensor], exact: Callable[[np.ndarray, float, float], np.ndarray]
) -> Figure:
    """The slopes of trained critics between N(0, 1) and N(1, 1), and the exact ones, dotted.

    Args:
        x: places on the line, shape (n, 1).
        slopes: lambda, and the slopes there, shape (n, 1); two of them.
        exact: the slopes for places (n,), a distance of the means and a lambda.
    """
    figure, ax = figures.axes(height=2.5)
    for (lambda_, of_one), colour in zip(slopes.items(), (figures.CRITIC, figures.PENALTY), strict=True):
        ax.plot(x, of_one, color=colour, label=f"your critic, λ = {lambda_:g}")
        ax.plot(x, exact(x.flatten().numpy(), 1, lambda_), color=colour, linestyle=":", label="exact")
    ax.set(xlabel="x", ylabel="slope (score / x)", ylim=(0, 2.5))
    figures.legend(ax)
    return figure


# Planes ----------------------------------------------------------------------


def surfaces(
    names: Sequence[str], grid: np.ndarray, rows: dict[str, np.ndarray], points: np.ndarray, n_points: int = 200
) -> Figure:
    """Scores over the plane: one row for each critic, one column for each distribution.

    Args:
        names: of the distributions.
        grid: places along each axis, shape (k,).
        rows: name of the critic, and its scores, shape (distributions, k, k), y along the rows.
        points: real points, shape (distributions, n, 2).
        n_points: how many of them are drawn.
    """
    figure, panels = figures.axes(rows=len(rows), columns=len(names), height=2.1)
    for row, (critic, scores) in zip(panels, rows.items(), strict=True):
        for ax, of_one, real in zip(row, scores, points, strict=True):
            figures.draw_scores(ax, grid, of_one.astype(float), real[:n_points])
        row[0].set_ylabel(critic)
    for ax, name in zip(panels[0], names, strict=True):
        ax.set_title(name)
    (shades,) = (each for each in panels[0, 0].collections if isinstance(each, QuadContourSet))
    bar = figure.colorbar(shades, ax=panels, spacing="uniform", shrink=0.5, aspect=25, pad=0.02)
    bar.set_label("score (in each panel,\na tenth of the plane in each shade)")
    bar.set_ticks(list(np.asarray(shades.levels)[[0, 5, 10]]), labels=["lowest", "median", "highest"])
    return figure


# On garments -----------------------------------------------------------------


def meters(seen: dict[str, Sequence[Mapping[str, Sequence[float]]]]) -> Figure:
    """What a Lipschitz meter saw: one panel for each training, all with the same axes.

    Args:
        seen: title, and the histories of one meter for each seed: step, low, slope and high.
    """
    figure, panels = figures.axes(columns=len(seen), height=2.6, sharey=True)
    for ax, (name, histories) in zip(panels[0], seen.items(), strict=True):
        colour = figures.PENALTY if "penalty" in name else CLIP if "clip" in name else figures.CRITIC
        for history in histories:
            figures.fill_between(ax, history["step"], history["low"], history["high"], colour)
            ax.plot(history["step"], history["slope"], color=colour, linewidth=1.5)
        ax.axhline(1, color=figures.THEORY, linestyle=":", linewidth=1.2)
        ax.set_title(name.replace(", ", "\n"), fontsize=10)
        ax.set(yscale="log", xlim=(0, None))
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_formatter(NullFormatter())
    panels[0, 0].set_ylabel("slope (score / unit of image)")
    figure.supxlabel("generator steps", fontsize=10)
    return figure


# Reading a training ----------------------------------------------------------


def averages(images: np.ndarray, steps: Sequence[int]) -> Figure:
    """The same noise through the last weights of a generator and through their average, at some moments.

    Args:
        images: bytes of shape (moments, 2, k, 28, 28): the average first.
        steps: of the generator, one for each moment.
    """
    rows = {}
    for step, (average, last) in zip(steps, images, strict=True):
        rows[f"step {step:,}, last weights"] = figures.from_bytes(last)[:, None]
        rows[f"step {step:,}, average"] = figures.from_bytes(average)[:, None]
    return figures.image_rows(rows)


def losses(result: Arrays, every: int) -> Figure:
    """The estimate, the generator's loss and the Frechet distance of some seeds, and of a training that fails.

    Args:
        result: the arrays of the stored result 05_losses.
        every: generator steps from one Frechet distance to the next.
    """
    figure, panels = figures.axes(columns=3, height=2.8)
    looks = [{"color": figures.PENALTY, "linewidth": 1.3}] * len(result["wasserstein"])
    looks += [{"color": figures.THEORY, "linewidth": 1.3, "linestyle": "--"}]
    for ax, column in zip(panels[0], ("wasserstein", "generator_loss", "distances"), strict=True):
        for curve, look in zip([*result[column], result[f"sigmoid_{column}"]], looks, strict=True):
            if column == "distances":
                ax.plot(every * np.arange(1, len(curve) + 1), curve[:, 0], **look)
            else:
                ax.plot(np.arange(1, len(curve) + 1), figures.running_median(curve, 25), **look)
        ax.set(xlabel="generator steps", xlim=(0, None))
    estimate, of_generator, frechet = panels[0]
    estimate.set(yscale="log", ylabel="estimate (score)")
    estimate.set_yticks([2, 5, 10, 20, 50], ["2", "5", "10", "20", "50"])
    of_generator.set(ylabel="generator's loss (score)")
    frechet.set(yscale="log", ylabel="Fréchet distance (features²)")
    frechet.set_yticks([100, 200, 500, 1000], ["100", "200", "500", "1000"])
    for ax in (estimate, frechet):
        ax.yaxis.set_minor_formatter(NullFormatter())
    of_generator.plot([], [], **looks[0], label="WGAN-GP, three seeds")
    of_generator.plot([], [], **looks[-1], label="with a sigmoid")
    figure.legend(*of_generator.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def distances_over_time(settings: Settings, result: Arrays) -> Figure:
    """How far the images of three pairs of networks are from real ones, over the time of training.

    Args:
        settings, result: of the stored result 05_convolutional.
    """
    figure, ax = figures.axes(height=2.6)
    marks = np.array(settings["marks"])
    for title, values, line in zip(settings["pairs"], result["distances"], ("o-", "s--", "^:"), strict=True):
        known = np.isfinite(values).all(axis=0)
        low, high = values[:, known].min(axis=0), values[:, known].max(axis=0)
        figures.fill_between(ax, marks[known], low, high, figures.FAKE)
        ax.plot(marks[known], values[:, known].mean(axis=0), line, color=figures.FAKE, label=title)
    ax.set(xscale="log", xlabel="training (s)", ylabel="Fréchet distance (features²)", ylim=(0, None))
    ax.set_xticks(marks, [f"{mark:g}" for mark in marks])
    ax.minorticks_off()
    figures.legend(ax)
    return figure
