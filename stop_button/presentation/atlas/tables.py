"""A table of the page of the atlas: its look is in the page's style alone, so that the page can refuse every other one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from causalkit.values.render import html_text

__all__ = ["table"]

BEST = '<tr class="best">'


def table(label: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, marked: Collection[int] = (), caption: str = "") -> str:
    """A table that scrolls by itself, with its label for who does not see it; ``marked`` lines, from 0, are set in bold.

    >>> table("a < b", ["x"], [["1"]], marked=[0]).partition("<tbody>")[2]
    '<tr class="best"><td>1</td></tr></tbody></table></div>'
    """
    names = "".join(f'<th scope="col">{html_text(name)}</th>' for name in head)
    lines = "".join(
        f"{BEST if at in marked else '<tr>'}{''.join(f'<td>{html_text(text)}</td>' for text in line)}</tr>" for at, line in enumerate(rows)
    )
    above = f'<caption class="quiet">{html_text(caption)}</caption>' if caption else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html_text(label)}"><table>{above}'
        f"<thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table></div>"
    )
