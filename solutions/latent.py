"""Moving about among the z of a trained generator.

White, "Sampling Generative Networks" (2016), section 2; Shoemake, "Animating
Rotation with Quaternion Curves" (1985), section 3.3.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def lerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """Points on the straight line from a to b. Equation (7.1).

        z(t) = (1 - t) a + t b

    Args:
        a, b: two points, shape (d,).
        t: how far along, shape (k,); 0 is a and 1 is b.

    Returns:
        Shape (k, d): row i is z(t_i).
    """
    ### BEGIN SOLUTION
    t = t[:, None]
    return (1 - t) * a + t * b
    ### END SOLUTION


def slerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """Points on the arc from a to b, in equal steps of angle. Equation (7.2).

        z(t) = (sin((1 - t) w) a + sin(t w) b) / sin(w)

    where w is the angle between a and b.

    Args:
        a, b: two points, shape (d,), neither 0, nor in one line with 0.
        t: how far along, shape (k,); 0 is a and 1 is b.

    Returns:
        Shape (k, d): row i is z(t_i).

    Source: Shoemake (1985); White (2016), section 2.1.
    """
    ### BEGIN SOLUTION
    t = t[:, None]
    angle = torch.arccos(torch.dot(a, b) / (a.norm() * b.norm()))
    return (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / torch.sin(angle)
    ### END SOLUTION


def find_latent(
    generator: Callable[[Tensor], Tensor],
    images: Tensor,
    start: Tensor,
    steps: int = 200,
    learning_rate: float = 0.05,
) -> Tensor:
    """The z that a generator turns into given images, by gradient descent on z. Equation (7.3).

        minimise over z:  || G(z) - x ||^2

    Args:
        generator: maps (n, d) to (n, ...). Its weights do not change.
        images: what it should draw, shape (n, ...).
        start: first guess, shape (n, d), without a graph. It is left as it was.
        steps: how many steps of torch.optim.Adam.
        learning_rate: of Adam, in units of z.

    Returns:
        One z for each image, shape (n, d), detached: it does not track gradients.

    Source: Lipton and Tripathi, "Precise Recovery of Latent Vectors from
    Generative Adversarial Networks" (2017).
    """
    ### BEGIN SOLUTION
    z = start.detach().clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    for _ in range(steps):
        loss = (generator(z) - images).square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return z.detach()
    ### END SOLUTION
