import torch

from starter.kit import validate
from tests.mistakes import right, wrong


@wrong("sum-not-halved")
def whole_sum(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs().sum()


@wrong("diff-missing-abs")
def signed(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).sum() / 2


@wrong("diff-missing-abs")
def absolute_value_too_late(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).sum().abs() / 2


@wrong("one-part-only")
def largest_bin(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs().max()


@wrong("mean-not-sum")
def averaged(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs().mean()


@wrong("mean-not-sum")
def half_of_the_average(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs().mean() / 2


@wrong("squared")
def squares(p, q):
    validate.histograms(p=p, q=q)
    return ((p - q) ** 2).sum()


@wrong("squared")
def half_squares(p, q):
    validate.histograms(p=p, q=q)
    return ((p - q) ** 2).sum() / 2


@wrong("squared")
def euclidean(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).norm()


@wrong("squared")
def half_euclidean(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).norm() / 2


@wrong("overlap-returned")
def in_common(p, q):
    validate.histograms(p=p, q=q)
    return torch.minimum(p, q).sum()


@wrong("cumulated")
def area_between_distribution_functions(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).cumsum(dim=0).abs().sum()


@wrong("cumulated")
def half_that_area(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).cumsum(dim=0).abs().sum() / 2


@wrong("not-added-up")
def one_number_a_bin(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs() / 2


@wrong("constant-factor")
def halved_twice(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs().sum() / 4


@wrong("dtypes-apart")
def room_in_float32(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs() @ torch.full((len(p),), 0.5)


@wrong("validation-removed")
def unguarded(p, q):
    return (p - q).abs().sum() / 2


@wrong("validation-removed")
def own_check_of_the_sums(p, q):
    if abs(p.sum() - 1) > 1e-4 or abs(q.sum() - 1) > 1e-4:
        raise ValueError("no histogram")
    return (p - q).abs().sum() / 2


@wrong("wrong-type")
def as_a_float(p, q):
    validate.histograms(p=p, q=q)
    return sum(abs(a - b) for a, b in zip(p.tolist(), q.tolist())) / 2


@wrong("returns-none")
def no_return(p, q):
    validate.histograms(p=p, q=q)


@right
def what_is_too_much(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).clamp(min=0).sum()


@right
def one_minus_overlap(p, q):
    validate.histograms(p=p, q=q)
    return 1 - torch.minimum(p, q).sum()


@right
def norm(p, q):
    validate.histograms(p=p, q=q)
    return 0.5 * torch.linalg.vector_norm(p - q, ord=1)
