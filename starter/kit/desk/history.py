"""Every version of an answer that was ever saved, with its date and its verdict.

    history("losses.critic_loss")       lists them
    restore("losses.critic_loss")       takes the last right one back

They stand in `starter/mine/.history`, one file each, the oldest first. The
first line is a comment with date and verdict. Versions that 0.1.0 kept have no
such line.
"""

import ast
import html
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .. import course
from ..registry import Exercise
from . import answers, modules

RIGHT, BORROWED, BY_HAND, UNKNOWN = "right", "borrowed", "edited by hand, not checked then", "verdict not recorded"
NOT_CHECKED = (BY_HAND, UNKNOWN)
_waiting: dict[str, list[str]] = {}  # versions that could not be written yet, as their files would be
_HEAD = re.compile(r"# Saved (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d): (.*)")


@dataclass(frozen=True)
class Version:
    """One version of an answer.

    Attributes:
        number: from 1, the oldest.
        saved: when, such as "2026-03-02 14:05:09", by the clock of that machine.
        verdict: what the check said then.
        text: the definition.
        in_use: whether it is what the course uses now: what the file of answers
            holds, or what is in use in this kernel only.
    """

    number: int
    saved: str
    verdict: str
    text: str
    in_use: bool = False


class History(list[Version]):
    """The versions of one answer; shows itself as a table."""

    def __init__(self, exercise: Exercise, versions: list[Version]) -> None:
        super().__init__(versions)
        self.exercise = exercise

    def __str__(self) -> str:
        name = self.exercise.name
        if not self:
            return f"{name}: nothing has been saved so far."
        rows = [f'{name}: restore("{name}", number) takes a version back.']
        for version in self:
            use = ", in use" if version.in_use else ""
            rows.append(f"  {version.number:3}  {version.saved}  {version.verdict}{use}")
        return "\n".join(rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"
        rows = "".join(
            f"<tr><td>{version.number}</td><td>{version.saved}</td>"
            f"<td {left}>{html.escape(version.verdict)}{', in use' if version.in_use else ''}</td>"
            f"<td {left}><pre>{html.escape(_without_docstrings(version.text))}</pre></td></tr>"
            for version in self
        )
        if not rows:
            return f"<p>{html.escape(str(self))}</p>"
        head = "".join(f"<th {left}>{title}</th>" for title in ("version", "saved", "verdict", "text"))
        first = html.escape(str(self).split("\n")[0])
        return f"<p>{first}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def of(exercise: Exercise) -> History:
    """All saved versions of an answer, and the one in the file if it was edited by hand since, the oldest first."""
    unsaved = modules.unsaved(exercise)
    now = unsaved or current(exercise)
    found = []
    files = _files(exercise)
    contents = [_read(path) for _, path in files]
    contents += [_taken_apart(whole, "?") for whole in _waiting.get(exercise.name, [])]
    numbers = [number for number, _ in files]
    numbers += range(_next(exercise), _next(exercise) + len(contents) - len(files))
    for number, (saved, verdict, text) in zip(numbers, contents, strict=True):
        found.append(Version(number, saved, verdict, text, _same(text, now)))
    used = [version.number for version in found if version.in_use]
    found = [  # the same text may have been saved twice
        Version(v.number, v.saved, v.verdict, v.text, v.in_use and v.number == used[-1]) for v in found
    ]
    if now and not used and not unsaved:
        path = answers.answer_file(exercise)
        found.append(Version(max(numbers, default=0) + 1, _date(path.stat().st_mtime), BY_HAND, now, in_use=True))
    return History(exercise, found)


def note(exercise: Exercise, text: str, verdict: str) -> None:
    """Add a version, unless it is the last one already, with that verdict.

    One that cannot be written is kept in this kernel, and written with the next one that can.
    """
    waiting = _waiting.setdefault(exercise.name, [])
    files = _files(exercise)
    last = _taken_apart(waiting[-1], "?") if waiting else _read(files[-1][1]) if files else ("", "", "")
    if not (_same(last[2], text) and last[1] == verdict):
        waiting.append(f"# Saved {datetime.now():%Y-%m-%d %H:%M:%S}: {verdict}\n{text}\n")
    try:
        if waiting:
            folder().mkdir(parents=True, exist_ok=True)
            with answers.locked(course.work_folder()):
                while waiting:
                    answers.replace_file(folder() / f"{exercise.name}.{_next(exercise):04d}.py", waiting[0])
                    del waiting[0]
    except OSError:
        return


def last_right(exercise: Exercise) -> Version | None:
    """The newest version whose check passed, or else the newest borrowed one, if there is any."""
    found = [version for version in reversed(of(exercise)) if version.text.strip()]
    own = next((version for version in found if version.verdict == RIGHT), None)
    return own or next((version for version in found if version.verdict == BORROWED), None)


def folder() -> Path:
    """Where the versions are."""
    return course.work_folder() / ".history"


def only_here(exercise: Exercise) -> bool:
    """Whether versions could not be written, so that they end with this kernel."""
    return bool(_waiting.get(exercise.name))


def is_noted(exercise: Exercise, text: str) -> bool:
    """Whether an answer is among the saved versions, and its last verdict is one."""
    verdicts = [version.verdict for version in of(exercise) if _same(version.text, text)]
    return bool(verdicts) and verdicts[-1] not in NOT_CHECKED


def current(exercise: Exercise) -> str:
    """The answer in the file, "" if it is blank or the file cannot be read."""
    part = answers.read_answers(exercise.module).definition(exercise.definition)
    return part.text if part else ""


def _files(exercise: Exercise) -> list[tuple[int, Path]]:
    """Numbers and files; copies that a sync tool left beside them are passed over."""
    name = re.compile(re.escape(exercise.name) + r"\.(\d{4,})\.py")
    try:
        paths = [(name.fullmatch(path.name), path) for path in folder().iterdir()]
    except OSError:
        return []
    return sorted((int(match[1]), path) for match, path in paths if match)


def _next(exercise: Exercise) -> int:
    files = _files(exercise)
    return files[-1][0] + 1 if files else 1


def _read(path: Path) -> tuple[str, str, str]:
    """Date, verdict and text of one version."""
    try:
        text = path.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n").removesuffix("\n")
        changed = _date(path.stat().st_mtime)
    except OSError as error:
        return "?", f"cannot be read: {error.strerror or error}", ""
    return _taken_apart(text, changed)


def _taken_apart(text: str, changed: str) -> tuple[str, str, str]:
    head, _, body = text.removesuffix("\n").partition("\n")
    if match := _HEAD.fullmatch(head):
        return match[1], match[2], body
    return changed, BORROWED if text.startswith(answers.BORROWED) else UNKNOWN, text


def _without_docstrings(text: str) -> str:
    """A definition without its docstrings, which all versions share."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return text
    lines: list[str | None] = [*text.split("\n")]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) and len(node.body) > 1:
            first, last = node.body[0].lineno, node.body[0].end_lineno or 0
            lines[first - 1 : last] = [None] * (last - first + 1)
    return "\n".join(line for line in lines if line is not None)


def _date(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M:%S}"


def _same(one: str, other: str) -> bool:
    return bool(one.strip()) and one.strip() == other.strip()
