"""Lesson 06, section 7: what is reported during a training, beside the Frechet distance of the samples.

    python solutions/experiments/06_run.py        about 6 minutes on one core for each of three seeds

The two clipped WGANs and the standard GAN are those of 04_curves.py, trained by
its functions from the same seeds: the paper's settings (RMSProp 5e-5, c = .01),
the course's (5e-4, .03), and for the GAN the course's rate and L / 2 + log 2, a
lower bound of the Jensen-Shannon distance. WGAN-GP: Adam 1e-3, lambda 10.
Every 100 generator steps 2,000 samples are held against the 2,000 held-out
images. Other than in WGAN, figures 3 and 4: garments of 28 pixels and the
course's small fully connected networks.

Of the first seed each step's number is kept; of all seeds the median of 101 steps
and the distance, every 100 steps.
"""

import importlib
import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor

from starter import critic as critics
from starter import generator as generators
from starter.kit import Run, data, scores, stored, train

curves = importlib.import_module("04_curves")  # it lies beside this file

SETTINGS = {
    "names": ["WGAN, paper's", "WGAN, course's", "standard GAN", "WGAN-GP"],
    "settings": [
        "RMSProp 5e-5, c 0.01",
        "RMSProp 5e-4, c 0.03",
        "RMSProp 5e-4",
        "Adam 1e-3, betas (0.5, 0.9), lambda 10",
    ],
    "n_critic": 5,
    "batch_size": 64,
    "latent_dim": 64,
    "steps": 2000,
    "every": 100,
    "samples": 2000,
    "seeds": [0, 1, 2],
}


class FrechetDistance:
    """Frechet distance of images to the held-out ones, in the classifier's features."""

    def __init__(self) -> None:
        self.real = scores.features(scores.held_out())

    def __call__(self, images: Tensor) -> float:
        return scores.frechet(self.real, scores.features(images))


def penalised(garments: data.Images, distance: FrechetDistance, seed: int) -> curves.Trained:
    """Train with the penalty; what is reported is the estimate."""
    torch.manual_seed(seed)
    critic = critics.MLPCritic(garments.shape)
    generator = generators.MLPGenerator(SETTINGS["latent_dim"], garments.shape)
    watch = curves.Watch(generator, distance)

    def look(run: Run) -> None:
        if run.steps % SETTINGS["every"] == 0:
            watch()

    more = {key: SETTINGS[key] for key in ("n_critic", "batch_size", "steps")} | {"seed": seed}
    run = train(critic, generator, garments, rate=1e-3, average=None, watch=look, live=False, device="cpu", **more)
    distances = list(watch.distances)
    return curves.Trained(run.history["wasserstein"], distances, curves.as_bytes(watch()))


def all_four(garments: data.Images, distance: FrechetDistance, seed: int) -> list[curves.Trained]:
    """The three runs of lesson 04, and one with the penalty."""
    return [*curves.all_three(garments, distance, seed), penalised(garments, distance, seed)]


def main() -> None:
    curves.SETTINGS["steps"] = SETTINGS["steps"]  # the other settings are the same there
    garments, distance = data.load(), FrechetDistance()
    of_seeds = []
    for seed in SETTINGS["seeds"]:
        of_seeds.append(all_four(garments, distance, seed))
        for name, run in zip(SETTINGS["names"], of_seeds[-1], strict=True):
            print(seed, name, np.round(run.reported[::200], 3), np.round(run.distances[::2], 1), flush=True)
    stored.save(
        "06_run",
        SETTINGS,
        reported=np.array([run.reported for run in of_seeds[0]], dtype=np.float32),  # of the first seed, by run, step
        medians=np.array(
            [[curves.now_and_then(run.reported) for run in runs] for runs in of_seeds]
        ),  # by seed, run, 100 steps
        frechet=np.array([run.distances for run in of_seeds[0]]),  # of the first seed, by run, every 100 steps
        distances=np.array([[run.distances for run in runs] for runs in of_seeds]),  # by seed, run, every 100 steps
        floor=np.array(distance(scores.real_images(SETTINGS["seeds"][0]))),  # real training images
    )


if __name__ == "__main__":
    main()
