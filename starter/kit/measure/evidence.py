"""What an experienced person looks at in a training run, as numbers and small pictures.

seen = collect(run, data)
seen.slope, seen.samples
save("08_cases", settings, {"frozen": seen})
load("08_cases")["frozen"]
"""

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from math import nan
from typing import Any, Protocol, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.optim import Optimizer

from ..course import CourseError
from ..data import Data, Generator, stored

N = 256  # samples that are looked at
SHOWN, REAL_SHOWN = 64, 16  # pictures that are kept
_CURVES = {"estimate": "wasserstein", "penalty": "penalty", "generator_loss": "generator_loss"}


class Run(Protocol):
    """What is looked at in a run of the loop, starter.kit.Run, where each is described."""

    critic: nn.Module
    generator: nn.Module
    critic_optimizer: Optimizer
    generator_optimizer: Optimizer
    history: dict[str, list[float]]
    ended: str

    @property
    def settings(self) -> Any: ...
    @property
    def method(self) -> str: ...
    @property
    def steps(self) -> int: ...
    @property
    def latent_dim(self) -> int: ...
    @property
    def device(self) -> torch.device: ...
    def sample(self, n: int, seed: int | None = None) -> Tensor: ...


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is seen of a run. A number that could not be measured is NaN.

    Scores and all that is made of them have the unit of the score; slopes are
    in score per unit of pixel value. Gradients are lengths over all weights of a
    network together. "By its optimiser": from the memory that Adam and RMSprop
    keep of the last steps' gradients, which is the last 10 or so of Adam and the
    last 100 of RMSprop.

    Attributes:
        method, steps, ended: as in the run.
        n_critic, batch_size, lambda_, c, latent_dim: its settings.
        rate: the critic's learning rate at the end; momentum: of its RMSprop, 0 for Adam.
        estimate, penalty, generator_loss: what the training reported, by step.
        samples: 64 of the run's images; real: 16 of the data's; bytes, pixels of [-1, 1].
        smallest_sample, largest_sample, smallest_real, largest_real: pixels of 256 images.
        diversity: how much samples differ from one another, with real images as 1.
        real_neighbours: correlation of pixels that lie side by side in real images.
        estimate_now: the estimate for the networks as they are, by mean f(x) - mean f(G(z)).
        fake_score: mean score of fakes, as the networks are.
        lowest_score, highest_score: of real images, of these times 10 and times -10, and of noise.
        tied_scores: share of these scores that are exactly the lowest or the highest.
        slope, slope_spread: of the critic between real and fake, mean and standard deviation.
        slope_real: mean at real images.
        penalty_now: mean (slope - 1)² between real and fake, as the networks are.
        critic_gradient, generator_gradient: lengths of the gradients by its optimiser.
        critic_pull, generator_pull: those of the estimate and of the generator's loss, as the
            networks are, without penalty.
        generator_direction: cosine of the generator's last gradients by its optimiser (Adam) and the pull.
        generator_updates: by its optimiser, for each step of the loop; 0 if no gradient ever came.
        critic_updates: by its optimiser, for each update of the generator.
        largest_weight: of the critic, in size; at_window: share of its weights at the ends of [-c, c].
        batch_layers: names of layers in the critic that look at the whole batch.
        trouble: a sentence if something could not be measured.
    """

    method: str
    steps: int
    ended: str
    n_critic: int
    batch_size: int
    lambda_: float
    c: float
    latent_dim: int
    rate: float
    momentum: float
    estimate: np.ndarray
    penalty: np.ndarray
    generator_loss: np.ndarray
    samples: np.ndarray
    real: np.ndarray
    smallest_sample: float = nan
    largest_sample: float = nan
    smallest_real: float = nan
    largest_real: float = nan
    diversity: float = nan
    real_neighbours: float = nan
    estimate_now: float = nan
    fake_score: float = nan
    lowest_score: float = nan
    highest_score: float = nan
    tied_scores: float = nan
    slope: float = nan
    slope_spread: float = nan
    slope_real: float = nan
    penalty_now: float = nan
    critic_gradient: float = nan
    generator_gradient: float = nan
    critic_pull: float = nan
    generator_pull: float = nan
    generator_direction: float = nan
    generator_updates: float = nan
    critic_updates: float = nan
    largest_weight: float = nan
    at_window: float = nan
    batch_layers: tuple[str, ...] = ()
    trouble: str = ""

    def last(self, curve: str, share: float = 0.1) -> float:
        """The median of the last part of a curve: "estimate", "penalty" or "generator_loss"."""
        values = getattr(self, curve)
        return float(np.median(values[-max(1, round(share * len(values))) :])) if len(values) else nan


# Files -------------------------------------------------------------------------

_ARRAYS = (*_CURVES, "samples", "real")


def save(name: str, settings: dict[str, Any], cases: Mapping[str, Evidence], **arrays: np.ndarray) -> None:
    """Store the evidence of some runs, under the names of the cases, in notebooks/stored.

    Args:
        name, settings: as in stored.save.
        cases: evidence by name.
        arrays: further results, under names of their own.
    """
    for case, seen in cases.items():
        numbers = {key: value for key, value in asdict(seen).items() if key not in _ARRAYS}
        arrays[f"{case}/numbers"] = np.array(json.dumps(numbers))
        arrays |= {f"{case}/{key}": getattr(seen, key) for key in _ARRAYS}
    stored.save(name, settings, **arrays)


def load(name: str) -> dict[str, Evidence]:
    """The evidence that save stored, by the names of the cases.

    Raises:
        CourseError: the file is missing or damaged.
    """
    _, arrays = stored.load(name)
    known = {field.name for field in fields(Evidence)}
    cases = {}
    for key in arrays:
        case, _, part = key.rpartition("/")
        if part == "numbers":
            numbers = {name: value for name, value in json.loads(str(arrays[key])).items() if name in known}
            numbers["batch_layers"] = tuple(numbers["batch_layers"])
            cases[case] = Evidence(**(numbers | {name: arrays[f"{case}/{name}"] for name in _ARRAYS}))
    return cases


# Measuring ---------------------------------------------------------------------


def collect(run: Run, data: Data, seed: int = 0) -> Evidence:
    """Look at a run. Nothing in it changes: neither weights nor modes nor random states.

    Args:
        run: as train, go_on or own_run returned it.
        data: what it imitates.
        seed: of what is drawn.

    Raises:
        CourseError: the run has no step, or is none of images.
    """
    if len(run.settings.shape) != 3:
        raise CourseError("The check-up is for images, and this run draws points: lesson 05's meter looks at those.")
    if not run.steps:
        raise CourseError("The run has no step yet, so there is nothing to look at: train it first.")
    settings, group = run.settings, run.critic_optimizer.param_groups[0]
    plain: dict[str, Any] = {
        "method": run.method,
        "steps": run.steps,
        "ended": run.ended,
        **{name: getattr(settings, name) for name in ("n_critic", "batch_size", "lambda_", "c")},
        "latent_dim": run.latent_dim,
        "rate": float(group["lr"]),
        "momentum": float(group.get("momentum", 0.0)),
        **{name: np.array(run.history[column], dtype=np.float32) for name, column in _CURVES.items()},
        "batch_layers": tuple(_batch_layers(run.critic)),
    }
    devices = [run.device] if run.device.type == "cuda" else []
    numbers: dict[str, Any] = {}
    with torch.random.fork_rng(devices), torch.enable_grad():
        torch.manual_seed(seed)
        try:
            real, fake = _images(run, data, seed)
            numbers |= _of_images(real, fake)
            numbers |= _of_optimizers(run)
            numbers |= _of_critic(run, real, fake)
            numbers |= _of_pulls(run, real, seed)
        except Exception as error:  # own networks and data fail in their own ways, and the rest is still worth telling
            reason = str(error).strip().split("\n")[0][:150]
            numbers["trouble"] = f"Not all could be measured: {reason or type(error).__name__}."
    empty = np.zeros((0, *settings.shape), dtype=np.uint8)
    pictures = {name: numbers.pop(name, empty) for name in ("samples", "real")}
    return Evidence(**plain, **pictures, **numbers)


def _images(run: Run, data: Data, seed: int) -> tuple[Tensor, Tensor]:
    """256 real and 256 generated images, where the run is and in its number format."""
    home = run.device if hasattr(data, "to") else torch.device("cpu")
    there = cast(Any, data).to(home) if hasattr(data, "to") else data
    rng = torch.Generator(home).manual_seed(seed)
    kind = next(run.critic.parameters()).dtype
    return there.sample(N, rng).to(run.device, kind), run.sample(N, seed=seed).to(run.device, kind)


def _of_images(real: Tensor, fake: Tensor) -> dict[str, Any]:
    real, fake = real.detach().float().cpu(), fake.detach().float().cpu()
    varied = [images.std(dim=0).square().mean().sqrt().item() for images in (real, fake)]
    left, right = (part.flatten() for part in (real[..., :-1], real[..., 1:]))
    return {
        "samples": _bytes(fake[:SHOWN]),
        "real": _bytes(real[:REAL_SHOWN]),
        "smallest_sample": fake.min().item(),
        "largest_sample": fake.max().item(),
        "smallest_real": real.min().item(),
        "largest_real": real.max().item(),
        "diversity": varied[1] / max(varied[0], 1e-12),
        "real_neighbours": torch.corrcoef(torch.stack([left, right]))[0, 1].item(),
    }


def _bytes(images: Tensor) -> np.ndarray:
    return ((images.nan_to_num().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).numpy()


def _of_critic(run: Run, real: Tensor, fake: Tensor) -> dict[str, float]:
    """Scores and slopes, of a copy in the mode it was trained in."""
    critic = copy.deepcopy(run.critic).train()
    with torch.no_grad():
        of_real, of_fake = critic(real).flatten(), critic(fake).flatten()
        probes = torch.cat(
            [of_real, *(critic(images).flatten() for images in (torch.randn_like(real), 10 * real, -10 * real))]
        )
    if len(of_real) != len(real):
        raise ValueError(
            f"the critic gives {len(of_real)} numbers for {len(real)} images, and it should give one for each"
        )
    low, high = probes.min(), probes.max()
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1)).to(real)
    between = _slopes(critic, torch.lerp(fake, real, epsilon))
    weights = torch.cat([weight.detach().flatten() for weight in run.critic.parameters()]).abs()
    return {
        "estimate_now": (of_real.mean() - of_fake.mean()).item(),
        "fake_score": of_fake.mean().item(),
        "lowest_score": low.item(),
        "highest_score": high.item(),
        "tied_scores": ((probes == low) | (probes == high)).double().mean().item(),
        "slope": between.mean().item(),
        "slope_spread": between.std().item(),
        "slope_real": _slopes(critic, real).mean().item(),
        "penalty_now": (between - 1).square().mean().item(),
        "largest_weight": weights.max().item(),
        "at_window": (weights >= run.settings.c * (1 - 1e-5)).double().mean().item(),
    }


def _slopes(critic: nn.Module, points: Tensor) -> Tensor:
    """The length of the critic's gradient at each point; the gradients of its weights are left in a copy."""
    points = points.detach().clone().requires_grad_(True)
    critic(points).sum().backward()
    return torch.linalg.vector_norm(cast(Tensor, points.grad), dim=tuple(range(1, points.dim()))).double()


def _of_pulls(run: Run, real: Tensor, seed: int) -> dict[str, float]:
    """What pulls at the weights now, without penalty, of copies in the mode they were trained in."""
    critic, generator = (copy.deepcopy(network).train() for network in (run.critic, run.generator))
    for weight in (*critic.parameters(), *generator.parameters()):
        weight.requires_grad_(True)
        weight.grad = None
    rng = torch.Generator().manual_seed(seed + 1)
    z = torch.randn(N, run.latent_dim, generator=rng).to(run.device)
    fake_score = critic(cast(Generator, generator)(z.to(next(generator.parameters()).dtype)).to(real.dtype)).mean()
    fake_score.neg().backward()
    pull = _gradients(generator)
    learnt = _last_gradients(run.generator_optimizer, run.generator)
    direction = torch.cosine_similarity(pull, learnt, dim=0).item() if learnt is not None and learnt.any() else nan
    critic.zero_grad()
    apart = critic(real).mean() - critic(cast(Generator, generator)(z).detach().to(real.dtype)).mean()
    apart.backward()
    return {
        "generator_pull": pull.norm().item(),
        "critic_pull": _gradients(critic).norm().item(),
        "generator_direction": direction,
    }


def _gradients(network: nn.Module) -> Tensor:
    weights = list(network.parameters())
    parts = [torch.zeros_like(w) if w.grad is None else w.grad for w in weights]
    return torch.cat([part.flatten() for part in parts]).double()


# The memory of optimisers --------------------------------------------------------


def _of_optimizers(run: Run) -> dict[str, float]:
    critic, generator = run.critic_optimizer, run.generator_optimizer
    critic_steps, generator_steps = _updates(critic), _updates(generator)
    return {
        "critic_gradient": _remembered(critic),
        "generator_gradient": 0.0 if generator_steps == 0 else _remembered(generator),
        "generator_updates": generator_steps / run.steps,
        "critic_updates": critic_steps / generator_steps if generator_steps else nan,
    }


def _states(optimizer: Optimizer) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Each weight's group and what the optimiser remembers of it."""
    for group in optimizer.param_groups:
        for weight in group["params"]:
            if optimizer.state.get(weight):
                yield group, optimizer.state[weight]


def _updates(optimizer: Optimizer) -> float:
    """How many updates it has made; NaN if it does not count, 0 if no gradient ever came."""
    states = [state for _, state in _states(optimizer)]
    if not states:
        return 0.0 if isinstance(optimizer, torch.optim.Adam | torch.optim.RMSprop) else nan
    return max(float(state.get("step", nan)) for state in states)


def _remembered(optimizer: Optimizer) -> float:
    """The root mean square of the last gradients' length, from the squares that Adam and RMSprop keep; else NaN."""
    total, states = 0.0, list(_states(optimizer))
    if not states:
        return nan
    for group, state in states:
        squares = state.get("exp_avg_sq", state.get("square_avg"))
        if squares is None:
            return nan
        kept = group["betas"][1] if "betas" in group else group["alpha"]
        total += squares.double().sum().item() / (1 - kept ** float(state["step"]))
    return total**0.5


def _last_gradients(optimizer: Optimizer, network: nn.Module) -> Tensor | None:
    """The mean of the last gradients, as Adam keeps it; None for other optimisers."""
    if not all("exp_avg" in optimizer.state.get(weight, ()) for weight in network.parameters()):
        return None
    return torch.cat([optimizer.state[weight]["exp_avg"].flatten() for weight in network.parameters()]).double()


def _batch_layers(critic: nn.Module) -> Iterable[str]:
    return (type(module).__name__ for module in critic.modules() if isinstance(module, _BatchNorm))
