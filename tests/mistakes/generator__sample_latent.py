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


@wrong("seed-set")
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


@wrong("device-ignored")
def on_the_cpu_by_name(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device="cpu")


@wrong("device-ignored")
def back_on_the_cpu(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device=device).cpu()


@wrong("device-ignored")
def from_numpy_without_device(n, latent_dim, device=None):
    return torch.from_numpy(np.random.randn(n, latent_dim)).float()


@wrong("device-ignored")
def old_class(n, latent_dim, device=None):
    return torch.FloatTensor(n, latent_dim).normal_(0, 1)


@wrong("device-ignored")
def old_class_of_an_array(n, latent_dim, device=None):
    return torch.Tensor(np.random.normal(0, 1, (n, latent_dim)))


@wrong("device-ignored")
def stacked_on_the_cpu(n, latent_dim, device=None):
    return torch.stack([torch.randn(latent_dim) for _ in range(n)])


@wrong("device-ignored")
def law_without_device(n, latent_dim, device=None):
    return torch.distributions.Normal(0.0, 1.0).sample((n, latent_dim))


@wrong("wrong-dtype")
def doubles_asked_for(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, dtype=torch.float64, device=device)


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


@right
def of_its_name(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device=None if device is None else str(device))


@right
def cpu_unless_named(n, latent_dim, device=None):
    return torch.randn(n, latent_dim).to(torch.device(device or "cpu"))


@right
def from_numpy(n, latent_dim, device=None):
    return torch.from_numpy(np.random.randn(n, latent_dim)).to(device, torch.float32)


@right
def from_an_array(n, latent_dim, device=None):
    return torch.tensor(np.random.randn(n, latent_dim), dtype=torch.float32, device=device)


@right
def law_of_the_device(n, latent_dim, device=None):
    mean = torch.zeros(latent_dim, device=device)
    return torch.distributions.Normal(mean, torch.ones_like(mean)).sample((n,))


@right
def like_an_empty_one(n, latent_dim, device=None):
    return torch.randn_like(torch.empty(n, latent_dim, device=device))


@right
def new_from_an_empty_one(n, latent_dim, device=None):
    return torch.empty(0, device=device).new_empty(n, latent_dim).normal_()


@right
def normal_of_torch(n, latent_dim, device=None):
    return torch.normal(0.0, 1.0, size=(n, latent_dim), device=device)


@right
def into_an_empty_one(n, latent_dim, device=None):
    z = torch.empty(n, latent_dim, device=device)
    torch.randn(n, latent_dim, out=z)
    return z


@right
def within_the_device(n, latent_dim, device=None):
    with torch.device(device if device is not None else torch.get_default_device()):
        return torch.randn(n, latent_dim)


@right
def generator_of_the_device(n, latent_dim, device=None):
    rng = torch.Generator(device=device or "cpu")
    rng.seed()
    return torch.randn(n, latent_dim, generator=rng, device=device)


@right
def moved_if_named(n, latent_dim, device=None):
    z = torch.randn(n, latent_dim)
    return z if device is None else z.to(device)


@wrong("mirrored")
def antithetic(n, latent_dim, device=None):
    z = torch.randn((n + 1) // 2, latent_dim, device=device)
    return torch.cat([z, -z])[:n]


@wrong("same-for-all")
def repeated(n, latent_dim, device=None):
    z = torch.randn((n + 1) // 2, latent_dim, device=device)
    return z.repeat(2, 1)[:n]


@wrong("standardised")
def corrected(n, latent_dim, device=None):
    z = torch.randn(n, latent_dim, device=device, dtype=torch.float64)
    return ((z - z.mean()) / z.std()).float() if len(z) > 1 else z.float()


@wrong("never-negative")
def absolute(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device=device).abs()


@wrong("never-negative")
def exponential(n, latent_dim, device=None):
    return torch.empty(n, latent_dim, device=device).exponential_()


@wrong("cut-off")
def truncated(n, latent_dim, device=None):
    return torch.nn.init.trunc_normal_(torch.empty(n, latent_dim, device=device))


@wrong("cut-off")
def clamped(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device=device).clamp(-3, 3)


@wrong("cut-off")
def squashed(n, latent_dim, device=None):
    return torch.tanh(torch.randn(n, latent_dim, device=device))


@wrong("unit-length")
def on_the_sphere(n, latent_dim, device=None):
    z = torch.randn(n, latent_dim, device=device)
    return z / z.norm(dim=1, keepdim=True)


@wrong("unit-length")
def on_a_larger_sphere(n, latent_dim, device=None):
    z = torch.randn(n, latent_dim, device=device)
    return torch.nn.functional.normalize(z, dim=1) * latent_dim**0.5


@wrong("wrong-spread")
def divided_by_the_root(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device=device) / latent_dim**0.5


@wrong("few-values")
def signs(n, latent_dim, device=None):
    return 2.0 * torch.randint(0, 2, (n, latent_dim), device=device) - 1


@wrong("not-normal")
def heavy_tails(n, latent_dim, device=None):
    return torch.distributions.StudentT(5.0, 0.0, 0.6**0.5).sample((n, latent_dim)).to(device)


@wrong("not-random")
def empty(n, latent_dim, device=None):
    return torch.ones(n, latent_dim, device=device)


@wrong("same-every-time")
def numpy_generator(n, latent_dim, device=None):
    return torch.from_numpy(np.random.default_rng(0).standard_normal((n, latent_dim))).to(device, torch.float32)


@wrong("seed-set")
def numpy_seeded(n, latent_dim, device=None):
    np.random.seed(1)
    return torch.from_numpy(np.random.randn(n, latent_dim)).to(device, torch.float32)


@wrong("device-ignored")
def a_gpu_if_there_is_one(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device="cuda" if torch.cuda.is_available() else "cpu")


@wrong("device-ignored")
def a_gpu_if_any_device_is_named(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device="cuda" if device and torch.cuda.is_available() else None)


@wrong("wrong-call")
def device_by_position(n, latent_dim, device=None):
    return torch.zeros(n, latent_dim).normal_(device=device)


@wrong("switch-left")
def default_device(n, latent_dim, device=None):
    torch.set_default_dtype(torch.float64)
    return torch.randn(n, latent_dim, device=device).float()


@wrong("shape-swapped")
def transposed(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device=device).T


@wrong("wrong-shape")
def one_axis(n, latent_dim, device=None):
    return torch.randn(n * latent_dim, device=device)


@wrong("wrong-shape")
def squeezed(n, latent_dim, device=None):
    return torch.randn(n, latent_dim, device=device).squeeze()


@right
def box_muller(n, latent_dim, device=None):
    u = 1 - torch.rand(n, latent_dim, device=device)
    return (-2 * u.log()).sqrt() * torch.cos(2 * torch.pi * torch.rand(n, latent_dim, device=device))


@right
def inverse_of_erf(n, latent_dim, device=None):
    u = torch.rand(n, latent_dim, device=device, dtype=torch.float64).clamp(1e-12, 1 - 1e-12)
    return (2**0.5 * torch.erfinv(2 * u - 1)).to(torch.float32)


@right
def the_sign_turned(n, latent_dim, device=None):
    return -torch.randn(size=(n, latent_dim), device=device).detach()


@right
def many_normals(n, latent_dim, device=None):
    mean = torch.zeros(latent_dim, device=device)
    law = torch.distributions.MultivariateNormal(mean, torch.eye(latent_dim, device=device))
    return law.sample((n,))


@wrong("standardised")
def centred(n, latent_dim, device=None):
    z = torch.randn(n, latent_dim, device=device)
    return z - z.mean(dim=0)


@wrong("standardised")
def centred_each(n, latent_dim, device=None):
    z = torch.randn(n, latent_dim, device=device)
    return (z - z.mean(dim=1, keepdim=True)) * (latent_dim / max(latent_dim - 1, 1)) ** 0.5
