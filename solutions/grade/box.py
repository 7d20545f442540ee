"""A box for each student: the course without its answers, the student's files, and nothing else to find or to change.

In the box the disk can be read only, but for empty folders in memory; what others
returned, the solutions and the tests are not there; there is no network and no other
process. It is made by bubblewrap where there is one, else by `unshare`. Where neither
works, limits on time and memory alone hide no files: then UNSAFE=1 has to be said.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START, LIMIT = 180.0, 30.0  # seconds until a box is ready, and for one exercise
UNBOXED = (
    "Answers cannot be shut in on this machine: there is no bubblewrap, and unshare is not allowed. They would run as "
    "you, with your files in reach. Install bubblewrap, grade in a container, or give UNSAFE=1."
)
SCRATCH = ("/tmp", "/var/tmp", "/dev/shm", "/run")  # empty folders in memory
# Arguments: what is hidden, --, what is kept of it, --, the program. What is kept waits on /mnt meanwhile.
_SHUT_IN = f"""
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
hidden=""; kept=0
while [ "$1" != -- ]; do hidden="$hidden
$1"; shift; done; shift
: > /mnt/kept
while [ "$1" != -- ]; do
  mkdir "/mnt/$kept"; mount --bind "$1" "/mnt/$kept"; printf '%s\\n' "$1" >> /mnt/kept; kept=$((kept + 1)); shift
done; shift
for folder in {" ".join(SCRATCH)}; do [ ! -d "$folder" ] || mount -t tmpfs -o size=64m,mode=1777 tmpfs "$folder"; done
printf '%s\\n' "$hidden" | while IFS= read -r folder; do
  [ ! -d "$folder" ] || mount -t tmpfs -o size=1m,mode=755 tmpfs "$folder"
done
number=0
while IFS= read -r folder; do
  mkdir -p "$folder"; mount --bind "/mnt/$number" "$folder"; number=$((number + 1))
done < /mnt/kept
umount -R -l /mnt
while read -r _ _ _ _ place _; do
  case " {" ".join(SCRATCH)} " in *" $place "*) ;; *) mount -o remount,bind,ro "$place" 2>/dev/null || true;; esac
done < /proc/self/mountinfo
exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
"""


class Died(Exception):
    """The box is gone, or says nothing."""


def maker() -> str:
    """What makes boxes here: "bwrap", "unshare", or "" for nothing."""
    return next(iter(makers()), "")


@cache
def makers() -> list[str]:
    """All that can make boxes here, the better one first."""
    tries = {
        "bwrap": ["bwrap", "--ro-bind", "/", "/", "--unshare-all", "true"],
        "unshare": [*_unshare(), "sh", "-c", "mount -t tmpfs tmpfs /mnt && exec setpriv --no-new-privs true"],
    }
    there = {name: command for name, command in tries.items() if shutil.which(command[0])}
    return [name for name, command in there.items() if subprocess.run(command, capture_output=True).returncode == 0]


def _unshare() -> list[str]:
    """Namespaces for files, processes, network and messages; whoever is not root needs one for users too."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc"]


def _boxed(how: str, program: list[str], hidden: Sequence[Path], kept: Sequence[Path]) -> list[str]:
    """The command that runs the program in a box."""
    if how == "unshare":
        folders = [*map(str, hidden), "--", *map(str, kept), "--"]
        return [*_unshare(), "sh", "-c", _SHUT_IN, "box", *folders, *program]
    if how == "bwrap":
        gone = [str(folder) for folder in hidden if not any(folder.is_relative_to(each) for each in SCRATCH)]
        empty = [part for folder in (*SCRATCH, *gone) for part in ("--size", str(2**26), "--tmpfs", folder)]
        again = [part for folder in kept for part in ("--ro-bind", str(folder), str(folder))]
        again += [part for folder in gone for part in ("--remount-ro", folder)]
        alone = ["--unshare-all", "--new-session", "--die-with-parent", "--cap-drop", "ALL"]
        return ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", *empty, *again, *alone, *program]
    return program


class Box:
    """A running box, in which one exercise after the other is checked.

    Args:
        how: "bwrap", "unshare", or "" for no box at all.
        course: the folder with the course as students have it; inside.py lies in it.
        mine: the folder with the student's files of answers.
        hidden: folders that must not be seen.
        kept: folders within these that are seen all the same.

    Raises:
        Died: it does not start.
    """

    def __init__(self, how: str, course: Path, mine: Path, hidden: Sequence[Path], kept: Sequence[Path]) -> None:
        requests, self._requests = os.pipe()
        self._reports, reports = os.pipe()
        program = [sys.executable, "-I", "-B", str(course / "inside.py"), str(course), str(requests), str(reports)]
        self._rest = b""
        self._process = subprocess.Popen(
            _boxed(how, program, hidden, (*kept, course, mine)),
            env=_environment(mine),
            cwd="/",
            pass_fds=(requests, reports),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(requests)
        os.close(reports)
        try:
            self._line(START)
        except Died:
            self.close()
            raise

    def ask(self, name: str, seed: int) -> dict[str, Any]:
        """The report on the student's answer to this exercise.

        Raises:
            Died: the box was ended from within, or it does not answer.
        """
        try:
            os.write(self._requests, json.dumps({"name": name, "seed": seed}).encode() + b"\n")
        except BrokenPipeError:
            raise Died("The box was ended from within.") from None
        return self._line(2 * LIMIT + 10)

    def close(self) -> None:
        """End it, and everything in it."""
        for file in (self._requests, self._reports):
            os.close(file)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _line(self, seconds: float) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while b"\n" not in self._rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._reports], [], [], left)[0]:
                raise Died("The box does not answer.")
            piece = os.read(self._reports, 65536)
            if not piece:
                raise Died("The box was ended from within.")
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line)


def _environment(mine: Path) -> dict[str, str]:
    """Nothing of the instructor's but where programs are."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    course = {"WGAN_LABS": "student", "WGAN_WORK": str(mine), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    return {**kept, **course, "HOME": "/tmp", "MPLCONFIGDIR": "/tmp", "WGAN_LIMIT": str(LIMIT)}


def hand_out(folder: Path) -> Path:
    """Write the course as students have it, without answers, into a folder, and what runs in a box beside it."""
    course = folder / "course"
    shutil.copytree(ROOT / "starter", course / "starter", ignore=shutil.ignore_patterns("mine", "__pycache__"))
    (course / "starter" / "mine").mkdir()
    shutil.copy2(Path(__file__).with_name("inside.py"), course / "inside.py")
    return course
