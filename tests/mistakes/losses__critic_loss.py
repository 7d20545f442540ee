import torch
from torch.nn import functional as F

from tests.mistakes import right, wrong


@wrong("sign-swapped")
def estimate_instead(real_scores, fake_scores):
    return real_scores.mean() - fake_scores.mean()


@wrong("same-direction")
def cooperating(real_scores, fake_scores):
    return -(real_scores.mean() + fake_scores.mean())


@wrong("same-direction")
def both_up(real_scores, fake_scores):
    return real_scores.mean() + fake_scores.mean()


@wrong("sum-not-mean")
def summed(real_scores, fake_scores):
    return fake_scores.sum() - real_scores.sum()


@wrong("one-side-missing")
def real_forgotten(real_scores, fake_scores):
    return fake_scores.mean()


@wrong("one-side-missing")
def fake_forgotten(real_scores, fake_scores):
    return -real_scores.mean()


@wrong("not-linear")
def cross_entropy(real_scores, fake_scores):
    ones, zeros = torch.ones_like(real_scores), torch.zeros_like(fake_scores)
    real = F.binary_cross_entropy_with_logits(real_scores, ones)
    return real + F.binary_cross_entropy_with_logits(fake_scores, zeros)


@wrong("not-linear")
def squared(real_scores, fake_scores):
    return ((fake_scores - real_scores) ** 2).mean()


@wrong("not-linear")
def hinge(real_scores, fake_scores):
    return F.relu(1 - real_scores).mean() + F.relu(1 + fake_scores).mean()


@wrong("not-linear")
def ratio(real_scores, fake_scores):
    return fake_scores.mean() / real_scores.mean()


@wrong("absolute-value")
def distance_in_size(real_scores, fake_scores):
    return (fake_scores.mean() - real_scores.mean()).abs()


@wrong("not-the-mean")
def median(real_scores, fake_scores):
    return fake_scores.median() - real_scores.median()


@wrong("scaled")
def factor_two(real_scores, fake_scores):
    return 2 * (fake_scores.mean() - real_scores.mean())


@wrong("batch-sizes")
def paired(real_scores, fake_scores):
    return (fake_scores - real_scores).mean()


@wrong("batch-sizes")
def size_of_the_other(real_scores, fake_scores):
    return (fake_scores.sum() - real_scores.sum()) / len(real_scores)


@wrong("not-averaged")
def table(real_scores, fake_scores):
    return fake_scores - real_scores


@wrong("wrong-shape")
def kept_axis(real_scores, fake_scores):
    return fake_scores.mean(dim=0, keepdim=True) - real_scores.mean(dim=0, keepdim=True)


@wrong("returns-none")
def no_return(real_scores, fake_scores):
    fake_scores.mean() - real_scores.mean()


@wrong("wrong-type")
def as_a_float(real_scores, fake_scores):
    return (fake_scores.mean() - real_scores.mean()).item()


@wrong("wrong-dtype")
def whole_number(real_scores, fake_scores):
    return (fake_scores.mean() - real_scores.mean()).int()


@wrong("not-finite")
def log_of_scores(real_scores, fake_scores):
    return -(torch.log(real_scores).mean() + torch.log(1 - fake_scores.abs() * 2).mean())


@wrong("detached")
def new_tensor(real_scores, fake_scores):
    return torch.tensor(fake_scores.mean().item() - real_scores.mean().item())


@wrong("detached")
def fakes_cut_off(real_scores, fake_scores):
    return fake_scores.detach().mean() - real_scores.mean()


@wrong("input-changed")
def negated_in_place(real_scores, fake_scores):
    real_scores *= -1
    return fake_scores.mean() + real_scores.mean()


@wrong("wrong-arguments")
def other_order(fake_scores, real_scores):
    return fake_scores.mean() - real_scores.mean()


@wrong("wrong-arguments")
def other_names(real, fake):
    return fake.mean() - real.mean()


@wrong("wrong-arguments")
def one_argument(real_scores):
    return -real_scores.mean()


@wrong("name-unknown")
def misspelt(real_scores, fake_scores):
    return fake_score.mean() - real_scores.mean()  # noqa: F821


@right
def two_terms(real_scores, fake_scores):
    return -torch.mean(real_scores) + torch.mean(fake_scores)


@right
def sums_by_hand(real_scores, fake_scores):
    return fake_scores.sum() / fake_scores.numel() - real_scores.sum() / real_scores.numel()


@right
def one_by_one(real_scores, fake_scores):
    loss = 0.0
    for score in fake_scores.flatten():
        loss = loss + score / len(fake_scores)
    for score in real_scores.flatten():
        loss = loss - score / len(real_scores)
    return loss
