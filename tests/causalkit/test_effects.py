"""Effects against the brute force, and what wrong calls are told."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.errors import Impossible, InvalidNumber, OutsideDomain, UnknownName, UnknownValue, WrongShape
from causalkit.quantities import effects
from causalkit.testing import models
from tests import brute
from tests.brute import FromBranch
from tests.tries import tries

# Conditions that many models miss, and a busy machine, are no failures.
patient = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])

plain = models(5, 2, min_variables=3, max_parents=2)
tables = models(4, 2, min_variables=3, max_parents=2, couplings=("monotone", "independent"))
any_model = st.one_of(plain, tables)


class Case(NamedTuple):
    """A model, an outcome that is a number, and a change of one treatment."""

    model: ck.Model
    y: str
    x: str
    before: Any
    after: Any

    @property
    def change(self) -> dict[str, tuple[Any, Any]]:
        return {self.x: (self.before, self.after)}

    def score(self, values: dict[str, Any]) -> int:
        return self.model.domain(self.y).index(values[self.y])


@st.composite
def cases(draw: st.DrawFn, of: st.SearchStrategy[ck.Model] = any_model) -> Case:
    """The outcome is the place of a variable's value in its domain, as a variable of its own called `score`."""
    model = draw(of)
    x, y = draw(st.permutations(model.names))[:2]
    before, after = draw(st.sampled_from(model.domain(x))), draw(st.sampled_from(model.domain(x)))
    known = {name: model.mechanism(name) for name in model.names}
    scored = ck.Model({**known, "score": ck.function(model.domain(y).index, parents=[y])})
    return Case(scored, y, x, before, after)


@settings(patient, max_examples=tries(50))
@given(cases())
def test_average_effect(case: Case) -> None:
    worlds = brute.worlds(case.model, {"low": {case.x: case.before}, "high": {case.x: case.after}})
    expected = brute.expect(worlds, lambda w: case.score(w.high) - case.score(w.low))
    assert effects.average_effect(case.model, "score", case.change) == expected


@settings(patient, max_examples=tries(50))
@given(cases())
def test_effects_on_the_treated_and_the_untreated(case: Case) -> None:
    worlds = brute.worlds(case.model, {"low": {case.x: case.before}, "high": {case.x: case.after}})

    for effect, value in ((effects.effect_on_treated, case.after), (effects.effect_on_untreated, case.before)):
        try:
            expected = brute.expect(worlds, lambda w: case.score(w.high) - case.score(w.low), lambda w, v=value: w.fact[case.x] == v)  # type: ignore[misc]
        except brute.Undefined:
            with pytest.raises(Impossible, match="has probability 0"):
                effect(case.model, "score", case.change)
        else:
            assert effect(case.model, "score", case.change) == expected


@settings(patient, max_examples=tries(50))
@given(cases(), st.data())
def test_controlled_direct_effect(case: Case, data: st.DataObject) -> None:
    z = data.draw(st.sampled_from([name for name in case.model.names if name != case.x]))
    value = data.draw(st.sampled_from(case.model.domain(z)))
    worlds = brute.worlds(case.model, {"low": {case.x: case.before, z: value}, "high": {case.x: case.after, z: value}})
    expected = brute.expect(worlds, lambda w: w.high["score"] - w.low["score"])
    assert effects.controlled_direct_effect(case.model, "score", case.change, at={z: value}) == expected


@settings(patient, max_examples=tries(50))
@given(cases(), st.data())
def test_natural_direct_and_indirect_effects(case: Case, data: st.DataObject) -> None:
    others = [name for name in case.model.names if name not in (case.x, "score")]
    mediators = data.draw(st.lists(st.sampled_from(others), unique=True, max_size=2))
    worlds = brute.worlds(
        case.model,
        {
            "low": {case.x: case.before},
            "high": {case.x: case.after},
            "direct": {case.x: case.after, **{z: FromBranch("low", z) for z in mediators}},
            "indirect": {case.x: case.before, **{z: FromBranch("high", z) for z in mediators}},
        },
    )
    direct = brute.expect(worlds, lambda w: w.direct["score"] - w.low["score"])
    indirect = brute.expect(worlds, lambda w: w.indirect["score"] - w.low["score"])
    assert effects.natural_direct_effect(case.model, "score", case.change, mediators=mediators) == direct
    assert effects.natural_indirect_effect(case.model, "score", case.change, mediators=mediators) == indirect


@settings(patient, max_examples=tries(50))
@given(cases(), st.data())
def test_path_specific_effect_along_edges(case: Case, data: st.DataObject) -> None:
    edges = case.model.graph.edges
    active = [edge for edge in edges if data.draw(st.booleans())]
    passive = {edge: FromBranch("low", edge[0]) for edge in edges if edge not in active and edge[1] != case.x}
    worlds = brute.worlds(case.model, {"low": {case.x: case.before}, "active": {case.x: case.after, **passive}})
    expected = brute.expect(worlds, lambda w: w.active["score"] - w.low["score"])
    assert effects.path_specific_effect(case.model, "score", case.change, edges=active) == expected


def directed_paths(graph: Any, start: str, end: str) -> list[tuple[str, ...]]:
    if start == end:
        return [(end,)]
    return [(start, *rest) for child in graph.children(start) for rest in directed_paths(graph, child, end)]


@settings(patient, max_examples=tries(50))
@given(cases(plain), st.data())
def test_path_specific_effect_along_paths(case: Case, data: st.DataObject) -> None:
    """Against the recursive definition: what a variable sends along the rest of a path, one unit at a time."""
    every = directed_paths(case.model.graph, case.x, "score")
    paths = [path for path in every if data.draw(st.booleans())]
    mechanisms = {name: case.model.mechanism(name) for name in case.model.names}

    def sent(rest: tuple[str, ...], unit: Any) -> Any:
        name = rest[0]
        if name == case.x:
            return case.after if rest in paths else case.before
        row = mechanisms[name].row(tuple(sent((parent, *rest), unit) for parent in mechanisms[name].parents))
        return row.outcomes[0 if row.draw is None else unit[name, mechanisms[name], row.draw]][0]

    low = brute.worlds(case.model, {"low": {case.x: case.before}})
    expected = sum((weight * sent(("score",), unit) for weight, unit in brute.units(mechanisms, {})), Fraction(0))
    expected -= brute.expect(low, lambda w: w.low["score"])
    assert effects.path_specific_effect(case.model, "score", case.change, paths=paths) == expected


@settings(patient, max_examples=tries(50))
@given(cases(), st.data())
def test_shift(case: Case, data: st.DataObject) -> None:
    domain = case.model.domain(case.x)
    moved = dict(zip(domain, data.draw(st.lists(st.sampled_from(domain), min_size=len(domain), max_size=len(domain))), strict=True))
    shifted = effects.shift(case.model, {case.x: ck.function(moved.get, parents=[case.x])})
    edits = {(case.x, child): ck.table([case.x], moved) for child in case.model.graph.children(case.x)}
    worlds = brute.worlds(case.model, {"shifted": edits})
    for name in case.model.names:
        assert shifted.dist(name) == brute.dist(worlds, lambda w, name=name: w.shifted[name])  # type: ignore[misc]


def test_effects_of_several_treatments_at_once_and_on_events() -> None:
    m = ck.Model(u=ck.coin("1/4"), x=ck.coin("1/2"), z=ck.coin("1/2"), y=lambda x, z, u: (x and z) or u)
    change = {"x": (False, True), "z": (False, True)}
    assert effects.average_effect(m, {"y": True}, change) == effects.average_effect(m, lambda y: y, change) == Fraction(3, 4)
    assert effects.average_effect(m.given(u=True), "y", change) == 0


def test_a_treatment_may_change_to_a_mechanism() -> None:
    m = ck.Model(u=ck.coin("1/4"), x=ck.coin("1/2"), y=lambda x, u: x and u)
    assert effects.average_effect(m, "y", {"x": (False, lambda u: u)}) == Fraction(1, 4)


def test_a_table_without_coupling_is_enough_for_effects_on_averages() -> None:
    y = ck.cpt(["x", "z"], {(x, z): {1: Fraction(1 + x + 2 * z, 5), 0: Fraction(4 - x - 2 * z, 5)} for x in (0, 1) for z in (0, 1)})
    z = ck.cpt(["x"], {0: {0: "3/4", 1: "1/4"}, 1: {0: "1/4", 1: "3/4"}})
    m, change = ck.Model(x=ck.uniform(0, 1), z=z, y=y), {"x": (0, 1)}
    assert effects.average_effect(m, "y", change) == Fraction(2, 5)
    assert effects.natural_direct_effect(m, "y", change, mediators="z") == Fraction(1, 5)
    assert effects.natural_indirect_effect(m, "y", change, mediators="z") == Fraction(1, 5)
    assert effects.path_specific_effect(m, "y", change, edges=[("x", "z"), ("z", "y")]) == Fraction(1, 5)


m = ck.Model(x=ck.uniform(0, 1), z=lambda x: x, y=lambda x, z: x + z)
WRONG = {
    "no pair": (
        lambda: effects.average_effect(m, "y", {"x": 1}),  # type: ignore[dict-item]
        WrongShape,
        "{'x': 1} is not a change of treatment; type {'x': (before, after)}",
    ),
    "unknown treatment": (
        lambda: effects.average_effect(m, "y", {"w": (0, 1)}),
        UnknownName,
        "'w' is not in the model; it has: x, z, y",
    ),
    "unknown value": (
        lambda: effects.average_effect(m, "y", {"x": (0, 2)}),
        UnknownValue,
        "'x' does not take the value 2; it takes: 0, 1",
    ),
    "own mediator": (
        lambda: effects.natural_direct_effect(m, "y", {"x": (0, 1)}, mediators="x"),
        WrongShape,
        "'x' is the treatment, so it cannot be its own mediator; name variables between treatment and outcome",
    ),
    "edges and paths": (
        lambda: effects.path_specific_effect(m, "y", {"x": (0, 1)}),
        WrongShape,
        "a path-specific effect goes along edges or along paths; type edges=[('x', 'y'), ...] or paths=[('x', 'z', 'y'), ...]",
    ),
    "no such edge": (
        lambda: effects.path_specific_effect(m, "y", {"x": (0, 1)}, edges=[("y", "x")]),
        WrongShape,
        "('y', 'x') is not an edge of the model; its edges are: ('x', 'z'), ('x', 'y'), ('z', 'y')",
    ),
    "no path": (
        lambda: effects.path_specific_effect(m, "y", {"x": (0, 1)}, paths=[("y",)]),
        WrongShape,
        "('y',) is not a path; type a tuple of names from the treatment to the outcome, such as ('x', 'z', 'y')",
    ),
    "path without end": (
        lambda: effects.path_specific_effect(m, "y", {"x": (0, 1)}, paths=[("x", "z")]),
        WrongShape,
        "the path x -> z must lead from x to y, and meet a treatment only at its start",
    ),
    "shift out of the domain": (
        lambda: effects.shift(m, x=lambda x: x + 1),
        OutsideDomain,
        "the edit would let 'x' take 2, and it takes: 0, 1; declare a wider domain when the model is built",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_wrong_calls_are_told(what: str) -> None:
    call, error, text = WRONG[what]
    with pytest.raises(error, match=f"^{re.escape(text)}$"):
        call()


def test_the_effect_on_a_variable_of_texts_asks_for_an_event_and_the_event_is_answered() -> None:
    model = ck.Model(a=ck.coin("1/2"), b=lambda a: "yes" if a else "no")
    change = {"a": (False, True)}
    with pytest.raises(
        InvalidNumber, match=r"the mean of b needs numbers: '(yes|no)' is .*; or give an event as the outcome, such as \{NAME"
    ):
        effects.average_effect(model, "b", change)
    assert effects.average_effect(model, {"b": "yes"}, change) == 1
