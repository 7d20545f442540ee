"""Checks of generator.py: ranges, shapes, and the law of the noise."""

from collections.abc import Callable
from typing import NoReturn

import torch
from torch import Tensor, nn

from .judge import checks
from .probes import blaming, call, expect, near, show, tensor
from .report import Wrong, wrong
from .device import AnotherDevice, float32, on_another_device
from .networks import (
    DEFAULT,
    affine,
    all_trained,
    bare_range,
    build,
    has_parameters,
    last_layer,
    layers_fit,
    output_of,
    replacing,
    run,
    same_weights,
    width_counts,
)

# to_image --------------------------------------------------------------------


@checks("generator.to_image", "x")
def to_image(candidate: Callable[[Tensor], Tensor]) -> str:
    x = torch.tensor([-1.0, 0.0, 0.5, 1.0])
    value = call(candidate, x)
    if isinstance(value, Tensor) and value.dtype == torch.uint8:
        wrong("to-255", "Your result holds whole numbers. The screen's pixels here are floats between 0 and 1.")
    value = tensor(value, "the result for [-1, 0, 0.5, 1]", (4,))
    float32(value, "the result", "An image keeps its dtype on the way to the screen.")
    for numbers, mistake, message in (
        ([0, 0, 0.5, 1], "clamped", "You cut off the negative half: everything darker than middle grey becomes black. "
         "The whole range has to be moved and squeezed, not cut."),
        ([1, 0, 0.5, 1], "absolute-value", "-1 and 1 both become 1: black turns white. The order has to be kept."),
        ([1, 0.5, 0.25, 0], "inverted", "Black and white are exchanged."),
        ([-0.5, 0.5, 1, 1.5], "precedence", "Division goes before addition: only a part of your sum is divided."),
        ([0, 1, 1.5, 2], "not-halved", "From [-1, 1] you get [0, 2]. An interval of length 2 has to become one of "
         "length 1."),
        ([-0.5, 0, 0.25, 0.5], "not-moved", "From [-1, 1] you get [-0.5, 0.5]. The length is right, the place is not."),
        ([0, 127.5, 191.25, 255], "to-255", "From [-1, 1] you get [0, 255]; [0, 1] is asked for."),
        ([-1, 0, 0.5, 1], "unchanged", "Your result is the input."),
        ([-3, -1, 0, 1], "backwards", "You go from [0, 1] to [-1, 1]. It is the way back that is asked for."),
        (x.sigmoid(), "bent", "A sigmoid bends the greys and never reaches black or white. Move and squeeze in a "
         "straight line."),
    ):  # fmt: skip
        if near(value, torch.as_tensor(numbers, dtype=torch.float32)):
            wrong(mistake, f"For [-1, 0, 0.5, 1] yours is {show(value)}. {message}")
    expect(value, [0, 0.5, 0.75, 1], "for [-1, 0, 0.5, 1] the result")
    grey = torch.tensor([[-0.5, 0.5]])
    value = tensor(call(candidate, grey), "the result for [[-0.5, 0.5]]", (1, 2))
    if not near(value, [[0.25, 0.75]]):
        wrong(
            "depends-on-content",
            f"For [[-0.5, 0.5]] yours is {show(value.flatten())} instead of [0.25, 0.75]. What a pixel "
            "becomes may not depend on the darkest and lightest ones beside it.",
        )
    batch = torch.linspace(-1, 1, 2 * 3 * 4 * 4).view(2, 3, 4, 4)
    value = tensor(call(candidate, batch), "the result for a batch of colour images", tuple(batch.shape))
    expect(value.flatten(), torch.linspace(0, 1, batch.numel()), "for a batch of colour images the result")
    return "For [-1, 0, 0.5, 1] the pixels are [0, 0.5, 0.75, 1], for images of any shape."


# sample_latent ---------------------------------------------------------------


@checks("generator.sample_latent", "n latent_dim", "device")
def sample_latent(candidate: Callable[..., Tensor]) -> str:
    z = candidate(2000, 8)
    if isinstance(z, Tensor) and tuple(z.shape) == (8, 2000):
        wrong("shape-swapped", "For n=2000 and latent_dim=8 your shape is (8, 2000). The samples are counted first.")
    z = tensor(z, "the noise for n=2000, latent_dim=8", (2000, 8))
    if z.dtype != torch.float32:
        wrong("wrong-dtype", f"Your noise has dtype {z.dtype}, but the networks compute in torch.float32.")
    _fresh(candidate, z)
    _standard_normal(z)
    for n, latent_dim in ((1, 5), (3, 1)):
        tensor(candidate(n, latent_dim), f"the noise for n={n}, latent_dim={latent_dim}", (n, latent_dim))
    for device in ("cpu", torch.device("cpu")):
        tensor(candidate(3, 2, device=device), "the noise for a named device", (3, 2))
    for device in (AnotherDevice.device, str(AnotherDevice.device)):
        try:
            on_another_device(lambda device=device: candidate(3, 2, device=device))
        except Wrong:
            wrong("device-ignored", "Your noise is not made on the device that is asked for. Hand it on.")
    return (
        "16,000 numbers with mean near 0 and standard deviation near 1, normal in shape, independent, and "
        "new at each call; made where device says."
    )


def _fresh(candidate: Callable[..., Tensor], z: Tensor) -> None:
    if not z.any():
        wrong("not-random", "All your numbers are 0. The generator would draw one image only.")
    if near(z, candidate(2000, 8)):
        wrong(
            "same-every-time",
            "Two calls give the same noise: a seed inside makes every batch the same, and the generator "
            "would learn a handful of images. Seeds are set once, outside.",
        )
    if near(z[0], z[1]):
        wrong("same-for-all", "All samples of a batch share one z. Each sample needs noise of its own.")
    if near(z[:, 0], z[:, 1]):
        wrong("not-independent", "The coordinates of a z are all the same number. Draw latent_dim numbers for each z.")


def _standard_normal(z: Tensor) -> None:
    """Sixteen thousand numbers: mean and spread within five standard errors."""
    low, high = z.min().item(), z.max().item()
    if high - low < 5:
        wrong(
            "uniform" if (z > high - 0.05 * (high - low)).double().mean() > 0.03 else "wrong-spread",
            f"Your numbers end at {low:.2g} and {high:.2g}. Standard normal ones have no ends, and among "
            "16,000 some lie beyond 3.",
        )
    mean, spread = z.mean().item(), z.std().item()
    if abs(mean) > 0.04:
        wrong("wrong-mean", f"The mean of your numbers is {mean:.2g}; that of a standard normal law is 0.")
    if abs(spread - 1) > 0.03:
        wrong("wrong-spread", f"The standard deviation of your numbers is {spread:.2g}; it should be 1.")
    fourth = z.pow(4).mean().item()
    if abs(fourth - 3) > 0.4:
        wrong(
            "not-normal",
            "Mean 0 and standard deviation 1 are right, but the shape of the law is not: the mean fourth "
            f"power is {fourth:.2g}, and 3 for normal numbers.",
        )
    off_diagonal = torch.corrcoef(z.T).fill_diagonal_(0).abs().max().item()
    if off_diagonal > 0.15:
        wrong(
            "not-independent", f"Two coordinates of z are correlated ({off_diagonal:.2g}); they should be independent."
        )


# the networks ----------------------------------------------------------------


@checks("generator.MLPGenerator", optional="latent_dim image_shape width")
def mlp_generator(candidate: type[nn.Module]) -> str:
    return _generator(candidate, points=True)


@checks("generator.ConvGenerator", optional="latent_dim image_shape width")
def conv_generator(candidate: type[nn.Module]) -> str:
    return _generator(candidate, points=False)


def _generator(candidate: type[nn.Module], points: bool) -> str:
    net = build(candidate)
    z = torch.randn(4, 64)
    _fakes(net, z)
    has_parameters(net)
    if not points and all(parameter.ndim < 4 for parameter in net.parameters()):
        wrong("no-convolution", "The network has no convolution in it: none of its weights is a set of filters.")
    if getattr(net, "latent_dim", None) != 64:
        wrong(
            "latent-dim-missing",
            "The generator does not keep its latent_dim in self.latent_dim, where the training steps look for it.",
        )
    _norms(net)
    all_trained(net, z)
    net.eval()
    _single(net, z)
    _range(net, z)
    _bent(net, z)
    _sizes(candidate, points)
    widths = width_counts(candidate)
    other = "points in the plane" if points else "other sizes"
    return (
        f"Images of 28 or 32 pixels, 1 or 3 channels, and {other}; {widths}. The pixels reach both -1 and 1 "
        "and nothing beyond, every weight gets a gradient, and in eval mode an image depends on its own z "
        "alone."
    )


def _fakes(net: nn.Module, z: Tensor) -> Tensor:
    """Images of shape (n, *image_shape), or what their shape gives away."""
    n = len(z)
    try:
        fakes = run(net, z)
    except RuntimeError as error:
        layers_fit(str(error), n)
        raise
    if isinstance(fakes, Tensor) and fakes.shape != (n, *DEFAULT):
        shape = tuple(fakes.shape)
        if shape == (n, 784):
            wrong(
                "flat-output",
                f"Your result has shape {shape}: the right number of pixels in a row, not yet images of "
                f"shape {DEFAULT}.",
            )
        if shape == (n, 28, 28):
            wrong(
                "channel-axis-missing",
                f"Your result has shape {shape}: grey images have a channel axis too, of size 1.",
            )
        if shape == (n, 28, 28, 1):
            wrong("channels-last", f"Your result has shape {shape}. In torch the channels come before the rows.")
    return float32(tensor(fakes, f"the result for {n} latents", (n, *DEFAULT)), "the batch of fakes")


def _norms(net: nn.Module) -> None:
    for module in net.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.eps > 0.01:
            wrong(
                "batch-norm-eps",
                f"Your batch normalisation has eps={module.eps:g}: its second argument is eps, which only "
                "keeps the division safe, not the momentum. Name the argument that you mean, or leave it "
                "out.",
            )


def _single(net: nn.Module, z: Tensor) -> None:
    """One latent gives one image, the one that it gives in a batch."""
    fakes = run(net, z, 3).detach()
    same_weights(fakes, run(net, z, 4).detach())
    if near(fakes[0], fakes[1]):
        wrong("ignores-latent", "Different z give the same image: the output does not depend on z.")
    others = torch.cat([z[:1], -z[1:]])
    if not torch.allclose(run(net, others, 3)[0].detach(), fakes[0], atol=1e-4):
        _coupled()
    with blaming("single-latent", "Your generator fails for a single latent in eval mode."):
        one = run(net, z[:1]).detach()
    if one.shape != fakes[:1].shape:
        wrong(
            "single-latent",
            f"For a single latent your result has shape {tuple(one.shape)} instead of "
            f"{tuple(fakes[:1].shape)}. A squeeze also removes the axis that counts the images when there "
            "is one.",
        )
    if not torch.allclose(one[0], fakes[0], atol=1e-4):
        _coupled()


def _coupled() -> NoReturn:
    wrong(
        "samples-coupled",
        "In eval mode the image made from one z changes with the other latents in the batch. Each image "
        "may depend on its own z only: keep the first axis apart, and use running statistics in eval mode.",
    )


def _range(net: nn.Module, z: Tensor) -> None:
    """Push what the last layer gives to both ends, and look at the pixels."""
    layer = last_layer(net, z)
    if layer is None:
        low, high = bare_range(net, z)
        least, most, middle = low, high, None
    else:
        down, none, up = (
            replacing(net, z, layer, lambda output, size=size: torch.full_like(output, size))
            for size in (-1e4, 0.0, 1e4)
        )
        middle = none.abs().max().item()
        low, high = down.max().item(), up.min().item()
        least, most = down.min().item(), up.max().item()
    if most > 1.0001 or least < -1.0001:
        wrong(
            "unbounded",
            f"When the last layer gives large numbers, your pixels go from {least:.4g} to {most:.4g}. "
            "Images live in [-1, 1]: the last step has to keep them there.",
        )
    if abs(least) < 0.02 and high > 0.98 and middle is not None and middle < 0.02:
        wrong(
            "negatives-cut",
            "Your pixels go from 0 to 1: everything that the last layer gives below 0 is cut off, as by a ReLU "
            "before the tanh. Real images go from -1 to 1, so nothing stands between the last layer and the tanh.",
        )
    if abs(least) < 0.02 and high > 0.98:
        wrong(
            "zero-to-one",
            "Your pixels go from 0 to 1, as after a sigmoid, but the real images from -1 to 1. The range "
            "alone would give every fake away.",
        )
    if low > -0.98 or high < 0.98:
        wrong(
            "range",
            f"Whatever the last layer gives, your pixels stay between {low:.2g} and {high:.2g}; they should "
            "be able to reach -1 and 1, as real images do.",
        )


def _bent(net: nn.Module, z: Tensor) -> None:
    layer = last_layer(net, z)
    if layer is not None and affine(lambda z: output_of(net, z, layer), z):
        wrong(
            "no-activation",
            "Before the last step your network is linear in z: two linear layers in a row are one linear "
            "layer. Put an activation between them.",
        )


def _sizes(candidate: type[nn.Module], points: bool) -> None:
    """Other shapes: each failure has its own id."""
    cases = [
        (5, DEFAULT, "latent-fixed", "latent_dim=5", "latent_dim"),
        (64, (1, 32, 32), "size-fixed", "images of 32 pixels, image_shape=(1, 32, 32)", "image_shape"),
        (64, (3, 28, 28), "channels-fixed", "images with 3 channels, image_shape=(3, 28, 28)", "image_shape"),
        (64, (1, 28, 32), "rows-columns", "images that are not square, image_shape=(1, 28, 32)", "image_shape"),
    ]
    if points:
        cases.append((2, (2,), "points-fail", "points in the plane, image_shape=(2,)", "image_shape"))
    for latent_dim, shape, mistake, what, source in cases:
        message = f"Your generator does not work for {what}. Take its sizes from {source}."
        with blaming(mistake, message):
            net = build(candidate, latent_dim=latent_dim, image_shape=shape, width=32)
            fakes = run(net, torch.randn(3, latent_dim))
        if not isinstance(fakes, Tensor) or fakes.shape != (3, *shape):
            got = tuple(getattr(fakes, "shape", ()))
            wrong(mistake, f"{message} Three fakes have shape {got} instead of {(3, *shape)}.")
