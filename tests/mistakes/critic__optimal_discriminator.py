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


@wrong("difference")
def difference(p, q):
    return (p - q) / (p + q)


@wrong("other-share")
def without_brackets(p, q):
    return p / p + q


@wrong("points-mixed")
def shares_of_everything(p, q):
    return p / (p.sum() + q.sum())


@wrong("points-mixed")
def softmax_over_points(p, q):
    return torch.softmax(p / (p + q), dim=-1)


@wrong("powers")
def squares(p, q):
    return p**2 / (p**2 + q**2)


@wrong("halved")
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


@wrong("name-unknown")
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


@wrong("logarithm")
def log_probability(p, q):
    return torch.log(p / (p + q))


@wrong("logarithm")
def in_bits(p, q):
    return p.log2() - (p + q).log2()


@wrong("powers")
def roots(p, q):
    return p.sqrt() / (p.sqrt() + q.sqrt())


@wrong("powers")
def temperature(p, q):
    return (p / (p + q)) ** 2


@wrong("other-share")
def fake_over_real(p, q):
    return q / p


@wrong("other-share")
def of_the_larger(p, q):
    return p / torch.maximum(p, q)


@wrong("other-share")
def only_below(p, q):
    return 1 / (p + q)


@wrong("other-share")
def product_on_top(p, q):
    return p * q / (p + q)


@wrong("other-share")
def one_for_real(p, q):
    return p / (1 + q)


@wrong("not-normalised")
def second_ignored(p, q):
    return p + 0 * q


@wrong("sigmoid-of-densities")
def softmax_of_densities(p, q):
    return torch.stack([p, q]).softmax(dim=0)[0]


@wrong("points-mixed")
def densities_normalised_first(p, q):
    p, q = p / p.sum(), q / q.sum()
    return p / (p + q)


@wrong("points-mixed")
def share_of_the_largest(p, q):
    share = p / (p + q)
    return share / share.max()


@wrong("epsilon-too-large")
def epsilon_on_both_sides(p, q):
    return (p + 1e-4) / (p + q + 2e-4)


@wrong("epsilon-too-large")
def rounded_to_three_digits(p, q):
    return p.round(decimals=6) / (p + q).round(decimals=4)


@wrong("dtype-changed")
def always_double(p, q):
    return p.double() / (p + q).double()


@wrong("dtype-changed")
def always_single(p, q):
    return (p / (p + q)).float()


@wrong("clamped")
def label_smoothing(p, q):
    share = p / (p + q)
    return torch.where(q == 0, 0.9, share)


@wrong("wrong-type")
def pair(p, q):
    return p / (p + q), q / (p + q)


@wrong("hard-answer")
def rounded(p, q):
    return (p / (p + q)).round()


@wrong("hard-answer")
def sign_of_the_difference(p, q):
    return (torch.sign(p - q) + 1) / 2


@wrong("halved")
def with_prior(p, q):
    return 0.5 * p / (p + q)


@wrong("difference")
def tanh_of_half_the_log_odds(p, q):
    return torch.tanh((p.log() - q.log()) / 2)


@right
def division_in_place(p, q):
    total = torch.add(p, q)
    return torch.div(p, total, out=total)


@right
def normalised_pair(p, q):
    return torch.nn.functional.normalize(torch.stack([p, q]), p=1.0, dim=0, eps=1e-30)[0]


@right
def half_of_tanh(p, q):
    return 0.5 * (1 + torch.tanh(0.5 * (torch.log(p) - torch.log(q))))


@right
def without_graph(p, q):
    with torch.no_grad():
        return p.div(p.add(q)).clamp(0, 1)


@right
def with_a_small_epsilon(p, q):
    return p / (p + q + 1e-8)


@wrong("always-half")
def at_the_end_of_training(p, q):
    return torch.full_like(p, 0.5)


@wrong("not-a-probability")
def in_percent(p, q):
    return 100 * p / (p + q)


@wrong("logit")
def log_odds_of_a_fake(p, q):
    return torch.log(q / p)
