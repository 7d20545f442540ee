"""The losses of a Wasserstein GAN.

A critic f gives each image a score: any real number, with no zero and no
maximum. Both players are trained on averages of scores, so the functions here
take scores and know nothing about networks or images.

Arjovsky, Chintala and Bottou, "Wasserstein GAN" (2017), Algorithm 1.
"""

# Built from solutions/losses.py by `make build`. Your answers do not go here but to starter/mine.

import torch
from torch import Tensor

from starter.kit import Blank


def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    # my own words
    return fake_scores.mean() - real_scores.mean()


def wasserstein_estimate(real_scores, fake_scores):
    return fake_scores.mean() - real_scores.mean()


def generator_loss(fake_scores: Tensor) -> Tensor:
    """The loss that the generator minimises. Equation (3.3).

        L_generator = - mean f(G(z))

    Args:
        fake_scores: f(G(z)), shape (m,) or (m, 1).

    Returns:
        A 0-d tensor, in units of score.

    Source: WGAN, Algorithm 1, line 10.
    """
    # YOUR CODE HERE
    raise Blank("losses.generator_loss")
