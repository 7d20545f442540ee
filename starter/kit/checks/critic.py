"""Checks of critic.py: the shapes that go in and out, what a score must be, and what a probability is."""

import contextlib
import re
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from . import networks
from .calls import call
from .judge import checks
from .mistakes import Mistakes
from .probes import expect, near, tensor

P, Q = torch.tensor([0.1, 0.4, 0.3]), torch.tensor([0.3, 0.1, 0.3])
BEST = torch.tensor([0.25, 0.8, 0.5])
DENSITIES = "or densities p = [0.1, 0.4, 0.3] and q = [0.3, 0.1, 0.3]"
WORDS = {"net": "critic", "sign": ":", "three": "The scores of three"}
MOVES = "the score of an unchanged image moves from {before:.3g} to {after:.3g}"

wrong = Mistakes(
    f"""
    not-flattened: A linear layer gets images of shape {{shape}} and takes their last axis, {{last}}, for the inputs.
        Make one long row of each image first.
    batch-flattened: You flatten the whole batch into one row of {{numbers}} numbers. Keep the first axis, which counts
        the images, and flatten the others.
    scores-in-column: Your scores have shape {{shape}}; they should have shape ({{n}},). A column that meets a row
        becomes a whole table by broadcasting, without a word: flatten the scores.
    one-score-for-all: For {{n}} images your critic gives one number. Each image has a score of its own.
    many-scores: Your critic gives {{each}} numbers for each image (shape {{shape}}). A score is one number: the last
        layer needs one output.
    padding-missing: The last layer expects {{quarter}} numbers from each image and gets {{got}}: the sides of your
        images go {{sides}}. With stride 2 and kernel 4 they halve, 28, 14, 7, only with a padding of 1.
    batch-norm: Your critic contains batch normalisation: when others in the batch change, {MOVES}. The gradient penalty
        is about single images; use no normalisation, or one that looks at one image at a time.
    samples-coupled: When others in the batch change, {MOVES}. A score may depend on its own image only: keep the first
        axis apart.
    single-image/fails: Your critic fails for a batch of one image.
    single-image: For a batch of one image your scores have shape {{shape}} instead of (1,). A squeeze also removes the
        axis that counts the images when there is one.
    images-detached: No gradient reaches the images. The generator learns through the critic, so forward must stay in
        the graph.
    ignores-images: The score does not depend on the image at all.
    part-ignored: The score of a colour image does not depend on all of its channels.
    no-activation: The score is a linear function of the pixels: two linear layers in a row are one linear layer. Put a
        LeakyReLU between them.
    sigmoid-at-end: However large the last layer's output, your scores stay in [0, 1], as after a sigmoid. A score is
        not a probability: the last layer is linear.
    tanh-at-end: However large the last layer's output, your scores stay in [-1, 1], as after a tanh. A bounded score
        cannot measure a distance: the last layer is linear.
    relu-at-end: Your scores are never negative, as after a ReLU, and where they are 0 no gradient comes back. The last
        layer is linear.
    last-not-linear: When the last layer's output goes from -1000 to 0 and 1000, your score goes from {{down:.4g}} to
        {{none:.4g}} and {{up:.4g}}. Nothing bends a score after the last layer.
    slope-ignored: With slope=0.2 and with slope=0.9 the scores are the same. Hand the slope on to LeakyReLU; its own
        default is 0.01.
    points-mixed: F{DENSITIES} yours gives the first point {{yours:.3g}}, and {{alone:.3g}} when that point comes alone.
        The answer at a point depends on the two densities at that point only: do not add up over the points.
    swapped: F{DENSITIES} yours is high where fakes are dense: it is the probability of a fake. Real points follow p;
        which of the two densities belongs on top?
    not-normalised: Yours is the density of the real law itself. A density is no probability of being real: that is the
        share of real points among all points that fall there.
    odds-ratio: F{DENSITIES} yours reaches {{high:.2g}}: it compares real with fake, which gives odds. A probability
        compares real with all, real and fake together.
    logit: F{DENSITIES} yours goes from {{low:.2g}} to {{high:.2g}}: these are the logarithms of the odds, the number
        before the sigmoid. Asked for is the probability.
    factor-two: Yours is twice the probability, up to 1.6 here. The mixture with the halves belongs to the JS
        divergence; here the two densities are simply added.
    sigmoid-of-densities: You put the difference of the densities through a sigmoid. Only the ratio counts: make both
        ten times as large, and the probability has to stay.
    hard-answer: F{DENSITIES} yours says only 0 or 1. That is the more likely answer; asked for is how likely it is.
    not-a-probability: F{DENSITIES} yours goes from {{low:.3g}} to {{high:.3g}}. A probability lies in [0, 1].
    epsilon-too-large: With both densities a thousand times smaller the result should stay, but yours becomes
        [{{yours}}]. A constant that you add, or a bound, is not small beside the densities far out. The sum of the two
        is above 0; you need none.
    zero-density: Where one of the two densities is 0 yours gives NaN. There the answer is certain, 0 or 1: never divide
        by one density alone.
    clamped: Where only fakes occur the probability of real is 0, and where only real points occur it is 1; yours is
        [{{yours}}]. Give the exact value, without a bound or a softer label.
    """
)


def _critic(candidate: type[nn.Module], points: bool) -> str:
    net, batch = networks.build(candidate), networks.images(4, networks.DEFAULT)
    _scores(net, batch)
    networks.has_parameters(net, filters=not points)
    _uncoupled(net, batch)
    _one_image(net)
    for case, shape in networks.other_shapes(points):
        settings = {"image_shape": shape, "width": 16}
        networks.works_for(case, candidate, settings, networks.images(3, shape), (3,), WORDS)
    widths = networks.width_counts(candidate)
    networks.all_trained(net, batch)
    net.eval()
    networks.same_weights(networks.run(net, batch, 3), networks.run(net, batch, 4))
    _linear_end(net, batch)
    _sees_images(candidate)
    if networks.affine(lambda x: networks.run(net, x), batch):
        wrong("no-activation")
    gentle, steep = (networks.build(candidate, width=16, slope=slope).eval() for slope in (0.2, 0.9))
    if torch.allclose(networks.run(gentle, batch), networks.run(steep, batch), rtol=1e-4, atol=1e-6):
        wrong("slope-ignored")
    other = "points in the plane" if points else "other sizes"
    return (
        f"One score for each image of 28 or 32 pixels, 1 or 3 channels, and for {other}; {widths}. The last "
        "layer is linear, every weight gets a gradient, and no image changes another's score."
    )


for name, points in (("MLPCritic", True), ("ConvCritic", False)):
    checks(f"critic.{name}", optional="image_shape width slope")(partial(_critic, points=points))


def _scores(net: nn.Module, batch: Tensor) -> None:
    """Scores of shape (n,), or what their shape gives away."""
    n = len(batch)
    try:
        scores = networks.run(net, batch)
    except RuntimeError as error:
        _misfit(net, batch, str(error))
        raise
    if isinstance(scores, Tensor):
        shape = tuple(scores.shape)
        rows = len(shape) > 1 and shape[0] == n
        found = {
            "scores-in-column": rows and scores.numel() == n,
            "one-score-for-all": shape in ((), (1,)),
            "many-scores": rows,
        }
        wrong.first(found, n=n, shape=shape, each=scores.numel() // n)
    tensor(scores, f"the result for {n} images", (n,))


def _misfit(net: nn.Module, batch: Tensor, text: str) -> None:
    """Recognise torch's words for images that a layer does not take."""
    n, channels, rows, columns = batch.shape
    numbers = batch.numel()
    found = {
        "not-flattened": f"({n * channels * rows}x{columns} and" in text,
        "batch-flattened": f"(1x{numbers} and" in text or f"got input ({numbers})" in text,
    }
    wrong.first(found, shape=tuple(batch.shape), last=columns, numbers=numbers)
    _padded(net, batch, text)
    networks.layers_fit(text, n)


def _padded(net: nn.Module, batch: Tensor, text: str) -> None:
    """Convolutions that lose the border, and a last layer that counts on a quarter of the sides."""
    fits = re.search(r"\(\d+x(\d+) and (\d+)x", text)
    convolutions = [module for module in net.modules() if isinstance(module, nn.Conv2d)]
    if not fits or all(convolution.padding not in ((0, 0), "valid") for convolution in convolutions):
        return
    sizes = [tuple(batch.shape[1:])]
    for convolution in convolutions:
        convolution.register_forward_hook(lambda module, inputs, output: sizes.append(tuple(output.shape[1:])))
    with contextlib.suppress(RuntimeError):
        networks.run(net, batch)
    channels, rows, columns = sizes[-1]
    quarter = channels * (batch.shape[2] // 4) * (batch.shape[3] // 4)
    if len(sizes) > 1 and (channels * rows * columns, quarter) == (int(fits[1]), int(fits[2])):
        wrong("padding-missing", quarter=quarter, got=fits[1], sides=", ".join(str(size[1]) for size in sizes))


def _uncoupled(net: nn.Module, batch: Tensor) -> None:
    """Other images beside it must not move an image's score."""
    state = {name: value.clone() for name, value in net.state_dict().items()}
    before = networks.run(net, batch).detach()
    for changed in (slice(0, None, 2), slice(1, None, 2)):
        other = batch.clone()
        other[changed] = -other[changed].sign()
        net.load_state_dict(state)  # a network may keep count of its calls
        after = networks.run(net, other).detach()
        after[changed] = before[changed]
        if not torch.allclose(after, before, atol=1e-5, rtol=1e-5):
            moved = int((after - before).abs().argmax())
            case = "batch-norm" if networks.batch_norms(net) else "samples-coupled"
            wrong(case, before=before[moved], after=after[moved])


def _one_image(net: nn.Module) -> None:
    with wrong.blaming("single-image/fails"):
        scores = networks.run(net, networks.images(1, networks.DEFAULT))
    if not isinstance(scores, Tensor) or scores.shape != (1,):
        wrong("single-image", shape=tuple(getattr(scores, "shape", ())))


def _sees_images(candidate: type[nn.Module]) -> None:
    """The score depends on every channel, and lets a gradient through to the pixels."""
    net = networks.build(candidate, image_shape=(3, 28, 28), width=16)
    batch = networks.images(2, (3, 28, 28)).requires_grad_(True)
    (gradient,) = torch.autograd.grad(networks.run(net, batch).sum(), batch, allow_unused=True, create_graph=True)
    if gradient is None:
        wrong("images-detached")
    felt = gradient.detach().abs().sum(dim=(0, 2, 3))
    wrong.first({"ignores-images": not felt.any(), "part-ignored": not felt.all()})


def _linear_end(net: nn.Module, batch: Tensor) -> None:
    """What the last layer gives is the score, whatever its size and sign."""
    down, none, up = networks.ends(net, batch, 1000.0)
    low, high = down.min().item(), up.max().item()
    found = {
        "sigmoid-at-end": high <= 1.0001 and low >= -0.0001,
        "tanh-at-end": high <= 1.0001 and low >= -1.0001,
        "relu-at-end": low >= -0.0001,
    }
    wrong.first(found)
    if none is not None and not torch.allclose(up + down, 2 * none, atol=1e-3 * (up - down).abs().max().item()):
        wrong("last-not-linear", down=down[0], none=none[0], up=up[0])


@checks("critic.optimal_discriminator", "p q")
def optimal_discriminator(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    value = tensor(call(candidate, P, Q), "the result for three points", (3,))
    _known_answers(value)
    points = [slice(i, i + 1) for i in range(3)]
    alone = torch.cat([tensor(call(candidate, P[i], Q[i]), "the result for one point", (1,)) for i in points])
    if not near(alone, value):
        wrong("points-mixed", yours=value[0], alone=alone[0])
    expect(value, BEST, f"f{DENSITIES} the result")
    small = tensor(call(candidate, P / 1000, Q / 1000), "the result for small densities", (3,))
    if not near(small, BEST):
        wrong("epsilon-too-large", yours=_three_digits(small))
    _one_law_only(candidate)
    table = tensor(call(candidate, P.repeat(2, 1), Q.repeat(2, 1)), "the result for a table of points", (2, 3))
    expect(table, BEST.repeat(2, 1), "for a table with two equal rows the result")
    return (
        f"F{DENSITIES} yours is [0.25, 0.8, 0.5]. It is 1 where only real points occur and 0 where only fakes do, "
        "and it does not mind how small the densities are, only their ratio."
    )


def _known_answers(value: Tensor) -> None:
    """Answers that are wrong in a way that their value gives away."""
    known = {
        "swapped": 1 - BEST,
        "not-normalised": P,
        "odds-ratio": P / Q,
        "logit": (P / Q).log(),
        "factor-two": 2 * BEST,
        "sigmoid-of-densities": torch.sigmoid(P - Q),
        "hard-answer": ((P > Q).float(), (P >= Q).float()),
    }
    wrong.named(value, known, low=value.min(), high=value.max())
    if value.min() < 0 or value.max() > 1:
        wrong("not-a-probability", low=value.min(), high=value.max())


def _one_law_only(candidate: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Where one density is 0, the answer is certain."""
    value = call(candidate, torch.tensor([0.0, 0.2]), torch.tensor([0.3, 0.0]))
    if isinstance(value, Tensor) and value.isnan().any():
        wrong("zero-density")
    value = tensor(value, "the result where one density is 0", (2,))
    if not near(value, torch.tensor([0.0, 1.0])):
        wrong("clamped", yours=_three_digits(value))


def _three_digits(values: Tensor) -> str:
    return ", ".join(f"{value:.3g}" for value in values.tolist())
