"""One self-contained HTML page of the atlas: a coloured table whose cells open what was found, with the first failure and its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from causalkit.values.render import html_text
from stop_button.atlas.cells import STATUSES, Cell, cell_of
from stop_button.atlas.columns.column import Column
from stop_button.atlas.rows import Row
from stop_button.atlas.screen import MARKS
from stop_button.atlas.stored import Found
from stop_button.atlas.story import story
from stop_button.decision.world import World
from stop_button.searching.canonical import Canonical

__all__ = ["atlas_page"]

STYLE = """
:root { --ink: #1d2733; --pale: #5d6b7a; --line: #d9dfe6; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); margin: 0 auto; max-width: 80rem; padding: 2rem 1.5rem 5rem; }
table { border-collapse: collapse; font-size: .85rem; } th, td { border: 1px solid var(--line); padding: .2rem .4rem; text-align: center; }
th:first-child { text-align: left; } thead th { vertical-align: bottom; } thead th span { writing-mode: vertical-rl; font-weight: 500; }
.scroll { overflow-x: auto; } .proved { background: #a9d8c4; } .holds { background: #d8efe5; } .fails { background: #f3c4ab; }
.fails-by-a-tie { background: #f8e3b4; } .open { background: #eef1f4; } .does-not-apply { color: var(--pale); }
td a { color: inherit; text-decoration: none; display: block; } section { border-top: 1px solid var(--line); padding-top: .6rem; }
section:target { outline: 3px solid #005a9c; outline-offset: .4rem; } pre { background: #f5f7f9; padding: .6rem; overflow-x: auto; }
""".strip()


def atlas_page(
    found: Found, rows: Mapping[str, Row], columns: Mapping[str, Column], families: Mapping[str, Canonical], worlds: Mapping[str, World]
) -> str:
    """A whole HTML page, without anything outside itself.

    :param found: what was found.
    :param rows: the definitions by name.
    :param columns: the properties by name.
    :param families: the families by name.
    :param worlds: the bundled worlds by name.
    :returns: the page as text; every cell of its table leads to a section with the formula, the first failure and its code.
    """
    legend = "".join(f"<li><b>{MARKS[status]}</b> {html_text(status)}: {html_text(says)}</li>" for status, says in STATUSES.items())
    body = "".join(_definition(found, row, columns, families, worlds) for row in rows.values())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>The atlas</title><style>{STYLE}</style></head><body><h1>The atlas</h1>"
        "<p>Every definition by every property, in families of small worlds and in the bundled worlds; pure policies, every exact tie. "
        f"Choose a cell to read it.</p><ul>{legend}</ul>{_table(found, columns)}{body}</body></html>\n"
    )


def _table(found: Found, columns: Mapping[str, Column]) -> str:
    head = "".join(f'<th title="{html_text(column.sentence)}"><span>{html_text(name)}</span></th>' for name, column in columns.items())
    lines = "".join(f"<tr><th>{html_text(row)}</th>{''.join(_cells(found, row))}</tr>" for row in found.rows)
    return f'<div class="scroll"><table><thead><tr><th></th>{head}</tr></thead><tbody>{lines}</tbody></table></div>'


def _cells(found: Found, row: str) -> Iterator[str]:
    for column in found.columns:
        cell = cell_of(found, row, column)
        name, kind = html_text(_anchor(cell)), cell.status.replace(" ", "-")
        yield f'<td class="{kind}"><a href="#{name}" title="{html_text(cell.said)}">{MARKS[cell.status]}</a></td>'


def _anchor(cell: Cell) -> str:
    return f"{cell.row}--{cell.column}".replace(" ", "-")


def _definition(
    found: Found, row: Row, columns: Mapping[str, Column], families: Mapping[str, Canonical], worlds: Mapping[str, World]
) -> str:
    forms = "; ".join(map(str, row.forms))
    head = f"<h2>{html_text(row.name)}</h2><p>{html_text(forms)} [{html_text(row.source)}]</p>"
    return head + "".join(_section(cell_of(found, row.name, name), row, column, families, worlds) for name, column in columns.items())


def _section(cell: Cell, row: Row, column: Column, families: Mapping[str, Canonical], worlds: Mapping[str, World]) -> str:
    told = story(cell, row, column, families, worlds)
    more = "" if told is None else f"<p>{html_text(str(told))}</p><p>{html_text(told.formula)}</p><pre>{html_text(told.code)}</pre>"
    also = f"<p>Also first in: {html_text('; '.join(map(str, cell.also)))}</p>" if cell.also else ""
    return f'<section id="{html_text(_anchor(cell))}"><h3>{html_text(str(column))}</h3><p>{html_text(cell.said)}</p>{more}{also}</section>'
