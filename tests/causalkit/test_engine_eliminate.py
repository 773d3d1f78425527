"""Elimination gives what enumeration gives: same values, same weights, on the same readings."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.engine import answer
from causalkit.engine.compiling.plan import eliminating
from causalkit.engine.compiling.query import Query, as_query
from causalkit.engine.exact import elimination, enumeration
from causalkit.errors import CausalError
from causalkit.mechanisms.network import Reading
from causalkit.testing import edits, events, evidence, interventions, models
from tests.causalkit.engine_questions import COUPLINGS, Readings, any_model, branch_readings, every, readings
from tests.tries import tries


def eliminated(question: Readings) -> Any:
    put = as_query(*question)
    assert isinstance(put, Query)
    return elimination.measure(put, eliminating(put.structure))


def assert_same(question: Readings) -> None:
    slow = enumeration.measure(*question)
    assert answer.measure(*question) == slow
    if isinstance(as_query(*question), Query):
        assert eliminated(question) == slow


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_one_variable(model: ck.Model, data: st.DataObject) -> None:
    assert_same(readings(model, data.draw(st.sampled_from(model.names))))


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_do_then_given(model: ck.Model, data: st.DataObject) -> None:
    done = model.do(data.draw(edits(model, couplings=COUPLINGS)))
    seen = done.given(data.draw(evidence(done)))
    assert_same(readings(seen, data.draw(st.sampled_from(model.names))))


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_given_then_do(model: ck.Model, data: st.DataObject) -> None:
    had = model.given(data.draw(evidence(model))).do(data.draw(edits(model, couplings=COUPLINGS)))
    assert_same(readings(had, data.draw(st.sampled_from(model.names))))
    assert_same(readings(had, data.draw(interventions(model))))


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_events_are_functions(model: ck.Model, data: st.DataObject) -> None:
    seen = model.given(data.draw(events(model, possible=True)))
    assert_same(readings(seen, data.draw(events(model))))


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_branches_with_evidence_on_two_of_them(model: ck.Model, data: st.DataObject) -> None:
    left, right = data.draw(edits(model, couplings=COUPLINGS)), data.draw(edits(model, couplings=COUPLINGS))
    seen, also = data.draw(evidence(model)), data.draw(evidence(model.do(left), max_variables=1))
    branches = model.branches(left=left, right=right).given(lambda b: all(b.fact[name] == value for name, value in seen.items()))
    question = branch_readings(branches, lambda b: (*every(model)(b.fact), *every(model)(b.right)))
    assert_same(question)
    lazily = lambda b: all(b.left[name] == value for name, value in also.items()) or b.right[model.names[-1]]
    assert_same(([*question[0], branches.reading(lazily)], question[1]))


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_nested_branches_and_edges(model: ck.Model, data: st.DataObject) -> None:
    calm = data.draw(interventions(model, max_variables=1))
    arrows = [(parent, child) for child in model.names for parent in model.parents(child)]
    key = data.draw(st.sampled_from([*model.names, *arrows]))
    branches = model.branches(calm=calm, nested={key: ck.as_in("calm")})
    assert_same(branch_readings(branches, lambda b: (*every(model)(b.calm), *every(model)(b.nested))))
    seen = data.draw(evidence(model, max_variables=1))
    observed = branches.given(lambda b: all(b.fact[name] == value for name, value in seen.items()))
    assert_same(branch_readings(observed, lambda b: every(model)(b.nested)))


@settings(max_examples=tries(40))
@given(models(max_variables=4, max_domain=2, max_parents=2, couplings=[None]), st.data())
def test_tables_without_a_coupling_are_refused_alike(model: ck.Model, data: st.DataObject) -> None:
    branches = model.branches(other=data.draw(interventions(model)))
    names = data.draw(st.lists(st.sampled_from(model.names), min_size=2, max_size=2))
    for target in [lambda b: (b.fact[names[0]], b.other[names[1]]), lambda b: b.fact[names[0]] or b.other[names[1]]]:
        question = branch_readings(branches, target)
        assert outcome(answer.measure, question) == outcome(enumeration.measure, question)


def outcome(measure: Any, question: Readings) -> Any:
    try:
        return measure(*question)
    except CausalError as error:
        return type(error), str(error)


@settings(max_examples=tries(40))
@given(models(max_variables=4, max_domain=2, choices=1), st.data())
def test_open_choices(model: ck.Model, data: st.DataObject) -> None:
    branches = model.branches(left=data.draw(interventions(model)), right=data.draw(interventions(model)))
    whole = lambda b: (*every(model)(b.fact), *every(model)(b.left), *every(model)(b.right))
    lazy = lambda b: b.left[model.names[-1]] and b.right[model.names[-1]]
    for target in [whole, lazy]:
        question = branch_readings(branches, target)
        assert answer.open_measure(*question) == enumeration.open_measure(*question)
        put = as_query(*question)
        if isinstance(put, Query) and put.certain:
            assert elimination.open_measure(put, eliminating(put.structure)) == enumeration.open_measure(*question)
        assert outcome(answer.measure, question) == outcome(enumeration.measure, question)


@settings(max_examples=tries(40))
@given(models(max_variables=4, max_domain=2, couplings=COUPLINGS), st.data())
def test_symbols(model: ck.Model, data: st.DataObject) -> None:
    p = sympy.Symbol("p", positive=True)
    blurred = {name: model.mechanism(name) for name in model.names} | {"sign": ck.Dist({0: p / (1 + p), 1: 1 / (1 + p)})}
    first = model.names[0]
    blurred["blurred"] = ck.cpt(
        [first, "sign"],
        {(value, sign): {0: p / 2, 1: 1 - p / 2} if sign else {0: 1} for value in model.domain(first) for sign in (0, 1)},
        coupling="independent",
        domain=[0, 1],
    )
    whole = ck.Model(blurred)
    had = whole.given(blurred=0).do({first: model.domain(first)[0]})
    question = readings(had, lambda blurred, sign: (blurred, sign))
    slow, fast = enumeration.measure(*question), eliminated(question)
    assert slow.keys() == fast.keys()
    assert all(sympy.simplify(slow[value] - fast[value]) == 0 for value in slow)


def test_the_probability_of_many_values_at_once_needs_no_table_of_their_combinations() -> None:
    names = [f"s{i}" for i in range(40)]
    sensors = {name: ck.cpt(["u"], {True: ck.coin("2/3"), False: ck.coin("1/2")}) for name in names}
    model = ck.Model({"u": ck.coin("1/3"), **sensors})
    nodes = tuple(model.regime.node(name) for name in names)
    target = Reading(nodes, lambda values: all(values[node] for node in nodes), (True,) * 40)
    true = Fraction(1, 3) * Fraction(2, 3) ** 40 + Fraction(2, 3) * Fraction(1, 2) ** 40
    assert answer.measure([], target) == {False: 1 - true, True: true}
    first = Reading(nodes[:1], lambda values: values[nodes[0]])
    assert answer.measure([target], first) == {True: true}
    assert answer.measure([target, Reading(nodes[:1], lambda values: values[nodes[0]] is False, (False,))], first) == {}
