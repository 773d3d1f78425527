"""The atlas as text: the whole of it in letters, and a definition, a property, a world or a single cell in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from causalkit.values.arguments import checked
from causalkit.values.render import text_table
from stop_button.atlas.cells import STATUSES, Cell, Status, cell_of
from stop_button.atlas.columns.column import Column
from stop_button.atlas.stored import Found
from stop_button.citing.bibliography import entry

__all__ = ["MARKS", "WORLD_HEAD", "bibtex", "cost", "matrix", "of_column", "of_row", "of_world", "world_rows"]

MARKS: Final[Mapping[Status, str]] = {"proved": "P", "holds": "h", "fails": "x", "fails by a tie": "t", "open": "o", "does not apply": "-"}
"""One letter for each status."""


@checked
def matrix(found: Found) -> str:
    """Every cell as a letter, with what the letters and the numbers of the columns mean.

    >>> from stop_button.atlas import committed
    >>> print(matrix(committed()).splitlines()[-1])
    one cell in sentences: stop-button atlas --definition NAME --property NAME
    """
    width = max(map(len, found.rows))
    numbers = [str(at) for at, _ in enumerate(found.columns, start=1)]
    head = " " * width + " " + " ".join(number.rjust(2) for number in numbers)
    lines = [head]
    for row in found.rows:
        marks = " ".join(MARKS[cell_of(found, row, column).status].rjust(2) for column in found.columns)
        lines.append(f"{row.ljust(width)} {marks}")
    lines += ["", *(f"{number.rjust(2)} {name}" for number, name in zip(numbers, found.columns, strict=True)), ""]
    lines += [f" {mark} {status}: {STATUSES[status]}" for status, mark in MARKS.items()]
    gone = [max((one.through for cells in rows.values() for one in cells.values()), default=0) for rows in found.families.values()]
    where = f"{len(found.families)} families of {sum(gone):,} worlds, and {len(found.worlds)} bundled worlds"
    lines += ["", f"{where}; pure policies, every exact tie"]
    lines.append("one cell in sentences: stop-button atlas --definition NAME --property NAME")
    return "\n".join(lines)


def of_row(found: Found, row: str, columns: Sequence[str] | None = None) -> Iterator[str]:
    """A definition by each property, a line each."""
    return (f"{column}: {cell_of(found, row, column).said}" for column in columns or found.columns)


def of_column(found: Found, column: Column) -> Iterator[str]:
    """A property of each definition, a line each, with what it says."""
    yield str(column)
    yield from (f"{row}: {cell_of(found, row, column.name).said}" for row in found.rows)


def of_world(found: Found, world: str, rows: Sequence[str] | None = None) -> str:
    """A bundled world: for each definition its best policies, its verdict, what it costs and how many policies tie."""
    return text_table(WORLD_HEAD, world_rows(found, world, rows))


WORLD_HEAD: Final = ("definition", "verdict", "best", "safety tax", "ties", "with lots")
"""What stands in the columns of a world's table."""


def world_rows(found: Found, world: str, rows: Sequence[str] | None = None) -> list[list[str]]:
    """The lines of a bundled world's table, a definition each."""
    return [
        [row, one.verdict or "-", "; ".join(one.best) + (f"; and {one.ties - len(one.best)} more" if one.ties > len(one.best) else ""),
         " to ".join(one.tax) or "-", str(one.ties), "not asked" if one.lots is None else str(one.lots)]
        for row, one in found.worlds[world].items() if rows is None or row in rows
    ]  # fmt: skip


def cost(found: Found, row: str) -> tuple[float, float]:
    """The share in which every best policy costs task value, and that in which only some do, of the bundled worlds that tell.

    A world tells where the definition has a best policy in it and it has a value for the task; 0 and 0 where none does.

    >>> from stop_button.atlas import committed
    >>> cost(committed(), "naive")
    (0.0, 0.0)
    """
    taxes = [entries[row].tax for entries in found.worlds.values() if row in entries and entries[row].tax]
    if not taxes:
        return 0.0, 0.0
    surely = sum(tax[0] != "0" for tax in taxes)
    perhaps = sum(tax[0] == "0" and tax[-1] != "0" for tax in taxes)
    return surely / len(taxes), perhaps / len(taxes)


def bibtex(found: Found, sources: Mapping[str, str], version: str) -> str:
    """One entry for each row, under a stable key, that names its definition and the source of it.

    >>> from stop_button.atlas import committed
    >>> print(bibtex(committed(), {"naive": "tailcalled2021"}, "1").split("@")[1].splitlines()[0])
    misc{stop-button-atlas:naive,
    """
    entries = []
    for row in found.rows:
        kept = sum(bool(cell_of(found, row, column)) for column in found.columns)
        hash_ = found.hashes.get(f"row {row}", "")
        fields = {
            "title": f"Stop-button atlas, row {row}",
            "note": f"definition after [{sources.get(row, '')}]; {kept} of {len(found.columns)} properties hold; row {hash_}",
            "howpublished": f"causalkit {version}, stop_button.atlas",
        }
        entries.append(entry(f"stop-button-atlas:{row}", fields))
    return "\n".join(entries) + "\n"


def counted(found: Found, row: str) -> dict[Status, int]:
    """How many properties of a definition have each status."""
    each: list[Cell] = [cell_of(found, row, column) for column in found.columns]
    return {status: sum(cell.status == status for cell in each) for status in STATUSES}
