"""Checks of training.py: one step, taken apart.

A step's gradient is a sum of known gradients: that of each real image's score, of
each fake's, of the penalty, and what was left in .grad. How much of each is in what
the optimiser was given says what the loss was made of. The truth is computed by
autograd on copies, in float64.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from . import draw
from .calls import call, standins
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import kind, near, show, tensor
from .report import Wrong

SHAPES = ((1, 3, 4), (3, 2, 3), (2, 4, 2), (1, 5, 3), (10,))
HIDDEN, STALE, EXACT = 20, 50.0, 3e-3
OPTIMIZERS: tuple[tuple[Callable, dict[str, Any]], ...] = (
    (torch.optim.SGD, {"lr": 0.02}),
    (torch.optim.SGD, {"lr": 0.02, "momentum": 0.8}),
    (torch.optim.Adam, {"lr": 0.03, "betas": (0.5, 0.9)}),
    (torch.optim.AdamW, {"lr": 0.03}),
    (torch.optim.RMSprop, {"lr": 0.03}),
)
ZERO = "It should be 0 as a 0-d float tensor, such as zeros without dimensions."
CALLED = "The penalty is called as penalty(critic, real, fake): the network, then two batches of images"
OLD = "Old gradients take part in your step"
ORDER = "First zero_grad, then backward, then step."
ESTIMATE = "The estimate should be {right}; your first result is {yours}"

wrong = Mistakes(
    f"""
    critic-input: The critic scores images of shape (n, {{shape}}); yours gives it {{kind}}{{guess}}.
    network-for-module: You take {{name}} from generator, which in this function is the network that you are given. The
        file generator.py is imported under the name generators.
    network-for-module/penalty: In this function penalty is not the file penalty.py, but the function that you are given
        (or None). Call it as it is.
    noise-type: The generator turns noise into images; it got {{kind}}.
    noise-swapped: Your noise has shape {{shape}}; the samples are counted first: (n, latent_dim).
    latent-fixed: Your noise has {{shape[1]}} numbers for each sample; generator.latent_dim says {{latent}}.
    noise-shape: Your noise has shape {{shape}}; it should have shape (n, latent_dim), here ({{n}}, {{latent}}).
    noise-repeated: All {{what}} of your noise are the same. Each of its numbers is drawn by itself.
    noise-distribution: Your noise has mean {{mean:.2g}}, standard deviation {{spread:.2g}} and ends at {{low:.2g}} and
        {{high:.2g}}. The generator is made for standard normal numbers: use sample_latent.
    same-noise: Two steps use the same noise. Draw new noise in each step, and not from a random generator that starts
        again with a fixed seed.
    batch-size: You make {{made}} fakes where {{n}} are asked for. The number comes from the batch, and the last batch
        of an epoch may be short.
    loss-of-images: A loss takes scores; yours gets the images themselves. A pixel says nothing about how real an image
        looks: the critic has to score the images first.
    no-fakes: The generator is never asked for fakes.
    own-optimiser: The {{player}} moves, but not by the optimizer that you are given. Use that one.
    no-step: The {{player}}'s weights are the same as before: the optimiser is never told to step.
    many-steps: Your function takes {{steps}} steps. It is one step; the loop around it repeats it.
    step-before-backward: The optimiser steps before the backward pass: it uses the gradients that it finds, and those
        of this loss do not exist yet. {ORDER}
    zeroed-after-backward: The {{player}} does not learn: you empty the gradients after the backward pass has filled
        them and before the step uses them. {ORDER}
    zeroed-too-late: {OLD}: you empty them only after it. {ORDER}
    stale-gradients: {OLD}: backward adds to what is there. Empty the gradients of the network that you are about to
        step, before the backward pass.
    player-frozen: The {{player}}'s weights have requires_grad switched off while it computes, so the loss cannot reach
        them. This step is the one in which the {{player}} learns.
    fakes-detached: The optimiser steps, but no gradient of the loss reaches the generator. The way from the loss
        through the critic and the fakes has to stay open: is there a detach or a no_grad in it?
    no-backward: No gradient of a loss reaches the {{player}}: backward is never called, or on another loss.
    gradients-clipped: You limit the size of the gradients before the step. The optimiser takes them as they are; what a
        WGAN limits is the critic's weights, and the loop does that.
    moved-by-hand: Besides the optimiser's step your code changes the {{player}}'s weights itself, as clipping does.
        Only the optimiser moves them here; the loop around the step clips the critic.
    result-attached: The {{what}} that you return still hangs on its graph. A loop that keeps it for a plot would keep
        the graph of every step in memory.

    cut-off: The gradient of your loss is 0 for this batch, so the {{player}} learns nothing. The loss may be negative:
        no relu, no clamp, no cut at 0.
    absolute-value: The {{player}} moves the right way while its loss is positive, and the wrong way when it is
        negative. Leave the loss its sign: no absolute value, no square.
    extra-term: Part of your step comes from something else than the scores{{penalty}}. The loss has no other terms.
    mixture-scored: The critic scores images that are neither real nor made by the generator, and they have a part in
        your step. The loss is about the scores of real and of fake images, just as they are.
    uneven: In your step some images count more than others, from {{low:.3g}} to {{high:.3g}} times what they should.
        The losses average plain scores: no log, sigmoid, square or hinge around them.
    images-left-out: In your step only {{counted}} of the {{n}} {{which}} images count. The losses average over all of
        them: no largest, first or middle score, no hinge.
    scaled-step: The gradient that your step uses is {{fake:.3g}} times as long as it should be. Nothing multiplies or
        divides the loss or its gradient.
    sum-not-mean: Your step is {{n}} times too long for a batch of {{n}}. Average the scores.
    sign-swapped: The critic moves the wrong way: it learns to score fakes high and real images low. Which of the two
        averages does its loss subtract?
    sign-swapped/generator: The generator moves the wrong way: its fakes get lower scores. It wants high scores; what
        must it minimise?
    same-direction: Your step moves the scores of real and of fake images the same way. The critic wants real images
        high and fakes low, so the two averages need opposite signs.
    one-side-missing: The {{which}} images have no part in your step. The loss needs the scores of both.
    wrong-step: In your step the gradient of the fakes' mean score counts {{fake:.4g}} and that of the real images'
        {{real:.4g}}; they should count 1 and -1.

    penalty-arguments: {CALLED}; {{but}}.
    penalty-always: Your code stops when no penalty is given{{where}}. The penalty may be None: then there is nothing to
        call, and the second result is 0.
    penalty-ignored: You are given a penalty but never call it.
    penalty-detached: The penalty is computed, but no gradient of it reaches the critic: it comes too late for the
        backward pass, or is cut off by no_grad, detach or item.
    penalty-bent: You take the size of the penalty or cut it off at 0: here it is {{worth:g}}, and its gradient does not
        arrive as it is. Add the penalty to the loss just as it comes.
    penalty-subtracted: You subtract the penalty. The critic minimises: what is to be punished is added.
    lambda-on-everything: You multiply the whole loss by lambda. It is the weight of the penalty alone.
    lambda-missing: lambda is {{weight:g}}, but the penalty enters your loss with weight 1.
    lambda-twice: lambda is {{weight:g}}, but the penalty enters your loss with weight {{share:.3g}}: lambda twice.
    lambda-fixed: lambda is {{weight:g}}, but the penalty enters your loss with weight 10. That is only the default: use
        the value that you are given.
    lambda-default: When no lambda is given, it is 10; the penalty enters your step with weight {{share:.3g}}.
    lambda-wrong: lambda is {{weight:g}}, but the penalty enters your step with weight {{share:.3g}}.
    generator-moved: The generator's weights change in the critic's step. Only the critic is stepped here.
    critic-moved: The critic's weights change in the generator's step. Only the generator is stepped here.
    generator-zeroed: You empty the generator's gradients. They are none of the critic's business: empty those of the
        network that you are about to step.
    penalty-not-detached: The critic scores detached fakes, but the penalty gets the undetached ones, and through them
        the backward pass runs on into the generator. Detach once, where the fakes are made.
    fakes-not-detached: The generator's gradients change in the critic's step: the backward pass runs on through the
        fakes. Cut the fakes off from the generator before the critic sees them.

    returns-none: Your function returns nothing. The loop wants two numbers: the estimate and the penalty.
    not-a-pair: Your function returns {{kind}}; it should return two values, the estimate and the penalty.
    results-swapped: Your two results are exchanged: the estimate comes first.
    penalty-none: Without a penalty your second result is None; it should be a 0-d tensor with value 0.
    wrong-type: Without a penalty your second result is {{kind}}. {ZERO}
    wrong-type/detached: Without a penalty you detach a plain number{{where}}. {ZERO}
    wrong-shape: Without a penalty your second result is {{kind}}. {ZERO}
    wrong-dtype: Without a penalty your second result has dtype {{dtype}}. {ZERO}
    wrong-value/zero: Without a penalty your second result is {{yours}}; it should be 0.
    penalty-after-step: Your second result is the penalty of the critic after the step. The loss takes it before the
        step: keep that number.
    penalty-with-lambda: The penalty is {{right}} and lambda {{weight:g}}; your second result is {{yours}}. Report the
        penalty before lambda, so that runs with different lambda can be compared.
    wrong-value/penalty: The penalty is {{right}}; your second result is {{yours}}.
    estimate-sign: {ESTIMATE}. It is neither the loss nor an absolute value: it is positive when real images score
        higher than fakes, else negative.
    estimate-cut-off: {ESTIMATE}. While the critic is still bad it may be negative: do not cut it off at 0.
    estimate-with-penalty: The penalty is part of your first result. The estimate is about scores alone; a curve with
        the penalty in it says nothing about the distance.
    estimate-after-step: Your estimate belongs to the critic after the step, the loss and the penalty to the critic
        before it. Take it from the scores that you already have.
    estimate-one-side: {ESTIMATE}, the mean score of one batch. The estimate is the difference of two means.
    estimate-sum: {ESTIMATE}, a sum over the batch. The estimate is the difference of two averages.
    wrong-value: {ESTIMATE}.
    result-sign: You return the mean score of the fakes; the loss is its negative.
    result-sum: The loss should be {{right}}; your result is {{yours}}, a sum over the batch. Return the average.
    result-after-step: Your result is the loss after the step. The loop reports the loss that the step was made with.
    wrong-value/loss: The loss should be {{right}}; your result is {{yours}}.
    """
)
ERRORS = {  # how known mistakes show in Python's and torch's words
    "penalty-always": r"'NoneType' object (is not callable|has no attribute 'detach')|operand.*'NoneType'",
    "wrong-type/detached": "'(int|float)' object has no attribute 'detach'",
    "network-for-module/penalty": r"'(function|NoneType)' object has no attribute '\w*(penalty|interpolate|norms)'",
}


# What the step is given ------------------------------------------------------
#
# Python's own error messages name these classes and functions, so they carry the
# names that the student knows.


class Critic(nn.Module):
    """Images to scores; tells what it is asked."""

    def __init__(self, layers: nn.Module, tell: Callable[[Any], None]) -> None:
        super().__init__()
        self.layers, self._tell = layers, tell

    def forward(self, images: Tensor) -> Tensor:
        self._tell(images)
        return self.layers(images)


class Generator(Critic):
    """Noise to images, in the same way."""

    latent_dim: int

    def forward(self, z: Tensor) -> Tensor:
        return super().forward(z)

    def __getattr__(self, name: str) -> Any:
        if name in ("sample_latent", "to_image", "MLPGenerator", "ConvGenerator"):
            wrong("network-for-module", name=name)
        return super().__getattr__(name)


def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    return _average(real_scores, -1) + _average(fake_scores, 1)


def wasserstein_estimate(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    return _average(real_scores, 1) + _average(fake_scores, -1)


def generator_loss(fake_scores: Tensor) -> Tensor:
    return _average(fake_scores, -1)


def sample_latent(n: int, latent_dim: int, device: Any = None) -> Tensor:
    return torch.empty(n, latent_dim, device=device).normal_()


def _average(scores: Tensor, sign: float) -> Tensor:
    if isinstance(scores, Tensor) and scores.ndim and scores.numel() > len(scores):
        wrong("loss-of-images")
    scores = scores.flatten()
    return scores @ torch.full_like(scores, sign / scores.numel(), requires_grad=False)


_siblings = standins(  # so that the step is checked alone
    losses__critic_loss=critic_loss,
    losses__wasserstein_estimate=wasserstein_estimate,
    losses__generator_loss=generator_loss,
    generator__sample_latent=sample_latent,
)


def _layers(n_inputs: int, n_outputs: int, *last: nn.Module) -> nn.Sequential:
    """A small network with weights from the check's own random numbers."""
    bend = draw.one_of((nn.Tanh, nn.SiLU, nn.ELU))()
    net = nn.Sequential(nn.Flatten(), nn.Linear(n_inputs, HIDDEN), bend, nn.Linear(HIDDEN, n_outputs), *last)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(draw.normal(*parameter.shape) / parameter.shape[-1] ** 0.5)
    return net


def _optimizer(net: nn.Module) -> torch.optim.Optimizer:
    """One of torch's, with one group of parameters or two, and a state as after a few steps."""
    maker, settings = draw.one_of(OPTIMIZERS)
    parameters = list(net.parameters())
    groups = draw.one_of(([parameters], [parameters[:2], parameters[2:]]))
    optimizer = maker([{"params": group} for group in groups], **settings)
    weights = [parameter.detach().clone() for parameter in parameters]
    for _ in range(3):
        for parameter in parameters:
            parameter.grad = draw.normal(*parameter.shape)
        optimizer.step()
    with torch.no_grad():
        for parameter, value in zip(parameters, weights, strict=True):
            parameter.copy_(value)
    return optimizer


# What a step does ------------------------------------------------------------


class _Parts(NamedTuple):
    """What a gradient is made of.

    Attributes:
        sides: for fake and for real images, how much each one's score is in it, where 1 is right.
        penalty: how much of the penalty.
        complete: whether that is all.
    """

    sides: dict[str, Tensor]
    penalty: float
    complete: bool


class _Scene:
    """Two networks with something left in .grad, an optimiser for one of them, and a look at both.

    Args:
        n: size of the batch.
        player: critic or generator, whose step it is.
        sign: of the loss and of the penalty.
    """

    def __init__(self, n: int, player: str, sign: int = 1) -> None:
        self.n, self.player, self.sign = n, player, sign
        self.other = "generator" if player == "critic" else "critic"
        self.shape, latent = draw.one_of(SHAPES), draw.one_of([size for size in (5, 6, 11) if size != n])
        layers = self._drawn(latent)
        self.critic = Critic(layers["critic"], lambda images: self._score(images))
        self.generator = Generator(layers["generator"], lambda z: self._make(z))
        self.generator.latent_dim = self.latent = latent
        self.nets: dict[str, Critic] = {"critic": self.critic, "generator": self.generator}
        self.optimizer = _optimizer(self.nets[player])
        self.given = (self.critic, self.generator, self.real if player == "critic" else n, self.optimizer)

        self.asked: list[Tensor] = []  # noise
        self.made: list[Tensor] = []
        self.scored: list[Tensor] = []
        self.scored_attached = False
        self.penalised: list[bool] = []  # for each call of the penalty, whether its fakes hung on a graph
        self.frozen: set[str] = set()  # who computed while its weights did not require grad
        self.reached: dict[str, bool] = {}  # whom a backward pass reached, and whether with anything but zeros
        self.events: list[str] = []
        self.used: list[Tensor] = []  # the gradient in each step
        self.at: list[Tensor] = []  # the weights before and after each step

        self.before = {name: self.weights(name) for name in self.nets}
        self.layers = {name: deepcopy(net.layers).double() for name, net in self.nets.items()}
        self.stale = {name: STALE * draw.normal(len(weights)) for name, weights in self.before.items()}
        self.worth, size = sign * draw.number(0.5, 3), len(self.before["critic"])
        self.slope = 3 * draw.normal(size) / size**0.5
        self.optimizer.register_step_pre_hook(lambda *given: self.at.append(self.weights(player)))
        self.optimizer.register_step_post_hook(lambda *given: self._stepped())
        for name, net in self.nets.items():
            old = self.stale[name].split([parameter.numel() for parameter in net.parameters()])
            for parameter, values in zip(net.parameters(), old, strict=True):
                parameter.grad = values.view_as(parameter).clone()
                parameter.register_hook(lambda gradient, name=name: self._backward(name, gradient))

    def _drawn(self, latent: int) -> dict[str, nn.Sequential]:
        """Real images and layers for which the loss has its sign whatever the noise, and a long gradient."""
        pixels = torch.Size(self.shape).numel()
        while True:
            self.real = draw.images(self.n, *self.shape[::-1]).permute(0, *range(len(self.shape), 0, -1))
            critic = _layers(pixels, 1, *([nn.Flatten(0)] * draw.whole(0, 1)))
            generator = _layers(latent, pixels, nn.Unflatten(1, self.shape))
            (*_, weight, bias), (*_, spreading, _) = list(critic.parameters()), list(generator.parameters())
            with torch.no_grad():
                spreading.mul_(0.4)
                bias.zero_()
                fake, real = critic(generator(draw.normal(200, latent))), critic(self.real)
                gap, spread = fake.mean() - real.mean(), fake.std() / self.n**0.5
                factor = self.sign * draw.number(4, 9) / gap
                weight.mul_(factor)
                if self.player == "critic":
                    bias.fill_(draw.number(-1, 1) - factor * (fake.mean() + real.mean()) / 2)
                else:
                    bias.fill_(-self.sign * (2 + 5 * spread * factor.abs()) - factor * fake.mean())
            if gap.abs() > 4 * spread and 1 < factor.abs() < 30:
                return {"critic": critic, "generator": generator}

    def run(self, candidate: Callable, **more: Any) -> Any:
        """Call the candidate; if it stops, say why."""
        try:
            with wrong.translating(ERRORS):
                return call(candidate, *self.given, may_change=(self.critic, self.generator), **more)
        except Wrong:
            raise
        except RuntimeError as error:
            self.sizes()
            followed, changed = "require grad" not in str(error), "inplace operation" in str(error)
            backward = self.events[:1] == ["backward"]
            found = {
                "player-frozen": not followed and self.player in self.frozen,
                "loss-of-images": not followed and not self.scored,
                "many-steps": changed and backward and "step" in self.events,
                "step-before-backward": changed and "step" in self.events,
            }
            wrong.first(found, player=self.player, steps="several")
            raise

    # What is seen while the candidate runs

    def _score(self, images: Any) -> None:
        """What a critic may be asked: images."""
        if not isinstance(images, Tensor) or images.shape[1:] != self.shape:
            shape = tuple(getattr(images, "shape", ()))
            guesses = {
                ", which may be the noise": shape[1:] == (self.latent,),
                ", which may be scores": len(shape) in (1, 2) and images.numel() == len(images),
                ": one row for each image": shape[1:] == (torch.Size(self.shape).numel(),),
            }
            guess = next((words for words, fits in guesses.items() if fits), "")
            wrong("critic-input", shape=", ".join(map(str, self.shape)), kind=kind(images), guess=guess)
        float32(images, "what the critic is asked to score")
        self.scored.append(images.detach().clone())
        self.scored_attached |= images.requires_grad
        self._note_frozen("critic")

    def _make(self, z: Any) -> None:
        """What a generator may be asked: rows of latent_dim numbers."""
        images = isinstance(z, Tensor) and z.shape == self.real.shape and torch.equal(z, self.real)
        if images or not isinstance(z, Tensor):
            wrong("noise-type", kind="the real images" if images else kind(z))
        shape = tuple(z.shape)
        if len(shape) != 2 or shape[1] != self.latent:
            found = {
                "noise-swapped": shape == (self.latent, self.n),
                "latent-fixed": len(shape) == 2 and shape[0] == self.n,
                "noise-shape": True,
            }
            wrong.first(found, shape=shape, n=self.n, latent=self.latent)
        float32(z, "your noise")
        for dim, what in ((0, "samples"), (1, "numbers in a row")):
            if z.shape[dim] > 1 and not z.diff(dim=dim).any():
                wrong("noise-repeated", what=what)
        self.asked.append(z.detach().clone())
        with torch.no_grad():
            self.made.append(self.generator.layers(z.detach()))
        self._note_frozen("generator")

    def _note_frozen(self, name: str) -> None:
        if not all(parameter.requires_grad for parameter in self.nets[name].parameters()):
            self.frozen.add(name)

    def _backward(self, name: str, gradient: Tensor) -> None:
        self.reached[name] = self.reached.get(name, False) or bool(gradient.any())
        if name == self.player:
            self.events.append("backward")

    def _stepped(self) -> None:
        self.events.append("step")
        self.used.append(self.gradient(self.player))
        self.at.append(self.weights(self.player))

    def penalty(self) -> Callable[[nn.Module, Tensor, Tensor], Tensor]:
        """A plane over the critic's weights, of known height and slope.

        Its value does not depend on the fakes, but its graph holds on to them.
        """

        def penalty(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
            self.sizes()
            if critic is not self.critic:
                wrong("penalty-arguments", but=f"its first argument is {kind(critic)}")
            for what, value in (("real", real), ("fake", fake)):
                if not isinstance(value, Tensor) or value.shape != self.real.shape:
                    wrong("penalty-arguments", but=f"as {what} it got {kind(value)}")
                float32(value, f"what the penalty gets as {what}")
            if _among(real, *self.made) and near(fake, self.real):
                wrong("penalty-arguments", but="yours hands it the fakes as real images and the other way round")
            if not near(real, self.real):
                wrong("penalty-arguments", but="what it got as real is not the batch of real images")
            if not _among(fake, *self.made):
                wrong("penalty-arguments", but="what it got as fake was not made by the generator")
            self.penalised.append(fake.requires_grad)
            weights = torch.cat([parameter.flatten() for parameter in self.critic.parameters()])
            return self.height(weights) + fake.mean() - fake.detach().mean()

        penalty.__qualname__ = "penalty"
        return penalty

    # What is seen afterwards

    def height(self, weights: Tensor) -> Tensor:
        """The penalty of a critic with these weights."""
        return self.worth + (weights - self.before["critic"]) @ self.slope

    def weights(self, name: str) -> Tensor:
        return torch.cat([parameter.detach().flatten() for parameter in self.nets[name].parameters()])

    def gradient(self, name: str) -> Tensor:
        found = [(parameter, parameter.grad) for parameter in self.nets[name].parameters()]
        return torch.cat([(torch.zeros_like(value) if old is None else old).detach().flatten() for value, old in found])

    def means(self, after: bool = False) -> list[tuple[float, float]]:
        """Mean scores of the real images and of the fakes, for each batch of fakes, before or after the step."""
        layers = {name: deepcopy(net.layers).double() for name, net in self.nets.items()} if after else self.layers
        critic, generator = layers["critic"], layers["generator"]
        with torch.no_grad():
            real = critic(self.real.double()).mean().item()
            return [(real, critic(generator(z.double())).mean().item()) for z in self.batches()]

    def batches(self) -> list[Tensor]:
        """The noise of each batch of fakes, however many calls it was made in."""
        return [z for z in self.asked if len(z) == self.n] or [torch.cat(self.asked)]

    def sizes(self) -> None:
        """As many fakes as asked for, in one batch or in several."""
        sizes = [len(z) for z in self.asked]
        if sizes and self.n not in (*sizes, sum(sizes)):
            wrong("batch-size", made=sizes[0], n=self.n)

    def check(self, weight: float | None = None) -> None:
        """See that the step was the right one; the weight is that of the penalty."""
        self._one_step()
        if not any(near(self.used[0], gradient, 1e-4) for gradient in self._gradients(weight)):
            parts = self._parts(weight is not None)
            if not parts.complete:
                self._other_terms()
            self._scores(parts, weight)
            if weight is not None:
                _penalty_share(parts.penalty, weight, self.worth)
        if self.player == "critic" and not near(self.gradient("generator"), self.stale["generator"]):
            found = {
                "generator-zeroed": not self.gradient("generator").any(),
                "penalty-not-detached": any(self.penalised) and not self.scored_attached,
                "fakes-not-detached": True,
            }
            wrong.first(found)

    def _one_step(self) -> None:
        """One step by the player alone, by the optimiser that was given, and why its gradient is not that of a loss."""
        ends, steps = (self.before[self.player], self.weights(self.player)), len(self.used)
        found = {
            f"{self.other}-moved": not torch.equal(self.weights(self.other), self.before[self.other]),
            "no-fakes": not self.made,
            "own-optimiser": not torch.equal(*ends) and not steps,
            "no-step": not steps,
            "many-steps": steps > 1,
            "moved-by-hand": not all(map(torch.equal, ends, self.at)),
        }
        wrong.first(found, player=self.player, steps=steps)
        self.sizes()
        if self.used[0].any() and not near(self.used[0], self.stale[self.player], 1e-2):
            return wrong.first({"loss-of-images": not self.scored})
        reached = self.player in self.reached
        why = {
            "step-before-backward": reached and "backward" not in self.events[: self.events.index("step")],
            "cut-off": reached and not self.reached[self.player],
            "zeroed-after-backward": reached,
            "player-frozen": self.player in self.frozen,
            "loss-of-images": not self.scored,
            "fakes-detached": self.player == "generator" and self.reached,
            "no-backward": True,
        }
        return wrong.first(why, player=self.player)

    def _gradients(self, weight: float | None) -> Iterator[Tensor]:
        """What it should be, for each batch of fakes."""
        critic, generator = self.layers["critic"], self.layers["generator"]
        for z in self.batches():
            loss = critic(generator(z.double())).mean()
            loss = loss - critic(self.real.double()).mean() if self.player == "critic" else -loss
            slopes = torch.autograd.grad(loss, list(self.layers[self.player].parameters()))
            gradient = torch.cat([slope.flatten() for slope in slopes])
            yield gradient if weight is None else gradient + weight * self.slope

    def _parts(self, penalty: bool) -> _Parts:
        """What the gradient that the optimiser was given is made of."""
        critic, generator = self.layers["critic"], self.layers["generator"]
        images = torch.cat([self.real, *self.made]).double()
        scores = critic(images if self.player == "critic" else generator(torch.cat(self.asked).double())).flatten()
        parameters = list(self.layers[self.player].parameters())
        slopes = [torch.autograd.grad(score, parameters, retain_graph=True) for score in scores]
        known = [torch.cat([part.flatten() for part in slope]) for slope in slopes]
        others = [self.stale[self.player].double(), *([self.slope.double()] if penalty else [])]
        table = torch.stack([*known, *others], dim=1)
        lengths, used = table.norm(dim=0), self.used[0].double()
        shares = torch.linalg.lstsq(table / lengths, used[:, None], rcond=1e-7).solution[:, 0] / lengths
        complete = bool((table @ shares - used).norm() < 1e-4 * used.norm())
        counts, (old, *rest) = self.n * shares[: len(known)], shares[len(known) :].tolist()
        if abs(old) > 1e-2:
            wrong("stale-gradients" if self.gradient(self.player).any() else "zeroed-too-late")
        sides = {"fake": counts[self.n :], "real": -counts[: self.n]} if self.player == "critic" else {"fake": -counts}
        return _Parts(sides, sum(rest), complete)

    def _other_terms(self) -> None:
        """What is neither score nor penalty."""
        sizes = self.used[0].abs()
        found = {
            "mixture-scored": not _among(torch.cat(self.scored), self.real, *self.made),
            "gradients-clipped": (sizes > 0.999 * sizes.max()).sum() > 3,
            "extra-term": True,
        }
        wrong.first(found, penalty=" and the penalty" if self.player == "critic" else "")

    def _scores(self, parts: _Parts, weight: float | None) -> None:
        """The scores of all images, each with its share."""
        counted = {which: side[side.abs() > 1e-2 * side.abs().max()] for which, side in parts.sides.items()}
        everything = torch.cat(list(counted.values()))
        least = EXACT * (len(counted) - 1)  # where there is one side only, it is not missing
        uneven = any(side.max() - side.min() > EXACT * side.abs().max() > EXACT * least for side in counted.values())
        wrong.first({"uneven": uneven}, low=everything.min().item(), high=everything.max().item())
        for which, side in counted.items():
            found = {
                "one-side-missing": side.abs().max() < least,
                "images-left-out": len(side) < self.n,
                "batch-size": len(side) > self.n,
            }
            wrong.first(found, counted=len(side), made=len(side), n=self.n, which=which)
        sizes = {which: side.mean().item() for which, side in counted.items()}
        fake, real = sizes["fake"], sizes.get("real", sizes["fake"])
        alike = near(fake, real, EXACT) and (weight is None or near(parts.penalty, weight * fake, EXACT))
        variant = "/generator" * (self.player == "generator")
        found = {
            "absolute-value": self.sign < 0 and fake < 0 and real < 0,
            f"sign-swapped{variant}": fake < 0 and real < 0,
            "same-direction": fake * real < 0,
            "sum-not-mean": near([fake, real], [self.n] * 2, EXACT),
            "lambda-on-everything": weight and near([fake, real, parts.penalty], [weight] * 3, EXACT),
            "scaled-step": alike and not near(fake, 1.0, EXACT),
            "wrong-step": not near([fake, real], [1.0, 1.0], EXACT),
        }
        wrong.first(found, player=self.player, n=self.n, fake=fake, real=-real)


def _among(images: Tensor, *batches: Tensor) -> bool:
    """Whether each of these images is in one of those batches."""
    known = torch.cat(batches).flatten(1) if batches else images.new_empty(0, images[0].numel())
    return len(known) > 0 and bool((torch.cdist(images.flatten(1), known).amin(dim=1) < 1e-3).all())


def _penalty_share(share: float, weight: float, worth: float) -> None:
    """How much of the penalty's gradient is in the step; the first penalty is worth more than 0."""
    if worth < 0:
        wrong.named(share, {"penalty-bent": (0.0, -weight)}, EXACT, worth=worth)
    known = {
        "penalty-detached": 0.0,
        "lambda-missing": 1.0,
        "lambda-twice": weight**2,
        "penalty-subtracted": -weight,
        "lambda-fixed": 10.0,
    }
    if not near(share, weight, EXACT):
        wrong.named(share, known, EXACT, weight=weight, share=share)
        wrong("lambda-default" if weight == 10 else "lambda-wrong", weight=weight, share=share)


def _noise_and_device(candidate: Callable, player: str) -> None:
    """For those who draw their own noise it is the generator's distribution that counts; and all on another device."""
    scene = _Scene(80, player)
    for _ in range(2):
        candidate(*scene.given)
    z = torch.cat(scene.asked)
    first, *_, last = z.split(scene.n)
    peaks = (((z - z.mean()) / z.std()) ** 4).mean()
    found = {
        "same-noise": near(first, last),
        "noise-distribution": z.mean().abs() > 0.2 or (z.std() - 1).abs() > 0.15 or not 2.2 < peaks < 5,
    }
    wrong.first(found, mean=z.mean(), spread=z.std(), low=z.min(), high=z.max())
    scene = _Scene(3, player)
    on_another_device(candidate, *scene.given, *([scene.penalty()] if player == "critic" else []))


def _detached(result: Tensor, what: str) -> None:
    why = "The scores are float32, and what is computed from them stays so."
    if float32(result, f"the {what} that you return", why).requires_grad:
        wrong("result-attached", what=what)


# critic_step -----------------------------------------------------------------


@checks("training.critic_step", "critic generator real optimizer", "penalty lambda_")
@_siblings
def critic_step(candidate: Callable) -> str:
    _critic_alone(candidate, draw.whole(6, 9), 1)
    _critic_alone(candidate, draw.whole(3, 5), -1)
    weight = draw.whole(2, 7) + draw.one_of((0.3, 0.4, 0.6, 0.7))  # no whole number, to be told from n
    _critic_penalised(candidate, weight, 1, lambda_=weight)
    _critic_penalised(candidate, 10.0, -1)
    _critic_penalised(candidate, 0.0, 1, lambda_=0.0)
    _noise_and_device(candidate, "critic")
    return (
        f"The step is the gradient of the loss, plus lambda times that of the penalty (tried with {weight:g}, 0 and "
        "the default 10), and old gradients play no part. The generator's weights and gradients stay as they "
        "were, and the two results are W and the bare penalty."
    )


def _critic_alone(candidate: Callable, n: int, sign: int) -> None:
    """Without a penalty: loss, gradient, step, results."""
    scene = _Scene(n, "critic", sign)
    result = scene.run(candidate)
    scene.check()
    estimate, penalty = _pair(result, scene, 0.0)
    _estimate(estimate, scene, 0.0)
    if not isinstance(penalty, Tensor):
        wrong("penalty-none" if penalty is None else "wrong-type", kind=kind(penalty))
    found = {"wrong-shape": penalty.ndim, "wrong-dtype": not penalty.is_floating_point()}
    wrong.first(found, kind=kind(penalty), dtype=penalty.dtype)
    if tensor(penalty, "the second result without a penalty", ()).item() != 0:
        wrong("wrong-value/zero", yours=show(penalty))


def _critic_penalised(candidate: Callable, weight: float, sign: int, **lambda_: float) -> None:
    """With a penalty of that sign, and lambda given or left to its default; both times it has this weight."""
    scene = _Scene(draw.whole(3, 6), "critic", sign)
    result = scene.run(candidate, penalty=scene.penalty(), **lambda_)
    if not scene.penalised and weight:
        wrong("penalty-ignored")
    scene.check(weight)
    estimate, value = _pair(result, scene, scene.worth)
    if not weight:  # nobody minds then whether the penalty is computed
        return
    _estimate(estimate, scene, scene.worth, weight * scene.worth)
    value = tensor(value, "the second result", ())
    if not near(value, scene.worth):
        after = scene.height(scene.weights("critic")).item()
        known = {"penalty-with-lambda": weight * scene.worth, "penalty-after-step": after, "wrong-value/penalty": value}
        wrong.named(value, known, weight=weight, right=show(scene.worth))
    _detached(value, "penalty")


def _pair(result: Any, scene: _Scene, penalty: float) -> tuple[Any, Any]:
    if result is None:
        wrong("returns-none")
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        wrong("not-a-pair", kind=kind(result))
    first, second = result
    if all(isinstance(value, Tensor) and not value.ndim for value in result) and near(first, penalty):
        wrong.first({"results-swapped": any(near(second.abs(), abs(r - f)) for r, f in scene.means())})
    return first, second


def _estimate(estimate: Any, scene: _Scene, *penalties: float) -> None:
    """The first result, and what else it may be; the penalties are what may be mixed in."""
    estimate = tensor(estimate, "the first result", ())
    means = scene.means()
    before = [real - fake for real, fake in means]
    if any(near(estimate, value) for value in before):
        return _detached(estimate, "estimate")
    known = {
        "estimate-sign": [-value for value in before],
        "estimate-cut-off": [0.0],
        "estimate-with-penalty": [value + sign * part for value in before for part in penalties for sign in (1, -1)],
        "estimate-after-step": [real - fake for real, fake in scene.means(after=True)],
        "estimate-one-side": [value for pair in means for value in pair],
        "estimate-sum": [scene.n * value for value in before],
    }
    both = {key: tuple(sign * value for value in values for sign in (1, -1)) for key, values in known.items()}
    return wrong.named(estimate, {**both, "wrong-value": estimate}, right=show(before[0]))


# generator_step --------------------------------------------------------------


@checks("training.generator_step", "critic generator n optimizer")
@_siblings
def generator_step(candidate: Callable) -> str:
    sizes = [draw.whole(6, 9), draw.whole(3, 5)]
    for n, sign in zip(sizes, (1, -1), strict=True):
        scene = _Scene(n, "generator", sign)
        loss = scene.run(candidate)
        scene.check()
        _loss(loss, scene)
    _noise_and_device(candidate, "generator")
    return (
        f"The step raises the critic's mean score of n fakes ({sizes[0]}, then {sizes[1]}), old gradients play no "
        "part, the critic's weights stay, and the result is the loss without its graph."
    )


def _loss(loss: Any, scene: _Scene) -> None:
    """The result, and what else it may be."""
    loss = tensor(loss, "the loss", ())
    before = [-fake for _, fake in scene.means()]
    if any(near(loss, value) for value in before):
        return _detached(loss, "loss")
    known = {
        "result-sign": tuple(-value for value in before),
        "result-sum": tuple(sign * scene.n * value for value in before for sign in (1, -1)),
        "result-after-step": tuple(-fake for _, fake in scene.means(after=True)),
        "wrong-value/loss": loss,
    }
    return wrong.named(loss, known, right=show(before[0]))
