"""The one list of sheets and exercises, and the version of the course.

The README's table, the boxes in the sheets, the progress table and the error
messages all read it; pyproject.toml and hand-outs read the version.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

VERSION = "0.2.0"

# Where students find the course: a repository on GitHub, and in it the branch that holds a hand-out and no answers.
# Badges and the first cell of each notebook lead there. Set it once, and call `make build`; CONTRIBUTING.md has more.
UNKNOWN = "_OWNER_/wgan-lab"
REPOSITORY = UNKNOWN  # such as "somebody/wgan-lab"
BRANCH = "handout"


def handout_address() -> str:
    """From where git fetches a hand-out; "" as long as nobody has said where there is one."""
    return "" if REPOSITORY == UNKNOWN else f"https://github.com/{REPOSITORY}.git"


def launch_links(path: str) -> dict[str, str]:
    """Addresses that open a notebook elsewhere, by the name of the service.

    Args:
        path: of the notebook in the course, such as "labwork/00_start.ipynb".
    """
    return {
        "Colab": f"https://colab.research.google.com/github/{REPOSITORY}/blob/{BRANCH}/{path}",
        "Binder": f"https://mybinder.org/v2/gh/{REPOSITORY}/{BRANCH}?urlpath=lab/tree/{path}",
    }


PATHS = {
    "core": "core path",
    "lab": "lab, optional",
    "homework": "homework",
}


def newer_on_disk() -> str:
    """The version in this file on disk, if it is another one than what is running; else ""."""
    try:
        found = re.search(r'^VERSION = "(.*)"', Path(__file__).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return ""
    return found[1] if found and found[1] != VERSION else ""


class Unknown(KeyError):
    """There is no such exercise or sheet. In a notebook it shows as its one sentence."""

    def __str__(self) -> str:
        return str(self.args[0])

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class Exercise:
    """One blank.

    Attributes:
        name: module and definition, such as "losses.critic_loss".
        sheet: number of the sheet that asks for it, such as "02".
        lines: about how many lines you write.
        minutes: about how long it takes.
        difficulty: 1 (read and type) to 5 (think for a while).
        path: a key of PATHS.
        goal: what it does, half a sentence.
    """

    name: str
    sheet: str
    lines: int
    minutes: int
    difficulty: int
    path: str
    goal: str

    @property
    def module(self) -> str:
        return self.name.split(".")[0]

    @property
    def definition(self) -> str:
        return self.name.split(".")[1]


@dataclass(frozen=True)
class Sheet:
    """One numbered topic: a sheet to fill in, a lesson, or both.

    Attributes:
        stem: file name without its ending, such as "02_critic".
        title: as in the notebook's heading.
        minutes: the whole sheet on the core path, reading and running included,
            or 0 if there is none.
        lesson_minutes: the lesson, or 0 if there is none.
        summary: one line for the README.
    """

    stem: str
    title: str
    minutes: int
    lesson_minutes: int
    summary: str

    @property
    def number(self) -> str:
        return self.stem[:2]


SHEETS = (
    Sheet("00_start", "Start here", 20, 10, "what you will build, the game of two networks, how a sheet works"),
    Sheet("01_distances", "Distances between distributions", 35, 10, "Jensen-Shannon against Wasserstein, in numbers"),
    Sheet("02_critic", "The critic", 20, 12, "scores instead of probabilities"),
    Sheet("03_generator", "The generator", 40, 10, "noise to images, and the two players' steps"),
    Sheet("04_clipping", "Weight clipping", 15, 10, "the first WGAN, trained on garments"),
    Sheet("05_penalty", "The gradient penalty", 50, 10, "WGAN-GP, from two points to garments"),
    Sheet("06_evaluation", "Honest evaluation", 80, 10, "how good, by which measure, against which floor"),
    Sheet("07_latent", "The latent space", 75, 10, "explore a trained generator's latent space"),
    Sheet("08_clinic", "The clinic", 25, 10, "six trainings that went wrong: read, name, mend"),
    Sheet("09_converge", "Does it converge, is it biased?", 50, 15, "circles, wrong goals, and what to believe today"),
    Sheet("10_leashes", "Other leashes", 60, 15, "critics that cannot be too steep, and how close one comes to W"),
    Sheet("11_experiment", "Your own experiment", 60, 0, "choose the garment, your own pictures, one change measured"),
    Sheet("90_notes", "Signs, symbols and words", 0, 10, "notation card, glossary, why WGANs today"),
    Sheet("91_quiz", "What do you believe?", 0, 15, "nine beliefs, before and after the course, computed"),
)

EXERCISES = (
    Exercise("generator.to_image", "00", 1, 3, 1, "core", "brings [-1, 1] to [0, 1] for the screen"),
    Exercise("penalty.input_gradient", "00", 2, 7, 2, "core", "differentiates a function in its input"),
    Exercise("distances.kl_divergence", "01", 2, 6, 2, "core", "compares shares bin by bin, with logarithms"),
    Exercise("distances.js_divergence", "01", 2, 3, 1, "core", "the symmetric form, never above log 2"),
    Exercise("distances.total_variation", "01", 1, 2, 1, "lab", "the share that has to change its bin"),
    Exercise("distances.wasserstein_1d", "01", 1, 5, 2, "core", "how far mass has to travel on a line"),
    Exercise("distances.dual_value", "01", 2, 6, 2, "core", "the distance that a critic drawn by hand proves"),
    Exercise("distances.transport_plan", "01", 6, 20, 4, "homework", "who sends how much where, as a linear programme"),
    Exercise("losses.critic_loss", "02", 1, 5, 2, "core", "the loss that the critic minimises"),
    Exercise("losses.wasserstein_estimate", "02", 1, 2, 1, "core", "the estimate that the critic reports"),
    Exercise("critic.MLPCritic", "02", 6, 10, 2, "core", "a fully connected critic"),
    Exercise("critic.ConvCritic", "02", 8, 15, 3, "homework", "a convolutional critic"),
    Exercise("critic.optimal_discriminator", "02", 1, 3, 1, "lab", "the best answer of a GAN's discriminator"),
    Exercise("generator.sample_latent", "03", 1, 2, 1, "core", "noise for the generator"),
    Exercise("generator.MLPGenerator", "03", 8, 10, 2, "core", "a fully connected generator"),
    Exercise("losses.generator_loss", "03", 1, 3, 1, "core", "the loss that the generator minimises"),
    Exercise("training.critic_step", "03", 8, 12, 4, "core", "one update of the critic"),
    Exercise("training.generator_step", "03", 5, 6, 3, "core", "one update of the generator"),
    Exercise("generator.ConvGenerator", "03", 10, 15, 3, "homework", "a convolutional generator"),
    Exercise("clipping.clip_weights", "04", 3, 5, 2, "core", "puts the weights back into [-c, c]"),
    Exercise("clipping.wgan_step", "04", 6, 10, 3, "lab", "Algorithm 1: critic steps, clipping, one generator step"),
    Exercise("clipping.lipschitz_bound", "04", 3, 8, 3, "lab", "how steep a clipped critic can be"),
    Exercise("penalty.interpolate", "05", 4, 8, 2, "core", "random points between real and fake"),
    Exercise("penalty.gradient_norms", "05", 4, 12, 4, "core", "the critic's slope at each image"),
    Exercise("penalty.gradient_penalty", "05", 2, 5, 2, "core", "how far the slope is from 1"),
    Exercise("penalty.one_sided_penalty", "05", 2, 6, 2, "homework", "leaves slopes below 1 alone"),
    Exercise("evaluation.frechet_distance", "06", 6, 20, 4, "homework", "compares two sets of features as Gaussians"),
    Exercise("evaluation.nearest_neighbours", "06", 2, 8, 2, "homework", "finds the real images most like a fake one"),
    Exercise("latent.lerp", "07", 2, 4, 1, "homework", "walks from one z to another in a straight line"),
    Exercise("latent.slerp", "07", 4, 10, 3, "homework", "walks along the arc instead"),
    Exercise("latent.find_latent", "07", 7, 15, 3, "homework", "looks for the z of a given image"),
    Exercise("clinic.case_1", "08", 1, 12, 2, "core", "one blotch, and an estimate that grows"),
    Exercise("clinic.case_2", "08", 2, 8, 2, "lab", "an estimate that stays level, and noise"),
    Exercise("clinic.case_3", "08", 1, 6, 1, "lab", "an estimate that stays level, and grey images"),
    Exercise("clinic.case_4", "08", 1, 6, 2, "lab", "grey images, and an estimate as it should be"),
    Exercise("clinic.case_5", "08", 1, 8, 3, "homework", "numbers without end"),
    Exercise("clinic.case_6", "08", 2, 8, 2, "homework", "fine garments, and a strange number"),
    Exercise("dynamics.dirac_step", "09", 3, 8, 2, "lab", "one step of the smallest game"),
    Exercise("penalty.r1_penalty", "09", 1, 5, 2, "lab", "punishes slopes at the real images only"),
    Exercise("distances.batch_wasserstein", "09", 3, 12, 3, "homework", "the exact distance of two batches"),
    Exercise("leashes.spectral_norm_of", "10", 4, 10, 3, "homework", "finds how much a matrix can stretch"),
    Exercise("leashes.maxmin", "10", 2, 6, 2, "homework", "an activation that loses no slope"),
    Exercise("leashes.bjorck", "10", 2, 6, 2, "homework", "brings all singular values to 1"),
    Exercise("conditional.pick_score", "11", 1, 5, 2, "homework", "the score of the class that was given"),
    Exercise("conditional.with_label", "11", 1, 5, 2, "homework", "noise with the label beside it"),
    Exercise("conditional.Given", "11", 2, 8, 3, "homework", "fills in the labels of a batch"),
)

_BY_NAME = {exercise.name: exercise for exercise in EXERCISES}
_BY_NUMBER = {sheet.number: sheet for sheet in SHEETS}
MODULES = tuple(dict.fromkeys(exercise.module for exercise in EXERCISES))


def exercise(name: str) -> Exercise:
    """The exercise of that name.

    Raises:
        Unknown: there is none; the message names those that are most like it.
    """
    if name not in _BY_NAME:
        raise Unknown(_no_such_exercise(name))
    return _BY_NAME[name]


def _no_such_exercise(name: object) -> str:
    """What to say of a name that no exercise has."""
    if not isinstance(name, str) or not name:
        known = [key for key in _BY_NAME if key.split(".")[1] == getattr(name, "__name__", None)]
        return f'Give the name of the exercise in quotes, such as "{(known or list(_BY_NAME))[0]}".'
    typed = name.strip().strip(".").lower()
    by_definition = {key.split(".")[1].lower(): key for key in _BY_NAME}
    by_whole_name = {key.lower(): key for key in _BY_NAME}
    found = [by_definition[close] for close in _nearest(typed.split(".")[-1], by_definition)]
    found += [by_whole_name[close] for close in _nearest(typed, by_whole_name)]
    if not found:
        return f"There is no exercise {name!r}. progress() lists them all."
    return f"There is no exercise {name!r}. Did you mean {' or '.join(dict.fromkeys(found[:2]))}?"


def _nearest(word: str, words: Iterable[str]) -> list[str]:
    """Those of the words that are spelled most like it, the best first."""
    return difflib.get_close_matches(word, list(words), n=1, cutoff=0.7)


def sheet(number: str) -> Sheet:
    """The sheet of that number, such as "02"; "2" and 2 will do.

    Raises:
        Unknown: there is none; the message lists the numbers.
    """
    key = str(number).strip().zfill(2)
    if key not in _BY_NUMBER:
        raise Unknown(f"There is no sheet {number!r}. The sheets are: {', '.join(_BY_NUMBER)}.")
    return _BY_NUMBER[key]


def of_sheet(number: str) -> list[Exercise]:
    """The exercises of one sheet, in order."""
    return [exercise for exercise in EXERCISES if exercise.sheet == number]
