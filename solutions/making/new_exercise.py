"""Writes the skeletons of a new exercise, and says what is to be filled in.

    make exercise NAME=penalty.r2_penalty SHEET=05

Five files get one: the registry, the module of solutions, the file of checks, a
new file of wrong answers, and the source of the sheet. All is looked at before
anything is written. CONTRIBUTING.md goes on from there.
"""

import argparse
import ast
import keyword
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from solutions.making import sources
from starter.kit import registry

LIKE_THIS = "make exercise NAME=penalty.r2_penalty SHEET=05"
IMPORTS = {  # what a skeleton may need, and how a file gets it
    "Callable": "from collections.abc import Callable",
    "Mistakes": "from .mistakes import Mistakes",
    "Tensor": "from torch import Tensor",
    "call": "from .calls import call",
    "checks": "from .judge import checks",
    "expect": "from .probes import expect",
    "nn": "from torch import nn",
    "tensor": "from .probes import tensor",
    "torch": "import torch",
}


IN_A_CHECK = ("Callable", "Tensor", "call", "checks", "expect", "tensor", "torch")

# Skeletons, with <words> for what depends on the exercise.
ENTRY = '    Exercise("<name>", "<sheet>", 1, 5, 2, "homework", "say here what it does"),'
FUNCTION = '''\
def <definition>(x: Tensor) -> Tensor:
    """Say here what it gives, in one line. Equation (<equation>).

        Say here the equation, in signs that can be typed.

    Args:
        x: say here what, its shape and its range.

    Returns:
        Say here what, its shape and its range.

    Source: say here the paper, and which equation or line of it.
    """
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION
'''
CLASS = '''\
class <definition>(nn.Module):
    """Say here what it is, in one line.

    Args:
        width: say here what.
    """

    def __init__(self, width: int = 1) -> None:
        super().__init__()
        self.width = width

    def forward(self, x: Tensor) -> Tensor:
        """Say here what it gives. Equation (<equation>).

        Args:
            x: say here what, its shape and its range.

        Returns:
            Say here what, its shape and its range.
        """
        ### BEGIN SOLUTION
        return x
        ### END SOLUTION
'''
MISTAKE = "    say-here-an-id: Say here what the mistake does, and what to think about, without the code."
TABLE = f'''\
wrong = Mistakes(
    """
{MISTAKE}
    """
)
'''
CHECK = """\
@checks("<name>", "<parameters>")
def <definition>(candidate: Callable[..., Tensor]) -> str:
    x = torch.tensor([1.0, 2.0])
    value = tensor(call(<candidate>, x), "the result for two numbers", (2,))
    <table>.named(value, {"say-here-an-id": 2 * x})
    expect(value, x, "for [1, 2] the result")
    return "Say here what was measured, with its numbers."
"""
ANSWERS = """\
import torch

from tests.mistakes import right, wrong


@wrong("say-here-an-id")
def say_here_what_it_does(x):
    return torch.mul(x, 2)


@right
def say_here_how_it_differs(x):
    return torch.mul(x, 1)
"""
CLASS_ANSWERS = """\
from torch import nn

from tests.mistakes import right, wrong


@wrong("say-here-an-id")
class SayHereWhatItDoes(nn.Module):
    def forward(self, x):
        return 2 * x


@right
class SayHereHowItDiffers(nn.Module):
    def forward(self, x):
        return 1 * x
"""
CELLS = """\
# %% [markdown]
# ## <number>. Say here what it is
#
# Say here the idea in two or three sentences, then the equation and the shapes.
#
# $$\\text{say here the equation} \\tag{<equation>}$$
#
# {{ box <name> }}

# %%
# {{ fill <name> }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# Say here what helps and is not yet the code.
#
# </details>
#
# Say here what to predict before the next cell.

# %%
print("say here in numbers what the piece does")
"""


class Skeleton(NamedTuple):
    """What one file becomes.

    Attributes:
        path: the file.
        text: all of it, the skeleton included.
        begin: how the first line of the skeleton begins.
        fill_in: what is to be filled in there.
    """

    path: Path
    text: str
    begin: str
    fill_in: str


# What is refused -------------------------------------------------------------


def wanted(name: str, sheet: str) -> tuple[str, registry.Sheet]:
    """The name and the sheet, if there can be such an exercise.

    Raises:
        SystemExit: there cannot; one sentence says why.
    """
    name = name.strip()
    if not re.fullmatch(r"[a-z][a-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*", name) or _reserved(name):
        raise SystemExit(f"{name!r} is no name of an exercise: give a module and a name in it, {LIKE_THIS}.")
    if not sheet.strip():
        raise SystemExit(f"SHEET: give the number of the sheet that asks for {name}, {LIKE_THIS}.")
    try:
        chosen = registry.sheet(sheet)
    except registry.Unknown as error:
        raise SystemExit(f"SHEET: {error}") from None
    if not chosen.minutes:
        raise SystemExit(f"SHEET: {chosen.stem} is a lesson without a sheet, so nobody could fill in {name}.")
    _refuse_a_new_module(name.split(".")[0])
    for path, known in _known(name):
        if known.lower() == name.lower():  # some file systems know no capitals
            raise SystemExit(f"There is something named {known} already, in {sources.shown(path)}.")
    return name, chosen


def _reserved(name: str) -> bool:
    return any(keyword.iskeyword(part) for part in name.split("."))


def _refuse_a_new_module(module: str) -> None:
    missing = [path for path in (_solutions(module), _checks(module)) if not path.is_file()]
    if not missing:
        return
    near = registry._nearest(module, registry.MODULES)
    maybe = f" Did you mean {near[0]}?" if near else ""
    files = " and ".join(sources.shown(path) for path in missing)
    raise SystemExit(
        f"There is no module {module} yet.{maybe} A new module begins with {files}: "
        'see "A new module" in CONTRIBUTING.md.'
    )


def _known(name: str) -> list[tuple[Path, str]]:
    """Names that are taken in the files where the exercise would stand."""
    module = name.split(".")[0]
    known = [(sources.REGISTRY, exercise.name) for exercise in registry.EXERCISES]
    for path in (_solutions(module), _checks(module)):
        for node in ast.parse(sources.text_of(path)).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                known.append((path, f"{module}.{node.name}"))
    for path in (ROOT / "tests" / "mistakes").glob(f"{module}__*.py"):
        known.append((path, path.stem.replace("__", ".", 1)))
    return known


def _solutions(module: str) -> Path:
    return ROOT / "solutions" / f"{module}.py"


def _checks(module: str) -> Path:
    return ROOT / "starter" / "kit" / "checks" / f"{module}.py"


# The skeletons ---------------------------------------------------------------


def skeletons(name: str, sheet: registry.Sheet) -> list[Skeleton]:
    """What each of the five files becomes, in the order in which they are filled in."""
    module, definition = name.split(".")
    source = ROOT / "solutions" / "labwork" / "source" / f"{sheet.stem}.py"
    text = sources.text_of(source)
    values = {
        **{"name": name, "definition": definition, "sheet": sheet.number},
        "number": str(_next(r"(?m)^# ## (\d+)\.", text)),
        "equation": f"{int(sheet.number)}.{_next(rf'tag.{int(sheet.number)}[.]([0-9]+).', text)}",
    }
    return [
        _entry(_filled(ENTRY, values), sheet),
        _solution(_filled(CLASS if _is_class(name) else FUNCTION, values), _solutions(module)),
        _check(name, _checks(module)),
        _answers(name),
        _cells(_filled(CELLS, values), sheet, source),
    ]


def _next(pattern: str, text: str) -> int:
    """The number after the highest that is found in a text."""
    return max([0, *map(int, re.findall(pattern, text))]) + 1


def _filled(template: str, values: dict[str, str]) -> str:
    for word, value in values.items():
        template = template.replace(f"<{word}>", value)
    return template


def _is_class(name: str) -> bool:
    return name.split(".")[1][0].isupper()


def _entry(line: str, sheet: registry.Sheet) -> Skeleton:
    text = sources.text_of(sources.REGISTRY)
    (listed,) = (
        node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and _target(node) == "EXERCISES"
    )
    entries = [entry for entry in listed.elts if isinstance(entry, ast.Call)]
    before = [entry for entry in entries if ast.literal_eval(entry.args[1]) <= sheet.number]
    after = max([listed.lineno, *map(sources.last_line, before)])
    fill_in = "lines to write, minutes, difficulty from 1 to 5, path, and the goal in half a sentence"
    return Skeleton(sources.REGISTRY, _inserted(text, after, line), line, fill_in)


def _target(node: ast.Assign) -> str:
    return ast.unparse(node.targets[0])


def _solution(part: str, path: Path) -> Skeleton:
    text = f"{sources.text_of(path).rstrip()}\n\n\n{part}"
    text = _importing(path, text, "Tensor", *(["nn"] if "nn." in part else []))
    return Skeleton(path, text, part.split("\n")[0], "signature, docstring, and the solution between the marks")


def _check(name: str, path: Path) -> Skeleton:
    text = sources.text_of(path)
    table, end = _table(ast.parse(text)) or ("", 0)
    text = _inserted(text, end - 1, f"\n{MISTAKE}") if table else f"{text.rstrip()}\n\n\n{TABLE}"
    values = {"name": name, "definition": name.split(".")[1], "table": table or "wrong"}
    values["candidate"], values["parameters"] = ("candidate()", "") if _is_class(name) else ("candidate", "x")
    part = _filled(CHECK, values)
    text = _importing(path, f"{text.rstrip()}\n\n\n{part}", *IN_A_CHECK, *([] if table else ["Mistakes"]))
    return Skeleton(path, text, part.split("\n")[0], "what is measured, and the sentence for each mistake in the table")


def _table(tree: ast.Module) -> tuple[str, int] | None:
    """The name of the last table of mistakes in a file of checks, and the line in which its text ends."""
    tables = [
        (_target(node), sources.last_line(node.value.args[0]))
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "Mistakes"
    ]
    return tables[-1] if tables else None


def _answers(name: str) -> Skeleton:
    path = ROOT / "tests" / "mistakes" / f"{name.replace('.', '__')}.py"
    text = CLASS_ANSWERS if _is_class(name) else ANSWERS
    return Skeleton(path, text, "@wrong", "wrong answers under at least 5 ids, and at least 2 right answers")


def _cells(part: str, sheet: registry.Sheet, source: Path) -> Skeleton:
    text = sources.text_of(source)
    text = _inserted(text, _end_of_work(source, text, sheet) - 1, part)
    return Skeleton(source, text, part.split("\n")[1], "idea, equation, shapes, hints, and a cell that shows it")


def _end_of_work(source: Path, text: str, sheet: registry.Sheet) -> int:
    """The line before which new cells go: that of the cell with progress(), or the end."""
    cells = sources.read_cells(source)
    last = max([0, *(number for number, cell in enumerate(cells) if cell.fill)])
    closing = [cell.line - 1 for cell in cells[last:] if f'progress("{sheet.number}")' in cell.text]
    return closing[0] if closing else len(text.rstrip("\n").split("\n")) + 2


def _inserted(text: str, after: int, part: str) -> str:
    """A text with another one after that line of it."""
    lines = text.split("\n")
    lines[after:after] = [part]
    return "\n".join(lines)


def _importing(path: Path, text: str, *names: str) -> str:
    """The text with imports of those names that it does not have yet, in ruff's order."""
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    known = {alias.asname or alias.name for node in imports for alias in node.names}
    missing = [IMPORTS[name] for name in names if name not in known]
    if missing:
        text = _inserted(text, max([1, *map(sources.last_line, imports)]), "\n".join(missing))
    words = [sys.executable, "-m", "ruff", "check", "--select", "I", "--fix", "--quiet", "--stdin-filename", str(path)]
    done = subprocess.run([*words, "-"], cwd=ROOT, input=text, capture_output=True, encoding="utf-8")
    return done.stdout or text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sheet", required=True)
    parser.add_argument("name")
    arguments = parser.parse_args()
    name, sheet = wanted(arguments.name, arguments.sheet)
    written = skeletons(name, sheet)
    for skeleton in written:
        skeleton.path.write_bytes(skeleton.text.encode("utf-8"))
    print(f"The skeletons of {name} are written. Fill in wherever they say so, in this order:")
    for number, (path, text, begin, fill_in) in enumerate(written, 1):
        line = text[: text.index(begin)].count("\n") + 1
        print(f"  {number}. {sources.shown(path)}:{line}: {fill_in}")
    print(f"Then: make build, make execute ONLY={sheet.number} KEEP=1, make test (CONTRIBUTING.md: Add an exercise).")


if __name__ == "__main__":
    main()
