"""Weight clipping: the first way of keeping a critic Lipschitz.

Arjovsky, Chintala and Bottou, "Wasserstein GAN" (2017), Algorithm 1.
"""

# Built from solutions/clipping.py by `make build`. Your answers do not go here but to starter/mine.

import torch
from torch import nn

from starter.kit import Blank


def clip_weights(critic: nn.Module, c: float) -> None:
    """Put every parameter of the critic back into [-c, c]. Equation (4.1).

        w <- min(max(w, -c), c)

    Args:
        critic: the network to clip; its parameters change in place.
        c: half the width of the window, positive, in units of weight.

    Source: WGAN, Algorithm 1, line 7.
    """
    # YOUR CODE HERE
    raise Blank("clipping.clip_weights")
