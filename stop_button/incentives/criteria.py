"""Graphical criteria for incentives: what no model with a given graph can reward, and what some model may, with the path.

Each incentive has two functions: ``admits_...(diagram, decision, node)`` is a judgement that carries its evidence, and the function
with the incentive's own name lists the nodes that admit it. "Cannot" holds in every model with the graph, for one decision and for
several. "May" is realised in some model by the theorems cited, which are about one decision (value of information: also several
with sufficient recall, for nodes that are no decisions) and utilities without children; a judgement says in ``complete`` when no theorem
covers it.

Conventions where sources differ: paths may have length zero, so a utility has value of control over itself, and the decision and the
utility count among the nodes with an instrumental control incentive; [everitt2021] and [fox2021] do the same.
"""

from __future__ import annotations

from causalkit.graphs.path_search import Path, directed_path
from causalkit.loading import later
from causalkit.values.arguments import checked
from stop_button.incentives.diagram import Diagram
from stop_button.incentives.evidence import backdoor, check, childless, covered, cut, determined, shown, through
from stop_button.incentives.judgement import Judgement
from stop_button.incentives.relevance import sufficient_recall
from stop_button.incentives.requisite import judged, minimal_reduction, separation_from_utilities

__all__ = [
    "admits_direct_value_of_control", "admits_indirect_value_of_control", "admits_response_incentive", "admits_value_of_control",
    "admits_value_of_information", "direct_value_of_control", "indirect_value_of_control", "response_incentive", "value_of_control",
    "value_of_information",
]  # fmt: skip


# ---------------------------------------------------------------- value of information


@checked
def admits_value_of_information(diagram: Diagram, decision: str, node: str) -> Judgement:
    """A node may have value of information when its link to the decision would be requisite: seeing it could raise the best score.

    The node must not come after the decision. An earlier decision that has use for nothing but what is seen anyway is known beforehand,
    because some best policy draws no lots, and seeing it is worth nothing. Source: [everitt2021], definition 8 and theorem 9;
    [vanmerwijk2022] for several decisions.

    :param diagram: the graph with its decisions and utilities, of one agent.
    :param decision: the decision whose incentive it is.
    :param node: the node that is judged; any of the graph.
    :returns: a judgement, truthy for "may": its evidence is an open path from the node to a utility.
    :raises UnknownName: for a node that the graph does not have, or a decision that is none.
    :raises WrongShape: for a diagram of several agents.

    >>> from causalkit.graphs.graph import Graph
    >>> diagram = Diagram(Graph.parse("state -> pay, act -> pay, state -> sign"), "act", "pay")
    >>> print(admits_value_of_information(diagram, "act", "sign"))
    sign may have value of information for act: sign <- state -> pay is open given act
    >>> print(admits_value_of_information(diagram, "act", "pay"))
    pay cannot have value of information for act: pay comes after act
    """
    check(diagram, decision, node)
    claim = "have value of information"
    if node in diagram.graph.descendants(decision, include_self=True):
        because = f"{node} is the decision itself" if node == decision else f"{node} comes after {decision}"
        return Judgement(node, claim, decision, (), because)
    found = separation_from_utilities(diagram, decision, node)
    if found is None or found or len(diagram.decisions) == 1:
        return judged(node, claim, decision, found, complete=childless(diagram))
    linked = diagram.with_link(node, decision)
    reduced = minimal_reduction(linked)
    if node not in reduced.observations(decision):
        return Judgement(node, claim, decision, (), f"the minimal reduction cuts {node} -> {decision}")
    if node in determined(reduced, decision, without=node):
        because = f"{node} is a decision, and in the minimal reduction it depends on nothing but what {decision} sees without it"
        return Judgement(node, claim, decision, (), because)
    found = separation_from_utilities(reduced, decision, node)
    is_chance = node not in diagram.decisions and node not in diagram.utilities
    return judged(node, claim, decision, found, complete=is_chance and childless(diagram) and bool(sufficient_recall(linked)))


@checked
def value_of_information(diagram: Diagram, decision: str) -> tuple[str, ...]:
    """The nodes that may have value of information for a decision, in declared order; see ``admits_value_of_information``.

    >>> from causalkit.graphs.graph import Graph
    >>> value_of_information(Diagram(Graph.parse("cause -> state -> pay, act -> pay, state -> sign -> act"), "act", "pay"), "act")
    ('cause', 'state', 'sign')
    """
    return tuple(node for node in diagram.graph.nodes if admits_value_of_information(diagram, decision, node))


# ---------------------------------------------------------------- response incentive


@checked
def admits_response_incentive(diagram: Diagram, decision: str, node: str) -> Judgement:
    """A node may have a response incentive when a directed path leads from it to the decision in the minimal reduction.

    Then every best policy may have to act differently when the node is changed. Source: [everitt2021], definition 10 and theorem 12.

    :param diagram: the graph with its decisions and utilities, of one agent.
    :param decision: the decision whose incentive it is.
    :param node: the node that is judged; any of the graph.
    :returns: a judgement, truthy for "may": its evidence is the path.
    :raises UnknownName: for a node that the graph does not have, or a decision that is none.
    :raises WrongShape: for a diagram of several agents.

    >>> from causalkit.graphs.graph import Graph
    >>> diagram = Diagram(Graph.parse("cause -> state -> pay, act -> pay, state -> sign -> act, hair -> act"), "act", "pay")
    >>> print(admits_response_incentive(diagram, "act", "cause"))
    cause may have a response incentive for act: cause -> state -> sign -> act
    >>> print(admits_response_incentive(diagram, "act", "hair"))
    hair cannot have a response incentive for act: the minimal reduction cuts hair -> act
    """
    check(diagram, decision, node)
    return _response(diagram, minimal_reduction(diagram), decision, node)


@checked
def response_incentive(diagram: Diagram, decision: str) -> tuple[str, ...]:
    """The nodes that may have a response incentive for a decision, in declared order; see ``admits_response_incentive``.

    >>> from causalkit.graphs.graph import Graph
    >>> response_incentive(Diagram(Graph.parse("cause -> state -> pay, act -> pay, state -> sign -> act"), "act", "pay"), "act")
    ('cause', 'state', 'sign')
    """
    check(diagram, decision)
    reduced = minimal_reduction(diagram)
    return tuple(node for node in diagram.graph.nodes if _response(diagram, reduced, decision, node))


def _response(diagram: Diagram, reduced: Diagram, decision: str, node: str) -> Judgement:
    claim = "have a response incentive"
    if node == decision:
        return Judgement(node, claim, decision, (), f"{node} is the decision itself")
    path = directed_path(reduced.graph, node, decision)
    because = str(path) if path else cut(diagram.graph, reduced.graph, node, (decision,))
    return Judgement(node, claim, decision, (path,) if path else (), because, not path or covered(diagram))


# ---------------------------------------------------------------- value of control


@checked
def admits_value_of_control(diagram: Diagram, node: str) -> Judgement:
    """A node may have value of control when a directed path leads from it to a utility in the minimal reduction.

    Then the best score could rise if the node's mechanism were the agent's to choose. Decisions have none; a utility has it over
    itself. Raises ``UnknownName``; ``WrongShape`` for a diagram of several agents. Source: [everitt2021], definition 15 and theorem 16.

    >>> from causalkit.graphs.graph import Graph
    >>> print(admits_value_of_control(Diagram(Graph.parse("state -> sign -> act -> pay, state -> pay"), "act", "pay"), "sign"))
    sign may have value of control: sign -> act -> pay
    """
    check(diagram, None, node)
    return _control(diagram, minimal_reduction(diagram), node)


@checked
def value_of_control(diagram: Diagram) -> tuple[str, ...]:
    """The nodes that may have value of control, in declared order; see ``admits_value_of_control``.

    >>> from causalkit.graphs.graph import Graph
    >>> value_of_control(Diagram(Graph.parse("cause -> state -> pay, act -> pay, state -> sign -> act"), "act", "pay"))
    ('cause', 'state', 'pay', 'sign')
    """
    check(diagram)
    reduced = minimal_reduction(diagram)
    return tuple(node for node in diagram.graph.nodes if _control(diagram, reduced, node))


def _control(diagram: Diagram, reduced: Diagram, node: str) -> Judgement:
    claim = "have value of control"
    if node in diagram.decisions:
        return Judgement(node, claim, None, (), f"{node} is a decision, and under control already")
    path = directed_path(reduced.graph, node, diagram.utilities)
    because = shown(path) if path else cut(diagram.graph, reduced.graph, node, diagram.utilities)
    return Judgement(node, claim, None, (path,) if path else (), because, not path or covered(diagram))


@checked
def admits_direct_value_of_control(diagram: Diagram, node: str) -> Judgement:
    """A node may have direct value of control when a directed path leads from it to a utility past every decision.

    Then control over it is of use even to an agent that does not react to it. Source: [everitt2021], after theorem 16.

    >>> from causalkit.graphs.graph import Graph
    >>> bool(admits_direct_value_of_control(Diagram(Graph.parse("state -> sign -> act -> pay, state -> pay"), "act", "pay"), "sign"))
    False
    """
    check(diagram, None, node)
    claim = "have direct value of control"
    if node in diagram.decisions:
        return Judgement(node, claim, None, (), f"{node} is a decision, and under control already")
    path = directed_path(diagram.graph, node, diagram.utilities, avoiding=diagram.decisions)
    because = shown(path) if path else f"no directed path from {node} to {', '.join(diagram.utilities)} avoids every decision"
    return Judgement(node, claim, None, (path,) if path else (), because, not path or covered(diagram))


@checked
def direct_value_of_control(diagram: Diagram) -> tuple[str, ...]:
    """The nodes that may have direct value of control, in declared order; see ``admits_direct_value_of_control``.

    >>> from causalkit.graphs.graph import Graph
    >>> direct_value_of_control(Diagram(Graph.parse("cause -> state -> pay, act -> pay, state -> sign -> act"), "act", "pay"))
    ('cause', 'state', 'pay')
    """
    return tuple(node for node in diagram.graph.nodes if admits_direct_value_of_control(diagram, node))


@checked
def admits_indirect_value_of_control(diagram: Diagram, decision: str, node: str) -> Judgement:
    """A node may have indirect value of control when the agent could make better signals for its decision by way of the node.

    By the source's criterion that takes, in the minimal reduction, a directed path from the node through the decision to a utility, and
    a path to that utility that leaves the node backwards and is open given the rest of the decision's family: the node itself would be
    the better signal. A node without direct value of control can do without the second path, as it may make another signal better: by
    theorem 16 it has value of control, which is then indirect, and the evidence is by which path that signal has to do with the utility.
    Where a node has direct value of control too, "cannot" is what the criterion says, and no proof (``complete``).
    Source: [everitt2021], theorem 16 and after it.

    :param diagram: the graph with its decisions and utilities, of one agent.
    :param decision: the decision whose incentive it is.
    :param node: the node that is judged; any of the graph.
    :returns: a judgement, truthy for "may": its evidence is both paths.
    :raises UnknownName: for a node that the graph does not have, or a decision that is none.
    :raises WrongShape: for a diagram of several agents.

    >>> from causalkit.graphs.graph import Graph
    >>> diagram = Diagram(Graph.parse("state -> sign -> act -> pay, state -> pay"), "act", "pay")
    >>> print(admits_indirect_value_of_control(diagram, "act", "sign"))
    sign may have indirect value of control for act: sign -> act -> pay, and sign <- state -> pay is open given act
    """
    check(diagram, decision, node)
    return _indirect(diagram, minimal_reduction(diagram), decision, node)


@checked
def indirect_value_of_control(diagram: Diagram, decision: str) -> tuple[str, ...]:
    """The nodes that may have indirect value of control for a decision, in declared order; see ``admits_indirect_value_of_control``.

    >>> from causalkit.graphs.graph import Graph
    >>> indirect_value_of_control(Diagram(Graph.parse("cause -> state -> pay, act -> pay, state -> sign -> act"), "act", "pay"), "act")
    ('sign',)
    """
    check(diagram, decision)
    reduced = minimal_reduction(diagram)
    return tuple(node for node in diagram.graph.nodes if _indirect(diagram, reduced, decision, node))


def _indirect(diagram: Diagram, reduced: Diagram, decision: str, node: str) -> Judgement:
    claim = "have indirect value of control"
    if node in diagram.decisions:
        return Judgement(node, claim, decision, (), f"{node} is a decision, and under control already")
    given = [name for name in diagram.family(decision) if name != node]
    for utility in diagram.utilities:  # one that is seen is not reached through the decision
        forth = through(reduced.graph, node, decision, (utility,))
        back = backdoor(reduced.graph, node, utility, given) if forth else None
        if forth and back:
            because = f"{forth}, and {back} is open given {', '.join(given)}"
            return Judgement(node, claim, decision, (forth, back), because, covered(diagram))
    direct = directed_path(diagram.graph, node, diagram.utilities, avoiding=diagram.decisions)
    way = through(reduced.graph, node, decision, diagram.downstream_utilities(decision))
    if way and not direct:
        return _by_another_signal(diagram, reduced, decision, node, way)
    because = f"no utility is reached from {node} both forwards through {decision} and, given its family, by an open path backwards"
    return Judgement(node, claim, decision, (), because, complete=way is None)


def _by_another_signal(diagram: Diagram, reduced: Diagram, decision: str, node: str, way: Path) -> Judgement:
    """The judgement on a node that matters only by way of something else that the decision sees."""
    signal = way.nodes[way.nodes.index(decision) - 1]
    found = separation_from_utilities(reduced, decision, signal)
    assert found is not None
    assert found.open_path is not None  # the reduction keeps requisite observations only
    because = f"{way}, and {found.open_path} is open given {', '.join(found.given)}"
    return Judgement(node, "have indirect value of control", decision, (way, found.open_path), because, covered(diagram))


_DOWNSTREAM = (
    "admits_impact_incentive", "admits_instrumental_control_incentive", "admits_intent", "impact_incentive",
    "instrumental_control_incentive", "intent",
)  # fmt: skip
__getattr__, __dir__ = later(__name__, __all__, {}, {name: f"stop_button.incentives:{name}" for name in _DOWNSTREAM})
