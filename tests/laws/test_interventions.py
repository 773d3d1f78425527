"""Laws of doing: roots, order, truncated factorisation, and the three rules of do-calculus (Pearl 2009, theorem 3.4.1)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
from causalkit.graphs.separation import d_separated
from causalkit.testing import edits, evidence, interventions, models
from causalkit.values.exact import as_fraction
from tests.reached import came_to, reaches

every_model = st.one_of(models(), models(max_variables=4, max_domain=2, couplings=["monotone", "independent", None]))
large_enough = st.one_of(
    models(min_variables=4, max_variables=5, max_domain=2), models(min_variables=4, max_variables=5, max_domain=2, couplings=[None])
)


@given(every_model, st.data())
def test_do_on_a_root_equals_conditioning(model: ck.Model, data: st.DataObject) -> None:
    roots = [name for name in model.names if not model.parents(name)]
    seen = data.draw(evidence(model, among=roots))
    assert model.do(seen).dist(*model.names) == model.given(seen).dist(*model.names)


@given(every_model, st.data())
def test_disjoint_dos_commute(model: ck.Model, data: st.DataObject) -> None:
    edit = data.draw(interventions(model, max_variables=4))
    halves = [dict(list(edit.items())[::2]), dict(list(edit.items())[1::2])]
    one, other = (half or edit for half in halves)
    assert model.do(one).do(other) == model.do(other).do(one) == model.do(edit)
    assert model.do(one).do(other).dist(*model.names) == model.do(edit).dist(*model.names)


@given(every_model, st.data())
def test_the_last_do_wins(model: ck.Model, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(model.names))
    first, last = data.draw(st.sampled_from(model.domain(name))), data.draw(st.sampled_from(model.domain(name)))
    assert model.do({name: first}).do({name: last}) == model.do({name: last})


@given(models(), st.data())
def test_do_is_idempotent(model: ck.Model, data: st.DataObject) -> None:
    edit = data.draw(edits(model))
    assert model.do(edit).do(edit) == model.do(edit)


@given(every_model, st.data())
def test_doing_moves_only_descendants(model: ck.Model, data: st.DataObject) -> None:
    edit = data.draw(interventions(model))
    for name in model.names:
        if name not in model.graph.descendants(edit, include_self=True):
            assert model.do(edit).dist(name) == model.dist(name)


@given(every_model, st.data())
def test_truncated_factorisation(model: ck.Model, data: st.DataObject) -> None:
    """P(v | do(x)) is the product of P(v_i | parents) over what was not set."""
    edit = data.draw(interventions(model))
    done = model.do(edit).dist(*model.names)
    rows = list(_every(model))
    assert len(rows) == math.prod(len(model.domain(name)) for name in model.names)
    for values in rows:
        read = dict(zip(model.names, values, strict=True))
        factors = [_conditional(model, name, read) for name in model.names if name not in edit]
        expected = math.prod(factors, start=Fraction(all(read[name] == value for name, value in edit.items())))
        assert done[values if len(model.names) > 1 else values[0]] == expected


def _every(model: ck.Model) -> Iterator[tuple[Any, ...]]:
    return itertools.product(*(model.domain(name) for name in model.names))


def _conditional(model: ck.Model, name: str, read: dict[str, Any]) -> Fraction:
    """P(name | parents), off the mechanism's row: what comes out for these parents, however the rows share their noise."""
    row = model.mechanism(name).row(tuple(read[parent] for parent in model.parents(name)))
    return sum(
        (Fraction(1) if weight is None else as_fraction(weight) for value, weight in row.outcomes if value == read[name]), Fraction(0)
    )


def cases(model: ck.Model, data: st.DataObject) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], str, str]]:
    """Sets X and W, and every pair Z, Y among the other variables."""
    shuffled = data.draw(st.permutations(model.names))
    xs = tuple(shuffled[: data.draw(st.integers(0, 1))])
    rest = shuffled[len(xs) :]
    ws = tuple(rest[: data.draw(st.integers(0, len(rest) - 2))])
    others = rest[len(ws) :]
    return ((xs, ws, z, y) for z in others for y in others if z != y)


def done(model: ck.Model, edit: dict[str, Any]) -> ck.Model:
    return model.do(edit) if edit else model


def observed(model: ck.Model, seen: dict[str, Any]) -> ck.Model:
    return model.given(seen) if seen else model


def joint_values(model: ck.Model, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Every way that the named variables can come up together."""
    rows: Iterable[Any] = model.dist(*names) if len(names) > 1 else ((v,) for v in model.dist(names[0])) if names else [()]
    for values in rows:
        yield dict(zip(names, values, strict=True))


def settings_of(model: ck.Model, data: st.DataObject, xs: tuple[str, ...]) -> dict[str, Any]:
    return {x: data.draw(st.sampled_from(model.domain(x))) for x in xs}


@reaches("a separation")
@given(large_enough, st.data())
def test_rule_1_of_do_calculus(model: ck.Model, data: st.DataObject) -> None:
    """Insertion or deletion of observations: P(y | do x, z, w) = P(y | do x, w) when Y _||_ Z | X, W once the arrows into X are cut."""
    for xs, ws, z, y in cases(model, data):
        if d_separated(model.graph.without_incoming(xs), y, z, (*xs, *ws)):
            came_to("a separation")
            after = done(model, settings_of(model, data, xs))
            for seen in joint_values(after, (z, *ws)):
                without = {name: value for name, value in seen.items() if name != z}
                assert observed(after, seen).dist(y) == observed(after, without).dist(y)


@reaches("a separation")
@given(large_enough, st.data())
def test_rule_2_of_do_calculus(model: ck.Model, data: st.DataObject) -> None:
    """Exchange of action and observation: P(y | do x, do z, w) = P(y | do x, z, w) when Y _||_ Z | X, W
    once the arrows into X and those out of Z are cut."""
    for xs, ws, z, y in cases(model, data):
        if d_separated(model.graph.without_incoming(xs).without_outgoing(z), y, z, (*xs, *ws)):
            came_to("a separation")
            after = done(model, settings_of(model, data, xs))
            for seen in joint_values(after, (z, *ws)):
                w = {name: value for name, value in seen.items() if name != z}
                assert observed(after, seen).dist(y) == observed(after.do({z: seen[z]}), w).dist(y)


@reaches("a separation")
@given(large_enough, st.data())
def test_rule_3_of_do_calculus(model: ck.Model, data: st.DataObject) -> None:
    """Insertion or deletion of actions: P(y | do x, do z, w) = P(y | do x, w) when Y _||_ Z | X, W
    once the arrows into X are cut, and those into Z unless Z is then an ancestor of W."""
    for xs, ws, z, y in cases(model, data):
        cut = model.graph.without_incoming(xs)
        surgery = cut if z in cut.ancestors(ws) else cut.without_incoming(z)
        if d_separated(surgery, y, z, (*xs, *ws)):
            came_to("a separation")
            after = done(model, settings_of(model, data, xs))
            for value in model.domain(z):
                acted = after.do({z: value})
                for w in joint_values(acted, ws):
                    if not w or after.prob(w):
                        assert observed(acted, w).dist(y) == observed(after, w).dist(y)
