"""Second derivatives that are 0 are not computed, and nothing else changes."""

import contextlib

import pytest
import torch
from torch import nn

from starter import penalty
from starter.kit import loop
from starter.kit.loop import speed
from tests.bench.speed import flops
from tests.test_loop import LAW, Players, assert_same, networks, train


def critic_with(activation: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 16), activation, nn.Linear(16, 16), activation, nn.Linear(16, 1))


def gradients(critic: nn.Module) -> list[torch.Tensor]:
    """Of the penalty, with respect to each of the critic's weights; zeros where there is none."""
    torch.manual_seed(1)
    gp = penalty.gradient_penalty(critic, torch.randn(32, 5), torch.randn(32, 5))
    found = torch.autograd.grad(gp, list(critic.parameters()), allow_unused=True)
    return [
        torch.zeros_like(w) if gradient is None else gradient
        for w, gradient in zip(critic.parameters(), found, strict=True)
    ]


@pytest.mark.parametrize("activation", [nn.ReLU(), nn.LeakyReLU(0.2), nn.LeakyReLU(-0.5)])
def test_same_scores_and_gradients_with_less_arithmetic(activation):
    critic, points = critic_with(activation), torch.randn(100, 5)
    scores, plain, work = critic(points), gradients(critic), flops(lambda: gradients(critic))
    with speed.without_second_derivatives(critic):
        assert torch.equal(critic(points), scores)
        assert all(torch.equal(a, b) for a, b in zip(gradients(critic), plain, strict=True))
        assert flops(lambda: gradients(critic)) < 0.8 * work
    assert flops(lambda: gradients(critic)) == work


def test_a_bend_keeps_its_second_derivative():
    critic = critic_with(nn.Softplus())
    plain = gradients(critic)
    with speed.without_second_derivatives(critic):
        assert all(torch.equal(a, b) for a, b in zip(gradients(critic), plain, strict=True))


def test_activations_in_place_are_left_alone():
    critic = critic_with(nn.ReLU(inplace=True))
    with speed.without_second_derivatives(critic):
        assert "forward" not in vars(critic[1])


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_a_training_is_the_same_to_the_last_bit(monkeypatch, method):
    quick = train(method, steps=20)
    monkeypatch.setattr(speed, "without_second_derivatives", lambda *_networks: contextlib.nullcontext())
    assert_same(quick, train(method, steps=20))


def test_it_is_on_for_the_penalty_only_and_gone_after_an_error():
    for method, expected in (("penalty", True), ("clip", False)):
        seen = []
        critic, generator = networks()

        def look(critic=critic, seen=seen):
            seen.append("forward" in vars(critic.layers[1]))
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            settings = {"batch_size": 8, "live": False, "device": "cpu"}
            loop.train(critic, generator, LAW, method, steps=9, **settings, **Players().at(4, look).steps())
        assert seen == [expected]
        assert "forward" not in vars(critic.layers[1])


def test_other_ways_to_differentiate_work_under_it():
    """Your gradient may come from torch.func as well."""
    critic, points = critic_with(nn.LeakyReLU(0.2)), torch.randn(7, 5)
    slopes = torch.func.vmap(torch.func.grad(lambda x: critic(x).squeeze()))
    plain = slopes(points)
    with speed.without_second_derivatives(critic):
        torch.testing.assert_close(slopes(points), plain)
