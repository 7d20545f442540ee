"""What lesson and sheet 03 show and say, against exact values and over several seeds."""

from importlib import import_module
from math import atanh, erf, sqrt
from typing import Any
from unittest.mock import patch

import jupytext
import numpy as np
import pytest
import torch
from scipy.stats import wasserstein_distance
from torch import nn

from solutions import build
from starter import critic, generator, losses, training
from starter.kit import data, stored, toys, widgets
from starter.kit.show import lesson_03 as draw
from tests.lesson_cells import after

script = import_module("solutions.experiments.03_gan_beside_wgan")
K3, K5, K4, UP = "kernel 3, stride 2", "kernel 5, stride 2", "kernel 4, stride 2", "upsample, kernel 3"
RING = toys.EIGHT_GAUSSIANS


# Noise through a function


def test_the_share_between_the_corners_is_that_of_the_normal_distribution():
    for s, share in after("03_generator", "between = ").variables["between"].items():
        inside = erf(atanh(0.9) / s / sqrt(2))  # one coordinate is below 0.9 in size
        assert share == pytest.approx(1 - (1 - inside) ** 2, abs=0.004)


def test_the_slider_moves_points_grid_and_title():
    z = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    scene = draw.Transformed(lambda s, z: torch.tanh(s * z), z)
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
    counts = after("03_generator", "terms, outputs").variables["terms"][kind]
    assert sorted(counts[:2, :2].flatten().tolist()) == block
    assert torch.equal(counts, counts[:2, :2].repeat(4, 4))
    assert counts.var(unbiased=False).item() == pytest.approx(variance)


def test_only_upsampling_is_flat_from_the_start():
    uneven = after("03_generator", "terms, outputs").variables["uneven"]
    assert uneven[UP] == pytest.approx(0, abs=1e-9)
    assert all(0.6 < uneven[kind] < 0.9 for kind in (K3, K4, K5))  # 3/4 if the four positions are independent


@pytest.mark.parametrize("kind", [K3, K5, K4, UP])
def test_every_layer_doubles(kind):
    doubling = after("03_generator", "doubling = ").variables["doubling"]
    assert doubling[kind](3)(torch.randn(2, 16, 7, 7)).shape == (2, 3, 14, 14)


# The range


def test_the_darkest_pixel_gives_a_sigmoid_away():
    garments = data.load()
    darkest = garments[:1000].flatten(1).min(dim=1).values
    squeezed = (garments[1000:2000].flatten(1).min(dim=1).values + 1) / 2
    assert wasserstein_distance(darkest, squeezed) == pytest.approx(1, abs=0.02)
    assert darkest.max() < squeezed.min()


# Where the gradients go


def test_the_smallest_players_hold_what_one_works_out_on_paper():
    """w = 2, v = 0.5, z = 1.5, x = 1: the critic's loss is v w z - v x, the generator's -v w z."""
    now = after("03_generator", "cleared = ").variables
    assert now["detached"] == (None, 2 * 1.5 - 1)
    assert now["attached"] == (0.5 * 1.5, 2 * 1.5 - 1)
    assert now["of_generator"] == (-0.5 * 1.5, -2 * 1.5)
    assert now["piled_up"] == (-0.5 * 1.5, -1)  # the real number's term alone
    assert now["cleared"] == (-0.5 * 1.5, 2 * 1.5 - 1)


def test_the_diagrams_say_what_lies_in_grad_and_where_the_way_is_cut():
    cut, whole = draw.flows([draw.Flow("a", None, 2.0, detached=True), draw.Flow("b", -0.75, -3.0, "generator")]).axes
    words = [[text.get_text() for text in ax.texts] for ax in (cut, whole)]
    assert {"no w.grad", "v.grad 2", "detached", "real"} <= set(words[0])
    assert {"w.grad −0.75", "v.grad −3"} <= set(words[1]) and not {"detached", "real"} & set(words[1])


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


# Sheet 03, section 7


@pytest.fixture(scope="module")
def lab() -> dict[str, Any]:
    """What the cells of section 7 define, its last figure apart."""
    cells = jupytext.read(build.SOLVED / "source" / "03_generator.py").cells
    wanted = ("from starter import losses", "def gan_critic_loss", "def slope_bound", "def train_on_ring")
    variables: dict[str, Any] = {}
    for cell in cells:
        if cell.cell_type == "code" and any(mark in cell.source for mark in wanted):
            exec(cell.source, variables)
    return variables


@pytest.mark.parametrize(("length", "bound"), [(3.0, 4.0), (1.0, 0.0), (0.5, 0.0)])
def test_the_slope_bound_of_a_linear_critic(lab, length, bound):
    weight = torch.tensor([0.6, 0.8])
    linear = nn.Linear(2, 1, bias=False)
    linear.weight.data.copy_(length * weight)
    torch.manual_seed(0)
    real, fake = torch.rand(1000, 1) * weight, -torch.rand(1000, 1) * weight  # all along the steepest line
    penalty = lab["slope_bound"](linear, real, fake)
    assert penalty.item() == pytest.approx(bound, abs=0.02)  # a point may meet itself
    penalty.backward()
    assert (linear.weight.grad.norm() > 1) == (bound > 0)


def test_the_losses_of_a_plain_gan(lab):
    """-log D(x) - log(1 - D(G(z))) and -log D(G(z)) with D the sigmoid of the score."""
    real, fake = torch.tensor([2.0]), torch.tensor([-1.0])
    assert lab["gan_critic_loss"](real, fake).item() == pytest.approx(0.126928 + 0.313262, abs=1e-5)
    assert lab["gan_generator_loss"](fake).item() == pytest.approx(1.313262, abs=1e-5)


def test_the_steps_play_the_game_of_the_losses_that_they_find(lab):
    yours = losses.critic_loss, losses.generator_loss
    lab["called"].clear()
    as_wgan = lab["train_on_ring"](2, lab["slope_bound"], 3)
    assert not lab["called"] and as_wgan.shape == (1000, 2)
    with patch.multiple(losses, **lab["gan"]):
        as_gan = lab["train_on_ring"](2, None, 3)
    assert lab["called"] == {"critic_loss", "generator_loss"} and not torch.allclose(as_gan, as_wgan)
    assert (losses.critic_loss, losses.generator_loss) == yours


# The stored runs


def test_coverage_of_known_samples():
    assert script.coverage(RING.sample(2000, torch.Generator().manual_seed(0))) == (8, 1.0)
    assert script.coverage(RING.modes[:1].repeat(100, 1)) == (1, 1.0)
    assert script.coverage(torch.zeros(100, 2)) == (0, 0.0)
    assert script.coverage(torch.cat([RING.modes[:4].repeat(25, 1), torch.zeros(100, 2)])) == (4, 0.5)
    for few, counted in ((5, 1), (10, 2)):  # of a thousand: five do not count, ten do
        points = torch.cat([RING.modes[:1].repeat(1000 - few, 1), RING.modes[1:2].repeat(few, 1)])
        assert script.coverage(points) == (counted, 1.0)


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
        share = script.coverage(torch.from_numpy(first[place].astype(np.float32))).good
        assert share == pytest.approx(good[place][0], abs=0.08)  # 400 of 1,000 points


def test_the_lesson_counts_as_the_experiment_does():
    _, results = stored.load("03_gan_beside_wgan")
    printed = after("03_generator", "near = torch.cdist").printed.splitlines()
    for line, points in zip(printed, results["first"][:, 2, -1], strict=True):
        modes, good = script.coverage(torch.from_numpy(points).float())
        assert f"{good:.0%} of 400" in line and f"{modes} of 8" in line


@pytest.mark.parametrize("loss", ["GAN", "WGAN"])
def test_the_script_that_stores_them_runs(loss, monkeypatch):
    settings, _ = stored.load("03_gan_beside_wgan")
    assert {key: settings[key] for key in script.SETTINGS} == script.SETTINGS
    monkeypatch.setitem(script.SETTINGS, "runs", 2)
    monkeypatch.setitem(script.SETTINGS, "steps", 1)
    monkeypatch.setattr(script, "MOMENTS", (0, 1))
    before, after_one_step = script.run(loss, n_critic=2)
    assert before.shape == after_one_step.shape == (2, 1000, 2) and after_one_step.isfinite().all()


def test_ten_networks_side_by_side_do_not_meet():
    """The gradient of one run's loss reaches no other run's weights."""
    net = script.Stack([2, 8, 1], 0.2)
    net(torch.randn(script.SETTINGS["runs"], 5, 2))[3].sum().backward()
    for weight in net.weights:
        touched = weight.grad.flatten(1).abs().sum(dim=1) > 0
        assert touched.nonzero().flatten().tolist() == [3]


def test_there_is_a_dot_for_each_run_at_the_modes_it_reaches():
    settings, results = stored.load("03_gan_beside_wgan")
    for ax, of_loss in zip(draw.modes(settings, results).axes, results["modes"][:, :, -1], strict=True):
        dots = np.concatenate([line.get_xydata() for line in ax.lines[:-1]])  # the last is the line at 8
        for place, reached in enumerate(of_loss):
            assert sorted(dots[dots[:, 0].round() == place, 1]) == sorted(reached)


def test_each_picture_of_a_run_says_its_modes():
    settings, results = stored.load("03_gan_beside_wgan")
    titles = [ax.get_title() for ax in draw.runs(settings, results, n_critic=20).axes]
    said = [int(title.splitlines()[1].split()[0]) for title in titles]
    assert said == results["modes"][:, 2, :, 0].flatten().tolist()
