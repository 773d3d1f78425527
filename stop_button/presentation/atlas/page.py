"""One self-contained HTML page of the atlas: a table whose cells open what was found, with the first failure and its code.

Nothing on it is run and nothing is fetched: a cell is a link into the page, and the section that it leads to is shown.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from causalkit.values.render import html_text
from stop_button.atlas import Found, cell_of
from stop_button.atlas.cells import STATUSES
from stop_button.atlas.screen import MARKS, cost
from stop_button.presentation.atlas.along_numbers import numbers_section
from stop_button.presentation.atlas.bundled import worlds_section
from stop_button.presentation.atlas.opened import Shown, anchor, kind, opened
from stop_button.presentation.atlas.style import STYLE

__all__ = ["atlas_page"]


def atlas_page(shown: Shown) -> str:
    """A whole HTML page, without anything outside itself.

    :param shown: what was found, and what the page speaks of; its definitions have lines in the table.
    :returns: the page as text; every cell of its table opens a section with the formula, the first failure and its code.

    >>> from stop_button.atlas import COLUMNS, FAMILIES, ROWS, committed
    >>> some = Shown(committed(), {"naive": ROWS["naive"]}, {"no_influence": COLUMNS["no_influence"]}, FAMILIES)
    >>> "sb.atlas.ask(world, &quot;naive&quot;, &quot;no_influence&quot;)" in atlas_page(some)
    True
    """
    legend = "".join(
        f'<li><b class="{status.replace(" ", "-")}">{MARKS[status]}</b> {html_text(status)}: {html_text(says)}</li>'
        for status, says in STATUSES.items()
    )
    cells = "".join(opened(shown, row, column) for row in shown.rows.values() for column in shown.columns.values())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_policy()}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>The atlas</title><style>{STYLE}</style></head><body><main><h1>The atlas</h1>"
        f"<p>{len(shown.rows)} definitions by {len(shown.columns)} properties, in {len(shown.found.families)} families of small worlds and "
        f"{len(shown.found.worlds)} bundled worlds. Policies are pure, and every exact tie counts. Choose a cell to open it.</p>"
        f'<ul class="legend">{legend}</ul>{_table(shown)}<div>{cells}</div>{worlds_section(shown)}{numbers_section(shown.along)}'
        "</main></body></html>\n"
    )


def _policy() -> str:
    """Nothing may run, and nothing may be fetched or sent; the style is named by its hash."""
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"


def _table(shown: Shown) -> str:
    label = "Every definition by every property"
    names = "".join(f'<th scope="col"><span>{html_text(name)}</span></th>' for name in shown.columns)
    lines = "".join(_line(shown, row) for row in shown.rows)
    return (
        f'<div class="scroll whole" tabindex="0" role="region" aria-label="{label}"><table><thead><tr><th scope="col">definition</th>'
        f'{names}<th scope="col"><span>costs</span></th></tr></thead><tbody>{lines}</tbody></table></div>'
        '<p class="quiet">costs: of the bundled worlds in which a definition has a best policy, and that have a value for the task, the '
        "share in which every best policy brings less of that value than another would, and in brackets that in which only some do.</p>"
    )


def _line(shown: Shown, row: str) -> str:
    cells = "".join(_cells(shown, row))
    return f'<tr><th scope="row">{html_text(row)}</th>{cells}<td class="costs">{_cost(shown.found, row)}</td></tr>'


def _cells(shown: Shown, row: str) -> Iterator[str]:
    for column in shown.columns:
        cell = cell_of(shown.found, row, column)
        label, place = html_text(f"{row}, {column}: {cell.status}"), anchor("cell", row, column)
        link = f'<a href="#{anchor(row, column)}" aria-label="{label}" title="{label}">{MARKS[cell.status]}</a>'
        yield f'<td class="{kind(cell)}" id="{place}">{link}</td>'


def _cost(found: Found, row: str) -> str:
    surely, perhaps = cost(found, row)
    return f"{surely:.0%}" + (f" ({perhaps:.0%})" if perhaps else "")
