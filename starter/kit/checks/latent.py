"""Checks of latent.py: walks whose every point is known, and a generator that shows where its z was."""

from collections.abc import Callable
from math import acos, asin, cos, pi, sin
from typing import Any

import torch
from torch import Tensor, nn

from .judge import checks
from .probes import blaming, call, expect, near, show, tensor
from .report import wrong
from .device import float32, on_another_device

STEPS = torch.tensor([0.0, 0.25, 1.0])  # not at equal distances, so that t counts
BEYOND = torch.tensor([-0.5, 0.5, 1.5])


# What both walks share -------------------------------------------------------


def _walk(candidate: Callable, a: Tensor, b: Tensor, t: Tensor, nan: str = "") -> Tensor:
    """Points of a walk, shape (k, d), or what was returned instead; nan says what NaN comes from."""
    k, d = len(t), len(a)
    table = (
        f"Here t has shape ({k},) and the ends have shape ({d},), so the result is a table of shape ({k}, {d}): each t "
        f"makes a row of {d} numbers. Give t an axis of its own, beside the one of the coordinates."
    )
    try:
        value = call(candidate, a, b, t)
    except (RuntimeError, ValueError) as error:
        if "must match" in str(error) or "could not be broadcast" in str(error):
            wrong("t-shape", f"Each t meets each coordinate in your code, and they do not fit. {table}")
        raise
    if isinstance(value, (list, tuple)):
        wrong("not-stacked", f"Your result is a {type(value).__name__} of points; make it one tensor, a row for each.")
    if type(value).__module__ == "numpy":
        wrong("still-numpy", "Your result is a numpy array; turn it into a tensor.")
    shape = tuple(value.shape) if isinstance(value, Tensor) else None
    if shape == (d,) and k == d:
        wrong("t-shape", f"Your result has shape ({d},): each t went to one coordinate only. {table}")
    if shape == (d,):
        wrong("one-point", f"Your result is a single point. Asked for is one for each of the {k} numbers t.")
    if shape == (d, k) and k != d:
        wrong("shape-swapped", f"Your result has shape ({d}, {k}). Row i is the point for the i-th t.")
    if nan and isinstance(value, Tensor) and value.isnan().all():
        wrong("not-normalised", f"Your points are NaN. {nan}")
    value = tensor(value, f"the walk for {k} numbers t between two points with {d} coordinates", (k, d))
    return float32(value, "the walk", "Its points go into a generator, which is float32 and refuses anything else.")


def _named(value: Tensor, *mistakes: tuple[str, Tensor, str]) -> None:
    """End the check if the points are those of a known mistake: (id, points, message)."""
    for mistake, points, message in mistakes:
        if near(value, points, 1e-3):
            wrong(mistake, message)


def _line(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    return a + t[:, None] * (b - a)


def _arc(a: Tensor, b: Tensor, t: Tensor, angle: float) -> Tensor:
    """From a, in the direction at right angles to it that leads to b when the angle is theirs."""
    ahead = (b - cos(angle) * a) / sin(angle)
    turned = t[:, None] * angle
    return turned.cos() * a + turned.sin() * ahead


# lerp ------------------------------------------------------------------------

START, END = torch.tensor([1.0, -2.0, 0.0, 4.0, 3.0]), torch.tensor([3.0, 2.0, -4.0, 4.0, 2.0])


@checks("latent.lerp", "a b t")
def lerp(candidate: Callable[[Tensor, Tensor, Tensor], Tensor]) -> str:
    value = _walk(candidate, START, END, STEPS)
    right, column = _line(START, END, STEPS), STEPS[:, None]
    lengths = right.norm(dim=1, keepdim=True)
    angle = torch.cosine_similarity(START, END, dim=0).arccos().item()
    rescaled = "Your points are made longer or shorter afterwards. The straight line stays as it is, ends included."
    _named(
        value,
        (
            "ends-exchanged",
            right + (1 - 2 * column) * (END - START),
            "Your walk begins at b and ends at a. For t = 0 it is at a.",
        ),
        (
            "start-kept-whole",
            START + column * END,
            "At t = 1 yours is at a + b: b comes in, but a does not go out. The weights of the two sum to 1.",
        ),
        (
            "start-missing",
            column * (END - START),
            "At t = 0 yours is at 0: that is the way from a to b, and it has to begin at a.",
        ),
        (
            "end-missing",
            (1 - column) * START,
            "At t = 1 yours is at 0: a goes out, but b does not come in.",
        ),
        ("away-from-end", START - column * (END - START), "Your walk begins at a and goes away from b."),
        (
            "t-ignored",
            _line(START, END, torch.linspace(0, 1, len(STEPS))),
            f"For t = {show(STEPS)} your points lie at equal distances, as for [0, 0.5, 1]. The numbers t say where.",
        ),
        (
            "arc-instead",
            _arc(START, END, STEPS, angle),
            "Your walk is an arc. The straight line has weights 1 - t and t, without an angle.",
        ),
        ("rescaled", right / lengths, rescaled),
        ("rescaled", right / lengths * START.norm(), rescaled),
    )
    _points(value, right, STEPS)
    value, right = _walk(candidate, START, END, BEYOND), _line(START, END, BEYOND)
    _named(value, ("clipped", _line(START, END, BEYOND.clamp(0, 1)), _clipped()))
    _points(value, right, BEYOND)
    t = torch.tensor([0.0, 0.1, 0.5, 0.9, 1.0])  # as many as there are coordinates
    _points(_walk(candidate, START, END, t), _line(START, END, t), t)
    _points(_walk(candidate, START, END, t[2:3]), (START + END)[None] / 2, t[2:3])
    on_another_device(candidate, START, END, STEPS, numpy=True)
    return (
        "For t = 0, 0.25 and 1 your points are a, a quarter of the way, and b; t = -0.5 and 1.5 go on along the "
        "line. It works for one t, and for as many as there are coordinates."
    )


def _points(value: Tensor, right: Tensor, t: Tensor) -> None:
    """The generic comparison: the first point that is wrong."""
    for i in range(len(t)):
        expect(value[i], right[i], f"for t = {t[i].item():g} the point", 1e-3)


def _clipped() -> str:
    return (
        "For t = -0.5 and t = 1.5 yours stops at the ends. The equation knows no end: beyond b the walk goes on, and "
        "that is worth a look too."
    )


# slerp -----------------------------------------------------------------------

SIXTH = pi / 3
FROM, TO = 1.2 * torch.tensor([1.0, 0.0, 0.0, 0.0]), 1.2 * torch.tensor([0.5, 0.5, 0.5, 0.5])
SHORT, LONG = 2 * FROM, 3 * torch.tensor([-0.5, 0.5, -0.5, 0.5])  # 120 degrees apart, lengths 2.4 and 3


@checks("latent.slerp", "a b t")
def slerp(candidate: Callable[[Tensor, Tensor, Tensor], Tensor]) -> str:
    value = _equal_lengths(candidate)
    right = _arc(FROM, TO, STEPS, SIXTH)
    _points(value, right, STEPS)
    _different_lengths(candidate)
    value = _walk(candidate, SHORT, LONG, BEYOND)
    _named(value, ("clipped", _arc(SHORT, LONG, BEYOND.clamp(0, 1), 2 * SIXTH), _clipped()))
    _points(value, _arc(SHORT, LONG, BEYOND, 2 * SIXTH), BEYOND)
    t = torch.linspace(0, 1, 4)  # as many as there are coordinates
    _points(_walk(candidate, FROM, TO, t), _arc(FROM, TO, t, SIXTH), t)
    _points(_walk(candidate, FROM, TO, t[:1]), FROM[None], t[:1])
    on_another_device(candidate, FROM, TO, STEPS, numpy=True)
    return (
        "Between two points of length 1.2 that are 60 degrees apart, t = 0.25 is 15 degrees along and still 1.2 "
        "long. Ends of lengths 2.4 and 3, 120 degrees apart, are met too, and the walk goes on beyond them."
    )


def _equal_lengths(candidate: Callable) -> Tensor:
    """A walk of 60 degrees on a sphere with radius 1.2, named if it is that of a known mistake."""
    value = _walk(candidate, FROM, TO, STEPS, nan=_unnormalised())
    column, right, sine = STEPS[:, None], _arc(FROM, TO, STEPS, SIXTH), sin(SIXTH)
    ahead, behind = column * SIXTH, (1 - column) * SIXTH
    straight = _line(FROM, TO, STEPS)
    _named(
        value,
        (
            "straight-line",
            straight,
            "Your walk is the straight line: half-way it comes closer to 0 than either end. The weights are sines of "
            "parts of the angle.",
        ),
        (
            "uneven-angles",
            1.2 * straight / straight.norm(dim=1, keepdim=True),
            "You walk the straight line and stretch its points afterwards. They lie on the arc, but t = 0.25 is not a "
            "quarter of the angle.",
        ),
        (
            "ends-exchanged",
            _arc(TO, FROM, STEPS, SIXTH),
            "Your walk begins at b and ends at a. For t = 0 it is at a.",
        ),
        ("not-normalised", _arc(FROM, TO, STEPS, acos(0.72)), _unnormalised()),
        ("not-normalised", _arc(FROM, TO, STEPS, acos(0.6)), _unnormalised()),
        (
            "cosine-as-angle",
            _arc(FROM, TO, STEPS, 0.5),
            "You use the cosine of the angle as if it were the angle. Turn it round with arccos.",
        ),
        (
            "arcsin-instead",
            _arc(FROM, TO, STEPS, asin(0.5)),
            "The inner product of two directions is the cosine of their angle; you take the angle that has it as its "
            "sine.",
        ),
        (
            "degrees",
            _arc(FROM, TO, STEPS, 60.0),
            "Your angle is in degrees, and torch's sine wants radians, as arccos gives them.",
        ),
        (
            "sine-missing",
            right * sine,
            "Your points are too short by the factor sin(w): at t = 0 yours is not a. What is the sum divided by?",
        ),
        (
            "divided-by-angle",
            right * sine / SIXTH,
            "You divide by the angle itself. Put t = 0 into the equation: which divisor gives a back?",
        ),
        (
            "angle-not-in-sine",
            ((1 - column).sin() * FROM + column.sin() * TO) / sine,
            "The angle has no part in the two upper sines: they are those of (1 - t) and t, not of that share of w.",
        ),
        (
            "cosines",
            (behind.cos() * FROM + ahead.cos() * TO) / sine,
            "You take cosines for weights, so that b is in full at t = 0. A sine is 0 where its angle is.",
        ),
        (
            "plus-lost",
            (behind.sin() * FROM - ahead.sin() * TO) / sine,
            "Your walk ends at -b: the two parts are added.",
        ),
        (
            "unit-length",
            right / 1.2,
            "Your points have length 1, and the ends have 1.2. Directions are for the angle; the walk itself goes "
            "from a to b as they are.",
        ),
        (
            "t-ignored",
            _arc(FROM, TO, torch.linspace(0, 1, len(STEPS)), SIXTH),
            f"For t = {show(STEPS)} your points lie at equal angles, as for [0, 0.5, 1]. The numbers t say where.",
        ),
    )
    return value


def _different_lengths(candidate: Callable) -> None:
    """A walk of 120 degrees from length 2.4 to length 3."""
    value = _walk(candidate, SHORT, LONG, STEPS, nan=_unnormalised())
    angle, right = 2 * SIXTH, _arc(SHORT, LONG, STEPS, 2 * SIXTH)
    directions = _arc(SHORT / 2.4, LONG / 3, STEPS, angle)
    apart = "Two points with lengths 2.4 and 3 that are 120 degrees apart:"
    _named(
        value,
        ("not-normalised", _arc(SHORT, LONG, STEPS, acos(-0.5 * 3 / 2.4)), _unnormalised()),
        ("not-normalised", _arc(SHORT, LONG, STEPS, acos(-0.5 * 2.4 / 3)), _unnormalised()),
        ("unit-length", directions, f"{apart} yours have length 1. The walk goes from a to b as they are."),
        (
            "length-of-start",
            directions * 2.4,
            f"{apart} yours all have length 2.4 and miss b. The equation has a and b in it as they are.",
        ),
        (
            "length-apart",
            directions * (2.4 + 0.6 * STEPS[:, None]),
            f"{apart} you walk the directions and the lengths apart. The equation takes a and b as they are, and the "
            "length comes of itself.",
        ),
        (
            "other-way-round",
            _arc(SHORT, LONG, STEPS, SIXTH),
            f"{apart} your angle is 60 degrees. A negative inner product means an angle beyond 90 degrees; its sign "
            "counts.",
        ),
        (
            "other-way-round",
            _arc(SHORT, -LONG, STEPS, SIXTH),
            f"{apart} your walk ends at -b. Turning one end round is for rotations, where both mean the same.",
        ),
    )
    _points(value, right, STEPS)


def _unnormalised() -> str:
    return (
        "The inner product is the cosine of the angle times both lengths, and arccos wants the cosine alone, between "
        "-1 and 1. Which lengths have to go, and how often each?"
    )


# find_latent -----------------------------------------------------------------

SCALE, SHIFT = torch.tensor([1.0, 2.0]), torch.tensor([1.0, -1.0])
FIRST = torch.tensor([[0.5, -1.0], [1.0, 2.0], [-1.0, 0.5]])
HIDDEN = FIRST + torch.tensor([[1.225, -0.825], [-1.475, 1.025], [0.725, 1.575]])
NOISE = torch.tensor([-2.0, -1.0, 3.0])  # mean 0, median -1
TOLERANCE = 0.02


class _Stripes(nn.Module):
    """z of shape (n, 2) to images of shape (n, 1, 2, 3): each coordinate, scaled and shifted, fills a row.

    The z of least squares makes each row the mean of the image's three pixels.
    """

    def __init__(self) -> None:
        super().__init__()
        self.scale, self.shift = nn.Parameter(SCALE.clone()), nn.Parameter(SHIFT.clone())

    def forward(self, z: Tensor) -> Tensor:
        float32(z, "the z that you draw from", "The generator's weights are float32 and refuse to meet anything else.")
        return (self.scale * z + self.shift)[:, None, :, None].expand(-1, -1, -1, 3)


def _images(z: Tensor) -> Tensor:
    """What the generator draws from z, and noise on it that no z explains."""
    return (SCALE * z + SHIFT)[:, None, :, None] + NOISE


@checks("latent.find_latent", "generator images start", "steps learning_rate")
def find_latent(candidate: Callable[..., Tensor]) -> str:
    generator = _Stripes()
    value = _search(candidate, generator, _images(HIDDEN), FIRST)
    _left_alone(generator)
    value = _as_latents(value)
    if not _there(value, HIDDEN):
        _mistaken_latents(candidate, value)
    if value.requires_grad:
        wrong(
            "graph-attached",
            "The z are right, but they still require grad: whoever draws with them would record for autograd. "
            "Detach what you return.",
        )
    _steps_count(candidate)
    _learning_rate_counts(candidate)
    _frozen(candidate)
    _plain_function(candidate)
    return (
        "For 3 images that are not quite within a linear generator's reach yours finds the z of least squares, each "
        f"image its own, to within {TOLERANCE}. The start and the generator's weights stay, steps=0 gives the start "
        "back, and any function will do as a generator."
    )


def _search(candidate: Callable, generator: Callable, images: Tensor, start: Tensor, **settings: Any) -> Any:
    """The candidate's result, or what torch's optimiser had to say."""
    try:
        return call(candidate, generator, images, start, **settings)
    except ValueError as error:
        if "can't optimize a non-leaf" not in str(error):
            raise
        wrong(
            "not-a-leaf",
            "You hand the optimiser a tensor that was computed from another one while autograd recorded. It moves "
            "only tensors that stand at the beginning: detach and copy first, and require grad last.",
        )
    except TypeError as error:
        if "should be an iterable" not in str(error):
            raise
        wrong("z-not-in-a-list", "An optimiser takes a list of tensors, even if there is only one.")
    except RuntimeError as error:
        if "through the graph a second time" not in str(error) and "modified by an inplace" not in str(error):
            raise
        wrong(
            "drawn-once",
            "Your second step goes back through the graph of the first. After each step z is another one: draw from "
            "it and compare inside the loop.",
        )


def _left_alone(generator: nn.Module) -> None:
    """The generator's weights have not moved, and can still be trained."""
    if not near(generator.scale, SCALE, 1e-6) or not near(generator.shift, SHIFT, 1e-6):
        wrong(
            "generator-moved",
            "The generator's weights change. You look for the z that it turns into the image, not for a generator "
            "that draws it: what may the optimiser hold?",
        )
    if not all(parameter.requires_grad for parameter in generator.parameters()):
        wrong(
            "generator-frozen",
            "You switch requires_grad off in the generator and leave it so: its next training step would fail. An "
            "optimiser moves nothing that it does not hold, so there is no need to.",
        )


def _as_latents(value: Any) -> Tensor:
    """A finite (3, 2) tensor, or what was returned instead."""
    shape = tuple(value.shape) if isinstance(value, Tensor) else None
    if shape == (3, 1, 2, 3):
        wrong("images-returned", "Your result has the shape of the images. Asked for are the z that lead to them.")
    if shape == ():
        wrong("loss-returned", "Your result is a single number, such as the loss. Asked for are the z.")
    if isinstance(value, tuple):
        wrong("wrong-type", "Your result is a tuple; it should be a tensor, one z for each image.")
    if shape == (3, 2) and not torch.isfinite(value).all():
        wrong("diverged", "Your z run away to infinity or NaN. The loss has a smallest value; is it that you go for?")
    value = tensor(value, "the result for 3 images and z with 2 coordinates", (3, 2))
    return float32(value, "the result", "The generator that draws from it is float32 and refuses anything else.")


def _there(value: Tensor, goal: Tensor, tolerance: float = TOLERANCE) -> bool:
    """Whether no coordinate is farther from the goal than that."""
    return (value.detach() - goal).abs().max().item() <= tolerance


def _mistaken_latents(candidate: Callable, value: Tensor) -> None:
    """Which other question the z answer."""
    value = value.detach()
    moved, way = value - FIRST, HIDDEN - FIRST
    if near(value, FIRST, 1e-6):
        wrong(
            "not-moved",
            "Your result is the start. The z that goes into the generator must be the very tensor that the optimiser "
            "holds, and require grad; each step needs a backward pass before it.",
        )
    if (moved * way < 0).all():
        wrong("uphill", "Your z go away from the images: the loss grows. An optimiser minimises what you give it.")
    if _there(value, HIDDEN.mean(dim=0).expand(3, 2)):
        wrong("images-averaged", "All three z are those of the mean image. Each image is compared with its own.")
    if _there(value, HIDDEN + NOISE.median() / SCALE, 0.1):
        wrong(
            "not-squared",
            "Your z make the pixels right at the median, which is what absolute differences ask for. The equation "
            "has squares.",
        )
    if near(moved[0], moved[1], 1e-3) and near(moved[0], moved[2], 1e-3):
        wrong(
            "summed-too-early",
            "All three z move alike: the differences are added up, over images too, before they are squared (or "
            "are never squared), so that they cancel. First the square of each, then the sum.",
        )
    if _there(value, HIDDEN.clamp(-1, 1)):
        wrong("z-clamped", "Your z stay within [-1, 1]. That is where pixels live; a normal z has no such limits.")
    far, strides = (value - HIDDEN).abs().max().item(), moved / 0.05
    if far < 0.06 and near(strides, strides.round(), 1e-3):
        wrong(
            "optimiser-anew",
            f"Your z tremble around the goal, {far:.2g} away, in steps of the full learning rate: the optimiser is "
            "made anew in each step, so it never learns how large the gradients are. Make it once, before the loop.",
        )
    _remembers(candidate)
    shares = value / HIDDEN
    if (shares < 0.99).all() and (shares > 0.2).all():
        wrong(
            "drawn-to-zero",
            "Your z are all too close to 0: something besides the difference of the images is minimised, such as "
            "the size of z or a weight decay.",
        )
    worst = (value - HIDDEN).abs().sum(dim=1).argmax()
    wrong(
        "not-found",
        f"After 200 steps your z are up to {far:.2g} away from those of least squares, where Adam comes within "
        f"{TOLERANCE}: for image {worst} yours is {show(value[worst])} instead of {show(HIDDEN[worst])}.",
    )


def _remembers(candidate: Callable) -> None:
    """Two long steps of Adam, the first from 1 before the goal to 0.25 beyond it.

    The second goes on by 0.587, and by 1.228 where old gradients add up.
    """
    goal = FIRST + 1
    value = _search(candidate, _Stripes(), _images(goal), FIRST, steps=2, learning_rate=1.25)
    if not isinstance(value, Tensor) or value.shape != FIRST.shape:
        return
    beyond = (value - goal).detach()
    if near(beyond, torch.full_like(beyond, 1.478), 0.02):
        wrong(
            "gradients-add-up",
            "Your z swing past the goal and never settle: the gradients of earlier steps are still in .grad, and each "
            "backward pass adds to them. Clear them in each step.",
        )


def _steps_count(candidate: Callable) -> None:
    """After no step the z are those of the start."""
    value = _search(candidate, _Stripes(), _images(HIDDEN), FIRST, steps=0)
    value = tensor(value, "the result for steps=0", (3, 2)).detach()
    if near(value, FIRST, 1e-6):
        return
    if (value - HIDDEN).norm() < (FIRST - HIDDEN).norm() / 2:
        wrong("steps-ignored", "With steps=0 your search still moves. It takes as many steps as steps says.")
    wrong(
        "start-ignored",
        f"With steps=0 the first z should be that of the start, {show(FIRST[0])}; yours is {show(value[0])}. The "
        "search begins at the start that is given: with another generator than this one, it decides what is found.",
    )


def _learning_rate_counts(candidate: Callable) -> None:
    settings = {"steps": 5, "learning_rate": 1e-7}
    value = _search(candidate, _Stripes(), _images(HIDDEN), FIRST, **settings)
    value = tensor(value, "the result for 5 steps", (3, 2)).detach()
    if (value - FIRST).abs().max() > 1e-4:
        wrong(
            "learning-rate-ignored",
            f"With learning_rate=1e-7 your z still move by {(value - FIRST).abs().max():.2g} in 5 steps. Hand "
            "it on to the optimiser.",
        )


def _frozen(candidate: Callable) -> None:
    """A generator whose weights require no grad, and a single image, for some steps."""
    generator = _Stripes().requires_grad_(False)
    value = _search(candidate, generator, _images(HIDDEN[:1]), FIRST[:1], steps=20)
    _nearer(value, FIRST[:1], HIDDEN[:1], "for one image and a generator with fixed weights")
    if any(parameter.requires_grad for parameter in generator.parameters()):
        wrong(
            "generator-thawed",
            "You switch requires_grad on in a generator whose weights were fixed. Leave them as they are: it is z "
            "that needs a gradient.",
        )


def _plain_function(candidate: Callable) -> None:
    """A generator without parameters or modes, whose images are points."""
    turn = torch.tensor([[0.8, -0.6], [0.6, 0.8]])
    start, goal = torch.zeros(2, 2), torch.tensor([[0.8, -1.0], [-0.9, 0.7]])
    needs = "The generator may be any function from z to images: your code needs something that only a module has."
    with blaming("needs-a-module", needs):
        value = call(candidate, lambda z: z @ turn, goal @ turn, start, steps=20)
    _nearer(value, start, goal, "for a plain function as a generator")


def _nearer(value: Any, start: Tensor, goal: Tensor, what: str) -> None:
    """Twenty steps lead at least some of the way."""
    value = tensor(value, f"the result {what}", tuple(start.shape)).detach()
    if not ((value - goal).abs() < 0.8 * (start - goal).abs()).all():
        wrong(
            "wrong-value",
            f"After 20 steps {what} the first z should be on the way from {show(start[0])} to {show(goal[0])}; yours "
            f"is {show(value[0])}.",
        )
