"""Every source that is cited can be looked up."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stop_button.citing.bibliography import SOURCES, entries
from tools.bibliography import bibtex

ROOT = Path(__file__).resolve().parent.parent
BIBLIOGRAPHY = (ROOT / "docs" / "bibliography.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"^\((\w+)\)=\n\*\*\[(\w+)\]\*\* (\S.*)$", re.MULTILINE)
KEYS = [target for target, _, _ in ENTRY.findall(BIBLIOGRAPHY)]

CITED = re.compile(r"\[([a-z]+\d{4}[a-z]?|ours)\]")
SOURCE = re.compile(r"(?<![`'])\bSource: (.*)")  # not where a docstring shows what to write
OURS = "this project"

MODULES = sorted(path for package in ("causalkit", "stop_button") for path in (ROOT / package).rglob("*.py"))


def docstrings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def test_the_bibliography_is_well_formed() -> None:
    assert len(KEYS) == len(set(KEYS)) > 0
    assert len(KEYS) == BIBLIOGRAPHY.count(")=\n")
    assert all(target == shown and CITED.fullmatch(f"[{target}]") for target, shown, _ in ENTRY.findall(BIBLIOGRAPHY))


def test_the_entries_of_papers_are_written_from_the_page() -> None:
    assert SOURCES.read_text(encoding="utf-8") == bibtex(BIBLIOGRAPHY), "run `python tools/bibliography.py`"
    assert set(entries()) == set(KEYS)


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOT)) for path in MODULES])
def test_every_cited_source_is_in_the_bibliography(path: Path) -> None:
    texts = list(docstrings(path))
    unknown = {key for text in texts for key in CITED.findall(text)} - set(KEYS)
    assert not unknown, "add it to docs/bibliography.md"
    sources = [source for text in texts for source in SOURCE.findall(text)]
    nameless = [source for source in sources if not CITED.search(source) and not source.startswith(OURS)]
    assert not nameless, f"name a key, as in `Source: [pearl2009], section 3.3`, or say `Source: {OURS}`"
