"""Checks of training.py: one step, taken apart.

The step of plain gradient descent is minus the learning rate times a gradient,
and here every part of that gradient points in a known direction: to the fakes,
to the real images, along the penalty, along what was left in .grad. How far the
weights moved in each direction says what the loss was made of.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from .explanation import where
from .judge import checks
from .probes import call, near, show, standins, tensor
from .report import wrong
from .device import float32, on_another_device

SHAPE, PIXELS, LATENT = (1, 3, 4), 12, 4
RATE = 0.1
STALE = 50.0
ZERO = "It should be 0 as a 0-d float tensor, such as zeros without dimensions."


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
            wrong(
                "critic-input",
                f"The critic scores images of shape (n, 1, 3, 4); it got {_kind(images)}. Is it the noise, "
                "or the scores?",
            )
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
            wrong(
                "network-for-module",
                f"You take {name} from generator, which in this function is the network that you are given. "
                "The file generator.py is imported under the name generators.",
            )
        return super().__getattr__(name)

    def forward(self, z: Tensor) -> Tensor:
        _noise(z, self.n)
        fake = (z @ self.matrix + self.shift).view(-1, *SHAPE)
        self.asked.append(z.detach().clone())
        self.made.append(fake.detach().clone())
        return fake


class Optimizer(torch.optim.Optimizer):
    """Plain gradient descent that remembers what it was asked to do.

    It does by itself what torch's optimisers do, because those first load torch's
    compiler, which takes a second.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__(net.parameters(), {"lr": RATE})
        self.asked: list[str] = []

    def add_param_group(self, param_group: dict) -> None:
        self.param_groups.append({**self.defaults, **param_group})

    def step(self, closure: Callable | None = None) -> Any:
        with torch.enable_grad():
            loss = closure() if closure else None
        self.asked.append("step")
        with torch.no_grad():
            for parameter in self.param_groups[0]["params"]:
                if parameter.grad is not None:
                    parameter.sub_(RATE * parameter.grad)
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        self.asked.append("zero_grad")
        for parameter in self.param_groups[0]["params"]:
            parameter.grad = None if set_to_none or parameter.grad is None else torch.zeros_like(parameter)


class _Penalty:
    """(w . u)^2 / 2, where w . u = 2: its value is 2 and its gradient 2 u.

    Its value does not depend on the fakes, but its graph holds on to them.
    The student's code gets the function that named() returns.
    """

    def __init__(self, critic: nn.Module, generator: Generator, real: Tensor) -> None:
        self.critic, self.generator, self.real, self.calls = critic, generator, real, 0
        self.attached = False
        u = torch.cos(torch.arange(PIXELS) * 1.0)
        self.u = 2 * u / (u @ critic.weight.detach())

    def named(self) -> Callable[[nn.Module, Tensor, Tensor], Tensor]:
        def penalty(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
            return self.value(critic, real, fake)

        penalty.__qualname__ = "penalty"
        return penalty

    def value(self, critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        self.calls += 1
        hint = "The penalty is called as penalty(critic, real, fake): the network, then two batches of images"
        if critic is not self.critic:
            wrong("penalty-arguments", f"{hint}; its first argument is {_kind(critic)}.")
        for what, value in (("real", real), ("fake", fake)):
            if not isinstance(value, Tensor) or value.shape != self.real.shape:
                wrong("penalty-arguments", f"{hint}; as {what} it got {_kind(value)}.")
            float32(value, f"what the penalty gets as {what}")
        if any(near(real, made) for made in self.generator.made) and near(fake, self.real):
            wrong("penalty-arguments", f"{hint}; yours hands it the fakes as real images and the other way round.")
        if not near(real, self.real):
            wrong("penalty-arguments", f"{hint}; what it got as real is not the batch of real images.")
        if not any(near(fake, made) for made in self.generator.made):
            wrong("penalty-arguments", f"{hint}; what it got as fake was not made by the generator.")
        self.attached |= fake.requires_grad
        return (critic.weight @ self.u) ** 2 / 2 + fake.mean() - fake.detach().mean()


def _kind(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    return f"a value of type {type(value).__name__}"


def _noise(z: Any, n: int) -> None:
    """What a generator may be asked: n rows of latent_dim numbers."""
    if not isinstance(z, Tensor):
        wrong("noise-type", f"The generator turns noise into images; it got {_kind(z)}.")
    if z.is_floating_point():
        float32(z, "your noise")
    shape = tuple(z.shape)
    if shape == (n, LATENT):
        return
    if shape == (LATENT, n):
        wrong("noise-swapped", f"Your noise has shape {shape}; the samples are counted first: (n, latent_dim).")
    if len(shape) == 2 and shape[0] == n:
        wrong("latent-fixed", f"Your noise has {shape[1]} numbers for each sample; generator.latent_dim says {LATENT}.")
    if len(shape) == 2 and shape[1] == LATENT:
        wrong(
            "batch-size",
            f"You make {shape[0]} fakes where {n} are asked for. The number comes from the batch, and the "
            "last batch of an epoch may be short.",
        )
    wrong("noise-shape", f"Your noise has shape {shape}; it should have shape (n, latent_dim), here ({n}, {LATENT}).")


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
        _loss_of_images()
    scores = scores.flatten()
    return scores @ torch.full_like(scores, sign / scores.numel(), requires_grad=False)


def _siblings() -> Any:
    """Stand-ins for losses and noise, so that the step is checked alone."""
    return standins(
        losses__critic_loss=critic_loss,
        losses__wasserstein_estimate=wasserstein_estimate,
        losses__generator_loss=generator_loss,
        generator__sample_latent=sample_latent,
    )


def _loss_of_images() -> NoReturn:
    wrong(
        "loss-of-images",
        "A loss takes scores; yours gets the images themselves. A pixel says nothing about how real an image "
        "looks: the critic has to score the images first.",
    )


class _Scene:
    """Two networks with something left in .grad, an optimiser for one of them, and a look at both."""

    def __init__(self, n: int, player: str) -> None:
        self.critic, self.generator = Critic(), Generator(n)
        self.real = torch.linspace(-1, 1, n * PIXELS).view(n, *SHAPE).cos() - 0.3
        self.net: nn.Module = self.critic if player == "critic" else self.generator
        self.other: nn.Module = self.generator if player == "critic" else self.critic
        self.optimizer = Optimizer(self.net)
        self.stale = torch.sin(torch.arange(PIXELS) * 2.0)
        self.reached: set[str] = set()
        for parameter in (*self.critic.parameters(), *self.generator.parameters()):
            parameter.grad = STALE * self.stale.expand_as(parameter).clone()
        self.before = {name: value.clone() for name, value in self._values()}
        for player, net in (("critic", self.critic), ("generator", self.generator)):
            for parameter in net.parameters():
                parameter.register_hook(lambda gradient, player=player: self._backward(player))

    def _backward(self, player: str) -> None:
        """Note that a backward pass has come to this player's parameters, and when."""
        self.reached.add(player)
        if player == self._player(self.net):
            self.optimizer.asked.append("backward")

    def _values(self) -> list[tuple[str, Tensor]]:
        return [
            (f"{player}.{name}", parameter.detach())
            for player, net in (("critic", self.critic), ("generator", self.generator))
            for name, parameter in net.named_parameters()
        ]

    def moved(self, name: str) -> Tensor:
        """What plain gradient descent must have been given to move like this."""
        return (self.before[name] - dict(self._values())[name]) / RATE

    def other_moved(self) -> bool:
        return any(
            not torch.equal(parameter, self.before[f"{self._player(self.other)}.{name}"])
            for name, parameter in self.other.named_parameters()
        )

    def other_gradients_changed(self) -> bool:
        return any(
            parameter.grad is None or not near(parameter.grad, STALE * self.stale.expand_as(parameter))
            for parameter in self.other.parameters()
        )

    def _player(self, net: nn.Module) -> str:
        return "critic" if net is self.critic else "generator"

    def left_as_found(self) -> None:
        """Modes and flags."""
        for net in (self.critic, self.generator):
            if not net.training:
                wrong("left-in-eval", f"Your step leaves the {self._player(net)} in eval mode. Put it back.")
            if not all(parameter.requires_grad for parameter in net.parameters()):
                way_out = (
                    "The critic need not be frozen here: it stays as it is as long as only the generator's "
                    "optimizer steps."
                    if net is self.critic
                    else "There is no need to freeze it: detach the fakes instead."
                )
                wrong(
                    "left-frozen",
                    f"Your step leaves parameters of the {self._player(net)} frozen (requires_grad is off), "
                    f"so its own next step will fail. {way_out}",
                )

    def stepped(self, name: str, player: str) -> None:
        """Why nothing moved, or moved in the wrong order."""
        asked, moved = self.optimizer.asked, bool(self.moved(name).any())
        if moved and "step" not in asked:
            wrong("own-optimiser", f"The {player} moves, but not by the optimizer that you are given. Use that one.")
        if "step" not in asked:
            wrong("no-step", f"The {player}'s weights are the same as before: the optimiser is never told to step.")
        if asked.count("step") > 1:
            wrong(
                "many-steps",
                f"Your function takes {asked.count('step')} steps. It is one step; the loop around it repeats it.",
            )
        if moved and not near(self.moved(name), STALE * self.stale, 1e-2):
            return
        if player in self.reached and "backward" not in asked[: asked.index("step")]:
            wrong(
                "step-before-backward",
                "The optimiser steps before the backward pass: it uses the gradients that it finds, and those of "
                "this loss do not exist yet. Empty, fill, use.",
            )
        if player in self.reached:
            wrong(
                "zeroed-after-backward",
                f"The {player} does not move: you empty the gradients after the backward pass has filled "
                "them and before the step uses them. Empty, fill, use.",
            )
        if player == "generator" and self.reached:
            wrong(
                "fakes-detached",
                "The optimiser steps, but no gradient of the loss reaches the generator: the fakes are cut "
                "off from it. Here the way from the loss through the critic into the generator has to stay "
                "open.",
            )
        wrong(
            "no-backward", f"No gradient of a loss reaches the {player}: backward is never called, or on another loss."
        )

    def leftovers(self, share: float) -> None:
        """Old gradients in the step."""
        if abs(share) < 1e-2:
            return
        if "zero_grad" in self.optimizer.asked:
            wrong(
                "zeroed-too-late",
                "Old gradients take part in your step: you empty them only after it. The other player's "
                "step leaves gradients here too, so empty them before your backward pass.",
            )
        wrong(
            "stale-gradients",
            "Old gradients take part in your step: backward adds to what is there. Empty the gradients of "
            "the network that you are about to step, before the backward pass.",
        )


def _share(observed: Tensor, *directions: Tensor) -> tuple[list[float], bool]:
    """How much of each direction is in it, and whether that is all."""
    table = torch.stack([direction.flatten() for direction in directions], dim=1).double()
    observed = observed.flatten().double()
    shares = torch.linalg.lstsq(table, observed[:, None]).solution[:, 0]
    rest = (observed - table @ shares).abs().max().item()
    return shares.tolist(), rest < 1e-3 * max(1.0, observed.abs().max().item())


def _normal_noise(asked: list[Tensor]) -> None:
    """For those who draw their own noise: it is the generator's law that counts."""
    z = torch.cat(asked)
    if z.abs().max() < 2.5 or abs(z.mean().item()) > 0.2 or abs(z.std().item() - 1) > 0.2:
        wrong(
            "noise-law",
            f"Your noise has mean {z.mean():.2g}, standard deviation {z.std():.2g} and ends at "
            f"{z.min():.2g} and {z.max():.2g}. The generator is made for standard normal numbers: use "
            "sample_latent.",
        )


# critic_step -----------------------------------------------------------------


@checks("training.critic_step", "critic generator real optimizer", "penalty lambda_")
def critic_step(candidate: Callable) -> str:
    with _siblings():
        _critic_alone(candidate, 7)
        _critic_alone(candidate, 3)
        _critic_penalised(candidate, 7.0)
        _critic_penalised(candidate, None)
        scene = _Scene(400, "critic")
        candidate(scene.critic, scene.generator, scene.real, scene.optimizer)
        candidate(scene.critic, scene.generator, scene.real, scene.optimizer)
        _normal_noise(scene.generator.asked)
        if near(scene.generator.asked[0], scene.generator.asked[-1]):
            wrong("same-noise", "Two steps use the same noise. Draw new noise in each step, and set no seed inside.")
        scene = _Scene(3, "critic")
        on_another_device(candidate, scene.critic, scene.generator, scene.real, scene.optimizer)
    return (
        "The step is the gradient of the loss, plus lambda times that of the penalty (tried with 7 and the "
        "default 10), and old gradients play no part. The generator's weights and gradients stay as they "
        "were, and the two results are W and the bare penalty."
    )


def _critic_alone(candidate: Callable, n: int) -> None:
    """Without a penalty: loss, gradient, step, results."""
    scene = _Scene(n, "critic")
    with _no_penalty_to_use():
        result = call(candidate, scene.critic, scene.generator, scene.real, scene.optimizer)
    _critic_moved(scene, None, 0.0)
    estimate, penalty = _pair(result)
    both = isinstance(estimate, Tensor) and isinstance(penalty, Tensor)
    if both and near(estimate, 0.0) and any(near(penalty.abs(), abs(value), 1e-3) for value in _before(scene)):
        wrong("results-swapped", "Your two results are exchanged: the Wasserstein estimate comes first.")
    _estimate(estimate, scene, 0.0, 0.0)
    if penalty is None:
        wrong("penalty-none", "Without a penalty your second result is None; it should be a 0-d tensor with value 0.")
    if not isinstance(penalty, Tensor):
        wrong("wrong-type", f"Without a penalty your second result is {_kind(penalty)}. {ZERO}")
    if penalty.ndim:
        wrong("wrong-shape", f"Without a penalty your second result is {_kind(penalty)}. {ZERO}")
    if not penalty.is_floating_point():
        wrong("wrong-dtype", f"Without a penalty your second result has dtype {penalty.dtype}. {ZERO}")
    if tensor(penalty, "the second result without a penalty", ()).item() != 0:
        wrong("wrong-value", f"Without a penalty your second result is {show(penalty)}; it should be 0.")


@contextlib.contextmanager
def _no_penalty_to_use() -> Iterator[None]:
    """Recognise code that always counts on a penalty."""
    try:
        yield
    except (AttributeError, TypeError) as error:
        if re.search(r"'NoneType' object (is not callable|has no attribute 'detach')|operand.*'NoneType'", str(error)):
            wrong(
                "penalty-always",
                f"Your code stops when no penalty is given{where(error)}. The penalty may be None: "
                "then there is nothing to call, and the second result is 0.",
            )
        if re.search(r"'(int|float)' object has no attribute 'detach'", str(error)):
            wrong("wrong-type", f"Without a penalty you detach a plain number{where(error)}. {ZERO}")
        raise


def _critic_penalised(candidate: Callable, lambda_: float | None) -> None:
    """With a penalty, and lambda given or left to its default."""
    scene = _Scene(5, "critic")
    penalty = _Penalty(scene.critic, scene.generator, scene.real)
    given = {"penalty": penalty.named()} | ({} if lambda_ is None else {"lambda_": lambda_})
    result = call(candidate, scene.critic, scene.generator, scene.real, scene.optimizer, **given)
    if penalty.calls == 0:
        wrong("penalty-ignored", "You are given a penalty but never call it.")
    lambda_ = 10.0 if lambda_ is None else lambda_
    _critic_moved(scene, penalty, lambda_)
    estimate, value = _pair(result)
    if isinstance(value, Tensor) and near(value, 2 * lambda_):
        wrong(
            "penalty-with-lambda",
            f"The penalty is 2 and lambda {lambda_:g}; your second result is {show(value)}. Report the "
            "penalty before lambda, so that runs with different lambda can be compared.",
        )
    _estimate(estimate, scene, 2.0, lambda_)
    value = tensor(value, "the second result", ())
    if not near(value, 2.0, 1e-3):
        wrong("wrong-value", f"The penalty is 2; your second result is {show(value)}.")
    if value.requires_grad:
        _attached("penalty")


def _critic_moved(scene: _Scene, penalty: _Penalty | None, lambda_: float) -> None:
    """Take the critic's step apart."""
    if scene.other_moved():
        wrong(
            "generator-moved", "The generator's weights change in the critic's step. Only the critic is stepped here."
        )
    if not scene.generator.made:
        wrong("no-fakes", "The generator is never asked for fakes.")
    scene.stepped("critic.weight", "critic")
    directions = [made.flatten(1).mean(dim=0) for made in scene.generator.made]
    fakes = len(directions)
    directions += [scene.real.flatten(1).mean(dim=0), scene.stale]
    if penalty is not None:
        directions.append(2 * penalty.u)
    shares, complete = _share(scene.moved("critic.weight"), *directions)
    fake, real, stale = sum(shares[:fakes]), shares[fakes], shares[fakes + 1] / STALE
    scene.leftovers(stale)
    if near(fake, -1.0, 1e-2) and near(real, 1.0, 1e-2):
        wrong(
            "sign-swapped",
            "The critic moves the wrong way: it learns to score fakes high and real images low. Which of "
            "the two averages does its loss subtract?",
        )
    n = len(scene.real)
    right = complete and near(fake, 1.0, 1e-2) and near(real, -1.0, 1e-2)
    if near(fake, float(n), 1e-2) and near(real, -float(n), 1e-2):
        wrong("sum-not-mean", f"Your step is {n} times too long for a batch of {n}. Average the scores.")
    if penalty is not None:
        _penalty_share(shares[-1], real, lambda_)
    if scene.other_gradients_changed():
        if all(parameter.grad is None or not parameter.grad.any() for parameter in scene.generator.parameters()):
            wrong(
                "generator-zeroed",
                "You empty the generator's gradients. They are none of the critic's business: empty those "
                "of the network that you are about to step.",
            )
        if penalty is not None and penalty.attached and not scene.critic.scored_attached:
            wrong(
                "penalty-not-detached",
                "The critic scores detached fakes, but the penalty gets the undetached ones, and through them the "
                "backward pass runs on into the generator. Detach once, where the fakes are made.",
            )
        wrong(
            "fakes-not-detached",
            "The generator's gradients change in the critic's step: the backward pass runs on through the "
            "fakes. Cut the fakes off from the generator before the critic sees them.",
        )
    known = torch.cat([scene.real, *scene.generator.made]).flatten(1)
    scored = torch.cat(scene.critic.scored).flatten(1)
    if not right and torch.cdist(scored, known).min(dim=1).values.max() > 1e-3:
        wrong(
            "mixture-scored",
            "Your loss takes the scores of images that are neither real nor made by the generator. Points "
            "between real and fake belong to the penalty alone; the loss is about the scores of real and "
            "of fake images.",
        )
    if near(fake, 0.0, 1e-3) or near(real, 0.0, 1e-3):
        missing = "fake" if near(fake, 0.0, 1e-3) else "real"
        wrong("one-side-missing", f"The {missing} images have no part in your step. The loss needs the scores of both.")
    if not right:
        wrong(
            "wrong-step",
            f"In your step the gradient of the fakes' mean score counts {fake:.3g} and that of the real "
            f"images' {real:.3g}; they should count 1 and "
            f"-1{'' if complete else ', and something else is mixed in'}.",
        )
    scene.left_as_found()


def _penalty_share(share: float, real: float, lambda_: float) -> None:
    """How much of the penalty's gradient is in the step."""
    if near(share, lambda_, 1e-2) and near(real, -lambda_, 1e-2):
        wrong("lambda-on-everything", "You multiply the whole loss by lambda. It is the weight of the penalty alone.")
    if near(share, lambda_, 1e-2):
        return
    if near(share, 0.0, 1e-2):
        wrong(
            "penalty-detached",
            "The penalty is computed, but no gradient of it reaches the critic: it comes too late for the "
            "backward pass, or is cut off by no_grad, detach or item.",
        )
    if near(share, 1.0, 1e-2):
        wrong("lambda-missing", f"lambda is {lambda_:g}, but the penalty enters your loss with weight 1.")
    if near(share, lambda_**2, 1e-2):
        wrong(
            "lambda-twice",
            f"lambda is {lambda_:g}, but the penalty enters your loss with weight {share:.3g}: lambda twice.",
        )
    if near(share, -lambda_, 1e-2):
        wrong("penalty-subtracted", "You subtract the penalty. The critic minimises: what is to be punished is added.")
    wrong(
        "lambda-wrong",
        f"lambda is {lambda_:g}, but the penalty enters your step with weight {share:.3g}.",
    )


def _pair(result: Any) -> tuple[Any, Any]:
    if result is None:
        wrong(
            "returns-none", "Your function returns nothing. The loop wants two numbers: the estimate and the penalty."
        )
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        wrong(
            "not-a-pair",
            f"Your function returns {_kind(result)}; it should return two values, the Wasserstein estimate "
            "and the penalty.",
        )
    return result[0], result[1]


def _before(scene: _Scene) -> list[float]:
    return _distances(scene, scene.before["critic.weight"])


def _distances(scene: _Scene, weight: Tensor) -> list[float]:
    """W for this critic and each batch of fakes that was made."""
    real = (scene.real.flatten(1) @ weight).mean()
    return [(real - (made.flatten(1) @ weight).mean()).item() for made in scene.generator.made]


def _estimate(estimate: Any, scene: _Scene, penalty: float, lambda_: float) -> None:
    """The first result, and what else it may be."""
    estimate = tensor(estimate, "the first result", ())
    before = _before(scene)
    if any(near(estimate, value, 1e-3) for value in before):
        if estimate.requires_grad:
            _attached("estimate")
        return
    if any(near(estimate, -value, 1e-3) for value in before):
        wrong(
            "estimate-sign",
            "Your first result has the wrong sign: it is the loss. The estimate of a distance is positive when "
            "real images score higher.",
        )
    if any(near(estimate.abs(), abs(value - lambda_ * penalty), 1e-3) for value in before):
        wrong(
            "estimate-with-penalty",
            "The penalty is part of your first result. The estimate is about scores alone; a curve with the "
            "penalty in it says nothing about the distance.",
        )
    if any(near(estimate, value, 1e-3) for value in _distances(scene, scene.critic.weight.detach())):
        wrong(
            "estimate-after-step",
            "Your estimate belongs to the critic after the step, the loss and the penalty to the critic before "
            "it. Take it from the scores that you already have; they cost nothing.",
        )
    wrong("wrong-value", f"The Wasserstein estimate should be {before[0]:.4g}; your first result is {show(estimate)}.")


def _attached(what: str) -> None:
    wrong(
        "result-attached",
        f"The {what} that you return still hangs on its graph. A loop that keeps it for a plot would keep "
        "the graph of every step in memory.",
    )


# generator_step --------------------------------------------------------------


@checks("training.generator_step", "critic generator n optimizer")
def generator_step(candidate: Callable) -> str:
    with _siblings():
        _generator_alone(candidate, 7)
        _generator_alone(candidate, 3)
        scene = _Scene(400, "generator")
        candidate(scene.critic, scene.generator, 400, scene.optimizer)
        candidate(scene.critic, scene.generator, 400, scene.optimizer)
        _normal_noise(scene.generator.asked)
        if near(scene.generator.asked[0], scene.generator.asked[-1]):
            wrong("same-noise", "Two steps use the same noise. Draw new noise in each step, and set no seed inside.")
        scene = _Scene(3, "generator")
        on_another_device(candidate, scene.critic, scene.generator, 3, scene.optimizer)
    return (
        "The step raises the critic's mean score of n fakes (7, then 3), old gradients play no part, the "
        "critic's weights stay, and the result is the loss without its graph."
    )


def _generator_alone(candidate: Callable, n: int) -> None:
    scene = _Scene(n, "generator")
    loss = call(candidate, scene.critic, scene.generator, n, scene.optimizer)
    if scene.other_moved():
        wrong(
            "critic-moved", "The critic's weights change in the generator's step. Only the generator is stepped here."
        )
    if not scene.generator.made:
        wrong("no-fakes", "The generator is never asked for fakes.")
    if not scene.critic.scored:
        _loss_of_images()
    scene.stepped("generator.shift", "generator")
    up = scene.before["critic.weight"]
    (score, stale), complete = _share(scene.moved("generator.shift"), up, scene.stale)
    scene.leftovers(stale / STALE)
    if near(score, 1.0, 1e-2):
        wrong(
            "sign-swapped",
            "The generator moves the wrong way: its fakes get lower scores. It wants high scores; what "
            "must it minimise?",
        )
    if near(score, -float(n), 1e-2):
        wrong("sum-not-mean", f"Your step is {n} times too long for {n} fakes. Average the scores.")
    latents = torch.cat(scene.generator.asked).mean(dim=0)
    (whole,), rows = _share(scene.moved("generator.matrix"), latents[:, None] * up)
    if not (complete and near(score, -1.0, 1e-2) and rows and near(whole, -1.0, 1e-2)):
        wrong(
            "wrong-step",
            f"In your step the gradient of the fakes' mean score counts {score:.3g} instead of -1"
            f"{'' if complete and rows else ', and something else is mixed in'}.",
        )
    scene.left_as_found()
    loss = tensor(loss, "the loss", ())
    expected = [-(made.flatten(1) @ up).mean().item() for made in scene.generator.made]
    if any(near(loss, -value, 1e-3) for value in expected):
        wrong("result-sign", "You return the mean score of the fakes; the loss is its negative.")
    if not any(near(loss, value, 1e-3) for value in expected):
        wrong("wrong-value", f"The loss should be {expected[0]:.4g}; your result is {show(loss)}.")
    if loss.requires_grad:
        _attached("loss")
