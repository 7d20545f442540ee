"""A setting against the base: the same data, the same time, several seeds, and one sentence at the end."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from .. import data
from ..course import CourseError, show_path, wrapped
from ..course import steps as course_steps
from ..loop import go_on, train
from ..measure import scores
from . import handin
from .questions import KEYS, Question, find
from .setup import BASE, LEASHES, NAMES, Setup, changed, difference, is_number, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIDES = ("base", "changed")
LOOKS = course_steps(4, 1)  # how often a training is scored, at equal distances
SEED = 11  # of the noise that is scored


@dataclass(frozen=True)
class Verdict:
    """Two sides, compared by what each seed got.

    Attributes:
        base, changed: mean Frechet distance, lower is better.
        spread: the larger of the two distances between best and worst seed.
    """

    base: float
    changed: float
    spread: float

    @classmethod
    def of(cls, base: np.ndarray, other: np.ndarray) -> "Verdict":
        """From the distances of the seeds of both sides."""
        return cls(float(base.mean()), float(other.mean()), float(max(np.ptp(base), np.ptp(other))))

    @property
    def gap(self) -> float:
        """Changed minus base; below 0, the change is better."""
        return self.changed - self.base

    @property
    def clear(self) -> bool:
        """Whether the difference is larger than the spread of the seeds."""
        return abs(self.gap) > self.spread

    def sentence(self, change: str) -> str:
        """What was found, in words."""
        better = "better" if self.gap < 0 else "worse"
        shown = abs(round(self.changed) - round(self.base)) if np.isfinite(self.gap) else abs(self.gap)
        said = (
            f"With {change} the Fréchet distance is {self.changed:.0f} on average, and {self.base:.0f} in the base: "
            + (f"{shown:.0f} {better}. " if shown else "no difference. ")
        )
        if self.clear:
            return f"{said}Seeds of one side differ by {self.spread:.0f} at most, so the difference is larger."
        return f"{said}Seeds of one side differ by up to {self.spread:.0f}, so this tells no difference."


@dataclass
class Experiment:
    """A finished experiment.

    Attributes:
        question: in words.
        base, changed: the settings of both sides.
        seeds: how many there are: 0, 1, ...
        frechet: shape (2, seeds, LOOKS), base first: Frechet distances at quarters of the time.
        steps: generator steps at the end, shape (2, seeds).
        seconds: of each training.
        generators: the averaged generators, side by side.
    """

    question: str
    base: Setup
    changed: Setup
    seeds: int
    frechet: np.ndarray
    steps: np.ndarray
    seconds: float
    generators: list[list[nn.Module]] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """What the ends of all trainings say."""
        return Verdict.of(*self.frechet[:, :, -1])

    def __str__(self) -> str:
        rows = self._rows()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            row[0].ljust(widths[0])
            + "".join(f"  {entry:>{width}}" for entry, width in zip(row[1:], widths[1:], strict=True))
            for row in rows
        ]
        return "\n".join([self.question, *lines, "", *self._sentences()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"
        head, *rows = [[html.escape(entry) for entry in row] for row in self._rows()]
        titles = "".join(f"<th>{title}</th>" for title in head[1:])
        body = "".join(f"<tr><td {left}>{row[0]}</td><td>{'</td><td>'.join(row[1:])}</td></tr>" for row in rows)
        below = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self._sentences())
        return (
            f"<p>{html.escape(self.question)}</p><table><thead><tr><th {left}>{head[0]}</th>{titles}</tr></thead>"
            f"<tbody>{body}</tbody></table>{below}"
        )

    def _rows(self) -> list[list[str]]:
        """The table, its titles first."""
        change = words(difference(self.base, self.changed))
        rows = [["side", *(f"seed {n}" for n in range(self.seeds)), "mean", "steps"]]
        for name, ends, steps in zip(("base", change), self.frechet[:, :, -1], self.steps, strict=True):
            rows.append([name, *(f"{end:.0f}" for end in [*ends, ends.mean(), steps.mean()])])
        return rows

    def _sentences(self) -> list[str]:
        """What was measured, and what came out."""
        return [
            f"Fréchet distance of {scores.N:,} garments to as many unseen photographs. Photographs get {_floor():.0f}.",
            self.verdict.sentence(words(difference(self.base, self.changed))),
        ]

    @property
    def literature(self) -> str:
        """What papers say, if the question is one of the ten."""
        known = find(self.question)
        return wrapped(known.said) if known else "This question is your own: search for it, and say what you found."

    def figure(self) -> "tuple[Figure, str, str]":
        """Both sides over time, with bands, and garments of each: for figures.show(*found.figure())."""
        from ..show import figures

        change = words(difference(self.base, self.changed))
        figure, panels = figures.axes(1, 2, height=2.9, width_ratios=(1, 1.3))
        left, right = panels[0]
        end, unit = (self.seconds, "seconds of training") if self.seconds else (self.steps.mean(), "generator steps")
        times = end * np.arange(1, self.frechet.shape[2] + 1) / self.frechet.shape[2]
        looks = ((figures.QUIET, "--"), (figures.FAKE, "-"))
        for name, of_seeds, (colour, line) in zip(("base", change), self.frechet, looks, strict=True):
            figures.draw_band(left, times, of_seeds, colour, label=name, linestyle=line)
        left.set(xlabel=unit, ylabel="Fréchet distance", ylim=(0, None))
        left.legend(loc="upper right")
        images = torch.cat([drawn(side[0], 16) for side in self.generators])
        figures.draw_images(right, images, columns=8, title="base above, changed below (seed 0)")
        verdict = self.verdict
        alt = (
            f"Left: Fréchet distance over the training for the base and for {change}, with a band from the best to the "
            f"worst seed; they end at {verdict.base:.0f} and {verdict.changed:.0f} on average. Right: two rows of "
            "garments of the base, and below two of the changed side."
        )
        return figure, alt, "Lines are medians of the seeds, bands go from the best to the worst."

    def hand_in(self, path: str | Path = "", name: str = "") -> Path:
        """Write the experiment to a small file: settings, results, and the weights of all generators.

        Args:
            path: with the ending .safetensors.
            name: whose it is.

        Raises:
            CourseError: it cannot be written.
        """
        card = {
            **{"name": name, "question": self.question, "seeds": self.seeds, "seconds": self.seconds},
            "base": difference(BASE, self.base),
            "changed": difference(BASE, self.changed),
            "frechet": [[round(float(end), 2) for end in side] for side in self.frechet[:, :, -1]],
            "steps": self.steps.tolist(),
        }
        before = isinstance(path, str | Path) and Path(path).is_file()
        written = handin.write(path, card, self.generators)
        done = "In the place of the one before, written" if before else "Written"
        print(f"{done} to {show_path(written)}: hand in this file.")
        return written


def experiment(
    question: str = "",
    change: Mapping[str, Any] | None = None,
    seeds: int = 3,
    seconds: float | None = None,
    steps: int | None = None,
    base: Mapping[str, Any] | None = None,
    **unknown: Any,
) -> Experiment:
    """Train the base and a changed setting with the same seeds, and score both.

    Sides take turns, seed by seed, so that a machine that grows busy is no advantage to one. Scoring takes none of
    the time of a training. Your own steps and your own penalty are in use.

    Args:
        question: one of the ten by its key, or your own words.
        change: settings by name, such as {"n_critic": 1}; None takes those of the question.
        seeds: how many, at least 2: with one there is no spread.
        seconds, steps: of each training; give one of them. With seconds, a side whose steps are quicker takes more.
        base: settings in which the base differs from that of the course.

    Raises:
        CourseError: something about the settings.
    """
    _none(unknown)
    known = _asked(question, change)
    _how_long(seeds, seconds, steps)
    own = base if base is not None else {}
    first = changed(changed(BASE, known.base if known else {}), own, "base")
    second = changed(first, change if change is not None else known.change if known else {})
    if first == second:
        raise CourseError("Base and change are the same; change one setting.")
    for name in (*own, *difference(first, second)):
        if LEASHES.get(name, first.method) not in (first.method, second.method):
            raise CourseError(f'{name} has no effect here: it is used only with method="{LEASHES[name]}".')
    if len(difference(first, second)) > 1:
        print("You change more than one setting, so the result cannot say which of them it was.")
    frechet, taken = np.zeros((2, seeds, LOOKS)), np.zeros((2, seeds), dtype=int)
    generators: list[list[nn.Module]] = [[], []]
    for seed in range(seeds):
        for side, setup in enumerate((first, second)):
            frechet[side, seed], taken[side, seed], generator = _trained(setup, seed, seconds, steps)
            generators[side].append(generator)
            print(f"seed {seed}, {SIDES[side]}: {taken[side, seed]:,} steps, distance {frechet[side, seed, -1]:.0f}")
    text = known.text if known else question.strip()
    return Experiment(text, first, second, seeds, frechet, taken, float(seconds or 0), generators)


def _asked(question: Any, change: Any) -> Question | None:
    """The question, if it is one of the ten.

    Raises:
        CourseError: it is no text, or nothing says what is changed.
    """
    if not isinstance(question, str) or not question.strip():
        raise CourseError('question should be a sentence, such as "Do we need five critic steps?".')
    known = find(question)
    if known is None and change is None:
        near = get_close_matches(question.strip().lower(), KEYS, n=1)
        hint = f'Did you mean "{near[0]}"? ' if near else ""
        raise CourseError(
            f'{hint}Say what you change, such as change={{"n_critic": 1}}, or take one of the keys {", ".join(KEYS)}.'
        )
    if known and isinstance(change, Mapping) and set(change) != set(known.change):
        raise CourseError(
            f'"{question}" asks about {", ".join(known.change)}; put a question of your own in its place.'
        )
    return known


def _none(unknown: Mapping[str, Any]) -> None:
    """Whether there are no arguments but those of experiment.

    Raises:
        CourseError: there are others.
    """
    for name, value in unknown.items():
        if name in NAMES:
            raise CourseError(f"A setting is changed with change={{{name!r}: {value!r:.20}}}.")
        raise CourseError(
            f"experiment has no argument {name!r:.40}; it has question, change, seeds, seconds, steps, base."
        )


def _how_long(seeds: Any, seconds: Any, steps: Any) -> None:
    """Whether both sides can train for so long.

    Raises:
        CourseError: they cannot.
    """
    if not is_number(seeds, whole=True) or not 2 <= seeds <= handin.MOST_SEEDS:
        raise CourseError(
            f"seeds is {seeds!r:.40}; it should be 2 or more, at most {handin.MOST_SEEDS}: one has no spread."
        )
    if (seconds is None) == (steps is None):
        raise CourseError("Give seconds or steps, one of them: both sides get as much.")
    if seconds is not None and not (is_number(seconds, whole=False) and seconds > 0):
        raise CourseError(f"seconds is {seconds!r:.40}; it should be a number above 0, such as 20.")
    if steps is not None and not (is_number(steps, whole=True) and steps >= LOOKS):
        raise CourseError(f"steps is {steps!r:.40}; it should be a whole number from {LOOKS} on.")


def _trained(setup: Setup, seed: int, seconds: float | None, steps: int | None) -> tuple[list[float], int, nn.Module]:
    """Frechet distances at quarters of the way, the number of steps, and the averaged generator."""
    torch.manual_seed(seed)
    garments, found = setup.data(data.load()), []
    leg = {"seconds": seconds / LOOKS} if seconds is not None else {"steps": max(1, (steps or 0) // LOOKS)}
    run = train(
        setup.critic(), setup.generator(), garments, **setup.arguments(), seed=seed, live=False, device="cpu", steps=0
    )
    for _ in range(LOOKS):
        go_on(run, garments, live=False, **leg)
        found.append(distance(run.average))
    return found, run.steps, run.average


@cache
def _floor() -> float:
    """What photographs get: a table is asked for it twice, as text and as HTML."""
    return scores.frechet(scores.held_out_features(), scores.features(scores.real_images(0)))


@torch.no_grad()
def drawn(generator: nn.Module, n: int) -> Tensor:
    """Images of a generator, from noise that is always the same."""
    z = torch.randn(n, 64, generator=torch.Generator().manual_seed(SEED))
    training = generator.training
    images = torch.cat([generator.eval()(part) for part in z.split(1000)])
    generator.train(training)
    return images


def distance(generator: nn.Module) -> float:
    """Frechet distance of its images to unseen photographs."""
    images = drawn(generator, scores.N)
    if not images.isfinite().all():
        return float("inf")
    return scores.frechet(scores.held_out_features(), scores.features(images))
