"""What answers are given to work with: a critic that notes what it is asked, and an optimiser."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from . import draw
from .device import float32


class Notes:
    """What a critic was asked."""

    def __init__(self) -> None:
        self.followed: list[Tensor] = []  # images, one question after the other, that autograd followed
        self.others: list[Tensor] = []  # and those that it did not
        self.recorded: list[bool] = []  # for each gradient in the images, whether autograd recorded that too
        self.frozen = False  # whether the weights were fixed at a question

    def asked(self) -> Tensor | None:
        """All images that the critic was asked about for the sake of a gradient, as far as one can tell."""
        places = self.followed or self.others
        return torch.cat(places) if places else None


class _Noting(torch.autograd.Function):
    """Hands images on, and notes them as they are beneath torch.func."""

    @staticmethod
    def forward(images: Tensor, notes: Notes, followed: bool) -> Tensor:
        (notes.followed if followed else notes.others).append(images.detach().clone())
        return images.clone()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple, output: Tensor) -> None:
        ctx.notes = inputs[1]

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        ctx.notes.recorded.append(torch.is_grad_enabled())
        return gradients[0], None, None

    @staticmethod
    def jvp(ctx: Any, *changes: Any) -> Any:
        return changes[0].clone()

    @staticmethod
    def vmap(info: Any, axes: tuple, images: Tensor, notes: Notes, followed: bool) -> tuple[Tensor, int]:
        batch = images.movedim(axes[0], 0)
        return _Noting.apply(batch.flatten(0, 1), notes, followed).view(batch.shape), 0


class Critic(nn.Module):
    """A small critic with random weights: f(x) = v . (h tanh h) + b with h = W x.

    It is flat at 0 and the steeper, the larger x is, until it is nearly linear.

    Args:
        shape: of one sample.
        steep: its mean slope at samples with entries in [-1, 1].
        column: whether the scores have shape (n, 1) instead of (n,).
        look: is shown the images first, and may end the check.
    """

    def __init__(self, shape: tuple[int, ...], steep: float, column: bool, look: Callable[[Tensor], None]) -> None:
        super().__init__()
        self.notes, self._column, self._look = Notes(), column, look
        examples = draw.images(32, *shape)
        pixels = examples[0].numel()
        self.inner = nn.Parameter(draw.normal(9, pixels) * 3 / pixels**0.5)
        self.outer = nn.Parameter(draw.normal(9))
        self.bias = nn.Parameter(torch.zeros(()))
        with torch.no_grad():
            self.outer.mul_(steep / gradients(self, examples).flatten(1).norm(dim=1).mean())

    def forward(self, images: Tensor) -> Tensor:
        self._look(images)
        float32(images, "what your critic is asked about", "Its weights are float32 and refuse to meet anything else.")
        self.notes.frozen |= not all(weights.requires_grad for weights in self.parameters())
        scores = self.scores(_Noting.apply(images, self.notes, images.requires_grad).flatten(1))
        return scores[:, None] if self._column else scores

    def scores(self, rows: Tensor) -> Tensor:
        """The scores of samples in rows, of any dtype, without a note."""
        hidden = functional.linear(rows, self.inner.to(rows.dtype))
        return (hidden * hidden.tanh()) @ self.outer.to(rows.dtype) + self.bias


def gradients(critic: Critic, images: Tensor) -> Tensor:
    """The truth about a critic's gradients at some images, in float64 by difference quotients.

    They can be differentiated in the critic's weights.
    """
    rows, step = images.detach().flatten(1).double(), 1e-4
    steps = step * torch.eye(rows.shape[1], dtype=torch.float64, device=rows.device)
    ahead, behind = (critic.scores((rows[:, None] + way).flatten(0, 1)) for way in (steps, -steps))
    return ((ahead - behind) / (2 * step)).view(images.shape)


class Optimizer(torch.optim.Optimizer):
    """Plain gradient descent that remembers what it was asked to do.

    It does by itself what torch's optimisers do, because those first load torch's
    compiler, which takes a second.
    """

    RATE = 0.1

    def __init__(self, net: nn.Module) -> None:
        super().__init__(net.parameters(), {"lr": self.RATE})
        self.asked: list[str] = []

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        self.param_groups.append({**self.defaults, **param_group})

    def step(self, closure: Callable | None = None) -> Any:
        with torch.enable_grad():
            loss = closure() if closure else None
        self.asked.append("step")
        with torch.no_grad():
            for parameter in self.param_groups[0]["params"]:
                if parameter.grad is not None:
                    parameter.sub_(self.RATE * parameter.grad)
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        self.asked.append("zero_grad")
        for parameter in self.param_groups[0]["params"]:
            parameter.grad = None if set_to_none or parameter.grad is None else torch.zeros_like(parameter)
