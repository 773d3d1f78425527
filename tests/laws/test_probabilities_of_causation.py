"""The lemmas and theorems of [tian2000] and [pearl2009], chapter 9, and the laws of harm, on random models; brute force beside them."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.errors import Impossible, NeedsCoupling, UnknownName, WrongShape
from causalkit.mechanisms.mechanism import Coupling
from causalkit.quantities import causation, effects
from causalkit.quantities.bounding import causation_bounds
from causalkit.testing import models
from causalkit.values.exact import Number
from tests import brute
from tests.tries import tries

# Conditions that many models miss, and a busy machine, are no failures.
patient = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])

BINARY = {"y": [False, True]}
structural = models(4, 2, min_variables=3, max_parents=2, then={"x": [False, True], **BINARY})
tables = models(2, 2, max_parents=2, then={"x": [False, True], **BINARY}, couplings=("monotone", "independent"))
any_model = st.one_of(structural, tables)
CHANGE = {"x": (False, True)}
MEASURES = {
    "necessity": causation.probability_of_necessity,
    "sufficiency": causation.probability_of_sufficiency,
    "both": causation.probability_of_necessity_and_sufficiency,
    "disablement": causation.probability_of_disablement,
    "enablement": causation.probability_of_enablement,
}
BY_BRUTE_FORCE: dict[str, Any] = {
    "necessity": (lambda w: not w.low["y"], lambda w: w.fact["x"] and w.fact["y"]),
    "sufficiency": (lambda w: w.high["y"], lambda w: not w.fact["x"] and not w.fact["y"]),
    "both": (lambda w: w.high["y"] and not w.low["y"], brute.always),
    "disablement": (lambda w: not w.low["y"], lambda w: w.fact["y"]),
    "enablement": (lambda w: w.high["y"], lambda w: not w.fact["y"]),
}


def twins(model: ck.Model) -> list[brute.World]:
    return brute.worlds(model, {"low": {"x": False}, "high": {"x": True}})


@pytest.mark.parametrize("measure", MEASURES)
@settings(patient, max_examples=tries(20))
@given(any_model)
def test_by_brute_force(measure: str, model: ck.Model) -> None:
    event, condition = BY_BRUTE_FORCE[measure]
    try:
        expected = brute.prob(twins(model), event, condition)
    except brute.Undefined:
        with pytest.raises(Impossible, match="observing that has probability 0"):
            MEASURES[measure](model, "y", CHANGE)
    else:
        assert MEASURES[measure](model, "y", CHANGE) == expected


class Numbers(NamedTuple):
    """All that the theorems speak of."""

    x: Number
    y: Number
    xy: Number
    neither: Number
    treated: Number
    untreated: Number
    pns: Number
    pn: Number
    ps: Number


def numbers(model: ck.Model) -> Numbers:
    joint = model.dist("x", "y")
    assume(joint[True, True] and joint[False, False])
    measured = (MEASURES[name](model, "y", CHANGE) for name in ("both", "necessity", "sufficiency"))
    done = (model.do(x=value).prob(y=True) for value in (True, False))
    return Numbers(model.prob(x=True), model.prob(y=True), joint[True, True], joint[False, False], *done, *measured)


@settings(patient, max_examples=tries(30))
@given(any_model)
def test_lemma_9_2_6(model: ck.Model) -> None:
    n = numbers(model)
    assert n.pns == n.xy * n.pn + n.neither * n.ps


@st.composite
def exogenous(draw: st.DrawFn) -> ck.Model:
    """Models in which x is a coin of its own."""
    other = draw(models(3, 2, max_parents=2, then={"y": [False, True]}, names=tuple("bcd")))
    known = {name: other.mechanism(name) for name in other.names}
    parents = [*other.parents("y"), "x"]
    every = list(itertools.product(*(other.domain(name) for name in other.parents("y")), (False, True)))
    rows = dict(zip(every, draw(st.lists(st.booleans(), min_size=len(every), max_size=len(every))), strict=True))
    chance = draw(st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(3, 4)]))
    return ck.Model({**known, "x": ck.coin(chance), "y": ck.table(parents, rows, domain=[False, True])})


@settings(patient, max_examples=tries(30))
@given(exogenous())
def test_theorem_9_2_10_and_9_2_11_under_exogeneity(model: ck.Model) -> None:
    n = numbers(model)
    assert n.treated == n.xy / n.x
    assert max(Fraction(0), n.treated - n.untreated) <= n.pns <= min(n.treated, 1 - n.untreated)
    assert n.pn == n.pns / n.treated
    assert n.ps == n.pns / (1 - n.untreated)
    assert causation.probability_of_disablement(model, "y", CHANGE) == n.x * n.pns / n.y
    assert causation.probability_of_enablement(model, "y", CHANGE) == (1 - n.x) * n.pns / (1 - n.y)


@settings(patient, max_examples=tries(30))
@given(structural)
def test_theorem_9_2_15_under_monotonicity(model: ck.Model) -> None:
    """Every model is made monotone: y also happens whenever x does and something calls for it."""
    known = {name: model.mechanism(name) for name in model.names if name != "y"}
    plain = model.mechanism("y")
    raised = ck.Model({**known, "base": plain, "y": ck.function(lambda base, x, k: base or (x and k == 0), parents=["base", "x", "a"])})
    assume("x" not in model.parents("y") and "x" not in model.graph.ancestors("y"))
    n = numbers(raised)
    assert n.pns == n.treated - n.untreated
    assert n.pn == (n.y - n.untreated) / n.xy
    assert n.ps == (n.treated - n.y) / n.neither
    assert n.treated >= n.y >= n.untreated


@settings(patient, max_examples=tries(30))
@given(any_model)
def test_bounds_from_studies_hold(model: ck.Model) -> None:
    n = numbers(model)
    observed, experimental = causation.studies(model, "y", CHANGE)
    assert observed == model.dist(lambda x, y: (x, y))
    assert experimental == {False: n.untreated, True: n.treated}
    for data in ({"observed": observed, "experimental": experimental}, {"observed": observed}, {"experimental": experimental}):
        found = causation_bounds(**data)
        assert n.pns in found.both
        assert found.necessity is not None
        assert n.pn in found.necessity
        assert found.sufficiency is not None
        assert n.ps in found.sufficiency


@settings(patient, max_examples=tries(30))
@given(structural, st.fractions(0, 1))
def test_lemma_9_2_7_inhibitors_leave_necessity_alone(model: ck.Model, q: Fraction) -> None:
    assume(q and model.prob(x=True, y=True))
    known = {name: model.mechanism(name) for name in model.names}
    inhibited = ck.Model({**known, "q": ck.coin(q), "z": lambda y, q: y and q})
    before = causation.probability_of_necessity(model, "y", CHANGE)
    assert causation.probability_of_necessity(inhibited, {"z": True}, CHANGE) == before


@settings(patient, max_examples=tries(30))
@given(structural, st.fractions(0, 1))
def test_lemma_9_2_8_alternative_causes_leave_sufficiency_alone(model: ck.Model, r: Fraction) -> None:
    assume(r < 1 and model.prob(x=False, y=False))
    known = {name: model.mechanism(name) for name in model.names}
    helped = ck.Model({**known, "r": ck.coin(r), "z": lambda y, r: y or r})
    before = causation.probability_of_sufficiency(model, "y", CHANGE)
    assert causation.probability_of_sufficiency(helped, {"z": True}, CHANGE) == before


MONOTONE: tuple[Coupling, ...] = ("monotone",)
SCORES: dict[str, list[Any]] = {"x": [False, True], "u": [0, 1, 3]}


@settings(patient, max_examples=tries(30))
@given(st.one_of(models(3, 2, then=SCORES), models(2, 2, max_parents=2, then=SCORES, couplings=MONOTONE)))
def test_benefit_minus_harm_is_the_average_effect(model: ck.Model) -> None:
    worlds = twins(model)
    harm = brute.expect(worlds, lambda w: max(0, w.low["u"] - w.high["u"]))
    assert causation.harm(model, "u", CHANGE) == harm
    assert causation.benefit(model, "u", CHANGE) - harm == effects.average_effect(model, "u", CHANGE)


@settings(patient, max_examples=tries(30))
@given(models(3, 2, then=SCORES), st.data())
def test_harm_in_an_instance_is_the_definition(model: ck.Model, data: st.DataObject) -> None:
    """h = sum_y P(Y_default = y | a, what came of it) max(0, U(default, y) - U(a, what came of it)). Source: [richens2022]."""
    assume(model.prob(x=True))
    seen = data.draw(st.sampled_from(model.given(x=True).dist("u").support))
    instance = model.given(x=True, u=seen)
    default = instance.do(x=False).dist("u")
    by_definition = default.expect(lambda u: max(0, u - seen))
    assert causation.harm(instance, "u", CHANGE) == by_definition


def test_a_table_without_coupling_is_refused() -> None:
    m = ck.Model(x=ck.coin("1/2"), y=ck.cpt(["x"], {x: {True: "1/2", False: "1/2"} for x in (False, True)}))
    with pytest.raises(NeedsCoupling, match="'y' is a conditional table"):
        causation.probability_of_necessity(m, "y", CHANGE)


m = ck.Model(u=ck.coin("1/2"), x=ck.uniform(False, True, None), y=lambda x, u: "yes" if x and u else "no", z=lambda u: False)
WRONG: dict[str, Any] = {
    "no event": (
        lambda: causation.probability_of_necessity(m, "y", CHANGE),
        WrongShape,
        "'y' takes the values 'no', 'yes', so it is no event by itself; type {'y': 'no'}",
    ),
    "unknown event": (
        lambda: causation.probability_of_necessity(m, "w", CHANGE),
        UnknownName,
        "'w' is not in the model; it has: u, x, y, z",
    ),
    "impossible": (
        lambda: causation.probability_of_necessity(m, "z", CHANGE),
        Impossible,
        "the treatment and the outcome: observing that has probability 0, so what would follow is undefined; "
        "ask about a change and an event that can occur",
    ),
    "three treatments": (
        lambda: causation.studies(m, {"y": "yes"}, CHANGE),
        WrongShape,
        "with probability 1/3 the treatment is neither of (False, True); a study compares two treatments",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_wrong_calls_are_told(what: str) -> None:
    call, error, text = WRONG[what]
    with pytest.raises(error, match=f"^{re.escape(text)}$"):
        call()
