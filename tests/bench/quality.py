"""How good the images are after how many seconds: the course's loop beside the public one."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from starter import critic as critics
from starter import generator as generators
from starter.kit import go_on, scores, train
from starter.kit.data.images import Images
from tests.bench.public import PublicLoop

SLICE = 5.0  # seconds of training before it is the other's turn
SHOWN = 12  # images


class Racer:
    """One training, in slices.

    Args:
        advance: trains for so many seconds.
        sample: gives n images.
    """

    def __init__(self, advance: Callable[[float], object], sample: Callable[[int], Tensor]) -> None:
        self.advance, self.sample = advance, sample
        self.spent = 0.0

    def until(self, seconds: float) -> None:
        """Train for one slice, and not beyond `seconds` in all."""
        begin = time.perf_counter()
        self.advance(min(SLICE, seconds - self.spent))
        self.spent += time.perf_counter() - begin


def public(images: Images, method: str, device: torch.device, seed: int) -> Racer:
    loop = PublicLoop(images, method, device, seed)

    def advance(seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            loop.update()

    return Racer(advance, lambda n: loop.sample(n, seed=1))


def ours(images: Images, method: str, device: torch.device, seed: int) -> Racer:
    torch.manual_seed(seed)
    pair = critics.MLPCritic(images.shape), generators.MLPGenerator(64, images.shape)
    run = train(*pair, images, method, steps=0, seed=seed, live=False, device=device)
    return Racer(lambda seconds: go_on(run, images, seconds=seconds, live=False), lambda n: run.sample(n, seed=1))


@dataclass
class Result:
    """What a racer came to.

    Attributes:
        distances: the Frechet distance to the held-out images, at each mark in seconds.
        images: SHOWN of its images, of the same noise each time, at each mark.
    """

    distances: dict[float, float] = field(default_factory=dict)
    images: dict[float, Tensor] = field(default_factory=dict)


def race(racers: Mapping[str, Racer], marks: Mapping[str, tuple[float, ...]]) -> dict[str, Result]:
    """Let them take turns of SLICE seconds, and look at each after so many seconds of its training.

    Args:
        racers: by their names.
        marks: when to look, for each racer.
    """
    held_out = scores.held_out_features()
    found = {name: Result() for name in racers}
    for mark in sorted({mark for own in marks.values() for mark in own}):
        due = [name for name in racers if mark in marks[name]]
        while behind := [racers[name] for name in due if mark - racers[name].spent > 0.05]:
            min(behind, key=lambda racer: racer.spent).until(mark)
        for name in due:
            images = racers[name].sample(scores.N)
            found[name].distances[mark] = scores.frechet(held_out, scores.features(images))
            found[name].images[mark] = images[:SHOWN]
    return found
