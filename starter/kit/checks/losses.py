"""Checks of losses.py: hand-made scores whose averages you can do in your head."""

from collections.abc import Callable

import torch
from torch import Tensor

from .calls import call
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, tensor

REAL = torch.tensor([1.0, 3.0, 5.0, 7.0])  # mean 4
FAKE = torch.tensor([-2.0, 0.0, -4.0, 0.0])  # mean -1.5
SCORES = "or real scores [1, 3, 5, 7] and fake scores [-2, 0, -4, 0]"

wrong = Mistakes(
    f"""
    sign-swapped/critic: F{SCORES} yours is 5.5, and an optimiser would make it smaller: the critic would learn to
        score fakes high. You minimise, so negate what the critic wants to be large.
    sign-swapped/estimate: F{SCORES} yours is -5.5. That is the loss. The estimate of a distance is positive when
        real images score higher.
    sign-swapped/generator: For fake scores with mean -1.5 yours is -1.5: minimising it lowers the scores of the
        fakes, so the generator would get worse. It wants high scores; what must it minimise then?
    absolute-value/critic: Exchange real and fake scores, and the result must change its sign; yours does not.
        A difference without its sign cannot tell the critic which way to go.
    absolute-value/estimate: Exchange real and fake scores, and the result must change its sign; yours does not.
        The estimate may be negative while the critic is still bad, and a size alone would hide that.
    absolute-value/generator: Change the sign of all scores, and the loss must change its sign; yours does not.
        A size alone cannot tell the generator which way to go.
    sum-not-mean: F{SCORES} yours is {{yours}}: a sum over the batch. Average, so that its size does not matter.
    sum-not-mean/generator: Yours is {{yours}} for four scores with mean -1.5. Average over the batch.
    same-direction: F{SCORES} yours is {{yours}}: the two averages are added. The critic pulls real and fake scores
        opposite ways.
    one-side-missing: F{SCORES} yours is {{yours}}, which is the average of one batch alone. Both belong in it.
    batch-sizes: {{uneven}} should work too, but yours stops: {{error}}. Average each batch by itself, then combine
        the two numbers.
    batch-sizes/value: For {{uneven}} the result should be {{right}}, but yours is {{yours}}. Average each batch by
        itself.
    not-averaged: Your result has one number for each score. A loss is a single number: the average over the batch.
    not-linear: Make all scores ten times as large, and the result should be ten times as large; yours goes from
        {{yours}} to {{tenfold}}. Scores are not probabilities: no log, no sigmoid, no square, no constant.
    detached: The value is right, but the gradient does not reach all scores, so the {{player}} cannot learn from
        it. Stay with tensors all the way: no item, no detach, no new tensor made of numbers.
    """
)


@checks("losses.critic_loss", "real_scores fake_scores")
def critic_loss(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    _difference(candidate, -5.5, "critic")
    _differentiable(candidate, "critic", REAL, FAKE[:2])
    return (
        f"F{SCORES} the loss is -5.5. It is linear in the scores, the two batches may differ in size, and its "
        "gradient pulls real and fake scores opposite ways."
    )


@checks("losses.wasserstein_estimate", "real_scores fake_scores")
def wasserstein_estimate(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    _difference(candidate, 5.5, "estimate")
    return f"F{SCORES} the estimate is 5.5: minus the critic's loss, and no penalty in it."


@checks("losses.generator_loss", "fake_scores")
def generator_loss(candidate: Callable[[Tensor], Tensor]) -> str:
    value = _value(call(candidate, FAKE), "the loss for the fake scores [-2, 0, -4, 0]")
    wrong.named(value, {"sign-swapped/generator": -1.5, "sum-not-mean/generator": (6.0, -6.0)})
    _linear(value, call(candidate, 10 * FAKE))
    expect(value, 1.5, "for fake scores [-2, 0, -4, 0] the loss")
    if near(call(candidate, -FAKE), 1.5):
        wrong("absolute-value/generator")
    column = tensor(call(candidate, FAKE[:3, None]), "the loss for three scores in a column", ())
    expect(column, 2.0, "for scores [[-2], [0], [-4]] the loss")
    _differentiable(candidate, "generator", FAKE)
    return "For fake scores [-2, 0, -4, 0] the loss is 1.5, and it falls when any score rises."


def _difference(loss: Callable[[Tensor, Tensor], Tensor], right: float, what: str) -> None:
    """What critic_loss and wasserstein_estimate share: they differ in the sign."""
    value = _value(call(loss, REAL, FAKE), "the result for four real and four fake scores")
    exchanged = tensor(call(loss, FAKE, REAL), "the result with real and fake scores exchanged", ())
    if near(value.abs(), 5.5) and near(exchanged, value):
        wrong(f"absolute-value/{what}")
    wrong.named(value, {f"sign-swapped/{what}": -right})
    known = {"sum-not-mean": 22.0, "same-direction": 2.5, "one-side-missing": (1.5, 4.0)}
    wrong.named(value.abs(), known, yours=f"{value:.4g}")
    _linear(value, call(loss, 10 * REAL, 10 * FAKE))
    expect(value, right, f"f{SCORES} the result")
    right = 6.0 if right > 0 else -6.0
    for real, fake, which in ((REAL, FAKE[:3], "in rows"), (REAL[:, None], FAKE[:3, None], "in columns")):
        uneven = f"4 real scores [1, 3, 5, 7] and 3 fake ones [-2, 0, -4] {which}"
        try:
            value = call(loss, real, fake)
        except RuntimeError as error:
            wrong("batch-sizes", uneven=uneven, error=error)
        value = tensor(value, f"the result for {uneven}", ())
        if not near(value, right):
            wrong("batch-sizes/value", uneven=uneven, right=f"{right:g}", yours=f"{value:.4g}")


def _value(value: Tensor, what: str) -> Tensor:
    """A single number, or the mistake of not averaging."""
    if isinstance(value, Tensor) and value.shape == REAL.shape:
        wrong("not-averaged")
    return tensor(value, what, ())


def _linear(value: Tensor, tenfold: Tensor) -> None:
    """Losses on scores are linear: ten times the scores, ten times the loss."""
    if not near(tenfold, 10 * value):
        wrong("not-linear", yours=f"{float(value):.4g}", tenfold=f"{float(tenfold):.4g}")


def _differentiable(loss: Callable[..., Tensor], player: str, *batches: Tensor) -> None:
    """The loss moves, to first order, as its value says, in every batch."""
    scores = [batch.clone().requires_grad_(True) for batch in batches]
    value = call(loss, *scores)
    gradients = torch.autograd.grad(value, scores, allow_unused=True) if value.requires_grad else [None]
    for batch, gradient in zip(scores, gradients, strict=False):
        if gradient is None or not near(gradient.abs(), torch.full(batch.shape, 1 / len(batch))):
            wrong("detached", player=player)
