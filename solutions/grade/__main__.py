"""`make grade FOLDER=returned [OUT=marks.csv] [DUE=2026-12-01T18:00] [SEED=7] [UNSAFE=1]`"""

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import Lock

from tqdm import tqdm

from starter.kit import registry

from . import alike, box, report, screen, submissions
from .report import Graded, Row
from .submissions import Submission


def main(arguments: list[str] | None = None) -> None:
    """Grade what was returned, and write the table and the page.

    Raises:
        SystemExit: with a sentence, if it cannot be done.
    """
    parser = argparse.ArgumentParser(prog="make grade", description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--out", default="")
    parser.add_argument("--due", default="")
    parser.add_argument("--seed", default="")
    parser.add_argument("--unsafe", default="")
    given = parser.parse_args(arguments)
    if not given.folder.strip():
        raise SystemExit("Name the folder with what was returned: make grade FOLDER=returned")
    folder, out = Path(given.folder).expanduser().resolve(), _out(given.out)
    due, seed = _date(given.due), _number(given.seed)
    how = "" if given.unsafe else box.maker()
    if not how and not given.unsafe:
        raise SystemExit(box.UNBOXED)
    students = submissions.collect(folder, due)
    graded = _graded(students, folder, out, seed, how)
    report.write(out, report.table(graded))
    page = out.with_suffix(".html")
    report.write(page, report.page(graded, seed))
    print(f"{len(graded)} students. The table is in {out}, the report in {page}.")


def _out(text: str) -> Path:
    out = Path(text.strip() or "marks.csv").expanduser().resolve()
    if out.suffix.lower() != ".csv" or not out.parent.is_dir():
        raise SystemExit(f"OUT: {out} should be a .csv file in a folder that is there.")
    return out


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None) if text.strip() else None
    except ValueError:
        raise SystemExit(f"DUE: {text!r} is no date. One looks like 2026-12-01T18:00.") from None


def _number(text: str) -> int:
    """The seed; without one another for each session of grading, but the same for all students."""
    if not text.strip():
        return int.from_bytes(os.urandom(3), "big")
    try:
        return int(text)
    except ValueError:
        raise SystemExit(f"SEED: {text!r} is no whole number.") from None


def _graded(students: list[Submission], folder: Path, out: Path, seed: int, how: str) -> list[Graded]:
    """All students, each in a box; what an interrupted call has graded with this seed is taken from its notes."""
    same = alike.groups((student.owner, student.modules) for student in students)
    notes = out.with_suffix(".part.jsonl")
    known, writing = _noted(notes), Lock()
    with _workshop() as workshop, notes.open("a", encoding="utf-8") as file:
        course = box.hand_out(workshop)
        hidden = [box.ROOT, folder, workshop, out.parent]

        def grade(student: Submission) -> Graded:
            key = _key(student, seed)
            if key not in known:
                known[key] = _rows(student, workshop, course, hidden, seed, how)
                with writing:
                    file.write(json.dumps({"key": key, "rows": [asdict(row) for row in known[key]]}) + "\n")
                    file.flush()
            return Graded(student, known[key])

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            graded = list(tqdm(pool.map(grade, students), total=len(students), unit="student", disable=None))
    for one in graded:
        for row in one.rows:
            row.alike = same.get((one.submission.owner, row.exercise), [])
    notes.unlink()
    return graded


def _key(student: Submission, seed: int) -> str:
    """The same for the same work, course and seed."""
    return hashlib.sha256(json.dumps([student.modules, registry.VERSION, seed], sort_keys=True).encode()).hexdigest()


def _noted(notes: Path) -> dict[str, list[Row]]:
    """What an earlier call wrote down before it was stopped."""
    known = {}
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.is_file() else []
    for line in lines:
        try:
            entry = json.loads(line)
            known[entry["key"]] = [Row(**row) for row in entry["rows"]]
        except (ValueError, KeyError, TypeError):  # the line that was being written
            continue
    return known


@contextmanager
def _workshop() -> Iterator[Path]:
    """A folder for the course without answers and for each student's files, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="wgan-lab-grade-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rows(student: Submission, workshop: Path, course: Path, hidden: list[Path], seed: int, how: str) -> list[Row]:
    """Every exercise of one student; a box that was ended from within is followed by another."""
    mine = Path(tempfile.mkdtemp(dir=workshop))
    for module, text in student.modules.items():
        (mine / f"{module}.py").write_text(text, encoding="utf-8")
    asked = [exercise for exercise in registry.EXERCISES if exercise.module in student.modules]
    rows = {exercise.name: Row(exercise.name, "blank") for exercise in registry.EXERCISES}
    python = {Path(sys.prefix), Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    kept = [folder for folder in sorted(python) if any(folder.is_relative_to(each) for each in (*hidden, *box.SCRATCH))]
    room: box.Box | None = None
    for exercise in asked:
        room = room or _room(how, course, mine, hidden, kept)
        try:
            said = room.ask(exercise.name, seed)
            rows[exercise.name] = Row(exercise.name, said["state"], said["mistake"], said["message"], _seen(said))
        except box.Died as error:
            sentence = "The answer ended more than its own process."
            rows[exercise.name] = Row(exercise.name, "wrong", "no-report", str(error), sentence)
            room.close()
            room = None
    if room:
        room.close()
    for exercise in asked:
        if rows[exercise.name].state != "blank":
            rows[exercise.name].suspect = screen.found(student.modules[exercise.module])
    return list(rows.values())


def _room(how: str, course: Path, mine: Path, hidden: list[Path], kept: list[Path]) -> box.Box:
    """A new box. No answer has run in it yet, so that none is to blame if it does not start."""
    try:
        return box.Box(how, course, mine, hidden, kept)
    except box.Died as error:
        raise SystemExit(f"A box does not start on this machine, so nothing is graded. {error}") from None


def _seen(said: dict) -> str:
    """What an answer attempted beside being checked."""
    found = []
    if said.get("left"):
        found.append(f"It left {said['left']} processes behind.")
    if said.get("written"):
        found.append("It wrote something else where its report goes.")
    return " ".join(found)


if __name__ == "__main__":
    main()
