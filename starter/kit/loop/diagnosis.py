"""What can go wrong during a training, in sentences. What is looked at before it: arguments.py."""

import re
from math import isfinite

from ..course import CourseError
from .run import Run
from .step import Step

_UNHELD = (
    "Usually the critic grows without bound, because the penalty does not reach its weights "
    "(is a graph created for its gradient?) or the learning rate is too large."
)
_UPDATE = "The gradient of its last update was not finite: usually "
_NAMES = {
    "data": "the data",
    "estimate": "the estimate",
    "penalty": "the penalty",
    "critic_weights": "the critic's weights",
    "generator_loss": "the generator's loss",
    "generator_weights": "the generator's weights",
}
_CAUSES = {
    "data": "They hold NaN or infinity themselves: look at how they are read and scaled.",
    "estimate": _UNHELD,
    "penalty": _UNHELD,
    "critic_weights": f"{_UPDATE}a root meets 0 in the penalty, or the learning rate is too large.",
    "generator_loss": "Usually the generator's samples are not finite: look for a division or a "
    "logarithm in it, or take a smaller learning rate.",
    "generator_weights": f"{_UPDATE}the learning rate is too large, or a division or a logarithm "
    "in the generator meets 0.",
}
_CAUSES_WITH_CLIPPING = {
    "estimate": "Usually c or the learning rate is too large: scores grow like c to the power of the number of layers.",
    "critic_weights": f"{_UPDATE}the learning rate or c is too large. Clipping cannot mend NaN.",
}


def not_finite(run: Run, step: Step) -> str:
    """What to say of the first number that is NaN or infinite; "" if there is none.

    Args:
        run: where it stood before this step.
        step: its numbers, read from the device.
    """
    odd = [(name, value) for name, value in step.in_order() if not isfinite(value)]
    if not odd:
        return ""
    name, value = odd[0]
    if value != value and name == "estimate" and isfinite(step.estimates[0]) and not isfinite(step.critic_weights):
        name = "critic_weights"  # looked at last; an earlier update spoiled them, and then its scores
    became = "NaN" if value != value else "infinite"
    cause = (_CAUSES_WITH_CLIPPING if run.method == "clip" else {}).get(name, _CAUSES[name])
    if len(run.settings.shape) == 3 and 1.5 < step.data < float("inf"):
        cause = f"Your images reach {step.data:g}, and they should be in [-1, 1]."
    return (
        f"The training ended in step {run.steps + 1}, because {_NAMES[name]} became {became}. {cause} "
        f"The run keeps the history up to step {run.steps}, and run.average as it was then."
    )


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
    if run.settings.batch_size == 1 and "more than 1 value per channel when training" in text:
        raise CourseError("batch_size is 1, and batch normalisation needs two samples or more.") from error
