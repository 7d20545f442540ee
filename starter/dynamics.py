"""The smallest adversarial game, in which one can follow both players with pencil and paper.

Mescheder, Geiger and Nowozin, "Which Training Methods for GANs do actually
Converge?" (2018), section 2: the Dirac-GAN. All real data are the number 0, all
fakes are the number theta, and the critic is f(x) = psi x.
"""

# Built from solutions/dynamics.py by `make build`. Your answers do not go here but to starter/mine.

import torch
from torch import Tensor

from starter.kit.course import Blank


def dirac_step(
    theta: Tensor, psi: Tensor, h: float, gamma: float = 0.0, alternating: bool = True
) -> tuple[Tensor, Tensor]:
    """One step of both players of the Dirac-GAN, by gradient descent. Equation (9.2).

        psi'   = psi - h (theta + gamma psi)
        theta' = theta + h psi'   (alternating)   or   theta + h psi   (simultaneous)

    The critic minimises psi theta + gamma / 2 psi^2, which is the WGAN's loss and R1.
    The generator minimises -psi theta.

    Args:
        theta: where the fakes are, any shape: each entry is a game of its own.
        psi: the critic's slope, same shape.
        h: step size of both players, positive.
        gamma: weight of R1, at least 0.
        alternating: whether the generator sees the new critic, as in Algorithm 1; if
            not, both move at once.

    Returns:
        The new theta and the new psi, in this order; same shape as before.

    Source: Mescheder et al. (2018), section 2.
    """
    # YOUR CODE HERE
    raise Blank("dynamics.dirac_step")
