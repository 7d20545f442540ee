"""Settings of Sphinx for the site of the course. build.py says which files it reads, and calls Sphinx."""

import os
import pickle
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from texts import docstring

HERE = Path(__file__).resolve().parent
STAGE = Path(os.environ["WGAN_SITE_STAGE"])  # where build.py has laid what is to be shown

project = "WGAN Lab"
author = "the authors of WGAN Lab"
copyright = "the authors of WGAN Lab. Text and figures: CC BY 4.0; code: MIT"
release = os.environ["WGAN_SITE_VERSION"]
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx.ext.napoleon", "sphinx_copybutton"]
exclude_patterns = ["static"]
nitpicky = False

nb_execution_mode = "off"  # notebooks come with their outputs
nb_merge_streams = True
nb_render_markdown_format = "myst"  # with tables
myst_enable_extensions = ["dollarmath", "attrs_block", "deflist"]
myst_dmath_double_inline = True
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
napoleon_numpy_docstring = False

mathjax_path = "mathjax/tex-chtml.js"  # a file of the site: nothing comes from the network
mathjax3_config = {"options": {"menuOptions": {"settings": {"assistiveMml": True}}}}

html_theme = "furo"
html_title = "WGAN Lab"
html_favicon = str(HERE / "static" / "favicon.svg")
html_static_path = [str(HERE / "static"), str(STAGE / "static")]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_domain_indices = False
html_use_index = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#005A8C", "color-brand-content": "#005A8C"},
    "dark_css_variables": {"color-brand-primary": "#7CC4F0", "color-brand-content": "#7CC4F0"},
}
copybutton_selector = "div.cell_input div.highlight pre, div.highlight-bash pre"
linkcheck_timeout = 20
linkcheck_retries = 3
linkcheck_anchors = False


def _docstring(app: Sphinx, what: str, name: str, obj: object, options: Any, lines: list[str]) -> None:
    lines[:] = docstring(lines, pickle.loads((STAGE / "equations.pickle").read_bytes()))


def setup(app: Sphinx) -> None:
    """Called by Sphinx. Docstrings are read before napoleon does, which runs at priority 500."""
    app.connect("autodoc-process-docstring", _docstring, priority=400)
