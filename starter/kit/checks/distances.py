"""Checks of distances.py: drawn histograms and samples, whose distances follow from the definitions."""

from collections.abc import Callable, Sequence
from functools import partial
from math import log
from typing import Any, NamedTuple

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor
from torch.nn import functional

from ..measure import validate
from . import draw
from .calls import call, standins
from .judge import checks
from .mistakes import Mistakes
from .probes import apart, expect, near, show, tensor
from .report import Wrong

# {given} is the example, "For p = ... and q = ...", {yours} the number for it, and {result} says both:
# "For p = ... and q = ... yours is 0.35". {now} is the number for a changed example.
wrong = Mistakes(
    """
    not-added-up: Your result still has {n} numbers, and a distance is a single one. What does the formula do with them?
    one-part-only: {result}, which comes from a single entry (the first, last, middle, smallest or largest). All count.
    mean-not-sum: {result}, an average over the {k} bins. Add: the shares are weights already.
    sign-swapped: {result}. A distance is never negative: there is a minus too many, or a ratio is upside down.
    other-base: {result}: the logarithm has another base than e, such as 2 or 10. This course uses base e (nats).
    squared: {result}: something is squared, and the formula has no square.
    rooted: {result}: there is a root in it, and the formula has none.
    diff-missing-abs: {result}. Positive and negative differences cancel, or some are left out: take the size of each.
    equal-not-zero: {result}. For two equal arguments it is {now} and should be 0: there is no difference.
    order-matters: {result}, and {now} with the same {things} in another order. The order must not matter.
    not-symmetric: {result}, and {now} with p and q exchanged. Both ways have to give the same.
    constant-factor: {result}, {factor} times the right value, and so it is for others. A factor is missing or too much.
    cut-off: {given} yours is {yours} and should be {right}. Something limits it, such as clamp or relu.
    dtype-changed: The value is right, but for {given} numbers it is {got}. Keep the type: torch may refuse to mix them.
    validation-removed: For {what} your code {happened}. The call of validate that comes with the blank would say what
        is wrong: keep it, and keep it first.

    swapped-arguments: {result}, which is KL(q, p). In KL(p, q) each bin counts with its share in p.
    weighted-by-other: {result}: the right logarithms, weighted with q. How much a bin counts is said by p.
    weight-missing: {result}: the logarithms without weights. Each bin counts with its share in p.
    cross-entropy: {result}: an entropy or a cross-entropy. The logarithm is that of a ratio, with p and q in it.
    absolute-value: {result}: negative parts count as positive, or not at all. Only the whole sum is never negative.
    log-misplaced: {result}. Each bin adds the logarithm of its own ratio, times its share: a logarithm is missing, or
        it is that of a sum, or divided by another.
    symmetric-instead: {result}: KL(q, p) or the mean of p and q is in it, too. KL compares p with q itself, one way.
    kl-div-without-log: {result}. torch's kl_div takes the logarithm of the second distribution as its first argument,
        and you give it the shares themselves.
    softmax-used: {result}: a softmax is in it, which changes the histograms. They are shares already.
    nan-at-zero: {given} yours is {yours}. The limit of t log t is 0 for small t, but a computer multiplies 0 with
        infinity and gets NaN: a bin with share 0 must add nothing.
    empty-bin-counted: {given} yours is {yours} and should be {right}. A bin with share 0 must add nothing.
    eps-inside: {given} the divergence is infinite, because q misses a bin that p has; yours is {yours}. A small number
        in the place of 0 hides that, and then decides the result.
    infinite-missed: {given} the divergence is infinite, because q misses a bin that p has; yours {does}. Leave out only
        the bins that p misses.

    mixture-not-halved: You compare p and q with something that is no histogram, because its shares do not sum to 1. The
        mixture is the mean of the two, bin by bin.
    halves-missing: {result}, twice too much. Each of the two divergences counts half; without the halves, histograms
        that share no bin would get 2 log 2 (as WGAN's section 2 prints it) and not the log 2 of its Example 1.
    uneven-weights: {result}: the two divergences are not added with the same weight. Both count half, with a plus.
    one-sided: {result}: only one of the two is compared with the mixture. Both count, half each.
    mixture-first: {result}: the mixture is the first argument of a KL. It comes second, since it misses no bin.
    no-mixture: {result}: p and q are compared with each other, which is infinite as soon as one misses a bin of the
        other. Compare both with their mixture.
    other-mixture: {result}: the mixture is not the plain mean of p and q.

    sum-not-halved: {result}, twice too much. What is too much in one bin is missing in another, so each share that has
        to move is counted twice.
    overlap-returned: {result}, which tells what the two have in common. The distance is the rest: 0 for equal ones.
    bins-mixed: {result}: shares of different bins are compared, as when both are sorted. Compare bin by bin.
    other-distance: {result}: this measures the difference of p and q in another way than the formula does.
    cumulated: {result}: the differences are added up from bin to bin first. Total variation looks at each bin alone.

    unsorted: {result}: the samples are not sorted, each by itself. The smallest number goes with the smallest.
    only-one-sorted: {result}: one of the samples is sorted and the other is not. Sort both.
    sorted-by-size: {result}: the signs of the numbers are left out when you sort. But -3 is smaller than 2.
    sum-not-mean: {result}: the sum over the {k} pairs is divided by another number than {k}, or not at all.
    bent: {result}: short steps count less than their length (as in smooth_l1 or huber). W takes plain lengths.
    summary-compared: {result}: each sample is reduced to one number, such as its spread. W compares number by number.
    opposite-order: {result}: one sample is sorted upwards and the other downwards, the dearest way of pairing them.
    all-pairs: {result}: every number is compared with every other. In a transport each one goes to one place only.
    nearest-instead: {result}: each number goes to the nearest one, and several may share one. Each is used only once.
    sort-returns-two: You compute with what sort or sorted returns{where}. Torch's sort returns two tensors, the sorted
        values and where each one came from; Python's sorted returns a list.
    positions-compared: You compare or count whole numbers, such as the positions in a sample that argsort gives (or the
        second result of sort), not the numbers themselves.
    duplicates-dropped: {result}: a number that occurs twice is counted once. Each entry of a sample counts.
    detached: The value is right, but its gradient does not reach every number of both samples, so a generator could not
        learn from it. Stay with torch all the way: no numpy, no item, no detach.
    shift-matters: {result}, and {now} when 5 is added to all numbers. Only the differences of x and y count.
    not-in-units: {result}, and {now} when all numbers are 10 times as large. Then W has to be 10 times as large, too.

    not-normalised: {result}: the difference of the mean scores is not divided by the steepest slope of the critic. Ten
        times the critic would prove more.
    sign-swapped/dual: {result}, and this critic does score p higher. Which distribution comes with plus?
    one-direction-only: {given} yours is {yours} and should be {right}. You look for the steepest rise only, or the
        steepest fall only; both count.
    other-slope: {result}: you divide by something else than the steepest slope, such as the mean slope or the highest
        score minus the lowest. A slope is the step from a bin to the next, and the largest one counts.
    size-instead: {result}: it depends on how large f is. Add 10 to all scores, and nothing may change.
    no-difference: {result}: one of the two distributions is missing, or both are added. Their difference counts.
    critic-ignored: {result}: that is the whole distance. The question is how much of it the critic f proves.
    scores-bent: {result}: the scores go through a function that bends them, such as relu or tanh. Take f as it is.
    absolute-value/dual: {given} yours is {yours} and should be {right}. An absolute value takes the sign away: a critic
        that scores the fakes higher gets a negative number, which tells you to turn it round.
    spacing-ignored: With spacing={spacing} and with spacing=1 yours gives the same. A slope is a rise divided by a run.
    spacing-misused: With spacing={spacing} yours is {yours} and should be {right}. Bins that lie closer make the same
        critic steeper, so it proves less.

    cost-not-flat: linprog takes one long row of prices, and you give it the table. The unknowns are the entries of the
        plan, row after row; so are their prices.
    sums-incomplete: `marginals` and its right-hand side do not fit: there is one number for each of the 2k rows, first
        what the k row sums have to be and then the k column sums.
    no-plan-found: linprog finds no solution, so its x is None. Does it know that shares may be anything from 0 to 1,
        and are the conditions those of the sheet?
    result-object: You use the whole answer of linprog as if it were the plan. The plan is in one of its parts.
    still-numpy: Your result is a numpy array; turn it into a tensor.
    not-reshaped: Your result is one row of {n} numbers. The plan is a table: row i says where bin i sends its share.
    cost-returned: Your result is a price: what the plan costs, in all or entry by entry. The plan itself is asked for.
    plan-not-float64: Your plan is right, but it is {got}, and float64 is asked for. In float32 its sums are not exact.
    negative-entries: Your plan has entries down to {yours:.4g}, and shares cannot be negative. Does linprog know that?
    nothing-moved: Your plan is 0 everywhere: nothing moves, which costs nothing. Its row and column sums have to be
        equal to p and q, and not at most as large.
    transposed: Your plan has row sums q and column sums p. Entry (i, j) goes from bin i of p to bin j of q.
    rows-normalised: The rows or the columns of your plan sum to 1. Row sums should be p, and column sums q.
    not-marginals: For p = {p} and q = {q} your plan has row sums {rows} and column sums {columns}. Row sums have to be
        p, and column sums q: everything leaves its bin once and arrives once.
    cost-ignored: Row and column sums are right, but your plan stays the same when the prices change.
    cost-transposed: Your plan costs {yours} and the cheapest {best}. It would be the cheapest if the price from i to j
        were that from j to i: entry (i, j) of plan and cost must meet.
    dearest: Your plan costs {yours}, which is the most expensive way; the cheapest costs {best}.
    unpaired: {result}: the points are paired as they stand, or by a rule that does not look at all distances. Which
        pairing makes the mean distance smallest?
    greedy: {result}: each point takes the nearest one that is left. Later pairs pay for that: the best pairing is found
        for all together.
    all-pairs/points: {result}: every point is compared with every other. Each point is in one pair only.
    nearest-instead/points: {result}: each point goes to its nearest, and several may share one. Each is used only once.
    squared/points: {result}: squared distances are in it. W takes plain lengths, for the pairing and for the mean.
    sum-not-mean/points: {result}: the sum over the {k} pairs is divided by another number than {k}, or not at all.
    dearest/points: {result}: the dearest pairing. linear_sum_assignment minimises unless told otherwise.
    other-length: {result}: the length of a step is not the Euclidean one. Square the differences of the coordinates,
        add them up, and take the root.
    by-coordinate: {result}: each coordinate is sorted or compared by itself. In the plane there is no order: whole
        points make pairs.
    means-compared: {result}: the distance of the two means. Points make pairs, and the mean comes last.
    pairs-exchanged: {result}: the right pairing, read the wrong way round. Rows belong to x and columns to y.
    pairing-returned: Your result says who goes with whom. Asked for is the mean distance of the pairs.
    detach-for-pairs: Your code works for plain points and stops when they come out of a generator: the search for the
        pairing needs numbers without a graph. Cut the costs off there, and take the mean of those that still have it.
    detached/points: The value is right, but its gradient does not reach both batches, so a generator could not learn
        from it. Search for the pairing with numbers; take the mean of distances that torch still follows.
    other-sizes: Your code is right for points in the plane, and {does} for {what}. Every batch and every number of
        coordinates should do.

    not-cheapest: Row and column sums are right, but your plan costs {yours} and there is one for {best}. What does
        linprog minimise in your code, and may every entry be as large as it likes?
    """
)

Distance = Callable[..., Tensor]
Known = dict[str, Any]  # for each mistake the number that it gives, or several
ERRORS: dict[str, Any] = {
    "sort-returns-two": ("return_types.sort", "'list' and 'list'"),
    "positions-compared": "Got: Long",
}


class Example(NamedTuple):
    """What an answer is given, how a message names it, and the right number.

    known holds the numbers of known mistakes; changed holds, for each mistake, other
    arguments, and how many times the number for these is that for the given ones.
    """

    given: tuple[Tensor, ...]
    said: str
    right: Tensor
    known: Known
    changed: Known


def telling(make: Callable[[], Example]) -> Example:
    """An example in which each mistake gives numbers of its own, and none the right one."""
    while True:
        example = make()
        known = [value if isinstance(value, tuple) else (value,) for value in example.known.values()]
        if abs(example.right) > 0.05 and apart([(example.right,), (example.right / 2,), *known]):
            return example


def tried(candidate: Distance, makes: Sequence[Callable[[], Example]], things: str) -> Example:
    """Right for three examples of different sizes, the last one in float64. Returns the first."""
    first, second, third = telling(makes[0]), telling(makes[1]), makes[2]()
    third = third._replace(given=tuple(value.double() for value in third.given))
    for example, other in ((first, second), (second, first), (third, first)):
        with wrong.translating(ERRORS):
            value = call(candidate, *example.given)
        _judged(candidate, one_number(value, example.said), example, other, things)
    return first


def _judged(candidate: Distance, value: Tensor, example: Example, other: Example, things: str) -> None:
    """The right number, and right for changed examples; else the mistake that it comes from, or how it behaves."""
    said = {"given": example.said, "yours": show(value), "right": show(example.right), "things": things}
    said |= {"result": f"{example.said} yours is {show(value)}", "k": str(len(example.given[0]))}
    good = near(value, example.right)
    if not good:
        wrong.named(value, example.known, 5e-6, **said)
    for key, (given, times) in example.changed.items():
        now = _quietly(candidate, given)
        if not near(now, times * value):
            wrong(key, now=show(now), **said)
    factor = value / example.right
    if not good and near(_quietly(candidate, other.given), factor * other.right, 1e-3):
        wrong("constant-factor", factor=show(factor), **said)
    expect(value, example.right, f"{example.said} the result")


def _quietly(candidate: Distance, given: tuple[Tensor, ...]) -> Tensor:
    """What it gives; NaN if that is no number."""
    try:
        return tensor(call(candidate, *given), "it", ())
    except Exception:
        return torch.tensor(torch.nan)


def one_number(value: Any, what: str, finite: bool = True) -> Tensor:
    """A single number, or what was returned instead."""
    if isinstance(value, Tensor) and value.numel() > 1:
        wrong("not-added-up", n=value.numel())
    if isinstance(value, Tensor) and value.dtype == torch.int64:
        wrong("positions-compared")
    tensor(value if finite or not isinstance(value, Tensor) else value.nan_to_num(), f"{what} the result", ())
    return value


def finished(candidate: Distance, example: Example | None, refused: dict[str, tuple]) -> None:
    """The given lines still look at the arguments, and the result has the type of what is given."""
    for what, given in refused.items():
        try:
            call(candidate, *given)
            happened = "gives a result"
        except ValueError:
            continue
        except Wrong:
            raise
        except Exception as error:
            happened = f"stops with {type(error).__name__}"
        wrong("validation-removed", what=what, happened=happened)
    for given in (example.given, tuple(value.double() for value in example.given)) if example else ():
        kind, got = (str(value.dtype).removeprefix("torch.") for value in (given[0], call(candidate, *given)))
        if got != kind:
            wrong.not_as_asked("dtype-changed", done=True, given=kind, got=got)


# Histograms ------------------------------------------------------------------


def shares(k: int, parts: int = 100, least: int = 3) -> Tensor:
    """A histogram of k bins, each share a whole number of parts and none below the least."""
    free = parts - k * (least - 1)
    walls = draw.order(free - 1)[: k - 1].sort().values + 1
    return (torch.cat([walls, torch.tensor([free])]).diff(prepend=torch.tensor([0])) + least - 1) / parts


def pairs(mistakes: Callable[[Tensor, Tensor], tuple[Tensor, Known]], symmetric: bool) -> list[Callable[[], Example]]:
    """Pairs of histograms of three sizes."""

    def pair(k: int) -> Example:
        p, q = shares(k), shares(k)
        changed = {"order-matters": ((p.roll(1), q.roll(1)), 1.0), "equal-not-zero": ((p, p), 0.0)}
        exchanged = {"not-symmetric": ((q, p), 1.0)} if symmetric else {}
        return Example((p, q), said(p, q), *mistakes(p.double(), q.double()), {**changed, **exchanged})

    return [partial(pair, k + 5) for k in draw.order(4).tolist()[:3]]


def said(p: Tensor, q: Tensor) -> str:
    return f"For p = {show(p)} and q = {show(q)}"


def no_histograms(p: Tensor, q: Tensor, *more: Tensor) -> dict[str, tuple]:
    """Arguments that are to be refused."""
    return {
        "a p whose shares do not sum to 1": (1.25 * p, q, *more),
        "a q whose shares do not sum to 1": (p, 1.25 * q, *more),
        "a q with one bin less": (p, q[1:] / q[1:].sum(), *more),
    }


def empty_bins(candidate: Distance, p: Tensor, q: Tensor, right: float | Tensor) -> None:
    """A bin with share 0 adds nothing."""
    value = one_number(call(candidate, p, q), said(p, q), finite=False)
    found = {"nan-at-zero": value.isnan(), "empty-bin-counted": not near(value, right)}
    wrong.first(found, given=said(p, q), yours=show(value), right=show(right))


def kl(p: Tensor, q: Tensor) -> Tensor:
    """Kullback-Leibler divergence, right also with empty bins."""
    validate.histograms(p=p, q=q)
    return torch.xlogy(p, p).sum() - torch.xlogy(p, q).sum()


def kl_mistakes(p: Tensor, q: Tensor) -> tuple[Tensor, Known]:
    logs, k, m = (p / q).log(), len(p), (p + q) / 2
    terms, right, other, cross = p * logs, kl(p, q), kl(q, p), p * q.log()
    own, other_own = (p * p.log()).sum(), (q * q.log()).sum()
    ratio, cross_ratio = (p * p / q).sum(), (p * p.log() / q.log()).sum()
    torchs = (p * (p.log() - q)).sum(), (q * (q.log() - p)).sum()
    return right, {
        "swapped-arguments": other,
        "sign-swapped": -right,
        "weighted-by-other": -other,
        "other-base": (right / log(2), right / log(10), right / log(k)),
        "mean-not-sum": right / k,
        "one-part-only": (*terms, *logs),
        "weight-missing": (logs.sum(), logs.mean(), -logs.sum(), logs.abs().sum()),
        "cross-entropy": tuple(sign * v for sign in (1, -1) for v in (cross.sum(), cross.mean(), own, own - other_own)),
        "absolute-value": (terms.abs().sum(), terms.relu().sum(), (-terms).relu().sum()),
        "log-misplaced": (ratio, ratio - 1, ratio.log(), (p / q).sum(), (p / q).sum().log(), cross_ratio),
        "squared": ((p * logs.square()).sum(), terms.square().sum(), (p.square() * logs).sum(), right.square()),
        "rooted": right.sqrt(),
        **({"cut-off": 1.0} if right > 1 else {}),
        "symmetric-instead": (right + other, (right + other) / 2, kl(p, m), kl(q, m), (kl(p, m) + kl(q, m)) / 2),
        "kl-div-without-log": (*torchs, torchs[0] / k, torchs[1] / k),
        "softmax-used": (kl(p.softmax(0), q.softmax(0)), (terms + cross - p * q.log_softmax(0)).sum()),
    }


@checks("distances.kl_divergence", "p q")
def kl_divergence(candidate: Distance) -> str:
    first = tried(candidate, pairs(kl_mistakes, symmetric=False), "bins")
    k, none, half = draw.whole(2, 4), torch.zeros(1), torch.full((1,), 0.5)
    place = draw.order(k + 1)
    p = (torch.tensor([draw.number(92, 96)] + k * [1.0]) / 100)[place]
    p, q = p / p.sum(), p.roll(1) / p.sum()
    value, right = one_number(call(candidate, p, q), said(p, q)), kl(p, q)
    wrong.first({"cut-off": value < right - 1e-3}, given=said(p, q), yours=show(value), right=show(right))
    expect(value, right, f"{said(p, q)} the divergence")
    p, q, missing = (torch.cat(parts)[place] for parts in ((shares(k), none), (shares(k + 1),), (shares(k), none)))
    empty_bins(candidate, p, q, kl(p, q))
    empty_bins(candidate, p, missing, kl(p, missing))
    _infinite(candidate, torch.cat([shares(k) / 2, half])[place], missing)
    finished(candidate, first, no_histograms(*first.given))
    return (
        f"{first.said} it is {first.right:.4f}, and {first.known['swapped-arguments']:.4f} the other way round. A bin "
        "that p misses adds 0, a bin that only q misses makes it infinite, and what is no histogram is refused."
    )


def _infinite(candidate: Distance, p: Tensor, q: Tensor) -> None:
    """Infinite where q misses a bin of p."""
    try:
        value = one_number(call(candidate, p, q), said(p, q), finite=False)
    except ValueError:
        wrong("infinite-missed", given=said(p, q), does="stops with a ValueError")
    if value != torch.inf:
        inside = torch.xlogy(p, p / q)[q > 0].sum() + 1 < value < 1e6
        is_ = f"is {show(value)}"
        wrong("eps-inside" if inside else "infinite-missed", given=said(p, q), yours=show(value), does=is_)


def js_mistakes(p: Tensor, q: Tensor) -> tuple[Tensor, Known]:
    m, root = (p + q) / 2, (p * q).sqrt() / (p * q).sqrt().sum()
    first, second, back, forth = kl(p, m), kl(q, m), kl(m, p), kl(m, q)
    pq, qp, total, most, size = kl(p, q), kl(q, p), first + second, torch.maximum(p, q), (p - q).abs().sum()
    terms, turned = (
        (p * (p / m).log() / 2, q * (q / m).log() / 2),
        (back + forth, back, forth, first + forth, back + second),
    )
    right, difference = total / 2, (first - second) * torch.tensor([1, -1, 0.5, -0.5])
    uneven = (3 * p + q) / 4, (p + 3 * q) / 4, (2 * p + q) / 3, (p + 2 * q) / 3, root, most / most.sum()
    return right, {
        "halves-missing": total,
        "one-sided": (first, second, first / 2, second / 2),
        "uneven-weights": (first + second / 2, first / 2 + second, first * second, *difference),
        "mixture-first": (*turned, *(value / 2 for value in turned)),
        "no-mixture": (pq + qp, (pq + qp) / 2, pq, qp, pq / 2, qp / 2),
        "rooted": (right.sqrt(), total.sqrt()),
        "other-base": (right / log(2), right / log(10), total / log(2)),
        "sign-swapped": (-right, -total),
        "mixture-not-halved": (right - log(2), total - 2 * log(2)),
        "other-mixture": (*((kl(p, other) + kl(q, other)) / 2 for other in uneven), (pq + qp) / 4),
        "mean-not-sum": (right / len(p), total / len(p)),
        "one-part-only": tuple(terms[0] + terms[1]),
        "absolute-value": (torch.cat(terms).abs().sum(), torch.cat(terms).relu().sum()),
        "other-distance": (size, size / 2, (p - q).norm(), 1 - (p * q).sqrt().sum(), (1 - (p * q).sqrt().sum()).sqrt()),
    }


@checks("distances.js_divergence", "p q")
@standins(distances__kl_divergence=kl)
def js_divergence(candidate: Distance) -> str:
    with wrong.translating({"mixture-not-halved": ("sums to", r"is of shape \(\)")}):
        first = tried(candidate, pairs(js_mistakes, symmetric=True), "bins")
    k, n = draw.whole(2, 3), draw.whole(2, 3)
    for both in (0, 1):  # how many bins neither has
        place = draw.order(k + n + both)
        p, q = torch.cat([shares(k), torch.zeros(n + both)]), torch.cat([torch.zeros(k), shares(n), torch.zeros(both)])
        empty_bins(candidate, p[place], q[place], log(2))
        empty_bins(candidate, q[place], p[place], log(2))
    finished(candidate, first, no_histograms(*first.given))
    return f"{first.said} it is {first.right:.4f}. Histograms that share no bin get log 2 = 0.6931, and no more."


def tv_mistakes(p: Tensor, q: Tensor) -> tuple[Tensor, Known]:
    size, roots, k, sums = (p - q).abs(), (p.sqrt() - q.sqrt()).square().sum(), len(p), (p - q).cumsum(0).abs()
    right, square, mixed = size.sum() / 2, size.square().sum(), (p.sort().values - q.sort().values).abs().sum()
    return right, {
        "sum-not-halved": 2 * right,
        "diff-missing-abs": 0.0,
        "one-part-only": (*size, *size / 2),
        "mean-not-sum": (2 * right / k, right / k),
        "squared": (square, square / 2, square / k, square.sqrt(), square.sqrt() / 2),
        "rooted": (roots, roots / 2, roots.sqrt(), (roots / 2).sqrt()),
        "overlap-returned": (1 - right, (1 - right) / 2, 1 - 2 * right, 1 + right),
        "cumulated": (sums.sum(), sums.sum() / 2, sums.mean()),
        "bins-mixed": (mixed, mixed / 2),
        "other-distance": (((p - q).abs() / (p + q)).sum(), ((p - q).abs() / (p + q)).sum() / 2, square / 4),
        "sign-swapped": (-right, -2 * right),
    }


@checks("distances.total_variation", "p q")
def total_variation(candidate: Distance) -> str:
    first = tried(candidate, pairs(tv_mistakes, symmetric=True), "bins")
    p, q = torch.cat([shares(3), torch.zeros(2)]), torch.cat([torch.zeros(3), shares(2)])
    empty_bins(candidate, p, q, 1.0)
    finished(candidate, first, no_histograms(*first.given))
    return f"{first.said} it is {first.right:.4g}. Histograms that share no bin get 1, however far apart the bins are."


# wasserstein_1d --------------------------------------------------------------


def samples(n: int, twice: int = 0) -> Example:
    """Two samples of n numbers with one digit, with or without one that occurs twice."""
    x, y = ((2 * draw.order(90)[: n - twice] - 90 + odd) / 10 for odd in (0, 1))  # none in both
    x, y = (torch.cat([values, values[:twice]])[draw.order(n)] for values in (x, y))
    changed = {
        "order-matters": ((x.roll(1), y), 1.0),
        "equal-not-zero": ((x, x), 0.0),
        "shift-matters": ((x + 5, y + 5), 1.0),
        "not-in-units": ((10 * x, 10 * y), 10.0),
    }
    return Example((x, y), f"For x = {show(x)} and y = {show(y)}", *w_mistakes(x.double(), y.double()), changed)


def mean_step(x: Tensor, y: Tensor) -> Tensor:
    return (x - y).abs().mean()


def w_mistakes(x: Tensor, y: Tensor) -> tuple[Tensor, Known]:
    a, b, i, j, n = x.sort().values, y.sort().values, x.argsort(), y.argsort(), len(x)
    steps, pairs, ranks, places = a - b, (x[:, None] - y).abs(), i.argsort() - j.argsort(), i - j
    own = (x[:, None] - x).abs().mean() + (y[:, None] - y).abs().mean()
    sizes = x.abs().sort().values, y.abs().sort().values
    near_x, near_y, u, v = pairs.amin(1), pairs.amin(0), x.unique(), y.unique()
    return steps.abs().mean(), {
        "unsorted": tuple(mean_step(*v) for v in ((x, y), (x[i], y[i]), (x[j], y[j]), (x, y[i]), (x[j], y))),
        "only-one-sorted": (mean_step(a, y), mean_step(x, b)),
        "sorted-by-size": (mean_step(x[x.abs().argsort()], y[y.abs().argsort()]), mean_step(*sizes)),
        "sum-not-mean": tuple(steps.abs().sum() / by for by in (1, n - 1, n + 1)),
        "squared": (steps.square().mean(), steps.square().sum(), steps.square().mean() / 2),
        "rooted": (steps.square().mean().sqrt(), steps.norm(), steps.norm() / n, steps.abs().sqrt().mean()),
        "bent": (functional.smooth_l1_loss(a, b), functional.smooth_l1_loss(a, b, reduction="sum")),
        "diff-missing-abs": tuple(
            f(v) for v in (steps, -steps) for f in (torch.mean, torch.sum, lambda v: v.relu().mean())
        ),
        "one-part-only": tuple(steps.abs()),
        "summary-compared": tuple((f(x) - f(y)).abs() for f in (torch.std, torch.norm)),
        "opposite-order": (mean_step(a, b.flip(0)), n * mean_step(a, b.flip(0))),
        "all-pairs": (pairs.mean(), pairs.sum(), pairs.max(), 2 * pairs.mean() - own),
        "nearest-instead": (near_x.mean(), near_y.mean(), near_x.sum(), near_y.sum()),
        "positions-compared": tuple(f(c.abs().double()) for c in (ranks, places) for f in (torch.mean, torch.sum)),
        **({"duplicates-dropped": mean_step(u, v)} if len(u) == len(v) < n else {}),
    }


@checks("distances.wasserstein_1d", "x y")
def wasserstein_1d(candidate: Distance) -> str:
    n = draw.whole(7, 8)
    makes = [partial(samples, n), partial(samples, 15 - n, twice=1), partial(samples, draw.whole(2, 20))]
    first = tried(candidate, makes, "numbers")
    x, y = first.given
    single = one_number(call(candidate, x[:1], y[:1]), "for two single numbers")
    expect(single, (x[0] - y[0]).abs(), f"for the single numbers {x[0]:.4g} and {y[0]:.4g} the distance")
    _steers(candidate, x, y)
    finished(candidate, first, {"samples of different lengths": (x, y[:1]), "a sample with NaN": (x, 0 * y / 0)})
    return (
        f"{first.said} it is {first.right:.4g}, in whatever order the numbers come. Numbers that occur twice count "
        "twice, and the gradient reaches every number."
    )


def _steers(candidate: Distance, x: Tensor, y: Tensor) -> None:
    """A generator can learn from it: the gradient reaches both samples, and one parameter that is many numbers."""
    theta = torch.tensor(20.0, requires_grad=True)
    x, y = x.clone().requires_grad_(True), y.clone().requires_grad_(True)
    truth = torch.autograd.grad(mean_step(x.sort().values, y.sort().values), (x, y))
    for given, tracked, right in (((x, y), (x, y), truth), ((x.detach(), theta.expand(len(x))), (theta,), (1.0,))):
        with wrong.translating({"detached": ("requires grad", "numpy")}):
            value = call(candidate, *given)
        got = torch.autograd.grad(value, tracked, allow_unused=True) if value.requires_grad else (None,)
        if any(gradient is None for gradient in got) or not all(map(near, got, right)):
            wrong("detached")


# dual_value ------------------------------------------------------------------


def critic(k: int, times: float) -> Example:
    """A critic whose steepest slope is a fall inside and that scores p higher, or some times that critic."""
    while True:
        rises = draw.uniform(-30, 20, k).round().index_fill(0, draw.order(k - 3)[:1] + 2, -draw.whole(35, 60)) / 10
        f, p, q = rises.cumsum(0), shares(k), shares(k)
        f = times * (f - f.mean()).mul(10).round() / 10
        p, q = (p, q) if times * (f @ (p - q)) > 0 else (q, p)
        if abs(f @ (p - q)) > 0.2 * abs(times):
            break
    changed = {"size-instead": ((f + 10, p, q), 1.0), "not-normalised": ((7 * f, p, q), 1.0)}
    named = f"For f = {show(f)}, p = {show(p)} and q = {show(q)}"
    return Example((f, p, q), named, *dual_mistakes(f.double(), p.double(), q.double()), changed)


def dual_mistakes(f: Tensor, p: Tensor, q: Tensor) -> tuple[Tensor, Known]:
    rises, gap, size, k = f.diff(), f @ (p - q), (p - q).abs(), len(f)
    slopes, parts, (central,) = rises.abs(), f * (p - q), torch.gradient(f)
    steepest, ends = slopes.max(), (f[-1] - f[0]).abs()
    at = (slopes.min(), slopes.median(), slopes[0], slopes[-1], slopes.mean(), slopes.norm(), slopes.sum(), ends)
    others = (*at, ends / (k - 1), f.std(), f.std(correction=0), f.max() - f.min(), central.abs().max())
    bent = [g(f) for g in (torch.relu, torch.abs, torch.square, torch.tanh, torch.sigmoid)]
    right, swapped = gap / steepest, (-gap / steepest, -gap)
    one, below = torch.minimum(rises.max(), -rises.min()), swapped if gap < 0 else ()
    return right, {
        "not-normalised": (gap, gap * steepest),
        **({"sign-swapped/dual": swapped} if gap > 0 else {"cut-off": 0.0}),
        "absolute-value/dual": (*(v / by for v in (f @ size, parts.abs().sum()) for by in (1, steepest)), *below),
        "one-direction-only": (gap / one, -gap / one) if gap < 0 else gap / one,
        "other-slope": tuple(gap / slope for slope in others),
        "size-instead": tuple(gap / v for v in (f.max(), f.abs().max(), f.abs().mean(), f.norm())),
        "mean-not-sum": (right / k, gap / k),
        "one-part-only": tuple(parts[parts != 0] / steepest),
        "no-difference": tuple(v / by for v in (f @ p, f @ q, -f @ q, f @ (p + q)) for by in (steepest, 1)),
        "critic-ignored": (p - q).cumsum(0).abs().sum(),
        "scores-bent": tuple(g @ (p - q) / by for g in bent for by in (steepest, g.diff().abs().max()) if steepest > 1),
    }


@checks("distances.dual_value", "f p q", "spacing")
def dual_value(candidate: Distance) -> str:
    a, b, c, _ = (draw.order(4) + 5).tolist()
    first = tried(candidate, [partial(critic, a, 1.0), partial(critic, b, -1.0), partial(critic, c, 0.02)], "bins")
    f, p, q = first.given
    for spacing in (draw.number(0.1, 0.6), float(draw.whole(30, 60))):
        value, right = one_number(call(candidate, f, p, q, spacing=spacing), "with a spacing"), spacing * first.right
        values = {"given": f"{first.said} with spacing={spacing}", "yours": show(value), "right": show(right)}
        found = {"spacing-ignored": near(value, first.right), "cut-off": spacing > 1 and 0 < value < 0.9 * right}
        wrong.first({**found, "spacing-misused": not near(value, right)}, spacing=spacing, **values)
    finished(candidate, first, {what: (f, *given) for what, given in no_histograms(p, q).items()})
    return (
        f"{first.said} it is {f @ (p - q):.4g} / {f.diff().abs().max():.4g} = {first.right:.4f}. The negative critic "
        "gets a negative number, a flat one as much as a steep one, and bins that lie closer prove less."
    )


# batch_wasserstein -----------------------------------------------------------


def clouds(n: int, d: int) -> Example:
    """Two batches of n points with d coordinates."""
    x, y = (draw.uniform(-3, 3, n, d).round(decimals=1) for _ in range(2))
    y = y + 0.5
    changed = {
        "order-matters": ((x.roll(1, dims=0), y), 1.0),
        "equal-not-zero": ((x, x), 0.0),
        "not-symmetric": ((y, x), 1.0),
        "shift-matters": ((x + 5, y + 5), 1.0),
        "not-in-units": ((10 * x, 10 * y), 10.0),
    }
    named = f"For two batches of {n} points with {d} coordinates, the first of them {show(x[0])} and {show(y[0])},"
    return Example((x, y), named, *cloud_mistakes(x.double(), y.double()), changed)


def paired(cost: Tensor, most: bool = False) -> Tensor:
    """For each row the column of the best pairing."""
    return torch.as_tensor(linear_sum_assignment(cost.numpy(), maximize=most)[1])


def cloud_mistakes(x: Tensor, y: Tensor) -> tuple[Tensor, Known]:
    cost, n, rows = torch.cdist(x, y), len(x), torch.arange(len(x))
    squares, city, most = cost**2, torch.cdist(x, y, p=1), torch.cdist(x, y, p=torch.inf)
    best, of_squares = cost[rows, paired(cost)], squares[rows, paired(squares)]
    by_norm, by_first = (cost[v(x).argsort(), v(y).argsort()] for v in (lambda p: p.norm(dim=1), lambda p: p[:, 0]))
    near_x, near_y, back = cost.amin(1), cost.amin(0), cost[paired(cost), rows]
    sorted_steps, flat = x.sort(0).values - y.sort(0).values, x.flatten().sort().values - y.flatten().sort().values
    left, greedy = cost.clone(), []
    for row in range(n):
        greedy.append(cost[row, left[row].argmin()])
        left[:, left[row].argmin()] = torch.inf
    known: Known = {
        "unpaired": tuple(v.mean() for v in (cost.diag(), by_norm, by_first)),
        "greedy": torch.stack(greedy).mean(),
        "all-pairs/points": (cost.mean(), cost.sum()),
        "nearest-instead/points": tuple(f(v) for v in (near_x, near_y) for f in (torch.mean, torch.sum, torch.max)),
        "squared/points": (
            *(f(v) for v in (best**2, of_squares) for f in (torch.mean, torch.sum)),
            *(v.mean().sqrt() for v in (best**2, of_squares)),
        ),
        "sum-not-mean/points": tuple(best.sum() / by for by in (1, n - 1, n + 1, n * n)),
        "dearest/points": cost[rows, paired(cost, most=True)].mean(),
        "other-length": tuple(c[rows, paired(c)].mean() for c in (city, most)),
        "by-coordinate": (
            *(sorted_steps.norm(dim=1).mean(), sorted_steps.abs().mean()),
            *(sorted_steps.abs().mean(0).sum(), flat.abs().mean()),
        ),
        "means-compared": (x.mean(0) - y.mean(0)).norm(),
        "pairs-exchanged": back.mean(),
        "one-part-only": (*best, best.median(), cost.min(), cost.max()),
    }
    return best.mean(), known


@checks("distances.batch_wasserstein", "x y")
def batch_wasserstein(candidate: Distance) -> str:
    n = draw.whole(6, 7)
    with wrong.translating({"detach-for-pairs": "requires grad"}):
        value = call(candidate, *clouds(n, 2).given)
        pairing = isinstance(value, (tuple, list)) or "int" in str(getattr(value, "dtype", ""))
        wrong.first({"pairing-returned": pairing})
        first = tried(candidate, [partial(clouds, n, 2), partial(clouds, 13 - n, 3), partial(clouds, 5, 2)], "points")
    for k, d in ((1, 2), (1, 1), (4, 1), (2, 5), (40, 3)):
        x, y = draw.uniform(-3, 3, k, d), draw.uniform(-2, 4, k, d)
        what = f"{k} points with {d} coordinates"
        with wrong.blaming("other-sizes", does="stops", what=what):
            value = one_number(call(candidate, x, y), what)
        right = cloud_mistakes(x.double(), y.double())[0]
        wrong.first(
            {"other-sizes": not near(value, right, 1e-3)}, does=f"gives {show(value)}, not {show(right)},", what=what
        )
    _steers_points(candidate, *first.given)
    x, y = first.given
    finished(candidate, first, {"batches of different sizes": (x, y[1:]), "points with NaN": (x, 0 * y / 0)})
    return (
        f"{first.said} it is {first.right:.4g}, and no pairing is cheaper. Points on a line, in space and single ones "
        "are right too, and the gradient reaches both batches."
    )


def _steers_points(candidate: Distance, x: Tensor, y: Tensor) -> None:
    """A generator can learn from it: the gradient in both batches is that of the paired distances."""
    tracked = x.clone().requires_grad_(True), y.clone().requires_grad_(True)
    columns = paired(torch.cdist(x, y))
    truth = torch.autograd.grad((tracked[0] - tracked[1][columns]).norm(dim=1).mean(), tracked)
    with wrong.translating({"detach-for-pairs": ("requires grad", "numpy")}):
        value = call(candidate, *tracked)
    got = torch.autograd.grad(value, tracked, allow_unused=True) if value.requires_grad else (None,)
    if any(gradient is None for gradient in got) or not all(map(near, got, truth)):
        wrong("detached/points")


# transport_plan --------------------------------------------------------------


def cheapest(p: Tensor, q: Tensor, cost: Tensor, parts: int) -> Tensor:
    """The cheapest plan, found by pairing so many equal parts of p with those of q."""
    origins, goals = (torch.arange(len(p)).repeat_interleave((parts * share).round().long()) for share in (p, q))
    rows, columns = linear_sum_assignment(cost[origins][:, goals])
    plan, part = torch.zeros(cost.shape, dtype=torch.float64), torch.tensor(1 / parts, dtype=torch.float64)
    return plan.index_put((origins[rows], goals[columns]), part, accumulate=True)


PLAN_ERRORS: dict[str, Any] = {
    "cost-not-flat": "c must be a 1-D",
    "sums-incomplete": ("b_eq must be a 1-D", "A_eq must have"),
    "no-plan-found": "NoneType",
    "result-object": ("OptimizeResult", "^KeyError", r"^AttributeError: \w+$"),
    "cost-returned": (r"\(got float\)", "invalid for input of size 1$"),
}


@checks("distances.transport_plan", "p q cost")
def transport_plan(candidate: Distance) -> str:
    k, n, none, parts = draw.whole(4, 5), draw.whole(3, 5), torch.zeros(1), draw.whole(61, 89)
    line = 2.5 * (torch.arange(n + 1)[:, None] - torch.arange(n + 1)).abs()
    problem = _unlike(k, parts)
    costs = _cheapest_plan(candidate, parts, *problem)
    with_none = [torch.cat([shares(n, parts), none])[draw.order(n + 1)] for _ in range(2)]
    most = torch.tensor([parts - 3, 3]) / parts, torch.tensor([2, parts - 2]) / parts, draw.uniform(1, 9, 2, 2)
    for given in ((*with_none, line), most, _unlike(6, parts), tuple(value.double() for value in problem)):
        _cheapest_plan(candidate, parts, *given)
    finished(candidate, None, no_histograms(*problem))
    return (
        f"{said(*problem[:2])} and drawn prices your plan costs {costs:.4g}, and no plan is cheaper. "
        "Its row sums are p, its column sums q, and no entry is negative."
    )


def _unlike(k: int, parts: int) -> tuple[Tensor, Tensor, Tensor]:
    """A problem in which the cheapest plan is not that of other prices."""
    line = (torch.arange(k)[:, None] - torch.arange(k)).abs()
    while True:
        p, q, cost = shares(k, parts), shares(k, parts), draw.uniform(1, 9, k, k)
        plans = [cheapest(p, q, prices, parts) for prices in (cost, cost.T, -cost, line)]
        if not any(near(plans[i], plans[j]) for i in range(4) for j in range(i)):
            return p, q, cost


def _cheapest_plan(candidate: Distance, parts: int, *problem: Tensor) -> Tensor:
    """What the cheapest plan costs, if it is one; or what it is instead."""
    p, q, cost = problem
    with wrong.translating(PLAN_ERRORS):
        value = call(candidate, *problem)
    best, k = cheapest(p, q, cost, parts), len(p)
    price = isinstance(value, (float, Tensor)) and (near(value, (best * cost).sum()) or near(value, best * cost))
    instead = {
        "result-object": hasattr(value, "x") and hasattr(value, "fun"),
        "still-numpy": type(value).__module__ == "numpy" and bool(getattr(value, "ndim", 0)),
        "not-reshaped": isinstance(value, Tensor) and value.numel() == k * k and value.shape != (k, k),
        "cost-returned": price,
    }
    wrong.first(instead, n=k * k)
    plan = tensor(value, f"the plan for {k} bins", (k, k)).detach().double()
    rows, columns, one = plan.sum(dim=1), plan.sum(dim=0), torch.ones(k)
    found = {
        "negative-entries": (plan < -1e-6).any(),
        "nothing-moved": near(plan, 0 * plan),
        "transposed": near(rows, q) and near(columns, p) and not near(p, q),
        "rows-normalised": near(rows, one) or near(columns, one),
        "not-marginals": not near(rows, p) or not near(columns, q),
    }
    wrong.first(found, yours=plan.min(), p=show(p), q=show(q), rows=show(rows), columns=show(columns))
    costs, least = (plan * cost).sum(), (best * cost).sum()
    if not near(costs, least):
        prices = [draw.uniform(1, 9, k, k).to(p.dtype) for _ in range(3)]
        plans = [call(candidate, p, q, other) for other in prices]
        known = {
            "cost-transposed": [cheapest(p, q, other.T, parts) for other in prices],
            "dearest": [cheapest(p, q, -other, parts) for other in prices],
            "cost-ignored": 3 * [plan],
        }
        found = {key: k > 3 and all(map(near, plans, expected)) for key, expected in known.items()}
        wrong.first({**found, "not-cheapest": True}, yours=show(costs), best=show(least))
    if value.dtype != torch.float64:
        wrong("plan-not-float64", got=str(value.dtype).removeprefix("torch."))
    return costs
