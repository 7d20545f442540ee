"""The results of lesson and sheet 09: the exact ones to the last digit, trained ones at a size that takes seconds."""

from importlib import import_module
from math import comb, sqrt

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment
from torch import nn

from starter import distances, dynamics, penalty
from starter.kit import data, scores, stored
from starter.kit.show import lesson_09 as draw
from tests.lesson_cells import after

LESSON = "09_converge"
relativistic = import_module("solutions.experiments.09_relativistic")
without_critic = import_module("solutions.experiments.09_exact")
H = 0.2


def numbers(*values: float) -> list[torch.Tensor]:
    return [torch.tensor(value, dtype=torch.float64) for value in values]


# The smallest game -----------------------------------------------------------


def far(path: np.ndarray) -> tuple[float, float]:
    distances = np.linalg.norm(path[-100:], axis=1)
    return distances.min(), distances.max()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("GAN", 1.3, 1.45), ("WGAN, clipped at 1", 0.94, 1.06), ("WGAN-GP", 1.14, 1.44), ("GAN + R1", 0, 1e-5)],
)
def test_only_r1_comes_to_rest(name, low, high):
    """Mescheder et al. (2018), (1, 1), h = 0.2, 500 steps by turns."""
    closest, farthest = far(after(LESSON, "paths = {").variables["paths"][name])
    assert low <= closest <= farthest <= high


def test_the_band_of_wgan_gp_is_wider_if_the_generator_moves_first():
    pull = after(LESSON, "pulls = {").variables["pulls"]["WGAN-GP"]
    theta = psi = 1.0
    path = []
    for _ in range(500):
        theta += H * pull(theta, psi)[0]
        psi += H * pull(theta, psi)[1]
        path.append((theta, psi))
    assert far(np.array(path)) == pytest.approx((1.138, 1.438), abs=1e-3)


@pytest.mark.parametrize("name", ["GAN", "GAN + R1", "WGAN-GP"])
def test_the_pulls_are_minus_the_gradients_of_the_losses(name):
    softplus = nn.functional.softplus
    theta, psi = (value.requires_grad_(True) for value in numbers(0.7, -1.3))
    gan = softplus(theta * psi)
    losses = {
        "GAN": (-gan, gan),
        "GAN + R1": (-gan, gan + 0.3 / 2 * psi**2),
        "WGAN-GP": (-psi * theta, psi * theta + 0.7 / 2 * (psi.abs() - 1) ** 2),
    }
    of_generator, of_critic = losses[name]
    (right_theta,) = torch.autograd.grad(of_generator, theta, retain_graph=True)
    (right_psi,) = torch.autograd.grad(of_critic, psi)
    pull = after(LESSON, "pulls = {").variables["pulls"][name](0.7, -1.3)
    assert pull == pytest.approx((-right_theta.item(), -right_psi.item()), abs=1e-9)


def test_the_curious_numbers_of_the_usual_gan():
    sigmoid = after(LESSON, "def sigmoid").variables["sigmoid"]
    path = after(LESSON, "def play").variables["play"](
        lambda theta, psi: (psi * sigmoid(-theta * psi), -theta * sigmoid(theta * psi))
    )
    assert far(path) == pytest.approx((0.27, 0.31), abs=0.006)


def test_the_matrices_are_those_of_the_exercise():
    now = after(LESSON, "by_turns = ").variables
    for matrix, alternating in ((now["at_once"], False), (now["by_turns"], True)):
        stepped = dynamics.dirac_step(*numbers(0.3, -2.0), H, alternating=alternating)
        assert matrix @ np.array([0.3, -2.0]) == pytest.approx([value.item() for value in stepped], abs=1e-12)


@pytest.mark.parametrize("h", [0.05, 0.2, 1.0])
def test_at_once_the_distance_grows_and_by_turns_a_ring_is_kept(h):
    theta, psi = numbers(1.0, -0.4)
    start, kept = torch.hypot(theta, psi), theta**2 + psi**2 - h * theta * psi
    for n in range(1, 101):
        theta, psi = dynamics.dirac_step(theta, psi, h, alternating=False)
        assert torch.hypot(theta, psi).item() == pytest.approx(start.item() * sqrt(1 + h * h) ** n, rel=1e-12)
    theta, psi = numbers(1.0, -0.4)
    for _ in range(100):
        theta, psi = dynamics.dirac_step(theta, psi, h)
        assert (theta**2 + psi**2 - h * theta * psi).item() == pytest.approx(kept.item(), abs=1e-12)


def test_the_eigenvalues_meet_at_gamma_one():
    for gamma, found in after(LESSON, "eigenvalues = ").variables["eigenvalues"].items():
        root = np.emath.sqrt(gamma**2 / 4 - 1 / 4)
        right = -gamma / 2 + root, -gamma / 2 - root
        assert sorted(found, key=lambda z: (z.imag, z.real)) == pytest.approx(
            sorted(right, key=lambda z: (np.imag(z), np.real(z))), abs=1e-7 if gamma == 1 else 1e-12
        )


def test_the_students_game_rests_fastest_at_gamma_two():
    """At the end of 100 steps; its matrix has eigenvalues -gamma / 2 +- sqrt(gamma^2 / 4 - 1)."""

    def end(gamma):
        theta, psi = numbers(1.0, 1.0)
        for _ in range(100):
            theta, psi = dynamics.dirac_step(theta, psi, H, gamma)
        return torch.hypot(theta, psi).item()

    ends = {gamma: end(gamma) for gamma in (0.0, 0.5, 1.0, 2.0, 4.0)}
    assert min(ends, key=ends.get) == 2.0 and ends[0.0] > 1 and ends[4.0] > 100 * ends[2.0]


def test_the_slider_draws_both_ways_and_the_eigenvalues():
    scene = draw.Game(after(LESSON, "def braked").variables["braked"])
    scene.set(0.2, 0.0)
    at_once, by_turns, dots, title = scene.moving
    assert np.hypot(*at_once.get_xydata()[-1]) > 1.9 > 1.5 > np.hypot(*by_turns.get_xydata()[-1])
    assert sorted(dots.get_ydata()) == pytest.approx([-0.5, 0.5]) and title.get_text() == "h = 0.2, γ = 0"
    scene.set(2.0, 3.0)  # too long a step: it is drawn as far as it goes
    assert len(at_once.get_xydata()) < 300


# Bias ------------------------------------------------------------------------


@pytest.mark.parametrize(("m", "best"), [(1, 1.0), (6, 2 / 3), (100, 0.6)])
def test_the_best_coin_for_batches_is_a_median(m, best):
    """Bellemare et al. (2017); the model is known exactly."""
    now = after(LESSON, "def expected").variables
    assert now["thetas"][now["expected"](m).argmin()] == pytest.approx(best, abs=0.002)
    by_hand = [
        sum(comb(m, k) * 0.6**k * 0.4 ** (m - k) * abs(k / m - theta) for k in range(m + 1)) for theta in (0, 0.37, 1)
    ]
    places = [0, 111, 300]
    assert now["expected"](m)[places] == pytest.approx(by_hand, abs=1e-12)


def test_with_both_sampled_it_is_062_and_the_exercise_says_the_same():
    now = after(LESSON, "def expected").variables
    curve = now["expected_both"](6)
    assert now["thetas"][curve.argmin()] == pytest.approx(0.62, abs=1e-9)
    total = 0.0
    for k in range(7):
        for j in range(7):
            x, y = (torch.tensor([[1.0]] * ones + [[0.0]] * (6 - ones), dtype=torch.float64) for ones in (k, j))
            share = comb(6, k) * 0.6**k * 0.4 ** (6 - k) * comb(6, j) * 0.62**j * 0.38 ** (6 - j)
            total += share * distances.batch_wasserstein(x, y).item()
    assert total == pytest.approx(curve[186], abs=1e-12)


def test_the_gradient_is_unbiased_for_a_fixed_critic_only():
    """By enumeration: a fixed critic's mean gradient is 1; fitted to a batch of one, even the sign is wrong."""
    printed = after(LESSON, "fitted = ").printed.splitlines()
    for line, m in zip(printed, (1, 6, 100), strict=True):
        shares = [comb(m, k) * 0.6**k * 0.4 ** (m - k) for k in range(m + 1)]
        fitted = sum(share * np.sign(0.8 - k / m) for k, share in enumerate(shares))
        assert sum(shares) == pytest.approx(1) and line.endswith(f"{fitted:5.2f}")
        assert (fitted < 0) == (m == 1)


def test_the_more_dimensions_the_more_it_pays_to_draw_the_mean():
    now = after(LESSON, "curves = ").variables
    best = [now["scales"][curve.argmin()] for curve in now["curves"].values()]
    assert best == sorted(best, reverse=True) and 0.75 < best[0] <= 1 and best[-1] <= 0.15
    assert now["curves"][784][10] == pytest.approx(38, abs=0.4) and now["curves"][784][0] == pytest.approx(28, abs=0.3)


def test_the_exercise_is_the_cheapest_pairing():
    x, y = torch.randn(2, 20, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    cost = torch.cdist(x, y)
    expected = cost[linear_sum_assignment(cost)].mean()
    assert distances.batch_wasserstein(x, y).item() == pytest.approx(expected.item(), abs=1e-9)


# Exact or learned ------------------------------------------------------------


def test_the_stored_garments_bear_out_what_the_lesson_says():
    settings, result = stored.load("09_exact")
    assert {key: settings[key] for key in without_critic.SETTINGS} == without_critic.SETTINGS
    exact, learned = result["distance"]
    assert exact.max() < learned.min() and exact.max() < result["real"][:, 0].min()  # nearer than photographs
    by_frechet = result["frechet"]
    assert by_frechet[0].min() > 1.3 * by_frechet[1].max()


def test_a_critic_that_reports_far_too_much_ranks_nearly_as_well_as_the_best_one():
    _, trained = stored.load("04_surfaces")
    _, best = stored.load("05_potential")
    ratio = trained["estimate"][1] / best["distance"].mean(axis=1)
    assert ratio.min() > 1.5
    assert best["estimate"].mean(axis=1) == pytest.approx(best["distance"].mean(axis=1), rel=0.05)
    assert trained["pairs"][1] == pytest.approx(best["pairs"].mean(axis=1), abs=0.06)


def test_a_generator_without_a_critic_comes_nearer_than_photographs(monkeypatch):
    monkeypatch.setitem(without_critic.SETTINGS, "steps", 200)
    monkeypatch.setitem(without_critic.SETTINGS, "average", 0.9)
    monkeypatch.setitem(without_critic.SETTINGS, "batch", 64)
    monkeypatch.setitem(without_critic.SETTINGS, "batches", 4)
    generator = without_critic.without_a_critic(data.load(), seed=3)
    with torch.no_grad():
        images = generator(torch.randn(300, 64, generator=torch.Generator().manual_seed(9)))
    held_out = scores.held_out()
    drawn, real = (without_critic.judged(each, held_out) for each in (images, scores.real_images(0, 300)))
    assert drawn[0] < real[0] and drawn[1] > 10 * real[1]


# What helps ------------------------------------------------------------------


def test_the_usual_gan_and_r1_move_where_js_is_flat():
    moved = after(LESSON, "moved = {").variables["moved"]
    assert moved["log(1 - D)"][-1] > 0.8
    assert abs(moved["-log D"][-1]) < 0.1 and moved["log(1 - D), R1"][-1] < 0.25


@pytest.mark.parametrize("seed", [1, 2])
def test_so_they_do_from_other_seeds(seed, monkeypatch):
    game = after(LESSON, "def segment_game").variables["segment_game"]
    softplus, plant = nn.functional.softplus, torch.manual_seed
    monkeypatch.setattr(torch, "manual_seed", lambda _: plant(seed))
    assert game(lambda score: -softplus(score))[-1] > 0.8
    assert abs(game(lambda score: softplus(-score))[-1]) < 0.1


def test_the_stored_grids_bear_out_what_the_lesson_says():
    settings, result = stored.load("09_relativistic")
    assert {key: settings[key] for key in relativistic.SETTINGS} == relativistic.SETTINGS
    modes, good = result["modes"][:, :, -1], result["good"][:, :, -1]
    assert (modes[0] == 25).all() and sorted(modes[1]) == [24, 25, 25] and (good > 0.5).all()
    means = good.mean(axis=1)
    assert abs(means[0] - means[1]) < min(of_method.max() - of_method.min() for of_method in good)
    assert result["seconds"][1] < 0.5 * result["seconds"][0]
    shares = [
        relativistic.quality(torch.from_numpy(p).float(), relativistic.LAW.centres, relativistic.SD)[1]
        for p in result["first"]
    ]
    assert shares == pytest.approx(good[:, 0], abs=0.04)


@pytest.mark.parametrize("method", [0, 1])
def test_the_script_that_stores_them_runs(method, monkeypatch):
    for key, value in {"steps": 4, "every": 2, "points": 100, "batch": 16}.items():
        monkeypatch.setitem(relativistic.SETTINGS, key, value)
    modes, good, points, _ = relativistic.run(method)
    assert modes.shape == good.shape == (3, 2) and points.shape == (100, 2) and points.isfinite().all()


def test_networks_side_by_side_do_not_meet_and_start_as_single_ones():
    net = relativistic.Stack(2, 8, 1)
    points = torch.randn(3, 5, 2)
    net(points)[2].sum().backward()
    for weight in net.weights:
        assert weight.grad.flatten(1).abs().sum(dim=1).nonzero().flatten().tolist() == [2]
    torch.manual_seed(1)
    alone = relativistic.mlp(2, 8, 1)
    assert torch.allclose(net(points)[1], alone(points[1]), atol=1e-6)


def test_the_losses_side_by_side_are_those_of_single_networks():
    critic, real, fake = relativistic.Stack(2, 8, 1), torch.randn(3, 50, 2), torch.randn(3, 50, 2)
    torch.manual_seed(2)
    alone = relativistic.mlp(2, 8, 1)
    r1 = penalty.r1_penalty(alone, real[2], fake[2]) + penalty.r1_penalty(alone, fake[2], real[2])
    right = nn.functional.softplus(alone(fake[2]) - alone(real[2])).mean() + 0.01 / 2 * r1
    all_three = relativistic.relativistic_critic(critic, real, fake)
    one = torch.autograd.grad(all_three, critic.weights[0])[0][2].T
    assert torch.allclose(one, torch.autograd.grad(right, alone[0].weight)[0], atol=1e-5)


# The sheet -------------------------------------------------------------------


def test_r1_of_a_linear_critic_is_its_squared_length():
    linear = nn.Linear(9, 1)
    nn.init.constant_(linear.weight, 1.0)
    assert penalty.r1_penalty(linear, torch.rand(4, 9), torch.rand(4, 9)).item() == pytest.approx(9, rel=1e-6)
