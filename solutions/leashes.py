"""Other leashes: layers that cannot stretch anything, so that the critic's slope is at most 1 by its making.

Miyato, Kataoka, Koyama and Yoshida, "Spectral Normalization for Generative Adversarial
Networks" (2018); Anil, Lucas and Grosse, "Sorting out Lipschitz function approximation" (2019).
"""

import torch
from torch import Tensor
from torch.nn import functional


def spectral_norm_of(weight: Tensor, u: Tensor, n_steps: int = 1) -> tuple[Tensor, Tensor]:
    """The largest singular value of a matrix, by power iteration. Equation (10.1).

        v <- A^T u / ||A^T u||,   u <- A v / ||A v||,   sigma = u^T A v

    Gradients reach the matrix through sigma; u and v count as constants.

    Args:
        weight: the matrix A, shape (rows, columns), not 0.
        u: where the iteration begins, shape (rows,), length 1. It is left as it was.
        n_steps: how often both lines are repeated, at least 1.

    Returns:
        sigma, a 0-d tensor, at most the largest singular value; and the new u, of
        length 1 and without a graph, to begin with next time.

    Source: Miyato et al. (2018), Algorithm 1.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        for _ in range(n_steps):
            v = functional.normalize(weight.T @ u, dim=0)
            u = functional.normalize(weight @ v, dim=0)
    return u @ weight @ v, u
    ### END SOLUTION


def maxmin(x: Tensor) -> Tensor:
    """An activation that throws nothing away: it sorts neighbours. Equation (10.2).

        (y_1, y_2) = (max(x_1, x_2), min(x_1, x_2)),   and so for each next pair

    Args:
        x: shape (n, k), k even.

    Returns:
        Same shape. Each pair of neighbours stands with the larger number first, so
        the length of each row is as before.

    Source: Anil et al. (2019): GroupSort with groups of two.
    """
    ### BEGIN SOLUTION
    pairs = x.unflatten(1, (-1, 2))
    return torch.stack([pairs.amax(dim=2), pairs.amin(dim=2)], dim=2).flatten(start_dim=1)
    ### END SOLUTION


def bjorck(weight: Tensor, n_steps: int = 5) -> Tensor:
    """The nearest matrix that neither stretches nor squeezes, step by step. Equation (10.3).

        A <- (3 A - A A^T A) / 2

    Each step moves every singular value s to (3 s - s^3) / 2, and so towards 1.

    Args:
        weight: the matrix A, shape (rows, columns), singular values above 0 and
            at most 1.
        n_steps: how many steps, at least 0.

    Returns:
        A matrix of the same shape with a graph to A. After enough steps all its
        singular values are 1.

    Source: Björck and Bowie (1971), order 1, as used by Anil et al. (2019).
    """
    ### BEGIN SOLUTION
    for _ in range(n_steps):
        weight = 1.5 * weight - 0.5 * weight @ weight.T @ weight
    return weight
    ### END SOLUTION
