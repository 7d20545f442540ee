"""The Lipschitz meter: right on critics whose slope is known, and it changes nothing."""

import pytest
import torch
from torch import nn

from starter.kit import CourseError, data, loop, toys
from starter.kit.loop import meter
from tests.test_loop import LAW, Players, assert_same, train


class Line(nn.Module):
    """f(x) = slope * the sum of all numbers of x."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(slope))

    def forward(self, points):
        return self.slope * points.flatten(1).sum(dim=1)


class Bend(nn.Module):
    """f(x) = x^2 / 2 on the line: slope |x| at x, and (x + y) / 2 along a chord."""

    def __init__(self) -> None:
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(()))

    def forward(self, points):
        return (points**2).flatten() / 2


class Still(nn.Module):
    """A generator whose samples are all zero."""

    latent_dim = 1

    def __init__(self, shape=(1,)) -> None:
        super().__init__()
        self.shape = shape
        self.unused = nn.Parameter(torch.zeros(()))

    def forward(self, z):
        return torch.zeros(len(z), *self.shape) + 0 * self.unused


def watched(critic, generator, law, watch, steps=4, **kwargs):
    settings = {"batch_size": 8, "n_critic": 1, "live": False, "device": "cpu", **Players().steps()} | kwargs
    return loop.train(critic, generator, law, steps=steps, watch=watch, **settings)


# The hook in the loop --------------------------------------------------------


def test_watch_is_called_after_each_generator_step_with_the_run():
    seen = []
    run = train(steps=3, watch=lambda run: seen.append((run, run.steps, len(run.history["wasserstein"]))))
    assert seen == [(run, 1, 1), (run, 2, 2), (run, 3, 3)]
    loop.go_on(run, LAW, steps=1, live=False)
    assert len(seen) == 3


def test_what_watch_raises_comes_through():
    def watch(run):
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        train(steps=2, watch=watch)


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_a_run_with_the_meter_is_the_same_as_without(method):
    watching = meter.Meter(LAW, every=2)
    assert_same(train(method, steps=6, watch=watching), train(method, steps=6))
    assert watching.history["step"] == [2, 4, 6]
    assert watching.method == method


# What it measures ------------------------------------------------------------


@pytest.mark.parametrize("slope", [0.5, -3.0])
def test_a_linear_critic_is_equally_steep_everywhere(slope):
    watching = meter.Meter(LAW, every=1)
    watched(Line(slope), Still(), LAW, watching, steps=2)
    for column in meter.COLUMNS[1:]:
        assert watching.history[column] == pytest.approx([abs(slope)] * 2), column


def test_on_images_the_gradient_is_longer_than_chords_are_steep():
    """A sum over 784 pixels has slope 28, and chords reach that only along the diagonal."""
    garments = data.load()
    watching = meter.Meter(garments, every=1)
    watched(Line(1.0), Still(garments.shape), garments, watching, steps=1)
    assert watching.history["slope"] == watching.history["steepest"] == pytest.approx([28.0])
    assert 5 < watching.history["chord"][0] < watching.history["steepest_chord"][0] < 28


def test_slopes_between_real_and_fake_and_along_the_chord():
    """Fakes at 0 and real points near 4: slopes from 0.4 to 3.6 on the way, chords near 2."""
    law = toys.gaussian(4.0, 0.01)
    watching = meter.Meter(law, every=1, pairs=512)
    watched(Bend(), Still(), law, watching, steps=1)
    row = {name: column[0] for name, column in watching.history.items()}
    assert row["chord"] == pytest.approx(2.0, abs=0.01)
    assert row["steepest_chord"] == pytest.approx(2.0, abs=0.03)
    assert (row["low"], row["slope"], row["high"]) == pytest.approx((0.4, 2.0, 3.6), abs=0.05)
    assert row["steepest"] == pytest.approx(3.6, abs=0.06)


def test_a_chord_of_no_length_does_no_harm():
    law = toys.Law("zero", 1, lambda n, rng, device: torch.zeros(n, 1))
    watching = meter.Meter(law, every=1)
    watched(Line(2.0), Still(), law, watching, steps=1)
    assert watching.history["chord"] == [0.0]
    assert watching.history["slope"] == [2.0]


@pytest.mark.parametrize("seed", range(3))
def test_the_three_ways_tell_themselves_apart(seed):
    """Without a leash slopes grow; clipped ones stay below the bound; the penalty's come near 1."""
    end = {}
    for name, settings in {
        "none": {"method": "clip", "clip_weights": lambda critic, c: None},
        "clip": {"method": "clip", "c": 0.05},
        "penalty": {"method": "penalty"},
    }.items():
        watching = meter.Meter(LAW, every=150)
        train(seed=seed, steps=150, n_critic=5, batch_size=64, watch=watching, **settings)
        end[name] = watching.history["steepest"][-1]
    assert end["clip"] <= 8 * 0.05**2 + 1e-6
    assert 0.5 < end["penalty"] < 1.5
    assert end["none"] > 2 * end["clip"]


# Its figure, and wrong settings ----------------------------------------------


def test_the_figure_carries_the_numbers():
    watching = meter.Meter(LAW, every=1)
    watched(Line(2.0), Still(), LAW, watching)
    figure, alt, caption = watching.figure()
    lines = figure.axes[0].lines
    assert list(lines[0].get_ydata()) == pytest.approx([2.0] * 4)
    assert len(alt) > 20 and "2 " in alt
    assert "Step 4" in caption and "2" in caption


def test_an_empty_meter_says_so():
    with pytest.raises(CourseError, match="watch=meter"):
        meter.Meter(LAW).figure()


@pytest.mark.parametrize("setting", [{"every": 0}, {"every": 1.5}, {"pairs": 0}])
def test_settings_that_cannot_be(setting):
    with pytest.raises(CourseError, match="whole number"):
        meter.Meter(LAW, **setting)
