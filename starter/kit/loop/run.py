"""What a training run leaves behind, and its file.

A saved run holds tensors, numbers and strings only, so that opening one from
somebody else cannot run their code.
"""

import contextlib
import os
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ..course import CourseError
from ..data import Generator
from .settings import Settings

COLUMNS = ("step", "seconds", "wasserstein", "penalty", "critic_loss", "generator_loss")
MOST_SAMPLES = 20
_FORMAT = "Wasserstein GAN course, run, 1"
_NETWORKS = ("critic", "generator", "average")
_OPTIMIZERS = ("critic_optimizer", "generator_optimizer")
_PLAIN = ("settings", "history", "samples", "ended", "random")


def _no_history() -> dict[str, list[float]]:
    return {column: [] for column in COLUMNS}


@dataclass(eq=False, repr=False)
class Run:
    """A training run, finished or not.

    Attributes:
        critic, generator: the networks that were trained.
        average: a generator in eval mode whose weights are a moving average of
            the trained one's; the trained one itself if none was asked for.
        critic_optimizer, generator_optimizer: where they stand.
        settings: the plain values that define the run.
        history: lists with one entry per generator step: step, seconds,
            wasserstein and penalty (averages over the step's critic updates),
            critic_loss = -wasserstein + lambda_ * penalty, generator_loss.
        samples: (step, seconds, images) at some 20 moments: what the average
            made of the same noise; on the CPU, values as generated, [-1, 1].
        ended: "steps", "seconds", "stopped" or "not finite"; "" while it trains.
        random: states of the random generators where the training stands.
        clock: seconds of training so far, while it trains.
    """

    critic: nn.Module
    generator: nn.Module
    average: nn.Module
    critic_optimizer: Optimizer
    generator_optimizer: Optimizer
    settings: Settings
    history: dict[str, list[float]] = field(default_factory=_no_history)
    samples: list[tuple[int, float, Tensor]] = field(default_factory=list)
    ended: str = ""
    random: dict[str, Any] = field(default_factory=dict)
    clock: Callable[[], float] = lambda: 0.0

    @property
    def method(self) -> str:
        """How the critic is kept Lipschitz, "penalty" or "clip"."""
        return self.settings.method

    @property
    def steps(self) -> int:
        """Generator steps so far."""
        return len(self.history["step"])

    @property
    def seconds(self) -> float:
        """Training time so far."""
        return self.history["seconds"][-1] if self.steps else 0.0

    @property
    def latent_dim(self) -> int:
        """How many numbers of noise the generator makes one sample of."""
        return int(cast(Generator, self.generator).latent_dim)

    @property
    def device(self) -> torch.device:
        """Where the networks are."""
        return next(self.generator.parameters()).device

    def begin(self, rng: torch.Generator) -> None:
        """Get ready to train; rng draws the batches."""
        self.restore_random(rng)
        self.critic.train()
        self.generator.train()
        self.ended = ""
        self.keep_sample()

    def append(self, **row: float) -> None:
        """Add a row to the history, by the names of its columns; the step is the next one."""
        for column, value in {"step": self.steps + 1, **row}.items():
            self.history[column].append(value)

    def drop(self, rows: int) -> list[float]:
        """Take the last rows out of the history; gives their times."""
        seconds = self.history["seconds"][-rows:]
        for column in self.history.values():
            del column[-rows:]
        return seconds

    def __repr__(self) -> str:
        estimate = f", estimate {self.history['wasserstein'][-1]:.3g}" if self.steps else ""
        trained = f"{self.steps} steps in {self.seconds:.0f} s{estimate}"
        return f"Run({self.method}: {trained}, ended: {self.ended})"

    @torch.no_grad()
    def sample(self, n: int, seed: int | None = None) -> Tensor:
        """New images from the average generator, in eval mode.

        Args:
            n: how many.
            seed: the same seed gives the same noise; None gives fresh noise.

        Returns:
            Shape (n, *image_shape), on the CPU, values as generated, [-1, 1].
        """
        rng = None if seed is None else torch.Generator().manual_seed(seed)
        z = torch.randn(n, self.latent_dim, generator=rng).to(self.device)
        training = self.average.training
        self.average.eval()
        try:
            return torch.cat([self.average(part).cpu() for part in z.split(1000)])
        finally:
            self.average.train(training)

    def fixed_sample(self) -> Tensor:
        """What the average makes of the run's own noise: 32 images, or 512 points."""
        return self.sample(32 if len(self.settings.shape) == 3 else 512, self.settings.seed)

    def keep_sample(self, now: bool = False) -> None:
        """Add the fixed sample to samples when one is due, and thin out what is too much.

        One is due every settings.sample_every steps; without that, each time
        half as many steps again have passed.

        Args:
            now: add it in any case; such a sample gives way to the next one.
        """
        if self.ended == "not finite":  # the networks may hold NaN
            return
        steps = [step for step, _, _ in self.samples]
        early = len(steps) > 1 and not self._due(steps[-1], steps[-2])
        due = not steps or self._due(self.steps, steps[-2 if early else -1])
        if not (due or now) or self.steps in steps[-1:]:
            return
        if early:
            self.samples.pop()
        self.samples.append((self.steps, self.seconds, self.fixed_sample()))
        if due and len(self.samples) > MOST_SAMPLES:
            del self.samples[1::2]

    def _due(self, step: int, last: int) -> bool:
        return step - last >= (self.settings.sample_every or max(1, last // 2))

    def save_png(self, folder: str | Path) -> None:
        """Draw the fixed sample into folder/step_000123.png.

        Raises:
            CourseError: the file cannot be written.
        """
        from ..show import figures

        path = Path(folder) / f"step_{self.steps:06d}.png"
        try:
            figures.save_images(self.fixed_sample(), path)
        except OSError as error:
            raise CourseError(f"The picture could not be written to {path}: {error.strerror or error}.") from None

    def plot(self) -> None:
        """Show the estimate over the steps, and the samples."""
        from ..show import figures

        figures.show(*figures.run_figure(self.history, self.samples))

    def remember_random(self, rng: torch.Generator) -> None:
        """Note the states of the random generators: torch's, and rng, which draws the batches."""
        self.random = {"torch": torch.get_rng_state(), rng.device.type + " batches": rng.get_state()}
        if self.device.type in ("cuda", "mps"):
            self.random[self.device.type] = getattr(torch, self.device.type).get_rng_state()

    def restore_random(self, rng: torch.Generator) -> None:
        """Put those states back; the state of another kind of device has no meaning here."""
        if "torch" in self.random:
            torch.set_rng_state(self.random["torch"])
        if self.device.type in self.random:
            getattr(torch, self.device.type).set_rng_state(self.random[self.device.type])
        if rng.device.type + " batches" in self.random:
            rng.set_state(self.random[rng.device.type + " batches"])

    def save(self, path: str | Path) -> None:
        """Write the run to a file, whole or not at all; loop.resume goes on from there.

        Raises:
            CourseError: the file cannot be written.
        """
        path = Path(path)
        content = {"format": _FORMAT} | {name: getattr(self, name) for name in _PLAIN}
        content["settings"] = asdict(self.settings)
        content |= {name: getattr(self, name).state_dict() for name in _NETWORKS + _OPTIMIZERS}
        content["kinds"] = [type(getattr(self, name)).__name__ for name in _OPTIMIZERS]
        if is_foreign(path):
            raise CourseError(f"{path} is there already and is no saved run, so it is left alone; name another file.")
        beside = scratch(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(beside, "wb") as file:
                torch.save(content, file)
            os.replace(beside, path)
        except (OSError, RuntimeError, TypeError, AttributeError, pickle.PicklingError) as error:
            reason = getattr(error, "strerror", None) or str(error).split("\n")[0]
            raise CourseError(f"The run could not be written to {path}: {reason}.") from None
        finally:
            with contextlib.suppress(OSError):
                beside.unlink()


def is_foreign(path: Path) -> bool:
    """Whether a file of somebody else's stands there: it holds something, and that is no saved run."""
    return path.is_file() and path.stat().st_size > 0 and not zipfile.is_zipfile(path)


def scratch(path: Path) -> Path:
    """Where a file is written before it takes its name."""
    return path.with_name(f"{path.name}.{os.getpid()}.part")


def load(
    path: str | Path, critic: nn.Module, generator: nn.Module, first_average: Callable[[nn.Module, float], nn.Module]
) -> Run:
    """Read a saved run into networks that are built as they were then, where they are.

    Args:
        path: a file written by Run.save.
        critic, generator: they get the saved weights.
        first_average: makes of the generator and settings.average what run.average was.

    Raises:
        CourseError: the file is missing or damaged, or the networks differ.
    """
    path = Path(path)
    if not path.is_file():
        raise CourseError(f"There is no saved run at {path}.")
    try:
        with zipfile.ZipFile(path) as parts:  # torch.load does not look at the checksums
            whole = parts.testzip() is None
        saved = torch.load(path, map_location="cpu", weights_only=True) if whole else None
    except Exception:  # a damaged file fails in many ways, and all of them mean this
        saved = None
    if not isinstance(saved, dict) or saved.get("format") != _FORMAT:
        raise CourseError(f"{path} is damaged or not a saved run; take another file, or train again.")
    known = {field.name for field in fields(Settings)}
    settings = Settings(**{name: value for name, value in saved["settings"].items() if name in known})
    average = first_average(generator, settings.average)
    networks = dict(zip(_NETWORKS, (critic, generator, average), strict=True))
    for name, network in networks.items():
        _check_same(network, saved[name], f"{path} was made with another {name}")
    for name, network in networks.items():
        network.load_state_dict(saved[name])
    critic_optimizer, generator_optimizer = (
        _rebuild(network, kind, saved[name])
        for network, kind, name in zip((critic, generator), saved["kinds"], _OPTIMIZERS, strict=True)
    )
    plain = {name: saved[name] for name in _PLAIN if name != "settings"}
    return Run(critic, generator, average, critic_optimizer, generator_optimizer, settings, **plain)


def _check_same(network: nn.Module, saved: dict[str, Tensor], sentence: str) -> None:
    here = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    there = {key: tuple(value.shape) for key, value in saved.items()}
    odd = [key for key in {**there, **here} if here.get(key) != there.get(key)]
    if odd:
        then, now = there.get(odd[0], "absent"), here.get(odd[0], "absent")
        raise CourseError(f"{sentence}: {odd[0]} is {then} there and {now} here. Build it as it was then.")


def _rebuild(network: nn.Module, kind: str, state: dict[str, Any]) -> Optimizer:
    """The saved optimiser of a network, if it is one of torch.optim."""
    try:
        optimizer = getattr(torch.optim, kind)(network.parameters(), lr=1e-3)
        optimizer.load_state_dict({**state, "param_groups": [*map(_unrecorded, state["param_groups"])]})
    except (AttributeError, TypeError, ValueError):
        raise CourseError(f"A run with an optimiser of this making ({kind}) cannot be resumed.") from None
    return optimizer


def _unrecorded(group: dict[str, Any]) -> dict[str, Any]:
    """A group of an optimiser that was saved while its steps were recorded (recordable.py), as it was before that."""
    plain = {key: float(group[key]) for key in ("lr", "initial_lr") if isinstance(group.get(key), Tensor)}
    return {**group, **plain, **({"capturable": False} if "capturable" in group else {})}
