"""Made-up students, put together from the right and wrong answers of tests/mistakes.

python -m tests.returned 80 folder     writes their work as a learning platform exports it, and what it is worth
"""

import ast
import importlib
import inspect
import json
import random
import sys
import zipfile
from collections import defaultdict
from functools import cache
from pathlib import Path

from starter.kit import registry
from starter.kit.course import ROOT
from starter.kit.desk import answers
from tests import mistakes
from tests.mistakes import Answer

BLANK = "blank"
MARKS = ("wrong", "right")  # decorators of an answer that are no part of it


def text_of(answer: Answer) -> str:
    """The answer under the name of its exercise, below all that its file defines beside answers."""
    exercise = registry.exercise(answer.exercise)
    module = importlib.import_module(answer.candidate.__module__)
    source = Path(inspect.getsourcefile(module)).read_text(encoding="utf-8")
    parts, wanted = [], ""
    for node in ast.parse(source).body:
        marks = getattr(node, "decorator_list", [])
        is_answer = any(getattr(getattr(mark, "func", mark), "id", "") in MARKS for mark in marks)
        if getattr(node, "name", "") == answer.candidate.__name__:
            node.decorator_list = [
                mark for mark in marks if getattr(getattr(mark, "func", mark), "id", "") not in MARKS
            ]
            node.name = exercise.definition
            for inner in ast.walk(node):  # it may call itself
                if isinstance(inner, ast.Name) and inner.id == answer.candidate.__name__:
                    inner.id = exercise.definition
            wanted = ast.unparse(node)
        elif not is_answer and "tests.mistakes" not in ast.unparse(node):
            parts.append(ast.unparse(node))
    return "\n\n".join([*parts, wanted])


def plain(answer: Answer) -> bool:
    """Whether it stands as a plain definition that can be given another name."""
    candidate = answer.candidate
    defined = inspect.isfunction(candidate) or (
        inspect.isclass(candidate) and candidate.__base__.__module__[:5] != "tests"
    )
    return defined and "super(" not in inspect.getsource(candidate).replace("super().__init__()", "")


@cache
def _plain_answers(name: str) -> list[Answer]:
    """All plain answers to an exercise; to find them takes a second, and each student asks."""
    return [answer for answer in mistakes.everything() if answer.exercise == name and plain(answer)]


def reference(name: str) -> str:
    """The solution."""
    exercise = registry.exercise(name)
    return answers.read_definition(ROOT / "solutions" / f"{exercise.module}.py", exercise.definition) or ""


def student(chance: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """The files of one student, and for each exercise the mistake in it, "" for none."""
    files: dict[str, list[str]] = defaultdict(list)
    expected = {}
    for exercise in registry.EXERCISES:
        found = _plain_answers(exercise.name)
        right = [answer for answer in found if not answer.mistake]
        kind = chance.random()
        if kind < 0.15:
            expected[exercise.name] = BLANK
            continue
        chosen = chance.choice([*right, None] if kind < 0.65 else found)
        expected[exercise.name] = chosen.mistake if chosen else ""
        files[exercise.module].append(text_of(chosen) if chosen else reference(exercise.name))
    return {module: "\n\n\n".join(texts) + "\n" for module, texts in files.items()}, expected


def write(number: int, folder: Path) -> dict[str, dict[str, str]]:
    """Zips as Moodle names them, and what each is worth, by owner and exercise."""
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}
    for place in range(number):
        files, expected[f"Student {place:02d}"] = student(random.Random(place))
        name = folder / f"Student {place:02d}_{1000 + place}_assignsubmission_file_.zip"
        with zipfile.ZipFile(name, "w") as archive:
            for module, text in files.items():
                archive.writestr(f"lab/starter/mine/{module}.py", text)
    return expected


if __name__ == "__main__":
    target = Path(sys.argv[2])
    truth = write(int(sys.argv[1]), target)
    target.with_suffix(".json").write_text(json.dumps(truth, indent=1))
