"""How the documentation is built: MyST pages, the API from docstrings, warnings are errors (``tox -e docs``)."""

import re
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

# The adapters and the core are importable without being installed, so that one page can be looked at quickly.
ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "adapters")]

project = "crmcore"
copyright = "2026, the crmcore authors"
author = "the crmcore authors"
release = installed_version("crmcore")
version = release

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]

source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
templates_path: list[str] = []
smartquotes = False  # commands are quoted as they are typed

# ---- pages
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

# ---- API
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True}
autoclass_content = "class"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False


def setup(app: Any) -> None:
    """Show the headings of calculators as fields, before Google's sections are read."""
    app.connect("autodoc-process-docstring", _show_headings, priority=100)


def _show_headings(_app: Any, _what: str, _name: str, _thing: Any, _options: Any, lines: list[str]) -> None:
    shown: list[str] = []
    within = False
    for line in lines:
        found = re.match(r"(Definition|Formula|Unit|Undefined when|Source): (.*)", line)
        within = found is not None or (within and line.startswith(" "))
        shown += [""] if found and shown and not shown[-1].startswith((":", " ")) else []
        said = f":{found[1]}: {found[2]}" if found else line
        shown.append(said.replace("|", r"\|") if within else said)
    lines[:] = shown


# ---- output
html_theme = "furo"
html_title = f"crmcore {release}"
html_show_sourcelink = False
html_static_path: list[str] = []
# Pages are read without a network too: the system's fonts, nothing fetched.
html_theme_options = {
    "light_css_variables": {"font-stack": "system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"},
}
