"""The toy laws have the constants of the papers, and the distances that follow from them."""

from math import pi

import pytest
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from starter.kit import toys

MIXTURES = [(toys.EIGHT_GAUSSIANS, 8, 0.02 / 1.414), (toys.TWENTY_FIVE_GAUSSIANS, 25, 0.05 / 2.828)]
LAWS = [law for law, _, _ in MIXTURES] + [toys.SWISS_ROLL, toys.gaussian(3.0)]


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def wasserstein(x: Tensor, y: Tensor) -> float:
    """The exact distance between two samples of the same size."""
    cost = torch.cdist(x.double(), y.double())
    rows, columns = linear_sum_assignment(cost.numpy())
    return cost[rows, columns].mean().item()


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_is_sampled_like_a_data_set(law):
    state = torch.get_rng_state()
    points = law.sample(100, rng(1))
    assert points.shape == (100, *law.shape) == (100, law.dimension)
    assert points.dtype == torch.float32 and points.device == law.device
    assert torch.equal(points, law.sample(100, rng(1)))
    assert not torch.equal(points, law.sample(100, rng(2)))
    assert torch.equal(torch.get_rng_state(), state)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        first, second = law.sample(5), law.sample(5)
        torch.manual_seed(0)
        assert torch.equal(law.sample(5), first) and not torch.equal(first, second)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_moves_and_keeps_its_name(law):
    moved = law.to("meta")
    assert moved.device.type == "meta" and moved.name == law.name and law.device.type == "cpu"
    assert (moved.modes is None) == (law.modes is None)
    assert law.modes is None or moved.modes.device.type == "meta"


def test_default_dtype_does_not_matter():
    torch.set_default_dtype(torch.float64)
    try:
        laws = [toys.gaussian(1.0), toys.SWISS_ROLL, toys.EIGHT_GAUSSIANS]
        assert {law.sample(3).dtype for law in laws} == {torch.float32}
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("law, k, sd", MIXTURES, ids=["8", "25"])
def test_mixtures_have_equal_narrow_bumps(law, k, sd):
    n = 1000 * k
    points = law.sample(n, rng())
    distances, nearest = torch.cdist(points, law.modes).min(dim=1)
    shares = torch.bincount(nearest, minlength=k)
    assert ((shares - 1000).abs() < 5 * 1000**0.5).all()
    assert distances.max() < 6.5 * sd
    spread = (points - law.modes[nearest]).std(dim=0)
    assert torch.allclose(spread, torch.full((2,), sd), rtol=0.05)


def test_eight_modes_on_a_circle():
    modes = toys.EIGHT_GAUSSIANS.modes
    assert torch.allclose(modes.norm(dim=1), torch.tensor(2 / 1.414))
    angles = torch.atan2(modes[:, 1], modes[:, 0]).remainder(2 * pi).sort().values
    assert torch.allclose(angles, torch.arange(8) * pi / 4, atol=1e-6)


def test_twenty_five_modes_on_a_grid():
    expected = {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}
    modes = (toys.TWENTY_FIVE_GAUSSIANS.modes * 2.828).tolist()
    assert {(round(x, 5), round(y, 5)) for x, y in modes} == expected and len(modes) == 25


def test_the_swiss_roll_is_a_noisy_spiral():
    points = 7.5 * toys.SWISS_ROLL.sample(50_000, rng()).double()
    radius, angle = points.norm(dim=1), torch.atan2(points[:, 1], points[:, 0])
    turns = angle[:, None] + 2 * pi * torch.arange(4)  # the spiral has radius = angle, on each of its turns
    t = turns.gather(1, (turns - radius[:, None]).abs().argmin(dim=1, keepdim=True)).flatten()
    inside = (t > 1.6 * pi) & (t < 4.4 * pi)
    assert (radius - t)[inside].std() == pytest.approx(0.25, rel=0.03)
    shares = torch.histc(t[inside], bins=7, min=1.6 * pi, max=4.4 * pi) / len(points)
    assert torch.allclose(shares, torch.full_like(shares, 0.4 / 3), atol=0.008)
    assert radius.min() > 1.5 * pi - 1.5 and radius.max() < 4.5 * pi + 1.5


@pytest.mark.parametrize("mean, sd", [(0.0, 1.0), (8.0, 1.0), (-1.0, 0.5)])
def test_a_gaussian_has_its_mean_and_deviation(mean, sd):
    points = toys.gaussian(mean, sd).sample(40_000, rng())
    assert points.mean().item() == pytest.approx(mean, abs=5 * sd / 200)
    assert points.std().item() == pytest.approx(sd, rel=0.03)
    assert toys.gaussian(mean).modes.tolist() == [[mean]]


@pytest.mark.parametrize("mean", [1.0, 4.0])
def test_gaussians_of_equal_width_are_their_means_apart(mean):
    x, y = toys.gaussian(0.0).sample(40_000, rng(0)), toys.gaussian(mean).sample(40_000, rng(1))
    assert (x.sort(dim=0).values - y.sort(dim=0).values).abs().mean().item() == pytest.approx(mean, abs=0.05)


@pytest.mark.parametrize(
    "law, expected",
    [(toys.EIGHT_GAUSSIANS, 0.825), (toys.TWENTY_FIVE_GAUSSIANS, 0.585), (toys.SWISS_ROLL, 0.609)],
    ids=["8", "25", "roll"],
)
def test_distance_to_the_same_law_with_noise(law, expected):
    """Real against real + N(0, I). Expected is for n = 2000; smaller samples are a little further apart."""
    distances = []
    for seed in range(8):
        generator = rng(seed)
        real, other = law.sample(500, generator), law.sample(500, generator)
        distances.append(wasserstein(real, other + torch.randn(500, 2, generator=generator)))
    assert -0.02 < sum(distances) / 8 - expected < 0.06
