"""The losses of a Wasserstein GAN.

A critic f gives each image a score: any real number, with no zero and no
maximum. Both players are trained on averages of scores, so the functions here
take scores and know nothing about networks or images.

Arjovsky, Chintala and Bottou, "Wasserstein GAN" (2017), Algorithm 1.
"""

from torch import Tensor


def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """The loss that the critic minimises. Equation (2.1).

        L_critic = mean f(G(z)) - mean f(x)

    The paper writes the negative of this and climbs it; optimisers go down.

    Args:
        real_scores: f(x), scores of n real images, shape (n,) or (n, 1).
        fake_scores: f(G(z)), scores of m generated images, shape (m,) or (m, 1).

    Returns:
        A 0-d tensor, any real number, in units of score.

    Source: WGAN, Algorithm 1, lines 5 and 6.
    """
    ### BEGIN SOLUTION
    return fake_scores.mean() - real_scores.mean()
    ### END SOLUTION


def wasserstein_estimate(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """The critic's estimate of the Wasserstein distance. Equation (2.2).

        estimate = mean f(x) - mean f(G(z))

    It equals the distance between the real and the fake distribution only if
    the critic is the best of all with slope at most 1. Penalties are no part
    of it.

    Args:
        real_scores: f(x), shape (n,) or (n, 1).
        fake_scores: f(G(z)), shape (m,) or (m, 1).

    Returns:
        A 0-d tensor, in units of score.

    Source: WGAN, equation (2), for one fixed critic.
    """
    ### BEGIN SOLUTION
    return real_scores.mean() - fake_scores.mean()
    ### END SOLUTION


def generator_loss(fake_scores: Tensor) -> Tensor:
    """The loss that the generator minimises. Equation (3.3).

        L_generator = - mean f(G(z))

    Args:
        fake_scores: f(G(z)), shape (m,) or (m, 1).

    Returns:
        A 0-d tensor, in units of score.

    Source: WGAN, Algorithm 1, line 10.
    """
    ### BEGIN SOLUTION
    return -fake_scores.mean()
    ### END SOLUTION
