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
