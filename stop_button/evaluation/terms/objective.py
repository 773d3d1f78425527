"""What is to be made great, as terms: a number times functions of a few copies of variables, each read as early as it is decided.

A mean of a sum is the sum of the means, and what a running total adds up is taken apart again: a term that reads a total reads what
was added, step by step, and no state has to carry the total.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from causalkit.mechanisms.mechanism import CPT, Choice, Constant, Table
from causalkit.twin_network import Node, check_couplings, copies, is_observed, lineage
from causalkit.values.exact import Number, exact, in_units, is_symbolic
from stop_button.decision.world import World
from stop_button.evaluation.terms.sums import products
from stop_button.grounding.queries import Query, ground
from stop_button.language.arithmetic import evaluate
from stop_button.language.formula import Expectation, Formula, Is, Product, Reading, Sum
from stop_button.language.parts import leaves, readings
from stop_button.language.walking import Walk

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Factor", "Ground", "Mean", "Refusal", "Term", "grounded"]

MOST_ROWS = 50_000


class Refusal(Exception):
    """Why backward induction does not apply, in words."""


@dataclass(frozen=True)
class Mean:
    """A number times the mean of a formula of readings, counted only where an event holds; ``channel`` says to which sum it belongs."""

    scale: Number
    inner: Formula
    given: Formula | None
    channel: int = 0


@dataclass(frozen=True, eq=False)
class Factor:
    """A function of the values of some copies, looked up where it is needed; where an event is 0, its terms count no more.

    ``known`` are the numbers that have been worked out.
    """

    nodes: tuple[Node, ...]
    function: Callable[[tuple[Hashable, ...]], Number]
    is_event: bool = False
    known: dict[tuple[Hashable, ...], Fraction] = field(default_factory=dict)

    def value(self, values: tuple[Hashable, ...]) -> Fraction:
        """The number for these values; raises ``Refusal`` for one with symbols."""
        there = self.known.get(values)
        if there is None:
            number = self.function(values)
            if is_symbolic(number):
                raise Refusal("its numbers hold symbols or irrationals")
            self.known[values] = there = cast("Fraction", number)
        return there


@dataclass(frozen=True, eq=False)
class Term:
    """A number times a product of factors, added to one of the sums that are kept apart."""

    scale: Fraction
    factors: tuple[Factor, ...]
    channel: int

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The copies that it reads."""
        return tuple(dict.fromkeys(node for factor in self.factors for node in factor.nodes))


@dataclass(frozen=True, eq=False)
class Ground:
    """The terms of some means in a world, and every copy of a variable that they depend on, parents first."""

    world: World
    terms: tuple[Term, ...]
    nodes: tuple[Node, ...]


def grounded(world: World, means: Sequence[Mean]) -> Ground:
    """The terms that means come to in a world; raises ``Refusal`` for what no induction takes, and what ``ground`` raises."""
    parts = [part for mean in means for part in (mean.inner, mean.given) if part is not None]
    question = ground(Expectation(Sum(tuple(parts))), world, world.model)
    if is_observed(question.branches):
        raise Refusal("its model has observed something")
    events = {part: _event(part, world, question) for mean in means if mean.given is not None for part in _events(mean.given)}
    terms = [term for mean in means for term in _terms(mean, world, question, events)]
    _check_shared_draws(means, world, question)
    read = list(dict.fromkeys(node for term in terms for node in term.nodes))
    return Ground(world, tuple(terms), tuple(lineage(read)))


# ---------------------------------------------------------------- from formulas to terms


def _terms(mean: Mean, world: World, question: Query, events: Mapping[Formula, Factor]) -> Iterator[Term]:
    conditions = [] if mean.given is None else [events[part] for part in dict.fromkeys(_events(mean.given))]
    for scale, parts in products(mean.inner):
        weight = mean.scale * scale
        if is_symbolic(weight):
            raise Refusal("its numbers hold symbols or irrationals")
        factors = [*conditions, *(_factor(part, world, question) for part in parts)]
        yield from _taken_apart(Term(cast("Fraction", weight), tuple(factors), mean.channel))


def _events(given: Formula) -> tuple[Formula, ...]:
    return given.parts if isinstance(given, Product) else (given,)  # a product is not 0 where no part is


def _event_reader(event: Is, _visit: Any) -> tuple[Reading, Callable[[Any], Number]]:
    wanted = event.meaning
    return event.reading, lambda meaning: exact(int(meaning == wanted))


_READER: Walk[tuple[Reading, Callable[[Any], Number]]] = Walk(
    "reading copies", {Is: _event_reader, Reading: lambda reading, _visit: (reading, exact)}
)
"""What a leaf reads, and the number that it is for what the value there means."""


def _factor(f: Formula, world: World, question: Query) -> Factor:
    readers = {leaf: _READER(leaf) for leaf in leaves(f)}
    read = dict.fromkeys(reading for reading, _ in readers.values())
    places = {reading: _place(reading, world, question) for reading in read}
    node_of = copies(question.branches, places.values())
    nodes = tuple(dict.fromkeys(node_of[place] for place in places.values()))
    where = {reading: nodes.index(node_of[place]) for reading, place in places.items()}
    meaning = {reading: world.role(reading.name).meaning for reading in read}
    if f in readers:
        reading, number = readers[f]
        means = meaning[reading]
        return Factor(nodes, lambda values: number(means(values[0])))

    def value(values: tuple[Hashable, ...]) -> Number:
        def leaf(one: Formula) -> Number:
            reading, number = readers[one]
            return number(meaning[reading](values[where[reading]]))

        return evaluate(f, leaf)

    return Factor(nodes, value)


def _event(f: Formula, world: World, question: Query) -> Factor:
    factor = _factor(f, world, question)
    return Factor(factor.nodes, lambda values: exact(int(bool(factor.function(values)))), is_event=True)


def _place(reading: Reading, world: World, question: Query) -> tuple[str, str]:
    return question.names[reading.edits, reading.policy], world.role(reading.name).variable


def _check_shared_draws(means: Sequence[Mean], world: World, question: Query) -> None:
    """A table that does not say how its noise is shared is refused in a mean that needs it said, as everywhere else."""
    read = [_copies_read(mean, world, question) for mean in means]
    copies_of: dict[Hashable, Node] = {}
    for node in lineage(node for nodes in read for node in nodes):
        one = node.mechanism
        if isinstance(one, CPT) and one.coupling is None and copies_of.setdefault((node.variable, one), node) is not node:
            break
    else:
        return  # no such table has two copies, in whatever mean
    for nodes in read:
        check_couplings(nodes)


def _copies_read(mean: Mean, world: World, question: Query) -> list[Node]:
    places = [_place(reading, world, question) for part in (mean.inner, mean.given) if part is not None for reading in readings(part)]
    return list(copies(question.branches, places).values())


# ---------------------------------------------------------------- totals taken apart


def _taken_apart(term: Term) -> Iterator[Term]:
    """The same term as a sum of terms that read less: what a function adds up of its parents is read off each parent."""
    waiting = [term]
    while waiting:
        one = waiting.pop()
        apart = next(
            ((i, parts) for i, factor in enumerate(one.factors) if not factor.is_event and (parts := _summands(factor)) is not None), None
        )
        if apart is None:
            yield one
            continue
        i, parts = apart
        others = one.factors[:i] + one.factors[i + 1 :]
        made = [Term(one.scale * scale, (*others, *more), one.channel) for scale, more in parts if scale]
        waiting.extend(reversed(made))


def _summands(factor: Factor) -> list[tuple[Fraction, tuple[Factor, ...]]] | None:
    """A function of one deterministic copy as a sum of functions of its parents, or ``None`` when it is no such sum."""
    if not factor.nodes:
        return [(factor.value(()), ())]
    if len(factor.nodes) > 1 or isinstance(factor.nodes[0].mechanism, Choice):
        return None
    (node,) = factor.nodes
    if isinstance(node.mechanism, Constant):
        return [(factor.value((node.mechanism.value,)), ())]
    domains = tuple(parent.mechanism.domain for parent in node.parents)
    table = node.mechanism
    if not isinstance(table, Table) or len(set(node.parents)) < len(node.parents) or math.prod(map(len, domains)) > MOST_ROWS:
        return None
    places = table.places_over(domains)
    present = range(len(table.domain)) if table.declared is None else sorted(set(places.ravel().tolist()))
    try:
        worth = {place: factor.value((table.domain[place],)) for place in present}
    except (ValueError, TypeError):
        return None  # values that are no numbers matter only where they are read
    if not node.parents:
        return [(worth[int(places)], ())]
    if len(node.parents) == 1:
        return [(Fraction(1), (_part(node, places, worth, (0,)),))]
    return _sum_of_functions(node, places, worth)


def _sum_of_functions(node: Node, places: Array, worth: Mapping[int, Fraction]) -> list[tuple[Fraction, tuple[Factor, ...]]] | None:
    import numpy as np

    counts, _ = in_units(worth.values())
    whole = np.array(counts, dtype=object if max(map(abs, counts)) >= 2**60 else np.int64)
    groups = _groups(whole[places if len(worth) == max(worth) + 1 else np.searchsorted(list(worth), places)])
    if len(groups) == 1:
        return None
    parts = [(Fraction(1), (_part(node, places, worth, group),)) for group in groups]
    return [*parts, (-(len(groups) - 1) * worth[int(places.flat[0])], ())]


def _groups(table: Array) -> list[tuple[int, ...]]:
    """The axes of a table in groups such that it is a sum of functions of one group each; a single group when it is no sum."""
    axes = range(table.ndim)
    looked_at = axes if table.ndim > 2 else axes[:1]  # what is a sum of one axis and the rest is one of the rest and the axis
    alone = [axis for axis in looked_at if _is_alone(table, axis)]
    rest = tuple(axis for axis in axes if axis not in alone)
    return [*((axis,) for axis in alone), *([rest] if rest else [])]


def _is_alone(table: Array, axis: int) -> bool:
    """Whether moving along an axis adds the same wherever one is on the others."""
    gain = table - table.take([0], axis)
    along = gain[tuple([slice(None) if one == axis else slice(0, 1) for one in range(table.ndim)])]
    return bool((gain == along).all())


def _part(node: Node, places: Array, worth: Mapping[int, Fraction], group: tuple[int, ...]) -> Factor:
    """What some parents are worth, the others being at their first values; ``places`` are those of the copy's values in every case."""
    along = places[tuple(slice(None) if axis in group else 0 for axis in range(places.ndim))].ravel().tolist()
    every = itertools.product(*(node.parents[axis].mechanism.domain for axis in group))
    known = {values: worth[place] for values, place in zip(every, along, strict=True)}
    return Factor(tuple(node.parents[axis] for axis in group), known.__getitem__, known=known)
