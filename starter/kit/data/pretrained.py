"""Networks that are already trained: two generators to draw with, and a classifier to judge with.

    generator = pretrained.load("penalty")
    images = generator(torch.randn(16, generator.latent_dim))    # (16, 1, 28, 28), in [-1, 1]
    pretrained.card("penalty")["settings"]
    run = train(**pretrained.recipe(), data=data.load(), seconds=3600)    # another one like it

Weights lie in starter/kit/data/weights as safetensors files, which hold numbers and
no code. Each carries its card: data, settings, seed, scores. `make pretrained`
makes them again.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Literal, overload

import safetensors.torch
import torch
from safetensors import safe_open
from torch import Tensor, nn

from ..course import CourseError

FOLDER = Path(__file__).resolve().parent / "weights"
HASHES = FOLDER / "SHA256SUMS"
GARMENT = (1, 28, 28)  # shape of one image


class Generator(nn.Module):
    """Noise to garments: two linear layers, then two transposed convolutions.

    Args:
        latent_dim: dimension of z.
        width: channels of the maps before the last layer.
        shape: (channels, rows, columns) of an image; rows and columns divide by 4.

    Source: InfoGAN's generator for MNIST (Chen et al. 2016, appendix C.1), narrower.
    """

    def __init__(self, latent_dim: int = 64, width: int = 32, shape: tuple[int, int, int] = GARMENT) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        channels, rows, columns = shape[0], shape[1] // 4, shape[2] // 4
        size = 2 * width * rows * columns
        layers: list[nn.Module] = [nn.Linear(latent_dim, 256), nn.BatchNorm1d(256), nn.ReLU()]
        layers += [nn.Linear(256, size), nn.BatchNorm1d(size), nn.ReLU()]
        layers += [nn.Unflatten(1, (2 * width, rows, columns))]
        layers += [nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.BatchNorm2d(width), nn.ReLU()]
        layers += [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        """Images of shape (n, *shape), values in [-1, 1], made from z of shape (n, latent_dim)."""
        return self.layers(z)


class Critic(nn.Module):
    """The critic that the generators are trained against.

    Args:
        width: channels after the first convolution.
        shape: (channels, rows, columns) of an image; rows and columns divide by 4.
        outputs: of the last layer; more than 1 is for critics that are given a class.
    """

    def __init__(self, width: int = 32, shape: tuple[int, int, int] = GARMENT, outputs: int = 1) -> None:
        super().__init__()
        channels, rows, columns = shape[0], shape[1] // 4, shape[2] // 4
        layers: list[nn.Module] = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(width, 2 * width, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten()]
        layers += [nn.Linear(2 * width * rows * columns, 128), nn.LeakyReLU(0.2), nn.Linear(128, outputs)]
        self.layers = nn.Sequential(*layers)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of shape (n,) for images of shape (n, *shape)."""
        return self.layers(images).squeeze(1)


class Classifier(nn.Module):
    """Names the garment. What it computes before its last layer serves as features.

    Attributes:
        num_features: length of one feature vector.
    """

    num_features = 64

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2)),
            nn.Flatten(),
            *(nn.Linear(64 * 49, self.num_features), nn.ReLU()),
        )
        self.head = nn.Linear(self.num_features, 10)

    def features(self, images: Tensor) -> Tensor:
        """Features of shape (n, 64), at least 0, of images of shape (n, 1, 28, 28) in [-1, 1]."""
        return self.body(images)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of the ten garments, shape (n, 10), before the softmax."""
        return self.head(self.features(images))


NETWORKS: dict[str, type[Generator | Classifier]] = {"penalty": Generator, "clip": Generator, "classifier": Classifier}


def recipe(method: Literal["penalty", "clip"] = "penalty", minutes: float = 60, card: bool = False) -> dict[str, Any]:
    """Fresh networks like the two generators' and their critics', and settings to train them with.

    They are larger and slower than those of the sheets, and draw better from about two minutes on
    (lesson 05). With ten minutes or more, both learning rates fall to a twentieth by the end, and
    the average reaches further back.

    Args:
        method: "penalty" or "clip".
        minutes: how long you will train on two processor cores, about.
        card: for a minute on a CUDA card instead, whatever minutes is: networks twice
            as wide, and batches of 256. A starting point, which was not tried on a card.

    Returns:
        Arguments for loop.train: all but the data and how long to train.
    """
    width, batch_size = (64, 256) if card else (32, 64)
    networks = {"critic": Critic(width), "generator": Generator(width=width)}
    rate = {"penalty": 1e-3, "clip": 5e-4}[method]
    short = minutes < 10 and not card
    end = {"average": 0.99, "decay": 0.0} if short else {"average": 0.999, "decay": 0.95}
    return {**networks, "method": method, "n_critic": 3, "batch_size": batch_size, "rate": rate, **end}


@overload
def load(name: Literal["penalty", "clip"], device: torch.device | str = "cpu") -> Generator: ...


@overload
def load(name: Literal["classifier"], device: torch.device | str = "cpu") -> Classifier: ...


@overload
def load(name: str, device: torch.device | str = "cpu") -> Generator | Classifier: ...


def load(name: str, device: torch.device | str = "cpu") -> Generator | Classifier:
    """A trained network in eval mode, its weights fixed.

    Args:
        name: "penalty" or "clip", generators trained as WGAN-GP and as WGAN, or
            "classifier".
        device: where to put it.

    Raises:
        CourseError: there is no such network, or its file is missing or damaged.
    """
    path = _path(name)
    with torch.device("meta"):  # no first weights: to draw them would move your random numbers on
        network = NETWORKS[name]()
    try:
        network.to_empty(device="cpu").load_state_dict(safetensors.torch.load_file(path))
    except Exception:
        raise _damaged(path) from None
    return network.requires_grad_(False).eval().to(device)


def card(name: str) -> dict[str, Any]:
    """What is known of a network: data, settings, seed, minutes, scores.

    Raises:
        CourseError: as load.
    """
    path = _path(name)
    try:
        with safe_open(path, "pt") as file:
            return json.loads(file.metadata()["card"])
    except Exception:
        raise _damaged(path) from None


def save(name: str, network: nn.Module, card: dict[str, Any]) -> Path:
    """Write a network in half precision, with its card, and note the file's hash."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.safetensors"
    weights = {
        key: (value.half() if value.is_floating_point() else value).contiguous().cpu()
        for key, value in network.state_dict().items()
    }
    safetensors.torch.save_file(weights, path, metadata={"card": json.dumps(card)})
    path.chmod(0o644)
    hashes = _hashes() | {path.name: _hash(path)}
    HASHES.write_text("".join(f"{value}  {file}\n" for file, value in sorted(hashes.items())), encoding="utf-8")
    return path


def _path(name: str) -> Path:
    """The file of a network, once its hash is seen to be right."""
    if name not in NETWORKS:
        raise CourseError(f"There is no trained network {name!r}. There are: {', '.join(NETWORKS)}.")
    path = FOLDER / f"{name}.safetensors"
    if not path.exists() or _hash(path) != _hashes().get(path.name):
        raise _damaged(path)
    return path


def _damaged(path: Path) -> CourseError:
    return CourseError(f"starter/kit/data/weights/{path.name} is missing or damaged: take it from a fresh copy.")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _hashes() -> dict[str, str]:
    """File names, and the hashes noted for them."""
    if not HASHES.exists():
        return {}
    lines = HASHES.read_text(encoding="utf-8").splitlines()
    return {name: value for value, _, name in (line.partition("  ") for line in lines)}
