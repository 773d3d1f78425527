"""Names and pairs of graphs in order, what graphs are made from, kin of every kind, and paths by plain enumeration."""

from __future__ import annotations

import itertools
import random
from typing import Any

import networkx
import pandas
import pytest

from causalkit import errors
from causalkit.graphs import Graph
from causalkit.graphs.order import checked_edge, checked_names, neighbours, several, topological_order
from causalkit.graphs.path_search import Path, directed_path, open_path, paths
from causalkit.graphs.sources import from_frame, from_pairs, is_frame, is_networkx

KIN = Graph.parse("g -> p, p -> x, q -> x, x -> c, x -> d, c -> e, x <-> s, x <-> t, z")


@pytest.mark.parametrize(
    ("kind", "kin"),
    [
        ("parents", ("p", "q")),
        ("children", ("c", "d")),
        ("spouses", ("s", "t")),
        ("ancestors", ("g", "p", "q")),
        ("descendants", ("c", "d", "e")),
    ],
)
def test_kin_of_every_kind_stand_in_declared_order_and_unknown_names_are_refused(kind: str, kin: tuple[str, ...]) -> None:
    assert getattr(KIN, kind)("x") == kin
    assert getattr(KIN, kind)("z") == ()
    with pytest.raises(errors.UnknownName, match="'y' is not in the graph; it has: g, p, x"):
        getattr(KIN, kind)("y")


def test_kin_of_several_are_those_of_each_and_without_themselves_unless_asked() -> None:
    assert KIN.ancestors(["c", "p"]) == ("g", "x", "q")
    assert KIN.ancestors(["c", "p"], include_self=True) == ("g", "p", "x", "q", "c")
    assert KIN.descendants(["p", "x"]) == ("c", "d", "e")
    assert KIN.descendants("x", include_self=True) == ("x", "c", "d", "e")
    assert (KIN.ancestors([]), KIN.descendants([], include_self=True)) == ((), ())


def test_an_order_is_that_of_declaration_as_far_as_arrows_allow() -> None:
    assert topological_order(("d", "c", "b", "a"), []) == ("d", "c", "b", "a")
    assert topological_order(("d", "c", "b", "a"), [("a", "d")]) == ("c", "b", "a", "d")
    assert topological_order(("d", "c", "b", "a"), [("a", "c"), ("b", "c"), ("c", "d")]) == ("b", "a", "c", "d")
    for order in itertools.permutations("abc"):
        found = topological_order(order, [("a", "b")])
        assert found.index("a") < found.index("b")
        assert sorted(found) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("edges", "circle"),
    [
        ([("a", "b"), ("b", "a")], "a -> b -> a"),
        ([("c", "d"), ("d", "c"), ("d", "a")], "c -> d -> c"),
        ([("b", "c"), ("c", "d"), ("d", "b"), ("a", "b")], "b -> c -> d -> b"),
        ([("d", "b"), ("b", "c"), ("c", "d")], "b -> c -> d -> b"),
    ],
)
def test_a_circle_is_told_from_its_first_name_on(edges: list[tuple[str, str]], circle: str) -> None:
    with pytest.raises(errors.CyclicModel) as told:
        topological_order(tuple("abcd"), edges)
    assert str(told.value) == f"the arrows run in a circle: {circle}; remove one of them"


@pytest.mark.parametrize("name", ["", "a->b", "a<-b", "a\x00", 3, None])
def test_what_cannot_name_a_node_is_refused_in_any_place(name: Any) -> None:
    for names in ([name, "z"], ["z", name]):
        with pytest.raises(errors.InvalidName, match="cannot name a variable; names are non-empty text without arrows"):
            checked_names(names)
    assert checked_names(("a b", "c[1]")) == ("a b", "c[1]")
    with pytest.raises(errors.InvalidName, match="'b' declared more than once; every variable is listed once"):
        checked_names(["a", "b", "b"])
    assert (several("ab"), several(["a", "b"]), several(())) == (("ab",), ("a", "b"), ())


def test_pairs_join_two_known_names() -> None:
    assert checked_edge(["a", "b"], ("a", "b"), " -> ") == ("a", "b")
    refused: list[tuple[Any, type[Exception], str]] = [
        (("a", "z"), errors.UnknownName, "the edge a -> z mentions 'z', which is not in the graph; it has: a, b"),
        (("z", "a"), errors.UnknownName, "the edge z -> a mentions 'z', which is not in the graph; it has: a, b"),
        (("b", "b"), errors.CyclicModel, "b -> b joins a variable to itself; remove it"),
        ("ab", errors.WrongShape, "'ab' is not an edge; an edge is a pair of names such as ('x', 'y')"),
        (("a",), errors.WrongShape, "('a',) is not an edge"),
        (("a", "b", "a"), errors.WrongShape, "('a', 'b', 'a') is not an edge"),
    ]
    for pair, kind, words in refused:
        with pytest.raises(kind) as told:
            checked_edge(pair, ("a", "b"), " -> ")
        assert words in str(told.value)
    assert neighbours(("c", "b", "a"), [("c", "a"), ("c", "b"), ("a", "c"), ("c", "a")]) == {"c": ("b", "a"), "b": (), "a": ("c",)}


# ---------------------------------------------------------------- sources


def test_pairs_are_edges_where_all_are_pairs() -> None:
    assert from_pairs([["a", "b"], ("c", "a")]) == (["a", "b", "c"], [("a", "b"), ("c", "a")])
    assert from_pairs([("a", "b"), "c"]) == ([("a", "b"), "c"], [])
    assert from_pairs([("a", "b"), ("a", "b", "c")]) == ([("a", "b"), ("a", "b", "c")], [])
    assert from_pairs([]) == ([], [])
    assert from_pairs(each for each in "ab") == (["a", "b"], [])
    with pytest.raises(errors.WrongShape, match="found 3, which describes no graph; give names, pairs of names, a networkx DiGraph"):
        from_pairs(3)  # type: ignore[arg-type]


def test_graphs_and_frames_are_told_from_names() -> None:
    frame = pandas.DataFrame([[0, 1], [0, 0]], index=["a", "b"], columns=["a", "b"])
    assert [is_networkx(each) for each in (networkx.DiGraph(), frame, ["a"], Graph(["a"]))] == [True, False, False, False]
    assert [is_frame(each) for each in (frame, networkx.DiGraph(), ["a"], frame["a"])] == [True, False, False, False]
    assert Graph(frame) == Graph.parse("a -> b")


def test_a_frame_is_read_by_the_names_of_rows_and_columns() -> None:
    turned = pandas.DataFrame([[1, 0], [0.0, 2.5]], index=["a", "b"], columns=["b", "a"])
    with_loop = pandas.DataFrame([[True, False], [False, False]], index=["a", "b"], columns=["b", "a"])
    assert from_frame(with_loop) == (["a", "b"], [("a", "b")])
    assert from_frame(turned) == (["a", "b"], [("a", "b"), ("b", "a")])
    refused = [
        pandas.DataFrame([[0, 1]], index=["a"], columns=["a", "b"]),
        pandas.DataFrame([[0], [1]], index=["a", "b"], columns=["a"]),
        pandas.DataFrame([[0, 1], [0, 0]], index=["a", "a"], columns=["a", "a"]),
        pandas.DataFrame([[0, float("nan")], [0, 0]], index=["a", "b"], columns=["a", "b"]),
        pandas.DataFrame([[0, 0], [float("inf"), 0]], index=["a", "b"], columns=["a", "b"]),
        pandas.DataFrame([[0, "x"], [0, 0]], index=["a", "b"], columns=["a", "b"]),
    ]
    for place, frame in enumerate(refused):
        with pytest.raises(
            errors.WrongShape, match="expected the same names in both, each once" if place < 3 else "of a frame, expected a number"
        ):
            from_frame(frame)
    assert len(refused) == 6


# ---------------------------------------------------------------- paths


def drawn(seed: int) -> Graph:
    """A graph of four to six nodes, with arrows and latent causes."""
    lots = random.Random(seed)
    names = "abcdef"[: lots.randint(4, 6)]
    pairs = list(itertools.combinations(names, 2))
    return Graph(list(names), [pair for pair in pairs if lots.random() < 0.4], [pair for pair in pairs if lots.random() < 0.15])


def is_open(graph: Graph, path: Path, given: set[str]) -> bool:
    """By the definition, from the arrows at each node between the ends."""
    for node, before, after in zip(path.nodes[1:-1], path.arrows, path.arrows[1:], strict=False):
        collides = before in ("->", "<->") and after in ("<-", "<->")
        below = {node, *graph.descendants(node)}
        if (not below & given) if collides else node in given:
            return False
    return True


@pytest.mark.parametrize("seed", range(12))
def test_an_open_path_is_the_shortest_of_all_that_are_open(seed: int) -> None:
    graph = drawn(seed)
    x, *between, y = graph.nodes
    assert between
    for size in range(len(between) + 1):
        for given in itertools.combinations(between, size):
            every = list(paths(graph, x, y, given=given))
            assert len({(path.nodes, path.arrows) for path in every}) == len(every)
            assert [path.is_open for path in every] == [is_open(graph, path, set(given)) for path in every]
            lengths = [len(path.nodes) for path in every if path.is_open]
            found = open_path(graph, x, y, given=given)
            assert (None if found is None else len(found.nodes)) == min(lengths, default=None)
            assert found is None or (found.is_open and found in every)


def test_open_paths_between_sets_start_and_end_at_the_nearest() -> None:
    graph = Graph.parse("a -> b -> c -> d, b -> e, f <-> c")
    assert str(open_path(graph, ["a", "b"], ["d", "c"])) == "b -> c"
    assert str(open_path(graph, ["a", "f"], "d")) == "f <-> c -> d"
    assert open_path(graph, "a", "f") is None
    assert str(open_path(graph, "a", "f", given="d")) == "a -> b -> c <-> f"
    assert open_path(graph, "a", "f", given="d").colliders == ("c",)  # type: ignore[union-attr]
    assert str(open_path(graph, ["a", "b"], "f", given="c")) == "b -> c <-> f"
    assert str(directed_path(graph, ["a", "b"], ["e", "d"])) == "b -> e"
    assert str(directed_path(graph, "a", ["e", "d"], avoiding="e")) == "a -> b -> c -> d"
    assert (directed_path(graph, "a", "d", avoiding=["c"]), directed_path(graph, "f", "c")) == (None, None)
    for ask in (open_path, directed_path):
        with pytest.raises(errors.UnknownName):
            ask(graph, "a", "z")
        with pytest.raises(errors.UnknownName):
            ask(graph, "z", "a")
