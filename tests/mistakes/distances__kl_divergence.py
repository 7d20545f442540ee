import math

import scipy.special
import torch
from torch.nn import functional as F

from starter.kit import validate
from tests.mistakes import right, wrong


def inside(p, q):
    """Both laws on the bins that p does not miss."""
    validate.histograms(p=p, q=q)
    return p[p > 0], q[p > 0]


@wrong("swapped-arguments")
def other_way_round(p, q):
    q, p = inside(q, p)
    return (q * (q / p).log()).sum()


@wrong("swapped-arguments")
def torch_with_the_arguments_swapped(p, q):
    validate.histograms(p=p, q=q)
    return F.kl_div(p.log(), q, reduction="sum")


@wrong("sign-swapped")
def ratio_upside_down(p, q):
    p, q = inside(p, q)
    return (p * (q / p).log()).sum()


@wrong("sign-swapped")
def minus(p, q):
    p, q = inside(p, q)
    return -(p * (p / q).log()).sum()


@wrong("weighted-by-other")
def weights_of_q(p, q):
    p, q = inside(p, q)
    return (q * (p / q).log()).sum()


@wrong("other-base")
def bits(p, q):
    p, q = inside(p, q)
    return (p * torch.log2(p / q)).sum()


@wrong("other-base")
def decimal(p, q):
    p, q = inside(p, q)
    return (p * torch.log10(p / q)).sum()


@wrong("mean-not-sum")
def averaged(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).mean()


@wrong("mean-not-sum")
def torch_with_its_default(p, q):
    validate.histograms(p=p, q=q)
    return F.kl_div(q.log(), p)


@wrong("weight-missing")
def unweighted(p, q):
    p, q = inside(p, q)
    return (p / q).log().sum()


@wrong("cross-entropy")
def without_entropy(p, q):
    p, q = inside(p, q)
    return -(p * q.log()).sum()


@wrong("absolute-value")
def each_positive(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).abs().sum()


@wrong("log-misplaced")
def ratio_only(p, q):
    p, q = inside(p, q)
    return (p * (p / q)).sum()


@wrong("kl-div-without-log")
def torch_without_log(p, q):
    validate.histograms(p=p, q=q)
    return F.kl_div(q, p, reduction="sum")


@wrong("not-added-up")
def one_number_a_bin(p, q):
    validate.histograms(p=p, q=q)
    return p * (p / q).log()


@wrong("nan-at-zero")
def plain(p, q):
    validate.histograms(p=p, q=q)
    return (p * (p / q).log()).sum()


@wrong("nan-at-zero")
def difference_of_logs(p, q):
    validate.histograms(p=p, q=q)
    return (p * (p.log() - q.log())).sum()


@wrong("nan-at-zero")
def torch_alone(p, q):
    validate.histograms(p=p, q=q)
    return F.kl_div(q.log(), p, reduction="sum")


@wrong("nan-at-zero")
def multiplied_by_a_mask(p, q):
    validate.histograms(p=p, q=q)
    return (p * (p / q).log() * (p > 0)).sum()


@wrong("infinite-missed")
def both_masked(p, q):
    validate.histograms(p=p, q=q)
    both = (p > 0) & (q > 0)
    return (p[both] * (p[both] / q[both]).log()).sum()


@wrong("infinite-missed")
def cleaned(p, q):
    validate.histograms(p=p, q=q)
    return torch.nan_to_num(p * (p / q).log()).sum()


@wrong("infinite-missed")
def cleaned_at_the_end(p, q):
    p, q = inside(p, q)
    return torch.nan_to_num((p * (p / q).log()).sum(), posinf=0.0)


@wrong("eps-inside")
def small_number_below(p, q):
    p, q = inside(p, q)
    return (p * (p / (q + 1e-8)).log()).sum()


@wrong("eps-inside")
def small_number_everywhere(p, q):
    validate.histograms(p=p, q=q)
    return (p * ((p + 1e-10) / (q + 1e-10)).log()).sum()


@wrong("eps-inside")
def clamped(p, q):
    validate.histograms(p=p, q=q)
    p, q = p.clamp(min=1e-7), q.clamp(min=1e-7)
    return (p * (p / q).log()).sum()


@wrong("dtypes-apart")
def room_in_float32(p, q):
    p, q = inside(p, q)
    return (p / q).log() @ p.to(torch.float32)


@wrong("validation-removed")
def unguarded(p, q):
    return (p[p > 0] * (p[p > 0] / q[p > 0]).log()).sum()


@wrong("validation-removed")
def one_argument_looked_at(p, q):
    validate.histograms(p=p)
    return (p[p > 0] * (p[p > 0] / q[p > 0]).log()).sum()


@wrong("constant-factor")
def halved(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).sum() / 2


@wrong("not-finite")
def divided_by_nothing(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).sum() / (0 * p.sum())


@wrong("wrong-shape")
def kept_axis(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).sum(dim=0, keepdim=True)


@wrong("wrong-type")
def as_a_float(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).sum().item()


@wrong("returns-none")
def no_return(p, q):
    p, q = inside(p, q)
    (p * (p / q).log()).sum()


@wrong("input-changed")
def emptied_in_place(p, q):
    validate.histograms(p=p, q=q)
    p[0] = 0.125
    return (p * (p / q).log()).sum()


@wrong("wrong-arguments")
def other_names(real, fake):
    return (real * (real / fake).log()).sum()


@wrong("symmetric-instead")
def summands_of_jeffreys(p, q):
    validate.histograms(p=p, q=q)
    return ((p - q) * (p / q).log()).sum()


@wrong("one-part-only")
def median_bin(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).median()


@wrong("one-part-only")
def first_bin(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log())[0]


@wrong("one-part-only")
def largest_ratio(p, q):
    p, q = inside(p, q)
    return (p / q).log().max()


@wrong("log-misplaced")
def log_of_the_sum(p, q):
    p, q = inside(p, q)
    return (p * p / q).sum().log()


@wrong("log-misplaced")
def quotient_of_logs(p, q):
    p, q = inside(p, q)
    return (p * (p.log() / q.log())).sum()


@wrong("absolute-value")
def positive_terms_only(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).relu().sum()


@wrong("cross-entropy")
def entropy_alone(p, q):
    p, q = inside(p, q)
    return -(p * p.log()).sum()


@wrong("squared")
def squared_logs(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log() ** 2).sum()


@wrong("log-misplaced")
def chi_square(p, q):
    p, q = inside(p, q)
    return ((p - q) ** 2 / q).sum()


@wrong("softmax-used")
def logits_assumed(p, q):
    validate.histograms(p=p, q=q)
    return F.kl_div(q.log_softmax(0), p.softmax(0), reduction="sum")


@wrong("softmax-used")
def logits_assumed_for_q(p, q):
    validate.histograms(p=p, q=q)
    return F.kl_div(q.log_softmax(0), p, reduction="sum")


@wrong("mean-not-sum")
def batch_mean(p, q):
    validate.histograms(p=p, q=q)
    return F.kl_div(q.log(), p, reduction="batchmean")


@wrong("symmetric-instead")
def from_the_mixture(p, q):
    p, q = inside(p, q)
    return (p * (p / ((p + q) / 2)).log()).sum()


@wrong("cut-off")
def at_most_one(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).sum().clamp(max=1)


@wrong("equal-not-zero")
def log_one_plus(p, q):
    p, q = inside(p, q)
    return (p * torch.log1p(p / q)).sum()


@wrong("empty-bin-counted")
def infinite_as_soon_as_a_bin_is_empty(p, q):
    validate.histograms(p=p, q=q)
    if (q == 0).any():
        return torch.tensor(float("inf"), dtype=p.dtype)
    return torch.xlogy(p, p / q).sum()


@wrong("infinite-missed")
def refuses_missing_bins(p, q):
    p, q = inside(p, q)
    if (q == 0).any():
        raise ValueError("q misses a bin of p")
    return (p * (p / q).log()).sum()


@wrong("not-one-number")
def python_logarithm(p, q):
    p, q = inside(p, q)
    return (p * math.log(p / q)).sum()


@wrong("not-one-number")
def one_question_for_all_bins(p, q):
    validate.histograms(p=p, q=q)
    if p == 0:
        return torch.tensor(0.0)
    return (p * (p / q).log()).sum()


@wrong("dtype-changed")
def summed_in_float64(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).double().sum()


@wrong("other-base")
def number_of_bins_for_nats(p, q):
    p, q = inside(p, q)
    return (p * (p / q).log()).sum() / math.log(len(p))


@wrong("gradients-left-off")
def gradients_switched_off(p, q):
    p, q = inside(p, q)
    torch.set_grad_enabled(False)
    return (p * (p / q).log()).sum()


@wrong("cross-entropy")
def difference_of_entropies(p, q):
    validate.histograms(p=p, q=q)
    return torch.special.entr(q).sum() - torch.special.entr(p).sum()


@wrong("log-misplaced")
def one_less_than_the_ratio(p, q):
    p, q = inside(p, q)
    return (p * (p / q - 1)).sum()


@wrong("infinite-missed")
def big_number_for_infinity(p, q):
    p, q = inside(p, q)
    return torch.nan_to_num((p * (p / q).log()).sum())


@right
def where(p, q):
    validate.histograms(p=p, q=q)
    return torch.where(p > 0, p * (p / q).log(), torch.zeros_like(p)).sum()


@right
def entropies(p, q):
    validate.histograms(p=p, q=q)
    return torch.xlogy(p, p).sum() - torch.xlogy(p, q).sum()


@right
def distributions(p, q):
    validate.histograms(p=p, q=q)
    categorical = torch.distributions.Categorical
    return torch.distributions.kl_divergence(categorical(probs=p), categorical(probs=q))


@right
def bin_by_bin(p, q):
    validate.histograms(p=p, q=q)
    total = torch.zeros((), dtype=p.dtype)
    for a, b in zip(p, q):
        if a > 0:
            total = total + a * torch.log(a / b)
    return total


@right
def in_float64_and_back(p, q):
    validate.histograms(p=p, q=q)
    a, b = p.double(), q.double()
    return (torch.xlogy(a, a) - torch.xlogy(a, b)).sum().to(p.dtype)


@right
def with_kl_div(p, q):
    validate.histograms(p=p, q=q)
    keep = p > 0
    return F.kl_div(input=q[keep].log(), target=p[keep], reduction="sum")


@right
def scalar_product(p, q):
    validate.histograms(p=p, q=q)
    keep = torch.nonzero(p).squeeze(1)
    return torch.einsum("i,i->", p[keep], torch.log(p[keep]) - torch.log(q[keep]))


@right
def bregman(p, q):
    validate.histograms(p=p, q=q)
    kept = p.gt(0)
    a, b = p.masked_select(kept), q.masked_select(kept)
    return torch.sum(a * torch.log(torch.div(a, b)) - a + b) + q[~kept].sum() + (p.sum() - q.sum())


@right
def scipys_function(p, q):
    validate.histograms(p=p, q=q)
    return torch.as_tensor(scipy.special.rel_entr(p.numpy(), q.numpy())).sum()
