"""Sheet 11: garments that were asked for, and three ways of telling a critic the class.

    nice -n 10 python solutions/experiments/11_conditional.py       some ten minutes on two quiet cores

First the larger convolutional pair of pretrained.recipe(), with the label at the generator's
input and ten outputs of the critic, of which the label picks one. Time is counted in steps, at
the 116.4 milliseconds that a step of this pair took on two undisturbed cores
(tests/bench/tried.md), so that the result does not depend on how busy the machine is.
Then fully connected networks, which are quicker, with ten outputs, with projection (Miyato and
Koyama 2018), and with the label beside the pixels (Mirza and Osindero 2014).
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn

from starter import conditional
from starter import generator as generators
from starter.kit import data, pretrained, scores, stored, train
from starter.kit.data import turns
from starter.kit.loop import Run

SETTINGS = {
    "data": "Fashion-MNIST, the 10,000 bundled images",
    "marks": [645, 1550],
    "seconds": [75, 180],
    "ms_a_step": 116.4,
    "n_critic": 3,
    "batch": 60,
    "rate": 1e-3,
    "lambda": 10,
    "average": 0.99,
    "images": 2000,
    "seeds": [0],
}
WAYS = {
    "data": "Fashion-MNIST, the 10,000 bundled images",
    "ways": ["ten outputs", "projection", "label beside the pixels"],
    "steps": 500,
    "n_critic": 5,
    "batch": 130,
    "rate": 3e-3,
    "lambda": 10,
    "average": 0.99,
    "images": 2000,
    "seeds": [0, 1],
}
CLASSES = 10


class Generator(pretrained.Generator):
    """With the label beside z."""

    def __init__(self) -> None:
        super().__init__(64 + CLASSES)
        self.latent_dim = 64

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.layers(conditional.with_label(z, labels))


class Critic(pretrained.Critic):
    """With ten outputs, of which the label picks one."""

    def __init__(self) -> None:
        super().__init__(outputs=CLASSES)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        return conditional.pick_score(self.layers(images), labels)


class MLPGenerator(nn.Module):
    """Sheet 03's, with the label beside z."""

    latent_dim = 64

    def __init__(self) -> None:
        super().__init__()
        self.network = generators.MLPGenerator(64 + CLASSES)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.network(conditional.with_label(z, labels))


class MLPCritic(nn.Module):
    """Sheet 02's, which is told the class in one of three ways."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.way, more = way, CLASSES if way == "label beside the pixels" else 0
        self.features = nn.Sequential(
            *(nn.Linear(784 + more, 256), nn.LeakyReLU(0.2)), *(nn.Linear(256, 128), nn.LeakyReLU(0.2))
        )
        self.last = nn.Linear(128, CLASSES if way == "ten outputs" else 1)
        self.vectors = nn.Embedding(CLASSES, 128) if way == "projection" else None

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        x = images.flatten(1)
        features = self.features(conditional.with_label(x, labels) if self.way == "label beside the pixels" else x)
        if self.way == "ten outputs":
            return conditional.pick_score(self.last(features), labels)
        score = self.last(features).squeeze(1)
        return score if self.vectors is None else score + (features * self.vectors(labels)).sum(dim=1)


def judged(run: Run) -> tuple[np.ndarray, np.ndarray, Tensor]:
    """Share of right classes and Frechet distance, class by class and then of all, and ten rows of images."""
    found = run.sample(SETTINGS["images"], seed=1)
    asked = torch.arange(len(found)) % CLASSES
    named, features, held_out = scores.labels(found), scores.features(found), scores.held_out_features()
    of_held_out = data.load(split="test").labels
    right = [(named[asked == k] == k).float().mean().item() for k in range(CLASSES)]
    apart = [scores.frechet(held_out[of_held_out == k], features[asked == k]) for k in range(CLASSES)]
    return np.array([*right, np.mean(right)]), np.array([*apart, scores.frechet(held_out, features)]), found[:100]


def trained(networks: tuple[nn.Module, nn.Module], settings: dict, seed: int, steps: int, watch=None) -> Run:
    critic, generator = (conditional.Given(network, torch.arange(CLASSES)) for network in networks)
    settings = {"n_critic": settings["n_critic"], "batch_size": settings["batch"], "rate": settings["rate"]}
    fixed = {"seed": seed, "watch": watch, "live": False, "device": "cpu"}
    return train(critic, generator, turns.of(data.load()), steps=steps, **fixed, **settings)


def main() -> None:
    marks, (seed,) = SETTINGS["marks"], SETTINGS["seeds"]
    found: list[tuple] = []

    def look(run: Run) -> None:
        if run.steps in marks:
            found.append(judged(run))
            print(run.steps, f"{run.seconds:.0f} s", found[-1][0].round(3), found[-1][1].round(1), flush=True)
            right, apart, images = zip(*found, strict=True)
            pixels = torch.stack(images).mul(127.5).add(127.5).round().byte().numpy()
            stored.save("11_conditional", SETTINGS, right=np.array(right), frechet=np.array(apart), images=pixels)

    torch.manual_seed(seed)
    trained((Critic(), Generator()), SETTINGS, seed, marks[-1], look)


def main_ways() -> None:
    shape = (len(WAYS["ways"]), len(WAYS["seeds"]))
    right, apart = np.zeros(shape), np.zeros(shape)
    for column, seed in enumerate(WAYS["seeds"]):
        for row, way in enumerate(WAYS["ways"]):
            torch.manual_seed(seed)
            run = trained((MLPCritic(way), MLPGenerator()), WAYS, seed, WAYS["steps"])
            (*_, right[row, column]), (*_, apart[row, column]), _ = judged(run)
            print(
                way, seed, right[row, column].round(3), apart[row, column].round(1), f"{run.seconds:.0f} s", flush=True
            )
    stored.save("11_ways", WAYS, right=right, frechet=apart)


if __name__ == "__main__":
    main()
    main_ways()
    main_ways()
