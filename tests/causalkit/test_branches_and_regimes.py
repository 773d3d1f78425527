"""Branches and regimes: how their steps print, which copies they share, and what is refused."""

from __future__ import annotations

import itertools
import pickle
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit import errors
from causalkit.mechanisms.event import event
from causalkit.mechanisms.mechanism import Constant
from causalkit.mechanisms.network import EdgeKey, Edits, NestedCounterfactual, Network, Reading, closure, ordered
from causalkit.regime import Regime
from causalkit.twin_network import copies, is_observed, lineage

SEEN = ck.Model(u=ck.coin("1/3"), x=ck.coin("1/2"), y=lambda u, x: u and x)


def test_edits_print_as_they_were_made() -> None:
    assert repr(SEEN.given(u=True).do(x=False).regime) == "<regime of u, x, y; given(u=True); do(x=False)>"
    nested = SEEN.branches(off={"x": False}, direct={"y": ck.as_in("off")})
    assert nested.regimes["direct"].steps == ["do(y=<y after do(x=False)>)"]
    assert repr(nested) == "<branches fact, off, direct of a model of u, x, y>"
    assert SEEN.do({("u", "y"): True}).regime.special_edits == (("u", "y"),)
    assert nested.regimes["direct"].special_edits == ("y",)
    assert SEEN.do(x=True).regime.special_edits == ()


def test_a_network_travels_without_what_was_remembered() -> None:
    network = SEEN.regime.network
    network.memory["something"] = 3
    again: Network = pickle.loads(pickle.dumps(network))
    assert (dict(again.mechanisms), again.memory) == (dict(network.mechanisms), {})
    assert again.node(Edits(), "y") == again.node(Edits(), "y")


def test_branches_ask_by_name_and_refuse_what_is_not_there() -> None:
    branches = SEEN.branches(on={"x": True})
    assert branches.prob(lambda b: b["on"]["y"]) == Fraction(1, 3)
    for words, ask in {
        "'off' is not a branch; there are: fact, on": lambda b: b.off.y,
        "'z' is not in the model; it has: u, x, y": lambda b: b.on.z,
    }.items():
        with pytest.raises(errors.UnknownName) as told:
            branches.prob(ask)
        assert str(told.value).startswith(words)
    with pytest.raises(errors.InvalidName, match="'fact' cannot name a branch"):
        SEEN.branches(fact={"x": True})
    with pytest.raises(errors.InvalidName, match="'a b' cannot name a branch"):
        SEEN.branches({"a b": {"x": True}})
    with pytest.raises(errors.WrongShape, match=r"the branches 'a', 'b' refer to each other in a circle"):
        SEEN.branches(a={"x": ck.as_in("b")}, b={"x": ck.as_in("a")})
    with pytest.raises(errors.UnknownName, match="the branch 'a' refers to 'c'; there are: a, fact"):
        SEEN.branches(a={"x": ck.as_in("c")})
    with pytest.raises(errors.WrongShape, match=r"the branch 'a' is 3, and a branch is a mapping"):
        SEEN.branches(a=3)  # type: ignore[arg-type]
    with pytest.raises(errors.Impossible, match="the event has probability 0 on these branches"):
        branches.given(lambda b: b.fact.y > b.on.y)


def test_a_branch_without_edits_is_the_fact() -> None:
    same = SEEN.branches(same={}, on={"x": True})
    assert same.edits["same"] == same.edits["fact"] == SEEN.regime.edits
    assert same.prob(lambda b: b.same.y == b.fact.y) == 1
    done = SEEN.do(x=False).branches(same={}, on={"x": True})
    assert (done.prob(lambda b: b.same.y), done.prob(lambda b: b.on.y)) == (0, Fraction(1, 3))


@pytest.mark.parametrize("name", ["fact", "_on", "a b", "", 3, "1st"])
def test_what_cannot_name_a_branch_is_refused_in_any_place(name: Any) -> None:
    ways: list[dict[Any, Any]] = [{name: {}}, {"on": {"x": True}, name: {}}]
    for edits in ways:
        with pytest.raises(errors.InvalidName, match="cannot name a branch: 'fact' is the model as it stands, and names are identifiers"):
            SEEN.branches(edits)


def test_branches_may_refer_to_one_another_in_any_order() -> None:
    made = ck.Model(u=ck.coin("1/3"), x=lambda u: not u, y=lambda x, u: x and u)
    forth = made.branches(c={"x": ck.as_in("b")}, b={"x": ck.as_in("a")}, a={"x": True})
    assert list(forth.edits) == ["fact", "c", "b", "a"]
    assert forth.prob(lambda b: b.c.y) == Fraction(1, 3)
    assert forth.prob(lambda b: b.c.x and b.b.x and b.a.x) == 1
    other = made.branches(a={"u": True}, b={"x": ck.as_in("a", "u"), "u": ck.as_in("fact")})
    assert (other.prob(lambda b: b.b.x), other.prob(lambda b: b.b.u)) == (1, Fraction(1, 3))
    edge = made.branches(off={"x": False}, b={("x", "y"): ck.as_in("off"), "u": True})
    assert (edge.prob(lambda b: b.b.y), edge.prob(lambda b: b.b.x)) == (0, 0)
    with pytest.raises(errors.WrongShape, match="the branches 'a', 'b' refer to each other in a circle; let one of them use values only"):
        made.branches(a={"u": True, "x": ck.as_in("b")}, b={"u": True, "x": ck.as_in("a")}, c={"x": True})
    with pytest.raises(errors.UnknownName, match="'z' is not in the model; it has: u, x, y"):
        made.branches(a={"x": ck.as_in("fact", "z")})


def test_evidence_on_branches_adds_up() -> None:
    branches = SEEN.branches(on={"x": True}, off={"x": False})
    seen = branches.given(lambda b: not b.fact.y).given(lambda b: b.on.y)
    assert (len(seen.evidence), seen.prob(lambda b: b.fact.x), seen.prob(lambda b: b.fact.u)) == (2, 0, 1)
    assert branches.given(lambda b: not b.fact.y).prob(lambda b: b.on.y) == Fraction(1, 5)  # 1/6 of 5/6
    assert branches.expect(lambda b: b.on.y - b.off.y) == Fraction(1, 3)
    assert len(SEEN.given(u=True).branches(on={"x": True}).given(lambda b: b.on.y).observed) == 2
    assert (is_observed(branches), is_observed(seen), is_observed(SEEN.given(u=True).branches())) == (False, True, True)


def test_branches_travel_and_are_shown() -> None:
    branches = SEEN.given(u=True).branches(on={"x": True}).given(lambda b: b.on.y)
    regime, edits, evidence = branches.__reduce__()[1]
    assert (regime, edits, evidence) == (branches.regime, branches.edits, branches.evidence)
    plain = SEEN.branches(on={"x": True})
    again = pickle.loads(pickle.dumps(plain))
    assert (again == plain, again.prob(lambda b: b.on.y)) == (True, Fraction(1, 3))
    drawn = plain._repr_svg_()
    assert drawn is None or "<svg" in drawn


def test_a_value_that_is_read_twice_in_a_run_is_the_same() -> None:
    branches = SEEN.branches(on={"x": True}, off={"x": False})
    assert branches.prob(lambda b: b["on"].u == b.off["u"] == b.fact.u) == 1
    assert branches.prob(lambda b: b.fact.x == b.on.x) == Fraction(1, 2)
    assert branches.dist(lambda b: (b.fact.x, b.on.x, b.off.x)) == ck.Dist({(False, True, False): "1/2", (True, True, False): "1/2"})
    of = copies(branches, [(branch, name) for branch in ("fact", "on", "off") for name in SEEN.names])
    assert of["fact", "u"] is of["on", "u"] is of["off", "u"]
    assert len(set(map(id, of.values()))) == 1 + 3 + 3
    assert [node.variable for node in lineage([of["on", "y"]])] == ["u", "x", "y"]
    assert set(lineage(of.values())) == set(of.values())


# ---------------------------------------------------------------- regimes


def test_regimes_are_equal_where_mechanisms_edits_and_evidence_are() -> None:
    variables: Any = {"u": ck.coin("1/3"), "x": lambda u: u}
    one = Regime.of(variables)
    assert one == Regime.of(variables)
    assert hash(one) == hash(Regime.of(variables))
    seen = event(None, {"u": True}, one.domains)
    others = [
        one.do({"x": True}),
        one.do({"x": False}),
        one.given(seen),
        one.given(seen).do({"x": True}),
        one.do({"x": True}).given(seen),
        Regime.of({"u": ck.coin("1/4"), "x": variables["x"]}),
    ]
    assert [[first == second for second in others] for first in others] == [[i == j for j in range(6)] for i in range(6)]
    assert not any(one == other for other in others)
    assert one != "a regime"
    assert pickle.loads(pickle.dumps(one.given(seen).do({"x": True}))) == one.given(seen).do({"x": True})
    assert Regime.of(None, variables) == one


def test_steps_print_in_their_order_and_say_what_is_new() -> None:
    steps = SEEN.do(x=True).given(u=True).do(u=False).given(y=False)
    assert steps.regime.steps == ["do(x=True)", "given(u=True)", "do(u=False)", "given(y=False)"]
    assert SEEN.given(u=True).given(x=True).regime.steps == ["given(u=True)", "given(x=True)"]
    assert SEEN.do(x=True).do(x=False).regime.steps == ["do(x=False)"]
    assert SEEN.do(x=True, u=False).regime.steps == ["do(x=True, u=False)"]
    assert SEEN.regime.steps == []
    assert SEEN.regime.rows == [
        ["u", "noise", "-", "False, True"],
        ["x", "noise", "-", "False, True"],
        ["y", "table", "u, x", "False, True"],
    ]
    assert SEEN.do(y=ck.coin("1/2")).regime.steps == ["do(y=Dist({False: '1/2', True: '1/2'}))"]


IMPOSSIBLE = {
    "the evidence y=True has probability 0 after do(x=False), so what follows from it is undefined; to ask what would have been, "
    "observe first and then do: .given(...).do(...)": lambda: SEEN.do(x=False).given(y=True),
    "the evidence y=True has probability 0 after given(x=False), so what follows from it is undefined; observe something that the model "
    "can produce": lambda: SEEN.given(x=False).given(y=True),
    "the evidence x=True, u=False, y=True has probability 0, so what follows from it is undefined; observe something that the model can "
    "produce": lambda: SEEN.given(x=True, u=False, y=True),
    "the evidence y=True has probability 0 after given(u=True); do(x=False), so what follows from it is undefined; to ask what would have "
    "been, observe first and then do: .given(...).do(...)": lambda: SEEN.given(u=True).do(x=False).given(y=True),
}


@pytest.mark.parametrize("words", IMPOSSIBLE)
def test_evidence_that_cannot_be_is_told_with_the_steps_before(words: str) -> None:
    with pytest.raises(errors.Impossible) as told:
        IMPOSSIBLE[words]()
    assert str(told.value) == words


def test_mechanisms_and_parents_are_those_after_the_edits() -> None:
    regime = SEEN.regime.do({"x": True, ("u", "y"): False})
    assert (regime.parents("x"), regime.parents("y"), regime.mechanism("x")) == ((), ("x",), Constant(True))
    assert regime.mechanism("y") is SEEN.regime.mechanisms["y"]
    nested = SEEN.branches(off={"x": False}, direct={"y": ck.as_in("off")}).regimes["direct"]
    assert (nested.mechanism("y"), nested.parents("y")) == (SEEN.regime.mechanisms["y"], ())
    for ask in (regime.mechanism, regime.parents):
        with pytest.raises(errors.UnknownName, match="'z' is not in the model; it has: u, x, y"):
            ask("z")


def test_what_do_has_opened_is_not_filled_by_a_rule() -> None:
    opened = SEEN.do(x=ck.choice(False, True))
    with pytest.raises(errors.WrongShape) as told:
        opened.choose(x=True)
    assert str(told.value) == "'x' was opened by do, which stands in front of the model; fill it with .do({'x': ...})"
    both = ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1)).do(b=ck.choice(0, 1))
    with pytest.raises(errors.WrongShape, match="'b' was opened by do"):
        both.choose(a=1, b=1)
    assert both.choose(a=1).prob(a=1) == 1


def test_all_variables_at_once() -> None:
    regime = SEEN.regime.given(event(None, {"y": False}, SEEN.domains))
    assert regime.mass == Fraction(5, 6)
    assert {name: dist[True] for name, dist in regime.marginals().items()} == {"u": Fraction(1, 5), "x": Fraction(2, 5), "y": 0}
    floats = regime.float_marginals()
    assert list(floats) == ["u", "x", "y"]
    assert floats["x"][True] == pytest.approx(0.4)


# ---------------------------------------------------------------- copies


def test_copies_are_shared_where_no_edit_reaches() -> None:
    network = Network(dict(SEEN.regime.mechanisms))
    on, off = Edits({"x": Constant(True)}), Edits({"x": Constant(False)})
    assert network.node(on, "u") is network.node(off, "u") is network.node(Edits(), "u")
    assert network.node(on, "y") is not network.node(off, "y")
    assert network.node(on, "y").parents == (network.node(Edits(), "u"), network.node(on, "x"))
    nested = Edits({"y": NestedCounterfactual(on, "y")})
    assert network.node(nested, "y") is network.node(on, "y")
    edge = Edits({EdgeKey(("x", "y")): NestedCounterfactual(off, "x")})
    assert network.node(edge, "y").parents == (network.node(Edits(), "u"), network.node(off, "x"))
    assert network.node(edge, "x") is network.node(Edits(), "x")
    swapped = Edits({EdgeKey(("x", "y")): ck.table(["u"], {False: True, True: False})})
    seen = network.node(swapped, "y").parents[1]
    assert (seen.variable, seen.parents) == ("x", (network.node(Edits(), "u"),))


def test_copies_stand_behind_what_they_listen_to_and_known_ones_come_first() -> None:
    network = Network(dict(SEEN.regime.mechanisms))
    u, x, y = (network.node(Edits(), name) for name in "uxy")
    assert closure([y]) == ordered([y]) == [u, x, y]
    assert closure([x, y]) == [x, u, y]
    assert closure([y], [x]) == [x, u, y]
    assert ordered([y], [x]) == [u, y]
    assert ordered([y, y], [u, x, y]) == []
    assert Reading((), lambda values: 3).truth().read({}) is True
    assert Reading((u,), lambda values: 0).truth().nodes == (u,)


@pytest.mark.parametrize("names", [("a",), ("a", "b")])
def test_one_draw_of_a_table_in_two_copies_needs_a_coupling(names: tuple[str, ...]) -> None:
    rows = {key: ck.coin("1/2") for key in itertools.product((False, True), repeat=len(names))}
    law = ck.cpt(list(names), rows)
    made = ck.Model({**{name: ck.coin("1/2") for name in names}, "y": law})
    branches = made.branches(on={"a": True}, off={"a": False})
    with pytest.raises(errors.NeedsCoupling) as told:
        branches.prob(lambda b: b.on.y and b.off.y)
    differ = "a differs" if len(names) == 1 else "a, b differ"
    assert f"whose noise would be shared by branches in which {differ}, and the table alone does not say how" in str(told.value)
    assert branches.prob(lambda b: b.on.y) == Fraction(1, 2)


def test_equal_tables_share_their_draws_in_whatever_order_rows_list_values() -> None:
    written = ({0: "1/3", 1: "2/3"}, {1: "2/3", 0: "1/3"})
    first, second = (ck.cpt(["x"], {False: row, True: row}, coupling="independent") for row in written)
    assert first == second
    model = ck.Model(x=ck.coin("1/2"), y=first)
    there = model.branches(on={"x": True, "y": second}).given(lambda b: b.fact.x)
    assert dict(there.dist(lambda b: (b.fact.y, b.on.y))) == {(0, 0): Fraction(1, 3), (1, 1): Fraction(2, 3)}
    assert model.given(x=True, y=0).do(x=True, y=second).prob(y=0) == 1


def test_equal_laws_of_two_variables_keep_each_the_order_of_its_own_domain() -> None:
    rows = {0: {"no": "1/4", "yes": "3/4"}, 1: {"yes": "4/5", "no": "1/5"}}
    turned = {1: {"yes": "4/5", "no": "1/5"}, 0: {"yes": "3/4", "no": "1/4"}}
    model = ck.Model(a=ck.Dist({0: "1/3", 1: "2/3"}), b=ck.Dist({1: "2/3", 0: "1/3"}), c=ck.cpt(["a"], rows), d=ck.cpt(["a"], turned))
    assert model.mechanism("a") == model.mechanism("b")
    assert model.mechanism("c") == model.mechanism("d")
    found = model.do(a=ck.Dist({1: "2/3", 0: "1/3"})).marginals()
    assert {name: tuple(law) for name, law in found.items()} == {name: model.domain(name) for name in "abcd"}
