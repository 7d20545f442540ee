"""Lesson 09: garments learned from the exact distance of batches, beside those learned from a critic.

    nice python solutions/experiments/09_exact.py        about three minutes on one core

The same generator, batches and number of generator steps, once trained on the exact
Wasserstein distance between a real and a fake batch (no critic), once as a WGAN-GP with
sheet 05's networks and settings. Measured on images that no training has seen: the exact
distance between batches, and the Frechet distance of lesson 06. Sources of the idea:
Mallasto et al. (2019), Stanczuk et al. (2021).
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from starter import critic as critics
from starter import distances
from starter import generator as generators
from starter.kit import data, scores, stored, train

SETTINGS = {
    "methods": ["exact distance of batches", "critic (WGAN-GP)"],
    "steps": 400,
    "batch": 128,
    "rates": "Adam 1e-3, betas (0.5, 0.9), for the first; those of sheet 05 for the second",
    "average": 0.99,
    "images": 2000,
    "batches": 10,
    "seeds": [0, 1, 2],
}


def without_a_critic(garments: data.Images, seed: int) -> nn.Module:
    """A generator that minimises the exact distance of batches."""
    torch.manual_seed(seed)
    generator = generators.MLPGenerator(64, garments.shape)
    average = AveragedModel(generator, multi_avg_fn=get_ema_multi_avg_fn(SETTINGS["average"]))
    optimizer = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.9))
    for _ in range(SETTINGS["steps"]):
        real, z = garments.sample(SETTINGS["batch"]), torch.randn(SETTINGS["batch"], 64)
        loss = distances.batch_wasserstein(real.flatten(1), generator(z).flatten(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        average.update_parameters(generator)
    return average.module.eval()


def with_a_critic(garments: data.Images, seed: int) -> nn.Module:
    """The generator of a WGAN-GP."""
    torch.manual_seed(seed)
    networks = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
    run = train(
        *networks,
        garments,
        method="penalty",
        steps=SETTINGS["steps"],
        batch_size=SETTINGS["batch"],
        seed=seed,
        live=False,
        device="cpu",
    )
    return run.average


def judged(images: Tensor, held_out: Tensor) -> tuple[float, float]:
    """The mean exact distance to batches of held-out images, and the Frechet distance to all of them."""
    n = SETTINGS["batch"]
    batches = [
        distances.batch_wasserstein(held_out[k : k + n].flatten(1), images[k : k + n].flatten(1)).item()
        for k in range(0, n * SETTINGS["batches"], n)
    ]
    return float(np.mean(batches)), scores.frechet(scores.held_out_features(), scores.features(images))


def main() -> None:
    torch.set_num_threads(1)
    garments, held_out = data.load(), scores.held_out()
    shape = len(SETTINGS["methods"]), len(SETTINGS["seeds"])
    distance, frechet, pictures = np.zeros(shape), np.zeros(shape), []
    for row, learn in enumerate((without_a_critic, with_a_critic)):
        for seed in SETTINGS["seeds"]:
            generator = learn(garments, seed)
            with torch.no_grad():
                images = generator(torch.randn(SETTINGS["images"], 64, generator=torch.Generator().manual_seed(9)))
            distance[row, seed], frechet[row, seed] = judged(images, held_out)
            print(SETTINGS["methods"][row], seed, distance[row, seed], frechet[row, seed], flush=True)
            if seed == 0:
                pictures.append(((images[:10].clamp(-1, 1) + 1) * 127.5).round().byte().numpy())
    real = np.array([judged(scores.real_images(seed, SETTINGS["images"]), held_out) for seed in SETTINGS["seeds"]])
    print("real", real)
    stored.save(
        "09_exact",
        SETTINGS,
        distance=distance,  # by method and seed, as is the next
        frechet=frechet,
        real=real,  # of training images: the distance of batches and the Frechet distance, by seed
        pictures=np.array(pictures),  # ten of each method, bytes
    )


if __name__ == "__main__":
    main()
