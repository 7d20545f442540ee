"""Checks of evaluation.py: features with whole numbers for moments, and points whose neighbours can be counted."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from .calls import call
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, tensor

# {given} says what the first example of a distance should give and what yours gives.
wrong = Mistakes(
    """
    biased-covariance: {given} The covariance divides the sum over n images by n - 1 = 4. You divide by n = 5.
    covariance-not-divided: {given} The covariance divides the sum over n images by n - 1 = 4. You only add up.
    not-centred: {given} A covariance is about deviations from the mean: take the mean off first, in each set its own.
    elementwise-root: {given} You take the root of each entry. The root of a matrix is the matrix whose product with
        itself gives it back; the trace of that one is the sum of the roots of the eigenvalues.
    diagonals-only: {given} Only the variances of the single features are in it, not how the features vary together: the
        product under the root is a product of matrices, and its root that of a matrix.
    elementwise-product: {given} You multiply the covariances entry by entry. Under the root stands a product of
        matrices.
    factor-2-missing: {given} You take the trace of the root off once. It counts twice, as in (a - b)^2 = a^2 + b^2 - 2
        a b.
    root-added: {given} You add the trace of the root. It is taken off, so that equal sets are 0 apart.
    mean-gap-not-squared: {given} The gap of the means enters squared, feature by feature, and added up.
    mean-gap-averaged: {given} You average the squared gaps of the means over the features. A squared length is a sum.
    mean-gap-summed-first: {given} You add up the gaps of the means before you square, so that gaps of opposite sign
        cancel.
    one-mean-for-all: {given} The gap is that of two means over everything. Each feature has a mean of its own.
    rooted: {given} That is its root. What papers quote, and the equation says, is the square.
    means-missing: {given} The covariances are all right, but the means have no part in it.
    covariances-missing: {given} The means are all right, but the covariances have no part in it. Two sets with equal
        means may still look quite different.
    trace-left-out: {given} Both traces are part of it: without one, equal sets would not be 0 apart.
    root-missing: {given} You take off the trace of the product itself. A root belongs between the two: of the matrix,
        or of its eigenvalues.
    root-of-trace: {given} You add up first and take the root of the sum. First the root of each eigenvalue, then the
        sum.
    not-symmetric: {given} The product of two covariances is not symmetric, and a solver for symmetric matrices (eigh,
        eigvalsh) reads only half of it. Take one for any matrix.
    singular-values: {given} You take roots of the singular values of the product. They are its eigenvalues only for
        symmetric matrices, and a product of two covariances is not symmetric.
    roots-apart: {given} You take the root of each covariance and multiply. The root of a product is the product of
        roots only if the order of the factors does not matter, and for matrices it does.
    sum-not-trace: {given} You add up all entries. The trace is the sum along the diagonal alone.
    covariance-gap: {given} You square the difference of the covariances. The second part of the distance is the sum of
        the traces minus twice that of the root.
    correlations: {given} You use correlations, which are 1 on the diagonal whatever the spread. Use covariances.
    wrong-axis/images: {given} Mean and covariance are those of the features, taken over the images: one mean for each
        feature and a covariance of features with features. Is each row of what you hand to cov one feature?
    still-numpy/number: Your result is a number of numpy; turn it into a tensor.
    complex-result: Your result has dtype {dtype}: the root of a matrix, and the eigenvalues of one that is not
        symmetric, come as complex numbers. Here they are real up to rounding: keep that part.
    trace-missing: Your result has shape {shape} for two features; a distance is one number. The trace, the sum along
        the diagonal, makes one of each matrix, and the squared gaps of the means are added up.
    same-size-only: Your code stops for {what}. Each set has its own number of images.
    one-n-for-both: For {what} yours is {yours} instead of 11: both covariances are divided by the n of one set. Each
        has its own.
    rounding-not-caught: {what} With fewer images than features some eigenvalues of the product are 0, and rounding puts
        them a little below, where no root exists. It must not spoil the sum.

    pairs-missing: 4 images and 6 references cannot be subtracted row by row. Each image is compared with each
        reference: that makes a table of 4 x 6 distances.
    pair-returned: Your result is a pair, such as topk and sort give: the values, and where they were found. Asked for
        is where.
    still-numpy/array: Your result is a numpy array; turn it into a tensor.
    distances-returned: Your result holds how far the neighbours are. Asked for is which ones they are: their numbers.
    k-ignored/one: {result}: one neighbour each, whatever k says.
    k-ignored/all: {result}: all references, whatever k says.
    shape-swapped: {result}. The images are counted first.
    wrong-axis/references: {result}: for each reference the nearest images. Look for the smallest along the axis of the
        references.
    roles-swapped: {result}: for each reference the nearest images. It is the images that ask.
    one-for-all: {result}: the smallest of all 24 distances. Each image has nearest references of its own.
    wrong-shape/first: {result}.
    wrong-dtype: Your result has dtype {dtype}; numbers of references are whole: torch.int64.
    farthest: Your references are those farthest away. The nearest have the smallest distance.
    not-nearest-first: Your references are the right ones in another order: for the first image {yours} instead of
        {right}. The nearest comes first.
    nearest-left-out: You leave out the nearest one. That would be right for neighbours within one set, where each is
        its own nearest; here a distance of 0 is a copy, which is what one looks for.
    counted-from-1: Your numbers are right but for 1: the first reference has the number 0.
    ranks-returned: Your result says which place in the order the first references take. Asked for is the other way
        round: which references take the first places.
    other-distance: Your distance {how}. The equation has the length of the difference: squares, added up.
    inner-product: You compare by inner products or angles. A bright reference has a large product with everything; the
        equation asks for the distance.
    column-missing: Without k your result has shape (4,) for 4 images; it should have shape (4, 1), one column for each
        neighbour, also when there is one.
    wrong-shape: The result {when} has shape {shape}; it should have shape {right}.
    wrong-value: The result {when} names references {yours} for image {row}; the nearest are {right}.
    not-flattened: {what} Of images of shape (1, 4, 4), as of rows of numbers, the whole image is one point: 16
        coordinates.
    """
)

# frechet_distance ------------------------------------------------------------

# Two features. Means 2 and -1 apart, covariances [[8, 6], [6, 9]] and [[8, -4], [-4, 4]], which do
# not commute; the roots of the two eigenvalues of their product sum to 10.
REAL = torch.tensor([[1, 5], [1, -1], [5, 5], [1, 2], [-3, -1]], dtype=torch.float64)
FAKE = torch.tensor([[1, 2], [-5, 5], [1, 4], [1, 0], [-3, 4]], dtype=torch.float64)
EXAMPLE = "In a small example with two features the exact value is 14"
PARTS = "5 for the means, 17 and 12 for the traces, 10 for the trace of the root"


@checks("evaluation.frechet_distance", "real fake")
def frechet_distance(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    value = _distance(call(candidate, REAL, FAKE))
    wrong.named(value, _mistaken_distances(), given=f"{EXAMPLE}, and yours is {value:.4g}.")
    expect(value, 14.0, f"in a small example ({PARTS}) the result")
    _more_fakes(candidate)
    _more_features_than_images(candidate)
    return (
        f"{EXAMPLE} ({PARTS}), and so is yours. Sets of 6 and 8 images with three features are 11 apart, and a "
        "set is as far from itself moved as it was moved, squared: 100, even with fewer images than features."
    )


def _distance(value: Any) -> Tensor:
    """A real 0-d tensor, or what was returned instead."""
    if type(value).__module__ == "numpy":
        wrong("still-numpy/number")
    if isinstance(value, Tensor):
        found = {"complex-result": value.is_complex(), "trace-missing": value.shape in ((2, 2), (2,))}
        wrong.first(found, dtype=value.dtype, shape=tuple(value.shape))
    return tensor(value, "the distance of two sets of features", ())


def _mistaken_distances() -> dict[str, Any]:
    """What each mistake that shows in the value gives in the example."""
    gap = REAL.mean(dim=0) - FAKE.mean(dim=0)
    means, a, b = gap.square().sum(), REAL.T.cov(), FAKE.T.cov()
    both, product = means + (a + b).trace(), a @ b
    spread = both - means - 2 * _root(product)
    lower, upper, diagonal = product.tril(), product.triu(), product.diag().diag()
    moments = REAL.T @ REAL / 4, FAKE.T @ FAKE / 4
    uncentred = (moments[0] + moments[1]).trace() - 2 * _root(moments[0] @ moments[1])
    half_a, half_b, whole_root = ((x + x.det().sqrt() * torch.eye(2)) / _root(x) for x in (a, b, product))
    u, v = REAL[:, 0] - REAL[:, 1], FAKE[:, 0] - FAKE[:, 1]  # the rows' own covariances are u u' / 2 and v v' / 2
    rows_gap, rows = (REAL - FAKE).mean(dim=1).square().sum(), (u @ u + v @ v) / 2 - (u @ v).abs()
    return {
        "biased-covariance": means + 0.8 * spread,
        "covariance-not-divided": means + 4 * spread,
        "not-centred": (means + uncentred, means + 0.8 * uncentred),
        "elementwise-root": both - 2 * product.diag().sqrt().sum(),
        "diagonals-only": means + (a.diag().sqrt() - b.diag().sqrt()).square().sum(),
        "elementwise-product": both - 2 * _root(a * b),
        "factor-2-missing": both - _root(product),
        "root-added": both + 2 * _root(product),
        "mean-gap-not-squared": (means.sqrt() + spread, gap.abs().sum() + spread),
        "mean-gap-averaged": means / 2 + spread,
        "mean-gap-summed-first": gap.sum().square() + spread,
        "one-mean-for-all": (REAL.mean() - FAKE.mean()).square() + spread,
        "rooted": sqrt(14),
        "means-missing": spread,
        "covariances-missing": means,
        "trace-left-out": (means + spread - a.trace(), means + spread - b.trace(), means - 2 * _root(product)),
        "root-missing": both - 2 * product.trace(),
        "root-of-trace": both - 2 * product.trace().sqrt(),
        "not-symmetric": (both - 2 * _root(lower + lower.T - diagonal), both - 2 * _root(upper + upper.T - diagonal)),
        "singular-values": both - 2 * torch.linalg.svdvals(product).sqrt().sum(),
        "roots-apart": both - 2 * (half_a @ half_b).trace(),
        "sum-not-trace": means + (a + b - 2 * whole_root).sum(),
        "covariance-gap": means + (a - b).square().sum(),
        "correlations": means + 4 - 2 * _root(REAL.T.corrcoef() @ FAKE.T.corrcoef()),
        "wrong-axis/images": (means + rows, rows_gap + rows, rows_gap + spread),
    }


def _root(matrix: Tensor) -> Tensor:
    """Sum of the roots of the two eigenvalues, from trace and determinant."""
    return (matrix.trace() + 2 * matrix.det().sqrt()).sqrt()


def _more_fakes(candidate: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Six images and eight, three independent features: a sum over the features."""
    real_spread, fake_spread = torch.tensor([1.0, 2.0, 3.0]).double(), torch.tensor([2.0, 1.0, 5.0]).double()
    axes = torch.cat([torch.eye(3), -torch.eye(3)]).double()
    real = axes * real_spread * sqrt(5 / 2)
    fake = torch.cat([axes * fake_spread * sqrt(7 / 2), torch.zeros(2, 3)]) + torch.tensor([1.0, 0.0, 2.0])
    what = "two sets of 6 and 8 images with three features"
    with wrong.blaming("same-size-only", what=what):
        value = call(candidate, real, fake)
    value = tensor(value, f"the distance of {what}", ())
    gaps = real_spread - sqrt(7 / 5) * fake_spread, sqrt(5 / 7) * real_spread - fake_spread
    wrong.named(value, {"one-n-for-both": tuple(5 + gap.square().sum() for gap in gaps)}, what=what)
    expect(value, 11.0, f"for {what} the distance")


def _more_features_than_images(candidate: Callable[[Tensor, Tensor], Tensor]) -> None:
    """A set and itself moved by 10, in eight dimensions with four images: half of the eigenvalues are 0."""
    rng = torch.Generator().manual_seed(0)
    for _ in range(5):
        real = torch.randn(4, 8, generator=rng, dtype=torch.float64)
        with wrong.blaming("rounding-not-caught", what="Your code stops for 4 images with 8 features."):
            value = call(candidate, real, real + 10 / sqrt(8))
        if isinstance(value, Tensor) and value.isnan().any():
            wrong("rounding-not-caught", what="For 4 images with 8 features yours is NaN.")
        value = tensor(value, "the distance of two sets of 4 images with 8 features", ())
        expect(value, 100.0, "for 4 images with 8 features and the same moved by 10 the distance", 1e-3)


# nearest_neighbours ----------------------------------------------------------

# Six references and four images in the plane; the fourth image is reference 2. No two distances, however
# measured, are near each other.
PLACES = torch.tensor([[-2.2, 0.0], [3.6, 2.8], [-1.4, 0.9], [3.2, -0.6], [1.6, -1.2], [3.3, 1.2]])
ASKED = torch.tensor([[0.4, -4.6], [0.7, -0.8], [-1.2, 4.7], [-1.4, 0.9]])
STEPS = ASKED[:, None] - PLACES
DISTANCES, ORDER = STEPS.square().sum(dim=2).sqrt().sort(dim=1)  # the nearest first


@checks("evaluation.nearest_neighbours", "images references", "k")
def nearest_neighbours(candidate: Callable[..., Tensor]) -> str:
    with wrong.translating({"pairs-missing": ("must match the size", "could not be broadcast")}):
        value = _numbers(call(candidate, ASKED, PLACES, 3))
    if not torch.equal(value, ORDER[:, :3]):
        _mistaken_numbers(value, ORDER[:, :3], ORDER.flip(1)[:, :3])
    value = call(candidate, ASKED, PLACES)
    if isinstance(value, Tensor) and value.shape == (4,):
        wrong("column-missing")
    _same(value, ORDER[:, :1], "without k, which means 1,")
    _same(call(candidate, ASKED, PLACES, k=6), ORDER, "with k=6, all of them,")
    _of_images(candidate)
    return (
        "For 4 points and 6 references the numbers are right, the nearest first, with k = 3, 1 and 6; a point that "
        "is among the references finds itself. Images of shape (1, 4, 4) work too."
    )


def _numbers(value: Any) -> Tensor:
    """int64 of shape (4, 3), or what was returned instead."""
    given = "4 images, 6 references and k=3"
    if isinstance(value, tuple):
        wrong("pair-returned")
    if type(value).__module__ == "numpy":
        wrong("still-numpy/array")
    if not isinstance(value, Tensor):
        return tensor(value, f"the result for {given}")
    shape, dtype = tuple(value.shape), value.dtype
    instead = {
        "distances-returned": dtype.is_floating_point and near(value.abs().sort().values, DISTANCES[:, :3]),
        "k-ignored/one": shape in ((4, 1), (4,)),
        "k-ignored/all": shape == (4, 6),
        "shape-swapped": shape == (3, 4),
        "wrong-axis/references": shape == (3, 6),
        "roles-swapped": shape == (6, 3),
        "one-for-all": shape in ((), (1,), (3,)),
        "wrong-shape/first": shape != (4, 3),
        "wrong-dtype": dtype != torch.int64,
    }
    wrong.first(instead, dtype=dtype, result=f"For {given} your result has shape {shape} instead of (4, 3)")
    return value


def _mistaken_numbers(value: Tensor, right: Tensor, far: Tensor) -> None:
    """Which other question the numbers answer."""
    if torch.equal(value.sort().values, right.sort().values):
        wrong("not-nearest-first", yours=value[0].tolist(), right=right[0].tolist())
    known = {
        "farthest": (far, far.flip(1)),  # topk, or the end of an ascending order
        "nearest-left-out": ORDER[:, 1:4],
        "counted-from-1": right + 1,
        "ranks-returned": ORDER.argsort(dim=1)[:, :3],
    }
    wrong.named(value, known)
    others = {
        "adds up the sizes of the differences": STEPS.abs().sum(dim=2),
        "takes the largest difference": STEPS.abs().amax(dim=2),
        "adds up the differences with their signs, which cancel": STEPS.sum(dim=2).abs(),
        "takes the smallest difference": STEPS.abs().amin(dim=2),
    }
    for how, other in others.items():
        wrong.named(value, {"other-distance": other.argsort(dim=1, stable=True)[:, :3]}, how=how)
    products = ASKED @ PLACES.T
    likeness = products, -products, products / ASKED.norm(dim=1)[:, None] / PLACES.norm(dim=1)
    wrong.named(value, {"inner-product": tuple(x.argsort(dim=1, descending=True)[:, :3] for x in likeness)})
    _same(value, right, "with k=3")


def _same(value: Any, right: Tensor, when: str) -> None:
    """The generic comparison of numbers."""
    if not isinstance(value, Tensor) or value.is_floating_point():
        tensor(value, f"{when} the result".strip())
        wrong("wrong-dtype", dtype=value.dtype)
    if value.shape != right.shape:
        wrong("wrong-shape", when=when, shape=tuple(value.shape), right=tuple(right.shape))
    different = (value.long() != right).any(dim=1)
    if different.any():
        row = int(different.nonzero()[0])
        wrong("wrong-value", when=when, row=row, yours=value[row].tolist(), right=right[row].tolist())


def _of_images(candidate: Callable[..., Tensor]) -> None:
    """Grey images whose mean greys would name another neighbour."""
    rng = torch.Generator().manual_seed(8)
    references = torch.rand(5, 1, 4, 4, generator=rng) * 2 - 1
    right = torch.tensor([[3, 1], [0, 4]])
    images = 0.6 * references[right[:, 0]] + 0.4 * references[right[:, 1]]
    for count in (2, 5):  # as many images as references is where broadcasting goes unnoticed
        with wrong.blaming("not-flattened", what="Your code works for points and stops for images."):
            value = call(candidate, images.repeat(3, 1, 1, 1)[:count], references, k=2)
        if isinstance(value, Tensor) and value.shape != (count, 2):
            shapes = f"your result has shape {tuple(value.shape)} instead of ({count}, 2)"
            wrong("not-flattened", what=f"For {count} images, 5 references and k=2 {shapes}.")
        _same(value, right.repeat(3, 1)[:count], "for small images")
