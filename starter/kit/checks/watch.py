"""What an answer has to leave as it found it: torch's switches, seeds, functions, and the networks that it is given."""

import builtins
import contextlib
import gc
import logging
import math
import operator
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules import module as torch_modules

from . import draw
from .mistakes import Mistakes

wrong = Mistakes(
    """
    gradients-left-off: Your code switches gradients off and leaves them off, for everything that runs after it.
        Switch them off for a block only, or leave the switch alone.
    switch-left: Your code changes {what} and leaves it changed, for everything that runs after it.
    seed-set: Your code sets the seed of the random numbers ({what}). From then on all numbers repeat, those of the
        training too. Let each call draw new ones.
    function-replaced: Your code puts something else in the place of {what}, for the whole session.

    left-in-eval: Your code leaves a network that it was given in eval mode, and what comes after would run in that
        mode. Do not switch it, or put it back as it was.
    left-in-train: Your code leaves a network that it was given in train mode, and it came in eval mode. Do not switch
        it, or put it back as it was.
    left-frozen: Your code switches requires_grad off for weights of a network that it was given and leaves it off, so
        that network would stop learning. Do not switch it, or put it back as it was.
    left-thawed: Your code switches requires_grad on for weights that were fixed, and leaves it on. Do not switch it, or
        put it back as it was.
    hook-left: Your code leaves a hook on a network that it was given, and it would run at every later call. Remove it
        before you return.
    network-rebuilt: Your code leaves a network that it was given with other layers, other parameters or another number
        format than it came with. Its optimiser still holds the old ones.
    network-changed: Your code changes the weights of a network that it was given. Here it is only asked.
    gradients-emptied: Your code empties gradients of a network that it was given. They belong to the step that computed
        them.
    parameter-gradients: Your code leaves gradients in the parameters of a network that it was given, as backward does,
        and they would be added to those of its loss. torch.autograd.grad returns the gradient asked for and leaves the
        rest.
    optimiser-changed: Your code changes the settings of an optimiser that it was given, such as the learning rate, or
        what it moves. Those belong to whoever made it.
    """
)


# Torch and the process -------------------------------------------------------


class Switch(NamedTuple):
    """Something global: its name for a message ("": none is given), how to read it, how to set it."""

    name: str
    read: Callable[[], Any]
    write: Callable[[Any], Any]


def _set_default_device(device: torch.device) -> None:
    torch.set_default_device(None if device.type == "cpu" else device)


def _set_environment(variables: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)


def _set_path(folders: list[str]) -> None:
    sys.path[:] = folders


def _set_interrupt(handler: Any) -> None:
    with contextlib.suppress(ValueError, TypeError):  # outside the main thread, or none that Python knows
        signal.signal(signal.SIGINT, handler)


def _attributes(name: str, place: Any, *attributes: str) -> Switch:
    """Attributes that are read and set like variables."""

    def write(values: list[Any]) -> None:
        for attribute, value in zip(attributes, values, strict=True):
            setattr(place, attribute, value)

    return Switch(name, lambda: [getattr(place, attribute) for attribute in attributes], write)


def _tables(name: str, place: Any) -> Switch:
    """Tables of hooks, which are emptied and filled but not replaced."""
    tables = [table for key, table in vars(place).items() if key.startswith("_global") and isinstance(table, dict)]

    def write(entries: list[dict]) -> None:
        for table, before in zip(tables, entries, strict=True):
            table.clear()
            table.update(before)

    return Switch(name, lambda: [dict(table) for table in tables], write)


SWITCHES = (
    Switch("torch's default dtype", torch.get_default_dtype, torch.set_default_dtype),
    Switch("torch's default device", torch.get_default_device, _set_default_device),
    Switch("torch's number of threads", torch.get_num_threads, torch.set_num_threads),
    Switch("the precision of matrix products", torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    Switch("the search for anomalies", torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly),
    Switch("autograd's threads", torch._C._is_multithreading_enabled, torch._C._set_multithreading_enabled),
    Switch(
        "the use of deterministic algorithms", torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode
    ),
    Switch(
        "torch's autocast", lambda: torch.is_autocast_enabled("cpu"), lambda on: torch.set_autocast_enabled("cpu", on)
    ),
    _attributes("torch.backends.cudnn", torch.backends.cudnn, "benchmark", "deterministic", "enabled"),
    _tables("the hooks of all networks", torch_modules),
    _tables("the hooks of all optimisers", sys.modules[torch.optim.Optimizer.__module__]),
    Switch("", torch.is_warn_always_enabled, torch.set_warn_always),
    Switch("", sys.getrecursionlimit, sys.setrecursionlimit),
    Switch("", sys.getswitchinterval, sys.setswitchinterval),
    Switch("", gc.isenabled, lambda on: gc.enable() if on else gc.disable()),
    Switch("", lambda: signal.getsignal(signal.SIGINT), _set_interrupt),
    _attributes("", sys, "excepthook", "displayhook", "dont_write_bytecode"),
    _attributes("", logging.root, "level", "handlers", "disabled"),
    _attributes("", logging.root.manager, "disable"),
    Switch("", np.geterr, lambda errors: np.seterr(**errors)),
    Switch("", np.get_printoptions, lambda options: np.set_printoptions(**options)),
    Switch("", lambda: vars(torch._tensor_str.PRINT_OPTS).copy(), vars(torch._tensor_str.PRINT_OPTS).update),
    Switch("", os.getcwd, os.chdir),
    Switch("", os.environ.copy, _set_environment),
    Switch("", sys.path.copy, _set_path),
)
_GENERATORS = (
    (random.getstate, random.setstate),
    (np.random.get_state, np.random.set_state),
    (torch.get_rng_state, torch.set_rng_state),
)
_SEEDS = (  # how a seed is set; the checks themselves ask the generator
    (torch, "manual_seed"),
    (torch.random, "manual_seed"),
    (torch, "seed"),
    (torch.cuda, "manual_seed"),
    (torch.cuda, "manual_seed_all"),
    (np.random, "seed"),
    (random, "seed"),
)
_REPLACEABLE: tuple[Any, ...] = (
    *(torch, torch.nn, torch.nn.functional, torch.nn.init, torch.autograd, torch.func, torch.optim, torch.linalg),
    *(torch.random, torch.Tensor, torch.Generator, nn.Module, nn.Linear, nn.Conv2d, nn.Sequential),
    *(builtins, math, random, time, np, np.random, np.linalg),
)


class Outside:
    """Notes torch's switches, those of the process, and the random generators, and puts them back."""

    def __init__(self) -> None:
        self._switches = [(switch, switch.read()) for switch in SWITCHES]
        self._generators: list[tuple[Callable, Any]] = [(write, read()) for read, write in _GENERATORS]
        if torch.cuda.is_initialized():
            self._generators.append((torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all()))

    def switched(self) -> list[tuple[Switch, Any]]:
        """The switches that are not as they were, with what they were."""
        return [(switch, value) for switch, value in self._switches if switch.read() != value]

    def put_back(self) -> None:
        """Everything as it was."""
        for switch, value in self.switched():
            switch.write(value)
        for write, state in self._generators:
            write(state)


class Watch(Outside):
    """Notes all that is global, the functions of torch and of the course too, and says what an answer left changed."""

    def __init__(self) -> None:
        super().__init__()
        self.seeds: list[str] = []
        own = [module for name, module in sys.modules.items() if name.startswith(("starter.", "solutions."))]
        self._places = [(place, dict(vars(place))) for place in (*_REPLACEABLE, *own)]
        self._modules = dict(sys.modules)

    def left_changed(self) -> tuple[str, str] | None:
        """Id and sentence for the first thing that an answer left changed."""
        if not self.seeds and torch.initial_seed() != draw.last_seed():
            self.seeds.append("that of torch's generator")
        if self.seeds:
            return wrong.said("seed-set", what=self.seeds[0])
        if not torch.is_grad_enabled() or torch.is_inference_mode_enabled():
            return wrong.said("gradients-left-off")
        for switch, _ in self.switched():
            if switch.name:
                return wrong.said("switch-left", what=switch.name)
        for place, name, _ in self._replaced():
            return wrong.said("function-replaced", what=f"{place.__name__.removeprefix('solutions.')}.{name}")
        for name in self._exchanged():
            return wrong.said("function-replaced", what=f"the module {name}")
        return None

    def put_back(self) -> None:
        """Everything as it was."""
        for place, name, value in self._replaced():
            if value is None:
                delattr(place, name)
            else:
                setattr(place, name, value)
        for name in self._exchanged():
            sys.modules[name] = self._modules[name]
        super().put_back()

    def _replaced(self) -> list[tuple[Any, str, Any]]:
        """Where something stands in the place of a function or of a number such as pi: what stood there, or None."""
        found: list[tuple[Any, str, Any]] = []
        for place, before in self._places:
            now = vars(place)
            if len(now) == len(before) and all(map(operator.is_, now.values(), before.values())):
                continue
            found += [
                (place, name, value)
                for name, value in before.items()
                if now.get(name) is not value and _counts(place, name, value)
            ]
            above = place.__mro__[1:] if isinstance(place, type) else ()
            added = [name for name in now if name not in before and any(name in vars(parent) for parent in above)]
            found += [(place, name, None) for name in added]
        return found

    def _exchanged(self) -> list[str]:
        """The modules that are gone or are others now."""
        now, before = map(sys.modules.get, self._modules), self._modules.items()
        return [name for (name, module), present in zip(before, now, strict=True) if present is not module]

    @contextlib.contextmanager
    def noting_seeds(self) -> Iterator[None]:
        """Note every seed that is set inside."""
        originals = [(place, name, getattr(place, name)) for place, name in _SEEDS]
        for place, name, original in originals:
            setattr(place, name, self._noting(f"{place.__name__}.{name}", original))
        try:
            yield
        finally:
            for place, name, original in originals:
                setattr(place, name, original)

    def _noting(self, name: str, original: Callable) -> Callable:
        def noted(*args: Any, **kwargs: Any) -> Any:
            self.seeds.append(name)
            return original(*args, **kwargs)

        return noted


def _counts(place: Any, name: str, value: Any) -> bool:
    """Whether it is something that an answer should not replace there; torch keeps notes of its own under _names."""
    if any(name == seed and place is where for where, seed in _SEEDS) or isinstance(value, ModuleType):
        return False
    hidden = name.startswith("_") and not (isinstance(place, type) and name.endswith("__"))
    return not hidden and (callable(value) or isinstance(value, float))


# Networks and optimisers -----------------------------------------------------

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


class Networks:
    """Notes how some networks and optimisers are.

    Args:
        given: all that an answer is given; what is neither network nor optimiser is not looked at.
        may_change: networks whose weights and gradients it may change.
    """

    def __init__(self, given: Iterable[Any], may_change: Iterable[nn.Module] = ()) -> None:
        given = list(given)
        self._networks = networks = [value for value in given if isinstance(value, nn.Module)]
        self._optimizers = [value for value in given if isinstance(value, torch.optim.Optimizer)]
        self._settings = [_settings(optimizer) for optimizer in self._optimizers]
        free = {id(parameter) for net in may_change for parameter in net.parameters()}
        self._modules = [module for net in networks for module in net.modules()]
        self._modes = [module.training for module in self._modules]
        self._hooks = [_hooks(module) for module in self._modules]
        self._parts = [_parts(net) for net in networks]
        self._parameters = [parameter for net in networks for parameter in net.parameters()]
        self._requires = [parameter.requires_grad for parameter in self._parameters]
        self._fixed = [
            (parameter, parameter.detach().clone(), None if parameter.grad is None else parameter.grad.clone())
            for parameter in self._parameters
            if id(parameter) not in free
        ]

    def left_as_found(self) -> None:
        """End the check with what is not as it was."""
        now = [module.training for module in self._modules]
        required = [parameter.requires_grad for parameter in self._parameters]
        wrong.first(
            {
                "left-in-eval": any(before and not after for before, after in zip(self._modes, now, strict=True)),
                "left-in-train": any(after and not before for before, after in zip(self._modes, now, strict=True)),
                "left-frozen": any(old and not new for old, new in zip(self._requires, required, strict=True)),
                "left-thawed": any(new and not old for old, new in zip(self._requires, required, strict=True)),
                "network-rebuilt": [_parts(net) for net in self._networks] != self._parts,
                "hook-left": [_hooks(module) for module in self._modules] != self._hooks,
                "network-changed": any(not _same(value, parameter.detach()) for parameter, value, _ in self._fixed),
                "optimiser-changed": [_settings(optimizer) for optimizer in self._optimizers] != self._settings,
            }
        )
        for parameter, _, before in self._fixed:
            after = parameter.grad
            if before is not None and (after is None or not after.any()) and before.any():
                wrong("gradients-emptied")
            if not _same(before, after):
                wrong("parameter-gradients")


def _hooks(module: nn.Module) -> list[int]:
    """How many hooks of each kind it has, its parameters' included."""
    return [
        *(len(getattr(module, kind)) for kind in _HOOKS),
        *(len(parameter._backward_hooks or ()) for parameter in module.parameters(recurse=False)),
    ]


def _parts(net: nn.Module) -> list[tuple]:
    """Which layers and parameters it has, by name, of which number format, and whether it has another forward."""
    layers = [(name, id(module), "forward" in vars(module)) for name, module in net.named_modules()]
    return layers + [(name, id(value), value.dtype, value.shape) for name, value in net.named_parameters()]


def _settings(optimizer: torch.optim.Optimizer) -> list[dict[str, Any]]:
    """What it moves, and with which numbers."""
    return [
        {key: list(map(id, value)) if key == "params" else value for key, value in group.items()}
        for group in optimizer.param_groups
    ]


def _same(before: Tensor | None, after: Tensor | None) -> bool:
    if before is None or after is None:
        return before is after
    return before.shape == after.shape and before.dtype == after.dtype and torch.equal(before, after)
