"""The code cells of a lesson, run as they stand in its source, so that tests can ask what they computed."""

from functools import cache
from typing import Any

import jupytext

from solutions import build


@cache
def _code(stem: str) -> tuple[str, ...]:
    book = jupytext.read(build.LESSONS / "source" / f"{stem}.py")
    return tuple(cell.source for cell in book.cells if cell.cell_type == "code")


def after(stem: str, mark: str, **given: Any) -> dict[str, Any]:
    """The variables of a lesson as they are after the first cell that holds `mark`.

    Only the cells up to that one run, against whatever WGAN_LABS says; figures are made and not shown.

    Args:
        stem: such as "05_penalty".
        mark: a piece of the cell's text.
        given: variables of the header cell, such as root, the course's folder.
    """
    variables = dict(given)
    for code in _code(stem):
        exec(compile(code, f"lesson {stem}", "exec"), variables)
        if mark in code:
            return variables
    raise LookupError(f"Lesson {stem} has no code cell with {mark!r}.")
