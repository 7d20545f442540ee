"""The modules of exercises: the blanks, with the student's answers laid over them.

`from starter import losses` runs starter/losses.py and then, statement by
statement, what the student wrote in starter/mine/losses.py. Each time an
exercise is asked for by its name (losses.critic_loss) the file is looked at: if
another notebook or an editor has changed it since, the change is taken in. So
all notebooks that are open see the same answers.

With WGAN_LABS=solutions the modules are those of the reference, and nothing of
this happens.
"""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from .. import course, registry
from ..registry import Exercise
from . import answers
from .answers import AnswerFile, Part

_DEFINITIONS = {
    module: frozenset(one.definition for one in registry.EXERCISES if one.module == module)
    for module in registry.MODULES
}


def open_course(package: list[str]) -> None:
    """Make `starter` give the answers in use.

    Args:
        package: the package's __path__.

    Raises:
        CourseError: a switch has a value that it cannot have.
    """
    try:
        course.read_switches()
    except course.CourseError as error:
        if sys.argv[:1] == ["-m"]:  # in a terminal one sentence will do
            sys.exit(str(error))
        raise
    if course.solutions_mode():
        package.insert(0, str(course.REFERENCE))
    else:
        package.append(str(course.work_folder()))  # modules of their own, which their answers may import
        sys.meta_path.insert(0, _Finder())


@dataclass
class _Loaded:
    """What of the student's is laid over a module.

    Attributes:
        path: the student's file; it need not exist.
        seen: how the file looked on disk then: its time, size and inode.
        definitions: the definitions in the file when it was last looked at, by name.
        others: its other statements.
        siblings: modules of the student's own that it imports, and how their files looked.
        unsaved: answers that are in use in this kernel only, in the place of what the file says.
        damaged: whether the file could not be used when it was last looked at.
    """

    path: Path
    seen: tuple[int, ...] | None = None
    definitions: dict[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    siblings: dict[str, tuple[int, ...] | None] = field(default_factory=dict)
    unsaved: dict[str, str] = field(default_factory=dict)
    damaged: bool = False


_loaded: dict[str, _Loaded] = {}
_held = 0


class Answers(ModuleType):
    """A module of exercises that looks at the student's file before it gives an exercise."""

    def __getattribute__(self, name: str) -> Any:
        get = super().__getattribute__
        module = get("__name__").rpartition(".")[2]
        if name in _DEFINITIONS.get(module, ()):
            refresh(self, module)
        return get(name)


def module_of(exercise: Exercise) -> ModuleType:
    """The module of an exercise, up to date."""
    found = importlib.import_module(f"starter.{exercise.module}")
    if isinstance(found, Answers):
        refresh(found, exercise.module)
    return found


def refresh(module: ModuleType, name: str) -> None:
    """Take in what has changed in the student's file since it was last looked at."""
    loaded = _loaded.get(name)
    if loaded is None or _held:
        return
    seen = _look(loaded.path)
    siblings = {name: _look(_file_of(name)) for name in loaded.siblings}
    if seen != loaded.seen or siblings != loaded.siblings:
        loaded.seen = seen
        _lay_over(module, name, loaded, anew=siblings != loaded.siblings)


@contextmanager
def held() -> Iterator[None]:
    """While it lasts, no module changes."""
    global _held
    _held += 1
    try:
        yield
    finally:
        _held -= 1


def use(exercise: Exercise, text: str, saved: bool) -> None:
    """Note that a definition, which was run in its module already, is the one in use.

    Args:
        exercise: whose answer it is.
        text: the definition; "" for the blank.
        saved: whether it is in the student's file; if not, it is in use in this
            kernel until the file says otherwise.
    """
    loaded = _loaded.get(exercise.module)
    if loaded is None:
        return
    loaded.unsaved.pop(exercise.definition, None)
    if text and not saved:
        loaded.unsaved[exercise.definition] = text
    if saved:
        loaded.definitions.pop(exercise.definition, None)
        if text:
            loaded.definitions[exercise.definition] = text
        seen, (definitions, others) = _look(loaded.path), _texts(answers.read_answers(exercise.module))
        if (definitions, others) == (loaded.definitions, loaded.others):  # nothing else has changed in the file
            loaded.seen = seen


def unsaved(exercise: Exercise) -> str:
    """The text of an answer that is in use in this kernel only, "" if there is none."""
    loaded = _loaded.get(exercise.module)
    return loaded.unsaved.get(exercise.definition, "") if loaded else ""


def text_in_use(exercise: Exercise) -> str:
    """The text of the answer that is in use, "" if that is the blank or the reference."""
    loaded = _loaded.get(exercise.module)
    if loaded is None:
        return ""
    return loaded.unsaved.get(exercise.definition) or loaded.definitions.get(exercise.definition, "")


def execute(module: ModuleType, text: str, file_name: str = "<answer>", line: int = 1) -> None:
    """Run a definition in a module, so that its errors show the line of the cell."""
    tree = ast.parse(text)
    ast.increment_lineno(tree, line - 1)
    exec(compile(tree, file_name, "exec", dont_inherit=True), vars(module))


# Loading ---------------------------------------------------------------------


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package, _, module = fullname.rpartition(".")
        if package != "starter" or module not in registry.MODULES:
            return None
        return importlib.util.spec_from_file_location(fullname, course.pristine(module), loader=_Loader())


class _Loader(importlib.abc.Loader):
    """Runs a module from its source. A compiled file as old and as long as a new source would be taken for it."""

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return Answers(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__.rpartition(".")[2]
        _run_blanks(module, name)
        if not course.only_looking():
            answers.take_over(name)
        before = _loaded.get(name)
        loaded = _loaded[name] = _Loaded(course.work_folder() / f"{name}.py")
        refresh(module, name)
        for definition, text in before.unsaved.items() if before else ():  # loaded once more, by importlib.reload
            execute(module, text)
            loaded.unsaved[definition] = text


def _look(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _lay_over(module: ModuleType, name: str, loaded: _Loaded, anew: bool = False) -> None:
    """Make the module hold what the student's file says now.

    Where only exercises have changed, only those run again. If anything that
    they may use has changed, all of it does, over fresh blanks.
    """
    file = answers.read_answers(name)
    if file.problem:
        _damaged(module, name, file, loaded)
        return
    wanted, others = _texts(file)
    exercises, before = _DEFINITIONS[name], loaded.definitions
    anew = anew or loaded.damaged or others != loaded.others
    anew = anew or _without(wanted, exercises) != _without(before, exercises)
    loaded.definitions, loaded.others, loaded.damaged = wanted, others, False
    loaded.unsaved = {own: text for own, text in loaded.unsaved.items() if before.get(own) == wanted.get(own)}
    if anew:
        _reload_siblings(loaded)
        _run_blanks(module, name)
    for gone in () if anew else before.keys() - wanted.keys() - loaded.unsaved.keys():
        execute(module, answers.blank_text(registry.exercise(f"{name}.{gone}")))
    for part in file.parts:
        if part.name in exercises and file.definition(part.name) is not part:
            continue  # another answer to that exercise follows
        same = not anew and before.get(part.name) == wanted.get(part.name)
        if same or part.name in loaded.unsaved:
            continue
        trouble = _run(module, file, part)
        if trouble and part.name in exercises:
            setattr(module, part.name, _refusing(trouble))
        elif trouble:
            _damaged(module, name, replace(file, problem=trouble), loaded)
            return
    for text in loaded.unsaved.values() if anew else ():
        execute(module, text)
    _note_siblings(module, loaded)


def _without(definitions: dict[str, str], exercises: frozenset[str]) -> dict[str, str]:
    """The student's own helpers among the definitions."""
    return {name: text for name, text in definitions.items() if name not in exercises}


def _run_blanks(module: ModuleType, name: str) -> None:
    """Run the file of blanks, in a module that holds nothing else."""
    for own in [key for key in vars(module) if not key.startswith("__")]:
        del vars(module)[own]
    source = course.pristine(name)
    exec(compile(source.read_text(encoding="utf-8"), str(source), "exec", dont_inherit=True), vars(module))


def _note_siblings(module: ModuleType, loaded: _Loaded) -> None:
    """Note which modules of the student's folder this one has imported."""
    homes = {getattr(value, "__module__", None) or getattr(value, "__name__", "") for value in vars(module).values()}
    found = [name for name in homes if isinstance(name, str) and _file_of(name).parent == loaded.path.parent]
    loaded.siblings = {name: _look(_file_of(name)) for name in sorted(found)}


def _reload_siblings(loaded: _Loaded) -> None:
    for name, seen in loaded.siblings.items():
        if _look(_file_of(name)) != seen and name in sys.modules:
            with suppress(Exception):  # what is wrong with it is said where it is imported
                importlib.reload(sys.modules[name])


def _file_of(name: str) -> Path:
    """The file of a loaded module; an empty path where it has none."""
    return Path(getattr(sys.modules.get(name), "__file__", None) or "")


def _texts(file: AnswerFile) -> tuple[dict[str, str], tuple[str, ...]]:
    """The definitions in a file by name, and its other statements."""
    definitions = {part.name: part.text for part in file.parts if part.name}
    return definitions, tuple(part.text for part in file.parts if not part.name)


def _damaged(module: ModuleType, name: str, file: AnswerFile, loaded: _Loaded) -> None:
    """A file that cannot be used costs the exercises that it answers, and no others."""
    print(file.problem, file=sys.stderr)
    for definition in _DEFINITIONS[name] - loaded.unsaved.keys():
        if file.mentions(definition):
            setattr(module, definition, _refusing(file.problem))
        else:
            execute(module, answers.blank_text(registry.exercise(f"{name}.{definition}")))
    loaded.definitions, loaded.others, loaded.siblings, loaded.damaged = {}, (), {}, True


def _run(module: ModuleType, file: AnswerFile, part: Part) -> str:
    """Run one statement of the file; says what went wrong, "" if nothing did."""
    flags = 0
    for one in file.parts:
        if isinstance(one.node, ast.ImportFrom) and one.node.module == "__future__":
            flags |= _future(one.node)
    tree = ast.Module([part.node], [])
    try:
        exec(compile(tree, str(file.path), "exec", flags=flags, dont_inherit=True), vars(module))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        where = course.show_path(file.path)
        return f"{where} stops in line {part.first} with {type(error).__name__}: {error}. Mend that line in an editor."
    return ""


def _future(node: ast.ImportFrom) -> int:
    import __future__

    found = [getattr(__future__, alias.name, None) for alias in node.names]
    return sum(feature.compiler_flag for feature in found if feature is not None)


def _refusing(sentence: str) -> Callable[..., NoReturn]:
    """What stands in the place of an answer that does not load."""

    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise course.BrokenModule(sentence)

    return refuse
