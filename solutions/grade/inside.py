"""Runs in a student's box, and in it each exercise in a process of its own.

It has loaded torch and the checks before any answer is there; a process that is
forked from it runs the answer. What that process reports is sealed with a key
that it gets for this one exercise, and whatever it leaves behind is ended.

    python -I inside.py <folder of the course> <files for requests and reports>

A request is a line of JSON, {"name": "losses.critic_loss", "seed": 7}; so is a
report. Nothing here imports from solutions: there are none in the box.
"""

import ctypes
import hashlib
import hmac
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable

LIMIT = float(os.environ.get("WGAN_LIMIT", 30))  # seconds for one exercise
MEMORY = 3 * 2**30  # bytes beyond what torch has already
REPORT = 20_000  # bytes of one report


def main() -> None:
    course, requests, reports = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sys.path.insert(0, course)
    ctypes.CDLL(None).prctl(4, 0)  # PR_SET_DUMPABLE: other processes may not look into this one
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: what is left behind comes back here
    import torch

    from starter.kit import registry
    from starter.kit.checks import judge  # noqa: F401  loaded before any answer, as all that follows
    from starter.kit.desk import progress, verdict  # noqa: F401

    torch.set_num_threads(1)
    for module in registry.MODULES:
        __import__(f"starter.kit.checks.{module}")
    trusted = _trusted()
    for each in trusted:  # torch wraps the step of an optimiser when it is first made, which is no tampering
        if isinstance(each, type) and issubclass(each, torch.optim.Optimizer):
            each._patch_step_function(object.__new__(each))
    replaced = _replaced(trusted)
    _say(reports, {"ready": True})
    for line in os.fdopen(requests, closefd=False):
        request = json.loads(line)
        _say(reports, _ask(request["name"], request["seed"], (requests, reports), replaced))


def _say(file: int, report: dict) -> None:
    os.write(file, json.dumps(report).encode() + b"\n")


def _ask(name: str, seed: int, private: tuple[int, int], replaced: Callable[[], str]) -> dict:
    """The report of a forked process, or what became of it."""
    key = os.urandom(32)
    back, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(back)
        _answer(name, seed, there, key, private, replaced)
    os.close(there)
    data, late = _read(back, time.monotonic() + LIMIT)
    os.close(back)
    status, left = _ended(child)
    report = _opened(data, key, name)
    if report is None:
        report = {"name": name, "state": "wrong", "mistake": "no-report", "message": _why(status, late, data)}
    report["left"] = left
    report["written"] = bool(data) and report.get("mistake") == "no-report"
    return report


def _answer(
    name: str, seed: int, there: int, key: bytes, private: tuple[int, int], replaced: Callable[[], str]
) -> None:
    """In the process of one exercise: check it, seal the report, and end at once."""
    os.setsid()
    for file in private:
        os.close(file)
    nothing = os.open(os.devnull, os.O_RDWR)
    for file in (0, 1, 2):
        os.dup2(nothing, file)
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(LIMIT),) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seal = hmac.new(key, digestmod=hashlib.sha256)
    del key
    from starter.kit import registry
    from starter.kit.desk.progress import standing

    dumps, write, end = json.dumps, os.write, os._exit
    try:
        found = standing(registry.exercise(name), seed)
        report = {"name": name, "state": found.state, "mistake": found.mistake, "message": found.message[:2000]}
    except BaseException as error:
        said = f"{type(error).__name__}: {error}"[:300]
        report = {"name": name, "state": "wrong", "mistake": "error", "message": said}
    if what := replaced():
        said = f"The answer puts something else in the place of {what}, which judges it."
        report = {"name": name, "state": "wrong", "mistake": "tampered", "message": said}
    text = dumps(report).encode()[:REPORT]
    seal.update(text)
    write(there, seal.hexdigest().encode() + text)
    end(0)


def _trusted() -> list:
    """The modules and classes on which a verdict rests."""
    names = ("json", "json.encoder", "dataclasses", "hmac", "hashlib", "os", "inspect", "contextlib", "importlib")
    modules = [module for name, module in sys.modules.items() if name in names or name.startswith("starter.kit.")]
    classes = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return [*modules, *(each for each in classes if each.__module__.startswith("starter.kit."))]


def _replaced(places: list) -> Callable[[], str]:
    """A function that tells which function or class of these has been replaced since now, "" if none."""

    def state() -> dict:
        found = {}
        for place in places:
            for name, value in list(vars(place).items()):
                plain = getattr(value, "__func__", value)
                if callable(plain) and not name.startswith("__get"):
                    found[f"{place.__name__}.{name}"] = (plain, getattr(plain, "__code__", None))
        return found

    def told(state: Callable[[], dict] = state, before: dict = state()) -> str:  # noqa: B008
        after = state()
        for name, (value, code) in before.items():
            now = after.get(name)
            if now is None or now[0] is not value or now[1] is not code:
                return name
        return ""

    return told


def _read(back: int, until: float) -> tuple[bytes, bool]:
    """What comes back, and whether the time was over before that."""
    data = b""
    while len(data) < 2 * REPORT:
        left = until - time.monotonic()
        if left <= 0 or not select.select([back], [], [], left)[0]:
            return data, True
        piece = os.read(back, 65536)
        if not piece:
            break
        data += piece
    return data, False


def _opened(data: bytes, key: bytes, name: str) -> dict | None:
    """The report, if it bears the right seal."""
    seal, text = data[:64], data[64:]
    if not hmac.compare_digest(hmac.new(key, text, hashlib.sha256).hexdigest().encode(), seal):
        return None
    report = json.loads(text)
    return report if report.get("name") == name else None


def _why(status: int, late: bool, data: bytes) -> str:
    if data:
        return "Something else than a report was written where reports go."
    if late:
        return f"It was still running after {LIMIT:.0f} seconds."
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"Its process was ended ({name}): too much time or memory, or it ended itself."
    return f"Its process ended by itself (exit {os.waitstatus_to_exitcode(status)}) before there was a report."


def _ended(child: int) -> tuple[int, int]:
    """End the process and all that it left behind. Returns how it ended, and how many others there were."""
    os.kill(child, signal.SIGKILL)
    status, others = os.waitpid(child, 0)[1], set()
    for _ in range(200):
        left = _descendants()
        others |= left
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            break  # there is none any more
        time.sleep(0.01)
    return status, len(others)


def _descendants() -> set[int]:
    """All processes that come from this one; orphans come back to it."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found: set[int] = set()
    while new := {process for process, parent in parents.items() if parent in found | {os.getpid()}} - found:
        found |= new
    return found


if __name__ == "__main__":
    main()
