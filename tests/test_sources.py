"""What is wrong with a source is said in one sentence with its file and line, and then nothing is written."""

import json
from pathlib import Path

import pytest

from solutions import build
from solutions.making import sources
from starter.kit import course, registry

REGISTRY = "starter/kit/registry.py"
LOSSES, SHEET, LESSON = "solutions/losses.py", "solutions/labwork/source/00_start.py", "notebooks/source/00_start.py"
COURSE = {  # the smallest one that has everything
    REGISTRY: """\
SHEETS = (
    Sheet("00_start", "Start", 10, 5, "a loss and its negative"),
    Sheet("01_more", "More", 10, 0, "slopes"),
)
EXERCISES = (
    Exercise("losses.loss", "00", 1, 5, 2, "core", "a loss"),
    Exercise("losses.estimate", "00", 1, 5, 2, "lab", "its negative"),
    Exercise("penalty.norms", "01", 1, 5, 2, "core", "slopes"),
)
""",
    LOSSES: '''\
"""Losses."""

from torch import Tensor


def loss(scores: Tensor) -> Tensor:
    """The loss."""
    ### BEGIN SOLUTION
    return -scores.mean()
    ### END SOLUTION


def estimate(scores: Tensor) -> Tensor:
    """Its negative."""
    ### BEGIN SOLUTION
    return scores.mean()
    ### END SOLUTION
''',
    "solutions/penalty.py": '''\
"""Penalties."""


def norms(x):
    """Slopes."""
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION
''',
    SHEET: """\
# %% [markdown]
# {{ box losses.loss }}

# %%
# {{ fill losses.loss }}

# %% [markdown]
# {{ box losses.estimate }}

# %%
# {{ fill losses.estimate }}

# %%
print("end")
""",
    "solutions/labwork/source/01_more.py": """\
# %% [markdown]
# {{ box penalty.norms }}

# %%
# {{ fill penalty.norms }}
""",
    LESSON: """\
# %% [markdown]
# A lesson of ten words, of which these are the last.

# %% tags=["nbval-check-output"]
print(1 + 1)

# %% tags=["yours"]
print("mine")
""",
    "README.md": "# A course\n\n<!-- built from starter/kit/registry.py -->\n<!-- end of the built table -->\n",
}


class Course:
    """A small course of its own in a folder, whose sources may be changed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        for name, text in COURSE.items():
            self.change(name, "", text)

    def change(self, name: str, old: str, new: str) -> None:
        """Put `new` in the place of the first `old`; an empty `old` stands for the end of the file."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text
        path.parent.mkdir(parents=True, exist_ok=True)
        text = text.replace(old, new, 1) if old else text + new
        path.write_bytes(text.encode("utf-8", errors="surrogateescape"))

    def build(self) -> None:
        """Build it with its own registry."""
        names = {"Sheet": registry.Sheet, "Exercise": registry.Exercise}
        exec((self.folder / REGISTRY).read_text(encoding="utf-8"), names)
        sheets, exercises = names["SHEETS"], names["EXERCISES"]
        names |= {"_BY_NUMBER": {sheet.number: sheet for sheet in sheets}}
        names |= {"_BY_NAME": {exercise.name: exercise for exercise in exercises}}
        names |= {"MODULES": tuple(dict.fromkeys(exercise.module for exercise in exercises))}
        for name in ("SHEETS", "EXERCISES", "_BY_NUMBER", "_BY_NAME", "MODULES"):
            self.monkeypatch.setattr(registry, name, names[name])
        build.build()

    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def cells(self, name: str) -> list[dict]:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))["cells"]


@pytest.fixture
def small(tmp_path, monkeypatch):
    for name in ("ROOT", "LESSONS", "SHEETS", "SOLVED", "README", "GUIDE"):
        monkeypatch.setattr(build, name, tmp_path / getattr(build, name).relative_to(course.ROOT))
    monkeypatch.setattr(sources, "REGISTRY", tmp_path / REGISTRY)
    monkeypatch.setattr(course, "ROOT", tmp_path)
    return Course(tmp_path, monkeypatch)


def test_a_small_course_is_built(small, capsys):
    small.build()
    assert capsys.readouterr().out.splitlines() == [
        *("built starter/losses.py", "built starter/penalty.py"),
        *("built labwork/00_start.ipynb", "built solutions/labwork/00_start.ipynb"),
        *("built labwork/01_more.ipynb", "built solutions/labwork/01_more.ipynb"),
        *("built notebooks/00_start.ipynb", "built README.md"),
    ]
    blank = (small.folder / "starter/losses.py").read_text()
    assert blank.count('    # YOUR CODE HERE\n    raise Blank("losses.') == 2 and "mean()" not in blank
    assert "from starter.kit.course import Blank" in (small.folder / "starter/penalty.py").read_text()
    small.build()
    assert not capsys.readouterr().out


END, BEGIN = "    ### END SOLUTION\n", "    ### BEGIN SOLUTION\n"
FILL, BOX = "# {{ fill losses.loss }}", "# {{ box losses.loss }}"
BROKEN = [  # a file, what is changed in it, and how the sentence begins
    # modules
    (LOSSES, END, "", 'solutions/losses.py:8: "### BEGIN SOLUTION" has no "### END SOLUTION" before the next one in'),
    (LOSSES, BEGIN, "", 'solutions/losses.py:9: "### END SOLUTION" has no "### BEGIN SOLUTION" before it.'),
    (LOSSES, "", BEGIN, 'solutions/losses.py:18: "### BEGIN SOLUTION" has no "### END SOLUTION".'),
    (LOSSES, "### END SOLUTION", "### end solution", 'solutions/losses.py:10: "### end solution" is no mark;'),
    (LOSSES, "### B", "# B", 'solutions/losses.py:8: "# BEGIN SOLUTION" is no mark; the marks are'),
    (LOSSES, "\ndef loss", f"{BEGIN}X = 1\n{END}\ndef loss", "solutions/losses.py:5: This solution is not inside one"),
    (LOSSES, END, f"\n\nX = 1\n{END}", "solutions/losses.py:8: This solution is not inside one function or class."),
    (LOSSES, BEGIN, BEGIN + END + BEGIN, "solutions/losses.py:8: There is no solution between these marks."),
    (LOSSES, BEGIN, BEGIN.strip() + "\n", "solutions/losses.py:8: The two marks are not indented like the solution"),
    (LOSSES, "def estimate", "def loss", "solutions/losses.py:13: loss is defined twice, first in line 6."),
    (LOSSES, "def loss(", "def loss((", "solutions/losses.py:6: This is not valid Python:"),
    (LOSSES, "def loss(", "\0def loss(", "solutions/losses.py:1: This is not valid Python:"),
    (LOSSES, "def loss(", "# \udcff\ndef loss(", "solutions/losses.py:6: This line is not UTF-8."),
    (LOSSES, '"""Losses."""', "", "solutions/losses.py:1: A module begins with a docstring"),
    (LOSSES, f"{BEGIN}    return -scores.mean()\n{END}", "    return 1\n", "solutions/losses.py:6: loss has no"),
    (LOSSES, "", "\n\ndef new():\n    pass\n", "solutions/losses.py:20: Each definition of a module is an exercise of"),
    # the registry
    (REGISTRY, "penalty.norms", "losses.norms", f"{REGISTRY}:8: losses.norms stands here, but solutions/losses.py"),
    (REGISTRY, "losses.loss", "losses.los", "solutions/losses.py:6: Each definition of a module is an exercise of"),
    (REGISTRY, "losses.loss", "loses.loss", f"{REGISTRY}:6: loses.loss stands here, but there is no solutions/lose"),
    (REGISTRY, "losses.loss", "losses.a loss", f'{REGISTRY}:6: "losses.a loss" is no name of an exercise;'),
    (REGISTRY, "losses.estimate", "losses.loss", f"{REGISTRY}:6: losses.loss stands here twice."),
    (REGISTRY, 'loss", "00"', 'loss", "07"', f'{REGISTRY}:6: losses.loss belongs to sheet "07", and there is no such'),
    (REGISTRY, '"core"', '"main"', f'{REGISTRY}:6: The path of losses.loss is "main"; it can be core, lab, homework.'),
    (REGISTRY, "5, 2", "5, 7", f"{REGISTRY}:6: The difficulty of losses.loss is 7; it goes from 1 to 5."),
    (REGISTRY, "01_more", "00_more", f"{REGISTRY}:3: Sheet 00 stands here twice, as 00_start and as 00_more."),
    (REGISTRY, "00_start", "00_first", f"{REGISTRY}:2: The sheet takes 10 minutes here, but there is no solutions/lab"),
    (REGISTRY, "10, 0", "10, 5", f"{REGISTRY}:3: The lesson takes 5 minutes here, but there is no notebooks/source/01"),
    (REGISTRY, "10, 5", "10, 0", f"{REGISTRY}:2: The lesson takes 0 minutes here, but there is notebooks/source/00_"),
    # sheets and lessons
    ("notebooks/source/draft.py", "", "# %%\n", "notebooks/source/draft.py:1: The name of the file begins with the"),
    ("notebooks/source/08_dirac.py", "", "# %%\n", "notebooks/source/08_dirac.py:1: The name of the file begins with"),
    ("notebooks/source/01_new.py", "", "# %%\n", "notebooks/source/01_new.py:1: starter/kit/registry.py:3 calls"),
    (SHEET, "fill losses.loss", "fill losses.los", f"{SHEET}:5: There is no exercise 'losses.los'. Did you mean"),
    (SHEET, "box losses.loss", "box losses.los", f"{SHEET}:2: There is no exercise 'losses.los'. Did you mean"),
    (SHEET, "fill losses.loss", "fil losses.loss", f"{SHEET}:5: {{{{ fil losses.loss }}}} cannot stand here:"),
    (SHEET, "fill losses.loss }}", "fill losses.loss }", f"{SHEET}:5: {{{{ fill losses.loss }} cannot stand here:"),
    (SHEET, "box losses.loss }}", "box }}", f"{SHEET}:2: {{{{ box }}}} cannot stand here:"),
    (SHEET, FILL, f"x = 1\n{FILL}", f"{SHEET}:6: {{{{ fill losses.loss }}}} cannot stand here:"),
    (SHEET, BOX, FILL, f"{SHEET}:2: {{{{ fill losses.loss }}}} cannot stand here:"),
    (SHEET, FILL, f"{FILL}\n\n# %%\n{FILL}", f"{SHEET}:8: losses.loss stands here for the second time, after line 5."),
    (SHEET, BOX, f"{BOX}\n#\n{BOX}", f"{SHEET}:4: losses.loss stands here for the second time, after line 2."),
    (SHEET, BOX, "# A text.", f"{SHEET}:5: No {{{{ box losses.loss }}}} stands above this cell."),
    (SHEET, FILL, "", f"{SHEET}:11: losses.estimate comes too early here: {REGISTRY}:6 has losses.loss before it."),
    (SHEET, "# {{ fill losses.estimate }}", "", f"{SHEET}:14: The sheet ends without losses.estimate, which"),
    (SHEET, "losses.loss", "penalty.norms", f"{SHEET}:2: penalty.norms belongs to sheet 01, as {REGISTRY} has it."),
    (LESSON, "", f"\n# %%\n{FILL}\n", f"{LESSON}:11: A lesson has nothing to fill in, so losses.loss cannot stand"),
    (LESSON, "", "\n# %%\nx = 1\ny = = 2\n", f"{LESSON}:12: This is not valid Python:"),
    (LESSON, '"yours"', '"mine"', f'{LESSON}:7: "mine" is no tag. The tags are draws, predict,'),
    (LESSON, '["yours"]', '["yours"', f'{LESSON}:7: After "# %%" only [markdown] and tags=["..."] can stand'),
    (LESSON, '["yours"]', '"yours"', f'{LESSON}:7: After "# %%" only [markdown] and tags=["..."] can stand'),
    (LESSON, "", "\n# %% a title\nx = 1\n", f'{LESSON}:10: After "# %%" only [markdown] and tags=["..."] can stand'),
    (LESSON, "", "\n# %% [raw]\n# x\n", f'{LESSON}:10: After "# %%" only [markdown] and tags=["..."] can stand'),
    (LESSON, "# %%", "x = 1\n# %%", f'{LESSON}:1: A source begins with a cell: its first line is "# %%" or'),
    (LESSON, "", '\n# %%\nx = """\n# %%\n"""\n', f'{LESSON}:12: A line that begins with "# %%" can only begin'),
    (LESSON, "", "\n# %% [markdown]\n# \udce9\n", f"{LESSON}:11: This line is not UTF-8."),
    # files on disk
    ("notebooks/00_start.ipynb", "", '{\n "cells": [\n  oh\n', "notebooks/00_start.ipynb:3: This is no notebook that"),
    ("notebooks/00_start.ipynb", "", '{"cells": 3}', "notebooks/00_start.ipynb:1: This is no notebook that can"),
    ("notebooks/00_start.ipynb", "", "{\n\udcff\n}", "notebooks/00_start.ipynb:2: This line is not UTF-8."),
    ("notebooks/00_start.ipynb", "", "[" * 100_000, "notebooks/00_start.ipynb:1: This is no notebook that can"),
    ("README.md", "<!-- end of the built table -->", "", "README.md:1: The table of notebooks stands between"),
]


@pytest.mark.parametrize(("name", "old", "new", "sentence"), BROKEN, ids=[case[3][:60] for case in BROKEN])
def test_what_is_wrong_is_said_with_file_and_line_and_nothing_is_written(small, capsys, name, old, new, sentence):
    small.change(name, old, new)
    before = small.files()
    with pytest.raises(SystemExit) as caught:
        small.build()
    said = str(caught.value)
    assert said.startswith(sentence)
    assert said.endswith((".", "?")) and "\n" not in said and "!" not in said.replace("<!--", "") and len(said) < 300
    assert small.files() == before and not capsys.readouterr().out


def test_a_missing_source_of_a_sheet_is_said_at_its_entry(small):
    (small.folder / SHEET).unlink()
    with pytest.raises(SystemExit, match=rf"^{REGISTRY}:2: The sheet takes 10 minutes here, but there is no {SHEET}"):
        small.build()


# Long texts ------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind", "limit"), [(SHEET, "sheet", 1000), (LESSON, "lesson", 1000)])
def test_a_long_text_is_built_and_said(small, capsys, name, kind, limit):
    words = f"\n# %% [markdown]\n# {'größer ' * limit}\n"
    small.change(name, "", words)
    small.build()
    said = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("built ")]
    assert len(said) == 1 and said[0].startswith(f"{name}:1: This {kind} has ")
    should = f"a {kind} should have at most {limit:,}. It was built all the same."
    assert said[0].endswith(f" words outside of folds, and {should}")
    folder = "labwork" if kind == "sheet" else "notebooks"
    assert any("größer" in "".join(cell["source"]) for cell in small.cells(f"{folder}/00_start.ipynb"))
    small.build()
    assert capsys.readouterr().out.splitlines() == said


def test_formulas_and_marks_of_html_are_no_words(small, capsys):
    small.change(LESSON, "", f"\n# %% [markdown]\n# <details> $ {'alpha ' * 2000} $ </details>\n")
    small.build()
    assert "words" not in capsys.readouterr().out


# Running ---------------------------------------------------------------------


@pytest.fixture
def run(small, monkeypatch):
    """Runs the lesson of the small course, in a kernel that knows nothing but Python."""
    monkeypatch.setattr(build, "HEADER", "import os\n{switch}Tensor = int\nfills = lambda name: lambda answer: answer")
    monkeypatch.setenv("WGAN_LABS", "solutions")  # execute sets it: so it is put back
    small.build()
    return lambda numbers=("0",), keep=False: build.execute(list(numbers), keep)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("x = 1\nx / 0", "This cell stops with ZeroDivisionError: division by zero"),
        ("import sys\nprint('careful', file=sys.stderr)", "This cell writes to stderr: careful"),
        ("import os\nprint(os.path.expanduser('~') + '/x')", "The output of this cell holds a path of this machine."),
    ],
)
def test_a_cell_that_fails_is_said_with_its_place_in_the_source(small, run, capsys, cell, sentence):
    small.change(LESSON, "print(1 + 1)", cell)
    with pytest.raises(SystemExit) as caught:
        run()
    assert str(caught.value) == f"{LESSON}:5: {sentence}"
    assert all(not cell.get("outputs") for cell in small.cells("notebooks/00_start.ipynb"))


def test_a_picture_for_the_readme_that_is_missing_is_said(small, run, capsys):
    small.change(LESSON, '["nbval-check-output"]', '["readme"]')
    with pytest.raises(SystemExit) as caught:
        run()
    assert str(caught.value) == f"{LESSON}:5: This cell is tagged readme, and it shows no picture."


def test_outputs_are_stored_and_those_of_unchanged_cells_are_kept_if_asked(small, run, capsys):
    run()
    cells = small.cells("notebooks/00_start.ipynb")
    assert cells[-3]["outputs"][0]["text"] == ["2\n"] and cells[-2]["outputs"] == []  # the last shows the reader's own
    path = small.folder / "notebooks/00_start.ipynb"
    path.write_text(path.read_text().replace('"2\\n"', '"two\\n"'))
    small.change(LESSON, "", "\n# %%\nprint('new')\n")
    run(keep=True)
    outputs = [cell["outputs"] for cell in small.cells("notebooks/00_start.ipynb")[3:-1]]
    assert [output[0]["text"] if output else [] for output in outputs] == [["two\n"], [], ["new\n"]]
    run()
    assert small.cells("notebooks/00_start.ipynb")[3]["outputs"][0]["text"] == ["2\n"]


def test_an_unknown_number_is_said_and_nothing_is_run(small, run, capsys):
    with pytest.raises(SystemExit, match=r"^ONLY: There is no sheet '99'\. The sheets are: 00, 01\.$"):
        run(["99"])
    assert "running" not in capsys.readouterr().out
