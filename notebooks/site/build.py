"""Builds the site of the course from its notebooks.

    python notebooks/site/build.py               the public site, into the folder site
    python notebooks/site/build.py --instructor  with solved sheets, reference and guide, into site-instructor
    python notebooks/site/build.py --links       also asks every address on the network whether it is there
    python notebooks/site/build.py --pdf         the lessons as a booklet, booklet.pdf (needs Chromium)

What is shown is first laid into a folder of its own. For the public site that is read from notebooks, labwork,
starter and a few files at the top of the course, and nothing from solutions or tests. Then Sphinx makes pages of it.
No network is needed, and the pages need none.
"""

import argparse
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

import texts

from starter import kit
from starter.kit import registry

MATHJAX = ("tex-chtml.js", "a11y", "input", "output/chtml", "sre", "ui")  # the parts of it that a page may ask for
OF_BENCH = ("tests/bench/report", "tests/bench/tried")
LICENCES = ("LICENSE", "LICENSE-TEXT.md", "starter/kit/data/fashion-mnist/LICENSE")


class Site:
    """The files of one site, in a folder of their own.

    Args:
        stage: an empty folder.
        instructor: whether solved sheets, the reference and the guide are shown too.
        booklet: whether only the lessons are shown.
    """

    def __init__(self, stage: Path, instructor: bool = False, booklet: bool = False) -> None:
        self.stage, self.instructor, self.booklet = stage, instructor, booklet
        self.equations = texts.Equations()

    def lay(self) -> None:
        """Lay everything that Sphinx reads into the stage."""
        folders = ["notebooks", "labwork", *(["solutions/labwork"] if self.instructor else [])]
        if self.booklet:
            folders = folders[:1]
        books = {
            path: path.read_text(encoding="utf-8") for name in folders for path in sorted(ROOT.glob(f"{name}/*.ipynb"))
        }
        for path, text in books.items():
            self.equations.read_notebook(_folder(path), json.loads(text))
        for module in registry.MODULES:
            self.equations.read_module(
                f"starter.{module}", (ROOT / "starter" / f"{module}.py").read_text(encoding="utf-8")
            )
        for path, text in books.items():
            self._write(_name(path), texts.notebook(text, _folder(path), self.equations, launch(_name(path))))
        (self.stage / "equations.pickle").write_bytes(pickle.dumps(self.equations))
        shutil.copytree(ROOT / "notebooks" / "images", self.stage / "notebooks" / "images")
        if self.booklet:
            self._write(
                "index.md", (HERE / "booklet.md").read_text(encoding="utf-8") + texts.toctree("Lessons", _lessons())
            )
            return
        self._lay_pages()
        if self.instructor:
            self._lay_for_instructors()

    def _write(self, name: str, text: str) -> None:
        path = self.stage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _lay_pages(self) -> None:
        lists = [
            texts.toctree("Lessons", _lessons()),
            texts.toctree("Sheets", [f"labwork/{sheet.stem}" for sheet in registry.SHEETS if sheet.minutes]),
            texts.toctree("More", ["gallery", "instructors", "accessibility", "api/index"]),
        ]
        if self.instructor:
            solved = sorted(path.stem for path in ROOT.glob("solutions/labwork/*.ipynb"))
            guide = sorted(path.stem for path in ROOT.glob("solutions/guide/*.md"))
            lists.append(texts.toctree("Solved sheets", [f"solutions/labwork/{stem}" for stem in solved]))
            pages = [*(f"solutions/guide/{stem}" for stem in guide), "CONTRIBUTING", *OF_BENCH]
            lists.append(texts.toctree("Guide", pages))
            lists.append(texts.toctree("Reference", [f"reference/{module}" for module in registry.MODULES]))
        front = texts.readme((ROOT / "README.md").read_text(encoding="utf-8"))
        self._write("index.md", "\n".join([front, *lists]))
        for path in sorted((HERE / "pages").glob("*.md")):
            self._write(path.name, path.read_text(encoding="utf-8"))
        shutil.copytree(HERE / "gallery", self.stage / "gallery", dirs_exist_ok=True)
        for name in LICENCES:
            mark = "---\norphan: true\n---\n" if name.endswith(".md") else ""  # a page that no list has
            self._write(name, mark + (ROOT / name).read_text(encoding="utf-8"))
        for name, text in texts.library(registry.MODULES, *_given()).items():
            self._write(f"api/{name}.md", text)

    def lay_mathjax(self) -> None:
        """Lay MathJax into the stage, so that a page needs no network."""
        source = Path(str(files("mathjax"))) / "static" / "mathjax" / "es5"
        for part in MATHJAX:
            target = self.stage / "static" / "mathjax" / part
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source / part, target) if (source / part).is_dir() else shutil.copy(source / part, target)

    def _lay_for_instructors(self) -> None:
        for path in [*ROOT.glob("solutions/guide/*.md"), *ROOT.glob("solutions/guide/*.gift")]:
            self._write(_name(path), texts.links(path.read_text(encoding="utf-8")))
        for name in ("CONTRIBUTING", *OF_BENCH):
            self._write(f"{name}.md", (ROOT / f"{name}.md").read_text(encoding="utf-8"))
        for path in ROOT.glob("tests/bench/*.png"):
            shutil.copy(path, self.stage / "tests" / "bench")
        for module in registry.MODULES:
            self._write(f"reference/{module}.py", (ROOT / "solutions" / f"{module}.py").read_text(encoding="utf-8"))
            self._write(f"reference/{module}.md", texts.listing(module))


def _given() -> tuple[list[str], dict[str, str]]:
    """What starter.kit gives: the calls that none of its public modules holds, and these modules."""
    calls = sorted(name for name, home in kit.NAMES.items() if home not in kit.MODULES.values())
    return calls, {name: f"starter.kit.{kit.MODULES[name]}" for name in sorted(kit.MODULES)}


def _folder(path: Path) -> str:
    return path.parent.relative_to(ROOT).as_posix()


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _lessons() -> list[str]:
    return [f"notebooks/{sheet.stem}" for sheet in registry.SHEETS if sheet.lesson_minutes]


def launch(name: str) -> str:
    """Links that open a notebook elsewhere; "" as long as nobody has said where students find the course."""
    if registry.REPOSITORY == registry.UNKNOWN:
        return ""
    links = [f"[{service}]({address})" for service, address in registry.launch_links(name).items()]
    return f"Open this notebook in {' or '.join(links)}."


def build(target: Path, builder: str = "html", instructor: bool = False) -> None:
    """Make a site.

    Args:
        target: the folder for it; what Sphinx made there before is replaced.
        builder: of Sphinx: "html", "linkcheck", or "singlehtml" for the booklet.
        instructor: whether solved sheets, the reference and the guide are in it.

    Raises:
        SystemExit: Sphinx had something to say.
    """
    with tempfile.TemporaryDirectory() as folder:
        stage, made, answers = (Path(folder) / name for name in ("stage", "made", "answers"))
        for new in (stage, answers):
            new.mkdir()
        site = Site(stage, instructor, booklet=builder == "singlehtml")
        site.lay()
        site.lay_mathjax()
        own = {name: value for name, value in os.environ.items() if not name.startswith("WGAN_")}
        ours = {"WGAN_WORK": str(answers), "WGAN_SITE_STAGE": str(stage), "WGAN_SITE_VERSION": registry.VERSION}
        ours |= {"PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE)))}
        command = [sys.executable, "-m", "sphinx", "-b", builder, "-W", "--keep-going", "-q", "-c", str(HERE)]
        if builder == "singlehtml":  # what is not in the booklet is named there, without a link
            command += ["-D", "suppress_warnings=myst.xref_missing,ref.python,ref.obj"]
        done = subprocess.run([*command, str(stage), str(made)], cwd=ROOT, env=own | ours)
        if done.returncode:
            raise SystemExit("The site was not made: see what Sphinx said above.")
        shutil.rmtree(made / ".doctrees", ignore_errors=True)
        if target.exists():
            shutil.rmtree(target)
        shutil.move(made, target)


def chromium() -> str:
    """The path of Chromium or Chrome: what CHROMIUM names, or the first that is found.

    Raises:
        SystemExit: there is none.
    """
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found or not Path(found).is_file():
        raise SystemExit("This needs Chromium or Chrome, and none was found: set CHROMIUM to its path.")
    return found


def print_booklet(target: Path) -> None:
    """Print the lessons into a PDF file.

    Raises:
        SystemExit: there is no Chromium, or it failed.
    """
    browser = chromium()
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "booklet", builder="singlehtml")
        pages = (Path(folder) / "booklet" / "index.html").as_uri()
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        command += ["--disable-background-networking", "--no-first-run", "--virtual-time-budget=120000"]
        command += ["--no-pdf-header-footer", "--generate-pdf-document-outline", f"--print-to-pdf={target}", pages]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode or not target.is_file():
        raise SystemExit(f"{browser} did not print the booklet: {done.stderr.strip()[-500:]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--instructor", action="store_true")
    parser.add_argument("--links", action="store_true")
    parser.add_argument("--pdf", action="store_true")
    chosen = parser.parse_args()
    if chosen.pdf:
        print_booklet(ROOT / "booklet.pdf")
        print("The lessons are in booklet.pdf.")
        return
    target = ROOT / ("site-instructor" if chosen.instructor else "site")
    build(target, instructor=chosen.instructor)
    print(f"Open {target.name}/index.html.")
    if chosen.links:
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder) / "links", builder="linkcheck")


if __name__ == "__main__":
    main()
