"""Lesson and sheet 10: layers, their bounds, and what critics report beside the exact distance."""

from importlib import import_module
from math import gamma, sqrt

import pytest
import torch

from solutions import leashes as solved
from starter.kit import stored
from starter.kit.loop import layers
from tests.lesson_cells import after

LESSON = "10_leashes"
table = import_module("solutions.experiments.10_leashes")
nine = import_module("solutions.experiments.10_architectures")


# Layers ----------------------------------------------------------------------


def test_power_iteration_finds_what_torch_finds():
    torch.manual_seed(0)
    for shape in ((64, 64), (1, 30), (30, 3)):
        matrix = torch.randn(shape, dtype=torch.float64)
        u = torch.nn.functional.normalize(torch.randn(shape[0], dtype=torch.float64), dim=0)
        sigma, _ = solved.spectral_norm_of(matrix, u, 3000)
        assert sigma.item() == pytest.approx(torch.linalg.matrix_norm(matrix, 2).item(), rel=1e-6)


def test_a_layer_follows_its_matrix_as_that_of_torch_does():
    torch.manual_seed(0)
    layer = layers.SpectralLinear(20, 10)
    shelf = torch.nn.utils.parametrizations.spectral_norm(torch.nn.Linear(20, 10), n_power_iterations=30)
    with torch.no_grad():
        shelf.parametrizations.weight.original.copy_(layer.weight)
        for _ in range(30):
            layer(torch.randn(1, 20)), shelf(torch.randn(1, 20))
        assert torch.allclose(layer.matrix(), shelf.weight, atol=1e-4)


def test_maxmin_keeps_lengths_and_bjorck_makes_singular_values_one():
    torch.manual_seed(0)
    x = torch.randn(50, 16)
    assert torch.allclose(solved.maxmin(x).norm(dim=1), x.norm(dim=1), atol=1e-5)
    matrix = torch.randn(40, 12)
    found = torch.linalg.svdvals(solved.bjorck(matrix / torch.linalg.matrix_norm(matrix, 2), 15))
    assert torch.allclose(found, torch.ones(12), atol=1e-4)


@pytest.mark.parametrize("kind", [layers.SpectralCritic, layers.OrthonormalCritic])
def test_no_slope_of_such_a_critic_exceeds_one(kind):
    torch.manual_seed(0)
    critic, x = kind((3, 4, 4)), torch.randn(200, 3, 4, 4, requires_grad=True)
    (slopes,) = torch.autograd.grad(critic(x).sum(), x)
    assert slopes.flatten(1).norm(dim=1).max() < 1.01


# The lesson ------------------------------------------------------------------


def test_two_units_with_relu_reach_one_half_and_with_maxmin_one():
    now = after(LESSON, "with_maxmin = ").variables
    x = now["x"].abs()
    assert torch.allclose(now["with_relu"], x / 2, atol=1e-6) and torch.allclose(now["with_maxmin"], x, atol=1e-6)


@pytest.mark.parametrize("d", [2, 16, 64])
def test_the_distances_are_exact(d):
    torch.manual_seed(0)
    for name in table.SETTINGS["pairs"]:
        real, fake, direction = table.draw(name, d, 40_000)
        assert (real - fake).norm(dim=1).mean().item() == pytest.approx(table.distance(name, d), rel=0.01)
        along = torch.nn.functional.cosine_similarity(real - fake, direction, dim=1)
        assert along.min() > 0.999
    assert table.distance("scale", d) == pytest.approx(0.5 * sqrt(2) * gamma((d + 1) / 2) / gamma(d / 2))


def test_the_order_of_the_leashes_on_a_cone_at_reduced_size(monkeypatch):
    monkeypatch.setitem(table.SETTINGS, "width", 32)
    monkeypatch.setitem(table.SETTINGS, "steps", 300)
    monkeypatch.setitem(table.SETTINGS, "rate", 3e-3)
    monkeypatch.setitem(table.SETTINGS, "batch", 128)
    found = {}
    for name in ("clip 0.01", "penalty", "spectral norm, ReLU", "orthonormal, MaxMin"):
        found[name], _ = table.judged(table.trained(name, "cone", 8, 5)[0], "cone", 8)
    assert found["clip 0.01"] < 0.1 < found["spectral norm, ReLU"] < 0.65 < found["orthonormal, MaxMin"] < 1.01
    assert found["penalty"] == pytest.approx(1, abs=0.2)


def test_the_stored_table_bears_out_what_the_lesson_says():
    settings, result = stored.load("10_leashes")
    assert {key: settings[key] for key in table.SETTINGS} == table.SETTINGS
    by = dict(zip(settings["critics"], result["ratio"], strict=True))
    clips = [by[name] for name in by if name.startswith("clip")]
    assert min(clip.min() for clip in clips) < 0.01 and max(clip.max() for clip in clips) > 10
    spectral, orthonormal = by["spectral norm, ReLU"], by["orthonormal, MaxMin"]
    assert spectral[0].min() > 0.95 and spectral[1:].max() < 0.6
    assert (orthonormal[1:].mean(axis=2) > spectral[1:].mean(axis=2) + 0.2).all()
    assert max(spectral.max(), orthonormal.max()) < 1.03  # but for the sample of fresh points
    assert result["seconds"][-1].mean() > 1.5 * result["seconds"][-2].mean()


def test_the_nine_panels_run_and_the_stored_ones_are_of_these_settings(monkeypatch):
    settings, result = stored.load("10_architectures")
    assert {key: settings[key] for key in nine.SETTINGS} == nine.SETTINGS
    assert result["frechet"].shape == (3, 3) and result["pictures"].shape == (3, 3, 16, 1, 28, 28)
    monkeypatch.setitem(nine.SETTINGS, "steps", 1)
    for name in nine.SETTINGS["generators"]:
        assert nine.trained(name, "WGAN-GP")(torch.randn(2, 64)).shape == (2, 1, 28, 28)
