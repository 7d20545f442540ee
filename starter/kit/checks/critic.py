"""Checks of critic.py: the shapes that go in and out, what a score must be, and what a probability is."""

import contextlib
import re
from collections.abc import Callable

import torch
from torch import Tensor, nn

from .judge import checks
from .probes import blaming, call, expect, near, tensor
from .report import wrong
from .networks import (
    DEFAULT,
    affine,
    all_trained,
    bare_range,
    build,
    has_parameters,
    images,
    last_layer,
    layers_fit,
    n_parameters,
    replacing,
    run,
    same_weights,
    width_counts,
)


@checks("critic.MLPCritic", optional="image_shape width slope")
def mlp_critic(candidate: type[nn.Module]) -> str:
    return _critic(candidate, points=True)


@checks("critic.ConvCritic", optional="image_shape width slope")
def conv_critic(candidate: type[nn.Module]) -> str:
    return _critic(candidate, points=False)


def _critic(candidate: type[nn.Module], points: bool) -> str:
    net = build(candidate)
    batch = images(4, DEFAULT)
    _scores(net, batch)
    has_parameters(net)
    if not points and all(parameter.ndim < 4 for parameter in net.parameters()):
        wrong("no-convolution", "The network has no convolution in it: none of its weights is a set of filters.")
    _uncoupled(net, batch)
    _one_image(net)
    _sizes(candidate, points)
    widths = width_counts(candidate)
    all_trained(net, batch)
    net.eval()
    same_weights(run(net, batch, 3), run(net, batch, 4))
    _linear_end(net, batch)
    _sees_images(candidate)
    _bent(net, batch)
    _slope(candidate)
    other = "points in the plane" if points else "other sizes"
    return (
        f"One score for each image of 28 or 32 pixels, 1 or 3 channels, and for {other}; {widths}. The last "
        "layer is linear, every weight gets a gradient, and no image changes another's score."
    )


def _scores(net: nn.Module, batch: Tensor) -> Tensor:
    """Scores of shape (n,), or what their shape gives away."""
    n, pixels = len(batch), batch[0].numel()
    try:
        scores = run(net, batch)
    except RuntimeError as error:
        text = str(error)
        if f"({n * batch.shape[1] * batch.shape[2]}x{batch.shape[3]} and" in text:
            wrong(
                "not-flattened",
                f"A linear layer gets images of shape {tuple(batch.shape)} and takes their last axis, "
                f"{batch.shape[3]}, for the inputs. Make one long row of each image first.",
            )
        if f"(1x{n * pixels} and" in text or f"got input ({n * pixels})" in text:
            wrong(
                "batch-flattened",
                f"You flatten the whole batch into one row of {n * pixels} numbers. Keep the first axis, "
                "which counts the images, and flatten the others.",
            )
        _padded(net, batch, text)
        layers_fit(text, n)
        raise
    if isinstance(scores, Tensor):
        shape = tuple(scores.shape)
        if shape != (n,) and len(shape) > 1 and shape[0] == n == scores.numel():
            wrong(
                "scores-in-column",
                f"Your scores have shape {shape}; they should have shape ({n},). A column that meets a row "
                "becomes a whole table by broadcasting, without a word: flatten the scores.",
            )
        if shape in ((), (1,)):
            wrong(
                "one-score-for-all", f"For {n} images your critic gives one number. Each image has a score of its own."
            )
        if len(shape) > 1 and shape[0] == n:
            wrong(
                "many-scores",
                f"Your critic gives {scores[0].numel()} numbers for each image (shape {shape}). A score is "
                "one number: the last layer needs one output.",
            )
    return tensor(scores, f"the result for {n} images", (n,))


def _padded(net: nn.Module, batch: Tensor, text: str) -> None:
    """Convolutions that lose the border, and a last layer that counts on a quarter of the sides."""
    fits = re.search(r"\(\d+x(\d+) and (\d+)x", text)
    convolutions = [module for module in net.modules() if isinstance(module, nn.Conv2d)]
    if not fits or all(convolution.padding not in ((0, 0), "valid") for convolution in convolutions):
        return
    sizes = []
    for convolution in convolutions:
        convolution.register_forward_hook(lambda module, inputs, output: sizes.append(tuple(output.shape[1:])))
    with contextlib.suppress(RuntimeError):
        run(net, batch)
    if not sizes:
        return
    channels, rows, columns = sizes[-1]
    quarter = channels * (batch.shape[2] // 4) * (batch.shape[3] // 4)
    if (channels * rows * columns, quarter) == (int(fits[1]), int(fits[2])):
        sides = ", ".join(str(size) for size in (batch.shape[2], *(size[1] for size in sizes)))
        wrong(
            "padding-missing",
            f"The last layer expects {quarter} numbers from each image and gets {fits[1]}: the sides of your images "
            f"go {sides}. With stride 2 and kernel 4 they halve, 28, 14, 7, only with a padding of 1.",
        )


def _uncoupled(net: nn.Module, batch: Tensor) -> None:
    """Other images beside it must not move an image's score."""
    state = {name: value.clone() for name, value in net.state_dict().items()}
    before = run(net, batch).detach()
    for changed in (slice(0, None, 2), slice(1, None, 2)):
        other = batch.clone()
        other[changed] = -other[changed].sign()
        net.load_state_dict(state)  # a network may keep count of its calls
        after = run(net, other).detach()
        after[changed] = before[changed]
        moved = int((after - before).abs().argmax())
        if torch.allclose(after, before, atol=1e-5, rtol=1e-5):
            continue
        says = f"the score of an unchanged image moves from {before[moved]:.3g} to {after[moved]:.3g}"
        if any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in net.modules()):
            wrong(
                "batch-norm",
                f"Your critic contains batch normalisation: when others in the batch change, {says}. The gradient "
                "penalty is about single images; use no normalisation, or one that looks at one image at a time.",
            )
        wrong(
            "samples-coupled",
            f"When others in the batch change, {says}. A score may depend on its own image only: keep the first axis "
            "apart.",
        )


def _one_image(net: nn.Module) -> None:
    with blaming("single-image", "Your critic fails for a batch of one image."):
        scores = run(net, images(1, DEFAULT))
    if not isinstance(scores, Tensor) or scores.shape != (1,):
        shape = tuple(getattr(scores, "shape", ()))
        wrong(
            "single-image",
            f"For a batch of one image your scores have shape {shape} instead of (1,). A squeeze also "
            "removes the axis that counts the images when there is one.",
        )


def _sizes(candidate: type[nn.Module], points: bool) -> None:
    """Other image shapes: each failure has its own id."""
    shapes = [
        ((1, 32, 32), "size-fixed", "images of 32 pixels"),
        ((3, 28, 28), "channels-fixed", "images with 3 channels"),
        ((1, 28, 32), "rows-columns", "images that are not square"),
    ]
    if points:
        shapes.append(((2,), "points-fail", "points in the plane"))
    for shape, mistake, what in shapes:
        message = f"Your critic does not work for {what}: image_shape={shape}. Take its sizes from image_shape."
        with blaming(mistake, message):
            net = build(candidate, image_shape=shape, width=16)
            scores = run(net, images(3, shape))
        if not isinstance(scores, Tensor) or scores.shape != (3,):
            got = tuple(getattr(scores, "shape", ()))
            wrong(mistake, f"{message} The scores of three have shape {got} instead of (3,).")


def _sees_images(candidate: type[nn.Module]) -> None:
    """The score depends on every channel, and lets a gradient through to the pixels."""
    net = build(candidate, image_shape=(3, 28, 28), width=16)
    batch = images(2, (3, 28, 28)).requires_grad_(True)
    (gradient,) = torch.autograd.grad(run(net, batch).sum(), batch, allow_unused=True, create_graph=True)
    if gradient is None:
        wrong(
            "images-detached",
            "No gradient reaches the images. The generator learns through the critic, so forward must stay "
            "in the graph.",
        )
    felt = gradient.detach().abs().sum(dim=(0, 2, 3))
    if not felt.any():
        wrong("ignores-images", "The score does not depend on the image at all.")
    if not felt.all():
        wrong("part-ignored", "The score of a colour image does not depend on all of its channels.")


def _bent(net: nn.Module, batch: Tensor) -> None:
    if affine(lambda x: run(net, x), batch):
        wrong(
            "no-activation",
            "The score is a linear function of the pixels: two linear layers in a row are one linear "
            "layer. Put a LeakyReLU between them.",
        )


def _linear_end(net: nn.Module, batch: Tensor) -> None:
    """What the last layer gives is the score, whatever its size and sign."""
    layer = last_layer(net, batch)
    if layer is None:
        low, high = bare_range(net, batch)
    else:
        down, none, up = (
            replacing(net, batch, layer, lambda output, size=size: torch.full_like(output, size))
            for size in (-1000.0, 0.0, 1000.0)
        )
        low, high = down.min().item(), up.max().item()
    if high <= 1.0001 and low >= -0.0001:
        wrong(
            "sigmoid-at-end",
            "However large the last layer's output, your scores stay in [0, 1], as after a sigmoid. A "
            "score is not a probability: the last layer is linear.",
        )
    if high <= 1.0001 and low >= -1.0001:
        wrong(
            "tanh-at-end",
            "However large the last layer's output, your scores stay in [-1, 1], as after a tanh. A "
            "bounded score cannot measure a distance: the last layer is linear.",
        )
    if low >= -0.0001:
        wrong(
            "relu-at-end",
            "Your scores are never negative, as after a ReLU, and where they are 0 no gradient comes back. "
            "The last layer is linear.",
        )
    if layer is not None and not torch.allclose(up + down, 2 * none, atol=1e-3 * (up - down).abs().max().item()):
        wrong(
            "last-not-linear",
            "When the last layer's output goes from -1000 to 0 and 1000, your score goes from "
            f"{down[0]:.4g} to {none[0]:.4g} and {up[0]:.4g}. Nothing bends a score after the last layer.",
        )


def _slope(candidate: type[nn.Module]) -> None:
    batch = images(4, DEFAULT)
    gentle, steep = (run(build(candidate, width=16, slope=slope).eval(), batch) for slope in (0.2, 0.9))
    if torch.allclose(gentle, steep, rtol=1e-4, atol=1e-6):
        wrong(
            "slope-ignored",
            "With slope=0.2 and with slope=0.9 the scores are the same. Hand the slope on to LeakyReLU; "
            "its own default is 0.01.",
        )


P, Q = torch.tensor([0.1, 0.4, 0.3]), torch.tensor([0.3, 0.1, 0.3])
BEST = torch.tensor([0.25, 0.8, 0.5])
DENSITIES = "For densities p = [0.1, 0.4, 0.3] and q = [0.3, 0.1, 0.3]"


@checks("critic.optimal_discriminator", "p q")
def optimal_discriminator(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    value = tensor(call(candidate, P, Q), "the result for three points", (3,))
    _known_answers(value)
    points = [slice(i, i + 1) for i in range(3)]
    alone = torch.cat([tensor(call(candidate, P[i], Q[i]), "the result for one point", (1,)) for i in points])
    if not near(alone, value):
        wrong(
            "points-mixed",
            f"{DENSITIES} yours gives the first point {value[0]:.3g}, and {alone[0]:.3g} when that point comes alone. "
            "The answer at a point depends on the two densities at that point only: do not add up over the points.",
        )
    expect(value, BEST, f"{DENSITIES.replace('For', 'for', 1)} the result")
    _far_out(candidate)
    _one_law_only(candidate)
    table = tensor(call(candidate, P.repeat(2, 1), Q.repeat(2, 1)), "the result for a table of points", (2, 3))
    expect(table, BEST.repeat(2, 1), "for a table with two equal rows the result")
    return (
        f"{DENSITIES} yours is [0.25, 0.8, 0.5]. It is 1 where only real points occur and 0 where only fakes do, "
        "and it does not mind how small the densities are, only their ratio."
    )


def _known_answers(value: Tensor) -> None:
    """Answers that are wrong in a way that their value gives away."""
    if near(value, 1 - BEST):
        wrong(
            "swapped",
            f"{DENSITIES} yours is high where fakes are dense: it is the probability of a fake. "
            "Real points follow p; which of the two densities belongs on top?",
        )
    if near(value, P):
        wrong(
            "not-normalised",
            "Yours is the density of the real law itself. A density is no probability of being real: that is the "
            "share of real points among all points that fall there.",
        )
    if near(value, P / Q):
        wrong(
            "odds-ratio",
            f"{DENSITIES} yours reaches {value.max():.2g}: it compares real with fake, which gives odds. "
            "A probability compares real with all, real and fake together.",
        )
    if near(value, (P / Q).log()):
        wrong(
            "logit",
            f"{DENSITIES} yours goes from {value.min():.2g} to {value.max():.2g}: these are the logarithms of the "
            "odds, the number before the sigmoid. Asked for is the probability.",
        )
    if near(value, 2 * BEST):
        wrong(
            "factor-two",
            "Yours is twice the probability, up to 1.6 here. The mixture with the halves belongs to the JS "
            "divergence; here the two densities are simply added.",
        )
    if near(value, torch.sigmoid(P - Q)):
        wrong(
            "sigmoid-of-densities",
            "You put the difference of the densities through a sigmoid. Only the ratio counts: make both ten "
            "times as large, and the probability has to stay.",
        )
    if near(value, (P > Q).float()) or near(value, (P >= Q).float()):
        wrong(
            "hard-answer",
            f"{DENSITIES} yours says only 0 or 1. That is the more likely answer; asked for is how likely it is.",
        )
    if value.min() < 0 or value.max() > 1:
        wrong(
            "not-a-probability",
            f"{DENSITIES} yours goes from {value.min():.3g} to {value.max():.3g}. A probability lies in [0, 1].",
        )


def _far_out(candidate: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Where both densities are small, their ratio still counts."""
    small = tensor(call(candidate, P / 1000, Q / 1000), "the result for small densities", (3,))
    if not near(small, BEST):
        wrong(
            "epsilon-too-large",
            "With both densities a thousand times smaller the result should stay, but yours becomes "
            f"[{', '.join(f'{number:.3g}' for number in small.tolist())}]. A constant that you add, or a bound, is not "
            "small beside the densities far out. The sum of the two is above 0; you need none.",
        )


def _one_law_only(candidate: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Where one density is 0, the answer is certain."""
    p, q = torch.tensor([0.0, 0.2]), torch.tensor([0.3, 0.0])
    value = call(candidate, p, q)
    if isinstance(value, Tensor) and value.isnan().any():
        wrong(
            "zero-density",
            "Where one of the two densities is 0 yours gives NaN. There the answer is certain, 0 or 1: never divide "
            "by one density alone.",
        )
    value = tensor(value, "the result where one density is 0", (2,))
    if not near(value, torch.tensor([0.0, 1.0])):
        wrong(
            "clamped",
            "Where only fakes occur the probability of real is 0, and where only real points occur it is 1; yours is "
            f"[{value[0]:.3g}, {value[1]:.3g}]. Give the exact value, without a bound or a softer label.",
        )
