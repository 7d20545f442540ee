"""The code cells of a lesson, run as they stand in its source, so that tests can ask what they computed."""

from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import jupytext

from solutions import build
from starter.kit import check


class Moment(NamedTuple):
    """A lesson right after one of its cells.

    Attributes:
        code: of the cell.
        printed: by the cell.
        variables: all that the lesson has by then.
    """

    code: str
    printed: str
    variables: dict[str, Any]


class _Lesson:
    """Runs the cells of a lesson from the top, no further than it is asked for. Figures are made and not shown."""

    def __init__(self, stem: str) -> None:
        self._moments, self._past = self._run(stem), []

    @staticmethod
    def _run(stem: str) -> Iterator[Moment]:
        with TemporaryDirectory() as folder:
            # Where the lesson writes its files, and what its header imports.
            nothing = {name: lambda *_: None for name in ("predict", "predicted", "progress")}
            header = {"root": Path(folder), "check": check, **nothing}
            variables: dict[str, Any] = dict(header)
            for cell in jupytext.read(build.LESSONS / "source" / f"{stem}.py").cells:
                if cell.cell_type == "code":
                    with redirect_stdout(StringIO()) as screen:
                        exec(compile(cell.source, f"lesson {stem}", "exec"), variables)
                    yield Moment(cell.source, screen.getvalue(), dict(variables))

    def after(self, mark: str) -> Moment:
        for moment in self._past:
            if mark in moment.code:
                return moment
        for moment in self._moments:
            self._past.append(moment)
            if mark in moment.code:
                return moment
        raise LookupError(f"No code cell of this lesson holds {mark!r}.")


@cache
def _lesson(stem: str) -> _Lesson:
    return _Lesson(stem)


def after(stem: str, mark: str) -> Moment:
    """A lesson, such as "05_penalty", right after the first cell whose code holds `mark`."""
    return _lesson(stem).after(mark)
