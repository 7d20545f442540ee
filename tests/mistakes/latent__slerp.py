import numpy as np
import torch
from torch.nn import functional as F

from tests.mistakes import right, wrong


def angle_of(a, b):
    return torch.arccos(torch.dot(a, b) / (a.norm() * b.norm()))


def arc(a, b, t, w):
    t = t[:, None]
    return (torch.sin((1 - t) * w) * a + torch.sin(t * w) * b) / torch.sin(w)


@wrong("straight-line")
def linear(a, b, t):
    return torch.lerp(a, b, t[:, None])


@wrong("straight-line")
def t_outside_the_sine(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return ((1 - t) * w.sin() * a + t * w.sin() * b) / w.sin()


@wrong("uneven-angles")
def line_stretched(a, b, t):
    return F.normalize(torch.lerp(a, b, t[:, None])) * a.norm()


@wrong("uneven-angles")
def line_stretched_to_both(a, b, t):
    t = t[:, None]
    return F.normalize(torch.lerp(a, b, t)) * torch.lerp(a.norm(), b.norm(), t)


@wrong("ends-exchanged")
def from_b_to_a(a, b, t):
    return arc(b, a, t, angle_of(a, b))


@wrong("not-normalised")
def bare_product(a, b, t):
    return arc(a, b, t, torch.arccos(torch.dot(a, b)))


@wrong("not-normalised")
def bare_product_clamped(a, b, t):
    return arc(a, b, t, torch.arccos(torch.dot(a, b).clamp(-0.999, 0.999)))


@wrong("not-normalised")
def one_length_only(a, b, t):
    return arc(a, b, t, torch.arccos(torch.dot(a, b) / a.norm()))


@wrong("not-normalised")
def length_of_a_twice(a, b, t):
    return arc(a, b, t, torch.arccos(torch.dot(a, b) / a.norm() ** 2))


@wrong("not-normalised")
def length_of_b_twice(a, b, t):
    return arc(a, b, t, torch.arccos(torch.dot(a, b) / b.norm() ** 2))


@wrong("not-normalised")
def multiplied_by_the_lengths(a, b, t):
    return arc(a, b, t, torch.arccos(torch.dot(a, b) * a.norm() * b.norm()))


@wrong("cosine-as-angle")
def without_arccos(a, b, t):
    return arc(a, b, t, torch.dot(a, b) / (a.norm() * b.norm()))


@wrong("arcsin-instead")
def arcsine(a, b, t):
    return arc(a, b, t, torch.arcsin(torch.dot(a, b) / (a.norm() * b.norm())))


@wrong("degrees")
def in_degrees(a, b, t):
    return arc(a, b, t, torch.rad2deg(angle_of(a, b)))


@wrong("sine-missing")
def not_divided(a, b, t):
    w = angle_of(a, b)
    return arc(a, b, t, w) * w.sin()


@wrong("divided-by-angle")
def angle_below(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.sin((1 - t) * w) * a + torch.sin(t * w) * b) / w


@wrong("angle-not-in-sine")
def sines_of_t(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.sin(1 - t) * a + torch.sin(t) * b) / w.sin()


@wrong("cosines")
def cosines(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.cos((1 - t) * w) * a + torch.cos(t * w) * b) / w.sin()


@wrong("plus-lost")
def subtracted(a, b, t):
    return arc(a, -b, t, angle_of(a, b))


@wrong("unit-length")
def directions_only(a, b, t):
    return arc(a / a.norm(), b / b.norm(), t, angle_of(a, b))


@wrong("unit-length")
def normalised_at_the_end(a, b, t):
    return F.normalize(arc(a, b, t, angle_of(a, b)))


@wrong("length-of-start")
def as_long_as_a(a, b, t):
    return a.norm() * arc(a / a.norm(), b / b.norm(), t, angle_of(a, b))


@wrong("length-apart")
def lengths_in_a_line(a, b, t):
    return torch.lerp(a.norm(), b.norm(), t[:, None]) * arc(a / a.norm(), b / b.norm(), t, angle_of(a, b))


@wrong("other-way-round")
def size_of_the_product(a, b, t):
    return arc(a, b, t, torch.arccos(torch.dot(a, b).abs() / (a.norm() * b.norm())))


@wrong("other-way-round")
def as_for_rotations(a, b, t):
    b = torch.where(torch.dot(a, b) < 0, -b, b)
    return arc(a, b, t, angle_of(a, b))


@wrong("t-ignored")
def equal_steps(a, b, t):
    return arc(a, b, torch.linspace(0, 1, len(t)), angle_of(a, b))


@wrong("clipped")
def kept_between(a, b, t):
    return arc(a, b, t.clamp(0, 1), angle_of(a, b))


@wrong("t-shape")
def t_as_it_comes(a, b, t):
    w = angle_of(a, b)
    return (torch.sin((1 - t) * w) * a + torch.sin(t * w) * b) / w.sin()


@wrong("t-shape")
def an_axis_only_if_needed(a, b, t):
    w = angle_of(a, b)
    t = t if len(t) == len(a) else t[:, None]
    return (torch.sin((1 - t) * w) * a + torch.sin(t * w) * b) / w.sin()


@wrong("shape-swapped")
def coordinates_first(a, b, t):
    return arc(a, b, t, angle_of(a, b)).T


@wrong("one-point")
def first_t_only(a, b, t):
    return arc(a, b, t[:1], angle_of(a, b))[0]


@wrong("not-stacked")
def list_of_points(a, b, t):
    return list(arc(a, b, t, angle_of(a, b)))


@wrong("still-numpy")
def numpy_points(a, b, t):
    return arc(a, b, t, angle_of(a, b)).numpy()


@wrong("angle-scaled")
def twice_the_angle(a, b, t):
    return arc(a, b, t, 2 * angle_of(a, b))


@wrong("angle-not-in-sine")
def angle_not_in_the_second_sine(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.sin((1 - t) * w) * a + torch.sin(t) * b) / w.sin()


@wrong("not-finite")
def divided_by_t(a, b, t):
    return arc(a, b, t, angle_of(a, b)) / t[:, None].clamp(min=0)


@wrong("wrong-shape")
def first_row_left_out(a, b, t):
    return arc(a, b, t, angle_of(a, b))[1:]


@wrong("input-changed")
def normalised_in_place(a, b, t):
    a /= a.norm()
    b /= b.norm()
    return arc(a, b, t, torch.arccos(torch.dot(a, b)))


@wrong("wrong-device")
def remembered_on_the_cpu(a, b, t):
    return torch.zeros(len(t), len(a)) + arc(a, b, t, angle_of(a, b))


@wrong("returns-none")
def no_return(a, b, t):
    arc(a, b, t, angle_of(a, b))


@wrong("wrong-axes")
def other_error(a, b, t):
    return arc(a, b, t, angle_of(a[None], b))


@wrong("wrong-dtype")
def in_double(a, b, t):
    return arc(a.double(), b.double(), t.double(), angle_of(a, b))


@wrong("wrong-dtype")
def t_in_double(a, b, t):
    t = torch.tensor(t.numpy().astype(np.float64))
    return arc(a, b, t, angle_of(a, b))


@wrong("wrong-device")
def t_on_the_cpu(a, b, t):
    t = torch.tensor(t.tolist())
    return arc(a, b, t, angle_of(a, b))


@wrong("wrong-device")
def result_on_the_cpu(a, b, t):
    return (arc(a, b, t, angle_of(a, b))).cpu()


@wrong("wrong-device")
def filled_in_on_the_cpu(a, b, t):
    points = torch.empty(len(t), len(a))
    points[:] = arc(a, b, t, angle_of(a, b))
    return points


@wrong("wrong-device")
def all_on_the_cpu(a, b, t):
    a, b, t = a.data.cpu(), b.data.cpu(), t.data.cpu()
    return arc(a, b, t, angle_of(a, b))


@wrong("wrong-dtype")
def with_numpy_in_double(a, b, t):
    a, b, t = (x.numpy().astype(np.float64) for x in (a, b, t))
    w = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    weights = np.stack([np.sin((1 - t) * w), np.sin(t * w)], axis=1) / np.sin(w)
    return torch.from_numpy(weights @ np.stack([a, b]))


@right
def cosine_of_the_library(a, b, t):
    w = F.cosine_similarity(a, b, dim=0).clamp(-1, 1).acos()
    return torch.outer(((1 - t) * w).sin() / w.sin(), a) + torch.outer((t * w).sin() / w.sin(), b)


@right
def directions_first(a, b, t):
    w = torch.acos((F.normalize(a, dim=0) * F.normalize(b, dim=0)).sum())
    return arc(a, b, t, w)


@right
def at_right_angles(a, b, t):
    w = angle_of(a, b)
    ahead = (b - w.cos() * a) / w.sin()
    return torch.cos(t * w)[:, None] * a + torch.sin(t * w)[:, None] * ahead


@right
def by_atan2(a, b, t):
    along = torch.dot(a, b) / a.norm()
    beside = (b - along * a / a.norm()).norm()
    return arc(a, b, t, torch.atan2(beside, along))


@right
def point_by_point(a, b, t):
    w = torch.arccos(torch.einsum("d,d->", a, b) / torch.linalg.norm(a) / torch.linalg.norm(b))
    return torch.stack([torch.sin((1 - s) * w) / torch.sin(w) * a + torch.sin(s * w) / torch.sin(w) * b for s in t])


@right
def with_numpy(a, b, t):
    a, b, t = (x.numpy().astype(np.float64) for x in (a, b, t))
    w = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    weights = np.stack([np.sin((1 - t) * w), np.sin(t * w)], axis=1) / np.sin(w)
    return torch.from_numpy(weights @ np.stack([a, b])).float()


@right
def straight_when_the_angle_is_tiny(a, b, t):
    w = angle_of(a, b)
    return torch.lerp(a, b, t[:, None]) if w < 1e-4 else arc(a, b, t, w)


@right
def t_of_the_same_type(a, b, t):
    t = torch.tensor(t.tolist()).type_as(a)
    return arc(a, b, t, angle_of(a, b))


@right
def filled_in(a, b, t):
    points = a.new_empty(len(t), len(a))
    points[:] = arc(a, b, t, angle_of(a, b))
    return points


@right
def numpy_by_way_of_the_cpu(a, b, t):
    device = a.device
    a, b, t = (x.cpu().numpy() for x in (a, b, t))
    w = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    points = np.outer(np.sin((1 - t) * w), a) + np.outer(np.sin(t * w), b)
    return torch.tensor(points / np.sin(w), dtype=torch.float32, device=device)


@right
def angle_in_double(a, b, t):
    return arc(a, b, t, angle_of(a.double(), b.double()))


@right
def angle_as_a_float(a, b, t):
    w = np.arccos(float(angle_of(a, b).cos()))
    return (torch.sin((1 - t) * w)[:, None] * a + torch.sin(t * w)[:, None] * b) / np.sin(w)


@wrong("brackets")
def only_the_second_divided(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return torch.sin((1 - t) * w) * a + torch.sin(t * w) * b / torch.sin(w)


@wrong("brackets")
def only_the_first_divided(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return torch.sin((1 - t) * w) / torch.sin(w) * a + torch.sin(t * w) * b


@wrong("brackets")
def one_minus_without_brackets(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.sin(1 - t * w) * a + torch.sin(t * w) * b) / torch.sin(w)


@wrong("brackets")
def angle_outside_the_sines(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.sin(1 - t) * w * a + torch.sin(t) * w * b) / torch.sin(w)


@wrong("brackets")
def angle_outside_the_first_sine(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.sin(1 - t) * w * a + torch.sin(t * w) * b) / torch.sin(w)


@wrong("brackets")
def share_outside_the_first_sine(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return ((1 - t) * torch.sin(w) * a + torch.sin(t * w) * b) / torch.sin(w)


@wrong("brackets")
def share_outside_the_second_sine(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.sin((1 - t) * w) * a + t * torch.sin(w) * b) / torch.sin(w)


@wrong("brackets")
def rest_of_the_sine(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return ((1 - torch.sin(t * w)) * a + torch.sin(t * w) * b) / torch.sin(w)


@wrong("not-normalised")
def divided_by_one_length_only(a, b, t):
    return arc(a, b, t, torch.arccos((torch.dot(a, b) / a.norm() * b.norm()).clamp(-1, 1)))


@wrong("not-normalised")
def sums_for_lengths(a, b, t):
    return arc(a, b, t, torch.arccos((torch.dot(a, b) / (a.abs().sum() * b.abs().sum())).clamp(-1, 1)))


@wrong("not-normalised")
def lengths_added(a, b, t):
    return arc(a, b, t, torch.arccos((torch.dot(a, b) / (a.norm() + b.norm())).clamp(-1, 1)))


@wrong("sine-missing")
def multiplied_instead(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.sin((1 - t) * w) * a + torch.sin(t * w) * b) * torch.sin(w) / torch.sin(w) ** 3


@wrong("angle-scaled")
def half_the_angle(a, b, t):
    return arc(a, b, t, angle_of(a, b) / 2)


@wrong("other-way-round")
def from_the_other_side(a, b, t):
    return arc(a, b, t, torch.pi - angle_of(a, b))


@wrong("cosines")
def cosines_undivided(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return torch.cos((1 - t) * w) * a + torch.cos(t * w) * b


@wrong("wrong-weights")
def tangents(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return (torch.tan((1 - t) * w) * a + torch.tan(t * w) * b) / torch.tan(w)


@wrong("wrong-weights")
def sizes_of_the_weights(a, b, t):
    w, t = angle_of(a, b), t[:, None]
    return ((torch.sin((1 - t) * w)).abs() * a + torch.sin(t * w).abs() * b) / torch.sin(w)


@wrong("wrong-value")
def angle_of_each_coordinate(a, b, t):
    w = torch.arccos((a * b / (a.norm() * b.norm())).clamp(-1, 1))
    return arc(a, b, t, w)


@wrong("wrong-value")
def squashed(a, b, t):
    return arc(a, b, t, angle_of(a, b)).tanh()


@wrong("not-one-number")
def by_math(a, b, t):
    import math

    w = math.acos(torch.dot(a, b) / (a.norm() * b.norm()))
    return torch.stack([(math.sin((1 - t) * w) * a + math.sin(t * w) * b) / math.sin(w)])


@wrong("no-such-name")
def cosine_that_torch_has_not(a, b, t):
    return arc(a, b, t, torch.arccosine(torch.dot(a, b)))


@wrong("wrong-call")
def sine_of_a_number(a, b, t):
    w = float(angle_of(a, b))
    return (torch.sin((1 - t[:, None]) * w) * a + torch.sin(t[:, None] * w) * b) / torch.sin(w)


@wrong("shapes-apart")
def matrix_product_of_rows(a, b, t):
    return arc(a, b, t, torch.arccos(a[None] @ b[None] / (a.norm() * b.norm())))


@wrong("switch-left")
def more_digits(a, b, t):
    torch.set_default_dtype(torch.float64)
    return arc(a, b, t, angle_of(a, b))


@right
def cosine_as_a_matrix_product(a, b, t):
    w = torch.acos(a @ b / torch.sqrt(a @ a * (b @ b)))
    weights = torch.stack([torch.sin((1 - t) * w), torch.sin(t * w)]) / torch.sin(w)
    return torch.einsum("pk,pd->kd", weights, torch.stack([a, b]))


@right
def with_eps(a, b, t):
    w = torch.arccos((torch.dot(a, b) / (a.norm() * b.norm() + 1e-8)).clamp(-1 + 1e-7, 1 - 1e-7))
    t = t.unsqueeze(-1)
    return torch.sin((1 - t) * w) / (torch.sin(w) + 1e-8) * a + torch.sin(t * w) / (torch.sin(w) + 1e-8) * b


@right
def by_complex_numbers(a, b, t):
    w = angle_of(a, b)
    turn = torch.polar(torch.ones_like(t), t * w)[:, None]
    ahead = (b - w.cos() * a) / w.sin()
    return turn.real * a + turn.imag * ahead


@right
def mapped_over_t(a, b, t):
    w = torch.arccos(F.cosine_similarity(a[None], b[None]))[0]
    return torch.func.vmap(lambda s: torch.sin((1 - s) * w) / torch.sin(w) * a + torch.sin(s * w) / torch.sin(w) * b)(t)
