"""The same training on garments with six windows and three seeds, for lesson 04.

    python solutions/experiments/04_windows.py        about 5 minutes on one core

Everything but c is as in the course: networks of labwork 02 and 03, RMSProp 5e-4,
n_critic 5, batches of 64. The critics start with weights spread evenly over their
window, so that a pile at its ends comes from training.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from importlib import import_module

import numpy as np
import torch
from torch import nn

from starter import clipping
from starter import critic as critics
from starter import generator as generators
from starter.kit import data, stored

curves = import_module("solutions.experiments.04_curves")

SETTINGS = {
    "windows": [0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
    "lr": 5e-4,
    "n_critic": 5,
    "batch_size": 64,
    "steps": 500,
    "latent_dim": 64,
    "projections": 200,
    "samples": 2000,
    "seeds": [0, 1, 2],
}


def train(garments: data.Images, c: float, steps: int, seed: int) -> tuple[list[float], np.ndarray, nn.Module]:
    """The estimates, the critic's weights as shares of c, and the generator."""
    torch.manual_seed(seed)
    critic = critics.MLPCritic(garments.shape)
    generator = generators.MLPGenerator(SETTINGS["latent_dim"], garments.shape)
    for parameter in critic.parameters():
        nn.init.uniform_(parameter, -c, c)
    players = [torch.optim.RMSprop(net.parameters(), lr=SETTINGS["lr"]) for net in (critic, generator)]
    sizes = SETTINGS["n_critic"], c, SETTINGS["batch_size"]
    estimates = [clipping.wgan_step(critic, generator, garments, *players, *sizes)[0].item() for _ in range(steps)]
    weights = torch.cat([parameter.detach().flatten() for parameter in critic.parameters()]).numpy()
    return estimates, weights / c, generator


def main() -> None:
    garments = data.load()
    distance = curves.SlicedDistance(garments[torch.arange(SETTINGS["samples"])], SETTINGS["projections"])
    estimates, heights, at_edge, distances, images = [], [], [], [], []
    for c in SETTINGS["windows"]:
        for seed in SETTINGS["seeds"]:
            curve, weights, generator = train(garments, c, SETTINGS["steps"], seed)
            watch = curves.Watch(generator, distance)
            images.append(curves.as_bytes(watch()[:12]))
            distances += watch.distances
            estimates.append(curve)
            heights.append(np.histogram(weights, bins=61, range=(-1, 1))[0].astype(np.int32))
            at_edge.append((abs(weights) > 0.97).mean())
            found = f"estimate {np.median(curve[-101:]):.3g}, distance {distances[-1]:.3f}, edge {at_edge[-1]:.0%}"
            print(f"c {c}, seed {seed}: {found}", flush=True)
    shape = len(SETTINGS["windows"]), len(SETTINGS["seeds"])
    first = slice(None, None, shape[1])  # pictures are those of the first seed
    stored.save(
        "04_windows",
        SETTINGS,
        wasserstein=np.array(estimates[first]),  # of the first seed, by window, step
        histogram=np.array(heights[first]),  # of the first seed, of weights / c, by window
        images=np.array(images[first]),  # of the first seed, by window, uint8 of shape (12, 1, 28, 28)
        last=np.array([np.median(curve[-101:]) for curve in estimates]).reshape(shape),  # by window, seed
        at_edge=np.array(at_edge).reshape(shape),  # share of weights beyond .97 c
        distance=np.array(distances).reshape(shape),  # sliced Wasserstein distance of 2,000 samples
    )


if __name__ == "__main__":
    main()
