import numpy as np
import torch

from starter import penalty
from tests.mistakes import right, wrong

RNG = torch.Generator()


def between(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return epsilon * real + (1 - epsilon) * fake


def gradients_at(critic, images):
    images = images.detach().requires_grad_(True)
    return torch.autograd.grad(critic(images).sum(), images, create_graph=True)[0]


def slopes(critic, images):
    return gradients_at(critic, images).flatten(1).norm(dim=1)


def norms_between(critic, real, fake):
    return penalty.gradient_norms(critic, penalty.interpolate(real, fake))


def gradients_between(critic, real, fake):
    points = between(real, fake).requires_grad_(True)
    return torch.autograd.grad(critic(points).sum(), points, create_graph=True)[0]


@wrong("two-sided")
def the_other_penalty(critic, real, fake):
    return ((norms_between(critic, real, fake) - 1) ** 2).mean()


@wrong("two-sided")
def clamped_after_the_square(critic, real, fake):
    return ((norms_between(critic, real, fake) - 1) ** 2).clamp(min=0).mean()


@wrong("other-side")
def smaller_instead_of_larger(critic, real, fake):
    return ((norms_between(critic, real, fake) - 1).clamp(max=0) ** 2).mean()


@wrong("other-side")
def slope_held_at_1(critic, real, fake):
    return ((norms_between(critic, real, fake).clamp(max=1) - 1) ** 2).mean()


@wrong("other-side")
def one_minus_the_slope(critic, real, fake):
    return (torch.relu(1 - norms_between(critic, real, fake)) ** 2).mean()


@wrong("not-squared")
def excess(critic, real, fake):
    return (norms_between(critic, real, fake) - 1).clamp(min=0).mean()


@wrong("not-squared")
def distance(critic, real, fake):
    return (norms_between(critic, real, fake) - 1).abs().mean()


@wrong("hinge-after-mean")
def averaged_first(critic, real, fake):
    return (norms_between(critic, real, fake).mean() - 1).clamp(min=0) ** 2


@wrong("sum-not-mean")
def summed(critic, real, fake):
    return ((norms_between(critic, real, fake) - 1).clamp(min=0) ** 2).sum()


@wrong("clamp-to-one")
def lower_end_at_1(critic, real, fake):
    return ((norms_between(critic, real, fake) - 1).clamp(min=1) ** 2).mean()


@wrong("excess-capped")
def both_ends_held(critic, real, fake):
    return ((norms_between(critic, real, fake) - 1).clamp(0, 1) ** 2).mean()


@wrong("excess-capped")
def share_of_steep_images(critic, real, fake):
    return (norms_between(critic, real, fake) > 1).float().mean()


@wrong("subtracted-late")
def switched_but_not_shifted(critic, real, fake):
    norms = norms_between(critic, real, fake)
    return torch.where(norms > 1, norms**2, torch.zeros_like(norms)).mean()


@wrong("target-missing")
def towards_zero(critic, real, fake):
    return (norms_between(critic, real, fake).clamp(min=0) ** 2).mean()


@wrong("norm-squared")
def of_the_squared_norm(critic, real, fake):
    return ((norms_between(critic, real, fake) ** 2 - 1).clamp(min=0) ** 2).mean()


@wrong("squared-twice")
def fourth_power(critic, real, fake):
    return ((norms_between(critic, real, fake) - 1).clamp(min=0) ** 4).mean()


@wrong("sign-of-one")
def plus_one(critic, real, fake):
    return ((norms_between(critic, real, fake) + 1).clamp(min=0) ** 2).mean()


@wrong("lambda-inside")
def times_ten(critic, real, fake):
    return 10 * ((norms_between(critic, real, fake) - 1).clamp(min=0) ** 2).mean()


@wrong("negated")
def subtracted(critic, real, fake):
    return -((norms_between(critic, real, fake) - 1).clamp(min=0) ** 2).mean()


@wrong("only-the-steep-ones")
def mean_of_those_above_1(critic, real, fake):
    norms = norms_between(critic, real, fake)
    return ((norms[norms > 1] - 1) ** 2).mean()


@wrong("largest-in-batch")
def maximum_along_an_axis(critic, real, fake):
    return (torch.max(norms_between(critic, real, fake) - 1, 0) ** 2).mean()


@wrong("not-averaged")
def one_for_each(critic, real, fake):
    return (norms_between(critic, real, fake) - 1).clamp(min=0) ** 2


@wrong("pixelwise-norm")
def along_the_channels(critic, real, fake):
    norms = gradients_at(critic, between(real, fake)).norm(dim=1)
    return ((norms - 1).clamp(min=0) ** 2).mean()


@wrong("one-norm-for-all")
def of_the_whole_batch(critic, real, fake):
    norm = gradients_at(critic, between(real, fake)).norm()
    return (norm - 1).clamp(min=0) ** 2


@wrong("only-real")
def at_real_images(critic, real, fake):
    return ((penalty.gradient_norms(critic, real) - 1).clamp(min=0) ** 2).mean()


@wrong("only-fake")
def at_fake_images(critic, real, fake):
    return ((penalty.gradient_norms(critic, fake) - 1).clamp(min=0) ** 2).mean()


@wrong("only-ends")
def at_both_ends(critic, real, fake):
    return ((penalty.gradient_norms(critic, torch.cat([real, fake])) - 1).clamp(min=0) ** 2).mean()


@wrong("no-randomness")
def half_way(critic, real, fake):
    return ((slopes(critic, (real + fake) / 2) - 1).clamp(min=0) ** 2).mean()


@wrong("one-epsilon-per-batch")
def one_point_for_all(critic, real, fake):
    epsilon = torch.rand(1, device=real.device)
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("no-create-graph")
def without_create_graph(critic, real, fake):
    points = between(real, fake).requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(points).sum(), points)
    return ((gradients.flatten(1).norm(dim=1) - 1).clamp(min=0) ** 2).mean()


@wrong("cut-off")
def under_no_grad(critic, real, fake):
    with torch.no_grad():
        return ((norms_between(critic, real, fake) - 1).clamp(min=0) ** 2).mean()


@wrong("cut-off")
def excess_detached(critic, real, fake):
    return ((norms_between(critic, real, fake) - 1).detach().clamp(min=0) ** 2).mean()


@wrong("graph-cut")
def gate_that_is_not_squared_in_the_graph(critic, real, fake):
    excess = (norms_between(critic, real, fake) - 1).clamp(min=0)
    return (excess * excess.detach()).mean()


@wrong("wrong-order")
def images_first(critic, real, fake):
    return ((penalty.gradient_norms(penalty.interpolate(real, fake), critic) - 1).clamp(min=0) ** 2).mean()


@wrong("parameter-gradients")
def by_backward(critic, real, fake):
    points = between(real, fake).requires_grad_(True)
    critic(points).sum().backward(create_graph=True)
    return ((points.grad.flatten(1).norm(dim=1) - 1).clamp(min=0) ** 2).mean()


@wrong("constant-factor")
def half(critic, real, fake):
    return 0.5 * ((norms_between(critic, real, fake) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-device")
def epsilon_on_the_cpu(critic, real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1))
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-type")
def a_float(critic, real, fake):
    return ((norms_between(critic, real, fake) - 1).clamp(min=0) ** 2).mean().item()


@wrong("returns-none")
def nothing(critic, real, fake):
    lp = ((norms_between(critic, real, fake) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-arguments")
def lambda_too(critic, real, fake, lambda_):
    return lambda_ * ((norms_between(critic, real, fake) - 1).clamp(min=0) ** 2).mean()


@wrong("epsilon-shape")
def epsilon_in_a_column(critic, real, fake):
    epsilon = torch.rand(len(real), 1, device=real.device)
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("epsilon-shape")
def epsilon_stretched_from_a_column(critic, real, fake):
    epsilon = torch.rand(real.size(0), 1, device=real.device).expand(real.size())
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("epsilon-shape")
def epsilon_without_axes(critic, real, fake):
    epsilon = torch.rand(len(real), device=real.device)
    return ((penalty.gradient_norms(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("batch-size")
def always_64(critic, real, fake):
    epsilon = torch.rand(64, *[1] * (real.dim() - 1), device=real.device)
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("batch-size")
def always_64_stretched(critic, real, fake):
    epsilon = torch.rand(64, 1, 1, 1, device=real.device).expand(64, *real.shape[1:])
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("batch-size")
def always_100(critic, real, fake):
    epsilon = torch.rand(100, *[1] * (real.dim() - 1), device=real.device).expand_as(real)
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("batch-size")
def squeezed(critic, real, fake):
    epsilon = torch.rand(len(real), device=real.device).squeeze()
    points = torch.stack([e * r + (1 - e) * f for e, r, f in zip(epsilon, real, fake)])
    return ((slopes(critic, points) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-dtype")
def epsilon_in_double(critic, real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), dtype=torch.float64, device=real.device)
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-dtype")
def epsilon_from_numpy(critic, real, fake):
    epsilon = torch.tensor(np.random.rand(len(real), *[1] * (real.dim() - 1))).to(real.device)
    return ((penalty.gradient_norms(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-dtype")
def points_in_double(critic, real, fake):
    return ((slopes(critic, penalty.interpolate(real, fake).double()) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-dtype")
def points_in_double_for_the_norms(critic, real, fake):
    real, fake = real.double(), fake.double()
    return ((norms_between(critic, real, fake) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-dtype")
def result_in_double(critic, real, fake):
    return (((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).mean()).double()


@wrong("not-between")
def epsilon_from_minus_1(critic, real, fake):
    epsilon = 2 * torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device) - 1
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("only-real")
def epsilon_1(critic, real, fake):
    epsilon = torch.ones_like(real)
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("only-fake")
def epsilon_0(critic, real, fake):
    epsilon = torch.zeros_like(real)
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("no-randomness")
def a_third_of_the_way(critic, real, fake):
    return ((slopes(critic, (real + 2 * fake) / 3) - 1).clamp(min=0) ** 2).mean()


@wrong("epsilon-within-image")
def one_epsilon_per_row(critic, real, fake):
    epsilon = torch.rand(real.shape[-1], device=real.device)
    return ((penalty.gradient_norms(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("seed-set")
def seeded(critic, real, fake):
    torch.manual_seed(0)
    return ((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).mean()


@wrong("not-uniform")
def coins(critic, real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device).round()
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("not-uniform")
def squashed_normal(critic, real, fake):
    epsilon = torch.randn(len(real), *[1] * (real.dim() - 1), device=real.device).sigmoid()
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("weights-do-not-add")
def two_epsilons(critic, real, fake):
    shape = len(real), *[1] * (real.dim() - 1)
    points = torch.rand(shape, device=real.device) * real + (1 - torch.rand(shape, device=real.device)) * fake
    return ((slopes(critic, points) - 1).clamp(min=0) ** 2).mean()


@wrong("weights-do-not-add")
def start_forgotten(critic, real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return ((slopes(critic, epsilon * (real - fake)) - 1).clamp(min=0) ** 2).mean()


@wrong("no-randomness")
def half_way_out_of_sight(critic, real, fake):
    def slope(point):
        return torch.func.grad(lambda p: critic(p[None]).squeeze())(point).norm()

    return ((torch.func.vmap(slope)((real + fake) / 2) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-points")
def noise_on_top(critic, real, fake):
    points = penalty.interpolate(real, fake) + torch.rand_like(real)
    return ((penalty.gradient_norms(critic, points) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-points")
def scaled(critic, real, fake):
    return ((penalty.gradient_norms(critic, 1.2 * penalty.interpolate(real, fake)) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-device")
def epsilon_by_name(critic, real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device="cpu")
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-device")
def old_class(critic, real, fake):
    epsilon = torch.FloatTensor(np.random.random((len(real), *[1] * (real.dim() - 1))))
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-device")
def data_on_the_cpu(critic, real, fake):
    return ((slopes(critic, between(real.data.cpu(), fake.data.cpu())) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-device")
def ones_on_the_cpu(critic, real, fake):
    points = between(real, fake).requires_grad_(True)
    scores = critic(points)
    (gradients,) = torch.autograd.grad(scores, points, torch.ones(scores.shape), create_graph=True)
    return ((gradients.flatten(1).norm(dim=1) - 1).clamp(min=0) ** 2).mean()


@wrong("hinge-after-mean")
def averaged_first_by_hand(critic, real, fake):
    return (slopes(critic, between(real, fake)).mean() - 1).clamp(min=0) ** 2


@wrong("critic-shape")
def epsilon_with_an_axis_too_many(critic, real, fake):
    epsilon = torch.rand(len(real), *[1] * real.dim(), device=real.device)
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("critic-shape")
def points_flattened(critic, real, fake):
    return ((slopes(critic, between(real, fake).flatten(1)) - 1).clamp(min=0) ** 2).mean()


@wrong("critic-shape")
def points_flattened_for_the_norms(critic, real, fake):
    return ((penalty.gradient_norms(critic, penalty.interpolate(real, fake).flatten(1)) - 1).clamp(min=0) ** 2).mean()


@wrong("other-shapes")
def one_channel(critic, real, fake):
    points = between(real.flatten(1), fake.flatten(1)).view(len(real), 1, *real.shape[2:])
    return ((slopes(critic, points) - 1).clamp(min=0) ** 2).mean()


@wrong("hinge-after-mean")
def averaged_first_out_of_sight(critic, real, fake):
    def slope(point):
        return torch.func.grad(lambda p: critic(p[None]).squeeze())(point).norm()

    return (torch.func.vmap(slope)(between(real, fake)).mean() - 1).clamp(min=0) ** 2


@wrong("one-epsilon-per-batch")
def one_point_for_all_out_of_sight(critic, real, fake):
    def slope(point):
        return torch.func.grad(lambda p: critic(p[None]).squeeze())(point).norm()

    epsilon = torch.rand(1, device=real.device)
    return ((torch.func.vmap(slope)(epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@right
def rectified(critic, real, fake):
    norms = penalty.gradient_norms(images=penalty.interpolate(fake, real), critic=critic)
    return torch.relu(norms - 1).square().mean()


@right
def slope_held_above_1(critic, real, fake):
    norms = penalty.gradient_norms(critic, penalty.interpolate(real=real, fake=fake))
    return torch.nn.functional.mse_loss(norms.clamp(min=1), torch.ones_like(norms))


@right
def chosen_by_a_mask(critic, real, fake):
    norms = norms_between(critic, real, fake)
    return ((norms > 1) * (norms - 1) ** 2).sum() / len(norms)


@right
def larger_of_the_two(critic, real, fake):
    excess = norms_between(critic, real, fake) - 1
    return (torch.max(excess, torch.zeros_like(excess)) ** 2).mean()


@right
def all_by_hand(critic, real, fake):
    gradients = gradients_at(critic, between(real, fake)).flatten(1)
    norms = torch.sqrt(torch.sum(gradients**2, dim=1) + 1e-12)
    return torch.maximum(norms - 1, torch.zeros_like(norms)).pow(2).mean()


@right
def one_at_a_time(critic, real, fake):
    total = 0
    for norm in norms_between(critic, real, fake):
        total = total + torch.where(norm > 1, norm - 1, torch.zeros_like(norm)) ** 2
    return total / len(real)


@right
def of_their_type(critic, real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1)).type_as(real)
    points = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
    scores = critic(points)
    ones = torch.ones(scores.size()).to(scores)
    gradients = torch.autograd.grad(scores, points, ones, create_graph=True, retain_graph=True)[0]
    return ((gradients.flatten(1).norm(dim=1) - 1).clamp(min=0) ** 2).mean()


@right
def new_and_filled(critic, real, fake):
    epsilon = real.new_empty(len(real), *[1] * (real.dim() - 1)).uniform_()
    points = torch.autograd.Variable(torch.lerp(fake.data, real.data, epsilon), requires_grad=True)
    scores = critic(points)
    ones = scores.new_ones(scores.size())
    gradients = torch.autograd.grad(scores, points, grad_outputs=ones, create_graph=True)[0]
    return ((torch.linalg.vector_norm(gradients, dim=tuple(range(1, gradients.dim()))) - 1).clamp(min=0) ** 2).mean()


@right
def cuda_if_they_are(critic, real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1))
    if real.is_cuda:
        epsilon = epsilon.cuda()
    return ((penalty.gradient_norms(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@right
def floats_from_numpy(critic, real, fake):
    epsilon = torch.tensor(np.random.rand(len(real), *[1] * (real.dim() - 1)), device=real.device).float()
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@right
def scores_of_real_images_too(critic, real, fake):
    critic(real)
    return ((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).mean()


@right
def asked_twice(critic, real, fake):
    points = between(real, fake)
    critic(images=points)
    return ((slopes(critic, points) - 1).clamp(min=0) ** 2).mean()


@right
def point_by_point(critic, real, fake):
    norms = torch.cat([slopes(critic, point[None]) for point in between(real, fake)])
    return ((norms - 1).clamp(min=0) ** 2).mean()


@wrong("same-every-time")
def generator_with_a_fixed_seed(critic, real, fake):
    rng = torch.Generator(device=real.device).manual_seed(0)
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), generator=rng, device=real.device)
    return ((slopes(critic, epsilon * real + (1 - epsilon) * fake) - 1).clamp(min=0) ** 2).mean()


@wrong("not-mean")
def the_largest(critic, real, fake):
    return ((penalty.gradient_norms(critic, penalty.interpolate(real, fake)) - 1).clamp(min=0) ** 2).max()


@wrong("not-mean")
def the_median_by_hand(critic, real, fake):
    return ((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).median()


@wrong("not-mean")
def the_first(critic, real, fake):
    return ((penalty.gradient_norms(critic, penalty.interpolate(real, fake)) - 1).clamp(min=0) ** 2)[0]


@wrong("pixelwise-norm")
def along_the_columns(critic, real, fake):
    return ((gradients_between(critic, real, fake).norm(dim=-1) - 1).clamp(min=0) ** 2).mean()


@wrong("pixelwise-norm")
def second_argument_is_the_axis(critic, real, fake):
    return ((gradients_between(critic, real, fake).norm(2, 1) - 1).clamp(min=0) ** 2).mean()


@wrong("across-the-batch")
def across_the_batch(critic, real, fake):
    return ((gradients_between(critic, real, fake).flatten(1).norm(dim=0) - 1).clamp(min=0) ** 2).mean()


@wrong("other-norm")
def root_of_the_mean_square(critic, real, fake):
    return ((gradients_between(critic, real, fake).flatten(1).square().mean(dim=1).sqrt() - 1).clamp(min=0) ** 2).mean()


@wrong("other-norm")
def mean_of_absolutes(critic, real, fake):
    return ((gradients_between(critic, real, fake).flatten(1).abs().mean(dim=1) - 1).clamp(min=0) ** 2).mean()


@wrong("norm-squared")
def root_missing(critic, real, fake):
    return ((gradients_between(critic, real, fake).flatten(1).square().sum(dim=1) - 1).clamp(min=0) ** 2).mean()


@wrong("rooted")
def norm_of_the_distances(critic, real, fake):
    return ((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).mean().sqrt()


@wrong("averaged-twice")
def divided_once_more(critic, real, fake):
    return ((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).mean() / len(real)


@wrong("constant-factor")
def lambda_of_the_paper_times_two(critic, real, fake):
    return 20 * ((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).mean()


@wrong("hinge-after-mean")
def averaged_before_the_square(critic, real, fake):
    norms = slopes(critic, between(real, fake))
    return (norms - 1).clamp(min=0).mean() ** 2


@wrong("epsilon-shape")
def epsilon_in_a_column_for_lerp(critic, real, fake):
    return (
        (slopes(critic, torch.lerp(fake, real, torch.rand(len(real), 1, device=real.device))) - 1).clamp(min=0) ** 2
    ).mean()


@wrong("wrong-dtype")
def lerp_in_double(critic, real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), dtype=torch.float64, device=real.device)
    return ((slopes(critic, torch.lerp(fake, real, epsilon)) - 1).clamp(min=0) ** 2).mean()


@wrong("batch-size")
def batch_of_32(critic, real, fake):
    epsilon = torch.rand(32, 1, 1, 1, device=real.device)
    points = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
    scores = critic(points)
    (gradients,) = torch.autograd.grad(scores, points, torch.ones_like(scores), create_graph=True)
    return ((gradients.view(32, -1).norm(2, dim=1) - 1).clamp(min=0) ** 2).mean()


@wrong("beside-the-line")
def noise_around_the_real_images(critic, real, fake):
    points = real + 0.5 * real.std() * torch.rand_like(real)
    return ((slopes(critic, points) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-points")
def noise_after_interpolating(critic, real, fake):
    points = penalty.interpolate(real, fake)
    return ((slopes(critic, points + 0.01 * torch.randn_like(points)) - 1).clamp(min=0) ** 2).mean()


@wrong("only-real")
def real_twice(critic, real, fake):
    return ((penalty.gradient_norms(critic, penalty.interpolate(real, real)) - 1).clamp(min=0) ** 2).mean()


@wrong("only-fake")
def fake_twice(critic, real, fake):
    return ((penalty.gradient_norms(critic, penalty.interpolate(fake, fake)) - 1).clamp(min=0) ** 2).mean()


@wrong("only-ends")
def fake_then_real(critic, real, fake):
    return ((slopes(critic, torch.cat([fake, real])) - 1).clamp(min=0) ** 2).mean()


@wrong("critic-not-asked")
def distance_of_the_images(critic, real, fake):
    return (((real - fake).flatten(1).norm(dim=1) - 1).clamp(min=0) ** 2).mean()


@wrong("not-contiguous")
def rows_by_view(critic, real, fake):
    epsilon = torch.rand(len(real), 1, device=real.device)
    points = epsilon * real.view(len(real), -1) + (1 - epsilon) * fake.view(len(fake), -1)
    return ((slopes(critic, points.view(real.shape)) - 1).clamp(min=0) ** 2).mean()


@wrong("left-in-eval")
def critic_in_eval_mode(critic, real, fake):
    critic.eval()
    return ((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).mean()


@wrong("gradients-emptied")
def empties_the_gradients(critic, real, fake):
    critic.zero_grad()
    return ((penalty.gradient_norms(critic, penalty.interpolate(real, fake)) - 1).clamp(min=0) ** 2).mean()


@wrong("left-frozen")
def freezes_the_critic(critic, real, fake):
    for weights in critic.parameters():
        weights.requires_grad = False
    return ((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).mean()


@wrong("critic-frozen")
def freezes_and_thaws(critic, real, fake):
    critic.requires_grad_(False)
    gp = ((slopes(critic, between(real, fake)) - 1).clamp(min=0) ** 2).mean()
    critic.requires_grad_(True)
    return gp


@wrong("cut-off")
def a_new_tensor(critic, real, fake):
    norms = slopes(critic, between(real, fake))
    return ((torch.tensor(norms.tolist(), device=real.device) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-type")
def with_the_norms(critic, real, fake):
    norms = slopes(critic, between(real, fake))
    return ((norms - 1).clamp(min=0) ** 2).mean(), norms


@wrong("not-squared")
def distance_by_hand(critic, real, fake):
    return (slopes(critic, between(real, fake)) - 1).clamp(min=0).abs().mean()


@wrong("no-create-graph")
def retained_only(critic, real, fake):
    points = between(real, fake).requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(points).sum(), points, retain_graph=True)
    return ((gradients.flatten(1).norm(dim=1) - 1).clamp(min=0) ** 2).mean()


@right
def copy_of_the_loop(critic, real, fake):
    total = torch.zeros((), device=real.device)
    for r, f in zip(real, fake):
        epsilon = torch.rand((), device=real.device)
        point = (epsilon * r + (1 - epsilon) * f)[None].detach().requires_grad_(True)
        (gradient,) = torch.autograd.grad(critic(point).squeeze(), point, create_graph=True)
        total = total + (((gradient.pow(2).sum() + 1e-12).sqrt() - 1).clamp(min=0) ** 2)
    return total / len(real)


@right
def jacobian_by_einsum(critic, real, fake):
    epsilon = torch.rand(len(real), device=real.device)
    points = fake + torch.einsum("n,n...->n...", epsilon, real - fake)
    jacobian = torch.autograd.functional.jacobian(lambda x: critic(x).sum(), points, create_graph=True).flatten(1)
    return ((torch.einsum("ni,ni->n", jacobian, jacobian).add(1e-12).sqrt() - 1).clamp(min=0) ** 2).mean()


@right
def functional_within_vmap(critic, real, fake):
    points = penalty.interpolate(fake=fake, real=real)
    gradients = torch.func.grad(lambda x: torch.func.vmap(lambda p: critic(p[None]).squeeze())(x).sum())(points)
    return ((gradients.flatten(1).norm(dim=1) - 1).clamp(min=0) ** 2).mean()


@right
def generator_of_its_own(critic, real, fake, rng=RNG):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), generator=rng).to(real.device)
    return ((penalty.gradient_norms(critic, torch.lerp(fake, real, epsilon)) - 1).clamp(min=0) ** 2).mean()


@wrong("wrong-value")
def as_on_paper(critic, real, fake):
    norms = penalty.gradient_norms(critic, penalty.interpolate(real, fake))
    return 4 + 0 * norms.sum()


@wrong("critic-not-asked")
def read_off_the_weights(critic, real, fake):
    norms = torch.stack([weights.norm() for weights in critic.parameters()])
    return ((norms - 1).clamp(min=0) ** 2).mean()


@right
def two_points_for_each_pair(critic, real, fake):
    total = torch.zeros((), device=real.device)
    for _ in range(2):
        norms = penalty.gradient_norms(critic, penalty.interpolate(real, fake))
        total = total + ((norms - 1).clamp(min=0) ** 2).mean()
    return total / 2
