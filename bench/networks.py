"""The networks and questions of the benchmarks, in the form of every library that takes part."""

from __future__ import annotations

import gzip
import itertools
import random
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import causalkit as ck
from causalkit.mechanisms.network import closure


@dataclass(frozen=True)
class Case:
    """A network with the variables that the questions are about: cause, effect, and something that is observed."""

    name: str
    model: ck.Model
    x: str
    y: str
    e: str

    def __str__(self) -> str:
        return self.name


NAMED = {
    "asia": ("smoke", "dysp", "xray"),
    "alarm": ("VENTMACH", "BP", "EXPCO2"),
    "hailfinder": ("SubjVertMo", "PlainsFcst", "CompPlFcst"),
}


@cache
def bundled(name: str) -> Any:
    """One of the networks that come with pgmpy, as pgmpy reads it."""
    import pgmpy
    from pgmpy.readwrite import BIFReader

    path = Path(pgmpy.__file__).parent / "utils" / "example_models" / f"{name}.bif.gz"
    return BIFReader(string=gzip.decompress(path.read_bytes()).decode("utf-8")).get_model()


@cache
def named(name: str) -> Case:
    """A bundled network as a causal model. Rows are divided by their sums, because some files round them."""
    network = bundled(name)
    mechanisms: dict[str, Any] = {}
    for variable in network.nodes():
        table = network.get_cpds(variable)
        parents = list(table.variables[1:])
        states = table.state_names
        values = table.values.reshape(len(states[variable]), -1)
        rows = {}
        for column, inputs in enumerate(itertools.product(*(states[parent] for parent in parents))):
            weights = [Fraction(repr(float(value))) for value in values[:, column]]
            rows[inputs] = ck.Dist({state: weight / sum(weights) for state, weight in zip(states[variable], weights, strict=True)})
        mechanisms[variable] = ck.cpt(parents, rows, domain=states[variable]) if parents else rows[()]
    return Case(name, ck.Model(mechanisms), *NAMED[name])


@cache
def drawn(size: int, seed: int = 1) -> Case:
    """A random network of binary variables, each with up to three parents among the ten before it; the effect is the last."""
    rng = random.Random(seed)
    mechanisms: dict[str, Any] = {}
    names = [f"v{i}" for i in range(size)]
    for i, name in enumerate(names):
        parents = sorted(rng.sample(names[max(0, i - 10) : i], min(i, rng.randint(1, 3))), key=names.index)
        rows = {inputs: ck.coin(Fraction(rng.randint(1, 19), 20)) for inputs in itertools.product((False, True), repeat=len(parents))}
        mechanisms[name] = ck.cpt(parents, rows, domain=[False, True]) if parents else rows[()]
    model = ck.Model(mechanisms)
    above = sorted(set(model.graph.ancestors(names[-1])) - {names[-1]}, key=names.index)
    return Case(f"random {size}", model, above[len(above) // 2], names[-1], above[-2])


@cache
def noisy(noises: int, seed: int = 1) -> Case:
    """A chain of deterministic variables, each of which listens to the two before it and to a noise of its own."""
    rng = random.Random(seed)
    mechanisms: dict[str, Any] = {}
    names = [f"x{i}" for i in range(noises)]
    for i, name in enumerate(names):
        mechanisms[f"u{i}"] = ck.coin(Fraction(rng.randint(1, 9), 10))
        parents = [*names[max(0, i - 2) : i], f"u{i}"]
        rows = {inputs: rng.random() < 0.5 for inputs in itertools.product((False, True), repeat=len(parents))}
        rows[(True,) * len(parents)], rows[(False,) * len(parents)] = True, False
        mechanisms[name] = ck.table(parents, rows, domain=[False, True])
    return Case(f"{noises} noises", ck.Model(mechanisms), names[noises // 3], names[-1], names[-2])


def cases() -> list[Case]:
    """The networks of the table, small ones first."""
    return [*(named(name) for name in NAMED), *(drawn(size) for size in (20, 50, 100))]


def units(model: ck.Model, count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Values of all variables, drawn from the model: evidence that is possible."""
    rng = random.Random(seed)
    found: list[dict[str, Any]] = []
    for _ in range(count):
        unit: dict[str, Any] = {}
        for node in closure([model.regime.node(name) for name in model.names]):
            outcomes = node.mechanism.row(tuple(unit[parent.variable] for parent in node.parents)).outcomes
            weights = [1.0 if weight is None else float(weight) for _, weight in outcomes]
            unit[node.variable] = rng.choices([value for value, _ in outcomes], weights)[0]
        found.append(unit)
    return found


# ---------------------------------------------------------------- the same networks for other libraries

Net = dict[str, tuple[tuple[Any, ...], list[str], dict[tuple[Any, ...], dict[Any, float]]]]
"""Name to domain, parents and rows: what a Bayesian network is in any library."""


def net(model: ck.Model) -> Net:
    """A model as a Bayesian network."""
    return {name: _entry(model.mechanism(name), {p: model.domain(p) for p in model.parents(name)}) for name in model.names}


def twin(case: Case) -> tuple[Net, str, str, str]:
    """The branches with and without ``do(x)`` as one network that shares the noise; the names of x and e in fact, and of y after doing."""
    model = case.model
    done = model.do({case.x: model.domain(case.x)[0]})
    fact = {name: model.regime.node(name) for name in (case.x, case.e)}
    y = done.regime.node(case.y)
    nodes = closure([*fact.values(), y])
    names = {node: f"{node.variable}_{i}" for i, node in enumerate(nodes)}
    made = {}
    for node in nodes:
        domain, _, rows = _entry(node.mechanism, {str(i): parent.mechanism.domain for i, parent in enumerate(node.parents)})
        made[names[node]] = (domain, [names[parent] for parent in node.parents], rows)
    return made, names[fact[case.x]], names[fact[case.e]], names[y]


def _entry(mechanism: Any, domains: dict[str, tuple[Any, ...]]) -> Any:
    rows = {}
    for inputs in itertools.product(*domains.values()):
        row = dict.fromkeys(mechanism.domain, 0.0)
        for value, weight in mechanism.row(inputs).outcomes:
            row[value] += 1.0 if weight is None else float(weight)
        rows[inputs] = row
    return mechanism.domain, list(domains), rows


def cut(network: Net, name: str) -> Net:
    """The network in which nothing listens into one variable any more: the intervention, before its value is observed."""
    domain = network[name][0]
    return {**network, name: (domain, [], {(): dict.fromkeys(domain, 1 / len(domain))})}


def pgmpy_network(network: Net) -> Any:
    """The network for pgmpy."""
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.models import DiscreteBayesianNetwork

    made = DiscreteBayesianNetwork()
    made.add_nodes_from(network)
    made.add_edges_from([(parent, name) for name, (_, parents, _) in network.items() for parent in parents])
    for name, (domain, parents, rows) in network.items():
        table = [[row[value] for row in rows.values()] for value in domain]
        states = {each: list(map(str, network[each][0])) for each in (name, *parents)}
        sizes = [len(network[parent][0]) for parent in parents]
        made.add_cpds(TabularCPD(name, len(domain), table, parents or None, sizes or None, state_names=states))
    return made


def pyagrum_network(network: Net) -> Any:
    """The network for pyAgrum; two states at least, because it has no variables of one state."""
    import pyagrum

    made = pyagrum.BayesNet()
    for name, (domain, _, _) in network.items():
        labels = [*map(str, domain), *(["never"] if len(domain) == 1 else [])]
        made.add(pyagrum.LabelizedVariable(name, name, labels))
    for name, (domain, parents, rows) in network.items():
        for parent in parents:
            made.addArc(parent, name)
        for inputs, row in rows.items():
            place = {parent: str(value) for parent, value in zip(parents, inputs, strict=True)}
            made.cpt(name)[place] = [*(row[value] for value in domain), *([0.0] if len(domain) == 1 else [])]
    return made
