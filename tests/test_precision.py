"""In which numbers a training computes."""

import pytest
import torch
from torch import Tensor, nn

from starter.kit import loop
from starter.kit.loop import precision
from tests.test_loop import LAW, Players, assert_same, networks, train


class Seen(nn.Module):
    """A layer that notes the kind of numbers it is given, and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[torch.dtype] = set()

    def forward(self, numbers: Tensor) -> Tensor:
        self.kinds.add(numbers.dtype)
        return numbers


def watched_pair() -> tuple[nn.Module, nn.Module]:
    critic, generator = networks()
    for network in (critic, generator):
        network.layers.insert(1, Seen())
    return critic, generator


@pytest.mark.parametrize("method", ["penalty", "clip"])
@pytest.mark.parametrize(("name", "inside"), [("float32", torch.float32), ("bfloat16", torch.bfloat16)])
def test_products_are_in_the_chosen_numbers_and_all_else_in_float32(method, name, inside):
    critic, generator = watched_pair()
    run = loop.train(critic, generator, LAW, method, steps=3, precision=name, batch_size=8, live=False, device="cpu")
    assert critic.layers[1].kinds == generator.layers[1].kinds == {inside}
    assert run.ended == "steps"
    floats = [*critic.state_dict().values(), *generator.state_dict().values(), *run.average.state_dict().values()]
    assert {value.dtype for value in floats if value.is_floating_point()} == {torch.float32}
    assert run.sample(2).dtype == torch.float32


def test_scores_and_images_that_your_steps_see_are_float32():
    kinds = []

    def critic_step(critic, generator, real, *_args, **_kwargs):
        kinds.extend([critic(real).dtype, generator(torch.zeros(2, 2)).dtype])
        return torch.tensor(0.0), torch.tensor(0.0)

    train(steps=1, n_critic=1, precision="bfloat16", critic_step=critic_step)
    assert kinds == [torch.float32, torch.float32]


def test_each_update_sees_the_weights_of_the_one_before():
    """Weights are turned into bfloat16 once within a call: a stale copy would give the same score twice."""
    scores = []

    def critic_step(critic, generator, real, *_args, **_kwargs):
        scores.append(critic(torch.ones(1, 1)).item())
        with torch.no_grad():
            critic.layers[2].weight.add_(1.0)
        return torch.tensor(0.0), torch.tensor(0.0)

    train(steps=1, n_critic=3, precision="bfloat16", critic_step=critic_step)
    assert len(set(scores)) == 3


def test_nothing_is_left_behind():
    critic, generator = networks()
    before = torch.get_float32_matmul_precision()
    settings = {"batch_size": 8, "precision": "bfloat16", "live": False, "device": "cpu"}
    with pytest.raises(ZeroDivisionError):
        loop.train(critic, generator, LAW, steps=9, **settings, **Players().at(4, lambda: 1 / 0).steps())
    assert not critic._forward_hooks and not generator._forward_hooks
    assert torch.get_float32_matmul_precision() == before


def test_products_on_a_graphics_card_may_be_rounded_and_only_there():
    for kind, expected in (("cuda", "high"), ("cpu", torch.get_float32_matmul_precision())):
        with precision.use("float32", torch.device(kind)):
            assert torch.get_float32_matmul_precision() == expected


def test_it_learns_the_same_in_bfloat16():
    """Ten seeds agreed to .02 after 250 steps; the generator begins near 0, and the law's mean is 2."""
    means = {
        name: train(steps=250, precision=name, batch_size=64).sample(1000, seed=0).mean().item()
        for name in precision.PRECISIONS
    }
    assert means["float32"] > 1.0
    assert abs(means["bfloat16"] - means["float32"]) < 0.1


def test_a_saved_run_goes_on_in_the_same_numbers(tmp_path):
    whole = train(steps=6, precision="bfloat16")
    train(steps=3, precision="bfloat16").save(tmp_path / "run.pt")
    resumed = loop.resume(tmp_path / "run.pt", *networks(), LAW, steps=3, live=False, device="cpu")
    assert resumed.settings.precision == "bfloat16"
    assert_same(whole, resumed)
