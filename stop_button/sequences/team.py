"""Power shared among sub-agents, and when one of them takes it from another.

What is bounded here is sub-agents against each other. Power that is on nobody's books, a human's for instance, is always worth taking
for whoever is in the team, the loyal with the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any, Final, Literal

from causalkit.errors import CausalError, Impossible, MechanismFailed, TooLarge, UnknownName, WrongShape, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import count
from causalkit.values.render import Printed, number
from stop_button.sequences.transitions import plain_number

__all__ = ["OUTSIDE", "Grab", "Picks", "Returns", "Team", "returns_to_power"]

OUTSIDE: Final = "outside"
"""Where power comes from that is on nobody's books."""

MOST_PERMUTED = 8

PickedBy = Literal["U", "itself"]


@dataclass(frozen=True)
class Grab(Printed):
    """Whether a sub-agent takes power: truthy when who picks its acts gains by it.

    ``gain`` is what they gain. ``threshold`` is the ratio of the weights of taker and loser above which the team's utility rises;
    ``None`` where the taker's success does not rise or nobody of the team loses.
    """

    taker: str
    loser: str
    picked_by: PickedBy
    gain: Fraction
    threshold: Fraction | None

    @property
    def tie(self) -> bool:
        """Whether it makes no difference."""
        return self.gain == 0

    def __bool__(self) -> bool:
        return self.gain > 0

    def __str__(self) -> str:
        does = "takes" if self else "may as well take" if self.tie else "does not take"
        by = self.picked_by if self.picked_by == "U" else "itself"
        return f"{self.taker}, picked by {by}, {does} power from {self.loser}: a gain of {number(self.gain)}"


@dataclass(frozen=True)
class Picks:
    """Which kinds of sub-agents the team's utility would start: every best menu, and what each menu is worth."""

    best: tuple[tuple[Any, ...], ...]
    worth: Mapping[tuple[Any, ...], Fraction]


@dataclass(frozen=True)
class Returns(Printed):
    """Whether each further unit of power adds no more success than the one before; ``first`` is the power at which it adds more."""

    upto: int
    first: int | None

    def __bool__(self) -> bool:
        return self.first is None

    def __str__(self) -> str:
        if self:
            return f"no rising returns up to {self.upto} units: at equal weights and power no sub-agent that U picks takes from another"
        return f"returns rise at {self.first} units: at equal power and weights above 0, one that U picks takes one there"


@checked
class Team:
    """Sub-agents ``S1``, ``S2``, ... with power and weights; the team's utility is ``sum_i weight_i success(power_i)``.

    CAVEAT: what is said of grabbing is about power *within* the team. Power from ``OUTSIDE``, such as people's, raises the utility of
    any team whose success rises with power, however loyal its members are.

    :param success: a function from whole units of power to a number.
    :param weights: how much each sub-agent's success counts, 0 or more.
    :param power: how many units each has, 0 or more.
    :raises WrongShape: when weights and power are not of one length, or are negative. ``InvalidNumber`` for symbols.

    Source: [tailcalled2021d], 17 March 2024

    >>> team = Team(lambda x: Fraction(x, x + 1), weights=[3, 1], power=[2, 2])
    >>> print(team.grabs("S1", from_="S2", picked_by="U"))
    S1, picked by U, takes power from S2: a gain of 1/12
    """

    def __init__(self, success: Callable[[int], Any], *, weights: Sequence[Any], power: Sequence[int]) -> None:
        self.success = success
        self.weights = tuple(plain_number(weight, "a weight") for weight in weights)
        power = tuple(power)
        if len(self.weights) != len(power) or not power:
            raise WrongShape(f"there are {len(self.weights)} weights and {len(power)} powers; give one of each for every sub-agent")
        if min(self.weights) < 0 or not _fits(power, len(power)):
            raise WrongShape(f"weights are 0 or more and power is whole units, and got {numbers(self.weights)} and {numbers(power)}")
        self.power = whole(power)
        self.names = tuple(f"S{place}" for place in range(1, len(self.power) + 1))

    @checked
    def utility(self, power: Sequence[int] | None = None) -> Fraction:
        """The team's utility, as it is or with other powers, one for each sub-agent."""
        if power is not None and len(power) != len(self.power):
            raise WrongShape(f"there are {len(power)} powers, expected one for each of: {', '.join(self.names)}")
        units = self.power if power is None else whole(power)
        return sum((w * self._success(x) for w, x in zip(self.weights, units, strict=True)), Fraction(0))

    def grabs(self, taker: str, *, from_: str, picked_by: PickedBy, units: int = 1) -> Grab:
        """Whether a sub-agent takes units of power from another, when the one who picks its acts is ``"U"``, the team's utility, or itself.

        :param taker: a sub-agent, ``"S1"`` for instance.
        :param from_: another, or ``OUTSIDE``.
        :param picked_by: ``"U"`` or ``"itself"``.
        :param units: how many, 1 or more.
        :returns: a ``Grab``, truthy when they gain.
        :raises UnknownName: for a sub-agent that is not there. ``Impossible`` when the other has too little.
        """
        one, other = self._place(taker), None if from_ == OUTSIDE else self._place(from_)
        units = count("units", units)
        if one == other or picked_by not in ("U", "itself"):
            raise WrongShape(f"{taker!r} takes from {from_!r}, picked by {picked_by!r}; take from another, by 'U' or 'itself'")
        if other is not None and self.power[other] < units:
            raise Impossible(f"{from_!r} has {self.power[other]} units and cannot lose {units}")
        up = self._success(self.power[one] + units) - self._success(self.power[one])
        down = Fraction(0) if other is None else self._success(self.power[other]) - self._success(self.power[other] - units)
        lost = Fraction(0) if other is None else self.weights[other] * down
        gain = up if picked_by == "itself" else self.weights[one] * up - lost
        return Grab(taker, from_, picked_by, gain, None if other is None or up <= 0 else down / up)

    def share_that_grab(self, taker: str, *, from_: str, picked_by: PickedBy, units: int = 1) -> Fraction:
        """The share of all ways of handing out these weights in which a sub-agent takes power; exact, for at most 8 sub-agents.

        :param taker: as for ``grabs``.
        :param from_: as for ``grabs``.
        :param picked_by: as for ``grabs``.
        :param units: as for ``grabs``.
        :raises TooLarge: for more than 8 sub-agents.
        """
        if len(self.names) > MOST_PERMUTED:
            count = f"{math.factorial(len(self.names)):,}"
            raise TooLarge(f"{count} ways of handing out the weights, and at most {MOST_PERMUTED} sub-agents are gone through")
        teams = [Team(self.success, weights=weights, power=self.power) for weights in permutations(self.weights)]
        grabbing = sum(bool(team.grabs(taker, from_=from_, picked_by=picked_by, units=units)) for team in teams)
        return Fraction(grabbing, len(teams))

    @checked
    def picks(self, after: Mapping[tuple[Any, ...], Any]) -> Picks:
        """Which sub-agents the team's utility would start, of menus of kinds and the powers that each menu ends with.

        :param after: for each menu, such as ``("loyal", "selfish")``, the power that every sub-agent then has.
        :returns: every best menu, and the worth of each.
        """
        wrong = [power for power in after.values() if not _fits(power, len(self.power))]
        if wrong:
            raise WrongShape(f"a menu ends with the powers {wrong[0]!r}, expected whole units for each of: {', '.join(self.names)}")
        worth = {menu: self.utility(power) for menu, power in after.items()}
        return Picks(tuple(menu for menu, value in worth.items() if value == max(worth.values())), worth)

    def _success(self, units: int) -> Fraction:
        return _success(self.success, units)

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise UnknownName(f"{name!r} is not in the team; it has: {', '.join(self.names)}{suggestion(name, self.names)}; or {OUTSIDE!r}")
        return self.names.index(name)


def whole(power: Sequence[Any]) -> tuple[int, ...]:
    """Powers in whole units, 0 or more; ``WrongShape`` for others.

    >>> whole([2, 0])
    (2, 0)
    """
    return tuple(count("power", units, least=0) for units in power)


def _fits(power: Any, many: int) -> bool:
    try:
        return isinstance(power, Sequence) and len(whole(power)) == many
    except WrongShape:
        return False


def numbers(given: Sequence[Any]) -> str:
    """Numbers in words of errors.

    >>> numbers([Fraction(3), Fraction(1, 2), -1])
    '3, 1/2, -1'
    """
    return ", ".join(map(str, given))


def _success(success: Callable[[int], Any], units: int) -> Fraction:
    try:
        found = success(units)
    except CausalError:
        raise
    except Exception as error:
        raise MechanismFailed(
            f"success raised {type(error).__name__}: {error} with {units} units; it must give a number for every whole number of them"
        ) from error
    return plain_number(found, f"the success with {units} units")


@checked
def returns_to_power(success: Callable[[int], Any], *, upto: int) -> Returns:
    """Whether returns to power never rise: ``q(x + 1) - q(x) <= q(x) - q(x - 1)`` for ``x`` from 1 up to a number of units.

    :param success: a function from whole units of power to a number.
    :param upto: the largest ``x``, 1 or more.
    :returns: ``Returns``, truthy when they never rise; then, and only then, no sub-agent that the utility picks takes a unit from another
        of equal weight and power, at any power up to there.

    >>> bool(returns_to_power(lambda x: Fraction(x, x + 1), upto=50)), returns_to_power(lambda x: Fraction(x * x, 16), upto=3).first
    (True, 1)
    """
    upto = count("upto", upto)
    q = [_success(success, units) for units in range(upto + 2)]
    return Returns(upto, next((x for x in range(1, upto + 1) if q[x + 1] - q[x] > q[x] - q[x - 1]), None))
