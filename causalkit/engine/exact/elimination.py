"""Exact answers by variable elimination: integers over a common denominator, polynomials where weights hold symbols."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from causalkit.engine.compiling.factors import Problem
from causalkit.engine.compiling.plan import Elimination
from causalkit.engine.compiling.query import Asked
from causalkit.engine.exact.enumeration import Assignment
from causalkit.engine.exact.execution import Runner, runner
from causalkit.engine.exact.indexing import Layout, assignment, checked, layout, places
from causalkit.engine.exact.rings import exact_tables
from causalkit.values.exact import Number

__all__ = ["measure", "open_measure"]


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


def measure(question: Asked, found: Elimination) -> dict[Hashable, Number]:
    """The weight of each value of the target together with the evidence."""
    made = ready(found)
    seen = places(made.tables, question.seen)
    if seen is None:
        return {}
    flat = made.run(seen).tolist()
    offset = sum(adds[seen[variable]] for variable, adds in made.layout.offsets.items())
    totals: dict[Hashable, Any] = {}
    for i, place in zip(made.layout.order, made.layout.places, strict=True):
        if weight := flat[i]:
            value = question.values[place + offset]
            totals[value] = totals[value] + weight if value in totals else weight
    return {value: made.number(total) for value, total in checked(totals).items()}


def open_measure(question: Asked, found: Elimination) -> dict[Assignment, dict[Hashable, Number]]:
    """The same with choices left open: for each set of choices that a run depends on, the weights of the target's values."""
    made = ready(found)
    seen = places(made.tables, question.seen)
    if seen is None:
        return {}
    flat = made.run(seen).tolist()
    offset = sum(adds[seen[variable]] for variable, adds in made.layout.offsets.items())
    totals: dict[Assignment, dict[Hashable, Any]] = {}
    for i, place in zip(made.layout.order, made.layout.places, strict=True):
        chosen = assignment(made.tables, i, seen) if flat[i] else None
        if chosen is not None:
            value, group = question.values[place + offset], totals.setdefault(chosen, {})
            group[value] = group[value] + flat[i] if value in group else flat[i]
    return {chosen: {value: made.number(total) for value, total in checked(group).items()} for chosen, group in totals.items()}
