"""Makes the prose run: code blocks of README.md and of the pages in docs/, beside the tests and the docstrings."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.myst import SkipParser
from sybil.parsers.myst.lexers import DirectiveLexer

os.environ.setdefault("MPLBACKEND", "Agg")

# Slow machines are no failures. `fixed` tries the same cases on every run; the default looks for new ones.
hypothesis.settings.register_profile("explore", deadline=None, database=None)
hypothesis.settings.register_profile("fixed", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("explore")

collect_ignore = ["make.py", "docs/conf.py", "build", "bench"]


def code_cells(document: Document) -> Iterator[Region]:
    """The ``{code-cell}`` blocks of a page, with the tags that say how a notebook would run them."""
    for region in DirectiveLexer("code-cell", arguments=".*")(document):
        tags = region.lexemes["options"].get("tags", "")
        if "skip-execution" not in tags:
            yield Region(region.start, region.end, region.lexemes["source"], raises if "raises-exception" in tags else PythonEvaluator())


def raises(example: Example) -> None:
    """Run a cell that is there to show an error."""
    with pytest.raises(Exception, match=r"."):
        PythonEvaluator()(example)
    example.namespace.pop("__builtins__", None)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), code_cells, SkipParser()],
    patterns=["*.md"],
    excludes=["build/*", ".venv/*"],
).pytest()
