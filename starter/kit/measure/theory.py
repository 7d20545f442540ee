"""Exact answers, to hold trained networks against."""

from math import erfc, pi, sqrt

import numpy as np


def penalised_gap(mu: float, lambda_: float) -> float:
    """The critic's estimate at the optimum of WGAN-GP in one dimension.

    Real samples X follow N(0, 1), fakes Y follow N(mu, 1). With F and G their
    distribution functions, d = G - F, and q the density of the interpolates
    eX + (1-e)Y of independent pairs, the best critic has slope
    1 + |d| / (2 lambda q), so that its estimate is

        W1 + (1 / 2 lambda) * integral of d^2 / q

    and not W1. Each point can be improved by itself: minimise
    -|d| s + lambda q (s - 1)^2 over the slope s.

    Args:
        mu: distance of the two means; W1 is |mu|.
        lambda_: weight of the penalty, positive, in units of length.

    Returns:
        mean f(x) - mean f(G(z)) of the optimal critic, in units of length.
    """
    x = np.linspace(min(0, mu) - 12, max(0, mu) + 12, 6001)
    d = _difference(x, mu)
    q = _density_of_interpolates(x, mu)
    integrand = np.divide(d**2, q, out=np.zeros_like(q), where=q > 1e-300)
    return abs(mu) + np.trapezoid(integrand, x) / (2 * lambda_)


def penalised_slope(x: np.ndarray, mu: float, lambda_: float) -> np.ndarray:
    """Slope of the critic that penalised_gap is about, 1 + |d| / (2 lambda q).

    Args:
        x: points, shape (n,).
        mu: distance of the two means.
        lambda_: weight of the penalty, positive, in units of length.

    Returns:
        Shape (n,), at least 1 and without an upper bound in x.
    """
    d = _difference(x, mu)
    return 1 + d / (2 * lambda_ * _density_of_interpolates(x, mu))


def _density_of_interpolates(x: np.ndarray, mu: float) -> np.ndarray:
    """Density of eX + (1-e)Y at x: a mixture over e of N((1-e) mu, e^2 + (1-e)^2)."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    total = np.zeros_like(x)
    for e, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        variance = e**2 + (1 - e) ** 2
        total += weight * np.exp(-((x - (1 - e) * mu) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)
    return total


def _difference(x: np.ndarray, mu: float) -> np.ndarray:
    """|F - G|, from whichever tail is small, so that nothing cancels."""
    upper = np.abs(_tail(x) - _tail(x - mu))
    lower = np.abs(_tail(-x) - _tail(mu - x))
    return np.where(x > mu / 2, upper, lower)


def _tail(x: np.ndarray) -> np.ndarray:
    """Share of N(0, 1) above x."""
    return np.array([erfc(value / sqrt(2)) / 2 for value in x])


def frechet_floor(covariance: np.ndarray, n: int) -> float:
    """Mean Frechet distance of two samples of n points from one Gaussian, to first order in 1/n.

        (3 tr C + sum over i and j, i unequal j, of l_i l_j / (l_i + l_j)) / n

    where l are the eigenvalues of C. For the identity it is d (d + 5) / 2n, equation (6.2).

    Args:
        covariance: C, shape (d, d).
        n: points in each sample, large.
    """
    values = np.linalg.eigvalsh(covariance).clip(1e-12)
    pairs = values[:, None] * values / (values[:, None] + values)
    return float(3 * values.sum() + pairs.sum() - np.trace(pairs)) / n
