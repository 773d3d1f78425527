"""A diagram without the decisions that matter to nobody and the links that tell nothing of use."""

from __future__ import annotations

from dataclasses import dataclass

from causalkit.graphs.graph import Graph
from causalkit.values.arguments import checked
from causalkit.values.render import html_text
from stop_button.games.graphs.patterns import reasoning_patterns
from stop_button.incentives.diagram import Diagram
from stop_button.incentives.requisite import minimal_reduction

__all__ = ["Simplification", "simplified"]


@dataclass(frozen=True)
class Simplification:
    """What is left of a diagram: ``diagram`` (None when no decision is left), the decisions that became ``idle``, and the links ``cut``."""

    original: Diagram
    diagram: Diagram | None
    idle: tuple[str, ...]
    cut: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.idle or self.cut)

    def __str__(self) -> str:
        if not self:
            return "nothing can be left out"
        parts = [f"{name} may be decided by a uniform lot" for name in self.idle]
        return "; ".join([*parts, *(f"{b} need not see {a}" for a, b in self.cut)])

    def _repr_html_(self) -> str:
        return f"<p>{html_text(self)}</p>"


@checked
def simplified(diagram: Diagram) -> Simplification:
    """The diagram without decisions that have no reasoning pattern, which are left to lots, and without links that are not requisite.

    Both are taken away until nothing changes. A decision that is left to a uniform lot sees nothing and belongs to nobody. An
    equilibrium of what is left, with those lots, is an equilibrium of the whole; the whole may have others. The text of the source could
    be read in part only: the order of the steps is ours, and the statement is held to equilibria without other lots on random games.
    Source: [antos2008].

    >>> graph = Graph.parse("type -> ask -> hire -> profit, type -> profit, hire -> wage, hair -> hire")
    >>> print(simplified(Diagram(graph, {"worker": "ask", "firm": "hire"}, {"worker": "wage", "firm": "profit"})))
    ask may be decided by a uniform lot; ask need not see type; hire need not see ask; hire need not see hair
    """
    left: Diagram | None = diagram
    while left is not None:
        smaller = _without(left, reasoning_patterns(left).ineffective)
        smaller = smaller and minimal_reduction(smaller)
        if smaller == left:
            break
        left = smaller
    kept = left.decisions if left else ()
    edges = left.graph.edges if left else ()
    idle = tuple(name for name in diagram.decisions if name not in kept)
    links = ((a, b) for a, b in diagram.graph.edges if b in diagram.decisions)
    return Simplification(diagram, left, idle, tuple((a, b) for a, b in links if b in idle or (a, b) not in edges))


def _without(diagram: Diagram, idle: tuple[str, ...]) -> Diagram | None:
    kept = {one.name: [name for name in one.decisions if name not in idle] for one in diagram.agents}
    decisions = {name: names for name, names in kept.items() if names}
    if not decisions:
        return None
    graph = Graph(diagram.graph.nodes, [(a, b) for a, b in diagram.graph.edges if b not in idle], diagram.graph.confounded)
    return Diagram(graph, decisions, {one.name: one.utilities for one in diagram.agents if one.name in decisions})
