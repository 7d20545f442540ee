"""Sheet 11: a critic that sees only 200 pictures, as they are and changed by chance.

    python solutions/experiments/11_few.py        about 4 minutes on one core for each of two seeds

Flags that the course draws; the networks and settings of the sheet. Both estimates use the same
1,000 fakes: mean score of the 200 training flags, or of 1,000 flags drawn with another seed, minus
theirs. The critic is asked about flags as they are, whatever it learned from. Lesson 06 has the
same with garments.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import nn

from starter.kit import pretrained, stored, train
from starter.kit.data import pictures
from starter.kit.data.augment import Augmented

Estimates = import_module("solutions.experiments.06_overfit").Estimates  # of lesson 06

SETTINGS = {
    "data": "flags",
    "images": 200,
    "ways": ["as they are", "changed by chance"],
    "held_out": 1000,
    "width": 16,
    "n_critic": 3,
    "batch_size": 64,
    "rate": 2e-3,
    "steps": 450,
    "every": 30,
    "seeds": [0, 1],
}


def fit(changed: bool, seed: int) -> list[list[float]]:
    """Both estimates over a training."""
    torch.manual_seed(seed)
    flags, held_out = pictures.flags(SETTINGS["images"]), pictures.flags(SETTINGS["held_out"], seed=1)
    critic: nn.Module = pretrained.Critic(width=SETTINGS["width"], shape=pictures.SHAPE)
    generator = pretrained.Generator(width=SETTINGS["width"], shape=pictures.SHAPE)
    estimates = Estimates(flags[:], held_out[:], SETTINGS["every"])
    more = {key: SETTINGS[key] for key in ("steps", "batch_size", "n_critic", "rate")}
    critic = Augmented(critic) if changed else critic
    train(critic, generator, flags, seed=seed, watch=estimates, live=False, device="cpu", **more)
    return estimates.found


def main() -> None:
    estimates = []
    for seed in SETTINGS["seeds"]:
        estimates.append([fit(changed, seed) for changed in (False, True)])
        for way, found in zip(SETTINGS["ways"], estimates[-1], strict=True):
            shown = np.round(found, 2)[4::5]
            print(seed, way, "training", shown[:, 0], "held out", shown[:, 1], flush=True)
    stored.save("11_few", SETTINGS, estimate=np.array(estimates))  # by seed, way, moment, (training, held out)


if __name__ == "__main__":
    main()
