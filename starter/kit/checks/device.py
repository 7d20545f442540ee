"""What networks refuse to meet: a tensor on another device, or of another dtype."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from .mistakes import Mistakes
from .report import Wrong

REFUSED = "The networks are float32 and refuse to meet anything else."

wrong = Mistakes(
    """
    wrong-dtype: {what} has dtype {dtype}; it should have torch.float32. {why}
    wrong-device/numpy: You make a numpy array of a tensor that you are given, and numpy cannot take one from a GPU.
        Torch does the same computation on the device where the tensor is.
    wrong-device/apart: A tensor that you make or move would be on the CPU when those that you are given are on a GPU,
        and the two could not meet. Give it the device of a tensor that you already have, as in
        torch.arange(3, device=x.device).
    wrong-device: Your result would be on the CPU when what you are given is on a GPU, where the next step needs it.
        Give it the device of a tensor that you already have.
    """
)

# The dtype -------------------------------------------------------------------


def float32(value: Tensor, what: str, why: str = REFUSED) -> Tensor:
    """The value, if it has the dtype of all that the checks hand out; else the mistake, and why it is one."""
    if value.dtype != torch.float32:
        wrong("wrong-dtype", what=what[0].upper() + what[1:], dtype=value.dtype, why=why)
    return value


# The device ------------------------------------------------------------------

_MAKERS = frozenset(
    (
        *(torch.arange, torch.as_tensor, torch.asarray, torch.empty, torch.eye, torch.full, torch.linspace),
        *(torch.logspace, torch.normal, torch.ones, torch.rand, torch.randint, torch.randn, torch.randperm),
        *(torch.tensor, torch.zeros),
    )
)
_CLASSES = frozenset(("empty", "lift_fresh"))  # what torch.Tensor(...), torch.from_numpy(...) and the like end in
_FROM_ANYWHERE = ("copy_", "index", "set_", "unsafe_index")  # kernels that take their second tensor from anywhere
_GPU = torch.device("cuda", 0)
_PARSE_TO = torch._C._nn._parse_to  # what Module.to asks
_SAID = {"device": _GPU, "is_cuda": True, "is_cpu": False}  # what a tensor on a GPU says of itself
_ASKED = {Tensor.get_device: _GPU.index} | {getattr(Tensor, name).__get__: said for name, said in _SAID.items()}


_ANSWERS: dict[tuple[Any, str], Any] = {  # what a machine with a GPU would say
    (torch.cuda, "is_available"): lambda: True,
    (torch.cuda, "current_device"): lambda: _GPU.index,
} | {
    (torch.optim.Optimizer, name): lambda *given: None  # asks the GPU itself
    for name in vars(torch.optim.Optimizer)
    if name.endswith("graph_capture_health_check")
}


class Apart(Wrong, RuntimeError):
    """A tensor on the CPU meets one on the GPU. Torch's error is a RuntimeError too."""

    def __init__(self, how: str) -> None:
        super().__init__("wrong-device", wrong[f"wrong-device/{how}"])


class AnotherDevice(TorchFunctionMode):
    """Pretend, without one, that all tensors that are there already live on a GPU.

    They say so when they are asked, a device that is named is heeded, and what is
    made or put on the CPU is remembered by its storage, so that views are where
    their base is. Which tensors may meet is not judged by how it is written, but
    where all ways of writing it end: in torch's kernels (_Kernels, below). Single
    numbers (0-d) may meet anything, as in torch; what they meet says where the
    result is.

    Args:
        numpy: end with an error of torch's at the first numpy array, and blame nobody.

    Attributes:
        device: the pretended one.
        depth: above 0 within one of torch's own functions.
    """

    device = _GPU

    def __init__(self, numpy: bool = False) -> None:
        super().__init__()
        self.depth = 0
        self._numpy = numpy
        self._on_cpu: dict[int, torch.UntypedStorage] = {}  # by id; they stay alive, so that no id returns
        self._kernels = _Kernels(self)

    def __enter__(self) -> "AnotherDevice":
        self._default = _default_device()
        self._originals = {(place, name): getattr(place, name) for place, name in _ANSWERS}
        for (place, name), answer in _ANSWERS.items():
            setattr(place, name, answer)
        self._kernels.__enter__()
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self._kernels.__exit__(*error)
        for (place, name), original in self._originals.items():
            setattr(place, name, original)
        if _default_device() != self._default:
            torch.set_default_device(self._default if self._default.type != "cpu" else None)

    def on_cpu(self, value: Tensor) -> bool:
        """Whether the tensor would be on the CPU."""
        return id(_storage(value)) in self._on_cpu

    def put(self, value: Tensor, on_cpu: bool) -> None:
        """Remember where the tensor would be."""
        storage = _storage(value)
        if storage is not None and on_cpu:
            self._on_cpu[id(storage)] = storage
        elif storage is not None:
            self._on_cpu.pop(id(storage), None)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Torch is at work by itself: what it makes there is where it belongs."""
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def __torch_function__(self, function: Callable, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = dict(kwargs or {})
        if self.depth or function is torch.device:
            return function(*args, **kwargs)
        if function is _PARSE_TO:
            device, *rest = function(*args, **kwargs)
            like = next(_tensors((args, kwargs)), None)
            return (device if like is None else like.device if self.on_cpu(like) else _GPU, *rest)
        on_gpu = bool(args) and isinstance(args[0], Tensor) and not self.on_cpu(args[0])
        if on_gpu and function in _ASKED:
            return _ASKED[function]
        if on_gpu and function is Tensor.type and len(args) == 1 and not kwargs:
            return function(*args).replace("torch.", "torch.cuda.")
        if function in (Tensor.numpy, Tensor.__array__):
            self._to_numpy(on_gpu)
        place, function, args, kwargs = self._place(function, args, kwargs)
        with self.inside():
            result = function(*args, **kwargs)
            if place in ("cpu", "cuda") and isinstance(result, Tensor):
                result = self._moved(result, place == "cpu", args)
        return result

    def _place(self, function: Callable, args: tuple, kwargs: dict) -> tuple[str | None, Callable, tuple, dict]:
        """Where the result is put, if anything says so, and the call as it can be made without a GPU."""
        if function in (Tensor.cpu, Tensor.cuda):
            return function.__name__, Tensor.to, (args[0], "cpu"), {}
        if function is Tensor.type:
            kind = kwargs.get("dtype") or (*args, None)[1]
            if kind is None or isinstance(kind, torch.dtype):
                return None, function, args, kwargs
            name = kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__name__}"  # as torch.FloatTensor
            return "cuda" if ".cuda." in name else "cpu", function, (args[0], name.replace(".cuda.", ".")), {}
        place = None
        if function in (Tensor.to, Tensor.type_as) and len(args) > 1:
            if isinstance(args[1], Tensor):
                place = "cpu" if self.on_cpu(args[1]) else "cuda"
            elif isinstance(args[1], (str, int, torch.device)):
                place = _kind(args[1])
                args = (args[0], "cpu" if place == "cuda" else args[1], *args[2:])
        if kwargs.get("device") is not None:
            place = _kind(kwargs["device"])
            kwargs["device"] = "cpu" if place == "cuda" else kwargs["device"]
        if place is None and function in _MAKERS and not any(value.ndim for value in _tensors((args, kwargs))):
            place = _default_device().type
            kwargs["device"] = "cpu"
        return place, function, args, kwargs

    def _moved(self, result: Tensor, on_cpu: bool, args: tuple) -> Tensor:
        """The result where it was put: a copy if torch, which sees one device only, gave the argument back."""
        if self.on_cpu(result) != on_cpu:
            if any(_storage(value) is _storage(result) for value in _tensors(args)):
                result = result.clone()
            self.put(result, on_cpu)
        return result

    def _to_numpy(self, on_gpu: bool) -> None:
        if self._numpy:
            raise TypeError("can't convert cuda:0 device type tensor to numpy")
        if on_gpu:
            raise Apart("numpy")


class _Kernels(TorchDispatchMode):
    """See what meets in torch's kernels, and let results be where their sources are."""

    def __init__(self, gpu: AnotherDevice) -> None:
        super().__init__()
        self.gpu = gpu


def _kernel(self: _Kernels, kernel: OpOverload, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
    gpu, name = self.gpu, kernel.overloadpacket.__name__
    tensors = list(_tensors((args, kwargs)))
    if name.lstrip("_").startswith(_FROM_ANYWHERE):
        tensors = tensors[:1]
    on_cpu = [gpu.on_cpu(value) for value in tensors if value.ndim]
    if any(on_cpu) and not all(on_cpu):
        raise Apart("apart")
    single = [gpu.on_cpu(value) for value in tensors if not value.ndim]
    there = any(on_cpu) or bool(not on_cpu and single and all(single))  # whether the result is on the CPU
    by_a_class = name in _CLASSES and not gpu.depth
    with gpu.inside():
        result = kernel(*args, **(kwargs or {}))
    if there or by_a_class:
        for value in _tensors(result):
            gpu.put(value, on_cpu=True)
    return result


# Written inside the class, torch would load its compiler, which takes a second.
_Kernels.__torch_dispatch__ = _kernel  # type: ignore[method-assign, assignment]


def on_another_device(function: Callable, *args: Any, numpy: bool = False) -> None:
    """Call for the sake of one mistake: a tensor on the wrong device, on the way or as the result.

    Args:
        function: the candidate.
        args: what it is given.
        numpy: let the way through numpy pass, where all is done on the CPU anyway.
    """
    try:
        with AnotherDevice(numpy) as gpu:
            result = function(*args)
            lost = any(value.ndim and gpu.on_cpu(value) for value in _tensors(result))
    except Exception as error:
        if isinstance(error, Wrong) and error.mistake == "wrong-device":
            raise
        return
    if lost:
        wrong("wrong-device")


def _storage(value: Tensor) -> torch.UntypedStorage | None:
    """What views share; None for a tensor within torch.func, which has none."""
    try:
        return value.untyped_storage()
    except (NotImplementedError, RuntimeError):
        return None


def _tensors(value: Any) -> Iterator[Tensor]:
    """All tensors in it."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _tensors(part)


def _kind(device: Any) -> str:
    return "cuda" if isinstance(device, int) else torch.device(device).type


def _default_device() -> torch.device:
    try:
        return torch.get_default_device()
    except Exception:  # a GPU that is not there
        return _GPU
