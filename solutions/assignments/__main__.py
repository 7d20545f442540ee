"""`make nbgrader [TO=nbgrader] [SHEET=05]` and `make otter [TO=otter] [SHEET=05]`"""

import argparse
from pathlib import Path

from starter.kit import registry

from . import nbgrader, otter, writing


def main(arguments: list[str] | None = None) -> None:
    """Write the sources of assignments.

    Raises:
        SystemExit: with a sentence, if it cannot be done.
    """
    parser = argparse.ArgumentParser(prog="make", description=__doc__)
    parser.add_argument("grader", choices=("nbgrader", "otter"))
    parser.add_argument("--sheet", default="")
    parser.add_argument("folder")
    given = parser.parse_args(arguments)
    if not given.folder.strip():
        raise SystemExit(f"The name of the folder is empty: make {given.grader} TO=...")
    sheets = _chosen(given.sheet)
    folder = Path(given.folder).expanduser().resolve()
    if given.grader == "nbgrader":
        files, following = nbgrader.files(sheets), nbgrader.FOLLOWING
    else:
        files, following = otter.files(sheets), otter.FOLLOWING
    writing.write(folder, files)
    points = ", ".join(f"{sheet.number} ({writing.most(sheet):g} points)" for sheet in sheets)
    print(f"{folder}: sheet{'s'[: len(sheets) != 1]} {points}. {following}")


def _chosen(number: str) -> list[registry.Sheet]:
    """One sheet, or all that have exercises."""
    if not number.strip():
        return [sheet for sheet in registry.SHEETS if registry.of_sheet(sheet.number)]
    try:
        sheet = registry.sheet(number)
    except registry.Unknown as error:
        raise SystemExit(f"SHEET: {error}") from None
    if not registry.of_sheet(sheet.number):
        raise SystemExit(f"SHEET: {sheet.number} has no exercises, so there is nothing to grade.")
    return [sheet]


if __name__ == "__main__":
    main()
