"""Where answers run: all that they print is kept, and all that they switch is put back."""

import contextlib
import io
import warnings
from collections.abc import Iterator

import torch

from . import draw
from .watch import Watch


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


class Sandbox:
    """What is seen of an answer from outside.

    Attributes:
        screen: what it prints.
        watch: what it leaves changed.
    """

    def __init__(self) -> None:
        self.screen, self.watch = Screen(), Watch()


@contextlib.contextmanager
def undisturbed(seed: int) -> Iterator[Sandbox]:
    """Leave random generators, torch's switches, the process and the screen as they were.

    Inside, torch computes on the CPU in float32 with gradients, and all random
    numbers come from the seed.
    """
    device, dtype = torch.get_default_device(), torch.get_default_dtype()
    outside = Watch()
    try:
        torch.set_default_dtype(torch.float32)
        with contextlib.ExitStack() as stack:
            if device.type != "cpu":
                stack.enter_context(torch.device("cpu"))
            for context in (torch.inference_mode(False), torch.enable_grad(), warnings.catch_warnings()):
                stack.enter_context(context)
            sandbox = Sandbox()
            stack.callback(sandbox.watch.put_back)
            stack.enter_context(sandbox.watch.noting_seeds())
            stack.enter_context(contextlib.redirect_stdout(sandbox.screen))
            stack.enter_context(contextlib.redirect_stderr(sandbox.screen))
            warnings.simplefilter("ignore")
            draw.start(seed)
            yield sandbox
    finally:
        torch.set_default_dtype(dtype)
        outside.put_back()
