"""Checks of losses.py: scores drawn anew, small and large ones, and what other formulas would make of them."""

from collections.abc import Callable

import torch
from torch import Tensor

from . import draw
from .calls import call
from .device import float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import near, show, tensor

wrong = Mistakes(
    """
    sign-swapped/critic: For {example} yours is {yours}; it should be {right}. An optimiser makes the loss smaller, so
        your critic would learn to score fakes high. Negate what the critic wants to be large.
    sign-swapped/estimate: For {example} yours is {yours}; it should be {right}. Yours is the loss. The estimate is
        positive when real images score higher than fakes.
    sign-swapped/generator: For {example} yours is {yours}; it should be {right}. An optimiser makes the loss smaller,
        and yours is small when the fakes score low. Negate what the generator wants to be large.
    absolute-value: For {example} yours is {yours}; it should be {right}. Its sign is lost, and without it
        nobody can tell which way is better.
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
    fixed-size: For {example} yours is {yours}: a sum divided by {size:.3g}, whatever the size of the batch. Divide by
        the number of scores that you get, as an average does.
    not-averaged: Your result has {count} numbers. It should be a single one, made of averages over the batch.
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
    column: Scores may come in columns of shape (n, 1) too. With {sizes} the result should be {right}; yours is {yours}.
    column/stops: Scores may come in columns of shape (n, 1) too. With {sizes} yours stops.
    wrong-value: For {example} the result should be {right}, but yours is {yours}.
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
WHY = "The scores are float32, and what is computed from them stays so."
Batches = tuple[Tensor, ...]


@checks("losses.critic_loss", "real_scores fake_scores")
def critic_loss(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    loss = _Loss(candidate, "critic", real=-1, fake=1)
    loss.check()
    return (
        f"For {loss.words(loss.first)} the loss is {show(loss.right(loss.first))}. It is linear in the scores, the two "
        "batches may differ in size, and its gradient pulls real and fake scores opposite ways."
    )


@checks("losses.wasserstein_estimate", "real_scores fake_scores")
def wasserstein_estimate(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    estimate = _Loss(candidate, "estimate", real=1, fake=-1)
    estimate.check()
    value = show(estimate.right(estimate.first))
    return f"For {estimate.words(estimate.first)} the estimate is {value}: minus the critic's loss, no penalty in it."


@checks("losses.generator_loss", "fake_scores")
def generator_loss(candidate: Callable[[Tensor], Tensor]) -> str:
    loss = _Loss(candidate, "generator", fake=-1)
    loss.check()
    value = show(loss.right(loss.first))
    return f"For {loss.words(loss.first)} the loss is {value}. It falls when any score rises, however large they are."


class _Loss:
    """A function of scores that should be a sum of averages.

    Args:
        candidate: the function.
        who: critic, estimate or generator.
        signs: for each batch, in the order of the arguments, the sign of its average.
    """

    def __init__(self, candidate: Callable[..., Tensor], who: str, **signs: float) -> None:
        self.candidate, self.who, self.batches = candidate, who, tuple(signs)
        self.signs = torch.tensor(list(signs.values()), dtype=torch.float64)
        self.first = self._readable()

    def check(self) -> None:
        """The value, for small scores, batches of other sizes and shapes, and large scores; and its gradient."""
        self._compare([self.first, *(self._drawn([n, n], 1.0, sign) for n in (3, 4, 5, 6) for sign in (1, -1))])
        for sizes in (draw.order(5)[:2] + 2, draw.order(5)[:2] + 2, torch.tensor([1, 4])):
            for column in (False, True):
                self._sizes(sizes.tolist(), column)
        for size in (1e-2, 10.0, 1e3, 1e5):
            for sign in (1, -1):
                self._large(self._drawn([5, 5], size, sign), size)
        if self.who != "estimate":  # that is only read
            self._differentiable()
        on_another_device(self.candidate, *self.first)

    def right(self, batches: Batches) -> float:
        """The value that it should have."""
        return (self._table(torch.mean, [batches]) @ self.signs).item()

    def words(self, batches: Batches) -> str:
        return " and ".join(f"{which} scores {show(batch)}" for which, batch in zip(self.batches, batches, strict=True))

    # Examples

    def _readable(self) -> Batches:
        """Four scores a batch, with few digits, whose averages are neither 0 nor alike."""
        while True:
            batches = tuple(draw.uniform(-12, 12, 4).round() / 2 + 0.0 for _ in self.batches)
            means = [batch.mean().abs().item() for batch in batches]
            if min(means) > 0.5 and abs(self.right(batches)) > 1 and len(set(means)) == len(means):
                return batches

    def _drawn(self, sizes: list[int], scale: float, sign: int) -> Batches:
        """Scores of that scale on both sides of 0; the right value is far from 0 and has this sign."""
        batches = []
        for each, n in zip(self.signs, sizes, strict=False):
            spread = draw.uniform(-4, 4, n)
            batches.append((scale * (spread - spread.mean() + sign * each * draw.number(0.5, 1.5))).float())
        return tuple(batches)

    # What comes out

    def _value(self, batches: Batches) -> float:
        """What the candidate makes of them, if it is a single finite number."""
        value = call(self.candidate, *batches)
        if isinstance(value, Tensor) and value.numel() > 1:
            wrong("not-averaged", count=value.numel())
        if isinstance(value, Tensor) and value.is_floating_point() and not value.isfinite().all():
            wrong("not-finite", example=self.words(batches))
        return float32(tensor(value, "the result", ()), "the result", WHY).item()

    def _table(self, statistic: Callable[[Tensor], Tensor], examples: list[Batches]) -> Tensor:
        """This statistic of every batch of every example."""
        rows = [[statistic(batch.flatten().double()).item() for batch in batches] for batches in examples]
        return torch.tensor(rows, dtype=torch.float64)

    def _compare(self, examples: list[Batches]) -> None:
        """Name the formula that gives what comes out, if it is not the right one."""
        found = torch.tensor([self._value(batches) for batches in examples]).double()
        means = self._table(torch.mean, examples)
        right = means @ self.signs
        if near(found, right):
            return
        known = [(f"sign-swapped/{self.who}", right, ""), ("absolute-value", right.abs(), "")]
        known += [("cut-off", cut, "") for cut in (right.clamp(min=0), right.clamp(max=0))]
        if len(self.batches) > 1:
            known += [("one-side-missing", means[:, 0], ""), ("one-side-missing", means[:, 1], "")]
            known += [("same-direction", means.sum(dim=1), "")]
        known += [("not-the-mean", self._table(what, examples) @ self.signs, name) for name, what in STATISTICS.items()]
        factor, size = found[0] / right[0], (self._table(torch.sum, examples) @ self.signs)[0] / found[0]
        total = self._table(torch.sum, examples) @ self.signs / size
        known += [("sum-not-mean" if near(size.abs(), 1.0) else "fixed-size", total, "")]
        known += [("scaled", factor * right, "")]
        at = int((found - right).abs().gt(1e-3).int().argmax())
        values = {"example": self.words(examples[at]), "yours": show(found[at]), "right": show(right[at])}
        for key, value, which in known:
            if near(found, value) or near(found, -value):
                wrong(key, which=which, factor=factor, size=size.abs(), **values)
        self._linear(examples[at], found[at].item())
        wrong("wrong-value", **values)

    def _linear(self, batches: Batches, found: float) -> None:
        """Ten times the scores, ten times the result; and all scores of a batch a step higher."""
        tenfold = self._value(tuple(10 * batch for batch in batches))
        if not near(tenfold, 10 * found, 2e-4):
            wrong("not-linear", yours=show(found), tenfold=show(tenfold))
        for place, (which, sign) in enumerate(zip(self.batches, self.signs.tolist(), strict=True)):
            step = draw.number(3, 6, 0)
            raised = self._value(tuple(batch + step * (where == place) for where, batch in enumerate(batches)))
            if not near(raised - found, sign * step, 2e-4):
                wrong("not-linear/shift", step=step, which=which, change=sign * step, yours=show(raised - found))

    def _sizes(self, sizes: list[int], column: bool) -> None:
        """Batches of different sizes, and scores in columns."""
        batches = tuple(batch[:, None] if column else batch for batch in self._drawn(sizes, 1.0, 1))
        named = zip(self.batches, sizes, strict=False)
        words = " and ".join(f"{n} {which} scores" for which, n in named) + (" in columns" if column else "")
        right = self.right(batches)
        try:
            value = self._value(batches)
        except (RuntimeError, ValueError, IndexError):
            wrong("column/stops" if column else "batch-sizes", sizes=words)
        if not near(value, right):
            wrong("column" if column else "batch-sizes/value", sizes=words, right=show(right), yours=show(value))

    def _large(self, batches: Batches, size: float) -> None:
        """Very small or very large scores."""
        found = call(self.candidate, *batches).item()
        if not near(found / size, self.right(batches) / size, 1e-3):
            most = max(batch.abs().max().item() for batch in batches)
            wrong("not-linear/range", size=most, right=show(self.right(batches)), yours=show(found))

    def _differentiable(self) -> None:
        """To first order it moves as its value says, in every batch."""
        scores = [draw.normal(draw.whole(3, 6)).requires_grad_() for _ in self.batches]
        value = call(self.candidate, *scores)
        gradients = torch.autograd.grad(value, scores, allow_unused=True) if value.requires_grad else [None]
        for batch, sign, gradient in zip(scores, self.signs, gradients, strict=False):
            if gradient is None or not near(gradient, (sign / len(batch)).expand(len(batch))):
                wrong("detached", player=self.who)
