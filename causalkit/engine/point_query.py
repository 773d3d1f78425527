"""Plain questions, how likely certain variables are to have certain values: compiled when asked again, then filled with values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from causalkit.engine.compiling.factors import Structure
from causalkit.engine.compiling.plan import FEW_RUNS, Elimination, eliminating, planned_for
from causalkit.engine.compiling.tracing import SLACK
from causalkit.engine.exact.elimination import ready
from causalkit.engine.exact.enumeration import measure
from causalkit.engine.exact.indexing import places
from causalkit.mechanisms.network import Node, Reading
from causalkit.values.dist import Dist, normalised
from causalkit.values.exact import Number, exact, tidy

__all__ = ["Plain", "Weights", "is_narrow", "plain"]

Value = Hashable


class Weights(NamedTuple):
    """The values that are possible, each with its weight in some ring, and the way from there to a number."""

    found: dict[Any, Any]
    number: Callable[[Any], Number]

    @property
    def total(self) -> Number:
        """The weight of all values together."""
        return tidy(self.number(sum(self.found.values()))) if self.found else exact(0)

    def dist(self) -> Dist:
        """The weights divided by their sum."""
        total = sum(self.found.values())
        if isinstance(total, int):
            return Dist.trusted({value: Fraction(weight, total) for value, weight in self.found.items()})
        return normalised({value: self.number(weight) for value, weight in self.found.items()})


NOTHING = Weights({}, exact)


class Plain:
    """A plain question for any observed values: the weight of each combination of the target's values, together with what is seen.

    What is observed is no part of the target, and no node is in the target twice.
    Where the world has few runs, the first asking walks through them; whoever asks again gets a compiled answer.
    """

    def __init__(self, observed: tuple[Node, ...], target: tuple[Node, ...]) -> None:
        self.observed, self.target = observed, target
        first: dict[Node, int] = {}
        for i, node in enumerate(observed):
            first.setdefault(node, i)
        self._structure = Structure(tuple(first), (), target)
        self._first = tuple(first.values())
        self._repeats = tuple((first[node], i) for i, node in enumerate(observed) if first[node] != i)
        self._met = False

    def __call__(self, seen: Sequence[Value]) -> Weights:
        """The weights at these observed values, one for each observed node; raises as ``solve.measure`` does."""
        for i, j in self._repeats:
            if seen[i] != seen[j]:
                return NOTHING
        found = self._compiled
        if found is None or (not self._met and self._few):
            self._met = True
            return self._by_enumeration(seen)
        made = ready(found)
        at = places(made.tables, [seen[i] for i in self._first])
        if at is None:
            return NOTHING
        flat = made.run(at).tolist()
        return Weights({value: flat[i] for i, value in self._cells if flat[i]}, made.number)

    @cached_property
    def _few(self) -> bool:
        return planned_for(self._structure)[0].reason == FEW_RUNS

    @cached_property
    def _compiled(self) -> Elimination | None:
        """The elimination, unless enumeration is the plan for another reason than that there are few runs."""
        plan, found = planned_for(self._structure)
        plan.check()
        if found is None and self._few:
            found = eliminating(self._structure)
        return None if found is None or found.tables.choices else found

    @cached_property
    def _cells(self) -> list[tuple[int, Any]]:
        """Each kept combination with the target's values in it, in the order of the target's table."""
        assert self._compiled is not None
        layout, values = ready(self._compiled).layout, list(self._values())
        return [(i, values[place]) for i, place in zip(layout.order, layout.places, strict=True)]

    def _values(self) -> Any:
        """The target's values: tuples, or for one variable the values themselves."""
        domains = [node.mechanism.domain for node in self.target]
        return domains[0] if len(domains) == 1 else itertools.product(*domains)

    def _by_enumeration(self, seen: Sequence[Value]) -> Weights:
        evidence = [_sees(node, value) for node, value in zip(self.observed, seen, strict=True)]
        return Weights(measure(evidence, _reads(self.target)), lambda weight: weight)


@lru_cache(maxsize=1024)
def plain(observed: tuple[Node, ...], target: tuple[Node, ...]) -> Plain:
    """The plain question about these nodes, the same one each time."""
    return Plain(observed, target)


def is_narrow(target: Sequence[Node]) -> bool:
    """Whether the combinations of some nodes' values are so few that each can have a cell; nodes named twice are no such case."""
    return math.prod(len(node.mechanism.domain) for node in target) <= SLACK and len(set(target)) == len(target)


def _sees(node: Node, value: Value) -> Reading:
    return Reading((node,), lambda values: values[node] == value)


def _reads(target: tuple[Node, ...]) -> Reading:
    def read(values: Mapping[Node, Value]) -> Value:
        found = tuple(values[node] for node in target)
        return found[0] if len(found) == 1 else found

    return Reading(target, read)
