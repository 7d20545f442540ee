"""The training loop. The steps of the two players are yours.

    run = train(critic, generator, data.load(), seconds=60)
    images = run.sample(16)
    run = go_on(run, data.load(), seconds=60)
    run.save("runs/first.pt")
    run = resume("runs/first.pt", critic, generator, data.load(), seconds=60)

Sources: WGAN, Algorithm 1; WGAN-GP, Algorithm 1.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import get_ema_multi_avg_fn

from . import arguments, diagnosis as guards, run as runs, speed as pieces
from . import precision as numerics
from ..course import CourseError
from ..data import Data
from .record import Ledger
from .display import Screen, StopButton
from .run import Run

__all__ = ["Data", "Run", "go_on", "resume", "train"]


@arguments.checked
def train(
    critic: nn.Module,
    generator: nn.Module,
    data: Data,
    method: Literal["penalty", "clip"] = "penalty",
    *,
    steps: int | None = None,
    seconds: float | None = None,
    n_critic: int = 5,
    batch_size: int = 128,
    lambda_: float = 10.0,
    c: float = 0.03,
    rate: float | None = None,
    critic_optimizer: Optimizer | None = None,
    generator_optimizer: Optimizer | None = None,
    average: float | None = 0.99,
    decay: float = 0.0,
    precision: Literal["float32", "bfloat16"] = "float32",
    seed: int = 0,
    sample_every: int | None = None,
    device: torch.device | str | None = None,
    **more: Any,
) -> Run:
    """Train a critic and a generator against each other, from the start.

    Args:
        critic, generator: your networks. They are trained in place.
        data: what to imitate.
        method: "penalty" (WGAN-GP) or "clip" (WGAN).
        steps, seconds: how long; see go_on.
        n_critic: critic updates before each generator update, at least 1.
        batch_size: samples in a batch (papers: 64).
        lambda_: weight of the penalty, in units of score (method "penalty").
        c: the critic's weights stay in [-c, c] (method "clip"). The paper's
            .01 asks for patience; .03 learns faster here.
        rate: learning rate of both optimisers. None takes 3e-3 for "penalty"
            (paper: 1e-4) and 5e-4 for "clip" (paper: 5e-5): chosen for garments
            within minutes. For points in the plane take less.
        critic_optimizer, generator_optimizer: None takes Adam with betas
            (.5, .9) for "penalty" (paper: (0, .9)), RMSprop for "clip".
        average: how much of the moving average of the generator's weights is
            kept at each step, below 1. None or 0: no average.
        decay: how much both learning rates fall, from 0 (not at all) to 1 (to
            nothing): linearly, from the first step of the run to the end of
            what is asked for.
        precision: in which numbers the networks compute; see precision.py.
        seed: of all that is random in the training. The first weights are drawn
            earlier: call torch.manual_seed before you build the networks.
        sample_every: generator steps between the run's samples; None takes more
            and more.
        device: None takes machine.device().
        more: any other argument of go_on.

    Raises:
        CourseError: a setting that cannot be. What your own code raises comes
            through unchanged.
    """
    settings = {
        **{"method": method, "n_critic": n_critic, "batch_size": batch_size, "lambda_": lambda_, "c": c},
        **{"average": average or 0.0, "decay": decay, "precision": precision, "seed": seed},
        **{"sample_every": sample_every, "shape": tuple(map(int, data.shape))},
    }
    runs.move(critic, generator, device)
    optimizers = (
        critic_optimizer or runs.default_optimizer(critic, method, rate),
        generator_optimizer or runs.default_optimizer(generator, method, rate),
    )
    run = Run(critic, generator, runs.first_average(generator, average), *optimizers, settings)
    torch.manual_seed(seed)
    return go_on(run, data, steps=steps, seconds=seconds, **more)


@arguments.checked
def resume(
    path: str | Path,
    critic: nn.Module,
    generator: nn.Module,
    data: Data,
    *,
    steps: int | None = None,
    seconds: float | None = None,
    device: torch.device | str | None = None,
    **more: Any,
) -> Run:
    """Go on with a saved run. On the CPU it is the same run as without a break.

    Args:
        path: a file written by run.save.
        critic, generator: networks built as they were then; they get the saved
            weights.
        data: as it was then.
        steps, seconds: how much longer; see go_on.
        device: None takes machine.device().
        more: any other argument of go_on.

    Raises:
        CourseError: the file is missing or damaged, or the networks differ.
    """
    run = runs.load(path, critic, generator, device)
    return go_on(run, data, steps=steps, seconds=seconds, **more)


@arguments.checked
def go_on(
    run: Run,
    data: Data,
    *,
    steps: int | None = None,
    seconds: float | None = None,
    critic_step: Callable | None = None,
    generator_step: Callable | None = None,
    penalty: Callable | None = None,
    clip_weights: Callable | None = None,
    png_folder: str | Path | None = None,
    png_every: int | None = None,
    checkpoint_to: str | Path | None = None,
    checkpoint_every: int | None = None,
    watch: Callable[[Run], Any] | None = None,
    live: bool = True,
) -> Run:
    """Train a run further, in place.

    The stop button (Ctrl-C) ends it after the step it is in; pressed twice, at
    once. A number that is not finite ends it too, and a sentence names the
    usual cause. In each case the run keeps everything up to there.

    Args:
        run: as train, resume or this function returned it.
        data: what to imitate.
        steps: further generator steps.
        seconds: further wall-clock time. Give steps, seconds or both: what is
            used up first ends the training.
        critic_step, generator_step, penalty, clip_weights: None takes yours
            from starter.training, starter.penalty and starter.clipping.
        png_folder: for pictures of the samples, every png_every steps and at
            the end.
        checkpoint_to: a file to save the run to, every checkpoint_every steps
            and at the end. Both places are tried before the first step; what
            cannot be written later is said, and ends nothing.
        watch: called as watch(run) after each generator step, such as a
            meter.Meter. It may look at everything and should change nothing.
        live: show a line of numbers and, in a notebook, a picture that grows.

    Returns:
        The same run; run.ended says why it ended.
    """
    arguments.check_fit(run, data, critic_step, generator_step)
    arguments.check_outputs(data.shape, png_folder, png_every, checkpoint_to, checkpoint_every)
    yours = _yours(run.method, critic_step, generator_step, penalty, clip_weights)
    rng = torch.Generator(run.device if hasattr(data, "to") else "cpu").manual_seed(run.settings["seed"] + run.steps)
    data = arguments.Batches(data, run)
    run.restore_random(rng)
    run.critic.train()
    run.generator.train()
    run.ended = ""
    run.keep_sample()
    budget, average, rates, outputs = _Budget(run, steps, seconds), _Average(run), _Rates(run), guards.Outputs()
    numbers = numerics.use(run.settings.get("precision", "float32"), run.device, run.critic, run.generator)
    activations = pieces.without_second_derivatives(*([run.critic] if run.method == "penalty" else []))

    with numbers as in_numbers, activations, StopButton() as stop, Screen(live) as screen, Ledger(run) as ledger:
        one_step = _Step(run, data, rng, *map(in_numbers, yours[:2]), *yours[2:])
        while not (end := budget.end() or ("stopped" if stop.pressed else "")):
            try:
                stop.in_step = True
                rates.set(budget.part_of_run())
                seen = one_step()
                stop.in_step = False
            except KeyboardInterrupt:
                end, stop.in_step = "stopped", False
                break
            except (RuntimeError, ValueError) as error:
                guards.explain(error, run)
                raise
            ledger.write(seen, budget.clock())
            if ledger.trouble:
                break
            average.move(sound=seen.isfinite().all() if ledger.behind else None)
            run.keep_sample()
            draw, save = (every and run.steps % every == 0 for every in (png_every, checkpoint_every))
            if watch or draw or save or screen.due():
                ledger.read()
                if ledger.trouble:
                    break
            if watch:
                watch(run)
            screen.update(run, budget.used())
            if draw:
                outputs.write(run.save_png, png_folder)
            if save:
                run.remember_random(rng)
                outputs.write(run.save, checkpoint_to)
        ledger.read()
        trouble = ledger.trouble
        run.ended = end = "not finite" if trouble else end
        run.remember_random(rng)
        run.keep_sample(now=True)
        screen.update(run, budget.used(), last=True)
        if png_folder and not trouble:
            outputs.write(run.save_png, png_folder)
        if checkpoint_to and not trouble:
            outputs.write(run.save, checkpoint_to)
    if end == "stopped":
        print(f"You stopped the training after step {run.steps}. What was learned so far is kept in the run.")
    if trouble:
        print(trouble)
    return run


class _Step:
    """n_critic updates of the critic, then one of the generator."""

    def __init__(
        self,
        run: Run,
        data: Data,
        rng: torch.Generator,
        critic_step: Callable,
        generator_step: Callable,
        penalty: Callable | None,
        clip_weights: Callable | None,
    ) -> None:
        self._run, self._data, self._rng = run, data, rng
        self._critic_step, self._generator_step = critic_step, generator_step
        self._penalty, self._clip_weights = penalty, clip_weights
        self._of_critic, self._of_generator = ([*network.parameters()] for network in (run.critic, run.generator))

    def __call__(self) -> Tensor:
        """Take the step.

        Returns:
            The numbers to watch, in the order of time: guards.FIRST, guards.UPDATE
            for each update of the critic, then guards.LAST. They stay on the
            device, so that a graphics card need not wait for the processor.
        """
        run, settings = self._run, self._run.settings
        critic, generator, n = run.critic, run.generator, settings["batch_size"]
        drawn = self._data.sample(settings["n_critic"] * n, self._rng)  # five small draws take longer
        updates = []
        for real in drawn.split(n):
            result = self._critic_step(
                critic, generator, real, run.critic_optimizer, penalty=self._penalty, lambda_=settings["lambda_"]
            )
            if self._clip_weights:
                self._clip_weights(critic, settings["c"])
            updates += guards.numbers(result, 2, "critic_step")
        largest, of_critic = torch.stack(torch.aminmax(drawn)).abs().max(), _sum(self._of_critic)
        loss = self._generator_step(critic, generator, n, run.generator_optimizer)
        seen = [largest, *updates, of_critic, *guards.numbers((loss,), 1, "generator_step"), _sum(self._of_generator)]
        return torch.stack([number.float().to(run.device, non_blocking=True) for number in seen])


@torch.no_grad()
def _sum(weights: list[Tensor]) -> Tensor:
    """The sum of all weights of a network: finite as long as each of them is."""
    return torch.stack([part.sum() for part in weights]).sum()


class _Rates:
    """Lets the learning rates fall over the run, if its settings ask for it."""

    def __init__(self, run: Run) -> None:
        self._decay = run.settings.get("decay", 0.0)
        groups = [*run.critic_optimizer.param_groups, *run.generator_optimizer.param_groups]
        # torch's own name for the rate at the start; it goes into the saved run with the rest of the group
        self._groups = [(group, group.setdefault("initial_lr", group["lr"])) for group in groups if self._decay]

    def set(self, part: float) -> None:
        """Where `part` of the run is behind us, 0 to 1."""
        for group, first in self._groups:
            group["lr"] = first * (1 - self._decay * part)


class _Average:
    """Moves run.average towards the generator, its statistics of batch normalisation included."""

    def __init__(self, run: Run) -> None:
        self._run = run
        means, values = ([*of.parameters(), *of.buffers()] for of in (run.average, run.generator))
        pairs = list(zip(means, values, strict=True)) if run.average is not run.generator else []
        self._means, self._values = ([pair[i] for pair in pairs if pair[0].is_floating_point()] for i in (0, 1))
        self._counters = [pair for pair in pairs if not pair[0].is_floating_point()]

    @torch.no_grad()
    def move(self, sound: Tensor | None = None) -> None:
        """After a step; faster at first, to forget the first weights.

        Args:
            sound: whether all numbers of this step are finite, where nobody has
                looked yet; if not, the average stays where it is.
        """
        if not self._means:
            return
        kept = min(self._run.settings["average"], (1 + self._run.steps) / (10 + self._run.steps))
        values = self._values
        if sound is not None:
            values = [torch.where(sound, value, mean) for value, mean in zip(values, self._means, strict=True)]
        get_ema_multi_avg_fn(kept)(self._means, values, None)
        for mean, value in self._counters:
            mean.copy_(value)


def _yours(method: str, critic_step, generator_step, penalty, clip_weights) -> tuple:
    """The functions given, and in the place of the others those that the course uses now."""
    from ... import training

    steps = critic_step or training.critic_step, generator_step or training.generator_step
    if method == "clip":
        from ... import clipping

        return *steps, None, clip_weights or clipping.clip_weights
    from ... import penalty as penalties

    return *steps, penalty or penalties.gradient_penalty, None


class _Budget:
    """Steps and seconds to train for, from now on."""

    def __init__(self, run: Run, steps: int | None, seconds: float | None) -> None:
        if steps is None and seconds is None:
            raise CourseError("Say how long to train: give steps, seconds, or both.")
        self._run, self._steps, self._seconds = run, steps, seconds
        self._first_step, self._first_second, self._start = run.steps, run.seconds, time.perf_counter()

    def clock(self) -> float:
        """Seconds of training in all, earlier ones included."""
        return self._first_second + time.perf_counter() - self._start

    def end(self) -> str:
        """Which of the two is used up; "" if neither."""
        if self._steps is not None and self._run.steps - self._first_step >= self._steps:
            return "steps"
        if self._seconds is not None and self.clock() - self._first_second >= self._seconds:
            return "seconds"
        return ""

    def part_of_run(self) -> float:
        """How much of the whole run is behind us, 0 to 1: of what was before this call, and what it asks for."""
        steps = self._run.steps / (self._first_step + self._steps) if self._steps else 0.0
        seconds = self.clock() / (self._first_second + self._seconds) if self._seconds else 0.0
        return min(1.0, max(steps, seconds))

    def used(self) -> float:
        """How much is used up, 0 to 1."""
        steps = (self._run.steps - self._first_step) / self._steps if self._steps else 0.0
        seconds = (self.clock() - self._first_second) / self._seconds if self._seconds else 0.0
        return min(1.0, max(steps, seconds))
