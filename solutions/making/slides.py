"""Lessons on a projector: `jupyter nbconvert --to slides notebooks/05_penalty.ipynb`.

The build splits the text of a lesson at its headings, and where it is too long for
a slide, and says of each cell where it stands: a section begins a slide to the
right, and what follows is below it. The
answer to a prediction always has a slide of its own, so that it is not seen with
the question. Code that is folded in a notebook does not appear, and neither do
cells for guesses and sliders: a strip with some of their settings follows them.
"""

import re

from nbformat import NotebookNode

MOST = 19  # lines of text on a slide of 960 by 700, the size that nbconvert takes
_WIDE = 82  # characters in such a line
_BLOCK = re.compile(r"<details>.*?</details>|(?:(?!<details>)[^\n]+(?:\n|$))+", re.DOTALL)
_NOT_SHOWN = re.compile(r"^(?:predict\(|widgets\.)", re.MULTILINE)
_SHOWS = re.compile(r"figures\.show|print\(|predicted\(|Markdown\(")


def sections(text: str) -> list[str]:
    """The parts of a markdown cell: each begins with a heading, or where the one before it fills a slide."""
    parts: list[list[str]] = [[]]
    for block in (found[0].strip("\n") for found in _BLOCK.finditer(text)):
        here = parts[-1]
        alone = len(here) == 1 and here[0].startswith("## ")  # a heading goes with its text, however long that is
        full = _lines("\n\n".join([*here, block])) > MOST and not alone
        if here and (block.startswith("## ") or full):
            parts.append([])
        parts[-1].append(block)
    return ["\n\n".join(part) for part in parts if part]


def _lines(text: str) -> float:
    """About how high a text is: folds are closed, formulas and headings high, and blocks a little apart."""
    height = 0.0
    for block in (found[0].strip("\n") for found in _BLOCK.finditer(text)):
        if block.startswith(("<details>", "## ")):
            height += 2
        elif block.startswith("$$"):
            height += 2.5 * block.count("\\tag") + 1
        elif block.startswith("|"):
            height += 1.3 * sum(max(1, -(-len(row) // _WIDE)) for row in block.split("\n"))
        else:
            paragraphs = re.split(r"\n(?=[-\d>]+[.]? )", block)
            height += 0.6 + sum(-(-len(each) // _WIDE) for each in paragraphs)
    return height


def mark(cells: list[NotebookNode]) -> None:
    """Write into each cell of a lesson where it stands on the slides, in Jupyter's own words."""
    filled = 0.0
    for number, cell in enumerate(cells):
        place = _place(cell, number)
        height = 0.0 if _folded(cell) else _lines(cell.source) if cell.cell_type == "markdown" else _code_lines(cell)
        if place == "-" and filled + height > MOST:
            place = "subslide"
        if place != "skip":
            filled = height if place in ("slide", "subslide") else filled + height
        cell.metadata["slideshow"] = {"slide_type": place}
        if _folded(cell):
            cell.metadata["transient"] = {"remove_source": True}  # nbconvert's mark, also in HTML


def _code_lines(cell: NotebookNode) -> float:
    """About how high a shown cell is: its lines, and one for what it prints."""
    return 1.5 + 0.9 * len(cell.source.split("\n"))


def _folded(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def _place(cell: NotebookNode, number: int) -> str:
    """slide (to the right), subslide (below), - (on the same one) or skip."""
    if cell.cell_type == "markdown":
        return "slide" if number == 0 or cell.source.startswith("## ") else "-" if number <= 2 else "subslide"
    if _NOT_SHOWN.search(cell.source) or (_folded(cell) and not _SHOWS.search(cell.source)):
        return "skip"
    answers = cell.metadata.get("jupyter", {}).get("outputs_hidden")
    return "subslide" if _folded(cell) or answers else "-"
