"""Trails are open as paths of d-separation are: each node by the two arrows beside it, and by no others of the trail."""

from __future__ import annotations

import itertools

import pytest

from causalkit.graphs import Graph, d_separated
from stop_button.games.graphs.trails import Trails


def open_between(graph: Graph, start: str, end: str, given: tuple[str, ...]) -> list[str]:
    return [str(path) for path in Trails(graph, frozenset(given), lambda _node, _kind: True).between(start, [end])]


@pytest.mark.parametrize(
    ("text", "given", "found"),
    [
        ("b -> a, b -> c, d -> c", (), False),  # c is a collider, whatever the arrow at the start
        ("b -> a, b -> c, d -> c", ("c",), True),
        ("a -> b, c -> b, c -> d", (), False),
        ("a -> b, c -> b, c -> d", ("b",), True),
        ("a -> b, b -> c, d -> c, c -> e", ("e",), True),
        ("a -> b, b -> c, c -> d", ("b",), False),
        ("b -> a, c -> b, c -> d", (), True),
    ],
)
def test_trails_of_three_arrows(text: str, given: tuple[str, ...], found: bool) -> None:
    graph = Graph.parse(text)
    assert bool(open_between(graph, "a", "d", given)) is found
    assert d_separated(graph, "a", "d", given=given) is not found


def test_there_is_an_open_trail_where_two_nodes_are_not_separated_and_nowhere_else() -> None:
    """All graphs of four nodes in one order, and all that may be given: by d-separation, which goes another way."""
    nodes = "abcd"
    pairs = list(itertools.combinations(nodes, 2))
    for chosen in itertools.product((False, True), repeat=len(pairs)):
        edges = [pair for pair, is_there in zip(pairs, chosen, strict=True) if is_there]
        graph = Graph(list(nodes), edges)
        for start, end in (("a", "d"), ("b", "d"), ("c", "a")):
            others = [node for node in nodes if node not in (start, end)]
            for given in ((), *((each,) for each in others), tuple(others)):
                assert bool(open_between(graph, start, end, given)) is not bool(d_separated(graph, start, end, given=given))
