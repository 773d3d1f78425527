"""Mixed policies: one of several policies is drawn by lot, once, before anything happens, and then followed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from causalkit import Dist, Model, choice, point
from causalkit.errors import TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import html_text, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.policy import MOST_LISTED, InformationSet, Policy
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility

__all__ = ["FOLLOWED", "MixedPolicy", "mixed_policy", "pure_policies", "settled"]

FOLLOWED = "follow the lot"
"""The policy of a world with the lot drawn in it that does as was drawn."""


@dataclass(frozen=True)
class MixedPolicy(Tabled):
    """A distribution over policies of a world: one is drawn by lot, before anything happens, and followed to the end.

    It differs from a stochastic ``Policy``, which draws at each decision and each thing seen on its own. ``policy`` is the stochastic
    policy that does the same, where there is one.
    """

    world: World
    lots: Dist

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies that may be drawn."""
        return tuple(policy for policy, _ in self.items())

    def items(self) -> tuple[tuple[Policy, Number], ...]:
        """The policies with their probabilities."""
        return tuple((policy, weight) for policy, weight in self.lots.items() if isinstance(policy, Policy))

    @checked
    def expect(self, utility: Utility) -> Number:
        """The mean of the scores of the policies that may be drawn; raises ``Impossible`` where one of them has none.

        For a utility with a condition in it, it is not the score of who does not know the lot: for that see ``with_lot``.
        """
        return self.lots.expect(lambda policy: utility(self.world, policy))

    @checked
    def marginal(self, decision: str, *seen: Any) -> Dist:
        """How often each option is taken, where a decision sees these values, over all lots."""
        return Dist(_summed((policy.act(decision, *seen), weight) for policy, weight in self.items()))

    @property
    def policy(self) -> Policy:
        """The stochastic policy that draws as the lot does; raises ``WrongShape`` where the lot decides several things together."""
        marginals = {slot[:2]: self.marginal(slot[0], *slot[1]) for slot in self.world.policies.slots}
        for policy, weight in self.items():
            if weight != math.prod((marginals[place][act] for place, act in policy.acts.items()), start=exact(1)):
                raise WrongShape(
                    f"the lot decides several things together: {policy} has the probability {number(weight)}, which is not the product of "
                    "those of its acts, so that no policy which draws at each decision does the same; ask .expect(utility), "
                    f"or score {FOLLOWED!r} in .with_lot()"
                )
        return self.world.policy(Policy(self.world.decisions, Frozen({place: settled(draw) for place, draw in marginals.items()})))

    @checked
    def with_lot(self, name: str = "lot") -> World:
        """The world with the lot drawn in it, which every decision sees: ``follow the lot`` is a policy there like any other.

        Conditions and counterfactuals then speak of one run with one lot. ``name`` is the variable that holds its number.
        """
        world, model = self.world, self.world.model
        if name in model.names:
            raise WrongShape(f"{world.title} has a variable {name!r} already; call the lot another name: with_lot('lot_drawn')")
        mechanisms: dict[str, Any] = {name: Dist({place: self.lots[policy] for place, policy in enumerate(self.policies)})}
        opened = {d.name: choice(*d.options, sees=[*d.sees, name]) for d in world.decisions}
        mechanisms |= {each: opened.get(each, model.mechanism(each)) for each in model.names}
        titled = {**world.named, FOLLOWED: None}
        return World(
            Model(mechanisms),
            **_roles(world),
            baseline=None if world.baseline is None else self._lifted([world.baseline] * len(self.lots)),
            policies={title: self._lifted(self.policies if one is None else [one] * len(self.lots)) for title, one in titled.items()},
            name=world.name,
            description=world.description,
            source=world.source,
            caveat=world.caveat,
        )

    def _lifted(self, by_lot: Iterable[Policy]) -> dict[str, Any]:
        """Rules that do as a policy does for each number of the lot."""
        listed = list(by_lot)
        return {
            d.name: {(*seen, place): policy.acts[d.name, seen] for place, policy in enumerate(listed) for seen in d.contexts}
            for d in self.world.decisions
        }

    def _result(self) -> ResultTable:
        rows = [[str(policy), weight] for policy, weight in self.lots.items()]
        return ResultTable(["policy", "probability"], rows, caption=f"A mixed policy of {self.world.title}")

    def __str__(self) -> str:
        return str(self._result())

    def __repr__(self) -> str:
        return f"<mixed policy of {self.world.title}: {'; '.join(f'{p} ({number(w)})' for p, w in self.lots.items())}>"

    def _repr_html_(self) -> str:
        return f"<p>{html_text(self.world.title)}</p>{self._result().html()}"


def settled(draw: Mapping[Any, Number]) -> Any:
    """What a policy does where it draws so: the one option that is certain, or a distribution over options.

    >>> settled({"act": exact(1), "wait": exact(0)}), settled({"act": exact("1/2"), "wait": exact("1/2")})
    ('act', Dist({'act': '1/2', 'wait': '1/2'}))
    """
    dist = Dist(draw)
    return dist.support[0] if len(dist) == 1 else dist


def _roles(world: World) -> dict[str, Any]:
    """The roles and players of a world, as they are given to a new one."""
    wishes = {person: world.roles[role] for person, role in zip(world.people, world.wishes, strict=False)}
    standard = {role: world.roles.get(role) for role in ("stopped", "value")}
    levers = {role: played for role, played in world.roles.items() if role not in {*standard, *world.wishes}}
    return {"intent": wishes or world.roles.get("intent"), **standard, "levers": levers, "players": world.players or None}


def _summed(pairs: Iterable[tuple[Any, Number]]) -> dict[Any, Number]:
    total: dict[Any, Number] = {}
    for value, weight in pairs:
        total[value] = tidy(total.get(value, exact(0)) + weight)
    return total


@checked
def mixed_policy(world: World, lots: Mapping[Any, Any]) -> MixedPolicy:
    """The mixed policy that draws each of some policies with a probability.

    Policies that draw lots themselves are taken apart, so that the policies of the result draw none.

    :param world: whose policies they are.
    :param lots: probabilities by policies, or by what ``world.policy`` makes policies of and can be the key of a mapping.
    :returns: a ``MixedPolicy``.
    :raises NotADistribution: for probabilities that are negative or do not sum to 1.
    :raises TooLarge: where more than ``MOST_LISTED`` policies may be drawn.

    >>> import stop_button as sb
    >>> print(mixed_policy(sb.worlds.off_switch_game(), {"wait": "3/4", "off": "1/4"}))
    policy  probability
    wait           0.75
    off            0.25
    """
    return _joined(world, Dist(_summed((world.policy(each), exact(weight)) for each, weight in lots.items())))


@checked
def pure_policies(world: World, policy: Any = None) -> MixedPolicy:
    """The mixed policy that does what a stochastic policy does: every way in which its draws can fall, with its probability.

    :param world: whose policies they are.
    :param policy: a policy, or what ``world.policy`` makes one of; a ``MixedPolicy`` stays as it is. If left out, every deterministic
        policy is as likely as every other.
    :returns: a ``MixedPolicy`` over deterministic policies.
    :raises TooLarge: where more than ``MOST_LISTED`` policies may be drawn.

    >>> import stop_button as sb
    >>> print(pure_policies(sb.worlds.off_switch_game(), sb.agents.trembling(sb.worlds.off_switch_game(), "wait", "1/5")))
    policy  probability
    act            1/15
    wait          13/15
    off            1/15
    """
    return policy if isinstance(policy, MixedPolicy) else _split(world, None if policy is None else world.policy(policy))


def _joined(world: World, drawn: Dist) -> MixedPolicy:
    """One lottery from a lottery over policies that may draw lots themselves."""
    parts = [(_split(world, world.policy(policy)), weight) for policy, weight in drawn.items()]
    return MixedPolicy(world, Dist(_summed((policy, weight * share) for part, weight in parts for policy, share in part.lots.items())))


def _split(world: World, policy: Policy | None) -> MixedPolicy:
    draws: dict[InformationSet, Dist] = {}
    for name, seen, options in world.policies.slots:
        act = None if policy is None else policy.act(name, *seen)
        even = exact(1) / len(options)
        draws[name, seen] = act if isinstance(act, Dist) else point(act) if policy is not None else Dist(dict.fromkeys(options, even))
    many = math.prod(map(len, draws.values()))
    if many > MOST_LISTED:
        raise TooLarge(
            f"{many:,} policies of {world.title} may be drawn, and at most {MOST_LISTED:,} are listed; "
            "name those that may be drawn, with their probabilities: {policy: '1/2', ...}"
        )
    lots = {}
    for acts in product(*(d.items() for d in draws.values())):
        drawn = world.policies.filled(dict(zip(draws, (act for act, _ in acts), strict=True)))
        lots[world.policy(drawn)] = tidy(math.prod((weight for _, weight in acts), start=exact(1)))
    return MixedPolicy(world, Dist.trusted(lots))
