"""What the course gives you, complete. The exercises are not here but one folder up.

    registry.py   the one list of sheets and exercises, and the version
    course.py     where the course's files are, its switches, its errors
    machine.py    which device to train on
    environment.py  what is installed, and the programs that run there
    desk/         your answers: filling blanks, history, progress
    checks/       is an answer right and, if not, which mistake is it?
    loop/         Algorithm 1, the run that it leaves, and its listeners
    data/         images, toy distributions, trained networks
    measure/      closed forms, scores, a check-up for runs
    show/         figures, widgets, drawings of the lessons
    study/        experiments of your own, what is handed in, the class board

Nothing in this package imports an exercise before it is used. PUBLIC is what
sheets and lessons take from here, such as `from starter.kit import data, train`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

NAMES = {  # functions and classes, and where they are
    **dict.fromkeys(("borrow", "fills", "history", "reset", "restore"), "desk.fill"),
    **{"check": "desk.verdict", "progress": "desk.progress"},
    **dict.fromkeys(("predict", "predicted"), "desk.guesses"),
    **dict.fromkeys(("diagnose", "open_case"), "desk.clinic"),
    "feedback": "desk.questions",
    **dict.fromkeys(("Blank", "CourseError", "budget", "steps"), "course"),
    **dict.fromkeys(("Run", "go_on", "own_run", "resume", "train"), "loop"),
    **{"Data": "data", "Generator": "data", "Meter": "loop.meter"},
}
MODULES = {  # modules with a short name, and where they are
    **{name: name for name in ("course", "data", "machine", "registry")},
    **{name: f"data.{name}" for name in ("pretrained", "stored", "toys")},
    **{name: f"measure.{name}" for name in ("scores", "theory", "validate")},
    **{name: f"show.{name}" for name in ("figures", "widgets")},
    **{"answers": "desk.answers", "variants": "loop.variants"},
}
PUBLIC = tuple(sorted((*NAMES, *MODULES)))
if TYPE_CHECKING:  # the same names, for editors and for mypy
    from .course import Blank, CourseError, budget, steps
    from .data import Data, Generator, pretrained, stored, toys
    from .desk import answers
    from .desk.clinic import diagnose, open_case
    from .desk.fill import borrow, fills, history, reset, restore
    from .desk.guesses import predict, predicted
    from .desk.progress import progress
    from .desk.questions import feedback
    from .desk.verdict import check
    from .loop import Run, go_on, own_run, resume, train, variants
    from .loop.meter import Meter
    from .measure import scores, theory, validate
    from .show import figures, widgets
__all__ = ["Blank", "borrow", "check", "fills", "history", "predict", "predicted", "progress", "reset", "restore"]


def __getattr__(name: str) -> Any:
    """A public name, loaded when it is asked for: plots and notebooks take seconds to load."""
    if name in MODULES:
        value: Any = import_module(f"{__name__}.{MODULES[name]}")
    elif name in NAMES:
        value = getattr(import_module(f"{__name__}.{NAMES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value
