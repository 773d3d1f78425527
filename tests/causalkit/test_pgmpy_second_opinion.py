"""Random Bayesian networks: our answers against pgmpy's ``do`` followed by variable elimination."""

from __future__ import annotations

import itertools
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pgmpy.inference import VariableElimination

import causalkit as ck
from causalkit.interop.pgmpy import to_pgmpy
from causalkit.testing import evidence, interventions, models
from tests.tries import tries

networks = models(min_variables=2, max_variables=5, couplings=[None], deterministic=False)


def eliminated(network: Any, names: list[str], seen: dict[str, Any]) -> dict[tuple[Any, ...], float]:
    """pgmpy's distribution of the named variables, by their values."""
    factor = VariableElimination(network).query(names, evidence=seen, show_progress=False)
    every = itertools.product(*(factor.state_names[name] for name in factor.variables))
    place = [factor.variables.index(name) for name in names]
    return {tuple(values[i] for i in place): float(weight) for values, weight in zip(every, factor.values.ravel(), strict=True)}


def agree(ours: ck.Dist, theirs: dict[tuple[Any, ...], float]) -> None:
    for values, weight in theirs.items():
        assert math.isclose(float(ours[values if len(values) > 1 else values[0]]), weight, abs_tol=1e-9)


def rest(model: ck.Model, *taken: dict[str, Any]) -> list[str]:
    """What can still be asked about."""
    return [name for name in model.names if not any(name in each for each in taken)]


@settings(max_examples=tries(40))
@given(networks, st.data())
def test_seeing(model: ck.Model, data: st.DataObject) -> None:
    seen = data.draw(evidence(model, max_variables=len(model.names) - 1))
    asked = rest(model, seen)
    if asked:
        agree(model.given(seen).dist(*asked), eliminated(to_pgmpy(model), asked, seen))


@settings(max_examples=tries(40))
@given(networks, st.data())
def test_doing(model: ck.Model, data: st.DataObject) -> None:
    """pgmpy's ``do`` takes no value: it cuts the arrows, and the value is given as evidence on what is a root then."""
    edit = data.draw(interventions(model, max_variables=2))
    asked = rest(model, edit)
    cut = to_pgmpy(model).do(list(edit))
    if asked and all(eliminated(cut, [name], {})[value,] > 0 for name, value in edit.items()):
        agree(model.do(edit).dist(*asked), eliminated(cut, asked, edit))


@settings(max_examples=tries(40))
@given(networks, st.data())
def test_doing_then_seeing(model: ck.Model, data: st.DataObject) -> None:
    edit = data.draw(interventions(model, max_variables=2))
    others = rest(model, edit)
    cut = to_pgmpy(model).do(list(edit))
    if others and all(eliminated(cut, [name], {})[value,] > 0 for name, value in edit.items()):
        seen = data.draw(evidence(model.do(edit), among=others, max_variables=1))
        asked = rest(model, edit, seen)
        if asked:
            agree(model.do(edit).given(seen).dist(*asked), eliminated(cut, asked, {**edit, **seen}))


@settings(max_examples=tries(40))
@given(networks, st.data())
def test_a_network_made_after_doing(model: ck.Model, data: st.DataObject) -> None:
    """Surgery of ours, elimination of theirs; also for values that never come up by themselves."""
    edit = data.draw(interventions(model, max_variables=3))
    after = model.do(edit)
    agree(after.dist(*model.names), eliminated(to_pgmpy(after), list(model.names), {}))
