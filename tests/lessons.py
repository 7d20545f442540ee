"""A plugin of pytest: nbval runs each lesson with the answers of the sheets before it, and blanks for all others.

So a lesson is seen to need no answer of its own sheet or of a later one. Sheets run against the whole reference.
`make test` loads it; by hand: python -m pytest -p tests.lessons --nbval-lax notebooks
"""

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_FILE = pytest.StashKey[Path]()
_ANSWERS = tempfile.TemporaryDirectory(prefix="wgan-lab-answers-")  # goes with the process


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Set the switches for each file, before nbval starts the kernel of a notebook."""
    if item.session.stash.get(_FILE, None) != item.path:
        item.session.stash[_FILE] = item.path
        os.environ.pop("WGAN_WORK", None)
        os.environ.update(switches_of(item.path, Path(_ANSWERS.name)))


def switches_of(path: Path, folder: Path) -> dict[str, str]:
    """What the environment says while a file of tests or a notebook runs.

    Args:
        path: of that file.
        folder: where answers may be written.
    """
    if path.parent != ROOT / "notebooks":
        return {"WGAN_LABS": "solutions"}
    from solutions import build
    from starter.kit import registry

    number = path.name[:2]
    before = max((sheet.number for sheet in registry.SHEETS if sheet.number < number), default="")
    for module in registry.MODULES:
        build.write(folder / f"before-{number}" / f"{module}.py", build.blank_module(module, before))
    return {"WGAN_LABS": "student", "WGAN_WORK": str(folder / f"before-{number}")}
