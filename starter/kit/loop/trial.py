"""One pass of two samples through both networks, before the first step."""

import dis
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..course import CourseError
from . import precision
from .describe import what
from .run import Run

_N = 2
_MISFIT = re.compile(r"shape|size|dimension|\bdim\b|channel|elements|unpack|multipl|broadcast|\d-?D\b|indices", re.I)


def try_networks(run: Run, shape: tuple[int, ...]) -> None:
    """Raise a CourseError if the networks do not take and give the shapes that the course's steps ask for."""
    numbers = precision.use(run.settings.precision, run.device, run.critic, run.generator)
    with _untouched(run.critic, run.generator), numbers as in_numbers:
        z = torch.randn(_N, run.latent_dim).to(run.device)
        fake = in_numbers(_passed)("generator", run.generator, z, f"noise of shape (n, {run.latent_dim})")
        if not isinstance(fake, Tensor) or fake.shape != (_N, *shape):
            raise CourseError(
                f"For {_N} samples of noise the generator returns {what(fake)}, and the data ask for a tensor of "
                f"shape {(_N, *shape)}; {_way_to(shape, fake, run.generator)}."
            )
        version = _version(fake)
        scores = in_numbers(_passed)("critic", run.critic, fake, f"samples of shape {shape}, as the data have them")
        if not isinstance(scores, Tensor) or scores.shape not in ((_N,), (_N, 1)):
            end = isinstance(scores, Tensor) and scores.numel() == _N
            raise CourseError(
                f"For {_N} samples the critic returns {what(scores)}; it should be one score for each, of shape (n,)"
                f"{', so let it end in .flatten()' if end else ''}."
            )
        if _version(fake) != version:
            raise CourseError(
                "The critic changes its images in place, and gradients with respect to them are needed; take "
                "inplace=False in its first layer."
            )


def try_graphs(run: Run) -> None:
    """Raise a CourseError if no gradient can reach the generator's weights, or pass through the critic.

    What else goes wrong in these two passes is left to the training, which says it better.
    """
    way = "take out the detach, no_grad, .data or whole numbers (.long(), argmax) in its forward."
    attached = heard = True
    numbers = precision.use(run.settings.precision, run.device, run.critic, run.generator)
    with _untouched(run.critic, run.generator), numbers as in_numbers, torch.enable_grad(), suppress(Exception):
        of = in_numbers(lambda network, x: network(x))
        fake = of(run.generator, torch.randn(_N, run.latent_dim).to(run.device))
        attached = fake.requires_grad
        x = fake.detach().requires_grad_(True)
        scores = of(run.critic, x).sum()
        heard = scores.requires_grad and torch.autograd.grad(scores, x, allow_unused=True)[0] is not None
    if not attached:
        raise CourseError(f"The generator's samples have no graph, so its weights would never move; {way}")
    if not heard:
        raise CourseError(
            "The critic's scores have no gradient with respect to its input, so the generator would learn nothing; "
            f"{way}"
        )


def _version(x: Tensor) -> int:
    """How often a tensor was changed in place; inference tensors do not count."""
    return 0 if x.is_inference() else x._version


def _way_to(shape: tuple[int, ...], fake: Any, generator: nn.Module) -> str:
    if isinstance(fake, Tensor) and fake.numel() == _N * prod(shape):
        return f"let it end in nn.Unflatten(1, {shape})" if fake.dim() == 2 else "let it end in a reshape"
    if not isinstance(fake, Tensor):
        return "return the images alone"
    if getattr(generator, "image_shape", None) != shape:
        return "build it for the shape of the data"
    sides = " and ".join(str(side + -side % 4) for side in shape[1:])
    return (
        "it was built for that shape and cannot make it, as it doubles the sides twice; pad the images to sides that 4 "
        f"divides ({sides}), or take a generator without convolutions"
    )


def _passed(name: str, network: nn.Module, x: Tensor, what: str) -> Any:
    """What a network makes of x.

    Raises:
        CourseError: x has a shape that the network cannot take. What else it
            raises comes through unchanged.
    """
    try:
        return network(x)
    except (RuntimeError, ValueError, IndexError) as error:
        if type(error) not in (RuntimeError, ValueError, IndexError) or _is_raised_by_hand(error):
            raise
        reason = str(error).split("\n")[0].removeprefix("addmm: ").rstrip(".")
        if not _MISFIT.search(reason):
            raise
        way = f"; let it begin with nn.Unflatten(1, ({x.shape[1]}, 1, 1))" if "conv_transpose2d" in reason else ""
        raise CourseError(f"The {name} cannot take {what}: {reason:.200}{way}.") from error


def _is_raised_by_hand(error: Exception) -> bool:
    """Whether a line outside of torch raised it."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code
    in_torch = Path(code.co_filename).is_relative_to(Path(torch.__file__).parent)
    return not in_torch and code.co_code[trace.tb_lasti] == dis.opmap["RAISE_VARARGS"]


@contextmanager
def _untouched(*networks: nn.Module) -> Iterator[None]:
    """Networks in eval mode, without gradients; afterwards they and torch's random numbers are as before."""
    modes = [(module, module.training) for network in networks for module in network.modules()]
    cards = {weight.device for network in networks for weight in network.parameters() if weight.is_cuda}
    try:
        for network in networks:
            network.eval()
        with torch.random.fork_rng(list(cards)), torch.no_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training
