"""Where the course's files are, whose answers are in use, and what is said when that goes wrong.

Everything is read from the environment once, when `starter` is imported:
WGAN_LABS chooses between the student's answers and the reference, WGAN_WORK
moves the folder with the answers.
"""

import os
import sys
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

from . import registry

ROOT = Path(__file__).resolve().parents[2]
BLANKS = ROOT / "starter"
REFERENCE = ROOT / "solutions"

_opened: dict[str, str | None] = {}


class CourseError(Exception):
    """A mistake in the set-up. In a notebook it shows as its one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class BrokenModule(CourseError, ImportError):
    """A module of answers does not load."""


class Blank(NotImplementedError):
    """Raised by an exercise that is not filled in yet.

    In a notebook it shows as its one sentence, without a traceback.
    """

    def __init__(self, name: str) -> None:
        exercise = registry.exercise(name)
        self.name, self.sheet = name, exercise.sheet
        borrowing = f', or ask for borrow("{name}")' if REFERENCE.is_dir() else ""
        super().__init__(
            f"{name} is still blank. Its cell is in labwork/{registry.sheet(exercise.sheet).stem}.ipynb. "
            f"If you are stuck, open the hints below that cell{borrowing}."
        )

    def _render_traceback_(self) -> list[str]:
        return [f"Blank: {self}"]


def solutions_mode() -> bool:
    """Whether the reference is in use instead of the student's answers."""
    return _setting("WGAN_LABS") == "solutions"


def work_folder() -> Path:
    """The folder with the student's answers; it need not exist yet."""
    chosen = _setting("WGAN_WORK")
    return Path(chosen).expanduser().resolve() if chosen else BLANKS / "mine"


def fast() -> bool:
    """Whether WGAN_FAST asks for short training runs, as CI does."""
    return os.environ.get("WGAN_FAST", "") not in ("", "0")


def steps(full: int, fast_steps: int) -> int:
    """Steps of a loop: `full`, or `fast_steps` when WGAN_FAST is set."""
    return fast_steps if fast() else full


def budget(seconds: float, fast_steps: int = 20) -> dict[str, float]:
    """How long to train, for `train(..., **budget(60))`: seconds, or a few steps when WGAN_FAST is set."""
    return {"steps": fast_steps} if fast() else {"seconds": seconds}


def show_path(path: Path) -> str:
    """The path as seen from the course's folder, where it is inside."""
    try:
        return path.relative_to(ROOT).as_posix()
    except ValueError:
        return path.name


def open_course(package_path: list[str]) -> None:
    """Put the folder with the answers in use first on the package's path."""
    _opened.update(WGAN_LABS=os.environ.get("WGAN_LABS"), WGAN_WORK=os.environ.get("WGAN_WORK"))
    labs = _opened["WGAN_LABS"] or "student"
    if labs not in ("student", "solutions"):
        raise CourseError(f'WGAN_LABS is "{labs}"; it can be "student" (your answers) or "solutions".')
    if labs == "solutions" and not REFERENCE.is_dir():
        raise CourseError("WGAN_LABS=solutions needs the folder solutions, and this copy of the course has none.")
    if _opened["WGAN_WORK"] and labs == "student" and not work_folder().is_dir():
        raise CourseError(f"WGAN_WORK names the folder {_opened['WGAN_WORK']}, which does not exist. Make it first.")
    folder = REFERENCE if labs == "solutions" else work_folder()
    sys.path_hooks.insert(0, _hook(str(folder)))
    sys.path_importer_cache.pop(str(folder), None)
    package_path.insert(0, str(folder))


def _setting(name: str) -> str | None:
    """The setting as it was at import; a later change has no effect, so say so."""
    if os.environ.get(name) != _opened.get(name):
        raise CourseError(f"{name} was changed after the course was loaded. Restart the kernel, then set it first.")
    return _opened.get(name)


class _Loader(SourceFileLoader):
    """Loads a module of answers from its source, and says in one sentence why not.

    Compiled files are not used: one that is as old and as long as a freshly
    written answer would be taken for it.
    """

    def path_stats(self, path: str) -> dict:
        raise OSError("no compiled files")

    def exec_module(self, module: ModuleType) -> None:
        try:
            super().exec_module(module)
        except (CourseError, KeyboardInterrupt):
            raise
        except BaseException as error:
            where = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
            name = module.__name__.split(".")[-1]
            raise BrokenModule(
                f"{show_path(Path(self.path))} does not load ({type(error).__name__}{where}: "
                f"{getattr(error, 'msg', error)}). Mend the file, or delete it: the answers in it are "
                f"also kept in the folder .history beside it. (module {name})"
            ) from None


def _hook(folder: str):
    """A path hook that serves this one folder with the loader above."""

    def hook(path: str) -> FileFinder:
        if path != folder:
            raise ImportError
        return FileFinder(path, (_Loader, [".py"]))

    return hook


def pristine(module: str) -> Path:
    """The file that holds the blanks of a module."""
    return BLANKS / f"{module}.py"
