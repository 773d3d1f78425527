"""What an agent remembers: perfect recall, read off a diagram."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from causalkit.values.arguments import checked
from causalkit.values.render import Printed
from stop_button.incentives.diagram import Diagram

__all__ = ["PerfectRecall", "perfect_recall"]


@dataclass(frozen=True)
class PerfectRecall(Printed):
    """Whether agents have perfect recall: truthy when they have, else it holds two decisions and what the later one has lost."""

    agents: tuple[Hashable, ...]
    orders: tuple[tuple[str, ...], ...]
    earlier: str = ""
    later: str = ""
    lost: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.lost

    def __str__(self) -> str:
        if self:
            return f"perfect recall: {'; '.join(' before '.join(order) for order in self.orders)}"
        return f"no perfect recall: {self.later} comes after {self.earlier} and does not see {', '.join(self.lost)}"


@checked
def perfect_recall(diagram: Diagram, agent: Hashable = None) -> PerfectRecall:
    """An agent has perfect recall when each of its decisions sees its earlier decisions and all that they saw.

    Earlier is what some order of its decisions that the graph allows puts before; two of its decisions that do not see each other are
    already no perfect recall. Without ``agent``, every agent is asked about. Source: [koller2003]; [hammond2021].

    >>> from causalkit.graphs.graph import Graph
    >>> print(perfect_recall(Diagram(Graph.parse("sign -> first -> second -> pay, sign -> pay"), ["first", "second"], "pay")))
    no perfect recall: second comes after first and does not see sign
    >>> print(perfect_recall(Diagram(Graph.parse("sign -> first -> second -> pay, sign -> second"), ["first", "second"], "pay")))
    perfect recall: first before second
    """
    agents = diagram.agents if agent is None else diagram.only(agent).agents
    names, orders = tuple(one.name for one in agents) if agent is None else (agent,), []
    for one in agents:
        order = [name for name in diagram.graph.order if name in one.decisions]
        orders.append(tuple(order))
        for i, later in enumerate(order):
            for earlier in order[:i]:
                seen = diagram.observations(later)
                lost = tuple(name for name in diagram.family(earlier) if name not in seen)
                if lost:
                    return PerfectRecall(names, (), earlier, later, lost)
    return PerfectRecall(names, tuple(orders))
