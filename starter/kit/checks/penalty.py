"""Checks of penalty.py: critics whose slope is known, and pictures that show their epsilon.

Between a fake that is 0 and a real image that is 1, the pixels *are* epsilon.
"""

import contextlib
import re
from collections.abc import Callable
from functools import partial
from typing import NoReturn

import torch
from torch import Tensor, nn

from .judge import checks
from .probes import blaming, call, expect, near, seed, show, standins, tensor
from .report import Wrong, wrong
from .device import float32, on_another_device
from .stubs import Bowl, Plane

POINTS_NEED = "The first axis counts the samples; whatever follows, images or points, belongs to one sample."
PRECISION = "Networks and images are float32 throughout, and some GPUs know nothing finer."


# input_gradient --------------------------------------------------------------


@checks("penalty.input_gradient", "f x")
def input_gradient(candidate: Callable[[Callable, Tensor], Tensor]) -> str:
    x = torch.tensor([-1.0, 0.0, 2.0, 3.0])
    value = call(candidate, lambda x: x**2, x)
    _not_a_tuple(value)
    if isinstance(value, Tensor) and near(value, 2 * x / 4):
        wrong(
            "divided-by-n",
            f"For f(x) = x^2 at [-1, 0, 2, 3] yours is {show(value)}: the gradients, divided by the number "
            "of points. The mean of all values makes each point count one n-th; which reduction leaves "
            "them whole?",
        )
    if isinstance(value, Tensor) and near(value, x**2):
        wrong("values-returned", "Your result holds the values of f, not its gradients.")
    if isinstance(value, Tensor) and value.numel() == 1:
        wrong(
            "one-for-all",
            "Your result is one number for four points. Each point has a gradient of its own.",
        )
    value = float32(tensor(value, "the result for four numbers", (4,)), "the result", PRECISION)
    if not near(value, 2 * x, 1e-5) and near(value, 2 * x, 0.05):
        wrong(
            "approximate",
            "Your numbers are close to the gradient but not equal to it, as those of a difference quotient "
            "are. Autograd gives it exactly.",
        )
    expect(value, 2 * x, "the gradient of x^2 at [-1, 0, 2, 3]")
    points = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 0.5]])
    steep = torch.tensor([2.0, -3.0])
    for f, which in (
        (lambda x: x @ steep, "scores of shape (3,)"),
        (lambda x: (x @ steep)[:, None], "scores of shape (3, 1)"),
    ):
        value = tensor(call(candidate, f, points), f"the result for 3 points in the plane and {which}", (3, 2))
        expect(value, steep.expand(3, 2), "the gradient of 2a - 3b at each of three points (a, b)")
    images = torch.linspace(-1, 1, 2 * 16).view(2, 1, 4, 4)
    value = tensor(call(candidate, lambda x: x.flatten(1).pow(3).sum(dim=1), images), "the result", (2, 1, 4, 4))
    expect(value, 3 * images**2, "the gradient of a sum of cubes at two small images")
    _tracked(candidate, images)
    return (
        "The gradient of x^2 at [-1, 0, 2, 3] is [-2, 0, 4, 6]; that of 2a - 3b is (2, -3) at every point, "
        "and each image of a batch gets its own. The input stays as it was."
    )


def _tracked(candidate: Callable, images: Tensor) -> None:
    """Inputs that already take part in a graph, as in a search for a latent."""
    leaf = images.clone().requires_grad_(True)
    for x, which in ((leaf, "requires grad"), (leaf * 1, "comes out of a network")):
        with blaming("tracked-input", f"Your code fails for an input that already {which}."):
            value = call(candidate, lambda x: x.flatten(1).pow(3).sum(dim=1), x)
            expect(value, 3 * images**2, f"for an input that already {which} the gradient of a sum of cubes")
        if leaf.grad is not None:
            wrong("gradient-left-behind", "Your code leaves a gradient in .grad of what the input was made from.")


def _not_a_tuple(value: object) -> None:
    if isinstance(value, tuple):
        wrong(
            "tuple-not-unpacked",
            "Your result is a tuple. torch.autograd.grad returns one entry per input, even for one input: "
            "take the entry out of it.",
        )


# interpolate -----------------------------------------------------------------
#
# A penalty written by hand has to find the same points, so its points are judged
# here too: _line takes any function that finds them.

Points = Callable[[Tensor, Tensor], Tensor]


@checks("penalty.interpolate", "real fake")
def interpolate(candidate: Points) -> str:
    _line(lambda real, fake: call(candidate, real, fake), 4096)
    for n, shape in ((7, (1, 28, 28)), (3, (3, 4, 4)), (5, (2,))):
        what = f"{n} samples of shape {shape}"
        with blaming("other-shapes", f"Your code works for images but stops for {what}. {POINTS_NEED}"):
            real, fake = torch.ones(n, *shape), torch.zeros(n, *shape)
            value = call(candidate, real, fake)
        if isinstance(value, Tensor) and value.shape != real.shape:
            wrong(
                "other-shapes",
                f"For {what} your result has shape {tuple(value.shape)} instead of {tuple(real.shape)}. {POINTS_NEED}",
            )
        value = tensor(value, f"the result for {what}").reshape(n, -1)
        if not near(value, value[:, :1].expand_as(value)) or near(value[0], value[1]):
            wrong("other-shapes", f"For {what} epsilon is not one number for each sample. {POINTS_NEED}")
    on_another_device(candidate, torch.ones(3, 1, 2, 2), torch.zeros(3, 1, 2, 2))
    return (
        "Between a black and a white image each of yours is one shade of grey, another for each image and "
        "each call, uniform on [0, 1] (mean 0.5); 28-pixel images, colours and points work, and any batch "
        "size."
    )


def _line(points: Points, n: int) -> None:
    """See that each point has a random place of its own on the line from fake to real, by n of them."""
    shown = _epsilon(points, 64, (2, 4, 4)).flatten(1)
    _one_image(points)
    epsilon = shown[:, 0]
    if not near(shown, epsilon[:, None].expand_as(shown)):
        wrong(
            "epsilon-within-image",
            "Between a white and a black image your points have pixels of different grey: epsilon changes "
            "within an image. A straight line between two images has one epsilon per image.",
        )
    _where_on_the_line(points, epsilon)
    if torch.equal(epsilon, _epsilon(points, 64, (2, 4, 4)).flatten(1)[:, 0]):
        wrong(
            "same-every-time",
            "Two calls give the same points. Draw new random numbers in each call, and set no seed inside.",
        )
    _uniform(points, n)
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
        wrong(
            "epsilon-shape",
            f"For {n} images of shape {shape} your epsilon does not fit ({_first(error)}). It needs one number "
            "for each image, and as many axes as the images, so that it stretches over the pixels.",
        )
    return float32(tensor(value, "the result", (n, *shape)), "the batch of points")


def _first(error: Exception) -> str:
    """The first sentence of torch's words."""
    return str(error).split(".  ")[0].split("\n")[0].rstrip(".")


_SIZES = re.compile("must match|must be greater or equal|invalid for input of size|broadcast")


def _written_size(points: Points, text: str) -> None:
    """Try whether the code works for one batch size only, such as one that the error speaks of."""
    for n in sorted({1, *map(int, re.findall(r"\d{1,4}", text))} - {0}):
        shape = (3, 5, 7) if n not in (3, 5, 7) else (2, 4, 6)  # not one axis as long as the batch
        try:
            value = points(torch.ones(n, *shape), torch.zeros(n, *shape))
        except RuntimeError:
            continue
        if not isinstance(value, Tensor) or (n == 1 and len(value) == 1):
            continue
        wrong(
            "batch-size",
            f"From a batch of {n} yours makes {len(value)}, and with 64 it fails. The number of epsilons has to come "
            "from the batch: the last one of an epoch may be short.",
        )


def _one_image(points: Points) -> None:
    """A batch of one shows a batch size that is written into the code."""
    with blaming("batch-size", "Your code works for 64 images but fails for a batch of one."):
        value = points(torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 2, 2))
    if isinstance(value, Tensor) and value.ndim == 4 and len(value) != 1:
        wrong(
            "batch-size",
            f"From a batch of one image yours makes {len(value)}. The number of epsilons has to come from "
            "the batch: the last one of an epoch may be short.",
        )


def _where_on_the_line(points: Points, epsilon: Tensor) -> None:
    if near(epsilon, torch.ones(64)) or near(epsilon, torch.zeros(64)):
        which = "real" if epsilon[0] > 0.5 else "fake"
        wrong(
            f"only-{which}",
            f"Your points are the {which} images themselves. The penalty is about the space between real and fake.",
        )
    if epsilon.min() < -1e-6 or epsilon.max() > 1 + 1e-6:
        wrong(
            "not-between",
            f"Between a fake 0 and a real 1 your points go from {epsilon.min():.2g} to {epsilon.max():.2g}: "
            "beyond the two images. Which random numbers stay between 0 and 1?",
        )
    if near(epsilon, epsilon[0].expand(64)):
        again = [_epsilon(points, 2, (1, 1, 1))[0].flatten()[0] for _ in range(4)]
        if near(torch.stack(again), epsilon[:1].expand(4)):
            wrong(
                "no-randomness",
                f"Every point lies at the same place, epsilon = {epsilon[0]:.2g}. One fixed place leaves "
                "the rest of the line without any penalty: epsilon is random.",
            )
        wrong(
            "one-epsilon-per-batch",
            "All images of a batch share one epsilon. Draw one for each image, so that a batch covers the "
            "whole way from fake to real.",
        )


def _uniform(points: Points, n: int) -> None:
    epsilon = _epsilon(points, n, (1, 1, 1)).flatten().sort().values
    if epsilon.unique().numel() < 100:
        wrong(
            "not-uniform",
            f"Among {n} epsilons only {epsilon.unique().numel()} values occur. Every place between 0 and 1 "
            "should be as likely as any other.",
        )
    if (epsilon - torch.linspace(0, 1, n)).abs().max() > 2.7 / n**0.5:  # one in a million at random
        wrong(
            "not-uniform",
            f"Of {n} epsilons {int((epsilon < 0.5).sum())} lie below 0.5 and {int((epsilon < 0.1).sum())} "
            "below 0.1. Every place between 0 and 1 should be as likely as any other.",
        )


def _weights(points: Points) -> None:
    """The two weights add up to 1, so equal images stay what they are."""
    same = torch.full((16, 1, 2, 2), 5.0)
    value = tensor(points(same, same), "the result", same.shape)
    if not near(value, same):
        wrong(
            "weights-do-not-add",
            f"Between two equal images of value 5 your points go from {value.min():.3g} to "
            f"{value.max():.3g}; there is nothing between them but 5. The weights of real and fake have to "
            "add up to 1.",
        )
    value = tensor(points(torch.full((16, 1, 1, 2), 3.0), torch.full((16, 1, 1, 2), -1.0)), "the result")
    if value.min() < -1 - 1e-5 or value.max() > 3 + 1e-5 or near(value, value[0].expand_as(value)):
        wrong("not-between", "Between fake -1 and real 3 some of your points lie outside, or all at one place.")


# gradient_norms --------------------------------------------------------------


@checks("penalty.gradient_norms", "critic images")
def gradient_norms(candidate: Callable[[nn.Module, Tensor], Tensor]) -> str:
    images = torch.linspace(-1, 1, 8 * 16).view(8, 1, 4, 4)
    critic = _strict(Plane(length=3))
    value = call(candidate, critic, images)
    _name_norms(value, images)
    value = float32(tensor(value, "the result for 8 images", (8,)), "the result", PRECISION)
    expect(value, torch.full((8,), 3.0), "for a linear critic with |w| = 3 the norms", 1e-3)
    _no_parameter_gradients(critic)
    bowl, grey = Bowl(1.0), torch.tensor([0.25, 0.5, -1.0]).view(3, 1, 1, 1).expand(3, 1, 4, 4)
    slopes = tensor(call(candidate, bowl, grey), "the result for 3 images", (3,))
    expect(slopes, [1.0, 2.0, 4.0], "for f(x) = |x|^2 / 2 at three grey images of lengths 1, 2 and 4 the norms", 1e-3)
    _recorded(value, critic)
    _reaches(value.sum(), critic.weight, torch.full((1, 16), 8 / 4), "the sum of 8 norms of a linear critic")
    _reaches(slopes.sum(), bowl.a, torch.tensor(7.0), "the sum of three norms 1a, 2a and 4a")
    _flat_place(candidate, lambda critic: call(candidate, critic, images), 0.0)
    _other_inputs(lambda critic, x: call(candidate, critic, x), lambda n: torch.full((n,), 3.0))
    with blaming("tracked-input", "Your code fails for images that already require grad."):
        call(candidate, bowl, grey.clone().requires_grad_(True))
    on_another_device(candidate, critic, images)
    return (
        "A linear critic with |w| = 3 has norm 3 at each of 8 images, |x|^2 / 2 has 1, 2 and 4 where |x| "
        "is that; the norms can be differentiated again (their gradient reaches w), also where the slope "
        "is 0."
    )


def _name_norms(value: object, images: Tensor) -> None:
    """Recognise results that are not the norms."""
    _not_a_tuple(value)
    if not isinstance(value, Tensor):
        return
    shape = tuple(value.shape)
    if shape in ((8, 4, 4), (8, 1, 4)):
        wrong(
            "pixelwise-norm",
            f"For 8 images of shape (1, 4, 4) your result has shape {shape}: a norm over one axis of the "
            "image. The norm of an image's gradient runs over all its pixels at once; make one row of each "
            "image first.",
        )
    if shape == (8, 1, 4, 4):
        wrong("gradients-returned", "Your result has the shape of the images: the gradients, not yet their norms.")
    if near(value.flatten(), images.flatten(1).sum(dim=0).norm()[None], 1e-3) or shape == (1, 16):
        wrong(
            "in-the-weights",
            "You differentiate with respect to the critic's weights. The slope asked for is how the score "
            "changes with the pixels: differentiate with respect to the images.",
        )
    if near(value.flatten(), torch.full((1,), 3 * 8**0.5), 1e-3):
        wrong(
            "one-norm-for-all",
            f"For 8 images with slope 3 your result is one number, {value.item():.4g}: the norm over the "
            "whole batch. Each image has a norm of its own.",
        )
    if near(value.flatten(), torch.full((1,), 3.0), 1e-3):
        wrong("averaged", "Your result is one number, the mean of the norms. Return one norm for each image.")
    if shape == (8, 1):
        wrong("norms-in-column", "Your norms have shape (8, 1); they should have shape (8,), one number per image.")
    for number, mistake, message in (
        (9.0, "not-rooted", "the squared length of the gradient: the root is missing"),
        (3 / 8, "divided-by-n", "the norms divided by the batch size. A mean of the scores makes each image count "
         "one n-th; which reduction leaves the gradients whole?"),
        (12.0, "other-norm", "the sum of the absolute values. The Euclidean norm squares, adds and takes the root"),
        (0.75, "other-norm", "the largest entry, or the root of a mean. The Euclidean norm adds the squares of all "
         "pixels, and takes the root"),
        (2.0, "penalty-begun", "already the distance to 1. That belongs to gradient_penalty; here return the norms"),
        (4.0, "penalty-begun", "already the penalty. That belongs to gradient_penalty; here return the norms"),
    ):  # fmt: skip
        if near(value, torch.full((8,), number), 1e-3):
            end = "" if message.endswith("?") else "."
            wrong(mistake, f"For a linear critic with |w| = 3 your result is {number:.4g} everywhere: {message}{end}")


def _strict(critic: nn.Module) -> nn.Module:
    """The critic, which now says by itself that it is float32."""
    critic.register_forward_pre_hook(lambda critic, args, kwargs: _refuse((*args, *kwargs.values())), with_kwargs=True)
    return critic


def _refuse(values: tuple) -> None:
    for value in values:
        if isinstance(value, Tensor):
            why = "Its weights are float32 and refuse to meet anything else."
            float32(value, "what your critic is asked about", why)


def _no_parameter_gradients(critic: nn.Module) -> None:
    if any(parameter.grad is not None for parameter in critic.parameters()):
        wrong(
            "parameter-gradients",
            "Your code leaves gradients in the critic's parameters, as backward does, and they would be "
            "added to those of the critic's loss. torch.autograd.grad returns the gradient asked for and "
            "leaves the rest.",
        )


def _recorded(value: Tensor, critic: Plane) -> None:
    """The value hangs on the critic's weights."""
    hangs = value.requires_grad
    if hangs:
        hangs = torch.autograd.grad(value.sum(), critic.weight, allow_unused=True, retain_graph=True)[0] is not None
    if hangs:
        return
    if any(critic.recorded):
        wrong(
            "cut-off",
            "The number is right, and autograd recorded how it came about, but then you cut it off: by "
            "no_grad, detach, item or a new tensor. The penalty needs the graph, or the critic does not "
            "feel it.",
        )
    wrong(
        "no-create-graph",
        "The number is right, but it cannot be differentiated again: no gradient reaches the critic's "
        "weights, so the penalty would silently do nothing. Ask autograd to record its own gradient "
        "computation.",
    )


def _reaches(value: Tensor, parameter: nn.Parameter, expected: Tensor, what: str) -> None:
    """The gradient of the value in the parameter is right."""
    gradient = None
    if value.requires_grad:
        (gradient,) = torch.autograd.grad(value, parameter, allow_unused=True, retain_graph=True)
    if gradient is None:
        gradient = torch.zeros_like(parameter)
    if not near(gradient, expected, 1e-2):
        wrong(
            "graph-cut",
            f"The value is right, but the gradient of {what} in its weights should have the entries "
            f"{show(expected.mean())} and yours have the mean {show(gradient.mean())}. Part of the "
            "computation is cut off from the graph.",
        )


def _flat_place(candidate: Callable, run: Callable[[nn.Module], Tensor], expected: float) -> None:
    """A critic with w = 0: the root of 0 has an infinite slope."""
    critic = Plane(length=0)
    value = tensor(run(critic), "the result for a critic whose weights are all 0")
    if (value - expected).abs().max() > 0.05:
        wrong("wrong-value", f"For a critic whose weights are all 0 it should be {expected}; yours is {show(value)}.")
    if value.requires_grad:
        (gradient,) = torch.autograd.grad(value.sum(), critic.weight, allow_unused=True)
        if gradient is not None and not torch.isfinite(gradient).all():
            wrong(
                "nan-at-zero",
                "Where the critic is flat, the gradient in its weights becomes NaN: the slope of a square "
                "root at 0 is infinite, times 0. Keep the root's argument a little above 0, or use a norm "
                "that is safe there.",
            )


def _other_inputs(run: Callable[[nn.Module, Tensor], Tensor], expected: Callable[[int], Tensor]) -> None:
    """Scores in a column, another batch size, one image, colours, points."""
    with blaming("column-scores", "Your code fails for a critic with scores of shape (n, 1)."):
        value = tensor(run(Plane(3, column=True), torch.ones(5, 1, 4, 4)), "the result")
    if not near(value, expected(5), 1e-3):
        wrong(
            "column-scores",
            f"For a critic whose scores have shape (5, 1) the result should be {show(expected(5))}, but "
            f"yours is {show(value)}.",
        )
    for n, shape, pixels in ((1, (1, 4, 4), 16), (3, (3, 2, 2), 12), (5, (2,), 2)):
        what = f"{n} samples of shape {shape}"
        with blaming("other-shapes", f"Your code works for 8 images but stops for {what}. {POINTS_NEED}"):
            value = run(Plane(3, pixels), torch.ones(n, *shape))
        if not isinstance(value, Tensor) or not near(value, expected(n), 1e-3):
            wrong("other-shapes", f"For {what} the result should be {show(expected(n))}. {POINTS_NEED}")


# gradient_penalty ------------------------------------------------------------


def _known_slopes(critic: nn.Module, images: Tensor) -> Tensor:
    if not isinstance(critic, nn.Module):
        wrong(
            "wrong-order",
            f"gradient_norms takes the critic first, then the images; it got a {type(critic).__name__} first.",
        )
    _refuse((images,))
    return critic.slopes(images)


def _known_points(real: Tensor, fake: Tensor) -> Tensor:
    """Right where one of the two is 0: evenly spread on the way to the other."""
    if not isinstance(real, Tensor) or not isinstance(fake, Tensor):
        wrong("wrong-order", "interpolate takes two batches of images, real and fake.")
    way = torch.linspace(0, 1, len(real), device=real.device).view(-1, *[1] * (real.ndim - 1))
    return way * (real + fake)


@checks("penalty.gradient_penalty", "critic real fake")
def gradient_penalty(candidate: Callable[[nn.Module, Tensor, Tensor], Tensor]) -> str:
    with standins(penalty__gradient_norms=_known_slopes, penalty__interpolate=_known_points):
        origin = _origin(candidate)
        real, fake = torch.linspace(-1, 1, 8 * 16).view(8, 1, 4, 4), torch.zeros(8, 1, 4, 4)
        steep, gentle = _strict(Plane(length=3)), Plane(length=0.5)
        value, small = (call(candidate, critic, real, fake) for critic in (steep, gentle))
        _name_penalty(value, small)
        value = float32(tensor(value, "the penalty", ()), "the penalty", PRECISION)
        expect(value, 4.0, "for a linear critic with |w| = 3 the penalty", 1e-3)
        expect(tensor(small, "the penalty", ()), 0.25, "for a linear critic with |w| = 0.5 the penalty", 1e-3)
        _no_parameter_gradients(steep)
        _recorded(value, steep)
        _reaches(value, steep.weight, torch.full((1, 16), 1.0), "the penalty of a linear critic with |w| = 3")
        _reaches(small, gentle.weight, torch.full((1, 16), -0.25), "the penalty of a linear critic with |w| = 0.5")
        _flat_place(candidate, lambda critic: call(candidate, critic, real, fake), 1.0)
        _name_points(candidate, origin)
        _other_inputs(lambda critic, x: call(candidate, critic, x, torch.zeros_like(x)), lambda n: torch.tensor(4.0))
        on_another_device(candidate, steep, real, fake)
    return (
        "The penalty of a linear critic with |w| = 3 is 4 and with |w| = 0.5 it is 0.25, and its gradient "
        "reaches w: it makes the first less steep and the second steeper. It is measured between real and "
        "fake."
    )


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

    critic, places = _listening(Plane(3, real[0].numel()), real.shape[1:])
    with standins(penalty__interpolate=given):
        try:
            call(candidate, critic, real, fake)
        except (Wrong, _Interpolated):
            raise
        except Exception:
            if not places:
                raise
    return torch.cat(places) if places else None


def _listening(critic: nn.Module, shape: tuple[int, ...]) -> tuple[nn.Module, list[Tensor]]:
    """The critic, and a list of all images, each of that shape, that it is asked about."""
    places: list[Tensor] = []

    def note(images: Tensor) -> None:
        _refuse((images,))
        if images.shape[1:] != shape:
            wrong(
                "wrong-shape",
                f"For images of shape {tuple(shape)} your critic is asked about a tensor of shape "
                f"{tuple(images.shape)}. The points between real and fake have the shape of the images.",
            )
        places.append(torch.tensor(images.detach().flatten().tolist()).view(images.shape))

    critic.register_forward_pre_hook(lambda critic, args, kwargs: note(*args, **kwargs), with_kwargs=True)
    slopes = critic.slopes
    critic.slopes = lambda images: (note(images), slopes(images))[1]
    return critic, places


def _name_penalty(value: object, small: object) -> None:
    """Recognise results from the penalties of |w| = 3 and |w| = 0.5."""
    if isinstance(value, Tensor) and value.shape == (8,):
        wrong("not-averaged", "Your result has one number for each image. Average them: the penalty is one number.")
    if not (isinstance(value, Tensor) and isinstance(small, Tensor) and value.numel() == small.numel() == 1):
        return
    pair = torch.stack([value.detach().flatten()[0], small.detach().flatten()[0]])
    far = 3 * 8**0.5 - 1, 0.5 * 8**0.5 - 1
    for numbers, mistake, message in (
        ((2, 0.5), "not-squared", "the distance of the slope from 1. The penalty squares it, so that large "
         "violations count most"),
        ((2, -0.5), "not-squared", "the slope minus 1. The penalty squares it, so that both sides count and large "
         "violations count most"),
        ((64, 0.5625), "norm-squared", "what the squared slope gives. Subtract 1 from the slope itself"),
        ((16, 0.0625), "squared-twice", "the square of the square"),
        ((16, 2.25), "sign-of-one", "what adding 1 gives. The penalty pulls the slope to +1"),
        ((32, 2), "sum-not-mean", "a sum over the batch of 8. Average, so that lambda means the same for any batch"),
        ((9, 0.25), "target-missing", "the squared slope itself. The penalty wants slope 1, not slope 0"),
        ((3, 0.5), "norms-returned", "the slope. The penalty says how far it is from 1"),
        ((40, 2.5), "lambda-inside", "ten times too much. The factor lambda is the business of critic_step"),
        ((4, 0), "one-sided", "right for the steep critic, but not for the gentle one, which should pay 0.25. This "
         "penalty has two sides: slopes below 1 are pulled up"),
        ((-4, -0.25), "negated", "negative. The critic minimises its loss, so what is to be punished is added"),
        ((0.0625, 0.765625), "pixelwise-norm", "what the norm at single pixels gives. The norm runs over all pixels "
         "of an image at once"),
        ((far[0] ** 2, far[1] ** 2), "one-norm-for-all", "what one norm over the whole batch gives. Each image has "
         "a norm of its own"),
        ((0.625**2, 0.9375**2), "divided-by-n", "what slopes divided by the batch size give. Differentiate the sum "
         "of the scores, not their mean"),
        ((121, 1), "other-norm", "what the sum of absolute values gives. The norm is the Euclidean one"),
    ):  # fmt: skip
        if near(pair, torch.tensor(numbers, dtype=torch.float32), 1e-3):
            wrong(
                mistake,
                f"For linear critics with |w| = 3 and |w| = 0.5 yours is {pair[0]:.4g} and {pair[1]:.4g}: {message}.",
            )


def _name_points(candidate: Callable, origin: str, at_fakes: float = 1.0) -> None:
    """Where is the critic asked? Its slope is 6 times the way from fake (0) to real (1).

    Args:
        candidate: the penalty.
        origin: where it has its points from.
        at_fakes: the penalty of slope 0, by which the two penalties differ.
    """
    if origin != "unseen" and _seen(candidate, origin, at_fakes):
        return
    n = 4096
    bowl, real, fake = Bowl(1.5), torch.ones(n, 1, 4, 4), torch.zeros(n, 1, 4, 4)
    values = []
    for turn in range(6):
        seed(turn)
        values.append(float(tensor(call(candidate, bowl, real, fake), "the penalty", ())))
    says = f"For a critic that is flat at the fakes and has slope 6 at the real images yours is {values[0]:.4g}: "
    if max(values) - min(values) > 3.5:
        wrong(
            "one-epsilon-per-batch",
            f"Three calls on the same large batch give {values[0]:.3g}, {values[1]:.3g} and {values[2]:.3g}: all "
            "images of a batch share one random point. Each image needs one of its own.",
        )
    if near(values[0], 25.0, 1e-3):
        wrong("only-real", says + "you ask at the real images. The penalty is about the points between.")
    if near(values[0], at_fakes, 1e-3):
        wrong("only-fake", says + "you ask at the fake images. The penalty is about the points between.")
    if near(values[0], (25 + at_fakes) / 2, 1e-2):
        wrong("only-ends", says + "you ask at the real and the fake images. The penalty is about the points between.")
    if abs(sum(values) / 6 - 4) < (0.2 if origin == "unseen" else 0.02):  # unseen points may scatter: 0.05
        bright = torch.ones(n, 1, 4, 4)
        bright[::2] = 2
        if near(float(call(candidate, bowl, bright, fake)), 14.5, 1e-2):
            wrong("only-midpoints", says + "you ask half-way between. The points are random, anywhere on the way.")
        _mean_first(says, at_fakes)
    if abs(sum(values) / 6 - 7) > 0.4:  # 7, or 6.94 with one side; the mean scatters by 0.05
        wrong("wrong-points", says + "it should be near 7 for random points between real and fake.")


def _seen(candidate: Callable, origin: str, at_fakes: float) -> bool:
    """Compare with the slopes just where the critic is asked; whether that can be seen, and is as before."""
    real, fake = torch.ones(16, 1, 4, 4), torch.zeros(16, 1, 4, 4)
    bowl, places = _listening(Bowl(1.5), real.shape[1:])
    value = tensor(call(candidate, bowl, real, fake), "the penalty", ())
    points = torch.cat(places) if places else real[:0]
    if points.shape != real.shape or (origin == "given" and not near(points, _known_points(real, fake))):
        return False
    slopes = 6 * points.flatten(1)[:, 0]
    what = f"for a critic with slopes from {slopes.min():.3g} to {slopes.max():.3g}"
    if near(value, (slopes.mean() - 1) ** 2, 1e-3):
        _mean_first(f"{what[0].upper()}{what[1:]} yours is {show(value)}: ", at_fakes)
    excess = slopes - 1 if at_fakes else (slopes - 1).clamp(min=0)
    expect(value, excess.square().mean(), f"{what} the penalty", 1e-2)
    return True


def _mean_first(says: str, at_fakes: float) -> NoReturn:
    wrong(
        "square-of-mean" if at_fakes else "hinge-after-mean",
        says + "you average the slopes before you look at how far they are from 1. Then steep and flat images "
        "make up for each other; each image has to pay for itself.",
    )


# one_sided_penalty -----------------------------------------------------------


@checks("penalty.one_sided_penalty", "critic real fake")
def one_sided_penalty(candidate: Callable[[nn.Module, Tensor, Tensor], Tensor]) -> str:
    with standins(penalty__gradient_norms=_known_slopes, penalty__interpolate=_known_points):
        origin = _origin(candidate)
        real, fake = torch.linspace(-1, 1, 8 * 16).view(8, 1, 4, 4), torch.zeros(8, 1, 4, 4)
        steep, gentle = _strict(Plane(length=4)), Plane(length=0.5)
        value, small = (_call_one_sided(candidate, critic, real, fake) for critic in (steep, gentle))
        _name_one_sided(value, small)
        _name_nothing(value, call(candidate, Plane(length=12), real, fake))
        value = float32(tensor(value, "the penalty", ()), "the penalty", PRECISION)
        expect(value, 9.0, "for a linear critic with |w| = 4 the penalty", 1e-3)
        expect(tensor(small, "the penalty", ()), 0.0, "for a linear critic with |w| = 0.5 the penalty", 1e-3)
        _no_parameter_gradients(steep)
        _recorded(value, steep)
        _reaches(value, steep.weight, torch.full((1, 16), 1.5), "the penalty of a linear critic with |w| = 4")
        _reaches(small, gentle.weight, torch.zeros(1, 16), "the penalty of a linear critic with |w| = 0.5")
        _flat_place(candidate, lambda critic: call(candidate, critic, real, fake), 0.0)
        _name_points(candidate, origin, at_fakes=0.0)
        _other_inputs(lambda critic, x: call(candidate, critic, x, torch.zeros_like(x)), lambda n: torch.tensor(4.0))
        on_another_device(candidate, steep, real, fake)
    return (
        "The penalty of a linear critic with |w| = 4 is 9, and its gradient makes w shorter; with |w| = 0.5 it is 0 "
        "and leaves w alone. Each image pays for itself, between real and fake."
    )


def _call_one_sided(candidate: Callable, critic: nn.Module, real: Tensor, fake: Tensor) -> object:
    try:
        return call(candidate, critic, real, fake)
    except TypeError as error:
        if "return_types.max" not in str(error):
            raise
        wrong(
            "largest-in-batch",
            "You ask torch for the largest number along an axis, and it returns two tensors. Here each image's "
            "excess is compared with 0 by itself: the batch keeps its size.",
        )


def _name_nothing(value: object, twelve: object) -> None:
    """Recognise a penalty of 0 for |w| = 4, by the one for |w| = 12."""
    if not isinstance(value, Tensor) or not isinstance(twelve, Tensor):
        return
    if near(value.flatten(), torch.zeros(1)) and near(twelve.flatten(), torch.full((1,), 4.0), 1e-3):
        wrong(
            "pixelwise-norm",
            "For a linear critic with |w| = 4 yours is 0, because you take the slope at single pixels, where it "
            "is 1. The norm runs over all pixels of an image at once.",
        )


def _name_one_sided(value: object, small: object) -> None:
    """Recognise results from the penalties of |w| = 4 and |w| = 0.5, which should be 9 and 0."""
    if isinstance(value, Tensor) and value.shape == (8,):
        wrong("not-averaged", "Your result has one number for each image. Average them: the penalty is one number.")
    if not (isinstance(value, Tensor) and isinstance(small, Tensor) and value.numel() == small.numel() == 1):
        return
    pair = torch.stack([value.detach().flatten()[0], small.detach().flatten()[0]])
    if near(pair[0], 9.0, 1e-3) and pair[1].isnan():
        wrong(
            "only-the-steep-ones",
            "When no image is steeper than 1, yours is NaN: the mean of nothing. Keep the gentle images in the mean; "
            "they pay 0.",
        )
    far = 4 * 8**0.5 - 1, 0.5 * 8**0.5 - 1
    for numbers, mistake, message in (
        ((9, 0.25), "two-sided", "right for the steep critic, but the gentle one pays too. This penalty has one side: "
         "a slope below 1 costs nothing"),
        ((0, 0.25), "other-side", "the wrong side: the gentle critic pays and the steep one does not. Which slopes "
         "does a 1-Lipschitz critic not have?"),
        ((3, 0), "not-squared", "the excess over 1 itself. The penalty squares it, so that large violations count "
         "most"),
        ((3, 0.5), "not-squared", "the distance of the slope from 1. Take only what is above 1, and square it"),
        ((9, 1), "clamp-to-one", "what you get when the excess is held at 1 or above. Then slopes below 1 pay as much "
         "as slope 2; the smallest excess is another number"),
        ((1, 0), "excess-capped", "what you get when the excess is held at 1 or below, or when images are counted. The "
         "steepest critics must pay most: only the lower end is cut off"),
        ((16, 0), "subtracted-late", "the whole slope squared, for steep images. Subtract 1 before you square"),
        ((16, 0.25), "target-missing", "the squared slope itself. Only what exceeds 1 is punished"),
        ((225, 0), "norm-squared", "what the squared slope gives. Subtract 1 from the slope itself"),
        ((81, 0), "squared-twice", "the square of the square"),
        ((25, 2.25), "sign-of-one", "what adding 1 gives. What counts is how far the slope is above +1"),
        ((72, 0), "sum-not-mean", "a sum over the batch of 8. Average, so that lambda means the same for any batch"),
        ((90, 0), "lambda-inside", "ten times too much. The factor lambda is the business of critic_step"),
        ((-9, 0), "negated", "negative. The critic minimises its loss, so what is to be punished is added"),
        ((far[0] ** 2, far[1] ** 2), "one-norm-for-all", "what one norm over the whole batch gives. Each image has "
         "a norm of its own"),
    ):  # fmt: skip
        if near(pair, torch.tensor(numbers, dtype=torch.float32), 1e-3):
            end = "" if message.endswith("?") else "."
            wrong(
                mistake,
                f"For linear critics with |w| = 4 and |w| = 0.5 yours is {pair[0]:.4g} and {pair[1]:.4g}: "
                f"{message}{end}",
            )
