"""Where you stand, in a terminal: `make check`, which is `python -m starter.kit`.

The answers run in a process of their own, because an answer can do anything: one
that never comes to an end is stopped after LIMIT seconds, and one that ends
the process is named. Nothing is written anywhere.
"""

import io
import multiprocessing
import os
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection

from .. import course, registry
from ..registry import Exercise
from .progress import Progress, Standing, holds_answers, standing

LIMIT = 30.0  # seconds for one exercise
PATIENCE = 1.0  # seconds before it is named


def main() -> None:
    """Print the table.

    Raises:
        SystemExit: with a sentence, if there is nothing to look at.
    """
    course.only_looking(True)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may know fewer letters than a message
    try:
        _refuse_the_wrong_folder()
        print(Progress(_standings()), flush=True)
    except course.CourseError as error:
        sys.exit(str(error))
    except BrokenPipeError:  # whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit("Stopped.")


def _refuse_the_wrong_folder() -> None:
    """WGAN_WORK has to name a folder with answers."""
    if not os.environ.get("WGAN_WORK") or course.solutions_mode():
        return
    folder = course.work_folder()
    if holds_answers(folder):
        return
    what = "holds no answers" if folder.is_dir() else "does not exist"
    near = [folder / "mine", folder / "starter" / "mine", *sorted(path for path in folder.glob("*") if path.is_dir())]
    hint = next((f" Did you mean {path}?" for path in near if holds_answers(path)), "")
    raise course.CourseError(f"WGAN_WORK names the folder {folder}, which {what}.{hint}")


def _standings() -> Iterator[Standing]:
    """How each exercise stands, checked in another process; one that dies is followed by the next."""
    left = list(registry.EXERCISES)
    while left:
        for row in _from_one_process(left):
            yield row
            left = left[1:]


def _from_one_process(exercises: list[Exercise]) -> Iterator[Standing]:
    """Standings as long as the process lives; the last one says why it ended early, if it did."""
    # A copy of this process starts at once, where the system makes such copies safely.
    if sys.platform == "linux":
        context = multiprocessing.get_context("fork")
    else:
        context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=([one.name for one in exercises], sending), daemon=True)
    process.start()
    sending.close()
    try:
        for number, exercise in enumerate(exercises):
            first = 60.0 if number == 0 else 0.0  # loading takes its time
            if not receiving.poll(PATIENCE + first / 10):
                print(f"Checking {exercise.name} ...", file=sys.stderr, flush=True)
            if not receiving.poll(LIMIT + first):
                yield Standing(exercise, "wrong", "endless", _endless())
                return
            try:
                yield receiving.recv()
            except EOFError:
                process.join(5)
                message = f"Its check ended the whole Python process (exit code {process.exitcode})."
                yield Standing(exercise, "broken", "", message)
                return
    finally:
        process.kill()
        process.join()
        receiving.close()


def _endless() -> str:
    return f"It was still running after {LIMIT:.0f} seconds, and was stopped. Is there a loop without an end?"


def _work(names: list[str], sending: Connection) -> None:
    course.only_looking(True)
    for name in names:
        exercise = registry.exercise(name)
        try:
            sending.send(standing(exercise))
        except KeyboardInterrupt:
            sending.send(Standing(exercise, "wrong", "error", "Your code stops with KeyboardInterrupt."))
