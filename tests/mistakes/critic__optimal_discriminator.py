import torch

from tests.mistakes import right, wrong


@wrong("swapped")
def probability_of_a_fake(p, q):
    return q / (p + q)


@wrong("swapped")
def one_minus(p, q):
    return 1 - p / (p + q)


@wrong("not-normalised")
def density(p, q):
    return p


@wrong("odds-ratio")
def odds(p, q):
    return p / q


@wrong("odds-ratio")
def brackets_forgotten(p, q):
    return p / p * p / q


@wrong("logit")
def log_odds(p, q):
    return p.log() - q.log()


@wrong("factor-two")
def with_the_mixture(p, q):
    return p / ((p + q) / 2)


@wrong("sigmoid-of-densities")
def sigmoid_of_difference(p, q):
    return torch.sigmoid(p - q)


@wrong("hard-answer")
def more_likely(p, q):
    return (p > q).float()


@wrong("hard-answer")
def more_likely_or_equal(p, q):
    return torch.where(p >= q, 1.0, 0.0)


@wrong("not-a-probability")
def difference(p, q):
    return (p - q) / (p + q)


@wrong("not-a-probability")
def without_brackets(p, q):
    return p / p + q


@wrong("points-mixed")
def shares_of_everything(p, q):
    return p / (p.sum() + q.sum())


@wrong("points-mixed")
def softmax_over_points(p, q):
    return torch.softmax(p / (p + q), dim=-1)


@wrong("wrong-value")
def squares(p, q):
    return p**2 / (p**2 + q**2)


@wrong("wrong-value")
def half_of_it(p, q):
    return p / (2 * (p + q))


@wrong("epsilon-too-large")
def with_an_epsilon(p, q):
    return p / (p + q + 1e-5)


@wrong("epsilon-too-large")
def bounded_sum(p, q):
    return p / (p + q).clamp(min=1e-2)


@wrong("zero-density")
def of_the_odds(p, q):
    odds = p / q
    return odds / (1 + odds)


@wrong("clamped")
def kept_from_the_ends(p, q):
    return (p / (p + q)).clamp(0.01, 0.99)


@wrong("clamped")
def forgets_the_ends(p, q):
    return torch.where((p > 0) & (q > 0), p / (p + q), 0.5)


@wrong("wrong-shape")
def averaged(p, q):
    return (p / (p + q)).mean()


@wrong("wrong-shape")
def flattened(p, q):
    return (p / (p + q)).flatten()


@wrong("wrong-dtype")
def percent(p, q):
    return (100 * p / (p + q)).int()


@wrong("wrong-type")
def as_a_list(p, q):
    return (p / (p + q)).tolist()


@wrong("returns-none")
def no_return(p, q):
    p / (p + q)


@wrong("not-finite")
def log_of_a_difference(p, q):
    return torch.log(p - q)


@wrong("input-changed")
def added_in_place(p, q):
    real = p.clone()
    p += q
    return real / p


@wrong("wrong-arguments")
def other_order(q, p):
    return p / (p + q)


@wrong("wrong-arguments")
def one_law(p):
    return p / (p + 1)


@wrong("error")
def misspelt(p, q):
    return p / (p + Q)  # noqa: F821


@right
def fake_for_each_real(p, q):
    return 1 / (1 + q / p)


@right
def sigmoid_of_the_log_odds(p, q):
    return torch.sigmoid(p.log() - q.log())


@right
def complement(p, q):
    return 1 - q / (p + q)


@right
def point_by_point(p, q):
    return torch.stack([real / (real + fake) for real, fake in zip(p, q)])


@right
def with_a_tiny_epsilon(p, q):
    return p / (p + q + 1e-12)


@right
def softmax_of_two(p, q):
    return torch.stack([p, q]).log().softmax(dim=0)[0]
