"""All marginals of random networks, after seeing and doing, against pgmpy and pyAgrum: tables are handed over as arrays of floats."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from pgmpy.factors.discrete import TabularCPD
from pgmpy.inference import VariableElimination
from pgmpy.models import DiscreteBayesianNetwork

import causalkit as ck
from tests.causalkit.seeded_models import some_edits, some_model, some_values

CLOSE = 1e-12
MODELS_A_SEED = 100

Floats = Mapping[str, Mapping[Any, float]]
Engine = Callable[[ck.Model, Mapping[str, Any]], Floats]


def edited(model: ck.Model, edits: Mapping[str, Any]) -> ck.Model:
    """The model with edits in the place of its mechanisms: a constant for a value."""
    mechanisms = {name: model.mechanism(name) for name in model.names}
    for name, edit in edits.items():
        domain = model.domain(name)
        mechanisms[name] = ck.table([], {(): edit}, domain=domain) if edit in domain else edit
    return ck.Model(mechanisms)


def columns(model: ck.Model, name: str) -> Iterator[tuple[tuple[int, ...], list[float]]]:
    """The probabilities of a variable's values for every combination of the places of its parents' values."""
    mechanism, domain = model.mechanism(name), model.domain(name)
    places = [range(len(model.domain(parent))) for parent in mechanism.parents]
    for at in itertools.product(*places):
        row = dict.fromkeys(domain, 0.0)
        for value, weight in mechanism.row(tuple(model.domain(p)[i] for p, i in zip(mechanism.parents, at, strict=True))).outcomes:
            row[value] += 1.0 if weight is None else float(weight)
        yield at, list(row.values())


def by_pgmpy(model: ck.Model, seen: Mapping[str, Any]) -> Floats:
    network = DiscreteBayesianNetwork()
    network.add_nodes_from(model.names)
    for name in model.names:
        parents = list(model.parents(name))
        network.add_edges_from([(parent, name) for parent in parents])
        cells = np.array([row for _, row in columns(model, name)]).T
        sizes = [len(model.domain(parent)) for parent in parents]
        network.add_cpds(TabularCPD(name, len(cells), cells, parents or None, sizes or None))
    engine = VariableElimination(network)
    found = {}
    for name in model.names:
        domain = model.domain(name)
        if name in seen:
            found[name] = {seen[name]: 1.0}
        else:
            places = {each: model.domain(each).index(value) for each, value in seen.items()}
            found[name] = dict(zip(domain, engine.query([name], evidence=places, show_progress=False).values.tolist(), strict=True))
    return found


def by_pyagrum(model: ck.Model, seen: Mapping[str, Any]) -> Floats:
    gum: Any = pytest.importorskip("pyagrum")
    network = gum.BayesNet()
    for name in model.names:
        network.add(gum.LabelizedVariable(name, name, [str(i) for i in range(len(model.domain(name)))]))
    for name in model.names:
        for parent in model.parents(name):
            network.addArc(parent, name)
    for name in model.names:
        for at, row in columns(model, name):
            network.cpt(name)[dict(zip(model.mechanism(name).parents, at, strict=True))] = row
    engine = gum.LazyPropagation(network)
    engine.setEvidence({each: model.domain(each).index(value) for each, value in seen.items()})
    engine.makeInference()
    return {name: dict(zip(model.domain(name), np.ravel(engine.posterior(name).toarray()).tolist(), strict=True)) for name in model.names}


def agree(engine: Engine, model: ck.Model, edits: Mapping[str, Any], seen: Mapping[str, Any]) -> None:
    """Ours exactly and in floats, after doing and then seeing, as theirs of the edited network."""
    done = model.do(edits) if edits else model
    after = done.given(seen) if seen else done
    exact, floats = after.marginals(), after.marginals(floats=True)
    theirs = engine(edited(model, edits), seen)
    for name in model.names:
        for value, weight in theirs[name].items():
            assert abs(float(exact[name][value]) - weight) < CLOSE
            assert abs(floats[name].get(value, 0.0) - weight) < CLOSE


@pytest.mark.parametrize("engine", [by_pgmpy, by_pyagrum])
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 101))])
def test_marginals_of_ten_thousand_models(engine: Engine, seed: int) -> None:
    rng = random.Random(seed)
    asked = 0
    for _ in range(MODELS_A_SEED if seed else 10):
        model = some_model(rng)
        edits = some_edits(rng, model) if rng.random() < 0.5 else {}
        seen = some_values(rng, model, rng.randint(0, 2))
        try:
            agree(engine, model, edits, seen)
        except ck.Impossible:
            continue
        asked += 1
    assert asked > (MODELS_A_SEED // 2 if seed else 5)
