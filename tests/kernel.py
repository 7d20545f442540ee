"""A student's kernel: IPython in a process of its own, with a folder of answers of its own.

IPython runs a cell as a Jupyter kernel does (text, magics, tracebacks). The
processes are forked from one that has torch loaded already, which makes them
start quickly; where the system does not fork, as on Windows, each loads it itself.
What needs a real kernel uses nbclient instead.
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

_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_CONTEXT = multiprocessing.get_context("forkserver" if _FORKS else "spawn")
if _FORKS:
    _CONTEXT.set_forkserver_preload(
        ["torch", "IPython.core.interactiveshell", "matplotlib.pyplot", "scipy.stats", "ipywidgets"]
    )


@dataclass(frozen=True)
class Ran:
    """What a cell did: what it printed, and the error that ended it ("" if none)."""

    text: str
    error: str
    message: str


class Kernel:
    """A kernel at work. It does not outlive the `with` it is used in, or its student."""

    def __init__(self, switches: dict[str, str]) -> None:
        self._here, there = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_run, args=(switches, there), daemon=True)
        self._process.start()
        self._asked = 0
        there.close()

    def __enter__(self) -> "Kernel":
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, *cells: str) -> None:
        """Give it cells to run, without waiting for them."""
        for cell in cells:
            self._here.send(cell)
        self._asked += len(cells)

    def results(self) -> list[Ran]:
        """Wait for the cells that it was asked to run."""
        ran = []
        for _ in range(self._asked):
            if not self._here.poll(120):
                self.kill()
                raise AssertionError("the kernel does not answer")
            ran.append(self._here.recv())
        self._asked = 0
        return ran

    def run(self, *cells: str) -> list[Ran]:
        """Run the cells, one after the other."""
        self.ask(*cells)
        return self.results()

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.join()


class Student:
    """Runs cells with the student's switches; `mine` is the folder with the answers."""

    def __init__(self, mine: Path) -> None:
        self.mine = mine
        self._kernels: list[Kernel] = []

    def __call__(self, *cells: str) -> list[Ran]:
        """Run the cells in a new kernel, one after the other."""
        with self.start(*cells) as kernel:
            return kernel.results()

    def start(self, *cells: str) -> Kernel:
        """Start a kernel on these cells without waiting for it."""
        kernel = Kernel({"WGAN_LABS": "student", "WGAN_WORK": str(self.mine)})
        self._kernels.append(kernel)
        kernel.ask("from starter.kit import *", *cells)
        return kernel

    def go_home(self) -> None:
        """End all kernels that are still there."""
        for kernel in self._kernels:
            kernel.kill()

    def answer(self, module: str) -> str:
        """The student's file of that module."""
        return (self.mine / f"{module}.py").read_text(encoding="utf-8")


def _run(switches: dict[str, str], asked: Connection) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    os.environ.update(switches)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    shell = InteractiveShell.instance()
    shell.colors = "nocolor"
    while True:
        try:
            cell = asked.recv()
        except EOFError:  # whoever asked is gone
            return
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            result = shell.run_cell(cell)
        error = result.error_before_exec or result.error_in_exec
        asked.send(Ran(out.getvalue(), type(error).__name__ if error else "", str(error or "")))
