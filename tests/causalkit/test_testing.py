"""The strategies that users import: what they draw is what they promise, and shrinks to something small."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit import Dist, Model
from causalkit.errors import OpenChoice, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.mechanisms.mechanism import CPT, Choice, Coupling, Noise, Table
from causalkit.testing import (
    AWKWARD_NAMES,
    Event,
    dags,
    dists,
    domains,
    edits,
    events,
    evidence,
    extensions,
    interventions,
    mechanisms,
    models,
    rules,
)
from tests.tries import tries

quick = settings(max_examples=tries(50))
COUPLINGS: list[Coupling | None] = ["monotone", "independent", None]


@given(st.lists(st.integers(), min_size=1, max_size=4, unique=True), st.booleans(), st.data())
def test_dists(values: list[int], full: bool, data: st.DataObject) -> None:
    dist = data.draw(dists(values, full=full))
    assert set(dist) <= set(values)
    assert not full or list(dist) == values


@given(st.integers(2, 6), st.data())
def test_domains(most: int, data: st.DataObject) -> None:
    domain = data.draw(domains(most))
    assert 2 <= len(set(domain)) == len(domain) <= most


@given(dags(4, min_nodes=2, confounded=True))
def test_dags(graph: Graph) -> None:
    assert graph.nodes == ("a", "b", "c", "d")[: len(graph.nodes)]
    assert 2 <= len(graph.nodes) <= 4
    assert graph.order == graph.nodes


@given(st.data())
def test_mechanisms(data: st.DataObject) -> None:
    domain = data.draw(domains(3))
    for couplings, deterministic, kinds in (
        ((), True, (Table,)),
        (COUPLINGS, True, (Table, CPT)),
        (COUPLINGS, False, (CPT,)),
        ((), False, (Table,)),
    ):
        mechanism = data.draw(mechanisms({"x": (0, 1)}, domain, couplings=couplings, deterministic=deterministic))
        assert isinstance(mechanism, kinds)
        assert set(mechanism.domain) == set(domain)
    noise = data.draw(mechanisms({}, domain))
    assert isinstance(noise, Dist)
    assert set(noise) == set(domain)


@given(models(max_variables=4, max_domain=3, min_variables=2, max_parents=2))
def test_models(model: Model) -> None:
    assert 2 <= len(model.names) <= 4
    assert all(2 <= len(model.domain(name)) <= 3 for name in model.names)
    assert all(len(model.parents(name)) <= 2 for name in model.names)
    kinds = [type(model.mechanism(name)) for name in model.names]
    assert set(kinds) <= {Noise, Table}
    assert kinds[0] is Noise


@quick
@given(models(max_variables=4, choices=2, names=AWKWARD_NAMES), st.data())
def test_models_with_choices(model: Model, data: st.DataObject) -> None:
    assert len(model.choices) == 2
    assert not isinstance(model.mechanism(model.names[0]), Choice)
    assert model.names == AWKWARD_NAMES[: len(model.names)]
    for stochastic in (False, True):
        ruled = model.choose(data.draw(rules(model, stochastic=stochastic)))
        assert ruled.choices == ()
        assert sum(ruled.dist(*model.names).values()) == 1
    with pytest.raises(OpenChoice):
        model.dist(*model.names)


@quick
@given(models(3, choices=1, then={"wish": ["stop", "free"], "value": [0, 1, 2]}))
def test_models_with_roles(model: Model) -> None:
    assert model.names[-2:] == ("wish", "value")
    assert set(model.domain("wish")) == {"stop", "free"}
    assert set(model.domain("value")) == {0, 1, 2}


@quick
@given(models(3), st.data())
def test_extensions(model: Model, data: st.DataObject) -> None:
    more = data.draw(extensions(model, "more", ["x", "y"]))
    assert {name: more.mechanism(name) for name in model.names} == {name: model.mechanism(name) for name in model.names}
    assert set(more.domain("more")) == {"x", "y"}
    chosen = data.draw(extensions(model, "act", ["x", "y"], parents=["a"], chosen=True))
    assert chosen.mechanism("act") == Choice(("x", "y"), ("a",))
    assert data.draw(extensions(None, "first", [0, 1])).names == ("first",)


def test_too_few_names() -> None:
    with pytest.raises(WrongShape, match="up to 5 variables need as many names, and got 2"):
        find(models(5, names=["a", "b"]), lambda too_few_names: True)


every_model = st.one_of(models(), models(max_variables=4, names=AWKWARD_NAMES), models(max_variables=4, couplings=COUPLINGS))


@given(every_model, st.data())
def test_evidence_has_positive_probability(model: Model, data: st.DataObject) -> None:
    seen = data.draw(evidence(model, max_variables=3))
    assert 1 <= len(seen) <= 3
    assert model.prob(seen) > 0
    after = model.do(data.draw(interventions(model)))
    among = list(model.names[:2])
    assert after.prob(data.draw(evidence(after, among=among))) > 0
    assert list(data.draw(evidence(after, exactly=among))) == among


@given(every_model, st.data())
def test_edits_can_be_done_one_after_the_other(model: Model, data: st.DataObject) -> None:
    first, second = data.draw(edits(model, max_edits=3, couplings=COUPLINGS)), data.draw(edits(model, edges=False))
    after = model.do(first).do(second)
    assert sum(after.dist(*model.names).values()) == 1
    assert all(isinstance(key, str) for key in second)
    hard = data.draw(edits(model, soft=False, edges=False))
    assert model.do(hard).prob(hard) == 1


@given(models(), st.data())
def test_events(model: Model, data: st.DataObject) -> None:
    event = data.draw(events(model, max_variables=3))
    assert 0 <= model.prob(event) <= 1
    assert model.prob(data.draw(events(model, possible=True))) > 0
    assert eval(repr(event), {"Event": Event, "frozenset": frozenset}) == event


# ---------------------------------------------------------------- what failing cases shrink to


def shrunk(strategy: st.SearchStrategy[Any], wanted: Any) -> Any:
    """The shortest of three findings, since shrinking gives up now and then."""
    calm = settings(max_examples=tries(2000), database=None)
    return min((find(strategy, wanted, settings=calm, random=Random(seed)) for seed in range(3)), key=lambda found: len(repr(found)))


def test_a_model_shrinks_to_the_variables_that_matter() -> None:
    found = shrunk(models(), lambda model: any(len(model.parents(name)) == 2 for name in model.names))
    assert len(found.names) == 3
    assert [found.dist(name) for name in "ab"] == [ck.uniform(0, 1)] * 2


def test_a_confounded_pair_shrinks_to_one_noise_and_two_listeners() -> None:
    found = shrunk(models(), lambda model: any(len(model.graph.children(name)) == 2 for name in model.names))
    assert len(found.names) == 3
    assert len(found.graph.edges) == 2


def test_a_difference_between_seeing_and_doing_shrinks_to_a_small_model() -> None:
    def differ(model: Model) -> bool:
        pairs = [(x, y) for x in model.names for y in model.names if x != y]
        values = [(x, y, v) for x, y in pairs for v in model.dist(x)]
        return any(model.given({x: v}).dist(y) != model.do({x: v}).dist(y) for x, y, v in values)

    found = shrunk(models(), differ)
    assert len(found.names) == 2
    assert found.dist("a") == ck.uniform(0, 1)


def test_weights_shrink_to_plain_ones() -> None:
    assert shrunk(dists([0, 1, 2]), lambda dist: dist[1] > 0) == ck.point(1)
    assert shrunk(dists([0, 1], full=True), lambda dist: dist[0] != dist[1]) == Dist({0: Fraction(1, 3), 1: Fraction(2, 3)})
