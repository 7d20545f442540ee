"""Checks of training.py: one step, taken apart.

The step of plain gradient descent is minus the learning rate times a gradient,
and here every part of that gradient points in a known direction: to the fakes,
to the real images, along the penalty, along what was left in .grad. How far the
weights moved in each direction says what the loss was made of.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from .calls import call, standins
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import kind, near, show, tensor
from .stubs import Optimizer

SHAPE, PIXELS, LATENT = (1, 3, 4), 12, 4
STALE = 50.0
ZERO = "It should be 0 as a 0-d float tensor, such as zeros without dimensions."
CALLED = "The penalty is called as penalty(critic, real, fake): the network, then two batches of images"
OLD = "Old gradients take part in your step"

wrong = Mistakes(
    f"""
    critic-input: The critic scores images of shape (n, 1, 3, 4); it got {{kind}}. Is it the noise, or the scores?
    network-for-module: You take {{name}} from generator, which in this function is the network that you are given. The
        file generator.py is imported under the name generators.
    noise-type: The generator turns noise into images; it got {{kind}}.
    noise-swapped: Your noise has shape {{shape}}; the samples are counted first: (n, latent_dim).
    latent-fixed: Your noise has {{shape[1]}} numbers for each sample; generator.latent_dim says {LATENT}.
    batch-size: You make {{shape[0]}} fakes where {{n}} are asked for. The number comes from the batch, and the last
        batch of an epoch may be short.
    noise-shape: Your noise has shape {{shape}}; it should have shape (n, latent_dim), here ({{n}}, {LATENT}).
    noise-law: Your noise has mean {{mean:.2g}}, standard deviation {{spread:.2g}} and ends at {{low:.2g}} and
        {{high:.2g}}. The generator is made for standard normal numbers: use sample_latent.
    same-noise: Two steps use the same noise. Draw new noise in each step, and set no seed inside.
    loss-of-images: A loss takes scores; yours gets the images themselves. A pixel says nothing about how real an image
        looks: the critic has to score the images first.
    own-optimiser: The {{player}} moves, but not by the optimizer that you are given. Use that one.
    no-step: The {{player}}'s weights are the same as before: the optimiser is never told to step.
    many-steps: Your function takes {{steps}} steps. It is one step; the loop around it repeats it.
    step-before-backward: The optimiser steps before the backward pass: it uses the gradients that it finds, and those
        of this loss do not exist yet. Empty, fill, use.
    zeroed-after-backward: The {{player}} does not move: you empty the gradients after the backward pass has filled them
        and before the step uses them. Empty, fill, use.
    fakes-detached: The optimiser steps, but no gradient of the loss reaches the generator: the fakes are cut off from
        it. Here the way from the loss through the critic into the generator has to stay open.
    no-backward: No gradient of a loss reaches the {{player}}: backward is never called, or on another loss.
    zeroed-too-late: {OLD}: you empty them only after it. The other player's step leaves gradients here too, so empty
        them before your backward pass.
    stale-gradients: {OLD}: backward adds to what is there. Empty the gradients of the network that you are about to
        step, before the backward pass.
    no-fakes: The generator is never asked for fakes.
    result-attached: The {{what}} that you return still hangs on its graph. A loop that keeps it for a plot would keep
        the graph of every step in memory.

    penalty-arguments: {CALLED}; {{but}}.
    penalty-always: Your code stops when no penalty is given{{where}}. The penalty may be None: then there is nothing to
        call, and the second result is 0.
    penalty-ignored: You are given a penalty but never call it.
    generator-moved: The generator's weights change in the critic's step. Only the critic is stepped here.
    sign-swapped: The critic moves the wrong way: it learns to score fakes high and real images low. Which of the two
        averages does its loss subtract?
    sum-not-mean: Your step is {{n}} times too long for a batch of {{n}}. Average the scores.
    lambda-on-everything: You multiply the whole loss by lambda. It is the weight of the penalty alone.
    penalty-detached: The penalty is computed, but no gradient of it reaches the critic: it comes too late for the
        backward pass, or is cut off by no_grad, detach or item.
    lambda-missing: lambda is {{weight:g}}, but the penalty enters your loss with weight 1.
    lambda-twice: lambda is {{weight:g}}, but the penalty enters your loss with weight {{share:.3g}}: lambda twice.
    penalty-subtracted: You subtract the penalty. The critic minimises: what is to be punished is added.
    lambda-wrong: lambda is {{weight:g}}, but the penalty enters your step with weight {{share:.3g}}.
    generator-zeroed: You empty the generator's gradients. They are none of the critic's business: empty those of the
        network that you are about to step.
    penalty-not-detached: The critic scores detached fakes, but the penalty gets the undetached ones, and through them
        the backward pass runs on into the generator. Detach once, where the fakes are made.
    fakes-not-detached: The generator's gradients change in the critic's step: the backward pass runs on through the
        fakes. Cut the fakes off from the generator before the critic sees them.
    mixture-scored: Your loss takes the scores of images that are neither real nor made by the generator. Points between
        real and fake belong to the penalty alone; the loss is about the scores of real and of fake images.
    one-side-missing/fake: The fake images have no part in your step. The loss needs the scores of both.
    one-side-missing/real: The real images have no part in your step. The loss needs the scores of both.
    wrong-step: In your step the gradient of the fakes' mean score counts {{fake:.3g}} and that of the real images'
        {{real:.3g}}; they should count 1 and -1{{more}}.
    returns-none: Your function returns nothing. The loop wants two numbers: the estimate and the penalty.
    not-a-pair: Your function returns {{kind}}; it should return two values, the Wasserstein estimate and the penalty.
    results-swapped: Your two results are exchanged: the Wasserstein estimate comes first.
    penalty-none: Without a penalty your second result is None; it should be a 0-d tensor with value 0.
    wrong-type: Without a penalty your second result is {{kind}}. {ZERO}
    wrong-type/detached: Without a penalty you detach a plain number{{where}}. {ZERO}
    wrong-shape: Without a penalty your second result is {{kind}}. {ZERO}
    wrong-dtype: Without a penalty your second result has dtype {{dtype}}. {ZERO}
    wrong-value/zero: Without a penalty your second result is {{yours}}; it should be 0.
    wrong-value/penalty: The penalty is 2; your second result is {{yours}}.
    penalty-with-lambda: The penalty is 2 and lambda {{weight:g}}; your second result is {{yours}}. Report the penalty
        before lambda, so that runs with different lambda can be compared.
    estimate-sign: Your first result has the wrong sign: it is the loss. The estimate of a distance is positive when
        real images score higher.
    estimate-with-penalty: The penalty is part of your first result. The estimate is about scores alone; a curve with
        the penalty in it says nothing about the distance.
    estimate-after-step: Your estimate belongs to the critic after the step, the loss and the penalty to the critic
        before it. Take it from the scores that you already have; they cost nothing.
    wrong-value: The Wasserstein estimate should be {{right:.4g}}; your first result is {{yours}}.

    critic-moved: The critic's weights change in the generator's step. Only the generator is stepped here.
    sign-swapped/generator: The generator moves the wrong way: its fakes get lower scores. It wants high scores; what
        must it minimise?
    sum-not-mean/generator: Your step is {{n}} times too long for {{n}} fakes. Average the scores.
    wrong-step/generator: In your step the gradient of the fakes' mean score counts {{score:.3g}} instead of -1{{more}}.
    result-sign: You return the mean score of the fakes; the loss is its negative.
    wrong-value/loss: The loss should be {{right:.4g}}; your result is {{yours}}.
    """
)


# What the step is given ------------------------------------------------------
#
# Python's own error messages name these classes and functions, so they carry the
# names that the student knows.


class Critic(nn.Module):
    """f(x) = w . x, a list of what it scored, and whether that still hung on a graph."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(-1, 1.2, PIXELS))
        self.scored: list[Tensor] = []
        self.scored_attached = False

    def forward(self, images: Tensor) -> Tensor:
        if not isinstance(images, Tensor) or images.shape[1:] != SHAPE:
            wrong("critic-input", kind=kind(images))
        float32(images, "what the critic is asked to score")
        self.scored.append(images.detach().clone())
        self.scored_attached |= images.requires_grad
        return images.flatten(1) @ self.weight


class Generator(nn.Module):
    """G(z) = z A + b, and a list of what it was asked and what it made."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.latent_dim, self.n = LATENT, n
        self.matrix = nn.Parameter(torch.linspace(-0.5, 0.9, LATENT * PIXELS).view(LATENT, PIXELS).sin())
        self.shift = nn.Parameter(torch.linspace(0.5, -0.3, PIXELS))
        self.asked: list[Tensor] = []
        self.made: list[Tensor] = []

    def __getattr__(self, name: str) -> Any:
        if name in ("sample_latent", "to_image", "MLPGenerator", "ConvGenerator"):
            wrong("network-for-module", name=name)
        return super().__getattr__(name)

    def forward(self, z: Tensor) -> Tensor:
        _noise(z, self.n)
        fake = (z @ self.matrix + self.shift).view(-1, *SHAPE)
        self.asked.append(z.detach().clone())
        self.made.append(fake.detach().clone())
        return fake


def _noise(z: Any, n: int) -> None:
    """What a generator may be asked: n rows of latent_dim numbers."""
    if not isinstance(z, Tensor):
        wrong("noise-type", kind=kind(z))
    if z.is_floating_point():
        float32(z, "your noise")
    shape = tuple(z.shape)
    found = {
        "noise-swapped": shape == (LATENT, n),
        "latent-fixed": len(shape) == 2 and shape[0] == n,
        "batch-size": len(shape) == 2 and shape[1] == LATENT,
        "noise-shape": True,
    }
    if shape != (n, LATENT):
        wrong.first(found, shape=shape, n=n)


def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    return _average(real_scores, -1) + _average(fake_scores, 1)


def wasserstein_estimate(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    return _average(real_scores, 1) + _average(fake_scores, -1)


def generator_loss(fake_scores: Tensor) -> Tensor:
    return _average(fake_scores, -1)


def sample_latent(n: int, latent_dim: int, device: Any = None) -> Tensor:
    return torch.empty(n, latent_dim, device=device).normal_()


def _average(scores: Tensor, sign: float) -> Tensor:
    if isinstance(scores, Tensor) and scores.shape[1:] == SHAPE:
        wrong("loss-of-images")
    scores = scores.flatten()
    return scores @ torch.full_like(scores, sign / scores.numel(), requires_grad=False)


_siblings = standins(  # so that the step is checked alone
    losses__critic_loss=critic_loss,
    losses__wasserstein_estimate=wasserstein_estimate,
    losses__generator_loss=generator_loss,
    generator__sample_latent=sample_latent,
)


# What a step does ------------------------------------------------------------


class _Scene:
    """Two networks with something left in .grad, an optimiser for one of them, and a look at both."""

    def __init__(self, n: int, player: str) -> None:
        self.critic, self.generator = Critic(), Generator(n)
        self.nets: dict[str, nn.Module] = {"critic": self.critic, "generator": self.generator}
        self.both = (self.critic, self.generator)
        self.player, self.other = ("critic", "generator") if player == "critic" else ("generator", "critic")
        self.real = torch.linspace(-1, 1, n * PIXELS).view(n, *SHAPE).cos() - 0.3
        self.optimizer = Optimizer(self.nets[player])
        self.given = (self.critic, self.generator, self.real if player == "critic" else n, self.optimizer)
        self.stale = torch.sin(torch.arange(PIXELS) * 2.0)
        self.direction = torch.cos(torch.arange(PIXELS) * 1.0)
        self.direction *= 2 / (self.direction @ self.critic.weight.detach())
        self.penalised: list[bool] = []  # for each call of the penalty, whether its fakes hung on a graph
        self.reached: set[str] = set()
        self.before = {name: value.clone() for name, value in self._values().items()}
        for player, net in self.nets.items():
            for parameter in net.parameters():
                parameter.grad = STALE * self.stale.expand_as(parameter).clone()
                parameter.register_hook(lambda gradient, player=player: self._backward(player))

    def _backward(self, player: str) -> None:
        """Note that a backward pass has come to this player's parameters, and when."""
        self.reached.add(player)
        if player == self.player:
            self.optimizer.asked.append("backward")

    def _values(self) -> dict[str, Tensor]:
        return {
            f"{player}.{name}": parameter.detach()
            for player, net in self.nets.items()
            for name, parameter in net.named_parameters()
        }

    def penalty(self) -> Callable[[nn.Module, Tensor, Tensor], Tensor]:
        """(w . u)^2 / 2, where w . u = 2: its value is 2 and its gradient 2 u.

        Its value does not depend on the fakes, but its graph holds on to them.
        """

        def penalty(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
            if critic is not self.critic:
                wrong("penalty-arguments", but=f"its first argument is {kind(critic)}")
            for what, value in (("real", real), ("fake", fake)):
                if not isinstance(value, Tensor) or value.shape != self.real.shape:
                    wrong("penalty-arguments", but=f"as {what} it got {kind(value)}")
                float32(value, f"what the penalty gets as {what}")
            made = self.generator.made
            if any(near(real, fakes) for fakes in made) and near(fake, self.real):
                wrong("penalty-arguments", but="yours hands it the fakes as real images and the other way round")
            if not near(real, self.real):
                wrong("penalty-arguments", but="what it got as real is not the batch of real images")
            if not any(near(fake, fakes) for fakes in made):
                wrong("penalty-arguments", but="what it got as fake was not made by the generator")
            self.penalised.append(fake.requires_grad)
            return (self.critic.weight @ self.direction) ** 2 / 2 + fake.mean() - fake.detach().mean()

        penalty.__qualname__ = "penalty"
        return penalty

    def moved(self, name: str) -> Tensor:
        """What plain gradient descent must have been given to move like this."""
        return (self.before[name] - self._values()[name]) / Optimizer.RATE

    def shares(self, name: str, *directions: Tensor) -> tuple[list[float], bool]:
        """How much of each direction is in the step of this parameter, and whether that is all."""
        self._stepped(self.moved(name))
        (*shares, stale), complete = _shares(self.moved(name), *directions, self.stale)
        if abs(stale) >= 1e-2 * STALE:
            wrong("zeroed-too-late" if "zero_grad" in self.optimizer.asked else "stale-gradients")
        return shares, complete

    def one_moved(self) -> None:
        """Only the player in whose turn it is moves, and there are fakes."""
        same = [
            torch.equal(value, self.before[name])
            for name, value in self._values().items()
            if name.startswith(self.other)
        ]
        if not all(same):
            wrong(f"{self.other}-moved")
        if not self.generator.made:
            wrong("no-fakes")

    def _stepped(self, moved: Tensor) -> None:
        """Why nothing moved, or moved in the wrong order."""
        asked, steps = self.optimizer.asked, self.optimizer.asked.count("step")
        found = {"own-optimiser": moved.any() and not steps, "no-step": not steps, "many-steps": steps > 1}
        wrong.first(found, player=self.player, steps=steps)
        if moved.any() and not near(moved, STALE * self.stale, 1e-2):
            return
        reached = self.player in self.reached
        why = {
            "step-before-backward": reached and "backward" not in asked[: asked.index("step")],
            "zeroed-after-backward": reached,
            "fakes-detached": self.player == "generator" and self.reached,
            "no-backward": True,
        }
        wrong.first(why, player=self.player)


def _shares(observed: Tensor, *directions: Tensor) -> tuple[list[float], bool]:
    """How much of each direction is in it, and whether that is all."""
    table = torch.stack([direction.flatten() for direction in directions], dim=1).double()
    observed = observed.flatten().double()
    shares = torch.linalg.lstsq(table, observed[:, None]).solution[:, 0]
    rest = (observed - table @ shares).abs().max().item()
    return shares.tolist(), rest < 1e-3 * max(1.0, observed.abs().max().item())


def _noise_and_device(candidate: Callable, player: str) -> None:
    """For those who draw their own noise it is the generator's law that counts; and all on another device."""
    scene = _Scene(400, player)
    for _ in range(2):
        candidate(*scene.given)
    asked = scene.generator.asked
    z = torch.cat(asked)
    if z.abs().max() < 2.5 or abs(z.mean().item()) > 0.2 or abs(z.std().item() - 1) > 0.2:
        wrong("noise-law", mean=z.mean(), spread=z.std(), low=z.min(), high=z.max())
    if near(asked[0], asked[-1]):
        wrong("same-noise")
    on_another_device(candidate, *_Scene(3, player).given)


def _detached(result: Tensor, what: str) -> None:
    if result.requires_grad:
        wrong("result-attached", what=what)


# critic_step -----------------------------------------------------------------


@checks("training.critic_step", "critic generator real optimizer", "penalty lambda_")
@_siblings
def critic_step(candidate: Callable) -> str:
    for n in (7, 3):
        _critic_alone(candidate, n)
    _critic_penalised(candidate, 7.0, lambda_=7.0)
    _critic_penalised(candidate, 10.0)
    _noise_and_device(candidate, "critic")
    return (
        "The step is the gradient of the loss, plus lambda times that of the penalty (tried with 7 and the "
        "default 10), and old gradients play no part. The generator's weights and gradients stay as they "
        "were, and the two results are W and the bare penalty."
    )


def _critic_alone(candidate: Callable, n: int) -> None:
    """Without a penalty: loss, gradient, step, results."""
    scene = _Scene(n, "critic")
    errors = {
        "penalty-always": r"'NoneType' object (is not callable|has no attribute 'detach')|operand.*'NoneType'",
        "wrong-type/detached": "'(int|float)' object has no attribute 'detach'",
    }
    with wrong.translating(errors):
        result = call(candidate, *scene.given, may_change=scene.both)
    _critic_moved(scene)
    estimate, penalty = _pair(result)
    both = isinstance(estimate, Tensor) and isinstance(penalty, Tensor)
    distances = _distances(scene, scene.before["critic.weight"])
    if both and near(estimate, 0.0) and any(near(penalty.abs(), abs(value), 1e-3) for value in distances):
        wrong("results-swapped")
    _estimate(estimate, scene, 0.0)
    if not isinstance(penalty, Tensor):
        wrong("penalty-none" if penalty is None else "wrong-type", kind=kind(penalty))
    found = {"wrong-shape": penalty.ndim, "wrong-dtype": not penalty.is_floating_point()}
    wrong.first(found, kind=kind(penalty), dtype=penalty.dtype)
    if tensor(penalty, "the second result without a penalty", ()).item() != 0:
        wrong("wrong-value/zero", yours=show(penalty))


def _critic_penalised(candidate: Callable, weight: float, **lambda_: float) -> None:
    """With a penalty, and lambda given or left to its default; both times it has this weight."""
    scene = _Scene(5, "critic")
    result = call(candidate, *scene.given, may_change=scene.both, penalty=scene.penalty(), **lambda_)
    if not scene.penalised:
        wrong("penalty-ignored")
    _critic_moved(scene, weight)
    estimate, value = _pair(result)
    if isinstance(value, Tensor) and near(value, 2 * weight):
        wrong("penalty-with-lambda", weight=weight, yours=show(value))
    _estimate(estimate, scene, 2 * weight)
    value = tensor(value, "the second result", ())
    if not near(value, 2.0, 1e-3):
        wrong("wrong-value/penalty", yours=show(value))
    _detached(value, "penalty")


def _critic_moved(scene: _Scene, weight: float | None = None) -> None:
    """Take the critic's step apart; the weight is that of the penalty."""
    scene.one_moved()
    directions = [images.flatten(1).mean(dim=0) for images in (scene.real, *scene.generator.made)]
    penalties = [] if weight is None else [2 * scene.direction]
    (real, *others), complete = scene.shares("critic.weight", *directions, *penalties)
    fake, n = sum(others[: len(scene.generator.made)]), len(scene.real)
    step = torch.tensor([fake, real])
    wrong.named(step, {"sign-swapped": [-1.0, 1.0], "sum-not-mean": [float(n), -float(n)]}, 1e-2, n=n)
    if weight is not None:
        _penalty_share(others[-1], real, weight)
    _other_gradients(scene)
    known = torch.cat([scene.real, *scene.generator.made]).flatten(1)
    scored = torch.cat(scene.critic.scored).flatten(1)
    right = complete and near(step, [1.0, -1.0], 1e-2)
    found = {
        "mixture-scored": not right and torch.cdist(scored, known).min(dim=1).values.max() > 1e-3,
        "one-side-missing/fake": near(fake, 0.0, 1e-3),
        "one-side-missing/real": near(real, 0.0, 1e-3),
        "wrong-step": not right,
    }
    wrong.first(found, fake=fake, real=real, more="" if complete else ", and something else is mixed in")


def _penalty_share(share: float, real: float, weight: float) -> None:
    """How much of the penalty's gradient is in the step."""
    if near(share, weight, 1e-2):
        wrong.named(real, {"lambda-on-everything": -weight}, 1e-2)
        return
    known = {
        "penalty-detached": 0.0,
        "lambda-missing": 1.0,
        "lambda-twice": weight**2,
        "penalty-subtracted": -weight,
    }
    wrong.named(share, known, 1e-2, weight=weight, share=share)
    wrong("lambda-wrong", weight=weight, share=share)


def _other_gradients(scene: _Scene) -> None:
    """The generator's gradients are none of the critic's business."""
    gradients = [parameter.grad for parameter in scene.generator.parameters()]
    found = {
        "generator-zeroed": all(gradient is None or not gradient.any() for gradient in gradients),
        "penalty-not-detached": any(scene.penalised) and not scene.critic.scored_attached,
        "fakes-not-detached": True,
    }
    if any(gradient is None or not near(gradient, STALE * scene.stale.expand_as(gradient)) for gradient in gradients):
        wrong.first(found)


def _pair(result: Any) -> tuple[Any, Any]:
    if result is None:
        wrong("returns-none")
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        wrong("not-a-pair", kind=kind(result))
    return result[0], result[1]


def _distances(scene: _Scene, weight: Tensor) -> list[float]:
    """W for this critic and each batch of fakes that was made."""
    real = (scene.real.flatten(1) @ weight).mean()
    return [(real - (made.flatten(1) @ weight).mean()).item() for made in scene.generator.made]


def _estimate(estimate: Any, scene: _Scene, penalty: float) -> None:
    """The first result, and what else it may be; the penalty is that in the loss."""
    estimate = tensor(estimate, "the first result", ())
    before = _distances(scene, scene.before["critic.weight"])
    if any(near(estimate, value, 1e-3) for value in before):
        _detached(estimate, "estimate")
        return
    mixed = [value - penalty for value in before]
    known = {
        "estimate-sign": tuple(-value for value in before),
        "estimate-with-penalty": (*mixed, *(-value for value in mixed)),
        "estimate-after-step": tuple(_distances(scene, scene.critic.weight.detach())),
    }
    wrong.named(estimate, known, 1e-3)
    wrong("wrong-value", right=before[0], yours=show(estimate))


# generator_step --------------------------------------------------------------


@checks("training.generator_step", "critic generator n optimizer")
@_siblings
def generator_step(candidate: Callable) -> str:
    for n in (7, 3):
        _generator_alone(candidate, n)
    _noise_and_device(candidate, "generator")
    return (
        "The step raises the critic's mean score of n fakes (7, then 3), old gradients play no part, the "
        "critic's weights stay, and the result is the loss without its graph."
    )


def _generator_alone(candidate: Callable, n: int) -> None:
    scene = _Scene(n, "generator")
    loss = call(candidate, *scene.given, may_change=scene.both)
    scene.one_moved()
    if not scene.critic.scored:
        wrong("loss-of-images")
    up = scene.before["critic.weight"]
    (score,), complete = scene.shares("generator.shift", up)
    wrong.named(score, {"sign-swapped/generator": 1.0, "sum-not-mean/generator": -float(n)}, 1e-2, n=n)
    latents = torch.cat(scene.generator.asked).mean(dim=0)
    (whole,), rows = _shares(scene.moved("generator.matrix"), latents[:, None] * up)
    complete = complete and rows
    if not (complete and near(score, -1.0, 1e-2) and near(whole, -1.0, 1e-2)):
        wrong("wrong-step/generator", score=score, more="" if complete else ", and something else is mixed in")
    loss = tensor(loss, "the loss", ())
    scores = [(made.flatten(1) @ up).mean().item() for made in scene.generator.made]
    wrong.named(loss, {"result-sign": tuple(scores)}, 1e-3)
    if not any(near(loss, -value, 1e-3) for value in scores):
        wrong("wrong-value/loss", right=-scores[0], yours=show(loss))
    _detached(loss, "loss")
