"""Models, values and edits drawn by a seed, for runs of ten thousand."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import causalkit as ck
from causalkit.mechanisms.mechanism import Coupling

DOMAINS = [(False, True), (0, 1, 2), ("a", "b"), ("only",)]


def some_model(rng: random.Random) -> ck.Model:
    """Up to five variables: noise, tables, and conditional tables of both couplings, each over up to two of those before it."""
    mechanisms: dict[str, Any] = {}
    domains: dict[str, tuple[Any, ...]] = {}
    for name in [f"v{i}" for i in range(rng.randint(2, 5))]:
        parents = rng.sample(list(domains), min(len(domains), rng.randint(0, 2)))
        domains[name] = rng.choices(DOMAINS, [6, 2, 2, 1])[0]
        mechanisms[name] = some_mechanism(rng, {parent: domains[parent] for parent in parents}, domains[name])
    return ck.Model(mechanisms)


def some_mechanism(rng: random.Random, parents: dict[str, tuple[Any, ...]], domain: tuple[Any, ...]) -> Any:
    if not parents:
        return some_dist(rng, domain, least=1)
    inputs = list(itertools.product(*parents.values()))
    if rng.random() < 0.4:
        return ck.table(list(parents), {values: rng.choice(domain) for values in inputs}, domain=domain)
    coupling: Coupling = rng.choice(["monotone", "independent"])
    return ck.cpt(list(parents), {values: some_dist(rng, domain) for values in inputs}, coupling=coupling, domain=domain)


def some_dist(rng: random.Random, domain: tuple[Any, ...], *, least: int = 0) -> ck.Dist:
    """Whole weights over their sum; in tables some of them are zero, so that evidence can be impossible."""
    weights = [max(least, rng.choice([0, 1, 1, 2, 3, 7])) for _ in domain]
    weights[rng.randrange(len(domain))] += 1
    return ck.Dist({value: Fraction(weight, sum(weights)) for value, weight in zip(domain, weights, strict=True)})


def some_values(rng: random.Random, model: ck.Model, most: int) -> dict[str, Any]:
    return {name: rng.choice(model.domain(name)) for name in rng.sample(model.names, min(most, len(model.names)))}


def some_edits(rng: random.Random, model: ck.Model) -> dict[str, Any]:
    """An intervention on one or two variables: values, and now and then a distribution or another mechanism."""
    edits = some_values(rng, model, rng.randint(1, 2))
    name = next(iter(edits))
    if rng.random() < 0.3:
        before = model.names[: model.names.index(name)]
        parents = {parent: model.domain(parent) for parent in rng.sample(before, min(1, len(before)))}
        edits[name] = some_mechanism(rng, parents, model.domain(name))
    return edits
