"""One node given its parents as an array: whole numbers over one common denominator, worked out once for equal needs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from causalkit.mechanisms.mechanism import CPT, Choice, Mechanism
from causalkit.values.arrays import Array
from causalkit.values.dist import Dist, Value, summed
from causalkit.values.exact import are_fractions, in_units

__all__ = ["INT64", "NodeTable", "Table", "new_number", "node_table", "whole"]

Domain = tuple[Value, ...]

CERTAIN = (1,), 1

INT64 = 2**63
"""Whole numbers below this are kept as int64, others as Python's own."""


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
    import numpy as np

    rows = _rows(mechanism, list(itertools.product(*inputs)))
    different = list({id(row): row for row in rows}.values())
    at = {value: i for i, value in enumerate(mechanism.domain)}
    columns = np.fromiter(map(at.__getitem__, itertools.chain.from_iterable(different)), np.intp)
    reached = np.flatnonzero(np.bincount(columns, minlength=len(at)))
    domain = tuple([mechanism.domain[i] for i in reached])
    counted = None if isinstance(mechanism, Choice) else _counted(different)
    if counted is None:
        return NodeTable(domain, None, 1)
    counts, commons = zip(*counted, strict=True)
    scale = math.lcm(*set(commons))
    lengths = list(map(len, counts))
    times = {common: scale // common for common in set(commons)}
    weights = whole(itertools.chain.from_iterable(counts), scale) * np.repeat(whole(map(times.__getitem__, commons), scale), lengths)
    table = np.zeros((len(different), len(domain)), weights.dtype)
    table[np.repeat(np.arange(len(different)), lengths), np.searchsorted(reached, columns)] = weights
    if len(different) < len(rows):
        places = {id(row): i for i, row in enumerate(different)}
        table = table[list(map(places.__getitem__, map(id, rows)))]
    return NodeTable(domain, table.reshape([*(len(each) for each in inputs), len(domain)]), scale)


def _rows(mechanism: Mechanism, inputs: list[tuple[Value, ...]]) -> list[Mapping[Value, Any]]:
    """The values that each row can give with their weights; a row that stands in several places is often the same object there."""
    if isinstance(mechanism, CPT) and mechanism.coupling != "monotone":
        rows = mechanism.rows
        return list(rows.values()) if list(rows) == inputs else [rows[each] for each in inputs]
    every = [mechanism.row(each).outcomes for each in inputs]
    return [found if len(found := dict(outcomes)) == len(outcomes) else summed(outcomes) for outcomes in every]


def _counted(rows: Iterable[Mapping[Value, Any]]) -> list[tuple[Sequence[int], int]] | None:
    """The weights of each row as whole numbers over a denominator of its own; None where one of them holds symbols."""
    counted = []
    for row in rows:
        if isinstance(row, Dist):
            counts: tuple[Sequence[int], int] | None = row.counts
        elif len(row) == 1:
            counts = CERTAIN
        else:
            counts = in_units(row.values()) if are_fractions(row.values()) else None
        if counts is None:
            return None
        counted.append(counts)
    return counted


def whole(numbers: Iterable[int], bound: int) -> Array:
    """Whole numbers of at most this size as an array: int64 where they surely fit, Python's integers otherwise."""
    import numpy as np

    return np.fromiter(numbers, np.int64 if bound < INT64 else object)
