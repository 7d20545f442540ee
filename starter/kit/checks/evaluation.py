"""Checks of evaluation.py: features with whole numbers for moments, and points whose neighbours can be counted."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from .judge import checks
from .probes import blaming, call, expect, near, show, tensor
from .report import wrong

# frechet_distance ------------------------------------------------------------

# Two features. Means 2 and -1 apart, covariances [[8, 6], [6, 9]] and [[8, -4], [-4, 4]], which do
# not commute; the roots of the two eigenvalues of their product sum to 10.
REAL = torch.tensor([[1, 5], [1, -1], [5, 5], [1, 2], [-3, -1]], dtype=torch.float64)
FAKE = torch.tensor([[1, 2], [-5, 5], [1, 4], [1, 0], [-3, 4]], dtype=torch.float64)
EXAMPLE = "In a small example with two features the exact value is 14"
PARTS = "5 for the means, 17 and 12 for the traces, 10 for the trace of the root"
RIGHT = 14.0


@checks("evaluation.frechet_distance", "real fake")
def frechet_distance(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    value = _distance(call(candidate, REAL, FAKE))
    for mistake, number, message in _mistaken_distances():
        if near(value, number):
            wrong(mistake, f"{EXAMPLE}, and yours is {number:.4g}. {message}")
    expect(value, RIGHT, f"in a small example ({PARTS}) the result")
    _more_fakes(candidate)
    _more_features_than_images(candidate)
    return (
        f"{EXAMPLE} ({PARTS}), and so is yours. Sets of 6 and 8 images with three features are 11 apart, and a "
        "set is as far from itself moved as it was moved, squared: 100, even with fewer images than features."
    )


def _distance(value: Any) -> Tensor:
    """A real 0-d tensor, or what was returned instead."""
    if type(value).__module__ == "numpy":
        wrong("still-numpy", "Your result is a number of numpy; turn it into a tensor.")
    if isinstance(value, Tensor) and value.is_complex():
        wrong(
            "complex-result",
            f"Your result has dtype {value.dtype}: the root of a matrix, and the eigenvalues of one that is not "
            "symmetric, come as complex numbers. Here they are real up to rounding: keep that part.",
        )
    if isinstance(value, Tensor) and tuple(value.shape) in ((2, 2), (2,)):
        wrong(
            "trace-missing",
            f"Your result has shape {tuple(value.shape)} for two features; a distance is one number. The trace, the "
            "sum along the diagonal, makes one of each matrix, and the squared gaps of the means are added up.",
        )
    return tensor(value, "the distance of two sets of features", ())


def _mistaken_distances() -> list[tuple[str, float, str]]:
    """Id, value in the example and words of each mistake that shows in the value."""
    gap = REAL.mean(dim=0) - FAKE.mean(dim=0)
    real, fake = REAL - REAL.mean(dim=0), FAKE - FAKE.mean(dim=0)
    a, b = real.T @ real / 4, fake.T @ fake / 4
    product, traces = a @ b, (a + b).trace().item()
    means, root = gap.square().sum().item(), _root(product)
    moments = REAL.T @ REAL / 4, FAKE.T @ FAKE / 4
    scales = [torch.outer(x.diag(), x.diag()).sqrt() for x in (a, b)]
    half_a, half_b = ((x + x.det().sqrt() * torch.eye(2)) / _root(x) for x in (a, b))
    whole_root = (product + product.det().sqrt() * torch.eye(2)) / root
    u, v = REAL[:, 0] - REAL[:, 1], FAKE[:, 0] - FAKE[:, 1]  # the rows' own covariances are u u' / 2 and v v' / 2
    rows_gap = (REAL - FAKE).mean(dim=1).square().sum().item()
    rows = ((u @ u + v @ v) / 2 - (u @ v).abs()).item()
    centred = "A covariance is about deviations from the mean: take the mean off first, in each set its own."
    scaled = "The covariance divides the sum over n images by n - 1 = 4."
    axis = (
        "Mean and covariance are those of the features, taken over the images: one mean for each feature and a "
        "covariance of features with features. Is each row of what you hand to cov one feature?"
    )
    half = (
        "The product of two covariances is not symmetric, and a solver for symmetric matrices (eigh, eigvalsh) reads "
        "only half of it. Take one for any matrix."
    )
    squared = "The gap of the means enters squared, feature by feature, and added up."
    trace = "Both traces are part of it: without one, equal sets would not be 0 apart."
    return [
        ("biased-covariance", means + 0.8 * (traces - 2 * root), f"{scaled} You divide by n = 5."),
        ("covariance-not-divided", means + 4 * (traces - 2 * root), f"{scaled} You only add up."),
        ("not-centred", means + (moments[0] + moments[1]).trace().item() - 2 * _root(moments[0] @ moments[1]), centred),
        (
            "not-centred",
            means + 0.8 * ((moments[0] + moments[1]).trace().item() - 2 * _root(moments[0] @ moments[1])),
            centred,
        ),
        (
            "elementwise-root",
            means + traces - 2 * product.diag().sqrt().sum().item(),
            "You take the root of each entry. The root of a matrix is the matrix whose product with itself gives it "
            "back; the trace of that one is the sum of the roots of the eigenvalues.",
        ),
        (
            "diagonals-only",
            means + (a.diag().sqrt() - b.diag().sqrt()).square().sum().item(),
            "Only the variances of the single features are in it, not how the features vary together: the product "
            "under the root is a product of matrices, and its root that of a matrix.",
        ),
        (
            "elementwise-product",
            means + traces - 2 * _root(a * b),
            "You multiply the covariances entry by entry. Under the root stands a product of matrices.",
        ),
        (
            "factor-2-missing",
            means + traces - root,
            "You take the trace of the root off once. It counts twice, as in (a - b)^2 = a^2 + b^2 - 2 a b.",
        ),
        (
            "root-added",
            means + traces + 2 * root,
            "You add the trace of the root. It is taken off, so that equal sets are 0 apart.",
        ),
        ("mean-gap-not-squared", sqrt(means) + traces - 2 * root, squared),
        ("mean-gap-not-squared", gap.abs().sum().item() + traces - 2 * root, squared),
        (
            "mean-gap-averaged",
            means / 2 + traces - 2 * root,
            "You average the squared gaps of the means over the features. A squared length is a sum.",
        ),
        (
            "mean-gap-summed-first",
            gap.sum().item() ** 2 + traces - 2 * root,
            "You add up the gaps of the means before you square, so that gaps of opposite sign cancel.",
        ),
        (
            "one-mean-for-all",
            (REAL.mean() - FAKE.mean()).item() ** 2 + traces - 2 * root,
            "The gap is that of two means over everything. Each feature has a mean of its own.",
        ),
        (
            "rooted",
            sqrt(RIGHT),
            "That is its root. What papers quote, and the equation says, is the square.",
        ),
        ("means-missing", traces - 2 * root, "The covariances are all right, but the means have no part in it."),
        (
            "covariances-missing",
            means,
            "The means are all right, but the covariances have no part in it. Two sets with equal means may still "
            "look quite different.",
        ),
        ("trace-left-out", means + b.trace().item() - 2 * root, trace),
        ("trace-left-out", means + a.trace().item() - 2 * root, trace),
        ("trace-left-out", means - 2 * root, trace),
        (
            "root-missing",
            means + traces - 2 * product.trace().item(),
            "You take off the trace of the product itself. A root belongs between the two: of the matrix, or of "
            "its eigenvalues.",
        ),
        (
            "root-of-trace",
            means + traces - 2 * product.trace().sqrt().item(),
            "You add up first and take the root of the sum. First the root of each eigenvalue, then the sum.",
        ),
        ("not-symmetric", means + traces - 2 * _root(product.tril() + product.tril(-1).T), half),
        ("not-symmetric", means + traces - 2 * _root(product.triu() + product.triu(1).T), half),
        (
            "singular-values",
            means + traces - 2 * torch.linalg.svdvals(product).sqrt().sum().item(),
            "You take roots of the singular values of the product. They are its eigenvalues only for symmetric "
            "matrices, and a product of two covariances is not symmetric.",
        ),
        (
            "roots-apart",
            means + traces - 2 * (half_a @ half_b).trace().item(),
            "You take the root of each covariance and multiply. The root of a product is the product of roots only if "
            "the order of the factors does not matter, and for matrices it does.",
        ),
        (
            "sum-not-trace",
            means + (a + b - 2 * whole_root).sum().item(),
            "You add up all entries. The trace is the sum along the diagonal alone.",
        ),
        (
            "covariance-gap",
            means + (a - b).square().sum().item(),
            "You square the difference of the covariances. The second part of the distance is the sum of the traces "
            "minus twice that of the root.",
        ),
        (
            "correlations",
            means + 4 - 2 * _root((a / scales[0]) @ (b / scales[1])),
            "You use correlations, which are 1 on the diagonal whatever the spread. Use covariances.",
        ),
        ("wrong-axis", means + rows, axis),
        ("wrong-axis", rows_gap + rows, axis),
        ("wrong-axis", rows_gap + traces - 2 * root, axis),
    ]


def _root(matrix: Tensor) -> float:
    """Sum of the roots of the two eigenvalues, from trace and determinant."""
    return sqrt(matrix.trace().item() + 2 * sqrt(matrix.det().item()))


def _more_fakes(candidate: Callable) -> None:
    """Six images and eight, three independent features: a sum over the features."""
    real_spread, fake_spread = torch.tensor([1.0, 2.0, 3.0]).double(), torch.tensor([2.0, 1.0, 5.0]).double()
    axes = torch.cat([torch.eye(3), -torch.eye(3)]).double()
    real = axes * real_spread * sqrt(5 / 2)
    fake = torch.cat([axes * fake_spread * sqrt(7 / 2), torch.zeros(2, 3)]) + torch.tensor([1.0, 0.0, 2.0])
    what = "two sets of 6 and 8 images with three features"
    with blaming("same-size-only", f"Your code stops for {what}. Each set has its own number of images."):
        value = call(candidate, real, fake)
    value = tensor(value, f"the distance of {what}", ())
    for number in (
        (real_spread - sqrt(7 / 5) * fake_spread).square().sum().item(),
        (sqrt(5 / 7) * real_spread - fake_spread).square().sum().item(),
    ):
        if near(value, 5 + number):
            wrong(
                "one-n-for-both",
                f"For {what} yours is {show(value)} instead of 11: both covariances are divided by the n of one set. "
                "Each has its own.",
            )
    expect(value, 11.0, f"for {what} the distance")


def _more_features_than_images(candidate: Callable) -> None:
    """A set and itself moved by 10, in eight dimensions with four images: half of the eigenvalues are 0."""
    rng = torch.Generator().manual_seed(0)
    advice = (
        "With fewer images than features some eigenvalues of the product are 0, and rounding puts them a little below, "
        "where no root exists. It must not spoil the sum."
    )
    for _ in range(5):
        real = torch.randn(4, 8, generator=rng, dtype=torch.float64)
        with blaming("rounding-not-caught", f"Your code stops for 4 images with 8 features. {advice}"):
            value = call(candidate, real, real + 10 / sqrt(8))
        if isinstance(value, Tensor) and value.isnan().any():
            wrong("rounding-not-caught", f"For 4 images with 8 features yours is NaN. {advice}")
        value = tensor(value, "the distance of two sets of 4 images with 8 features", ())
        expect(value, 100.0, "for 4 images with 8 features and the same moved by 10 the distance", 1e-3)


# nearest_neighbours ----------------------------------------------------------

# Six references and four images in the plane; the fourth image is reference 2. No two distances, however
# measured, are near each other.
PLACES = torch.tensor([[-2.2, 0.0], [3.6, 2.8], [-1.4, 0.9], [3.2, -0.6], [1.6, -1.2], [3.3, 1.2]])
ASKED = torch.tensor([[0.4, -4.6], [0.7, -0.8], [-1.2, 4.7], [-1.4, 0.9]])
K = 3


@checks("evaluation.nearest_neighbours", "images references", "k")
def nearest_neighbours(candidate: Callable[..., Tensor]) -> str:
    distances = (ASKED[:, None] - PLACES).square().sum(dim=2).sqrt()
    right = distances.argsort(dim=1)[:, :K]
    value = _numbers(_comparing(candidate), distances, right)
    _mistaken_numbers(value, distances, right)
    value = call(candidate, ASKED, PLACES)
    if isinstance(value, Tensor) and value.shape == (4,):
        wrong(
            "column-missing",
            "Without k your result has shape (4,) for 4 images; it should have shape (4, 1), one column for each "
            "neighbour, also when there is one.",
        )
    _same(value, right[:, :1], "without k, which means 1,")
    _same(call(candidate, ASKED, PLACES, k=6), distances.argsort(dim=1), "with k=6, all of them,")
    _of_images(candidate)
    return (
        "For 4 points and 6 references the numbers are right, the nearest first, with k = 3, 1 and 6; a point that "
        "is among the references finds itself. Images of shape (1, 4, 4) work too."
    )


def _comparing(candidate: Callable) -> Any:
    """The result for points in the plane, or why none comes."""
    try:
        return call(candidate, ASKED, PLACES, K)
    except (RuntimeError, ValueError) as error:
        if "must match the size" in str(error) or "could not be broadcast" in str(error):
            wrong(
                "pairs-missing",
                "4 images and 6 references cannot be subtracted row by row. Each image is compared with each "
                "reference: that makes a table of 4 x 6 distances.",
            )
        raise


def _numbers(value: Any, distances: Tensor, right: Tensor) -> Tensor:
    """int64 of shape (4, 3), or what was returned instead."""
    what = "for 4 images, 6 references and k=3"
    if isinstance(value, tuple):
        wrong(
            "pair-returned",
            "Your result is a pair, such as topk and sort give: the values, and where they were found. Asked for is "
            "where.",
        )
    if type(value).__module__ == "numpy":
        wrong("still-numpy", "Your result is a numpy array; turn it into a tensor.")
    if not isinstance(value, Tensor):
        return tensor(value, f"the result {what}")
    shape, asked = tuple(value.shape), f"{what} your result has shape {tuple(value.shape)} instead of (4, 3)"
    asked = asked[0].upper() + asked[1:]
    if shape == (4, 3) and value.is_floating_point() and near(value.abs().sort().values, _sorted(distances, right)):
        wrong(
            "distances-returned",
            "Your result holds how far the neighbours are. Asked for is which ones they are: their numbers.",
        )
    if shape in ((4, 1), (4,)):
        wrong("k-ignored", f"{asked}: one neighbour each, whatever k says.")
    if shape == (4, 6):
        wrong("k-ignored", f"{asked}: all references, whatever k says.")
    if shape == (3, 4):
        wrong("shape-swapped", f"{asked}. The images are counted first.")
    if shape == (3, 6):
        wrong(
            "wrong-axis",
            f"{asked}: for each reference the nearest images. Look for the smallest along the axis of the references.",
        )
    if shape == (6, 3):
        wrong("roles-swapped", f"{asked}: for each reference the nearest images. It is the images that ask.")
    if shape in ((), (1,), (3,)):
        wrong(
            "one-for-all",
            f"{asked}: the smallest of all 24 distances. Each image has nearest references of its own.",
        )
    if shape != (4, 3):
        wrong("wrong-shape", f"{asked}.")
    if value.dtype != torch.int64:
        wrong("wrong-dtype", f"Your result has dtype {value.dtype}; numbers of references are whole: torch.int64.")
    return value


def _sorted(distances: Tensor, right: Tensor) -> Tensor:
    return distances.gather(1, right).sort().values


def _mistaken_numbers(value: Tensor, distances: Tensor, right: Tensor) -> None:
    """Which other question the numbers answer."""
    if torch.equal(value, right):
        return
    far = distances.argsort(dim=1, descending=True)[:, :K]
    steps = (ASKED[:, None] - PLACES).abs()
    if torch.equal(value, far) or torch.equal(value, far.flip(1)):  # topk, or the end of an ascending order
        wrong("farthest", "Your references are those farthest away. The nearest have the smallest distance.")
    if torch.equal(value.sort().values, right.sort().values):
        wrong(
            "not-nearest-first",
            f"Your references are the right ones in another order: for the first image {value[0].tolist()} instead "
            f"of {right[0].tolist()}. The nearest comes first.",
        )
    if torch.equal(value, distances.argsort(dim=1)[:, 1 : K + 1]):
        wrong(
            "nearest-left-out",
            "You leave out the nearest one. That would be right for neighbours within one set, where each is its own "
            "nearest; here a distance of 0 is a copy, which is what one looks for.",
        )
    if torch.equal(value, right + 1):
        wrong("counted-from-1", "Your numbers are right but for 1: the first reference has the number 0.")
    if torch.equal(value, distances.argsort(dim=1).argsort(dim=1)[:, :K]):
        wrong(
            "ranks-returned",
            "Your result says which place in the order the first references take. Asked for is the other way round: "
            "which references take the first places.",
        )
    others = (
        (steps.sum(dim=2), "adds up the sizes of the differences"),
        (steps.amax(dim=2), "takes the largest difference"),
        ((ASKED[:, None] - PLACES).sum(dim=2).abs(), "adds up the differences with their signs, which cancel"),
        (steps.amin(dim=2), "takes the smallest difference"),
    )
    for other, how in others:
        if torch.equal(value, other.argsort(dim=1, stable=True)[:, :K]):
            wrong(
                "other-distance",
                f"Your distance {how}. The equation has the length of the difference: squares, added up.",
            )
    products = ASKED @ PLACES.T
    angles = products / ASKED.norm(dim=1)[:, None] / PLACES.norm(dim=1)
    for likeness in (products, -products, angles):
        if torch.equal(value, likeness.argsort(dim=1, descending=True)[:, :K]):
            wrong(
                "inner-product",
                "You compare by inner products or angles. A bright reference has a large product with everything; "
                "the equation asks for the distance.",
            )
    _same(value, right, "with k=3")


def _same(value: Any, right: Tensor, when: str) -> None:
    """The generic comparison of numbers."""
    if not isinstance(value, Tensor) or value.is_floating_point():
        tensor(value, f"{when} the result".strip())
        wrong("wrong-dtype", f"Your result has dtype {value.dtype}; numbers of references are whole: torch.int64.")
    if value.shape != right.shape:
        wrong(
            "wrong-shape",
            f"The result {when} has shape {tuple(value.shape)}; it should have shape {tuple(right.shape)}.",
        )
    if not torch.equal(value.long(), right):
        row = (value.long() != right).any(dim=1).nonzero()[0].item()
        wrong(
            "wrong-value",
            f"The result {when} names references {value[row].tolist()} for image {row}; the nearest are "
            f"{right[row].tolist()}.",
        )


def _of_images(candidate: Callable) -> None:
    """Grey images whose mean greys would name another neighbour."""
    rng = torch.Generator().manual_seed(8)
    references = torch.rand(5, 1, 4, 4, generator=rng) * 2 - 1
    right = torch.tensor([[3, 1], [0, 4]])
    images = 0.6 * references[right[:, 0]] + 0.4 * references[right[:, 1]]
    several = "Of images of shape (1, 4, 4), as of rows of numbers, the whole image is one point: 16 coordinates."
    for count in (2, 5):  # as many images as references is where broadcasting goes unnoticed
        with blaming("not-flattened", f"Your code works for points and stops for images. {several}"):
            value = call(candidate, images.repeat(3, 1, 1, 1)[:count], references, k=2)
        if isinstance(value, Tensor) and value.shape != (count, 2):
            wrong(
                "not-flattened",
                f"For {count} images, 5 references and k=2 your result has shape {tuple(value.shape)} instead of "
                f"({count}, 2). {several}",
            )
        _same(value, right.repeat(3, 1)[:count], "for small images")
