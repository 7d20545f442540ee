"""Builds everything that is made from a source.

    python solutions/build.py build             blanks, sheets, solved sheets, lessons, the README's table
    python solutions/build.py execute [NN ...]  runs lessons and solved sheets and stores their outputs
                                       --keep   stores outputs of new and changed cells only
                                       --only lessons, --only sheets
    python solutions/build.py handout [--release NN] [FOLDER]     exports the course, see making/handout.py
                                      [--plan CSV] [--day DAY]      one hand-out for each group, see releases.py

What is made from what:

    solutions/<module>.py            ->  starter/<module>.py          regions become blanks
    solutions/labwork/source/NN.py   ->  labwork/NN.ipynb             blank cells, no outputs
                                     ->  solutions/labwork/NN.ipynb   filled cells, outputs kept
    notebooks/source/NN.py           ->  notebooks/NN.ipynb           outputs kept
    starter/kit/registry.py          ->  the table in README.md, tables in solutions/guide/*.md
    solved sheet 05, when executed   ->  the picture in README.md

A source of a notebook is jupytext's py:percent. Three marks stand for built cells:
`{{ fill losses.critic_loss }}` for the cell of an exercise, `{{ box losses.critic_loss }}`
for the line above it, and cells tagged "solved" go to the solved sheet only. Code of
cells tagged "draws" is folded, outputs of cells tagged "predict" too. A notebook that
is named in a text, as "lesson 03" or `labwork/03_generator.ipynb`, becomes a link, and
each notebook ends with a link to the next one. A student's sheet ends with five
questions. Lessons know their slides (see slides.py).

What is wrong with a source is said with its file and line (see sources.py), and
nothing is written then.
"""

import argparse
import base64
import json
import os
import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from solutions.making import sources  # the first, because it says in one sentence what is wrong with the registry

# isort: split
import nbformat

from solutions.making import guidance, installing, releases, slides
from solutions.making import handout as handouts
from solutions.making.sources import BEGIN, END
from starter.kit import registry
from starter.kit.desk import answers, questions

PICTURE = ROOT / "notebooks" / "images" / "wgan_gp.png"
NOTES = "90_notes"
LESSONS, SHEETS, SOLVED = ROOT / "notebooks", ROOT / "labwork", ROOT / "solutions" / "labwork"
README = ROOT / "README.md"
GUIDE = ROOT / "solutions" / "guide"
ANSWER = "<summary>The answer</summary>"  # to a prediction
WORDS = {"lesson": (1000, 1500), "sheet": (1000, 1000)}  # outside of folds, and in all; with more the build says so

COPIED_FOLDERS = ("starter/kit", "notebooks/images", "notebooks/stored")
COPIED_FILES = (
    *("Makefile", "requirements.txt", "LICENSE", "LICENSE-TEXT.md"),
    *("starter/__init__.py", "starter/mine/README.md"),
    *(".binder/Dockerfile", ".devcontainer/devcontainer.json", ".dockerignore"),
)
SAME_AGAIN = "Nothing that is yours was lost; give the same command again when that is mended."

HEADER = """\
# Finds the course: the one in whose folder this notebook lies, else the one that is installed, else it is fetched.
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

{switch}here, fetched = Path.cwd(), Path.cwd() / "wgan-lab"
course_folder = next((each for each in [here, *here.parents, fetched] if (each / "starter" / "kit").is_dir()), None)
if not course_folder and not find_spec("starter"):  # this notebook lies alone, as in Colab
    course_folder, address = fetched, os.environ.get("WGAN_HANDOUT", "{address}")
    try:
        words = ["git", "-c", "core.askPass=true", "clone", "--depth=1", "--branch={branch}", address, str(fetched)]
        subprocess.run(words, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError):
        sentence = f"No course is here, and none could be fetched from {{address or 'its address, which is not set'}}. "
        sentence += "Put this notebook back into the course's folder, or run this cell again when there is a network."
        render = {{"_render_traceback_": lambda self: [sentence]}}  # in a notebook, the sentence alone
        raise type("NoCourse", (Exception,), render)(sentence) from None
if course_folder:
    sys.path.insert(0, str(course_folder))
if course_folder == fetched:
    from starter.kit.environment import complete

    complete()

from starter.kit import Blank, borrow, check, fills, history, predict, predicted, progress, reset, restore
from starter.kit.course import own_folder

root = own_folder()  # what you make is kept there"""
FORM = "# @title Folded code: run it, and open it if you are curious"  # Colab's mark of a folded cell
FORM_OF_ANSWER = "# @title Folded code and its result: open both to see it"  # where the output is folded, too
QUESTIONNAIRE_ID = "questionnaire"
QUESTIONNAIRE = f"""\
## Five questions, if you like

Your answers make the next course better: the minutes at the top of this sheet, for instance, are only estimates.
Fill in what you want to tell, and run the cell. It writes the file `{questions.FILE}` beside your exercises.
Nothing is sent. Your instructor can read it only if you hand in that folder, and you can delete it."""
SWITCH = 'os.environ.setdefault("WGAN_LABS", "solutions")  # this is the solved sheet\n'


# Modules ---------------------------------------------------------------------


def blank_module(module: str, release: str = "") -> str:
    """The text of a module with blanks in the place of the solutions.

    Args:
        module: such as "losses".
        release: number of the last sheet whose solutions stay in, "" for none.
    """
    source = sources.read_module(ROOT / "solutions" / f"{module}.py")
    lines: list[str | None] = list(source.text.split("\n"))
    for region in source.regions:
        blank = [f"{region.indent}# YOUR CODE HERE", f'{region.indent}raise Blank("{region.exercise.name}")']
        if region.exercise.sheet > release:
            removed = region.end - region.begin - 1
            lines[region.begin - 1 : region.end] = [*blank, *[None] * removed]
        else:
            lines[region.begin - 1] = lines[region.end - 1] = None
    lines.insert(source.imports_end, "\nfrom starter.kit.course import Blank")
    origin = f"\n# Built from solutions/{module}.py by `make build`. Your answers do not go here but to starter/mine."
    lines.insert(source.docstring_end, origin)
    text = "\n".join(line for line in lines if line is not None)
    # An answer may use torch by its name, as the sheet does, even where the solution does not.
    if "\nimport torch\n" not in text:
        text = text.replace("\nfrom torch import", "\nimport torch\nfrom torch import", 1)
    return text


# Notebooks -------------------------------------------------------------------


def notebook(source: Path, solved: bool | None) -> nbformat.NotebookNode:
    """A notebook from its source.

    Args:
        source: the py:percent file; its name begins with the sheet's number.
        solved: False for the student's sheet, True for the solved one, None for a lesson.
    """
    cells = [cell for _, cell in _cells(source, solved)]
    for cell in cells:
        cell["id"] = f"{source.stem.replace('_', '-')}-{cell['id']}"[:64]
    metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def header_text(switch: str = "") -> str:
    """The first code cell of a notebook; `switch` is a line that a solved sheet has more."""
    return HEADER.format(switch=switch, address=registry.handout_address(), branch=registry.BRANCH)


def badge(sheet: registry.Sheet, kind: str) -> str:
    """The picture below a title that opens the notebook in Colab."""
    folder, image = {"lesson": ("notebooks", "images"), "sheet": ("labwork", "../notebooks/images")}[kind]
    address = registry.launch_links(f"{folder}/{sheet.stem}.ipynb")["Colab"]
    return f"\n\n[![Open in Colab]({image}/colab.svg)]({address})"


def _cells(source: Path, solved: bool | None) -> list[tuple[int, nbformat.NotebookNode]]:
    """The cells of a notebook, each with the line of the source where its text begins."""
    kind = "lesson" if solved is None else "sheet"
    sheet = sources.sheet_of(source, kind)
    read = sources.read_cells(source)
    sources.check_exercises(source, read, None if solved is None else sheet)
    header = _code(header_text(SWITCH if solved else ""), "header", ["draws"])
    cells = [(1, _title(sheet, solved, read)), (1, header)]
    for cell in _with_predictions(read, lesson=solved is None):
        if "solved" in cell.tags and not solved:
            continue
        if cell.fill:
            text, name = _fill_cell(cell.fill, bool(solved)), re.sub(r"\W", "-", cell.fill)
        else:
            text, name = re.sub(r"\{\{ box (\S+) \}\}", _box, cell.text), f"cell-{len(cells):02d}"
        # A sheet has no outputs, so there is nothing to compare with and nothing to fold.
        tags = [tag for tag in cell.tags if solved is not False or tag not in ("nbval-check-output", "predict")]
        if cell.kind == "code":
            cells.append((cell.line, _code(text, name, tags)))
            continue
        for part in slides.sections(text) if solved is None else [text]:
            cells.append((cell.line, _markdown(_linked(part, source.stem, solved), f"cell-{len(cells):02d}", tags)))
    end = len(sources.text_of(source).split("\n"))
    if solved is False:
        last = cells[-1][1].source.startswith("progress(")
        cells[len(cells) - last : len(cells) - last] = [(end, cell) for cell in _five_questions(sheet)]
    cells.append((end, _markdown(_next(sheet, solved), "next")))
    if solved is None:
        slides.mark([cell for _, cell in cells])
    return cells


def _with_predictions(cells: list[sources.Cell], lesson: bool) -> list[sources.Cell]:
    """Nothing gives an answer away: outputs up to the next text are folded, and so is its first paragraph.

    In a lesson there is a cell for the guess before each answer, unless the source has one.
    """
    found: list[sources.Cell] = []
    asked = {key for cell in cells for key in re.findall(r'^predict\("([\d.]+)"', cell.text, re.MULTILINE)}
    open_question = False
    for cell in cells:
        if cell.kind == "code" and ("predict" in cell.tags or open_question):
            key = re.search(r'^predicted\("([\d.]+)"\)', cell.text, re.MULTILINE)
            if lesson and key and key[1] not in asked:
                asked.add(key[1])
                found.append(sources.Cell("code", f'predict("{key[1]}", "...")', [], cell.line))
            tags = cell.tags if "predict" in cell.tags else [*cell.tags, "predict"]
            cell, open_question = replace(cell, tags=tags), True
        elif cell.kind == "markdown" and open_question:
            cell, open_question = replace(cell, text=_folded_answer(cell.text)), False
        found.append(cell)
    return found


def _folded_answer(text: str) -> str:
    """The text with its first paragraph in a fold, unless it begins with something else than an answer."""
    answer, _, rest = text.partition("\n\n")
    if answer.startswith(("#", "<details>", "{{", "$$", "|", "**Predict", "**Your turn")):
        return text
    # What leads on to the next cell stays outside.
    question = re.search(r" ?\*\*(?:Predict|One more)\b.*|(?<=[.?)])\s(?:[^.?]|\.\d)*[:?]$", answer, re.DOTALL)
    if question:
        answer, rest = answer[: question.start()], "\n\n".join(filter(None, (question[0].strip(), rest)))
    return f"<details>{ANSWER}\n\n{answer.strip()}\n\n</details>\n\n{rest}".strip()


def _linked(text: str, stem: str, solved: bool | None) -> str:
    """The text with a link for each notebook that it names, but for the one it stands in."""

    def link(found: re.Match) -> str:
        kind = (found["kind"] or {"labwork": "sheet", "notebooks": "lesson"}.get(found["folder"] or "") or "").lower()
        sheet = next((sheet for sheet in registry.SHEETS if sheet.number == (found["number"] or found["path"])), None)
        here = sheet and sheet.stem == stem and kind == ("lesson" if solved is None else "sheet")
        if not sheet or here or not (sheet.lesson_minutes if kind == "lesson" else sheet.minutes):
            return found[0]
        words = found[0] if found["kind"] else f"{kind} {sheet.number}" if sheet.minutes else sheet.title
        return f"[{words}]({_address(sheet, kind, solved)})"

    return _NAMED.sub(link, text)


# What is a link already, a formula, code, or inside HTML stays as it is.
_NAMED = re.compile(
    r"\[[^\]]*\]\([^)]*\)|\$\$.*?\$\$|\$[^$\n]+\$|```.*?```|<summary>.*?</summary>"
    r"|`(?P<folder>labwork|notebooks)/(?P<path>\d\d)_\w+\.ipynb`|`[^`\n]*`"
    r"|\b(?P<kind>[Ll]esson|[Ss]heet) (?P<number>\d\d)\b(?!:)",
    re.DOTALL,
)


def _address(sheet: registry.Sheet, kind: str, solved: bool | None) -> str:
    """Where a lesson or sheet is, seen from a lesson (None), a sheet (False), or a solved sheet (True)."""
    if kind == "sheet":
        return f"../labwork/{sheet.stem}.ipynb" if solved is None else f"{sheet.stem}.ipynb"
    return {None: "", False: "../notebooks/", True: "../../notebooks/"}[solved] + f"{sheet.stem}.ipynb"


def _next(sheet: registry.Sheet, solved: bool | None) -> str:
    """The last words of a notebook: which one comes after it."""
    chain = [(each, "lesson") for each in registry.SHEETS if each.lesson_minutes]
    chain += [(each, "sheet") for each in registry.SHEETS if each.minutes]
    chain.sort(key=lambda entry: entry[0].number)
    place = chain.index((sheet, "lesson" if solved is None else "sheet"))
    if place + 1 == len(chain):
        up = "../" if solved is None else "../../" if solved else "../"
        return f"**The end.** All lessons and sheets are listed in [the README]({up}README.md)."
    following, kind = chain[place + 1]
    words = f"{kind} {following.number}, {following.title}" if following.minutes else following.title
    minutes = following.minutes if kind == "sheet" else following.lesson_minutes
    return f"**Next:** [{words}]({_address(following, kind, solved)}), {minutes} minutes."


def with_outputs(new: nbformat.NotebookNode, path: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs that the file on disk has for unchanged cells that were run."""
    if path.is_file():
        kept: dict[str, list] = {}
        for cell in _read(path).cells:
            if cell.cell_type == "code" and cell.execution_count:
                kept.setdefault(_same(cell), []).append(cell)
        for cell in new.cells:
            if cell.cell_type == "code" and kept.get(_same(cell)):
                old = kept[_same(cell)].pop(0)
                cell.outputs, cell.execution_count = old.outputs, old.execution_count
    return new


def _same(cell: nbformat.NotebookNode) -> str:
    """What two cells share if one may have the output of the other. A header that finds the course has none."""
    return "header" if cell.id.endswith("-header") else cell.source.removeprefix(f"{FORM}\n")


def _read(path: Path) -> nbformat.NotebookNode:
    """A notebook from disk, or SystemExit with one sentence if it is none."""
    try:
        book = nbformat.read(path, as_version=4)
        [cell.source for cell in book.cells]
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        sources.read_json(path)
        sources.stop(path, 1, "This is no notebook that can be read. Mend it, or take it from git again.")
    return book


def text_of(book: nbformat.NotebookNode) -> str:
    """A notebook as it is written to disk."""
    return json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def built() -> dict[Path, str]:
    """Every built file and its text."""
    sheets, lessons = SOLVED / "source", LESSONS / "source"
    sources.check_registry(sheets, lessons)
    files = {ROOT / "starter" / f"{module}.py": blank_module(module) for module in registry.MODULES}
    for source in sorted(sheets.glob("*.py")):
        name = f"{source.stem}.ipynb"
        files[SHEETS / name] = text_of(_split(notebook(source, solved=False)))
        files[SOLVED / name] = text_of(_split(with_outputs(notebook(source, solved=True), SOLVED / name)))
    for source in sorted(lessons.glob("*.py")):
        path = LESSONS / f"{source.stem}.ipynb"
        files[path] = text_of(_split(with_outputs(notebook(source, solved=None), path)))
    files[README] = _readme(sources.text_of(README))
    files |= {path: guidance.page(path) for path in sorted(GUIDE.glob("*.md"))}
    return files


def build() -> None:
    """Write every built file that is not as it should be, and say which texts have become long."""
    files = built()
    for path, text in files.items():
        if write(path, text):
            print(f"built {path.relative_to(ROOT).as_posix()}")
    for sentence in too_long(files):
        print(sentence)


def too_long(files: dict[Path, str]) -> list[str]:
    """A sentence for each lesson and each sheet with more words than it should have."""
    found = []
    for path, text in files.items():
        kind = {LESSONS: "lesson", SHEETS: "sheet"}.get(path.parent)
        if not kind:
            continue
        for count, most, where in zip(_words(json.loads(text)), WORDS[kind], (" outside of folds", ""), strict=True):
            if count > most:
                source = (LESSONS if kind == "lesson" else SOLVED) / "source" / f"{path.stem}.py"
                should = f"a {kind} should have at most {most:,}. It was built all the same"
                found.append(f"{sources.shown(source)}:1: This {kind} has {count:,} words{where}, and {should}.")
                break
    return found


def _words(book: dict) -> tuple[int, int]:
    """The words of a notebook's text, without the questionnaire: outside of folds, and in all."""
    texts = [cell for cell in book["cells"] if cell["cell_type"] == "markdown"]
    prose = "\n".join("".join(cell["source"]) for cell in texts if not cell["id"].endswith(QUESTIONNAIRE_ID))
    return words_of(re.sub(r"<details>.*?</details>", " ", prose, flags=re.DOTALL)), words_of(prose)


def words_of(prose: str) -> int:
    """How many words it has, formulas and marks of HTML left out."""
    prose = re.sub(rf"{ANSWER}|\[!\[.*?\)\]\(.*?\)|<[^>]+>|\$\$.*?\$\$|\$[^$]+\$", " ", prose, flags=re.DOTALL)
    return len(re.findall(r"[^\W\d_]\w+", prose))


def execute(numbers: list[str], keep: bool = False, lessons: bool = True, sheets: bool = True) -> None:
    """Run lessons and solved sheets, from top to bottom, and store their outputs.

    Args:
        numbers: of the lessons and sheets to run; empty for all.
        keep: whether cells that have an output keep it, so that only new and changed cells get one.
        lessons, sheets: whether to run those.
    """
    try:
        chosen = {registry.sheet(number).number for number in numbers}
    except registry.Unknown as error:
        raise SystemExit(f"ONLY: {error}") from None
    build()
    paths = [*(LESSONS.glob("*.ipynb") if lessons else ()), *(SOLVED.glob("*.ipynb") if sheets else ())]
    for path in sorted(paths):
        if not chosen or path.stem[:2] in chosen:
            print(f"running {path.relative_to(ROOT).as_posix()}", flush=True)
            book = _run(path)
            if keep:
                book = with_outputs(book, path)
            write(path, text_of(_split(book)))
            _save_picture(path, book)


def _run(path: Path) -> nbformat.NotebookNode:
    """A notebook with the outputs of a run from top to bottom; the first cell that fails ends the build."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, CellExecutionError

    book, started = _read(path), [0]

    def note(cell: object, cell_index: int) -> None:
        started.append(cell_index)

    place = {"metadata": {"path": str(path.parent)}}
    switches = {**os.environ, "WGAN_LABS": "solutions", "WGAN_FAST": ""}  # of the kernel alone
    try:
        NotebookClient(book, timeout=1800, resources=place, on_cell_execute=note).execute(env=switches)
    except (CellControlSignal, RuntimeError) as error:  # an error, too long a time, a dead kernel
        said = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else error
        _stop_at(path, started[-1], f"This cell stops with {said}")
    for number, cell in enumerate(book.cells):
        cell.metadata.pop("execution", None)
        if "yours" in cell.metadata.get("tags", []):  # shows the reader's own state: nobody else's will do
            cell.outputs = []
        if "outputs" in cell:  # names of sliders, which a stored notebook does not have
            cell.outputs = [output for output in cell.outputs if "application/javascript" not in output.get("data", {})]
        for output in cell.get("outputs", []):  # a widget without its state would show as an error
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                _stop_at(path, number, f"This cell writes to stderr: {output.text}")
        text = json.dumps(cell.get("outputs", []), ensure_ascii=False)
        if str(ROOT) in text or str(Path.home()) in text:
            _stop_at(path, number, "The output of this cell holds a path of this machine.")
    book.metadata = notebook_metadata(book)
    return book


def _stop_at(path: Path, number: int, sentence: str) -> NoReturn:
    """End with a sentence about one cell of a built notebook, and its place in the source."""
    folder, solved = (LESSONS, None) if path.parent == LESSONS else (SOLVED, True)
    source = folder / "source" / f"{path.stem}.py"
    line, _ = _cells(source, solved)[number]
    sources.stop(source, line, sentence.strip().split("\n")[0][:300])


def _save_picture(path: Path, book: nbformat.NotebookNode) -> None:
    """Write the last figure of the cell tagged "readme" to where the README shows it."""
    for number, cell in enumerate(book.cells):
        if "readme" in cell.metadata.get("tags", []):
            pages = "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
            pictures = re.findall(r"data:image/png;base64,([^\"]+)", pages)
            if not pictures:
                _stop_at(path, number, "This cell is tagged readme, and it shows no picture.")
            PICTURE.parent.mkdir(exist_ok=True)
            PICTURE.write_bytes(base64.b64decode(pictures[-1]))


def notebook_metadata(book: nbformat.NotebookNode) -> dict:
    """Metadata without what the kernel adds about itself."""
    return {"kernelspec": book.metadata.kernelspec, "language_info": {"name": "python"}}


def _split(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Multi-line strings as lists of lines, as notebooks are stored."""
    return nbformat.v4.rwbase.split_lines(nbformat.v4.rwbase.strip_transient(nbformat.from_dict(book)))


def _title(sheet: registry.Sheet, solved: bool | None, cells: list[sources.Cell]) -> nbformat.NotebookNode:
    exercises = registry.of_sheet(sheet.number)
    if solved is None:
        kind, alone = "Lesson", minutes_alone(cells)
        minutes = f"{sheet.lesson_minutes} minutes in class, about {alone} on your own. Nothing to fill in."
    else:
        kind = "Solved sheet" if solved else "Sheet"
        core = [exercise for exercise in exercises if exercise.path == "core"]
        more = sum(exercise.minutes for exercise in exercises if exercise.path != "core")
        plural = "" if len(core) == 1 else "s"
        minutes = f"{sheet.minutes} minutes, {len(core)} exercise{plural} on the core path"
        minutes += f"; {more} more minutes of optional work." if more else "."
        if not core:
            minutes = f"Homework: {sheet.minutes} minutes, {len(exercises)} exercises."
    notes = next((each for each in registry.SHEETS if each.stem == NOTES), sheet)
    link = f" Signs, symbols and words are in [the notes]({_address(notes, 'lesson', solved)})."
    link = "" if sheet == notes else link
    colab = "" if solved else badge(sheet, kind.lower())
    return _markdown(f"# {kind} {sheet.number}: {sheet.title}\n\n{minutes}{link}{colab}", "title")


def minutes_alone(cells: list[sources.Cell]) -> int:
    """How long a lesson takes somebody who reads it alone, in steps of five minutes.

    Fitted to readers who met the lessons cold, and took 18, 35, 38 and 30 minutes for lessons 00 to 03: eighty words a
    minute, a look at each figure, and two minutes for a guess and its answer.
    """
    words = words_of("\n".join(cell.text for cell in cells if cell.kind == "markdown"))
    figures = sum("draws" in cell.tags for cell in cells)
    predictions = sum(cell.text.count("**Predict") for cell in cells if cell.kind == "markdown")
    return max(5, 5 * round((words / 80 + 0.75 * figures + 2 * predictions) / 5))


def _fill_cell(name: str, solved: bool) -> str:
    exercise = registry.exercise(name)
    text = answers.read_definition(ROOT / "solutions" / f"{exercise.module}.py", exercise.definition) or ""
    if solved:
        body = "\n".join(line for line in text.split("\n") if line.strip() not in (BEGIN, END))
    else:
        blank = blank_module(exercise.module)
        start = next(re.finditer(rf"^(?:def|class) {exercise.definition}\b", blank, re.MULTILINE)).start()
        following = re.search(r"\n\n\n(?=\S)", blank[start:])
        body = blank[start : start + following.start() if following else None].rstrip("\n")
    return f'@fills("{name}")\n{body}'


def _box(mark: re.Match) -> str:
    exercise = registry.exercise(mark[1])
    stars = "●" * exercise.difficulty + "○" * (5 - exercise.difficulty)
    lines = "1 line" if exercise.lines == 1 else f"about {exercise.lines} lines"
    return (
        f"> **Exercise `{exercise.name}`** · {registry.PATHS[exercise.path]} · {exercise.minutes} min · {lines} · "
        f"difficulty {stars} ({exercise.difficulty} of 5)"
    )


def _five_questions(sheet: registry.Sheet) -> list[nbformat.NotebookNode]:
    """The cells of the questionnaire."""
    empty = {key: '""' if key in ("hard", "change") else "None" for key in questions.QUESTIONS}
    lines = [f"    {key}={empty[key]},  # {question}" for key, question in questions.QUESTIONS.items()]
    call = "\n".join(["from starter.kit import feedback", "", "feedback(", f'    "{sheet.number}",', *lines, ")"])
    return [_markdown(QUESTIONNAIRE, QUESTIONNAIRE_ID), _code(call, f"{QUESTIONNAIRE_ID}-call")]


def _markdown(text: str, name: str, tags: list[str] | None = None) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(text, id=name, metadata={"tags": tags} if tags else {})


def _code(text: str, name: str, tags: list[str] | None = None) -> nbformat.NotebookNode:
    """A code cell. What is folded is so in JupyterLab and Notebook 7 (jupyter), on a site (tags), in Colab (form)."""
    metadata: dict[str, Any] = {}
    tags, hidden = list(tags or []), {}
    if "draws" in tags:
        form = FORM_OF_ANSWER if "predict" in tags else FORM
        text, hidden["source_hidden"], metadata["cellView"] = f"{form}\n{text}", True, "form"
    if "predict" in tags:
        hidden["outputs_hidden"] = metadata["collapsed"] = True
    tags = [{"draws": "hide-input", "predict": "hide-output"}.get(tag, tag) for tag in tags]
    metadata |= ({"tags": tags} if tags else {}) | ({"jupyter": hidden} if hidden else {})
    return nbformat.v4.new_code_cell(text, id=name, metadata=metadata)


# README and hand-out ---------------------------------------------------------


def _readme(text: str) -> str:
    begin, end = "<!-- built from starter/kit/registry.py -->", "<!-- end of the built table -->"
    if not re.search(rf"{begin}\n.*{end}\n", text, re.DOTALL):
        sources.stop(README, 1, f'The table of notebooks stands between "{begin}" and "{end}": one of them is missing.')
    rows = [
        "| number | topic | lesson, in class | on your own | sheet, core path | optional | what it is about |",
        "|---|---|---|---|---|---|---|",
    ]
    for sheet in registry.SHEETS:
        more = sum(e.minutes for e in registry.of_sheet(sheet.number) if e.path != "core")
        lesson = f"[{sheet.lesson_minutes} min](notebooks/{sheet.stem}.ipynb)" if sheet.lesson_minutes else "-"
        source = LESSONS / "source" / f"{sheet.stem}.py"
        alone = f"{minutes_alone(sources.read_cells(source))} min" if sheet.lesson_minutes else "-"
        core = f"[{sheet.minutes} min](labwork/{sheet.stem}.ipynb)" if sheet.minutes else "-"
        optional = f"{more} min" if more else "-"
        if more and all(e.path != "core" for e in registry.of_sheet(sheet.number)):
            core, optional = "-", core
        rows.append(f"| {sheet.number} | {sheet.title} | {lesson} | {alone} | {core} | {optional} | {sheet.summary} |")
    before, rest = text.split(begin)
    return before + begin + "\n" + "\n".join(rows) + "\n" + end + rest.split(end)[1]


def handout(folder: str | Path, release: str, group: str = "") -> None:
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
        handouts.export(folder, contents(release), release, group)
    except OSError as error:
        what = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        raise SystemExit(f"The hand-out is not finished ({what}). {SAME_AGAIN}") from None
    except KeyboardInterrupt:
        raise SystemExit(f"The hand-out is not finished (interrupted). {SAME_AGAIN}") from None
    answers = f"with the answers up to sheet {release}" if release else "without answers"
    print(f"{folder} and {handouts.archive_of(folder)}: version {registry.VERSION} of the course, {answers}")


def handouts_for_groups(folder: str, table: str, day: str) -> None:
    """Export the course once for each group of students, with the answers that it may have on that day.

    Raises:
        SystemExit: it may not or cannot be done; one sentence says why.
    """
    if not folder.strip():
        raise SystemExit("The name of the folder is empty. Name one for the folders of all groups: make handout TO=...")
    due = releases.due(Path(table).expanduser(), releases.day_of(day))
    for group, release in due.items():
        handout(Path(folder) / group, release, group)


def contents(release: str) -> dict[str, bytes]:
    """The files of a hand-out, by their paths in it.

    Blanks, sheets and lessons come from their sources, whatever somebody may have made of them in place.
    """
    texts = {path: text for path, text in built().items() if GUIDE not in path.parents}
    texts = {path: text for path, text in texts.items() if SOLVED not in path.parents or path.stem[:2] <= release}
    if release:
        texts |= {ROOT / "solutions" / f"{module}.py": blank_module(module, release) for module in registry.MODULES}
    readme = re.sub(r"<!-- for instructors -->\n.*?<!-- end for instructors -->\n", "", texts[README], flags=re.DOTALL)
    about = f"*Version {registry.VERSION}, handed out on {date.today().isoformat()}.*"
    texts[README] = re.sub(r"    make test .*\n", "", readme).replace("\n\n", f"\n\n{about}\n\n", 1)
    texts |= {path: _with_version(text) for path, text in texts.items() if path.suffix == ".ipynb"}
    texts |= installing.files(bool(release))
    files = {path: text.encode("utf-8") for path, text in texts.items()}
    files |= {path: path.read_bytes() for path in _copied()}
    return {path.relative_to(ROOT).as_posix(): files[path] for path in sorted(files)}


def _with_version(text: str) -> str:
    """A notebook that says by which version of the course it was made, so that a returned one does."""
    book = json.loads(text)
    book["metadata"]["wgan_lab"] = {"version": registry.VERSION}
    return text_of(book)


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
    run = commands.add_parser("execute")
    run.add_argument("--keep", action="store_true")
    run.add_argument("--only", choices=("lessons", "sheets"))
    run.add_argument("numbers", nargs="*")
    export = commands.add_parser("handout")
    export.add_argument("--release", default="")
    export.add_argument("--plan", default="")
    export.add_argument("--day", default="")
    export.add_argument("folder", nargs="?", default=ROOT / "handout")
    arguments = parser.parse_args()
    for name in ("release", "plan", "day"):  # in the place of the value "--", Python 3.11 gives an empty list
        setattr(arguments, name, "--" if getattr(arguments, name, "") == [] else getattr(arguments, name, ""))
    if arguments.command == "build":
        build()
    elif arguments.command == "execute":
        execute(arguments.numbers, arguments.keep, arguments.only != "sheets", arguments.only != "lessons")
    elif not arguments.plan.strip():
        if arguments.day.strip():
            raise SystemExit("DAY says which answers the groups get on that day, so it needs PLAN=groups.csv.")
        handout(arguments.folder, arguments.release)
    elif arguments.release.strip():
        raise SystemExit("Give RELEASE for one hand-out, or PLAN for one a group, and not both.")
    else:
        handouts_for_groups(str(arguments.folder), arguments.plan, arguments.day)


if __name__ == "__main__":
    main()
