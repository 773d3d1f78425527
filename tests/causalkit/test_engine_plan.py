"""Plans: known before the work, bounding it, printable; what is too large is refused with the count and the ways out."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.engine import answer
from causalkit.engine.compiling import plan as plans
from causalkit.engine.compiling.ordering import elimination_order
from causalkit.engine.compiling.plan import Plan, eliminating, plan
from causalkit.engine.compiling.query import Query, TooWide, as_query
from causalkit.engine.compiling.tracing import Tabulated, tabulated
from causalkit.engine.exact import enumeration as slow
from causalkit.engine.exact.circuit import circuit
from causalkit.engine.exact.execution import Einsum
from causalkit.engine.exact.rings import exact_tables
from causalkit.errors import TooLarge
from causalkit.mechanisms.event import quantity
from causalkit.mechanisms.network import Reading
from causalkit.testing import edits, evidence
from tests.causalkit.engine_questions import COUPLINGS, any_model, branch_readings, every, grid, readings
from tests.tries import tries


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_the_predicted_cost_bounds_the_work(model: ck.Model, data: st.DataObject) -> None:
    had = model.given(data.draw(evidence(model))).do(data.draw(edits(model, couplings=COUPLINGS)))
    question = as_query(*readings(had, data.draw(st.sampled_from(model.names))))
    assert isinstance(question, Query)
    assert question.seen is not None
    found = eliminating(question.structure)
    made = circuit(found.whole, found.order.variables)
    assert made.cost <= found.plan.cost
    assert made.size - 1 - sum(entry.hi - entry.lo for entry in (*made.constants, *made.inputs)) <= found.order.cells


@settings(max_examples=tries(40))
@given(any_model, st.data())
def test_what_is_not_kept_is_computed_alike(model: ck.Model, data: st.DataObject) -> None:
    had = model.given(data.draw(evidence(model))).do(data.draw(edits(model, couplings=COUPLINGS)))
    question = as_query(*readings(had, data.draw(st.sampled_from(model.names))))
    assert isinstance(question, Query)
    assert question.seen is not None
    found = eliminating(question.structure)
    made = exact_tables(found.tables.factors)
    seen = {v: found.tables.domains[v].index(value) for v, value in zip(found.tables.observed, question.seen, strict=True)}
    kept = elimination_order(found.tables.cards, found.tables.shapes, found.tables.kept)
    carried_out = Einsum(found.tables, kept, made.tables, object)(seen)
    floats = Einsum(found.tables, kept, tuple(table.astype(float) for table in made.tables), float)(seen)
    expected = plans_answer(found, made, seen)
    assert carried_out.tolist() == expected
    assert floats.tolist() == pytest.approx(expected)


def plans_answer(found: Any, made: Any, seen: Any) -> list[Any]:
    from causalkit.engine.exact.execution import runner

    answers: list[Any] = runner(found.tables, found.whole, found.order, made.tables, object)(seen).tolist()
    return answers


def chain(length: int) -> ck.Model:
    step = {True: ck.coin("7/8"), False: ck.coin("1/10")}
    states = {f"x[{t}]": ck.cpt([f"x[{t - 1}]"], step, coupling="independent", domain=[False, True]) for t in range(1, length + 1)}
    return ck.Model({"x[0]": ck.coin("1/3"), **states})


def chain_question(length: int) -> Any:
    model = chain(length)
    last = model.regime.node(f"x[{length}]")
    had = model.do({"x[0]": True, f"x[{length // 2}]": False})
    return [Reading((last,), lambda values: values[last])], had.regime.reading(quantity(f"x[{length}]", had.domains))


def test_the_cost_of_a_chain_is_linear_in_its_length() -> None:
    costs = {length: plan(*chain_question(length)).cost for length in (10, 20, 40, 400)}
    per_step = (costs[40] - costs[20]) / 20
    assert costs[20] - costs[10] == pytest.approx(10 * per_step, abs=2 * per_step)
    assert costs[400] == pytest.approx(costs[40] + 360 * per_step, rel=0.05)
    assert plan(*chain_question(400)).width <= 5


def test_a_long_chain_is_answered_exactly() -> None:
    p = Fraction(1, 3)
    for _ in range(300):
        p = p * Fraction(7, 8) + (1 - p) * Fraction(1, 10)
    model = chain(300)
    assert answer.measure(*readings(model, "x[300]")) == {False: 1 - p, True: p}


def test_a_plan_prints() -> None:
    found = plan(*chain_question(40))
    assert str(found) == (
        "strategy     elimination: it costs less than enumeration\n"
        "nodes        62\n"
        "enumeration  at most 10^18 runs\n"
        f"elimination  at most {found.cost:,} multiply-adds, width 5, about {found.memory // 1000} kB"
    )
    small = ck.Model(u=ck.coin("1/3"))
    assert str(plan(*readings(small, "u"))) == "strategy     enumeration: there are few runs\nnodes        1\nenumeration  at most 2 runs"


@pytest.mark.parametrize(
    ("made", "rows"),
    [
        (Plan("enumeration", 3, 0, 0, 0, 8, "so"), ["strategy", "nodes", "enumeration"]),
        (Plan("enumeration", 3, 2, 40, 80, 8, "so"), ["strategy", "nodes", "enumeration", "elimination"]),
        (Plan("elimination", 3, 0, 0, 0, 8, "so"), ["strategy", "nodes", "enumeration", "elimination"]),
        (Plan("elimination", 3, 2, 40, 80, 8, "so", cells=5), ["strategy", "nodes", "enumeration", "elimination", "tables", "time"]),
    ],
)
def test_a_plan_has_a_line_for_what_it_knows(made: Plan, rows: list[str]) -> None:
    assert [line.split()[0] for line in str(made).splitlines()] == rows


def test_a_plan_is_a_judgement() -> None:
    assert plan(*chain_question(40))
    assert not Plan("elimination", 3, 40, 2**40, 2**41, 2**50, "", fits=False)


def test_what_is_too_large_is_refused_with_the_count_and_the_ways_out() -> None:
    model = grid(30)
    corner = model.regime.node("g29_29")
    with pytest.raises(TooLarge) as error:
        answer.measure([], Reading((corner,), lambda values: values[corner]))
    assert "runs of the world by enumeration, and " in str(error.value)
    assert "multiply-adds by elimination (width " in str(error.value)
    assert str(error.value).endswith(
        "ask about fewer variables at once, observe or set what connects many variables, put a summary between a variable and its "
        "many parents, or estimate the answer from samples with .estimate(...)"
    )


def test_a_reading_of_too_many_variables_is_refused_before_work_starts() -> None:
    model = ck.Model({f"u{i}": ck.coin("1/2") for i in range(60)})
    question = branch_readings(model.branches(), lambda b: sum(b.fact[f"u{i}"] for i in range(60)))
    assert isinstance(as_query(*question), TooWide)
    with pytest.raises(TooLarge, match=r"the answer takes up to 10\^18 runs of the world by enumeration, and the limit is 2,000,000 runs"):
        answer.measure(*question)


def test_a_lazy_reading_of_many_variables_has_few_paths() -> None:
    model = ck.Model({f"u{i}": ck.coin("1/2") for i in range(12)})
    first = tabulated(branch_readings(model.branches(), lambda b: next((i for i in range(12) if b.fact[f"u{i}"]), 12))[1])
    assert isinstance(first, Tabulated)
    assert (len(first.scope), len(first.certain)) == (12, 1)
    question = branch_readings(model.branches(), lambda b: next((i for i in range(12) if b.fact[f"u{i}"]), 12))
    assert answer.measure(*question) == {**{i: Fraction(1, 2 ** (i + 1)) for i in range(12)}, 12: Fraction(1, 2**12)}


def test_a_reading_larger_than_its_world_is_enumerated() -> None:
    names = [f"y{i}" for i in range(14)]
    model = ck.Model(
        {"u": ck.coin("1/3"), "v": ck.coin("1/5"), **{name: ck.function(lambda u, v: u + v, parents=["u", "v"]) for name in names}}
    )
    question = branch_readings(model.branches(), every(model))
    question = (question[0], model.branches().reading(lambda b: tuple(b.fact[name] for name in names)))
    assert plan(*question).reason == "a question reads more combinations of values than the world has runs"
    assert answer.measure(*question) == slow.measure(*question)


def test_a_target_that_raises_only_where_nothing_can_happen() -> None:
    model = ck.Model({f"u{i}": ck.coin("1/2") for i in range(8)} | {"n": ck.function(lambda u0, u1: u0 + u1, domain=[0, 1, 2, 3])})
    ratio = lambda n, u7: Fraction(1 + u7, 3 - n)
    assert answer.measure(*readings(model, ratio)) == slow.measure(*readings(model, ratio))
    with pytest.raises(ZeroDivisionError):
        answer.measure(*readings(model, lambda n, u7: Fraction(1 + u7, 2 - n)))


@pytest.mark.parametrize("wide", [2, 3, 5])
def test_the_width_of_a_plan_is_the_most_variables_that_meet(wide: int) -> None:
    """Coins that one function reads meet all at once, with its own value; what hangs on it meets nothing but it."""
    coins = {f"u{i}": ck.coin("1/3") for i in range(wide)}
    ends = {f"v{i}": ck.cpt(["y"], {True: ck.coin("1/3"), False: ck.coin("1/2")}) for i in range(12)}
    m = ck.Model({**coins, "y": ck.function(lambda *u: all(u), parents=list(coins)), **ends})
    plan = m.given(dict.fromkeys(ends, True)).plan("y")
    assert plan.strategy != "enumeration"
    assert plan.width == wide + 1


def test_floats_are_said_to_be_quicker_than_fractions() -> None:
    plan = chain(60).given({"x[60]": True}).plan("x[0]")
    assert 0 < plan.float_seconds < plan.seconds


def test_elimination_is_chosen_where_it_takes_less_than_the_runs_though_these_could_be_walked() -> None:
    plan = chain(14).plan("x[14]")
    assert plan.runs <= plans.MOST_RUNS
    assert plan.strategy == "elimination"
