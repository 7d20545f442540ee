"""A first hour in a browser: a lesson, its sliders by keyboard, a sheet and its reports. `make test-browser`."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not os.environ.get("WGAN_BROWSER"), reason="slow: make test-browser")
if os.environ.get("WGAN_BROWSER"):
    from playwright.sync_api import Browser, expect, sync_playwright

    from solutions import build
    from tests.browser.jupyterlab import WAIT, Notebook, Server

    expect.set_options(timeout=WAIT)

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from tests.test_site import build as site

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=site.chromium(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hand-out."""
    folder = tmp_path_factory.mktemp("given") / "course"
    build.handout(folder, "")
    return folder


@pytest.fixture(scope="module")
def server(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Server"]:
    started = Server(course, tmp_path_factory.mktemp("home"))
    yield started
    started.stop()


def test_lesson_01_runs_and_its_sliders_move_by_keyboard(browser: "Browser", server: "Server") -> None:
    lesson = Notebook(browser, server, "notebooks/01_distances.ipynb")
    before = lesson.page.locator(".jp-OutputArea-output img").count()
    assert before > 4, "a lesson comes with its pictures"
    lesson.run_all()
    sliders = lesson.page.locator(".jupyter-widgets [role=slider]")
    expect(sliders.first).to_be_visible()
    expect(lesson.page.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[\*\]"))).to_have_count(0)
    assert lesson.errors() == []
    assert sliders.count() > 5
    for slider in (sliders.first, sliders.last):
        picture = slider.locator("xpath=ancestor::*[contains(@class, 'widget-vbox')][1]").locator("img")
        shown, value = picture.get_attribute("src"), slider.get_attribute("aria-valuenow")
        slider.focus()
        lesson.page.keyboard.press("ArrowLeft")
        lesson.page.keyboard.press("ArrowLeft")
        expect(picture).not_to_have_attribute("src", shown or "")
        assert slider.get_attribute("aria-valuenow") != value
        assert len(picture.get_attribute("alt") or "") > 20
    assert lesson.barriers() == []


def test_sheet_00_reports_a_mistake_and_a_right_answer_and_saves_it(
    browser: "Browser", server: "Server", course: Path
) -> None:
    sheet = Notebook(browser, server, "labwork/00_start.ipynb")
    sheet.run_all()
    expect(sheet.page.locator(".jp-OutputArea-output", has_text="is still blank").first).to_be_visible()
    said = sheet.errors()
    assert said and all("Blank: " in each for each in said)
    blank = 'raise Blank("generator.to_image")'
    report = sheet.fill('@fills("generator.to_image")', blank, "return x / 2")
    expect(report).to_contain_text("generator.to_image: not yet right")
    report = sheet.fill('@fills("generator.to_image")', "return x / 2", "return (x + 1) / 2")
    expect(report).to_contain_text("generator.to_image: right")
    expect(report).to_contain_text("Saved in starter/mine/generator.py")
    assert "(x + 1) / 2" in (course / "starter/mine/generator.py").read_text(encoding="utf-8")
    assert sheet.barriers() == []
