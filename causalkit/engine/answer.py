"""From what is asked to the answer, exactly, by whichever engine is predicted to be cheaper: the one door to the engine's rooms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from typing import Any

from causalkit.engine.compiled_query import CompiledQuery, compile_query
from causalkit.engine.compiling.factors import Structure
from causalkit.engine.compiling.plan import MOST_RUNS, Plan, has_few_runs, planned
from causalkit.engine.compiling.query import Query, as_query, wanted
from causalkit.engine.compiling.tracing import SLACK
from causalkit.engine.compiling.world import World, world_of
from causalkit.engine.exact import elimination, enumeration
from causalkit.engine.exact.enumeration import Assignment
from causalkit.engine.exact.indexing import checked, choices_made
from causalkit.engine.most_probable import MostProbable, explanations, greatest
from causalkit.engine.point_query import FindWorld, PointQuery, Weights, is_narrow, point_query, same
from causalkit.engine.tree_query import Unbound, by_value, joint_weights, planned_on_tree, single_weights
from causalkit.errors import InvalidNumber, TooLarge
from causalkit.mechanisms.mechanism import Choice
from causalkit.mechanisms.network import Node, Reading, closure
from causalkit.values.arrays import LEAST
from causalkit.values.dist import Dist, Value
from causalkit.values.exact import Number, exact, is_zero, tidy
from causalkit.values.frozen import Frozen

__all__ = ["Answers", "PointQuery", "Weights", "is_narrow", "measure", "open_measure", "open_on_tree", "plan", "point_query", "world_of"]

CERTAIN = Weights({(): exact(1)}, same)

ANYTHING = Reading((), lambda values: True)
"""What holds in every run: its weight is that of the evidence."""


class Answers:
    """Whatever is asked under one body of evidence; ``find_world`` finds in which regimes, and ``is_possible`` says that it can be.

    Questions about the values of variables, where values are all that has been observed, are point queries: compiled when they are
    asked again, then filled with values. All others go to ``measure``.

    >>> from causalkit.values.dist import coin
    >>> from causalkit.mechanisms.mechanism import Noise, Table
    >>> from causalkit.mechanisms.network import Edits, Network, Reading
    >>> network = Network({"u": Noise(coin("1/3")), "y": Table(("u",), {(False,): 0, (True,): 1})})
    >>> y = network.node(Edits(), "y")
    >>> answers = Answers([Reading((y,), lambda values: values[y] > 0)])
    >>> answers.mass, answers.dist(Reading((y,), lambda values: values[y], is_values=True))
    (Fraction(1, 3), Dist({1: '1'}))
    """

    def __init__(self, evidence: Sequence[Reading], find_world: FindWorld | None = None, is_possible: bool = False) -> None:
        self.evidence, self._find_world = evidence, find_world
        self._point = _values_observed(evidence)
        self._mass: Number | None = None
        self.is_possible = is_possible or not evidence

    @cached_property
    def world(self) -> World | None:
        """The regimes that the questions speak of, if they are known: found when a question first needs them."""
        return None if self._find_world is None else self._find_world()

    def prob(self, event: Reading) -> Number:
        """The probability of an event, given the evidence."""
        if event.wanted is None or self._point is None:
            return self.dist(event if event.wanted else event.truth())[True]
        nodes, values = self._point
        if self.is_possible and len(event.nodes) == 1 and event.nodes[0] not in nodes and is_narrow(event.nodes):
            return point_query(nodes, event.nodes)(values, self._find_world, True).share(event.wanted[0])
        return tidy(point_query((*nodes, *event.nodes), ())((*values, *event.wanted), self._find_world).total / self.mass)

    def dist(self, target: Reading) -> Dist:
        """The distribution of what is read, given the evidence."""
        if self._point is not None and target.is_values and is_narrow(target.nodes):
            nodes, values = self._point
            if not set(target.nodes) & set(nodes):
                return point_query(nodes, target.nodes)(values, self._find_world, self.is_possible).dist()
        return self._weights(target).dist()

    @property
    def mass(self) -> Number:
        """The probability of the evidence."""
        if self._mass is None:
            self._mass = self._evidence_weights.total
            self.is_possible = not is_zero(self._mass)
        return self._mass

    @property
    def can_be(self) -> bool:
        """Whether the evidence has a positive probability: tables may say so, or floats that are not zero, for nothing is subtracted."""
        if not self.is_possible:
            self.is_possible = self._is_known_to_be or not self._evidence_weights.is_zero
            if self.is_possible and self._point is not None:
                point_query(self._point[0], ()).keep_possible(self._point[1])
        return self.is_possible

    @property
    def _is_known_to_be(self) -> bool:
        if self._mass is not None or self._point is None or self._find_world is None:
            return False
        nodes, values = self._point
        query = point_query(nodes, ())
        return (
            values in query.possible
            or self._find_world().surely_can_be(nodes, values)
            or query.is_surely_positive(values, self._find_world)
        )

    @cached_property
    def _evidence_weights(self) -> Weights:
        if self._point is None:
            return self._weights(ANYTHING)
        nodes, values = self._point
        return point_query(nodes, ())(values, self._find_world) if nodes else CERTAIN

    def by_choice(self, target: Reading) -> dict[Assignment, dict[Value, Number]]:
        """The weights of the target's values together with the evidence, for each set of open choices that a run depends on."""
        return open_measure(self.evidence, target, self.world)

    def plan(self, target: Reading) -> Plan:
        """How the distribution of what is read is computed, and at what cost."""
        return plan(self.evidence, target, self.world, ratios=self.is_possible and target.is_values)

    def compiled(self, target: Reading, *, native: bool) -> CompiledQuery:
        """The distribution of what is read, in float64, to be asked again with other observed values."""
        return compile_query(self.evidence, target, native=native, world=self.world)

    def marginals(self, nodes: Sequence[Node]) -> list[Dist]:
        """The distribution of each node, given the evidence: from one pass over a join tree and back."""
        found = self._by_one_pass(nodes, floats=False)
        if found is None:
            return [self.dist(_value_of(node)) for node in nodes]
        return [Weights({value: weight for value, weight in weights.items() if weight}, same).dist() for weights in found]

    def float_marginals(self, nodes: Sequence[Node]) -> list[dict[Value, float]]:
        """The same in float64; raises ``InvalidNumber`` where weights are no numbers, or too small for floats."""
        found = self._by_one_pass(nodes, floats=True)
        if found is None:
            raise InvalidNumber(
                "some weights hold symbols or irrationals, or choices are open, and floats are asked for; substitute fractions "
                "and choose first"
            )
        totals = [math.fsum(weights.values()) for weights in found]
        if any(total < LEAST for total in totals):
            raise InvalidNumber("the probability of the evidence is too small for floats; ask without floats=True")
        return [
            {value: weight / total for value, weight in weights.items() if weight} for weights, total in zip(found, totals, strict=True)
        ]

    def most_probable(self, names: Sequence[str], nodes: Sequence[Node], m: int) -> MostProbable:
        """The ``m`` likeliest combinations of the nodes' values, given the evidence; raises as ``explanations`` does."""
        question = as_query(self.evidence, ANYTHING)
        if not isinstance(question, Query) or self.world is None or question.seen is None:
            raise TooLarge("the evidence reads more variables than can be put as a table; observe values, or fewer variables at once")
        try:
            found, ties = explanations(self.world, question.structure.about(tuple(nodes)), question.seen, m)
        except Unbound:
            every = self._weights(Reading(tuple(nodes), lambda values: tuple([values[node] for node in nodes])))
            found, ties = greatest(every.found, m)
        assignments = tuple([Frozen(dict(zip(names, values, strict=True))) for values, _ in found])
        return MostProbable(assignments, tuple([weight / self.mass for _, weight in found]), ties)

    def _by_one_pass(self, nodes: Sequence[Node], floats: bool) -> Sequence[Mapping[Value, Any]] | None:
        """The weights of each node's values, unless the evidence is no table, or weights are no numbers."""
        question = as_query(self.evidence, ANYTHING)
        if self.world is None or not isinstance(question, Query) or not question.certain or question.seen is None:
            return None
        structure = question.structure.about(tuple(nodes))
        try:
            return single_weights(self.world, structure, question.seen, floats=floats, is_possible=self.is_possible)
        except Unbound:
            return None
        except TooLarge:  # for all at once; each alone needs only what is above it
            return self._each_alone(structure, question.seen, floats)

    def _each_alone(self, structure: Structure, seen: Sequence[Value], floats: bool) -> Sequence[Mapping[Value, Any]]:
        """The weights of each node's values, each asked of the tree, or run by run where the tree is too large and runs are few enough."""
        assert self.world is not None
        alone = [structure.about((node,)) for node in structure.target]
        try:
            for each in reversed(alone):
                cost = planned_on_tree(self.world, each, seen, ratios=self.can_be)
                if cost is not None and cost.runs > MOST_RUNS:
                    cost.check()
            found = [joint_weights(self.world, each, seen, ratios=self.can_be, floats=floats) for each in alone]
        except Unbound:
            laws = [self.dist(_value_of(node)) for node in structure.target]
            return [{value: float(weight) if floats else weight for value, weight in law.items()} for law in laws]
        return [by_value(weights) for weights in found if weights is not None]

    def _weights(self, target: Reading) -> Weights:
        return Weights({value: tidy(weight) for value, weight in measure(self.evidence, target, self.world).items()}, same)


def _values_observed(evidence: Sequence[Reading]) -> tuple[tuple[Node, ...], tuple[Value, ...]] | None:
    """The nodes observed and their values, when that is all the evidence says."""
    nodes: list[Node] = []
    values: list[Value] = []
    for reading in evidence:
        if reading.wanted is None:
            return None
        nodes += reading.nodes
        values += reading.wanted
    return tuple(nodes), tuple(values)


# ---- questions of any kind


def plan(evidence: Sequence[Reading], target: Reading, world: World | None = None, *, ratios: bool = False) -> Plan:
    """How the first answer is computed, and at what cost; nothing else is. ``ratios`` says that the evidence is known to be possible.

    Raises ``NeedsCoupling`` as the answer would.
    """
    question = as_query(evidence, target)
    if world is None or not isinstance(question, Query) or not question.certain or question.seen is None:
        return planned(question)[0]
    structure = question.structure
    if has_few_runs(structure.asked_for):
        return planned(question)[0]
    try:
        found = planned_on_tree(world, structure, question.seen, ratios=ratios)
    except Unbound:
        return planned(question)[0]
    return planned(question)[0] if found is None or (not found and found.runs <= MOST_RUNS) else found


def measure(evidence: Sequence[Reading], target: Reading, world: World | None = None) -> dict[Value, Number]:
    """The weight of each value of the target together with the evidence; what is asked for the first time in a world goes to its tree.

    Raises ``OpenChoice`` when the answer depends on an open choice, ``NeedsCoupling``, and ``TooLarge`` before anything is computed.

    >>> from causalkit.values.dist import coin
    >>> from causalkit.mechanisms.mechanism import Noise, Table
    >>> from causalkit.mechanisms.network import Edits, Network, Reading
    >>> network = Network({"u": Noise(coin("1/3")), "y": Table(("u",), {(False,): 0, (True,): 1})})
    >>> y = network.node(Edits(), "y")
    >>> measure([], Reading((y,), lambda values: values[y]))
    {0: Fraction(2, 3), 1: Fraction(1, 3)}
    """
    sought = wanted(target)
    if sought is not None and math.prod(len(node.mechanism.domain) for node in sought) > SLACK:
        return _truth(evidence, target, world)
    question = as_query(evidence, target)
    if world is not None and isinstance(question, Query) and question.certain:
        once = _asked_once(question, world)
        if once is not None:
            return once
    best, found = planned(question)
    best.check()
    if found is None or found.tables.choices or not isinstance(question, Query):
        return enumeration.measure(evidence, target)
    return elimination.measure(question, found)


def _asked_once(question: Query, world: World) -> dict[Value, Number] | None:
    """The answer by a tree to a question that is new, unless there are few runs, or weights are no numbers."""
    structure = question.structure
    if has_few_runs(structure.asked_for) or not (world.memory.is_new(structure) or question.seen is None):
        return None
    if question.seen is None:
        return {}
    try:
        found = joint_weights(world, structure, question.seen)
    except Unbound:
        return None
    return {} if found is None else elimination.values_of(question, found.choices, found.cells, found.scale)


def _truth(evidence: Sequence[Reading], target: Reading, world: World | None) -> dict[Value, Number]:
    """How likely it is that many nodes have certain values, without a table of all their combinations."""
    total: Number = measure(evidence, ANYTHING, world).get(True, exact(0))
    true: Number = measure([*evidence, target], ANYTHING, world).get(True, exact(0))
    return {value: weight for value, weight in [(False, total - true), (True, true)] if not is_zero(weight)}


def open_measure(evidence: Sequence[Reading], target: Reading, world: World | None = None) -> dict[Assignment, dict[Value, Number]]:
    """The same with choices left open: for each set of choices that a run depends on, the weights of the target's values."""
    question = as_query(evidence, target)
    if world is not None and isinstance(question, Query) and question.certain and not has_few_runs(question.structure.asked_for):
        with suppress(Unbound):
            return open_on_tree(question, world)
    best, found = planned(question)
    best.check()
    if found is None or not isinstance(question, Query):
        return enumeration.open_measure(evidence, target)
    return elimination.open_measure(question, found)


def open_on_tree(question: Query, world: World) -> dict[Assignment, dict[Value, Number]]:
    """The same by a join tree, on which the choices and what they see are gathered with the target; raises ``Unbound``."""
    if question.seen is None:
        return {}
    structure = question.structure
    choices = [node for node in closure(structure.asked_for) if isinstance(node.mechanism, Choice)]
    kept = tuple(dict.fromkeys([*structure.target, *(each for choice in choices for each in (*choice.parents, choice))]))
    found = joint_weights(world, structure.about(kept), question.seen, opened=True)
    if found is None:
        return {}
    values = elimination.values_of_each(question, found.choices[: len(structure.target)])
    rest = math.prod(map(len, found.choices[len(structure.target) :]))
    weights: dict[Assignment, dict[Value, Any]] = {}
    for i, (taken, weight) in enumerate(zip(itertools.product(*found.choices), found.cells.reshape(-1).tolist(), strict=True)):
        made = choices_made(choices, dict(zip(kept, taken, strict=True))) if weight else None
        if made is not None:
            totals, value = weights.setdefault(made, {}), values[i // rest]
            totals[value] = totals.get(value, 0) + weight
    return {made: {value: Fraction(total, found.scale) for value, total in checked(totals).items()} for made, totals in weights.items()}


def _value_of(node: Node) -> Reading:
    return Reading((node,), lambda values: values[node], is_values=True)
