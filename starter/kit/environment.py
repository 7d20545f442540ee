"""What is installed, and the programs that run there. `make` calls the same as you do without make:

    python -m starter.kit lab        open the course in JupyterLab (further words go to JupyterLab)
    python -m starter.kit check      how far you are
    python -m starter.kit scores     the scores of the networks that come with the course
    python -m starter.kit board      all experiments that lie in a folder in one table (board FOLDER)
    python -m starter.kit test       run all tests (further words go to pytest)
    python -m starter.kit install    only install what is missing ("install tests": what the tests need, too)

A Python that has what the course needs runs these itself. Any other first makes an environment
in the folder .venv, once. Environment variables change that:

    VENV     another folder for the environment
    INDEX    the address of another package index for torch, such as that of its small build for processors
    LOCK     1 takes the exact versions of tests/constraints.txt
    JOBS     how many processes test, "auto" if not set
"""

import importlib
import os
import shutil
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from .course import BLANKS, DRIVE, ROOT, CourseError, work_folder

if TYPE_CHECKING:  # not there before something is installed
    from packaging.requirements import Requirement

NEEDS, TESTS, LOCK = (ROOT / name for name in ("requirements.txt", "tests/requirements.txt", "tests/constraints.txt"))
MARK = ".made-by-make"  # in an environment that may be removed, because it was made for the course
START = "/lab/tree/notebooks/00_start.ipynb"


def main(command: str = "check", *words: str) -> None:
    """Run a command, in this Python or in the environment of the course.

    Raises:
        SystemExit: with its exit status, or with a sentence if it cannot be run.
    """
    try:
        sys.exit(_main(command, words))
    except CourseError as error:
        sys.exit(str(error))


def _main(command: str, words: tuple[str, ...]) -> int:
    programs = {"lab": _lab, "check": _check, "scores": _scores, "board": _board, "test": _test}
    tests = command == "test" or words == ("tests",)
    if command not in (*programs, "install") or (words and command in ("check", "scores")):
        given = " ".join([command, *words])
        raise CourseError(f'"{given}" is no command. There are: lab, check, scores, board, test and install.')
    if tests and not TESTS.is_file():
        raise CourseError("The tests are for instructors: this copy of the course has none.")
    if command == "install":
        install(tests)
    elif still := _missing_for(command):
        python = install(tests)
        if os.path.samefile(python.parent, Path(sys.executable).parent):
            raise CourseError(f"After the installation this is still missing: {', '.join(still)}.")
        return _call([str(python), "-m", "starter.kit", command, *words])
    else:
        return programs[command](*words)
    return 0


def _lab(*words: str) -> int:
    as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # as in many containers
    place = [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url={START}"]
    return _call([sys.executable, "-m", "jupyterlab", *as_root, *place, *words])


def _check() -> int:
    from .desk import terminal

    terminal.main()
    return 0


def _scores() -> int:
    return _call([sys.executable, "-m", "starter.kit.measure.scores"])


def _board(*folder: str) -> int:
    if len(folder) != 1 or not folder[0]:
        raise CourseError("Name the folder with the files that were handed in: python -m starter.kit board FOLDER.")
    return _call([sys.executable, "-m", "starter.kit.study.board", *folder])


def _test(*words: str) -> int:
    switches = {"OMP_NUM_THREADS": "1", "WGAN_LABS": "solutions", "WGAN_FAST": "1", "PYTHONUTF8": "1"}
    spread = ["-n", os.environ.get("JOBS") or "auto", "--dist", "loadfile"]
    notebooks = ["-p", "tests.lessons", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120"]
    return _call([sys.executable, "-m", "pytest", *spread, *notebooks, *words], **switches)


def _missing_for(command: str) -> list[str]:
    """What this Python lacks for a command. Only `lab` and tests need JupyterLab, which some Hubs have elsewhere."""
    lines = missing(NEEDS, TESTS) if command == "test" else missing(NEEDS)
    return [line for line in lines if command in ("lab", "test") or not line.startswith("jupyterlab")]


def missing(*files: Path) -> list[str]:
    """The lines of these requirement files that this Python does not meet."""
    lines = [line for file in files for line in _lines(file)]
    try:
        from packaging.requirements import Requirement
    except ImportError:  # it comes with JupyterLab and with matplotlib, so these are not there
        return lines
    return [line for line in lines if not _is_met(Requirement(line))]


def _lines(file: Path) -> list[str]:
    """What a requirement file asks for; nothing where pip has installed the course, and seen to it."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _is_met(need: "Requirement") -> bool:
    if need.marker and not need.marker.evaluate():
        return True
    try:
        return need.specifier.contains(metadata.version(need.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def install(tests: bool = False) -> Path:
    """Make the environment of the course if there is none, and install what is not yet there.

    Args:
        tests: whether to install what the tests need, too.

    Returns:
        Its Python.

    Raises:
        CourseError: it cannot be made.
        SystemExit: pip has said why it fails.
    """
    folder = ROOT / (os.environ.get("VENV") or ".venv")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    files = [NEEDS, TESTS] if tests else [NEEDS]
    lock = [LOCK] if tests and os.environ.get("LOCK") else []
    stamp = folder / (".tests" if tests else ".student")
    if not python.exists():
        _make(folder)
    elif stamp.exists() and stamp.stat().st_mtime >= max(file.stat().st_mtime for file in [*files, *lock]):
        return python
    print(f"Installing what the {'tests need' if tests else 'course needs'}: some minutes, once.", flush=True)
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    pip += [word for file in lock for word in ("-c", str(file))]
    if index := os.environ.get("INDEX"):  # torch and torchvision have to come from one place
        pair = [line for line in _lines(NEEDS) if line.startswith(("torch>", "torchvision>"))]
        _call_or_exit([*pip, "--index-url", index, *pair])
    _call_or_exit([*pip, *(word for file in files for word in ("-r", str(file)))])
    _call_or_exit([str(python), "-m", "starter.kit.machine"])
    for name in {".student", stamp.name}:
        (folder / name).touch()
    return python


def complete() -> None:
    """For a notebook that has fetched the course: install what this Python lacks, and say where answers are kept.

    Raises:
        CourseError: pip fails.
    """
    if lacking := [line for line in missing(NEEDS) if not line.startswith("jupyterlab")]:
        print(f"Installing {', '.join(lacking)} ...", flush=True)
        words = [sys.executable, "-m", "pip", "install", "-q", *lacking]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            last = done.stderr.strip().split("\n")[-1]
            raise CourseError(f"The course needs {', '.join(lacking)}, and pip could not install that: {last}")
        importlib.invalidate_caches()
    print(_kept())


def _kept() -> str:
    """Where answers are kept. Those of a session in which there was no Drive go to the Drive now, if it has none."""
    answers, in_session = work_folder(), BLANKS / "mine"
    if answers.is_relative_to(DRIVE) and in_session.is_dir() and not answers.exists():
        shutil.copytree(in_session, answers)
    if answers.is_relative_to(DRIVE):
        return f"Your answers are kept on your Drive, in {answers}."
    if "google.colab" in sys.modules:
        return (
            f"Your answers are kept in {answers}, which goes when this session ends. To keep them, mount your Drive "
            "(open the list of files on the left and press the sign of Drive), restart the session and run this again."
        )
    return f"Your answers are kept in {answers}."


def _make(folder: Path) -> None:
    """Make an environment in a new or empty folder, or finish one that was interrupted."""
    if os.path.lexists(folder) and not (folder / MARK).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder} holds other things than an environment. Name a new folder: VENV=...")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).touch()
        venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        raise CourseError(
            f"No environment could be made in {folder} ({error}). On Debian and Ubuntu this needs the package "
            "python3-venv. To take another folder, name it: VENV=..."
        ) from None


def _call(words: list[str], **switches: str) -> int:
    """Run a program in the course's folder and wait for it, also when it is told to stop."""
    with subprocess.Popen(words, cwd=ROOT, env={**os.environ, **switches}) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the program was told, too, and may have something to ask or to say
                continue


def _call_or_exit(words: list[str]) -> None:
    if status := _call(words):
        sys.exit(status)
