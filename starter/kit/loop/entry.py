"""train, resume and go_on: what surrounds Algorithm 1."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from .. import machine
from ..course import Blank, CourseError
from ..data import Data
from . import arguments, diagnosis, precision, run, speed
from .algorithm import algorithm_1
from .average import Average, first_average
from .batches import Batches
from .budget import Budget
from .display import Display, StopButton
from .listener import KeepRecord, KeepSamples, Listener, Watch, WriteFiles
from .rates import Rates
from .record import Record
from .recording import Recording
from .run import Run
from .settings import SETTINGS, Functions, Method, Settings, default_optimizer

OUTPUTS = ("png_folder", "png_every", "checkpoint_to", "checkpoint_every")
HOW = (*Functions._fields, *OUTPUTS, "graph")


@arguments.checked(*SETTINGS, "watch", "live", *HOW)
def train(
    critic: nn.Module,
    generator: nn.Module,
    data: Data,
    method: Method = "penalty",
    *,
    steps: int | None = None,
    seconds: float | None = None,
    rate: float | None = None,
    critic_optimizer: Optimizer | None = None,
    generator_optimizer: Optimizer | None = None,
    device: torch.device | str | None = None,
    **more: Any,
) -> Run:
    """Train a critic and a generator against each other, from the start.

    Args:
        critic, generator: your networks. They are trained in place.
        data: what to imitate.
        method: "penalty" (WGAN-GP) or "clip" (WGAN).
        steps, seconds: how long; see go_on.
        rate: learning rate of both optimisers. None takes 3e-3 for "penalty"
            (paper: 1e-4) and 5e-4 for "clip" (paper: 5e-5): chosen for garments
            within minutes. For points in the plane take less.
        critic_optimizer, generator_optimizer: None takes Adam with betas
            (.5, .9) for "penalty" (paper: (0, .9)), RMSprop for "clip".
        device: None takes machine.device().
        more: n_critic, batch_size, lambda_, c, average, decay, precision, seed
            and sample_every, see Settings; and any other argument of go_on.

    Raises:
        CourseError: an invalid setting. What your own code raises comes through
            unchanged.
    """
    chosen = {name: more.pop(name) for name in SETTINGS if name in more}
    chosen["average"] = chosen.get("average", Settings.average) or 0.0
    settings = Settings(method=method, shape=tuple(map(int, data.shape)), **chosen)
    for network in (critic, generator):
        network.to(device or machine.device())
    new = Run(
        critic,
        generator,
        first_average(generator, settings.average),
        critic_optimizer or default_optimizer(critic, method, rate),
        generator_optimizer or default_optimizer(generator, method, rate),
        settings,
    )
    torch.manual_seed(settings.seed)
    return go_on(new, data, steps=steps, seconds=seconds, **more)


@arguments.checked("watch", "live", *HOW)
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
    for network in (critic, generator):
        network.to(device or machine.device())
    return go_on(run.load(path, critic, generator, first_average), data, steps=steps, seconds=seconds, **more)


def own_run(path: Path, networks: Callable[[], tuple[nn.Module, nn.Module]], data: Data) -> tuple[Run | None, str]:
    """The run that an earlier sheet saved, for sheets that use it where there is one.

    Args:
        path: the file.
        networks: makes the critic and the generator of that run anew.
        data: as it was then.

    Returns:
        The run and "", or None and one sentence that says why it cannot be used, whatever the reason is.
    """
    name = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        return None, f"You have no {name} yet; section 7 of sheet 05 writes it in a minute."
    try:
        critic, generator = networks()
        run = resume(path, critic, generator, data, steps=0, device="cpu", live=False)
        if run.steps and run.sample(8, 0).isfinite().all():
            return run, ""
    except (Blank, CourseError) as error:
        return None, str(error).replace(str(path), name)
    except Exception as error:
        return None, f"{name} cannot be read with your networks of today ({type(error).__name__})."
    return None, f"The generator in {name} learned nothing, or draws numbers that are not finite."


@arguments.checked(*HOW)
def go_on(
    run: Run,
    data: Data,
    *,
    steps: int | None = None,
    seconds: float | None = None,
    watch: Callable[[Run], Any] | None = None,
    live: bool = True,
    **more: Any,
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
        watch: called as watch(run) after each generator step, such as a
            Meter. It may look at everything and should change nothing.
        live: show a line of numbers and, in a notebook, a picture that grows.
        more: critic_step, generator_step, penalty, clip_weights: in the place
            of yours from starter.training, starter.penalty and starter.clipping.
            png_folder: for pictures of the samples, every png_every steps and at
            the end. checkpoint_to: a file to save the run to, every
            checkpoint_every steps and at the end. Both places are tried before
            the first step; what cannot be written later is said, and ends nothing.
            graph: "auto" (the default) records a whole step on a CUDA card and
            replays it, where a test of 20 steps shows that it is the same; True
            leaves the test out; False does every step anew (recording.py).

    Returns:
        The same run; run.ended says why it ended.
    """
    arguments.check_how_long(steps, seconds)
    arguments.check_fit(run, data, more.get("critic_step"), more.get("generator_step"))
    outputs = {name: more.get(name) for name in OUTPUTS}
    arguments.check_outputs(data.shape, **outputs)
    yours = Functions.for_method(run.method, more)
    batches = Batches(data, run)
    run.begin(batches.rng)
    record, budget = Record(run), Budget(run, steps, seconds)
    with ExitStack() as around:
        in_numbers = around.enter_context(precision.use(run.settings.precision, run.device, run.critic, run.generator))
        around.enter_context(speed.without_second_derivatives(*([run.critic] if run.method == "penalty" else [])))
        stop = around.enter_context(StopButton())
        display = around.enter_context(Display(live, budget, record))
        around.enter_context(record)
        yours = yours._replace(
            critic_step=in_numbers(yours.critic_step), generator_step=in_numbers(yours.generator_step)
        )
        recorded = around.enter_context(Recording(more.get("graph", "auto"), run, batches, yours, steps))
        listeners: list[Listener] = [stop.hold, KeepRecord(record), Average(run, record), KeepSamples()]
        listeners += [*([Watch(watch, record)] if watch else []), display]
        listeners += _writers(run, batches, record, **outputs)
        listeners += [Rates(run, budget), budget, stop]
        stop.in_step = True
        try:
            algorithm_1(run, batches, yours, listeners, recorded)
        except KeyboardInterrupt:
            run.ended = "stopped"
        except (RuntimeError, ValueError) as error:
            diagnosis.explain(error, run)
            raise
        stop.in_step = False
        run.remember_random(batches.rng)
        for listener in listeners:
            listener.end(run)
    if run.ended == "stopped":
        print(f"You stopped the training after step {run.steps}. What was learned so far is kept in the run.")
    if record.trouble:
        print(record.trouble)
    return run


def _writers(
    run: Run,
    batches: Batches,
    record: Record,
    png_folder: Path | None,
    png_every: int | None,
    checkpoint_to: Path | None,
    checkpoint_every: int | None,
) -> list[Listener]:
    """The listeners that write files."""

    def save(path: Path) -> None:
        run.remember_random(batches.rng)
        run.save(path)

    pictures = [WriteFiles(run.save_png, png_folder, png_every, record)] if png_folder else []
    checkpoints = [WriteFiles(save, checkpoint_to, checkpoint_every, record)] if checkpoint_to else []
    return [*pictures, *checkpoints]
