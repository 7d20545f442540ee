"""Notebooks in the situations that nbval does not see: unfilled, partly filled, filled from the solved sheets.

nbval runs every notebook against the reference: sheets against all of it, and a lesson against the answers of the
sheets before it (see lessons.py). It goes on after an error, and lets an unknown magic and a dead
kernel pass; `run` stops at the first of those.
"""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from solutions import build
from starter.kit import registry
from tests.lessons import switches_of

name_of = lambda path: path.stem  # noqa: E731
SHEETS = sorted(build.SHEETS.glob("*.ipynb"))


def run(path: Path, work: Path, allow_errors: bool = False) -> nbformat.NotebookNode:
    """Run a notebook with the given answers; raises at the first error, a bad magic or a dead kernel."""
    book = nbformat.read(path, as_version=4)
    env = {**os.environ, "WGAN_LABS": "student", "WGAN_WORK": str(work), "WGAN_FAST": "1"}
    client = NotebookClient(
        book, timeout=180, allow_errors=allow_errors, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute(env=env)
    return book


def code_of(path: Path, *words: str) -> list[str]:
    """The code cells of a notebook in which one of the words stands; all of them if no word is given."""
    cells = nbformat.read(path, as_version=4).cells
    return [c.source for c in cells if c.cell_type == "code" and any(word in c.source for word in words or ("",))]


@pytest.mark.parametrize("path", SHEETS, ids=name_of)
def test_an_unfilled_sheet_raises_nothing_but_blank(path, student):
    ran = student("import os; os.environ['WGAN_FAST'] = '1'", *code_of(path))
    assert {each.error for each in ran} == {"", "Blank"}, [each for each in ran if each.error not in ("", "Blank")]
    assert not list(student.mine.glob("*.py"))


def test_in_a_notebook_a_blank_shows_as_one_line(tmp_path):
    book = run(SHEETS[0], tmp_path, allow_errors=True)
    outputs = [output for cell in book.cells for output in cell.get("outputs", []) if output.output_type == "error"]
    assert len(outputs) >= 2 and {output.ename for output in outputs} == {"Blank"}
    assert all(len(output.traceback) == 1 for output in outputs)


def test_the_solved_sheets_fill_an_empty_folder_and_every_check_passes(student):
    """Their other cells run under nbval."""
    cells = [cell for path in sorted(build.SOLVED.glob("*.ipynb")) for cell in code_of(path, "import ", "@fills(")]
    ran = student(*cells, "print([state.state for state in progress()])")
    assert not [each for each in ran if each.error]
    assert {file.stem for file in student.mine.glob("*.py")} == set(registry.MODULES)
    assert ran[-1].text.strip() == str(["done"] * len(registry.EXERCISES))


def test_nbval_runs_a_lesson_with_the_answers_of_the_sheets_before_it_and_no_others(tmp_path):
    """So that each lesson needs no answer of its own sheet or of a later one."""
    for name, before in [("notebooks/04_clipping.ipynb", "03"), ("notebooks/00_start.ipynb", "")]:
        switches = switches_of(build.ROOT / name, tmp_path)
        assert switches["WGAN_LABS"] == "student"
        (work,) = tmp_path.glob(f"before-{name[10:12]}")
        assert switches["WGAN_WORK"] == str(work)
        for module in registry.MODULES:
            assert (work / f"{module}.py").read_text(encoding="utf-8") == build.blank_module(module, before)
    for name in ("labwork/04_clipping.ipynb", "solutions/labwork/04_clipping.ipynb", "tests/test_notebooks.py"):
        assert switches_of(build.ROOT / name, tmp_path) == {"WGAN_LABS": "solutions"}


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
