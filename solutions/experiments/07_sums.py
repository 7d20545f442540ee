"""Lesson 07, section 7: how often z plus a difference of mean z becomes the garment that is meant.

    python solutions/experiments/07_sums.py        about a minute on two cores

Source: Radford, Metz and Chintala, "Unsupervised Representation Learning with
Deep Convolutional GANs" (2016), figure 7, which shows chosen examples. Here all
90 ordered pairs of garments are counted, and two other ways beside them: the same
step from a third garment, and a random step of the same length. The generator is
the WGAN-GP that comes with the course; the classifier says what is what.
"""

import os
import sys
from itertools import permutations
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor

from starter.kit import pretrained, scores, stored

SETTINGS = {"of_means": 5000, "each": 50, "seed": 0}
WAYS = ("difference", "third", "random")


def draw(generator: torch.nn.Module, n: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """n random z, shape (n, 64), and the garments that the generator makes of them, shape (n,)."""
    z = torch.randn(n, 64, generator=rng)
    return z, scores.labels(generator(z))


def random_steps(n: int, length: Tensor, rng: torch.Generator) -> Tensor:
    """n steps of this length in random directions, shape (n, 64)."""
    steps = torch.randn(n, 64, generator=rng)
    return steps * length / steps.norm(dim=1, keepdim=True)


def count(generator: torch.nn.Module, each: int) -> dict[str, np.ndarray]:
    """Shares of `each` starts that become the garment meant, for each way: (10, 10), from row to column.

    None of the starts had a part in the means. On the diagonal is NaN.
    """
    z, garment = draw(generator, SETTINGS["of_means"], torch.Generator().manual_seed(SETTINGS["seed"]))
    means = torch.stack([z[garment == label].mean(dim=0) for label in range(10)])
    rng = torch.Generator().manual_seed(SETTINGS["seed"] + 1)
    z, garment = draw(generator, 100 * each, rng)
    shares = {way: np.full((10, 10), np.nan) for way in WAYS}
    for a, b in permutations(range(10), 2):
        step = means[b] - means[a]
        starts, others = z[garment == a][:each], z[(garment != a) & (garment != b)][:each]
        ends = (starts + step, others + step, starts + random_steps(len(starts), step.norm(), rng))
        for way, end in zip(WAYS, ends, strict=True):
            shares[way][a, b] = (scores.labels(generator(end)) == b).double().mean()
    return shares


def main() -> None:
    shares = count(pretrained.load("penalty"), SETTINGS["each"])
    print({way: round(float(np.nanmean(of)), 3) for way, of in shares.items()})
    stored.save("07_sums", {**SETTINGS, "ways": list(WAYS)}, **shares)


if __name__ == "__main__":
    main()
