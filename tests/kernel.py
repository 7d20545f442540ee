"""A student's kernel: IPython in a process of its own, with a folder of answers of its own.

IPython runs a cell as a Jupyter kernel does (text, magics, tracebacks). The
processes are forked from one that has torch loaded already, which makes them
start quickly. What needs a real kernel uses nbclient instead.
"""

import contextlib
import io
import multiprocessing
import os
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["torch", "IPython.core.interactiveshell", "numpy"])


@dataclass(frozen=True)
class Ran:
    """What a cell did: what it printed, and the error that ended it ("" if none)."""

    text: str
    error: str
    message: str


class Kernel:
    """A kernel at work on some cells."""

    def __init__(self, cells: tuple[str, ...], switches: dict[str, str]) -> None:
        self._results, sending = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_run, args=(cells, switches, sending), daemon=True)
        self._process.start()
        sending.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def results(self) -> list[Ran]:
        """Wait for the last cell."""
        assert self._results.poll(120), "the kernel does not answer"
        results = self._results.recv()
        self._process.join(10)
        return results


@dataclass(frozen=True)
class Student:
    """Runs cells with the student's switches; `mine` is the folder with the answers."""

    mine: Path

    def __call__(self, *cells: str) -> list[Ran]:
        """Run the cells in a new kernel, one after the other."""
        return self.start(*cells).results()

    def start(self, *cells: str) -> Kernel:
        """Start a kernel on these cells without waiting for it."""
        self.mine.mkdir(exist_ok=True)
        return Kernel(
            ("from starter.kit import *", *cells), {"WGAN_LABS": "student", "WGAN_WORK": str(self.mine)}
        )

    def answer(self, module: str) -> str:
        """The student's file of that module."""
        return (self.mine / f"{module}.py").read_text(encoding="utf-8")


def _run(cells: tuple[str, ...], switches: dict[str, str], results: Connection) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    os.environ.update(switches)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    shell = InteractiveShell.instance()
    shell.colors = "nocolor"
    ran = []
    for cell in cells:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            result = shell.run_cell(cell)
        error = result.error_before_exec or result.error_in_exec
        ran.append(Ran(out.getvalue(), type(error).__name__ if error else "", str(error or "")))
    results.send(ran)
