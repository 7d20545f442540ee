import torch
from torch.nn import functional as F

from tests.mistakes import right, wrong


@wrong("sign-swapped")
def estimate_instead(real_scores, fake_scores):
    return real_scores.mean() - fake_scores.mean()


@wrong("same-direction")
def cooperating(real_scores, fake_scores):
    return -(real_scores.mean() + fake_scores.mean())


@wrong("sum-not-mean")
def summed(real_scores, fake_scores):
    return fake_scores.sum() - real_scores.sum()


@wrong("one-side-missing")
def real_forgotten(real_scores, fake_scores):
    return fake_scores.mean()


@wrong("not-linear")
def cross_entropy(real_scores, fake_scores):
    ones, zeros = torch.ones_like(real_scores), torch.zeros_like(fake_scores)
    return F.binary_cross_entropy_with_logits(real_scores, ones) + F.binary_cross_entropy_with_logits(
        fake_scores, zeros
    )


@wrong("not-linear")
def squared(real_scores, fake_scores):
    return ((fake_scores - real_scores) ** 2).mean()


@wrong("absolute-value")
def distance_in_size(real_scores, fake_scores):
    return (fake_scores.mean() - real_scores.mean()).abs()


@wrong("batch-sizes")
def paired(real_scores, fake_scores):
    return (fake_scores - real_scores).mean()


@wrong("wrong-shape")
def not_averaged(real_scores, fake_scores):
    return fake_scores - real_scores


@wrong("returns-none")
def no_return(real_scores, fake_scores):
    fake_scores.mean() - real_scores.mean()


@wrong("wrong-type")
def as_a_float(real_scores, fake_scores):
    return (fake_scores.mean() - real_scores.mean()).item()


@wrong("input-changed")
def negated_in_place(real_scores, fake_scores):
    real_scores *= -1
    return fake_scores.mean() + real_scores.mean()


@right
def two_terms(real_scores, fake_scores):
    return -torch.mean(real_scores) + torch.mean(fake_scores)


@right
def sums_by_hand(real_scores, fake_scores):
    return fake_scores.sum() / fake_scores.numel() - real_scores.sum() / real_scores.numel()
