"""What answers are given to work with: tiny critics whose slopes are known exactly, and an optimiser.

slopes(images) is what gradient_norms would find, written down by hand for the
images that the checks use.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .device import float32


class Known(nn.Module):
    """A critic that says by itself that it is float32.

    Attributes:
        look: is shown all images that it is asked about.
    """

    def __init__(self) -> None:
        super().__init__()
        self.look: Callable[[Tensor], None] = lambda images: None

    def asked(self, images: Tensor) -> Tensor:
        """The samples, each in one row."""
        why = "Its weights are float32 and refuse to meet anything else."
        rows = float32(images, "what your critic is asked about", why).flatten(1)
        self.look(images)
        return rows

    def slopes(self, images: Tensor) -> Tensor:
        raise NotImplementedError


class Plane(Known):
    """f(x) = w . x with all weights alike: as steep as the length of w, everywhere.

    Args:
        length: the length of w.
        pixels: numbers in one sample.
        column: whether the scores have shape (n, 1) instead of (n,).

    Attributes:
        recorded: for each gradient computed, whether autograd recorded that too.
    """

    def __init__(self, length: float, pixels: int = 16, column: bool = False) -> None:
        super().__init__()
        self.column = column
        self.recorded: list[bool] = []
        self.weight = nn.Parameter(torch.full((1, pixels), length / pixels**0.5))

    def forward(self, images: Tensor) -> Tensor:
        scores = functional.linear(self.asked(images), self.weight)
        with contextlib.suppress(RuntimeError):  # nothing to hook on: no graph
            scores.register_hook(lambda gradient: self.recorded.append(torch.is_grad_enabled()))
        return scores if self.column else scores.flatten()

    def slopes(self, images: Tensor) -> Tensor:
        self.recorded.append(True)
        return self.weight.norm().expand(len(self.asked(images)))


class Bowl(Known):
    """f(x) = (a/2) times the squared length of x, on samples of 16 equal pixels.

    A sample whose pixels are all p has slope 4 |a p|: the steeper, the farther
    from 0. So the slope says where the critic was asked.
    """

    def __init__(self, a: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a))

    def forward(self, images: Tensor) -> Tensor:
        rows = self.asked(images)
        return self.a * (rows * rows).sum(dim=1) / 2

    def slopes(self, images: Tensor) -> Tensor:
        return 4 * self.a.abs() * self.asked(images)[:, 0].abs()


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
