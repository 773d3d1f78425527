"""Adjustment, front door and instruments: against the definitions path by path, and against the truth of random models."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from causalkit.errors import TooLarge, UnknownName, WrongShape
from causalkit.graphs.adjustment import (
    adjustment_sets,
    backdoor_sets,
    frontdoor_sets,
    is_adjustment_set,
    is_backdoor_set,
    is_frontdoor_set,
)
from causalkit.graphs.graph import Graph
from causalkit.graphs.instrument import instruments, is_instrument
from causalkit.graphs.path_search import Path, paths
from causalkit.identification.adjusting import adjustment_estimand, frontdoor_estimand
from tests.causalkit.admg import admgs, random_scm
from tests.reached import came_to, reaches
from tests.tries import tries


def subsets(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


def others(graph: Graph, *names: str) -> tuple[str, ...]:
    return tuple(name for name in graph.nodes if name not in names)


def backdoor_paths(graph: Graph, x: str, y: str, seen: tuple[str, ...]) -> Iterator[Path]:
    return (path for path in paths(graph, x, y, seen) if path.arrows[0] != "->")


def meets_the_backdoor_definition(graph: Graph, x: str, y: str, seen: tuple[str, ...]) -> bool:
    return not set(seen) & set(graph.descendants(x)) and not any(path.is_open for path in backdoor_paths(graph, x, y, seen))


def meets_the_frontdoor_definition(graph: Graph, x: str, y: str, through: tuple[str, ...]) -> bool:
    causal = [path for path in paths(graph, x, y) if set(path.arrows) == {"->"}]
    intercepted = all(set(path.nodes) & set(through) for path in causal)
    first = not any(path.is_open for z in through for path in backdoor_paths(graph, x, z, ()))
    # Paths through another member by an arrow out of it are causal for the set as a whole, so they are no back doors.
    second = not any(
        path.is_open
        for z in through
        for path in backdoor_paths(graph, z, y, (x,))
        if not any(a in through and arrow == "->" for a, arrow in zip(path.nodes, path.arrows, strict=False))
        and not any(b in through and arrow == "<-" for b, arrow in zip(path.nodes[1:], path.arrows, strict=False))
    )
    return intercepted and first and second


def minimal(sets: list[tuple[str, ...]]) -> set[frozenset[str]]:
    every = set(map(frozenset, sets))
    return {one for one in every if not any(other < one for other in every)}


@given(admgs(most=5), st.data())
def test_backdoor_sets_are_those_of_the_definition(graph: Graph, data: st.DataObject) -> None:
    x, y, *_ = data.draw(st.permutations(graph.nodes))
    truth = [each for each in subsets(others(graph, x, y)) if meets_the_backdoor_definition(graph, x, y, each)]
    assert set(map(frozenset, backdoor_sets(graph, x, y, kind="all"))) == set(map(frozenset, truth))
    assert set(map(frozenset, backdoor_sets(graph, x, y))) == minimal(truth)
    least = min(map(len, truth), default=0)
    assert set(map(frozenset, backdoor_sets(graph, x, y, kind="smallest"))) == {frozenset(s) for s in truth if len(s) == least}


@given(admgs(most=5), st.data())
def test_frontdoor_sets_are_those_of_the_definition(graph: Graph, data: st.DataObject) -> None:
    x, y, *_ = data.draw(st.permutations(graph.nodes))
    truth = [each for each in subsets(others(graph, x, y)) if meets_the_frontdoor_definition(graph, x, y, each)]
    assert set(map(frozenset, frontdoor_sets(graph, x, y, kind="all"))) == set(map(frozenset, truth))
    assert set(map(frozenset, frontdoor_sets(graph, x, y))) == minimal(truth)
    least = min(map(len, truth), default=0)
    assert set(map(frozenset, frontdoor_sets(graph, x, y, kind="smallest"))) == {frozenset(s) for s in truth if len(s) == least}


@given(admgs(most=5), st.data())
def test_every_backdoor_set_is_an_adjustment_set(graph: Graph, data: st.DataObject) -> None:
    x, y, *_ = data.draw(st.permutations(graph.nodes))
    wide = set(map(frozenset, adjustment_sets(graph, x, y, kind="all")))
    assert set(map(frozenset, backdoor_sets(graph, x, y, kind="all"))) <= wide
    assert set(map(frozenset, adjustment_sets(graph, x, y))) == {one for one in wide if not any(other < one for other in wide)}


@reaches("an adjustment set")
@given(admgs(least=3, most=4, shared=3), st.data(), st.integers(0, 10**6))
@settings(max_examples=60)
def test_the_adjustment_formula_gives_the_effect(graph: Graph, data: st.DataObject, seed: int) -> None:
    """And only for the sets that meet the criterion, unless the numbers happen to agree: see the next test."""
    names = data.draw(st.permutations(graph.nodes))
    x, y = names[: data.draw(st.integers(1, 2))], names[-1:]
    model = random_scm(graph, seed)
    for each in adjustment_sets(graph, x, y, kind="all"):
        came_to("an adjustment set")
        found = adjustment_estimand(x, y, each).evaluate(model, {**dict.fromkeys(x, 1), y[0]: 1})
        assert found == model.do(dict.fromkeys(x, 1)).dist(*y).get(1, 0)


@given(admgs(least=3, most=4, shared=2), st.data())
@settings(max_examples=tries(30))
def test_a_set_that_fails_the_adjustment_criterion_fails_in_some_model(graph: Graph, data: st.DataObject) -> None:
    x, y, *rest = data.draw(st.permutations(graph.nodes))
    each = tuple(rest[: data.draw(st.integers(0, len(rest)))])
    assume(not is_adjustment_set(graph, x, y, each))
    models = (random_scm(graph, seed) for seed in range(40))
    assert any(adjustment_estimand(x, y, each).evaluate(m, {x: 1, y: 1}) != m.do({x: 1}).dist(y).get(1, 0) for m in models)


@given(st.integers(0, 10**6))
@settings(max_examples=tries(20))
def test_the_frontdoor_formula_gives_the_effect(seed: int) -> None:
    graph = Graph.parse("x -> a -> y, x -> b -> y, a -> b, x <-> y")
    assert frontdoor_sets(graph, "x", "y") == (("a", "b"),)
    model = random_scm(graph, seed)
    assert frontdoor_estimand("x", "y", ["a", "b"]).evaluate(model, x=1) == model.do({"x": 1}).dist("y")


@reaches("a front-door set")
@given(admgs(least=3, most=4, shared=3), st.data(), st.integers(0, 10**6))
@settings(max_examples=60)
def test_the_frontdoor_formula_gives_the_effect_on_every_graph(graph: Graph, data: st.DataObject, seed: int) -> None:
    x, y, *_ = data.draw(st.permutations(graph.nodes))
    model = random_scm(graph, seed)
    for each in frontdoor_sets(graph, x, y, kind="all"):
        came_to("a front-door set")
        values = {x: 1, y: 1} if each else {y: 1}  # through the empty set nothing flows, and the formula is P(y)
        assert frontdoor_estimand(x, y, each).evaluate(model, values) == model.do({x: 1}).dist(y).get(1, 0)


def test_figure_3_4_of_causality() -> None:
    """The back-door example of [pearl2009]: adjusting for x3 and x4, or x4 and x5; not for x4 alone."""
    graph = Graph.parse("x1 -> x3, x1 -> x4, x2 -> x4, x2 -> x5, x3 -> x, x4 -> x, x4 -> y, x5 -> y, x -> x6 -> y")
    assert backdoor_sets(graph, "x", "y") == (("x1", "x4"), ("x3", "x4"), ("x4", "x2"), ("x4", "x5"))
    only = is_backdoor_set(graph, "x", "y", "x4")
    assert not only
    assert str(only.failures[0].evidence) == "x <- x3 <- x1 -> x4 <- x2 -> x5 -> y"
    assert not is_backdoor_set(graph, "x", "y", ["x3", "x4", "x6"])
    assert frontdoor_sets(graph, "x", "y", kind="smallest") == (("x6",),)


def test_m_bias_needs_no_adjustment_and_is_harmed_by_it() -> None:
    graph = Graph.parse("a -> x, a -> m <- b, b -> y, x -> y")
    assert backdoor_sets(graph, "x", "y") == ((),)
    assert str(is_backdoor_set(graph, "x", "y", "m")) == (
        "no: m meets the back-door criterion for x and y\n"
        "  holds: no descendant of x is in the set\n"
        "  fails: every back-door path from x to y is blocked (x <- a -> m <- b -> y)"
    )


def test_smoking_and_tar() -> None:
    """The front-door graph of [pearl2009], section 3.3.2."""
    graph = Graph.parse("smoking -> tar -> cancer, smoking <-> cancer")
    assert frontdoor_sets(graph, "smoking", "cancer") == (("tar",),)
    assert backdoor_sets(graph, "smoking", "cancer") == ()
    hidden = graph.latent_projection("tar")
    assert frontdoor_sets(hidden, "smoking", "cancer") == ()
    judged = is_frontdoor_set(Graph.parse("x -> z -> y, x <-> y, x <-> z, x -> y"), "x", "y", "z")
    assert [str(condition.evidence) for condition in judged.failures] == ["x -> y", "x <-> z", "z <-> x <-> y"]


def test_an_instrument_needs_relevance_and_exclusion() -> None:
    graph = Graph.parse("z -> x -> y, x <-> y, w")
    assert [str(found) for found in instruments(graph, "x", "y")] == ["z"]
    assert str(is_instrument(graph, "w", "x", "y").failures[0]) == "fails: w and x are dependent"
    direct = is_instrument(Graph.parse("z -> x -> y, x <-> y, z -> y"), "z", "x", "y")
    assert str(direct.failures[0]) == "fails: z and y are separated once nothing reaches x (z -> y)"
    late = is_instrument(Graph.parse("z -> x -> y, x <-> y, x -> d"), "z", "x", "y", given="d")
    assert str(late.failures[0]) == "fails: x affects none of the covariates (d)"


def test_a_conditional_instrument() -> None:
    graph = Graph.parse("w -> z -> x -> y, w -> y, x <-> y")
    assert [str(found) for found in instruments(graph, "x", "y")] == ["z given w"]
    assert not is_instrument(graph, "z", "x", "y")


@given(admgs(most=5), st.data())
def test_instruments_meet_the_definition_and_none_is_missed_without_covariates(graph: Graph, data: st.DataObject) -> None:
    x, y, *_ = data.draw(st.permutations(graph.nodes))
    found = instruments(graph, x, y)
    assert all(is_instrument(graph, each.variable, x, y, each.given) for each in found)
    plain = {each.variable for each in found if not each.given}
    assert plain == {z for z in others(graph, x, y) if is_instrument(graph, z, x, y)}


def test_the_wald_ratio_of_an_instrument_holds_in_a_linear_model() -> None:
    """What an instrument is good for: cov(z, y) / cov(z, x) is the slope, although the back-door sum is not."""
    half = Fraction(1, 2)
    units = [(u, z) for u in (0, 1) for z in (0, 1)]
    rows = [(z, z + u, 3 * (z + u) - 5 * u) for u, z in units]
    mean = [sum(row[i] for row in rows) * half * half for i in range(3)]
    cov = [sum((row[0] - mean[0]) * (row[i] - mean[i]) for row in rows) for i in range(3)]
    assert cov[2] / cov[1] == 3


# ---------------------------------------------------------------- what bad input gets


def test_errors_say_what_was_found() -> None:
    graph = Graph(["x", "y", *(f"z{i}" for i in range(17))], [("x", "y")])
    with pytest.raises(TooLarge) as caught:
        backdoor_sets(graph, "x", "y", kind="all")
    assert str(caught.value) == "17 candidates make 131,072 sets to try, and the limit is 65,536; name at most 16 of them with among=[...]"
    with pytest.raises(TooLarge, match="17 candidates make 131,072 sets to try"):
        frontdoor_sets(graph, "x", "y")
    assert backdoor_sets(graph, "x", "y", kind="all", among=["z1"]) == ((), ("z1",))
    with pytest.raises(WrongShape, match="'x' stands on more than one side; the cause, the outcome and the set must not overlap"):
        is_backdoor_set(graph, "x", "y", ["x"])
    with pytest.raises(UnknownName, match="'w' is not in the graph"):
        backdoor_sets(graph, "x", "w")
