import torch

from starter import penalty
from tests.mistakes import right, wrong


def gradients_at(critic, images):
    images = images.detach().requires_grad_(True)
    return torch.autograd.grad(critic(images).sum(), images, create_graph=True)[0]


@wrong("target-one")
def towards_one(critic, real, fake):
    return ((penalty.gradient_norms(critic, real) - 1) ** 2).mean()


@wrong("target-one")
def one_side_of_one(critic, real, fake):
    return ((penalty.gradient_norms(critic, real) - 1).clamp(min=0) ** 2).mean()


@wrong("between-instead")
def as_wgan_gp(critic, real, fake):
    return (penalty.gradient_norms(critic, penalty.interpolate(real, fake)) ** 2).mean()


@wrong("between-instead")
def half_way(critic, real, fake):
    return (penalty.gradient_norms(critic, (real + fake) / 2) ** 2).mean()


@wrong("fakes-instead")
def r2(critic, real, fake):
    return (penalty.gradient_norms(critic, fake) ** 2).mean()


@wrong("both-ends")
def r1_and_r2(critic, real, fake):
    return (penalty.gradient_norms(critic, torch.cat([real, fake])) ** 2).mean()


@wrong("both-ends")
def r1_plus_r2(critic, real, fake):
    norms = [penalty.gradient_norms(critic, images) for images in (real, fake)]
    return (norms[0] ** 2).mean() + (norms[1] ** 2).mean()


@wrong("asked-elsewhere")
def noisy(critic, real, fake):
    return (penalty.gradient_norms(critic, real + 0.1 * torch.randn_like(real)) ** 2).mean()


@wrong("not-squared")
def mean_slope(critic, real, fake):
    return penalty.gradient_norms(critic, real).mean()


@wrong("square-of-mean")
def averaged_first(critic, real, fake):
    return penalty.gradient_norms(critic, real).mean() ** 2


@wrong("sum-not-mean")
def summed(critic, real, fake):
    return (penalty.gradient_norms(critic, real) ** 2).sum()


@wrong("sum-not-mean")
def norm_of_all_squared(critic, real, fake):
    return gradients_at(critic, real).norm() ** 2


@wrong("averaged-twice")
def mean_over_n(critic, real, fake):
    return (penalty.gradient_norms(critic, real) ** 2).mean() / len(real)


@wrong("gamma-inside")
def half(critic, real, fake):
    return (penalty.gradient_norms(critic, real) ** 2).mean() / 2


@wrong("gamma-inside")
def five(critic, real, fake):
    return 10 / 2 * (penalty.gradient_norms(critic, real) ** 2).mean()


@wrong("gamma-inside")
def ten(critic, real, fake):
    return 10 * (penalty.gradient_norms(critic, real) ** 2).mean()


@wrong("negated")
def subtracted(critic, real, fake):
    return -(penalty.gradient_norms(critic, real) ** 2).mean()


@wrong("squared-twice")
def fourth_power(critic, real, fake):
    return (penalty.gradient_norms(critic, real) ** 4).mean()


@wrong("rooted")
def root(critic, real, fake):
    return (penalty.gradient_norms(critic, real) ** 2).mean().sqrt()


@wrong("pixels-averaged")
def mean_over_pixels_too(critic, real, fake):
    return (gradients_at(critic, real) ** 2).mean()


@wrong("pixelwise-norm")
def norm_over_channels(critic, real, fake):
    return (gradients_at(critic, real).norm(dim=1) ** 2).mean()


@wrong("one-norm-for-all")
def norm_of_the_batch(critic, real, fake):
    return gradients_at(critic, real).norm()


@wrong("other-norm")
def sum_of_sizes(critic, real, fake):
    return (gradients_at(critic, real).abs().flatten(1).sum(dim=1) ** 2).mean()


@wrong("not-mean")
def steepest(critic, real, fake):
    return (penalty.gradient_norms(critic, real) ** 2).max()


@wrong("not-mean")
def median(critic, real, fake):
    return (penalty.gradient_norms(critic, real) ** 2).median()


@wrong("divided-by-n")
def of_the_mean_score(critic, real, fake):
    images = real.detach().requires_grad_(True)
    gradients = torch.autograd.grad(critic(images).mean(), images, create_graph=True)[0]
    return gradients.flatten(1).square().sum(dim=1).mean()


@wrong("not-averaged")
def one_for_each(critic, real, fake):
    return penalty.gradient_norms(critic, real) ** 2


@wrong("constant-factor")
def times_three(critic, real, fake):
    return 3 * (penalty.gradient_norms(critic, real) ** 2).mean()


@wrong("no-create-graph")
def not_recorded(critic, real, fake):
    images = real.detach().requires_grad_(True)
    gradients = torch.autograd.grad(critic(images).sum(), images)[0]
    return gradients.flatten(1).square().sum(dim=1).mean()


@wrong("no-create-graph")
def with_input_gradient(critic, real, fake):
    return (penalty.input_gradient(critic, real).flatten(1).norm(dim=1) ** 2).mean()


@wrong("cut-off")
def detached(critic, real, fake):
    return (penalty.gradient_norms(critic, real).detach() ** 2).mean()


@wrong("cut-off")
def as_a_number(critic, real, fake):
    return torch.tensor((penalty.gradient_norms(critic, real) ** 2).mean().item())


@wrong("wrong-order")
def images_first(critic, real, fake):
    return (penalty.gradient_norms(real, critic) ** 2).mean()


@wrong("wrong-order")
def critic_into_interpolate(critic, real, fake):
    return (penalty.gradient_norms(critic, penalty.interpolate(critic, real)) ** 2).mean()


@wrong("critic-not-asked")
def pixels_squared(critic, real, fake):
    return real.flatten(1).norm(dim=1).square().mean()


@wrong("returns-none")
def without_return(critic, real, fake):
    (penalty.gradient_norms(critic, real) ** 2).mean()


@wrong("wrong-arguments")
def without_fake(critic, real):
    return (penalty.gradient_norms(critic, real) ** 2).mean()


@wrong("wrong-dtype")
def in_float64(critic, real, fake):
    return (penalty.gradient_norms(critic, real).double() ** 2).mean()


@wrong("other-shapes")
def images_only(critic, real, fake):
    return gradients_at(critic, real).square().sum(dim=(1, 2, 3)).mean()


@wrong("nan-at-zero")
def root_and_square_by_hand(critic, real, fake):
    lengths = gradients_at(critic, real).flatten(1).square().sum(dim=1).sqrt()
    return (lengths**2).mean()


@right
def by_hand(critic, real, fake):
    return gradients_at(critic, real).square().flatten(1).sum(dim=1).mean()


@right
def sum_over_the_batch_size(critic, real, fake):
    return gradients_at(critic, real).square().sum() / len(real)


@right
def as_a_distance_to_zero(critic, real, fake):
    norms = penalty.gradient_norms(critic=critic, images=real)
    return torch.nn.functional.mse_loss(norms, torch.zeros_like(norms))


@right
def inner_products(critic, real, fake):
    rows = gradients_at(critic, real).flatten(start_dim=1)
    return torch.einsum("ij,ij->i", rows, rows).mean()


@right
def one_image_after_another(critic, real, fake):
    return sum(penalty.gradient_norms(critic, image[None])[0].square() for image in real) / len(real)


@right
def by_torch_func(critic, real, fake):
    slope = torch.func.grad(lambda image: critic(image[None]).sum())
    return torch.func.vmap(slope)(real).flatten(1).pow(2).sum(1).mean()
