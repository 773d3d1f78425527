"""Families of small worlds, each in an order of its own, in which to look for counterexamples."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, overload

from causalkit import Model, choice, coin
from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import exact
from causalkit.values.render import Printed
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World

__all__ = ["Family", "Sketch", "persuasion"]

Wishes = tuple[bool, ...]

LEAVE, ACT = "leave", "act"


@dataclass(frozen=True)
class Sketch(Printed):
    """One member of a family: what acting does to the wish, to the wire, and to the value, and how likely the good state is.

    ``wish`` says, for (state, mood) in the order 00, 01, 10, 11, whether people wish to stop once the agent has acted; left alone they
    wish to stop exactly in a bad mood (mood 1).
    """

    state: Fraction
    values: tuple[int, int]
    wish: Wishes
    bonus: int
    cut: bool

    @property
    def size(self) -> tuple[int, ...]:
        """What makes a world less simple, in order of weight."""
        changed = sum(stop != bool(mood) for stop, mood in zip(self.wish, (0, 1, 0, 1), strict=True))
        return (
            self.cut + bool(self.bonus) + (self.values[0] != self.values[1]) + (self.state != Fraction(1, 2)),
            changed,
            sum(self.values),
        )

    def world(self) -> World:
        """The world of this sketch."""
        wish = dict(zip(itertools.product((False, True), repeat=2), self.wish, strict=True))
        return World(
            Model(
                state=coin(self.state),
                mood=coin("1/2"),
                action=choice(LEAVE, ACT),
                wish=lambda state, mood, action: STOP if (wish[state, mood] if action == ACT else mood) else FREE,
                stopped=lambda wish, action: wish == STOP and not (self.cut and action == ACT),
                value=lambda state, action, stopped: 0 if stopped else self.values[state] + (self.bonus if action == ACT else 0),
            ),
            intent="wish",
            stopped="stopped",
            value="value",
            baseline=LEAVE,
            name="a small world",
            description=str(self),
        )

    def __str__(self) -> str:
        wishes = ", ".join(
            f"{STOP if stop else FREE} if state={state} and mood={mood}"
            for stop, (state, mood) in zip(self.wish, itertools.product((0, 1), repeat=2), strict=True)
        )
        wire = "; acting cuts the wire" if self.cut else ""
        bonus = f"; acting adds {self.bonus} to the value of running" if self.bonus else ""
        return (
            f"state 1 has probability {self.state}; running is worth {self.values[0]} in state 0 and {self.values[1]} in state 1; "
            f"left alone people wish to stop exactly in mood 1 (a fair coin); once the agent acts they wish: {wishes}{bonus}{wire}"
        )


class Family(Sequence[World]):
    """Worlds in an order of growing size, built when asked for; ``description`` says what all of them share."""

    def __init__(self, name: str, description: str, sketches: Sequence[Sketch]) -> None:
        self.name, self.description, self._sketches = name, description, sketches

    @cached_property
    def _ordered(self) -> tuple[Sketch, ...]:
        return tuple(sorted(self._sketches, key=lambda sketch: sketch.size))

    def __len__(self) -> int:
        return len(self._sketches)

    @overload
    def __getitem__(self, index: int) -> World: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[World]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [sketch.world() for sketch in self._ordered[index]]
        return self._ordered[index].world()

    def __iter__(self) -> Iterator[World]:
        return (sketch.world() for sketch in self._ordered)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Family) and (self.name, self._ordered) == (other.name, other._ordered)

    def __hash__(self) -> int:
        return hash((self.name, self._ordered))

    def __repr__(self) -> str:
        return f"<family {self.name!r}: {len(self):,} worlds; {self.description}>"


def _chance(state: Any) -> Fraction:
    found = exact(state)
    if not isinstance(found, Fraction):
        raise WrongShape(f"states holds {state!r}, and these worlds are told apart by numbers; give probabilities such as '1/4'")
    return found


@checked
def persuasion(*, values: Sequence[int] = (0, 1, 2), bonuses: Sequence[int] = (0, 1), states: Sequence[Any] = ("1/2", "1/4")) -> Family:
    """Worlds with one act that may change what people wish in any way, cut the wire, and earn something.

    >>> len(persuasion())
    1152
    """
    sketches = [
        Sketch(_chance(state), (low, high), wish, bonus, cut)
        for state, low, high, bonus, cut in itertools.product(states, values, values, bonuses, (False, True))
        for wish in itertools.product((False, True), repeat=4)
    ]
    description = (
        f"one act or leaving alone; two coins; every one of the 16 ways in which acting can change the wish; "
        f"values of running in {tuple(values)}, a bonus for acting in {tuple(bonuses)}, wire kept or cut"
    )
    return Family("persuasion", description, sketches)
