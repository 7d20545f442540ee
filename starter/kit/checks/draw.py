"""Examples that are drawn anew for each check, and once more from the same seed.

The numbers come from a generator of the checks' own, so that an answer that draws
random numbers, or sets a seed, does not change what it is given next.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import Tensor

Thing = TypeVar("Thing")

MOST = 50_000  # draws in one check; it ends with an error rather than never

_source = torch.Generator()
_last = _draws = 0


def fresh_seed() -> int:
    """A seed that nobody can foretell, short enough to be typed."""
    return random.SystemRandom().randrange(100_000)


def start(seed: int) -> None:
    """Let all that follows come from this seed, the numbers that answers draw included."""
    global _draws
    _source.manual_seed(seed)
    _draws = 0
    for_answers(seed)


def for_answers(seed: int) -> None:
    """Start again the random numbers that answers draw, those of the CPU."""
    global _last
    torch.default_generator.manual_seed(seed)
    _last = seed


def last_seed() -> int:
    """The seed that a check has set last."""
    return _last


def _numbers() -> torch.Generator:
    """Where the numbers come from. Checks draw until all mistakes are apart, and that has to end."""
    global _draws
    _draws += 1
    if _draws > MOST:
        raise RuntimeError("No example has told all mistakes apart.")
    return _source


def uniform(low: float, high: float, *shape: int) -> Tensor:
    """Numbers between low and high, float32, of that shape; without one a 0-d tensor."""
    return low + (high - low) * torch.rand(shape, generator=_numbers(), device="cpu", dtype=torch.float32)


def normal(*shape: int) -> Tensor:
    """Standard normal numbers, float32."""
    return torch.randn(shape, generator=_numbers(), device="cpu", dtype=torch.float32)


def number(low: float, high: float, digits: int = 2) -> float:
    """One number between low and high, rounded, so that it can be read in a message."""
    return round(uniform(low, high).item(), digits)


def whole(low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return int(torch.randint(low, high + 1, (), generator=_numbers(), device="cpu"))


def order(n: int) -> Tensor:
    """The numbers 0 to n - 1 in a random order, int64."""
    return torch.randperm(n, generator=_numbers(), device="cpu")


def one_of(things: Sequence[Thing]) -> Thing:
    """One of them."""
    return things[whole(0, len(things) - 1)]


def images(n: int, *shape: int) -> Tensor:
    """A batch of n images with pixels in [-1, 1], shape (n, *shape)."""
    return uniform(-1, 1, n, *shape)


def histogram(k: int, least: float = 0.0) -> Tensor:
    """Shares of k bins that sum to 1, none of them below least."""
    shares = uniform(0.1, 1.0, k).double()
    return (least + (1 - k * least) * shares / shares.sum()).float()
