"""One change, measured: experiments with seeds, files that can be handed in, and the class board.

Given: not to be edited by students.

    found = experiment("Do we need five critic steps?", change={"n_critic": 1}, seeds=3, seconds=20)
    print(found)             # in a notebook, the last line "found" shows a table
    found.hand_in("runs/ada.safetensors", name="Ada")

    python -m starter.kit board FOLDER        all files of a folder in one table
"""

from .experiment import Experiment, experiment
from .questions import questions

__all__ = ["Experiment", "experiment", "questions"]
