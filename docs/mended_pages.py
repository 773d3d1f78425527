"""What the theme's pages lack for people who read them with a keyboard or by ear, put in after they are written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

__all__ = ["mend", "mended"]

MENDS: Final = (
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="The site">'),
    ('<aside class="toc-drawer">', '<aside class="toc-drawer" aria-label="Of this page">'),
    ('<aside class="toc-drawer no-toc">', '<aside class="toc-drawer no-toc" aria-label="Of this page">'),
    ("<pre>", '<pre tabindex="0">'),  # what scrolls can be scrolled without a mouse
    ('<summary aria-label="Toggle hidden content">', "<summary>"),  # it says itself what it does
    ("<th></th>", "<td></td>"),  # a corner that heads nothing
)
SCROLLS: Final = re.compile(r'<div class="(table-wrapper[^"]*|math[^"]*|output text_html)">')


def mend(page: str) -> str:
    """A page with names for its landmarks, and a place in the order of the keyboard for whatever scrolls.

    >>> mend('<pre>x</pre>')
    '<pre tabindex="0">x</pre>'
    >>> mend(mend('<div class="table-wrapper">')) == mend('<div class="table-wrapper">')
    True
    """
    for old, new in MENDS:
        page = page.replace(old, new)
    return SCROLLS.sub(r'<div class="\1" tabindex="0">', page)


def mended(site: Path) -> int:
    """Mend every page that the theme wrote; returns how many it changed."""
    changed = 0
    for path in sorted(site.rglob("*.html")):
        before = path.read_text(encoding="utf-8")
        after = mend(before) if "sidebar-drawer" in before else before
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed += 1
    return changed
