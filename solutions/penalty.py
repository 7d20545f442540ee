"""The gradient penalty: the second way of keeping a critic Lipschitz.

Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville, "Improved Training of
Wasserstein GANs" (2017), Algorithm 1 and equation (3).
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def input_gradient(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """The gradient of f with respect to its input. Equation (0.2).

        g_i = d f(x_i) / d x_i

    Args:
        f: maps (n, ...) to n numbers; number i depends on x_i alone.
        x: the points, shape (n, ...). It is left as it was.

    Returns:
        The gradients, same shape as x: one for each point.
    """
    ### BEGIN SOLUTION
    x = x.detach().requires_grad_(True)
    return torch.autograd.grad(f(x).sum(), x)[0]
    ### END SOLUTION


def interpolate(real: Tensor, fake: Tensor) -> Tensor:
    """A random point between each real image and a fake one. Equation (5.1).

        x_hat = epsilon * x + (1 - epsilon) * G(z),   epsilon ~ U[0, 1]

    Args:
        real: real images, shape (n, ...), values in [-1, 1].
        fake: generated images, same shape.

    Returns:
        Images of the same shape; each has an epsilon of its own.

    Source: WGAN-GP, Algorithm 1, lines 4 and 6.
    """
    ### BEGIN SOLUTION
    epsilon = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    return epsilon * real + (1 - epsilon) * fake
    ### END SOLUTION


def gradient_norms(critic: nn.Module, images: Tensor) -> Tensor:
    """How steep the critic is at each image. Equation (5.2).

        n_i = || d f(x_i) / d x_i ||_2

    The result can be differentiated again, with respect to the critic's weights.

    Args:
        critic: maps (n, ...) to scores of shape (n,) or (n, 1).
        images: shape (n, ...). They are left as they were.

    Returns:
        Euclidean norms over all pixels of an image, shape (n,), in units of
        score per unit of pixel value.

    Source: WGAN-GP, Algorithm 1, line 7.
    """
    ### BEGIN SOLUTION
    images = images.detach().requires_grad_(True)
    scores = critic(images)
    (gradients,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    return gradients.flatten(start_dim=1).norm(dim=1)
    ### END SOLUTION


def gradient_penalty(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """How far the critic's slope is from 1 between real and fake. Equation (5.3).

        GP = mean (n(x_hat) - 1)^2

    The factor lambda is not in here: critic_step multiplies by it.

    Args:
        critic: maps (n, ...) to scores of shape (n,) or (n, 1).
        real: real images, shape (n, ...).
        fake: generated images, same shape.

    Returns:
        A 0-d tensor, at least 0, that can be differentiated.

    Source: WGAN-GP, equation (3).
    """
    ### BEGIN SOLUTION
    norms = gradient_norms(critic, interpolate(real, fake))
    return ((norms - 1) ** 2).mean()
    ### END SOLUTION


def one_sided_penalty(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """A penalty on slopes above 1 only. Equation (5.4).

        LP = mean max(0, n(x_hat) - 1)^2

    Args:
        critic: maps (n, ...) to scores of shape (n,) or (n, 1).
        real: real images, shape (n, ...).
        fake: generated images, same shape.

    Returns:
        A 0-d tensor, at least 0, that can be differentiated.

    Source: Petzka, Fischer and Lukovnikov, "On the regularization of
    Wasserstein GANs" (2018), equation (8).
    """
    ### BEGIN SOLUTION
    norms = gradient_norms(critic, interpolate(real, fake))
    return ((norms - 1).clamp(min=0) ** 2).mean()
    ### END SOLUTION


def r1_penalty(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """How steep the critic is at the real images. Equation (9.3).

        R1 = mean n(x)^2

    It pulls the slope at real images to 0, not to 1. The factor gamma / 2 is not in
    here: critic_step multiplies by its lambda_, so hand it gamma / 2.

    Args:
        critic: maps (n, ...) to scores of shape (n,) or (n, 1).
        real: real images, shape (n, ...).
        fake: generated images, same shape. They are not looked at; every penalty of
            critic_step is given them.

    Returns:
        A 0-d tensor, at least 0, that can be differentiated.

    Source: Mescheder, Geiger and Nowozin, "Which Training Methods for GANs do
    actually Converge?" (2018), equation (9).
    """
    ### BEGIN SOLUTION
    return (gradient_norms(critic, real) ** 2).mean()
    ### END SOLUTION
