"""A setting against the base: the same data, the same time, several seeds, and one sentence at the end."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from .. import data
from ..course import CourseError, wrapped
from ..course import steps as course_steps
from ..loop import go_on, train
from ..measure import scores
from . import handin
from .questions import find
from .setup import BASE, Setup, changed, difference, words

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
            f"{shown:.0f} {better}. "
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
        floor = scores.frechet(scores.held_out_features(), scores.features(scores.real_images(0)))
        return [
            f"Fréchet distance of {scores.N:,} garments to as many unseen photographs. Photographs get {floor:.0f}.",
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
        return figure, alt, "Lines are the middle seed, bands go from the best to the worst."

    def hand_in(self, path: str | Path, name: str) -> Path:
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
        return handin.write(Path(path), card, self.generators)


def experiment(
    question: str,
    change: Mapping[str, Any] | None = None,
    seeds: int = 3,
    seconds: float | None = None,
    steps: int | None = None,
    base: Mapping[str, Any] | None = None,
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
    known = find(question) if isinstance(question, str) else None
    if not isinstance(question, str) or not question.strip():
        raise CourseError('question should be a sentence, such as "Do we need five critic steps?".')
    if known is None and change is None:
        raise CourseError('Say what you change, such as change={"n_critic": 1}, or take the key of a question.')
    if not isinstance(seeds, int) or isinstance(seeds, bool) or not 2 <= seeds <= handin.MOST_SEEDS:
        raise CourseError(
            f"seeds is {seeds!r}; it should be 2 or more, at most {handin.MOST_SEEDS}: one has no spread."
        )
    if (seconds is None) == (steps is None):
        raise CourseError("Give seconds or steps, one of them: both sides get as much.")
    first = changed(BASE, {**(known.base if known else {}), **(base or {})}, "base")
    second = changed(first, change if change is not None else known.change if known else {})
    if first == second:
        raise CourseError("Base and change are the same; change one setting.")
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
