"""What can go wrong during a training, in sentences. What is looked at before it: arguments.py."""

import re
from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..course import CourseError
from .run import Run

# What the loop watches in a step, in the order of time: first; in each update of the critic; at the end.
FIRST = ("the data",)
UPDATE = ("the Wasserstein estimate", "the penalty")
LAST = ("the critic's weights", "the generator's loss", "the generator's weights")

_UNHELD = (
    "Usually the critic grows without bound, because the penalty does not reach its weights "
    "(is a graph created for its gradient?) or the learning rate is too large."
)
_UPDATE = "The gradient of its last update was not finite: usually "
_CAUSES = {
    "the data": "They hold NaN or infinity themselves: look at how they are read and scaled.",
    "the Wasserstein estimate": _UNHELD,
    "the penalty": _UNHELD,
    "the critic's weights": f"{_UPDATE}a root meets 0 in the penalty, or the learning rate is too large.",
    "the generator's loss": "Usually the generator's samples are not finite: look for a division or a "
    "logarithm in it, or take a smaller learning rate.",
    "the generator's weights": f"{_UPDATE}the learning rate is too large, or a division or a logarithm "
    "in the generator meets 0.",
}
_CAUSES_WITH_CLIPPING = {
    "the Wasserstein estimate": "Usually c or the learning rate is too large: scores grow like c to the "
    "power of the number of layers.",
    "the critic's weights": f"{_UPDATE}the learning rate or c is too large. Clipping cannot mend NaN.",
}


def not_finite(run: Run, seen: Sequence[float]) -> str:
    """What to say of the first number that is NaN or infinite; "" if there is none.

    Args:
        run: where it stood before this step.
        seen: as loop._Step returns it, read from the device.
    """
    names = FIRST + UPDATE * run.settings["n_critic"] + LAST
    odd = [(name, value) for name, value in zip(names, seen, strict=True) if not isfinite(value)]
    if not odd:
        return ""
    name, value = odd[0]
    if value != value and name == UPDATE[0] and isfinite(seen[len(FIRST)]) and LAST[0] in dict(odd):
        name = LAST[0]  # looked at only after the last update; an earlier one spoiled them, and then its scores
    became = "NaN" if value != value else "infinite"
    cause = (_CAUSES_WITH_CLIPPING if run.method == "clip" else {}).get(name, _CAUSES[name])
    if len(run.settings["shape"]) == 3 and 1.5 < seen[0] < float("inf"):
        cause = f"Your images reach {seen[0]:g}, and they should be in [-1, 1]."
    return (
        f"The training ended in step {run.steps + 1}, because {name} became {became}. {cause} "
        f"The run keeps the history up to step {run.steps}, and run.average as it was then."
    )


def numbers(result: Any, count: int, whose: str) -> list[Tensor]:
    """What a player's step returned, as 0-d tensors without a graph.

    Raises:
        CourseError: it is something else.
    """
    try:
        found = [torch.as_tensor(number).detach().reshape(()) for number in result]
    except (TypeError, ValueError, RuntimeError):
        found = []
    if len(found) != count:
        wanted = "one number, its loss" if count == 1 else "two, the Wasserstein estimate and the penalty"
        raise CourseError(f"{whose} should return {wanted}; yours returns something else.")
    return found


# What the penalty cannot do with a critic: torch's words, what cannot be differentiated twice, and another way.
_ONCE = (
    (
        r"derivative for (?:aten::|')?_?(scaled_dot_product\w*?)(?:_for_cpu)?_backward",
        "{0}",
        "Call it under torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)",
    ),
    (
        r"derivative for (?:aten::|')?_?(cudnn_rnn)\w*_backward",
        "{0}",
        "Train under torch.backends.cudnn.flags(enabled=False)",
    ),
    (r"derivative for (?:aten::|')?_*(\w+?)_backward", "{0}", "Take another layer in its place"),
    (r"double backwards on (\w+) not supported", "{0}", "Take another layer in its place"),
    (
        r"marked with @once_differentiable",
        "a function marked with @once_differentiable",
        "Let its backward be made of operations that torch can differentiate",
    ),
    (r"use_reentrant=True|Checkpointing is not compatible", "a reentrant checkpoint", "Take use_reentrant=False"),
    (
        r"aot_autograd does not currently support double backward|compiled with non-empty donated buffers",
        "torch.compile",
        "Train the network without it",
    ),
)


def explain(error: Exception, run: Run) -> None:
    """Raise a CourseError for what torch says of a critic or a batch that a step cannot work with.

    Any other error is none of the course's: nothing is raised for it.
    """
    text = str(error)
    if run.method == "penalty":
        for pattern, what, way in _ONCE:
            if found := re.search(pattern, text):
                raise CourseError(
                    f"The penalty differentiates the critic's gradient once more, and {what.format(*found.groups())} "
                    f'cannot be differentiated twice. {way}, or train with method="clip".'
                ) from error
    if run.settings["batch_size"] == 1 and "more than 1 value per channel when training" in text:
        raise CourseError("batch_size is 1, and batch normalisation needs two samples or more.") from error


class Outputs:
    """Writes the files of a training. One that cannot be written ends nothing: it is said, once for each place."""

    def __init__(self) -> None:
        self._failed: set[Path] = set()

    def write(self, save: Callable[[Path], None], path: Path) -> None:
        """Call save(path)."""
        try:
            save(path)
        except CourseError as error:
            if path not in self._failed:
                print(f"{error} The run is kept: run.save writes it elsewhere.")
            self._failed.add(path)
