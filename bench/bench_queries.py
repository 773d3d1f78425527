"""Single warm queries: ours and the peers' in one run, each asked again and again with other observed values.

    python -m pytest bench/bench_queries.py --benchmark-json=queries.json
    python bench/table.py queries.json

Every engine gets its network, and the network after surgery, before the clock starts, and its answers are checked against our exact
ones. `causalkit` is the call that users make, exact, with everything that it does around the arithmetic. `causalkit float` is a
question that `Model.compile` made and that is kept; `causalkit machine code` is the same as machine code, where it is not looked up.
For all of these, what does not depend on the observed values is computed before the clock starts; where few values can be observed,
that is every answer, and asking is looking it up. With twelve variables observed it is not. `causalkit first` is the first call, with
nothing kept. pyAgrum is timed with an engine built for each query, and with one that is kept.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import pytest

import causalkit as ck
from bench.forgetting import forget
from bench.networks import NAMED, Case, cut, drawn, named, net, noisy, pgmpy_network, pyagrum_network, twin, units

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

ENGINES = ["causalkit", "causalkit float", "causalkit machine code", "causalkit first", "pgmpy", "pyagrum built", "pyagrum kept"]
CASES = [*NAMED, "random 20", "random 50", "random 100"]
QUESTIONS = ["P(y | x)", "P(y | do x)", "P(y | do x, e)", "P(y | twelve seen)"]
NOISES = [10, 20]

Ask = Callable[[], Any]
Read = Callable[[Any], dict[str, float]]


def case_named(name: str) -> Case:
    return named(name) if name in NAMED else drawn(int(name.split()[1]))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_query(benchmark: Any, question: str, name: str, engine: str) -> None:
    needs(engine)
    if name == "asia" and question == "P(y | twelve seen)":
        pytest.skip("asia has eight variables")
    benchmark.group = f"{question}, {name}"
    run(benchmark, engine, case_named(name), question)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("noises", NOISES)
def test_counterfactual(benchmark: Any, noises: int, engine: str) -> None:
    needs(engine)
    benchmark.group = f"P(y had it been x | x', e), {noises} noises"
    run(benchmark, engine, noisy(noises), "counterfactual")


def needs(engine: str) -> None:
    module = engine.split(maxsplit=1)[0]
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed, so it is left out of the comparison; type: pip install {module}")


def run(benchmark: Any, engine: str, case: Case, question: str) -> None:
    """Check the first answers, then time the asking; where nothing may be kept, forget it before each time."""
    benchmark.extra_info["engine"] = engine
    ask, read = ASKING[engine](case, question)
    for expected in answers(case, question):
        assert read(ask()) == pytest.approx(expected, abs=1e-9)
    if engine == "causalkit first":
        benchmark.pedantic(ask, setup=forget, rounds=20, iterations=1)
    else:
        benchmark(ask)


@cache
def answers(case: Case, question: str) -> list[dict[str, float]]:
    """Our exact answers to a question, in turn, which every engine must agree with before it is timed."""
    ask, read = ours(case, question)
    return [read(ask()) for _ in observations(case, question)]


# ---------------------------------------------------------------- how each engine is asked


@cache
def observations(case: Case, question: str) -> list[dict[str, Any]]:
    """The observed values in turn, as name=value."""
    x, e = case.model.domain(case.x), case.model.domain(case.e)
    if question in ("P(y | x)", "P(y | do x)"):
        return [{case.x: value} for value in x]
    if question == "P(y | twelve seen)":
        names = [name for name in case.model.names if name != case.y]
        chosen = [names[i * len(names) // 12] for i in range(12)]
        return [{name: unit[name] for name in chosen} for unit in units(case.model, 8)]
    if question == "P(y | do x, e)":
        return [{case.e: value} for value in e if case.model.do({case.x: x[0]}).prob({case.e: value})]
    pairs = [{case.x: one, case.e: other} for one in x for other in e]
    return [pair for pair in pairs if case.model.prob(pair)]


def ours(case: Case, question: str) -> tuple[Ask, Read]:
    x = case.model.domain(case.x)
    seen = itertools.cycle(observations(case, question))
    if question == "P(y | do x)":
        return lambda: case.model.do(next(seen)).dist(case.y), read_dist
    if question == "P(y | do x, e)":
        done = case.model.do({case.x: x[0]})
        return lambda: done.given(next(seen)).dist(case.y), read_dist
    if question == "counterfactual":
        return lambda: case.model.given(next(seen)).do({case.x: x[0]}).dist(case.y), read_dist
    return lambda: case.model.given(next(seen)).dist(case.y), read_dist


def read_dist(found: Any) -> dict[str, float]:
    return {str(value): float(weight) for value, weight in found.items()}


def ours_in_floats(case: Case, question: str, *, native: bool = False) -> tuple[Ask, Read]:
    seen = observations(case, question)
    model = base(case, question).given(seen[0])
    if question == "counterfactual":
        model = model.do({case.x: case.model.domain(case.x)[0]})
    compiled = model.compile(case.y, native=native)
    turns = itertools.cycle([tuple(values.values()) for values in seen])
    read = lambda found: {str(value): float(p) for value, p in zip(compiled.values, found, strict=True) if p}
    return lambda: compiled(*next(turns)), read


def base(case: Case, question: str) -> Any:
    """The model that is conditioned; for ``P(y | do x)`` the one after surgery, with the value that is set left to be observed."""
    x = case.model.domain(case.x)
    if question == "P(y | do x)":
        return case.model.do({case.x: ck.uniform(*x)})
    return case.model.do({case.x: x[0]}) if question == "P(y | do x, e)" else case.model


def peers(case: Case, question: str) -> tuple[Any, str, list[dict[str, str]]]:
    """The network for a peer, its target, and the evidence in turn."""
    seen = observations(case, question)
    if question == "counterfactual":
        network, x, e, y = twin(case)
        seen = [{x: values[case.x], e: values[case.e]} for values in seen]
    elif question in ("P(y | do x)", "P(y | do x, e)"):
        network, y = cut(net(case.model), case.x), case.y
        seen = [{case.x: case.model.domain(case.x)[0], **values} for values in seen]
    else:
        network, y = net(case.model), case.y
    return network, y, [{name: str(value) for name, value in values.items()} for values in seen]


def ask_pgmpy(case: Case, question: str) -> tuple[Ask, Read]:
    from pgmpy.inference import VariableElimination

    network, y, seen = peers(case, question)
    engine, turns = VariableElimination(pgmpy_network(network)), itertools.cycle(seen)

    def read(found: Any) -> dict[str, float]:
        return {state: p for state, p in zip(found.state_names[y], found.values.tolist(), strict=True) if p}

    return lambda: engine.query([y], evidence=next(turns), show_progress=False), read


def ask_pyagrum_built(case: Case, question: str) -> tuple[Ask, Read]:
    import pyagrum

    network, y, seen = peers(case, question)
    made, turns = pyagrum_network(network), itertools.cycle(seen)

    def ask() -> Any:
        engine = pyagrum.LazyPropagation(made)
        engine.addTarget(y)
        engine.setEvidence(next(turns))
        engine.makeInference()
        return engine.posterior(y)

    return ask, partial(read_pyagrum, made.variable(y).labels())


def read_pyagrum(labels: Sequence[str], found: Any) -> dict[str, float]:
    return {label: p for label, p in zip(labels, found.tolist(), strict=True) if p}


def ask_pyagrum_kept(case: Case, question: str) -> tuple[Ask, Read]:
    import pyagrum

    network, y, seen = peers(case, question)
    made, turns = pyagrum_network(network), itertools.cycle(seen)
    engine = pyagrum.LazyPropagation(made)
    engine.addTarget(y)
    engine.setEvidence(seen[0])

    def ask() -> Any:
        for name, value in next(turns).items():
            engine.chgEvidence(name, value)
        engine.makeInference()
        return engine.posterior(y)

    return ask, partial(read_pyagrum, made.variable(y).labels())


ASKING: dict[str, Any] = {
    "causalkit": ours,
    "causalkit float": ours_in_floats,
    "causalkit machine code": partial(ours_in_floats, native=True),
    "causalkit first": ours,
    "pgmpy": ask_pgmpy,
    "pyagrum built": ask_pyagrum_built,
    "pyagrum kept": ask_pyagrum_kept,
}
