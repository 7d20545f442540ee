"""The results of lesson 05, each at a size that takes seconds: their shape, not their digits."""

import json
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr
from torch import Tensor, nn

from starter import clipping, penalty, training
from starter import critic as critics
from starter import generator as generators
from starter.kit import data, figures, stored, theory, toys, train, widgets
from starter.kit.course import ROOT
from starter.kit.show import lesson_05 as draw
from tests.lesson_cells import after

LESSON, SEED = "05_penalty", 0
experiment = import_module("solutions.experiments.05_potential")


class Fixed(nn.Module):
    """A generator with nothing to learn: what `make` makes of the noise."""

    def __init__(self, latent_dim: int, make: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.latent_dim, self.make = latent_dim, make

    def forward(self, z: Tensor) -> Tensor:
        return self.make(z)


def fit(critic, fakes, sample, steps, kind=penalty.gradient_penalty, lambda_=10.0, lr=1e-3, free=0, c=None) -> None:
    """Train a critic between real samples and fixed fakes, clipped if there is a c."""
    adam = torch.optim.Adam(critic.parameters(), lr=lr)
    optimizer = torch.optim.RMSprop(critic.parameters(), lr=lr) if c else adam
    for step in range(steps):
        weight = 0.0 if step < free else lambda_
        training.critic_step(critic, fakes, sample(), optimizer, None if c else kind, weight)
        if c:
            clipping.clip_weights(critic, c)


def mlp(*sizes: int) -> nn.Sequential:
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def on_the_line(lambda_: float, steps: int, seed: int = SEED) -> nn.Module:
    """A critic between N(0, 1) and N(1, 1)."""
    torch.manual_seed(seed)
    critic = critics.MLPCritic((1,), width=32)
    fit(critic, Fixed(1, lambda z: z + 1), lambda: torch.randn(256, 1), steps, lambda_=lambda_, lr=3e-3, free=25)
    return critic


@torch.no_grad()
def gap(critic: nn.Module) -> float:
    x = torch.randn(200_000, 1)
    return (critic(x).mean() - critic(x + 1).mean()).item()


def lean(critic: nn.Module) -> float:
    """Mean slope from fake to real: +1 leans the right way."""
    return -penalty.input_gradient(critic, torch.linspace(-1, 2, 61)[:, None]).mean().item()


# Section 1: where the slope is 1 ---------------------------------------------


def test_the_best_critic_has_slope_1_between_partners_and_less_on_independent_pairs():
    now = after(LESSON, "the cheapest plan").variables
    partners = now["distance"][np.arange(40), now["partner"]]
    assert now["estimate"] @ now["f"] == pytest.approx(partners.mean(), rel=1e-6)  # Kantorovich and Rubinstein
    assert now["best"] == pytest.approx(np.ones(40), abs=1e-6)
    assert now["slopes"].max() <= 1 + 1e-6
    assert np.median(now["slopes"]) < 0.95


# Section 3: the graph --------------------------------------------------------


def test_the_penalty_leads_to_the_weights_only_with_create_graph():
    now = after(LESSON, "recorded[").variables
    without, recorded = (case["penalty"] for case in now["recorded"].values())
    assert without.item() == recorded.item()
    assert draw.reached([without]) == []
    leaves = [node.variable for node in draw.reached([recorded]) if hasattr(node, "variable")]
    assert {id(leaf) for leaf in leaves} == {id(now[name]) for name in "vwx"}
    v, w, x = (now[name] for name in "vwx")
    t = torch.tanh(w * x)
    by_hand = 2 * (v * w * (1 - t**2) - 1) * v * (1 - t**2) * (1 - 2 * w * x * t)
    assert torch.autograd.grad(recorded, w, retain_graph=True)[0].item() == pytest.approx(by_hand.item(), rel=1e-5)


def test_the_drawing_shows_the_graph_that_autograd_recorded():
    now = after(LESSON, "recorded[").variables
    figure = draw.graphs(now["recorded"], {name: now[name] for name in "vxw"})
    left, right = ([text.get_text() for text in ax.texts] for ax in figure.axes)
    assert {"score", "penalty", "v", "w", "x", "Tanh", "Mul"} <= {*left} & {*right}
    assert "TanhBackward" in right and "TanhBackward" not in left
    assert right.count("Mul") == left.count("Mul") + 2  # slope = (derivative of tanh, times v) times w


# Section 4: the closed form --------------------------------------------


def test_the_slope_and_the_estimate_of_the_lesson_are_the_closed_form():
    now = after(LESSON, "equation (5.5)").variables
    for lambda_ in (0.1, 1.0, 10.0):
        exact = theory.penalised_slope(now["x"], 1, lambda_)
        near = abs(now["x"] - 0.5) < 4
        assert now["slope"](lambda_)[near] == pytest.approx(exact[near], rel=2e-3)
        assert now["estimate"](lambda_) == pytest.approx(theory.penalised_gap(1, lambda_), rel=1e-3)


def test_a_penalised_critic_reports_more_than_the_distance_and_more_the_smaller_lambda():
    gaps = {lambda_: gap(on_the_line(lambda_, 600)) for lambda_ in (1.0, 10.0)}
    assert gaps[1.0] > gaps[10.0] > 1
    for lambda_, band in ((1.0, 0.12), (10.0, 0.04)):
        assert gaps[lambda_] == pytest.approx(theory.penalised_gap(1, lambda_), rel=band)


@pytest.mark.parametrize(("theta", "slope"), [(1.0, 1.05), (127.5, 7.375)])
def test_lambda_10_means_something_else_for_stretched_pixels(theta, slope):
    torch.manual_seed(SEED)
    critic = nn.Linear(1, 1)
    with torch.no_grad():
        critic.weight.fill_(0.5)
    fit(critic, Fixed(1, lambda z: torch.zeros_like(z)), lambda: torch.full((4, 1), theta), 300, lr=0.1)
    assert critic.weight.item() == pytest.approx(slope, abs=0.02)


# For the curious: the trap ---------------------------------------------------


@pytest.mark.parametrize(("lambda_", "two_sided"), [(0.25, 1 + 1 / 0.5), (10, -(1 - 1 / 20))])
def test_the_smallest_critic_ends_where_pull_and_penalty_balance(lambda_, two_sided):
    """f(x) = s x, W = 1: slope -(1 - W / 2 lambda) in the trap, for W below 2 lambda, else 1 + W / 2 lambda."""
    for excess, end in ((lambda n: n - 1, two_sided), (lambda n: max(0, n - 1), 1 + 1 / (2 * lambda_))):
        s = -1.0
        for _ in range(2000):
            s -= 0.01 * (-1 + 2 * lambda_ * excess(abs(s)) * np.sign(s))
        assert s == pytest.approx(end, abs=0.005)


def test_a_flipped_critic_stays_under_two_sides_and_turns_under_one():
    end = {}
    for kind in (penalty.gradient_penalty, penalty.one_sided_penalty):
        critic = on_the_line(10.0, 200)
        assert lean(critic) > 0.8
        with torch.no_grad():
            for parameter in critic.layers[-1].parameters():
                parameter.neg_()
        fit(critic, Fixed(1, lambda z: z + 1), lambda: torch.randn(256, 1), 500, kind, lr=3e-3)
        end[kind.__name__] = lean(critic)
    assert -1.05 < end["gradient_penalty"] < -0.85
    assert end["one_sided_penalty"] > 0.8


@pytest.mark.parametrize(("lambda_", "alike"), [(1.0, True), (100.0, False)])
def test_around_8_gaussians_two_sides_fail_only_under_a_large_lambda(lambda_, alike):
    """Fakes near the middle of the ring; the distance to the modes is about 1.4."""
    law, estimates = toys.EIGHT_GAUSSIANS, []
    for kind in (penalty.gradient_penalty, penalty.one_sided_penalty):
        torch.manual_seed(SEED)
        critic = mlp(2, 32, 32, 1)
        fit(critic, Fixed(2, lambda z: 0.1 * z), lambda: law.sample(64), 250, kind, lambda_=lambda_, lr=3e-3)
        with torch.no_grad():
            estimates.append((critic(law.sample(2000)).mean() - critic(0.1 * torch.randn(2000, 2)).mean()).item())
    two_sided, one_sided = estimates
    assert one_sided > 1.2
    if alike:
        assert two_sided == pytest.approx(one_sided, rel=0.05)
    else:
        assert two_sided < 0.8


def test_a_small_lambda_opens_the_trap():
    critic = on_the_line(0.1, 150)
    with torch.no_grad():
        for parameter in critic.layers[-1].parameters():
            parameter.neg_()
    fit(critic, Fixed(1, lambda z: z + 1), lambda: torch.randn(256, 1), 250, lambda_=0.1, lr=3e-3)
    assert lean(critic) > 1


def test_garments_learn_under_lambda_100_too():
    """No trap there, whatever W < 2 lambda would say: the pull is right, and the mean image goes to the data's."""
    garments = data.load()
    torch.manual_seed(SEED)
    critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
    begin = (generator(torch.randn(200, 64)).mean(dim=0) - garments[:2000].mean(dim=0)).norm()
    run = train(critic, generator, garments, lambda_=100, steps=30, batch_size=64, live=False, device="cpu")
    end = (run.sample(200, seed=0).mean(dim=0) - garments[:2000].mean(dim=0)).norm()
    assert min(run.history["wasserstein"][-10:]) > 1
    assert end < begin / 2


# Section 6: batch normalisation ----------------------------------------------


def test_batch_normalisation_couples_the_samples_and_nothing_else_does():
    moved = after(LESSON, "moved[kind").variables["moved"]
    assert all(changes[0] > 0.05 for changes in moved.values())
    assert moved["BatchNorm1d"][1:].max() > 0.05
    assert moved["LayerNorm"][1:].max() == moved["Identity"][1:].max() == 0


# Section 5: the plane --------------------------------------------------------


def test_the_penalty_sees_the_modes_and_clipping_sees_the_ring():
    """Scores at the 8 modes against those half-way between two, in units of the spread over the plane."""
    law = toys.EIGHT_GAUSSIANS
    turn = torch.tensor([[np.cos(np.pi / 8), -np.sin(np.pi / 8)], [np.sin(np.pi / 8), np.cos(np.pi / 8)]]).float()
    axis = torch.linspace(-2, 2, 21)
    grid = torch.cartesian_prod(axis, axis)
    contrast = {}
    for method, settings in {"penalty": {"lambda_": 0.1}, "clip": {"c": 0.1}}.items():
        torch.manual_seed(SEED)
        critic = mlp(2, 64, 64, 64, 1)
        fit(critic, Fixed(2, lambda z: law.sample(len(z)) + z), lambda: law.sample(128), 400, lr=2e-3, **settings)
        with torch.no_grad():
            difference = critic(law.modes).mean() - critic(law.modes @ turn.T).mean()
            contrast[method] = (difference / critic(grid).std()).item()
    assert contrast["penalty"] > 0.4
    assert abs(contrast["clip"]) < 0.2


def test_the_best_critic_of_slope_1_is_the_linear_programmes():
    """Its estimate is the exact distance, nowhere is it steeper than 1, and it ranks points that it has not seen."""
    law = toys.EIGHT_GAUSSIANS
    torch.manual_seed(SEED)
    real, fake = experiment.pair(law, 200)
    critic, cost = experiment.Potential(real, fake), cdist(real, fake)
    assert critic.estimate == pytest.approx(cost[linear_sum_assignment(cost)].mean(), abs=1e-9)
    assert critic(real).mean() - critic(fake).mean() == pytest.approx(critic.estimate, abs=1e-9)
    places = np.random.default_rng(SEED).uniform(-2, 2, size=(300, 2))
    climbs, distances = abs(np.subtract.outer(critic(places), critic(places))), cdist(places, places)
    assert (climbs <= distances + 1e-9).all()
    real, fake = (critic(points) for points in experiment.pair(law, 500))
    assert (real[:, None] > fake).mean() > 0.75  # with 1,000 points: .95 and more


# Section 6: clipping beside the penalty --------------------------------------


def test_gradients_are_flat_over_the_layers_under_the_penalty_and_not_under_clipping():
    """A deep critic on the Swiss roll: the largest over the smallest gradient at the layers' inputs."""
    law, spread = toys.SWISS_ROLL, {}
    for method, settings in {"penalty": {}, "clip": {"c": 0.01}}.items():
        torch.manual_seed(SEED)
        critic = mlp(2, *[32] * 7, 1)
        fit(critic, Fixed(2, lambda z: law.sample(len(z)) + z), lambda: law.sample(128), 150, lr=1e-3, **settings)
        value, inputs = law.sample(128).requires_grad_(True), []
        for module in critic:
            if isinstance(module, nn.Linear):
                inputs.append(value)
            value = module(value)
        sizes = [g.norm(dim=1).mean().item() for g in torch.autograd.grad(value.sum(), inputs)]
        spread[method] = max(sizes) / min(sizes)
    assert spread["penalty"] < 10
    assert spread["clip"] > 1000


# What is stored says what the lesson says ------------------------------------


def test_the_stored_critics_on_the_line():
    settings, line = stored.load("05_line")
    for mu, lambda_, gaps in zip(line["mu"], line["lambda_"], line["gap"], strict=True):
        exact = theory.penalised_gap(float(mu), float(lambda_))
        assert gaps.min() > mu
        assert gaps.mean() == pytest.approx(exact, rel=0.02 if lambda_ == 10 else 0.08)
    assert line["trap_two_sided"][:, -1].max() < -0.9
    assert line["trap_one_sided"][:, -1].min() > 0.9
    assert settings["trap_seeds"] == len(line["trap_two_sided"]) >= 10
    for lambda_, slopes in zip(line["sweep_lambda"], line["sweep_slope"], strict=True):
        if lambda_ > 0.6:
            assert slopes == pytest.approx([1 / (2 * lambda_) - 1] * 3, abs=0.15)
        else:
            assert slopes.min() > 1


def test_the_stored_comparison_of_the_two_penalties():
    settings, result = stored.load("05_sides")
    two_sided, one_sided = result["exact"].mean(axis=2)
    assert two_sided[:2] == pytest.approx(one_sided[:2], abs=0.03)
    assert (two_sided[2:] > 3 * one_sided[2:]).all()
    assert result["exact"].shape[2] == settings["seeds"] >= 4


def test_the_stored_mixtures_have_all_their_modes():
    _, result = stored.load("05_modes")
    assert (result["eight_modes"][-1], result["twenty_five_modes"][-1]) == (8, 25)
    assert result["eight_share"][-1] > 0.9 and result["twenty_five_share"][-1] > 0.75


def test_the_stored_potentials_rank_fresh_points_and_know_the_distance():
    _, result = stored.load("05_potential")
    assert result["pairs"].shape == result["distance"].shape == (3, 5)
    for shares, lowest, highest in zip(result["pairs"], (0.94, 0.72, 0.76), (1, 0.83, 0.83), strict=True):
        assert lowest < shares.min() < shares.max() < highest
    for distances, about in zip(result["distance"], (0.82, 0.58, 0.61), strict=True):
        assert distances.mean() == pytest.approx(about, abs=0.015)
        assert distances.std(ddof=1) < 0.025
    climbs = np.diff(result["surface"].astype(float), axis=2) / np.diff(result["grid"])
    assert abs(climbs).max() < 1.05  # kept in float16


def test_a_trained_critic_with_the_penalty_ranks_like_the_best_one_and_a_clipped_one_worse():
    _, trained = stored.load("04_surfaces")
    _, exact = stored.load("05_potential")
    clipped, penalised = trained["pairs"]
    best = exact["pairs"].mean(axis=1)
    assert (clipped < 0.7).all() and (penalised > clipped + 0.05).all()
    assert penalised == pytest.approx(best, abs=0.07)
    assert (trained["estimate"][1] > 4 * exact["distance"].mean(axis=1)).all()  # lambda is .1
    assert (trained["estimate"][0] < exact["distance"].mean(axis=1) / 100).all()


def test_the_stored_race_of_clipping_and_penalty():
    settings, result = stored.load("05_side_by_side")
    for method in ("clip", "penalty"):
        assert abs(result[f"{method}_seconds"][-1] - settings["seconds"]) < 5
        assert result[f"{method}_images"].shape == (24, 28, 28)
    assert np.abs(result["clip_edges"]).max() == pytest.approx(0.03, rel=0.01)
    assert result["penalty_at_edge"] > 0.5 > result["first_at_edge"] > result["clip_at_edge"] > 0.05
    assert 1.3 < result["ms_penalty"] / result["ms_clip"] < 1.7


def test_before_training_a_quarter_of_the_weights_are_as_large_as_the_window():
    torch.manual_seed(SEED)
    weights = torch.cat([w.detach().flatten() for w in critics.MLPCritic((1, 28, 28)).parameters()])
    _, result = stored.load("05_side_by_side")
    assert (weights.abs() > 0.97 * 0.03).double().mean().item() == pytest.approx(
        float(result["first_at_edge"]), abs=1e-6
    )


def test_the_stored_meter_is_near_1_under_the_penalty_only_whatever_the_seed():
    settings, result = stored.load("05_meter")
    slope = settings["columns"].index("slope")
    late = dict(zip(settings["cases"], result["seen"][:, :, slope, -10:].mean(axis=2), strict=True))
    assert len(settings["seeds"]) == 3
    assert late["penalty, λ = 10"] == pytest.approx(np.ones(3), abs=0.25)
    assert late["clip, c = 0.01"].max() < 0.2 < 0.4 < late["clip, c = 0.03"].min()
    assert late["clip, c = 0.03"].max() < 2 < 5 < late["clip, c = 0.1"].min()
    assert late["no leash"].min() > 50


def test_the_stored_losses():
    settings, result = stored.load("05_losses")
    frechet = result["distances"][:, :, 0]
    for curve, of_seed in zip(result["wasserstein"], frechet, strict=True):
        means = curve.reshape(-1, settings["every"]).mean(axis=1)
        assert spearmanr(means, of_seed).statistic > 0.9
    # judged by its loss, the generator that cannot succeed is the best
    healthy, failed = result["generator_loss"][:, -100:].mean(axis=1), result["sigmoid_generator_loss"][-100:].mean()
    assert failed < healthy.min() - 0.5
    jitter = result["generator_loss"][:, -100:].std(axis=1)
    assert jitter.min() > abs(healthy).mean()  # single values say nothing
    # early, the average draws better images than the last weights
    average, last = result["distances"][:, :2].transpose(2, 0, 1)
    assert (average < last).all()
    average, last = result["distances"][:, -3:].mean(axis=(0, 1))
    assert average == pytest.approx(last, rel=0.02)
    # a flat curve is not convergence
    flat = result["sigmoid_wasserstein"][100:]
    assert flat.std() / flat.mean() < 0.1 and flat.mean() > 10 * result["wasserstein"][:, -1].max()
    assert result["sigmoid_distances"][-1, 0] > 3 * frechet[:, -1].max()


def test_the_stored_pairs_of_networks_are_those_that_were_tried():
    settings, result = stored.load("05_convolutional")
    connected, small, large = result["distances"]
    tried = json.loads((ROOT / "tests" / "bench" / "tried.json").read_text(encoding="utf-8"))
    assert connected[0, 0] == pytest.approx(tried["rate 3e-3, batch 128"]["seeds"]["0"][0]["test"], rel=1e-5)
    assert connected[:, 0].max() < small[:, 0].min() < large[:, 0].min()
    assert large[:, 2].max() < connected[:, 2].min()  # after five minutes
    assert len(settings["seeds"]) == 3 and np.isnan(small[:, 2]).all()


def test_the_slider_of_the_lesson_draws_every_setting():
    now = after(LESSON, "LAMBDAS =").variables
    picture = widgets.drawn(draw.Line(now["x"], now["slope"], now["estimate"], now["LAMBDAS"]))
    pictures = {figures.png(picture(lambda_), widgets.DPI) for lambda_ in now["LAMBDAS"]}
    assert len(pictures) == len(now["LAMBDAS"])
