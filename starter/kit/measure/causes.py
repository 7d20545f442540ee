"""What would show in a run if a cause were so: the evidence for and against a diagnosis.

seen = Seen.of(early, late)          # the numbers that tell, of the evidence at two moments
is_so("sigmoid", seen)               # whether everything shows that a sigmoid would
against("sign", seen, healthy)       # one sentence, or "" if nothing speaks against it
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np

from .evidence import Evidence, load


@dataclass(frozen=True)
class Seen:
    """The numbers of a run that tell causes apart.

    Attributes:
        method: "penalty" or "clip".
        steps: generator steps.
        n_critic: critic updates for each of them.
        c: half the window of a clipped critic.
        estimate, penalty, generator_loss: medians of the last steps, as the run reports them.
        checked: the penalty at the end, by the course's formula.
        darkest, darkest_real: smallest pixel of the samples and of the real images, in [-1, 1].
        diversity: how much samples differ from one another, where photographs have 1.
        slope: mean of the critic's slope between real and fake.
        critic_pull, generator_pull: lengths of the last gradients that the optimisers got.
        updates: updates of the generator with a gradient, for each step.
        largest: the critic's largest weight, in size.
        changed: by how much a pixel of the same sample has changed since the early look, on average.
        batchnorm: whether the critic has layers that look at the whole batch.
    """

    method: str
    steps: int
    n_critic: int
    c: float
    estimate: float
    penalty: float
    generator_loss: float
    checked: float
    darkest: float
    darkest_real: float
    diversity: float
    slope: float
    critic_pull: float
    generator_pull: float
    updates: float
    largest: float
    changed: float
    batchnorm: bool

    @classmethod
    def of(cls, early: Evidence, late: Evidence) -> "Seen":
        """From what was collected at two moments of one run."""
        n = min(len(early.samples), len(late.samples))
        moved = np.abs(late.samples[:n].astype(float) - early.samples[:n].astype(float)).mean() / 127.5
        return cls(
            method=late.method,
            steps=late.steps,
            n_critic=late.n_critic,
            c=late.c,
            estimate=late.last("estimate"),
            penalty=late.last("penalty"),
            generator_loss=late.last("generator_loss"),
            checked=late.penalty_now,
            darkest=late.smallest_sample,
            darkest_real=late.smallest_real,
            diversity=late.diversity,
            slope=late.slope,
            critic_pull=late.critic_gradient,
            generator_pull=late.generator_gradient,
            updates=late.generator_updates,
            largest=late.largest_weight,
            changed=float(moved),
            batchnorm=bool(late.batch_layers),
        )


_ORDER = {f"case {n}": key for n, key in enumerate(("sign", "frozen", "sigmoid", "unit", "once", "unclipped"), 1)}


@dataclass(frozen=True)
class Sign:
    """Something that a cause would show.

    Attributes:
        holds: whether these numbers show it.
        would: what it is and why, after "then".
        found: what is found instead or indeed, with numbers in braces; h_... are those of the healthy run.
    """

    holds: Callable[[Seen], bool]
    would: str
    found: str


_PENALTY = Sign(lambda s: s.method == "penalty", "the run would have a penalty", "it has {leash}")
_CLIP = Sign(lambda s: s.method == "clip", "the run would have clipping", "it has {leash}")
_SPREAD = Sign(
    lambda s: s.diversity > 0.3,
    "the images would still differ from one another, as those of an untrained generator do",
    "their diversity is {diversity} (photographs: 1)",
)
_LEARNS = Sign(
    lambda s: s.changed < 0.02,
    "the same noise would give nearly the same images all along (only the running means still change)",
    "a pixel has changed by {changed} on average since step 30",
)
_BLOTCH = Sign(
    lambda s: s.diversity < 0.15,
    "all fakes would run to one corner of the image space, away from the data, and be one blotch",
    "their diversity is {diversity} (photographs: 1)",
)

SIGNS: dict[str, tuple[Sign, ...]] = {
    "sign": (
        _BLOTCH,
        Sign(
            lambda s: s.estimate > 10,
            "the estimate would be large and positive: the critic does its work, and the generator helps it",
            "it is {estimate} (healthy: {h_estimate})",
        ),
    ),
    "cooperate": (
        _BLOTCH,
        Sign(
            lambda s: s.estimate < -10,
            "the estimate would fall far below 0: the critic itself would raise the fakes and lower the real images",
            "it is {estimate}",
        ),
    ),
    "frozen": (
        Sign(
            lambda s: s.updates == 0,
            "no gradient would ever come to the generator's optimiser",
            "the number of its updates with a gradient is {updates} per step",
        ),
        _SPREAD,
        _LEARNS,
    ),
    "unstepped": (
        Sign(
            lambda s: s.updates == 0,
            "the generator's optimiser would never make an update",
            "their number is {updates} per step",
        ),
        Sign(
            lambda s: s.generator_pull > 0,
            "gradients would still come to the generator",
            "their length is {generator_pull}",
        ),
    ),
    "inverted": (
        Sign(
            lambda s: s.estimate < 0.5,
            "the critic could not keep up, and its estimate would be near 0 or below",
            "it is {estimate}",
        ),
    ),
    "sigmoid": (
        Sign(
            lambda s: s.darkest > -0.1,
            "no sample could have a pixel below 0",
            "the darkest pixel of the samples is {darkest}",
        ),
        Sign(
            lambda s: s.darkest_real < -0.9,
            "the real images would still reach -1",
            "their darkest pixel is {darkest_real}",
        ),
    ),
    "unit": (
        Sign(
            lambda s: s.darkest_real > -0.1,
            "no real image would have a pixel below 0",
            "the darkest pixel of the real images is {darkest_real}",
        ),
    ),
    "bounded": (
        Sign(
            lambda s: abs(s.estimate) <= 1 and s.slope < 0.1,
            "scores would lie between 0 and 1, so the estimate could not be above 1, nor the critic steep",
            "the estimate is {estimate} and the slope {slope}",
        ),
    ),
    "batchnorm": (
        Sign(lambda s: s.batchnorm, "the critic would have such layers", "{such} are found"),
        Sign(lambda s: s.estimate > 10, "it would tell whole batches apart, with a large estimate", "it is {estimate}"),
    ),
    "once": (
        _PENALTY,
        Sign(
            lambda s: s.penalty > 1e3,
            "the penalty would be measured and would grow without end, because it pulls at nothing",
            "it is {penalty} (healthy: {h_penalty})",
        ),
        Sign(
            lambda s: s.slope > 100,
            "nothing would hold the critic's slope",
            "it is {slope} (healthy: {h_slope})",
        ),
    ),
    "unadded": (
        _PENALTY,
        Sign(
            lambda s: s.penalty < 1e-9,
            "this course's loop would not compute it and would report 0 (a loop of your own might report it all "
            "the same, and then only the code tells)",
            "the run reports {penalty}",
        ),
    ),
    "pixelwise": (
        _PENALTY,
        Sign(
            lambda s: s.checked > 20 * s.penalty,
            "the right formula would give more than twenty times the penalty that the run reports",
            "the run reports {penalty}, and the right formula gives {checked}",
        ),
    ),
    "lambda-small": (
        _PENALTY,
        Sign(
            lambda s: 5 < s.slope < 1000,
            "the slope would be some ten times too steep, and held there",
            "it is {slope} (healthy: {h_slope})",
        ),
    ),
    "lambda-large": (
        _PENALTY,
        Sign(
            lambda s: s.penalty < 0.006,
            "the penalty would be far below the healthy {h_penalty}",
            "it is {penalty}",
        ),
    ),
    "unclipped": (
        _CLIP,
        Sign(
            lambda s: s.largest > 2 * s.c,
            "weights would leave the window of {c}",
            "the largest is {largest} in size",
        ),
        Sign(
            lambda s: s.slope > 20,
            "nothing would hold the critic's slope",
            "it is {slope} (healthy: {h_slope})",
        ),
    ),
    "window": (
        _CLIP,
        Sign(
            lambda s: s.largest <= 1.001 * s.c,
            "all weights would lie in the window all the same, however wide it is",
            "c is {c}, and the largest weight is {largest} in size",
        ),
        Sign(lambda s: s.c > 0.1, "c would be larger than the .03 of this course", "c is {c}"),
    ),
    "uncleared": (
        Sign(
            lambda s: s.critic_pull > 1e4 and s.estimate < 1e3,
            "old gradients would pile up in the critic until it only stumbles, and its estimate would mean nothing",
            "the estimate is {estimate}, and the critic's gradient has length {critic_pull}",
        ),
    ),
    "piled": (
        Sign(
            lambda s: s.generator_pull > 20,
            "old gradients would pile up in the generator",
            "its gradient has length {generator_pull} (healthy: {h_generator_pull})",
        ),
        Sign(
            lambda s: 3 < s.estimate < 60,
            "the generator would follow too slowly, and the estimate would be some five times too large",
            "it is {estimate} (healthy: {h_estimate})",
        ),
    ),
    "rate": (
        Sign(
            lambda s: s.estimate < 10,
            "the training would be rough, and the estimate of the right size all the same",
            "it is {estimate} (healthy: {h_estimate})",
        ),
        Sign(
            lambda s: 0.1 < s.penalty < 100 if s.method == "penalty" else s.estimate < 0.6,
            "the penalty would be ten times too large, or the clipped critic would stay flat",
            "the penalty is {penalty} (healthy: {h_penalty})",
        ),
    ),
    "slow": (
        Sign(
            lambda s: s.updates > 0,
            "the generator's optimiser would make small updates all the same",
            "their number is {updates} per step",
        ),
        _SPREAD,
        Sign(
            lambda s: s.changed < 0.05,
            "the same noise would give nearly the same images all along",
            "a pixel has changed by {changed} on average since step 30",
        ),
    ),
    "often": (Sign(lambda s: s.n_critic > 5, "n_critic would be above 5", "it is {n_critic}"),),
    "small": (
        Sign(
            lambda s: False,
            "the healthy run would be as bad, because it has the same networks",
            "it has an estimate of {h_estimate} and fine garments after {h_steps} steps",
        ),
    ),
    "short": (
        Sign(
            lambda s: s.steps < 60,
            "the healthy run would look as bad after as many steps",
            "this one has taken {steps} steps, and the healthy one looks fine after {h_steps}",
        ),
    ),
}


def stored(case: str) -> tuple[Evidence, Evidence]:
    """The evidence of a case of sheet 08 at its step 30 and at its end.

    Args:
        case: "case 1" to "case 6", "healthy" or "healthy clip".
    """
    found, key = load("08_cases"), _ORDER.get(case, case)
    return found[f"{key} early"], found[key]


def is_so(cause: str, seen: Seen) -> bool:
    """Whether the run shows all that this cause would show."""
    return all(sign.holds(seen) for sign in SIGNS[cause])


def against(cause: str, seen: Seen, healthy: Seen) -> str:
    """The first thing that this cause would show and the run does not, in a sentence or two; "" if there is none."""
    for sign in SIGNS[cause]:
        if not sign.holds(seen):
            would, found = _filled(sign.would, seen, healthy), _filled(sign.found, seen, healthy)
            return f"If that were so, {would}. Here {found}."
    return ""


def speaks_for(cause: str, seen: Seen, healthy: Seen) -> Iterator[str]:
    """What bears a cause out, a sentence or two for each thing that it shows."""
    for sign in SIGNS[cause]:
        if sign in (_PENALTY, _CLIP):  # everybody knows that
            continue
        would, found = _filled(sign.would, seen, healthy), _filled(sign.found, seen, healthy)
        yield f"{would[0].upper()}{would[1:]}. Here {found}."


def _filled(words: str, seen: Seen, healthy: Seen) -> str:
    """The words with the numbers of both runs in them."""
    numbers = {**asdict(seen), **{f"h_{key}": value for key, value in asdict(healthy).items()}}
    numbers["leash"] = {"penalty": "a penalty", "clip": "clipping"}[seen.method]
    numbers["such"] = "some" if seen.batchnorm else "none"
    return words.format(**{key: number(value) for key, value in numbers.items()})


def number(value: float | str) -> str:
    """A number as one says it: three digits, with commas, or as a power of ten."""
    if isinstance(value, str | bool):
        return str(value)
    if not np.isfinite(value):
        return "not finite"
    if abs(value) < 1e-5:
        return "0"
    if value and (abs(value) >= 1e6 or abs(value) < 1e-4):
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
