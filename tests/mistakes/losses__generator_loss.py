import torch
from torch.nn import functional as F

from tests.mistakes import right, wrong


@wrong("sign-swapped")
def plus(fake_scores):
    return fake_scores.mean()


@wrong("sum-not-mean")
def summed(fake_scores):
    return -fake_scores.sum()


@wrong("not-linear")
def cross_entropy(fake_scores):
    return F.binary_cross_entropy_with_logits(fake_scores, torch.ones_like(fake_scores))


@wrong("not-linear")
def log_sigmoid(fake_scores):
    return -torch.log(torch.sigmoid(fake_scores) + 1e-8).mean()


@wrong("not-linear")
def one_minus(fake_scores):
    return (1 - fake_scores).mean()


@wrong("absolute-value")
def size(fake_scores):
    return fake_scores.mean().abs()


@wrong("scaled")
def halved(fake_scores):
    return -fake_scores.mean() / 2


@wrong("not-averaged")
def not_averaged(fake_scores):
    return -fake_scores


@wrong("wrong-shape")
def kept_axis(fake_scores):
    return -fake_scores.mean(dim=0, keepdim=True)


@wrong("detached")
def through_item(fake_scores):
    return torch.tensor(-fake_scores.mean().item())


@wrong("wrong-type")
def a_float(fake_scores):
    return -fake_scores.mean().item()


@wrong("returns-none")
def forgotten_return(fake_scores):
    loss = -fake_scores.mean()


@wrong("input-changed")
def negated_in_place(fake_scores):
    return fake_scores.neg_().mean()


@wrong("wrong-arguments")
def real_scores_too(real_scores, fake_scores):
    return real_scores.mean() - fake_scores.mean()


@right
def mean_of_negated(fake_scores):
    return torch.mean(-fake_scores)


@right
def sum_by_count(fake_scores):
    return -torch.sum(fake_scores) / fake_scores.numel()
