"""Formulas and their judgements where few queries lead: conditions whose own probability is unknown, sums that cannot be taken."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from causalkit import Graph, Model, coin, identify
from causalkit.errors import CannotTell, Impossible, UnknownName, WrongShape
from causalkit.identification import identify_counterfactual
from causalkit.identification.estimand import AnyValue, Estimand, P, Product, Quotient, Scalar, Sum
from causalkit.identification.estimand_algebra import any_value, divided, multiplied, simplified, summed
from causalkit.identification.query import events
from causalkit.identification.symbol import At, Symbol

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

TWICE = P(["x", "y"]).substituted({y: x})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (summed([y], Quotient(P("y", given="x"), P("z"))), Quotient(ONE, P("z"))),
        (summed([y], Quotient(P("z"), P("y"))), Sum((y,), Quotient(P("z"), P("y")))),
        (summed([x], TWICE), Sum((x,), TWICE)),
        (summed([], P("x")), P("x")),
        (summed([x, x], P(["x", "y"])), P("y")),
        (summed([x], P("x")), ONE),
        (summed([z], P("x")), P("x") * Sum((z,), ONE)),
        (summed([x], Sum((z,), P("x", given="z") * P("y", given="z"))), Sum((z,), P("y", given="z"))),
        (summed([x], P("x", given="z") * P("z") * P("y", given="x")), P("z") * Sum((x,), P("x", given="z") * P("y", given="x"))),
        (summed([x], P("x", do="z") * P("y", do="z")), P("y", do="z")),
        (summed([x], P("x", given="y", do="z") * P("y", do="w")), P("y", do="w")),
        (divided(P(["x", "y"]), P("x")), P("y", given="x")),
        (divided(P(["x", "y"], given="z"), P("x", given=["y", "z"])), P("y", given="z")),
        (divided(P(["x", "y"]), P("z")), Quotient(P(["x", "y"]), P("z"))),
        (divided(P("x", do="z"), P("x")), Quotient(P("x", do="z"), P("x"))),
        (divided(P("x") * P("y"), P("y") * P("z")), Quotient(P("x"), P("z"))),
        (divided(P("x"), P("x")), ONE),
        (divided(Sum((z,), P(["x", "z", "y"], given="w")), P("x", given="w")), P("y", given=["w", "x"])),
        (multiplied([]), ONE),
        (multiplied([ONE, P("x"), ONE]), P("x")),
        (multiplied([P("x"), ZERO, P("y")]), ZERO),
        (multiplied([P("x") * P("y"), P("z")]), Product((P("x"), P("y"), P("z")))),
        (any_value([x, w], P("y", given="x")), AnyValue((x,), P("y", given="x"))),
        (any_value([w], P("y")), P("y")),
        (ONE.substituted({x: y}), ONE),
    ],
)
def test_sums_and_quotients_are_taken_where_they_can_be(found: Estimand, expected: Estimand) -> None:
    assert found == expected


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


def test_values_of_events_can_be_told_apart() -> None:
    assert events({"x": 1, "y": (2, 3)}) == (At("x", 1), At("y", (2, 3)))
    with pytest.raises(WrongShape) as told:
        events({"x": [1]})
    assert str(told.value) == "a value in {'x': [1]} is not hashable; give a tuple"
