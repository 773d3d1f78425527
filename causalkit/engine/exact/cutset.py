"""Conditioning: some variables are held at one value after the other, so that no table outgrows its limit and time grows instead."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from causalkit.engine.compiling.binding import Bound
from causalkit.engine.compiling.greedy_elimination import bits, mask_of
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.triangulation import JoinTree
from causalkit.engine.contraction.products import WHOLE, Product
from causalkit.engine.contraction.progress import watched
from causalkit.engine.contraction.shapes import size_of
from causalkit.engine.exact.by_remainders import gathered_whole, singles_whole
from causalkit.engine.exact.join_tree import Way, priced

__all__ = ["all_conditioned", "conditioned", "sliced"]


Price = Callable[[Bound, JoinTree, bool], Way]


def sliced(bound: Bound, way: Way, most: int, price: Price = priced, most_cost: float = math.inf) -> Way:
    """The same way with variables held fixed until no table has more than ``most`` cells, or nothing is left to hold.

    What takes more than ``most_cost`` multiply-adds in all is left as it is: holding variables fixed makes it no cheaper.
    Next is always the variable that leaves the fewest cells in the largest table; ties go to the fewest multiply-adds in all.
    Source: [koller2009], section 9.5.
    """
    runs, asked = 1, bound.target if price is priced else 0
    bound = replace(bound, ratios=False)
    while way.largest > most >= size_of(asked, bound.cards) and way.cost * runs <= most_cost:
        held = [variable for variable in bits(_crowded(bound, way)) if not asked >> variable & 1 and bound.cards[variable] > 1]
        if not held:
            break
        tries = [(variable, price(bound.with_value(variable, 0), way.tree, way.own)) for variable in held]
        variable, best = min(tries, key=lambda each: (each[1].largest, each[1].cost * bound.cards[each[0]], each[0]))
        runs *= bound.cards[variable]
        bound = bound.with_value(variable, 0)
        way = replace(best, sliced=(*way.sliced, variable))
    return replace(way, cost=way.cost * runs)


def _crowded(bound: Bound, way: Way) -> int:
    """The variables of the largest clique."""
    free = bound.free
    return max((clique & free for clique in way.tree.cliques), key=lambda clique: size_of(clique, bound.cards))


def conditioned(bound: Bound, way: Way, product: Product = WHOLE) -> Table:
    """The weights over the target: a sum over all values of the variables that are held fixed; a bar shows where that takes long."""
    if not way.sliced:
        return gathered_whole(bound, way, product)
    every = list(itertools.product(*(range(bound.cards[variable]) for variable in way.sliced)))
    total: Table | None = None
    for values in watched(every, way.seconds):
        found = gathered_whole(_at(bound, way.sliced, values), way, product)
        total = found if total is None else product.plus(total, found)
    assert total is not None, "every variable takes a value"
    return total


def all_conditioned(bound: Bound, way: Way, product: Product = WHOLE) -> dict[int, Table]:
    """The weights of each variable of the target: sums over all values of the variables that are held fixed."""
    if not way.sliced:
        return dict(singles_whole(bound, way, product))
    bound = replace(bound, ratios=False)  # each part has numbers of its own that are left out
    totals: dict[int, Table] = {}
    parts: dict[int, dict[int, Table]] = {variable: {} for variable in way.sliced}
    every = list(itertools.product(*(range(bound.cards[variable]) for variable in way.sliced)))
    for values in watched(every, way.seconds):
        last: Table | None = None
        for variable, table in singles_whole(
            replace(_at(bound, way.sliced, values), target=bound.target & ~mask_of(way.sliced)), way, product
        ):
            totals[variable] = product.plus(totals[variable], table) if variable in totals else table
            last = table
        assert last is not None, "some variable is not held fixed"
        whole = product.alone(last, last.mask, bound.cards)
        for variable, value in zip(way.sliced, values, strict=True):
            there = parts[variable].get(value)
            parts[variable][value] = whole if there is None else product.plus(there, whole)
    return totals | {variable: _stacked(variable, tables) for variable, tables in parts.items()}


def _stacked(variable: int, tables: Mapping[int, Table]) -> Table:
    """One table from the weights at each value of a variable."""
    import numpy as np

    cells = np.array([tables[value].cells.item() for value in sorted(tables)], object)
    return Table(1 << variable, cells, max(table.bound for table in tables.values()))


def _at(bound: Bound, variables: Sequence[int], values: Sequence[int]) -> Bound:
    for variable, value in zip(variables, values, strict=True):
        bound = bound.with_value(variable, value)
    return bound
