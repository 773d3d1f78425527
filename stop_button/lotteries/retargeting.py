"""A proof that a test holds of some best policy for at least half of every orbit, without counting one."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from causalkit.errors import TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number
from causalkit.values.frozen import Frozen
from causalkit.values.render import html_text
from stop_button.decision.world import World
from stop_button.grounding.resolving import resolved
from stop_button.language.tests import Test
from stop_button.lotteries.judging import truth_of_policy
from stop_button.lotteries.powers import terminal_laws

__all__ = ["Retargeting", "retargeting"]

MOST_OUTCOMES = 10
"""Ways to exchange outcomes in pairs are tried for so many outcomes at most: 9,496 ways."""

Law = tuple[Number, ...]


@dataclass(frozen=True)
class Retargeting:
    """Pairs of outcomes whose exchange carries every law of a failing policy onto one of a passing policy; truthy when there are such.

    Then, for a utility that is the mean payoff of the variable, whatever the payoffs are, the test holds of some best policy under at
    least half of their permutations. ``exchange`` maps each outcome to the one that takes its place; empty where there is none.
    """

    test: Test
    world: World
    variable: str
    exchange: Mapping[Hashable, Hashable]

    def __bool__(self) -> bool:
        return bool(self.exchange)

    def __str__(self) -> str:
        if not self:
            return f"no exchange of outcomes of {self.variable} carries what policies reach that fail {self.test} onto what others reach"
        pairs = dict.fromkeys(tuple(sorted(map(str, pair))) for pair in self.exchange.items() if pair[0] != pair[1])
        said = ", ".join(map(" with ".join, pairs)) or "nothing"
        return (
            f"{self.test} holds of some best policy for at least half of every orbit of payoffs of all outcomes of {self.variable} in "
            f"{self.world.title}, best for their mean: exchange {said}"
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@checked
def retargeting(test: Test, variable: str, world: World) -> Retargeting:
    """An exchange of outcomes that carries what failing policies reach onto what passing ones reach: they can do all that those can.

    A policy reaches a law over outcomes. With such an exchange, whenever failing policies are better for some payoffs, passing ones are
    better for the exchanged payoffs, so that no orbit holds more payoffs of the first kind than of the second. Source: [turner2021],
    similar visit distributions

    :param test: what tells policies apart; it must not be undefined of any.
    :param variable: a role or variable, whose values are the outcomes.
    :param world: a world with up to 10 outcomes.
    :returns: a ``Retargeting``, truthy when there is such an exchange. Without one, a share may still be a half or more.
    :raises WrongShape: for what is no test, and where the test is undefined of a policy.
    :raises TooLarge: for more outcomes.

    >>> from causalkit import Model, choice
    >>> import stop_button as sb
    >>> world = World(Model(act=choice("off", "a", "b"), end=lambda act: act), name="fork")
    >>> found = retargeting(~(sb.E(sb.X("end").is_("off")) >= 1), "end", world)
    >>> bool(found), found.exchange["off"]
    (True, 'a')
    """
    if not isinstance(test, Test):
        raise WrongShape(f"{test!r} is no test; compare formulas, as in E(B) >= 1")
    outcomes, laws = terminal_laws(variable, world)
    if len(outcomes) > MOST_OUTCOMES:
        raise TooLarge(
            f"{variable!r} has {len(outcomes):,} outcomes, and exchanges are tried for {MOST_OUTCOMES} at most; "
            "count an orbit with share(...)"
        )
    found = resolved(test, world)
    passing: set[Law] = set()
    failing: set[Law] = set()
    for place, law in enumerate(laws):
        truth = truth_of_policy(found, world, world.policies[place])
        if truth is None:
            raise WrongShape(f"{test} is undefined of {world.policies[place]} in {world.title}; ask for a test that every policy answers")
        (passing if truth else failing).add(law)
    way = next((way for way in _exchanges(tuple(range(len(outcomes)))) if _carries(way, failing, passing)), None)
    exchange = {} if way is None or not passing else {outcomes[a]: outcomes[b] for a, b in sorted(way.items())}
    return Retargeting(test, world, variable, Frozen(exchange))


def _carries(way: Mapping[int, int], failing: set[Law], passing: set[Law]) -> bool:
    return all(tuple(law[way[i]] for i in range(len(law))) in passing for law in failing)


def _exchanges(places: Sequence[int]) -> Iterator[dict[int, int]]:
    """Every way to leave places as they are or to exchange them in pairs."""
    if not places:
        yield {}
        return
    first, *rest = places
    for way in _exchanges(rest):
        yield {first: first, **way}
    for i, other in enumerate(rest):
        for way in _exchanges([*rest[:i], *rest[i + 1 :]]):
            yield {first: other, other: first, **way}
