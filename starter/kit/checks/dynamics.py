"""Checks of dynamics.py: one step of the Dirac-GAN, whose numbers one can work out by hand."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from . import draw
from .calls import call
from .device import on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, show, tensor

# {given} is the example, {yours} the new theta and psi of its first game, {right} what they should be.
wrong = Mistakes(
    """
    not-a-pair: Your result is {what}. Return two things, first the new theta and then the new psi.
    order-swapped: {given} you have {yours}: the two are exchanged. Return the new theta first.
    changes-returned: {given} you have {yours}, which is by how much they change. Return where they are after the step.
    gradients-returned: {given} you have {yours}, the two gradients. A step subtracts h times the gradient.
    old-values: {given} you have {yours}: at least one of the two has not moved.
    mirrored: {given} you have {yours}, the game in a mirror: there real points score low, as in the paper. Here the
        critic minimises psi theta, and the generator minimises -psi theta.
    critic-uphill: {given} you have {yours}: the critic climbs its loss. Every player of this course goes down.
    generator-uphill: {given} you have {yours}: the generator climbs its loss, to lower scores. What does it minimise?
    other-variable: {given} you have {yours}: a player differentiates psi theta in the other one's number. The critic
        moves psi, so what is the derivative in psi?
    h-missing: {given} you have {yours}: the step size is missing for one player or both.
    generator-first: {given} you have {yours}: the generator moves first. In Algorithm 1 the critic does.
    simultaneous-instead: {given} you have {yours}: both move at once, though alternating is true. Which psi does the
        generator see when the critic has moved?
    alternating-instead: {given} you have {yours}: they move by turns, though alternating is false. Then each sees the
        other as it was before the step.
    gamma-missing: {given} you have {yours}: R1 is missing. It pulls psi towards 0.
    gamma-sign: {given} you have {yours}: R1 pushes psi away from 0. The critic minimises its loss and R1 together.
    gamma-factor: {given} you have {yours}: R1 counts half or double. What is the derivative of gamma / 2 times psi^2?
    gamma-without-h: {given} you have {yours}: the pull of R1 is not multiplied by h. It is part of the gradient.
    gamma-on-theta: {given} you have {yours}: R1 pulls the generator. It is a term of the critic's loss alone.
    penalty-not-differentiated: {given} you have {yours}: psi^2 itself is in your step, or its size. A step takes the
        derivative of R1 in psi.
    two-steps: {given} you have {yours}: R1 pulls the psi that has already moved. Both parts of the critic's loss are
        differentiated at the old psi.
    clipped: {given} you have {yours}, cut off. In this game nothing clips psi or theta.
    defaults-changed: Called without gamma or alternating, yours gives {yours} instead of {right}. Keep the defaults: no
        R1, and by turns.
    games-mixed: Right for one game, wrong for {what}: each entry is a game of its own, whatever the shape.
    dtype-changed: Your numbers are right, but for {given} you return {got}. Keep the type of what you are given.
    invariant-lost: Right for one step, but after {n} of your steps theta^2 + psi^2 - h theta psi has moved from
        {before} to {after}, and exact steps keep it. Something is rounded or depends on more than the arguments.
    """
)

Step = Callable[..., tuple[Tensor, Tensor]]
Known = dict[str, Any]


def _right(theta: Tensor, psi: Tensor, h: float, gamma: float, alternating: bool) -> Tensor:
    """The new theta and psi, stacked."""
    new = psi - h * theta - h * gamma * psi
    return torch.stack([theta + h * (new if alternating else psi), new])


def _mistaken(theta: Tensor, psi: Tensor, h: float, gamma: float, alternating: bool) -> Known:
    """What known mistakes give, for each one pair or several, stacked."""
    right = _right(theta, psi, h, gamma, alternating)
    push = theta + gamma * psi

    def of(new_psi: Tensor, sign: float = 1.0, size: float = h) -> Tensor:
        return torch.stack([theta + sign * size * (new_psi if alternating else psi), new_psi])

    without, late, moved = psi - h * theta, theta + h * psi, psi - h * theta
    gradients = torch.stack([-psi, push]), torch.stack([-right[1], push])
    first = torch.stack([late, psi - h * (late + gamma * psi)])
    on_theta = [
        torch.stack([theta + h * ((v if alternating else psi) - gamma * theta), v]) for v in (without, right[1])
    ]
    other = {"alternating-instead" if not alternating else "simultaneous-instead": not alternating}
    return {
        "order-swapped": right.flip(0),
        "changes-returned": right - torch.stack([theta, psi]),
        "gradients-returned": (*gradients, *(-value for value in gradients)),
        "old-values": (torch.stack([theta, psi]), torch.stack([right[0], psi]), torch.stack([theta, right[1]])),
        "mirrored": of(psi + h * theta - h * gamma * psi, -1.0),
        "critic-uphill": (of(psi + h * push), of(psi + h * theta - h * gamma * psi)),
        "generator-uphill": of(right[1], -1.0),
        "other-variable": (
            of(psi - h * psi),
            of(psi - h * psi - h * gamma * psi),
            torch.stack([theta + h * theta, right[1]]),
            torch.stack([theta + h * theta, psi - h * psi]),
            torch.stack([theta + h * theta, psi - h * psi - h * gamma * psi]),
        ),
        "h-missing": (of(psi - push), of(psi - push, size=1.0), of(right[1], size=1.0)),
        **({"generator-first": first} if alternating else {}),
        **{key: _right(theta, psi, h, gamma, way) for key, way in other.items()},
        "gamma-missing": of(without),
        "gamma-sign": of(psi - h * theta + h * gamma * psi),
        "gamma-factor": tuple(of(psi - h * theta - factor * h * gamma * psi) for factor in (0.5, 2.0)),
        "gamma-without-h": of(psi - h * theta - gamma * psi),
        "gamma-on-theta": tuple(on_theta),
        "penalty-not-differentiated": tuple(
            of(psi - h * (theta + factor * gamma * pull))
            for pull in (psi**2, psi.abs(), psi.sign())
            for factor in (0.5, 1.0)
        ),
        "two-steps": (of(moved - h * gamma * moved), of(moved / (1 + h * gamma))),
        "clipped": (of(right[1].clamp(-1, 1)), right.clamp(-1, 1)),
    }


def _telling(alternating: bool) -> tuple[Tensor, Tensor, float, float]:
    """A game of several starts in which each mistake gives numbers of its own."""
    while True:
        theta, psi = (draw.one_of((-1.0, 1.0)) * draw.uniform(1.2, 2.5, 4).round(decimals=1) for _ in range(2))
        theta, psi = theta * torch.tensor([1.0, -1, 1, -1]), psi * torch.tensor([1.0, 1, -1, -1])
        h, gamma = draw.number(0.15, 0.4), draw.number(0.3, 0.8)
        known = _mistaken(theta, psi, h, gamma, alternating).values()
        groups = [(_right(theta, psi, h, gamma, alternating),)]
        groups += [value if isinstance(value, tuple) else (value,) for value in known]
        if not any(
            near(a, b, 2e-3) for k, one in enumerate(groups) for other in groups[:k] for a in one for b in other
        ):
            return theta, psi, h, gamma


def _stepped(candidate: Step, theta: Tensor, psi: Tensor, h: float, **more: Any) -> Tensor:
    """New theta and psi, stacked, or what was returned instead."""
    value = call(candidate, theta, psi, h, **more)
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        size = f"{len(value)} things" if isinstance(value, (tuple, list)) else f"a {type(value).__name__}"
        wrong("not-a-pair", what=size)
    names = ("the new theta", "the new psi")
    return torch.stack([tensor(each, name, tuple(theta.shape)) for each, name in zip(value, names, strict=True)])


def _first(pair: Tensor) -> str:
    """The first game of a pair, for a message."""
    theta, psi = pair.detach().flatten(1)[:, 0].tolist()
    return f"theta = {theta:.4g} and psi = {psi:.4g}"


@checks("dynamics.dirac_step", "theta psi h", "gamma alternating")
def dirac_step(candidate: Step) -> str:
    for alternating in (True, False):
        theta, psi, h, gamma = _telling(alternating)
        value = _stepped(candidate, theta, psi, h, gamma=gamma, alternating=alternating)
        right = _right(theta, psi, h, gamma, alternating)
        given = f"From theta = {theta[0]:.4g} and psi = {psi[0]:.4g}, with h = {h:g}, gamma = {gamma:g}"
        given += f" and alternating={alternating},"
        if not near(value, right):
            said = {"given": given, "yours": _first(value), "right": _first(right)}
            wrong.named(value, _mistaken(theta, psi, h, gamma, alternating), 5e-4, **said)
            expect(value, right, f"{given} the new theta and psi")
    _other_calls(candidate, theta, psi, h, gamma)
    on_another_device(candidate, theta, psi, h, gamma)
    kept = _many_steps(candidate, h, 200)
    return (
        f"From theta = {theta[0]:.4g} and psi = {psi[0]:.4g}, with h = {h:g} and gamma = {gamma:g}, both kinds "
        "of steps are right. Before and after 200 of yours by turns without R1, theta^2 + psi^2 - h theta psi is "
        f"{kept:.9f}."
    )


def _other_calls(candidate: Step, theta: Tensor, psi: Tensor, h: float, gamma: float) -> None:
    """The defaults, and games of other shapes."""
    calls: list[dict[str, Any]] = [{}, {"gamma": gamma}, {"alternating": False}]
    for more in calls:
        value = _stepped(candidate, theta, psi, h, **more)
        right = _right(theta, psi, h, more.get("gamma", 0.0), more.get("alternating", True))
        wrong.first({"defaults-changed": not near(value, right)}, yours=_first(value), right=_first(right))
    for what, change in {
        "a single game, a 0-d tensor": lambda x: x[0],
        "a table of games": lambda x: x.view(2, 2),
        "float64": lambda x: x.double(),
    }.items():
        given = (change(theta), change(psi))
        value = _stepped(candidate, *given, h, gamma=gamma)
        right = _right(*given, h, gamma, True)
        wrong.first({"games-mixed": not near(value, right)}, what=what)
    for kind in (theta.dtype, torch.float64):
        for got in candidate(theta.to(kind), psi.to(kind), h, gamma):
            names = [str(dtype).removeprefix("torch.") for dtype in (kind, got.dtype)]
            wrong.first({"dtype-changed": got.dtype != kind}, given=names[0], got=names[1])


def _many_steps(candidate: Step, h: float, n: int) -> float:
    """What alternating steps keep, in float64."""
    theta, psi = draw.uniform(0.5, 1.5, 3).double(), draw.uniform(0.5, 1.5, 3).double()

    def kept() -> Tensor:
        return theta**2 + psi**2 - h * theta * psi

    before = kept()
    for _ in range(n):
        theta, psi = candidate(theta, psi, h)
    if not near(kept(), before, 1e-10):
        wrong("invariant-lost", n=n, before=show(before[0]), after=show(kept()[0]))
    return before[0].item()
