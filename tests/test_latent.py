"""Walks in the latent space, and the search in it, against what is known exactly."""

from math import acos, pi

import numpy as np
import pytest
import torch
from scipy.interpolate import interp1d
from scipy.spatial.transform import Rotation, Slerp

from starter import latent
from starter.kit.data.pretrained import Generator

SEEDS = range(10)
T = torch.linspace(0, 1, 9, dtype=torch.float64)


def normal(*shape: int, seed: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def angles(points: torch.Tensor) -> torch.Tensor:
    """Between each point and the next."""
    return torch.cosine_similarity(points[:-1], points[1:], dim=1).clamp(-1, 1).arccos()


# Walks -----------------------------------------------------------------------


@pytest.mark.parametrize("walk", [latent.lerp, latent.slerp], ids=["lerp", "slerp"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_begins_at_a_ends_at_b_and_can_be_walked_back(walk, seed):
    a, b = normal(2, 64, seed=seed)
    points = walk(a, b, T)
    assert points.shape == (9, 64)
    assert torch.allclose(points[0], a) and torch.allclose(points[-1], b)
    assert torch.allclose(walk(b, a, 1 - T), points)
    assert torch.allclose(walk(3 * a, 3 * b, T), 3 * points)
    assert torch.allclose(walk(a, b, T[3:4]), points[3:4])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_straight_line_has_equal_steps(seed):
    a, b = normal(2, 64, seed=seed)
    points = latent.lerp(a, b, T)
    assert torch.allclose(points.diff(dim=0), ((b - a) / 8).expand(8, 64))
    t = normal(5, seed=seed)  # beyond the ends too
    expected = interp1d([0, 1], np.stack([a, b]), axis=0, fill_value="extrapolate")(t.numpy())
    assert np.allclose(latent.lerp(a, b, t).numpy(), expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_arc_keeps_the_length_and_has_equal_angles(seed):
    a, b = normal(2, 64, seed=seed)
    b = b * a.norm() / b.norm()
    points = latent.slerp(a, b, T)
    assert torch.allclose(points.norm(dim=1), a.norm().expand(9))
    steps = angles(points)
    assert torch.allclose(steps, steps.mean().expand(8), atol=1e-6)
    assert steps.sum().item() == pytest.approx(angles(torch.stack([a, b])).item(), abs=1e-6)
    assert torch.linalg.matrix_rank(points, tol=1e-8) == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_scipy_turns_along_the_same_arc(seed):
    a, b = torch.nn.functional.normalize(normal(2, 4, seed=seed))
    b = torch.where(torch.dot(a, b) < 0, -b, b)  # as rotations, b and -b are one, and scipy takes the nearer
    expected = Slerp([0, 1], Rotation.from_quat(torch.stack([a, b]).numpy()))(T.numpy()).as_quat()
    cosines = (latent.slerp(a, b, T) * torch.from_numpy(expected)).sum(dim=1).abs()
    assert torch.allclose(cosines, torch.ones(9, dtype=torch.float64))


@pytest.mark.parametrize("degrees", [1, 30, 90, 150, 179])
def test_arcs_in_the_plane(degrees):
    """On a circle; and for ends of two lengths, the same weights of each end."""
    w = degrees * pi / 180
    a, b = torch.tensor([[1.0, 0.0], [np.cos(w), np.sin(w)]], dtype=torch.float64)
    circle = torch.stack([(T * w).cos(), (T * w).sin()], dim=1)
    assert torch.allclose(latent.slerp(a, b, T), circle, atol=1e-9)
    weights = torch.linalg.solve(torch.stack([a, b], dim=1), circle.T).T
    assert torch.allclose(latent.slerp(2 * a, 5 * b, T), weights @ torch.stack([2 * a, 5 * b]), atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_half_way_the_line_is_too_short_and_the_arc_is_not(seed):
    """Two normal z are nearly at right angles: their mean has 1 / sqrt 2 of the usual length."""
    a, b = normal(2, 4096, seed=seed)
    half = torch.tensor([0.5], dtype=torch.float64)
    assert (latent.lerp(a, b, half).norm() / 64).item() == pytest.approx(0.5**0.5, abs=0.05)
    assert (latent.slerp(a, b, half).norm() / 64).item() == pytest.approx(1, abs=0.05)
    assert angles(torch.stack([a, b])).item() == pytest.approx(acos(0), abs=0.1)


# The search ------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_an_invertible_generator_is_inverted(seed):
    matrix = torch.linalg.qr(normal(6, 6, seed=seed)).Q * torch.linspace(0.5, 2, 6)
    z = normal(3, 6, seed=seed + 100)
    start = z + normal(3, 6, seed=seed + 200).clamp(-1, 1)
    before = start.clone()
    found = latent.find_latent(lambda z: (z @ matrix + 1).view(-1, 1, 2, 3), (z @ matrix + 1).view(-1, 1, 2, 3), start)
    assert torch.allclose(found, z, atol=0.02)
    assert torch.equal(start, before) and not found.requires_grad


@pytest.mark.parametrize("seed", SEEDS)
def test_out_of_reach_it_finds_least_squares(seed):
    matrix, images = normal(2, 12, seed=seed), normal(5, 12, seed=seed + 100)
    expected = torch.linalg.lstsq(matrix.T, images.T).solution.T
    found = latent.find_latent(lambda z: z @ matrix, images, torch.zeros(5, 2, dtype=torch.float64), steps=400)
    assert torch.allclose(found, expected, atol=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_generator_drew_is_found_from_nearby(seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        generator = Generator(latent_dim=8, width=2).eval()
    weights = [value.clone() for value in generator.state_dict().values()]
    z0 = normal(3, 8, seed=seed).float()
    images = generator(z0).detach()
    start = z0 + 0.2 * normal(3, 8, seed=seed + 100).float()
    found = latent.find_latent(generator, images, start, steps=150, learning_rate=0.02)
    assert (found - z0).norm() < 0.2 * (start - z0).norm()
    assert (generator(found) - images).square().sum() < 0.02 * (generator(start) - images).square().sum()
    assert all(torch.equal(a, b) for a, b in zip(weights, generator.state_dict().values(), strict=True))
    assert all(parameter.requires_grad for parameter in generator.parameters())


def test_steps_and_learning_rate_are_those_of_adam():
    start, images = torch.zeros(1, 3), torch.tensor([[1.0, -2.0, 4.0]])
    assert torch.equal(latent.find_latent(lambda z: z, images, start, steps=0), start)
    for rate in (0.001, 0.1):
        moved = latent.find_latent(lambda z: z, images, start, steps=1, learning_rate=rate)
        assert torch.allclose(moved, rate * images.sign(), rtol=1e-4)
