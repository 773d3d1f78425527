"""The site: `python3 make.py docs` builds it into build/docs."""

import logging
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs import kernels  # noqa: E402 - found by way of the path above
from docs.mended_pages import mended  # noqa: E402
from docs.notebook_runs import executed  # noqa: E402
from docs.pages_apart import write_pages_apart  # noqa: E402

# The notebooks' kernels are processes of their own: they too must find the packages, and draw into the page.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
os.environ.pop("MPLBACKEND", None)
kernels.offer()

project = "causalkit"
author = "The causalkit authors"
copyright = "The causalkit authors"
html_title = "causalkit and stop_button"
html_theme = "furo"
html_copy_source = False

# Where a page can be edited, such as "https://example.org/edit/docs/{filename}"; while it is empty, no page shows a link to edit it.
EDIT_LINK = os.environ.get("DOCS_EDIT_LINK", "")
html_theme_options = {"source_edit_link": EDIT_LINK, "top_of_page_buttons": ["edit"]} if EDIT_LINK else {"top_of_page_buttons": []}
html_static_path = ["_static"]
html_css_files = ["site.css"]
suppress_warnings = ["ref.python"]  # an annotation's bare name may be a class in two modules

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx-mathjax-offline"]
exclude_patterns = ["decisions/template.md", "explanation/speed-tables.md", "explanation/new-questions-tables.md"]

myst_enable_extensions = ["amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"  # a cache would not notice that the packages changed
nb_execution_raise_on_error = True
nb_output_stderr = "remove"  # warnings of other packages, with the paths of whoever builds the site
nb_execution_timeout = 120
nb_merge_streams = True  # what one cell prints is one block

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"

# A folder may wait for its first page; this warning has no type by which `suppress_warnings` could name it.
logging.getLogger("sphinx.sphinx.directives.other").addFilter(lambda record: "didn't match any documents" not in str(record.msg))

MODULES = re.compile(r"^<!-- modules: (?P<patterns>.+) -->$", re.MULTILINE)
CITATION = re.compile(r"\[(?P<key>[a-z]+\d{4}[a-z]?|ours)\](?!`)")


def module_names(pattern: str) -> list[str]:
    """The modules on disk that match a dotted pattern: ``causalkit.*`` are the modules directly in the package; a package is itself."""
    folder, _, last = pattern.rpartition(".")
    inside = ROOT.joinpath(*folder.split("."))
    if (inside / last / "__init__.py").exists():
        return [pattern]
    return [f"{folder}.{path.stem}" for path in sorted(inside.glob(f"{last}.py")) if not path.stem.startswith("_")]


def section(name: str) -> str:
    """One module's part of a reference page."""
    return f"## `{name}`\n\n```{{eval-rst}}\n.. automodule:: {name}\n   :members:\n```\n"


def list_modules(app: object, docname: str, source: list[str]) -> None:
    """Put a section for every module on disk where a page says ``<!-- modules: package.* -->``."""

    def sections(match: re.Match[str]) -> str:
        names = [name for pattern in match["patterns"].split() for name in module_names(pattern)]
        return "\n".join(map(section, names)) or "Nothing here yet."

    source[0] = MODULES.sub(sections, source[0])


def run_notebook(app: Any, docname: str, source: list[str]) -> None:
    """Show a notebook as it comes out when it is run; what the tests have run already is not run again."""
    path = Path(app.env.doc2path(docname))
    if path.suffix == ".ipynb":
        book = executed(path)
        book.metadata["mystnb"] = {"execution_mode": "off"}
        source[0] = nbformat.writes(book)


def link_citations(app: object, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Make ``[pearl2009]`` in a docstring a link into the bibliography."""
    lines[:] = [line if line.lstrip().startswith(">>>") else CITATION.sub(r":ref:`[\g<key>] <\g<key>>`", line) for line in lines]


def write_pages(app: Any, error: Exception | None) -> None:
    """Mend the pages for the keyboard, and put those that stand apart beside them."""
    if error is None and app.builder.format == "html":
        mended(Path(app.outdir))
        write_pages_apart(Path(app.outdir))


def setup(app: Any) -> None:
    app.connect("source-read", list_modules)
    app.connect("source-read", run_notebook)
    app.connect("autodoc-process-docstring", link_citations)
    app.connect("build-finished", write_pages)
