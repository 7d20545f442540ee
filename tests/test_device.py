"""The pretended GPU: whatever would run on one is let pass, and what would not is told."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from starter.kit.checks.device import AnotherDevice, on_another_device
from starter.kit.checks.report import Wrong

GIVEN = torch.rand(4, 3)


def weights(x, device):
    return torch.rand(4, 1, device=device) * x


def in_a_context(x):
    with torch.device(x.device):
        return torch.rand(4, 1) * x


def in_the_context_of_the_device(x):
    with x.device:
        return torch.rand(4, 1) * x


def with_another_default(x):
    before = torch.get_default_device()
    torch.set_default_device(x.device)
    try:
        return torch.rand(4, 1) * x
    finally:
        torch.set_default_device(before)


def in_the_context_of_the_cpu(x):
    with torch.device("cpu"):
        return torch.rand(4, 1) * x


def without_autocast(x):
    with torch.autocast(x.device.type, enabled=False):
        return x * 2


def with_random_numbers_apart(x):
    with torch.random.fork_rng(devices=[]):
        return torch.rand_like(x) * x


def filled_row_by_row(x):
    result = torch.empty_like(x)
    for row, values in zip(result, x, strict=True):
        row.copy_(values)
    return result * x


def added_to_a_number(x):
    total = torch.tensor(0.0)
    for row in x:
        total = total + row.sum()
    return total * x


def moved_network(x, move):
    return move(nn.Sequential(nn.Linear(3, 2), nn.LeakyReLU(), nn.Linear(2, 1)))(x).detach() * x


def optimised(x, optimizer):
    z = x.detach().clone().requires_grad_()
    chosen = optimizer([z])
    for _ in range(2):
        chosen.zero_grad()
        (z**2).sum().backward()
        chosen.step()
    return z.detach() * x


def drawn_from(x, distribution):
    return distribution.sample() * x


RIGHT = {
    "device": lambda x: weights(x, x.device),
    "device as text": lambda x: weights(x, str(x.device)),
    "device by its number": lambda x: weights(x, x.get_device()),
    "device by its kind": lambda x: weights(x, x.device.type),
    "text with a number": lambda x: weights(x, f"cuda:{x.get_device()}"),
    "if it is on a GPU": lambda x: weights(x, "cuda" if x.is_cuda else "cpu"),
    "if there is a GPU": lambda x: weights(x, torch.device("cuda" if torch.cuda.is_available() else "cpu")),
    "the present GPU": lambda x: weights(x, torch.cuda.current_device()),
    "the accelerator": lambda x: weights(x, torch.accelerator.current_accelerator()),
    "moved": lambda x: torch.rand(4, 1).to(x.device) * x,
    "moved to a tensor": lambda x: torch.rand(4, 1).to(x) * x,
    "moved without waiting": lambda x: torch.rand(4, 1).to(x.device, non_blocking=True) * x,
    "moved by name": lambda x: torch.rand(4, 1).to(device=x.device, dtype=x.dtype) * x,
    "moved by cuda": lambda x: torch.rand(4, 1).cuda() * x,
    "type_as": lambda x: torch.rand(4, 1).type_as(x) * x,
    "type": lambda x: torch.rand(4, 1).type(x.type()) * x,
    "rand_like": lambda x: torch.rand_like(x[:, :1]) * x,
    "zeros_like and uniform_": lambda x: torch.zeros_like(x).uniform_() * x,
    "empty and uniform_": lambda x: torch.empty(4, 1, device=x.device).uniform_(0, 1) * x,
    "new_empty": lambda x: x.new_empty(4, 1).uniform_() * x,
    "new_full": lambda x: x.new_full((4, 1), 0.5) * x,
    "new_tensor": lambda x: x.new_tensor([1.0, 2.0, 3.0]) * x,
    "bernoulli": lambda x: torch.bernoulli(torch.full_like(x, 0.5)) * x,
    "normal": lambda x: torch.normal(0.0, 1.0, (4, 1), device=x.device) * x,
    "out": lambda x: torch.rand(4, 3, out=torch.empty_like(x)) * x,
    "a context": in_a_context,
    "the device's context": in_the_context_of_the_device,
    "another default": with_another_default,
    "numpy and back": lambda x: torch.from_numpy(x.cpu().numpy() ** 2).to(x.device) * x,
    "numpy's numbers": lambda x: torch.tensor(np.random.rand(4, 1), dtype=x.dtype, device=x.device) * x,
    "Uniform": lambda x: drawn_from(x, torch.distributions.Uniform(torch.zeros_like(x), torch.ones_like(x))),
    "Uniform, moved": lambda x: torch.distributions.Uniform(0, 1).sample((4, 1)).to(x.device) * x,
    "number": lambda x: torch.rand(()) * x,
    "number of each row": lambda x: torch.stack([share * row for share, row in zip(torch.rand(4), x, strict=True)]),
    "number that grows": added_to_a_number,
    "sum that starts with a number": lambda x: sum((-value for value in x.flatten()), start=torch.zeros(())),
    "greater than a number": lambda x: torch.maximum(x, torch.tensor(0.5)),
    "chosen by a number": lambda x: torch.where(x > 0.5, x, torch.tensor(0.0)),
    "lerp by a number": lambda x: torch.lerp(x, x + 1, torch.tensor(0.3)),
    "index": lambda x: x[torch.randperm(4)] * x,
    "mask": lambda x: x[torch.tensor([True, False, True, True])],
    "copy_": lambda x: torch.empty_like(x).copy_(torch.rand(4, 3)) * x,
    "filled": filled_row_by_row,
    "one tensor of many": lambda x: torch.stack([row.mean() for row in x]) * x[:, 0],
    "vmap": lambda x: torch.func.vmap(lambda row: row * row.new_tensor(2.0))(x),
    "grad": lambda x: torch.func.grad(lambda z: (z * z).sum())(x),
    "einsum": lambda x: torch.einsum("nd,d->n", x, torch.ones(3, device=x.device)),
    "autocast off": without_autocast,
    "random numbers apart": with_random_numbers_apart,
    "network made there": lambda x: nn.Linear(3, 1, device=x.device)(x).detach() * x,
    "network moved": lambda x: moved_network(x, lambda net: net.to(x.device)),
    "network moved by name": lambda x: moved_network(x, lambda net: net.to(device=x.device)),
    "network moved to a tensor": lambda x: moved_network(x, lambda net: net.to(x)),
    "network moved by cuda": lambda x: moved_network(x, lambda net: net.cuda()),
    "network copied": lambda x: moved_network(x, lambda net: copy.deepcopy(net.to(x.device))),
    "parameter": lambda x: (nn.Parameter(torch.rand(4, 3, device=x.device)) * x).detach(),
    "Adam": lambda x: optimised(x, torch.optim.Adam),
    "RMSprop": lambda x: optimised(x, torch.optim.RMSprop),
    "one_hot": lambda x: functional.one_hot(torch.arange(4, device=x.device)) * x[:, :1],
    "number of Python's": lambda x: x.sum().item() * x,
    "list": lambda x: torch.tensor(x.tolist(), device=x.device) * x,
}
WRONG = {
    "made": lambda x: torch.rand(4, 1) * x,
    "made and changed": lambda x: torch.rand(4, 1).sqrt() * x,
    "made by a class": lambda x: torch.Tensor(4, 1).uniform_() * x,
    "device named": lambda x: weights(x, "cpu"),
    "zeros joined": lambda x: torch.cat([x, torch.zeros(4, 1)], dim=1),
    "matrix": lambda x: x @ torch.eye(3),
    "network": lambda x: nn.Linear(3, 1)(x),
    "parameter": lambda x: nn.Parameter(torch.rand(4, 3)) * x,
    "moved away": lambda x: x.cpu(),
    "moved away by name": lambda x: x.to("cpu") * 2,
    "moved away and compared": lambda x: x.to("cpu") - x,
    "numpy": lambda x: torch.from_numpy(x.numpy()),
    "numpy's function": lambda x: torch.as_tensor(np.sqrt(x)),
    "list": lambda x: torch.tensor(x.tolist()),
    "filled": lambda x: torch.zeros(4, 3).copy_(x),
    "drawn": lambda x: torch.distributions.Uniform(0, 1).sample((4, 1)) * x,
    "context of the CPU": in_the_context_of_the_cpu,
    "sum of made ones": lambda x: (torch.rand(4, 3) + torch.rand(4, 3)).mean(dim=0),
}


@pytest.mark.parametrize("way", RIGHT)
def test_what_would_run_on_a_gpu_is_let_pass(way):
    on_another_device(RIGHT[way], GIVEN)
    with AnotherDevice() as gpu:  # no error on the way either, which would end the check unseen
        assert not gpu.on_cpu(torch.as_tensor(RIGHT[way](GIVEN))) or way.startswith("sum that starts")


@pytest.mark.parametrize("way", WRONG)
def test_what_would_not_run_or_not_stay_there_is_told(way):
    with pytest.raises(Wrong) as caught:
        on_another_device(WRONG[way], GIVEN)
    assert caught.value.mistake == "wrong-device"


def penalty(critic, real, mixed):
    scores = critic(mixed.requires_grad_())
    (slopes,) = torch.autograd.grad(scores, mixed, torch.ones_like(scores), create_graph=True)
    loss = (slopes.norm(dim=1) - 1).square().mean()
    loss.backward()
    critic.zero_grad()
    return loss.detach() * real


def by_torch_func(critic, real, mixed):
    slopes = torch.func.vmap(torch.func.grad(lambda sample: critic(sample[None]).squeeze()))(mixed)
    return slopes.norm(dim=1).detach()


def sample_by_sample(critic, real, mixed):
    total = torch.tensor(0.0)
    for sample in mixed:
        slope = torch.func.grad(lambda x: critic(x[None]).sum())(sample)
        total = total + (slope.norm() - 1) ** 2
    return total.detach() * real


def where_the_weights_are(critic, real, mixed):
    return torch.rand(4, 1).to(next(critic.parameters()).device) * real


def vector_of_weights(critic, real, mixed):
    return nn.utils.parameters_to_vector(critic.parameters()).detach().norm() * real


def copied(critic, real, mixed):
    other = copy.deepcopy(critic)
    other.load_state_dict(critic.state_dict())
    return other(real).detach()


@pytest.mark.parametrize(
    "way", [penalty, by_torch_func, sample_by_sample, where_the_weights_are, vector_of_weights, copied]
)
def test_networks_are_where_the_tensors_are(way):
    critic = nn.Sequential(nn.Linear(3, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    on_another_device(way, critic, GIVEN, GIVEN + 1)
    mixed = GIVEN + 1
    with AnotherDevice() as gpu:
        assert not gpu.on_cpu(way(critic, GIVEN, mixed))


def test_torch_is_itself_again_afterwards():
    asked = torch.cuda.is_available, torch.cuda.current_device, vars(torch.optim.Optimizer).copy()
    with AnotherDevice():
        torch.set_default_device("cuda")
    assert (torch.cuda.is_available, torch.cuda.current_device, vars(torch.optim.Optimizer)) == asked
    assert torch.get_default_device() == torch.device("cpu")
