"""What `make nbgrader` and `make otter` write, and what a locked cell says. The graders themselves: test_graders.py."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from solutions import assignments, build
from solutions.assignments import __main__ as command
from solutions.assignments import nbgrader, otter, writing
from solutions.grade import marks
from starter.kit import registry

SHEETS = [sheet for sheet in registry.SHEETS if registry.of_sheet(sheet.number)]
number_of = lambda sheet: sheet.number  # noqa: E731


def read(files: dict[str, bytes], ending: str) -> nbformat.NotebookNode:
    (text,) = [data for name, data in files.items() if name.endswith(ending)]
    return nbformat.reads(text.decode(), as_version=4)


@pytest.mark.parametrize("sheet", SHEETS, ids=number_of)
def test_each_exercise_has_a_locked_check_below_it_with_the_points_of_make_grade(sheet):
    book = read(nbgrader.files([sheet]), f"{sheet.stem}.ipynb")
    nbformat.validate(book)
    of = [cell.metadata.get("nbgrader") for cell in book.cells]
    names = [each["grade_id"] for each in of if each]
    assert len(names) == len(set(names)) and all(re.fullmatch(r"[\w-]+", name) for name in names)
    assert next(each["locked"] for each in of if each), "the header cell"
    for exercise in registry.of_sheet(sheet.number):
        (place,) = [at for at, cell in enumerate(book.cells) if cell.source.startswith(f'@fills("{exercise.name}")')]
        assert of[place]["solution"] and not of[place]["grade"]
        assert of[place + 1]["grade"] and of[place + 1]["locked"]
        assert of[place + 1]["points"] == marks.points(exercise)
        assert f'"{exercise.name}", globals().get("{exercise.definition}")' in book.cells[place + 1].source
    assert sum(each["points"] for each in of if each and each["grade"]) == writing.most(sheet)


@pytest.mark.parametrize("sheet", SHEETS, ids=number_of)
def test_otters_test_cases_are_worth_what_the_answer_is(sheet):
    book = read(otter.files([sheet]), f"{sheet.stem}.ipynb")
    nbformat.validate(book)
    asked = [float(points) for points in re.findall(r"name: \w+\npoints: ([\d.]+)", nbformat_text(book))]
    parts = [float(points) for points in re.findall(r"BEGIN TEST CONFIG\npoints: ([\d.]+)", nbformat_text(book))]
    assert asked == [marks.points(exercise) for exercise in registry.of_sheet(sheet.number)]
    assert [one + other for one, other in zip(parts[::2], parts[1::2], strict=True)] == asked


def nbformat_text(book: nbformat.NotebookNode) -> str:
    return "\n".join(cell.source for cell in book.cells)


@pytest.mark.parametrize("made", [nbgrader, otter])
def test_no_link_leads_out_of_the_assignment_and_all_else_is_the_sheet(made):
    sheet = registry.sheet("02")
    book = read(made.files([sheet]), f"{sheet.stem}.ipynb")
    assert not re.findall(r"\]\((?!http|attachment)[^)]*\)", nbformat_text(book))
    ours = {cell.id: cell for cell in nbformat.read(build.SHEETS / f"{sheet.stem}.ipynb", as_version=4).cells}
    code = [cell for cell in book.cells if cell.cell_type == "code" and cell.id in ours]
    changed = [cell.id for cell in code if cell.source != ours[cell.id].source and "@fills" not in cell.source]
    assert changed == ["02-critic-header"]


def test_the_same_command_writes_the_same_and_never_over_something_else(tmp_path, capsys):
    for _ in range(2):
        command.main(["nbgrader", "--sheet=5", "--", str(tmp_path / "class")])
    points = writing.most(registry.sheet("05"))
    assert f"sheet 05 ({points:g} points)" in capsys.readouterr().out
    changed = tmp_path / "class" / "nbgrader_config.py"
    changed.write_text("# mine\n")
    with pytest.raises(SystemExit, match=r"nbgrader_config\.py is there already .* nothing was written\."):
        command.main(["nbgrader", "--sheet=1", "--", str(tmp_path / "class")])
    assert changed.read_text() == "# mine\n" and not (tmp_path / "class/source/01_distances").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["otter", "--sheet=5", "--", " "], "The name of the folder is empty"),
        (["otter", "--sheet=55", "--", "x"], "SHEET: There is no sheet '55'"),
        (["nbgrader", "--sheet=90", "--", "x"], "SHEET: 90 has no exercises"),
    ],
)
def test_bad_words_get_a_sentence(tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=sentence):
        command.main(words)
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_place_of_the_folder_gets_a_sentence(tmp_path):
    (tmp_path / "class").write_text("")
    with pytest.raises(SystemExit, match="The assignment is not finished"):
        command.main(["nbgrader", "--sheet=5", "--", str(tmp_path / "class")])


def test_every_part_of_the_package_is_named_in_its_docstring():
    assert "make nbgrader" in assignments.__doc__ and "make otter" in assignments.__doc__


# What a locked cell says -----------------------------------------------------

RIGHT = "def to_image(x): return (x + 1) / 2"
LOCKED = 'graded("generator.to_image", globals().get("to_image"), right=1, other=0.5)'


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (f'@fills("generator.to_image")\n{RIGHT}', "generator.to_image is right."),
        (RIGHT, "generator.to_image is right."),  # @fills was taken out: the sheet's own definition counts
        ("", "generator.to_image is still blank."),
        ('@fills("generator.to_image")\ndef to_image(x): return x', "generator.to_image is not yet right ("),
        ('@fills("generator.to_image")\ndef to_image(x): return helper(x)', "(unknown-name)"),
        ("def to_image(x):\n    import sys; print('!', file=sys.stderr); return (x + 1) / 2", "is right."),
        ("to_image = 3", "not-callable"),
        (
            'from starter.kit import borrow; borrow("generator.to_image")\nfrom starter.generator import to_image',
            "borrow",
        ),
    ],
)
def test_a_locked_cell_gives_the_points_or_says_why_not(student, cell, says):
    *_, ran = student("from starter.kit.desk.graded import graded", cell, f"print({LOCKED})")
    assert says in ran.text + ran.message
    assert ran.error == ("" if "is right." in says else "Unearned")
    assert ran.text.rstrip().endswith("1") == ("is right." in says)


def test_half_the_points_for_an_answer_that_works_but_is_not_as_asked(monkeypatch):
    from starter.kit.checks.report import Report
    from starter.kit.desk import graded

    report = Report("generator.to_image", False, "other-depth", "It has three layers.", works=True)
    monkeypatch.setattr(graded, "check", lambda name, definition: report)
    assert graded.graded("generator.to_image", lambda x: x, right=1, other=0.5) == 0.5


def test_in_the_graders_hands_each_kernel_has_an_empty_folder_and_no_reference(tmp_path):
    """The header cell of an assignment, run as nbgrader runs it, in a shell with a shared folder and the reference."""
    book = read(nbgrader.files([registry.sheet("00")]), "00_start.ipynb")
    (header,) = [cell.source for cell in book.cells if cell.id.endswith("-header")]
    ask = "from starter.kit import course\nprint(course.solutions_mode(), course.work_folder(), course.fast())"
    env = {"WGAN_LABS": "solutions", "WGAN_WORK": str(tmp_path), "PYTHONPATH": str(build.ROOT), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", f"{header}\n{ask}"],
        cwd=tmp_path,
        env={"NBGRADER_EXECUTION": "validate", **env},
        capture_output=True,
        text=True,
    )
    reference, folder, fast = done.stdout.split()
    assert (reference, fast) == ("False", "True") and folder != str(tmp_path), done.stderr
    assert not Path(folder).exists(), "the folder goes with the kernel"


def test_an_assignment_says_by_which_version_it_was_made():
    for made in (nbgrader, otter):
        book = read(made.files([registry.sheet("00")]), "00_start.ipynb")
        assert json.loads(nbformat.writes(book))["metadata"]["wgan_lab"] == {"version": registry.VERSION}
