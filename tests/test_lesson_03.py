"""What lesson and sheet 03 show and say, against exact values and over several seeds."""

import importlib.util
from math import sqrt

import numpy as np
import pytest
import torch
from scipy.stats import wasserstein_distance
from torch import nn

from starter import critic, generator, losses, training
from starter.kit import data, stored, toys, widgets
from starter.kit.course import ROOT, CourseError
from starter.kit.show import lesson_03 as scenes_03

TEN = range(10)
K3, K5, K4, UP = scenes_03.LAYERS


# Noise through a function


@pytest.mark.parametrize("s", [0.5, 1.0, 3.0, 10.0])
def test_the_share_between_the_corners_is_that_of_a_large_sample(s):
    points = torch.tanh(s * torch.randn(400_000, 2, generator=torch.Generator().manual_seed(0)))
    between = (points.abs() < 0.9).any(dim=1).double().mean().item()
    assert scenes_03.bridge_share(s) == pytest.approx(between, abs=0.004)


def test_the_threads_thin_out_and_never_vanish():
    shares = [scenes_03.bridge_share(s) for s in (1, 3, 10, 100, 1e4)]
    assert shares == sorted(shares, reverse=True) and shares[-1] > 0


def test_the_slider_moves_points_grid_and_title():
    z = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    scene = scenes_03.Warp(lambda s, z: torch.tanh(s * z), z)
    scene.set(3)
    points, lines, title = scene.moving
    assert torch.allclose(torch.as_tensor(points.get_offsets(), dtype=torch.float32), torch.tanh(3 * z))
    corner = torch.tanh(torch.tensor([-9.0, -9.0]))
    assert torch.allclose(torch.as_tensor(lines.get_segments()[0][0], dtype=torch.float32), corner)
    assert title.get_text() == "G(z), s = 3"
    assert widgets.drawn(scene)(3).get_size_inches() == pytest.approx(scene.figure.get_size_inches())


# Layers that make images larger


@pytest.mark.parametrize(
    ("kind", "block", "variance"),
    [(K3, [1, 2, 2, 4], 1.1875), (K5, [4, 6, 6, 9], 3.1875), (K4, [4] * 4, 0), (UP, [9] * 4, 0)],
)
def test_overlaps_are_counted_right(kind, block, variance):
    counts = scenes_03.overlaps(kind)
    assert sorted(counts[:2, :2].flatten().tolist()) == block
    assert torch.equal(counts, counts[:2, :2].repeat(4, 4))
    assert counts.var(unbiased=False).item() == pytest.approx(variance)


@pytest.mark.parametrize("seed", TEN)
def test_only_upsampling_is_flat_from_the_start(seed):
    torch.manual_seed(seed)
    assert scenes_03.unevenness(UP, draws=20) == pytest.approx(0, abs=1e-9)
    assert all(scenes_03.unevenness(kind, draws=50) > 0.5 for kind in (K3, K4, K5))


@pytest.mark.parametrize("seed", TEN)
def test_only_upsampled_neighbours_are_alike(seed):
    torch.manual_seed(seed)
    z = torch.randn(4, 64)
    alike = {
        kind: np.mean([scenes_03.neighbour_correlation(scenes_03.untrained(kind, z)[0]) for _ in range(10)])
        for kind in ("fully connected", K4, UP)
    }
    assert alike[UP] > 0.5 and alike[K4] < 0.2 and abs(alike["fully connected"]) < 0.05


def test_a_correlation_is_one_for_a_ramp_and_minus_one_for_stripes():
    stripes = torch.tensor([1.0, -1.0]).repeat(14).expand(2, 1, 28, 28)
    assert scenes_03.neighbour_correlation(stripes) == pytest.approx(-1, abs=0.01)
    smooth = torch.linspace(-1, 1, 28).expand(2, 1, 28, 28)
    assert scenes_03.neighbour_correlation(smooth) > 0.9


# The range


def test_the_darkest_pixel_gives_a_sigmoid_away():
    garments = data.load()
    darkest = garments[:1000].flatten(1).min(dim=1).values
    squeezed = (garments[1000:2000].flatten(1).min(dim=1).values + 1) / 2
    assert wasserstein_distance(darkest, squeezed) == pytest.approx(1, abs=0.02)
    assert darkest.max() < squeezed.min()


# Who gets a gradient


@pytest.mark.parametrize("seed", TEN)
def test_gradients_flow_as_the_lesson_says(seed):
    detached = scenes_03.measure_flow("", "critic, detached", seed=seed)
    attached = scenes_03.measure_flow("", "critic, attached", seed=seed)
    players = scenes_03.measure_flow("", "generator", seed=seed)
    stale = scenes_03.measure_flow("", "generator", "critic, detached", seed=seed)
    assert detached.generator is None and detached.cut and detached.step_of == "critic"
    assert torch.equal(detached.critic, attached.critic) and not attached.cut
    assert torch.allclose(attached.generator, -players.generator, atol=1e-7)
    assert scenes_03.cosine(attached.generator, players.generator) == pytest.approx(-1, abs=1e-5)
    assert players.critic.norm() > 0.01 and players.step_of == "generator"
    assert torch.allclose(stale.critic, detached.critic + players.critic, atol=1e-6)
    assert torch.equal(stale.generator, players.generator)
    assert scenes_03.cosine(stale.critic, detached.critic) < 0.9


@pytest.mark.parametrize("seed", range(3))
def test_adam_does_not_notice_a_factor_of_a_hundred(seed):
    class Louder(nn.Module):
        def __init__(self, factor):
            super().__init__()
            torch.manual_seed(seed)
            self.critic, self.factor = critic.MLPCritic(), factor

        def forward(self, images):
            return self.factor * self.critic(images)

    def moved(factor, make, lr):
        louder, net = Louder(factor), generator.MLPGenerator()
        optimizer = make(net.parameters(), lr=lr)
        start = nn.utils.parameters_to_vector(net.parameters()).detach()
        for _ in range(5):
            training.generator_step(louder, net, 64, optimizer)
        return (nn.utils.parameters_to_vector(net.parameters()).detach() - start).norm().item()

    assert moved(100, torch.optim.Adam, 1e-3) / moved(1, torch.optim.Adam, 1e-3) == pytest.approx(1, abs=0.02)
    assert 65 < moved(100, torch.optim.SGD, 1e-2) / moved(1, torch.optim.SGD, 1e-2) < 100


# Eight Gaussians


def test_coverage_of_known_samples():
    ring = toys.EIGHT_GAUSSIANS
    assert scenes_03.coverage(ring.sample(2000, torch.Generator().manual_seed(0)), ring) == (8, 1.0)
    assert scenes_03.coverage(ring.modes[:1].repeat(100, 1), ring) == (1, 1.0)
    assert scenes_03.coverage(torch.zeros(100, 2), ring) == (0, 0.0)
    half = torch.cat([ring.modes[:4].repeat(25, 1), torch.zeros(100, 2)])
    assert scenes_03.coverage(half, ring) == (4, 0.5)
    rare = torch.cat([ring.modes[:1].repeat(995, 1), ring.modes[1:2].repeat(5, 1)])
    assert scenes_03.coverage(rare, ring) == (1, 1.0)  # five in a thousand do not count


def test_the_half_ring_is_half_as_large_and_within_reach_of_tanh():
    ring = scenes_03.half_ring()
    assert torch.allclose(ring.modes.norm(dim=1), torch.tensor(1 / 1.414))
    points = ring.sample(8000, torch.Generator().manual_seed(0))
    distance, _ = torch.cdist(points, ring.modes).min(dim=1)
    assert distance.max() < 6.5 * 0.01 / 1.414 and points.abs().max() < 0.8
    assert distance.square().mean().sqrt().item() == pytest.approx(sqrt(2) * 0.01 / 1.414, rel=0.05)
    assert ring.to("meta").modes.device.type == "meta"


@pytest.mark.parametrize(("length", "bound"), [(3.0, 4.0), (1.0, 0.0), (0.5, 0.0)])
def test_the_slope_bound_of_a_linear_critic(length, bound):
    weight = torch.tensor([0.6, 0.8])
    linear = nn.Linear(2, 1, bias=False)
    linear.weight.data.copy_(length * weight)
    torch.manual_seed(0)
    real, fake = torch.rand(1000, 1) * weight, -torch.rand(1000, 1) * weight  # all along the steepest line
    penalty = scenes_03.slope_bound(linear, real, fake)
    assert penalty.item() == pytest.approx(bound, abs=0.02)  # a point may meet itself
    penalty.backward()
    assert (linear.weight.grad.norm() > 1) == (bound > 0)


def test_the_losses_are_exchanged_and_put_back():
    yours = losses.critic_loss, losses.generator_loss
    real, fake = torch.tensor([2.0]), torch.tensor([-1.0])
    with scenes_03.gan_losses():
        assert losses.critic_loss(real, fake).item() == pytest.approx(0.126928 + 0.313262, abs=1e-5)
        assert losses.generator_loss(fake).item() == pytest.approx(1.313262, abs=1e-5)
    assert (losses.critic_loss, losses.generator_loss) == yours
    with pytest.raises(CourseError, match="generator_loss"), scenes_03.gan_losses():
        losses.critic_loss(real, fake)
    with pytest.raises(ZeroDivisionError), scenes_03.gan_losses():
        1 / 0
    assert (losses.critic_loss, losses.generator_loss) == yours


def test_batch_normalisation_is_taken_out():
    net = generator.MLPGenerator(2, (2,), width=16)
    assert scenes_03.without_norm(net) is net
    assert not [module for module in net.modules() if isinstance(module, nn.BatchNorm1d)]
    assert net(torch.randn(5, 2)).shape == (5, 2) and net.latent_dim == 2


@pytest.mark.parametrize("loss", ["GAN", "WGAN"])
def test_the_lab_plays_both_games_with_the_steps_in_use(loss):
    torch.manual_seed(0)
    net = generator.MLPGenerator(2, (2,), width=8)
    start = nn.utils.parameters_to_vector(net.parameters()).detach()
    points, title = scenes_03.play(loss, 2, critic.MLPCritic((2,), width=8), net, scenes_03.half_ring(), steps=2)
    assert points.shape == (1000, 2) and title.startswith(f"{loss}, 2 critic steps\n")
    assert not torch.equal(start, nn.utils.parameters_to_vector(net.parameters()))


# The stored runs


def test_the_stored_runs_bear_out_what_the_lesson_says():
    settings, results = stored.load("03_gan_beside_wgan")
    assert settings["seed"] == 0 and settings["n_critic"] == [1, 5, 20] and settings["losses"] == ["GAN", "WGAN"]
    modes, good, first = results["modes"], results["good"], results["first"]
    assert modes.shape == good.shape == (2, 3, 4, settings["runs"])
    full = (modes[:, :, -1] == 8).sum(axis=2)
    assert full[0, 0] < 5 and full[0, 1] >= 8 and full[0, 2] < 5  # the plain GAN: 1, 5 and 20 critic steps
    assert full[1, 0] == 0 and full[1, 1] == full[1, 2] == settings["runs"]  # the WGAN
    assert modes[0, 2, -1, 0] <= 3 and good[0, 2, -1, 0] > 0.9  # few modes, good samples
    assert good[0, 2, -1].mean() > good[1, 2, -1].mean()  # the price in threads
    for place in np.ndindex(first.shape[:3]):
        share = scenes_03.coverage(torch.from_numpy(first[place].astype(np.float32)), toys.EIGHT_GAUSSIANS)[1]
        assert share == pytest.approx(good[place][0], abs=0.08)  # 400 of 1,000 points


@pytest.fixture
def script():
    path = ROOT / "solutions" / "experiments" / "03_gan_beside_wgan.py"
    spec = importlib.util.spec_from_file_location("gan_beside_wgan", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("loss", ["GAN", "WGAN"])
def test_the_script_that_stores_them_runs(loss, script, monkeypatch):
    settings, _ = stored.load("03_gan_beside_wgan")
    assert {key: settings[key] for key in script.SETTINGS} == script.SETTINGS
    monkeypatch.setitem(script.SETTINGS, "runs", 2)
    monkeypatch.setitem(script.SETTINGS, "steps", 1)
    monkeypatch.setattr(script, "MOMENTS", (0, 1))
    before, after = script.run(loss, n_critic=2)
    assert before.shape == after.shape == (2, 1000, 2) and after.isfinite().all()


def test_ten_networks_side_by_side_do_not_meet(script):
    """The gradient of one run's loss reaches no other run's weights."""
    net = script.Stack([2, 8, 1], 0.2)
    net(torch.randn(script.SETTINGS["runs"], 5, 2))[3].sum().backward()
    for weight in net.weights:
        touched = weight.grad.flatten(1).abs().sum(dim=1) > 0
        assert touched.nonzero().flatten().tolist() == [3]


# Drawings


def test_every_drawing_draws():
    settings, results = stored.load("03_gan_beside_wgan")
    z = torch.randn(20, 2)
    flows = [scenes_03.measure_flow("a", "critic, detached"), scenes_03.measure_flow("b", "generator")]
    images = torch.rand(4, 1, 28, 28)
    drawn = [
        scenes_03.warp_strip(lambda s, z: torch.tanh(s * z), z, (1, 3)),
        scenes_03.draw_layers(),
        scenes_03.draw_ranges(images, images, images[:, 0, 0, 0], images[:, 0, 0, 0]),
        scenes_03.draw_flows(flows),
        scenes_03.draw_moments(results, settings["n_critic"], settings["moments"], which=20),
        scenes_03.draw_counts(results["modes"], settings["n_critic"]),
    ]
    assert [len(fig.axes) for fig in drawn] == [2, 8, 2, 2, 8, 2]
    words = [text.get_text() for ax in drawn[3].axes for text in ax.texts]
    assert "no .grad" in words and f".grad {flows[1].critic.norm():.2f}" in words
