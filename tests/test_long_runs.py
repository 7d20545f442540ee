"""Long trainings: a killed process loses little, and the memory does not grow."""

import gc
import math
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from starter.kit import Meter, course, loop
from starter.kit.loop import entry, record
from tests.test_loop import LAW, Players, assert_same, networks, train

ENDLESS = """
import torch
from tests.test_loop import train
train(steps=100_000, checkpoint_to={path!r}, checkpoint_every=5)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_training_goes_on_from_its_last_checkpoint(tmp_path):
    path = tmp_path / "run.pt"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen([sys.executable, "-c", ENDLESS.format(path=str(path))], cwd=course.ROOT, env=environment)
    try:
        deadline = time.monotonic() + 100
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.2)  # somewhere in the middle of a step, or of a checkpoint
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    resumed = loop.resume(path, *networks(), LAW, steps=0, live=False, device="cpu")
    assert resumed.steps >= 5 and resumed.steps % 5 == 0
    loop.go_on(resumed, LAW, steps=3, live=False)
    assert_same(resumed, train(steps=resumed.steps))


def test_a_long_training_keeps_no_tensors():
    meter = Meter(LAW, every=50, pairs=8)
    run = train(steps=100, watch=meter)
    before = tensors()
    loop.go_on(run, LAW, steps=300, live=False, watch=meter)
    assert tensors() <= before + 20  # the samples kept are at most 20 in all
    assert len(run.samples) <= 21
    assert len(run.history["step"]) == 400


def tensors() -> int:
    gc.collect()
    return sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())


# Reading late, as from a graphics card ---------------------------------------


@pytest.fixture
def late(monkeypatch):
    """On the processor, too, numbers are read seven steps at a time; gives the number of readings."""
    reads = []

    class Late(record.Record):
        def __init__(self, run):
            super().__init__(run)
            self.behind = True

        def read(self):
            reads.append(len(self._waiting))
            super().read()

    monkeypatch.setattr(record, "READ_EVERY", 7)
    monkeypatch.setattr(entry, "Record", Late)
    return reads


def test_a_history_read_late_is_the_same(request):
    on_time = train(steps=20)
    reads = request.getfixturevalue("late")
    assert_same(on_time, train(steps=20))
    assert [read for read in reads if read] == [7, 7, 6]


class Readings(TorchDispatchMode):
    """Counts how often a number is read out of a tensor, for which a graphics card would have to be waited for."""

    count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        names = ("aten::_local_scalar_dense", "aten::equal", "aten::nonzero", "aten::is_nonzero")
        self.count += func._schema.name in names
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_no_number_is_read_in_the_middle_of_the_training(late, method):
    run = train(method, steps=2)
    with Readings() as readings:
        torch.ones(()).item()
        assert readings.count == 1, "the counter does not count"
        loop.go_on(run, LAW, steps=6, live=False)
    assert readings.count == 1
    assert [read for read in late if read] == [2, 6]  # READ_EVERY is 7 here


def test_what_looks_at_the_run_sees_a_complete_history(late):
    seen = []
    train(steps=9, watch=lambda run: seen.append(run.history["wasserstein"][-1]))
    assert len(seen) == 9 and all(map(math.isfinite, seen))


@pytest.mark.parametrize("average", [0.99, None])
def test_a_bad_number_read_late_leaves_nothing_behind(late, capsys, average):
    players = Players()
    players.at(6, lambda: players.generator.layers[0].bias.data.fill_(math.nan))
    run = train(steps=20, average=average, sample_every=1, **players.steps())
    assert "ended in step 3, because the generator's weights became NaN" in capsys.readouterr().out
    assert run.ended == "not finite"
    assert run.history["step"] == [1, 2]
    assert all(math.isfinite(value) for column in run.history.values() for value in column)
    assert all(torch.isfinite(images).all() for _, _, images in run.samples)
    if average:
        assert all(torch.isfinite(value).all() for value in run.average.state_dict().values())


def test_code_that_fails_leaves_no_gap_in_a_history_read_late(late):
    runs = []

    def fail():
        raise ZeroDivisionError

    players = Players()
    players.at(9, fail)
    with pytest.raises(ZeroDivisionError):
        run = train(steps=0)
        runs.append(run)
        loop.go_on(run, LAW, steps=10, live=False, **players.steps())
    assert runs[0].history["step"] == [1, 2, 3, 4]
    assert all(map(math.isfinite, runs[0].history["wasserstein"]))
