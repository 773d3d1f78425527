"""A formula of ratios of polynomials in chances: its value at a point, in fractions and in floats, and a bound on a part of the space."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stop_button.language.formula import Formula, Leaf
from stop_button.solving.lots.bernstein import Chances, Form, Monomial, form
from stop_button.solving.lots.intervals import between
from stop_button.solving.relaxing.formulas import Unbounded, Undefined

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["FormulaOfChances", "Point", "Polynomials", "in_floats"]

Point = tuple[Chances, ...]
"""Chances for each group of options."""

ONE = Fraction(1)
LARGEST = 10**150
"""Floats that only propose something are no larger, so that a product of two is still a number."""


def in_floats(value: Any) -> float:
    """A number as a float, no larger than ``LARGEST`` either way.

    >>> in_floats(Fraction(1, 4)), in_floats(10**400), in_floats(Fraction(-(10**400), 3))
    (0.25, 1e+150, -1e+150)
    """
    return float(min(max(value, -LARGEST), LARGEST))


@dataclass(frozen=True)
class Polynomials:
    """A ratio as monomials; ``steady`` when its bottom is 1 everywhere."""

    monomials: tuple[Monomial, ...]
    steady: bool


@dataclass(frozen=True, eq=False)
class FormulaOfChances:
    """A formula, its leaves, and the sizes of the groups of options whose chances are looked for."""

    tree: Formula
    leaves: Mapping[Any, Polynomials]
    sizes: tuple[int, ...]

    @cached_property
    def forms(self) -> dict[Any, Form]:
        return {leaf: form(of.monomials, self.sizes, steady=of.steady) for leaf, of in self.leaves.items()}

    def value(self, point: Point) -> Fraction | None:
        """The formula at a point, in fractions; ``None`` where it is undefined."""

        def at(leaf: Leaf) -> tuple[Fraction, Fraction]:
            of, top, bottom = self.leaves[leaf], Fraction(0), Fraction(0)
            for powers, above, below in of.monomials:
                times = math.prod((math.prod(map(pow, point[k], power)) for k, power in powers.items()), start=ONE)
                top, bottom = top + above * times, bottom + below * times
            if of.steady:
                return top, top
            if not bottom:
                raise Undefined
            return top / bottom, top / bottom

        try:
            low, _ = between(self.tree, at)
        except Undefined:
            return None
        return Fraction(low)

    @cached_property
    def _arrays(self) -> dict[Any, tuple[Array, Array, Array]]:
        """For each leaf the powers of each monomial, group after group, and its weights."""
        import numpy as np

        def row(powers: Mapping[int, tuple[int, ...]]) -> list[int]:
            return [power for k, size in enumerate(self.sizes) for power in powers.get(k, (0,) * size)]

        return {
            leaf: (
                np.array([row(powers) for powers, _, _ in of.monomials]),
                np.array([in_floats(above) for _, above, _ in of.monomials]),
                np.array([float(below) for _, _, below in of.monomials]),
            )
            for leaf, of in self.leaves.items()
        }

    def near(self, chances: Array) -> float:
        """The formula in floats, all chances in one row; minus infinity where it is undefined, or a number in it too large for floats."""
        import numpy as np

        def at(leaf: Leaf) -> tuple[float, float]:
            powers, above, below = self._arrays[leaf]
            times = np.prod(chances**powers, axis=1)
            top = float(times @ above)
            if self.leaves[leaf].steady:
                return top, top
            bottom = float(times @ below)
            if not bottom > 0:
                raise Undefined
            return top / bottom, top / bottom

        try:
            return float(between(self.tree, at)[0])
        except (Undefined, OverflowError):
            return -math.inf

    def bound(self, forms: Mapping[Any, Form]) -> Any:
        """What the formula does not exceed on a part; infinite where no bound is known. Raises ``Undefined`` where it has no value."""
        known = {leaf: of.interval for leaf, of in forms.items()}
        try:
            return between(self.tree, known.__getitem__)[1]
        except Unbounded:
            return math.inf
