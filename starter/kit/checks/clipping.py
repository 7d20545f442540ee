"""Checks of clipping.py: weights inside and outside the window, and who does what, in which order."""

from collections.abc import Callable
from itertools import pairwise
from math import isclose, isfinite, prod
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor, nn

from . import draw
from .calls import call, standins
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import apart, kind, near, show, tensor
from .stubs import Optimizer

TOLERANCE = 1e-5  # of bounds, relative
ACTIVATIONS = (nn.ReLU, nn.LeakyReLU, nn.Tanh)
SAYS = "For sizes {sizes} and c={c} the bound is {right:.4g}, and yours is {yours:.4g}"
STEPS = "critic_step(critic, generator, real, optimizer)", "generator_step(critic, generator, n, optimizer)"

wrong = Mistakes(
    f"""
    structure-assumed: Your code expects what not every network has{{where}}. Ask the critic for all its parameters.
    bias-free: For a critic whose layers have no bias your code fails or leaves weights outside the window.
    gradients-emptied: Your code empties the critic's gradients. It is the weights that go back into the window.
    gradients-clipped: Your code changes the gradients. They say how far one step goes; what has to stay in the window
        are the weights.
    nothing-clipped: The critic's weights are the same as before. A clipped copy, or a clipped tensor under the old
        name, leaves the critic as it is: the change has to happen in the parameters themselves.
    one-sided: The window has two ends: with c={{c}} your weights still lie between {{low:.2g}} and {{high:.2g}}.
    bounds-swapped: With c={{c}} every weight becomes {{low:.2g}}. Look at which bound is the lower one.
    c-ignored: With c={{c}} your weights end at {{low:.3g}} and {{high:.3g}}, and not at -c and c. Use the c that you
        are given, at both ends.
    inside-changed: Weights that were inside the window have changed. Only those outside move, to the nearer end.
    outside-to-zero: Weights outside the window become zero. They should stop at the nearer end of it.
    other-end: Some weights outside the window go to the farther end of it. Each should stop at the nearer one.
    biases-forgotten: The weights are clipped, but the biases are not. Every parameter belongs in the window.
    layers-forgotten: Some parameters are clipped, but not {{missed}}. A critic may have layers of any kind, some of
        them inside others; ask it for all its parameters.
    wrong-value: With c={{c}} a weight of {{before:.3g}} should become {{right:.3g}}, but yours is {{yours:.3g}}.

    step-arguments: You call a function with other arguments than it takes{{where}}. They are {STEPS[0]},
        {STEPS[1]} and clip_weights(critic, c).
    data-not-sampled: Your code asks the data in a way that they do not know{{where}}. data.sample(n) gives n samples.
    networks-swapped: It is {{written}}: the two networks that you are given, in this order.
    optimizers-swapped: It is {{written}}, with the optimizer of the network that is stepped; yours is the other one.
    own-optimiser/made: You make a new optimiser, which knows nothing of earlier steps. Use the two that you are given.
    own-optimiser: You hand {{kind}} to a step as its optimiser. Hand on the one that you are given.
    penalty-passed: You hand a penalty to critic_step. Here the critic is held by clipping alone.
    not-a-batch: The third argument of critic_step is a batch of real samples, as data.sample gives; yours is {{kind}}.
    not-a-number: generator_step wants the number of fakes, not a batch: it never sees real samples.
    switched-for-step/gradients: You switch gradients off while a step runs, and so nothing would be learned.
    switched-for-step/eval: You put a network in eval mode while a step runs, which is made for train mode.
    switched-for-step/frozen: You freeze the network while it should be stepped, and so it would not learn.
    gradients-emptied/step: Your code empties or changes gradients. The steps do all that is needed with them.
    extra-step: You call an optimiser's step yourself. critic_step and generator_step do that, so a network moves twice.
    steps-by-hand: You write the {{player}}'s step out by hand, and it is not the step that {{player}}_step takes. Call
        that function: it is checked on its own.
    optimiser-changed: You change what an optimiser remembers of earlier steps. Only its own steps should do that.
    defaults-changed: Called without them, yours takes {{steps}} critic steps on {{samples}} samples, with weights up to
        {{largest:.2g}}. The paper's n_critic=5, c=0.01 and batch_size=64 are the defaults.
    no-critic-step: The critic is never stepped. Call your critic_step n_critic times.
    no-generator-step: The generator is never stepped. After the critic's steps it has its turn.
    n-critic-inverted: You step the critic once and the generator {{generator}} times. The critic has several steps.
    generator-every-step: The generator is stepped after each of the {{critic}} critic steps. It waits until all of them
        are done: which lines belong to the inner loop?
    many-generator-steps: The generator is stepped {{generator}} times; it is one step at a time.
    generator-first: The generator is stepped before the critic is done. It should learn from the critic's last state.
    off-by-one: With n_critic={{n_critic}} you take {{critic}} critic steps: where does your loop begin, and where end?
    n-critic-ignored: With n_critic={{n_critic}} you take {{critic}} critic step{{s}}. Use the number that is given.
    generator-clipped: You clip the generator. Only the critic's slope has to be held; a generator may be steep.
    c-ignored/step: With c={{c}} a parameter of the critic is still {{first:.3g}} in size after your clipping. Use the c
        that you are given, for all parameters.
    clip-after-generator: You clip after the generator's step, so the generator learns from a critic outside its window.
        Clip after each critic step at once.
    clip-missing: After the critic's steps a weight is {{last:.3g}} in size, with c={{c}}. Call your clip_weights.
    clip-before-step: You clip before a critic step and not after it. So the generator learns from a critic outside its
        window: step first, then clip.
    clip-once: You clip once, after the last critic step. The clipping belongs into the loop, after each of them.
    not-in-the-window: With c={{c}} the largest weight after the critic's steps is {{sizes}}; it should always be {{c}}.
    batch-size-ignored: With batch_size={{n}} your critic steps get {{sizes}} real samples, and your generator step is
        asked for {{fakes}} fakes.
    other-data: What your critic steps get as real samples is not what data.sample gave. Hand its batch on as it is.
    same-batch: Several critic steps get the same real samples. Draw a new batch for each of them.
    returns-none: Your function returns nothing; it should return the estimate and the generator's loss.
    not-a-pair: Your function returns {{kind}}; it should return two values, the estimate and the generator's loss.
    pair-not-unpacked: One of your results is a pair. critic_step returns the estimate and the penalty: take the
        estimate out.
    result-attached: Your results still hang on a graph, and a loop that keeps them for a plot would keep every graph.
    results-swapped: Your two results are exchanged: the estimate comes first.
    penalty-returned: Your second result is the penalty that critic_step returns. It should be the generator's loss.
    wrong-loss: The generator's step reports {{right}}, and your second result is {{yours}}. Return what it reports.
    first-estimate: You return the estimate of critic step {{step}} of {{n_critic}}. The last critic is the best one.
    estimates-averaged: You return the {{n_critic}} estimates taken together, {{yours}}. Return the last one alone.
    wrong-estimate: The last critic step reports {{right}}, and your first result is {{yours}}. Return what it reports.

    weights-measured: For other weights in the same window yours gives another number. The bound holds for every critic
        of this shape, so it comes from the window and the sizes, not from the weights.
    one-layer: A critic of a single linear layer has no hidden width, so with c={{c}} the bound is {{c}}. For it your
        code gives something else or fails.
    layers-missed: For sizes {{sizes}} and c={{c}} the bound is {{right:.4g}}, and your code gives something else or
        fails. Some of these layers lie inside others and one has no bias: ask the critic for all its linear layers.
    returns-none/bound: Your result is None. Does your code end with a return?
    not-one-number: The bound is one number; your result is {{kind}}.
    not-finite: Your bound is NaN or infinite.
    c-fixed: With c={{c}} and with c={{other}} your bound is the same, {{yours:.4g}}. Use the c that you are given.
    input-width: {SAYS}. Hidden widths enter once each, and the number of inputs does not: a change of one input reaches
        each unit of the first layer by one weight only.
    euclidean: {SAYS}: that is the bound for Euclidean lengths. Here the pixels' changes are summed.
    sum-not-product: {SAYS}: you add or average the widths. They multiply, because each layer can multiply what the one
        before it gives.
    width-left-out: {SAYS}. Each hidden layer has its own width as a factor, the first and the last too.
    c-once: {SAYS}. A change passes through {{layers}} layers, and each brings a factor c: that makes a power of c.
    power-off-by-one: {SAYS}. There are {{layers}} layers with weights, so c enters {{layers}} times.
    others-counted: {SAYS}: c enters for biases too, or for modules without weights. It is {{layers}} linear layers.
    widths-missing: {SAYS}. Each unit sums over all units before it, so the hidden widths enter too.
    widths-to-the-power: {SAYS}: the widths are raised to a power with c. Only c is; each width enters once.
    whole-window: {SAYS}: you take the whole width of the window, 2c. A weight is c in size at most.
    wrong-value/bound: {SAYS}.
    """
)


# clip_weights ----------------------------------------------------------------


class Critic(nn.Module):
    """Convolution, linear layers (one of them nested), and a parameter of its own, all around the window's ends."""

    def __init__(self, c: float, bias: bool = True, training: bool = True) -> None:
        super().__init__()
        filters, width = draw.whole(2, 4), draw.whole(2, 5)
        self.first = nn.Conv2d(1, filters, 2, bias=bias)
        self.nested = nn.Sequential(nn.Sequential(nn.Linear(filters, width, bias=bias)), nn.Linear(width, 1, bias=bias))
        self.scale = nn.Parameter(torch.empty(draw.whole(3, 6)))
        for parameter in self.parameters():
            turn = torch.arange(parameter.numel())  # outside, inside, outside at the other end, inside
            sizes = torch.where(turn % 2 == 0, draw.uniform(1.3, 3, len(turn)), draw.uniform(0.1, 0.9, len(turn)))
            signs = torch.where(turn % 4 < 2, 1, -1) * draw.one_of((1, -1))
            parameter.data = (c * sizes * signs).view(parameter.shape)
            parameter.grad = torch.full_like(parameter, 5.0)
        if not training:
            self.eval().scale.grad = None  # as before its first loss

    def values(self) -> dict[str, Tensor]:
        return {name: parameter.detach().clone() for name, parameter in self.named_parameters()}


@checks("clipping.clip_weights", "critic c")
def clip_weights(candidate: Callable[[nn.Module, float], None]) -> str:
    first = draw.number(0.1, 0.4, 3)
    _clips(candidate, Critic(first), first)
    for c in (0.01, draw.number(0.5, 0.9), draw.number(1.5, 3)):
        _clips(candidate, Critic(c, training=c != 0.01), c, used=first)
    with wrong.blaming("bias-free"):
        bare = Critic(first, bias=False)
        call(candidate, bare, first, may_change=(bare,))
        if any(value.abs().max() > 1.001 * first for value in bare.values().values()):
            wrong("bias-free")
    on_another_device(candidate, Critic(first), first, numpy=True)
    return (
        f"With c={first}, 0.01 and more, weights outside the window come back to its nearer end, in layers of all "
        "kinds; those inside and all gradients stay as they are."
    )


def _clips(candidate: Callable, critic: Critic, c: float, used: float | None = None) -> None:
    """Clip one critic; another c was used before."""
    before, parameters = critic.values(), list(critic.parameters())
    with_gradient = sum(parameter.grad is not None for parameter in parameters)
    with wrong.translating({"structure-assumed": "'Critic' object"}):
        call(candidate, critic, c, may_change=(critic,))
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    found = {
        "gradients-emptied": not any(gradient.any() for gradient in gradients),
        "gradients-clipped": len(gradients) != with_gradient or any((gradient != 5).any() for gradient in gradients),
    }
    wrong.first(found)
    _clipped(before, critic.values(), c, used)


def _clipped(before: dict[str, Tensor], after: dict[str, Tensor], c: float, used: float | None) -> None:
    """Compare with the window, and say what happened instead."""
    missed = [name for name in before if not near(after[name], before[name].clamp(-c, c), 1e-6)]
    if not missed:
        return
    flat, old = (torch.cat([value.flatten() for value in values.values()]) for values in (after, before))
    right, low, high, inside = old.clamp(-c, c), flat.min(), flat.max(), old.abs() < c
    off, some = int((flat - right).abs().argmax()), len(missed) < len(before)
    found = {
        "nothing-clipped": torch.equal(flat, old) and not (used and near(old, old.clamp(-used, used))),
        "one-sided": near(flat, old.clamp(max=c)) or near(flat, old.clamp(min=-c)),
        "bounds-swapped": (flat == flat[0]).all() and near(flat[0].abs(), c),
        "outside-to-zero": near(flat, old * inside),
        "c-ignored": near(flat, old.clamp(low, high)),
        "inside-changed": not near(flat[inside], old[inside]),
        "other-end": near(flat.abs(), right.abs()),
        "biases-forgotten": some and all(name.endswith("bias") for name in missed),
        "layers-forgotten": some,
        "wrong-value": True,
    }
    ends = {"c": c, "low": low, "high": high}
    wrong.first(found, **ends, missed=missed[0], before=old[off], right=right[off], yours=flat[off])


# wgan_step -------------------------------------------------------------------


class Data:
    """Points far out, around a centre that moves from batch to batch; they are remembered."""

    def __init__(self) -> None:
        self.shape = (draw.whole(2, 4),)
        self.signs = torch.tensor([1.0, -1.0, 1.0, -1.0])[: self.shape[0]]
        self.drawn: set[tuple[float, ...]] = set()

    def sample(self, n: int, rng: Any = None) -> Tensor:
        batch = self.signs * (draw.uniform(80, 120, *self.shape) + draw.uniform(-5, 5, int(n), *self.shape))
        self.drawn.update(_rows(batch))
        return batch


def _rows(batch: Tensor) -> list[tuple[float, ...]]:
    return [tuple(row) for row in batch.tolist()]


class LinearCritic(nn.Linear):
    """f(x) = w . x + b, and what it scored since the last step."""

    scored: tuple[tuple[float, ...], ...] = ()

    def forward(self, images: Tensor) -> Tensor:
        self.scored += (*_rows(images),)
        return super().forward(images).flatten()


class Generator(nn.Linear):
    latent_dim = 3


class _Logged(Optimizer):
    """Says so before each step."""

    def __init__(self, net: nn.Module, note: Callable[[], None]) -> None:
        super().__init__(net)
        self.note = note
        self.state["earlier steps"] = 7  # type: ignore[index]

    def step(self, closure: Callable | None = None) -> Any:
        self.note()
        return super().step(closure)


class _Step(NamedTuple):
    """Who is stepped, the critic's largest weight before it, real samples, how many fakes, and what it reports."""

    player: str
    largest: float
    real: list[tuple[float, ...]]
    fakes: int
    value: float


class _Match:
    """Two networks, stand-ins for their steps, and a list of what the optimisers did.

    The data lie so far out that each critic step takes the weights out of any window: the largest weight
    before the next one says what was done in between. A step written out by hand counts, if it is right.
    """

    def __init__(self) -> None:
        self.data = Data()
        pixels = self.data.shape[0]
        self.nets = self.critic, self.generator = LinearCritic(pixels, 1), Generator(3, pixels)
        for net in self.nets:
            _fill(net, 0.9)
        self.generator.bias.data = self.data.signs * draw.uniform(30, 50, pixels)
        self.optimizers = (
            _Logged(self.critic, lambda: self._stepped("critic")),
            _Logged(self.generator, lambda: self._stepped("generator")),
        )
        self.steps: list[_Step] = []
        self.clipped: list[nn.Module] = []
        self.gradients, self.meddled = self._gradients(), False

    def play(self, candidate: Callable, *settings: Any) -> Any:
        """Call the candidate with these stand-ins."""
        errors = {
            "step-arguments": r"(_step|clip_weights)\(\) (missing|takes|got)",
            "data-not-sampled": r"'Data' object|Data\.\w+\(\)",
        }
        steps = standins(
            training__critic_step=self.critic_step,
            training__generator_step=self.generator_step,
            clipping__clip_weights=self.clip_weights,
        )
        # Making one of torch's optimisers would load torch's compiler, which takes a second.
        with steps, wrong.translating(errors), patch.object(torch.optim.Optimizer, "__init__", _no_other):
            given = self.critic, self.generator, self.data, *self.optimizers, *settings
            result = call(candidate, *given, may_change=self.nets)
        found = {
            "gradients-emptied/step": self.meddled or self._gradients() != self.gradients,
            "optimiser-changed": any(dict(optimizer.state) != {"earlier steps": 7} for optimizer in self.optimizers),
        }
        wrong.first(found)
        return result

    def critic_step(
        self, critic: Any, generator: Any, real: Any, optimizer: Any, penalty: Any = None, lambda_: float = 10.0
    ) -> tuple[Tensor, Tensor]:
        self._players(critic, generator, optimizer, 0)
        if penalty is not None:
            wrong("penalty-passed")
        if not isinstance(real, Tensor) or real.shape[1:] != self.data.shape:
            wrong("not-a-batch", kind=kind(real))
        float32(real, "the batch that critic_step gets as real samples")
        if not self.data.drawn.issuperset(_rows(real)):
            wrong("other-data")
        fake = self.generator(draw.normal(len(real), 3)).detach()
        return -self._step(self.critic(fake).mean() - self.critic(real).mean(), optimizer), torch.zeros(())

    def generator_step(self, critic: Any, generator: Any, n: Any, optimizer: Any) -> Tensor:
        self._players(critic, generator, optimizer, 1)
        if isinstance(n, Tensor) and n.ndim:
            wrong("not-a-number")
        return self._step(-self.critic(self.generator(draw.normal(int(n), 3))).mean(), optimizer)

    def clip_weights(self, critic: nn.Module, c: float) -> None:
        self.clipped.append(critic)
        with torch.no_grad():
            for weight in critic.parameters():
                weight.clamp_(-c, c)

    def _players(self, critic: Any, generator: Any, optimizer: Any, player: int) -> None:
        """Everybody in the right place, and in a state in which they can be stepped."""
        found = {
            "networks-swapped": critic is not self.critic or generator is not self.generator,
            "optimizers-swapped": optimizer is self.optimizers[1 - player],
            "own-optimiser": optimizer is not self.optimizers[player],
            "switched-for-step/gradients": not torch.is_grad_enabled(),
            "switched-for-step/eval": not all(net.training for net in self.nets),
            "switched-for-step/frozen": not all(weight.requires_grad for weight in self.nets[player].parameters()),
        }
        wrong.first(found, written=STEPS[player], kind=kind(optimizer))
        self.meddled |= self._gradients() != self.gradients
        self.critic.scored = ()

    def _step(self, loss: Tensor, optimizer: Optimizer) -> Tensor:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    def _stepped(self, player: str) -> None:
        """Write down that an optimiser is about to step; its gradient must be that of the loss."""
        real = [row for row in self.critic.scored if row in self.data.drawn]
        fake = [row for row in self.critic.scored if row not in self.data.drawn]
        weight = self.critic.weight.detach().flatten().clone()
        means = [torch.tensor(rows or [(0.0,) * len(weight)]).mean(dim=0) for rows in (real, fake)]
        gradient, right, value = self.generator.bias.grad, -weight, -(weight @ means[1] + self.critic.bias).item()
        if player == "critic":
            gap = means[0] - means[1]
            gradient, right, value = self.critic.weight.grad, -gap[None], (weight @ gap).item()
        found = {
            "extra-step": not self.critic.scored,
            "steps-by-hand": gradient is None or not near(gradient, right, 1e-3),
        }
        wrong.first(found, player=player)
        self.steps.append(_Step(player, _largest(self.critic), real, len(fake), value))
        self.critic.scored, self.gradients = (), self._gradients()

    def _gradients(self) -> list[float | None]:
        gradients = [parameter.grad for net in self.nets for parameter in net.parameters()]
        return [None if gradient is None else gradient.abs().sum().item() for gradient in gradients]


def _no_other(*args: Any, **kwargs: Any) -> None:
    wrong("own-optimiser/made")


def _fill(net: nn.Module, size: float) -> None:
    """Weights of that size, with both signs, and gradients as of an earlier step."""
    for parameter in net.parameters():
        parameter.data = torch.where(draw.uniform(-1, 1, *parameter.shape) < 0, -size, size)
        parameter.grad = torch.full_like(parameter, 5.0)


def _largest(net: nn.Module) -> float:
    return max(parameter.abs().max().item() for parameter in net.parameters())


@checks("clipping.wgan_step", "critic generator data critic_optimizer generator_optimizer", "n_critic c batch_size")
def wgan_step(candidate: Callable) -> str:
    counts = draw.one_of((3, 7)), draw.whole(8, 9), 1  # far from the default
    for n_critic in counts:
        c, batch_size = draw.number(0.1, 0.6), draw.whole(5, 9)
        match = _Match()
        result = match.play(candidate, n_critic, c, batch_size)
        _turns([step.player for step in match.steps], n_critic)
        _window(match, c)
        *critic, generator = match.steps
        sizes, rows = [len(step.real) for step in critic], [row for step in critic for row in step.real]
        found = {
            "batch-size-ignored": {*sizes, generator.fakes} != {batch_size},
            "same-batch": len(set(rows)) < len(rows),
        }
        wrong.first(found, n=batch_size, sizes=", ".join(map(str, sizes)), fakes=generator.fakes)
        _results(result, [step.value for step in critic], generator.value)
    match = _Match()
    match.play(candidate)
    steps, samples, largest = len(match.steps) - 1, len(match.steps[0].real), _largest(match.critic)
    if (steps, samples) != (5, 64) or not near(largest, 0.01):
        wrong("defaults-changed", steps=steps, samples=samples, largest=largest)
    return (
        f"With n_critic={counts[0]}, {counts[1]} and 1 there are as many critic steps, each on fresh samples and each "
        "followed by the clipping, then one generator step; c and batch_size are those asked for."
    )


def _turns(order: list[str], n_critic: int) -> None:
    """Who is stepped, how often, and in which order."""
    critic, generator = order.count("critic"), order.count("generator")
    found = {
        "no-critic-step": not critic,
        "no-generator-step": not generator,
        "n-critic-inverted": (critic, generator) == (1, n_critic),
        "generator-every-step": generator == critic > 1,
        "many-generator-steps": generator > 1,
        "generator-first": order[-1:] != ["generator"],
        "off-by-one": abs(critic - n_critic) == 1,
        "n-critic-ignored": True,
    }
    if order != ["critic"] * n_critic + ["generator"]:
        wrong.first(found, n_critic=n_critic, critic=critic, generator=generator, s="s" * (critic > 1))


def _window(match: _Match, c: float) -> None:
    """The critic's largest weight between the steps, before the generator's, and at the end."""
    if any(net is match.generator for net in match.clipped) or _largest(match.generator) < 20:
        wrong("generator-clipped")
    sizes = [step.largest for step in match.steps[1:]]
    outside = [size > 1.01 * c for size in sizes]
    found = {
        "c-ignored/step": max(sizes) - min(sizes) < 1e-4,
        "clip-after-generator": outside[-1] and near(_largest(match.critic), c),
        "clip-missing": all(outside) and not match.clipped,
        "clip-before-step": outside[-1],
        "clip-once": all(outside[:-1]),
        "not-in-the-window": True,
    }
    if not near(sizes, [c] * len(sizes)):
        wrong.first(found, c=c, first=sizes[0], last=sizes[-1], sizes=", ".join(f"{size:.3g}" for size in sizes))


def _results(result: Any, estimates: list[float], right_loss: float) -> None:
    """The estimate of the last critic step, and the generator's loss."""
    pair = isinstance(result, (tuple, list)) and len(result) == 2
    found = {
        "returns-none": result is None,
        "not-a-pair": not pair,
        "pair-not-unpacked": pair and any(isinstance(value, (tuple, list)) for value in result),
    }
    wrong.first(found, kind=f"{len(result)} values" if isinstance(result, (tuple, list)) else kind(result))
    estimate, loss = tensor(result[0], "the first result", ()), tensor(result[1], "the second result", ())
    wrong_loss = not near(loss, right_loss)
    found = {
        "results-swapped": near(estimate, right_loss) and near(loss, estimates[-1]),
        "penalty-returned": wrong_loss and near(loss, 0.0),
        "wrong-loss": wrong_loss,
        "result-attached": estimate.requires_grad or loss.requires_grad,
    }
    wrong.first(found, right=show(right_loss), yours=show(loss))
    if not near(estimate, estimates[-1]):
        for step, value in enumerate(estimates, 1):
            wrong.named(estimate, {"first-estimate": value}, 1e-5, step=step, n_critic=len(estimates))
        table = torch.tensor(estimates)
        together = {"estimates-averaged": (table.mean(), table.sum(), table.median())}
        wrong.named(estimate, together, 1e-5, n_critic=len(estimates))
        wrong("wrong-estimate", right=show(estimates[-1]), yours=show(estimate))


# lipschitz_bound -------------------------------------------------------------


def _mlp(*sizes: int) -> nn.Module:
    """Linear layers with activations between them."""
    layers = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), draw.one_of(ACTIVATIONS)())]
    return nn.Sequential(nn.Flatten(), *layers[:-1], nn.Flatten(0))


def _deep(sizes: tuple[int, ...]) -> nn.Module:
    """Layers in different places, one of them without a bias."""
    first, second, third, last = pairwise(sizes)
    critic = nn.Module()
    critic.body = nn.Sequential(nn.Flatten(), nn.Linear(*first), nn.Sequential(nn.LeakyReLU(0.2), nn.Linear(*second)))
    critic.activation, critic.middle, critic.last = nn.ReLU(), nn.Linear(*third, bias=False), nn.Linear(*last)
    return critic


@checks("clipping.lipschitz_bound", "critic c")
def lipschitz_bound(candidate: Callable[[nn.Module, float], float]) -> str:
    def bound(critic: nn.Module, c: float) -> float:
        return _number(call(candidate, critic, c))

    sizes, c = _sizes(draw.one_of((2, 3)))
    critic, other = _mlp(*sizes), round(2.5 * c, 3)
    _fill(critic, c)
    first = bound(critic, c)
    _fill(critic.eval(), c / 4)
    if not _like(bound(critic, c), first):
        wrong("weights-measured")
    second = bound(critic, other)
    if _like(first, second):
        wrong("c-fixed", c=c, other=other, yours=first)
    _bound(first, sizes, c)
    _bound(second, sizes, other)
    with wrong.blaming("one-layer", c=c):
        if not _like(bound(_mlp(draw.whole(2, 9), 1), c), c):
            wrong("one-layer", c=c)
    deep = draw.whole(4, 9), draw.whole(4, 9), draw.whole(2, 9), draw.whole(2, 9), 1
    said = {"sizes": "-".join(map(str, deep)), "c": other, "right": (right := other**4 * prod(deep[1:-1]))}
    with wrong.blaming("layers-missed", **said):
        if not _like(bound(_deep(deep), other), right):
            wrong("layers-missed", **said)
    paper = 2, 512, 512, 512, 1
    _bound(bound(_mlp(*paper), 0.01), paper, 0.01)
    return (
        f"2-512-512-512-1 with c=0.01 gives 1.3422, and {'-'.join(map(str, sizes))} is right too, whatever the "
        "weights; layers inside others and layers without a bias count, activations and inputs do not."
    )


def _number(value: Any) -> float:
    """The result as a float."""
    if value is None:
        wrong("returns-none/bound")
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError):
        wrong("not-one-number", kind=kind(value))
    return number if isfinite(number) else wrong("not-finite")


def _like(value: float, *known: float) -> bool:
    """Whether it is one of the known ones."""
    return any(isclose(value, number, rel_tol=TOLERANCE) for number in known)


def _sizes(hidden: int) -> tuple[tuple[int, ...], float]:
    """Sizes of a critic and a c for which each mistake gives another number."""
    while True:
        sizes, c = (*(draw.whole(2, 9) for _ in range(hidden + 1)), 1), draw.number(0.15, 0.45)
        right, known = _known(sizes, c)
        if apart([(right,), *known.values()]):
            return sizes, c


def _known(sizes: tuple[int, ...], c: float) -> tuple[float, dict[str, tuple[float, ...]]]:
    """The bound, and what each mistake gives in its place."""
    inputs, hidden, layers = sizes[0], sizes[1:-1], len(sizes) - 1
    power, widths = c**layers, prod(hidden)
    right = power * widths
    sums = [sum(hidden), sum(sizes[:-1]), sum(sizes), sum(sizes[1:]), sum(hidden) / len(hidden)]
    return right, {
        "input-width": (right * inputs, right * inputs * widths, *(right / width * inputs for width in hidden)),
        "euclidean": (right * inputs**0.5,),
        "sum-not-product": (*(power * value for value in sums), *(c * value for value in sums)),
        "width-left-out": (*(right / width for width in hidden), *(power * width ** len(hidden) for width in hidden)),
        "c-once": (c * widths, c * layers * widths),
        "power-off-by-one": (right / c, right * c),
        "others-counted": tuple(right * c**more for more in (layers - 1, layers, layers + 1, layers + 2)),
        "widths-missing": (power,),
        "widths-to-the-power": (power * widths**layers, power * widths ** (layers - 1)),
        "whole-window": (2**layers * right,),
    }


def _bound(value: float, sizes: tuple[int, ...], c: float) -> None:
    """Compare with the bound, and recognise what else it may be."""
    right, known = _known(sizes, c)
    if not _like(value, right):
        layers = len(sizes) - 1
        said = {"sizes": "-".join(map(str, sizes)), "c": c, "right": right, "yours": value}
        found = {key: _like(value, *values) for key, values in known.items()} | {"wrong-value/bound": True}
        wrong.first(found, **said, layers=layers)
