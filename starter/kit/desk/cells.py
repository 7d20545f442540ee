"""What a notebook's cell did not do, although its writer thinks it did.

A cell whose @fills is gone, whose definition was renamed, or whose text a cell
magic hides runs without a word, and nothing is checked or saved. After each
cell that looks like one of an exercise, this says so.
"""

import re
import sys
from typing import Any

from . import fill as blanks
from .. import course, registry
from ..registry import Exercise

_FILLS = re.compile(r"""fills\(\s*["']([^"']+)["']""")
_DEFINES = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
_MAGIC = re.compile(r"\s*%%(\w+)")


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
    seen = set(blanks.seen_in_this_cell)
    blanks.seen_in_this_cell.clear()
    failed = result.error_before_exec or result.error_in_exec
    text = result.info.raw_cell or ""
    if failed:
        return
    for exercise in _meant(text, getattr(result.info, "cell_id", None) or ""):
        if exercise.name not in seen or _MAGIC.match(text):
            print(silence(exercise, text))
    for name, exercise in _older_versions(text):
        print(
            f"{name} is an earlier version here: the answer to {exercise.name} has changed since, in another notebook "
            f"or in an editor. Take it from its module, {exercise.name}, or run its cell again."
        )


def _older_versions(text: str) -> list[tuple[str, Exercise]]:
    """Names in a cell that still mean what an exercise was before its answer changed elsewhere."""
    names = sys.modules["IPython"].get_ipython().user_ns
    found = []
    for one in registry.EXERCISES:
        name, module = one.definition, sys.modules.get(f"starter.{one.module}")
        here = names.get(name)
        if module is None or getattr(here, "__module__", None) != module.__name__:
            continue
        called = re.search(rf"(?<![\w.]){name}\s*\(", text) and name not in _DEFINES.findall(text)
        if called and getattr(module, name, here) is not here:
            found.append((name, one))
    return found


def silence(exercise: Exercise, text: str) -> str:
    """Why a cell of this exercise was not checked in sight, and what to do."""
    mark = f'@fills("{exercise.name}")'
    if magic := _MAGIC.match(text):
        return (
            f"{exercise.name}: the line %%{magic[1]} at the top of this cell keeps its check or its report away. Take "
            "that line out and run the cell again."
        )
    if exercise.definition in _DEFINES.findall(text):
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
    defined, named = set(_DEFINES.findall(text)), set(_FILLS.findall(text))
    return [
        one
        for one in registry.EXERCISES
        if one.definition in defined
        or (one.name in named and defined)
        or (defined and cell.endswith("-" + re.sub(r"\W", "-", one.name)))
    ]
