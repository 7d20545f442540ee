"""Checks of critic.py: the shapes that go in and out, what a score must be, and what a probability is."""

import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import isfinite, nan, prod
from typing import Any

import torch
from torch import Tensor, nn

from . import draw, networks
from .calls import call
from .device import float32
from .judge import checks
from .mistakes import Mistakes
from .networks import Layer
from .probes import expect, near, show, tensor

wrong = Mistakes(
    """
    not-flattened: A linear layer takes the last axis, here of size {last}, for its inputs, and what it gets still has
        rows and columns. Make one long row of each image first.
    batch-flattened: You flatten the whole batch into one row of {numbers} numbers. Keep the first axis, which counts
        the images, and flatten the others.
    scores-in-column: Your scores have shape {shape} instead of ({n},). A column that meets a row silently becomes a
        whole table by broadcasting: flatten the scores.
    one-score-for-all: For {n} images your critic gives one number. Each image has a score of its own.
    many-scores: Your critic gives {each} numbers for each image (shape {shape}). A score is one number, so the last
        layer has one output.
    batch-norm: Your critic contains batch normalisation: when others in the batch change, the score of an unchanged
        image moves from {before:.3g} to {after:.3g}. Leave it out: the gradient penalty is about single images.
    samples-coupled: When others in the batch change, the score of an unchanged image moves from {before:.3g} to
        {after:.3g}. A score may depend on its own image only: keep the first axis apart.
    single-image/fails: Your critic fails for a batch of one image.
    single-image: For a batch of one image your scores have shape {shape} instead of (1,). A squeeze also removes the
        axis that counts the images when there is one.
    images-detached: No gradient reaches the images. The generator learns through the critic, so stay in the graph.
    ignores-images: The score does not depend on the image at all.
    part-ignored: The score does not depend on the whole image: in all of {n} images the same pixels have no influence.
    sigmoid-at-end: However large the last layer's output, your scores stay in [0, 1], as after a sigmoid. A score is
        not a probability: the last layer is linear.
    tanh-at-end: However large the last layer's output, your scores stay in [-1, 1], as after a tanh. A bounded score
        cannot measure a distance: the last layer is linear.
    relu-at-end: Your scores are never negative, as after a ReLU. Any real number can be a score: the last layer is
        linear.
    bounded-at-end: However large the last layer's output, your scores stay between {low:.4g} and {high:.4g}. A bounded
        score cannot measure a distance: the last layer is linear.
    last-not-linear: When the last layer gives -1000, 0, 10 and 1000, your scores are {scores}. They should move in
        proportion: nothing bends a score after the last layer.
    slope-ignored: With slope={slope}, the activation after your {nth} layer should make numbers below 0 {slope} times
        as large; yours makes them {times}. LeakyReLU has a slope of 0.01 unless it gets another.
    extra-normalisation: Your critic normalises between its layers, which was not asked for. {counts}
    extra-parameters: {n} more numbers are trained than the weights and biases of the layers asked for. {counts}
    weights-normalised: Your layers normalise their weights, as spectral normalisation does, which holds down the slope
        in another way than the next sheets. {counts}
    points-mixed: For {n} points yours gives the first one {yours:.3g}, and {alone:.3g} when that point comes alone. The
        answer at a point depends on the two densities at that point only.
    swapped: {POINT} yours is {yours}, the probability of a fake. Real points follow p.
    not-normalised: {POINT} yours is {yours}, the density p itself. The probability of being real is the share of real
        points among all points that fall there.
    odds-ratio: {POINT} yours is {yours}: it compares real with fake, which gives odds. A probability compares real with
        all, real and fake together.
    logit: {POINT} yours is {yours}: the logarithm of the odds, the number before the sigmoid. Asked for is the
        probability.
    logarithm: {POINT} yours is {yours}, the logarithm of the probability. Asked for is the probability itself.
    difference: {POINT} yours is {yours}: it compares the difference of the two with their sum, and goes from -1 to 1.
        The probability compares real with the sum.
    factor-two: {POINT} yours is {yours}, twice the probability. The mixture with the halves belongs to the JS
        divergence; here the two densities are simply added.
    halved: {POINT} yours is {yours}, half the probability. Where only real points occur it should reach 1.
    powers: {POINT} yours is {yours}: a power or a root of the densities has another ratio than the densities.
    other-share: {POINT} yours is {yours}. Real points count on top, and real and fake together below.
    sigmoid-of-densities: {POINT} yours is {yours}, a sigmoid of the densities. Make both ten times as large: the
        probability has to stay.
    hard-answer: {POINT} yours is {yours}: it says only which of the two is larger. Asked for is how likely it is real.
    always-half: Yours is 1/2 everywhere. That is the best answer where the fakes are as dense as the real points.
    not-a-probability: {POINT} yours is {yours}. A probability lies in [0, 1].
    dtype-changed: For densities of dtype {asked} your result has dtype {yours}. Keep the dtype that comes in, or the
        two can no longer be multiplied.
    epsilon-too-large: When both densities are so small that they add up to 0.0006, the result should be {right}, as for
        larger ones, and yours is {yours}. Whatever you add or bound is not small beside them; the sum is above 0.
    zero-density: Where one of the two densities is 0 yours gives NaN. There the answer is certain, 0 or 1: never divide
        by one density alone.
    clamped: Where only fakes occur the probability of real is 0, and where only real points occur it is 1; yours is
        {yours}. Give the exact value, without a bound or a softer label.
    """.replace("{POINT}", "Where p is {p:.3g} and q is {q:.3g},")
)


def _critic(candidate: type[nn.Module], points: bool) -> str:
    defaults: dict[str, Any] = {"image_shape": (1, 28, 28), "width": 256 if points else 16, "slope": 0.2}
    net, n = networks.build(candidate), 2 * draw.whole(1, 3) + 1
    batch = draw.images(n, 1, 28, 28)
    networks.same_defaults(candidate, defaults)
    _scores(net, batch, asked(points, (1, 28, 28), defaults["width"]))
    networks.has_parameters(net, filters=not points)
    _uncoupled(net, batch)
    with wrong.blaming("single-image/fails"):
        single = networks.run(net, batch[:1])
    if getattr(single, "shape", ()) != (1,):
        wrong("single-image", shape=tuple(getattr(single, "shape", ())))
    widths = networks.width_counts(candidate)
    for case, shape in networks.other_shapes(points).items():
        settings = {"image_shape": shape, "width": 2 * draw.whole(4, 9)}
        networks.works_for(case, candidate, settings, draw.images(n, *shape), (n,), "critic")
    net.eval()
    networks.same_weights(networks.run(net, batch, 3), networks.run(net, batch, 4))
    _as_asked(candidate, points)
    return (
        f"One score for each image, whatever its size and channels{', and for points' if points else ''}; {widths}. "
        "The layers are those asked for, each weight gets a gradient, and no image changes another's score."
    )


for name, points in (("MLPCritic", True), ("ConvCritic", False)):
    checks(f"critic.{name}", optional="image_shape width slope")(partial(_critic, points=points))


def asked(points: bool, shape: tuple[int, ...], width: int) -> list[Layer]:
    """The layers that are asked for."""
    if points:
        sizes = (prod(shape), width, width // 2, 1)
        return [Layer(networks.LINEAR, a, b) for a, b in pairwise(sizes)]
    channels, *sides = shape
    layers = []
    for n_in, n_out in ((channels, width), (width, 2 * width)):
        sides = [side // 2 for side in sides]
        layers.append(Layer(networks.CONVOLUTION, n_in, n_out, (4, 4), (2, 2), tuple(sides)))
    return [*layers, Layer(networks.LINEAR, 2 * width * prod(sides), 1)]


def _scores(net: nn.Module, batch: Tensor, layers: list[Layer]) -> None:
    """Scores of shape (n,), or what their shape gives away."""
    n = len(batch)
    try:
        scores = networks.run(net, batch)
    except (RuntimeError, ValueError) as error:
        product = re.search(r"\((\d+)x(\d+) and|got input (\()(\d+)\)", str(error))
        if product and product[1] in (None, "1"):
            wrong("batch-flattened", numbers=product[2] or product[4])
        if product and int(product[1]) > n and int(product[1]) % n == 0:
            wrong("not-flattened", last=product[2])
        networks.misfit(error, net, batch, layers)
        raise
    if isinstance(scores, Tensor):
        shape = tuple(scores.shape)
        rows = len(shape) > 1 and shape[0] == n
        found = {
            "scores-in-column": rows and scores.numel() == n,
            "one-score-for-all": shape in ((), (1,)),
            "many-scores": rows or (len(shape) == 1 and shape[0] > n and shape[0] % n == 0),
        }
        wrong.first(found, n=n, shape=shape, each=scores.numel() // n)
    float32(tensor(scores, f"the result for {n} images", (n,)), f"the result for {n} images")


def _uncoupled(net: nn.Module, batch: Tensor) -> None:
    """Other images beside it must not move an image's score."""
    state = {name: value.clone() for name, value in net.state_dict().items()}
    before = networks.run(net, batch, 1).detach()
    for changed in (slice(0, None, 2), slice(1, None, 2)):
        other = batch.clone()
        other[changed] = -other[changed].sign()
        net.load_state_dict(state)  # a network may keep count of its calls
        after = networks.run(net, other, 1).detach()
        after[changed] = before[changed]
        if not torch.allclose(after, before, atol=1e-5, rtol=1e-5):
            moved = int((after - before).abs().argmax())
            case = "batch-norm" if networks.batch_norms(net) else "samples-coupled"
            wrong(case, before=before[moved], after=after[moved])


def _as_asked(candidate: type[nn.Module], points: bool) -> None:
    """All that is seen on a small colour network: what it looks at, what stands where, and which layers they are."""
    shape = (draw.whole(2, 4), *(4 * draw.whole(3, 5) for _ in range(2)))
    settings: dict[str, Any] = {"image_shape": shape, "width": 2 * draw.whole(4, 9) + 1, "slope": draw.number(0.3, 0.9)}
    net, batch = networks.build(candidate, **settings).eval(), draw.images(8, *shape)
    _linear_end(net, batch)
    networks.all_trained(net, batch)
    _sees_images(net, batch, points)
    networks.activations(net, batch)
    if any(hasattr(module, "parametrizations") for module in net.modules()) or any(
        name.endswith(("_orig", "_g")) for name, _ in net.named_parameters()
    ):
        wrong.not_as_asked("weights-normalised", done=not points, counts=networks.COUNTS[not points])
    _slopes(net, batch, candidate, settings)
    layers = asked(points, shape, settings["width"])
    networks.architecture(net, batch, layers, settings["width"], done=not points)
    counts = networks.COUNTS[True]
    if networks.trace(net, batch)[0].norms:
        wrong.not_as_asked("extra-normalisation", done=True, counts=counts)
    more = networks.n_parameters(net) - sum(layer.weights + layer.n_out for layer in layers)
    if more > 0:
        wrong.not_as_asked("extra-parameters", done=True, n=more, counts=counts)
    networks.extras(net, batch)


def _sees_images(net: nn.Module, batch: Tensor, points: bool) -> None:
    """The score depends on every pixel, or every channel where a border may be lost, and lets a gradient through."""
    batch = batch.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(networks.run(net, batch).sum(), batch, allow_unused=True, create_graph=True)
    if gradient is None:
        wrong("images-detached")
    felt = gradient.detach().abs().sum(dim=0 if points else (0, 2, 3))
    wrong.first({"ignores-images": not felt.any(), "part-ignored": not felt.all()}, n=len(batch))


def _linear_end(net: nn.Module, batch: Tensor) -> None:
    """What the last layer gives is the score, whatever its size and sign."""
    layers = networks.trace(net, batch)[0].layers
    ends = networks.after(net, batch, len(layers) - 1)
    sizes = [sign * 10.0**power for power in range(4, -3, -1) for sign in (-1, 1)]
    scores = torch.cat([ends(networks.filled(size)) for size in (*sizes, 0.0)]).double()
    low, high = scores.min().item(), scores.max().item()
    if high - low < 1e-3:
        return  # it does not depend on that layer at all, and that is another mistake
    found = {
        "sigmoid-at-end": high <= 1.0001 and low >= -0.0001,
        "tanh-at-end": high <= 1.0001 and low >= -1.0001,
        "relu-at-end": low >= -0.0001,
        "bounded-at-end": high - low < 1.01 * (scores[2:].max() - scores[2:].min()),
    }
    wrong.first(found, low=low, high=high)
    slope, middle = (scores[1] - scores[0]) / 2e4, scores[-1]
    off = (scores - middle - slope * torch.tensor([*sizes, 0.0])).abs()
    if not (off <= 1e-5 + 1e-3 * slope.abs() * torch.tensor([*sizes, 0.0]).abs()).all():
        shown = [scores[sizes.index(-1000.0)], middle, scores[sizes.index(10.0)], scores[sizes.index(1000.0)]]
        wrong("last-not-linear", scores=", ".join(f"{score:.4g}" for score in shown))


def _slopes(net: nn.Module, batch: Tensor, candidate: type[nn.Module], settings: dict[str, Any]) -> None:
    """After each layer but the last, numbers below 0 are multiplied by the slope."""
    slope, seen = settings["slope"], networks.trace(net, batch)[0]
    for k in range(0 if seen.norms else len(seen.layers) - 1):
        response = networks.after(net, batch, k)
        below, lower, above, higher = (response(networks.filled(size)) for size in (-10.0, -20.0, 10.0, 20.0))
        ratio = ((lower - below) / (above - higher))[(above - higher).abs() > 1e-3]  # what is padded stays
        if not torch.allclose(ratio, torch.full_like(ratio, slope), atol=1e-3) or not len(ratio):
            times = ratio.median().item() if len(ratio) else nan
            said = f"{round(times, 3) + 0:g} times as large" if isfinite(times) else "something else"
            wrong("slope-ignored", slope=slope, nth=networks.nth(k), times=said)
    if len(seen.layers) > 1 and not seen.norms:
        return
    other = networks.build(candidate, **(settings | {"slope": 0.05}))
    other.load_state_dict(net.state_dict())
    same = torch.allclose(networks.run(net, batch), networks.run(other.eval(), batch), rtol=1e-4, atol=1e-6)
    if same and len(seen.layers) != 1:
        wrong("slope-ignored", slope=slope, nth="first", times="the same as with slope=0.05")


@checks("critic.optimal_discriminator", "p q")
def optimal_discriminator(candidate: Callable[[Tensor, Tensor], Tensor]) -> str:
    n = draw.whole(3, 6)
    right = draw.uniform(0.1, 0.45, n)
    right[1::2] += 0.45  # on either side of 1/2, and nowhere near it
    total = draw.uniform(0.5, 0.9, n)
    p, q = right * total, (1 - right) * total
    value = tensor(call(candidate, p, q), f"the result for {n} points", (n,))
    _known_answers(value, p, q)
    alone = torch.cat(
        [tensor(call(candidate, p[i : i + 1], q[i : i + 1]), "the result for one point", (1,)) for i in range(n)]
    )
    if not near(alone, value):
        wrong("points-mixed", n=n, yours=value[0], alone=alone[0])
    small = tensor(call(candidate, 6e-4 * right, 6e-4 * (1 - right)), "the result for small densities", (n,))
    if near(value, right, 0.02) and not near(small, right):
        wrong("epsilon-too-large", right=show(right), yours=show(small))
    expect(value, right, f"for p = {show(p)} and q = {show(q)} the result")
    zero = torch.zeros(1)
    ends = call(candidate, torch.cat([zero, p[:1]]), torch.cat([q[:1], zero]))
    if isinstance(ends, Tensor) and ends.isnan().any():
        wrong("zero-density")
    if not near(tensor(ends, "the result where one density is 0", (2,)), [0.0, 1.0]):
        wrong("clamped", yours=show(ends))
    table = tensor(call(candidate, p.repeat(2, 1), q.repeat(2, 1)), "the result for a table of points", (2, n))
    expect(table, right.repeat(2, 1), "for a table with two equal rows the result")
    for dtype in (torch.float32, torch.float64):
        yours = call(candidate, p.to(dtype), q.to(dtype)).dtype
        if yours != dtype:
            wrong("dtype-changed", asked=dtype, yours=yours)
    return (
        f"For p = {show(p)} and q = {show(q)} yours is {show(value)}. It is 1 where only real points occur and 0 where "
        "only fakes do, and it does not mind how small the densities are, only their ratio."
    )


def _known_answers(value: Tensor, p: Tensor, q: Tensor) -> None:
    """Answers that are wrong in a way that their value gives away."""
    right = p / (p + q)
    known = {
        "swapped": 1 - right,
        "not-normalised": p,
        "odds-ratio": p / q,
        "logit": ((p / q).log(), (q / p).log()),
        "logarithm": (right.log(), right.log2(), right.log10()),
        "difference": 2 * right - 1,
        "factor-two": 2 * right,
        "halved": right / 2,
        "powers": (p**2 / (p**2 + q**2), p.sqrt() / (p.sqrt() + q.sqrt()), right**2, right.sqrt()),
        "other-share": (
            *(q / p, 1 / (p + q), p * q / (p + q), p / torch.maximum(p, q), p / (1 + q), 1 + q, p + q, p - q),
        ),
        "sigmoid-of-densities": (torch.sigmoid(p - q), torch.sigmoid(p / q)),
        "hard-answer": (p > q).float(),
        "always-half": torch.full_like(p, 0.5),
    }
    wrong.named(value, known, p=p[0], q=q[0], yours=f"{value[0]:.3g}")
    beyond = (value < 0) | (value > 1)
    if beyond.any():
        i = int(beyond.float().argmax())
        wrong("not-a-probability", p=p[i], q=q[i], yours=f"{value[i]:.3g}")
