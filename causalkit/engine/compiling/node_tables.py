"""One node given its parents as an array: whole numbers over one common denominator, worked out once for equal needs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from types import NoneType
from typing import Any, NamedTuple

from causalkit.mechanisms.mechanism import CPT, Choice, Mechanism
from causalkit.values.arrays import Array
from causalkit.values.dist import Dist, Value

__all__ = ["INT64", "NodeTable", "Table", "new_number", "node_table", "whole"]

Domain = tuple[Value, ...]

INT64 = 2**63
"""Whole numbers below this are kept as int64, others as Python's own."""


_numbers = itertools.count(1)


class Table:
    """Weights for every combination of the variables in a mask, with an axis for each in ascending order.

    ``bound`` is no less than any of the weights; ``number`` tells this table from all others that there are.
    """

    __slots__ = ("bound", "cells", "mask", "number")

    def __init__(self, mask: int, cells: Any, bound: int) -> None:
        self.mask, self.cells, self.bound = mask, cells, bound
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
    rows = [_outcomes(mechanism, values) for values in itertools.product(*inputs)]
    pairs = {id(row): tuple(row.items()) if isinstance(row, Dist) else row for row in rows}
    reached = {value for row in pairs.values() for value, _ in row}
    domain = tuple([value for value in mechanism.domain if value in reached])
    ratios = _ratios(pairs.values())
    if isinstance(mechanism, Choice) or ratios is None:
        return NodeTable(domain, None, 1)
    scale = math.lcm(*{below for _, below in ratios})
    at = {value: i for i, value in enumerate(domain)}
    numerators: dict[int, list[int]] = {}
    waiting = iter(ratios)
    for key, row in pairs.items():
        numerators[key] = found = [0] * len(at)
        for (value, _), (above, below) in zip(row, waiting, strict=False):
            found[at[value]] += above * (scale // below)
    shape = [*(len(each) for each in inputs), len(domain)]
    return NodeTable(domain, whole([numerators[id(row)] for row in rows], scale).reshape(shape), scale)


Pairs = tuple[tuple[Value, Any], ...]


def _outcomes(mechanism: Mechanism, inputs: tuple[Value, ...]) -> Dist | Pairs:
    """The values that a row can give with their weights; a row that stands in several places is often the same object there."""
    if isinstance(mechanism, CPT) and mechanism.coupling != "monotone":
        return mechanism.rows[inputs]
    return mechanism.row(inputs).outcomes


def _ratios(rows: Iterable[Pairs]) -> list[tuple[int, int]] | None:
    """All weights in turn as whole numbers above and below the line; None where one of them holds symbols."""
    weights = [weight for row in rows for _, weight in row]
    if not all(isinstance(weight, Fraction | NoneType) for weight in weights):
        return None
    return [(1, 1) if weight is None else weight.as_integer_ratio() for weight in weights]


def whole(numbers: Any, bound: int) -> Array:
    """Whole numbers of at most this size as an array: int64 where they surely fit, Python's integers otherwise."""
    import numpy as np

    return np.array(numbers, np.int64 if bound < INT64 else object)
