"""What a notebook's cell did not do, although its writer thinks it did.

A cell whose @fills is gone, whose definition was renamed, or whose text a cell
magic hides runs without a word, and nothing is checked or saved. After each
cell that looks like one of an exercise, this says so.
"""

import re
import sys
from typing import Any

from .. import course, registry
from ..registry import Exercise
from . import fill, names

_FILLS = re.compile(r"""fills\(\s*["']([^"']+)["']""")
_DEFINES = re.compile(r"^[ \t]*(?:(?:async\s+)?(?:def|class)\s+(\w+)|(\w+)\s*=(?!=))", re.MULTILINE)
_MAGIC = re.compile(r"\s*%%(\w+)")
_MAGIC_BELOW = re.compile(r"^%%(\w+)", re.MULTILINE)
_BY_NAME = {exercise.name: exercise for exercise in registry.EXERCISES}


def watch() -> None:
    """Look at each cell after it ran, where there is a notebook and the answers are a student's."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None or course.solutions_mode():
        return
    before = getattr(shell, "_wgan_lab_watch", None)
    if before is not None:  # the course was loaded twice in this kernel
        shell.events.unregister("post_run_cell", before)
    shell.events.register("post_run_cell", _after)
    shell._wgan_lab_watch = _after


def _after(result: Any) -> None:
    seen = set(fill.seen_in_this_cell)
    fill.seen_in_this_cell.clear()
    failed = result.error_before_exec or result.error_in_exec
    text = result.info.raw_cell or ""
    if isinstance(failed, NameError) and _FILLS.search(text) and _in_the_cell_itself(failed):
        print(_not_known(failed.name or ""))
    below = _MAGIC_BELOW.search(text)
    if failed and below and _FILLS.search(text) and not _MAGIC.match(text):
        print(
            f"%%{below[1]} works in the first line of a cell only, and hides an answer from the course there. Take it "
            "out and run the cell again; nothing was checked or saved."
        )
    for exercise in _meant(text, getattr(result.info, "cell_id", None) or ""):
        if failed and (seen or _FILLS.search(text) or _MAGIC.match(text)):
            continue  # the error says enough
        if exercise.name not in seen or _MAGIC.match(text):
            print(silence(exercise, text))
    for name, exercise in _older_versions(text):
        print(
            f"{name} is an earlier version here: the answer to {exercise.name} has changed since. Take it from its "
            f"module, {exercise.name}, which is always the one in use."
        )


def _older_versions(text: str) -> list[tuple[str, Exercise]]:
    """Names in a cell that still mean what an exercise was before its answer changed elsewhere."""
    found = []
    for name, here in sys.modules["IPython"].get_ipython().user_ns.items():
        home, definition = getattr(here, "__module__", None), getattr(here, "__qualname__", None)
        if not isinstance(home, str) or not home.startswith("starter.") or not isinstance(definition, str):
            continue
        one = _BY_NAME.get(f"{home.removeprefix('starter.')}.{definition}")
        mentioned = re.search(rf"(?<![\w.]){re.escape(name)}\b(?!\s*=[^=])", text) and name not in _defined(text)
        if one and mentioned and getattr(sys.modules.get(home), definition, here) is not here:
            found.append((name, one))
    return found


def _in_the_cell_itself(error: BaseException) -> bool:
    """Whether it was raised outside of all functions."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and not trace.tb_frame.f_code.co_flags & 0x2  # CO_NEWLOCALS: a function's frame


def _not_known(name: str) -> str:
    """What to say of a name outside of all functions, such as a base class or the type of an argument."""
    way = names.likely(name) or (
        "A base class or a default has to be known there, and to the file of answers as well; the type of an argument "
        "may be left out."
    )
    return (
        f"{name} is not known in this notebook yet. Run the cells above this one first, the one with the imports among "
        f"them. If none of them makes it: {way[0].lower()}{way[1:]}"
    )


def _defined(text: str) -> set[str]:
    """Names that a cell defines, at any depth."""
    return {name for both in _DEFINES.findall(text) for name in both if name}


def silence(exercise: Exercise, text: str) -> str:
    """Why a cell of this exercise was not checked in sight, and what to do."""
    mark = f'@fills("{exercise.name}")'
    if magic := _MAGIC.match(text):
        return (
            f"{exercise.name}: the line %%{magic[1]} at the top of this cell keeps its check or its report away. Take "
            "that line out and run the cell again."
        )
    if re.search(rf"^[ \t]+@[\w.]*{re.escape(mark[1:])}", text.replace("'", '"'), re.MULTILINE):
        return (
            f"{exercise.name}: its definition is indented, and nothing has run it there, so it was neither checked nor "
            "saved. Move it to the left edge and run the cell again."
        )
    if exercise.definition in _defined(text):
        return (
            f"{exercise.name}: {mark} is missing directly above the definition, so nothing was checked or saved, and "
            "the course does not use it. Put that line there and run the cell again."
        )
    return (
        f"{exercise.name}: this is its cell, but there is no definition of {exercise.definition} with {mark} directly "
        "above it, so nothing was checked or saved. Give both their names back and run the cell again."
    )


def _meant(text: str, cell: str) -> list[Exercise]:
    """The exercises that a cell seems to be about."""
    if not text.strip():
        return []
    named = set(_FILLS.findall(text))
    functions = {function for function, _ in _DEFINES.findall(text) if function}
    return [
        one
        for one in registry.EXERCISES
        if one.definition in functions
        or (one.name in named and functions)
        or (cell.endswith("-" + re.sub(r"\W", "-", one.name)) and (functions or one.definition in _defined(text)))
    ]
