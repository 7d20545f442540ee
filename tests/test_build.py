"""Built files are what their sources say, and nothing secret gets out."""

import ast
import builtins
import json
import re
from pathlib import Path

import pytest
import torch

from solutions import build
from starter.kit import registry
from starter.kit.desk import answers

ROOT = build.ROOT
NOTEBOOKS = sorted([*build.LESSONS.glob("*.ipynb"), *build.SHEETS.glob("*.ipynb"), *build.SOLVED.glob("*.ipynb")])
name_of = lambda path: path.relative_to(ROOT).as_posix()  # noqa: E731


def cells(path: Path, kind: str) -> list[str]:
    book = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == kind]


def test_built_files_are_what_their_sources_give():
    stale = [name_of(path) for path, text in build.built().items() if path.read_bytes() != text.encode()]
    assert not stale, f"run make build: {stale}"


def test_building_twice_gives_the_same():
    assert build.built() == build.built()


def test_nothing_built_is_left_without_a_source():
    sources = {path.stem for path in build.SOLVED.glob("source/*.py")}
    assert {path.stem for path in build.SHEETS.glob("*.ipynb")} == sources
    assert {path.stem for path in build.SOLVED.glob("*.ipynb")} == sources
    assert {path.stem for path in build.LESSONS.glob("*.ipynb")} == {p.stem for p in build.LESSONS.glob("source/*.py")}
    assert {path.stem for path in (ROOT / "starter").glob("*.py")} == {*registry.MODULES, "__init__"}


def test_every_registered_sheet_exists_and_asks_for_its_exercises_once():
    for sheet in registry.SHEETS:
        path = build.SHEETS / f"{sheet.stem}.ipynb"
        assert path.exists() == (sheet.minutes > 0)
        asked = re.findall(r'^@fills\("(.+)"\)', "\n".join(cells(path, "code")), re.M) if sheet.minutes else []
        assert asked == [exercise.name for exercise in registry.of_sheet(sheet.number)]
        assert (build.LESSONS / f"{sheet.stem}.ipynb").exists() == (sheet.lesson_minutes > 0)


@pytest.mark.parametrize("module", registry.MODULES)
def test_every_blank_is_a_blank_and_every_solution_is_not(module):
    for exercise in registry.EXERCISES:
        if exercise.module == module:
            blank = answers.read_definition(ROOT / "starter" / f"{module}.py", exercise.definition)
            solution = answers.read_definition(ROOT / "solutions" / f"{module}.py", exercise.definition)
            assert f'raise Blank("{exercise.name}")' in blank and answers.is_blank(exercise, blank)
            assert not answers.is_blank(exercise, solution)


def solution_lines() -> set[str]:
    """Lines that stand in a region of a solution, and nowhere else in the student's files."""
    secret = set()
    for module in registry.MODULES:
        inside = False
        for line in (ROOT / "solutions" / f"{module}.py").read_text().splitlines():
            if line.strip() in (build.BEGIN, build.END):
                inside = line.strip() == build.BEGIN
            elif inside and len(line.strip()) > 24:
                secret.add(line.strip())
    return secret


def student_files() -> list[Path]:
    files = [path for folder in ("starter", "labwork", "notebooks") for path in (ROOT / folder).rglob("*")]
    return [path for path in files if path.suffix in (".py", ".ipynb") and "mine" not in path.parts]


def test_no_solution_stands_in_a_students_file():
    secret = solution_lines()
    assert len(secret) > 40
    for path in student_files():
        text = path.read_text(encoding="utf-8")
        assert "SOLUTION\n" not in text.replace("# YOUR", ""), name_of(path)
        if path.suffix == ".ipynb":
            text = "\n".join(cells(path, "code"))
        found = [line for line in text.splitlines() if line.strip() in secret]
        assert not found, f"{name_of(path)} gives away {found}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebook_is_tidy(path):
    text = path.read_text(encoding="utf-8")
    book = json.loads(text)
    assert "widgets" not in book["metadata"]
    assert not re.search(r"/(home|root|Users|work|tmp)/|[A-Z]:\\\\", text), "a path of some machine"
    assert len(text) < 1_000_000
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in book["cells"]:
        source = "".join(cell["source"])
        assert not re.search(r"!\[\s*\]\(", source), "a picture without alt text"
        assert "{{" not in source or "r'" in source, "a mark that was not expanded"
        for output in cell.get("outputs", []):
            assert output["output_type"] != "error" and output.get("name") != "stderr"
            page = "".join(output.get("data", {}).get("text/html", ""))
            assert "image/png" not in output.get("data", {}), "a picture without alt text"
            assert all(len(alt) >= 20 for alt in re.findall(r'<img[^>]*? alt="([^"]*)"', page))
            assert page.count("<img") == len(re.findall(r'<img[^>]*? alt="', page))
        if cell["cell_type"] == "code":
            ast.parse(source)


@pytest.mark.parametrize("path", sorted(build.SHEETS.glob("*.ipynb")), ids=name_of)
def test_a_students_sheet_has_no_outputs(path):
    book = json.loads(path.read_text(encoding="utf-8"))
    assert all(not cell["outputs"] for cell in book["cells"] if cell["cell_type"] == "code")


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if build.SHEETS not in p.parents], ids=name_of)
def test_lessons_and_solved_sheets_are_committed_executed(path):
    book = json.loads(path.read_text(encoding="utf-8"))
    assert all(cell["execution_count"] for cell in book["cells"] if cell["cell_type"] == "code")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_modules_are_imported_and_not_their_names(path):
    modules = "|".join(registry.MODULES)
    taken = re.findall(rf"from starter\.({modules}) import (\w+)", "\n".join(cells(path, "code")))
    filled = {exercise.name for exercise in registry.EXERCISES}
    assert not [f"{module}.{name}" for module, name in taken if f"{module}.{name}" in filled]


@pytest.mark.parametrize("path", sorted(build.SHEETS.glob("*.ipynb")), ids=name_of)
def test_a_sheet_knows_every_name_that_its_blanks_use(path):
    """What the module imports for an answer is imported in the sheet too: annotations must load."""
    code = "\n".join(cells(path, "code"))
    for exercise in registry.of_sheet(path.stem[:2]):
        text = answers.read_definition(ROOT / "solutions" / f"{exercise.module}.py", exercise.definition)
        imported = set(re.findall(r"\w+", " ".join(re.findall(r"^(?:from \S+ )?import .*", code, re.M))))
        names = imported | set(re.findall(r"^(?:def|class) (\w+)", code, re.M)) | {"gradient_norms", "interpolate"}
        assert not answers.missing_names(text, names), exercise.name


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebook_has_imported_whatever_its_text_tells_you_to_call(path):
    """Typed where it is not imported, reset(...) is IPython's own %reset, which offers to delete all variables."""
    code = "\n".join(cells(path, "code"))
    known = set(dir(builtins)) | {exercise.name.split(".")[0] for exercise in registry.EXERCISES}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            known |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            known.add(node.name)
        elif isinstance(node, ast.arg):
            known.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            known.add(node.id)
    for text in re.findall(r"`([^`\n]+)`", "\n".join(cells(path, "markdown"))):
        called = re.match(r"([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)(\(|$)", text)
        if called and (called[2] or called[3]) and "/" not in text and not text.endswith((".py", ".ipynb")):
            method = not called[2] and hasattr(torch.Tensor, called[1])
            assert called[1] in known or method or called[1] == "tensor", f"{text} is not imported"


def test_equation_numbers_in_sheets_and_docstrings_agree():
    for exercise in registry.EXERCISES:
        text = answers.read_definition(ROOT / "solutions" / f"{exercise.module}.py", exercise.definition)
        number = re.search(r"Equation \((\d+\.\d+)\)", text)
        sheet = "\n".join(cells(build.SHEETS / f"{registry.sheet(exercise.sheet).stem}.ipynb", "markdown"))
        if number:
            family = re.findall(r"\\tag\{(\d+\.\d+)\}", sheet)
            assert number[1] in family or exercise.path == "homework", exercise.name


def test_outputs_are_kept_where_the_cell_did_not_change(tmp_path):
    source = next(build.LESSONS.glob("source/*.py"))
    book = build.notebook(source, solved=None)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code):
        cell.execution_count = number + 1
    path = tmp_path / "old.ipynb"
    path.write_text(build.text_of(book))
    new = build.notebook(source, solved=None)
    changed = [cell for cell in new.cells if cell.cell_type == "code"][2]
    changed.source += "\n# changed"
    kept = [cell.execution_count for cell in build.with_outputs(new, path).cells if cell.cell_type == "code"]
    assert kept == [None if number == 2 else number + 1 for number in range(len(code))]


def test_a_blanked_module_with_a_release_keeps_what_is_past():
    text = build.blank_module("penalty", release="00")
    assert "torch.autograd.grad(f(x).sum(), x)[0]" in text and 'Blank("penalty.gradient_norms")' in text
    assert build.blank_module("penalty", release="99").count("raise Blank") == 0


def test_every_name_on_the_notation_card_exists_in_the_code():
    card = "\n".join(cells(build.LESSONS / "90_notes.ipynb", "markdown")).split("## Words")[0]
    rows = [line for line in card.splitlines() if line.startswith("|")]
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row)} - {"lambda"}
    assert {"critic_loss", "real_scores", "epsilon", "lambda_"} <= names
    files = [*(ROOT / "solutions").glob("*.py"), *(ROOT / "starter" / "kit" / "loop").glob("*.py")]
    known = set(re.findall(r"[A-Za-z_]\w*", "\n".join(path.read_text(encoding="utf-8") for path in files)))
    assert names <= known, names - known


def test_every_lesson_and_sheet_leads_to_the_notation_card():
    for path in NOTEBOOKS:
        title = cells(path, "markdown")[0]
        target = re.search(r"\((\S*90_notes\.ipynb)\)", title)
        assert path.stem == "90_notes" or (path.parent / target[1]).resolve() == build.LESSONS / "90_notes.ipynb"
