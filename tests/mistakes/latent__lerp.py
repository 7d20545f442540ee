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


@wrong("wrong-weights")
def half_the_weight(a, b, t):
    return (1 - t[:, None]) * a + t[:, None] * b / 2


@wrong("wrong-weights")
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


@wrong("shapes-apart")
def other_error(a, b, t):
    return torch.lerp(a, b, t[:, None, None, None].view(97))


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


@wrong("brackets")
def one_minus_only_the_first(a, b, t):
    t = t[:, None]
    return 1 - t * a + t * b


@wrong("brackets")
def both_weighted(a, b, t):
    t = t[:, None]
    return (1 - t) * (a + t * b)


@wrong("start-missing")
def a_taken_away_again(a, b, t):
    return a + t[:, None] * b - a


@wrong("start-missing")
def share_of_the_sum(a, b, t):
    return t[:, None] * (a + b)


@wrong("wrong-weights")
def same_weight_twice(a, b, t):
    t = t[:, None]
    return (1 - t) * a + (1 - t) * b


@wrong("wrong-weights")
def ease_in_and_out(a, b, t):
    t = (3 * t**2 - 2 * t**3)[:, None]
    return (1 - t) * a + t * b


@wrong("wrong-weights")
def the_middle_only(a, b, t):
    return ((a + b) / 2).expand(len(t), -1)


@wrong("wrong-weights")
def rounded_times(a, b, t):
    return torch.lerp(a, b, t.round()[:, None])


@wrong("wrong-value")
def in_logarithms(a, b, t):
    t = t[:, None]
    return a.abs() ** (1 - t) * b.abs() ** t


@wrong("wrong-value")
def cut_off_at_zero(a, b, t):
    return torch.lerp(a, b, t[:, None]).relu()


@wrong("wrong-value")
def pixels_in_range(a, b, t):
    return torch.lerp(a, b, t[:, None]).tanh()


@wrong("wrong-value")
def coordinates_turned_round(a, b, t):
    return torch.lerp(a, b, t[:, None]).flip(1)


@wrong("t-ignored")
def as_many_as_t(a, b, t):
    return torch.stack([a + (b - a) * i / (len(t) - 1) for i in range(len(t))])


@wrong("wrong-weights")
def times_in_order(a, b, t):
    return torch.lerp(a, b, t.sort().values[:, None])


@wrong("wrong-shape")
def an_axis_too_many(a, b, t):
    return torch.lerp(a[None, None], b[None, None], t[:, None, None])


@wrong("wrong-shape")
def all_in_a_row(a, b, t):
    return torch.lerp(a, b, t[:, None]).flatten()


@wrong("not-finite")
def share_by_the_last(a, b, t):
    shares = torch.stack([t * 0 + i / (len(t) - 1 or torch.nan) for i in range(len(t))]).mean(dim=1)
    return torch.lerp(a, b, (t + 0 * shares)[:, None])


@wrong("not-one-number")
def math_of_a_tensor(a, b, t):
    return torch.stack([a * float(1 - t) + b * float(t)])


@wrong("call-forgotten")
def brackets_of_a_call(a, b, t):
    return a + t.unsqueeze * (b - a)


@wrong("name-unknown")
def other_names(a, b, t):
    return a + s[:, None] * (b - a)  # noqa: F821


@wrong("wrong-call")
def lerp_with_a_typing_error(a, b, t):
    return torch.lerp(a, b, weigth=t[:, None])


@wrong("wrong-axis")
def an_axis_that_is_not_there(a, b, t):
    return torch.lerp(a, b, t.unsqueeze(3))


@wrong("gradients-left-off")
def gradients_off(a, b, t):
    torch.set_grad_enabled(False)
    return torch.lerp(a, b, t[:, None])


@wrong("seed-set")
def repeatable(a, b, t):
    torch.manual_seed(0)
    return torch.lerp(a, b, t[:, None])


@right
def mapped_over_t(a, b, t):
    return torch.func.vmap(lambda share: a + share * (b - a))(t)


@right
def one_matrix_product(a, b, t):
    return torch.column_stack([1 - t, t]) @ torch.vstack([a, b])


@right
def coordinate_by_coordinate(a, b, t):
    return torch.stack([(1 - t) * first + t * second for first, second in zip(a, b)], dim=-1)


@right
def by_named_arguments(a, b, t):
    return torch.lerp(input=a.expand(len(t), -1), end=b.expand(len(t), -1), weight=t.reshape(-1, 1).expand(-1, len(a)))


@right
def added_in_place_to_a_copy(a, b, t):
    points = a.repeat(len(t), 1)
    points += t.view(-1, 1) * (b - a)
    return points
