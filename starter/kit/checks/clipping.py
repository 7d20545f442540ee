"""Checks of clipping.py: weights inside and outside the window, and who does what, in which order."""

from collections.abc import Callable
from itertools import pairwise
from math import isclose, isfinite, prod
from typing import Any

import torch
from torch import Tensor, nn

from .calls import call, standins
from .device import float32
from .judge import checks
from .mistakes import Mistakes
from .probes import kind, near, show, tensor
from .stubs import Optimizer

FAR = 4.0  # how large the stand-in of critic_step makes every weight
TOLERANCE = 1e-5  # of bounds, relative
SAYS = "For sizes {sizes} and c={c} the bound is {right:.4g}; yours is {yours:.4g}"

wrong = Mistakes(
    f"""
    bias-free/fails: Your code fails for a critic whose layers have no bias.
    bias-free: In a critic whose layers have no bias, yours leaves weights outside the window.
    parameters-replaced: Your code puts new parameters into the critic. Its optimiser still holds the old ones and would
        train those: change the values of the parameters that are there.
    gradients-clipped: Your code changes the gradients. They are the steps, not the places: with small steps the weights
        still get anywhere. It is the weights that stay in the window.
    nothing-clipped: The critic's weights are the same as before. A clipped copy, or a clipped tensor under the old
        name, leaves the critic as it is: the change has to happen in the parameters themselves.
    not-finite: Your code puts NaN or infinity into the critic.
    one-sided: The window has two ends: with c={{c}} your weights still lie between {{low:.2g}} and {{high:.2g}}.
    bounds-swapped: With c={{c}} every weight becomes {{low:.2g}}. Look at which bound is the lower one.
    c-ignored: With c={{c}} the largest weight is {{largest:.2g}} in size (it was 0.8 before), so yours is not the
        window asked for. Use the c that you are given.
    inside-changed: Weights that were inside the window have changed. Only those outside move, to the nearer end;
        nothing is scaled, squashed or set to zero.
    outside-to-zero: Weights outside the window become zero. They should stop at the nearer end of it.
    biases-forgotten: The weights are clipped, but the biases are not. Every parameter of the critic belongs in the
        window.
    layers-forgotten: Some parameters are clipped, but not {{missed}}. A critic may have layers of any kind, some of
        them inside others; ask it for all its parameters.
    wrong-value: With c={{c}} a weight of {{before:.3g}} should become {{right:.3g}}, but yours is {{yours:.3g}}.

    networks-swapped: It is {{written}}; you hand over the two networks the other way round.
    other-networks: It is {{written}}, with the two networks that you are given.
    optimizers-swapped: In {{written}} the optimizer is the one of the network that is stepped; yours belongs to the
        other.
    own-optimiser: You hand {{kind}} to {{name}}. Hand on the optimiser that you are given: it remembers earlier steps,
        and the learning rate is its own.
    penalty-passed: You hand a penalty to critic_step. Here the critic is held by clipping alone.
    not-a-batch: critic_step wants a batch of real samples as its third argument; it got {{kind}}. data.sample(n) gives
        one.
    not-a-number: generator_step wants the number of fakes, not a batch: it never sees real samples.
    defaults-changed: Called without them, yours takes {{steps}} critic steps on {{samples}} samples, with weights up to
        {{largest:.2g}}. The paper's n_critic=5, c=0.01 and batch_size=64 are the defaults.
    no-critic-step: The critic is never stepped. Call your critic_step, n_critic times.
    no-generator-step: The generator is never stepped: after the critic's steps it has its turn.
    n-critic-inverted: With n_critic={{n_critic}} yours steps the critic once and the generator {{generator}} times. It
        is the critic that has several steps.
    generator-every-step: The generator is stepped after each of the {{critic}} critic steps. It waits until all of them
        are done: which lines belong to the inner loop?
    many-generator-steps: The generator is stepped {{generator}} times; it is one step at a time.
    generator-first: The generator is stepped before the critic is done. The critic comes first, so that the generator
        learns from one that knows it.
    off-by-one: With n_critic={{n_critic}} yours takes {{critic}} critic steps: where does your loop begin, and is its
        end included?
    n-critic-ignored: With n_critic={{n_critic}} yours takes {{critic}} critic step{{s}}. Use the number that you are
        given.
    generator-clipped: You clip the generator. The window is there to hold the critic's slope; a generator may be as
        steep as it likes.
    c-ignored/step: With c={{c}} your critic's weights reach {{first:.3g}} after clipping, so the window is another than
        the one asked for.
    clip-after-generator: You clip after the generator's step. So the generator learns from a critic outside its window:
        the clipping follows each critic step at once.
    clip-missing: The critic's weights are never put back: after its steps the largest is {FAR:g} in size, with c={{c}}.
        Call your clip_weights.
    clip-before-step: You clip before a critic step and not after it. So the last step leaves the critic outside the
        window, and the generator learns from that. Step first, then clip.
    clip-once: You clip once, after the last critic step. Before that the critic leaves the window for several steps:
        the clipping belongs into the loop.
    not-in-the-window: With c={{c}} the largest weight after the critic's steps is {{sizes}}; it should be {{c}} after
        each.
    batch-size-ignored: With batch_size={{n}} your critic steps get {{sizes}} real samples.
    batch-size-ignored/fakes: With batch_size={{n}} your generator step is asked for {{fakes}} fakes.
    other-data: What your critic steps get as real samples did not come from data.sample.
    same-batch: Several critic steps get the same real samples. Draw a new batch for each: the critic should learn the
        law and not one batch.
    extra-step: You call an optimiser's step yourself. critic_step and generator_step do that, so a network moves twice.
    lr-changed: You change the learning rate of an optimiser. It was chosen by whoever made the optimiser.
    returns-none: Your function returns nothing; it should return the estimate and the generator's loss.
    not-a-pair: Your function returns {{kind}}; it should return two values, the Wasserstein estimate and the
        generator's loss.
    pair-not-unpacked: One of your results is a pair. critic_step returns two values, the estimate and the penalty: take
        the estimate out.
    results-swapped: Your two results are exchanged: the Wasserstein estimate comes first.
    penalty-returned: Your second result is the critic step's second one, the penalty. It should be the generator's
        loss.
    wrong-loss: The generator's step reports -0.25; your second result is {{loss}}.
    first-estimate: You return the estimate of the first critic step. The last one belongs to the best critic of this
        turn.
    estimates-averaged: The critic's {{n_critic}} steps report 1 to {{n_critic}}; you return {{yours}}, all of them
        together. Return the last one alone.
    wrong-estimate: The last critic step reports {{n_critic}}; your first result is {{yours}}.

    weights-measured: For smaller weights in the same window yours gives another number. The bound holds for every
        critic of this shape, so it knows the window and the sizes, and no weight.
    one-layer/fails: Your code fails for a critic of a single linear layer.
    one-layer: A single linear layer has no hidden width, and with c=0.5 the bound is 0.5; yours says {{yours:.4g}}.
    layers-missed/fails: Your code fails for a critic with layers inside others and one without a bias.
    layers-missed: A critic of sizes 6-5-7-3-1, with layers inside others and one of them without a bias, has the bound
        {{right:.4g}} for c=0.5; yours says {{yours:.4g}}. Ask the critic for all its linear layers.
    wrong-value/paper: For 2-512-512-512-1 and c=0.01 the bound is 1.3422; yours is {{yours:.5g}}.
    returns-none/bound: Your result is None. Does your code end with a return?
    not-one-number: The bound is one number; your result is {{kind}}.
    not-finite/bound: Your bound is NaN or infinite.
    input-width: {SAYS}. You count the inputs as a hidden layer. A change of one input reaches each unit of the first
        layer by one weight only.
    euclidean: {SAYS}: that is the bound for Euclidean lengths. Here the pixels' changes are summed.
    sum-not-product: {SAYS}: you add the widths. Each layer can multiply what the one before it gives.
    c-once: {SAYS}: c enters once. A change passes through all {{layers}} layers, each with its weights.
    power-off-by-one: {SAYS}. There are {{layers}} layers with weights, the last one included, so c enters {{layers}}
        times.
    biases-counted: {SAYS}: c enters {{tensors}} times, once for each weight and each bias. A bias shifts a score and
        adds no slope.
    activations-counted: {SAYS}: c enters for activations too, and those have no weights.
    widths-missing: {SAYS}. Each unit sums over all units before it, so the hidden widths enter too.
    c-fixed: {SAYS}, which is what c=0.01 would give. Use the c that you are given.
    wrong-value/bound: {SAYS}.
    """
)


# clip_weights ----------------------------------------------------------------


class _Critic(nn.Module):
    """Convolution, linear layers (one of them nested), and a parameter of its own."""

    def __init__(self, bias: bool = True) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 2, 2, bias=bias)
        self.nested = nn.Sequential(nn.Sequential(nn.Linear(2, 3, bias=bias)), nn.Linear(3, 1, bias=bias))
        self.scale = nn.Parameter(torch.empty(4))
        for parameter in self.parameters():
            spread = torch.linspace(-0.8, 0.8, parameter.numel() + 1)[1:].roll(1)  # 0.8 first, no zero bias
            parameter.data = spread.view(parameter.shape).clone()
            parameter.grad = torch.full_like(parameter, 5.0)


@checks("clipping.clip_weights", "critic c")
def clip_weights(candidate: Callable[[nn.Module, float], None]) -> str:
    c = 0.25
    critic = _Critic()
    before = {name: parameter.detach().clone() for name, parameter in critic.named_parameters()}
    objects = list(critic.parameters())
    call(candidate, critic, c, may_change=(critic,))
    _same_parameters(objects, critic)
    _clipped(before, dict(critic.named_parameters()), c)
    for c in (0.01, 0.6, 2.0):
        critic = _Critic()
        call(candidate, critic, c, may_change=(critic,))
        if any(not near(new, before[name].clamp(-c, c)) for name, new in critic.named_parameters()):
            wrong("c-ignored", c=c, largest=_largest(critic))
    with wrong.blaming("bias-free/fails"):
        bare = _Critic(bias=False)
        call(candidate, bare, 0.25, may_change=(bare,))
        if _largest(bare) > 0.2501:
            wrong("bias-free")
    return (
        "With c=0.25 weights of 0.8 come back to 0.25, those inside stay where they are, and the gradients "
        "too; convolutions, biases and nested layers included."
    )


def _same_parameters(objects: list[nn.Parameter], critic: nn.Module) -> None:
    now = list(critic.parameters())
    if len(now) != len(objects) or any(one is not other for one, other in zip(objects, now, strict=True)):
        wrong("parameters-replaced")
    for parameter in objects:
        float32(parameter, "a parameter after your clipping", "Images are float32, and the critic would refuse them.")
    if any(parameter.grad is None or not bool((parameter.grad == 5).all()) for parameter in objects):
        wrong("gradients-clipped")


def _clipped(before: dict[str, Tensor], after: dict[str, Tensor], c: float) -> None:
    """Compare with the window, and say what happened instead."""
    missed = [name for name in before if not near(after[name], before[name].clamp(-c, c))]
    if not missed:
        return
    flat = torch.cat([value.detach().flatten() for value in after.values()])
    old = torch.cat([value.flatten() for value in before.values()])
    right, largest, inside = old.clamp(-c, c), flat.abs().max(), old.abs() < 0.9 * c
    off = int((flat - right).abs().argmax())
    some = len(missed) < len(before)
    found = {
        "nothing-clipped": torch.equal(flat, old),
        "not-finite": not torch.isfinite(flat).all(),
        "one-sided": near(flat, old.clamp(max=c)) or near(flat, old.clamp(min=-c)),
        "bounds-swapped": near(flat, torch.full_like(flat, -c)) or near(flat, torch.full_like(flat, c)),
        "c-ignored": near(flat, old.clamp(-largest, largest)),
        "inside-changed": not near(flat[inside], old[inside]),
        "outside-to-zero": not flat[old.abs() > c].any(),
        "biases-forgotten": some and all(name.endswith("bias") for name in missed),
        "layers-forgotten": some,
        "wrong-value": True,
    }
    window = {"c": c, "low": flat.min(), "high": flat.max(), "largest": largest}
    wrong.first(found, **window, missed=missed[0], before=old[off], right=right[off], yours=flat[off])


# wgan_step -------------------------------------------------------------------


class _Data:
    """Points that say which of them they are: 1, 2, 3, ... in the order in which they are drawn."""

    shape = (2,)

    def __init__(self) -> None:
        self.drawn = 0

    def sample(self, n: int, rng: Any = None) -> Tensor:
        numbers = torch.arange(self.drawn, self.drawn + int(n)) + 1.0
        self.drawn += int(n)
        return numbers[:, None].expand(-1, 2).clone()


class Generator(nn.Linear):
    latent_dim = 3


class _Match:
    """Two networks, and stand-ins for their steps that write down what happens.

    Each critic step puts every weight of the critic far outside the window, so
    that the largest weight seen by the next one says what was done in between.
    """

    def __init__(self) -> None:
        self.critic, self.generator, self.data = nn.Linear(2, 1), Generator(3, 2), _Data()
        for net in (self.critic, self.generator):
            _fill(net, 0.9)
        self.optimizers = Optimizer(self.critic), Optimizer(self.generator)
        self.order: list[str] = []
        self.found: list[float] = []  # the critic's largest weight when a step begins, and at the end
        self.batches: list[Tensor] = []
        self.fakes: list[int] = []
        self.clipped: list[nn.Module] = []

    def play(self, candidate: Callable, *settings: Any) -> Any:
        """Call the candidate with these stand-ins."""
        with standins(
            training__critic_step=self.critic_step,
            training__generator_step=self.generator_step,
            clipping__clip_weights=self.clip_weights,
        ):
            given = self.critic, self.generator, self.data, *self.optimizers, *settings
            result = call(candidate, *given, may_change=(self.critic, self.generator))
        self.found.append(_largest(self.critic))
        return result

    def critic_step(
        self, critic: Any, generator: Any, real: Any, optimizer: Any, penalty: Any = None, lambda_: float = 10.0
    ) -> tuple[Tensor, Tensor]:
        self._players("critic_step(critic, generator, real, optimizer)", critic, generator, optimizer, 0)
        if penalty is not None:
            wrong("penalty-passed")
        if not isinstance(real, Tensor) or real.ndim != 2 or real.shape[1:] != self.data.shape:
            wrong("not-a-batch", kind=kind(real))
        float32(real, "the batch that critic_step gets as real samples")
        self.order.append("critic")
        self.found.append(_largest(self.critic))
        self.batches.append(real.detach().clone())
        _fill(self.critic, FAR)
        return torch.tensor(float(len(self.batches))), torch.tensor(0.0)

    def generator_step(self, critic: Any, generator: Any, n: Any, optimizer: Any) -> Tensor:
        self._players("generator_step(critic, generator, n, optimizer)", critic, generator, optimizer, 1)
        if isinstance(n, Tensor) and n.ndim:
            wrong("not-a-number")
        self.order.append("generator")
        self.found.append(_largest(self.critic))
        self.fakes.append(int(n))
        return torch.tensor(-0.25)

    def clip_weights(self, critic: nn.Module, c: float) -> None:
        self.clipped.append(critic)
        with torch.no_grad():
            for weight in critic.parameters():
                weight.clamp_(-c, c)

    def _players(self, written: str, critic: Any, generator: Any, optimizer: Any, player: int) -> None:
        """Everybody in the right place."""
        found = {
            "networks-swapped": critic is self.generator and generator is self.critic,
            "other-networks": critic is not self.critic or generator is not self.generator,
            "optimizers-swapped": optimizer is self.optimizers[1 - player],
            "own-optimiser": optimizer is not self.optimizers[player],
        }
        wrong.first(found, written=written, name=written.split("(")[0], kind=kind(optimizer))


def _fill(net: nn.Module, size: float) -> None:
    """Weights of that size, with both signs."""
    with torch.no_grad():
        for parameter in net.parameters():
            signs = torch.ones(parameter.numel())
            signs[1::2] = -1
            parameter.copy_(size * signs.view(parameter.shape))


def _largest(net: nn.Module) -> float:
    return max(parameter.abs().max().item() for parameter in net.parameters())


@checks("clipping.wgan_step", "critic generator data critic_optimizer generator_optimizer", "n_critic c batch_size")
def wgan_step(candidate: Callable) -> str:
    for n_critic, c, batch_size in ((3, 0.25, 7), (4, 0.5, 6), (1, 0.1, 5)):
        match = _Match()
        result = match.play(candidate, n_critic, c, batch_size)
        _turns(match.order, n_critic)
        _window(match, c)
        _given(match, batch_size)
        _results(result, n_critic)
    match = _Match()
    match.play(candidate)
    if len(match.batches) != 5 or len(match.batches[0]) != 64 or not near(match.found[-1], 0.01):
        steps, samples = len(match.batches), len(match.batches[0])
        wrong("defaults-changed", steps=steps, samples=samples, largest=match.found[-1])
    return (
        "With n_critic=3, 4 and 1 there are 3, 4 and 1 critic steps, each on fresh samples and each followed by the "
        "clipping, then one generator step; c and batch_size are those asked for."
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
    *sizes, end = match.found[1:]
    if any(net is match.generator for net in match.clipped) or not near(_largest(match.generator), 0.9):
        wrong("generator-clipped")
    outside = [size > 0.99 * FAR for size in sizes]
    found = {
        "c-ignored/step": not any(outside) and max(sizes) - min(sizes) < 1e-4,
        "clip-after-generator": outside[-1] and near(end, c),
        "clip-missing": all(outside) and not match.clipped,
        "clip-before-step": outside[-1],
        "clip-once": all(outside[:-1]),
        "not-in-the-window": True,
    }
    if not near(sizes, [c] * len(sizes)):
        wrong.first(found, c=c, first=sizes[0], sizes=", ".join(f"{size:.3g}" for size in sizes))


def _given(match: _Match, batch_size: int) -> None:
    """Fresh samples, as many as are asked for, and optimisers that are left alone."""
    sizes, numbers = [len(batch) for batch in match.batches], torch.cat(match.batches)
    drawn = numbers[:, :1].clamp(1, match.data.drawn).expand_as(numbers)
    found = {
        "batch-size-ignored": set(sizes) != {batch_size},
        "batch-size-ignored/fakes": match.fakes != [batch_size],
        "other-data": not near(numbers, drawn),
        "same-batch": len(numbers[:, 0].unique()) < len(numbers),
        "extra-step": any("step" in optimizer.asked for optimizer in match.optimizers),
        "lr-changed": any(optimizer.param_groups[0]["lr"] != optimizer.RATE for optimizer in match.optimizers),
    }
    wrong.first(found, n=batch_size, sizes=", ".join(map(str, sizes)), fakes=match.fakes[0])


def _results(result: Any, n_critic: int) -> None:
    """The estimate of the last critic step, and the generator's loss."""
    if result is None:
        wrong("returns-none")
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        wrong("not-a-pair", kind=kind(result))
    if any(isinstance(value, (tuple, list)) for value in result):
        wrong("pair-not-unpacked")
    estimate, loss = tensor(result[0], "the first result", ()), tensor(result[1], "the second result", ())
    found = {
        "results-swapped": near(estimate, -0.25) and near(loss, float(n_critic)),
        "penalty-returned": near(loss, 0.0),
        "wrong-loss": not near(loss, -0.25),
    }
    wrong.first(found, loss=show(loss))
    together = (n_critic + 1) / 2, n_critic * (n_critic + 1) / 2
    if not near(estimate, float(n_critic)):
        wrong.named(estimate, {"first-estimate": 1.0, "estimates-averaged": together}, n_critic=n_critic)
        wrong("wrong-estimate", n_critic=n_critic, yours=show(estimate))


# lipschitz_bound -------------------------------------------------------------


def _mlp(*sizes: int) -> nn.Sequential:
    """Linear layers with ReLU between them."""
    layers = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


def _deep() -> nn.Module:
    """Sizes 6-5-7-3-1: layers in different places, one of them without a bias."""
    critic = nn.Module()
    critic.body = nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.Sequential(nn.LeakyReLU(0.2), nn.Linear(5, 7)))
    critic.activation, critic.middle, critic.last = nn.ReLU(), nn.Linear(7, 3, bias=False), nn.Linear(3, 1)
    return critic


@checks("clipping.lipschitz_bound", "critic c")
def lipschitz_bound(candidate: Callable[[nn.Module, float], float]) -> str:
    def bound(critic: nn.Module, c: float) -> float:
        return _number(call(candidate, critic, c))

    sizes, c = (3, 5, 7, 1), 0.3
    critic = _mlp(*sizes)
    _fill(critic, c)
    first = bound(critic, c)
    _bound(first, sizes, c)
    _fill(critic, c / 4)
    if not _like(bound(critic, c), first):
        wrong("weights-measured")
    for other in (0.2, 2.0):
        _bound(bound(critic, other), sizes, other)
    with wrong.blaming("one-layer/fails"):
        value = bound(_mlp(4, 1), 0.5)
        if not _like(value, 0.5):
            wrong("one-layer", yours=value)
    with wrong.blaming("layers-missed/fails"):
        value, right = bound(_deep(), 0.5), 0.5**4 * 105
        if not _like(value, right):
            wrong("layers-missed", right=right, yours=value)
    paper = bound(_mlp(2, 512, 512, 512, 1), 0.01)
    if not _like(paper, 0.01**4 * 512**3):
        wrong("wrong-value/paper", yours=paper)
    return (
        "2-512-512-512-1 with c=0.01 gives 1.3422, and 3-5-7-1 with c=0.3 gives 0.945, whatever the weights; "
        "layers inside others and layers without a bias count, activations and inputs do not."
    )


def _number(value: Any) -> float:
    """The result as a float."""
    if value is None:
        wrong("returns-none/bound")
    if isinstance(value, (list, tuple, str)) or (isinstance(value, Tensor) and value.ndim):
        wrong("not-one-number", kind=kind(value))
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError):
        wrong("not-one-number", kind=kind(value))
    if not isfinite(number):
        wrong("not-finite/bound")
    return number


def _like(value: float, *known: float) -> bool:
    """Whether it is one of the known ones."""
    return any(isclose(value, number, rel_tol=TOLERANCE) for number in known)


def _bound(value: float, sizes: tuple[int, ...], c: float) -> None:
    """Compare with the bound, and recognise what else it may be."""
    hidden, layers = sizes[1:-1], len(sizes) - 1
    widths = prod(hidden)
    right = c**layers * widths
    tensors, modules = 2 * layers, 2 * layers - 1  # weights and biases; layers and activations
    found = {
        "input-width": _like(value, right * sizes[0]),
        "euclidean": _like(value, right * sizes[0] ** 0.5),
        "sum-not-product": _like(value, c**layers * sum(hidden), c**layers * sum(sizes[:-1]), c * sum(hidden)),
        "c-once": _like(value, c * widths),
        "power-off-by-one": _like(value, right / c, right * c),
        "biases-counted": _like(value, c**tensors * widths),
        "activations-counted": _like(value, c**modules * widths),
        "widths-missing": _like(value, c**layers),
        "c-fixed": _like(value, 0.01**layers * widths),
        "wrong-value/bound": True,
    }
    if not _like(value, right):
        said = {"sizes": "-".join(map(str, sizes)), "c": c, "right": right, "yours": value}
        wrong.first(found, **said, layers=layers, tensors=tensors)
