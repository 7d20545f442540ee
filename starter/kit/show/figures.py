"""Every picture of the course is drawn through here.

One look for all: the same fonts, the same colours for real, fake and critic
(Okabe and Ito's set, which colour-blind readers can tell apart), a light ground
that also reads on a dark page, and a text alternative that one cannot leave out.
"""

import base64
import html
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import matplotlib
import matplotlib.image
import numpy as np
import PIL.Image
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional

from .. import machine
from ..course import CourseError

if TYPE_CHECKING:  # not there outside of a notebook
    from IPython.display import DisplayHandle

REAL, FAKE, CRITIC = "#0072B2", "#D55E00", "#009E73"
PENALTY, THEORY, QUIET = "#CC79A7", "#000000", "#767676"
WIDTH = 7.6  # inches: the width of a notebook's output
_SHADES = matplotlib.colormaps["Greens"](np.linspace(0, 0.62, 10))  # blue points show on the darkest too
FOLDED = "<!-- A picture: open it here. -->"  # JupyterLab shows the first line of an output that is folded
_ZOOM, _SECONDS = 5, 4.0  # screen pixels for one pixel of an animation, and how long one round of it lasts

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "figure.facecolor": "#FFFFFF",
    "axes.facecolor": "#FFFFFF",
    "savefig.facecolor": "#FFFFFF",
}
matplotlib.rcParams.update(matplotlib.RcParams(_STYLE))


@overload
def axes(*, height: float = 2.8) -> tuple[Figure, Axes]: ...
@overload
def axes(rows: int = 1, columns: int = 1, height: float = 2.8, **kwargs: Any) -> tuple[Figure, np.ndarray]: ...
def axes(rows: int = 1, columns: int = 1, height: float = 2.8, **kwargs: Any) -> tuple[Figure, Any]:
    """A figure as wide as the notebook, in the course's style.

    Args:
        rows, columns: number of panels.
        height: of one row, in inches.
        kwargs: passed to Figure.subplots, such as sharey=True.

    Returns:
        The figure, and its panel; of several panels an array of shape (rows, columns).
    """
    figure = Figure(figsize=(WIDTH, rows * height), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, **kwargs)
    return figure, panels[0, 0] if rows == columns == 1 else panels


def row(columns: int, height: float = 2.8, **kwargs: Any) -> tuple[Figure, list[Axes]]:
    """A figure of one row of panels, of one panel too; see axes()."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, list(figure.subplots(1, columns, squeeze=False, **kwargs)[0])


def legend(ax: Axes) -> None:
    """A legend to the right of the panel, where it covers nothing."""
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.02), borderaxespad=0)


def show(figure: Figure, alt: str, caption: str = "") -> None:
    """Show a figure in the notebook, with its text alternative and a caption.

    Args:
        figure: as made by axes.
        alt: what the picture shows, for readers who cannot see it; at least 20 characters.
        caption: one or two sentences below, with numbers measured in this run.

    Raises:
        CourseError: there is no text alternative.
    """
    Panel().update(figure, alt, caption)


def image_grid(images: Tensor, columns: int = 8) -> np.ndarray:
    """Images side by side, with a thin light gap.

    Args:
        images: shape (n, channels, height, width), values in [-1, 1]; 1 or 3 channels.
        columns: images in a row.

    Returns:
        One picture of shape (height, width, 3), values in [0, 1].
    """
    from torchvision.utils import make_grid  # takes a second to load, and many pages draw no images

    pixels = ((images.detach().float().cpu() + 1) / 2).clamp(0, 1)
    whole_rows = functional.pad(pixels, (*[0] * 6, 0, -len(pixels) % columns), value=1)
    grid = make_grid(whole_rows, nrow=columns, padding=2, pad_value=1).permute(1, 2, 0).numpy()
    return grid[2:-2, 2:-2] if len(whole_rows) > 1 else grid  # one image alone gets no margin from make_grid


def draw_images(ax: Axes, images: Tensor, columns: int = 8, title: str = "") -> None:
    """Draw a grid of images into a panel."""
    ax.imshow(image_grid(images, columns), interpolation="nearest", vmin=0, vmax=1)
    ax.set_title(title)
    ax.axis("off")


def draw_pixels(ax: Axes, pixels: Tensor, columns: int = 8, title: str = "") -> None:
    """Draw images whose values are pixels in [0, 1] already."""
    draw_images(ax, pixels * 2 - 1, columns, title)


def label_rows(ax: Axes, labels: Sequence[str]) -> None:
    """Write a label to the left of each row of a grid of images."""
    bottom, top = ax.get_ylim()
    height = (bottom - top) / len(labels)
    ax.axis("on")
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([top + (i + 0.5) * height for i in range(len(labels))], labels)
    ax.tick_params(length=0)


def image_rows(rows: dict[str, Tensor]) -> Figure:
    """Rows of images, each with its name to the left.

    Args:
        rows: name, and images of shape (k, channels, height, width); as many in each row.
    """
    figure, ax = axes(height=0.1 + 0.62 * len(rows))
    draw_images(ax, torch.cat(list(rows.values())), columns=len(next(iter(rows.values()))))
    label_rows(ax, list(rows))
    return figure


def from_bytes(pixels: np.ndarray) -> Tensor:
    """Images that were stored as bytes from 0 to 255: the same shape, values in [-1, 1]."""
    return torch.from_numpy(pixels).float() / 127.5 - 1


def draw_points(ax: Axes, points: Tensor, colour: str, label: str) -> None:
    """Draw two-dimensional points into a panel."""
    x, y = points.detach().cpu().numpy().T
    ax.scatter(x, y, s=6, color=colour, alpha=0.5, linewidths=0, label=label)
    ax.set_aspect("equal")


def draw_scores(ax: Axes, places: np.ndarray, scores: np.ndarray, points: np.ndarray) -> None:
    """Draw a critic's scores over the plane: ten shades, each on a tenth of the plane, the highest scores darkest.

    Args:
        ax: the panel.
        places: the places along each axis, shape (k,).
        scores: shape (k, k), y along the rows.
        points: real points, shape (n, 2).
    """
    levels = np.quantile(scores, np.linspace(0, 1, 11))
    ax.contourf(places, places, scores, levels=levels, colors=_SHADES, antialiased=False)
    x, y = points.T
    ax.scatter(x, y, s=5, color=REAL, linewidths=0)
    ax.set(xlim=(places[0], places[-1]), ylim=(places[0], places[-1]), xticks=(), yticks=())
    ax.set_aspect("equal")
    ax.grid(False)


def save_images(images: Tensor, path: str | Path, columns: int = 8) -> None:
    """Write a grid of images as a PNG file, each pixel three times as large.

    Args:
        images: shape (n, channels, height, width), values in [-1, 1].
        path: the file; its folder is made if need be.
        columns: images in a row.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    grid = image_grid(images, columns).repeat(3, axis=0).repeat(3, axis=1)
    matplotlib.image.imsave(path, grid)


def save_animation(images: Tensor, path: str | Path) -> Path:
    """Write images as a GIF that plays over and over, each pixel five times as large.

    Args:
        images: the frames in their order, shape (n, channels, height, width),
            values in [-1, 1]; 1 or 3 channels. Equal neighbours become one
            frame that stays longer.
        path: the file, with the ending .gif; its folder is made if need be.

    Returns:
        The path.

    Raises:
        CourseError: the file is to be something else than a GIF.
    """
    path = Path(path)
    if path.suffix.lower() != ".gif":
        raise CourseError(f"An animation is written as a GIF, so its name must end in .gif, not {path.suffix!r}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_animation(images, "GIF", rounds=0))
    return path


def show_animation(images: Tensor, alt: str, caption: str = "") -> None:
    """Show images one after the other in the notebook, twice over.

    Args:
        images: as in save_animation.
        alt, caption: as in show.

    Raises:
        CourseError: there is no text alternative.
    """
    Panel().put(lambda: _animation(images, "PNG", rounds=2), images.shape[3] * _ZOOM, alt, caption)


def _animation(images: Tensor, kind: str, rounds: int) -> bytes:
    """An animated GIF or PNG."""
    mode = "L" if images.shape[1] == 1 else "RGB"
    frames = []
    for image in images:
        pixels = (image_grid(image[None], 1) * 255).round().astype(np.uint8)
        height, width, _ = pixels.shape
        frame = PIL.Image.fromarray(pixels).convert(mode)
        frames.append(frame.resize((width * _ZOOM, height * _ZOOM), PIL.Image.Resampling.NEAREST))
    buffer = io.BytesIO()
    frames[0].save(
        buffer, kind, save_all=True, append_images=frames[1:], duration=1000 * _SECONDS / len(frames), loop=rounds
    )
    return buffer.getvalue()


def running_median(noisy: Sequence[float] | np.ndarray, window: int) -> np.ndarray:
    """Each value replaced by the median of its neighbourhood, as in WGAN's figures."""
    values = np.asarray(noisy, dtype=float)
    half = min(window, len(values)) // 2
    return np.array([np.median(values[max(0, i - half) : i + half + 1]) for i in range(len(values))])


def draw_band(ax: Axes, steps: np.ndarray, of_seeds: np.ndarray, colour: str, **look: Any) -> None:
    """The middle of some seeds as a line, over a band with edges from the smallest to the largest.

    Args:
        ax: the panel.
        steps: shape (n,).
        of_seeds: shape (seeds, n).
        colour: of both.
        look: label and line style of the line, as for ax.plot.
    """
    fill_between(ax, steps, of_seeds.min(axis=0), of_seeds.max(axis=0), colour)
    ax.plot(steps, np.median(of_seeds, axis=0), color=colour, **look)


def fill_between(ax: Axes, x: Any, low: Any, high: Any, colour: str) -> None:
    """A pale band whose edges are thin lines in full colour, so that they can be seen by everybody."""
    ax.fill_between(x, low, high, facecolor=(colour, 0.2), edgecolor=colour, linewidth=0.6)


def run_figure(
    history: dict[str, list[float]], samples: Sequence[tuple[int, float, Tensor]]
) -> tuple[Figure, str, str]:
    """A training run so far: its estimate, and what the same noise became.

    Args:
        history, samples: of a Run.

    Returns:
        The figure, its text alternative and its caption.
    """
    figure, panels = axes(1, 2, height=3.0, width_ratios=(1, 1.35))
    left, right = panels[0]
    steps, estimate = history["step"], history["wasserstein"]
    left.plot(steps, estimate, color=CRITIC, linewidth=0.4)
    if estimate:
        median = running_median(estimate, 101)
        left.plot(steps, median, color="white", linewidth=4)  # sets it apart from the single steps
        left.plot(steps, median, color=CRITIC, linewidth=2.2, label=f"median of {min(101, len(steps))} steps")
        left.legend(loc="upper right")
        left.set_ylim(min(0, *np.quantile(estimate, [0.01])), 1.1 * np.quantile(estimate, 0.99) + 1e-6)
    left.set_xlabel("generator steps")
    left.set_ylabel("estimate (score)")
    _draw_growth(right, samples)
    last = f"{estimate[-1]:.3g}" if estimate else "not known yet"
    seconds = history["seconds"][-1] if estimate else 0
    alt = (
        f"Left: the critic's estimate over {len(steps):,} generator steps, now {last}. "
        "Right: what the generator makes of the same noise, one row for each moment of the training."
    )
    caption = f"{len(steps):,} generator steps in {seconds:.0f} s; estimate {last}."
    return figure, alt, caption


def _draw_growth(ax: Axes, samples: Sequence[tuple[int, float, Tensor]]) -> None:
    """One row for each moment, or the points of the last one."""
    ax.grid(False)
    if not samples:
        ax.axis("off")
        return
    if samples[-1][2].dim() == 2:
        points = samples[-1][2]
        draw_points(ax, points if points.shape[1] == 2 else points[:, :1].expand(-1, 2), FAKE, "fake")
        return
    rows = [samples[i] for i in np.unique(np.linspace(0, len(samples) - 1, 6).round().astype(int))]
    columns = 8
    picture = image_grid(torch.cat([images[:columns] for _, _, images in rows]), columns)
    ax.imshow(picture, interpolation="nearest")
    label_rows(ax, [f"step {step:,}" for step, _, _ in rows])


class Panel:
    """A place in the notebook whose picture can be replaced, for live figures.

    Outside a notebook nothing is shown.
    """

    def __init__(self) -> None:
        self._shown: DisplayHandle | None = None

    def update(self, figure: Figure, alt: str, caption: str = "") -> None:
        """Show this figure in the place of the one before; see show()."""
        self.put(lambda: png(figure), round(WIDTH * 100), alt, caption)

    def put(self, make: Callable[[], bytes], width: int, alt: str, caption: str = "") -> None:
        """Show the PNG file that `make` makes, that many pixels wide, in the place of the one before."""
        if len(alt) < 20:
            raise CourseError("Say in `alt` what the picture shows, in a sentence, for readers who cannot see it.")
        if not machine.in_notebook():
            return
        from IPython.display import display

        bundle = {"text/html": page(make(), width, alt, caption), "text/plain": f"Figure: {alt}"}
        if self._shown is None:
            self._shown = display(bundle, raw=True, display_id=True)
        else:
            self._shown.update(bundle, raw=True)


def page(picture: bytes, width: int, alt: str, caption: str = "") -> str:
    """HTML that shows a PNG file with its text alternative, which is read aloud in every viewer of notebooks.

    Args:
        picture: the file.
        width: in pixels of the screen; less where the page is narrower.
        alt: what the picture shows.
        caption: what stands below, "" for nothing.
    """
    data = base64.b64encode(picture).decode("ascii")
    image = f'<img alt="{html.escape(alt)}" width="{width}" style="max-width:100%" src="data:image/png;base64,{data}">'
    words = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f'{FOLDED}\n<figure style="margin:0">{image}{words}</figure>'


def panel() -> Panel:
    """A new, empty place for a live figure."""
    return Panel()


def png(figure: Figure, dpi: int = 130) -> bytes:
    """The figure as a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()
