"""Answers on join trees by every detour: with variables held fixed, by remainders, in parts, against the product written out."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import causalkit as ck
from causalkit.engine.compiling.binding import Bound
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.plan import Plan
from causalkit.engine.compiling.triangulation import JoinTree
from causalkit.engine.compiling.world import world_of
from causalkit.engine.contraction.products import WHOLE, Pricing
from causalkit.engine.exact import by_remainders, cutset, join_tree
from causalkit.engine.exact.cutset import all_conditioned, conditioned, sliced
from causalkit.engine.exact.join_tree import Way, all_priced, all_singles, axes_of, flow_on, gathered, priced, root_of, way_to, way_to_all
from causalkit.engine.exact.propagation import Flow, Message, Messages, _bytes, nothing_kept
from causalkit.mechanisms.network import Edits

CARDS = (2, 3, 2, 3, 2)
SCOPES = ((0,), (0, 1), (1, 2), (2, 3), (3, 0), (3, 4))


def some_bound(seed: int, target: int, scopes: Iterable[Sequence[int]] = SCOPES, most: int = 5) -> Bound:
    """A circle of four with one more at its end; numbers that no node has, so that the tree is the question's own."""
    rng, tables = random.Random(seed), []
    for scope in scopes:
        shape = [CARDS[v] for v in scope] if list(scope) == sorted(scope) else [CARDS[v] for v in sorted(scope)]
        cells = np.array([rng.randint(1, most) for _ in range(math.prod(shape))], object if most > 2**40 else np.int64).reshape(shape)
        tables.append(Table(sum(1 << v for v in scope), cells, most))
    names = [f"x{i}" for i in range(len(CARDS))]
    parents = {i: [names[j] for scope in SCOPES for j in scope if i == max(scope) and j != i] for i in range(len(CARDS))}
    law = {name: ck.function(lambda *heard: 0, parents=parents[i], domain=range(CARDS[i])) for i, name in enumerate(names)}
    world = world_of(ck.Model(law).regime.network, [Edits()])
    return Bound(world, CARDS, tables, [f"t{i}" for i in range(len(tables))], target, most ** len(tables), {})


def written_out(bound: Bound, target: int) -> dict[tuple[int, ...], int]:
    found: dict[tuple[int, ...], int] = {}
    for at in itertools.product(*map(range, CARDS)):
        weight = math.prod(int(table.cells[tuple(at[v] for v in range(5) if table.mask >> v & 1)]) for table in bound.tables)
        key = tuple(at[v] for v in range(5) if target >> v & 1)
        found[key] = found.get(key, 0) + weight
    return found


def cells_of(table: Table) -> dict[tuple[int, ...], int]:
    return {key: int(table.cells[key]) for key in itertools.product(*map(range, table.cells.shape))}


def own_way(bound: Bound) -> Way:
    return priced(bound, join_tree.tree_for_itself(bound), False)


@pytest.mark.parametrize("target", [0, 1, 16, 5, 10, 17, 31])
@pytest.mark.parametrize("held", [(), (1,), (3, 0), (4, 2, 1)])
def test_weights_with_variables_held_fixed_are_those_without(target: int, held: tuple[int, ...]) -> None:
    bound = some_bound(target, target)
    held = tuple(v for v in held if not target >> v & 1)
    for way in (way_to(bound), own_way(bound)):
        found = conditioned(bound, replace(way, sliced=held))
        assert found.mask == target
        assert cells_of(found) == written_out(bound, target)
        assert found.bound >= max(written_out(bound, target).values())


@pytest.mark.parametrize("target", [0, 1])
def test_numbers_of_any_length_add_up_over_the_values_of_variables_held_fixed(target: int) -> None:
    """Also where nothing is asked for, so that each part is one number."""
    bound = some_bound(2, target, most=10**30)
    found = conditioned(bound, replace(own_way(bound), sliced=(3, 1)))
    assert cells_of(found) == written_out(bound, target)


@pytest.mark.parametrize("held", [(), (1,), (3, 0), (4, 2, 1)])
def test_all_single_weights_with_variables_held_fixed(held: tuple[int, ...]) -> None:
    bound = some_bound(7, 31)
    for way in (way_to_all(bound), all_priced(bound, join_tree.tree_for_itself(bound), False)):
        found = all_conditioned(bound, replace(way, sliced=held))
        assert set(found) == set(range(5))
        for variable, table in found.items():
            assert table.mask == 1 << variable
            assert cells_of(table) == written_out(bound, 1 << variable)
            assert table.bound >= max(map(int, table.cells))


@pytest.mark.parametrize("target", [0, 1, 16, 10, 31])
@pytest.mark.parametrize("most", [0, 1, 2, 4, 6, 12, 100])
def test_what_is_held_fixed_leaves_the_fewest_cells(target: int, most: int) -> None:
    """Step by step the best of all variables of the largest clique; the costs are for all values together."""
    bound = some_bound(1, target)
    way = own_way(bound)
    found = sliced(bound, way, most)
    here, runs, steps, size = bound, 1, way, math.prod(CARDS[v] for v in range(5) if target >> v & 1)
    while steps.largest > most >= size:
        cells = {
            clique & here.free: math.prod(here.cards[v] for v in range(5) if (clique & here.free) >> v & 1) for clique in way.tree.cliques
        }
        crowd = max(cells, key=cells.__getitem__)
        tries = []
        for v in range(5):
            if crowd >> v & 1 and not target >> v & 1 and here.cards[v] > 1:
                each = priced(here.with_value(v, 0), way.tree, False)
                tries.append((each.largest, each.cost * here.cards[v], v, each))
        if not tries:
            break
        _, _, v, each = min(tries, key=lambda one: one[:3])
        runs, here, steps = runs * here.cards[v], here.with_value(v, 0), replace(each, sliced=(*steps.sliced, v))
    assert (found.sliced, found.cost, found.largest) == (steps.sliced, steps.cost * runs, steps.largest)
    every = all_priced(bound, way.tree, False)
    assert (len(sliced(bound, every, most, all_priced).sliced) > 0) is (1 <= most < every.largest)
    assert sliced(bound, way, most, most_cost=way.cost - 1) == way


def test_a_way_says_how_long_it_takes() -> None:
    tree = join_tree.tree_for_itself(some_bound(1, 1))
    assert Way(tree, True, 20_000_000, 1, 1).seconds == pytest.approx(6.0)
    assert Way(tree, True, 20_000_000, 1, 1).seconds == pytest.approx(Plan("elimination", 0, 1, 20_000_000, 0, 0, "so").seconds)
    assert Way(tree, True, 1, 1, 1).sliced == ()


def test_a_tree_is_looked_for_where_the_networks_own_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = some_bound(3, 1)
    tree = join_tree.own_tree(bound)
    assert tree is not None
    sizes = join_tree.sizes_on(bound, tree)
    assert way_to(bound) == Way(tree, True, 3 * sum(sizes), max(sizes), 0)
    entered = sum(table.cells.size for table in bound.tables)
    own, itself = priced(bound, tree, True), own_way(bound)
    for cheap, per_cell, cells, is_rough in (
        (sum(sizes), 0, max(sizes), True),
        (sum(sizes) - 1, 0, max(sizes), False),
        (sum(sizes), 0, max(sizes) - 1, False),
        (0, -(-sum(sizes) // entered), max(sizes), True),
        (0, (sum(sizes) - 1) // entered, max(sizes), False),
    ):
        monkeypatch.setattr(join_tree, "PER_CELL", per_cell)
        monkeypatch.setattr(join_tree, "MOST_CELLS", cells)
        assert (way_to(bound, cheap).width == 0) is is_rough
    monkeypatch.setattr(join_tree, "MOST_CELLS", 0)
    assert way_to(bound, own.cost) == own
    later = way_to(bound, own.cost - 1)
    assert later == own if own.cost <= 2 * itself.cost else later.own is False
    cheaper = some_bound(3, 1, scopes=[(0,), (0, 1)])
    first = priced(cheaper, tree, True)
    for cost, is_own in ((first.cost // 2, first.cost % 2 == 0), (first.cost // 2 - 1, False), (first.cost, True)):
        monkeypatch.setattr(join_tree, "priced", lambda bound, tree, own, cost=cost: first if own else replace(first, own=False, cost=cost))
        assert way_to(cheaper, 0).own is is_own


def test_a_question_over_several_cliques_is_gathered_at_the_first_of_them() -> None:
    bound = some_bound(2, 31)
    tree = join_tree.own_tree(bound)
    assert tree is not None
    assert tree.holder(31) is None
    assert root_of(bound, tree) == tree.home[min(range(5), key=lambda v: tree.rank[v])]
    assert cells_of(gathered(bound, priced(bound, tree, True))) == written_out(bound, 31)
    apart = some_bound(2, 0, scopes=[*SCOPES, (1, 4)])
    split = JoinTree(tree.cliques, tree.above, tree.home, tree.rank, tree.cells, tree.largest)
    found = flow_on(apart, split, WHOLE, nothing_kept(), 0)
    if split.holder(18) is None:
        assert any(table.mask == 18 for table in found.held[0])
        assert found.stays == 18
    assert int(found.inward(0, 0).cells) == written_out(apart, 0)[()]


def test_all_weights_are_gathered_where_the_largest_are(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = some_bound(2, 31)
    way = own_way(bound)
    roots: list[int] = []

    def told(self: Flow, target: int, wanted: int = -1, root: int = 0) -> Iterator[Any]:
        roots.append(root)
        return iter(())

    monkeypatch.setattr(Flow, "singles", told)
    for deepest in range(5):
        list(all_singles(bound, replace(way, bounds={v: 9 if v == deepest else v for v in range(5)})))
    assert roots == [way.tree.home[v] for v in range(5)]
    roots.clear()
    list(all_singles(replace(bound, target=0), way))
    assert roots == [0]


def test_axes_are_in_the_order_of_the_question() -> None:
    bound = some_bound(4, 0b01011)
    nodes = [bound.world.network.node(Edits(), f"x{i}") for i in (3, 2, 0, 1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(bound.world), "slot", lambda self, node: int(node.variable[1:]))
        found = axes_of(bound, gathered(bound, own_way(bound)), nodes)
        assert found.shape == (3, 1, 2, 3)
        for (a, b, d), weight in written_out(bound, 0b01011).items():
            assert found[d, 0, a, b] == weight
        spread = axes_of(bound, Table(1, np.array([5, 7]), 7), nodes)
        assert spread[2, 0, :, 1].tolist() == [5, 7]


# ---------------------------------------------------------------- messages


CHAIN = JoinTree((0b0011, 0b0110, 0b1100), (-1, 0, 1), (0, 0, 1, 2), (3, 2, 1, 0), 18, 6)


def message_flow(held: dict[int, list[Table]], stays: int = 0, kept: Messages | None = None) -> Flow:
    keys = {clique: tuple(table.number for table in tables) for clique, tables in held.items()}
    return Flow(CHAIN, CARDS, held, keys, stays, WHOLE, kept or nothing_kept())


def test_a_message_goes_on_as_it_is_where_nothing_is_added_or_summed() -> None:
    pair = Table(0b0110, np.arange(6).reshape(3, 2), 5)
    both = Table(0b1100, np.arange(6).reshape(2, 3), 5)
    plain = message_flow({2: [Table(0b0100, np.array([1, 2]), 2)]}, stays=0b0100)
    plain._send(2, 1)
    plain._send(1, 0)
    assert plain.sent[1, 0] is plain.sent[2, 1]
    summed = message_flow({2: [both]})
    summed._send(2, 1)
    summed._send(1, 0)
    assert summed.sent[1, 0] is not summed.sent[2, 1]
    assert summed.sent[1, 0].mask == 0
    added = message_flow({1: [pair], 2: [Table(0b0100, np.array([1, 2]), 2)]}, stays=0b0100)
    added._send(2, 1)
    added._send(1, 0)
    assert added.sent[1, 0].mask == 0b0110
    nothing = message_flow({})
    nothing._send(2, 1)
    assert nothing.sent == {}


def test_equal_questions_find_the_messages_again_and_others_do_not() -> None:
    kept = Messages()
    both, pair = Table(0b1100, np.arange(6).reshape(2, 3), 5), Table(0b0110, np.arange(6).reshape(3, 2), 5)
    first = message_flow({1: [pair], 2: [both]}, kept=kept)
    assert int(first.inward(0, 0).cells) == int((pair.cells @ both.cells).sum())
    assert first.sent == {(1, 0): kept._messages and first.sent[1, 0]}  # what has been used is let go
    again = message_flow({1: [pair], 2: [both]}, kept=kept)
    again.inward(0, 0)
    assert again.sent[1, 0] is first.sent[1, 0]
    for changed in (
        message_flow({1: [pair], 2: [Table(0b1100, both.cells + 1, 6)]}, kept=kept),
        message_flow({1: [Table(0b0110, pair.cells + 1, 6)], 2: [both]}, kept=kept),
        message_flow({1: [pair], 2: [both]}, stays=0b1000, kept=kept),
        replace(message_flow({1: [pair], 2: [both]}, kept=kept), lean=1),
        replace(message_flow({1: [pair], 2: [both]}, kept=kept), product=Pricing()),
    ):
        changed.inward(0, changed.stays)
        assert changed.sent[1, 0] is not first.sent[1, 0]


def test_a_table_without_cells_takes_no_room() -> None:
    assert _bytes(Table(1, None, 1)) == 0
    assert _bytes(Table(1, np.zeros(3, np.int64), 1)) == 24
    assert _bytes(Table(1, np.array([1, 2], object), 2**63)) == 2 * (44 + 8)
    assert Message((Table(1, None, 1), Table(6, None, 1)), 1).mask == 7


# ---------------------------------------------------------------- by remainders


@pytest.mark.parametrize("most", [5, 10**12, 10**40])
@pytest.mark.parametrize(("room", "cells"), [(1 << 24, 1 << 20), (0, 1 << 20), (0, 1)])
def test_weights_by_remainders_are_those_by_numbers(most: int, room: int, cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_remainders, "is_dear", lambda bound, way: True)
    monkeypatch.setattr(by_remainders, "MOST_REMAINDERS", room)
    monkeypatch.setattr(by_remainders, "CELLS", cells)
    bound = some_bound(6, 0b01010, most=most)
    expected = written_out(bound, 0b01010)
    for large in (bound, replace(bound, scale=bound.scale * 10**300)):
        found = by_remainders.gathered_whole(large, own_way(large))
        assert cells_of(found) == expected
    every = replace(bound, target=31)
    way = all_priced(every, join_tree.tree_for_itself(every), False)
    sums = {v: max(written_out(every, 1 << v).values()) for v in range(5)}
    for bounds in (sums, {v: most << 90 * v for v, most in sums.items()}, {v: most << 90 * (4 - v) for v, most in sums.items()}):
        singles = dict(by_remainders.singles_whole(every, replace(way, bounds=bounds)))
        assert {v: cells_of(table) for v, table in singles.items()} == {v: written_out(every, 1 << v) for v in range(5)}


def test_no_weight_exceeds_what_is_said() -> None:
    bound = some_bound(6, 1)
    free = math.prod(CARDS)
    assert by_remainders.most_of(bound) == min(free * 5 ** len(SCOPES), bound.scale) == bound.scale
    assert by_remainders.most_of(replace(bound, scale=10**30)) == free * 5 ** len(SCOPES)


@pytest.mark.parametrize(
    ("cost", "bits", "tables", "singles", "is_dear"),
    [
        (9_999, 10**6, 1, True, False), (10_000, 10**6, 1, True, True),
        # a million products: of 10 bits 0.1 s and 0.0127 s by remainders; of 6000 bits 7.1 s and 0.42 s
        (10**6, 9, 1, True, True), (10**6, 9, 400, True, False), (10**6, 9, 250, False, False), (10**6, 9, 100, False, True),
        (10**6, 5999, 1, True, True), (10**6, 5999, 500, True, True), (10**6, 5999, 800, True, False), (10**6, 5999, 800, False, True),
    ],
)  # fmt: skip
def test_remainders_are_taken_where_numbers_would_take_longer(cost: int, bits: int, tables: int, singles: bool, is_dear: bool) -> None:
    way = Way(CHAIN, True, cost, 1, 1, bounds={0: 1, 1: 1 << bits} if singles else {})
    bound = replace(some_bound(1, 1), tables=[Table(0, None, 1 << bits), *[Table(0, None, 1)] * (tables - 1)], scale=1 << bits)
    assert by_remainders.is_dear(bound, way) is is_dear


def test_primes_come_in_groups_that_leave_the_largest_table_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = lambda largest, bits: by_remainders._at_once(Way(CHAIN, True, 1, largest, 1), (1 << bits) - 1)
    assert [at_once(1, bits) for bits in (1, 22, 44, 88, 176, 352, 10**6)] == [2, 2, 4, 8, 16, 32, 32]
    assert [at_once(1 << power, 10**6) for power in (15, 16, 17, 18, 19, 20, 21)] == [32, 16, 8, 4, 2, 2, 2]
    watched: list[tuple[int, float]] = []

    def told(items: Sequence[Any], seconds: float) -> Iterator[Any]:
        watched.append((len(items), seconds))
        return iter(items)

    monkeypatch.setattr(by_remainders, "watched", told)
    chunks: list[tuple[int, ...]] = [(2, 3, 5), (7, 11, 13)]
    assert list(by_remainders._shown(chunks, Way(CHAIN, True, 10**6, 1, 1))) == chunks
    by_remainders._shown(chunks, Way(CHAIN, True, 10**6, 1, 1, sliced=(1,)))
    assert watched == [(2, pytest.approx(10**6 * 6 * 1.5e-9)), (2, 0.0)]


def test_a_bar_shows_the_seconds_of_what_is_held_fixed_or_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds: list[float] = []

    def told(items: Sequence[Any], each: float) -> Iterator[Any]:
        seconds.append(each)
        return iter(items)

    monkeypatch.setattr(cutset, "watched", told)
    bound = some_bound(1, 1)
    way = own_way(bound)
    conditioned(bound, replace(way, sliced=(2,), cost=10**9))
    every = replace(bound, target=31)
    all_conditioned(every, replace(all_priced(every, way.tree, False), sliced=(2,), cost=10**8))
    assert seconds == pytest.approx([300.0, 30.0])
    shown: list[float] = []
    monkeypatch.setattr(by_remainders, "is_dear", lambda bound, way: True)

    def shows(by: Bound, way: Way, product: Any, each: float) -> Table:
        shown.append(each)
        return gathered(by, way, product)

    monkeypatch.setattr(by_remainders, "gathered", shows)
    monkeypatch.setattr(by_remainders, "count_for", lambda most: 7)
    by_remainders.gathered_whole(bound, replace(way, cost=10**8))
    by_remainders.gathered_whole(bound, replace(way, cost=10**8, sliced=(2,)))
    assert shown == pytest.approx([7 * 10**8 * 1.5e-9, 0.0])


def test_what_is_small_or_in_floats_is_asked_for_no_primes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("count_for", "chunks_of_primes"):
        monkeypatch.setattr(by_remainders, name, lambda *given: pytest.fail("nobody needs primes"))
    bound = some_bound(6, 1)
    assert cells_of(by_remainders.gathered_whole(bound, own_way(bound))) == written_out(bound, 1)
