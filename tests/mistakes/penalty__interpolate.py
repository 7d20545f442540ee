import numpy as np
import torch
from torch import nn

from tests.mistakes import right, wrong


def ones(real):
    return [1] * (real.dim() - 1)


def mix(epsilon, real, fake):
    return epsilon * real + (1 - epsilon) * fake


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


@wrong("seed-set")
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


@wrong("epsilon-shape")
def column_stretched(real, fake):
    return mix(torch.rand(real.size(0), 1, device=real.device).expand(real.size()), real, fake)


@wrong("epsilon-shape")
def row_stretched(real, fake):
    return mix(torch.rand(len(real), device=real.device).expand_as(real), real, fake)


@wrong("epsilon-shape")
def one_axis_less(real, fake):
    return mix(torch.rand(len(real), *[1] * (real.dim() - 2), device=real.device), real, fake)


@wrong("batch-size")
def always_64_stretched(real, fake):
    return mix(torch.rand(64, *ones(real), device=real.device).expand(64, *real.shape[1:]), real, fake)


@wrong("batch-size")
def always_50(real, fake):
    return mix(torch.rand(50, *ones(real), device=real.device), real, fake)


@wrong("batch-size")
def always_128_like_the_images(real, fake):
    return mix(torch.rand(128, *ones(real), device=real.device).expand_as(real), real, fake)


@wrong("batch-size")
def always_100_in_rows(real, fake):
    return mix(torch.rand(100, 1, device=real.device), real.view(100, -1), fake.view(100, -1)).view(real.shape)


@wrong("wrong-dtype")
def doubles_from_numpy(real, fake):
    return mix(torch.tensor(np.random.rand(len(real), *ones(real)), device=real.device), real, fake)


@wrong("wrong-dtype")
def doubles_moved(real, fake):
    return mix(torch.from_numpy(np.random.uniform(size=(len(real), *ones(real)))).to(real.device), real, fake)


@wrong("wrong-dtype")
def doubles_asked_for(real, fake):
    return mix(torch.rand(len(real), *ones(real), dtype=torch.float64, device=real.device), real, fake)


@wrong("wrong-dtype")
def doubles_at_the_end(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake).double()


@wrong("wrong-dtype")
def doubles_for_each(real, fake):
    return torch.stack([torch.lerp(f.double(), r.double(), np.random.rand()) for r, f in zip(real, fake)])


@wrong("wrong-dtype")
def halves(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake).bfloat16()


@wrong("wrong-device")
def on_the_cpu_by_name(real, fake):
    return mix(torch.rand(len(real), *ones(real), device="cpu"), real, fake)


@wrong("wrong-device")
def taken_to_the_cpu(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device).cpu(), real, fake)


@wrong("wrong-device")
def all_on_the_cpu(real, fake):
    real, fake = real.data.cpu(), fake.data.cpu()
    return mix(torch.rand(len(real), *ones(real)), real, fake)


@wrong("wrong-device")
def result_on_the_cpu(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake).to("cpu")


@wrong("wrong-device")
def from_numpy_without_device(real, fake):
    return mix(torch.from_numpy(np.random.rand(len(real), *ones(real))).float(), real, fake)


@wrong("wrong-device")
def numpy_numbers_without_device(real, fake):
    return mix(torch.tensor(np.random.rand(len(real), *ones(real)), dtype=real.dtype), real, fake)


@wrong("wrong-device")
def all_in_numpy(real, fake):
    epsilon = np.random.rand(len(real), *ones(real)).astype(np.float32)
    return torch.from_numpy(mix(epsilon, real.numpy(), fake.numpy()))


@wrong("wrong-device")
def all_in_numpy_by_way_of_the_cpu(real, fake):
    epsilon = np.random.rand(len(real), *ones(real)).astype(np.float32)
    return torch.from_numpy(mix(epsilon, real.cpu().numpy(), fake.cpu().numpy()))


@wrong("wrong-device")
def old_class(real, fake):
    return mix(torch.FloatTensor(len(real), *ones(real)).uniform_(0, 1), real, fake)


@wrong("wrong-device")
def old_class_of_an_array(real, fake):
    return mix(torch.Tensor(np.random.random((len(real), *ones(real)))), real, fake)


@wrong("wrong-device")
def stretched_on_the_cpu(real, fake):
    return torch.lerp(fake, real, torch.rand(len(real), *ones(real)).expand_as(real))


@wrong("wrong-device")
def uniform_law_without_device(real, fake):
    return mix(torch.distributions.Uniform(0.0, 1.0).sample((len(real), *ones(real))), real, fake)


@wrong("wrong-device")
def generator_without_device(real, fake):
    rng = torch.Generator()
    rng.seed()
    return mix(torch.rand(len(real), *ones(real), generator=rng), real, fake)


@wrong("wrong-device")
def filled_in_on_the_cpu(real, fake):
    mixed = torch.empty(real.shape)
    for i in range(len(real)):
        mixed[i] = mix(torch.rand(()).item(), real[i], fake[i])
    return mixed


@wrong("wrong-device")
def stacked_numbers(real, fake):
    epsilon = torch.stack([torch.rand(()) for _ in real])
    return torch.einsum("n,n...->n...", epsilon, real - fake) + fake


@wrong("wrong-device")
def vectorised_on_the_cpu(real, fake):
    return torch.func.vmap(mix)(torch.rand(len(real)), real, fake)


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


@right
def of_the_type_of_the_images(real, fake):
    return mix(torch.rand(len(real), *ones(real)).type_as(real), real, fake)


@right
def to_where_the_images_are(real, fake):
    return mix(torch.rand(len(real), *ones(real)).to(real), real, fake)


@right
def by_the_name_of_the_type(real, fake):
    return mix(torch.rand(len(real), *ones(real), dtype=torch.float64).type(real.type()), real, fake)


@right
def moved_with_its_dtype(real, fake):
    epsilon = torch.from_numpy(np.random.rand(len(real), *ones(real)))
    return mix(epsilon.to(device=real.device, dtype=real.dtype), real, fake)


@right
def numpy_numbers(real, fake):
    epsilon = torch.tensor(np.random.rand(len(real), *ones(real)), dtype=real.dtype, device=real.device)
    return mix(epsilon, real, fake)


@right
def new_tensor(real, fake):
    return mix(real.new_tensor(np.random.rand(len(real), *ones(real))), real, fake)


@right
def new_and_filled(real, fake):
    return mix(real.new(len(real), *ones(real)).uniform_(), real, fake)


@right
def new_empty(real, fake):
    return mix(real.new_empty(len(real), *ones(real)).uniform_(0, 1), real, fake)


@right
def new_zeros(real, fake):
    return mix(nn.init.uniform_(real.new_zeros((len(real), *ones(real)))), real, fake)


@right
def new_ones_times_each(real, fake):
    epsilon = real.new_ones(len(real)) * real.new_full((len(real),), 1.0).uniform_()
    return mix(epsilon.view(-1, *ones(real)), real, fake)


@right
def like_one_pixel(real, fake):
    first_pixel = (slice(None), *[slice(1)] * (real.dim() - 1))
    return mix(torch.rand_like(real[first_pixel]), real, fake)


@right
def into_an_empty_one(real, fake):
    epsilon = torch.empty(len(real), *ones(real), device=real.device)
    torch.rand(epsilon.shape, out=epsilon)
    return mix(epsilon, real, fake)


@right
def copied_over(real, fake):
    epsilon = torch.empty(len(real), *ones(real), device=real.device)
    epsilon[:] = torch.rand(epsilon.shape)
    return mix(epsilon, real, fake)


@right
def cuda_if_the_images_are(real, fake):
    epsilon = torch.rand(len(real), *ones(real))
    return mix(epsilon.cuda() if real.is_cuda else epsilon, real, fake)


@right
def by_number_of_the_device(real, fake):
    device = real.get_device() if real.get_device() >= 0 else "cpu"
    return mix(torch.rand(len(real), *ones(real), device=device), real, fake)


@right
def by_kind_of_device(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device.type), real, fake)


@right
def within_a_device(real, fake):
    with torch.device(real.device):
        return mix(torch.rand(len(real), *ones(real)), real, fake)


@right
def default_device(real, fake):
    torch.set_default_device(real.device)
    try:
        return mix(torch.rand(len(real), *ones(real)), real, fake)
    finally:
        torch.set_default_device(None)


@right
def generator_of_the_device(real, fake):
    rng = torch.Generator(device=real.device)
    rng.seed()
    return mix(torch.rand(len(real), *ones(real), generator=rng, device=real.device), real, fake)


@right
def generator_of_the_cpu(real, fake):
    rng = torch.Generator()
    rng.seed()
    return mix(torch.rand(len(real), *ones(real), generator=rng).to(real.device), real, fake)


@right
def uniform_law(real, fake):
    law = torch.distributions.Uniform(real.new_zeros(()), 1)
    return mix(law.sample((len(real), *ones(real))), real, fake)


@right
def uniform_law_between_tensors(real, fake):
    law = torch.distributions.Uniform(real.new_zeros(len(real), *ones(real)), real.new_ones(len(real), *ones(real)))
    return mix(law.sample(), real, fake)


@right
def stretched_and_moved(real, fake):
    return mix(torch.rand(len(real), *ones(real)).expand_as(real).to(real.device), real, fake)


@right
def broadcast_together(real, fake):
    epsilon, _ = torch.broadcast_tensors(torch.rand(len(real), *ones(real), device=real.device), real)
    return torch.lerp(fake, real, epsilon)


@right
def each_pixel_chosen(real, fake):
    epsilon = torch.rand(len(real), *ones(real), device=real.device)
    return torch.where(epsilon > 0.5, real + (1 - epsilon) * (fake - real), fake.lerp(real, epsilon))


@right
def mended_when_they_do_not_meet(real, fake):
    epsilon = torch.rand(len(real), *ones(real))
    try:
        return mix(epsilon, real, fake)
    except RuntimeError:
        return mix(epsilon.to(real.device), real, fake)


@right
def python_floats(real, fake):
    return torch.stack([mix(float(np.random.rand()), r, f) for r, f in zip(real, fake)])


@right
def numbers_in_double(real, fake):
    epsilons = torch.rand(len(real), dtype=torch.float64)
    return torch.stack([mix(epsilon, r, f) for epsilon, r, f in zip(epsilons, real, fake)])


@right
def vectorised(real, fake):
    return torch.func.vmap(mix)(torch.rand(len(real), device=real.device), real, fake)


@right
def drawn_within(real, fake):
    return torch.func.vmap(lambda r, f: mix(torch.rand((), device=r.device), r, f), randomness="different")(real, fake)


@right
def shuffled_places(real, fake):
    n = len(real)
    epsilon = ((torch.arange(n) + torch.rand(n)) / n)[torch.randperm(n)] if n > 1 else torch.rand(1)
    return mix(epsilon.to(real).view(-1, *ones(real)), real, fake)


@wrong("same-every-time")
def generator_with_a_fixed_seed(real, fake):
    rng = torch.Generator(device=real.device).manual_seed(0)
    return mix(torch.rand(len(real), *ones(real), generator=rng, device=real.device), real, fake)


@wrong("same-every-time")
def numpy_generator_with_a_fixed_seed(real, fake):
    epsilon = np.random.default_rng(42).random((len(real), *ones(real)))
    return mix(torch.as_tensor(epsilon, dtype=real.dtype, device=real.device), real, fake)


@wrong("same-every-time")
def evenly_spread(real, fake):
    return mix(torch.linspace(0, 1, len(real) + 2, device=real.device)[1:-1].view(-1, *ones(real)), real, fake)


@wrong("weights-do-not-add")
def real_left_whole(real, fake):
    epsilon = torch.rand(len(real), *ones(real), device=real.device)
    return real + epsilon * fake


@wrong("beside-the-line")
def noise_between(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake) + 0.1 * torch.randn_like(real)


@wrong("beside-the-line")
def positive_only(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake).relu()


@wrong("beside-the-line")
def shown_as_an_image(real, fake):
    return (mix(torch.rand(len(real), *ones(real), device=real.device), real, fake) + 1) / 2


@wrong("beside-the-line")
def squashed_into_the_range(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake).tanh()


@wrong("beside-the-line")
def cut_to_the_range_of_images(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake).clamp(-1, 1)


@wrong("weights-do-not-add")
def twice_as_long(real, fake):
    epsilon = torch.rand(len(real), *ones(real), device=real.device)
    return 2 * mix(epsilon, real, fake)


@wrong("not-between")
def beyond_the_real_image(real, fake):
    epsilon = torch.rand(len(real), *ones(real), device=real.device)
    return real + epsilon * (real - fake)


@wrong("not-between")
def stretched_range(real, fake):
    return mix(1.5 * torch.rand(len(real), *ones(real), device=real.device), real, fake)


@wrong("not-between")
def percent(real, fake):
    return mix(torch.randint(0, 101, (len(real), *ones(real)), device=real.device), real, fake)


@wrong("only-fake")
def whole_epsilon(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device).int(), real, fake)


@wrong("not-uniform")
def tenths(real, fake):
    return mix(torch.randint(0, 11, (len(real), *ones(real)), device=real.device) / 10, real, fake)


@wrong("not-uniform")
def squared(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device) ** 2, real, fake)


@wrong("not-uniform")
def mean_of_two(real, fake):
    shape = len(real), *ones(real)
    epsilon = (torch.rand(shape, device=real.device) + torch.rand(shape, device=real.device)) / 2
    return mix(epsilon, real, fake)


@wrong("not-uniform")
def only_the_middle(real, fake):
    return mix(0.2 + 0.6 * torch.rand(len(real), *ones(real), device=real.device), real, fake)


@wrong("not-uniform")
def one_of_the_two(real, fake):
    return torch.where(torch.rand(len(real), *ones(real), device=real.device) < 0.5, real, fake)


@wrong("not-uniform")
def clamped_normal(real, fake):
    return mix(torch.randn(len(real), *ones(real), device=real.device).clamp(0, 1), real, fake)


@wrong("one-epsilon-per-batch")
def python_number(real, fake):
    epsilon = np.random.rand()
    return epsilon * real + (1 - epsilon) * fake


@wrong("one-epsilon-per-batch")
def lerp_with_one_number(real, fake):
    return torch.lerp(fake, real, torch.rand((), device=real.device))


@wrong("epsilon-within-image")
def one_per_row_of_pixels(real, fake):
    return mix(torch.rand(*real.shape[:-1], 1, device=real.device), real, fake)


@wrong("epsilon-within-image")
def one_per_pixel_for_all_images(real, fake):
    return mix(torch.rand(real.shape[1:], device=real.device), real, fake)


@wrong("wrong-dtype")
def lerp_in_double(real, fake):
    epsilon = torch.rand(len(real), *ones(real), dtype=torch.float64, device=real.device)
    return torch.lerp(fake, real, epsilon)


@wrong("not-contiguous")
def rows_by_view(real, fake):
    epsilon = torch.rand(len(real), 1, device=real.device)
    return mix(epsilon, real.view(len(real), -1), fake.view(len(real), -1)).view(real.shape)


@wrong("other-shapes")
def four_axes_wanted(real, fake):
    epsilon = torch.rand(len(real), device=real.device)
    return mix(epsilon[:, None, None, None], real, fake)


@wrong("other-shapes")
def flattened_for_points(real, fake):
    epsilon = torch.rand(len(real), *[1] * (real.flatten(1).dim() + 1), device=real.device)
    return mix(epsilon, real, fake)


@wrong("batch-size")
def first_half(real, fake):
    half = len(real) // 2
    epsilon = torch.rand(half, *ones(real), device=real.device)
    return mix(epsilon, real[:half], fake[:half])


@wrong("batch-size")
def all_in_one_batch(real, fake):
    epsilon = torch.rand(len(real), *ones(real), device=real.device)
    return torch.cat([real, mix(epsilon, real, fake)])


@wrong("wrong-type")
def as_an_array(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake).detach().cpu().numpy()


@wrong("wrong-dtype")
def as_bytes(real, fake):
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake).to(torch.uint8)


@wrong("input-changed")
def in_place(real, fake):
    epsilon = torch.rand(len(real), *ones(real), device=real.device)
    real *= epsilon
    return real + (1 - epsilon) * fake


@wrong("no-randomness")
def golden_ratio(real, fake):
    return mix(0.618, real, fake)


@wrong("seed-set")
def seeded_for_the_sake_of_order(real, fake):
    np.random.seed(0)
    epsilon = real.new_tensor(np.random.rand(len(real), *ones(real)))
    return mix(epsilon, real, fake)


@right
def other_pairs(real, fake):
    fake = fake[torch.randperm(len(fake), device=fake.device)]
    return mix(torch.rand(len(real), *ones(real), device=real.device), real, fake)


@right
def on_own_copies_in_place(real, fake):
    epsilon = torch.rand(len(real), *ones(real), device=real.device)
    return real.clone().mul_(epsilon).add_(fake.clone().mul_(1 - epsilon))


@right
def addcmul(real, fake):
    epsilon = torch.rand(len(real), device=real.device).reshape(-1, *ones(real)).expand_as(real)
    return torch.addcmul(fake, epsilon, real - fake)


@right
def diagonal_matrix(real, fake):
    epsilon = torch.diag(torch.rand(len(real), device=real.device))
    return (epsilon @ real.flatten(1) + fake.flatten(1) - epsilon @ fake.flatten(1)).reshape(real.shape)


@right
def transposed(real, fake):
    epsilon = torch.rand(len(real), device=real.device)
    return (epsilon * real.movedim(0, -1) + (1 - epsilon) * fake.movedim(0, -1)).movedim(-1, 0)
