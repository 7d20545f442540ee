"""Checks of losses.py: scores drawn anew, small and large ones, and what other formulas would make of them."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from . import draw
from .calls import call
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, show, tensor
from .report import Wrong

wrong = Mistakes(
    """
    sign-swapped/critic: For {example} yours is {yours}; it should be {right}. An optimiser makes the loss smaller, so
        your critic would learn to score fakes high. Negate what the critic wants to be large.
    sign-swapped/estimate: For {example} yours is {yours}; it should be {right}. Yours is the loss. The estimate is
        positive when real images score higher than fakes.
    sign-swapped/generator: For {example} yours is {yours}; it should be {right}. An optimiser makes the loss smaller,
        and yours is small when the fakes score low. Negate what the generator wants to be large.
    absolute-value: For {example} yours is {yours}; it should be {right}. It has lost its sign, which says on which
        side of 0 it is and so which way is better.
    cut-off: For {example} yours is {yours}; it should be {right}. Results on one side of 0 are cut off, but both signs
        are possible and both are needed.
    sum-not-mean: For {example} yours is {yours}: a sum over the batch. Take the average, so that the size of the batch
        does not matter.
    same-direction: For {example} yours is {yours}: the averages of real and fake scores are added. The critic wants
        the one high and the other low, so they need opposite signs.
    one-side-missing: For {example} yours is {yours}, which comes from one of the two batches alone. Both belong in it.
    not-the-mean: For {example} yours is {yours}, and it should be {right}. Yours is made of the {which} of each batch.
        All scores count alike: take the average.
    scaled: For {example} yours is {yours}, which is {factor:.3g} times what it should be. There is no factor in front
        of the average.
    not-averaged: Your result has {count} numbers, one for each score or pair of scores. It should be a single number,
        made of averages over the batch.
    not-linear: Make all scores ten times as large, and the result should be ten times as large; yours goes from
        {yours} to {tenfold}. Scores are not probabilities: no log, no sigmoid, no square, no constant.
    not-linear/shift: Add {step:g} to all scores of {which} images, and the result should change by {change:g}; yours
        changes by {yours}. Scores on both sides of 0 count alike: no relu, no absolute value.
    not-linear/range: With scores as large as {size:.0f} the result should be {right}, but yours is {yours}; with small
        scores it is right. Scores have no bounds: no clamp, no tanh, no sigmoid.
    not-finite: For {example} your result is NaN or infinite. A score can be any real number, also 0 or negative, so no
        log, no root and no division by scores.
    batch-sizes: Yours stops when there are {sizes}. Average each batch by itself, then combine the two numbers.
    batch-sizes/value: With {sizes} the result should be {right}, but yours is {yours}. Average each batch by itself.
    column: Scores may also come in a column, shape (n, 1). With {sizes} yours {but}.
    detached: The value is right, but its gradient does not reach all scores as it should, so the {player} cannot learn
        from it. Stay with tensors all the way: no item, no detach, no new tensor made of numbers.
    """
)
STATISTICS: dict[str, Callable[[Tensor], Tensor]] = {
    "largest score": torch.max,
    "smallest score": torch.min,
    "median": torch.median,
    "median (between the two middle scores)": lambda scores: scores.quantile(0.5),
    "first score": lambda scores: scores[0],
    "last score": lambda scores: scores[-1],
    "standard deviation": torch.std,
    "variance": torch.var,
    "norm": torch.norm,
}


@checks("losses.critic_loss", "real_scores fake_scores")
def critic_loss(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    loss = _Loss(candidate, "critic", real=-1, fake=1)
    loss.check()
    loss.differentiable()
    return (
        f"For {loss.example} the loss is {show(loss.right(loss.first))}. It is linear in the scores, the two batches "
        "may differ in size, and its gradient pulls real and fake scores opposite ways."
    )


@checks("losses.wasserstein_estimate", "real_scores fake_scores")
def wasserstein_estimate(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    estimate = _Loss(candidate, "estimate", real=1, fake=-1)
    estimate.check()
    value = show(estimate.right(estimate.first))
    return f"For {estimate.example} the estimate is {value}: minus the critic's loss, and no penalty in it."


@checks("losses.generator_loss", "fake_scores")
def generator_loss(candidate: Callable[[Tensor], Tensor]) -> str:
    loss = _Loss(candidate, "generator", fake=-1)
    loss.check()
    loss.differentiable()
    value = show(loss.right(loss.first))
    return f"For {loss.example} the loss is {value}. It falls when any score rises, however large the scores are."


Batches = tuple[Tensor, ...]


class _Loss:
    """A function of scores that should be a sum of averages.

    Args:
        candidate: the function.
        who: critic, estimate or generator.
        signs: for each batch, in the order of the arguments, the sign of its average.
    """

    def __init__(self, candidate: Callable[..., Tensor], who: str, **signs: int) -> None:
        self.candidate, self.who, self.signs = candidate, who, signs
        self.first = self._readable()
        self.example = self._named([show(batch) for batch in self.first], "{} scores {}")

    def check(self) -> None:
        """The value, for small scores, batches of other sizes and shapes, and large scores."""
        even = [self.first, *(self._drawn(n, 1.0, sign) for n in (3, 4, 5, 6) for sign in (1, -1))]
        found = [self._value(batches) for batches in even]
        self._compare(even, found)
        self._sizes()
        self._range()
        on_another_device(self.candidate, *self.first)

    def right(self, batches: Batches) -> float:
        """The value that it should have."""
        return self._combined(torch.mean, batches)

    def differentiable(self) -> None:
        """To first order it moves as its value says, in every batch."""
        scores = [draw.normal(draw.whole(3, 6)).requires_grad_() for _ in self.signs]
        value = call(self.candidate, *scores)
        gradients = torch.autograd.grad(value, scores, allow_unused=True) if value.requires_grad else [None]
        for batch, sign, gradient in zip(scores, self.signs.values(), gradients, strict=False):
            if gradient is None or not near(gradient, torch.full(batch.shape, sign / len(batch))):
                wrong("detached", player=self.who)

    def _combined(self, statistic: Callable[[Tensor], Tensor], batches: Batches) -> float:
        """What it would be with this in the place of the average."""
        signs = self.signs.values()
        return sum(
            sign * statistic(batch.flatten().double()).item() for sign, batch in zip(signs, batches, strict=True)
        )

    def _drawn(self, n: int, size: float, sign: int = 1) -> Batches:
        """Scores of that size; the right value is far from 0 and has this sign."""
        middles = [sign * each * draw.number(0.5, 1.5) for each in self.signs.values()]
        spread = [draw.uniform(-4, 4, n) for _ in middles]
        return tuple(size * (middle + each - each.mean()) for middle, each in zip(middles, spread, strict=True))

    def _readable(self) -> Batches:
        """Four scores a batch, with few digits, whose averages are neither 0 nor alike."""
        while True:
            batches = tuple(draw.uniform(-12, 12, 4).round() / 2 + 0.0 for _ in self.signs)
            means = [batch.mean().abs().item() for batch in batches]
            if min(means) > 0.5 and abs(self.right(batches)) > 1 and len({*means, 0.0}) > len(means):
                return batches

    def _named(self, words: list[str], pattern: str) -> str:
        return " and ".join(pattern.format(which, word) for which, word in zip(self.signs, words, strict=True))

    def _value(self, batches: Batches, what: str = "the result") -> float:
        """What the candidate makes of them, if it is a single finite number."""
        value = call(self.candidate, *batches)
        if isinstance(value, Tensor) and value.numel() > 1:
            wrong("not-averaged", count=value.numel())
        if isinstance(value, Tensor) and value.is_floating_point() and not value.isfinite().all():
            wrong("not-finite", example=self._named([show(batch) for batch in batches], "{} scores {}"))
        value = tensor(value, what, ())
        return float32(value, what, "The scores are float32, and what is computed from them stays so.").item()

    def _compare(self, examples: list[Batches], found: list[float]) -> None:
        """Name the formula that gives what was found, if it is not the right one."""
        if near(found, [self.right(batches) for batches in examples]):
            return
        for key, values, which in self._others(examples):
            if near(found, values):
                at = next(place for place, value in enumerate(values) if not near(value, self.right(examples[place])))
                self._wrong(key, examples[at], found[at], which=which)
        rights = [self.right(batches) for batches in examples]
        factor = found[0] / rights[0]
        if near(found, [factor * right for right in rights], 1e-3):
            self._wrong("scaled", examples[0], found[0], factor=factor)
        self._linear(self.first, found[0])
        expect(torch.tensor(found[0]), self.right(self.first), f"for {self.example} the result")
        expect(torch.tensor(found), rights, "for several batches the results")

    def _others(self, examples: list[Batches]) -> Iterator[tuple[str, list[float], str]]:
        """Mistakes and the values that they give."""
        right = torch.tensor([self.right(batches) for batches in examples])
        means = [torch.tensor([batch.mean().item() for batch in batches]) for batches in zip(*examples, strict=True)]
        known = {
            f"sign-swapped/{self.who}": [-right],
            "absolute-value": [right.abs(), -right.abs()],
            "cut-off": [right.clamp(min=0), right.clamp(max=0), (-right).clamp(min=0)],
            "one-side-missing": [sign * mean for mean in means for sign in (1, -1)],
            "same-direction": [sign * (means[0] + means[-1]) for sign in (1, -1)],
        }
        for key, candidates in known.items():
            for values in candidates:
                if len(means) > 1 or key not in ("one-side-missing", "same-direction"):
                    yield key, values.tolist(), ""
        for which, statistic in {"": torch.sum, **STATISTICS}.items():
            for sign in (1, -1):
                values = [sign * self._combined(statistic, batches) for batches in examples]
                yield "not-the-mean" if which else "sum-not-mean", values, which

    def _wrong(self, key: str, batches: Batches, found: float, **more: object) -> None:
        example = self._named([show(batch) for batch in batches], "{} scores {}")
        wrong(key, example=example, yours=show(found), right=show(self.right(batches)), **more)

    def _linear(self, batches: Batches, found: float) -> None:
        """Ten times the scores, ten times the result; and all scores of a batch a step higher."""
        tenfold = self._value(tuple(10 * batch for batch in batches))
        if not near(tenfold, 10 * found, 1e-3):
            wrong("not-linear", yours=show(found), tenfold=show(tenfold))
        for place, (which, sign) in enumerate(self.signs.items()):
            step = draw.number(3, 6, 0)
            raised = self._value(tuple(batch + step * (where == place) for where, batch in enumerate(batches)))
            if not near(raised - found, sign * step, 1e-3):
                wrong("not-linear/shift", step=step, which=which, change=sign * step, yours=show(raised - found))

    def _sizes(self) -> None:
        """Batches of different sizes, and scores in columns."""
        rows = [draw.order(5)[: len(self.signs)] + 2 for _ in range(2)] + [torch.tensor([1, 4][: len(self.signs)])]
        for number, sizes in enumerate((*rows, *rows)):
            column = number >= len(rows)
            batches = tuple(self._drawn(int(n), 1.0)[0] for n in sizes)
            batches = tuple(batch[:, None] for batch in batches) if column else batches
            words = self._named([str(int(n)) for n in sizes], "{1} {0} scores") + (" in columns" if column else "")
            key = "column" if column else "batch-sizes"
            try:
                value = self._value(batches, f"the result with {words}")
            except RuntimeError as error:
                if isinstance(error, Wrong):
                    raise
                wrong(key, sizes=words, but="stops")
            if not near(value, self.right(batches)):
                right = show(self.right(batches))
                but = f"is {show(value)} instead of {right}"
                wrong("column" if column else "batch-sizes/value", sizes=words, right=right, yours=show(value), but=but)

    def _range(self) -> None:
        """Very small and very large scores, of either sign."""
        for size in (1e-2, 10.0, 1e3, 1e5):
            for sign in (1, -1):
                batches = self._drawn(draw.whole(3, 6), size, sign)
                found = call(self.candidate, *batches)
                if not near(found / size, self.right(batches) / size, 1e-3):
                    most = max(batch.abs().max().item() for batch in batches)
                    right = show(self.right(batches))
                    wrong("not-linear/range", size=most, right=right, yours=show(found))
