"""Compiled questions in every form, and the likeliest combinations, against the joint written out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import causalkit as ck
from causalkit.engine import compiled_query, most_probable, tree_query
from causalkit.engine.compiled_query import CompiledQuery, compile_query
from causalkit.engine.compiling import plan as plans
from causalkit.engine.compiling.factors import Factor, Structure, problem
from causalkit.engine.compiling.ordering import elimination_order
from causalkit.engine.compiling.triangulation import JoinTree
from causalkit.engine.compiling.world import world_of
from causalkit.engine.exact import execution, native, rings
from causalkit.engine.exact.circuit import Program, circuit, program
from causalkit.engine.exact.execution import Einsum, TableLookup, runner
from causalkit.engine.exact.join_tree import Way
from causalkit.engine.most_probable import explanations, greatest
from causalkit.errors import Impossible, InvalidNumber, OpenChoice, TooLarge, WrongShape
from causalkit.mechanisms.network import Edits, Reading
from tests.causalkit.written_out import CHAIN, JOINT, as_if_large, forget, nodes_of, seen_at, value_of
from tests.causalkit.written_out import weights as weights_of


@pytest.fixture(autouse=True)
def nothing_planned(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    as_if_large(monkeypatch)
    yield
    forget()


# ---------------------------------------------------------------- one elimination in three forms


@pytest.mark.parametrize("observed", ["", "z", "zx", "one"])
@pytest.mark.parametrize("target", ["y", "xy", ""])
def test_an_elimination_runs_alike_in_every_form_and_for_many_rows(observed: str, target: str) -> None:
    names = ["one"] if observed == "one" else list(observed)
    target = "".join(name for name in target if name not in names)
    tables = problem(Structure(tuple(nodes_of(CHAIN, *names)), (), tuple(nodes_of(CHAIN, *target))))
    ring = [np.array([float(weight) for weight in factor.weights]) for factor in tables.factors]
    domains = [tables.domains[v] for v in tables.observed]
    kept = [tables.nodes[v].variable for v in tables.kept]
    rows = list(itertools.product(*(range(len(domain)) for domain in domains)))
    expected = []
    for row in rows:
        seen = {name: domain[place] for name, domain, place in zip(names, domains, row, strict=True) if name != "one"}
        cells = []
        for values in itertools.product(*(tables.domains[v] for v in tables.kept)):
            at = {**seen, **dict(zip(kept, values, strict=True))}
            agree = all(at[name] == seen.get(name, at[name]) for name in at)
            ways = [p for way, p in JOINT.items() if agree and at.items() <= dict(zip("xyz", way, strict=True)).items()]
            cells.append(float(sum(ways)))
        expected.append(cells)
    order = elimination_order(tables.cards, tables.shapes, tables.kept)
    whole = tables.opened()
    open_order = elimination_order(whole.cards, whole.shapes, whole.kept)
    forms: list[Any] = [
        program(circuit(tables, order.variables), ring, float),
        Einsum(tables, order, tuple(ring), float),
        runner(tables, whole, open_order, ring, float),
    ]
    assert isinstance(forms[2], TableLookup)
    for form in forms:
        for row, cells in zip(rows, expected, strict=True):
            assert np.asarray(form(dict(zip(tables.observed, row, strict=True)))).tolist() == pytest.approx(cells)
        columns = {v: np.array([row[i] for row in rows] * 2) for i, v in enumerate(tables.observed)}
        assert np.asarray(form.batch(columns, 2 * len(rows))) == pytest.approx(np.array(expected * 2))
    if tables.observed:
        assert isinstance(runner(tables, tables, order, ring, float), Program)


def test_an_elimination_is_kept_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = problem(Structure(tuple(nodes_of(CHAIN, "z")), (), tuple(nodes_of(CHAIN, "y"))))
    ring = [np.array([float(weight) for weight in factor.weights]) for factor in tables.factors]
    order = elimination_order(tables.cards, tables.shapes, tables.kept)
    for most, kind in ((order.cost, Program), (order.cost - 1, Einsum)):
        monkeypatch.setattr(execution, "MOST_KEPT", most)
        assert type(runner(tables, tables, order, ring, float)) is kind


def test_nothing_to_multiply_is_one() -> None:
    tables = problem(Structure((), (), tuple(nodes_of(ck.Model(one=lambda: 1), "one"))))
    assert tables.factors == ()
    found = Einsum(tables, elimination_order(tables.cards, tables.shapes, tables.kept), (), float)
    assert found({}).tolist() == [1.0]
    assert found.batch({}, 2).tolist() == [[1.0], [1.0]]


def test_elements_of_a_ring_are_numbers_again() -> None:
    p = sympy.Symbol("p")
    assert rings._number(3) == Fraction(3)
    made = rings.exact_tables([Factor((0,), (0, 1), (p, 1 - p)), Factor((0,), (0, 1), (Fraction(1, 3), Fraction(2, 3)))])
    assert made.scale == 1
    whole = made.tables[0][0] + made.tables[0][1]
    assert made.number(whole) == Fraction(1)
    assert isinstance(made.number(whole), Fraction)
    assert made.number(made.tables[0][0] * made.tables[1][1]) == p * sympy.Rational(2, 3)
    plain = rings.exact_tables([Factor((0,), (0, 1), (Fraction(1, 6), Fraction(5, 6))), Factor((), (0,), (Fraction(1, 4),))])
    assert [table.tolist() for table in plain.tables] == [[1, 5], [1]]
    assert (plain.scale, plain.number(5)) == (24, Fraction(5, 24))


@pytest.fixture
def in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop of machine code as it is written."""
    monkeypatch.setattr(native, "_loop", lambda: native._run)
    monkeypatch.setattr(plans, "LITTLE", 0)


@pytest.mark.usefixtures("in_python")
def test_machine_code_is_asked_by_one_and_by_many() -> None:
    x, y, z = nodes_of(CHAIN, "x", "y", "z")
    asked = compile_query([seen_at(z, True), seen_at(x, True)], value_of(y), native=True)
    assert asked._compiled.native is not None
    assert "machine code" in str(asked)
    rows = [(True, True), (False, True), (True, False)]
    expected = []
    for seen_z, seen_x in rows:
        weights = weights_of("y", z=seen_z, x=seen_x)
        expected.append([float(weights.get(value, 0)) for value in asked.values])
        assert asked.weights(seen_z, seen_x).tolist() == pytest.approx(expected[-1])
        assert asked(seen_z, seen_x).tolist() == pytest.approx([each / sum(expected[-1]) for each in expected[-1]])
    assert asked.batch(rows) == pytest.approx(np.array([[each / sum(row) for each in row] for row in expected]))
    two = compile_query([seen_at(x, True)], Reading((y, z), lambda values: (values[y], bool(values[z]))), native=True)
    for seen_x in (True, False):
        pairs = {(b, c): float(p) for (a, b, c), p in JOINT.items() if a == seen_x}
        assert two.weights(seen_x).tolist() == pytest.approx([pairs.get(value, 0.0) for value in two.values])  # type: ignore[call-overload]


def test_what_is_looked_up_needs_no_machine_code() -> None:
    y, z = nodes_of(CHAIN, "y", "z")
    asked = compile_query([seen_at(z, True)], value_of(y), native=True)
    assert (asked._compiled.native, "looked up" in str(asked)) == (None, True)
    first = asked(True)
    assert asked(True) is first
    assert asked(z=True) is first
    assert not first.flags.writeable
    asked._met[True,] = np.array([7.0])
    assert asked(True).tolist() == [7.0]  # what was looked up is not looked up again
    asked._met.clear()
    for wrong in ({"y": True}, {"z": True, "y": 1}):
        with pytest.raises(WrongShape, match="the observed values are given for"):
            asked(**wrong)
    with pytest.raises(WrongShape, match="the observed values are given for"):
        asked(True, z=True)
    with pytest.raises(WrongShape, match="2 values are given, and what is observed is"):
        asked(True, True)


def test_what_is_not_compiled_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    y, z = nodes_of(CHAIN, "y", "z")
    with pytest.raises(WrongShape, match="the target reads what is observed"):
        compile_query([seen_at(z, True)], value_of(z))
    act = ck.Model(u=ck.coin("1/2"), act=ck.choice(0, 1, sees=["u"]), pay=lambda act, u: act * u)
    pay = nodes_of(act, "pay")[0]
    for world in (None, world_of(act.regime.network, [Edits()])):
        with pytest.raises(OpenChoice, match="'act' is a choice that nobody has made"):
            compile_query([], value_of(pay), world=world)
    u = nodes_of(act, "u")[0]
    with pytest.raises(OpenChoice, match="'act' is a choice that nobody has made"):
        compile_query([seen_at(u, 9)], value_of(pay), world=world_of(act.regime.network, [Edits()]))
    monkeypatch.setattr(plans, "MOST_COST", 0)
    forget()
    with pytest.raises(TooLarge):
        compile_query([seen_at(z, True)], value_of(y))


def test_a_question_on_a_tree_answers_for_every_row_also_one_that_cannot_be() -> None:
    net = ck.Model({name: CHAIN.mechanism(name) for name in CHAIN.names}).regime.network
    x, y, z = (net.node(Edits(), name) for name in "xyz")
    for askings in (0, 10**6):
        asked: CompiledQuery = compile_query([seen_at(x, True), seen_at(y, 2)], value_of(z), world=world_of(net, [Edits()]))
        assert asked._is_on_tree
        assert asked.plan.cells > 0
        for seen_x, seen_y in ((True, 2), (True, 1), (False, 1), (False, 0)):
            weights = weights_of("z", x=seen_x, y=seen_y)
            assert asked.weights(seen_x, seen_y).tolist() == pytest.approx([float(weights[value]) for value in asked.values])
            assert asked._tree is not None
            asked._tree.left += askings
        assert asked._is_on_tree is (askings > 0)
        for values in ((True, 0), (False, 2)):
            assert asked.weights(*values).tolist() == [0.0, 0.0]
            with pytest.raises(Impossible, match=f"the observed values {values[0]}, {values[1]} have probability 0"):
                asked(*values)
        with pytest.raises(Impossible, match="the value 9 cannot occur there"):
            asked(True, 9)
    tree = tree_query.OnTree(world_of(net, [Edits()]), Structure((y,), (), (z,)), np.array([0, 1, 1]), 3)
    assert tree((9,)).tolist() == [0.0, 0.0, 0.0]
    assert (tree.can_be((9,)), tree.can_be((1,))) == (False, True)


def test_the_plan_of_what_cannot_be_is_no_plan() -> None:
    y, z = nodes_of(CHAIN, "y", "z")
    world = world_of(CHAIN.regime.network, [Edits()])
    assert tree_query.planned_on_tree(world, Structure((y,), (), (z,)), (9,)) is None
    with pytest.raises(tree_query.Unbound):
        compiled_query._of_a_tree(None)
    beyond = plans.Plan("elimination", 1, 1, 1, 1, plans.MOST_RUNS, "so", fits=False)
    with pytest.raises(tree_query.Unbound):
        compiled_query._of_a_tree(beyond)
    for kept in (replace(beyond, runs=plans.MOST_RUNS + 1), replace(beyond, fits=True)):
        assert compiled_query._of_a_tree(kept) is kept


# ---------------------------------------------------------------- the likeliest


def test_the_likeliest_under_one_regime_and_under_several() -> None:
    net = ck.Model({name: CHAIN.mechanism(name) for name in CHAIN.names}).regime.network
    x, y, z = (net.node(Edits(), name) for name in "xyz")
    ranked = sorted(JOINT.values(), reverse=True)
    for edits in ([Edits()], [Edits(), Edits({"x": ck.Model(x=True).mechanism("x")})]):
        world = world_of(net, edits)
        for m in (1, 3, 100):
            found, ties = explanations(world, Structure((), (), (x, y, z, x)), (), m)
            assert [weight for _, weight in found] == ranked[:m]
            assert all(JOINT[values[:3]] == weight and values[3] == values[0] for values, weight in found)  # type: ignore[index]
            assert ties == ranked.count(ranked[0])
        given, _ = explanations(world, Structure((z,), (), (z, y, x)), (True,), 1)
        assert given == [((True, 1, False), max(p for (_, _, c), p in JOINT.items() if c))]
        for seen in ({y: 9}, {x: True, y: 0}):
            assert explanations(world, Structure(tuple(seen), (), (z,)), tuple(seen.values()), 3) == ([], 0)
    p = sympy.Symbol("p", positive=True)
    with pytest.raises(InvalidNumber, match="some weights hold symbols"):
        greatest({(0,): p, (1,): Fraction(1, 2)}, 1)
    assert greatest({}, 3) == ([], 0)
    assert greatest({(0,): Fraction(1, 2), (1,): Fraction(1, 2)}, 1) == ([((0,), Fraction(1, 2))], 2)


class Walked(tuple[Any, ...]):
    """Neighbours, for those who do not walk for ever."""

    left = 50

    def __getitem__(self, place: Any) -> Any:
        type(self).left -= 1
        assert self.left, "this walks for ever"
        return super().__getitem__(place)


def test_variables_are_fixed_from_the_root_outwards(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = JoinTree((0b0011, 0b0110, 0b1100), (-1, 0, 1), (0, 0, 1, 2), (3, 2, 1, 0), 12, 4)
    tree.__dict__["near"] = Walked(((1,), (0, 2), (1,)))
    bound: Any = type("Bound", (), {"free": 0b1111})()
    for root, order in ((0, [0, 1, 2, 3]), (2, [2, 3, 1, 0]), (1, [1, 2, 0, 3])):
        monkeypatch.setattr(most_probable, "root_of", lambda bound, tree, root=root: root)
        assert most_probable._outwards(bound, Way(tree, True, 1, 1, 1)) == order


def test_more_of_the_likeliest_may_be_asked_for_than_can_be_counted() -> None:
    model = ck.Model(u=ck.coin("1/3"), v=ck.coin("1/4"))
    assert model.most_probable(10**30) == model.most_probable(4)
    assert len(model.most_probable(10**30).probs) == 4
