"""The engine's answers against the brute force, on random models."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.errors import NeedsCoupling
from causalkit.mechanisms.mechanism import CPT
from causalkit.testing import edits, events, evidence, interventions, models
from tests import brute
from tests.causalkit.engine_questions import COUPLINGS, any_names, every, plain
from tests.tries import tries


def as_tuples(model: ck.Model) -> ck.Dist:
    """The joint distribution of all variables, as tuples also when there is one."""
    found = model.dist(*model.names)
    return found.map(lambda value: (value,)) if len(model.names) == 1 else found


@given(any_names)
def test_dist(model: ck.Model) -> None:
    worlds = brute.worlds(model)
    assert as_tuples(model) == brute.dist(worlds, lambda w: every(model)(w.fact))
    for name in model.names:
        assert model.dist(name) == brute.dist(worlds, lambda w, name=name: w.fact[name])  # type: ignore[misc]


@given(any_names, st.data())
def test_prob_and_expect(model: ck.Model, data: st.DataObject) -> None:
    worlds = brute.worlds(model)
    values = data.draw(interventions(model))
    assert model.prob(values) == brute.prob(worlds, lambda w: brute.agrees(values)(w.fact))
    name = data.draw(st.sampled_from(model.names))
    place = model.domain(name).index
    holder = ck.Model({**{each: model.mechanism(each) for each in model.names}, "score": ck.function(place, parents=[name])})
    assert holder.expect("score") == brute.expect(worlds, lambda w: place(w.fact[name]))


@given(plain, st.data())
def test_events_are_functions(model: ck.Model, data: st.DataObject) -> None:
    worlds = brute.worlds(model)
    asked, seen = data.draw(events(model)), data.draw(events(model, possible=True))

    def holds(event: Any) -> Any:
        return lambda w: event(*(w.fact[name] for name in event.names))

    assert model.prob(asked) == brute.prob(worlds, holds(asked))
    assert model.given(seen).prob(asked) == brute.prob(worlds, holds(asked), holds(seen))


@given(any_names, st.data())
def test_do(model: ck.Model, data: st.DataObject) -> None:
    edit = data.draw(edits(model, couplings=COUPLINGS))
    worlds = brute.worlds(model, {"done": edit})
    assert as_tuples(model.do(edit)) == brute.dist(worlds, lambda w: every(model)(w.done))


@given(plain, st.data())
def test_impossible_exactly_when_the_brute_force_finds_no_unit(model: ck.Model, data: st.DataObject) -> None:
    edit, seen = data.draw(edits(model)), data.draw(interventions(model, max_variables=3))
    worlds = brute.worlds(model, {"done": edit})
    try:
        model.do(edit).given(seen)
        possible = True
    except ck.Impossible:
        possible = False
    assert possible == bool(brute.weight(worlds, lambda w: brute.agrees(seen)(w.done)))


@given(any_names, st.data())
def test_do_then_given(model: ck.Model, data: st.DataObject) -> None:
    edit = data.draw(edits(model, couplings=COUPLINGS))
    seen = data.draw(evidence(model.do(edit)))
    worlds = brute.worlds(model, {"done": edit})
    answer = brute.dist(worlds, lambda w: every(model)(w.done), lambda w: brute.agrees(seen)(w.done))
    assert as_tuples(model.do(edit).given(seen)) == answer


@given(any_names, st.data())
def test_given_then_do(model: ck.Model, data: st.DataObject) -> None:
    seen = data.draw(evidence(model))
    edit = data.draw(edits(model, couplings=COUPLINGS))
    worlds = brute.worlds(model, {"done": edit})
    answer = brute.dist(worlds, lambda w: every(model)(w.done), lambda w: brute.agrees(seen)(w.fact))
    assert as_tuples(model.given(seen).do(edit)) == answer


@given(any_names, st.data())
def test_given_do_given_do(model: ck.Model, data: st.DataObject) -> None:
    """The steps taken one after the other: each observation is made in the branch as it then stands."""
    first = data.draw(evidence(model))
    one = data.draw(edits(model, max_edits=1))
    second = data.draw(evidence(model.given(first).do(one)))
    two = data.draw(edits(model, max_edits=1, edges=False))
    worlds = brute.worlds(model, {"one": one, "two": {**one, **two}})
    answer = brute.dist(worlds, lambda w: every(model)(w.two), lambda w: brute.agrees(first)(w.fact) and brute.agrees(second)(w.one))
    assert as_tuples(model.given(first).do(one).given(second).do(two)) == answer


@settings(max_examples=tries(60))
@given(any_names, st.data())
def test_branches_with_evidence_on_any_of_them(model: ck.Model, data: st.DataObject) -> None:
    left, right = data.draw(edits(model, couplings=COUPLINGS)), data.draw(edits(model))
    worlds = brute.worlds(model, {"left": left, "right": right})
    seen, also = data.draw(evidence(model)), data.draw(interventions(model.do(left), max_variables=1))

    condition = lambda w: brute.agrees(seen)(w.fact) and brute.agrees(also)(w.left)
    branches = model.branches(left=left, right=right).given(lambda b: all(b.fact[name] == value for name, value in seen.items()))
    if not brute.weight(worlds, condition):
        with pytest.raises(ck.Impossible):
            branches.given(lambda b: all(b.left[name] == value for name, value in also.items()))
        return
    branches = branches.given(lambda b: all(b.left[name] == value for name, value in also.items()))
    asked = branches.dist(lambda b: (*every(model)(b.fact), *every(model)(b.left), *every(model)(b.right)))
    assert asked == brute.dist(worlds, lambda w: (*every(model)(w.fact), *every(model)(w.left), *every(model)(w.right)), condition)


@settings(max_examples=tries(60))
@given(any_names, st.data())
def test_branches_of_a_model_that_was_observed_and_edited(model: ck.Model, data: st.DataObject) -> None:
    seen, before = data.draw(evidence(model)), data.draw(edits(model, max_edits=1))
    edit = data.draw(edits(model, edges=False))
    worlds = brute.worlds(model, {"before": before, "after": {**before, **edit}})
    branches = model.given(seen).do(before).branches(after=edit)
    asked = branches.dist(lambda b: (*every(model)(b.fact), *every(model)(b.after)))
    answer = brute.dist(worlds, lambda w: (*every(model)(w.before), *every(model)(w.after)), lambda w: brute.agrees(seen)(w.fact))
    assert asked == answer


@settings(max_examples=tries(60))
@given(any_names, st.data())
def test_nested_branches(model: ck.Model, data: st.DataObject) -> None:
    """A variable, or what one child sees of a variable, set to what it is in another branch."""
    calm, other = data.draw(edits(model, max_edits=1)), data.draw(edits(model, max_edits=1, edges=False))
    arrows = [(parent, child) for child in model.names for parent in model.parents(child)]
    key = data.draw(st.sampled_from([*model.names, *arrows]))
    changed, child = key if isinstance(key, tuple) else (key, key)
    other = {name: edit for name, edit in other.items() if name != child}
    worlds = brute.worlds(model, {"calm": calm, "nested": {**other, key: brute.FromBranch("calm", changed)}})
    branches = model.branches(calm=calm, nested={**other, key: ck.as_in("calm")})
    seen = data.draw(evidence(model, max_variables=1))
    observed = branches.given(lambda b: all(b.fact[name] == value for name, value in seen.items()))
    answer = brute.dist(worlds, lambda w: (*every(model)(w.calm), *every(model)(w.nested)), lambda w: brute.agrees(seen)(w.fact))
    assert observed.dist(lambda b: (*every(model)(b.calm), *every(model)(b.nested))) == answer


@given(models(min_variables=3, max_variables=4), st.data())
def test_nested_edges(model: ck.Model, data: st.DataObject) -> None:
    """What one child sees of a variable is what that variable would have been, while all others see it as it is."""
    arrows = [(parent, child) for child in model.names for parent in model.parents(child)]
    assume(arrows)
    parent, child = data.draw(st.sampled_from(arrows))
    low, high = model.domain(parent)[:2]
    worlds = brute.worlds(model, {"off": {parent: low}, "direct": {parent: high, (parent, child): brute.FromBranch("off", parent)}})
    branches = model.branches(off={parent: low}, direct={parent: high, (parent, child): ck.as_in("off")})
    assert branches.dist(lambda b: every(model)(b.direct)) == brute.dist(worlds, lambda w: every(model)(w.direct))


@given(models(max_variables=4, max_domain=2, max_parents=2, couplings=[None]), st.data())
def test_tables_without_a_coupling_answer_rungs_one_and_two(model: ck.Model, data: st.DataObject) -> None:
    edit = data.draw(interventions(model))
    seen = data.draw(evidence(model.do(edit)))
    worlds = brute.worlds(model, {"done": edit})
    assert as_tuples(model) == brute.dist(worlds, lambda w: every(model)(w.fact))
    answer = brute.dist(worlds, lambda w: every(model)(w.done), lambda w: brute.agrees(seen)(w.done))
    assert as_tuples(model.do(edit).given(seen)) == answer


@given(models(max_variables=4, max_domain=2, max_parents=2, couplings=[None]), st.data())
def test_tables_without_a_coupling_answer_a_counterfactual_only_when_no_coupling_could_change_it(
    model: ck.Model, data: st.DataObject
) -> None:
    seen, edit = data.draw(evidence(model)), data.draw(interventions(model))
    try:
        answer = as_tuples(model.given(seen).do(edit))
    except NeedsCoupling:
        return
    for coupling in COUPLINGS:
        coupled = ck.Model({name: with_coupling(model.mechanism(name), coupling) for name in model.names})
        assert as_tuples(coupled.given(seen).do(edit)) == answer


def with_coupling(mechanism: Any, coupling: Any) -> Any:
    if isinstance(mechanism, CPT):
        return ck.cpt(mechanism.parents, mechanism.rows, coupling=coupling, domain=mechanism.domain)
    return mechanism


@given(plain)
def test_a_draw_of_noise_is_one_draw_in_every_branch(model: ck.Model) -> None:
    same = model.branches(copy={}).prob(lambda b: all(b.fact[name] == b.copy[name] for name in model.names))
    assert same == 1
