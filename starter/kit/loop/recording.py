"""A whole turn of Algorithm 1, recorded once on a graphics card and replayed.

A turn is n_critic updates of the critic and one of the generator, with your
functions and with the batches drawn on the card. In this order:

    1. WARM_UP turns one by one. They count. In the last two it is looked at
       whether the turn can be recorded (recordable.py).
    2. The test: TESTED turns one by one, then the same ones recorded. They do
       not count: the run goes back to where it stood.
    3. From then on one replay for each turn. Listeners are told as ever.

What cannot be recorded goes on one by one, and a sentence says why, once.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Literal
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from . import cuda, recordable
from .algorithm import Turn
from .batches import Batches
from .recordable import NotRecordable
from .run import Run
from .settings import Functions
from .step import Step

Graph = Literal["auto"] | bool
WARM_UP = 5
TESTED = 20
AT_LEAST = 100  # turns: for fewer it does not pay
CLOSE = 0.02  # share of a number's largest size by which it may differ in the test: sums round otherwise

_tested: WeakKeyDictionary[Run, list[object]] = WeakKeyDictionary()  # with which functions a run passed the test


class Recording:
    """Makes of the turns of a run recorded ones, where that is possible.

    It is a context, within which the optimisers are such as can be recorded. What it
    gives is for algorithm_1.

    Args:
        graph: "auto" records where there is a card and the test is passed; True
            leaves the test out, and says so where there is no card; False
            records nothing.
        run, batches, yours: what Algorithm 1 works with.
        steps: how many turns are asked for; None if the clock decides.
    """

    def __init__(self, graph: Graph, run: Run, batches: Batches, yours: Functions, steps: int | None) -> None:
        self._run, self._batches, self._yours, self._auto = run, batches, yours, graph == "auto"
        short = self._auto and steps is not None and steps < AT_LEAST
        self._recorder = cuda.recorder_for(run.device) if graph and not short else None
        self._around = ExitStack()
        reason = recordable.obstacle(run, batches) if self._recorder else ""
        if graph is True and not self._recorder:
            reason = f"that takes a CUDA card, and these networks are on the {run.device.type.upper()}"
        if reason:
            self._recorder = None
            _say(reason)

    def __enter__(self) -> Callable[[Turn], Turn]:
        recorder = self._recorder
        if recorder is None:
            return lambda turn: turn
        self._around.enter_context(recordable.capturable(self._run))
        return lambda turn: self._turns(turn, recorder).__next__

    def __exit__(self, *_error: object) -> None:
        self._around.close()

    def _turns(self, turn: Turn, recorder: cuda.Recorder) -> Iterator[Step]:
        """Turn after turn, without an end."""
        try:
            yield from self._warm_up(turn, recorder)
            replay, held = self._record(turn, recorder), recordable.constants(self._run)
            while True:
                if recordable.constants(self._run) != held:  # such as a rate that was changed by hand
                    replay, held = self._record(turn, recorder), recordable.constants(self._run)
                yield Step.read(replay().unbind(), self._run.settings.n_critic)
        except NotRecordable as reason:
            _say(str(reason))
        while True:
            yield turn()

    def _warm_up(self, turn: Turn, recorder: cuda.Recorder) -> Iterator[Step]:
        """The first turns, one by one.

        Raises:
            NotRecordable: after the last one.
        """
        watched = []
        for _ in range(WARM_UP - 2):
            yield _apart(turn, recorder)
        for _ in range(2):
            with recordable.watched(self._run, self._yours, recorder) as sight:
                sight.step = _apart(turn, recorder)
            watched.append(sight)
            yield sight.step
        recordable.check(self._run, *watched)

    def _record(self, turn: Turn, recorder: cuda.Recorder) -> cuda.Work:
        """The turn as a recording. The run stands where it stood before.

        Raises:
            NotRecordable: torch cannot record it, or the test is not passed.
        """
        place, functions = Place(self._run, self._batches.rng), [inspect.unwrap(one) for one in self._yours if one]
        tested = TESTED if self._auto and _tested.get(self._run) != functions else 0
        try:
            expected = [self._numbers(_apart(turn, recorder)) for _ in range(tested)]
            place.go_back()
            place.forget_gradients()  # the recording makes its own, in a place of its own
            try:
                replay = recorder.record(lambda: self._numbers(turn()), [self._batches.rng])
                place.go_back()
                found = [replay() for _ in range(tested)]
            except Exception as error:
                raise NotRecordable(f"torch cannot record them ({_first_words(error)})") from error
            if not agree(expected, found):
                raise NotRecordable(f"{tested} recorded ones came out otherwise than {tested} done one by one")
        except BaseException:
            place.go_back(gradients=True)
            raise
        place.go_back()
        if tested:
            _tested[self._run] = functions
        return replay

    def _numbers(self, step: Step) -> Tensor:
        """The numbers of a step in one vector on the device. Those that are not there are constants."""
        device = self._run.device
        return torch.stack(
            [
                number.float() if number.device == device else torch.full((), number.item(), device=device).float()
                for _, number in step.in_order()
            ]
        )


def _apart(turn: Turn, recorder: cuda.Recorder) -> Step:
    with recorder.apart():
        return turn()


def agree(expected: Sequence[Tensor], found: Sequence[Tensor]) -> bool:
    """Whether the numbers of some steps are the same, up to rounding. Where they are not finite, nobody can tell.

    Args:
        expected, found: one vector for each step.
    """
    if not expected or not (one := torch.stack([*expected])).isfinite().all():
        return True
    largest = one.abs().amax(dim=0, keepdim=True)
    return bool(((torch.stack([*found]) - one).abs() <= CLOSE * largest).all())


class Place:
    """Where a run stands: all that a turn changes, to go back to.

    Args:
        rng: draws the batches.
    """

    def __init__(self, run: Run, rng: torch.Generator) -> None:
        self._run, self._rng = run, rng
        networks = (run.critic, run.generator)
        self._weights = [weight for network in networks for weight in network.parameters()]
        counted = [part for network in networks for part in network.buffers()]
        for optimizer in (run.critic_optimizer, run.generator_optimizer):
            counted += [one for state in optimizer.state.values() for one in state.values() if isinstance(one, Tensor)]
        self._values = [(value, value.detach().clone()) for value in (*self._weights, *counted)]
        self._gradients = [None if weight.grad is None else weight.grad.clone() for weight in self._weights]
        saved, run.random = run.random, {}
        run.remember_random(rng)
        self._random, run.random = run.random, saved

    @torch.no_grad()
    def go_back(self, gradients: bool = False) -> None:
        """Be there again; with the gradients of then, or with those of now."""
        for value, then in self._values:
            value.copy_(then)
        if gradients:
            for weight, gradient in zip(self._weights, self._gradients, strict=True):
                weight.grad = gradient
        saved, self._run.random = self._run.random, self._random
        self._run.restore_random(self._rng)
        self._run.random = saved

    def forget_gradients(self) -> None:
        for weight in self._weights:
            weight.grad = None


def _first_words(error: BaseException) -> str:
    """Of the error that came first: one that follows says less."""
    while error.__context__ is not None:
        error = error.__context__
    return str(error).strip().split("\n")[0].rstrip(".")[:160] or type(error).__name__


def _say(reason: str) -> None:
    print(f"The steps are done one by one, and not recorded as a CUDA graph, because {reason}.")
