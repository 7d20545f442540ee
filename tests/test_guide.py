"""The instructors' guide: complete, true to the registry, never handed out. Slides, and the quiz for Moodle."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jupytext
import matplotlib.colors
import pytest

from solutions import build
from solutions.grade import marks
from solutions.making import guidance, quiz, slides
from starter.kit import registry
from starter.kit.show import figures
from starter.kit.show import quiz as reasons
from tests import mistakes
from tests.test_quiz import RIGHT

GUIDE = build.GUIDE
PAGES = sorted(GUIDE.glob("*.md"))
SHEETS = [sheet for sheet in registry.SHEETS if sheet.minutes]
stem_of = lambda thing: thing.stem  # noqa: E731


def page_of(sheet: registry.Sheet) -> str:
    return (GUIDE / f"{sheet.stem}.md").read_text(encoding="utf-8")


def words_of(text: str) -> str:
    """Only its words, so that marks, formulas and line ends do not matter."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$]+\$|<[^>]+>", " ", text, flags=re.DOTALL)
    return " ".join(re.findall(r"[a-z]+", text.lower()))


def questions(source: Path) -> Iterator[str]:
    """The first words of every prediction and question of a lesson or sheet."""
    for cell in jupytext.read(source).cells:
        if cell.cell_type != "markdown":
            continue
        if cell.source.startswith("**Answer these"):
            listed = cell.source.split("<details>")[0].split("\n\n", 1)[1].split("**You will**")[0]
            asked = re.findall(r"^\d\. (.*?)(?=^\d\. |\Z)", listed, re.MULTILINE | re.DOTALL)
        else:
            marked = r"\*\*(?:Predict|Question|Three questions)[^*]*\*\*(.*?)(?=\n\n\d\. |\n\n|\Z)"
            asked = re.findall(marked, cell.source, re.DOTALL)
        for text in asked:
            if words := words_of(text).split()[:5]:
                yield " ".join(words)


# The pages of the sheets -----------------------------------------------------


@pytest.mark.parametrize("sheet", SHEETS, ids=stem_of)
def test_every_question_has_its_answer(sheet):
    page = words_of(page_of(sheet))
    folders = (build.SOLVED / "source", build.LESSONS / "source")
    sources = [path for folder in folders if (path := folder / f"{sheet.stem}.py").is_file()]  # some have no lesson
    asked = [question for path in sources for question in questions(path)]
    missing = [question for question in asked if question not in page]
    assert len(asked) > 4 and not missing, missing


@pytest.mark.parametrize("sheet", SHEETS, ids=stem_of)
def test_every_exercise_stands_in_the_table_with_minutes_and_points(sheet):
    for exercise in registry.of_sheet(sheet.number):
        path = registry.PATHS[exercise.path]
        row = f"| `{exercise.name}` | {path} | {exercise.minutes} | {marks.points(exercise)} |"
        assert row in page_of(sheet), exercise.name


@pytest.mark.parametrize("sheet", SHEETS, ids=stem_of)
def test_mistakes_that_are_named_exist_and_every_core_exercise_has_some(sheet):
    known = {(exercise, mistake) for exercise, _, mistake in mistakes.listing()}
    named = re.findall(r"^\| `([\w.]+)` \| `([\w-]+)` \|", page_of(sheet), re.MULTILINE)
    assert len(named) >= 6 and set(named) <= known, set(named) - known
    core = {exercise.name for exercise in registry.of_sheet(sheet.number) if exercise.path == "core"}
    assert core <= {name for name, _ in named}


@pytest.mark.parametrize("sheet", SHEETS, ids=stem_of)
def test_a_page_has_outcomes_discussion_and_three_exam_questions_with_marks(sheet):
    page = page_of(sheet)
    parts = {part.split("\n")[0]: part for part in page.split("\n## ")}
    assert len(re.findall(r"^\d\. ", parts["Learning outcomes"], re.MULTILINE)) >= 4
    assert len(re.findall(r"^\d\. ", parts["Discuss"], re.MULTILINE)) == 3
    exam = re.split(r"\n(?=\*\*\d\. \()", parts["Exam questions"])[1:]
    assert len(exam) == 3
    for question in exam:
        of = int(re.match(r"\*\*\d\. \((\d+) points\)", question)[1])
        scheme = "\n".join(line for line in question.split("\n") if line.startswith(">"))
        assert sum(map(int, re.findall(r"\[(\d)\]", scheme))) == of, question


# All pages -------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=stem_of)
def test_links_of_the_guide_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https?://", target):
            file, _, place = target.partition("#")
            assert (path.parent / file).is_file(), target
            titles = re.findall(r"^#+ (.*)$", (path.parent / file).read_text(encoding="utf-8"), re.MULTILINE)
            assert not place or place in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_index_leads_to_every_page():
    """Itself, or with the README, to which it leads."""
    index = (GUIDE / "README.md").read_text(encoding="utf-8") + build.README.read_text(encoding="utf-8")
    linked = {Path(target).name for target in re.findall(r"\]\(([\w./]+)\)", index)}
    assert {path.name for path in PAGES} <= linked


@pytest.mark.parametrize("path", PAGES, ids=stem_of)
def test_names_in_the_guide_are_names_of_the_course(path):
    text = path.read_text(encoding="utf-8")
    modules = "|".join(registry.MODULES)
    for name in re.findall(rf"`(?:borrow\(\")?((?:{modules})\.[A-Za-z]\w+)", text):
        registry.exercise(name)
    assert not re.search(r"(?<!!)\b\w!(?!=)", re.sub(r"`[^`]*`|<!--.*?-->", "", text)), "an exclamation mark"


def test_targets_of_make_that_are_named_exist():
    makefile = (build.ROOT / "Makefile").read_text(encoding="utf-8")
    for path in PAGES:
        for target in re.findall(r"`make ([\w-]+)|^    make ([\w-]+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            rule = rf"^(?:[\w-]+ )*{target[0] or target[1]}(?: [\w-]+)*:"
            assert re.search(rule, makefile, re.MULTILINE), target


def test_the_rubric_says_what_the_marks_do():
    rubric = (GUIDE / "rubric.md").read_text(encoding="utf-8")
    share = {1.0: "all", 0.5: "half", 0.0: "none"}
    for state, words in marks.STATES.items():
        rows = [line for line in rubric.splitlines() if line.count("|") > 3]
        (row,) = (line for line in rows if words in line.split("|")[1].strip().split(", or it "))
        assert row.endswith(f"| {share[marks.CREDIT.get(state, 0.0)]} |"), words


def test_the_guide_is_not_handed_out():
    assert not [name for name in build.contents("07") if "guide" in name or "quiz.gift" in name]


def test_contrast_is_what_the_page_on_accessibility_says():
    page = (GUIDE / "accessibility.md").read_text(encoding="utf-8")
    names = {"blue": "REAL", "orange": "FAKE", "green": "CRITIC", "grey": "QUIET", "pink": "PENALTY"}
    for name, colour in names.items():
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(getattr(figures, colour))]
        contrast = 1.05 / (0.05 + sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
        assert f"{name} {contrast:.1f}" in page and contrast >= 3


def _rgb(colour: str) -> tuple[float, float, float]:
    return matplotlib.colors.to_rgb(colour)


# What is built in the guide --------------------------------------------------


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "page.md"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_timetable_adds_up(written):
    text = guidance.page(
        written("<!-- built: plan lesson 05; sheet 05; exercise latent.lerp; 7 break -->\n<!-- end -->")
    )
    sheet = registry.sheet("05")
    whole = sheet.lesson_minutes + sheet.minutes + registry.exercise("latent.lerp").minutes + 7
    assert f"| {whole // 60}:{whole % 60:02} | | the end |" in text and "| 7 | break |" in text
    assert guidance.page(written(text)) == text


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ("<!-- built: plan sheet 77 -->\n<!-- end -->", "page.md:2: There is no sheet '77'"),
        ("<!-- built: plan sheet 90 -->\n<!-- end -->", "page.md:2: There is no sheet 90."),
        ("<!-- built: plan break -->\n<!-- end -->", "page.md:2: A step of a plan looks like"),
        ("<!-- built: exercises 5x -->\n<!-- end -->", "page.md:2: There is no sheet '5x'"),
        ("<!-- built: nothing -->\n<!-- end -->", 'page.md:2: "nothing" cannot be built.'),
        ("<!-- built: minutes 05 -->\n<!-- end -->", 'page.md:2: After "minutes" nothing can stand'),
        ("<!-- built: minutes -->\n", "page.md:1: A built table stands between"),
    ],
)
def test_a_wrong_mark_is_told_with_its_line(written, mark, sentence):
    with pytest.raises(SystemExit, match=re.escape(sentence)) as caught:
        guidance.page(written(f"# Page\n{mark}"))
    assert "\n" not in str(caught.value)


def test_the_plans_have_the_lengths_that_they_promise():
    plans = (GUIDE / "plans.md").read_text(encoding="utf-8")
    ends = {part.split("\n")[0]: re.findall(r"\| (\d+):(\d\d) \| \| the end \|", part) for part in plans.split("\n## ")}
    minutes = {title: [60 * int(hours) + int(rest) for hours, rest in found] for title, found in ends.items()}
    assert all(length <= 180 for length in minutes["One lab of three hours"] + minutes["Two labs of three hours"])
    assert len(minutes["Two labs of three hours"]) == 2
    assert minutes["A workshop of half a day"][0] <= 240


# The quiz for Moodle ---------------------------------------------------------


def test_the_quiz_for_moodle_is_what_its_sources_give():
    text = quiz.TARGET.read_text(encoding="utf-8")
    assert text == quiz.gift(), "run make quiz"
    asked = re.findall(r"^::WGAN Lab (\d+)::\[markdown\](.+)\{\n((?:[=~].+\n)+)####(.+)\n\}$", text, re.MULTILINE)
    assert len(asked) == len(reasons.WHY) == text.count("::WGAN Lab")
    for number, question, choices, reason in asked:
        right = re.findall(r"^=(.+)$", choices, re.MULTILINE)
        assert [reasons.plain(answer) for answer in right] == [reasons.plain(RIGHT[int(number)])]
        assert all(f"`{choice}`" in question for choice in re.findall(r"^[=~](.+)$", choices, re.MULTILINE))
        assert re.sub(r"\\(.)", r"\1", reason) == reasons.WHY[int(number)]
        assert "$" not in question and "lambda" not in question


def test_signs_of_gift_are_escaped():
    assert quiz._escaped(r"a = {b}: ~c #d \e") == r"a \= \{b\}\: \~c \#d \\e"


# Slides ----------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(build.LESSONS.glob("*.ipynb")), ids=stem_of)
def test_a_slide_never_shows_a_question_with_its_answer_or_folded_code(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    places = [cell["metadata"]["slideshow"]["slide_type"] for cell in cells]
    assert places[0] == "slide" and set(places) <= {"slide", "subslide", "-", "skip"}
    for cell, place in zip(cells, places, strict=True):
        text, hidden = "".join(cell["source"]), cell["metadata"].get("jupyter", {})
        assert (place == "slide") == text.startswith("#") or cell["cell_type"] == "code"
        assert text.count("\n## ") == 0 or cell["cell_type"] == "code", "a heading in the middle of a slide"
        if hidden.get("outputs_hidden"):
            assert place in ("subslide", "skip")
        assert bool(hidden.get("source_hidden")) == bool(cell["metadata"].get("transient"))
        if "figures.show" in text:
            assert place != "skip"


def test_a_text_that_fills_a_slide_goes_on_on_the_next_and_folds_stay_whole():
    paragraph = "word " * 60
    fold = "<details><summary>More</summary>\n\n## no heading\n\nMore.\n\n</details>"
    parts = slides.sections(f"## First\n\n{paragraph}\n\n" + f"{paragraph}\n\n" * 5 + f"{fold}\n\n## Second\n\nEnd.")
    assert len(parts) > 2 and parts[0].startswith("## First") and parts[-1] == "## Second\n\nEnd."
    assert sum(part.count("<details>") for part in parts) == 1 and any(fold in part for part in parts)
    assert " ".join(parts).count("word") == 360


def test_nbconvert_makes_slides_without_folded_code():
    from nbconvert import SlidesExporter

    html, _ = SlidesExporter().from_filename(str(build.LESSONS / "01_distances.ipynb"))
    assert "figures.show(" not in re.sub(r"<[^>]+>", "", html)
    assert html.count("<section") > 20 and "None of these" not in html
    assert html.count("<img alt=") > 5
