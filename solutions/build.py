"""Builds everything that is made from a source.

    python solutions/build.py build             blanks, sheets, solved sheets, lessons, the README's table
    python solutions/build.py execute [NN ...]  runs lessons and solved sheets and stores their outputs
    python solutions/build.py handout [--release NN] [FOLDER]     exports the course, see handout.py

What is made from what:

    solutions/<module>.py            ->  starter/<module>.py          regions become blanks
    solutions/labwork/source/NN.py   ->  labwork/NN.ipynb             blank cells, no outputs
                                     ->  solutions/labwork/NN.ipynb   filled cells, outputs kept
    notebooks/source/NN.py           ->  notebooks/NN.ipynb           outputs kept
    starter/kit/registry.py          ->  the table in README.md
    solved sheet 05, when executed   ->  the picture in README.md

A source of a notebook is jupytext's py:percent. Three marks stand for built cells:
`{{ fill losses.critic_loss }}` for the cell of an exercise, `{{ box losses.critic_loss }}`
for the line above it, and cells tagged "solved" go to the solved sheet only.
"""

import argparse
import base64
import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import jupytext
import nbformat

from solutions import handout as handouts
from starter.kit import registry
from starter.kit.desk import answers

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
PICTURE = ROOT / "notebooks" / "images" / "wgan_gp.png"
LESSONS, SHEETS, SOLVED = ROOT / "notebooks", ROOT / "labwork", ROOT / "solutions" / "labwork"
README = ROOT / "README.md"

COPIED_FOLDERS = ("starter/kit", "notebooks/images", "notebooks/stored")
COPIED_FILES = (
    *("Makefile", "requirements.txt", "LICENSE", "LICENSE-TEXT.md"),
    *("starter/__init__.py", "starter/mine/README.md"),
)
SAME_AGAIN = "Nothing that is yours was lost; give the same command again when that is mended."

HEADER = '''\
# Finds the folder of the course, so that `starter` is the one that lies beside this notebook.
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # so that two notebooks can train at a time
{switch}here = Path.cwd()
root = next((folder for folder in [here, *here.parents] if (folder / "starter" / "kit").is_dir()), None)
assert root, f"No course above {{here}}: keep this notebook in the course's folder. If it is there, restart the kernel."
sys.path.insert(0, str(root))

from starter.kit import Blank, borrow, check, fills, history, progress, reset, restore'''
SWITCH = 'os.environ.setdefault("WGAN_LABS", "solutions")  # this is the solved sheet\n'


# Modules ---------------------------------------------------------------------


def blank_module(module: str, release: str = "") -> str:
    """The text of a module with blanks in the place of the solutions.

    Args:
        module: such as "losses".
        release: number of the last sheet whose solutions stay in, "" for none.
    """
    source = ROOT / "solutions" / f"{module}.py"
    lines, inside = [], False
    for line in source.read_text(encoding="utf-8").splitlines():
        top = re.match(r"(?:def|class) (\w+)", line)
        if top:
            exercise = registry.exercise(f"{module}.{top[1]}")
        mark = line.strip()
        if mark in (BEGIN, END):
            inside = mark == BEGIN
            if inside and exercise.sheet > release:
                indent = line[: line.index("#")]
                lines += [f"{indent}# YOUR CODE HERE", f'{indent}raise Blank("{exercise.name}")']
        elif not inside or exercise.sheet <= release:
            lines.append(line)
    text = "\n".join(lines) + "\n"
    end = text.index('"""\n', 3) + 4
    origin = f"\n# Built from solutions/{module}.py by `make build`. Your answers do not go here but to starter/mine.\n"
    text = text[:end] + origin + text[end:]
    imports = list(re.finditer(r"^(?:from \w\S* import|import) .*\n", text, re.MULTILINE))
    end = imports[-1].end()
    text = text[:end] + "\nfrom starter.kit import Blank\n" + text[end:]
    # An answer may use torch by its name, as the sheet does, even where the solution does not.
    if "\nimport torch\n" not in text:
        text = text.replace("\nfrom torch import", "\nimport torch\nfrom torch import", 1)
    return text


def write_modules(folder: Path, release: str = "") -> None:
    """Write all modules, with the solutions of the sheets up to `release`."""
    folder.mkdir(parents=True, exist_ok=True)
    for module in registry.MODULES:
        write(folder / f"{module}.py", blank_module(module, release))


# Notebooks -------------------------------------------------------------------


def notebook(source: Path, solved: bool | None) -> nbformat.NotebookNode:
    """A notebook from its source.

    Args:
        source: the py:percent file; its name begins with the sheet's number.
        solved: False for the student's sheet, True for the solved one, None for a lesson.
    """
    sheet = registry.sheet(source.stem[:2])
    cells = [_title(sheet, solved), _code(HEADER.format(switch=SWITCH if solved else ""), "header")]
    for cell in jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent").cells:
        tags = cell.metadata.get("tags", [])
        if "solved" in tags and not solved:
            continue
        text, name = _expand(cell.source, solved), None
        if mark := re.fullmatch(r"#? ?\{\{ fill (\S+) \}\}", cell.source.strip()):
            name = re.sub(r"\W", "-", mark[1])
        if solved is False:  # no outputs to compare with
            tags = [tag for tag in tags if tag != "nbval-check-output"]
        make = _code if cell.cell_type == "code" else _markdown
        cells.append(make(text, name or f"cell-{len(cells):02d}", tags))
    for cell in cells:
        cell["id"] = f"{source.stem.replace('_', '-')}-{cell['id']}"[:64]
    metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def with_outputs(new: nbformat.NotebookNode, path: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs that the file on disk has for unchanged cells."""
    if path.is_file():
        kept: dict[str, list] = {}
        for cell in _read(path).cells:
            if cell.cell_type == "code":
                kept.setdefault(cell.source, []).append(cell)
        for cell in new.cells:
            if cell.cell_type == "code" and kept.get(cell.source):
                old = kept[cell.source].pop(0)
                cell.outputs, cell.execution_count = old.outputs, old.execution_count
    return new


def _read(path: Path) -> nbformat.NotebookNode:
    """A notebook from disk, or SystemExit with one sentence if it is none."""
    try:
        book = nbformat.read(path, as_version=4)
        [cell.source for cell in book.cells]
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError):
        raise SystemExit(f"{path} is no notebook that can be read. Mend it, or take it from git again.") from None
    return book


def text_of(book: nbformat.NotebookNode) -> str:
    """A notebook as it is written to disk."""
    return json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def built() -> dict[Path, str]:
    """Every built file and its text."""
    files = {ROOT / "starter" / f"{module}.py": blank_module(module) for module in registry.MODULES}
    for source in sorted((SOLVED / "source").glob("*.py")):
        name = f"{source.stem}.ipynb"
        files[SHEETS / name] = text_of(_split(notebook(source, solved=False)))
        files[SOLVED / name] = text_of(_split(with_outputs(notebook(source, solved=True), SOLVED / name)))
    for source in sorted((LESSONS / "source").glob("*.py")):
        path = LESSONS / f"{source.stem}.ipynb"
        files[path] = text_of(_split(with_outputs(notebook(source, solved=None), path)))
    files[README] = _readme(README.read_text(encoding="utf-8"))
    return files


def build() -> None:
    """Write every built file that is not as it should be."""
    for path, text in built().items():
        if write(path, text):
            print(f"built {path.relative_to(ROOT).as_posix()}")


def execute(numbers: list[str]) -> None:
    """Run lessons and solved sheets, from top to bottom, and store their outputs."""
    from nbclient import NotebookClient

    build()
    os.environ["WGAN_LABS"] = "solutions"
    os.environ.pop("WGAN_FAST", None)
    for path in sorted([*LESSONS.glob("*.ipynb"), *SOLVED.glob("*.ipynb")]):
        if numbers and path.stem[:2] not in numbers:
            continue
        print(f"running {path.relative_to(ROOT).as_posix()}", flush=True)
        book = nbformat.read(path, as_version=4)
        NotebookClient(book, timeout=1800, resources={"metadata": {"path": str(path.parent)}}).execute()
        for cell in book.cells:
            cell.metadata.pop("execution", None)
            if "yours" in cell.metadata.get("tags", []):  # shows the reader's own state: nobody else's will do
                cell.outputs = []
            for output in cell.get("outputs", []):  # a widget without its state would show as an error
                output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
            for output in cell.get("outputs", []):
                if output.get("name") == "stderr":
                    raise SystemExit(f"{path.name} writes to stderr: {output.text[:300]}")
        book.metadata = notebook_metadata(book)
        text = text_of(_split(book))
        if str(ROOT) in text or str(Path.home()) in text:
            raise SystemExit(f"{path.name}: an output holds a path of this machine.")
        write(path, text)
        _save_picture(book)


def _save_picture(book: nbformat.NotebookNode) -> None:
    """Write the last figure of the cell tagged "readme" to where the README shows it."""
    for cell in book.cells:
        if "readme" in cell.metadata.get("tags", []):
            pictures = [output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]
            PICTURE.parent.mkdir(exist_ok=True)
            PICTURE.write_bytes(base64.b64decode(pictures[-1]))


def notebook_metadata(book: nbformat.NotebookNode) -> dict:
    """Metadata without what the kernel adds about itself."""
    return {"kernelspec": book.metadata.kernelspec, "language_info": {"name": "python"}}


def _split(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Multi-line strings as lists of lines, as notebooks are stored."""
    return nbformat.v4.rwbase.split_lines(nbformat.v4.rwbase.strip_transient(nbformat.from_dict(book)))


def _title(sheet: registry.Sheet, solved: bool | None) -> nbformat.NotebookNode:
    exercises = registry.of_sheet(sheet.number)
    if solved is None:
        kind, minutes = "Lesson", f"{sheet.lesson_minutes} minutes, nothing to fill in."
    else:
        kind = "Solved sheet" if solved else "Sheet"
        core = [exercise for exercise in exercises if exercise.path == "core"]
        more = sum(exercise.minutes for exercise in exercises if exercise.path != "core")
        plural = "" if len(core) == 1 else "s"
        minutes = f"{sheet.minutes} minutes, {len(core)} exercise{plural} on the core path"
        minutes += f"; {more} more minutes of optional work." if more else "."
        if not core:
            minutes = f"Homework: {sheet.minutes} minutes, {len(exercises)} exercises."
    notes = {None: "10_notes.ipynb", False: "../notebooks/10_notes.ipynb", True: "../../notebooks/10_notes.ipynb"}
    link = "" if sheet.number == "10" else f" Signs, symbols and words are in [the notes]({notes[solved]})."
    return _markdown(f"# {kind} {sheet.number}: {sheet.title}\n\n{minutes}{link}", "title")


def _expand(text: str, solved: bool | None) -> str:
    if mark := re.fullmatch(r"#? ?\{\{ fill (\S+) \}\}", text.strip()):
        return _fill_cell(mark[1], bool(solved))
    return re.sub(r"\{\{ box (\S+) \}\}", lambda mark: _box(mark[1]), text)


def _fill_cell(name: str, solved: bool) -> str:
    exercise = registry.exercise(name)
    text = answers.read_definition(ROOT / "solutions" / f"{exercise.module}.py", exercise.definition)
    if solved:
        body = "\n".join(line for line in text.split("\n") if line.strip() not in (BEGIN, END))
    else:
        blank = blank_module(exercise.module)
        start = re.search(rf"^(?:def|class) {exercise.definition}\b", blank, re.MULTILINE).start()
        following = re.search(r"\n\n\n(?=\S)", blank[start:])
        body = blank[start : start + following.start() if following else None].rstrip("\n")
    return f'@fills("{name}")\n{body}'


def _box(name: str) -> str:
    exercise = registry.exercise(name)
    stars = "●" * exercise.difficulty + "○" * (5 - exercise.difficulty)
    lines = "1 line" if exercise.lines == 1 else f"about {exercise.lines} lines"
    return (
        f"> **Exercise `{name}`** · {registry.PATHS[exercise.path]} · {exercise.minutes} min · {lines} · "
        f"difficulty {stars} ({exercise.difficulty} of 5)"
    )


def _markdown(text: str, name: str, tags: list[str] | None = None) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(text, id=name, metadata={"tags": tags} if tags else {})


def _code(text: str, name: str, tags: list[str] | None = None) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(text, id=name, metadata={"tags": tags} if tags else {})


# README and hand-out ---------------------------------------------------------


def _readme(text: str) -> str:
    begin, end = "<!-- built from starter/kit/registry.py -->", "<!-- end of the built table -->"
    if begin not in text:
        return text
    rows = ["| | topic | lesson | sheet, core path | optional | what it is about |", "|---|---|---|---|---|---|"]
    for sheet in registry.SHEETS:
        more = sum(e.minutes for e in registry.of_sheet(sheet.number) if e.path != "core")
        lesson = f"[{sheet.lesson_minutes} min](notebooks/{sheet.stem}.ipynb)" if sheet.lesson_minutes else "-"
        core = f"[{sheet.minutes} min](labwork/{sheet.stem}.ipynb)" if sheet.minutes else "-"
        optional = f"{more} min" if more else "-"
        if more and all(e.path == "homework" for e in registry.of_sheet(sheet.number)):
            core, optional = "-", core
        rows.append(f"| {sheet.number} | {sheet.title} | {lesson} | {core} | {optional} | {sheet.summary} |")
    before, rest = text.split(begin)
    return before + begin + "\n" + "\n".join(rows) + "\n" + end + rest.split(end)[1]


def handout(folder: str | Path, release: str) -> None:
    """Export the course without its answers, or with those of the sheets up to `release`.

    Raises:
        SystemExit: it may not or cannot be done; one sentence says why.
    """
    try:
        release = registry.sheet(release).number if release.strip() else ""
    except KeyError as error:
        raise SystemExit(f"RELEASE: {error.args[0]}") from None
    try:
        folder = handouts.target(str(folder), ROOT)
        handouts.export(folder, contents(release), release)
    except OSError as error:
        what = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        raise SystemExit(f"The hand-out is not finished ({what}). {SAME_AGAIN}") from None
    except KeyboardInterrupt:
        raise SystemExit(f"The hand-out is not finished (interrupted). {SAME_AGAIN}") from None
    answers = f"with the answers up to sheet {release}" if release else "without answers"
    print(f"{folder} and {handouts.archive_of(folder)}: version {registry.VERSION} of the course, {answers}")


def contents(release: str) -> dict[str, bytes]:
    """The files of a hand-out, by their paths in it.

    Blanks, sheets and lessons come from their sources, whatever somebody may have made of them in place.
    """
    texts = {path: text for path, text in built().items() if SOLVED not in path.parents or path.stem[:2] <= release}
    if release:
        texts |= {ROOT / "solutions" / f"{module}.py": blank_module(module, release) for module in registry.MODULES}
    readme = re.sub(r"<!-- for instructors -->\n.*?<!-- end for instructors -->\n", "", texts[README], flags=re.DOTALL)
    texts[README] = re.sub(r"    make test .*\n", "", readme)
    files = {path: text.encode("utf-8") for path, text in texts.items()}
    files |= {path: path.read_bytes() for path in _copied()}
    return {path.relative_to(ROOT).as_posix(): files[path] for path in sorted(files)}


def _copied() -> list[Path]:
    """The files that a hand-out has as they are, without caches and what else lies among them."""
    files = [ROOT / name for name in COPIED_FILES]
    for path in [path for name in COPIED_FOLDERS for path in (ROOT / name).rglob("*")]:
        hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
        if path.is_file() and not hidden and path.suffix not in (".pyc", ".ipynb") and path.name != "make_subset.py":
            files.append(path)
    return files


def write(path: Path, text: str) -> bool:
    """Write a text file with LF line ends. Returns whether it changed."""
    data = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build")
    commands.add_parser("execute").add_argument("numbers", nargs="*")
    export = commands.add_parser("handout")
    export.add_argument("--release", default="")
    export.add_argument("folder", nargs="?", default=ROOT / "handout")
    arguments = parser.parse_args()
    if arguments.command == "build":
        build()
    elif arguments.command == "execute":
        execute(arguments.numbers)
    else:
        handout(arguments.folder, arguments.release)


if __name__ == "__main__":
    main()
