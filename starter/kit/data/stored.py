"""Results that take longer than a class has patience for: computed once, kept with their settings.

A script in solutions/experiments writes them, a lesson draws them.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from ..course import ROOT, CourseError

FOLDER = ROOT / "notebooks" / "stored"


def save(name: str, settings: dict[str, Any], **arrays: np.ndarray) -> Path:
    """Write arrays and the settings that gave them, among them the seed.

    Args:
        name: number of the lesson and a word, such as "03_gan_and_wgan".
        settings: plain numbers and strings.
        arrays: the results; floats are kept in float32.
    """
    if "seed" not in settings and "seeds" not in settings:
        raise ValueError("settings should say the seed, so that the result can be had again.")
    FOLDER.mkdir(exist_ok=True)
    content: dict[str, Any] = {"settings": np.array(json.dumps(settings))}
    for key, array in arrays.items():
        content[key] = array.astype(np.float32) if np.asarray(array).dtype == np.float64 else array
    path = FOLDER / f"{name}.npz"
    np.savez_compressed(path, **content)
    return path


def load(name: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The settings and the arrays of a stored result.

    Raises:
        CourseError: it is missing or damaged.
    """
    path = FOLDER / f"{name}.npz"
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        return json.loads(str(arrays.pop("settings"))), arrays
    except Exception:
        raise CourseError(f"notebooks/stored/{path.name} is missing or damaged: take it from a fresh copy.") from None
