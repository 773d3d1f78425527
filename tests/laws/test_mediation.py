"""Laws of direct, indirect and path-specific effects, on random models."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.errors import NeedsCoupling
from causalkit.quantities import effects
from causalkit.testing import dists, models
from tests.tries import tries

# Conditions that many models miss, and a busy machine, are no failures.
patient = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])

SCORES = {"y": [0, 1, 3]}
structural = models(4, 2, min_variables=3, max_parents=2, then=SCORES)
tables = models(3, 2, min_variables=2, max_parents=2, then=SCORES, couplings=("monotone", "independent"))
any_model = st.one_of(structural, tables)


@st.composite
def changes(draw: st.DrawFn, model: ck.Model) -> dict[str, tuple[Any, Any]]:
    x = draw(st.sampled_from([name for name in model.names if name != "y"]))
    return {x: (draw(st.sampled_from(model.domain(x))), draw(st.sampled_from(model.domain(x))))}


def reverse(change: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    return {x: (after, before) for x, (before, after) in change.items()}


def between(model: ck.Model, change: dict[str, Any]) -> list[str]:
    """Everything on the way from the treatment to y."""
    return [name for name in model.graph.descendants(change) if name != "y"]


@settings(patient, max_examples=tries(50))
@given(any_model, st.data())
def test_total_is_direct_minus_reverse_indirect(model: ck.Model, data: st.DataObject) -> None:
    change = data.draw(changes(model))
    mediators = data.draw(st.lists(st.sampled_from([name for name in model.names if name not in (*change, "y")]), unique=True))
    total = effects.average_effect(model, "y", change)
    direct = effects.natural_direct_effect(model, "y", change, mediators=mediators)
    indirect = effects.natural_indirect_effect(model, "y", reverse(change), mediators=mediators)
    assert total == direct - indirect


@settings(patient, max_examples=tries(50))
@given(any_model, st.data())
def test_all_edges_carry_the_total_effect_and_none_carries_none(model: ck.Model, data: st.DataObject) -> None:
    change = data.draw(changes(model))
    assert effects.path_specific_effect(model, "y", change, edges=model.graph.edges) == effects.average_effect(model, "y", change)
    assert effects.path_specific_effect(model, "y", change, edges=[]) == 0
    assert effects.path_specific_effect(model, "y", change, paths=[]) == 0


@settings(patient, max_examples=tries(50))
@given(any_model, st.data())
def test_the_direct_edge_carries_the_natural_direct_effect_and_the_others_the_indirect_one(model: ck.Model, data: st.DataObject) -> None:
    change = data.draw(changes(model))
    assume("y" in model.graph.children(*change))
    (x,) = change
    edge = (x, "y")
    mediators = between(model, change)
    direct = effects.natural_direct_effect(model, "y", change, mediators=mediators)
    assert effects.path_specific_effect(model, "y", change, edges=[edge]) == direct
    assert effects.path_specific_effect(model, "y", change, paths=[edge]) == direct
    others = [each for each in model.graph.edges if each != edge]
    indirect = effects.natural_indirect_effect(model, "y", change, mediators=mediators)
    assert effects.path_specific_effect(model, "y", change, edges=others) == indirect


def directed_paths(graph: Any, start: str, edges: set[Any]) -> list[tuple[str, ...]]:
    if start == "y":
        return [("y",)]
    children = [child for child in graph.children(start) if (start, child) in edges]
    return [(start, *rest) for child in children for rest in directed_paths(graph, child, edges)]


@settings(patient, max_examples=tries(50))
@given(structural, st.data())
def test_edges_are_the_paths_made_of_them(model: ck.Model, data: st.DataObject) -> None:
    change = data.draw(changes(model))
    edges = [edge for edge in model.graph.edges if data.draw(st.booleans())]
    paths = directed_paths(model.graph, next(iter(change)), set(edges))
    by_edges = effects.path_specific_effect(model, "y", change, edges=edges)
    assert effects.path_specific_effect(model, "y", change, paths=paths) == by_edges


@settings(patient, max_examples=tries(50))
@given(any_model, st.data())
def test_average_effect_is_the_mean_of_those_on_treated_and_untreated(model: ck.Model, data: st.DataObject) -> None:
    x = data.draw(st.sampled_from([name for name in model.names if name != "y" and len(model.domain(name)) == 2]))
    before, after = model.domain(x)
    change = {x: (before, after)}
    parts = [(model.prob({x: after}), effects.effect_on_treated), (model.prob({x: before}), effects.effect_on_untreated)]
    mixed = sum((chance * effect(model, "y", change) for chance, effect in parts if chance), Fraction(0))
    assert mixed == effects.average_effect(model, "y", change)


@settings(patient, max_examples=tries(50))
@given(any_model, st.data())
def test_no_change_has_no_effect_and_a_change_undone_is_none(model: ck.Model, data: st.DataObject) -> None:
    change = data.draw(changes(model))
    still = {x: (after, after) for x, (_, after) in change.items()}
    assert effects.average_effect(model, "y", still) == 0
    assert effects.natural_direct_effect(model, "y", still, mediators=between(model, change)) == 0
    assert effects.average_effect(model, "y", change) == -effects.average_effect(model, "y", reverse(change))


@st.composite
def mediated(draw: st.DrawFn, *, witness: bool = False) -> ck.Model:
    """Tables without couplings on x -> z -> y <- x, or on x -> w, w -> z, w -> y, z -> y."""
    z_parents, y_parents = (["w"], ["w", "z"]) if witness else (["x"], ["x", "z"])
    row = dists([0, 1], full=True)
    known: dict[str, Any] = {"x": ck.uniform(0, 1)}
    if witness:
        known["w"] = ck.cpt(["x"], {i: draw(row) for i in (0, 1)})
    known["z"] = ck.cpt(z_parents, {i: draw(row) for i in (0, 1)})
    known["y"] = ck.cpt(y_parents, {(i, j): draw(row) for i in (0, 1) for j in (0, 1)})
    return ck.Model(known)


@settings(patient)
@given(mediated())
def test_mediation_formula(model: ck.Model) -> None:
    """Pearl's formula from the tables alone: no coupling is needed. Source: [pearl2009], section 4.5.5."""

    def y(x: int, z: int) -> Any:
        return model.do(x=x, z=z).expect("y")

    def z(value: int, x: int) -> Any:
        return model.do(x=x).prob(z=value)

    change = {"x": (0, 1)}
    direct = sum((y(1, v) - y(0, v)) * z(v, 0) for v in (0, 1))
    indirect = sum(y(0, v) * (z(v, 1) - z(v, 0)) for v in (0, 1))
    assert effects.natural_direct_effect(model, "y", change, mediators="z") == direct
    assert effects.natural_indirect_effect(model, "y", change, mediators="z") == indirect


@settings(patient)
@given(mediated(witness=True))
def test_recanting_witness(model: ck.Model) -> None:
    """The effect along x -> w -> z -> y is not in the tables: w would send two values at once. Source: [avin2005]."""
    with pytest.raises(NeedsCoupling, match="'w' is a conditional table"):
        effects.path_specific_effect(model, "y", {"x": (0, 1)}, paths=[("x", "w", "z", "y")])
    both = [("x", "w", "z", "y"), ("x", "w", "y")]
    total = effects.average_effect(model, "y", {"x": (0, 1)})
    assert effects.path_specific_effect(model, "y", {"x": (0, 1)}, paths=both) == total
