"""The site: what is laid out for it, and (make test-site) what a browser shows of it."""

import ast
import functools
import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest

from starter.kit import registry

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "notebooks" / "site"
slow = pytest.mark.skipif(not os.environ.get("WGAN_SITE"), reason="slow: make test-site")

OWN = {name: value for name, value in os.environ.items() if not name.startswith("WGAN_")}  # as a reader's shell has it
LAY = """
import sys
from pathlib import Path
root, stage = map(Path, sys.argv[1:])
secret = tuple(str(root / name) for name in ("solutions", "tests"))
opened = []
def note(event, values):
    if event in ("open", "os.listdir", "os.scandir") and str(values[0]).startswith(secret):
        opened.append(str(values[0]))
sys.addaudithook(note)
sys.path.insert(0, str(root / "notebooks" / "site"))
import build
build.Site(stage).lay()
print(opened)
"""


def module(name: str) -> ModuleType:
    """A module of the site's builder."""
    sys.path.insert(0, str(HERE))
    try:
        spec = importlib.util.spec_from_file_location(f"site_{name}", HERE / f"{name}.py")
        assert spec and spec.loader
        loaded = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = loaded
        spec.loader.exec_module(loaded)
        return loaded
    finally:
        sys.path.remove(str(HERE))


build, texts = module("build"), module("texts")


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """What is laid out for the public site, and which secret files were opened for it."""
    stage = tmp_path_factory.mktemp("stage")
    command = [sys.executable, "-c", LAY, str(ROOT), str(stage)]
    done = subprocess.run(command, env=OWN, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return stage, done.stdout.strip()


def listed(text: str) -> list[str]:
    """The pages in the lists of a page."""
    blocks = re.findall(r"```\{toctree\}\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.split("\n") if line and not line.startswith(":")]


def test_the_public_site_opens_nothing_that_is_secret(public: tuple[Path, str]) -> None:
    assert public[1] == "[]"


def test_every_page_is_in_a_list_and_every_entry_is_a_page(public: tuple[Path, str]) -> None:
    stage, _ = public
    entries = listed((stage / "index.md").read_text(encoding="utf-8"))
    entries += [f"api/{name}" for name in listed((stage / "api" / "index.md").read_text(encoding="utf-8"))]
    found = {
        path.relative_to(stage).with_suffix("").as_posix() for path in [*stage.rglob("*.md"), *stage.rglob("*.ipynb")]
    }
    assert set(entries) == found - {"index", "LICENSE-TEXT"}
    for sheet in registry.SHEETS:
        assert not sheet.lesson_minutes or f"notebooks/{sheet.stem}" in entries
        assert not sheet.minutes or f"labwork/{sheet.stem}" in entries


def test_the_quiz_stands_there_without_its_answers(public: tuple[Path, str]) -> None:
    book = json.loads((public[0] / "notebooks" / "91_quiz.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert len(code) > 9 and not any(cell["outputs"] for cell in code)
    reasons = ast.literal_eval(re.search(r"^WHY = (\{.*?^\})", _text("starter/kit/show/quiz.py"), re.M | re.S)[1])
    everything = "\n".join(_of_stage(public[0]).values())
    assert len(reasons) == 9 and not any(reason[:40] in everything for reason in reasons.values())


def test_no_solution_stands_there(public: tuple[Path, str]) -> None:
    everything = "\n".join(_of_stage(public[0]).values())
    bodies = [line.strip() for name in registry.MODULES for line in _solution_lines(_text(f"solutions/{name}.py"))]
    assert len(bodies) > 60
    given = _text("starter/kit/checks/stubs.py")
    assert [line for line in bodies if len(line) > 50 and line in everything and line not in given] == []


def test_the_part_for_instructors_is_not_on_the_front_page(public: tuple[Path, str]) -> None:
    front = (public[0] / "index.md").read_text(encoding="utf-8")
    assert "make handout" not in front and "solutions/" not in front and "make lab" in front


def test_a_site_for_instructors_has_solved_sheets_reference_and_guide(tmp_path: Path) -> None:
    build.Site(tmp_path, instructor=True).lay()
    entries = listed((tmp_path / "index.md").read_text(encoding="utf-8"))
    for sheet in registry.SHEETS:
        assert not sheet.minutes or {f"solutions/labwork/{sheet.stem}", f"solutions/guide/{sheet.stem}"} <= set(entries)
    assert {f"reference/{name}" for name in registry.MODULES} <= set(entries)
    below = [f"api/{name}" for name in listed((tmp_path / "api" / "index.md").read_text(encoding="utf-8"))]
    pages = [*tmp_path.rglob("*.md"), *tmp_path.rglob("*.ipynb")]
    found = {path.relative_to(tmp_path).with_suffix("").as_posix() for path in pages}
    assert {*entries, *below} == found - {"index", "LICENSE-TEXT"}


def test_a_notebook_has_launch_links_where_its_address_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert build.launch("notebooks/00_start.ipynb") == ""
    monkeypatch.setattr(build.registry, "REPOSITORY", "somebody/wgan-lab")
    build.Site(tmp_path).lay()
    book = json.loads((tmp_path / "labwork" / "02_critic.ipynb").read_text(encoding="utf-8"))
    heading = "".join(book["cells"][0]["source"])
    assert re.search(r"\{\.launch\}\nOpen this notebook in \[Colab\]\(https:\S+somebody\S+\) or \[Binder\]", heading)
    assert "images/colab.svg" not in heading


def test_sliders_say_that_they_move_in_the_notebook(public: tuple[Path, str]) -> None:
    widgets = _text("starter/kit/show/widgets.py")
    assert texts.SLIDERS in widgets
    lesson = (public[0] / "notebooks" / "04_clipping.ipynb").read_text(encoding="utf-8")
    assert texts.SLIDERS not in lesson and texts.ON_THE_SITE in lesson


def test_every_equation_that_a_function_names_has_an_address(public: tuple[Path, str]) -> None:
    equations = texts.Equations()
    for folder in ("notebooks", "labwork"):
        for path in (ROOT / folder).glob("*.ipynb"):
            equations.read_notebook(folder, json.loads(path.read_text(encoding="utf-8")))
    for name in registry.MODULES:
        equations.read_module(f"starter.{name}", _text(f"starter/{name}.py"))
    named = [name for names in equations.functions.values() for name in names]
    assert len(named) > 25 and set(equations.functions) <= set(equations.places)
    staged = "\n".join(_of_stage(public[0]).values())
    for number, names in equations.functions.items():
        assert f"({texts.label('labwork', number)})=" in staged or f"({texts.label('notebooks', number)})=" in staged
        assert all(f"<{name}>`" in staged for name in names)


EQUATIONS = texts.Equations({"2.1": ["notebooks-equation-2-1", "labwork-equation-2-1"]}, {"2.1": ["starter.losses.f"]})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("By equation (2.1), it is 3.", "By [equation (2.1)](#labwork-equation-2-1), it is 3."),
        ("Equation (9.9) is nowhere.", "Equation (9.9) is nowhere."),
        ("`equation (2.1)` in code", "`equation (2.1)` in code"),
        ("[equation (2.1)](there) is a link", "[equation (2.1)](there) is a link"),
        ("see [the README](../README.md)", "see [the README](/index.md)"),
    ],
)
def test_an_equation_that_is_named_becomes_a_link(text: str, wanted: str) -> None:
    assert texts.prose(text, "labwork", EQUATIONS) == wanted


def test_an_equation_gets_an_address_and_its_functions() -> None:
    text = texts.prose("So:\n\n$$a = b \\tag{2.1}$$\n\nBy equation (2.1)", "labwork", EQUATIONS)
    assert "\n\n(labwork-equation-2-1)=\n\n$$a = b \\tag{2.1}$$\n" in text
    assert "Equation (2.1) in code: {py:obj}`losses.f <starter.losses.f>`" in text
    assert "[equation" not in text.lower().split("in code")[1]  # nobody needs a link to what stands above


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["|w| and lambda_"], [r"\|w\| and lambda\_"]),
        (["`a_` and Equation (2.1)."], ["``a_`` and :ref:`Equation (2.1) <notebooks-equation-2-1>`."]),
        (["It is", "", "    a_ * b", "", "and so on*"], ["It is", "", "::", "", "    a_ * b", "", r"and so on\*"]),
        (["Returns:", "    Two: a*"], [":returns:", r"    Two: a\*"]),
        (
            ["Attributes:", "    a, b_: two", "        lines."],
            [":Attributes:", r"    * **a, b\_**: two", "      lines."],
        ),
        (["Args:", "    x: one.", "", "    y: two*."], ["Args:", "    x: one.", "", r"    y: two\*."]),
    ],
)
def test_docstrings_become_text_for_sphinx(lines: list[str], wanted: list[str]) -> None:
    assert texts.docstring(lines, EQUATIONS) == wanted


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _of_stage(stage: Path) -> dict[str, str]:
    """Every text that Sphinx reads, notebooks as their cells and outputs."""
    found = {path.name: path.read_text(encoding="utf-8") for path in stage.rglob("*.md")}
    for path in stage.rglob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        outputs = [json.dumps(cell.get("outputs", []), ensure_ascii=False) for cell in cells]
        found[path.as_posix()] = "\n".join(["".join(cell["source"]) for cell in cells] + outputs)
    return found


def _solution_lines(source: str) -> Iterator[str]:
    for region in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", source, re.DOTALL):
        yield from region.split("\n")


# In a browser ----------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public site, made by a copy of the course that has no solutions and no tests."""
    course = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "labwork", "starter"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__", "[a-z]*.py.lock"))
    for name in ("README.md", "LICENSE", "LICENSE-TEXT.md", "pyproject.toml"):
        shutil.copy(ROOT / name, course / name)
    begin = time.perf_counter()
    command = [sys.executable, str(course / "notebooks" / "site" / "build.py")]
    done = subprocess.run(command, env=OWN, capture_output=True, text=True)  # with -W: a warning is an error
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.perf_counter() - begin < 120
    return course / "site"


class Page(HTMLParser):
    """The addresses, names and pictures of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links, self.ids, self.without_alt = list[str](), set[str](), list[str]()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids.add(values.get("id", ""))
        self.links += [values[name] for name in ("href", "src") if name in values]
        if tag == "img" and len(values.get("alt", "")) < 20:
            self.without_alt.append(values.get("src", "")[:60])


@slow
def test_links_lead_somewhere_and_pictures_have_words(site: Path) -> None:
    pages = {path.resolve(): Page(path) for path in site.rglob("*.html")}
    assert len(pages) > 45
    lost = []
    for path, page in pages.items():
        assert page.without_alt == [], path
        for link in page.links:
            address, _, name = unquote(link).partition("#")
            if re.match(r"[a-z]+:", address):
                continue
            target = (path.parent / address.split("?")[0]).resolve() if address else path
            if not target.exists() or (name and target in pages and name not in pages[target].ids | {"", "svg"}):
                lost.append(f"{path.name}: {link}")
    lost = [link for link in lost if "#svg-" not in link]
    assert not lost, "\n".join(lost)


@slow
def test_equations_lead_to_functions_and_back(site: Path) -> None:
    lesson, api = Page(site / "notebooks" / "04_clipping.html"), Page(site / "api" / "clipping.html")
    assert "../api/clipping.html#starter.clipping.clip_weights" in lesson.links
    assert "../notebooks/04_clipping.html#notebooks-equation-4-1" in api.links


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=build.chromium(), args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1200, 400)]
READY = """async () => {
    await window.MathJax?.startup?.promise;
    document.querySelectorAll('details').forEach((fold) => (fold.open = true));
}"""
STATE = """() => ({
    wide: document.documentElement.scrollWidth > innerWidth + 1,
    formulas: [...document.querySelectorAll('mjx-merror')].map((formula) => formula.textContent),
    small: [...document.querySelectorAll('figure img[width="760"]')].filter((image) => image.offsetWidth < 560).length,
})"""


@slow
def test_no_page_has_a_barrier_in_any_theme_at_any_width(site: Path, served: str, browser: Any) -> None:
    """axe's rules of WCAG 2.2 A and AA and of good practice, folds open; nothing comes from another place."""
    from axe_playwright_python.sync_playwright import Axe

    page, elsewhere, found = browser.new_page(), list[str](), list[str]()
    page.on("request", lambda request: request.url.startswith((served, "data:")) or elsewhere.append(request.url))
    page.on("requestfailed", lambda request: elsewhere.append(request.url))
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        page.goto(served + name)
        page.evaluate(READY)
        for scheme, width in LOOKS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            state = page.evaluate(STATE)
            if state != {"wide": False, "formulas": [], "small": 0}:
                found.append(f"{name}, {scheme}, {width}: {state}")
            both = (scheme, width) in (("light", 1200), ("dark", 400))  # axe takes a second for each page
            for violation in Axe().run(page).response["violations"] if both else ():
                places = [node["html"][:100] for node in violation["nodes"][:2]]
                found.append(f"{name}, {scheme}, {width}: {violation['id']} {places}")
    assert elsewhere == []
    assert not found, "\n".join(found)


@slow
def test_search_finds_and_the_theme_can_be_changed(served: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{served}search.html?q=Lipschitz")
    page.wait_for_selector("#search-results li")
    assert page.locator("#search-results li").count() > 3
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):  # as the system has it, light, dark, in an order that depends on the system
        if page.evaluate("document.body.dataset.theme") != "dark":
            page.locator(".theme-toggle:visible").first.click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


@slow
def test_folds_open_by_keyboard(served: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{served}notebooks/04_clipping.html")
    fold = page.locator("article details").first
    assert not fold.evaluate("fold => fold.open")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.evaluate("fold => fold.open")


@slow
def test_the_booklet_is_printed(tmp_path: Path) -> None:
    build.print_booklet(tmp_path / "booklet.pdf")
    text = (tmp_path / "booklet.pdf").read_bytes()
    assert text.startswith(b"%PDF") and text.count(b"/Type /Page\n") > 40
