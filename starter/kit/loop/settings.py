"""What defines a training: its settings, the functions that are yours, the default optimisers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

import torch
from torch import nn
from torch.optim import Optimizer

from .precision import Precision

Method = Literal["penalty", "clip"]
RATES: dict[str, float] = {"penalty": 3e-3, "clip": 5e-4}  # tests/bench/tried.md has those that were tried


@dataclass(frozen=True)
class Settings:
    """The plain values that define a run; they are saved with it.

    Attributes:
        method: "penalty" (WGAN-GP) or "clip" (WGAN).
        n_critic: critic updates before each generator update, at least 1.
        batch_size: samples in a batch (papers: 64).
        lambda_: weight of the penalty (method "penalty"). It is a length: in
            units of the data, not of the score.
        c: the critic's weights stay in [-c, c] (method "clip"). The paper's
            .01 asks for patience; .03 learns faster here.
        average: how much of the moving average of the generator's weights is
            kept at each step, below 1. 0: no average.
        decay: how much both learning rates fall, from 0 (not at all) to 1 (to
            nothing): linearly, from the first step of the run to the end of
            what is asked for.
        precision: the number format used in training; see precision.py.
        seed: of all that is random in the training. The first weights are drawn
            earlier: call torch.manual_seed before you build the networks.
        sample_every: generator steps between the run's samples; None takes more
            and more.
        shape: of one sample of the data.
    """

    method: Method = "penalty"
    n_critic: int = 5
    batch_size: int = 128
    lambda_: float = 10.0
    c: float = 0.03
    average: float = 0.99
    decay: float = 0.0
    precision: Precision = "float32"
    seed: int = 0
    sample_every: int | None = None
    shape: tuple[int, ...] = ()


SETTINGS = tuple(field.name for field in fields(Settings) if field.name not in ("method", "shape"))


class Functions(NamedTuple):
    """The four functions that are yours, as the loop calls them."""

    critic_step: Callable[..., Any]
    generator_step: Callable[..., Any]
    penalty: Callable[..., Any] | None
    clip_weights: Callable[[nn.Module, float], Any]

    @classmethod
    def for_method(cls, method: str, given: Mapping[str, Callable[..., Any] | None]) -> "Functions":
        """Those given, and in the place of the others those that the course uses now."""
        from ... import training

        steps = (
            given.get("critic_step") or training.critic_step,
            given.get("generator_step") or training.generator_step,
        )
        if method == "clip":
            from ... import clipping

            return cls(*steps, None, given.get("clip_weights") or clipping.clip_weights)
        from ... import penalty

        return cls(*steps, given.get("penalty") or penalty.gradient_penalty, _leave_weights)


def _leave_weights(_critic: nn.Module, _c: float) -> None:
    """What stands in the place of clipping where the penalty holds the critic."""


def default_optimizer(network: nn.Module, method: str, rate: float | None = None) -> Optimizer:
    """The optimiser that train takes when none is given; see there."""
    rate = RATES[method] if rate is None else rate
    if method == "clip":
        return torch.optim.RMSprop(network.parameters(), lr=rate)
    try:
        return torch.optim.Adam(network.parameters(), lr=rate, betas=(0.5, 0.9), fused=True)
    except RuntimeError:  # no fused kernel for this device
        return torch.optim.Adam(network.parameters(), lr=rate, betas=(0.5, 0.9))
