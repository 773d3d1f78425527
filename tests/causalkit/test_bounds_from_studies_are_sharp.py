"""Bounds from studies: no model that agrees with the studies lies outside, and the models that come with them lie on both ends."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import event, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.errors import Impossible, Undecided, WrongShape
from causalkit.quantities import causation_bounds
from causalkit.quantities.bounding import Bounds, CausationBounds
from causalkit.quantities.causation import (
    probability_of_necessity,
    probability_of_necessity_and_sufficiency,
    probability_of_sufficiency,
    studies,
)
from tests.tries import tries

CHANGE = {"treated": (False, True)}
TYPES = list(itertools.product((False, True), repeat=3))
QUANTITIES: list[tuple[str, Any]] = [
    ("necessity", probability_of_necessity),
    ("sufficiency", probability_of_sufficiency),
    ("both", probability_of_necessity_and_sufficiency),
]


def population(shares: dict[Any, Fraction]) -> ck.Model:
    return ck.Model(
        kind=ck.Dist(shares),
        treated=ck.function(lambda kind: kind[0], domain=[False, True]),
        outcome=ck.function(lambda treated, kind: kind[2] if treated else kind[1], domain=[False, True]),
    )


@st.composite
def populations(draw: st.DrawFn, monotone: bool) -> ck.Model:
    """Shares of the response types, often with zeros, where bounds come to a point or are undefined."""
    kept = [kind for kind in TYPES if kind[2] or not kind[1] or not monotone]
    parts = draw(st.lists(st.integers(0, 3), min_size=len(kept), max_size=len(kept)).filter(any))
    return population({kind: Fraction(part, sum(parts)) for kind, part in zip(kept, parts, strict=True)})


def asked(model: ck.Model, quantity: Any) -> Any:
    try:
        return quantity(model, "outcome", CHANGE)
    except Impossible:
        return None


def found_by(model: ck.Model, which: str, *, monotone: bool) -> CausationBounds:
    seen: Any
    seen, done = studies(model, "outcome", CHANGE)
    return causation_bounds(seen if which != "experiment" else None, done if which != "observation" else None, monotone=monotone)


@settings(max_examples=tries(60))
@given(st.data(), st.booleans(), st.sampled_from(["observation", "experiment", "both"]))
def test_bounds_hold_and_are_attained_by_models_that_agree(data: st.DataObject, monotone: bool, which: str) -> None:
    model = data.draw(populations(monotone))
    found = found_by(model, which, monotone=monotone)
    seen, done = studies(model, "outcome", CHANGE)
    for name, quantity in QUANTITIES:
        bounds, value = getattr(found, name), asked(model, quantity)
        if bounds is None:
            assert value is None
            event(f"{name} undefined")
            continue
        event(f"{name} {'a point' if bounds else 'open'}")
        assert value is None or value in bounds
        for attaining, end in ((bounds.lowest, bounds.lower), (bounds.highest, bounds.upper)):
            its_seen, its_done = studies(attaining, "outcome", CHANGE)
            assert which == "experiment" or its_seen == seen
            assert which == "observation" or its_done == done
            assert quantity(attaining, "outcome", CHANGE) == end
            assert not monotone or attaining.prob(lambda kind: kind[1] and not kind[2]) == 0


@settings(max_examples=tries(30))
@given(st.data(), st.booleans())
def test_with_both_studies_they_are_the_closed_forms(data: st.DataObject, monotone: bool) -> None:
    """Tian and Pearl's formulas, which share nothing with the programs."""
    seen: Any
    seen, done = studies(data.draw(populations(monotone)), "outcome", CHANGE)
    a, b, y = done[True], done[False], seen[True, True] + seen[False, True]
    found = causation_bounds(seen, done, monotone=monotone)
    if monotone:
        assert found.both == Bounds(a - b, a - b)
        assert found.necessity == (Bounds((y - b) / seen[True, True], (y - b) / seen[True, True]) if seen[True, True] else None)
        assert found.sufficiency == (Bounds((a - y) / seen[False, False], (a - y) / seen[False, False]) if seen[False, False] else None)
        return
    low, high = (
        max(0, a - b, y - b, a - y),
        min(a, 1 - b, seen[True, True] + seen[False, False], a - b + seen[True, False] + seen[False, True]),
    )
    assert found.both == Bounds(low, high)
    if seen[True, True]:
        assert found.necessity == Bounds(max(0, (y - b) / seen[True, True]), min(1, (1 - b - seen[False, False]) / seen[True, True]))
    if seen[False, False]:
        assert found.sufficiency == Bounds(max(0, (a - y) / seen[False, False]), min(1, (a - seen[True, True]) / seen[False, False]))


HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("monotone", "treated", "untreated", "necessity", "sufficiency"),
    [
        (False, HALF, 0, (1, 1), (0, 1)),
        (False, 1, HALF, (0, 1), (1, 1)),
        (False, HALF, 1, (0, 0), None),
        (False, 0, HALF, None, (0, 0)),
        (False, HALF, HALF, (0, 1), (0, 1)),
        (True, HALF, HALF, (0, 0), (0, 0)),
        (True, 1, 1, (0, 0), None),
        (True, 0, 0, None, (0, 0)),
        (True, 1, 0, (1, 1), (1, 1)),
        (True, HALF, 0, (1, 1), (0, 1)),
        (True, 1, HALF, (0, 1), (1, 1)),
    ],
)
def test_from_an_experiment_alone(monotone: bool, treated: Any, untreated: Any, necessity: Any, sufficiency: Any) -> None:
    found = causation_bounds(experimental={True: treated, False: untreated}, monotone=monotone)
    assert found.necessity == (necessity and Bounds(Fraction(necessity[0]), Fraction(necessity[1])))
    assert found.sufficiency == (sufficiency and Bounds(Fraction(sufficiency[0]), Fraction(sufficiency[1])))


def test_studies_that_contradict_monotonicity_and_symbols_are_refused() -> None:
    with pytest.raises(WrongShape, match="contradict monotone=True"):
        causation_bounds(None, {True: 0, False: 1}, monotone=True)
    p = sympy.Symbol("p", positive=True)
    with pytest.raises(Undecided, match="need fractions, and p is none"):
        causation_bounds(None, {True: p, False: 0})
    with pytest.raises(Undecided, match="need fractions"):
        causation_bounds({(True, True): sympy.sqrt(2) / 2, (False, False): 1 - sympy.sqrt(2) / 2})


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(st.data(), st.booleans(), st.sampled_from(["observation", "experiment", "both"]))
def test_ten_thousand_bounds_hold(data: st.DataObject, monotone: bool, which: str) -> None:
    model = data.draw(populations(monotone))
    found = found_by(model, which, monotone=monotone)
    for name, quantity in QUANTITIES:
        bounds, value = getattr(found, name), asked(model, quantity)
        assert value is None if bounds is None else value is None or value in bounds
