"""The five questions at the end of a sheet: answered by those who like, kept beside the answers, summed up."""

import json
import re

import pytest

from solutions import build
from solutions.grade import questionnaires
from starter.kit import course, registry
from starter.kit.desk import questions


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "work_folder", lambda: tmp_path / "mine")
    monkeypatch.setattr(course, "solutions_mode", lambda: False)
    return tmp_path / "mine"


# What a student meets ---------------------------------------------------------


def test_answers_are_written_and_the_student_is_told_where(folder, capsys):
    questions.feedback("5", minutes=70, clear=4, hard="  the norm of\neach image", change="…")
    said = capsys.readouterr().out
    kept = json.loads((folder / questions.FILE).read_text(encoding="utf-8"))
    assert kept["05"] == {
        **{"version": registry.VERSION, "minutes": 70, "clear": 4},
        **{"hard": "  the norm of\neach image", "change": "…"},
    }
    assert questions.FILE in said and "nothing was sent" in said and "delete the file" in said


def test_sheets_stand_side_by_side_and_a_second_answer_replaces_the_first(folder):
    questions.feedback("04", minutes=20)
    questions.feedback("05", minutes=90, reports=5)
    questions.feedback("05", hard="create_graph")
    kept = json.loads((folder / questions.FILE).read_text(encoding="utf-8"))
    assert kept["04"]["minutes"] == 20 and kept["05"] == {"version": registry.VERSION, "hard": "create_graph"}


@pytest.mark.parametrize("answers", [{}, {"minutes": None, "hard": ""}, {"hard": "...", "change": " \n"}])
def test_without_an_answer_nothing_is_written(folder, answers, capsys):
    questions.feedback("05", **answers)
    assert not folder.exists() and "Nothing is written" in capsys.readouterr().out


def test_the_solved_sheet_writes_nothing(folder, monkeypatch):
    monkeypatch.setattr(course, "solutions_mode", lambda: True)
    questions.feedback("05", minutes=5)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"minutes": "forty"}, "minutes should be a number above 0"),
        ({"minutes": 0}, "minutes should be a number above 0"),
        ({"minutes": float("nan")}, "minutes should be a number above 0"),
        ({"minutes": True}, "minutes should be a number above 0"),
        ({"clear": 6}, "clear should be 1, 2, 3, 4 or 5"),
        ({"reports": 2.5}, "reports should be 1, 2, 3, 4 or 5"),
        ({"reports": [3]}, "reports should be 1, 2, 3, 4 or 5"),
        ({"hard": 3}, "hard should be words between quotes"),
        ({"change": "x" * 1001}, "1,001 signs; 1,000 are the most"),
    ],
)
def test_bad_input_gets_one_sentence_and_loses_nothing(folder, answers, sentence):
    questions.feedback("05", minutes=50)
    before = (folder / questions.FILE).read_bytes()
    with pytest.raises(course.CourseError, match=re.escape(sentence)) as caught:
        questions.feedback("05", **answers)
    assert "\n" not in str(caught.value) and (folder / questions.FILE).read_bytes() == before


def test_an_unknown_sheet_is_told(folder):
    with pytest.raises(registry.Unknown, match="There is no sheet"):
        questions.feedback("77", minutes=5)
    assert not folder.exists()


@pytest.mark.parametrize("damage", ["", "{", "[1]", "null", "\x00"])
def test_a_damaged_file_is_replaced(folder, damage):
    folder.mkdir()
    (folder / questions.FILE).write_text(damage)
    questions.feedback("05", minutes=50)
    assert json.loads((folder / questions.FILE).read_text())["05"]["minutes"] == 50


def test_a_folder_that_cannot_be_written_to_is_told(folder, monkeypatch):
    folder.write_text("a file in the place of the folder")
    with pytest.raises(course.CourseError, match="could not be written"):
        questions.feedback("05", minutes=50)


def test_every_sheet_ends_with_the_questions_and_solved_sheets_do_not():
    for sheet in registry.SHEETS:
        if not sheet.minutes:
            continue
        cells = json.loads((build.SHEETS / f"{sheet.stem}.ipynb").read_text(encoding="utf-8"))["cells"]
        *_, words, call, progress, _ = ["".join(cell["source"]) for cell in cells]
        assert words.startswith("## Five questions") and "Nothing is sent" in words
        assert f'feedback(\n    "{sheet.number}"' in call and progress.startswith("progress(")
        assert all(question in call for question in questions.QUESTIONS.values())
        assert re.findall(r"^    (\w+)=", call, re.MULTILINE) == list(questions.QUESTIONS)
        assert "feedback(" not in (build.SOLVED / f"{sheet.stem}.ipynb").read_text(encoding="utf-8")


def test_the_questions_do_not_count_as_words_of_the_sheet():
    book = json.loads((build.SHEETS / "05_penalty.ipynb").read_text(encoding="utf-8"))
    without = {"cells": [cell for cell in book["cells"] if "Five questions" not in "".join(cell["source"])]}
    assert build._words(book) == build._words(without)


# What an instructor reads -----------------------------------------------------


def returned(**answers: object) -> bytes:
    return json.dumps({"05": answers}).encode()


def test_what_students_write_is_read_back(folder):
    questions.feedback("05", minutes=70, clear=4, hard="the norm")
    (answers,) = questionnaires.read((folder / questions.FILE).read_bytes())
    assert (answers.sheet, answers.minutes, answers.clear, answers.hard) == ("05", 70, 4, "the norm")
    assert answers.reports is None and answers.change == ""


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"05": 3}', b'{"99": {"minutes": 3}}'),
        *(returned(minutes="40"), returned(minutes=-1), returned(clear=9, hard=["x"]), returned(hard="x" * 5000)),
        b'{"05": {"minutes": NaN}}',
        b'{"05": {"minutes": 1e999}}',
    ],
)
def test_what_is_no_answer_is_left_out(data):
    assert questionnaires.read(data) == []


def test_one_bad_answer_does_not_take_the_others_with_it():
    (answers,) = questionnaires.read(returned(minutes="40", clear=3))
    assert answers.minutes is None and answers.clear == 3


def test_answers_are_summed_up_by_sheet():
    files = [returned(minutes=m, clear=c, hard=h) for m, c, h in ((40, 2, "the norm"), (60, 4, ""), (90, None, "loop"))]
    found = [answers for data in files for answers in questionnaires.read(data)]
    (summary,) = questionnaires.summed_up(found)
    assert (summary.sheet, summary.count, summary.minutes, summary.clear) == ("05", 3, 60, 3)
    assert (summary.low, summary.high) == (50, 75)
    assert summary.hard == ("loop", "the norm")
    assert summary.planned == registry.sheet("05").minutes


def test_minutes_of_one_or_nobody():
    (summary,) = questionnaires.summed_up(questionnaires.read(returned(minutes=40)))
    assert (summary.low, summary.minutes, summary.high) == (40, 40, 40) and summary.clear is None
    (summary,) = questionnaires.summed_up(questionnaires.read(returned(hard="all of it")))
    assert summary.minutes is None and summary.low is None
    assert questionnaires.summed_up([]) == []


def test_the_rows_are_for_a_report_and_name_nobody():
    found = questionnaires.read(returned(minutes=40, hard="<b>\nx"))
    (row,) = questionnaires.rows(found)
    assert len(row) == len(questionnaires.TITLES)
    assert row[:3] == ("05 The gradient penalty", "1", "50") and "<b> x" in row[-2]
    assert questionnaires.rows([]) == []
