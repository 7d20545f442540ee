"""check: the verdict on an answer, by default the one in use."""

from typing import Any

from .. import registry
from ..checks.judge import judge
from ..checks.report import Report
from ..course import CourseError
from ..registry import Exercise
from . import answers, modules, names


def check(name: str, candidate: Any = None, seed: int | None = None) -> Report:
    """Check one answer.

    Args:
        name: the exercise, such as "losses.critic_loss".
        candidate: the function or class; None takes the one that the course
            uses now.
        seed: what the examples are drawn from, as an earlier report names it;
            None draws others at every call.

    Returns:
        A report. Whatever the candidate does, nothing but a press on the stop
        button gets out of here, and random generators, torch's switches and the
        process are left as they were.

    Raises:
        Unknown: there is no such exercise.
        KeyboardInterrupt: you pressed stop.
    """
    exercise = registry.exercise(name)
    if candidate is None:
        try:
            module = modules.module_of(exercise)
        except CourseError as error:
            return Report(name, False, "broken-module", str(error))
        if problem := _unfinished(exercise):
            return problem
        candidate = getattr(module, exercise.definition)
    with modules.held():
        return judge(name, candidate, lambda error: _unknown_name(exercise, error), seed)


def _unfinished(exercise: Exercise) -> Report | None:
    """What to say of an answer in use that is gone, or that still raises Blank."""
    if not hasattr(modules.module_of(exercise), exercise.definition):
        sentence = (
            f"The file {exercise.module}.py that the course uses now holds no {exercise.definition}. "
            f"Run its cell in sheet {exercise.sheet}."
        )
        return Report(exercise.name, False, "definition-missing", sentence)
    text = modules.text_in_use(exercise)
    left = answers.leftover_blanks(text) if text else []
    if not left:
        return None
    where = f" of {left[0][1]}" if left[0][1] else ""
    sentence = (
        f"A line{where} still says raise Blank(...), and Python stops there. "
        "Take it out once your own lines stand there."
    )
    return Report(exercise.name, False, "blank-left", sentence)


def _unknown_name(exercise: Exercise, error: NameError) -> tuple[str, str] | None:
    """What to say of a name that the answer in use does not know; None where nothing helps."""
    text = modules.text_in_use(exercise)
    if isinstance(error, UnboundLocalError) or not error.name or not text:
        return None
    return names.explain(exercise, text, [error.name], vars(modules.module_of(exercise)), {})
