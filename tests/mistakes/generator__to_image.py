import numpy as np
import torch

from tests.mistakes import right, wrong


@wrong("clamped")
def cut(x):
    return x.clamp(0, 1)


@wrong("clamped")
def relu(x):
    return torch.relu(x)


@wrong("absolute-value")
def size(x):
    return x.abs()


@wrong("inverted")
def negative(x):
    return (1 - x) / 2


@wrong("precedence")
def without_brackets(x):
    return x + 1 / 2


@wrong("not-halved")
def only_moved(x):
    return x + 1


@wrong("not-moved")
def only_halved(x):
    return x / 2


@wrong("to-255")
def for_a_file(x):
    return (x + 1) * 127.5


@wrong("to-255")
def whole_numbers(x):
    return ((x + 1) * 127.5).to(torch.uint8)


@wrong("unchanged")
def as_it_is(x):
    return x


@wrong("backwards")
def into_the_network(x):
    return 2 * x - 1


@wrong("bent")
def sigmoid(x):
    return torch.sigmoid(x)


@wrong("depends-on-content")
def stretched(x):
    return (x - x.min()) / (x.max() - x.min())


@wrong("not-straight")
def a_third(x):
    return (x + 1) / 3


@wrong("wrong-shape")
def flattened(x):
    return ((x + 1) / 2).flatten()


@wrong("wrong-type")
def numpy_array(x):
    return ((x + 1) / 2).numpy()


@wrong("returns-none")
def nothing(x):
    (x + 1) / 2


@wrong("input-changed")
def in_place(x):
    x += 1
    x /= 2
    return x


@wrong("wrong-arguments")
def other_name(image):
    return (image + 1) / 2


@wrong("wrong-dtype")
def interpolated_by_numpy(x):
    return torch.from_numpy(np.interp(x.numpy(), [-1, 1], [0, 1]))


@right
def half_and_half(x):
    return 0.5 * x + 0.5


@right
def cut_afterwards(x):
    return ((x - (-1)) / (1 - (-1))).clamp(0, 1)


@right
def without_graph(x):
    return x.detach().clone().add_(1).mul_(0.5)


@right
def interpolated_by_numpy_in_float(x):
    return torch.from_numpy(np.interp(x.numpy(), [-1, 1], [0, 1])).type_as(x)


@right
def numbers_in_double(x):
    return (x + torch.tensor(1.0, dtype=torch.float64)) * torch.tensor(0.5, dtype=torch.float64)


@wrong("bent")
def gamma_corrected(x):
    return ((x + 1) / 2) ** (1 / 2.2)


@wrong("bent")
def squared(x):
    return ((x + 1) / 2) ** 2


@wrong("bent")
def tanh_again(x):
    return (torch.tanh(x) + 1) / 2


@wrong("rounded")
def black_and_white(x):
    return ((x + 1) / 2).round()


@wrong("rounded")
def whole_division(x):
    return (x + 1) // 2


@wrong("to-255")
def whole_numbers_as_floats(x):
    return ((x + 1) * 127.5).round()


@wrong("to-255")
def int64(x):
    return ((x + 1) / 2 * 255).long()


@wrong("absolute-value")
def square_of_x(x):
    return x * x


@wrong("clamped")
def doubled_and_cut(x):
    return (2 * x - 1).clamp(0, 1)


@wrong("precedence")
def other_brackets(x):
    return 1 + x / 2


@wrong("depends-on-content")
def divided_by_the_largest(x):
    return (x + 1) / (x + 1).max()


@wrong("depends-on-content")
def standardised(x):
    return ((x - x.mean()) / (x.std() + 1e-8) + 1) / 2


@wrong("not-straight")
def wrong_signs(x):
    return (x - 1) / 2


@wrong("not-straight")
def mean_and_spread_of_the_data(x):
    return x * 0.3530 + 0.2860


@wrong("not-straight")
def minus_the_half(x):
    return 0.5 - x


@wrong("wrong-shape")
def first_image_only(x):
    return (x[0] + 1) / 2


@wrong("wrong-shape")
def for_the_plot(x):
    pixels = (x + 1) / 2
    return pixels.movedim(1, -1) if x.ndim > 3 else pixels


@wrong("wrong-shape")
def squeezed(x):
    return ((x + 1) / 2)[..., None]


@wrong("wrong-type")
def with_its_range(x):
    return (x + 1) / 2, (0, 1)


@wrong("not-contiguous")
def viewed(x):
    return ((x + 1) / 2).view(-1).view(x.shape)


@wrong("seed-set")
def seeded(x):
    torch.manual_seed(0)
    return (x + 1) / 2


@right
def lerped(x):
    return torch.lerp(torch.zeros_like(x), torch.ones_like(x), (x + 1) / 2)


@right
def pixel_by_pixel(x):
    return torch.tensor([(pixel + 1) / 2 for pixel in x.flatten().tolist()]).reshape(x.shape)


@right
def added_and_divided(x):
    return torch.div(torch.add(x, torch.ones(())), torch.full((), 2.0))


@right
def between_the_ends(x, low=-1.0, high=1.0):
    return (x.clamp(low, high) - low) / (high - low)
