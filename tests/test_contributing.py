"""What CONTRIBUTING.md promises: the rooms of the kit, the generator of exercises, and files that others rely on."""

import ast
import dataclasses
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
import yaml

from solutions.making import new_exercise, sources
from starter.kit import registry

ROOT = Path(__file__).resolve().parents[1]
KIT = ROOT / "starter" / "kit"
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def git(*words: str) -> str:
    """What git says; the test is skipped in a copy of the course without history."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode or not (ROOT / ".git").exists():
        pytest.skip("this copy of the course has no history")
    return done.stdout


# The rooms of the kit --------------------------------------------------------

FILES = sorted(path for path in KIT.rglob("*.py") if path.parent.name != "fashion-mnist")
ROWS = re.findall(r"^\| `([\w.]+)/?` \|[^|]*\|([^|]*)\|$", PAGE.split("| room |")[1].split("\n\n")[0], re.MULTILINE)
MAY_IMPORT = {room: set(re.findall(r"`([\w.]+)/?`", allowed)) for room, allowed in ROWS}


def room_of(path: Path) -> str:
    """The folder of a file in the kit, or its name if it lies in none."""
    return path.relative_to(KIT).parts[0]


def imported(path: Path) -> Iterator[tuple[int, Path]]:
    """Lines and files of the course that a file imports, inside functions too."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            base = [part for part in (base if node.level else base[len(package) :]) if part]
            names = [[*base, alias.name] for alias in node.names]
        else:
            continue
        for name in names:
            if name[0] in ("starter", "solutions", "tests") and (found := _file(name)) is not None:
                yield node.lineno, found


def _file(name: list[str]) -> Path | None:
    """The file of a module; what stands in a module, such as a function, is left out of the name."""
    for end in range(len(name), 0, -1):
        for path in (ROOT.joinpath(*name[:end]).with_suffix(".py"), ROOT.joinpath(*name[:end], "__init__.py")):
            if path.is_file():
                return path
    return None


def test_the_table_of_rooms_lists_every_room():
    rooms = {room_of(path) for path in FILES} - {"__init__.py", "__main__.py"}
    assert set(MAY_IMPORT) == rooms
    assert all(allowed <= rooms for allowed in MAY_IMPORT.values())
    described = (KIT / "__init__.py").read_text(encoding="utf-8").split('"""')[1]
    assert {room for room in rooms if room not in described} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(KIT).as_posix())
def test_a_room_imports_only_what_its_row_says(path):
    room = room_of(path)
    allowed = MAY_IMPORT.get(room, set(MAY_IMPORT)) | {room}
    exercises = {ROOT / "starter" / f"{module}.py" for module in registry.MODULES}
    for line, other in imported(path):
        if other not in exercises:
            assert other.is_relative_to(KIT), f"line {line} imports {other.relative_to(ROOT)}"
            assert room_of(other) in allowed, f"line {line}: {room} may not import {other.relative_to(KIT)}"


def test_no_files_of_the_kit_import_one_another_in_a_circle():
    needs = {path: {other for _, other in imported(path) if other != path} for path in FILES}
    try:
        list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = " -> ".join(path.relative_to(ROOT).as_posix() for path in reversed(error.args[1]))
        raise AssertionError(circle) from None


def test_the_imports_are_found_wherever_they_stand(tmp_path, monkeypatch):
    files = {"course": "", "data": "def f():\n    from ..kit import course\n", "show": "import starter.kit.data\n"}
    for name, text in files.items():
        path = tmp_path / "starter" / "kit" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "starter" / "kit" / "loop").mkdir()
    (tmp_path / "starter" / "kit" / "loop" / "run.py").write_text(
        "import torch\nfrom .. import data, show as s\nfrom ..course import ROOT\nfrom starter.kit.show import line\n"
    )
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    found = {
        path.stem: [(line, other.stem) for line, other in imported(path)]
        for path in (tmp_path / "starter" / "kit").rglob("*.py")
    }
    assert found == {
        "course": [],
        "data": [(2, "course")],
        "show": [(1, "data")],
        "run": [(2, "data"), (2, "show"), (3, "course"), (4, "show")],
    }


# The page itself -------------------------------------------------------------


def test_every_command_and_every_file_that_the_page_names_is_there():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)(?= [A-Z]+=|`|\n|  )", PAGE)) <= targets
    examples = ("spectral", "r2_penalty", "mine_0_2_0", "08", "NN", "<module>", "*")
    for name in re.findall(r"`([\w./<>*-]+/[\w./<>*-]+|[\w-]+\.(?:py|md|txt|toml|yaml))`", PAGE):
        if not any(example in name for example in examples) and name != "torchvision.datasets":
            places = (ROOT / name, KIT / name, ROOT / "solutions" / name, KIT / "data" / name)
            assert any(place.exists() for place in places), name


def test_the_page_explains_every_field_of_an_entry():
    for kind in (registry.Exercise, registry.Sheet):
        for field in dataclasses.fields(kind):
            assert f"| `{field.name}` |" in PAGE, field.name
    for path in registry.PATHS:
        assert f'`"{path}"`' in PAGE


def test_links_within_the_page_lead_somewhere():
    titles = re.findall(r"^#+ (.*)", PAGE, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= headings


def test_the_readme_leads_to_the_page_in_the_part_that_students_do_not_get():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    before, rest = readme.split("<!-- for instructors -->")
    part, after = rest.split("<!-- end for instructors -->")
    assert "](CONTRIBUTING.md)" in part and "CONTRIBUTING" not in before + after


# A new exercise --------------------------------------------------------------

SKELETONS = [
    sources.REGISTRY,
    *(ROOT / "solutions" / f"{module}.py" for module in registry.MODULES),
    *sorted((KIT / "checks").glob("*.py")),
    *sorted((ROOT / "tests" / "mistakes").glob("*.py")),
    *sorted((ROOT / "solutions" / "labwork" / "source").glob("*.py")),
]


def test_no_skeleton_of_an_exercise_is_left():
    left = [
        f"{path.relative_to(ROOT).as_posix()}:{number}"
        for path in SKELETONS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"say[ _-]?here", line, re.IGNORECASE)
    ]
    assert not left, f"A new exercise is still to be filled in: {', '.join(left)}."


@pytest.fixture
def copied(tmp_path):
    """A copy of the course without its images, networks and notebooks."""
    kinds = shutil.ignore_patterns("__pycache__", "*.ipynb", "*.gz", "*.safetensors", "mine", "mine_0_1_0", "bench")
    for name in ("solutions", "starter", "tests", "notebooks/source"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=kinds)
    for name in ("README.md", "CONTRIBUTING.md", "Makefile", "pyproject.toml"):
        shutil.copy2(ROOT / name, tmp_path)
    return tmp_path


def python(course: Path, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *words], cwd=course, capture_output=True, text=True)


def files_of(course: Path) -> dict[str, bytes]:
    paths = [path for path in course.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(course).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize("name", ["penalty.trial_penalty", "critic.TrialCritic"])
def test_the_skeletons_of_an_exercise_build_and_say_what_is_to_be_filled_in(copied, name):
    before = files_of(copied)
    done = python(copied, "solutions/making/new_exercise.py", "--sheet=5", "--", name)
    assert done.returncode == 0, done.stderr
    after = files_of(copied)
    module, definition = name.split(".")
    written = [
        *("starter/kit/registry.py", f"solutions/{module}.py", f"starter/kit/checks/{module}.py"),
        *(f"tests/mistakes/{module}__{definition}.py", "solutions/labwork/source/05_penalty.py"),
    ]
    assert {path for path in after if after[path] != before.get(path)} == set(written)
    said = re.findall(r"^  \d\. (\S+?):(\d+): ", done.stdout, re.MULTILINE)
    assert [path for path, _ in said] == written
    for path, line in said:
        shown = after[path].decode().splitlines()[int(line) - 1]
        assert re.search(rf"{definition}|Say here|say-here", shown)
    entries = re.findall(r'Exercise\("(\S+)", "05"', after["starter/kit/registry.py"].decode())
    assert entries[-1] == name
    ruff = python(copied, "-m", "ruff", "check", *written)
    assert ruff.returncode == 0, ruff.stdout
    build = python(copied, "solutions/build.py", "build")
    assert build.returncode == 0, build.stderr
    assert f'@fills(\\"{name}\\")' in (copied / "labwork/05_penalty.ipynb").read_text(encoding="utf-8")
    words = ("-m", "pytest", "-p", "no:xdist", "tests/test_contributing.py", "-k", "no_skeleton")
    tested = python(copied, *words)
    assert "A new exercise is still to be filled in: starter/kit/registry.py:" in tested.stdout


NO_NAME = "is no name of an exercise: give a module and a name in it, make exercise NAME=penalty.r2_penalty SHEET=05."
REFUSED = [
    ("losses.critic_loss", "05", "There is something named losses.critic_loss already, in starter/kit/registry.py."),
    ("critic.mlpcritic", "02", "There is something named critic.MLPCritic already, in starter/kit/registry.py."),
    ("penalty.points_NEED", "99", "SHEET: There is no sheet '99'. The sheets are: 00, 01, 02,"),
    ("penalty.r2_penalty", " ", "SHEET: give the number of the sheet that asks for penalty.r2_penalty, make exercise"),
    ("penalty.r2_penalty", "90", "SHEET: 90_notes is a lesson without a sheet, so nobody could fill in penalty.r2_"),
    ("", "05", f"'' {NO_NAME}"),
    ("r2_penalty", "05", f"'r2_penalty' {NO_NAME}"),
    ("losses._value", "05", f"'losses._value' {NO_NAME}"),
    ("penalty.r1-penalty", "05", f"'penalty.r1-penalty' {NO_NAME}"),
    ("penalty.class", "05", f"'penalty.class' {NO_NAME}"),
    ("penalty.größe", "05", f"'penalty.größe' {NO_NAME}"),
    ("../penalty.x", "05", f"'../penalty.x' {NO_NAME}"),
    ("penatly.r2_penalty", "05", "There is no module penatly yet. Did you mean penalty? A new module begins with"),
    ("spectral.bjorck", "05", "There is no module spectral yet. A new module begins with solutions/spectral.py"),
    ("build.anything", "05", "There is no module build yet. A new module begins with starter/kit/checks/build.py: see"),
]


@pytest.mark.parametrize(("name", "sheet", "sentence"), REFUSED, ids=[case[0] or "no name" for case in REFUSED])
def test_a_wrong_name_or_sheet_is_refused_in_one_sentence(name, sheet, sentence):
    with pytest.raises(SystemExit) as caught:
        new_exercise.wanted(name, sheet)
    said = str(caught.value)
    assert said.startswith(sentence) and "\n" not in said and "!" not in said and said.endswith(".")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('between real and fake"),\n', 'between real and fake")\n', "invalid syntax. Perhaps you forgot a comma?"),
        (', "random points between', "random points between", "unterminated string literal"),
        ('"core", "random points between real and fake"', '"core"', "TypeError: Exercise.__init__() missing 1"),
        ('Exercise("penalty.interpolate', 'Exercises("penalty.interpolate', "NameError: name 'Exercises' is not"),
    ],
)
def test_a_registry_that_cannot_be_loaded_is_said_with_its_line(copied, old, new, words):
    path = copied / "starter/kit/registry.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    command = ["making/new_exercise.py", "--sheet=05", "--", "penalty.x"] if "comma" in words else ["build.py", "build"]
    done = python(copied, f"solutions/{command[0]}", *command[1:])
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    said = re.match(r"starter/kit/registry\.py:(\d+): The registry cannot be loaded: (.*)", done.stderr)
    assert abs(int(said[1]) - text[: text.index("penalty.interpolate")].count("\n") - 1) <= 1
    assert said[2].startswith(words)


def test_what_has_that_name_in_one_of_the_files_is_in_the_way(copied):
    check = copied / "starter/kit/checks/penalty.py"
    check.write_text(check.read_text(encoding="utf-8") + "\n\ndef trial_penalty():\n    pass\n", encoding="utf-8")
    before = files_of(copied)
    done = python(copied, "solutions/making/new_exercise.py", "--sheet=05", "--", "penalty.trial_penalty")
    assert done.returncode == 1 and not done.stdout and files_of(copied) == before
    assert done.stderr == "There is something named penalty.trial_penalty already, in starter/kit/checks/penalty.py.\n"


def test_a_new_module_begins_as_the_page_says(copied):
    begins = r"`((?:solutions|starter/kit/checks)/spectral\.py)` begins.*?```python\n(.*?)```"
    for path, text in re.findall(begins, PAGE, re.DOTALL):
        (copied / path).write_text(text, encoding="utf-8")
    done = python(copied, "solutions/making/new_exercise.py", "--sheet=05", "--", "spectral.bjorck")
    assert done.returncode == 0, done.stderr
    build = python(copied, "solutions/build.py", "build")
    assert build.returncode == 0 and "built starter/spectral.py" in build.stdout, build.stderr
    code = "from starter.kit import check; from starter import spectral; print(check('spectral.bjorck').passed)"
    done = subprocess.run([sys.executable, "-c", code], cwd=copied, capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


@pytest.mark.parametrize("text", ["; touch bad", "$HOME", "$(shell touch bad)", 'it\'s "b"'])
def test_make_hands_on_a_name_as_it_was_typed(tmp_path, text):
    shutil.copy2(ROOT / "Makefile", tmp_path)
    for name in (".venv/.tests", "tests/requirements.txt", "requirements.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word" >> asked; done\n')
    python.chmod(0o755)
    (tmp_path / ".venv" / ".tests").touch()
    words = ["make", "exercise", f"NAME={text}", f"SHEET={text}"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["solutions/making/new_exercise.py", f"--sheet={text}", "--", text]
    assert not (tmp_path / "bad").exists()


# Files that others rely on ---------------------------------------------------


def read_yaml(name: str) -> dict:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_citation_is_valid_and_repeats_no_version():
    citation = read_yaml("CITATION.cff")
    assert citation["cff-version"] == "1.2.0" and citation["type"] == "software"
    assert citation["authors"] == [{"name": "The WGAN Lab authors"}]
    assert {"message", "title", "license", "abstract", "keywords"} <= set(citation)
    assert "version" not in citation  # the registry has it


def test_the_changelog_begins_with_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\d+\.\d+\.\d+) \((not released yet|\d{4}-\d{2}-\d{2})\)$", text, re.MULTILINE)
    assert versions[0][0] == registry.VERSION
    assert all(day != "not released yet" for _, day in versions[1:])
    numbers = [tuple(map(int, version.split("."))) for version, _ in versions]
    assert numbers == sorted(numbers, reverse=True)


def test_the_workflow_calls_targets_that_there_are_on_each_system_and_python():
    jobs = read_yaml(".github/workflows/test.yml")["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert {target for command in commands for target in re.findall(r"^\s*make ([a-z-]+)", command, re.M)} <= targets
    assert any("make test LOCK=1" in command for command in commands)
    matrix = jobs["newest-versions"]["strategy"]["matrix"]
    assert matrix == {"system": ["ubuntu-latest", "macos-latest"], "python": ["3.11", "3.12", "3.13", "3.14"]}
    for command in jobs["windows"]["steps"]:
        for name in re.findall(r"tests/\w+\.(?:py|txt)", command.get("run", "")):
            assert (ROOT / name).exists()
    for job in jobs.values():
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action) for action in used)


def test_templates_and_hooks_are_valid():
    for path in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")):
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert {"name", "description", "body"} <= set(form)
        ids = [part["id"] for part in form["body"]]
        assert len(set(ids)) == len(ids) and all(part["attributes"]["label"] for part in form["body"])
    for hook in read_yaml(".pre-commit-config.yaml")["repos"][0]["hooks"]:
        assert {"id", "name", "entry", "language"} <= set(hook)


def test_text_has_lf_and_old_answers_keep_their_bytes():
    rows = [line.split("\t") for line in git("ls-files", "--eol").splitlines()]
    for what, name in rows:
        old = name.startswith("tests/mine_0_1_0/")
        kinds = what.split()
        assert kinds[0] in ("i/lf", "i/none", "i/-text") or old, name
        assert ("attr/-text" in what) == (old or kinds[0] == "i/-text"), name
    assert any(what.startswith("i/crlf") for what, name in rows if name.startswith("tests/mine_0_1_0/"))
