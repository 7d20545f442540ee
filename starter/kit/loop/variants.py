"""The settings of three published notebooks, to be trained with the course's own steps.

    from starter.kit import variants
    from starter.kit.loop import train

    run = train(**variants.load("mlp-clip-32px").arguments(), seconds=60)

Networks, optimisers, batches and bounds are as published, but for three things. Batch
normalisation has torch's eps (one notebook writes `nn.BatchNorm1d(n, 0.8)`, which sets
eps). For 32 pixels the images get a margin instead of being resized. The transposed
convolutions with lambda 10 are not one setting. What the notebooks are known to get
wrong is not as published: there is no batch normalisation in a critic, the
last layer of a critic is linear, and the steps and the bound are yours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any, Literal

import torch
from torch import nn
from torch.optim import Optimizer

from .. import data as datasets
from ..course import CourseError
from ..data import Data


class Generator(nn.Sequential):
    """Layers one after another that know how much noise they take.

    Args:
        latent_dim: dimension of z.
        layers: from (n, latent_dim) to images.
    """

    def __init__(self, latent_dim: int, *layers: nn.Module) -> None:
        super().__init__(*layers)
        self.latent_dim = latent_dim


@dataclass(frozen=True)
class Built:
    """Fresh networks of a variant and their optimisers."""

    critic: nn.Module
    generator: Generator
    critic_optimizer: Optimizer
    generator_optimizer: Optimizer


@dataclass(frozen=True)
class Variant:
    """One notebook's settings.

    Attributes:
        name: what load calls it.
        about: what it is.
        known_for: what the notebook is known for, and what is done here instead.
        image_shape: (channels, height, width) of what it draws.
        networks: makes a critic and a generator.
        optimizer: makes an optimiser for a network's parameters.
        method, n_critic, batch_size, lambda_, c: as in loop.train; of the last
            two, the method uses one.
    """

    name: str
    about: str
    known_for: str
    image_shape: tuple[int, int, int]
    networks: Callable[[], tuple[nn.Module, Generator]]
    optimizer: Callable[[Any], Optimizer]
    method: Literal["penalty", "clip"]
    n_critic: int = 5
    batch_size: int = 64
    lambda_: float = 10.0
    c: float = 0.01

    def __str__(self) -> str:
        return f"{self.name}\n  {self.about}\n  {self.known_for}"

    def build(self) -> Built:
        """New networks, with weights drawn from torch's random numbers, and their optimisers."""
        critic, generator = self.networks()
        return Built(critic, generator, self.optimizer(critic.parameters()), self.optimizer(generator.parameters()))

    def arguments(self, data: Data | None = None) -> dict[str, Any]:
        """All that loop.train needs but for how long to train.

        Args:
            data: what to imitate; None takes the bundled garments at the right size.

        Raises:
            CourseError: the data have another shape.
        """
        data = datasets.load(size=self.image_shape[-1]) if data is None else data
        if tuple(data.shape) != self.image_shape:
            raise CourseError(
                f"{self.name} draws images of shape {self.image_shape}, and these data have shape "
                f"{tuple(data.shape)}; leave them out, or load them with size={self.image_shape[-1]}."
            )
        settings = {key: getattr(self, key) for key in ("method", "n_critic", "batch_size", "lambda_", "c")}
        return {**vars(self.build()), "data": data, "average": None, **settings}


def load(name: str) -> Variant:
    """The variant of that name.

    Raises:
        CourseError: there is none; the message lists the names.
    """
    if name not in _BY_NAME:
        raise CourseError(f"There is no variant {name!r}; choose one of {', '.join(map(repr, _BY_NAME))}.")
    return _BY_NAME[name]


def everything() -> tuple[Variant, ...]:
    """All variants."""
    return tuple(_BY_NAME.values())


# Layers -----------------------------------------------------------------------


def _dense(sizes: tuple[int, ...], slope: float, norm_from: int | None = None) -> list[nn.Module]:
    """Linear layers, each followed by an activation and, from a certain one on, normalised before it.

    Args:
        sizes: units, the input's first.
        slope: of the activation for negative numbers; 0 is ReLU.
        norm_from: number of the first layer with batch normalisation; None for none.
    """
    layers: list[nn.Module] = []
    for number, (inputs, outputs) in enumerate(pairwise(sizes)):
        layers.append(nn.Linear(inputs, outputs))
        if norm_from is not None and number >= norm_from:
            layers.append(nn.BatchNorm1d(outputs))
        layers.append(nn.LeakyReLU(slope))
    return layers


def dense_critic(shape: tuple[int, ...], hidden: tuple[int, ...], slope: float) -> nn.Module:
    """A fully connected critic of samples of that shape, with these hidden units."""
    return nn.Sequential(nn.Flatten(), *_dense((prod(shape), *hidden), slope), nn.Linear(hidden[-1], 1), nn.Flatten(0))


def dense_generator(
    latent_dim: int, hidden: tuple[int, ...], shape: tuple[int, ...], slope: float, norm_from: int | None = None
) -> Generator:
    """A fully connected generator; batch normalisation from hidden layer norm_from on, None for nowhere."""
    layers = _dense((latent_dim, *hidden), slope, norm_from)
    last = nn.Linear(hidden[-1], prod(shape))
    return Generator(latent_dim, *layers, last, nn.Tanh(), nn.Unflatten(1, shape))


def _plain() -> tuple[nn.Module, Generator]:
    shape, hidden = (1, 28, 28), (256, 256)
    return dense_critic(shape, hidden, slope=0.0), dense_generator(100, hidden, shape, slope=0.0)


def _wide() -> tuple[nn.Module, Generator]:
    shape = (1, 32, 32)
    critic = dense_critic(shape, (512, 256), slope=0.2)
    return critic, dense_generator(100, (128, 256, 512, 1024), shape, slope=0.2, norm_from=1)


def _convolutional() -> tuple[nn.Module, Generator]:
    """Sides 1, 3, 6, 13, 28 in the generator and 28, 13, 5, 1 in the critic."""
    generator: list[nn.Module] = [nn.Unflatten(1, (64, 1, 1))]
    for inputs, outputs, size, stride in ((64, 256, 3, 2), (256, 128, 4, 1), (128, 64, 3, 2)):
        generator += [nn.ConvTranspose2d(inputs, outputs, size, stride), nn.BatchNorm2d(outputs), nn.ReLU()]
    generator += [nn.ConvTranspose2d(64, 1, 4, 2), nn.Tanh()]
    critic: list[nn.Module] = []
    for inputs, outputs in ((1, 64), (64, 128)):
        critic += [nn.Conv2d(inputs, outputs, 4, 2), nn.LeakyReLU(0.2)]
    critic += [nn.Conv2d(128, 1, 4, 2), nn.Flatten(0)]
    return nn.Sequential(*critic), Generator(64, *generator)


# The three --------------------------------------------------------------------

_BY_NAME = {
    variant.name: variant
    for variant in (
        Variant(
            name="mlp-penalty-256",
            about="Three fully connected layers in each network, 256 features, latent 100, Adam 3e-4, batch 32.",
            known_for="Known for a critic that ended in ReLU, with no score below 0, and for a penalty written at x "
            "instead of between real and fake. Here the last layer is linear, and the penalty is yours.",
            image_shape=(1, 28, 28),
            networks=_plain,
            optimizer=lambda parameters: torch.optim.Adam(parameters, lr=3e-4),
            method="penalty",
            batch_size=32,
        ),
        Variant(
            name="mlp-clip-32px",
            about="100-128-256-512-1024 with batch normalisation against 512-256-1, 32 pixels, RMSProp 5e-5, "
            "c = .005, 25 critic steps.",
            known_for="Known for a critic step that cleared the generator's gradients, so that the critic's piled "
            "up, and for a text that said c = .01. Here the steps are yours.",
            image_shape=(1, 32, 32),
            networks=_wide,
            optimizer=lambda parameters: torch.optim.RMSprop(parameters, lr=5e-5),
            method="clip",
            n_critic=25,
            c=0.005,
        ),
        Variant(
            name="conv-penalty",
            about="Transposed convolutions with batch normalisation against three convolutions, latent 64, "
            "Adam 2e-4, batch 128, lambda 10. Seconds for each step without a graphics card.",
            known_for="Known for batch normalisation in the critic, where the penalty looks at single images: there "
            "is none here. Kernel 3 with stride 2 is left in: it overlaps unevenly.",
            image_shape=(1, 28, 28),
            networks=_convolutional,
            optimizer=lambda parameters: torch.optim.Adam(parameters, lr=2e-4, betas=(0.5, 0.999)),
            method="penalty",
            batch_size=128,
        ),
    )
}
