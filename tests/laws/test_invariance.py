"""Names, the order of declarations, the order of domains and the spelling of values carry no meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
from causalkit.mechanisms.mechanism import CPT, Coupling, Mechanism, Noise, Table
from causalkit.testing import AWKWARD_NAMES, evidence, interventions, models

COUPLINGS: list[Coupling] = ["monotone", "independent"]
every_model = st.one_of(models(), models(max_variables=4, max_domain=2, max_parents=2, couplings=COUPLINGS))

Spelling = Callable[[str, Any], Any]


def rewritten(mechanism: Mechanism, name: str, names: Mapping[str, str], spelt: Spelling, order: Callable[[Any], Any]) -> Any:
    """A mechanism with its parents renamed, its values and those of its parents spelt anew, its domain and rows in another order."""
    if isinstance(mechanism, Noise):
        return ck.Dist({spelt(name, value): mechanism.dist[value] for value in order(mechanism.domain)})
    assert isinstance(mechanism, (Table, CPT))
    key = lambda inputs: tuple(spelt(parent, value) for parent, value in zip(mechanism.parents, inputs, strict=True))
    parents = [names[parent] for parent in mechanism.parents]
    domain = [spelt(name, value) for value in order(mechanism.domain)]
    if isinstance(mechanism, Table):
        return ck.table(
            parents, {key(inputs): spelt(name, mechanism.rows[inputs]) for inputs in order(list(mechanism.rows))}, domain=domain
        )
    rows = {key(inputs): {spelt(name, v): w for v, w in mechanism.rows[inputs].items()} for inputs in order(list(mechanism.rows))}
    return ck.cpt(parents, rows, coupling=mechanism.coupling, domain=domain)


def same(name: str, value: Any) -> Any:
    return value


def asked(model: ck.Model, seen: Mapping[str, Any], edit: Mapping[str, Any], names: list[str]) -> list[ck.Dist]:
    """The same questions on every rung."""
    return [
        model.dist(*names),
        model.given(seen).dist(*names),
        model.do(edit).dist(*names),
        model.given(seen).do(edit).dist(*names),
    ]


@given(every_model, st.data())
def test_renaming_variables(model: ck.Model, data: st.DataObject) -> None:
    names = dict(zip(model.names, data.draw(st.permutations(AWKWARD_NAMES)), strict=False))
    renamed = ck.Model({names[name]: rewritten(model.mechanism(name), name, names, same, list) for name in model.names})
    seen, edit = data.draw(evidence(model)), data.draw(interventions(model))
    new_seen, new_edit = ({names[name]: value for name, value in old.items()} for old in (seen, edit))
    assert asked(renamed, new_seen, new_edit, [names[name] for name in model.names]) == asked(model, seen, edit, list(model.names))


@given(every_model, st.data())
def test_reordering_declarations(model: ck.Model, data: st.DataObject) -> None:
    order = data.draw(st.permutations(model.names))
    reordered = ck.Model({name: model.mechanism(name) for name in order})
    seen, edit = data.draw(evidence(model)), data.draw(interventions(model))
    assert reordered == model
    assert hash(reordered) == hash(model)
    assert asked(reordered, seen, edit, list(model.names)) == asked(model, seen, edit, list(model.names))


@given(st.one_of(models(), models(max_variables=4, max_domain=2, max_parents=2, couplings=["independent"])), st.data())
def test_permuting_domains(model: ck.Model, data: st.DataObject) -> None:
    """The order in which values and rows are written means nothing, except to a monotone coupling, which is made of it."""
    order = lambda items: data.draw(st.permutations(list(items)))
    names = {name: name for name in model.names}
    permuted = ck.Model({name: rewritten(model.mechanism(name), name, names, same, order) for name in model.names})
    seen, edit = data.draw(evidence(model)), data.draw(interventions(model))
    assert asked(permuted, seen, edit, list(model.names)) == asked(model, seen, edit, list(model.names))


@given(models(max_variables=4, max_domain=2, max_parents=2, couplings=["monotone"], deterministic=False), st.data())
def test_reordering_the_rows_of_a_monotone_table(model: ck.Model, data: st.DataObject) -> None:
    """Its domain is declared, so the order of its rows means nothing either."""
    names = {name: name for name in model.names}
    whole = {name: rewritten(model.mechanism(name), name, names, same, list) for name in model.names}
    shuffled = {name: rewritten(model.mechanism(name), name, names, same, _rows_only(data, model.domain(name))) for name in model.names}
    seen, edit = data.draw(evidence(model)), data.draw(interventions(model))
    assert asked(ck.Model(shuffled), seen, edit, list(model.names)) == asked(ck.Model(whole), seen, edit, list(model.names))


def _rows_only(data: st.DataObject, domain: Any) -> Callable[[Any], Any]:
    return lambda items: list(items) if tuple(items) == tuple(domain) else data.draw(st.permutations(list(items)))


@given(every_model, st.data())
def test_spelling_values_anew(model: ck.Model, data: st.DataObject) -> None:
    spelt = lambda name, value: ("value", model.domain(name).index(value), name)
    names = {name: name for name in model.names}
    anew = ck.Model({name: rewritten(model.mechanism(name), name, names, spelt, list) for name in model.names})
    seen, edit = data.draw(evidence(model)), data.draw(interventions(model))
    new_seen, new_edit = ({name: spelt(name, value) for name, value in old.items()} for old in (seen, edit))
    for name in model.names:
        old = asked(model, seen, edit, [name])
        assert asked(anew, new_seen, new_edit, [name]) == [dist.map(lambda value, name=name: spelt(name, value)) for dist in old]  # type: ignore[misc]


@given(models(), st.data())
def test_a_bystander_changes_nothing(model: ck.Model, data: st.DataObject) -> None:
    """A variable that nobody listens to may be added or left out."""
    parents = [name for name in model.names if data.draw(st.booleans())]
    inputs = lambda *values: values
    more = ck.Model({"bystander": ck.function(inputs, parents=parents), **{name: model.mechanism(name) for name in model.names}})
    seen, edit = data.draw(evidence(model)), data.draw(interventions(model))
    assert asked(more, seen, edit, list(model.names)) == asked(model, seen, edit, list(model.names))
