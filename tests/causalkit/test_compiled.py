"""Questions that are compiled once: with other observed values, as machine code, and for every rule at once."""

from __future__ import annotations

import itertools
import pickle
import random
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.engine.compiling import plan
from causalkit.engine.exact import native
from causalkit.engine.multilinear import multilinear_polynomial
from causalkit.errors import Impossible, InvalidNumber, MissingExtra, OpenChoice, TooLarge, UnknownValue, WrongShape
from causalkit.mechanisms.constructors import as_mechanism
from causalkit.testing import edits, evidence, models, rules
from tests.causalkit.engine_questions import COUPLINGS, any_model
from tests.tries import tries


@contextmanager
def nothing_looked_up() -> Iterator[None]:
    """Every answer is worked out at the observed values, as where these are too many to be kept open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "LITTLE", 0)
        plan.eliminating.cache_clear()
        plan.planned_for.cache_clear()
        yield
    plan.eliminating.cache_clear()
    plan.planned_for.cache_clear()


def sensors(count: int = 15) -> ck.Model:
    """One cause and many signs of it: too many combinations to be looked up."""
    signs = {f"s{i}": ck.cpt(["u"], {True: ck.coin(Fraction(i + 1, count + 2)), False: ck.coin("1/2")}) for i in range(count)}
    return ck.Model({"u": ck.coin("1/3"), **signs})


def test_rows_that_come_again_are_answered_once_on_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causalkit.engine.compiled_query.MANY", 0)
    seen = {f"s{i}": bool(i % 2) for i in range(15)}
    asked, rows = sensors().given(seen).compile("u"), [[bool(i >> j & 1) for j in range(15)] for i in (3, 3, 7, 5, 3, 32_000)]
    assert "on a join tree" in str(asked)
    found = asked.batch(rows)
    assert found.shape == (6, 2)
    for row, answer in zip(rows, found, strict=True):
        exactly = sensors().given(dict(zip(seen, row, strict=True))).dist("u")
        assert answer == pytest.approx([float(exactly[value]) for value in asked.values])


def test_what_is_too_large_for_a_tree_is_refused_when_it_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {f"x{i}": ck.cpt([f"x{i - 1}"], {True: ck.coin("1/3"), False: ck.coin("3/4")}) for i in range(1, 30)}
    model = ck.Model({"x0": ck.coin("1/2"), **steps})
    assert "on a join tree" in str(model.given(x29=True).compile("x0"))
    monkeypatch.setattr("causalkit.engine.tree_query.MOST_ON_TREES", 1)
    monkeypatch.setattr("causalkit.engine.compiling.plan.MOST_ON_TREES", 1)
    with pytest.raises(TooLarge, match="multiply-adds"):
        ck.Model({"x0": ck.coin("1/2"), **steps}).given(x29=True).compile("x0")


# ---------------------------------------------------------------- asked again


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_machine_code_says_what_is_exact(model: ck.Model, data: st.DataObject) -> None:
    pytest.importorskip("numba", reason="machine code needs numba; type: pip install 'causalkit[fast]'")
    done = model.do(data.draw(edits(model, couplings=COUPLINGS)))
    seen = data.draw(evidence(done))
    target = data.draw(st.sampled_from(model.names))
    assume(target not in seen)
    after = done.given(seen)
    with nothing_looked_up():
        machine, plain = after.compile(target, native=True), after.compile(target)
        exact = [float(after.dist(target)[value]) for value in plain.values]
        assert machine.values == plain.values
        assert machine(**seen) == pytest.approx(exact, abs=1e-12)
        assert plain(*seen.values()) == pytest.approx(exact, abs=1e-12)
        assert machine.batch([tuple(seen.values())] * 3) == pytest.approx(np.array([exact] * 3), abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_every_row_of_what_is_observed_is_answered_exactly(seed: int) -> None:
    """What does not depend on what is observed is worked out once, and nothing else is."""
    rng = random.Random(seed)
    laws: dict[str, Any] = {}
    for i in range(8):
        parents = [f"x{j}" for j in range(i) if rng.random() < 0.5][:3]
        rows = {key: ck.coin(Fraction(rng.randint(1, 9), 10)) for key in itertools.product((False, True), repeat=len(parents))}
        laws[f"x{i}"] = ck.cpt(parents, rows) if parents else rows[()]
    model = ck.Model(laws)
    target, *observed = rng.sample(model.names, 4)
    with nothing_looked_up():
        asked = model.given(dict.fromkeys(observed, True)).compile(target)
        for row in itertools.product((False, True), repeat=3):
            exact = model.given(dict(zip(observed, row, strict=True))).dist(target)
            assert asked(**dict(zip(observed, row, strict=True))) == pytest.approx([float(exact[value]) for value in asked.values])


def test_many_observations_as_machine_code() -> None:
    pytest.importorskip("numba", reason="machine code needs numba; type: pip install 'causalkit[fast]'")
    m = sensors()
    seen = m.given({f"s{i}": True for i in range(15)})
    machine, plain = seen.compile("u", native=True), seen.compile("u")
    rows = [tuple((i >> k) & 1 == 1 for k in range(15)) for i in (0, 5, 77, 2**15 - 1)]
    assert machine.batch(rows) == pytest.approx(plain.batch(rows), abs=1e-15)
    for row in rows:
        exact = m.given({f"s{i}": value for i, value in enumerate(row)}).dist("u")
        assert machine(*row) == pytest.approx([float(exact[value]) for value in machine.values], abs=1e-12)
        assert machine.weights(*row) == pytest.approx(plain.weights(*row), rel=1e-12)
    assert "machine code" in repr(machine)
    assert "numpy" in repr(plain)


def test_values_by_name_and_the_errors_you_will_meet() -> None:
    m = ck.Model(u=ck.coin("1/3"), v=ck.uniform(0, 1, 2), x=lambda u, v: u + v, y=lambda u: not u)
    question = m.given(x=0, y=True).compile("v")
    assert question.observed == ("x", "y")
    assert question(y=False, x=1).tolist() == question(1, False).tolist() == [1, 0, 0]
    assert repr(question).startswith("<compiled question: 3 values given x, y; looked up")
    with pytest.raises(WrongShape, match=r"values are given for 'z', and what is observed is: 'x', 'y'"):
        question(z=1)
    with pytest.raises(WrongShape, match=r"1 values are given, and what is observed is: 'x', 'y'; give a value for each"):
        question(0)
    with pytest.raises(Impossible, match="0, False have probability 0"):
        question(0, False)
    with pytest.raises(Impossible, match="the value 9 cannot occur there"):
        question(9, True)
    for _ in range(2):  # also once an answer has been kept
        with pytest.raises(Impossible, match=r"the value \[1\] cannot occur there"):
            question([1], False)  # type: ignore[arg-type]
        question(1, False)


def test_nothing_needs_to_be_observed() -> None:
    question = ck.Model(u=ck.coin("1/4"), x=lambda u: not u).compile("x")
    assert question.observed == ()
    assert question().tolist() == question.weights().tolist() == [0.75, 0.25]
    assert question.batch([(), (), ()]).tolist() == [[0.75, 0.25]] * 3


def test_machine_code_without_numba_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    native._loop.cache_clear()
    try:
        with pytest.raises(MissingExtra, match=r"pip install 'causalkit\[fast\]'"):
            sensors().given({f"s{i}": True for i in range(15)}).compile("u", native=True)
    finally:
        native._loop.cache_clear()


def test_what_is_too_large_for_machine_code_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causalkit.engine.exact.execution.MOST_KEPT", 5)
    seen = sensors(16).given({f"s{i}": True for i in range(16)})
    with pytest.raises(TooLarge, match="leave native=True out"):
        seen.compile("u", native=True)
    exact = seen.dist("u")
    assert seen.compile("u")(*[True] * 16) == pytest.approx([float(exact[value]) for value in (False, True)], abs=1e-12)


# ---------------------------------------------------------------- every rule


@settings(max_examples=tries(40))
@given(models(min_variables=3, max_variables=4, max_domain=2, choices=2, couplings=COUPLINGS), st.data())
def test_by_rule_is_what_choosing_gives(model: ck.Model, data: st.DataObject) -> None:
    """Stochastic rules one by one against the tables of all of them, where copies of a choice share its draws."""
    seen, edit = data.draw(st.sampled_from(model.names)), data.draw(edits(model, couplings=COUPLINGS))
    value = data.draw(st.sampled_from(model.domain(seen)))
    place = {name: {each: i for i, each in enumerate(model.domain(name))} for name in model.names}
    target = data.draw(st.sampled_from(model.names))
    branches = model.branches(had=edit)
    score = lambda b: place[target][b.had[target]] + 2 * place[target][b.fact[target]]
    form = branches.by_rule(score)
    conditioned = ck.Branches(model.regime, branches.edits, (lambda b: b.fact[seen] == value,)).by_rule(score)
    filled = [data.draw(rules(model, stochastic=True)) for _ in range(3)]
    means = np.broadcast_to(form.batch({name: tables_of(form, name, filled) for name in form.tables}), 3)
    tops, bottoms = conditioned.parts({name: tables_of(conditioned, name, filled) for name in conditioned.tables})
    assert bottoms is not None
    tops, bottoms = np.broadcast_to(tops, 3), np.broadcast_to(bottoms, 3)
    for i, rule in enumerate(filled):
        after = model.choose(rule).branches(had=edit)
        assert means[i] == pytest.approx(float(after.expect(score)), abs=1e-12)
        assert bottoms[i] == pytest.approx(float(after.prob(lambda b: b.fact[seen] == value)), abs=1e-12)
        if bottoms[i] > 1e-9:
            assert tops[i] / bottoms[i] == pytest.approx(float(after.given(lambda b: b.fact[seen] == value).expect(score)), abs=1e-9)


def tables_of(form: Any, name: str, filled: list[dict[str, Any]]) -> np.ndarray:
    """The rules for one decision, as an array."""
    seen, options = form.tables[name]
    return np.array([[[weight_of(rule[name], saw, option) for option in options] for saw in seen] for rule in filled])


def weight_of(rule: Any, saw: tuple[Any, ...], option: Any) -> float:
    outcomes = as_mechanism(rule).row(saw).outcomes
    return float(sum(1 if weight is None else weight for value, weight in outcomes if value == option))


def test_ten_thousand_rules_are_a_matrix_product() -> None:
    m = ck.Model(u=ck.uniform(0, 1, 2), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, sees=["a"]), y=lambda u, a, b: u * a + b)
    form = m.by_rule("y")
    drawn = np.random.default_rng(0)
    tables = {name: drawn.dirichlet((1, 1), (10_000, len(form.tables[name][0]))) for name in form.tables}
    found = form.batch(tables)
    a, b = tables["a"], tables["b"]
    expected = (a[:, 1, 1] + 2 * a[:, 2, 1]) / 3 + (a[:, :, :, None] * b[:, None, :, :]).sum(axis=1)[:, :, 1].sum(axis=1) / 3
    assert found == pytest.approx(expected, abs=1e-12)


def test_evidence_that_some_rules_make_impossible() -> None:
    m = ck.Model(a=ck.choice(0, 1), y=lambda a: a)
    form = ck.Branches(m.regime, m.branches().edits, (lambda b: b.fact.y == 1,)).by_rule(lambda b: b.fact.a)
    tables = np.array([[[0.0, 1.0]], [[1.0, 0.0]]])
    assert form.batch(a=tables[:1]).tolist() == [1.0]
    with pytest.raises(Impossible, match="probability 0 under rule 1"):
        form.batch(a=tables)
    with pytest.raises(Impossible, match="under this policy"):
        form(a=0)


def test_the_errors_of_rules() -> None:
    m = ck.Model(rain=ck.coin("1/4"), take=ck.choice("coat", "hat", sees=["rain"]), dry=lambda rain, take: take == "coat" or not rain)
    form = m.by_rule("dry")
    assert repr(form) == "<a mean for every rule of take (2 x 2)>"
    with pytest.raises(WrongShape, match=r"have the shape \(3, 2\), and \(rules, 2, 2\) is expected"):
        form.batch(take=np.ones((3, 2)))
    wide = ck.Model(
        rain=ck.coin("1/4"), take=ck.choice("coat", "hat", "none", sees=["rain"]), dry=lambda rain, take: take == "coat"
    ).by_rule("dry")
    for shape in ((4, 3, 2), (4, 6, 1), (4, 1, 6), (4, 6), (4, 2, 3, 1)):
        with pytest.raises(WrongShape, match=r"and \(rules, 2, 3\) is expected"):
            wide.batch(take=np.full(shape, 1 / 3))
    two = ck.Model(one=ck.choice("a", "b"), other=ck.choice("a", "b"), same=lambda one, other: one == other).by_rule("same")
    with pytest.raises(WrongShape, match="with as many rules for each decision"):
        two.batch(one=np.ones((3, 1, 2)) / 2, other=np.ones((2, 1, 2)) / 2)
    with pytest.raises(WrongShape, match="rules are given for 'bring', and the decisions are: 'take'"):
        form.batch(bring=np.ones((3, 2, 2)))
    with pytest.raises(UnknownValue, match=r"does 'boots', and its options are: 'coat', 'hat'"):
        form(take=lambda rain: "boots")


def test_symbols_stay_in_the_mean_of_one_rule() -> None:
    p = sympy.Symbol("p", positive=True)
    m = ck.Model(u=ck.coin(p), a=ck.choice(0, 1, sees=["u"]), y=lambda u, a: a == u)
    form = m.by_rule("y")
    assert sympy.simplify(form(a=1) - p) == 0
    assert form(a=int) == 1
    with pytest.raises(InvalidNumber, match=r"holds symbols or irrationals, .* ask for one rule, as in form\(name=rule\)"):
        form.batch(a=np.ones((1, 2, 2)))


def test_what_is_no_number_has_no_mean() -> None:
    m = ck.Model(a=ck.choice("p", "q"), y=lambda a: a)
    with pytest.raises(InvalidNumber, match="the mean of y needs numbers: 'p' is not an exact number"):
        m.by_rule("y")
    with pytest.raises(OpenChoice, match=r"ask under every rule with \.by_rule\(\.\.\.\)"):
        m.compile("y")


@given(st.data())
def test_monomials_are_sums_of_products(data: st.DataObject) -> None:
    degree, entries = data.draw(st.integers(0, 4)), 5
    rows = data.draw(st.lists(st.lists(st.integers(0, entries - 1), min_size=degree, max_size=degree), min_size=1, max_size=8))
    weights = [data.draw(st.integers(-3, 3)) for _ in rows]
    table = np.array(data.draw(st.lists(st.lists(st.integers(-2, 2), min_size=entries, max_size=entries), min_size=1, max_size=4)), float)
    found = multilinear_polynomial(np.array(rows, np.intp).reshape(len(rows), degree), np.array(weights, float))(table)
    slow = [sum(w * np.prod([line[i] for i in set(row)]) for w, row in zip(weights, rows, strict=True)) for line in table]
    assert found == pytest.approx(np.array(slow))


def test_a_model_that_was_asked_still_travels() -> None:
    m = ck.Model(u=ck.coin("1/3"), x=lambda u: not u).given(x=True)
    assert all(m.prob(u=True) == 0 for _ in range(3))
    again = pickle.loads(pickle.dumps(m))
    assert again == m
    assert again.prob(u=False) == 1


def test_every_combination_of_rules_exactly() -> None:
    m = ck.Model(u=ck.uniform(0, 1, 2), a=ck.choice("l", "r", sees=["u"]), y=lambda u, a: u if a == "r" else 1)
    form = m.by_rule("y")
    for done in itertools.product("lr", repeat=3):
        rule = dict(enumerate(done))
        assert form(a=lambda u, rule=rule: rule[u]) == m.choose(a=lambda u, rule=rule: rule[u]).expect("y")


@pytest.mark.parametrize(("seen", "strange"), [((9, True), 9), ((0, 9), 9), (([], True), []), ((0, []), [])])
def test_a_value_that_cannot_occur_is_named_wherever_it_stands(seen: tuple[Any, ...], strange: Any) -> None:
    model = ck.Model(u=ck.coin("1/3"), v=ck.uniform(0, 1, 2), x=lambda u, v: u + v, y=lambda u: not u)
    asked = model.given(x=0, y=True).compile("v")
    with pytest.raises(Impossible, match=f"^the value {re.escape(repr(strange))} cannot occur there"):
        asked(*seen)
