"""Lesson 05, section 10: the convolutional pair under the penalty, on garments.

Seconds are those of the processor, one thread.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor

from starter import critic as critics
from starter import generator as generators
from starter.kit import data, stored
from starter.kit.loop import go_on, train

SETTINGS = {
    "data": "Fashion-MNIST, the 10,000 bundled images",
    "generator": "ConvGenerator(64)",
    "critic": "ConvCritic",
    "optimiser": "Adam 1e-3, betas (0.5, 0.9)",
    "lambda": 10,
    "n_critic": 3,
    "batch": 64,
    "seconds": 240,
    "machine": "one core of a 2-core server, float32",
    "seed": 0,
}


def bytes_of(images: Tensor) -> np.ndarray:
    """Images in [-1, 1] as bytes, shape (n, 28, 28)."""
    return ((images[:, 0] + 1) * 127.5).round().clamp(0, 255).byte().numpy()


def main() -> None:
    torch.set_num_threads(1)
    garments = data.load()
    torch.manual_seed(SETTINGS["seed"])
    critic, generator = critics.ConvCritic(garments.shape), generators.ConvGenerator(64, garments.shape)
    begin = time.process_time()
    run = train(critic, generator, garments, n_critic=3, steps=10, live=False, device="cpu")
    seconds, estimate = [], []
    while (spent := time.process_time() - begin) < SETTINGS["seconds"]:
        seconds.append(spent)
        estimate.append(float(np.mean(run.history["wasserstein"][-10:])))
        run = go_on(run, garments, steps=10, live=False)
    print(run.steps, estimate[-1], flush=True)
    stored.save(
        "05_convolutional",
        SETTINGS,
        seconds=np.array(seconds),
        estimate=np.array(estimate),
        steps=np.array(run.steps),
        images=bytes_of(run.sample(24, seed=0)),
    )


if __name__ == "__main__":
    main()
