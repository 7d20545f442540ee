"""The class board: what several people handed in, computed again from their weights.

    python -m starter.kit board FOLDER        (make board FOLDER=...)

It writes board.md and board.png into the folder. What counts is what the weights draw,
scored by the course's own classifier. What a file claims is only compared with that.
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..course import CourseError
from . import handin
from .experiment import Verdict, distance
from .setup import difference, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SLACK = 0.05, 2.0  # a share, and a distance: by how much half precision and other machines move a Frechet distance


@dataclass(frozen=True)
class Row:
    """One hand-in on the board.

    Attributes:
        name, question, change: in words.
        frechet: shape (2, seeds), from the weights, base first.
        remark: what does not agree; "" for nothing.
    """

    name: str
    question: str
    change: str
    frechet: np.ndarray
    remark: str

    @property
    def verdict(self) -> Verdict:
        return Verdict.of(*self.frechet)


def board(folder: str | Path) -> tuple[list[Row], list[str]]:
    """All hand-ins of a folder, and one sentence for each file that is none.

    Raises:
        CourseError: there is no such folder, or it is empty.
    """
    place = Path(folder).expanduser()
    if not place.is_dir():
        raise CourseError(f"There is no folder {place}.")
    files = [file for file in sorted(place.iterdir()) if file.name not in ("board.md", "board.png")]
    if not files:
        raise CourseError(f"{place} is empty; put the files that were handed in there.")
    rows: list[Row] = []
    left_out: list[str] = []
    owners: dict[str, str] = {}  # whose weights these are
    for file in files:
        if not file.is_file() or file.suffix != handin.ENDING:
            left_out.append(f"{handin.plain(file.name, 60)} is no {handin.ENDING} file, and is left out.")
            continue
        try:
            given = handin.read(file)
            twin = owners.setdefault(_print_of(given), given.name)
            rows.append(_row(given, "" if twin == given.name else f"has the same weights as {twin}"))
        except (CourseError, OSError) as error:
            left_out.append(str(error))
    return rows, left_out


def _print_of(given: handin.HandIn) -> str:
    """The same for the same weights."""
    digest = hashlib.sha256()
    for generator in (one for side in given.generators for one in side):
        for value in generator.state_dict().values():
            digest.update(value.numpy().tobytes())
    return digest.hexdigest()


def _row(given: handin.HandIn, remark: str) -> Row:
    found = np.array([[distance(generator) for generator in side] for side in given.generators])
    claimed = np.array(given.claimed)
    share, apart = SLACK
    off = ~(np.abs(claimed - found) <= share * found + apart)  # a claim that is no number is off, too
    if off.any():
        side, seed = np.argwhere(off)[0]
        remark = (
            f"claims {claimed[side, seed]:.0f} for {handin.SIDES[side]}, seed {seed}, and the weights give "
            f"{found[side, seed]:.0f}"
        )
    change = words(difference(given.base, given.changed)) or "nothing"
    return Row(given.name, given.question, change, found, remark)


def table(rows: list[Row]) -> str:
    """The board in Markdown."""
    lines = ["| who | change | base | changed | difference | spread | larger? | remark |", "|---" * 8 + "|"]
    for row in rows:
        found = row.verdict
        numbers = f"{found.base:.0f} | {found.changed:.0f} | {found.gap:+.0f} | {found.spread:.0f}"
        lines.append(f"| {row.name} | {row.change} | {numbers} | {'yes' if found.clear else 'no'} | {row.remark} |")
    return "\n".join(lines)


def figure(rows: list[Row]) -> "tuple[Figure, str, str]":
    """Each hand-in on a line: the seeds of both sides, and an arrow from mean to mean."""
    from ..show import figures

    picture, ax = figures.axes(height=0.9 + 0.45 * len(rows))
    for place, row in enumerate(rows):
        base, other = row.frechet
        ax.plot(base, np.full(len(base), place - 0.12), "s", color=figures.QUIET, label="base" if not place else None)
        ax.plot(
            other, np.full(len(other), place + 0.12), "o", color=figures.FAKE, label="changed" if not place else None
        )
    labels = [f"{row.name}: {row.change}{' (claims other numbers)' if 'claims' in row.remark else ''}" for row in rows]
    ax.set_yticks(range(len(rows)), labels, parse_math=False)
    ax.set(xlabel="Fréchet distance, computed from the weights", ylim=(len(rows) - 0.5, -0.5))
    figures.legend(ax)
    told = "; ".join(f"{row.name}, {row.verdict.base:.0f} and {row.verdict.changed:.0f}" for row in rows)
    alt = f"A line for each hand-in, with a square for each seed of the base and a dot for each of the change: {told}."
    return picture, alt, "Squares are seeds of the base, dots those of the change; left is better."


def main(folder: str) -> None:
    """Print the board, and write it into the folder."""
    torch.manual_seed(0)
    rows, left_out = board(folder)
    place = Path(folder).expanduser()
    if rows:
        print(table(rows))
        print("\nDistances are computed from the weights. Whether the settings are those claimed, nobody can see.")
        text = "\n".join([table(rows), "", *left_out])
        try:
            (place / "board.md").write_text(text + "\n", encoding="utf-8")
            figure(rows)[0].savefig(place / "board.png", dpi=150)
            print(f"The board is in {place / 'board.md'} and {place / 'board.png'}.")
        except OSError as error:
            print(f"The board could not be written into the folder: {error.strerror}.")
    for sentence in left_out:
        print(sentence)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) == 2 else "")
    except CourseError as error:
        sys.exit(str(error))
