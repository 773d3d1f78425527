"""Numbers, tables and text as they are shown, in a table of cases, and the words of paths and of graphs from other objects."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
import sympy

import causalkit as ck
from causalkit import errors
from causalkit.graphs import Graph, directed_path, open_path, paths
from causalkit.values.render import (
    BELOW,
    LEVEL,
    dot_text,
    html_formula,
    html_table,
    html_text,
    keywords_text,
    latex_number,
    latex_table,
    latex_text,
    latex_words,
    markdown_table,
    markdown_text,
    mermaid_text,
    number,
    text_table,
    typed,
)
from causalkit.values.tables import DASH, ResultTable

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
p, odd = sympy.Symbol("p"), sympy.Symbol("p", positive=True)


class Colour(Enum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-3), "-3"),
        (Fraction(1, 8), "0.125"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 10**6), "0.000001"),
        (Fraction(1, 10**7), "1/10000000"),
        (Fraction(7, 2), "3.5"),
        (Fraction(-2, 3), "-2/3"),
        (3, "3"),
        ("x", "x"),
        (True, "True"),
    ],
)
def test_numbers_as_short_text(value: Any, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (HALF, "Fraction(1, 2)"),
        (Colour.RED, "Colour.RED"),
        (p + 1, "sympify('p + 1')"),
        (odd + 1, "Add(Symbol('p', positive=True), Integer(1))"),
        ("a", "'a'"),
        (None, "None"),
    ],
)
def test_values_as_they_would_be_typed(value: Any, text: str) -> None:
    assert typed(value) == text


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (lambda: keywords_text({"a": "1", "b": "2"}), "a=1, b=2"),
        (lambda: keywords_text({"a": "1", "b c": "2"}), "{'a': 1, 'b c': 2}"),
        (lambda: keywords_text({("a", "b"): "1"}), "{('a', 'b'): 1}"),
        (lambda: keywords_text({"class": "1"}), "{'class': 1}"),
        (lambda: keywords_text({}), ""),
        (lambda: text_table(["a", "b"], [["long", "1"], ["x", "22"]]), "a      b\nlong   1\nx     22"),
        (lambda: html_text('<a href="x">'), "&lt;a href=&quot;x&quot;&gt;"),
        (
            lambda: html_formula(f"B{BELOW}s{BELOW}t{LEVEL}{LEVEL} < C{LEVEL}{BELOW}u"),
            '<span style="font-family:Georgia,serif">B<sub>s<sub>t</sub></sub> &lt; C<sub>u</sub></span>',
        ),
        (
            lambda: html_table(["a", "b"], [["1", "2"], ["3", "4"]], [(1, 0)]),
            '<div style="overflow-x:auto" tabindex="0"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>'
            "<tr><td>1</td><td>2</td></tr><tr><td><b>3</b></td><td>4</td></tr></tbody></table></div>",
        ),
        (lambda: latex_text("a_b^c~<\\\n50%"), r"a\_b\^{}c\~{}<{}\textbackslash{} 50\%"),
        (lambda: latex_words("a_b"), r"{\text{a}\_\text{b}}"),
        (lambda: latex_words("ab"), r"\text{ab}"),
        (lambda: latex_number(Fraction(-2, 3)), r"-\tfrac{2}{3}"),
        (lambda: latex_number(HALF), "0.5"),
        (lambda: latex_number(p / 2), r"\frac{p}{2}"),
        (lambda: latex_number(sympy.Symbol("a b")), r"\text{a b}"),
        (
            lambda: latex_table(["a", "b", "c"], [["[1]", "2", "3"], ["x", "*", "y"]], [True, False, False]),
            "\\begin{tabular}{rll}\n\\toprule\na & b & c \\\\\n\\midrule\n{}[1] & 2 & 3 \\\\\nx & * & y \\\\\n\\bottomrule\n\\end{tabular}",
        ),
        (lambda: latex_table(["a", "b"], [])[:18], r"\begin{tabular}{lr"),
        (lambda: markdown_text("a|b\n*c*"), r"a\|b \*c\*"),
        (lambda: markdown_table(["a", "b"], [["1", "2"]], [True, False]), "| a | b |\n| ---: | --- |\n| 1 | 2 |"),
        (lambda: latex_number("a/b"), "a/b"),
        (lambda: latex_number(Fraction(1, 3)), r"\tfrac{1}{3}"),
        (lambda: latex_number(3), "3"),
        (lambda: latex_number(Fraction(-1, 8)), "-0.125"),
        (lambda: latex_words("_"), r"\_"),
        (lambda: latex_words("_a"), r"{\_\text{a}}"),
        (lambda: html_formula(f"{LEVEL}a{BELOW}b{BELOW}c"), '<span style="font-family:Georgia,serif">a<sub>b<sub>c</sub></sub></span>'),
        (lambda: html_table(["a", "b"], [["1", "2"]])[-42:], "</td><td>2</td></tr></tbody></table></div>"),
        (lambda: dot_text('a\\"b"\n&amp; & c'), r"a\\\"b\" &amp;amp; & c"),
        (lambda: mermaid_text('#"a"\n;'), "#35;#34;a#34; #59;"),
        (lambda: text_table(["a"], []), "a"),
        (lambda: markdown_table(["a"], [], [True]), "| a |\n| ---: |"),
    ],
)
def test_text_in_every_form(found: Callable[[], str], text: str) -> None:
    assert found() == text


TABLE = ResultTable(
    ["who", "share", "pair", "sure", "none"],
    [["ann", THIRD, (HALF, "x"), True, DASH], ["b_b", p / 2, (1, 2), False, "y"]],
    marked=frozenset({(0, 1), (1, 0), (1, 2)}),
    caption="A table",
)


def test_a_table_of_results_in_every_form() -> None:
    assert str(TABLE) == "who  share     pair   sure  none\nann    1/3  0.5 / x   True     -\nb_b    p/2    1 / 2  False     y"
    assert TABLE.to_markdown().splitlines()[1:] == [
        "| --- | ---: | ---: | ---: | ---: |",
        r"| ann | **1/3** | 0.5 / x | True | - |",
        r"| **b\_b** | p/2 | **1 / 2** | False | y |",
    ]
    lines = TABLE.tabular().splitlines()
    assert lines[0] == r"\begin{tabular}{lrrrr}"
    assert lines[4] == r"ann & $\boldsymbol{\tfrac{1}{3}}$ & $0.5$ / x & True & -- \\"
    assert lines[5] == r"\textbf{b\_b} & $\frac{p}{2}$ & $\boldsymbol{1}$ / $\boldsymbol{2}$ & False & y \\"
    assert "<td><b>1/3</b></td>" in TABLE.html()
    assert TABLE.to_frame()["share"].tolist() == [THIRD, p / 2]
    assert TABLE.to_frame(floats=True)["share"].tolist() == [1 / 3, p / 2]
    assert TABLE.to_frame(floats=True)["sure"].tolist() == [True, False]


CODE = "import x\nfrom y import z\n# a remark\n\na = 1\nprint(a)"


@pytest.mark.parametrize(
    ("options", "holds", "lacks"),
    [
        ({}, [r"\caption{A table}", "made by", "%   a = 1", r"\renewcommand{\arraystretch}{1.25}"], [r"\label", r"\ttfamily"]),
        ({"recipe": "caption"}, [r"A table. Made by {\ttfamily a = 1; print(a)}"], ["made by", "remark", "import"]),
        ({"recipe": "none"}, [r"\caption{A table}"], ["made by", "Made by"]),
        ({"label": "tab:a", "caption": "B"}, [r"\caption{B}", r"\label{tab:a}"], ["A table"]),
        ({"caption": ""}, [r"\begin{tabular}"], [r"\begin{table}", r"\caption"]),
    ],
)
def test_a_table_for_a_paper(options: dict[str, Any], holds: list[str], lacks: list[str]) -> None:
    text = TABLE.to_latex(code=CODE, **options)
    assert all(each in text for each in holds)
    assert not any(each in text for each in lacks)
    assert r"\renewcommand" not in ResultTable(["a"], [[1]], caption="c").to_latex()


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"recipe": "x"}, errors.WrongShape, "recipe='x': a recipe stands in the 'comment', in the 'caption', or nowhere: 'none'"),
        (
            {"label": "a b{"},
            errors.InvalidName,
            "'a b{' cannot be a label in LaTeX; type letters, digits and : . _ / + -, as in label='tab:scores'",
        ),
        (
            {"label": "tab:a", "caption": ""},
            errors.WrongShape,
            "label='tab:a' refers to a table with a caption; give one: caption='...'",
        ),
    ],
)
def test_what_a_table_for_a_paper_refuses(options: dict[str, Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as told:
        TABLE.to_latex(**options)
    assert str(told.value) == words


def test_a_distribution_in_every_form() -> None:
    bent = ck.Dist({"a_b": THIRD, "c": Fraction(2, 3)})
    assert str(bent) == "value  probability\na_b            1/3\nc              2/3"
    assert bent.to_frame()["probability"].tolist() == [THIRD, Fraction(2, 3)]
    floats = bent.to_frame(floats=True)["probability"]
    assert (floats.tolist(), floats.dtype.kind) == ([1 / 3, 2 / 3], "f")
    assert repr(ck.coin(p)) == "Dist({False: sympify('1 - p'), True: sympify('p')})"
    assert bent._repr_latex_().splitlines()[4] == r"a\_b & $\tfrac{1}{3}$ \\"
    assert "print(Dist({'a_b': '1/3', 'c': '2/3'}).to_latex())" in bent.to_latex().replace("%   ", "")
    assert bent.total_variation(ck.Dist({"a_b": 1})) == Fraction(2, 3)
    assert bent.map(len) == ck.Dist({3: THIRD, 1: Fraction(2, 3)})
    assert ck.Dist({"a": 1}).entropy() == 0


# ---------------------------------------------------------------- paths and graphs of other objects

GRAPH = Graph.parse("x -> c <- y, c -> d, x <- f -> y, x <-> y, x -> m -> y")


def test_long_fractions_have_decimals_beside_them_where_they_are_read() -> None:
    long = ck.coin("1234567/98765432")
    assert str(long).split() == [
        "value",
        "probability",
        "about",
        "False",
        "97530865/98765432",
        "0.9875",
        "True",
        "1234567/98765432",
        "0.01250",
    ]
    assert "<td>0.9875</td>" in long._repr_html_()
    assert "0.98" not in long.to_latex()
    assert "about" not in str(ck.coin("1/3"))
    lines = str(ck.Model(a=long, b=ck.coin("1/3")).most_probable(2)).splitlines()
    assert [line.split() for line in lines] == [
        ["probability", "about", "a", "b"],
        ["97530865/148148148", "0.6583", "False", "False"],
        ["97530865/296296296", "0.3292", "False", "True"],
    ]
    assert str(ck.Model(b=ck.coin("1/3")).most_probable()).split() == ["probability", "b", "2/3", "False"]


def test_every_path_says_what_opens_and_what_blocks_it() -> None:
    told = {str(path): path.is_open for path in paths(GRAPH, "x", "y")}
    assert told == {"x -> c <- y": False, "x <- f -> y": True, "x <-> y": True, "x -> m -> y": True}
    given = {str(path): path.is_open for path in paths(GRAPH, "x", "y", given=["d", "f", "m"])}
    assert given == {"x -> c <- y": True, "x <- f -> y": False, "x <-> y": True, "x -> m -> y": False}
    steps = {(step.node, step.kind, step.is_open, step.because) for path in paths(GRAPH, "x", "y", given=["d", "f"]) for step in path.steps}
    assert steps == {
        ("c", "collider", True, "its descendant d is given"),
        ("f", "fork", False, "it is given"),
        ("m", "chain", True, "it is not given"),
    }
    (blocked,) = (path.steps for path in paths(Graph.parse("x -> c <- y"), "x", "y"))
    assert blocked[0].because == "neither it nor a descendant is given"
    (known,) = (path.steps for path in paths(Graph.parse("x -> c <- y"), "x", "y", given="c"))
    assert (known[0].because, known[0].is_open) == ("it is given", True)


@pytest.mark.parametrize(
    ("text", "given", "found"),
    [
        ("x -> a -> y, x -> y", (), "x -> y"),
        ("x -> a -> y", "a", None),
        ("x -> c <- y, c -> d", "d", "x -> c <- y"),
        ("x <-> a <-> y", "a", "x <-> a <-> y"),
        ("x <-> a <-> y", (), None),
        ("x <- a <- b -> y", "b", None),
        ("x -> a <- b -> c <- y, a -> d", ["d", "c"], "x -> a <- b -> c <- y"),
        ("a -> x, a -> y, b", (), "x <- a -> y"),
    ],
)
def test_a_shortest_open_path(text: str, given: Any, found: str | None) -> None:
    path = open_path(Graph.parse(text), "x", "y", given=given)
    assert (None if path is None else str(path)) == found


def test_a_shortest_directed_path() -> None:
    graph = Graph.parse("x -> a -> b -> y, x -> c -> y, y -> z")
    assert str(directed_path(graph, "x", "y")) == "x -> c -> y"
    assert str(directed_path(graph, "x", "y", avoiding="c")) == "x -> a -> b -> y"
    assert directed_path(graph, "x", "y", avoiding=["b", "c"]) is None
    assert str(directed_path(graph, ["a", "c"], ["z", "y"])) == "c -> y"
    assert directed_path(graph, "y", "x") is None


def test_a_frame_is_read_by_rows_of_parents() -> None:
    frame = pd.DataFrame([[0, 1, 0.0], [0, 0, True], [0, 0, 0]], index=list("abc"), columns=list("abc"))
    assert Graph(frame) == Graph.parse("a -> b -> c")
    for wrong, words in (
        (frame.rename(index={"a": "z"}), "expected the same names in both, each once"),
        (frame.replace({True: float("nan")}), "of a frame, expected a number"),
        (frame.astype(object).replace({1: "x"}), "found 'x' in the row 'a' and the column 'b' of a frame, expected a number"),
    ):
        with pytest.raises(errors.WrongShape, match=words):
            Graph(wrong)
    with pytest.raises(errors.WrongShape, match="found edges beside a DataFrame, which has its own; make the graph of names and edges"):
        Graph(frame, confounded=[("a", "b")])
