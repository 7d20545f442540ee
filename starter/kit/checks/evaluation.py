"""Checks of evaluation.py: sets of features for which each mistake gives another number, points and small images."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from . import draw
from .calls import call
from .judge import checks
from .mistakes import Mistakes
from .probes import apart, expect, tensor

# {given} says what the first example of a distance should give and what yours gives.
wrong = Mistakes(
    """
    biased-covariance: {given} The covariance divides the sum over n images by n - 1. You divide by n.
    covariance-not-divided: {given} The covariance divides the sum over n images by n - 1. You only add up.
    not-centred: {given} A covariance is about deviations from the mean: subtract the mean first, in each set its own.
    elementwise-root: {given} You take the root of each entry. The root of a matrix is another thing: its trace is the
        sum of the roots of the eigenvalues.
    elementwise-product: {given} You multiply the covariances entry by entry. Under the root is a product of matrices.
    diagonals-only: {given} You use the variances of single features, but not how features vary together. The product
        under the root is one of matrices.
    factor-2-missing: {given} The trace of the root counts twice, as in (a - b)^2 = a^2 + b^2 - 2 a b.
    root-added: {given} You add the trace of the root. It is subtracted, so that equal sets are 0 apart.
    mean-gap-not-squared: {given} The gap of the means enters squared, feature by feature, and added up.
    mean-gap-averaged: {given} You average the squared gaps of the means over the features. A squared length is a sum.
    mean-gap-summed-first: {given} You add up the gaps of the means before you square, so opposite signs cancel.
    means-added: {given} You add the two means. It is their difference that counts.
    medians: {given} You take medians. The equation has means.
    one-mean-for-all: {given} The gap is that of two means over everything. Each feature has a mean of its own.
    rooted: {given} That is its root. What papers quote, and the equation says, is the square.
    means-missing: {given} The covariances are all right, but the means have no part in it.
    covariances-missing: {given} The means are all right, but the difference of the covariances has no part in it.
    trace-left-out: {given} Both traces are part of it: without one, equal sets would not be 0 apart.
    root-missing: {given} You subtract the trace of the product. A root belongs between the two.
    root-of-trace: {given} You take the root of a sum. First comes the root of each eigenvalue, then the sum.
    roots-not-summed: {given} You take one root of an eigenvalue, or a product of all. The trace is their sum.
    not-symmetric: {given} The product of two covariances is not symmetric, and a solver for symmetric matrices (eigh,
        eigvalsh) reads only half of it. Take one for any matrix.
    not-symmetric/nan: Your result is NaN: you take the root of a negative number. The eigenvalues of the product are at
        least 0, but not those that a solver for symmetric matrices (eigh, eigvalsh) gives for it.
    singular-values: {given} You take roots of the singular values of the product. They are its eigenvalues only for
        symmetric matrices, and a product of two covariances is not symmetric.
    roots-apart: {given} You take roots of each covariance by itself and multiply. The root of a product is the product
        of roots only if the order of the factors does not matter, and for matrices it does.
    sum-not-trace: {given} You add up all entries of a matrix. The trace is the sum along the diagonal alone.
    covariance-gap: {given} You measure the difference of the covariances. The equation has traces, and a root.
    correlations: {given} You use correlations, which are 1 on the diagonal whatever the spread. Use covariances.
    wrong-axis/images: {given} You take a mean or a covariance over the features. Both are taken over the images, so
        that each feature has its mean. Is each row of what you hand to cov one feature?
    still-numpy: Your result comes from numpy; turn it into a tensor.
    complex-result: Your result has dtype {dtype}: the root of a matrix, and the eigenvalues of one that is not
        symmetric, come as complex numbers. Here they are real up to rounding: keep that part.
    trace-missing: Your result has shape {shape} for {d} features; a distance is one number. The trace makes one of each
        matrix, and the squared gaps of the means are added up.
    same-size-only: Your code stops for {what}. Each set has its own number of images.
    one-n-for-both: For {what} both your covariances are divided by the n of one set. Each has its own.
    cut-to-one-size: For {what} you leave out images of the larger set. All of them count.
    rounding-not-caught: {what} With fewer images than features some eigenvalues of the product are 0, and rounding puts
        them a little below, where no root exists. It must not spoil the sum.

    pairs-missing: Images and references cannot be subtracted row by row. Each image is compared with each reference,
        which makes a table of {n} x {m} distances.
    all-flattened: You flatten all images into one row. The first axis counts them and has to stay.
    pair-returned: Your result is a pair, as topk and sort give it: values, and where they were found. Return where.
    distances-returned: Your result holds how far the neighbours are. Asked for is which ones they are: their numbers.
    references-returned: Your result holds the neighbours themselves. Asked for is which ones they are: their numbers.
    k-ignored/one: {result}: one neighbour each, whatever k says.
    k-ignored/all: {result}: all references, whatever k says.
    shape-swapped: {result}. The images are counted first.
    wrong-axis: {result}: for each reference the nearest images. Which axis of your table counts the references?
    roles-swapped: {result}: for each reference the nearest images. It is the images that ask.
    one-for-all: {result}: the smallest of all distances. Each image has nearest references of its own.
    wrong-shape: {result}.
    wrong-dtype: Your result has dtype {dtype}; numbers of references are whole numbers of the dtype torch.int64.
    farthest: Your references are those farthest away. The nearest have the smallest distance.
    not-nearest-first: Your references are the right ones in another order. The nearest comes first.
    nearest-left-out: You leave out the nearest one, as for neighbours within one set, where each is its own nearest.
        Here a distance of 0 is a copy, which is what one looks for.
    counted-from-1: Your numbers are right but for 1: the first reference has the number 0.
    ranks-returned: Your result says which place in the order the first references take. Asked for is the other way
        round: which references take the first places.
    other-distance: Your distance {how}. The equation has the length of the difference: squares, added up.
    inner-product: You compare by inner products or angles. The equation asks for the distance.
    inputs-shifted: You move or rescale images and references before you compare. Compare them as they are.
    column-missing: Without k your result has shape ({n},); it should have shape ({n}, 1), one column for one neighbour.
    wrong-value: The result {when} names references {yours} for image {row}; the nearest are {right}.
    not-flattened: {what} The whole image is one point, whatever its shape {shape}: one coordinate for each number.
    """
)

# frechet_distance ------------------------------------------------------------


@checks("evaluation.frechet_distance", "real fake")
def frechet_distance(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    real, fake, right, known = _features()
    n, d = real.shape
    example = f"For {n} real and {n} fake images with {d} features the distance is {right:.4g}"
    value = call(candidate, real, fake)
    if type(value).__module__ == "numpy":
        wrong("still-numpy")
    if isinstance(value, Tensor):
        found = {
            "complex-result": value.is_complex(),
            "trace-missing": value.shape in ((d, d), (d,)),
            "not-symmetric/nan": value.isnan().any(),
        }
        wrong.first(found, dtype=value.dtype, shape=tuple(value.shape), d=d)
    value = tensor(value, "the distance of two sets of features", ())
    wrong.named(value, known, given=f"{example}, and yours is {value:.4g}.")
    expect(value, right, f"for {n} real and {n} fake images with {d} features the result")
    what = _more_fakes(candidate)
    _more_features_than_images(candidate)
    return f"{example}. Yours is right for {what} too, and with fewer images than features."


def _set(n: int, d: int) -> Tensor:
    """n images with d features that vary together, float64."""
    mixed = torch.eye(d) + draw.uniform(-0.5, 0.5, d, d)
    return (draw.normal(n, d) * draw.uniform(1, 4, d) @ mixed + draw.uniform(-2, 2, d)).double()


def _features() -> tuple[Tensor, Tensor, Tensor, dict[str, Any]]:
    """Two sets, their distance, and what each mistake gives; all of these are apart."""
    while True:
        d, n = draw.whole(3, 4), draw.whole(6, 9)
        real, fake = _set(n, d), _set(n, d)
        right, known = _right(real, fake), _mistaken(real, fake)
        if apart([(right,), *known.values()], 1.5e-3) and right > 1:
            return real, fake, right, known


def _right(real: Tensor, fake: Tensor) -> Tensor:
    """The distance, from singular values of the centred sets, which need no root of a matrix."""
    x, y = ((features - features.mean(dim=0)) / sqrt(len(features) - 1) for features in (real, fake))
    means = (real.mean(dim=0) - fake.mean(dim=0)).square().sum()
    return means + x.square().sum() + y.square().sum() - 2 * torch.linalg.svdvals(x @ y.T).sum()


def _mistaken(real: Tensor, fake: Tensor) -> dict[str, tuple[Any, ...]]:
    """What each mistake that shows in the value gives."""
    n, d = real.shape
    gap, a, b = real.mean(dim=0) - fake.mean(dim=0), real.T.cov(), fake.T.cov()
    means, product, traces = gap.square().sum(), a @ b, a.trace() + b.trace()
    roots = _roots(product)
    root, both, share = roots.sum(), means + traces, (n - 1) / n
    spread, pooled = traces - 2 * root, torch.cat([real, fake]).mean(dim=0)
    moments = [tuple(x.T @ x / (n - 1) for x in sets) for sets in ((real, fake), (real - pooled, fake - pooled))]
    uncentred = [(x + y).trace() - 2 * _roots(x @ y).sum() for x, y in moments]
    values, vectors = torch.linalg.eig(product)
    whole_root = (vectors @ values.sqrt().diag() @ vectors.inverse()).real
    halves = [(vectors * values.sqrt()) @ vectors.T for values, vectors in map(torch.linalg.eigh, (a, b))]
    paired = (torch.linalg.eigvalsh(a) * torch.linalg.eigvalsh(b)).sqrt().sum()
    lopsided = [torch.linalg.eigvalsh(product, UPLO=half) for half in "LU"]
    lopsided.append(torch.linalg.eigvalsh(product + product.T) / 2)
    rows_gap, u, v = (real - fake).mean(dim=1).square().sum(), real.cov(), fake.cov()
    rows = (u + v).trace() - 2 * torch.linalg.eigvals(u @ v).real.clamp(min=0).sqrt().sum()
    medians = (real.median(dim=0).values - fake.median(dim=0).values).square().sum()
    correlated = 2 * d - 2 * _roots(real.T.corrcoef() @ fake.T.corrcoef()).sum()
    return {
        "biased-covariance": (
            means + share * spread,
            means + share * a.trace() + b.trace() - 2 * sqrt(share) * root,
            means + a.trace() + share * b.trace() - 2 * sqrt(share) * root,
        ),
        "covariance-not-divided": (means + (n - 1) * spread,),
        "not-centred": (*(means + x for x in uncentred), means + share * uncentred[0]),
        "elementwise-root": (both - 2 * product.diag().sqrt().sum(),),
        "diagonals-only": (means + (a.diag().sqrt() - b.diag().sqrt()).square().sum(),),
        "elementwise-product": (both - 2 * _roots(a * b).sum(),),
        "factor-2-missing": (both - root,),
        "root-added": (both + 2 * root, both + root),
        "mean-gap-not-squared": (means.sqrt() + spread, gap.abs().sum() + spread),
        "mean-gap-averaged": (means / d + spread,),
        "mean-gap-summed-first": (gap.sum().square() + spread,),
        "means-added": ((real.mean(dim=0) + fake.mean(dim=0)).square().sum() + spread,),
        "medians": (medians + spread,),
        "one-mean-for-all": ((real.mean() - fake.mean()).square() + spread,),
        "rooted": ((means + spread).sqrt(),),
        "means-missing": (spread,),
        "covariances-missing": (means,),
        "trace-left-out": (means + spread - a.trace(), means + spread - b.trace(), means - 2 * root),
        "root-missing": (both - 2 * product.trace(),),
        "root-of-trace": (both - 2 * product.trace().sqrt(),),
        "roots-not-summed": tuple(both - 2 * x for x in (*roots, roots.prod(), roots.prod().square())),
        "not-symmetric": tuple(both - 2 * values.clamp(min=0).sqrt().sum() for values in lopsided),
        "singular-values": (both - 2 * torch.linalg.svdvals(product).sqrt().sum(),),
        "roots-apart": (both - 2 * (halves[0] @ halves[1]).trace(), both - 2 * paired),
        "sum-not-trace": (means + (a + b - 2 * whole_root).sum(), both - 2 * whole_root.sum()),
        "covariance-gap": (means + (a - b).square().sum(), means + (a - b).norm()),
        "correlations": (means + correlated,),
        "wrong-axis/images": (means + rows, rows_gap + rows, rows_gap + spread),
    }


def _roots(matrix: Tensor) -> Tensor:
    """Roots of the eigenvalues; NaN where there is none, and then other sets are drawn."""
    return torch.linalg.eigvals(matrix).real.sqrt()


def _more_fakes(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    """Sets of two sizes, more features; says which."""
    d, n, m = draw.whole(3, 4), draw.whole(5, 7), draw.whole(9, 14)
    real, fake = _set(n, d), _set(m, d).T.contiguous().T
    if draw.one_of((True, False)):
        real, fake = fake, real
    what = f"{len(real)} real and {len(fake)} fake images with {d} features"
    with wrong.blaming("same-size-only", what=what):
        value = call(candidate, real, fake)
    value = tensor(value, f"the distance of {what}", ())
    a, b, q = real.T.cov(), fake.T.cov(), (len(real) - 1) / (len(fake) - 1)
    means, root = (real.mean(dim=0) - fake.mean(dim=0)).square().sum(), 2 * _roots(a @ b).sum()
    one_n = tuple(means + x * a.trace() + y * b.trace() - sqrt(x * y) * root for x, y in ((1, 1 / q), (q, 1)))
    wrong.named(value, {"one-n-for-both": one_n, "cut-to-one-size": _right(real[:n], fake[:n])}, what=what)
    expect(value, _right(real, fake), f"for {what} the distance")
    return what


def _more_features_than_images(candidate: Callable[[Tensor, Tensor], Tensor]) -> None:
    """A set and itself moved: half of the eigenvalues or more are 0."""
    for _ in range(5):
        n, d, far = draw.whole(3, 4), draw.whole(8, 10), draw.number(8, 12)
        real = draw.normal(n, d).double()
        with wrong.blaming("rounding-not-caught", what=f"Your code stops for {n} images with {d} features."):
            value = call(candidate, real, real + far / sqrt(d))
        if isinstance(value, Tensor) and value.isnan().any():
            wrong("rounding-not-caught", what=f"For {n} images with {d} features yours is NaN.")
        value = tensor(value, f"the distance of two sets of {n} images with {d} features", ())
        expect(value, far**2, f"for {n} images with {d} features and the same moved by {far:g} the distance", 1e-3)


# nearest_neighbours ----------------------------------------------------------


@checks("evaluation.nearest_neighbours", "images references", "k")
def nearest_neighbours(candidate: Callable[..., Tensor]) -> str:
    images, references, right, known = _points()
    n, m = len(images), len(references)
    errors = {"pairs-missing": "must match the size|could not be broadcast", "all-flattened": "at least 2D"}
    with wrong.translating(errors, n=n, m=m):
        value = call(candidate, images, references, 3)
    _numbers(value, n, m)
    for (key, how), numbers in known.items():
        wrong.named(value, {key: numbers}, 0, how=how)
    if not torch.equal(value, right[:, :3]) and torch.equal(value.sort().values, right[:, :3].sort().values):
        wrong("not-nearest-first")
    _same(value, right[:, :3], "with k=3")
    value = call(candidate, images, references)
    if isinstance(value, Tensor) and value.shape == (n,):
        wrong("column-missing", n=n)
    _same(value, right[:, :1], "without k, which means 1,")
    _same(call(candidate, images, references, k=m), right, f"with k={m}, all of them,")
    shape = _of_images(candidate)
    return (
        f"For {n} points and {m} references the numbers are right, the nearest first, with k = 3, 1 and {m}; a point "
        f"that is among the references finds itself. Images of shape {shape} work too."
    )


def _points() -> tuple[Tensor, Tensor, Tensor, dict[tuple[str, str], Tensor]]:
    """Images and references as points, one of them in both; the right order; what each mistake gives for k=3."""
    while True:
        images, references = 20 * draw.normal(draw.whole(4, 5), 3), 20 * draw.normal(draw.whole(6, 8), 3)
        images[draw.whole(0, 3)] = references[draw.whole(0, 5)]
        right, clear = _clear(images, references)
        known = _mistaken_orders(images, references, right)
        different = {tuple(numbers.flatten().tolist()) for numbers in (right[:, :3], *known.values())}
        if clear and len(different) == len(known) + 1:
            return images, references, right, known


def _clear(images: Tensor, references: Tensor) -> tuple[Tensor, bool]:
    """The right order, and whether no two distances are too near each other to tell them apart."""
    x, y = images.flatten(1).double(), references.flatten(1).double()
    distances, order = (x[:, None] - y).norm(dim=2).sort(dim=1)
    return order, bool((distances.diff(dim=1) > 0.005 * distances[:, 1:]).all())


def _mistaken_orders(images: Tensor, references: Tensor, right: Tensor) -> dict[tuple[str, str], Tensor]:
    """Which three references each mistake names, and how it measures."""
    steps, products = images[:, None] - references, images @ references.T
    sizes, lengths = steps.abs(), (images.norm(dim=1)[:, None], references.norm(dim=1))
    x, y = images - images.mean(dim=0), references - references.mean(dim=0)
    measured = {
        ("other-distance", "adds up the sizes of the differences"): sizes.sum(dim=2),
        ("other-distance", "takes the largest difference"): sizes.amax(dim=2),
        ("other-distance", "adds up the differences with their signs, which cancel"): steps.sum(dim=2).abs(),
        ("other-distance", "takes the smallest difference"): sizes.amin(dim=2),
        ("other-distance", "takes the median of the differences"): sizes.median(dim=2).values,
        ("other-distance", "looks at the first number alone"): sizes[:, :, 0],
        ("other-distance", "compares lengths"): (lengths[0] - lengths[1]).abs(),
        ("inner-product", "largest"): -products,
        ("inner-product", "smallest"): products,
        ("inner-product", "angle"): -products / lengths[0] / lengths[1],
        ("inputs-shifted", "moved"): torch.cdist(x, y),
        ("inputs-shifted", "scaled"): torch.cdist(x / x.std(dim=0), y / y.std(dim=0)),
    }
    found = {key: distances.argsort(dim=1, stable=True)[:, :3] for key, distances in measured.items()}
    return found | {
        ("farthest", "first"): right.flip(1)[:, :3],
        ("farthest", "last"): right[:, -3:],
        ("nearest-left-out", ""): right[:, 1:4],
        ("counted-from-1", ""): right[:, :3] + 1,
        ("ranks-returned", ""): right.argsort(dim=1)[:, :3],
    }


def _numbers(value: Any, n: int, m: int) -> None:
    """See that these are n times three whole numbers, or say what they are."""
    given = f"{n} images, {m} references and k=3"
    if isinstance(value, tuple):
        wrong("pair-returned")
    if type(value).__module__ == "numpy":
        wrong("still-numpy")
    if not isinstance(value, Tensor):
        tensor(value, f"the result for {given}")
    shape, dtype = tuple(value.shape), value.dtype
    instead = {
        "references-returned": shape == (n, 3, 3),
        "distances-returned": dtype.is_floating_point and (value != value.round()).any(),
        "wrong-dtype": dtype == torch.bool or (shape == (n, 3) and dtype != torch.int64),
        "k-ignored/one": shape in ((n, 1), (n,)),
        "k-ignored/all": shape == (n, m),
        "shape-swapped": shape == (3, n),
        "wrong-axis": shape == (3, m),
        "roles-swapped": shape == (m, 3),
        "one-for-all": shape in ((), (1,), (3,)),
        "wrong-shape": shape != (n, 3),
    }
    wrong.first(instead, dtype=dtype, result=f"For {given} your result has shape {shape} instead of ({n}, 3)")


def _same(value: Any, right: Tensor, when: str) -> None:
    """The generic comparison of numbers."""
    if not isinstance(value, Tensor) or value.is_floating_point():
        tensor(value, f"{when} the result")
        wrong("wrong-dtype", dtype=value.dtype)
    if value.shape != right.shape:
        shapes = f"has shape {tuple(value.shape)}; it should have shape {tuple(right.shape)}"
        wrong("wrong-shape", result=f"The result {when} {shapes}")
    for row, (numbers, nearest) in enumerate(zip(value.tolist(), right.tolist(), strict=True)):
        if numbers != nearest:
            wrong("wrong-value", when=when, row=row, yours=numbers, right=nearest)


def _of_images(candidate: Callable[..., Tensor]) -> tuple[int, ...]:
    """As many images as references, where broadcasting goes unnoticed, then fewer, whose memory has another order."""
    shape = draw.one_of(((3, 4, 5), (2, 5, 4), (3, 5, 5)))
    ways = {"compares mean greys": lambda x: x.mean((1, 2, 3))[:, None], "looks at one channel": lambda x: x[:, 0]}
    while True:
        references, images = draw.images(6, *shape), draw.images(6, *shape)
        images = 0.6 * references[draw.order(6)] + 0.3 * references[draw.order(6)] + 0.1 * images
        right, clear = _clear(images, references)
        others = {how: _clear(part(images), part(references))[0][:, :2] for how, part in ways.items()}
        if clear and not any(torch.equal(other[:2], right[:2, :2]) for other in others.values()):
            break
    with wrong.blaming("not-flattened", what="Your code works for points and stops for images.", shape=shape):
        value = call(candidate, images, references, k=2)
    if isinstance(value, Tensor) and value.shape != (6, 2):
        got = f"For 6 images, 6 references and k=2 your result has shape {tuple(value.shape)} instead of (6, 2)."
        wrong("not-flattened", what=got, shape=shape)
    for how, other in others.items():
        wrong.named(value, {"other-distance": other}, 0, how=how)
    _same(value, right[:, :2], "for small images")
    images, references = (x.to(memory_format=torch.channels_last) for x in (images[:2], references))
    _same(call(candidate, images, references, k=2), right[:2, :2], "for small images")
    return shape
