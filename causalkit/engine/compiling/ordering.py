"""In which order to eliminate variables, and what that costs: known from the shapes alone, before anything is computed."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple, Protocol, TypeVar

from causalkit.engine.compiling.greedy_elimination import bits, greedy_elimination, neighbours

__all__ = ["Order", "Scope", "Scoped", "Shape", "eliminated", "elimination_order"]

Scope = tuple[int, ...]
"""The variables of a table, ascending."""

CHEAP = 10_000
"""An order of no more multiply-adds than this is good enough; finding a better one would take longer."""

MOST_FOR_FILL = 400
"""Networks with more variables are ordered by size alone, which takes time linear in the network."""


class Scoped(Protocol):
    """A table as far as elimination is concerned: its variables, and whether it is to be multiplied late."""

    @property
    def scope(self) -> Scope: ...

    @property
    def varies(self) -> bool: ...


Item = TypeVar("Item", bound=Scoped)


class Order(NamedTuple):
    """An elimination order: multiply-adds, cells of the largest table, cells of all tables made, variables in the widest table."""

    variables: tuple[int, ...]
    cost: int
    largest: int
    cells: int
    width: int


class Shape(NamedTuple):
    """All that elimination needs to know of a table to be priced."""

    scope: Scope
    varies: bool = False


def eliminated(
    items: Iterable[Item], order: Sequence[int], cards: Sequence[int], multiply: Callable[[Item, Item, int | None], Item], one: Item
) -> Item:
    """The product of all tables with the variables of the order summed out, one after the other.

    ``multiply(a, b, v)`` makes the product of two tables, summed over ``v`` unless it is None. What does not vary is multiplied
    first, then what is small.
    """
    alive: dict[int, Item] = dict(enumerate(items))
    holders: dict[int, set[int]] = {}
    for i, item in alive.items():
        for variable in item.scope:
            holders.setdefault(variable, set()).add(i)
    fresh = itertools.count(len(alive))
    for variable in order:
        found = sorted(holders.pop(variable, ()))
        for i in found:
            for other in alive[i].scope:
                holders.get(other, set()).discard(i)
        made = _folded([alive.pop(i) for i in found], variable, cards, multiply, one)
        alive[number := next(fresh)] = made
        for other in made.scope:
            holders.setdefault(other, set()).add(number)
    return _folded(list(alive.values()), None, cards, multiply, one)


def _folded(
    found: list[Item], variable: int | None, cards: Sequence[int], multiply: Callable[[Item, Item, int | None], Item], one: Item
) -> Item:
    last = _two_of(found, cards, multiply) if len(found) > 2 else sorted(found, key=lambda item: (item.varies, _size(item.scope, cards)))
    if variable is None and len(last) < 2:
        return last[0] if last else one
    a, b, *_ = [*last, one, one]
    return multiply(a, b, variable)


def _two_of(found: list[Item], cards: Sequence[int], multiply: Callable[[Item, Item, int | None], Item]) -> list[Item]:
    """Three and more tables multiplied until two are left, next always those that vary least and are smallest."""
    waiting = [(item.varies, _size(item.scope, cards), i, item) for i, item in enumerate(found)]
    heapq.heapify(waiting)
    for fresh in range(len(found), 2 * len(found) - 2):
        made = multiply(heapq.heappop(waiting)[-1], heapq.heappop(waiting)[-1], None)
        heapq.heappush(waiting, (made.varies, _size(made.scope, cards), fresh, made))
    return [entry[-1] for entry in sorted(waiting, key=lambda entry: entry[:-1])]


def _size(scope: Iterable[int], cards: Sequence[int]) -> int:
    return math.prod(cards[variable] for variable in scope)


@lru_cache(maxsize=1024)
def elimination_order(cards: tuple[int, ...], shapes: tuple[Shape, ...], kept: tuple[int, ...], thorough: bool = True) -> Order:
    """A cheap order for tables of these shapes: by the greedy rule min-size or, when that is dear, min-fill if it is better.

    ``cards`` are the numbers of values; the variables in ``kept`` stay; ``thorough=False`` tries one rule only.
    Source: [koller2009], section 9.4.

    >>> elimination_order((2, 2, 2), (Shape((0,)), Shape((0, 1)), Shape((1, 2))), (2,)).variables
    (0, 1)
    """
    scopes = [shape.scope for shape in shapes]
    free = {variable for scope in scopes for variable in scope} - set(kept)
    near, size = neighbours(len(cards), scopes), partial(_clique, cards)
    by_size, _ = greedy_elimination(near, free, size)
    first = priced([variable for variable, _ in by_size], cards, shapes)
    if not thorough or first.cost <= CHEAP or len(free) > MOST_FOR_FILL:
        return first
    by_fill, _ = greedy_elimination(near, free, size, partial(_fill, cards))
    second = priced([variable for variable, _ in by_fill], cards, shapes)
    return min(first, second, key=lambda order: (order.cost, order.largest))


def priced(variables: Sequence[int], cards: Sequence[int], shapes: Iterable[Shape]) -> Order:
    """What eliminating these variables in this order costs."""
    costs, made, widths = [0], [1], [0]

    def multiply(a: Shape, b: Shape, variable: int | None) -> Shape:
        union = tuple(sorted({*a.scope, *b.scope}))
        scope = tuple(each for each in union if each != variable)
        costs.append(_size(union, cards))
        made.append(_size(scope, cards))
        widths.append(len(union))
        return Shape(scope, a.varies or b.varies)

    shapes = tuple(shapes)
    eliminated(shapes, variables, cards, multiply, Shape(()))
    largest = max(costs + [_size(shape.scope, cards) for shape in shapes])
    return Order(tuple(variables), sum(costs), largest, sum(made), max(widths))


def _clique(cards: Sequence[int], variable: int, near: Sequence[int]) -> int:
    """The size of the table that eliminating a variable makes."""
    return math.prod([cards[other] for other in bits(near[variable])]) * cards[variable]


def _fill(cards: Sequence[int], variable: int, near: Sequence[int]) -> int:
    """The weight of the edges that eliminating a variable adds, counted from both ends."""
    around = near[variable]
    return sum([cards[a] * sum([cards[b] for b in bits(around & ~near[a] & ~(1 << a))]) for a in bits(around)])
