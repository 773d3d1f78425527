"""Actual causes against the definition read literally, and what wrong calls are told."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.errors import Impossible, OpenChoice, TooLarge, UnknownName, UnknownValue, WrongShape
from causalkit.examples import forest_fire, rock_throwing
from causalkit.mechanisms.mechanism import Noise
from causalkit.quantities.actual import actual_cause, actual_causes, blame, responsibility
from causalkit.quantities.setting import single_setting
from causalkit.testing import models
from causalkit.values.exact import as_fraction
from tests.tries import tries

# Conditions that many models miss, and a busy machine, are no failures.
patient = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])

Values = dict[str, Any]
stories = models(5, 2, min_variables=2, max_parents=3, then={"effect": [False, True]})


def solved(model: ck.Model, context: Values, edits: Values) -> Values:
    """What every variable is in a context under edits, by asking the model."""
    values: Values = {}
    while len(values) < len(model.names):
        for name in model.names:
            mechanism = model.mechanism(name)
            if name in edits:
                values[name] = edits[name]
            elif isinstance(mechanism, Noise):
                values[name] = context[name]
            elif all(parent in values for parent in mechanism.parents):
                values[name] = mechanism.row(tuple(values[parent] for parent in mechanism.parents)).outcomes[0][0]
    return values


def subsets(names: Any) -> list[tuple[str, ...]]:
    return [part for size in range(len(names) + 1) for part in itertools.combinations(names, size)]


def contingencies(model: ck.Model, context: Values, part: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every set W that witnesses AC2 for these variables: some other setting of them, with W as it was, and the effect is false."""
    actual = solved(model, context, {})
    others = [name for name in model.names if name not in part]
    settings_ = [dict(zip(part, values, strict=True)) for values in itertools.product(*(model.domain(name) for name in part))]
    return [
        held
        for held in subsets(others)
        if any(not solved(model, context, {**{name: actual[name] for name in held}, **each})["effect"] for each in settings_)
    ]


def causes_by_definition(model: ck.Model, context: Values) -> set[frozenset[str]]:
    actual = solved(model, context, {})
    if not actual["effect"]:
        return set()
    enough = [set(part) for part in subsets(model.names) if part and contingencies(model, context, part)]
    return {frozenset(part) for part in enough if not any(other < part for other in enough)}


def responsibility_by_definition(model: ck.Model, context: Values, name: str) -> Fraction:
    found = [part for part in causes_by_definition(model, context) if name in part]
    sizes = [len(part) + min(map(len, contingencies(model, context, tuple(part)))) for part in found]
    return Fraction(1, min(sizes)) if sizes else Fraction(0)


def draw_context(data: st.DataObject, model: ck.Model) -> Values:
    noises = [name for name in model.names if isinstance(model.mechanism(name), Noise)]
    return {name: data.draw(st.sampled_from(model.domain(name))) for name in noises}


@settings(patient, max_examples=tries(40))
@given(stories, st.data())
def test_actual_causes_are_those_of_the_definition(model: ck.Model, data: st.DataObject) -> None:
    context = draw_context(data, model)
    found = actual_causes(model, "effect", context=context, among=model.names)
    assert {frozenset(one.cause) for one in found} == causes_by_definition(model, context)
    actual = solved(model, context, {})
    for one in found:
        assert one.witness is not None
        assert one.cause == {name: actual[name] for name in one.cause}
        assert one.witness.held == {name: actual[name] for name in one.witness.held}
        assert not solved(model, context, {**one.witness.held, **one.witness.instead})["effect"]


@settings(patient, max_examples=tries(40))
@given(stories, st.data())
def test_actual_cause_checks_the_three_conditions(model: ck.Model, data: st.DataObject) -> None:
    context = draw_context(data, model)
    names = data.draw(st.lists(st.sampled_from(model.names), unique=True, min_size=1, max_size=3))
    cause = {name: data.draw(st.sampled_from(model.domain(name))) for name in names}
    actual = solved(model, context, {})
    judged = actual_cause(model, cause, "effect", context=context)
    happened = bool(actual["effect"]) and all(actual[name] == value for name, value in cause.items())
    assert judged.happened == happened
    assert bool(judged) == (happened and frozenset(names) in causes_by_definition(model, context))
    if happened:
        assert (judged.witness is not None) == bool(contingencies(model, context, tuple(names)))
        assert (judged.smaller is not None) == any(
            contingencies(model, context, part) for part in subsets(names) if 0 < len(part) < len(names)
        )


@settings(patient, max_examples=tries(40))
@given(stories, st.data())
def test_what_can_be_held_lies_between_cause_and_effect(model: ck.Model, data: st.DataObject) -> None:
    """No other variable is held, so that the count of contingencies is no larger than it must be."""
    setting = single_setting(model, "effect", draw_context(data, model))
    cause = set(data.draw(st.lists(st.sampled_from(setting.order), unique=True, min_size=1, max_size=3)))
    between = set(model.graph.descendants(cause)) & set(model.graph.ancestors(["effect"])) - cause - {"effect"}
    assert set(setting.holdable(cause)) == between
    assert setting.candidates == tuple(name for name in setting.order if name != "effect")


@settings(patient, max_examples=tries(40))
@given(stories, st.data())
def test_responsibility_is_that_of_the_definition(model: ck.Model, data: st.DataObject) -> None:
    context = draw_context(data, model)
    name = data.draw(st.sampled_from(model.names))
    actual = solved(model, context, {})
    expected = responsibility_by_definition(model, context, name)
    assert responsibility(model, {name: actual[name]}, "effect", context=context) == expected
    other = next((value for value in model.domain(name) if value != actual[name]), None)
    if other is not None:
        assert responsibility(model, {name: other}, "effect", context=context) == 0


@settings(patient, max_examples=tries(25))
@given(models(4, 2, min_variables=2, max_parents=2, then={"effect": [False, True]}), st.data())
def test_blame_is_expected_responsibility(model: ck.Model, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([one for one in model.names if one != "effect"]))
    value = data.draw(st.sampled_from(model.domain(name)))
    done = {each: model.mechanism(each) for each in model.names} | {name: ck.function(lambda: value, parents=[], domain=model.domain(name))}
    noises = [each for each in model.names if isinstance(model.mechanism(each), Noise)]
    expected = Fraction(0)
    for values in itertools.product(*(model.domain(each) for each in noises)):
        context = dict(zip(noises, values, strict=True))
        chance = as_fraction(model.prob(context))
        expected += chance * responsibility_by_definition(ck.Model(done), context, name)
    assert blame(model, {name: value}, "effect") == expected


@settings(patient, max_examples=tries(50))
@given(stories, st.data())
def test_a_but_for_cause_is_an_actual_cause(model: ck.Model, data: st.DataObject) -> None:
    """Source: [halpern2016], section 2.3 (but-for causes)."""
    context = draw_context(data, model)
    actual = solved(model, context, {})
    name = data.draw(st.sampled_from(model.names))
    others = [value for value in model.domain(name) if value != actual[name]]
    but_for = bool(actual["effect"]) and any(not solved(model, context, {name: value})["effect"] for value in others)
    judged = actual_cause(model, {name: actual[name]}, "effect", context=context)
    assert judged.is_but_for == but_for
    assert bool(judged) or not but_for


def test_what_has_been_done_is_part_of_the_story() -> None:
    m = rock_throwing().do(billy_throws=False)
    judged = actual_cause(m, {"suzy_throws": True}, "shatters", context={"suzy_throws": True})
    assert judged.is_but_for
    assert actual_cause(m, {"billy_throws": False}, {"billy_hits": False}, context={"suzy_throws": False}).is_but_for


def test_evidence_on_the_model_is_a_context() -> None:
    m = forest_fire("both").given(fire=True)
    assert actual_cause(m, {"match": True}, "fire")


def test_causes_of_an_event_given_by_a_function() -> None:
    m = ck.Model(a=ck.uniform(0, 1, 2), b=ck.uniform(0, 1, 2))
    found = actual_causes(m, lambda a, b: a + b > 1, context={"a": 2, "b": 2}, among=["a", "b"])
    assert [one.cause for one in found] == [{"a": 2, "b": 2}]


def test_how_judgements_print() -> None:
    context = {"suzy_throws": True, "billy_throws": True}
    m = rock_throwing()
    assert str(actual_cause(m, {"suzy_throws": True}, "shatters", context=context)) == (
        "suzy_throws=True is an actual cause of shatters=True: "
        "with billy_hits=False held as it was, suzy_throws=False would have prevented it"
    )
    assert str(actual_cause(m, {"billy_throws": True}, "shatters", context=context)) == (
        "billy_throws=True is not an actual cause of shatters=True: "
        "no change of it, whatever is held as it was, would have prevented the effect"
    )
    assert str(actual_cause(m, context, "shatters", context=context)) == (
        "suzy_throws=True, billy_throws=True is not an actual cause of shatters=True: suzy_throws=True is enough: "
        "with billy_hits=False held as it was, suzy_throws=False would have prevented it"
    )
    assert str(actual_cause(m, {"suzy_throws": False}, "shatters", context=context)) == (
        "suzy_throws=False is not an actual cause of shatters=True: they did not both happen"
    )


m = forest_fire()
relay = {"on[0]": ck.coin("1/2"), "at[0]": ck.function(lambda on: on, parents=["on[0]"])}
for i in range(1, 13):
    relay |= {f"on[{i}]": ck.coin("1/2"), f"at[{i}]": ck.function(lambda a, b: a or b, parents=[f"at[{i - 1}]", f"on[{i}]"])}
WRONG: dict[str, Any] = {
    "several stories": (
        lambda: actual_cause(m, {"match": True}, "fire", context={"fire": True}),
        WrongShape,
        "3 contexts are possible, and an actual cause is one in a single story; say what happened with context={...}, "
        "for example the values of lightning, match",
    ),
    "no cause": (
        lambda: actual_cause(m, {}, "fire"),
        WrongShape,
        "a cause needs at least one variable with its value; type {'name': value}",
    ),
    "unknown cause": (
        lambda: actual_cause(m, {"mach": True}, "fire"),
        UnknownName,
        "'mach' is not in the model; it has: lightning, match, fire; did you mean 'match'?",
    ),
    "unknown value": (
        lambda: actual_cause(m, {"match": 2}, "fire"),
        UnknownValue,
        "'match' does not take the value 2; it takes: False, True",
    ),
    "impossible context": (
        lambda: actual_cause(m, {"match": True}, "fire", context={"match": True, "fire": False}),
        Impossible,
        "the evidence match=True, fire=False has probability 0, so what follows from it is undefined; "
        "observe something that the model can produce",
    ),
    "conditional table": (
        lambda: actual_cause(ck.Model(x=ck.coin("1/2"), y=ck.cpt(["x"], dict.fromkeys([False, True], ck.coin("1/2")))), {"x": True}, "y"),
        WrongShape,
        "'y' is a conditional table, and actual causes are defined for functions of explicit noise; "
        "give 'y' a noise of its own and write it as a function",
    ),
    "open choice": (
        lambda: actual_cause(ck.Model(x=ck.choice(False, True), y=lambda x: x), {"x": True}, "y"),
        OpenChoice,
        "'x' is a choice that nobody has made; plug in a rule with .choose({'x': False})",
    ),
    "edited edge": (
        lambda: actual_cause(m.do({("match", "fire"): True}), {"match": True}, "fire"),
        WrongShape,
        "actual causes are defined for a model, not for one with edited edges; build the model with the mechanisms you mean",
    ),
    "too many": (
        lambda: actual_causes(ck.Model(relay), "at[12]", context=dict.fromkeys([f"on[{i}]" for i in range(13)], True)),
        TooLarge,
        "finding the causes would try up to 4,353,564,672 settings, and at most 1,000,000 are tried; "
        "name fewer variables with among=[...], or ask about one cause with actual_cause",
    ),
    "several variables": (
        lambda: responsibility(m, {"match": True, "lightning": True}, "fire", context={"match": True, "lightning": True}),
        WrongShape,
        "responsibility is that of one variable's value, and got match=True, lightning=True; type {'name': value}",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_wrong_calls_are_told(what: str) -> None:
    call, error, text = WRONG[what]
    with pytest.raises(error, match=f"^{re.escape(text)}$"):
        call()
