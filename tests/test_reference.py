"""Every module has its place in the reference: on one page, public or inside."""

import re
from collections import Counter
from pathlib import Path

from tests.source import ROOT

PAGES = sorted((ROOT / "docs" / "reference").glob("*.md"))
DIRECTIVE = re.compile(r"^<!-- modules: (.+) -->$", re.MULTILINE)


def patterns(page: Path) -> list[str]:
    return [pattern for found in DIRECTIVE.findall(page.read_text(encoding="utf-8")) for pattern in found.split()]


def matched(pattern: str) -> list[str]:
    """The modules that a pattern names, as docs/conf.py reads it."""
    folder, _, last = pattern.rpartition(".")
    inside = ROOT.joinpath(*folder.split("."))
    if (inside / last / "__init__.py").exists():
        return [pattern]
    return [f"{folder}.{path.stem}" for path in inside.glob(f"{last}.py") if not path.stem.startswith("_")]


def modules() -> set[str]:
    paths = [path.relative_to(ROOT) for package in ("causalkit", "stop_button") for path in (ROOT / package).rglob("*.py")]
    return {".".join(path.with_suffix("").parts) for path in paths if not path.stem.startswith("_")}


def test_every_module_is_on_one_page() -> None:
    shown = Counter(name for page in PAGES for pattern in patterns(page) for name in matched(pattern))
    assert modules() - set(shown) == set(), "name them on a page of docs/reference: on a page of their room, or on inside.md"
    assert [name for name, count in shown.items() if count > 1] == []


def test_every_pattern_names_a_module() -> None:
    every = [pattern for page in PAGES for pattern in patterns(page)]
    assert every
    assert [pattern for pattern in every if not matched(pattern)] == []
