"""Lesson 05, for the curious: a WGAN-GP on 8 and on 25 Gaussians, trained to the end.

Source: Gulrajani et al. (2017), figure 1 and the authors' toy code (lambda 0.1,
n_critic 5, batch 256, width 512, 100,000 steps). Width, depth and steps are
scaled down. A sample is of high quality if it lies within 3 standard deviations
of a mode in each direction; a mode is found if at least 20 of 10,000 are its own.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from importlib import import_module

import numpy as np
import torch
from torch import Tensor

from starter.kit import go_on, stored, toys, train

mlp = import_module("solutions.experiments.05_sides").mlp

SETTINGS = {
    "generator": "MLP 2-128-128-128-2, ReLU",
    "critic": "MLP 2-128-128-128-1, ReLU",
    "optimiser": "Adam 1e-3, betas (0.5, 0.9), rate halved at half time and at three quarters",
    "lambda": 0.1,
    "n_critic": 5,
    "batch": 256,
    "steps": 4000,
    "seed": 0,
}
LAWS = {"eight": toys.EIGHT_GAUSSIANS, "twenty_five": toys.TWENTY_FIVE_GAUSSIANS}
SD = {"eight": 0.02 / 1.414, "twenty_five": 0.05 / 2.828}


def quality(points: Tensor, modes: Tensor, sd: float) -> tuple[int, float]:
    """Modes found, and the share of points that lie at a mode."""
    nearest = torch.cdist(points, modes).argmin(dim=1)
    close = ((points - modes[nearest]).abs() < 3 * sd).all(dim=1)
    counts = torch.bincount(nearest[close], minlength=len(modes))
    return int((counts >= 20).sum()), close.float().mean().item()


def main() -> None:
    arrays = {}
    for name, law in LAWS.items():
        torch.manual_seed(SETTINGS["seed"])
        critic, generator = mlp(2, 128, 128, 128, 1), mlp(2, 128, 128, 128, 2)
        generator.latent_dim = 2
        options = {"steps": 250, "live": False}
        run, rows = None, []
        for part in range(SETTINGS["steps"] // 250):
            if run is None:
                run = train(critic, generator, law, lambda_=0.1, batch_size=256, rate=1e-3, device="cpu", **options)
            else:
                run = go_on(run, law, **options)
            if part + 1 in (8, 12):
                for optimizer in (run.critic_optimizer, run.generator_optimizer):
                    optimizer.param_groups[0]["lr"] /= 2
            rows.append((run.steps, *quality(run.sample(10_000, seed=1), law.modes, SD[name])))
            print(name, rows[-1], flush=True)
        step, modes, share = zip(*rows, strict=True)
        arrays[f"{name}_samples"] = run.sample(2000, seed=2).numpy().astype(np.float16)
        arrays[f"{name}_step"], arrays[f"{name}_modes"] = np.array(step), np.array(modes)
        arrays[f"{name}_share"] = np.array(share)
    stored.save("05_modes", SETTINGS, **arrays)


if __name__ == "__main__":
    main()
