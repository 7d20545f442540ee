"""Checks of distances.py: histograms and samples whose distances are known on paper."""

from collections.abc import Callable
from itertools import permutations
from math import log, sqrt
from typing import Any

import torch
from torch import Tensor

from ..measure import validate
from .judge import checks
from .probes import blaming, call, expect, near, show, standins, tensor
from .report import Wrong, wrong

# Compared bin by bin: no entry is 0, and no two mistakes give the same number.
P, Q = torch.tensor([0.5, 0.25, 0.25]), torch.tensor([0.125, 0.125, 0.75])
SHARES = "For p = [1/2, 1/4, 1/4] and q = [1/8, 1/8, 3/4]"
APART = torch.tensor([0.5, 0.5, 0.0, 0.0]), torch.tensor([0.0, 0.0, 0.25, 0.75])


# kl_divergence ---------------------------------------------------------------


@checks("distances.kl_divergence", "p q")
def kl_divergence(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    ratios = (P / Q).log()
    right, other = _kl(P, Q).item(), _kl(Q, P).item()
    value = _number(call(candidate, P, Q), "the divergence of two histograms with three bins", 3)
    _named(
        value,
        (
            "swapped-arguments",
            other,
            f"{SHARES} yours is KL(q, p) = {other:.4f}. The order matters: KL(p, q) weighs with p, "
            "and p stands above q.",
        ),
        (
            "sign-swapped",
            -right,
            f"{SHARES} yours is {-right:.4f}. A divergence is never negative: the ratio inside the logarithm is "
            "upside down, or there is a minus too many.",
        ),
        (
            "weighted-by-other",
            -other,
            f"{SHARES} yours is {-other:.4f}: the logarithms of p over q, weighed with q. How often a bin "
            "occurs is said by p, the law that the data really follow.",
        ),
        ("log-base-2", right / log(2), _base(SHARES, right / log(2), "2, so it is in bits")),
        ("log-base-10", right / log(10), _base(SHARES, right / log(10), "10")),
        (
            "mean-not-sum",
            right / 3,
            f"{SHARES} yours is {right / 3:.4f}, a third of the divergence. Add over the bins; the shares are "
            "weights already, so there is nothing to average.",
        ),
        (
            "weight-missing",
            ratios.sum().item(),
            f"{SHARES} yours is {ratios.sum():.4f}: the plain sum of the logarithms. A bin counts as much as "
            "p has in it.",
        ),
        (
            "cross-entropy",
            -(P * Q.log()).sum().item(),
            f"{SHARES} yours is {-(P * Q.log()).sum():.4f}, the cross-entropy. It is not 0 for equal laws: "
            "the logarithm is that of a ratio, with p in it too.",
        ),
        (
            "absolute-value",
            (P * ratios.abs()).sum().item(),
            f"{SHARES} yours is {(P * ratios.abs()).sum():.4f}: every bin counts as positive. A bin where q is larger "
            "than p takes something off again; only the sum is never negative.",
        ),
        (
            "log-missing",
            (P * P / Q).sum().item(),
            f"{SHARES} yours is {(P * P / Q).sum():.4f}: the ratios without their logarithm, so that equal laws get 1 "
            "instead of 0.",
        ),
        (
            "kl-div-without-log",
            (P * P.log() - P * Q).sum().item(),
            "torch's kl_div takes the logarithm of the second law as its first argument, and you give it the "
            "shares themselves.",
        ),
    )
    expect(value, right, f"{SHARES.replace('For', 'for', 1)} the divergence")
    _empty_bins(candidate)
    _float64(candidate, P, Q, right)
    _refuses(candidate, P + 0.1, Q)
    _refuses(candidate, P, Q[:2] / Q[:2].sum())
    return (
        f"{SHARES} it is {right:.4f}, and {other:.4f} the other way round. A bin that p misses adds 0, a bin "
        "that only q misses makes it infinite, and what is no histogram is refused."
    )


def _empty_bins(candidate: Callable) -> None:
    half = torch.tensor([0.5, 0.5, 0.0])
    for q, expected in ((torch.tensor([0.25, 0.25, 0.5]), log(2)), (torch.tensor([0.25, 0.75, 0.0]), 0.1438)):
        value = call(candidate, half, q)
        if isinstance(value, Tensor) and not torch.isfinite(value).all():
            wrong(
                "nan-at-zero",
                f"For p = [1/2, 1/2, 0] and q = {show(q)} yours is {show(value)}. The limit of t log t is 0 for small "
                "t, but a computer multiplies 0 with infinity and gets NaN: a bin that p misses must add nothing.",
            )
        expect(tensor(value, "the result", ()), expected, f"for p = [1/2, 1/2, 0] and q = {show(q)} the divergence")
    value = call(candidate, torch.tensor([0.5, 0.5]), torch.tensor([1.0, 0.0]))
    if isinstance(value, Tensor) and value.shape == () and value == torch.inf:
        return
    finite = isinstance(value, Tensor) and value.numel() == 1 and torch.isfinite(value).all()
    if finite and 1 < value < 100:
        wrong(
            "eps-inside",
            f"q = [1, 0] has nothing in a bin where p = [1/2, 1/2] has half, so the divergence is infinite; yours "
            f"is {show(value)}. A small number added inside the logarithm hides that, and then decides the result.",
        )
    wrong(
        "infinite-missed",
        f"q = [1, 0] has nothing in a bin where p = [1/2, 1/2] has half, so the divergence is infinite; yours is "
        f"{show(value)}. Leave out the bins that p misses, not those that q misses.",
    )


# js_divergence ---------------------------------------------------------------


@checks("distances.js_divergence", "p q")
def js_divergence(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    with standins(distances__kl_divergence=_kl):
        return _js_divergence(candidate)


def _js_divergence(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    m = (P + Q) / 2
    first, second = _kl(P, m).item(), _kl(Q, m).item()
    right = (first + second) / 2
    try:
        result = call(candidate, P, Q)
    except ValueError as error:
        if "sums to 2" not in str(error):
            raise
        wrong(
            "mixture-not-halved",
            "The mixture that you compare with sums to 2, so it is no histogram. It is the mean of the two.",
        )
    value = _number(result, "the divergence of two histograms with three bins", 3)
    turned = (_kl(m, P) + _kl(m, Q)).item()
    both = (_kl(P, Q) + _kl(Q, P)).item()
    one_sided = f"{SHARES} yours compares only one of the two with the mixture. Both count, half each."
    no_mixture = (
        f"{SHARES} yours compares p and q with each other, which is infinite as soon as one misses a bin of the "
        "other. Compare both with their mixture."
    )
    _named(
        value,
        (
            "halves-missing",
            first + second,
            f"{SHARES} yours is {first + second:.4f}, twice too much. Each of the two divergences counts half; "
            "without the halves, laws that share nothing would get 2 log 2 (as WGAN's section 2 prints it) and "
            "not the log 2 of its Example 1.",
        ),
        ("one-sided", first, one_sided),
        ("one-sided", second, one_sided),
        ("one-sided", first / 2, one_sided),
        ("one-sided", second / 2, one_sided),
        (
            "mixture-first",
            turned / 2,
            f"{SHARES} yours is {turned / 2:.4f}: the divergences of the mixture from p and q. The mixture comes "
            "second, since it misses no bin of either.",
        ),
        ("no-mixture", both, no_mixture),
        ("no-mixture", both / 2, no_mixture),
        (
            "rooted",
            sqrt(right),
            f"{SHARES} yours is {sqrt(right):.4f}, the square root (scipy's jensenshannon gives that). The "
            "divergence itself has no root.",
        ),
        ("log-base-2", right / log(2), _base(SHARES, right / log(2), "2, so that its largest value is 1")),
        (
            "sign-swapped",
            -right,
            f"{SHARES} yours is {-right:.4f}. Both divergences from the mixture are positive.",
        ),
        (
            "mixture-not-halved",
            right - log(2),
            f"{SHARES} yours is {right - log(2):.4f}. The mixture is the mean of p and q, so that it sums to 1.",
        ),
        ("mean-not-sum", right / 3, f"{SHARES} yours is {right / 3:.4f}: you average over the bins. Add."),
    )
    expect(value, right, f"{SHARES.replace('For', 'for', 1)} the divergence")
    for p, q in (APART, APART[::-1]):
        value = call(candidate, p, q)
        if isinstance(value, Tensor) and not torch.isfinite(value).all():
            wrong(
                "nan-at-zero",
                f"For two laws that share no bin yours is {show(value)}. It is log 2: a bin that one of them misses "
                "adds nothing to its own divergence, and 0 log 0 counts as 0.",
            )
        expect(tensor(value, "the result", ()), log(2), "for two laws that share no bin the divergence")
    _float64(candidate, P, Q, right)
    _refuses(candidate, P + 0.1, Q)
    return f"{SHARES} it is {right:.4f}, either way round. Laws that share no bin get log 2 = 0.6931, and no more."


# total_variation -------------------------------------------------------------


@checks("distances.total_variation", "p q")
def total_variation(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    p, q = torch.tensor([0.4, 0.1, 0.25, 0.2, 0.05]), torch.tensor([0.1, 0.3, 0.1, 0.45, 0.05])
    shares = "For p = [.4, .1, .25, .2, .05] and q = [.1, .3, .1, .45, .05]"
    value = _number(call(candidate, p, q), "the distance of two histograms with five bins", 5)
    far = (
        f"{shares} yours is {value:.4g}: the differences are added up from bin to bin first, which asks how far mass "
        "has to travel. Total variation does not: it looks at each bin alone."
    )
    squared = f"{shares} yours is {value:.4g}: squared differences are in it. Total variation adds their sizes."
    average = f"{shares} yours is {value:.4g}: an average over the bins. Add, then take half."
    _named(
        value,
        (
            "sum-not-halved",
            0.9,
            f"{shares} yours is 0.9. What is too much in one bin is missing in another, so each share that has to "
            "move is counted twice; laws that share nothing would get 2 instead of 1.",
        ),
        (
            "diff-missing-abs",
            0.0,
            f"{shares} yours is 0. Differences of shares cancel, whatever the laws: take the size of each one before "
            "you add.",
        ),
        (
            "largest-difference",
            0.3,
            f"{shares} yours is 0.3, the largest difference of a single bin. The event on which the two disagree most "
            "may be made of several bins.",
        ),
        ("mean-not-sum", 0.18, average),
        ("mean-not-sum", 0.09, average),
        ("squared", 0.215, squared),
        ("squared", 0.1075, squared),
        ("squared", sqrt(0.215), squared),
        ("squared", sqrt(0.215) / 2, squared),
        (
            "overlap-returned",
            0.55,
            f"{shares} yours is 0.55, what the two have in common. The distance is the rest: 0 for equal laws.",
        ),
        ("cumulated", 0.65, far),
        ("cumulated", 0.325, far),
    )
    expect(value, 0.45, f"{shares.replace('For', 'for', 1)} the distance")
    expect(tensor(call(candidate, *APART), "the result", ()), 1.0, "for two laws that share no bin the distance")
    _float64(candidate, p, q, 0.45)
    _refuses(candidate, p + 0.1, q)
    _refuses(candidate, p, torch.tensor([1.0]))
    return f"{shares} it is 0.45. Laws that share no bin get 1, however far apart the bins are."


# wasserstein_1d --------------------------------------------------------------

X, Y = torch.tensor([8.0, 2.0, 11.0, 12.0, 1.0]), torch.tensor([9.0, 6.0, 0.0, 7.0, 3.0])
SAMPLES = "For x = [8, 2, 11, 12, 1] and y = [9, 6, 0, 7, 3]"


@checks("distances.wasserstein_1d", "x y")
def wasserstein_1d(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    value = _number(_sorting(candidate), "the distance of two samples of five numbers", 5)
    in_order = X.sort().values, Y.sort().values
    steps = (in_order[0] - in_order[1]).double()
    right = steps.abs().mean().item()
    only_one = f"{SAMPLES} yours is {value:.4g}: one of the samples is sorted and the other is not. Sort both."
    by_other = (
        f"{SAMPLES} yours is {value:.4g}: one sample is put into the order of the other one's places. Each has an "
        "order of its own."
    )
    nearest = (
        f"{SAMPLES} yours is {value:.4g}: each number goes to the nearest of the other sample, and several may share "
        "one. In a transport each number is used once."
    )
    _named(
        value,
        (
            "unsorted",
            _mean_step(X, Y),
            f"{SAMPLES} yours is {_mean_step(X, Y):.4g}: the numbers are paired as they stand, or both are put into "
            "the same new order. Where they stand in their sample means nothing; smallest goes with smallest.",
        ),
        ("only-one-sorted", _mean_step(in_order[0], Y), only_one),
        ("only-one-sorted", _mean_step(X, in_order[1]), only_one),
        ("sorted-by-other", _mean_step(X, Y[X.argsort()]), by_other),
        ("sorted-by-other", _mean_step(X[Y.argsort()], Y), by_other),
        (
            "sum-not-mean",
            5 * right,
            f"{SAMPLES} yours is {5 * right:.4g}, a sum over five numbers. Each carries a fifth of the mass: average.",
        ),
        (
            "squared",
            steps.square().mean().item(),
            f"{SAMPLES} yours is {steps.square().mean():.4g}: squared steps, in squared units. W adds plain lengths.",
        ),
        (
            "root-mean-square",
            steps.square().mean().sqrt().item(),
            f"{SAMPLES} yours is {steps.square().mean().sqrt():.4g}: the root of the mean square, which is the "
            "distance W2. The W of this course adds plain lengths.",
        ),
        (
            "diff-missing-abs",
            steps.mean().item(),
            f"{SAMPLES} yours is {steps.mean():.4g}: steps to the left and to the right cancel, and what is left is "
            "the difference of the means. A way back costs as much as a way forth.",
        ),
        (
            "diff-missing-abs",
            -steps.mean().item(),
            f"{SAMPLES} yours is {-steps.mean():.4g}: the difference of the means, in which steps to the left and to "
            "the right cancel. Take the size of each step before you average.",
        ),
        (
            "largest-step",
            steps.abs().max().item(),
            f"{SAMPLES} yours is {steps.abs().max():.4g}, the longest step. W is the average of all of them.",
        ),
        (
            "opposite-order",
            _mean_step(in_order[0], in_order[1].flip(0)),
            f"{SAMPLES} yours is {_mean_step(in_order[0], in_order[1].flip(0)):.4g}: one sample is sorted upwards and "
            "the other downwards, which is the dearest way of pairing them.",
        ),
        (
            "all-pairs",
            (X[:, None] - Y).abs().mean().item(),
            f"{SAMPLES} yours is {(X[:, None] - Y).abs().mean():.4g}: the average over all pairs, which is not 0 for "
            "equal samples. Each number goes to one place only.",
        ),
        ("nearest-instead", (X[:, None] - Y).abs().amin(dim=1).mean().item(), nearest),
        ("nearest-instead", (X[:, None] - Y).abs().amin(dim=0).mean().item(), nearest),
    )
    expect(value, right, f"{SAMPLES.replace('For', 'for', 1)} the distance")
    moved = torch.tensor([7.0, 17.0, 6.0, 13.0, 16.0])  # x + 5, shuffled
    expect(tensor(call(candidate, X, moved), "the result", ()), 5.0, "for a sample and itself moved by 5 the result")
    single = tensor(call(candidate, X[:1], Y[:1]), "the distance of the single numbers 8 and 9", ())
    expect(single, 1.0, "for the single numbers 8 and 9 the distance")
    _float64(candidate, X, Y, right)
    _steers(candidate)
    _refuses(candidate, X, Y[:1])
    return (
        f"{SAMPLES} it is {right:.4g}, in whatever order the numbers come. A sample and itself moved by 5 are 5 apart, "
        "and the gradient reaches every number."
    )


def _sorting(candidate: Callable) -> Any:
    """The candidate's result, or what sort() gave it beside the values."""
    try:
        return call(candidate, X, Y)
    except (TypeError, AttributeError) as error:
        if "return_types.sort" not in str(error):
            raise
        wrong(
            "sort-returns-two",
            "You use the result of sort as if it were a tensor. It holds two: the sorted values, and where each one "
            "came from.",
        )
    except RuntimeError as error:
        if "Got: Long" not in str(error):
            raise
        wrong(
            "positions-compared",
            "You average whole numbers: those are positions in the sample (what argsort gives, or the second result "
            "of sort), not the numbers themselves.",
        )


def _steers(candidate: Callable) -> None:
    """A generator can learn from it: the gradient reaches both samples."""
    cut = (
        "The value is right, but its gradient does not reach the samples, so no generator can learn from it. Stay "
        "with torch all the way: no numpy, no item, no detach."
    )
    x, y = X.clone().requires_grad_(True), Y.clone().requires_grad_(True)
    with blaming("detached", cut):
        value = call(candidate, x, y)
    gradients = torch.autograd.grad(value, (x, y), allow_unused=True) if value.requires_grad else (None, None)
    for gradient in gradients:
        if gradient is None or not near(gradient.abs(), torch.full((5,), 0.2)):
            wrong("detached", cut)


def _mean_step(x: Tensor, y: Tensor) -> float:
    return (x - y).abs().mean().item()


# dual_value ------------------------------------------------------------------

F = torch.tensor([4.0, 6.0, 8.0, 2.0, 1.0])  # steepest: the fall by 6
REAL, FAKE = torch.tensor([0.1, 0.2, 0.4, 0.2, 0.1]), torch.tensor([0.3, 0.2, 0.1, 0.1, 0.3])
DRAWN = "For f = [4, 6, 8, 2, 1], p = [.1, .2, .4, .2, .1] and q = [.3, .2, .1, .1, .3]"


@checks("distances.dual_value", "f p q", "spacing")
def dual_value(candidate: Callable[..., Tensor]) -> str:
    gap = (F * (REAL - FAKE)).sum().item()  # 1.6
    value = _number(call(candidate, F, REAL, FAKE), "what a critic over five bins proves", 5)
    one_law = f"{DRAWN} yours is {value:.4g}: only one of the two laws is in it. A critic proves by the difference."
    size = (
        f"{DRAWN} yours is {value:.4g}: f is divided by how large it is. Only its slope is limited: add 10 to all "
        "scores, and nothing may change."
    )
    _named(
        value,
        (
            "not-normalised",
            gap,
            f"{DRAWN} yours is {gap:.4g}: the difference of the mean scores as it is. Ten times the critic would prove "
            "ten times as much. Divide by the steepest slope.",
        ),
        (
            "sign-swapped",
            -gap / 6,
            f"{DRAWN} yours is {-gap / 6:.4g}, and this critic does score p higher. Which law comes with plus?",
        ),
        (
            "mean-slope",
            gap / 2.75,
            f"{DRAWN} yours is {gap / 2.75:.4g}: divided by the mean slope, 2.75. The limit of 1 holds for every step, "
            "so it is the steepest one that counts.",
        ),
        (
            "diff-missing-abs",
            gap / 2,
            f"{DRAWN} yours is {gap / 2:.4g}: divided by 2, the steepest rise. The fall by 6 is steeper.",
        ),
        (
            "central-differences",
            gap / 3.5,
            f"{DRAWN} yours is {gap / 3.5:.4g}: divided by 3.5, a slope averaged over two steps. The steepest single "
            "step is 6.",
        ),
        (
            "range-instead",
            gap / 7,
            f"{DRAWN} yours is {gap / 7:.4g}: divided by 7, the difference of highest and lowest score. A slope is "
            "the rise from one bin to the next.",
        ),
        ("size-instead", gap / 8, size),
        ("size-instead", gap / F.norm().item(), size),
        (
            "multiplied",
            gap * 6,
            f"{DRAWN} yours is {gap * 6:.4g}: multiplied by the steepest slope. A steep critic has to be made flatter.",
        ),
        ("mean-not-sum", gap / 30, f"{DRAWN} yours is {gap / 30:.4g}: an average over the bins. Add."),
        ("one-law-only", (F @ REAL).item() / 6, one_law),
        ("one-law-only", (F @ FAKE).item() / 6, one_law),
        ("one-law-only", -(F @ FAKE).item() / 6, one_law),
    )
    expect(value, gap / 6, f"{DRAWN.replace('For', 'for', 1)} the value")
    leaning = tensor(call(candidate, -F, REAL, FAKE), "the result", ())
    if leaning > -1e-6:
        wrong(
            "absolute-value",
            f"For the critic upside down yours is {leaning:.4g}. It scores the fakes higher, so it should get "
            f"{-gap / 6:.4g}: without its sign the number cannot tell you to turn the critic round.",
        )
    expect(leaning, -gap / 6, "for the critic upside down the value")
    _with_spacing(candidate, gap)
    for changed, what in ((10 * F, "ten times as high"), (F + 10, "with 10 added to all scores")):
        value = tensor(call(candidate, changed, REAL, FAKE), "the result", ())
        expect(value, gap / 6, f"for the same critic {what} the value")
    _float64(candidate, F, REAL, FAKE, gap / 6)
    _refuses(candidate, F, REAL + 0.1, FAKE)
    ramp = tensor(call(candidate, torch.arange(3.0), torch.eye(3)[2], torch.eye(3)[0]), "the result", ())
    expect(ramp, 2.0, "for two bins that are 2 apart and a ramp the value")
    return (
        f"{DRAWN} it is {gap:.4g} / 6 = {gap / 6:.4f}, also for ten times that critic; upside down it is "
        f"{-gap / 6:.4f}. A ramp proves that bins 0 and 2 are 2 apart."
    )


def _with_spacing(candidate: Callable, gap: float) -> None:
    value = tensor(call(candidate, F, REAL, FAKE, spacing=0.5), "the result with spacing=0.5", ())
    if near(value, gap / 6):
        wrong(
            "spacing-ignored",
            "With spacing=0.5 and with spacing=1 yours gives the same. Bins that lie closer make the same scores "
            "steeper, and what they prove smaller.",
        )
    if near(value, gap / 3):
        wrong(
            "spacing-inverted",
            f"With spacing=0.5 yours doubles to {gap / 3:.4g}. A slope is a rise divided by a run: bins that "
            "lie closer make the critic steeper, so it proves less.",
        )
    expect(value, gap / 12, "with spacing=0.5 the value")


# transport_plan --------------------------------------------------------------

SENT, WANTED = torch.tensor([0.5, 0.25, 0.25]), torch.tensor([0.25, 0.25, 0.5])
COST = torch.tensor([[8.0, 0.0, 3.0], [0.0, 6.0, 5.0], [1.0, 0.0, 9.0]])
MOVE = "For p = [1/2, 1/4, 1/4] and q = [1/4, 1/4, 1/2]"


@checks("distances.transport_plan", "p q cost")
def transport_plan(candidate: Callable[[Tensor, Tensor, Tensor], Tensor]) -> str:
    _plan(candidate, SENT, WANTED)
    with blaming("float64-fails", "Your code stops when all numbers are float64."):
        value = call(candidate, SENT.double(), WANTED.double(), COST.double())
        expect(tensor(value, "the plan for float64", (3, 3)), _plan(candidate, SENT, WANTED), "the plan for float64")
    p, q = torch.tensor([0.1, 0.0, 0.6, 0.3]), torch.tensor([0.4, 0.3, 0.0, 0.3])
    places = torch.arange(4.0)
    cost = (places[:, None] - places).abs()
    with blaming("size-fixed", "Your code works for 3 bins and stops for 4."):
        plan = tensor(call(candidate, p, q, cost), "the plan for 4 bins", (4, 4)).double()
    _moves_all(plan, p, q)
    expect((plan * cost).sum(), 0.9, "for p = [.1, 0, .6, .3] and q = [.4, .3, 0, .3] on a line the cheapest cost")
    _refuses(candidate, SENT + 0.1, WANTED, COST)
    best = _cheapest(COST)
    return (
        f"{MOVE} your plan costs {best:.4g}, and none of the ways of moving four quarters is cheaper. "
        "Its row sums are p, its column sums q, and no entry is negative."
    )


def _plan(candidate: Callable, p: Tensor, q: Tensor) -> Tensor:
    """The plan for the small example, or the mistake."""
    plan = _as_plan(_solving(candidate, p, q))
    if (plan < -1e-6).any():
        wrong(
            "negative-entries",
            f"Your plan has entries down to {plan.min():.4g}. A negative share would be sent back and earn its price: "
            "let the programme know that entries start at 0.",
        )
    _moves_all(plan, p, q)
    if near(plan, torch.outer(p, q)):
        wrong(
            "independent-coupling",
            "Your plan is p times q: every bin sends to all bins in the same proportions. The sums are right, but "
            "nothing in it looks at the cost.",
        )
    cost, best = (plan * COST).sum().item(), _cheapest(COST)
    if near(cost, best):
        return plan
    if near((plan * COST.T).sum(), _cheapest(COST.T)):
        wrong(
            "cost-transposed",
            f"Your plan costs {cost:.4g} and the cheapest {best:.4g}. It would be the cheapest if the price "
            "from i to j were that from j to i: entry (i, j) of plan and cost must meet.",
        )
    if near(cost, -_cheapest(-COST)):
        wrong("dearest", f"Your plan costs {cost:.4g}, which is the most expensive way; the cheapest costs {best:.4g}.")
    wrong(
        "not-cheapest",
        f"Row and column sums are right, but your plan costs {cost:.4g} and there is one for {best:.4g}. Keeping the "
        "order is best on a line, not for any cost.",
    )


def _solving(candidate: Callable, p: Tensor, q: Tensor) -> Any:
    """The candidate's result, or what linprog had to say."""
    try:
        return call(candidate, p, q, COST)
    except (ValueError, TypeError) as error:
        text = str(error)
        if "c must be a 1-D array" in text:
            wrong(
                "cost-not-flat",
                "linprog takes one long row of prices, and you give it the table. The unknowns are the entries of the "
                "plan, row after row; so are their prices.",
            )
        if "b_eq must be a 1-D array" in text:
            wrong(
                "sums-incomplete",
                "`marginals` has 2k rows, and your right-hand side has another length. It holds what the k row sums "
                "have to be, and then the k column sums.",
            )
        if "NoneType" in text:
            wrong(
                "no-plan-found",
                "linprog finds no solution, so its x is None. Does it know that shares cannot be negative, and are "
                "the conditions those of the sheet?",
            )
        raise


def _as_plan(value: Any) -> Tensor:
    """A finite (3, 3) tensor, or what was returned instead."""
    if hasattr(value, "x") and hasattr(value, "fun"):
        wrong(
            "result-object",
            "You return the whole answer of linprog: value, status, message and more. The plan is in one of its parts.",
        )
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 0):
        wrong("still-numpy", "Your result is a numpy array; turn it into a tensor.")
    if isinstance(value, Tensor) and value.shape == (9,):
        wrong(
            "not-reshaped",
            "Your result is one row of 9 numbers. The plan is a table: row i says where bin i sends its share.",
        )
    if isinstance(value, (float, Tensor)) and near(value, _cheapest(COST)):
        wrong("cost-returned", "Your result is what the cheapest plan costs. Asked for is the plan itself.")
    return tensor(value, "the plan for 3 bins", (3, 3)).detach().double()


def _moves_all(plan: Tensor, p: Tensor, q: Tensor) -> None:
    """Row sums p and column sums q, or what they are instead."""
    rows, columns = plan.sum(dim=1), plan.sum(dim=0)
    if near(rows, p) and near(columns, q):
        return
    if near(plan, torch.zeros_like(plan)):
        wrong(
            "nothing-moved",
            "Your plan is 0 everywhere: nothing moves, which costs nothing. The row and column sums must *equal* "
            "p and q; at most p and q is not enough.",
        )
    if near(rows, q) and near(columns, p):
        wrong(
            "transposed",
            "Your plan has row sums q and column sums p: it is lying on its side. Entry (i, j) goes from bin i of p "
            "to bin j of q.",
        )
    if near(rows, torch.ones_like(rows)):
        wrong(
            "rows-normalised",
            "Each row of your plan sums to 1: it says in which proportions a bin sends. Asked for are the shares "
            "themselves, with row sums p.",
        )
    wrong(
        "not-marginals",
        f"Your plan has row sums {show(rows)} and column sums {show(columns)}; they should be p = {show(p)} and "
        f"q = {show(q)}. Everything leaves its bin once and arrives once.",
    )


def _cheapest(cost: Tensor) -> float:
    """Cost of the best plan for the small example: all ways of moving four quarters."""
    prices, origins, goals = cost.tolist(), (0, 0, 1, 2), (0, 1, 2, 2)
    return min(sum(prices[i][j] for i, j in zip(origins, to, strict=True)) / 4 for to in permutations(goals))


# What they share -------------------------------------------------------------


def _kl(p: Tensor, q: Tensor) -> Tensor:
    """Kullback-Leibler divergence, right also with empty bins."""
    validate.histograms(p=p, q=q)
    return torch.xlogy(p, p).sum() - torch.xlogy(p, q).sum()


def _number(value: Any, what: str, k: int) -> Tensor:
    """A single number, or the mistake of not adding up."""
    if isinstance(value, Tensor) and value.shape == (k,):
        wrong(
            "not-added-up",
            f"Your result still has {k} numbers. A distance is a single one: what is left to do with them?",
        )
    return tensor(value, what, ())


def _named(value: Tensor, *mistakes: tuple[str, float, str]) -> None:
    """End the check if the value is that of a known mistake: (id, value, message)."""
    for mistake, number, message in mistakes:
        if near(value, number):
            wrong(mistake, message)


def _base(shares: str, value: float, base: str) -> str:
    return f"{shares} yours is {value:.4f}: the logarithm has base {base}. This course uses the natural one, in nats."


def _float64(candidate: Callable, *given: Any) -> None:
    """The same result for float64: given holds the arguments and, last, that result."""
    *tensors, expected = given
    with blaming("float64-fails", "Your code stops when all numbers are float64."):
        value = call(candidate, *(value.double() for value in tensors))
        expect(tensor(value, "the result for float64", ()), expected, "for float64 the result")


def _refuses(candidate: Callable, *given: Tensor) -> None:
    """The given line that looks at the arguments is still there and at work."""
    try:
        call(candidate, *given)
    except ValueError:
        return
    except Wrong:
        raise
    except Exception as error:
        happened = f"stops with {type(error).__name__}"
    else:
        happened = "gives a number"
    lengths = len({value.shape[0] for value in given}) > 1
    what = "arguments of different lengths" if lengths else "shares that do not sum to 1"
    wrong(
        "validation-removed",
        f"For {what} your code {happened}. The call of validate that comes with the blank would say what is "
        "wrong: keep it, and keep it first.",
    )
