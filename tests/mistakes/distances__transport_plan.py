import numpy as np
import scipy.sparse
import torch
from scipy.optimize import linear_sum_assignment, linprog

from starter.kit import validate
from tests.mistakes import right, wrong


def given(p, q):
    """The lines that come with the blank."""
    validate.histograms(p=p, q=q)
    k = len(p)
    p, q = p.double() / p.double().sum(), q.double() / q.double().sum()
    marginals = np.vstack([np.kron(np.eye(k), np.ones(k)), np.kron(np.ones(k), np.eye(k))])
    return k, p, q, marginals


def solved(p, q, cost):
    k, p, q, marginals = given(p, q)
    return linprog(cost.flatten(), A_eq=marginals, b_eq=torch.cat([p, q])), k


def plan_of(p, q, cost):
    result, k = solved(p, q, cost)
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("transposed")
def lying_on_its_side(p, q, cost):
    return plan_of(p, q, cost).T


@wrong("transposed")
def columns_first(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals, b_eq=torch.cat([q, p]))
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("cost-transposed")
def cost_column_by_column(p, q, cost):
    return plan_of(p, q, cost.T)


@wrong("not-marginals")
def rows_only(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals[:k], b_eq=p)
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("not-marginals")
def columns_only(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals[k:], b_eq=q)
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("not-marginals")
def all_stays(p, q, cost):
    k, p, q, marginals = given(p, q)
    return torch.diag(p)


@wrong("rows-normalised")
def proportions(p, q, cost):
    plan = plan_of(p, q, cost)
    return plan / plan.sum(dim=1, keepdim=True)


@wrong("nothing-moved")
def at_most(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_ub=marginals, b_ub=torch.cat([p, q]))
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("cost-ignored")
def product(p, q, cost):
    k, p, q, marginals = given(p, q)
    return torch.outer(p, q)


@wrong("negative-entries")
def least_squares(p, q, cost):
    k, p, q, marginals = given(p, q)
    plan = np.linalg.lstsq(marginals, torch.cat([p, q]).numpy(), rcond=None)[0].reshape(k, k)
    return torch.from_numpy(plan) - 0.2 * torch.eye(k) + 0.2 * torch.eye(k).roll(1, 0)


@wrong("negative-entries")
def bounded_from_below_by_minus_1(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals, b_eq=torch.cat([p, q]), bounds=(-1, 1))
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("no-plan-found")
def unbounded(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals, b_eq=torch.cat([p, q]), bounds=(None, None))
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("dearest")
def maximised(p, q, cost):
    return plan_of(p, q, -cost)


@wrong("cost-ignored")
def north_west_corner(p, q, cost):
    k, p, q, marginals = given(p, q)
    plan, i, j, p, q = torch.zeros(k, k, dtype=torch.float64), 0, 0, p.clone(), q.clone()
    while i < k and j < k:
        share = min(p[i], q[j]).clone()
        plan[i, j] = share
        p[i] -= share
        q[j] -= share
        i, j = (i + 1, j) if p[i] <= q[j] else (i, j + 1)
    return plan


@wrong("not-cheapest")
def in_order_of_price(p, q, cost):
    k, p, q, marginals = given(p, q)
    plan, p, q = torch.zeros(k, k, dtype=torch.float64), p.clone(), q.clone()
    for number in cost.flatten().argsort():
        i, j = divmod(int(number), k)
        share = min(p[i], q[j]).clone()
        plan[i, j] = share
        p[i] -= share
        q[j] -= share
    return plan


@wrong("cost-not-flat")
def table_of_prices(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.numpy(), A_eq=marginals, b_eq=torch.cat([p, q]))
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("sums-incomplete")
def p_forgotten(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals, b_eq=q)
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("result-object")
def whole_answer(p, q, cost):
    return solved(p, q, cost)[0]


@wrong("still-numpy")
def numpy_array(p, q, cost):
    return plan_of(p, q, cost).numpy()


@wrong("not-reshaped")
def one_long_row(p, q, cost):
    return torch.from_numpy(solved(p, q, cost)[0].x)


@wrong("cost-returned")
def the_distance(p, q, cost):
    return torch.tensor(solved(p, q, cost)[0].fun)


@wrong("cost-returned")
def the_distance_as_a_float(p, q, cost):
    return solved(p, q, cost)[0].fun


@wrong("wrong-shape")
def one_bin_less(p, q, cost):
    return plan_of(p, q, cost)[:-1]


@wrong("shapes-apart")
def always_three(p, q, cost):
    return torch.from_numpy(solved(p, q, cost)[0].x).reshape(3, 3)


@wrong("not-cheapest")
def each_bin_sends_as_cheaply_as_it_still_can(p, q, cost):
    k, p, q, marginals = given(p, q)
    plan, room = torch.zeros(k, k, dtype=torch.float64), q.clone()
    for i in range(k):
        left = p[i].clone()
        for j in cost[i].argsort():
            plan[i, j] = torch.minimum(left, room[j])
            left, room[j] = left - plan[i, j], room[j] - plan[i, j]
    return plan


@wrong("plan-not-float64")
def room_in_float32(p, q, cost):
    result, k = solved(p, q, cost)
    plan = torch.zeros(k * k).index_copy(0, torch.arange(k * k), torch.from_numpy(result.x).to(cost.dtype))
    return plan.reshape(k, k)


@wrong("validation-removed")
def unguarded(p, q, cost):
    return plan_of(p / p.sum(), q / q.sum(), cost)


@wrong("error")
def other_error(p, q, cost):
    given(p, q)
    raise ValueError("no idea")


@wrong("returns-none")
def no_return(p, q, cost):
    plan_of(p, q, cost)


@wrong("plan-not-float64")
def numpy_all_the_way(p, q, cost):
    k, p, q, marginals = given(p, q)
    sums = np.concatenate([p.numpy(), q.numpy()])
    result = linprog(cost.numpy().ravel(), A_eq=marginals, b_eq=sums, method="highs-ds")
    return torch.tensor(result.x, dtype=torch.float32).view(k, k)


@wrong("result-object")
def whole_answer_as_a_tensor(p, q, cost):
    return torch.tensor(solved(p, q, cost)[0])


@wrong("result-object")
def whole_answer_reshaped(p, q, cost):
    result, k = solved(p, q, cost)
    return torch.from_numpy(result.reshape(k, k))


@wrong("cost-returned")
def value_reshaped(p, q, cost):
    result, k = solved(p, q, cost)
    return torch.tensor(result.fun).reshape(k, k)


@wrong("wrong-shape")
def slack_instead(p, q, cost):
    result, k = solved(p, q, cost)
    return torch.from_numpy(result.slack)


@wrong("cost-returned")
def priced(p, q, cost):
    return plan_of(p, q, cost) * cost


@wrong("sums-incomplete")
def sums_side_by_side(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals, b_eq=torch.stack([p, q]))
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("sums-incomplete")
def sums_added(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals, b_eq=p + q)
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("nothing-moved")
def no_conditions(p, q, cost):
    k, p, q, marginals = given(p, q)
    return torch.from_numpy(linprog(cost.flatten()).x).reshape(k, k)


@wrong("nothing-moved")
def conditions_by_position(p, q, cost):
    k, p, q, marginals = given(p, q)
    return torch.from_numpy(linprog(cost.flatten(), marginals, torch.cat([p, q])).x).reshape(k, k)


@wrong("sums-incomplete")
def marginals_on_their_side(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals.T, b_eq=torch.cat([p, q]))
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("cost-ignored")
def no_prices(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(np.ones(k * k), A_eq=marginals, b_eq=torch.cat([p, q]))
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("cost-ignored")
def prices_of_a_line(p, q, cost):
    places = torch.arange(len(p))
    return plan_of(p, q, (places[:, None] - places).abs())


@wrong("no-plan-found")
def whole_entries(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.flatten(), A_eq=marginals, b_eq=torch.cat([p, q]), integrality=1)
    return torch.from_numpy(result.x).reshape(k, k)


@wrong("rows-normalised")
def every_column_sums_to_1(p, q, cost):
    plan = plan_of(p, q, cost)
    return plan / plan.sum(dim=0)


@wrong("not-cheapest")
def smoothed(p, q, cost):
    k, p, q, marginals = given(p, q)
    kernel = (-cost.double() / 1).exp()
    u = torch.ones_like(p)
    for _ in range(500):
        v = q / (kernel.T @ u)
        u = p / (kernel @ v)
    return u[:, None] * kernel * v


@wrong("not-marginals")
def symmetric(p, q, cost):
    plan = plan_of(p, q, cost)
    return (plan + plan.T) / 2


@wrong("transposed")
def written_column_by_column(p, q, cost):
    result, k = solved(p, q, cost)
    return torch.from_numpy(result.x.reshape(k, k, order="F").copy())


@wrong("plan-not-float64")
def in_float32(p, q, cost):
    return plan_of(p, q, cost).float()


@wrong("plan-not-float64")
def from_a_list(p, q, cost):
    result, k = solved(p, q, cost)
    return torch.tensor(result.x.tolist()).reshape(k, k)


@wrong("not-marginals")
def rounded(p, q, cost):
    return plan_of(p, q, cost).round(decimals=1)


@wrong("not-marginals")
def only_what_moves(p, q, cost):
    return plan_of(p, q, cost).fill_diagonal_(0)


@wrong("wrong-type")
def pair_of_results(p, q, cost):
    result, k = solved(p, q, cost)
    return torch.from_numpy(result.x).reshape(k, k), result.fun


@wrong("cost-ignored")
def stays_where_it_can(p, q, cost):
    k, p, q, marginals = given(p, q)
    plan = torch.diag(torch.minimum(p, q))
    left, room = p - plan.diag(), q - plan.diag()
    return plan + torch.outer(left, room) / left.sum()


@wrong("shapes-apart")
def five_bins(p, q, cost):
    result, k = solved(p, q, cost)
    return torch.from_numpy(result.x).reshape(5, 5)


@wrong("not-marginals")
def hundredths_matched(p, q, cost):
    k, p, q, _ = given(p, q)
    origins, goals = (torch.repeat_interleave(torch.arange(k), (100 * share).round().long()) for share in (p, q))
    rows, columns = linear_sum_assignment(cost[origins][:, goals])
    plan = torch.zeros(k, k, dtype=torch.float64)
    for i, j in zip(origins[rows], goals[columns]):
        plan[i, j] += 0.01
    return plan


@right
def one_condition_left_out(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.reshape(-1), A_eq=marginals[:-1], b_eq=torch.cat([p, q])[:-1], bounds=[(0, 1)] * k**2)
    return torch.as_tensor(result.x).unflatten(0, (k, k))


@right
def conditions_made_by_autograd_and_interior_points(p, q, cost):
    k, p, q, _ = given(p, q)
    sums = torch.autograd.functional.jacobian(
        lambda plan: torch.cat([plan.sum(1), plan.sum(0)]), torch.zeros(k, k, dtype=torch.float64)
    )
    result = linprog(cost.double().flatten(), A_eq=sums.flatten(1), b_eq=torch.cat([p, q]), method="highs-ipm")
    return torch.tensor(result.x, dtype=torch.float64).view(k, k)


@right
def transport_written_as_columns(p, q, cost):
    k, p, q, marginals = given(p, q)
    swap = np.arange(k * k).reshape(k, k).T.ravel()
    answer = linprog(
        c=cost.T.flatten(), A_eq=marginals[:, swap], b_eq=np.concatenate((p, q)), bounds=[(0, None)] * (k * k)
    )
    return torch.as_tensor(np.array(answer["x"])).reshape(k, k).T.contiguous()


@right
def numpy_and_another_method(p, q, cost):
    k, p, q, marginals = given(p, q)
    sums = np.concatenate([p.numpy(), q.numpy()])
    return torch.from_numpy(linprog(cost.numpy().ravel(), A_eq=marginals, b_eq=sums, method="highs-ds").x).view(k, -1)


@right
def sparse_conditions(p, q, cost):
    k, p, q, marginals = given(p, q)
    result = linprog(cost.view(-1).tolist(), None, None, scipy.sparse.csr_array(marginals), [*p.tolist(), *q.tolist()])
    return torch.asarray(result["x"], dtype=torch.float64).unflatten(-1, (k, k))
