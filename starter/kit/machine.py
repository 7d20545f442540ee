"""The machine you train on: which device, and whether torch is whole.

    python -m starter.kit.machine

WGAN_DEVICE    "cpu", "cuda" or "mps" makes the course train there
"""

import os
import platform
import sys

import torch

from .course import CourseError

_AVAILABLE = {
    "cuda": lambda: torch.cuda.is_available(),
    "mps": lambda: torch.backends.mps.is_available(),
    "cpu": lambda: True,
}


def device() -> torch.device:
    """The device to train on: a CUDA card, else Apple's GPU, else the processor.

    Raises:
        CourseError: WGAN_DEVICE names a device that is unknown or not here.
    """
    forced = os.environ.get("WGAN_DEVICE", "")
    if not forced:
        return torch.device(next(name for name, available in _AVAILABLE.items() if available()))
    if forced not in _AVAILABLE:
        raise CourseError(f'WGAN_DEVICE is "{forced}"; it can be "cpu", "cuda" or "mps", or not set at all.')
    if not _AVAILABLE[forced]():
        raise CourseError(f'WGAN_DEVICE is "{forced}", and torch finds no such device here; unset it.')
    return torch.device(forced)


def pair_problem() -> str:
    """What is wrong between torch and torchvision, in one sentence; "" if they fit.

    A torchvision built for another torch fails at its import or, at the latest,
    when one of its compiled functions is called.
    """
    try:
        import torchvision

        torchvision.ops.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)
    except (ImportError, RuntimeError, AttributeError, OSError) as error:
        reason = str(error).strip().split("\n")[0]
        return (
            f"torchvision does not work with torch {torch.__version__} ({reason}): install both together, "
            "from one place and in one command, pip install torch torchvision"
        )
    return ""


def report() -> str:
    """A few lines on this machine: versions, device, threads, and what does not fit."""
    return _report(pair_problem())


def in_notebook() -> bool:
    """Whether a Jupyter kernel is running this. IPython is not imported to find out."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and hasattr(shell, "kernel")


def _report(problem: str) -> str:
    vision = "" if problem else f", torchvision {sys.modules['torchvision'].__version__}"
    threads = torch.get_num_threads()
    return "\n".join(
        [
            f"Python {platform.python_version()}, torch {torch.__version__}{vision}",
            f"Training on {_describe(device())}, {threads} processor thread{'s' if threads > 1 else ''}",
            *([problem] if problem else []),
        ]
    )


def _describe(chosen: torch.device) -> str:
    return f"{chosen} ({torch.cuda.get_device_name(chosen)})" if chosen.type == "cuda" else str(chosen)


if __name__ == "__main__":
    problem = pair_problem()
    try:
        print(_report(problem))
    except CourseError as error:
        sys.exit(str(error))
    sys.exit(1 if problem else 0)
