"""Lesson 07, section 6: the z behind images that the generator drew, and behind photographs.

    python solutions/experiments/07_search.py        about five minutes on two cores

Each search starts from ten random z and takes 800 steps of Adam, as find_latent of
sheet 07 does; errors are noted after 100, 200, 400 and 800. The generator is the
WGAN-GP that comes with the course.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from torch import Tensor

from starter.kit import pretrained, scores, stored

SETTINGS = {
    "images": 24,
    "starts": 10,
    "marks": [100, 200, 400, 800],
    "learning_rate": 0.1,
    "seed_of_images": 4,
    "seed": 0,
}


class Found(NamedTuple):
    """The end of a search.

    Attributes:
        z: the best one for each image, shape (n, d).
        errors: root mean square errors after each mark, of all starts, shape (marks, starts, n), in units of
            pixel value, in [-1, 1].
    """

    z: Tensor
    errors: Tensor


def rms(a: Tensor, b: Tensor) -> Tensor:
    """Root mean square difference of each two images, shape (n,)."""
    return (a - b).flatten(start_dim=1).square().mean(dim=1).sqrt()


def invert(
    generator: Callable[[Tensor], Tensor], images: Tensor, latent_dim: int, starts: int, marks: Sequence[int]
) -> Found:
    """The best z for each image of shape (n, ...), of several random starts, by Adam."""
    n, rng = len(images), torch.Generator().manual_seed(SETTINGS["seed"])
    z = torch.randn(starts * n, latent_dim, generator=rng).requires_grad_(True)
    wanted = images.repeat(starts, *[1] * (images.dim() - 1))
    optimizer = torch.optim.Adam([z], lr=SETTINGS["learning_rate"])
    errors = []
    for step in range(1, marks[-1] + 1):
        optimizer.zero_grad()
        (generator(z) - wanted).square().sum().backward()
        optimizer.step()
        if step in marks:
            with torch.no_grad():
                errors.append(rms(generator(z), wanted).view(starts, n))
    found = z.detach().view(starts, n, latent_dim)
    return Found(found[errors[-1].argmin(dim=0), torch.arange(n)], torch.stack(errors))


def main() -> None:
    generator, n = pretrained.load("penalty"), SETTINGS["images"]
    own = generator(torch.randn(n, 64, generator=torch.Generator().manual_seed(SETTINGS["seed_of_images"])))
    images = torch.cat([own, scores.held_out()[:n]])
    z, errors = invert(generator, images, 64, SETTINGS["starts"], SETTINGS["marks"])
    best = errors.min(dim=1).values
    print(f"own {best[:, :n].mean(dim=1)}, photographs {best[:, n:].mean(dim=1)}")
    stored.save("07_search", SETTINGS, z=z.numpy(), errors=errors.numpy())  # the generator's own first


if __name__ == "__main__":
    main()
