"""Sheet 11: a critic that sees only 200 pictures, as they are and changed by chance.

    python solutions/experiments/11_few.py        about 4 minutes on one core for each of two seeds

Flags that the course draws; the networks and settings of the sheet. Both estimates use the same
1,000 fakes: mean score of the 200 training flags, or of 1,000 flags drawn with another seed, minus
theirs. The critic is asked about flags as they are, whatever it learned from. Lesson 06 has the
same with garments.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn

from starter.kit import pretrained, stored, train
from starter.kit.data import pictures
from starter.kit.data.augment import Augmented
from starter.kit.loop import Run

SETTINGS = {
    "data": "200 flags",
    "ways": ["as they are", "changed by chance"],
    "held_out": 1000,
    "width": 16,
    "n_critic": 3,
    "batch_size": 64,
    "rate": 2e-3,
    "steps": 450,
    "every": 30,
    "seeds": [0, 1],
}
FEW = 200


class Estimates:
    """Asks the critic now and then about training flags, held-out flags and fakes.

    Attributes:
        found: (training, held out) for each moment.
    """

    def __init__(self, seen: Tensor, held_out: Tensor) -> None:
        self.seen, self.held_out = seen, held_out
        self.found: list[list[float]] = []
        self.z = torch.randn(len(held_out), 64, generator=torch.Generator().manual_seed(1))

    @torch.no_grad()
    def __call__(self, run: Run) -> None:
        if run.steps % SETTINGS["every"]:
            return
        critic, generator = run.critic.eval(), run.generator.eval()
        fake = critic(generator(self.z)).mean()
        self.found.append([(critic(real).mean() - fake).item() for real in (self.seen, self.held_out)])
        critic.train(), generator.train()


def fit(changed: bool, seed: int, steps: int = SETTINGS["steps"]) -> tuple[list[list[float]], Tensor]:
    """Both estimates over a training, and what the generator draws at its end."""
    torch.manual_seed(seed)
    flags, held_out = pictures.flags(FEW), pictures.flags(SETTINGS["held_out"], seed=1)
    critic: nn.Module = pretrained.Critic(width=SETTINGS["width"], shape=pictures.SHAPE)
    generator = pretrained.Generator(width=SETTINGS["width"], shape=pictures.SHAPE)
    estimates = Estimates(flags[:], held_out[:])
    more = {key: SETTINGS[key] for key in ("batch_size", "n_critic", "rate")}
    critic = Augmented(critic) if changed else critic
    fixed = {"seed": seed, "watch": estimates, "live": False, "device": "cpu"}
    run = train(critic, generator, flags, steps=steps, **fixed, **more)
    return estimates.found, run.sample(36, seed=0)


def main() -> None:
    estimates, images = [], []
    for seed in SETTINGS["seeds"]:
        of_ways = [fit(changed, seed) for changed in (False, True)]
        estimates.append([found for found, _ in of_ways])
        images.append(torch.stack([drawn for _, drawn in of_ways]))
        for way, (found, _) in zip(SETTINGS["ways"], of_ways, strict=True):
            shown = np.round(found, 2)[4::5]
            print(seed, way, "training", shown[:, 0], "held out", shown[:, 1], flush=True)
    pixels = images[0].mul(127.5).add(127.5).round().byte().numpy()
    stored.save(
        "11_few", SETTINGS, estimate=np.array(estimates), images=pixels
    )  # by seed, way, moment, (training, held out)


if __name__ == "__main__":
    main()
