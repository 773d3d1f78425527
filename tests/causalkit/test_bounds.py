"""Bounds over couplings: the truth lies inside, the ends are attained, and a plain linear program agrees."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import causalkit as ck
from causalkit.errors import Impossible, NeedsCoupling, OpenChoice, TooLarge, Undecided, UnknownName, WrongShape
from causalkit.mechanisms.mechanism import CPT
from causalkit.quantities.bounding import Bounds, bounds, causation_bounds
from causalkit.quantities.causation import (
    probability_of_necessity,
    probability_of_necessity_and_sufficiency,
    probability_of_sufficiency,
    studies,
)
from causalkit.quantities.responses import connected, coupled, polynomial, responses
from causalkit.testing import dists, models
from causalkit.values.exact import Number, as_fraction
from causalkit.values.linear_program import minimised
from tests.tries import tries

# Conditions that many models miss, and a busy machine, are no failures.
patient = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])

CHANGE = {"x": (False, True)}
BRANCHES = {"low": {"x": False}, "high": {"x": True}}
treated = models(2, 2, max_parents=2, then={"x": [False, True], "y": [False, True]}, couplings=(None,), deterministic=False)
mixed = models(3, 2, max_parents=2, then={"x": [False, True], "y": [0, 1, 2]}, couplings=(None, "monotone"))


def stated(model: ck.Model, coupling: Any) -> ck.Model:
    """The model with every table coupled in one way."""
    known = {name: model.mechanism(name) for name in model.names}
    done = {
        name: ck.cpt(one.parents, one.rows, coupling=coupling, domain=one.domain) for name, one in known.items() if isinstance(one, CPT)
    }
    return ck.Model({**known, **done})


@st.composite
def couplings(draw: st.DrawFn, model: ck.Model) -> ck.Model:
    """The model with a random noise behind each table: random cuts of the unit interval, in a random order for each row."""
    known = {name: model.mechanism(name) for name in model.names}
    for name, one in list(known.items()):
        if isinstance(one, CPT) and one.coupling is None:
            rows = {key: draw(st.permutations([*dist.items()])) for key, dist in one.rows.items()}
            cuts = sorted({Fraction(0)} | {cut for pairs in rows.values() for cut in itertools.accumulate(w for _, w in pairs)})
            known[f"noise of {name}"] = ck.Dist({k: b - a for k, (a, b) in enumerate(itertools.pairwise(cuts))})  # type: ignore[assignment]
            listed = {(*key, k): at(pairs, cut) for key, pairs in rows.items() for k, cut in enumerate(cuts[:-1])}
            known[name] = ck.table([*one.parents, f"noise of {name}"], listed, domain=one.domain)
    return ck.Model(known)


def at(pairs: list[tuple[Any, Number]], place: Number) -> Any:
    """The value whose piece of the unit interval begins at or before a place."""
    total: Number = Fraction(0)
    for value, weight in pairs:
        total += weight
        if place < total:
            return value
    raise AssertionError


def both_ways(b: Any) -> bool:
    return bool(b.high.y) and not b.low.y


@settings(patient, max_examples=tries(30))
@given(treated, st.data())
def test_every_coupling_lies_inside_and_the_ends_are_attained(model: ck.Model, data: st.DataObject) -> None:
    found = bounds(model.branches(BRANCHES), both_ways)
    for one in (stated(model, "monotone"), stated(model, "independent"), data.draw(couplings(model))):
        assert one.branches(BRANCHES).prob(both_ways) in found
    for end, witness in ((found.lower, found.lowest), (found.upper, found.highest)):
        assert witness is not None
        assert witness.branches(BRANCHES).prob(both_ways) == end
        for name in model.names:
            assert witness.dist(name) == model.dist(name)
        assert witness.do(x=True).dist("y") == model.do(x=True).dist("y")


@settings(patient, max_examples=tries(30))
@given(mixed, st.data())
def test_expectations_under_evidence(model: ck.Model, data: st.DataObject) -> None:
    seen: dict[str, Any] = {name: data.draw(st.sampled_from(model.domain(name))) for name in ("x", "y")}
    assume(model.prob(seen))
    asked = model.given(seen).do(x=not seen["x"])
    found = bounds(asked, "y")
    other = data.draw(couplings(model))
    assert other.given(seen).do(x=not seen["x"]).expect("y") in found
    for end, witness in ((found.lower, found.lowest), (found.upper, found.highest)):
        assert witness is not None
        assert witness.expect("y") == end
        assert witness.do(x=seen["x"]).prob(y=seen["y"]) == 1, "the witness keeps evidence and edits"


@settings(patient, max_examples=tries(30))
@given(treated, st.data())
def test_evidence_that_compares_branches(model: ck.Model, data: st.DataObject) -> None:
    """The probability of the evidence depends on the coupling too: a ratio."""
    assume(model.do(x=True).prob(y=True))
    asked, seen = (lambda b: not b.low.y), (lambda b: b.high.y or b.fact.y)
    found = bounds(model.branches(BRANCHES), asked, given=seen)
    for one in (stated(model, "monotone"), data.draw(couplings(model))):
        assert one.branches(BRANCHES).given(seen).prob(asked) in found
    for end, witness in ((found.lower, found.lowest), (found.upper, found.highest)):
        assert witness is not None
        assert witness.branches(BRANCHES).given(seen).prob(asked) == end


@settings(patient, max_examples=tries(30))
@given(treated)
def test_necessity_sufficiency_and_both_by_name(model: ck.Model) -> None:
    assume(model.prob(x=True, y=True) and model.prob(x=False, y=False))
    found = {
        probability_of_necessity: bounds(model.given(x=True, y=True).do(x=False), {"y": False}),
        probability_of_sufficiency: bounds(model.given(x=False, y=False).do(x=True), {"y": True}),
        probability_of_necessity_and_sufficiency: bounds(model.branches(BRANCHES), both_ways),
    }
    from_data = causation_bounds(*studies(model, "y", CHANGE))
    attained = found[probability_of_necessity_and_sufficiency]
    for witness, end in ((attained.lowest, attained.lower), (attained.highest, attained.upper)):
        assert witness is not None
        assert probability_of_necessity_and_sufficiency(witness, "y", CHANGE) == end
        assert all(measure(witness, "y", CHANGE) in one for measure, one in found.items())
    for one, wider in zip(found.values(), (from_data.necessity, from_data.sufficiency, from_data.both), strict=True):
        assert wider is not None
        assert wider.lower <= one.lower <= one.upper <= wider.upper


@settings(patient, max_examples=tries(30))
@given(dists([False, True], full=True), dists([False, True]), dists([False, True]))
def test_one_table_without_confounding_gives_the_bounds_of_tian_and_pearl(x: ck.Dist, off: ck.Dist, on: ck.Dist) -> None:
    model = ck.Model(x=x, y=ck.cpt(["x"], {False: off, True: on}, domain=[False, True]))
    data = causation_bounds(*studies(model, "y", CHANGE))
    assert bounds(model.branches(BRANCHES), both_ways) == data.both
    if on[True]:
        assert bounds(model.given(x=True, y=True).do(x=False), {"y": False}) == data.necessity
    if off[False]:
        assert bounds(model.given(x=False, y=False).do(x=True), {"y": True}) == data.sufficiency


@settings(patient, max_examples=tries(30))
@given(st.lists(dists([0, 1, 2]), min_size=2, max_size=3), st.data())
def test_a_plain_linear_program_agrees(rows: list[ck.Dist], data: st.DataObject) -> None:
    """All response functions of one table at once, by scipy, with random gains for each of them."""
    model = ck.Model(x=ck.uniform(*range(len(rows))), y=ck.cpt(["x"], dict(enumerate(rows)), domain=[0, 1, 2]))
    functions = list(itertools.product([0, 1, 2], repeat=len(rows)))
    gains = {function: data.draw(st.integers(0, 5)) for function in functions}
    asked = model.branches({f"on{i}": {"x": i} for i in range(len(rows))})
    found = bounds(asked, lambda b: gains[tuple(b[f"on{i}"].y for i in range(len(rows)))])
    margins = [[float(f[i] == value) for f in functions] for i in range(len(rows)) for value in (0, 1, 2)]
    rhs = [float(row[value]) for row in rows for value in (0, 1, 2)]
    for sign, end in ((1, found.lower), (-1, found.upper)):
        answer = linprog([sign * gains[f] for f in functions], A_eq=margins, b_eq=rhs)
        assert sign * answer.fun == pytest.approx(float(end), abs=1e-7)


@settings(patient, max_examples=tries(30))
@given(st.lists(dists([0, 1], full=True), min_size=5, max_size=5))
def test_two_tables_in_a_chain_by_a_grid(drawn: list[ck.Dist]) -> None:
    """x -> z -> y: both couplings are one-dimensional, so a grid over both shows what the vertices claim."""
    x, z, y = drawn[0], drawn[1:3], drawn[3:]
    model = ck.Model(x=x, z=ck.cpt(["x"], dict(enumerate(z))), y=ck.cpt(["z"], dict(enumerate(y))))
    found = bounds(model.branches(low={"x": 0}, high={"x": 1}), lambda b: b.high.y > b.low.y)
    values = []
    for s, t in itertools.product([Fraction(k, 4) for k in range(5)], repeat=2):
        pz, py = joint(z[0], z[1], s), joint(y[0], y[1], t)
        values.append(pz[0, 1] * py[0, 1] + pz[1, 0] * py[1, 0])
    assert (min(values), max(values)) == (found.lower, found.upper)


def joint(a: ck.Dist, b: ck.Dist, share: Fraction) -> dict[tuple[int, int], Number]:
    """A coupling of two coins, `share` of the way from the least to the greatest chance of both."""
    low, high = max(Fraction(0), a[1] + b[1] - 1), min(a[1], b[1])
    both = low + share * (high - low)
    return {(1, 1): both, (1, 0): a[1] - both, (0, 1): b[1] - both, (0, 0): 1 - a[1] - b[1] + both}


@settings(patient, max_examples=tries(30))
@given(treated)
def test_what_a_table_determines_is_determined(model: ck.Model) -> None:
    found = bounds(model.do(x=True), {"y": True})
    assert found
    assert found.width == 0
    assert found.lower == found.upper == model.do(x=True).prob(y=True)


@settings(patient, max_examples=tries(30))
@given(st.data())
def test_the_bounds_of_tian_and_pearl_are_sharp(data: st.DataObject) -> None:
    """Against the program over the eight canonical types (x, y when treated, y when not). Source: [tian2000]."""
    types = list(itertools.product((False, True), repeat=3))
    weights = data.draw(dists(types))
    seen: dict[tuple[bool, bool], Fraction] = dict.fromkeys(itertools.product((False, True), (False, True)), Fraction(0))
    done = dict.fromkeys((False, True), Fraction(0))
    for x, high, low in types:
        weight = as_fraction(weights[x, high, low])
        seen[x, high if x else low] += weight
        done[True] += weight * high
        done[False] += weight * low
    found = causation_bounds(seen, done)
    pairs = list(seen)
    one = Fraction(1)
    columns = [
        {
            **{k: one for k, pair in enumerate(pairs) if pair == (x, high if x else low)},
            **({4: one} if high else {}),
            **({5: one} if low else {}),
        }
        for x, high, low in types
    ]
    rhs = [*seen.values(), done[True], done[False]]
    wanted = {"both": (lambda x, high, low: high and not low, one)}
    wanted["necessity"] = (lambda x, high, low: x and high and not low, seen[True, True])
    wanted["sufficiency"] = (lambda x, high, low: not x and high and not low, seen[False, False])
    for name, (event, chance) in wanted.items():
        ends = getattr(found, name)
        if not chance:
            assert ends is None
            continue
        for sign, end in ((1, ends.lower), (-1, ends.upper)):
            best = minimised([sign * one if event(*kind) else 0 * one for kind in types], columns, rhs)
            assert best is not None
            assert sign * best.value / chance == end


@settings(patient, max_examples=tries(30))
@given(dists([(x, y, y) for x in (False, True) for y in (False, True)] + [(x, True, False) for x in (False, True)]))
def test_monotone_studies_determine_the_probabilities_of_causation(weights: ck.Dist) -> None:
    """Source: [tian2000]; [pearl2009], theorem 9.2.15."""
    model = ck.Model(
        kind=weights,
        x=ck.function(lambda kind: kind[0], domain=[False, True]),
        y=ck.function(lambda x, kind: kind[1] if x else kind[2], domain=[False, True]),
    )
    observed, experimental = studies(model, "y", CHANGE)
    found = causation_bounds(observed, experimental, monotone=True)
    assert found.both
    assert found.both.lower == probability_of_necessity_and_sufficiency(model, "y", CHANGE)
    for one, measure in ((found.necessity, probability_of_necessity), (found.sufficiency, probability_of_sufficiency)):
        if one is not None:
            assert one
            assert one.lower == measure(model, "y", CHANGE)


def test_one_study_alone() -> None:
    seen = {(True, True): "1/4", (True, False): "1/4", (False, True): "1/8", (False, False): "3/8"}
    assert causation_bounds(seen).both == Bounds(Fraction(0), Fraction(5, 8))
    assert causation_bounds(None, {True: "3/4", False: "1/2"}).both == Bounds(Fraction(1, 4), Fraction(1, 2))
    assert causation_bounds(None, {True: "3/4", False: "1/2"}).necessity == Bounds(Fraction(0), Fraction(1))
    assert causation_bounds(None, {True: "3/4", False: "1/2"}, monotone=True).both == Bounds(Fraction(1, 4), Fraction(1, 4))
    assert causation_bounds({(True, True): 1}).sufficiency is None


def test_how_bounds_print() -> None:
    assert str(Bounds(Fraction(1, 3), Fraction(1, 3))) == "exactly 1/3"
    assert str(causation_bounds({(True, True): 1})) == (
        "necessity: between 0 and 1\nsufficiency: undefined\nnecessity and sufficiency: between 0 and 1"
    )


def test_rows_that_never_meet_are_coupled_apart() -> None:
    """With eight values of w a coupling of all sixteen rows at once would have 65,536 response functions; two at a time have four."""
    rows = {(x, w): {True: Fraction(1 + w + x, 12), False: Fraction(11 - w - x, 12)} for x in (False, True) for w in range(8)}
    m = ck.Model(x=ck.coin("1/2"), w=ck.uniform(*range(8)), y=ck.cpt(["x", "w"], rows))
    found = bounds(m.branches(BRANCHES), both_ways)
    assert found.lower == Fraction(1, 12)
    b = m.branches(BRANCHES)
    groups = responses(m.regime, polynomial(b, both_ways))
    assert [one.count for one in groups] == [4] * 8


def test_a_table_whose_coupling_turns_out_not_to_matter() -> None:
    sure = ck.cpt(["x"], {False: {False: 1}, True: {True: 1}})
    found = bounds(ck.Model(x=ck.coin("1/2"), y=sure).branches(BRANCHES), both_ways)
    assert found
    assert found.lowest is not None
    assert found.lowest.branches(BRANCHES).prob(both_ways) == found.lower == 1


def test_groups_that_are_connected() -> None:
    assert connected([{1, 2}, {3, 4}, {2, 3}, {5}]) == [{1, 2, 3, 4}, {5}]
    assert connected([]) == []


def test_a_witness_that_nothing_speaks_of_is_the_model() -> None:
    m = ck.Model(x=ck.coin("1/2"))
    assert coupled(m.regime, []) == m.regime


y = ck.cpt(["x"], {False: ck.coin("1/4"), True: ck.coin("1/2")})
m = ck.Model(x=ck.coin("1/2"), y=y)
b = m.branches(BRANCHES)


def symbolic() -> Any:
    import sympy

    p = sympy.Symbol("p", positive=True)
    return bounds(ck.Model(x=ck.coin(p), y=y).branches(BRANCHES), lambda b: b.fact.x and both_ways(b))


WRONG: dict[str, Any] = {
    "given on a model": (
        lambda: bounds(m, "y", given=lambda b: True),
        WrongShape,
        "given=... is evidence on branches; on a model, observe with model.given(...) before asking for bounds",
    ),
    "unknown name": (lambda: bounds(m, "z"), UnknownName, "'z' is not in the model; it has: x, y"),
    "impossible": (
        lambda: bounds(b, both_ways, given=lambda b: b.low.x and b.high.y),
        Impossible,
        "the evidence has probability 0 under every coupling, so there is nothing to bound; observe something that the model can produce",
    ),
    "impossible together": (
        lambda: bounds(
            ck.Model(x=ck.coin("1/2"), y=ck.cpt(["x"], {False: ck.coin(0), True: ck.coin("1/2")})).branches(BRANCHES),
            both_ways,
            given=lambda b: b.low.y and not b.high.y,
        ),
        Impossible,
        "the evidence has probability 0 under every coupling, so there is nothing to bound; observe something that the model can produce",
    ),
    "symbols": (
        symbolic,
        Undecided,
        "bounds over couplings need fractions, and p holds symbols or irrationals; substitute fractions first",
    ),
    "open choice": (
        lambda: bounds(ck.Model(x=ck.choice(False, True), y=y).branches(BRANCHES), lambda b: b.fact.x and both_ways(b)),
        OpenChoice,
        "'x' is a choice that nobody has made, and the bounds depend on it; plug in a rule with .choose(...)",
    ),
    "no data": (
        causation_bounds,
        WrongShape,
        "bounds come from data; give observed={(treated, outcome): probability}, experimental={treated: probability}, or both",
    ),
    "no pair": (
        lambda: causation_bounds({"treated": 1}),  # type: ignore[dict-item]
        WrongShape,
        "'treated' is not a pair (treated, outcome) of truth values; type {(True, True): '1/4', ...}",
    ),
    "one arm": (
        lambda: causation_bounds(None, {True: "1/2"}),
        WrongShape,
        "found the arms [True], expected True and False; type {True: P(y_x), False: P(y_x')}",
    ),
    "no probability": (
        lambda: causation_bounds(None, {True: "3/2", False: 0}),
        WrongShape,
        "the probability of the outcome in the arm True is 3/2, and probabilities lie between 0 and 1",
    ),
    "contradiction": (
        lambda: causation_bounds({(True, True): "1/2", (False, False): "1/2"}, {True: "1/4", False: 0}),
        WrongShape,
        "no model gives both studies: doing True leads to the outcome with probability 1/4, and by what was observed it lies between "
        "1/2 and 1; are they studies of the same population?",
    ),
    "not monotone": (
        lambda: causation_bounds(None, {True: "1/4", False: "1/2"}, monotone=True),
        WrongShape,
        "the data contradict monotone=True: the outcome must be at least as likely when treated as observed, and as untreated",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_wrong_calls_are_told(what: str) -> None:
    call, error, text = WRONG[what]
    with pytest.raises(error, match=f"^{re.escape(text)}$"):
        call()


def test_a_table_brought_in_by_an_edit_still_needs_a_coupling() -> None:
    edit = ck.cpt(["x"], {False: ck.coin("1/3"), True: ck.coin("2/3")})
    with pytest.raises(NeedsCoupling, match="'y' is a conditional table"):
        bounds(m.do(y=edit).branches(BRANCHES), both_ways)


def test_too_many_response_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    many = ck.Model(x=ck.uniform(*range(7)), y=ck.cpt(["x"], {i: ck.coin("1/2") for i in range(7)}))
    monkeypatch.setattr("causalkit.quantities.responses.MOST_RESPONSES", 100)
    told = "'y' has 128 response functions on the 7 rows that the question compares, and at most 100 are tried; "
    with pytest.raises(TooLarge, match=f"^{re.escape(told)}state a coupling, or ask a question in which fewer of its rows meet$"):
        bounds(many.branches({f"on{i}": {"x": i} for i in range(7)}), lambda b: sum(b[f"on{i}"].y for i in range(7)) > 3)


def test_too_many_combinations_of_vertices(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = ck.Model(x=ck.coin("1/2"), w=y, z=ck.cpt(["w"], y.rows), y=ck.cpt(["z"], y.rows))
    monkeypatch.setattr("causalkit.quantities.bounding.MOST_COMBINATIONS", 3)
    told = "3 groups of rows meet in the question, which takes 4 linear programs, and at most 3 are solved; state the coupling of one of "
    with pytest.raises(TooLarge, match=f"^{re.escape(told)}w, z, y$"):
        bounds(chain.branches(BRANCHES), both_ways)
