"""The commands that need no make: what they install, where, and what they start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from starter.kit import environment

ROOT = Path(__file__).resolve().parents[1]
NEEDS = "# a comment\ntorch>=2.11\ntorchvision>=0.26\ntorchmetrics>=1.4\nnumpy>=2.0\n"


class Calls(list):
    """Programs that were to be started, as one line each; `status` is what each one returns."""

    status = 0

    def __call__(self, words: list[str], **switches: str) -> int:
        self.append(" ".join([*words, *(f"{name}={value}" for name, value in switches.items())]))
        return self.status


@pytest.fixture
def calls(monkeypatch, tmp_path) -> Calls:
    """A course with nothing in it but lists of packages, where nothing is started and each environment is empty."""
    (tmp_path / "requirements.txt").write_text(NEEDS)
    (tmp_path / "tests.txt").write_text("pytest>=8\n")
    (tmp_path / "lock.txt").write_text("pytest==9\n")
    for name in ("VENV", "INDEX", "LOCK", "JOBS"):
        monkeypatch.delenv(name, raising=False)
    for name, file in (("NEEDS", "requirements.txt"), ("TESTS", "tests.txt"), ("LOCK", "lock.txt"), ("ROOT", "")):
        monkeypatch.setattr(environment, name, tmp_path / file)
    monkeypatch.setattr(environment.venv, "create", lambda folder, **_how: _empty(folder))
    monkeypatch.setattr(environment, "_call", started := Calls())
    return started


def _empty(folder: Path) -> None:
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.parent.mkdir(exist_ok=True)
    python.touch()


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


# What is missing -------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "met"),
    [
        ("torch>=2", True),
        ("torch>=99", False),
        ("no-such-package-as-this>=1", False),
        ("no-such-package-as-this>=1; python_version < '3'", True),
        ("torch>=99; python_version >= '3.11'", False),
        ("pytest", True),
        ("PyTest>=8,<8", False),
    ],
)
def test_what_is_missing_is_told_by_name_version_and_marker(tmp_path, line, met):
    (tmp_path / "needs.txt").write_text(f"# needs\n\n  {line}  \n")
    assert environment.missing(tmp_path / "needs.txt") == ([] if met else [line])


def test_a_bare_python_lacks_everything_that_stands_in_the_file(tmp_path):
    code = "from starter.kit import environment as e; print(len(e.missing(e.NEEDS)), len(e._lines(e.NEEDS)))"
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True)
    lacking, lines = map(int, done.stdout.split())
    assert lacking == lines > 5, done.stderr


def test_this_python_has_what_the_course_and_its_tests_need():
    assert environment.missing(environment.NEEDS, environment.TESTS) == []


# Installing ------------------------------------------------------------------


def test_an_environment_is_made_once_and_again_when_the_list_changes(calls, tmp_path):
    python = environment.install()
    assert python == tmp_path / ".venv/bin/python" or os.name == "nt"
    first, *others = calls
    assert first.endswith(f"-r {tmp_path / 'requirements.txt'}") and first.startswith(f"{python} -m pip install")
    assert others == [f"{python} -m starter.kit.machine"]
    assert (tmp_path / ".venv/.made-by-make").is_file()
    environment.install()
    assert len(calls) == 2
    os.utime(tmp_path / ".venv/.student", (0, 0))
    environment.install()
    assert len(calls) == 4


def test_tests_bring_what_students_need_and_the_lock_its_versions(calls, tmp_path, monkeypatch):
    monkeypatch.setenv("VENV", "other")
    monkeypatch.setenv("LOCK", "1")
    environment.install(tests=True)
    assert f"-c {tmp_path / 'lock.txt'}" in calls[0] and f"-r {tmp_path / 'tests.txt'}" in calls[0]
    assert {".student", ".tests"} <= tree(tmp_path / "other") and not (tmp_path / ".venv").exists()
    environment.install()
    assert len(calls) == 2


def test_another_index_gives_torch_and_torchvision_together_and_nothing_else(calls, monkeypatch):
    monkeypatch.setenv("INDEX", "https://example.org/cpu")
    environment.install()
    assert calls[0].endswith("--index-url https://example.org/cpu torch>=2.11 torchvision>=0.26")
    assert "--index-url" not in calls[1]


def test_what_pip_could_not_install_is_tried_again_the_next_time(calls, tmp_path):
    calls.status = 3
    with pytest.raises(SystemExit) as end:
        environment.install()
    assert end.value.code == 3 and not (tmp_path / ".venv/.student").exists()
    calls.status = 0
    environment.install()
    assert len(calls) == 3


@pytest.mark.parametrize("name", ["full", "a-file"])
def test_no_environment_is_made_among_other_things(calls, tmp_path, monkeypatch, name):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").touch()
    (tmp_path / "a-file").touch()
    before = tree(tmp_path)
    monkeypatch.setenv("VENV", name)
    with pytest.raises(SystemExit, match=f"{name} holds other things than an environment"):
        environment.main("install")
    assert tree(tmp_path) == before and not calls


def test_an_environment_that_was_interrupted_is_finished(calls, tmp_path, monkeypatch):
    def interrupted(folder: Path, **_how: object) -> None:
        (folder / "lib").mkdir()
        raise subprocess.CalledProcessError(1, "ensurepip")

    with monkeypatch.context() as change:
        change.setattr(environment.venv, "create", interrupted)
        with pytest.raises(SystemExit, match="No environment could be made"):
            environment.main("install")
    assert run("install") == 0
    assert (tmp_path / ".venv/.student").exists()


# Commands --------------------------------------------------------------------


def run(*words: str) -> object:
    with pytest.raises(SystemExit) as end:
        environment.main(*words)
    return end.value.code


@pytest.mark.parametrize("words", [("lab", "--no-browser"), ("check",), ("test", "tests/test_make.py"), ("scores",)])
def test_what_is_missing_is_installed_and_the_command_goes_on_there(calls, tmp_path, words):
    (tmp_path / "requirements.txt").write_text("no-such-package-as-this\n")
    assert run(*words) == 0
    assert calls[-1].endswith(f"-m starter.kit {' '.join(words)}") and str(tmp_path / ".venv") in calls[-1]
    assert any("pip install" in call for call in calls)


def test_an_installation_that_changes_nothing_is_no_circle(calls, tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text("no-such-package-as-this\n")
    python = environment.install()
    monkeypatch.setattr(sys, "executable", str(python))
    assert "this is still missing: no-such-package-as-this" in str(run("check"))


def test_the_server_starts_at_the_root_of_the_course_with_further_words(calls, tmp_path):
    (tmp_path / "requirements.txt").write_text("torch>=2\n")
    assert run("lab", "--port=1234") == 0
    (call,) = calls
    assert call.startswith(f"{sys.executable} -m jupyterlab ") and call.endswith(" --port=1234")
    assert f"--ServerApp.root_dir={tmp_path}" in call and "/lab/tree/notebooks/00_start.ipynb" in call
    assert ("--allow-root" in call) == (getattr(os, "geteuid", lambda: 1)() == 0)


def test_tests_run_with_the_switches_of_ci(calls, tmp_path):
    (tmp_path / "requirements.txt").write_text("torch>=2\n")
    calls.status = 5
    assert run("test", "tests/test_make.py") == 5
    assert (
        " -m pytest -n auto --dist loadfile -p tests.lessons --nbval-lax" in calls[0]
        and "tests/test_make.py" in calls[0]
    )
    assert "WGAN_LABS=solutions" in calls[0] and "OMP_NUM_THREADS=1" in calls[0]


def test_only_lab_needs_jupyterlab(calls, tmp_path):
    (tmp_path / "requirements.txt").write_text("jupyterlab>=999\n")
    assert run("scores") == 0 and len(calls) == 1
    assert run("lab") == 0 and any("pip install" in call for call in calls)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("labs",), '"labs" is no command. There are: lab, check, scores, board, test and install.'),
        (("check", "losses"), '"check losses" is no command'),
        (("--help",), "There are: lab, check"),
    ],
)
def test_an_unknown_command_is_named(calls, words, said):
    assert said in str(run(*words)) and not calls


def test_a_copy_without_tests_says_so(calls, tmp_path):
    (tmp_path / "tests.txt").unlink()
    assert "this copy of the course has none" in str(run("test")) and not calls
    assert "this copy of the course has none" in str(run("install", "tests"))


def test_an_old_python_gets_a_sentence():
    code = "import sys; sys.version_info = (3, 9, 1); import starter"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode and done.stderr == "The course needs Python 3.11 or newer, and this is Python 3.9.\n"
