"""What a value is, in a few words, for sentences about it."""

import inspect
from numbers import Integral, Real
from pathlib import Path
from types import ModuleType
from typing import Any, TypeGuard

from torch import Tensor, nn


def what(value: Any) -> str:
    """A value in a few words."""
    kind = type(value).__name__
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, ModuleType) or inspect.isroutine(value):
        return f"the {'module' if isinstance(value, ModuleType) else 'function'} {value.__name__.split('.')[-1]}"
    if isinstance(value, (str, Real, Path)) or value is None:
        shown = repr(value) if isinstance(value, str) else str(value)
        return shown if len(shown) < 100 else f"{shown[:100]}..."
    if isinstance(value, Tensor) and not value.dim() and not value.is_meta:
        return f"tensor({value.item()})"
    if isinstance(value, Tensor) or kind == "ndarray":
        return f"a {'tensor' if isinstance(value, Tensor) else 'numpy array'} of shape {tuple(value.shape)}"
    if isinstance(value, nn.Module):
        return f"a network ({kind})"
    return f"{'an' if kind[:1] in 'AEIOUaeiou' else 'a'} {kind}"


def is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def is_whole(value: Any) -> TypeGuard[int]:
    return not isinstance(value, bool) and isinstance(value, Integral)


def is_data(value: Any) -> bool:
    """Whether one can train on it. Tables have shape and sample as well, and mean something else."""
    table = type(value).__module__.split(".")[0] in ("pandas", "polars")
    parts = hasattr(value, "shape") and callable(getattr(value, "sample", None))
    return parts and not table and not isinstance(value, (type, ModuleType, nn.Module))
