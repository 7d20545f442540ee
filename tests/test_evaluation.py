"""The two measures of sheet 06, against libraries and against what is known on paper."""

import numpy as np
import pytest
import scipy.linalg
import torch
from scipy.spatial import cKDTree

from starter import evaluation
from starter.kit import data, scores

SEEDS = range(10)


def normal(n: int, d: int, seed: int) -> torch.Tensor:
    """n independent standard normal points in float64."""
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def exactly(mean: torch.Tensor, root: torch.Tensor, n: int, seed: int) -> torch.Tensor:
    """n points whose mean and covariance are exactly the mean and root @ root.T."""
    points = normal(n, len(mean), seed)
    points = points - points.mean(dim=0)
    white = torch.linalg.solve(torch.linalg.cholesky(points.T.cov()), points.T).T
    return white @ root.T + mean


def mixed(n: int, d: int, seed: int) -> torch.Tensor:
    """Correlated features like a classifier's: none below 0, and the first always 0."""
    features = (normal(n, d, seed) @ normal(d, d, seed + 100) / d**0.5 + 0.3).relu()
    return features * (torch.arange(d) > 0)


def rotation(d: int, seed: int) -> torch.Tensor:
    return torch.linalg.qr(normal(d, d, seed)).Q


def distance(real: torch.Tensor, fake: torch.Tensor) -> float:
    value = evaluation.frechet_distance(real, fake)
    assert value.shape == () and value.dtype == torch.float64
    return value.item()


# The Frechet distance --------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("n", "m"), [(500, 300), (40, 50)], ids=["many", "fewer than features"])
def test_the_library_says_the_same(n, m, seed):
    real, fake = mixed(n, 64, seed), mixed(m, 64, seed + 1) * 1.3 + 0.1
    assert distance(real, fake) == pytest.approx(scores.frechet(real, fake), abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_root_of_the_matrix_says_the_same(seed):
    real, fake = normal(60, 6, seed) @ normal(6, 6, seed + 50), normal(50, 6, seed + 1) + 1
    a, b = np.cov(real.numpy(), rowvar=False), np.cov(fake.numpy(), rowvar=False)
    gap = real.mean(dim=0) - fake.mean(dim=0)
    expected = gap @ gap + np.trace(a + b - 2 * scipy.linalg.sqrtm(a @ b).real)
    assert distance(real, fake) == pytest.approx(expected.item(), abs=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_gaussians_whose_covariances_commute(seed):
    """In shared axes: the gap of the means and that of the standard deviations, squared."""
    axes, rng = rotation(5, seed), torch.Generator().manual_seed(seed)
    s, t, m, n = torch.rand(4, 5, generator=rng, dtype=torch.float64) * 3 + 0.1
    real, fake = exactly(m, axes * s, 20, seed), exactly(n, axes * t, 31, seed + 1)
    assert distance(real, fake) == pytest.approx(((m - n).square() + (s - t).square()).sum().item(), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_gaussians_in_the_plane(seed):
    """Two by two, the trace of the root is the root of tr(AB) + 2 sqrt(det A det B)."""
    roots = normal(2, 2, seed), normal(2, 2, seed + 20)
    a, b = (root @ root.T for root in roots)
    zero = torch.zeros(2, dtype=torch.float64)
    trace = ((a @ b).trace() + 2 * (a.det() * b.det()).sqrt()).sqrt()
    found = distance(exactly(zero, roots[0], 10, seed), exactly(zero, roots[1], 12, seed))
    assert found == pytest.approx((a.trace() + b.trace() - 2 * trace).item(), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("n", "d"), [(200, 8), (5, 8), (2, 8)])
def test_what_is_true_of_any_sets(n, d, seed):
    real, fake = normal(n, d, seed) + 2, normal(n + 3, d, seed + 1) @ normal(d, d, seed + 2)
    found = distance(real, fake)
    assert found > 0
    assert distance(fake, real) == pytest.approx(found, abs=1e-4)
    assert distance(real.flip(0), fake) == pytest.approx(found, abs=1e-4)
    assert distance(real, real) == pytest.approx(0, abs=1e-4)
    shift, turn = normal(1, d, seed + 3), rotation(d, seed)
    assert distance(real, real + shift) == pytest.approx(shift.square().sum().item(), abs=1e-4)
    assert distance(real + shift, fake + shift) == pytest.approx(found, abs=1e-4)
    assert distance(real @ turn, fake @ turn) == pytest.approx(found, abs=1e-4)
    assert distance(3 * real, 3 * fake) == pytest.approx(9 * found, rel=1e-4)


@pytest.mark.parametrize(("d", "n"), [(16, 1000), (64, 1000), (64, 4000)])
def test_few_images_make_the_distance_too_large(d, n):
    """White features, one law on both sides: about d (d + 5) / (2n), and half of that with one side exact."""
    runs = range(10)
    both = np.mean([distance(normal(n, d, seed), normal(n, d, seed + 1000)) for seed in runs])
    exact = exactly(torch.zeros(d, dtype=torch.float64), torch.eye(d, dtype=torch.float64), 2 * d, 7)
    one = np.mean([distance(exact, normal(n, d, seed)) for seed in runs])
    expected = d * (d + 5) / (2 * n)
    assert both == pytest.approx(expected, rel=0.12)
    assert one == pytest.approx(expected / 2, rel=0.12)


# Nearest neighbours ----------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("k", [1, 4, 30])
def test_a_tree_finds_the_same(k, seed):
    images, references = normal(50, 3, seed), normal(30, 3, seed + 1)
    expected = cKDTree(references.numpy()).query(images.numpy(), k=list(range(1, k + 1)))[1]
    found = evaluation.nearest_neighbours(images, references, k)
    assert found.dtype == torch.int64
    assert np.array_equal(found.numpy(), expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_images_are_compared_pixel_by_pixel(seed):
    images, references = (normal(n, 2 * 9, seed + n).view(n, 2, 3, 3) for n in (7, 11))
    table = [[(image - reference).square().sum().item() for reference in references] for image in images]
    found = evaluation.nearest_neighbours(images, references, k=11)
    assert found.tolist() == [sorted(range(11), key=row.__getitem__) for row in table]
    assert torch.equal(evaluation.nearest_neighbours(images, references), found[:, :1])


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1])
def test_a_memorised_garment_is_found_among_ten_thousand(noise):
    references = data.load()[:]
    rng = torch.Generator().manual_seed(0)
    chosen = torch.randperm(len(references), generator=rng)[:100]
    images = references[chosen] + noise * torch.randn(100, 1, 28, 28, generator=rng)
    assert torch.equal(evaluation.nearest_neighbours(images, references)[:, 0], chosen)
