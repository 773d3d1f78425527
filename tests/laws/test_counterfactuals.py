"""The axioms of counterfactuals of Galles and Pearl (1998), and what follows from sharing one draw of noise."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
from causalkit.testing import evidence, interventions, models

every_model = st.one_of(
    models(min_variables=2), models(min_variables=2, max_variables=4, max_domain=2, max_parents=2, couplings=["monotone", "independent"])
)


@given(every_model, st.data())
def test_effectiveness(model: ck.Model, data: st.DataObject) -> None:
    """X_xw = x: what is set is so, whatever else is set."""
    edit = data.draw(interventions(model, max_variables=3))
    assert model.do(edit).prob(edit) == 1


@given(every_model, st.data())
def test_composition(model: ck.Model, data: st.DataObject) -> None:
    """W_x = w implies Y_xw = Y_x: setting a variable to what it would have been anyway changes nothing."""
    x = data.draw(interventions(model, max_variables=1))
    others = [name for name in model.names if name not in x]
    w = data.draw(st.sampled_from(others))
    for value in model.domain(w):
        b = model.branches(x=x, xw={**x, w: value})
        assert b.prob(lambda b, value=value: b.x[w] == value and any(b.x[y] != b.xw[y] for y in others)) == 0  # type: ignore[misc]
    nested = model.branches(x=x, xw={**x, w: ck.as_in("x")})
    assert nested.prob(lambda b: all(b.x[y] == b.xw[y] for y in model.names)) == 1


@given(every_model, st.data())
def test_null_intervention(model: ck.Model, data: st.DataObject) -> None:
    """Composition with nothing else set: doing what happens changes nothing."""
    w = data.draw(st.sampled_from(model.names))
    b = model.branches(same={w: ck.as_in("fact")})
    assert b.prob(lambda b: all(b.fact[y] == b.same[y] for y in model.names)) == 1


@given(models(min_variables=3), st.data())
def test_reversibility(model: ck.Model, data: st.DataObject) -> None:
    """Y_xw = y and W_xy = w imply Y_x = y."""
    x, y, w = data.draw(st.permutations(model.names))[:3]
    edit = {x: data.draw(st.sampled_from(model.domain(x)))}
    for v in model.domain(y):
        for u in model.domain(w):
            b = model.branches(x=edit, xw={**edit, w: u}, xy={**edit, y: v})
            assert b.prob(lambda b, u=u, v=v: b.xw[y] == v and b.xy[w] == u and b.x[y] != v) == 0  # type: ignore[misc]


@given(every_model, st.data())
def test_consistency(model: ck.Model, data: st.DataObject) -> None:
    """X = x implies Y_x = Y: where the edit is what happened anyway, the counterfactual is the fact."""
    x = data.draw(evidence(model))
    assert model.given(x).do(x).dist(*model.names) == model.given(x).dist(*model.names)
    b = model.branches(x=x)
    assert b.prob(lambda b: all(b.fact[name] == v for name, v in x.items()) and any(b.fact[y] != b.x[y] for y in model.names)) == 0


@given(every_model, st.data())
def test_branches_share_noise(model: ck.Model, data: st.DataObject) -> None:
    """What does not descend from the edited variables is the same in every branch."""
    left, right = data.draw(interventions(model)), data.draw(interventions(model))
    touched = model.graph.descendants([*left, *right], include_self=True)
    rest = [name for name in model.names if name not in touched]
    b = model.branches(left=left, right=right)
    assert b.prob(lambda b: all(b.fact[name] == b.left[name] == b.right[name] for name in rest)) == 1


@given(every_model, st.data())
def test_a_branch_alone_is_an_intervention(model: ck.Model, data: st.DataObject) -> None:
    edit, other = data.draw(interventions(model)), data.draw(interventions(model))
    b = model.branches(done=edit, other=other)
    for name in model.names:
        assert b.dist(lambda b, name=name: b.done[name]) == model.do(edit).dist(name)  # type: ignore[misc]


@given(models(min_variables=2), st.data())
def test_abduction_action_prediction(model: ck.Model, data: st.DataObject) -> None:
    """Had it been: the posterior of *all* noise together, put in place of the prior, in the model after surgery."""
    seen, edit = data.draw(evidence(model)), data.draw(interventions(model))
    noises = [name for name in model.names if not model.parents(name)]
    posterior = model.given(seen).dist(*noises)
    laws: dict[str, Any] = {name: model.mechanism(name) for name in model.names if name not in noises}
    for i, name in enumerate(noises):
        pick = (lambda all_noise: all_noise) if len(noises) == 1 else (lambda all_noise, i=i: all_noise[i])  # type: ignore[misc]
        laws[name] = ck.function(pick, parents=["all_noise"], domain=model.domain(name))
    updated = ck.Model({"all_noise": posterior, **laws})
    assert model.given(seen).do(edit).dist(*model.names) == updated.do(edit).dist(*model.names)


@given(every_model, st.data())
def test_total_probability_of_counterfactuals(model: ck.Model, data: st.DataObject) -> None:
    """P(Y_x) = sum over e of P(e) P(Y_x | e): conditioning cuts the units up, and loses none."""
    edit = data.draw(interventions(model))
    name, seen = data.draw(st.sampled_from(model.names)), data.draw(st.sampled_from(model.names))
    parts = model.dist(seen)
    for value in model.domain(name):
        total = sum(weight * model.given({seen: e}).do(edit).prob({name: value}) for e, weight in parts.items())
        assert total == model.do(edit).prob({name: value})
