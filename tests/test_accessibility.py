"""What makes the course readable for everybody, as far as it can be read in its files, and in exported pages by axe."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.colors
import pytest

from starter.kit.show import widgets

ROOT = Path(__file__).resolve().parents[1]
SHOW = sorted((ROOT / "starter" / "kit" / "show").glob("*.py"))
FOLDERS = [ROOT / "notebooks", ROOT / "labwork", ROOT / "solutions" / "labwork"]
NOTEBOOKS = [path for folder in FOLDERS for path in sorted(folder.glob("*.ipynb"))]
FOLDERS_OF_TEXTS = (ROOT, ROOT / "solutions" / "guide", ROOT / "notebooks" / "site" / "pages")
TEXTS = [path for folder in FOLDERS_OF_TEXTS for path in sorted(folder.glob("*.md"))]
GROUND = {"#FFFFFF", "#E3E3E3"}  # paper, and the grid on it
OF_TEMPLATES = {"color-contrast", "link-in-text-block", "scrollable-region-focusable"}
slow = pytest.mark.skipif(not os.environ.get("WGAN_SITE"), reason="slow: make test-site")


def contrast(colour: str) -> float:
    """Of a colour against white, as WCAG computes it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in matplotlib.colors.to_rgb(colour)]
    return 1.05 / (0.05 + sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))


@pytest.mark.parametrize("path", SHOW, ids=lambda path: path.stem)
def test_colours_stand_out_from_white(path: Path) -> None:
    colours = set(re.findall(r'"(#[0-9A-Fa-f]{6})"', path.read_text(encoding="utf-8"))) - GROUND
    assert {colour: contrast(colour) for colour in colours if contrast(colour) < 3} == {}


@pytest.mark.parametrize("path", SHOW, ids=lambda path: path.stem)
def test_no_line_is_paled(path: Path) -> None:
    """Areas and clouds of points may be pale; lines carry meaning."""
    lines = {"plot", "semilogx", "semilogy", "loglog", "axhline", "axvline", "hlines", "vlines", "LineCollection"}
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    paled = [
        f"line {call.lineno}"
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in lines
        and any(keyword.arg == "alpha" for keyword in call.keywords)
    ]
    assert paled == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_tables_of_texts_have_headings(path: Path) -> None:
    assert empty_headings(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_tables_of_notebooks_have_headings(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        shown = [text for output in cell.get("outputs", []) for text in output.get("data", {}).values()]
        for text in ["".join(part) for part in [cell["source"], *shown] if not isinstance(part, dict)]:
            assert empty_headings(text) == []


def empty_headings(text: str) -> list[str]:
    """The heads of tables, in Markdown or in HTML, with a column that has no name."""
    heads = re.findall(r"^(\|.*\|)\n\|[-:| ]+\|$", text, re.MULTILINE)
    empty = [head for head in heads if any(not name.strip() for name in head[1:-1].split("|"))]
    return empty + re.findall(r"<th[^>]*>\s*</th>", text)


def test_empty_headings_are_seen() -> None:
    assert empty_headings("| | a |\n|---|---|\n| 1 | |") and empty_headings("<th scope='col'></th>")
    assert not empty_headings("| b | a |\n|---|---|\n| 1 | |")


def test_sliders_come_with_what_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython.display
    import ipywidgets

    shown = []
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: shown.append(bundle))
    widgets._display(ipywidgets.FloatSlider(description="c"))
    script = shown[1]["application/javascript"]
    assert "aria-labelledby" in script and ".noUi-handle" in script


@slow
@pytest.mark.parametrize("template", ["lab", "classic"])
def test_exported_pages_have_no_barrier_of_ours(template: str, tmp_path: Path) -> None:
    """The templates' own: colours of code and prompts, links told by colour alone, boxes of code that scroll."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    from tests.test_site import build

    command = [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to", "html", "--template", template]
    for folder in FOLDERS:
        target = tmp_path / folder.relative_to(ROOT)
        subprocess.run([*command, "--output-dir", str(target), *map(str, sorted(folder.glob("*.ipynb")))], check=True)
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=build.chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.route("http*://**", lambda route: route.abort())
        for path in sorted(tmp_path.rglob("*.html")):
            page.goto(path.as_uri(), wait_until="domcontentloaded")
            for violation in Axe().run(page).response["violations"]:
                if violation["id"] not in OF_TEMPLATES:
                    found += [f"{path.name}: {violation['id']} {node['html'][:100]}" for node in violation["nodes"]]
        browser.close()
    assert not found, "\n".join(found)
