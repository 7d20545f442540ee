"""Drawings and given demonstrations of lesson and sheet 03. Real is blue, fake is orange, the critic green."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from math import atanh, erf, sqrt

import numpy as np
import torch
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from torch import Tensor, nn
from torch.nn import functional as F

from . import figures
from ..data import toys
from ..course import CourseError

# 1. Noise through a function --------------------------------------------------


def bridge_share(s: float, edge: float = 0.9) -> float:
    """How much of tanh(s z), z standard normal in the plane, lies outside the four corners.

    A point is in a corner when both coordinates are beyond `edge` in size.
    """
    inside = erf(atanh(edge) / s / sqrt(2))  # one coordinate short of the edge
    return 1 - (1 - inside) ** 2


class Warp:
    """Noise and the square grid under it on the left, what a function makes of both on the right.

    Args:
        function: (s, z) to points in [-1, 1]^2, for z of shape (n, 2).
        z: the noise.
    """

    def __init__(self, function: Callable[[float, Tensor], Tensor], z: Tensor) -> None:
        self._function, self._z, self._grid = function, z, _grid()
        self.figure, panels = figures.axes(columns=2, height=3.2)
        left, self._right = panels[0]
        _draw_warp(left, z, self._grid, 3.2, "noise z")
        for ax in panels[0]:
            ax.set(xlabel="first coordinate", ylabel="second coordinate")
        self.moving = [*_draw_warp(self._right, z, self._grid, 1.1, "G(z), s = 0.00"), self._right.title]

    def set(self, s: float) -> Figure:
        """Bend with this s."""
        points, lines, title = self.moving
        points.set_offsets(self._function(s, self._z))
        lines.set_segments(list(self._function(s, self._grid.flatten(0, 1)).view_as(self._grid).numpy()))
        title.set_text(f"G(z), s = {s:g}")
        return self.figure


def warp_strip(function: Callable[[float, Tensor], Tensor], z: Tensor, settings: Sequence[float]) -> Figure:
    """What the function makes of the same noise for a few s."""
    fig, panels = figures.axes(columns=len(settings), height=2.2)
    for ax, s in zip(panels[0], settings, strict=True):
        grid = _grid()
        bent = function(s, grid.flatten(0, 1)).view_as(grid)
        _draw_warp(ax, function(s, z), bent, 1.1, f"s = {s:g}\n{bridge_share(s):.0%} in between")
        ax.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    return fig


def _grid() -> Tensor:
    """Upright and level lines through the plane: shape (lines, points of a line, 2)."""
    along, ticks = torch.linspace(-3, 3, 61), torch.linspace(-3, 3, 13)
    upright = torch.stack(torch.broadcast_tensors(ticks[:, None], along[None]), dim=2)
    return torch.cat([upright, upright.flip(2)])


def _draw_warp(ax: Axes, points: Tensor, grid: Tensor, reach: float, title: str) -> tuple[Artist, Artist]:
    lines = LineCollection(list(grid.numpy()), colors=figures.QUIET, linewidths=0.5, alpha=0.6)
    ax.add_collection(lines)
    dots = ax.scatter(*points.numpy().T, s=6, color=figures.FAKE, alpha=0.5, linewidths=0)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.set_title(title, fontsize=10)
    ax.grid(False)
    return dots, lines


# 2. Layers that make images larger --------------------------------------------

LAYERS = ("kernel 3, stride 2", "kernel 5, stride 2", "kernel 4, stride 2", "upsample, kernel 3")


class _Upsample(nn.Module):
    """Repeat each pixel, two by two, then convolve."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.mix(F.interpolate(x, scale_factor=2.0))


def growing(kind: str, inputs: int = 1, outputs: int = 1) -> nn.Module:
    """A layer without bias that doubles the sides of an image; kind is one of LAYERS."""
    if kind == LAYERS[3]:
        return _Upsample(inputs, outputs)
    size = int(kind.split()[1].rstrip(","))
    return nn.ConvTranspose2d(inputs, outputs, size, 2, padding=(size - 1) // 2, output_padding=size % 2, bias=False)


@torch.no_grad()
def overlaps(kind: str) -> Tensor:
    """How many terms each output pixel is a sum of, away from the border: shape (8, 8)."""
    layer = growing(kind)
    for weight in layer.parameters():
        weight.fill_(1)
    return layer(torch.ones(1, 1, 12, 12))[0, 0, 8:16, 8:16]


@torch.no_grad()
def of_constant(kind: str, channels: int = 16) -> Tensor:
    """What an untrained layer makes of a constant input, away from the border: shape (8, 8)."""
    return growing(kind, channels)(torch.ones(1, channels, 12, 12))[0, 0, 8:16, 8:16]


def unevenness(kind: str, draws: int = 200) -> float:
    """Variance over a constant input's output, as a share of its mean square, over many random weights."""
    made = torch.stack([of_constant(kind) for _ in range(draws)])
    return (made.var(dim=(1, 2), unbiased=False).mean() / made.square().mean()).item()


def draw_layers(kinds: Sequence[str] = LAYERS) -> Figure:
    """For each layer: of how many terms a pixel is the sum, and what random weights make of a constant."""
    fig, panels = figures.axes(2, len(kinds), height=2.05)
    made = [of_constant(kind) for kind in kinds]
    size = max(output.abs().max() for output in made)
    for top, bottom, kind, output in zip(*panels, kinds, made, strict=True):
        counts = overlaps(kind)
        top.imshow(counts, cmap="Greys_r", vmin=0, vmax=10)
        top.set_title(f"{kind}\nvariance {counts.var(unbiased=False):.4g}", fontsize=10)
        for row, column in np.ndindex(2, 2):
            count = counts[row, column].item()
            colour = "white" if count < 5 else "black"
            top.text(column, row, f"{count:.0f}", ha="center", va="center", fontsize=9, color=colour)
        bottom.imshow(output, cmap="PuOr", vmin=-size, vmax=size)
        for ax in (top, bottom):
            ax.grid(False)
            ax.set(xticks=[], yticks=[])
    panels[0, 0].set_ylabel("terms in each pixel")
    panels[1, 0].set_ylabel("random weights")
    return fig


def untrained(kind: str, z: Tensor) -> tuple[Tensor, int]:
    """Images that random weights make of noise, scaled to [-1, 1], and how many weights there are.

    Args:
        kind: "fully connected", or one of LAYERS.
        z: shape (n, latent_dim).
    """
    if kind == "fully connected":
        net = nn.Sequential(nn.Linear(z.shape[1], 256), nn.ReLU(), nn.Linear(256, 784), nn.Unflatten(1, (1, 28, 28)))
    else:
        start = nn.Sequential(nn.Linear(z.shape[1], 16 * 7 * 7), nn.ReLU(), nn.Unflatten(1, (16, 7, 7)))
        net = nn.Sequential(start, growing(kind, 16, 8), nn.ReLU(), growing(kind, 8, 1))
    with torch.no_grad():
        images = net(z)
    size = images.flatten(1).abs().max(dim=1).values
    return images / size[:, None, None, None], sum(parameter.numel() for parameter in net.parameters())


def neighbour_correlation(images: Tensor) -> float:
    """Correlation of a pixel with its right-hand neighbour, over all images."""
    centred = images - images.mean(dim=(1, 2, 3), keepdim=True)
    left, right = centred[..., :-1], centred[..., 1:]
    return ((left * right).mean() / (left.square().mean() * right.square().mean()).sqrt()).item()


def draw_ranges(real: Tensor, fake: Tensor, real_darkest: Tensor, fake_darkest: Tensor) -> Figure:
    """Pixel values of real and fake images on the left, the darkest pixel of each image on the right."""
    fig, panels = figures.axes(columns=2, height=2.6)
    bins = np.linspace(-1.05, 1.05, 43)
    pairs = ((real.flatten(), fake.flatten()), (real_darkest, fake_darkest))
    for ax, pair in zip(panels[0], pairs, strict=True):
        for values, colour, label in zip(pair, (figures.REAL, figures.FAKE), ("real", "fake"), strict=True):
            weights = np.full(len(values), 1 / len(values))
            ax.hist(values.numpy(), bins=bins, weights=weights, color=colour, alpha=0.75, label=label)
    panels[0, 0].set(xlabel="value of a pixel", ylabel="share of the pixels")
    panels[0, 1].set(xlabel="darkest pixel of an image", ylabel="share of the images")
    figures.legend(panels[0, 1])
    return fig


# 3. Who gets a gradient -------------------------------------------------------


@dataclass(frozen=True)
class Flow:
    """What two tiny networks hold after backward passes, as it was measured.

    Attributes:
        title: whose step, and what was done differently.
        step_of: whose optimiser would step now, "critic" or "generator".
        critic, generator: everything in the .grad of that network, as one
            vector; None if nothing has arrived.
        cut: whether the fakes of the last pass were detached.
    """

    title: str
    step_of: str
    critic: Tensor | None
    generator: Tensor | None
    cut: bool


def _gradients(network: nn.Module) -> Tensor | None:
    parts = [parameter.grad.flatten() for parameter in network.parameters() if parameter.grad is not None]
    return torch.cat(parts) if parts else None


def measure_flow(title: str, *passes: str, seed: int = 0) -> Flow:
    """Go backward in two fresh networks and read every .grad; nothing is stepped.

    Args:
        title: of the picture.
        passes: one or more of "critic, detached", "critic, attached" and
            "generator", in turn, with nothing cleared in between.
        seed: of the weights, the noise and the real samples: the same in each call.
    """
    rng = torch.Generator().manual_seed(seed)
    generator = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
    critic = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    with torch.no_grad():
        for parameter in (*generator.parameters(), *critic.parameters()):
            parameter.copy_(torch.randn(parameter.shape, generator=rng) / 2)
    noise = torch.randn(64, 2, generator=rng)
    data = torch.randn(64, 2, generator=rng) + 2
    for which in passes:
        points = generator(noise)
        if which == "critic, detached":
            points = points.detach()
        height = critic(points).mean()
        (-height if which == "generator" else height - critic(data).mean()).backward()
    step_of, _, fakes = passes[-1].partition(", ")
    return Flow(title, step_of, _gradients(critic), _gradients(generator), fakes == "detached")


def draw_flows(flows: Sequence[Flow], columns: int = 2) -> Figure:
    """One diagram for each backward pass: where the gradient went, and how long it is there."""
    fig, panels = figures.axes(-(-len(flows) // columns), columns, height=2.3)
    for ax, flow in zip(panels.flat, flows, strict=False):
        _draw_flow(ax, flow)
    return fig


def _draw_flow(ax: Axes, flow: Flow) -> None:
    ax.set(xlim=(-0.1, 10), ylim=(0, 5.2))
    ax.axis("off")
    ax.set_title(flow.title, fontsize=10.5)
    _box(ax, 0.6, 1.9, "z", figures.QUIET)
    _box(ax, 3.0, 1.9, "G", figures.FAKE, filled=flow.step_of == "generator")
    _box(ax, 6.4, 1.9, "f", figures.CRITIC, filled=flow.step_of == "critic")
    _box(ax, 9.3, 1.9, "loss", figures.QUIET)
    for start, end in ((1.25, 2.35), (3.65, 5.75), (7.05, 8.65)):
        _arrow(ax, (start, 2.15), (end, 2.15), figures.QUIET)
    ax.text(4.7, 2.35, "fakes", ha="center", va="bottom", fontsize=9, color=figures.FAKE)
    if flow.step_of == "critic":
        _box(ax, 3.0, 4.2, "real", figures.REAL)
        _arrow(ax, (3.65, 4.05), (5.85, 2.6), figures.QUIET)
    _arrow(ax, (8.65, 1.65), (7.05, 1.65), figures.PENALTY)
    if flow.cut:
        ax.plot([4.7, 4.7], [1.3, 2.3], color=figures.THEORY, linewidth=3)
        ax.text(4.7, 1.15, "detached", ha="center", va="top", fontsize=9)
    else:
        _arrow(ax, (5.75, 1.65), (3.65, 1.65), figures.PENALTY)
    for x, gradient in ((3.0, flow.generator), (6.4, flow.critic)):
        text = "no .grad" if gradient is None else f".grad {gradient.norm():.2f}"
        if gradient is not None and gradient is flow.generator and flow.cut:
            text = f"still {text}"
        weight = "normal" if gradient is None else "bold"
        ax.text(x, 0.7, text, ha="center", va="top", fontsize=10, fontweight=weight)


def _box(ax: Axes, x: float, y: float, text: str, colour: str, filled: bool = False) -> None:
    shape = {"boxstyle": "round,pad=0.02,rounding_size=0.15", "linewidth": 2, "edgecolor": colour}
    ax.add_patch(FancyBboxPatch((x - 0.6, y - 0.55), 1.2, 1.1, facecolor=colour if filled else "white", **shape))
    ax.text(x, y, text, ha="center", va="center", fontsize=10, color="white" if filled else "black")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, color=colour, linewidth=1.8))


def cosine(a: Tensor, b: Tensor) -> float:
    """Cosine of the angle between two vectors: 1 is the same direction, -1 the opposite one."""
    return F.cosine_similarity(a, b, dim=0).item()


# 4. Eight Gaussians -----------------------------------------------------------

NEAR, ENOUGH = 0.2, 0.01  # how near to a centre, in units of its neighbour's distance; which share of all samples


def coverage(points: Tensor, law: toys.Law) -> tuple[int, float]:
    """How many of a law's modes are reached, and which share of the samples is good.

    A sample is good if it is nearer to a mode than a fifth of the way to the
    next mode. A mode is reached if a hundredth of all samples are good there.
    """
    apart = torch.pdist(law.modes).min()
    distance, nearest = torch.cdist(points, law.modes).min(dim=1)
    good = distance < NEAR * apart
    counts = torch.bincount(nearest[good], minlength=len(law.modes))
    return int((counts >= ENOUGH * len(points)).sum()), good.float().mean().item()


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def draw_ring(ax: Axes, points: Tensor, law: toys.Law, title: str = "") -> None:
    """Draw samples over rings that mark the modes."""
    centres = law.modes.numpy()
    ax.scatter(*centres.T, s=90, facecolors="none", edgecolors=figures.REAL, linewidths=1.2)
    figures.draw_points(ax, points, figures.FAKE, "fake")
    reach = 1.45 * law.modes.abs().max().item()
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[])
    ax.set_title(title, fontsize=9)
    ax.grid(False)


def draw_moments(stored: dict[str, np.ndarray], n_critic: Sequence[int], moments: Sequence[int], which: int) -> Figure:
    """The first run of each loss at every moment, with its modes and good samples.

    Args:
        stored: the arrays of 03_gan_beside_wgan.
        n_critic, moments: its settings of those names.
        which: the number of critic steps to draw.
    """
    j = list(n_critic).index(which)
    fig, panels = figures.axes(2, len(moments), height=2.15)
    for row, (name, ax_row) in enumerate(zip(("GAN", "WGAN"), panels, strict=True)):
        for k, (moment, ax) in enumerate(zip(moments, ax_row, strict=True)):
            modes, good = stored["modes"][row, j, k, 0], stored["good"][row, j, k, 0]
            points = torch.from_numpy(stored["first"][row, j, k].astype(np.float32))
            draw_ring(ax, points, toys.EIGHT_GAUSSIANS, f"step {moment}\n{_count(modes, 'mode')}, {good:.0%} good")
        ax_row[0].set_ylabel(name, fontsize=11)
    return fig


def draw_counts(modes: np.ndarray, n_critic: Sequence[int]) -> Figure:
    """One dot for each run: how many modes it reaches at the end.

    Args:
        modes: shape (losses, numbers of critic steps, moments, runs), GAN before WGAN.
        n_critic: the numbers of critic steps.
    """
    fig, panels = figures.axes(1, 2, height=2.4, sharey=True)
    for ax, name, of_loss in zip(panels[0], ("GAN", "WGAN"), modes[:, :, -1], strict=True):
        for place, runs in enumerate(of_loss):
            for value, times in zip(*np.unique(runs, return_counts=True), strict=True):
                beside = 0.085 * (np.arange(times) - (times - 1) / 2)
                ax.plot(place + beside, np.full(times, value), "o", color=figures.FAKE, markersize=5)
        ax.axhline(8, color=figures.REAL, linewidth=1, linestyle=":")
        ax.set(title=name, xlabel="critic steps for each generator step", ylim=(-0.4, 8.6), yticks=range(0, 9, 2))
        ax.set_xlim(-0.6, len(n_critic) - 0.4)
        ax.set_xticks(range(len(n_critic)), [str(number) for number in n_critic])
        ax.grid(axis="x", visible=False)
    panels[0, 0].set_ylabel("modes reached, of 8")
    return fig


def half_ring() -> toys.Law:
    """The eight Gaussians at half their size, within the reach of tanh: centres .71 from the origin."""
    ring = toys.EIGHT_GAUSSIANS
    return replace(
        ring,
        name="8 Gaussians, half size",
        draw=lambda n, rng, device: ring.draw(n, rng, device) / 2,
        modes=ring.modes / 2,
    )


def slope_bound(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """A soft bound on a critic's slope, to be passed to critic_step as its penalty.

        mean max(|f(x) - f(y)| / |x - y| - 1, 0)^2

    over pairs (x, y) drawn at random from the real and the fake samples. Sheets
    04 and 05 have better ones.
    """
    points = torch.cat([real, fake.detach()])
    others = points[torch.randperm(len(points), device=points.device)]
    distance = (points - others).flatten(1).norm(dim=1)
    climb = (critic(points).flatten() - critic(others).flatten()).abs()
    return (climb / distance.clamp_min(1e-3) - 1).clamp_min(0).square().mean()


@contextmanager
def gan_losses() -> Iterator[None]:
    """Inside, critic_loss and generator_loss are those of a plain GAN, so that your steps train one.

    Scores are taken for the log odds of "real"; the generator's loss is the
    non-saturating one.

    Raises:
        CourseError: inside, nothing called one of the two losses.

    Source: Goodfellow et al., "Generative Adversarial Nets" (2014), section 3.
    """
    from ... import losses

    called = set()

    def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        called.add("critic_loss")
        return F.softplus(-real_scores).mean() + F.softplus(fake_scores).mean()

    def generator_loss(fake_scores: Tensor) -> Tensor:
        called.add("generator_loss")
        return F.softplus(-fake_scores).mean()

    yours = losses.critic_loss, losses.generator_loss
    losses.critic_loss, losses.generator_loss = critic_loss, generator_loss
    try:
        yield
        for name in {"critic_loss", "generator_loss"} - called:
            raise CourseError(f"Your steps do not call losses.{name}, so it cannot be exchanged: call it in its step.")
    finally:
        losses.critic_loss, losses.generator_loss = yours


def without_norm(generator: nn.Module) -> nn.Module:
    """Take the batch normalisation out of a network, in place, and give it back."""
    for name, child in generator.named_children():
        if isinstance(child, nn.modules.batchnorm._BatchNorm):
            setattr(generator, name, nn.Identity())
        else:
            without_norm(child)
    return generator


def play(
    loss: str, n_critic: int, critic: nn.Module, generator: nn.Module, law: toys.Law, steps: int
) -> tuple[Tensor, str]:
    """Train two networks on a law with your own steps, as a plain GAN or as a WGAN.

    Args:
        loss: "GAN", with the losses of a plain GAN and no bound, or "WGAN", with
            your losses and the soft bound on slopes.
        n_critic: critic steps for each generator step.
        critic, generator: your networks; trained in place.
        law: what to imitate.
        steps: of the generator.

    Returns:
        1,000 samples, and how they did, for a title.
    """
    from ..loop.algorithm import train

    with gan_losses() if loss == "GAN" else nullcontext():
        run = train(
            critic, generator, law, penalty=slope_bound, lambda_=float(loss == "WGAN"), n_critic=n_critic,
            batch_size=128, rate=1e-3, average=None, steps=steps, live=False,
        )  # fmt: skip
    points = run.sample(1000, seed=1)
    modes, good = coverage(points, law)
    return points, f"{loss}, {_count(n_critic, 'critic step')}\n{_count(modes, 'mode')}, {good:.0%} good"


def draw_pull(ax: Axes, critic: Callable[[Tensor], Tensor], points: Tensor, pulls: Tensor) -> None:
    """Level lines of a critic, fakes on them, and an arrow for where each is pulled."""
    side = torch.linspace(-2.2, 2.2, 60)
    grid = torch.cartesian_prod(side, side)
    heights = critic(grid).view(60, 60).T
    ax.contour(side, side, heights, levels=12, colors=figures.CRITIC, linewidths=0.8, linestyles="solid")
    x, y = points.detach().T
    ax.quiver(x, y, *pulls.T, color=figures.PENALTY, angles="xy", scale_units="xy", scale=2.0, width=0.006)
    ax.plot(x, y, "o", color=figures.FAKE, markersize=4)
    ax.set(aspect="equal", xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), xlabel="first coordinate", ylabel="second")
    ax.grid(False)
