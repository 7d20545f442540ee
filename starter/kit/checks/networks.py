"""What the checks of critics and generators share: building, running, and looking inside.

Networks may be written in any way. What their layers are is seen where all ways of
writing them end, in torch's kernels, one sample at a time; what comes after a layer
is seen by putting other numbers in the place of its output.
"""

import contextlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode

from . import draw, watch
from .calls import call
from .explanation import where
from .mistakes import Mistakes
from .probes import seed
from .report import Wrong

COUNTS = {
    True: "It counts as done: no later sheet depends on it.",
    False: "Numbers in later sheets rely on the layers asked for, so it does not count as done yet.",
}
NTH = ("first", "second", "third", "fourth", "fifth", "sixth")

wrong = Mistakes(
    """
    not-a-module: Your class makes a {kind}; it has to be a subclass of nn.Module.
    lazy-layer: A lazy layer has no weights before the first batch, so an optimiser made before that has nothing to
        train. Work out the layer's size from image_shape.
    plain-list: Your layers are kept in a plain {kind} (self.{name}), where nn.Module does not see them and no optimiser
        will train them. Use a container made for modules.
    self-forgotten/asked: Your class asks for self.{name}, but it keeps nothing under that name{where}. Did you forget
        self. where you make it in __init__, or is it spelled differently there?
    self-forgotten/bare: You use {name} without self. in front of it{where}. What __init__ keeps in self has to be asked
        from self.
    float-size: A size is not a whole number{where}: / gives a float even where it divides evenly, // a whole number.
    defaults-changed: The default of {name} is {asked} in the sheet and {yours} in your __init__. Leave it as it was.
    no-parameters: The network has no parameters to train. Make its layers once, in __init__, and keep them in self; a
        layer made in forward is new and random at every call.
    no-convolution: The network has no convolution in it: none of its weights is a set of filters.
    batch-axis-missing: You give a whole batch the shape of a single sample. The first axis counts the samples, here
        {n}, and stays; only the others are rearranged.
    batch-size-fixed: You ask for a first axis of {fixed}, but this batch has {n} samples{where}. Take that number from
        the batch.
    sizes-do-not-fit: Two neighbouring layers do not fit together: a linear layer expects {expects} numbers from each
        sample and gets {gets}{where}.
    stride-missing: The sides of your images go {sides}, instead of {asked}. A layer that halves or doubles them moves
        in steps of 2, and the default of stride is 1.
    padding-missing: The sides of your images go {sides}, instead of {asked}. With kernel 4 and stride 2 they are halved
        or doubled exactly when the padding is 1.
    random-inside: The same input gives another output at the next call, in eval mode too. Layers are made once, in
        __init__, and forward draws no random numbers.
    width-fails: The network cannot be made with width={width}.
    width-ignored: With width={narrow} and with width={wide} the network has {n:,} parameters. Let the sizes of its
        layers follow from width.
    detached: The output has no graph, so no gradient can reach the network's weights. Is there a detach, a no_grad or a
        new tensor made of numbers in forward?
    frozen: {name} does not require a gradient, so it would never learn.
    unused-layer: No gradient reaches {name}: that layer is made but forward does not use it.
    no-slope: The gradient that reaches the weights is 0 everywhere: the output does not move when they do.
    weights-alike: All numbers in {name} start alike, so the units of that layer get the same gradients and stay copies
        of each other. Weights start at random.
    left-in-eval: Your class makes a network in eval mode. Whoever uses it sets the mode: leave that to others.
    latent-fixed: Your {net} does not work for latent_dim={shape}. Take its sizes from latent_dim.{got}
    size-fixed: Your {net} does not work for image_shape={shape}. Take its sizes from image_shape.{got}
    channels-fixed: Your {net} does not work for images with {shape[0]} channels, image_shape={shape}. Take their number
        from image_shape.{got}
    rows-columns: Your {net} does not work for images that are not square, image_shape={shape}. Rows and columns are two
        numbers.{got}
    points-fail: Your {net} does not work for points, image_shape={shape}. No line may rely on three axes.{got}
    no-activation: There is no activation between your layers, and linear layers in a row are no more than one linear
        layer. Put an activation between each two.
    activation-forgotten: There is no activation between your {nth} and your {next} layer, so the two are no more than
        one linear layer. Put an activation between each two.
    other-depth: Asked for are {n} layers with weights ({asked}); yours are {m} ({yours}). {counts}
    other-layer: With width={width} the {nth} layer should be {asked}; yours is {yours}. {counts}
    dropout: In train mode the same input gives another output at each call, as with dropout. That was not asked for.
        {counts}
    view: Your network stops at images that do not lie in one piece in memory: view cannot take them, reshape and
        flatten can. {counts}
    """
)

# Building and running --------------------------------------------------------


def build(candidate: Callable[..., nn.Module], **settings: Any) -> nn.Module:
    """Make the network."""
    seed(draw.whole(0, 10**6))  # its weights come from the check's seed too
    with _own_words(getattr(candidate, "__name__", "")):
        net = candidate(**settings)
    if not isinstance(net, nn.Module):
        wrong("not-a-module", kind=type(net).__name__)
    if any(isinstance(parameter, nn.parameter.UninitializedParameter) for parameter in net.parameters()):
        wrong("lazy-layer")
    known = set(net.modules())
    for name, value in vars(net).items():
        entries = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
        if not name.startswith("_") and any(isinstance(entry, nn.Module) and entry not in known for entry in entries):
            wrong("plain-list", kind=type(value).__name__, name=name)
    if not all(module.training for module in known):
        wrong("left-in-eval")
    return net


def run(net: nn.Module, x: Tensor, number: int | None = None) -> Any:
    """Its output; with the same number dropout, if there is any, drops the same units."""
    if number is not None:
        seed(number)
    before = watch.Networks([net])
    with _own_words(type(net).__name__, net):
        output = call(net, x)
    try:
        before.left_as_found()
    except Wrong as found:  # said of networks that an answer is given, and this one it has made
        raise Wrong(found.mistake, found.message.replace("a network that it was given", "the network")) from None
    return output


@contextlib.contextmanager
def _own_words(name: str, net: nn.Module | None = None) -> Iterator[None]:
    """Recognise what people stumble over when they write a class of that name."""
    try:
        yield
    except (AttributeError, NameError, TypeError) as error:
        missing = re.fullmatch(rf"'{re.escape(name)}' object has no attribute '([^_]\w*)'", str(error))
        if missing:
            wrong("self-forgotten/asked", name=missing[1], where=where(error))
        if isinstance(error, NameError) and error.name and hasattr(net, error.name):
            wrong("self-forgotten/bare", name=error.name, where=where(error))
        if isinstance(error, TypeError) and "ints" in str(error) and "float" in str(error):
            wrong("float-size", where=where(error))
        raise


def misfit(error: Exception, net: nn.Module, x: Tensor, asked: Sequence["Layer"]) -> None:
    """Recognise torch's words for layers whose sizes do not match, in a batch of n."""
    n, text = len(x), str(error)
    if viewed := re.search(r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)", text):
        sizes, numbers = [int(size) for size in viewed[1].split(",")], int(viewed[2])
        if n * prod(sizes) == numbers:
            wrong("batch-axis-missing", n=n)
        if sizes[0] not in (n, -1) and (-1 in sizes or n * prod(sizes[1:]) == numbers):
            wrong("batch-size-fixed", fixed=sizes[0], n=n, where=where(error))
    if f"don't multiply up to the size of dim 0 ({n})" in text:
        wrong("batch-axis-missing", n=n)
    sides_go(net, x, asked)
    if product := re.search(r"\((\d+)x(\d+) and (\d+)x", text):
        if int(product[1]) != n:
            wrong("batch-size-fixed", fixed=product[1], n=n, where=where(error))
        wrong("sizes-do-not-fit", gets=product[2], expects=product[3], where=where(error))


# The same for all networks ---------------------------------------------------


def n_parameters(net: nn.Module) -> int:
    """How many numbers the optimiser trains."""
    return sum(parameter.numel() for parameter in net.parameters())


def has_parameters(net: nn.Module, filters: bool) -> None:
    """See that there is something to train, with filters of convolutions among it if they are asked for."""
    if n_parameters(net) == 0:
        wrong("no-parameters")
    if filters and all(parameter.ndim < 4 for parameter in net.parameters()):
        wrong("no-convolution")
    for name, parameter in net.named_parameters():
        if not parameter.requires_grad:
            wrong("frozen", name=name)
        if sum(size > 1 for size in parameter.shape) > 1 and (parameter == parameter.flatten()[0]).all():
            wrong("weights-alike", name=name)


def batch_norms(net: nn.Module) -> list[nn.modules.batchnorm._BatchNorm]:
    """Its layers of batch normalisation."""
    return [module for module in net.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]


def same_weights(first: Tensor, second: Tensor) -> None:
    """Two runs with other random numbers, in eval mode."""
    if not torch.allclose(first, second, atol=1e-5):
        wrong("random-inside")


def same_defaults(candidate: Callable[..., nn.Module], defaults: dict[str, Any]) -> None:
    """See that the defaults are those that were given."""
    for name, parameter in inspect.signature(candidate).parameters.items():
        yours = tuple(parameter.default) if isinstance(parameter.default, list) else parameter.default
        if yours != defaults.get(name, yours) and yours is not parameter.empty:
            wrong("defaults-changed", name=name, yours=yours, asked=defaults[name])


def width_counts(candidate: Callable[..., nn.Module]) -> str:
    """Another width, other numbers of parameters; says which."""
    narrow, wide = 2 * draw.whole(4, 9), 2 * draw.whole(10, 20)
    numbers = []
    for width in (narrow, wide):
        with wrong.blaming("width-fails", width=width):
            numbers.append(n_parameters(build(candidate, width=width)))
    if numbers[0] == numbers[1]:
        wrong("width-ignored", n=numbers[0], narrow=narrow, wide=wide)
    return f"{numbers[0]:,} parameters at width {narrow} and {numbers[1]:,} at {wide}"


def all_trained(net: nn.Module, x: Tensor) -> None:
    """The gradient of the output reaches every parameter."""
    output = run(net, x)
    if not output.requires_grad:
        wrong("detached")
    names, parameters = zip(*net.named_parameters(), strict=True)
    gradients = torch.autograd.grad(output.pow(2).sum(), parameters, allow_unused=True)
    for name, gradient in zip(names, gradients, strict=True):
        if gradient is None:
            wrong("unused-layer", name=name)
    if not any(gradient.any() for gradient in gradients):
        wrong("no-slope")


def other_shapes(points: bool) -> dict[str, tuple[int, ...]]:
    """Shapes of images that a network should work for, and of points if it should, by the id of the failure."""
    side, columns = (4 * draw.one_of((4, 5, 6, 8, 9)) for _ in range(2))
    some = {
        "size-fixed": (1, side, side),
        "channels-fixed": (draw.whole(2, 4), 28, 28),
        "rows-columns": (1, 28, columns),
    }
    return some | ({"points-fail": (draw.whole(1, 4),)} if points else {})


def works_for(
    case: str, candidate: type[nn.Module], settings: dict[str, Any], x: Tensor, shape: tuple[int, ...], net: str
) -> None:
    """See that with these settings the output has that shape; each failure has its own id."""
    words = {"net": net, "shape": settings["latent_dim"] if case == "latent-fixed" else settings["image_shape"]}
    with wrong.blaming(case, got="", **words):
        try:
            output = run(build(candidate, **settings).eval(), x)
        except RuntimeError as error:  # about sizes: its words say no more
            wrong(case, got=where(error), **words)
    if not isinstance(output, Tensor) or output.shape != shape:
        got = tuple(getattr(output, "shape", ()))
        wrong(case, got=f" For {len(x)} inputs the shape is {got} instead of {shape}.", **words)


# What was carried out --------------------------------------------------------


class Layer(NamedTuple):
    """A linear layer or a convolution, as torch carried it out."""

    kind: str
    n_in: int  # numbers, or channels
    n_out: int
    kernel: tuple[int, ...] = ()  # rows and columns, as the next two; () for a linear layer
    stride: tuple[int, ...] = ()
    sides: tuple[int, ...] = ()  # of what comes out

    @property
    def weights(self) -> int:
        """How many there are, biases aside."""
        return self.n_in * self.n_out * prod(self.kernel)

    def __str__(self) -> str:
        said = f"a {self.kind} from {self.n_in} to {self.n_out}"
        if not self.sides:
            return said
        sides = " by ".join(map(str, self.sides))
        return f"{said} channels with kernel {self.kernel[0]} and stride {self.stride[0]} that gives {sides} pixels"


LINEAR, CONVOLUTION, TRANSPOSED = "linear layer", "convolution", "transposed convolution"
_PRODUCTS = {"mm": 0, "bmm": 0, "mv": 0, "dot": 0, "addmm": 1, "addmv": 1, "baddbmm": 1}  # where the factors begin
_NORMS = ("native_batch_norm", "native_layer_norm", "native_group_norm", "cudnn_batch_norm")


class Trace(TorchDispatchMode):
    """What torch carries out in a call with one sample, in eval mode; layer number `at` gives `by(output)` instead.

    Attributes:
        layers, inputs: linear layers and convolutions in order, and what each of them got.
        norms: what normalised something, in order: "batch" or "other".
    """

    def __init__(self, net: nn.Module, at: int = -1, by: Callable[[Tensor], Tensor] = torch.clone) -> None:
        super().__init__()
        self.layers: list[Layer] = []
        self.inputs: list[Tensor] = []
        self.norms: list[str] = []
        self._at, self._by = at, by
        self._own = {value.untyped_storage().data_ptr() for value in (*net.parameters(), *net.buffers())}
        self._scaled: list[tuple[Tensor, ...]] = []  # numbers times weights, not yet added up, and the two factors

    def owns(self, value: Any) -> bool:
        """Whether it is some of the network's own numbers."""
        return isinstance(value, Tensor) and value.untyped_storage().data_ptr() in self._own

    def note(self, name: str, args: tuple, result: Any) -> Any:
        """Remember a layer; gives the result, or what is to stand in its place."""
        if name in _NORMS:  # in eval mode one of a batch does not look at the batch, but that of an instance does
            self.norms.append("batch" if "batch" in name and not args[5] else "other")
        layer, x = self._layer(name, args, result)
        if layer is None:
            return result
        self.layers.append(layer)
        self.inputs.append(x)
        return self._by(result) if len(self.layers) == self._at + 1 else result

    def _layer(self, name: str, args: tuple, result: Any) -> tuple[Layer | None, Tensor]:
        if name == "convolution":
            return _convolution(args, result), args[0]
        factors = args[:0]
        if name in _PRODUCTS:
            factors = args[_PRODUCTS[name] : _PRODUCTS[name] + 2]
        elif name == "mul" and self.owns(args[0]) != self.owns(args[1]):
            self._scaled.append((result, *args[:2]))
        elif name == "sum":
            factors = next((tuple(factors) for product, *factors in self._scaled if product is args[0]), ())
        if not factors or (self.owns(factors[0]) and self.owns(factors[1])):  # as spectral_norm does
            return None, result
        x, weight = factors[::-1] if self.owns(factors[0]) else factors
        n_in, n_out = x.numel(), result.numel()
        return Layer(LINEAR, n_in if n_in * n_out == weight.numel() else 0, n_out), x  # 0: no plain layer


def _convolution(args: tuple, result: Tensor) -> Layer:
    """One that sees its whole input at once, or has one pixel to begin with, is a linear layer."""
    x, weight, stride, transposed = args[0], args[1], args[3], args[6]
    sizes, sides, kernel = tuple(x.shape[2:]), tuple(result.shape[2:]), tuple(weight.shape[2:])
    if (transposed and prod(sizes) == 1 and kernel == sides) or (
        not transposed and prod(sides) == 1 and kernel == sizes
    ):
        return Layer(LINEAR, x[0].numel(), result[0].numel())
    return Layer(TRANSPOSED if transposed else CONVOLUTION, x.shape[1], result.shape[1], kernel, tuple(stride), sides)


def _kernel(self: Trace, kernel: OpOverload, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
    return self.note(kernel.overloadpacket.__name__, args, kernel(*args, **(kwargs or {})))


# Written inside the class, torch would load its compiler, which takes a second.
Trace.__torch_dispatch__ = _kernel  # type: ignore[method-assign, assignment]


def trace(net: nn.Module, x: Tensor, at: int = -1, by: Callable[[Tensor], Tensor] = torch.clone) -> tuple[Trace, Any]:
    """What is carried out for one sample, and the output. The network has to be in eval mode."""
    with torch.no_grad(), Trace(net, at, by) as seen:
        output = run(net, x[:1])
    return seen, output


def after(net: nn.Module, x: Tensor, layer: int) -> Callable[[Callable[[Tensor], Tensor]], Tensor]:
    """What the next layer gets, or the output after the last one, when this layer gives something else."""

    def response(by: Callable[[Tensor], Tensor]) -> Tensor:
        seen, output = trace(net, x, layer, by)
        return (seen.inputs[layer + 1] if layer + 1 < len(seen.layers) else output).detach().clone()

    return response


def filled(size: float) -> Callable[[Tensor], Tensor]:
    """For after: the same number everywhere."""
    return lambda y: torch.full_like(y, size)


# Is it what was asked for? ---------------------------------------------------


def nth(layer: int) -> str:
    """What it is called."""
    return NTH[layer] if layer < len(NTH) else f"{layer + 1}th"


def sides_go(net: nn.Module, x: Tensor, asked: Sequence[Layer]) -> None:
    """End the check if the sides of the images do not halve or double as asked."""
    seen, mode = Trace(net), net.training
    with contextlib.suppress(Exception), torch.no_grad(), seen:
        run(net.eval(), x[:1])
    net.train(mode)
    rows = [x.shape[2] for layer, x in zip(seen.layers, seen.inputs, strict=True) if layer.sides]
    yours = [*rows[:1], *(layer.sides[0] for layer in seen.layers if layer.sides)]
    right = [*rows[:1], *(layer.sides[0] for layer in asked if layer.sides)]
    if len(yours) == len(right) and yours != right:
        steps = {step for layer in seen.layers for step in layer.stride}
        case = "padding-missing" if steps == {2} else "stride-missing"
        wrong(case, sides=", ".join(map(str, yours)), asked=", ".join(map(str, right)))


def activations(net: nn.Module, x: Tensor) -> None:
    """See that something that is not linear stands between each two layers."""
    layers = trace(net, x)[0].layers
    found = [k for k, layer in enumerate(layers[:-1]) if straight(after(net, x, k), layer.n_out * prod(layer.sides))]
    if found and len(found) == len(layers) - 1:
        wrong("no-activation")
    if found:
        wrong("activation-forgotten", nth=nth(found[0]), next=nth(found[0] + 1))


def _scaled(noise: Tensor, times: float, y: Tensor) -> Tensor:
    return times * noise.view_as(y)


def straight(response: Callable[[Callable[[Tensor], Tensor]], Tensor], size: int) -> bool:
    """Whether a response to so many numbers is linear, or linear but for their overall size, as a normalisation is."""
    noise = draw.normal(size)
    zero, one, minus, two = (response(partial(_scaled, noise, times)) for times in (0.0, 1.0, -1.0, 2.0))
    zero = torch.where(zero.isnan(), (one + minus) / 2, zero)  # 0 / 0 in a normalisation
    reach = (one - zero).abs().max()
    odd = (one + minus - 2 * zero).abs().max() < 1e-4 * reach
    return bool(odd and ((two + zero - 2 * one).abs().max() < 1e-4 * reach or (two - one).abs().max() < 0.02 * reach))


def architecture(net: nn.Module, x: Tensor, asked: list[Layer], width: int, done: bool) -> None:
    """See that the layers are those asked for."""
    yours = trace(net, x)[0].layers
    least, most = zip(*((layer.weights, layer.weights + 3 * layer.n_out) for layer in asked), strict=True)
    missed = n_parameters(net) - sum(layer.weights for layer in yours)
    if missed > sum(most) - sum(least) and sum(least) <= n_parameters(net) <= sum(most):
        return  # right as far as one can count; written in a way that cannot be followed
    words: dict[str, Any] = {"width": width, "counts": COUNTS[done]}
    if len(yours) != len(asked):
        kinds = [", ".join(f"{layer.kind} to {layer.n_out}" for layer in row) for row in (asked, yours)]
        words |= {"n": len(asked), "m": len(yours), "asked": kinds[0], "yours": kinds[1]}
        wrong.not_as_asked("other-depth", done=done, **words)
    for k, (right, found) in enumerate(zip(asked, yours, strict=True)):
        if right != found:
            wrong.not_as_asked("other-layer", done=done, nth=nth(k), asked=right, yours=found, **words)


def extras(net: nn.Module, x: Tensor) -> None:
    """See that nothing happens in train mode that was not asked for, and that inputs may lie anyhow in memory."""
    net.train()
    if not torch.allclose(run(net, x, 3), run(net, x, 4), atol=1e-5):
        wrong.not_as_asked("dropout", done=True, counts=COUNTS[True])
    try:
        run(net.eval(), scattered(x))
    except RuntimeError as error:
        if "view size is not compatible" in str(error):
            wrong.not_as_asked("view", done=True, counts=COUNTS[True])
        raise


def scattered(x: Tensor) -> Tensor:
    """The same numbers, not in one piece in memory."""
    return x.movedim(1, -1).contiguous().movedim(-1, 1)
