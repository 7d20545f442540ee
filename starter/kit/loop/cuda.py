"""What a graphics card can do for a training: record work once, and replay it.

Python gives a card its work kernel by kernel, and small networks are done with
each before the next one arrives. A CUDA graph is a recording of all the kernels
of a step: to replay it costs one call. A replay reads and writes the same places
in memory and runs no Python. Random numbers are new at each replay, and the same
as without a graph for the same seed.

Recorder is what recording.py needs of a card. Tests give it another one.
"""

import linecache
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Protocol

import torch
from torch import Tensor

Work = Callable[[], Tensor]  # of one step: all its numbers in one vector


class Recorder(Protocol):
    """What records."""

    def apart(self) -> AbstractContextManager[None]:
        """What is done within it is done where a recording is made, one step after the other."""

    def waits(self) -> AbstractContextManager[list[str]]:
        """Gives a list; afterwards it holds the lines of code within it that waited for the device."""

    def record(self, work: Work, generators: Sequence[torch.Generator]) -> Work:
        """The work as a recording: it is done at each call of what is returned, and not now.

        Args:
            work: changes tensors in place, and returns one.
            generators: the random generators of its own that it draws from, besides torch's.

        Raises:
            RuntimeError: it cannot be recorded.
        """


def recorder_for(device: torch.device) -> Recorder | None:
    """What records on that device; None if nothing does."""
    return CudaGraphs(device) if device.type == "cuda" else None


class CudaGraphs:
    """Records CUDA graphs, on a stream of its own.

    Autograd remembers the stream of a gradient, so the steps before a recording
    are made on that stream as well (torch's notes on CUDA semantics).
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream = torch.cuda.Stream(device)

    @contextmanager
    def apart(self) -> Iterator[None]:
        here = torch.cuda.current_stream(self._device)
        self._stream.wait_stream(here)
        try:
            with torch.cuda.stream(self._stream):
                yield
        finally:
            here.wait_stream(self._stream)

    @contextmanager
    def waits(self) -> Iterator[list[str]]:
        lines: list[str] = []
        before = torch.cuda.get_sync_debug_mode()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            torch.cuda.set_sync_debug_mode("warn")
            try:
                yield lines
            finally:
                torch.cuda.set_sync_debug_mode(before)
        for one in caught:
            if "called a synchronizing" in str(one.message):
                lines.append(linecache.getline(one.filename, one.lineno).strip())

    def record(self, work: Work, generators: Sequence[torch.Generator]) -> Work:
        graph = self._new_graph(generators)
        try:
            with torch.cuda.graph(graph, stream=self._stream):
                numbers = work()
        except BaseException:
            self._end_of_recording(generators)
            raise

        def replay() -> Tensor:
            graph.replay()
            return numbers.clone()  # the next replay writes into the same place

        return replay

    @staticmethod
    def _new_graph(generators: Sequence[torch.Generator]) -> torch.cuda.CUDAGraph:
        graph = torch.cuda.CUDAGraph()
        for generator in generators:
            graph.register_generator_state(generator)
        return graph

    def _end_of_recording(self, generators: Sequence[torch.Generator]) -> None:
        """After one that failed, generators can be left as if it went on; one that succeeds tells them."""
        with suppress(RuntimeError), torch.cuda.graph(self._new_graph(generators), stream=self._stream):
            torch.zeros((), device=self._device)
