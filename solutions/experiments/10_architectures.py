"""Lesson 10: three generators, and how well three ways of training get along with each.

    nice python solutions/experiments/10_architectures.py        about six minutes on one core

The generators are those of WGAN's figures 5 to 7, made small: a convolutional one with
batch normalisation; the same without it and with the same number of channels in each
layer; and a fully connected one with four hidden layers of 512 units. The critic is
always the convolutional one of sheet 02. Every training gets the same number of
generator steps on the bundled garments, and one seed.

GAN: one critic step for each of the generator's, as is usual, and the usual loss
(Goodfellow et al., 2014, section 3). WGAN and WGAN-GP: three, with the rates of `train`.
"""

import os
import sys
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from starter import clipping, losses, penalty, training
from starter import critic as critics
from starter.kit import data, scores, stored
from starter.kit.loop.variants import Generator

SETTINGS = {
    "generators": ["convolutional", "no normalisation", "fully connected"],
    "methods": ["GAN", "WGAN", "WGAN-GP"],
    "steps": 600,
    "batch": 64,
    "n_critic": [1, 3, 3],
    "rates": [1e-3, 5e-4, 1e-3],
    "c": 0.03,
    "lambda": 10,
    "latent_dim": 64,
    "images": 1000,
    "seed": 0,
}


def up(n: int, m: int, *more: nn.Module) -> list[nn.Module]:
    """Twice as many rows and columns."""
    return [nn.ConvTranspose2d(n, m, kernel_size=4, stride=2, padding=1), *more]


def new_generator(name: str) -> Generator:
    """One of the three, for images of 28 by 28 pixels."""
    z = SETTINGS["latent_dim"]
    if name == "fully connected":
        hidden = [layer for n, m in pairwise((z, 512, 512, 512, 512)) for layer in (nn.Linear(n, m), nn.ReLU())]
        return Generator(z, *hidden, nn.Linear(512, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))
    normal = name == "convolutional"
    first, second = (48, 24) if normal else (24, 24)
    start = [nn.Linear(z, first * 49), nn.Unflatten(1, (first, 7, 7))]
    between = [[nn.BatchNorm2d(n)] if normal else [] for n in (first, second)]
    layers = [*start, *between[0], nn.ReLU(), *up(first, second, *between[1], nn.ReLU()), *up(second, 1, nn.Tanh())]
    return Generator(z, *layers)


def gan_critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    return softplus(-real_scores).mean() + softplus(fake_scores).mean()


def gan_generator_loss(fake_scores: Tensor) -> Tensor:
    return softplus(-fake_scores).mean()


def trained(name: str, method: str) -> Generator:
    """A generator after so many steps."""
    torch.manual_seed(SETTINGS["seed"])
    garments = data.load()
    critic, generator = critics.ConvCritic(garments.shape), new_generator(name)
    row = SETTINGS["methods"].index(method)
    rate, n = SETTINGS["rates"][row], SETTINGS["batch"]
    if method == "WGAN":
        optimizers = [torch.optim.RMSprop(net.parameters(), lr=rate) for net in (critic, generator)]
    else:
        optimizers = [torch.optim.Adam(net.parameters(), lr=rate, betas=(0.5, 0.9)) for net in (critic, generator)]
    term = penalty.gradient_penalty if method == "WGAN-GP" else None
    for _ in range(SETTINGS["steps"]):
        for _ in range(SETTINGS["n_critic"][row]):
            training.critic_step(critic, generator, garments.sample(n), optimizers[0], term, SETTINGS["lambda"])
            if method == "WGAN":
                clipping.clip_weights(critic, SETTINGS["c"])
        training.generator_step(critic, generator, n, optimizers[1])
    return generator.eval()


def main() -> None:
    torch.set_num_threads(1)
    shape = len(SETTINGS["generators"]), len(SETTINGS["methods"])
    frechet, pictures = np.zeros(shape), np.zeros((*shape, 16, 1, 28, 28), dtype=np.uint8)
    for k in np.ndindex(shape):
        name, method = SETTINGS["generators"][k[0]], SETTINGS["methods"][k[1]]
        gan = patch.multiple(losses, critic_loss=gan_critic_loss, generator_loss=gan_generator_loss)
        with gan if method == "GAN" else nullcontext():
            generator = trained(name, method)
        with torch.no_grad():
            z = torch.randn(SETTINGS["images"], SETTINGS["latent_dim"], generator=torch.Generator().manual_seed(9))
            images = generator(z)
        frechet[k] = scores.frechet(scores.held_out_features(), scores.features(images))
        pictures[k] = ((images[:16].clamp(-1, 1) + 1) * 127.5).round().byte().numpy()
        print(name, method, frechet[k], flush=True)
    weights = [sum(p.numel() for p in new_generator(name).parameters()) for name in SETTINGS["generators"]]
    stored.save(
        "10_architectures",
        SETTINGS,
        frechet=frechet,  # by generator and method
        pictures=pictures,  # sixteen of each, bytes
        weights=np.array(weights),
    )


if __name__ == "__main__":
    main()
