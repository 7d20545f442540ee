"""Six pieces of code from other people's trainings, each mended in one to three lines.

Each case of sheet 08 is a run that went wrong. Its cause stood in one of these
functions. They are written in other ways than yours, as other people's code is, and
they call no exercise.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer


def case_1(critic: nn.Module, generator: nn.Module, z: Tensor, optimizer: Optimizer) -> Tensor:
    """Ada's update of the generator. Equation (8.1).

        minimise over the generator:  -mean f(G(z))

    Args:
        critic: scores images; its weights stay.
        generator: the network that is stepped.
        z: noise for n fakes, shape (n, latent_dim).
        optimizer: holds the generator's parameters.

    Returns:
        The mean score of the fakes before the step: a 0-d tensor without a graph.

    Source: after the authors' first code of the WGAN, whose critic gives fakes high scores.
    """
    one = torch.ones((), device=z.device)
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    ### BEGIN SOLUTION
    mean_score.backward(-one)
    ### END SOLUTION
    optimizer.step()
    return mean_score.detach()


def case_2(critic: nn.Module, generator: nn.Module, z: Tensor, player: str) -> Tensor:
    """The mean score of Ben's fakes, for the loss of either player. Equation (8.2).

        mean f(G(z))

    Args:
        critic: scores images.
        generator: turns noise into images.
        z: noise, shape (n, latent_dim).
        player: "critic" or "generator", whose loss it is for. The critic's loss must
            not reach the generator; the generator's loss must.

    Returns:
        A 0-d tensor that can be differentiated in that player's weights.
    """
    fakes = generator(z)
    ### BEGIN SOLUTION
    if player == "critic":
        fakes = fakes.detach()
    ### END SOLUTION
    return critic(fakes).mean()


def case_3(features: Tensor, weight: Tensor, bias: Tensor, image_shape: tuple[int, ...] = (1, 28, 28)) -> Tensor:
    """The last layer of Cleo's generator. Equation (8.3).

        pixel = s(w . feature + b),   s smooth and increasing, onto (-1, 1)

    Args:
        features: what the layer before gives, shape (n, k).
        weight: shape (pixels, k).
        bias: shape (pixels,).
        image_shape: (channels, height, width), as many numbers as there are pixels.

    Returns:
        Images of shape (n, *image_shape), values between -1 and 1.
    """
    pixels = features @ weight.T + bias
    ### BEGIN SOLUTION
    pixels = torch.tanh(pixels)
    ### END SOLUTION
    return pixels.view(-1, *image_shape)


def case_4(raw: Tensor) -> Tensor:
    """Real images for Dora's critic, from the bytes of the file. Equation (8.4).

        0 becomes -1, 255 becomes 1, in a straight line

    Args:
        raw: bytes from 0 to 255, dtype uint8, shape (n, height, width).

    Returns:
        Images of shape (n, 1, height, width), float32, values in [-1, 1].
    """
    images = raw.float()
    ### BEGIN SOLUTION
    images = images / 127.5 - 1
    ### END SOLUTION
    return images[:, None]


def case_5(critic: nn.Module, between: Tensor) -> Tensor:
    """Eli's gradient penalty at points that are given. Equation (8.5).

        mean (|| d f(x_i) / d x_i || - 1)^2

    Args:
        critic: maps (n, ...) to scores of shape (n,) or (n, 1).
        between: points between real and fake, shape (n, ...). They are left as they were.

    Returns:
        A 0-d tensor, at least 0, that can be differentiated in the critic's weights.

    Source: WGAN-GP, equation (3).
    """
    between = between.detach().requires_grad_(True)
    scores = critic(between)
    how: dict[str, Any] = {"inputs": between, "grad_outputs": torch.ones_like(scores)}
    ### BEGIN SOLUTION
    how["create_graph"] = True
    ### END SOLUTION
    (pull,) = torch.autograd.grad(scores, **how)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


def case_6(critic: nn.Module, update: Callable[[], Any], n_critic: int = 5, c: float = 0.03) -> None:
    """Fay's updates of a clipped critic. Equation (8.6).

        n_critic times:  one update,  then  w <- min(max(w, -c), c)

    Args:
        critic: its parameters change in place.
        update: makes one update of the critic when it is called.
        n_critic: number of updates, at least 1.
        c: half the width of the window, positive, in units of weight.

    Source: WGAN, Algorithm 1, lines 2 to 8.
    """
    for _ in range(n_critic):
        update()
        ### BEGIN SOLUTION
        for w in critic.parameters():
            w.data = w.data.clamp(-c, c)
        ### END SOLUTION
