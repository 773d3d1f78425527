"""Separation: the linear search, every path one by one, networkx and enumeration agree."""

from fractions import Fraction
from itertools import chain, combinations, product

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit.errors import UnknownName, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.graphs.path_search import Path, directed_path, open_path, paths
from causalkit.graphs.separation import d_separated, minimal_separator, minimal_separators
from tests.causalkit.admg import Scm, admgs, random_scm
from tests.tries import tries


@st.composite
def questions(draw: st.DrawFn, most: int = 6) -> tuple[Graph, list[str], list[str], list[str]]:
    graph = draw(admgs(most=most))
    names = draw(st.permutations(graph.nodes))
    a = draw(st.integers(1, len(names) - 1))
    b = draw(st.integers(a + 1, len(names)))
    c = draw(st.integers(b, len(names)))
    return graph, list(names[:a]), list(names[a:b]), list(names[b:c])


def blocked_by_the_definition(graph: Graph, path: Path, seen: list[str]) -> bool:
    """Definition 1.2.3 of Pearl's book, read from the arrows of a path."""
    for i, node in enumerate(path.nodes[1:-1]):
        into = path.arrows[i] in ("->", "<->") and path.arrows[i + 1] in ("<-", "<->")
        if into and not {node, *graph.descendants(node)} & set(seen):
            return True
        if not into and node in seen:
            return True
    return False


@given(questions())
def test_separation_is_that_every_path_is_blocked(question: tuple[Graph, list[str], list[str], list[str]]) -> None:
    graph, xs, ys, seen = question
    found = [path for x in xs for y in ys for path in paths(graph, x, y, seen)]
    assert bool(d_separated(graph, xs, ys, seen)) == all(blocked_by_the_definition(graph, path, seen) for path in found)
    assert all(path.is_open != blocked_by_the_definition(graph, path, seen) for path in found)


@given(questions())
def test_separation_is_that_of_networkx(question: tuple[Graph, list[str], list[str], list[str]]) -> None:
    graph, xs, ys, seen = question
    assert bool(d_separated(graph, xs, ys, seen)) == nx.is_d_separator(graph.to_networkx(), set(xs), set(ys), set(seen))


@given(questions())
def test_the_evidence_is_an_open_path_of_the_graph(question: tuple[Graph, list[str], list[str], list[str]]) -> None:
    graph, xs, ys, seen = question
    path = open_path(graph, xs, ys, seen)
    if path is None:
        return
    assert path.is_open
    assert path.nodes[0] in xs
    assert path.nodes[-1] in ys
    assert path in list(paths(graph, path.nodes[0], path.nodes[-1], seen))


@given(admgs(most=4, shared=3), st.integers(0, 10**6))
@settings(max_examples=tries(40))
def test_separated_variables_are_independent(graph: Graph, seed: int) -> None:
    model = random_scm(graph, seed)
    for x, y in combinations(graph.nodes, 2):
        others = [name for name in graph.nodes if name not in (x, y)]
        for seen in chain.from_iterable(combinations(others, size) for size in range(len(others) + 1)):
            if d_separated(graph, x, y, seen):
                assert_independent(model, x, y, seen)


def assert_independent(model: Scm, x: str, y: str, seen: tuple[str, ...]) -> None:
    names = (x, y, *seen)

    def weight(**values: int) -> Fraction:
        places = {model.graph.nodes.index(name): value for name, value in values.items()}
        return sum((p for key, p in model.joint.items() if all(key[i] == value for i, value in places.items())), Fraction(0))

    for values in product((0, 1), repeat=len(names)):
        whole = dict(zip(names, values, strict=True))
        given_ = {name: whole[name] for name in seen}
        assert weight(**whole) * weight(**given_) == weight(**{**given_, x: whole[x]}) * weight(**{**given_, y: whole[y]})


@given(questions())
def test_minimal_separators_are_all_of_them(question: tuple[Graph, list[str], list[str], list[str]]) -> None:
    graph, xs, ys, included = question
    free = [name for name in graph.nodes if name not in {*xs, *ys, *included}]
    subsets = chain.from_iterable(combinations(free, k) for k in range(len(free) + 1))
    separators = [frozenset(s) for s in subsets if d_separated(graph, xs, ys, [*included, *s])]
    minimal = {s | set(included) for s in separators if not any(t < s for t in separators)}
    found = minimal_separators(graph, xs, ys, included=included)
    assert set(map(frozenset, found)) == minimal
    assert len(found) == len(minimal)
    assert list(map(len, found)) == sorted(map(len, found))


@given(questions(), st.data())
def test_minimal_separators_among_the_variables_allowed(
    question: tuple[Graph, list[str], list[str], list[str]], data: st.DataObject
) -> None:
    graph, xs, ys, _ = question
    among = data.draw(st.lists(st.sampled_from(graph.nodes), unique=True))
    free = [name for name in among if name not in {*xs, *ys}]
    subsets = chain.from_iterable(combinations(free, k) for k in range(len(free) + 1))
    separators = [frozenset(s) for s in subsets if d_separated(graph, xs, ys, s)]
    minimal = {s for s in separators if not any(t < s for t in separators)}
    assert set(map(frozenset, minimal_separators(graph, xs, ys, among=among))) == minimal
    one = minimal_separator(graph, xs, ys, among=among)
    assert (one is None) == (not minimal)
    assert one is None or frozenset(one) in minimal


@given(questions())
def test_minimal_separators_exist_when_networkx_finds_one(question: tuple[Graph, list[str], list[str], list[str]]) -> None:
    graph, xs, ys, _ = question
    free = set(graph.nodes) - {*xs, *ys}
    peer = nx.find_minimal_d_separator(graph.to_networkx(), set(xs), set(ys), restricted=free)
    found = minimal_separators(graph, xs, ys)
    assert (peer is None) == (not found)
    assert peer is None or peer in list(map(set, found))


@given(admgs(most=6), st.data())
def test_directed_paths_reach_the_descendants(graph: Graph, data: st.DataObject) -> None:
    x, y, *rest = data.draw(st.permutations(graph.nodes))
    avoided = rest[: data.draw(st.integers(0, len(rest)))]
    path = directed_path(graph, x, y, avoiding=avoided)
    assert (path is not None) == (y in graph.subgraph([n for n in graph.nodes if n not in avoided]).descendants(x))
    assert path is None or (set(path.arrows) == {"->"} and path.nodes[0] == x and path.nodes[-1] == y)


# ---------------------------------------------------------------- how a judgement prints


def test_an_open_path_says_why_each_node_is_open() -> None:
    graph = Graph.parse("x -> c <- z -> y, c -> d, x <-> y, m <- x")
    found = d_separated(graph.subgraph(["x", "c", "z", "y", "d", "m"]), "m", "y", given=["d"])
    assert not found
    assert str(found).splitlines() == [
        "m and y are not separated given d: m <- x <-> y is open",
        "  x is a chain, open: it is not given",
    ]
    through = d_separated(Graph.parse("x -> c <- z -> y, c -> d"), "x", "y", given=["d"])
    assert str(through).splitlines() == [
        "x and y are not separated given d: x -> c <- z -> y is open",
        "  c is a collider, open: its descendant d is given",
        "  z is a fork, open: it is not given",
    ]


def test_a_separation_lists_its_blocked_paths() -> None:
    found = d_separated(Graph.parse("x -> c <- y, x <- z -> y"), "x", "y", given=["z"])
    assert found
    assert str(found) == "x and y are separated given z"
    assert [(str(path), [str(step) for step in path.steps]) for path in found.paths()] == [
        ("x <- z -> y", ["z is a fork, blocked: it is given"]),
        ("x -> c <- y", ["c is a collider, blocked: neither it nor a descendant is given"]),
    ]


def test_m_bias() -> None:
    graph = Graph.parse("a -> x, a -> m <- b, b -> y")
    assert d_separated(graph, "x", "y")
    assert str(d_separated(graph, "x", "y", given="m").open_path) == "x <- a -> m <- b -> y"
    assert minimal_separators(graph, "x", "y", included="m") == (("a", "m"), ("m", "b"))


def test_sets_that_overlap_are_refused() -> None:
    graph = Graph.parse("x -> m -> y")
    with pytest.raises(WrongShape, match="'m' stands on more than one side; xs, ys and given must not overlap"):
        d_separated(graph, ["x", "m"], "y", given="m")
    with pytest.raises(WrongShape, match="'x' stands on more than one side"):
        minimal_separators(graph, "x", ["x", "y"])
    with pytest.raises(WrongShape, match="'m' must be included, and is not among the variables allowed"):
        minimal_separators(graph, "x", "y", included="m", among=())
    with pytest.raises(UnknownName, match="'q' is not in the graph; it has: x, m, y"):
        d_separated(graph, "x", "q")


@pytest.mark.parametrize(("xs", "ys"), [([], ["y"]), (["x"], []), ([], [])])
@pytest.mark.parametrize("included", [[], ["a"]])
def test_nothing_is_separated_from_anything_by_what_must_be_included(xs: list[str], ys: list[str], included: list[str]) -> None:
    graph = Graph.parse("x -> a -> b -> y")
    assert d_separated(graph, xs, ys, given=included)
    assert minimal_separator(graph, xs, ys, included=included) == tuple(included)
    assert minimal_separators(graph, xs, ys, included=included) == (tuple(included),)
