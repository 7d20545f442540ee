"""Calling an answer: what it is given, what it must leave alone, and stand-ins for the exercises that it uses."""

import contextlib
import importlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from .report import wrong
from .watch import Networks


def call(function: Callable, *args: Any, may_change: tuple[nn.Module, ...] = (), **kwargs: Any) -> Any:
    """Call the candidate and make sure that it leaves alone what it is given.

    It gets copies of the tensors, so that damage to them does not reach the next call.

    Args:
        function: the candidate.
        args, kwargs: what it is given.
        may_change: networks among them whose weights and gradients it may change.
    """
    networks = Networks((*args, *kwargs.values()), may_change)
    args = tuple(_copy(value) for value in args)
    kwargs = {name: _copy(value) for name, value in kwargs.items()}
    tensors = [value for value in (*args, *kwargs.values()) if isinstance(value, Tensor)]
    before = [(tensor.detach().clone(), tensor.requires_grad) for tensor in tensors]
    result = function(*args, **kwargs)
    networks.left_as_found()
    for tensor, (values, requires_grad) in zip(tensors, before, strict=True):
        if tensor.dtype != values.dtype or not torch.equal(tensor.detach(), values):
            wrong(
                "input-changed",
                "Your code changes the values of a tensor that it was given. "
                "The caller still needs it: make a new tensor instead.",
            )
        if tensor.requires_grad != requires_grad:
            wrong(
                "requires-grad-switched",
                "Your code switches requires_grad on a tensor that it was given, and the caller "
                "would find it switched. Do that to a detached copy.",
            )
        if tensor.is_leaf and tensor.grad is not None:
            wrong(
                "gradient-left-behind",
                "Your code leaves a gradient in .grad of a tensor that it was given, where a later backward "
                "pass would add to it. Work on a detached copy, or ask autograd for the gradient itself.",
            )
    return result


def _copy(value: Any) -> Any:
    return value.clone() if isinstance(value, Tensor) and not value.requires_grad else value


@contextlib.contextmanager
def standins(**replacements: Callable) -> Iterator[None]:
    """Put stand-ins in the place of other exercises while one is checked.

    Names are written module__definition, for instance
    standins(losses__critic_loss=...). So the check works whether or not the
    other exercises are filled in, and blames only the one under test.
    """
    saved: list[tuple[ModuleType, str, object]] = []
    try:
        for name, replacement in replacements.items():
            module = importlib.import_module(f"starter.{name.split('__')[0]}")
            definition = name.split("__")[1]
            saved.append((module, definition, vars(module).get(definition, saved)))
            setattr(module, definition, replacement)
        yield
    finally:
        for module, definition, value in saved:
            if value is saved:  # there was none
                delattr(module, definition)
            else:
                setattr(module, definition, value)
