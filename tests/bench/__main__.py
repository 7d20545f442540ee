"""python -m tests.bench [--quick]: measure, print, and write tests/bench/report.md and report.png."""

import argparse
import datetime
import os
import platform
import resource
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")

import torch

from starter.kit import data, figures, machine
from tests.bench import quality, speed

FOLDER = Path(__file__).resolve().parent
ALT = "Frechet distance over seconds of training on logarithmic axes, one line for each loop."


def table(rows: list[dict[str, float | str]]) -> str:
    """Rows of equal keys as a table in Markdown, numbers to three digits."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
    for row in rows:
        cells = [value if isinstance(value, str) else _number(value) for value in row.values()]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def describe(device: torch.device) -> str:
    """The machine and the versions, in a few lines."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0] if names else cpu
    lines = [f"- {datetime.date.today()}", f"- {cpu}, {os.cpu_count()} cores"]
    lines += [f"- {line}" for line in machine.report().splitlines()]
    return "\n".join(lines)


def draw(found: dict[str, list[float]], marks: list[float], path: Path) -> None:
    """The Frechet distance over the seconds."""
    figure, ax = figures.axes(height=3.0)
    colours = {"public": figures.QUIET, "ours": figures.FAKE, "conv": figures.CRITIC}
    for name, values in found.items():
        kind = "public" if name.startswith("public") else "conv" if "convolution" in name else "ours"
        line = "--s" if "clip" in name else "-o"
        ax[0, 0].loglog(marks, values, line, color=colours[kind], label=name)
    ax[0, 0].set(xlabel="training (s)", ylabel="Fréchet distance (features²)")
    ax[0, 0].set_xticks(marks, [f"{mark:g}" for mark in marks])
    low, high = min(map(min, found.values())), max(map(max, found.values()))
    ticks = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000) if low / 2 < tick < high * 2]
    ax[0, 0].set_yticks(ticks, [f"{tick:,}" for tick in ticks])
    ax[0, 0].minorticks_off()
    figures.legend(ax[0, 0])
    path.write_bytes(figures.png(figure))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes instead of half an hour")
    quick = parser.parse_args().quick
    device, images = machine.device(), data.load()
    seconds = 8.0 if quick else 40.0
    parts = [f"# Speed\n\nMade by `make bench{' QUICK=1' if quick else ''}`.\n\n{describe(device)}"]

    def add(title: str, text: str) -> None:
        parts.append(f"## {title}\n\n{text}")
        print(parts[-1] + "\n", flush=True)

    print(parts[0] + "\n", flush=True)
    add("Throughput", table(speed.throughput(images, device, 2 * seconds)))
    steps = speed.against_floor(images, device, seconds)
    add(f"Against the floor: {speed.matmul_peak(device) / 1e9:.0f} GFLOP/s in a matrix product", table(steps))
    ms = {row["step"]: row["ms"] for row in steps if row["batch"] == 64}
    ratio = ms["critic step, penalty"] / ms["critic step, clipping"]
    add("The price of the penalty", f"A penalised critic step costs {ratio:.2f} clipped ones, at a batch of 64.")
    spent = speed.phases(images, device, seconds)
    total = sum(spent.values())
    rows = [{"phase": name, "ms": value, "share": f"{value / total:.0%}"} for name, value in spent.items()]
    add("Phases of a penalised critic step, batch 64", table(rows))
    share = speed.loop_share(images, device, seconds)
    add("The loop itself", f"{share:.1%} of the training time is spent outside the steps of the two players.")
    add("Growth: milliseconds a step", table(speed.growth(images, device, seconds)))

    marks = [10.0, 20.0] if quick else [30.0, 60.0, 120.0, 300.0]
    racers = {
        "public WGAN-GP": quality.public(images, "penalty", device, seed=0),
        "ours, penalty": quality.ours(images, "penalty", device, seed=0),
    }
    if not quick:
        racers |= {
            "public WGAN, clipping": quality.public(images, "clip", device, seed=0),
            "ours, clipping": quality.ours(images, "clip", device, seed=0),
            "ours, penalty, convolutions": quality.ours(images, "penalty", device, seed=0, convolutional=True),
        }
    found = quality.race(racers, marks)
    draw(found, marks, FOLDER / "report.png")
    rows = [
        {"loop": name, **{f"{mark:g} s": value for mark, value in zip(marks, values, strict=True)}}
        for name, values in found.items()
    ]
    add("Fréchet distance in classifier features, 2,000 images, seed 0", table(rows) + f"\n\n![{ALT}](report.png)")
    unit = 2**10 if sys.platform == "darwin" else 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit / 2**20
    add("Memory", f"{memory:.2f} GiB at the peak of this whole report.")
    (FOLDER / "report.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
