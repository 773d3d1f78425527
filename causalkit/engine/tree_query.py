"""Questions that are put to a join tree: nothing is compiled, and what was worked out for other questions is used again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from causalkit.engine.compiling.binding import Bound, Unbound, bind
from causalkit.engine.compiling.factors import Condition
from causalkit.engine.compiling.plan import Plan
from causalkit.engine.compiling.world import World
from causalkit.engine.exact.cutset import conditioned, sliced
from causalkit.engine.exact.join_tree import MOST_CELLS, Way, axes_of, way_to
from causalkit.engine.exact.products import FLOATS, WHOLE
from causalkit.mechanisms.network import Node, ordered
from causalkit.values.arrays import Array
from causalkit.values.dist import Value

__all__ = ["JointWeights", "Unbound", "joint_weights", "tree_plan"]

MOST_COST = 500_000_000
"""Multiply-adds of a question at most."""

SECONDS_EACH = 3e-7
"""Seconds that one multiply-add of whole numbers takes, roughly; floats take a fiftieth."""


class JointWeights(NamedTuple):
    """The weight of each combination of the target's values together with what was observed, to be divided by ``scale``.

    ``cells`` has an axis for each node of the target, along the values in ``choices``; a node that was observed has one. ``cost`` are
    the multiply-adds that they took at most.
    """

    cells: Array
    choices: tuple[tuple[Value, ...], ...]
    scale: int
    cost: int


def joint_weights(
    world: World,
    observed: Mapping[Node, Value],
    conditions: Sequence[Condition],
    target: Sequence[Node],
    *,
    ratios: bool = False,
    floats: bool = False,
) -> JointWeights | None:
    """The weights of the target's values together with the evidence, or None where the evidence cannot be.

    ``conditions`` are events over some nodes; with ``ratios`` only the weights' ratios are right, for evidence that is known to be
    possible; with ``floats`` they are float64. Raises ``TooLarge`` before anything is computed, ``NeedsCoupling``, and ``Unbound`` for
    weights that hold symbols and choices that are open.
    """
    if not world.is_single:
        ordered([*observed, *(node for condition in conditions for node in condition.scope), *target])
    bound = bind(world, observed, conditions, target, floats)
    if bound is None:
        return None
    if ratios:
        bound = bound.separated()
    way = _within(bound, way_to(bound))
    tree_plan(bound, way).check()
    table = conditioned(bound, way, FLOATS if floats else WHOLE)
    choices = []
    for node in target:
        domain = world.memory.entry(node).table.domain
        choices.append((observed[node],) if node in observed else domain)
    found = JointWeights(axes_of(bound, table, target), tuple(choices), 1 if floats else bound.scale, way.cost)
    world.memory.trim()
    return found


def _within(bound: Bound, way: Way) -> Way:
    return sliced(bound, way, MOST_CELLS) if way.largest > MOST_CELLS else way


def tree_plan(bound: Bound, way: Way) -> Plan:
    """How a question is answered on a tree, and whether that is within the limits."""
    fits = way.cost <= MOST_COST and way.largest <= MOST_CELLS
    memory = 2 * way.largest * (44 + bound.scale.bit_length() // 16)
    reason = f"messages on {'the' if way.own else 'a'} join tree"
    if way.sliced:
        reason += f", for each value of {len(way.sliced)} variables"
    return Plan("elimination", len(bound.tables), way.width, way.cost, memory, 0, reason, fits)
