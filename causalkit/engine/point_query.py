"""Questions about the values of variables where values are all that has been observed: walked through, put to a tree, or compiled."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from causalkit.engine.compiling.factors import Structure
from causalkit.engine.compiling.plan import FEW_RUNS, Elimination, eliminating, has_few_runs, planned_for
from causalkit.engine.compiling.tracing import SLACK
from causalkit.engine.compiling.world import World
from causalkit.engine.exact import enumeration
from causalkit.engine.exact.elimination import ready
from causalkit.engine.exact.indexing import places
from causalkit.engine.tree_query import JointWeights, Unbound, askings_before_compiling, joint_weights
from causalkit.errors import TooLarge
from causalkit.mechanisms.network import Node, Reading
from causalkit.values.dist import Dist, Value, normalised
from causalkit.values.exact import Number, exact, is_zero, tidy

__all__ = ["FindWorld", "PointQuery", "Weights", "is_narrow", "point_query", "same"]


class Weights(NamedTuple):
    """The values that are possible, each with its weight in some ring, and the way from there to a number."""

    found: dict[Any, Any]
    number: Callable[[Any], Number]

    @property
    def is_zero(self) -> bool:
        """Whether the weight of all values together is zero."""
        total = sum(self.found.values())
        return not total if isinstance(total, int) else is_zero(self.total)

    @property
    def total(self) -> Number:
        """The weight of all values together."""
        return tidy(self.number(sum(self.found.values()))) if self.found else exact(0)

    def dist(self) -> Dist:
        """The weights divided by their sum."""
        total = sum(self.found.values())
        if isinstance(total, int) and total:
            return Dist.trusted({value: Fraction(weight, total) for value, weight in self.found.items()})
        return normalised({value: self.number(weight) for value, weight in self.found.items()})

    def share(self, value: Any) -> Number:
        """The weight of one value divided by the sum."""
        total = sum(self.found.values())
        return Fraction(self.found.get(value, 0), total) if isinstance(total, int) and total else self.dist()[value]


def same(weight: Number) -> Number:
    """The way to a number from what is one already."""
    return weight


NOTHING = Weights({}, same)

MOST_POSSIBLE = 1024
"""Observed values of one question that are known to be possible, at most."""

FindWorld = Callable[[], World]
"""The way to the world that a question speaks of, which only the first askings go."""


class PointQuery:
    """The weight of each combination of the target's values together with what is observed, for any observed values.

    What is observed is no part of the target, and no node is in the target twice.
    The first asking walks through the runs of the world where they are few, and is put to its join tree otherwise; whoever asks again
    gets a compiled answer: the later the larger it is, and never if it is so large that the tree is as good.
    """

    def __init__(self, observed: tuple[Node, ...], target: tuple[Node, ...]) -> None:
        self.observed, self.target = observed, target
        first: dict[Node, int] = {}
        for i, node in enumerate(observed):
            first.setdefault(node, i)
        self._structure = Structure(tuple(first), (), target)
        self._first = tuple(first.values())
        self._repeats = tuple((first[node], i) for i, node in enumerate(observed) if first[node] != i)
        self._left, self._is_new = 1, True
        self.possible: set[tuple[Value, ...]] = set()

    def __call__(self, seen: Sequence[Value], find_world: FindWorld | None = None, ratios: bool = False) -> Weights:
        """The weights at these observed values, one for each observed node; raises as ``measure`` does.

        With ``ratios`` only their ratios need to be right, for evidence that is known to be possible.
        """
        for i, j in self._repeats:
            if seen[i] != seen[j]:
                return NOTHING
        if self._left:
            self._left -= 1
            if self._few:
                return self._by_enumeration(seen)
            found = None if find_world is None else self._on_tree(seen, find_world(), ratios)
            if found is not None:
                return found
        return self._by_compiling(seen)

    def keep_possible(self, seen: tuple[Value, ...]) -> None:
        """Keep in ``possible``, as long as there is room, that these observed values can be."""
        if len(self.possible) < MOST_POSSIBLE:
            self.possible.add(seen)

    def is_surely_positive(self, seen: Sequence[Value], find_world: FindWorld) -> bool:
        """Whether floats show that the weights are not all zero, while the question is put to a tree; False where they do not."""
        if not self._left or self._few or any(seen[i] != seen[j] for i, j in self._repeats):
            return False
        self._left -= 1
        try:
            found = self._weights_on_tree(seen, find_world(), floats=True)
        except (Unbound, TooLarge):
            found = None
        self._left += found is None
        return found is not None and bool((found.cells > 0).any())

    def _different(self, seen: Sequence[Value]) -> tuple[Value, ...]:
        """The observed values, those of a node that is observed twice once."""
        return tuple([seen[i] for i in self._first])

    def _weights_on_tree(self, seen: Sequence[Value], world: World, *, ratios: bool = False, floats: bool = False) -> JointWeights | None:
        found = joint_weights(world, self._structure, self._different(seen), ratios=ratios, floats=floats, price=self._is_new)
        if found is not None and self._is_new:
            self._is_new = False
            self._left = askings_before_compiling(found)
        return found

    def _on_tree(self, seen: Sequence[Value], world: World, ratios: bool) -> Weights | None:
        """The answer by the world's join tree, unless weights are no numbers."""
        try:
            found = self._weights_on_tree(seen, world, ratios=ratios)
        except Unbound:
            return None
        if found is None:
            return NOTHING
        values = itertools.product(*found.choices) if len(self.target) != 1 else iter(found.choices[0])
        weights = {value: weight for value, weight in zip(values, found.cells.reshape(-1).tolist(), strict=True) if weight}
        return Weights(weights, lambda weight: Fraction(weight, found.scale))

    def _by_compiling(self, seen: Sequence[Value]) -> Weights:
        found = self._compiled
        if found is None:
            return self._by_enumeration(seen)
        made = ready(found)
        at = places(made.tables, self._different(seen))
        if at is None:
            return NOTHING
        flat = made.run(at).tolist()
        return Weights({value: flat[i] for i, value in self._cells if flat[i]}, made.number)

    @cached_property
    def _few(self) -> bool:
        return has_few_runs([*self.observed, *self.target]) and not self._is_refused

    @cached_property
    def _is_refused(self) -> bool:
        """Whether enumeration is the plan for another reason than that there are few runs."""
        return planned_for(self._structure)[0].reason != FEW_RUNS

    @cached_property
    def _compiled(self) -> Elimination | None:
        """The elimination, unless enumeration is the plan for another reason than that there are few runs."""
        best, found = planned_for(self._structure)
        best.check()
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
        return Weights(enumeration.measure(evidence, _reads(self.target)), same)


@lru_cache(maxsize=1024)
def point_query(observed: tuple[Node, ...], target: tuple[Node, ...]) -> PointQuery:
    """The point query about these nodes, the same one each time."""
    return PointQuery(observed, target)


def is_narrow(target: Sequence[Node]) -> bool:
    """Whether the combinations of some nodes' values are so few that each can have a cell; nodes named twice are no such case."""
    if len(target) == 1:
        return len(target[0].mechanism.domain) <= SLACK
    return math.prod(len(node.mechanism.domain) for node in target) <= SLACK and len(set(target)) == len(target)


def _sees(node: Node, value: Value) -> Reading:
    return Reading((node,), lambda values: values[node] == value)


def _reads(target: tuple[Node, ...]) -> Reading:
    def read(values: Mapping[Node, Value]) -> Value:
        found = tuple(values[node] for node in target)
        return found[0] if len(found) == 1 else found

    return Reading(target, read)
