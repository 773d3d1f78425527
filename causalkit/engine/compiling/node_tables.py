"""One node given its parents as an array: whole numbers over one common denominator, worked out once for equal needs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from causalkit.mechanisms.mechanism import CPT, Choice, Mechanism
from causalkit.values.arrays import Array
from causalkit.values.dist import Value, summed

__all__ = ["INT64", "NodeTable", "Table", "new_number", "node_table", "whole"]

Domain = tuple[Value, ...]

ONE = Fraction(1)

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

    rows = [_outcomes(mechanism, values) for values in itertools.product(*inputs)]
    different = {id(row): row for row in rows}
    values = list(itertools.chain.from_iterable(different.values()))
    reached = set(values)
    domain = tuple([value for value in mechanism.domain if value in reached])
    found = None if isinstance(mechanism, Choice) else _numerators([row.values() for row in different.values()])
    if found is None:
        return NodeTable(domain, None, 1)
    numerators, scale = found
    at = {value: i for i, value in enumerate(domain)}
    columns = np.array([at[value] for value in values], np.intp)
    lines = np.repeat(np.arange(len(different)), [len(row) for row in different.values()])
    table = np.zeros((len(different), len(domain)), np.int64 if scale < INT64 else object)
    table[lines, columns] = whole(numerators, scale)
    places = {key: i for i, key in enumerate(different)}
    cells = table if len(different) == len(rows) else table[[places[id(row)] for row in rows]]
    return NodeTable(domain, cells.reshape([*(len(each) for each in inputs), len(domain)]), scale)


def _outcomes(mechanism: Mechanism, inputs: tuple[Value, ...]) -> Mapping[Value, Any]:
    """The values that a row can give with their weights; a row that stands in several places is often the same object there."""
    if isinstance(mechanism, CPT) and mechanism.coupling != "monotone":
        return mechanism.rows[inputs]
    outcomes = mechanism.row(inputs).outcomes
    found = dict(outcomes)
    return found if len(found) == len(outcomes) else summed(outcomes)


def _numerators(rows: Iterable[Iterable[Any]]) -> tuple[list[int], int] | None:
    """All weights in turn as whole numbers over one common denominator, and this; None where one of them holds symbols.

    No pair is made for a weight: there may be millions of them, and the collector of garbage would walk through all.
    """
    weights = [ONE if weight is None else weight for row in rows for weight in row]
    if not set(map(type, weights)) <= {Fraction}:
        return None
    below = [weight.denominator for weight in weights]
    scale = math.lcm(*set(below))
    times = {denominator: scale // denominator for denominator in set(below)}
    return [weight.numerator * times[denominator] for weight, denominator in zip(weights, below, strict=True)], scale


def whole(numbers: Any, bound: int) -> Array:
    """Whole numbers of at most this size as an array: int64 where they surely fit, Python's integers otherwise."""
    import numpy as np

    return np.array(numbers, np.int64 if bound < INT64 else object)
