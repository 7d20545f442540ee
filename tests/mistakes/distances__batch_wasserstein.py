from itertools import permutations

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment, linprog
from scipy.spatial.distance import cdist

from starter.kit import validate
from tests.mistakes import right, wrong


def table(x, y):
    validate.batches(x=x, y=y)
    return torch.cdist(x, y)


def assigned(cost):
    return linear_sum_assignment(cost.detach().numpy())


@wrong("unpaired")
def as_they_stand(x, y):
    validate.batches(x=x, y=y)
    return (x - y).norm(dim=1).mean()


@wrong("unpaired")
def diagonal(x, y):
    return table(x, y).diag().mean()


@wrong("unpaired")
def sorted_by_length(x, y):
    validate.batches(x=x, y=y)
    return (x[x.norm(dim=1).argsort()] - y[y.norm(dim=1).argsort()]).norm(dim=1).mean()


@wrong("unpaired")
def sorted_by_first_coordinate(x, y):
    validate.batches(x=x, y=y)
    return (x[x[:, 0].argsort()] - y[y[:, 0].argsort()]).norm(dim=1).mean()


@wrong("greedy")
def nearest_that_is_left(x, y):
    cost, left, total = table(x, y), set(range(len(x))), 0
    for row in cost:
        column = min(left, key=lambda j: row[j].item())
        left.remove(column)
        total = total + row[column]
    return total / len(x)


@wrong("all-pairs")
def every_pair(x, y):
    return table(x, y).mean()


@wrong("all-pairs")
def both_lists_as_masks(x, y):
    cost = table(x, y)
    rows, columns = assigned(cost)
    return cost[rows][:, columns].mean()


@wrong("nearest-instead")
def nearest_of_y(x, y):
    return table(x, y).min(dim=1).values.mean()


@wrong("nearest-instead")
def nearest_of_x(x, y):
    return table(x, y).min(dim=0).values.mean()


@wrong("squared")
def squared_cost(x, y):
    cost = table(x, y) ** 2
    return cost[assigned(cost)].mean()


@wrong("squared")
def second_wasserstein(x, y):
    cost = table(x, y) ** 2
    return cost[assigned(cost)].mean().sqrt()


@wrong("squared")
def squared_in_the_mean(x, y):
    cost = table(x, y)
    return (cost[assigned(cost)] ** 2).mean()


@wrong("sum-not-mean")
def summed(x, y):
    cost = table(x, y)
    return cost[assigned(cost)].sum()


@wrong("sum-not-mean")
def over_the_table(x, y):
    cost = table(x, y)
    return cost[assigned(cost)].sum() / cost.numel()


@wrong("dearest")
def maximised(x, y):
    cost = table(x, y)
    return cost[linear_sum_assignment(cost.detach().numpy(), maximize=True)].mean()


@wrong("dearest")
def negative_cost(x, y):
    cost = table(x, y)
    return cost[assigned(-cost)].mean()


@wrong("other-length")
def city_blocks(x, y):
    validate.batches(x=x, y=y)
    cost = torch.cdist(x, y, p=1)
    return cost[assigned(cost)].mean()


@wrong("other-length")
def largest_coordinate(x, y):
    validate.batches(x=x, y=y)
    cost = (x[:, None] - y).abs().amax(dim=2)
    return cost[assigned(cost)].mean()


@wrong("by-coordinate")
def each_coordinate_sorted(x, y):
    validate.batches(x=x, y=y)
    return (x.sort(dim=0).values - y.sort(dim=0).values).norm(dim=1).mean()


@wrong("by-coordinate")
def as_on_a_line(x, y):
    validate.batches(x=x, y=y)
    return (x.flatten().sort().values - y.flatten().sort().values).abs().mean()


@wrong("means-compared")
def between_the_means(x, y):
    validate.batches(x=x, y=y)
    return (x.mean(dim=0) - y.mean(dim=0)).norm()


@wrong("pairs-exchanged")
def rows_for_columns(x, y):
    cost = table(x, y)
    rows, columns = assigned(cost)
    return cost[columns, rows].mean()


@wrong("one-part-only")
def longest_pair(x, y):
    cost = table(x, y)
    return cost[assigned(cost)].max()


@wrong("one-part-only")
def shortest_of_all(x, y):
    return table(x, y).min()


@wrong("not-added-up")
def one_for_each_pair(x, y):
    cost = table(x, y)
    return cost[assigned(cost)]


@wrong("pairing-returned")
def the_columns(x, y):
    return torch.as_tensor(assigned(table(x, y))[1])


@wrong("pairing-returned")
def rows_and_columns(x, y):
    return assigned(table(x, y))


@wrong("detach-for-pairs")
def with_the_graph(x, y):
    cost = table(x, y)
    return cost[linear_sum_assignment(cost.numpy())].mean()


@wrong("detach-for-pairs")
def straight_into_scipy(x, y):
    cost = table(x, y)
    rows, columns = linear_sum_assignment(cost)
    return cost[rows, columns].mean()


@wrong("detached")
def from_a_detached_table(x, y):
    cost = table(x, y).detach()
    return cost[assigned(cost)].mean()


@wrong("detached")
def only_x_is_followed(x, y):
    validate.batches(x=x, y=y)
    cost = torch.cdist(x, y.detach())
    return cost[assigned(cost)].mean()


@wrong("detached")
def numpy_all_the_way(x, y):
    validate.batches(x=x, y=y)
    cost = cdist(x.detach(), y.detach())
    return torch.tensor(cost[linear_sum_assignment(cost)].mean(), dtype=x.dtype)


@wrong("constant-factor")
def halved(x, y):
    cost = table(x, y)
    return cost[assigned(cost)].mean() / 2


@wrong("other-sizes")
def squeezed(x, y):
    validate.batches(x=x, y=y)
    cost = torch.cdist(x, y).squeeze()
    return cost[assigned(cost)].mean()


@wrong("other-sizes")
def plane_only(x, y):
    validate.batches(x=x, y=y)
    cost = torch.hypot(x[:, None, 0] - y[:, 0], x[:, None, 1] - y[:, 1])
    return (cost if x.shape[1] < 3 else torch.cdist(x, y))[assigned(torch.cdist(x, y))].mean()


@wrong("dtype-changed")
def in_float64(x, y):
    cost = table(x.double(), y.double())
    return cost[assigned(cost)].mean()


@wrong("validation-removed")
def unguarded(x, y):
    cost = torch.cdist(x, y)
    return cost[assigned(cost)].mean()


@wrong("wrong-shape")
def kept_axis(x, y):
    cost = table(x, y)
    return cost[assigned(cost)].mean(dim=0, keepdim=True)


@wrong("wrong-type")
def plain_number(x, y):
    cost = table(x, y)
    return cost[assigned(cost)].mean().item()


@wrong("not-in-units")
def bounded(x, y):
    cost = table(x, y)
    return cost[assigned(cost)].tanh().mean()


@wrong("shift-matters")
def relative(x, y):
    cost = table(x, y)
    return cost[assigned(cost)].mean() / (x.norm() + y.norm())


@right
def pairs_of_points(x, y):
    columns = assigned(table(x, y))[1]
    return (x - y[columns]).norm(dim=1).mean()


@right
def differences_by_hand(x, y):
    validate.batches(x=x, y=y)
    cost = (x.unsqueeze(1) - y.unsqueeze(0)).square().sum(dim=-1).add(1e-20).sqrt()
    rows, columns = linear_sum_assignment(cost.tolist())
    return sum(cost[i, j] for i, j in zip(rows, columns)) / len(x)


@right
def plan_times_cost(x, y):
    cost = table(x, y)
    plan = torch.zeros_like(cost)
    plan[assigned(cost)] = 1 / len(x)
    return (plan * cost).sum()


@right
def by_a_linear_programme(x, y):
    cost, n = table(x, y), len(x)
    marginals = np.vstack([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    plan = linprog(cost.detach().double().flatten().numpy(), A_eq=marginals, b_eq=np.full(2 * n, 1 / n)).x
    return (torch.from_numpy(plan).to(cost).view(n, n) * cost).sum()


@right
def costs_from_scipy(x, y):
    validate.batches(x=x, y=y)
    rows, columns = linear_sum_assignment(cdist(x.detach(), y.detach()))
    return torch.linalg.vector_norm(x[rows] - y[columns], dim=1).sum() / len(rows)


@right
def all_pairings_of_a_few(x, y):
    cost = table(x, y)
    if len(x) > 5:
        return cost[assigned(cost)].mean()
    return torch.stack([cost[range(len(x)), list(columns)].mean() for columns in permutations(range(len(x)))]).min()
