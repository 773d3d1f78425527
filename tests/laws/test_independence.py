"""d-separation implies independence (Verma and Pearl 1988; Pearl 2009, theorem 1.2.4), also when some variables go unseen."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

import causalkit as ck
from causalkit.graphs.separation import d_separated
from causalkit.testing import evidence, interventions, models

large_enough = st.one_of(
    models(min_variables=3, max_variables=6, max_domain=2),
    models(min_variables=3, max_variables=5, max_domain=2, couplings=[None], deterministic=False),
)


def independent(joint: ck.Dist, x: int, y: int, zs: tuple[int, ...]) -> bool:
    """P(x, y, z) P(z) = P(x, z) P(y, z) for all values."""
    given_z = lambda v: tuple(v[i] for i in zs)
    z, xz, yz = joint.map(given_z), joint.map(lambda v: (v[x], given_z(v))), joint.map(lambda v: (v[y], given_z(v)))
    xyz = joint.map(lambda v: (v[x], v[y], given_z(v)))
    pairs: list[Any] = list(yz)
    triples = [(a, b, c) for a, c in list[Any](xz) for b, other in pairs if other == c]
    return all(xyz[a, b, c] * z[c] == xz[a, c] * yz[b, c] for a, b, c in triples)


def check(model: ck.Model, graph: Any, joint: ck.Dist, names: tuple[str, ...]) -> None:
    place = model.names.index
    for x, y in itertools.combinations(names, 2):
        rest = [name for name in names if name not in (x, y)]
        for size in range(len(rest) + 1):
            for zs in itertools.combinations(rest, size):
                if d_separated(graph, x, y, zs):
                    assert independent(joint, place(x), place(y), tuple(map(place, zs))), (x, y, zs)


@given(large_enough)
def test_d_separation_implies_independence(model: ck.Model) -> None:
    check(model, model.graph, model.dist(*model.names), model.names)


@given(large_enough, st.data())
def test_d_separation_implies_independence_after_doing(model: ck.Model, data: st.DataObject) -> None:
    after = model.do(data.draw(interventions(model)))
    check(model, after.graph, after.dist(*model.names), model.names)


@given(large_enough, st.data())
def test_separation_in_the_latent_projection_implies_independence(model: ck.Model, data: st.DataObject) -> None:
    hidden = data.draw(st.lists(st.sampled_from(model.names), unique=True, min_size=1, max_size=len(model.names) - 2))
    seen = tuple(name for name in model.names if name not in hidden)
    check(model, model.graph.latent_projection(hidden), model.dist(*model.names), seen)


@given(large_enough, st.data())
def test_the_local_markov_condition(model: ck.Model, data: st.DataObject) -> None:
    """Given its parents, a variable is independent of everything that does not descend from it."""
    name = data.draw(st.sampled_from(model.names))
    others = [n for n in model.names if n != name and n not in model.graph.descendants(name)]
    assume(others)
    read = data.draw(evidence(model, exactly=others))
    parents = {parent: read[parent] for parent in model.parents(name)}
    alone = model.given(parents).dist(name) if parents else model.dist(name)
    assert model.given(read).dist(name) == alone
