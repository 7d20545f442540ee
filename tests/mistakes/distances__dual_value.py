import torch

from starter.kit import validate
from tests.mistakes import right, wrong


def gap(f, p, q):
    validate.histograms(p=p, q=q)
    return (f * (p - q)).sum()


@wrong("not-normalised")
def bare_difference(f, p, q, spacing=1.0):
    return gap(f, p, q)


@wrong("sign-swapped")
def fake_minus_real(f, p, q, spacing=1.0):
    return gap(f, q, p) / (f.diff().abs().max() / spacing)


@wrong("other-slope")
def average_slope(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff().abs().mean() / spacing)


@wrong("one-direction-only")
def rises_only(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff().max() / spacing)


@wrong("other-slope")
def numerical_gradient(f, p, q, spacing=1.0):
    (slopes,) = torch.gradient(f, spacing=spacing)
    return gap(f, p, q) / slopes.abs().max()


@wrong("other-slope")
def highest_minus_lowest(f, p, q, spacing=1.0):
    return gap(f, p, q) / ((f.max() - f.min()) / spacing)


@wrong("size-instead")
def largest_score(f, p, q, spacing=1.0):
    return gap(f, p, q) / f.abs().max()


@wrong("size-instead")
def length_of_f(f, p, q, spacing=1.0):
    return gap(f, p, q) / f.norm()


@wrong("not-normalised")
def made_steeper(f, p, q, spacing=1.0):
    return gap(f, p, q) * f.diff().abs().max() / spacing


@wrong("mean-not-sum")
def averaged(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f * (p - q)).mean() / (f.diff().abs().max() / spacing)


@wrong("no-difference")
def real_alone(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f * p).sum() / (f.diff().abs().max() / spacing)


@wrong("no-difference")
def fake_alone(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return -(f * q).sum() / (f.diff().abs().max() / spacing)


@wrong("no-difference")
def fake_alone_with_plus(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f * q).sum() / (f.diff().abs().max() / spacing)


@wrong("absolute-value")
def size_only(f, p, q, spacing=1.0):
    return gap(f, p, q).abs() / (f.diff().abs().max() / spacing)


@wrong("cut-off")
def never_below_0(f, p, q, spacing=1.0):
    return (gap(f, p, q) / (f.diff().abs().max() / spacing)).clamp(min=0)


@wrong("spacing-ignored")
def bins_1_apart(f, p, q, spacing=1.0):
    return gap(f, p, q) / f.diff().abs().max()


@wrong("spacing-misused")
def run_over_rise(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff().abs().max() * spacing)


@wrong("not-added-up")
def one_number_a_bin(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return f * (p - q) / (f.diff().abs().max() / spacing)


@wrong("wrong-value")
def falls_only(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff().clamp(max=0).square().mean().sqrt() / spacing)


@wrong("not-normalised")
def slope_at_most_1_left_alone(f, p, q, spacing=1.0):
    value = gap(f, p, q) / (f.diff().abs().max() / spacing)
    return torch.where(f.diff().abs().max() > 10, gap(f, p, q), value)


@wrong("dtypes-apart")
def room_in_float32(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return f.float() @ (p - q) / (f.diff().abs().max() / spacing)


@wrong("validation-removed")
def unguarded(f, p, q, spacing=1.0):
    return (f * (p - q)).sum() / (f.diff().abs().max() / spacing)


@wrong("wrong-arguments")
def no_spacing(f, p, q):
    return gap(f, p, q) / f.diff().abs().max()


@wrong("wrong-arguments")
def laws_first(p, q, f, spacing=1.0):
    return gap(f, p, q) / (f.diff().abs().max() / spacing)


@wrong("input-changed")
def rescaled_in_place(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    f /= f.diff().abs().max() / spacing
    return (f * (p - q)).sum()


@wrong("other-slope")
def flattest_slope(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff().abs().min() / spacing)


@wrong("other-slope")
def all_slopes_added(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff().abs().sum() / spacing)


@wrong("one-direction-only")
def falls_alone(f, p, q, spacing=1.0):
    return gap(f, p, q) / (-f.diff().min() / spacing)


@wrong("other-slope")
def from_end_to_end(f, p, q, spacing=1.0):
    return gap(f, p, q) / ((f[-1] - f[0]).abs() / spacing)


@wrong("other-slope")
def joined_ends(f, p, q, spacing=1.0):
    return gap(f, p, q) / ((f - f.roll(1)).abs().max() / spacing)


@wrong("not-normalised")
def only_if_too_steep(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff().abs().max() / spacing).clamp(min=1)


@wrong("other-slope")
def spread(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.std() / spacing)


@wrong("size-instead")
def steps_from_zero(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff(prepend=f.new_zeros(1)).abs().max() / spacing)


@wrong("scores-bent")
def positive_scores(f, p, q, spacing=1.0):
    f = f.relu()
    return gap(f, p, q) / (f.diff().abs().max() / spacing)


@wrong("scores-bent")
def probabilities(f, p, q, spacing=1.0):
    f = f.sigmoid()
    return gap(f, p, q) / (f.diff().abs().max() / spacing)


@wrong("size-instead")
def clipped_scores(f, p, q, spacing=1.0):
    f = f.clamp(-1, 1)
    return gap(f, p, q) / (f.diff().abs().max() / spacing)


@wrong("absolute-value")
def sizes_of_the_shares(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f * (p - q).abs()).sum() / (f.diff().abs().max() / spacing)


@wrong("absolute-value")
def sizes_added(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f * (p - q)).abs().sum() / (f.diff().abs().max() / spacing)


@wrong("no-difference")
def plus(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f * (p + q)).sum() / (f.diff().abs().max() / spacing)


@wrong("one-part-only")
def best_bin(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f * (p - q)).max() / (f.diff().abs().max() / spacing)


@wrong("spacing-misused")
def spacing_twice(f, p, q, spacing=1.0):
    return gap(f, p, q) * spacing / (f.diff().abs().max() / spacing)


@wrong("spacing-misused")
def spacing_added(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff().abs().max() + spacing - 1)


@wrong("cut-off")
def between_minus_one_and_one(f, p, q, spacing=1.0):
    return (gap(f, p, q) / (f.diff().abs().max() / spacing)).clamp(-1, 1)


@wrong("not-normalised")
def root_of_the_slope(f, p, q, spacing=1.0):
    return gap(f, p, q) / (f.diff().abs().max() / spacing).sqrt()


@wrong("critic-ignored")
def exact_distance(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (p - q).cumsum(0).abs().sum() * spacing


@wrong("size-instead")
def slope_for_each_bin(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f[1:] * (p - q)[1:] / (f.diff().abs() / spacing)).sum()


@wrong("mean-not-sum")
def both_divided_by_their_own(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f * p).mean() - (f * q).mean()


@wrong("dtype-changed")
def in_float64(f, p, q, spacing=1.0):
    return gap(f.double(), p, q) / (f.double().diff().abs().max() / spacing)


@wrong("not-one-number")
def two_numbers_compared_by_max(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    return (f * (p - q)).sum() / (max(f.diff(), -f.diff()) / spacing)


@right
def rescaled_first(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    f = f * spacing / (f[1:] - f[:-1]).abs().max()
    return torch.dot(f, p) - torch.dot(f, q)


@right
def all_pairs_of_bins(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    places = torch.arange(len(f)) * spacing
    runs = (places[:, None] - places).abs().fill_diagonal_(1)
    return (f @ p - f @ q) / ((f[:, None] - f).abs() / runs).max()


@right
def the_steeper_of_two(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    validate.potential(f, bins=len(p), spacing=spacing)
    steps = f.diff() / spacing
    return torch.einsum("i,i->", f, p - q) / torch.maximum(steps.max(), -steps.min())


@right
def loop_over_neighbours(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    validate.potential(f, bins=len(p), spacing=spacing)
    steepest = max(abs(b - a) / spacing for a, b in zip(f[:-1], f[1:]))
    return sum(score * (real - fake) for score, real, fake in zip(f, p, q)) / steepest


@right
def summed_by_parts(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    validate.potential(f, bins=len(p), spacing=spacing)
    slopes = torch.diff(f) / spacing
    moved = (p - q).cumsum(0)[:-1] - (p - q).sum() * 0
    return -(slopes * moved).sum() * spacing / slopes.abs().amax()


@right
def shifted_and_guarded(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    validate.potential(f, bins=len(p), spacing=spacing)
    f = f - f.mean()
    steepest = torch.linalg.vector_norm(f.diff() / spacing, ord=float("inf"))
    return (f @ p - f @ q) / (steepest + 1e-12)


@right
def as_a_convolution(f, p, q, spacing=1.0):
    validate.histograms(p=p, q=q)
    validate.potential(f, bins=len(p), spacing=spacing)
    kernel = torch.tensor([[[-1.0, 1.0]]], dtype=f.dtype)
    slopes = torch.nn.functional.conv1d(f[None, None], kernel).flatten() / spacing
    return torch.einsum("i,i->", f, p - q) / slopes.abs().max()
