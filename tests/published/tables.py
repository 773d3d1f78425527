"""Tables of scores as the sources print them, put to a world."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import stop_button as sb
from causalkit.errors import Impossible
from causalkit.values.exact import as_fraction
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility

COLUMNS = {
    "naive": sb.naive,
    "switch": sb.switch,
    "cf": sb.counterfactual,
    "cond": sb.cond,
    "cc": sb.conditional_counterfactual,
    "ccmin": sb.ccmin,
    "ref": sb.ref,
}


def check_table(world: World, table: str, **parameters: Any) -> None:
    """Every number of a table, and every winner, which is marked by a star; a column without a star names no winner.

    The first row holds the names of the columns, ``P(S)`` among them; ``parameters`` are those of the definitions.
    """
    header, *rows = [line.split() for line in table.strip().splitlines()]
    for row in rows:
        for column, cell in zip(header[1:], row[1:], strict=True):
            assert _number(world, column, row[0], parameters) == _read(cell), (world.name, row[0], column)
    for place, column in enumerate(header[1:], start=1):
        winners = {row[0] for row in rows if row[place].endswith("*")}
        if winners:
            board = sb.score(world, _utility(column, parameters))
            assert {str(policy) for policy in board.best(board.utilities[0])} == winners, column


def _number(world: World, column: str, policy: str, parameters: Any) -> Fraction | None:
    if column == "P(S)":
        return as_fraction(world.under(policy).prob({world.roles["intent"].variable: world.value_of("intent", sb.STOP)}))
    try:
        return as_fraction(_utility(column, parameters)(world, policy))
    except Impossible:
        return None


def _utility(column: str, parameters: Any) -> Utility:
    return COLUMNS[column].vary(**parameters) if parameters else COLUMNS[column]


def _read(cell: str) -> Fraction | None:
    return None if cell == "undefined" else Fraction(cell.rstrip("*"))
