"""Drawings of lesson and sheet 04, and the small critics that the lesson trains by the dozen."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor, nn

from . import figures, widgets

# Small critics side by side ----------------------------------------------------


class Stack(nn.Module):
    """Fully connected ReLU networks of one shape, side by side: trained at once, they share nothing.

    Args:
        n: number of networks.
        sizes: inputs, hidden widths, outputs, such as (2, 32, 32, 1).
        c: the first weights are spread evenly over [-c, c]; None takes torch's own spread.
    """

    def __init__(self, n: int, sizes: Sequence[int], c: float | None = None) -> None:
        super().__init__()
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for n_in, n_out in pairwise(sizes):
            half = c or n_in**-0.5
            self.weights.append(nn.Parameter(half * (2 * torch.rand(n, n_in, n_out) - 1)))
            self.biases.append(nn.Parameter(half * (2 * torch.rand(n, 1, n_out) - 1)))

    def forward(self, x: Tensor) -> Tensor:
        """Shape (n, points, inputs) in, (n, points, outputs) out: each network has points of its own."""
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            x = torch.baddbmm(bias, x, weight)
            x = x.relu() if number < len(self.weights) else x
        return x

    @torch.no_grad()
    def into_window(self, c: float) -> None:
        """Equation (4.1), for all of them."""
        low, high = torch.tensor(-c), torch.tensor(c)
        for parameter in self.parameters():
            parameter.copy_(parameter.minimum(high).maximum(low))

    def flat(self) -> np.ndarray:
        """All weights and biases in one row."""
        return torch.cat([parameter.detach().flatten() for parameter in self.parameters()]).numpy()


def segment_critics(
    thetas: Sequence[float], c: float, sizes: Sequence[int], seeds: int, steps: int, lr: float
) -> tuple[np.ndarray, np.ndarray]:
    """Train clipped critics to tell two parallel segments apart (WGAN, Example 1), by RMSProp.

    Args:
        thetas: distances of the two segments.
        c: the window, where the weights also start.
        sizes: of a critic, 2 inputs and 1 output.
        seeds: critics for each distance.
        steps: of the optimiser, each on 64 points of each segment.
        lr: its learning rate.

    Returns:
        What each critic says at the end, mean f(x) - mean f(G(z)), shape (thetas, seeds), and all weights.
    """
    torch.manual_seed(0)
    stack = Stack(len(thetas) * seeds, sizes, c)
    offsets = torch.tensor(thetas, dtype=torch.float32).repeat_interleave(seeds)[:, None]
    optimizer = torch.optim.RMSprop(stack.parameters(), lr=lr)

    def gaps(real_height: Tensor, fake_height: Tensor) -> Tensor:
        real = torch.stack([torch.zeros_like(real_height), real_height], dim=-1)
        fake = torch.stack([offsets.expand_as(fake_height), fake_height], dim=-1)
        return (stack(real) - stack(fake)).mean(dim=(1, 2))

    for _ in range(steps):
        optimizer.zero_grad()
        (-gaps(torch.rand(len(offsets), 64), torch.rand(len(offsets), 64)).sum()).backward()
        optimizer.step()
        stack.into_window(c)
    with torch.no_grad():
        heights = ((torch.arange(200) + 0.5) / 200).expand(len(offsets), 200)
        return gaps(heights, heights).view(len(thetas), seeds).numpy(), stack.flat()


# Drawings ----------------------------------------------------------------------


def curves(settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Figure:
    """Three trainings: what the critic reports at each step, and how far the samples are from real images.

    Args:
        settings, arrays: of the stored result 04_curves.
    """
    figure, panels = figures.axes(2, 3, height=2.0, sharex=True)
    reported = (*arrays["wasserstein"], arrays["js"])
    for column, (title, values) in enumerate(zip((*settings["names"], "standard GAN"), reported, strict=True)):
        top, bottom = panels[:, column]
        steps = np.arange(1, len(values) + 1)
        colour = figures.CRITIC if column < 2 else figures.QUIET
        top.plot(steps, values, color=colour, alpha=0.25, linewidth=0.7)
        top.plot(steps, figures.running_median(values, 101), color=colour)
        top.set_title(title, fontsize=10)
        top.set_ylim(0, np.quantile(values, 0.995) * 1.1)
        distances = arrays["distance"][column]
        bottom.plot(settings["every"] * np.arange(1, len(distances) + 1), distances, color=figures.FAKE)
        bottom.axhline(arrays["floor"], color=figures.THEORY, linestyle=":")
        bottom.set(ylim=(0, 1.05 * arrays["distance"].max()), xlabel="generator steps")
        bottom.tick_params(labelleft=column == 0)
    panels[0, 2].axhline(np.log(2), color=figures.THEORY, linestyle="--")
    panels[0, 2].set_ylim(0, 0.85)
    panels[0, 2].text(0.97, 0.97, "log 2", transform=panels[0, 2].transAxes, ha="right", va="top", fontsize=9)
    panels[0, 0].set_ylabel("reported\n(score; GAN: nats)")
    panels[1, 0].set_ylabel("sliced distance\n(pixel value)")
    return figure


def image_cards(images: np.ndarray, titles: Sequence[str], columns: int = 4) -> Figure:
    """Small grids of stored images side by side.

    Args:
        images: uint8, shape (grids, n, channels, height, width).
        titles: one for each grid.
    """
    rows = -(-images.shape[1] // columns)
    side = figures.WIDTH / len(images)
    figure, panels = figures.axes(columns=len(images), height=side * rows / columns + 0.45)
    for ax, grid, title in zip(panels[0], images, titles, strict=True):
        figures.draw_images(ax, torch.from_numpy(grid).float() / 127.5 - 1, columns=columns)
        ax.set_title(title, fontsize=9)
    return figure


def segments(thetas: Sequence[float], gaps: np.ndarray, bound: float, shares: np.ndarray) -> Figure:
    """What clipped critics report of two segments, for each unit of distance, and their weights.

    Args:
        thetas: distances of the segments.
        gaps: what the critics say, shape (thetas, seeds).
        bound: K1, which none can pass.
        shares: all weights, divided by c.
    """
    figure, panels = figures.axes(columns=2, height=2.7, width_ratios=(1.5, 1))
    left, right = panels[0]
    ratios = gaps / np.asarray(thetas)[:, None]
    left.plot(thetas, ratios, "o", color=figures.CRITIC, markersize=4)
    left.plot(thetas, np.median(ratios, axis=1), color=figures.CRITIC, linewidth=1)
    left.axhline(bound, color=figures.THEORY, linestyle="--")
    left.text(thetas[0], bound * 1.02, f"bound K1 = {bound:.3f}", va="bottom", fontsize=9)
    left.set(xscale="log", ylim=(0, 1.25 * bound), xlabel="distance θ", ylabel="reported / θ", title="K, measured")
    left.set_xticks([0.05, 0.2, 1, 5], ["0.05", "0.2", "1", "5"])
    left.minorticks_off()
    right.hist(shares, bins=61, range=(-1, 1), color=figures.CRITIC)
    right.set(xlabel="weight / c", ylabel="number of weights", title="their weights")
    return figure


def depth(settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Figure:
    """Gradient norms over the layers of a deep critic, on a logarithmic scale.

    Args:
        settings, arrays: of the stored result 04_depth.
    """
    figure, panels = figures.axes(height=3.0)
    ax = panels
    names = [f"c = {c:g}" for c in settings["windows"]] + ["penalty"]
    colours = ("#00513B", figures.CRITIC, "#7FCBB1", figures.PENALTY)
    layers = np.arange(1, settings["layers"] + 1)
    for name, colour, logs in zip(names, colours, arrays["log10_norms"], strict=True):
        ax.plot(layers, logs.T, color=colour, linewidth=0.8, alpha=0.6)
        ax.plot(layers, logs.mean(axis=0), color=colour, marker="o", markersize=4, label=name)
    ax.set(xlabel="layer (the score is behind layer 12)", ylabel="log10 of the gradient's norm", xticks=layers)
    figures.legend(ax)
    return figure


def surfaces(settings: dict[str, Any], arrays: dict[str, np.ndarray], method: str) -> Figure:
    """Level lines of the critics of one method on three laws, with real points.

    Args:
        settings, arrays: of the stored result 04_surfaces.
        method: "clip" or "penalty".
    """
    figure, panels = figures.axes(columns=3, height=2.75, sharey=True)
    row = settings["methods"].index(method)
    for number, (ax, name) in enumerate(zip(panels[0], settings["laws"], strict=True)):
        scores, points = arrays["surface"][row, number], arrays["points"][number]
        level_lines(ax, arrays["grid"], scores.astype(float), points.astype(float))
        ax.set_title(name, fontsize=10)
    return figure


def level_lines(ax: Axes, grid: np.ndarray, scores: np.ndarray, points: np.ndarray) -> None:
    """Level lines of a critic over the plane, light where scores are high, and real points in blue.

    Args:
        grid: places along each axis, shape (k,).
        scores: shape (k, k), y along the rows.
        points: real points, shape (n, 2).
    """
    levels = np.unique(np.quantile(scores, np.linspace(0, 1, 15)))
    ax.contourf(grid, grid, scores, levels=levels, cmap="Greens_r", alpha=0.75)
    ax.contour(grid, grid, scores, levels=levels, colors=figures.QUIET, linewidths=0.5, linestyles="solid")
    ax.scatter(*points.T, s=3, color=figures.REAL, linewidths=0)
    ax.set_aspect("equal")
    ax.grid(False)
    ax.set(xticks=(-2, 0, 2), yticks=(-2, 0, 2))


def momentum(settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Figure:
    """Exact distance of the samples over the training, one line a seed, one panel an optimiser.

    Args:
        settings, arrays: of the stored result 04_momentum.
    """
    figure, panels = figures.axes(columns=len(settings["optimizers"]), height=2.4, sharey=True)
    for ax, name, distances in zip(panels[0], settings["optimizers"], arrays["distance"], strict=True):
        steps = settings["every"] * np.arange(1, len(distances) + 1)
        ax.plot(steps, distances, color=figures.FAKE, linewidth=1, alpha=0.8)
        ax.set_title(name, fontsize=10)
        ax.set(xlabel="generator steps", ylim=(0, None))
    panels[0, 0].set_ylabel("exact distance")
    return figure


class Window:
    """One training on garments: the samples, the critic's weights, and what it reports, for one window c.

    Args:
        settings, arrays: of the stored result 04_windows.
    """

    def __init__(self, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        self._settings, self._arrays = settings, arrays
        self.figure = Figure(figsize=(figures.WIDTH, 2.5))
        pictures, weights, curve = self.figure.subplots(1, 3, width_ratios=(1.35, 1, 1))
        self.figure.subplots_adjust(left=0.01, right=0.985, top=0.88, bottom=0.21, wspace=0.4)
        self._picture = pictures.imshow(_grid_of(arrays["images"][0]), interpolation="nearest")
        pictures.axis("off")
        self._title = pictures.set_title("", fontsize=10)
        self._bars = weights.stairs(np.zeros(61), np.linspace(-1, 1, 62), fill=True, color=figures.CRITIC)
        weights.set(xlabel="weight / c", ylabel="share of weights (%)", ylim=(0, 40), xticks=(-1, 0, 1))
        self._share = weights.set_title("", fontsize=10)
        for values in arrays["wasserstein"]:
            curve.plot(_smooth(values), color="#D9D9D9", linewidth=1)
        (self._line,) = curve.plot(_smooth(arrays["wasserstein"][0]), color=figures.CRITIC)
        curve.set(yscale="log", xlabel="generator steps", ylabel="W estimate (score)")
        curve.set_ylim(0.3 * _smooth(arrays["wasserstein"][0]).min(), 3 * _smooth(arrays["wasserstein"][-1]).max())
        self._last = curve.set_title("", fontsize=10)
        self.moving = [self._picture, self._title, self._bars, self._share, self._line, self._last]

    def set(self, c: float) -> Figure:
        """Show the training with this window."""
        row = self._settings["windows"].index(c)
        heights, curve = self._arrays["histogram"][row], _smooth(self._arrays["wasserstein"][row])
        self._picture.set_data(_grid_of(self._arrays["images"][row]))
        self._title.set_text(f"c = {c:g}: sliced distance {self._arrays['distance'][row]:.3f}")
        self._bars.set_data(100 * heights / heights.sum())
        self._share.set_text(f"{self._arrays['at_edge'][row]:.0%} at the ends")
        self._line.set_ydata(curve)
        self._last.set_text(f"W = {curve[-1]:.2g} at the end")
        return self.figure


def _smooth(values: np.ndarray) -> np.ndarray:
    """The median of 101 steps, and a hair above zero for the logarithmic scale."""
    return figures.running_median(values, 101).clip(1e-9)


def _grid_of(images: np.ndarray) -> np.ndarray:
    """Stored images as one picture."""
    return figures.image_grid(torch.from_numpy(images).float() / 127.5 - 1, columns=4)
