"""The quiz: its answers are computed, understood however they are typed, and stand nowhere in the stored notebook."""

import contextlib
import io
import json

import jupytext
import pytest

from solutions import build
from starter.kit.show import quiz

RIGHT = {1: "more", 2: "unbounded", 3: "stays", 4: 16, 5: "another", 6: "the mean", 7: "Same", 8: "no", 9: "stays "}


def played(mine: dict[int, object]) -> str:
    """What the notebook prints for these answers."""
    variables: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as screen:
        for cell in jupytext.read(build.LESSONS / "source" / "91_quiz.py").cells:
            if cell.cell_type == "code":
                exec(cell.source, variables)
                if cell.source.startswith("mine = "):
                    variables["quiz"] = quiz.Quiz(mine)
    return screen.getvalue()


def test_right_answers_are_right_and_each_gets_its_reason():
    said = played(RIGHT)
    assert "9 right, 9 of 9 answered." in said and "Not so" not in said
    assert all(reason in said for reason in quiz.WHY.values())


def test_wrong_and_missing_answers_are_told():
    said = played({1: "equal", 2: ""})
    assert "You said: equal. Computed: more. Not so." in said
    assert "You have not answered question 2 yet" in said and "0 right, 1 of 9 answered." in said
    assert quiz.WHY[2] not in said


@pytest.mark.parametrize("typed", [16, "16", 16.0, "sixteen", " 16x", "The 16"])
def test_numbers_and_articles_are_understood(typed):
    assert quiz.plain(typed) == "16"


def test_no_answer_is_stored():
    book = json.loads((build.LESSONS / "91_quiz.ipynb").read_text(encoding="utf-8"))
    text = json.dumps(book)
    assert not any(reason[:40] in text for reason in quiz.WHY.values())
    assert "Computed" not in text
    for cell in book["cells"]:
        if "quiz." in "".join(cell["source"]):
            assert not cell.get("outputs")
