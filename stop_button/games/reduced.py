"""Reduced strategies: what a player does wherever its own acts may lead, with what it would do elsewhere left out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from causalkit.errors import TooLarge
from causalkit.values.exact import Number
from stop_button.decision.policy import Choices, Decision, InformationSet, Slot, decisions_in_order
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import choices_met
from stop_button.grounding.queries import branch_readings
from stop_button.language.formula import Formula
from stop_button.language.parts import means

__all__ = ["MOST_STRATEGIES", "count_listed", "reduced_acts"]

MOST_STRATEGIES: Final = 4096
"""So many reduced strategies of one player are listed at most."""

Acts = Mapping[InformationSet, Any]
Needs = dict[InformationSet, set[frozenset[Any]]]


def count_listed(world: World, player: str) -> int:
    """How many pure strategies a player has before they are reduced."""
    own = world.players[player].decisions
    return math.prod(len(options) for name, _, options in world.policies.slots if name in own)


def reduced_acts(world: World, formulas: Sequence[Formula]) -> dict[str, list[dict[InformationSet, Any]]]:
    """For each player its reduced strategies: acts at the information sets that its own acts lead to, in fact or where formulas read."""
    met = _met(world, formulas)
    order = {name: place for place, name in enumerate(decisions_in_order(world.model))}
    found = {}
    for player, record in world.players.items():
        own = set(record.decisions)
        needs = {
            place: {frozenset(act for act in acts if act[0] in own and act[:2] != place) for acts in ways}
            for place, ways in met.items()
            if place[0] in own
        }
        slots = sorted((slot for slot in world.policies.slots if slot[:2] in needs), key=lambda slot: order[slot[0]])
        found[player] = _listed(world, player, slots, needs)
    return found


def _met(world: World, formulas: Sequence[Formula]) -> Needs:
    """The sets of choices with which each information set is met."""
    met: Needs = {}
    for decision in world.decisions:
        for choices, seen in _ways_to_see(world, decision).items():
            for values in seen:
                met.setdefault((decision.name, values), set()).add(choices)
    for mean in dict.fromkeys(mean for f in formulas for mean in means(f)):
        if any(reading.edits or reading.policy is not None for reading in branch_readings(mean.children())):
            for choices in choices_met(mean, world):
                for name, values, _ in choices:
                    met.setdefault((name, values), set()).add(choices)
    return met


def _ways_to_see(world: World, decision: Decision) -> Mapping[Choices, Mapping[Any, Number]]:
    """For each set of choices met on the way to a decision, what may be seen there, with its weight."""
    return world.model.branches({}).by_choice(lambda run: tuple(run["fact"][name] for name in decision.sees))


def _listed(world: World, player: str, slots: Sequence[Slot], needs: Needs) -> list[dict[InformationSet, Any]]:
    listed: dict[frozenset[Any], dict[InformationSet, Any]] = {}
    for acts in _grown({}, slots, needs):
        kept = {place: act for place, act in acts.items() if any(_does(acts, way) for way in needs[place])}
        listed.setdefault(frozenset(kept.items()), kept)
        if len(listed) > MOST_STRATEGIES:
            raise TooLarge(
                f"{player} of {world.title} has {count_listed(world, player):,} strategies, and more than {MOST_STRATEGIES:,} that differ "
                "where its own acts lead; let its decisions see less, or verify one policy: stop_button.games.is_equilibrium(world, policy)"
            )
    return list(listed.values())


def _grown(acts: dict[InformationSet, Any], slots: Sequence[Slot], needs: Needs) -> Iterator[dict[InformationSet, Any]]:
    """Every way to act at information sets, one after the other, those left out that the acts before rule out."""
    if not slots:
        yield acts
        return
    (name, seen, options), rest = slots[0], slots[1:]
    if not any(_may(acts, way) for way in needs[name, seen]):
        yield from _grown(acts, rest, needs)
        return
    for option in options:
        yield from _grown({**acts, (name, seen): option}, rest, needs)


def _may(acts: Acts, way: Choices) -> bool:
    """Whether acts made so far rule out none of these."""
    return all((name, seen) not in acts or acts[name, seen] == act for name, seen, act in way)


def _does(acts: Acts, way: Choices) -> bool:
    return all((name, seen) in acts and acts[name, seen] == act for name, seen, act in way)
