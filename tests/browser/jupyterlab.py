"""JupyterLab in a browser, as a student has it: a server on a hand-out, and a notebook that is open."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page

WAIT = 120_000  # milliseconds; the first kernel loads torch
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # all cells are on the page, also those out of sight
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
# Resolves when the notebook on top is there, and its kernel is.
READY = """async () => {
    for (let tries = 0; tries < 600; tries++) {
        const panel = window.jupyterapp?.shell.currentWidget;
        if (panel?.sessionContext) {
            await panel.context.ready;
            await panel.sessionContext.ready;
            if (panel.sessionContext.session?.kernel) return panel.sessionContext.session.kernel.info;
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error("There is no kernel.");
}"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"


class Server:
    """`python -m starter.kit lab`, with settings and a home of its own.

    Args:
        course: the folder of the course.
        home: an empty folder.
    """

    def __init__(self, course: Path, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        for name, values in SETTINGS.items():
            path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        own = {name: value for name, value in os.environ.items() if not name.startswith("WGAN_")}
        own |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTER_CONFIG_DIR": str(home / "config")}
        words = ["--no-browser", f"--ServerApp.port={self.address.rpartition(':')[2]}", "--ServerApp.port_retries=0"]
        words += ["--IdentityProvider.token=", "--expose-app-in-browser"]
        command = [sys.executable, "-m", "starter.kit", "lab", *words]
        with (home / "log").open("w") as log:
            self._process = subprocess.Popen(command, cwd=course, env=own, stdout=log, stderr=log)
        for _ in range(120):
            try:
                urlopen(f"{self.address}/api").close()
                return
            except OSError:
                time.sleep(0.5)
        self.stop()
        raise AssertionError((home / "log").read_text())

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)


class Notebook:
    """A notebook that is open, with its kernel ready.

    Args:
        browser: in which it is opened, in a window of its own.
        server: which serves it.
        path: of the notebook in the course.
    """

    def __init__(self, browser: Browser, server: Server, path: str) -> None:
        self.page: Page = browser.new_context(viewport={"width": 1300, "height": 1000}).new_page()
        self.page.set_default_timeout(WAIT)
        workspace = path.replace("/", "-").removesuffix(".ipynb")
        self.page.goto(f"{server.address}/lab/workspaces/{workspace}/tree/{path}")
        self.page.wait_for_selector(".jp-NotebookPanel")
        self.page.evaluate(READY)

    def run_all(self) -> None:
        """Run all cells and wait for the last; a cell that fails ends it, as it does for a student."""
        self.page.evaluate(RUN_ALL)

    def cell(self, text: str) -> Locator:
        """The first code cell with this text in it."""
        return self.page.locator(".jp-CodeCell", has_text=text).first

    def fill(self, text: str, old: str, new: str) -> Locator:
        """In the cell with this text put new code in the place of old, by keyboard, and run it."""
        cell = self.cell(text)
        editor = cell.locator(".cm-content")
        editor.click()
        code = editor.evaluate("editor => editor.cmView.view.state.doc.toString()")
        assert old in code
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(code.replace(old, new))
        self.page.keyboard.press("Shift+Enter")
        return cell.locator(".jp-OutputArea-output")

    def errors(self) -> list[str]:
        """What cells say that failed."""
        return self.page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').all_inner_texts()

    def barriers(self) -> list[str]:
        """What axe finds in texts and outputs; JupyterLab's own frame is not ours to mend."""
        from axe_playwright_python.sync_playwright import Axe

        ours = {"include": [[".jp-NotebookPanel .jp-RenderedMarkdown"], [".jp-NotebookPanel .jp-OutputArea-output"]]}
        found: list[dict[str, Any]] = Axe().run(self.page, context=ours).response["violations"]
        return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
