"""Whether one player deceives another: brings about, on purpose, that the other decides as if something were so that is not so.

Source: [ward2023]; [ward2024], for intention
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from causalkit.errors import UnknownName, UnknownValue, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, less, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import html_text, number
from stop_button.decision.policy import Decision, Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.language.algebra import Formula
from stop_button.language.formula import E, X, formula
from stop_button.language.parts import means, readings, rewritten

__all__ = ["Deception", "deceives"]


@dataclass(frozen=True)
class Deception:
    """Whether a player deceives another about something, with what it rests on: truthy when all of it holds.

    ``amount`` is the probability that the other decides as if it were so, while it is not so, and would not have under ``instead``.
    ``payoff`` is the player's under the policy, ``payoff_instead`` that under ``instead``, and ``payoff_secured`` that under ``instead``
    had the other decided as under the policy all the same.
    """

    world: World
    by: str
    target: str
    about: Mapping[str, Any]
    policy: Policy
    instead: Policy
    responds: bool
    knows: bool
    amount: Number
    payoff: Number
    payoff_instead: Number
    payoff_secured: Number

    def __bool__(self) -> bool:
        return self.responds and self.knows and self.amount != 0 and self.intends

    @property
    def intends(self) -> bool:
        """Whether how the other decides is why the policy is taken rather than ``instead``.

        ``instead`` pays less, and would pay no less if the other decided as under the policy all the same.
        """
        return less(self.payoff_instead, self.payoff) and not less(self.payoff_secured, self.payoff)

    def __str__(self) -> str:
        what = ", ".join(f"{name}={value!r}" for name, value in self.about.items())
        does = "deceives" if self else "does not deceive"
        reasons = [
            f"{number(self.amount)} of the draws decided as if it were so while it is not, and not so under {self.instead}",
            f"paid {number(self.payoff)}, instead {number(self.payoff_instead)}, "
            f"or {number(self.payoff_secured)} had {self.target} come out the same",
            *([] if self.responds else [f"{self.target} does not respond to it"]),
            *([] if self.knows else [f"{self.by} does not see it"]),
        ]
        return f"{self.by} {does} {self.target} about {what} by {self.policy} ({'; '.join(reasons)})"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@checked
def deceives(
    world: World, policy: Any, *, by: str, target: str, about: Mapping[str, Any], told: Mapping[bool, Any], instead: Any
) -> Deception:  # fmt: skip
    """Whether a player deceives another: intentionally causes the other to believe what is false, and does not believe it.

    To believe is to decide as one would if one saw that it is so, where one would decide otherwise if one saw that it is not: ``told``
    says how the other would. The player intends it where the policy pays more than ``instead``, which would pay no less if the other
    decided as under the policy all the same. The player does not believe it who sees what it is about. Source: [ward2023], deception in
    words; what is intended is read by [ward2024], with one reference policy and the other's decision as the only thing secured. The
    source's definition of belief could not be seen in full: this is a plain reading of it.

    :param world: a world with players.
    :param policy: what all players do; a policy without lots, or what ``world.policy`` makes one of.
    :param by: the player who may deceive.
    :param target: a decision of another player, who may be deceived.
    :param about: values of variables: what is believed.
    :param told: for True, what the other would do who saw that it is so; for False, that it is not.
    :param instead: the policy that the player is compared with: other rules for the player's own decisions, or a whole policy that
        differs in these only.
    :returns: a ``Deception``, truthy when the player deceives, with the numbers that decide it.
    :raises UnknownName: for a player, a decision or a variable that is not there.
    :raises UnknownValue: for a value or an option that is not there.
    :raises WrongShape: where the decision is the player's own, ``told`` lacks a case, or ``instead`` changes what others do.

    >>> import stop_button as sb
    >>> game = sb.worlds.ward_war_game()
    >>> told = {True: "leave on", False: "stop"}
    >>> print(deceives(game, "all sound", by="agent", target="order", about={"kind": "sound"}, told=told, instead="honest").amount)
    1/10
    """
    player, decision = _player(world, by), _target(world, by, target)
    chosen = _without_lots(world.policy(policy))
    other = _without_lots(_instead(world, chosen, player.decisions, instead))
    _check(world, decision, about, told)
    false = 1 - _all(X(name).is_(_meaning(world, name, value)) for name, value in about.items())
    believes = X(target).is_(told[True])
    caused = E(false * believes * (1 - X(target).under(other).is_(told[True])))
    return Deception(
        world,
        by,
        target,
        Frozen(about),
        chosen,
        other,
        told[True] != told[False],
        set(about) <= {name for each in world.decisions if each.name in player.decisions for name in each.sees},
        tidy(score_of(caused, world, chosen)),
        score_of(player.utility, world, chosen),
        score_of(player.utility, world, other),
        score_of(_secured(player.utility, target, chosen), world, other),
    )


def _all(events: Any) -> Formula:
    total = formula(1)
    for event in events:
        total = total * event
    return total


def _secured(utility: Formula, target: str, policy: Policy) -> Formula:
    """What a player wants, had a decision come out as it does under a policy."""
    read = [reading for mean in means(utility) for part in mean.children() for reading in readings(part)]
    if any(reading.edits or reading.policy is not None for reading in read):
        raise WrongShape(f"a player wants {utility}, which speaks of other branches already; deception is read off payoffs as they come")
    decided = X(target).under(policy)
    return rewritten(utility, lambda reading: X(reading.name).had({target: decided}))


def _without_lots(policy: Policy) -> Policy:
    if policy.is_stochastic:
        raise WrongShape(f"{policy} draws lots, and what would have been decided in one draw is asked; take policies without lots")
    return policy


def _player(world: World, by: str) -> Any:
    if by not in world.players:
        known = listing(world.players) or "none"
        raise UnknownName(f"{by!r} is no player of {world.title}; it has: {known}{suggestion(by, list(world.players))}")
    return world.players[by]


def _target(world: World, by: str, target: str) -> Decision:
    if world.player_of(target) == by:
        raise WrongShape(f"{target!r} is a decision of {by!r} itself; name a decision of another player")
    return next(each for each in world.decisions if each.name == target)


def _check(world: World, decision: Decision, about: Mapping[str, Any], told: Mapping[bool, Any]) -> None:
    if not about:
        raise WrongShape("what is believed has one or more values; type about={'kind': 'sound'}")
    for name, value in about.items():
        domain = world.model.domain(name)
        if value not in domain:
            raise UnknownValue(f"{name!r} does not take {value!r}; it takes: {listing(domain)}{suggestion(value, domain)}")
    if set(told) != {True, False}:
        raise WrongShape(
            f"told={dict(told)!r}: say what is done by who sees that it is so, and that it is not: told={{True: ..., False: ...}}"
        )
    for option in told.values():
        if option not in decision.options:
            known = f"it has: {listing(decision.options)}{suggestion(option, decision.options)}"
            raise UnknownValue(f"{option!r} is no option of {decision.name!r}; {known}")


def _meaning(world: World, name: str, value: Any) -> Any:
    return world.role(name).meaning(value)


def _instead(world: World, policy: Policy, own: tuple[str, ...], instead: Any) -> Policy:
    """The policy that a player is compared with; nobody else does otherwise in it."""
    rules = {each.name: {seen: policy.acts[each.name, seen] for seen in each.contexts} for each in world.decisions}
    partial = isinstance(instead, Mapping) and set(instead) <= set(own)
    other = world.policy({**rules, **instead} if partial else instead)
    moved = [name for name, seen in other.acts if name not in own and other.acts[name, seen] != policy.acts[name, seen]]
    if moved:
        raise WrongShape(f"in {other} others do otherwise, too, in {moved[0]!r}; give rules for {listing(own)} only: instead={{...}}")
    return other
