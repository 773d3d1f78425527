"""The atlas: every definition in every world by every property, with the first failure or the proof."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from causalkit.errors import UnknownName, suggestion
from causalkit.values.arguments import checked
from stop_button.atlas.asking import Answered, answered
from stop_button.atlas.cells import Cell, Place, cell_of, cells
from stop_button.atlas.columns.column import Column
from stop_button.atlas.columns.of_definitions import DEFINITION_COLUMNS
from stop_button.atlas.columns.of_policies import POLICY_COLUMNS
from stop_button.atlas.plug_in import own
from stop_button.atlas.rows import ROWS, Row, row_of
from stop_button.atlas.running import Asked, run
from stop_button.atlas.screen import matrix
from stop_button.atlas.stored import Found, committed
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.searching.canonical_families import CANONICAL as FAMILIES

__all__ = [
    "COLUMNS", "FAMILIES", "ROWS", "Answered", "Asked", "Cell", "Column", "Found", "Place", "Row", "ask", "cell_of", "cells", "committed",
    "matrix", "own", "row_of", "run",
]  # fmt: skip

COLUMNS: Mapping[str, Column] = MappingProxyType({column.name: column for column in (*POLICY_COLUMNS, *DEFINITION_COLUMNS)})
"""Every column by its name, in the order in which tables show them."""


@checked
def ask(world: World, definition: Utility | str, column: str) -> Answered:
    """What a world says of a definition by a property of the atlas.

    :param world: the world that is asked.
    :param definition: a utility, or the name of a row.
    :param column: the name of a property.
    :returns: an ``Answered``, truthy where the property holds of every best policy.
    :raises UnknownName: for a name that no row, or no column, has.

    >>> import stop_button as sb
    >>> print(ask(sb.worlds.scale(), "counterfactual", "no_influence"))
    counterfactual in scale, no_influence: holds of every best policy (best: commit)
    """
    if column not in COLUMNS:
        raise UnknownName(f"{column!r} is no column of the atlas; it has: {', '.join(COLUMNS)}{suggestion(column, COLUMNS)}")
    return answered(world, definition, COLUMNS[column])
