"""Exact answers by variable elimination: integers over a common denominator, polynomials where weights hold symbols."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from causalkit.engine.compiling.factors import Problem
from causalkit.engine.compiling.plan import Elimination
from causalkit.engine.compiling.query import Query
from causalkit.engine.exact.enumeration import Assignment
from causalkit.engine.exact.execution import Runner, runner
from causalkit.engine.exact.indexing import Layout, assignment, checked, layout, places
from causalkit.engine.exact.rings import exact_tables
from causalkit.values.arrays import Array
from causalkit.values.dist import Value
from causalkit.values.exact import Number

__all__ = ["measure", "open_measure", "ready", "values_at", "values_of", "values_of_each"]

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Ready:
    """Everything about a question that stays the same when the observed values change."""

    tables: Problem
    layout: Layout
    number: Callable[[Any], Number]
    run: Runner


@lru_cache(maxsize=128)
def ready(found: Elimination) -> Ready:
    """A planned elimination made ready to be asked with different observed values."""
    exact = exact_tables(found.tables.factors)
    run = runner(found.tables, found.whole, found.order, exact.tables, object)
    return Ready(found.tables, layout(found.tables, found.target), exact.number, run)


def measure(question: Query, found: Elimination) -> dict[Hashable, Number]:
    """The weight of each value of the target together with the evidence."""
    return _grouped(question, found, lambda tables, cell, seen: ()).get((), {})


def values_of(question: Query, choices: Sequence[Sequence[Value]], cells: Array, scale: int) -> dict[Hashable, Number]:
    """The same from the weights of the target's combinations, where ``choices`` are the values along each axis."""
    totals: dict[Hashable, Any] = {}
    for place, weight in zip(_places_of(question, choices), cells.reshape(-1).tolist(), strict=True):
        if weight:
            value = question.values[place]
            totals[value] = totals[value] + weight if value in totals else weight
    return {value: Fraction(total, scale) for value, total in checked(totals).items()}


def values_at(question: Query, choices: Sequence[Sequence[Value]]) -> list[Value]:
    """The target's value for each combination of the values along each axis; raises what it raised for one of them."""
    found = values_of_each(question, choices)
    checked(dict.fromkeys(found))
    return found


def values_of_each(question: Query, choices: Sequence[Sequence[Value]]) -> list[Value]:
    """The same where what was raised stands in the place of the value."""
    return [question.values[place] for place in _places_of(question, choices)]


def _places_of(question: Query, choices: Sequence[Sequence[Value]]) -> Iterator[int]:
    """Where each combination of the values along each axis stands in the target's table."""
    stride, adds = 1, []
    for node, values in zip(reversed(question.structure.target), reversed(choices), strict=True):
        whole = node.mechanism.domain
        adds.append([whole.index(value) * stride for value in values])
        stride *= len(whole)
    return map(sum, itertools.product(*reversed(adds)))


def open_measure(question: Query, found: Elimination) -> dict[Assignment, dict[Hashable, Number]]:
    """The same with choices left open: for each set of choices that a run depends on, the weights of the target's values."""
    return _grouped(question, found, assignment)


def _grouped(
    question: Query, found: Elimination, key: Callable[[Problem, int, Mapping[int, int]], K | None]
) -> dict[K, dict[Hashable, Number]]:
    """The weights of the target's values, for each key of a kept combination; those whose key is None are left out."""
    made = ready(found)
    seen = places(made.tables, question.seen)
    if seen is None:
        return {}
    flat = made.run(seen).tolist()
    offset = sum(adds[seen[variable]] for variable, adds in made.layout.offsets.items())
    groups: dict[K, dict[Hashable, Any]] = {}
    for i, place in zip(made.layout.order, made.layout.places, strict=True):
        if (weight := flat[i]) and (cell := key(made.tables, i, seen)) is not None:
            value, totals = question.values[place + offset], groups.setdefault(cell, {})
            totals[value] = totals[value] + weight if value in totals else weight
    return {cell: {value: made.number(total) for value, total in checked(totals).items()} for cell, totals in groups.items()}
