"""Sliders for the lessons: move one, with the mouse or the arrow keys, and the picture follows.

What stands still in a picture is drawn once, the rest at each move; each picture
is kept, so that moving back is instant. A saved notebook holds no widgets: beside
each slider a lesson draws a plain strip of a few settings.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from . import figures

DPI = 130  # as sharp as every other figure
# Sliders of ipywidgets have no name for a screen reader (8.1 and before). This gives each one what stands beside it:
# its label and its value. It waits until the widgets are there, ten seconds at most.
_NAMES = """
(function name(tries) {
  document.querySelectorAll(".noUi-handle, .ui-slider-handle").forEach((handle, number) => {
    const slider = handle.closest(".jupyter-widget, .jupyter-widgets");
    const texts = slider ? [...slider.querySelectorAll(".widget-label, .widget-readout")] : [];
    texts.forEach((text, place) => (text.id = text.id || `slider-${number}-${place}-${Date.now()}`));
    if (texts.length) handle.setAttribute("aria-labelledby", texts.map((text) => text.id).join(" "));
  });
  if (tries) setTimeout(() => name(tries - 1), 500);
})(20);
"""


class Scene(Protocol):
    """A picture that sliders move.

    Attributes:
        figure: the picture.
        moving: the artists in it that move.
    """

    figure: Figure
    moving: Sequence[Artist]

    def set(self, *values: Any) -> object:
        """Move them to these settings, one for each slider."""


def slider(scene: Scene, label: str, values: Sequence[Any], start: Any, alt: str) -> None:
    """Show one slider and the picture that belongs to its value.

    Args:
        scene: the picture; it is set to one value.
        label: what the slider sets, with its unit.
        values: the settings, in order.
        start: the one to begin with.
        alt: what the picture shows, whatever the setting.
    """
    knob = ipywidgets.SelectionSlider(
        options=[(f"{value:g}", value) for value in values],
        value=start,
        description=label,
        style={"description_width": "initial"},
        layout={"width": "28em"},
    )
    _show([knob], scene, alt)


def sliders(
    scene: Scene,
    labels: Sequence[str],
    start: Sequence[float],
    bounds: tuple[float, float],
    alt: str,
    step: float = 0.05,
) -> None:
    """Show a row of upright sliders and the picture that belongs to their values.

    Args:
        scene: the picture; it is set to as many numbers as there are labels.
        labels: one for each slider.
        start: the values to begin with.
        bounds: lowest and highest value.
        alt: what the picture shows, whatever the settings.
        step: how far an arrow key moves a slider.
    """
    low, high = bounds
    knobs = [
        ipywidgets.FloatSlider(
            value=value,
            min=low,
            max=high,
            step=step,
            description=label,
            orientation="vertical",
            readout_format=".2f",
            layout={"width": "4.2em", "height": "13em"},
        )
        for label, value in zip(labels, start, strict=True)
    ]
    _show(knobs, scene, alt)


class Knob(NamedTuple):
    """One level slider.

    Attributes:
        label: what it sets.
        start: the value to begin with.
        low, high: lowest and highest value.
        step: how far an arrow key moves it.
    """

    label: str
    start: float
    low: float
    high: float
    step: float


def side_by_side(scene: Scene, knobs: Sequence[Knob], alt: str) -> None:
    """Show level sliders side by side and, below, the picture that belongs to their values.

    Args:
        scene: the picture; it is set to as many numbers as there are sliders.
        knobs: the sliders, from left to right.
        alt: what the picture shows, whatever the settings.
    """
    width = round(figures.WIDTH * 100 / len(knobs)) - 4  # as wide together as the picture
    of_scene = [
        ipywidgets.FloatSlider(
            value=knob.start,
            min=knob.low,
            max=knob.high,
            step=knob.step,
            description=knob.label,
            readout_format=".0f" if float(knob.step).is_integer() else ".2f",
            style={"description_width": "initial"},
            layout={"width": f"{width}px"},
        )
        for knob in knobs
    ]
    _show(of_scene, scene, alt)


def _show(knobs: list[ipywidgets.Widget], scene: Scene, alt: str) -> None:
    picture, draw, width = ipywidgets.HTML(), drawn(scene), round(figures.WIDTH * 100)
    kept = lru_cache(maxsize=256)(lambda *values: figures.page(figures.png(draw(*values), DPI), width, alt))

    def redraw(_change: Any = None) -> None:
        picture.value = kept(*(knob.value for knob in knobs))

    for knob in knobs:
        knob.observe(redraw, "value")
    redraw()
    _display(ipywidgets.VBox([ipywidgets.HBox(knobs), picture]))


def _display(box: ipywidgets.Widget) -> None:
    """Show a widget; where widgets do not work, say so in plain text instead of in code."""
    from IPython.display import display

    view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}  # of ipywidgets 7 and 8 alike
    text = "Run this cell to get the sliders."
    display({"application/vnd.jupyter.widget-view+json": view, "text/plain": text}, raw=True)
    display({"application/javascript": _NAMES, "text/plain": ""}, raw=True)


def drawn(scene: Scene) -> Callable[..., Figure]:
    """A function that draws the scene for given settings: what stands still only once, the rest each time."""
    figure, moving = scene.figure, scene.moving
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    for artist in moving:
        artist.set_animated(True)
    canvas.draw()
    still = canvas.copy_from_bbox(figure.bbox)

    def draw(*values: float) -> Figure:
        scene.set(*values)
        canvas.restore_region(still)
        for artist in moving:
            artist.draw(canvas.get_renderer())
        width, height = figure.get_size_inches()
        photograph = Figure(figsize=(width, height), dpi=DPI)
        photograph.figimage(np.asarray(canvas.buffer_rgba()).copy())
        return photograph

    return draw
