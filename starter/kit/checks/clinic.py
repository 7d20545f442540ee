"""Checks of clinic.py: six functions of other people's trainings, each on a scene that is small enough to be known."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from . import draw, stubs
from .calls import call
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, show, tensor

EXACT = 2e-3
wrong = Mistakes(
    """
    still-sick/1: As in the sick run, your step lowers the score of the fakes: it is {share:.3g} times the right step.
        In this course a real image has a high score. Which way must the generator go?
    no-backward: The step uses no gradient of the score: it is never computed, or it does not reach the generator.
    no-step: The generator's weights are the same as before. The optimiser's step, two lines below, has to stay.
    stale-gradients: Old gradients take part in your step. The given line empties them: leave it where it is.
    many-steps: Your function takes {steps} steps of the optimiser, and it is one.
    critic-moved: The critic's weights change. Only the generator is stepped here.
    absolute-value: Your step goes the right way while the mean score is positive, and the wrong way when it
        is negative.
    scaled-step: Your step goes the right way, but it is {share:.3g} times as long as it should be.
    wrong-step: Your step is another one than that along the gradient of the fakes' mean score.
    result-sign: Your result is {yours}, the negative of the mean score. Ada's function returns the score itself.
    result-after-step: Your result is the mean score after the step. She returns the one before it.
    result-attached: Your result still hangs on its graph, and a loop that keeps it for a plot would keep every graph.

    still-sick/2: As in the sick run, no gradient reaches the generator when it is the generator's turn. Who needs the
        fakes cut off, and who does not?
    never-detached: When it is the critic's turn, a gradient runs on into the generator. Only the generator's own loss
        may reach it.
    players-swapped: The two players are exchanged: the fakes are cut off from the generator in the generator's turn,
        and not in the critic's.
    critic-cut-off: When it is the critic's turn, no gradient reaches the critic. Cut the fakes off, and not the scores.
    wrong-gradient: The value is right, but the gradient in the {player}'s weights is another one.
    not-averaged: Your result is {yours}, the sum over the batch. The given line takes the mean.

    still-sick/3: As in the sick run, a large negative number becomes a pixel of {low:.3g}. The darkest pixel of a real
        image is -1.
    nothing-changed: Your pixels are the numbers that the given line made. Either nothing is done with them, or your
        line throws its result away.
    beyond-range: A number of {at:g} becomes a pixel of {pixel:.4g}. Pixels lie between -1 and 1.
    range-missed: Between numbers of -10,000 and 10,000 your pixels only go from {low:.3g} to {high:.3g}. They should
        come close to -1 and to 1.
    flat: Your curve is flat at {at:.2g}: there the critic's gradient is multiplied by {slope:.2g}, and the layer learns
        nothing.
    turned-round: The larger the number, the darker is your pixel. It should be the brighter.
    not-increasing: Your curve goes up and down again. Each brightness should come from one number only.
    pixels-mixed: A pixel changes when another number of its image or its batch changes. Each pixel depends on its own
        number.
    detached: No gradient runs back through your pixels, so the generator could not learn.
    other-numbers: Your pixels ignore the weights, the bias or the features. The given line before yours has to stay.

    still-sick/4: As in the sick run, a black pixel becomes {low:.3g} and a white one {high:.3g}. The generator ends in
        tanh: which values can it reach?
    raw-values: Your images still have bytes as values: they go from {low:.3g} to {high:.3g}. Either nothing is done
        with them, or your line throws its result away.
    half-range: Your images go from {low:.3g} to {high:.3g}. That is half of the width between -1 and 1.
    shifted: Your images go from {low:.3g} to {high:.3g}. The width is right, and they lie in the wrong place.
    mirrored: Black becomes white in your images: 0 turns into {low:.3g} and 255 into {high:.3g}.
    ends-missed: 0 becomes {low:.5g} and 255 becomes {high:.5g}. A byte ends at 255, and not at 256.
    overflow: Your images are computed in bytes, where 200 + 100 is 44. Take the real numbers of the given line.
    rounded: Your images have only {n} shades. Divide without rounding.
    batch-dependent: The same byte becomes another value when the other images change. Use fixed numbers, and not
        the mean or the largest value of a batch.
    not-straight: 0 becomes -1 and 255 becomes 1, but in between it is no straight line.

    still-sick/5: As in the sick run, the penalty has the right value, {value:.3g}, and cannot be differentiated in the
        critic's weights: torch keeps the graph of the scores, but records nothing of how the slopes were computed.
    penalty-detached: Your penalty has the right value, but no gradient of it reaches all of the critic's weights.
    pixelwise: Your penalty is {yours} instead of {right}: the slope is measured for single pixels. An image has one.
    over-the-batch: Your penalty is {yours} instead of {right}: the batch has one common slope. Each image has its own.
    sum-not-mean: Your penalty is {yours} instead of {right}, the sum over the batch. Average it.
    target-zero: Your penalty is {yours} instead of {right}: the slopes are pulled to 0. They should be 1.
    not-squared: Your penalty is {yours} instead of {right}: the distance from 1 is squared.
    one-sided: Your penalty is {yours} instead of {right}: it counts slopes on one side of 1 only.
    length-squared: Your penalty is {yours} instead of {right}: the root is missing in the length.
    with-lambda: Your penalty is {yours} instead of {right}. The weight of 10 belongs to the loss.
    scores-weighted: Your penalty is {yours} instead of {right}: the scores are averaged or weighted before they are
        differentiated. The gradient of the sum has one row for each image.

    still-sick/6: As in the sick run, the critic's weights stay as the update leaves them, up to {largest:.2g} in size
        with c={c}. Nothing is clipped, or the clipped numbers are new ones that nobody puts into the
        critic.
    no-update: The critic is updated {n} times, and n_critic is {n_critic}.
    clip-once: Only the last of the {n_critic} updates is followed by clipping. It belongs after each of them.
    clip-before: You clip before an update and not after it, so the critic ends outside of its window.
    one-side: The window has two ends: with c={c} your weights still lie between {low:.2g} and {high:.2g}.
    c-ignored: With c={c} your weights end at {low:.3g} and {high:.3g}. Use the c that you are given.
    biases-forgotten: Some parameters are clipped, and those with one dimension are not. All belong in the window.
    to-zero: Weights outside of the window become 0. They should stop at the nearer end.
    inside-changed: Weights that were inside the window have changed. Only those outside move.
    gradients-touched: Your code changes the critic's gradients. What goes back into the window are the weights.
    """
)


def _network(inputs: int, outputs: int, *last: nn.Module) -> nn.Sequential:
    """A small network with weights from the check's own random numbers."""
    net = nn.Sequential(nn.Flatten(), nn.Linear(inputs, 7), nn.Tanh(), nn.Linear(7, outputs), *last)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(draw.normal(*parameter.shape) / parameter.shape[-1] ** 0.5)
    return net


def _flat(tensors: Any) -> Tensor:
    return torch.cat([value.detach().flatten() for value in tensors])


def _gradient(value: Tensor, net: nn.Module) -> Tensor | None:
    """Of a value in all weights of a network, or None if it reaches none of them."""
    if not value.requires_grad:
        return None
    found = torch.autograd.grad(value, list(net.parameters()), retain_graph=True, allow_unused=True)
    if all(part is None for part in found):
        return None
    return _flat(torch.zeros_like(p) if g is None else g for p, g in zip(net.parameters(), found, strict=True))


# Case 1 ----------------------------------------------------------------------


def _players(n: int, sign: int) -> tuple[nn.Sequential, nn.Sequential, Tensor]:
    """Critic, generator and noise for which the fakes' mean score has that sign and is not near 0."""
    while True:
        critic, generator = _network(6, 1, nn.Flatten(0)), _network(4, 6, nn.Tanh(), nn.Unflatten(1, (1, 2, 3)))
        z = draw.normal(n, 4)
        if sign * critic(generator(z)).mean() > 0.2:
            return critic, generator, z


@checks("clinic.case_1", "critic generator z optimizer")
def case_1(candidate: Callable) -> str:
    for n, sign in ((draw.whole(5, 8), 1), (draw.whole(3, 4), -1)):
        before, after = _step(candidate, n, sign)
    critic, generator, z = _players(3, 1)
    on_another_device(candidate, critic, generator, z, stubs.Optimizer(generator))
    return (
        f"One step of yours brought the fakes' mean score from {before:.4f} to {after:.4f}, along its gradient, and "
        "the critic stayed as it was."
    )


def _step(candidate: Callable, n: int, sign: int) -> tuple[float, float]:
    """One step, taken apart; gives the mean score before and after it."""
    critic, generator, z = _players(n, sign)
    value = critic(generator(z)).mean()
    right = stubs.Optimizer.RATE * _flat(torch.autograd.grad(value, list(generator.parameters())))
    stale = {id(p): 30 * draw.normal(*p.shape) for net in (critic, generator) for p in net.parameters()}
    for net in (critic, generator):
        for parameter in net.parameters():
            parameter.grad = stale[id(parameter)].clone()
    optimizer, old, of_critic = stubs.Optimizer(generator), _flat(generator.parameters()), _flat(critic.parameters())
    result = call(candidate, critic, generator, z, optimizer, may_change=(critic, generator))
    moved, steps = _flat(generator.parameters()) - old, optimizer.asked.count("step")
    share = (moved @ right / (right @ right)).item()
    along = (moved - share * right).norm() <= EXACT * max(moved.norm().item(), 1e-6)
    found = {
        "critic-moved": not near(_flat(critic.parameters()), of_critic),
        "no-step": not steps,
        "many-steps": steps > 1,
        "no-backward": not moved.any() or all(p.grad is None for p in generator.parameters()),
        "stale-gradients": moved.norm() > 5 * stubs.Optimizer.RATE and not along,
        "absolute-value": along and sign < 0 and near(share, -1.0, EXACT),
        "still-sick/1": along and share < 0,
        "scaled-step": along and not near(share, 1.0, EXACT),
        "wrong-step": not along,
    }
    wrong.first(found, share=share, steps=steps)
    result = tensor(result, "the mean score", ())
    after = critic(generator(z)).mean()
    if not near(result, value):
        wrong.named(result, {"result-sign": -value, "result-after-step": after})
        expect(result, value, "the mean score before the step")
    if float32(result, "the mean score").requires_grad:
        wrong("result-attached")
    return value.item(), after.item()


# Case 2 ----------------------------------------------------------------------


@checks("clinic.case_2", "critic generator z player")
def case_2(candidate: Callable) -> str:
    n = draw.whole(3, 7)
    critic, generator, z = _players(n, draw.one_of((-1, 1)))
    for parameter in (*critic.parameters(), *generator.parameters()):  # of the other player's step, perhaps
        parameter.grad = draw.normal(*parameter.shape)
    right = critic(generator(z)).mean()
    reached: dict[str, dict[str, Tensor | None]] = {}
    for player in ("generator", "critic"):
        value = tensor(call(candidate, critic, generator, z, player), "the mean score", ())
        if not near(value, right):
            wrong.named(value, {"not-averaged": n * right})
            expect(value, right, f"the mean score of the {n} fakes")
        reached[player] = {"generator": _gradient(value, generator), "critic": _gradient(value, critic)}
    cut, kept = reached["generator"]["generator"] is None, reached["critic"]["generator"] is not None
    found = {
        "players-swapped": cut and kept,
        "critic-cut-off": not cut and reached["critic"]["critic"] is None,
        "still-sick/2": cut,
        "never-detached": kept,
    }
    wrong.first(found)
    for player, net in (("generator", generator), ("critic", critic)):
        if not near(reached[player][player], _gradient(right, net), 1e-3):
            wrong("wrong-gradient", player=player)
    for player in ("generator", "critic"):
        on_another_device(candidate, critic, generator, z, player)
    pull = reached["generator"]["generator"]
    length = 0.0 if pull is None else pull.norm().item()
    return (
        f"In the generator's turn a gradient of length {length:.3f} reaches the generator, and in the critic's turn "
        "none. The critic is reached in its own."
    )


# Case 3 ----------------------------------------------------------------------

FAR = 1e4  # a number whose pixel is as good as black or white


def _pixels(candidate: Callable, numbers: Tensor) -> Tensor:
    """What becomes of these numbers, a row for each image."""
    n, k = numbers.shape
    weight, bias = torch.eye(k), torch.zeros(k)
    return tensor(call(candidate, numbers, weight, bias, (1, 1, k)), "the images", (n, 1, 1, k)).flatten(1)


@checks("clinic.case_3", "features weight bias", "image_shape")
def case_3(candidate: Callable) -> str:
    far, places = torch.tensor([[-FAR, FAR]]), torch.linspace(-1.5, 1.5, 31)
    low, high = _pixels(candidate, far)[0].detach().tolist()
    curve = _pixels(candidate, places[:, None]).detach().flatten()
    numbers = (-FAR, -30.0, -2.0, 2.0, 30.0, FAR)
    sizes = {at: _pixels(candidate, torch.tensor([[at, 0.0]]))[0, 0].item() for at in numbers}
    at, pixel = max(sizes.items(), key=lambda pair: abs(pair[1]))
    rises = (curve[1:] >= curve[:-1] - 1e-6).all()
    falls = (curve[1:] <= curve[:-1] + 1e-6).all()
    others = draw.normal(5, 4)
    alone = _pixels(candidate, others[:2, :2])
    wrong.first({"pixels-mixed": not near(alone, _pixels(candidate, others)[:2, :2])})
    wrong.first({"still-sick/3": low > -0.1 and abs(high - 1) < 0.1}, low=low)
    wrong.first({"nothing-changed": near(curve, places)})
    wrong.first({"beyond-range": abs(pixel) > 1.0001}, at=at, pixel=pixel)
    wrong.first({"turned-round": falls and curve[0] > curve[-1], "not-increasing": not rises})
    wrong.first({"range-missed": max(abs(low + 1), abs(high - 1)) > 0.02}, low=low, high=high)
    _smooth(candidate, places)
    _linear_part(candidate)
    on_another_device(candidate, others, draw.normal(6, 4), draw.normal(6), (2, 1, 3))
    return f"Numbers of -2, 0 and 2 become pixels of {sizes[-2.0]:.3f}, {curve[15]:.3f} and {sizes[2.0]:.3f}, smoothly."


def _smooth(candidate: Callable, places: Tensor) -> None:
    """The slope of the curve, by autograd as the generator sees it."""
    x = places[:, None].clone().requires_grad_(True)
    value = _pixels(candidate, x)
    if not value.requires_grad:
        wrong("detached")
    (slope,) = torch.autograd.grad(value.sum(), x, allow_unused=True)
    if slope is None:
        wrong("detached")
    lowest = int(slope.abs().argmin())
    wrong.first({"flat": slope[lowest].abs() < 1e-3}, at=places[lowest].item(), slope=slope[lowest].item())


def _linear_part(candidate: Callable) -> None:
    """Features, weights and bias all count, in the shape that is asked for, the default included."""
    features, weight, bias = draw.normal(3, 4), draw.normal(12, 4), draw.normal(12)
    images = call(candidate, features, weight, bias, (3, 2, 2))
    images = float32(tensor(images, "the images", (3, 3, 2, 2)), "the images")
    same = _pixels(candidate, features @ weight.T + bias)
    wrong.first({"other-numbers": not near(images.flatten(1), same)})
    default = call(candidate, features, draw.normal(784, 4), draw.normal(784))
    tensor(default, "the images", (3, 1, 28, 28))


# Case 4 ----------------------------------------------------------------------


@checks("clinic.case_4", "raw")
def case_4(candidate: Callable) -> str:
    ramp = torch.arange(256, dtype=torch.uint8).view(1, 16, 16)
    images = float32(tensor(call(candidate, ramp), "the images", (1, 1, 16, 16)), "the images")
    values = images.detach().flatten()
    right = torch.arange(256) / 127.5 - 1
    _line(values, right)
    raw = (40 + 100 * draw.uniform(0, 1, 3, 4, 5)).to(torch.uint8)
    images = tensor(call(candidate, raw), "the images", (3, 1, 4, 5))
    found = right[raw.long()][:, None]
    wrong.first({"batch-dependent": not near(images, found)})
    on_another_device(candidate, raw)
    return f"The bytes 0, 64 and 255 become {values[0]:g}, {values[64]:.3f} and {values[255]:g}, in a straight line."


def _line(values: Tensor, right: Tensor) -> None:
    """What became of the bytes 0 to 255, in order."""
    if near(values, right, 1e-4):
        return
    low, high = values[0].item(), values[-1].item()
    straight = near(values, low + (high - low) * torch.arange(256) / 255, 1e-3 * max(1.0, abs(high), abs(low)))
    width, shades = high - low, len(values.unique())
    found = {
        "still-sick/4": straight and near([low, high], [0.0, 1.0], 0.01),
        "raw-values": straight and abs(high) > 100,
        "mirrored": straight and high < low,
        "ends-missed": straight and max(abs(low + 1), abs(high - 1)) < 0.02,
        "half-range": straight and near(width, 1.0, 0.01),
        "shifted": straight and near(width, 2.0, 0.01),
        "overflow": (values[1:] - values[:-1]).abs().max() > 0.6 and shades > 100,
        "rounded": shades < 200,
        "not-straight": near([low, high], [-1.0, 1.0], 0.01),
        "batch-dependent": near(values.mean(), 0.0, 1e-3) and straight,
    }
    wrong.first(found, low=low, high=high, n=shades)
    expect(values[[0, 128, 255]], right[[0, 128, 255]], "the bytes 0, 128 and 255")
    expect(values, right, "the bytes from 0 to 255")


# Case 5 ----------------------------------------------------------------------


@checks("clinic.case_5", "critic between")
def case_5(candidate: Callable) -> str:
    for shape, column in (((1, 2, 3), False), ((2, 2, 2), True), ((5,), False)):
        value = _penalised(candidate, shape, column)
    critic = stubs.Critic((1, 2, 3), 2.0, False, lambda images: None)
    on_another_device(candidate, critic, draw.images(3, 1, 2, 3))
    return f"The penalty of a small critic is {value:.3f}, as it should be, and it is differentiated in all weights."


def _penalised(candidate: Callable, shape: tuple[int, ...], column: bool) -> float:
    """One critic and its penalty, value and gradient."""
    while True:
        critic = stubs.Critic(shape, draw.number(1.0, 1.8), column, lambda images: None)
        between = draw.images(draw.whole(4, 6), *shape)
        gradients = stubs.gradients(critic, between)
        right, known = _penalties(gradients)
        values = torch.stack([right, *(value for group in known.values() for value in group)]).detach().sort().values
        if (values.diff() > 4e-3 * (1 + values[1:].abs())).all():
            break
    truth = torch.autograd.grad(right, [critic.inner, critic.outer])
    critic.inner.grad = draw.normal(*critic.inner.shape)  # of its last step
    value = tensor(call(candidate, critic, between), "the penalty", ())
    if not near(value, right, 1e-3):
        wrong.named(value, known, 1e-3, right=show(right))
        expect(value, right, "the penalty", 1e-3)
    if not value.requires_grad:
        wrong("still-sick/5", value=value.item())
    found = torch.autograd.grad(value, [critic.inner, critic.outer], allow_unused=True)
    if any(part is None for part in found) or not near(_flat(found), _flat(truth), 2e-2):
        wrong("penalty-detached")
    return float(value)


def _penalties(gradients: Tensor) -> tuple[Tensor, dict[str, tuple[Tensor, ...]]]:
    """The penalty of these gradients, and what known mistakes make of them."""
    n, rows = len(gradients), gradients.flatten(1)
    norms = rows.norm(dim=1)
    right = (norms - 1).square().mean()
    known: dict[str, tuple[Tensor, ...]] = {
        "over-the-batch": ((gradients.norm() - 1).square(),),
        "sum-not-mean": ((norms - 1).square().sum(),),
        "target-zero": (norms.square().mean(),),
        "not-squared": ((norms - 1).abs().mean(), (norms - 1).mean()),
        "one-sided": ((norms - 1).clamp(min=0).square().mean(), (1 - norms).clamp(min=0).square().mean()),
        "length-squared": ((norms.square() - 1).square().mean(),),
        "with-lambda": (10 * right,),
        "scores-weighted": ((norms / n - 1).square().mean(),),
    }
    if gradients.dim() > 2:
        known["pixelwise"] = ((gradients.norm(dim=1) - 1).square().mean(),)
    return right, known


# Case 6 ----------------------------------------------------------------------


@checks("clinic.case_6", "critic update", "n_critic c")
def case_6(candidate: Callable) -> str:
    c, n_critic = draw.one_of((0.02, 0.04, 0.05)), draw.whole(2, 4)
    largest = _held(candidate, {"n_critic": n_critic, "c": c}, n_critic, c)
    _held(candidate, {}, 5, 0.03)
    return (
        f"After each of {n_critic} updates, which left weights of up to {largest:.2f}, all weights were back in the "
        f"window with c={c}; by default it is 5 updates and 0.03."
    )


def _held(candidate: Callable, given: dict[str, Any], n_critic: int, c: float) -> float:
    """Call it with an update that throws the weights out of the window; gives the largest weight."""
    critic = nn.Sequential(_network(5, 3), nn.LayerNorm(3), nn.Linear(3, 1, bias=False))
    for each in critic.parameters():
        each.grad = draw.normal(*each.shape)
    gradients = [parameter.grad.clone() for parameter in critic.parameters() if parameter.grad is not None]
    left: list[list[Tensor]] = [_weights(critic)]  # as each update leaves them, and found: as the next one finds them
    found: list[list[Tensor]] = []

    def update() -> None:
        found.append(_weights(critic))
        with torch.no_grad():
            for each in critic.parameters():
                each.copy_(1.6 * c * draw.normal(*each.shape))
        left.append(_weights(critic))
        if len(left) > n_critic + 20:
            wrong("no-update", n=len(left) - 1, n_critic=n_critic)

    call(candidate, critic, update, **given, may_change=(critic,))
    found.append(_weights(critic))
    wrong.first({"no-update": len(left) - 1 != n_critic}, n=len(left) - 1, n_critic=n_critic)
    now = [parameter.grad for parameter in critic.parameters() if parameter.grad is not None]
    wrong.first(
        {"gradients-touched": len(now) != len(gradients) or not all(map(torch.equal, now, gradients))},
    )
    _clipped(left, found, c, n_critic)
    return max(value.abs().max().item() for value in left[1])


def _weights(critic: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in critic.parameters()]


def _clipped(left: list[list[Tensor]], found: list[list[Tensor]], c: float, n_critic: int) -> None:
    """Compare what each update left with what came next.

    Args:
        left: the weights before all updates and after each of them.
        found: those before each update and at the end.
        c, n_critic: as they should be.
    """
    pairs = list(zip(left[1:], found[1:], strict=True))
    right = [[near(b, a.clamp(-c, c), 1e-6) for a, b in zip(*pair, strict=True)] for pair in pairs]
    if all(map(all, right)):
        return
    untouched = [all(map(torch.equal, *pair)) for pair in pairs]
    before, after = _flat(pairs[-1][0]), _flat(pairs[-1][1])
    low, high = after.min().item(), after.max().item()
    inside, outside = before.abs() <= c, before.abs() > c
    thin = [
        all(ok for ok, value in zip(oks, pair[0], strict=True) if value.ndim > 1)
        for oks, pair in zip(right, pairs, strict=True)
    ]
    started = not near(_flat(found[0]), _flat(left[0]), 1e-9)
    faults = {
        "clip-before": untouched[-1] and (started or not all(untouched)),
        "still-sick/6": all(untouched),
        "clip-once": all(right[-1]) and not all(map(all, right[:-1])),
        "to-zero": near(after[outside], 0 * after[outside], 1e-9),
        "biases-forgotten": all(thin),
        "one-side": near(after, before.clamp(max=c), 1e-6) or near(after, before.clamp(min=-c), 1e-6),
        "c-ignored": near(-low, high, 1e-4) and not near(high, c, 1e-4) and near(after, before.clamp(low, high), 1e-6),
        "inside-changed": not near(after[inside], before[inside], 1e-6),
    }
    wrong.first(faults, c=c, n_critic=n_critic, low=low, high=high, largest=after.abs().max().item())
    worst = int((after - before.clamp(-c, c)).abs().argmax())
    expect(after[worst], before[worst].clamp(-c, c), f"with c={c} a weight of {before[worst]:.3g}")
