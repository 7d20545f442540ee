"""What lesson 02 and sheet 02 claim, seen by machine: the discriminator saturates, the critic does not."""

from itertools import pairwise
from math import log

import pytest
import torch
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from starter import critic, losses
from starter.kit import data, figures, widgets
from starter.kit.show import lesson_02 as scenes

DISTANCES = (1.0, 2.0, 4.0, 8.0)


@pytest.fixture(scope="module")
def line() -> torch.Tensor:
    return torch.linspace(-5, 13, 721, dtype=torch.float64)


@pytest.fixture(scope="module")
def pairs(line) -> dict[float, scenes.Pair]:
    return scenes.meet(line, DISTANCES, steps=300)


@pytest.fixture(scope="module")
def bumps() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    x = torch.linspace(-6, 6, 481, dtype=torch.float64)
    return x, (scenes.normal(x, -3, 0.6) + scenes.normal(x, 3, 0.6)) / 2, scenes.normal(x, 0)


# The optimal discriminator ---------------------------------------------------


@pytest.mark.parametrize(("mu", "js"), [(1, 0.11142), (2, 0.33683), (4, 0.63272), (8, 0.69305)])
def test_the_value_of_the_game_at_the_optimum_is_twice_js_less_two_log_two(mu, js):
    x = torch.linspace(-12, 20, 3201, dtype=torch.float64)
    p, q = scenes.normal(x, 0), scenes.normal(x, mu)
    value = p @ critic.optimal_discriminator(p, q).log() + q @ critic.optimal_discriminator(q, p).log()
    assert jensenshannon(p, q) ** 2 == pytest.approx(js, abs=1e-5)
    assert value.item() == pytest.approx(2 * js - 2 * log(2), abs=2e-5)


def test_no_other_discriminator_has_a_higher_value(line):
    p, q = scenes.normal(line, 0), scenes.normal(line, 2)

    def value(probability):
        return (p @ probability.log() + q @ (1 - probability).log()).item()

    best = critic.optimal_discriminator(p, q).clamp(1e-9, 1 - 1e-9)
    for power in (0.5, 0.9, 1.1, 2.0):
        assert value(best**power / (best**power + (1 - best) ** power)) < value(best)


# Two laws on the line --------------------------------------------------------


def test_trained_discriminators_are_near_the_optimal_one(pairs):
    for distance, pair in pairs.items():
        optimal = critic.optimal_discriminator(pair.p, pair.q)
        assert torch.allclose(pair.best, optimal, atol=1e-12)
        off = (pair.probability - optimal).abs() @ (pair.p + pair.q) / 2
        assert off < 0.04, distance  # ten seeds: at most 0.022


def test_the_discriminator_saturates_and_the_critic_does_not(line, pairs):
    discriminator = [scenes.steepness(pair.probability, line, pair.q) for pair in pairs.values()]
    scores = [scenes.steepness(pair.scores, line, pair.q) for pair in pairs.values()]
    assert 0.17 < discriminator[1] < 0.27  # ten seeds: 0.21 to 0.23
    assert discriminator[3] < 0.02 * discriminator[1]  # ten seeds: at most 0.005 of it
    assert all(0.99 < slope <= 1 for slope in scores)


def test_the_critics_gap_is_the_distance(line, pairs):
    for distance, pair in pairs.items():
        gap = (pair.scores @ (pair.p - pair.q)).item()
        assert 0.99 * distance < gap <= distance + 1e-6


@pytest.mark.parametrize(("constant", "factor"), [(10, 1), (0, 10)])
def test_scores_have_no_zero_and_no_unit(line, constant, factor):
    p, q = scenes.normal(line, 0), scenes.normal(line, 4)
    scores = 2 - line
    changed = factor * scores + constant
    assert (changed @ (p - q)).item() == pytest.approx(factor * (scores @ (p - q)).item(), abs=1e-9)
    assert scenes.steepness(changed, line, q) == pytest.approx(factor, abs=1e-9)


@pytest.mark.parametrize(("end", "slope"), [("linear", 1.0), ("sigmoid", 0.0259), ("ReLU", 3.2e-5)])
def test_only_a_linear_end_keeps_its_slope_at_far_fakes(line, end, slope):
    bent = scenes.ENDS[end](4 - line)
    assert scenes.steepness(bent, line, scenes.normal(line, 8)) == pytest.approx(slope, rel=0.05)
    if end == "sigmoid":
        assert bent @ (scenes.normal(line, 0) - scenes.normal(line, 8)) < 1


# A critic climbs -------------------------------------------------------------


@pytest.mark.parametrize("limit", [0.5, 1.0, 5.0])
def test_the_estimate_climbs_to_the_exact_distance_and_never_above(bumps, limit):
    x, p, q = bumps
    exact = limit * wasserstein_distance(x, x, p, q)
    estimates = [moment.estimate for moment in scenes.ascend(x, p, q, steps=200, limit=limit)]
    assert estimates[0] == pytest.approx(0, abs=1e-12)
    assert all(later > earlier for earlier, later in pairwise(estimates))
    assert 0.99 * exact < estimates[-1] <= exact


@pytest.mark.parametrize("seed", range(3))
def test_no_slope_exceeds_the_limit_and_no_start_matters_but_for_the_zero(bumps, seed):
    x, p, q = bumps
    flat = scenes.trained(scenes.ascend(x, p, q, steps=300))
    other = scenes.trained(scenes.ascend(x, p, q, steps=300, seed=seed))
    for moment in (flat, other):
        assert (moment.scores.diff() / x.diff()).abs().max() <= 1 + 1e-9
        assert abs(moment.drift) < 1e-12  # nothing moves the constant
    assert other.estimate == pytest.approx(flat.estimate, rel=2e-3)
    assert (other.scores - flat.scores).abs().min() > 0.1  # ten seeds: at least 0.33


def test_a_law_on_the_grid_sums_to_one_and_has_its_mean(line):
    law = scenes.normal(line, 3, 0.7)
    assert law.sum().item() == pytest.approx(1)
    assert (law @ line).item() == pytest.approx(3, abs=1e-9)
    assert scenes.steepness(-2 * line, line, law) == pytest.approx(2)


# A generator that stands still -----------------------------------------------


@pytest.mark.parametrize(
    ("generator", "steps", "fall"),
    # Ten seeds: the largest gradient of log(1 - D) is 2163 to 5299 and 12 to 156 times the last one.
    [(scenes.Untrained, 100, 300), (scenes.Blends, 400, 5)],
)
def test_the_push_of_a_discriminator_vanishes_and_that_of_a_critic_does_not(generator, steps, fall):
    garments = data.load()
    torch.manual_seed(0)
    frozen = generator(garments)
    moments, lengths = scenes.pushes(frozen, garments, bounded=False, steps=steps)
    vanishing, growing = lengths["log(1 - D)"], lengths["-log D"]
    assert len(moments) == len(vanishing) and moments[-1] == steps
    assert max(vanishing) > fall * vanishing[-1]
    assert growing[-1] > 10 * growing[0]
    bounded = scenes.pushes(frozen, garments, bounded=True, steps=steps)[1]["critic"]
    assert bounded[-1] > 0.4 and max(bounded) < 1.05  # ten seeds: 0.69 to 0.98


# Sheet 02 --------------------------------------------------------------------


def test_a_critic_without_a_bound_runs_away():
    torch.manual_seed(0)
    garments = data.load()
    net = critic.MLPCritic(garments.shape)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    estimates = []
    for _ in range(60):
        scores = net(garments.sample(64)), net(torch.rand(64, *garments.shape) * 2 - 1)
        optimizer.zero_grad()
        losses.critic_loss(*scores).backward()
        optimizer.step()
        estimates.append(losses.wasserstein_estimate(*scores).item())
    assert estimates[30] > 8 * estimates[10]  # ten seeds: 14 to 17 times
    assert estimates[-1] > 5 * estimates[30]  # ten seeds: 7 to 10 times


# The slider ------------------------------------------------------------------


def test_the_moving_picture_shows_its_setting_whatever_was_shown_before(pairs):
    scene = scenes.PairScene(pairs)
    first, second = (figures.png(scene(distance), widgets.DPI) for distance in (1.0, 8.0))
    assert first != second
    assert figures.png(scene(1.0), widgets.DPI) == first
