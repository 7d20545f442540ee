"""A notebook that lies alone, as in Colab: its first cell fetches the course, and says where answers are kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from solutions import build
from solutions.making import handout as handouts
from starter.kit import CourseError, course, environment, registry

GIT = ["git", "-c", "user.name=Teacher", "-c", "user.email=teacher@example.org"]
FILL = '\n@fills("generator.to_image")\ndef to_image(x):\n    return (x + 1) / 2\n'


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Path:
    """A bare repository whose branch holds the library of a hand-out; building its notebooks would take longer."""
    folder = tmp_path_factory.mktemp("given")
    paths = [*build._copied(), *(build.ROOT / "starter").glob("*.py")]
    files = {path.relative_to(build.ROOT).as_posix(): path.read_bytes() for path in paths}
    handouts.export(handouts.target(str(folder / "course"), build.ROOT), files, "")
    for words in (["init", "-q", "-b", registry.BRANCH], ["add", "-A"], ["commit", "-qm", "The hand-out"]):
        subprocess.run([*GIT, *words], cwd=folder / "course", check=True)
    subprocess.run([*GIT, "clone", "-q", "--bare", "course", "bare.git"], cwd=folder, check=True)
    return folder / "bare.git"


def run(folder: Path, text: str, address: str) -> subprocess.CompletedProcess:
    """Run a cell as its own process, in a folder with nothing else."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("WGAN_", "PYTHONPATH", "GIT_"))}
    command = [sys.executable, "-c", text]
    return subprocess.run(command, cwd=folder, env={**env, "WGAN_HANDOUT": address}, capture_output=True, text=True)


def test_the_course_is_fetched_once_and_keeps_the_answers(bare, tmp_path):
    (tmp_path / "cell.py").write_text(build.header_text() + FILL)  # a file, because the text of a cell is saved
    text = "import runpy; runpy.run_path('cell.py')"
    first = run(tmp_path, text, str(bare))
    kept = tmp_path / "wgan-lab/starter/mine"
    assert f"Your answers are kept in {kept}." in first.stdout, first.stderr
    assert "to_image: right" in first.stdout and (kept / "generator.py").is_file()
    ask = f"{build.header_text()}\nprint(progress('00'), root)"
    again = run(tmp_path, ask, "/where/there/is/nothing")
    assert "[x] generator.to_image" in again.stdout and str(tmp_path / "wgan-lab") in again.stdout, again.stderr


@pytest.mark.parametrize("address", ["", "/where/there/is/nothing", "https://127.0.0.1:9/course.git"])
def test_without_network_or_address_there_is_a_sentence_and_no_half_course(tmp_path, address):
    done = run(tmp_path, build.header_text(), address)
    said = done.stderr.strip().split("\n")[-1]
    assert f"none could be fetched from {address or 'its address, which is not set'}. Put this notebook back" in said
    assert list(tmp_path.iterdir()) == []


def test_in_a_notebook_the_sentence_stands_alone(tmp_path):
    shell = "from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell()"
    said = run(tmp_path, f"{shell}.run_cell({build.header_text()!r})", "/where/there/is/nothing").stdout
    assert said.startswith("No course is here") and len(said.strip().split("\n")) == 1, said


def test_the_address_stands_in_one_place_and_reaches_header_and_badge(monkeypatch):
    assert 'os.environ.get("WGAN_HANDOUT", "")' in build.header_text(), "unknown as yet"
    monkeypatch.setattr(registry, "REPOSITORY", "somebody/their-lab")
    monkeypatch.setattr(registry, "BRANCH", "students")
    header = build.header_text()
    assert '"https://github.com/somebody/their-lab.git"' in header and '"--branch=students"' in header
    badge = build.badge(registry.sheet("05"), "sheet")
    assert badge.endswith("/github/somebody/their-lab/blob/students/labwork/05_penalty.ipynb)")


@pytest.mark.parametrize("path", [*build.LESSONS.glob("*.ipynb"), *build.SHEETS.glob("*.ipynb")], ids=lambda p: p.stem)
def test_every_lesson_and_sheet_has_a_badge_that_leads_to_itself(path):
    first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    here = path.relative_to(build.ROOT).as_posix()
    assert f"]({registry.launch_links(here)['Colab']})" in first and "[![Open in Colab](" in first
    image = first.split("![Open in Colab](")[1].split(")")[0]
    assert (path.parent / image).is_file()


# What the fetched course does then -------------------------------------------


@pytest.fixture
def session(monkeypatch, tmp_path) -> Path:
    """A session with one answer, and a place where a Drive may be mounted."""
    monkeypatch.setattr(environment, "missing", lambda *_files: [])
    monkeypatch.setattr(course, "DRIVE", tmp_path / "drive")
    monkeypatch.setattr(environment, "DRIVE", tmp_path / "drive")
    monkeypatch.setattr(environment, "BLANKS", tmp_path / "starter")
    monkeypatch.setattr(course, "_opened", {})
    for name in ("WGAN_WORK", "WGAN_LABS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "starter/mine").mkdir(parents=True)
    (tmp_path / "starter/mine/losses.py").write_text("mine = 1\n")
    return tmp_path


def test_answers_go_to_the_drive_with_those_of_the_session_and_over_nothing(session, capsys):
    kept = session / "drive" / course.HOME_FOLDER / "mine"
    (session / "drive").mkdir()
    environment.complete()
    assert f"Your answers are kept on your Drive, in {kept}." in capsys.readouterr().out
    assert course.show_path(kept / "losses.py") == "drive/wgan-lab-work/mine/losses.py"
    assert (kept / "losses.py").read_text() == "mine = 1\n"
    (kept / "losses.py").write_text("newer = 1\n")
    environment.complete()
    assert (kept / "losses.py").read_text() == "newer = 1\n"


def test_a_session_without_a_drive_says_how_to_keep_answers(session, capsys, monkeypatch):
    environment.complete()
    assert "goes when this session ends" not in capsys.readouterr().out
    monkeypatch.setitem(sys.modules, "google.colab", object())
    environment.complete()
    said = capsys.readouterr().out
    assert "goes when this session ends. To keep them, mount your Drive" in said
    assert not (session / "drive").exists()


@pytest.mark.parametrize("status", [0, 1])
def test_only_what_is_missing_is_installed_and_never_jupyterlab(session, capsys, monkeypatch, status):
    asked = []

    def pip(words: list[str], **_how: object) -> subprocess.CompletedProcess:
        asked.append(words[words.index("-q") + 1 :])
        return subprocess.CompletedProcess(words, status, "", "WARNING: x\nERROR: no network\n")

    monkeypatch.setattr(environment, "missing", lambda *_files: ["safetensors>=0.5", "jupyterlab>=4.2"])
    monkeypatch.setattr(environment.subprocess, "run", pip)
    if status:
        with pytest.raises(CourseError, match="and pip could not install that: ERROR: no network"):
            environment.complete()
    else:
        environment.complete()
    assert asked == [["safetensors>=0.5"]]
