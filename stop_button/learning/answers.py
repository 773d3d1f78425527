"""What can be answered about a forecast: fixed points, runs of training, regrets, gradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit.values.render import Printed, number

__all__ = ["FixedPoints", "Gradient", "Regret", "Run", "text_of"]


@dataclass(frozen=True)
class FixedPoints(Printed):
    """The forecasts that nobody would change in the world that they make; truthy when there is one.

    ``among`` are the forecasts that were tried, or ``None`` when it was every number between 0 and 1.
    """

    points: tuple[Any, ...]
    among: tuple[Any, ...] | None
    everywhere: bool = False

    @property
    def kind(self) -> str:
        """``none``, ``one``, ``several`` or ``all``."""
        if self.everywhere or (self.among is not None and len(self.points) == len(self.among) > 1):
            return "all"
        return "none" if not self.points else "one" if len(self.points) == 1 else "several"

    def __bool__(self) -> bool:
        return self.kind != "none"

    def __str__(self) -> str:
        where = "between 0 and 1" if self.among is None else f"among {', '.join(map(text_of, self.among))}"
        which = f": {', '.join(map(text_of, self.points))}" if self.points else ""
        return f"fixed points {where}: {self.kind}{which if not self.everywhere else ''}"


@dataclass(frozen=True)
class Run(Printed):
    """Forecasts as training repeats: each the best for the world that heard the one before.

    ``cycle`` is the length of the cycle that the run fell into, 1 for a fixed point, or ``None`` when none was reached. ``ties`` are the
    forecasts to which several replies were best; the first was followed.
    """

    points: tuple[Any, ...]
    cycle: int | None
    ties: tuple[Any, ...] = ()

    def __str__(self) -> str:
        end = "" if self.cycle is None else ", a fixed point" if self.cycle == 1 else f", a cycle of {self.cycle}"
        return f"{', '.join(map(text_of, self.points))}{end}"


@dataclass(frozen=True)
class Regret:
    """What users lose by trusting a forecast: each acts when it is at least the user's threshold, and gains ``x`` minus the threshold.

    ``by_user`` has the mean loss of each threshold against acting on the truth; it is never negative.
    ``counts`` says how many users have each threshold.
    """

    by_user: Mapping[Fraction, Fraction]
    counts: Mapping[Fraction, int]

    @property
    def mean(self) -> Fraction:
        """The mean over the users, those of the same threshold each counted."""
        return sum((self.counts[c] * lost for c, lost in self.by_user.items()), Fraction(0)) / sum(self.counts.values())

    @property
    def hurt(self) -> tuple[Fraction, ...]:
        """The thresholds of the users who lose by it."""
        return tuple(user for user, regret in self.by_user.items() if regret > 0)

    def __bool__(self) -> bool:
        """Whether any user loses by it."""
        return bool(self.hurt)


@dataclass(frozen=True)
class Gradient:
    """How the loss changes with the forecast: ``myopic``, with the world held still, and ``through_world``, by way of what it changes."""

    myopic: Fraction
    through_world: Fraction

    @property
    def total(self) -> Fraction:
        """The gradient that sees both paths."""
        return self.myopic + self.through_world


def text_of(value: Any) -> str:
    """A forecast for messages: a number as short exact text."""
    return number(value) if isinstance(value, Fraction) else str(value)
