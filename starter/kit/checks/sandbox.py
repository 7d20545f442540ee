"""Where answers run: all that they print is kept, and all that they switch is put back."""

import contextlib
import importlib
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import torch

from . import draw
from .watch import Outside, Watch


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


class _Compiler(ModuleType):
    """Stands where torch's compiler will be, until somebody needs the real one.

    Torch's optimisers load it only to be left alone by it, which takes a second.
    """

    NAME = "torch._dynamo"

    def __init__(self) -> None:
        super().__init__(self.NAME)
        self._spared: list[Callable] = []

    def disable(self, function: Callable, *settings: Any, **more: Any) -> Callable:
        self._spared.append(function)
        return function

    def graph_break(self, *message: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        self.leave()
        return getattr(importlib.import_module(self.NAME), name)

    def leave(self) -> None:
        """Make way for the real one."""
        if sys.modules.get(self.NAME) is self:
            del sys.modules[self.NAME]
            vars(torch).pop("_dynamo", None)
        for function in self._spared:
            vars(function).pop("__dynamo_disable", None)  # where torch remembers what disable made


@contextlib.contextmanager
def _without_compiler() -> Iterator[None]:
    """Let nobody load torch's compiler in vain."""
    if _Compiler.NAME in sys.modules:
        yield
        return
    compiler = sys.modules[_Compiler.NAME] = torch._dynamo = _Compiler()
    try:
        yield
    finally:
        compiler.leave()


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
    outside = Outside()
    try:
        torch.set_default_dtype(torch.float32)
        with contextlib.ExitStack() as stack:
            if device.type != "cpu":
                stack.enter_context(torch.device("cpu"))
            for context in (torch.inference_mode(False), torch.enable_grad(), warnings.catch_warnings()):
                stack.enter_context(context)
            sandbox = Sandbox()
            stack.callback(sandbox.watch.put_back)
            stack.enter_context(_without_compiler())
            stack.enter_context(sandbox.watch.noting_seeds())
            stack.enter_context(contextlib.redirect_stdout(sandbox.screen))
            stack.enter_context(contextlib.redirect_stderr(sandbox.screen))
            warnings.simplefilter("ignore")
            draw.start(seed)
            yield sandbox
    finally:
        torch.set_default_dtype(dtype)
        outside.put_back()
