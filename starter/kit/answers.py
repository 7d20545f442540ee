"""The files with the answers: finding, splicing and keeping definitions.

An answer is the text of one top-level function or class. It stands in a full
copy of the module, `starter/mine/<module>.py`, so that the file can also be
read and edited by hand. What an answer replaces is kept in `.history`.
"""

import ast
import os
import shutil
import symtable
from builtins import __dict__ as _builtins
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from . import course
from .registry import Exercise

BORROWED = "# Borrowed from the reference. Write your own over it when you are ready."


def answer_file(exercise: Exercise) -> Path:
    """Where the student's answer to this exercise is kept."""
    return course.work_folder() / f"{exercise.module}.py"


def read_definition(path: Path, name: str) -> str | None:
    """The text of one definition in a file, with a mark above it if it has one.

    Returns:
        None if there is no such file, or nothing of that name in it.

    Raises:
        BrokenModule: the file is no valid Python.
    """
    if not path.is_file():
        return None
    text = _read(path)
    span = _span(text, name, path)
    return None if span is None else "\n".join(text.split("\n")[span[0] : span[1]])


def state(exercise: Exercise) -> str:
    """How the student's answer stands: "blank", "borrowed" or "filled"."""
    answer = read_definition(answer_file(exercise), exercise.definition)
    if answer is None or is_blank(exercise, answer):
        return "blank"
    return "borrowed" if answer.startswith(BORROWED) else "filled"


def is_blank(exercise: Exercise, text: str) -> bool:
    """Whether a definition is the blank as handed out, whatever its docstring and layout."""
    blank = read_definition(course.pristine(exercise.module), exercise.definition)
    return blank is not None and _bare(text) == _bare(blank)


def missing_names(text: str, known: Iterable[str]) -> list[str]:
    """Names that a definition uses and that neither it, nor the module, nor Python defines."""
    known = set(known) | set(_builtins)
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
    """Put a definition into the student's file; what it replaces goes to `.history`.

    Returns:
        The file that was written.

    Raises:
        BrokenModule: the file as it is now is no valid Python; it is left alone.
    """
    path = answer_file(exercise)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path.parent):
        source = path if path.is_file() else course.pristine(exercise.module)
        whole = _read(source)
        span = _span(whole, exercise.definition, source)
        lines = whole.rstrip("\n").split("\n")
        if span is None:  # the file is older than the exercise
            lines += ["", "", *text.split("\n")]
        else:
            old = "\n".join(lines[span[0] : span[1]])
            if old.strip() == text.strip() and source == path:
                return path
            if source == path and not is_blank(exercise, old):
                _keep(path.parent, exercise, old)
            lines[span[0] : span[1]] = text.split("\n")
        _replace(path, "\n".join(lines) + "\n", like=source)
    return path


def history(exercise: Exercise) -> list[Path]:
    """Earlier answers to this exercise, oldest first."""
    return sorted((course.work_folder() / ".history").glob(f"{exercise.name}.*.py"))


def parse_definition(text: str) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef:
    """The syntax tree of the one definition in the text."""
    return ast.parse(text).body[0]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")


def _span(text: str, name: str, path: Path) -> tuple[int, int] | None:
    """First line and the one after the last, counted from 0, of a definition in a file."""
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        raise course.BrokenModule(
            f"{course.show_path(path)} is not valid Python (line {error.lineno}: {error.msg}). Mend that line, or "
            f"delete the file and run your cells again; nothing was changed."
        ) from None
    lines = text.split("\n")
    for node in reversed(body):  # the last one is the one that Python would use
        if getattr(node, "name", None) == name:
            start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            if start and lines[start - 1] == BORROWED:
                start -= 1
            return start, node.end_lineno
    return None


def _bare(text: str) -> str:
    """A definition without its decorators and docstrings, for comparing."""
    node = parse_definition(text)
    node.decorator_list = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(inner) is not None:
            inner.body = inner.body[1:]
    return ast.dump(node)


def _keep(folder: Path, exercise: Exercise, text: str) -> None:
    kept = history(exercise)
    number = int(kept[-1].name.split(".")[-2]) + 1 if kept else 1
    (folder / ".history").mkdir(exist_ok=True)
    (folder / ".history" / f"{exercise.name}.{number:04d}.py").write_text(text + "\n", encoding="utf-8")


def _replace(path: Path, text: str, like: Path) -> None:
    """Write the file whole or not at all, with the line ends and the mode of another."""
    if b"\r\n" in like.read_bytes():
        text = text.replace("\n", "\r\n")
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        new.write_bytes(text.encode("utf-8"))
        shutil.copymode(like, new)
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One kernel at a time."""
    from filelock import FileLock

    with FileLock(folder / ".lock", timeout=10):
        yield
