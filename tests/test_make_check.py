"""`make check`, in a terminal: whatever the answers do, there is a table, and nothing is written."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from starter.kit import registry
from tests.test_answers import GOOD, OLD
from tests.test_blanks import python

LOSSES = "from starter.kit.desk import terminal; terminal.LIMIT, terminal.PATIENCE = 2.0, 0.5; terminal.main()"


def check(folder: Path, code: str = LOSSES) -> subprocess.CompletedProcess:
    return python(code, WGAN_LABS="student", WGAN_WORK=str(folder))


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "losses.py").write_text(GOOD)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_shows_where_one_stands_and_writes_nothing(tmp_path):
    shutil.copytree(OLD, tmp_path / "mine")
    before = files(tmp_path)
    done = check(tmp_path / "mine", "import runpy; runpy.run_module('starter.kit', run_name='__main__')")
    assert done.returncode == 0 and files(tmp_path) == before, done.stderr
    assert re.search(r"\[x\] losses.critic_loss +done", done.stdout)
    assert re.search(r"\[=\] clipping.clip_weights +borrowed", done.stdout)
    assert f"4 of {len(registry.EXERCISES)} exercises done" in done.stdout
    assert f"WGAN Lab {registry.VERSION}" in done.stdout and done.stdout.count("[") >= len(registry.EXERCISES)


def test_an_endless_answer_is_named_and_stopped_and_the_rest_goes_on(mine):
    (mine / "critic.py").write_text("def optimal_discriminator(p, q):\n    while True:\n        pass\n")
    (mine / "generator.py").write_text("def to_image(x):\n    return (x + 1) / 2\n")
    start = time.perf_counter()
    done = check(mine)
    assert done.returncode == 0 and time.perf_counter() - start < 60
    assert "Checking critic.optimal_discriminator ..." in done.stderr
    assert re.search(r"critic.optimal_discriminator +not yet right \(endless\)\n +It was still running", done.stdout)
    assert re.search(r"\[x\] losses.critic_loss", done.stdout) and re.search(r"\[x\] generator.to_image", done.stdout)


def test_an_endless_file_is_stopped_too(mine):
    (mine / "latent.py").write_text("while True:\n    pass\ndef lerp(a, b, t):\n    return a\n")
    done = check(mine)
    assert done.returncode == 0 and "(endless)" in done.stdout and re.search(r"\[x\] losses.critic_loss", done.stdout)


@pytest.mark.parametrize(
    "end",
    ["import os; os._exit(0)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "import sys; sys.exit(0)"],
)
@pytest.mark.parametrize("where", ["in the answer", "in the file"])
def test_an_answer_that_ends_the_process_is_named_and_the_table_is_whole(mine, end, where):
    body = {
        "in the answer": f"def lerp(a, b, t):\n    {end}\n",
        "in the file": f"{end}\ndef lerp(a, b, t):\n    return a\n",
    }
    (mine / "latent.py").write_text(body[where])
    done = check(mine)
    assert done.returncode == 0 and re.search(r"\[!\] latent.lerp", done.stdout)
    assert re.search(r"\[x\] losses.critic_loss", done.stdout)
    assert len(re.findall(r"^  \[", done.stdout, re.M)) == len(registry.EXERCISES)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("course/starter/mine", "Did you mean"),
        ("mine", "Did you mean"),
        ("somebody/answers", ""),
    ],
)
def test_a_folder_without_answers_is_refused_with_a_hint(tmp_path, made, words):
    folder = tmp_path / made
    folder.mkdir(parents=True)
    (folder / "losses.py").write_text(GOOD)
    for named in (folder.parent, folder.parent.parent / "nothing"):
        done = check(named)
        assert done.returncode and str(named) in done.stderr and not done.stdout
    assert f"Did you mean {folder}?" in check(folder.parent).stderr
    if words:
        assert words in check(tmp_path / made.split("/")[0] if "/" in made else tmp_path).stderr


def test_a_file_as_folder_is_refused(tmp_path):
    (tmp_path / "mine").write_text("")
    done = check(tmp_path / "mine")
    assert done.returncode and "is a file" in done.stderr.splitlines()[-1]


def test_a_beginner_sees_all_blanks(tmp_path):
    """In a fresh copy, without WGAN_WORK."""
    course = tmp_path / "course"
    root = Path(__file__).resolve().parents[1]
    shutil.copytree(root / "starter", course / "starter", ignore=shutil.ignore_patterns("__pycache__", "mine"))
    env = {key: value for key, value in os.environ.items() if not key.startswith("WGAN_")}
    done = subprocess.run([sys.executable, "-m", "starter.kit"], cwd=course, env=env, capture_output=True, text=True)
    assert done.returncode == 0 and f"0 of {len(registry.EXERCISES)} exercises done" in done.stdout
    assert done.stdout.count("[ ]") == len(registry.EXERCISES) and not (course / "starter" / "mine").exists()


def test_no_process_is_left_behind(mine):
    mark = f"mark-{os.getpid()}-{time.time_ns()}"
    (mine / "latent.py").write_text(f"def lerp(a, b, t):\n    while True:\n        x = '{mark}'\n")
    done = check(mine, f"mark = '{mark}'; " + LOSSES)
    assert "(endless)" in done.stdout
    running = [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark.encode() in _read(path)]
    assert not running


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_terminal_that_knows_few_letters_shows_the_table(mine):
    (mine / "latent.py").write_text('def lerp(a, b, t):\n    raise ValueError("λ ≠ 1")\n')
    done = subprocess.run(
        [sys.executable, "-c", LOSSES],
        capture_output=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "WGAN_LABS": "student", "WGAN_WORK": str(mine), "PYTHONIOENCODING": "cp1252"},
    )
    assert done.returncode == 0 and b"latent.lerp" in done.stdout and b"Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(mine):
    command = f"{sys.executable} -c '{LOSSES}' | head -n 1"
    env = {**os.environ, "WGAN_LABS": "student", "WGAN_WORK": str(mine)}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=Path(__file__).parents[1], env=env
    )
    assert "Traceback" not in done.stderr and "00 Start here" in done.stdout


def test_an_answer_that_presses_stop_is_an_error_like_others(mine):
    (mine / "latent.py").write_text("def lerp(a, b, t):\n    raise KeyboardInterrupt\n")
    done = check(mine)
    assert re.search(r"\[!\] latent.lerp +not yet right", done.stdout) and "Traceback" not in done.stderr
