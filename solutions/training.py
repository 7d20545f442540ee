"""One step of each player.

The loop around these steps (how many critic steps, clipping, logging, saving)
is given: starter/kit/loop/algorithm.py.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from starter.kit.data import Generator

from . import generator as generators
from . import losses

Penalty = Callable[[nn.Module, Tensor, Tensor], Tensor]


def critic_step(
    critic: nn.Module,
    generator: Generator,
    real: Tensor,
    optimizer: torch.optim.Optimizer,
    penalty: Penalty | None = None,
    lambda_: float = 10.0,
) -> tuple[Tensor, Tensor]:
    """Improve the critic by one step of its optimiser. Equation (3.4).

        minimise over the critic:  L_critic + lambda * penalty

    Args:
        critic: the network that is stepped.
        generator: makes len(real) fakes; neither its weights nor its gradients
            change. generator.latent_dim is the dimension of z.
        real: a batch of real images, shape (n, ...), values in [-1, 1].
        optimizer: holds the critic's parameters.
        penalty: None, or a function of (critic, real, fake), such as
            penalty.gradient_penalty.
        lambda_: weight of the penalty, at least 0.

    Returns:
        The estimate and the penalty, both of the critic as it was
        before the step, the penalty without lambda and 0 if there is none: two
        0-d tensors without a graph.

    Source: WGAN, Algorithm 1, lines 3 to 6; WGAN-GP, Algorithm 1, lines 3 to 9.
    """
    ### BEGIN SOLUTION
    z = generators.sample_latent(len(real), generator.latent_dim, real.device)
    fake = generator(z).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake) if penalty else torch.zeros((), device=real.device)
    loss = losses.critic_loss(real_scores, fake_scores) + lambda_ * gp
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return losses.wasserstein_estimate(real_scores, fake_scores).detach(), gp.detach()
    ### END SOLUTION


def generator_step(
    critic: nn.Module,
    generator: Generator,
    n: int,
    optimizer: torch.optim.Optimizer,
) -> Tensor:
    """Improve the generator by one step of its optimiser. Equation (3.5).

        minimise over the generator:  L_generator

    Args:
        critic: scores the fakes. Gradients flow through it; it is not stepped.
        generator: the network that is stepped; generator.latent_dim is the
            dimension of z.
        n: number of fakes in the batch.
        optimizer: holds the generator's parameters.

    Returns:
        The generator's loss: a 0-d tensor without a graph.

    Source: WGAN, Algorithm 1, lines 9 to 11.
    """
    ### BEGIN SOLUTION
    device = next(generator.parameters()).device
    z = generators.sample_latent(n, generator.latent_dim, device)
    loss = losses.generator_loss(critic(generator(z)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
    ### END SOLUTION
