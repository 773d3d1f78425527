"""The evidence for and against an incentive: paths through a diagram, or the words for what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from causalkit.errors import WrongShape, listing
from causalkit.graphs.graph import Graph
from causalkit.graphs.path_search import Path, Step, directed_path
from causalkit.graphs.separation import d_separated
from stop_button.incentives.diagram import Diagram

__all__ = ["backdoor", "check", "childless", "covered", "cut", "determined", "missing", "shown", "through"]


def through(graph: Graph, start: str, middle: str, ends: Sequence[str]) -> Path | None:
    """A directed path from ``start`` through ``middle`` to one of ``ends``."""
    first, second = directed_path(graph, start, middle), directed_path(graph, middle, ends)
    if not first or not second:
        return None
    joint = (Step(middle, "chain", True, "it is not given"),) if first.arrows and second.arrows else ()
    return Path(first.nodes + second.nodes[1:], first.arrows + second.arrows, (*first.steps, *joint, *second.steps))


def backdoor(graph: Graph, start: str, end: str, given: Sequence[str]) -> Path | None:
    """An open path that leaves ``start`` backwards."""
    # Nothing is lost with the arrows out of start: a collider that only they would open has an open way down to start itself.
    return d_separated(graph.without_outgoing(start), start, end, given).open_path


def missing(graph: Graph, start: str, ends: Sequence[str]) -> str:
    """Words for a directed path that is not there; nothing when it is."""
    return "" if directed_path(graph, start, ends) else f"no directed path leads from {start} to {', '.join(ends)}"


def cut(whole: Graph, reduced: Graph, start: str, ends: Sequence[str]) -> str:
    """Why no directed path is left in the minimal reduction."""
    path = directed_path(whole, start, ends)
    if path is None:
        return missing(whole, start, ends)
    within = whole.descendants(start, include_self=True)
    gone = [f"{a} -> {b}" for a, b in whole.edges if (a, b) not in reduced.edges and a in within]
    return f"the minimal reduction cuts {', '.join(gone)}"


def shown(path: Path) -> str:
    """A path in words, also when it has length zero."""
    return str(path) if path.arrows else f"{path.nodes[0]} is a utility itself"


def childless(diagram: Diagram) -> bool:
    """Whether nothing listens to a utility."""
    return not any(diagram.graph.children(name) for name in diagram.utilities)


def covered(diagram: Diagram) -> bool:
    """Whether the theorems that "may" is realised cover the diagram: one decision, and utilities without children."""
    return len(diagram.decisions) == 1 and childless(diagram)


def determined(diagram: Diagram, decision: str, *, without: str) -> frozenset[str]:
    """Earlier decisions that depend on nothing but what a decision sees, apart from one thing, and on each other.

    Under a policy that draws no lots, and some best policy draws none, they are known to whoever sees that.
    """
    known = set(diagram.observations(decision)) - {without}
    while True:
        more = {name for name in diagram.decisions if name not in known and set(diagram.observations(name)) <= known} - {decision}
        if not more:
            return frozenset(known & set(diagram.decisions))
        known |= more


def check(diagram: Diagram, decision: str | None = None, node: str | None = None) -> None:
    """Refuse a diagram of several agents, a decision that is none, and a node that is not there."""
    if len(diagram.agents) > 1:
        names = listing(agent.name for agent in diagram.agents)
        raise WrongShape(f"the diagram has several agents: {names}; incentives are defined for one, so ask of diagram.only(...)")
    if decision is not None:
        diagram.agent_of(decision)
    if node is not None:
        diagram.graph.select([node])
