"""Checks of penalty.py.

The truth about a critic comes from difference quotients at the very images that the
answer asks it about, and the truth about epsilon from where points lie between two images.
"""

import contextlib
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from . import draw
from .calls import call, standins
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, show, tensor
from .report import Wrong
from .stubs import Critic, Notes, gradients

NEED = "The first axis counts the samples; whatever follows, images or points, belongs to one sample."
PRECISION = "Networks and images are float32 throughout, and some GPUs know nothing finer."
LAST = "The number of epsilons has to come from the batch: the last one of an epoch may be short."
BETWEEN = "The penalty is about the space between real and fake."
MEMORY = "its input lies in memory in another order, as a batch of colour images that was permuted"
FEEL = "The penalty has to reach the critic's weights, or the critic does not feel it."
ITSELF = "Then steep and flat images make up for each other, and each image has to pay for itself."

# {seen} says what was given, what is right, and what came out.
wrong = Mistakes(
    f"""
    tuple-not-unpacked: Your result is a tuple. torch.autograd.grad returns one entry per input: take the entry out.
    divided-by-n: {{seen}}: the gradients are divided by the number of samples. You differentiate a mean; which
        reduction leaves the gradient of each sample whole?
    constant-factor: {{seen}}: always {{factor}} times as large as it should be. The equation has no such factor.
    images-left-out: {{seen}}: right for some samples and 0 for others. Does your code choose one of the values, or
        cut some off, before it differentiates? Every sample counts.
    values-returned: Your result holds the values of f, not its gradients.
    negated: {{seen}}: the wrong sign.
    one-for-all: Your result is one number for {{n}} points. Each point has a gradient of its own.
    approximate: Your numbers are only close to the gradient, as difference quotients are. Autograd gives it exactly.
    twice-differentiated: {{seen}}: the second derivative. Differentiate once.
    batch-axis: Your code gives f a tensor of shape {{shape}}, and f takes those of shape {{right}}. Keep the first
        axis, even for a single sample.
    tracked-input: Your code fails for an input that already {{which}}.
    not-contiguous: Your code stops when {MEMORY}: view cannot rearrange such a tensor. Is there a way to change the
        shape that copies where it has to?
    other-shapes/stops: Your code works for {{works}} but stops for {{what}}. {NEED}
    other-shapes/shape: For samples of shape {{right}} your code makes a batch of shape {{shape}}. {NEED}
    other-shapes/value: For {{what}} your result is wrong. {NEED}
    epsilon-within-image: Your points are not on the straight line between their two images: of the way from fake to
        real, one pixel is at {{low}} and another pixel of the same image at {{high}}. Each image has one epsilon.
    same-every-time: Two calls give the same points. Draw new random numbers in each call, and fix no seed.
    epsilon-shape: For {{n}} images of shape {{shape}} your epsilon does not fit. It needs one number for each image,
        and as many axes as the images, so that it stretches over the pixels.
    batch-size/written: From a batch of {{n}} yours makes {{made}}, and with {{other}} it fails. {LAST}
    batch-size/fails: Your code works for {{n}} images but fails for a batch of one.
    batch-size: From a batch of {{n}} yours makes {{made}}. {LAST}
    only-real: Your points are the real images themselves. {BETWEEN}
    only-fake: Your points are the fake images themselves. {BETWEEN}
    only-ends: Your points are the real images and the fake images themselves. {BETWEEN}
    not-between: Of the way from fake (0) to real (1) your points lie at places from {{low}} to {{high}}: some are
        beyond the two images. Which random numbers stay between 0 and 1?
    no-randomness: Every point lies at epsilon = {{low}}. Then the rest of the line gets no penalty: epsilon is random.
    one-epsilon-per-batch: All images of a batch share one epsilon. Draw one for each image, so that a batch covers the
        whole way from fake to real.
    not-uniform: {{n}} epsilons of yours have {{different}} values from {{low}} to {{high}}, with mean {{mean}} and
        standard deviation {{deviation}}. Uniform ones are all different, from 0 to 1, with mean 0.5 and deviation 0.29.
    weights-do-not-add: Between two equal images there is nothing but that image, and your points are {{times}} times
        the image. The weights of real and fake have to add up to 1.
    beside-the-line: Your points are not on the straight line between real and fake: between two equal images they are
        not that image. Add nothing to the mixture and cut nothing off.
    wrong-dtype/lerp: Your epsilon has another dtype than the images. {PRECISION}
    critic-not-asked: Your code never asks the critic that it is given. How do its scores change with the pixels?
    critic-shape: The critic takes images of shape {{right}}, and your code asks it about a tensor of shape {{shape}}.
        The first axis counts the samples.
    asked-elsewhere: Your code asks the critic about other images than it is given. The slope is wanted at those.
    pixelwise-norm: {{seen}}: a norm over some axes of an image only. The norm of an image's gradient runs over all its
        channels and pixels at once; make one row of each image first.
    across-the-batch: {{seen}}: a norm over the axis that counts the images. Each image has a norm of its own.
    gradients-returned: Your result holds the gradients, not yet their norms.
    scores-returned: Your result holds the critic's scores, not the norms of their gradients.
    in-the-weights: Autograd does not follow the images in your code, so you differentiate in something else, such as
        the critic's weights. The slope asked for is how the score changes with the pixels.
    one-norm-for-all: {{seen}}: one norm over the whole batch. Each image has a norm of its own.
    averaged: {{seen}}: one number for all images. Return one norm for each image.
    norms-in-column: Your norms have shape {{shape}}; they should have shape ({{n}},), one number per image.
    not-rooted: {{seen}}: the squares of the norms. The root is missing.
    other-norm: {{seen}}: not the Euclidean norm, but {{which}}. The Euclidean norm squares all entries of an image's
        gradient, adds them up and takes the root.
    penalty-begun: {{seen}}: already the distance to 1, or its square. That belongs to gradient_penalty.
    critic-frozen: The number is right, but the critic's weights are fixed while you ask it. {FEEL}
    cut-off: The number is right, and autograd recorded how it came about, but then something cuts it off: no_grad,
        detach, item or a new tensor. {FEEL}
    no-create-graph: The number is right, but it cannot be differentiated again: no gradient reaches the critic's
        weights, so the penalty would silently do nothing. Ask autograd to record its own gradient computation.
    graph-cut: The number is right, but its gradient in the critic's weights has length {{yours}} instead of {{right}}.
        Part of the computation is cut off from the graph.
    nan-at-zero: Where the critic is flat, the gradient in its weights becomes NaN, because the root of 0 has an
        infinite slope. Keep the root's argument a little above 0, or use a norm that is safe there.
    column-scores/stops: Your code stops for a critic with scores of shape (n, 1).
    column-scores/value: For a critic with scores of shape (n, 1) your result is wrong.

    wrong-order/norms: gradient_norms takes the critic first, then the images; it got a {{kind}} first.
    wrong-order/points: interpolate takes two batches of images, real and fake.
    wrong-points: You call interpolate, but you ask the critic about other points than those that it returns.
    not-averaged: Your result has one number for each image. Average them: the penalty is one number.
    sum-not-mean: {{seen}}: a sum over the batch. Average, so that lambda means the same for any batch.
    not-mean: {{seen}}: the {{which}} of what the images pay. Average, so that every image counts.
    averaged-twice: {{seen}}: the mean, divided by the number of images once more.
    lambda-inside: {{seen}}: ten times too much. The factor lambda is the business of critic_step.
    negated/penalty: {{seen}}: negative. The critic minimises its loss, so what is to be punished is added.
    rooted: {{seen}}: the root of the mean. The penalty is the mean of the squares itself.
    norm-squared: {{seen}}: you subtract 1 from the squared slope. Subtract it from the slope itself.
    squared-twice: {{seen}}: you square twice.
    not-squared: {{seen}}: you do not square. The squares make large violations count most.
    sign-of-one: {{seen}}: you add 1. The penalty is about how far a slope is from +1.
    target-missing: {{seen}}: the mean of the squared slopes. What counts is how far they are from 1, not from 0.
    norms-returned: {{seen}}: the mean slope. The penalty says how far the slopes are from 1.
    square-of-mean: {{seen}}: you average the slopes before you square. {ITSELF}
    hinge-after-mean: {{seen}}: you average before you cut off or square. {ITSELF}
    one-sided: {{seen}}: only the slopes above 1 pay. This penalty has two sides: slopes below 1 are pulled up.

    largest-in-batch: You ask torch for the largest number along an axis, and it returns two tensors. Here each image's
        excess is compared with 0 by itself: the batch keeps its size.
    only-the-steep-ones: {{seen}}: the mean over the steep images only. Keep the gentle ones in the mean; they pay 0.
    two-sided: {{seen}}: slopes below 1 pay too. This penalty has one side: a slope below 1 costs nothing.
    other-side: {{seen}}: only the slopes below 1 pay. Which slopes does a 1-Lipschitz critic not have?
    clamp-to-one: {{seen}}: you hold the excess at 1 or above, and gentle images pay. What is the smallest excess?
    excess-capped: {{seen}}: you hold the excess at 1 or below, or count the steep images. The steepest must pay most:
        only the lower end is cut off.
    subtracted-late: {{seen}}: the squared slopes of the steep images. Subtract 1 before you square.

    fakes-instead: Your code asks the critic about the fake images. R1 is about the real ones; the same at the fakes is
        called R2.
    both-ends: Your code asks the critic about real and fake images. R1 is about the real ones alone.
    between-instead: Your code asks the critic about points between real and fake, as gradient_penalty does. R1 is about
        the real images themselves.
    target-one: {{seen}}: how far the slopes are from 1. R1 pulls them to 0.
    gamma-inside: {{seen}}: {{which}} times the mean. The factor gamma / 2 is the business of critic_step.
    not-squared/r1: {{seen}}: the mean slope. R1 is the mean of the squared slopes.
    square-of-mean/r1: {{seen}}: you average the slopes before you square. Square the slope of each image.
    squared-twice/r1: {{seen}}: you square twice.
    rooted/r1: {{seen}}: the root of the mean. R1 is the mean of the squares itself.
    pixels-averaged: {{seen}}: the squares are averaged over the pixels too. An image's slope squares all entries of its
        gradient and adds them up.
    """
)
VIEW = {"not-contiguous": "view size is not compatible"}
Slip = tuple[str, str, Tensor]  # a mistake, a word about it, and what it gives


# input_gradient --------------------------------------------------------------


@checks("penalty.input_gradient", "f x")
def input_gradient(candidate: Callable[[Callable, Tensor], Tensor]) -> str:
    n, a, b = draw.whole(3, 6), draw.number(1.1, 3), draw.number(0.1, 0.9)
    x = (torch.linspace(-2, 2, n)[draw.order(n)] + draw.uniform(0.1, 0.3, n)).round(decimals=2)
    values, right = a * x**2 + b * x, 2 * a * x + b
    what = f"the gradient of {a:g} x^2 + {b:g} x at {show(x)}"
    value = call(candidate, lambda x: a * x**2 + b * x, x)
    wrong.first({"tuple-not-unpacked": isinstance(value, tuple)})
    if isinstance(value, Tensor):
        slips = [("divided-by-n", right / n), ("values-returned", values), ("negated", -right)]
        slips.append(("twice-differentiated", torch.full((n,), 2 * a)))
        _slipped(value, right, [(key, "", known) for key, known in slips], f"For {what} you have {show(value)}")
        wrong.first({"one-for-all": value.numel() == 1}, n=n)
    value = float32(tensor(value, f"the result for {n} numbers", (n,)), "the result", PRECISION)
    wrong.first({"approximate": near(value, right, 0.05) and not near(value, right, 1e-5)})
    expect(value, right, what)
    for n, shape, scores in ((4, (2,), ()), (3, (2,), (1,)), (1, (1, *_sides()), ()), (2, (3, *_sides()), (1,))):
        _many(candidate, n, shape, scores)
    return (
        f"{what[0].upper()}{what[1:]} is {show(right)}, and each point in the plane and each image of a batch gets its "
        "own. The input stays as it was."
    )


def _sides() -> list[int]:
    """Rows and columns of a small image, not alike."""
    return (draw.order(3)[:2] + 3).tolist()


def _many(candidate: Callable, n: int, shape: tuple[int, ...], scores: tuple[int, ...]) -> None:
    """Samples with several numbers each: as they come, in another order in memory, and tracked."""

    def f(x: Tensor) -> Tensor:
        if x.shape[1:] != shape:
            wrong("batch-axis", shape=tuple(x.shape), right=str(("n", *shape)).replace("'", ""))
        rows = x.flatten(1)
        return (weights * rows**3 + rows.roll(1, dims=1) * rows).sum(dim=1).reshape(-1, *scores)

    x = draw.normal(n, *shape)
    rows, weights = x.flatten(1), draw.uniform(0.5, 2, x[0].numel())
    right = (3 * weights * rows**2 + rows.roll(1, dims=1) + rows.roll(-1, dims=1)).view(x.shape)
    what = f"{n} samples of shape {shape}, with values of f of shape {(n, *scores)}"
    with wrong.blaming("other-shapes/stops", works="single numbers", what=what):
        value = tensor(call(candidate, f, x), f"the result for {what}", x.shape)
    wrong.first({"other-shapes/value": not near(value, right)}, what=what)
    leaf = x.clone().requires_grad_(True)
    for tracked, which in ((leaf, "requires grad"), (leaf * 1, "comes out of a network")):
        with wrong.blaming("tracked-input", which=which):
            expect(call(candidate, f, tracked), right, f"for an input that already {which} the gradient", 1e-3)
    with wrong.translating(VIEW):
        expect(call(candidate, f, _strided(x)), right, f"when {MEMORY}, the gradient", 1e-3)
    on_another_device(candidate, f, x)


def _strided(images: Tensor) -> Tensor:
    """The same images in another order in memory."""
    return images.transpose(0, -1).contiguous().transpose(0, -1)


def _slipped(yours: Tensor, right: Tensor, slips: list[Slip], seen: str) -> None:
    """Recognise the values of known mistakes; then right numbers times a factor, or some of them only."""
    for key, which, known in slips:
        wrong.named(yours, {key: known}, 1e-3, seen=seen, which=which)
    if yours.shape == right.shape and yours.isfinite().all():
        factor = (yours / right).detach()
        kept = factor[factor.abs() > 1e-3]
        found = {
            "images-left-out": 0 < len(kept) < len(factor) and near(kept, torch.ones_like(kept), 1e-2),
            "constant-factor": near(factor, factor[:1].expand_as(factor), 1e-3) and not near(factor[0], 1, 1e-2),
        }
        wrong.first(found, seen=seen, factor=show(factor[0]))


# interpolate -----------------------------------------------------------------
#
# A penalty written by hand has to find the same points, so its points are judged
# here too: _line takes any function that finds them.

Points = Callable[[Tensor, Tensor], Any]
_SIZES = re.compile("must match|must be greater or equal|invalid for input of size|broadcast|same size in the mapped")


@checks("penalty.interpolate", "real fake")
def interpolate(candidate: Points) -> str:
    epsilon = _line(partial(call, candidate))
    on_another_device(candidate, draw.images(3, 1, 2, 4), draw.images(3, 1, 2, 4))
    return (
        f"Each of your points is on the straight line between its two images, {len(epsilon)} of them at places from "
        f"{epsilon.min():.2g} to {epsilon.max():.2g} of the way, with mean {epsilon.mean():.2g}. Images of other "
        "sizes, colours and points work, and any batch size."
    )


def _line(points: Points) -> Tensor:
    """See that each point has a random place of its own on the line from fake to real; gives many such places."""
    n, (rows, columns) = draw.one_of((193, 197, 199, 211, 223, 227, 229)), _sides()  # primes fit no other batch size
    shape = (2, rows, columns)
    with wrong.translating({"wrong-dtype/lerp": "expected dtype float for"}):
        epsilon = _first(points, n, shape)
    with wrong.blaming("batch-size/fails", n=n):
        _epsilon(points, 1, shape)
    _uniform(points, epsilon)
    for other in ((3, columns + 3, rows + 3), (2,)):
        with wrong.blaming("other-shapes/stops", works=f"samples of shape {shape}", what=f"samples of shape {other}"):
            _epsilon(points, draw.whole(7, 12), other)
    with wrong.translating(VIEW):
        _epsilon(points, 8, shape, _strided)
    return epsilon


def _far(*shape: int) -> Tensor:
    """Numbers of either sign that are not near 0, and for points in the plane beyond the range of images."""
    beyond = torch.tensor([0.8, 1.2]) if shape[-1] == 2 else 0
    return draw.normal(*shape).sign() * (draw.uniform(0.25, 0.5, *shape) + beyond)


def _epsilon(points: Points, n: int, shape: tuple[int, ...], laid: Callable[[Tensor], Tensor] = Tensor.clone) -> Tensor:
    """Where each of n points is, from 0 at its fake image to 1 at its real one."""
    fake, way = _far(*shape).expand(n, *shape), _far(n, *shape)  # all fakes are alike: any of them is a partner
    value = points(laid(fake + way), laid(fake))
    if isinstance(value, Tensor) and value.ndim == way.ndim and len(value) != n:
        wrong("batch-size", n=n, made=len(value))
    if isinstance(value, Tensor) and len(shape) == 1 and value.shape != way.shape:
        wrong("other-shapes/shape", right=shape, shape=tuple(value.shape))
    value = float32(tensor(value, "the batch of points", (n, *shape)), "the batch of points", PRECISION)
    places = ((value - fake) / way).detach().flatten(1) + 0.0  # no -0 in a message
    spread = places.amax(dim=1) - places.amin(dim=1)
    if spread.max() > 1e-3 * places.abs().max().clamp(min=1):
        times = (points(laid(fake), laid(fake)) / fake).detach().flatten(1)
        found = {
            "epsilon-within-image": near(times, torch.ones_like(times), 1e-3),
            "weights-do-not-add": near(times, times[:, :1].expand_as(times), 1e-3),
            "beside-the-line": True,
        }
        worst = places[spread.argmax()]
        wrong.first(found, low=show(worst.min()), high=show(worst.max()), times=show(times[0, 0] + 0.0))
    return places[:, 0]


def _first(points: Points, n: int, shape: tuple[int, ...]) -> Tensor:
    """The first epsilons, with names for the ways in which shapes do not fit."""
    try:
        return _epsilon(points, n, shape)
    except Wrong:
        raise
    except Exception as error:
        if not _SIZES.search(str(error)):
            raise
        for size in sorted({1, *map(int, re.findall(r"\d{1,4}", str(error)))} - {0, n}):  # does only one size work?
            other = (3, 5, 7) if size not in (3, 5, 7) else (2, 4, 6)  # not one axis as long as the batch
            with contextlib.suppress(RuntimeError):
                value = points(torch.ones(size, *other), torch.zeros(size, *other))
                if isinstance(value, Tensor) and (size, len(value)) != (1, 1):
                    wrong("batch-size/written", n=size, made=len(value), other=n)
        grey = False
        with contextlib.suppress(Exception):
            _epsilon(points, n, (1, *shape[1:]))
            grey = True
        wrong.first({"epsilon-shape": not grey and "invalid for" not in str(error)}, n=n, shape=shape)
        with wrong.blaming("other-shapes/stops", works="grey images", what=f"images of shape {shape}"):
            if grey:
                raise
        raise


def _uniform(points: Points, epsilon: Tensor) -> None:
    """See that the places are random and uniform."""
    n, different = len(epsilon), epsilon.mul(1e4).round().unique().numel()
    low, high, mean, variance = epsilon.min(), epsilon.max(), epsilon.mean(), epsilon.var()
    said = {"low": show(low), "high": show(high), "mean": show(mean), "deviation": show(variance.sqrt())}
    wrong.named(torch.stack([low, high]), {"only-real": [1, 1], "only-fake": [0, 0]}, 1e-3)
    wrong.first({"not-between": low < -1e-3 or high > 1 + 1e-3}, **said)
    if high - low < 1e-3:
        again = torch.stack([_epsilon(points, 2, (2, 3, 4))[0] for _ in range(4)])
        wrong("no-randomness" if near(again, low.expand(4), 1e-3) else "one-epsilon-per-batch", **said)
    apart = max((mean - 1 / 2).abs() / 0.2887, (variance - 1 / 12).abs() / 0.0745)  # in deviations of a single number
    narrow = low > 0.07 or high < 0.93  # as what follows, one in 100,000 at random
    wrong.first({"not-uniform": different < n / 2 or narrow or apart > 4.5 / n**0.5}, n=n, different=different, **said)
    wrong.first({"same-every-time": near(_epsilon(points, 8, (2, 3, 4)), _epsilon(points, 8, (2, 3, 4)))})


# gradient_norms --------------------------------------------------------------


@checks("penalty.gradient_norms", "critic images")
def gradient_norms(candidate: Callable[[nn.Module, Tensor], Tensor]) -> str:
    n = draw.whole(6, 8)
    critic, images = _example(n, (2, *_sides()))
    value, truth = call(candidate, critic, images), gradients(critic, images)
    right = _lengths(truth)
    _name_norms(value, truth.detach(), critic, images)
    value = float32(tensor(value, f"the result for {n} images", (n,)), "the result", PRECISION)
    expect(value, right, "the norms", 1e-2)
    weights = draw.uniform(0.5, 1.5, n)
    _felt((value * weights).sum(), (right * weights).sum(), critic)
    _other_inputs(lambda critic, images: (call(candidate, critic, images), _lengths(gradients(critic, images))))
    with wrong.blaming("tracked-input", which="requires grad"):
        call(candidate, critic, images.clone().requires_grad_(True))
    on_another_device(candidate, critic, images)
    return (
        f"At {n} images your norms are right, such as {_some(value)}, and their gradient reaches the critic's weights, "
        "also where the slope is 0."
    )


def _some(numbers: Tensor) -> str:
    """A few of them, for a message."""
    return show(numbers.detach()[:4].double().round(decimals=2))


def _lengths(gradients: Tensor) -> Tensor:
    """How steep, one number for each sample."""
    return (gradients.flatten(1).square().sum(dim=1) + 1e-20).sqrt()


def _example(n: int, shape: tuple[int, ...], steep: float = 0.0, column: bool = False) -> tuple[Critic, Tensor]:
    """A critic, and n samples where it is gentle, steep and in between, with scores of either sign."""

    def look(images: Tensor) -> None:
        if images.shape[1:] != shape:
            wrong("critic-shape", right=str(("n", *shape)).replace("'", ""), shape=tuple(images.shape))

    critic = Critic(shape, steep or draw.number(2.5, 4), column, look).train(not column)
    for weights in critic.parameters():
        weights.grad = torch.ones_like(weights)
    sizes = 0.03 * 45 ** (draw.order(n) / (n - 1)) if n > 1 else torch.ones(1)
    images = draw.images(n, *shape) * sizes.view(n, *[1] * len(shape))
    with torch.no_grad():
        critic.bias.sub_(critic.scores(images.flatten(1)).median())
    return critic, images


def _name_norms(value: object, truth: Tensor, critic: Critic, images: Tensor) -> None:
    """Recognise results that are not the norms."""
    wrong.first({"tuple-not-unpacked": isinstance(value, tuple)})
    if not isinstance(value, Tensor):
        return
    n, right, asked = len(images), _lengths(truth), _asked(critic, images)
    axes = {key: [truth.sum(some, keepdim=keep).shape for some in SOME[key] for keep in (True, False)] for key in SOME}
    found = {
        "in-the-weights": not critic.notes.followed and value.shape != (n,),
        "norms-in-column": value.ndim > 1 and value.numel() == n,
        "pixelwise-norm": value.shape in axes["pixelwise-norm"],
        "across-the-batch": value.shape in (truth[0].flatten().shape, *axes["across-the-batch"]),
        "gradients-returned": value.numel() == truth.numel(),
        "one-norm-for-all": value.numel() == 1 and near(value.flatten()[0], truth.float().norm(), 1e-3),
        "averaged": value.numel() == 1,
        "asked-elsewhere": asked.shape == images.shape and not near(asked, images),
    }
    seen = f"For images of shape {tuple(images.shape)} your result has shape {tuple(value.shape)}"
    wrong.first(found, n=n, shape=tuple(value.shape), seen=seen)
    slips = [
        ("not-rooted", "", right**2),
        ("divided-by-n", "", right / n),
        ("scores-returned", "", critic.scores(images.flatten(1))),
        ("pixelwise-norm", "", _lengths(truth[:, :1])),
        *(("penalty-begun", "", begun) for begun in (right - 1, (right - 1).abs(), (right - 1) ** 2)),
        *(("other-norm", which, norms) for which, norms in _other_norms(truth).items()),
    ]
    said = f"At {min(4, n)} of {n} images the critic's slopes are {_some(right)} and you have"
    _slipped(value, right, slips, f"{said} {_some(value) if value.ndim else show(value)}")


# Axes of a batch of images over which a norm is none of its images.
SOME = {
    "pixelwise-norm": [(1,), (2,), (3,), (1, 2), (1, 3), (2, 3)],
    "across-the-batch": [(0,), (0, 1), (0, 2), (0, 3), (0, 1, 2), (0, 1, 3), (0, 2, 3)],
}


def _other_norms(truth: Tensor) -> dict[str, Tensor]:
    """What is taken for the Euclidean norm, for each sample."""
    rows = truth.flatten(1)
    return {
        "the sum of absolute values": rows.abs().sum(dim=1),
        "the largest absolute value": rows.abs().amax(dim=1),
        "the mean of absolute values": rows.abs().mean(dim=1),
        "the mean of squares": rows.square().mean(dim=1),
        "the root of the mean of squares": rows.square().mean(dim=1).sqrt(),
        "the sum of all entries": rows.sum(dim=1),
        "the largest entry": rows.amax(dim=1),
        "the standard deviation": rows.std(dim=1),
        **{f"a sum of norms along axis {k}": truth.norm(dim=k).flatten(1).sum(dim=1) for k in range(1, truth.ndim)},
    }


def _asked(critic: Critic, images: Tensor) -> Tensor:
    """What it was asked about, once if it was asked the same twice."""
    asked, n = critic.notes.asked(), len(images)
    if asked is None:
        wrong("critic-not-asked")
    return asked[:n] if len(asked) > n and near(asked[:n], asked[-n:]) else asked


def _felt(value: Tensor, truth: Tensor, critic: Critic) -> None:
    """See that a number can be differentiated in the critic's weights, and rightly."""
    weights, notes = list(critic.parameters()), critic.notes
    felt = partial(torch.autograd.grad, inputs=weights, allow_unused=True, retain_graph=True)
    found = felt(value) if value.requires_grad else [None]
    if all(gradient is None for gradient in found):
        wrong("critic-frozen" if notes.frozen else "cut-off" if any(notes.recorded) else "no-create-graph")
    pairs = [zip(parts, weights, strict=True) for parts in (found, felt(truth))]
    yours, right = (torch.cat([(0 * w if part is None else part).flatten() for part, w in pair]) for pair in pairs)
    if not (yours - right).norm() <= 1e-2 * right.norm():
        wrong("graph-cut", yours=show(yours.norm()), right=show(right.norm()))


def _other_inputs(run: Callable[[Critic, Tensor], tuple[Any, Tensor]]) -> None:
    """Try scores in a column, one image, colours, points, another order in memory, and a flat critic.

    run gives the result for that critic and those images, and the truth.
    """
    for n, shape in ((5, (2, *_sides())), (1, (1, *_sides())), (3, (3, *_sides())), (5, (2,))):
        column, what = shape[0] == 2, f"{n} samples of shape {shape}"
        kind = "column-scores" if len(shape) == 3 and column else "other-shapes"
        with wrong.blaming(f"{kind}/stops", works="images", what=what):
            value, right = run(*_example(n, shape, column=column))
        wrong.first({f"{kind}/value": not isinstance(value, Tensor) or not near(value, right, 1e-2)}, what=what)
    critic, images = _example(4, (3, *_sides()))
    with wrong.translating(VIEW):
        run(critic, _strided(images))
    with torch.no_grad():
        critic.outer.zero_()
    value, right = run(critic, images)
    value = tensor(value, "the result for a critic that is flat everywhere", tuple(right.shape))
    expect(value, right, "the result for a critic that is flat everywhere", 0.05)
    if value.requires_grad:
        found = torch.autograd.grad(value.sum(), list(critic.parameters()), allow_unused=True)
        wrong.first({"nan-at-zero": not all(part is None or part.isfinite().all() for part in found)})


# The two penalties -----------------------------------------------------------
#
# They differ in what they square and average: a slope's distance from 1, or its excess over 1.

Excess = Callable[[Tensor], Tensor]
Slips = Callable[[Tensor], list[Slip]]  # those that only one of them knows


@checks("penalty.gradient_penalty", "critic real fake")
def gradient_penalty(candidate: Callable[[nn.Module, Tensor, Tensor], Tensor]) -> str:
    def slips(slopes: Tensor) -> list[Slip]:
        return [("one-sided", "", (slopes - 1).clamp(min=0).square().mean())]

    return _penalty(candidate, lambda slopes: slopes - 1, slips, "square-of-mean")


@checks("penalty.one_sided_penalty", "critic real fake")
def one_sided_penalty(candidate: Callable[[nn.Module, Tensor, Tensor], Tensor]) -> str:
    def slips(slopes: Tensor) -> list[Slip]:
        excess, steep = (slopes - 1).clamp(min=0), slopes > 1
        return [
            ("two-sided", "", (slopes - 1).square().mean()),
            ("other-side", "", (1 - slopes).clamp(min=0).square().mean()),
            ("clamp-to-one", "", excess.clamp(min=1).square().mean()),
            ("excess-capped", "", excess.clamp(max=1).square().mean()),
            ("excess-capped", "", steep.double().mean()),
            ("subtracted-late", "", (slopes * steep).square().mean()),
            ("subtracted-late", "", slopes.clamp(min=1).square().mean()),
            ("only-the-steep-ones", "", excess.square().sum() / steep.sum()),
        ]

    with wrong.translating({"largest-in-batch": "return_types.max"}):
        return _penalty(candidate, lambda slopes: (slopes - 1).clamp(min=0), slips, "hinge-after-mean")


def _penalty(candidate: Callable, excess: Excess, slips: Slips, mean_first: str) -> str:
    """Check a penalty; mean_first is its name for averaging the slopes first."""
    given: list[Tensor] = []  # by the stand-in for interpolate, in one call

    def between(real: Tensor, fake: Tensor) -> Tensor:
        if not isinstance(real, Tensor) or not isinstance(fake, Tensor):
            wrong("wrong-order/points")
        way = draw.uniform(0.1, 0.9, len(real)).to(real.device).view(-1, *[1] * (real.ndim - 1))
        given.append(way * real + (1 - way) * fake)
        return given[-1]

    def run(critic: Critic, real: Tensor) -> tuple[Any, Tensor]:
        value, truth = _asking(candidate, given, critic, real)
        return value, excess(_lengths(truth)).square().mean()

    with standins(penalty__gradient_norms=_norms, penalty__interpolate=between):
        points = partial(_places, candidate, given)
        with contextlib.suppress(Exception):  # whatever ends it comes again
            points(*draw.images(2, 8, 1, 3, 5))
        if not given:
            _line(points)
        critics = [_example(n, (2, *_sides()), steep) for n, steep in ((4, 0), (draw.whole(5, 7), 0), (3, 30))]
        trials = [_asking(candidate, given, *example) for example in critics]
        _name_values(trials, excess, slips, mean_first)
        for (critic, _), (value, truth) in zip(critics, trials, strict=True):
            value = float32(tensor(value, "the penalty", ()), "the penalty", PRECISION)
            right = excess(_lengths(truth)).square().mean()
            expect(value, right, f"where the critic's slopes are {_some(_lengths(truth))} the penalty", 1e-2)
            _felt(value, right, critic)
        _other_inputs(run)
        critic, images = _example(3, (1, *_sides()))
        on_another_device(candidate, critic, images, images.flip(0))
    slopes, value = _some(_lengths(trials[0][1])), show(trials[0][0])
    return (
        f"At points between real and fake where the critic's slopes are {slopes} your penalty is {value}, and its "
        "gradient reaches the critic's weights. Images of any size, colours and points work."
    )


def _norms(critic: Critic, images: Tensor) -> Tensor:
    """Stands in for gradient_norms."""
    if not isinstance(critic, nn.Module):
        wrong("wrong-order/norms", kind=type(critic).__name__)
    critic(images.detach().requires_grad_(True))
    critic.notes.recorded.append(True)
    return _lengths(gradients(critic, images)).float()


def _asking(candidate: Callable, given: list[Tensor], critic: Critic, real: Tensor) -> tuple[Any, Tensor]:
    """The penalty that the answer finds, and the critic's gradients where it asked."""
    sizes = real.detach().flatten(1).abs().amax(dim=1).view(-1, *[1] * (real.ndim - 1))
    fake = torch.empty_like(real, requires_grad=False).copy_(sizes * draw.images(*real.shape))
    given.clear()
    critic.notes = Notes()
    value = call(candidate, critic, real, fake)
    asked = _asked(critic, real)
    if given:
        _at_the_ends(asked, real, fake)
        wrong.first({"wrong-points": not any(near(asked, points) for points in (*given, torch.cat(given)))})
    return value, gradients(critic, asked)


def _places(candidate: Callable, given: list[Tensor], real: Tensor, fake: Tensor) -> Tensor:
    """Where the penalty asks its critic, whatever it makes of the answer."""
    critic, _ = _example(2, tuple(real.shape[1:]))
    given.clear()
    try:
        call(candidate, critic, real, fake)
    except Wrong:
        raise
    except Exception:
        if critic.notes.asked() is None:
            raise
    asked = _asked(critic, real)
    if len(asked) != len(real):
        _at_the_ends(asked, real, fake)
    return asked


def _at_the_ends(asked: Tensor, real: Tensor, fake: Tensor) -> None:
    both = tuple(torch.cat(pair) for pair in ((real, fake), (fake, real)))
    wrong.named(asked, {"only-real": real, "only-fake": fake, "only-ends": both})


def _name_values(trials: list[tuple[Any, Tensor]], excess: Excess, slips: Slips, mean_first: str) -> None:
    """Recognise a penalty that is wrong in the same way for all critics."""
    values, truths = [value for value, _ in trials], [truth.detach() for _, truth in trials]
    wrong.first({"not-averaged": isinstance(values[0], Tensor) and values[0].numel() == len(truths[0])})
    if not all(isinstance(value, Tensor) and value.numel() == 1 for value in values):
        return
    yours = torch.stack([value.detach().flatten()[0] for value in values])
    right = torch.stack([excess(_lengths(truth)).square().mean() for truth in truths])
    tables = [[*slips(_lengths(truth)), *_slips(truth, excess, mean_first)] for truth in truths]
    known = [(*slip[0][:2], torch.stack([value for *_, value in slip])) for slip in zip(*tables, strict=True)]
    where = f"Where the critic's slopes are {_some(_lengths(truths[0]))} the penalty should be {show(right[0])}"
    _slipped(yours, right, known, f"{where}, and yours is {show(yours[0])}")


def _slips(truth: Tensor, excess: Excess, mean_first: str) -> list[Slip]:
    """What mistakes with one of the two penalties, or both, give at these gradients."""
    slopes, n = _lengths(truth), len(truth)
    paid, distances = excess(slopes).square(), [excess(slopes), excess(slopes).abs(), slopes - 1, (slopes - 1).abs()]
    alone = {"largest": paid.max(), "smallest": paid.min(), "median": paid.median(), "first": paid[0], "last": paid[-1]}

    def pays(slopes: Tensor) -> Tensor:
        return excess(slopes).square().mean()

    return [
        *(("norm-squared", "", value) for value in (pays(slopes**2), excess(slopes**2).mean())),
        *(("squared-twice", "", value) for value in (paid.square().mean(), paid.mean().square())),
        *(("not-squared", "", value.mean()) for value in distances),
        *((mean_first, "", value) for value in (pays(slopes.mean()), excess(slopes).mean().square())),
        ("sign-of-one", "", (slopes + 1).square().mean()),
        ("target-missing", "", slopes.square().mean()),
        ("norms-returned", "", slopes.mean()),
        ("sum-not-mean", "", paid.sum()),
        ("averaged-twice", "", paid.mean() / n),
        ("lambda-inside", "", 10 * paid.mean()),
        ("negated/penalty", "", -paid.mean()),
        ("rooted", "", paid.mean().sqrt()),
        *(("not-mean", which, value) for which, value in alone.items()),
        ("one-norm-for-all", "", pays(truth.norm())),
        *((key, "", pays(torch.linalg.vector_norm(truth, dim=axes))) for key in SOME for axes in SOME[key]),
        ("across-the-batch", "", pays(truth.flatten(1).norm(dim=0))),
        ("divided-by-n", "", pays(slopes / n)),
        *(("other-norm", which, pays(norms)) for which, norms in _other_norms(truth).items()),
    ]


# r1_penalty ------------------------------------------------------------------


@checks("penalty.r1_penalty", "critic real fake")
def r1_penalty(candidate: Callable[[nn.Module, Tensor, Tensor], Tensor]) -> str:
    given: list[Tensor] = []  # by the stand-in for interpolate, in one call
    truths: list[Tensor] = []  # the critic's gradients at the real images, call by call

    def between(real: Tensor, fake: Tensor) -> Tensor:
        if not isinstance(real, Tensor) or not isinstance(fake, Tensor):
            wrong("wrong-order/points")
        given.append(0.3 * real + 0.7 * fake)
        return given[-1]

    def run(critic: Critic, real: Tensor) -> tuple[Any, Tensor]:
        fake = torch.empty_like(real, requires_grad=False).copy_(draw.images(*real.shape))
        given.clear()
        critic.notes = Notes()
        value = call(candidate, critic, real, fake)
        _at_real(_asked(critic, real), real, fake, given)
        truths.append(gradients(critic, real))
        return value, _lengths(truths[-1]).square().mean()

    with standins(penalty__gradient_norms=_norms, penalty__interpolate=between):
        critics = [_example(n, (2, *_sides()), steep) for n, steep in ((4, 0), (draw.whole(5, 7), 0), (3, 6))]
        trials = [run(*example) for example in critics]
        _name_r1([value for value, _ in trials], [truth.detach() for truth in truths])
        for (critic, _), (value, right), truth in zip(critics, trials, truths, strict=True):
            value = float32(tensor(value, "the penalty", ()), "the penalty", PRECISION)
            where = f"where the critic's slopes at the real images are {_some(_lengths(truth))} the penalty"
            expect(value, right, where, 1e-2)
            _felt(value, right, critic)
        _other_inputs(run)
        critic, images = _example(3, (1, *_sides()))
        on_another_device(candidate, critic, images, images.flip(0))
    slopes = _some(_lengths(truths[0]))
    return (
        f"Where the critic's slopes at the real images are {slopes} your penalty is {show(trials[0][0])}, and its "
        "gradient reaches the critic's weights. Where the fakes are does not matter."
    )


def _at_real(asked: Tensor, real: Tensor, fake: Tensor, given: list[Tensor]) -> None:
    """See that the critic was asked about the real images."""
    if asked.shape == real.shape and near(asked, real):
        return
    both = [torch.cat(pair) for pair in ((real, fake), (fake, real))]
    wrong.named(asked, {"fakes-instead": fake, "both-ends": tuple(both)})
    ways = ((asked - fake) / (real - fake)).flatten(1) if asked.shape == real.shape else torch.full((1, 1), torch.inf)
    straight = near(ways, ways[:, :1].expand_as(ways), 1e-2) and not near(ways, torch.zeros_like(ways))
    wrong("between-instead" if given or straight else "asked-elsewhere")


def _name_r1(values: list[Any], truths: list[Tensor]) -> None:
    """Recognise an R1 that is wrong in the same way for all critics."""
    wrong.first({"not-averaged": isinstance(values[0], Tensor) and values[0].numel() == len(truths[0])})
    if not all(isinstance(value, Tensor) and value.numel() == 1 for value in values):
        return
    yours = torch.stack([value.detach().flatten()[0] for value in values])
    right = torch.stack([_lengths(truth).square().mean() for truth in truths])
    tables = zip(*(_r1_slips(truth) for truth in truths), strict=True)
    known = [(*slip[0][:2], torch.stack([value for *_, value in slip])) for slip in tables]
    slopes = _some(_lengths(truths[0]))
    where = f"Where the critic's slopes at the real images are {slopes} the penalty should be {show(right[0])}"
    _slipped(yours, right, known, f"{where}, and yours is {show(yours[0])}")


def _r1_slips(truth: Tensor) -> list[Slip]:
    """What mistakes with R1 give at these gradients."""
    slopes, n = _lengths(truth), len(truth)
    squares = slopes.square()
    alone = {"largest": squares.max(), "smallest": squares.min(), "median": squares.median()}
    alone |= {"first": squares[0], "last": squares[-1]}
    return [
        *(("target-one", "", excess.square().mean()) for excess in (slopes - 1, (slopes - 1).clamp(min=0))),
        ("not-squared/r1", "", slopes.mean()),
        ("square-of-mean/r1", "", slopes.mean().square()),
        ("squared-twice/r1", "", squares.square().mean()),
        ("rooted/r1", "", squares.mean().sqrt()),
        ("sum-not-mean", "", squares.sum()),
        ("averaged-twice", "", squares.mean() / n),
        *(("gamma-inside", f"{factor:g}", factor * squares.mean()) for factor in (0.5, 5.0, 10.0)),
        ("negated/penalty", "", -squares.mean()),
        ("divided-by-n", "", squares.mean() / n**2),
        ("pixels-averaged", "", truth.square().mean()),
        ("one-norm-for-all", "", truth.norm()),
        *(("not-mean", which, value) for which, value in alone.items()),
        *(
            ("other-norm", which, norms.square().mean())
            for which, norms in _other_norms(truth).items()
            if "root" not in which
        ),
        *(("pixelwise-norm", "", torch.linalg.vector_norm(truth, dim=1).square().mean()),),
    ]
