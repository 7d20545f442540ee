"""Images for training: one uint8 tensor on the device, batches drawn from it there.

    images = data.load()                # the bundled Fashion-MNIST, 10,000 garments
    real = images.sample(64)            # shape (64, 1, 28, 28), values in [-1, 1]
    own = data.Images("own", pixels)    # yours: uint8, shape (n, channels, rows, columns)

The bundled images need no network. The other data sets are looked for, in this
order, under the folder that WGAN_DATA names, in the folder of Debian's data set
packages and in the cache; the last resort is to fetch them into the cache.

    WGAN_DATA    a folder with idx files of your own, .gz or not
    WGAN_CACHE   where fetched files are kept, ~/.cache/wgan-lab if not set
"""

import gzip
import os
import socket
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from math import isqrt, prod
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from ..course import ROOT, CourseError, show_path

Name = Literal["fashion-mnist", "mnist", "kmnist"]
Split = Literal["train", "test"]

BUNDLE = Path(__file__).resolve().parent / "fashion-mnist"
DEBIAN = Path("/usr/share/datasets")
SIDE = 28  # pixels, in all three data sets
SIZES = (28, 32)
PREFIX: dict[Split, str] = {"train": "train", "test": "t10k"}  # how the files of a split begin
PATIENCE = 30.0  # seconds without an answer before a download is given up
GARMENTS = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)


@dataclass(frozen=True)
class _Source:
    """What is known of a data set before it is read.

    Attributes:
        folder: its name in torchvision, and of the folder torchvision makes.
        classes: names of the labels 0 to 9.
        first_labels: how its training labels begin. Three data sets share the
            same four file names, and this tells them apart.
    """

    folder: str
    classes: tuple[str, ...]
    first_labels: tuple[int, ...]


_SOURCES = {
    "fashion-mnist": _Source(
        "FashionMNIST",
        GARMENTS,
        (9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9, 5, 5, 7, 9),
    ),
    "mnist": _Source(
        "MNIST",
        tuple("0123456789"),
        (5, 0, 4, 1, 9, 2, 1, 3, 1, 4, 3, 5, 3, 6, 1, 7),
    ),
    "kmnist": _Source(
        "KMNIST",
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        (8, 7, 0, 1, 4, 2, 4, 8, 1, 1, 5, 1, 0, 5, 7, 6),
    ),
}


NAMES = tuple(_SOURCES)


def _scaled(pixels: Tensor) -> Tensor:
    """Bytes as float32: 0 becomes -1.0 and 255 becomes 1.0."""
    return pixels.to(torch.float32).div_(127.5).sub_(1.0)


@dataclass(frozen=True, eq=False, init=False)
class Images:
    """A data set in memory.

    Attributes:
        name: such as "fashion-mnist".
        images: uint8, shape (n, channels, rows, columns), 0 is black and 255 white.
        labels: int64, shape (n,), on the same device. Left out, all are 0.
        classes: the name of each label. Left out, it is the label's number.

    Raises:
        CourseError: images or labels have another shape or kind of number; the
            sentence says what makes them right.
    """

    name: str
    images: Tensor = field(repr=False)
    labels: Tensor = field(repr=False)
    classes: tuple[str, ...] = field(repr=False)

    def __init__(self, name: str, images: Tensor, labels: Tensor | None = None, classes: tuple[str, ...] = ()) -> None:
        if not isinstance(name, str):
            raise CourseError(f'name is a {type(name).__name__}; it comes first, data.Images("own", images).')
        _check_images(images)
        if labels is None:
            labels = torch.zeros(len(images), dtype=torch.int64, device=images.device)
        _check_labels(labels, images)
        classes = classes or tuple(map(str, range(int(labels.max()) + 1)))
        for key, value in {"name": name, "images": images, "labels": labels, "classes": classes}.items():
            object.__setattr__(self, key, value)  # the class is frozen

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int | slice | Tensor) -> Tensor:
        """The chosen images in float32: 0 becomes -1.0 and 255 becomes 1.0."""
        return _scaled(self.images[index])

    def __repr__(self) -> str:
        return f"Images({self.name}: {len(self)} images of shape {self.shape} on {self.device})"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one image, (channels, rows, columns)."""
        return tuple(self.images.shape[1:])

    @property
    def device(self) -> torch.device:
        """Where the images are, and where batches are made."""
        return self.images.device

    def sample(self, n: int, rng: torch.Generator | None = None) -> Tensor:
        """A batch of n images, drawn with replacement, each as likely as any other.

        Args:
            n: size of the batch.
            rng: a generator on the device of the images; None takes torch's own.

        Returns:
            float32, shape (n, channels, rows, columns), values in [-1, 1].
        """
        chosen = torch.randint(len(self), (n,), generator=rng, device=self.device)
        return _scaled(self.images.index_select(0, chosen))  # much faster than images[chosen]

    def first(self, n: int) -> Tensor:
        """The first n images of each class, class after class: one row each in a grid.

        Returns:
            float32, shape (number of classes * n, channels, rows, columns), values in [-1, 1].
        """
        rows = [self.labels.eq(label).nonzero().flatten()[:n] for label in range(len(self.classes))]
        return self[torch.cat(rows)]

    def to(self, device: torch.device | str) -> "Images":
        """The same data set on another device."""
        return replace(self, images=self.images.to(device), labels=self.labels.to(device))


def load(
    name: Name = "fashion-mnist",
    *,
    split: Split = "train",
    full: bool = False,
    size: int = SIDE,
    device: torch.device | str | None = None,
) -> Images:
    """A data set of small grey images in ten classes.

    Args:
        name: "fashion-mnist", "mnist" or "kmnist".
        split: "train" or "test".
        full: Fashion-MNIST has 10,000 training and 2,000 test images in the
            course itself; True asks for all 60,000 and 10,000. The other data
            sets are always whole.
        size: 28, as they are, or 32, with two black pixels more on each side.
        device: where the images go; None is the CPU.

    Raises:
        CourseError: a name, split or size that does not exist, files that are
            damaged, or a data set that is not here and cannot be fetched.
    """
    _choose("data set", name, NAMES)
    _choose("split", split, tuple(PREFIX))
    _choose("size", size, SIZES)
    bundled = name == "fashion-mnist" and not full
    folder = BUNDLE if bundled else _find(name, split) or _fetch(name)
    images, labels = _read(folder, split)
    images = F.pad(images, [(size - SIDE) // 2] * 4)[:, None]
    loaded = Images(name, images, labels, _SOURCES[name].classes)
    return loaded if device is None else loaded.to(device)


def cache_folder() -> Path:
    """The folder for fetched files; it need not exist yet."""
    if chosen := os.environ.get("WGAN_CACHE"):
        return Path(chosen).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "wgan-lab"


def read_idx(path: Path) -> Tensor:
    """The numbers of one idx file of bytes, gzipped or not.

    Two zero bytes, the type (8: unsigned bytes), the number of axes; the length
    of each axis in four bytes, the highest first; then the numbers.

    Returns:
        uint8, of the shape that the file states.

    Raises:
        CourseError: the file cannot be read, or is not a whole idx file.
    """
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, f"cannot be read ({last_line(error)})") from None
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise _damaged(path, "is not an idx file of bytes")
    start = 4 + 4 * content[3]
    shape = [int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4)]
    if len(content) != start + prod(shape):
        raise _damaged(path, f"should be {start + prod(shape)} bytes long and is {len(content)}")
    return torch.frombuffer(bytearray(content), dtype=torch.uint8)[start:].reshape(shape)


# Where the files are ---------------------------------------------------------


def _find(name: Name, split: Split) -> Path | None:
    """The folder on this machine that holds a split, if there is one."""
    folder = _SOURCES[name].folder
    given = _given()
    if given:
        for place in (given / folder / "raw", given / folder, given / name, given / "raw", given):
            if any(_files(place, split)) and not _holds_another(place, name):
                return place
    for place in (DEBIAN / name, cache_folder() / folder / "raw"):
        if all(_files(place, split)):
            return place
    return None


def _given() -> Path | None:
    """The folder that WGAN_DATA names, if any."""
    chosen = os.environ.get("WGAN_DATA")
    if chosen and not Path(chosen).expanduser().is_dir():
        raise CourseError(f"WGAN_DATA names the folder {chosen}, which does not exist; change or unset it.")
    return Path(chosen).expanduser() if chosen else None


def _files(folder: Path, split: Split) -> list[Path | None]:
    """The files of images and labels of a split, plain rather than gzipped; None for one not there."""
    found = []
    for stem in _stems(split):
        paths = folder / stem, folder / f"{stem}.gz"
        found.append(next((path for path in paths if path.is_file()), None))
    return found


def _both_files(folder: Path, split: Split) -> tuple[Path, Path]:
    """The files of images and labels of a split.

    Raises:
        CourseError: one of them is missing.
    """
    images, labels = _files(folder, split)
    if images is None or labels is None:
        raise _damaged(folder / _stems(split)[0 if images is None else 1], "is missing")
    return images, labels


def _stems(split: Split) -> tuple[str, str]:
    return f"{PREFIX[split]}-images-idx3-ubyte", f"{PREFIX[split]}-labels-idx1-ubyte"


def _holds_another(folder: Path, name: Name) -> bool:
    """Whether the training labels in that folder begin like those of another data set."""
    _, path = _files(folder, "train")
    begin = tuple(read_idx(path).flatten()[:16].tolist()) if path else ()
    return any(begin == source.first_labels for other, source in _SOURCES.items() if other != name)


def _fetch(name: Name) -> Path:
    """Fetch a data set into the cache, whole or not at all; the folder it is in then."""
    try:
        from torchvision import datasets
    except (ImportError, RuntimeError) as error:  # RuntimeError: not built for this torch
        raise CourseError(
            f"Fetching {name} needs torchvision, which does not load ({last_line(error)}); "
            "install torch and torchvision together, as the README says."
        ) from None
    folder = _SOURCES[name].folder
    kept = cache_folder() / folder / "raw"
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="fetch-") as scratch, patience():
            getattr(datasets, folder)(scratch, download=True)
            raw = Path(scratch) / folder / "raw"
            for split in PREFIX:
                _read(raw, split)
            kept.mkdir(parents=True, exist_ok=True)
            for path in (*_both_files(raw, "train"), *_both_files(raw, "test")):
                path.replace(kept / path.name)
    except (OSError, RuntimeError, HTTPException, EOFError, zlib.error, CourseError) as error:
        raise _unreachable(name, error) from None
    return kept


@contextmanager
def patience() -> Iterator[None]:
    """Let a silent network fail after a while; torchvision by itself waits for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


# What is in them -------------------------------------------------------------


def _read(folder: Path, split: Split) -> tuple[Tensor, Tensor]:
    """Images (n, 28, 28) as bytes and labels (n,) as int64, checked against each other."""
    images_path, labels_path = _both_files(folder, split)
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or len(images) == 0:
        raise _damaged(images_path, f"has shape {tuple(images.shape)} instead of (n, {SIDE}, {SIDE})")
    if labels.shape != images.shape[:1]:
        raise _damaged(labels_path, f"has shape {tuple(labels.shape)} beside {len(images)} images")
    if labels.max() > 9:
        raise _damaged(labels_path, f"has a label {labels.max()}, and labels go from 0 to 9")
    return images, labels.long()


# What went wrong -------------------------------------------------------------


def _check_images(images: object) -> None:
    """Raise a CourseError for images that are not bytes, or have other axes."""
    if not isinstance(images, Tensor):
        kind, way = type(images).__name__, "torch.stack(images)"
        if kind == "ndarray":
            kind, way = "numpy array", "torch.from_numpy(images)"
        raise CourseError(f"images is a {kind}; it should be a uint8 tensor, such as {way} gives.")
    axes_way = _axes_way(tuple(images.shape))
    if axes_way is not None:
        raise CourseError(
            f"images has shape {tuple(images.shape)}; it should be (n, channels, rows, columns), all of them 1 or "
            f"more{axes_way}."
        )
    if images.dtype != torch.uint8:
        kind = str(images.dtype).removeprefix("torch.")
        raise CourseError(f"images is {kind}; it should be uint8, from 0 to 255: {_bytes_way(images)} makes it so.")


def _axes_way(shape: tuple[int, ...]) -> str | None:
    """What gives images of this shape the right axes; None where they have them."""
    if not all(shape):
        return ""
    if len(shape) == 2:
        side = isqrt(shape[1])
        rows = f"{side}, {side}" if side**2 == shape[1] else "rows, columns"
        return f": images.reshape(-1, 1, {rows}) makes it so"
    if len(shape) == 3:
        return ": images[:, None] adds the channel"
    if len(shape) == 4 and shape[3] in (1, 3, 4) and shape[1] not in (1, 3, 4):
        return ": images.permute(0, 3, 1, 2) puts the channels first"
    return None if len(shape) == 4 else ""


def _bytes_way(images: Tensor) -> str:
    """What makes bytes of images of this kind and range."""
    if images.dtype == torch.bool:
        return "images.to(torch.uint8) * 255"
    if images.is_complex():
        return "images.abs(), scaled to 255,"
    low, high = (value.item() for value in torch.aminmax(images))
    if low >= 0 and high <= 255 and not images.is_floating_point():
        return "images.to(torch.uint8)"
    if low < 0 and high <= 1:
        return "((images + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)"
    if low >= 0 and high <= 1:
        return "(images * 255).round().to(torch.uint8)"
    if low >= 0 and high <= 255:
        return "images.round().to(torch.uint8)"
    return "((images - low) / (high - low) * 255).round().to(torch.uint8), with the lowest and the highest value,"


def _check_labels(labels: object, images: Tensor) -> None:
    """Raise a CourseError for labels that do not belong to the images."""
    if not isinstance(labels, Tensor):
        raise CourseError(f"labels is a {type(labels).__name__}; it should be a tensor: torch.as_tensor(labels).")
    if labels.shape != images.shape[:1]:
        raise CourseError(
            f"labels has shape {tuple(labels.shape)}, and there are {len(images)} images; there should be one label "
            "for each, or none: leave them out."
        )
    if labels.is_floating_point() or labels.is_complex() or labels.dtype == torch.bool:
        kind = str(labels.dtype).removeprefix("torch.")
        raise CourseError(f"labels is {kind}; labels are whole numbers, such as labels.long() gives.")
    if labels.device != images.device:
        raise CourseError(f"labels is on {labels.device}, and images on {images.device}: labels.to(images.device).")


def _choose(what: str, value: object, choices: tuple) -> None:
    if value not in choices:
        raise CourseError(f"There is no {what} {value!r}; choose one of {', '.join(map(repr, choices))}.")


def _damaged(path: Path, problem: str) -> CourseError:
    """What is wrong with a file, and what to do about it, which depends on whose it is."""
    cure = "put a good copy in its place"
    if path.is_relative_to(BUNDLE):
        cure = "take this folder from a fresh copy of the course"
    elif path.is_relative_to(cache_folder()):
        cure = "delete it and load again to have it fetched"
    shown = show_path(path) if path.is_relative_to(ROOT) else path
    return CourseError(f"{shown} {problem}; {cure}.")


def _unreachable(name: Name, error: Exception) -> CourseError:
    reason = "what came is damaged" if isinstance(error, CourseError) else last_line(error)
    bundled = "leave out full=True" if name == "fashion-mnist" else 'take "fashion-mnist"'
    return CourseError(
        f"{name} is not on this machine and could not be fetched ({reason}): connect to a network, "
        f"set WGAN_DATA to a folder with its four idx files, or {bundled}, which is bundled with the course."
    )


def last_line(error: Exception) -> str:
    """The last line of what an exception says; for a file, without its path."""
    lines = str(getattr(error, "strerror", None) or error).strip().splitlines()
    return lines[-1].strip("<> .") if lines else type(error).__name__
