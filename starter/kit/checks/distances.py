"""Checks of distances.py: histograms and samples whose distances are known on paper."""

from collections.abc import Callable
from itertools import permutations
from math import log, sqrt
from typing import Any

import torch
from torch import Tensor

from ..measure import validate
from .calls import call, standins
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, show, tensor
from .report import Wrong

# {given} is the example, "For p = ... and q = ...", {yours} the number for it, and {result} says both:
# "For p = ... and q = ... yours is 0.35".
wrong = Mistakes(
    """
    swapped-arguments: {given} yours is KL(q, p) = {yours}. The order matters: KL(p, q) weighs with p, and p stands
        above q.
    sign-swapped/kl: {result}. A divergence is never negative: the ratio inside the logarithm is upside down, or there
        is a minus too many.
    weighted-by-other: {result}: the logarithms of p over q, weighed with q. How often a bin occurs is said by p, the
        law that the data really follow.
    log-base-2/kl: {result}: the logarithm has base 2, so it is in bits. This course uses the natural one, in nats.
    log-base-10: {result}: the logarithm has base 10. This course uses the natural one, in nats.
    mean-not-sum/kl: {result}, a third of the divergence. Add over the bins; the shares are weights already, so there is
        nothing to average.
    weight-missing: {result}: the plain sum of the logarithms. A bin counts as much as p has in it.
    cross-entropy: {result}, the cross-entropy. It is not 0 for equal laws: the logarithm is that of a ratio, with p in
        it too.
    absolute-value/kl: {result}: every bin counts as positive. A bin where q is larger than p takes something off again;
        only the sum is never negative.
    log-missing: {result}: the ratios without their logarithm, so that equal laws get 1 instead of 0.
    kl-div-without-log: torch's kl_div takes the logarithm of the second law as its first argument, and you give it the
        shares themselves.
    nan-at-zero/kl: For p = [1/2, 1/2, 0] and q = {q} yours is {yours}. The limit of t log t is 0 for small t, but a
        computer multiplies 0 with infinity and gets NaN: a bin that p misses must add nothing.
    eps-inside: q = [1, 0] has nothing in a bin where p = [1/2, 1/2] has half, so the divergence is infinite; yours is
        {yours}. A small number added inside the logarithm hides that, and then decides the result.
    infinite-missed: q = [1, 0] has nothing in a bin where p = [1/2, 1/2] has half, so the divergence is infinite; yours
        is {yours}. Leave out the bins that p misses, not those that q misses.

    mixture-not-halved: The mixture that you compare with sums to 2, so it is no histogram. It is the mean of the two.
    halves-missing: {result}, twice too much. Each of the two divergences counts half; without the halves, laws that
        share nothing would get 2 log 2 (as WGAN's section 2 prints it) and not the log 2 of its Example 1.
    one-sided: {given} yours compares only one of the two with the mixture. Both count, half each.
    mixture-first: {result}: the divergences of the mixture from p and q. The mixture comes second, since it misses no
        bin of either.
    no-mixture: {given} yours compares p and q with each other, which is infinite as soon as one misses a bin of the
        other. Compare both with their mixture.
    rooted: {result}, the square root (scipy's jensenshannon gives that). The divergence itself has no root.
    log-base-2/js: {result}: the logarithm has base 2, so that its largest value is 1. This course uses the natural one,
        in nats.
    sign-swapped/js: {result}. Both divergences from the mixture are positive.
    mixture-not-halved/value: {result}. The mixture is the mean of p and q, so that it sums to 1.
    mean-not-sum/js: {result}: you average over the bins. Add.
    nan-at-zero/js: For two laws that share no bin yours is {yours}. It is log 2: a bin that one of them misses adds
        nothing to its own divergence, and 0 log 0 counts as 0.

    sum-not-halved: {result}. What is too much in one bin is missing in another, so each share that has to move is
        counted twice; laws that share nothing would get 2 instead of 1.
    diff-missing-abs/shares: {given} yours is 0. Differences of shares cancel, whatever the laws: take the size of each
        one before you add.
    largest-difference: {result}, the largest difference of a single bin. The event on which the two disagree most may
        be made of several bins.
    mean-not-sum/tv: {result}: an average over the bins. Add, then take half.
    squared/shares: {result}: squared differences are in it. Total variation adds their sizes.
    overlap-returned: {result}, what the two have in common. The distance is the rest: 0 for equal laws.
    cumulated: {result}: the differences are added up from bin to bin first, which asks how far mass has to travel.
        Total variation does not: it looks at each bin alone.

    unsorted: {result}: the numbers are paired as they stand, or both are put into the same new order. Where they stand
        in their sample means nothing; smallest goes with smallest.
    only-one-sorted: {result}: one of the samples is sorted and the other is not. Sort both.
    sorted-by-other: {result}: one sample is put into the order of the other one's places. Each has an order of its own.
    sum-not-mean: {result}, a sum over five numbers. Each carries a fifth of the mass: average.
    squared/steps: {result}: squared steps, in squared units. W adds plain lengths.
    root-mean-square: {result}: the root of the mean square, which is the distance W2. The W of this course adds plain
        lengths.
    diff-missing-abs/steps: {result}: steps to the left and to the right cancel, and what is left is the difference of
        the means. A way back costs as much as a way forth.
    diff-missing-abs/means: {result}: the difference of the means, in which steps to the left and to the right cancel.
        Take the size of each step before you average.
    largest-step: {result}, the longest step. W is the average of all of them.
    opposite-order: {result}: one sample is sorted upwards and the other downwards, which is the dearest way of pairing
        them.
    all-pairs: {result}: the average over all pairs, which is not 0 for equal samples. Each number goes to one place
        only.
    nearest-instead: {result}: each number goes to the nearest of the other sample, and several may share one. In a
        transport each number is used once.
    sort-returns-two: You use the result of sort as if it were a tensor. It holds two: the sorted values, and where each
        one came from.
    positions-compared: You average whole numbers: those are positions in the sample (what argsort gives, or the second
        result of sort), not the numbers themselves.
    detached: The value is right, but its gradient does not reach the samples, so no generator can learn from it. Stay
        with torch all the way: no numpy, no item, no detach.

    not-normalised: {result}: the difference of the mean scores as it is. Ten times the critic would prove ten times as
        much. Divide by the steepest slope.
    sign-swapped/dual: {result}, and this critic does score p higher. Which law comes with plus?
    mean-slope: {result}: divided by the mean slope, 2.75. The limit of 1 holds for every step, so it is the steepest
        one that counts.
    diff-missing-abs/slopes: {result}: divided by 2, the steepest rise. The fall by 6 is steeper.
    central-differences: {result}: divided by 3.5, a slope averaged over two steps. The steepest single step is 6.
    range-instead: {result}: divided by 7, the difference of highest and lowest score. A slope is the rise from one bin
        to the next.
    size-instead: {result}: f is divided by how large it is. Only its slope is limited: add 10 to all scores, and
        nothing may change.
    multiplied: {result}: multiplied by the steepest slope. A steep critic has to be made flatter.
    mean-not-sum/dual: {result}: an average over the bins. Add.
    one-law-only: {result}: only one of the two laws is in it. A critic proves by the difference.
    absolute-value/dual: For the critic upside down yours is {yours:.4g}. It scores the fakes higher, so it should get
        {right:.4g}: without its sign the number cannot tell you to turn the critic round.
    spacing-ignored: With spacing=0.5 and with spacing=1 yours gives the same. Bins that lie closer make the same scores
        steeper, and what they prove smaller.
    spacing-inverted: With spacing=0.5 yours doubles to {yours}. A slope is a rise divided by a run: bins that lie
        closer make the critic steeper, so it proves less.

    cost-not-flat: linprog takes one long row of prices, and you give it the table. The unknowns are the entries of the
        plan, row after row; so are their prices.
    sums-incomplete: `marginals` has 2k rows, and your right-hand side has another length. It holds what the k row sums
        have to be, and then the k column sums.
    no-plan-found: linprog finds no solution, so its x is None. Does it know that shares cannot be negative, and are the
        conditions those of the sheet?
    result-object: You return the whole answer of linprog: value, status, message and more. The plan is in one of its
        parts.
    still-numpy: Your result is a numpy array; turn it into a tensor.
    not-reshaped: Your result is one row of 9 numbers. The plan is a table: row i says where bin i sends its share.
    cost-returned: Your result is what the cheapest plan costs. Asked for is the plan itself.
    size-fixed: Your code works for 3 bins and stops for 4.
    negative-entries: Your plan has entries down to {yours:.4g}. A negative share would be sent back and earn its price:
        let the programme know that entries start at 0.
    nothing-moved: Your plan is 0 everywhere: nothing moves, which costs nothing. The row and column sums must *equal* p
        and q; at most p and q is not enough.
    transposed: Your plan has row sums q and column sums p: it is lying on its side. Entry (i, j) goes from bin i of p
        to bin j of q.
    rows-normalised: Each row of your plan sums to 1: it says in which proportions a bin sends. Asked for are the shares
        themselves, with row sums p.
    not-marginals: Your plan has row sums {rows} and column sums {columns}; they should be p = {p} and q = {q}.
        Everything leaves its bin once and arrives once.
    independent-coupling: Your plan is p times q: every bin sends to all bins in the same proportions. The sums are
        right, but nothing in it looks at the cost.
    cost-transposed: Your plan costs {yours:.4g} and the cheapest {best:.4g}. It would be the cheapest if the price from
        i to j were that from j to i: entry (i, j) of plan and cost must meet.
    dearest: Your plan costs {yours:.4g}, which is the most expensive way; the cheapest costs {best:.4g}.
    not-cheapest: Row and column sums are right, but your plan costs {yours:.4g} and there is one for {best:.4g}.
        Keeping the order is best on a line, not for any cost.

    not-added-up: Your result still has {k} numbers. A distance is a single one: what is left to do with them?
    float64-fails: Your code stops when all numbers are float64.
    validation-removed: For {what} your code {happened}. The call of validate that comes with the blank would say what
        is wrong: keep it, and keep it first.
    """
)

Distance = Callable[..., Tensor]

# Histograms ------------------------------------------------------------------

# Compared bin by bin: no entry is 0, and no two mistakes give the same number.
P, Q = torch.tensor([0.5, 0.25, 0.25]), torch.tensor([0.125, 0.125, 0.75])
SHARES = "For p = [1/2, 1/4, 1/4] and q = [1/8, 1/8, 3/4]"
APART = torch.tensor([0.5, 0.5, 0.0, 0.0]), torch.tensor([0.0, 0.0, 0.25, 0.75])


def _kl(p: Tensor, q: Tensor) -> Tensor:
    """Kullback-Leibler divergence, right also with empty bins."""
    validate.histograms(p=p, q=q)
    return torch.xlogy(p, p).sum() - torch.xlogy(p, q).sum()


@checks("distances.kl_divergence", "p q")
def kl_divergence(candidate: Distance) -> str:
    value = _number(call(candidate, P, Q), "the divergence of two histograms with three bins", 3)
    ratios, right, other = (P / Q).log(), _kl(P, Q), _kl(Q, P)
    known = {
        "swapped-arguments": other,
        "sign-swapped/kl": -right,
        "weighted-by-other": -other,
        "log-base-2/kl": right / log(2),
        "log-base-10": right / log(10),
        "mean-not-sum/kl": right / 3,
        "weight-missing": ratios.sum(),
        "cross-entropy": -(P * Q.log()).sum(),
        "absolute-value/kl": (P * ratios.abs()).sum(),
        "log-missing": (P * P / Q).sum(),
        "kl-div-without-log": (P * P.log() - P * Q).sum(),
    }
    _compare(value, right, known, SHARES, "divergence", "{:.4f}")
    _empty_bins(candidate)
    _float64(candidate, (P, Q), right)
    _refuses(candidate, P + 0.1, Q)
    _refuses(candidate, P, Q[:2] / Q[:2].sum())
    return (
        f"{SHARES} it is {right:.4f}, and {other:.4f} the other way round. A bin that p misses adds 0, a bin "
        "that only q misses makes it infinite, and what is no histogram is refused."
    )


def _empty_bins(candidate: Distance) -> None:
    half = torch.tensor([0.5, 0.5, 0.0])
    for q, right in ((torch.tensor([0.25, 0.25, 0.5]), log(2)), (torch.tensor([0.25, 0.75, 0.0]), 0.1438)):
        what = f"for p = [1/2, 1/2, 0] and q = {show(q)} the divergence"
        _result(call(candidate, half, q), right, what, "nan-at-zero/kl", q=show(q))
    value = call(candidate, torch.tensor([0.5, 0.5]), torch.tensor([1.0, 0.0]))
    number = isinstance(value, Tensor) and value.numel() == 1
    if not number or value.shape or value != torch.inf:
        wrong("eps-inside" if number and 1 < value < 100 else "infinite-missed", yours=show(value))


@checks("distances.js_divergence", "p q")
@standins(distances__kl_divergence=_kl)
def js_divergence(candidate: Distance) -> str:
    with wrong.translating({"mixture-not-halved": "sums to 2"}):
        value = _number(call(candidate, P, Q), "the divergence of two histograms with three bins", 3)
    m = (P + Q) / 2
    first, second, both = _kl(P, m), _kl(Q, m), _kl(P, Q) + _kl(Q, P)
    right = (first + second) / 2
    known = {
        "halves-missing": 2 * right,
        "one-sided": (first, second, first / 2, second / 2),
        "mixture-first": (_kl(m, P) + _kl(m, Q)) / 2,
        "no-mixture": (both, both / 2),
        "rooted": right.sqrt(),
        "log-base-2/js": right / log(2),
        "sign-swapped/js": -right,
        "mixture-not-halved/value": right - log(2),
        "mean-not-sum/js": right / 3,
    }
    _compare(value, right, known, SHARES, "divergence", "{:.4f}")
    for p, q in (APART, APART[::-1]):
        _result(call(candidate, p, q), log(2), "for two laws that share no bin the divergence", "nan-at-zero/js")
    _float64(candidate, (P, Q), right)
    _refuses(candidate, P + 0.1, Q)
    return f"{SHARES} it is {right:.4f}, either way round. Laws that share no bin get log 2 = 0.6931, and no more."


@checks("distances.total_variation", "p q")
def total_variation(candidate: Distance) -> str:
    p, q = torch.tensor([0.4, 0.1, 0.25, 0.2, 0.05]), torch.tensor([0.1, 0.3, 0.1, 0.45, 0.05])
    shares = "For p = [.4, .1, .25, .2, .05] and q = [.1, .3, .1, .45, .05]"
    value = _number(call(candidate, p, q), "the distance of two histograms with five bins", 5)
    known = {
        "sum-not-halved": 0.9,
        "diff-missing-abs/shares": 0.0,
        "largest-difference": 0.3,
        "mean-not-sum/tv": (0.18, 0.09),
        "squared/shares": (0.215, 0.1075, sqrt(0.215), sqrt(0.215) / 2),
        "overlap-returned": 0.55,
        "cumulated": (0.65, 0.325),
    }
    _compare(value, 0.45, known, shares, "distance")
    _result(call(candidate, *APART), 1.0, "for two laws that share no bin the distance")
    _float64(candidate, (p, q), 0.45)
    _refuses(candidate, p + 0.1, q)
    _refuses(candidate, p, torch.tensor([1.0]))
    return f"{shares} it is 0.45. Laws that share no bin get 1, however far apart the bins are."


# wasserstein_1d --------------------------------------------------------------

X, Y = torch.tensor([8.0, 2.0, 11.0, 12.0, 1.0]), torch.tensor([9.0, 6.0, 0.0, 7.0, 3.0])
SAMPLES = "For x = [8, 2, 11, 12, 1] and y = [9, 6, 0, 7, 3]"


@checks("distances.wasserstein_1d", "x y")
def wasserstein_1d(candidate: Distance) -> str:
    with wrong.translating({"sort-returns-two": "return_types.sort", "positions-compared": "Got: Long"}):
        value = _number(call(candidate, X, Y), "the distance of two samples of five numbers", 5)
    x, y = X.sort().values, Y.sort().values
    steps, pairs = (x - y).double(), (X[:, None] - Y).abs()
    right = steps.abs().mean()
    known = {
        "unsorted": _mean_step(X, Y),
        "only-one-sorted": (_mean_step(x, Y), _mean_step(X, y)),
        "sorted-by-other": (_mean_step(X, Y[X.argsort()]), _mean_step(X[Y.argsort()], Y)),
        "sum-not-mean": 5 * right,
        "squared/steps": steps.square().mean(),
        "root-mean-square": steps.square().mean().sqrt(),
        "diff-missing-abs/steps": steps.mean(),
        "diff-missing-abs/means": -steps.mean(),
        "largest-step": steps.abs().max(),
        "opposite-order": _mean_step(x, y.flip(0)),
        "all-pairs": pairs.mean(),
        "nearest-instead": (pairs.amin(dim=1).mean(), pairs.amin(dim=0).mean()),
    }
    _compare(value, right, known, SAMPLES, "distance")
    moved = torch.tensor([7.0, 17.0, 6.0, 13.0, 16.0])  # x + 5, shuffled
    _result(call(candidate, X, moved), 5.0, "for a sample and itself moved by 5 the result")
    single = tensor(call(candidate, X[:1], Y[:1]), "the distance of the single numbers 8 and 9", ())
    expect(single, 1.0, "for the single numbers 8 and 9 the distance")
    _float64(candidate, (X, Y), right)
    _steers(candidate)
    _refuses(candidate, X, Y[:1])
    return (
        f"{SAMPLES} it is {right:.4g}, in whatever order the numbers come. A sample and itself moved by 5 are 5 apart, "
        "and the gradient reaches every number."
    )


def _mean_step(x: Tensor, y: Tensor) -> Tensor:
    return (x - y).abs().mean()


def _steers(candidate: Distance) -> None:
    """A generator can learn from it: the gradient reaches both samples."""
    x, y = X.clone().requires_grad_(True), Y.clone().requires_grad_(True)
    with wrong.blaming("detached"):
        value = call(candidate, x, y)
    gradients = torch.autograd.grad(value, (x, y), allow_unused=True) if value.requires_grad else (None, None)
    if not all(gradient is not None and near(gradient.abs(), torch.full((5,), 0.2)) for gradient in gradients):
        wrong("detached")


# dual_value ------------------------------------------------------------------

F = torch.tensor([4.0, 6.0, 8.0, 2.0, 1.0])  # steepest: the fall by 6
REAL, FAKE = torch.tensor([0.1, 0.2, 0.4, 0.2, 0.1]), torch.tensor([0.3, 0.2, 0.1, 0.1, 0.3])
DRAWN = "For f = [4, 6, 8, 2, 1], p = [.1, .2, .4, .2, .1] and q = [.3, .2, .1, .1, .3]"


@checks("distances.dual_value", "f p q", "spacing")
def dual_value(candidate: Distance) -> str:
    value = _number(call(candidate, F, REAL, FAKE), "what a critic over five bins proves", 5)
    gap = (F * (REAL - FAKE)).sum().item()  # 1.6
    known = {
        "not-normalised": gap,
        "sign-swapped/dual": -gap / 6,
        "mean-slope": gap / 2.75,
        "diff-missing-abs/slopes": gap / 2,
        "central-differences": gap / 3.5,
        "range-instead": gap / 7,
        "size-instead": (gap / 8, gap / F.norm()),
        "multiplied": gap * 6,
        "mean-not-sum/dual": gap / 30,
        "one-law-only": (F @ REAL / 6, F @ FAKE / 6, -F @ FAKE / 6),
    }
    _compare(value, gap / 6, known, DRAWN, "value")
    leaning = tensor(call(candidate, -F, REAL, FAKE), "the result", ())
    if leaning > -1e-6:
        wrong("absolute-value/dual", yours=leaning, right=-gap / 6)
    expect(leaning, -gap / 6, "for the critic upside down the value")
    closer = tensor(call(candidate, F, REAL, FAKE, spacing=0.5), "the result with spacing=0.5", ())
    wrong.named(closer, {"spacing-ignored": gap / 6, "spacing-inverted": gap / 3})
    expect(closer, gap / 12, "with spacing=0.5 the value")
    for changed, what in ((10 * F, "ten times as high"), (F + 10, "with 10 added to all scores")):
        _result(call(candidate, changed, REAL, FAKE), gap / 6, f"for the same critic {what} the value")
    _float64(candidate, (F, REAL, FAKE), gap / 6)
    _refuses(candidate, F, REAL + 0.1, FAKE)
    ramp = call(candidate, torch.arange(3.0), torch.eye(3)[2], torch.eye(3)[0])
    _result(ramp, 2.0, "for two bins that are 2 apart and a ramp the value")
    return (
        f"{DRAWN} it is {gap:.4g} / 6 = {gap / 6:.4f}, also for ten times that critic; upside down it is "
        f"{-gap / 6:.4f}. A ramp proves that bins 0 and 2 are 2 apart."
    )


# transport_plan --------------------------------------------------------------

SENT, WANTED = torch.tensor([0.5, 0.25, 0.25]), torch.tensor([0.25, 0.25, 0.5])
COST = torch.tensor([[8.0, 0.0, 3.0], [0.0, 6.0, 5.0], [1.0, 0.0, 9.0]])


@checks("distances.transport_plan", "p q cost")
def transport_plan(candidate: Distance) -> str:
    errors = {"cost-not-flat": "c must be a 1-D", "sums-incomplete": "b_eq must be a 1-D", "no-plan-found": "NoneType"}
    with wrong.translating(errors):
        plan = _as_plan(call(candidate, SENT, WANTED, COST))
    if (plan < -1e-6).any():
        wrong("negative-entries", yours=plan.min())
    _moves_all(plan, SENT, WANTED)
    _costs_least(plan)
    _float64(candidate, (SENT, WANTED, COST), plan, "plan")
    p, q = torch.tensor([0.1, 0.0, 0.6, 0.3]), torch.tensor([0.4, 0.3, 0.0, 0.3])
    places = torch.arange(4.0)
    cost = (places[:, None] - places).abs()
    with wrong.blaming("size-fixed"):
        plan = tensor(call(candidate, p, q, cost), "the plan for 4 bins", (4, 4)).double()
    _moves_all(plan, p, q)
    expect((plan * cost).sum(), 0.9, "for p = [.1, 0, .6, .3] and q = [.4, .3, 0, .3] on a line the cheapest cost")
    _refuses(candidate, SENT + 0.1, WANTED, COST)
    return (
        f"For p = [1/2, 1/4, 1/4] and q = [1/4, 1/4, 1/2] your plan costs {_cheapest(COST):.4g}, and none of the ways "
        "of moving four quarters is cheaper. Its row sums are p, its column sums q, and no entry is negative."
    )


def _as_plan(value: Any) -> Tensor:
    """A finite (3, 3) tensor, or what was returned instead."""
    instead = {
        "result-object": hasattr(value, "x") and hasattr(value, "fun"),
        "still-numpy": type(value).__module__ == "numpy" and bool(getattr(value, "ndim", 0)),
        "not-reshaped": isinstance(value, Tensor) and value.shape == (9,),
        "cost-returned": isinstance(value, (float, Tensor)) and near(value, _cheapest(COST)),
    }
    wrong.first(instead)
    return tensor(value, "the plan for 3 bins", (3, 3)).detach().double()


def _moves_all(plan: Tensor, p: Tensor, q: Tensor) -> None:
    """Row sums p and column sums q, or what they are instead."""
    rows, columns = plan.sum(dim=1), plan.sum(dim=0)
    if not near(rows, p) or not near(columns, q):
        wrong.named(plan, {"nothing-moved": torch.zeros_like(plan)})
        wrong.named(torch.stack([rows, columns]), {"transposed": torch.stack([q, p])})
        wrong.named(rows, {"rows-normalised": torch.ones_like(rows)})
        wrong("not-marginals", rows=show(rows), columns=show(columns), p=show(p), q=show(q))


def _costs_least(plan: Tensor) -> None:
    """No plan for the small example is cheaper, or how this one was chosen."""
    wrong.named(plan, {"independent-coupling": torch.outer(SENT, WANTED)})
    cost, best = (plan * COST).sum(), _cheapest(COST)
    if not near(cost, best):
        wrong.named((plan * COST.T).sum(), {"cost-transposed": _cheapest(COST.T)}, yours=cost, best=best)
        wrong.named(cost, {"dearest": -_cheapest(-COST)}, yours=cost, best=best)
        wrong("not-cheapest", yours=cost, best=best)


def _cheapest(cost: Tensor) -> float:
    """Cost of the best plan for the small example: all ways of moving four quarters."""
    prices, origins, goals = cost.tolist(), (0, 0, 1, 2), (0, 1, 2, 2)
    return min(sum(prices[i][j] for i, j in zip(origins, to, strict=True)) / 4 for to in permutations(goals))


# What they share -------------------------------------------------------------


def _number(value: Any, what: str, k: int) -> Tensor:
    """A single number, or the mistake of not adding up."""
    if isinstance(value, Tensor) and value.shape == (k,):
        wrong("not-added-up", k=k)
    return tensor(value, what, ())


def _compare(value: Tensor, right: Any, known: dict[str, Any], given: str, what: str, digits: str = "{:.4g}") -> None:
    """The right number, or the mistake that this one comes from."""
    yours = digits.format(value.item())
    wrong.named(value, known, given=given, yours=yours, result=f"{given} yours is {yours}")
    expect(value, right, f"{given} the {what}")


def _result(value: Any, right: float, what: str, nan: str = "", **more: str) -> None:
    """A single number, and the right one; nan is the mistake that spoils it."""
    if nan and isinstance(value, Tensor) and not torch.isfinite(value).all():
        wrong(nan, yours=show(value), **more)
    expect(tensor(value, "the result", ()), right, what)


def _float64(candidate: Distance, given: tuple[Tensor, ...], right: float | Tensor, what: str = "result") -> None:
    """The same result for float64."""
    right = torch.as_tensor(right)
    with wrong.blaming("float64-fails"):
        value = call(candidate, *(value.double() for value in given))
        expect(tensor(value, f"the {what} for float64", tuple(right.shape)), right, f"for float64 the {what}")


def _refuses(candidate: Distance, *given: Tensor) -> None:
    """The given line that looks at the arguments is still there and at work."""
    try:
        call(candidate, *given)
        happened = "gives a number"
    except ValueError:
        return
    except Wrong:
        raise
    except Exception as error:
        happened = f"stops with {type(error).__name__}"
    lengths = len({value.shape[0] for value in given}) > 1
    what = "arguments of different lengths" if lengths else "shares that do not sum to 1"
    wrong("validation-removed", what=what, happened=happened)
