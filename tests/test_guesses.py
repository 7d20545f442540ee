"""predict and predicted: a guess is kept beside the answers, and shown next to the truth."""

import json

import pytest

from starter.kit import course
from starter.kit.desk import guesses


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(guesses, "_here", {})
    monkeypatch.setattr(course, "work_folder", lambda: tmp_path)
    monkeypatch.setattr(course, "solutions_mode", lambda: False)
    return tmp_path


def test_a_guess_is_kept_and_shown_in_another_kernel(folder, monkeypatch, capsys):
    guesses.predict("01.2", "  W falls,\nJS stays ")
    guesses.predict("02.1", "four")
    monkeypatch.setattr(guesses, "_here", {})
    capsys.readouterr()
    guesses.predicted("01.2")
    assert capsys.readouterr().out == "You guessed: W falls, JS stays\n"
    assert json.loads((folder / "predictions.json").read_text())["02.1"] == "four"


@pytest.mark.parametrize("nothing", ["", "...", " \n"])
def test_no_guess_is_no_guess(nothing, folder, capsys):
    guesses.predict("01.2", nothing)
    assert "between the quotes" in capsys.readouterr().out
    guesses.predicted("01.2")
    assert capsys.readouterr().out == "The answer:\n" and not (folder / "predictions.json").exists()


@pytest.mark.parametrize("damage", ["", "{", "[1]", "null"])
def test_a_damaged_file_stops_nobody(damage, folder, capsys):
    (folder / "predictions.json").write_text(damage)
    guesses.predicted("01.2")
    guesses.predict("01.2", "up")
    capsys.readouterr()
    guesses.predicted("01.2")
    assert capsys.readouterr().out == "You guessed: up\n"


def test_a_folder_that_cannot_be_written_to_keeps_it_for_this_kernel(folder, monkeypatch, capsys):
    monkeypatch.setattr(course, "work_folder", lambda: folder / "missing")
    guesses.predict("01.2", "up")
    guesses.predicted("01.2")
    assert capsys.readouterr().out.endswith("You guessed: up\n")


def test_the_solved_sheet_writes_nothing(folder, monkeypatch):
    monkeypatch.setattr(course, "solutions_mode", lambda: True)
    guesses.predict("01.2", "up")
    assert list(folder.iterdir()) == []


def test_a_number_without_quotes_is_the_same_number(folder, capsys):
    guesses.predict(11.3, "six")
    guesses.predict("11.2", "seven")
    guesses.predicted("11.3")
    assert "You guessed: six" in capsys.readouterr().out


def test_a_wrong_number_is_told(capsys):
    with pytest.raises(course.CourseError, match="such as"):
        guesses.predict("first", "up")
