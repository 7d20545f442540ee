"""python -m tests.bench.tried [NAME ...]: settings that were tried, and what each came to.

One training of a minute for each setting and seed, from the same start, one
after the other. Choices are made on one half of the held-out images
(validation); the other half (test) is looked at for the table alone. Results
are kept in tried.json, so that settings can be added, and shown in tried.md.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")

import torch
from torch import nn

from starter import critic as critics
from starter import generator as generators
from starter.kit import data, machine, scores
from starter.kit.loop import go_on, train

FOLDER = Path(__file__).resolve().parent
SEEDS = (0, 1, 2)
MARKS = (30.0, 60.0)  # seconds of training
Pair = Callable[[], tuple[nn.Module, nn.Module]]


def mlp(width: int = 256) -> Pair:
    return lambda: (critics.MLPCritic(width=width), generators.MLPGenerator(64, width=width))


def conv(critic_width: int = 16, width: int = 24) -> Pair:
    return lambda: (critics.ConvCritic(width=critic_width), generators.ConvGenerator(64, width=width))


def mixed(width: int = 24) -> Pair:
    return lambda: (critics.MLPCritic(), generators.ConvGenerator(64, width=width))


def adam(critic_rate: float, generator_rate: float, beta: float = 0.5) -> dict:
    """Optimisers by their rates; built when the networks are there."""
    return {"rates": (critic_rate, generator_rate), "betas": (beta, 0.9)}


TRIED: dict[str, tuple[Pair, dict]] = {
    "the default: fully connected, 5 critic steps, batch 64, Adam 1e-3": (mlp(), {}),
    "rate 2e-3": (mlp(), adam(2e-3, 2e-3)),
    "rates 2e-3 for the critic, 1e-3 for the generator": (mlp(), adam(2e-3, 1e-3)),
    "3 critic steps": (mlp(), {"n_critic": 3}),
    "batch 128": (mlp(), {"batch_size": 128}),
    "batch 32": (mlp(), {"batch_size": 32}),
    "width 384 for 256": (mlp(384), {}),
    "convolutional pair, 3 critic steps": (conv(), {"n_critic": 3}),
    "convolutional generator, fully connected critic": (mixed(), {}),
}


def measure(pair: Pair, settings: dict, seed: int, images: data.Images) -> list[dict[str, float]]:
    """Steps and both Frechet distances at each mark."""
    settings = dict(settings)
    torch.manual_seed(seed)
    critic, generator = pair()
    if "rates" in settings:
        betas, rates = settings.pop("betas"), settings.pop("rates")
        for name, network, rate in zip(("critic", "generator"), (critic, generator), rates, strict=True):
            settings[f"{name}_optimizer"] = torch.optim.Adam(network.parameters(), lr=rate, betas=betas, fused=True)
    held_out = scores.held_out_features()
    found, run = [], train(critic, generator, images, steps=0, seed=seed, live=False, **settings)
    for mark in MARKS:
        go_on(run, images, seconds=mark - run.seconds, live=False)
        features = scores.features(run.sample(scores.N, seed=1))
        halves = {"validation": held_out[0::2], "test": held_out[1::2]}
        found.append({name: scores.frechet(half, features) for name, half in halves.items()} | {"steps": run.steps})
    return found


def report(kept: dict) -> str:
    """The table, sorted by the validation distance at the last mark."""
    lines = [
        "# Settings that were tried",
        "Made by `python -m tests.bench.tried`: WGAN-GP on the bundled garments, Frechet distance in classifier "
        f"features, mean of {len(SEEDS)} seeds and their range. Choices are made on validation.",
        "\n".join(f"- {line}" for line in machine.report().splitlines()),
        "\n".join(
            [
                "| setting | steps | "
                + " | ".join(f"validation, {mark:g} s" for mark in MARKS)
                + f" | test, {MARKS[-1]:g} s |",
                "|---|---|" + "---|" * len(MARKS) + "---|",
                *(row for _, row in sorted(_row(name, runs) for name, runs in kept.items())),
            ]
        ),
    ]
    return "\n\n".join(lines) + "\n"


def _row(name: str, runs: list[list[dict[str, float]]]) -> tuple[float, str]:
    def cell(mark: int, half: str) -> str:
        values = [run[mark][half] for run in runs]
        return f"{sum(values) / len(values):.1f} ({min(values):.1f} to {max(values):.1f})"

    steps = sum(run[-1]["steps"] for run in runs) / len(runs)
    validation = [cell(mark, "validation") for mark in range(len(MARKS))]
    mean = sum(run[-1]["validation"] for run in runs)
    return mean, f"| {name} | {steps:,.0f} | {' | '.join(validation)} | {cell(-1, 'test')} |"


def main() -> None:
    chosen = sys.argv[1:] or list(TRIED)
    path, images = FOLDER / "tried.json", data.load()
    kept = json.loads(path.read_text()) if path.exists() else {}
    for seed in SEEDS:
        for name in chosen:
            if len(kept.setdefault(name, [])) > seed:
                continue
            kept[name].append(measure(*TRIED[name], seed, images))
            print(seed, name, kept[name][-1], flush=True)
            path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    (FOLDER / "tried.md").write_text(report(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
