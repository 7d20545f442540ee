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


@wrong("cut-off")
def no_negative_distance(real_scores, fake_scores):
    return torch.relu(real_scores.mean() - fake_scores.mean())


@wrong("cut-off")
def clamped_at_0(real_scores, fake_scores):
    return (real_scores.mean() - fake_scores.mean()).clamp(min=0)


@wrong("cut-off")
def the_larger_of_0_and_it(real_scores, fake_scores):
    return max(real_scores.mean() - fake_scores.mean(), torch.tensor(0.0))


@wrong("absolute-value")
def root_of_the_square(real_scores, fake_scores):
    return (real_scores.mean() - fake_scores.mean()).pow(2).sqrt()


@wrong("not-the-mean")
def medians(real_scores, fake_scores):
    return real_scores.median() - fake_scores.median()


@wrong("not-the-mean")
def best_real_worst_fake(real_scores, fake_scores):
    return real_scores.flatten()[0] - fake_scores.flatten()[0]


@wrong("wrong-value")
def largest_gap(real_scores, fake_scores):
    return real_scores.max() - fake_scores.min()


@wrong("wrong-dtype")
def exact(real_scores, fake_scores):
    return real_scores.mean(dtype=torch.float64) - fake_scores.mean(dtype=torch.float64)


@wrong("not-linear")
def bounded(real_scores, fake_scores):
    return torch.tanh(real_scores.mean() - fake_scores.mean())


@wrong("not-linear")
def with_a_penalty(real_scores, fake_scores):
    return real_scores.mean() - fake_scores.mean() - 10 * (real_scores.std() - 1) ** 2


@wrong("scaled")
def tenth(real_scores, fake_scores):
    return 0.1 * (real_scores.mean() - fake_scores.mean())


@wrong("fixed-size")
def of_64(real_scores, fake_scores):
    return real_scores.sum() / 64 - fake_scores.sum() / 64


@wrong("batch-sizes")
def transport_in_one_dimension(real_scores, fake_scores):
    return (real_scores.flatten().sort().values - fake_scores.flatten().sort().values).mean()


@wrong("one-side-missing")
def fake_alone(real_scores, fake_scores):
    return -fake_scores.mean()


@wrong("wrong-shape")
def in_a_list(real_scores, fake_scores):
    return (real_scores.mean() - fake_scores.mean()).reshape(1)


@wrong("seed-set")
def seeded(real_scores, fake_scores):
    torch.manual_seed(0)
    return real_scores.mean() - fake_scores.mean()


@wrong("not-linear")
def rounded(real_scores, fake_scores):
    return (real_scores.mean() - fake_scores.mean()).round(decimals=2)


@wrong("gradients-left-off")
def gradients_off(real_scores, fake_scores):
    torch.set_grad_enabled(False)
    return real_scores.mean() - fake_scores.mean()


@right
def of_the_sample_mean(real_scores, fake_scores):
    return torch.mean(real_scores) - torch.mean(fake_scores)


@right
def without_graph(real_scores, fake_scores):
    with torch.no_grad():
        return -(fake_scores.mean() - real_scores.mean())


@right
def detached(real_scores, fake_scores):
    return real_scores.detach().mean().sub(fake_scores.detach().mean())


@right
def by_the_sum(real_scores, fake_scores):
    total = torch.zeros((), device=real_scores.device)
    for sign, scores in ((1, real_scores), (-1, fake_scores)):
        total += sign * torch.sum(scores) / scores.shape[0]
    return total


@right
def by_numpy(real_scores, fake_scores):
    return torch.tensor(real_scores.tolist()).mean() - torch.tensor(fake_scores.tolist()).mean()
