"""Gradients through a deep critic, with clipping and with the penalty, for lesson 04.

    python solutions/experiments/04_depth.py        about 4 minutes on one core

Source: WGAN-GP, figure 1b, left. As there: critic and generator have 12 linear
layers with ReLU and no normalisation, the data are the Swiss roll, c is .1, .01
or .001. From the authors' code for toy data: RMSProp 5e-5 for clipping; lambda =
.1, Adam 1e-4 and betas (.5, .9) for the penalty; n_critic 5. The paper does not
say how wide the layers are; here it is 128. Scaled down: batch 64 for 256 and
300 generator steps for 100,000.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import copy
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from starter import clipping, penalty, training
from starter.kit import stored, toys

SETTINGS = {
    "law": "Swiss roll",
    "windows": [0.1, 0.01, 0.001],
    "seeds": [0, 1, 2],
    "layers": 12,
    "width": 128,
    "batch_size": 64,
    "n_critic": 5,
    "steps": 300,
    "clip_lr": 5e-5,
    "lambda_": 0.1,
    "penalty_lr": 1e-4,
    "betas": [0.5, 0.9],
}


class Deep(nn.Module):
    """Linear layers with ReLU between them, and weights to begin with that suit ReLU (He et al.).

    Args:
        n_outputs: 1 for a critic, 2 for a generator of points.
        layers: linear layers, the last one included.
        width: units in each hidden layer.
    """

    latent_dim = 2

    def __init__(self, n_outputs: int, layers: int, width: int) -> None:
        super().__init__()
        sizes = [2, *[width] * (layers - 1), n_outputs]
        self.layers = nn.ModuleList(nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes))
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def inputs(self, x: Tensor) -> list[Tensor]:
        """What enters each layer, and what leaves the last one."""
        passed = [x]
        for layer in self.layers:
            x = layer(passed[-1])
            passed.append(x.relu() if layer is not self.layers[-1] else x)
        return passed

    def forward(self, x: Tensor) -> Tensor:
        return self.inputs(x)[-1]


def norms_by_layer(critic: Deep, real: Tensor, fake: Tensor) -> np.ndarray:
    """Norm of the gradient of the critic's loss with respect to the input of each layer.

    In double precision, because the smallest of them are smaller than float32 can hold.
    """
    critic = copy.deepcopy(critic).double()
    sides = [critic.inputs(x.double().detach().requires_grad_(True)) for x in (real, fake)]
    loss = sides[1][-1].mean() - sides[0][-1].mean()
    gradients = [torch.autograd.grad(loss, side[:-1], retain_graph=True) for side in sides]
    return np.array([torch.cat(pair).norm().item() for pair in zip(*gradients, strict=True)])


def train(
    c: float | None, seed: int, steps: int, width: int, layers: int = 12, batch_size: int = 64, lr: float | None = None
) -> np.ndarray:
    """Train a WGAN on the Swiss roll and return norms_by_layer of its critic.

    Args:
        c: the window, or None for the penalty.
        lr: of the optimiser; None takes the one in SETTINGS.
    """
    torch.manual_seed(seed)
    critic, generator = Deep(1, layers, width), Deep(2, layers, width)
    if c:
        clipping.clip_weights(critic, c)
        players = [torch.optim.RMSprop(net.parameters(), lr=lr or SETTINGS["clip_lr"]) for net in (critic, generator)]
    else:
        betas = tuple(SETTINGS["betas"])
        rate = lr or SETTINGS["penalty_lr"]
        players = [torch.optim.Adam(net.parameters(), lr=rate, betas=betas) for net in (critic, generator)]
    term = None if c else penalty.gradient_penalty
    for _ in range(steps):
        for _ in range(SETTINGS["n_critic"]):
            real = toys.SWISS_ROLL.sample(batch_size)
            training.critic_step(critic, generator, real, players[0], term, SETTINGS["lambda_"])
            if c:
                clipping.clip_weights(critic, c)
        training.generator_step(critic, generator, batch_size, players[1])
    with torch.no_grad():
        fake = generator(torch.randn(512, 2))
    return norms_by_layer(critic, toys.SWISS_ROLL.sample(512), fake)


def main() -> None:
    norms = []
    for c in (*SETTINGS["windows"], None):
        for seed in SETTINGS["seeds"]:
            norms.append(train(c, seed, SETTINGS["steps"], SETTINGS["width"], batch_size=SETTINGS["batch_size"]))
            print("penalty" if c is None else f"c {c}", seed, np.log10(norms[-1]).round(1), flush=True)
    logs = np.log10(norms).reshape(-1, len(SETTINGS["seeds"]), SETTINGS["layers"])
    stored.save("04_depth", SETTINGS, log10_norms=logs)  # by window (the penalty last), seed, layer


if __name__ == "__main__":
    main()
