"""make does what its help says with any names, and removes nothing but what it made."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAME = "my 'course\" (ü), $x; #1"
# What a make around these tests would hand down, and what its user may have set.
OTHERS = (
    "MAKEFLAGS",
    "MFLAGS",
    "MAKELEVEL",
    "PYTHON",
    "VENV",
    "TO",
    "RELEASE",
    "ARGS",
    "ONLY",
    "LOCK",
    "QUICK",
    "INDEX",
)


def make(course: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    env = {key: value for key, value in os.environ.items() if key not in OTHERS} | variables
    return subprocess.run(["make", *arguments], cwd=course, env=env, capture_output=True, text=True)


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def put(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def script(path: Path, text: str) -> Path:
    put(path, f"#!/bin/sh\n{text}").chmod(0o755)
    return path


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Of the course, the files that make itself looks at, in a folder with an unusual name."""
    folder = tmp_path / NAME
    for name in ("requirements.txt", "tests/requirements.txt", "tests/constraints.txt", "starter/mine/README.md"):
        put(folder / name)
    for name in ("starter/kit/registry.py", "solutions/build.py", "solutions/experiments/03_x.py"):
        put(folder / name)
    shutil.copy2(ROOT / "Makefile", folder)
    return folder


@pytest.fixture
def installed(course: Path) -> Path:
    """The same with an environment of the user's own whose python writes down what it is asked for."""
    script(course / ".venv/bin/python", 'for word in "$@"; do printf "%s\\n" "$word" >> asked; done\n')
    for stamp in (".student", ".tests"):
        put(course / ".venv" / stamp)
    return course


def fake_python(path: Path, version_is_fine: bool = True) -> Path:
    """A Python that can do nothing but install the course, in the environment that VENV names."""
    inside = '#!/bin/sh\\necho "$@" >> asked\\n'
    making = f'mkdir -p "$VENV/bin"; printf \'{inside}\' > "$VENV/bin/python"; chmod +x "$VENV/bin/python"'
    words = '"$2 $3" = "starter.kit install"'
    return script(
        path,
        f'[ "$1" = -c ] && exit {0 if version_is_fine else 1}\n[ {words} ] || exit 9\n{making}\n'
        'touch "$VENV/.made-by-make"\n',
    )


# clean -----------------------------------------------------------------------


def test_clean_removes_caches_and_nothing_else(course):
    kept = [
        "labwork/02_critic.ipynb",
        "labwork copy/02_critic.ipynb",
        "labwork copy/.ipynb_checkpoints/02_critic-checkpoint.ipynb",
        "labwork copy/__pycache__/mine.pyc",
        "labwork/.ipynb_checkpoints/02_critic-checkpoint.ipynb",
        "runs/night.pt",
        "handout/.handout.json",
        "handout/starter/__pycache__/losses.pyc",
        "handout.zip",
        "starter/mine/losses.py",
        "starter/mine/.history/losses.py",
        "starter/mine/__pycache__/losses.pyc",
        "starter/mine/week 1/__pycache__/losses.pyc",
        "starter/mine/week/notes.txt",
        "starter/mine copy/__pycache__/losses.pyc",
        "__pycache__/of somebody.pyc",
    ]
    caches = [
        *("starter/__pycache__", "starter/kit/__pycache__", "starter/kit/checks/__pycache__", "solutions/__pycache__"),
        *("tests/__pycache__", "tests/mistakes/__pycache__", ".ruff_cache", ".mypy_cache", ".hypothesis"),
    ]
    for name in kept:
        put(course / name)
    before = tree(course)
    for name in caches:
        put(course / name / "some.pyc")
    (course / "tests" / "bench" / "__pycache__" / "deep").mkdir(parents=True)
    done = make(course, "clean")
    assert done.returncode == 0, done.stderr
    assert tree(course) - {"tests/bench", "tests/mistakes", "starter/kit/checks"} == before


def test_clean_twice_and_without_solutions_and_tests_is_no_error(course):
    for name in ("solutions", "tests"):
        shutil.rmtree(course / name)
    put(course / "starter/__pycache__/losses.pyc")
    for _ in range(2):
        done = make(course, "clean")
        assert done.returncode == 0 and not done.stderr
    assert tree(course) >= {"starter/mine/README.md", "starter/kit/registry.py"}
    assert not (course / "starter/__pycache__").exists()


@pytest.mark.parametrize("link", ["tests", "starter/kit/more", "starter/__pycache__", ".ruff_cache", ".hypothesis"])
def test_clean_follows_no_link(course, tmp_path, link):
    put(tmp_path / "elsewhere/__pycache__/some.pyc")
    if link == "tests":
        shutil.move(course / "tests", tmp_path / "tests of old")
    (course / link).symlink_to(tmp_path / "elsewhere")
    assert make(course, "clean").returncode == 0
    assert (tmp_path / "elsewhere/__pycache__/some.pyc").exists() and (course / link).is_symlink()


def test_clean_keeps_an_environment_that_make_did_not_make_and_says_so(installed):
    done = make(installed, "clean")
    assert (installed / ".venv/bin/python").exists()
    assert done.returncode == 0 and ".venv stays" in done.stdout


@pytest.mark.parametrize("venv", [".venv", ".venv/"])
def test_clean_keeps_an_environment_behind_a_link(course, tmp_path, venv):
    put(tmp_path / "big disk/.made-by-make")
    (course / ".venv").symlink_to(tmp_path / "big disk")
    assert ".venv stays" in make(course, "clean", f"VENV={venv}").stdout
    assert (tmp_path / "big disk/.made-by-make").exists()


@pytest.mark.parametrize("venv", [".venv", "other/", "../ümwelt"])
def test_an_environment_that_make_made_goes_with_clean(course, tmp_path, venv):
    python = fake_python(tmp_path / "my 'own' \"py/python $3")
    done = make(course, "check", f"VENV={venv}", PYTHON=str(python))
    assert done.returncode == 0, done.stderr
    assert (course / venv / "bin/python").exists() and (course / venv / ".made-by-make").exists()
    assert "-m starter.kit check" in (course / "asked").read_text().splitlines()
    assert make(course, "clean", f"VENV={venv}").returncode == 0
    assert not (course / venv).exists()


# The environment -------------------------------------------------------------


@pytest.mark.parametrize(
    "venv", ["my env", "", " ", "/", "//", ".", "./", "a/../.", "it's", 'a"b', "a;b", "$HOME", "a:b"]
)
@pytest.mark.parametrize("target", ["check", "clean", "handout"])
def test_an_environment_without_a_fit_name_is_refused_at_once(installed, venv, target):
    put(installed / "starter/__pycache__/losses.pyc")
    before = tree(installed)
    done = make(installed, target, f"VENV={venv}")
    assert done.returncode and f'VENV="{venv.strip()}" cannot be the environment' in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and not done.stdout
    assert tree(installed) == before


@pytest.mark.parametrize("python", ["old", "not there"])
def test_a_python_that_will_not_do_is_named_before_anything_is_made(course, tmp_path, python):
    fake_python(tmp_path / "old", version_is_fine=False)
    before = tree(course)
    done = make(course, "check", PYTHON=str(tmp_path / python))
    assert done.returncode and "The course needs Python 3.11 or newer" in done.stderr
    assert tree(course) == before


# Every target ----------------------------------------------------------------


def asked(course: Path) -> list[str]:
    """The words that python was asked with, and an end to them."""
    words = (course / "asked").read_text().splitlines()
    (course / "asked").unlink()
    return words


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("lab", ["-m", "starter.kit", "lab"]),
        ("check", ["-m", "starter.kit", "check"]),
        ("scores", ["-m", "starter.kit", "scores"]),
        ("test", ["-m", "starter.kit", "test"]),
        ("check-matrix", ["-m", "tests.mistakes"]),
        ("build", ["solutions/build.py", "build"]),
        ("execute", ["solutions/build.py", "execute"]),
        ("figures", ["solutions/experiments/03_x.py"]),
        ("pretrained", ["solutions/making/pretrain.py", "classifier"]),
        ("bench", ["-m", "tests.bench"]),
        ("handout", ["solutions/build.py", "handout", "--release=", "--", "handout"]),
    ],
)
def test_every_target_works_in_a_folder_of_any_name(installed, target, words):
    done = make(installed, target)
    assert done.returncode == 0, done.stderr
    assert asked(installed)[: len(words)] == words


@pytest.mark.parametrize(
    "text", ["../my class", 'it\'s "b"', "; touch bad", "$HOME", "$(shell touch bad)", "`touch bad`", ""]
)
@pytest.mark.parametrize("typed", [True, False])
def test_to_and_release_arrive_as_they_were_typed(installed, text, typed):
    given = {"TO": text, "RELEASE": f"{text}3"}
    arguments, variables = ([f"{key}={value}" for key, value in given.items()], {}) if typed else ([], given)
    done = make(installed, "handout", *arguments, **variables)
    assert done.returncode == 0, done.stderr
    assert asked(installed) == ["solutions/build.py", "handout", f"--release={text}3", "--", text]
    assert not (installed / "bad").exists()


def test_a_newer_lock_and_an_index_reach_the_installation(installed, tmp_path):
    python = script(tmp_path / "python", 'echo "$@" "$LOCK" "$INDEX" "$VENV" >> installed\n')
    os.utime(installed / ".venv/.tests", (0, 0))
    address = "https://example.org/a b/?x=1&y=$z"
    assert make(installed, "test", "LOCK=1", INDEX=address, PYTHON=str(python)).returncode == 0
    last = (installed / "installed").read_text().splitlines()[-1]
    assert last == f"-m starter.kit install tests 1 {address} .venv"


def test_students_are_told_which_targets_are_not_for_them(installed):
    shutil.rmtree(installed / "tests")
    for target in ("test", "handout", "build"):
        done = make(installed, target)
        assert done.returncode and "for instructors" in done.stdout
    assert make(installed, "check").returncode == 0


def test_make_alone_lists_every_target(course):
    listed = re.findall(r"^make (\S+)", make(course).stdout, re.M)
    phony = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.M)[1].split()
    assert sorted(listed) == sorted(set(phony) - {"help"})
