"""What an answer has to leave as it found it: torch's switches, seeds, functions, and the networks that it is given."""

import builtins
import contextlib
import math
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from .mistakes import Mistakes

wrong = Mistakes(
    """
    gradients-left-off: Your code switches gradients off and leaves them off, for everything that runs after it. Use
        `with torch.no_grad():`, which switches them on again, or leave the switch alone.
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
    network-changed: Your code changes the weights of a network that it was given. Here it is only asked.
    gradients-emptied: Your code empties gradients of a network that it was given. They belong to the step that computed
        them.
    parameter-gradients: Your code leaves gradients in the parameters of a network that it was given, as backward does,
        and they would be added to those of its loss. torch.autograd.grad returns the gradient asked for and leaves the
        rest.
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


SWITCHES = (
    Switch("torch's default dtype", torch.get_default_dtype, torch.set_default_dtype),
    Switch("torch's default device", torch.get_default_device, _set_default_device),
    Switch("torch's number of threads", torch.get_num_threads, torch.set_num_threads),
    Switch("the precision of matrix products", torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    Switch("the search for anomalies", torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly),
    Switch(
        "the use of deterministic algorithms", torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode
    ),
    Switch(
        "torch's autocast", lambda: torch.is_autocast_enabled("cpu"), lambda on: torch.set_autocast_enabled("cpu", on)
    ),
    Switch("", sys.getrecursionlimit, sys.setrecursionlimit),
    Switch("", np.geterr, lambda errors: np.seterr(**errors)),
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
    *(torch, torch.nn, torch.nn.functional, torch.autograd, torch.optim, torch.linalg, torch.random),
    *(torch.Tensor, nn.Module, nn.Linear, nn.Conv2d, nn.Sequential, builtins, math, random, np),
)


class Watch:
    """Notes what is global, says what an answer left changed, and puts it back."""

    def __init__(self) -> None:
        self.seeds: list[str] = []
        self._switches = [(switch, switch.read()) for switch in SWITCHES]
        self._generators: list[tuple[Callable, Any]] = [(write, read()) for read, write in _GENERATORS]
        if torch.cuda.is_initialized():
            self._generators.append((torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all()))
        self._functions = [(place, _functions(place)) for place in _REPLACEABLE]

    def left_changed(self) -> tuple[str, str] | None:
        """Id and sentence for the first thing that an answer left changed."""
        if self.seeds:
            return wrong.said("seed-set", what=self.seeds[0])
        if not torch.is_grad_enabled():
            return wrong.said("gradients-left-off")
        for switch, value in self._switches:
            if switch.name and switch.read() != value:
                return wrong.said("switch-left", what=switch.name)
        for place, functions in self._functions:
            for name, function in functions.items():
                if vars(place).get(name) is not function:
                    return wrong.said("function-replaced", what=f"{place.__name__}.{name}")
        return None

    def put_back(self) -> None:
        """Everything as it was."""
        for place, functions in self._functions:
            for name, function in functions.items():
                if vars(place).get(name) is not function:
                    setattr(place, name, function)
        for switch, value in self._switches:
            if switch.read() != value:
                switch.write(value)
        for write, state in self._generators:
            write(state)

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


def _functions(place: Any) -> dict[str, Any]:
    """What can be called there, by name."""
    seeds = {name for where, name in _SEEDS if where is place}
    return {
        name: value
        for name, value in vars(place).items()
        if callable(value) and not name.startswith("_") and name not in seeds
    }


# Networks --------------------------------------------------------------------

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


class Networks:
    """Notes how some networks are.

    Args:
        networks: all that an answer is given.
        may_change: those whose weights and gradients it may change.
    """

    def __init__(self, networks: Iterable[nn.Module], may_change: Iterable[nn.Module] = ()) -> None:
        networks = list(networks)
        free = {id(parameter) for net in may_change for parameter in net.parameters()}
        self._modules = [module for net in networks for module in net.modules()]
        self._modes = [module.training for module in self._modules]
        self._hooks = [_hooks(module) for module in self._modules]
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
                "hook-left": [_hooks(module) for module in self._modules] != self._hooks,
                "network-changed": any(
                    value.shape != parameter.shape or not torch.equal(value, parameter.detach())
                    for parameter, value, _ in self._fixed
                ),
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


def _same(before: Tensor | None, after: Tensor | None) -> bool:
    if before is None or after is None:
        return before is after
    return before.shape == after.shape and torch.equal(before, after)
