"""Lesson 07, section 8: the z behind images that the generator drew, and behind photographs.

    python solutions/experiments/07_search.py        about a minute on two cores

Each search starts from three random z and takes 150 steps of L-BFGS, all images at
a time. The generator is the WGAN-GP that comes with the course.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from torch import Tensor

from starter.kit import pretrained, scores, stored

SETTINGS = {"images": 24, "restarts": 3, "steps": 150, "seed_of_images": 4, "seed": 0}


class Found(NamedTuple):
    """The end of a search.

    Attributes:
        z: the best one for each image, shape (n, d).
        errors: root mean square errors of all starts, shape (restarts, n), in units of pixel value, in [-1, 1].
    """

    z: Tensor
    errors: Tensor


def rms(a: Tensor, b: Tensor) -> Tensor:
    """Root mean square difference of each two images, shape (n,)."""
    return (a - b).flatten(start_dim=1).square().mean(dim=1).sqrt()


def invert(generator: Callable[[Tensor], Tensor], images: Tensor, latent_dim: int, restarts: int, steps: int) -> Found:
    """The best z for each image of shape (n, ...), of several random starts, by L-BFGS."""
    n, rng = len(images), torch.Generator().manual_seed(SETTINGS["seed"])
    z = torch.randn(restarts * n, latent_dim, generator=rng).requires_grad_(True)
    wanted = images.repeat(restarts, *[1] * (images.dim() - 1))
    optimizer = torch.optim.LBFGS([z], max_iter=steps, history_size=20, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = (generator(z) - wanted).square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        errors = rms(generator(z), wanted).view(restarts, n)
    found = z.detach().view(restarts, n, latent_dim)
    return Found(found[errors.argmin(dim=0), torch.arange(n)], errors)


def main() -> None:
    generator, n = pretrained.load("penalty"), SETTINGS["images"]
    own = generator(torch.randn(n, 64, generator=torch.Generator().manual_seed(SETTINGS["seed_of_images"])))
    images = torch.cat([own, scores.held_out()[:n]])
    z, errors = invert(generator, images, 64, SETTINGS["restarts"], SETTINGS["steps"])
    best = errors.min(dim=0).values
    print(f"own {best[:n].mean():.3f}, photographs {best[n:].mean():.3f}")
    stored.save("07_search", SETTINGS, z=z.numpy(), errors=errors.numpy())  # the generator's own first


if __name__ == "__main__":
    main()
