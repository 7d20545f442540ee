"""What the assignments of nbgrader and of Otter have in common."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from solutions import build
from solutions.grade import marks
from starter.kit import registry
from starter.kit.desk import answers

# Links lead to other notebooks of the course, which do not lie beside an assignment.
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?:\.\./|\d\d_)[^)]*\)")
_GRADING = """\
if {graded}:  # in the grader's hands: an empty folder for answers, and short trainings
    import tempfile

    folder_of_this_kernel = tempfile.TemporaryDirectory(prefix="wgan-lab-")
    os.environ.update(WGAN_LABS="student", WGAN_WORK=folder_of_this_kernel.name, WGAN_FAST="1")
"""


@dataclass(frozen=True)
class Points:
    """What an exercise is worth in an assignment.

    Attributes:
        right: a right answer.
        other: one that works but is not as asked.
    """

    right: float
    other: float


def points(exercise: registry.Exercise) -> Points:
    """The points of an exercise, by the one rule for marks."""
    return Points(marks.earned(exercise, "done"), marks.earned(exercise, "other"))


def most(sheet: registry.Sheet) -> float:
    """The points of a whole sheet."""
    return sum(points(exercise).right for exercise in registry.of_sheet(sheet.number))


def sheet_cells(sheet: registry.Sheet, graded: str) -> Iterator[tuple[NotebookNode, registry.Exercise | None]]:
    """The cells of the student's sheet, and for the cell of an exercise which one it is.

    Args:
        sheet: which.
        graded: an expression that is true in the header cell when the notebook is being graded.
    """
    book = build.notebook(build.SOLVED / "source" / f"{sheet.stem}.py", solved=False)
    for cell in book.cells:
        found = re.match(r'@fills\("([\w.]+)"\)', cell.source)
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(build.badge(sheet, "sheet"), "")
            cell.source = _LINK.sub(r"\1", cell.source)
        elif cell.id.endswith("-header"):
            start = cell.source.index("here, fetched = ")
            condition = _GRADING.format(graded=graded)
            cell.source = f"{cell.source[:start]}{condition}\n{cell.source[start:]}"
        yield cell, registry.exercise(found[1]) if found else None


def solution(exercise: registry.Exercise) -> str:
    """The definition with its solution, between the marks of the build."""
    path = build.ROOT / "solutions" / f"{exercise.module}.py"
    text = answers.read_definition(path, exercise.definition) or ""
    if text.count(build.BEGIN) > text.count(build.END):  # the last mark stands below the last statement
        indent = re.findall(rf"^( *){build.BEGIN}", text, re.MULTILINE)[-1]
        text += f"\n{indent}{build.END}"
    return text


def notebook(cells: list[NotebookNode], sheet: registry.Sheet) -> bytes:
    """A notebook of these cells, which says by which version of the course it was made."""
    book = build.notebook(build.SOLVED / "source" / f"{sheet.stem}.py", solved=False)
    book.cells = cells
    book.metadata["wgan_lab"] = {"version": registry.VERSION}
    return build.text_of(book).encode()


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files, or none of them if one would take the place of another.

    Args:
        folder: where.
        files: path in the folder and contents.

    Raises:
        SystemExit: something else stands there, or it cannot be written.
    """
    try:
        for name, data in files.items():
            path = folder / name
            if path.exists() and not (path.is_file() and path.read_bytes() == data):
                raise SystemExit(
                    f"{path} is there already and says something else, so nothing was written. "
                    "Move it away, or name another folder: TO=..."
                )
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    except OSError as error:
        raise SystemExit(f"The assignment is not finished ({error.strerror}: {error.filename}).") from None
