"""Graphs: construction, surgery, projection, components, and the errors of a wrong call."""

import pickle
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalkit.errors import CyclicModel, InvalidName, UnknownName, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.graphs.path_search import paths
from causalkit.graphs.separation import d_separated
from tests.causalkit.admg import admgs


def test_nodes_keep_their_declared_order_and_the_topological_order_is_stable() -> None:
    graph = Graph(["y", "b", "x", "a"], [("x", "y"), ("a", "x")])
    assert graph.nodes == ("y", "b", "x", "a")
    assert graph.order == ("b", "a", "x", "y")


@given(admgs(), st.randoms())
def test_equality_ignores_the_order_of_declaration(graph: Graph, rng) -> None:  # type: ignore[no-untyped-def]
    nodes, edges = list(graph.nodes), list(graph.edges)
    pairs = [rng.choice([(a, b), (b, a)]) for a, b in graph.confounded]
    for items in (nodes, edges, pairs):
        rng.shuffle(items)
    other = Graph(nodes, edges, pairs)
    assert other == graph
    assert hash(other) == hash(graph)
    assert len({graph, other}) == 1


def test_equality_sees_every_part() -> None:
    graph = Graph.parse("x -> y, x <-> y")
    different = [Graph.parse("x -> y"), Graph.parse("y -> x, x <-> y"), Graph.parse("x -> y, x <-> y, z"), Graph.parse("x <-> y")]
    assert all(graph != other for other in different)
    assert graph != "x -> y, x <-> y"


@given(admgs(most=6))
def test_what_is_printed_can_be_pasted_back(graph: Graph) -> None:
    assert Graph.parse(str(graph)) == graph
    pasted = eval(repr(graph))
    assert pasted == graph
    assert pasted.nodes == graph.nodes


def test_parse_reads_chains_of_every_arrow_and_names_with_brackets() -> None:
    graph = Graph.parse("a -> b <- c; wish[1,2] <-> b\nalone")
    assert graph.nodes == ("a", "b", "c", "wish[1,2]", "alone")
    assert graph.edges == (("a", "b"), ("c", "b"))
    assert graph.confounded == (("b", "wish[1,2]"),)


@given(admgs(most=6))
def test_networkx_round_trip_is_exact(graph: Graph) -> None:
    assert Graph.from_networkx(graph.to_networkx()) == graph


def test_from_networkx_projects_what_pgmpy_calls_latent() -> None:
    dag = nx.DiGraph([("u", "x"), ("u", "y"), ("x", "y")])
    dag.latents = {"u"}
    assert Graph.from_networkx(dag) == Graph.parse("x -> y, x <-> y")


def test_a_graph_is_immutable_and_survives_pickling() -> None:
    graph = Graph.parse("x -> y, x <-> y")
    with pytest.raises(AttributeError):
        graph.nodes = ()  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(graph)) == graph


@given(admgs(most=6))
def test_relatives_agree_with_networkx(graph: Graph) -> None:
    whole = nx.DiGraph()
    whole.add_nodes_from(graph.nodes)
    whole.add_edges_from(graph.edges)
    for name in graph.nodes:
        assert set(graph.parents(name)) == set(whole.predecessors(name))
        assert set(graph.children(name)) == set(whole.successors(name))
        assert set(graph.ancestors(name)) == nx.ancestors(whole, name)
        assert set(graph.descendants(name)) == nx.descendants(whole, name)
        assert set(graph.ancestors(name, include_self=True)) == nx.ancestors(whole, name) | {name}
    assert all(graph.order.index(a) < graph.order.index(b) for a, b in graph.edges)


@given(admgs(most=6))
def test_c_components_are_the_connected_parts_of_the_confounded_pairs(graph: Graph) -> None:
    pairs = nx.Graph(list(graph.confounded))
    pairs.add_nodes_from(graph.nodes)
    assert {frozenset(group) for group in graph.c_components()} == set(map(frozenset, nx.connected_components(pairs)))


@given(admgs(most=6, shared=0))
def test_moral_graph_of_a_dag_is_that_of_networkx(graph: Graph) -> None:
    assert nx.utils.graphs_equal(graph.moral(), nx.Graph(nx.moral_graph(graph.to_networkx())))


@given(admgs(most=5))
def test_moral_graph_joins_what_a_path_of_colliders_joins(graph: Graph) -> None:
    moral = graph.moral()
    for a, b in combinations(graph.nodes, 2):
        joined = any(len(path.colliders) == len(path.nodes) - 2 for path in paths(graph, a, b))
        assert moral.has_edge(a, b) == joined


def test_surgery_on_the_instrument() -> None:
    graph = Graph.parse("z -> x -> y, x <-> y, w")
    assert graph.without_incoming("x") == Graph(["z", "x", "y", "w"], [("x", "y")])
    assert graph.without_outgoing("x") == Graph(["z", "x", "y", "w"], [("z", "x")], [("x", "y")])
    assert graph.without_outgoing(["x", "z"]).edges == ()
    assert graph.subgraph(["y", "x"]) == Graph.parse("x -> y, x <-> y")
    assert graph.subgraph(["y", "x"]).nodes == ("x", "y")


def test_latent_projection_follows_chains_and_forks_of_latent_variables() -> None:
    graph = Graph.parse("x -> l -> y, l -> z, u -> l, u -> w, x <-> s, s -> v, y <-> s")
    projected = graph.latent_projection(["l", "u", "s"])
    expected = Graph(["x", "y", "z", "w", "v"], [("x", "y"), ("x", "z")], [("y", "z"), ("y", "w"), ("z", "w"), ("x", "v"), ("y", "v")])
    assert projected == expected


@given(admgs(most=6), st.data())
def test_latent_projection_keeps_every_separation(graph: Graph, data: st.DataObject) -> None:
    latent = data.draw(st.sets(st.sampled_from(graph.nodes), max_size=len(graph) - 2))
    projected = graph.latent_projection(latent)
    x, y, *rest = data.draw(st.permutations(projected.nodes))
    seen = rest[: data.draw(st.integers(0, len(rest)))]
    assert bool(d_separated(projected, x, y, seen)) == bool(d_separated(graph, x, y, seen))


@given(admgs(most=6), st.data())
def test_latent_projection_does_not_depend_on_the_order(graph: Graph, data: st.DataObject) -> None:
    first, second, *_ = data.draw(st.permutations(graph.nodes))
    both = graph.latent_projection([first, second])
    assert graph.latent_projection(first).latent_projection(second) == both
    assert graph.latent_projection(second).latent_projection(first) == both


# ---------------------------------------------------------------- what bad input gets


@pytest.mark.parametrize(
    ("wrong", "error", "text"),
    [
        (lambda: Graph(["d", "a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]), CyclicModel, "a -> b -> c -> a"),
        (lambda: Graph(["a"], [("a", "a")]), CyclicModel, "a -> a joins a variable to itself; remove it"),
        (lambda: Graph(["a"], confounded=[("a", "a")]), CyclicModel, "a <-> a joins a variable to itself; remove it"),
        (lambda: Graph(["wish", "b"], [("wihs", "b")]), UnknownName, "the edge wihs -> b mentions 'wihs', which is not in the graph"),
        (lambda: Graph(["wish", "b"], [("wihs", "b")]), UnknownName, "it has: wish, b; did you mean 'wish'?"),
        (lambda: Graph.of({"y": ["x"]}), UnknownName, "the edge x -> y mentions 'x', which is not in the graph; it has: y"),
        (lambda: Graph(["a", "b", "a"]), InvalidName, "'a' declared more than once; every variable is listed once"),
        (lambda: Graph(["a", ""]), InvalidName, "'' cannot name a variable; names are non-empty text without arrows"),
        (lambda: Graph(["a->b"]), InvalidName, "'a->b' cannot name a variable"),
        (lambda: Graph([1]), InvalidName, "1 cannot name a variable"),
        (lambda: Graph("ab"), WrongShape, "found the text 'ab' where a list of names was expected; write Graph.parse('ab')"),
        (
            lambda: Graph(["a", "b"], ["ab"]),  # type: ignore[list-item]
            WrongShape,
            "'ab' is not an edge; an edge is a pair of names such as ('x', 'y')",
        ),
        (lambda: Graph(["a", "b"], [("a", "b", "c")]), WrongShape, "('a', 'b', 'c') is not an edge"),  # type: ignore[list-item]
        (lambda: Graph.parse("a -> -> b"), WrongShape, "'a -> -> b' is not a chain of names; write 'x -> y'"),
        (lambda: Graph(["wish"]).parents("wihs"), UnknownName, "'wihs' is not in the graph; it has: wish; did you mean 'wish'?"),
        (lambda: Graph(["a"]).ancestors(["b", "a"]), UnknownName, "'b' is not in the graph; it has: a"),
        (lambda: Graph.from_networkx(nx.Graph([("a", "b")])), WrongShape, "found an undirected networkx graph with 2 nodes"),
    ],
)
def test_errors_say_what_was_found(wrong, error, text) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error) as caught:
        wrong()
    assert text in str(caught.value)
