import torch

from tests.mistakes import right, wrong


@wrong("one-epsilon-per-batch")
def one_for_all(real, fake):
    epsilon = torch.rand(1, device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("not-between")
def normal(real, fake):
    epsilon = torch.randn(len(real), *[1] * (real.dim() - 1), device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("not-between")
def from_minus_1(real, fake):
    epsilon = 2 * torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device) - 1
    return epsilon * real + (1 - epsilon) * fake


@wrong("only-real")
def epsilon_1(real, fake):
    epsilon = torch.ones(len(real), *[1] * (real.dim() - 1), device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("only-fake")
def epsilon_0(real, fake):
    epsilon = torch.zeros(len(real), *[1] * (real.dim() - 1), device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("no-randomness")
def half_way(real, fake):
    return (real + fake) / 2


@wrong("epsilon-within-image")
def one_per_pixel(real, fake):
    epsilon = torch.rand_like(real)
    return epsilon * real + (1 - epsilon) * fake


@wrong("epsilon-within-image")
def one_per_channel(real, fake):
    epsilon = torch.rand(*real.shape[:2], *[1] * (real.dim() - 2), device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("epsilon-within-image")
def one_per_column(real, fake):
    epsilon = torch.rand(real.shape[-1], device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("epsilon-shape")
def no_axes_for_the_pixels(real, fake):
    epsilon = torch.rand(len(real), device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("epsilon-shape")
def as_a_column(real, fake):
    epsilon = torch.rand(len(real), 1, device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("batch-size")
def always_64(real, fake):
    epsilon = torch.rand(64, *[1] * (real.dim() - 1), device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("batch-size")
def squeezed(real, fake):
    epsilon = torch.rand(len(real), device=real.device).squeeze()
    return torch.stack([e * r + (1 - e) * f for e, r, f in zip(epsilon, real, fake)])


@wrong("same-every-time")
def seeded(real, fake):
    torch.manual_seed(1)
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("not-uniform")
def coins(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device).round()
    return epsilon * real + (1 - epsilon) * fake


@wrong("not-uniform")
def squashed_normal(real, fake):
    epsilon = torch.randn(len(real), *[1] * (real.dim() - 1), device=real.device).sigmoid()
    return epsilon * real + (1 - epsilon) * fake


@wrong("weights-do-not-add")
def two_epsilons(real, fake):
    shape = len(real), *[1] * (real.dim() - 1)
    return torch.rand(shape, device=real.device) * real + (1 - torch.rand(shape, device=real.device)) * fake


@wrong("weights-do-not-add")
def one_minus_forgotten(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return epsilon * real + epsilon * fake


@wrong("weights-do-not-add")
def start_forgotten(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return epsilon * (real - fake)


@wrong("other-shapes")
def images_only(real, fake):
    epsilon = torch.rand(len(real), 1, 1, 1, device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("other-shapes")
def unpacked(real, fake):
    n, channels, rows, columns = real.shape
    epsilon = torch.rand(n, 1, 1, 1, device=real.device)
    return epsilon * real + (1 - epsilon) * fake


@wrong("wrong-device")
def on_the_cpu(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1))
    return epsilon * real + (1 - epsilon) * fake


@wrong("returns-none")
def nothing(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    mixed = epsilon * real + (1 - epsilon) * fake


@wrong("wrong-type")
def epsilon_too(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return epsilon * real + (1 - epsilon) * fake, epsilon


@wrong("wrong-shape")
def flat(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return (epsilon * real + (1 - epsilon) * fake).flatten(1)


@wrong("input-changed")
def mixed_into_fake(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return fake.lerp_(real, epsilon)


@right
def from_fake_to_real(real, fake):
    epsilon = torch.rand(real.shape[0], device=real.device).view(-1, *(1,) * (real.ndim - 1))
    return fake + epsilon * (real - fake)


@right
def other_way_round(real, fake):
    epsilon = torch.rand((len(real),) + (1,) * (real.dim() - 1)).to(real.device)
    return epsilon * fake + (1 - epsilon) * real


@right
def einsum(real, fake):
    epsilon = torch.rand(len(real), device=real.device)
    return torch.einsum("n,n...->n...", epsilon, real) + torch.einsum("n,n...->n...", 1 - epsilon, fake)


@right
def one_at_a_time(real, fake):
    mixed = torch.empty_like(real)
    for i in range(len(real)):
        epsilon = torch.rand(()).item()
        mixed[i] = epsilon * real[i] + (1 - epsilon) * fake[i]
    return mixed


@right
def in_rows(real, fake):
    epsilon = torch.rand(len(real), 1, device=real.device)
    return torch.lerp(fake.flatten(1), real.flatten(1), epsilon).reshape(real.shape)


@right
def ready_to_differentiate(real, fake):
    epsilon = torch.rand_like(real.flatten(1)[:, :1]).reshape(-1, *[1] * (real.dim() - 1))
    return (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
