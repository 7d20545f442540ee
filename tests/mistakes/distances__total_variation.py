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


@wrong("one-part-only")
def median_difference(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs().median()


@wrong("one-part-only")
def smallest_difference(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs().min()


@wrong("one-part-only")
def first_difference(p, q):
    validate.histograms(p=p, q=q)
    return (p[0] - q[0]).abs()


@wrong("one-part-only")
def half_the_largest(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs().max() / 2


@wrong("constant-factor")
def surplus_halved(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).relu().sum() / 2


@wrong("rooted")
def hellinger(p, q):
    validate.histograms(p=p, q=q)
    return ((p.sqrt() - q.sqrt()) ** 2).sum().div(2).sqrt()


@wrong("bins-mixed")
def sorted_first(p, q):
    validate.histograms(p=p, q=q)
    return (p.sort().values - q.sort().values).abs().sum() / 2


@wrong("diff-missing-abs")
def sizes_first(p, q):
    validate.histograms(p=p, q=q)
    return (p.abs() - q.abs()).sum() / 2


@wrong("other-distance")
def relative(p, q):
    validate.histograms(p=p, q=q)
    return ((p - q).abs() / (p + q)).sum() / 2


@wrong("not-symmetric")
def relative_to_p(p, q):
    validate.histograms(p=p, q=q)
    return ((p - q).abs() / p).sum() / 2


@wrong("equal-not-zero")
def added(p, q):
    validate.histograms(p=p, q=q)
    return (p + q).abs().sum() / 2


@wrong("overlap-returned")
def union(p, q):
    validate.histograms(p=p, q=q)
    return torch.maximum(p, q).sum()


@wrong("sign-swapped")
def minus_in_front(p, q):
    validate.histograms(p=p, q=q)
    return -(p - q).abs().sum() / 2


@wrong("squared")
def mean_square_error(p, q):
    validate.histograms(p=p, q=q)
    return torch.nn.functional.mse_loss(p, q)


@wrong("mean-not-sum")
def mean_absolute_error(p, q):
    validate.histograms(p=p, q=q)
    return torch.nn.functional.l1_loss(p, q)


@wrong("other-distance")
def smooth(p, q):
    validate.histograms(p=p, q=q)
    return torch.nn.functional.smooth_l1_loss(p, q, reduction="sum") / 2


@wrong("positions-compared")
def how_many_bins_differ(p, q):
    validate.histograms(p=p, q=q)
    return (p != q).sum()


@wrong("not-one-number")
def greatest_of_both(p, q):
    validate.histograms(p=p, q=q)
    return sum(max(p, q)) - 1


@wrong("dtype-changed")
def in_float64(p, q):
    validate.histograms(p=p, q=q)
    return (p.double() - q.double()).abs().sum() / 2


@wrong("dtype-changed")
def in_float32(p, q):
    validate.histograms(p=p, q=q)
    return (p.float() - q.float()).abs().sum() / 2


@wrong("order-matters")
def later_bins_count_more(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs() @ torch.arange(1, len(p) + 1, dtype=p.dtype).sqrt()


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


@right
def best_of_all_events(p, q):
    validate.histograms(p=p, q=q)
    k = len(p)
    events = torch.arange(2**k).unsqueeze(1).bitwise_and(2 ** torch.arange(k)).ne(0).to(p.dtype)
    return (events @ (p - q)).max()


@right
def bin_by_bin(p, q):
    validate.histograms(p=p, q=q)
    total = p.new_zeros(())
    for a, b in zip(p.tolist(), q.tolist()):
        total += abs(a - b) / 2
    return total


@right
def in_place_on_a_copy(p, q):
    validate.histograms(p=p, q=q)
    return p.clone().sub_(q).abs_().sum().div_(2)


@right
def with_cdist(p, q):
    validate.histograms(p=p, q=q)
    return torch.cdist(p[None], q[None], p=1).squeeze() / 2
