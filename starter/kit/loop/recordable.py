"""Whether a step can be recorded and, if not, why: in words that follow "because"."""

import inspect
import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from numbers import Number
from types import FunctionType, MethodType, ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Optimizer

from .batches import Batches
from .cuda import Recorder
from .precision import is_own_hook
from .run import Run
from .settings import Functions

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
_OF_OPTIMIZERS = ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks")
_OWN = ("training", "forward")  # of a layer, that the loop itself sets
_MOST = 2000  # values that are looked at
_DEEP = 4  # containers and functions within each other
_RETURNED_BY = {"estimate": "critic_step", "penalty": "critic_step", "generator_loss": "generator_step"}


class NotRecordable(Exception):
    """A step cannot be recorded; its text is the reason."""


def obstacle(run: Run, batches: Batches) -> str:
    """What is seen before the first step; "" if nothing stands in the way."""
    for name, network in (("critic", run.critic), ("generator", run.generator)):
        if any(_hooks(part) for part in network.modules()):
            return f"the {name} has a hook, and a recorded step runs no Python"
    for name, optimizer in _optimizers(run).items():
        kind = type(optimizer).__name__
        if any(getattr(optimizer, hooks, None) for hooks in _OF_OPTIMIZERS):
            return f"{name} has a hook, and a recorded step runs no Python"
        if type(optimizer) is SGD and run.settings.decay:
            return f"{name} is {kind}, whose rate cannot fall in a recorded step"
        if type(optimizer) is not SGD and not all("capturable" in group for group in optimizer.param_groups):
            return f"{name} is {kind}, which has no form that can be recorded (capturable, in torch's words)"
    if batches.rng.device.type != run.device.type:
        return "the data are drawn on the processor"
    return ""


def _hooks(part: nn.Module) -> list[Any]:
    return [hook for kind in _HOOKS for hook in getattr(part, kind).values() if not is_own_hook(hook)]


def _optimizers(run: Run) -> dict[str, Optimizer]:
    return {"critic_optimizer": run.critic_optimizer, "generator_optimizer": run.generator_optimizer}


# Optimisers ------------------------------------------------------------------


@contextmanager
def capturable(run: Run) -> Iterator[None]:
    """While it lasts, the optimisers of a run can be recorded: they count on the device, and rates that fall are there.

    Afterwards they are as they were, at the rates that were reached.
    """
    groups = [group for optimizer in _optimizers(run).values() for group in optimizer.param_groups]
    before = [{key: group[key] for key in ("capturable", "lr", "initial_lr") if key in group} for group in groups]
    moved = []
    try:
        for group in groups:
            if "capturable" in group:
                group["capturable"] = True
                if run.settings.decay:
                    group["lr"] = torch.tensor(float(group["lr"]), device=run.device)
        for optimizer in _optimizers(run).values():
            for state in optimizer.state.values():
                if isinstance(count := state.get("step"), Tensor) and count.device != run.device:
                    state["step"] = count.to(run.device, torch.float32)
                    moved.append((state, count.device))
        yield
    finally:
        for group, own in zip(groups, before, strict=True):
            if isinstance(group["lr"], Tensor) and not isinstance(own["lr"], Tensor):
                group["lr"] = float(group["lr"])
                if "initial_lr" in group:
                    group["initial_lr"] = own.get("initial_lr", own["lr"])
            group |= {key: own[key] for key in ("capturable",) if key in own}
        for optimizer in _optimizers(run).values():
            for group in optimizer.param_groups:
                if not (group.get("capturable", True) or group.get("fused")):
                    _count_on_the_processor(optimizer, group)
        for state, device in moved:
            state["step"] = state["step"].to(device)


def _count_on_the_processor(optimizer: Optimizer, group: dict[str, Any]) -> None:
    """Where an optimiser counts that is neither fused nor capturable."""
    for weight in group["params"]:
        state = optimizer.state.get(weight, {})
        if isinstance(state.get("step"), Tensor):
            state["step"] = state["step"].cpu()


def constants(run: Run) -> list[dict[str, Any]]:
    """The plain numbers of the optimisers. A recording holds them as they were."""
    return [
        {key: value for key, value in group.items() if key != "params" and not isinstance(value, Tensor)}
        for optimizer in _optimizers(run).values()
        for group in optimizer.param_groups
    ]


# A step that is watched ------------------------------------------------------


@dataclass
class Sight:
    """What was seen of a step.

    Attributes:
        step: its numbers.
        before, after: what Python kept.
        waits: lines of code that waited for the device.
    """

    before: dict[str, Any]
    step: Any = None
    after: dict[str, Any] = field(default_factory=dict)
    waits: list[str] = field(default_factory=list)


@contextmanager
def watched(run: Run, yours: Functions, recorder: Recorder) -> Iterator[Sight]:
    """Look at what is done within it."""
    sight = Sight(python_state(run, yours))
    with recorder.waits() as sight.waits:
        yield sight
    sight.after = python_state(run, yours)


def check(run: Run, first: Sight, second: Sight) -> None:
    """Look at two steps in a row.

    Raises:
        NotRecordable: a recording could not do the same.
    """
    for sight in (first, second):
        for line in sight.waits[:1]:
            where = f" in the line {line!r}" if line else ""
            raise NotRecordable(f"Python waits for the card{where}: a number is read or copied there")
    for (name, one), (_, other) in zip(first.step.in_order(), second.step.in_order(), strict=True):
        # What stays, such as the 0 for no penalty, is recorded as a constant.
        if one.device != run.device and not torch.equal(one, other):
            raise NotRecordable(f"{_RETURNED_BY[name]} returns a number that is not on the card")
    for before, after in ((first.before, first.after), (first.after, second.after)):
        for name in {**before, **after}:
            if before.get(name) != after.get(name):
                whose, *parts = name.split(".")
                what = [part for part in parts if not part.isdigit()][-1:]
                if whose == "random":
                    raise NotRecordable(f"they draw random numbers of {what[0]}, the same ones at each replay")
                raise NotRecordable(f"{whose} changes {(*what, 'itself')[0]}, and a recorded step runs no Python")


def python_state(run: Run, yours: Functions) -> dict[str, Any]:
    """What Python keeps from one step to the next: plain values within reach of the functions and the networks.

    Returns:
        Values by name; a name begins with that of a function or network.
    """
    found: dict[str, Any] = {}
    seen: set[int] = set()
    for name, function in yours._asdict().items():
        _walk(name, function, found, seen, 0)
    for name, network in (("critic", run.critic), ("generator", run.generator)):
        for part in network.modules():
            own = {
                key: value for key, value in vars(part).items() if key[0] != "_" and key not in ("training", "forward")
            }
            _walk(f"{name}.{type(part).__name__}", own, found, seen, 0)
    found["random.Python"] = hash(random.getstate())
    if numpy := sys.modules.get("numpy"):
        found["random.numpy"] = hash(str(numpy.random.get_state()[1:3]))
    if run.device.type != "cpu":
        found["random.the processor"] = hash(torch.get_rng_state().numpy().tobytes())
    return found


def _walk(name: str, value: Any, found: dict[str, Any], seen: set[int], depth: int) -> None:
    """Note what a value holds, under its name and those of its parts."""
    if isinstance(value, (Number, str, bytes)) or value is None:
        found[name] = value
        return
    if isinstance(value, Tensor):
        found[name] = (id(value), 0 if value.is_inference() else value._version)
        return
    skipped = isinstance(value, (nn.Module, Optimizer, ModuleType, type, Run, Batches))
    if skipped or id(value) in seen or depth > _DEEP or len(found) > _MOST:
        return
    seen.add(id(value))
    for key, part in _parts(name, value, found).items():
        _walk(f"{name}.{key}" if key else name, part, found, seen, depth + 1)


def _parts(name: str, value: Any, found: dict[str, Any]) -> dict[str, Any]:
    """What is within a function, a container or an object, by name."""
    if isinstance(value, FunctionType):
        if value.__module__.startswith("torch."):
            return {}
        outside = inspect.getclosurevars(value)
        return {**outside.nonlocals, **outside.globals, **vars(value), "defaults": value.__defaults__}
    if isinstance(value, MethodType):
        return {"": value.__func__, **vars(value.__self__)} if hasattr(value.__self__, "__dict__") else {}
    if isinstance(value, partial):
        return {"": value.func, "args": value.args, **value.keywords}
    if isinstance(value, Mapping):
        found[name] = len(value)
        return {str(key): part for key, part in [*value.items()][:20]}
    if isinstance(value, (list, tuple, set)) or type(value).__name__ == "deque":
        found[name] = len(value)
        return {str(place): part for place, part in enumerate([*value][:20])}
    of_library = type(value).__module__.split(".")[0] in ("torch", "numpy", "builtins", "matplotlib", "IPython")
    return {} if of_library or not hasattr(value, "__dict__") else dict(vars(value))
