import torch

from starter.kit import validate
from tests.mistakes import right, wrong


def ordered(x, y):
    validate.samples(x=x, y=y)
    return x.sort().values, y.sort().values


@wrong("unsorted")
def as_they_stand(x, y):
    validate.samples(x=x, y=y)
    return (x - y).abs().mean()


@wrong("unsorted")
def both_in_the_order_of_x(x, y):
    validate.samples(x=x, y=y)
    order = x.argsort()
    return (x[order] - y[order]).abs().mean()


@wrong("only-one-sorted")
def x_only(x, y):
    validate.samples(x=x, y=y)
    return (x.sort().values - y).abs().mean()


@wrong("only-one-sorted")
def y_only(x, y):
    validate.samples(x=x, y=y)
    return (x - y.sort().values).abs().mean()


@wrong("unsorted")
def order_of_x_for_y(x, y):
    validate.samples(x=x, y=y)
    return (x - y[x.argsort()]).abs().mean()


@wrong("unsorted")
def order_of_y_for_x(x, y):
    validate.samples(x=x, y=y)
    return (x[y.argsort()] - y).abs().mean()


@wrong("sum-not-mean")
def summed(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().sum()


@wrong("squared")
def mean_square(x, y):
    x, y = ordered(x, y)
    return ((x - y) ** 2).mean()


@wrong("rooted")
def second_wasserstein(x, y):
    x, y = ordered(x, y)
    return ((x - y) ** 2).mean().sqrt()


@wrong("diff-missing-abs")
def signed(x, y):
    x, y = ordered(x, y)
    return (x - y).mean()


@wrong("diff-missing-abs")
def difference_of_means(x, y):
    validate.samples(x=x, y=y)
    return (x.mean() - y.mean()).abs()


@wrong("one-part-only")
def longest(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().max()


@wrong("opposite-order")
def downwards(x, y):
    validate.samples(x=x, y=y)
    return (x.sort().values - y.sort(descending=True).values).abs().mean()


@wrong("all-pairs")
def every_pair(x, y):
    validate.samples(x=x, y=y)
    return (x[:, None] - y).abs().mean()


@wrong("nearest-instead")
def nearest_of_y(x, y):
    validate.samples(x=x, y=y)
    return (x[:, None] - y).abs().min(dim=1).values.mean()


@wrong("nearest-instead")
def nearest_of_x(x, y):
    validate.samples(x=x, y=y)
    return (x[:, None] - y).abs().min(dim=0).values.mean()


@wrong("sort-returns-two")
def tuple_used(x, y):
    validate.samples(x=x, y=y)
    return (x.sort() - y.sort()).abs().mean()


@wrong("positions-compared")
def argsort(x, y):
    validate.samples(x=x, y=y)
    return (x.argsort() - y.argsort()).abs().mean()


@wrong("positions-compared")
def second_result(x, y):
    validate.samples(x=x, y=y)
    return (x.sort()[1] - y.sort()[1]).abs().mean()


@wrong("not-added-up")
def one_number_a_pair(x, y):
    x, y = ordered(x, y)
    return (x - y).abs()


@wrong("input-changed")
def sorted_in_place(x, y):
    validate.samples(x=x, y=y)
    x[:] = x.sort().values
    y[:] = y.sort().values
    return (x - y).abs().mean()


@wrong("detached")
def through_numpy(x, y):
    x, y = ordered(x, y)
    return torch.tensor(abs(x.numpy() - y.numpy()).mean())


@wrong("detached")
def cut_off(x, y):
    x, y = ordered(x.detach(), y)
    return (x - y).abs().mean()


@wrong("detached")
def as_a_number(x, y):
    x, y = ordered(x, y)
    return torch.tensor((x - y).abs().mean().item())


@wrong("dtypes-apart")
def room_in_float32(x, y):
    x, y = ordered(x, y)
    return (x - y).abs() @ torch.full((len(x),), 1 / len(x))


@wrong("validation-removed")
def unguarded(x, y):
    return (x.sort().values - y.sort().values).abs().mean()


@wrong("wrong-shape")
def squeezed_too_little(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().mean(dim=0, keepdim=True)


@wrong("one-part-only")
def median_step(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().median()


@wrong("error")
def other_type_error(x, y):
    validate.samples(x=x, y=y)
    return abs(x - "y")


@wrong("shapes-apart")
def other_runtime_error(x, y):
    validate.samples(x=x, y=y)
    return (x[:3] - y).abs().mean()


@wrong("one-part-only")
def shortest(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().min()


@wrong("one-part-only")
def first_pair(x, y):
    x, y = ordered(x, y)
    return (x - y).abs()[0]


@wrong("positions-compared")
def ranks(x, y):
    validate.samples(x=x, y=y)
    return (x.argsort().argsort() - y.argsort().argsort()).abs().float().mean()


@wrong("positions-compared")
def argsort_as_floats(x, y):
    validate.samples(x=x, y=y)
    return (x.argsort().float() - y.argsort().float()).abs().mean()


@wrong("positions-compared")
def indices_summed(x, y):
    validate.samples(x=x, y=y)
    return (x.sort().indices - y.sort().indices).abs().sum()


@wrong("summary-compared")
def standard_deviations(x, y):
    validate.samples(x=x, y=y)
    return (x.std() - y.std()).abs()


@wrong("one-part-only")
def medians(x, y):
    validate.samples(x=x, y=y)
    return (x.median() - y.median()).abs()


@wrong("sorted-by-size")
def by_absolute_values(x, y):
    validate.samples(x=x, y=y)
    return (x.abs().sort().values - y.abs().sort().values).abs().mean()


@wrong("sum-not-mean")
def one_number_less(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().sum() / (len(x) - 1)


@wrong("constant-factor")
def halved(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().mean() / 2


@wrong("bent")
def smooth(x, y):
    x, y = ordered(x, y)
    return torch.nn.functional.smooth_l1_loss(x, y)


@wrong("not-in-units")
def at_most_5(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().mean().clamp(max=5)


@wrong("not-in-units")
def bounded(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().tanh().mean()


@wrong("diff-missing-abs")
def steps_to_the_right(x, y):
    x, y = ordered(x, y)
    return (y - x).relu().mean()


@wrong("all-pairs")
def energy(x, y):
    validate.samples(x=x, y=y)
    return 2 * (x[:, None] - y).abs().mean() - (x[:, None] - x).abs().mean() - (y[:, None] - y).abs().mean()


@wrong("not-in-units")
def in_units_of_the_spread(x, y):
    x, y = ordered(x, y)
    return (x - y).abs().mean() / torch.cat([x, y]).std()


@wrong("duplicates-dropped")
def each_number_once(x, y):
    validate.samples(x=x, y=y)
    return (x.unique() - y.unique()).abs().mean()


@wrong("not-added-up")
def table_of_pairs(x, y):
    x, y = ordered(x, y)
    return (x[:, None] - y[None]).abs()


@wrong("sort-returns-two")
def pythons_sorted(x, y):
    validate.samples(x=x, y=y)
    return abs(sorted(x) - sorted(y)).mean()


@wrong("detached")
def pythons_sorted_made_a_tensor(x, y):
    validate.samples(x=x, y=y)
    return (torch.tensor(sorted(x)) - torch.tensor(sorted(y))).abs().mean()


@wrong("detached")
def without_gradients(x, y):
    x, y = ordered(x, y)
    with torch.no_grad():
        return (x - y).abs().mean()


@wrong("detached")
def gradient_for_x_alone(x, y):
    x, y = ordered(x, y)
    return (x - y.detach()).abs().mean()


@wrong("input-changed")
def sorted_where_it_stands(x, y):
    validate.samples(x=x, y=y)
    torch.sort(x, out=(x, torch.empty(len(x), dtype=torch.int64)))
    return (x - y.sort().values).abs().mean()


@wrong("dtype-changed")
def in_float64(x, y):
    x, y = ordered(x.double(), y.double())
    return (x - y).abs().mean()


@wrong("seed-set")
def seeded(x, y):
    torch.manual_seed(0)
    x, y = ordered(x, y)
    return (x - y).abs().mean()


@wrong("shift-matters")
def relative_to_the_size(x, y):
    x, y = ordered(x, y)
    return ((x - y).abs() / (1 + x.abs() + y.abs())).mean()


@right
def with_torch(x, y):
    validate.samples(x=x, y=y)
    return torch.nn.functional.l1_loss(torch.sort(x)[0], torch.sort(y)[0])


@right
def by_argsort(x, y):
    validate.samples(x=x, y=y)
    return (x[x.argsort()] - y[y.argsort()]).abs().sum() / len(x)


@right
def both_downwards(x, y):
    validate.samples(x=x, y=y)
    difference = x.sort(descending=True).values - y.sort(descending=True).values
    return torch.where(difference > 0, difference, -difference).mean()


@right
def area_between_distribution_functions(x, y):
    validate.samples(x=x, y=y)
    places = torch.cat([x, y]).sort().values
    gaps = places.diff()
    x_below = (x[:, None] <= places[:-1]).to(x.dtype).mean(dim=0)
    y_below = (y[:, None] <= places[:-1]).to(y.dtype).mean(dim=0)
    return ((x_below - y_below).abs() * gaps).sum()


@right
def as_many_quantiles(x, y):
    validate.samples(x=x, y=y)
    levels = torch.linspace(0, 1, len(x), dtype=x.dtype)
    return torch.mean(torch.abs(torch.quantile(x, levels) - torch.quantile(y, levels)))


@right
def stacked_and_sorted(x, y):
    validate.samples(x=x, y=y)
    low, high = torch.stack([x, y]).sort(dim=-1)[0]
    return torch.linalg.vector_norm(low - high, ord=1) / x.numel()


@right
def pair_by_pair(x, y):
    validate.samples(x=x, y=y)
    return sum(abs(a - b) for a, b in zip(sorted(x), sorted(y))) / len(x)


@right
def in_place_on_copies(x, y):
    validate.samples(x=x, y=y)
    y = torch.msort(y.clone())
    return torch.topk(x, len(x), largest=False).values.sub(y).abs_().mean()
