"""Graphs as people write them: what is read, what is refused with its place, and that what is printed reads back."""

from __future__ import annotations

import re

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalkit import Graph
from causalkit.errors import UNSEEN, CyclicModel, InvalidName, WrongShape
from causalkit.graphs import parse_text

BOW = Graph(["x", "y"], [("x", "y")], [("x", "y")])

letters = st.sampled_from("ab o.-=<>~|\"'\\{}()[],;#/*@\n\t→—é") | st.characters(exclude_categories=["Cs"])
hostile = st.text(letters, min_size=1, max_size=6).filter(lambda name: not re.search("->|<-", name) and not UNSEEN.search(name))


@st.composite
def hostile_graphs(draw: st.DrawFn) -> Graph:
    names = draw(st.lists(hostile, min_size=1, max_size=5, unique=True))
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    some = st.lists(st.sampled_from(pairs), max_size=5) if pairs else st.just([])
    return Graph(names, draw(some), draw(some))


@given(hostile_graphs())
def test_what_is_printed_reads_back_whatever_the_names(graph: Graph) -> None:
    assert Graph.parse(str(graph)) == graph


def test_plain_names_are_printed_bare() -> None:
    names = ["x", "two words", "wish[1,2]", "a-b", "x'", "größe", "f(x, y)", "1st", "o"]
    assert str(Graph(names)) == ", ".join(names)
    assert str(Graph(["a, b", "c"], [("a, b", "c")])) == '"a, b" -> c'


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a -> {X Z}", "a -> X, a -> Z"),
        ("a->{X,Z}->b", "a -> X -> b, a -> Z -> b"),
        ("{a b} <- c; d", "c -> a, c -> b, d"),
        ("{a b} <-> {c d}", "a <-> c, a <-> d, b <-> c, b <-> d"),
        ("{\n a\n b\n} -> c", "a -> c, b -> c"),
        ('{"two words" b} -> c', "two words -> c, b -> c"),
        ("x->y<-z<->w", "x -> y, z -> y, z <-> w"),
        ("dag { x -> y; u [latent]; u -> {x y} }", "x -> y, x <-> y"),
        ("dag{u [unobserved] x <- u -> y x->y}", "x -> y, x <-> y"),
        ('dag "my graph" {\nbb="0,0,1,1"\nx [exposure,pos="0.1,-0.2"]\ny [outcome]\nx -> y [beta=.5] // why\n# note\n}', "x -> y"),
        ("dag g { a b c -> a /* { */ }", "a, b, c -> a"),
        ('dag { "a b" -> c {d e} -> c -> f }', "a b -> c, d -> c, e -> c, c -> f"),
        ("digraph { a -> b -> c; a -> c }", "a -> b -> c, a -> c"),
    ],
)
def test_braces_and_dagitty_code(text: str, same: str) -> None:
    assert Graph.parse(text) == Graph.parse(same)


def test_marks_of_dagitty_code_are_told() -> None:
    found = parse_text("dag { x [exposure] y [outcome] z [adjusted] u [latent] u -> {x y} x -> y z -> x }")
    assert (list(found.exposures), list(found.outcomes), list(found.adjusted), list(found.latent)) == (["x"], ["y"], ["z"], ["u"])


@pytest.mark.parametrize(
    "arrow",
    ["-->", "--", "---", "=>", "==>", "<=", "<=>", "<--", "<-->", "->>", "o->", "o-o", "<-o", "o--", "@->", "*->", "-.->", "..>", "~>", "~",
     "-", "=", "→", "←", "↔", "⟶", "⇒", "—>", "–", "−", "-|", "|-", "<>", ">", "<", "<->>"],
)  # fmt: skip
def test_every_other_arrow_is_refused_with_its_place(arrow: str) -> None:
    for text, line, column in ((f"x {arrow} y", 1, 3), (f"a -> b\nxx {arrow} y", 2, 4)):
        with pytest.raises(WrongShape) as caught:
            Graph.parse(text)
        assert str(caught.value).startswith(f"line {line}, column {column}: found the arrow {arrow!r}, expected '->', '<-' or '<->'")
    with pytest.raises(WrongShape, match="line 1, column "):
        Graph.parse(f"dag {{ x {arrow} y }}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a -> -> b", "line 1, column 6: 'a -> -> b' is not a chain of names; write 'x -> y'"),
        ("a ->", "line 1, column 3: 'a ->' is not a chain of names"),
        ("a -> {}", "line 1, column 7: 'a -> {}' is not a chain"),
        ("{a {b}} -> c", "line 1, column 4"),
        ("a, b\n{c -> d", "line 2, column 4"),
        ('"a -> b', "line 1, column 1: the quotation is not closed"),
        ('x" -> y', "line 1, column 2: found a quotation mark inside a name, expected it around one; write the name in quotes"),
        ('a"b -> c" , d', "line 1, column 2: found a quotation mark inside a name"),
        ("a[1 -> b", "line 1, column 2: this bracket is not closed"),
        ("dag { a -> b", "line 1, column 13: the graph is not closed; expected '}'"),
        ("dag { a } b", "line 1, column 11: found 'b' behind the graph"),
        ("dag { a -> ; }", "line 1, column 12: found ';', expected a name"),
        ("dag { s [selected] a -> s }", "'s' is marked as 'selected', and selection is not represented"),
        ('dag { s [pos="1,2", selected, latent] a -> s }', "'s' is marked as 'selected', and selection is not represented"),
        ("dag { s [latent s] a -> s }", "'s' is marked as 's', and selection is not represented"),
        ("pdag { a -- b }", "line 1, column 1: found a graph of the kind 'pdag', expected 'dag'"),
        ("mag { a <-> b }", "found a graph of the kind 'mag'"),
    ],
)
def test_what_is_no_graph_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(WrongShape) as caught:
        Graph.parse(text)
    assert message in str(caught.value)


def test_graphs_of_pairs_of_networkx_and_of_frames() -> None:
    assert Graph([("a", "b"), ("b", "c")]) == Graph.parse("a -> b -> c")
    assert Graph([("x", "y")], confounded=[("x", "y")]) == BOW
    whole = nx.DiGraph([("u", "x"), ("u", "y"), ("x", "y")])
    whole.nodes["u"]["latent"] = True
    assert Graph(whole) == BOW
    frame = pd.DataFrame([[0, 1, True], [0, 0, 0.5], [0, False, 0]], index=["a", "b", "c"], columns=["a", "b", "c"])
    assert Graph(frame) == Graph.parse("a -> b, a -> c, b -> c")
    assert Graph(frame[["c", "a", "b"]]).nodes == ("a", "b", "c")
    assert Graph([]) == Graph([], [])


def test_what_is_no_source_of_a_graph() -> None:
    with pytest.raises(WrongShape, match="expected the same names in both"):
        Graph(pd.DataFrame([[0, 1]], index=["a"], columns=["a", "b"]))
    with pytest.raises(WrongShape, match="found nan in the row 'a' and the column 'a' of a frame, expected a number"):
        Graph(pd.DataFrame([[float("nan")]], index=["a"], columns=["a"]))
    with pytest.raises(CyclicModel, match="a -> b -> a"):
        Graph(pd.DataFrame([[0, 1], [1, 0]], index=["a", "b"], columns=["a", "b"]))
    with pytest.raises(WrongShape, match="found an undirected networkx graph"):
        Graph(nx.Graph([("a", "b")]))
    with pytest.raises(WrongShape, match="found edges beside a DiGraph"):
        Graph(nx.DiGraph([("a", "b")]), [("a", "b")])
    with pytest.raises(InvalidName):
        Graph([("a", 1)])


@pytest.mark.parametrize("between", [" ", ",", ";", " , ", "\n", ";\n", ",,", "; ;"])
def test_names_in_braces_are_set_apart_in_any_way(between: str) -> None:
    """In braces and outside, between names and behind the last one."""
    wanted = Graph(["a", "b", "c"], [("a", "c"), ("b", "c")])
    for behind in ("", between):
        assert Graph.parse(f"dag {{ {{a{between}b{behind}}} -> c }}") == wanted
        assert Graph.parse(f"dag {{ a -> c{between}b -> c{behind} }}") == wanted
