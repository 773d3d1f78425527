"""Which sets of leaves, changed, give a wanted answer: all that are minimal, by elimination; bounds where that is too wide.

A table holds, for each combination of values, the minimal sets of leaves that must be changed for it. Tables are multiplied by joining
sets and summed by taking sets together, always dropping what holds another set: so one elimination finds every minimal set.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from causalkit.errors import TooLarge
from causalkit.quantities.execution import Execution

__all__ = ["MOST_ENTRIES", "MOST_SETS", "least_cost_bounds", "minimal_sets", "width"]

MOST_ENTRIES = 50_000
MOST_SETS = 2_000

Value = Hashable
Sets = frozenset[frozenset[str]]
Table = tuple[tuple[str, ...], dict[tuple[Value, ...], Sets]]
Product = tuple[tuple[str, ...], dict[tuple[Value, ...], tuple[Sets, ...]]]

NOTHING: Sets = frozenset([frozenset()])


def minimal_sets(run: Execution, root: str, wanted: Value) -> Sets:
    """Every minimal set of leaves that can be changed so that the root comes to what is wanted; none when nothing helps.

    Raises ``TooLarge`` when a table has more than 50,000 entries, or an entry more than 2,000 sets.
    """
    tables = _tables(run, root, wanted)
    order, entries = _order([scope for scope, _ in tables], run)
    if entries > MOST_ENTRIES:
        raise TooLarge(f"a table of {entries:,} entries would be made, and at most {MOST_ENTRIES:,} are")
    answer = NOTHING
    for sets in _eliminated(tables, order):
        answer = _joined(answer, sets)
    return answer


def width(run: Execution, root: str) -> int:
    """How many entries the largest table of the elimination has."""
    return _order([scope for scope, _ in _tables(run, root, None)], run)[1]


def least_cost_bounds(
    run: Execution, root: str, wanted: Value, costs: Mapping[str, Fraction], tried: Iterable[Mapping[str, Value]]
) -> tuple[Fraction | None, Fraction | None]:
    """A lower and an upper bound on the cost of changing leaves so that the root comes to what is wanted; ``None`` where there is none.

    Lower: each step costs at least as much as its dearest input, whatever is shared. Upper: the cheapest of some repairs that works.
    """
    cost: dict[str, dict[Value, Fraction]] = {
        leaf: {value: Fraction(0) if value == actual else costs[leaf] for value in run.domains[leaf]} for leaf, actual in run.leaves.items()
    }
    for name in run.before(root):
        cost[name] = {}
        for row, output in run.rows(name, {one: tuple(cost[one]) for one in run.steps[name][1]}):
            dearest = max((cost[one][value] for one, value in row.items()), default=Fraction(0))
            cost[name][output] = min(dearest, cost[name].get(output, dearest))
    working = [repair for repair in tried if run.run(repair)[root] == wanted]
    upper = min((sum((costs[leaf] for leaf in repair), Fraction(0)) for repair in working), default=None)
    return cost[root].get(wanted), upper


def _tables(run: Execution, root: str, wanted: Value) -> list[Table]:
    """A table for each leaf and each step that leaves move, and one for what is wanted; what cannot move is put in as it is."""
    steps, moved = run.before(root), set(run.leaves)
    for name in steps:
        if moved.intersection(run.steps[name][1]):
            moved.add(name)
    heard = {root, *(one for name in steps for one in run.steps[name][1])}
    tables: list[Table] = []
    for leaf, actual in run.leaves.items():
        if leaf in heard:
            tables.append(((leaf,), {(value,): _changed(leaf, value == actual) for value in run.domains[leaf]}))
    tables += [_step_table(run, name, moved) for name in steps if name in moved]
    if root not in moved:
        return [*tables, ((), {(): NOTHING} if run.values[root] == wanted else {})]
    return [*tables, ((root,), {(wanted,): NOTHING})]


def _changed(leaf: str, kept: bool) -> Sets:
    return NOTHING if kept else frozenset([frozenset([leaf])])


def _step_table(run: Execution, name: str, moved: set[str]) -> Table:
    inputs = tuple(dict.fromkeys(one for one in run.steps[name][1] if one in moved))
    domains = {one: run.domains[one] if one in moved else (run.values[one],) for one in run.steps[name][1]}
    return (*inputs, name), {(*(row[one] for one in inputs), output): NOTHING for row, output in run.rows(name, domains)}


def _order(scopes: Sequence[tuple[str, ...]], run: Execution) -> tuple[list[str], int]:
    """Names in an order of elimination, those with the fewest neighbours first, and the entries of the largest table on the way."""
    near: dict[str, set[str]] = {}
    for scope in scopes:
        for name in scope:
            near.setdefault(name, set()).update(scope)
    heap = [(len(around), name) for name, around in near.items()]
    heapq.heapify(heap)
    order, largest = [], 1
    while heap:
        count, name = heapq.heappop(heap)
        if name not in near or count != len(near[name]):
            continue
        around = near.pop(name)
        largest = max(largest, math.prod(len(run.domains[one]) for one in around))
        order.append(name)
        around.discard(name)
        for one in around:
            near[one] |= around
            near[one].discard(name)
            heapq.heappush(heap, (len(near[one]), one))
    return order, largest


def _eliminated(tables: Sequence[Table], order: Sequence[str]) -> Iterator[Sets]:
    """The entries of the tables that are left when every name is eliminated."""
    held, using = dict(enumerate(tables)), {name: set[int]() for name in order}
    for number, (scope, _) in held.items():
        for one in scope:
            using[one].add(number)
    for number, name in enumerate(order, start=len(tables)):
        taken = sorted(using[name])
        held[number] = _summed(_multiplied([held.pop(one) for one in taken]), name)
        for one in held[number][0]:
            using[one].difference_update(taken)
            using[one].add(number)
    yield from (rows.get((), frozenset()) for _, rows in held.values())


def _summed(product: Product, name: str) -> Table:
    """A table without a name: over its values, the sets of all together. What needs no change is not compared with what does."""
    scope, place = tuple(one for one in product[0] if one != name), product[0].index(name)
    factors: dict[tuple[Value, ...], list[tuple[Sets, ...]]] = {}
    for key, sets in product[1].items():
        factors.setdefault(key[:place] + key[place + 1 :], []).append(sets)
    return scope, {key: NOTHING if () in tuples else _least(_union(tuples)) for key, tuples in factors.items()}


def _union(tuples: Iterable[tuple[Sets, ...]]) -> set[frozenset[str]]:
    return {one for sets in tuples for one in functools.reduce(_joined, sets, NOTHING)}


def _multiplied(tables: Sequence[Table]) -> Product:
    """The product of tables, its entries as the sets that are still to be joined, those that need no change left out."""
    scope: tuple[str, ...] = ()
    rows: dict[tuple[Value, ...], tuple[Sets, ...]] = {(): ()}
    for other, others in tables:
        shared, new = [one for one in other if one in scope], [one for one in other if one not in scope]
        by_shared: dict[tuple[Value, ...], list[tuple[tuple[Value, ...], tuple[Sets, ...]]]] = {}
        for key, sets in others.items():
            values = dict(zip(other, key, strict=True))
            more = tuple(values[one] for one in new), () if sets == NOTHING else (sets,)
            by_shared.setdefault(tuple(values[one] for one in shared), []).append(more)
        places = [scope.index(one) for one in shared]
        rows = {
            key + more: sets + more_sets
            for key, sets in rows.items()
            for more, more_sets in by_shared.get(tuple(key[place] for place in places), ())
        }
        scope = (*scope, *new)
    return scope, rows


def _joined(first: Sets, second: Sets) -> Sets:
    if first == NOTHING:
        return second
    return _least({one | other for one, other in itertools.product(first, second)})


def _least(sets: Iterable[frozenset[str]]) -> Sets:
    """The sets that hold no other."""
    distinct = sorted(set(sets), key=len)
    if len(distinct) > MOST_SETS:
        raise TooLarge(f"{len(distinct):,} sets of leaves would be compared for one value, and at most {MOST_SETS:,} are")
    kept: list[frozenset[str]] = []
    for one in distinct:
        if not any(smaller <= one for smaller in kept):
            kept.append(one)
    return frozenset(kept)
