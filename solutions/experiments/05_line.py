"""Lesson 05, section 4 and for the curious: critics on the line, trained under the two penalties.

Real numbers follow N(0, 1), fakes N(mu, 1). First, critics under the two-sided
penalty against the closed form (starter/kit/measure/theory.py). Second, the trap: a
trained critic whose last layer changes its sign is trained on, under the
two-sided and the one-sided penalty. Third, the two-sided one for other lambdas.
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
from starter import penalty, training
from starter.kit import stored

SETTINGS = {
    "critic": "MLP 1-64-32-1, LeakyReLU 0.2",
    "optimiser": "Adam 1e-3",
    "batch": 512,
    "steps": 2000,
    "free_steps": 25,  # without penalty, so that the critic leans the right way
    "cases": "mu 1, lambda 0.1, 1, 10; mu 3, lambda 10",
    "seeds": 5,
    "trap_lambda": 10,
    "trap_steps": 1500,
    "trap_seeds": 10,
    "sweep_steps": 1000,
    "sweep_seeds": 3,
}
CASES = ((1.0, 0.1), (1.0, 1.0), (1.0, 10.0), (3.0, 10.0))
SWEEP = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)


class Shift(nn.Module):
    """A generator with nothing to learn: z + mu."""

    latent_dim = 1

    def __init__(self, mu: float) -> None:
        super().__init__()
        self.mu = mu

    def forward(self, z: Tensor) -> Tensor:
        return z + self.mu


def new_critic(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return critics.MLPCritic((1,), width=64)


def fit(
    critic: nn.Module,
    mu: float,
    lambda_: float,
    steps: int,
    free: int,
    kind: training.Penalty = penalty.gradient_penalty,
    every: int = 0,
) -> list[float]:
    """Train the critic, the first `free` steps without penalty; its mean_slope every so many steps."""
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3)
    slopes = []
    for step in range(steps):
        if every and step % every == 0:
            slopes.append(mean_slope(critic, mu))
        weight = lambda_ if step >= free else 0.0
        real = torch.randn(SETTINGS["batch"], 1)
        training.critic_step(critic, Shift(mu), real, optimizer, kind, weight)
    return slopes


def mean_slope(critic: nn.Module, mu: float) -> float:
    """Of -df/dx, so that +1 leans the right way, at 201 points from real to fake and a little beyond."""
    x = torch.linspace(-1, mu + 1, 201)[:, None]
    return -penalty.input_gradient(critic, x).mean().item()


def flipped(seed: int, lambda_: float) -> nn.Module:
    """A critic that was trained for a while, and then its last layer changed its sign."""
    critic = new_critic(seed)
    fit(critic, 1.0, lambda_, 400, SETTINGS["free_steps"])
    with torch.no_grad():
        critic.layers[-1].weight.neg_()
        critic.layers[-1].bias.neg_()
    return critic


@torch.no_grad()
def gap(critic: nn.Module, mu: float) -> float:
    """The critic's estimate on a million points."""
    x = torch.randn(1_000_000, 1)
    return (critic(x).mean() - critic(x + mu).mean()).item()


def main() -> None:
    x = torch.linspace(-5, 8, 261)[:, None]
    gaps, curves = [], []
    for mu, lambda_ in CASES:
        of_case = []
        for seed in range(SETTINGS["seeds"]):
            critic = new_critic(seed)
            fit(critic, mu, lambda_, SETTINGS["steps"], SETTINGS["free_steps"])
            of_case.append(gap(critic, mu))
            if seed == 0:
                curves.append(-penalty.input_gradient(critic, x).flatten().numpy())
        gaps.append(of_case)
        print(mu, lambda_, of_case, flush=True)

    trap = {"two": [], "one": []}
    for seed in range(SETTINGS["trap_seeds"]):
        for name, kind in (("two", penalty.gradient_penalty), ("one", penalty.one_sided_penalty)):
            critic = flipped(seed, 10.0)
            slopes = fit(critic, 1.0, 10.0, SETTINGS["trap_steps"], 0, kind, every=20)
            trap[name].append([*slopes, mean_slope(critic, 1.0)])
            print(name, seed, trap[name][-1][0], trap[name][-1][-1], flush=True)

    sweep = np.zeros((len(SWEEP), SETTINGS["sweep_seeds"]))
    for i, lambda_ in enumerate(SWEEP):
        for seed in range(SETTINGS["sweep_seeds"]):
            critic = flipped(seed, lambda_)
            fit(critic, 1.0, lambda_, SETTINGS["sweep_steps"], 0)
            sweep[i, seed] = mean_slope(critic, 1.0)
        print(lambda_, sweep[i], flush=True)

    stored.save(
        "05_line",
        SETTINGS,
        x=x.flatten().numpy(),
        mu=np.array([mu for mu, _ in CASES]),
        lambda_=np.array([lambda_ for _, lambda_ in CASES]),
        gap=np.array(gaps),
        slope=np.array(curves),
        trap_step=np.arange(0, SETTINGS["trap_steps"] + 1, 20),
        trap_two_sided=np.array(trap["two"]),
        trap_one_sided=np.array(trap["one"]),
        sweep_lambda=np.array(SWEEP),
        sweep_slope=sweep,
    )


if __name__ == "__main__":
    main()
