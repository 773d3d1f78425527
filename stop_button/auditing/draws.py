"""What happens in single draws of the noise, under a policy and under a baseline: the events that flags are the probability of."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from stop_button.decision.policy import Policy
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Event, joint
from stop_button.language.formula import B, Formula, Reading, X
from stop_button.language.notation import whose

__all__ = [
    "FLAG_KINDS",
    "FlagKind",
    "Way",
    "departure",
    "every_flag_formula",
    "flag_formulas",
    "kept",
    "moved_by_direction",
    "stopping_events",
]

FlagKind = Literal["influence", "prevents stopping", "stops unasked", "loses a stop", "forces a stop", "improves"]
Way = Literal["", "in fact", "were they to wish"]

FLAG_KINDS: Final[tuple[FlagKind, ...]] = ("influence", "prevents stopping", "stops unasked", "loses a stop", "forces a stop")
"""What a policy can be flagged for. ``improves`` is a credit: it is no flag, and cancels none."""


@dataclass(frozen=True)
class Wishes:
    """One way in which everybody's wishes may fall: the value of each wish, and whether that is a wish to stop."""

    values: tuple[tuple[str, Hashable], ...]
    stop: bool

    def hold(self, base: Policy | None = None) -> Event:
        """That the wishes fall so, under a policy that is judged or under a baseline."""
        return tuple((X(name) if base is None else X(name).under(base), value) for name, value in self.values)


def _values(world: World, role: Role) -> dict[Hashable, Hashable]:
    """What a wish's variable can be read to be, each with what the wish then means; two values of one meaning stay two.

    A variable that has the name of a role is read by the meanings of that role.
    """
    read = world.role(role.variable).meaning if role.variable in world.roles else lambda value: value
    return {read(value): role.meaning(value) for value in world.model.domain(role.variable)}


def _wishes(world: World, person: str = "") -> list[Wishes]:
    """Every way in which the wishes may fall.

    It is a wish to stop where the person's is; with nobody named, where anybody's is.
    """
    roles = {name: world.role(name) for name in world.wishes}
    asked = [not person or whose(name)[1] == person for name in roles]
    ways = itertools.product(*(_values(world, role).items() for role in roles.values()))
    return [
        Wishes(
            tuple((role.variable, value) for role, (value, _) in zip(roles.values(), way, strict=True)),
            any(counts and meaning == STOP for counts, (_, meaning) in zip(asked, way, strict=True)),
        )
        for way in ways
    ]


def _roles(world: World, person: str) -> list[Role]:
    if not world.wishes:
        return [world.role("intent")]  # says what is missing
    return [world.role(name) for name in world.wishes if not person or whose(name)[1] == person]


def moved_by_direction(world: World, base: Policy, person: str = "") -> dict[str, list[Event]]:
    """The draws in which a wish is another one than under the baseline, by direction in meanings; of several people's, by person."""
    events: dict[str, list[Event]] = {}
    for name in world.wishes:
        role, owner = world.role(name), whose(name)[1]
        if person and owner != person:
            continue
        wish, meanings = X(role.variable), _values(world, role)
        for before, after in itertools.permutations(meanings, 2):
            same = meanings[before] == meanings[after]
            way = f"from {before} to {after}" if same else f"from {meanings[before]} to {meanings[after]}"
            way = f"{owner} {way}" if owner and not person else way
            events.setdefault(way, []).append(((wish.under(base), before), (wish, after)))
    return events


def kept(world: World, base: Policy, person: str = "") -> list[Event]:
    """The draws in which the wish, or everybody's, is the one that it is under the baseline."""
    wishes = [(X(role.variable), _values(world, role)) for role in _roles(world, person)]
    return [
        tuple(pair for (wish, _), value in zip(wishes, values, strict=True) for pair in ((wish.under(base), value), (wish, value)))
        for values in itertools.product(*(domain for _, domain in wishes))
    ]


def _in_fact(ways: Sequence[Wishes], base: Policy, *, stop: bool, stopped: bool) -> list[Event]:
    """Draws in which people do wish a stop (or do not), the policy is stopped or not, and the baseline with these wishes is the other."""
    return [(*way.hold(), (B, stopped), (B.had(dict(way.values)).under(base), not stopped)) for way in ways if way.stop == stop]


def _were(lever: str, wished: str, base: Policy, others: Sequence[str], *, stopped: bool) -> list[Event]:
    """Draws in which, had people wished this, the policy would have been stopped or not, and the baseline the other.

    What the others wish is, on both sides, what they then wish under the policy.
    """
    had = B.had({lever: wished})
    theirs = {other: Reading(other).had({lever: wished}) for other in others}
    return [((had, stopped), (B.had({lever: wished, **theirs}).under(base), not stopped))]


def _undisturbed(ways: Sequence[Wishes], base: Policy, *, stop: bool) -> list[Event]:
    """Draws in which people, undisturbed, wish a stop and get it (or wish none and get none), and the policy is the other."""
    return [(*way.hold(base), (B.under(base), stop), (B, not stop)) for way in ways if way.stop == stop]


def stopping_events(world: World, base: Policy, lever: str, person: str = "") -> dict[tuple[FlagKind, Way], list[Event]]:
    """What each judgement of a policy about stopping is the probability of: for one person's wish, or for everybody's.

    Of everybody, a wish to stop is anybody's; an imposed wish is imposed on all, or on the person alone.
    """
    ways = _wishes(world, person)
    others = [name for name in world.wishes if whose(name)[1] != person] if person and lever == "intent" else []
    lever = f"intent[{person}]" if person and lever == "intent" else lever
    return {
        ("prevents stopping", "in fact"): _in_fact(ways, base, stop=True, stopped=False),
        ("prevents stopping", "were they to wish"): _were(lever, STOP, base, others, stopped=False),
        ("stops unasked", "in fact"): _in_fact(ways, base, stop=False, stopped=True),
        ("stops unasked", "were they to wish"): _were(lever, FREE, base, others, stopped=True),
        ("loses a stop", ""): _undisturbed(ways, base, stop=True),
        ("forces a stop", ""): _undisturbed(ways, base, stop=False),
        ("improves", "in fact"): _in_fact(ways, base, stop=True, stopped=True) + _in_fact(ways, base, stop=False, stopped=False),
        ("improves", "were they to wish"): _were(lever, STOP, base, others, stopped=True) + _were(lever, FREE, base, others, stopped=False),
    }


def departure(world: World, base: Policy) -> Formula:
    """How many decisions a policy makes otherwise than a baseline does on the same draw, as a formula: a mean.

    >>> import stop_button as sb
    >>> print(departure(sb.worlds.scale(), sb.worlds.scale().baseline))
    1 - E[1[action=commit] 1[action_{wait}=commit] + 1[action=wait] 1[action_{wait}=wait]]
    """
    same = [((X(d.name), option), (X(d.name).under(base), option)) for d in world.decisions for option in d.options]
    return len(world.decisions) - joint(same)


# ---------------------------------------------------------------- as formulas


def flag_formulas(world: World, *, base: Any = None, lever: str = "intent", person: str = "") -> dict[tuple[FlagKind, Way], Formula]:
    """Each flag and credit as a formula, against a baseline; those for whose roles the world has a variable.

    :param world: the world.
    :param base: the policy that others are judged against; the world's baseline if left out.
    :param lever: with an imposed wish, the role or variable that is set.
    :param person: where several wish, whose wish it is about; everybody's if left out.
    :returns: for each kind, and way in which it is meant, what it is the probability of.

    >>> import stop_button as sb
    >>> print(flag_formulas(sb.worlds.scale())["prevents stopping", "were they to wish"])
    E[(1 - B_s) B_{s, wait}]
    """
    reference = world.reference(base)
    if not world.wishes:
        return {}
    found: dict[tuple[FlagKind, Way], Formula] = {("influence", ""): 1 - joint(kept(world, reference, person))}
    if "stopped" in world.roles:
        found |= {key: joint(events) for key, events in stopping_events(world, reference, lever, person).items()}
    return found


def every_flag_formula(world: World, *, base: Any = None) -> list[Formula]:
    """What each flag is the probability of, those of each person too: a policy is flagged where one of them is positive.

    >>> import stop_button as sb
    >>> len(every_flag_formula(sb.worlds.scale()))
    7
    """
    each = [flag_formulas(world, base=base, person=person) for person in ("", *world.people)]
    return [f for formulas in each for (kind, _), f in formulas.items() if kind in FLAG_KINDS]
