"""What the best policy of a process is worth from every state, and which actions are best, with every tie.

Without cycles, numbers are whole: a value is counted in units of ``1 / (L D^h)``, where ``h`` is how many moves are left at most, so
that no fraction is ever reduced. On a strongly connected part, policies are improved until none is better (Howard's method), each
evaluated exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit.errors import TooLarge, WrongShape
from stop_button.sequences.linear_equations import solution
from stop_button.sequences.transitions import Outcomes, Transitions, check_count

__all__ = ["MOST_CYCLIC", "MOST_STEPS", "Optimum", "Units", "optimum"]

MOST_CYCLIC = 200
MOST_STEPS = 5_000_000
LARGEST_BASE = 2**64

SWEEPS = 100
"""Rounds of value iteration in floats, for a policy from which few improvements are left."""


@dataclass(frozen=True)
class Units:
    """How numbers are counted: in whole units of ``1 / (first * base**height)``, or as fractions when both are 1.

    ``weights`` are the probabilities and ``gain`` the discount, times what makes them whole.
    """

    first: int
    base: int
    gain: Any
    weight: Any
    reward: tuple[Any, ...]

    @classmethod
    def of(cls, process: Transitions, places: Iterable[int], *, whole: bool) -> Units:
        """Whole units where they stay short, else fractions."""
        probabilities = {p.denominator for place in places for outcomes in process.outcomes[place] for _, p in outcomes}
        shares = math.lcm(*probabilities)
        base = shares * process.discount.denominator
        if not whole or base > LARGEST_BASE:
            return cls(1, 1, process.discount, lambda p: p, process.reward)
        first = math.lcm(*(reward.denominator for reward in process.reward))
        return cls(
            first,
            base,
            process.discount.numerator,
            lambda p: p.numerator * (shares // p.denominator),
            tuple(int(r * first) for r in process.reward),
        )

    def number(self, count: Any, height: int) -> Fraction:
        """A count of units as a number."""
        return Fraction(count) / Fraction(self.first * self.base**height)


@dataclass(frozen=True)
class Optimum:
    """The best value of each place, and its best actions, with a number of moves to go (``None``: no limit).

    ``counts`` and ``heights`` say the value in ``units``; ``best`` are the numbers of the best actions, in the order written.
    """

    process: Transitions
    units: Units
    counts: Mapping[tuple[int, int | None], Any]
    heights: Mapping[tuple[int, int | None], int]
    best: Mapping[tuple[int, int | None], tuple[int, ...]]

    def value(self, place: int, left: int | None = None) -> Fraction:
        """What the best policy is worth from a place."""
        return self.units.number(self.counts[place, left], self.heights[place, left])

    def action_value(self, outcomes: Outcomes, left: int | None = None) -> Fraction:
        """What a move is worth when the best policy follows; ``left`` counts the moves after it."""
        return sum((p * (self.process.reward[to] + self.process.discount * self.value(to, left)) for to, p in outcomes), Fraction(0))


def optimum(process: Transitions, places: Iterable[int], horizon: int | None = None) -> Optimum:
    """The best values of all that can be reached from some places, in at most ``horizon`` moves.

    Raises ``TooLarge`` for a strongly connected part of more than 200 states without a horizon, and for more than 5,000,000 backups;
    ``WrongShape`` for a cycle without a horizon when the discount is 1.
    """
    reached = process.reachable(list(places))
    if horizon is not None:
        return _within(process, reached, horizon)
    parts = process.components(reached)
    cyclic = [part for part in parts if process.cyclic(part)]
    check_cycles(process, cyclic)
    backups = _Backups(process, Units.of(process, reached, whole=not cyclic))
    for part in parts:
        if process.cyclic(part):
            _improved(backups, part)
        else:
            backups.back_up(part[0], None, None)
    return backups.optimum()


def check_cycles(process: Transitions, cyclic: Iterable[tuple[int, ...]]) -> None:
    """Refuse cycles that cannot be answered exactly without a horizon."""
    for part in cyclic:
        names = ", ".join(repr(process.states[place]) for place in part[:4]) + (", ..." if len(part) > 4 else "")
        if process.discount == 1:
            raise WrongShape(f"the states {names} lie on a cycle, and with a discount of 1 its worth has no end; type horizon=... ")
        if len(part) > MOST_CYCLIC:
            raise TooLarge(
                f"{len(part):,} states, {names}, lie on cycles with each other, and at most {MOST_CYCLIC} are solved exactly; "
                "type horizon=..."
            )


def _within(process: Transitions, reached: set[int], horizon: int) -> Optimum:
    check_count(len(reached) * max(horizon, 1), MOST_STEPS, "states and moves left", "take a shorter horizon")
    backups = _Backups(process, Units.of(process, reached, whole=True))
    for left in range(horizon + 1):
        for place in reached:
            backups.back_up(place, left, left - 1 if left else None)
    return backups.optimum()


class _Backups:
    """Values as they are worked out, those of later moves first."""

    def __init__(self, process: Transitions, units: Units) -> None:
        self.process, self.units = process, units
        self.counts: dict[tuple[int, int | None], Any] = {}
        self.heights: dict[tuple[int, int | None], int] = {}
        self.best: dict[tuple[int, int | None], tuple[int, ...]] = {}
        self._powers = [1]

    def power(self, exponent: int) -> int:
        while len(self._powers) <= exponent:
            self._powers.append(self._powers[-1] * self.units.base)
        return self._powers[exponent]

    def worth(self, outcomes: Outcomes, height: int, left: int | None) -> Any:
        """The worth of a move, counted at a height."""
        units, total = self.units, 0
        for to, p in outcomes:
            after = self.counts[to, left] * self.power(height - 1 - self.heights[to, left])
            total += units.weight(p) * (units.reward[to] * self._share(height) + units.gain * after)
        return total

    def _share(self, height: int) -> int:
        return self.power(height) // (self.units.base // self.process.discount.denominator) if self.units.base > 1 else 1

    def back_up(self, place: int, here: int | None, left: int | None) -> None:
        """The best worth of a place, from those of the places that it leads to; ``here`` and ``left`` count moves before and after."""
        moves = self.process.outcomes[place] if here != 0 else ()
        height = 1 + max((self.heights[to, left] for outcomes in moves for to, _ in outcomes), default=-1)
        worths = [self.worth(outcomes, height, left) for outcomes in moves]
        self.counts[place, here] = max(worths, default=0)
        self.heights[place, here] = height
        self.best[place, here] = tuple(number for number, worth in enumerate(worths) if worth == self.counts[place, here])

    def optimum(self) -> Optimum:
        return Optimum(self.process, self.units, self.counts, self.heights, self.best)


def _improved(backups: _Backups, part: tuple[int, ...]) -> None:
    """Howard's method on a strongly connected part, from the policy that is best in floats."""
    policy = _guess(backups, part)
    while True:
        for place, value in zip(part, _evaluated(backups, part, policy), strict=True):
            backups.counts[place, None], backups.heights[place, None] = value, 0
        worths = {place: [_fraction_worth(backups, outcomes) for outcomes in backups.process.outcomes[place]] for place in part}
        better = {place: w.index(max(w)) for place, w in worths.items() if max(w) > w[policy[place]]}
        if not better:
            break
        policy |= better
    for place, w in worths.items():
        backups.best[place, None] = tuple(number for number, worth in enumerate(w) if worth == max(w))


def _fraction_worth(backups: _Backups, outcomes: Outcomes) -> Fraction:
    process = backups.process
    return sum((p * (process.reward[to] + process.discount * backups.counts[to, None]) for to, p in outcomes), Fraction(0))


def _evaluated(backups: _Backups, part: tuple[int, ...], policy: Mapping[int, int]) -> list[Fraction]:
    process, where = backups.process, {place: row for row, place in enumerate(part)}
    rows, right = [], []
    for place in part:
        row, side = {where[place]: Fraction(1)}, Fraction(0)
        for to, p in process.outcomes[place][policy[place]]:
            side += p * process.reward[to]
            if to in where:
                row[where[to]] = row.get(where[to], Fraction(0)) - p * process.discount
            else:
                side += p * process.discount * backups.counts[to, None]
        rows.append(row)
        right.append(side)
    return solution(rows, right)


def _guess(backups: _Backups, part: tuple[int, ...]) -> dict[int, int]:
    process, gain = backups.process, float(backups.process.discount)
    value = {to: float(backups.counts.get((to, None), 0)) for place in part for to in [place, *process.next_places(place)]}
    moves = {place: [[(to, float(p)) for to, p in outcomes] for outcomes in process.outcomes[place]] for place in part}
    reward = {to: float(process.reward[to]) for to in value}

    def worth(outcomes: list[tuple[int, float]]) -> float:
        return sum(p * (reward[to] + gain * value[to]) for to, p in outcomes)

    for _ in range(SWEEPS):
        for place in part:
            value[place] = max(worth(outcomes) for outcomes in moves[place])
    return {place: max(range(len(moves[place])), key=lambda number: worth(moves[place][number])) for place in part}
