"""A step that is recorded and replayed: what can be seen of it without a graphics card.

Tape stands in for the card. It writes down each operation of torch that a step
does, and a replay does these operations again, in the same memory and without
Python, as a CUDA graph does. Tests with a card are skipped where there is none.
"""

import linecache
import os
import random
import signal
import sys
import traceback
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from starter import critic as critics
from starter import generator as generators
from starter import penalty, training
from starter.kit import CourseError, data, loop
from starter.kit.loop import cuda, recording
from starter.kit.loop.algorithm import one_turn
from starter.kit.loop.batches import Batches
from starter.kit.loop.settings import Functions
from tests.test_loop import LAW, assert_same, networks, train

ASKS = ("_local_scalar_dense", "nonzero", "is_nonzero", "equal")
STEPS, TESTED = 20, 4  # fewer than in a real training, which takes long on a tape
CARD = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA card")


class Writing(TorchDispatchMode):
    """Gives each operation to a function, with its arguments and its result."""

    def __init__(self, note):
        super().__init__()
        self.note = note

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self.note(func, args, kwargs or {}, result)
        return result


class Tape:
    """A recorder for the processor.

    Attributes:
        log: what it was asked to do, in order.
        begin: called as begin(generators) when a recording begins.
    """

    def __init__(self):
        self.log = []
        self.begin = lambda generators: None

    @contextmanager
    def apart(self):
        self.log.append("apart")
        yield

    @contextmanager
    def waits(self):
        lines = []

        def note(func, *_others):
            if func.overloadpacket.__name__ in ASKS:
                frames = [
                    frame for frame in traceback.extract_stack() if frame.name not in ("note", "__torch_dispatch__")
                ]
                frame = [frame for frame in frames if frame.filename == __file__][-1]
                lines.append(linecache.getline(frame.filename, frame.lineno).strip())

        self.log.append("watch")
        with Writing(note):
            yield lines

    def record(self, work, generators):
        self.log.append("record")
        self.begin(generators)
        calls = []
        with Writing(lambda *call: calls.append(call)):
            numbers = work()

        @torch.no_grad()
        def replay():
            self.log.append("replay")
            for operation, args, kwargs, result in calls:
                again = operation(*args, **kwargs)
                for one, other in zip(tree_flatten(result)[0], tree_flatten(again)[0], strict=True):
                    if isinstance(one, torch.Tensor) and one.data_ptr() != other.data_ptr():
                        one.copy_(other)
            return numbers.clone()

        return replay


@pytest.fixture
def tape(monkeypatch):
    """The recorder of all trainings of a test."""
    one = Tape()
    monkeypatch.setattr(recording, "AT_LEAST", STEPS)
    monkeypatch.setattr(recording, "TESTED", TESTED)
    monkeypatch.setattr(cuda, "recorder_for", lambda _device: one)
    for kind in ("adam", "rmsprop"):
        module = sys.modules[f"torch.optim.{kind}"]
        monkeypatch.setattr(module, "_get_capturable_supported_devices", lambda *_args, **_more: ["cpu"])
    return one


# Recorded --------------------------------------------------------------------

WARM = ["apart"] * 3 + ["watch", "apart"] * 2


@pytest.mark.parametrize("method", ["penalty", "clip"])
@pytest.mark.parametrize("more", [{}, {"average": 0, "n_critic": 1}, {"precision": "bfloat16"}])
def test_a_recorded_training_is_the_same_to_the_last_bit(tape, capsys, method, more):
    recorded = train(method, steps=STEPS, **more)
    assert tape.log == WARM + ["apart"] * TESTED + ["record"] + ["replay"] * (TESTED + STEPS - 5)
    assert capsys.readouterr().out == ""
    assert_same(recorded, train(method, steps=STEPS, graph=False, **more))


def test_what_a_recording_needs_is_ready_when_it_begins_and_put_back_in_the_end(tape):
    critic, generator = networks()
    optimizers = [torch.optim.Adam(network.parameters(), lr=1e-3) for network in (critic, generator)]
    seen = []

    def begin(generators):
        assert all(weight.grad is None for network in (critic, generator) for weight in network.parameters())
        assert all(group["capturable"] for optimizer in optimizers for group in optimizer.param_groups)
        seen.extend(generators)

    tape.begin = begin
    arguments = dict(zip(("critic_optimizer", "generator_optimizer"), optimizers, strict=True))
    loop.train(critic, generator, LAW, steps=STEPS, batch_size=8, live=False, device="cpu", **arguments)
    assert len(seen) == 1 and seen[0].device.type == "cpu"
    assert not any(group["capturable"] for optimizer in optimizers for group in optimizer.param_groups)


def test_gradients_are_those_of_the_last_step(tape):
    both = [train(steps=STEPS, graph=graph) for graph in ("auto", False)]
    for one, other in zip(*([*run.critic.parameters(), *run.generator.parameters()] for run in both), strict=True):
        assert torch.equal(one.grad, other.grad)


def test_momentum_is_recorded_too(tape, capsys):
    def start(graph):
        critic, generator = networks()
        own = {
            f"{name}_optimizer": torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9)
            for name, network in (("critic", critic), ("generator", generator))
        }
        return loop.train(
            critic, generator, LAW, steps=STEPS, batch_size=8, live=False, device="cpu", graph=graph, **own
        )

    recorded = start("auto")
    assert tape.log.count("record") == 1 and capsys.readouterr().out == ""
    assert_same(recorded, start(False))


def test_rates_that_fall_are_tensors_of_one_recording(tape):
    seen = []
    recorded = train(steps=STEPS, decay=1, watch=lambda run: seen.append(run.critic_optimizer.param_groups[0]["lr"]))
    assert tape.log.count("record") == 1 and all(isinstance(rate, torch.Tensor) for rate in seen)
    plain = train(steps=STEPS, decay=1, graph=False)
    for name in ("wasserstein", "generator_loss"):
        assert recorded.history[name] == pytest.approx(plain.history[name], rel=1e-2, abs=1e-3)
    for one, other in zip(*(run.critic_optimizer.param_groups for run in (recorded, plain)), strict=True):
        assert type(one["lr"]) is float and one["initial_lr"] == other["initial_lr"]
        assert one["lr"] == pytest.approx(other["lr"], abs=1e-9)


def test_a_rate_that_is_changed_by_hand_is_recorded_anew(tape):
    def halve(run):
        if run.steps == 12:
            for optimizer in (run.critic_optimizer, run.generator_optimizer):
                optimizer.param_groups[0]["lr"] /= 2

    recorded = train(steps=STEPS, watch=halve)
    assert tape.log.count("record") == 2
    assert_same(recorded, train(steps=STEPS, watch=halve, graph=False))


def test_a_run_is_tested_once_and_again_after_an_answer_was_changed(tape):
    run = train(steps=STEPS)

    def further(**more):
        tape.log.clear()
        loop.go_on(
            run,
            LAW,
            seconds=60,
            live=False,
            watch=lambda run: run.steps % 20 or setattr(run, "ended", "stopped"),
            **more,
        )
        return tape.log.count("apart")

    assert (further(), further(penalty=lambda *given: penalty.one_sided_penalty(*given))) == (5, 5 + TESTED)


def test_a_short_training_is_not_recorded_unless_it_is_asked_for(tape):
    train(steps=recording.AT_LEAST - 1)
    assert tape.log == []
    train(steps=8, graph=True)
    assert tape.log == [*WARM, "record", *["replay"] * 3]


# Around it -------------------------------------------------------------------


def test_a_checkpoint_of_a_recorded_training_goes_on_without_a_card(tape, tmp_path):
    whole = train(steps=STEPS, decay=0.5, graph=False)
    arguments = {"decay": 0.5, "checkpoint_to": tmp_path / "run.pt", "checkpoint_every": 11}

    def crash(run):
        if run.steps == 15:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train(steps=STEPS, watch=crash, **arguments)
    resumed = loop.resume(tmp_path / "run.pt", *networks(), LAW, steps=9, live=False, device="cpu", graph=False)
    group = resumed.critic_optimizer.param_groups[0]
    assert type(group["lr"]) is type(group["initial_lr"]) is float and not group["capturable"]
    assert resumed.history["wasserstein"] == pytest.approx(whole.history["wasserstein"], rel=1e-2, abs=1e-3)


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_resume_records_again(tape, tmp_path, method):
    train(method, steps=STEPS).save(tmp_path / "run.pt")
    resumed = loop.resume(tmp_path / "run.pt", *networks(), LAW, steps=STEPS, live=False, device="cpu")
    assert tape.log.count("record") == 2
    assert_same(train(method, steps=2 * STEPS, graph=False), resumed)


def test_numbers_that_are_not_finite_end_a_recorded_training(tape, capsys):
    def spoil(run):
        if run.steps == 12:
            with torch.no_grad():
                run.critic.layers[0].weight.fill_(torch.nan)

    run = train(steps=STEPS, watch=spoil)
    assert run.ended == "not finite" and run.steps == 12
    assert "The training ended in step 13, because the estimate became NaN." in capsys.readouterr().out


def test_the_stop_button_ends_a_recorded_training(tape, capsys):
    run = train(steps=10**6, watch=lambda run: run.steps == 14 and os.kill(os.getpid(), signal.SIGINT))
    assert (run.ended, run.steps) == ("stopped", 14)
    assert "after step 14" in capsys.readouterr().out


def test_an_error_in_the_test_leaves_the_run_where_it_stood(tape):
    runs, weights, apart = [], [], tape.apart

    def fail():
        if tape.log.count("apart") == 7:
            raise ZeroDivisionError
        return apart()

    tape.apart = fail

    def watch(run):
        runs.append(run)
        weights.append([value.clone() for value in run.critic.state_dict().values()])

    with pytest.raises(ZeroDivisionError):
        train(steps=STEPS, watch=watch)
    assert len(runs) == 5
    assert all(map(torch.equal, weights[-1], runs[-1].critic.state_dict().values()))


# Not recorded ----------------------------------------------------------------


def reads(critic, *given, **named):
    estimate, gp = training.critic_step(critic, *given, **named)
    return estimate, gp if estimate.item() > -1e9 else 2 * gp


def branches(critic, *given, **named):
    estimate, gp = training.critic_step(critic, *given, **named)
    if estimate > -1e9:
        return estimate, gp
    return gp, estimate


class Counting:
    def __init__(self):
        self.seen = 0

    def __call__(self, *given, **named):
        self.seen += 1
        return training.critic_step(*given, **named)


def remembering():
    losses = []

    def critic_step(*given, **named):
        estimate, gp = training.critic_step(*given, **named)
        losses.append(estimate)
        return estimate, gp

    return critic_step


def with_pythons_numbers(critic, real, fake):
    share = random.random()
    return ((penalty.gradient_norms(critic, share * real + (1 - share) * fake) - 1) ** 2).mean()


def with_numpys_numbers(critic, real, fake):
    share = torch.from_numpy(np.random.rand(len(real), 1)).float()
    return ((penalty.gradient_norms(critic, share * real + (1 - share) * fake) - 1) ** 2).mean()


def piling_up(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    """Clears no gradients: those of the last turn are still there."""
    fake = generator(torch.randn(len(real), 2)).detach()
    loss = critic(fake).mean() - critic(real).mean() + lambda_ * penalty(critic, real, fake)
    loss.backward()
    optimizer.step()
    return -loss.detach(), torch.zeros(())


CANNOT = {
    "item": (lambda: {"critic_step": reads}, "in the line 'return estimate, gp if estimate.item() > -1e9 else 2 * gp'"),
    "if": (lambda: {"critic_step": branches}, "in the line 'if estimate > -1e9:'"),
    "counter": (lambda: {"critic_step": Counting()}, "because critic_step changes seen"),
    "list": (lambda: {"critic_step": remembering()}, "because critic_step changes losses"),
    "Python's random": (lambda: {"penalty": with_pythons_numbers}, "random numbers of Python"),
    "numpy's random": (lambda: {"penalty": with_numpys_numbers}, "random numbers of numpy"),
    "piled up": (
        lambda: {"critic_step": piling_up},
        f"{TESTED} recorded ones came out otherwise than {TESTED} done one by one",
    ),
}


@pytest.mark.parametrize("case", CANNOT)
def test_what_cannot_be_recorded_goes_on_one_by_one_and_one_sentence_says_why(tape, capsys, case):
    make, reason = CANNOT[case]
    runs = []
    for graph in ("auto", False):
        random.seed(0)
        np.random.seed(0)
        runs.append(train(steps=STEPS, graph=graph, **make()))
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and said.startswith("The steps are done one by one") and reason in said
    assert_same(*runs)


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (
            lambda critic, generator: critic.layers[0].register_forward_hook(lambda *_: None) and {},
            "the critic has a hook",
        ),
        (
            lambda critic, generator: {"critic_optimizer": torch.optim.Adagrad(critic.parameters(), lr=1e-3)},
            "critic_optimizer is Adagrad, which",
        ),
        (
            lambda critic, generator: {
                "generator_optimizer": torch.optim.SGD(generator.parameters(), lr=1e-3),
                "decay": 0.5,
            },
            "generator_optimizer is SGD, whose rate cannot fall",
        ),
    ],
)
def test_what_is_seen_before_the_first_step(tape, capsys, prepare, reason):
    critic, generator = networks()
    more = prepare(critic, generator) or {}
    loop.train(critic, generator, LAW, steps=STEPS, batch_size=8, live=False, device="cpu", **more)
    assert tape.log == [] and reason in capsys.readouterr().out


def test_what_torch_cannot_record_is_said_in_its_words(tape, capsys):
    def begin(_generators):
        try:
            raise RuntimeError("operation not permitted when stream is capturing\nand more")
        finally:
            raise RuntimeError("what follows from it")

    tape.begin = begin
    run = train(steps=STEPS)
    assert "torch cannot record them (operation not permitted when stream is capturing)." in capsys.readouterr().out
    assert_same(run, train(steps=STEPS, graph=False))


# Without a card --------------------------------------------------------------


def test_without_a_card_nothing_is_said_unless_it_is_asked_for(capsys):
    plain = train(steps=STEPS)
    assert capsys.readouterr().out == ""
    asked = train(steps=STEPS, graph=True)
    assert capsys.readouterr().out == (
        "The steps are done one by one, and not recorded as a CUDA graph, because that takes a CUDA card, and these "
        "networks are on the CPU.\n"
    )
    assert_same(plain, asked)


@pytest.mark.parametrize("graph", ["yes", 2, None, []])
def test_another_value(graph):
    with pytest.raises(CourseError, match=r"graph is .*; it should be .*True or False"):
        train(steps=1, graph=graph)


def test_close_is_close_for_each_number():
    steps = [torch.tensor([1.0, 100.0]), torch.tensor([-2.0, 0.0])]
    assert recording.agree(steps, [step + torch.tensor([0.03, 1.9]) for step in steps])
    assert not recording.agree(steps, [step + torch.tensor([0.05, 0.0]) for step in steps])
    assert recording.agree([*steps, torch.tensor([torch.nan, 0.0])], [*steps, steps[0]])


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_no_number_is_read_within_a_turn(method):
    """A card would have to wait for each. The loop reads them later, many at a time."""
    run, asked = train(method, steps=1), []
    batches, yours = Batches(LAW, run), Functions.for_method(method, {})
    with Writing(lambda operation, *_others: asked.append(operation.overloadpacket.__name__)):
        one_turn(run, batches, yours).row(run.device)
    assert len(asked) > 100 and not set(asked) & set(ASKS)


# With a card -----------------------------------------------------------------


def on_a_card(method="penalty", **more):
    torch.manual_seed(0)
    images = data.load()
    pair = critics.MLPCritic(images.shape), generators.MLPGenerator(64, images.shape)
    return loop.train(*pair, images, method, live=False, device="cuda", batch_size=64, **more)


@CARD
@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_on_a_card_50_steps_are_the_same(method, capsys):
    """For the same seed a recording draws the same random numbers; sums round otherwise."""
    recorded, plain = (on_a_card(method, steps=50, graph=graph) for graph in (True, False))
    assert capsys.readouterr().out == ""
    one, other = (torch.tensor(list(run.history.values())[2:]).T for run in (recorded, plain))
    assert recording.agree(other, one)


@CARD
def test_on_a_card_the_test_is_passed_and_a_number_that_is_read_is_named(capsys):
    assert on_a_card(steps=200).ended == "steps" and capsys.readouterr().out == ""
    assert on_a_card(steps=200, critic_step=reads).ended == "steps"
    assert "estimate.item()" in capsys.readouterr().out


@CARD
def test_on_a_card_training_goes_on_after_a_recording_that_failed(monkeypatch, capsys):
    """What cannot be recorded and is not seen before that: torch must be able to draw random numbers afterwards."""
    monkeypatch.setattr(cuda.CudaGraphs, "waits", lambda _self: nullcontext([]))
    assert on_a_card(steps=200, critic_step=reads).ended == "steps"
    assert "torch cannot record them" in capsys.readouterr().out
