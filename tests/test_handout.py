"""A hand-out works and holds no answers, and making it loses nothing that is somebody else's."""

import errno
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from solutions import build
from solutions.making import handout as handouts
from starter.kit import registry
from starter.kit.desk import answers

from .test_build import cells
from .test_make import make, put, script, tree

ROOT = build.ROOT
SHEET, LOSSES = "labwork/02_critic.ipynb", "solutions/losses.py"
OLD = {
    "Makefile": b"help:\n",
    SHEET: b"blank",
    "starter/kit/data/images.py": b"images",
    "starter/mine/README.md": b"your answers",
}
NEW = OLD | {SHEET: b"blank, better", LOSSES: b"answers"}
# What people keep in such a folder.
THEIRS = {
    "starter/mine/losses.py": b"my answer",
    "starter/mine/.history/losses.py": b"my first answer",
    ".git/config": b"[core]",
    ".venv/bin/python": b"",
    "grades.csv": b"6, 7",
    "runs/night.pt": b"weights",
    "labwork/Untitled.ipynb": b"notes",
    "labwork/.ipynb_checkpoints/02_critic-checkpoint.ipynb": b"a filled sheet",
    "solutions copy/losses.py": b"old",
}


def export(folder: Path, files: dict[str, bytes] = OLD, release: str = "", course: Path = ROOT) -> None:
    handouts.export(handouts.target(str(folder), course), files, release)


def add(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def held(folder: Path) -> dict[str, bytes]:
    """Path and contents of every file in a folder but the mark."""
    files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    text = {path: os.readlink(path).encode() if path.is_symlink() else path.read_bytes() for path in files}
    return {path.relative_to(folder).as_posix(): text[path] for path in files if path.name != handouts.MARK}


def mark(folder: Path) -> dict:
    return json.loads((folder / handouts.MARK).read_text())


def refused(name: str | Path, course: Path = ROOT) -> str:
    """The sentence with which a folder is refused."""
    with pytest.raises(SystemExit) as refusal:
        handouts.target(str(name), course)
    sentence = str(refusal.value)
    assert len(sentence.splitlines()) == 1 and sentence.endswith(("TO=...", "."))
    return sentence


# What a hand-out is ----------------------------------------------------------


@pytest.mark.parametrize("release", ["", "03"])
def test_a_hand_out_works_and_holds_no_answers(tmp_path, release):
    folder = tmp_path / "course"
    build.handout(folder, release)
    assert (tmp_path / "course.zip").is_file()
    names = {path.name for path in folder.iterdir()}
    assert "tests" not in names and ".git" not in names
    assert ("solutions" in names) == bool(release)
    secret = {
        line.strip()
        for exercise in registry.EXERCISES
        if exercise.sheet > release
        for line in inside_solution(exercise)
        if len(line.strip()) > 24
    }
    past = [exercise for exercise in registry.EXERCISES if exercise.sheet <= release]
    released = {line.strip() for exercise in past for line in inside_solution(exercise)}
    for path in folder.rglob("*"):
        if path.suffix in (".py", ".ipynb", ".md"):
            text = path.read_text(encoding="utf-8")
            assert build.BEGIN not in text and build.END not in text, path.name
            code = "\n".join(cells(path, "code")) if path.suffix == ".ipynb" else text
            given = {line.strip() for line in code.splitlines()} & (secret - released)
            assert not given, f"{path.name} gives away {given}"


def inside_solution(exercise: registry.Exercise) -> list[str]:
    text = answers.read_definition(ROOT / "solutions" / f"{exercise.module}.py", exercise.definition)
    parts = re.findall(rf"{build.BEGIN}\n(.*?){build.END}", text, re.S)
    return "\n".join(parts).split("\n")


def test_the_hand_outs_make_check_and_its_first_sheet_work(tmp_path):
    folder = tmp_path / "course"
    build.handout(folder, "")
    venv = Path(sys.executable).parent.parent
    (folder / "venv").symlink_to(venv)
    stamp = venv / ".student"
    if not stamp.exists():
        stamp.touch()
    env = {key: value for key, value in os.environ.items() if not key.startswith("WGAN_")}
    done = subprocess.run(
        ["make", "check", "VENV=venv", "-o", "requirements.txt"], cwd=folder, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert f"0 of {len(registry.EXERCISES)} exercises done" in done.stdout
    for target in ("test", "build"):
        refused = subprocess.run(["make", target, "VENV=venv"], cwd=folder, env=env, capture_output=True, text=True)
        assert refused.returncode and "for instructors" in refused.stdout


def test_the_mark_lists_every_file_with_its_sum_the_version_and_the_release(tmp_path):
    export(tmp_path / "class", NEW, "03")
    listed = mark(tmp_path / "class")
    assert listed["files"] == {name: handouts._sum(data) for name, data in held(tmp_path / "class").items()}
    assert (listed["version"], listed["release"]) == (registry.VERSION, "03") and "before" not in listed


def test_the_zip_file_holds_the_hand_out_and_its_mark_and_nothing_else(tmp_path):
    folder = tmp_path / "my class"
    for files in (OLD, NEW):
        export(folder, files)
        add(folder, THEIRS | {SHEET: b"filled in"})
        with zipfile.ZipFile(tmp_path / "my class.zip") as packed:
            assert packed.testzip() is None
            inside = {name: packed.read(name) for name in packed.namelist()}
        assert inside.pop(f"my class/{handouts.MARK}") == (folder / handouts.MARK).read_bytes()
        assert inside == {f"my class/{name}": data for name, data in files.items()}
    assert {path.name for path in tmp_path.iterdir()} == {"my class", "my class.zip"}


# Made again ------------------------------------------------------------------


@pytest.mark.parametrize("files", [OLD, NEW], ids=["the same", "a newer one"])
def test_a_hand_out_over_an_old_one_leaves_all_else(tmp_path, capsys, files):
    export(tmp_path / "class")
    add(tmp_path / "class", THEIRS)
    export(tmp_path / "class", files)
    assert held(tmp_path / "class") == THEIRS | files
    assert capsys.readouterr().out == ""


def test_a_file_that_did_not_change_is_not_written_again(tmp_path):
    export(tmp_path / "class")
    os.utime(tmp_path / "class/Makefile", (1e9, 1e9))
    export(tmp_path / "class", NEW)
    assert (tmp_path / "class/Makefile").stat().st_mtime == 1e9


def test_a_changed_file_is_kept_beside_the_new_one_each_time(tmp_path, capsys):
    folder = tmp_path / "class"
    export(folder)
    kept = {}
    for number, name in enumerate(["02_critic.yours.ipynb", "02_critic.yours-2.ipynb", "02_critic.yours-3.ipynb"]):
        add(folder, {SHEET: b"filled in, week %d" % number})
        export(folder, OLD | {SHEET: b"blank %d" % number})
        kept[f"labwork/{name}"] = b"filled in, week %d" % number
        said = capsys.readouterr().out
        assert SHEET in said and f"labwork/{name}" in said and len(said.splitlines()) == 1
        assert held(folder) == OLD | {SHEET: b"blank %d" % number} | kept
    export(folder, OLD | dict.fromkeys(kept, b"a file of the course"))
    assert set(kept.values()) <= set(held(folder).values())


def test_a_changed_file_is_kept_even_where_the_hand_out_did_not_change(tmp_path):
    export(tmp_path / "class")
    add(tmp_path / "class", {SHEET: b"filled in", "starter/mine/README.md": b"my notes"})
    export(tmp_path / "class")
    mine = {"labwork/02_critic.yours.ipynb": b"filled in", "starter/mine/README.yours.md": b"my notes"}
    assert held(tmp_path / "class") == OLD | mine


def test_what_is_no_longer_part_of_it_goes_unless_somebody_has_changed_it(tmp_path, capsys):
    folder = tmp_path / "class"
    export(folder, NEW | {"solutions/latent.py": b"more"})
    add(folder, {"solutions/latent.py": b"my remarks"})
    export(folder)
    assert held(folder) == OLD | {"solutions/latent.py": b"my remarks"}
    said = capsys.readouterr().out
    assert "solutions/latent.py" in said and LOSSES not in said
    (folder / "solutions/latent.py").unlink()
    add(folder, {"solutions/deep/er.py": b""})
    export(folder, OLD | {"solutions/deep/latent.py": b""})
    (folder / "solutions/deep/er.py").unlink()
    export(folder)
    assert not (folder / "solutions").exists() and held(folder) == OLD


def test_somebodys_own_file_of_a_name_that_is_needed_is_kept(tmp_path):
    export(tmp_path / "class")
    add(tmp_path / "class", {LOSSES: b"my own"})
    export(tmp_path / "class", NEW)
    assert held(tmp_path / "class") == NEW | {"solutions/losses.yours.py": b"my own"}


@pytest.mark.parametrize("files", [OLD, NEW], ids=["as it was written", "as it will be"])
def test_a_link_or_a_folder_of_a_name_that_is_needed_is_kept(tmp_path, files):
    folder = tmp_path / "class"
    export(folder)
    add(tmp_path, {"elsewhere.ipynb": files[SHEET]})
    (folder / SHEET).unlink()
    (folder / SHEET).symlink_to(tmp_path / "elsewhere.ipynb")
    add(folder, {f"{LOSSES}/notes.txt": b"a folder"})
    export(folder, NEW)
    link = {"labwork/02_critic.yours.ipynb": str(tmp_path / "elsewhere.ipynb").encode()}
    assert held(folder) == NEW | link | {"solutions/losses.yours.py/notes.txt": b"a folder"}
    assert (tmp_path / "elsewhere.ipynb").read_bytes() == files[SHEET]


@pytest.mark.parametrize("name", ["labwork", "starter", "starter/mine", "solutions"])
@pytest.mark.parametrize("kind", ["link", "file"])
def test_nothing_is_written_through_a_link_that_stands_for_a_folder(tmp_path, name, kind):
    folder, outside = tmp_path / "class", tmp_path / "outside"
    export(folder)
    add(outside, THEIRS)
    if (folder / name).exists():
        shutil.move(folder / name, tmp_path / "moved")
    (folder / name).symlink_to(outside) if kind == "link" else put(folder / name, "mine")
    before = held(tmp_path)
    with pytest.raises(SystemExit, match=f"{name} is not a folder"):
        export(folder, NEW)
    assert held(tmp_path) == before


def test_nothing_is_removed_through_a_link(tmp_path):
    export(tmp_path / "class", NEW)
    shutil.move(tmp_path / "class/solutions", tmp_path / "outside")
    (tmp_path / "class/solutions").symlink_to(tmp_path / "outside")
    export(tmp_path / "class")
    assert (tmp_path / "outside/losses.py").read_bytes() == NEW[LOSSES]


# Marks from outside ----------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("{tmp}/grades.csv", "../grades.csv", "labwork/../../grades.csv", "./Makefile", "labwork//x", "", "/"),
        *("starter/mine/losses.py", "Starter/Mine/losses.py", "runs/night.pt", ".git/config", ".venv/bin/python"),
        *("C:\\grades.csv", "..\\grades.csv", "labwork/\0"),
    ],
)
def test_a_mark_that_lists_what_no_hand_out_writes_is_refused(tmp_path, name):
    folder = tmp_path / "class"
    export(folder)
    add(folder, THEIRS)
    add(tmp_path, {"grades.csv": b"6, 7"})
    listed = mark(folder)
    sums = [handouts._sum(data) for data in THEIRS.values()]
    for part in ("files", "before"):
        for digest in sums:
            forged = {name.replace("{tmp}", str(tmp_path)): digest}
            new = listed | ({"files": listed["files"] | forged} if part == "files" else {"before": [forged]})
            (folder / handouts.MARK).write_text(json.dumps(new))
            before = held(tmp_path)
            assert "damaged" in refused(folder)
            assert held(tmp_path) == before


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{", b"[]", b"3", b"null", b"\xff\xfe\x00", b"[" * 100_000, b"<<<<<<< HEAD", b"{}"),
        *(b'{"files": 3}', b'{"files": ["Makefile"]}', b'{"files": {"Makefile": 3}}', b'{"files": {}, "before": 3}'),
        *(b'{"files": {}, "before": [3]}', b'{"files": {"Makefile": ["a"]}}'),
    ],
    ids=lambda data: repr(data[:20]),
)
def test_a_damaged_mark_is_one_sentence_and_nothing_is_touched(tmp_path, data):
    export(tmp_path / "class")
    add(tmp_path / "class", THEIRS | {handouts.MARK: data})
    before = held(tmp_path)
    assert "damaged" in refused(tmp_path / "class")
    assert held(tmp_path) == before and (tmp_path / "class" / handouts.MARK).read_bytes() == data


def test_a_mark_that_is_a_link_or_a_folder_is_damaged(tmp_path):
    export(tmp_path / "class")
    real = (tmp_path / "class" / handouts.MARK).rename(tmp_path / "mark")
    (tmp_path / "class" / handouts.MARK).symlink_to(real)
    assert "damaged" in refused(tmp_path / "class")
    (tmp_path / "class" / handouts.MARK).unlink()
    (tmp_path / "class" / handouts.MARK).mkdir()
    assert "damaged" in refused(tmp_path / "class")


# Folders that are refused ----------------------------------------------------


@pytest.mark.parametrize("name", ["labwork/02_critic.ipynb", ".git/config", "grades.csv"])
def test_a_folder_that_holds_something_else_is_refused(tmp_path, name):
    add(tmp_path / "class", {name: b"mine"})
    assert "no mark of an earlier hand-out" in refused(tmp_path / "class")
    assert held(tmp_path) == {f"class/{name}": b"mine"}


@pytest.mark.parametrize(
    "name",
    [
        *("course", "course/", "course/.", "course/labwork", "course/new", "course/new/er", "course/handout/deeper"),
        *("course/labwork/../../course", ".", "..", "/", "link", "link/new", "up", "~", "~/new", "course/.handout"),
    ],
)
def test_the_course_and_what_is_in_it_or_above_it_is_refused(tmp_path, monkeypatch, name):
    course = tmp_path / "course"
    add(course, {"labwork/02_critic.ipynb": b"sheet"})
    (course / "handout").mkdir()
    (tmp_path / "link").symlink_to(course)
    (tmp_path / "up").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(course))
    before = tree(tmp_path)
    assert "is the course itself" in refused(name, course)
    assert tree(tmp_path) == before


def test_the_course_is_known_by_another_spelling(tmp_path, monkeypatch):
    """As on a disk that takes small and large letters for the same."""
    (tmp_path / "course").mkdir()
    monkeypatch.setattr(os.path, "samefile", lambda one, other: str(one).lower() == str(other).lower())
    for name in ("COURSE", "Course/labwork", "Course/handout/deeper", ""):
        assert "is the course itself" in refused(tmp_path / name, tmp_path / "course")


@pytest.mark.parametrize(
    "name", ["course/handout", "course/labwork/../handout", "link/handout", "new/er", "~/x", "ü 'x"]
)
def test_other_folders_are_not(tmp_path, monkeypatch, name):
    add(tmp_path / "course", {"labwork/02_critic.ipynb": b"sheet"})
    (tmp_path / "link").symlink_to(tmp_path / "course")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for _ in range(2):
        export(name, OLD, course=tmp_path / "course")
    folder = Path(name).expanduser().resolve()
    assert held(folder) == OLD and folder.with_name(folder.name + ".zip").is_file()


@pytest.mark.parametrize("name", ["", " ", "file", "file/new", "to-file", "circle", "~nobody-of-that-name/x", "\udcff"])
def test_what_cannot_be_a_folder_is_refused(tmp_path, monkeypatch, name):
    put(tmp_path / "file", "text")
    (tmp_path / "to-file").symlink_to("file")
    (tmp_path / "circle").symlink_to("circle")
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    refused(name)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("place", ["", "class"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path, monkeypatch, place):
    (tmp_path / "class").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path / place)
    assert "may not write" in refused(tmp_path / "class")


# The zip file of somebody else -----------------------------------------------


@pytest.mark.parametrize("kind", ["text", "empty", "no mark", "a student's", "filled in", "damaged", "link", "folder"])
def test_a_zip_file_that_is_no_hand_out_is_refused(tmp_path, kind):
    archive = tmp_path / "class.zip"
    export(tmp_path / "class")
    archive.rename(tmp_path / "other.zip")
    if kind in ("text", "empty"):
        archive.write_text("text" * (kind == "text"))
    elif kind == "link":
        archive.symlink_to(tmp_path / "other.zip")
    elif kind == "folder":
        archive.mkdir()
    else:
        added = {"a student's": {"starter/mine/losses.py": b"answer"}, "filled in": {SHEET: b"answer"}}
        files = held(tmp_path / "class") | added.get(kind, {})
        if kind != "no mark":
            files[handouts.MARK] = (tmp_path / "class" / handouts.MARK).read_bytes()[: 9 if kind == "damaged" else None]
        archive.write_bytes(handouts._packed("class", files))
    before = held(tmp_path)
    assert "not what a hand-out wrote" in refused(tmp_path / "class")
    assert held(tmp_path) == before
    assert "not what a hand-out wrote" in refused(archive.with_suffix(""))


# Interruptions ---------------------------------------------------------------


def killed(step: int, folder: Path, files: dict[str, bytes]) -> bool:
    """Make a hand-out in a process that is killed before that step on disk. Returns whether it was."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    left = iter(range(step))

    def counted(act):
        return lambda *paths, **options: act(*paths, **options) if next(left, None) is not None else os._exit(9)

    for place, name in [(os, "replace"), (Path, "rename"), (Path, "rmdir"), (Path, "unlink"), (Path, "mkdir")]:
        setattr(place, name, counted(getattr(place, name)))
    try:
        export(folder, files)
    finally:
        os._exit(0)


def test_after_a_kill_at_any_moment_the_next_run_puts_all_right(tmp_path):
    mine = {SHEET: b"filled in", LOSSES: b"my own"}
    kept = {"labwork/02_critic.yours.ipynb": b"filled in", "solutions/losses.yours.py": b"my own"}
    gone = {"solutions/deep/er.py": b"answers"}
    for step in range(100):
        folder = tmp_path / str(step)
        export(folder, OLD | gone)
        add(folder, THEIRS | mine)
        was_killed = killed(step, folder, NEW)
        assert set((THEIRS | mine).values()) <= set(held(folder).values())
        export(folder, NEW | {"Makefile": b"newer still"})
        assert held(folder) == NEW | {"Makefile": b"newer still"} | THEIRS | kept
        assert "before" not in mark(folder)
        if not was_killed:
            break
    assert 10 < step < 99


def test_after_a_kill_at_any_moment_a_first_run_is_not_somebody_elses(tmp_path):
    for step in range(100):
        was_killed = killed(step, tmp_path / str(step), OLD)
        export(tmp_path / str(step), NEW)
        assert held(tmp_path / str(step)) == NEW
        if not was_killed:
            break
    assert 8 < step < 99


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=repr)
def test_a_full_disk_and_the_stop_key_end_in_one_sentence(tmp_path, monkeypatch, error):
    folder = tmp_path / "class"
    export(folder)
    add(folder, THEIRS | {SHEET: b"filled in"})
    monkeypatch.setattr(build, "contents", lambda release: NEW)
    replace, left = os.replace, iter(range(2))

    def full(*paths):
        if next(left, None) is None:
            raise error
        replace(*paths)

    with monkeypatch.context() as broken, pytest.raises(SystemExit, match=r"^The hand-out is not finished .*mended\.$"):
        broken.setattr(os, "replace", full)
        build.handout(folder, "")
    assert not [name for name in tree(tmp_path) if "handout-new" in name]
    build.handout(folder, "")
    assert held(folder) == NEW | THEIRS | {"labwork/02_critic.yours.ipynb": b"filled in"}


# Releases --------------------------------------------------------------------


@pytest.mark.parametrize("release", ["99", "abc", "-1", "0x3", "3 4", "03;ls", "٣", "3.0"])
def test_a_wrong_release_is_refused_before_anything_is_touched(tmp_path, release):
    with pytest.raises(SystemExit, match=r"^RELEASE: There is no sheet .* The sheets are: 00, 01, 02.*$"):
        build.handout(tmp_path / "class", release)
    assert not tree(tmp_path)


@pytest.mark.parametrize(
    ("release", "means"), [("3", "03"), ("03", "03"), (" 3 ", "03"), ("0", "00"), ("", ""), (" ", "")]
)
def test_a_release_may_be_written_shortly(tmp_path, monkeypatch, capsys, release, means):
    monkeypatch.setattr(build, "contents", lambda number: OLD | {"labwork/00_start.ipynb": number.encode()})
    build.handout(tmp_path / "class", release)
    assert mark(tmp_path / "class")["release"] == means
    assert (tmp_path / "class/labwork/00_start.ipynb").read_text() == means
    assert (f"up to sheet {means}" if means else "without answers") in capsys.readouterr().out


# The commands ----------------------------------------------------------------


def test_a_hand_out_is_made_from_the_sources_by_make_in_any_folder(tmp_path):
    """An instructor has filled in a sheet, edited a lesson and a blank, and left notebooks about."""
    expected = build.contents("03")
    course = tmp_path / "my 'course' (ü)"
    shutil.copytree(ROOT, course, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", "handout"))
    secret = "answer = 42"
    for name in (SHEET, "notebooks/03_generator.ipynb", "solutions/labwork/02_critic.ipynb"):
        book = json.loads((course / name).read_text())
        book["cells"][-1] |= {"cell_type": "code", "source": [secret], "outputs": [], "execution_count": 1}
        (course / name).write_text(json.dumps(book))
    (course / "starter/losses.py").write_text(secret)
    for name in (
        *("labwork/Untitled.ipynb", "labwork copy/02_critic.ipynb", "labwork/.ipynb_checkpoints/02_critic.ipynb"),
        *("notebooks/my.ipynb", "notebooks/images/.DS_Store", "starter/losses copy.py", "starter/kit/Untitled.ipynb"),
        *("starter/kit/__pycache__/losses.pyc", "starter/mine/losses.py", "solutions/labwork/03 copy.ipynb"),
    ):
        put(course / name, secret)
    script(course / ".venv/bin/python", f'exec {shlex.quote(sys.executable)} "$@"\n')
    put(course / ".venv/.tests")
    done = make(course, "handout", "TO=../a class; 'x' $(x)", "RELEASE=3")
    assert done.returncode == 0 and "up to sheet 03" in done.stdout, done.stderr
    folder = tmp_path / "a class; 'x' $(x)"
    given = held(folder)
    assert sorted(given) == sorted(expected)
    assert [name for name in given if given[name] != expected[name]] == []
    assert folder.with_name(folder.name + ".zip").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {course.name, folder.name, folder.name + ".zip"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--release=", "--", ""], "is empty"),
        (["--release=", "--", str(ROOT)], "is the course itself"),
        (["--release=-1", "--", "-x"], "There is no sheet '-1'"),
        (["--release=--", "--", "x"], "There is no sheet '--'"),
    ],
)
def test_the_command_passes_on_what_make_gives_it(tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["build.py", "handout", *words])
    with pytest.raises(SystemExit, match=sentence):
        build.main()
    assert not tree(tmp_path)


def test_a_hand_out_holds_all_that_git_has_of_it():
    """Whatever is added to the kit, to the pictures or to the stored results reaches the students."""
    done = subprocess.run(["git", "ls-files", "-z", *build.COPIED_FOLDERS], cwd=ROOT, capture_output=True, text=True)
    if done.returncode or not done.stdout:
        pytest.skip("this copy of the course has no history")
    tracked = {name for name in done.stdout.split("\0") if name and (ROOT / name).exists()}
    assert tracked - set(build.contents("")) == {"starter/kit/data/fashion-mnist/make_subset.py"}
