"""Models, graphs, edits and evidence that are drawn for tests are as was asked."""

from __future__ import annotations

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit import errors
from causalkit.testing import dags, edits, events, evidence, interventions, rules
from causalkit.testing import domains as some_domains
from causalkit.testing import models as some_models

DRAWN = ck.Model(a=ck.uniform(0, 1, 2), b=lambda a: a > 0, c=ck.choice("x", "y", sees=["b"]), d=lambda a, c: (a, c))
FILLED = DRAWN.choose(c=lambda b: "x" if b else "y")


@settings(max_examples=10)
@given(st.data())
def test_what_is_drawn_of_a_model_is_as_was_asked(data: st.DataObject) -> None:
    values = data.draw(edits(FILLED, soft=False, edges=False))
    assert 1 <= len(values) <= 2
    assert all(value in FILLED.domain(name) for name, value in values.items())
    assert len(data.draw(edits(FILLED, max_edits=1))) == 1
    assert len(data.draw(interventions(FILLED, max_variables=1))) == 1
    assert set(data.draw(interventions(FILLED, among=["a", "b"]))) <= {"a", "b"}
    seen = data.draw(evidence(FILLED, max_variables=3))
    assert 1 <= len(seen) <= 3
    assert FILLED.prob(seen) > 0
    assert set(data.draw(evidence(FILLED, exactly=["b", "d"]))) == {"b", "d"}
    event = data.draw(events(FILLED, max_variables=2, possible=True))
    assert 1 <= len(event.names) <= 2
    assert FILLED.prob(event) > 0
    (rule,) = data.draw(rules(DRAWN)).values()
    assert (rule.parents, set(rule.domain) <= {"x", "y"}) == (("b",), True)


def test_graphs_and_names_of_models_that_are_drawn() -> None:
    assert find(dags(3, min_nodes=3), lambda graph: True).nodes == ("a", "b", "c")
    assert find(dags(2, confounded=True), lambda graph: bool(graph.confounded)).confounded == (("a", "b"),)
    with pytest.raises(errors.WrongShape, match=r"up to 3 variables need as many names, and got 2; pass names=\[...\] or a smaller"):
        find(some_models(3, names=["a", "b"]), lambda model: True)


def test_domains_for_tests_have_two_values_or_more_and_words_for_each() -> None:
    assert find(some_domains(5), lambda domain: domain[-1] == "level 5") == ("low", "high", "middle", "level 4", "level 5")
    assert find(some_domains(2), lambda domain: "low" in domain) == ("low", "high")
    assert find(some_domains(3), lambda domain: True) == (0, 1)


def test_events_that_need_not_be_possible_may_be_impossible() -> None:
    model = ck.Model(u=ck.coin("1/2"), x=lambda u: u > 2)
    assert model.prob(find(events(model), lambda event: model.prob(event) == 0)) == 0
    for event in (find(events(model, possible=True), lambda _: True), find(events(model, possible=True), lambda event: "x" in event.names)):
        assert model.prob(event) > 0
