"""Models and graphs as text that other programs draw: DOT for Graphviz, and Mermaid for Markdown pages.

Both show what ``causalkit.plot`` shows: choices as rectangles, payoffs as hexagons, noise as ellipses, roles by colour, what was done
and observed in words, arrows that an intervention cut in grey, and pairs with an unseen common cause as dashed double arrows.
"""

from __future__ import annotations

from collections.abc import Mapping

from causalkit.drawing.colours import FAINT, PLAIN, role_colours
from causalkit.drawing.picture import Mark, Picture, picture_of
from causalkit.graphs.graph import Graph
from causalkit.model import Model
from causalkit.values.render import dot_text, mermaid_text

__all__ = ["to_dot", "to_mermaid"]

DOT_SHAPES = {
    "box": 'shape=box, style="filled"',
    "rounded": 'shape=box, style="filled,rounded"',
    "hexagon": 'shape=hexagon, style="filled"',
    "ellipse": 'shape=ellipse, style="filled"',
}
DOT_LINKS = {"arrow": "", "cut": f' [color="{FAINT}", style=dashed]', "copy": " [style=dotted]"}
MERMAID_SHAPES = {"box": '["{}"]', "rounded": '("{}")', "hexagon": '{{{{"{}"}}}}', "ellipse": '(["{}"])'}
MERMAID_LINKS = {"arrow": "-->", "cut": "-.-x", "copy": "-.->"}


def to_dot(drawn: Model | Graph, *, roles: Mapping[str, str] | None = None) -> str:
    """The causal graph in the DOT language; ``roles`` goes from variables to roles, which are coloured.

    >>> from causalkit import coin
    >>> print(to_dot(Model(rain=coin("1/4"), wet=lambda rain: rain), roles={"wet": "value"}))
    digraph {
      n0 [label="rain", shape=ellipse, style="filled", fillcolor="#F4F5F7"];
      n1 [label="wet", shape=hexagon, style="filled", fillcolor="#BBD7FB"];
      n0 -> n1;
    }
    """
    picture = _picture(drawn, roles)
    ids, fills = _ids(picture), _fills(picture)
    marks = [
        f'  {ids[name]} [label="{_dot_text(mark)}", {DOT_SHAPES[mark.shape]}, fillcolor="{fills[name]}"{_dot_lines(mark)}];'
        for name, mark in picture.marks.items()
    ]
    links = [f"  {ids[link.start]} -> {ids[link.end]}{DOT_LINKS[link.style]};" for link in picture.links]
    pairs = [f"  {ids[a]} -> {ids[b]} [dir=both, style=dashed, constraint=false];" for a, b in picture.pairs]
    return "\n".join(["digraph {", *marks, *links, *pairs, "}"])


def _picture(drawn: Model | Graph, roles: Mapping[str, str] | None) -> Picture:
    return picture_of(drawn.regime if isinstance(drawn, Model) else drawn, roles)


def to_mermaid(drawn: Model | Graph, *, roles: Mapping[str, str] | None = None) -> str:
    """The causal graph as a Mermaid flowchart.

    >>> print(to_mermaid(Graph.parse("x -> y, x <-> y")))
    flowchart TD
      n0("x")
      n1("y")
      n0 --> n1
      n0 <-.-> n1
      style n0 fill:#F4F5F7
      style n1 fill:#F4F5F7
    """
    picture = _picture(drawn, roles)
    ids, fills = _ids(picture), _fills(picture)
    marks = [f"  {ids[name]}{MERMAID_SHAPES[mark.shape].format(_mermaid_text(mark))}" for name, mark in picture.marks.items()]
    links = [f"  {ids[link.start]} {MERMAID_LINKS[link.style]} {ids[link.end]}" for link in picture.links]
    pairs = [f"  {ids[a]} <-.-> {ids[b]}" for a, b in picture.pairs]
    styles = [f"  style {ids[name]} fill:{fills[name]}{_mermaid_lines(mark)}" for name, mark in picture.marks.items()]
    return "\n".join(["flowchart TD", *marks, *links, *pairs, *styles])


def _ids(picture: Picture) -> dict[str, str]:
    """Names of nodes that no language reads as a word of its own."""
    return {name: f"n{i}" for i, name in enumerate(picture.marks)}


def _fills(picture: Picture) -> dict[str, str]:
    colours = role_colours(picture.roles)
    return {name: PLAIN if mark.role is None else colours[mark.role] for name, mark in picture.marks.items()}


def _dot_text(mark: Mark) -> str:
    return "\\n".join(map(dot_text, mark.lines))


def _dot_lines(mark: Mark) -> str:
    """A thicker border for what was set, a double one for what was observed."""
    return (", penwidth=2" if mark.set else "") + (", peripheries=2" if mark.seen else "")


def _mermaid_text(mark: Mark) -> str:
    return "<br>".join(map(mermaid_text, mark.lines))


def _mermaid_lines(mark: Mark) -> str:
    return (",stroke-width:3px" if mark.set else "") + (",stroke-dasharray:6 2" if mark.seen else "")
