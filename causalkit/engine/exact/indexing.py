"""From the variables that an elimination keeps back to what was asked: the target's values and the choices made."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from causalkit.engine.compiling.factors import Problem
from causalkit.engine.compiling.tracing import Raised
from causalkit.engine.exact.enumeration import Assignment
from causalkit.mechanisms.network import Node

__all__ = ["Layout", "assignment", "checked", "choices_made", "layout", "places"]


@dataclass(frozen=True)
class Layout:
    """How the kept variables' combinations are read: where each one stands in the target's table, in the order of that table.

    ``offsets`` gives for each observed node of the target what its value adds to that place.
    """

    order: tuple[int, ...]
    places: tuple[int, ...]
    offsets: Mapping[int, tuple[int, ...]]


def layout(tables: Problem, target: Sequence[Node]) -> Layout:
    """The way from the kept variables to the cells of the target's table."""
    number = {node: i for i, node in enumerate(tables.nodes)}
    stride, adds = 1, {}
    for node in reversed(target):
        whole = node.mechanism.domain
        adds[number[node]] = tuple(whole.index(value) * stride for value in tables.domains[number[node]])
        stride *= len(whole)
    axes = [adds.get(variable, (0,) * tables.cards[variable]) for variable in tables.kept]
    places = [sum(parts) for parts in itertools.product(*axes)]
    order = sorted(range(len(places)), key=places.__getitem__)
    offsets = {variable: adds[variable] for variable in tables.observed if variable in adds}
    return Layout(tuple(order), tuple(places[i] for i in order), offsets)


def places(tables: Problem, seen: Sequence[Hashable] | None) -> dict[int, int] | None:
    """Where the observed values stand in their variables' domains; None when one of them cannot occur."""
    if seen is None:
        return None
    found: dict[int, int] = {}
    try:
        for variable, value in zip(tables.observed, seen, strict=True):
            found[variable] = tables.domains[variable].index(value)
    except ValueError:
        return None
    return found


def checked(totals: dict[Hashable, Any]) -> dict[Hashable, Any]:
    """The totals, unless a reading raised in a run that can happen: then its error."""
    for value in totals:
        if isinstance(value, Raised):
            raise value.error
    return totals


def assignment(tables: Problem, combination: int, seen: Mapping[int, int]) -> Assignment | None:
    """The choices made in one combination of the kept variables; None when copies of one choice see the same and do otherwise."""
    at = {**seen}
    for variable in reversed(tables.kept):
        combination, at[variable] = divmod(combination, tables.cards[variable])
    values = {tables.nodes[v]: tables.domains[v][at[v]] for choice, parents in tables.axes for v in (choice, *parents)}
    return choices_made([tables.nodes[choice] for choice, _ in tables.axes], values)


def choices_made(choices: Sequence[Node], values: Mapping[Node, Hashable]) -> Assignment | None:
    """The choices made where these nodes have these values; None when copies of one choice see the same and do otherwise."""
    made: dict[tuple[str, Hashable, tuple[Hashable, ...]], Hashable] = {}
    for node in choices:
        saw = tuple([values[parent] for parent in node.parents])
        if made.setdefault((node.variable, node.mechanism, saw), values[node]) != values[node]:
            return None
    return frozenset((variable, saw, did) for (variable, _, saw), did in made.items())
