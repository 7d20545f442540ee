"""Time per step: beside the public loop, phase by phase, against the arithmetic floor, and how it grows."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from typing import Any, TypedDict, TypeVar

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from starter import clipping, losses, training
from starter import critic as critics
from starter import generator as generators
from starter import penalty as penalties
from starter.kit import go_on, train
from starter.kit.data.images import Images
from starter.kit.loop import speed as activations
from starter.kit.loop.settings import default_optimizer
from tests.bench.public import BATCH, N_CRITIC, PublicCritic, PublicGenerator, PublicLoop

Name = TypeVar("Name")
CALLS = 20  # of one piece between two looks at the clock, for pieces far below a millisecond


class AgainstFloor(TypedDict):
    """One step of a player beside the floor that its arithmetic sets."""

    batch: int
    step: str
    ms: float
    mflop: float
    peak_gflops: float
    floor_ms: float
    ratio: float


def wait(device: torch.device) -> None:
    """Until the device has done all that was asked of it."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def repeat(times: int, job: Callable[[], object]) -> None:
    """Do a job several times."""
    for _ in range(times):
        job()


def side_by_side(jobs: Mapping[Name, Callable[[], object]], seconds: float, device: torch.device) -> dict[Name, float]:
    """Median seconds of each job: they take turns, so that a slow moment of the machine meets all of them.

    Args:
        jobs: what to call.
        seconds: how long, for all together.
    """
    for job in jobs.values():  # the first calls build caches
        job()
        job()
    times: dict[Name, list[float]] = {name: [] for name in jobs}
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds or len(times[next(iter(jobs))]) < 5:
        for name, job in jobs.items():
            wait(device)
            start = time.perf_counter()
            job()
            wait(device)
            times[name].append(time.perf_counter() - start)
    return {name: median(values) for name, values in times.items()}


def ours(
    images: Images,
    method: str,
    device: torch.device,
    networks: tuple[nn.Module, nn.Module] | None = None,
    **settings: Any,
) -> Callable[[], object]:
    """Ten generator updates of the course's loop, as a job."""
    torch.manual_seed(0)
    pair = networks or (critics.MLPCritic(images.shape), generators.MLPGenerator(64, images.shape))
    run = train(*pair, images, method, steps=1, live=False, device=device, **settings)
    return lambda: go_on(run, images, steps=10, live=False)


def throughput(images: Images, device: torch.device, seconds: float) -> list[dict[str, float | str]]:
    """Generator updates and real images a second, of the course's loop and the public one, in batches of 64."""
    rows = []
    for method in ("penalty", "clip"):
        pair = PublicCritic(), PublicGenerator()
        jobs: dict[str, Callable[[], object]] = {
            "public loop": partial(repeat, 10, PublicLoop(images, method, device).update),
            "our loop, public networks": ours(images, method, device, pair, batch_size=BATCH),
            "our loop, our networks": ours(images, method, device, batch_size=BATCH),
        }
        times = side_by_side(jobs, seconds / 2, device)
        for name, spent in times.items():
            rows.append(
                {
                    "method": method,
                    "loop": name,
                    "updates_per_s": 10 / spent,
                    "images_per_s": 10 * N_CRITIC * BATCH / spent,
                    "ratio": times["public loop"] / spent,
                }
            )
    return rows


def products(device: torch.device) -> tuple[dict[str, Callable[[], object]], dict[str, int]]:
    """Large float32 matrix products as jobs, and the number of floating-point operations in each."""
    jobs: dict[str, Callable[[], object]] = {}
    operations = {}
    for size in (512, 1024):
        a, b = torch.randn(size, size, device=device), torch.randn(size, size, device=device)
        jobs[f"{size} x {size}"], operations[f"{size} x {size}"] = partial(torch.matmul, a, b), 2 * size**3
    return jobs, operations


class _Flops(TorchDispatchMode):
    """Adds up the operations of matrix products and convolutions.

    torch's own FlopCounterMode also asks which module is at work, and that fails inside autograd.grad.
    """

    total = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if count := flop_registry.get(func._overloadpacket):
            self.total += count(*args, **(kwargs or {}), out_val=result)
        return result


def flops(step: Callable[[], object]) -> int:
    """Floating-point operations in the matrix products and convolutions of one call."""
    with _Flops() as counter:
        step()
    return counter.total


def steps_of(
    images: Images,
    device: torch.device,
    batch: int,
    networks: tuple[critics.MLPCritic, generators.MLPGenerator] | None = None,
) -> dict[str, Callable[[], object]]:
    """Steps as the loop has them done, as jobs: the critic's with the penalty and with clipping, the generator's."""
    torch.manual_seed(0)
    critic, generator = networks or (critics.MLPCritic(images.shape), generators.MLPGenerator(64, images.shape))
    critic, generator, images = critic.to(device), generator.to(device), images.to(device)
    of_critic, of_clipped = (default_optimizer(critic, method) for method in ("penalty", "clip"))
    of_generator = default_optimizer(generator, "penalty")

    def clipped() -> None:
        training.critic_step(critic, generator, images.sample(batch), of_clipped)
        clipping.clip_weights(critic, 0.03)

    def penalised() -> None:
        with activations.without_second_derivatives(critic):
            training.critic_step(critic, generator, images.sample(batch), of_critic, penalties.gradient_penalty)

    return {
        "critic step, penalty": penalised,
        "critic step, clipping": clipped,
        "generator step": lambda: training.generator_step(critic, generator, batch, of_generator),
    }


def against_floor(images: Images, device: torch.device, seconds: float) -> list[AgainstFloor]:
    """Milliseconds of each step, the floor that its arithmetic sets, and the ratio of the two.

    The floor is the step's operations at the speed of a large matrix product. Products and steps take turns.
    """
    rows: list[AgainstFloor] = []
    large, operations_in = products(device)
    for batch in (64, 256):
        steps = steps_of(images, device, batch)
        times = side_by_side(steps | large, seconds / 2, device)
        peak = max(operations / times[name] for name, operations in operations_in.items())
        for name, job in steps.items():
            operations = flops(job)
            floor = operations / peak
            rows.append(
                {
                    "batch": batch,
                    "step": name,
                    "ms": 1000 * times[name],
                    "mflop": operations / 1e6,
                    "peak_gflops": peak / 1e9,
                    "floor_ms": 1000 * floor,
                    "ratio": times[name] / floor,
                }
            )
    return rows


def phases(images: Images, device: torch.device, seconds: float) -> dict[str, float]:
    """Milliseconds of the pieces of a penalised critic step of 128 images, each called alone."""
    batch = 128
    torch.manual_seed(0)
    critic, generator = critics.MLPCritic(images.shape).to(device), generators.MLPGenerator(64, images.shape).to(device)
    images = images.to(device)
    optimizer = default_optimizer(critic, "penalty")
    real = images.sample(batch)
    with torch.no_grad():
        fake = generator(generators.sample_latent(batch, 64, device))

    def loss() -> torch.Tensor:
        return losses.critic_loss(critic(real), critic(fake)) + 10 * penalties.gradient_penalty(critic, real, fake)

    def fakes() -> None:
        with torch.no_grad():
            generator(generators.sample_latent(batch, 64, device))

    loss().backward()
    calls: dict[str, Callable[[], object]] = {
        "data": lambda: images.sample(batch),
        "fakes": fakes,
        "critic forward": lambda: losses.critic_loss(critic(real), critic(fake)),
        "penalty forward": lambda: penalties.gradient_penalty(critic, real, fake),
        "forward and backward": lambda: loss().backward(),
        "optimiser": optimizer.step,
    }
    repeated = {name: partial(repeat, CALLS, phase) for name, phase in calls.items()}
    with activations.without_second_derivatives(critic):
        spent = {name: 1000 * value / CALLS for name, value in side_by_side(repeated, seconds, device).items()}
    spent["backward"] = spent.pop("forward and backward") - spent["critic forward"] - spent["penalty forward"]
    return spent


def loop_share(images: Images, device: torch.device, seconds: float) -> float:
    """Share of a training's time that is not spent in the steps of the two players.

    What remains is the loop's own: batches, averages, the history and its guards.
    """
    inside = 0.0

    def timed(step: Callable) -> Callable:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal inside
            start = time.perf_counter()
            try:
                return step(*args, **kwargs)
            finally:
                wait(device)
                inside += time.perf_counter() - start

        return call

    torch.manual_seed(0)
    pair = critics.MLPCritic(images.shape), generators.MLPGenerator(64, images.shape)
    run = train(*pair, images, steps=20, live=False, device=device)
    steps = {"critic_step": timed(training.critic_step), "generator_step": timed(training.generator_step)}
    begin = time.perf_counter()
    go_on(run, images, seconds=seconds, live=False, **steps)
    return 1 - inside / (time.perf_counter() - begin)


def growth(images: Images, device: torch.device, seconds: float) -> list[dict[str, float | str]]:
    """Milliseconds of the steps over the batch, the width and the size of the images."""
    cases = {f"batch {batch}": (batch, 256, 28) for batch in (16, 64, 256, 1024)}
    cases |= {f"width {width}": (64, width, 28) for width in (128, 512)}
    cases |= {f"{size} pixels": (64, 256, size) for size in (14, 56)}
    rows: list[dict[str, float | str]] = []
    for name, (batch, width, size) in cases.items():
        shape = (1, size, size)
        scaled = nn.functional.interpolate(images[:2000], size=(size, size)).add(1).mul(127.5).byte()
        law = Images(images.name, scaled, images.labels[:2000], images.classes)
        pair = critics.MLPCritic(shape, width=width), generators.MLPGenerator(64, shape, width=width)
        times = side_by_side(steps_of(law, device, batch, pair), seconds / len(cases), device)
        rows.append({"case": name, **{step: 1000 * spent for step, spent in times.items()}})
    return rows


def growth_with_n_critic(images: Images, device: torch.device, seconds: float) -> list[dict[str, float | str]]:
    """Milliseconds of one generator update together with its critic updates, and of the loop around them."""
    jobs = {f"{n}": ours(images, "penalty", device, n_critic=n) for n in (1, 3, 5, 10)}
    times = side_by_side(jobs, seconds, device)
    return [{"n_critic": name, "whole step": 100 * spent} for name, spent in times.items()]  # ten steps in a job
