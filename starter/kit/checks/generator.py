"""Checks of generator.py: ranges, shapes, and the law of the noise."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from . import networks
from .calls import call
from .device import AnotherDevice, float32, on_another_device
from .judge import checks
from .mistakes import Mistakes
from .networks import DEFAULT
from .probes import expect, near, show, tensor
from .report import Wrong

LINE = "For [-1, 0, 0.5, 1] yours is {yours}."
ENDS = "Your numbers end at {low:.2g} and {high:.2g}. Standard normal ones have no ends"
LATENT = 64
WORDS = {"net": "generator", "sign": ",", "three": "Three fakes"}

wrong = Mistakes(
    f"""
    to-255/whole: Your result holds whole numbers. The screen's pixels here are floats between 0 and 1.
    clamped: {LINE} You cut off the negative half: everything darker than middle grey becomes black. The whole range has
        to be moved and squeezed, not cut.
    absolute-value: {LINE} -1 and 1 both become 1: black turns white. The order has to be kept.
    inverted: {LINE} Black and white are exchanged.
    precedence: {LINE} Division goes before addition: only a part of your sum is divided.
    not-halved: {LINE} From [-1, 1] you get [0, 2]. An interval of length 2 has to become one of length 1.
    not-moved: {LINE} From [-1, 1] you get [-0.5, 0.5]. The length is right, the place is not.
    to-255: {LINE} From [-1, 1] you get [0, 255]; [0, 1] is asked for.
    unchanged: {LINE} Your result is the input.
    backwards: {LINE} You go from [0, 1] to [-1, 1]. It is the way back that is asked for.
    bent: {LINE} A sigmoid bends the greys and never reaches black or white. Move and squeeze in a straight line.
    depends-on-content: For [[-0.5, 0.5]] yours is {{yours}} instead of [0.25, 0.75]. What a pixel becomes may not
        depend on the darkest and lightest ones beside it.
    shape-swapped: For n=2000 and latent_dim=8 your shape is (8, 2000). The samples are counted first.
    wrong-dtype: Your noise has dtype {{dtype}}, but the networks compute in torch.float32.
    device-ignored: Your noise is not made on the device that is asked for. Hand it on.
    not-random: All your numbers are 0. The generator would draw one image only.
    same-every-time: Two calls give the same noise: a seed inside makes every batch the same, and the generator would
        learn a handful of images. Seeds are set once, outside.
    same-for-all: All samples of a batch share one z. Each sample needs noise of its own.
    not-independent/same: The coordinates of a z are all the same number. Draw latent_dim numbers for each z.
    not-independent: Two coordinates of z are correlated ({{correlation:.2g}}); they should be independent.
    uniform: {ENDS}, and among 16,000 some lie beyond 3.
    wrong-spread/ends: {ENDS}, and among 16,000 some lie beyond 3.
    wrong-mean: The mean of your numbers is {{mean:.2g}}; that of a standard normal law is 0.
    wrong-spread: The standard deviation of your numbers is {{spread:.2g}}; it should be 1.
    not-normal: Mean 0 and standard deviation 1 are right, but the shape of the law is not: the mean fourth power is
        {{fourth:.2g}}, and 3 for normal numbers.
    latent-dim-missing: The generator does not keep its latent_dim in self.latent_dim, where the training steps look for
        it.
    flat-output: Your result has shape {{shape}}: the right number of pixels in a row, not yet images of shape
        {DEFAULT}.
    channel-axis-missing: Your result has shape {{shape}}: grey images have a channel axis too, of size 1.
    channels-last: Your result has shape {{shape}}. In torch the channels come before the rows.
    batch-norm-eps: Your batch normalisation has eps={{eps:g}}: its second argument is eps, which only keeps the
        division safe, not the momentum. Name the argument that you mean, or leave it out.
    ignores-latent: Different z give the same image: the output does not depend on z.
    samples-coupled: In eval mode the image made from one z changes with the other latents in the batch. Each image may
        depend on its own z only: keep the first axis apart, and use running statistics in eval mode.
    single-latent/fails: Your generator fails for a single latent in eval mode.
    single-latent: For a single latent your result has shape {{shape}} instead of {{right}}. A squeeze also removes the
        axis that counts the images when there is one.
    unbounded: When the last layer gives large numbers, your pixels go from {{least:.4g}} to {{most:.4g}}. Images live
        in [-1, 1]: the last step has to keep them there.
    negatives-cut: Your pixels go from 0 to 1: everything that the last layer gives below 0 is cut off, as by a ReLU
        before the tanh. Real images go from -1 to 1, so nothing stands between the last layer and the tanh.
    zero-to-one: Your pixels go from 0 to 1, as after a sigmoid, but the real images from -1 to 1. The range alone would
        give every fake away.
    range: Whatever the last layer gives, your pixels stay between {{low:.2g}} and {{high:.2g}}; they should be able to
        reach -1 and 1, as real images do.
    no-activation: Before the last step your network is linear in z: two linear layers in a row are one linear layer.
        Put an activation between them.
    """
)


@checks("generator.to_image", "x")
def to_image(candidate: Callable[[Tensor], Tensor]) -> str:
    x = torch.tensor([-1.0, 0.0, 0.5, 1.0])
    value = call(candidate, x)
    if isinstance(value, Tensor) and value.dtype == torch.uint8:
        wrong("to-255/whole")
    value = tensor(value, "the result for [-1, 0, 0.5, 1]", (4,))
    float32(value, "the result", "An image keeps its dtype on the way to the screen.")
    known = {
        "clamped": [0, 0, 0.5, 1],
        "absolute-value": [1, 0, 0.5, 1],
        "inverted": [1, 0.5, 0.25, 0],
        "precedence": [-0.5, 0.5, 1, 1.5],
        "not-halved": [0, 1, 1.5, 2],
        "not-moved": [-0.5, 0, 0.25, 0.5],
        "to-255": [0, 127.5, 191.25, 255],
        "unchanged": x,
        "backwards": [-3, -1, 0, 1],
        "bent": x.sigmoid(),
    }
    wrong.named(value, known)
    expect(value, [0, 0.5, 0.75, 1], "for [-1, 0, 0.5, 1] the result")
    value = tensor(call(candidate, torch.tensor([[-0.5, 0.5]])), "the result for [[-0.5, 0.5]]", (1, 2))
    if not near(value, [[0.25, 0.75]]):
        wrong("depends-on-content", yours=show(value.flatten()))
    batch = torch.linspace(-1, 1, 2 * 3 * 4 * 4).view(2, 3, 4, 4)
    value = tensor(call(candidate, batch), "the result for a batch of colour images", tuple(batch.shape))
    expect(value.flatten(), torch.linspace(0, 1, batch.numel()), "for a batch of colour images the result")
    return "For [-1, 0, 0.5, 1] the pixels are [0, 0.5, 0.75, 1], for images of any shape."


@checks("generator.sample_latent", "n latent_dim", "device")
def sample_latent(candidate: Callable[..., Tensor]) -> str:
    z = candidate(2000, 8)
    if isinstance(z, Tensor) and tuple(z.shape) == (8, 2000):
        wrong("shape-swapped")
    z = tensor(z, "the noise for n=2000, latent_dim=8", (2000, 8))
    if z.dtype != torch.float32:
        wrong("wrong-dtype", dtype=z.dtype)
    found = {
        "not-random": not z.any(),
        "same-every-time": near(z, candidate(2000, 8)),
        "same-for-all": near(z[0], z[1]),
        "not-independent/same": near(z[:, 0], z[:, 1]),
    }
    wrong.first(found)
    _standard_normal(z)
    for n, latent_dim in ((1, 5), (3, 1)):
        tensor(candidate(n, latent_dim), f"the noise for n={n}, latent_dim={latent_dim}", (n, latent_dim))
    for device in ("cpu", torch.device("cpu")):
        tensor(candidate(3, 2, device=device), "the noise for a named device", (3, 2))
    for device in (AnotherDevice.device, str(AnotherDevice.device)):
        try:
            on_another_device(partial(candidate, 3, 2, device=device))
        except Wrong:
            wrong("device-ignored")
    return (
        "16,000 numbers with mean near 0 and standard deviation near 1, normal in shape, independent, and "
        "new at each call; made where device says."
    )


def _standard_normal(z: Tensor) -> None:
    """Sixteen thousand numbers: mean and spread within five standard errors."""
    low, high = z.min().item(), z.max().item()
    mean, spread, fourth = z.mean().item(), z.std().item(), z.pow(4).mean().item()
    correlation = torch.corrcoef(z.T).fill_diagonal_(0).abs().max().item()
    heaped = (z > high - 0.05 * (high - low)).double().mean() > 0.03
    found = {
        "uniform": high - low < 5 and heaped,
        "wrong-spread/ends": high - low < 5,
        "wrong-mean": abs(mean) > 0.04,
        "wrong-spread": abs(spread - 1) > 0.03,
        "not-normal": abs(fourth - 3) > 0.4,
        "not-independent": correlation > 0.15,
    }
    wrong.first(found, low=low, high=high, mean=mean, spread=spread, fourth=fourth, correlation=correlation)


def _generator(candidate: type[nn.Module], points: bool) -> str:
    net, z = networks.build(candidate), torch.randn(4, LATENT)
    _fakes(net, z)
    networks.has_parameters(net, filters=not points)
    if getattr(net, "latent_dim", None) != LATENT:
        wrong("latent-dim-missing")
    for layer in networks.batch_norms(net):
        if layer.eps > 0.01:
            wrong("batch-norm-eps", eps=layer.eps)
    networks.all_trained(net, z)
    net.eval()
    _single(net, z)
    _range(net, z)
    last, _ = networks.last_layer(net, z)
    if last is not None and networks.affine(lambda z: networks.last_layer(net, z)[1], z):
        wrong("no-activation")
    for case, shape in (("latent-fixed", DEFAULT), *networks.other_shapes(points)):
        latent_dim = {"latent-fixed": 5, "points-fail": 2}.get(case, LATENT)
        settings = {"latent_dim": latent_dim, "image_shape": shape, "width": 32}
        networks.works_for(case, candidate, settings, torch.randn(3, latent_dim), (3, *shape), WORDS)
    widths = networks.width_counts(candidate)
    other = "points in the plane" if points else "other sizes"
    return (
        f"Images of 28 or 32 pixels, 1 or 3 channels, and {other}; {widths}. The pixels reach both -1 and 1 and "
        "nothing beyond, every weight gets a gradient, and in eval mode an image depends on its own z alone."
    )


for name, points in (("MLPGenerator", True), ("ConvGenerator", False)):
    checks(f"generator.{name}", optional="latent_dim image_shape width")(partial(_generator, points=points))


def _fakes(net: nn.Module, z: Tensor) -> None:
    """Images of shape (n, *image_shape), or what their shape gives away."""
    n = len(z)
    try:
        fakes = networks.run(net, z)
    except RuntimeError as error:
        networks.layers_fit(str(error), n)
        raise
    shape = tuple(fakes.shape) if isinstance(fakes, Tensor) else ()
    found = {
        "flat-output": shape == (n, 784),
        "channel-axis-missing": shape == (n, 28, 28),
        "channels-last": shape == (n, 28, 28, 1),
    }
    wrong.first(found, shape=shape)
    float32(tensor(fakes, f"the result for {n} latents", (n, *DEFAULT)), "the batch of fakes")


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


def _range(net: nn.Module, z: Tensor) -> None:
    """Push what the last layer gives to both ends, and look at the pixels."""
    down, none, up = networks.ends(net, z, 1e4)
    low, high, least, most = down.max().item(), up.min().item(), down.min().item(), up.max().item()
    positive = abs(least) < 0.02 and high > 0.98
    found = {
        "unbounded": most > 1.0001 or least < -1.0001,
        "negatives-cut": positive and none is not None and none.abs().max() < 0.02,
        "zero-to-one": positive,
        "range": low > -0.98 or high < 0.98,
    }
    wrong.first(found, low=low, high=high, least=least, most=most)
