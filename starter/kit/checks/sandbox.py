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


COMPILER = "torch._dynamo"


class _Unneeded(ModuleType):
    """Stands where a module of torch's compiler will be, until somebody needs more of it than is here."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(COMPILER) is _compiler:
            _leave()
        return getattr(importlib.import_module(self.__name__), name)


_compiler, _autograd = _Unneeded(COMPILER), _Unneeded(f"{COMPILER}.compiled_autograd")
_spared: list[Callable] = []


def _disable(function: Callable, *settings: Any, **more: Any) -> Callable:
    _spared.append(function)
    return function


def _leave() -> None:
    """Make way for the real compiler."""
    if sys.modules.get(COMPILER) is _compiler:
        del sys.modules[COMPILER]
        vars(torch).pop("_dynamo", None)
    while _spared:
        vars(_spared.pop()).pop("__dynamo_disable", None)  # where torch remembers what disable made


vars(_compiler).update(disable=_disable, graph_break=lambda *message: None, compiled_autograd=_autograd)
vars(_autograd).update(_disable=contextlib.nullcontext)


@contextlib.contextmanager
def _without_compiler() -> Iterator[None]:
    """Torch's optimisers and torch.func load its compiler, for a second, only to be left alone by it: let them not."""
    if COMPILER not in sys.modules:
        sys.modules[COMPILER] = torch._dynamo = _compiler
    try:
        yield
    finally:
        _leave()


@contextlib.contextmanager
def _one_picture() -> Iterator[None]:
    """In a notebook, let the first picture through that an answer shows: a check calls it many times."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    publisher = getattr(shell, "display_pub", None)
    if publisher is None:
        yield
        return
    publish, shown = publisher.publish, 0

    def first(*picture: Any, **more: Any) -> None:
        nonlocal shown
        shown += 1
        if shown == 1:
            publish(*picture, **more)
        else:
            print("(of what it displays, the first alone is shown)")

    publisher.publish = first
    try:
        yield
    finally:
        del publisher.publish


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
            stack.enter_context(_one_picture())
            warnings.simplefilter("ignore")
            draw.start(seed)
            yield sandbox
    finally:
        torch.set_default_dtype(dtype)
        outside.put_back()
