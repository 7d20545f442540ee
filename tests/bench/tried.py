"""python -m tests.bench.tried [--seeds N] [--marks N] [WORD ...]: settings that were tried, and what each came to.

Two measurements, because a clock is only as steady as the machine:

1. Milliseconds of a generator step, all settings taking turns on all threads;
   the fastest turn counts. It says how many steps fit into each mark.
2. The Frechet distance after those steps, for up to three seeds, one training
   for each processor core. These numbers do not depend on how busy the machine is.

Choices are made on one half of the held-out images (validation); the other half
(test) is looked at for the table alone. Results are kept in tried.json: what is
there is not computed again, so settings can be added. With words, only the
settings of these names, or whose names hold one of them, are trained. The table is tried.md.
"""

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

os.environ.setdefault("WGAN_LABS", "solutions")

import torch
from torch import Tensor, nn

from starter import critic as critics
from starter import generator as generators
from starter.kit import Run, data, go_on, machine, pretrained, scores, train

FOLDER = Path(__file__).resolve().parent
SEEDS = (0, 1, 2)
SHORT, LONG = (30, 60), (30, 60, 300)  # seconds of training on an undisturbed machine
AT_ONCE = (300, 600)  # one of these alone, for rates that fall until then
TURNS, TURN = 50, 2  # for the milliseconds: turns of each setting, steps in a turn


@dataclass(frozen=True)
class Setting:
    """What to train, and how.

    Attributes:
        critic, generator: make fresh networks.
        marks: after how many seconds to look.
        generator_rate: the generator's learning rate, where it has another than the critic.
        as_fast_as: another setting with the same arithmetic, whose milliseconds count.
        more: further arguments of train.
    """

    critic: Callable[[], nn.Module] = critics.MLPCritic
    generator: Callable[[], nn.Module] = generators.MLPGenerator
    marks: tuple[int, ...] = SHORT
    generator_rate: float | None = None
    as_fast_as: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def start(self, images: data.Images, seed: int) -> Run:
        """A run without a step."""
        torch.manual_seed(seed)
        run = train(self.critic(), self.generator(), images, steps=0, seed=seed, live=False, **self.more)
        if self.generator_rate:
            run.generator_optimizer.param_groups[0]["lr"] = self.generator_rate
        return run


def mlp(rate: float, marks: tuple[int, ...] = SHORT, batch_size: int = 64, **more: Any) -> Setting:
    """The course's fully connected networks."""
    return Setting(marks=marks, more={"rate": rate, "batch_size": batch_size} | more)


def conv(
    rate: float, marks: tuple[int, ...] = SHORT, as_fast_as: str = "", large: bool = False, **more: Any
) -> Setting:
    """The course's convolutional networks, or the larger ones of pretrained.recipe(); 3 critic steps."""
    settings = {"rate": rate, "batch_size": 64, "n_critic": 3} | more
    if large:
        return Setting(pretrained.Critic, pretrained.Generator, marks, as_fast_as=as_fast_as, more=settings)
    return Setting(critics.ConvCritic, generators.ConvGenerator, marks, as_fast_as=as_fast_as, more=settings)


def stem(rate: float, batch_size: int) -> Setting:
    """A generator of two linear layers and two transposed convolutions, and a fully connected critic."""
    settings = {"rate": rate, "batch_size": batch_size}
    return Setting(generator=lambda: pretrained.Generator(width=16), more=settings)


class Residual(nn.Module):
    """Twice as large by repeating each pixel, plus convolutions of the same."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.short = nn.Sequential(nn.Conv2d(before, after, kernel_size=1), nn.Upsample(scale_factor=2))
        self.long = nn.Sequential(
            nn.BatchNorm2d(before),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(before, after, kernel_size=3, padding=1),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, kernel_size=3, padding=1),
        )

    def forward(self, images: Tensor) -> Tensor:
        return self.short(images) + self.long(images)


class ResidualGenerator(nn.Sequential):
    """Two linear layers, a residual block, and a convolution to one channel."""

    latent_dim = 64

    def __init__(self) -> None:
        super().__init__(
            *(nn.Linear(64, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Linear(256, 32 * 14 * 14)),
            *(nn.Unflatten(1, (32, 14, 14)), Residual(32, 16), nn.BatchNorm2d(16), nn.ReLU()),
            *(nn.Conv2d(16, 1, kernel_size=3, padding=1), nn.Tanh()),
        )


def wide(width: int, rate: float, batch_size: int) -> Setting:
    """Fully connected networks of another width than 256."""
    settings = {"rate": rate, "batch_size": batch_size}
    return Setting(lambda: critics.MLPCritic(width=width), lambda: generators.MLPGenerator(width=width), more=settings)


FALLING, LARGER = {"average": 0.999, "decay": 0.95}, "larger convolutional pair, rate 1e-3"
TRIED = {
    "rate 1e-3": mlp(1e-3, LONG),
    "rate 2e-3": mlp(2e-3),
    "rate 3e-3": mlp(3e-3),
    "rate 2e-3, generator 1e-3": Setting(generator_rate=1e-3, more={"rate": 2e-3, "batch_size": 64}),
    "rate 2e-3, 3 critic steps": mlp(2e-3, n_critic=3),
    "rate 2e-3, batch 32": mlp(2e-3, batch_size=32),
    "rate 2e-3, batch 128": mlp(2e-3, batch_size=128),
    "rate 3e-3, batch 128": mlp(3e-3, LONG, batch_size=128),
    "rate 5e-3, batch 128": mlp(5e-3, batch_size=128),
    "rate 3e-3, batch 256": mlp(3e-3, batch_size=256),
    "rate 5e-3, batch 256": mlp(5e-3, batch_size=256),
    "rate 3e-3, batch 128, 3 critic steps": mlp(3e-3, batch_size=128, n_critic=3),
    "rate 3e-3, batch 128, width 384": wide(384, 3e-3, batch_size=128),
    "rate 3e-3, batch 128, average .98": mlp(3e-3, batch_size=128, average=0.98),
    "rate 3e-3, batch 128, bfloat16": mlp(3e-3, batch_size=128, precision="bfloat16"),
    "rate 3e-3 falling to 0.15e-3, batch 128": mlp(3e-3, (60,), batch_size=128, decay=0.95),
    "convolutional pair, rate 1e-3": conv(1e-3, LONG),
    "convolutional pair, rate 3e-3": conv(3e-3),
    "convolutional pair, rate 1e-3, bfloat16": conv(1e-3, precision="bfloat16"),
    "convolutional pair, rate 3e-3, bfloat16": conv(
        3e-3, as_fast_as="convolutional pair, rate 1e-3, bfloat16", precision="bfloat16"
    ),
    "convolutional pair, rate 5e-3": conv(5e-3, as_fast_as="convolutional pair, rate 3e-3"),
    "stem, rate 3e-3, batch 128": stem(3e-3, batch_size=128),
    "residual block, rate 3e-3, batch 128": Setting(
        generator=ResidualGenerator, more={"rate": 3e-3, "batch_size": 128}
    ),
    "clipping, rate 5e-4": mlp(5e-4, method="clip"),
    "clipping, rate 5e-4, batch 128": mlp(5e-4, batch_size=128, method="clip"),
    "clipping, rate 1e-3, batch 128": mlp(1e-3, batch_size=128, method="clip"),
    "larger convolutional pair, rate 1e-3": conv(1e-3, LONG, large=True),
    "larger convolutional pair, rate 1e-3, for 5 minutes": conv(1e-3, (300,), LARGER, large=True, **FALLING),
    "larger convolutional pair, rate 1e-3, for 10 minutes": conv(1e-3, (600,), LARGER, large=True, **FALLING),
    "fully connected, rate 3e-3, batch 128, for 10 minutes": mlp(3e-3, (600,), batch_size=128, **FALLING),
}


def milliseconds(names: list[str], images: data.Images) -> dict[str, float]:
    """Of a generator step with its critic steps: the fastest turn of each setting."""
    own = [name for name in names if not TRIED[name].as_fast_as]
    runs = {name: go_on(TRIED[name].start(images, 0), images, steps=2, live=False) for name in own}
    best = dict.fromkeys(own, float("inf"))
    for _ in range(TURNS):
        for name, run in runs.items():
            begin = time.perf_counter()
            go_on(run, images, steps=TURN, live=False)
            best[name] = min(best[name], 1000 * (time.perf_counter() - begin) / TURN)
    return best


def distances(name: str, seed: int, step_ms: float, marks: int | None) -> list[dict[str, float]]:
    """Steps and the Frechet distance to both halves of the held-out images, at the first `marks` marks."""
    torch.set_num_threads(1)
    images, held_out = data.load(), scores.held_out_features()
    run, found = TRIED[name].start(images, seed), []
    for mark in TRIED[name].marks[:marks]:
        go_on(run, images, steps=round(1000 * mark / step_ms) - run.steps, live=False)
        features = scores.features(run.sample(scores.N, seed=1))
        halves = {"validation": held_out[0::2], "test": held_out[1::2]}
        found.append({half: scores.frechet(of, features) for half, of in halves.items()} | {"steps": run.steps})
    return found


def report(kept: dict) -> str:
    """The tables: constant rates, the best at 60 s first; then rates that fall."""
    lines = [
        "# Settings that were tried",
        "Made by `python -m tests.bench.tried`: WGAN-GP on the bundled garments. Fréchet distance in classifier "
        f"features between {scores.N:,} generated images and half of the held-out ones: one seed, or the mean "
        "of three, the least and the largest. Choices are made on validation. A setting's steps "
        "are those that fit into the time at its milliseconds a step, the fastest turn on an otherwise idle machine. "
        "Those of the residual block, the larger convolutional pair and the second table were measured with "
        "starter/kit/pieces.py, which takes about 5 % off a step with the penalty, the others without.",
        "Where nothing else is said, the networks are the course's fully connected ones, with the penalty, 5 critic "
        "steps (the convolutional pair: 3), batch 64, Adam with betas (.5, .9) and an average of .99. Clipping: "
        "RMSprop, c = .03. Stem: a generator of two linear layers and two transposed convolutions, and a fully "
        "connected critic. Residual block: a generator of two linear layers and such a block, which repeats pixels "
        "and then convolves, and the same critic. The larger convolutional pair is that of `pretrained.recipe()`, with "
        "3 critic steps. Seeds of one setting differ by a tenth and more: rows nearer than "
        "that are not ordered.",
        "\n".join(f"- {line}" for line in machine.report().splitlines()),
        _table({name: kept[name] for name in kept if 60 in TRIED[name].marks}, LONG, (60, 300)),
        "## Rates that fall",
        "To a twentieth by the end of the time, with an average of .999.",
        _table({name: kept[name] for name in kept if TRIED[name].marks[0] in AT_ONCE}, AT_ONCE, AT_ONCE),
    ]
    return "\n\n".join(lines) + "\n"


def _table(kept: dict, on_validation: tuple[int, ...], on_test: tuple[int, ...]) -> str:
    """Settings over marks, the best first: at 60 s, or at their only mark."""
    rows = []
    for name, entry in kept.items():
        runs = list(entry["seeds"].values())
        if not runs:
            continue

        def values(mark: int, half: str, name: str = name, runs: list = runs) -> list[float]:
            place = TRIED[name].marks.index(mark) if mark in TRIED[name].marks else len(LONG)  # beyond all
            return [run[place][half] for run in runs if place < len(run)]

        cells = [values(mark, "validation") for mark in on_validation] + [values(mark, "test") for mark in on_test]
        row = f"| {name} | {entry['ms']:.1f} | {' | '.join(map(_cell, cells))} |"
        order = fmean(run[TRIED[name].marks.index(60) if len(run) > 1 else 0]["validation"] for run in runs)
        rows.append((order, row))
    heads = [*(f"validation, {mark} s" for mark in on_validation), *(f"test, {mark} s" for mark in on_test)]
    lines = [f"| setting | ms a step | {' | '.join(heads)} |", "|---" * (2 + len(heads)) + "|"]
    return "\n".join(lines + [row for _, row in sorted(rows)])


def _cell(values: list[float]) -> str:
    if not values:
        return "-"
    mean = f"{fmean(values):.0f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.0f} to {max(values):.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="of each setting")
    parser.add_argument("--marks", type=int, help="how many of a setting's marks to train to; not given, all")
    parser.add_argument("words", nargs="*", help="names of settings, or parts of names; none for all")
    arguments = parser.parse_args()
    words = arguments.words or list(TRIED)
    chosen = [name for name in TRIED if name in words] or [
        name for name in TRIED if any(word in name for word in words)
    ]
    path = FOLDER / "tried.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    if new := [name for name in TRIED if name not in kept]:
        kept |= {name: {"ms": ms, "seeds": {}} for name, ms in milliseconds(new, data.load()).items()}
        for name in new:
            ms = kept[TRIED[name].as_fast_as or name]["ms"]
            kept[name] = {"ms": ms, "seeds": {}}
            print(f"{ms:.1f} ms: {name}", flush=True)
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        waiting = {
            pool.submit(distances, name, seed, kept[name]["ms"], arguments.marks): (name, seed)
            for seed in SEEDS[: arguments.seeds]
            for name in chosen
            if len(kept[name]["seeds"].get(str(seed), [])) < len(TRIED[name].marks[: arguments.marks])
        }
        for done in as_completed(waiting):
            name, seed = waiting[done]
            kept[name]["seeds"][str(seed)] = done.result()
            print(seed, name, done.result(), flush=True)
            path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    (FOLDER / "tried.md").write_text(report({name: kept[name] for name in TRIED}), encoding="utf-8")


if __name__ == "__main__":
    main()
