"""One opened cell of the page of the atlas: what was found, the formula, the world and its story, and the code that reproduces it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from causalkit.values.render import html_text
from stop_button.atlas import Cell, Column, Found, Row, cell_of
from stop_button.atlas.along.stored import Along
from stop_button.atlas.story import Story, asked_of, lacking, story
from stop_button.decision.world import World
from stop_button.presentation.atlas.tables import table
from stop_button.searching.canonical import Canonical

__all__ = ["Shown", "anchor", "opened"]

MOST_REASONS = 4


@dataclass(frozen=True)
class Shown:
    """What a page shows: what was found, and the definitions, properties, families, worlds and numbers that it speaks of."""

    found: Found
    rows: Mapping[str, Row]
    columns: Mapping[str, Column]
    families: Mapping[str, Canonical]
    worlds: Mapping[str, World] = field(default_factory=dict)
    along: Sequence[Along] = ()


def anchor(*names: str) -> str:
    """A place on the page, as it stands in an address and as it stands in the page: names of letters and digits are kept as they are.

    >>> anchor("a cell", "naive", "POST")
    'a%20cell/naive/POST'
    """
    return "/".join(quote(name, safe="", errors="backslashreplace") for name in names)


def opened(shown: Shown, row: Row, column: Column) -> str:
    """The section of a cell, which is seen when its address is followed."""
    cell = cell_of(shown.found, row.name, column.name)
    place = anchor(row.name, column.name)
    told = story(cell, row, column, shown.families, shown.worlds)
    return (
        f'<section class="cell" id="{place}" tabindex="-1" aria-labelledby="{place}/title">'
        f'<h2 id="{place}/title">{html_text(row.name)}, {html_text(column.name)}</h2>'
        f'<p><span class="status {kind(cell)}">{html_text(cell.said)}</span></p>'
        f"<p>{html_text(column.name)} [{html_text(column.source)}]: {html_text(column.sentence)}.</p>"
        f"{''.join(_formula(row, told))}{'' if told is None else ''.join(_failure(cell, told))}{''.join(_silent(shown, cell, row, column))}"
        f'<p><a href="#{anchor("cell", row.name, column.name)}">Back to the table</a></p></section>'
    )


def kind(cell: Cell) -> str:
    """The style of a cell."""
    return cell.status.replace(" ", "-")


def _formula(row: Row, told: Story | None) -> Iterator[str]:
    form = row.forms[0]
    meaning = form.meaning.replace("``", "")
    defaults = f" with {row.defaults}" if row.defaults else ""
    yield f"<h3>Formula</h3><p><b>{html_text(row.name)}</b>{html_text(defaults)} [{html_text(row.source)}]: {html_text(meaning)}</p>"
    yield f'<p class="formula">{html_text(asked_of(form) if told is None else told.formula)}</p>'


def _failure(cell: Cell, told: Story) -> Iterator[str]:
    where = str(cell.first)[:1].upper() + str(cell.first)[1:]
    yield f"<h3>{html_text(where)}</h3><p>{html_text(told.world)} {html_text(told.gone)}</p><p>{html_text(told.best)}</p>"
    head, *lines = told.table
    caption = "Every policy, the best in bold" if not told.left_out else f"Some policies, the best in bold; {told.left_out:,} more"
    yield table(caption, head, lines, marked=told.marked, caption=caption)
    yield f"<h3>The code that reproduces it</h3><pre>{html_text(told.code)}</pre>"
    if cell.also:
        yield f'<p class="quiet">Also first in: {html_text("; ".join(map(str, cell.also)))}.</p>'


def _silent(shown: Shown, cell: Cell, row: Row, column: Column) -> Iterator[str]:
    if cell.status == "does not apply":
        why = list(lacking(row, column, shown.families, shown.worlds).items())
        said = [f"{reason} ({number} of the places)" for reason, number in why[:MOST_REASONS]]
        more = [f"{len(why) - MOST_REASONS} further reasons"] if len(why) > MOST_REASONS else []
        yield f"<p>It does not apply because of what places lack: {html_text('; '.join([*said, *more]))}.</p>"
