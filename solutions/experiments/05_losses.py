"""Lesson 05, sections 7 and 8: what the losses of a WGAN-GP on garments say, and what the average does.

    python solutions/experiments/05_losses.py        about 3 minutes on one core

The networks and settings of sheet 05. Three seeds, and one training whose generator
cannot succeed: it ends in a sigmoid, so it never draws black (lesson 03). Frechet
distance with the moving average of the generator's weights and with its last weights.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn

from starter import critic as critics
from starter import generator as generators
from starter.kit import Run, data, go_on, scores, stored, train

SETTINGS = {
    "data": "Fashion-MNIST, the 10,000 bundled images",
    "generator": "MLPGenerator(64)",
    "critic": "MLPCritic, 784-256-128-1",
    "optimiser": "Adam 3e-3, betas (0.5, 0.9)",
    "n_critic": 5,
    "batch": 128,
    "lambda": 10,
    "average": 0.99,
    "steps": 1000,
    "every": 100,
    "sigmoid_steps": 400,
    "samples": scores.N,
    "seeds": [0, 1, 2],
    "sigmoid_seed": 0,
}


class Sigmoid(generators.MLPGenerator):
    """The generator with a sigmoid at its end, for the range [0, 1]."""

    def forward(self, z: Tensor) -> Tensor:
        return torch.sigmoid(2 * torch.atanh(super().forward(z).clamp(-0.999999, 0.999999)))


def begin(kind: type[nn.Module], seed: int) -> Run:
    """A training before its first step."""
    torch.manual_seed(seed)
    critic, generator = critics.MLPCritic((1, 28, 28)), kind(64, (1, 28, 28))
    return train(critic, generator, data.load(), seed=seed, steps=0, live=False, device="cpu")


@torch.no_grad()
def last_weights(run: Run, n: int, seed: int) -> Tensor:
    """What run.sample draws, but from the last weights and not from their average."""
    z = torch.randn(n, run.latent_dim, generator=torch.Generator().manual_seed(seed))
    images = torch.cat([run.generator.eval()(part) for part in z.split(1000)])
    run.generator.train()
    return images


def frechet(images: Tensor) -> float:
    """To the held-out images."""
    return scores.frechet(scores.held_out_features(), scores.features(images))


def bytes_of(images: Tensor) -> np.ndarray:
    """Images in [-1, 1] as bytes, shape (n, 28, 28)."""
    return ((images[:, 0] + 1) * 127.5).round().clamp(0, 255).byte().numpy()


def follow(run: Run, steps: int, marks: tuple[int, ...] = ()) -> dict[str, np.ndarray]:
    """Train, and look at the images every so often; keep some at the marks."""
    distances, images = [], []
    for step in range(SETTINGS["every"], steps + 1, SETTINGS["every"]):
        run = go_on(run, data.load(), steps=SETTINGS["every"], live=False)
        averaged, last = run.sample(SETTINGS["samples"], seed=1), last_weights(run, SETTINGS["samples"], seed=1)
        distances.append((frechet(averaged), frechet(last)))
        if step in marks:
            images.append(np.stack([bytes_of(averaged[:10]), bytes_of(last[:10])]))
        print(run.steps, distances[-1], run.history["wasserstein"][-1], run.history["generator_loss"][-1], flush=True)
    found = {"distances": np.array(distances), "images": np.array(images)}
    for column in ("wasserstein", "generator_loss", "penalty"):
        found[column] = np.array(run.history[column])
    return found


def main() -> None:
    torch.set_num_threads(1)
    steps = SETTINGS["steps"]
    runs = [follow(begin(generators.MLPGenerator, seed), steps, (200, steps)) for seed in SETTINGS["seeds"]]
    arrays = {name: np.stack([run[name] for run in runs]) for name in runs[0] if name != "images"}
    arrays["images"] = runs[0]["images"]  # of the first seed: mark, average or last, image
    failed = follow(begin(Sigmoid, SETTINGS["sigmoid_seed"]), SETTINGS["sigmoid_steps"], (SETTINGS["sigmoid_steps"],))
    arrays |= {f"sigmoid_{name}": values for name, values in failed.items()}
    stored.save("05_losses", SETTINGS, **arrays)


if __name__ == "__main__":
    main()
