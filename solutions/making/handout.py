"""Writes a hand-out into a folder of its own, and never over what is somebody else's.

A hand-out bears a mark, the file `.handout.json`: the course's version, the day, the release, the group that it is
for, and the sha256 of each file that was written. By it the next hand-out into the same folder knows its own files
from all others:

    as it was written      is replaced, or removed if the hand-out has no such file any more
    changed since then     is kept beside the new one, as NAME.yours.ipynb
    not in the list        stays; if the hand-out needs its name, it is kept likewise

While files are being written, the mark lists the new ones and those of the marks before it. So after an
interruption the same command finishes the work.
"""

import hashlib
import io
import itertools
import json
import os
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath

from starter.kit import registry
from starter.kit.course import MARK

ANOTHER = "Name a new or an empty folder: make handout TO=..."
Sums = dict[str, str]  # path of a file in the hand-out -> sha256 of what was written there


# Before anything is touched --------------------------------------------------


def target(name: str, course: Path) -> Path:
    """The folder that `name` means, if a hand-out may be written there.

    Args:
        name: as it was typed: relative, with ~, through links.
        course: the folder of the course.

    Raises:
        SystemExit: it may not; one sentence says why.
    """
    if not name.strip():
        raise SystemExit(f"The name of the folder is empty. {ANOTHER}")
    try:
        folder = Path(name).expanduser().resolve()
        str(folder).encode()
    except (RuntimeError, ValueError):  # no such user, links in a circle, bytes that are no text
        raise SystemExit(f"{name!r} does not lead to a folder. {ANOTHER}") from None
    _refuse_the_course(folder, course)
    _refuse_what_cannot_be_written(folder)
    if not marks(folder) and folder.is_dir() and {path.name for path in folder.iterdir()} - {_draft(MARK)}:
        raise SystemExit(
            f"{folder} holds files and no mark of an earlier hand-out ({MARK}): nothing was written. {ANOTHER}"
        )
    _refuse_a_foreign_archive(archive_of(folder))
    return folder


def archive_of(folder: Path) -> Path:
    """The zip file that comes with a hand-out."""
    return folder.with_name(f"{folder.name}.zip")


def marks(folder: Path) -> list[Sums]:
    """What the mark in a folder lists: the last hand-out first, then those that it has not yet replaced.

    Raises:
        SystemExit: there is a mark that cannot be read, or that lists what no hand-out writes.
    """
    path = folder / MARK
    if not os.path.lexists(path):
        return []
    try:
        if path.is_symlink() or not path.is_file():
            raise ValueError("not a file")
        return _parse(path.read_bytes())
    except ValueError:
        raise SystemExit(f"{path} is damaged, so nobody knows what is whose: nothing was touched. {ANOTHER}") from None


def _parse(data: bytes) -> list[Sums]:
    """The lists of a mark. Raises ValueError for anything that no hand-out has written."""
    try:
        mark = json.loads(data)
        lists = [mark["files"], *mark.get("before", [])]
        entries = [entry for sums in lists for entry in sums.items()]
    except (RecursionError, TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a mark") from error
    if not all(isinstance(digest, str) and _may_be_ours(name) for name, digest in entries):
        raise ValueError("not files of a hand-out")
    return lists


def _may_be_ours(name: str) -> bool:
    """Whether a hand-out may write a file of that name: within its folder, and nothing of the student's."""
    parts = name.casefold().split("/")
    if parts[0] in (".binder", ".devcontainer", ".dockerignore"):
        parts[0] = parts[0][1:]
    plain = all(part and not part.startswith(".") and not set(part) & set("\\:\0") for part in parts)
    theirs = parts[0] == "runs" or (parts[:2] == ["starter", "mine"] and parts[2:] != ["readme.md"])
    return plain and not theirs


def _refuse_the_course(folder: Path, course: Path) -> None:
    inside = any(_same(up, course) for up in (folder, *folder.parents))
    default = folder.name == "handout" and _same(folder.parent, course)
    above = any(_same(folder, up) for up in course.parents)
    if above or (inside and not default):
        raise SystemExit(f"{folder} is the course itself, or a folder in it or above it. {ANOTHER}")


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _refuse_what_cannot_be_written(folder: Path) -> None:
    """The folder and the one around it, where the zip file goes."""
    for wanted in (folder, folder.parent):
        place = next(up for up in (wanted, *wanted.parents) if os.path.lexists(up))
        if not place.is_dir():
            raise SystemExit(f"{place} is not a folder. {ANOTHER}")
        if not os.access(place, os.W_OK | os.X_OK):
            raise SystemExit(f"You may not write in {place}. {ANOTHER}")


def _refuse_a_foreign_archive(archive: Path) -> None:
    if os.path.lexists(archive) and not _is_a_handout(archive):
        raise SystemExit(
            f"{archive} is not what a hand-out wrote, and it would be replaced: nothing was written. "
            "Move it away, or name another folder: make handout TO=..."
        )


def _is_a_handout(archive: Path) -> bool:
    """Whether a zip file holds the files that the mark in it lists, as they were written, and nothing else."""
    if archive.is_symlink() or not archive.is_file():
        return False
    try:
        with zipfile.ZipFile(archive) as packed:
            names = packed.namelist()
            top = names[0].split("/")[0]
            sums = _parse(packed.read(f"{top}/{MARK}"))[0]
            inside = {name: _sum(packed.read(name)) for name in names if name != f"{top}/{MARK}"}
    except Exception:  # zipfile raises many kinds for a file that it cannot read
        return False
    return inside == {f"{top}/{name}": digest for name, digest in sums.items()}


# Writing ---------------------------------------------------------------------


def export(folder: Path, files: dict[str, bytes], release: str, group: str = "") -> None:
    """Write a hand-out and its zip file, and say which files of others were kept.

    Args:
        folder: as `target` gives it.
        files: path in the hand-out and contents of every file.
        release: number of the last sheet whose answers are among them, "" for none.
        group: of students that it is for, "" for all.
    """
    for name in files:
        if other := _not_a_folder(folder, name):
            raise SystemExit(f"{other} is not a folder, and the hand-out needs one there: move it away first.")
    new = {name: _sum(data) for name, data in files.items()}
    before = [sums for sums in marks(folder) if sums != new]
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder / MARK, _mark(new, release, group, before))
    for name, data in files.items():
        _replace(folder, name, data, before)
    for name in sorted({name for sums in before for name in sums} - set(files)):
        _remove(folder, name, before)
    mark = _mark(new, release, group, [])
    _put(folder / MARK, mark)
    _put(archive_of(folder), _packed(folder.name, {MARK: mark, **files}))


def _mark(files: Sums, release: str, group: str, before: list[Sums]) -> bytes:
    about = {"course": "WGAN Lab", "version": registry.VERSION, "date": date.today().isoformat()}
    mark: dict[str, object] = {**about, "release": release, "group": group, "files": files}
    if before:
        mark["before"] = before
    return (json.dumps(mark, indent=1) + "\n").encode()


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _not_a_folder(folder: Path, name: str) -> Path | None:
    """What stands where a file's folders should be: a link, which may lead anywhere, or a file."""
    above = [folder / parent for parent in PurePosixPath(name).parents][-2::-1]
    return next((path for path in above if os.path.lexists(path) and (path.is_symlink() or not path.is_dir())), None)


def _is_as_written(path: Path, name: str, before: list[Sums]) -> bool:
    sums = {files[name] for files in before if name in files}
    return not path.is_symlink() and path.is_file() and _sum(path.read_bytes()) in sums


def _replace(folder: Path, name: str, data: bytes, before: list[Sums]) -> None:
    """Write one file. What stands there and is not a hand-out's own is kept under another name."""
    path = folder / name
    if not path.is_symlink() and path.is_file() and path.read_bytes() == data:
        return
    if os.path.lexists(path) and not _is_as_written(path, name, before):
        kept = next(other for other in _other_names(path) if not os.path.lexists(other))
        path.rename(kept)
        shown = kept.relative_to(folder).as_posix()
        print(f"{name} was not as a hand-out had written it: what stood there is kept as {shown}", flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    _put(path, data)


def _other_names(path: Path) -> Iterator[Path]:
    yield path.with_name(f"{path.stem}.yours{path.suffix}")
    for number in itertools.count(2):
        yield path.with_name(f"{path.stem}.yours-{number}{path.suffix}")


def _remove(folder: Path, name: str, before: list[Sums]) -> None:
    """Remove a file that the hand-out has no more, and the folders that this leaves empty."""
    path = folder / name
    if _not_a_folder(folder, name) or not os.path.lexists(path):
        return
    if not _is_as_written(path, name, before):
        print(f"{name} is no longer part of the hand-out, but somebody has changed it: it stays", flush=True)
        return
    path.unlink()
    for parent in path.parents:
        if parent == folder or any(parent.iterdir()):
            return
        parent.rmdir()


def _draft(name: str) -> str:
    """The name under which a file is written before it takes its place."""
    return f".{name}.handout-new"


def _put(path: Path, data: bytes) -> None:
    """Write a file so that its place holds the old one or the new one, never a part."""
    draft = path.with_name(_draft(path.name))
    try:
        draft.unlink(missing_ok=True)  # of a run that was killed
        with open(draft, "xb") as file:
            file.write(data)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _packed(top: str, files: dict[str, bytes]) -> bytes:
    """A zip file with the files in one folder."""
    now = max(time.localtime()[:6], (1980, 1, 1, 0, 0, 0))  # the first year that a zip file knows
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(f"{top}/{name}", now)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return memory.getvalue()
