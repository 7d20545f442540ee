"""What lesson 02 needs: laws on a grid, small networks to hold against them, and the drawings.

A law is a row of shares over the points of a grid, so that an average over the
law is a sum and nothing is left to chance. Networks learn from samples.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, leaky_relu, silu
from torch.nn.utils.parametrizations import spectral_norm

from . import figures
from ..data.images import Images


def normal(x: Tensor, mean: float, sd: float = 1.0) -> Tensor:
    """Shares of N(mean, sd^2) over the points x of an even grid; they sum to 1."""
    return torch.softmax(-(((x - mean) / sd) ** 2) / 2, dim=0)


def steepness(values: Tensor, x: Tensor, law: Tensor) -> float:
    """Mean absolute slope of a function on the grid x, over a law on that grid."""
    (slope,) = torch.gradient(values, spacing=(x,))
    return (slope.abs() @ law).item()


# Two laws on the line --------------------------------------------------------


def train_discriminators(x: Tensor, distances: Sequence[float], steps: int, seed: int = 0) -> Tensor:
    """One small discriminator for each distance, all trained at once with cross-entropy.

    Real numbers follow N(0, 1), fakes N(distance, 1), 256 fresh ones of each a
    step. The networks have two hidden layers of 32 units.

    Args:
        x: grid on which to evaluate them, shape (n,).
        distances: k distances of the two means.
        steps: steps of Adam with learning rate 0.005.
        seed: of weights and samples.

    Returns:
        The probability of "real" at each point, shape (k, n).
    """
    rng = torch.Generator().manual_seed(seed)
    k, mu = len(distances), torch.tensor(distances, dtype=torch.float32)[:, None, None]
    weights = [torch.randn(k, i, o, generator=rng) / i**0.5 for i, o in ((1, 32), (32, 32), (32, 1))]
    offsets = [torch.zeros(k, 1, weight.shape[2]) for weight in weights]
    parameters = [parameter.requires_grad_(True) for parameter in (*weights, *offsets)]

    def log_odds(points: Tensor) -> Tensor:
        for layer, (weight, offset) in enumerate(zip(weights, offsets, strict=True)):
            points = (silu(points) if layer else points) @ weight + offset
        return points

    optimizer = torch.optim.Adam(parameters, lr=0.005)
    labels = torch.cat([torch.ones(k, 256, 1), torch.zeros(k, 256, 1)], dim=1)
    for _ in range(steps):
        real, fake = torch.randn(2, k, 256, 1, generator=rng)
        loss = binary_cross_entropy_with_logits(log_odds(torch.cat([real, fake + mu], dim=1)), labels)
        optimizer.zero_grad()
        (k * loss).backward()  # the mean runs over the k networks too
        optimizer.step()
    with torch.no_grad():
        return torch.sigmoid(log_odds(x.float()[:, None].expand(k, -1, 1)))[..., 0].to(x.dtype)


@dataclass(frozen=True)
class Moment:
    """A critic on a grid at one moment of its training.

    Attributes:
        scores: at the points of the grid, shape (n,).
        estimate: its mean over the real law minus its mean over the fake law.
        drift: gradient of the estimate in the constant that all scores share.
    """

    scores: Tensor
    estimate: float
    drift: float


def ascend(
    x: Tensor, p: Tensor, q: Tensor, steps: int, limit: float = 1.0, seed: int | None = None
) -> Iterator[Moment]:
    """Train a critic whose slope cannot exceed a limit, on two laws that are known.

    The critic is made of straight pieces between the points of the grid. Piece
    i has the slope limit * tanh(a_i), whatever a_i is, and the middle of the
    grid has the score b: a and b are trained by gradient ascent.

    Args:
        x: an even grid, shape (n,).
        p, q: shares of the real and of the fake law, shape (n,).
        steps: steps of Adam with learning rate 0.1.
        limit: bound of the slope.
        seed: None starts flat at score 0, a number at random slopes and scores.

    Yields:
        The critic before each step, and once more at the end.
    """
    start = torch.zeros(len(x), dtype=x.dtype)
    if seed is not None:
        start = torch.randn(len(x), generator=torch.Generator().manual_seed(seed), dtype=x.dtype)
    a = (0.3 * start[1:]).requires_grad_(True)
    b = (5 * start[:1]).requires_grad_(True)
    optimizer = torch.optim.Adam([a, b], lr=0.1, maximize=True)
    for _ in range(steps + 1):
        rises = limit * torch.tanh(a) * x.diff()
        scores = torch.cat([torch.zeros_like(b), rises.cumsum(dim=0)])
        scores = scores - scores[len(x) // 2] + b
        estimate = scores @ (p - q)
        optimizer.zero_grad()
        estimate.backward()
        yield Moment(scores.detach(), estimate.item(), b.grad.item())
        optimizer.step()


def trained(moments: Iterator[Moment]) -> Moment:
    """The last of the moments."""
    *_, last = moments
    return last


@dataclass(frozen=True)
class Pair:
    """Two laws on a grid, with what a discriminator and a critic make of them.

    Attributes:
        x: the grid.
        distance: of the two means.
        p, q: shares of the real and of the fake law.
        probability: of "real", by a trained discriminator.
        best: the same by the optimal discriminator.
        scores: of a trained critic, moved so that 0 lies half-way.
    """

    x: Tensor
    distance: float
    p: Tensor
    q: Tensor
    probability: Tensor
    best: Tensor
    scores: Tensor


def meet(x: Tensor, distances: Sequence[float], steps: int, seed: int = 0) -> dict[float, Pair]:
    """Train a discriminator and a critic on N(0, 1) against N(distance, 1), for each distance."""
    pairs = {}
    for distance, probability in zip(distances, train_discriminators(x, distances, steps, seed), strict=True):
        p, q = normal(x, 0), normal(x, distance)
        scores = trained(ascend(x, p, q, steps=150)).scores
        half_way = scores[(x - distance / 2).abs().argmin()]
        best = torch.sigmoid(p.log() - q.log())
        pairs[distance] = Pair(x, distance, p, q, probability, best, scores - half_way)
    return pairs


class PairPanels:
    """Two panels for a pair, probabilities and scores, which can be drawn again for another pair."""

    def __init__(self, top: Axes, bottom: Axes, pair: Pair) -> None:
        self._laws = []
        for ax, low, high, ticks in ((top, 0, 1, (0, 0.5, 1)), (bottom, -9, 9, (-5, 0, 5))):
            ax.set(xticks=(0, 5, 10), yticks=ticks)
            for colour in (figures.REAL, figures.FAKE):
                (shape,) = ax.fill([0], [0], color=colour, alpha=0.18, lw=0)
                self._laws.append((shape, low, 0.9 * (high - low)))
            margin = 0.04 * (high - low)
            ax.set(xlim=(pair.x[0], pair.x[-1]), ylim=(low - margin, high + margin))
        (self._probability,) = top.plot([], color=figures.PENALTY, label="trained discriminator")
        (self._best,) = top.plot([], color=figures.THEORY, linestyle=":", label="optimal D*")
        (self._scores,) = bottom.plot([], color=figures.CRITIC, label="trained critic")
        self.handles = [self._probability, self._best, self._scores]
        self.draw(pair)

    def draw(self, pair: Pair) -> None:
        """Show this pair."""
        for (shape, low, height), law in zip(self._laws, (pair.p, pair.q) * 2, strict=True):
            shape.set_xy(torch.stack([pair.x, low + height * law / law.max()], dim=1).numpy())
        for line, values in zip(self.handles, (pair.probability, pair.best, pair.scores), strict=True):
            line.set_data(pair.x.numpy(), values.numpy())


def draw_pairs(pairs: Sequence[Pair]) -> Figure:
    """A column for each pair: probabilities above, scores below."""
    fig, ax = figures.axes(rows=2, columns=len(pairs), height=1.75, sharex=True, sharey="row")
    for column, pair in enumerate(pairs):
        panels = PairPanels(ax[0, column], ax[1, column], pair)
        ax[0, column].set_title(f"distance {pair.distance:g}")
        ax[1, column].set_xlabel("x")
    ax[0, 0].set_ylabel("probability of real")
    ax[1, 0].set_ylabel("score")
    fig.legend(handles=panels.handles, loc="outside lower center", ncols=3)
    return fig


class PairScene:
    """The picture of one pair for a slider: one figure, whose lines move.

    Args:
        pairs: what to show, by distance.
    """

    def __init__(self, pairs: dict[float, Pair]) -> None:
        self._pairs = pairs
        self._figure, ax = figures.axes(columns=2, height=2.6)
        self._left, self._right = ax[0]
        self._panels = PairPanels(self._left, self._right, next(iter(pairs.values())))
        self._left.set(xlabel="x", ylabel="probability of real", title=" ")
        self._right.set(xlabel="x", ylabel="score")
        self._figure.draw_without_rendering()  # places the panels once and for all
        self._figure.set_layout_engine("none")

    def __call__(self, distance: float) -> Figure:
        """The figure for that distance, with the slopes at the fakes in its titles."""
        pair = self._pairs[distance]
        self._panels.draw(pair)
        slopes = [steepness(values, pair.x, pair.q) for values in (pair.probability, pair.scores)]
        self._left.set_title(f"discriminator: slope at the fakes {slopes[0]:.2g}")
        self._right.set_title(f"critic: slope at the fakes {slopes[1]:.2f}")
        return self._figure


# A generator that stands still -----------------------------------------------


class Untrained(nn.Module):
    """A generator as it is before training: each image a patch of grey noise."""

    def __init__(self, garments: Images) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(64, 128), nn.Linear(128, prod(garments.shape))

    def forward(self, n: int) -> Tensor:
        """Draw n images, flat."""
        return torch.tanh(self.second(torch.relu(self.first(torch.randn(n, 64)))))


class Blends(nn.Module):
    """A generator that mixes the 64 patterns in which garments differ most."""

    def __init__(self, garments: Images) -> None:
        super().__init__()
        images = garments[:].flatten(start_dim=1)
        self.mean = images.mean(dim=0)
        _, sizes, patterns = torch.pca_lowrank(images - self.mean, q=64, niter=2)
        self.patterns = (patterns * sizes / len(images) ** 0.5).T

    def forward(self, n: int) -> Tensor:
        """Draw n images, flat."""
        return (self.mean + torch.randn(n, 64) @ self.patterns).clamp(-1, 1)


class _Judge(nn.Module):
    """One number for each flat image; with bounded=True its slope is at most 1."""

    def __init__(self, n_inputs: int, bounded: bool) -> None:
        super().__init__()
        sizes = ((n_inputs, 128), (128, 128), (128, 1))
        maps = [nn.Linear(*size) for size in sizes]
        self.maps = nn.ModuleList(spectral_norm(linear) if bounded else linear for linear in maps)

    def forward(self, rows: Tensor) -> Tensor:
        for number, linear in enumerate(self.maps):
            rows = linear(leaky_relu(rows, 0.2) if number else rows)
        return rows[:, 0]


def pushes(
    generator: nn.Module, garments: Images, bounded: bool, steps: int, seed: int = 0
) -> tuple[list[int], dict[str, list[float]]]:
    """Train a judge afresh against a generator that stands still, and measure how it pushes the fakes.

    Args:
        generator: draws n flat images when called with n.
        garments: the real images.
        bounded: False trains a discriminator with cross-entropy, True a critic
            whose layers are divided by their largest stretch (spectral
            normalisation), so that its slope is at most 1.
        steps: steps of Adam with learning rate 0.001 and 64 images of each kind.
        seed: of weights and images.

    Returns:
        The steps at which was measured, and for each loss of the generator the
        length of its gradient at a fake, the median of 512 fakes.
    """
    torch.manual_seed(seed)
    with torch.no_grad():
        watched = generator(512)
    judge = _Judge(watched.shape[1], bounded)
    optimizer = torch.optim.Adam(judge.parameters(), lr=0.001)
    moments = [step for step in (0, 3, 6, 10, 20, 30, 60, 100, 200, 300, 400, 600, 800) if step <= steps]
    lengths: dict[str, list[float]] = {}
    for step in range(steps + 1):
        if step in moments:
            for name, loss in _generator_losses(bounded).items():
                images = watched.clone().requires_grad_(True)
                (gradient,) = torch.autograd.grad(loss(judge(images)).sum(), images)
                lengths.setdefault(name, []).append(gradient.norm(dim=1).median().item())
        with torch.no_grad():
            fakes = generator(64)
        scores = judge(torch.cat([garments.sample(64).flatten(start_dim=1), fakes]))
        labels = torch.cat([torch.ones(64), torch.zeros(64)])
        optimizer.zero_grad()
        if bounded:
            (scores @ (1 - 2 * labels) / 64).backward()
        else:
            binary_cross_entropy_with_logits(scores, labels).backward()
        optimizer.step()
    return moments, lengths


def _generator_losses(bounded: bool) -> dict:
    """What a generator may minimise, as functions of the judge's output h, with D = sigmoid(h)."""
    if bounded:
        return {"critic": lambda h: -h}
    return {
        "log(1 - D)": lambda h: nn.functional.logsigmoid(-h),
        "-log D": lambda h: -nn.functional.logsigmoid(h),
    }


COLOURS = {"log(1 - D)": figures.FAKE, "-log D": figures.PENALTY, "critic": figures.CRITIC}


def draw_pushes(ax: Axes, steps: Sequence[int], lengths: dict[str, list[float]]) -> None:
    """The length of the gradient at a fake over the judge's training, on logarithmic scales."""
    for name, values in lengths.items():
        ax.plot(steps, values, marker="o", markersize=3, color=COLOURS[name], label=name)
    ax.set_xscale("symlog", linthresh=3, linscale=0.5)
    ax.set_yscale("log")
    ax.set_xticks([0, 10, 100][: 2 + (steps[-1] >= 100)])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("training steps")


def uphill(critic: nn.Module, images: Tensor) -> Tensor:
    """Where each image would have to get brighter to score higher: the gradient, scaled to [-1, 1]."""
    images = images.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(images).sum(), images)
    return gradient / gradient.abs().amax(dim=(1, 2, 3), keepdim=True).clamp(min=1e-12)


# The end of a critic ----------------------------------------------------------

ENDS = {"linear": lambda scores: scores, "ReLU": torch.relu, "sigmoid": torch.sigmoid}
END_COLOURS = {"linear": figures.CRITIC, "ReLU": figures.PENALTY, "sigmoid": figures.QUIET}
END_DASHES = {"linear": "-", "ReLU": "--", "sigmoid": "-"}


def draw_ends(
    x: Tensor, scores: Tensor, fakes: Tensor, distances: Sequence[float], slopes: dict[str, list[float]]
) -> Figure:
    """Scores after each of the ENDS, and the slope that is left at the fakes.

    Args:
        x, scores, fakes: a grid, the scores before the end and the fakes' law on it.
        distances: of the two laws, along the right panel.
        slopes: for each end the mean slope at the fakes, for each of the distances.
    """
    fig, ax = figures.axes(columns=2, height=2.7)
    left, right = ax[0]
    left.fill_between(x, -6, -6 + 4 * fakes / fakes.max(), color=figures.FAKE, alpha=0.18, lw=0)
    for name, end in ENDS.items():
        look = {"color": END_COLOURS[name], "linestyle": END_DASHES[name], "label": name}
        left.plot(x, end(scores), **look)
        right.plot(distances, slopes[name], marker="o", markersize=3, **look)
    left.set(xlabel="x", ylabel="score", xlim=(-4, 8), ylim=(-6, 6), title="three ends, over the fakes' law")
    right.set(xlabel="distance of the two laws", ylabel="slope (score / x)", title="slope at the fakes")
    right.set_ylim(0, 1.08)
    figures.legend(right)
    return fig


# A critic climbs --------------------------------------------------------------


def draw_climb(
    x: Tensor, p: Tensor, q: Tensor, moments: Sequence[Moment], exact: float, steps: int
) -> Figure:
    """A critic over the two laws, and its estimate so far beside the exact distance."""
    fig, ax = figures.axes(columns=2, height=2.7)
    left, right = ax[0]
    _laws_below(left, x, p, q, low=-4, height=3.2)
    left.plot(x, moments[-1].scores, color=figures.CRITIC)
    left.set(xlabel="x", ylabel="score", ylim=(-4, 7), title=f"critic at step {len(moments) - 1}")
    right.plot([moment.estimate for moment in moments], color=figures.CRITIC, label="estimate")
    right.axhline(exact, color=figures.THEORY, linestyle=":", label="exact distance")
    right.set(xlabel="step", ylabel="distance (x)", xlim=(0, steps), ylim=(0, 1.15 * exact))
    right.legend(loc="lower right")
    return fig


def draw_moments(x: Tensor, p: Tensor, q: Tensor, moments: dict[int, Moment]) -> Figure:
    """A critic at some steps of its training, side by side."""
    fig, ax = figures.axes(columns=len(moments), height=1.9, sharey=True)
    for panel, (step, moment) in zip(ax[0], moments.items(), strict=True):
        _laws_below(panel, x, p, q, low=-4, height=3.2, size=8)
        panel.plot(x, moment.scores, color=figures.CRITIC)
        panel.set(xlabel="x", ylim=(-4, 7), title=f"step {step}")
    ax[0, 0].set_ylabel("score")
    return fig


def draw_starts(x: Tensor, p: Tensor, q: Tensor, critics: Sequence[Moment]) -> Figure:
    """Critics of different starts, with the share of fakes to which each gives more than 0."""
    fig, ax = figures.axes(height=2.7)
    panel = ax
    values = torch.cat([critic.scores for critic in critics])
    low, high = values.min().item() - 5, values.max().item() + 0.5
    _laws_below(panel, x, p, q, low, height=3.5)
    for critic, dashes in zip(critics, ("-", "--", "-."), strict=False):
        share = q[critic.scores > 0].sum().item()
        label = f"estimate {critic.estimate:.2f}, {share:.0%} of fakes above 0"
        panel.plot(x, critic.scores, color=figures.CRITIC, linestyle=dashes, label=label)
    panel.axhline(0, color=figures.THEORY, linestyle=":", linewidth=1, label="score 0")
    panel.set(xlabel="x", ylabel="score", ylim=(low, high))
    figures.legend(panel)
    return fig


def _laws_below(
    ax: Axes, x: Tensor, p: Tensor, q: Tensor, low: float, height: float, size: float = 10
) -> None:
    """Both laws at the bottom of a panel, with their names."""
    scale = height / torch.maximum(p, q).max()
    for law, colour, name in ((p, figures.REAL, "real"), (q, figures.FAKE, "fake")):
        ax.fill_between(x, low, low + scale * law, color=colour, alpha=0.25, lw=0)
        ax.text(x[law.argmax()], low + 0.1 * height, name, color=colour, ha="center", size=size)
    ax.set_xlim(x[0], x[-1])
