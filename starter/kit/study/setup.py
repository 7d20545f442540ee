"""What an experiment can change, and the networks that follow from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from numbers import Integral, Real
from typing import Any

from torch import nn

from ..course import CourseError
from ..data import Images
from ..loop.variants import Generator, dense_critic, dense_generator

SHAPE, LATENT_DIM = (1, 28, 28), 64
LEASHES = {"lambda_": "penalty", "c": "clip"}  # settings that only one method uses
_RANGES: dict[str, tuple[float, float]] = {  # of whole numbers and of numbers
    "n_critic": (1, 50),
    "batch_size": (2, 2048),
    "lambda_": (0, 1e6),
    "c": (1e-6, 1e3),
    "rate": (1e-7, 0.5),
    "average": (0, 0.99999),
    "width": (8, 1024),
    "images": (16, 10_000),
}


@dataclass(frozen=True)
class Setup:
    """The settings of one side of an experiment. Those that are not changed are as in sheet 05.

    Attributes:
        method, n_critic, batch_size, lambda_, c, average: as in loop.train.
        rate: learning rate of both players; 0 stands for that of loop.train.
        width: units of the critic's first hidden layer and of the generator's.
        normalise: whether the generator has batch normalisation.
        images: how many of the bundled garments are learned from.
    """

    method: str = "penalty"
    n_critic: int = 5
    batch_size: int = 128
    lambda_: float = 10.0
    c: float = 0.03
    rate: float = 0.0
    average: float = 0.99
    width: int = 256
    normalise: bool = True
    images: int = 10_000

    def generator(self) -> Generator:
        """A new generator: noise, width, 2 * width, garment."""
        hidden = (self.width, 2 * self.width)
        return dense_generator(LATENT_DIM, hidden, SHAPE, 0.0, 0 if self.normalise else None)

    def critic(self) -> nn.Module:
        """A new critic: garment, width, width // 2, score."""
        return dense_critic(SHAPE, (self.width, self.width // 2), 0.2)

    def data(self, garments: Images) -> Images:
        """The garments to learn from: the first ones."""
        return Images(garments.name, garments.images[: self.images], garments.labels[: self.images], garments.classes)

    def arguments(self) -> dict[str, Any]:
        """For loop.train."""
        chosen = {"n_critic": self.n_critic, "batch_size": self.batch_size, "average": self.average}
        leash = {"lambda_": self.lambda_} if self.method == "penalty" else {"c": self.c}
        return {"method": self.method, **chosen, **leash, "rate": self.rate or None}


NAMES = tuple(field.name for field in fields(Setup))
BASE = Setup()


def changed(setup: Setup, change: Any, what: str = "change") -> Setup:
    """A setup with these settings changed.

    Raises:
        CourseError: there is no such setting, or it cannot have that value.
    """
    if not isinstance(change, Mapping) or not all(isinstance(name, str) for name in change):
        raise CourseError(f'{what} should be settings by name, such as {{"n_critic": 1}}.')
    return replace(setup, **{name: _checked(name, value) for name, value in change.items()})


def _checked(name: str, value: Any) -> Any:
    default = asdict(BASE).get(name)
    if default is None:
        raise CourseError(f"There is no setting {name[:40]!r} to change; there are {', '.join(NAMES)}.")
    if name == "method":
        if value not in ("penalty", "clip"):
            raise CourseError(f'method is {str(value)[:40]!r}; it can be "penalty" or "clip".')
        return value
    if name == "normalise":
        if not isinstance(value, bool):
            raise CourseError(f"normalise is {str(value)[:40]}; it can be True or False.")
        return value
    low, high = _RANGES[name]
    kind = "whole number" if isinstance(default, int) else "number"
    fits = is_number(value, whole=isinstance(default, int)) and low <= value <= high
    if not fits:
        raise CourseError(f"{name} is {str(value)[:40]}; it should be a {kind} from {low:g} to {high:g}.")
    return type(default)(value)


def is_number(value: Any, whole: bool) -> bool:
    """A finite number, and neither True nor False."""
    return type(value) is not bool and isinstance(value, Integral if whole else Real) and isfinite(value)


def difference(base: Setup, other: Setup) -> dict[str, Any]:
    """The settings in which two differ, as the second has them."""
    return {name: value for name, value in asdict(other).items() if value != getattr(base, name)}


def words(change: Mapping[str, Any]) -> str:
    """Settings in a few words."""
    return ", ".join(
        f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {value}" for name, value in change.items()
    )
