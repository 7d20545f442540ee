"""What you guessed before you looked: predict("01.2", "W falls") keeps it, predicted("01.2") shows it again.

Guesses lie beside your answers, in starter/mine/predictions.json. Nobody grades them.
"""

import contextlib
import json
import re
from pathlib import Path

from .. import course
from . import answers

_here: dict[str, str] = {}  # those of this kernel, also where nothing is written


def predict(key: str, guess: str = "") -> None:
    """Keep a guess, and say so.

    Args:
        key: the number of the prediction, such as "01.2".
        guess: in your own words; "" keeps nothing.

    Raises:
        CourseError: the key does not look like "01.2".
    """
    if not re.fullmatch(r"\d\d\.\d+", str(key)):
        raise course.CourseError(f'A prediction is called by its number, such as "01.2", and not {key!r}.')
    guess = " ".join(str(guess).replace("...", "").split())
    if not guess:
        print("Write your guess between the quotes and run this cell again, or just go on.")
        return
    _here[str(key)] = guess
    _save({**_saved(), **_here})
    print("Your guess is kept. Now run the next cell and open its output.")


def predicted(key: str) -> None:
    """Show the guess again, above the answer. A folded output shows its first line, so it gives nothing away."""
    guess = {**_saved(), **_here}.get(str(key))
    print(f"You guessed: {guess}" if guess else "The answer:")


def _file() -> Path:
    return course.work_folder() / "predictions.json"


def _saved() -> dict[str, str]:
    """The guesses on disk; what cannot be read counts as none."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(_file().read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return {str(key): str(guess) for key, guess in found.items()}
    return {}


def _save(guesses: dict[str, str]) -> None:
    """Write them in one move; a folder that cannot be written to loses nothing but the file."""
    if course.solutions_mode():
        return
    with contextlib.suppress(OSError, course.CourseError):
        answers.replace_file(_file(), json.dumps(guesses, ensure_ascii=False, indent=1, sort_keys=True))
