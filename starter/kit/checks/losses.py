"""Checks of losses.py: hand-made scores whose averages you can do in your head."""

from collections.abc import Callable

import torch
from torch import Tensor

from .base import call, checks, expect, near, tensor, wrong

REAL = torch.tensor([1.0, 3.0, 5.0, 7.0])  # mean 4
FAKE = torch.tensor([-2.0, 0.0, -4.0, 0.0])  # mean -1.5
SCORES = "For real scores [1, 3, 5, 7] and fake scores [-2, 0, -4, 0]"


@checks("losses.critic_loss")
def critic_loss(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    _difference(
        candidate,
        expected=-5.5,
        swapped=(
            "sign-swapped",
            f"{SCORES} yours is 5.5, and an optimiser would make it smaller: the critic would learn to "
            "score fakes high. You minimise, so negate what the critic wants to be large.",
        ),
    )
    return f"{SCORES} the loss is -5.5; it is linear in the scores, and the two batches may differ in size."


@checks("losses.wasserstein_estimate")
def wasserstein_estimate(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    _difference(
        candidate,
        expected=5.5,
        swapped=(
            "sign-swapped",
            f"{SCORES} yours is -5.5. That is the loss. The estimate of a distance is positive when real "
            "images score higher.",
        ),
    )
    return f"{SCORES} the estimate is 5.5: minus the critic's loss, and no penalty in it."


@checks("losses.generator_loss")
def generator_loss(candidate: Callable[[Tensor], Tensor]) -> str:
    value = tensor(call(candidate, FAKE), "the loss", ())
    if near(value, -1.5):
        wrong(
            "sign-swapped",
            "For fake scores with mean -1.5 yours is -1.5: minimising it lowers the scores of the fakes, so the "
            "generator would get worse. It wants high scores; what must it minimise then?",
        )
    if near(value, 6.0):
        wrong("sum-not-mean", "Yours is four times too large for four scores. Average over the batch.")
    _linear(value, call(candidate, 10 * FAKE))
    expect(value, 1.5, "for fake scores [-2, 0, -4, 0] the loss")
    expect(tensor(call(candidate, FAKE[:3, None]), "the loss", ()), 2.0, "for scores [[-2], [0], [-4]] the loss")
    return "For fake scores [-2, 0, -4, 0] the loss is 1.5, and it falls when any score rises."


def _difference(loss: Callable[[Tensor, Tensor], Tensor], expected: float, swapped: tuple[str, str]) -> None:
    """What critic_loss and wasserstein_estimate share: they differ in the sign."""
    sign = 1 if expected > 0 else -1
    try:
        value = call(loss, REAL, FAKE)
    except TypeError as error:
        if "argument" in str(error):
            wrong("wrong-arguments", f"The function is called with real_scores and fake_scores, in this order. {error}")
        raise
    value = tensor(value, "the result for four real and four fake scores", ())
    if near(value, -expected):
        if near(call(loss, FAKE, REAL), -expected):
            wrong(
                "absolute-value",
                "Exchange real and fake scores, and the result must change its sign; yours does not. "
                "A difference without its sign cannot tell the critic which way to go.",
            )
        wrong(*swapped)
    if near(value, 4 * expected) or near(value, -4 * expected):
        wrong("sum-not-mean", f"{SCORES} yours is {value:.4g}: a sum over the batch. Average, so that its size does not matter.")
    if near(value.abs(), 2.5):
        wrong(
            "same-direction",
            f"{SCORES} yours is {value:.4g}: the two averages are added. The critic pulls real and fake scores "
            "opposite ways.",
        )
    if near(value.abs(), 1.5) or near(value.abs(), 4.0):
        wrong("one-side-missing", f"{SCORES} yours is {value:.4g}, which is the average of one batch alone. Both belong in it.")
    _linear(value, call(loss, 10 * REAL, 10 * FAKE))
    expect(value, expected, f"{SCORES.replace('For', 'for', 1)} the result")
    if near(call(loss, FAKE, REAL), expected):
        wrong(
            "absolute-value",
            "Exchange real and fake scores, and the result must change its sign; yours does not. "
            "A difference without its sign cannot tell the critic which way to go.",
        )
    uneven = "4 real scores [1, 3, 5, 7] in a column and 3 fake ones [-2, 0, -4] in a row"
    try:
        value = call(loss, REAL[:, None], FAKE[:3])
    except RuntimeError as error:
        wrong("batch-sizes", f"{uneven} should work too, but yours stops: {error}. Average each batch first, then combine the two numbers.")
    value = tensor(value, f"the result for {uneven}", ())
    if not near(value, sign * 6.0):
        wrong("batch-sizes", f"For {uneven} the result should be {sign * 6}, but yours is {value:.4g}. Average each batch by itself.")


def _linear(value: Tensor, tenfold: Tensor) -> None:
    """Losses on scores are linear: ten times the scores, ten times the loss."""
    if not near(tenfold, 10 * value):
        wrong(
            "not-linear",
            f"Make all scores ten times as large, and the result should be ten times as large; yours goes from "
            f"{float(value):.4g} to {float(tenfold):.4g}. Scores are not probabilities: no log, no sigmoid, no square.",
        )
