"""Graphical criteria for the incentives of what lies behind a decision: instrumental control, intent, impact.

The conventions are those of ``stop_button.incentives.criteria``.
"""

from __future__ import annotations

from causalkit.graphs.path_search import directed_path
from causalkit.values.arguments import checked
from stop_button.incentives.diagram import Diagram
from stop_button.incentives.evidence import check, covered, missing, through
from stop_button.incentives.judgement import Judgement

__all__ = [
    "admits_impact_incentive", "admits_instrumental_control_incentive", "admits_intent", "impact_incentive",
    "instrumental_control_incentive", "intent",
]  # fmt: skip


@checked
def admits_instrumental_control_incentive(diagram: Diagram, decision: str, node: str) -> Judgement:
    """A node may have an instrumental control incentive when a directed path leads from the decision through it to a utility.

    Then the agent may earn its score by way of the node. With several decisions the criterion is sharper on
    ``minimal_reduction(diagram)``, where later decisions no longer see what they have no use for. Source: [everitt2021], definition 17
    and theorem 18.

    :param diagram: the graph with its decisions and utilities, of one agent.
    :param decision: the decision whose incentive it is.
    :param node: the node that is judged; any of the graph.
    :returns: a judgement, truthy for "may": its evidence is the path.
    :raises UnknownName: for a node that the graph does not have, or a decision that is none.
    :raises WrongShape: for a diagram of several agents.

    >>> from causalkit.graphs.graph import Graph
    >>> diagram = Diagram(Graph.parse("post -> mood -> clicks, post -> clicks, post -> news"), "post", "clicks")
    >>> print(admits_instrumental_control_incentive(diagram, "post", "mood"))
    mood may have an instrumental control incentive for post: post -> mood -> clicks
    >>> print(admits_instrumental_control_incentive(diagram, "post", "news"))
    news cannot have an instrumental control incentive for post: no directed path leads from news to clicks
    """
    return _instrumental(diagram, decision, node, "have an instrumental control incentive")


@checked
def instrumental_control_incentive(diagram: Diagram, decision: str) -> tuple[str, ...]:
    """The nodes that may have an instrumental control incentive for a decision, in declared order.

    >>> from causalkit.graphs.graph import Graph
    >>> instrumental_control_incentive(Diagram(Graph.parse("post -> mood -> clicks, post -> news"), "post", "clicks"), "post")
    ('post', 'mood', 'clicks')
    """
    return tuple(node for node in diagram.graph.nodes if admits_instrumental_control_incentive(diagram, decision, node))


@checked
def admits_intent(diagram: Diagram, decision: str, node: str) -> Judgement:
    """A node may be influenced with intent when a directed path leads from the decision through it to a utility.

    Intent compares two policies: the node belongs to a smallest set of variables that would account for the better score. The
    criterion is the same as for the instrumental control incentive. Source: [carey2025]; [ward2024].

    :param diagram: the graph with its decisions and utilities, of one agent.
    :param decision: the decision whose incentive it is.
    :param node: the node that is judged; any of the graph.
    :returns: a judgement, truthy for "may": its evidence is the path.
    :raises UnknownName: for a node that the graph does not have, or a decision that is none.
    :raises WrongShape: for a diagram of several agents.

    >>> from causalkit.graphs.graph import Graph
    >>> bool(admits_intent(Diagram(Graph.parse("post -> mood -> clicks, post -> clicks, post -> news"), "post", "clicks"), "post", "mood"))
    True
    """
    return _instrumental(diagram, decision, node, "be influenced with intent")


@checked
def intent(diagram: Diagram, decision: str) -> tuple[str, ...]:
    """The nodes that a decision may influence with intent, in declared order; see ``admits_intent``.

    >>> from causalkit.graphs.graph import Graph
    >>> intent(Diagram(Graph.parse("post -> mood -> clicks, post -> clicks, post -> news"), "post", "clicks"), "post")
    ('post', 'mood', 'clicks')
    """
    return tuple(node for node in diagram.graph.nodes if admits_intent(diagram, decision, node))


def _instrumental(diagram: Diagram, decision: str, node: str, claim: str) -> Judgement:
    check(diagram, decision, node)
    path = through(diagram.graph, decision, node, diagram.utilities)
    lacks = missing(diagram.graph, decision, (node,)) or missing(diagram.graph, node, diagram.utilities)
    return Judgement(node, claim, decision, (path,) if path else (), str(path) if path else lacks, not path or covered(diagram))


@checked
def admits_impact_incentive(diagram: Diagram, decision: str, node: str) -> Judgement:
    """A node may have an impact incentive when both it and a utility lie below the decision.

    Then every best policy may have to make the node turn out otherwise than a baseline policy would, as a means or as a side
    effect. Source: [carey2025].

    :param diagram: the graph with its decisions and utilities, of one agent.
    :param decision: the decision whose incentive it is.
    :param node: the node that is judged; any of the graph.
    :returns: a judgement, truthy for "may": its evidence is a path to each.
    :raises UnknownName: for a node that the graph does not have, or a decision that is none.
    :raises WrongShape: for a diagram of several agents.

    >>> from causalkit.graphs.graph import Graph
    >>> diagram = Diagram(Graph.parse("post -> mood -> clicks, post -> clicks, post -> news"), "post", "clicks")
    >>> print(admits_impact_incentive(diagram, "post", "news"))
    news may have an impact incentive for post: post -> news, and post -> clicks
    """
    check(diagram, decision, node)
    claim = "have an impact incentive"
    if node == decision:
        return Judgement(node, claim, decision, (), f"{node} is the decision itself")
    to_node, to_pay = directed_path(diagram.graph, decision, node), directed_path(diagram.graph, decision, diagram.utilities)
    if to_node and to_pay:
        return Judgement(node, claim, decision, (to_node, to_pay), f"{to_node}, and {to_pay}", covered(diagram))
    lacks = missing(diagram.graph, decision, (node,)) or missing(diagram.graph, decision, diagram.utilities)
    return Judgement(node, claim, decision, (), lacks)


@checked
def impact_incentive(diagram: Diagram, decision: str) -> tuple[str, ...]:
    """The nodes that may have an impact incentive for a decision, in declared order; see ``admits_impact_incentive``.

    >>> from causalkit.graphs.graph import Graph
    >>> impact_incentive(Diagram(Graph.parse("post -> mood -> clicks, post -> clicks, post -> news"), "post", "clicks"), "post")
    ('mood', 'clicks', 'news')
    """
    return tuple(node for node in diagram.graph.nodes if admits_impact_incentive(diagram, decision, node))
