"""A cell of the atlas: what all places together say of a definition and a property, with the first failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from causalkit.errors import UnknownName, suggestion
from causalkit.values.arguments import checked
from causalkit.values.render import Printed
from stop_button.atlas.columns.column import LETTERS
from stop_button.atlas.places import Gone
from stop_button.atlas.stored import BY_FORMULA, Found

__all__ = ["STATUSES", "Cell", "Place", "Status", "cell_of", "cells"]

Status = Literal["proved", "holds", "fails", "fails by a tie", "open", "does not apply"]

STATUSES: Final[dict[Status, str]] = {
    "proved": "for any numbers, by the graph of every family and world, or by the formula",
    "holds": "in every world that was gone through and says something",
    "fails": "in some world it fails; a property of policies: no best policy is known to have it, though another policy has",
    "fails by a tie": "in some world some best policies have it and some lack it, and nowhere do all lack it",
    "open": "no world says anything: no best policy, no policy that has it, or nothing decided",
    "does not apply": "no world has what the definition and the property speak of",
}
"""What each status means. A world in which no policy has the property says nothing of a definition, and is counted apart."""

ALWAYS_DEFINED: Final = "defined_everywhere"
BY_THE_GRAPH: Final = "gains_nothing_by_the_wish"


@dataclass(frozen=True)
class Place(Printed):
    """A world by where it stands: its place, from 1, in a canonical family, or a bundled world by its name with 0."""

    name: str
    number: int = 0

    def __str__(self) -> str:
        return f"world {self.number:,} of the family {self.name!r}" if self.number else f"the bundled world {self.name}"

    @property
    def code(self) -> str:
        """What to type for the world."""
        return f"sb.atlas.FAMILIES[{self.name!r}][{self.number - 1}]" if self.number else f"sb.worlds.bundled_worlds()[{self.name!r}]"


@dataclass(frozen=True)
class Cell(Printed):
    """What was found of a definition and a property: truthy where it is proved or holds.

    ``worlds`` counts the worlds that say something: it holds there, or fails. ``gone`` counts those that were gone through; a family is
    left at its first failure. ``first`` is the first world in which it fails, families before bundled worlds, each in its own order;
    ``also`` are the first of other places. ``impossible``, ``open`` and ``without_best`` count what says nothing.
    """

    row: str
    column: str
    status: Status
    worlds: int
    gone: int
    first: Place | None = None
    also: tuple[Place, ...] = ()
    impossible: int = 0
    open: int = 0
    without_best: int = 0

    def __bool__(self) -> bool:
        return self.status in ("proved", "holds")

    def __str__(self) -> str:
        return f"{self.row}, {self.column}: {self.said}"

    @property
    def said(self) -> str:
        """The status with its numbers."""
        if self.status in ("fails", "fails by a tie"):
            return f"{self.status} in {self.first}{', the first there' if self.first is not None and self.first.number else ''}"
        if self.status in ("proved", "holds"):
            how = "proved on the graph" if self.column == BY_THE_GRAPH else "proved by the formula"
            head = f"{how}; holds" if self.status == "proved" else "holds"
            return f"{head} in all {self.worlds:,} worlds of the families and bundled that say something{self._apart()}"
        return self.status if self.status == "does not apply" else f"open{self._apart()}"

    def _apart(self) -> str:
        counts = {"in {} no policy has it": self.impossible, "{} without a best policy": self.without_best, "{} open": self.open}
        said = [text.format(f"{number:,}") for text, number in counts.items() if number]
        return f" ({', '.join(said)})" if said else ""


@checked
def cell_of(found: Found, row: str, column: str) -> Cell:
    """What was found of a definition and a property.

    :param found: what was found.
    :param row: the name of a definition.
    :param column: the name of a property.
    :returns: a ``Cell``, truthy where it is proved or holds.
    :raises UnknownName: for a definition or a property that was not asked about.

    >>> from stop_button.atlas import committed
    >>> cell_of(committed(), "counterfactual", "gains_nothing_by_the_wish").status
    'proved'
    """
    for name, known in ((row, found.rows), (column, found.columns)):
        if name not in known:
            raise UnknownName(f"{name!r} is not in the atlas; it has: {', '.join(known)}{suggestion(name, known)}")
    gone = {family: rows[row][column] for family, rows in found.families.items() if row in rows}
    at = found.columns.index(column)
    letters = {world: entries[row].letters[at] for world, entries in found.worlds.items() if row in entries}
    fails = [*(Place(name, one.fails) for name, one in gone.items() if one.fails), *_lettered(letters, "fails")]
    ties = [*(Place(name, one.tie) for name, one in gone.items() if one.tie), *_lettered(letters, "by a tie")]
    met = [_counts(one) for one in gone.values()] + [_counts(Gone().after(letter)) for letter in letters.values()]
    holds, failed, impossible, open_, without, through = (sum(column) for column in zip(*met, strict=True)) if met else (0,) * 6
    first = fails or ties
    status: Status = "fails" if fails else "fails by a tie" if ties else _unfailed(found, row, column, holds, impossible + open_ + without)
    return Cell(row, column, status, holds + failed, through, first[0] if first else None, tuple(first[1:]), impossible, open_, without)


def _counts(gone: Gone) -> tuple[int, ...]:
    silent = gone.holds + gone.impossible + gone.open + gone.without_best + gone.does_not_apply
    return gone.holds, gone.through - silent, gone.impossible, gone.open, gone.without_best, gone.through - gone.does_not_apply


def _lettered(letters: dict[str, str], outcome: Literal["fails", "by a tie"]) -> Iterator[Place]:
    return (Place(world) for world, letter in letters.items() if letter == LETTERS[outcome])


def _unfailed(found: Found, row: str, column: str, holds: int, silent: int) -> Status:
    if not holds:
        return "open" if silent else "does not apply"
    if column == BY_THE_GRAPH and all((row, place) in found.proofs for place in _places(found, row, column)):
        return "proved"
    return "proved" if column == ALWAYS_DEFINED and (row, BY_FORMULA) in found.proofs else "holds"


def _places(found: Found, row: str, column: str) -> Iterator[str]:
    """Where a property of a definition can be asked."""
    at = found.columns.index(column)
    yield from (name for name, rows in found.families.items() if rows[row][column].does_not_apply < rows[row][column].through)
    yield from (name for name, entries in found.worlds.items() if row in entries and entries[row].letters[at] != LETTERS["does not apply"])


@checked
def cells(found: Found) -> Iterator[Cell]:
    """Every cell, definition by definition."""
    return (cell_of(found, row, column) for row in found.rows for column in found.columns)
