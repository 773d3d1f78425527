"""What an identified query says where conditions have probability zero: ``Impossible`` where the model does, and never a number."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest

import causalkit as ck
from causalkit.errors import CannotTell, Impossible, Undecided
from causalkit.graphs.graph import Graph
from causalkit.identification.counterfactual import Counterfactual, CounterfactualQuery
from causalkit.identification.id_algorithm import Identified, identify
from causalkit.identification.id_star import identify_counterfactual
from causalkit.identification.symbol import At
from tests.causalkit.admg import Scm, random_scm

Events = tuple[Counterfactual, ...]


def weight(model: Scm, events: Events) -> Fraction:
    """The probability of the events together, by running every world on every draw of noise."""

    def happens(unit: dict[str, int], event: Counterfactual) -> bool:
        world = {at.variable: at.value for at in event.world}
        return model.at(unit, world)[event.variable] == event.value  # type: ignore[arg-type]

    return sum((w for unit, w in model.units() if all(happens(unit, event) for event in events)), Fraction(0))


def graph_of(draw: random.Random) -> Graph:
    names = [f"v{i}" for i in range(draw.randint(2, 4))]
    pairs = list(combinations(names, 2))
    return Graph(names, [pair for pair in pairs if draw.random() < 0.5], [pair for pair in pairs if draw.random() < 0.25][:3])


def effect(draw: random.Random, graph: Graph) -> tuple[object, Events, Events, dict[str, int]]:
    """A conditional effect at some values, and the same as events."""
    side = {name: draw.choice("yxz-") for name in graph.nodes} | {graph.nodes[0]: "y"}
    y, x, z = ([name for name in graph.nodes if side[name] == letter] for letter in "yxz")
    values = {name: draw.randint(0, 1) for name in graph.nodes}
    world = tuple(At(name, values[name]) for name in x)
    events, given = (tuple(Counterfactual(name, values[name], world) for name in part) for part in (y, z))
    return identify(graph, y, do=x, given=z), events, given, {name: values[name] for name in [*y, *x, *z]}


def counterfactual(draw: random.Random, graph: Graph) -> tuple[object, Events, Events, dict[str, int]]:
    def conjunction(size: int) -> Events:
        found = []
        for _ in range(size):
            name = draw.choice(graph.nodes)
            others = [other for other in graph.nodes if other != name and draw.random() < 0.3][:2]
            found.append(Counterfactual(name, draw.randint(0, 1), tuple(At(other, draw.randint(0, 1)) for other in others)))
        return tuple(dict.fromkeys(found))

    events, given = conjunction(draw.randint(1, 2)), conjunction(draw.randint(0, 2))
    try:
        return identify_counterfactual(graph, CounterfactualQuery(events, given), experiments=draw.random() < 0.5), events, given, {}
    except Impossible:
        return Impossible, events, given, {}


def assert_honest(seeds: range) -> Counter[str]:
    """Ask random queries of random models in which much is impossible; count how they end."""
    ends: Counter[str] = Counter()
    for seed in seeds:
        draw = random.Random(seed)
        graph = graph_of(draw)
        model = random_scm(graph, seed, positive=False)
        found, events, given, values = (effect if seed % 2 else counterfactual)(draw, graph)
        below = weight(model, given)
        if found is Impossible:
            assert below == 0, seed
        if not isinstance(found, Identified):
            continue
        assert bool(found.witness) <= bool(given)
        try:
            value = found.evaluate(model, values)
        except CannotTell:
            ends["cannot tell"] += 1
        except Impossible:
            assert below == 0, seed
            ends["impossible"] += 1
        else:
            assert below > 0, seed
            assert value == weight(model, (*events, *given)) / below, seed
            ends["a number"] += 1
    return ends


def test_a_number_is_right_and_impossible_is_what_the_model_says() -> None:
    ends = assert_honest(range(600))
    assert ends["a number"] > 300
    assert ends["impossible"] > 20
    assert ends["cannot tell"] < 0.1 * ends.total()


@pytest.mark.long
def test_thirty_thousand_queries_are_honest() -> None:
    ends = assert_honest(range(10**6, 10**6 + 30_000))
    assert ends["cannot tell"] < 0.1 * ends.total()


def test_a_condition_that_falls_out_of_the_formula_is_still_checked() -> None:
    graph = Graph.parse("x -> y, a -> b")
    model = ck.Model(x=ck.coin("1/2"), y=lambda x: x, a=ck.coin("1/2"), b=lambda a: a)
    for found in (identify_counterfactual(graph, "P(y_{x} | a, b)"), identify_counterfactual(graph, "P(y_{x} | a, b)", experiments=True)):
        assert isinstance(found, Identified)
        assert not {symbol.variable for symbol in found.estimand.free} & {"a", "b"}
        assert found.evaluate(model, y=True, x=True, a=True, b=True) == 1
        with pytest.raises(Impossible, match=r"the conditions of .* have probability 0 at a=True, b=False") as caught:
            found.evaluate(model, y=True, x=True, a=True, b=False)
        assert not isinstance(caught.value, CannotTell)
        with pytest.raises(Impossible, match="have probability 0"):
            found.evaluate(model, y=True, x=True)


def test_a_condition_whose_probability_is_not_identified() -> None:
    """With x and z confounded, P(z | do(x)) is not known; that x and z were seen together proves that it is not 0."""
    graph = Graph.parse("x -> z, x <-> z, w -> y")
    found = identify(graph, "P(y | do(x), z, w)")
    assert isinstance(found, Identified)
    assert found.evidence is None
    seen = ck.Model(u=ck.coin("1/2"), x=lambda u: u, z=lambda x, u: x == u, w=ck.coin("1/3"), y=lambda w: w)
    assert found.evaluate(seen, x=True, z=True, w=True, y=True) == 1
    with pytest.raises(
        CannotTell, match=r"the data cannot tell whether the conditions of .* are possible at x=True, z=False, w=True, y=True"
    ):
        found.evaluate(seen, x=True, z=False, w=True, y=True)
    assert issubclass(CannotTell, Impossible)
    assert issubclass(CannotTell, Undecided)


def test_a_formula_without_a_value_is_no_statement_about_the_conditions() -> None:
    model = ck.Model(z=ck.coin("1/2"), x=lambda z: z, y=lambda x, z: x and z)
    found = identify(Graph.parse("z -> x -> y, z -> y"), "P(y | do(x))")
    assert isinstance(found, Identified)
    with pytest.raises(CannotTell, match=r"the data cannot tell P\(y \| do\(x\)\): P\(y \| x, z\) conditions on x=True, z=False"):
        found.evaluate(model, x=True, y=True)


def test_a_condition_left_open_that_takes_tuples() -> None:
    model = ck.Model(a=ck.uniform((0, 0), (0, 1)), b=lambda a: a, x=ck.coin("1/2"), y=lambda x: x)
    found = identify_counterfactual(Graph.parse("x -> y, a -> b"), "P(y_{x} | a)")
    assert isinstance(found, Identified)
    assert found.evaluate(model, y=True, x=True) == 1
