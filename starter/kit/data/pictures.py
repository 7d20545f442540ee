"""Colour pictures of 32 x 32 pixels: your own, those of known data sets, and flags that the course draws.

    own = pictures.folder("holiday")      # PNG and JPEG; a folder in it is a class
    own = pictures.load("cifar10")        # fetched once, by torchvision
    own = pictures.flags(2000)            # drawn on the spot, without a network

All three are data.Images: own.sample(64) has shape (64, 3, 32, 32) and values in [-1, 1].
"""

from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from ..course import CourseError, wrapped
from . import images
from .images import Images

SIDE = 32
SHAPE = (3, SIDE, SIDE)
ENDINGS = (".png", ".jpg", ".jpeg")
FEWEST, FEW = 16, 1000  # pictures to learn from; and how many are called few
MOST = 100_000  # pictures that are read
NAMES = ("cifar10", "svhn", "mnist", "kmnist")


# Your own --------------------------------------------------------------------


def folder(path: str | Path = "") -> Images:
    """The pictures of a folder, each cut to a square around its middle and scaled to 32 x 32.

    Transparent pictures get a white ground, grey ones become colour. Files that are no
    pictures are left out, and a line says which. Folders in it name classes.

    Args:
        path: with PNG and JPEG files.

    Raises:
        CourseError: it is no folder, or has fewer than 16 pictures that can be read.
    """
    if not isinstance(path, str | Path) or not str(path).strip():
        raise CourseError(f'path should name a folder, such as "my_pictures", and is {path!r:.40}.')
    place = Path(path).expanduser()
    if not place.is_dir():
        way = "a file; name the folder that it is in" if place.is_file() else "not there"
        raise CourseError(f"The folder {place} is {way}.")
    files = sorted(file for file in place.rglob("*") if file.is_file() and not file.name.startswith("."))
    chosen = [file for file in files if file.suffix.lower() in ENDINGS][:MOST]
    others = sorted({file.suffix.lower() or "no ending" for file in files} - set(ENDINGS))
    if not chosen:
        found = f"there are files with {', '.join(others[:5])}" if others else "it is empty"
        raise CourseError(f"In {place} is no PNG or JPEG picture: {found}.")
    read, trouble = [], []
    for file in chosen:
        try:
            read.append((file, _pixels(file)))
        except _Unreadable as error:
            trouble.append(f"{file.name} {error}")
    _say(len(read), trouble, others)
    if len(read) < FEWEST:
        raise CourseError(f"{place} has {len(read)} pictures that can be read; a critic needs at least {FEWEST}.")
    parents = sorted({file.parent for file, _ in read})
    classes = tuple(parent.name for parent in parents) if len(parents) > 1 else ()
    labels = torch.tensor([parents.index(file.parent) for file, _ in read])
    return Images(place.name, torch.stack([pixels for _, pixels in read]), labels, classes)


class _Unreadable(Exception):
    """Why a file is left out."""


def _pixels(file: Path) -> Tensor:
    """A picture as bytes, shape (3, 32, 32)."""
    try:
        with catch_warnings():
            simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as opened:
                picture = ImageOps.exif_transpose(opened)
                if min(picture.size) < 4:
                    raise _Unreadable(f"is only {picture.size[0]} x {picture.size[1]} pixels")
                picture = ImageOps.fit(_in_colour(picture), (SIDE, SIDE), Image.Resampling.LANCZOS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _Unreadable("is too large, above 89 million pixels") from None
    except UnidentifiedImageError:
        raise _Unreadable("is no picture, whatever its ending says") from None
    except _Unreadable:
        raise
    except Exception as error:  # a damaged file fails in many ways
        raise _Unreadable(
            f"is damaged ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
        ) from None
    return torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1)


def _in_colour(picture: Image.Image) -> Image.Image:
    """The same in red, green and blue, on white where it is transparent."""
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits or more of grey
        values = np.asarray(picture, dtype=np.float64)
        top = 65535 if values.max() > 255 else 255
        picture = Image.fromarray((values.clip(0, top) / top * 255).round().astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture)
    return picture.convert("RGB")


def _say(n: int, trouble: list[str], others: list[str]) -> None:
    """How many there are, and what is left out."""
    said = [f"{n:,} picture{'s' if n != 1 else ''} of {SIDE} x {SIDE} pixels in colour."]
    if trouble:
        more = f" and {len(trouble) - 5:,} more" if len(trouble) > 5 else ""
        said.append(f"Left out: {'; '.join(trouble[:5])}{more}.")
    if others:
        said.append(f"Files with {', '.join(others[:5])} are left out, too.")
    if FEWEST <= n < FEW:
        said.append(f"They are fewer than {FEW:,}, so let the critic see them changed by chance: Augmented(critic).")
    print(wrapped(" ".join(said)))


# Known data sets -------------------------------------------------------------


def load(name: str = "") -> Images:
    """CIFAR-10, SVHN, MNIST or KMNIST, in colour, 32 x 32.

    Raises:
        CourseError: there is no such name, or the data set is neither here nor can it be fetched.
    """
    if name not in NAMES:
        raise CourseError(f"There is no data set {name!r} here; choose one of {', '.join(map(repr, NAMES))}.")
    if name == "mnist" or name == "kmnist":
        grey = images.load(name, size=SIDE)  # type: ignore[arg-type]
        return Images(name, grey.images.expand(-1, 3, -1, -1), grey.labels, grey.classes)
    from torchvision import datasets

    makers: dict[str, Callable[..., Any]] = {
        "cifar10": lambda **how: datasets.CIFAR10(images.cache_folder(), **how),
        "svhn": lambda **how: datasets.SVHN(images.cache_folder() / "SVHN", split="train", **how),
    }
    try:
        found = makers[name](download=False)
    except (RuntimeError, OSError):
        found = _fetched(name, makers[name])
    pixels = torch.as_tensor(found.data)
    if pixels.shape[-1] == 3:
        pixels = pixels.permute(0, 3, 1, 2)
    labels = torch.as_tensor(found.targets if name == "cifar10" else found.labels).long()
    classes = tuple(found.classes) if name == "cifar10" else tuple("0123456789")
    return Images(name, pixels.contiguous(), labels, classes)


def _fetched(name: str, make: Callable[..., Any]) -> Any:
    try:
        with images.patience():
            return make(download=True)
    except (OSError, RuntimeError, HTTPException, EOFError) as error:
        raise CourseError(
            f"{name} is not on this machine and could not be fetched ({images.last_line(error)}): connect to a "
            "network, take a folder of your own, or pictures.flags(2000), which the course draws itself."
        ) from None


# Drawn by the course ---------------------------------------------------------

FLAGS = ("three stripes", "three columns", "cross", "disc", "saltire", "canton")
_DYES = np.array(
    [
        *((206, 17, 38), (0, 56, 147), (0, 122, 61), (255, 205, 0)),
        *((255, 255, 255), (20, 20, 20), (255, 121, 0), (116, 172, 223)),
    ],
    dtype=np.float64,
)


def flags(n: int = 2000, seed: int = 0) -> Images:
    """Flags of countries that do not exist, in six designs. Whoever uses them may do so freely (CC0).

    Args:
        n: how many, at least 1.
        seed: the same seed draws the same flags.
    """
    if not isinstance(n, int) or n < 1:
        raise CourseError(f"n is {n!r}; it should be a whole number, at least 1.")
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % len(FLAGS)
    drawn = np.stack([_flag(FLAGS[label], rng) for label in labels])
    pixels = torch.from_numpy(drawn.round().clip(0, 255).astype(np.uint8)).permute(0, 3, 1, 2).contiguous()
    return Images("flags", pixels, torch.from_numpy(labels), FLAGS)


def _flag(design: str, rng: np.random.Generator) -> np.ndarray:
    """One flag, shape (32, 32, 3), values from 0 to 255; a little shaded, as if the wind were in it."""
    first, second, third = _DYES[rng.permutation(len(_DYES))[:3]]
    y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1)
    flag = np.empty((SIDE, SIDE, 3))
    flag[:] = first
    if design in ("three stripes", "three columns"):
        along, edge = (y if design == "three stripes" else x), rng.uniform(0.25, 0.4)
        flag[along > edge], flag[along > 1 - edge] = second, third
    elif design == "cross":
        at, half = rng.uniform(0.3, 0.5), rng.uniform(0.06, 0.12)
        for width, dye in ((half * 2, second), (half, third)):
            flag[(abs(x - at) < width) | (abs(y - 0.5) < width)] = dye
    elif design == "disc":
        flag[y > 0.5] = first if rng.random() < 0.5 else third
        flag[(x - rng.uniform(0.35, 0.65)) ** 2 + (y - 0.5) ** 2 < rng.uniform(0.2, 0.3) ** 2] = second
    elif design == "saltire":
        half = rng.uniform(0.08, 0.16)
        flag[(abs(x - y) < half) | (abs(x + y - 1) < half)] = second
    else:
        stripes = rng.integers(2, 5) * 2 + 1
        flag[(y * stripes).astype(int) % 2 == 1] = second
        flag[(x < rng.uniform(0.35, 0.5)) & (y < rng.uniform(0.4, 0.6))] = third
    wave = 0.06 * np.sin(2 * np.pi * (x * rng.uniform(0.8, 1.6) + rng.random()))
    return flag * (0.94 + wave)[:, :, None]
