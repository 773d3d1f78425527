"""Interventions in games: before policies are fixed, when decision rules may respond, and after, when none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from causalkit.errors import WrongShape
from causalkit.graphs.order import Names
from causalkit.values.arguments import checked
from causalkit.values.exact import Number
from causalkit.values.render import html_text
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.players import Player
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.games.graphs.mechanised import mechanised_graph
from stop_button.incentives.diagram import Diagram

__all__ = ["Comparison", "Responses", "compare_interventions", "intervened_world", "post_policy", "pre_policy"]


@dataclass(frozen=True)
class Responses:
    """What an intervention on some variables may change: decision rules, and what happens. Truthy when some rule may respond.

    ``ways`` are, for each rule that may respond, the mechanisms from the intervention to it.
    """

    diagram: Diagram
    intervened: tuple[str, ...]
    policies_are_open: bool
    ways: tuple[tuple[str, ...], ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The decisions whose rules may respond."""
        return tuple(way[-1] for way in self.ways)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables whose distribution may change: what was intervened on, what responds, and all that comes after either."""
        return self.diagram.graph.descendants({*self.intervened, *self.rules}, include_self=True)

    def __bool__(self) -> bool:
        return bool(self.ways)

    def __str__(self) -> str:
        done = f"do({', '.join(self.intervened)})"
        if not self.policies_are_open:
            return f"{done} after policies are fixed: no rule responds, and {', '.join(self.variables)} may change"
        if not self:
            return f"{done} before policies are fixed: no rule has a reason to respond, and {', '.join(self.variables)} may change"
        ways = "; ".join(f"{way[-1]}, by {' -> '.join(way)}" for way in self.ways)
        return f"{done} before policies are fixed: the rules at these may respond: {ways}"

    def _repr_html_(self) -> str:
        return f"<p>{html_text(self)}</p>"


@checked
def pre_policy(diagram: Diagram, intervened: Names) -> Responses:
    """What may respond to an intervention that all agents know of when they choose their policies.

    The rules that may respond are those below the intervened mechanisms in the mechanised graph. No other rule has a reason to: what its
    options are worth stays the same in each context that may be seen both before and after, as long as those rules that have no reason
    stay as they are. An intervention on a decision fixes its rule, which then does not respond. Source: [hammond2023].

    :param diagram: an influence diagram, of one agent or several
    :param intervened: a name, or names, of variables
    :returns: the rules that may respond, each with a way, and what may change; truthy when there is a rule
    :raises UnknownName: for a name that is not there

    >>> from causalkit.graphs.graph import Graph
    >>> game = Diagram(Graph.parse("a -> u, a -> b -> v, a -> v, b -> u"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
    >>> print(pre_policy(game, "v"))
    do(v) before policies are fixed: the rules at these may respond: a, by v -> b -> a; b, by v -> b
    """
    names = diagram.graph.select(intervened)
    return Responses(diagram, names, True, tuple(mechanised_graph(diagram).reached(names).values()))


@checked
def post_policy(diagram: Diagram, intervened: Names) -> Responses:
    """What may change by an intervention that comes when all policies are fixed: no rule responds. Source: [hammond2023].

    :param diagram: an influence diagram, of one agent or several
    :param intervened: a name, or names, of variables
    :returns: what may change; falsy, as no rule responds
    :raises UnknownName: for a name that is not there

    >>> from causalkit.graphs.graph import Graph
    >>> game = Diagram(Graph.parse("a -> u, a -> b -> v, a -> v, b -> u"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
    >>> print(post_policy(game, "b"))
    do(b) after policies are fixed: no rule responds, and u, b, v may change
    """
    return Responses(diagram, diagram.graph.select(intervened), False, ())


@checked
def intervened_world(world: World, do: Mapping[str, Any]) -> World:
    """The world after an intervention, with all policies still open but that of a decision that was intervened on.

    Players keep their other decisions and what they want; one who has no decision left is still affected. Named policies and the baseline
    stay unless a decision was intervened on. To solve this world is to intervene before policies are fixed. Source: [hammond2023].

    :param world: a world, with players or without
    :param do: variables and their values
    :returns: another world
    :raises UnknownName: for a variable that is not there
    :raises WrongShape: where no decision is left

    >>> from causalkit import Model, choice
    >>> world = World(
    ...     Model(order=choice(0, 1), act=choice(0, 1, sees=["order"]), gain=lambda order, act: int(order == act)),
    ...     players={"human": ("order", "gain"), "robot": ("act", "gain")},
    ... )
    >>> intervened_world(world, {"order": 1}).players["human"].decisions
    ()
    """
    model = world.model.do(do)
    left = set(model.choices)
    same = left == set(world.model.choices)
    if not left:
        raise WrongShape(f"after do({', '.join(do)}) nobody decides anything; ask world.model.do(...) instead, which is a causal model")
    intent: Any = {person: world.roles[f"intent[{person}]"] for person in world.people} or world.roles.get("intent")
    kept = {name: Player(tuple(d for d in one.decisions if d in left), one.utility) for name, one in world.players.items()}
    return World(
        model,
        intent=intent,
        stopped=world.roles.get("stopped"),
        value=world.roles.get("value"),
        levers={name: role for name, role in world.roles.items() if name not in {*world.wishes, "stopped", "value"}},
        baseline=world.baseline if same else None,
        policies={title: policy for title, policy in world.named.items() if same},
        players=kept or None,
        name=world.name,
    )


@dataclass(frozen=True)
class Comparison(Tabled):
    """What each player gets: as things are, after an intervention with all policies fixed, and with policies chosen in view of it."""

    intervention: tuple[tuple[str, Any], ...]
    players: tuple[str, ...]
    without: tuple[Number, ...]
    post_policy: tuple[Number, ...]
    pre_policy: tuple[Number, ...]

    def __str__(self) -> str:
        done = f"do({', '.join(f'{name}={value}' for name, value in self.intervention)})"
        rows = zip(self.players, self.without, self.post_policy, self.pre_policy, strict=True)
        return "\n".join([f"{done}: without it, after policies are fixed, before", *(f"{who}: {a}, {b}, {c}" for who, a, b, c in rows)])

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html_text(line)}</p>" for line in str(self).splitlines())

    def _result(self) -> ResultTable:
        """A row for each player."""
        rows = [list(row) for row in zip(self.players, self.without, self.post_policy, self.pre_policy, strict=True)]
        return ResultTable(["player", "without", "post-policy", "pre-policy"], rows, caption=str(self).partition(":")[0])


@checked
def compare_interventions(world: World, do: Mapping[str, Any], *, policy: Any, response: Any) -> Comparison:
    """What each player gets when an intervention comes after policies are fixed, and when it comes before and they respond.

    The two policies are the caller's: ``policy`` is what all do without the intervention, such as an equilibrium of the world, and
    ``response`` is what they do in view of it, such as an equilibrium of ``intervened_world(world, do)``; several equilibria are several
    comparisons. Source: [hammond2023].

    :param world: a world with players
    :param do: variables and their values
    :param policy: a policy of the world, for all its decisions
    :param response: a policy of the world after the intervention, for the decisions that are left
    :returns: a table of what each player gets
    :raises UnknownName: for a variable that is not there
    :raises WrongShape: for a world without players, and for policies that do not fit

    >>> from causalkit import Model, choice
    >>> world = World(
    ...     Model(order=choice(0, 1), act=choice(0, 1), gain=lambda order, act: int(order == act)),
    ...     players={"human": ("order", "gain"), "robot": ("act", "gain")},
    ... )
    >>> print(compare_interventions(world, {"order": 1}, policy={"order": 0, "act": 0}, response=1))
    do(order=1): without it, after policies are fixed, before
    human: 1, 0, 1
    robot: 1, 0, 1
    """
    if not world.players:
        raise WrongShape(f"{world.title} has no players; type World(..., players={{'human': ('order', 'true'), ...}})")
    after, chosen = intervened_world(world, do), world.policy(policy)
    left = {decision.name for decision in after.decisions}
    fixed = after.policy({name: rule for name, rule in _rules(chosen).items() if name in left})
    return Comparison(
        tuple(do.items()),
        tuple(world.players),
        _payoffs(world, chosen),
        _payoffs(after, fixed),
        _payoffs(after, after.policy(response)),
    )


def _rules(policy: Any) -> dict[str, Any]:
    return {d.name: {seen: policy.acts[d.name, seen] for seen in d.contexts} for d in policy.decisions}


def _payoffs(world: World, policy: Any) -> tuple[Number, ...]:
    return tuple(Utility(name, player.utility)(world, policy) for name, player in world.players.items())
