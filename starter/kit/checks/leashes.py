"""Checks of leashes.py: small matrices and rows drawn anew, for which each step can be followed."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from . import draw
from .calls import call
from .device import on_another_device
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, show, tensor

# {given} is the example, {yours} the number for it and {right} what it should be.
wrong = Mistakes(
    """
    dtype-changed: Your numbers are right, but for {given} you return {got}. Keep the type of what you are given.
    other-shapes: Right for a matrix with {rows} rows and {columns} columns, and {does} for one with {other}. The
        matrices of a critic are tall, wide, square, or a single row.

    not-a-pair: Your result is {what}. Return two things, first sigma and then the new u.
    order-swapped: Your first result has the shape of u and the second is one number. Return sigma first.
    v-returned: Your second result has the length of v. It is u that the next call begins with.
    exact-instead: {given} yours is {yours}, the exact singular value. That is right and too slow for every step of a
        training: asked for is what {n} rounds of power iteration give, from the u that is given.
    start-ignored: {given} yours is not what that u leads to. The iteration begins at the u that is given, so that it
        goes on where the last call ended.
    n-steps-ignored: {given} yours is {yours}, what n_steps={other} should give. Use n_steps, and
        begin each round with what the last one left.
    old-u: {given} yours is {yours}: sigma is computed with the u from before the last round. Use the newest of both.
    not-normalised: {given} yours is {yours} and should be {right}. One of the two is not brought to length 1. Both are,
        each time.
    other-norm: {given} yours is {yours}: another size of the matrix, such as the root of the sum of all squares. Asked
        for is how much it stretches u and v.
    squared: {given} yours is {yours}, the square of what is asked for. Is u of length 1, too?
    u-not-new: {given} sigma is right, but the u that you return is not the newest one. The next call would begin anew.
    u-turned: {given} sigma is right, but your u points the other way.
    u-not-of-length-one: {given} sigma is right, but your u has length {length}. Divide by its length.
    u-attached: Your u still hangs on a graph. It counts as a constant: compute it under no_grad, or detach it.
    sigma-detached: Sigma is right, but no gradient leads from it to the matrix. Only u and v count as constants; the
        last product has to be recorded.
    iteration-differentiated: Sigma is right, but its gradient is not the table of all products u_i v_j. It also goes
        through u and v, which count as constants.
    defaults-changed: Called without n_steps, yours does not make {n}. Keep the default.

    max-only: Yours has half as many numbers: the smaller one of each pair is thrown away. Keep both.
    max-twice: Both places of a pair hold the same number. One holds the larger, the other the smaller.
    unchanged: Your rows come back as they were. In each pair the larger number comes first.
    relu-instead: {given} yours is {yours}: something is cut off, or a sign is taken away. Nothing is lost here, the
        numbers only change places.
    over-the-batch: You compare numbers of different samples. Each row is sorted by itself, neighbour with neighbour.
    by-size: {given} yours is {yours}: you compare sizes without their signs. But 1 is larger than -2.
    smaller-first: It loses nothing, but the smaller number of each pair comes first in yours; in the equation the
        larger does.
    other-pairs: It loses nothing, but yours pairs other numbers, or puts them into other places. In the equation
        all neighbours are paired, and stay where their pair is.
    whole-row: You sort the whole row. It loses nothing either (Anil et al. try that, too), but asked for are pairs.
    numbers-changed: {given} yours is {yours} and should be {right}: numbers appear that were not there before.
    other-widths: Right for {k} numbers in a row, and {does} for {n} rows of {other}. Every even width should do.
    detached: The numbers are right, but their gradient does not find its way back to where each one came from. Stay
        with torch, without detach.

    factors-do-not-fit: The shapes of your matrices do not fit{where}. For A of shape (m, n), A A^T has shape (m, m) and
        A^T A has shape (n, n). On which side of A may each stand?
    transposed: Your result has shape ({columns}, {rows}): the matrix lies on its side.
    elementwise: {given} yours takes powers of single entries. A^T A is a product of matrices.
    sign-swapped: {given} yours adds the last part. The step is (3 A - A A^T A) / 2.
    half-missing: {given} yours has other factors than 3/2 and 1/2. For a number, (3 s - s^3) / 2 leaves 1 where it is;
        does yours?
    one-factor-too-few: {given} yours has other powers of A in it. Each step takes A A^T A, three factors.
    factors-out-of-order: {given} yours has three factors in another order. It is A A^T A: the transposed one stands in
        the middle.
    identity-missing: {given} yours subtracts a product from the number 3, which torch does in every entry. Write
        3 A - A A^T A, or 3 times the unit matrix, torch.eye.
    old-matrix: {given} yours multiplies by products of the first A in each step. Every step begins with the matrix that
        the last one left.
    exact-instead/matrix: {given} yours has all singular values 1 already. Asked for is what {n} steps make of them: no
        decomposition, only products.
    rescaled: {given} yours is another multiple of what it should be. You divide by a size of A first, and the step does
        not ask for that: OrthonormalLinear has done it.
    other-root: {given} yours has columns or rows at right angles, but is not the nearest such matrix. A QR
        decomposition turns them, and the steps do not.
    n-steps-ignored/matrix: {given} yours is what n_steps={other} should give. Use n_steps, and begin each
        step with what the last one left.
    no-step: With n_steps=0 nothing should happen, and yours {does}.
    detached/matrix: The matrix is right, but its gradient does not reach A, so the layer could not learn.
    gradient-cut: The matrix is right, but its gradient in A is not: a part of the steps is not recorded. No detach
        here.
    """
)

Known = dict[str, Any]  # for each mistake what it gives, or several


def _many(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _telling(right: Tensor, known: Known) -> bool:
    """Whether each mistake gives something of its own."""
    groups = [(right,), *(_many(value) for value in known.values())]
    return not any(near(a, b, 2e-3) for k, one in enumerate(groups) for other in groups[:k] for a in one for b in other)


def _kept(value: Tensor, given: Tensor) -> None:
    """Of the same dtype."""
    names = [str(each.dtype).removeprefix("torch.") for each in (given, value)]
    wrong.first({"dtype-changed": names[0] != names[1]}, given=names[0], got=names[1])


# spectral_norm_of ------------------------------------------------------------


def _unit(x: Tensor) -> Tensor:
    return x / x.norm()


def rounds(weight: Tensor, u: Tensor, n: int) -> tuple[Tensor, Tensor, Tensor]:
    """Sigma, u and v after n rounds."""
    here, there = u, weight.mT @ u
    for _ in range(n):
        there = _unit(weight.mT @ here)
        here = _unit(weight @ there)
    return torch.dot(here, weight @ there), here, there


def _spectral_mistakes(weight: Tensor, u: Tensor, n: int) -> Known:
    """The sigma of each mistake."""
    sigma, _, v = rounds(weight, u, n)
    before = rounds(weight, u, n - 1)[1]
    raw, free = u, u
    for _ in range(n):
        raw_v = weight.T @ raw
        raw = weight @ raw_v
        half = weight.T @ free
        free = functional.normalize(weight @ half, dim=0)
    once = weight @ functional.normalize(weight.T @ u, dim=0)
    return {
        "exact-instead": torch.linalg.matrix_norm(weight, 2),
        "n-steps-ignored/1": rounds(weight, u, 1)[0],
        "n-steps-ignored/2": rounds(weight, u, n + 1)[0],
        "old-u": before @ weight @ v,
        "not-normalised": (
            *(raw @ weight @ raw_v, raw @ weight @ functional.normalize(raw_v, dim=0)),
            *(functional.normalize(raw, dim=0) @ weight @ raw_v, free @ weight @ half, raw.norm(), once @ weight @ v),
        ),
        "other-norm": (
            *(weight.norm(), weight.abs().max(), weight.abs().sum(), weight.abs().mean()),
            *(weight.abs().sum(1).max(), weight.abs().sum(0).max(), weight.norm(dim=1).max(), weight.norm(dim=0).max()),
        ),
        "squared": sigma**2,
    }


def _matrix(rows: int, columns: int, n: int) -> tuple[Tensor, Tensor]:
    """A matrix and a start for which each mistake gives a number of its own."""
    while True:
        weight = draw.normal(rows, columns).round(decimals=2)
        u = functional.normalize(draw.normal(rows), dim=0)
        if _telling(rounds(weight, u, n)[0], _spectral_mistakes(weight, u, n)):
            return weight, u


def _pair(candidate: Callable, weight: Tensor, u: Tensor, **more: Any) -> tuple[Tensor, Tensor]:
    """Sigma and u, or what was returned instead."""
    value = call(candidate, weight, u, **more)
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        many = isinstance(value, (tuple, list))
        wrong("not-a-pair", what=f"{len(value)} things" if many else f"a {type(value).__name__}")
    first, second = value
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        swapped = first.shape == u.shape and second.ndim == 0
        wrong.first({"order-swapped": swapped, "v-returned": second.shape == weight.shape[1:] != weight.shape[:1]})
    return tensor(first, "sigma", ()), tensor(second, "the new u", tuple(u.shape))


@checks("leashes.spectral_norm_of", "weight u", "n_steps")
def spectral_norm_of(candidate: Callable) -> str:
    rows, n = draw.whole(4, 5), 2
    columns = rows + draw.one_of((-1, 1))
    weight, u = _matrix(rows, columns, n)
    tracked = weight.clone().requires_grad_(True)
    sigma, new = _pair(candidate, tracked, u, n_steps=n)
    right, right_u, v = rounds(weight, u, n)
    given = f"For a matrix of {rows} rows and {columns} columns and n_steps={n}"
    if not near(sigma, right):
        said: dict[str, Any] = {"given": given, "yours": show(sigma), "right": show(right), "n": n}
        known = _spectral_mistakes(weight, u, n)
        for key, taken in (("n-steps-ignored/1", 1), ("n-steps-ignored/2", n + 1)):
            if near(sigma, known.pop(key)):
                wrong("n-steps-ignored", other=taken, **said)
        wrong.named(sigma, known, 5e-4, **said)
        elsewhere = _pair(candidate, weight, functional.normalize(draw.normal(rows), dim=0), n_steps=n)[0]
        again = _pair(candidate, weight, u, n_steps=n)[0]
        wrong.first({"start-ignored": near(elsewhere, sigma) or not near(again, sigma)}, **said)
        expect(sigma, right, f"{given}, sigma")
    _the_new_u(new, right_u, u, given)
    _constants(sigma, new, tracked, torch.outer(right_u, v))
    _other_matrices(candidate, rows, columns)
    default = _pair(candidate, weight, u)[0]
    wrong.first({"defaults-changed": not near(default, rounds(weight, u, 1)[0])}, n=1)
    on_another_device(candidate, weight, u)
    many, exact = _pair(candidate, weight, u, n_steps=200)[0], torch.linalg.matrix_norm(weight, 2)
    return (
        f"{given}, sigma is {right:.4f}; after 200 steps of yours {many:.4f}, and the largest singular value is "
        f"{exact:.4f}. The gradient in the matrix is the table of all u_i v_j."
    )


def _the_new_u(new: Tensor, right: Tensor, old: Tensor, given: str) -> None:
    length = new.norm()
    if not near(new, right, 1e-3):
        wrong.first(
            {
                "u-turned": near(new, -right, 1e-3),
                "u-not-of-length-one": near(functional.normalize(new, dim=0), right, 1e-3),
                "u-not-new": True,
            },
            given=given,
            length=show(length),
        )


def _constants(sigma: Tensor, new: Tensor, tracked: Tensor, table: Tensor) -> None:
    """Gradients go to the matrix, and not through u and v."""
    wrong.first({"sigma-detached": not sigma.requires_grad, "u-attached": new.requires_grad})
    (gradient,) = torch.autograd.grad(sigma, tracked, allow_unused=True)
    wrong.first({"sigma-detached": gradient is None})
    wrong.first({"iteration-differentiated": not near(gradient, table, 1e-3)})


def _other_matrices(candidate: Callable, rows: int, columns: int) -> None:
    for m, k in ((6, 2), (2, 6), (3, 3), (1, 5), (5, 1), (1, 1)):
        weight, u = draw.normal(m, k), functional.normalize(draw.normal(m), dim=0)
        said = {"rows": rows, "columns": columns, "other": f"{m} and {k}"}
        with wrong.blaming("other-shapes", does="stops", **said):
            sigma, new = _pair(candidate, weight, u, n_steps=3)
        right = rounds(weight, u, 3)
        good = near(sigma, right[0], 1e-3) and near(new, right[1], 1e-3)
        wrong.first({"other-shapes": not good}, does="gives something else", **said)
    weight, u = draw.normal(3, 4), functional.normalize(draw.normal(3), dim=0)
    for given in ((weight, u), (weight.double(), u.double())):
        for value in _pair(candidate, *given):
            _kept(value, weight.to(given[0].dtype))


# maxmin ----------------------------------------------------------------------


def _sorted_pairs(x: Tensor) -> Tensor:
    return x.unflatten(1, (-1, 2)).sort(dim=2, descending=True).values.flatten(1)


def _maxmin_mistakes(x: Tensor) -> Known:
    right, half = _sorted_pairs(x), x.chunk(2, dim=1)
    pairs = x.view(len(x), -1, 2)
    high, low = pairs.amax(2), pairs.amin(2)
    by_size = pairs.gather(2, pairs.abs().argsort(dim=2, descending=True)).flatten(1)
    return {
        "unchanged": x,
        "max-twice": (high.repeat_interleave(2, 1), low.repeat_interleave(2, 1), torch.cat([high, high], 1)),
        "relu-instead": (x.relu(), x.abs(), right.relu(), right.abs(), functional.leaky_relu(x, 0.2)),
        "by-size": by_size,
        "smaller-first": right.unflatten(1, (-1, 2)).flip(2).flatten(1),
        "other-pairs": (
            torch.cat([high, low], 1),
            torch.cat([low, high], 1),
            torch.cat([torch.maximum(*half), torch.minimum(*half)], 1),
            torch.stack([torch.maximum(*half), torch.minimum(*half)], 2).flatten(1),
            _sorted_pairs(x.roll(-1, 1)).roll(1, 1),
        ),
        "whole-row": (x.sort(1).values, x.sort(1, descending=True).values),
        "over-the-batch": (x.sort(0).values, x.sort(0, descending=True).values),
    }


@checks("leashes.maxmin", "x")
def maxmin(candidate: Callable) -> str:
    n, k = draw.whole(3, 5), draw.one_of((6, 8))
    while True:
        x = draw.uniform(-3, 3, n, k).round(decimals=1)
        right, known = _sorted_pairs(x), _maxmin_mistakes(x)
        if _telling(right, known):
            break
    value = tensor(call(candidate, x), "the result")
    wrong.first({"max-only": tuple(value.shape) in ((n, k // 2), (n, k // 2, 1))})
    tensor(value, "the result", (n, k))
    good = near(value, right)
    if not good:
        said = {"given": f"For the row {show(x[0])}", "yours": show(value[0]), "right": show(right[0])}
        _loses_nothing(value, known)
        wrong.named(value, known, 1e-5, **said)
        wrong.first({"over-the-batch": near(value.sum(0), x.sum(0)) and not near(value.sum(1), x.sum(1))})
        wrong.first({"other-pairs": near(value.sort(1).values, x.sort(1).values)})
        wrong("numbers-changed", **said)
    for m, width in ((1, 2), (2, 2), (4, 10), (7, 128)):
        x = draw.uniform(-3, 3, m, width)
        with wrong.blaming("other-widths", does="stops", k=k, n=m, other=width):
            value = tensor(call(candidate, x), "the result", (m, width))
        _kept(value, x)
        good = near(value, _sorted_pairs(x))
        wrong.first({"other-widths": not good}, does="gives something else", k=k, n=m, other=width)
    _back_to_its_place(candidate, n, k)
    on_another_device(candidate, x)
    return (
        f"{n} rows of {k} numbers, and others: each pair has its larger number first, the lengths of the rows are as "
        "before, and the gradient finds its way back."
    )


def _loses_nothing(value: Tensor, known: Known) -> None:
    """Answers that a network would not mind."""
    for key in ("smaller-first", "other-pairs", "whole-row"):
        if any(near(value, each, 1e-5) for each in _many(known[key])):
            wrong.not_as_asked(key, done=True)


def _back_to_its_place(candidate: Callable, n: int, k: int) -> None:
    """The gradient of each number is that of the place where it went."""
    x, weights = draw.uniform(-3, 3, n, k).double().requires_grad_(True), draw.uniform(1, 2, n, k).double()
    (truth,) = torch.autograd.grad((_sorted_pairs(x) * weights).sum(), x)
    value = call(candidate, x)
    wrong.first({"detached": not value.requires_grad})
    (gradient,) = torch.autograd.grad((value * weights).sum(), x, allow_unused=True)
    wrong.first({"detached": gradient is None or not near(gradient, truth)})
    _kept(value, x)


# bjorck ----------------------------------------------------------------------


def orthonormalised(weight: Tensor, n: int) -> Tensor:
    """After n steps."""
    for _ in range(n):
        weight = weight @ (3 * torch.eye(weight.shape[1]).to(weight) - weight.mT @ weight) / 2
    return weight


def _bjorck_mistakes(w: Tensor, n: int) -> Known:
    """For a square matrix."""

    def steps(step: Callable[[Tensor], Tensor]) -> Tensor:
        value = w
        for _ in range(n):
            value = step(value)
        return value

    left, _, right = torch.linalg.svd(w)
    q = torch.linalg.qr(w).Q
    sizes = torch.linalg.matrix_norm(w, 2), w.norm(), (w.abs().sum(0).max() * w.abs().sum(1).max()).sqrt()
    return {
        "elementwise": (
            steps(lambda v: 1.5 * v - 0.5 * v**3),
            steps(lambda v: 1.5 * v - 0.5 * v * (v.T @ v)),
            steps(lambda v: 1.5 * v - 0.5 * v * v.T * v),
            steps(lambda v: 1.5 * v - 0.5 * (v * v.T) @ v),
            steps(lambda v: 1.5 * v - 0.5 * (v @ v.T) * v),
        ),
        "sign-swapped": steps(lambda v: 1.5 * v + 0.5 * v @ v.T @ v),
        "half-missing": (
            steps(lambda v: 3 * v - v @ v.T @ v),
            steps(lambda v: 1.5 * v - v @ v.T @ v),
            steps(lambda v: 3 * v - 0.5 * v @ v.T @ v),
            steps(lambda v: v - 0.5 * v @ v.T @ v),
            steps(lambda v: v - v @ v.T @ v),
            steps(lambda v: 2 * v - v @ v.T @ v),
            steps(lambda v: 0.5 * v - 1.5 * v @ v.T @ v),
        ),
        "one-factor-too-few": (
            steps(lambda v: 1.5 * v - 0.5 * v @ v.T),
            steps(lambda v: 1.5 * v - 0.5 * v.T @ v),
            steps(lambda v: 1.5 * v - 0.5 * v @ v @ v),
            steps(lambda v: 1.5 * torch.eye(len(v)) - 0.5 * v.T @ v),
        ),
        "factors-out-of-order": (
            steps(lambda v: 1.5 * v - 0.5 * v @ v @ v.T),
            steps(lambda v: 1.5 * v - 0.5 * v.T @ v @ v),
        ),
        "identity-missing": (
            steps(lambda v: v @ (3 - v.T @ v) / 2),
            steps(lambda v: (3 - v @ v.T) @ v / 2),
        ),
        "old-matrix": (
            steps(lambda v: 1.5 * v - 0.5 * v @ w.T @ w),
            steps(lambda v: 1.5 * v - 0.5 * w @ w.T @ v),
            steps(lambda v: 1.5 * v - 0.5 * w @ w.T @ w),
        ),
        "exact-instead/matrix": left @ right,
        "rescaled": tuple(orthonormalised(w / size, n) for size in sizes),
        "other-root": (q, -q, q * torch.linalg.qr(w).R.diag().sign()),
    }


def _contraction(rows: int, columns: int) -> Tensor:
    """A matrix with singular values between 0.15 and 0.9."""
    left, _, right = torch.linalg.svd(draw.normal(rows, columns), full_matrices=False)
    return left @ torch.diag(draw.uniform(0.15, 0.9, min(rows, columns))) @ right


@checks("leashes.bjorck", "weight", "n_steps")
def bjorck(candidate: Callable) -> str:
    k, n = draw.whole(3, 4), 2
    while True:
        weight = _contraction(k, k)
        right, known = orthonormalised(weight, n), _bjorck_mistakes(weight, n)
        slow = torch.linalg.svdvals(weight)[-1] < 0.3  # five steps are not the limit
        if slow and _telling(right, {**known, "n": tuple(orthonormalised(weight, m) for m in (0, 1, 3))}):
            break
    value = _one_matrix(candidate, weight, n_steps=n)
    given = f"For a {k} by {k} matrix and n_steps={n}"
    if not near(value, right):
        said = {"given": given, "n": n}
        wrong.first({"exact-instead/matrix": near(value, known["exact-instead/matrix"], 1e-6)}, **said)
        for other in (0, 1, 3, 4, 5, 6, 7):
            if near(value, orthonormalised(weight, other), 1e-5):
                wrong("n-steps-ignored/matrix", given=given, other=other)
        wrong.named(value, known, 5e-4, **said)
        expect(value, right, f"{given}, the matrix")
    none = _one_matrix(candidate, weight, n_steps=0)
    wrong.first({"no-step": not near(none, weight)}, does="changes the matrix")
    for m, columns in ((5, 2), (2, 5), (1, 4), (4, 1)):
        weight = _contraction(m, columns)
        said = {"rows": k, "columns": k, "other": f"{m} and {columns}"}
        with wrong.translating(
            {"factors-do-not-fit": ("cannot be multiplied", "must match the size", "size mismatch")}
        ):
            value = _one_matrix(candidate, weight, n_steps=3)
        _kept(value, weight)
        good = near(value, orthonormalised(weight, 3), 1e-3)
        wrong.first({"other-shapes": not good}, does="gives something else", **said)
    small = 0.1 * _contraction(3, 3)
    default = _one_matrix(candidate, small)
    wrong.first({"defaults-changed": not near(default, orthonormalised(small, 5), 1e-5)}, n=5)
    _reaches_the_matrix(candidate)
    on_another_device(candidate, weight)
    weight = _contraction(6, 4)
    values = torch.linalg.svdvals(_one_matrix(candidate, weight, n_steps=25).detach())
    return (
        f"{given}, and for others, each step is right, and the gradient reaches A. A matrix with singular values from "
        f"{torch.linalg.svdvals(weight).min():.3f} has values from {values.min():.4f} to {values.max():.4f} after 25."
    )


def _one_matrix(candidate: Callable, weight: Tensor, **more: Any) -> Tensor:
    value = call(candidate, weight, **more)
    rows, columns = weight.shape
    if isinstance(value, Tensor) and rows != columns:
        wrong.first({"transposed": value.shape == (columns, rows)}, rows=rows, columns=columns)
    return tensor(value, "the matrix", (rows, columns))


def _reaches_the_matrix(candidate: Callable) -> None:
    weight = _contraction(3, 4).double().requires_grad_(True)
    factors = draw.uniform(1, 2, 3, 4).double()
    (truth,) = torch.autograd.grad((orthonormalised(weight, 3) * factors).sum(), weight)
    value = call(candidate, weight, n_steps=3)
    wrong.first({"detached/matrix": not value.requires_grad})
    (gradient,) = torch.autograd.grad((value * factors).sum(), weight, allow_unused=True)
    wrong.first({"detached/matrix": gradient is None})
    wrong.first({"gradient-cut": not near(gradient, truth)})
    _kept(value, weight)
