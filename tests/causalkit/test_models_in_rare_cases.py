"""Mechanisms, models, graphs and distributions in cases that come seldom: what they are, and what is refused, in whole sentences."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import networkx
import pytest
import sympy
from hypothesis import find, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit import errors
from causalkit.graphs import Graph, direct_effect_sets
from causalkit.mechanisms.constructors import argument_names, as_mechanism, is_law
from causalkit.mechanisms.event import event, quantity
from causalkit.mechanisms.mechanism import CPT, Function, Table
from causalkit.mechanisms.network import Edits, Network
from causalkit.mechanisms.rows import answers, called, every_input
from causalkit.testing import dags, edits, events, evidence, interventions, rules
from causalkit.testing import domains as some_domains
from causalkit.testing import models as some_models
from causalkit.unrolling import each_step, unroll
from causalkit.values.dist import Dist, point
from tests.refusing import check_refused

HALF = Fraction(1, 2)
SEEN = ck.Model(u=ck.coin("1/3"), x=ck.coin("1/2"), y=lambda u, x: u and x)


# ---------------------------------------------------------------- functions that may not be trusted


class Box:
    """A value that can be changed, and that looks the same after; only its hash tells."""

    def __init__(self, inside: int) -> None:
        self.inside = inside

    def __hash__(self) -> int:
        return self.inside

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Box)


class Sealed(Box):
    """One that cannot be copied."""

    def __deepcopy__(self, memory: Any) -> Any:
        raise TypeError("sealed")


class Loose(Box):
    """One whose hash stays as it is; only comparing tells."""

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loose) and self.inside == other.inside


def changing(box: Any) -> int:
    box.inside += 1
    return 3


@pytest.mark.parametrize("kind", [Box, Sealed, Loose])
def test_a_function_that_changes_what_it_is_given_is_refused(kind: type[Box]) -> None:
    assert answers(lambda box: 3, "f", ["box"], [(kind(1),)])
    with pytest.raises(errors.MechanismFailed, match=r"it changes what it is given, which was box=.*; let it work on a copy"):
        answers(changing, "f", ["box"], [(kind(1),)])


def test_a_function_is_asked_twice_unless_it_is_pure() -> None:
    asked: list[int] = []

    def itself(a: int) -> int:
        asked.append(a)
        return a

    assert answers(itself, "f", ["a"], [(1,), (2,)]) == {(1,): 1, (2,): 2}
    assert asked == [1, 2, 2, 1]
    asked.clear()
    assert answers(itself, "f", ["a"], [(1,), (2,)], twice=False) == {(1,): 1, (2,): 2}
    assert asked == [1, 2]
    assert Function(itself, ("a",)) == ck.function(itself)
    told = iter(range(10))
    with pytest.raises(errors.MechanismFailed, match="f gives 0 and then 1 for a=1, and it must always give the same"):
        answers(lambda a: next(told), "f", ["a"], [(1,)])
    assert answers(lambda a: (a, a), "f", ["a"], [(1,)]) == {(1,): (1, 1)}  # another object, and the same answer
    assert called(lambda a, b: a - b, "f", ["a", "b"], (3, 1)) == 2
    assert list(every_input("z", ["x", "y"], {"x": (0, 1), "y": ("a", "b")})) == [(0, "a"), (0, "b"), (1, "a"), (1, "b")]


def test_functions_are_the_same_where_all_about_them_is() -> None:
    f = lambda a: a
    one = ck.function(f, domain=[0, 1])
    assert one == ck.function(f, domain=[0, 1])
    assert hash(one) == hash(ck.function(f, domain=[0, 1]))
    others = [
        ck.function(f),
        ck.function(f, domain=[0, 1], pure=True),
        ck.function(lambda a: a, domain=[0, 1]),
        ck.function(f, parents=["b"], domain=[0, 1]),
    ]
    assert all(one != other for other in others)


def test_tables_are_the_same_where_rows_domain_and_coupling_are() -> None:
    rows = {False: ck.coin("1/2"), True: ck.coin("1/4")}
    one = ck.cpt(["a"], rows, domain=[False, True])
    assert one == ck.cpt(["a"], rows, domain=[True, False])
    monotone = ck.cpt(["a"], rows, coupling="monotone", domain=[False, True])
    assert monotone != ck.cpt(["a"], rows, coupling="monotone", domain=[True, False])
    assert one != monotone
    assert one != ck.cpt(["a"], rows, coupling="independent", domain=[False, True])
    assert one != ck.cpt(["b"], rows, domain=[False, True])
    many = {i: point(i % 2) for i in range(50)}
    turned = dict(reversed(many.items()))
    assert hash(CPT(("a",), {(k,): v for k, v in many.items()})) == hash(CPT(("a",), {(k,): v for k, v in turned.items()}))
    assert as_mechanism(3) == Table((), {(): 3})
    assert ck.table(["a"], {0: 1}) != ck.table(["a"], {0: 1}, domain=[1, 2])


def test_what_is_a_law_and_what_a_value() -> None:
    assert all(map(is_law, (ck.coin("1/2"), len, ck.choice(0, 1))))
    assert not any(map(is_law, (sympy.Symbol("p"), 3, (1, 2))))
    assert argument_names(lambda a, b, k=3, *, c=4: a) == ("a", "b")


class Odd:
    """A value that cannot be compared."""

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        raise ValueError("odd")

    def __repr__(self) -> str:
        return "odd"


VALUES: dict[str, Callable[[], Any]] = {
    "'y' is [1] in its own distribution, and values must be hashable; return a tuple or a frozenset; type uniform(...) for noise, "
    "choice(...) for a decision": lambda: ck.Model(y=[1]),
    "'y' is {'a': 1} in its own distribution, and values must be hashable; return a tuple or a frozenset; type Dist({value: '1/2', ...}) "
    "for noise, table(['parent'], {value: value, ...}) for a table": lambda: ck.Model(y={"a": 1}),
    "'y' is [False] with a=False, and values must be hashable; return a tuple or a frozenset": lambda: ck.Model(
        a=ck.coin(HALF), y=lambda a: [a]
    ),
    "'y' is nan in its own distribution, and a value must equal itself": lambda: ck.Model(y=float("nan")),
    "'y' is odd in its own distribution, and values must be comparable with ==": lambda: ck.Model(y=Odd()),
    "'y' is 3 with a=True, and its domain was declared as 1, 2": lambda: ck.Model(
        a=ck.coin(HALF), y=ck.function(lambda a: 3 if a else 1, domain=[1, 2])
    ),
}


@pytest.mark.parametrize("words", VALUES)
def test_what_cannot_be_a_value_is_told_why(words: str) -> None:
    with pytest.raises(errors.OutsideDomain) as told:
        VALUES[words]()
    assert str(told.value) == words


MECHANISMS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "a choice takes its options one by one, and got ['a', 'b']; type choice('a', 'b')": (errors.WrongShape, lambda: ck.choice(["a", "b"])),  # type: ignore[arg-type]
    "a choice takes one or more different options, and got (1, 1)": (errors.WrongShape, lambda: ck.choice(1, 1)),
    "a choice takes one or more different options, and got ()": (errors.WrongShape, ck.choice),
    "a parent is named twice in 'a', 'a'": (errors.WrongShape, lambda: ck.table(["a", "a"], {})),
    "'ab' is one text where a list of names was expected; type ['ab']": (errors.WrongShape, lambda: ck.table("ab", {})),
    "a domain is a list of one or more different values, and got []": (errors.WrongShape, lambda: ck.table(["a"], {0: 1}, domain=[])),
    "a domain is a list of one or more different values, and got 'ab'": (errors.WrongShape, lambda: ck.table(["a"], {0: "a"}, domain="ab")),
    "a domain is a list of one or more different values, and got [1, 1]": (
        errors.WrongShape,
        lambda: ck.function(lambda a: 1, domain=[1, 1]),
    ),
    "the rows of the table hold both 0 and (0,), which are one row of 'a'; type (0,) for the value 0, and ((0,),) for the value (0,)": (
        errors.WrongShape,
        lambda: ck.table(["a"], {0: 1, (0,): 2}),
    ),
    "the rows of a cpt are a mapping from the parents' values, and got 3; type {(value, value): ...}": (
        errors.WrongShape,
        lambda: ck.cpt(["a"], 3),  # type: ignore[arg-type]
    ),
    "the coupling 'other' is not known; type coupling='monotone' or coupling='independent'": (
        errors.WrongShape,
        lambda: ck.cpt(["a"], {}, coupling="other"),  # type: ignore[arg-type]
    ),
    "the monotone coupling goes along the order of the values; state it: cpt(..., coupling='monotone', domain=[...])": (
        errors.WrongShape,
        lambda: ck.cpt(["a"], {}, coupling="monotone"),
    ),
    "'y' is declared twice, in the mapping and by keyword; declare each variable once": (
        errors.InvalidName,
        lambda: ck.Model({"x": 1, "y": 1}, y=2),
    ),
    "3 is not a mapping of names to mechanisms; type Model(name=mechanism) or Model({'name': mechanism})": (
        errors.WrongShape,
        lambda: ck.Model(3),  # type: ignore[arg-type]
    ),
    "'' cannot name a variable; a name is a text that is not empty, without blanks around it": (
        errors.InvalidName,
        lambda: ck.Model({"": 1}),
    ),
    "3 cannot name a variable; a name is a text that is not empty, without blanks around it": (
        errors.InvalidName,
        lambda: ck.Model({3: 1}),  # type: ignore[dict-item]
    ),
    "' a' cannot name a variable; a name is a text that is not empty, without blanks around it": (
        errors.InvalidName,
        lambda: ck.Model({" a": 1}),
    ),
    "do needs at least one name=value, or a mapping of names to values": (errors.WrongShape, SEEN.do),
    "('u', 'x', 'y') is not an edge; type ('parent', 'child')": (errors.WrongShape, lambda: SEEN.do({("u", "x", "y"): True})),
    "'x' does not listen to 'u'; it listens to: nothing": (errors.WrongShape, lambda: SEEN.do({("u", "x"): True})),
    "'y' does not listen to 'y'; it listens to: u, x": (errors.WrongShape, lambda: SEEN.do({("y", "y"): True})),
    "'z' is not in the model; it has: u, x, y": (errors.UnknownName, lambda: SEEN.do({("z", "y"): True})),
    "'y' does not take the value [1]; it takes: False, True": (errors.UnknownValue, lambda: SEEN.do(y=[1])),
    "'y' does not take the value 3; it takes: False, True": (errors.UnknownValue, lambda: SEEN.given(y=3)),
    "'w' is not in the model; it has: u, x, y": (errors.UnknownName, lambda: SEEN.mechanism("w")),
    "'xx' is not in the model; it has: u, x, y; did you mean 'x'?": (errors.UnknownName, lambda: SEEN.parents("xx")),
    "['u', 'x'] holds names, and is none itself; type them without brackets: 'u', 'x'": (
        errors.UnknownName,
        lambda: SEEN.dist(["u", "x"]),
    ),
    "'u' is given twice, in the mapping and by keyword; give it once": (errors.WrongShape, lambda: SEEN.given({"u": True}, u=True)),
    "an event needs at least one name=value, a mapping, or a function of the variables that its arguments name": (
        errors.WrongShape,
        SEEN.given,
    ),
    "3 is neither a mapping of names to values nor a function; type name=value or {'name': value}": (
        errors.WrongShape,
        lambda: SEEN.given(3),
    ),
    "dist needs a variable's name, several, or a function of variables": (errors.WrongShape, SEEN.dist),
    "'x' is not an open choice; the open choices are: none": (errors.WrongShape, lambda: SEEN.choose(x=True)),
}


@pytest.mark.parametrize("words", MECHANISMS)
def test_what_a_model_refuses_is_told_why(words: str) -> None:
    kind, call = MECHANISMS[words]
    with pytest.raises(kind) as told:
        call()
    assert str(told.value) == words


def test_a_rule_keeps_how_its_noise_is_shared() -> None:
    opened = ck.Model(s=ck.coin("1/2"), a=ck.choice(0, 1, sees=["s"]), y=lambda a: a)
    fair, bent = Dist({0: "1/2", 1: "1/2"}), Dist({0: "1/4", 1: "3/4"})
    rows = {False: fair, True: bent}
    monotone = opened.choose(a=ck.cpt(["s"], rows, coupling="monotone", domain=[0, 1]))
    law: Any = monotone.mechanism("a")
    assert (law.coupling, law.declared) == ("monotone", (0, 1))
    apart: Any = opened.choose(a=ck.cpt(["s"], rows, domain=[0, 1])).mechanism("a")
    assert apart.coupling == "independent"
    lots: Any = opened.choose(a=fair).mechanism("a")
    assert (lots.coupling, dict(lots.rows)) == ("independent", {(False,): fair, (True,): fair})
    both = lambda model: model.branches(on={"s": True}, off={"s": False}).prob(lambda b: b.on.a < b.off.a)
    assert both(monotone) == 0
    assert both(opened.choose(a=ck.cpt(["s"], rows, domain=[0, 1]))) == Fraction(1, 8)


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


def test_events_of_a_function_and_of_values() -> None:
    asked = event(lambda u: u, {"x": True}, SEEN.domains)
    assert (asked.names, asked.text, asked.wanted) == (("u", "x"), "(a function of u) and x=True", None)
    assert [asked.function(*pair) for pair in ((True, True), (True, False), (False, True))] == [True, False, False]
    assert quantity(lambda: 3, SEEN.domains).said == "(a function of nothing)"


# ---------------------------------------------------------------- steps


def test_what_was_before_the_first_step_may_listen_to_what_is_shared() -> None:
    step = {"wet": lambda wet_before, dry: wet_before and not dry}
    made = unroll(step, 1, start={"wet": lambda dry: not dry}, shared={"dry": ck.coin("1/3")})
    assert made.parents("wet[0]") == ("dry",)
    assert made.prob({"wet[1]": True}) == Fraction(2, 3)
    assert each_step(made, wet=True) == {"wet[1]": True}


STEP = {"wish": lambda wish_before: wish_before}
UNROLLED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "the horizon is 0, expected the number of steps, 1 or more": (errors.WrongShape, lambda: unroll(STEP, 0)),
    "the horizon is True, expected the number of steps, 1 or more": (errors.WrongShape, lambda: unroll(STEP, True)),
    "the step has no variables; type {'wish': ...}": (errors.WrongShape, lambda: unroll({}, 1)),
    "step 2 is 3, expected a mapping of names to mechanisms; type {'wish': ...}": (
        errors.WrongShape,
        lambda: unroll(lambda t: {"a": 1} if t < 2 else 3, 2),  # type: ignore[arg-type,return-value]
    ),
    "'wish_before' cannot name a variable here: it stands for 'wish' one step earlier; choose another name": (
        errors.InvalidName,
        lambda: unroll({"wish_before": 1}, 1),
    ),
    "'a' is both shared and in a step; a variable is drawn once for all steps, or in every step": (
        errors.InvalidName,
        lambda: unroll({"a": 1}, 1, shared={"a": 1}),
    ),
    "the shared 'a[1]' has the name of a variable at a step; choose another name": (
        errors.InvalidName,
        lambda: unroll({"a": 1}, 1, shared={"a[1]": 1}),
    ),
    "start gives 'b', which is in no step; the steps have: a": (errors.UnknownName, lambda: unroll({"a": 1}, 1, start={"b": 1})),
    "the shared 'c' listens to 'a', which is not shared; shared has: c": (
        errors.UnknownName,
        lambda: unroll({"a": 1}, 1, shared={"c": lambda a: a}),
    ),
    "the start of 'a' listens to 'b', which has no start and is not shared; start has: a, shared has: nothing": (
        errors.UnknownName,
        lambda: unroll({"a": 1, "b": 1}, 1, start={"a": lambda b: b}),
    ),
    "'a' listens to itself in the same step; listen to 'a_before', its value one step earlier": (
        errors.CyclicModel,
        lambda: unroll({"a": lambda a: a}, 1),
    ),
    "'wish' at step 1 listens to 'wish_before', and nothing says what 'wish' was before the first step; type start={'wish': ...}": (
        errors.UnknownName,
        lambda: unroll(STEP, 1),
    ),
    "'a' at step 1 listens to 's_before', and 's' is shared by all steps, so it is no other before; listen to 's'": (
        errors.UnknownName,
        lambda: unroll({"a": lambda s_before: s_before}, 1, shared={"s": 1}),
    ),
    "'a' at step 2 listens to 'b_before', and step 1 has no 'b'; step 1 has: a": (
        errors.UnknownName,
        lambda: unroll(lambda t: {"a": 1} if t == 1 else {"a": lambda b_before: b_before, "b": 1}, 2),
    ),
    "'a' at step 1 listens to 'z', which is not there; the step has: a, shared has: nothing": (
        errors.UnknownName,
        lambda: unroll({"a": lambda z: z}, 1),
    ),
    "no step has 'z'; the steps have: a": (errors.UnknownName, lambda: each_step(unroll({"a": 1}, 2), z=1)),
    "'a[3]' is not in the model; it has: a[1], a[2]": (errors.UnknownName, lambda: each_step(unroll({"a": 1}, 2), a=1, steps=[1, 3])),
    "the rule for 'a[1]' listens to 'z_before', and none of z_before[1], z[0], z_before is in the model": (
        errors.UnknownName,
        lambda: each_step(unroll({"a": 1}, 1), a=lambda z_before: z_before),
    ),
    "'b[1]' has a row for 5, and 'a[1]' is 5 at no step; it is one of 0, 1": (
        errors.WrongShape,
        lambda: unroll({"a": ck.uniform(0, 1), "b": ck.table(["a"], {0: 0, 1: 1, 5: 2})}, 1),
    ),
}


@pytest.mark.parametrize("words", UNROLLED)
def test_what_steps_refuse_is_told_why(words: str) -> None:
    check_refused(UNROLLED, words)


# ---------------------------------------------------------------- graphs


def test_a_graph_is_a_row_of_names() -> None:
    graph = Graph.parse("b -> a, c")
    assert list(graph) == ["b", "a", "c"]
    assert ("a" in graph, "z" in graph, len(graph)) == (True, False, 3)
    assert Graph([("a", "b")]) == Graph.parse("a -> b")
    assert Graph([("a", "b")], confounded=[("a", "b")]) == Graph.parse("a -> b, a <-> b")
    assert Graph(["a", "b"], [("b", "a")]).nodes == ("a", "b")
    assert Graph([]) == Graph(())


def test_latent_causes_get_names_of_their_own() -> None:
    made = Graph(["x", "y", "U(x, y)"], [("x", "U(x, y)")], [("x", "y")]).to_networkx()
    assert made.nodes["U(x, y)'"] == {"latent": True}
    assert sorted(made.edges) == [("U(x, y)'", "x"), ("U(x, y)'", "y"), ("x", "U(x, y)")]
    assert Graph.from_networkx(made) == Graph(["x", "y", "U(x, y)"], [("x", "U(x, y)")], [("x", "y")])


def test_pairs_stand_in_the_order_of_the_names() -> None:
    graph = Graph(["c", "a", "b"], [("a", "b"), ("c", "b"), ("c", "a"), ("a", "b")], [("b", "a"), ("a", "c"), ("c", "a")])
    assert graph.edges == (("c", "a"), ("c", "b"), ("a", "b"))
    assert graph.confounded == (("c", "a"), ("a", "b"))
    assert graph.order == ("c", "a", "b")
    assert Graph(["y", "x"], [("x", "y")]).order == ("x", "y")
    names = list("hgfedcba")
    fan = Graph(names, [("h", other) for other in "abcdefg"], [("h", other) for other in "bacdfeg"])
    assert fan.edges == fan.confounded == tuple(("h", other) for other in "gfedcba")
    assert (graph.parents("b"), graph.children("c"), graph.spouses("a")) == (("c", "a"), ("a", "b"), ("c", "b"))
    assert graph == Graph(["a", "b", "c"], graph.edges, [("a", "b"), ("a", "c")])
    assert graph != Graph(["c", "a", "b"], graph.edges)
    assert graph != "c -> a"


def test_what_is_latent_is_projected_out() -> None:
    graph = Graph.parse("l -> a, l -> b, p -> l, a -> c, q <-> l")
    found = graph.latent_projection("l")
    assert set(found.edges) == {("p", "a"), ("p", "b"), ("a", "c")}
    assert set(map(frozenset, found.confounded)) == {frozenset("ab"), frozenset("aq"), frozenset("bq")}
    assert found.c_components() == (("a", "b", "q"), ("p",), ("c",))
    assert sorted(map(sorted, found.moral().edges)) == [["a", "b"], ["a", "c"], ["a", "p"], ["a", "q"], ["b", "p"], ["b", "q"], ["p", "q"]]


GRAPHS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "found the text 'ab' where a list of names was expected; write Graph.parse('ab'), or a list of names": (
        errors.WrongShape,
        lambda: Graph("ab"),
    ),
    "'a->b' cannot name a variable; names are non-empty text without arrows and control characters": (
        errors.InvalidName,
        lambda: Graph(["a->b"]),
    ),
    "'a<-b' cannot name a variable; names are non-empty text without arrows and control characters": (
        errors.InvalidName,
        lambda: Graph(["a<-b"]),
    ),
    "found edges beside pairs of names, which are edges themselves; give names and edges, or pairs alone": (
        errors.WrongShape,
        lambda: Graph([("a", "b")], [("b", "a")]),
    ),
    "'' cannot name a variable; names are non-empty text without arrows and control characters": (errors.InvalidName, lambda: Graph([""])),
    "'b', 'c' declared more than once; every variable is listed once": (errors.InvalidName, lambda: Graph(["a", "b", "c", "c", "b"])),
    "('a',) is not an edge; an edge is a pair of names such as ('x', 'y')": (
        errors.WrongShape,
        lambda: Graph(["a"], [("a",)]),  # type: ignore[list-item]
    ),
    "'ab' is not an edge; an edge is a pair of names such as ('x', 'y')": (
        errors.WrongShape,
        lambda: Graph(["a", "b"], ["ab"]),  # type: ignore[list-item]
    ),
    "the edge a -> z mentions 'z', which is not in the graph; it has: a, b": (
        errors.UnknownName,
        lambda: Graph(["a", "b"], [("a", "z")]),
    ),
    "the edge z <-> a mentions 'z', which is not in the graph; it has: a, b": (
        errors.UnknownName,
        lambda: Graph(["a", "b"], [], [("z", "a")]),
    ),
    "a <-> a joins a variable to itself; remove it": (errors.CyclicModel, lambda: Graph(["a"], [], [("a", "a")])),
    "the arrows run in a circle: b -> c -> d -> b; remove one of them": (
        errors.CyclicModel,
        lambda: Graph.parse("a -> b -> c -> d -> b, d -> e"),
    ),
    "found empty braces, expected names in them": (errors.WrongShape, lambda: Graph.parse("dag { a -> {} }")),
    "found edges beside a DiGraph, which has its own; make the graph of names and edges": (
        errors.WrongShape,
        lambda: Graph(networkx.DiGraph([("a", "b")]), [("a", "b")]),
    ),
    "found an undirected networkx graph with 2 nodes, expected a DiGraph; give every edge a direction": (
        errors.WrongShape,
        lambda: Graph.from_networkx(networkx.Graph([("a", "b")])),
    ),
    "'z' is not in the graph; it has: a, b": (errors.UnknownName, lambda: Graph.parse("a -> b").select(["a", "z"])),
}


@pytest.mark.parametrize("words", GRAPHS)
def test_what_a_graph_refuses_is_told_why(words: str) -> None:
    kind, call = GRAPHS[words]
    with pytest.raises(kind) as told:
        call()
    assert words in str(told.value)


@pytest.mark.parametrize("kind", ["minimal", "smallest", "all"])
def test_cause_outcome_and_covariates_of_a_direct_effect_are_different(kind: Any) -> None:
    graph = Graph.parse("x -> m -> y, x -> y, c -> m, c -> y")
    for x, y, included in (("x", "x", ()), ("x", "y", "x"), ("x", "y", "y")):
        with pytest.raises(errors.WrongShape):
            direct_effect_sets(graph, x, y, kind=kind, included=included)
    with pytest.raises(errors.UnknownName):
        direct_effect_sets(graph, "x", "z", kind=kind)


# ---------------------------------------------------------------- distributions


DISTS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "the weight of 'a' is -1/2, and weights are 0 or more": (errors.NotADistribution, lambda: Dist({"a": "-1/2", "b": "3/2"})),
    "the weights of 'a' sum to 1/2, and they must sum to 1; nothing is filled in or rescaled": (
        errors.NotADistribution,
        lambda: Dist({"a": HALF}),
    ),
    "the weights of no values sum to 0, and they must sum to 1; nothing is filled in or rescaled": (
        errors.NotADistribution,
        lambda: Dist({}),
    ),
    "uniform takes one or more different values, and got ()": (errors.WrongShape, ck.uniform),
    "uniform takes one or more different values, and got (1, 1)": (errors.WrongShape, lambda: ck.uniform(1, 1)),
    "[] cannot be a value of a distribution, because it is not hashable; return a tuple or a frozenset": (
        errors.WrongShape,
        lambda: ck.coin(HALF).map(lambda value: []),  # type: ignore[arg-type,return-value]
    ),
    "[1] cannot be a value of a distribution, because it is not hashable; give a tuple": (
        errors.UnknownValue,
        lambda: ck.coin(HALF)[[1]],  # type: ignore[index]
    ),
    "the event has probability 0 under Dist({False: '1/2', True: '1/2'}); condition on an event that holds for one of its values": (
        errors.Impossible,
        lambda: ck.coin(HALF).given(lambda value: False),
    ),
    "count=-1 is no number of things; give a whole number from 0 on, such as count=10": (
        errors.WrongShape,
        lambda: ck.coin(HALF).sample(-1),
    ),
    "seed=-1 is no number of things; give a whole number from 0 on, such as seed=10": (
        errors.WrongShape,
        lambda: ck.coin(HALF).sample(1, seed=-1),
    ),
    "the entropy of Dist({False: sympify('1 - p'), True: sympify('p')}) is not a number while its weights hold symbols; "
    "substitute them first": (
        errors.NotADistribution,
        lambda: ck.coin(sympy.Symbol("p")).entropy(),
    ),
}


@pytest.mark.parametrize("words", DISTS)
def test_what_a_distribution_refuses_is_told_why(words: str) -> None:
    kind, call = DISTS[words]
    with pytest.raises(kind) as told:
        call()
    assert str(told.value) == words


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"a": 0.333, "b": 0.667}, None),
        ({"a": 0.1, "b": 0.2, "c": 0.7}, None),
        ({"a": 1 / 3, "b": 2 / 3}, "type '1/3' in place of 0.3333333333333333, '2/3' in place of 0.6666666666666666"),
        ({"a": 1 / 3, "b": Fraction(2, 3)}, "type '1/3' in place of 0.3333333333333333"),
        ({"a": 1 / 3, "b": 1 / 6, "c": 0.5}, "type '1/3' in place of 0.3333333333333333, '1/6' in place of 0.16666666666666666"),
        ({"a": 1 / 3, "b": 1 / 3}, ""),
        ({"a": 0.3333333, "b": 0.6666666}, ""),
        ({"a": "0.3333333333333333", "b": "0.6666666666666666"}, ""),
        ({"a": 1 / 3, "b": 1 - sympy.Symbol("p")}, ""),
    ],
)
def test_floats_that_stand_for_fractions_are_told_which(weights: dict[str, Any], told: str | None) -> None:
    if told is None:
        assert Dist(weights)
        return
    with pytest.raises(errors.NotADistribution) as error:
        Dist(weights)
    hint = f"; a float is read as the decimal that it prints: {told}" if told else "nothing is filled in or rescaled"
    assert str(error.value).endswith(hint)


def test_draws_are_by_weight_and_the_same_for_the_same_seed() -> None:
    bent = Dist({"a": "1/6", "b": "1/3", "c": "1/2"})
    drawn = bent.sample(6000)
    assert drawn == bent.sample(6000, seed=0) != bent.sample(6000, seed=1)
    assert [abs(drawn.count(value) - 6000 * float(bent[value])) < 150 for value in "abc"] == [True, True, True]
    assert bent.sample(0) == ()
    assert Dist({"x": 1}).sample(3) == ("x", "x", "x")


DRAWN = ck.Model(a=ck.uniform(0, 1, 2), b=lambda a: a > 0, c=ck.choice("x", "y", sees=["b"]), d=lambda a, c: (a, c))
FILLED = DRAWN.choose(c=lambda b: "x" if b else "y")


@settings(max_examples=10)
@given(st.data())
def test_what_is_drawn_of_a_model_is_as_was_asked(data: st.DataObject) -> None:
    values = data.draw(edits(FILLED, soft=False, edges=False))
    assert 1 <= len(values) <= 2
    assert all(value in FILLED.domain(name) for name, value in values.items())
    assert len(data.draw(edits(FILLED, max_edits=1))) == 1
    assert len(data.draw(interventions(FILLED, max_variables=1))) == 1
    assert set(data.draw(interventions(FILLED, among=["a", "b"]))) <= {"a", "b"}
    seen = data.draw(evidence(FILLED, max_variables=3))
    assert 1 <= len(seen) <= 3
    assert FILLED.prob(seen) > 0
    assert set(data.draw(evidence(FILLED, exactly=["b", "d"]))) == {"b", "d"}
    event = data.draw(events(FILLED, max_variables=2, possible=True))
    assert 1 <= len(event.names) <= 2
    assert FILLED.prob(event) > 0
    (rule,) = data.draw(rules(DRAWN)).values()
    assert (rule.parents, set(rule.domain) <= {"x", "y"}) == (("b",), True)


def test_graphs_and_names_of_models_that_are_drawn() -> None:
    assert find(dags(3, min_nodes=3), lambda graph: True).nodes == ("a", "b", "c")
    assert find(dags(2, confounded=True), lambda graph: bool(graph.confounded)).confounded == (("a", "b"),)
    with pytest.raises(errors.WrongShape, match=r"up to 3 variables need as many names, and got 2; pass names=\[...\] or a smaller"):
        find(some_models(3, names=["a", "b"]), lambda model: True)


def test_domains_for_tests_have_two_values_or_more_and_words_for_each() -> None:
    assert find(some_domains(5), lambda domain: domain[-1] == "level 5") == ("low", "high", "middle", "level 4", "level 5")
    assert find(some_domains(2), lambda domain: "low" in domain) == ("low", "high")
    assert find(some_domains(3), lambda domain: True) == (0, 1)
