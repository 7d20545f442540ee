import numpy as np
import torch

from tests.mistakes import right, wrong


@wrong("ends-exchanged")
def from_b_to_a(a, b, t):
    return t[:, None] * a + (1 - t[:, None]) * b


@wrong("ends-exchanged")
def torch_lerp_from_b(a, b, t):
    return torch.lerp(b, a, t[:, None])


@wrong("start-kept-whole")
def weight_of_a_forgotten(a, b, t):
    return a + t[:, None] * b


@wrong("start-missing")
def only_the_way(a, b, t):
    return t[:, None] * (b - a)


@wrong("end-missing")
def only_the_start(a, b, t):
    return (1 - t[:, None]) * a


@wrong("away-from-end")
def difference_turned_round(a, b, t):
    return a + t[:, None] * (a - b)


@wrong("t-shape")
def t_as_it_comes(a, b, t):
    return (1 - t) * a + t * b


@wrong("t-shape")
def t_as_a_row(a, b, t):
    t = t[None, :]
    return (1 - t) * a + t * b


@wrong("t-shape")
def torch_lerp_without_an_axis(a, b, t):
    return torch.lerp(a, b, t)


@wrong("t-shape")
def numpy_without_an_axis(a, b, t):
    a, b, t = a.numpy(), b.numpy(), t.numpy()
    return torch.from_numpy((1 - t) * a + t * b)


@wrong("t-shape")
def an_axis_only_if_needed(a, b, t):
    t = t if len(t) == len(a) else t[:, None]
    return torch.atleast_2d((1 - t) * a + t * b).squeeze()


@wrong("one-point")
def first_t_only(a, b, t):
    return (1 - t[0]) * a + t[0] * b


@wrong("one-point")
def last_of_the_loop(a, b, t):
    for share in t:
        point = (1 - share) * a + share * b
    return point


@wrong("one-point")
def averaged(a, b, t):
    return ((1 - t[:, None]) * a + t[:, None] * b).mean(dim=0)


@wrong("shape-swapped")
def coordinates_first(a, b, t):
    return (1 - t) * a[:, None] + t * b[:, None]


@wrong("not-stacked")
def list_of_points(a, b, t):
    return [(1 - share) * a + share * b for share in t]


@wrong("still-numpy")
def numpy_points(a, b, t):
    a, b, t = a.numpy(), b.numpy(), t.numpy()[:, None]
    return (1 - t) * a + t * b


@wrong("t-ignored")
def equal_steps(a, b, t):
    t = torch.linspace(0, 1, len(t))[:, None]
    return (1 - t) * a + t * b


@wrong("clipped")
def kept_between(a, b, t):
    t = t.clamp(0, 1)[:, None]
    return (1 - t) * a + t * b


@wrong("arc-instead")
def an_arc(a, b, t):
    t = t[:, None]
    w = torch.cosine_similarity(a, b, dim=0).arccos()
    return (((1 - t) * w).sin() * a + (t * w).sin() * b) / w.sin()


@wrong("rescaled")
def onto_the_unit_sphere(a, b, t):
    return torch.nn.functional.normalize(torch.lerp(a, b, t[:, None]))


@wrong("rescaled")
def as_long_as_a(a, b, t):
    return torch.nn.functional.normalize(torch.lerp(a, b, t[:, None])) * a.norm()


@wrong("wrong-shape")
def squeezed(a, b, t):
    return torch.lerp(a, b, t[:, None])[..., None]


@wrong("wrong-value")
def half_the_weight(a, b, t):
    return (1 - t[:, None]) * a + t[:, None] * b / 2


@wrong("wrong-value")
def squared_t(a, b, t):
    return torch.lerp(a, b, t[:, None] ** 2)


@wrong("wrong-dtype")
def whole_numbers(a, b, t):
    return torch.lerp(a, b, t[:, None]).long()


@wrong("input-changed")
def t_turned_in_place(a, b, t):
    right = t[:, None] * b
    return t.neg_().add_(1)[:, None] * a + right


@wrong("wrong-device")
def remembered_on_the_cpu(a, b, t):
    points = torch.zeros(len(t), len(a))
    return points + torch.lerp(a, b, t[:, None])


@wrong("returns-none")
def no_return(a, b, t):
    torch.lerp(a, b, t[:, None])


@wrong("error")
def other_error(a, b, t):
    return torch.lerp(a, b, t[:, None, None, None].view(7))


@wrong("wrong-dtype")
def in_double(a, b, t):
    return torch.lerp(a.double(), b.double(), t.double()[:, None])


@wrong("wrong-dtype")
def t_in_double(a, b, t):
    t = torch.tensor(t.numpy().astype(np.float64))
    return (1 - t[:, None]) * a + t[:, None] * b


@wrong("wrong-device")
def t_on_the_cpu(a, b, t):
    t = torch.tensor(t.tolist())
    return (1 - t[:, None]) * a + t[:, None] * b


@wrong("wrong-device")
def result_on_the_cpu(a, b, t):
    return ((1 - t[:, None]) * a + t[:, None] * b).cpu()


@wrong("wrong-device")
def filled_in_on_the_cpu(a, b, t):
    points = torch.empty(len(t), len(a))
    points[:] = (1 - t[:, None]) * a + t[:, None] * b
    return points


@wrong("wrong-device")
def all_on_the_cpu(a, b, t):
    a, b, t = a.data.cpu(), b.data.cpu(), t.data.cpu()
    return (1 - t[:, None]) * a + t[:, None] * b


@wrong("wrong-dtype")
def weights_in_double(a, b, t):
    return torch.from_numpy(np.outer(1 - t.numpy(), a.numpy()) + np.outer(t.numpy().astype(float), b.numpy()))


@right
def from_the_library(a, b, t):
    return torch.lerp(a, b, t[:, None])


@right
def start_and_way(a, b, t):
    return a + t.unsqueeze(1) * (b - a)


@right
def outer_products(a, b, t):
    return torch.outer(1 - t, a) + torch.outer(t, b)


@right
def einsum(a, b, t):
    return torch.einsum("kp,pd->kd", torch.stack([1 - t, t], dim=1), torch.stack([a, b]))


@right
def point_by_point(a, b, t):
    return torch.stack([(1 - share) * a + share * b for share in t])


@right
def with_numpy(a, b, t):
    shares = t.numpy().reshape(-1, 1)
    return torch.from_numpy(np.add((1 - shares) * a.numpy(), shares * b.numpy()))


@right
def t_of_the_same_type(a, b, t):
    t = torch.tensor(t.tolist()).type_as(a)
    return (1 - t[:, None]) * a + t[:, None] * b


@right
def filled_in(a, b, t):
    points = a.new_empty(len(t), len(a))
    points[:] = (1 - t[:, None]) * a + t[:, None] * b
    return points


@right
def numpy_by_way_of_the_cpu(a, b, t):
    device = a.device
    a, b, t = (x.cpu().numpy() for x in (a, b, t))
    return torch.from_numpy(np.outer(1 - t, a) + np.outer(t, b)).to(device)


@right
def numbers_in_double(a, b, t):
    return torch.stack([(1 - float(share)) * a + share.double() * b for share in t])
