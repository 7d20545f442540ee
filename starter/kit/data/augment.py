"""A critic that sees images changed by chance, so that a few images cannot be learned by heart.

Zhao, Liu, Lin, Zhu and Han, "Differentiable Augmentation for Data-Efficient GAN
Training" (2020): real and fake images are changed alike, and gradients pass through.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Augmented(nn.Module):
    """A critic behind augment: in training mode it never sees an image as it is.

    Args:
        critic: maps (n, channels, rows, columns) to scores.
        shift: largest number of pixels that an image is moved.
    """

    def __init__(self, critic: nn.Module, shift: int = 4) -> None:
        super().__init__()
        self.critic, self.shift = critic, shift

    def forward(self, images: Tensor) -> Tensor:
        """Scores of images, shape (n, channels, rows, columns)."""
        return self.critic(augment(images, self.shift) if self.training else images)


def augment(images: Tensor, shift: int = 4) -> Tensor:
    """Each image mirrored with chance 1/2 and moved by chance, its edges drawn on into the gap.

    Args:
        images: shape (n, channels, rows, columns).
        shift: largest number of pixels that an image is moved, up or down and left or right.

    Returns:
        Images of the same shape, through which gradients pass.
    """
    n, _, rows, columns = images.shape
    mirrored = torch.rand(n, 1, 1, 1, device=images.device) < 0.5
    images = F.pad(torch.where(mirrored, images.flip(3), images), [shift] * 4, mode="replicate")
    down, right = torch.randint(2 * shift + 1, (2, n, 1), device=images.device)
    image = torch.arange(n, device=images.device)[:, None, None]
    row = (torch.arange(rows, device=images.device) + down)[:, :, None]
    column = (torch.arange(columns, device=images.device) + right)[:, None, :]
    return images.permute(0, 2, 3, 1)[image, row, column].permute(0, 3, 1, 2)
