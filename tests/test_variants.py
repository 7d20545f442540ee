"""The published settings: what is built is what was published, and it trains."""

import pytest
import torch
from torch import nn

from starter.kit import CourseError, train, variants
from starter.kit.data import images as data

NAMES = ["mlp-penalty-256", "mlp-clip-32px", "conv-penalty"]
each = pytest.mark.parametrize("name", NAMES)


class Counting:
    """Data that count how often they are asked, and for how much."""

    def __init__(self, shape):
        self.shape, self.asked = shape, []

    def sample(self, n, rng):
        self.asked.append(n)
        return torch.rand(n, *self.shape, generator=rng) * 2 - 1


def linear_sizes(net):
    layers = [module for module in net.modules() if isinstance(module, nn.Linear)]
    return [layers[0].in_features, *(layer.out_features for layer in layers)]


def norms(net):
    return [module for module in net.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]


def test_the_names():
    assert [variant.name for variant in variants.everything()] == NAMES
    with pytest.raises(CourseError, match="mlp-clip-32px"):
        variants.load("dcgan")


@each
def test_a_variant_trains_with_its_settings(name):
    torch.manual_seed(0)
    variant = variants.load(name)
    counted = Counting(variant.image_shape)
    run = train(**variant.arguments(counted), steps=2, live=False, device="cpu")
    assert run.steps == 2 and run.ended == "steps" and run.method == variant.method
    assert counted.asked == [variant.batch_size * variant.n_critic] * 2  # the batches of a step are drawn at once
    fakes = run.sample(3, seed=0)
    assert fakes.shape == (3, *variant.image_shape) and fakes.abs().max() <= 1
    if variant.method == "clip":
        assert max(p.abs().max().item() for p in run.critic.parameters()) <= variant.c * 1.0001


@each
def test_a_critic_is_linear_at_its_end_and_looks_at_each_image_alone(name):
    torch.manual_seed(0)
    critic = variants.load(name).build().critic
    images = torch.rand(4, *variants.load(name).image_shape) * 2 - 1
    scores = critic(images)
    assert scores.shape == (4,) and not norms(critic)
    other = critic(torch.cat([images[:1], -images[1:]]))
    assert torch.allclose(scores[0], other[0], atol=1e-5)
    with torch.no_grad():
        last = list(critic.parameters())[-2:]
        for parameter in last:
            parameter.mul_(-7)
    assert torch.allclose(critic(images), -7 * scores, atol=1e-4)


@each
def test_a_generator_reaches_both_ends_of_the_range(name):
    torch.manual_seed(0)
    generator = variants.load(name).build().generator.eval()
    *_, last = (module for module in generator.modules() if list(module.parameters(recurse=False)))
    for end in (-1, 1):
        with torch.no_grad():
            last.weight.zero_()
            last.bias.fill_(20.0 * end)
            assert torch.allclose(generator(torch.randn(2, generator.latent_dim)), torch.tensor(float(end)))


def test_the_plain_pair_is_as_published():
    variant = variants.load("mlp-penalty-256")
    built = variant.build()
    assert linear_sizes(built.generator) == [100, 256, 256, 784] and built.generator.latent_dim == 100
    assert linear_sizes(built.critic) == [784, 256, 256, 1]
    assert not norms(built.generator) and variant.batch_size == 32 and variant.image_shape == (1, 28, 28)
    for optimizer in (built.critic_optimizer, built.generator_optimizer):
        assert type(optimizer) is torch.optim.Adam and optimizer.defaults["lr"] == 3e-4


def test_the_clipped_pair_is_as_published():
    variant = variants.load("mlp-clip-32px")
    built = variant.build()
    assert linear_sizes(built.generator) == [100, 128, 256, 512, 1024, 1024] and built.generator.latent_dim == 100
    assert linear_sizes(built.critic) == [1024, 512, 256, 1]
    assert [norm.num_features for norm in norms(built.generator)] == [256, 512, 1024]
    assert all(norm.eps < 0.01 for norm in norms(built.generator))
    assert (variant.method, variant.c, variant.n_critic) == ("clip", 0.005, 25)
    for optimizer in (built.critic_optimizer, built.generator_optimizer):
        assert type(optimizer) is torch.optim.RMSprop and optimizer.defaults["lr"] == 5e-5


def test_the_convolutional_pair_is_as_published():
    variant = variants.load("conv-penalty")
    built = variant.build()
    transposed = [module for module in built.generator.modules() if isinstance(module, nn.ConvTranspose2d)]
    convolutions = [module for module in built.critic.modules() if isinstance(module, nn.Conv2d)]
    assert [layer.out_channels for layer in transposed] == [256, 128, 64, 1] and len(norms(built.generator)) == 3
    assert [layer.out_channels for layer in convolutions] == [64, 128, 1]
    assert (variant.method, variant.lambda_, variant.image_shape) == ("penalty", 10, (1, 28, 28))


@each
def test_each_optimiser_holds_its_own_network_and_each_build_is_new(name):
    first, second = variants.load(name).build(), variants.load(name).build()
    for net, optimizer in (
        (first.critic, first.critic_optimizer),
        (first.generator, first.generator_optimizer),
    ):
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        assert held == {id(p) for p in net.parameters()}
    assert not {id(p) for p in first.critic.parameters()} & {id(p) for p in second.critic.parameters()}


def test_data_are_the_garments_at_the_right_size_unless_others_are_given():
    assert variants.load("mlp-clip-32px").arguments()["data"].shape == (1, 32, 32)
    assert variants.load("conv-penalty").arguments()["data"].shape == (1, 28, 28)
    with pytest.raises(CourseError, match="size=32"):
        variants.load("mlp-clip-32px").arguments(data.load())


@each
def test_a_line_on_each(name):
    lines = str(variants.load(name)).splitlines()
    assert lines[0] == name and len(lines) == 3 and lines[2].strip().startswith("Known for")
