"""What a reader meets on a page: folds, predictions, pictures, equations, links."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from solutions import build
from starter.kit import registry
from starter.kit.show import figures
from tests.test_build import NOTEBOOKS, name_of

LESSONS = sorted(build.LESSONS.glob("*.ipynb"))
PAGES = [path for path in NOTEBOOKS if build.SHEETS not in path.parents]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def cells_of(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def text_of(cell: dict) -> str:
    return "".join(cell["source"])


def folded(cell: dict) -> bool:
    return cell["metadata"].get("jupyter", {}).get("source_hidden", False)


def answers(cell: dict) -> bool:
    """Whether its output is folded, as the answer to a prediction is."""
    return cell["metadata"].get("jupyter", {}).get("outputs_hidden", False)


def lines_of(cell: dict) -> int:
    return sum(bool(line.strip()) for line in text_of(cell).splitlines())


# Folds -----------------------------------------------------------------------


def test_a_folded_cell_is_folded_everywhere():
    for path in NOTEBOOKS:
        for cell in cells_of(path):
            if folded(cell):
                assert "hide-input" in cell["metadata"]["tags"] and cell["metadata"]["cellView"] == "form"
                assert text_of(cell).startswith("# @title ")
            if cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
                assert "hide-output" in cell["metadata"]["tags"] and cell["metadata"]["collapsed"]


def test_the_first_line_of_a_folded_answer_gives_nothing_away():
    """JupyterLab shows it in the place of the output."""
    for path in LESSONS:
        for cell in cells_of(path):
            for output in cell.get("outputs", [])[:1] if answers(cell) and not folded(cell) else []:
                first = "".join(output.get("text", output.get("data", {}).get("text/plain", ""))).partition("\n")[0]
                assert not re.search(r"(?<!\()\d\.\d|\d ?%|\d of \d|Figure:", first), f"{path.name}: {first}"


def test_what_is_shown_teaches():
    """At most 15 % of the lines that a reader of lessons sees stand in cells that draw."""
    shown = [cell for path in LESSONS for cell in cells_of(path) if cell["cell_type"] == "code" and not folded(cell)]
    drawing = [cell for cell in shown if re.search(r"figures\.show|widgets\.slider", text_of(cell))]
    assert sum(map(lines_of, drawing)) <= 0.15 * sum(map(lines_of, shown))


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_a_cell_of_a_lesson_shows_twelve_lines_at_most(path):
    for cell in cells_of(path):
        if cell["cell_type"] == "code" and not folded(cell):
            assert lines_of(cell) <= 12, text_of(cell)


# Predictions -----------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_prediction_is_not_given_away_and_always_answered(path):
    """The next output is folded, and words come after it before anything else is asked."""
    cells = cells_of(path)
    for place, cell in enumerate(cells):
        if cell["cell_type"] != "markdown" or "**Predict" not in text_of(cell):
            continue
        after = [following for following in cells[place + 1 :] if not text_of(following).startswith("predict(")]
        question = text_of(cell).split("**Predict")[-1]
        if "<details>" in question:
            continue  # answered in a fold of its own
        code = next(following for following in after if following.get("outputs") or answers(following))
        assert answers(code), f"given away: {text_of(cell)[-200:]}"
        answer = after[after.index(code) + 1 :]
        words = next(each for each in answer if each["cell_type"] == "markdown")
        assert "<details>" in text_of(words), f"unanswered, or given away in words: {text_of(cell)[-200:]}"


def test_a_students_sheet_hides_no_output():
    """There, it is the reader's own."""
    for path in build.SHEETS.glob("*.ipynb"):
        assert not any(cell["metadata"].get("jupyter", {}).get("outputs_hidden") for cell in cells_of(path))


@pytest.mark.parametrize(
    ("text", "folded_text"),
    [
        ("Four.\n\nNow go on.", "<details><summary>The answer</summary>\n\nFour.\n\n</details>\n\nNow go on."),
        (
            "Four. **Predict:** and now?",
            "<details><summary>The answer</summary>\n\nFour.\n\n</details>\n\n**Predict:** and now?",
        ),
        ("## Next\n\nGo on.", "## Next\n\nGo on."),
    ],
)
def test_the_first_paragraph_after_a_prediction_is_folded(text, folded_text):
    assert build._folded_answer(text) == folded_text


# Pictures --------------------------------------------------------------------


def test_a_picture_carries_its_words_once():
    page = figures.page(b"\x89PNG", 300, 'A "quoted" <curve> that falls.', "It falls & stays.")
    assert page.count("falls") == 2 and page.count("base64,") == 1
    assert 'alt="A &quot;quoted&quot; &lt;curve&gt; that falls."' in page
    assert "<figcaption>It falls &amp; stays.</figcaption>" in page
    assert "figcaption" not in figures.page(b"\x89PNG", 300, "A curve that falls.")


def test_every_picture_has_an_alternative_text_and_a_short_caption():
    for path in PAGES:
        for cell in cells_of(path):
            for output in cell.get("outputs", []):
                page = "".join(output.get("data", {}).get("text/html", ""))
                if "<img" not in page:
                    continue
                assert re.search(r'<img alt="[^"]{20,}"', page)
                caption = re.search(r"<figcaption>(.*?)</figcaption>", page, re.DOTALL)
                sentences = re.findall(r"[.?](?=\s+[A-Z])", caption[1]) if caption else []
                assert len(sentences) < 2, f"{path.name}: {caption[1]}"


# Equations and links ---------------------------------------------------------


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_numbers_of_equations_rise(path):
    text = "\n".join(text_of(cell) for cell in cells_of(path) if cell["cell_type"] == "markdown")
    numbers = [int(number) for number in re.findall(r"\\tag\{\d+\.(\d+)\}", text)]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_links_lead_somewhere_and_each_notebook_leads_to_the_next(path):
    texts = [text_of(cell) for cell in cells_of(path) if cell["cell_type"] == "markdown"]
    for target in LINK.findall("\n".join(texts)):
        if not re.match(r"https?://|#|mailto:", target):
            assert (path.parent / target.split("#")[0]).is_file(), target
    assert re.match(r"\*\*Next:\*\* \[|\*\*The end\.\*\*", texts[-1])


def test_the_chain_visits_everything_in_order():
    """From lesson 00 by what comes next to the end."""
    path, seen = build.LESSONS / f"{registry.SHEETS[0].stem}.ipynb", []
    while True:
        seen.append(path.relative_to(build.ROOT).as_posix())
        last = text_of(cells_of(path)[-1])
        if not last.startswith("**Next:**"):
            break
        path = (path.parent / LINK.search(last)[1]).resolve()
    wanted = []
    for sheet in registry.SHEETS:
        wanted += [f"notebooks/{sheet.stem}.ipynb"] if sheet.lesson_minutes else []
        wanted += [f"labwork/{sheet.stem}.ipynb"] if sheet.minutes else []
    assert seen == wanted


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("See lesson 04.", "See [lesson 04](04_clipping.ipynb)."),
        ("Sheet 05 or so", "[Sheet 05](../labwork/05_penalty.ipynb) or so"),
        ("Open `labwork/06_evaluation.ipynb`.", "Open [sheet 06](../labwork/06_evaluation.ipynb)."),
        ("Lesson 03, `lesson 04`, [lesson 05](x.ipynb)", "Lesson 03, `lesson 04`, [lesson 05](x.ipynb)"),
        ("<summary>See sheet 04</summary> $sheet 04$", "<summary>See sheet 04</summary> $sheet 04$"),
        ("lesson 88 and `notebooks/91_quiz.ipynb`", "lesson 88 and [What do you believe?](91_quiz.ipynb)"),
    ],
)
def test_a_notebook_that_is_named_becomes_a_link(text, linked):
    assert build._linked(text, "03_generator", None) == linked


def test_the_notes_list_every_paper_that_a_notebook_names():
    notes = "\n".join(text_of(cell) for cell in cells_of(build.LESSONS / "90_notes.ipynb"))
    sources = re.findall(r"^- ([^:\n]+):.*?((?:19|20)\d\d)", notes.partition("## Sources")[2], re.MULTILINE | re.DOTALL)
    listed = {(authors.split(",")[0].split(" et al")[0], year) for authors, year in sources}
    assert len(listed) > 15
    for path in NOTEBOOKS:
        for cell in cells_of(path):
            for name, year in re.findall(
                r"([A-Z]\w+)(?:, \w+)?(?: et al\.| and \w+)+,? \(?((?:19|20)\d\d)", text_of(cell)
            ):
                assert (name, year) in listed, f"{path.name}: {name}, {year}"


@pytest.mark.parametrize(("n", "columns"), [(1, 1), (1, 3), (3, 3), (5, 3), (2, 8)])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_grid_of_images_has_whole_rows_and_thin_white_gaps(n, columns, channels):
    images = torch.rand(n, channels, 4, 5, generator=torch.Generator().manual_seed(n)) * 3 - 1.5
    grid = figures.image_grid(images, columns)
    rows = -(-n // columns)
    assert grid.shape == (rows * 6 - 2, columns * 7 - 2, 3)
    seen = np.zeros(grid.shape[:2], dtype=bool)
    for i, image in enumerate(images):
        place = np.s_[i // columns * 6 : i // columns * 6 + 4, i % columns * 7 : i % columns * 7 + 5]
        pixels = ((image + 1) / 2).clamp(0, 1).expand(3, 4, 5).permute(1, 2, 0).numpy()
        assert np.allclose(grid[place], pixels)
        seen[place] = True
    assert (grid[~seen] == 1).all()
