"""Most probable explanations: the values of all variables that are likeliest together, the m best, and how many share the first place."""

from __future__ import annotations

import heapq
import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from causalkit.engine.compiling.binding import Bound, Unbound, bind
from causalkit.engine.compiling.factors import Structure
from causalkit.engine.compiling.greedy_elimination import bits
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.world import World
from causalkit.engine.exact.join_tree import Way, flow_on, gathered, root_of, way_to
from causalkit.engine.exact.peaks import Peak, Peaks, Step, assigned
from causalkit.engine.exact.propagation import nothing_kept
from causalkit.engine.tree_query import domains_at, joint_weights, tree_plan
from causalkit.errors import InvalidNumber, OpenChoice
from causalkit.mechanisms.mechanism import Choice
from causalkit.mechanisms.network import Node, closure
from causalkit.values.dist import Value
from causalkit.values.exact import Number, are_fractions, fraction_text
from causalkit.values.render import Printed, about, html_table, text_table

__all__ = ["MostProbable", "explanations", "greatest"]


@dataclass(frozen=True)
class MostProbable(Printed):
    """The likeliest values of all variables together, the likeliest first.

    ``assignments`` are the values by name; ``probs`` the probability of each, given what was seen; ``ties`` how many assignments there
    are that are as probable as the first, itself among them.
    """

    assignments: tuple[Mapping[str, Value], ...]
    probs: tuple[Number, ...]
    ties: int

    def __str__(self) -> str:
        return text_table(*self._table)

    def _repr_html_(self) -> str:
        return html_table(*self._table)

    @property
    def _table(self) -> tuple[list[str], list[list[str]]]:
        near = list(map(about, self.probs))
        rows = [
            [fraction_text(prob) if isinstance(prob, Fraction) else str(prob), *([decimal] if any(near) else []), *map(str, each.values())]
            for each, prob, decimal in zip(self.assignments, self.probs, near, strict=True)
        ]
        return ["probability", *(["about"] if any(near) else []), *self.assignments[0]], rows


Explanation = tuple[tuple[Value, ...], Fraction]

SYMBOLS = "some weights hold symbols or irrationals, and which is greatest depends on them; substitute fractions first"


def explanations(world: World, structure: Structure, seen: Sequence[Value], m: int) -> tuple[list[Explanation], int]:
    """The ``m`` likeliest combinations of the target's values with their weights, and how many share the greatest weight.

    Under one regime by greatest products on a join tree, and by parting what is left after each (Source: [nilsson1998]); under several,
    where copies and draws that nobody asks for are to be summed out first, from the joint table. Combinations of weight zero are left
    out. Raises ``TooLarge``, ``OpenChoice``, ``InvalidNumber``, and ``Unbound`` under several regimes where runs are gone through instead.
    """
    try:
        if world.is_single:
            return _by_peaks(world, structure, seen, m)
        return _by_joint_table(world, structure, seen, m)
    except Unbound:
        opened = next((node for node in closure(structure.target) if isinstance(node.mechanism, Choice)), None)
        if opened is not None:
            raise OpenChoice(f"{opened.variable!r} is a choice that nobody has made; fill it with .choose(...)") from None
        if world.is_single:
            raise InvalidNumber(SYMBOLS) from None
        raise


def greatest(weights: Mapping[tuple[Value, ...], Number], m: int) -> tuple[list[Explanation], int]:
    """The same from the weight of every combination; raises ``InvalidNumber`` for weights with symbols.

    >>> greatest({(0,): Fraction(1, 4), (1,): Fraction(1, 2), (2,): Fraction(1, 4)}, 2)
    ([((1,), Fraction(1, 2)), ((0,), Fraction(1, 4))], 1)
    """
    numbers = weights.values()
    if not are_fractions(numbers):
        raise InvalidNumber(SYMBOLS)
    whole = list(numbers)
    places = heapq.nsmallest(m, range(len(whole)), key=lambda i: (-whole[i], i))
    every = list(weights)
    return [(every[i], whole[i]) for i in places], whole.count(whole[places[0]]) if places else 0


def _by_joint_table(world: World, structure: Structure, seen: Sequence[Value], m: int) -> tuple[list[Explanation], int]:
    different = tuple(dict.fromkeys(structure.target))
    found = joint_weights(world, structure.about(different), seen)
    if found is None:
        return [], 0
    flat = found.cells.reshape(-1).tolist()
    best = heapq.nsmallest(m, [i for i, weight in enumerate(flat) if weight], key=lambda i: (-flat[i], i))
    every = []
    for i in best:
        values: dict[Node, Value] = {}
        for node, choices in zip(reversed(different), reversed(found.choices), strict=True):
            i, place = divmod(i, len(choices))
            values[node] = choices[place]
        every.append(tuple([values[node] for node in structure.target]))
    weights = [Fraction(flat[i], found.scale) for i in best]
    return list(zip(every, weights, strict=True)), flat.count(flat[best[0]]) if best else 0


def _by_peaks(world: World, structure: Structure, seen: Sequence[Value], m: int) -> tuple[list[Explanation], int]:
    bound = bind(world, structure, seen)
    if bound is None:
        return [], 0
    bound = replace(bound, target=0)
    way = way_to(bound)
    tree_plan(bound, way, structure.asked_for).check()
    greatest = gathered(bound, way, Peaks())
    ties = greatest.counts if isinstance(greatest, Peak) and greatest.counts is not None else 1
    found, every = [], list(zip(structure.target, domains_at(world, structure, seen), strict=True))
    for at, weight in itertools.islice(_best_first(bound, way), min(m, sys.maxsize)):
        places = [0 if len(domain) == 1 else at[world.slot(node)] for node, domain in every]
        found.append((tuple([domain[i] for (_, domain), i in zip(every, places, strict=True)]), Fraction(weight, bound.scale)))
    world.memory.trim()
    return found, int(ties) if found else 0


def _best_first(whole: Bound, way: Way) -> Iterator[tuple[dict[int, int], int]]:
    """Every combination that can be, the one of greatest weight first, each with its weight."""
    numbers = itertools.count()
    order = _outwards(whole, way)

    def part(bound: Bound) -> tuple[int, int, Bound]:
        return -int(gathered(bound, way, Peaks()).cells), next(numbers), bound

    waiting = [part(whole)]
    while waiting:
        negative, _, bound = heapq.heappop(waiting)
        if not negative:
            return
        at = {**bound.fixed, **_first_peak(bound, way)}
        yield at, -negative
        for variable in order:
            if variable not in bound.fixed:
                heapq.heappush(waiting, part(_without(bound, variable, at[variable])))
                bound = bound.with_value(variable, at[variable])


def _outwards(bound: Bound, way: Way) -> list[int]:
    """The free variables, those at the root of the tree first: fixing them in this order leaves the messages from outside as they are."""
    free, order, waiting = bound.free, [], [(root_of(bound, way.tree), -1)]
    for clique, up in waiting:
        mine = way.tree.cliques[clique] & free
        order += list(bits(mine))
        free &= ~mine
        waiting.extend((other, clique) for other in way.tree.near[clique] if other != up)
    return order


def _first_peak(bound: Bound, way: Way) -> dict[int, int]:
    steps: list[Step] = []
    root = root_of(bound, way.tree)
    flow_on(bound, way.tree, Peaks(steps), nothing_kept(), root).inward(root, 0)
    return assigned(steps, bound.cards)


def _without(bound: Bound, variable: int, value: int) -> Bound:
    """The same where a variable has any value but one."""
    import numpy as np

    cells = np.ones(bound.cards[variable], np.int64)
    cells[value] = 0
    tables = [*bound.tables, Table(1 << variable, cells, 1)]
    return replace(bound, tables=tables, keys=[*bound.keys, ("not", variable, value)])
