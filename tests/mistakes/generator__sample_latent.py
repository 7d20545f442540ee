import numpy as np
import torch

from tests.mistakes import right, wrong


@wrong("uniform")
def from_0_to_1(n, latent_dim, device=None):
    return torch.rand(n, latent_dim, device=device)


@wrong("uniform")
def from_minus_1_to_1(n, latent_dim, device=None):
    return 2 * torch.rand(n, latent_dim, device=device) - 1


@wrong("uniform")
def uniform_with_spread_1(n, latent_dim, device=None):
    return 12**0.5 * (torch.rand(n, latent_dim, device=device) - 0.5)


@wrong("same-every-time")
def seeded(n, latent_dim, device=None):
    torch.manual_seed(0)
    return torch.randn(n, latent_dim, device=device)


@wrong("same-every-time")
def generator_of_its_own(n, latent_dim, device=None):
    rng = torch.Generator().manual_seed(42)
    return torch.randn(n, latent_dim, generator=rng).to(device)


@wrong("shape-swapped")
def dimension_first(n, latent_dim, device=None):
    return torch.randn(latent_dim, n, device=device)


@wrong("wrong-shape")
def as_pictures(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, 1, 1, device=device)


@wrong("wrong-shape")
def hundred_always(n, latent_dim, device=None):
    return torch.randn(n, 100, device=device)


@wrong("same-for-all")
def one_z(n, latent_dim, device=None):
    return torch.randn(1, latent_dim, device=device).expand(n, latent_dim)


@wrong("not-independent")
def one_number_each(n, latent_dim, device=None):
    return torch.randn(n, 1, device=device).expand(n, latent_dim)


@wrong("not-independent")
def mixed(n, latent_dim, device=None):
    z = torch.randn(n, latent_dim, device=device)
    return (z + z.roll(1, dims=1)) / 2**0.5


@wrong("wrong-spread")
def small(n, latent_dim, device=None):
    return 0.02 * torch.randn(n, latent_dim, device=device)


@wrong("wrong-spread")
def variance_for_deviation(n, latent_dim, device=None):
    return torch.normal(0.0, 2.0, (n, latent_dim), device=device)


@wrong("wrong-mean")
def moved(n, latent_dim, device=None):
    return 1 + torch.randn(n, latent_dim, device=device)


@wrong("not-normal")
def laplace(n, latent_dim, device=None):
    return torch.distributions.Laplace(0.0, 0.5**0.5).sample((n, latent_dim)).to(device)


@wrong("not-random")
def zeros(n, latent_dim, device=None):
    return torch.zeros(n, latent_dim, device=device)


@wrong("wrong-dtype")
def doubles(n, latent_dim, device=None):
    return torch.from_numpy(np.random.randn(n, latent_dim)).to(device)


@wrong("wrong-dtype")
def whole_numbers(n, latent_dim, device=None):
    return torch.randint(-3, 4, (n, latent_dim), device=device)


@wrong("device-ignored")
def on_the_cpu(n, latent_dim, device=None):
    return torch.randn(n, latent_dim)


@wrong("wrong-arguments")
def without_device(n, latent_dim):
    return torch.randn(n, latent_dim)


@wrong("wrong-arguments")
def device_required(n, latent_dim, device):
    return torch.randn(n, latent_dim, device=device)


@wrong("returns-none")
def nothing(n, latent_dim, device=None):
    z = torch.randn(n, latent_dim, device=device)


@wrong("wrong-type")
def an_array(n, latent_dim, device=None):
    return np.random.randn(n, latent_dim)


@right
def moved_afterwards(n, latent_dim, device=None):
    return torch.randn((n, latent_dim)).to(device)


@right
def filled(n, latent_dim, device=None):
    return torch.empty(n, latent_dim, device=device).normal_()


@right
def from_a_distribution(n, latent_dim, device=None):
    return torch.distributions.Normal(0.0, 1.0).sample((n, latent_dim)).to(device)


@right
def row_by_row(n, latent_dim, device=None):
    return torch.stack([torch.randn(latent_dim, device=device) for _ in range(n)])
