"""The quiz for Moodle: `make quiz` writes solutions/guide/quiz.gift from the sources of notebook 91.

    python solutions/making/quiz.py

Questions stand in notebooks/source/91_quiz.py and reasons in starter/kit/show/quiz.py.
The right answers stand nowhere: the notebook's cells compute them, so they are run here.
GIFT is read by Moodle, and by most other platforms.
"""

import contextlib
import io
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import jupytext  # noqa: E402

from starter.kit.show import quiz  # noqa: E402

SOURCE = ROOT / "notebooks" / "source" / "91_quiz.py"
TARGET = ROOT / "solutions" / "guide" / "quiz.gift"
ABOUT = "// WGAN Lab: what do you believe? Made by `make quiz` from notebook 91.\n\n$CATEGORY: WGAN Lab\n"
_SIGNS = {r"\lambda": "λ", r"\theta": "θ"}


def gift() -> str:
    """All questions in the GIFT format, each with its reason as general feedback."""
    cells = jupytext.read(SOURCE).cells
    questions = _questions("\n".join(cell.source for cell in cells if cell.cell_type == "markdown"))
    choices = _computed([cell.source for cell in cells if cell.cell_type == "code"])
    return "\n".join([ABOUT, *(_question(number, questions[number], choices[number]) for number in sorted(questions))])


def _questions(text: str) -> dict[int, str]:
    """Number and text of each question of the list."""
    listed = text[text.index("**Your answers.**") :].split("\n## ")[0]
    found = re.findall(r"^(\d+)\. (.*?)(?=^\d+\. |\Z)", listed, re.MULTILINE | re.DOTALL)
    return {int(number): " ".join(question.split()) for number, question in found}


def _computed(code: list[str]) -> dict[int, Mapping[str, bool]]:
    """The choices of each question, and which of them is right, as the notebook's cells compute it."""
    seen: dict[int, Mapping[str, bool]] = {}

    class Watching(quiz.Quiz):
        def compare(self, number: int, choices: Mapping[str, bool]) -> None:
            seen[number] = dict(choices)

    variables: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in code:
            exec(cell, variables)
            if "quiz" in variables and not isinstance(variables["quiz"], Watching):
                variables["quiz"] = Watching({})
    return seen


def _question(number: int, text: str, choices: Mapping[str, bool]) -> str:
    answers = [f"{'=' if right else '~'}{_escaped(choice)}" for choice, right in choices.items()]
    reason = f"####{_escaped(quiz.WHY[number])}"
    return "\n".join([f"::WGAN Lab {number}::[markdown]{_escaped(_plain(text))}{{", *answers, reason, "}", ""])


def _plain(text: str) -> str:
    """The text without formulas: a platform may not draw them."""
    for sign, letter in _SIGNS.items():
        text = text.replace(sign, letter)
    return re.sub(r"\$([^$]*)\$", r"\1", text)


def _escaped(text: str) -> str:
    """The text with GIFT's own signs escaped."""
    return re.sub(r"([~=#{}:\\])", r"\\\1", text)


def main() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(gift().encode("utf-8"))
    print(f"built {TARGET.relative_to(ROOT).as_posix()}")


if __name__ == "__main__":
    main()
