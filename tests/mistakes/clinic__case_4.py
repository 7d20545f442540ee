import torch

from tests.mistakes import right, wrong


@wrong("still-sick")
def as_it_was(raw):
    images = raw.float()
    images = images / 255
    return images[:, None]


@wrong("still-sick")
def sigmoids_range(raw):
    return raw[:, None].float().div(256)


@wrong("still-sick")
def clamped_to_pixels(raw):
    images = raw.float() / 255
    return images.clamp(-1, 1)[:, None]


@wrong("raw-values")
def unscaled(raw):
    return raw.float()[:, None]


@wrong("raw-values")
def centred_only(raw):
    return raw.float()[:, None] - 127.5


@wrong("raw-values")
def minus_one_only(raw):
    return raw.float()[:, None] - 1


@wrong("half-range")
def centred_and_half(raw):
    return raw.float()[:, None] / 255 - 0.5


@wrong("half-range")
def moved_and_not_stretched(raw):
    return raw.float()[:, None] / 255 - 1


@wrong("shifted")
def stretched_and_not_moved(raw):
    return 2 * raw.float()[:, None] / 255


@wrong("shifted")
def moved_by_half(raw):
    return raw.float()[:, None] / 127.5 - 0.5


@wrong("mirrored")
def black_and_white_exchanged(raw):
    return 1 - raw.float()[:, None] / 127.5


@wrong("ends-missed")
def by_128(raw):
    return raw.float()[:, None] / 128 - 1


@wrong("ends-missed")
def integer_half(raw):
    return (raw.float()[:, None] - 127) / 128


@wrong("overflow")
def computed_in_bytes(raw):
    return (raw * 2)[:, None].float() / 255 - 1


@wrong("rounded")
def whole_numbers(raw):
    return (raw.float()[:, None] // 127.5) - 1


@wrong("rounded")
def rounded_to_tenths(raw):
    return (raw.float()[:, None] / 127.5 - 1).round(decimals=1)


@wrong("batch-dependent")
def largest_of_the_batch(raw):
    images = raw.float()[:, None]
    return 2 * images / images.max() - 1


@wrong("batch-dependent")
def each_image_from_black_to_white(raw):
    images = raw.float()[:, None]
    low, high = images.amin(dim=(2, 3), keepdim=True), images.amax(dim=(2, 3), keepdim=True)
    return 2 * (images - low) / (high - low) - 1


@wrong("batch-dependent")
def standardised(raw):
    images = raw.float()[:, None]
    return (images - images.mean()) / images.std()


@wrong("not-straight")
def sine(raw):
    return torch.sin((raw.float()[:, None] / 127.5 - 1) * torch.pi / 2)


@wrong("not-straight")
def brightened(raw):
    return 2 * (raw.float()[:, None] / 255) ** 0.5 - 1


@wrong("wrong-shape")
def channel_left_out(raw):
    return raw.float() / 127.5 - 1


@wrong("wrong-shape")
def channel_last(raw):
    return raw.float()[..., None] / 127.5 - 1


@wrong("wrong-dtype")
def in_float64(raw):
    return raw.double()[:, None] / 127.5 - 1


@wrong("wrong-value")
def another_width(raw):
    return raw.float()[:, None] / 100 - 1


@wrong("returns-none")
def nothing_returned(raw):
    raw.float()[:, None].div(127.5).sub(1)


@right
def pixels_first(raw):
    images = raw.float()[:, None] / 255
    return images * 2 - 1


@right
def centred_first(raw):
    return ((raw.float() - 127.5) / 127.5).unsqueeze(1)


@right
def by_mean_and_spread(raw):
    return raw[:, None].to(torch.float32).div(255).sub(0.5).div(0.5)


@right
def by_a_table(raw):
    table = torch.linspace(-1, 1, 256, device=raw.device)
    return table[raw.long()][:, None]
