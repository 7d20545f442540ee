"""python -m tests.bench [--quick]: measure, print, and write tests/bench/report.md and report.png.

python -m tests.bench --card: a CUDA card alone, in under three minutes; writes card.md and card.png.
"""

import argparse
import datetime
import os
import platform
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")

import torch

from starter.kit import data, figures, machine
from tests.bench import card, quality, speed

FOLDER = Path(__file__).resolve().parent
ALT = "Frechet distance over seconds of training on logarithmic axes, one line for each loop."
ALT_IMAGES = "For some of the loops a block of generated garments, one row for each time they were looked at."


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as a table in Markdown, numbers to three digits; a row may lack a column."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
    for row in rows:
        lines.append("| " + " | ".join(_cell(row.get(name, "-")) for name in names) + " |")
    return "\n".join(lines)


def _cell(value: object) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
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


def draw(found: dict[str, dict[float, float]], path: Path) -> None:
    """The Frechet distance over the seconds."""
    figure, ax = figures.axes(height=3.0)
    colours = {"public": figures.QUIET, "ours": figures.FAKE}
    for name, values in found.items():
        kind = "public" if name.startswith("public") else "ours"
        line = "--s" if "clip" in name else "-o"
        ax.loglog(list(values), list(values.values()), line, color=colours[kind], label=name)
    ax.set(xlabel="training (s)", ylabel="Fréchet distance (features²)")
    marks = sorted({mark for values in found.values() for mark in values} - {75.0})
    ax.set_xticks(marks, [f"{mark:g}" for mark in marks])
    reached = [value for values in found.values() for value in values.values()]
    ticks = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000) if min(reached) / 2 < tick < max(reached) * 2]
    ax.set_yticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.minorticks_off()
    figures.legend(ax)
    path.write_bytes(figures.png(figure))


def draw_images(
    found: dict[str, quality.Result], path: Path, marks_shown: Sequence[float] = (30.0, 60.0, 300.0)
) -> None:
    """What each penalised loop drew at these seconds, or at all marks where there are none of them."""
    shown = {name: result for name, result in found.items() if "clip" not in name}
    figure, panels = figures.axes(rows=len(shown), height=1.75)
    for (name, result), row in zip(shown.items(), panels, strict=True):
        marks = [mark for mark in marks_shown if mark in result.images] or list(result.images)
        figures.draw_images(row[0], torch.cat([result.images[mark] for mark in marks]), quality.SHOWN, name)
        figures.label_rows(row[0], [f"{mark:g} s" for mark in marks])
    path.write_bytes(figures.png(figure))


def goals(
    found: dict[str, dict[float, float]], steps: list[speed.AgainstFloor], share: float, memory: float
) -> list[dict[str, str]]:
    """What was aimed at, and what this run shows of it."""
    public, own = found["public WGAN-GP"], found["ours, penalty"]
    rows: list[tuple[str, str, bool]] = []
    for theirs, limit in ((300.0, 30.0), (600.0, 75.0)):
        if theirs in public and limit in own:
            first = next((mark for mark, value in own.items() if value <= public[theirs]), None)
            aim = f"the public WGAN-GP loop's distance at {theirs:g} s, {public[theirs]:.0f}, in {limit:g} s"
            shown = f"{own[limit]:.0f} at {limit:g} s; " + (f"reached by {first:g} s" if first else "not reached")
            rows.append((aim, shown, own[limit] <= public[theirs]))
    ratio = next(row["ratio"] for row in steps if row["batch"] == 256 and row["step"] == "critic step, penalty")
    aim = "a penalised critic step of 256 images in at most 1.8 times its arithmetic floor"
    rows.append((aim, f"{ratio:.2f}", ratio <= 1.8))
    rows.append(("the loop itself below 5% of the time", f"{share:.1%}", share < 0.05))
    rows.append(("memory below 1.5 GB at its peak", f"{memory:.2f} GB", memory < 1.5))
    return [{"aim": aim, "measured": shown, "met": "yes" if met else "no"} for aim, shown, met in rows]


def of_card(images: data.Images, device: torch.device) -> list[tuple[str, str]]:
    """Titles and texts of the report on a card; it draws card.png too."""
    rates = card.rates(images, device, seconds=1.5)
    results = card.race(images, device)
    draw_images(results, FOLDER / "card.png", card.MARKS)
    aim = results["public WGAN-GP"].distances[card.OF_PUBLIC]
    seconds, reached = card.soon(images, device, aim)
    looks = [
        {"loop": name, **{f"{mark:g} s": result.distances.get(mark, "-") for mark in card.MARKS}}
        for name, result in results.items()
    ]
    said = f"The public loop is at {aim:.0f} after {card.OF_PUBLIC:g} s; the course's pair "
    said += f"is at {reached:.0f} after {seconds:.1f} s, the tests of the recording not counted."
    return [
        ("On the card: updates of the generator a second, with the penalty", table(rates)),
        ("On the card: Fréchet distance", f"{table(looks)}\n\n{said}\n\n![{ALT_IMAGES}](card.png)"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes instead of half an hour")
    parser.add_argument("--card", action="store_true", help="a CUDA card alone, in under three minutes")
    quick, only_card = vars(parser.parse_args()).values()
    device, images = machine.device(), data.load()
    if only_card and device.type != "cuda":
        sys.exit("--card measures a CUDA card, and there is none here; leave it out.")
    if only_card:
        lines = [f"# A card\n\nMade by `make bench CARD=1`.\n\n{describe(device)}"]
        lines += [f"## {title}\n\n{text}" for title, text in of_card(images, device)]
        print("\n\n".join(lines))
        (FOLDER / "card.md").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        return
    seconds = 8.0 if quick else 40.0
    parts = [f"# Speed\n\nMade by `make bench{' QUICK=1' if quick else ''}`.\n\n{describe(device)}"]

    def add(title: str, text: str) -> None:
        parts.append(f"## {title}\n\n{text}")
        print(parts[-1] + "\n", flush=True)

    print(parts[0] + "\n", flush=True)
    add("Throughput in batches of 64", table(speed.throughput(images, device, 2 * seconds)))
    steps = speed.against_floor(images, device, seconds)
    add("Against the arithmetic floor, set by large matrix products", table(steps))
    ms = {row["step"]: row["ms"] for row in steps if row["batch"] == 64}
    ratio = ms["critic step, penalty"] / ms["critic step, clipping"]
    add("The price of the penalty", f"A penalised critic step costs {ratio:.2f} clipped ones, at a batch of 64.")
    spent = speed.phases(images, device, seconds)
    total = sum(spent.values())
    rows = [{"phase": name, "ms": value, "share": f"{value / total:.0%}"} for name, value in spent.items()]
    add("Phases of a penalised critic step, batch 128", table(rows))
    share = speed.loop_share(images, device, seconds)
    add("The loop itself", f"{share:.1%} of the training time is spent outside the steps of the two players.")
    add("Growth: milliseconds a step", table(speed.growth(images, device, seconds)))
    add("Growth with the critic's steps: milliseconds", table(speed.growth_with_n_critic(images, device, seconds / 2)))
    racers = {
        "public WGAN-GP": quality.public(images, "penalty", device, seed=0),
        "ours, penalty": quality.ours(images, "penalty", device, seed=0),
    }
    marks: dict[str, tuple[float, ...]]
    marks = {"public WGAN-GP": (30.0, 60.0, 120.0, 300.0, 600.0), "ours, penalty": (30.0, 60.0, 75.0, 120.0, 300.0)}
    if quick:
        marks = dict.fromkeys(racers, (10.0, 20.0))
    else:
        racers |= {
            "public WGAN, clipping": quality.public(images, "clip", device, seed=0),
            "ours, clipping": quality.ours(images, "clip", device, seed=0),
        }
        marks = dict.fromkeys(racers, (30.0, 60.0, 120.0, 300.0)) | marks
    results = quality.race(racers, marks)
    found = {name: result.distances for name, result in results.items()}
    draw(found, FOLDER / "report.png")
    draw_images(results, FOLDER / "samples.png")
    columns = sorted({mark for own in marks.values() for mark in own})
    looks = [
        {"loop": name, **{f"{mark:g} s": values.get(mark, "-") for mark in columns}} for name, values in found.items()
    ]
    pictures = f"![{ALT}](report.png)\n\n![{ALT_IMAGES}](samples.png)"
    add("Fréchet distance in classifier features, 2,000 images, seed 0", f"{table(looks)}\n\n{pictures}")
    for title, text in of_card(images, device) if device.type == "cuda" else ():
        add(title, text)
    unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
    add("Memory", f"{memory:.2f} GB at the peak of this whole report.")
    parts.insert(1, "## What was aimed at\n\n" + table(goals(found, steps, share, memory)))
    print(parts[1])
    (FOLDER / "report.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
