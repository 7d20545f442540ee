"""Assignments of Otter: one folder with the notebook from which `otter assign` makes all others, for each sheet."""

import re

from nbformat import NotebookNode, v4

from solutions import build
from starter.kit import registry

from . import writing

FOLLOWING = "Go on there with: otter assign NAME/NAME.ipynb dist/NAME (solutions/guide/nbgrader.md)."
GRADED = '"otter" in sys.modules and sys.modules["otter"].Notebook._grading_mode'
CONFIG = """\
# ASSIGNMENT CONFIG
name: {stem}
init_cell: true
export_cell:
  pdf: false
  run_tests: false
  force_save: false
run_tests: false
tests:
  ok_format: false
  files: false
generate:
  show_stdout: true
  assignment_name: {stem}"""
WORKS = '''\
""" # BEGIN TEST CONFIG
points: {other:g}
""" # END TEST CONFIG
def test_it_works(env):
    from starter.kit.desk.graded import graded
    graded("{name}", env.get("{definition}"), right=1, other=1)'''
AS_ASKED = '''\
""" # BEGIN TEST CONFIG
points: {rest:g}
""" # END TEST CONFIG
def test_it_is_as_asked(env):
    from starter.kit.desk.graded import graded
    assert graded("{name}", env.get("{definition}"), right=1), "It works, but is not as asked."'''


def files(sheets: list[registry.Sheet]) -> dict[str, bytes]:
    """The notebooks for `otter assign`, by their paths."""
    return {f"{sheet.stem}/{sheet.stem}.ipynb": writing.notebook(_cells(sheet), sheet) for sheet in sheets}


def _cells(sheet: registry.Sheet) -> list[NotebookNode]:
    cells = [_raw(CONFIG.format(stem=sheet.stem), "assignment-config")]
    for cell, exercise in writing.sheet_cells(sheet, GRADED):
        if exercise:
            cells += _question(cell, exercise)
        else:
            cells.append(cell)
    return cells


def _question(cell: NotebookNode, exercise: registry.Exercise) -> list[NotebookNode]:
    """The cell of an exercise and its tests, between Otter's marks."""
    points, name = writing.points(exercise), re.sub(r"\W", "_", exercise.name)
    words = {
        **{"name": exercise.name, "definition": exercise.definition},
        **{"other": points.other, "rest": points.right - points.other},
    }
    cell.source = f'@fills("{exercise.name}")\n{_with_prompts(exercise)}'
    tests = [
        v4.new_code_cell(test.format(**words), id=f"{cell.id}-test-{number}"[-64:])
        for number, test in enumerate((WORKS, AS_ASKED))
    ]
    question = _raw(f"# BEGIN QUESTION\nname: {name}\npoints: {points.right:g}", cell.id)
    begin, end = _raw("# BEGIN SOLUTION", cell.id), _raw("# END SOLUTION", cell.id)
    tests = [_raw("# BEGIN TESTS", cell.id), *tests, _raw("# END TESTS", cell.id)]
    return [question, begin, cell, end, *tests, _raw("# END QUESTION", cell.id)]


def _with_prompts(exercise: registry.Exercise) -> str:
    """The solution, with Otter's marks in the place of ours; what the student sees instead names the exercise."""

    def prompt(found: re.Match) -> str:
        indent = found[1]
        blank = ['""" # BEGIN PROMPT', "# YOUR CODE HERE", f'raise Blank("{exercise.name}")', '"""; # END PROMPT']
        return f"{indent}# BEGIN SOLUTION NO PROMPT\n{found[2]}{indent}# END SOLUTION\n" + "\n".join(
            f"{indent}{line}" for line in blank
        )

    region = re.compile(rf"^( *){build.BEGIN}\n(.*?)^ *{build.END}", re.MULTILINE | re.DOTALL)
    return region.sub(prompt, writing.solution(exercise))


def _raw(text: str, name: str) -> NotebookNode:
    """A cell with a mark of Otter's, whose id is always the same."""
    mark = re.sub(r"\W+", "-", text.split("\n")[0].lower())
    return v4.new_raw_cell(text, id=f"{name}{mark}"[-64:].strip("-"))
