"""Checks of penalty.py.

The truth about a critic comes from difference quotients at the very images that the
answer asks it about, and the truth about epsilon from where points lie between two images.
"""

import contextlib
import itertools
import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from . import draw
from .calls import call, standins
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, show, tensor
from .report import Wrong
from .stubs import Critic, gradients

NEED = "The first axis counts the samples; whatever follows, images or points, belongs to one sample."
PRECISION = "Networks and images are float32 throughout, and some GPUs know nothing finer."
LAST = "The number of epsilons has to come from the batch: the last one of an epoch may be short."
EVERYWHERE = "The penalty is about the space between real and fake."
MEMORY = "the pixels lie in memory in another order, as in a batch of colour images that was permuted"
NORMS = "For images where the critic's slopes are {right} yours are {yours}"
PAID = "Where the critic's slopes are {slopes} the penalty should be {right}, and yours is {yours}"
FEEL = "The penalty has to reach the critic's weights, or the critic does not feel it."

wrong = Mistakes(
    f"""
    tuple-not-unpacked: Your result is a tuple. torch.autograd.grad returns one entry per input, even for one input:
        take the entry out of it.
    divided-by-n: For f(x) = {{f}} at {{x}} yours is {{yours}}: the gradients divided by the number of points. You
        differentiate the mean of the values; which reduction leaves each point's gradient whole?
    values-returned: Your result holds the values of f, not its gradients.
    negated: For f(x) = {{f}} at {{x}} the gradients have the wrong sign.
    one-for-all: Your result is one number for {{n}} points. Each point has a gradient of its own.
    approximate: Your numbers are close to the gradient but not equal to it, as those of a difference quotient are.
        Autograd gives it exactly.
    twice-differentiated: For f(x) = {{f}} yours is {{yours}}, the second derivative. Differentiate once.
    batch-axis: Your code gives f a tensor of shape {{shape}}, and f takes batches of shape {{right}}. Keep the first
        axis, even for a single point.
    tracked-input: Your code fails for an input that already {{which}}.
    not-contiguous: Your code stops when {{what}}: view cannot rearrange such a tensor. Is there a way to change the
        shape that copies where it has to?

    other-shapes/stops: Your code works for {{works}} but stops for {{what}}. {NEED}
    other-shapes/shape: For samples of shape {{right}} your code makes a batch of shape {{shape}}. {NEED}
    other-shapes/value: For {{what}} the result is wrong. {NEED}
    other-shapes/channel: {NORMS}: the norms over the first channel alone. All channels of an image count.
    epsilon-within-image: Your points are not on the straight line between their two images: of the way from fake to
        real, one pixel is at {{low}} and another pixel of the same image at {{high}}. Each image has one epsilon.
    same-every-time: Two calls give the same points. Draw new random numbers in each call, and fix no seed.
    epsilon-shape: For {{n}} images of shape {{shape}} your epsilon does not fit. It needs one number for each image,
        and as many axes as the images, so that it stretches over the pixels.
    batch-size/written: From a batch of {{n}} yours makes {{made}}, and with {{other}} it fails. {LAST}
    batch-size/fails: Your code works for {{n}} images but fails for a batch of one.
    batch-size: From a batch of {{n}} yours makes {{made}}. {LAST}
    only-real: Your points are the real images themselves. {EVERYWHERE}
    only-fake: Your points are the fake images themselves. {EVERYWHERE}
    only-ends: Your points are the real images and the fake images themselves. {EVERYWHERE}
    not-between: Of the way from fake (0) to real (1) your points lie at places from {{low}} to {{high}}: some are
        beyond the two images. Which random numbers stay between 0 and 1?
    no-randomness: Every point lies at the same place, epsilon = {{place}}. Then the rest of the line gets no penalty:
        epsilon is random.
    one-epsilon-per-batch: All images of a batch share one epsilon. Draw one for each image, so that a batch covers the
        whole way from fake to real.
    not-uniform/few: Among {{n}} epsilons only {{different}} values occur. Every place between 0 and 1 should be as
        likely as any other.
    not-uniform/range: All of {{n}} epsilons lie between {{low}} and {{high}}. Every place between 0 and 1 should be
        as likely as any other.
    not-uniform: {{n}} epsilons of yours have mean {{mean}} and standard deviation {{deviation}}; those of uniform
        numbers between 0 and 1 are 0.5 and 0.29. Every place should be as likely as any other.
    weights-do-not-add: Between two equal images there is nothing but that image, and your points are {{times}} times
        the image. The weights of real and fake have to add up to 1.
    beside-the-line: Your points are not on the straight line between real and fake: between two equal images they are
        not that image. Add nothing to the mixture and cut nothing off.
    wrong-dtype/lerp: Your epsilon has another dtype than the images. {PRECISION}

    critic-not-asked: Your code never asks the critic that it is given. Its slope shows in how its scores change with
        the pixels.
    critic-shape: The critic takes batches of samples of shape {{right}}, and your code asks it about a tensor of shape
        {{shape}}. The first axis counts the samples.
    asked-elsewhere: Your code asks the critic about other images than those that it is given. The slope is wanted at
        these images.
    pixelwise-norm: For {{n}} images of shape {{image}} your result has shape {{shape}}: a norm over some axes of the
        image only. The norm of an image's gradient runs over all its pixels at once; make one row of each image first.
    across-the-batch: For {{n}} images of shape {{image}} your result has shape {{shape}}: a norm over the axis that
        counts the images. Each image has a norm of its own, over all its pixels.
    gradients-returned: Your result holds the gradients, not yet their norms.
    scores-returned: Your result holds the critic's scores, not the norms of their gradients.
    in-the-weights: You differentiate with respect to the critic's weights. The slope asked for is how the score changes
        with the pixels: differentiate with respect to the images.
    one-norm-for-all: For {{n}} images your result is one number, {{yours}}: the norm over the whole batch. Each image
        has a norm of its own.
    averaged: For {{n}} images your result is one number, {{yours}}. Return one norm for each image.
    norms-in-column: Your norms have shape {{shape}}; they should have shape {{right}}, one number per image.
    not-rooted: {NORMS}: the squares of the norms. The root is missing.
    divided-by-n/norms: {NORMS}: the norms divided by the number of images. You differentiate the mean of the scores;
        which reduction leaves the gradients whole?
    other-norm: {NORMS}: not the Euclidean norm, but what {{which}} gives. The Euclidean norm squares all entries, adds
        them up and takes the root.
    penalty-begun: {NORMS}: already the distance to 1, or its square. That belongs to gradient_penalty; here return the
        norms.
    critic-frozen: The number is right, but the critic's weights are fixed while you ask it. {FEEL}
    cut-off: The number is right, and autograd recorded how it came about, but then something cuts it off: no_grad,
        detach, item or a new tensor. {FEEL}
    no-create-graph: The number is right, but it cannot be differentiated again: no gradient reaches the critic's
        weights, so the penalty would silently do nothing. Ask autograd to record its own gradient computation.
    graph-cut: The number is right, but its gradient in the critic's weights is not: it has length {{yours}} instead of
        {{right}}. Part of the computation is cut off from the graph.
    wrong-value/flat: For a critic that is flat everywhere the result should be {{right}}; yours is {{yours}}.
    nan-at-zero: Where the critic is flat, the gradient in its weights becomes NaN, because the root of 0 has an
        infinite slope. Keep the root's argument a little above 0, or use a norm that is safe there.
    column-scores/fails: Your code fails for a critic with scores of shape (n, 1).
    column-scores: For a critic whose scores have shape (n, 1) the result should be {{right}}, but yours is {{yours}}.

    wrong-order/norms: gradient_norms takes the critic first, then the images; it got a {{kind}} first.
    wrong-order/points: interpolate takes two batches of images, real and fake.
    wrong-points: You call interpolate, but you ask the critic about other points than those that it returns.
    not-averaged: Your result has one number for each image. Average them: the penalty is one number.
    sum-not-mean: {PAID}: a sum over the batch. Average, so that lambda means the same for any batch.
    not-mean: {PAID}, which is the {{which}} of what the images pay. Average, so that every image counts.
    averaged-twice: {PAID}: the mean, divided by the number of images once more.
    lambda-inside: {PAID}: ten times too much. The factor lambda is the business of critic_step.
    constant-factor: Your penalty is always {{factor}} times as large as it should be. There is no such factor in the
        equation, and lambda is the business of critic_step.
    negated/penalty: {PAID}: negative. The critic minimises its loss, so what is to be punished is added.
    rooted: {PAID}: you take the root of the mean. The penalty is the mean of the squares itself.
    norm-squared: {PAID}: you subtract 1 from the squared slope. Subtract it from the slope itself.
    squared-twice: {PAID}: you square twice.
    not-squared: {PAID}: you do not square. The squares make large violations count most.
    sign-of-one: {PAID}: you add 1. The penalty is about how far a slope is from +1.
    target-missing: {PAID}: the mean of the squared slopes. What counts is how far they are from 1, not from 0.
    norms-returned: {PAID}: the mean slope. The penalty says how far the slopes are from 1.
    one-norm-for-all/penalty: {PAID}: you take one norm over the whole batch. Each image has a norm of its own.
    pixelwise-norm/penalty: {PAID}: you take the norm over some axes of an image only. It runs over all pixels of an
        image at once.
    across-the-batch/penalty: {PAID}: you take the norm over the axis that counts the images. Each image has a norm of
        its own.
    divided-by-n/penalty: {PAID}: your slopes are divided by the number of images. You differentiate the mean of the
        scores; which reduction leaves the gradients whole?
    other-norm/penalty: {PAID}: your slope is not the Euclidean norm of the gradient, but what {{which}} gives.
    square-of-mean: {PAID}: you average the slopes before you square. Then steep and flat images make up for each
        other; each image has to pay for itself.
    hinge-after-mean: {PAID}: you average before you cut off or square. Then steep and flat images make up for each
        other; each image has to pay for itself.
    one-sided: {PAID}: only the slopes above 1 pay. This penalty has two sides: slopes below 1 are pulled up.

    largest-in-batch: You ask torch for the largest number along an axis, and it returns two tensors. Here each image's
        excess is compared with 0 by itself: the batch keeps its size.
    only-the-steep-ones: {PAID}: the mean over the steep images only. Keep the gentle ones in the mean; they pay 0.
    only-the-steep-ones/none: When no image is steeper than 1 yours is NaN: the mean of nothing. Keep the gentle images
        in the mean; they pay 0.
    two-sided: {PAID}: slopes below 1 pay too. This penalty has one side: a slope below 1 costs nothing.
    other-side: {PAID}: only the slopes below 1 pay. Which slopes does a 1-Lipschitz critic not have?
    clamp-to-one: {PAID}: you hold the excess at 1 or above, so that gentle images pay as well. The smallest excess is
        another number.
    excess-capped: {PAID}: you hold the excess at 1 or below, or count the steep images. The steepest must pay most:
        only the lower end is cut off.
    subtracted-late: {PAID}: the squared slopes of the steep images. Subtract 1 before you square.
    """
)


# input_gradient --------------------------------------------------------------


@checks("penalty.input_gradient", "f x")
def input_gradient(candidate: Callable[[Callable, Tensor], Tensor]) -> str:
    n, a, b = draw.whole(3, 6), draw.number(1.1, 3), draw.number(-0.9, 0.9)
    x = (torch.linspace(-2, 2, n)[draw.order(n)] + draw.uniform(0.1, 0.3, n)).round(decimals=2)
    right, f = 2 * a * x + b, f"{a:g} x^2 {'-' if b < 0 else '+'} {abs(b):g} x"
    value = call(candidate, lambda x: a * x**2 + b * x, x)
    if isinstance(value, tuple):
        wrong("tuple-not-unpacked")
    if isinstance(value, Tensor):
        alike = {"divided-by-n": right / n, "values-returned": a * x**2 + b * x, "negated": -right}
        wrong.named(value, {**alike, "twice-differentiated": torch.full((n,), 2 * a)}, f=f, x=show(x))
        wrong.first({"one-for-all": value.numel() == 1}, n=n)
    value = float32(tensor(value, f"the result for {n} numbers", (n,)), "the result", PRECISION)
    if not near(value, right, 1e-5) and near(value, right, 0.05):
        wrong("approximate")
    expect(value, right, f"the gradient of {f} at {show(x)}")
    for shape, scores in (((2,), ()), ((2,), (1,)), ((1, *_sides()), ()), ((3, *_sides()), (1,))):
        _many(candidate, draw.whole(2, 5), shape, scores)
    _many(candidate, 1, (1, *_sides()), ())
    return (
        f"The gradient of {f} at {show(x)} is {show(right)}; each point in the plane and each image of a batch gets "
        "its own. The input stays as it was."
    )


def _sides() -> tuple[int, int]:
    """Rows and columns of a small image, not alike."""
    sides = draw.order(3)[:2] + 3
    return int(sides[0]), int(sides[1])


def _many(candidate: Callable, n: int, shape: tuple[int, ...], scores: tuple[int, ...]) -> None:
    """Samples with several numbers each: as they come, in another order in memory, and tracked."""

    def f(x: Tensor) -> Tensor:
        if x.shape[1:] != shape:
            wrong("batch-axis", shape=tuple(x.shape), right=("n", *shape))
        rows = x.flatten(1)
        return (weights * rows**3 + rows.roll(1, dims=1) * rows).sum(dim=1).reshape(-1, *scores)

    x = draw.normal(n, *shape)
    rows, weights = x.flatten(1), draw.uniform(0.5, 2, x[0].numel())
    right = (3 * weights * rows**2 + rows.roll(1, dims=1) + rows.roll(-1, dims=1)).view(x.shape)
    what = f"{n} samples of shape {shape} and values of f of shape {(n, *scores)}"
    with wrong.blaming("other-shapes/stops", works="single numbers", what=what):
        value = tensor(call(candidate, f, x), f"the result for {what}", x.shape)
    wrong.first({"other-shapes/value": not near(value, right)}, what=what)
    leaf = x.clone().requires_grad_(True)
    for tracked, which in ((leaf, "requires grad"), (leaf * 1, "comes out of a network")):
        with wrong.blaming("tracked-input", which=which):
            expect(call(candidate, f, tracked), right, f"for an input that already {which} the gradient", 1e-3)
    with wrong.translating({"not-contiguous": "view size is not compatible"}, what=MEMORY):
        expect(call(candidate, f, _strided(x)), right, f"when {MEMORY} the gradient", 1e-3)
    on_another_device(candidate, f, x)


def _strided(images: Tensor) -> Tensor:
    """The same images in another order in memory."""
    return images.transpose(0, -1).contiguous().transpose(0, -1)


# interpolate -----------------------------------------------------------------
#
# A penalty written by hand has to find the same points, so its points are judged
# here too: _line takes any function that finds them.

Points = Callable[[Tensor, Tensor], Any]
_SIZES = re.compile("must match|must be greater or equal|invalid for input of size|broadcast|same size in the mapped")


@checks("penalty.interpolate", "real fake")
def interpolate(candidate: Points) -> str:
    said = _line(partial(call, candidate))
    on_another_device(candidate, draw.images(3, 1, 2, 4), draw.images(3, 1, 2, 4))
    return (
        f"Each of your points is on the straight line between its two images, {said} Images of other sizes, colours "
        "and points work, and any batch size."
    )


def _line(points: Points) -> str:
    """See that each point has a random place of its own on the line from fake to real; says what was seen."""
    n, (rows, columns) = draw.whole(193, 230), _sides()
    shape = (2, rows, columns)
    with wrong.translating({"wrong-dtype/lerp": "expected dtype float for"}):
        epsilon = _first(points, n, shape)
    with wrong.blaming("batch-size/fails", n=n):
        _epsilon(points, 1, shape)
    _where_on_the_line(points, epsilon)
    if near(_epsilon(points, 8, shape), _epsilon(points, 8, shape)):
        wrong("same-every-time")
    _uniform(epsilon)
    for other in ((3, columns + 3, rows + 3), (2,)):
        what = f"samples of shape {other}"
        with wrong.blaming("other-shapes/stops", works=f"samples of shape {shape}", what=what):
            _epsilon(points, draw.whole(7, 12), other)
    with wrong.translating({"not-contiguous": "view size is not compatible"}, what=MEMORY):
        _epsilon(points, 8, shape, _strided)
    low, high = epsilon.min(), epsilon.max()
    return f"{n} of them at places from {low:.2g} to {high:.2g} of the way, with mean {epsilon.mean():.2g}."


def _far(*shape: int) -> Tensor:
    """Numbers of either sign that are not near 0; for points in the plane, as for toy data, larger ones."""
    size = 0.8 if len(shape) < 3 else 0.5
    return draw.normal(*shape).sign() * draw.uniform(size / 2, size, *shape)


def _epsilon(points: Points, n: int, shape: tuple[int, ...], laid: Callable[[Tensor], Tensor] = Tensor.clone) -> Tensor:
    """Where each of n points is, from 0 at its fake image to 1 at its real one."""
    fake = _far(*shape).expand(n, *shape)
    way = _far(n, *shape)
    value = points(laid(fake + way), laid(fake))
    if isinstance(value, Tensor) and value.ndim == way.ndim and len(value) != n:
        wrong("batch-size", n=n, made=len(value))
    if isinstance(value, Tensor) and len(shape) != 3 and value.shape != way.shape:
        wrong("other-shapes/shape", right=shape, shape=tuple(value.shape))
    value = float32(tensor(value, "the batch of points", (n, *shape)), "the batch of points", PRECISION)
    places = ((value - fake) / way).detach().flatten(1)
    if not near(places, places[:, :1].expand_as(places), 1e-3):
        times = (points(laid(fake), laid(fake)) / fake).detach().flatten(1)
        found = {
            "epsilon-within-image": near(times, torch.ones_like(times), 1e-3),
            "weights-do-not-add": near(times, times[:, :1].expand_as(times), 1e-3),
            "beside-the-line": True,
        }
        wrong.first(found, low=show(places[0].min()), high=show(places[0].max()), times=show(times[0, 0]))
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
        _written_size(points, n, str(error))
        grey = False
        with contextlib.suppress(Exception):
            _epsilon(points, n, (1, *shape[1:]))
            grey = True
        wrong.first({"epsilon-shape": not grey and "invalid for" not in str(error)}, n=n, shape=shape)
        with wrong.blaming("other-shapes/stops", works="grey images", what=f"images of shape {shape}"):
            if grey:
                raise
        raise


def _written_size(points: Points, other: int, text: str) -> None:
    """Try whether the code works for one batch size only, such as one that the error speaks of."""
    for n in sorted({1, *map(int, re.findall(r"\d{1,4}", text))} - {0, other}):
        shape = (3, 5, 7) if n not in (3, 5, 7) else (2, 4, 6)  # not one axis as long as the batch
        with contextlib.suppress(RuntimeError):
            value = points(torch.ones(n, *shape), torch.zeros(n, *shape))
            if isinstance(value, Tensor) and (n, len(value)) != (1, 1):
                wrong("batch-size/written", n=n, made=len(value), other=other)


def _where_on_the_line(points: Points, epsilon: Tensor) -> None:
    wrong.named(epsilon, {"only-real": torch.ones_like(epsilon), "only-fake": torch.zeros_like(epsilon)}, 1e-3)
    if epsilon.min() < -1e-3 or epsilon.max() > 1 + 1e-3:
        wrong("not-between", low=show(epsilon.min()), high=show(epsilon.max()))
    if near(epsilon, epsilon[:1].expand_as(epsilon), 1e-3):
        again = torch.stack([_epsilon(points, 2, (2, 3, 4))[0] for _ in range(4)])
        fixed = near(again, epsilon[:1].expand(4), 1e-3)
        wrong("no-randomness" if fixed else "one-epsilon-per-batch", place=show(epsilon[0]))


def _uniform(epsilon: Tensor) -> None:
    n, different = len(epsilon), epsilon.mul(1e4).round().unique().numel()
    low, high, mean, variance = epsilon.min(), epsilon.max(), epsilon.mean(), epsilon.var()
    apart = max((mean - 1 / 2).abs() / 0.2887, (variance - 1 / 12).abs() / 0.0745)  # in standard errors, times 1/n^.5
    found = {
        "not-uniform/few": different < n / 2,
        "not-uniform/range": low > 0.06 or high < 0.94,  # one in a million at random, as below
        "not-uniform": apart > 4.5 / n**0.5,
    }
    said = {"low": show(low), "high": show(high), "mean": show(mean), "deviation": show(variance.sqrt())}
    wrong.first(found, n=n, different=different, **said)


# gradient_norms --------------------------------------------------------------


@checks("penalty.gradient_norms", "critic images")
def gradient_norms(candidate: Callable[[nn.Module, Tensor], Tensor]) -> str:
    n, image = draw.whole(6, 8), (2, *_sides())
    critic, images = _example(n, image)
    value = call(candidate, critic, images)
    truth = gradients(critic, images)
    right = _lengths(truth)
    _name_norms(value, truth.detach(), critic, images)
    value = float32(tensor(value, f"the result for {n} images", (n,)), "the result", PRECISION)
    expect(value, right, f"for images where the critic's slopes are {show(right)} the norms", 1e-2)
    weights = draw.uniform(0.5, 1.5, n)
    _felt((value * weights).sum(), (right * weights).sum(), critic)
    _other_inputs(lambda critic, images: (call(candidate, critic, images), _lengths(gradients(critic, images))))
    on_another_device(candidate, critic, images)
    return (
        f"At {n} images where the critic's slopes are {show(right)} yours are the same, and their gradient reaches the "
        "critic's weights, also where the slope is 0."
    )


def _lengths(gradients: Tensor) -> Tensor:
    """How steep, one number for each sample."""
    return (gradients.flatten(1).square().sum(dim=1) + 1e-20).sqrt()


def _example(n: int, shape: tuple[int, ...], steep: float = 0.0, column: bool = False) -> tuple[Critic, Tensor]:
    """A critic, and n samples where it is gentle, steep and in between, with scores of either sign."""

    def look(images: Tensor) -> None:
        if images.shape[1:] != shape:
            points = len(shape) == 1
            wrong("other-shapes/shape" if points else "critic-shape", right=shape, shape=tuple(images.shape))

    critic = Critic(shape, steep or draw.number(2.5, 4), column, look).train(not column)
    for weights in critic.parameters():
        weights.grad = torch.ones_like(weights)
    sizes = 0.03 * 45 ** (draw.order(n) / max(1, n - 1)) if n > 1 else torch.ones(1)
    images = draw.images(n, *shape) * sizes.view(n, *[1] * len(shape))
    with torch.no_grad():
        critic.bias.sub_(critic.scores(images.flatten(1)).median())
    return critic, images


def _name_norms(value: object, truth: Tensor, critic: Critic, images: Tensor) -> None:
    """Recognise results that are not the norms."""
    if isinstance(value, tuple):
        wrong("tuple-not-unpacked")
    if not isinstance(value, Tensor):
        return
    n, right, asked = len(images), _lengths(truth), _asked(critic, images)
    said = {"n": n, "image": tuple(images.shape[1:]), "shape": tuple(value.shape), "yours": show(value)}
    some = [axes for k in (1, 2, 3) for axes in itertools.combinations(range(4), k) if axes != (1, 2, 3)]
    shapes = {axes: [truth.sum(axes, keepdim=keep).shape for keep in (True, False)] for axes in some}
    in_rows = truth.flatten(1).sum(dim=0).shape
    weights = torch.autograd.grad(critic.scores(images.flatten(1)).sum(), (critic.inner, critic.outer, critic.bias))
    norm = torch.cat([gradient.flatten() for gradient in weights]).norm()
    in_the_weights = near(value, norm, 1e-3) or value.shape in [gradient.shape for gradient in weights[:2]]
    found = {
        "in-the-weights": in_the_weights and not critic.notes.followed,
        "norms-in-column": value.ndim > 1 and value.numel() == n,
        "pixelwise-norm": any(value.shape in shapes[axes] for axes in some if 0 not in axes),
        "across-the-batch": value.shape == in_rows or any(value.shape in shapes[axes] for axes in some if 0 in axes),
        "gradients-returned": value.numel() == truth.numel(),
    }
    wrong.first(found, **said, right=(n,))
    if value.numel() == 1:
        wrong.named(value.flatten()[0], {"one-norm-for-all": truth.float().norm()}, 1e-3, **said)
        wrong("averaged", **said)
    if asked.shape == images.shape and not near(asked, images):
        wrong("asked-elsewhere")
    alike: list[tuple[str, str, Tensor]] = [
        ("not-rooted", "", right**2),
        ("divided-by-n/norms", "", right / n),
        ("scores-returned", "", critic.scores(images.flatten(1))),
        ("other-shapes/channel", "", _lengths(truth[:, :1])),
        *(("penalty-begun", "", begun) for begun in (right - 1, (right - 1).abs(), (right - 1) ** 2)),
        *(("other-norm", which, norms) for which, norms in _other_norms(truth).items()),
    ]
    for key, which, norms in alike:
        wrong.named(value, {key: norms}, 1e-3, right=show(right), which=which)


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
    }


def _asked(critic: Critic, images: Tensor) -> Tensor:
    """What it was asked about, once if it was asked the same twice."""
    asked, n = critic.notes.asked(), len(images)
    if asked is None:
        wrong("critic-not-asked")
    return asked[:n] if len(asked) > n and near(asked[:n], asked[-n:]) else asked


def _felt(value: Tensor, truth: Tensor, critic: Critic) -> None:
    """See that a number can be differentiated in the critic's weights, and rightly."""
    weights = list(critic.parameters())

    def felt(value: Tensor) -> Tensor | None:
        if not value.requires_grad:
            return None
        found = torch.autograd.grad(value, weights, allow_unused=True, retain_graph=True)
        if all(gradient is None for gradient in found):
            return None
        pairs = zip(found, weights, strict=True)
        return torch.cat([(torch.zeros_like(w) if gradient is None else gradient).flatten() for gradient, w in pairs])

    yours, right = felt(value), felt(truth)
    if yours is None or right is None:
        notes = critic.notes
        wrong("critic-frozen" if notes.frozen else "cut-off" if any(notes.recorded) else "no-create-graph")
    if not (yours - right).norm() <= 1e-2 * right.norm():
        wrong("graph-cut", yours=show(yours.norm()), right=show(right.norm()))


def _other_inputs(run: Callable[[Critic, Tensor], tuple[Any, Tensor]]) -> None:
    """Scores in a column, one image, colours, points, another order in memory, images that require grad, a flat critic.

    Args:
        run: gives the result for that critic and those images, and the truth.
    """
    with wrong.blaming("column-scores/fails"):
        value, right = run(*_example(5, (1, *_sides()), column=True))
        tensor(value, "the result")
    if not near(value, right, 1e-2):
        wrong("column-scores", right=show(right), yours=show(value))
    for n, shape in ((1, (1, *_sides())), (3, (3, *_sides())), (5, (2,))):
        what = f"{n} samples of shape {shape}"
        with wrong.blaming("other-shapes/stops", works="images", what=what):
            value, right = run(*_example(n, shape))
        if not isinstance(value, Tensor) or not near(value, right, 1e-2):
            wrong("other-shapes/value", what=what)
    critic, images = _example(4, (3, *_sides()))
    with wrong.translating({"not-contiguous": "view size is not compatible"}, what=MEMORY):
        run(critic, _strided(images))
    with wrong.blaming("tracked-input", which="requires grad"):
        run(critic, images.clone().requires_grad_(True))
    with torch.no_grad():
        critic.outer.zero_()
    value, right = run(critic, images)
    value = tensor(value, "the result for a critic that is flat everywhere", tuple(right.shape))
    if (value - right).abs().max() > 0.05:
        wrong("wrong-value/flat", right=show(right), yours=show(value))
    if value.requires_grad:
        found = torch.autograd.grad(value.sum(), list(critic.parameters()), allow_unused=True)
        if not all(gradient is None or torch.isfinite(gradient).all() for gradient in found):
            wrong("nan-at-zero")


# The two penalties -----------------------------------------------------------
#
# They differ in what they make of a slope: its distance from 1, or its excess
# over 1. All that is expected follows from that.

Excess = Callable[[Tensor], Tensor]
Slip = tuple[str, str, Tensor]  # a mistake, a word about it, and the penalty that it gives


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


def _penalty(candidate: Callable, excess: Excess, slips: Callable[[Tensor], list[Slip]], mean_first: str) -> str:
    """Check a penalty.

    Args:
        candidate: the penalty.
        excess: what the penalty squares and averages.
        slips: mistakes with the slopes that only this penalty knows.
        mean_first: the mistake of averaging the slopes first.
    """
    given: list[Tensor] = []  # by the stand-in for interpolate, in one call

    def between(real: Tensor, fake: Tensor) -> Tensor:
        if not isinstance(real, Tensor) or not isinstance(fake, Tensor):
            wrong("wrong-order/points")
        way = draw.uniform(0.1, 0.9, len(real)).to(real.device).view(-1, *[1] * (real.ndim - 1))
        given.append(way * real + (1 - way) * fake)
        return given[-1]

    with standins(penalty__gradient_norms=_norms, penalty__interpolate=between):
        points = partial(_places, candidate, given)
        with contextlib.suppress(Exception):  # whatever ends it comes again
            points(*draw.images(2, 8, 1, 3, 5))
        if not given:
            _line(points)
        trials = [_trial(candidate, given, *_example(draw.whole(4, 6), (2, *_sides()), steep)) for steep in (0, 0, 30)]
        _name_values(trials, excess, slips, mean_first)
        for trial in trials:
            slopes = _lengths(trial.truth)
            value = float32(tensor(trial.value, "the penalty", ()), "the penalty", PRECISION)
            right = excess(slopes).square().mean()
            expect(value, right, f"where the critic's slopes are {show(slopes)} the penalty", 1e-2)
            _felt(value, right, trial.critic)

        def run(critic: Critic, images: Tensor) -> tuple[Any, Tensor]:
            trial = _trial(candidate, given, critic, images)
            return trial.value, excess(_lengths(trial.truth)).square().mean()

        _other_inputs(run)
        critic, images = _example(3, (1, *_sides()))
        on_another_device(candidate, critic, images, images.flip(0))
    slopes = _lengths(trials[0].truth)
    return (
        f"At points between real and fake where the critic's slopes are {show(slopes)} your penalty is "
        f"{show(trials[0].value)}, and its gradient reaches the critic's weights. Images of any size, colours and "
        "points work."
    )


def _norms(critic: Critic, images: Tensor) -> Tensor:
    """Stands in for gradient_norms."""
    if not isinstance(critic, nn.Module):
        wrong("wrong-order/norms", kind=type(critic).__name__)
    with torch.no_grad():
        critic(images)
    critic.notes.followed.append(images.detach().clone())
    critic.notes.recorded.append(True)
    return _lengths(gradients(critic, images)).float()


class _Trial(NamedTuple):
    """A critic, the penalty that the answer finds, and the gradients where it asked."""

    critic: Critic
    value: Any
    truth: Tensor


def _trial(candidate: Callable, given: list[Tensor], critic: Critic, real: Tensor) -> _Trial:
    sizes = real.detach().flatten(1).abs().amax(dim=1).view(-1, *[1] * (real.ndim - 1))
    fake = torch.empty_like(real, requires_grad=False).copy_(sizes * draw.images(*real.shape))
    given.clear()
    value = call(candidate, critic, real, fake)
    asked = _asked(critic, real)
    if given:
        _at_the_ends(asked, real, fake)
        wrong.first({"wrong-points": not any(near(asked, points) for points in given)})
    truth = gradients(critic, asked)
    critic.notes.followed.clear()
    critic.notes.others.clear()
    return _Trial(critic, value, truth)


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


def _name_values(trials: list[_Trial], excess: Excess, slips: Callable[[Tensor], list[Slip]], mean_first: str) -> None:
    """Recognise a penalty that is wrong in the same way for all critics."""
    values = [trial.value for trial in trials]
    if any(isinstance(trial.value, Tensor) and trial.value.numel() == len(trial.truth) for trial in trials):
        wrong("not-averaged")
    if not all(isinstance(value, Tensor) and value.numel() == 1 for value in values):
        return
    yours = torch.stack([value.detach().flatten()[0] for value in values])
    right = torch.stack([excess(_lengths(trial.truth)).square().mean() for trial in trials])
    said = {"slopes": show(_lengths(trials[0].truth)), "right": show(right[0]), "yours": show(yours[0])}
    tables = [[*slips(_lengths(trial.truth)), *_slips(trial.truth, excess, mean_first)] for trial in trials]
    for slip in zip(*tables, strict=True):
        key, which, _ = slip[0]
        wrong.named(yours, {key: torch.stack([value for _, _, value in slip])}, 1e-3, which=which, **said)
    factor = yours / right
    if near(factor, factor[:1].expand_as(factor), 1e-3) and not near(factor[0], 1, 1e-2):
        wrong("constant-factor", factor=show(factor[0]))


def _slips(truth: Tensor, excess: Excess, mean_first: str) -> list[Slip]:
    """What mistakes with one of the two penalties, or both, give at these gradients."""
    slopes, n = _lengths(truth), len(truth)
    paid = excess(slopes).square()

    def pays(slopes: Tensor) -> Tensor:
        return excess(slopes).square().mean()

    some = [axes for k in (1, 2, 3) for axes in itertools.combinations(range(4), k) if axes != (1, 2, 3)]
    axes = [
        ("across-the-batch" if 0 in axes else "pixelwise-norm", torch.linalg.vector_norm(truth, dim=axes))
        for axes in some
    ]
    return [
        ("norm-squared", "", pays(slopes**2)),
        ("norm-squared", "", excess(slopes**2).mean()),
        ("squared-twice", "", paid.square().mean()),
        ("squared-twice", "", paid.mean().square()),
        *(
            ("not-squared", "", value.mean())
            for value in (excess(slopes), excess(slopes).abs(), slopes - 1, (slopes - 1).abs())
        ),
        ("sign-of-one", "", (slopes + 1).square().mean()),
        ("target-missing", "", slopes.square().mean()),
        ("norms-returned", "", slopes.mean()),
        (mean_first, "", excess(slopes.mean()).square()),
        (mean_first, "", excess(slopes).mean().square()),
        ("sum-not-mean", "", paid.sum()),
        ("averaged-twice", "", paid.mean() / n),
        ("lambda-inside", "", 10 * paid.mean()),
        ("negated/penalty", "", -paid.mean()),
        ("rooted", "", paid.mean().sqrt()),
        ("not-mean", "largest", paid.max()),
        ("not-mean", "smallest", paid.min()),
        ("not-mean", "median", paid.median()),
        ("not-mean", "first", paid[0]),
        ("not-mean", "last", paid[-1]),
        ("one-norm-for-all/penalty", "", pays(truth.norm())),
        *((f"{key}/penalty", "", pays(norms)) for key, norms in axes),
        ("across-the-batch/penalty", "", pays(truth.flatten(1).norm(dim=0))),
        ("divided-by-n/penalty", "", pays(slopes / n)),
        *(("other-norm/penalty", which, pays(norms)) for which, norms in _other_norms(truth).items()),
    ]
