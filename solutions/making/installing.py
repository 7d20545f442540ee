"""What makes a hand-out something that pip can install, once for all users of a machine.

The whole course goes into one folder, `wgan_lab` in site-packages, where it is laid out as everywhere else. A line in a
.pth file beside it puts that folder where Python looks for `starter`. Answers never go there (see own_folder in
starter/kit/course.py).
"""

from pathlib import Path

from starter.kit import registry
from starter.kit.course import MARK, ROOT

PTH = "starter/kit/installed.pth"


def files(with_answers: bool) -> dict[Path, str]:
    """The two files that pip needs, and their texts.

    Args:
        with_answers: whether the hand-out has a folder of solutions.
    """
    return {ROOT / "pyproject.toml": _pyproject(with_answers), ROOT / PTH: "wgan_lab\n"}


def _pyproject(with_answers: bool) -> str:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    needs = "".join(f'    "{line.strip()}",\n' for line in lines if line.strip() and not line.startswith("#"))
    folders = ("starter", "notebooks", "labwork", *(("solutions",) if with_answers else ()))
    kept = ", ".join(f'"{name}"' for name in folders)
    places = "\n".join(f'"{name}" = "wgan_lab/{name}"' for name in folders)
    beside = "\n".join(f'"{name}" = "wgan_lab/{name}"' for name in (MARK, "README.md", "LICENSE", "LICENSE-TEXT.md"))
    return f"""\
# `pip install` of this folder, or of its zip file: then all notebooks on the machine find the course.
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "wgan-lab"
version = "{registry.VERSION}"
description = "A course on Wasserstein GANs in numbered notebooks"
requires-python = ">=3.11"
dependencies = [
{needs}]

[tool.hatch.build]
ignore-vcs = true

[tool.hatch.build.targets.wheel]
only-include = [{kept}]
exclude = ["/starter/mine", ".ipynb_checkpoints"]

[tool.hatch.build.targets.wheel.sources]
{places}

[tool.hatch.build.targets.wheel.force-include]
"{PTH}" = "wgan-lab.pth"
{beside}
"""
