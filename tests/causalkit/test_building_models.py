"""From declarations, interventions and rules to mechanisms: names, edits, circles, and what is refused, in whole sentences."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit import errors
from causalkit.mechanisms.building import build_mechanisms, check_new
from causalkit.values.dist import Dist
from tests.refusing import check_refused, check_told

HALF = Fraction(1, 2)
SEEN = ck.Model(u=ck.coin("1/3"), x=ck.coin("1/2"), y=lambda u, x: u and x)


DECLARED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
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
    "'x' is not an open choice; the open choices are: none": (errors.WrongShape, lambda: SEEN.choose(x=True)),
}


@pytest.mark.parametrize("words", DECLARED)
def test_what_a_model_refuses_is_told_why(words: str) -> None:
    check_told(DECLARED, words)


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


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "\ta", 3, None, ("a", "b")])
def test_a_name_is_a_text_without_blanks_around_it(name: Any) -> None:
    with pytest.raises(errors.InvalidName, match="cannot name a variable; a name is a text that is not empty, without blanks around it"):
        check_new(name)
    assert check_new("a b") == "a b"


@pytest.mark.parametrize(("name", "typed"), [("_a", "a"), ("__ab", "ab"), ("_", "x")])
def test_names_that_are_reserved_are_refused_with_another(name: str, typed: str) -> None:
    with pytest.raises(errors.InvalidName) as told:
        check_new(name)
    assert str(told.value) == f"{name!r} cannot name a variable: names that begin with '_' are reserved; type {typed!r}"
    assert check_new("a_") == "a_"


@pytest.mark.parametrize(("name", "typed"), [("a\x00b", "ab"), ("\x07", "x")])
def test_names_with_characters_that_are_not_seen_are_refused(name: str, typed: str) -> None:
    with pytest.raises(errors.InvalidName, match="cannot name a variable: it holds control characters") as told:
        check_new(name)
    assert str(told.value).endswith(f"type {typed!r}")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_name_that_is_declared_twice_is_named_wherever_it_stands(place: int) -> None:
    named = dict.fromkeys("abc", 1)
    with pytest.raises(errors.InvalidName, match=f"'{'abc'[place]}' is declared twice"):
        build_mechanisms({"abc"[place]: 2, "z": 3}, named)
    assert list(build_mechanisms({"z": 3}, named)) == ["z", "a", "b", "c"]
    assert list(build_mechanisms(None, named)) == ["a", "b", "c"]
    assert build_mechanisms(None, {}) == build_mechanisms({}, {}) == {}


def test_a_parent_that_is_missing_is_named_wherever_it_stands() -> None:
    with pytest.raises(errors.UnknownName) as told:
        ck.Model(rain=ck.coin("1/2"), wet=lambda rain: rain, ice=lambda rain, rains: rain)
    assert str(told.value) == "'ice' listens to 'rains', which is not in the model; it has: rain, wet, ice; did you mean 'rain'?"


def test_mechanisms_stand_in_the_order_of_declaration_and_are_tabulated_in_that_of_causes() -> None:
    made = ck.Model(c=lambda b: b + 1, b=lambda a: a + 1, a=ck.uniform(0, 5))
    assert (made.names, made.domain("c")) == (("c", "b", "a"), (2, 7))
    with pytest.raises(errors.CyclicModel, match=r"listen to each other in a circle: .* -> .*; break it at one of its arrows"):
        ck.Model(a=0, b=lambda c: c, c=lambda b: b)


CHAIN = ck.Model(a=ck.coin("1/2"), b=lambda a: a, c=lambda b: b, d=lambda c: c)


@pytest.mark.parametrize(
    "edits",
    [
        {"a": lambda d: d},
        {"d": True, "b": lambda c: c},
        {"b": lambda c: c, "d": True},
        {"b": lambda b: b},
        {("a", "b"): lambda d: d},
        {("a", "b"): lambda b: b, "d": False},
    ],
)
def test_no_edit_may_close_a_circle_whatever_stands_beside_it(edits: dict[Any, Any]) -> None:
    with pytest.raises(errors.CyclicModel, match="break it at one of its arrows"):
        CHAIN.do(edits)


def test_an_edit_may_turn_an_arrow_round_where_another_cuts_it() -> None:
    turned = CHAIN.do({"c": True, "b": lambda d: d})
    assert (turned.parents("b"), turned.parents("c"), turned.parents("d"), turned.prob(b=True)) == (("d",), (), ("c",), 1)
    later = CHAIN.do(c=True).do(a=lambda d: d)
    assert (later.parents("a"), later.prob(b=True)) == (("d",), 1)
    edge = CHAIN.do({("b", "c"): lambda a: not a})
    assert (edge.parents("c"), edge.prob(lambda b, c: b != c)) == (("a",), 1)


def test_parents_after_edits_are_each_named_once_and_in_order() -> None:
    wide = ck.Model(a=ck.coin("1/2"), b=ck.coin("1/2"), c=ck.coin("1/2"), y=lambda a, b, c: (a, b, c))
    assert wide.do({("b", "y"): lambda a: a}).parents("y") == ("a", "c")
    assert wide.do({("a", "y"): lambda b, c: b and c}).parents("y") == ("b", "c")
    assert wide.do({("a", "y"): True}).parents("y") == ("b", "c")
    assert wide.do({("a", "y"): True, ("c", "y"): lambda a: a}).parents("y") == ("b", "a")


@pytest.mark.parametrize(
    "edits", [{"b": 3}, {"b": lambda a: 3}, {"b": lambda a: 3 if a else True}, {("b", "c"): 3}, {"b": ck.uniform(True, 3)}]
)
def test_an_edit_stays_among_the_values_that_are_known(edits: dict[Any, Any]) -> None:
    with pytest.raises((errors.OutsideDomain, errors.UnknownValue), match="3"):
        CHAIN.do(edits)


def test_a_value_from_another_branch_stays_among_the_values_that_are_known() -> None:
    made = ck.Model(a=ck.uniform(0, 1), b=ck.uniform(0, 1, 2), y=lambda a, b: a + b)
    same = made.branches(off={"a": 0}, on={"b": ck.as_in("off", "a")})
    assert same.prob(lambda z: z.on.b == 0) == 1
    with pytest.raises(errors.OutsideDomain, match="the edit would let 'a' take 2"):
        made.branches(off={"b": 0}, on={"a": ck.as_in("off", "b")})


OPENED = ck.Model(s=ck.coin("1/2"), t=ck.uniform(0, 1, 2), a=ck.choice("x", "y", sees=["s", "t"]), b=ck.choice(0, 1), y=lambda a, b: (a, b))


def test_a_rule_reads_what_it_sees_in_any_order() -> None:
    filled = OPENED.choose(a=lambda t, s: "x" if t and s else "y", b=1)
    assert filled.parents("a") == ("s", "t")
    assert (filled.choices, OPENED.choose(b=1).choices) == ((), ("a",))
    assert filled.prob(a="x") == Fraction(1, 3)
    assert filled.prob(lambda a, s, t: (a == "x") == bool(s and t)) == 1
    drawn = OPENED.choose(a=ck.cpt(["t"], {0: {"x": 1}, 1: {"x": "1/2", "y": "1/2"}, 2: {"y": 1}}), b=0)
    assert (drawn.parents("a"), drawn.prob(a="x"), drawn.domain("a")) == (("s", "t"), Fraction(1, 2), ("x", "y"))


RULES: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "'y' is not an open choice; the open choices are: a, b": (errors.WrongShape, lambda: OPENED.choose(b=1, y=("x", 0))),
    "the rule for 'b' is itself an open choice; give an option, or a function of what it sees": (
        errors.WrongShape,
        lambda: OPENED.choose(b=ck.choice(0, 1)),
    ),
    "the rule for 'a' reads 'b', which it does not see; it sees: s, t": (errors.WrongShape, lambda: OPENED.choose(a=lambda s, b: "x")),
    "the rule for 'b' reads 's', which it does not see; it sees: nothing": (errors.WrongShape, lambda: OPENED.choose(b=lambda s: 0)),
    "'a' does not take the value 'z'; it takes: 'x', 'y'": (errors.UnknownValue, lambda: OPENED.choose(a=lambda s: "z" if s else "x")),
    "'b' does not take the value 2; it takes: 0, 1": (errors.UnknownValue, lambda: OPENED.choose(b=2)),
    "'c' is not in the model; it has: s, t, a, b, y": (errors.UnknownName, lambda: OPENED.choose(c=2)),
}


@pytest.mark.parametrize("words", RULES)
def test_what_no_rule_may_be_is_told_why(words: str) -> None:
    check_refused(RULES, words)
