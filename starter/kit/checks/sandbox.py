"""Where answers run: all that they print is kept, and all that they switch is put back."""

import contextlib
import io
import random
import sys
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import torch

from .probes import seed

_SWITCHES: tuple[tuple[Callable, Callable], ...] = (  # how to read it, how to set it
    (torch.get_default_dtype, torch.set_default_dtype),
    (torch.get_num_threads, torch.set_num_threads),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly),
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (torch.is_grad_enabled, torch.set_grad_enabled),
)
_GENERATORS: tuple[tuple[Callable, Callable], ...] = (
    (random.getstate, random.setstate),
    (np.random.get_state, np.random.set_state),
    (torch.get_rng_state, torch.set_rng_state),
)


class Screen(io.StringIO):
    """Takes what an answer prints, as far as anybody would read it."""

    _MOST = 20_000  # characters

    def write(self, text: str) -> int:
        super().write(str(text)[: max(0, self._MOST - self.tell())])
        return len(text)

    def clear(self) -> None:
        """Forget what was printed so far."""
        self.seek(0)
        self.truncate()

    def first_lines(self) -> str:
        """The first six lines, each once, because a check calls an answer many times."""
        lines = [line[:200] for line in self.getvalue().split("\n") if line.strip()]
        different = list(dict.fromkeys(lines))
        more = f"\n... ({len(lines)} lines in all)" if len(different) > 6 else ""
        return "\n".join(different[:6]) + more


@contextlib.contextmanager
def undisturbed() -> Iterator[Screen]:
    """Leave random generators, torch's switches and the screen as they were.

    Inside, random numbers start from the same seed at every call, and torch
    computes on the CPU in float32 with gradients.

    Yields:
        What takes all that is printed inside.
    """
    screen = Screen()
    states = [(write, read()) for read, write in _GENERATORS]
    if torch.cuda.is_initialized():
        states.append((torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all()))
    switches = [(read, write, read()) for read, write in _SWITCHES]
    device = torch.get_default_device()
    try:
        seed(0)
        torch.set_default_dtype(torch.float32)
        with (
            contextlib.ExitStack() as stack,
            torch.inference_mode(False),
            torch.enable_grad(),
            warnings.catch_warnings(),
            contextlib.redirect_stdout(screen),
            contextlib.redirect_stderr(screen),
        ):
            if device.type != "cpu":
                stack.enter_context(torch.device("cpu"))
            warnings.simplefilter("ignore")
            yield screen
    finally:
        if torch.get_default_device() != device:
            torch.set_default_device(None if device.type == "cpu" else device)
        for read, write, value in switches:
            if read() != value:
                write(value)
        for write, state in states:
            write(state)
