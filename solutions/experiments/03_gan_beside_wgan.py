"""Plain GAN and WGAN on eight Gaussians, ten runs each, with 1, 5 and 20 critic steps.

    python solutions/experiments/03_gan_beside_wgan.py

Some twenty minutes on one processor core. Writes notebooks/stored/03_gan_beside_wgan.npz,
which lesson 03 draws. Everything but the loss is the same for both: networks,
optimisers, rates, batches. The ten runs are ten pairs of networks with weights
and noise of their own, trained side by side in one tensor.

Sources: the law and the penalty's weight are those of the toy experiments of
Gulrajani et al. (2017); the plain GAN has the non-saturating loss of Goodfellow
et al. (2014), section 3.
"""

import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, softplus

from starter.kit import stored
from starter.kit.data.toys import EIGHT_GAUSSIANS as LAW

LOSSES, N_CRITIC, MOMENTS = ("GAN", "WGAN"), (1, 5, 20), (0, 100, 300, 1000)
SETTINGS = {
    "seed": 0,
    "runs": 10,
    "latent_dim": 2,
    "width": 64,
    "batch_size": 128,
    "learning_rate": 1e-3,
    "betas": "0.5, 0.9",
    "lambda_": 0.1,
    "steps": MOMENTS[-1],
}


class Stack(nn.Module):
    """As many fully connected networks as there are runs, each on its own slice of the first axis."""

    def __init__(self, sizes: list[int], slope: float) -> None:
        super().__init__()
        self.slope = slope
        pairs = list(pairwise(sizes))
        self.weights = nn.ParameterList([self._uniform(inputs, (inputs, outputs)) for inputs, outputs in pairs])
        self.biases = nn.ParameterList([self._uniform(inputs, (1, outputs)) for inputs, outputs in pairs])

    @staticmethod
    def _uniform(inputs: int, shape: tuple[int, int]) -> Tensor:
        """As nn.Linear begins."""
        return (2 * torch.rand(SETTINGS["runs"], *shape) - 1) / inputs**0.5

    def forward(self, x: Tensor) -> Tensor:
        """Points (runs, n, inputs) to (runs, n, outputs)."""
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = leaky_relu(torch.baddbmm(bias, x, weight), self.slope)
        return torch.baddbmm(self.biases[-1], x, self.weights[-1])


def slope_penalty(critic: Stack, real: Tensor, fake: Tensor) -> Tensor:
    """The gradient penalty of each run, summed over the runs."""
    between = torch.lerp(fake, real, torch.rand(*real.shape[:2], 1)).requires_grad_(True)
    (slopes,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return ((slopes.norm(dim=2) - 1) ** 2).mean(dim=1).sum()


def loss_of_critic(loss: str, critic: Stack, real: Tensor, fake: Tensor) -> Tensor:
    """Summed over the runs, so that each gets its own gradient."""
    on_real, on_fake = critic(real), critic(fake)
    if loss == "GAN":
        return (softplus(-on_real) + softplus(on_fake)).mean(dim=1).sum()
    return (on_fake - on_real).mean(dim=1).sum() + SETTINGS["lambda_"] * slope_penalty(critic, real, fake)


def loss_of_generator(loss: str, on_fake: Tensor) -> Tensor:
    """Summed over the runs."""
    return (softplus(-on_fake) if loss == "GAN" else -on_fake).mean(dim=1).sum()


def descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def run(loss: str, n_critic: int) -> list[Tensor]:
    """Ten runs; 1,000 points of each at the moments: a list of tensors (runs, 1000, 2)."""
    torch.manual_seed(SETTINGS["seed"])
    runs, width, batch, latent_dim = (SETTINGS[key] for key in ("runs", "width", "batch_size", "latent_dim"))
    generator, critic = Stack([latent_dim, width, width, 2], 0.0), Stack([2, width, width, 1], 0.2)
    of_generator, of_critic = (
        torch.optim.Adam(net.parameters(), lr=SETTINGS["learning_rate"], betas=(0.5, 0.9), fused=True)
        for net in (generator, critic)
    )
    moments = []
    for step in range(SETTINGS["steps"] + 1):
        if step in MOMENTS:
            with torch.no_grad():
                moments.append(generator(torch.randn(runs, 1000, latent_dim)))
        for _ in range(n_critic):
            real = LAW.sample(runs * batch).view(runs, batch, 2)
            fake = generator(torch.randn(runs, batch, latent_dim)).detach()
            descend(of_critic, loss_of_critic(loss, critic, real, fake))
        descend(of_generator, loss_of_generator(loss, critic(generator(torch.randn(runs, batch, latent_dim)))))
    return moments


class Coverage(NamedTuple):
    """How many modes some samples reach, and which share of them is good, as lesson 03 counts."""

    modes: int
    good: float


def coverage(points: Tensor) -> Coverage:
    """Count for samples of shape (n, 2): a fifth of the way to the next mode is near, a hundredth of all is enough."""
    near = torch.cdist(points, LAW.modes) < torch.pdist(LAW.modes).min() / 5
    reached = near.float().mean(dim=0) >= 0.01
    return Coverage(int(reached.sum()), near.any(dim=1).float().mean().item())


def main() -> None:
    torch.set_num_threads(1)
    shape = (len(LOSSES), len(N_CRITIC), len(MOMENTS))
    modes = np.zeros((*shape, SETTINGS["runs"]), dtype=np.int8)
    good = np.zeros((*shape, SETTINGS["runs"]))
    first = np.zeros((*shape, 400, 2), dtype=np.float16)
    for i, loss in enumerate(LOSSES):
        for j, n_critic in enumerate(N_CRITIC):
            start = time.perf_counter()
            moments = run(loss, n_critic)
            for k, points in enumerate(moments):
                first[i, j, k] = points[0, :400]
                for number, of_run in enumerate(points):
                    modes[i, j, k, number], good[i, j, k, number] = coverage(of_run)
            print(
                f"{loss}, {n_critic} critic steps: modes {modes[i, j, -1].tolist()}, good samples "
                f"{good[i, j, -1].mean():.0%}, {time.perf_counter() - start:.0f} s",
                flush=True,
            )
    settings = SETTINGS | {"losses": LOSSES, "n_critic": N_CRITIC, "moments": MOMENTS}
    stored.save("03_gan_beside_wgan", settings, modes=modes, good=good, first=first)


if __name__ == "__main__":
    main()
