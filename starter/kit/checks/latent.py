"""Checks of latent.py: walks between points drawn anew, and a generator through which the path of Adam is known."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from inspect import signature
from math import cos, prod, sin
from typing import Any, NoReturn

import torch
from torch import Tensor, nn
from torch.nn import functional

from . import draw
from .calls import call
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import near, show, tensor

wrong = Mistakes(
    """
    t-shape: {what} Here t has shape ({k},) and the ends have shape ({d},), so the result is a table of shape ({k},
        {d}): each t makes a row of {d} numbers. Give t an axis of its own, beside the one of the coordinates.
    not-stacked: Your result is a {kind} of points; make it one tensor, a row for each.
    still-numpy: Your result is a numpy array; turn it into a tensor.
    one-point: Your result is a single point. Asked for is one for each of the {k} numbers t.
    shape-swapped: Your result has shape ({d}, {k}). Row i is the point for the i-th t.
    ends-exchanged: Your walk begins at b and ends at a. For t = 0 it is at a.
    t-ignored: Your points are evenly spread from a to b, and they would be the same for other t. The numbers t say
        where each point is.
    clipped: For t = {low:g} and t = {high:g} yours stays at the ends. The equation goes on beyond a and b.
    wrong-weights: For t = {t:.3g} your point is {yours}; it should be {right}. Look at the weight of a and of b for
        this t in the equation.
    wrong-value: For t = {t:.3g} your point is {yours}; it should be {right}. Yours is no sum of multiples of a and b.

    start-kept-whole: At t = 1 yours is at a + b: b comes in, but a does not go out. The weights of the two sum to 1.
    start-missing: At t = 0 yours is at 0 and not at a: only t times something is left of the equation.
    end-missing: At t = 1 yours is at 0: a goes out, but b does not come in.
    away-from-end: Your walk begins at a and goes away from b.
    arc-instead: Your walk is an arc. The straight line has weights 1 - t and t, without an angle.
    rescaled: Your points are made longer or shorter afterwards. The straight line stays as it is, ends included.
    brackets/line: For t = 1 yours is not at b. Python multiplies first: 1 - t needs brackets before it multiplies a,
        and nothing else does.

    straight-line: Your walk is the straight line: half-way it comes closer to 0 than either end. The weights are sines
        of parts of the angle.
    uneven-angles: You walk the straight line and stretch its points afterwards. They lie on the arc, but t = 0.25 is
        not a quarter of the angle.
    not-normalised: {nan}The inner product is the cosine of the angle times both lengths, and arccos wants the cosine
        alone, between -1 and 1. Which lengths have to go, and how often each?
    cosine-as-angle: You use the cosine of the angle as if it were the angle. Turn it into the angle with arccos.
    arcsin-instead: The inner product of two directions is the cosine of their angle; you take the angle that has it as
        its sine.
    degrees: Your angle is in degrees, and torch's sine wants radians, as arccos gives them.
    angle-scaled: Your angle is twice, or half, the angle between a and b.
    sine-missing: All your points are too short or too long by the same factor, sin(w) or its square: at t = 0 yours is
        not a. What is the sum divided by?
    divided-by-angle: You divide by the angle itself. Put t = 0 into the equation: which divisor gives a back?
    angle-not-in-sine: The angle has no part in one of the upper sines, or in both: they are those of (1 - t) and t, not
        of that share of w.
    brackets/division: Only one of the two parts is divided by sin(w). The whole sum is: put it in brackets.
    brackets/inside: In an upper sine the brackets end too early, or one pair is missing. Each is the sine of a product:
        the share of the walk times w.
    cosines: You take cosines for weights, so that b is in full at t = 0. A sine is 0 where its angle is.
    plus-lost: Your walk ends at -b: the two parts are added.
    unit-length: Your points have length 1. Directions are for the angle; the walk itself goes from a to b as they are,
        here with lengths {first} and {second}.
    length-of-start: Your points all have the length of a, {first}, and miss b, which has length {second}. The equation
        has a and b in it as they are.
    length-apart: You walk the directions and the lengths apart. The equation takes a and b as they are, and the length
        comes of itself.
    other-way-round/angle: Your angle is below 90 degrees, and that between a and b is {degrees:.0f}. A negative inner
        product means an angle beyond 90 degrees; its sign counts.
    other-way-round/end: Your walk goes to -b, or from -a, because the angle is {degrees:.0f} degrees. Turning one end
        round is for rotations, where both mean the same.

    not-a-leaf: You hand the optimiser a tensor that was computed from another one while autograd recorded. It moves
        only tensors that stand at the beginning: detach and copy first, and require grad last.
    z-not-in-a-list: An optimiser takes a list of tensors, even if there is only one.
    drawn-once: Your second step goes back through the graph of the first. After each step z is another one: draw from
        it and compare inside the loop.
    generator-moved: The generator's weights change. You look for the z that it turns into the image, not for a
        generator that draws it: what may the optimiser hold?
    images-returned: Your result has the shape of the images. Asked for are the z that lead to them.
    loss-returned: Your result is a single number, such as the loss. Asked for are the z.
    wrong-type: Your result is a {kind}; it should be a tensor, one z for each image.
    diverged: Your z run away to infinity or NaN. The loss has a smallest value; is it that you go for?
    graph-attached: The z are right, but they still require grad: whoever draws with them would record for autograd.
        Detach what you return.
    not-moved: Your result is the start. The z that goes into the generator must be the very tensor that the optimiser
        holds, and require grad; each step needs a backward pass before it.
    uphill: Your z go away from the images: the loss grows. An optimiser minimises what you give it.
    images-averaged: All your z go towards the mean image. Each image is compared with its own.
    not-squared: Your z go where absolute differences lead, or others that are not squared. The equation has squares.
    summed-too-early: Differences are added up before they are squared, or are never squared, so that they cancel.
        First the square of each, then the sum.
    moved-alike: All your z move alike, though each image asks for another. Is there one z for all of them?
    one-image-only: Only some of your z move. The loss is about all images.
    z-clamped: Your z stay within [-1, 1]. That is where pixels live; a normal z has no such limits.
    length-kept: Your z are brought back to one length after each step. The equation lets z have any length.
    optimiser-anew: Each of your steps has the full length of the learning rate: the optimiser is made anew in each
        step, so it never learns how large the gradients are. Make it once, before the loop.
    gradients-add-up: Your z swing past the goal: the gradients of earlier steps are still in .grad, and each backward
        pass adds to them. Clear them in each step.
    drawn-to-zero: Your z are drawn towards 0: something besides the difference of the images is minimised, such as the
        size of z or a weight decay.
    root-of-squares: You minimise the distance itself, the root of the sum of squares. The smallest is at the same z,
        but near it the gradient does not fade and Adam trembles; the equation has no root.
    other-optimiser: After {steps} steps your z are where {name} leads, and not Adam. The number of steps and the
        learning rate are meant for Adam, and another optimiser needs others.
    other-betas: Your z go where {name} leads. Nothing asks for that: torch's own betas will do.
    off-the-path: After {steps} steps of {rate:g} your first z is {yours}, where Adam comes to {right}, {end}. Each step
        takes the sum of all squares, from images drawn anew, its gradient, and one step of Adam.
    long-run: Short searches are right, but after {steps} steps of {rate:g} your z are not where Adam's are.
        Each step is like the one before, until the last.
    steps-ignored: With steps=0 your search still moves. It takes as many steps as steps says.
    steps-miscounted: With steps={steps} your search takes {made} steps.
    defaults-changed: Called without steps and learning_rate, yours does not make 200 steps of 0.05. Keep the defaults.
    start-ignored: With steps=0 the first z should be that of the start, {right}; yours is {yours}. The search begins at
        the start that is given, because the start decides what is found.
    learning-rate-ignored: With another learning_rate your z move in just the same way. Hand it on to the optimiser.
    learning-rate-scaled: Your first step is {factor:.3g} times as long as learning_rate says. Hand it on as it is.
    other-generator: For several images yours is right; for {words} your first z is {yours} instead of {right}.
    needs-a-module: The generator may be any function from z to images: your code needs something that only a module
        has.
    """
)

# What both walks share -------------------------------------------------------

Walk = Callable[[Tensor, Tensor, Tensor], Tensor]
Known = Callable[[Tensor, Tensor, Tensor], dict[str, Any]]


def _ends(angle: float, first: float, second: float, d: int) -> tuple[Tensor, Tensor]:
    """Two points with d coordinates, of these lengths and with this angle between them, in a plane drawn anew."""
    ahead, beside = torch.linalg.qr(draw.normal(d, 2).double()).Q.T
    return (first * ahead).float(), (second * (cos(angle) * ahead + sin(angle) * beside)).float()


def _times(k: int) -> Tensor:
    """k numbers t in any order, 0 and 1 among them, the others neither near those nor near the middle."""
    inner = draw.uniform(0.15, 0.4, max(k - 2, 1))
    inner = torch.where(draw.uniform(0, 1, len(inner)) < 0.5, inner, 1 - inner)
    return torch.cat([inner, torch.tensor([0.0, 1.0])])[draw.order(k)] if k > 1 else inner


def _beyond() -> Tensor:
    return torch.tensor([-draw.number(0.3, 0.7), draw.number(0.2, 0.4), 1 + draw.number(0.3, 0.7)])


def _line(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    return a + t[:, None] * (b - a)


def _arc(a: Tensor, b: Tensor, t: Tensor, angle: float) -> Tensor:
    """From a, in the direction at right angles to it that leads to b when the angle is theirs."""
    ahead = (b - cos(angle) * a) / sin(angle)
    turned = t[:, None] * angle
    return turned.cos() * a + turned.sin() * ahead


def _none(a: Tensor, b: Tensor, t: Tensor) -> dict[str, Any]:
    return {}


def _follows(candidate: Walk, right: Walk, a: Tensor, b: Tensor, t: Tensor, known: Known = _none, **more: Any) -> None:
    """The candidate walks as it should; else the known mistake, or the first point that is wrong."""
    value, points = _points(candidate, a, b, t, nan=known is _mistaken_arcs), right(a, b, t)
    if near(value, points, 1e-3):
        return
    ends = {"low": t.min().item(), "high": t.max().item()}
    known_values = {**known(a, b, t), "clipped": right(a, b, t.clamp(0, 1))}
    wrong.named(value, known_values, 1e-3, nan="", **{**ends, **more})
    words = [_in_words(point, a, b) for point in value]
    for observed, expected, when, yours in zip(value, points, t.tolist(), words, strict=True):
        if all(words) and not near(observed, expected, 1e-3):
            wrong("wrong-weights", t=when, yours=yours, right=_in_words(expected, a, b))
        if not yours:
            wrong("wrong-value", t=when, yours=show(observed), right=show(expected))


def _in_words(point: Tensor, a: Tensor, b: Tensor) -> str:
    """The point as a sum of multiples of a and b; "" if it is none."""
    basis = torch.stack([a, b], dim=1).double()
    weights = torch.linalg.lstsq(basis, point.detach().double()[:, None]).solution[:, 0]
    first, second = weights.mul(1000).round().div(1000).add(0.0).tolist()  # no -0
    words = f"{first:.3g} a {'-' if second < 0 else '+'} {abs(second):.3g} b"
    return words if near(basis @ weights, point, 1e-3) else ""


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
    value = tensor(value, f"the walk for t of shape ({k},) and two points of shape ({d},)", (k, d))
    return float32(value, "the walk", "Its points go into a generator, which is float32 and refuses anything else.")


def _other_numbers(candidate: Walk, right: Walk, a: Tensor, b: Tensor) -> None:
    """As many t as coordinates, one t, and some beyond the ends."""
    for t in (_times(len(a)), _times(1), _beyond()):
        _follows(candidate, right, a, b, t)
    on_another_device(candidate, a, b, _times(3), numpy=True)


# lerp ------------------------------------------------------------------------


@checks("latent.lerp", "a b t")
def lerp(candidate: Walk) -> str:
    d = draw.whole(3, 6)
    a, b = _ends(draw.number(1.2, 2.2), draw.number(1.5, 2), draw.number(2.5, 3), d)
    _follows(candidate, _line, a, b, _times(d + draw.whole(1, 2)), _mistaken_lines)
    _other_numbers(candidate, _line, a, b)
    return (
        f"Between two points with {d} coordinates yours is a at t = 0, b at t = 1, and in the right place between and "
        f"beyond them. It works for one t, and for as many as there are coordinates."
    )


def _mistaken_lines(a: Tensor, b: Tensor, t: Tensor) -> dict[str, Any]:
    right, column = _line(a, b, t), t[:, None]
    directions = functional.normalize(right)
    return {
        "ends-exchanged": _line(b, a, t),
        "start-kept-whole": a + column * b,
        "start-missing": (column * (b - a), column * b, column * (a + b)),
        "end-missing": (1 - column) * a,
        "away-from-end": a - column * (b - a),
        "t-ignored": _line(a, b, torch.linspace(0, 1, len(t))),
        "arc-instead": _arc(a, b, t, torch.cosine_similarity(a, b, dim=0).arccos().item()),
        "rescaled": (directions, directions * a.norm(), directions * _line(a.norm(), b.norm(), t)),
        "brackets/line": (1 - column * a + column * b, (1 - column) * (a + column * b), a + column * b - a * column**2),
    }


# slerp -----------------------------------------------------------------------


@checks("latent.slerp", "a b t")
def slerp(candidate: Walk) -> str:
    d, wide, narrow = draw.whole(3, 6), draw.number(2.2, 2.35), draw.number(0.7, 0.9)
    first, second, radius = draw.number(1.2, 1.4), draw.number(2.5, 2.8), draw.number(1.2, 1.8)
    degrees = wide * 180 / torch.pi
    a, b = _ends(wide, first, second, d)
    for angle, lengths in ((wide, (first, second)), (narrow, (radius, radius))):
        numbers: dict[str, Any] = {"first": lengths[0], "second": lengths[1], "degrees": angle * 180 / torch.pi}
        ends = (a, b) if angle == wide else _ends(angle, *lengths, d)
        _follows(candidate, partial(_arc, angle=angle), *ends, _times(d + draw.whole(1, 2)), _mistaken_arcs, **numbers)
    _other_numbers(candidate, partial(_arc, angle=wide), a, b)
    return (
        f"Between two points of lengths {first} and {second} that are {degrees:.0f} degrees apart, yours goes in equal "
        "steps of the angle, meets both ends and goes on beyond them. A narrow angle on a sphere is right too."
    )


def _mistaken_arcs(a: Tensor, b: Tensor, t: Tensor) -> dict[str, Any]:
    """What each mistake makes of the walk."""
    product, first, second = torch.dot(a, b), a.norm(), b.norm()
    cosine = product / (first * second)
    angle, column = cosine.arccos(), t[:, None]
    sine, straight = angle.sin(), _line(a, b, t)
    behind, ahead = (1 - column) * angle, column * angle
    from_a, to_b, share_a, share_b = behind.sin(), ahead.sin(), (1 - column).sin(), column.sin()
    right = (from_a * a + to_b * b) / sine
    sides = functional.normalize(a, dim=0), functional.normalize(b, dim=0)

    def arc(angle: Tensor, a: Tensor = a, b: Tensor = b, t: Tensor = t) -> Tensor:
        return _arc(a, b, t, angle.item())

    def total(first_weight: Tensor, second_weight: Tensor) -> Tensor:
        return (first_weight * a + second_weight * b) / sine

    lengths = _line(first, second, t)
    unnormalised = (product / first, product / second, product / first**2, product / second**2, product)
    sums = (a.sum() * b.sum(), a.abs().sum() * b.abs().sum(), first + second, first**2 * second**2)
    cosines = [*unnormalised, *(product / total for total in sums)]
    return {
        "straight-line": straight,
        "uneven-angles": tuple(functional.normalize(straight) * length for length in (first, second, lengths)),
        "ends-exchanged": arc(angle, b, a),
        "not-normalised": tuple(arc(value.clamp(-bound, bound).arccos()) for value in cosines for bound in (0.999, 1)),
        "cosine-as-angle": arc(cosine),
        "arcsin-instead": arc(cosine.arcsin()),
        "degrees": arc(angle.rad2deg()),
        "other-way-round/angle": arc(cosine.abs().arccos()),
        "other-way-round/end": (arc(torch.pi - angle, b=-b), arc(torch.pi - angle, a=-a)),
        "angle-scaled": (arc(2 * angle), arc(angle / 2)),
        "sine-missing": (right * sine, right / sine),
        "divided-by-angle": (right * sine / angle, right * sine**2 / (sine * angle) ** 2),
        "angle-not-in-sine": (total(share_a, share_b), total(from_a, share_b), total(share_a, to_b)),
        "brackets/division": (from_a * a + total(0 * to_b, to_b), total(from_a, 0 * to_b) + to_b * b),
        "brackets/inside": (
            *(total(share_a * angle, weight) for weight in (to_b, share_b * angle, column * sine)),
            *(total(weight, share_b * angle) for weight in (from_a, (1 - column) * sine)),
            *(total(weight, to_b) for weight in ((1 - ahead).sin(), 1 - to_b, (1 - column) * sine, sine - to_b)),
            *(total(weight, column * sine) for weight in (from_a, share_a)),
        ),
        "cosines": (total(behind.cos(), ahead.cos()), behind.cos() * a + ahead.cos() * b),
        "plus-lost": total(from_a, -to_b),
        "unit-length": (functional.normalize(right), arc(angle, *sides)),
        "length-of-start": tuple(arc(angle, *sides) * length for length in (first, second)),
        "length-apart": arc(angle, *sides) * lengths,
        "t-ignored": arc(angle, t=torch.linspace(0, 1, len(t))),
    }


# find_latent -----------------------------------------------------------------

Loss = Callable[[Tensor, Tensor], Tensor]
Make = Callable[..., torch.optim.Optimizer]
Search = Callable[..., Any]
TOLERANCE = 2e-3
DEFAULTS: dict[str, Any] = {"steps": 200, "learning_rate": 0.05}


def _squares(drawn: Tensor, images: Tensor) -> Tensor:
    return (drawn - images).square().sum()


class _Generator(nn.Module):
    """z of shape (n, d) to images with a linear layer and tanh."""

    def __init__(self, weight: Tensor, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.weight, self.shape = nn.Parameter(weight.clone()), shape

    def forward(self, z: Tensor) -> Tensor:
        float32(z, "the z that you draw from", "The generator's weights are float32 and refuse to meet anything else.")
        return (z @ self.weight.T).tanh().unflatten(1, self.shape)


class _Problem:
    """Images that a generator nearly draws, a start beside their z, and the path of Adam from there.

    Images with channels do not lie in memory one after the other, as colour images need
    not. The steps are so long that Adam swings past the goal: so the best z on its way,
    which some return, is not that of one step less.
    """

    def __init__(self, n: int, *shape: int) -> None:
        self.shape, d = shape, draw.whole(2, 3)
        self.path: list[Tensor] = []
        while not self._tells():
            self.weight = draw.normal(prod(shape), d) * 0.8
            sides = torch.where(draw.uniform(0, 1, 2, n, d) < 0.5, -1.0, 1.0)
            self.hidden = draw.uniform(0.3, 1.6, n, d) * sides[0]
            self.start = self.hidden + draw.uniform(0.5, 1.2, n, d) * sides[1]
            clean = (self.hidden @ self.weight.T).tanh().unflatten(1, shape)
            self.images = (clean + draw.uniform(-0.1, 0.1, n, *shape)).movedim(1, -1).contiguous().movedim(-1, 1)
            self.steps, self.rate = draw.whole(6, 8), draw.number(0.3, 0.5)
            far = (self._drawn(self.start.double()) - self.images).abs() > 1
            self.path = self.way() if far.double().mean() > 0.15 else []

    def _tells(self) -> bool:
        """Whether squares lead elsewhere than absolute differences, and the best elsewhere than a step less."""
        return bool(self.path) and not any(near(z, self.path[-2], 0.01) for z in self._best(self.path[:-1]))

    def way(
        self, loss: Loss = _squares, make: Make = torch.optim.Adam, clear: bool = True, anew: bool = False,
        after: Callable[[Tensor], Tensor] = lambda z: z, steps: int = 0, rate: float = 0.0,
    ) -> list[Tensor]:  # fmt: skip
        """The z after 0, 1, ... steps of a search that may have faults, in double precision."""
        z, images = self.start.double().requires_grad_(), self.images.double()
        optimizer, path = make([z], lr=rate or self.rate), [z.detach().clone()]
        for _ in range(steps or self.steps):
            optimizer = make([z], lr=rate or self.rate) if anew else optimizer
            if clear:
                optimizer.zero_grad()
            loss(self._drawn(z), images).backward()
            optimizer.step()
            with torch.no_grad():
                z.copy_(after(z))
            path.append(z.detach().clone())
        return path

    def slope(self, z: Tensor) -> Tensor:
        """The gradient of the loss in z."""
        z = z.double().requires_grad_()
        return torch.autograd.grad(_squares(self._drawn(z), self.images), z)[0]

    def right(self, z: Tensor, tolerance: float = TOLERANCE, **longer: Any) -> bool:
        """Whether this is where Adam ends, or the best of its way, of all images together or of each."""
        path = self.way(**longer) if longer else self.path
        return any(near(z, end, tolerance) for end in (path[-1], *self._best(path), *self._best(path[:-1])))

    def _drawn(self, z: Tensor) -> Tensor:
        return (z @ self.weight.double().T).tanh().unflatten(1, self.shape)

    def _best(self, path: list[Tensor]) -> tuple[Tensor, Tensor]:
        losses = torch.stack([(self._drawn(z) - self.images).square().flatten(1).sum(dim=1) for z in path])
        each = losses.argmin(dim=0).tolist()
        return path[int(losses.sum(dim=1).argmin())], torch.stack(
            [path[step][image] for image, step in enumerate(each)]
        )

    def __call__(self, candidate: Search, plain: bool = False, fixed: bool = False, **settings: Any) -> Tensor:
        """The z that the candidate finds, or what it returns instead."""
        net = _Generator(self.weight, self.shape)
        generator = (
            (lambda z: (z @ self.weight.T).tanh()) if plain else net.requires_grad_(False).eval() if fixed else net
        )
        errors: dict[str, str | tuple[str, ...]] = {
            "not-a-leaf": "can't optimize a non-leaf",
            "z-not-in-a-list": "should be an iterable",
            "drawn-once": ("through the graph a second time", "modified by an inplace"),
        }
        settings = {"steps": self.steps, "learning_rate": self.rate} | settings
        settings = {name: value for name, value in settings.items() if value is not None}
        with wrong.translating(errors):
            value = call(candidate, generator, self.images, self.start, may_change=(net,), **settings)
        if not near(net.weight, self.weight, 1e-6):
            wrong("generator-moved")
        shape = tuple(value.shape) if isinstance(value, Tensor) else None
        instead = {
            "images-returned": shape == tuple(self.images.shape),
            "loss-returned": shape == () or isinstance(value, float),
            "wrong-type": isinstance(value, (tuple, list)),
            "diverged": shape == tuple(self.start.shape) and not torch.isfinite(value).all(),
        }
        wrong.first(instead, kind=type(value).__name__)
        n, d = self.start.shape
        value = tensor(value, f"the result for {n} images and z with {d} coordinates", (n, d))
        return float32(value, "the result", "The generator that draws from it is float32 and refuses anything else.")


@checks("latent.find_latent", "generator images start", "steps learning_rate")
def find_latent(candidate: Search) -> str:
    problem = _Problem(draw.whole(3, 4), draw.whole(2, 3), 2, draw.whole(3, 4))
    value = problem(candidate)
    if not problem.right(value):
        _named(candidate, problem, value.detach())
    if value.requires_grad:
        wrong("graph-attached")
    _no_step(candidate, problem)
    steps, rate = draw.whole(40, 60), draw.number(0.1, 0.2)
    if not problem.right(problem(candidate, steps=steps, learning_rate=rate), 0.02, steps=steps, rate=rate):
        wrong("long-run", steps=steps, rate=rate)
    stated = {name: given.default for name, given in signature(candidate).parameters.items() if name in DEFAULTS}
    if stated != DEFAULTS:
        numbers = any(isinstance(value, (int, float)) and value != DEFAULTS[name] for name, value in stated.items())
        if numbers or not problem.right(problem(candidate, steps=None, learning_rate=None), 0.02, steps=200, rate=0.05):
            wrong("defaults-changed")
    one, points = _Problem(1, 2, 2, draw.whole(3, 4)), _Problem(2, draw.whole(5, 8))
    for other, words in ((one, "a single image, and a generator in eval mode with fixed weights,"), (points, "points")):
        with wrong.blaming("needs-a-module") if other is points else nullcontext():
            value = other(candidate, plain=other is points, fixed=True)
        if not other.right(value):
            wrong("other-generator", words=words, yours=show(value[0]), right=show(other.path[-1][0]))
    net = _Generator(problem.weight, problem.shape)
    on_another_device(lambda *given: candidate(net, *given, steps=2), problem.images, problem.start, numpy=True)
    return (
        f"For {len(problem.start)} images your z go the way of Adam: {problem.steps} steps of {problem.rate:g} lead "
        "where they should, and longer searches too. The start and the generator's weights stay, and any function "
        "will do as a generator."
    )


def _no_step(candidate: Search, problem: _Problem) -> None:
    """No step leads nowhere."""
    none, start = problem(candidate, steps=0).detach(), problem.start
    if near(none, start, 1e-6):
        return
    made, nearest = min(enumerate(problem.way(steps=200)), key=lambda way: (way[1] - none).norm().item())
    found = {"steps-ignored": near(none, problem(candidate), 1e-3), "steps-miscounted": near(none, nearest, 0.02)}
    wrong.first(found | {"start-ignored": True}, steps=0, made=made, right=show(start[0]), yours=show(none[0]))


def _named(candidate: Search, problem: _Problem, value: Tensor) -> None:
    """End the check with what the search does instead."""
    start, moved = problem.start, value - problem.start
    if near(value, start, 1e-6):
        wrong("not-moved")
    _no_step(candidate, problem)
    if near(problem(candidate, learning_rate=problem.rate / 7), value):
        wrong("learning-rate-ignored")
    ways: dict[tuple[str, Any], Tensor] = {
        ("steps-miscounted", made): z for made, z in enumerate(problem.way(steps=2 * problem.steps + 2))
    }
    ways |= {(mistake, n): problem.way(**way)[-1] for mistake, faults in FAULTS.items() for n, way in enumerate(faults)}
    ways |= {("other-optimiser", name): problem.way(make=make)[-1] for name, make in OPTIMISERS.items()}
    (mistake, which), nearest = min(ways.items(), key=lambda way: (way[1] - value).norm().item())
    if near(value, nearest, 5 * TOLERANCE):
        if mistake == "other-optimiser":
            _other_optimiser(problem, which)
        if mistake == "root-of-squares":
            wrong.not_as_asked(mistake, done=True)
        wrong(mistake, steps=problem.steps, made=which)
    rate, slope, lengths = 0.01, problem.slope(start), value.norm(dim=1)
    first = (problem(candidate, steps=1, learning_rate=rate).detach() - start) / rate
    wrong.first(
        {
            "uphill": (first * slope > 0).all(),
            "one-image-only": (moved.abs().amax(dim=1) < 1e-6).any(),
            "moved-alike": near(moved[:1].expand_as(moved), moved, 1e-3),
            "length-kept": near(lengths, start.norm(dim=1)) or near(lengths, lengths[:1].expand_as(lengths)),
        }
    )
    if near(first / first.norm(), -slope / slope.norm(), 0.02):
        _other_optimiser(problem, "plain gradient descent")
    gentle = problem(candidate, steps=3, learning_rate=rate)
    adam = problem.way(steps=3, rate=rate)[-1]
    for name, make in OPTIMISERS.items():
        z = problem.way(make=make, steps=3, rate=rate)[-1]
        if near(gentle, z, 1e-4) and not near(z, adam, 1e-3):
            _other_optimiser(problem, name)
    factor = first.abs().mean().item()
    if near(first.abs(), torch.full_like(first, factor), 0.01) and not near(factor, 1.0, 0.02):
        wrong("learning-rate-scaled", factor=factor)
    end, goal = problem(candidate, **DEFAULTS).detach(), problem.way(steps=200, rate=0.05)[-1]
    pull = problem.slope(end)
    if pull.norm() > 0.1 and torch.cosine_similarity(pull.flatten(), -end.flatten(), dim=0) > 0.98:
        wrong("drawn-to-zero")
    far = (end - goal).abs().max().item()
    said = {"steps": problem.steps, "rate": problem.rate, "yours": show(value[0]), "right": show(problem.path[-1][0])}
    if far < 0.02:
        wrong.not_as_asked("off-the-path", done=False, end="though 200 steps lead to the same place", **said)
    wrong("off-the-path", end=f"and after 200 steps yours are still {far:.2g} away", **said)


def _other_optimiser(problem: _Problem, name: str) -> NoReturn:
    mistake = "other-betas" if "betas" in name else "other-optimiser"
    wrong.not_as_asked(mistake, done=mistake == "other-betas", steps=problem.steps, name=name)


FAULTS: dict[str, tuple[dict[str, Any], ...]] = {
    "gradients-add-up": ({"clear": False},),
    "optimiser-anew": ({"anew": True},),
    "images-averaged": ({"loss": lambda drawn, images: _squares(drawn[:, None], images)},),
    "not-squared": (
        {"loss": functional.l1_loss},
        {"loss": functional.smooth_l1_loss},
        {"loss": lambda drawn, images: (drawn - images).pow(4).sum()},
    ),
    "summed-too-early": (
        {"loss": lambda drawn, images: (drawn - images).sum().square()},
        {"loss": lambda drawn, images: (drawn - images).flatten(1).sum(dim=1).square().sum()},
        {"loss": lambda drawn, images: (drawn - images).sum()},
        {"loss": lambda drawn, images: _squares(drawn.mean(dim=0), images.mean(dim=0))},
    ),
    "root-of-squares": (
        {"loss": lambda drawn, images: (drawn - images).flatten(1).norm(dim=1).sum()},
        {"loss": lambda drawn, images: (drawn - images).norm()},
    ),
    "z-clamped": ({"after": lambda z: z.clamp(-1, 1)}, {"after": lambda z: z.tanh()}),
}
BETAS = ((0.5, 0.999), (0.5, 0.9), (0.0, 0.9), (0.9, 0.99), (0.9, 0.9), (0.0, 0.999), (0.5, 0.99))
OPTIMISERS: dict[str, Make] = {
    "gradient descent with momentum": partial(torch.optim.SGD, momentum=0.9),
    **{
        name: getattr(torch.optim, name)
        for name in ("RMSprop", "Adagrad", "AdamW", "NAdam", "RAdam", "Adamax", "Rprop")
    },
    **{f"Adam with betas={betas}": partial(torch.optim.Adam, betas=betas) for betas in BETAS},
}
