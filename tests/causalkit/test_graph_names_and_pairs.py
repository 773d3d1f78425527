"""Graphs as they are made: names, pairs and latent causes, and what is refused, in whole sentences."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import networkx
import pytest

from causalkit import errors
from causalkit.graphs import Graph, direct_effect_sets
from tests.refusing import check_refused

HALF = Fraction(1, 2)


def test_a_graph_is_a_row_of_names() -> None:
    graph = Graph.parse("b -> a, c")
    assert list(graph) == ["b", "a", "c"]
    assert ("a" in graph, "z" in graph, len(graph)) == (True, False, 3)
    assert Graph([("a", "b")]) == Graph.parse("a -> b")
    assert Graph([("a", "b")], confounded=[("a", "b")]) == Graph.parse("a -> b, a <-> b")
    assert Graph(["a", "b"], [("b", "a")]).nodes == ("a", "b")
    assert Graph([]) == Graph(())


def test_latent_causes_get_names_of_their_own() -> None:
    made = Graph(["x", "y", "U(x, y)"], [("x", "U(x, y)")], [("x", "y")]).to_networkx()
    assert made.nodes["U(x, y)'"] == {"latent": True}
    assert sorted(made.edges) == [("U(x, y)'", "x"), ("U(x, y)'", "y"), ("x", "U(x, y)")]
    assert Graph.from_networkx(made) == Graph(["x", "y", "U(x, y)"], [("x", "U(x, y)")], [("x", "y")])


def test_pairs_stand_in_the_order_of_the_names() -> None:
    graph = Graph(["c", "a", "b"], [("a", "b"), ("c", "b"), ("c", "a"), ("a", "b")], [("b", "a"), ("a", "c"), ("c", "a")])
    assert graph.edges == (("c", "a"), ("c", "b"), ("a", "b"))
    assert graph.confounded == (("c", "a"), ("a", "b"))
    assert graph.order == ("c", "a", "b")
    assert Graph(["y", "x"], [("x", "y")]).order == ("x", "y")
    names = list("hgfedcba")
    fan = Graph(names, [("h", other) for other in "abcdefg"], [("h", other) for other in "bacdfeg"])
    assert fan.edges == fan.confounded == tuple(("h", other) for other in "gfedcba")
    assert (graph.parents("b"), graph.children("c"), graph.spouses("a")) == (("c", "a"), ("a", "b"), ("c", "b"))
    assert graph == Graph(["a", "b", "c"], graph.edges, [("a", "b"), ("a", "c")])
    assert graph != Graph(["c", "a", "b"], graph.edges)
    assert graph != "c -> a"


def test_what_is_latent_is_projected_out() -> None:
    graph = Graph.parse("l -> a, l -> b, p -> l, a -> c, q <-> l")
    found = graph.latent_projection("l")
    assert set(found.edges) == {("p", "a"), ("p", "b"), ("a", "c")}
    assert set(map(frozenset, found.confounded)) == {frozenset("ab"), frozenset("aq"), frozenset("bq")}
    assert found.c_components() == (("a", "b", "q"), ("p",), ("c",))
    assert sorted(map(sorted, found.moral().edges)) == [["a", "b"], ["a", "c"], ["a", "p"], ["a", "q"], ["b", "p"], ["b", "q"], ["p", "q"]]


GRAPHS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "found the text 'ab' where a list of names was expected; write Graph.parse('ab'), or a list of names": (
        errors.WrongShape,
        lambda: Graph("ab"),
    ),
    "'a->b' cannot name a variable; names are non-empty text without arrows and control characters": (
        errors.InvalidName,
        lambda: Graph(["a->b"]),
    ),
    "'a<-b' cannot name a variable; names are non-empty text without arrows and control characters": (
        errors.InvalidName,
        lambda: Graph(["a<-b"]),
    ),
    "found edges beside pairs of names, which are edges themselves; give names and edges, or pairs alone": (
        errors.WrongShape,
        lambda: Graph([("a", "b")], [("b", "a")]),
    ),
    "'' cannot name a variable; names are non-empty text without arrows and control characters": (errors.InvalidName, lambda: Graph([""])),
    "'b', 'c' declared more than once; every variable is listed once": (errors.InvalidName, lambda: Graph(["a", "b", "c", "c", "b"])),
    "('a',) is not an edge; an edge is a pair of names such as ('x', 'y')": (
        errors.WrongShape,
        lambda: Graph(["a"], [("a",)]),  # type: ignore[list-item]
    ),
    "'ab' is not an edge; an edge is a pair of names such as ('x', 'y')": (
        errors.WrongShape,
        lambda: Graph(["a", "b"], ["ab"]),  # type: ignore[list-item]
    ),
    "the edge a -> z mentions 'z', which is not in the graph; it has: a, b": (
        errors.UnknownName,
        lambda: Graph(["a", "b"], [("a", "z")]),
    ),
    "the edge z <-> a mentions 'z', which is not in the graph; it has: a, b": (
        errors.UnknownName,
        lambda: Graph(["a", "b"], [], [("z", "a")]),
    ),
    "a <-> a joins a variable to itself; remove it": (errors.CyclicModel, lambda: Graph(["a"], [], [("a", "a")])),
    "the arrows run in a circle: b -> c -> d -> b; remove one of them": (
        errors.CyclicModel,
        lambda: Graph.parse("a -> b -> c -> d -> b, d -> e"),
    ),
    "found empty braces, expected names in them": (errors.WrongShape, lambda: Graph.parse("dag { a -> {} }")),
    "found edges beside a DiGraph, which has its own; make the graph of names and edges": (
        errors.WrongShape,
        lambda: Graph(networkx.DiGraph([("a", "b")]), [("a", "b")]),
    ),
    "found an undirected networkx graph with 2 nodes, expected a DiGraph; give every edge a direction": (
        errors.WrongShape,
        lambda: Graph.from_networkx(networkx.Graph([("a", "b")])),
    ),
    "'z' is not in the graph; it has: a, b": (errors.UnknownName, lambda: Graph.parse("a -> b").select(["a", "z"])),
}


@pytest.mark.parametrize("words", GRAPHS)
def test_what_a_graph_refuses_is_told_why(words: str) -> None:
    check_refused(GRAPHS, words)


@pytest.mark.parametrize("kind", ["minimal", "smallest", "all"])
def test_cause_outcome_and_covariates_of_a_direct_effect_are_different(kind: Any) -> None:
    graph = Graph.parse("x -> m -> y, x -> y, c -> m, c -> y")
    for x, y, included in (("x", "x", ()), ("x", "y", "x"), ("x", "y", "y")):
        with pytest.raises(errors.WrongShape):
            direct_effect_sets(graph, x, y, kind=kind, included=included)
    with pytest.raises(errors.UnknownName):
        direct_effect_sets(graph, "x", "z", kind=kind)
