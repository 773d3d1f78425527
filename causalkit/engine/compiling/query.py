"""A question to the network, split into what its answer's plan depends on and the values that fill the plan."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from causalkit.engine.compiling.factors import Condition, Structure
from causalkit.engine.compiling.tracing import Raised, Tabulated, Wide, tabulated
from causalkit.mechanisms.network import Node, Reading

__all__ = ["Query", "TooWide", "as_query", "wanted"]


@dataclass(frozen=True)
class Query:
    """A question whose readings are tables: its structure, the observed values, and the target's value in each of its cells.

    ``seen`` is None when two pieces of evidence contradict each other. ``certain`` says whether every reading reads the same nodes
    on all of its paths.
    """

    structure: Structure
    seen: tuple[Hashable, ...] | None
    values: tuple[Any, ...]
    certain: bool


@dataclass(frozen=True)
class TooWide:
    """A question that cannot be put as tables, with the nodes it was seen to read and the reason."""

    nodes: tuple[Node, ...]
    reason: str


def wanted(reading: Reading) -> Mapping[Node, Hashable] | None:
    """The values that a reading wants its nodes to have, when that is all it says; None when it says something else."""
    values = reading.wanted
    if values is None or not reading.nodes:
        return None
    found: dict[Node, Hashable] = {}
    for node, value in zip(reading.nodes, values, strict=True):
        if found.setdefault(node, value) != value:
            return None
    return found


def as_query(evidence: Sequence[Reading], target: Reading) -> Query | TooWide:
    """The question as tables; evidence that fixes values is set apart from other conditions."""
    read: list[Mapping[Node, Hashable] | Tabulated] = []
    for reading in evidence:
        found = wanted(reading) or tabulated(reading.truth())
        if isinstance(found, Wide):
            return _too_wide(found)
        read.append(found)
    last = tabulated(target)
    return _too_wide(last) if isinstance(last, Wide) else _assembled(read, last)


def _too_wide(found: Wide) -> TooWide:
    return TooWide(found.scope, "a question reads more combinations of values than the world has runs")


def _assembled(evidence: Sequence[Mapping[Node, Hashable] | Tabulated], target: Tabulated) -> Query | TooWide:
    seen: dict[Node, Hashable] = {}
    conditions: list[Condition] = []
    contradiction, certain = False, len(target.certain) == len(target.scope)
    for reading in evidence:
        fixed = _fixed(reading) if isinstance(reading, Tabulated) else reading
        if isinstance(reading, Tabulated):
            certain = certain and len(reading.certain) == len(reading.scope)
            if any(isinstance(value, Raised) for value in reading.values):
                return TooWide(reading.scope, "evidence raises for some values")
            if fixed is None:
                conditions.append(Condition(reading.scope, tuple(map(bool, reading.values))))
        for node, value in (fixed or {}).items():
            contradiction = contradiction or seen.setdefault(node, value) != value
    structure = Structure(tuple(seen), tuple(conditions), target.scope)
    return Query(structure, None if contradiction else tuple(seen.values()), target.values, certain)


def _fixed(reading: Tabulated) -> Mapping[Node, Hashable] | None:
    """The values that evidence fixes, when it holds in exactly one cell."""
    true = [cell for cell, value in enumerate(reading.values) if value]
    if len(true) != 1:
        return None
    cell, found = true[0], {}
    for node in reversed(reading.scope):
        cell, place = divmod(cell, len(node.mechanism.domain))
        found[node] = node.mechanism.domain[place]
    return dict(reversed(found.items()))
