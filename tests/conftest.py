"""Every test runs against the reference, with short trainings and one thread a worker."""

import os

os.environ.setdefault("WGAN_LABS", "solutions")
os.environ.setdefault("WGAN_FAST", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.pop("MAKEFLAGS", None)  # a make in a test has nothing to do with the make that runs the tests
os.environ.pop("MAKELEVEL", None)
os.environ.pop("LOCK", None)

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if os.name == "nt":  # these need make, links, users, signals or the box for answers, as Windows does not have them
    of_posix = ("contributing", "grade", "graders", "handout", "hub", "installed", "make", "make_check", "screen")
    collect_ignore = [f"test_{name}.py" for name in of_posix]


@pytest.fixture
def student(tmp_path: Path) -> Iterator[Callable]:
    """Runs cells as a student would, in a kernel of its own: student(cell, cell, ...)."""
    from tests.kernel import Student

    somebody = Student(tmp_path / "mine")
    yield somebody
    somebody.go_home()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line on what was covered."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    cells = [report for report in reports if report.nodeid.split("::")[0].endswith(".ipynb")]
    books = {report.nodeid.split("::")[0] for report in cells}
    wrong = sum("is_caught_under" in report.nodeid for report in reports)
    right = sum("test_a_right_answer_passes" in report.nodeid for report in reports)
    if books:
        terminalreporter.write_line(
            f"{len(books)} notebooks with {len(cells)} cells run; "
            f"{wrong} wrong answers caught and {right} right ones accepted."
        )
