"""One installation for many: the course is read-only, and each user's answers are in their home."""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from solutions import build
from solutions.making import handout as handouts
from starter.kit import course, registry

ANNA, BERT = 61001, 61002  # numbers of users, for whoever runs these tests as root
ANSWER = """
from starter.kit import fills

@fills("generator.to_image")
def to_image(x):
    return {body}
"""
ASK = "from starter.kit import progress\nprint(progress('00'))"
HOME_FOLDER = Path(course.HOME_FOLDER) / "mine"


@pytest.fixture(scope="module")
def machine() -> Iterator[Path]:
    """A folder that every user can read: in it the course, which none of them can write to, and their homes."""
    folder = Path(tempfile.mkdtemp(prefix="wgan-lab-hub-"))
    folder.chmod(0o755)
    export(folder / "course")
    for number in (ANNA, BERT):
        (folder / str(number)).mkdir()
        if os.geteuid() == 0:
            os.chown(folder / str(number), number, number)
    if os.geteuid() == 0 and shutil.which("setpriv") and run(folder, ANNA, "print('here')") != "here\n":
        pytest.skip(f"another user than root cannot start {sys.executable}")
    yield folder
    writable(folder / "course", True)
    shutil.rmtree(folder)


def export(folder: Path) -> None:
    """The library of a hand-out; building its notebooks would take longer than all tests here."""
    paths = [*build._copied(), *(build.ROOT / "starter").glob("*.py")]
    files = {path.relative_to(build.ROOT).as_posix(): path.read_bytes() for path in paths}
    handouts.export(handouts.target(str(folder), build.ROOT), files, "")
    writable(folder, False)


def writable(folder: Path, yes: bool) -> None:
    for path in [folder, *folder.rglob("*")]:
        mode = path.stat().st_mode
        path.chmod(mode | stat.S_IWUSR if yes else mode & ~0o222 | 0o444 | (0o111 if path.is_dir() else 0))


def run(machine: Path, user: int, text: str, **more: str) -> str:
    """What a script of that user prints. Whoever is root becomes that user; for others only the home differs."""
    home = machine / str(user)
    script = home / "cell.py"
    script.write_text(text)
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if os.geteuid() == 0 else []
    env = {key: value for key, value in os.environ.items() if not key.startswith("WGAN_")}
    env |= {"HOME": str(home), "PYTHONPATH": str(machine / "course"), "PYTHONDONTWRITEBYTECODE": "1", **more}
    done = subprocess.run([*become, sys.executable, str(script)], cwd=home, env=env, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="needs setpriv to become another user")
def test_two_users_of_a_read_only_course_answer_in_their_homes(machine):
    right = run(machine, ANNA, ANSWER.format(body="(x + 1) / 2") + ASK)
    assert "generator.to_image: right" in right and "Saved in ~/wgan-lab-work/mine/generator.py." in right
    assert "[x] generator.to_image" in right
    wrong = run(machine, BERT, ANSWER.format(body="x") + ASK)
    assert "generator.to_image: not yet right" in wrong and "Saved in ~/wgan-lab-work/mine/generator.py." in wrong
    assert "[!] generator.to_image" in wrong and "answers in ~/wgan-lab-work/mine." in wrong
    assert not (machine / "course/starter/mine/generator.py").exists()
    for user in (ANNA, BERT):
        assert {path.name for path in (machine / str(user) / HOME_FOLDER).glob("*.py")} == {"generator.py"}
        note = json.loads((machine / str(user) / HOME_FOLDER / course.MARK).read_text())
        assert note["version"] == registry.VERSION and note["date"]


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="needs setpriv to become another user")
def test_a_home_that_cannot_be_written_gets_a_sentence(machine):
    said = run(machine, ANNA, ANSWER.format(body="(x + 1) / 2"), HOME=str(machine / "course"))
    assert "Not saved, and in use in this notebook only" in said and "Set the environment variable WGAN_WORK" in said


def test_answers_of_ones_own_in_a_folder_that_became_read_only_stay_in_use(tmp_path, monkeypatch):
    """A backup on a read-only disk, say: what is there is shown, and saving says why it does not work."""
    monkeypatch.setattr(course, "ROOT", tmp_path)
    monkeypatch.setattr(course, "BLANKS", tmp_path / "starter")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    (tmp_path / "starter/mine").mkdir(parents=True)
    assert course._find_own_folder() == Path.home() / course.HOME_FOLDER
    (tmp_path / "starter/mine/losses.py").write_text("")
    assert course._find_own_folder() == tmp_path
    monkeypatch.setattr(os, "getuid", lambda: ANNA)  # somebody else's answers are not mine
    assert course._find_own_folder() == Path.home() / course.HOME_FOLDER


def test_no_answers_go_into_site_packages_even_if_one_may_write_there(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "ROOT", tmp_path / "site-packages" / "wgan_lab")
    monkeypatch.setattr(course, "BLANKS", tmp_path / "site-packages" / "wgan_lab" / "starter")
    course.BLANKS.mkdir(parents=True)
    assert course._find_own_folder() == Path.home() / course.HOME_FOLDER


def test_a_notebook_anywhere_finds_the_installed_course_and_says_where_there_is_none(machine):
    header = build.header_text()
    assert run(machine, BERT, f"{header}\nprint(root)").rstrip() == str(machine / str(BERT) / course.HOME_FOLDER)
    said = run(machine, BERT, header, PYTHONPATH="")
    assert "No course is here, and none could be fetched from its address, which is not set." in said.split("\n")[-2]
