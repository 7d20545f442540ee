"""Lesson 05, section 10: fully connected against convolutional, under the penalty, on garments.

    python solutions/experiments/05_convolutional.py        half an hour on one core

All pairs get the same time. It is counted in steps, at the milliseconds that a
step takes on two undisturbed cores (tests/bench/tried.md), so that the result
does not depend on how busy the machine is.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch

from starter import critic as critics
from starter import generator as generators
from starter.kit import data, go_on, pretrained, scores, stored, train

PAIRS = {
    "fully connected": (critics.MLPCritic, generators.MLPGenerator),
    "convolutional": (critics.ConvCritic, generators.ConvGenerator),
    "convolutional, larger": (pretrained.Critic, pretrained.Generator),
}
SETTINGS = {
    "data": "Fashion-MNIST, the 10,000 bundled images",
    "pairs": list(PAIRS),
    "ms_a_step": [34.0, 49.5, 116.4],
    "n_critic": [5, 3, 3],
    "batch": [128, 64, 64],
    "rate": [3e-3, 1e-3, 1e-3],
    "optimiser": "Adam, betas (0.5, 0.9)",
    "lambda": 10,
    "marks": [30, 60, 120, 300],
    "samples": scores.N,
    "machine": "2 cores, float32",
    "seed": 0,
}


def train_pair(name: str, ms_a_step: float, n_critic: int, batch: int, rate: float) -> tuple[list[int], list[float]]:
    """Steps and Frechet distance at each mark."""
    garments, held_out = data.load(), scores.held_out_features()
    torch.manual_seed(SETTINGS["seed"])
    critic, generator = (kind() for kind in PAIRS[name])
    settings = {"n_critic": n_critic, "batch_size": batch, "rate": rate, "lambda_": SETTINGS["lambda"]}
    run = train(critic, generator, garments, steps=0, seed=SETTINGS["seed"], live=False, device="cpu", **settings)
    steps, distances = [], []
    for mark in SETTINGS["marks"]:
        run = go_on(run, garments, steps=round(1000 * mark / ms_a_step) - run.steps, live=False)
        steps.append(run.steps)
        distances.append(scores.frechet(held_out, scores.features(run.sample(scores.N, seed=1))))
        print(name, mark, steps[-1], distances[-1], flush=True)
    return steps, distances


def main() -> None:
    torch.set_num_threads(1)
    settings = zip(*(SETTINGS[key] for key in ("pairs", "ms_a_step", "n_critic", "batch", "rate")), strict=True)
    steps, distances = (np.array(column) for column in zip(*(train_pair(*of) for of in settings), strict=True))
    stored.save("05_convolutional", SETTINGS, steps=steps, distances=distances)


if __name__ == "__main__":
    main()
