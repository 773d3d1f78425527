"""Bayes, total probability and the tower rule, in plain models and after surgery."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
from causalkit.testing import Event, edits, events, models


@st.composite
def situations(draw: st.DrawFn) -> ck.Model:
    """A model as it stands, or after something was done, observed, or both."""
    model = draw(models())
    model = model.given(draw(events(model, possible=True))) if draw(st.booleans()) else model
    return model.do(draw(edits(model))) if draw(st.booleans()) else model


@given(situations(), st.data())
def test_bayes(model: ck.Model, data: st.DataObject) -> None:
    a, b = data.draw(events(model, possible=True)), data.draw(events(model, possible=True))
    assert model.given(a).prob(b) * model.prob(a) == model.given(b).prob(a) * model.prob(b)


@given(situations(), st.data())
def test_total_probability(model: ck.Model, data: st.DataObject) -> None:
    a, name = data.draw(events(model)), data.draw(st.sampled_from(model.names))
    assert model.prob(a) == sum(weight * model.given({name: value}).prob(a) for value, weight in model.dist(name).items())


@given(situations(), st.data())
def test_tower_rule(model: ck.Model, data: st.DataObject) -> None:
    """E[Y] = E[E[Y | X]], with Y the place of a variable's value in its domain."""
    name, other = data.draw(st.sampled_from(model.names)), data.draw(st.sampled_from(model.names))
    place = lambda dist: dist.expect(model.domain(other).index)
    assert place(model.dist(other)) == sum(w * place(model.given({name: value}).dist(other)) for value, w in model.dist(name).items())


@given(situations(), st.data())
def test_the_complement(model: ck.Model, data: st.DataObject) -> None:
    a = data.draw(events(model))
    rest = frozenset(values for values in _every(model, a) if values not in a.holds)
    assert model.prob(a) + model.prob(Event(a.names, rest)) == 1


def _every(model: ck.Model, event: Event) -> list[tuple[object, ...]]:
    return list(itertools.product(*(model.domain(name) for name in event.names)))


@given(situations(), st.data())
def test_evidence_in_any_order_or_at_once(model: ck.Model, data: st.DataObject) -> None:
    a = data.draw(events(model, possible=True))
    b = data.draw(events(model.given(a), possible=True))
    name = data.draw(st.sampled_from(model.names))
    both = lambda **read: a(*(read[n] for n in a.names)) and b(*(read[n] for n in b.names))
    names = tuple(dict.fromkeys([*a.names, *b.names]))
    at_once = Event(names, frozenset(v for v in _every(model, Event(names, frozenset())) if both(**dict(zip(names, v, strict=True)))))
    one_way, other_way = model.given(a).given(b).dist(name), model.given(b).given(a).dist(name)
    assert one_way == other_way == model.given(at_once).dist(name)


@given(situations(), st.data())
def test_marginals_of_the_joint_distribution(model: ck.Model, data: st.DataObject) -> None:
    first, second = data.draw(st.sampled_from(model.names)), data.draw(st.sampled_from(model.names))
    joint = model.dist(first, second)
    assert joint.map(lambda pair: pair[0]) == model.dist(first)
    assert sum(joint.values()) == 1
