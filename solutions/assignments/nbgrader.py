"""Assignments of nbgrader: one folder for each sheet in `source`, and the settings beside it."""

from pathlib import Path

from nbformat import NotebookNode, v4

from starter.kit import registry

from . import writing

FOLLOWING = "Go on there with: nbgrader generate_assignment NAME (solutions/guide/nbgrader.md)."
GRADED = 'os.environ.get("NBGRADER_EXECUTION")'  # "autograde", or "validate" when a student asks for the same
CHECK = """\
# Locked: {right:g} point{s} for a right answer{partly}.
from starter.kit.desk.graded import graded

graded("{name}", globals().get("{definition}"), right={right:g}, other={other:g})"""


def files(sheets: list[registry.Sheet]) -> dict[str, bytes]:
    """The files of nbgrader's course folder, by their paths in it."""
    found = {f"source/{sheet.stem}/{sheet.stem}.ipynb": writing.notebook(_cells(sheet), sheet) for sheet in sheets}
    return {"nbgrader_config.py": Path(__file__).with_name("nbgrader_config.py").read_bytes(), **found}


def _cells(sheet: registry.Sheet) -> list[NotebookNode]:
    cells = []
    for cell, exercise in writing.sheet_cells(sheet, GRADED):
        cells.append(cell)
        if cell.id.endswith("-header"):
            cell.metadata["nbgrader"] = _metadata(cell.id, locked=True)
        elif exercise:
            cell.source = f'@fills("{exercise.name}")\n{writing.solution(exercise)}'
            cell.metadata["nbgrader"] = _metadata(cell.id, solution=True)
            cells.append(_check(exercise, f"{cell.id}-check"))
    return cells


def _check(exercise: registry.Exercise, name: str) -> NotebookNode:
    """The locked cell below an exercise."""
    points = writing.points(exercise)
    words = {
        **{"name": exercise.name, "definition": exercise.definition, "right": points.right, "other": points.other},
        **{"s": "s"[: points.right != 1], "partly": f", {points.other:g} for one that works but is not as asked"},
    }
    metadata = _metadata(name, grade=True, locked=True) | {"points": points.right}
    return v4.new_code_cell(CHECK.format(**words), id=name[-64:], metadata={"nbgrader": metadata})


def _metadata(name: str, grade: bool = False, solution: bool = False, locked: bool = False) -> dict:
    kinds = {"grade": grade, "solution": solution, "locked": locked, "task": False}
    return {**kinds, "cell_type": "code", "grade_id": name, "schema_version": 3}
