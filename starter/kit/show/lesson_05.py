"""Drawings of lesson and sheet 05. Real is blue, fake is orange, the critic green, the penalty pink."""

from collections.abc import Sequence

import matplotlib
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from torch import Tensor

from . import figures
from ..measure import theory

CLIP = figures.QUIET  # clipping, where it stands beside the penalty
_GREENS = matplotlib.colormaps["Greens"](np.linspace(0, 0.62, 10))


# Slope 1, and where ----------------------------------------------------------


def couplings(real: np.ndarray, fake: np.ndarray, partner: np.ndarray, best: np.ndarray, any_: np.ndarray) -> Figure:
    """Real and fake points with their optimal pairs, and how steep the best critic is along pairs.

    Args:
        real, fake: points, shape (n, 2).
        partner: for each real point, the number of its fake in the optimal plan.
        best, any_: slopes along optimal pairs, and along all pairs.
    """
    figure, panels = figures.axes(columns=2, height=2.9, width_ratios=(1, 1.25))
    left, right = panels[0]
    for a, b in zip(real, fake[partner], strict=True):
        left.plot(*zip(a, b, strict=True), color=figures.THEORY, linewidth=1, zorder=1)
    for points, colour, name, marker in ((real, figures.REAL, "real", "o"), (fake, figures.FAKE, "fake", "s")):
        left.scatter(*points.T, color=colour, s=18, marker=marker, label=name, zorder=2)
    left.set(title="optimal pairs", xticks=(), yticks=())
    left.set_aspect("equal")
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=2)
    bins = np.linspace(-1, 1, 41)
    for slopes, look in (
        (any_, {"color": figures.PENALTY, "label": "all pairs"}),
        (best, {"histtype": "step", "color": figures.THEORY, "linewidth": 2, "label": "optimal pairs"}),
    ):
        right.hist(slopes.clip(-1, 1), bins, weights=np.full(len(slopes), 1 / len(slopes)), **look)
    right.set(xlabel="slope of the best critic from fake to real", ylabel="share of pairs", xlim=(-1.05, 1.1))
    right.set_xticks([-1, -0.5, 0, 0.5, 1])
    right.legend(loc="upper left")
    return figure


# The graph of a penalty ------------------------------------------------------


def graphs(cases: Sequence[tuple[str, dict[str, Tensor]]], leaves: dict[str, Tensor]) -> Figure:
    """What autograd recorded, drawn from the tensors themselves, one panel for each case.

    Args:
        cases: title, and the tensors to start from with their names.
        leaves: the tensors where the walk ends, with their names.
    """
    figure, panels = figures.axes(columns=len(cases), height=4.3)
    for ax, (title, roots) in zip(panels[0], cases, strict=True):
        _draw_graph(ax, roots, leaves)
        ax.set_title(title)
    return figure


def _draw_graph(ax: Axes, roots: dict[str, Tensor], leaves: dict[str, Tensor]) -> None:
    names = {id(tensor): name for name, tensor in leaves.items()}
    starts = [tensor.grad_fn for tensor in roots.values()]
    forward = _reached(starts[:1])
    nodes = _reached([start for start in starts if start is not None])
    places = _places(nodes, forward, list(names))
    for node in nodes:
        for following in _next(node):
            far = node not in forward and places[node][1] - places[following][1] > 2.5
            arrow = {"arrowstyle": "-|>", "color": figures.QUIET, "shrinkA": 11, "shrinkB": 11}
            bend = "arc3,rad=-0.4" if far else "arc3"
            ax.annotate("", places[following], places[node], arrowprops=arrow | {"connectionstyle": bend})
    for node in nodes:
        leaf = getattr(node, "variable", None)
        colour = figures.REAL if leaf is not None else figures.QUIET if node in forward else figures.PENALTY
        _box(ax, places[node], names[id(leaf)] if leaf is not None else _short(node.name()), colour)
    for (name, tensor), start in zip(roots.items(), starts, strict=True):
        x, y = places.get(start, (0.7, 0))
        ax.text(x, y + 0.42, name, ha="center", va="bottom", fontsize=9, fontweight="bold")
        if start is None:
            _box(ax, (x, y), f"{tensor.item():.3f}", figures.FAKE)
            ax.text(x, y - 0.45, "no grad_fn:\nnothing to walk", ha="center", va="top", fontsize=9)
    ax.set(xlim=(-0.12, 1.1), ylim=(-6.5, 0.9))
    ax.axis("off")


def _box(ax: Axes, place: tuple[float, float], text: str, colour: str) -> None:
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colour, "linewidth": 1.8}
    ax.text(*place, text, ha="center", va="center", fontsize=9, bbox=box)


def _short(name: str) -> str:
    """PowBackward0 becomes Pow, TanhBackwardBackward0 becomes TanhBackward."""
    return name.removesuffix("0").removesuffix("Backward")


def _next(node) -> list:
    return [following for following, _ in node.next_functions if following is not None]


def _reached(roots: list) -> list:
    """All nodes on the way from the roots to the leaves, each once."""
    found, waiting = [], list(roots)
    while waiting:
        node = waiting.pop(0)
        if node not in found:
            found.append(node)
            waiting += _next(node)
    return found


def _places(nodes: list, forward: list, leaves: list[int]) -> dict:
    """Each node below all that lead to it: the forward pass on the left, what came later right of it."""
    depth = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for node in nodes:
            for following in _next(node):
                depth[following] = max(depth[following], depth[node] + 1)
    last = max(depth.values())
    places = {}
    for node in nodes:
        if hasattr(node, "variable"):
            column = 1.05 * leaves.index(id(node.variable)) / max(1, len(leaves) - 1) - 0.05
            places[node] = (column, -6.0)
        else:
            places[node] = (0.2 if node in forward else 0.7, -6 * depth[node] / last)
    return places


# On the line -----------------------------------------------------------------


class Line:
    """The best critic between N(0, 1) and N(mu, 1) under the penalty, for one lambda.

    Args:
        mu: distance of the two means.
        lambdas: from the smallest to the largest, for the right panel.
    """

    def __init__(self, mu: float, lambdas: Sequence[float]) -> None:
        self._mu, self._excess = mu, theory.penalised_gap(mu, 1.0) - mu
        self._x = np.linspace(-4, mu + 4, 161)
        self._steep = theory.penalised_slope(self._x, mu, 1.0) - 1
        self.figure, panels = figures.axes(columns=2, height=2.9, width_ratios=(1.4, 1))
        left, right = panels[0]
        _draw_line(left, mu)
        (self._curve,) = left.plot(self._x, np.ones_like(self._x), color=figures.PENALTY)
        self._name = left.text(0.5, 0.97, "", transform=left.transAxes, ha="center", va="top")
        grid = np.geomspace(lambdas[0], lambdas[-1], 60)
        right.loglog(grid, mu + self._excess / grid, color=figures.QUIET)
        right.axhline(mu, color=figures.THEORY, linestyle=":")
        right.text(grid[-1], mu, "W", ha="right", va="bottom")
        (self._mark,) = right.plot([], [], "o", color=figures.PENALTY, markersize=9)
        self._gap = right.text(0.95, 0.97, "", transform=right.transAxes, ha="right", va="top")
        right.set(xlabel="λ (unit of x)", ylabel="estimate (unit of x)")
        right.set_yticks([1, 2, 5], ["1", "2", "5"])
        right.yaxis.set_minor_formatter(NullFormatter())
        self.moving = [self._curve, self._name, self._mark, self._gap]

    def set(self, lambda_: float) -> Figure:
        """Draw the best critic for another lambda."""
        gap = self._mu + self._excess / lambda_
        self._curve.set_ydata(1 + self._steep / lambda_)
        self._name.set_text(f"λ = {lambda_:g}")
        self._mark.set_data([lambda_], [gap])
        self._gap.set_text(f"estimate {gap:.3f}")
        return self.figure


def _draw_line(ax: Axes, mu: float) -> None:
    """The two laws, faintly, and slope 1."""
    x = np.linspace(-4, mu + 4, 161)
    for mean, colour, name in ((0, figures.REAL, "real"), (mu, figures.FAKE, "fake")):
        height = 0.5 * 6 ** np.exp(-((x - mean) ** 2) / 2)
        ax.fill_between(x, 0.5, height, color=colour, alpha=0.18, linewidth=0)
        side = -1.1 if colour == figures.REAL else 1.1
        ax.text(mean + side, 0.62, name, color=colour, ha="center", fontsize=9)
    ax.axhline(1, color=figures.THEORY, linestyle=":", linewidth=1.2)
    ax.set(yscale="log", ylim=(0.5, 60), xlim=(-4, mu + 4), xlabel="x", ylabel="slope (score / x)")
    ax.set_yticks([1, 10, 50], ["1", "10", "50"])
    ax.yaxis.set_minor_formatter(NullFormatter())


def line_strip(
    lambdas: Sequence[float], mu: float, trained_x: np.ndarray, trained: dict[float, tuple[np.ndarray, float]]
) -> Figure:
    """The best critic for a few lambdas side by side; dashed, one that was trained.

    Args:
        lambdas: one panel each.
        mu: distance of the two means.
        trained_x: where the slopes of trained critics are known.
        trained: for some lambdas, these slopes and the estimate of that critic.
    """
    figure, panels = figures.axes(columns=len(lambdas), height=2.9, sharey=True)
    x = np.linspace(-4, mu + 4, 161)
    for ax, lambda_ in zip(panels[0], lambdas, strict=True):
        _draw_line(ax, mu)
        ax.plot(x, theory.penalised_slope(x, mu, lambda_), color=figures.PENALTY)
        title = f"λ = {lambda_:g}\nexact {theory.penalised_gap(mu, lambda_):.3f}"
        if lambda_ in trained:
            slopes, gap = trained[lambda_]
            ax.plot(trained_x, slopes, color=figures.CRITIC, linestyle="--", linewidth=1.6)
        title += f"\ntrained {gap:.3f}" if lambda_ in trained else "\n"
        ax.set_title(title, fontsize=9)
        ax.set(ylabel="", xlabel="x")
    panels[0, 0].set_ylabel("slope (score / x)")
    return figure


def trap(
    steps: np.ndarray, two_sided: np.ndarray, one_sided: np.ndarray, lambdas: np.ndarray, final: np.ndarray
) -> Figure:
    """Mean slope after the flip, a thin line for each seed; and where it ends for other lambdas.

    Args:
        steps: critic steps after the flip, shape (m,).
        two_sided, one_sided: mean slopes, shape (seeds, m).
        lambdas: shape (k,).
        final: mean slope at the end under the two-sided penalty, shape (k, seeds).
    """
    figure, panels = figures.axes(columns=2, height=2.7, width_ratios=(1.3, 1))
    left, right = panels[0]
    for slopes, colour, name, style in (
        (two_sided, figures.PENALTY, "two-sided", "-"),
        (one_sided, figures.CRITIC, "one-sided", "--"),
    ):
        left.plot(steps, slopes.T, color=colour, linewidth=1, alpha=0.6, linestyle=style)
        left.plot([], [], color=colour, label=name, linestyle=style)
    left.set(xlabel="critic steps after the flip", ylabel="mean slope\nfrom fake to real", yticks=(-1, 0, 1))
    left.legend(loc="center right")
    right.semilogx(lambdas, final, "o", color=figures.PENALTY, alpha=0.6, markersize=5)
    above = np.geomspace(0.5, lambdas[-1], 60)
    right.plot(above, 1 / (2 * above) - 1, color=figures.THEORY, linewidth=1.2, label="−(1 − W / 2λ)")
    right.set(xlabel="λ (unit of x)", title="two-sided, at the end", yticks=(-1, 0, 1, 3, 6))
    right.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    right.legend(loc="upper right")
    left.set_title("λ = 10")
    for ax in panels[0]:
        for level in (-1, 1):
            ax.axhline(level, color=figures.THEORY, linestyle=":", linewidth=1.2)
    return figure


# Batch normalisation ---------------------------------------------------------


def coupling_bars(moved: dict[str, Sequence[float]]) -> Figure:
    """How far each score moves when one sample does, one panel for each critic."""
    figure, panels = figures.axes(columns=len(moved), height=2.3, sharey=True)
    for ax, (name, changes) in zip(panels[0], moved.items(), strict=True):
        colours = [figures.FAKE, *[figures.CRITIC] * (len(changes) - 1)]
        ax.bar(range(1, len(changes) + 1), changes, color=colours)
        ax.set(title=name, xlabel="sample", xticks=range(1, len(changes) + 1))
    panels[0, 0].set_ylabel("change of score")
    return figure


# Planes ----------------------------------------------------------------------


def surfaces(names: Sequence[str], points: Sequence[np.ndarray], rows: dict[str, np.ndarray], reach: float) -> Figure:
    """Bands of scores over the plane: one row for each method, one column for each law.

    Args:
        names: of the laws.
        points: real points of each law, shape (n, 2).
        rows: title of a method, and its scores on a square grid, shape (laws, k, k).
        reach: the grid goes from -reach to reach in both directions.
    """
    figure, panels = figures.axes(rows=len(rows), columns=len(names), height=2.3)
    for (method, scores), of_row in zip(rows.items(), panels, strict=True):
        axis = np.linspace(-reach, reach, scores.shape[-1])
        for ax, name, real, values in zip(of_row, names, points, scores, strict=True):
            levels = np.quantile(values, np.linspace(0, 1, 11))  # as much of the plane in each band
            ax.contourf(axis, axis, values, levels=levels, colors=_GREENS, antialiased=False)
            ax.scatter(*real[:200].T, s=5, color=figures.REAL, linewidths=0)
            ax.set(xticks=(), yticks=(), title=name if method == next(iter(rows)) else "")
            ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
            ax.set_aspect("equal")
            ax.grid(False)
        of_row[0].set_ylabel(method)
    return figure


_Series = tuple[str, np.ndarray, np.ndarray]


def modes(laws: Sequence[_Series], curves: Sequence[_Series]) -> Figure:
    """Generated points over the modes, and the share of good ones over the training.

    Args:
        laws: name, modes (k, 2) and generated points (n, 2).
        curves: name, generator steps, share of points at a mode.
    """
    figure, panels = figures.axes(columns=len(laws) + 1, height=2.6)
    for ax, (name, centres, points) in zip(panels[0], laws, strict=False):
        ax.scatter(*centres.T, s=90, facecolors="none", edgecolors=figures.REAL, linewidths=1)
        ax.scatter(*points.T, s=2, color=figures.FAKE, alpha=0.5, linewidths=0)
        ax.set(title=name, xticks=(), yticks=())
        ax.set_aspect("equal")
    last = panels[0, -1]
    for (name, steps, share), style in zip(curves, ("-", "--"), strict=False):
        last.plot(steps, 100 * share, color=figures.PENALTY, linestyle=style, label=name)
    last.set(xlabel="generator steps", ylabel="points at a mode (%)", ylim=(0, 100))
    last.legend(loc="lower right")
    return figure


def sides(lambdas: np.ndarray, exact: np.ndarray, floor: float) -> Figure:
    """Exact distance of the generated points for each lambda and seed, two-sided beside one-sided.

    Args:
        lambdas: shape (m,).
        exact: shape (2, m, seeds).
        floor: distance of two real samples.
    """
    figure, panels = figures.axes(height=2.6)
    ax = panels
    for distances, colour, name, marker, shift in (
        (exact[0], figures.PENALTY, "two-sided", "o", -0.09),
        (exact[1], figures.CRITIC, "one-sided", "s", 0.09),
    ):
        places = np.arange(len(lambdas)) + shift
        ax.plot(places[:, None], distances, marker, color=colour, alpha=0.6, markersize=5)
        ax.hlines(distances.mean(axis=1), places - 0.07, places + 0.07, color=colour, linewidth=2.5)
        ax.plot([], [], marker, color=colour, label=name)
    ax.axhline(floor, color=figures.THEORY, linestyle=":", label="real to real")
    ax.set_xticks(np.arange(len(lambdas)), [f"{value:g}" for value in lambdas])
    ax.set(xlabel="λ", ylabel="exact W to the data", ylim=(0, None))
    ax.grid(False, axis="x")
    figures.legend(ax)
    return figure


# Clipping beside the penalty -------------------------------------------------


def by_method(result: dict[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    """Stored arrays whose names begin with clip_ or penalty_, sorted by method."""
    return {
        method: {key.split("_", 1)[1]: value for key, value in result.items() if key.startswith(f"{method}_")}
        for method in ("clip", "penalty")
    }


def race_table(seen: dict[str, dict[str, np.ndarray]], milliseconds: dict[str, float]) -> str:
    """Clipping beside the penalty in numbers, as a table in Markdown.

    Args:
        seen: of by_method.
        milliseconds: of one critic step, by method.
    """
    rows = {
        "generator steps": "{steps:,}",
        "one of them, with its five critic steps (ms)": "{turn:.0f}",
        "one critic step (ms)": "{step:.1f}",
        "W estimate at the end (score)": "{estimate:.3g}",
        "mean gradient at the image, at the last layer's input": "{first:.2g}, {last:.2g}",
        "weights of 0.029 or more in size": "{large:.0%}",
    }
    columns = [
        {
            "steps": int(one["steps"]),
            "turn": 1000 * one["seconds"][-1] / one["steps"],
            "step": float(milliseconds[method]),
            "estimate": np.mean(one["estimate"][-20:]),
            "first": one["layers"][0],
            "last": one["layers"][-1],
            "large": float(one["at_edge"]),
        }
        for method, one in seen.items()
    ]
    lines = [" | ".join(("", name, *(form.format(**column) for column in columns), "")) for name, form in rows.items()]
    return "\n".join(["| | clipping | penalty |", "|---|---|---|", *(line.strip() for line in lines)])


def side_by_side(results: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Samples, estimate, gradients by layer and weights, one row for each method.

    Args:
        results: title, and images (n, 28, 28) as bytes, seconds, estimate, layers, counts and edges.
    """
    figure, panels = figures.axes(rows=len(results), columns=4, height=2.3, width_ratios=(1.25, 1, 0.8, 1))
    for (title, seen), row in zip(results.items(), panels, strict=True):
        first = title == next(iter(results))
        colour = CLIP if first else figures.PENALTY
        figures.draw_images(row[0], bytes_to_images(seen["images"][:20]), columns=5)
        row[0].set_title(title, fontsize=10)
        row[1].plot(seen["seconds"], figures.running_median(seen["estimate"], 9), color=colour)
        row[1].set(ylim=(0, 1.1 * np.quantile(seen["estimate"], 0.95)))
        row[2].semilogy(range(1, len(seen["layers"]) + 1), seen["layers"], "o-", color=colour)
        row[2].set(xticks=range(1, len(seen["layers"]) + 1))
        row[3].stairs(seen["counts"] / seen["counts"].sum(), seen["edges"], fill=True, color=colour)
        row[3].set(yticks=())
        row[3].xaxis.set_major_formatter("{x:g}")
        if first:
            for ax, name in zip(row[1:], ("W estimate\n(score)", "gradient at\nlayer's input", "weights"), strict=True):
                ax.set_title(name, fontsize=10)
        else:
            for ax, name in zip(row[1:], ("seconds", "layer", "weight"), strict=True):
                ax.set_xlabel(name)
    low = min(seen["layers"].min() for seen in results.values())
    high = max(seen["layers"].max() for seen in results.values())
    for row in panels:
        row[2].set_ylim(low / 2, high * 2)
        row[2].set_yticks([0.3, 1, 3], ["0.3", "1", "3"])
        row[2].yaxis.set_minor_formatter(NullFormatter())
    return figure


def meters(histories: dict[str, dict[str, np.ndarray]]) -> Figure:
    """What the Lipschitz meter saw in several trainings: slopes between, and chords.

    Args:
        histories: title, and the history of a meter.
    """
    figure, panels = figures.axes(columns=2, height=2.6, sharey=True)
    left, right = panels[0]
    looks = ((figures.THEORY, "-."), (CLIP, "--"), (figures.PENALTY, "-"))
    for (name, seen), (colour, style) in zip(histories.items(), looks, strict=True):
        left.fill_between(seen["step"], seen["low"], seen["high"], color=colour, alpha=0.15, linewidth=0)
        left.plot(seen["step"], seen["slope"], color=colour, linestyle=style)
        right.plot(seen["step"], seen["chord"], color=colour, linestyle=style, label=name)
    for ax, title in ((left, "slope between real and fake"), (right, "slope of chords")):
        ax.axhline(1, color=figures.THEORY, linestyle=":", linewidth=1.2)
        ax.set(yscale="log", xlabel="generator steps", title=title)
        ax.yaxis.set_major_formatter("{x:g}")
    left.set_ylabel("score / input")
    figures.legend(right)
    return figure


def pairs(marks: Sequence[float], distances: dict[str, np.ndarray]) -> Figure:
    """How far the images of three pairs of networks are from real ones, over the time of training.

    Args:
        marks: seconds.
        distances: title, and the Frechet distance at each mark.
    """
    figure, panels = figures.axes(height=2.6)
    ax = panels
    for (title, values), line in zip(distances.items(), ("o-", "s--", "^:"), strict=True):
        ax.plot(marks, values, line, color=figures.FAKE, label=title)
    ax.set(xscale="log", xlabel="training (s)", ylabel="Fréchet distance (features²)", ylim=(0, None))
    ax.set_xticks(marks, [f"{mark:g}" for mark in marks])
    ax.minorticks_off()
    figures.legend(ax)
    return figure


def bytes_to_images(pixels: np.ndarray) -> Tensor:
    """Bytes of shape (n, height, width) as images (n, 1, height, width) in [-1, 1]."""
    return torch.from_numpy(pixels.astype(np.float32))[:, None] / 127.5 - 1
