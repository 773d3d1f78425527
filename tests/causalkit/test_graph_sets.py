"""Included and excluded variables, direct effects, conditional instruments, implied independences, Markov blankets: by brute force."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit import Graph, Model, coin, graphs
from causalkit.errors import TooLarge, UnknownName, WrongShape
from causalkit.graphs import (
    Independence,
    adjustment_sets,
    backdoor_sets,
    conditional_instruments,
    d_separated,
    direct_effect_sets,
    implied_independences,
    instruments,
    is_adjustment_set,
    is_backdoor_set,
    is_direct_effect_set,
    is_instrument,
    markov_blanket,
    minimal_separator,
    minimal_separators,
    paths,
)
from tests.causalkit.admg import admgs
from tests.reached import came_to, reaches
from tests.tries import tries

Sets = set[frozenset[str]]


def subsets(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


def others(graph: Graph, *names: str) -> tuple[str, ...]:
    return tuple(name for name in graph.nodes if name not in names)


def sets(found: Any) -> Sets:
    return set(map(frozenset, found))


def minimal(every: Sets) -> Sets:
    return {one for one in every if not any(other < one for other in every)}


def smallest(every: Sets) -> Sets:
    return {one for one in every if len(one) == min(map(len, every))}


@given(admgs(most=5), st.data())
def test_included_and_excluded_variables(graph: Graph, data: st.DataObject) -> None:
    """Every function against trying all sets that hold what is included and nothing that is excluded."""
    x, y, *rest = data.draw(st.permutations(graph.nodes))
    cut = data.draw(st.integers(0, len(rest)))
    inside, outside = rest[: min(cut, 2)], rest[cut : cut + 1] if cut >= 2 else rest[cut + 1 : cut + 2]
    questions: list[tuple[Callable[..., Any], Callable[..., Any], bool]] = [
        (backdoor_sets, is_backdoor_set, True),
        (adjustment_sets, is_adjustment_set, True),
        (direct_effect_sets, is_direct_effect_set, True),
        (minimal_separators, d_separated, False),
    ]
    for find, judge, kinds in questions:
        every = {
            frozenset(s)
            for s in subsets(others(graph, x, y))
            if set(inside) <= set(s) and not set(outside) & set(s) and judge(graph, x, y, s)
        }
        limits = {"included": inside, "excluded": outside}
        assert sets(find(graph, x, y, **limits)) == minimal(every)
        if kinds:
            assert sets(find(graph, x, y, kind="all", **limits)) == every
            assert sets(find(graph, x, y, kind="smallest", **limits)) == (smallest(every) if every else set())
        else:
            assert (minimal_separator(graph, x, y, **limits) is None) == (not every)


def leaves_the_direct_effect(graph: Graph, x: str, y: str, held: tuple[str, ...]) -> bool:
    """Path by path: nothing after the outcome, and the arrow the only open path."""
    open_ones = [path for path in paths(graph, x, y, held) if path.is_open]
    return not set(held) & set(graph.descendants(y)) and all(path.nodes == (x, y) and path.arrows == ("->",) for path in open_ones)


@given(admgs(most=5), st.data())
def test_direct_effect_sets_are_those_of_the_definition(graph: Graph, data: st.DataObject) -> None:
    x, y, *_ = data.draw(st.permutations(graph.nodes))
    truth = {frozenset(held) for held in subsets(others(graph, x, y)) if leaves_the_direct_effect(graph, x, y, held)}
    assert sets(direct_effect_sets(graph, x, y, kind="all")) == truth
    assert sets(direct_effect_sets(graph, x, y)) == minimal(truth)


@reaches("a set")
@settings(max_examples=40)
@given(admgs(least=3, most=5, shared=0), st.integers(0, 10**6))
def test_the_slope_is_the_coefficient_of_the_arrow_in_linear_models(graph: Graph, seed: int) -> None:
    """Exactly for the sets of the criterion: the regression slope from the implied covariances, for random coefficients."""
    chance = random.Random(seed)
    weight = {edge: chance.uniform(0.5, 1.5) * chance.choice([1, -1]) for edge in graph.edges}
    place = {name: i for i, name in enumerate(graph.nodes)}
    arrows = np.zeros((len(graph), len(graph)))
    for (a, b), w in weight.items():
        arrows[place[a], place[b]] = w
    flow = np.linalg.inv(np.eye(len(graph)) - arrows)
    covariance = flow.T @ flow
    for x, y in graph.edges:
        for held in direct_effect_sets(graph, x, y, kind="all"):
            came_to("a set")
            seen = [place[x], *(place[name] for name in held)]
            slopes = np.linalg.solve(covariance[np.ix_(seen, seen)], covariance[seen, place[y]])
            assert abs(slopes[0] - weight[x, y]) < 1e-8


@settings(max_examples=tries(60))
@given(admgs(most=5), st.data())
def test_conditional_instruments_are_those_of_the_definition(graph: Graph, data: st.DataObject) -> None:
    x, y, *_ = data.draw(st.permutations(graph.nodes))
    truth = {(z, frozenset(w)) for z in others(graph, x, y) for w in subsets(others(graph, x, y, z)) if instrumental(graph, z, x, y, w)}
    assert {(each.variable, frozenset(each.given)) for each in conditional_instruments(graph, x, y, kind="all")} == truth
    least = {(z, w) for z, w in truth if not any(other == z and smaller < w for other, smaller in truth)}
    assert {(each.variable, frozenset(each.given)) for each in conditional_instruments(graph, x, y)} == least
    assert {(each.variable, frozenset(each.given)) for each in instruments(graph, x, y)} <= truth


def instrumental(graph: Graph, z: str, x: str, y: str, held: tuple[str, ...]) -> bool:
    """Path by path: an open one to the cause, none to the outcome once the arrows into the cause are gone."""
    relevant = any(path.is_open for path in paths(graph, z, x, held))
    around = any(path.is_open for path in paths(graph.without_incoming(x), z, y, held))
    return relevant and not around and not set(held) & set(graph.descendants(x))


@given(admgs(most=5), st.data())
def test_instruments_with_included_covariates(graph: Graph, data: st.DataObject) -> None:
    x, y, *rest = data.draw(st.permutations(graph.nodes))
    inside, outside = rest[:1], rest[1:2]
    for each in instruments(graph, x, y, included=inside, excluded=outside):
        assert set(inside) <= set(each.given)
        assert not set(outside) & {each.variable, *each.given}
        assert is_instrument(graph, each.variable, x, y, each.given)
    tried = conditional_instruments(graph, x, y, kind="all", included=inside, excluded=outside)
    every = conditional_instruments(graph, x, y, kind="all")
    assert set(tried) == {one for one in every if set(inside) <= set(one.given) and not set(outside) & {one.variable, *one.given}}


def test_an_instrument_that_a_collider_makes_relevant() -> None:
    graph = Graph.parse("z -> c <- u -> x -> y, x <-> y")
    assert [str(each) for each in instruments(graph, "x", "y", among=["z", "c"])] == ["c"]
    assert [str(each) for each in conditional_instruments(graph, "x", "y", among=["z", "c"])] == ["z given c", "c"]


@given(admgs(most=6))
def test_the_markov_blanket_is_the_smallest_set_that_shields(graph: Graph) -> None:
    for name in graph.nodes:
        rest = others(graph, name)
        shields = [s for s in subsets(rest) if len(s) == len(rest) or d_separated(graph, name, [o for o in rest if o not in s], s)]
        assert frozenset(markov_blanket(graph, name)) == min(map(frozenset, shields), key=len)


def pairs_that_follow(graph: Graph, statements: tuple[Independence, ...]) -> set[tuple[str, str, frozenset[str]]]:
    """All pairwise independences that the graphoid axioms draw from the statements: symmetry, decomposition, weak union, contraction."""
    found = {(frozenset(s.xs), frozenset(s.ys), frozenset(s.given)) for s in statements}
    while True:
        new = {(b, a, c) for a, b, c in found}
        for a, b, c in found:
            for part in map(frozenset, subsets(tuple(b))):
                if part and part < b:
                    new |= {(a, part, c), (a, part, c | (b - part))}
        for (a, b, c), (d, e, f) in ((one, other) for one in found for other in found):
            if a == d and f == b | c and not e & f:
                new.add((a, b | e, c))
        if new <= found:
            return {(*a, *b, c) for a, b, c in found if len(a) == len(b) == 1}  # type: ignore[misc]
        found |= new


@settings(max_examples=tries(30))
@given(admgs(least=3, most=4))
def test_everything_follows_from_the_basis(graph: Graph) -> None:
    """The semi-graphoid closure of the basis is the list of all separations."""
    every = implied_independences(graph, kind="all")
    truth = {(*one.xs, *one.ys, frozenset(one.given)) for one in every} | {(*one.ys, *one.xs, frozenset(one.given)) for one in every}
    assert pairs_that_follow(graph, implied_independences(graph)) == truth


@given(admgs(most=5))
def test_all_and_minimal_independences_are_separations(graph: Graph) -> None:
    truth = {
        ((a,), (b,), tuple(s)) for a, b in combinations(graph.nodes, 2) for s in subsets(others(graph, a, b)) if d_separated(graph, a, b, s)
    }
    assert {(one.xs, one.ys, one.given) for one in implied_independences(graph, kind="all")} == truth
    least = {(x, y, s) for x, y, s in truth if not any((x, y) == (a, b) and set(t) < set(s) for a, b, t in truth)}
    assert {(one.xs, one.ys, one.given) for one in implied_independences(graph, kind="minimal")} == least
    assert all(d_separated(graph, one.xs, one.ys, one.given) for one in implied_independences(graph))


def test_implied_independences_against_models_and_data() -> None:
    model = Model(a=coin("1/2"), n=coin("1/4"), b=lambda a, n: a != n, m=coin("1/3"), c=lambda b, m: b != m)
    statement = Independence(("c",), ("a",), ("b",))
    assert statement in implied_independences(Graph.parse("a -> b -> c"))
    assert statement.holds_in(model)
    assert not Independence(("c",), ("a",)).holds_in(model)
    chance = np.random.default_rng(1)
    a, n, m = (chance.random(4000) < p for p in (1 / 2, 1 / 4, 1 / 3))
    data = pd.DataFrame({"a": a, "b": a != n, "c": (a != n) != m})
    tested = statement.test(data)
    assert (tested.freedom, tested.p_value > 0.01) == (2, True)
    assert Independence(("c",), ("a",)).test(data).p_value < 1e-6
    with pytest.raises(WrongShape, match="'d' is not a column of the data; it has: a, b, c"):
        Independence(("d",), ("a",)).test(data)
    with pytest.raises(WrongShape, match=r"; did you mean 'b'\?"):
        Independence(("B",), ("a",)).test(data)


def test_the_test_statistic_is_that_of_scipy() -> None:
    from scipy.stats import chi2_contingency

    chance = np.random.default_rng(2)
    data = pd.DataFrame({"a": chance.integers(0, 3, 500), "b": chance.integers(0, 2, 500)})
    table = pd.crosstab(data.a, data.b)
    expected = chi2_contingency(table, correction=False, lambda_="log-likelihood")
    tested = Independence(("a",), ("b",)).test(data)
    assert tested.freedom == expected.dof
    assert abs(tested.statistic - expected.statistic) < 1e-9
    assert abs(tested.p_value - expected.pvalue) < 1e-9


def test_errors_say_what_was_found() -> None:
    graph = Graph.parse("x -> m -> y, z -> x")
    with pytest.raises(WrongShape, match="'z' is to be included, and it is excluded or not among the variables allowed"):
        backdoor_sets(graph, "x", "y", included="z", excluded="z")
    assert backdoor_sets(graph, "x", "y", included="m") == ()
    with pytest.raises(WrongShape, match="kind='some' is not known"):
        implied_independences(graph, kind="some")  # type: ignore[arg-type]
    with pytest.raises(TooLarge, match="15 variables have too many sets to go through, and the limit is 14"):
        implied_independences(Graph([f"v{i}" for i in range(15)]), kind="all")


NAMED = Graph.parse("z -> x -> m -> y, w -> y, x -> y")
NAMES = ("str", "Names", "Names | None")
PLACED = {"x": "x", "y": "y", "xs": ["x", "z"], "ys": ["y", "w"], "given": ["m"], "avoiding": ["m"], "z": "z"}


def asked_by_names() -> list[tuple[str, str]]:
    """The functions that ask a graph about names, each with each of its arguments that are names."""
    found = []
    for name in graphs.__all__:
        function = getattr(graphs, name)
        if not callable(function) or isinstance(function, type) or name == "parse_text":
            continue
        _, *rest = inspect.signature(function).parameters.values()
        found += [(name, each.name) for each in rest if each.annotation in NAMES]
    return found


@pytest.mark.parametrize(("name", "where"), asked_by_names())
@pytest.mark.parametrize("place", [0, 1])
def test_a_name_that_is_not_there_is_refused_in_every_place(name: str, where: str, place: int) -> None:
    """In every argument, alone or behind one that is there; also by what gives its answers one by one."""
    function = getattr(graphs, name)
    _, *rest = inspect.signature(function).parameters.values()
    given_names: dict[str, Any] = {
        each.name: PLACED.get(each.name, "w" if each.annotation == "str" else ["w"])
        for each in rest
        if each.annotation in NAMES and (each.default is inspect.Parameter.empty or each.name == where)
    }
    alone = isinstance(given_names[where], str)
    given_names[where] = "nope" if alone else [*given_names[where][:place], "nope"]
    with pytest.raises(UnknownName, match="'nope' is not in the graph"):
        tuple(answer if isinstance(answer := function(NAMED, **given_names), Iterable) else [answer])


def test_the_basis_of_a_graph_without_unseen_causes_is_listed_however_many_variables_it_has() -> None:
    """In a chain each variable is independent of all before its parent."""
    graph = Graph.parse(" -> ".join(f"v{i}" for i in range(20)))
    found = implied_independences(graph)
    assert len(found) == len(implied_independences(graph, kind="basis")) == 18
    assert {(one.xs, len(one.ys), one.given) for one in found} == {((f"v{i}",), i - 1, (f"v{i - 1}",)) for i in range(2, 20)}
    with pytest.raises(TooLarge, match="20 variables have too many sets"):
        implied_independences(Graph(graph.nodes, graph.edges, confounded=[("v0", "v19")]))
