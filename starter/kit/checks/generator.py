"""Checks of generator.py: ranges, shapes, and the distribution of the noise."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from . import draw, networks
from .calls import call
from .device import AnotherDevice, float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .networks import Layer
from .probes import expect, near, show, tensor
from .report import Wrong

wrong = Mistakes(
    """
    to-255/whole: Your result holds whole numbers. The screen's pixels here are floats between 0 and 1.
    clamped: {LINE} The negative half is cut off: everything darker than middle grey becomes black. The whole range has
        to be moved and squeezed, not cut.
    absolute-value: {LINE} -1 and 1 both become 1: black turns white. The order has to be kept.
    inverted: {LINE} Black and white are exchanged.
    precedence: {LINE} Division goes before addition: only a part of your sum is divided.
    not-halved: {LINE} From [-1, 1] you get [0, 2]. An interval of length 2 has to become one of length 1.
    not-moved: {LINE} From [-1, 1] you get [-0.5, 0.5]. The length is right, the place is not.
    to-255: {LINE} From [-1, 1] you get [0, 255]; [0, 1] is asked for.
    unchanged: {LINE} Your result is the input.
    backwards: {LINE} You go from [0, 1] to [-1, 1]. It is the way back that is asked for.
    bent: {LINE} The ends or the greys between them are bent. Move and squeeze in a straight line.
    rounded: {LINE} Greys are lost: rounding leaves black, white and little between.
    not-straight: {LINE} Black should become 0, white 1, and the greys lie between them in proportion.
    depends-on-content: The same pixels become {yours} here and {alone} when they are alone. What a pixel becomes may
        not depend on the others beside it.
    shape-swapped: For n={n} and latent_dim={latent_dim} your shape is ({latent_dim}, {n}). The samples are counted
        first.
    wrong-dtype: Your noise has dtype {dtype}, but the networks compute in torch.float32.
    device-ignored: Your noise is not made on the device that is asked for. Hand it on.
    device-ignored/cpu: Asked for noise on the CPU, yours is made on a GPU when there is one. Take the device that is
        handed in.
    few-values: Your numbers take {values} values only. Standard normal numbers take any value, most often one near 0.
    not-random: All your numbers are {low:.3g}. The generator would draw one image only.
    same-every-time: Two calls give the same noise: a seed inside makes every batch the same, and the generator would
        learn a handful of images. Seeds are set once, outside.
    same-for-all: Some samples of a batch share one z. Each sample needs noise of its own.
    mirrored: Half of your samples are the other half with the sign turned. Each sample needs noise of its own.
    standardised: You correct your numbers with each other: their mean or standard deviation is right to the last digit.
        Independent numbers are never so exact.
    not-independent/same: The coordinates of a z are all the same number. Draw latent_dim numbers for each z.
    not-independent: Two coordinates of a z are correlated ({correlation:.2g}); they should be independent.
    uniform: Your numbers lie between {low:.2g} and {high:.2g}, all values about as often, as from rand. Standard normal
        numbers are most often near 0, and have no ends.
    never-negative: Your numbers are never below 0. Half of all standard normal numbers are.
    cut-off: None of your {n:,} numbers is beyond {high:.2g}. Standard normal numbers have no ends: about 1 in 370 lies
        beyond 3.
    wrong-mean: The mean of your numbers is {mean:.2g}; that of standard normal numbers is 0.
    wrong-spread: The standard deviation of your numbers is {spread:.2g}; it should be 1.
    unit-length: Each of your z has length {length:.3g}. Standard normal ones have different lengths: do not divide by
        them.
    not-normal: Mean 0 and standard deviation 1 are right, but the distribution is not normal: the mean fourth power is
        {fourth:.2g}, and 3 for normal numbers.
    latent-dim-missing: The generator does not keep its latent_dim in self.latent_dim, where the training steps look for
        it.
    flat-output: Your result has shape {shape}: the right number of pixels in a row, not yet images of shape (1, 28,
        28).
    channel-axis-missing: Your result has shape {shape}: grey images have a channel axis too, of size 1.
    channels-last: Your result has shape {shape}. In torch the channels come before the rows.
    one-for-all: For {n} latents your result has shape {shape}: one image for all. Each z has an image of its own.
    batch-norm-eps: Your batch normalisation has eps={eps:g}: its second argument is eps, which only keeps the
        division safe, not the momentum. Name the argument that you mean, or leave it out.
    ignores-latent: Different z give the same image: the output does not depend on z.
    latent-detached: No gradient reaches z, so nobody can search for the z of an image, as sheet 07 does. Stay in the
        graph, from z to the image.
    latent-part-ignored: Some numbers of z have no influence on the image. Let all latent_dim of them go in.
    samples-coupled: In eval mode the image made from one z changes with the other latents in the batch. Each image may
        depend on its own z only: keep the first axis apart, and use running statistics in eval mode.
    single-latent/fails: Your generator fails for a single latent in eval mode.
    single-latent: For a single latent your result has shape {shape} instead of {right}. A squeeze also removes the
        axis that counts the images when there is one.
    unbounded: When the last layer gives large numbers, your pixels go from {least:.4g} to {most:.4g}. Images live
        in [-1, 1]: the last step has to keep them there.
    negatives-cut: Your pixels go from 0 to 1: everything that the last layer gives below 0 is cut off, as by a ReLU.
        Real images go from -1 to 1.
    zero-to-one: Your pixels go from 0 to 1, as after a sigmoid, but the real images from -1 to 1. The range alone would
        give every fake away.
    range: Whatever the last layer gives, your pixels stay between {least:.2g} and {most:.2g}; they should be able to
        reach -1 and 1, as real images do.
    """.replace("{LINE}", "For {x} yours is {yours}.")
)


@checks("generator.to_image", "x")
def to_image(candidate: Callable[[Tensor], Tensor]) -> str:
    greys = [draw.number(-0.9, -0.6), draw.number(0.15, 0.3), draw.number(0.6, 0.8)]
    x = torch.tensor([-1.0, 0.0, 1.0, *greys])[torch.cat([torch.tensor([0]), 1 + draw.order(5)])]
    value = call(candidate, x)
    if isinstance(value, Tensor) and not value.is_floating_point():
        wrong("to-255/whole")
    value = tensor(value, f"the result for {show(x)}", (6,))
    float32(value, "the result", "An image keeps its dtype on the way to the screen.")
    right = (x + 1) / 2
    known = {
        "clamped": (x.clamp(0, 1), (2 * x - 1).clamp(0, 1)),
        "absolute-value": (x.abs(), x**2),
        "inverted": (1 - x) / 2,
        "precedence": (x + 0.5, x / 2 + 1),
        "not-halved": x + 1,
        "not-moved": x / 2,
        "to-255": (255 * right, (255 * right).floor(), (255 * right).round(), 256 * right),
        "unchanged": x,
        "backwards": (2 * x - 1, 2 * (x - 0.5)),
        "bent": (x.sigmoid(), (x.tanh() + 1) / 2, x.softmax(0), right**2, right.sqrt(), right ** (1 / 2.2), right**2.2),
        "rounded": (right.round(), right.floor(), right.ceil()),
    }
    wrong.named(value, known, x=show(x))
    alone = torch.cat([tensor(call(candidate, pair), "the result for two pixels", (2,)) for pair in x.split(2)])
    if not near(alone, value):
        wrong("depends-on-content", yours=show(value), alone=show(alone))
    if not near(value, right):
        wrong("not-straight", x=show(x), yours=show(value))
    batch = draw.images(2, draw.whole(2, 4), 4, 5)
    for images in (batch, networks.scattered(batch), batch[0, 0]):
        shape = tuple(images.shape)
        value = tensor(call(candidate, images), f"the result for images of shape {shape}", shape)
        expect(value, (images + 1) / 2, f"for images of shape {shape} the result")
    return f"For {show(x)} the pixels are {show(right)}, for images of any shape."


@checks("generator.sample_latent", "n latent_dim", "device")
def sample_latent(candidate: Callable[..., Tensor]) -> str:
    n, latent_dim = draw.whole(1800, 2200), draw.whole(7, 10)
    z = candidate(n, latent_dim)
    if isinstance(z, Tensor) and tuple(z.shape) == (latent_dim, n):
        wrong("shape-swapped", n=n, latent_dim=latent_dim)
    z = tensor(z, f"the noise for n={n}, latent_dim={latent_dim}", (n, latent_dim)).detach()
    if z.dtype != torch.float32:
        wrong("wrong-dtype", dtype=z.dtype)
    values = len(z.unique())
    found = {
        "not-random": z.min() == z.max(),
        "few-values": values < 100 and (z != z[0]).any(),
        "same-every-time": near(z, candidate(n, latent_dim)),
        "not-independent/same": near(z[:, 0], z[:, 1]),
        "same-for-all": len(z.unique(dim=0)) < n,
        "mirrored": len(z.abs().unique(dim=0)) < n,
    }
    wrong.first(found, low=z.min().item(), values=values)
    _standard_normal(z)
    for few, dimension in ((1, draw.whole(3, 9)), (draw.whole(2, 9), 1)):
        tensor(candidate(few, dimension), f"the noise for n={few}, latent_dim={dimension}", (few, dimension))
    for device in ("cpu", torch.device("cpu")):
        tensor(candidate(3, 2, device=device), "the noise for a named device", (3, 2))
    for device in (AnotherDevice.device, str(AnotherDevice.device)):
        try:
            on_another_device(partial(candidate, 3, 2, device=device))
        except Wrong:
            wrong("device-ignored")
    with AnotherDevice() as gpu:
        if not gpu.on_cpu(candidate(3, 2, device="cpu")):
            wrong("device-ignored/cpu")
    return (
        f"{z.numel():,} numbers with mean near 0 and standard deviation near 1, normal in shape, independent, and new "
        "at each call; made where device says."
    )


def _standard_normal(z: Tensor) -> None:
    """Many numbers: mean and spread within five standard errors."""
    low, high, mean, spread = z.min().item(), z.max().item(), z.double().mean().item(), z.std().item()
    fourth = ((z - mean) / spread).pow(4).mean().item()  # whatever mean and spread are
    correlation = torch.corrcoef(z.T).fill_diagonal_(0).abs().max().item()
    lengths = z.norm(dim=1)
    normal = abs(fourth - 3) < 0.45
    found = {
        "unit-length": lengths.max() - lengths.min() < 1e-3 * lengths.mean(),
        "uniform": (z.flatten().sort().values - torch.linspace(low, high, z.numel())).abs().max() < 0.03 * (high - low),
        "never-negative": low >= 0,
        "wrong-mean": abs(mean) > 0.04 * max(spread, 1),
        "cut-off": not normal and fourth < 3 and max(-low, high) < 3.2,
        "wrong-spread": abs(spread - 1) > 0.03,
        "cut-off/3": max(-low, high) < 3.2,
        "not-normal": not normal,
        "standardised": abs(mean) < 2e-8
        or any(off.abs().max() < 1e-5 for off in (z.mean(dim=0), z.mean(dim=1), z.std(dim=0) - 1)),
        "not-independent": correlation > 0.15,
    }
    words = {"low": low, "high": high, "mean": mean, "spread": spread, "fourth": fourth, "n": z.numel()}
    wrong.first(
        {key.removesuffix("/3"): made for key, made in found.items() if made},
        **words,
        correlation=correlation,
        length=lengths[0],
    )


def _generator(candidate: type[nn.Module], points: bool) -> str:
    defaults: dict[str, Any] = {"latent_dim": 64, "image_shape": (1, 28, 28), "width": 256 if points else 24}
    net, n = networks.build(candidate), 2 * draw.whole(1, 3) + 1
    z = draw.normal(n, 64)
    networks.same_defaults(candidate, defaults)
    _fakes(net, z, asked(points, **defaults))
    networks.has_parameters(net, filters=not points)
    if getattr(net, "latent_dim", None) != 64:
        wrong("latent-dim-missing")
    for layer in networks.batch_norms(net):
        if layer.eps > 0.01:
            wrong("batch-norm-eps", eps=layer.eps)
    net.eval()
    _single(net, z)
    widths = networks.width_counts(candidate)
    for case, shape in {"latent-fixed": (1, 28, 28), **networks.other_shapes(points)}.items():
        latent_dim = draw.whole(3, 30)
        settings = {"latent_dim": latent_dim, "image_shape": shape, "width": 2 * draw.whole(4, 9)}
        networks.works_for(case, candidate, settings, draw.normal(n, latent_dim), (n, *shape), "generator")
    note = _as_asked(candidate, points)
    return (
        f"Images of any size and number of channels{', and points' if points else ''}; {widths}. The pixels reach -1 "
        f"and 1 and nothing beyond, and in eval mode an image depends on its own z alone.{note}"
    )


for name, points in (("MLPGenerator", True), ("ConvGenerator", False)):
    checks(f"generator.{name}", optional="latent_dim image_shape width")(partial(_generator, points=points))


def asked(points: bool, latent_dim: int, image_shape: tuple[int, ...], width: int) -> list[Layer]:
    """The layers that are asked for."""
    if points:
        sizes = (latent_dim, width, 2 * width, prod(image_shape))
        return [Layer(networks.LINEAR, a, b) for a, b in pairwise(sizes)]
    channels, rows, columns = image_shape
    doubled = partial(Layer, networks.TRANSPOSED, kernel=(4, 4), stride=(2, 2))
    return [
        Layer(networks.LINEAR, latent_dim, 2 * width * (rows // 4) * (columns // 4)),
        doubled(2 * width, width, sides=(rows // 2, columns // 2)),
        doubled(width, channels, sides=(rows, columns)),
    ]


def _fakes(net: nn.Module, z: Tensor, layers: list[Layer]) -> None:
    """Images of shape (n, 1, 28, 28), or what their shape gives away."""
    n = len(z)
    try:
        fakes = networks.run(net, z)
    except (RuntimeError, ValueError) as error:
        networks.misfit(error, net, z, layers)
        raise
    shape = tuple(fakes.shape) if isinstance(fakes, Tensor) else ()
    found = {
        "flat-output": shape == (n, 784),
        "channel-axis-missing": shape == (n, 28, 28),
        "channels-last": shape == (n, 28, 28, 1),
        "one-for-all": shape in ((1, 28, 28), (1, 1, 28, 28)),
    }
    wrong.first(found, shape=shape, n=n)
    if len(shape) == 4 and shape[1:] != (1, 28, 28):
        networks.sides_go(net, z, layers)
    float32(tensor(fakes, f"the result for {n} latents", (n, 1, 28, 28)), "the batch of fakes")


def _single(net: nn.Module, z: Tensor) -> None:
    """One latent gives one image, the one that it gives in a batch."""
    fakes = networks.run(net, z, 3).detach()
    networks.same_weights(fakes, networks.run(net, z, 4).detach())
    if near(fakes[0], fakes[1]):
        wrong("ignores-latent")
    among_others = networks.run(net, torch.cat([z[:1], -z[1:]]), 3)[:1].detach()
    if not torch.allclose(among_others, fakes[:1], atol=1e-4):
        wrong("samples-coupled")
    with wrong.blaming("single-latent/fails"):
        alone = networks.run(net, z[:1]).detach()
    if alone.shape != fakes[:1].shape:
        wrong("single-latent", shape=tuple(alone.shape), right=tuple(fakes[:1].shape))
    if not torch.allclose(alone, fakes[:1], atol=1e-4):
        wrong("samples-coupled")


def _as_asked(candidate: type[nn.Module], points: bool) -> str:
    """All that is seen on a small network for colour images; says whether it normalises."""
    shape = (draw.whole(2, 4), *(4 * draw.whole(3, 5) for _ in range(2)))
    settings: dict[str, Any] = {
        "latent_dim": draw.whole(5, 11),
        "image_shape": shape,
        "width": 2 * draw.whole(4, 9) + 1,
    }
    net, z = networks.build(candidate, **settings).eval(), draw.normal(8, settings["latent_dim"])
    _range(net, z)
    networks.all_trained(net, z)
    z.requires_grad_(True)
    (gradient,) = torch.autograd.grad(networks.run(net, z).pow(2).sum(), z, allow_unused=True)
    if gradient is None:
        wrong("latent-detached")
    if not gradient.any(dim=0).all():
        wrong("latent-part-ignored")
    z = z.detach()
    networks.activations(net, z)
    networks.architecture(net, z, asked(points, **settings), settings["width"], done=not points)
    networks.extras(net, z)
    norms = networks.trace(net, z)[0].norms
    found = "one" if norms == ["batch"] else "another normalisation" if norms else "none"
    said = " The sheet has batch normalisation after each hidden layer, yours has {found}; that works too."
    return "" if norms == ["batch", "batch"] else said.format(found=found)


def _range(net: nn.Module, z: Tensor) -> None:
    """Push what the last layer gives to both ends, and look at the pixels."""
    layers = networks.trace(net, z)[0].layers
    response = networks.after(net, z, len(layers) - 1)
    ends = [response(networks.filled(size)) for size in (-1e4, 0.0, 1e4)]
    down, none, up = sorted(ends, key=lambda pixels: pixels.mean().item()) if ends[0].mean() > ends[2].mean() else ends
    least, most = min(end.min().item() for end in ends), max(end.max().item() for end in ends)
    positive = abs(least) < 0.02 and up.min() > 0.98
    found = {
        "unbounded": most > 1.0001 or least < -1.0001,
        "negatives-cut": positive and none.abs().max() < 0.02,
        "zero-to-one": positive,
        "range": down.max() > -0.98 or up.min() < 0.98,
    }
    wrong.first(found, least=least, most=most)
