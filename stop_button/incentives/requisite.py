"""Requisite observations: what a decision sees and could use, and the diagram from which all other information links are cut."""

from __future__ import annotations

from causalkit.errors import WrongShape
from causalkit.graphs.separation import Separation, d_separated
from causalkit.values.arguments import checked
from stop_button.incentives.diagram import Diagram
from stop_button.incentives.evidence import covered
from stop_button.incentives.judgement import Judgement

__all__ = ["is_requisite", "judged", "minimal_reduction", "requisite_observations", "separation_from_utilities"]


def is_requisite(diagram: Diagram, decision: str, observation: str) -> Judgement:
    """An observation is requisite when it is d-connected to a utility below the decision, given all else that the decision knows.

    An observation that is not requisite is immaterial in every model: some optimal policy ignores it. That one that is requisite matters
    in some model is a theorem for one decision (``complete``). Raises ``WrongShape``
    for a variable that the decision does not see. Source: [everitt2021], definition 7; [lauritzen2001].

    >>> from causalkit.graphs.graph import Graph
    >>> diagram = Diagram(Graph.parse("skill -> test -> hire -> profit, skill -> profit, hair -> hire"), "hire", "profit")
    >>> print(is_requisite(diagram, "hire", "test"))
    test may be material for hire: test <- skill -> profit is open given hire, hair
    >>> print(is_requisite(diagram, "hire", "hair"))
    hair cannot be material for hire: hair and profit are separated given test, hire
    """
    diagram.graph.select([observation])
    if observation not in diagram.observations(decision):
        seen = ", ".join(diagram.observations(decision)) or "nothing"
        raise WrongShape(f"{decision!r} does not see {observation!r}, it sees: {seen}; ask admits_value_of_information instead")
    found = separation_from_utilities(diagram, decision, observation)
    return judged(observation, "be material", decision, found, complete=covered(diagram))


def judged(node: str, claim: str, decision: str, found: Separation | None, *, complete: bool = True) -> Judgement:
    """A judgement from a separation of a node and the utilities below a decision (None: there are none below it)."""
    if found is None:
        return Judgement(node, claim, decision, (), f"no utility lies below {decision}")
    if found.open_path is None:
        return Judgement(node, claim, decision, (), str(found))
    given = f" is open given {', '.join(found.given)}"
    return Judgement(node, claim, decision, (found.open_path,), f"{found.open_path}{given}", complete)


def separation_from_utilities(diagram: Diagram, decision: str, node: str) -> Separation | None:
    """Whether a node is separated from the utilities below a decision given the decision's family; None when there are none."""
    below = diagram.downstream_utilities(decision)
    given = [name for name in diagram.family(decision) if name != node]
    return d_separated(diagram.graph, node, below, given) if below else None


@checked
def requisite_observations(diagram: Diagram, decision: str) -> tuple[str, ...]:
    """The observations of a decision that can be material in some model, in declared order.

    Source: [everitt2021], definition 7.

    >>> from causalkit.graphs.graph import Graph
    >>> requisite_observations(Diagram(Graph.parse("x -> d -> u, y -> d, y -> u"), "d", "u"), "d")
    ('y',)
    """
    return tuple(name for name in diagram.observations(decision) if is_requisite(diagram, decision, name))


@checked
def minimal_reduction(diagram: Diagram) -> Diagram:
    """The diagram after cutting links from observations that are not requisite, until none is left.

    The order of cutting makes no difference, and the optimal expected utility of one agent stays the same in every model. For several
    agents, a link is judged by the utilities of the agent that decides. It is also called the requisite graph, or the minimal
    d-reduction. Source: [everitt2021], definition 11; [lauritzen2001].

    >>> from causalkit.graphs.graph import Graph
    >>> print(minimal_reduction(Diagram(Graph.parse("x -> d -> u, y -> d, y -> u"), "d", "u")).graph)
    x, d -> u, y -> d, y -> u
    """
    while True:
        reduced = diagram
        for decision in reversed([name for name in diagram.graph.order if name in diagram.decisions]):
            reduced = _reduced_at(reduced, decision)
        if reduced == diagram:
            return diagram
        diagram = reduced


def _reduced_at(diagram: Diagram, decision: str) -> Diagram:
    kept = requisite_observations(diagram, decision)
    for name in diagram.observations(decision):
        diagram = diagram if name in kept else diagram.without_link(name, decision)
    return diagram
