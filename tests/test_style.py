"""Style: ruff, mypy, and the rules of the house that neither knows."""

import ast
import fnmatch
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from starter import kit
from starter.kit import registry

ROOT = Path(__file__).resolve().parents[1]
KIT = sorted((ROOT / "starter" / "kit").rglob("*.py"))


def said(*words: str) -> str:
    """What a tool says of the course; "" if it has nothing to say."""
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_ruff_has_nothing_to_say():
    assert not said("ruff", "check", ".")


def test_the_layout_is_that_of_ruff_format():
    assert not said("ruff", "format", "--check", ".")


def test_types_are_right():
    assert not said("mypy")


def test_words_are_spelled_as_in_the_dictionary():
    """In prose, messages and comments; files of tests misspell on purpose."""
    prose = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".github", "notebooks", "solutions", "starter", "Makefile"]
    assert not said("codespell_lib", *prose)


def test_exceptions_from_rules_reach_only_files_that_are_meant():
    """Those for built blanks name each of them, since a * in ruff's patterns crosses folders."""
    ignores = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    blanks = {pattern for pattern in ignores["per-file-ignores"] if re.fullmatch(r"starter/[^/]*", pattern)}
    assert blanks <= {f"starter/{module}.py" for module in registry.MODULES}
    reached = [
        path.relative_to(ROOT).as_posix()
        for path in [
            *KIT,
            *ROOT.glob("solutions/*.py"),
            *ROOT.glob("solutions/making/*.py"),
            *ROOT.glob("tests/*.py"),
            *ROOT.glob("tests/bench/*.py"),
        ]
        for pattern in ignores["per-file-ignores"]
        if fnmatch.fnmatch(path.relative_to(ROOT).as_posix(), pattern)
    ]
    assert sorted(reached) == [
        "solutions/build.py",
        "solutions/making/new_exercise.py",
        "starter/kit/__init__.py",
        "starter/kit/data/fashion-mnist/make_subset.py",
    ]


def test_editors_know_the_public_names():
    tree = ast.parse(Path(kit.__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    named = [alias.name for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    beside = {path.stem for path in (ROOT / "starter" / "kit").iterdir()}  # these an editor finds by itself
    assert sorted(named) == sorted(set(kit.PUBLIC) - beside)


def test_the_kit_imports_no_exercise_at_import_time():
    code = (
        "import sys, pkgutil, importlib, starter.kit as kit\n"
        "names = [m.name for m in pkgutil.walk_packages(kit.__path__, 'starter.kit.') if 'make_subset' not in m.name]\n"
        "[importlib.import_module(name) for name in names if not name.endswith('__main__')]\n"
        "from starter.kit import registry\n"
        "print([m for m in registry.MODULES if f'starter.{m}' in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_importing_the_course_loads_neither_plots_nor_notebooks():
    heavy = ("matplotlib", "IPython", "nbformat", "torchvision", "scipy")
    code = f"import sys, starter.kit; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_arrows_point_one_way():
    for path in KIT:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^(from|import) (starter\.(?!kit)|solutions|tests)", text, re.M), path.name
    for path in (ROOT / "solutions").glob("*.py"):
        if path.name != "build.py":
            found = re.findall(r"from starter\S*", path.read_text(encoding="utf-8"))
            assert all(name.startswith("from starter.kit") for name in found), path.name


def test_prose_has_no_exclamation_marks_and_no_unfinished_business():
    files = [ROOT / "README.md", *ROOT.glob("*/source/*.py"), *ROOT.glob("solutions/*/source/*.py"), *KIT]
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            prose = re.sub(r"!=|![rs][:}]|\(\?!|`[^`]*`|\[!\]|<!--.*|!\[|#!|alt=.*!", "", line)
            assert "!" not in prose, f"{path.name}:{number}: {line}"
            assert not re.search(r"\bTODO\b|\bFIXME\b", line), f"{path.name}:{number}"
