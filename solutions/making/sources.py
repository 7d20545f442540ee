"""Reads the sources, and says what is wrong with one in a sentence that begins with its file and line.

    solutions/losses.py:24: ### BEGIN SOLUTION has no ### END SOLUTION.

Two kinds are read here: modules, whose solutions stand between two marks, and
notebooks in jupytext's py:percent. Whatever is wrong ends the build before it
writes anything.
"""

import ast
import json
import re
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import jupytext

try:
    from starter.kit import registry
except Exception as error:
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    frames.append((getattr(error, "filename", ""), getattr(error, "lineno", 0)))
    lines = [line for file, line in frames if Path(str(file)).name == "registry.py"]
    if not lines:
        raise
    said = getattr(error, "msg", "") or f"{type(error).__name__}: {error}"
    raise SystemExit(f"starter/kit/registry.py:{lines[-1]}: The registry cannot be loaded: {said}.") from None

from starter.kit.course import show_path as shown

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
REGISTRY = Path(registry.__file__)
TAGS = {  # of cells, and what they do
    "draws": "this cell draws, so its code is folded",
    "predict": "the output of this cell answers a prediction, so it is folded in lessons and solved sheets",
    "nbval-check-output": "the tests compare the output of this cell with the stored one",
    "nbval-ignore-output": "they run this cell and compare nothing",
    "nbval-raises-exception": "this cell is meant to stop with an error",
    "nbval-skip": "they leave this cell out",
    "readme": "the last picture of this cell is the one in README.md",
    "solved": "this cell is in the solved sheet only",
    "yours": "the output shows the reader's own state, so it is not stored",
}

_MARKED = re.compile(r"#+\s*(?:BEGIN|END)\s+SOLUTION\b.*", re.IGNORECASE)
_CELL = re.compile(r"# ?%%")
_MARK = re.compile(r"\{\{\s*(?:fill|box)\b.*?(?:\}\}|$)|\{\{ *\w+ +[\w.]+ *\}\}", re.MULTILINE)


def stop(path: Path, line: int, sentence: str) -> NoReturn:
    """End the build with a sentence about one line of a file."""
    raise SystemExit(f"{shown(path)}:{line}: {sentence}")


def text_of(path: Path) -> str:
    """The text of a source, with LF line ends."""
    try:
        data = path.read_bytes()
    except OSError as error:
        stop(path, 1, f"This file cannot be read ({error.strerror}).")
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        stop(path, data[: error.start].count(b"\n") + 1, "This line is not UTF-8. Save the file as UTF-8.")


def _syntax(path: Path, text: str, first: int = 1) -> ast.Module:
    """The syntax tree of a text whose first line is that line of the file."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        stop(path, first + (error.lineno or 1) - 1, f"This is not valid Python: {error.msg}.")
    except ValueError as error:
        stop(path, first, f"This is not valid Python: {error}.")


# The registry ----------------------------------------------------------------


def entry_line(key: str) -> int:
    """The line of the registry where an exercise or a sheet stands, by its name or stem."""
    text = REGISTRY.read_text(encoding="utf-8")
    found = re.search(rf'^\s*(?:Exercise|Sheet)\(\s*["\']{re.escape(key)}["\']', text, re.MULTILINE)
    return text[: found.end()].count("\n") + 1 if found else 1


def check_registry(sheets: Path, lessons: Path) -> None:
    """See that the entries of the registry are complete, and that each has its source.

    Args:
        sheets: the folder with the sources of sheets.
        lessons: the folder with the sources of lessons.
    """
    stems: dict[str, str] = {}
    for sheet in registry.SHEETS:
        line = entry_line(sheet.stem)
        if other := stems.get(sheet.number):
            stop(REGISTRY, line, f"Sheet {sheet.number} stands here twice, as {other} and as {sheet.stem}.")
        stems[sheet.number] = sheet.stem
        for folder, minutes, what in ((sheets, sheet.minutes, "sheet"), (lessons, sheet.lesson_minutes, "lesson")):
            if minutes and not (folder / f"{sheet.stem}.py").is_file():
                source = shown(folder / f"{sheet.stem}.py")
                stop(REGISTRY, line, f"The {what} takes {minutes} minutes here, but there is no {source}.")
    seen: set[str] = set()
    for exercise in registry.EXERCISES:
        if problem := _problem(exercise, seen):
            stop(REGISTRY, entry_line(exercise.name), problem)
        seen.add(exercise.name)


def _problem(exercise: registry.Exercise, seen: set[str]) -> str:
    """What is wrong with an entry, "" if nothing is."""
    if exercise.name in seen:
        return f"{exercise.name} stands here twice."
    if not re.fullmatch(r"[a-z_]\w*\.[A-Za-z_]\w*", exercise.name):
        return f'"{exercise.name}" is no name of an exercise; one looks like "losses.critic_loss".'
    asks = [sheet for sheet in registry.SHEETS if sheet.number == exercise.sheet and sheet.minutes]
    if not asks:
        return f'{exercise.name} belongs to sheet "{exercise.sheet}", and there is no such sheet in SHEETS.'
    if exercise.path not in registry.PATHS:
        return f'The path of {exercise.name} is "{exercise.path}"; it can be {", ".join(registry.PATHS)}.'
    if exercise.difficulty not in range(1, 6):
        return f"The difficulty of {exercise.name} is {exercise.difficulty}; it goes from 1 to 5."
    return ""


# Modules ---------------------------------------------------------------------


@dataclass(frozen=True)
class Region:
    """One solution in a module.

    Attributes:
        exercise: whose solution it is.
        begin, end: the lines of the two marks, from 1.
        indent: the spaces before the marks.
    """

    exercise: registry.Exercise
    begin: int
    end: int
    indent: str


@dataclass(frozen=True)
class Module:
    """A module of solutions.

    Attributes:
        text: all of it.
        regions: the solutions in it, in order.
        docstring_end: the last line of its docstring.
        imports_end: the last line of its absolute imports, or of its docstring if it has none.
    """

    text: str
    regions: tuple[Region, ...]
    docstring_end: int
    imports_end: int


@dataclass(frozen=True)
class _Definition:
    """A function or class at the top level, and its lines up to the next statement."""

    name: str
    first: int
    last: int


def read_module(path: Path) -> Module:
    """A module of solutions, or the end of the build if something is wrong with it."""
    exercises = [exercise for exercise in registry.EXERCISES if exercise.module == path.stem]
    if not path.is_file():
        name = exercises[0].name
        stop(REGISTRY, entry_line(name), f"{name} stands here, but there is no {shown(path)}.")
    text = text_of(path)
    tree = _syntax(path, text)
    docstring = tree.body[0] if tree.body and ast.get_docstring(tree) is not None else None
    if docstring is None:
        stop(path, 1, "A module begins with a docstring that says what it is about.")
    definitions = _definitions(path, tree, len(text.split("\n")))
    for exercise in exercises:
        if exercise.definition not in definitions:
            line = entry_line(exercise.name)
            stop(REGISTRY, line, f"{exercise.name} stands here, but {shown(path)} does not define it.")
    regions = _regions(path, text.split("\n"), definitions)
    for definition in definitions.values():
        if not any(region.exercise.definition == definition.name for region in regions):
            missing = f'{definition.name} has no solution between "{BEGIN}" and "{END}"'
            stop(path, definition.first, f"{missing}, so students would get all of it.")
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    absolute = [last_line(node) for node in imports if not getattr(node, "level", 0)]
    return Module(text, tuple(regions), last_line(docstring), max([last_line(docstring), *absolute]))


def last_line(node: ast.stmt | ast.expr) -> int:
    """The line in which a piece of Python ends."""
    return node.end_lineno or node.lineno


def _definitions(path: Path, tree: ast.Module, last: int) -> dict[str, _Definition]:
    """The functions and classes of a module, by name; each has to be an exercise."""
    found: dict[str, _Definition] = {}
    starts = [min([node.lineno, *(line.lineno for line in getattr(node, "decorator_list", []))]) for node in tree.body]
    for node, first, following in zip(tree.body, starts, [*starts[1:], last + 1], strict=True):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if other := found.get(node.name):
            stop(path, node.lineno, f"{node.name} is defined twice, first in line {other.first}.")
        try:
            registry.exercise(f"{path.stem}.{node.name}")
        except registry.Unknown as error:
            stop(path, node.lineno, f"Each definition of a module is an exercise of {shown(REGISTRY)}. {error}")
        found[node.name] = _Definition(node.name, first, following - 1)
    return found


def _regions(path: Path, lines: list[str], definitions: dict[str, _Definition]) -> list[Region]:
    """The solutions between marks."""
    found, begin = [], 0
    for number, line in enumerate(lines, 1):
        mark = line.strip()
        if mark not in (BEGIN, END):
            if _MARKED.fullmatch(mark):
                stop(path, number, f'"{mark}" is no mark; the marks are "{BEGIN}" and "{END}".')
        elif mark == BEGIN and begin:
            stop(path, begin, f'"{BEGIN}" has no "{END}" before the next one in line {number}.')
        elif mark == BEGIN:
            begin = number
        elif not begin:
            stop(path, number, f'"{END}" has no "{BEGIN}" before it.')
        else:
            found.append(_region(path, lines, begin, number, definitions))
            begin = 0
    if begin:
        stop(path, begin, f'"{BEGIN}" has no "{END}".')
    return found


def _region(path: Path, lines: list[str], begin: int, end: int, definitions: dict[str, _Definition]) -> Region:
    """The solution between the marks in those two lines."""
    around = [each for each in definitions.values() if each.first < begin and end <= each.last]
    if not around:
        stop(path, begin, "This solution is not inside one function or class.")
    code = [line for line in lines[begin : end - 1] if line.strip() and not line.strip().startswith("#")]
    if not code:
        stop(path, begin, "There is no solution between these marks.")
    indents = {line[: len(line) - len(line.lstrip())] for line in (lines[begin - 1], code[0], lines[end - 1])}
    if len(indents) > 1:
        stop(path, begin, "The two marks are not indented like the solution between them.")
    return Region(registry.exercise(f"{path.stem}.{around[0].name}"), begin, end, indents.pop())


# Sources of notebooks --------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One cell of a source.

    Attributes:
        kind: "code" or "markdown".
        text: its text as a notebook has it, marks not yet expanded.
        tags: what stands in tags=[...].
        line: the line of its first line of text in the source.
        fill: the exercise whose cell it is, "" for all others.
    """

    kind: str
    text: str
    tags: list[str]
    line: int
    fill: str = ""


def sheet_of(source: Path, kind: str) -> registry.Sheet:
    """The entry of the registry to which a source belongs.

    Args:
        source: its name begins with the number.
        kind: "sheet" or "lesson".
    """
    try:
        sheet = registry.sheet(source.stem[:2])
    except registry.Unknown as error:
        stop(source, 1, f"The name of the file begins with the number of a sheet in {shown(REGISTRY)}. {error}")
    if sheet.stem != source.stem:
        stop(source, 1, f"{shown(REGISTRY)}:{entry_line(sheet.stem)} calls it {sheet.stem}: give both one name.")
    if not (sheet.lesson_minutes if kind == "lesson" else sheet.minutes):
        stop(REGISTRY, entry_line(sheet.stem), f"The {kind} takes 0 minutes here, but there is {shown(source)}.")
    return sheet


def read_cells(source: Path) -> list[Cell]:
    """The cells of a source, or the end of the build if something is wrong with one."""
    text = text_of(source)
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines, 1) if _CELL.match(line)]
    if starts[:1] != [1]:
        stop(source, 1, 'A source begins with a cell: its first line is "# %%" or "# %% [markdown]".')
    headings = [_heading(source, start, lines[start - 1]) for start in starts]
    cells = jupytext.reads(text, fmt="py:percent").cells
    if len(cells) != len(starts):
        stop(source, _within_a_string(text, starts), 'A line that begins with "# %%" can only begin a cell.')
    return [
        _cell(source, start + 1, kind, cell.source, tags)
        for start, (kind, tags), cell in zip(starts, headings, cells, strict=True)
    ]


def _heading(source: Path, number: int, line: str) -> tuple[str, list[str]]:
    """What the first line of a cell says: its kind and its tags."""
    found = re.fullmatch(r"# ?%%( \[markdown\])?(?: tags=(\[.*\]))?\s*", line)
    try:
        tags = json.loads(found[2] or "[]") if found else None
    except ValueError:
        tags = None
    if found is None or tags is None:
        rest = line.lstrip("# %").strip()
        stop(source, number, f'After "# %%" only [markdown] and tags=["..."] can stand, and not {rest}.')
    for tag in tags:
        if tag not in TAGS:
            stop(source, number, f'"{tag}" is no tag. The tags are {", ".join(TAGS)}.')
    return "markdown" if found[1] else "code", tags


def _within_a_string(text: str, starts: list[int]) -> int:
    """The first line that looks like the beginning of a cell and is none."""
    for number in range(2, len(starts) + 1):
        part = "\n".join(text.split("\n")[: starts[number - 1] - 1])
        if len(jupytext.reads(part, fmt="py:percent").cells) < number - 1:
            return starts[number - 2]
    return starts[-1]


def _cell(source: Path, line: int, kind: str, text: str, tags: list[str]) -> Cell:
    fill = _fill(source, line, kind, text)
    if kind == "code" and not fill:
        _syntax(source, text, line)
    return Cell(kind, text, tags, line, fill)


def _fill(source: Path, line: int, kind: str, text: str) -> str:
    """The exercise whose cell this is, "" for none. Each mark in it has to be a mark."""
    fill = ""
    for found in _MARK.finditer(text):
        place = line + text[: found.start()].count("\n")
        mark = re.fullmatch(r"\{\{ (fill|box) (\S+) \}\}", found[0])
        alone = text.strip().removeprefix("#").strip() == found[0]
        if not mark or (mark[1] == "fill") != (kind == "code") or (mark[1] == "fill" and not alone):
            where = "a code cell of its own, and {{ box losses.critic_loss }} in a markdown cell above it"
            stop(source, place, f"{found[0]} cannot stand here: # {{{{ fill losses.critic_loss }}}} stands in {where}.")
        try:
            registry.exercise(mark[2])
        except registry.Unknown as error:
            stop(source, place, str(error))
        fill = mark[2] if mark[1] == "fill" else fill
    return fill


def check_exercises(source: Path, cells: list[Cell], sheet: registry.Sheet | None) -> None:
    """See that a sheet asks for its exercises, each once, in the registry's order and below its box.

    Args:
        source: the source of the sheet or lesson.
        cells: what `read_cells` gives for it.
        sheet: its entry; None for a lesson, which asks for nothing.
    """
    wanted = [exercise.name for exercise in registry.of_sheet(sheet.number)] if sheet else []
    boxes: dict[str, int] = {}
    asked: dict[str, int] = {}
    for cell in cells:
        for box in re.finditer(r"\{\{ box (\S+) \}\}", cell.text):
            place = cell.line + cell.text[: box.start()].count("\n")
            _belongs(source, place, box[1], wanted, boxes, sheet)
        if cell.fill:
            _belongs(source, cell.line, cell.fill, wanted, asked, sheet)
            if cell.fill not in boxes:
                stop(source, cell.line, f"No {{{{ box {cell.fill} }}}} stands above this cell.")
            if (before := wanted[len(asked) - 1]) != cell.fill:
                order = f"{shown(REGISTRY)}:{entry_line(before)} has {before} before it"
                stop(source, cell.line, f"{cell.fill} comes too early here: {order}.")
    end = cells[-1].line if cells else 1
    for name in wanted:
        if name not in asked:
            stop(source, end, f"The sheet ends without {name}, which {shown(REGISTRY)}:{entry_line(name)} promises.")
    for name, place in boxes.items():
        if name not in asked:
            stop(source, place, f"There is a box for {name}, but no cell with {{{{ fill {name} }}}}.")


def _belongs(
    source: Path, line: int, name: str, wanted: list[str], before: dict[str, int], sheet: registry.Sheet | None
) -> None:
    """See that an exercise is one of the sheet's and comes for the first time, and note where."""
    if sheet is None:
        stop(source, line, f"A lesson has nothing to fill in, so {name} cannot stand here.")
    if name not in wanted:
        stop(source, line, f"{name} belongs to sheet {registry.exercise(name).sheet}, as {shown(REGISTRY)} has it.")
    if name in before:
        stop(source, line, f"{name} stands here for the second time, after line {before[name]}.")
    before[name] = line


# Built notebooks on disk -----------------------------------------------------


def read_json(path: Path) -> Any:
    """What a notebook on disk holds."""
    mend = "Mend it, or take it from git again."
    try:
        return json.loads(text_of(path))
    except json.JSONDecodeError as error:
        stop(path, error.lineno, f"This is no notebook that can be read ({error.msg}). {mend}")
    except RecursionError:
        stop(path, 1, f"This is no notebook that can be read. {mend}")
