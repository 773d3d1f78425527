"""Plain questions give the same answer when they are walked through and when they are compiled, whatever has been observed."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.engine.answer import point_query
from causalkit.errors import Impossible, NeedsCoupling, OpenChoice
from causalkit.testing import edits, interventions
from tests import brute
from tests.causalkit.engine_questions import COUPLINGS, any_names
from tests.tries import tries


def tried(question: Any) -> Any:
    try:
        return question()
    except ck.Impossible:
        return ck.Impossible


@settings(max_examples=tries(60))
@given(any_names, st.data())
def test_asked_again_with_other_observed_values(model: ck.Model, data: st.DataObject) -> None:
    """Doing, then seeing: each question twice over, so that the second time it is answered by what was compiled."""
    edit = data.draw(edits(model, couplings=COUPLINGS))
    seen, target = data.draw(st.sampled_from(model.names)), data.draw(st.sampled_from(model.names))
    units = brute.worlds(model, {"done": edit})
    done = model.do(edit)
    for value in model.domain(seen) * 2:
        agrees = lambda w, value=value: w.done[seen] == value
        if not brute.weight(units, agrees):
            assert tried(lambda value=value: done.given({seen: value})) is ck.Impossible
            continue
        after = done.given({seen: value})
        assert after.dist(target) == brute.dist(units, lambda w: w.done[target], agrees)
        for wanted in model.domain(target):
            assert after.prob({target: wanted}) == brute.prob(units, lambda w, wanted=wanted: w.done[target] == wanted, agrees)  # type: ignore[misc]


@settings(max_examples=tries(60))
@given(any_names, st.data())
def test_had_it_been_asked_again(model: ck.Model, data: st.DataObject) -> None:
    edit = data.draw(edits(model))
    units = brute.worlds(model, {"had": edit})
    first, second = data.draw(interventions(model, max_variables=2)), data.draw(st.sampled_from(model.names))
    for _ in range(3):
        try:
            had = model.given(first).do(edit)
        except ck.Impossible:
            assert not brute.weight(units, lambda w: brute.agrees(first)(w.fact))
            continue
        assert had.dist(second) == brute.dist(units, lambda w: w.had[second], lambda w: brute.agrees(first)(w.fact))


def test_what_is_observed_twice_must_be_the_same() -> None:
    m = ck.Model(u=ck.coin("1/3"), v=ck.coin("1/2"), y=lambda u, v: u or v)
    for _ in range(3):
        assert m.given(y=True).given(y=True).prob(u=True) == Fraction(1, 2)
        assert m.given(y=True).prob(y=True) == 1
        assert m.given(y=True).prob(y=False) == 0
        assert m.given(y=True).dist("y") == ck.point(True)
        with pytest.raises(ck.Impossible, match="y=False has probability 0 after given"):
            m.given(y=True).given(y=False)


def test_one_compiled_question_serves_every_observation() -> None:
    m = ck.Model(u=ck.uniform(0, 1, 2), v=ck.uniform(0, 1), x=lambda u, v: u + v)
    x, u = (m.regime.node(name) for name in ("x", "u"))
    question = point_query((x,), (u,))
    assert point_query((x,), (u,)) is question
    found = [question((value,)).dist() for value in (0, 1, 2, 3, 1)]
    assert found[0] == ck.point(0)
    assert found[1] == found[4] == ck.uniform(0, 1)
    assert not question((7,)).found
    assert question((0,)).total == Fraction(1, 6)


def test_symbols_are_compiled_too() -> None:
    p = sympy.Symbol("p", positive=True)
    m = ck.Model(u=ck.coin(p), v=ck.coin("1/2"), y=lambda u, v: u or v)
    found = [m.given(y=True).prob(u=True) for _ in range(3)]
    assert all(sympy.simplify(each - 2 * p / (1 + p)) == 0 for each in found)


def test_open_choices_and_tables_without_coupling_are_refused_each_time() -> None:
    m = ck.Model(u=ck.coin("1/2"), act=ck.choice(0, 1, sees=["u"]), y=lambda act, u: act == u)
    table = ck.Model(x=ck.coin("1/2"), y=ck.cpt(["x"], {False: ck.coin("1/3"), True: ck.coin("2/3")}))
    for _ in range(3):
        assert m.dist("u") == ck.coin("1/2")
        with pytest.raises(OpenChoice):
            m.dist("y")
        with pytest.raises(NeedsCoupling):
            table.given(y=True).do(x=False).prob(y=True)


def test_values_may_be_written_differently() -> None:
    m = ck.Model(u=ck.uniform(0, 1), y=lambda u: u == 1)
    for u, y in itertools.product((0, 1, False, True), (0, 1)):
        assert m.given(u=u).prob(y=y) == int(u == y)


def test_what_is_observed_is_known_also_in_a_large_network() -> None:
    m = ck.Model(
        {"u0": ck.coin("1/3"), **{f"u{i}": ck.cpt([f"u{i - 1}"], {True: ck.coin("2/3"), False: ck.coin("1/5")}) for i in range(1, 60)}}
    )
    for _ in range(3):
        assert m.given(u59=True).dist("u59") == ck.point(True)
        assert m.given(u59=True, u30=False).dist("u30", "u59") == ck.point((False, True))


def test_a_target_of_many_variables_is_not_given_a_cell_for_each_combination() -> None:
    m = ck.Model({f"u{i}": ck.coin("1/2") for i in range(10)})
    assert m.prob({f"u{i}": True for i in range(10)}) == Fraction(1, 1024)
    assert len(m.dist(*m.names)) == 1024


def test_what_is_possible_is_kept_with_its_question_and_what_is_not_is_refused_each_time() -> None:
    model = ck.Model(u=ck.coin("1/3"), v=lambda u: 1 if u else 0, w=lambda u, v: u and v == 1)
    for _ in range(3):
        assert model.given(v=1).prob(w=True) == 1
        assert model.given(v=1, w=True).mass == Fraction(1, 3)
        with pytest.raises(Impossible):
            model.given(v=0, w=True)
        with pytest.raises(Impossible):
            model.given(v=1).given(u=False)
    nodes = tuple(model.regime.node(name) for name in ("v", "w"))
    assert point_query(nodes, ()).possible == {(1, True)}
