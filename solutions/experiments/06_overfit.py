"""Lesson 06, section 8: a critic that learns its images by heart, after WGAN-GP, figure 5b.

    python solutions/experiments/06_overfit.py        about 4 minutes on one core for each of three seeds

From there: 1,000 training images, a network that is large for them, batches of
50, lambda 10. Other than there: garments for digits and fully connected
networks. The second run sees all 10,000 bundled images. Both estimates use the
same 2,000 fakes: mean score of training or held-out images minus theirs.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch

from starter import critic as critics
from starter import generator as generators
from starter.kit import Run, data, stored, train

SETTINGS = {
    "images": [1000, 10000],
    "critic": "784-512-256-1",
    "width": 512,
    "batch_size": 50,
    "lambda_": 10.0,
    "n_critic": 5,
    "optimiser": "Adam 1e-3, betas (0.5, 0.9)",
    "steps": 1500,
    "every": 25,
    "seeds": [0, 1, 2],
}


class Estimates:
    """Asks the critic now and then about training images, held-out images and fakes.

    Attributes:
        found: (training, held out) for each moment.
    """

    def __init__(self, seen: torch.Tensor, held_out: torch.Tensor, every: int = SETTINGS["every"]) -> None:
        self.seen, self.held_out, self.every = seen, held_out, every
        self.found: list[list[float]] = []
        self.z = torch.randn(len(held_out), 64, generator=torch.Generator().manual_seed(1))

    @torch.no_grad()
    def __call__(self, run: Run) -> None:
        if run.steps % self.every:
            return
        critic, generator = run.critic.eval(), run.generator.eval()
        fake = critic(generator(self.z)).mean()
        self.found.append([(critic(real).mean() - fake).item() for real in (self.seen, self.held_out)])
        critic.train(), generator.train()


def fit(garments: data.Images, held_out: torch.Tensor, seed: int) -> list[list[float]]:
    """Train on these images; both estimates over the run."""
    torch.manual_seed(seed)
    critic = critics.MLPCritic(garments.shape, width=SETTINGS["width"])
    estimates = Estimates(garments[:2000], held_out)
    more = {key: SETTINGS[key] for key in ("batch_size", "lambda_", "n_critic", "steps")} | {"seed": seed}
    generator = generators.MLPGenerator(64, garments.shape)
    train(critic, generator, garments, rate=1e-3, watch=estimates, live=False, device="cpu", **more)
    return estimates.found


def of_seed(garments: data.Images, held_out: torch.Tensor, seed: int) -> list[list[list[float]]]:
    """Both estimates of a training for each number of images."""
    order, estimates = torch.randperm(len(garments), generator=torch.Generator().manual_seed(seed)), []
    for n in SETTINGS["images"]:
        chosen = order[:n]
        part = replace(garments, images=garments.images[chosen], labels=garments.labels[chosen])
        estimates.append(fit(part, held_out, seed))
        shown = np.round(estimates[-1], 2)[::6]
        print(seed, n, "training", shown[:, 0], "held out", shown[:, 1], flush=True)
    return estimates


def main() -> None:
    garments, held_out = data.load(), data.load(split="test")[:]
    estimates = [of_seed(garments, held_out, seed) for seed in SETTINGS["seeds"]]
    stored.save("06_overfit", SETTINGS, estimate=np.array(estimates))  # by seed, images, moment, (training, held out)


if __name__ == "__main__":
    main()
