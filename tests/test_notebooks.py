"""Notebooks in the situations that nbval does not see: unfilled, partly filled, filled from the solved sheets.

nbval runs every notebook against the reference (see the Makefile). It goes on
after an error, and lets an unknown magic and a dead kernel pass; the runs here
stop at the first of those.
"""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from solutions import build
from starter.kit import registry

name_of = lambda path: path.stem  # noqa: E731
SHEETS = sorted(build.SHEETS.glob("*.ipynb"))
LESSONS = sorted(build.LESSONS.glob("*.ipynb"))


def run(
    path: Path, work: Path, labs: str = "student", allow_errors: bool = False, only: tuple[str, ...] = ("",)
) -> nbformat.NotebookNode:
    """Run a notebook with the given answers; raises at the first error, a bad magic or a dead kernel.

    Of its code only the cells in which one of the given words stands are run.
    """
    book = nbformat.read(path, as_version=4)
    wanted = [cell for cell in book.cells if any(word in cell.source for word in only)]
    book.cells = [cell for cell in wanted if cell.cell_type == "code"]
    env = {**os.environ, "WGAN_LABS": labs, "WGAN_WORK": str(work), "WGAN_FAST": "1"}
    client = NotebookClient(
        book, timeout=180, allow_errors=allow_errors, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute(env=env)
    return book


def errors(book: nbformat.NotebookNode) -> list[str]:
    return [o.ename for cell in book.cells for o in cell.get("outputs", []) if o.output_type == "error"]


@pytest.mark.parametrize("path", SHEETS, ids=name_of)
def test_an_unfilled_sheet_raises_nothing_but_blank(path, tmp_path):
    book = run(path, tmp_path, allow_errors=True)
    assert set(errors(book)) == {"Blank"}
    for cell in book.cells:
        blanks = [o for o in cell.get("outputs", []) if o.output_type == "error" and o.ename == "Blank"]
        assert all(len(output.traceback) == 1 for output in blanks)
    assert not list(tmp_path.glob("*.py"))


def test_the_solved_sheets_fill_an_empty_folder_and_every_check_passes(tmp_path):
    """Their other cells run under nbval."""
    for path in sorted(build.SOLVED.glob("*.ipynb")):
        run(path, tmp_path, only=("import ", "@fills("))
    assert {file.stem for file in tmp_path.glob("*.py")} == set(registry.MODULES)
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(build.header_text()),
            nbformat.v4.new_code_cell("from starter.kit import progress; print([s.state for s in progress()])"),
        ]
    )
    path = tmp_path / "ask.ipynb"
    nbformat.write(book, path)
    env = {**os.environ, "WGAN_LABS": "student", "WGAN_WORK": str(tmp_path)}
    NotebookClient(book, resources={"metadata": {"path": str(build.SHEETS)}}).execute(env=env)
    assert book.cells[1].outputs[0].text.strip() == str(["done"] * len(registry.EXERCISES))


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_a_lesson_needs_no_answer_of_its_own_sheet_or_later(path, tmp_path):
    before = max((s.number for s in registry.SHEETS if s.number < path.stem[:2]), default="")
    for module in registry.MODULES:
        build.write(tmp_path / f"{module}.py", build.blank_module(module, before))
    assert not errors(run(path, tmp_path))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("%no_such_magic", CellExecutionError),
        ("x = 1\n%%no_such_magic", CellExecutionError),
        ("import os; os._exit(1)", DeadKernelError),
        ("1 / 0", CellExecutionError),
    ],
)
def test_what_nbval_lets_pass_is_caught_here(tmp_path, code, error):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    path = tmp_path / "bad.ipynb"
    nbformat.write(book, path)
    with pytest.raises(error):
        run(path, tmp_path)
