"""What can be wrong with a training, in sentences."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .course import CourseError
from .precision import PRECISIONS
from .runs import RATES, Run

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


def check_settings(settings: dict[str, Any]) -> None:
    """Raise a CourseError for a setting that cannot be."""
    for name in ("n_critic", "batch_size"):
        if not isinstance(settings[name], int) or settings[name] < 1:
            raise CourseError(f"{name} is {settings[name]}; it should be a whole number, at least 1.")
    for name, valid in (("method", tuple(RATES)), ("precision", PRECISIONS)):
        if settings[name] not in valid:
            raise CourseError(f"There is no {name} {settings[name]!r}; take {' or '.join(map(repr, valid))}.")
    if not 0 <= settings["decay"] <= 1:
        raise CourseError(f"decay is {settings['decay']}; it should be between 0 and 1.")
    if not 0 <= settings["average"] < 1:
        raise CourseError(f"average is {settings['average']}; it should be at least 0 and below 1.")


def check_fit(run: Run, data: Any) -> None:
    """Raise a CourseError if networks, optimisers and data do not belong together."""
    for name in ("critic", "generator"):
        network, optimizer = getattr(run, name), getattr(run, f"{name}_optimizer")
        shape = tuple(getattr(network, "image_shape", data.shape))
        if shape != tuple(data.shape):
            raise CourseError(
                f"The {name} is built for samples of shape {shape}, and those of the data have shape "
                f"{tuple(data.shape)}: build it with image_shape=data.shape."
            )
        own = {id(weight) for weight in network.parameters()}
        if not all(id(weight) in own for group in optimizer.param_groups for weight in group["params"]):
            raise CourseError(
                f"{name}_optimizer holds weights that are not this {name}'s: make it from "
                f"{name}.parameters(), after the {name}."
            )
    if not hasattr(run.generator, "latent_dim"):
        raise CourseError("The generator should keep the dimension of its noise as self.latent_dim.")


def check_outputs(
    png_folder: str | Path | None,
    png_every: int | None,
    checkpoint_to: str | Path | None,
    checkpoint_every: int | None,
) -> None:
    """Raise a CourseError if there is nowhere to write to."""
    if png_every and not png_folder:
        raise CourseError("png_every needs png_folder, the folder to write to.")
    if checkpoint_every and not checkpoint_to:
        raise CourseError("checkpoint_every needs checkpoint_to, the file to write to.")
