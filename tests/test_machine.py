"""The device is asked of its own backend, and a torchvision that does not fit is named."""

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
import torch
import torchvision  # loaded before a test pretends anything about torch.cuda, since its import looks there

from starter.kit import CourseError, machine

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def backends(monkeypatch):
    """Pretends that this machine has the devices named, and no others."""

    def pretend(*present: str) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in present)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in present)

    monkeypatch.delenv("WGAN_DEVICE", raising=False)
    return pretend


@pytest.mark.parametrize(
    ("present", "expected"),
    [([], "cpu"), (["cuda"], "cuda"), (["mps"], "mps"), (["cuda", "mps"], "cuda")],
)
def test_the_best_device_there_is(backends, present, expected):
    backends(*present)
    assert machine.device() == torch.device(expected)


@pytest.mark.parametrize("forced", ["cpu", "cuda", "mps"])
def test_a_device_can_be_forced(backends, monkeypatch, forced):
    backends("cuda", "mps")
    monkeypatch.setenv("WGAN_DEVICE", forced)
    assert machine.device() == torch.device(forced)


@pytest.mark.parametrize(("forced", "present"), [("cuda", "mps"), ("mps", "cuda")])
def test_a_forced_device_must_be_there_itself(backends, monkeypatch, forced, present):
    backends(present)
    monkeypatch.setenv("WGAN_DEVICE", forced)
    with pytest.raises(CourseError, match=f'WGAN_DEVICE is "{forced}", and torch finds no such device'):
        machine.device()


def test_a_forced_device_must_exist(backends, monkeypatch):
    backends()
    monkeypatch.setenv("WGAN_DEVICE", "tpu")
    with pytest.raises(CourseError, match='"tpu"; it can be "cpu", "cuda" or "mps"'):
        machine.device()


def test_report_names_versions_and_device(backends):
    backends()
    report = machine.report()
    assert torch.__version__ in report
    assert torchvision.__version__ in report
    assert "Training on cpu" in report
    assert "install" not in report


def _no_nms(*_boxes: object) -> None:
    raise RuntimeError("operator torchvision::nms does not exist\nmore lines")


def test_a_torchvision_for_another_torch_is_named(backends, monkeypatch):
    backends()
    broken = types.SimpleNamespace(ops=types.SimpleNamespace(nms=_no_nms), __version__="0")
    monkeypatch.setitem(sys.modules, "torchvision", broken)
    sentence = machine.report().splitlines()[-1]
    assert "operator torchvision::nms does not exist" in sentence
    assert "more lines" not in sentence
    assert "pip install torch torchvision" in sentence


def test_a_missing_torchvision_is_named(backends, monkeypatch):
    backends()
    monkeypatch.setitem(sys.modules, "torchvision", None)
    assert "pip install torch torchvision" in machine.report()


@pytest.mark.parametrize("fits", [True, False])
def test_the_command_says_so_in_its_exit_status(tmp_path, fits):
    (tmp_path / "torchvision").mkdir()
    right = "import types; __version__ = '9'; ops = types.SimpleNamespace(nms=lambda *boxes: None)"
    wrong = "raise RuntimeError('operator torchvision::nms does not exist')"
    (tmp_path / "torchvision" / "__init__.py").write_text(right if fits else wrong)
    done = subprocess.run(
        [sys.executable, "-m", "starter.kit.machine"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "WGAN_DEVICE": "cpu"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == (0 if fits else 1), done.stderr
    assert done.stderr == ""
    assert ("pip install torch torchvision" in done.stdout) is not fits


@pytest.mark.parametrize(
    ("own", "policy", "looks"),
    [
        ({}, "passive", "2000"),
        ({"OMP_WAIT_POLICY": "active"}, "active", None),
        ({"GOMP_SPINCOUNT": "5"}, "passive", "5"),
    ],
)
def test_threads_that_wait_sleep_soon_unless_one_has_said_otherwise(own, policy, looks):
    names = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
    bare = {name: value for name, value in os.environ.items() if name not in names}
    code = f"import starter, os; print([os.environ.get(name) for name in {names}])"
    done = subprocess.run([sys.executable, "-c", code], env={**bare, **own}, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == str([policy, looks]), done.stderr
