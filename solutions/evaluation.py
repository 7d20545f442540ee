"""How good are generated images? Two measures, written out.

Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter, "GANs Trained by a Two
Time-Scale Update Rule Converge to a Local Nash Equilibrium" (2017), section 4.
"""

import torch
from torch import Tensor


def frechet_distance(real: Tensor, fake: Tensor) -> Tensor:
    """The Fréchet distance of two sets of features. Equation (6.1).

        d^2 = || m_r - m_f ||^2 + tr(C_r) + tr(C_f) - 2 tr((C_r C_f)^(1/2))

    m and C are the mean and the covariance (with n - 1) of the features: each
    set counts as one Gaussian distribution. The trace of the root is the sum of the
    roots of the eigenvalues of C_r C_f, which are real and at least 0.

    Args:
        real: features of real images, float64, shape (n, d), n > 1.
        fake: features of generated images, shape (m, d), m > 1.

    Returns:
        d^2, the number that papers quote: a 0-d tensor, at least 0 up to
        rounding, in squared units of the features.

    Source: Heusel et al. (2017), equation (6); Dowson and Landau (1982).
    """
    ### BEGIN SOLUTION
    mean_gap = real.mean(dim=0) - fake.mean(dim=0)
    cov_real, cov_fake = real.T.cov(), fake.T.cov()
    eigenvalues = torch.linalg.eigvals(cov_real @ cov_fake).real.clamp(min=0)  # rounding can leave them below 0
    return mean_gap.square().sum() + cov_real.trace() + cov_fake.trace() - 2 * eigenvalues.sqrt().sum()
    ### END SOLUTION


def nearest_neighbours(images: Tensor, references: Tensor, k: int = 1) -> Tensor:
    """Which references lie nearest to each image. Equation (6.3) for k = 1.

        i_1, ..., i_k:  the numbers of the k smallest  || x - y_i ||_2

    A table of all distances takes 4 n m bytes: 12 GB for 50,000 images and 60,000
    references. Hand over so many in parts, with `images.split(1000)`.

    Args:
        images: shape (n, ...).
        references: shape (m, ...), the same shape but for m.
        k: how many to find, 1 to m.

    Returns:
        Their numbers, int64, shape (n, k): the nearest first.
    """
    ### BEGIN SOLUTION
    distances = torch.cdist(images.flatten(start_dim=1), references.flatten(start_dim=1))
    return distances.topk(k, dim=1, largest=False).indices
    ### END SOLUTION
