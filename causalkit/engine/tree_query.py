"""Questions that are put to a join tree: nothing is compiled, and what was worked out for other questions is used again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from causalkit.engine.compiling.binding import Bound, Unbound, bind
from causalkit.engine.compiling.factors import Structure
from causalkit.engine.compiling.plan import MOST_CELLS, MOST_ON_TREES, MOST_RUNS, Plan
from causalkit.engine.compiling.tracing import runs_bound
from causalkit.engine.compiling.world import World
from causalkit.engine.contraction.products import FLOATS, WHOLE
from causalkit.engine.exact.cutset import all_conditioned, conditioned, sliced
from causalkit.engine.exact.execution import MOST_KEPT
from causalkit.engine.exact.join_tree import CHEAP_IN_FLOATS, Way, all_priced, axes_of, priced, way_to, way_to_all
from causalkit.mechanisms.network import Node, ordered
from causalkit.values.arrays import Array
from causalkit.values.dist import Value

__all__ = [
    "JointWeights", "OnTree", "Unbound", "askings_before_compiling", "by_value", "joint_weights", "planned_on_tree", "prepared",
    "single_weights", "tree_plan",
]  # fmt: skip

FLOATS_FASTER = 40
"""How many times faster than whole numbers floats are at least, where tables are large."""

TABLES_EACH = 20
"""A question is put to the tree once more for every so many of its tables, before it is compiled."""

LONG = 5_000_000
"""All marginals at once that take more multiply-adds than this are compared with each alone."""

EACH = 20_000
"""Multiply-adds that take as long as putting one more question to a tree."""

FOREVER = 1 << 60


class JointWeights(NamedTuple):
    """The weight of each combination of the target's values together with what was observed, to be divided by ``scale``.

    ``cells`` has an axis for each node of the target, along the values in ``choices``; a node that was observed has one. ``cost`` are
    the multiply-adds that they took at most, ``tables`` how many tables were put on the tree.
    """

    cells: Array
    choices: tuple[tuple[Value, ...], ...]
    scale: int
    cost: int
    tables: int


def joint_weights(
    world: World,
    structure: Structure,
    seen: Sequence[Value],
    *,
    ratios: bool = False,
    floats: bool = False,
    price: bool = False,
    opened: bool = False,
) -> JointWeights | None:
    """The weights of the target's values together with the evidence, or None where the evidence cannot be.

    ``seen`` are the observed values; with ``ratios`` only the weights' ratios are right, for evidence that is known to be
    possible; with ``floats`` they are float64; with ``opened`` the target holds the open choices and what they see; with ``price`` the cost
    is no rough bound. Raises ``TooLarge`` before anything is computed, ``NeedsCoupling``, and ``Unbound`` for weights that hold symbols,
    choices that are open, and what is too large for a tree but has few enough runs.
    """
    made = prepared(world, structure, seen, ratios=ratios, floats=floats, opened=opened)
    return None if made is None else weighed(made, price=price)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A question as tables, with the way to its answer on a tree."""

    bound: Bound
    way: Way
    structure: Structure
    seen: Sequence[Value]
    floats: bool

    @property
    def is_within(self) -> bool:
        """Whether what it takes is within the limits of exact answers."""
        return self.way.cost <= MOST_ON_TREES and self.way.largest <= MOST_CELLS

    @property
    def plan(self) -> Plan:
        """How it is answered, and whether that is within the limits."""
        return tree_plan(self.bound, self.way, self.structure.asked_for, floats=self.floats)

    @property
    def exact_plan(self) -> Plan:
        """The same within the limits of exact answers, at a cost that is no mere bound."""
        way = self.way if self.way.width else priced(self.bound, self.way.tree, self.way.own)
        return replace(self, way=way, floats=False).plan


def prepared(
    world: World, structure: Structure, seen: Sequence[Value], *, ratios: bool = False, floats: bool = False, opened: bool = False
) -> Prepared | None:
    """A question as ``weighed`` answers it, or None where the evidence cannot be; raises ``NeedsCoupling`` and ``Unbound``."""
    _check_couplings(world, structure)
    bound = bind(world, structure, seen, floats, opened=opened)
    if bound is None:
        return None
    bound = bound.separated() if ratios else bound
    way = _within(bound, way_to(bound, CHEAP_IN_FLOATS) if floats else way_to(bound))
    return Prepared(bound, way, structure, seen, floats)


def weighed(made: Prepared, *, price: bool = False) -> JointWeights:
    """The weights of a question; raises as ``joint_weights`` does."""
    bound, way, target, floats = made.bound, made.way, made.structure.target, made.floats
    world = bound.world
    if not made.is_within:
        plan = made.plan
        if not plan and plan.runs <= MOST_RUNS:
            raise Unbound
        plan.check()
    if price and not way.width and way.cost > MOST_KEPT:
        way = priced(bound, way.tree, way.own)
    table = conditioned(bound, way, FLOATS if floats else WHOLE)
    choices = domains_at(world, made.structure, made.seen)
    found = JointWeights(axes_of(bound, table, target), choices, 1 if floats else bound.scale, way.cost, len(bound.tables))
    world.memory.trim()
    return found


def askings_before_compiling(found: JointWeights) -> int:
    """How many more times a question that was asked once is put to the tree: for ever, where compiled it would be too large to keep."""
    return FOREVER if found.cost > MOST_KEPT else found.tables // TABLES_EACH


@dataclass(eq=False)
class OnTree:
    """A question as it is put to a join tree in floats, ``left`` more times before it is compiled.

    ``made`` is the question at the values that it was compiled with, for the first asking.
    """

    world: World
    structure: Structure
    which: Array
    count: int
    made: Prepared | None = None
    left: int = 1
    is_new: bool = True

    def __call__(self, seen: Sequence[Value]) -> Array:
        """The weight of each of the target's values."""
        import numpy as np

        made, self.made = self.made, None
        if made is None or tuple(made.seen) != tuple(seen):
            made = prepared(self.world, self.structure, seen, floats=True)
        if made is None:
            return np.zeros(self.count)
        found = weighed(made, price=self.is_new)
        if self.is_new:
            self.is_new = False
            self.left = askings_before_compiling(found)
        weights: Array = np.bincount(self.which, found.cells.reshape(-1), self.count)
        return weights

    def can_be(self, seen: Sequence[Value]) -> bool:
        """Whether what is observed is possible, found in whole numbers; raises ``TooLarge`` and ``Unbound`` as ``joint_weights`` does."""
        found = joint_weights(self.world, self.structure.about(()), seen)
        return found is not None and bool(found.cells.any())


def single_weights(
    world: World, structure: Structure, seen: Sequence[Value], *, floats: bool = False, is_possible: bool = False
) -> list[Mapping[Value, Any]] | None:
    """The weight of each value of each node of the target together with the evidence, all from one pass over a tree and back.

    None if the evidence cannot be.

    Weights of one node are right in proportion. Raises as ``joint_weights`` does.
    """
    _check_couplings(world, structure)
    bound = bind(world, structure, seen, floats)
    if bound is None:
        return None
    bound, nodes = replace(bound, ratios=is_possible), structure.target
    way = way_to_all(bound)
    if way.cost > LONG + 2 * EACH * len(nodes):
        apart = _apart(world, structure, seen, floats=floats, ratios=is_possible, most=way.cost // 2 - EACH * len(nodes))
        if apart is not None:
            return [by_value(weighed(made)) for made in apart]
    if way.largest > MOST_CELLS:
        way = sliced(bound, way, MOST_CELLS, all_priced, MOST_ON_TREES * FLOATS_FASTER)
    tree_plan(bound, way, structure.asked_for, floats=floats).check()
    tables = all_conditioned(bound, way, FLOATS if floats else WHOLE)
    found: list[Mapping[Value, Any]] = []
    for node, domain in zip(nodes, domains_at(world, structure, seen), strict=True):
        table = tables.get(world.slot(node))
        found.append(dict.fromkeys(domain, 1) if table is None else dict(zip(domain, table.cells.tolist(), strict=True)))
    world.memory.trim()
    return found


def by_value(found: JointWeights) -> Mapping[Value, Any]:
    """The weight of each value of the first node of the target."""
    return dict(zip(found.choices[0], found.cells.reshape(-1).tolist(), strict=True))


def domains_at(world: World, structure: Structure, seen: Sequence[Value]) -> tuple[tuple[Value, ...], ...]:
    """What each node of the target can take; one that is observed, its observed value."""
    observed = dict(zip(structure.observed, seen, strict=True))
    return tuple([(observed[node],) if node in observed else world.memory.entry(node).table.domain for node in structure.target])


def _apart(world: World, structure: Structure, seen: Sequence[Value], *, floats: bool, ratios: bool, most: int) -> list[Prepared] | None:
    """A question for each node of the target alone, for which only what is above it matters; None beyond ``most`` multiply-adds."""
    found: list[Prepared] = []
    for node in reversed(structure.target):
        made = prepared(world, structure.about((node,)), seen, ratios=ratios, floats=floats)
        if made is None or not made.is_within or made.way.cost > most:
            return None
        most -= made.way.cost
        found.append(made)
    return found[::-1]


def _check_couplings(world: World, structure: Structure) -> None:
    """Raises ``NeedsCoupling`` where copies would share a draw and nothing says how; under one regime there are no two copies."""
    if not world.is_single:
        ordered(structure.asked_for)


def _within(bound: Bound, way: Way) -> Way:
    return sliced(bound, way, MOST_CELLS, most_cost=MOST_ON_TREES * FLOATS_FASTER) if way.largest > MOST_CELLS else way


def tree_plan(bound: Bound, way: Way, nodes: Iterable[Node], *, floats: bool = False) -> Plan:
    """How a question about these nodes is answered on a tree, and whether that is within the limits."""
    fits = way.cost <= MOST_ON_TREES * (FLOATS_FASTER if floats else 1) and way.largest <= MOST_CELLS
    memory = 2 * way.largest * (44 + bound.scale.bit_length() // 16)
    reason = f"messages on the join tree of the {'network' if way.own else 'question'}"
    if way.sliced:
        reason += f", for each value of {len(way.sliced)} variables in turn"
    return Plan("elimination", len(bound.tables), way.width, way.cost, memory, runs_bound(nodes), reason, fits, way.largest)


def planned_on_tree(world: World, structure: Structure, seen: Sequence[Value], *, ratios: bool = False) -> Plan | None:
    """How ``joint_weights`` would answer; None where the evidence cannot be. Raises ``NeedsCoupling`` and ``Unbound`` as it does."""
    made = prepared(world, structure, seen, ratios=ratios)
    return None if made is None else made.exact_plan
