import torch
from torch.nn.functional import normalize

from tests.mistakes import right, wrong


def iterated(weight, u, n_steps):
    with torch.no_grad():
        for _ in range(n_steps):
            v = normalize(weight.T @ u, dim=0)
            u = normalize(weight @ v, dim=0)
    return u, v


@wrong("not-a-pair")
def sigma_alone(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return u @ weight @ v


@wrong("not-a-pair")
def all_three(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return u @ weight @ v, u, v


@wrong("order-swapped")
def u_first(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return u, u @ weight @ v


@wrong("v-returned")
def v_for_u(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return u @ weight @ v, v


@wrong("exact-instead")
def from_torch(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return torch.linalg.matrix_norm(weight, 2), u


@wrong("exact-instead")
def by_decomposition(weight, u, n_steps=1):
    left, values, _ = torch.linalg.svd(weight)
    return values[0], left[:, 0].detach()


@wrong("start-ignored")
def own_start(weight, u, n_steps=1):
    u, v = iterated(weight, torch.ones_like(u), n_steps)
    return u @ weight @ v, u


@wrong("start-ignored")
def random_start(weight, u, n_steps=1):
    u, v = iterated(weight, torch.randn_like(u), n_steps)
    return u @ weight @ v, u


@wrong("n-steps-ignored")
def once(weight, u, n_steps=1):
    u, v = iterated(weight, u, 1)
    return u @ weight @ v, u


@wrong("n-steps-ignored")
def once_more(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps + 1)
    return u @ weight @ v, u


@wrong("old-u")
def before_the_last(weight, u, n_steps=1):
    with torch.no_grad():
        for _ in range(n_steps):
            old = u
            v = normalize(weight.T @ u, dim=0)
            u = normalize(weight @ v, dim=0)
    return old @ weight @ v, u


@wrong("not-normalised")
def neither(weight, u, n_steps=1):
    with torch.no_grad():
        for _ in range(n_steps):
            v = weight.T @ u
            u = weight @ v
    return u @ weight @ v, u


@wrong("not-normalised")
def only_u(weight, u, n_steps=1):
    with torch.no_grad():
        for _ in range(n_steps):
            v = weight.T @ u
            u = normalize(weight @ v, dim=0)
    return u @ weight @ v, u


@wrong("other-norm")
def frobenius(weight, u, n_steps=1):
    u, _ = iterated(weight, u, n_steps)
    return weight.norm(), u


@wrong("other-norm")
def largest_entry(weight, u, n_steps=1):
    u, _ = iterated(weight, u, n_steps)
    return weight.abs().max(), u


@wrong("squared")
def eigenvalue(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return (weight @ v) @ (weight @ v), u


@wrong("u-not-new")
def as_it_came(weight, u, n_steps=1):
    new, v = iterated(weight, u, n_steps)
    return new @ weight @ v, u


@wrong("u-turned")
def turned(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return u @ weight @ v, -u


@wrong("u-not-of-length-one")
def long_u(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return u @ weight @ v, (weight @ v).detach()


@wrong("u-attached")
def without_no_grad(weight, u, n_steps=1):
    for _ in range(n_steps):
        v = normalize(weight.T @ u, dim=0)
        u = normalize(weight @ v, dim=0)
    return u @ weight @ v, u


@wrong("iteration-differentiated")
def u_detached_last(weight, u, n_steps=1):
    for _ in range(n_steps):
        v = normalize(weight.T @ u, dim=0)
        u = normalize(weight @ v, dim=0)
    return u @ weight @ v, u.detach()


@wrong("sigma-detached")
def all_under_no_grad(weight, u, n_steps=1):
    with torch.no_grad():
        u, v = iterated(weight, u, n_steps)
        return u @ weight @ v, u


@wrong("sigma-detached")
def of_a_detached_matrix(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return u @ weight.detach() @ v, u


@wrong("defaults-changed")
def ten_by_default(weight, u, n_steps=10):
    u, v = iterated(weight, u, n_steps)
    return u @ weight @ v, u


@wrong("other-shapes")
def squeezed(weight, u, n_steps=1):
    weight = weight.squeeze()
    u, v = iterated(weight, u, n_steps)
    return u @ weight @ v, u


@wrong("dtype-changed")
def in_float64(weight, u, n_steps=1):
    weight, u = weight.double(), u.double()
    u, v = iterated(weight, u, n_steps)
    return u @ weight @ v, u


@wrong("input-changed")
def u_in_place(weight, u, n_steps=1):
    new, v = iterated(weight, u, n_steps)
    u.copy_(new)
    return u @ weight @ v, u


@wrong("wrong-shape")
def columns_kept(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return u[None] @ weight @ v[:, None], u


@wrong("wrong-type")
def plain_number(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return (u @ weight @ v).item(), u


@wrong("wrong-value")
def doubled(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return 2 * u @ weight @ v, u


@right
def length_of_the_image(weight, u, n_steps=1):
    u, v = iterated(weight, u, n_steps)
    return (weight @ v).norm(), u


@right
def with_detach(weight, u, n_steps=1):
    matrix = weight.detach()
    for _ in range(n_steps):
        v = matrix.t().mv(u)
        v = v / v.norm()
        u = matrix.mv(v)
        u = u / u.norm()
    return torch.einsum("i,ij,j->", u, weight, v), u


@right
def sum_of_a_table(weight, u, n_steps=1):
    left = u.unsqueeze(1)
    for _ in range(n_steps):
        right = weight.detach().T @ left
        right = right / torch.linalg.vector_norm(right)
        left = weight.detach() @ right
        left = left / torch.linalg.vector_norm(left)
    return [(weight * (left @ right.T)).sum(), left.flatten()]
