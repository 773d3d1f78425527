"""Write the bibliography as BibTeX: `python tools/bibliography.py` reads docs/bibliography.md and writes stop_button/citing/sources.bib."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from causalkit.values.render import latex_text  # noqa: E402 (the project first)
from stop_button.citing.bibliography import SOURCES, as_bibtex  # noqa: E402

PAGE = ROOT / "docs" / "bibliography.md"
ENTRY = re.compile(r"^\((?P<key>\w+)\)=\n\*\*\[\w+\]\*\* (?P<text>\S.*)$", re.MULTILINE)
PARTS = re.compile(r"(?P<author>[^*:]*?), \*(?P<title>[^*]+)\*,? ?(?P<rest>.*)")
YEAR = re.compile(r"\b(1[6-9]\d\d|20\d\d)\b")


def fields(text: str) -> Iterator[tuple[str, str]]:
    """What an entry says, field by field; nothing of it is left out."""
    said, _, url = text.partition(" <")
    parts = PARTS.fullmatch(said)
    if parts:
        people = re.sub(r",? and ", ", ", parts["author"])
        yield "author", " and ".join(people.split(", "))
        yield "title", f"{{{latex_text(parts['title'])}}}"
    rest = (parts["rest"] if parts else said).replace("*", "").replace("`", "").strip(" .")
    place, _, remark = rest.partition(": ") if parts else ("", "", rest)
    if place and not YEAR.fullmatch(place):
        yield "howpublished", latex_text(place)
    if remark:
        yield "note", latex_text(remark)
    years = YEAR.findall(rest)
    if years:
        yield "year", years[0]
    if url:
        yield "url", url.partition(">")[0]


def bibtex(page: str) -> str:
    """Every source of the page, as BibTeX."""
    return "\n\n".join(as_bibtex(one["key"], fields(one["text"])) for one in ENTRY.finditer(page)) + "\n"


def main() -> int:
    """Write the file."""
    SOURCES.write_text(bibtex(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {SOURCES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
