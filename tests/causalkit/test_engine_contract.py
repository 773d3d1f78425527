"""Contraction gives in float64 what enumeration gives exactly, and open decisions give every policy's score."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.engine.compiled_query import compile_query
from causalkit.engine.compiling.query import Query, as_query
from causalkit.engine.decision_tensor import rule_expectation
from causalkit.errors import Impossible, InvalidNumber, OpenChoice, TooLarge, WrongShape
from causalkit.testing import edits, evidence, interventions, models
from tests.causalkit.engine_questions import COUPLINGS, any_model, branch_readings, readings
from tests.tries import tries


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_contraction_is_within_rounding(model: ck.Model, data: st.DataObject) -> None:
    done = model.do(data.draw(edits(model, couplings=COUPLINGS)))
    seen = data.draw(evidence(done))
    target = data.draw(st.sampled_from(model.names))
    assume(target not in seen)
    question = readings(done.given(seen), target)
    assume(not {node for r in question[0] for node in r.nodes} & set(question[1].nodes))
    compiled = compile_query(*question)
    query = as_query(*question)
    assert isinstance(query, Query)
    assert query.seen is not None
    slow = done.given(seen).dist(target)
    fast = dict(zip(compiled.values, compiled(*query.seen), strict=True))
    assert all(abs(fast.get(value, 0) - slow[value]) < 1e-12 for value in {*fast, *slow})


def test_one_contraction_answers_for_all_observed_values() -> None:
    m = ck.Model(u=ck.coin("1/3"), v=ck.uniform(0, 1, 2), x=lambda u, v: u + v, y=lambda x, v: x * v)
    evidence_readings, target = readings(m.given(x=0), "y")
    compiled = compile_query(evidence_readings, target)
    for x in (0, 1, 2, 3):
        exact = m.given(x=x).dist("y")
        assert dict(zip(compiled.values, compiled(x), strict=True)) == pytest.approx(
            {y: float(exact[y]) for y in compiled.values}, abs=1e-12
        )
    rows = compiled.batch([[3], [0], [3]])
    assert rows.shape == (3, len(compiled.values))
    assert rows[0] == pytest.approx(compiled(3))
    with pytest.raises(Impossible, match="7"):
        compiled(7)


def test_a_batch_at_observed_values_when_there_are_too_many_to_keep_open() -> None:
    names = [f"s{i}" for i in range(15)]
    sensors = {name: ck.cpt(["u"], {True: ck.coin(Fraction(i + 1, 17)), False: ck.coin("1/2")}) for i, name in enumerate(names)}
    m = ck.Model({"u": ck.coin("1/3"), **sensors})
    seen = m
    for name in names:
        seen = seen.given({name: True})
    compiled = compile_query(*readings(seen, "u"))
    settings_ = [[(i >> k) & 1 == 1 for k in range(15)] for i in (0, 5, 77, 2**15 - 1)]
    rows = compiled.batch(settings_)
    assert len(rows) == 4
    for row, values in zip(rows, settings_, strict=True):
        one = m
        for name, value in zip(names, values, strict=True):
            one = one.given({name: value})
        exact = one.dist("u")
        assert row == pytest.approx([float(exact[value]) for value in compiled.values], abs=1e-12)


@settings(max_examples=tries(30))
@given(models(min_variables=3, max_variables=4, max_domain=2, choices=1, couplings=COUPLINGS), st.data())
def test_open_legs_score_every_policy(model: ck.Model, data: st.DataObject) -> None:
    (name,) = model.choices
    chosen = model.mechanism(name)
    inputs = list(itertools.product(*(model.domain(parent) for parent in chosen.parents)))
    assume(len(chosen.domain) ** len(inputs) <= 16)
    left, right, seen = (
        data.draw(interventions(model)),
        data.draw(edits(model, couplings=COUPLINGS)),
        data.draw(st.sampled_from(model.names)),
    )
    value = data.draw(st.sampled_from(model.domain(seen)))
    score = lambda b: sum(model.domain(v).index(b[branch][v]) for branch in ("fact", "left", "right") for v in model.names[-2:])
    branches = model.branches(left=left, right=right)
    question = ([branches.reading(lambda b: b.fact[seen] == value)], branches.reading(score))
    assume(isinstance(as_query(*question), Query))
    form = rule_expectation(*question)
    exact = form.exact()
    for done in itertools.product(chosen.domain, repeat=len(inputs)):
        table = dict(zip(inputs, done, strict=True))
        rules = {name: lambda *saw, table=table: table[saw]}
        filled = model.choose({name: ck.table(chosen.parents, table)} if chosen.parents else {name: table[()]})
        try:
            slow = filled.branches(left=left, right=right).given(lambda b: b.fact[seen] == value).expect(score)
        except Impossible:
            with pytest.raises(Impossible):
                exact.value(rules)
            continue
        assert exact.value(rules) == slow
        assert form.value(rules) == pytest.approx(float(slow), abs=1e-12)


def test_what_contraction_refuses() -> None:
    p = sympy.Symbol("p", positive=True)
    m = ck.Model(u=ck.coin("1/3"), a=ck.choice(0, 1, sees=["u"]), y=lambda a, u: a == u, s=ck.coin(p))
    with pytest.raises(OpenChoice, match="'a' is a choice that nobody has made"):
        compile_query(*readings(m, "y"))
    with pytest.raises(InvalidNumber, match="holds symbols"):
        compile_query(*readings(m, "s"))
    with pytest.raises(WrongShape, match="reads what is observed"):
        compile_query(*readings(m.given(u=True), "u"))
    exact = rule_expectation(*readings(m, lambda s, y: s and y), exactly=True)
    assert sympy.simplify(exact.value({"a": lambda u: u}) - p) == 0


def test_a_tensor_over_too_many_observations_is_refused_before_work_starts() -> None:
    names = [f"s{i}" for i in range(12)]
    m = ck.Model({**{name: ck.coin("1/2") for name in names}, "a": ck.choice(0, 1, sees=names)})
    b = m.branches(**{f"b{i}": {names[i]: True} for i in range(2)})
    with pytest.raises(TooLarge, match="let the decisions see less"):
        rule_expectation(*branch_readings(b, lambda b: b.fact.a + b.b0.a + b.b1.a))
