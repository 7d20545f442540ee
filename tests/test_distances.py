"""Distances between distributions, against results that are known exactly."""

import io
from math import erf, inf, log, nan, sqrt

import matplotlib.image
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist, jensenshannon
from scipy.special import rel_entr
from scipy.stats import wasserstein_distance

from starter import distances
from starter.kit import figures, widgets
from starter.kit.show import lesson_01 as draw
from tests.lesson_cells import after

SEEDS = range(10)


def histogram(k: int, seed: int, holes: bool = False) -> torch.Tensor:
    """k random shares in float64, a third of them 0 if there are holes."""
    rng = torch.Generator().manual_seed(seed)
    shares = torch.rand(k, generator=rng, dtype=torch.float64)
    if holes:
        shares[torch.randperm(k, generator=rng)[: k // 3]] = 0
    return shares / shares.sum()


def on_a_line(k: int, spacing: float = 1.0) -> torch.Tensor:
    """Prices |i - j| times the spacing, shape (k, k)."""
    places = torch.arange(k, dtype=torch.float64) * spacing
    return (places[:, None] - places).abs()


def transport_cost(p: torch.Tensor, q: torch.Tensor, cost: torch.Tensor) -> float:
    return (distances.transport_plan(p, q, cost) * cost).sum().item()


# Known distributions ---------------------------------------------------------


@pytest.mark.parametrize("theta", [1.0, 0.5, 0.01, -0.3])
def test_parallel_segments(theta):
    """WGAN, Example 1, with ten points on each segment: bins 0-9 are one segment, 10-19 the other."""
    p, q = torch.zeros(2, 20, dtype=torch.float64)
    p[:10] = q[10:] = 0.1
    heights = np.linspace(0, 1, 10)
    points = np.r_[np.c_[0 * heights, heights], np.c_[theta + 0 * heights, heights]]
    exact = after("01_distances", "def segment_distances").variables["segment_distances"](theta)
    assert distances.kl_divergence(p, q) == exact["KL"] == inf
    assert distances.js_divergence(p, q).item() == pytest.approx(exact["JS"], abs=1e-12)
    assert distances.total_variation(p, q).item() == pytest.approx(exact["TV"], abs=1e-12)
    assert transport_cost(p, q, torch.from_numpy(cdist(points, points))) == pytest.approx(exact["W"], abs=1e-9)
    assert exact["JS"] == log(2) and exact["W"] == abs(theta)


@pytest.mark.parametrize("theta", [0.5, 0.01, -0.3])
def test_the_distance_of_the_segments_steers_and_nothing_else_does(theta):
    place = torch.tensor(theta, requires_grad=True)
    distances.wasserstein_1d(torch.zeros(8), place.expand(8)).backward()
    now = after("01_distances", "def segment_gradients").variables
    slopes = now["segment_gradients"](theta)
    assert place.grad.item() == pytest.approx(np.sign(theta), abs=1e-6)
    assert slopes["W"] == np.sign(theta) and slopes["JS"] == slopes["TV"] == 0 and np.isnan(slopes["KL"])
    ahead, behind = (now["segment_distances"](theta + step) for step in (1e-3, -1e-3))
    for name in ("JS", "TV", "W"):
        assert (ahead[name] - behind[name]) / 2e-3 == pytest.approx(slopes[name], abs=1e-9)


@pytest.mark.parametrize("bins_moved", [0, 3, 10])
def test_a_uniform_distribution_moved_by_t(bins_moved):
    """U[0, 1] against U[t, 1 + t]: W = t, JS = t log 2, TV = t, KL infinite."""
    p = torch.cat([torch.ones(10), torch.zeros(10)]).double() / 10
    q, t = p.roll(bins_moved), bins_moved / 10
    assert distances.js_divergence(p, q).item() == pytest.approx(t * log(2), abs=1e-9)
    assert distances.total_variation(p, q).item() == pytest.approx(t, abs=1e-9)
    assert distances.kl_divergence(p, q).item() == (inf if t else 0)
    assert transport_cost(p, q, on_a_line(20, 0.1)) == pytest.approx(t, abs=1e-9)


@pytest.mark.parametrize(("mu", "js"), [(1, 0.11142), (2, 0.33683), (4, 0.63272), (8, 0.69305)])
def test_two_normal_distributions(mu, js):
    x = torch.linspace(-12, 20, 16_001, dtype=torch.float64)
    p, q = (torch.exp(-((x - mean) ** 2) / 2) for mean in (0, mu))
    p, q = p / p.sum(), q / q.sum()
    assert distances.js_divergence(p, q).item() == pytest.approx(js, abs=1e-5)
    assert distances.total_variation(p, q).item() == pytest.approx(erf(mu / 2 / sqrt(2)), abs=1e-5)
    assert distances.kl_divergence(p, q).item() == pytest.approx(mu**2 / 2, abs=1e-5)
    quantiles = torch.special.ndtri((torch.arange(1000, dtype=torch.float64) + 0.5) / 1000)
    assert distances.wasserstein_1d(quantiles, quantiles + mu).item() == pytest.approx(mu, abs=1e-12)


@pytest.mark.parametrize(("longest", "value", "digits"), [(9, 0.15148578811, 1e-9), (10, 0.13634, 1e-5)])
def test_the_histograms_of_prince(longest, value, digits):
    """Understanding Deep Learning, notebook 15.2, with prices |i - j| / 9; by 10 in the second case."""
    p = torch.tensor([5.0, 3, 2, 1, 8, 7, 5, 9, 2, 1], dtype=torch.float64)
    q = torch.tensor([4.0, 10, 1, 1, 4, 6, 3, 2, 0, 1], dtype=torch.float64)
    assert transport_cost(p / p.sum(), q / q.sum(), on_a_line(10) / longest) == pytest.approx(value, abs=digits)


# Against other programs ------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_divergences_are_those_of_scipy(seed):
    p, q = histogram(12, seed, holes=True), histogram(12, seed + 100)
    first, second = p.numpy(), q.numpy()
    assert distances.kl_divergence(p, q).item() == pytest.approx(rel_entr(first, second).sum(), abs=1e-12)
    assert distances.js_divergence(p, q).item() == pytest.approx(jensenshannon(first, second) ** 2, abs=1e-12)
    assert distances.js_divergence(q, p).item() == pytest.approx(jensenshannon(first, second) ** 2, abs=1e-12)
    events = np.array(np.meshgrid(*[[0, 1]] * 12)).reshape(12, -1).T
    assert distances.total_variation(p, q).item() == pytest.approx(abs(events @ (first - second)).max(), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_sorting_is_the_area_between_the_distribution_functions(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 1, 40), rng.normal(1, 2, 40)
    places = np.sort(np.r_[x, y])
    shares = [(sample[:, None] <= places[:-1]).mean(axis=0) for sample in (x, y)]
    w = distances.wasserstein_1d(torch.from_numpy(x), torch.from_numpy(y)).item()
    assert w == pytest.approx(wasserstein_distance(x, y), abs=1e-12)
    assert w == pytest.approx((abs(shares[0] - shares[1]) * np.diff(places)).sum(), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_linear_programme_is_the_best_matching_of_equal_points(seed):
    rng = np.random.default_rng(seed)
    cost = cdist(rng.normal(0, 1, (12, 2)), rng.normal(1, 1, (12, 2)))
    even = torch.full((12,), 1 / 12, dtype=torch.float64)
    value = transport_cost(even, even, torch.from_numpy(cost))
    assert value == pytest.approx(cost[linear_sum_assignment(cost)].mean(), abs=1e-9)


def test_the_linear_programme_is_that_of_the_package_pot():
    ot = pytest.importorskip("ot")
    p, q, cost = histogram(12, 1), histogram(12, 2), on_a_line(12).sqrt()
    assert transport_cost(p, q, cost) == pytest.approx(ot.emd2(p.numpy(), q.numpy(), cost.numpy()), abs=1e-9)


@pytest.mark.parametrize("k", [1, 2, 30])
def test_a_plan_moves_everything_also_in_float32(k):
    p, q = histogram(k, 1, holes=k > 3).float(), histogram(k, 2).float()
    plan = distances.transport_plan(p, q, on_a_line(k).float())
    assert plan.shape == (k, k) and plan.dtype == torch.float64
    assert plan.min() >= 0
    assert torch.allclose(plan.sum(dim=1), p.double(), atol=1e-6)
    assert torch.allclose(plan.sum(dim=0), q.double(), atol=1e-6)
    line = np.arange(k)
    assert (plan * on_a_line(k)).sum().item() == pytest.approx(wasserstein_distance(line, line, p, q), abs=1e-5)


# Duality ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_every_critic_proves_at_most_the_distance_and_the_best_one_all_of_it(seed):
    p, q, spacing = histogram(9, seed), histogram(9, seed + 50), 0.25
    exact = transport_cost(p, q, on_a_line(9, spacing))
    rng = torch.Generator().manual_seed(seed)
    for _ in range(20):
        f = torch.randn(9, generator=rng, dtype=torch.float64)
        proved = distances.dual_value(f, p, q, spacing)
        assert abs(proved) <= exact + 1e-9
        assert distances.dual_value(-f, p, q, spacing) == -proved
        assert distances.dual_value(5 * f - 3, p, q, spacing).item() == pytest.approx(proved.item(), abs=1e-12)
    uphill = torch.sign((q - p).cumsum(dim=0))[:-1]  # up where more of the fakes lie to the left
    best = torch.cat([torch.zeros(1), uphill * spacing]).double().cumsum(dim=0)
    assert distances.dual_value(best, p, q, spacing).item() == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize(("d", "n", "expected"), [(10, 64, 2.72), (10, 1024, 2.01), (784, 64, 38.0)])
def test_batches_of_one_distribution_are_far_apart_in_high_dimension(d, n, expected):
    between_batches = after("01_distances", "def between_batches").variables["between_batches"]
    measured = [between_batches(n, d) for _ in range(5 if n < 1000 else 1)]
    assert np.mean(measured) == pytest.approx(expected, rel=0.04)


# Input that makes no sense ---------------------------------------------------

GOOD = torch.tensor([0.5, 0.5])
HISTOGRAMS = [
    (torch.tensor([0.5, 0.6]), "sums to 1.1"),
    (torch.tensor([1.5, -0.5]), "below 0"),
    (torch.tensor([0.2, 0.3, 0.5]), "same bins"),
    (torch.tensor([float("nan"), 1.0]), "NaN"),
    (torch.tensor([float("inf"), 0.0]), "infinity"),
    (torch.tensor([]), "empty"),
    (torch.tensor([[0.5, 0.5]]), r"shape \(1, 2\)"),
    (torch.tensor([0, 1]), "float"),
    ([0.5, 0.5], "type list"),
    (None, "type NoneType"),
]
ON_HISTOGRAMS = (
    distances.kl_divergence,
    distances.js_divergence,
    distances.total_variation,
    lambda p, q: distances.dual_value(torch.tensor([0.0, 1.0]), p, q),
    lambda p, q: distances.transport_plan(p, q, torch.ones(2, 2)),
)


@pytest.mark.parametrize(("bad", "words"), HISTOGRAMS, ids=[words for _, words in HISTOGRAMS])
@pytest.mark.parametrize("function", ON_HISTOGRAMS, ids=["kl", "js", "tv", "dual", "plan"])
def test_what_is_no_histogram_is_named(function, bad, words):
    with pytest.raises(ValueError, match=rf"^q .*{words}.*\.$"):
        function(GOOD, bad)
    with pytest.raises(ValueError, match=r"^[pq] .*\.$"):  # of two lengths, either may be the wrong one
        function(bad, GOOD)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (torch.tensor([]), "empty"),
        (torch.tensor([1.0, 2.0, 3.0]), "3 samples and x has 2"),
        (torch.tensor([1.0, float("nan")]), "NaN"),
        (torch.tensor([[1.0], [2.0]]), r"shape \(2, 1\)"),
        (torch.tensor([1, 2]), "float"),
        ([1.0, 2.0], "type list"),
    ],
)
def test_what_is_no_sample_is_named(bad, words):
    with pytest.raises(ValueError, match=rf"^y .*{words}.*\.$"):
        distances.wasserstein_1d(torch.tensor([1.0, 2.0]), bad)


@pytest.mark.parametrize(
    ("f", "spacing", "words"),
    [
        (torch.tensor([0.0, 1.0, 2.0]), 1.0, r"^f .*\(2,\)"),
        (torch.tensor([0.0, float("nan")]), 1.0, "^f .*NaN"),
        (torch.tensor([0, 1]), 1.0, "^f .*float"),
        (torch.tensor([0.0, 1.0]), 0.0, "^spacing is 0"),
        (torch.tensor([0.0, 1.0]), -2.0, "^spacing is -2"),
    ],
)
def test_what_is_no_critic_is_named(f, spacing, words):
    with pytest.raises(ValueError, match=words):
        distances.dual_value(f, GOOD, GOOD, spacing)


def test_a_single_bin_has_no_slope_and_prices_need_a_table():
    with pytest.raises(ValueError, match=r"^f has a single bin"):
        distances.dual_value(torch.ones(1), torch.ones(1), torch.ones(1))
    for cost in (torch.ones(2), torch.ones(3, 3), torch.full((2, 2), inf), None):
        with pytest.raises(ValueError, match=r"^cost "):
            distances.transport_plan(GOOD, GOOD, cost)


# Pictures --------------------------------------------------------------------

P, Q = np.array([0.1, 0.5, 0.4, 0.0]), np.array([0.0, 0.2, 0.2, 0.6])


def numbers_of_theta(theta: float) -> dict[str, float]:
    return {"A": inf if theta else 0.0, "B": abs(theta)}


@pytest.mark.parametrize(
    ("scene", "settings"),
    [
        (lambda: draw.Segments(numbers_of_theta, lambda theta: {"A": nan, "B": np.sign(theta)}), [(0.5,), (-1,), (0,)]),
        (lambda: draw.Critic(P, Q, 1.1), [(0, 1, 2, 3), (1, 1, 1, 1), (3, -1, -2, -3)]),
    ],
    ids=["segments", "critic"],
)
def test_a_moved_picture_is_the_one_drawn_afresh(scene, settings):
    show = widgets.drawn(scene())
    seen = []
    for values in settings:
        moved = matplotlib.image.imread(shown(show(*values)))
        fresh = matplotlib.image.imread(shown(scene().set(*values)))
        assert moved.shape == fresh.shape
        assert np.mean(abs(moved - fresh).max(axis=2) > 0.1) < 0.01
        seen.append(moved.tobytes())
    assert len(set(seen)) == len(settings)


def shown(figure: Figure) -> io.BytesIO:
    """The picture file that a slider puts into the notebook."""
    return io.BytesIO(figures.png(figure, widgets.DPI))


def judged_by_the_reference(f: np.ndarray) -> float:
    return float(distances.dual_value(torch.from_numpy(f), torch.from_numpy(P), torch.from_numpy(Q)))


def proof(figure: Figure) -> tuple[float, str]:
    """The height of the bar in the picture of a critic, and the word below it."""
    ax = figure.axes[2]
    return ax.patches[0].get_height(), ax.texts[-1].get_text().replace("\n", " ")


def test_a_flat_critic_proves_nothing_whatever_judges_it():
    assert proof(draw.Critic(P, Q, 1.1).set(2, 2, 2, 2)) == (0, "proves 0")
    assert proof(draw.Critic(P, Q, 1.1, judged_by_the_reference).set(2, 2, 2, 2)) == (0, "flat: nothing")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawn_critic_proves_what_the_reference_says(seed):
    f = np.random.default_rng(seed).normal(size=4)
    proved = judged_by_the_reference(f)
    for value in (None, judged_by_the_reference):
        assert proof(draw.Critic(P, Q, 1.1, value).set(*f))[0] == pytest.approx(proved)
        title = draw.critics({"drawn": f}, P, Q, value).axes[0].get_title()
        assert float(title.split()[-1].replace("−", "-")) == pytest.approx(proved, abs=0.006)


def test_the_picture_of_the_segments_says_their_numbers():
    figure = draw.Segments(numbers_of_theta, lambda theta: {"A": nan, "B": np.sign(theta)}).set(-0.25)
    words = [ax.texts[-1].get_text() for ax in figure.axes]
    assert words == ["θ = −0.25", "∞", "none", "0.25", "−1"]
    at_zero = next(ax for ax in figure.axes if ax.get_title() == "A").lines
    assert [line.get_ydata()[0] for line in at_zero if list(line.get_xdata()) == [0]] == [1.35, 0]  # a hole and a dot


def test_the_sorted_sample_is_paired_in_order():
    left = draw.sorted_pairs(np.array([4.0, 1.0, 2.0]), np.array([3.0, 9.0, 6.0])).axes[0]
    assert [text.get_text() for text in left.texts if text.get_text()] == ["2", "4", "5"]
