"""The file that is handed in: weights as safetensors, and beside them what is claimed, as JSON.

Such a file holds numbers and text and no code, so that opening one from somebody
else runs nothing of theirs. All that is in it is looked at before it is used.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import nn

from ..course import CourseError
from .setup import BASE, Setup, changed

FORMAT = "WGAN Lab, experiment, 1"
ENDING = ".safetensors"
LARGEST = 100 * 2**20  # bytes
MOST_SEEDS = 10
SIDES = ("base", "changed")


@dataclass(frozen=True)
class HandIn:
    """What a file says, and its generators.

    Attributes:
        name, question: as handed in, without signs that cannot be printed.
        base, changed: settings.
        seconds: of each training, as claimed; 0 if steps were counted.
        claimed: Frechet distances, as claimed: for each side one for each seed.
        generators: for each side one for each seed, in eval mode, in the course's own classes.
    """

    name: str
    question: str
    base: Setup
    changed: Setup
    seconds: float
    claimed: list[list[float]]
    generators: list[list[nn.Module]]


def write(path: str | Path, card: dict[str, Any], generators: Sequence[Sequence[nn.Module]]) -> Path:
    """Write a hand-in, whole or not at all; weights in half precision."""
    if not isinstance(path, str | Path) or not str(path).strip():
        raise CourseError(f'path should say where, such as "runs/ada{ENDING}", and is {path!r:.40}.')
    path = Path(path)
    if path.suffix != ENDING:
        raise CourseError(f"The file is {path.name}; its name should end in {ENDING}.")
    if not isinstance(card["name"], str) or not card["name"].strip():
        raise CourseError('name should say whose it is, such as name="Ada".')
    weights = {
        f"{side}.{seed}.{key}": (value.half() if value.is_floating_point() else value).contiguous().cpu()
        for side, of_seeds in zip(SIDES, generators, strict=True)
        for seed, generator in enumerate(of_seeds)
        for key, value in generator.state_dict().items()
    }
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        safetensors.torch.save_file(weights, beside, metadata={"format": FORMAT, "card": json.dumps(card)})
        os.replace(beside, path)
    except (OSError, SafetensorError) as error:
        raise CourseError(f"The experiment could not be written to {path}: {error}.") from None
    finally:
        beside.unlink(missing_ok=True)
    return path


def read(path: Path) -> HandIn:
    """Read a hand-in of somebody else.

    Raises:
        CourseError: one sentence on what is wrong with it, that begins with the name of the file.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise _no(path, f"is {size / 2**20:.0f} MB large, and a hand-in has at most {LARGEST // 2**20}")
    try:
        with safe_open(path, "pt") as file:
            told = file.metadata() or {}
            card = json.loads(told.get("card", "null"))
            keys = list(file.keys()) if told.get("format") == FORMAT else []
            weights = {key: file.get_tensor(key) for key in keys}
    except Exception:  # a damaged file fails in many ways
        raise _no(path, "is damaged or no safetensors file") from None
    if told.get("format") != FORMAT or not isinstance(card, dict):
        raise _no(path, "holds weights, but no experiment of this course")
    try:
        base = changed(BASE, card.get("base"), "base")
        other = changed(BASE, card.get("changed"), "changed")
    except CourseError as error:
        raise _no(path, f"has settings that cannot be: {error}".rstrip(".")) from None
    claimed = _claimed(path, card.get("frechet"))
    seconds = card.get("seconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not isfinite(seconds) or seconds < 0:
        raise _no(path, "does not say how long it trained")
    generators = [
        [_loaded(path, setup, weights, f"{side}.{seed}.") for seed in range(len(claimed[0]))]
        for side, setup in zip(SIDES, (base, other), strict=True)
    ]
    texts = (plain(card.get("name"), 30) or plain(path.stem, 30), plain(card.get("question"), 120))
    return HandIn(*texts, base, other, float(seconds), claimed, generators)


def _no(path: Path, problem: str) -> CourseError:
    return CourseError(f"{plain(path.name, 60)} {problem}.")


def plain(text: Any, longest: int) -> str:
    """Text of somebody else on one line: what can be printed, and no sign that a table or a formula begins with."""
    shown = "".join(sign for sign in str(text or "") if sign.isprintable() and sign not in "|$<>`\\")
    return shown[:longest].strip()


def _claimed(path: Path, found: Any) -> list[list[float]]:
    """Two lists of as many numbers."""
    sides = found if isinstance(found, list) and all(isinstance(side, list) for side in found) else []
    numbers = [number for side in sides for number in side]
    real = all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in numbers)
    if len(sides) != 2 or not real or len(sides[0]) != len(sides[1]) or not 2 <= len(sides[0]) <= MOST_SEEDS:
        raise _no(path, f"does not say what was found with 2 to {MOST_SEEDS} seeds on both sides")
    return [[float(number) for number in side] for side in sides]


def _loaded(path: Path, setup: Setup, weights: dict[str, torch.Tensor], begin: str) -> nn.Module:
    """A generator with its weights, which have to be those of the course's own class."""
    generator = setup.generator()
    own = {key: value.float() for key, value in _part(weights, begin).items()}
    here = {key: value.shape for key, value in generator.state_dict().items()}
    if {key: value.shape for key, value in own.items()} != here:
        raise _no(
            path,
            "has weights that do not fit the course's own networks with these settings; networks of your own can be "
            "shown, but not compared here",
        )
    if not all(value.isfinite().all() for value in own.values()):
        raise _no(path, "has weights that are no finite numbers")
    generator.load_state_dict(own)
    return generator.eval().requires_grad_(False)


def _part(weights: dict[str, torch.Tensor], begin: str) -> dict[str, torch.Tensor]:
    return {key[len(begin) :]: value for key, value in weights.items() if key.startswith(begin)}
