import torch
from torch.nn import functional as F

from tests.mistakes import right, wrong


@wrong("sign-swapped")
def the_loss(real_scores, fake_scores):
    return fake_scores.mean() - real_scores.mean()


@wrong("same-direction")
def added(real_scores, fake_scores):
    return real_scores.mean() + fake_scores.mean()


@wrong("sum-not-mean")
def summed(real_scores, fake_scores):
    return torch.sum(real_scores) - torch.sum(fake_scores)


@wrong("one-side-missing")
def real_alone(real_scores, fake_scores):
    return real_scores.mean()


@wrong("absolute-value")
def never_negative(real_scores, fake_scores):
    return torch.abs(real_scores.mean() - fake_scores.mean())


@wrong("not-linear")
def probabilities(real_scores, fake_scores):
    return torch.sigmoid(real_scores).mean() - torch.sigmoid(fake_scores).mean()


@wrong("not-linear")
def mean_square(real_scores, fake_scores):
    return F.mse_loss(real_scores, fake_scores)


@wrong("not-the-mean")
def largest(real_scores, fake_scores):
    return real_scores.max() - fake_scores.max()


@wrong("batch-sizes")
def sorted_pairs(real_scores, fake_scores):
    return (real_scores.sort().values - fake_scores.sort().values).mean()


@wrong("not-averaged")
def one_for_each(real_scores, fake_scores):
    return real_scores - fake_scores


@wrong("wrong-type")
def number(real_scores, fake_scores):
    return float(real_scores.mean() - fake_scores.mean())


@wrong("returns-none")
def printed(real_scores, fake_scores):
    print(real_scores.mean() - fake_scores.mean())


@right
def of_the_sample_mean(real_scores, fake_scores):
    return torch.mean(real_scores) - torch.mean(fake_scores)


@right
def without_graph(real_scores, fake_scores):
    with torch.no_grad():
        return -(fake_scores.mean() - real_scores.mean())
