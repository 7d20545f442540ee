import torch

from tests.mistakes import right, wrong


def apart(x):
    """The larger and the smaller number of each pair, shape (n, k / 2)."""
    return torch.maximum(x[:, ::2], x[:, 1::2]), torch.minimum(x[:, ::2], x[:, 1::2])


def woven(first, second):
    return torch.stack([first, second], dim=2).flatten(1)


@wrong("max-only")
def maxout(x):
    return apart(x)[0]


@wrong("max-only")
def minimum_only(x):
    return apart(x)[1]


@wrong("max-twice")
def larger_twice(x):
    return woven(apart(x)[0], apart(x)[0])


@wrong("max-twice")
def smaller_twice(x):
    return woven(apart(x)[1], apart(x)[1])


@wrong("unchanged")
def as_it_was(x):
    return x + 0


@wrong("relu-instead")
def relu(x):
    return x.relu()


@wrong("relu-instead")
def absolute(x):
    return x.abs()


@wrong("relu-instead")
def cut_off_afterwards(x):
    return woven(*apart(x)).relu()


@wrong("over-the-batch")
def along_the_batch(x):
    return x.sort(dim=0, descending=True).values


@wrong("over-the-batch")
def pairs_of_samples(x):
    even = len(x) // 2 * 2
    pairs = x[:even].unflatten(0, (-1, 2))
    sorted_ = torch.stack([pairs.amax(1), pairs.amin(1)], dim=1).flatten(0, 1)
    return torch.cat([sorted_, x[even:]])


@wrong("by-size")
def signs_left_out(x):
    pairs = x.unflatten(1, (-1, 2))
    return pairs.gather(2, pairs.abs().argsort(dim=2, descending=True)).flatten(1)


@wrong("smaller-first")
def smaller_first(x):
    return woven(*reversed(apart(x)))


@wrong("smaller-first")
def sorted_upwards(x):
    return x.unflatten(1, (-1, 2)).sort(dim=2).values.flatten(1)


@wrong("other-pairs")
def larger_ones_first(x):
    return torch.cat(apart(x), dim=1)


@wrong("other-pairs")
def halves(x):
    first, second = x.chunk(2, dim=1)
    return torch.cat([torch.maximum(first, second), torch.minimum(first, second)], dim=1)


@wrong("other-pairs")
def each_pair_backwards(x):
    return woven(*apart(x)).flip(1)


@wrong("whole-row")
def all_of_a_row(x):
    return x.sort(dim=1, descending=True).values


@wrong("numbers-changed")
def mean_and_difference(x):
    high, low = apart(x)
    return woven((high + low) / 2, (high - low) / 2)


@wrong("numbers-changed")
def doubled(x):
    return 2 * woven(*apart(x))


@wrong("other-widths")
def six_or_eight(x):
    return woven(*apart(x)) if x.shape[1] in (6, 8) else x.relu()


@wrong("other-widths")
def one_row_squeezed(x):
    high, low = (each.squeeze(0) for each in apart(x))
    return torch.stack([high, low], dim=2).flatten(1)


@wrong("detached")
def cut_off_the_graph(x):
    return woven(*apart(x.detach()))


@wrong("detached")
def through_numpy(x):
    return torch.from_numpy(woven(*apart(x)).detach().numpy())


@wrong("dtype-changed")
def in_float32(x):
    return woven(*apart(x)).float()


@wrong("input-changed")
def in_place(x):
    high, low = (each.clone() for each in apart(x))
    x[:, ::2], x[:, 1::2] = high, low
    return x


@wrong("wrong-shape")
def pairs_left(x):
    return torch.stack(apart(x), dim=2)


@wrong("wrong-shape")
def all_in_a_row(x):
    return torch.stack(apart(x), dim=2).flatten()


@wrong("returns-none")
def nothing(x):
    woven(*apart(x))


@wrong("wrong-type")
def both_parts(x):
    return apart(x)


@right
def sorted_pairs(x):
    return x.view(len(x), -1, 2).sort(dim=-1, descending=True).values.view(len(x), -1)


@right
def by_mean_and_difference(x):
    first, second = x[:, 0::2], x[:, 1::2]
    mean, half = (first + second) / 2, (first - second).abs() / 2
    return woven(mean + half, mean - half)


@right
def column_by_column(x):
    columns = []
    for k in range(0, x.shape[1], 2):
        columns += [torch.max(x[:, k], x[:, k + 1]), torch.min(x[:, k], x[:, k + 1])]
    return torch.stack(columns, dim=1)


@right
def by_condition(x):
    first, second = x[:, ::2], x[:, 1::2]
    larger = first >= second
    return woven(torch.where(larger, first, second), torch.where(larger, second, first))


@wrong("wrong-call")
def values_forgotten(x):
    pairs = x.unflatten(1, (-1, 2))
    return torch.stack([pairs.max(dim=2), pairs.min(dim=2)], dim=2).flatten(1)
