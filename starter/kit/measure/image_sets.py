"""Sets of images whose quality is known, to try scores on.

They are real, generated, copied, incomplete, or noise.

    sets = image_sets.known(2000, seed=0)
    sets["bags only"]        # (2000, 1, 28, 28), values in [-1, 1]
"""

from typing import Literal

import torch
from torch import Tensor

from .. import data
from ..data import pretrained
from . import scores

# The course's generators: how they are called here, and by pretrained.
GENERATORS: dict[str, Literal["penalty", "clip"]] = {"WGAN-GP": "penalty", "WGAN, clipped": "clip"}
MISSING, ONLY = data.GARMENTS.index("Sandal"), data.GARMENTS.index("Bag")
_COPIED = 100  # seed of the copied images: others than those of the real sets


def by_heart(n: int, seed: int = 0) -> Tensor:
    """n training images: what a generator draws that knows these by heart and nothing else."""
    return scores.real_images(_COPIED + seed, n)


def others(n: int) -> Tensor:
    """n training images, at most 8,000, none of which is in by_heart(2000)."""
    return scores.real_images(_COPIED, 10_000)[-n:]


def known(n: int, seed: int) -> dict[str, Tensor]:
    """Seven sets of n images each: real ones, the course's two generators, and four with a known flaw.

    "no sandals" and "bags only" show none of the images of by_heart(2000); bags are drawn with
    replacement, since there are fewer than n.

    Args:
        n: images in a set, at most 2,000.
        seed: of everything that is drawn.

    Returns:
        For each name images of shape (n, 1, 28, 28), values in [-1, 1].
    """
    garments, rng = data.load(), torch.Generator().manual_seed(seed)
    numbers = scores.real_numbers(_COPIED, len(garments))[scores.N :]
    numbers = numbers[torch.randperm(len(numbers), generator=rng)]
    no_sandals = numbers[garments.labels[numbers] != MISSING][:n]
    bags = numbers[garments.labels[numbers] == ONLY]
    bags = bags[torch.randint(len(bags), (n,), generator=rng)]
    return {
        "real": scores.real_images(seed, n),
        **{name: _generated(key, n, seed) for name, key in GENERATORS.items()},
        "by heart": by_heart(n, seed),
        "no sandals": garments[no_sandals],
        "bags only": garments[bags],
        "noise": 2 * torch.rand(n, *garments.shape, generator=rng) - 1,
    }


def _generated(name: Literal["penalty", "clip"], n: int, seed: int) -> Tensor:
    generator = pretrained.load(name)
    z = torch.randn(n, generator.latent_dim, generator=torch.Generator().manual_seed(seed))
    return torch.cat([generator(part) for part in z.split(500)])
