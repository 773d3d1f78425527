"""Formulas of means over the states of backward induction: what no policy exceeds, by inductions alone.

Every mean is a sum over time, and a function above a formula is a weighted sum of these sums, so that the induction makes it greatest. A
ratio T/B is at most t + (T - t*B) / (the largest B), where t is the greatest ratio. Where decisions recall what they need, each
induction also names a policy, and the best of them is the first that a search knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from causalkit.errors import Impossible
from causalkit.values.exact import Number, exact
from stop_button.evaluation.unfolding.discovery import Landscape
from stop_button.language.arithmetic import evaluate
from stop_button.language.formula import Formula, Leaf
from stop_button.solving.relaxing.formulas import Above, LinearFunction, Unbounded, Undefined, added
from stop_button.solving.sequences.backward_induction import Induction, induced, valued

if TYPE_CHECKING:
    from stop_button.solving.relaxing.formulas import Array

__all__ = ["Met", "StatesAbove", "SumOverTime", "evaluated", "score_at"]

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, repr=False, eq=False)
class SumOverTime(Leaf):
    """A leaf of a score: one of the sums of a landscape, by its channel, over another; over 1 without ``bottom``.

    What stands in ``bottom`` is a probability, and where that is 0 so is the top.
    """

    top: int
    bottom: int | None = None


@dataclass(frozen=True, eq=False)
class Met:
    """An induction that was asked on the way, and what each sum comes to when every state takes its first best option."""

    induction: Induction

    @cached_property
    def acts(self) -> dict[int, Array]:
        """The number of the option taken in each state of each layer."""
        return {place: worth.best.argmax(axis=1) for place, worth in enumerate(self.induction.worths)}

    @cached_property
    def sums(self) -> tuple[Fraction, ...]:
        """Each of the sums, and 1 for what is constant."""
        return (*_sums(self.induction.landscape, self.acts), ONE)


def _sums(landscape: Landscape, acts: dict[int, Array]) -> list[Fraction]:
    return [valued(landscape, unit, acts) for unit in landscape.units]


def score_at(tree: Formula, landscape: Landscape, acts: dict[int, Array]) -> Number | None:
    """What a formula of sums comes to under acts that are given for each state, or ``None`` where it is undefined."""
    return evaluated(tree, _sums(landscape, acts))


def evaluated(tree: Formula, sums: Sequence[Fraction]) -> Number | None:
    """What a formula of sums comes to when they are these, or ``None`` where it is undefined."""

    def leaf(one: SumOverTime) -> Number:
        if one.bottom is None:
            return sums[one.top]
        if not sums[one.bottom]:
            raise Impossible("a condition has probability 0")
        return sums[one.top] / sums[one.bottom]

    try:
        return evaluate(tree, leaf)
    except Impossible:
        return None


class StatesAbove(Above):
    """Functions above a formula over a landscape of which some options may be taken; every induction is asked once, and kept."""

    exactly = True

    def __init__(self, landscape: Landscape, within: Sequence[Array] | None = None) -> None:
        self._landscape, self._within = landscape, within
        self._met: dict[tuple[Number, ...], Met] = {}

    def bounded(self, tree: Formula) -> tuple[Number, Met]:
        """What no policy exceeds, and the induction that says so; raises ``Undefined`` and ``Unbounded``."""
        function = self.above(tree, 1)
        return self.maximum(function), self.best_options(function.values)

    def anyhow(self) -> Met:
        """Some induction, where there is no bound."""
        return self.best_options(self._sum(0))

    @property
    def met(self) -> tuple[Met, ...]:
        """All inductions that were asked, in their order."""
        return tuple(self._met.values())

    def best_met(self, tree: Formula) -> tuple[Number | None, Met | None]:
        """The best of what was met: where decisions recall what they need, each is what a policy comes to."""
        best: Number | None = None
        found = None
        for met in self._met.values():
            score = evaluated(tree, met.sums)
            if score is not None and (best is None or score > best):
                best, found = score, met
        return best, found

    # ---- functions

    def constant(self, value: Number) -> LinearFunction:
        """A number, whatever is done."""
        values = self._zeros()
        values[-1] = exact(value)
        return LinearFunction(values, 0)

    def _zeros(self) -> Array:
        import numpy as np

        return np.full(self._landscape.channels + 1, ZERO, dtype=object)

    def _sum(self, channel: int, sign: int = 1) -> Array:
        values = self._zeros()
        values[channel] = Fraction(sign)
        return values

    def best_options(self, values: Array) -> Met:
        """The induction that makes a function greatest."""
        weights = tuple(values[:-1])
        if weights not in self._met:
            self._met[weights] = Met(induced(self._landscape, weights, within=self._within))
        return self._met[weights]

    def total(self, values: Array, options: Met) -> Any:
        """What a function comes to there."""
        if options.induction.weights == tuple(values[:-1]):
            return options.induction.score + values[-1]
        return sum((value * amount for value, amount in zip(values, options.sums, strict=True)), ZERO)

    def leaf(self, f: SumOverTime, sign: int) -> LinearFunction:
        """A sum is itself; a ratio lies below the tangent at the greatest ratio."""
        top = self._sum(f.top, sign)
        if f.bottom is None:
            return LinearFunction(top, 0)
        bottom = self._sum(f.bottom)
        at = self.best_options(bottom)
        largest = self.total(bottom, at)
        if not largest:
            raise Undefined
        ratio = self.total(top, at) / largest
        while True:
            rest = top - ratio * bottom
            at = self.best_options(rest)
            over = self.total(rest, at)
            if over <= 0:
                return added(LinearFunction(rest / largest, 0), self.constant(ratio))
            below = self.total(bottom, at)
            if not below:
                raise Unbounded  # states of the top are not those of the bottom, and act otherwise on seeing the same
            ratio += over / below
