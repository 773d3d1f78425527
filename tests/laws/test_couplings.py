"""A coupling says how the rows of a conditional table share their noise; on rungs 1 and 2 it cannot be seen."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
from causalkit.mechanisms.mechanism import CPT, Coupling
from causalkit.testing import dists, evidence, interventions, models

COUPLINGS: list[Coupling] = ["monotone", "independent"]


def coupled(model: ck.Model, coupling: Coupling) -> ck.Model:
    laws = {name: model.mechanism(name) for name in model.names}
    return ck.Model(
        {
            name: ck.cpt(law.parents, law.rows, coupling=coupling, domain=law.domain) if isinstance(law, CPT) else law
            for name, law in laws.items()
        }
    )


@pytest.mark.parametrize("coupling", COUPLINGS)
@given(models(max_variables=4, couplings=[None], deterministic=False), st.data())
def test_every_coupling_reproduces_the_table_on_rungs_one_and_two(coupling: Coupling, model: ck.Model, data: st.DataObject) -> None:
    stated = coupled(model, coupling)
    edit = data.draw(interventions(model))
    seen = data.draw(evidence(model.do(edit)))
    assert stated.dist(*model.names) == model.dist(*model.names)
    assert stated.do(edit).dist(*model.names) == model.do(edit).dist(*model.names)
    assert stated.do(edit).given(seen).dist(*model.names) == model.do(edit).given(seen).dist(*model.names)


rows = st.integers(2, 4).flatmap(lambda n: st.tuples(dists(list(range(n))), dists(list(range(n))), st.just(tuple(range(n)))))


def two_rows(left: ck.Dist, right: ck.Dist, domain: tuple[Hashable, ...], coupling: Coupling) -> ck.Branches:
    model = ck.Model(x=ck.coin("1/2"), y=ck.cpt(["x"], {False: left, True: right}, coupling=coupling, domain=domain))
    return model.branches(left={"x": False}, right={"x": True})


@given(rows)
def test_the_monotone_coupling_is_comonotone(drawn: tuple[ck.Dist, ck.Dist, tuple[int, ...]]) -> None:
    """P(Y_0 <= i, Y_1 <= j) is the smaller of the two distribution functions: the upper Frechet bound."""
    left, right, domain = drawn
    joint = two_rows(*drawn, "monotone").dist(lambda b: (b.left.y, b.right.y))
    for i in domain:
        for j in domain:
            smaller = min(left.prob(lambda v, i=i: v <= i), right.prob(lambda v, j=j: v <= j))  # type: ignore[misc]
            assert joint.prob(lambda pair, i=i, j=j: pair[0] <= i and pair[1] <= j) == smaller  # type: ignore[misc]


@given(rows)
def test_the_independent_coupling_is_independent(drawn: tuple[ck.Dist, ck.Dist, tuple[int, ...]]) -> None:
    left, right, _ = drawn
    joint = two_rows(*drawn, "independent").dist(lambda b: (b.left.y, b.right.y))
    assert joint == ck.Dist({(a, b): left[a] * right[b] for a in left for b in right})


@given(dists([0, 1, 2]))
def test_equal_rows_agree_under_the_monotone_coupling(row: ck.Dist) -> None:
    assert two_rows(row, row, (0, 1, 2), "monotone").prob(lambda b: b.left.y == b.right.y) == 1


@given(dists([0, 1, 2], full=True))
def test_equal_rows_meet_by_chance_under_the_independent_coupling(row: ck.Dist) -> None:
    assert two_rows(row, row, (0, 1, 2), "independent").prob(lambda b: b.left.y == b.right.y) == sum(w * w for w in row.values())


def test_the_couplings_differ_on_rung_three() -> None:
    fair = ck.uniform("heads", "tails")
    had = {c: two_rows(fair, fair, ("heads", "tails"), c) for c in COUPLINGS}
    same = lambda b: b.left.y == b.right.y
    assert [had[c].prob(same) for c in COUPLINGS] == [1, Fraction(1, 2)]
