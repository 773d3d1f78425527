"""Graphs as DOT and Mermaid text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalkit import Model, choice, coin
from causalkit.errors import UnknownName, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.interop.dot import to_dot, to_mermaid
from causalkit.testing import AWKWARD_NAMES, dags, models

NASTY = ['a"b', "a\\", "a\\n", "<b>", "a#b;", "a`b", "end", "graph", "x --- y", "{a}", "[a]", "(a)", "a|b", "%%", "ü & ß"]

STRING = r'"((?:[^"\\]|\\.)*)"'
DOT_NODE = re.compile(rf"  (n\d+) \[label={STRING}, shape=\w+, style={STRING}, fillcolor={STRING}(?:, \w+=\d)*\];")
DOT_ARROW = re.compile(r"  (n\d+) -> (n\d+)( \[.*\])?;")
MERMAID_NODE = re.compile(r'  (n\d+)(?:\["|\("|\{\{"|\(\[")(.*)(?:"\]|"\)|"\}\}|"\]\))')
MERMAID_ARROW = re.compile(r"  (n\d+) (-->|-\.-x|<-\.->|-\.->) (n\d+)")


def read_dot(text: str) -> tuple[dict[str, str], list[tuple[str, str, bool]]]:
    """Labels by node, and arrows with whether they have two heads, off text in which every line is one statement."""
    first, *lines, last = text.splitlines()
    assert (first, last) == ("digraph {", "}")
    nodes = {match[1]: re.sub(r"\\(.)", r"\1", match[2]) for match in map(DOT_NODE.fullmatch, lines) if match}
    arrows = [(match[1], match[2], "dir=both" in (match[3] or "")) for match in map(DOT_ARROW.fullmatch, lines) if match]
    assert len(nodes) + len(arrows) == len(lines), text
    return nodes, arrows


def read_mermaid(text: str) -> tuple[dict[str, str], list[tuple[str, str, bool]]]:
    first, *lines = text.splitlines()
    assert first == "flowchart TD"
    nodes = {m[1]: re.sub(r"#(\d+);", lambda code: chr(int(code[1])), m[2]) for m in map(MERMAID_NODE.fullmatch, lines) if m}
    arrows = [(match[1], match[3], match[2] == "<-.->") for match in map(MERMAID_ARROW.fullmatch, lines) if match]
    styles = [line for line in lines if re.fullmatch(r"  style n\d+ fill:#[0-9A-F]{6}(,stroke-\w+:\w+( \w+)?)*", line)]
    assert len(nodes) + len(arrows) + len(styles) == len(lines), text
    return nodes, arrows


@pytest.mark.parametrize(("write", "read"), [(to_dot, read_dot), (to_mermaid, read_mermaid)])
@given(data=st.data())
def test_every_name_and_arrow_is_there(write: Any, read: Any, data: st.DataObject) -> None:
    names = data.draw(st.permutations([*NASTY, *AWKWARD_NAMES]))
    graph = data.draw(dags(names=names, confounded=True))
    nodes, arrows = read(write(graph))
    assert sorted(nodes.values()) == sorted(graph.nodes)
    assert {(nodes[a], nodes[b]) for a, b, both in arrows if not both} == set(graph.edges)
    assert {(nodes[a], nodes[b]) for a, b, both in arrows if both} == set(graph.confounded)


@given(models(max_variables=4, choices=1, names=AWKWARD_NAMES))
def test_models_too(model: Model) -> None:
    nodes, arrows = read_dot(to_dot(model))
    assert sorted(nodes.values()) == sorted(model.names)
    assert {(nodes[a], nodes[b]) for a, b, _ in arrows} == {(a, b) for b in model.names for a in model.parents(b)}


def test_what_was_done_and_observed_is_told() -> None:
    model = Model(u=coin("1/2"), x=lambda u: u, y=lambda x: x).given(y=True).do(x=False)
    dot, mermaid = to_dot(model), to_mermaid(model)
    assert 'label="do(x=False)"' in dot
    assert 'label="given y=True"' in dot
    assert "n0 -> n1 [color=" in dot  # cut
    assert 'n1("do(x=False)")' in mermaid
    assert "n0 -.-x n1" in mermaid


def test_roles_have_colours_and_shapes() -> None:
    model = Model(u=coin("1/2"), act=choice("x", "y", sees=["u"]), pay=lambda act: act == "x")
    text = to_dot(model, roles={"pay": "value", "act": "decision"})
    assert 'label="act", shape=box, style="filled"' in text
    assert 'label="pay", shape=hexagon' in text
    assert len(set(re.findall(r'fillcolor="(.*?)"', text))) == 3


def test_what_is_refused() -> None:
    for write in (to_dot, to_mermaid):
        with pytest.raises(UnknownName, match="'z' has a role and is not in the picture"):
            write(Graph.parse("x -> y"), roles={"z": "value"})
        with pytest.raises(WrongShape, match="str cannot be drawn"):
            write("x -> y")  # type: ignore[arg-type]
