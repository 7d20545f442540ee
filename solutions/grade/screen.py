"""What no answer needs: the ways out of an answer into the program that judges it.

An answer runs in the same process as its check, so one that searches the interpreter's
own frames or objects could write its own verdict, in a box or not. Such words are
looked for in its text. The answer is checked all the same, but its points are held
back until an instructor has read it.
"""

import ast
import re
from collections.abc import Iterator


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


MODULES = _set(  # to import and use
    """ast atexit builtins code codeop ctypes dis faulthandler gc importlib inspect linecache marshal multiprocessing
    opcode os pathlib pdb pickle pickletools pkgutil platform posix pty resource runpy select shelve shutil signal site
    socket subprocess symtable sys sysconfig tempfile threading trace traceback tracemalloc types unittest weakref
    zipimport _thread _ctypes _pickle _posixsubprocess checks desk grade solutions"""
)
REACHED = _set(  # as attributes of a module that has imported them
    """atexit builtins ctypes faulthandler gc importlib inspect linecache marshal multiprocessing os pickle posix
    runpy shutil socket subprocess sys threading traceback checks desk"""
)
BUILTINS = _set("__import__ breakpoint compile delattr eval exec globals locals open vars")
INNER = _set(  # as attributes, and as words of a string that names one
    """attrgetter methodcaller _getframe _current_frames ag_frame cr_frame gi_frame gi_code tb_frame tb_next f_back
    f_builtins f_code f_globals f_locals __base__ __bases__ __builtins__ __closure__ __code__ __defaults__ __dict__
    __getattribute__ __globals__ __import__ __kwdefaults__ __loader__ __mro__ __reduce__ __reduce_ex__ __self__
    __spec__ __subclasses__ __traceback__ __wrapped__ settrace setprofile"""
)


def found(text: str) -> list[str]:
    """The words of this text that no answer needs, sorted; none where it is not Python, because then it does not run.

    A module that is imported and not used does no harm and is not named.
    """
    try:
        tree = ast.parse(text)
        return sorted(set(_words(tree, dict(_imported(tree)))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each name that an import of such a module binds, and the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            origin = (getattr(node, "module", None) or "").split(".")
            for alias in node.names:
                for part in (*origin, *alias.name.split(".")):
                    if part in MODULES | INNER:
                        yield alias.asname or alias.name.split(".")[0], part


def _words(tree: ast.Module, imported: dict[str, str]) -> Iterator[str]:
    documentation = {id(text) for node in ast.walk(tree) if (text := _docstring(node))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in imported:
            yield imported[node.id]
        elif isinstance(node, ast.Name) and node.id in BUILTINS | INNER:
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr in REACHED | INNER:
            yield node.attr
        elif isinstance(node, ast.MatchClass):
            yield from INNER.intersection(node.kwd_attrs)
        elif isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield from MODULES.intersection((node.module or "").split("."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield from INNER.intersection(re.findall(r"\w+", node.value))
        elif isinstance(node, ast.Call) and _any_attribute(node):
            yield "getattr"


def _any_attribute(call: ast.Call) -> bool:
    """Whether this is a getattr of a name that is put together on the way."""
    named = isinstance(call.func, ast.Name) and call.func.id == "getattr"
    return named and not all(isinstance(name, ast.Constant) for name in call.args[1:2])


def _docstring(node: ast.AST) -> ast.expr | None:
    """The first text of a module, class or function, which does nothing."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
        first = node.body[0]
        return first.value if isinstance(first, ast.Expr) else None
    return None
