"""Drawings of sheet 11: garments that were asked for, and a chooser for them."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from torch import Tensor

from . import figures

COLUMNS, SHOWN = 12, 24


def asked(images: Tensor, names: Sequence[str], right: Sequence[float]) -> Figure:
    """A row for each class that was asked for, with the share that a classifier takes for it.

    Args:
        images: shape (n, channels, rows, columns); image i is of class i % len(names).
        names: of the classes.
        right: for each class a share from 0 to 1.
    """
    rows = {
        f"{name}\n{share:.0%}": images[k :: len(names)]
        for k, (name, share) in enumerate(zip(names, right, strict=False))
    }
    return figures.image_rows(rows)


def few(steps: np.ndarray, ways: Sequence[str], estimate: np.ndarray) -> Figure:
    """What a critic reports on the pictures that it trained on and on others, for each way of training.

    The first quarter of the training, where all are far up, sets no scale.

    Args:
        steps: the moments.
        ways: names of the panels.
        estimate: by seed, way, moment and (training, held out).
    """
    figure, panels = figures.axes(1, len(ways), height=2.4, sharey=True)
    for ax, name, of_way in zip(panels[0], ways, estimate.swapaxes(0, 1), strict=True):
        for which, label, colour, line in ((0, "training", figures.CRITIC, "-"), (1, "held out", figures.REAL, "--")):
            figures.draw_band(ax, steps, of_way[..., which], colour, label=label, linestyle=line)
        ax.set(title=name, xlabel="generator steps", ylim=(0, 1.2 * estimate[:, :, len(steps) // 4 :].max()))
    panels[0, 0].set_ylabel("estimate of W")
    panels[0, 0].legend(loc="lower left")
    return figure


class Chooser:
    """Images of one class at a time; a widgets.Scene.

    Args:
        draw: makes SHOWN images of a class from its number.
        names: of the classes.
    """

    def __init__(self, draw: Callable[[int], Tensor], names: Sequence[str]) -> None:
        self._draw, self._names = draw, names
        self.figure, ax = figures.axes(height=1.7)
        self._grid = ax.imshow(self._picture(0), interpolation="nearest")
        self._title = ax.set_title(names[0])
        ax.axis("off")
        self.moving: Sequence[Artist] = (self._grid, self._title)

    def set(self, label: int) -> None:
        """Show the class with this number."""
        self._grid.set_data(self._picture(label))
        self._title.set_text(f"{label}: {self._names[label]}")

    def _picture(self, label: int) -> np.ndarray:
        return figures.image_grid(self._draw(label), COLUMNS)
