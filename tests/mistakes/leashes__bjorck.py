import torch

from tests.mistakes import right, wrong


def repeated(weight, n_steps, step):
    for _ in range(n_steps):
        weight = step(weight)
    return weight


def cubic(w):
    return 1.5 * w - 0.5 * w @ w.T @ w


@wrong("factors-do-not-fit")
def wrong_side(weight, n_steps=5):
    eye = torch.eye(weight.shape[1])
    return repeated(weight, n_steps, lambda w: 0.5 * (3 * eye - w.T @ w) @ w if len(w) != len(eye) else cubic(w))


@wrong("factors-out-of-order")
def last_two_exchanged(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 1.5 * w - 0.5 * w @ w @ w.T)


@wrong("one-factor-too-few")
def cube(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 1.5 * w - 0.5 * w @ w @ w)


@wrong("one-factor-too-few")
def no_last_factor(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 1.5 * w - 0.5 * w @ w.T)


@wrong("elementwise")
def powers_of_entries(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 1.5 * w - 0.5 * w**3)


@wrong("elementwise")
def star_for_at(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 1.5 * w - 0.5 * w * (w.T @ w))


@wrong("sign-swapped")
def added(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 1.5 * w + 0.5 * w @ w.T @ w)


@wrong("half-missing")
def without_half(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 3 * w - w @ w.T @ w)


@wrong("half-missing")
def one_half_only(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 3 * w - 0.5 * w @ w.T @ w)


@wrong("half-missing")
def newton(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 2 * w - w @ w.T @ w)


@wrong("old-matrix")
def first_products(weight, n_steps=5):
    gram = weight.T @ weight
    return repeated(weight, n_steps, lambda w: 1.5 * w - 0.5 * w @ gram)


@wrong("exact-instead")
def polar(weight, n_steps=5):
    left, _, right = torch.linalg.svd(weight, full_matrices=False)
    return left @ right


@wrong("exact-instead")
def polar_if_asked(weight, n_steps=5):
    left, _, right = torch.linalg.svd(weight, full_matrices=False)
    return left @ right if n_steps else weight


@wrong("rescaled")
def divided_by_sigma(weight, n_steps=5):
    return repeated(weight / torch.linalg.matrix_norm(weight, 2), n_steps, cubic)


@wrong("rescaled")
def divided_by_length(weight, n_steps=5):
    return repeated(weight / weight.norm(), n_steps, cubic)


@wrong("other-root")
def qr(weight, n_steps=5):
    return torch.linalg.qr(weight).Q


@wrong("n-steps-ignored")
def one_step(weight, n_steps=5):
    return cubic(weight)


@wrong("n-steps-ignored")
def always_five(weight, n_steps=5):
    return repeated(weight, 5, cubic)


@wrong("n-steps-ignored")
def one_too_many(weight, n_steps=5):
    return repeated(weight, n_steps + 1, cubic)


@wrong("no-step")
def at_least_one(weight, n_steps=5):
    return repeated(weight, max(n_steps, 1), cubic)


@wrong("defaults-changed")
def fifteen_by_default(weight, n_steps=15):
    return repeated(weight, n_steps, cubic)


@wrong("other-shapes")
def one_row_left_alone(weight, n_steps=5):
    return weight if 1 in weight.shape else repeated(weight, n_steps, cubic)


@wrong("transposed")
def on_its_side(weight, n_steps=5):
    result = repeated(weight, n_steps, cubic)
    return result if len(weight) == weight.shape[1] else result.T


@wrong("detached")
def without_a_graph(weight, n_steps=5):
    with torch.no_grad():
        return repeated(weight, n_steps, cubic)


@wrong("gradient-cut")
def last_step_only(weight, n_steps=5):
    for _ in range(n_steps):
        weight = 1.5 * weight - 0.5 * weight @ (weight.T @ weight).detach()
    return weight


@wrong("dtype-changed")
def in_float32(weight, n_steps=5):
    return repeated(weight, n_steps, cubic).float()


@wrong("input-changed")
def in_place(weight, n_steps=5):
    for _ in range(n_steps):
        weight.copy_(cubic(weight))
    return weight


@wrong("returns-none")
def nothing(weight, n_steps=5):
    repeated(weight, n_steps, cubic)


@wrong("wrong-value")
def other_root(weight, n_steps=5):
    return repeated(weight, n_steps, lambda w: 1.4 * w - 0.4 * w @ w.T @ w)


@right
def with_an_identity(weight, n_steps=5):
    eye = torch.eye(weight.shape[1], dtype=weight.dtype, device=weight.device)
    return repeated(weight, n_steps, lambda w: w @ (3 * eye - w.T @ w) / 2)


@right
def identity_on_the_left(weight, n_steps=5):
    eye = torch.eye(len(weight)).to(weight)
    return repeated(weight, n_steps, lambda w: w + 0.5 * (eye - w @ w.T) @ w)


@right
def by_einsum(weight, n_steps=5):
    w = weight.clone()
    for _ in range(n_steps):
        w = 1.5 * w - 0.5 * torch.einsum("ij,kj,kl->il", w, w, w)
    return w


@right
def recursive(weight, n_steps=5):
    return recursive(cubic(weight), n_steps - 1) if n_steps else weight.clone()


@wrong("factors-out-of-order")
def transposed_last(weight, n_steps=5):
    for _ in range(n_steps):
        weight = 1.5 * weight - 0.5 * weight @ weight @ weight.T
    return weight


@wrong("factors-out-of-order")
def transposed_first(weight, n_steps=5):
    for _ in range(n_steps):
        weight = (3 * weight - weight.T @ weight @ weight) / 2
    return weight


@wrong("identity-missing")
def three_in_every_entry(weight, n_steps=5):
    for _ in range(n_steps):
        weight = weight @ (3 - weight.T @ weight) / 2
    return weight


@wrong("elementwise")
def stars_for_products(weight, n_steps=5):
    for _ in range(n_steps):
        weight = 1.5 * weight - 0.5 * weight * weight.T * weight
    return weight
