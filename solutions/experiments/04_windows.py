"""The same training on garments with seven windows, for lesson 04.

    python solutions/experiments/04_windows.py        about 4 minutes on one core

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
    "windows": [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
    "lr": 5e-4,
    "n_critic": 5,
    "batch_size": 64,
    "steps": 800,
    "latent_dim": 64,
    "projections": 200,
    "samples": 2000,
    "seed": 0,
}


def train(garments: data.Images, c: float, steps: int) -> tuple[list[float], np.ndarray, nn.Module]:
    """The estimates, the critic's weights as shares of c, and the generator."""
    torch.manual_seed(SETTINGS["seed"])
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
        curve, weights, generator = train(garments, c, SETTINGS["steps"])
        watch = curves.Watch(generator, distance)
        images.append(curves.as_bytes(watch()[:12]))
        distances += watch.distances
        estimates.append(curve)
        heights.append(np.histogram(weights, bins=61, range=(-1, 1))[0].astype(np.int32))
        at_edge.append((abs(weights) > 0.97).mean())
        print(f"c {c}: W {np.median(curve[-101:]):.3g}, distance {distances[-1]:.3f}, edge {at_edge[-1]:.0%}")
    stored.save(
        "04_windows",
        SETTINGS,
        wasserstein=np.array(estimates),  # by window, step
        histogram=np.array(heights),  # of weights / c, by window
        at_edge=np.array(at_edge),  # share of weights beyond .97 c
        distance=np.array(distances),  # sliced Wasserstein distance of 2,000 samples
        images=np.array(images),  # by window, uint8 of shape (12, 1, 28, 28)
    )


if __name__ == "__main__":
    main()
