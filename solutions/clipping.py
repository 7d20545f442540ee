"""Weight clipping: the first way of keeping a critic Lipschitz.

Arjovsky, Chintala and Bottou, "Wasserstein GAN" (2017), Algorithm 1.
"""

import torch
from torch import nn


def clip_weights(critic: nn.Module, c: float) -> None:
    """Put every parameter of the critic back into [-c, c]. Equation (4.1).

        w <- min(max(w, -c), c)

    Args:
        critic: the network to clip; its parameters change in place.
        c: half the width of the window, positive, in units of weight.

    Source: WGAN, Algorithm 1, line 7.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-c, c)
    ### END SOLUTION
