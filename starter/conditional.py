"""A generator that draws what you ask for, and a critic that knows what was asked.

Mirza and Osindero, "Conditional Generative Adversarial Nets" (2014), had the idea.
Both networks are called with a second argument, the labels. The steps, the penalty
and the loop know nothing of labels: Given holds them.
"""

# Built from solutions/conditional.py by `make build`. Your answers do not go here but to starter/mine.

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from starter.kit.course import Blank


def pick_score(scores: Tensor, labels: Tensor) -> Tensor:
    """The score that counts, out of one for each class. Equation (11.1).

        f(x, y) = s_y(x)

    Args:
        scores: s(x), shape (n, classes): the critic's score of each sample, once for
            each class.
        labels: y, whole numbers from 0 to classes - 1, shape (n,): the class of which
            the critic is told.

    Returns:
        One score for each sample, shape (n,).

    Source: the code that Mescheder, Geiger and Nowozin published with "Which Training
    Methods for GANs do actually Converge?" (2018).
    """
    # YOUR CODE HERE
    raise Blank("conditional.pick_score")


def with_label(z: Tensor, labels: Tensor, classes: int = 10) -> Tensor:
    """Noise with the label beside it, as the generator's input. Equation (11.2).

        (z, e_y),   e_y = (0, ..., 1, ..., 0) with the 1 at place y

    Args:
        z: shape (n, latent_dim).
        labels: y, whole numbers from 0 to classes - 1, shape (n,).
        classes: how many there are.

    Returns:
        Shape (n, latent_dim + classes): first the noise, then the label.

    Source: Mirza and Osindero (2014), section 3.2.
    """
    # YOUR CODE HERE
    raise Blank("conditional.with_label")


class Given(nn.Module):
    """A network of samples and labels, with the labels filled in. Equation (11.3).

        f_y(x_i) = f(x_i, y_(i mod k)),   i = 0, 1, 2, ...

    It is called with samples alone, as steps, penalties and the loop call a network.
    The k labels take turns: labels 0 to 9 give sample 0 label 0, sample 9 label 9,
    sample 10 label 0 again.

    Args:
        network: called as network(x, labels), with labels of shape (len(x),).
        labels: whole numbers, shape (k,), kept as self.labels.
    """

    labels: Tensor

    def __init__(self, network: nn.Module, labels: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("labels", labels)  # goes where the network goes
        if hasattr(network, "latent_dim"):
            self.latent_dim = network.latent_dim

    def forward(self, x: Tensor) -> Tensor:
        """What the network says of the samples x, shape (n, ...), each with its label."""
        # YOUR CODE HERE
        raise Blank("conditional.Given")
