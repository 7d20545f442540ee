"""Weight clipping: the first leash for a critic, which limits its slope by keeping its weights small.

Arjovsky, Chintala and Bottou, "Wasserstein GAN" (2017), Algorithm 1.
"""

from math import prod

import torch
from torch import Tensor, nn

from starter.kit.data import Data, Generator

from . import training


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


def wgan_step(
    critic: nn.Module,
    generator: Generator,
    data: Data,
    critic_optimizer: torch.optim.Optimizer,
    generator_optimizer: torch.optim.Optimizer,
    n_critic: int = 5,
    c: float = 0.01,
    batch_size: int = 64,
) -> tuple[Tensor, Tensor]:
    """One turn of the outer loop of the WGAN algorithm. Equation (4.2).

        n_critic times: critic step on fresh data, clip;   then one generator step

    Args:
        critic, generator: both are stepped, the critic n_critic times.
        data: data.sample(n) gives n real samples.
        critic_optimizer, generator_optimizer: one for each network; RMSProp with
            rate 5e-5 in the paper.
        n_critic: critic steps, at least 1.
        c: the critic's weights lie in [-c, c] after each of its steps.
        batch_size: samples in each batch.

    Returns:
        The estimate of the Wasserstein distance at the last critic step, and the
        generator's loss: two 0-d tensors without a graph.

    Source: WGAN, Algorithm 1, lines 2 to 11.
    """
    ### BEGIN SOLUTION
    for _ in range(n_critic):  # line 2
        real = data.sample(batch_size)  # line 3
        wasserstein, _ = training.critic_step(critic, generator, real, critic_optimizer)  # lines 4 to 6
        clip_weights(critic, c)  # line 7
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)  # lines 9 to 11
    return wasserstein, loss
    ### END SOLUTION


def lipschitz_bound(critic: nn.Module, c: float) -> float:
    """A bound on the slope of a clipped critic. Equation (4.3).

        K1 = c^L * (product of the hidden widths)

    Args:
        critic: L linear layers with activations of slope at most 1 between them.
        c: all weights lie in [-c, c].

    Returns:
        K1, a bound on the change of score per unit of input, where the change of
        an input is the sum of all absolute changes of pixels (the l1 norm). For
        Euclidean distances, the root of the number of pixels times K1 is a bound.
    """
    ### BEGIN SOLUTION
    layers = [module for module in critic.modules() if isinstance(module, nn.Linear)]
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:])
    ### END SOLUTION
