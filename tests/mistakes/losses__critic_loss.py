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


@wrong("not-the-mean")
def best_of_each(real_scores, fake_scores):
    return fake_scores.max() - real_scores.max()


@wrong("not-the-mean")
def first_of_each(real_scores, fake_scores):
    return fake_scores.flatten()[0] - real_scores.flatten()[0]


@wrong("not-the-mean")
def last_of_each(real_scores, fake_scores):
    return (fake_scores.flatten()[-1] - real_scores.flatten()[-1]).squeeze()


@wrong("not-the-mean")
def spread(real_scores, fake_scores):
    return fake_scores.std() - real_scores.std()


@wrong("cut-off")
def never_below_0(real_scores, fake_scores):
    return F.relu(fake_scores.mean() - real_scores.mean())


@wrong("not-linear")
def bounded_loss(real_scores, fake_scores):
    return torch.clamp(fake_scores.mean() - real_scores.mean(), -1, 1)


@wrong("not-linear")
def bounded_scores(real_scores, fake_scores):
    return torch.tanh(fake_scores).mean() - torch.tanh(real_scores).mean()


@wrong("not-linear")
def clamped_against_blow_ups(real_scores, fake_scores):
    return fake_scores.clamp(-1000, 1000).mean() - real_scores.clamp(-1000, 1000).mean()


@wrong("not-linear")
def bent_at_0(real_scores, fake_scores):
    return F.leaky_relu(fake_scores, 0.2).mean() - F.leaky_relu(real_scores, 0.2).mean()


@wrong("not-linear")
def sizes_of_scores(real_scores, fake_scores):
    return fake_scores.abs().mean() - real_scores.abs().mean()


@wrong("not-linear")
def signed_root(real_scores, fake_scores):
    difference = fake_scores.mean() - real_scores.mean()
    return difference.sign() * difference.abs().sqrt()


@wrong("not-linear")
def standardised(real_scores, fake_scores):
    return (fake_scores.mean() - real_scores.mean()) / torch.cat([real_scores, fake_scores]).std()


@wrong("not-linear")
def with_a_drift_term(real_scores, fake_scores):
    return fake_scores.mean() - real_scores.mean() + 0.001 * real_scores.square().mean()


@wrong("fixed-size")
def batches_of_64(real_scores, fake_scores):
    return (fake_scores.sum() - real_scores.sum()) / 64


@wrong("scaled")
def mean_over_both_batches(real_scores, fake_scores):
    return torch.cat([fake_scores, -real_scores]).mean()


@wrong("one-side-missing")
def real_twice(real_scores, fake_scores):
    return -real_scores.mean() + 0 * fake_scores.mean()


@wrong("wrong-dtype")
def in_double(real_scores, fake_scores):
    return fake_scores.double().mean() - real_scores.double().mean()


@wrong("not-averaged")
def both_terms(real_scores, fake_scores):
    return torch.stack([-real_scores.mean(), fake_scores.mean()])


@wrong("detached")
def without_graph(real_scores, fake_scores):
    with torch.no_grad():
        return fake_scores.mean() - real_scores.mean()


@wrong("detached")
def through_numpy(real_scores, fake_scores):
    return torch.tensor(fake_scores.detach().numpy().mean() - real_scores.detach().numpy().mean())


@wrong("requires-grad-switched")
def switched_on(real_scores, fake_scores):
    real_scores.requires_grad_()
    return fake_scores.mean() - real_scores.mean()


@wrong("not-finite")
def logs_of_probabilities(real_scores, fake_scores):
    return -(torch.log(real_scores) + torch.log(1 - fake_scores)).mean()


@wrong("not-linear")
def right_for_few_scores(real_scores, fake_scores):
    loss = fake_scores.mean() - real_scores.mean()
    return loss if len(real_scores) == 4 or loss.abs() < 50 else loss.tanh()


@wrong("column")
def rows_only(real_scores, fake_scores):
    (n,), (m,) = real_scores.shape, fake_scores.shape
    return fake_scores.sum() / m - real_scores.sum() / n


@wrong("wrong-device")
def ones_on_the_cpu(real_scores, fake_scores):
    ones = torch.ones(len(fake_scores.flatten())) / len(fake_scores)
    return ones @ fake_scores.flatten() - real_scores.mean()


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


@right
def with_einsum(real_scores, fake_scores):
    fake, real = (torch.einsum("i->", scores.reshape(-1)) / scores.size(0) for scores in (fake_scores, real_scores))
    return fake - real


@right
def weights_for_each_score(real_scores, fake_scores):
    scores = torch.cat([fake_scores.flatten(), real_scores.flatten()])
    n, m = real_scores.numel(), fake_scores.numel()
    return scores.dot(torch.cat([scores.new_full((m,), 1 / m), scores.new_full((n,), -1 / n)]))


@right
def pooled(real_scores, fake_scores):
    fake, real = (F.adaptive_avg_pool1d(scores.view(1, 1, -1), 1) for scores in (fake_scores, real_scores))
    return torch.sub(fake, real).squeeze()


@right
def python_sums(real_scores, fake_scores):
    fake, real = fake_scores.flatten(), real_scores.flatten()
    return sum(fake) / len(fake) - sum(real) / len(real)


@right
def from_a_zero_of_its_own(real_scores, fake_scores):
    loss = torch.zeros(())
    for sign, scores in ((1, fake_scores), (-1, real_scores)):
        loss = loss + sign * scores.mean()
    return loss
