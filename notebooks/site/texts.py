"""What becomes of the course's files on their way to the site: texts in, texts out, nothing is read or written here.

A notebook loses what only a kernel can use, an equation gets an address and a link to its function, and a docstring
becomes text that Sphinx understands.
"""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

SLIDERS = "Run this cell to get the sliders."  # what starter/kit/show/widgets.py leaves in a notebook
ON_THE_SITE = "The sliders move in the notebook. On this page, the picture beside them shows a few of their settings."
FOR_INSTRUCTORS = re.compile(r"<!-- for instructors -->.*?<!-- end for instructors -->\n", re.DOTALL)
_BADGE = re.compile(r"\n*^\[!\[Open in Colab\].*\)$", re.MULTILINE)  # launch links take its place
_TAG = re.compile(r"\\tag\{(\d+\.\d+)\}")
# What is a link already, a formula, code, or inside HTML stays as it is.
_MENTION = re.compile(
    r"\[[^\]]*\]\([^)]*\)|\$\$.*?\$\$|\$[^$\n]+\$|```.*?```|`[^`\n]*`|<summary>.*?</summary>"
    r"|\b(?P<words>[Ee]quation \((?P<number>\d+\.\d+)\))",
    re.DOTALL,
)


@dataclass
class Equations:
    """Which equation stands where, and which function is it.

    Attributes:
        places: number of an equation, and the labels of the places where it stands, lessons first.
        functions: number of an equation, and the full names of the functions that compute it.
    """

    places: dict[str, list[str]] = field(default_factory=dict)
    functions: dict[str, list[str]] = field(default_factory=dict)

    def read_notebook(self, folder: str, book: Mapping[str, Any]) -> None:
        """Note the equations of a notebook."""
        for cell in book["cells"]:
            for number in _TAG.findall(_text(cell)) if cell["cell_type"] == "markdown" else ():
                self.places.setdefault(number, []).append(label(folder, number))

    def read_module(self, name: str, source: str) -> None:
        """Note the functions and classes of a module that name an equation."""
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                inside = [part for part in ast.walk(node) if isinstance(part, ast.FunctionDef | ast.ClassDef)]
                docstrings = "\n".join(ast.get_docstring(part) or "" for part in inside)
                for number in dict.fromkeys(re.findall(r"\bEquation \((\d+\.\d+)\)", docstrings)):
                    self.functions.setdefault(number, []).append(f"{name}.{node.name}")


def label(folder: str, number: str) -> str:
    """The address of an equation within the site, such as notebooks-equation-2-1."""
    return f"{folder.replace('/', '-')}-equation-{number.replace('.', '-')}"


def _text(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


# Notebooks -------------------------------------------------------------------


def notebook(text: str, folder: str, equations: Equations, launch: str = "") -> str:
    """A notebook as the site shows it.

    Args:
        text: of the notebook's file.
        folder: where it stands, seen from the course's folder, such as "labwork".
        equations: of all notebooks.
        launch: a line of links that stands below the heading, "" for none.
    """
    book = json.loads(text)
    book["cells"][0]["source"] = _BADGE.sub("", _text(book["cells"][0]))
    book["cells"] = [_cell(cell, folder, equations) for cell in book["cells"] if not _only_for_a_kernel(cell)]
    if launch:
        heading, _, rest = _text(book["cells"][0]).partition("\n")
        book["cells"][0]["source"] = f"{heading}\n\n{{.launch}}\n{launch}\n{rest}"
    return json.dumps(book)


def _only_for_a_kernel(cell: Mapping[str, Any]) -> bool:
    """Whether a cell does nothing for somebody who reads: it finds the course, or asks for a guess."""
    return cell["cell_type"] == "code" and (
        cell["id"].endswith("-header")
        or re.fullmatch(r'predict\("[\d.]+", "\.\.\."\)', _text(cell).strip()) is not None
    )


def _cell(cell: dict[str, Any], folder: str, equations: Equations) -> dict[str, Any]:
    if cell["cell_type"] == "markdown":
        return cell | {"source": prose(_text(cell), folder, equations)}
    tags = cell["metadata"].get("tags", [])
    if {"hide-input", "hide-output"} <= set(tags):  # the answer is a picture: what draws it can be read in the notebook
        tags = ["remove-input", *(tag for tag in tags if tag != "hide-input")]
    shown = any("text/html" in output.get("data", {}) for output in cell["outputs"])
    folded = "the code" if "hide-input" in tags else "the picture" if shown else "the result"
    prompts = {"code_prompt_show": f"Show {folded}", "code_prompt_hide": f"Hide {folded}"}
    source = re.sub(r"\A# @title .*\n|^predicted\(.*\)\n", "", _text(cell), flags=re.MULTILINE)
    metadata = {"tags": tags, "mystnb": prompts}
    return cell | {"source": source, "metadata": metadata, "outputs": [_output(each) for each in cell["outputs"]]}


def _output(output: dict[str, Any]) -> dict[str, Any]:
    data = output.get("data", {})
    if "".join(data.get("text/plain", "")) == SLIDERS:
        return output | {"data": {"text/html": f'<p class="sliders">{ON_THE_SITE}</p>'}}
    return output


def prose(text: str, folder: str, equations: Equations) -> str:
    """The text of a cell, with addresses for its equations and links to those that it names."""
    own = set(_TAG.findall(text))

    def link(found: re.Match[str]) -> str:
        if found[0].startswith("$$"):
            return _display(found[0], folder, equations)
        places = equations.places.get(found["number"] or "", [])
        if not places or found["number"] in own:
            return found[0]
        here = label(folder, found["number"])
        return f"[{found['words']}](#{here if here in places else places[0]})"

    text = _MENTION.sub(link, text)
    return links(text)


def links(text: str) -> str:
    """The text with links to where pages of the course are on the site: the README is the front page."""
    text = re.sub(r"\]\((?:\.\./)+README\.md(#[\w-]*)?\)", r"](/index.md\1)", text)
    return re.sub(r"\]\((?:\.\./)*notebooks/site/pages/(\w+\.md)\)", r"](/\1)", text)


def _display(formula: str, folder: str, equations: Equations) -> str:
    """A displayed formula; one with a number gets an address and a line that names its functions."""
    found = _TAG.search(formula)
    if not found:
        return formula
    names = equations.functions.get(found[1], [])
    links = ", ".join(f"{{py:obj}}`{name.split('.', 1)[1]} <{name}>`" for name in names)
    below = f"\n\n{{.function-of-equation}}\nEquation ({found[1]}) in code: {links}\n" if links else "\n"
    return f"\n({label(folder, found[1])})=\n\n{formula}{below}"


# Tables of the front page and the list of pages ------------------------------


def readme(text: str) -> str:
    """The README as the front page: without the part for instructors."""
    return FOR_INSTRUCTORS.sub("", text)


def toctree(caption: str, entries: Iterable[str]) -> str:
    """A list of pages for the side of the site."""
    return "\n".join(("```{toctree}", ":hidden:", f":caption: {caption}", "", *entries, "```", ""))


# The library -----------------------------------------------------------------


def listing(module: str) -> str:
    """A page that shows the text of a module of the reference."""
    return f"# {module}.py\n\n```{{literalinclude}} {module}.py\n:language: python\n```\n"


def library(exercises: Iterable[str], calls: Iterable[str], modules: Mapping[str, str]) -> dict[str, str]:
    """The pages of the library: name of the page, and its text.

    Args:
        exercises: modules of blanks, such as "losses".
        calls: functions and classes of starter.kit.
        modules: those of starter.kit, short name and full name.
    """
    texts = {name: f"# {name}\n\n{_auto('module', f'starter.{name}')}" for name in exercises}
    of_kit = {f"kit_{short}": f"# {short}\n\n{_auto('module', full)}" for short, full in modules.items()}
    body = "\n".join(_auto("class" if name[0].isupper() else "function", f"starter.kit.{name}") for name in calls)
    texts["kit"] = f"# What notebooks call\n\n{KIT}\n\n{body}"
    lists = toctree("Exercises", sorted(exercises)) + "\n" + toctree("starter.kit", ["kit", *of_kit])
    return {"index": f"# The library\n\n{LIBRARY}\n\n{lists.replace(':hidden:', ':maxdepth: 1')}", **texts, **of_kit}


KIT = "A sheet has these names from its first cell, or takes them with `from starter.kit import train`."
LIBRARY = """\
What notebooks import from `starter`. The exercises are what you write: the pages below show what each one has to do,
and the equation it computes. `starter.kit` is given, complete."""


def _auto(kind: str, name: str) -> str:
    members = ":members:\n" if kind != "function" else ""
    return f"```{{eval-rst}}\n.. auto{kind}:: {name}\n   {members}```\n"


# Docstrings ------------------------------------------------------------------


def docstring(lines: list[str], equations: Equations) -> list[str]:
    """A docstring, which is plain text, as reStructuredText: signs stand for themselves, equations become links.

    What is indented below a paragraph is a formula or code, and stays as it is. Sections whose lines Napoleon would
    misread become fields here: what stands before a colon in "Returns:" is no type, and an attribute can be two.
    """
    found: list[str] = []
    literal = False
    for before, line in zip(["", *lines], lines, strict=False):
        indented = line.startswith("    ")
        if indented and not literal and found and not before and not _section(found):
            found += ["::", ""]
            literal = True
        literal = literal and (indented or not line)
        if not literal:
            line = FIELDS.get(line) or _line(line, equations)
            if indented and _section(found) == ":Attributes:":
                line = line[2:] if line.startswith(" " * 8) else re.sub(r"^    ([^:]+):", r"    * **\1**:", line)
        found.append(line)
    return found


def _section(lines: list[str]) -> str:
    """The section in which the lines end, such as "Args:", or ""."""
    last = next((line for line in reversed(lines) if line and not line.startswith(" ")), "")
    return last if last in SECTIONS else ""


FIELDS = {"Returns:": ":returns:", "Attributes:": ":Attributes:"}
SECTIONS = ("Args:", "Raises:", "Yields:", *FIELDS.values())


def _line(line: str, equations: Equations) -> str:
    def plain(found: re.Match[str]) -> str:
        if found["code"]:
            return f"``{found['code']}``"
        if found["number"]:
            places = equations.places.get(found["number"])
            return f":ref:`{found['words']} <{places[0]}>`" if places else found[0]
        return f"\\{found[0]}"

    return re.sub(
        r"`+(?P<code>[^`\n]+)`+|(?P<words>[Ee]quation \((?P<number>\d+\.\d+)\))|[*|]|(?<=\w)_(?!\w)", plain, line
    )
