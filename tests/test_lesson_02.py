"""What lesson 02 and sheet 02 say, against exact values: the discriminator saturates, the critic does not."""

import io
from itertools import pairwise
from math import erfc, log, sqrt

import jupytext
import matplotlib.image
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.nn.utils.parametrizations import spectral_norm

from solutions import build
from starter import critic, losses
from starter.kit import data, figures, pretrained, widgets
from starter.kit.show import lesson_02 as draw
from tests.lesson_cells import after


@pytest.fixture(scope="module")
def normal():
    return after("02_critic", "def normal").variables["normal"]


@pytest.fixture(scope="module")
def pairs() -> dict[float, draw.Pair]:
    return after("02_critic", "pairs[mu] =").variables["pairs"]


# The optimal discriminator ---------------------------------------------------


@pytest.mark.parametrize(("mu", "js"), [(1, 0.11142), (2, 0.33683), (4, 0.63272), (8, 0.69305)])
def test_the_value_of_the_game_at_the_optimum_is_twice_js_less_two_log_two(mu, js, normal):
    x = torch.linspace(-12, 20, 3201, dtype=torch.float64)
    p, q = normal(x, 0), normal(x, mu)
    value = p @ critic.optimal_discriminator(p, q).log() + q @ critic.optimal_discriminator(q, p).log()
    assert jensenshannon(p, q) ** 2 == pytest.approx(js, abs=1e-5)
    assert value.item() == pytest.approx(2 * js - 2 * log(2), abs=2e-5)


def test_no_other_discriminator_has_a_higher_value(normal):
    x = torch.linspace(-5, 13, 721, dtype=torch.float64)
    p, q = normal(x, 0), normal(x, 2)

    def value(probability):
        return (p @ probability.log() + q @ (1 - probability).log()).item()

    best = critic.optimal_discriminator(p, q).clamp(1e-9, 1 - 1e-9)
    for power in (0.5, 0.9, 1.1, 2.0):
        assert value(best**power / (best**power + (1 - best) ** power)) < value(best)


# Two distributions on the line -----------------------------------------------


def test_shares_sum_to_one_and_have_their_mean_and_width(normal):
    x = torch.linspace(-5, 13, 721, dtype=torch.float64)
    shares = normal(x, 3, 0.7)
    assert shares.sum().item() == pytest.approx(1)
    assert (shares @ x).item() == pytest.approx(3, abs=1e-9)
    assert (shares @ (x - 3) ** 2).item() == pytest.approx(0.49, abs=1e-9)


def test_trained_discriminators_are_near_the_optimal_one(pairs):
    for mu, pair in pairs.items():
        optimal = critic.optimal_discriminator(pair.p, pair.q)
        assert torch.allclose(pair.best, optimal, atol=1e-12)
        assert ((pair.probability - optimal).abs() @ (pair.p + pair.q) / 2) < 0.04, mu


@pytest.mark.parametrize("seed", range(3))
def test_discriminators_of_other_seeds_are_near_it_too(seed, pairs):
    torch.manual_seed(seed)
    pair = pairs[2]
    h = after("02_critic", "def train_discriminator").variables["train_discriminator"](mu=2, n_steps=300)
    probability = torch.sigmoid(h(pair.x.float()[:, None]).detach()).flatten().double()
    assert ((probability - pair.best).abs() @ (pair.p + pair.q) / 2) < 0.04


def test_the_discriminator_saturates_and_the_critic_does_not(pairs):
    assert 0.17 < pairs[2].slope < 0.27  # ten seeds: 0.21 to 0.23
    assert pairs[8].slope < 0.02 * pairs[2].slope  # ten seeds: at most 0.005 of it
    for pair in pairs.values():
        assert torch.allclose(pair.scores.diff() / pair.x.diff(), torch.tensor(-1.0, dtype=torch.float64))


def test_the_best_critics_gap_is_the_distance(pairs):
    for mu, pair in pairs.items():
        gap = (pair.scores @ (pair.p - pair.q)).item()
        assert gap == pytest.approx(mu, abs=1e-5)
        assert gap == pytest.approx(wasserstein_distance(pair.x, pair.x, pair.p, pair.q), abs=1e-5)


@pytest.mark.parametrize("mu", [4, 8])
def test_a_bent_last_layer_takes_the_slope_away_at_far_fakes(mu, normal):
    x = torch.linspace(-5, 13, 721, dtype=torch.float64)
    q, mean_slope = normal(x, mu), after("02_critic", "def mean_slope").variables["mean_slope"]
    assert mean_slope(mu / 2 - x, x, q) == pytest.approx(1)
    assert mean_slope(torch.relu(mu / 2 - x), x, q) == pytest.approx(erfc(mu / 2 / sqrt(2)) / 2, rel=0.05)
    assert mean_slope(torch.sigmoid(mu / 2 - x), x, q) < 0.12


# Two judges ------------------------------------------------------------------


def judged(now: dict, image: Tensor) -> tuple[Tensor, Tensor]:
    """What the discriminator and the critic say to an image with 0, 20, ... 100 % noise."""
    mixed = (1 - now["shares"]) * image.flatten() + now["shares"] * now["random_pixels"](1)
    with torch.no_grad():
        return torch.sigmoid(now["h"](mixed)).flatten(), now["critic"](mixed).flatten()


@pytest.mark.parametrize("which", range(5))
def test_the_critic_notices_each_step_and_the_discriminator_does_not(which):
    now = after("02_critic", "draw.mixtures").variables
    torch.manual_seed(which)
    probability, scores = judged(now, now["garments"][which])
    assert (-scores.diff() > 0.7 * -scores.diff().mean()).all()  # three seeds, three garments: equal within 3 %
    assert probability[2] > 0.95 and probability[-1] < 0.1


# A critic in training --------------------------------------------------------


@pytest.fixture(scope="module")
def bumps() -> dict:
    """The lesson when it has trained its critic: x, p, q, exact, flat, train_critic, estimates."""
    return after("02_critic", "estimates = ").variables


@pytest.mark.parametrize("limit", [0.5, 1.0, 5.0])
def test_the_estimate_climbs_to_the_exact_distance_and_never_above(bumps, limit):
    x, p, q, flat = (bumps[name] for name in ("x", "p", "q", "flat"))
    seen = bumps["train_critic"](x, p, q, flat, n_steps=200, limit=limit)
    estimates = [(f @ (p - q)).item() for f in seen]
    exact = limit * wasserstein_distance(x, x, p, q)
    assert estimates[0] == pytest.approx(0, abs=1e-12) and len(estimates) == 201
    assert all(later > earlier for earlier, later in pairwise(estimates))
    assert 0.99 * exact < estimates[-1] <= exact


@pytest.mark.parametrize("seed", range(3))
def test_no_slope_exceeds_the_limit_wherever_it_starts(bumps, seed):
    x, p, q, flat = (bumps[name] for name in ("x", "p", "q", "flat"))
    torch.manual_seed(seed)
    for f in (seen := bumps["train_critic"](x, p, q, 0.3 * torch.randn_like(x), n_steps=300)):
        assert (f.diff() / x.diff()).abs().max() <= 1 + 1e-9
    from_flat = bumps["train_critic"](x, p, q, flat, n_steps=300)[-1]
    assert (seen[-1] @ (p - q)).item() == pytest.approx((from_flat @ (p - q)).item(), rel=2e-3)


def test_the_critic_becomes_a_v(bumps):
    f, x = bumps["seen"][-1], bumps["x"]
    slopes = f.diff() / x.diff()
    assert (slopes[(x[1:] < -0.5) & (x[1:] > -5)] < -0.9).all() and (slopes[(x[1:] > 0.5) & (x[1:] < 5)] > 0.9).all()


# The smallest whole game -----------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_the_estimate_follows_the_distance_and_the_generators_loss_does_not(seed):
    now = after("02_critic", "def play").variables
    torch.manual_seed(seed)
    layers = [spectral_norm(nn.Linear(*size)) for size in ((1, 32), (32, 32), (32, 1))]
    seen = now["play"](nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2]), mu=4.0, n_steps=200)
    mu, estimate, loss = np.array(seen).T
    distance = np.abs(mu)
    assert np.abs(estimate - distance)[20:100].max() < 0.4
    assert mu[:90].min() > 0 > mu[90:].min() and estimate[90:].min() < 0  # it runs past the data
    assert distance[50] < 0.6 * distance[0] and loss[50] > loss[0] + 0.5
    assert distance[110:].max() < 1 and np.ptp(loss[110:]) > 1


@pytest.mark.parametrize("constant", [-4.0, 10.0])
def test_a_constant_on_all_scores_changes_no_gradient_and_gets_none(constant):
    torch.manual_seed(0)
    net, real, fake = critic.MLPCritic(), torch.randn(8, 1, 28, 28), torch.randn(8, 1, 28, 28, requires_grad=True)
    found = []
    for value in (0.0, constant):
        level = torch.tensor(value, requires_grad=True)
        loss = losses.critic_loss(net(real) + level, net(fake) + level)
        found.append(torch.autograd.grad(loss, [level, fake, *net.parameters()]))
    assert found[1][0] == 0
    for before, then in zip(*found, strict=True):
        assert torch.allclose(before, then, atol=1e-6)


# What a generator gets -------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_of_a_discriminator_vanishes_or_grows(seed):
    now = after("02_critic", "lengths |=").variables
    torch.manual_seed(seed)
    h = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 1))
    lengths = now["train_and_measure"](h, softplus, now["of_gan"], (0, 30, 100, 800))
    falling, growing = lengths["log(1 - D)"], lengths["-log D"]
    assert max(falling) > 20 * falling[-1]  # five seeds: 87 to 425 times
    assert growing[-1] > 10 * growing[0]  # five seeds: 43 to 52 times


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_of_a_critic_stays(seed):
    now = after("02_critic", "lengths |=").variables
    torch.manual_seed(seed)
    for layer in (now["first"], now["last"]):
        nn.init.normal_(layer.parametrizations.weight.original)
    (lengths,) = now["train_and_measure"](now["critic"], lambda h: h, {"critic": lambda h: -h}, (0, 30, 200)).values()
    assert lengths[-1] > 0.6 and max(lengths) < 1.02


def test_the_length_of_a_gradient_is_that_of_the_slope():
    """A linear network with weights of length 5: the slope of h is 5, of -log D it is 5 sigmoid(-h), here 2.5."""
    now = after("02_critic", "def gradient_length").variables
    weights = torch.zeros(784)
    weights[:2] = torch.tensor([3.0, 4.0])
    length = now["gradient_length"]
    assert length(lambda images: images @ weights, lambda h: -h) == pytest.approx(5)
    assert length(lambda images: 0 * images.sum(), lambda h: -h) == 0
    assert length(lambda images: images @ weights - images.detach() @ weights, lambda h: softplus(-h)) == pytest.approx(
        2.5
    )


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


@pytest.fixture(scope="module")
def sheet() -> dict:
    """What the sheet's demonstrations define: train, leashed, walk."""
    now = {"torch": torch, "nn": nn, "spectral_norm": spectral_norm, "losses": losses, "draw": draw}
    now["garments"] = data.load()
    for cell in jupytext.read(build.SOLVED / "source" / "02_critic.py").cells:
        if cell.cell_type == "code" and cell.source.startswith(("def train", "def leashed", "def walk")):
            exec(compile(cell.source, "sheet 02", "exec"), now)
    return now


@pytest.mark.parametrize("seed", range(3))
def test_a_critic_with_a_leash_settles(seed, sheet):
    torch.manual_seed(seed)
    net = sheet["leashed"](critic.MLPCritic())
    estimates = sheet["train"](net, 100)
    assert np.ptp(estimates[60:]) < 0.25 * estimates[-1] < 6  # 3 seeds: 16 at the end
    slopes = draw.gradient(net, torch.rand(50, 1, 28, 28) * 2 - 1).flatten(1).norm(dim=1)
    assert slopes.max() < 1.05


@pytest.mark.parametrize(
    ("kind", "start", "goal", "n_steps"),
    [("MLPCritic", "Pullover", "Trouser", 200), ("ConvCritic", "Ankle boot", "Sneaker", 60)],
)
def test_the_critics_gradient_carries_one_class_to_another(kind, start, goal, n_steps, sheet):
    torch.manual_seed(1)
    garments = sheet["garments"]
    images, goals = (garments[garments.labels == garments.classes.index(name)][:256] for name in (start, goal))
    seen = sheet["walk"](images, goals, sheet["leashed"](getattr(critic, kind)()), n_steps)
    called = [
        (pretrained.load("classifier")(images).argmax(dim=1) == garments.classes.index(goal)).float().mean()
        for images in (seen[0], seen[-1])
    ]
    assert called[0] < 0.05 and called[1] > 0.7  # two seeds: .98 and .99 with the first, .84 and .78 with the second
    assert (draw.film(seen, start, goal)[0].shape) == (40, 1, 28, 6 * 28)


# The slider ------------------------------------------------------------------


def pixels(figure: Figure) -> np.ndarray:
    return matplotlib.image.imread(io.BytesIO(figures.png(figure, widgets.DPI)))


def test_the_moved_picture_is_the_one_drawn_afresh_whatever_was_shown_before(pairs):
    show = widgets.drawn(draw.PairSlider(pairs))
    moved = [pixels(show(mu)) for mu in (1, 8, 1)]
    assert np.array_equal(moved[0], moved[2]) and not np.array_equal(moved[0], moved[1])
    for mu, picture in zip((1, 8), moved, strict=False):
        fresh = pixels(draw.PairSlider(pairs).set(mu))
        assert fresh.shape == picture.shape and np.mean(abs(fresh - picture).max(axis=2) > 0.1) < 0.01


def test_the_picture_shows_the_pair_of_its_setting(pairs):
    figure = draw.PairSlider(pairs).set(4)
    left, right = figure.axes
    assert f"{pairs[4].slope:.2g}" in left.get_title()
    drawn = {line.get_label(): line.get_ydata() for ax in (left, right) for line in ax.lines}
    assert np.array_equal(drawn["best D*"], pairs[4].best) and len(drawn) == 3
    assert np.array_equal(drawn["best critic with slope at most 1"], pairs[4].scores)
    real, fake = (shape.get_xy() for shape in left.patches)
    assert real[real[:, 1].argmax(), 0] == pytest.approx(0) and fake[fake[:, 1].argmax(), 0] == pytest.approx(4)
