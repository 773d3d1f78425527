"""Backward induction along relevance: an equilibrium where no decisions rely on each other in a circle."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit import Dist
from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number
from causalkit.values.render import html_text
from stop_button.decision.policy import Decision, Policy
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.games.graphs.players import game_diagram
from stop_button.incentives.relevance import RelevanceGraph, relevance_graph

__all__ = ["Induction", "Tie", "backward_induction"]

Tie = tuple[str, tuple[Hashable, ...], tuple[Hashable, ...]]
"""A decision, what is seen, and the options that are equally good, of which the first was taken."""


@dataclass(frozen=True)
class Induction:
    """An equilibrium, found decision by decision: ``order`` is the order in which they were solved, and ``relevance`` why it will do.

    Where there are ``ties`` there may be other equilibria, with other payoffs. A context that no policy makes possible is a tie.
    """

    policy: Policy
    order: tuple[str, ...]
    relevance: RelevanceGraph
    ties: tuple[Tie, ...]
    payoffs: tuple[tuple[str, Number], ...]

    def __str__(self) -> str:
        got = ", ".join(f"{who} gets {what}" for who, what in self.payoffs)
        return f"{self.policy}; {got}; solved in the order {', '.join(self.order)}; {len(self.ties)} ties"

    def _repr_html_(self) -> str:
        return f"<p>{html_text(self)}</p>"


@checked
def backward_induction(world: World) -> Induction:
    """An equilibrium of a world with players, by solving each decision after those that it relies on.

    While a decision is solved, decisions that are still open draw uniform lots: it does not rely on them. The rule found is best in each
    context that some policy makes possible, not only in those that come about. Raises ``WrongShape`` where decisions rely on each other in
    a circle, and for players whose wishes are no sums over variables. Source: [koller2003], section 6.

    >>> from causalkit import Model, choice
    >>> world = World(
    ...     Model(lead=choice(0, 1), follow=choice(0, 1, sees=["lead"]), own=lambda lead, follow: int(lead != follow),
    ...           pay=lambda lead, follow: lead - 2 * (lead == follow)),
    ...     players={"first": ("lead", "pay"), "second": ("follow", "own")},
    ... )
    >>> print(backward_induction(world))
    lead: 1; follow: 1 if lead=0, 0 if lead=1; first gets 1, second gets 1; solved in the order follow, lead; 0 ties
    """
    relevance = relevance_graph(game_diagram(world))
    if relevance.cycle:
        raise WrongShape(
            f"{' relies on '.join(relevance.cycle)}, so these decisions cannot be solved one after the other; look for equilibria of the "
            "whole world"
        )
    order = tuple(name for (name,) in reversed(relevance.components))
    decisions = {each.name: each for each in world.decisions}
    acts: dict[Any, Any] = {(d.name, seen): _lot(d) for d in world.decisions for seen in d.contexts}
    ties: list[Tie] = []
    for name in order:
        _solve(world, decisions[name], acts, ties)
    policy = world.policy(world.policies.filled(acts))
    payoffs = tuple((who, Utility(who, player.utility)(world, policy)) for who, player in world.players.items())
    return Induction(policy, order, relevance, tuple(ties), payoffs)


def _solve(world: World, decision: Decision, acts: dict[Any, Any], ties: list[Tie]) -> None:
    """Put the best option in each context into ``acts``.

    The utility is a sum of means, so what one context adds to it depends on the option there alone.
    """
    owner = world.player_of(decision.name)
    utility, found = Utility(owner, world.players[owner].utility), {}
    for seen in decision.contexts:
        scores = {o: utility(world, world.policies.filled({**acts, (decision.name, seen): o})) for o in decision.options}
        best = tuple(option for option, score in scores.items() if score == max(scores.values()))
        if len(best) > 1:
            ties.append((decision.name, seen, best))
        found[decision.name, seen] = best[0]
    acts.update(found)


def _lot(decision: Decision) -> Dist:
    return Dist(dict.fromkeys(decision.options, Fraction(1, len(decision.options))))
