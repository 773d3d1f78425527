"""Functions above a formula that are linear in what is searched: how sums, products, quotients and extremes of such functions are bounded.

A function is an array of numbers. What the numbers count, what makes a function greatest, and what lies above a leaf, is said by a
subclass of ``Above``. Bounds add up, products are relaxed as in [mccormick1976], quotients by the steps of [dinkelbach1967], and the
smaller of two lies below each of their mixtures. Bounds in floats carry how far rounding may have moved them; in fractions they are exact.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from causalkit.values.exact import Number, exact
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Constant, Formula, Leaf, Least, Most, Product, Quotient, Sum
from stop_button.language.references import LargestDefined
from stop_button.language.tests import Both, Comparison, Either, Relation
from stop_button.language.walking import Walk

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

__all__ = ["ULP", "Above", "LinearFunction", "Range", "Unbounded", "Undefined", "added"]

ULP = 2.0**-52
HALVINGS = 5


class Unbounded(Exception):
    """A division by something that may be zero."""


class Undefined(Exception):
    """No completion has a score."""


@dataclass(frozen=True, eq=False)
class LinearFunction:
    """A modular function: what each option of each slot adds at most; the last row holds what is owed to no slot."""

    values: Array
    slack: Number


@dataclass(frozen=True, eq=False)
class Range:
    """A modular function above a formula, and one above its negative."""

    up: LinearFunction
    down: LinearFunction


class Above(ABC):
    """What is searched, as far as it is fixed, and the functions above formulas there; ``exactly`` when they hold fractions."""

    exactly: bool

    # ---- functions

    @abstractmethod
    def constant(self, value: Number) -> LinearFunction:
        """The function that is this number everywhere."""

    @abstractmethod
    def best_options(self, values: Array) -> Any:
        """Where a function is greatest."""

    @abstractmethod
    def total(self, values: Array, options: Any) -> Any:
        """What a function is there."""

    @abstractmethod
    def leaf(self, f: Any, sign: int) -> LinearFunction:
        """A function above a leaf of a formula, or above its negative."""

    def maximum(self, modular: LinearFunction) -> Any:
        """The most that a function is, as far as it is known."""
        return self.total(modular.values, self.best_options(modular.values))

    def most(self, modular: LinearFunction) -> Any:
        """What a function certainly does not exceed."""
        return self.maximum(modular) + modular.slack

    # ---- formulas

    def above(self, f: Formula, sign: int) -> LinearFunction:
        """A modular function above a formula, or, with ``sign`` -1, above its negative."""
        return _ABOVE(f, self, sign)

    def range(self, f: Formula) -> Range:
        return Range(self.above(f, 1), self.above(f, -1))

    def one(self, sign: int) -> Range:
        return Range(self.constant(sign), self.constant(-sign))

    def either(self, a: LinearFunction, b: LinearFunction) -> LinearFunction:
        """Above the larger of two."""
        return self.constant(max(self.most(a), self.most(b)))

    def both(self, a: LinearFunction, b: LinearFunction) -> LinearFunction:
        """Above the smaller of two: the lowest of their mixtures in fractions, and the best that halving finds in floats."""
        return self._lowest_mixture(a, b) if self.exactly else self._halved(a, b)

    def _mixed(self, share: Number, a: LinearFunction, b: LinearFunction) -> LinearFunction:
        return added(self.times(share, a), self.times(1 - share, b))

    def _halved(self, a: LinearFunction, b: LinearFunction) -> LinearFunction:
        low, high = exact(0), exact(1)
        best = min(a, b, key=self.most)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            mixed = self._mixed(middle, a, b)
            best = min(best, mixed, key=self.most)
            options = self.best_options(mixed.values)
            if self.total(a.values, options) < self.total(b.values, options):
                low = middle
            else:
                high = middle
        return best

    def _lowest_mixture(self, a: LinearFunction, b: LinearFunction) -> LinearFunction:
        """The mixture with the lowest maximum: from two tangents to where they cross, until no third is above them there."""
        ends = [self.best_options(function.values) for function in (b, a)]
        (low_a, low_b), (high_a, high_b) = ((self.total(a.values, at), self.total(b.values, at)) for at in ends)
        if low_a >= low_b:
            return b  # where b is greatest it is the smaller, so that a mixture can only be higher
        if high_b >= high_a:
            return a
        while True:
            share = (high_b - low_b) / ((low_a - low_b) - (high_a - high_b))
            mixed = self._mixed(share, a, b)
            options = self.best_options(mixed.values)
            if self.total(mixed.values, options) <= low_b + share * (low_a - low_b):
                return mixed
            in_a, in_b = self.total(a.values, options), self.total(b.values, options)
            if in_a == in_b:
                return mixed
            if in_a < in_b:
                low_a, low_b = in_a, in_b
            else:
                high_a, high_b = in_a, in_b

    def times(self, by: Number, modular: LinearFunction) -> LinearFunction:
        """A modular function times a number that is not negative."""
        factor: Any = by if self.exactly else float(by)
        return LinearFunction(factor * modular.values, factor * modular.slack)

    def product(self, f: Range, g: Range) -> Range:
        return Range(self.above_product(f, g), self.above_product(Range(f.down, f.up), g))

    def above_product(self, f: Range, g: Range) -> LinearFunction:
        f_most, f_least, g_most, g_least = self.most(f.up), -self.most(f.down), self.most(g.up), -self.most(g.down)
        bounds = [
            self.rounded(added(added(self.signed(a, g), self.signed(b, f)), self.constant(-a * b)), abs(a * b))
            for a, b in ((f_most, g_least), (f_least, g_most))
        ]
        return min(bounds, key=self.most)

    def signed(self, by: Number, f: Range) -> LinearFunction:
        return self.times(by, f.up) if by >= 0 else self.times(-by, f.down)

    def rounded(self, modular: LinearFunction, size: Any) -> LinearFunction:
        return modular if self.exactly else LinearFunction(modular.values, modular.slack + 64 * ULP * size)

    def quotient(self, f: Range, g: Range) -> LinearFunction:
        """Above one formula divided by another: from below, step to the ratio at which f - ratio * g has the maximum 0."""
        least, most = -self.most(g.down), self.most(g.up)
        if least <= 0:
            if most >= 0:
                raise Unbounded
            return self.quotient(Range(f.down, f.up), Range(g.down, g.up))
        at = min(-self.most(f.down) / least, -self.most(f.down) / most)
        while True:
            modular = added(f.up, self.signed(-at, g))
            options = self.best_options(modular.values)
            over = self.total(modular.values, options)
            slope = -self.total(g.down.values, options) if at >= 0 else self.total(g.up.values, options)
            if not over > modular.slack or not at + over / slope > at:
                break
            at = at + over / slope
        slack = 0 if self.exactly else modular.slack / most + max(over + modular.slack, 0.0) / least
        return self.rounded(added(LinearFunction(modular.values / most, slack), self.constant(at)), abs(at))


def _product_above(f: Product, _visit: Any, at: Above, sign: int) -> LinearFunction:
    return reduce(at.product, (at.range(part) for part in f.parts), at.one(sign)).up


def _quotient_above(f: Quotient, _visit: Any, at: Above, sign: int) -> LinearFunction:
    top = at.range(f.top)
    return at.quotient(top if sign > 0 else Range(top.down, top.up), at.range(f.bottom))


def _defined(f: LargestDefined, visit: Callable[[Formula], LinearFunction]) -> list[LinearFunction]:
    """Bounds of the parts that some completion defines."""
    bounds = []
    for part in f.parts:
        with suppress(Undefined):
            bounds.append(visit(part))
    if not bounds:
        raise Undefined
    return bounds


def _constrained_above(f: SubjectTo, visit: Callable[[Formula], LinearFunction], at: Above, _sign: int) -> LinearFunction:
    """A bound of the formula; where no completion can pass a test, none has a score."""
    if not all(_CAN_HOLD(test, at) for test in f.tests):
        raise Undefined
    return visit(f.inner)


def _can_compare(test: Comparison, _visit: Any, at: Above) -> bool:
    """Whether some completion may pass, as far as the bounds tell; the right side is 0."""
    try:
        tops = [at.most(at.above(test.left, sign)) for sign in _SIGNS[test.relation]]
    except Undefined:
        return False
    except Unbounded:
        return True
    return all(top > 0 if test.is_strict else top >= 0 for top in tops)


_SIGNS: Mapping[Relation, tuple[int, ...]] = {">=": (1,), ">": (1,), "<=": (-1,), "<": (-1,), "==": (1, -1)}

_CAN_HOLD: Walk[bool] = Walk(
    "bounding tests",
    {
        Comparison: _can_compare,
        Both: lambda test, visit, _at: all(map(visit, test.tests)),
        Either: lambda test, visit, _at: any(map(visit, test.tests)),
    },
)

_ABOVE: Walk[LinearFunction] = Walk(
    "bounding",
    {
        Leaf: lambda f, _visit, at, sign: at.leaf(f, sign),
        Constant: lambda f, _visit, at, sign: at.constant(sign * f.value),
        Product: _product_above,
        Quotient: _quotient_above,
        Sum: lambda f, visit, _at, _sign: reduce(added, map(visit, f.parts)),
        Least: lambda f, visit, at, sign: reduce(at.both if sign > 0 else at.either, map(visit, f.parts)),
        Most: lambda f, visit, at, sign: reduce(at.either if sign > 0 else at.both, map(visit, f.parts)),
        LargestDefined: lambda f, visit, at, _sign: reduce(at.either, _defined(f, visit)),
        SubjectTo: _constrained_above,
    },
)
"""A modular function above a formula, or with ``sign`` -1 above its negative, at a partial policy."""


def added(a: LinearFunction, b: LinearFunction) -> LinearFunction:
    return LinearFunction(a.values + b.values, a.slack + b.slack)
