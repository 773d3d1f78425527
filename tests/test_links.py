"""A link from one page to another leads to a file that is there, and to a heading that it has."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.source import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "docs").rglob("*.ipynb"))]
LINK = re.compile(r"(?<!\!)\[[^\]\[]*\]\((?P<target>[^)\s]+)\)")
BUILT = {"atlas.html", "page.html"}


def prose(path: Path) -> str:
    """A page without its blocks of code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    titles = re.findall(r"^#{1,6} +(.+?)\s*$", prose(path), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()).replace(" ", "-") for title in titles}
    return slugs | set(re.findall(r"^\(([^)\s]+)\)=", text, re.MULTILINE)) | set(re.findall(r"(?:id=\"|\{#)([^\"}\s]+)", text))


def broken(path: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    other = (path.parent / name).resolve() if name else path
    if not other.exists():
        return Path(name).name not in BUILT
    everywhere = anchors(ROOT / "docs" / "bibliography.md")
    return bool(anchor) and other.suffix == ".md" and anchor not in anchors(other) | (set() if name else everywhere)


def test_every_link_between_pages_leads_somewhere() -> None:
    links = [(path, found["target"]) for path in PAGES for found in LINK.finditer(prose(path))]
    inside = [(path, target) for path, target in links if not re.match(r"[a-z]+:", target)]
    assert len(inside) > 100
    assert not [f"{path.relative_to(ROOT)}: {target}" for path, target in inside if broken(path, target)]


def test_a_link_to_nowhere_is_found() -> None:
    page = ROOT / "docs" / "index.md"
    assert broken(page, "explanation/no-such-page.md")
    assert broken(page, "explanation/questions.md#no-such-heading")
    assert not broken(page, "explanation/questions.md#what-about-sub-agents")
