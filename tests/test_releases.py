"""Hand-outs for groups by a plan, what they say of themselves, and what they offer."""

import json
from datetime import date

import pytest

from solutions import build
from solutions.grade import submissions
from solutions.making import handout as handouts
from solutions.making import installing, releases
from starter.kit import course, registry

PLAN = """\
group,from,release
monday,2026-10-05,1
monday,2026-10-12,02
tuesday,2026-10-06,01
late ones,2026-11-30,
"""


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-10-04", {"monday": "", "tuesday": "", "late ones": ""}),
        ("2026-10-05", {"monday": "01", "tuesday": "", "late ones": ""}),
        ("2026-10-11", {"monday": "01", "tuesday": "01", "late ones": ""}),
        ("2027-01-01", {"monday": "02", "tuesday": "01", "late ones": ""}),
    ],
)
def test_each_group_has_what_its_last_line_says(tmp_path, day, due):
    (tmp_path / "groups.csv").write_text(PLAN, encoding="utf-8-sig")
    assert releases.due(tmp_path / "groups.csv", date.fromisoformat(day)) == due


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the first line of"),
        ("group,from,release\n", "the first line of"),
        ("group;from;release\nmonday;2026-10-05;01\n", "the first line of"),
        ("group,from,release\nmonday,5.10.2026,01\n", ":2: '5.10.2026' is no date"),
        ("group,from,release\nmonday,2026-10-05,99\n", ":2: There is no sheet '99'"),
        ("group,from,release\n../up,2026-10-05,01\n", ":2: '../up' cannot be the name of a group"),
        ("group,from,release\nmonday\n", ":2: '' is no date"),
        (
            "group,from,release\nMonday,2026-10-05,01\nmonday,2026-10-05,02\n",
            "both Monday and monday|both monday and M",
        ),
    ],
)
def test_a_wrong_plan_is_refused_with_its_line(tmp_path, text, sentence):
    (tmp_path / "groups.csv").write_text(text)
    with pytest.raises(SystemExit, match=sentence):
        build.handouts_for_groups(str(tmp_path / "out"), str(tmp_path / "groups.csv"), "")
    assert not (tmp_path / "out").exists()


def test_a_plan_that_is_not_there_and_a_day_that_is_none(tmp_path):
    with pytest.raises(SystemExit, match=r"PLAN: .* cannot be read"):
        releases.due(tmp_path / "groups.csv", date(2026, 10, 5))
    with pytest.raises(SystemExit, match="DAY: 'soon' is no date"):
        releases.day_of("soon")
    assert releases.day_of(" ") == date.today() and releases.day_of("2026-10-05") == date(2026, 10, 5)


def test_every_group_gets_a_folder_whose_mark_says_whose_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "contents", lambda release: {"README.md": release.encode()})
    (tmp_path / "groups.csv").write_text(PLAN)
    build.handouts_for_groups(str(tmp_path / "out"), str(tmp_path / "groups.csv"), "2026-10-12")
    for group, release in {"monday": "02", "tuesday": "01", "late ones": ""}.items():
        mark = json.loads((tmp_path / "out" / group / handouts.MARK).read_text())
        assert (mark["group"], mark["release"], mark["version"]) == (group, release, registry.VERSION)
        assert mark["date"] == date.today().isoformat()
        assert (tmp_path / "out" / group / "README.md").read_text() == release
        assert (tmp_path / "out" / f"{group}.zip").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--plan=groups.csv", "--release=03"], "and not both"),
        (["--day=2026-10-05"], "needs PLAN"),
        (["--plan=groups.csv", "--", ""], "The name of the folder is empty"),
    ],
)
def test_what_does_not_go_together_is_said(tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["build.py", "handout", *words])
    with pytest.raises(SystemExit, match=sentence):
        build.main()
    assert not list(tmp_path.iterdir())


# What a hand-out says and offers ---------------------------------------------


@pytest.fixture(scope="module")
def files():
    return build.contents("03")


def test_readme_and_notebooks_say_the_version(files):
    said = f"*Version {registry.VERSION}, handed out on {date.today().isoformat()}.*"
    assert said in files["README.md"].decode().split("\n")
    books = [json.loads(data) for name, data in files.items() if name.endswith(".ipynb")]
    assert books and all(book["metadata"]["wgan_lab"] == {"version": registry.VERSION} for book in books)


def test_pip_gets_what_the_course_needs_and_the_answers_only_if_they_are_released(files):
    project = files["pyproject.toml"].decode()
    assert '"solutions" = "wgan_lab/solutions"' in project and '"torch>=' in project
    assert "solutions" not in next(iter(installing.files(False).values()))


def test_borrow_is_offered_where_it_works_and_nowhere_else(files, tmp_path, monkeypatch):
    monkeypatch.setattr(course, "REFERENCE", tmp_path / "solutions")
    assert "borrow" not in str(course.Blank("losses.critic_loss"))
    for name, data in files.items():
        if name.startswith("solutions/") and name.endswith(".py"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(data)
    for exercise in registry.EXERCISES:
        offered = f'or ask for borrow("{exercise.name}")' in str(course.Blank(exercise.name))
        assert offered == (exercise.sheet <= "03"), exercise.name


@pytest.mark.parametrize("mark", ["", "{", "[]", "null", '{"date": null}', '{"date": "2026-10-05", "group": "monday"}'])
def test_a_mark_in_any_state_says_the_version_at_least(tmp_path, monkeypatch, mark):
    monkeypatch.setattr(course, "ROOT", tmp_path)
    if mark:
        (tmp_path / course.MARK).write_text(mark)
    known = {"date": "2026-10-05", "group": "monday"} if "monday" in mark else {}
    assert course.handed_out() == {"course": "WGAN Lab", "version": registry.VERSION, **known}


NOTE = '{"course": "WGAN Lab", "version": "0.2.0", "date": "2026-10-05"}'
BOOK = '{"cells": [], "metadata": {"wgan_lab": {"version": "0.1.9"}}}'
HANDED_OUT = '{"version": "0.3.0", "date": "2026-11-02", "files": {}}'


@pytest.mark.parametrize(
    ("returned", "version"),
    [
        ({"mine/.handout.json": NOTE, "a.ipynb": BOOK, ".handout.json": HANDED_OUT}, "0.2.0 of 2026-10-05"),
        ({"a.ipynb": BOOK, ".handout.json": HANDED_OUT}, "0.1.9"),
        ({".handout.json": HANDED_OUT}, "0.3.0 of 2026-11-02"),
        ({".handout.json": '{"version": "0.1.0", "files": {}}'}, "0.1.0"),
        ({".handout.json": '{"version": "<b>", "date": 3}', "a.ipynb": '{"metadata": []}', "b.ipynb": "{"}, ""),
        ({"mine/.handout.json": "[1]", "c.ipynb": "[" * 100_000}, ""),
    ],
)
def test_a_submission_says_which_version_it_was_made_with(tmp_path, returned, version):
    for name, text in {"mine/losses.py": "", **returned}.items():
        (tmp_path / "anna" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "anna" / name).write_text(text)
    (submission,) = submissions.collect(tmp_path)
    assert submission.version == version


def test_saving_an_answer_notes_the_version_beside_it(student):
    student('@fills("generator.to_image")\ndef to_image(x): return x')
    assert json.loads((student.mine / course.MARK).read_text()) == course.handed_out()
