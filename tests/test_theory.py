"""The exact results that sheets compare with, against independent numbers."""

from math import erf, sqrt

import numpy as np
import pytest
import torch

from starter import critic, penalty, training
from starter.kit.measure.theory import penalised_gap, penalised_slope


@pytest.mark.parametrize(("mu", "lambda_", "gap"), [(1, 10, 1.0545), (3, 10, 3.463), (1, 0.1, 6.445)])
def test_closed_form_of_the_penalised_critic(mu, lambda_, gap):
    assert penalised_gap(mu, lambda_) == pytest.approx(gap, rel=5e-4)


def test_the_gap_tends_to_the_distance_and_is_symmetric():
    assert penalised_gap(2, 1e6) == pytest.approx(2, rel=1e-5)
    assert penalised_gap(-2, 10) == pytest.approx(penalised_gap(2, 10), rel=1e-9)
    assert penalised_gap(1, 1) > penalised_gap(1, 10) > 1


def test_a_trained_critic_meets_the_closed_form():
    """The experiment of sheet 05: within 2 % of the penalised optimum, and above the distance."""

    class Shift(torch.nn.Module):
        latent_dim = 1

        def forward(self, z):
            return z + 1

    torch.manual_seed(0)
    net = critic.MLPCritic((1,), width=64)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for step in range(1500):  # a few steps without the penalty first: slope -1 is a trap in one dimension
        lambda_ = 0 if step < 25 else 10
        training.critic_step(net, Shift(), torch.randn(512, 1), optimizer, penalty.gradient_penalty, lambda_)
    with torch.no_grad():
        real = torch.randn(400_000, 1)
        gap = (net(real).mean() - net(real + 1).mean()).item()
    assert gap == pytest.approx(penalised_gap(1, 10), rel=0.02)
    assert gap > 1


def test_the_slope_under_the_penalty():
    x = np.linspace(-14, 15, 20001)
    slope = penalised_slope(x, 1, 10)
    assert slope.min() >= 1
    # f climbs with this slope, so its gap is the integral of slope times |F - G|.
    d = np.array([erf(v / sqrt(2)) - erf((v - 1) / sqrt(2)) for v in x]) / 2
    assert np.trapezoid(slope * d, x) == pytest.approx(penalised_gap(1, 10), rel=1e-4)
    assert penalised_slope(np.array([10.0]), 1, 10)[0] == pytest.approx(1.5, abs=0.05)
