"""Inputs that make no sense are refused in one sentence that names the argument."""

import torch
from torch import Tensor


def histograms(**given: Tensor) -> None:
    """Check that the arguments are histograms over the same bins.

    Args:
        given: name=tensor, each of shape (k,): at least one bin, no entry
            below 0 or NaN, sum 1 up to 1e-4.

    Raises:
        ValueError: the first argument that is something else, and what it is.
    """
    first = next(iter(given))
    for name, histogram in given.items():
        _vector(name, histogram, "bins")
        if (histogram < 0).any():
            raise ValueError(f"{name} has an entry below 0 ({histogram.min():.4g}); shares cannot be negative.")
        if abs(histogram.sum() - 1) > 1e-4:
            raise ValueError(f"{name} sums to {histogram.sum():.4g}; the shares of a histogram sum to 1.")
        if len(histogram) != len(given[first]):
            raise ValueError(
                f"{name} has {len(histogram)} bins and {first} has {len(given[first])}; they need the same bins."
            )


def samples(**given: Tensor) -> None:
    """Check that the arguments are as many finite numbers each.

    Args:
        given: name=tensor, each of shape (n,), n at least 1.

    Raises:
        ValueError: the first argument that is something else, and what it is.
    """
    first = next(iter(given))
    for name, values in given.items():
        _vector(name, values, "samples")
        if len(values) != len(given[first]):
            raise ValueError(
                f"{name} has {len(values)} samples and {first} has {len(given[first])}; give as many of each."
            )


def batches(**given: Tensor) -> None:
    """Check that the arguments are as many points with finite coordinates each.

    Args:
        given: name=tensor, each of shape (n, d), n and d at least 1.

    Raises:
        ValueError: the first argument that is something else, and what it is.
    """
    first = next(iter(given))
    for name, points in given.items():
        if not isinstance(points, Tensor) or points.ndim != 2:
            raise ValueError(f"{name} should be a tensor of shape (n, d), a point in each row; it is {_what(points)}.")
        if points.numel() == 0:
            raise ValueError(f"{name} is empty; it needs at least one point.")
        _finite(name, points)
        if points.shape != given[first].shape:
            raise ValueError(
                f"{name} has shape {tuple(points.shape)} and {first} has {tuple(given[first].shape)}; "
                "give as many points of as many coordinates."
            )


def potential(f: Tensor, bins: int, spacing: float = 1.0) -> None:
    """Check that f has a finite value for each of at least two bins, a positive distance apart.

    Raises:
        ValueError: the first argument that is something else, and what it is.
    """
    _shape("f", f, (bins,))
    if bins < 2:
        raise ValueError("f has a single bin; a slope needs at least two.")
    if not spacing > 0:
        raise ValueError(f"spacing is {spacing:g}; the distance of neighbouring bins is positive.")


def prices(cost: Tensor, bins: int) -> None:
    """Check that cost has a finite entry for each pair of bins.

    Raises:
        ValueError: it has not, and what it is.
    """
    _shape("cost", cost, (bins, bins))


def _shape(name: str, values: Tensor, expected: tuple[int, ...]) -> None:
    if not isinstance(values, Tensor) or tuple(values.shape) != expected:
        raise ValueError(f"{name} should be a tensor of shape {expected}; it is {_what(values)}.")
    _finite(name, values)


def _vector(name: str, values: Tensor, what: str) -> None:
    if not isinstance(values, Tensor) or values.ndim != 1:
        raise ValueError(f"{name} should be a tensor of shape (n,), a row of {what}; it is {_what(values)}.")
    if len(values) == 0:
        raise ValueError(f"{name} is empty; it needs at least one of its {what}.")
    _finite(name, values)


def _finite(name: str, values: Tensor) -> None:
    if not values.is_floating_point():
        raise ValueError(f"{name} holds {values.dtype} numbers; make them floats, for instance with {name}.float().")
    if not torch.isfinite(values).all():
        raise ValueError(f"{name} contains NaN or infinity.")


def _what(values: object) -> str:
    """Its shape, or its type where it has none."""
    return f"of shape {tuple(values.shape)}" if isinstance(values, Tensor) else f"of type {type(values).__name__}"
