"""Lesson 07, sections 3 and 4: how the length of z changes what a generator draws.

    python solutions/experiments/07_lengths.py        about a minute on two cores

Sources: White (2016), section 2, for the two walks; for the trick of shorter z
Brock, Donahue and Simonyan, "Large Scale GAN Training" (2019), section 3.1. The
generator is the WGAN-GP that comes with the course. Measured are the Frechet
distance to the held-out images, precision and recall, by the features of the
shipped classifier.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor

from starter import latent
from starter.kit import pretrained, scores, stored

SETTINGS = {
    "kinds": ["fresh z", "middle of a line", "middle of an arc"],
    "psi": [0.5, 0.7, 1.0, 1.3],
    "n": 2000,
    "measures": ["Frechet", "precision", "recall"],
    "seeds": [0, 1, 2],
}


def halfway(n: int, seed: int) -> dict[str, Tensor]:
    """n fresh z, and what lies half way between n pairs, on the line and on the arc: each of shape (n, 64)."""
    fresh, a, b = torch.randn(3, n, 64, generator=torch.Generator().manual_seed(seed))
    pairs, half = list(zip(a, b, strict=True)), torch.tensor([0.5])
    middles = [torch.cat([walk(*pair, half) for pair in pairs]) for walk in (latent.lerp, latent.slerp)]
    return dict(zip(SETTINGS["kinds"], (fresh, *middles), strict=True))


def quality(generator: torch.nn.Module, z: Tensor) -> tuple[float, float, float]:
    """Frechet distance, precision and recall of what the generator makes of z."""
    real, fake = scores.held_out_features(), scores.features(generator(z))
    return scores.frechet(real, fake), *scores.precision_recall(real, fake)


def main() -> None:
    generator, n = pretrained.load("penalty"), SETTINGS["n"]
    middles, truncated = [], []
    for seed in SETTINGS["seeds"]:
        middles.append([quality(generator, z) for z in halfway(n, seed).values()])
        z = torch.randn(n, 64, generator=torch.Generator().manual_seed(seed))
        truncated.append([quality(generator, psi * z) for psi in SETTINGS["psi"]])
        print(seed, np.round(middles[-1], 2).tolist(), np.round(truncated[-1], 2).tolist(), flush=True)
    stored.save(
        "07_lengths",
        SETTINGS,
        middles=np.array(middles).swapaxes(0, 1),  # by kind, seed, measure
        truncated=np.array(truncated).swapaxes(0, 1),  # by psi, seed, measure
    )


if __name__ == "__main__":
    main()
