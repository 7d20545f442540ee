import math

import scipy.spatial.distance
import torch

from starter import distances
from starter.kit import validate
from tests.mistakes import right, wrong


def kl(p, q):
    return distances.kl_divergence(p, q)


@wrong("halves-missing")
def as_printed(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return kl(p, m) + kl(q, m)


@wrong("mixture-not-halved")
def sum_of_both(p, q):
    validate.histograms(p=p, q=q)
    return kl(p, p + q) / 2 + kl(q, p + q) / 2


@wrong("mixture-not-halved")
def sum_of_both_by_hand(p, q):
    validate.histograms(p=p, q=q)
    m = p + q
    return (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum() / 2


@wrong("one-sided")
def real_only(p, q):
    validate.histograms(p=p, q=q)
    return kl(p, (p + q) / 2)


@wrong("one-sided")
def fake_only(p, q):
    validate.histograms(p=p, q=q)
    return kl(q, (p + q) / 2)


@wrong("one-sided")
def half_of_one(p, q):
    validate.histograms(p=p, q=q)
    return kl(p, (p + q) / 2) / 2


@wrong("one-sided")
def half_of_the_other(p, q):
    validate.histograms(p=p, q=q)
    return kl(q, (p + q) / 2) / 2


@wrong("mixture-first")
def from_the_mixture(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return kl(m, p) / 2 + kl(m, q) / 2


@wrong("no-mixture")
def symmetrised(p, q):
    validate.histograms(p=p, q=q)
    return (kl(p, q) + kl(q, p)) / 2


@wrong("no-mixture")
def added(p, q):
    validate.histograms(p=p, q=q)
    return kl(p, q) + kl(q, p)


@wrong("rooted")
def as_scipy_does(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return ((kl(p, m) + kl(q, m)) / 2).sqrt()


@wrong("other-base")
def bits(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (kl(p, m) + kl(q, m)) / 2 / torch.log(torch.tensor(2.0))


@wrong("sign-swapped")
def minus(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return -(kl(p, m) + kl(q, m)) / 2


@wrong("mean-not-sum")
def averaged(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (p * (p / m).log() + q * (q / m).log()).mean() / 2


@wrong("not-added-up")
def one_number_a_bin(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (p * (p / m).log() + q * (q / m).log()) / 2


@wrong("nan-at-zero")
def without_own_kl(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (p * (p / m).log() + q * (q / m).log()).sum() / 2


@wrong("dtypes-apart")
def room_in_float32(p, q):
    validate.histograms(p=p, q=q)
    m = torch.stack([p, q]).T @ torch.tensor([0.5, 0.5])
    return (kl(p, m) + kl(q, m)) / 2


@wrong("validation-removed")
def unguarded(p, q):
    m = (p + q) / 2
    return (torch.xlogy(p, p) + torch.xlogy(q, q) - torch.xlogy(p, m) - torch.xlogy(q, m)).sum() / 2


@wrong("other-mixture")
def geometric_mean(p, q):
    validate.histograms(p=p, q=q)
    m = (p * q).sqrt()
    m = m / m.sum()
    return (kl(p, m) + kl(q, m)) / 2


@wrong("uneven-weights")
def uneven_weights(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return kl(p, m) / 2 + kl(q, m)


@wrong("error")
def its_own_error(p, q):
    validate.histograms(p=p, q=q)
    raise ValueError("no idea")


@wrong("wrong-type")
def as_a_float(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (kl(p, m).item() + kl(q, m).item()) / 2


@wrong("uneven-weights")
def one_half_forgotten(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return kl(p, m) + kl(q, m) / 2


@wrong("uneven-weights")
def subtracted(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (kl(p, m) - kl(q, m)) / 2


@wrong("one-sided")
def twice_the_same(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return kl(p, m) / 2 + kl(p, m) / 2


@wrong("one-sided")
def the_larger(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return torch.maximum(kl(p, m), kl(q, m))


@wrong("other-mixture")
def mixture_of_a_third(p, q):
    validate.histograms(p=p, q=q)
    m = p / 3 + 2 * q / 3
    return (kl(p, m) + kl(q, m)) / 2


@wrong("mixture-not-halved")
def mean_over_all_bins(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q).mean()
    return (kl(p, m) + kl(q, m)) / 2


@wrong("equal-not-zero")
def mean_over_all_bins_by_hand(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q).mean() / 2
    return (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum() / 2


@wrong("mixture-not-halved")
def brackets_forgotten(p, q):
    validate.histograms(p=p, q=q)
    m = p + q / 2
    return kl(p, m) / 2 + kl(q, m) / 2


@wrong("equal-not-zero")
def brackets_forgotten_by_hand(p, q):
    validate.histograms(p=p, q=q)
    m = p + q / 2
    return (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum() / 2


@wrong("other-mixture")
def larger_share_of_both(p, q):
    validate.histograms(p=p, q=q)
    m = torch.maximum(p, q)
    m = m / m.sum()
    return (kl(p, m) + kl(q, m)) / 2


@wrong("uneven-weights")
def multiplied(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return kl(p, m) * kl(q, m)


@wrong("mixture-first")
def only_one_turned(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (kl(p, m) + kl(m, q)) / 2


@wrong("constant-factor")
def fourth_of_it(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (kl(p, m) / 2 + kl(q, m) / 2) / 2


@wrong("other-base")
def share_of_log_2(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (kl(p, m) + kl(q, m)) / 2 / math.log(2)


@wrong("not-added-up")
def two_numbers(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return torch.stack([kl(p, m) / 2, kl(q, m) / 2])


@wrong("equal-not-zero")
def entropies_without_halves(p, q):
    validate.histograms(p=p, q=q)
    entropy = torch.special.entr
    return (entropy((p + q) / 2) - entropy(p) - entropy(q)).sum()


@wrong("other-distance")
def total_variation_instead(p, q):
    validate.histograms(p=p, q=q)
    return (p - q).abs().sum() / 2


@wrong("nan-at-zero")
def nan_in_bins_that_both_miss(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum() / 2


@wrong("empty-bin-counted")
def bins_of_both_only(p, q):
    validate.histograms(p=p, q=q)
    both = (p > 0) & (q > 0)
    p, q = p[both], q[both]
    m = (p + q) / 2
    return (p * (p / m).log() + q * (q / m).log()).sum() / 2


@wrong("absolute-value")
def absolute_terms(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2
    return ((p * (p / m).log()).abs() + (q * (q / m).log()).abs()).sum() / 2


@wrong("dtype-changed")
def mixture_in_float64(p, q):
    validate.histograms(p=p, q=q)
    m = ((p.double() + q.double()) / 2).to(torch.float64)
    return (kl(p.double(), m) + kl(q.double(), m)) / 2


@right
def factored(p, q):
    validate.histograms(p=p, q=q)
    m = 0.5 * (p + q)
    return 0.5 * (kl(p, m) + kl(q, m))


@right
def mean_of_two(p, q):
    validate.histograms(p=p, q=q)
    m = torch.lerp(p, q, 0.5)
    return torch.stack([kl(p, m), kl(q, m)]).mean()


@right
def entropies(p, q):
    validate.histograms(p=p, q=q)

    def entropy(shares):
        return torch.special.entr(shares).sum()

    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


@right
def by_hand_with_masks(p, q):
    validate.histograms(p=p, q=q)
    total = torch.zeros((), dtype=p.dtype)
    for one in (p, q):
        for share, middle in zip(one, (p + q) / 2):
            if share > 0:
                total = total + share * torch.log(share / middle) / 2
    return total


@right
def scipy_squared(p, q):
    validate.histograms(p=p, q=q)
    return torch.as_tensor(scipy.spatial.distance.jensenshannon(p.numpy(), q.numpy()) ** 2).to(p.dtype)


@right
def with_keywords(p, q):
    validate.histograms(p=p, q=q)
    m = torch.stack([p, q]).mean(dim=0)
    return sum(distances.kl_divergence(q=m, p=one) for one in (p, q)) / 2


@right
def small_number_below(p, q):
    validate.histograms(p=p, q=q)
    m = (p + q) / 2 + 1e-12
    return 0.5 * (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum()
