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


@wrong("cut-off")
def never_below_0(fake_scores):
    return F.relu(-fake_scores.mean())


@wrong("cut-off")
def at_most_0(fake_scores):
    return torch.minimum(-fake_scores.mean(), torch.zeros(()))


@wrong("not-linear")
def relu_of_each(fake_scores):
    return F.relu(-fake_scores).mean()


@wrong("not-linear")
def softplus(fake_scores):
    return F.softplus(-fake_scores).mean()


@wrong("not-linear")
def distance_to_1(fake_scores):
    return (fake_scores - 1).square().mean()


@wrong("not-linear")
def bounded(fake_scores):
    return -fake_scores.clamp(-100, 100).mean()


@wrong("not-linear")
def odd_power(fake_scores):
    return -(fake_scores**3).mean()


@wrong("not-finite")
def saturating(fake_scores):
    return torch.log(1 - fake_scores).mean()


@wrong("not-the-mean")
def best_fake(fake_scores):
    return -fake_scores.max()


@wrong("not-the-mean")
def worst_fake(fake_scores):
    return -fake_scores.min()


@wrong("not-the-mean")
def first_fake(fake_scores):
    return -fake_scores[0].squeeze()


@wrong("not-the-mean")
def median(fake_scores):
    return -fake_scores.median()


@wrong("fixed-size")
def of_64(fake_scores):
    return -fake_scores.sum() / 64


@wrong("wrong-dtype")
def in_double(fake_scores):
    return -fake_scores.double().mean()


@wrong("wrong-dtype")
def whole(fake_scores):
    return -fake_scores.mean().long()


@wrong("detached")
def detached(fake_scores):
    return -fake_scores.detach().mean()


@wrong("column")
def rows_only(fake_scores):
    (n,) = fake_scores.shape
    return -fake_scores.sum() / n


@wrong("seed-set")
def seeded(fake_scores):
    torch.manual_seed(1)
    return -fake_scores.mean()


@wrong("wrong-device")
def weights_on_the_cpu(fake_scores):
    return -(fake_scores.flatten() @ torch.full((fake_scores.numel(),), 1 / fake_scores.numel()))


@right
def mean_of_negated(fake_scores):
    return torch.mean(-fake_scores)


@right
def sum_by_count(fake_scores):
    return -torch.sum(fake_scores) / fake_scores.numel()


@right
def by_einsum(fake_scores):
    return torch.einsum("ij->", fake_scores.reshape(len(fake_scores), 1)) / -len(fake_scores)


@right
def one_by_one(fake_scores):
    return sum((-score for score in fake_scores.flatten()), start=torch.zeros((), device=fake_scores.device)) / len(
        fake_scores
    )


@right
def as_a_distance(fake_scores):
    below = fake_scores.detach().min() - 1
    return -F.l1_loss(fake_scores, below.expand_as(fake_scores)) - below
