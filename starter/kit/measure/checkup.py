"""A check-up: what one looks at first in a run, what is normal for it, and what seems to be wrong.

    from starter.kit.measure import checkup

    checkup(run, data.load())       # prints a page

The normal ranges and the limits of judge come from runs of 10 and 20 seconds. How often
they are right on other runs is measured, and told in the notes.
"""

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Literal, NamedTuple

from ..course import CourseError, wrapped
from ..data import Data
from .evidence import Evidence, Run, collect

RATES = {"penalty": 3e-3, "clip": 5e-4}  # learning rates that train takes by itself
FEW, ENOUGH = 30, 100  # steps: with fewer nothing can be told, and with fewer than ENOUGH no picture is judged


class Normal(NamedTuple):
    """What is normal for one number.

    Attributes:
        name: what the number is, in words.
        number: reads it off the evidence.
        low, high: the range in healthy runs of 10 seconds and more.
    """

    name: str
    number: Callable[[Evidence], float]
    low: float
    high: float


class Finding(NamedTuple):
    """Something that seems to be wrong.

    Attributes:
        id: a short stable name.
        says: one or two sentences with the evidence in them.
        sure: "certain" where no healthy run can look like this, "likely" where none of those measured did,
            "possible" where it may be meant.
    """

    id: str
    says: str
    sure: Literal["certain", "likely", "possible"]


def _estimate(seen: Evidence) -> float:
    return seen.last("estimate")


def _slope_between(seen: Evidence) -> float:
    return seen.slope


_BOTH = (
    Normal("loss of the generator", lambda seen: seen.last("generator_loss"), -25, 25),
    Normal("gradient that reaches the critic", lambda seen: seen.critic_gradient, 0.5, 40),
    Normal("gradient that reaches the generator", lambda seen: seen.generator_gradient, 0.5, 12),
    Normal("critic updates for one of the generator", lambda seen: seen.critic_updates, 1, 25),
    Normal("smallest pixel of real images", lambda seen: seen.smallest_real, -1, -0.9),
    Normal("smallest pixel of samples", lambda seen: seen.smallest_sample, -1, -0.9),
)
NORMAL: dict[str, tuple[Normal, ...]] = {
    "penalty": (
        Normal("estimate, mean f(x) - mean f(G(z))", _estimate, 0.5, 4),
        Normal("slope between real and fake", _slope_between, 0.8, 1.4),
        Normal("penalty, as reported", lambda seen: seen.last("penalty"), 0.003, 0.1),
        Normal("penalty, measured anew", lambda seen: seen.penalty_now, 0.003, 0.2),
        *_BOTH,
        Normal("diversity of samples (real: 1)", lambda seen: seen.diversity, 0.7, 1.15),
    ),
    "clip": (
        Normal("estimate, mean f(x) - mean f(G(z))", _estimate, -0.1, 3),
        Normal("slope between real and fake", _slope_between, 0.1, 3),
        Normal("largest weight of the critic, with c = 1", lambda seen: seen.largest_weight / seen.c, 0.9, 1.001),
        *_BOTH,
        Normal("diversity of samples (real: 1)", lambda seen: seen.diversity, 0.25, 1.15),
    ),
}


def judge(seen: Evidence) -> list[Finding]:
    """What seems to be wrong with a run, by a list of questions; none if nothing does.

    Questions whose answers are certain come first. Likely causes are asked for only if
    none of those was found, and the first one is given.
    """
    if seen.ended == "not finite":
        return [_not_finite(seen), *_certain(seen)]
    if seen.steps < FEW:
        return [
            Finding(
                "too-early",
                f"The run has {seen.steps} step{'s' * (seen.steps > 1)}, and before {FEW} nothing can be told.",
                "certain",
            )
        ]
    found = list(_certain(seen))
    return found or list(_likely(seen))[:1]


def checkup(run: Run, data: Data) -> None:
    """Print what one looks at first in a run, what is normal, and what seems to be wrong.

    Nothing in the run changes.

    Args:
        run: as train, go_on or own_run returned it.
        data: what it imitates.
    """
    try:
        print(page(collect(run, data)))
    except CourseError as error:
        print(error)


def page(seen: Evidence) -> str:
    """What checkup prints."""
    lines = [f"{seen.method}, {seen.steps} steps, ended: {seen.ended or 'not yet'}", ""]
    lines.append(f"{'':42}{'this run':>10}   normal")
    for normal in NORMAL[seen.method]:
        value = normal.number(seen)
        odd = "" if not isfinite(value) or normal.low <= value <= normal.high else "  <-"
        lines.append(f"{normal.name:42}{_n(value):>10}   {_n(normal.low)} to {_n(normal.high)}{odd}")
    lines += ["", *([seen.trouble] if seen.trouble else [])]
    findings = judge(seen)
    lines += [f"{finding.sure}: {finding.says}" for finding in findings]
    if not findings:
        lines.append("I see nothing wrong.")
    return wrapped("\n".join(lines))


def _n(value: float) -> str:
    """A number as one says it: three digits, and commas in large ones."""
    if not isfinite(value):
        return "-"
    if abs(value) >= 1e7:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return (
        f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) >= 1e-3 or value == 0 else f"{value:.0e}"
    )


# Questions -----------------------------------------------------------------------
# A comparison with NaN is false: what could not be measured accuses nobody.


def _distance(seen: Evidence) -> float:
    """The estimate over the slope: how far fakes are from real images, in units of pixels, as the critic sees it."""
    return seen.estimate_now / seen.slope if seen.slope > 0 else float("nan")


def _not_finite(seen: Evidence) -> Finding:
    says = f"The training ended after step {seen.steps}, because a number became NaN or infinite."
    if len(seen.estimate):
        says += f" The last estimate was {_n(seen.estimate[-1])}, the last penalty {_n(seen.penalty[-1])}."
    return Finding("not-finite", says, "certain")


def _certain(seen: Evidence) -> Iterator[Finding]:
    """Signs that no healthy run can show."""
    if seen.real_neighbours < 0.3:
        yield Finding(
            "data-noise",
            f"Pixels side by side in the real images have a correlation of {_n(seen.real_neighbours)}, and pictures "
            "have 0.8 or more: the real images are noise. Look at them; a wrong reshape does this.",
            "certain",
        )
    reach = seen.largest_real - seen.smallest_real
    if seen.smallest_real - seen.smallest_sample > 0.25 * reach:
        yield Finding(
            "data-range",
            f"The smallest pixel of the real images is {_n(seen.smallest_real)}, and the generator reaches "
            f"{_n(seen.smallest_sample)}: the data are scaled to another range than the generator's.",
            "certain",
        )
    if seen.generator_gradient <= 1e-3 * seen.generator_pull:
        yield Finding(
            "generator-frozen",
            f"The gradient that reached the generator is {_n(seen.generator_gradient)} in the last steps, and the "
            f"critic's scores would give one of {_n(seen.generator_pull)}: nothing that the critic says reaches it. "
            "Is something detached in its step?",
            "certain",
        )
    elif seen.smallest_sample - seen.smallest_real > 0.25 * reach:
        yield Finding(
            "generator-range",
            f"The smallest pixel of the samples is {_n(seen.smallest_sample)}, and that of the real images is "
            f"{_n(seen.smallest_real)}: the generator cannot draw what is dark. What is its last layer?",
            "certain",
        )
    if seen.method == "clip" and seen.largest_weight > 1.01 * seen.c:
        yield Finding(
            "not-clipped",
            f"The largest weight of the critic is {_n(seen.largest_weight)}, and c is {_n(seen.c)}: the weights are "
            f"not clipped. The estimate of {_n(seen.last('estimate'))} and the slope of {_n(seen.slope)} have no "
            "meaning, however good the pictures are.",
            "certain",
        )
    if seen.batch_layers and seen.method == "penalty":
        yield Finding(
            "critic-batch-norm",
            f"The critic has {seen.batch_layers[0]} in it: the score of an image depends on the others of its batch, "
            "and the penalty is a statement about single images.",
            "certain",
        )
    if seen.tied_scores > 0.2:
        yield Finding(
            "critic-bounded",
            f"{_n(100 * seen.tied_scores)} % of the scores of images of any size are exactly the lowest, "
            f"{_n(seen.lowest_score)}, or the highest, {_n(seen.highest_score)}: the critic's last layer is not "
            "linear.",
            "certain",
        )
    if seen.critic_updates < 1:
        yield Finding(
            "too-few-critic-updates",
            f"The critic had {_n(seen.critic_updates)} updates for each of the generator, and the papers have 5: "
            "the generator runs after a critic that does not know it yet.",
            "certain",
        )


def _likely(seen: Evidence) -> Iterator[Finding]:
    """Signs that none of the healthy runs that were measured showed."""
    yield from _extremes(seen)
    yield from _signs(seen)
    yield from _formula(seen)
    yield from _gradients(seen)
    yield from _slope(seen)
    yield from _settings(seen)
    yield from _pictures(seen)


def _gradients(seen: Evidence) -> Iterator[Finding]:
    for player, got, pull in (
        ("critic", seen.critic_gradient, seen.critic_pull),
        ("generator", seen.generator_gradient, seen.generator_pull),
    ):
        if got > 20 * pull and seen.slope > 0.05:  # a flat critic's gradients fade by themselves
            yield Finding(
                f"{player}-gradients-pile-up",
                f"The {player}'s optimiser was given gradients of {_n(got)}, and one step's gradient is {_n(pull)}: "
                "old gradients are still in it. Is zero_grad called before each backward, of the right optimiser?",
                "likely",
            )


def _extremes(seen: Evidence) -> Iterator[Finding]:
    if seen.momentum > 0 and seen.method == "clip" and seen.slope > 4:
        yield Finding(
            "momentum",
            f"The critic's optimiser has a momentum of {_n(seen.momentum)}, and the slope is {_n(seen.slope)}, where "
            "healthy ones stay below 3: with clipped weights momentum makes both networks swing.",
            "likely",
        )
    if seen.rate >= 5 * RATES[seen.method]:
        yield Finding(
            "rate-too-large",
            f"The critic's learning rate is {_n(seen.rate)}, and the course's is {_n(RATES[seen.method])}; the slope "
            f"is {_n(seen.slope)}.",
            "possible",
        )
    if seen.method == "penalty" and seen.lambda_ >= 200:
        yield Finding(
            "lambda-too-large",
            f"lambda is {_n(seen.lambda_)}, and the paper's is 10: the penalty of {_n(seen.last('penalty'))} leaves "
            f"the critic no room to learn anything else. The estimate is {_n(seen.last('estimate'))}.",
            "possible",
        )


def _signs(seen: Evidence) -> Iterator[Finding]:
    far, fake = _distance(seen), seen.fake_score
    late = seen.estimate[len(seen.estimate) // 2 :]
    alike = seen.diversity < 0.1
    if far < -15 and alike and (late < 0).mean() > 0.9:
        yield Finding(
            "critic-sign",
            f"The estimate is {_n(seen.last('estimate'))}, below 0 in {_n(100 * (late < 0).mean())} % of the later "
            "steps: the critic gives fakes the high scores, and the generator wants them high as well. Which sign "
            "has the critic's loss?",
            "likely",
        )
    if far > 15 and alike:
        loss = seen.last("generator_loss")
        if abs(loss - fake) < abs(loss + fake):
            yield Finding(
                "generator-sign",
                f"The samples are {_n(far)} away from real images, and the generator reports a loss of {_n(loss)} "
                f"where the mean score of its fakes is {_n(fake)}: it minimises the score and should minimise minus "
                "the score.",
                "likely",
            )
        else:
            yield Finding(
                "generator-gradients-foreign",
                f"The samples are {_n(far)} away from real images, although the generator's loss of {_n(loss)} has "
                f"the right sign (the mean score of its fakes is {_n(fake)}): other gradients than its own move it. "
                "Are the fakes detached in the critic's step, and is zero_grad called before backward?",
                "likely",
            )


def _formula(seen: Evidence) -> Iterator[Finding]:
    if seen.method != "penalty":
        return
    told, now = seen.last("penalty"), seen.penalty_now
    if now > 0.3 and (now > 10 * told or (told > 10 * now and seen.slope < 0.3)):
        yield Finding(
            "penalty-formula",
            f"Your penalty says {_n(told)}, and the mean of (slope - 1)² between real and fake is {_n(now)}: it "
            "computes something else. Over what does its norm run? (If it is another penalty on purpose, such as R1, "
            "all is well.)",
            "likely",
        )


def _slope(seen: Evidence) -> Iterator[Finding]:
    penalty = seen.method == "penalty"
    leash = f"lambda is {_n(seen.lambda_)}" if penalty else f"c is {_n(seen.c)}"
    if penalty and seen.slope > 30 and seen.lambda_ >= 1:
        yield Finding(
            "penalty-without-effect",
            f"The slope between real and fake is {_n(seen.slope)} and the penalty {_n(seen.last('penalty'))}, "
            f"although lambda is {_n(seen.lambda_)}: the penalty is computed and does not reach the weights. Is "
            "create_graph set?",
            "likely",
        )
    if seen.slope > (5 if penalty else 20):
        yield Finding(
            "slope-too-steep",
            f"The slope between real and fake is {_n(seen.slope)}, and {leash}: the leash is too long, and the "
            f"estimate of {_n(seen.last('estimate'))} has no meaning.",
            "likely",
        )
    if seen.slope < (0.3 if penalty else 0.01):
        yield Finding(
            "slope-too-flat",
            f"The slope between real and fake is {_n(seen.slope)}, and {leash}: the critic tells the generator almost "
            f"nothing. {'Is the penalty added to the loss, and not subtracted?' if penalty else 'Is c too small?'}",
            "likely",
        )


def _settings(seen: Evidence) -> Iterator[Finding]:
    if seen.latent_dim <= 2:
        yield Finding(
            "noise-too-small",
            f"The generator makes images of {seen.latent_dim} number{'s' * (seen.latent_dim > 1)} of noise, and their "
            f"diversity is {_n(seen.diversity)}: it can draw only what lies on a line or a sheet.",
            "possible",
        )
    if seen.batch_size < 8:
        yield Finding(
            "batch-too-small",
            f"A batch has {seen.batch_size} images: means over so few swing, and so does what the critic learns.",
            "possible",
        )


def _pictures(seen: Evidence) -> Iterator[Finding]:
    if seen.steps >= ENOUGH and seen.diversity < (0.3 if seen.method == "penalty" else 0.1):
        yield Finding(
            "samples-alike",
            f"The diversity of the samples is {_n(seen.diversity)}, and healthy runs have 0.7 to 1.15: they are nearly "
            "all alike, and these numbers do not tell why.",
            "likely",
        )
    elif seen.steps >= ENOUGH and abs(_distance(seen)) > 15:
        yield Finding(
            "samples-far",
            f"The samples are {_n(abs(_distance(seen)))} away from real images, as the critic sees it, and healthy "
            "ones 1 to 5 by then: the generator does not learn, and these numbers do not tell why.",
            "likely",
        )
