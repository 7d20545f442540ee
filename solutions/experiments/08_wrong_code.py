"""Lesson 08: trainings with one mistake each, written as people write them, and the pairs and data to try them on.

    mistakes = import_module("solutions.experiments.08_wrong_code")
    run = mistakes.trained(mistakes.MISTAKES["frozen"], steps=320, seed=0)

Each mistake is one function, network, setting or data set that train takes in the place of the right one. Most of
them stand in public code; MISTAKES and the check-up of lesson 08 call them by the same keys.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from starter import critic as critics
from starter import generator as generators
from starter import penalty as penalties
from starter import training
from starter.kit import data, train
from starter.kit.loop import Run
from starter.kit.loop.settings import default_optimizer

# Steps of the players ---------------------------------------------------------


def wrong_sign(critic, generator, n, optimizer):
    """The generator climbs down: it minimises what it should maximise."""
    z = torch.randn(n, generator.latent_dim)
    loss = critic(generator(z)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


def friendly_critic(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    """The critic's loss has its sign swapped: it gives fakes high scores, and so does the generator want."""
    z = torch.randn(len(real), generator.latent_dim)
    fake = generator(z).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake) if penalty else torch.zeros(())
    loss = real_scores.mean() - fake_scores.mean() + lambda_ * gp
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return (real_scores.mean() - fake_scores.mean()).detach(), gp.detach()


def frozen_generator(critic, generator, n, optimizer):
    """The fakes are detached, as in the critic's step: no gradient comes to the generator."""
    z = torch.randn(n, generator.latent_dim)
    fake = generator(z).detach()
    loss = -critic(fake).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


def uncleared_critic(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    """There is no zero_grad: each gradient is added to all that were before."""
    z = torch.randn(len(real), generator.latent_dim)
    fake = generator(z).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake) if penalty else torch.zeros(())
    loss = fake_scores.mean() - real_scores.mean() + lambda_ * gp
    loss.backward()
    optimizer.step()
    return (real_scores.mean() - fake_scores.mean()).detach(), gp.detach()


def uncleared_generator(critic, generator, n, optimizer):
    """There is no zero_grad: each gradient is added to all that were before."""
    z = torch.randn(n, generator.latent_dim)
    loss = -critic(generator(z)).mean()
    loss.backward()
    optimizer.step()
    return loss.detach()


def five_generator_steps(critic, generator, n, optimizer):
    """The generator is stepped five times for one step of the critic, instead of the other way round."""
    for _ in range(5):
        z = torch.randn(n, generator.latent_dim)
        loss = -critic(generator(z)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.detach()


def undetached_critic(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    """The fakes are not detached: the critic's loss leaves gradients in the generator."""
    z = torch.randn(len(real), generator.latent_dim)
    fake = generator(z)
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake.detach()) if penalty else torch.zeros(())
    loss = fake_scores.mean() - real_scores.mean() + lambda_ * gp
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return (real_scores.mean() - fake_scores.mean()).detach(), gp.detach()


def cleared_too_late(critic, generator, n, optimizer):
    """zero_grad comes last: what the critic's steps left in the generator is used."""
    z = torch.randn(n, generator.latent_dim)
    loss = -critic(generator(z)).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


def penalty_subtracted(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    """The penalty is a reward."""
    z = torch.randn(len(real), generator.latent_dim)
    fake = generator(z).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake) if penalty else torch.zeros(())
    loss = fake_scores.mean() - real_scores.mean() - lambda_ * gp
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return (real_scores.mean() - fake_scores.mean()).detach(), gp.detach()


def generator_in_eval(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    """The critic's fakes come from a generator in eval mode, the generator's own step from one in train mode."""
    generator.eval()
    result = training.critic_step(critic, generator, real, optimizer, penalty, lambda_)
    generator.train()
    return result


def same_noise(critic, generator, n, optimizer):
    """The noise is drawn from a generator that is seeded anew in each step."""
    z = torch.randn(n, generator.latent_dim, generator=torch.Generator().manual_seed(0))
    loss = -critic(generator(z)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


def same_noise_critic(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    """As same_noise, for the critic."""
    z = torch.randn(len(real), generator.latent_dim, generator=torch.Generator().manual_seed(0))
    fake = generator(z).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake) if penalty else torch.zeros(())
    loss = fake_scores.mean() - real_scores.mean() + lambda_ * gp
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return (real_scores.mean() - fake_scores.mean()).detach(), gp.detach()


# Penalties --------------------------------------------------------------------


def without_graph(critic, real, fake):
    """create_graph is missing: the penalty is a number that no weight can change."""
    epsilon = torch.rand(len(real), 1, 1, 1)
    between = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(between).sum(), between)
    return ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean()


def pixelwise(critic, real, fake):
    """The norm runs over the channels: each pixel has a slope of its own, which is pulled to 1."""
    epsilon = torch.rand(len(real), 1, 1, 1)
    between = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return ((gradient.norm(2, dim=1) - 1) ** 2).mean()


def whole_batch(critic, real, fake):
    """The norm runs over the whole batch: all slopes together are pulled to 1."""
    epsilon = torch.rand(len(real), 1, 1, 1)
    between = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (gradient.norm() - 1) ** 2


def one_epsilon(critic, real, fake):
    """One epsilon for the whole batch."""
    epsilon = torch.rand(())
    between = epsilon * real + (1 - epsilon) * fake
    return ((penalties.gradient_norms(critic, between) - 1) ** 2).mean()


def at_real(critic, real, fake):
    """The slope is looked at where the real images are, and nowhere else."""
    return ((penalties.gradient_norms(critic, real) - 1) ** 2).mean()


# Clipping ---------------------------------------------------------------------


def clipped_copies(critic, c):
    """clamp gives a new tensor; the weights stay as they are."""
    for weight in critic.parameters():
        weight = weight.clamp(-c, c)


# Networks and data -------------------------------------------------------------


def ending_in(network: nn.Module, *last: nn.Module) -> nn.Module:
    """The same network with other layers behind its last linear or convolutional one."""
    layers = list(network.layers)
    layers = [layer for layer in layers if not isinstance(layer, nn.Tanh)]
    at = max(i for i, layer in enumerate(layers) if isinstance(layer, (nn.Linear, nn.ConvTranspose2d))) + 1
    network.layers = nn.Sequential(*layers[:at], *last, *layers[at:])
    return network


def with_batch_norm(critic: nn.Module) -> nn.Module:
    """Batch normalisation after each layer of the critic but the last."""
    layers: list[nn.Module] = []
    for layer in critic.layers:
        if isinstance(layer, nn.LeakyReLU):
            before = layers[-1]
            layers.append(
                nn.BatchNorm2d(before.out_channels)
                if isinstance(before, nn.Conv2d)
                else nn.BatchNorm1d(before.out_features)
            )
        layers.append(layer)
    critic.layers = nn.Sequential(*layers)
    return critic


@dataclass(frozen=True)
class Changed:
    """Data whose batches are changed on their way.

    Attributes:
        images: the right ones.
        change: makes of a batch what is handed on.
    """

    images: data.Images
    change: Callable[[Tensor], Tensor]

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample."""
        return self.images.shape

    def sample(self, n: int, rng: torch.Generator | None = None) -> Tensor:
        """A changed batch of n."""
        return self.change(self.images.sample(n, rng))


def to_unit(batch: Tensor) -> Tensor:
    """Pixels from 0 to 1."""
    return (batch + 1) / 2


def shuffled(batch: Tensor) -> Tensor:
    """All images with their pixels in one other order, as a wrong reshape of the file leaves them."""
    order = torch.randperm(batch[0].numel(), generator=torch.Generator().manual_seed(1))
    return batch.flatten(1)[:, order].view_as(batch)


# All of them --------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """One mistake.

    Attributes:
        says: what is wrong, in a sentence.
        cure: what mends it.
        found: the ids of judge that name it, the best one first; none where a run shows no sign of it.
        method: of the training it is tried in.
        more: arguments of train.
        critic, generator, data: what they make of the right ones.
        latent_dim: of the generator.
        momentum: of RMSprop.
        rate: factor of the learning rate.
    """

    says: str
    cure: str = ""
    found: tuple[str, ...] = ()
    method: str = "penalty"
    more: Mapping[str, Any] = field(default_factory=dict)
    critic: Callable[[nn.Module], nn.Module] = lambda network: network
    generator: Callable[[nn.Module], nn.Module] = lambda network: network
    data: Callable[[Any], Any] = lambda images: images
    latent_dim: int = 64
    momentum: float = 0.0
    rate: float = 1.0


HEALTHY = Mistake("Nothing is wrong.")
MISTAKES = {
    "sign": Mistake(
        "The generator's loss has the wrong sign.",
        "minimise -mean f(G(z))",
        ("generator-sign",),
        more={"generator_step": wrong_sign},
    ),
    "cooperate": Mistake(
        "The critic's loss has the wrong sign.",
        "minimise mean f(G(z)) - mean f(x)",
        ("critic-sign",),
        more={"critic_step": friendly_critic},
    ),
    "frozen": Mistake(
        "The fakes are detached in the generator's step.",
        "no detach there",
        ("generator-frozen",),
        more={"generator_step": frozen_generator},
    ),
    "sigmoid": Mistake(
        "The generator ends in a sigmoid.",
        "end in tanh",
        ("generator-range",),
        generator=lambda network: ending_in(network, nn.Sigmoid()),
    ),
    "unit": Mistake(
        "The real images are scaled to [0, 1].",
        "scale them to [-1, 1]",
        ("data-range",),
        data=lambda x: Changed(x, to_unit),
    ),
    "once": Mistake(
        "The penalty's gradient is taken without create_graph.",
        "create_graph=True",
        ("penalty-without-effect",),
        more={"penalty": without_graph},
    ),
    "unclipped": Mistake(
        "Clipping changes copies of the weights.",
        "clamp_ the weights themselves",
        ("not-clipped",),
        method="clip",
        more={"clip_weights": clipped_copies},
    ),
    "pixelwise": Mistake(
        "The penalty's norm runs over the channels.",
        "flatten each gradient first",
        ("penalty-formula",),
        more={"penalty": pixelwise},
    ),
    "inverted": Mistake(
        "The generator is stepped five times for one critic step.",
        "step the critic five times",
        ("too-few-critic-updates",),
        more={"n_critic": 1, "generator_step": five_generator_steps},
    ),
    "uncleared": Mistake(
        "The critic's gradients are never cleared.",
        "optimizer.zero_grad() before backward",
        ("critic-gradients-pile-up",),
        more={"critic_step": uncleared_critic},
    ),
    "uncleared_generator": Mistake(
        "The generator's gradients are never cleared.",
        "optimizer.zero_grad() before backward",
        ("generator-gradients-pile-up",),
        more={"generator_step": uncleared_generator},
    ),
    "late": Mistake(
        "The critic's fakes are not detached, and the generator clears its gradients after its step.",
        "clear first, and detach",
        ("generator-gradients-foreign", "generator-gradients-pile-up"),
        more={"critic_step": undetached_critic, "generator_step": cleared_too_late},
    ),
    "shuffled": Mistake(
        "The real images have their pixels in another order.",
        "look at the real images before you train",
        ("data-noise",),
        data=lambda x: Changed(x, shuffled),
    ),
    "batch_norm": Mistake(
        "The critic has batch normalisation.",
        "layer normalisation, or none",
        ("critic-batch-norm",),
        critic=with_batch_norm,
    ),
    "critic_sigmoid": Mistake(
        "The critic ends in a sigmoid.",
        "end in a linear layer",
        ("critic-bounded",),
        critic=lambda network: ending_in(network, nn.Sigmoid()),
    ),
    "whole_batch": Mistake(
        "The penalty's norm runs over the whole batch.",
        "one norm for each image",
        ("penalty-formula",),
        more={"penalty": whole_batch},
    ),
    "weak": Mistake("lambda is .01.", "lambda = 10", ("slope-too-steep",), more={"lambda_": 0.01}),
    "strong": Mistake("lambda is 1,000.", "lambda = 10", ("lambda-too-large",), more={"lambda_": 1000.0}),
    "subtracted": Mistake(
        "The penalty is subtracted.", "add it", ("slope-too-flat",), more={"critic_step": penalty_subtracted}
    ),
    "narrow": Mistake("c is .001.", "c = .03", ("slope-too-flat",), method="clip", more={"c": 0.001}),
    "wide": Mistake("c is .5.", "c = .03", ("slope-too-steep",), method="clip", more={"c": 0.5}),
    "momentum": Mistake(
        "Momentum .9 with clipping.", "no momentum, as in the paper", ("momentum",), method="clip", momentum=0.9
    ),
    "fast": Mistake("The learning rate is ten times too large.", "a smaller rate", ("rate-too-large",), rate=10.0),
    "fast_clip": Mistake(
        "The learning rate is ten times too large.", "a smaller rate", ("rate-too-large",), method="clip", rate=10.0
    ),
    "one_number": Mistake("z is one number.", "latent_dim = 64", ("noise-too-small",), latent_dim=1),
    "two_images": Mistake("The batch is of two images.", "64 or 128", ("batch-too-small",), more={"batch_size": 2}),
    "same_noise": Mistake(
        "The noise is the same in each step.",
        "no seed in the step",
        (),
        more={"generator_step": same_noise, "critic_step": same_noise_critic},
    ),
    "undetached": Mistake(
        "The critic's fakes are not detached; zero_grad heals it.",
        "detach",
        (),
        more={"critic_step": undetached_critic},
    ),
    "one_epsilon": Mistake("One epsilon for the batch.", "one for each image", (), more={"penalty": one_epsilon}),
    "at_real": Mistake("The penalty looks at real images only.", "interpolate", (), more={"penalty": at_real}),
    "eval_mode": Mistake(
        "The critic's fakes come from a generator in eval mode.",
        "train mode",
        (),
        more={"critic_step": generator_in_eval},
    ),
    "critic_relu": Mistake(
        "The critic ends in ReLU.", "end in a linear layer", (), critic=lambda network: ending_in(network, nn.ReLU())
    ),
}


# Trainings ------------------------------------------------------------------------

PAIRS = {
    "mlp": (critics.MLPCritic, generators.MLPGenerator, {}),
    "conv": (critics.ConvCritic, generators.ConvGenerator, {"n_critic": 3, "batch_size": 64}),
}


def networks(
    mistake: Mistake, seed: int = 0, pair: str = "mlp", shape: tuple[int, ...] = (1, 28, 28)
) -> tuple[nn.Module, nn.Module]:
    """The critic and the generator of a training, with their first weights."""
    torch.manual_seed(seed)
    critic, generator, _ = PAIRS[pair]
    return mistake.critic(critic(shape)), mistake.generator(generator(mistake.latent_dim, shape))


def trained(
    mistake: Mistake,
    steps: int,
    seed: int = 0,
    pair: str = "mlp",
    images: data.Images | None = None,
    method: str | None = None,
    **more: Any,
) -> Run:
    """A run with a mistake in it.

    Args:
        mistake: from MISTAKES, or HEALTHY.
        steps: generator steps.
        seed: of the first weights and of the training.
        pair: from PAIRS.
        images: the right data; None takes garments.
        method: None takes that of the mistake.
        more: arguments of train.
    """
    images, method = images or data.load(), method or mistake.method
    critic, generator = networks(mistake, seed, pair, images.shape)
    if mistake.momentum:
        for name, network in {"critic_optimizer": critic, "generator_optimizer": generator}.items():
            more[name] = torch.optim.RMSprop(network.parameters(), lr=5e-4, momentum=mistake.momentum)
    elif mistake.rate != 1:
        for name, network in {"critic_optimizer": critic, "generator_optimizer": generator}.items():
            more[name] = default_optimizer(network, method)
            more[name].param_groups[0]["lr"] *= mistake.rate
    settings = {"live": False, "device": "cpu", "seed": seed} | PAIRS[pair][2] | dict(mistake.more) | more
    return train(critic, generator, mistake.data(images), method, steps=steps, **settings)


# Digits drawn by code: another data set, without a download --------------------------

_STROKES = {  # corners of one line, in a box of width and height 1, from the top left
    0: [(0.5, 0), (0.1, 0.25), (0.1, 0.75), (0.5, 1), (0.9, 0.75), (0.9, 0.25), (0.5, 0)],
    1: [(0.3, 0.2), (0.55, 0), (0.55, 1)],
    2: [(0.1, 0.2), (0.5, 0), (0.9, 0.25), (0.1, 1), (0.9, 1)],
    3: [(0.1, 0), (0.85, 0), (0.45, 0.4), (0.9, 0.7), (0.5, 1), (0.1, 0.9)],
    4: [(0.75, 1), (0.75, 0), (0.1, 0.65), (0.95, 0.65)],
    5: [(0.85, 0), (0.2, 0), (0.15, 0.45), (0.75, 0.45), (0.85, 0.8), (0.5, 1), (0.1, 0.9)],
    6: [(0.75, 0), (0.2, 0.5), (0.15, 0.85), (0.5, 1), (0.85, 0.75), (0.5, 0.5), (0.2, 0.65)],
    7: [(0.1, 0), (0.9, 0), (0.4, 1)],
    8: [(0.5, 0.45), (0.15, 0.2), (0.5, 0), (0.85, 0.2), (0.1, 0.8), (0.5, 1), (0.9, 0.8), (0.5, 0.45)],
    9: [(0.8, 0.35), (0.5, 0.5), (0.15, 0.25), (0.5, 0), (0.8, 0.1), (0.8, 0.35), (0.7, 1)],
}


def digits(n: int = 5000, seed: int = 0, side: int = 28) -> data.Images:
    """n digits, each as often as any other: turned, sheared, scaled, moved and of different thickness."""
    rng, each = torch.Generator().manual_seed(seed), n // 10

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(each, 1, generator=rng)

    row, column = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    pixels = torch.stack([column, row], -1).view(1, -1, 2).float()
    images = []
    for corners in _STROKES.values():
        points = torch.tensor(corners).float()[None] - 0.5 + 0.04 * torch.randn(each, len(corners), 2, generator=rng)
        turn, shear = uniform(-0.2, 0.2), uniform(-0.2, 0.2)
        x, y = points.unbind(-1)
        x = x + shear * y
        x, y = x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos()
        x = side * (0.5 + uniform(0.35, 0.55) * x + uniform(-0.05, 0.05))
        y = side * (0.5 + uniform(0.55, 0.7) * y + uniform(-0.05, 0.05))
        points = torch.stack([x, y], -1)
        distance = torch.full((each, side * side), math.inf)
        for a, b in zip(points.unbind(1)[:-1], points.unbind(1)[1:], strict=True):
            along = (b - a)[:, None]
            place = ((pixels - a[:, None]) * along).sum(-1, keepdim=True) / along.square().sum(-1, keepdim=True)
            distance = distance.minimum((pixels - a[:, None] - place.clamp(0, 1) * along).norm(dim=-1))
        ink = (uniform(0.9, 1.7) * side / 28 + 0.5 - distance).clamp(0, 1)
        images.append((255 * ink).round().to(torch.uint8).view(each, 1, side, side))
    labels = torch.arange(10).repeat_interleave(each)
    return data.Images("digits", torch.cat(images), labels)
