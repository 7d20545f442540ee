"""The files with the answers: reading them, and putting definitions into them.

An answer is the text of one top-level function or class. It stands in
`starter/mine/<module>.py`, which holds what the student wrote and nothing else:
answers, and whatever imports and helpers were added by hand. The blanks of the
module are loaded first, and the answers are laid over them (see modules.py).

Version 0.1.0 kept a copy of the whole module there. Such a file is understood
as well: what stood in every copy (see given_in_0_1_0.json) is passed over.
"""

import ast
import builtins
import hashlib
import io
import json
import os
import re
import shutil
import symtable
import tokenize
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import cast

from .. import course
from ..registry import EXERCISES, Exercise

BORROWED = "# Borrowed from the reference. Write your own over it when you are ready."
_HEADER = (
    "# Your answers for starter/{module}.py. They are laid over its blanks.\n"
    "# Imports and helpers of your own may stand here too. What the blanks import is known here already.\n"
)
_COPY_OF_THE_MODULE = re.compile(
    r"^(# Built from solutions/\w+\.py by `make build`\..*|from starter\.kit import Blank)$", re.MULTILINE
)
_GIVEN = Path(__file__).with_name("given_in_0_1_0.json")
_PATIENCE = 5.0  # seconds to wait for another kernel that is saving
_BY_NAME = {exercise.name: exercise for exercise in EXERCISES}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Part:
    """One top-level statement of a file.

    Attributes:
        name: of the function or class that it defines, "" for other statements.
        text: its lines, with decorators and the mark of borrowing.
        first, last: its lines in the file, from 1, both included.
        node: its syntax tree, with the line numbers of the file.
    """

    name: str
    text: str
    first: int
    last: int
    node: ast.stmt = field(repr=False, compare=False)


@dataclass(frozen=True)
class AnswerFile:
    """A file of answers as it is on disk.

    Attributes:
        path: where it is.
        text: what is in it, as far as it can be read.
        parts: its statements, the module's docstring aside.
        problem: why it cannot be used, one sentence; "" if it can.
    """

    path: Path
    text: str = ""
    parts: tuple[Part, ...] = ()
    problem: str = ""

    def definition(self, name: str) -> Part | None:
        """The definition of that name; of several the last, which is the one that Python would use."""
        return next((part for part in reversed(self.parts) if part.name == name), None)

    def mentions(self, name: str) -> bool:
        """Whether it holds that definition, as far as one can tell in a damaged file."""
        if not self.problem:
            return self.definition(name) is not None
        start = re.search(rf"^(?:async\s+)?(?:def|class)\s+{name}\b", self.text, re.MULTILINE)
        if start is None:
            return False
        end = re.compile(r"^(?:@|async |def |class )", re.MULTILINE).search(self.text, start.end())
        return "raise Blank(" not in self.text[start.end() : end.start() if end else None]


def answer_file(exercise: Exercise) -> Path:
    """Where the student's answer to this exercise is kept."""
    return course.work_folder() / f"{exercise.module}.py"


def read_answers(module: str) -> AnswerFile:
    """What the student wrote for a module: the file's statements without blanks and what version 0.1.0 copied."""
    file = read_file(course.work_folder() / f"{module}.py")
    passed_over = _given(module) if _is_copy(file) else frozenset()
    own = [part for part in file.parts if fingerprint(part.text) not in passed_over]
    return replace(file, parts=tuple(part for part in own if not (part.name and _is_blank(module, part))))


def read_file(path: Path) -> AnswerFile:
    """A file of Python; one that is absent or empty has no parts.

    It never raises for what is in the file: see AnswerFile.problem.
    """
    where = course.show_path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        nowhere = (
            f"{where} is a link to {os.path.realpath(path)}, which is not there. Bring that back or delete the link."
        )
        return AnswerFile(path, problem=nowhere if path.is_symlink() else "")
    except OSError as error:
        reason = error.strerror or error
        return AnswerFile(path, problem=f"{where} cannot be read ({reason}). Mend that, or move it out of the way.")
    text, problem = decoded(data)
    if problem:
        return AnswerFile(path, text, problem=f"{where} {problem}")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return AnswerFile(path, text, problem=f"{where} {_not_python(text, error)}")
    except (ValueError, RecursionError, MemoryError) as error:
        return AnswerFile(path, text, problem=f"{where} is not valid Python ({error}). Mend it in an editor.")
    return AnswerFile(path, text, tuple(_parts(tree, text)))


def read_definition(path: Path, name: str) -> str | None:
    """The text of one definition in a file, with a mark above it if it has one.

    Returns:
        None if there is no such file, or nothing of that name in it.

    Raises:
        BrokenModule: the file is no valid Python.
    """
    file = read_file(path)
    if file.problem:
        raise course.BrokenModule(file.problem)
    part = file.definition(name)
    return None if part is None else part.text


def blank_text(exercise: Exercise) -> str:
    """The definition as handed out."""
    return read_definition(course.pristine(exercise.module), exercise.definition) or ""


def state(exercise: Exercise) -> str:
    """How the answer in the student's file stands.

    Returns:
        "blank", "borrowed", "filled", or "unfinished" where a line
        `raise Blank(...)` is left in it.

    Raises:
        BrokenModule: the file that holds the answer is damaged.
    """
    file = read_answers(exercise.module)
    if file.problem and file.mentions(exercise.definition):
        raise course.BrokenModule(file.problem)
    part = file.definition(exercise.definition)
    if part is None:
        return "blank"
    if leftover_blanks(part.text):
        return "unfinished"
    return "borrowed" if part.text.startswith(BORROWED) else "filled"


def is_blank(exercise: Exercise, text: str) -> bool:
    """Whether a definition is a blank as handed out, now or by version 0.1.0, whatever its docstring and layout."""
    if fingerprint(text.removeprefix(BORROWED)) in _given(exercise.module):
        return True
    blank = blank_text(exercise)
    return bool(blank) and _bare(text) == _bare(blank)


def leftover_blanks(text: str) -> list[tuple[int, str]]:
    """Where a definition still says `raise Blank(...)`.

    Returns:
        For each such line its number in the text, from 1, and the method it
        stands in, "" if it is none of a class.
    """
    top = parse_definition(text)
    found = []

    def visit(node: ast.AST, method: str) -> None:
        if isinstance(node, ast.Raise) and node.exc is not None:
            call = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if getattr(call, "id", getattr(call, "attr", "")) == "Blank":
                found.append((node.lineno, method))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and isinstance(top, ast.ClassDef) and not method:
            method = node.name
        for child in ast.iter_child_nodes(node):
            visit(child, method)

    visit(top, "")
    return found


def missing_names(text: str, known: Iterable[str]) -> list[str]:
    """Names that a definition uses and that neither it, nor the module, nor Python defines."""
    known = set(known) | set(vars(builtins)) - {"display", "get_ipython"}  # which only a notebook has
    found: dict[str, None] = {}

    def visit(table: symtable.SymbolTable) -> None:
        for symbol in table.get_symbols():
            outer = table.get_type() == "module"
            free = not (symbol.is_assigned() or symbol.is_imported()) if outer else symbol.is_global()
            if free and symbol.is_referenced() and symbol.get_name() not in known:
                found[symbol.get_name()] = None
        for child in table.get_children():
            visit(child)

    top = symtable.symtable(text, "<answer>", "exec")
    known.update(symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned())
    visit(top)
    return list(found)


def write_definition(exercise: Exercise, text: str) -> Path:
    """Put a definition into the student's file.

    Returns:
        The file that was written.

    Raises:
        BrokenModule: the file as it is now is no valid Python; it is left alone.
        OSError: it cannot be written.
    """
    return _edit(exercise, text)


def remove_definition(exercise: Exercise) -> Path:
    """Take a definition out of the student's file, so that the blank shows; raises as write_definition."""
    return _edit(exercise, "")


def parse_definition(text: str) -> Definition:
    """The syntax tree of the one definition in the text."""
    return cast(Definition, ast.parse(text).body[0])


def take_over(module: str) -> None:
    """Turn a file of version 0.1.0 into one that holds only what the student wrote.

    The old file is kept whole in `.history`. Where nothing can be written, all
    stays as it is: such a file is understood anyway.
    """
    folder = course.work_folder()
    if not _is_copy(read_file(folder / f"{module}.py")):
        return
    try:
        with locked(folder):
            file = read_answers(module)
            if not file.problem and _is_copy(file):
                keep = folder / ".history" / f"{module}.as-of-0.1.0.py"
                keep.parent.mkdir(exist_ok=True)
                if not keep.exists():
                    shutil.copy2(file.path, keep)
                replace_file(file.path, _own_text(file))
    except OSError:
        return


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One kernel at a time. Where the file system has no locks, go on without: files are replaced whole anyway.

    Raises:
        TimeoutError: another kernel holds the lock for too long.
    """
    from filelock import FileLock, Timeout

    with ExitStack() as held:
        try:
            held.enter_context(FileLock(folder / ".lock", timeout=_PATIENCE))
        except Timeout:
            raise TimeoutError("another notebook is saving there") from None
        except (OSError, NotImplementedError):
            pass
        yield


def fingerprint(text: str) -> str:
    """A short hash of a statement's tokens: comments, line ends and blank lines do not count."""
    kinds = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    try:
        found = [one.string for one in tokenize.generate_tokens(io.StringIO(text).readline) if one.type not in kinds]
    except (tokenize.TokenError, SyntaxError):
        found = [text]
    return hashlib.sha256("".join(found).encode("utf-8", "surrogatepass")).hexdigest()[:16]


# The text of a file ----------------------------------------------------------


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and what is wrong with its encoding ("" if nothing)."""
    problem = ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        problem = "is not in the encoding UTF-8. Open it in your editor and save it again as UTF-8."
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = data.decode("utf-16" if wide else "latin-1", errors="replace")
    if "\x00" in text and not problem:
        problem = (
            "holds NUL bytes, so it was not written to the end or is no text. "
            "Take an earlier answer back with restore(...), once this file is moved out of the way."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), problem


def _not_python(text: str, error: SyntaxError) -> str:
    lines = text.split("\n")
    marks = [number for number, line in enumerate(lines, 1) if re.match(r"(<{7}|={7}|>{7})( |$)", line)]
    if marks:
        return (
            f"holds both sides of a conflict (line {marks[0]}: {lines[marks[0] - 1][:20]}). Keep one side, and take "
            "out the lines that begin with <<<<<<<, ======= and >>>>>>>."
        )
    return f"is not valid Python (line {error.lineno}: {error.msg}). Mend that line in an editor."


def _parts(tree: ast.Module, text: str) -> Iterator[Part]:
    lines = text.split("\n")
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        first = min([node.lineno, *_decorator_lines(node)])
        if first > 1 and lines[first - 2] == BORROWED:
            first -= 1
        last = node.end_lineno or first
        yield Part(_bound(node), "\n".join(lines[first - 1 : last]), first, last, node)


def _bound(node: ast.stmt) -> str:
    """The one name that a statement defines: a function, a class, a variable, or one of them under an if."""
    if isinstance(node, Definition):
        return node.name
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    inner = [*getattr(node, "body", []), *getattr(node, "orelse", [])]
    return next((name for name in (_bound(one) for one in inner if isinstance(one, ast.stmt)) if name), "")


def _is_copy(file: AnswerFile) -> bool:
    """Whether it is a copy of a whole module, as version 0.1.0 made."""
    return bool(_COPY_OF_THE_MODULE.search(file.text))


@cache
def _given(module: str) -> frozenset[str]:
    """Fingerprints of the statements that version 0.1.0 copied into every student's file of a module."""
    return frozenset(json.loads(_GIVEN.read_text(encoding="utf-8")).get(module, ()))


def _is_blank(module: str, part: Part) -> bool:
    return f"{module}.{part.name}" in _BY_NAME and is_blank(_BY_NAME[f"{module}.{part.name}"], part.text)


def _bare(text: str) -> str:
    """A definition without its decorators and docstrings, for comparing."""
    node = parse_definition(text)
    node.decorator_list = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(inner) is not None:
            inner.body = inner.body[1:]
    return ast.dump(node)


def _edit(exercise: Exercise, text: str) -> Path:
    """Put the text in the place of the definition; "" takes it out."""
    path = answer_file(exercise)
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.parent):
        file = read_answers(exercise.module)
        if file.problem:
            raise course.BrokenModule(file.problem)
        whole = _own_text(file) if _is_copy(file) or not file.text.strip() else file.text
        found = [part for part in _parts(ast.parse(whole), whole) if part.name == exercise.definition]
        lines = whole.rstrip("\n").split("\n")
        for part in reversed(found):  # of several the last one counts, and only that stays
            first, new = part.first, text.split("\n") if text and part is found[-1] else []
            while not new and first > 1 and not lines[first - 2].strip():
                first -= 1
            lines[first - 1 : part.last] = new
        if text and not found:
            lines += ["", "", *text.split("\n")]
        changed = "\n".join(lines).rstrip("\n") + "\n"
        if changed != file.text and (text or file.text):
            replace_file(path, changed)
            _note_version(path.parent)
    return path


def _note_version(folder: Path) -> None:
    """Keep beside the answers which version of the course they were last written with."""
    note, text = folder / course.MARK, json.dumps(course.handed_out()) + "\n"
    if not note.is_file() or note.read_bytes() != text.encode():
        replace_file(note, text)


def _own_text(file: AnswerFile) -> str:
    """A file anew: the header, then what the student wrote, with the comments above it."""
    lines = file.text.split("\n")
    blocks = [_HEADER.format(module=file.path.stem).rstrip("\n")]
    if _is_copy(file):
        kept = f".history/{file.path.stem}.as-of-0.1.0.py"
        blocks[0] += f"\n# Taken over from version 0.1.0: the file as it was is {kept}."
    taken = set()  # lines that some statement covers
    for node in ast.parse(file.text).body:
        taken |= set(range(min([node.lineno, *_decorator_lines(node)]), (node.end_lineno or node.lineno) + 1))
    notes: list[str] = []
    own = {part.first: part for part in file.parts}
    for number, line in enumerate(lines, 1):
        note = line.startswith("#") and number not in taken and line != BORROWED
        if note and not _COPY_OF_THE_MODULE.match(line):
            notes.append(line)
        if part := own.get(number):
            blocks.append("\n".join([*notes, *lines[part.first - 1 : part.last]]))
            notes = []
    return "\n\n\n".join([*blocks, *(["\n".join(notes)] if notes else [])]) + "\n"


def _decorator_lines(node: ast.stmt) -> list[int]:
    return [one.lineno for one in getattr(node, "decorator_list", [])]


def replace_file(path: Path, text: str) -> None:
    """Write the file whole or not at all, with the line ends and the mode that it has; a link stays one."""
    path = Path(os.path.realpath(path))
    if path.is_file() and b"\r\n" in path.read_bytes():
        text = text.replace("\n", "\r\n")
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        new.write_bytes(text.encode("utf-8"))
        if path.is_file():
            shutil.copymode(path, new)
        os.replace(new, path)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
