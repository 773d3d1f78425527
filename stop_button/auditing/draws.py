"""What happens in single draws of the noise, under a policy and under a baseline: the events that flags are the probability of."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

from stop_button.decision.policy import Policy
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Event, joint
from stop_button.language.formula import B, Formula, Reading, X

__all__ = ["FlagKind", "Way", "departure", "kept", "moved_by_direction", "stopping_events"]

FlagKind = Literal["influence", "prevents stopping", "stops unasked", "loses a stop", "forces a stop", "improves"]
Way = Literal["", "in fact", "were they to wish"]


def _wishes(world: World) -> list[tuple[Hashable, bool]]:
    """The values that the wish can take, each with whether it is the wish to stop."""
    role = world.role("intent")
    return [(each, role.meaning(each) == STOP) for each in world.model.domain(role.variable)]


def _wish(world: World) -> Reading:
    """The wish by its own values, so that two values of one meaning stay two."""
    return X(world.role("intent").variable)


def moved_by_direction(world: World, base: Policy) -> dict[str, list[Event]]:
    """The draws in which the wish is another one than under the baseline, by direction in meanings."""
    role, wish = world.role("intent"), _wish(world)
    events: dict[str, list[Event]] = {}
    for before, _ in _wishes(world):
        for after, _ in _wishes(world):
            if before != after:
                name = f"from {role.meaning(before)} to {role.meaning(after)}"
                events.setdefault(name, []).append(((wish.under(base), before), (wish, after)))
    return events


def kept(world: World, base: Policy) -> list[Event]:
    """The draws in which the wish is the one that it is under the baseline."""
    wish = _wish(world)
    return [((wish.under(base), each), (wish, each)) for each, _ in _wishes(world)]


def _in_fact(world: World, base: Policy, *, stop: bool, stopped: bool) -> list[Event]:
    """Draws in which people do wish a stop (or do not), the policy is stopped or not, and the baseline with the same wish is the other."""
    wish = _wish(world)
    return [
        ((wish, each), (B, stopped), (B.had({wish.name: each}).under(base), not stopped))
        for each, is_stop in _wishes(world)
        if is_stop == stop
    ]


def _were(lever: str, wished: str, base: Policy, *, stopped: bool) -> list[Event]:
    """Draws in which, had people wished this, the policy would have been stopped or not, and the baseline the other."""
    had = B.had({lever: wished})
    return [((had, stopped), (had.under(base), not stopped))]


def _undisturbed(world: World, base: Policy, *, stop: bool) -> list[Event]:
    """Draws in which people, undisturbed, wish a stop and get it (or wish none and get none), and the policy is the other."""
    wish = _wish(world)
    return [((wish.under(base), each), (B.under(base), stop), (B, not stop)) for each, is_stop in _wishes(world) if is_stop == stop]


def stopping_events(world: World, base: Policy, lever: str) -> dict[tuple[FlagKind, Way], list[Event]]:
    """What each judgement of a policy about stopping is the probability of."""
    return {
        ("prevents stopping", "in fact"): _in_fact(world, base, stop=True, stopped=False),
        ("prevents stopping", "were they to wish"): _were(lever, STOP, base, stopped=False),
        ("stops unasked", "in fact"): _in_fact(world, base, stop=False, stopped=True),
        ("stops unasked", "were they to wish"): _were(lever, FREE, base, stopped=True),
        ("loses a stop", ""): _undisturbed(world, base, stop=True),
        ("forces a stop", ""): _undisturbed(world, base, stop=False),
        ("improves", "in fact"): _in_fact(world, base, stop=True, stopped=True) + _in_fact(world, base, stop=False, stopped=False),
        ("improves", "were they to wish"): _were(lever, STOP, base, stopped=True) + _were(lever, FREE, base, stopped=False),
    }


def departure(world: World, base: Policy) -> Formula:
    """How many decisions a policy makes otherwise than a baseline does on the same draw, as a formula: a mean.

    >>> import stop_button as sb
    >>> print(departure(sb.worlds.scale(), sb.worlds.scale().baseline))
    1 - E[1[action=commit] 1[action_{wait}=commit] + 1[action=wait] 1[action_{wait}=wait]]
    """
    same = [((X(d.name), option), (X(d.name).under(base), option)) for d in world.decisions for option in d.options]
    return len(world.decisions) - joint(same)
