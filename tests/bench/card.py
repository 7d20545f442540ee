"""What a CUDA card makes of a training, in under three minutes: python -m tests.bench --card.

Updates a second, four ways: the public loop, the course's loop one step at a
time, the same recorded (starter/kit/loop/recording.py), and the bare recording
replayed with nothing around it, which is the limit. Then how soon the course's
pair reaches the distance of the public loop at 40 s, and what the recipe for
cards draws at 5, 15, 40 and 60 s.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from starter import critic as critics
from starter import generator as generators
from starter.kit import go_on, pretrained, scores, train
from starter.kit.data.images import Images
from starter.kit.loop.algorithm import one_turn
from starter.kit.loop.batches import Batches
from starter.kit.loop.cuda import recorder_for
from starter.kit.loop.precision import use
from starter.kit.loop.recordable import capturable
from starter.kit.loop.settings import Functions
from starter.kit.loop.speed import without_second_derivatives
from tests.bench import quality
from tests.bench.public import PublicCritic, PublicGenerator, PublicLoop
from tests.bench.speed import wait

MARKS = (5.0, 15.0, 40.0, 60.0)
OF_PUBLIC = 40.0  # seconds, after which the public loop's distance is the aim
PART = 0.5  # seconds of training between two looks at the distance
MOST = 15.0  # seconds, after which it is not reached


def _courses() -> dict[str, Any]:
    return {"critic": critics.MLPCritic(), "generator": generators.MLPGenerator(64)}


def _public() -> dict[str, Any]:
    return {"critic": PublicCritic(), "generator": PublicGenerator()}


def _networks(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: arguments[name] for name in ("critic", "generator", "n_critic", "rate")}


CASES: dict[tuple[str, int], Callable[[], dict[str, Any]]] = {
    ("the course's", 64): _courses,
    ("the course's", 128): _courses,
    ("the course's", 1024): _courses,
    ("public", 64): _public,
    ("pretrained.recipe's", 64): lambda: _networks(pretrained.recipe(minutes=1)),
    ("pretrained.recipe's for cards", 256): lambda: _networks(pretrained.recipe(card=True)),
}


def per_second(job: Callable[[], object], seconds: float, device: torch.device) -> float:
    """Calls of a job a second. The first ones are not counted."""
    for _ in range(3):
        job()
    wait(device)
    begin, calls = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        for _ in range(10):
            job()
        wait(device)
        calls += 10
    return calls / (time.perf_counter() - begin)


def bare(images: Images, device: torch.device, seconds: float, **arguments: Any) -> float:
    """Replays a second of a turn, with nothing around them."""
    run = train(**arguments, data=images, steps=0, live=False, device=device)
    batches, yours, recorder = Batches(images, run), Functions.for_method(run.method, {}), recorder_for(run.device)
    if recorder is None:
        raise RuntimeError(f"nothing is recorded on {device}")
    run.begin(batches.rng)
    with capturable(run), use("float32", device), without_second_derivatives(run.critic):
        for _ in range(5):
            with recorder.apart():
                one_turn(run, batches, yours)
        for network in (run.critic, run.generator):
            network.zero_grad(set_to_none=True)
        return per_second(
            recorder.record(lambda: one_turn(run, batches, yours).row(device), [batches.rng]), seconds, device
        )


def whole(images: Images, device: torch.device, seconds: float, graph: bool, **arguments: Any) -> float:
    """Updates a second of train, its first ten steps and the recording not counted."""
    run = train(**arguments, data=images, seconds=seconds + 1, live=False, device=device, graph=graph)
    times = run.history["seconds"]
    late = [second for second in times if second > times[min(10, len(times) - 1)] + 0.5]
    return (len(late) - 1) / (late[-1] - late[0])


def rates(images: Images, device: torch.device, seconds: float) -> list[dict[str, float | str]]:
    """Generator updates a second of each case, four ways.

    Args:
        seconds: how long, for each number.
    """
    public = per_second(PublicLoop(images, "penalty", device).update, seconds, device)
    rows: list[dict[str, float | str]] = []
    for (networks, batch), make in CASES.items():
        torch.manual_seed(0)
        one_by_one, recorded = (
            whole(images, device, seconds, graph, **make(), batch_size=batch) for graph in (False, True)
        )
        limit = bare(images, device, seconds, **make(), batch_size=batch)
        rows.append(
            {
                "networks": networks,
                "batch": batch,
                "public loop": public if (networks, batch) == ("public", 64) else "-",
                "one by one": one_by_one,
                "recorded": recorded,
                "bare recording": limit,
                "share of it": f"{recorded / limit:.0%}",
                "times the public loop": recorded / public,
            }
        )
    return rows


def distance(sample: Callable[[int], torch.Tensor], held_out: torch.Tensor) -> float:
    return scores.frechet(held_out, scores.features(sample(scores.N)))


def soon(images: Images, device: torch.device, aim: float) -> tuple[float, float]:
    """Seconds of training until the course's pair is at most so far away, and how far it is then."""
    held_out = scores.held_out_features()
    torch.manual_seed(0)
    run = train(**_courses(), data=images, steps=0, live=False, device=device)
    reached = float("inf")
    while run.seconds < MOST and reached > aim:
        go_on(run, images, seconds=PART, live=False, graph=True)
        reached = distance(lambda n: run.sample(n, seed=1), held_out)
    return run.seconds, reached


def race(images: Images, device: torch.device) -> dict[str, quality.Result]:
    """The public loop for 40 s, and the recipe for cards for 60 s."""
    torch.manual_seed(0)
    run = train(**pretrained.recipe(card=True), data=images, steps=0, live=False, device=device)
    for_cards = quality.Racer(
        lambda seconds: go_on(run, images, seconds=seconds, live=False, graph=True), lambda n: run.sample(n, seed=1)
    )
    racers = {"public WGAN-GP": quality.public(images, "penalty", device, seed=0), "recipe for cards": for_cards}
    marks = {"public WGAN-GP": tuple(mark for mark in MARKS if mark <= OF_PUBLIC), "recipe for cards": MARKS}
    return quality.race(racers, marks)
