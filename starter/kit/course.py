"""Where the course's files are, whose answers are in use, and what is said when that goes wrong.

Everything is read from the environment once, when `starter` is imported:
WGAN_LABS chooses between the student's answers and the reference, WGAN_WORK
moves the folder with the answers.
"""

import json
import os
import re
import textwrap
from pathlib import Path

from . import registry

ROOT = Path(__file__).resolve().parents[2]
BLANKS = ROOT / "starter"
REFERENCE = ROOT / "solutions"
HOME_FOLDER = "wgan-lab-work"  # in the user's home, where the course's own folder is not theirs to write in
DRIVE = Path("/content/drive/MyDrive")  # in Colab, once you have mounted it; all else there goes with the session
MARK = ".handout.json"  # what a hand-out says of itself; a copy of its head lies beside the answers

_opened: dict[str, str | None] = {}


class CourseError(Exception):
    """A mistake in the set-up. In a notebook it shows as its one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class Stopped(KeyboardInterrupt):
    """You pressed the stop button while an answer was running. In a notebook it shows as its one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [f"Stopped: {self}"]


class BrokenModule(CourseError, ImportError):
    """A file of answers cannot be used."""


class Blank(NotImplementedError):
    """Raised by an exercise that is not filled in yet.

    In a notebook it shows as its one sentence, without a traceback.
    """

    def __init__(self, name: str) -> None:
        exercise = registry.exercise(name)
        self.name, self.sheet = name, exercise.sheet
        path = {"lab": "It is optional", "homework": "It is homework"}.get(exercise.path)
        optional = f"{path}: you may go on with the next section. " if path else ""
        borrowing = f', or ask for borrow("{name}")' if can_be_borrowed(exercise) else ""
        super().__init__(
            f"{name} is still blank. Its cell is in labwork/{registry.sheet(exercise.sheet).stem}.ipynb. {optional}"
            f"If you are stuck, open the hints below that cell{borrowing}."
        )

    def _render_traceback_(self) -> list[str]:
        return [f"Blank: {self}"]


def solutions_mode() -> bool:
    """Whether the reference is in use instead of the student's answers."""
    return _setting("WGAN_LABS") == "solutions"


def can_be_borrowed(exercise: registry.Exercise) -> bool:
    """Whether this copy of the course has the answer: the reference is there, and it is no blank."""
    try:
        text = (REFERENCE / f"{exercise.module}.py").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    there = re.search(rf"^(?:def|class) {exercise.definition}\b", text, re.MULTILINE)
    return bool(there) and f'raise Blank("{exercise.name}")' not in text


def work_folder() -> Path:
    """The folder with the student's answers; it need not exist yet. A relative WGAN_WORK starts at the course's."""
    chosen = _setting("WGAN_WORK")
    if chosen:
        return (ROOT / Path(chosen).expanduser()).resolve()
    return BLANKS / "mine" if own_folder() == ROOT else own_folder() / "mine"


def own_folder() -> Path:
    """Where what you make is kept: the course's folder, or one in your home if that is not yours to write in.

    In Colab it is one on your Drive, if that is mounted.
    """
    return Path(_opened.get("own folder") or _find_own_folder())


def _find_own_folder() -> Path:
    if DRIVE.is_dir() and not ROOT.is_relative_to(DRIVE):
        return DRIVE / HOME_FOLDER
    mine = BLANKS / "mine"
    installed = ROOT.parent.name in ("site-packages", "dist-packages")
    if not installed and (os.access(mine if mine.is_dir() else BLANKS, os.W_OK) or _holds_answers_of_yours(mine)):
        return ROOT
    try:
        return Path.home() / HOME_FOLDER
    except RuntimeError:
        raise CourseError(
            f"{ROOT} cannot be written, and there is no home folder for your answers. Set WGAN_WORK to a folder."
        ) from None


def _holds_answers_of_yours(mine: Path) -> bool:
    """Whether a folder that cannot be written has answers all the same, and they are this user's."""
    files = [mine / f"{module}.py" for module in registry.MODULES]
    return any(file.is_file() and file.stat().st_uid == getattr(os, "getuid", lambda: 0)() for file in files)


def handed_out() -> dict[str, str]:
    """What this copy of the course is: its version, and where it is a hand-out, date, release and group.

    A mark that cannot be read says nothing.
    """
    try:
        mark = json.loads((ROOT / MARK).read_text(encoding="utf-8"))
        found = {key: str(mark[key]) for key in ("date", "release", "group") if mark.get(key)}
    except (OSError, ValueError, AttributeError, TypeError):
        found = {}
    return {"course": "WGAN Lab", "version": registry.VERSION, **found}


def fast() -> bool:
    """Whether WGAN_FAST asks for short training runs, as CI does."""
    return os.environ.get("WGAN_FAST", "") not in ("", "0")


def steps(full: int, fast_steps: int) -> int:
    """Steps of a loop: `full`, or `fast_steps` when WGAN_FAST is set."""
    return fast_steps if fast() else full


def budget(seconds: float) -> dict[str, float]:
    """How long to train, for `train(..., **budget(60))`: seconds, or a few steps when WGAN_FAST is set."""
    return {"steps": 8} if fast() else {"seconds": seconds}


def show_path(path: Path) -> str:
    """The path as seen from the course's folder or from your folder in your home, where it is in one of them."""
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    if own_folder() != ROOT and path.is_relative_to(own_folder()):
        place = DRIVE.name if own_folder().is_relative_to(DRIVE) else "~"
        return f"{place}/{path.relative_to(own_folder().parent).as_posix()}"
    return path.name


def wrapped(text: str, width: int = 96) -> str:
    """The text in lines that a notebook shows whole, since it cuts longer ones within a word.

    Args:
        text: lines that are short enough stay as they are; one that begins with "- " hangs.
        width: in characters.
    """
    lines = (line if len(line) <= width else _short_lines(line, width) for line in text.split("\n"))
    return "\n".join(lines)


def _short_lines(line: str, width: int) -> str:
    """One long line as several."""
    return textwrap.fill(line, width, subsequent_indent="  " if line.startswith("- ") else "", break_long_words=False)


def read_switches() -> None:
    """Read WGAN_LABS and WGAN_WORK, once.

    Raises:
        CourseError: one of them has a value that it cannot have.
    """
    _opened.update(WGAN_LABS=os.environ.get("WGAN_LABS"), WGAN_WORK=os.environ.get("WGAN_WORK"))
    _opened["own folder"] = str(_find_own_folder())
    labs = _opened["WGAN_LABS"] or "student"
    if labs not in ("student", "solutions"):
        raise CourseError(f'WGAN_LABS is "{labs}"; it can be "student" (your answers) or "solutions".')
    if labs == "solutions" and not REFERENCE.is_dir():
        raise CourseError("WGAN_LABS=solutions needs the folder solutions, and this copy of the course has none.")
    if labs == "student":
        _check_work_folder(_opened["WGAN_WORK"])


def _check_work_folder(chosen: str | None) -> None:
    """Raise a CourseError if WGAN_WORK cannot be a folder of answers."""
    if chosen is not None and not chosen.strip():
        raise CourseError("WGAN_WORK is empty; name a folder for your answers, or leave it unset.")
    try:
        folder = work_folder()
    except RuntimeError:  # ~ of a user that there is not
        raise CourseError(f"WGAN_WORK is {chosen}, which leads to no folder.") from None
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{chosen or show_path(folder)} is a file; answers need a folder (WGAN_WORK).")
    parts_of_a_course = ("kit/registry.py", "registry.py", "build.py", "labwork", "source")
    if chosen and any((folder / part).exists() for part in parts_of_a_course):
        mine = next((path for path in (folder / "mine", folder / "starter" / "mine") if path.is_dir()), None)
        hint = f" Did you mean {mine}?" if mine else ""
        raise CourseError(f"WGAN_WORK names the folder {folder}, which holds the course itself and no answers.{hint}")


def only_looking(yes: bool | None = None) -> bool:
    """Whether answers are only looked at in this process, and nothing is written; `yes` sets it."""
    if yes is not None:
        _opened["only looking"] = "yes" if yes else None
    return bool(_opened.get("only looking"))


def _setting(name: str) -> str | None:
    """The setting as it was at import; a later change has no effect, so say so."""
    if os.environ.get(name) != _opened.get(name):
        raise CourseError(f"{name} was changed after the course was loaded. Restart the kernel, then set it first.")
    return _opened.get(name)


def pristine(module: str) -> Path:
    """The file that holds the blanks of a module."""
    return BLANKS / f"{module}.py"
