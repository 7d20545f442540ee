"""Checks of latent.py: walks whose every point is known, and a generator that shows where its z was."""

from collections.abc import Callable
from functools import partial
from math import acos, asin, cos, pi, sin
from typing import Any

import torch
from torch import Tensor, nn

from .calls import call
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, show, tensor

wrong = Mistakes(
    """
    t-shape: {what} Here t has shape ({k},) and the ends have shape ({d},), so the result is a table of shape ({k},
        {d}): each t makes a row of {d} numbers. Give t an axis of its own, beside the one of the coordinates.
    not-stacked: Your result is a {kind} of points; make it one tensor, a row for each.
    still-numpy: Your result is a numpy array; turn it into a tensor.
    one-point: Your result is a single point. Asked for is one for each of the {k} numbers t.
    shape-swapped: Your result has shape ({d}, {k}). Row i is the point for the i-th t.
    ends-exchanged: Your walk begins at b and ends at a. For t = 0 it is at a.
    t-ignored: For t = [0, 0.25, 1] your points lie at equal distances, as for [0, 0.5, 1]. The numbers t say where.
    t-ignored/arc: For t = [0, 0.25, 1] your points lie at equal angles, as for [0, 0.5, 1]. The numbers t say where.
    clipped: For t = -0.5 and t = 1.5 yours stops at the ends. The equation knows no end: beyond b the walk goes on, and
        that is worth a look too.

    start-kept-whole: At t = 1 yours is at a + b: b comes in, but a does not go out. The weights of the two sum to 1.
    start-missing: At t = 0 yours is at 0: that is the way from a to b, and it has to begin at a.
    end-missing: At t = 1 yours is at 0: a goes out, but b does not come in.
    away-from-end: Your walk begins at a and goes away from b.
    arc-instead: Your walk is an arc. The straight line has weights 1 - t and t, without an angle.
    rescaled: Your points are made longer or shorter afterwards. The straight line stays as it is, ends included.

    straight-line: Your walk is the straight line: half-way it comes closer to 0 than either end. The weights are sines
        of parts of the angle.
    uneven-angles: You walk the straight line and stretch its points afterwards. They lie on the arc, but t = 0.25 is
        not a quarter of the angle.
    not-normalised: {nan}The inner product is the cosine of the angle times both lengths, and arccos wants the cosine
        alone, between -1 and 1. Which lengths have to go, and how often each?
    cosine-as-angle: You use the cosine of the angle as if it were the angle. Turn it round with arccos.
    arcsin-instead: The inner product of two directions is the cosine of their angle; you take the angle that has it as
        its sine.
    degrees: Your angle is in degrees, and torch's sine wants radians, as arccos gives them.
    sine-missing: Your points are too short by the factor sin(w): at t = 0 yours is not a. What is the sum divided by?
    divided-by-angle: You divide by the angle itself. Put t = 0 into the equation: which divisor gives a back?
    angle-not-in-sine: The angle has no part in the two upper sines: they are those of (1 - t) and t, not of that share
        of w.
    cosines: You take cosines for weights, so that b is in full at t = 0. A sine is 0 where its angle is.
    plus-lost: Your walk ends at -b: the two parts are added.
    unit-length: Your points have length 1, and the ends have 1.2. Directions are for the angle; the walk itself goes
        from a to b as they are.
    unit-length/apart: Two points with lengths 2.4 and 3 that are 120 degrees apart: yours have length 1. The walk goes
        from a to b as they are.
    length-of-start: Two points with lengths 2.4 and 3 that are 120 degrees apart: yours all have length 2.4 and miss b.
        The equation has a and b in it as they are.
    length-apart: Two points with lengths 2.4 and 3 that are 120 degrees apart: you walk the directions and the lengths
        apart. The equation takes a and b as they are, and the length comes of itself.
    other-way-round/angle: Two points with lengths 2.4 and 3 that are 120 degrees apart: your angle is 60 degrees. A
        negative inner product means an angle beyond 90 degrees; its sign counts.
    other-way-round/end: Two points with lengths 2.4 and 3 that are 120 degrees apart: your walk ends at -b. Turning one
        end round is for rotations, where both mean the same.

    not-a-leaf: You hand the optimiser a tensor that was computed from another one while autograd recorded. It moves
        only tensors that stand at the beginning: detach and copy first, and require grad last.
    z-not-in-a-list: An optimiser takes a list of tensors, even if there is only one.
    drawn-once: Your second step goes back through the graph of the first. After each step z is another one: draw from
        it and compare inside the loop.
    generator-moved: The generator's weights change. You look for the z that it turns into the image, not for a
        generator that draws it: what may the optimiser hold?
    images-returned: Your result has the shape of the images. Asked for are the z that lead to them.
    loss-returned: Your result is a single number, such as the loss. Asked for are the z.
    wrong-type: Your result is a tuple; it should be a tensor, one z for each image.
    diverged: Your z run away to infinity or NaN. The loss has a smallest value; is it that you go for?
    graph-attached: The z are right, but they still require grad: whoever draws with them would record for autograd.
        Detach what you return.
    not-moved: Your result is the start. The z that goes into the generator must be the very tensor that the optimiser
        holds, and require grad; each step needs a backward pass before it.
    uphill: Your z go away from the images: the loss grows. An optimiser minimises what you give it.
    images-averaged: All three z are those of the mean image. Each image is compared with its own.
    not-squared: Your z make the pixels right at the median, which is what absolute differences ask for. The equation
        has squares.
    summed-too-early: All three z move alike: the differences are added up, over images too, before they are squared (or
        are never squared), so that they cancel. First the square of each, then the sum.
    z-clamped: Your z stay within [-1, 1]. That is where pixels live; a normal z has no such limits.
    optimiser-anew: Your z tremble around the goal, {far:.2g} away, in steps of the full learning rate: the optimiser is
        made anew in each step, so it never learns how large the gradients are. Make it once, before the loop.
    gradients-add-up: Your z swing past the goal and never settle: the gradients of earlier steps are still in .grad,
        and each backward pass adds to them. Clear them in each step.
    drawn-to-zero: Your z are all too close to 0: something besides the difference of the images is minimised, such as
        the size of z or a weight decay.
    not-found: After 200 steps your z are up to {far:.2g} away from those of least squares, where Adam comes within
        {tolerance}: for image {worst} yours is {yours} instead of {right}.
    steps-ignored: With steps=0 your search still moves. It takes as many steps as steps says.
    start-ignored: With steps=0 the first z should be that of the start, {right}; yours is {yours}. The search begins at
        the start that is given: with another generator than this one, it decides what is found.
    learning-rate-ignored: With learning_rate=1e-7 your z still move by {moved:.2g} in 5 steps. Hand it on to the
        optimiser.
    needs-a-module: The generator may be any function from z to images: your code needs something that only a module
        has.
    wrong-value: After 20 steps {what} the first z should be on the way from {start} to {goal}; yours is {yours}.
    """
)

# What both walks share -------------------------------------------------------

STEPS = torch.tensor([0.0, 0.25, 1.0])  # not at equal distances, so that t counts
EVEN = torch.tensor([0.0, 0.5, 1.0])
BEYOND = torch.tensor([-0.5, 0.5, 1.5])

Walk = Callable[[Tensor, Tensor, Tensor], Tensor]


def _line(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    return a + t[:, None] * (b - a)


def _arc(a: Tensor, b: Tensor, t: Tensor, angle: float) -> Tensor:
    """From a, in the direction at right angles to it that leads to b when the angle is theirs."""
    ahead = (b - cos(angle) * a) / sin(angle)
    turned = t[:, None] * angle
    return turned.cos() * a + turned.sin() * ahead


def _follows(candidate: Walk, right: Walk, a: Tensor, b: Tensor, t: Tensor, known: dict[str, Any]) -> None:
    """The candidate walks as it should; else the known mistake, or the first point that is wrong."""
    value, points = _points(candidate, a, b, t, nan="not-normalised" in known), right(a, b, t)
    if not near(value, points, 1e-3):
        wrong.named(value, {**known, "clipped": right(a, b, t.clamp(0, 1))}, 1e-3, nan="")
        for observed, expected, when in zip(value, points, t, strict=True):
            expect(observed, expected, f"for t = {when:g} the point", 1e-3)


def _points(candidate: Walk, a: Tensor, b: Tensor, t: Tensor, nan: bool) -> Tensor:
    """Points of a walk, shape (k, d), or what was returned instead; nan says whether the angle may be at fault."""
    k, d = len(t), len(a)
    meets = "Each t meets each coordinate in your code, and they do not fit."
    with wrong.translating({"t-shape": ("must match", "could not be broadcast")}, what=meets, k=k, d=d):
        value = call(candidate, a, b, t)
    shape = tuple(value.shape) if isinstance(value, Tensor) else None
    instead = {
        "not-stacked": isinstance(value, (list, tuple)),
        "still-numpy": type(value).__module__ == "numpy",
        "t-shape": shape == (d,) and k == d,
        "one-point": shape == (d,),
        "shape-swapped": shape == (d, k) and k != d,
        "not-normalised": nan and shape == (k, d) and value.isnan().all(),
    }
    went = f"Your result has shape ({d},): each t went to one coordinate only."
    wrong.first(instead, kind=type(value).__name__, what=went, k=k, d=d, nan="Your points are NaN. ")
    value = tensor(value, f"the walk for {k} numbers t between two points with {d} coordinates", (k, d))
    return float32(value, "the walk", "Its points go into a generator, which is float32 and refuses anything else.")


# lerp ------------------------------------------------------------------------

START, END = torch.tensor([1.0, -2.0, 0.0, 4.0, 3.0]), torch.tensor([3.0, 2.0, -4.0, 4.0, 2.0])


@checks("latent.lerp", "a b t")
def lerp(candidate: Walk) -> str:
    right, column, way = _line(START, END, STEPS), STEPS[:, None], END - START
    directions = right / right.norm(dim=1, keepdim=True)
    known = {
        "ends-exchanged": _line(END, START, STEPS),
        "start-kept-whole": START + column * END,
        "start-missing": column * way,
        "end-missing": (1 - column) * START,
        "away-from-end": START - column * way,
        "t-ignored": _line(START, END, EVEN),
        "arc-instead": _arc(START, END, STEPS, torch.cosine_similarity(START, END, dim=0).arccos().item()),
        "rescaled": (directions, directions * START.norm()),
    }
    _follows(candidate, _line, START, END, STEPS, known)
    t = torch.tensor([0.0, 0.1, 0.5, 0.9, 1.0])  # as many as there are coordinates
    for numbers in (BEYOND, t, t[2:3]):
        _follows(candidate, _line, START, END, numbers, {})
    on_another_device(candidate, START, END, STEPS, numpy=True)
    return (
        "For t = 0, 0.25 and 1 your points are a, a quarter of the way, and b; t = -0.5 and 1.5 go on along the "
        "line. It works for one t, and for as many as there are coordinates."
    )


# slerp -----------------------------------------------------------------------

SIXTH = pi / 3
FROM, TO = 1.2 * torch.tensor([1.0, 0.0, 0.0, 0.0]), 1.2 * torch.tensor([0.5, 0.5, 0.5, 0.5])
SHORT, LONG = 2 * FROM, 3 * torch.tensor([-0.5, 0.5, -0.5, 0.5])  # 120 degrees apart, lengths 2.4 and 3


@checks("latent.slerp", "a b t")
def slerp(candidate: Walk) -> str:
    sixth, third = partial(_arc, angle=SIXTH), partial(_arc, angle=2 * SIXTH)
    _follows(candidate, sixth, FROM, TO, STEPS, _mistaken_arcs())
    directions = third(SHORT / 2.4, LONG / 3, STEPS)
    known = {
        "not-normalised": tuple(_arc(SHORT, LONG, STEPS, acos(cosine)) for cosine in (-0.5 * 3 / 2.4, -0.5 * 2.4 / 3)),
        "unit-length/apart": directions,
        "length-of-start": directions * 2.4,
        "length-apart": directions * (2.4 + 0.6 * STEPS[:, None]),
        "other-way-round/angle": sixth(SHORT, LONG, STEPS),
        "other-way-round/end": sixth(SHORT, -LONG, STEPS),
    }
    _follows(candidate, third, SHORT, LONG, STEPS, known)
    _follows(candidate, third, SHORT, LONG, BEYOND, {})
    t = torch.linspace(0, 1, 4)  # as many as there are coordinates
    _follows(candidate, sixth, FROM, TO, t, {})
    _follows(candidate, sixth, FROM, TO, t[:1], {})
    on_another_device(candidate, FROM, TO, STEPS, numpy=True)
    return (
        "Between two points of length 1.2 that are 60 degrees apart, t = 0.25 is 15 degrees along and still 1.2 "
        "long. Ends of lengths 2.4 and 3, 120 degrees apart, are met too, and the walk goes on beyond them."
    )


def _mistaken_arcs() -> dict[str, Any]:
    """What each mistake makes of a walk of 60 degrees on a sphere with radius 1.2."""
    right, sine, column = _arc(FROM, TO, STEPS, SIXTH), sin(SIXTH), STEPS[:, None]
    ahead, behind = column * SIXTH, (1 - column) * SIXTH
    straight = _line(FROM, TO, STEPS)
    return {
        "straight-line": straight,
        "uneven-angles": 1.2 * straight / straight.norm(dim=1, keepdim=True),
        "ends-exchanged": _arc(TO, FROM, STEPS, SIXTH),
        "not-normalised": tuple(_arc(FROM, TO, STEPS, acos(cosine)) for cosine in (0.72, 0.6)),
        "cosine-as-angle": _arc(FROM, TO, STEPS, 0.5),
        "arcsin-instead": _arc(FROM, TO, STEPS, asin(0.5)),
        "degrees": _arc(FROM, TO, STEPS, 60.0),
        "sine-missing": right * sine,
        "divided-by-angle": right * sine / SIXTH,
        "angle-not-in-sine": ((1 - column).sin() * FROM + column.sin() * TO) / sine,
        "cosines": (behind.cos() * FROM + ahead.cos() * TO) / sine,
        "plus-lost": (behind.sin() * FROM - ahead.sin() * TO) / sine,
        "unit-length": right / 1.2,
        "t-ignored/arc": _arc(FROM, TO, EVEN, SIXTH),
    }


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


@checks("latent.find_latent", "generator images start", "steps learning_rate")
def find_latent(candidate: Callable[..., Tensor]) -> str:
    generator = _Stripes()
    value = _search(candidate, generator, HIDDEN, FIRST)
    moved = not near(generator.scale, SCALE, 1e-6) or not near(generator.shift, SHIFT, 1e-6)
    wrong.first({"generator-moved": moved})
    value = _as_latents(value)
    if not _there(value, HIDDEN):
        _mistaken_latents(candidate, value.detach())
    if value.requires_grad:
        wrong("graph-attached")
    _settings_count(candidate)
    _other_generators(candidate)
    return (
        "For 3 images that are not quite within a linear generator's reach yours finds the z of least squares, each "
        f"image its own, to within {TOLERANCE}. The start and the generator's weights stay, steps=0 gives the start "
        "back, and any function will do as a generator."
    )


def _search(candidate: Callable[..., Tensor], generator: nn.Module, goal: Tensor, start: Tensor, **more: Any) -> Any:
    """What is found for the images of the goal, with noise on them that no z explains."""
    errors: dict[str, str | tuple[str, ...]] = {
        "not-a-leaf": "can't optimize a non-leaf",
        "z-not-in-a-list": "should be an iterable",
        "drawn-once": ("through the graph a second time", "modified by an inplace"),
    }
    with wrong.translating(errors):
        images = (SCALE * goal + SHIFT)[:, None, :, None] + NOISE
        return call(candidate, generator, images, start, may_change=(generator,), **more)


def _as_latents(value: Any) -> Tensor:
    """A finite (3, 2) tensor, or what was returned instead."""
    shape = tuple(value.shape) if isinstance(value, Tensor) else None
    instead = {
        "images-returned": shape == (3, 1, 2, 3),
        "loss-returned": shape == (),
        "wrong-type": isinstance(value, tuple),
        "diverged": shape == (3, 2) and not torch.isfinite(value).all(),
    }
    wrong.first(instead)
    value = tensor(value, "the result for 3 images and z with 2 coordinates", (3, 2))
    return float32(value, "the result", "The generator that draws from it is float32 and refuses anything else.")


def _there(value: Tensor, goal: Tensor, tolerance: float = TOLERANCE) -> bool:
    """Whether no coordinate is farther from the goal than that."""
    return (value.detach() - goal).abs().max().item() <= tolerance


def _mistaken_latents(candidate: Callable[..., Tensor], value: Tensor) -> None:
    """Which other question the z answer."""
    moved, missing = value - FIRST, (value - HIDDEN).abs()
    far, strides = missing.max().item(), moved / 0.05
    found = {
        "not-moved": near(value, FIRST, 1e-6),
        "uphill": (moved * (HIDDEN - FIRST) < 0).all(),
        "images-averaged": _there(value, HIDDEN.mean(dim=0).expand(3, 2)),
        "not-squared": _there(value, HIDDEN + NOISE.median() / SCALE, 0.1),
        "summed-too-early": near(moved[:1].expand(2, 2), moved[1:], 1e-3),
        "z-clamped": _there(value, HIDDEN.clamp(-1, 1)),
        "optimiser-anew": far < 0.06 and near(strides, strides.round(), 1e-3),
    }
    wrong.first(found, far=far)
    _remembers(candidate)
    if all(0.2 < share < 0.99 for share in (value / HIDDEN).flatten()):
        wrong("drawn-to-zero")
    worst = int(missing.sum(dim=1).argmax())
    yours, right = show(value[worst]), show(HIDDEN[worst])
    wrong("not-found", far=far, tolerance=TOLERANCE, worst=worst, yours=yours, right=right)


def _remembers(candidate: Callable[..., Tensor]) -> None:
    """Two long steps of Adam, the first from 1 before the goal to 0.25 beyond it.

    The second goes on by 0.587, and by 1.228 where old gradients add up.
    """
    value = _search(candidate, _Stripes(), FIRST + 1, FIRST, steps=2, learning_rate=1.25)
    if isinstance(value, Tensor) and value.shape == FIRST.shape:
        wrong.named(value - FIRST - 1, {"gradients-add-up": torch.full((3, 2), 1.478)}, 0.02)


def _settings_count(candidate: Callable[..., Tensor]) -> None:
    """After no step the z are those of the start, and after short ones nearly."""
    value = _search(candidate, _Stripes(), HIDDEN, FIRST, steps=0)
    value = tensor(value, "the result for steps=0", (3, 2)).detach()
    if not near(value, FIRST, 1e-6):
        closer = (value - HIDDEN).norm() < (FIRST - HIDDEN).norm() / 2
        wrong("steps-ignored" if closer else "start-ignored", right=show(FIRST[0]), yours=show(value[0]))
    value = _search(candidate, _Stripes(), HIDDEN, FIRST, steps=5, learning_rate=1e-7)
    moved = (tensor(value, "the result for 5 steps", (3, 2)).detach() - FIRST).abs().max()
    if moved > 1e-4:
        wrong("learning-rate-ignored", moved=moved)


def _other_generators(candidate: Callable[..., Tensor]) -> None:
    """One whose weights require no grad, for a single image; and a plain function, whose images are points."""
    generator = _Stripes().requires_grad_(False)
    value = _search(candidate, generator, HIDDEN[:1], FIRST[:1], steps=20)
    _nearer(value, FIRST[:1], HIDDEN[:1], "for one image and a generator with fixed weights")
    turn = torch.tensor([[0.8, -0.6], [0.6, 0.8]])
    start, goal = torch.zeros(2, 2), torch.tensor([[0.8, -1.0], [-0.9, 0.7]])
    with wrong.blaming("needs-a-module"):
        value = call(candidate, lambda z: z @ turn, goal @ turn, start, steps=20)
    _nearer(value, start, goal, "for a plain function as a generator")


def _nearer(value: Any, start: Tensor, goal: Tensor, what: str) -> None:
    """Twenty steps lead at least some of the way."""
    value = tensor(value, f"the result {what}", tuple(start.shape)).detach()
    if not ((value - goal).abs() < 0.8 * (start - goal).abs()).all():
        wrong("wrong-value", what=what, start=show(start[0]), goal=show(goal[0]), yours=show(value[0]))
