"""Drawings of lesson and sheet 00. Real is blue, fake is orange, the critic green, gradients pink."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from torch import Tensor

from . import figures

# Noise becomes a garment ------------------------------------------------------


class Walk:
    """The noise at a place of a walk, as 8 x 8 squares, and the garment that it becomes; a widgets.Scene.

    Args:
        generator: z of shape (n, 64) to images.
        noise_at: an angle in degrees to z, shape (64,).
    """

    def __init__(self, generator: Callable[[Tensor], Tensor], noise_at: Callable[[float], Tensor]) -> None:
        self._generator, self._noise_at = generator, noise_at
        self.figure, ax = figures.axes(height=2.7)
        ax.set(xlim=(0, 10), ylim=(0, 3.55), aspect="equal")
        ax.axis("off")
        self._noise = _draw_noise(ax, torch.zeros(64), 0.6, 0.1, 3.0)
        ax.text(2.1, 3.3, "noise: 64 numbers", ha="center", va="center", fontsize=10)
        _box(ax, 5.0, 1.6, "generator", figures.FAKE, width=1.8)
        _arrow(ax, (3.7, 1.6), (4.05, 1.6), figures.QUIET)
        _arrow(ax, (5.95, 1.6), (6.3, 1.6), figures.QUIET)
        self._garment = _draw_image(ax, torch.zeros(1, 28, 28), 6.4, 0.1, 3.0)
        self._words = ax.text(7.9, 3.3, "", ha="center", va="center", fontsize=10)
        self.moving: list[Artist] = [self._noise, self._garment, self._words]

    def set(self, degrees: float) -> Figure:
        """Walk to this angle."""
        z = self._noise_at(degrees)
        self._noise.set_data(z.view(8, 8))
        self._garment.set_data(figures.image_grid(self._generator(z[None]), 1))
        self._words.set_text(f"the garment at {degrees:g} degrees")
        return self.figure


def strip(
    generator: Callable[[Tensor], Tensor], noise_at: Callable[[float], Tensor], angles: Sequence[float]
) -> Figure:
    """What the walk shows at a few angles: the noise above, the garment below.

    Args:
        generator, noise_at: as in Walk.
        angles: in degrees.
    """
    z = torch.stack([noise_at(degrees) for degrees in angles])
    figure, ax = figures.axes(height=2.1)
    ax.set(xlim=(-0.1, len(angles)), ylim=(0, 2.35), aspect="equal")
    ax.axis("off")
    for place, (noise, image) in enumerate(zip(z, generator(z), strict=True)):
        _draw_noise(ax, noise, place, 1.02, 0.92)
        _draw_image(ax, image, place, 0.02, 0.92)
        ax.text(place + 0.46, 2.12, f"{angles[place]:g}°", ha="center", va="center", fontsize=10)
    return figure


def numbered(images: Tensor) -> Figure:
    """Ten images in two rows, with their numbers from 1 above them."""
    figure, panels = figures.axes(2, 5, height=1.75)
    for number, (ax, image) in enumerate(zip(panels.flat, images, strict=True), 1):
        figures.draw_images(ax, image[None], 1)
        ax.set_title(str(number), fontsize=11)
    return figure


# The game ----------------------------------------------------------------------


def game(z: Tensor, fake: Tensor, real: Tensor) -> Figure:
    """Who gives what to whom: noise to the generator, fakes and real images to the critic, scores.

    Args:
        z: the noise of one fake, shape (64,).
        fake, real: one image each, shape (1, 28, 28).
    """
    figure, ax = figures.axes(height=3.45)
    ax.set(xlim=(0, 12.6), ylim=(-0.3, 5.3), aspect="equal")
    ax.axis("off")
    _draw_noise(ax, z, 0.1, 0.9, 1.4)
    _box(ax, 3.0, 1.6, "generator", figures.FAKE, width=1.9)
    _draw_image(ax, fake, 4.6, 0.9, 1.4)
    _draw_image(ax, real, 4.6, 3.3, 1.4)
    _box(ax, 7.8, 2.8, "critic", figures.CRITIC, width=1.7)
    for words, x, y, colour in (
        ("noise z", 0.25, 2.55, "black"),
        ("fake", 4.95, 2.55, figures.FAKE),
        ("real", 4.95, 4.95, figures.REAL),
        ("score of the real", 9.3, 4.45, figures.REAL),
        ("the critic wants it high", 9.3, 3.95, figures.CRITIC),
        ("score of the fake", 9.3, 2.0, figures.FAKE),
        ("the critic wants it low", 9.3, 1.5, figures.CRITIC),
        ("the generator wants it high", 9.3, 1.0, figures.FAKE),
        ("comes back through the critic: the slope of this score", 3.3, 0.0, "black"),
    ):
        ax.text(x, y, words, ha="left", va="center", color=colour, fontsize=10)
    for start, end, colour in (
        ((1.55, 1.6), (2.0, 1.6), figures.QUIET),
        ((4.0, 1.6), (4.55, 1.6), figures.FAKE),
        ((6.1, 1.75), (6.9, 2.4), figures.FAKE),
        ((6.1, 3.85), (6.9, 3.2), figures.REAL),
        ((8.7, 3.2), (9.2, 3.75), figures.REAL),
        ((8.7, 2.4), (9.2, 1.95), figures.FAKE),
    ):
        _arrow(ax, start, end, colour)
    back = FancyArrowPatch((9.3, 0.4), (3.0, 1.0), connectionstyle="angle,angleA=180,angleB=-90,rad=12")
    back.set(arrowstyle="-|>", mutation_scale=12, color=figures.PENALTY, linewidth=1.8, linestyle="--")
    ax.add_patch(back)
    return figure


# Sheet 00 -----------------------------------------------------------------------


def beside_clamped(pixels: Tensor, images: Tensor) -> tuple[Figure, str, str]:
    """Pixels of eight images, and the same images clamped to [0, 1].

    Args:
        pixels: what to_image made of the images.
        images: shape (8, 1, 28, 28), values in [-1, 1].

    Returns:
        The figure, its text alternative and its caption.
    """
    figure, panels = figures.axes(columns=2, height=2.2)
    figures.draw_pixels(panels[0, 0], pixels, columns=4, title="your to_image")
    figures.draw_pixels(panels[0, 1], images.clamp(0, 1), columns=4, title="clamped")
    alt = "The same eight coats twice: in all shades of grey on the left, with all dark parts lost on the right."
    return figure, alt, "On the right, every value below 0 has become the same black."


def beside_cosine(x: Tensor, slope: Tensor) -> tuple[Figure, str, str]:
    """The sine, and what should be its slope.

    Args:
        x, slope: shape (n,).

    Returns:
        The figure, its text alternative and its caption.
    """
    figure, ax = figures.axes(height=2.4)
    ax.plot(x, x.sin(), color=figures.CRITIC, label="f(x) = sin x")
    ax.plot(x, slope, color=figures.PENALTY, linestyle="--", label="your gradient")
    ax.set(xlabel="x", ylabel="value, slope")
    figures.legend(ax)
    alt = "A sine wave and, dashed, the gradient that your function computes: a cosine, highest where the sine climbs."
    return figure, alt, "Where the green curve climbs fastest, the dashed one is highest."


def climbs(pixels: Tensor, wanted: str, scores: Tensor) -> tuple[Figure, str, str]:
    """Garments on their way, one row for each, and the score at the end of it.

    Args:
        pixels: shape (rows, steps, 1, 28, 28), values in [0, 1].
        wanted: the class that each is to become.
        scores: that class's at the start and at the end, shape (rows, 2).

    Returns:
        The figure, its text alternative and its caption.
    """
    rows, steps = pixels.shape[:2]
    figure, ax = figures.axes(height=0.3 + 0.62 * rows)
    figures.draw_pixels(ax, pixels.flatten(0, 1), columns=steps, title=f'towards "{wanted}"')
    figures.label_rows(ax, [f"score {start:.0f} to {end:.0f}" for start, end in scores.tolist()])
    alt = (
        f"{rows} rows of {steps} garments. In each row the first garment changes step by step while its score "
        f'for "{wanted}" rises; in most rows the last one is another kind of garment than the first.'
    )
    return figure, alt, "Each row is one z. Between two pictures lie three steps along your gradient."


# Pieces -------------------------------------------------------------------------


def _draw_noise(ax: Axes, z: Tensor, x: float, y: float, side: float) -> AxesImage:
    """64 numbers as 8 x 8 squares of a panel, its lower left corner at (x, y)."""
    extent = (x, x + side, y, y + side)
    return ax.imshow(z.view(8, 8), cmap="gray", vmin=-3, vmax=3, extent=extent, interpolation="nearest", aspect="equal")


def _draw_image(ax: Axes, image: Tensor, x: float, y: float, side: float) -> AxesImage:
    """An image at a place of a panel, its lower left corner at (x, y)."""
    picture = figures.image_grid(image[None], 1)
    return ax.imshow(np.asarray(picture), extent=(x, x + side, y, y + side), interpolation="nearest", aspect="equal")


def _box(ax: Axes, x: float, y: float, text: str, colour: str, width: float) -> None:
    """A player: a filled box around (x, y)."""
    style = "round,pad=0.02,rounding_size=0.15"
    box = FancyBboxPatch((x - width / 2, y - 0.5), width, 1.0, style, edgecolor=colour, facecolor=colour)
    ax.add_patch(box)
    ax.text(x, y, text, ha="center", va="center", fontsize=11, color="white", fontweight="bold")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=colour, linewidth=1.8))
