"""Orders of elimination and join trees against plain greedy steps and the properties that define them."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from causalkit.engine.compiling import ordering, triangulation
from causalkit.engine.compiling.greedy_elimination import bits, greedy_elimination, mask_of, neighbours
from causalkit.engine.compiling.ordering import Shape, eliminated, elimination_order, priced
from causalkit.engine.compiling.triangulation import JoinTree, join_tree

Graph = dict[int, set[int]]


def some_scopes(rng: random.Random, count: int) -> list[tuple[int, ...]]:
    return [tuple(sorted(rng.sample(range(count), rng.choice([1, 2, 2, 3])))) for _ in range(count + 2)]


def graph_of(count: int, scopes: Iterable[Sequence[int]]) -> Graph:
    graph: Graph = {i: set() for i in range(count)}
    for scope in scopes:
        for a, b in itertools.permutations(scope, 2):
            graph[a].add(b)
    return graph


def plain_order(graph: Graph, free: Iterable[int], score: Callable[[int, Graph], Any], further: bool) -> tuple[list[tuple[int, int]], int]:
    """Every score worked out anew in every step; and how many of them may have changed."""
    graph, waiting, found = {i: set(near) for i, near in graph.items()}, set(free), []
    steps = len(waiting)
    while waiting:
        best = min(waiting, key=lambda i: (score(i, graph), i))
        waiting.remove(best)
        around = graph.pop(best)
        found.append((best, mask_of(around)))
        touched = set(around)
        for a in around:
            joined = graph[a] | around
            grown = joined - {a, best} != graph[a] - {best}
            graph[a] = joined - {a, best}
            touched |= {-1 - a} if grown else set()
        for a in [-1 - each for each in touched if each < 0]:
            touched |= graph[a] if further else set()
        steps += len({each for each in touched if each >= 0} & waiting)
    return found, steps


def size(cards: Sequence[int]) -> Callable[[int, Graph], int]:
    return lambda i, graph: math.prod(cards[each] for each in {i, *graph[i]})


def fill(cards: Sequence[float]) -> Callable[[int, Graph], float]:
    """The weight of the edges that are missing among the neighbours, from both ends."""
    return lambda i, graph: sum(cards[a] * cards[b] for a, b in itertools.permutations(graph[i], 2) if b not in graph[a])


@pytest.mark.parametrize("seed", range(12))
def test_greedy_steps_are_those_that_are_worked_out_anew(seed: int) -> None:
    rng = random.Random(seed)
    count = 8
    scopes, cards = some_scopes(rng, count), [rng.choice([2, 3, 5]) for _ in range(count)]
    near, graph = neighbours(count, scopes), graph_of(count, scopes)
    assert near == [mask_of(graph[i]) for i in range(count)]
    free = rng.sample(range(count), 6)
    by_size = lambda i, near: math.prod(cards[each] for each in {i, *bits(near[i])})
    by_fill = lambda i, near: sum(1 for a, b in itertools.permutations(bits(near[i]), 2) if not near[a] >> b & 1)
    assert greedy_elimination(near, free, by_size) == plain_order(graph, free, size(cards), False)
    both = lambda i, graph: (fill([1] * count)(i, graph), size(cards)(i, graph))
    assert greedy_elimination(near, free, by_size, by_fill) == plain_order(graph, free, both, True)
    backwards, _ = greedy_elimination(near, free, by_size, lambda i, near: -i)
    assert [i for i, _ in backwards] == sorted(free, reverse=True)
    flat, _ = greedy_elimination(near, free, lambda i, near: -i, lambda i, near: 0)
    assert [i for i, _ in flat] == sorted(free, reverse=True)


# ---------------------------------------------------------------- join trees


def check_tree(tree: JoinTree, cards: Sequence[int], scopes: Sequence[Sequence[int]]) -> None:
    sizes = [math.prod(cards[each] for each in bits(clique)) for clique in tree.cliques]
    assert (tree.cells, tree.largest) == (sum(sizes), max(sizes))
    assert not any(a & ~b == 0 for a, b in itertools.permutations(tree.cliques, 2))
    assert tree.above[0] == -1
    assert all(0 <= up < i for i, up in enumerate(tree.above) if i)
    for i, near in enumerate(tree.near):
        assert sorted(near) == [j for j in range(len(tree.cliques)) if tree.above[j] == i or tree.above[i] == j]
    for variable in range(len(cards)):
        holding = {i for i, clique in enumerate(tree.cliques) if clique >> variable & 1}
        assert tree.home[variable] in holding
        assert sum(tree.above[i] not in holding for i in holding) == 1  # they hang together
    assert sorted(tree.rank) == list(range(len(cards)))
    for scope in scopes:
        held = tree.holder(mask_of(scope))
        assert held is not None
        assert not mask_of(scope) & ~tree.cliques[held]
    for i in range(len(tree.cliques)):
        way = {i}
        while tree.above[min(way)] >= 0:
            way.add(tree.above[min(way)])
        assert tree.spanned([i]) == way | {0}


@pytest.mark.parametrize("seed", range(12))
def test_a_join_tree_has_what_defines_it(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    scopes, cards = some_scopes(rng, 7), [rng.choice([1, 2, 3, 5]) for _ in range(7)]
    check_tree(join_tree(cards, scopes), cards, scopes)
    monkeypatch.setattr(triangulation, "SOON_DONE", 0)
    monkeypatch.setattr(triangulation, "STEP_CELLS", 1e-3)
    check_tree(join_tree(cards, scopes), cards, scopes)


def test_a_tree_of_nothing_and_of_parts() -> None:
    nothing = join_tree((), [])
    assert (nothing.cliques, nothing.above, nothing.cells, nothing.largest, nothing.holder(0)) == ((0,), (-1,), 0, 1, 0)
    apart = join_tree((2, 3, 4), [(0,), (1,), (2,)])
    assert sorted(apart.cliques) == [1, 2, 4]
    assert (apart.cells, apart.largest, apart.above) == (9, 4, (-1, 0, 0))
    assert apart.holder(3) is None


def test_what_was_asked_of_a_tree_is_remembered_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = join_tree((2,) * 6, [(i, i + 1) for i in range(5)])
    monkeypatch.setattr(triangulation, "MOST_HELD", 2)
    for mask in (1, 2, 4):
        tree.holder(mask)
    assert len(tree._held) == 3
    tree.holder(8)
    assert list(tree._held) == [8]
    tree._held[8] = 77
    assert tree.holder(8) == 77


def rules(cards: Sequence[int]) -> list[Callable[[int, Graph], Any]]:
    """By size, by the number of missing edges, by their weight in logarithms."""
    by_size, logs = size(cards), [math.log2(card) for card in cards]
    fills = (fill([1] * len(cards)), fill(logs))
    return [by_size, *(lambda i, graph, one=one: (one(i, graph), by_size(i, graph)) for one in fills)]


def cells(order: Iterable[tuple[int, int]], cards: Sequence[int]) -> int:
    return sum(math.prod(cards[each] for each in [variable, *bits(around)]) for variable, around in order)


def test_the_best_of_three_rules_makes_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many rules as there is time for; each of them is the best one in some graph."""
    winners: set[int] = set()
    asked: list[int] = []
    plain = greedy_elimination

    def counted(*given: Any) -> Any:
        asked.append(plain(*given)[1])
        return plain(*given)

    monkeypatch.setattr(triangulation, "greedy_elimination", counted)
    for seed in range(30):
        rng = random.Random(seed)
        scopes, cards = some_scopes(rng, 9), [rng.choice([2, 4, 8]) for _ in range(9)]
        orders = [plain_order(graph_of(9, scopes), range(9), rule, i > 0) for i, rule in enumerate(rules(cards))]
        sizes, steps = [cells(order, cards) for order, _ in orders], [count for _, count in orders]
        winners.add(sizes.index(min(sizes)))
        if seed > 12 and sizes.index(min(sizes)) == 0:
            continue
        for most, tried in ((steps[0] - 1, 1), (steps[0], 2), (steps[1] + 4 * steps[0] - 1, 2), (steps[1] + 4 * steps[0], 3)):
            monkeypatch.setattr(triangulation, "SOON_DONE", 0)
            monkeypatch.setattr(triangulation, "STEP_CELLS", 1e-9)
            monkeypatch.setattr(triangulation, "MOST_STEPS", most)
            asked.clear()
            found = join_tree(cards, scopes)
            assert len(asked) == tried
            best = min(orders[:tried], key=lambda each: cells(each[0], cards))[0]
            assert (found.cliques, found.above, found.home) == made_by(best, cards)
        monkeypatch.setattr(triangulation, "MOST_STEPS", 10**9)
        for step_cells, tried in ((sizes[0] / (steps[0] - 0.5), 1), (sizes[0] / (steps[0] + 0.5), 2)):
            monkeypatch.setattr(triangulation, "STEP_CELLS", step_cells)
            asked.clear()
            join_tree(cards, scopes)
            assert len(asked) == tried
        monkeypatch.setattr(triangulation, "STEP_CELLS", 1e-9)
        for soon, tried in ((sizes[0], 1), (sizes[0] - 1, 2 if sizes[1] <= sizes[0] - 1 else 3)):
            monkeypatch.setattr(triangulation, "SOON_DONE", soon)
            asked.clear()
            join_tree(cards, scopes)
            assert len(asked) == tried
    assert winners == {0, 1, 2}


def made_by(order: list[tuple[int, int]], cards: Sequence[int]) -> tuple[Any, ...]:
    """The tree whose cliques an order makes."""
    tree = triangulation._tree(order, cards)
    return tree.cliques, tree.above, tree.home


# ---------------------------------------------------------------- orders


def test_an_order_by_size_or_by_fill_whichever_costs_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second rule is tried where the first is dear and the network small, and taken where it is better."""
    compared = 0
    for seed in range(20):
        rng = random.Random(seed)
        scopes, cards = some_scopes(rng, 9), tuple(rng.choice([2, 3, 7]) for _ in range(9))
        shapes, kept = tuple(map(Shape, scopes)), (rng.randrange(9),)
        free = sorted({each for scope in scopes for each in scope} - set(kept))
        graph = graph_of(9, scopes)
        both = lambda i, graph, cards=cards: (fill(cards)(i, graph), size(cards)(i, graph))
        first, second = (priced([i for i, _ in plain_order(graph, free, rule, True)[0]], cards, shapes) for rule in (size(cards), both))
        best = min(first, second, key=lambda order: (order.cost, order.largest))
        compared += best != first
        for limits, thorough, expected in (
            ({"CHEAP": first.cost}, True, first), ({"CHEAP": first.cost - 1}, True, best), ({"CHEAP": 0}, False, first),
            ({"CHEAP": 0, "MOST_FOR_FILL": len(free)}, True, best), ({"CHEAP": 0, "MOST_FOR_FILL": len(free) - 1}, True, first),
        ):  # fmt: skip
            with monkeypatch.context() as patch:
                for name, value in limits.items():
                    patch.setattr(ordering, name, value)
                assert elimination_order.__wrapped__(cards, shapes, kept, thorough) == expected
    assert compared > 2


def test_what_varies_least_and_is_smallest_is_multiplied_first() -> None:
    made: list[tuple[Shape, Shape, int | None]] = []

    def multiply(a: Shape, b: Shape, variable: int | None) -> Shape:
        made.append((a, b, variable))
        return Shape(tuple(sorted({*a.scope, *b.scope} - {variable})), a.varies or b.varies)

    one, cards = Shape(()), (2, 2, 2)
    items = [Shape((0, 1, 2)), Shape((0,), True), Shape((0, 1)), Shape((0,)), Shape((1,))]
    assert eliminated(items, [0], cards, multiply, one) == Shape((1, 2), True)
    assert made == [
        (Shape((0,)), Shape((0, 1)), None),
        (Shape((0, 1)), Shape((0, 1, 2)), None),
        (Shape((0, 1, 2)), Shape((0,), True), 0),
        (Shape((1,)), Shape((1, 2), True), None),
    ]
    made.clear()
    assert eliminated([Shape((0, 1)), Shape((0,))], [0], cards, multiply, one) == Shape((1,))
    assert made == [(Shape((0,)), Shape((0, 1)), 0)]
    assert eliminated([Shape((0,))], [], cards, multiply, one) == Shape((0,))
    assert eliminated([], [], cards, multiply, one) == one
    assert len(made) == 1
    assert eliminated([Shape((0,))], [0], cards, multiply, one) == one
    assert made[1:] == [(Shape((0,)), one, 0)]
