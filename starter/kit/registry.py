"""The one list of sheets and exercises.

The README's table, the boxes in the sheets, the progress table and the error
messages all read it.
"""

from dataclasses import dataclass

PATHS = {
    "core": "core path",
    "lab": "lab, optional",
    "homework": "homework",
}


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
    """One numbered topic: a sheet to fill in and perhaps a lesson.

    Attributes:
        stem: file name without its ending, such as "02_critic".
        title: as in the notebook's heading.
        minutes: the whole sheet on the core path, reading and running included.
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
    Sheet("00_start", "Start here", 15, 5, "your machine, the data, how a sheet works"),
    Sheet("02_critic", "The critic", 20, 0, "scores instead of probabilities"),
    Sheet("03_generator", "The generator", 40, 0, "noise to images, and the two players' steps"),
    Sheet("04_clipping", "Weight clipping", 15, 0, "the first WGAN, trained on garments"),
    Sheet("05_penalty", "The gradient penalty", 50, 0, "WGAN-GP, from two points to garments"),
)

EXERCISES = (
    Exercise("generator.to_image", "00", 1, 3, 1, "core", "brings [-1, 1] to [0, 1] for the screen"),
    Exercise("penalty.input_gradient", "00", 2, 7, 2, "core", "differentiates a function in its input"),
    Exercise("losses.critic_loss", "02", 1, 5, 2, "core", "the loss that the critic minimises"),
    Exercise("losses.wasserstein_estimate", "02", 1, 2, 1, "core", "the distance that the critic reports"),
    Exercise("critic.MLPCritic", "02", 6, 10, 2, "core", "a fully connected critic"),
    Exercise("critic.ConvCritic", "02", 8, 15, 3, "homework", "a convolutional critic"),
    Exercise("generator.sample_latent", "03", 1, 2, 1, "core", "noise for the generator"),
    Exercise("generator.MLPGenerator", "03", 8, 10, 2, "core", "a fully connected generator"),
    Exercise("losses.generator_loss", "03", 1, 3, 1, "core", "the loss that the generator minimises"),
    Exercise("training.critic_step", "03", 8, 12, 4, "core", "one update of the critic"),
    Exercise("training.generator_step", "03", 5, 6, 3, "core", "one update of the generator"),
    Exercise("generator.ConvGenerator", "03", 10, 15, 3, "homework", "a convolutional generator"),
    Exercise("clipping.clip_weights", "04", 3, 5, 2, "core", "puts the weights back into [-c, c]"),
    Exercise("penalty.interpolate", "05", 4, 8, 2, "core", "random points between real and fake"),
    Exercise("penalty.gradient_norms", "05", 4, 12, 4, "core", "the critic's slope at each image"),
    Exercise("penalty.gradient_penalty", "05", 2, 5, 2, "core", "how far the slope is from 1"),
)

_BY_NAME = {exercise.name: exercise for exercise in EXERCISES}
_BY_NUMBER = {sheet.number: sheet for sheet in SHEETS}
MODULES = tuple(dict.fromkeys(exercise.module for exercise in EXERCISES))


def exercise(name: str) -> Exercise:
    """The exercise of that name.

    Raises:
        KeyError: there is none; the message lists the names.
    """
    if name not in _BY_NAME:
        raise KeyError(f"There is no exercise {name!r}. The exercises are: {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def sheet(number: str) -> Sheet:
    """The sheet of that number, such as "02".

    Raises:
        KeyError: there is none; the message lists the numbers.
    """
    if number not in _BY_NUMBER:
        raise KeyError(f"There is no sheet {number!r}. The sheets are: {', '.join(_BY_NUMBER)}.")
    return _BY_NUMBER[number]


def of_sheet(number: str) -> list[Exercise]:
    """The exercises of one sheet, in order."""
    return [exercise for exercise in EXERCISES if exercise.sheet == number]
