"""The one image of Binder, devcontainer and Docker, as far as its files tell; CI builds and starts it."""

import json
import re
import subprocess
from pathlib import Path

from solutions import build
from solutions.making import handout as handouts

ROOT = Path(__file__).resolve().parents[1]
IMAGE = (ROOT / ".binder/Dockerfile").read_text(encoding="utf-8")
DEVCONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))


def test_a_devcontainer_uses_the_image_of_binder_and_its_user_port_and_python():
    folder = ROOT / ".devcontainer"
    assert (folder / DEVCONTAINER["build"]["dockerfile"]).resolve() == ROOT / ".binder/Dockerfile"
    assert (folder / DEVCONTAINER["build"]["context"]).resolve() == ROOT
    assert f"NB_USER={DEVCONTAINER['remoteUser']}\n" in IMAGE
    (port,) = DEVCONTAINER["forwardPorts"]
    assert f"EXPOSE {port}\n" in IMAGE and f'"--port={port}"' in IMAGE
    venv = re.search(r"VENV=(\S+)", IMAGE)[1]
    python = DEVCONTAINER["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert python == f"{venv}/bin/python" and f"PATH={venv}/bin:" in IMAGE


def test_whoever_installs_and_serves_is_not_root_and_owns_what_they_need():
    before, after = IMAGE.split("\nUSER ${NB_USER}\n")
    assert "ARG NB_UID=1000" in before and "pip install" not in before and "USER root" not in after
    assert all("--chown=${NB_UID}" in line for line in after.split("\n") if line.startswith("COPY"))


def test_torch_is_the_small_one_and_both_halves_of_the_pair_come_from_one_place():
    pattern = re.search(r'grep -E "([^"]+)" requirements.txt', IMAGE)[1]
    needs = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split(">")[0] for line in needs if re.search(pattern, line)] == ["torch", "torchvision"]
    assert "ARG INDEX=https://download.pytorch.org/whl/cpu\n" in IMAGE and "--index-url ${INDEX}" in IMAGE


def test_the_server_is_the_one_of_make_lab():
    words = json.loads(re.search(r"^CMD (.*)$", IMAGE, re.M)[1])
    assert words[:4] == ["python", "-m", "starter.kit", "lab"] and "--ip=0.0.0.0" in words


def test_the_python_is_one_that_ci_tests():
    python = re.search(r"^FROM python:(\d+\.\d+)-", IMAGE, re.M)[1]
    assert f'"{python}"' in (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")


def test_a_hand_out_has_the_image_too_and_may_be_made_again_over_itself(tmp_path):
    names = {path.relative_to(ROOT).as_posix() for path in build._copied()}
    wanted = {".binder/Dockerfile", ".devcontainer/devcontainer.json", ".dockerignore"}
    assert wanted <= names
    files = {name: (ROOT / name).read_bytes() for name in wanted}
    for _ in range(2):
        folder = handouts.target(str(tmp_path / "course"), ROOT)
        handouts.export(folder, files, "")
    assert all((folder / name).read_bytes() == data for name, data in files.items())


def test_no_cache_no_environment_and_no_answer_gets_into_an_image():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".git", ".venv", "runs", "starter/mine/*", "!starter/mine/README.md"} <= set(ignored)
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    tops = {name.split("/")[0] for name in tracked}
    assert not tops & {line for line in ignored if not line.startswith((".", "#", "*", "!")) and "/" not in line}
