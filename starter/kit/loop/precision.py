"""The number format used in training.

float32     24 binary digits of precision. On a graphics card the factors of a
            matrix product are rounded to 11 of them (TF32), which its units for
            matrix products need; sums stay in float32.
bfloat16    8 digits and the range of float32, so nothing overflows that did not
            before, and no loss has to be scaled. Only products and convolutions
            are computed like that (torch.autocast). Weights, optimisers,
            scores, images, gradients with respect to images, and so losses and
            penalty, stay in float32.

On a processor with instructions for it (AVX512-BF16) bfloat16 paid for
convolutions, and not for the small fully connected networks: see the
milliseconds a step in tests/bench/tried.md.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Literal, get_args

import torch
from torch import Tensor, nn

Precision = Literal["float32", "bfloat16"]
PRECISIONS: tuple[str, ...] = get_args(Precision)


@contextmanager
def use(precision: str, device: torch.device, *networks: nn.Module) -> Iterator[Callable[[Callable], Callable]]:
    """While it lasts, the functions that it wraps compute in this precision.

    Args:
        precision: one of PRECISIONS.
        device: where the networks are.
        networks: their results are float32 in any case.

    Yields:
        What wraps a function. Wrap each update by itself: within one call,
        weights are turned into bfloat16 once.
    """
    before, hooks = torch.get_float32_matmul_precision(), []
    try:
        if device.type == "cuda":
            torch.set_float32_matmul_precision("high")
        if precision == "bfloat16":
            hooks = [network.register_forward_hook(_in_float32) for network in networks]
        yield _in_bfloat16(device) if hooks else lambda step: step
    finally:
        torch.set_float32_matmul_precision(before)
        for hook in hooks:
            hook.remove()


def is_own_hook(hook: object) -> bool:
    """Whether a hook of a network is one of `use`: it computes on the device alone."""
    return hook is _in_float32


def _in_float32(_network: nn.Module, _inputs: object, result: Tensor) -> Tensor:
    return result.float()


def _in_bfloat16(device: torch.device) -> Callable[[Callable], Callable]:
    def wrap(step: Callable) -> Callable:
        @wraps(step)
        def call(*args: object, **kwargs: object) -> object:
            with torch.autocast(device.type, torch.bfloat16):
                return step(*args, **kwargs)

        return call

    return wrap
