"""One node given its parents as an array: whole numbers over one common denominator, worked out once for equal needs."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from causalkit.mechanisms.counted_rows import counted_rows
from causalkit.mechanisms.mechanism import CPT, Choice, Mechanism
from causalkit.values.arrays import Array
from causalkit.values.dist import Value, summed

__all__ = ["NodeTable", "Table", "new_number", "node_table"]

Domain = tuple[Value, ...]


_numbers = itertools.count(1)


class Table:
    """Weights for every combination of the variables in a mask, with an axis for each in ascending order.

    ``bound`` is no less than any of the weights; ``number`` tells this table from all others that there are. ``own`` are the variables
    that it is a distribution of: summed over all of them it is the same number in every cell, whatever the others are.
    """

    __slots__ = ("bound", "cells", "mask", "number", "own")

    def __init__(self, mask: int, cells: Any, bound: int, own: int = 0) -> None:
        self.mask, self.cells, self.bound, self.own = mask, cells, bound, own
        self.number = new_number()


def new_number() -> int:
    """A number that nothing else has."""
    return next(_numbers)


class NodeTable(NamedTuple):
    """What a node can take, and the weight of each of these for every combination of what its parents can take.

    ``cells`` has an axis for each parent and a last one for the node, and is to be divided by ``scale``; it is None where weights
    hold symbols, or nobody has made the choice.
    """

    domain: Domain
    cells: Array | None
    scale: int


def node_table(mechanism: Mechanism, inputs: Sequence[Domain]) -> NodeTable:
    """The table of a mechanism whose parents can take the values in ``inputs``.

    >>> from causalkit.values.dist import coin
    >>> from causalkit.mechanisms.constructors import cpt
    >>> table = node_table(cpt(["x"], {0: coin("1/3"), 1: coin("1/4")}), [(0, 1)])
    >>> table.domain, table.cells.tolist(), table.scale
    ((False, True), [[8, 4], [9, 3]], 12)
    """
    every = list(itertools.product(*inputs))
    if isinstance(mechanism, CPT):
        rows = mechanism.rows
        found = mechanism.counted if list(rows) == every else counted_rows([rows[each] for each in every], mechanism.domain)
    else:
        found = counted_rows(_summed(mechanism, every), mechanism.domain, weighed=not isinstance(mechanism, Choice))
    cells = found.dense()
    return NodeTable(found.domain, cells if cells is None else cells.reshape([*map(len, inputs), len(found.domain)]), found.scale)


def _summed(mechanism: Mechanism, inputs: list[tuple[Value, ...]]) -> list[Mapping[Value, Any]]:
    """The values that each row can give with their weights, each value once."""
    every = [mechanism.row(each).outcomes for each in inputs]
    return [found if len(found := dict(outcomes)) == len(outcomes) else summed(outcomes) for outcomes in every]
