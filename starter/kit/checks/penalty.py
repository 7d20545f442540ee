"""Checks of penalty.py: critics whose slope is known, and pictures that show their epsilon.

Between a fake that is 0 and a real image that is 1, the pixels *are* epsilon.
"""

import contextlib
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from .calls import call, standins
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, seed, show, tensor
from .report import Wrong
from .stubs import Bowl, Known, Plane

NEED = "The first axis counts the samples; whatever follows, images or points, belongs to one sample."
PRECISION = "Networks and images are float32 throughout, and some GPUs know nothing finer."
LAST = "The number of epsilons has to come from the batch: the last one of an epoch may be short."
NORMS = "For a linear critic with |w| = 3 your result is {yours} everywhere"
PAIR = "For linear critics with |w| = {steep:g} and |w| = 0.5 yours is {yours[0]:.4g} and {yours[1]:.4g}"
ENDS = "For a critic that is flat at the fakes and has slope 6 at the real images"
MEAN = (
    "you average the slopes before you look at how far they are from 1. Then steep and flat images make up for each "
    "other; each image has to pay for itself."
)

wrong = Mistakes(
    f"""
    tuple-not-unpacked: Your result is a tuple. torch.autograd.grad returns one entry per input, even for one input:
        take the entry out of it.
    divided-by-n: For f(x) = x^2 at [-1, 0, 2, 3] yours is {{yours}}: the gradients, divided by the number of points.
        The mean of all values makes each point count one n-th; which reduction leaves them whole?
    values-returned: Your result holds the values of f, not its gradients.
    one-for-all: Your result is one number for four points. Each point has a gradient of its own.
    approximate: Your numbers are close to the gradient but not equal to it, as those of a difference quotient are.
        Autograd gives it exactly.
    tracked-input: Your code fails for an input that already {{which}}.
    tracked-input/images: Your code fails for images that already require grad.
    gradient-left-behind: Your code leaves a gradient in .grad of what the input was made from.

    other-shapes/stops: Your code works for {{works}} but stops for {{what}}. {NEED}
    other-shapes/shape: For {{what}} your result has shape {{shape}} instead of {{right}}. {NEED}
    other-shapes/epsilon: For {{what}} epsilon is not one number for each sample. {NEED}
    other-shapes/value: For {{what}} the result should be {{right}}. {NEED}
    epsilon-within-image: Between a white and a black image your points have pixels of different grey: epsilon changes
        within an image. A straight line between two images has one epsilon per image.
    same-every-time: Two calls give the same points. Draw new random numbers in each call, and set no seed inside.
    epsilon-shape: For {{n}} images of shape {{shape}} your epsilon does not fit ({{error}}). It needs one number for
        each image, and as many axes as the images, so that it stretches over the pixels.
    batch-size/written: From a batch of {{n}} yours makes {{made}}, and with 64 it fails. {LAST}
    batch-size/fails: Your code works for 64 images but fails for a batch of one.
    batch-size: From a batch of one image yours makes {{made}}. {LAST}
    only-real: Your points are the real images themselves. The penalty is about the space between real and fake.
    only-fake: Your points are the fake images themselves. The penalty is about the space between real and fake.
    not-between: Between a fake 0 and a real 1 your points go from {{low:.2g}} to {{high:.2g}}: beyond the two images.
        Which random numbers stay between 0 and 1?
    not-between/others: Between fake -1 and real 3 some of your points lie outside, or all at one place.
    no-randomness: Every point lies at the same place, epsilon = {{place:.2g}}. One fixed place leaves the rest of the
        line without any penalty: epsilon is random.
    one-epsilon-per-batch: All images of a batch share one epsilon. Draw one for each image, so that a batch covers the
        whole way from fake to real.
    not-uniform/few: Among {{n}} epsilons only {{different}} values occur. Every place between 0 and 1 should be as
        likely as any other.
    not-uniform: Of {{n}} epsilons {{half}} lie below 0.5 and {{tenth}} below 0.1. Every place between 0 and 1 should be
        as likely as any other.
    weights-do-not-add: Between two equal images of value 5 your points go from {{low:.3g}} to {{high:.3g}}; there is
        nothing between them but 5. The weights of real and fake have to add up to 1.

    pixelwise-norm: For 8 images of shape (1, 4, 4) your result has shape {{shape}}: a norm over one axis of the image.
        The norm of an image's gradient runs over all its pixels at once; make one row of each image first.
    gradients-returned: Your result has the shape of the images: the gradients, not yet their norms.
    in-the-weights: You differentiate with respect to the critic's weights. The slope asked for is how the score changes
        with the pixels: differentiate with respect to the images.
    one-norm-for-all: For 8 images with slope 3 your result is one number, {{yours}}: the norm over the whole batch.
        Each image has a norm of its own.
    averaged: Your result is one number, the mean of the norms. Return one norm for each image.
    norms-in-column: Your norms have shape (8, 1); they should have shape (8,), one number per image.
    not-rooted: {NORMS}: the squared length of the gradient: the root is missing.
    divided-by-n/norms: {NORMS}: the norms divided by the batch size. A mean of the scores makes each image count one
        n-th; which reduction leaves the gradients whole?
    other-norm/sum: {NORMS}: the sum of the absolute values. The Euclidean norm squares, adds and takes the root.
    other-norm/largest: {NORMS}: the largest entry, or the root of a mean. The Euclidean norm adds the squares of all
        pixels, and takes the root.
    penalty-begun/distance: {NORMS}: already the distance to 1. That belongs to gradient_penalty; here return the norms.
    penalty-begun: {NORMS}: already the penalty. That belongs to gradient_penalty; here return the norms.
    parameter-gradients: Your code leaves gradients in the critic's parameters, as backward does, and they would be
        added to those of the critic's loss. torch.autograd.grad returns the gradient asked for and leaves the rest.
    cut-off: The number is right, and autograd recorded how it came about, but then you cut it off: by no_grad, detach,
        item or a new tensor. The penalty needs the graph, or the critic does not feel it.
    no-create-graph: The number is right, but it cannot be differentiated again: no gradient reaches the critic's
        weights, so the penalty would silently do nothing. Ask autograd to record its own gradient computation.
    graph-cut: The value is right, but the gradient of {{what}} in its weights should have the entries {{right}} and
        yours have the mean {{yours}}. Part of the computation is cut off from the graph.
    wrong-value/flat: For a critic whose weights are all 0 it should be {{right}}; yours is {{yours}}.
    nan-at-zero: Where the critic is flat, the gradient in its weights becomes NaN: the slope of a square root at 0 is
        infinite, times 0. Keep the root's argument a little above 0, or use a norm that is safe there.
    column-scores/fails: Your code fails for a critic with scores of shape (n, 1).
    column-scores: For a critic whose scores have shape (5, 1) the result should be {{right}}, but yours is {{yours}}.

    wrong-order/norms: gradient_norms takes the critic first, then the images; it got a {{kind}} first.
    wrong-order/points: interpolate takes two batches of images, real and fake.
    wrong-shape: For images of shape {{right}} your critic is asked about a tensor of shape {{shape}}. The points
        between real and fake have the shape of the images.
    not-averaged: Your result has one number for each image. Average them: the penalty is one number.
    norm-squared: {PAIR}: what the squared slope gives. Subtract 1 from the slope itself.
    squared-twice: {PAIR}: the square of the square.
    sum-not-mean: {PAIR}: a sum over the batch of 8. Average, so that lambda means the same for any batch.
    lambda-inside: {PAIR}: ten times too much. The factor lambda is the business of critic_step.
    negated: {PAIR}: negative. The critic minimises its loss, so what is to be punished is added.
    one-norm-for-all/pair: {PAIR}: what one norm over the whole batch gives. Each image has a norm of its own.
    one-epsilon-per-batch/calls: Three calls on the same large batch give {{values[0]:.3g}}, {{values[1]:.3g}} and
        {{values[2]:.3g}}: all images of a batch share one random point. Each image needs one of its own.
    only-real/bowl: {ENDS} yours is {{yours}}: you ask at the real images. The penalty is about the points between.
    only-fake/bowl: {ENDS} yours is {{yours}}: you ask at the fake images. The penalty is about the points between.
    only-ends: {ENDS} yours is {{yours}}: you ask at the real and the fake images. The penalty is about the points
        between.
    only-midpoints: {ENDS} yours is {{yours}}: you ask half-way between. The points are random, anywhere on the way.
    wrong-points: {ENDS} yours is {{yours}}: it should be near 7 for random points between real and fake.

    not-squared/distance: {PAIR}: the distance of the slope from 1. The penalty squares it, so that large violations
        count most.
    not-squared/signed: {PAIR}: the slope minus 1. The penalty squares it, so that both sides count and large violations
        count most.
    sign-of-one: {PAIR}: what adding 1 gives. The penalty pulls the slope to +1.
    target-missing: {PAIR}: the squared slope itself. The penalty wants slope 1, not slope 0.
    norms-returned: {PAIR}: the slope. The penalty says how far it is from 1.
    one-sided: {PAIR}: right for the steep critic, but not for the gentle one, which should pay 0.25. This penalty has
        two sides: slopes below 1 are pulled up.
    pixelwise-norm/pair: {PAIR}: what the norm at single pixels gives. The norm runs over all pixels of an image at
        once.
    divided-by-n/pair: {PAIR}: what slopes divided by the batch size give. Differentiate the sum of the scores, not
        their mean.
    other-norm/pair: {PAIR}: what the sum of absolute values gives. The norm is the Euclidean one.
    square-of-mean: {{says}} yours is {{yours}}: {MEAN}

    largest-in-batch: You ask torch for the largest number along an axis, and it returns two tensors. Here each image's
        excess is compared with 0 by itself: the batch keeps its size.
    only-the-steep-ones: When no image is steeper than 1, yours is NaN: the mean of nothing. Keep the gentle images in
        the mean; they pay 0.
    pixelwise-norm/nothing: For a linear critic with |w| = 4 yours is 0, because you take the slope at single pixels,
        where it is 1. The norm runs over all pixels of an image at once.
    two-sided: {PAIR}: right for the steep critic, but the gentle one pays too. This penalty has one side: a slope below
        1 costs nothing.
    other-side: {PAIR}: the wrong side: the gentle critic pays and the steep one does not. Which slopes does a
        1-Lipschitz critic not have?
    not-squared/excess: {PAIR}: the excess over 1 itself. The penalty squares it, so that large violations count most.
    not-squared/both: {PAIR}: the distance of the slope from 1. Take only what is above 1, and square it.
    clamp-to-one: {PAIR}: what you get when the excess is held at 1 or above. Then slopes below 1 pay as much as slope
        2; the smallest excess is another number.
    excess-capped: {PAIR}: what you get when the excess is held at 1 or below, or when images are counted. The steepest
        critics must pay most: only the lower end is cut off.
    subtracted-late: {PAIR}: the whole slope squared, for steep images. Subtract 1 before you square.
    target-missing/excess: {PAIR}: the squared slope itself. Only what exceeds 1 is punished.
    sign-of-one/excess: {PAIR}: what adding 1 gives. What counts is how far the slope is above +1.
    hinge-after-mean: {{says}} yours is {{yours}}: {MEAN}
    """
)


# input_gradient --------------------------------------------------------------


@checks("penalty.input_gradient", "f x")
def input_gradient(candidate: Callable[[Callable, Tensor], Tensor]) -> str:
    x = torch.tensor([-1.0, 0.0, 2.0, 3.0])
    value = call(candidate, lambda x: x**2, x)
    if isinstance(value, tuple):
        wrong("tuple-not-unpacked")
    if isinstance(value, Tensor):
        wrong.named(value, {"divided-by-n": 2 * x / 4, "values-returned": x**2})
        wrong.first({"one-for-all": value.numel() == 1})
    value = float32(tensor(value, "the result for four numbers", (4,)), "the result", PRECISION)
    if not near(value, 2 * x, 1e-5) and near(value, 2 * x, 0.05):
        wrong("approximate")
    expect(value, 2 * x, "the gradient of x^2 at [-1, 0, 2, 3]")
    points = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 0.5]])
    steep = torch.tensor([2.0, -3.0])
    for shape in ((3,), (3, 1)):
        value = call(candidate, lambda x, shape=shape: (x @ steep).view(-1, *shape[1:]), points)
        value = tensor(value, f"the result for 3 points in the plane and scores of shape {shape}", (3, 2))
        expect(value, steep.expand(3, 2), "the gradient of 2a - 3b at each of three points (a, b)")
    images = torch.linspace(-1, 1, 2 * 16).view(2, 1, 4, 4)
    value = tensor(call(candidate, _cubes, images), "the result", (2, 1, 4, 4))
    expect(value, 3 * images**2, "the gradient of a sum of cubes at two small images")
    _tracked(candidate, images)
    return (
        "The gradient of x^2 at [-1, 0, 2, 3] is [-2, 0, 4, 6]; that of 2a - 3b is (2, -3) at every point, "
        "and each image of a batch gets its own. The input stays as it was."
    )


def _cubes(x: Tensor) -> Tensor:
    return x.flatten(1).pow(3).sum(dim=1)


def _tracked(candidate: Callable, images: Tensor) -> None:
    """Inputs that already take part in a graph, as in a search for a latent."""
    leaf = images.clone().requires_grad_(True)
    for x, which in ((leaf, "requires grad"), (leaf * 1, "comes out of a network")):
        with wrong.blaming("tracked-input", which=which):
            value = call(candidate, _cubes, x)
            expect(value, 3 * images**2, f"for an input that already {which} the gradient of a sum of cubes")
        if leaf.grad is not None:
            wrong("gradient-left-behind")


# interpolate -----------------------------------------------------------------
#
# A penalty written by hand has to find the same points, so its points are judged
# here too: _line takes any function that finds them.

Points = Callable[[Tensor, Tensor], Any]
_SIZES = re.compile("must match|must be greater or equal|invalid for input of size|broadcast")


@checks("penalty.interpolate", "real fake")
def interpolate(candidate: Points) -> str:
    _line(partial(call, candidate), 4096)
    for n, shape in ((7, (1, 28, 28)), (3, (3, 4, 4)), (5, (2,))):
        what = f"{n} samples of shape {shape}"
        with wrong.blaming("other-shapes/stops", works="images", what=what):
            value = call(candidate, torch.ones(n, *shape), torch.zeros(n, *shape))
        if isinstance(value, Tensor) and value.shape != (n, *shape):
            wrong("other-shapes/shape", what=what, shape=tuple(value.shape), right=(n, *shape))
        value = tensor(value, f"the result for {what}").reshape(n, -1)
        if not near(value, value[:, :1].expand_as(value)) or near(value[0], value[1]):
            wrong("other-shapes/epsilon", what=what)
    on_another_device(candidate, torch.ones(3, 1, 2, 2), torch.zeros(3, 1, 2, 2))
    return (
        "Between a black and a white image each of yours is one shade of grey, another for each image and each call, "
        "uniform on [0, 1] (mean 0.5); 28-pixel images, colours and points work, and any batch size."
    )


def _line(points: Points, n: int) -> None:
    """See that each point has a random place of its own on the line from fake to real, by n of them."""
    shown = _epsilon(points, 64, (2, 4, 4)).flatten(1)
    with wrong.blaming("batch-size/fails"):
        one = points(torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 2, 2))
    if isinstance(one, Tensor) and one.ndim == 4 and len(one) != 1:
        wrong("batch-size", made=len(one))
    epsilon = shown[:, 0]
    if not near(shown, epsilon[:, None].expand_as(shown)):
        wrong("epsilon-within-image")
    _where_on_the_line(points, epsilon)
    if torch.equal(epsilon, _epsilon(points, 64, (2, 4, 4)).flatten(1)[:, 0]):
        wrong("same-every-time")
    _uniform(_epsilon(points, n, (1, 1, 1)).flatten().sort().values)
    _weights(points)


def _epsilon(points: Points, n: int, shape: tuple[int, ...]) -> Tensor:
    """Points between real = 1 and fake = 0: they show epsilon."""
    try:
        value = points(torch.ones(n, *shape), torch.zeros(n, *shape))
    except RuntimeError as error:
        if not _SIZES.search(str(error)):
            raise
        _written_size(points, str(error))
        if "invalid for input of size" in str(error):
            raise
        said = str(error).split(".  ")[0].split("\n")[0].rstrip(".")
        wrong("epsilon-shape", n=n, shape=shape, error=said)
    return float32(tensor(value, "the result", (n, *shape)), "the batch of points")


def _written_size(points: Points, text: str) -> None:
    """Try whether the code works for one batch size only, such as one that the error speaks of."""
    for n in sorted({1, *map(int, re.findall(r"\d{1,4}", text))} - {0}):
        shape = (3, 5, 7) if n not in (3, 5, 7) else (2, 4, 6)  # not one axis as long as the batch
        with contextlib.suppress(RuntimeError):
            value = points(torch.ones(n, *shape), torch.zeros(n, *shape))
            if isinstance(value, Tensor) and (n, len(value)) != (1, 1):
                wrong("batch-size/written", n=n, made=len(value))


def _where_on_the_line(points: Points, epsilon: Tensor) -> None:
    wrong.named(epsilon, {"only-real": torch.ones(64), "only-fake": torch.zeros(64)})
    if epsilon.min() < -1e-6 or epsilon.max() > 1 + 1e-6:
        wrong("not-between", low=epsilon.min(), high=epsilon.max())
    if near(epsilon, epsilon[0].expand(64)):
        again = [_epsilon(points, 2, (1, 1, 1))[0].flatten()[0] for _ in range(4)]
        fixed = near(torch.stack(again), epsilon[:1].expand(4))
        wrong("no-randomness" if fixed else "one-epsilon-per-batch", place=epsilon[0])


def _uniform(epsilon: Tensor) -> None:
    n, different = len(epsilon), epsilon.unique().numel()
    if different < 100:
        wrong("not-uniform/few", n=n, different=different)
    if (epsilon - torch.linspace(0, 1, n)).abs().max() > 2.7 / n**0.5:  # one in a million at random
        wrong("not-uniform", n=n, half=int((epsilon < 0.5).sum()), tenth=int((epsilon < 0.1).sum()))


def _weights(points: Points) -> None:
    """The two weights add up to 1, so equal images stay what they are."""
    same = torch.full((16, 1, 2, 2), 5.0)
    value = tensor(points(same, same), "the result", same.shape)
    if not near(value, same):
        wrong("weights-do-not-add", low=value.min(), high=value.max())
    value = tensor(points(torch.full((16, 1, 1, 2), 3.0), torch.full((16, 1, 1, 2), -1.0)), "the result")
    if value.min() < -1 - 1e-5 or value.max() > 3 + 1e-5 or near(value, value[0].expand_as(value)):
        wrong("not-between/others")


# gradient_norms --------------------------------------------------------------


@checks("penalty.gradient_norms", "critic images")
def gradient_norms(candidate: Callable[[nn.Module, Tensor], Tensor]) -> str:
    images, critic = _images(), Plane(length=3)
    value = call(candidate, critic, images)
    _name_norms(value, images)
    value = float32(tensor(value, "the result for 8 images", (8,)), "the result", PRECISION)
    expect(value, torch.full((8,), 3.0), "for a linear critic with |w| = 3 the norms", 1e-3)
    bowl, grey = Bowl(1.0), torch.tensor([0.25, 0.5, -1.0]).view(3, 1, 1, 1).expand(3, 1, 4, 4)
    slopes = tensor(call(candidate, bowl, grey), "the result for 3 images", (3,))
    expect(slopes, [1.0, 2.0, 4.0], "for f(x) = |x|^2 / 2 at three grey images of lengths 1, 2 and 4 the norms", 1e-3)
    _recorded(value, critic)
    _reaches(value.sum(), critic.weight, torch.full((1, 16), 8 / 4), "the sum of 8 norms of a linear critic")
    _reaches(slopes.sum(), bowl.a, torch.tensor(7.0), "the sum of three norms 1a, 2a and 4a")
    flat = Plane(length=0)
    _flat_place(call(candidate, flat, images), flat, 0.0)
    _other_inputs(partial(call, candidate), lambda n: torch.full((n,), 3.0))
    with wrong.blaming("tracked-input/images"):
        call(candidate, bowl, grey.clone().requires_grad_(True))
    on_another_device(candidate, critic, images)
    return (
        "A linear critic with |w| = 3 has norm 3 at each of 8 images, |x|^2 / 2 has 1, 2 and 4 where |x| is that; the "
        "norms can be differentiated again (their gradient reaches w), also where the slope is 0."
    )


def _images() -> Tensor:
    return torch.linspace(-1, 1, 8 * 16).view(8, 1, 4, 4)


def _name_norms(value: object, images: Tensor) -> None:
    """Recognise results that are not the norms."""
    if isinstance(value, tuple):
        wrong("tuple-not-unpacked")
    if not isinstance(value, Tensor):
        return
    shape = tuple(value.shape)
    found = {
        "pixelwise-norm": shape in ((8, 4, 4), (8, 1, 4)),
        "gradients-returned": shape == (8, 1, 4, 4),
        "in-the-weights": shape == (1, 16),
        "norms-in-column": shape == (8, 1),
    }
    wrong.first(found, shape=shape)
    if value.numel() == 1:
        in_the_weights = images.flatten(1).sum(dim=0).norm()
        known = {"in-the-weights": in_the_weights, "one-norm-for-all": 3 * 8**0.5, "averaged": 3.0}
        wrong.named(value.flatten()[0], known, 1e-3)
    if shape == (8,) and near(value, value[:1].expand(8), 1e-3):
        alike = {"not-rooted": 9.0, "divided-by-n/norms": 3 / 8, "other-norm/sum": 12.0, "other-norm/largest": 0.75}
        wrong.named(value[0], {**alike, "penalty-begun/distance": 2.0, "penalty-begun": 4.0}, 1e-3)


def _gradient(value: Tensor, parameter: nn.Parameter) -> Tensor | None:
    """The gradient in the parameter, or None if the value does not hang on it."""
    if not value.requires_grad:
        return None
    return torch.autograd.grad(value.sum(), parameter, allow_unused=True, retain_graph=True)[0]


def _recorded(value: Tensor, critic: Plane) -> None:
    """The value hangs on the critic's weights, and left nothing in them."""
    if critic.weight.grad is not None:
        wrong("parameter-gradients")
    if _gradient(value, critic.weight) is None:
        wrong("cut-off" if any(critic.recorded) else "no-create-graph")


def _reaches(value: Tensor, parameter: nn.Parameter, expected: Tensor, what: str) -> None:
    """The gradient of the value in the parameter is right."""
    gradient = _gradient(value, parameter)
    if gradient is None:
        gradient = torch.zeros_like(parameter)
    if not near(gradient, expected, 1e-2):
        wrong("graph-cut", what=what, right=show(expected.mean()), yours=show(gradient.mean()))


def _flat_place(value: Tensor, critic: Plane, right: float) -> None:
    """A critic with w = 0: the root of 0 has an infinite slope."""
    value = tensor(value, "the result for a critic whose weights are all 0")
    if (value - right).abs().max() > 0.05:
        wrong("wrong-value/flat", right=right, yours=show(value))
    gradient = _gradient(value, critic.weight)
    if gradient is not None and not torch.isfinite(gradient).all():
        wrong("nan-at-zero")


def _other_inputs(run: Callable[[Plane, Tensor], Tensor], right: Callable[[int], Tensor]) -> None:
    """Scores in a column, another batch size, one image, colours, points."""
    with wrong.blaming("column-scores/fails"):
        value = tensor(run(Plane(3, column=True), torch.ones(5, 1, 4, 4)), "the result")
    if not near(value, right(5), 1e-3):
        wrong("column-scores", right=show(right(5)), yours=show(value))
    for n, shape, pixels in ((1, (1, 4, 4), 16), (3, (3, 2, 2), 12), (5, (2,), 2)):
        what = f"{n} samples of shape {shape}"
        with wrong.blaming("other-shapes/stops", works="8 images", what=what):
            value = run(Plane(3, pixels), torch.ones(n, *shape))
        if not isinstance(value, Tensor) or not near(value, right(n), 1e-3):
            wrong("other-shapes/value", what=what, right=show(right(n)))


# The two penalties -----------------------------------------------------------
#
# They differ in what they make of a slope: its distance from 1, or its excess
# over 1. All that is expected follows from that.

Excess = Callable[[Tensor], Tensor]


def _known_slopes(critic: Known, images: Tensor) -> Tensor:
    if not isinstance(critic, nn.Module):
        wrong("wrong-order/norms", kind=type(critic).__name__)
    return critic.slopes(images)


def _known_points(real: Tensor, fake: Tensor) -> Tensor:
    """Right where one of the two is 0: evenly spread on the way to the other."""
    if not isinstance(real, Tensor) or not isinstance(fake, Tensor):
        wrong("wrong-order/points")
    way = torch.linspace(0, 1, len(real), device=real.device).view(-1, *[1] * (real.ndim - 1))
    return way * (real + fake)


@checks("penalty.gradient_penalty", "critic real fake")
def gradient_penalty(candidate: Callable[[nn.Module, Tensor, Tensor], Tensor]) -> str:
    def name(pair: Tensor) -> None:
        known = {
            "not-squared/distance": [2, 0.5],
            "not-squared/signed": [2, -0.5],
            "sign-of-one": [16, 2.25],
            "target-missing": [9, 0.25],
            "norms-returned": [3, 0.5],
            "one-sided": [4, 0],
            "pixelwise-norm/pair": [0.0625, 0.765625],
            "divided-by-n/pair": [0.625**2, 0.9375**2],
            "other-norm/pair": [121, 1],
        }
        wrong.named(pair, known, 1e-3, yours=pair, steep=3)

    _penalty(candidate, 3.0, lambda slopes: slopes - 1, name, "square-of-mean")
    return (
        "The penalty of a linear critic with |w| = 3 is 4 and with |w| = 0.5 it is 0.25, and its gradient reaches w: "
        "it makes the first less steep and the second steeper. It is measured between real and fake."
    )


@checks("penalty.one_sided_penalty", "critic real fake")
def one_sided_penalty(candidate: Callable[[nn.Module, Tensor, Tensor], Tensor]) -> str:
    def name(pair: Tensor) -> None:
        if near(pair[0], 9.0, 1e-3) and pair[1].isnan():
            wrong("only-the-steep-ones")
        known = {
            "two-sided": [9, 0.25],
            "other-side": [0, 0.25],
            "not-squared/excess": [3, 0],
            "not-squared/both": [3, 0.5],
            "clamp-to-one": [9, 1],
            "excess-capped": [1, 0],
            "subtracted-late": [16, 0],
            "target-missing/excess": [16, 0.25],
            "sign-of-one/excess": [25, 2.25],
        }
        wrong.named(pair, known, 1e-3, yours=pair, steep=4)
        steeper = call(candidate, Plane(length=12), _images(), torch.zeros(8, 1, 4, 4))
        if near(pair[0], 0.0):
            wrong.named(steeper.flatten(), {"pixelwise-norm/nothing": [4.0]}, 1e-3)

    with wrong.translating({"largest-in-batch": "return_types.max"}):
        _penalty(candidate, 4.0, lambda slopes: (slopes - 1).clamp(min=0), name, "hinge-after-mean")
    return (
        "The penalty of a linear critic with |w| = 4 is 9, and its gradient makes w shorter; with |w| = 0.5 it is 0 "
        "and leaves w alone. Each image pays for itself, between real and fake."
    )


@standins(penalty__gradient_norms=_known_slopes, penalty__interpolate=_known_points)
def _penalty(
    candidate: Callable, length: float, excess: Excess, name: Callable[[Tensor], None], mean_first: str
) -> None:
    """Check a penalty.

    Args:
        candidate: the penalty.
        length: how steep the steep critic is; the gentle one has slope 0.5.
        excess: what the penalty squares and averages.
        name: ends the check if the results for the two critics are those of a known mistake.
        mean_first: the mistake of averaging the slopes first.
    """
    origin = _origin(candidate)
    real, fake = _images(), torch.zeros(8, 1, 4, 4)
    critics = {slope: Plane(slope) for slope in (length, 0.5)}
    values = {slope: call(candidate, critic, real, fake) for slope, critic in critics.items()}
    _name_pair(values, excess, name)
    float32(tensor(values[length], "the penalty", ()), "the penalty", PRECISION)
    for slope, value in values.items():
        what = f"for a linear critic with |w| = {slope:g} the penalty"
        expect(tensor(value, "the penalty", ()), _paid(slope, excess), what, 1e-3)
    _recorded(values[length], critics[length])
    for slope, critic in critics.items():
        right = (2 * excess(torch.tensor(slope)) / 4).expand(1, 16)
        _reaches(values[slope], critic.weight, right, f"the penalty of a linear critic with |w| = {slope:g}")
    flat = Plane(length=0)
    _flat_place(call(candidate, flat, real, fake), flat, _paid(0.0, excess))
    _name_points(candidate, origin, excess, mean_first)
    _other_inputs(lambda critic, x: call(candidate, critic, x, torch.zeros_like(x)), lambda n: torch.tensor(4.0))
    on_another_device(candidate, critics[length], real, fake)


def _paid(slope: float, excess: Excess) -> float:
    """The penalty for one slope."""
    return excess(torch.tensor(slope)).square().item()


def _name_pair(values: dict[float, Any], excess: Excess, name: Callable[[Tensor], None]) -> None:
    """Recognise the results for the steep and the gentle critic."""
    value, small = values.values()
    if isinstance(value, Tensor) and value.shape == (8,):
        wrong("not-averaged")
    if not (isinstance(value, Tensor) and isinstance(small, Tensor) and value.numel() == small.numel() == 1):
        return
    pair = torch.stack([value.detach().flatten()[0], small.detach().flatten()[0]])
    name(pair)
    slopes = torch.tensor(list(values))
    right = excess(slopes).square()
    known = {
        "norm-squared": excess(slopes.square()).square(),
        "squared-twice": right.square(),
        "sum-not-mean": 8 * right,
        "lambda-inside": 10 * right,
        "negated": -right,
        "one-norm-for-all/pair": excess(8**0.5 * slopes).square(),
    }
    wrong.named(pair, known, 1e-3, yours=pair, steep=slopes[0])


class _Interpolated(Exception):
    """The points come from interpolate."""


def _origin(candidate: Callable) -> str:
    """Where a penalty has its points from: "given" by interpolate, found by "hand" and right, or "unseen".

    Those found by hand have the mistakes of interpolate. They are unseen within
    torch.func, or if the critic is asked about other images too.
    """
    real, fake = torch.ones(64, 2, 4, 4), torch.zeros(64, 2, 4, 4)
    try:
        found = _asked(candidate, real, fake)
        if found is None or found.shape != real.shape:
            return "unseen"
    except Wrong:
        raise
    except _Interpolated:
        return "given"
    except Exception as error:
        if not isinstance(error, RuntimeError) or not _SIZES.search(str(error)):
            return "unseen"
        with contextlib.suppress(Exception):  # is it the two channels?
            if _asked(candidate, real[:, :1], fake[:, :1]) is not None:
                return "unseen"
    _line(partial(_asked, candidate), 1024)
    return "hand"


def _asked(candidate: Callable, real: Tensor, fake: Tensor) -> Tensor | None:
    """Where the penalty asks its critic, whatever it makes of the answer."""

    def given(real: Tensor, fake: Tensor) -> Tensor:
        raise _Interpolated

    critic = Plane(3, real[0].numel())
    places = _listening(critic, real.shape[1:])
    with standins(penalty__interpolate=given):
        try:
            call(candidate, critic, real, fake)
        except (Wrong, _Interpolated):
            raise
        except Exception:
            if not places:
                raise
    return torch.cat(places) if places else None


def _listening(critic: Known, shape: tuple[int, ...]) -> list[Tensor]:
    """A list of all images, each of that shape, that the critic will be asked about."""
    places: list[Tensor] = []

    def note(images: Tensor) -> None:
        if images.shape[1:] != shape:
            wrong("wrong-shape", right=tuple(shape), shape=tuple(images.shape))
        places.append(torch.tensor(images.detach().flatten().tolist()).view(images.shape))

    critic.look = note
    return places


def _name_points(candidate: Callable, origin: str, excess: Excess, mean_first: str) -> None:
    """Where is the critic asked? Its slope is 6 times the way from fake (0) to real (1)."""
    if origin != "unseen" and _seen(candidate, origin, excess, mean_first):
        return
    n = 4096
    bowl, real, fake = Bowl(1.5), torch.ones(n, 1, 4, 4), torch.zeros(n, 1, 4, 4)
    values = []
    for turn in range(6):
        seed(turn)
        values.append(float(tensor(call(candidate, bowl, real, fake), "the penalty", ())))
    if max(values) - min(values) > 3.5:
        wrong("one-epsilon-per-batch/calls", values=values)
    at_fakes, at_real, mean = _paid(0.0, excess), 25.0, sum(values) / 6
    wrong.named(values[0], {"only-real/bowl": at_real, "only-fake/bowl": at_fakes}, 1e-3)
    wrong.named(values[0], {"only-ends": (at_real + at_fakes) / 2}, 1e-2)
    if abs(mean - 4) < (0.2 if origin == "unseen" else 0.02):  # unseen points may scatter: 0.05
        bright = torch.ones(n, 1, 4, 4)
        bright[::2] = 2
        midpoints = near(float(call(candidate, bowl, bright, fake)), 14.5, 1e-2)
        wrong("only-midpoints" if midpoints else mean_first, says=ENDS, yours=show(values[0]))
    if abs(mean - 7) > 0.4:  # 7, or 6.94 with one side; the mean scatters by 0.05
        wrong("wrong-points", yours=show(values[0]))


def _seen(candidate: Callable, origin: str, excess: Excess, mean_first: str) -> bool:
    """Compare with the slopes just where the critic is asked; whether that can be seen, and is as before."""
    real, fake = torch.ones(16, 1, 4, 4), torch.zeros(16, 1, 4, 4)
    bowl = Bowl(1.5)
    places = _listening(bowl, real.shape[1:])
    value = tensor(call(candidate, bowl, real, fake), "the penalty", ())
    points = torch.cat(places) if places else real[:0]
    if points.shape != real.shape or (origin == "given" and not near(points, _known_points(real, fake))):
        return False
    slopes = 6 * points.flatten(1)[:, 0]
    says = f"or a critic with slopes from {slopes.min():.3g} to {slopes.max():.3g}"
    wrong.named(value, {mean_first: (slopes.mean() - 1) ** 2}, 1e-3, says=f"F{says}")
    expect(value, excess(slopes).square().mean(), f"f{says} the penalty", 1e-2)
    return True
