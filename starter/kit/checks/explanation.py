"""What to say of an error that an answer raises."""

import os
import re
import traceback
from pathlib import Path

import torch

from ..course import Blank
from ..registry import Exercise

_NOT_THEIRS = (  # files in these folders are not the student's
    str(Path(__file__).resolve().parents[1]) + os.sep,
    str(Path(os.__file__).resolve().parent) + os.sep,
    str(Path(torch.__file__).resolve().parents[1]) + os.sep,
)
_KNOWN = (  # type, pattern in its text, id, message
    (
        AttributeError,
        "'tuple' object has no attribute",
        "tuple-not-unpacked",
        "You use a tuple as if it were a tensor. torch.autograd.grad returns a tuple with one entry per "
        "input, even for one input: take the entry out of it.",
    ),
    (
        RuntimeError,
        "does not require grad and does not have a grad_fn",
        "no-graph",
        "torch recorded nothing to differentiate: nothing that went into the computation requires grad, or "
        "it ran under no_grad or after a detach.",
    ),
    (
        RuntimeError,
        "One of the differentiated Tensors does not require grad",
        "input-not-tracked",
        "You differentiate with respect to a tensor that does not require grad. Data usually does not: "
        "switch it on, for a copy, before you compute with it.",
    ),
    (
        RuntimeError,
        "appears to not have been used in the graph",
        "not-in-the-graph",
        "You differentiate with respect to a tensor from which the result was not computed. A detach or a "
        "clone is a new tensor: compute with the very one that you differentiate in.",
    ),
    (
        RuntimeError,
        "grad can be implicitly created only for scalar outputs",
        "not-a-scalar",
        "You differentiate a whole vector. Autograd starts from one number: reduce the vector first.",
    ),
    (
        RuntimeError,
        "Mismatch in shape: grad_output",
        "grad-outputs-shape",
        "The grad_outputs that you give to autograd do not have the shape of the scores, which may be (n,) "
        "or (n, 1). Let the scores themselves say the shape.",
    ),
    (
        RuntimeError,
        "Trying to backward through the graph a second time",
        "graph-used-twice",
        "Two backward passes use the same graph, and the first one frees it. "
        "Add what you want to differentiate, then go backward once.",
    ),
    (
        RuntimeError,
        "leaf Variable that requires grad is being used in an in-place operation",
        "in-place-under-grad",
        "torch refuses to change a parameter in place while it records for autograd. Changing weights is "
        "bookkeeping, not part of the loss: switch the recording off for it.",
    ),
    (
        AttributeError,
        r"before Module.__init__\(\) call",
        "no-super",
        "You assign layers before the module itself is set up. The first line of __init__ has to call the "
        "__init__ of nn.Module.",
    ),
    (
        NotImplementedError,
        'missing the required "forward" function',
        "no-forward",
        "The class has no method called forward (or it is not indented into the class), so the network "
        "cannot be called.",
    ),
    (RecursionError, "", "endless-recursion", "Your code calls itself without end."),
)


def explain(error: BaseException) -> tuple[str, str]:
    for kind, pattern, mistake, message in _KNOWN:
        if isinstance(error, kind) and re.search(pattern, text(error)):
            return mistake, f"{message}{where(error)}"
    return "error", f"Your code stops with {text(error)}{where(error) or '.'}"


def still_blank(blank: Blank, exercise: Exercise) -> str:
    if blank.name == exercise.name:
        return f"Still blank. Fill it in in sheet {exercise.sheet}."
    return f"Your code calls {blank.name}, which is still blank (sheet {blank.sheet})."


def text(error: BaseException) -> str:
    """Type and first line of an error."""
    try:
        said = str(error).strip().split("\n")[0][:200].rstrip(".")
    except Exception:
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def where(error: BaseException) -> str:
    """The innermost line of the student's own code on the way to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        name = frame.filename
        if not name.startswith("<frozen") and not os.path.realpath(name).startswith(_NOT_THEIRS):
            code = f": {frame.line.strip()}" if frame.line else ""
            return f" (line {frame.lineno} of your code{code})"
    return ""
