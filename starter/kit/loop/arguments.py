"""What train, go_on and resume are given, looked at before the first step.

Whoever comes from other code brings its words and its habits: lr and epochs, a
DataLoader, pixels from 0 to 255, a class in the place of a network. Each of
them works, or is answered with one CourseError that names what was given and
what to write instead.
"""

import dis
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from functools import wraps
from math import ceil, isfinite, prod
from numbers import Integral, Real
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

from .. import data as datasets
from . import precision as numerics
from ..course import CourseError
from .run import RATES, Run, scratch

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


def checked(function: Callable[..., Result]) -> Callable[..., Result]:
    """Let train, go_on or resume look at its arguments before it begins.

    Numbers arrive as int or float, whatever their make: a saved run holds no others.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def call(*given: Any, **named: Any) -> Result:
        name = function.__name__
        _check_words(name, signature, given, named)
        arguments = {**dict(zip(_places(signature), given, strict=False)), **named}
        arguments = {key: _taken(key, value) for key, value in arguments.items()}
        if problem := _misplaced(name, signature, given, named):
            raise CourseError(problem)
        _check_together(arguments, name)
        return function(**arguments)

    return call


def _taken(name: str, value: Any) -> Any:
    """The value of an argument as the loop takes it."""
    try:
        return RULES[name](name, value)
    except ValueError as error:
        raise CourseError(f"{name} is {_what(value)}; {error}.") from None


# Words -----------------------------------------------------------------------

# What to say of words that other code uses, and the words; capitals and underscores do not count.
_WORDS = """
the learning rate is called rate:
    lr learning_rate eta alpha step_size adam_lr
rate is for both networks, and two rates are given with critic_optimizer and generator_optimizer:
    lr_d lr_g d_lr g_lr lr_c c_lr lr_critic lr_generator lr_disc lr_gen critic_lr generator_lr disc_lr gen_lr
EPOCHS:
    epoch epochs n_epochs num_epochs nb_epochs max_epochs n_epoch total_epochs
how long to train is called steps:
    iterations n_iter n_iters num_iter num_iters num_iterations iters iter max_iter max_iters max_steps n_steps
    num_steps total_steps gen_iterations generator_iters g_steps train_steps budget
how long to train is called seconds:
    time minutes hours duration timeout max_time max_seconds time_limit
the weight of the penalty is called lambda_:
    lambda_gp gp_weight gp_lambda lambda_term lambda1 lam l gp_coef gp_scale gp_coefficient
    gradient_penalty_weight penalty_weight penalty_coef
the bound of clipping is called c:
    clip clip_value weight_clip weight_cliping_limit weight_clipping_limit clipping clip_limit clip_weight clip_c
    clip_param w_clip clamp clamp_value clamp_lower clamp_upper bound
gradients are not clipped here, and a critic_step of your own can do it:
    grad_clip clip_grad max_grad_norm clip_norm gradient_clip gradient_clipping grad_norm clip_gradients
the number of critic updates before each update of the generator is called n_critic:
    critic_iters n_dis num_critic k d_iters d_iter critic_iter critic_iterations critic_steps n_discriminator
    disc_iters d_steps n_disc num_d d_updates
the number of samples in a batch is called batch_size:
    batch batches bs b mb_size minibatch minibatch_size batch_sz train_batch_size n_batch
the optimisers are called critic_optimizer and generator_optimizer:
    optimizer optimizers optimiser optimisers optim opt opt_d opt_g opt_c optimizer_d optimizer_g optim_d optim_g
    d_optimizer g_optimizer c_optimizer d_optim g_optim opt_critic opt_gen opt_generator opt_disc critic_opt
    generator_opt gen_opt disc_opt critic_optim generator_optim
give optimisers of your own, such as critic_optimizer=torch.optim.Adam(critic.parameters(), lr=1e-4, betas=(0, 0.9)):
    beta betas beta1 beta2 b1 b2 momentum weight_decay wd eps epsilon rho adam_betas adam_beta1
the moving average of the generator is called average:
    ema ema_decay ema_beta ema_rate ema_momentum use_ema moving_average polyak avg averaging swa
where to train is called device:
    device_name cuda use_cuda no_cuda gpu gpus ngpu gpu_id gpu_ids dev accelerator map_location
the data are called data:
    dataloader loader train_loader train_dl dl dataset datasets train_dataset train_set
    train_data training_data x x_train images imgs real_data real_images dataroot
live=True shows a line of numbers, live=False none, and run.history keeps every step:
    verbose verbosity log logging log_every log_interval log_step log_freq print_every print_freq print_interval
    display_every display_step display_interval disp report_every progress progress_bar tqdm silent quiet show plot
    plot_every
pictures are asked for with png_folder and png_every:
    sample_interval sample_freq sample_step sample_dir sample_path sample_folder save_samples save_images
    save_interval save_image_every out_dir output_dir output outf image_dir images_dir img_dir results_dir result_dir
checkpoints are asked for with checkpoint_to and checkpoint_every:
    checkpoint checkpoints checkpoint_path checkpoint_dir checkpoint_file checkpoint_interval checkpoint_freq ckpt
    ckpt_path ckpt_dir ckpt_every save save_path save_dir save_to save_file save_every save_freq save_step
    save_model model_path model_dir model_save_path
what looks on after each step is called watch:
    callback callbacks hook hooks on_step on_step_end on_epoch_end logger writer metrics wandb tensorboard monitor
    listener listeners eval_fn evaluate eval_every
shorter numbers are asked for with precision="bfloat16":
    amp use_amp fp16 half bf16 float16 dtype mixed_precision autocast scaler
the seed is called seed:
    random_state random_seed manual_seed rng rng_seed generator_seed
rates fall with decay, a number from 0 to 1:
    lr_decay lr_scheduler lr_schedule scheduler schedulers scheduler_d scheduler_g gamma anneal warmup decay_epoch
batches are drawn from memory, so leave it out:
    num_workers workers n_workers n_cpu shuffle drop_last pin_memory prefetch collate_fn sampler
the generator keeps the dimension of its noise itself, as generator.latent_dim:
    latent_dim latent_dims latent latent_size nz z z_dim z_size noise noise_dim noise_size
the data have their shape themselves, and data.load(size=32) gives larger images:
    image_size img_size imsize size nc channels n_channels img_channels img_shape image_shape input_shape shape
this network is called critic:
    discriminator disc dis d net_d model_d critic_net critic_model f_net critics
this network is called generator:
    gen g net_g g_net model_g generator_net generator_model generators
the two networks are called critic and generator:
    model models net nets network networks gan wgan_model
the losses are in critic_step and generator_step, which are yours:
    loss losses loss_fn loss_func loss_type criterion adversarial_loss d_loss g_loss loss_d loss_g
the penalty is asked for with method="penalty", and a function of your own is called penalty:
    gp use_gp gp_fn gradient_penalty grad_penalty penalty_fn penalty_type compute_gradient_penalty regularizer
which WGAN it is, "penalty" or "clip", is called method:
    mode gan_mode gan_type type algorithm variant kind wgan wgan_gp objective
a saved run goes on with resume(path, critic, generator, data):
    path file filename load load_from resume resume_from start_epoch start_step pretrained restore
a run is trained further with go_on(run, data):
    run runs previous
the networks are put into train mode by themselves:
    train training eval
"""
# Where the word is not known, a part of it may begin like one of these. The order counts.
_BEGINNINGS = {
    "epoch": "epochs",
    **{"optim": "optimizer", "opt": "optimizer", "lr": "lr", "learning": "lr", "rate": "lr"},
    **{"lambda": "lambda_gp", "gp": "lambda_gp", "grad": "grad_clip", "clip": "clip_value", "clamp": "clip_value"},
    **{"beta": "betas", "ema": "ema", "batch": "bs", "checkpoint": "checkpoint", "ckpt": "checkpoint"},
    **{"save": "checkpoint", "iter": "iterations", "step": "iterations", "second": "time", "minute": "time"},
    **{"hour": "time", "time": "time", "device": "cuda", "cuda": "cuda", "gpu": "cuda", "worker": "workers"},
    **{"load": "dataset", "data": "dataset", "verbose": "verbose", "print": "verbose", "log": "verbose"},
    **{"progress": "verbose", "display": "verbose", "png": "sample_dir", "image": "sample_dir"},
    **{"callback": "callback", "seed": "random_seed", "sched": "scheduler", "latent": "latent_dim"},
    **{"noise": "latent_dim", "loss": "loss", "disc": "disc", "critic": "disc", "gen": "gen"},
}


def _plain(word: str) -> str:
    return re.sub(r"[\W_]", "", word).lower()


_CLAUSES = {
    _plain(word): clause
    for clause, words in re.findall(r"^(\S.*):\n((?: +.*\n)+)", _WORDS, re.M)
    for word in words.split()
}


def _check_words(caller: str, signature: inspect.Signature, given: tuple, named: dict[str, Any]) -> None:
    """Raise a CourseError for keywords that there are not."""
    known = _names(caller)
    unknown = [word for word in named if word not in known]
    if not unknown:
        return
    partly = signature.bind_partial(*given[: len(_places(signature))]).arguments
    clauses = [_clause(word, caller, known, {**partly, **named}) for word in unknown]
    words = " and ".join([", ".join(unknown[:-1]), unknown[-1]] if len(unknown) > 1 else unknown)
    raise CourseError(
        f"{caller} has no argument{'s' * (len(unknown) > 1)} {words}: {'; '.join(list(dict.fromkeys(clauses))[:3])}."
    )


def _names(caller: str) -> list[str]:
    """The names of all arguments of train, go_on or resume; the first and the last also take those of go_on."""
    from . import algorithm as loop

    names = list(inspect.signature(getattr(loop, caller)).parameters)
    if "more" in names:
        names = [*names[:-1], *(name for name in _names("go_on") if name not in (*names, "run"))]
    return names


def _places(signature: inspect.Signature) -> list[str]:
    """The arguments that are known by their place."""
    return [name for name, one in signature.parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD]


def _clause(word: str, caller: str, known: list[str], arguments: dict[str, Any]) -> str:
    """What to say of a word that there is not."""
    same = [name for name in known if _plain(name) == _plain(word)]
    if same:
        return f"it is called {same[0]}"
    if word in _names("train") and word != "data":
        return "it is one of train's, and a run keeps what it began with"
    clause = _CLAUSES.get(_plain(word), "")
    near = get_close_matches(word.lower(), known, 1, 0.75)
    if not clause and near:
        return f"the nearest one is {near[0]}"
    if not clause:
        parts = [part.lower() for part in re.findall("[A-Z]?[a-z]+|[A-Z]+", word)]
        meant = [of for begin, of in _BEGINNINGS.items() if any(part.startswith(begin) for part in parts)]
        clause = _CLAUSES[_plain(meant[0])] if meant else f"it takes {', '.join(known)}"
    return _epochs(arguments) if clause == "EPOCHS" else clause


def _epochs(arguments: dict[str, Any]) -> str:
    """There are none; how many steps one would be, where that can be told."""
    settings = {"n_critic": 5, "batch_size": 128, **getattr(arguments.get("run"), "settings", {}), **arguments}
    try:
        samples = len(arguments["data"]) if _is_data(arguments["data"]) else None
        steps = ceil(samples / (settings["n_critic"] * settings["batch_size"]))
        about = f" (these {samples:,} samples are drawn once in about {steps:,} steps)"
    except (KeyError, TypeError, ZeroDivisionError):
        about = ""
    return f"there are no epochs here, so say how long with steps or seconds{about}"


def _misplaced(caller: str, signature: inspect.Signature, given: tuple, named: dict[str, Any]) -> str:
    """What to say where the arguments are too few, too many, or given twice; "" where they are not."""
    places = _places(signature)
    needed = [name for name in places if signature.parameters[name].default is inspect.Parameter.empty]
    twice = [name for name in places[: len(given)] if name in named]
    missing = [name for name in needed[len(given) :] if name not in named]
    if len(given) > len(places):
        numbers = [value for value in given[len(places) :] if _is_number(value)]
        how_long = f"steps={numbers[0]} or seconds={numbers[0]}" if numbers else "seconds=60"
        return f"{caller} takes {', '.join(places)} in this order, and all else by its name, such as {how_long}."
    if twice:
        return f"{caller} is given {twice[0]} twice, by its place and by its name; {_order(caller)}."
    return f"{caller} is given no {' and no '.join(missing)}; {_order(caller)}." if missing else ""


def _order(caller: str) -> str:
    return f"the order is {_ORDER[caller]}"


# What a value is -------------------------------------------------------------


def _what(value: Any) -> str:
    """A value in a few words."""
    kind = type(value).__name__
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, ModuleType) or inspect.isroutine(value):
        return f"the {'module' if isinstance(value, ModuleType) else 'function'} {value.__name__.split('.')[-1]}"
    if isinstance(value, (str, Real, Path)) or value is None:
        shown = repr(value) if isinstance(value, str) else str(value)
        return shown if len(shown) < 100 else f"{shown[:100]}..."
    if isinstance(value, Tensor) and not value.dim() and not value.is_meta:
        return f"tensor({value.item()})"
    if isinstance(value, Tensor) or kind == "ndarray":
        return f"a {'tensor' if isinstance(value, Tensor) else 'numpy array'} of shape {tuple(value.shape)}"
    if isinstance(value, nn.Module):
        return f"a network ({kind})"
    return f"{'an' if kind[:1] in 'AEIOUaeiou' else 'a'} {kind}"


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_data(value: Any) -> bool:
    """Whether one can train on it. Tables have shape and sample as well, and mean something else."""
    table = type(value).__module__.split(".")[0] in ("pandas", "polars")
    parts = hasattr(value, "shape") and callable(getattr(value, "sample", None))
    return parts and not table and not isinstance(value, (type, ModuleType, nn.Module))


# Settings --------------------------------------------------------------------


def _whole(least: int) -> Rule:
    def rule(_name: str, value: Any) -> int:
        if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
            raise ValueError(f"it should be a whole number, at least {least}")
        if value >= 2**63:
            raise ValueError("it should be below 2**63")
        return int(value)

    return rule


def _number(wanted: str, fits: Callable[[float], bool]) -> Rule:
    def rule(_name: str, value: Any) -> int | float:
        if not _is_number(value) or not isfinite(value) or not fits(value):
            finite = "finite " if _is_number(value) and not isfinite(value) else ""
            raise ValueError(f"it should be a {finite}number, {wanted}")
        return int(value) if isinstance(value, Integral) else float(value)

    return rule


def _one_of(*choices: str) -> Rule:
    def rule(name: str, value: Any) -> str:
        if isinstance(value, str) and value in choices:
            return value
        said = f"There is no {name} {repr(value)[:60]}; take {' or '.join(map(repr, choices))}."
        if name == "method" and _is_number(value):
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
    if _is_number(value):
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
_UNFIT: tuple[tuple[Callable[[list[Tensor]], bool], str], ...] = (
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
    if not _is_data(value):
        raise ValueError(next(way for fits, way in _NO_DATA if fits(value)).format(_what(value)))
    shape = value.shape
    if not isinstance(shape, (tuple, list)) or not shape or not all(isinstance(n, Integral) and n > 0 for n in shape):
        shown = tuple(shape) if isinstance(shape, (tuple, list)) else _what(shape)
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
    **{"method": _one_of(*RATES), "precision": _one_of(*numerics.PRECISIONS)},
    **{"n_critic": _whole(1), "batch_size": _whole(1), "seed": _whole(0), "steps": _or_none(_whole(0))},
    "seconds": _or_none(_number("at least 0", lambda value: value >= 0)),
    "lambda_": _number("at least 0", lambda value: value >= 0),
    "c": _number("above 0", lambda value: value > 0),
    "rate": _or_none(_number("above 0 and far below 1", lambda value: 0 < value < 1)),
    "average": _or_none(_number("at least 0 and below 1, or None", lambda value: 0 <= value < 1)),
    "decay": _number("between 0 and 1", lambda value: 0 <= value <= 1),
    **dict.fromkeys(("sample_every", "png_every", "checkpoint_every"), _or_none(_whole(1))),
    **dict.fromkeys(("png_folder", "checkpoint_to"), _or_none(_path)),
    **{"device": _or_none(_device), "live": _truth},
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
    if not isinstance(latent_dim, Integral) or isinstance(latent_dim, bool) or latent_dim < 1:
        raise CourseError(f"generator.latent_dim is {_what(latent_dim)}; it should be a whole number, at least 1.")
    if not (critic_step and generator_step):
        _try(run, tuple(data.shape))


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


# One pass of two samples -----------------------------------------------------

_N = 2
_MISFIT = re.compile(r"shape|size|dimension|\bdim\b|channel|elements|unpack|multipl|broadcast|\d-?D\b|indices", re.I)


def _try(run: Run, shape: tuple[int, ...]) -> None:
    """Raise a CourseError if the networks do not take and give the shapes that the course's steps ask for."""
    numbers = numerics.use(run.settings.get("precision", "float32"), run.device, run.critic, run.generator)
    with _untouched(run.critic, run.generator), numbers as in_numbers:
        latent_dim = int(run.generator.latent_dim)
        z = torch.randn(_N, latent_dim).to(run.device)
        fake = in_numbers(_passed)("generator", run.generator, z, f"noise of shape (n, {latent_dim})")
        if not isinstance(fake, Tensor) or fake.shape != (_N, *shape):
            raise CourseError(
                f"For {_N} samples of noise the generator returns {_what(fake)}, and the data ask for a tensor of "
                f"shape {(_N, *shape)}; {_way_to(shape, fake)}."
            )
        version = _version(fake)
        scores = in_numbers(_passed)("critic", run.critic, fake, f"samples of shape {shape}, as the data have them")
        if not isinstance(scores, Tensor) or scores.shape not in ((_N,), (_N, 1)):
            end = isinstance(scores, Tensor) and scores.numel() == _N
            raise CourseError(
                f"For {_N} samples the critic returns {_what(scores)}; it should be one score for each, of shape (n,)"
                f"{', so let it end in .flatten()' if end else ''}."
            )
        if _version(fake) != version:
            raise CourseError(
                "The critic changes its images in place, and gradients with respect to them are needed; take "
                "inplace=False in its first layer."
            )


def _version(x: Tensor) -> int:
    """How often a tensor was changed in place; inference tensors do not count."""
    return 0 if x.is_inference() else x._version


def _way_to(shape: tuple[int, ...], fake: Any) -> str:
    if isinstance(fake, Tensor) and fake.numel() == _N * prod(shape):
        return f"let it end in nn.Unflatten(1, {shape})" if fake.dim() == 2 else "let it end in a reshape"
    return "build it for the shape of the data" if isinstance(fake, Tensor) else "return the images alone"


def _passed(name: str, network: nn.Module, x: Tensor, what: str) -> Any:
    """What a network makes of x.

    Raises:
        CourseError: x has a shape that the network cannot take. What else it
            raises comes through unchanged.
    """
    try:
        return network(x)
    except (RuntimeError, ValueError, IndexError) as error:
        if type(error) not in (RuntimeError, ValueError, IndexError) or _is_raised_by_hand(error):
            raise
        reason = str(error).split("\n")[0].removeprefix("addmm: ").rstrip(".")
        if not _MISFIT.search(reason):
            raise
        way = f"; let it begin with nn.Unflatten(1, ({x.shape[1]}, 1, 1))" if "conv_transpose2d" in reason else ""
        raise CourseError(f"The {name} cannot take {what}: {reason:.200}{way}.") from error


def _is_raised_by_hand(error: Exception) -> bool:
    """Whether a line outside of torch raised it."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    in_torch = Path(code.co_filename).is_relative_to(Path(torch.__file__).parent)
    return not in_torch and code.co_code[trace.tb_lasti] == dis.opmap["RAISE_VARARGS"]


@contextmanager
def _untouched(*networks: nn.Module) -> Iterator[None]:
    """Networks in eval mode, without gradients; afterwards they and torch's random numbers are as before."""
    modes = [(module, module.training) for network in networks for module in network.modules()]
    cards = {weight.device for network in networks for weight in network.parameters() if weight.is_cuda}
    try:
        for network in networks:
            network.eval()
        with torch.random.fork_rng(list(cards)), torch.no_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training


# Batches ---------------------------------------------------------------------

_SLACK = 0.05  # beyond [-1, 1]: resizing overshoots a little


class Batches:
    """Data whose batches are looked at: each for its shape, and the first one for the range of its pixels.

    They come as the networks need them: floats on the device of the run, contiguous and without a graph.
    """

    def __init__(self, data: Any, run: Run) -> None:
        self._run, self._shape = run, tuple(data.shape)
        self._data = data.to(run.device) if hasattr(data, "to") else data
        if not _is_data(self._data):
            raise CourseError(f"data.to({run.device}) returned {_what(self._data)}; it should return the data.")
        self._device, self._dtype = run.device, next(run.critic.parameters()).dtype
        self._look = len(self._shape) == 3 and not isinstance(data, datasets.Images)  # which scale by themselves

    def sample(self, n: int, rng: torch.Generator) -> Tensor:
        """A batch of n samples, shape (n, *shape)."""
        drawn = self._data.sample(n, rng)
        if not isinstance(drawn, Tensor) or drawn.shape != (n, *self._shape) or drawn.is_complex():
            raise CourseError(
                f"data.sample({n}, rng) returned {_what(drawn)}; it should return a float tensor of shape "
                f"{(n, *self._shape)}."
            )
        drawn = drawn.clone() if drawn.is_inference() else drawn.detach()
        batch = drawn.to(self._device, self._dtype).contiguous()
        if self._look:
            self._look = False
            _check_range(batch, floats=drawn.is_floating_point(), begun=self._run.steps > 0)
        return batch


def _check_range(batch: Tensor, floats: bool, begun: bool) -> None:
    """Raise a CourseError for images that are not in [-1, 1]; a sentence where they fill half of it only.

    Args:
        batch: of images.
        floats: whether they were floats when they were drawn.
        begun: whether the run has steps behind it, and its sentence.
    """
    low, high = (value.item() for value in torch.aminmax(batch))
    if not (isfinite(low) and isfinite(high)):  # the training will end with a sentence
        return
    if low < -1 - _SLACK or high > 1 + _SLACK:
        raise CourseError(
            f"The images of the data go from {low:.3g} to {high:.3g}, and they should be in [-1, 1]: "
            f"{_way_to_range(low, high, floats)}."
        )
    if low >= 0 and not begun:
        print(
            "The images of the first batch are in [0, 1], and the course's are in [-1, 1]: 2 * x - 1 takes them there. "
            "If your generator ends in a sigmoid, leave them as they are."
        )


def _way_to_range(low: float, high: float, floats: bool) -> str:
    if low >= 0 and high <= 255 and (high > 16 or not floats):
        return "x / 127.5 - 1 takes bytes there"
    if -8 < low < 0 and high < 8:
        return "instead of taking out a mean and a standard deviation, take 2 * x - 1 of pixels in [0, 1]"
    return "2 * (x - low) / (high - low) - 1 takes them there, with the lowest and the highest value there is"


# Where to write --------------------------------------------------------------


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
