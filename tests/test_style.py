"""Style: ruff, and the rules of the house that ruff does not know."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KIT = sorted((ROOT / "starter" / "kit").rglob("*.py"))


def test_ruff_has_nothing_to_say():
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


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
            prose = re.sub(r"!=|!r\}|\(\?!|`[^`]*`|\[!\]|<!--.*|!\[|#!|alt=.*!", "", line)
            assert "!" not in prose, f"{path.name}:{number}: {line}"
            assert not re.search(r"\bTODO\b|\bFIXME\b", line), f"{path.name}:{number}"
