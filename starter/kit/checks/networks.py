"""What the checks of critics and generators share: building, running, and looking inside.

Networks may be written in any way, so nothing here asks for certain layers or
sizes. The last layer is found by watching which layer with weights runs last;
what comes after it is seen by putting other numbers in the place of its output.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from .calls import call
from .explanation import where
from .mistakes import Mistakes
from .probes import seed

DEFAULT = (1, 28, 28)
_OTHERS = {"size-fixed": (1, 32, 32), "channels-fixed": (3, 28, 28), "rows-columns": (1, 28, 32)}

wrong = Mistakes(
    """
    not-a-module: Your class makes a {kind}; it has to be a subclass of nn.Module.
    lazy-layer: A lazy layer has no weights before the first batch, so an optimiser made before that has nothing to
        train. Work out the layer's size from image_shape.
    plain-list: Your layers are kept in a plain {kind} (self.{name}), where nn.Module does not see them: its
        parameters() misses them and no optimiser will train them. Use a container made for modules.
    self-forgotten/asked: Your class asks for self.{name}, but it keeps nothing under that name{where}. Did you forget
        self. where you make it in __init__, or is it spelled differently there?
    self-forgotten/bare: You use {name} without self. in front of it{where}. What __init__ keeps in self has to be asked
        from self.
    float-size: A size is not a whole number{where}: / gives a float even where it divides evenly, whole numbers come
        from //.
    no-parameters: The network has no parameters to train. Layers have to be made once, in __init__, and kept in self; a
        layer made in forward is new and random at every call.
    no-convolution: The network has no convolution in it: none of its weights is a set of filters.
    batch-axis-missing: You give a whole batch the shape of a single sample: the batch axis is missing. The first axis
        counts the samples, here {n}, and stays; only the others are rearranged.
    sizes-do-not-fit: Two neighbouring layers do not fit together: {error}.
    random-inside: The same input gives another output at the next call, in eval mode too. Layers are made once, in
        __init__, and no random number is drawn in forward.
    width-fails: The network cannot be made with width=64.
    width-ignored: With width=32 and with width=64 the network has {n:,} parameters. Let the sizes of its layers follow
        from width.
    detached: The output has no graph, so no gradient can reach the network's weights. Is there a detach, a no_grad or a
        new tensor made of numbers in forward?
    unused-layer: No gradient reaches {name}: that layer is made but forward does not use it.
    latent-fixed: Your {net} does not work for latent_dim=5. Take its sizes from latent_dim.{got}
    size-fixed: Your {net} does not work for images of 32 pixels{sign} image_shape=(1, 32, 32). Take its sizes from
        image_shape.{got}
    channels-fixed: Your {net} does not work for images with 3 channels{sign} image_shape=(3, 28, 28). Take its sizes
        from image_shape.{got}
    rows-columns: Your {net} does not work for images that are not square{sign} image_shape=(1, 28, 32). Take its sizes
        from image_shape.{got}
    points-fail: Your {net} does not work for points in the plane{sign} image_shape=(2,). Take its sizes from
        image_shape.{got}
    """
)


def images(n: int, shape: tuple[int, ...]) -> Tensor:
    """Random images in [-1, 1]."""
    return 2 * torch.rand(n, *shape) - 1


def build(candidate: Callable[..., nn.Module], **settings: Any) -> nn.Module:
    """Make the network, with the same random weights at every call."""
    seed(1)
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
    return net


def run(net: nn.Module, x: Tensor, number: int = 2) -> Any:
    """Its output; dropout, if there is any, drops the same units at every call."""
    seed(number)
    with _own_words(type(net).__name__, net):
        return call(net, x)


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


def n_parameters(net: nn.Module) -> int:
    """How many numbers the optimiser trains."""
    return sum(parameter.numel() for parameter in net.parameters())


def has_parameters(net: nn.Module, filters: bool) -> None:
    """See that there is something to train, with filters of convolutions among it if they are asked for."""
    if n_parameters(net) == 0:
        wrong("no-parameters")
    if filters and all(parameter.ndim < 4 for parameter in net.parameters()):
        wrong("no-convolution")


def batch_norms(net: nn.Module) -> list[nn.modules.batchnorm._BatchNorm]:
    """Its layers of batch normalisation."""
    return [module for module in net.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]


def layers_fit(text: str, n: int) -> None:
    """Recognise torch's words for layers whose sizes do not match, in a batch of n."""
    viewed = re.search(r"shape '\[([\d, ]+)\]' is invalid for input of size (\d+)", text)
    whole = viewed and n * prod(map(int, viewed[1].split(","))) == int(viewed[2])
    if whole or f"don't multiply up to the size of dim 0 ({n})" in text:
        wrong("batch-axis-missing", n=n)
    said = "cannot be multiplied|expected input|size mismatch|is invalid for input|should contain|input to conv"
    if re.search(said, text):
        wrong("sizes-do-not-fit", error=text)


def same_weights(first: Tensor, second: Tensor) -> None:
    """Two runs with other random numbers, in eval mode."""
    if not torch.allclose(first, second, atol=1e-5):
        wrong("random-inside")


def width_counts(candidate: Callable[..., nn.Module]) -> str:
    """Another width, other numbers of parameters; says which."""
    with wrong.blaming("width-fails"):
        narrow, wide = (n_parameters(build(candidate, width=width)) for width in (32, 64))
    if narrow == wide:
        wrong("width-ignored", n=narrow)
    return f"{narrow:,} parameters at width 32 and {wide:,} at 64"


def all_trained(net: nn.Module, x: Tensor) -> None:
    """The gradient of the output reaches every parameter."""
    output = run(net, x)
    if not output.requires_grad:
        wrong("detached")
    names, parameters = zip(*net.named_parameters(), strict=True)
    gradients = torch.autograd.grad(output.pow(2).sum(), parameters, allow_unused=True, retain_graph=True)
    for name, gradient in zip(names, gradients, strict=True):
        if gradient is None:
            wrong("unused-layer", name=name)


def other_shapes(points: bool) -> list[tuple[str, tuple[int, ...]]]:
    """Shapes of images that a network should work for, and of points if it should, with the id of the failure."""
    return [*_OTHERS.items(), *([("points-fail", (2,))] if points else [])]


def works_for(
    case: str, candidate: type[nn.Module], settings: dict[str, Any], x: Tensor, shape: tuple[int, ...], words: dict
) -> None:
    """See that with these settings the output has that shape; each failure has its own id."""
    with wrong.blaming(case, got="", **words):
        output = run(build(candidate, **settings), x)
    if not isinstance(output, Tensor) or output.shape != shape:
        got = tuple(getattr(output, "shape", ()))
        wrong(case, got=f" {words['three']} have shape {got} instead of {shape}.", **words)


def last_layer(net: nn.Module, x: Tensor) -> tuple[nn.Module | None, Any]:
    """The layer with weights that ends last, and its output; None when forward uses bare parameters."""
    ended: list[tuple[nn.Module | None, Any]] = [(None, None)]

    def note(module: nn.Module, inputs: Any, output: Any) -> None:
        ended.append((module, output.clone() if isinstance(output, Tensor) else output))

    handles = []
    for module in net.modules():
        own = any(True for _ in module.parameters(recurse=False)) or hasattr(module, "parametrizations")
        if own and module is not net:
            handles.append(module.register_forward_hook(note))
    try:
        run(net, x)
    finally:
        for handle in handles:
            handle.remove()
    return ended[-1]


def ends(net: nn.Module, x: Tensor, size: float) -> tuple[Tensor, Tensor | None, Tensor]:
    """Outputs when the last layer gives -size, 0 and size; the outermost ones when forward uses bare parameters."""
    layer, _ = last_layer(net, x)
    if layer is None:
        outputs = _enlarged(net, x)
        return outputs.min(), None, outputs.max()
    down, none, up = (_replacing(net, x, layer, end) for end in (-size, 0.0, size))
    return down, none, up


def _replacing(net: nn.Module, x: Tensor, layer: nn.Module, size: float) -> Tensor:
    """The network's output when all that this layer gives is of that size."""
    handle = layer.register_forward_hook(lambda module, inputs, output: torch.full_like(output, size))
    try:
        with torch.no_grad():
            return run(net, x)
    finally:
        handle.remove()


def _enlarged(net: nn.Module, x: Tensor) -> Tensor:
    """The outputs of networks with larger weights, of either sign."""
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(10)
        outputs = [run(net, x)]
        for parameter in net.parameters():
            for _ in ("there", "back"):
                parameter.neg_()
                outputs.append(run(net, x))
    return torch.cat([output.flatten() for output in outputs])


def affine(f: Callable[[Tensor], Tensor], x: Tensor) -> bool:
    """Whether f(x) + f(-x) = 2 f(0), as for layers with nothing nonlinear between them."""
    with torch.no_grad():
        one, other, middle = f(x), f(-x), f(torch.zeros_like(x))
    size = (one - middle).abs().max().clamp(min=1e-6)
    return bool((one + other - 2 * middle).abs().max() < 1e-4 * size)
