"""Behaviours: policies that differ only where neither their own earlier acts nor chance ever lead are one and the same."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from causalkit.errors import TooLarge
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed
from stop_button.decision.policy import MOST_LISTED, InformationSet, Policy, decisions_in_order
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import choices_met
from stop_button.grounding.resolving import resolved
from stop_button.language.formula import Formula
from stop_button.language.parts import means

__all__ = ["Behaviour", "behaviours"]

Path = tuple[tuple[InformationSet, Hashable], ...]
"""The choices met on one run of all branches, those of earlier decisions first."""


@dataclass(frozen=True)
class Behaviour(Printed):
    """What is done wherever it leads: ``acts`` by decision and what is seen; ``count`` policies do so, and ``policy`` is one of them.

    ``name`` says in what it differs from the world's baseline; ``rule`` is what ``policy`` does in full.
    """

    acts: Mapping[InformationSet, Hashable]
    count: int
    policy: Policy
    name: str

    @property
    def rule(self) -> str:
        """What the policy does after seeing what, in words."""
        return self.policy.description

    def __contains__(self, policy: Policy) -> bool:
        return all(policy.acts[slot] == option for slot, option in self.acts.items())

    def __str__(self) -> str:
        return self.name


def behaviours(world: World, formulas: Iterable[Formula]) -> tuple[Behaviour, ...]:
    """The behaviours of a world in every branch that some formulas ask about, in the order of their first policies.

    Parameters: ``world`` with any number of decisions; ``formulas`` of means.

    Returns behaviours that share out all policies: each policy is in exactly one, and all policies of one have the same scores. Raises
    ``TooLarge`` when there are more than can be listed.

    >>> import causalkit as ck
    >>> import stop_button as sb
    >>> model = ck.Model(
    ...     first=ck.choice("stay", "go"), rain=ck.coin("1/2"), seen=lambda first, rain: rain if first == "go" else None,
    ...     then=ck.choice("rest", "run", sees=["seen"]), value=lambda first, then: 2 * (first == "go") + (then == "run"),
    ... )
    >>> world = sb.World(model, value="value", baseline={"first": "stay", "then": "rest"})
    >>> found = behaviours(world, [sb.E(sb.V)])
    >>> [(str(one), one.count) for one in found][:3]
    [('first: stay; then: rest', 4), ('then: run if seen=None', 4), ('first: go', 2)]
    >>> len(found), world.policies.size
    (6, 16)
    """
    paths = _paths(world, formulas)
    options = {(name, seen): of for name, seen, of in world.policies.slots}
    found = []
    for acts in _grown(paths, options, {}):
        found.append(_told(world, acts, options))
        if len(found) > MOST_LISTED:
            raise TooLarge(f"{world.title} has more than {MOST_LISTED:,} behaviours; take sb.solve or sb.rank, which list none")
    return tuple(found)


def _paths(world: World, formulas: Iterable[Formula]) -> list[Path]:
    """The choices met together, each path once."""
    asked = dict.fromkeys(mean for f in formulas for mean in means(resolved(f, world)))
    place = {name: i for i, name in enumerate(decisions_in_order(world.model))}
    met = {choices for mean in asked for choices in choices_met(mean, world)}
    paths = [_path(choices, place) for choices in met]
    slots = {slot: i for i, (name, seen, _) in enumerate(world.policies.slots) for slot in [(name, seen)]}
    return sorted(paths, key=lambda path: [slots[slot] for slot, _ in path])


def _path(choices: Iterable[tuple[str, tuple[Hashable, ...], Hashable]], place: Mapping[str, int]) -> Path:
    return tuple(((name, seen), option) for name, seen, option in sorted(choices, key=lambda act: place[act[0]]))


def _grown(
    paths: Sequence[Path], options: Mapping[InformationSet, tuple[Hashable, ...]], acts: dict[InformationSet, Any]
) -> Iterator[dict[InformationSet, Any]]:
    """Every way of deciding, slot by slot, as slots are reached."""
    waiting = [acts]
    while waiting:
        now = waiting.pop()
        slot = next((slot for path in paths for slot in _open(path, now)), None)
        if slot is None:
            yield now
        else:
            waiting.extend({**now, slot: option} for option in reversed(options[slot]))


def _open(path: Path, acts: Mapping[InformationSet, Any]) -> Iterator[InformationSet]:
    """The slots of a path that acts lead to and say nothing about: all earlier decisions on the path are made as it has them."""
    reached = True
    i = 0
    while i < len(path) and reached:
        name = path[i][0][0]
        together = [act for act in path[i:] if act[0][0] == name]
        yield from (slot for slot, _ in together if slot not in acts)
        reached = all(acts.get(slot, _UNSAID) == option for slot, option in together)
        i += len(together)


_UNSAID = object()


def _told(world: World, acts: Mapping[InformationSet, Any], options: Mapping[InformationSet, tuple[Hashable, ...]]) -> Behaviour:
    base: Mapping[InformationSet, Any] = {} if world.baseline is None or world.baseline.is_stochastic else world.baseline.acts
    count = math.prod(len(of) for slot, of in options.items() if slot not in acts)
    policy = world.policy(world.policies.filled({**base, **acts}))
    return Behaviour(Frozen(dict(acts)), count, policy, _name(world, acts, base, policy))


def _name(world: World, acts: Mapping[InformationSet, Any], base: Mapping[InformationSet, Any], policy: Policy) -> str:
    """The name of a policy that does so, else in what it differs from the baseline."""
    known = next((title for title, named in world.named.items() if all(named.acts[slot] == act for slot, act in acts.items())), None)
    if known is not None:
        return known
    new = {slot: act for slot, act in acts.items() if slot not in base or base[slot] != act}
    if not new:
        return str(policy)
    told = []
    for decision in world.decisions:
        here = {seen: act for (name, seen), act in new.items() if name == decision.name}
        if here:
            label = "" if len(world.decisions) == 1 else f"{decision.name}: "
            told.append(label + ", ".join(f"{act} if {decision.text(seen)}" if seen else str(act) for seen, act in here.items()))
    return "; ".join(told)
