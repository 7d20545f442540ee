"""What train, go_on and resume are given, looked at before the first step.

Whoever comes from other code brings its words and its habits: lr and epochs, a
DataLoader, pixels from 0 to 255, a class in the place of a network. Each of
them works, or is answered with one CourseError that names what was given and
what to write instead.
"""

import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from math import isfinite
from numbers import Integral
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

from .. import data as datasets
from ..course import CourseError
from .describe import is_data, is_number, is_whole, what
from .precision import PRECISIONS
from .run import Run, is_foreign, scratch
from .settings import RATES
from .trial import try_graphs, try_networks
from .words import check_words

Result = TypeVar("Result")
# Of a name and a value, the value as the loop takes it. What is wrong with it is the text of a ValueError, as it
# follows "name is value; ", or a CourseError.
Rule = Callable[[str, Any], Any]

_ORDER = {
    "train": "train(critic, generator, data.load(), seconds=60)",
    "go_on": "go_on(run, data.load(), seconds=60)",
    "resume": 'resume("runs/first.pt", critic, generator, data.load(), seconds=60)',
}
_OWN_IMAGES = 'data.Images("own", images), where images is a uint8 tensor of shape (n, channels, rows, columns)'


def checked(*more: str) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Let train, go_on or resume look at its arguments before it begins.

    Numbers arrive as int or float, whatever their make: a saved run holds no others.

    Args:
        more: names of arguments that it takes besides those in its signature.
    """

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        signature, caller = inspect.signature(function), function.__name__
        places = [name for name, one in signature.parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD]
        known = [*(name for name in signature.parameters if name != "more"), *more]

        @wraps(function)
        def call(*given: Any, **named: Any) -> Result:
            arguments = {**dict(zip(places, given, strict=False)), **named}
            check_words(caller, known, arguments, named)
            arguments = {key: _taken(key, value) for key, value in arguments.items()}
            if problem := _misplaced(caller, signature, places, given, named):
                raise CourseError(problem)
            _check_together(arguments, caller)
            return function(**arguments)

        return call

    return decorate


def _taken(name: str, value: Any) -> Any:
    """The value of an argument as the loop takes it."""
    try:
        return RULES[name](name, value)
    except ValueError as error:
        raise CourseError(f"{name} is {what(value)}; {error}.") from None


def _misplaced(
    caller: str, signature: inspect.Signature, places: Sequence[str], given: tuple, named: Mapping[str, Any]
) -> str:
    """What to say where the arguments are too few, too many, or given twice; "" where they are not."""
    needed = [name for name in places if signature.parameters[name].default is inspect.Parameter.empty]
    twice = [name for name in places[: len(given)] if name in named]
    missing = [name for name in needed[len(given) :] if name not in named]
    if len(given) > len(places):
        numbers = [value for value in given[len(places) :] if is_number(value)]
        how_long = f"steps={numbers[0]} or seconds={numbers[0]}" if numbers else "seconds=60"
        return f"{caller} takes {', '.join(places)} in this order, and all else by its name, such as {how_long}."
    if twice:
        return f"{caller} is given {twice[0]} twice, by its place and by its name; {_order(caller)}."
    return f"{caller} is given no {' and no '.join(missing)}; {_order(caller)}." if missing else ""


def _order(caller: str) -> str:
    return f"the order is {_ORDER[caller]}"


# Settings --------------------------------------------------------------------


def _whole(least: int) -> Rule:
    def rule(_name: str, value: Any) -> int:
        if not is_whole(value) or value < least:
            raise ValueError(f"it should be a whole number, at least {least}")
        if value >= 2**63:
            raise ValueError("it should be below 2**63")
        return int(value)

    return rule


def _number(wanted: str, fits: Callable[[float], bool]) -> Rule:
    def rule(_name: str, value: Any) -> int | float:
        if not is_number(value) or not isfinite(value) or not fits(value):
            finite = "finite " if is_number(value) and not isfinite(value) else ""
            raise ValueError(f"it should be a {finite}number, {wanted}")
        return int(value) if isinstance(value, Integral) else float(value)

    return rule


def _one_of(*choices: str) -> Rule:
    def rule(name: str, value: Any) -> str:
        if isinstance(value, str) and value in choices:
            return value
        said = f"There is no {name} {repr(value)[:60]}; take {' or '.join(map(repr, choices))}."
        if name == "method" and is_number(value):
            said += f" How long to train is said by name: steps={value} or seconds={value}."
        raise CourseError(said)

    return rule


def _function(hint: str = "") -> Rule:
    def rule(_name: str, value: Any) -> Callable:
        if not callable(value):
            raise ValueError(f"it should be a function{hint}")
        return value

    return rule


def _or_none(rule: Rule) -> Rule:
    return lambda name, value: None if value is None else rule(name, value)


def _truth(_name: str, value: Any) -> bool:
    if not (isinstance(value, Integral) or type(value).__name__.startswith("bool")) or value not in (0, 1):
        raise ValueError("it should be True or False")
    return bool(value)


def _graph(name: str, value: Any) -> bool | str:
    if isinstance(value, str):
        if value == "auto":
            return value
        raise ValueError('it should be "auto", True or False')
    return _truth(name, value)


def _path(name: str, value: Any) -> Path:
    if isinstance(value, (str, os.PathLike)) and str(value).strip() and "\0" not in str(value):
        return Path(value)
    if name != "path":
        raise ValueError(f"it should be the path of a {'folder' if name == 'png_folder' else 'file'}")
    if isinstance(value, Run):
        raise ValueError("a run that is not in a file goes on with go_on(run, data.load(), seconds=60)")
    raise ValueError("it should name the file of a saved run, and the order is path, critic, generator, data")


def _device(_name: str, value: Any) -> torch.device:
    if _is_usable(value):
        return torch.device(value)
    there_are = " or ".join(f'"{name}"' for name in ("cuda", "mps", "cpu") if _is_usable(name))
    raise ValueError(f"torch finds no such device here, so take {there_are}, or leave it out")


def _is_usable(device: Any) -> bool:
    try:
        return torch.empty(0, device=torch.device(device)).device.type != "meta"
    except (RuntimeError, AssertionError, TypeError, ValueError, ImportError):
        return False


def _optimizer(name: str, value: Any) -> Optimizer:
    if isinstance(value, Optimizer):
        return value
    if is_number(value):
        raise ValueError("a learning rate is called rate")
    kind = value.__name__ if isinstance(value, type) else "Adam"
    network = name.removesuffix("_optimizer")
    raise ValueError(f"make the optimiser first, torch.optim.{kind}({network}.parameters(), lr=1e-4)")


# Networks, data and runs -----------------------------------------------------


def _network(name: str, value: Any) -> nn.Module:
    if not isinstance(value, nn.Module):
        raise ValueError(_way_to_a_network(name, value))
    weights = [*value.parameters()]
    for is_wrong, sentence in _UNFIT:
        if is_wrong(weights):
            raise CourseError(sentence.format(name))
    expected = torch.get_default_dtype()
    for weight in weights:
        if (weight.dtype.is_floating_point or weight.dtype.is_complex) and weight.dtype != expected:
            kind, wanted = (str(dtype).removeprefix("torch.") for dtype in (weight.dtype, expected))
            raise CourseError(
                f"The weights of the {name} are {kind}, and the training computes in {wanted}; call "
                f"{name}.to(torch.{wanted}) first."
            )
    return value


def _way_to_a_network(name: str, value: Any) -> str:
    """What to write in the place of something that is no network."""
    if isinstance(value, type):
        return f"make a network of it first, {name} = {value.__name__}(...)"
    if isinstance(value, Run):
        return "a run is trained further with go_on(run, data.load(), seconds=60)"
    if isinstance(value, Mapping) and "critic" in value:
        return "put two stars before it, train(**settings, data=data.load(), seconds=60)"
    if isinstance(value, Mapping):
        return f"weights alone are no network, so build it and call {name}.load_state_dict(...)"
    if inspect.isroutine(value):
        return "it should be a network, an nn.Module with weights to train"
    return "it should be a network, and the order is critic, generator, data"


# What can be wrong with the weights of a network: the first line that holds.
_UNFIT: tuple[tuple[Callable[[Sequence[Tensor]], bool], str], ...] = (
    (
        lambda weights: not weights,
        "The {} has no weights to train; layers are found if they are attributes, such as self.layers, and in an "
        "nn.ModuleList, not in a list.",
    ),
    (
        lambda weights: any(map(is_lazy, weights)),
        "The {} has layers that do not know their sizes yet; give them their sizes, or let it run once before, on a "
        "batch of two.",
    ),
    (
        lambda weights: any(weight.is_meta for weight in weights),
        "The {} is on the meta device, where weights have no numbers; build it on the processor.",
    ),
    (
        lambda weights: any(weight.is_inference() for weight in weights),
        "The weights of the {} were made under torch.inference_mode(), and such weights cannot be trained; build it "
        "outside of that.",
    ),
)


def _data(_name: str, value: Any) -> Any:
    if not is_data(value):
        raise ValueError(next(way for fits, way in _NO_DATA if fits(value)).format(what(value)))
    shape = value.shape
    sides = shape if isinstance(shape, (tuple, list)) else ()
    if not sides or not all(isinstance(n, Integral) and int(n) > 0 for n in sides):
        shown = tuple(shape) if isinstance(shape, (tuple, list)) else what(shape)
        raise CourseError(f"data.shape is {shown}; it should be the shape of one sample, such as (1, 28, 28).")
    with suppress(ValueError):  # no signature, as of functions written in C
        signature = inspect.signature(value.sample)
        try:
            signature.bind(1, None)
        except TypeError:
            raise CourseError(
                f"data.sample should take two arguments, n and rng (a torch.Generator); yours is sample{signature}."
            ) from None
    return value


_LOADED = "take data.load(), or make data of your own images with"
# What to write in the place of something that is no data: the first line that fits.
_NO_DATA: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (lambda value: value is datasets.load, "call it, data.load()"),
    (lambda value: value is datasets, "data.load() gives its images"),
    (lambda value: isinstance(value, type), "make one of it first, or take data.load()"),
    (lambda value: isinstance(value, str) and value in datasets.NAMES, "load them first, data.load({})"),
    (lambda value: isinstance(value, (str, Path)), "load them first, data.load()"),
    (lambda value: isinstance(value, nn.Module), "the order is critic, generator, data"),
    (inspect.isroutine, "call it, or take data.load()"),
    (
        lambda value: isinstance(value, Tensor) and value.dim() == 2,
        "points need an object that has shape and sample(n, rng), such as toys.Law",
    ),
    (lambda value: type(value).__name__ == "ndarray", f"{_LOADED} {_OWN_IMAGES}, such as torch.from_numpy gives"),
    (lambda value: isinstance(value, (Tensor, DataLoader, Dataset, tuple, list, Mapping)), f"{_LOADED} {_OWN_IMAGES}"),
    (lambda _value: True, f"take data.load(), or {_OWN_IMAGES}, or an object that has shape and sample(n, rng)"),
)


def _run(_name: str, value: Any) -> Run:
    if isinstance(value, Run):
        return value
    if isinstance(value, (str, os.PathLike)):
        raise ValueError("a saved run goes on with resume(path, critic, generator, data.load(), seconds=60)")
    if isinstance(value, (nn.Module, type)):
        raise ValueError("networks are trained with train(critic, generator, data.load(), seconds=60)")
    raise ValueError("it should be what train returned, as in run = train(...)")


RULES: dict[str, Rule] = {
    **{"critic": _network, "generator": _network, "data": _data, "run": _run, "path": _path},
    **{"method": _one_of(*RATES), "precision": _one_of(*PRECISIONS)},
    **{"n_critic": _whole(1), "batch_size": _whole(1), "seed": _whole(0), "steps": _or_none(_whole(0))},
    "seconds": _or_none(_number("at least 0", lambda value: value >= 0)),
    "lambda_": _number("at least 0", lambda value: value >= 0),
    "c": _number("above 0", lambda value: value > 0),
    "rate": _or_none(_number("above 0 and far below 1", lambda value: 0 < value < 1)),
    "average": _or_none(_number("at least 0 and below 1, or None", lambda value: 0 <= value < 1)),
    "decay": _number("between 0 and 1", lambda value: 0 <= value <= 1),
    **dict.fromkeys(("sample_every", "png_every", "checkpoint_every"), _or_none(_whole(1))),
    **dict.fromkeys(("png_folder", "checkpoint_to"), _or_none(_path)),
    **{"device": _or_none(_device), "live": _truth, "graph": _graph},
    **dict.fromkeys(("critic_optimizer", "generator_optimizer"), _or_none(_optimizer)),
    **dict.fromkeys(("critic_step", "generator_step"), _or_none(_function())),
    "penalty": _or_none(_function(", and the weight of the penalty is called lambda_")),
    "clip_weights": _or_none(_function(", and the bound of clipping is called c")),
    "watch": _or_none(_function(" of the run, and for two of them lambda run: (one(run), two(run))")),
}


def _check_together(arguments: Mapping[str, Any], caller: str) -> None:
    """Raise a CourseError for arguments that are right one by one and not together."""
    if caller == "go_on":
        method = arguments["run"].method
        unused = "penalty" if method == "clip" else "clip_weights"
        if arguments.get(unused):
            raise CourseError(f"{unused} is given, and a run with method={method!r} does not use it; leave it out.")
        return
    critic, generator = arguments["critic"], arguments["generator"]
    if critic is generator:
        raise CourseError("critic and generator are the same network; a training needs two.")
    if hasattr(critic, "latent_dim") and not hasattr(generator, "latent_dim"):
        raise CourseError(f"critic and generator are swapped, as only the critic has a latent_dim; {_order(caller)}.")
    both = all(arguments.get(f"{name}_optimizer") for name in ("critic", "generator"))
    if both and arguments.get("rate") is not None:
        raise CourseError(
            f"rate is {arguments['rate']}, and it is for optimisers that train makes; yours have an lr of their own, "
            "so leave rate out."
        )
    if caller == "train" and "c" in arguments and "method" not in arguments:
        raise CourseError(
            'c is the bound of clipping, and without a method train takes "penalty"; add method="clip", or leave c out.'
        )
    for name, network in (("critic", critic), ("generator", generator)):
        _say_if_outdated(name, network)


def _say_if_outdated(name: str, network: nn.Module) -> None:
    """Print a sentence where a class of the course was changed after the network was made of it."""
    made_of = type(network)
    now = getattr(sys.modules.get(made_of.__module__), made_of.__qualname__, made_of)
    if made_of.__module__.startswith("starter.") and _code(now) != _code(made_of):
        print(
            f"This {name} was built before {made_of.__qualname__} was changed, and it is the old one that is trained. "
            "For the new one, run the cell that builds it again."
        )


def _code(made_of: type) -> dict[str, tuple]:
    """What the methods of a class do, wherever their text stands."""
    methods = {name: value for name, value in vars(made_of).items() if isinstance(value, FunctionType)}
    codes = {name: (method.__code__, method.__defaults__) for name, method in methods.items()}
    return {name: (code.co_code, code.co_names, code.co_consts, given) for name, (code, given) in codes.items()}


# Do they belong together? ----------------------------------------------------


def check_fit(run: Run, data: Any, critic_step: Callable | None, generator_step: Callable | None) -> None:
    """Raise a CourseError if networks, optimisers and data do not belong together.

    Args:
        run, data: what is to be trained, and what to imitate.
        critic_step, generator_step: None where the course's is used. A step of
            your own may use its network as it likes.
    """
    turns, n = getattr(data, "classes", 1), run.settings.batch_size
    if isinstance(turns, int) and n % turns:
        raise CourseError(
            f"batch_size is {n}, and {turns} classes take turns in these data; take a multiple of {turns}, such as "
            f"{turns * -(-n // turns)}."
        )
    if not torch.is_grad_enabled():
        raise CourseError("Gradients are switched off here (torch.no_grad or inference_mode); train outside of that.")
    for name, own_step in (("critic", critic_step), ("generator", generator_step)):
        network, optimizer = getattr(run, name), getattr(run, f"{name}_optimizer")
        _check_shape(name, network, data)
        _check_optimizer(name, network, optimizer)
        if not own_step:
            _check_trainable(name, network, optimizer)
    latent_dim = getattr(run.generator, "latent_dim", None)
    if latent_dim is None:
        raise CourseError("The generator should keep the dimension of its noise as self.latent_dim.")
    if not is_whole(latent_dim) or latent_dim < 1:
        raise CourseError(f"generator.latent_dim is {what(latent_dim)}; it should be a whole number, at least 1.")
    if not (critic_step and generator_step):
        try_networks(run, tuple(data.shape))
    if not generator_step:
        try_graphs(run)


def _check_shape(name: str, network: nn.Module, data: Any) -> None:
    shape, of_data = getattr(network, "image_shape", None), tuple(data.shape)
    if isinstance(shape, (tuple, list)) and tuple(shape) != of_data:
        raise CourseError(
            f"The {name} is built for samples of shape {tuple(shape)}, and those of the data have shape {of_data}: "
            "build it with image_shape=data.shape."
        )


def _check_optimizer(name: str, network: nn.Module, optimizer: Optimizer) -> None:
    own = {id(weight) for weight in network.parameters()}
    if not all(id(weight) in own for group in optimizer.param_groups for weight in group["params"]):
        raise CourseError(
            f"{name}_optimizer holds weights that are not this {name}'s: make it from {name}.parameters(), "
            f"after the {name}."
        )


def _check_trainable(name: str, network: nn.Module, optimizer: Optimizer) -> None:
    if not any(weight.requires_grad for weight in network.parameters()):
        raise CourseError(
            f"All weights of the {name} are fixed (requires_grad is off), so nothing would be learned; "
            f"{name}.requires_grad_(True) makes them trainable."
        )
    if not any(weight.requires_grad for group in optimizer.param_groups for weight in group["params"]):
        raise CourseError(
            f"{name}_optimizer holds no weight that can be trained; make it from those of {name}.parameters() "
            "whose requires_grad is on."
        )


# Where to write --------------------------------------------------------------


def check_how_long(steps: int | None, seconds: float | None) -> None:
    """Raise a CourseError if nothing says when the training ends."""
    if steps is None and seconds is None:
        raise CourseError("Say how long to train: give steps, seconds, or both.")


def check_outputs(
    shape: tuple[int, ...],
    png_folder: Path | None,
    png_every: int | None,
    checkpoint_to: Path | None,
    checkpoint_every: int | None,
) -> None:
    """Raise a CourseError if there is nowhere to write to, or nothing to draw. What is tried leaves no file."""
    if png_every and not png_folder:
        raise CourseError("png_every needs png_folder, the folder to write to.")
    if checkpoint_every and not checkpoint_to:
        raise CourseError("checkpoint_every needs checkpoint_to, the file to write to.")
    if png_folder and (len(shape) != 3 or shape[0] not in (1, 3)):
        drawn = "run.plot() draws points" if len(shape) == 1 else "run.samples keeps them"
        raise CourseError(
            f"png_folder is for images with 1 or 3 channels, and the data have shape {tuple(shape)}; leave it out "
            f"({drawn})."
        )
    if png_folder:
        _try_to_write("png_folder", png_folder, png_folder / "step_000000.png")
    if checkpoint_to:
        _try_to_write("checkpoint_to", checkpoint_to, checkpoint_to)


def _try_to_write(name: str, place: Path, file: Path) -> None:
    """Write a byte beside the file, and take it away again."""
    beside = scratch(file)
    try:
        if file.exists() and not file.is_file():
            way = f"a file in it, {place / 'run.pt'}" if file.is_dir() else "another one"
            raise CourseError(f"{name} is {place}, which is no file; name {way}.")
        if name == "checkpoint_to" and is_foreign(file):
            raise CourseError(f"{name} is {place}, which is there already and is no saved run; name another file.")
        if file != place and place.exists() and not place.is_dir():
            raise CourseError(f"{name} is {place}, which is a file; name a folder.")
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(beside, "wb") as opened:
            opened.write(b"0")
    except OSError as error:
        reason = f"{file.parent} is a file" if isinstance(error, FileExistsError) else error.strerror or error
        raise CourseError(f"{name} is {place}, and nothing can be written there: {reason}.") from None
    finally:
        with suppress(OSError):
            beside.unlink()
