"""Influence diagrams: a causal graph in which some variables are decisions and some are what the deciding agents are paid for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from causalkit import Model
from causalkit.errors import UnknownName, WrongShape, listing, suggestion
from causalkit.graphs.graph import Graph
from causalkit.values.arguments import checked
from causalkit.values.exact import is_zero
from causalkit.values.render import Printed

__all__ = ["Agent", "Diagram"]

Names = str | Iterable[str]
Roles = Names | Mapping[Any, Names]


@dataclass(frozen=True)
class Agent:
    """Who makes some decisions, and the utilities whose sum these decisions are to maximise."""

    name: Hashable
    decisions: tuple[str, ...]
    utilities: tuple[str, ...]


@checked
@dataclass(frozen=True, init=False, repr=False)
class Diagram(Printed):
    """A causal influence diagram: a graph, the decisions in it, and the utilities that they are made for.

    The parents of a decision are what is seen when it is made (information links). For several agents, ``decisions`` and
    ``utilities`` are mappings from the agent to its names. Raises ``UnknownName`` for a name that is not in the graph, and
    ``WrongShape`` for roles that do not fit together.

    Source: [everitt2021], definition 3 (one agent); [koller2003] (several).

    >>> diagram = Diagram(Graph.parse("sky -> forecast -> trip -> fun, sky -> fun"), "trip", "fun")
    >>> diagram.observations("trip")
    ('forecast',)
    """

    graph: Graph
    agents: tuple[Agent, ...]

    def __init__(self, graph: Graph, decisions: Roles, utilities: Roles) -> None:
        if isinstance(decisions, Mapping) != isinstance(utilities, Mapping):
            raise WrongShape("decisions and utilities must both be names (one agent), or both be mappings from agents to names")
        of = dict(decisions) if isinstance(decisions, Mapping) else {"agent": decisions}
        paid = dict(utilities) if isinstance(utilities, Mapping) else {"agent": utilities}
        if set(of) != set(paid):
            raise WrongShape(f"the decisions belong to the agents {listing(of)} and the utilities to {listing(paid)}; name the same agents")
        agents = tuple(Agent(name, graph.select(of[name]), graph.select(paid[name])) for name in of)
        _check_roles(graph, agents)
        object.__setattr__(self, "graph", graph)
        object.__setattr__(self, "agents", agents)

    @classmethod
    @checked
    def of(cls, model: Model, utilities: Roles, *, decisions: Roles | None = None) -> Diagram:
        """The diagram of a model: its graph, its open choices (all of them, when ``decisions`` are not named) and these utilities.

        What was observed in the model would make its graph say too little, so a model that has been conditioned is refused with
        ``WrongShape``; so is a model without an open choice.

        >>> from causalkit import choice, coin
        >>> m = Model(rain=coin("1/4"), coat=choice(True, False, sees=["rain"]), dry=lambda rain, coat: int(coat or not rain))
        >>> Diagram.of(m, "dry").decisions
        ('coat',)
        """
        if not model.choices:
            raise WrongShape("the model has no open choice, so nobody decides anything in it; declare one with choice(...)")
        if not is_zero(sum(next(iter(model.branches().by_choice(lambda b: 1).values())).values()) - 1):
            raise WrongShape("the model has been conditioned, and its graph does not show that; take the diagram before .given(...)")
        named = model.choices if decisions is None else decisions
        for name in _flat(named):
            if name in model.names and name not in model.choices:
                raise WrongShape(f"{name!r} is not an open choice of the model; the open choices are: {', '.join(model.choices)}")
        return cls(model.graph, named, utilities)

    @property
    def decisions(self) -> tuple[str, ...]:
        """All decisions, in declared order."""
        return self.graph.select([name for agent in self.agents for name in agent.decisions])

    @property
    def utilities(self) -> tuple[str, ...]:
        """All utilities, in declared order."""
        return self.graph.select([name for agent in self.agents for name in agent.utilities])

    def agent_of(self, decision: str) -> Agent:
        """The agent that makes a decision; raises ``UnknownName`` for a name that is no decision.

        >>> Diagram(Graph.parse("x -> y"), {"Ann": "x"}, {"Ann": "y"}).agent_of("x").name
        'Ann'
        """
        for agent in self.agents:
            if decision in agent.decisions:
                return agent
        near = suggestion(decision, self.decisions)
        raise UnknownName(f"{decision!r} is not a decision of the diagram; the decisions are: {', '.join(self.decisions)}{near}")

    def observations(self, decision: str) -> tuple[str, ...]:
        """What is seen when a decision is made: its parents."""
        self.agent_of(decision)
        return self.graph.parents(decision)

    def family(self, decision: str) -> tuple[str, ...]:
        """A decision and what is seen when it is made, in declared order."""
        return self.graph.select([decision, *self.observations(decision)])

    def downstream_utilities(self, decision: str) -> tuple[str, ...]:
        """The utilities of the deciding agent that its decision can affect: those below it.

        >>> Diagram(Graph.parse("x -> y, z"), "x", ["y", "z"]).downstream_utilities("x")
        ('y',)
        """
        agent, below = self.agent_of(decision), set(self.graph.descendants(decision))
        return tuple(name for name in agent.utilities if name in below)

    def with_link(self, observation: str, decision: str) -> Diagram:
        """The diagram in which a decision also sees a variable; raises ``CyclicModel`` when the variable comes after the decision.

        >>> Diagram(Graph.parse("x -> y, z -> y"), "x", "y").with_link("z", "x").observations("x")
        ('z',)
        """
        self.agent_of(decision)
        self.graph.select([observation])
        return self._on([*self.graph.edges, (observation, decision)])

    def without_link(self, observation: str, decision: str) -> Diagram:
        """The diagram in which a decision does not see a variable.

        >>> Diagram(Graph.parse("x -> y, z -> y, z -> x"), "x", "y").without_link("z", "x").observations("x")
        ()
        """
        self.agent_of(decision)
        return self._on([edge for edge in self.graph.edges if edge != (observation, decision)])

    def only(self, agent: Hashable) -> Diagram:
        """The diagram of one agent: the others' decisions are variables like any other, as when their policies are fixed.

        >>> game = Diagram(Graph.parse("x -> y -> u, y -> v"), {1: "x", 2: "y"}, {1: "u", 2: "v"})
        >>> game.only(1).decisions
        ('x',)
        """
        for one in self.agents:
            if one.name == agent:
                return Diagram(self.graph, one.decisions, one.utilities)
        names = [one.name for one in self.agents]
        raise UnknownName(f"{agent!r} is not an agent of the diagram; the agents are: {listing(names)}{suggestion(agent, names)}")

    def _on(self, edges: Iterable[tuple[str, str]]) -> Diagram:
        graph = Graph(self.graph.nodes, edges, self.graph.confounded)
        return Diagram(graph, {a.name: a.decisions for a in self.agents}, {a.name: a.utilities for a in self.agents})

    def __repr__(self) -> str:
        if [agent.name for agent in self.agents] == ["agent"]:
            return f"Diagram({self.graph!r}, {list(self.decisions)!r}, {list(self.utilities)!r})"
        decisions = {agent.name: list(agent.decisions) for agent in self.agents}
        return f"Diagram({self.graph!r}, {decisions!r}, { {agent.name: list(agent.utilities) for agent in self.agents}!r})"

    def __str__(self) -> str:
        who = (f"{a.name} decides {', '.join(a.decisions)} for {', '.join(a.utilities)}" for a in self.agents)
        return f"{self.graph}; {'; '.join(who)}"


def _flat(roles: Roles) -> tuple[str, ...]:
    groups = list(roles.values()) if isinstance(roles, Mapping) else [roles]
    return tuple(name for group in groups for name in ([group] if isinstance(group, str) else group))


def _check_roles(graph: Graph, agents: tuple[Agent, ...]) -> None:
    if not agents:
        raise WrongShape("an influence diagram needs an agent; name the decisions and the utilities")
    for agent in agents:
        if not agent.decisions or not agent.utilities:
            lacks = "decision" if not agent.decisions else "utility"
            raise WrongShape(f"{agent.name!r} has no {lacks}; name at least one decision and one utility for each agent")
    named = [name for agent in agents for name in (*agent.decisions, *agent.utilities)]
    twice = [name for name in graph.nodes if named.count(name) > 1]
    if twice:
        raise WrongShape(
            f"{listing(twice)} has more than one role; a variable is a decision of one agent, a utility of one agent, or neither"
        )
    for agent in agents:
        shared = [name for name in agent.decisions if graph.spouses(name)]
        if shared:
            raise WrongShape(
                f"the decision {shared[0]!r} shares a latent cause with {listing(graph.spouses(shared[0]))}; "
                "a decision depends on what is seen alone, so declare the cause as a variable that it sees"
            )
