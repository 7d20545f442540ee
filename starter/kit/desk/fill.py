"""Blanks, and how a sheet's cell fills them.

    @fills("losses.critic_loss")
    def critic_loss(real_scores, fake_scores):
        ...

Running such a cell checks the definition, prints a report, saves its text into
`starter/mine/losses.py`, and makes it what `losses.critic_loss` means from then
on, in this kernel and in the next.
"""

import ast
import dataclasses
import linecache
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from .. import course, registry
from ..course import Blank, BrokenModule, CourseError, Stopped
from ..registry import Exercise
from . import answers, modules, names
from . import history as versions
from .history import History, Version

seen_in_this_cell: list[str] = []  # exercises that fills was asked for; cells.py looks at it
not_taken: dict[str, tuple[str, str]] = {}  # mistake and sentences of definitions that were not taken; see graded.py


class fills:
    """Decorate the definition that answers an exercise.

    It gives back what the course uses from then on.

    Args:
        name: the exercise, such as "losses.critic_loss".

    Raises:
        CourseError: there is no such exercise, or the cell's text cannot be read.
        Blank: the cell is still blank, and there is no earlier answer.
    """

    def __init__(self, name: str = "") -> None:
        self._used = True  # nothing to say if there is no such exercise
        self._exercise = _exercise(name)
        self._caller = sys._getframe(1)
        self._line = self._caller.f_lineno
        self._used = False
        seen_in_this_cell.append(name)

    def __call__(self, definition: Any) -> Any:
        self._used = True
        file_name, notebook = self._caller.f_code.co_filename, self._caller.f_globals
        del self._caller
        try:
            return _fill(self._exercise, definition, file_name, notebook)
        except Stopped:
            raise
        except KeyboardInterrupt:
            raise Stopped(f"{self._exercise.name} was not saved, because you pressed stop before that.") from None

    def __del__(self) -> None:
        if not self._used and _stands_alone(self._caller.f_code.co_filename, self._line):
            name = self._exercise.name
            print(
                f'fills("{name}") decorates nothing here, so nothing was checked or saved. Write it with @ in front, '
                f'as @fills("{name}"), directly above the definition.'
            )


def _stands_alone(file_name: str, line: int) -> bool:
    """Whether fills is called in a statement of its own there, without its @."""
    try:
        tree = ast.parse("".join(linecache.getlines(file_name)))
    except SyntaxError:
        return False
    calls = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    return any(call.lineno == line and ast.unparse(call.func).split(".")[-1] == "fills" for call in calls)


def reset(name: str) -> None:
    """Put the blank back. Your answer is kept: see history.

    Args:
        name: the exercise, such as "losses.critic_loss".
    """
    exercise = _exercise(name)
    _only_for_students("reset")
    module = modules.module_of(exercise)
    _keep_what_is_there(exercise, vars(module).get(exercise.definition))
    if versions.current(exercise) and versions.only_here(exercise):
        raise CourseError(
            f"Nothing was changed: {_shown(versions.folder())} cannot be written, so your answer would be lost."
        )
    before = next((version.number for version in versions.of(exercise) if version.in_use), None)
    _saving(lambda: answers.remove_definition(exercise))
    modules.execute(module, answers.blank_text(exercise))
    modules.use(exercise, "", saved=True)
    saved = versions.of(exercise)
    before = before or (saved[-1].number if saved else None)
    again = f' restore("{name}", {before}) takes your answer back.' if before else ""
    print(f"{name} is blank again. Versions kept: {len(saved)}.{again}")


def borrow(name: str) -> None:
    """Take the reference for your own, where your copy of the course has it.

    It is marked as borrowed in your file and in the progress table. An answer
    of yours is kept: see history.

    Args:
        name: the exercise, such as "losses.critic_loss".

    Raises:
        CourseError: this copy of the course does not have that answer (yet).
    """
    exercise = _exercise(name)
    _only_for_students("borrow")
    text = answers.read_definition(course.REFERENCE / f"{exercise.module}.py", exercise.definition)
    if text is None or answers.is_blank(exercise, text):
        raise CourseError(f"The answer to {name} is not in your copy of the course. Your instructor can hand it out.")
    text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("### "))  # marks of the build
    where = _take(exercise, f"{answers.BORROWED}\n{text}", versions.BORROWED)
    print(f"{name} is borrowed. {where}")


def history(name: str) -> History:
    """Every version of your answer that was saved, with its date and verdict.

    Args:
        name: the exercise, such as "losses.critic_loss".
    """
    exercise = _exercise(name)
    _only_for_students("history")
    return versions.of(exercise)


def restore(name: str, version: int | None = None) -> None:
    """Take an earlier version of your answer back. The present one is kept.

    Args:
        name: the exercise, such as "losses.critic_loss".
        version: its number in history(name); None takes the last right one.

    Raises:
        CourseError: there is no such version.
    """
    exercise = _exercise(name)
    _only_for_students("restore")
    saved = versions.of(exercise)
    if version is None:
        chosen = versions.last_right(exercise) or _right_after_all(exercise, saved)
        if chosen is None:
            raise CourseError(f"No version of {name} was right. {_choices(saved)}")
    else:
        chosen = next((one for one in saved if one.number == version), None)
        if chosen is None:
            raise CourseError(f"{name} has no version {version}. {_choices(saved)}")
        if not chosen.text.strip():
            raise CourseError(f"Version {version} of {name} is empty: its file was not written to the end.")
    if chosen.in_use and not modules.unsaved(exercise):
        print(f"{name}: version {chosen.number} ({chosen.verdict}) is in use already. {_choices(saved)}")
        return
    where = _take(exercise, chosen.text, chosen.verdict)
    print(f"{name} is version {chosen.number} again ({chosen.verdict}). {where}")


def _right_after_all(exercise: Exercise, saved: History) -> Version | None:
    """The newest version that nobody checked when it was saved, if it is right."""
    from .verdict import check

    for version in reversed(saved):
        if version.verdict in versions.NOT_CHECKED and version.text.strip():
            scratch = dict(vars(modules.module_of(exercise)))
            try:
                exec(compile(version.text, "<version>", "exec", dont_inherit=True), scratch)
            except Exception:
                continue
            if check(exercise.name, scratch.get(exercise.definition)).passed:
                return dataclasses.replace(version, verdict=versions.RIGHT)
    return None


def _choices(saved: History) -> str:
    name = saved.exercise.name
    if not saved:
        return "Nothing has been saved so far."
    return f'history("{name}") lists them all, and restore("{name}", {saved[0].number}) takes the first.'


# Filling ---------------------------------------------------------------------


def _fill(exercise: Exercise, definition: Any, file_name: str, notebook: dict[str, Any]) -> Any:
    not_taken.pop(exercise.name, None)
    text, line = _cell_text(exercise, definition, file_name)
    module = modules.module_of(exercise)
    if answers.is_blank(exercise, text):
        return _leave_blank(exercise, module)
    left = answers.leftover_blanks(text)
    if left and not course.solutions_mode():
        return _leave_unfinished(exercise, module, text, left[0], line)
    missing = answers.missing_names(text, vars(module))
    if missing:
        mistake, message = names.explain(exercise, text, missing, vars(module), notebook)
        stays = " Your earlier answer stays in use." if _usable(exercise) else ""
        _say(exercise, mistake, message, f"Not saved.{stays}")
        return getattr(module, exercise.definition)
    return _try_and_save(exercise, module, text, file_name, line)


def _try_and_save(exercise: Exercise, module: ModuleType, text: str, file_name: str, line: int) -> Any:
    from .verdict import check

    before = getattr(module, exercise.definition, None)
    try:
        modules.execute(module, text, file_name, line)
    except Exception as error:
        setattr(module, exercise.definition, before)
        _say(exercise, "does-not-load", f"Your definition stops with {type(error).__name__}: {error}", "Not saved.")
        return before
    answer = vars(module)[exercise.definition]
    try:
        report = check(exercise.name, answer)
    except KeyboardInterrupt:
        setattr(module, exercise.definition, before)
        raise Stopped(
            f"{exercise.name} was still running when you pressed stop, so it was not saved. "
            f"Is there a loop without an end?"
        ) from None
    if course.solutions_mode():
        setattr(module, exercise.definition, before)
        if not report.passed:
            raise CourseError(f"WGAN_LABS=solutions, and this answer is wrong. {report}")
        _show(dataclasses.replace(report, note="Not saved: the reference is in use (WGAN_LABS=solutions)."))
        return before
    verdict = report.verdict
    _show(dataclasses.replace(report, note=_save(exercise, text, verdict, before)))
    return answer


def _save(exercise: Exercise, text: str, verdict: str, before: Any) -> str:
    """Save an answer that is in use already; says what became of it, and of the one before."""
    if verdict == versions.RIGHT:
        _keep_what_is_there(exercise)
    else:
        _keep_what_is_there(exercise, before)
    versions.note(exercise, text, verdict)
    right = versions.last_right(exercise) if verdict not in (versions.RIGHT, versions.BORROWED) else None
    whose = "borrowed" if right and right.verdict == versions.BORROWED else "right"
    back = f': restore("{exercise.name}") takes it back.'
    kept = f" Your {whose} answer is kept" if right else ""
    try:
        path = answers.write_definition(exercise, text)
    except (OSError, BrokenModule) as error:
        modules.use(exercise, text, saved=False)
        return f"Not saved, and in use in this notebook only: {_why(error)}{kept and kept + back}"
    if kept and versions.only_here(exercise):
        kept += f" in this notebook only, because {_shown(versions.folder())} cannot be written"
    modules.use(exercise, text, saved=True)
    return f"Saved in {course.show_path(path)}.{kept and kept + back}"


def _take(exercise: Exercise, text: str, verdict: str) -> str:
    """Use an answer that comes from elsewhere, and save it; says what became of it."""
    module = modules.module_of(exercise)
    _keep_what_is_there(exercise)
    modules.execute(module, text, str(answers.answer_file(exercise)))
    return _save(exercise, text, verdict, None)


def _keep_what_is_there(exercise: Exercise, before: Any = None) -> None:
    """See that the answer in the file is among the saved versions, edited by hand as it may be.

    Args:
        before: the answer itself, where its verdict matters: it is checked if
            nobody has done so yet.
    """
    from .verdict import check

    text = versions.current(exercise)
    if not text or versions.is_noted(exercise, text):
        return
    verdict = versions.BORROWED if text.startswith(answers.BORROWED) else versions.BY_HAND
    if before is not None and not modules.unsaved(exercise):  # which was noted when it was judged
        report = check(exercise.name, before)
        verdict = report.verdict
    versions.note(exercise, text, verdict)


def _saving(save: Callable[[], Any]) -> Any:
    """Do what writes the student's files, and say in one sentence why it could not be done."""
    try:
        return save()
    except (OSError, BrokenModule) as error:
        raise CourseError(f"Nothing was changed: {_why(error)}") from None


def _why(error: Exception) -> str:
    """Why something could not be written, and what to do."""
    if isinstance(error, BrokenModule):
        return str(error)
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    shown = _shown(course.work_folder())
    if isinstance(error, TimeoutError):
        return f"{shown} cannot be written now ({reason}). Run this cell again in a moment."
    return (
        f"{shown} cannot be written ({reason}). Set the environment variable WGAN_WORK to a folder in which you may "
        "write before you start Jupyter, or make room there; then run this cell again."
    )


def _shown(folder: Path) -> str:
    return course.show_path(folder) if folder.is_relative_to(course.ROOT) else str(folder)


def _leave_blank(exercise: Exercise, module: ModuleType) -> Any:
    """A blank cell changes nothing. If there is no answer yet, Run All stops here."""
    from .verdict import check

    if course.solutions_mode():
        print(f"{exercise.name}: the reference is in use (WGAN_LABS=solutions).")
    elif not _stands(exercise):
        raise Blank(exercise.name)
    else:
        where = "in this notebook" if modules.unsaved(exercise) else course.show_path(answers.answer_file(exercise))
        report = check(exercise.name)
        verdict = "is right" if report.passed else f"is not yet right ({report.mistake}): {report.message}"
        print(f"{exercise.name}: this cell is blank, so your answer in {where} stays in use. It {verdict}")
    return getattr(module, exercise.definition)


def _leave_unfinished(exercise: Exercise, module: ModuleType, text: str, left: tuple[int, str], line: int) -> Any:
    """A definition that still raises Blank does not take the place of an answer."""
    number, method = left
    where = f", in {method}," if method else ""
    message = (
        f"Line {line + number - 1} of this cell{where} still says raise Blank(...), and Python stops there. "
        "Take that line out once your own lines stand there."
    )
    if _usable(exercise):
        _say(exercise, "blank-left", message, "Not saved. Your earlier answer stays in use.")
        return getattr(module, exercise.definition)
    if _state(exercise) == "broken" or answers.missing_names(text, vars(module)):
        _say(exercise, "blank-left", message, "Not saved.")
        return getattr(module, exercise.definition)
    modules.execute(module, text)
    note = _save(exercise, text, "not yet right (blank-left)", None)
    _say(exercise, "blank-left", message, note)
    return getattr(module, exercise.definition)


def _stands(exercise: Exercise) -> bool:
    """Whether there is an answer, saved or in this kernel only."""
    return bool(modules.unsaved(exercise)) or _state(exercise) != "blank"


def _usable(exercise: Exercise) -> bool:
    """Whether the answer that stands can be used: it is neither unfinished nor in a damaged file."""
    return bool(modules.unsaved(exercise)) or _state(exercise) in ("filled", "borrowed")


def _state(exercise: Exercise) -> str:
    try:
        return answers.state(exercise)
    except BrokenModule:
        return "broken"


def _cell_text(exercise: Exercise, definition: Any, file_name: str) -> tuple[str, int]:
    """The definition as typed, without the line of `fills`, and its first line in the cell."""
    text = "".join(linecache.getlines(file_name)).replace("\r\n", "\n")
    if not text:
        raise CourseError(
            f"{exercise.name}: the text of this cell cannot be read, so nothing was saved. Cell magics such as "
            f"%%time hide it: remove the first line that begins with %% and run the cell again."
        )
    if getattr(definition, "__name__", None) != exercise.definition:
        raise CourseError(
            f"This cell is for {exercise.definition}, but the name after @fills is "
            f"{getattr(definition, '__name__', definition)}. Keep the name that was given; nothing was saved."
        )
    for node in reversed(list(ast.walk(ast.parse(text)))):
        if isinstance(node, answers.Definition) and node.name == exercise.definition:
            marks = [one for one in node.decorator_list if ast.unparse(one).split("(")[0].split(".")[-1] == "fills"]
            if len(marks) > 1:
                raise CourseError(
                    f'{node.name} has {len(marks)} lines @fills above it. Keep @fills("{exercise.module}.{node.name}") '
                    "alone; nothing was saved."
                )
            for mark in marks:
                first, lines = mark.end_lineno or 0, text.split("\n")
                while not lines[first].strip() or lines[first].lstrip().startswith("#"):
                    first += 1
                return textwrap.dedent("\n".join(lines[first : node.end_lineno])), first + 1
    raise CourseError(f"{exercise.name}: put @fills directly above the definition. Nothing was saved.")


def _exercise(name: str) -> Exercise:
    try:
        return registry.exercise(name)
    except KeyError as error:
        raise CourseError(error.args[0]) from None


def _only_for_students(action: str) -> None:
    if course.solutions_mode():
        raise CourseError(f"{action} is for your own answers, and WGAN_LABS=solutions uses the reference.")


def _say(exercise: Exercise, mistake: str, message: str, note: str) -> None:
    from ..checks.report import Report

    not_taken[exercise.name] = mistake, message
    _show(Report(exercise.name, False, mistake, message, note))


def _show(report: Any) -> None:
    """Show a report: as HTML in a notebook, as text elsewhere."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        from IPython.display import display

        display(report)
    else:
        print(report)
