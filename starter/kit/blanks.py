"""Blanks and how they are filled."""

from . import registry


class Blank(NotImplementedError):
    """Raised by an exercise that is not filled in yet.

    In a notebook it shows as its one sentence, without a traceback.
    """

    def __init__(self, name: str) -> None:
        exercise = registry.exercise(name)
        self.name, self.sheet = name, exercise.sheet
        super().__init__(
            f"{name} is still blank. Fill it in in labwork/{registry.sheet(exercise.sheet).stem}.ipynb"
        )

    def _render_traceback_(self) -> list[str]:
        return [f"Blank: {self}"]


def fills(name): ...
def borrow(name): ...
def reset(name): ...
