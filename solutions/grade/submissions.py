"""What students returned, read without being unpacked or run.

A learning platform exports one zip or one folder for each student, sometimes several
of one student, in folders in folders. From each the files of answers are taken
(losses.py, penalty.py, ...), or, where there are none, the filled cells of the
notebooks. Nothing is written, and nothing outside of the returned folder is read.
"""

import io
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from starter.kit import registry
from starter.kit.course import MARK
from starter.kit.desk import answers

from . import questionnaires

MOST = {".py": 500_000, ".ipynb": 20_000_000, ".json": questionnaires.MOST_BYTES}  # bytes of one file
MOST_FILES = 20_000  # entries of one archive that are looked at
MODULES = frozenset(f"{module}.py" for module in registry.MODULES)
_NESTED = 3  # archives in archives
_MOODLE = re.compile(r"(?P<owner>.+?)_\d+_assignsubmission_\w+")
_CANVAS = re.compile(r"(?P<owner>[^_]+)(_LATE)?_\d+_\d+_.+")
_AGAIN = re.compile(r"\s*(\(\d+\)|[-_ ]v?\d{1,2}|[-_ ]final|[-_ ]new)$", re.IGNORECASE)
_FILLS = re.compile(r"^@fills\(\s*[\"']([\w.]+)[\"']\s*\)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Submission:
    """What one student returned.

    Attributes:
        owner: whose it is, as the name of the file says.
        name: of the file or folder.
        when: its time on disk.
        modules: the text of each file of answers, by module.
        version: of the course in which it was made, "" if nothing says so.
        said: what the student answered about the sheets.
        notes: what is odd about it, one sentence each.
        late: whether it came after the date.
    """

    owner: str
    name: str
    when: datetime
    modules: dict[str, str] = field(default_factory=dict)
    version: str = ""
    said: tuple[questionnaires.Answers, ...] = ()
    notes: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True)
class _File:
    """One file of a submission."""

    path: PurePosixPath
    data: bytes


def collect(folder: Path, due: datetime | None = None) -> list[Submission]:
    """One submission for each student, in the order of their names.

    Args:
        folder: what the platform exported.
        due: the last moment; of several submissions the last one before it counts.

    Raises:
        SystemExit: there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise SystemExit(f"FOLDER: {folder} is no folder. It holds what the students returned, one zip or folder each.")
    found: dict[str, list[Submission]] = {}
    for path in sorted(folder.iterdir()):
        if not path.name.startswith((".", "__MACOSX")):
            submission = _read(path)
            found.setdefault(submission.owner.casefold(), []).append(submission)
    if not found:
        raise SystemExit(f"FOLDER: there is nothing in {folder}.")
    return [_chosen(found[owner], due) for owner in sorted(found)]


def owner_of(name: str) -> str:
    """Whose file this is: what Moodle and Canvas put before the first number, else the name without its ending."""
    stem = re.sub(r"(\.tar)?\.\w{1,6}$", "", name)
    found = _MOODLE.match(stem) or _CANVAS.match(stem)
    return (found["owner"] if found else _AGAIN.sub("", stem)).strip() or name


def _chosen(of_one: list[Submission], due: datetime | None) -> Submission:
    """The last one in time, or the last one if none is."""
    of_one = sorted(of_one, key=lambda submission: submission.when)
    in_time = [submission for submission in of_one if due is None or submission.when <= due]
    chosen = (in_time or of_one)[-1]
    if len(of_one) > 1:
        others = ", ".join(submission.name for submission in of_one if submission is not chosen)
        chosen = replace(chosen, notes=(*chosen.notes, f"This is {chosen.name}; not graded: {others}."))
    return replace(chosen, late=not in_time)


def _read(path: Path) -> Submission:
    """A file or folder, whatever is in it."""
    when, notes = datetime.fromtimestamp(path.lstat().st_mtime), list[str]()
    files: list[_File] = []
    try:
        if path.is_symlink():
            notes.append("It is a link to another place, and was not followed.")
        elif path.is_dir():
            times = [file.lstat().st_mtime for file in path.rglob("*") if file.is_file() and not file.is_symlink()]
            when = datetime.fromtimestamp(max(times, default=path.lstat().st_mtime))
            files = list(_of_folder(path, notes))
        elif path.suffix.lower() == ".zip":
            files = list(_of_archive(path.open("rb"), notes))
        elif path.suffix in MOST:
            files = [_File(PurePosixPath(path.name), _some(path.open("rb"), path.name, notes))]
        else:
            notes.append(f"A file of the kind {path.suffix or path.name} is no submission.")
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        notes.append(f"It cannot be read ({type(error).__name__}: {str(error)[:120]}).")
    modules = _modules(files, notes)
    if not modules and not notes:
        notes.append("There are no answers in it.")
    said = tuple(
        one for file in files if file.path.name == questionnaires.FILE for one in questionnaires.read(file.data)
    )
    noted = tuple(dict.fromkeys(notes))
    return Submission(owner_of(path.name), path.name, when, modules, _version(files), said, noted)


def _of_folder(folder: Path, notes: list[str]) -> Iterator[_File]:
    """The files in a folder; links are not followed."""
    for path in sorted(folder.rglob("*")):
        inside = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_symlink():
            notes.append(f"{inside} is a link, and was not followed.")
        elif path.is_file() and path.suffix.lower() == ".zip":
            yield from _of_archive(path.open("rb"), notes, 1)
        elif path.is_file() and _wanted(inside):
            yield _File(inside, _some(path.open("rb"), str(inside), notes))


def _of_archive(file: io.BufferedIOBase, notes: list[str], depth: int = 0) -> Iterator[_File]:
    """The files in a zip, read a piece at a time; nothing is unpacked."""
    with file, zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_FILES:
            notes.append(f"The archive has {len(entries):,} entries; the first {MOST_FILES:,} were looked at.")
        for entry in entries[:MOST_FILES]:
            inside = PurePosixPath(entry.filename.replace("\\", "/"))
            if inside.is_absolute() or ".." in inside.parts:
                notes.append("A path in the archive leads out of it, and was passed over.")
            elif stat.S_ISLNK(entry.external_attr >> 16):
                notes.append(f"{inside} is a link, and was not followed.")
            elif inside.suffix.lower() == ".zip" and depth < _NESTED and not entry.is_dir():
                with archive.open(entry) as nested:
                    data = nested.read(MOST[".ipynb"] + 1)
                yield from _of_archive(io.BytesIO(data), notes, depth + 1)
            elif not entry.is_dir() and _wanted(inside):
                yield _File(inside, _some(archive.open(entry), str(inside), notes))


def _wanted(path: PurePosixPath) -> bool:
    others = (".handout.json", questionnaires.FILE)
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".handout.json" for part in path.parts)
    return not hidden and (path.name in MODULES or path.suffix == ".ipynb" or path.name in others)


def _some(file: io.BufferedIOBase, name: str, notes: list[str]) -> bytes:
    """The file's bytes, or none if there are too many: a text of answers is small."""
    most = MOST.get(PurePosixPath(name).suffix, MOST[".py"])
    with file:
        data = file.read(most + 1)
    if len(data) > most:
        notes.append(f"{name} is larger than {most // 1000:,} kB, and was passed over.")
        return b""
    return data


# Which of the files are the answers ------------------------------------------


def _modules(files: list[_File], notes: list[str]) -> dict[str, str]:
    """The text of each file of answers; of several folders with answers none is guessed at."""
    folders: dict[PurePosixPath, dict[str, str]] = {}
    for file in files:
        if file.path.name in MODULES and file.data and not _is_a_blank(file, files):
            folders.setdefault(file.path.parent, {})[file.path.stem] = _text(file, notes)
    mine = {folder: texts for folder, texts in folders.items() if folder.name == "mine"} or folders
    different = {json.dumps(texts, sort_keys=True): folder for folder, texts in mine.items()}
    if len(different) > 1:
        places = " and ".join(str(folder) for folder in sorted(different.values()))
        notes.append(f"There are two sets of answers, in {places}: which of them counts has to be asked.")
        return {}
    if mine:
        return next(iter(mine.values()))
    return _of_notebooks(files, notes)


def _is_a_blank(file: _File, files: list[_File]) -> bool:
    """Whether it lies beside the kit, as the blanks of a hand-out do, or among the solutions."""
    beside = file.path.parent / "kit"
    return (
        file.path.parent.name in ("solutions", "checks")
        or any(beside in other.path.parents for other in files)
        or (file.path.parent.name == "starter" and any("mine" in other.path.parts for other in files))
    )


def _text(file: _File, notes: list[str]) -> str:
    text, problem = answers.decoded(file.data)
    if problem:
        notes.append(f"{file.path} {problem}")
    return text


def _of_notebooks(files: list[_File], notes: list[str]) -> dict[str, str]:
    """The filled cells of notebooks, put together by module."""
    found: dict[str, str] = {}
    for file in sorted(files, key=lambda file: file.path.name):
        if file.path.suffix != ".ipynb" or not file.data:
            continue
        try:
            cells = json.loads(file.data)["cells"]
            texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        except (ValueError, KeyError, TypeError, RecursionError):
            notes.append(f"{file.path} is no notebook that can be read.")
            continue
        for text in texts:
            name = _FILLS.search(text)
            if name and name[1] in {exercise.name for exercise in registry.EXERCISES}:
                found[name[1]] = _FILLS.sub("", text).strip()
    if found:
        notes.append("There are no files of answers; the filled cells of the notebooks were taken.")
    modules: dict[str, str] = {}
    for name, text in found.items():
        module = name.partition(".")[0]
        modules[module] = modules.get(module, "") + text + "\n\n\n"
    return modules


def _version(files: list[_File]) -> str:
    """The version of the course, and the day of the hand-out where it is known.

    A note beside the answers says with which version they were saved. Without one, a returned notebook says by which
    it was made, and the mark of a returned hand-out what that was.
    """
    found = []
    for file in files:
        try:
            if file.path.name == MARK:
                said = json.loads(file.data)
                found.append((2 if "files" in said else 0, said["version"], said.get("date")))
            elif file.path.suffix == ".ipynb":
                found.append((1, json.loads(file.data)["metadata"]["wgan_lab"]["version"], None))
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    known = [one for one in found if re.fullmatch(r"[\w.]{1,20}", str(one[1]))]
    if not known:
        return ""
    _, version, date = min(known, key=lambda one: one[0])
    return f"{version} of {date}" if re.fullmatch(r"\d{4}-\d\d-\d\d", str(date)) else str(version)
