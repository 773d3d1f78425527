"""Ten thousand policies that differ in one conditional table, or in two: the probability of an effect under each of them.

    python -m pytest bench/bench_batches.py --benchmark-json=batches.json
    python bench/table.py batches.json

`causalkit` answers from a form that is worked out before the clock starts; `causalkit first` works it out, all caches cleared. A peer's
loop replaces the tables of its network and asks anew; it is run for some of the policies, and `table.py` scales it up and says so. A
peer's selector is one query for all: a root with a state for each policy is a further parent of the tables that differ, and the answer
holds the effect for each of its states. Entering the ten thousand tables is left out of the selectors' time, and is part of the loops'.
`numpy reads` is the time to read the same tables once, as a dot product: what looks at every table cannot be faster. Tables of this size
stay in a processor's cache, so that its rate may lie above that of the main memory.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import pytest

import causalkit as ck
from bench.bench_queries import needs
from bench.forgetting import forget
from bench.networks import Case, Net, drawn, net, pgmpy_network, pyagrum_network

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

POLICIES = 10_000
LOOPED = 50
SELECTOR = "policy"

ENGINES = [
    "causalkit", "causalkit first", "numpy reads", "pgmpy loop", "pgmpy selector",
    "pyagrum loop", "pyagrum lazy selector", "pyagrum shafer selector",
]  # fmt: skip

Tables = dict[str, "Array"]
"""For each decision, a probability for each policy, combination of the parents' values, and option, in the order of the domains."""


@dataclass(frozen=True)
class Contest:
    """A random network, and the variables whose tables the policies replace."""

    case: Case
    decisions: tuple[str, ...]

    @cached_property
    def base(self) -> Net:
        return net(self.case.model)


@cache
def contest(size: int, differing: int) -> Contest:
    """The variables with the largest tables among those that the effect listens to, near the middle between first and last."""
    case = drawn(size)
    above = [name for name in case.model.names if name in case.model.graph.ancestors(case.y) and name != case.y]
    by_middle = sorted(above, key=lambda name: abs(above.index(name) - len(above) // 2))
    chosen = sorted(by_middle, key=lambda name: -len(case.model.parents(name)))[:differing]
    return Contest(case, tuple(sorted(chosen, key=case.model.names.index)))


@cache
def policies(asked: Contest) -> Tables:
    import numpy as np

    rng = np.random.default_rng(1)
    found = {}
    for name in asked.decisions:
        domain, _, rows = asked.base[name]
        weights = rng.uniform(0.05, 1, (POLICIES, len(rows), len(domain)))
        found[name] = weights / weights.sum(axis=-1, keepdims=True)
    return found


@cache
def expected(asked: Contest) -> Array:
    """Our answers, against which every engine is checked."""
    return ours(asked)()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("size", [20, 100])
@pytest.mark.parametrize("differing", [1, 2])
def test_policies(benchmark: Any, differing: int, size: int, engine: str) -> None:
    needs(engine)
    asked = contest(size, differing)
    benchmark.group = f"{POLICIES:,} policies in {['one table', 'two tables'][differing - 1]}, {size} nodes"
    benchmark.extra_info["engine"] = engine
    ask = ASKING[engine](asked)
    if engine != "numpy reads":
        found = ask()
        assert found == pytest.approx(expected(asked)[: len(found)], abs=1e-9)
        benchmark.extra_info.update({"of": len(found), "all": POLICIES})
    if engine == "causalkit first":
        benchmark.pedantic(ask, setup=forget, rounds=5, iterations=1)
    elif engine.endswith("loop"):
        benchmark.pedantic(ask, rounds=3, iterations=1)
    else:
        benchmark(ask)
    if engine == "numpy reads" and benchmark.stats:
        read = sum(table.nbytes for table in policies(asked).values())
        benchmark.extra_info["note"] = f"{read / benchmark.stats.stats.median / 1e9:.3g} GB/s"


# ---------------------------------------------------------------- ours, and the limit


def opened(asked: Contest) -> ck.Model:
    """The network with the tables that differ left open."""
    model = asked.case.model
    mechanisms: dict[str, Any] = {name: model.mechanism(name) for name in model.names}
    for name in asked.decisions:
        mechanisms[name] = ck.choice(*model.domain(name), sees=model.parents(name))
    return ck.Model(mechanisms)


def ours(asked: Contest) -> Callable[[], Array]:
    model = opened(asked)
    form = model.by_rule(asked.case.y)
    tables = {copy.decision: arranged(model, copy, policies(asked)[copy.decision]) for copy in form.axes}
    return partial(form.batch, tables)


def ours_first(asked: Contest) -> Callable[[], Array]:
    model = opened(asked)
    tables = {copy.decision: arranged(model, copy, policies(asked)[copy.decision]) for copy in model.by_rule(asked.case.y).axes}
    return lambda: model.by_rule(asked.case.y).batch(tables)


def arranged(model: ck.Model, copy: Any, table: Array) -> Array:
    """A decision's tables in the order of a form's axes."""
    import numpy as np

    rows = list(itertools.product(*(model.domain(parent) for parent in model.parents(copy.decision))))
    options = model.domain(copy.decision)
    parents_first = table[:, [rows.index(seen) for seen in copy.seen]][:, :, [options.index(option) for option in copy.options]]
    return np.ascontiguousarray(parents_first)


def numpy_reads(asked: Contest) -> Callable[[], Any]:
    flat = [table.ravel() for table in policies(asked).values()]
    return lambda: [table.dot(table) for table in flat]


# ---------------------------------------------------------------- the peers' loops


def pgmpy_loop(asked: Contest) -> Callable[[], list[float]]:
    from pgmpy.inference import VariableElimination

    network, y = pgmpy_network(asked.base), asked.case.y

    def ask() -> list[float]:
        found = []
        for tables in looped(asked):
            network.add_cpds(*(pgmpy_table(asked.base, name, table) for name, table in tables.items()))
            answer = VariableElimination(network).query([y], show_progress=False)
            found.append(float(answer.values[answer.state_names[y].index("True")]))
        return found

    return ask


def looped(asked: Contest) -> Iterator[Tables]:
    return ({name: table[i] for name, table in policies(asked).items()} for i in range(LOOPED))


def pgmpy_table(base: Net, name: str, table: Array) -> Any:
    """A table with a row for each combination of the parents' values, as pgmpy wants it: a column for each."""
    from pgmpy.factors.discrete import TabularCPD

    parents = base[name][1]
    states = {each: list(map(str, base[each][0])) for each in (name, *parents)}
    return TabularCPD(name, len(base[name][0]), table.T, parents, [len(base[parent][0]) for parent in parents], state_names=states)


def pyagrum_loop(asked: Contest) -> Callable[[], list[float]]:
    import pyagrum

    network, y = pyagrum_network(asked.base), asked.case.y

    def ask() -> list[float]:
        found = []
        for tables in looped(asked):
            for name, table in tables.items():
                fill(network, asked.base, name, table)
            engine = pyagrum.LazyPropagation(network)
            engine.addTarget(y)
            engine.makeInference()
            found.append(engine.posterior(y)[{y: "True"}])
        return found

    return ask


def fill(network: Any, base: Net, name: str, table: Array) -> None:
    """Enter a table whose axes are the parents', in their order, and then the variable's own."""
    cpt = network.cpt(name)
    order = [*base[name][1], name]
    shape = [network.variable(each).domainSize() for each in order]
    axes = [order.index(each) for each in reversed(cpt.names)]
    cpt.fillWith(table.reshape(shape).transpose(axes).ravel().tolist())


# ---------------------------------------------------------------- the peers' selectors


def pgmpy_selector(asked: Contest) -> Callable[[], Array]:
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination

    network, base, y = pgmpy_network(asked.base), asked.base, asked.case.y
    network.add_node(SELECTOR)
    network.add_cpds(TabularCPD(SELECTOR, POLICIES, [[1 / POLICIES]] * POLICIES))
    for name, table in policies(asked).items():
        network.add_edge(SELECTOR, name)
        sizes = [POLICIES, *(len(base[parent][0]) for parent in base[name][1])]
        states = {each: list(map(str, base[each][0])) for each in (name, *base[name][1])} | {SELECTOR: list(range(POLICIES))}
        flat = table.reshape(-1, table.shape[-1]).T
        network.add_cpds(TabularCPD(name, len(base[name][0]), flat, [SELECTOR, *base[name][1]], sizes, state_names=states))
    engine = VariableElimination(network)

    def ask() -> Array:
        joint = engine.query([SELECTOR, y], show_progress=False)
        values = joint.values if joint.variables[0] == SELECTOR else joint.values.T
        found: Array = values[:, joint.state_names[y].index("True")] * POLICIES
        return found

    return ask


def pyagrum_selector(kind: str, asked: Contest) -> Callable[[], Array]:
    import pyagrum

    network, y = pyagrum_network(asked.base), asked.case.y
    network.add(pyagrum.RangeVariable(SELECTOR, SELECTOR, 0, POLICIES - 1))
    network.cpt(SELECTOR).fillWith(1 / POLICIES)
    for name, table in policies(asked).items():
        network.addArc(SELECTOR, name)
        base = {**asked.base, name: (asked.base[name][0], [SELECTOR, *asked.base[name][1]], {})}
        fill(network, base, name, table)

    def ask() -> Array:
        # A kept engine would remember the answer and not work it out again.
        engine = getattr(pyagrum, kind)(network)
        engine.addJointTarget({SELECTOR, y})
        engine.makeInference()
        joint = engine.jointPosterior({SELECTOR, y})
        values = joint.toarray() if joint.names[-1] == SELECTOR else joint.toarray().T
        found: Array = values[:, network.variable(y).index("True")] * POLICIES
        return found

    return ask


ASKING: dict[str, Callable[[Contest], Callable[[], Any]]] = {
    "causalkit": ours,
    "causalkit first": ours_first,
    "numpy reads": numpy_reads,
    "pgmpy loop": pgmpy_loop,
    "pgmpy selector": pgmpy_selector,
    "pyagrum loop": pyagrum_loop,
    "pyagrum lazy selector": partial(pyagrum_selector, "LazyPropagation"),
    "pyagrum shafer selector": partial(pyagrum_selector, "ShaferShenoyInference"),
}
