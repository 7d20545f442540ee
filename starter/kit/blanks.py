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
import importlib
import linecache
import sys
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any

from torch import Tensor

from . import answers, course, registry
from .course import Blank, CourseError
from .registry import Exercise


class Stopped(KeyboardInterrupt):
    """You pressed the stop button while an answer was being checked."""

    def _render_traceback_(self) -> list[str]:
        return [f"Stopped: {self}"]


def fills(name: str) -> Callable[[Any], Any]:
    """Decorate the definition that answers an exercise.

    Args:
        name: the exercise, such as "losses.critic_loss".

    Returns:
        A decorator. It gives back what the course uses from then on.

    Raises:
        CourseError: there is no such exercise, or the cell's text is not to be had.
        Blank: the cell is still blank, and there is no earlier answer.
    """
    exercise = _exercise(name)
    file_name = sys._getframe(1).f_code.co_filename

    def fill(definition: Any) -> Any:
        text, line = _cell_text(exercise, definition, file_name)
        module = _module(exercise)
        if answers.is_blank(exercise, text):
            return _leave_blank(exercise, module)
        missing = answers.missing_names(text, vars(module))
        if missing:
            _say(exercise, "unknown-name", _unknown(exercise, module, missing), saved=False)
            return getattr(module, exercise.definition)
        return _try_and_save(exercise, module, text, file_name, line)

    return fill


def reset(name: str) -> None:
    """Put the blank back. Your answer is kept in `starter/mine/.history`.

    Args:
        name: the exercise, such as "losses.critic_loss".
    """
    exercise = _exercise(name)
    _only_for_students("reset")
    text = answers.read_definition(course.pristine(exercise.module), exercise.definition)
    if answers.state(exercise) != "blank":
        answers.write_definition(exercise, text)
    _execute(_module(exercise), text)
    print(f"{name} is blank again. Earlier answers: {len(answers.history(exercise))}, in the folder .history.")


def borrow(name: str) -> None:
    """Take the reference for your own, where your copy of the course has it.

    It is marked as borrowed in your file and in the progress table. An answer
    of yours is kept in `starter/mine/.history`.

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
    path = answers.write_definition(exercise, f"{answers.BORROWED}\n{text}")
    _execute(_module(exercise), text)
    print(f"{name} is borrowed: read it in {course.show_path(path)}.")


def _try_and_save(exercise: Exercise, module: ModuleType, text: str, file_name: str, line: int) -> Any:
    from .checks import check

    before = getattr(module, exercise.definition, None)
    try:
        _execute(module, text, file_name, line)
    except Exception as error:
        setattr(module, exercise.definition, before)
        _say(exercise, "does-not-load", f"Your definition stops with {type(error).__name__}: {error}", saved=False)
        return before
    try:
        report = check(exercise.name, getattr(module, exercise.definition))
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
    try:
        kept = len(answers.history(exercise))
        path = answers.write_definition(exercise, text)
    except BaseException:
        setattr(module, exercise.definition, before)
        raise
    earlier = " The answer before it is in .history beside it." if len(answers.history(exercise)) > kept else ""
    _show(dataclasses.replace(report, note=f"Saved in {course.show_path(path)}.{earlier}"))
    return getattr(module, exercise.definition)


def _leave_blank(exercise: Exercise, module: ModuleType) -> Any:
    """A blank cell changes nothing. If there is no answer yet, Run All stops here."""
    if course.solutions_mode():
        print(f"{exercise.name}: the reference is in use (WGAN_LABS=solutions).")
    elif answers.state(exercise) == "blank":
        raise Blank(exercise.name)
    else:
        path = course.show_path(answers.answer_file(exercise))
        print(f"{exercise.name}: this cell is blank, so your answer in {path} stays in use.")
    return getattr(module, exercise.definition)


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
        if getattr(node, "name", None) == exercise.definition:
            for decorator in getattr(node, "decorator_list", []):
                if ast.unparse(decorator).split("(")[0].split(".")[-1] == "fills":
                    first = decorator.end_lineno
                    lines = text.split("\n")[first : node.end_lineno]
                    return textwrap.dedent("\n".join(lines)), first + 1
    raise CourseError(f"{exercise.name}: put @fills directly above the definition. Nothing was saved.")


def _execute(module: ModuleType, text: str, file_name: str = "<answer>", line: int = 1) -> None:
    """Run the text in the module, so that errors show the line of the cell."""
    exec(compile("\n" * (line - 1) + text, file_name, "exec"), vars(module))


def _module(exercise: Exercise) -> ModuleType:
    return importlib.import_module(f"starter.{exercise.module}")


def _exercise(name: str) -> Exercise:
    try:
        return registry.exercise(name)
    except KeyError as error:
        raise CourseError(error.args[0]) from None


def _only_for_students(action: str) -> None:
    if course.solutions_mode():
        raise CourseError(f"{action} is for your own answers, and WGAN_LABS=solutions uses the reference.")


def _unknown(exercise: Exercise, module: ModuleType, missing: list[str]) -> str:
    """What to say of names that the module does not know, and what was probably meant."""
    elsewhere = {other.definition: other.module for other in registry.EXERCISES}
    modules = {name: value for name, value in vars(module).items() if isinstance(value, ModuleType)}
    imported = {value.__name__.split(".")[-1]: name for name, value in modules.items()}
    advice = []
    for name in missing:
        if name == exercise.module:
            advice.append(f"The answer stands in {name}.py itself, so leave out {name} and the point.")
        elif name in elsewhere and elsewhere[name] in imported:
            advice.append(f"Did you mean {imported[elsewhere[name]]}.{name}?")
        elif len(name) == 1:
            advice.append(f"Is {name} a letter of the formula? The arguments have names of their own.")
        elif hasattr(Tensor, name):
            advice.append(f"{name} is a method of tensors: it follows a tensor and a point.")
    advice = advice or ["Define or import what you need inside your answer."]
    return (
        f"Your answer uses {' and '.join(missing)}, which {exercise.module}.py does not know. Answers are kept "
        f"there, away from this notebook. {' '.join(dict.fromkeys(advice))}"
    )


def _say(exercise: Exercise, mistake: str, message: str, saved: bool) -> None:
    from .checks import Report

    _show(Report(exercise.name, False, mistake, message, "" if saved else "Not saved."))


def _show(report: Any) -> None:
    """Show a report: as HTML in a notebook, as text elsewhere."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        from IPython.display import display

        display(report)
    else:
        print(report)
