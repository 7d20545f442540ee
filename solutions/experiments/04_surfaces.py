"""Value surfaces of critics trained with clipping and with the penalty, for lessons 04 and 05.

    python solutions/experiments/04_surfaces.py        about 3 minutes on one core

Source: WGAN-GP, figure 1a. As there: the generator is fixed at real points plus
N(0, I), the critic has three hidden layers of ReLU and no normalisation, batch
256, RMSProp 5e-5 and c = .01 for clipping, lambda = .1 and betas (.5, .9) for the
penalty. Scaled down: width 128 for 512, a few thousand steps for 100,000, and
Adam 1e-3 for 1e-4 to make up for them. The clipped critics start with weights
spread evenly over the window, so that a pile at its ends comes from training.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor, nn

from starter import clipping, penalty, training
from starter.kit import stored, toys

SETTINGS = {
    "laws": ["8 Gaussians", "25 Gaussians", "Swiss roll"],
    "methods": ["clip", "penalty"],
    "seed": 0,
    "width": 128,
    "hidden_layers": 3,
    "batch_size": 256,
    "c": 0.01,
    "clip_steps": 4000,
    "clip_lr": 5e-5,
    "lambda_": 0.1,
    "penalty_steps": 5000,
    "penalty_lr": 1e-3,
    "betas": [0.5, 0.9],
    "half_side": 2.2,
}
LAWS = (toys.EIGHT_GAUSSIANS, toys.TWENTY_FIVE_GAUSSIANS, toys.SWISS_ROLL)


class Blurred:
    """A generator with nothing to learn: real points plus N(0, I)."""

    latent_dim = 2

    def __init__(self, law: toys.Law) -> None:
        self.law = law

    def __call__(self, z: Tensor) -> Tensor:
        return self.law.sample(len(z)) + z


def new_critic(width: int) -> nn.Sequential:
    """2-width-width-width-1 with ReLU."""
    hidden = (nn.Linear(2, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
    return nn.Sequential(*hidden, nn.Linear(width, 1), nn.Flatten(0))


def train(law: toys.Law, method: str, steps: int, lr: float, seed: int, width: int = 128) -> nn.Sequential:
    """A critic between the distribution and its blurred copy."""
    torch.manual_seed(seed)
    critic, generator = new_critic(width), Blurred(law)
    if method == "clip":
        for parameter in critic.parameters():
            nn.init.uniform_(parameter, -SETTINGS["c"], SETTINGS["c"])
        optimizer = torch.optim.RMSprop(critic.parameters(), lr=lr)
    else:
        optimizer = torch.optim.Adam(critic.parameters(), lr=lr, betas=tuple(SETTINGS["betas"]))
    term = penalty.gradient_penalty if method == "penalty" else None
    for _ in range(steps):
        real = law.sample(SETTINGS["batch_size"])
        training.critic_step(critic, generator, real, optimizer, term, SETTINGS["lambda_"])
        if method == "clip":
            clipping.clip_weights(critic, SETTINGS["c"])
    return critic


def weights_of(critic: nn.Module) -> Tensor:
    """All parameters in one row."""
    return torch.cat([parameter.detach().flatten() for parameter in critic.parameters()])


@torch.no_grad()
def surface(critic: nn.Module, grid: Tensor) -> Tensor:
    """Scores on a square grid, shape (rows, columns); y changes along the rows."""
    y, x = torch.meshgrid(grid, grid, indexing="ij")
    return critic(torch.stack([x, y], dim=-1).flatten(0, 1)).view(len(grid), len(grid))


@torch.no_grad()
def told_apart(critic: nn.Module, law: toys.Law, n: int = 2000) -> float:
    """Share of pairs of a real point and a blurred one in which the real one scores higher."""
    real, fake = critic(law.sample(n)), critic(Blurred(law)(torch.randn(n, 2)))
    return (real[:, None] > fake).float().mean().item()


@torch.no_grad()
def estimate(critic: nn.Module, law: toys.Law, n: int = 20_000) -> float:
    """The critic's estimate, on fresh points."""
    return (critic(law.sample(n)).mean() - critic(Blurred(law)(torch.randn(n, 2))).mean()).item()


def sample_distances(law: toys.Law, n: int = 2000, draws: int = 5) -> list[float]:
    """Exact optimal transport between n points of each distribution, for some draws of the points."""
    torch.manual_seed(0)
    costs = [cdist(law.sample(n), Blurred(law)(torch.randn(n, 2))) for _ in range(draws)]
    return [cost[linear_sum_assignment(cost)].mean() for cost in costs]


def main() -> None:
    grid = torch.linspace(-SETTINGS["half_side"], SETTINGS["half_side"], 81)
    shapes, scales, pairs, gaps, heights = [], [], [], [], []
    for method in SETTINGS["methods"]:
        for law in LAWS:
            critic = train(law, method, SETTINGS[f"{method}_steps"], SETTINGS[f"{method}_lr"], SETTINGS["seed"])
            scores, weights = surface(critic, grid), weights_of(critic)
            shapes.append(((scores - scores.mean()) / scores.std()).half().numpy())
            scales.append(scores.std().item())
            pairs.append(told_apart(critic, law))
            gaps.append(estimate(critic, law))
            edge = SETTINGS["c"] if method == "clip" else 0.5
            heights.append(np.histogram(weights, bins=81, range=(-edge, edge))[0].astype(np.int32))
            at_edge = (weights.abs() > 0.97 * edge).float().mean().item()
            print(f"{law.name}, {method}: estimate {gaps[-1]:.4g}, pairs {pairs[-1]:.1%}, at the edge {at_edge:.1%}")
    distances = [sample_distances(law) for law in LAWS]
    print("distances", np.round(distances, 3))
    stored.save(
        "04_surfaces",
        SETTINGS,
        grid=grid.numpy(),
        surface=np.array(shapes).reshape(2, 3, 81, 81),  # mean 0 and standard deviation 1, by method and distribution
        scale=np.array(scales).reshape(2, 3),  # times this, in units of score
        pairs=np.array(pairs).reshape(2, 3),
        estimate=np.array(gaps).reshape(2, 3),
        histogram=np.array(heights).reshape(2, 3, 81),  # of weights in [-c, c], and in [-.5, .5]
        distance=np.mean(distances, axis=1),
        distances=np.array(distances),  # by distribution, draw
        points=np.array([law.sample(400, torch.Generator().manual_seed(1)).half().numpy() for law in LAWS]),
    )


if __name__ == "__main__":
    main()
