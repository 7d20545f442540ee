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


@wrong("wrong-value")
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
