"""The numbers of one generator step."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..course import CourseError
from .run import Run


class Step(NamedTuple):
    """What is watched in one generator step, in the order of time.

    On its way these are 0-d tensors on the device of the run, so that a graphics
    card need not wait for the processor; in the history they are floats.

    Attributes:
        data: the largest size of a number in the batches.
        estimates, penalties: of each update of the critic.
        critic_weights: their sum, after the updates: finite as long as each of them is.
        generator_loss: of the generator's update.
        generator_weights: their sum, after it.
    """

    data: Any
    estimates: tuple[Any, ...]
    penalties: tuple[Any, ...]
    critic_weights: Any
    generator_loss: Any
    generator_weights: Any

    @classmethod
    def of(cls, run: Run, data: Tensor, updates: Sequence[Any], loss: Any) -> "Step":
        """From what the players' steps returned.

        Raises:
            CourseError: they returned something else than they should.
        """
        pairs = [_numbers(update, 2, "critic_step") for update in updates]
        (generator_loss,) = _numbers((loss,), 1, "generator_step")
        estimates, penalties = zip(*pairs, strict=True)
        return cls(data, estimates, penalties, _sum(run.critic), generator_loss, _sum(run.generator))

    def row(self, device: torch.device) -> Tensor:
        """All numbers in one vector on that device."""
        numbers = [number for _, number in self.in_order()]
        return torch.stack([number.float().to(device, non_blocking=True) for number in numbers])

    @classmethod
    def read(cls, row: Sequence[Any], n_critic: int) -> "Step":
        """From the numbers of such a vector."""
        data, updates, rest = row[0], row[1 : 1 + 2 * n_critic], row[1 + 2 * n_critic :]
        return cls(data, tuple(updates[0::2]), tuple(updates[1::2]), *rest)

    def in_order(self) -> Iterator[tuple[str, Any]]:
        """Each number with its name, in the order of time."""
        yield "data", self.data
        for estimate, penalty in zip(self.estimates, self.penalties, strict=True):
            yield "estimate", estimate
            yield "penalty", penalty
        yield "critic_weights", self.critic_weights
        yield "generator_loss", self.generator_loss
        yield "generator_weights", self.generator_weights


def _numbers(result: Any, count: int, whose: str) -> list[Tensor]:
    """What a player's step returned, as 0-d tensors without a graph."""
    try:
        found = [torch.as_tensor(number).detach().reshape(()) for number in result]
    except (TypeError, ValueError, RuntimeError):
        found = []
    if len(found) != count:
        wanted = "one number, its loss" if count == 1 else "two, the estimate and the penalty"
        raise CourseError(f"{whose} should return {wanted}; yours returns something else.")
    return found


@torch.no_grad()
def _sum(network: nn.Module) -> Tensor:
    return torch.stack([weight.sum() for weight in network.parameters()]).sum()
