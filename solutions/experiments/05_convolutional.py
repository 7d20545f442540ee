"""Lesson 05, section 10: fully connected against convolutional, under the penalty, on garments.

    python solutions/experiments/05_convolutional.py        20 minutes on one core

All pairs get the same time. Seconds are those of the processor, one thread; the
time that scores take is not counted.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn

from starter import critic as critics
from starter import generator as generators
from starter.kit import data, pretrained, scores, stored
from starter.kit.loop import go_on, train

SETTINGS = {
    "data": "Fashion-MNIST, the 10,000 bundled images",
    "pairs": ["fully connected", "convolutional", "stem"],
    "about": [
        "MLPCritic and MLPGenerator",
        "ConvCritic and ConvGenerator",
        "MLPCritic, and a generator of two linear layers and two transposed convolutions",
    ],
    "n_critic": [5, 3, 5],
    "batch": [128, 64, 128],
    "rate": 3e-3,
    "optimiser": "Adam, betas (0.5, 0.9)",
    "lambda": 10,
    "marks": [30, 60, 120, 300],
    "samples": scores.N,
    "machine": "one core of a 2-core server, float32",
    "seed": 0,
}


def pair(name: str) -> tuple[nn.Module, nn.Module]:
    """A critic and a generator."""
    if name == "convolutional":
        return critics.ConvCritic(), generators.ConvGenerator()
    return critics.MLPCritic(), pretrained.Generator(width=16) if name == "stem" else generators.MLPGenerator()


def bytes_of(images: Tensor) -> np.ndarray:
    """Images in [-1, 1] as bytes, shape (n, 28, 28)."""
    return ((images[:, 0] + 1) * 127.5).round().clamp(0, 255).byte().numpy()


def race(name: str, n_critic: int, batch: int) -> tuple[list[int], list[float], np.ndarray]:
    """Steps and Frechet distance at each mark, and images at the last one."""
    garments, held_out = data.load(), scores.held_out_features()
    torch.manual_seed(SETTINGS["seed"])
    settings = {"n_critic": n_critic, "batch_size": batch, "lambda_": SETTINGS["lambda"], "rate": SETTINGS["rate"]}
    run = train(*pair(name), garments, steps=0, seed=SETTINGS["seed"], live=False, device="cpu", **settings)
    spent, steps, distances = 0.0, [], []
    for mark in SETTINGS["marks"]:
        while spent < mark:
            begin = time.process_time()
            run = go_on(run, garments, steps=10, live=False)
            spent += time.process_time() - begin
        steps.append(run.steps)
        distances.append(scores.frechet(held_out, scores.features(run.sample(scores.N, seed=1))))
        print(name, mark, steps[-1], distances[-1], flush=True)
    return steps, distances, bytes_of(run.sample(24, seed=0))


def main() -> None:
    torch.set_num_threads(1)
    settings = zip(*(SETTINGS[key] for key in ("pairs", "n_critic", "batch")), strict=True)
    found = [race(*of_pair) for of_pair in settings]
    steps, distances, images = (np.array(column) for column in zip(*found, strict=True))
    stored.save("05_convolutional", SETTINGS, steps=steps, distances=distances, images=images)


if __name__ == "__main__":
    main()
