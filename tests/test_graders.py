"""The whole way of an assignment through nbgrader and through Otter: `make test-graders`.

Five students of nbgrader return sheet 05, each in an exchange of their own course, and are graded one after the other:
all right, one answer wrong, nothing filled in, one borrowed, and one whose sheet has lost its locked cells.
"""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

from solutions import build
from solutions.assignments import writing
from solutions.grade import marks
from starter.kit import registry
from starter.kit.desk import answers

pytestmark = pytest.mark.skipif(not os.environ.get("WGAN_GRADERS"), reason="slow: make test-graders")

SHEET = registry.sheet("05")
NAME = SHEET.stem
EXERCISES = registry.of_sheet("05")
ALL = float(sum(marks.points(exercise) for exercise in EXERCISES))
# nbgrader under the name of the user that JupyterHub gives, as in a container.
APP = (
    "import nbgrader.utils as utils; utils.get_osusername = lambda: 'jovyan'; "
    "from nbgrader.apps.nbgraderapp import main; main()"
)
BORROWED = EXERCISES[0].name


def filled(book: nbformat.NotebookNode, change: Callable[[str, str], str] = lambda name, text: text) -> None:
    """Write the solutions into the blank cells of a sheet, as a student would."""
    for cell in book.cells:
        found = re.match(r'@fills\("([\w.]+)"\)', cell.source)
        if cell.cell_type == "code" and found:
            cell.source = change(found[1], f"{found[0]}\n{solution(found[1])}")


def solution(name: str) -> str:
    text = writing.solution(registry.exercise(name))
    return re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", text, flags=re.MULTILINE).rstrip()


def not_squared(name: str, text: str) -> str:
    """The text, but for one exercise with the square left out."""
    return (
        text.replace("((norms - 1) ** 2).mean()", "(norms - 1).mean()") if name == "penalty.gradient_penalty" else text
    )


def environment(**more: str) -> dict[str, str]:
    """What a grader's shell has: the reference switched on, as an instructor may have it, and a shared folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WGAN_")}
    return {**kept, "PYTHONPATH": str(build.ROOT), "OMP_NUM_THREADS": "1", "WGAN_LABS": "solutions", **more}


def run(words: list[str], folder: Path, **more: str) -> str:
    done = subprocess.run([sys.executable, *words], cwd=folder, env=environment(**more), capture_output=True, text=True)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


# nbgrader --------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """nbgrader's course folder after everything that nbgrader does."""
    folder = tmp_path_factory.mktemp("nbgrader")
    course, exchange = folder / "course", folder / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    run(["-m", "solutions.assignments", "nbgrader", str(course)], build.ROOT)

    def nbgrader(where: Path, *words: str, user: str = "teacher") -> str:
        where.mkdir(exist_ok=True)
        place = [f"--Exchange.root={exchange}", "--CourseDirectory.course_id=wgan-lab"]
        return run(["-c", APP, *words, *place], where, JUPYTERHUB_USER=user, HOME=str(where))

    nbgrader(course, "generate_assignment", NAME)
    nbgrader(course, "release_assignment", NAME)
    for student, work in STUDENTS.items():
        home = folder / student
        nbgrader(home, "fetch_assignment", NAME, user=student)
        path = home / NAME / f"{NAME}.ipynb"
        book = nbformat.read(path, as_version=4)
        work(book)
        nbformat.write(book, path)
        nbgrader(home, "submit", NAME, user=student)
    nbgrader(course, "collect", NAME)
    nbgrader(course, "autograde", NAME)
    nbgrader(course, "generate_feedback", NAME)
    nbgrader(course, "release_feedback", NAME)
    for student in STUDENTS:
        nbgrader(folder / student, "fetch_feedback", NAME, user=student)
    nbgrader(course, "export")
    yield course


def borrows(book: nbformat.NotebookNode) -> None:
    filled(book, lambda name, text: f'borrow("{name}")' if name == BORROWED else text)


def loses_locked_cells(book: nbformat.NotebookNode) -> None:
    filled(book)
    book.cells = [cell for cell in book.cells if not cell.id.endswith("-check")]


STUDENTS: dict[str, Callable[[nbformat.NotebookNode], None]] = {
    "anna": filled,
    "bert": lambda book: filled(book, not_squared),
    "cleo": lambda book: None,
    "dora": borrows,
    "emil": loses_locked_cells,
}


def scores(course: Path) -> dict[str, float]:
    with (course / "grades.csv").open(encoding="utf-8") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def executed(course: Path, student: str) -> nbformat.NotebookNode:
    return nbformat.read(course / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)


def feedback(course: Path, student: str) -> str:
    """The page that the student has fetched."""
    (page,) = (course.parent / student / NAME / "feedback").rglob(f"{NAME}.html")
    return page.read_text(encoding="utf-8")


def test_the_released_sheet_has_the_blanks_of_the_students_sheet_and_no_solution(course):
    released = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    sheet = nbformat.read(build.SHEETS / f"{NAME}.ipynb", as_version=4)
    blanks = {cell.id: cell.source for cell in sheet.cells if cell.source.startswith("@fills")}
    assert {cell.id: cell.source for cell in released.cells if cell.id in blanks} == blanks
    assert {exercise.name for exercise in EXERCISES} == set(re.findall(r'raise Blank\("(.+?)"\)', str(blanks)))
    assert "SOLUTION" not in nbformat.writes(released)


def test_nbgrader_gives_the_points_of_the_registry(course):
    wrong = marks.points(registry.exercise("penalty.gradient_penalty"))
    borrowed = marks.points(registry.exercise(BORROWED))
    expected = {"anna": ALL, "bert": ALL - wrong, "cleo": 0.0, "dora": ALL - borrowed, "emil": ALL}
    assert scores(course) == expected


def test_the_feedback_names_the_mistake(course):
    assert "penalty.gradient_penalty is not yet right (not-squared)" in feedback(course, "bert")
    assert "penalty.gradient_penalty is still blank" in feedback(course, "cleo")
    assert "is not yet right" not in feedback(course, "anna")
    assert f"{BORROWED} is borrowed, and earns no points" in feedback(course, "dora")


def test_cells_that_need_answers_of_earlier_sheets_stop_with_a_sentence_and_cost_nothing(course):
    """Sheet 05 shows its pieces with the critic of sheet 02, which is not in the submission."""
    stopped = [
        output.evalue
        for cell in executed(course, "anna").cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    assert stopped and all("is still blank" in sentence for sentence in stopped)
    assert not any(exercise.name in sentence for sentence in stopped for exercise in EXERCISES)


# Otter -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `otter assign` makes."""
    folder = tmp_path_factory.mktemp("otter")
    run(["-m", "solutions.assignments", "otter", str(folder), "--sheet", "05"], build.ROOT)
    run(["-m", "otter", "assign", f"{NAME}/{NAME}.ipynb", "dist"], folder)
    return folder / "dist"


def otter(dist: Path, book: nbformat.NotebookNode, folder: Path) -> dict:
    """The report of `otter run` on a submission."""
    nbformat.write(book, folder / f"{NAME}.ipynb")
    (autograder,) = (dist / "autograder").glob("*.zip")
    run(["-m", "otter", "run", "-a", str(autograder), "-o", str(folder), str(folder / f"{NAME}.ipynb")], folder)
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def points(report: dict) -> float:
    return sum(test.get("score", 0.0) for test in report["tests"])


def test_otters_sheet_has_the_blanks_of_the_students_sheet_and_no_solution(dist):
    given = nbformat.read(dist / "student" / f"{NAME}.ipynb", as_version=4)
    sheet = nbformat.read(build.SHEETS / f"{NAME}.ipynb", as_version=4)
    blanks = [cell.source for cell in sheet.cells if cell.source.startswith("@fills")]
    assert [cell.source for cell in given.cells if cell.source.startswith("@fills")] == blanks
    secret = [line.strip() for exercise in EXERCISES for line in inside(exercise) if len(line.strip()) > 24]
    assert not [line for line in secret if line in nbformat.writes(given)]


def inside(exercise: registry.Exercise) -> list[str]:
    path = build.ROOT / "solutions" / f"{exercise.module}.py"
    text = answers.read_definition(path, exercise.definition)
    return "\n".join(re.findall(rf"{build.BEGIN}\n(.*?)(?:{build.END}|\Z)", text, re.DOTALL)).split("\n")


@pytest.mark.parametrize("student", ["anna", "bert", "cleo", "dora"])
def test_otter_gives_the_points_of_the_registry_and_names_the_mistake(dist, tmp_path, student):
    book = nbformat.read(dist / "student" / f"{NAME}.ipynb", as_version=4)
    STUDENTS[student](book)
    report = otter(dist, book, tmp_path)
    said = json.dumps(report)
    wrong = marks.points(registry.exercise("penalty.gradient_penalty"))
    expected = {"anna": ALL, "bert": ALL - wrong, "cleo": 0.0, "dora": ALL - marks.points(registry.exercise(BORROWED))}
    assert points(report) == pytest.approx(expected[student])
    assert ("penalty.gradient_penalty is not yet right (not-squared)" in said) == (student == "bert")
