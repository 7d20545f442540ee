"""The two ways of a hand-out to many users: pip, and nbgitpuller. `make test-graders`, because they take a minute."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from solutions import build
from starter.kit import course

pytestmark = pytest.mark.skipif(not os.environ.get("WGAN_GRADERS"), reason="slow: make test-graders")

SHEET = "labwork/00_start.ipynb"
FILLED = '@fills("generator.to_image")\ndef to_image(x):\n    return (x + 1) / 2\n'


def run(words: list[str], folder: Path, **more: str) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("WGAN_", "PYTHONPATH", "GIT_"))}
    done = subprocess.run(words, cwd=folder, env={**env, **more}, capture_output=True, text=True)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_pip_installs_the_zip_file_for_every_notebook_on_the_machine(tmp_path):
    build.handout(tmp_path / "course", "03")
    run([sys.executable, "-m", "venv", "env"], tmp_path)
    python = tmp_path / "env/bin/python"
    home = Path(run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], tmp_path).strip())
    (home / "other.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    alone = ["--no-deps", "--no-build-isolation", "--no-index"]  # all else is here already
    run([str(python), "-m", "pip", "install", *alone, str(tmp_path / "course.zip")], tmp_path)

    (tmp_path / "user").mkdir()
    (tmp_path / "user/cell.py").write_text(
        f"{build.header_text()}\n{FILLED}\n"
        "from starter.kit import stored\nprint(root, stored.FOLDER.is_dir())\n"
        "borrow('losses.critic_loss')\nprint(Blank('penalty.interpolate'))\nprint(progress('00'))"
    )
    said = run([str(python), "cell.py"], tmp_path / "user", HOME=str(tmp_path / "user"))
    assert "Saved in ~/wgan-lab-work/mine/generator.py." in said and "losses.critic_loss is borrowed." in said
    assert f"{tmp_path / 'user' / course.HOME_FOLDER} True" in said
    assert "open the hints below that cell.\n" in said, "sheet 05 is not released, so nothing is to be borrowed"
    assert "handed out on" in said

    given = {path.relative_to(tmp_path / "course").as_posix() for path in (tmp_path / "course").rglob("*.*")}
    there = {path.relative_to(home / "wgan_lab").as_posix() for path in (home / "wgan_lab").rglob("*.*")}
    only_given = {name for name in given - there if "mine" not in name}
    assert only_given == {"pyproject.toml", "requirements.txt", "starter/kit/installed.pth"}
    assert {name for name in there - given if "__pycache__" not in name} == set()


def test_the_answers_of_whoever_installs_are_not_installed(tmp_path):
    build.handout(tmp_path / "course", "")
    (tmp_path / "course/starter/mine/losses.py").write_text("mine = True\n")
    wheel = ["-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", "wheels", "./course"]
    run([sys.executable, *wheel], tmp_path)
    (packed,) = (tmp_path / "wheels").glob("*.whl")
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
    assert "wgan_lab/starter/losses.py" in names and not [name for name in names if "mine" in name]


def test_nbgitpuller_brings_a_new_hand_out_and_keeps_what_a_user_has_written(tmp_path):
    git = ["git", "-c", "user.name=Teacher", "-c", "user.email=teacher@example.org"]
    (tmp_path / "home").mkdir()
    pull = [f"{sysconfig.get_path('scripts')}/gitpuller", str(tmp_path / "course"), "main", "wgan-lab"]
    mine = tmp_path / "home/wgan-lab"
    for release in ("", "01"):
        build.handout(tmp_path / "course", release)
        if not release:
            run([*git, "init", "-q", "-b", "main"], tmp_path / "course")
        run([*git, "add", "-A"], tmp_path / "course")
        run([*git, "commit", "-qm", f"Release {release}"], tmp_path / "course")
        run(pull, tmp_path / "home", HOME=str(tmp_path / "home"))
        if not release:
            book = json.loads((mine / SHEET).read_text())
            book["cells"][-1]["source"] = ["my own words"]
            (mine / SHEET).write_text(json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
            (mine / "starter/mine/losses.py").write_text("mine = True\n")
    assert "my own words" in (mine / SHEET).read_text()
    assert (mine / "starter/mine/losses.py").read_text() == "mine = True\n"
    assert (mine / "solutions/distances.py").is_file() and not (mine / "solutions/labwork/02_critic.ipynb").exists()
    assert json.loads((mine / course.MARK).read_text())["release"] == "01"
