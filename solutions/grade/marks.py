"""Points: the one place where their rule stands."""

from starter.kit import registry
from starter.kit.registry import Exercise

STATES = {  # those of starter.kit.desk.progress, in words for a report
    "done": "right",
    "other": "works, but not as asked",
    "borrowed": "borrowed",
    "wrong": "not yet right",
    "blank": "blank",
    "broken": "does not load",
}
CREDIT = {"done": 1.0, "other": 0.5}  # share of an exercise's points


def points(exercise: Exercise) -> int:
    """What a right answer to an exercise is worth: its difficulty, 1 to 5."""
    return exercise.difficulty


def earned(exercise: Exercise, state: str) -> float:
    """What an answer in this state is worth."""
    return points(exercise) * CREDIT.get(state, 0.0)


def most() -> int:
    """All points that there are."""
    return sum(points(exercise) for exercise in registry.EXERCISES)
