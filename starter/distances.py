"""Distances between two distributions.

A distribution over k bins is a histogram: k shares that sum to 1. A
distribution that is known by samples is a row of numbers. Kullback-Leibler,
Jensen-Shannon and total variation compare shares bin by bin. The Wasserstein
distance also knows how far the bins are apart.
"""

# Built from solutions/distances.py by `make build`. Your answers do not go here but to starter/mine.

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment, linprog
from torch import Tensor

from starter.kit.measure import validate

from starter.kit.course import Blank


def kl_divergence(p: Tensor, q: Tensor) -> Tensor:
    """The Kullback-Leibler divergence of two distributions. Equation (1.1).

        KL(p, q) = sum over i of p_i log(p_i / q_i),   with 0 log 0 = 0

    Args:
        p, q: histograms over the same bins, shape (k,).

    Returns:
        A 0-d tensor, at least 0, in nats; infinite if q misses a bin of p.

    Raises:
        ValueError: an argument is no histogram.

    Source: Kullback and Leibler (1951).
    """
    validate.histograms(p=p, q=q)
    # YOUR CODE HERE
    raise Blank("distances.kl_divergence")


def js_divergence(p: Tensor, q: Tensor) -> Tensor:
    """The Jensen-Shannon divergence of two distributions. Equation (1.2).

        JS(p, q) = KL(p, m) / 2 + KL(q, m) / 2,   m = (p + q) / 2

    It is the same for (p, q) and (q, p). Distributions that share no bin have log 2.

    Args:
        p, q: histograms over the same bins, shape (k,).

    Returns:
        A 0-d tensor between 0 and log 2, in nats.

    Raises:
        ValueError: an argument is no histogram.

    Source: Lin (1991).
    """
    validate.histograms(p=p, q=q)
    # YOUR CODE HERE
    raise Blank("distances.js_divergence")


def total_variation(p: Tensor, q: Tensor) -> Tensor:
    """Total variation: the share that would have to change its bin. Equation (1.3).

        TV(p, q) = 1/2 sum over i of |p_i - q_i|

    Args:
        p, q: histograms over the same bins, shape (k,).

    Returns:
        A 0-d tensor between 0 and 1.

    Raises:
        ValueError: an argument is no histogram.

    Source: WGAN, section 2, where it is a supremum over sets.
    """
    validate.histograms(p=p, q=q)
    # YOUR CODE HERE
    raise Blank("distances.total_variation")


def wasserstein_1d(x: Tensor, y: Tensor) -> Tensor:
    """The Wasserstein distance of two samples of numbers. Equation (1.4).

        W(x, y) = mean over i of |x_(i) - y_(i)|,   x_(i) the i-th smallest

    On a line the cheapest way keeps the order: the smallest goes to the smallest.

    Args:
        x, y: samples, shape (n,) each.

    Returns:
        A 0-d tensor, at least 0, in units of x. Its gradient reaches x and y.

    Raises:
        ValueError: an argument is empty, not finite, or of another length.

    Source: Villani, "Topics in Optimal Transportation" (2003), section 2.2.
    """
    validate.samples(x=x, y=y)
    # YOUR CODE HERE
    raise Blank("distances.wasserstein_1d")


def dual_value(f: Tensor, p: Tensor, q: Tensor, spacing: float = 1.0) -> Tensor:
    """The distance that a critic proves, from its score in each bin. Equation (1.5).

        (sum over i of f_i (p_i - q_i)) / (steepest slope of f)

    Divided by its steepest slope, f has slope at most 1, so the value is at most
    W(p, q). The best f reaches it.

    Args:
        f: the critic's score in each bin, shape (k,), not all equal.
        p, q: histograms over the same bins, shape (k,), k at least 2.
        spacing: distance of neighbouring bins, positive.

    Returns:
        A 0-d tensor, in units of spacing; negative if f leans the wrong way.

    Raises:
        ValueError: p or q is no histogram, f has not one value for each bin, or
            spacing is not positive.

    Source: Kantorovich and Rubinstein; WGAN, equation (2).
    """
    validate.histograms(p=p, q=q)
    validate.potential(f, bins=len(p), spacing=spacing)
    # YOUR CODE HERE
    raise Blank("distances.dual_value")


def transport_plan(p: Tensor, q: Tensor, cost: Tensor) -> Tensor:
    """The cheapest plan that turns p into q, found by a linear programme. Equation (1.6).

        minimise    sum over i, j of plan_ij cost_ij
        subject to  plan_ij >= 0,  row sums p,  column sums q

    Args:
        p, q: histograms over the same bins, shape (k,).
        cost: what it costs to move a share of 1 from bin i to bin j, shape (k, k).

    Returns:
        The plan, shape (k, k), float64: entry (i, j) is how much goes from i to j.

    Raises:
        ValueError: p or q is no histogram, or cost has another shape.

    Source: Peyre and Cuturi, "Computational Optimal Transport" (2019), section 3.1.
    """
    validate.histograms(p=p, q=q)
    validate.prices(cost, bins=len(p))
    k = len(p)
    # In float64 and with the same sum to the last digit, so that an exact plan exists.
    p, q = p.double() / p.double().sum(), q.double() / q.double().sum()
    # Row i of the first k adds up row i of the plan, row j of the last k its column j.
    marginals = np.vstack([np.kron(np.eye(k), np.ones(k)), np.kron(np.ones(k), np.eye(k))])
    # YOUR CODE HERE
    raise Blank("distances.transport_plan")


def batch_wasserstein(x: Tensor, y: Tensor) -> Tensor:
    """The Wasserstein distance of two batches of points. Equation (9.4).

        W(x, y) = min over pairings s of mean over i of ||x_i - y_s(i)||

    Points of equal weight: the cheapest plan makes pairs, each point in one of them.

    Args:
        x, y: batches of points, shape (n, d) each.

    Returns:
        A 0-d tensor, at least 0, in units of x. Its gradient reaches x and y, with
        the pairs held as they are.

    Raises:
        ValueError: an argument is empty, not finite, or of another shape.

    Source: Peyre and Cuturi, "Computational Optimal Transport" (2019), section 2.2.
    """
    validate.batches(x=x, y=y)
    # YOUR CODE HERE
    raise Blank("distances.batch_wasserstein")
