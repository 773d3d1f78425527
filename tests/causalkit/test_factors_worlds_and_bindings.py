"""Questions as tables: their product, summed over all that is free, is what plain enumeration finds."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
import sympy

import causalkit as ck
from causalkit.engine.compiling import factors
from causalkit.engine.compiling.binding import Bound, Unbound, _Binding, bind
from causalkit.engine.compiling.factors import Condition, Factor, Structure, problem, shared_factors
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.plan import planned_for
from causalkit.engine.compiling.world import World, world_of
from causalkit.engine.exact import enumeration
from causalkit.engine.point_query import point_query
from causalkit.mechanisms.network import Edits, NestedCounterfactual, Node, Reading
from tests.causalkit.written_out import COUPLED, OFF, ON, PLAIN, fresh

EDITS: dict[str, tuple[Any, ...]] = {"one regime": (PLAIN,), "an edited regime": (ON,), "two regimes": (ON, OFF), "three": (PLAIN, ON, OFF)}


def product_of(bound: Bound) -> Any:
    """The product of all tables, summed over all that is not asked for: every combination written out."""
    free = [v for v in range(len(bound.cards)) if bound.free >> v & 1]
    asked = [v for v in free if bound.target >> v & 1]
    totals = np.zeros([bound.cards[v] for v in asked], object)
    for values in itertools.product(*(range(bound.cards[v]) for v in free)):
        at = dict(zip(free, values, strict=True))
        weight: Any = 1
        for table in bound.tables:
            weight *= table.cells[tuple(at[v] for v in free if table.mask >> v & 1)].item() if table.mask else table.cells.item()
        totals[tuple(at[v] for v in asked)] += weight
    return totals


@pytest.mark.parametrize("kind", EDITS)
@pytest.mark.parametrize("seed", range(8))
def test_the_tables_of_a_question_multiply_to_its_weights(kind: str, seed: int) -> None:
    rng, net = random.Random(seed), fresh(COUPLED)
    world = World(net, EDITS[kind])
    nodes = [net.node(edits, name) for edits in EDITS[kind] for name in COUPLED.names]
    observed = {node: rng.choice(node.mechanism.domain) for node in rng.sample(nodes, seed % 3)}
    scope = tuple(dict.fromkeys(rng.sample(nodes, 2)))
    holds = [rng.random() < 0.7 for _ in itertools.product(*(node.mechanism.domain for node in scope))]
    conditions = [Condition(scope, tuple(holds))] if seed % 2 else []
    target = list(dict.fromkeys(rng.sample(nodes, 2)))
    structure, seen = Structure(tuple(observed), tuple(conditions), tuple(target)), tuple(observed.values())
    bound = bind(world, structure, seen)
    evidence = [Reading((node,), partial(has, node, value)) for node, value in observed.items()]
    index = [node.mechanism.domain for node in scope]
    keyed = dict(zip(itertools.product(*index), holds, strict=True))
    evidence += [Reading(scope, lambda values: keyed[tuple(values[node] for node in scope)]) for _ in conditions]
    weights = enumeration.measure(evidence, Reading(tuple(target), lambda values: tuple(values[node] for node in target)))
    if bound is None:
        assert not weights
        return
    assert bound.target == sum({1 << world.slot(node) for node in target if node not in observed and len(domain(world, node)) > 1})
    found = product_of(bound)
    free = sorted({world.slot(node) for node in target if bound.target >> world.slot(node) & 1})
    for values in itertools.product(*(domain(world, node) for node in target)):
        at = {world.slot(node): domain(world, node).index(value) for node, value in zip(target, values, strict=True)}
        expected = weights.get(values, Fraction(0))
        if all(observed.get(node, value) == value for node, value in zip(target, values, strict=True)):
            assert Fraction(found[tuple(at[v] for v in free)], bound.scale) == expected
        else:
            assert expected == 0
    assert all(table.mask or table.cells != 1 or isinstance(key, tuple) for table, key in zip(bound.tables, bound.keys, strict=True))
    floats = bind(world, structure, seen, floats=True)
    assert floats is not None
    assert product_of(floats).astype(float) == pytest.approx(found.astype(float) / bound.scale)
    assert all(table.bound == 1 and table.cells.dtype == np.float64 for table in floats.tables)


def has(node: Node, value: Any, values: Mapping[Node, Any]) -> bool:
    return bool(values[node] == value)


def domain(world: World, node: Node) -> tuple[Any, ...]:
    return world.memory.entry(node).table.domain


def test_what_cannot_be_bound() -> None:
    net = fresh(COUPLED)
    world = world_of(net, [PLAIN])
    z = net.node(PLAIN, "z")
    assert bind(world, Structure((z,), (), ()), (9,)) is None
    p = sympy.Symbol("p", positive=True)
    for law in (ck.Model(x=ck.coin(p)).mechanism("x"), ck.Model(x=ck.choice(False, True)).mechanism("x")):
        other = ck.Model({**{name: COUPLED.mechanism(name) for name in COUPLED.names}, "x": law}).regime.network
        for edits in ((PLAIN,), (PLAIN, Edits({"z": ck.Model(z=1).mechanism("z")}))):
            with pytest.raises(Unbound):
                bind(World(other, edits), Structure((), (), (other.node(PLAIN, "z"),)), ())


def test_an_open_choice_is_free_where_it_is_asked_for() -> None:
    model = ck.Model(u=ck.coin("1/4"), a=ck.choice(0, 1, 2, sees=["u"]), y=lambda a, u: a == u)
    net = model.regime.network
    for edits in ((PLAIN,), (PLAIN, Edits({"u": ck.Model(u=True).mechanism("u")}))):
        u, a, y = (net.node(PLAIN, name) for name in "uay")
        world = World(net, edits)
        bound = bind(world, Structure((y,), (), (u, a)), (True,), opened=True)
        assert bound is not None
        cells = product_of(bound)
        cells = cells if world.slot(u) < world.slot(a) else cells.T
        assert [[Fraction(cell, bound.scale) for cell in row] for row in cells.tolist()] == [[Fraction(3, 4), 0, 0], [0, Fraction(1, 4), 0]]


@pytest.mark.parametrize("slots", [(2, 0, 1), (1, 1, 0), (0, 1, 0), (2, 2, 2), (2, 0, 2, 1, 2), (1, 0, 1, 0), (3, 1, 3, 0)])
@pytest.mark.parametrize("floats", [False, True])
def test_tables_with_their_variables_in_order_and_each_of_them_once(slots: tuple[int, ...], floats: bool) -> None:
    """Whatever a table hears in whatever places; the fourth variable has one value and no axis."""
    cards = (2, 3, 2, 1)
    cells = np.arange(1, 1 + math.prod(cards[slot] for slot in slots)).reshape([cards[slot] for slot in slots])
    world = World(fresh(COUPLED), [PLAIN])
    table = _Binding(world, floats, False)._arranged(cells, 4, slots, slots[-1])
    used = sorted({slot for slot in slots if cards[slot] > 1})
    assert table.mask == sum(1 << slot for slot in used)
    assert table.own == (1 << slots[-1] if slots[-1] in used else 0)
    assert table.bound == (1 if floats else 4)
    for values in itertools.product(*(range(cards[slot]) for slot in used)):
        at = {3: 0, **dict(zip(used, values, strict=True))}
        assert table.cells[values] == cells[tuple(at[slot] for slot in slots)] / (4 if floats else 1)
    assert _Binding(world, floats, False)._arranged(cells, 4, slots, None).own == 0


@pytest.mark.parametrize("few", [0, 200])
@pytest.mark.parametrize("heard", [1, 2, 3])
def test_a_function_that_hears_one_copy_in_several_places(heard: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first arrows into y are given what a is elsewhere; the others bring b and c as they are."""
    monkeypatch.setattr("causalkit.engine.compiling.plan.FEW_VISITS", few)
    planned_for.cache_clear()
    point_query.cache_clear()
    model = ck.Model(a=ck.coin("1/3"), b=ck.coin("1/4"), c=ck.coin("1/5"), y=lambda a, b, c: 4 * a + 2 * b + c, z=lambda y: -y)
    edits = {(name, "y"): ck.as_in("off", "a") for name in "abc"[:heard]}
    found = model.branches(off={"b": True}, heard=edits)
    expected: dict[int, Fraction] = {}
    for a, b, c in itertools.product((0, 1), repeat=3):
        share = Fraction(1 + (not a), 3) * Fraction(1 + 2 * (not b), 4) * Fraction(1 + 3 * (not c), 5)
        value = sum(4 >> i if one else 0 for i, one in enumerate([a] * heard + [a, b, c][heard:]))
        expected[-value] = expected.get(-value, Fraction(0)) + share
    assert found.dist(lambda at: at.heard.z) == ck.Dist(expected)
    planned_for.cache_clear()
    point_query.cache_clear()


def some_bound(tables: Sequence[tuple[int, int]], target: int, cards: Sequence[int] = (2, 3, 2, 2)) -> Bound:
    made = []
    for mask, own in tables:
        shape = [cards[v] for v in range(len(cards)) if mask >> v & 1]
        made.append(Table(mask, np.arange(math.prod(shape)).reshape(shape), 100, own))
    return Bound(world_of(fresh(COUPLED), [PLAIN]), cards, made, [f"t{i}" for i in range(len(made))], target, 7, {})


def test_what_is_separated_from_the_target_is_left_out() -> None:
    bound = some_bound([(1, 1), (2, 2), (0, 0), (6, 4), (3, 0), (8, 8)], 4)
    assert bound.free == 15
    left = bound.separated()
    assert sorted(map(str, left.keys)) == ["t0", "t1", "t3", "t4"]
    assert [bound.keys[bound.tables.index(table)] for table in left.tables] == left.keys
    assert (some_bound([(1, 1)], 8).free, some_bound([(1, 1)], 8).separated().tables) == (9, [])


def test_one_more_variable_with_a_certain_value() -> None:
    bound = some_bound([(7, 2), (1, 1), (2, 2), (8, 8)], 1)
    for variable, value in ((0, 1), (1, 2), (2, 0)):
        found = bound.with_value(variable, value)
        assert list(found.cards) == [1 if v == variable else card for v, card in enumerate(bound.cards)]
        assert found.fixed == {variable: value}
        for before, after, key, was in zip(bound.tables, found.tables, found.keys, bound.keys, strict=True):
            if before.mask >> variable & 1:
                axis = [v for v in range(4) if before.mask >> v & 1].index(variable)
                assert after.cells.tolist() == np.take(before.cells, value, axis).tolist()
                assert (after.mask, key) == (before.mask & ~(1 << variable), (was, variable, value))
                assert after.own == (0 if before.own >> variable & 1 else before.own)
            else:
                assert (after, key) == (before, was)
    assert bound.with_value(0, 1).with_value(1, 2).fixed == {0: 1, 1: 2}
    assert bound.fixed == {}


# ---------------------------------------------------------------- tables of their nonzero cells


def test_variables_of_one_value_are_in_no_table() -> None:
    assert factors._without_constants(Factor((0, 1, 2), (1, 3), (1, 2)), (2, 1, 2)) == Factor((0, 2), (1, 3), (1, 2))
    net = fresh(COUPLED)
    found = problem(Structure((net.node(PLAIN, "z"),), (), (net.node(PLAIN, "w"), net.node(PLAIN, "one"))))
    assert found.cards[found.nodes.index(net.node(PLAIN, "one"))] == 1
    assert all(found.cards[variable] > 1 for factor in found.factors for variable in factor.scope)
    assert Factor((), (0,), (Fraction(1),)) not in found.factors
    z = found.nodes.index(net.node(PLAIN, "z"))
    assert (found.observed, z in found.kept) == ((z,), False)
    assert [shape.varies for shape in found.shapes] == [z in factor.scope for factor in found.factors]
    assert all(shape.scope == tuple(sorted(set(factor.scope) - {z})) for shape, factor in zip(found.shapes, found.factors, strict=True))
    opened = found.opened()
    assert (opened.observed, opened.kept) == ((), tuple(sorted({*found.kept, z})))


def test_outcomes_of_a_shared_draw_that_do_the_same_are_one() -> None:
    """Below 1/4 both copies are true, below 1/2 the second, and above none: three kinds, and two where the second is not there."""
    net = fresh(COUPLED)
    on, off = net.node(ON, "y"), net.node(OFF, "y")
    shared = shared_factors([on, off], lambda node: node.mechanism.domain)
    assert len(shared.draws) == 1
    assert shared.cards[len(shared.nodes) :] == (3,)
    law = next(factor for factor in shared.factors if factor.scope == (len(shared.nodes),))
    assert sorted(law.weights) == [Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)]
    row = on.mechanism.row((False,))
    split = row._replace(outcomes=((1, Fraction(1, 8)), (0, Fraction(1, 2)), (1, Fraction(3, 8))))
    assert factors._kinds([split]) == ((0, 1, 0), (Fraction(1, 2), Fraction(1, 2)))
    assert factors._kinds([split, split]) == ((0, 1, 0), (Fraction(1, 2), Fraction(1, 2)))


def test_rows_of_one_copy_are_not_gone_through() -> None:
    unread: Any = None
    assert factors._shared_draws([unread]) == {}
    assert factors._shared_draws([]) == {}


def test_mechanisms_are_the_same_by_identity_alone() -> None:
    law, equal = (ck.Model(x=ck.coin("1/3")).mechanism("x") for _ in range(2))
    assert law == equal
    assert factors._Same(law) == factors._Same(law)
    assert factors._Same(law) != factors._Same(equal)
    assert factors._Same(law) != law


# ---------------------------------------------------------------- worlds


def test_one_regime_is_single_and_what_edits_arrows_or_nests_is_not() -> None:
    net, law = fresh(COUPLED), ck.Model(x=True).mechanism("x")
    assert World(net, [PLAIN]).is_single
    assert World(net, [ON]).is_single
    assert World(net, [ON, ON]).is_single
    assert not World(net, [ON, OFF]).is_single
    assert not World(net, [Edits({("x", "z"): law})]).is_single
    assert not World(net, [Edits({"x": NestedCounterfactual(ON, "y")})]).is_single
    assert not World(net, [Edits({"x": law, ("x", "z"): law})]).is_single
    assert not World(net, [Edits({"y": NestedCounterfactual(ON, "y"), "x": law})]).is_single


def test_what_surely_can_be_is_seen_under_one_regime_only() -> None:
    net = fresh(COUPLED)
    one, two = World(net, [PLAIN]), World(net, [ON, OFF])
    y, z, w = (net.node(PLAIN, name) for name in "yzw")
    assert one.surely_can_be([y], [True])
    assert one.surely_can_be([], [])
    assert not one.surely_can_be([y, z], [True, 1])
    assert not one.surely_can_be([w], ["a"])
    assert not one.surely_can_be([y, y], [True, False])
    assert not two.surely_can_be([net.node(ON, "y"), net.node(OFF, "y")], [False, True])
    assert not two.surely_can_be([net.node(ON, "y")], [False])


def test_slots_sizes_and_scopes_of_a_world() -> None:
    net, names = fresh(COUPLED), list(COUPLED.names)
    at = {name: i for i, name in enumerate(names)}
    before = tuple((*(at[parent] for parent in COUPLED.parents(name)), at[name]) for name in names)
    plain, edited, two = World(net, [PLAIN]), World(net, [ON]), World(net, [ON, OFF])
    assert plain.scopes == edited.scopes[:1] == (before,)
    other = World(net, [Edits({"w": ck.Model(y=ck.coin("1/2"), w=lambda y: y).mechanism("w")})])
    assert other.scopes == (before, (*before[:-1], (at["y"], at["w"])))
    assert (plain.size, dict(plain.draws), list(plain.cards())) == (5, {}, [2, 2, 3, 1, 2])
    assert [plain.slot(net.node(PLAIN, name)) for name in names] == [0, 1, 2, 3, 4]
    copies = {net.node(edits, name) for edits in (ON, OFF) for name in names}
    assert len(copies) == 9  # the one that listens to nothing is the same in both
    assert sorted(map(two.slot, copies)) == list(range(9))
    assert two.size == 9 + len(two.draws)
    assert sorted(two.draws.values()) == list(range(9, two.size))
    cards = two.cards()
    assert [cards[two.slot(copy)] for copy in copies] == [len(copy.mechanism.domain) for copy in copies]
    ((shared,),) = ([key for key in two.draws if key[0] == "y"],)  # type: ignore[index]
    assert cards[two.draws[shared]] == 3
    (scopes,) = two.scopes
    families = [(*(two.slot(parent) for parent in copy.parents), two.slot(copy)) for copy in copies]
    assert set(families) <= set(scopes)
    drawn = [scope for scope in scopes[9:] if set(scope) & set(two.draws.values())]
    assert all(set(draws) & {each for scope in drawn for each in scope} for draws in ({value} for value in two.draws.values()))
    assert all(len({copy.variable for copy in copies if two.slot(copy) in scope} - {"x", "z"}) <= 1 for scope in scopes)
    assert not [scope for scope in scopes[9:] if set(scope) <= {two.slot(copy) for copy in copies if copy.variable in {"x", "z", "one"}}]
    for world, edits in ((plain, PLAIN), (edited, ON)):
        for name, above in {"x": {"x"}, "y": {"x", "y"}, "z": {"x", "y", "z"}, "one": {"one"}}.items():
            assert {node.variable for node in world.closure([net.node(edits, name)])} == above
        assert {node.variable for node in world.closure([net.node(edits, "y"), net.node(edits, "one")])} == {"x", "y", "one"}
