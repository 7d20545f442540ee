"""Ten questions for an experiment of your own, and what the literature says to each of them."""

from dataclasses import dataclass
from typing import Any

from ..loop.settings import RATES
from .setup import BASE, Setup, changed


@dataclass(frozen=True)
class Question:
    """A question that one change can answer.

    Attributes:
        text: as one asks it.
        change: of which settings.
        base: settings in which the base differs from that of the course.
        said: what the literature says, to be read after one's own result.
    """

    text: str
    change: dict[str, Any]
    said: str
    base: dict[str, Any]


def _question(text: str, change: dict[str, Any], said: str, **base: Any) -> Question:
    return Question(text, change, said, base)


_QUESTIONS = {
    "n_critic": _question(
        "Do we need five critic steps for each step of the generator?",
        {"n_critic": 1},
        "Both papers take 5, because theory wants the critic near its optimum. Heusel et al. (2017) take one step of "
        "each player, at different rates. In the same time, one critic step buys more steps of the generator.",
    ),
    "lambda": _question(
        "Is a tenth of the penalty enough?",
        {"lambda_": 1.0},
        "Gulrajani et al. (2017) take 10 for all images, and 0.1 for points in their code. Lambda is a length: in "
        "theory the slope exceeds 1 by an amount that goes with 1 / lambda. Few papers report how it was chosen.",
    ),
    "c": _question(
        "Does a narrower window of clipping learn as fast?",
        {"c": 0.01},
        "0.01 is the value of Arjovsky et al. (2017), with the remark that a small c makes gradients vanish and a "
        "large one makes the critic slow. The best c depends on depth and width, since the bound multiplies layer "
        "by layer.",
        method="clip",
    ),
    "width": _question(
        "Do networks of half the width draw worse?",
        {"width": 128},
        "Brock et al. (2019) get better ImageNet pictures from wider networks. They train them for days. In a short "
        "time a smaller network takes more steps, and it can win.",
    ),
    "rate": _question(
        "Is the paper's learning rate better than the course's?",
        {"rate": 1e-4},
        "Gulrajani et al. (2017) take 1e-4 and train for some 100,000 steps. The course takes 3e-3, chosen for "
        "minutes. A rate is right for a length of training.",
    ),
    "batch": _question(
        "Are small batches worse?",
        {"batch_size": 32},
        "Both papers take 64. Brock et al. (2019) find that much larger ones help on ImageNet, at equal steps. At "
        "equal time, small batches buy more steps.",
    ),
    "average": _question(
        "What does averaging the generator's weights do?",
        {"average": 0.0},
        "Yazici et al. (2019) find that averages help GANs of all kinds, and explain it by the rings of lesson 09: the "
        "middle of a ring is nearer to the goal than its points. Neither WGAN paper averages.",
    ),
    "normalise": _question(
        "Does the generator need batch normalisation?",
        {"normalise": False},
        "Arjovsky et al. (2017) show a WGAN that learns without it where their GAN fails. That it learns does not say "
        "that it learns as fast.",
    ),
    "leash": _question(
        "Is clipping worse than the penalty?",
        {"method": "clip"},
        "Gulrajani et al. (2017) say so, for the networks that they tried. Lucic et al. (2018) give each method "
        "the same budget of settings, and find no method that is best on all data. In their table clipping wins at "
        "times.",
    ),
    "data": _question(
        "How much worse are 300 images than 10,000?",
        {"images": 300},
        "Gulrajani et al. (2017) show a critic that learns 1,000 images by heart. Karras et al. (2020) and Zhao et al. "
        "(2020) change images by chance to put that off.",
    ),
}
KEYS = tuple(_QUESTIONS)


def questions() -> None:
    """Print the ten questions with their keys, and what each changes."""
    for key, one in _QUESTIONS.items():
        base = changed(BASE, one.base)
        change = ", ".join(f"{name}: {_now(base, name)} becomes {new}" for name, new in one.change.items())
        print(f"{key:10} {one.text}  ({change})")


def _now(base: Setup, name: str) -> Any:
    """What a setting is in the base; a rate of 0 stands for the loop's."""
    return RATES[base.method] if name == "rate" and not base.rate else getattr(base, name)


def find(text: str) -> Question | None:
    """The question with this key or this text, if there is one."""
    return next((one for key, one in _QUESTIONS.items() if text in (key, one.text)), None)
