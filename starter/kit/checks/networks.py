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

from .explanation import where
from .probes import blaming, call, seed
from .report import wrong

DEFAULT = (1, 28, 28)


def images(n: int, shape: tuple[int, ...]) -> Tensor:
    """Random images in [-1, 1]."""
    return 2 * torch.rand(n, *shape) - 1


def build(candidate: Callable[..., nn.Module], **settings: Any) -> nn.Module:
    """Make the network, with the same random weights at every call."""
    seed(1)
    with _own_words(getattr(candidate, "__name__", "")):
        net = candidate(**settings)
    if not isinstance(net, nn.Module):
        wrong("not-a-module", f"Your class makes a {type(net).__name__}; it has to be a subclass of nn.Module.")
    if any(isinstance(parameter, nn.parameter.UninitializedParameter) for parameter in net.parameters()):
        wrong(
            "lazy-layer",
            "A lazy layer has no weights before the first batch, so an optimiser made before that has "
            "nothing to train. Work out the layer's size from image_shape.",
        )
    known = set(net.modules())
    for name, value in vars(net).items():
        entries = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
        if not name.startswith("_") and any(isinstance(entry, nn.Module) and entry not in known for entry in entries):
            wrong(
                "plain-list",
                f"Your layers are kept in a plain {type(value).__name__} (self.{name}), where nn.Module "
                "does not see them: its parameters() misses them and no optimiser will train them. Use a "
                "container made for modules.",
            )
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
    except AttributeError as error:
        missing = re.fullmatch(rf"'{re.escape(name)}' object has no attribute '([^_]\w*)'", str(error))
        if missing:
            wrong(
                "self-forgotten",
                f"Your class asks for self.{missing[1]}, but it keeps nothing under that name{where(error)}. Did you "
                "forget self. where you make it in __init__, or is it spelled differently there?",
            )
        raise
    except NameError as error:
        if error.name and hasattr(net, error.name):
            wrong(
                "self-forgotten",
                f"You use {error.name} without self. in front of it{where(error)}. What __init__ keeps in self "
                "has to be asked from self.",
            )
        raise
    except TypeError as error:
        if "ints" in str(error) and "float" in str(error):
            wrong(
                "float-size",
                f"A size is not a whole number{where(error)}: / gives a float even where it divides evenly, whole "
                "numbers come from //.",
            )
        raise


def n_parameters(net: nn.Module) -> int:
    """How many numbers the optimiser trains."""
    return sum(parameter.numel() for parameter in net.parameters())


def has_parameters(net: nn.Module) -> None:
    if n_parameters(net) == 0:
        wrong(
            "no-parameters",
            "The network has no parameters to train. Layers have to be made once, in __init__, and kept in "
            "self; a layer made in forward is new and random at every call.",
        )


def layers_fit(text: str, n: int) -> None:
    """Recognise torch's words for layers whose sizes do not match, in a batch of n."""
    viewed = re.search(r"shape '\[([\d, ]+)\]' is invalid for input of size (\d+)", text)
    whole = viewed and n * prod(map(int, viewed[1].split(","))) == int(viewed[2])
    if whole or f"don't multiply up to the size of dim 0 ({n})" in text:
        wrong(
            "batch-axis-missing",
            "You give a whole batch the shape of a single sample: the batch axis is missing. The first axis counts "
            f"the samples, here {n}, and stays; only the others are rearranged.",
        )
    words = ("cannot be multiplied", "expected input", "size mismatch", "is invalid for input", "should contain")
    if any(word in text for word in words) or "input to conv" in text:
        wrong("sizes-do-not-fit", f"Two neighbouring layers do not fit together: {text}.")


def same_weights(first: Tensor, second: Tensor) -> None:
    """Two runs with other random numbers, in eval mode."""
    if not torch.allclose(first, second, atol=1e-5):
        wrong(
            "random-inside",
            "The same input gives another output at the next call, in eval mode too. Layers are made once, "
            "in __init__, and no random number is drawn in forward.",
        )


def width_counts(candidate: Callable[..., nn.Module]) -> str:
    """Another width, other numbers of parameters; says which."""
    with blaming("width-fails", "The network cannot be made with width=64."):
        narrow, wide = (n_parameters(build(candidate, width=width)) for width in (32, 64))
    if narrow == wide:
        wrong(
            "width-ignored",
            f"With width=32 and with width=64 the network has {narrow:,} parameters. Let the sizes of its "
            "layers follow from width.",
        )
    return f"{narrow:,} parameters at width 32 and {wide:,} at 64"


def all_trained(net: nn.Module, x: Tensor) -> None:
    """The gradient of the output reaches every parameter."""
    output = run(net, x)
    if not output.requires_grad:
        wrong(
            "detached",
            "The output has no graph, so no gradient can reach the network's weights. Is there a detach, a "
            "no_grad or a new tensor made of numbers in forward?",
        )
    names, parameters = zip(*net.named_parameters(), strict=True)
    gradients = torch.autograd.grad(output.pow(2).sum(), parameters, allow_unused=True, retain_graph=True)
    unused = [name for name, gradient in zip(names, gradients, strict=True) if gradient is None]
    if unused:
        wrong("unused-layer", f"No gradient reaches {unused[0]}: that layer is made but forward does not use it.")


def last_layer(net: nn.Module, x: Tensor) -> nn.Module | None:
    """The layer with weights that ends last, or None when forward uses bare parameters."""
    ended = []
    handles = []
    for module in net.modules():
        own = any(True for _ in module.parameters(recurse=False)) or hasattr(module, "parametrizations")
        if own and module is not net:
            handles.append(module.register_forward_hook(lambda module, inputs, output: ended.append(module)))
    try:
        run(net, x)
    finally:
        for handle in handles:
            handle.remove()
    return ended[-1] if ended else None


def replacing(net: nn.Module, x: Tensor, layer: nn.Module, change: Callable[[Tensor], Tensor]) -> Tensor:
    """The network's output when `change` is applied to what that layer gives."""
    handle = layer.register_forward_hook(lambda module, inputs, output: change(output))
    try:
        with torch.no_grad():
            return run(net, x)
    finally:
        handle.remove()


def output_of(net: nn.Module, x: Tensor, layer: nn.Module) -> Tensor:
    """What that layer gives for this input."""
    kept = []

    def keep(output: Tensor) -> Tensor:
        kept.append(output.detach().clone())
        return output

    replacing(net, x, layer, keep)
    return kept[-1]


def bare_range(net: nn.Module, x: Tensor) -> tuple[float, float]:
    """Smallest and largest output over networks with enlarged weights of either sign.

    For networks that use bare parameters, where no last layer can be found.
    """
    outputs = []
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(10)
        for parameter in (None, *net.parameters()):
            for _ in range(2 if parameter is not None else 1):
                if parameter is not None:
                    parameter.neg_()
                outputs.append(run(net, x).flatten())
    values = torch.cat(outputs)
    return values.min().item(), values.max().item()


def affine(f: Callable[[Tensor], Tensor], x: Tensor) -> bool:
    """Whether f(x) + f(-x) = 2 f(0), as for layers with nothing nonlinear between them."""
    with torch.no_grad():
        one, other, middle = f(x), f(-x), f(torch.zeros_like(x))
    size = (one - middle).abs().max().clamp(min=1e-6)
    return bool((one + other - 2 * middle).abs().max() < 1e-4 * size)
