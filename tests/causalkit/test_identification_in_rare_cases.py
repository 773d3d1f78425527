"""Formulas and their judgements where few queries lead: conditions whose own probability is unknown, sums that cannot be taken."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from causalkit import Graph, Model, coin, identify, uniform
from causalkit.errors import CannotTell, Impossible, UnknownName, UnknownValue, WrongShape
from causalkit.identification import identify_counterfactual
from causalkit.identification.estimand import AnyValue, Estimand, P, Probability, Product, Quotient, Scalar, Sum
from causalkit.identification.estimand_algebra import any_value, divided, multiplied, simplified, summed
from causalkit.identification.notation import TEXT
from causalkit.identification.observed import Observed
from causalkit.identification.query import events
from causalkit.identification.symbol import At, Symbol
from causalkit.mechanisms.constructors import function

CONFOUNDED = Graph.parse("x -> y, x <-> y, a")
x, y, z, w = map(Symbol, "xyzw")
ONE, ZERO = Scalar(Fraction(1)), Scalar(Fraction(0))
JOINED = Model(u=coin("1/2"), x=lambda u: u, y=lambda x, u: x and u, a=coin("1/4"))


# ---------------------------------------------------------------- conditions


def test_a_condition_of_unknown_probability_is_shown_possible_by_an_observation() -> None:
    found: Any = identify_counterfactual(CONFOUNDED, "P(a | y_{x})")
    assert str(found) == "P(a | y_{x}) = P(a)"
    assert (found.evidence, found.witness) == (None, P(["x", "y"]))
    assert found.evaluate(JOINED, x=True, y=True, a=True) == Fraction(1, 4)
    with pytest.raises(CannotTell, match=r"conditions of P\(a \| y_\{x\}\) are possible at a=True"):
        found.evaluate(JOINED, a=True)  # some of the observations that would show it can be, and others cannot
    with pytest.raises(CannotTell, match=r"conditions of P\(a \| y_\{x\}\) are possible at x=False, y=True, a=True"):
        found.evaluate(JOINED, x=False, y=True, a=True)


def test_conditions_that_no_observation_shows_together_stay_unknown() -> None:
    found: Any = identify_counterfactual(CONFOUNDED, "P(a | y_{x}, x')")
    assert str(found) == "P(a | y_{x}, x') = P(a)"
    assert (found.evidence, found.witness) == (None, None)
    with pytest.raises(CannotTell, match="cannot tell whether the conditions"):
        found.evaluate(JOINED, {"x": True, "y": True, "x'": False, "a": True})


def test_experiments_show_how_probable_a_condition_is() -> None:
    found: Any = identify_counterfactual(CONFOUNDED, "P(a | y_{x})", experiments=True)
    assert (found.evidence, found.witness) == (P("y", do="x"), P(["x", "y"]))


@pytest.mark.parametrize("experiments", [False, True])
def test_a_query_without_conditions_has_no_evidence_to_look_at(experiments: bool) -> None:
    found: Any = identify_counterfactual(Graph.parse("x -> y"), "P(y_{x})", experiments=experiments)
    assert (found.evidence, found.witness) == (None, None)
    effect: Any = identify(Graph.parse("x -> y"), "P(y | do(x))")
    assert effect.evidence is None


def test_conditions_without_support_are_impossible_where_they_are_known_to_be() -> None:
    found: Any = identify(Graph.parse("x -> y -> z"), "P(z | y, do(x))")
    never = Model(x=coin("1/2"), y=lambda x: x, z=lambda y: y)
    assert found.evaluate(never, x=True, y=True, z=True) == 1
    with pytest.raises(Impossible) as told:
        found.evaluate(never, x=False, y=True, z=True)
    assert str(told.value) == ("the conditions of P(z | do(x), y) have probability 0 at x=False, y=True, so it is undefined there")


def test_names_that_a_query_does_not_leave_open_are_refused() -> None:
    found: Any = identify(Graph.parse("x -> y"), "P(y | do(x))")
    with pytest.raises(UnknownName) as told:
        found.evaluate(JOINED, xx=True, y=True)
    assert str(told.value) == "'xx' is not left open by P(y | do(x)); it leaves open: x, y; did you mean 'x'?"


def test_symbols_of_one_variable_stand_for_different_values() -> None:
    found: Any = identify_counterfactual(Graph.parse("x -> y"), "P(y_{x} | x')")
    same: dict[Any, Any] = {"x": True, "x'": True, "y": True}
    with pytest.raises(WrongShape, match="x and x' stand for different values of 'x'; give each its own"):
        found.evaluate(JOINED, same)
    with pytest.raises(WrongShape, match="stand for different values of 'x'; give each its own"):
        found.evaluate(JOINED, {"x": True, "y": True})
    assert found.evaluate(JOINED, {"x": True, "x'": False, "y": True}) == 1


# ---------------------------------------------------------------- the algebra

OVER_Z = Sum((z,), P("y", given="z") * P("w", given="z"))
TWICE = P(["x", "y"]).substituted({y: x})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (lambda: summed([y], Quotient(P("y", given="x"), P("z"))), Quotient(ONE, P("z"))),
        (lambda: summed([y], Quotient(P("z"), P("y"))), Sum((y,), Quotient(P("z"), P("y")))),
        (lambda: summed([x], TWICE), Sum((x,), TWICE)),
        (lambda: summed([], P("x")), P("x")),
        (lambda: summed([x, x], P(["x", "y"])), P("y")),
        (lambda: summed([x], P("x")), ONE),
        (lambda: summed([z], P("x")), P("x") * Sum((z,), ONE)),
        (lambda: summed([x], Sum((z,), P("x", given="z") * P("y", given="z"))), Sum((z,), P("y", given="z"))),
        (lambda: summed([x], P("x", given="z") * P("z") * P("y", given="x")), P("z") * Sum((x,), P("x", given="z") * P("y", given="x"))),
        (lambda: summed([x], P("x", do="z") * P("y", do="z")), P("y", do="z")),
        (lambda: summed([x], P("x", given="y", do="z") * P("y", do="w")), P("y", do="w")),
        (lambda: divided(P(["x", "y"]), P("x")), P("y", given="x")),
        (lambda: divided(P(["x", "y"], given="z"), P("x", given=["y", "z"])), P("y", given="z")),
        (lambda: divided(P(["x", "y"]), P("z")), Quotient(P(["x", "y"]), P("z"))),
        (lambda: divided(P("x", do="z"), P("x")), Quotient(P("x", do="z"), P("x"))),
        (lambda: divided(P("x") * P("y"), P("y") * P("z")), Quotient(P("x"), P("z"))),
        (lambda: divided(P("x"), P("x")), ONE),
        (
            lambda: divided(Sum((z,), P(["x", "z"], given="w") * P("y", given="z")), P("x", given=["w", "z"])),
            Quotient(Sum((z,), P(["x", "z"], given="w") * P("y", given="z")), P("x", given=["w", "z"])),
        ),
        (
            lambda: divided(Sum((z,), P("x") * P("y", given="z") * P("w", given="z")), P("x")),
            Sum((z,), P("y", given="z") * P("w", given="z")),
        ),
        (
            lambda: divided(Sum((z,), P("y", given="z") * P("w", given="z")), P("x")),
            Quotient(Sum((z,), P("y", given="z") * P("w", given="z")), P("x")),
        ),
        (lambda: divided(P("y"), Scalar(Fraction(1, 2))), Quotient(P("y"), Scalar(Fraction(1, 2)))),
        (lambda: divided(P("y") * P("x") * P("x"), P("x")), P("y") * P("x")),
        (lambda: divided(P(["x", "y"], do="z"), P("x", do="w")), Quotient(P(["x", "y"], do="z"), P("x", do="w"))),
        (lambda: divided(P("y"), P(["x", "y"])), Quotient(P("y"), P(["x", "y"]))),
        (lambda: divided(P(["x", "y"], given="z"), P("x", given="w")), Quotient(P(["x", "y"], given="z"), P("x", given="w"))),
        (lambda: summed([x], Sum((x,), P("y", given="x") * P("x"))), Sum((x,), P("y", given="x") * P("x")) * Sum((x,), ONE)),
        (lambda: divided(Sum((z,), P(["x", "z", "y"], given="w")), P("x", given="w")), P("y", given=["w", "x"])),
        (lambda: multiplied([]), ONE),
        (lambda: multiplied([ONE, P("x"), ONE]), P("x")),
        (lambda: multiplied([P("x"), ZERO, P("y")]), ZERO),
        (lambda: multiplied([P("x") * P("y"), P("z")]), Product((P("x"), P("y"), P("z")))),
        (lambda: any_value([x, w], P("y", given="x")), AnyValue((x,), P("y", given="x"))),
        (lambda: any_value([w], P("y")), P("y")),
        (lambda: ONE.substituted({x: y}), ONE),
    ],
)
def test_sums_and_quotients_are_taken_where_they_can_be(found: Callable[[], Estimand], expected: Estimand) -> None:
    assert found() == expected


TWO_VALUES = Probability((At("y", y),), given=(At("x", x), At("x", Symbol("x", 1))))
"""A condition that one variable has two values, which no graph makes irrelevant."""


@pytest.mark.parametrize(
    ("graph", "formula", "simple"),
    [
        ("x -> y, z", P("y", given=["x", "z"]), P("y", given="x")),
        ("x -> y, z", P("y", given=["x", "z"], do="w"), P("y", given=["x", "z"], do="w")),
        ("z -> x -> y", P("y", given=["x", "z"]), P("y", given="x")),
        ("z -> x -> y, z -> y", P("y", given=["x", "z"]), P("y", given=["x", "z"])),
        ("x -> y", P("x") * P("y", given="x"), P(["x", "y"])),
        ("x -> y, w", P("x") * P("w") * P("y", given="x"), P("w") * P(["x", "y"])),
        ("a -> b", P("a", do="z") * P("b", do="z"), P("b", do="z") * P("a", do="z")),
        ("x -> y", Quotient(P(["x", "y"]), P("x")) * P("x"), P(["x", "y"])),
        ("x -> y", TWO_VALUES, TWO_VALUES),
        ("x, y", P(["x", "y"], given=["x"]), P(["x", "y"], given=["x"])),
        ("x -> y, z", Quotient(P("y", given=["x", "z"]), P("w", given="z")), Quotient(P("y", given="x"), P("w"))),
        ("x -> y, z", Sum((x,), P("y", given=["x", "z"])), Sum((x,), P("y", given="x"))),
        ("x -> y, z", AnyValue((z,), P("y", given=["x", "z"])), P("y", given="x")),
        ("x -> y -> z", P("x") * P("y", given="x") * P("z", given=["x", "y"]), P(["x", "y", "z"])),
    ],
)
def test_what_the_graph_makes_irrelevant_is_left_out(graph: str, formula: Estimand, simple: Estimand) -> None:
    names = [name for name in "abwz" if name not in graph]
    assert simplified(formula, Graph.parse(", ".join([graph, *names]))) == simple


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (ONE, "1"),
        (Scalar(Fraction(1, 2)) * P("x"), "1/2 P(x)"),
        (P("x") / (P("y") * P("z")), "P(x) / (P(y) P(z))"),
        (AnyValue((x, z), P("y", given=["x", "z"])), "[P(y | x, z) at any x, z]"),
    ],
)
def test_formulas_as_text(formula: Estimand, text: str) -> None:
    assert str(formula) == text
    assert text in formula._repr_html_()


class Tables:
    """A source that knows nothing but distributions; it counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def dist(self, *names: str) -> dict[Any, Any]:
        self.asked.append(names)
        joint = {(0, "a"): "1/4", (0, "b"): "1/4", (1, "a"): "1/2", (1, "b"): "0"}
        places = [("x", "y").index(name) for name in names]
        found: dict[Any, Fraction] = {}
        for values, weight in joint.items():
            key = tuple(values[i] for i in places)
            found[key] = found.get(key, Fraction(0)) + Fraction(weight)
        return found if len(names) > 1 else {value: weight for (value,), weight in found.items()}


def test_a_source_of_distributions_is_asked_once_for_each_group() -> None:
    source = Tables()
    formula = Sum((x,), P("y", given="x") * P("x"))
    assert formula.evaluate(source) == {"a": Fraction(3, 4), "b": Fraction(1, 4)}
    assert sorted(source.asked) == sorted(set(source.asked))
    known = Observed(source)
    assert (known.domain("x"), known.domain("y")) == ((0, 1), ("a", "b"))
    assert known.weight({"y": "a", "x": 1}, {}) == Fraction(1, 2)
    assert (known.weight({"x": 1, "y": "b"}, {}), known.weight({}, {})) == (0, 1)
    with pytest.raises(UnknownValue, match="'y' does not take the value 'c'; it takes: 'a', 'b'"):
        known.check_value("y", "c")
    with pytest.raises(WrongShape, match=r"3 has no \.dist\(\*names\); evaluate on a Model, or on anything that gives"):
        Observed(3)


def test_experiments_are_asked_for_by_what_they_set() -> None:
    model = Model(u=coin("1/4"), x=lambda u: u, y=lambda x, u: x or u)
    assert P("y", do="x").evaluate(model, x=True, y=True) == 1
    assert P("y", do="x").evaluate(model, x=False, y=True) == Fraction(1, 4)
    assert P("y", given="x").evaluate(model, x=False, y=True) == 0
    known = Observed(model)
    assert known.weight({"y": True}, {"x": False}) == Fraction(1, 4)
    assert known.weight({"y": True}, {"x": True}) == 1
    assert known.weight({"y": True}, {}) == Fraction(1, 4)


def test_what_has_no_value_is_told() -> None:
    sure = Model(x=coin("1/2"), y=lambda x: x, z=0)
    with pytest.raises(Impossible) as told:
        P("x", given=["x", "y"]).evaluate(sure, x=True, y=False)
    assert str(told.value) == "P(x | x, y) conditions on x=True, y=False, which has probability 0; the formula has no value there"
    with pytest.raises(Impossible, match=r"P\(x\) is 0, so P\(y\) / P\(x\) has no value there"):
        Quotient(P("y"), P("x")).evaluate(Model(x=function(lambda: 0, domain=[0, 1]), y=1), x=1, y=1)
    zero = P("x", given="y") * P("y")
    assert zero.evaluate(Model(x=1, y=function(lambda: 0, domain=[0, 1])), x=1, y=1) == 0
    assert AnyValue((x,), P("y", given="x")).evaluate(Model(x=function(lambda: 1, domain=[0, 1]), y=3), y=3) == 1


def test_bound_symbols_are_no_business_of_what_is_outside() -> None:
    inner = Sum((x,), P("y", given="x") * P("x"))
    assert inner.free == (y,)
    assert inner.substituted({x: 1}) == inner
    assert inner.substituted({w: x}) == inner
    assert inner.substituted({y: x}).free == (x,)
    assert str(P("x") * inner) == "P(x) Σ_{x'} P(y | x') P(x')"
    assert str(inner * P("x")) == "(Σ_{x'} P(y | x') P(x')) P(x)"
    assert str(Quotient(P("x"), P("y")) * P("z")) == "(P(x) / P(y)) P(z)"
    assert str(Sum((x,), Quotient(P("x"), P("y")))) == "Σ_x (P(x) / P(y))"


def test_values_of_events_can_be_told_apart() -> None:
    assert events({"x": 1, "y": (2, 3)}) == (At("x", 1), At("y", (2, 3)))
    with pytest.raises(WrongShape) as told:
        events({"x": [1]})
    assert str(told.value) == "a value in {'x': [1]} is not hashable; give a tuple"


@pytest.mark.parametrize("twice", [(0, 1), (1, 0), (True, "a")])
def test_one_variable_at_two_values_has_probability_0_on_either_side(twice: tuple[Any, Any]) -> None:
    model = Model(x=uniform(0, 1, "a"), y=lambda x: x == 1)
    both = tuple(At("x", value) for value in twice)
    with pytest.raises(Impossible, match="which has probability 0; the formula has no value there"):
        Probability((At("y", True),), given=both).evaluate(model)
    assert Probability(both).evaluate(model) == 0
    assert Probability((both[0],), given=(both[1],)).evaluate(model) == 0
    assert Probability((both[0], At("y", True)), given=(At("y", True),)).evaluate(model) == int(twice[0] == 1)


@pytest.mark.parametrize("ask", ["free", "substituted", "shown", "worth"])
def test_a_formula_of_no_form_has_nothing(ask: str) -> None:
    bare: Any = Estimand()
    calls = {
        "free": lambda: bare.free,
        "substituted": lambda: bare.substituted({}),
        "shown": lambda: bare.shown({}, TEXT),
        "worth": lambda: bare.worth(None, {}),
    }
    with pytest.raises(NotImplementedError):
        calls[ask]()


def test_a_product_is_0_where_a_factor_is_and_undefined_for_the_first_reason_else() -> None:
    model = Model(x=function(lambda: 0, domain=[0, 1]), y=function(lambda: 0, domain=[0, 1]), w=coin("1/2"))
    undefined, also = P("w", given="x"), P("w", given="y")
    at: dict[str, Any] = {"x": 1, "y": 1, "w": True}
    with pytest.raises(Impossible, match=r"^P\(w \| x\) conditions on x=1"):
        (undefined * also).evaluate(model, at)
    with pytest.raises(Impossible, match=r"^P\(w \| y\) conditions on y=1"):
        (P("w") * also * undefined).evaluate(model, at)
    assert (undefined * P("y") * also).evaluate(model, at) == 0
    assert (P("y") * undefined).evaluate(model, at) == 0
    assert (Scalar(Fraction(1, 3)) * P("w") * P("w")).evaluate(model, w=True) == Fraction(1, 12)


def test_the_first_value_with_an_answer_is_taken_and_the_first_complaint_told() -> None:
    model = Model(r=function(lambda: 1, domain=[0, 1, 2]), y=lambda r: r)
    assert AnyValue((Symbol("r"),), P("y", given="r")).evaluate(model, y=1) == 1
    with pytest.raises(Impossible, match="conditions on r=0, z=True"):
        AnyValue((Symbol("r"),), P("y", given=["r", "z"])).evaluate(
            Model(r=function(lambda: 1, domain=[0, 1]), y=1, z=function(lambda: False, domain=[False, True])), y=1, z=True
        )


def test_open_values_are_listed_once_and_in_order() -> None:
    formula = P("y", given=["x", "z"]) * P("z") / P("a", do="b")
    assert [str(symbol) for symbol in formula.free] == ["a", "b", "x", "y", "z"]
    assert [str(symbol) for symbol in Sum((z,), P("y", given=["x", "z"])).free] == ["x", "y"]
    assert formula.substituted({z: 1}).free == tuple(symbol for symbol in formula.free if symbol != z)
    model = Model(x=uniform(0, 1), y=lambda x: x)
    assert P("y", given="x").evaluate(model) == {(0, 0): 1, (0, 1): 0, (1, 0): 0, (1, 1): 1}
    assert P("y", given="x").evaluate(model, {x: 1}) == {0: 0, 1: 1}
    with pytest.raises(UnknownName) as told:
        P("y", given="x").evaluate(model, x=1, xx=2)
    assert str(told.value) == "'xx' is not an open value of P(y | x); it has: x, y; did you mean 'x'?"
    with pytest.raises(WrongShape, match="'x' is given twice, in the mapping and by keyword; give it once"):
        P("y", given="x").evaluate(model, {"y": 1, "x": 1}, x=1)
    with pytest.raises(UnknownValue, match="'x' does not take the value 2; it takes: 0, 1"):
        P("y", given="x").evaluate(model, y=1, x=2)


def test_two_primes_of_one_variable_are_told_apart_among_others() -> None:
    found: Any = identify_counterfactual(Graph.parse("x -> y, z"), "P(y_{x}, z | x')")
    same: dict[Any, Any] = {"z": 1, "x": True, "y": True, "x'": True}
    with pytest.raises(WrongShape, match="stand for different values of 'x'; give each its own"):
        found.evaluate(Model(x=coin("1/2"), y=lambda x: x, z=1), same)
    same["x'"] = False
    assert found.evaluate(Model(x=coin("1/2"), y=lambda x: x, z=1), same) == 1


def test_conditions_whose_formula_has_no_value_are_shown_possible_by_an_observation() -> None:
    """The probability of m after doing x is a sum over w of P(m | w, x) P(w), which has no value where w and x never differ."""
    found: Any = identify(Graph.parse("w -> x -> m, w -> m, x -> y, a -> y"), "P(y | m, do(x))")
    model = Model(w=coin("1/2"), x=lambda w: w, m=lambda x, w: x or w, a=coin("1/3"), y=lambda x, a: x and a)
    assert str(found.evidence) == "Σ_w P(m | w, x) P(w)"
    assert found.evaluate(model, x=True, m=True, y=True) == Fraction(1, 3)
    with pytest.raises(CannotTell, match=r"the data cannot tell whether the conditions of P\(y .* are possible at x=True, m=False, y=True"):
        found.evaluate(model, x=True, m=False, y=True)
