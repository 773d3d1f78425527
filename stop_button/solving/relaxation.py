"""How much the completions of a partial policy can score at most: relaxations that let every slot choose for itself.

A modular upper bound is, for each slot and option, a number such that no completion scores more than the sum over its options.
Monomials that speak of the same slots exclude each other, so of those that agree on one slot the largest counts, and it counts for that
slot. A ratio T/B is at most the t at which the relaxation of T - t*B has the maximum 0, found by Newton's steps as in [dinkelbach1967];
then T/B is at most t + (T - t*B) / (the largest B), modular again. Such bounds add up, and products are relaxed as in [mccormick1976].
Bounds in floats carry how far rounding may have moved them; bounds in fractions are exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from causalkit.values.exact import Number, exact
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Constant, Formula, Least, Most, Product, Quotient, Sum
from stop_button.language.references import LargestDefined
from stop_button.language.tests import Both, Comparison, Either, Relation
from stop_button.language.walking import Walk
from stop_button.solving.fractional_form import Ratio
from stop_button.solving.term_matrix import Cut, PartialAssignment, SearchProblem

if TYPE_CHECKING:
    from stop_button.solving.term_matrix import Array

__all__ = ["Bound", "bound"]

ULP = 2.0**-52
HALVINGS = 5


class _Unbounded(Exception):
    """A division by something that may be zero."""


class _Undefined(Exception):
    """No completion has a score."""


@dataclass(frozen=True)
class Bound:
    """The most that completions of a partial policy can score is at most ``value + slack``; ``hint`` are the options that the bound likes.

    ``value`` is ``None`` when no bound was found; ``slack`` is what rounding may have hidden, 0 in fractions.
    """

    value: Number | None
    slack: Number
    hint: PartialAssignment


@dataclass(frozen=True, eq=False)
class _Modular:
    """A modular function: what each option of each slot adds at most; the last row holds what is owed to no slot."""

    values: Array
    slack: Number


@dataclass(frozen=True, eq=False)
class _Range:
    """A modular function above a formula, and one above its negative."""

    up: _Modular
    down: _Modular


def bound(problem: SearchProblem, partial: PartialAssignment) -> Bound | None:
    """A bound on the score of the policies that begin with these options; ``None`` when all of them are undefined.

    >>> import stop_button as sb
    >>> from stop_button.solving.fractional_form import in_ratios
    >>> from stop_button.solving.term_matrix import search_problem
    >>> button = sb.worlds.basic_button()
    >>> problem = search_problem(in_ratios(sb.ccmin.formula, button), button.policies).exact_twin()
    >>> bound(problem, ()).value
    Fraction(11, 1)
    """
    import numpy as np

    at = _At(problem, partial)
    try:
        with np.errstate(all="ignore"):  # what leaves the range of floats is no bound
            modular = at.above(problem.tree, 1)
    except _Unbounded:
        return Bound(None, 0, (*partial, *([0] * (len(problem.sizes) - len(partial)))))
    except _Undefined:
        return None
    value, hint = at.maximum(modular), at.best_options(modular.values)
    options = (*partial, *(int(pick) for pick in hint[len(partial) : -1]))
    if problem.exactly:
        return Bound(value, 0, options)
    slack = float(modular.slack + 64 * ULP * abs(value))
    return Bound(float(value) if math.isfinite(value + slack) else None, slack, options)


class _At:
    """A partial policy of a problem, and the modular functions above formulas there."""

    def __init__(self, problem: SearchProblem, partial: PartialAssignment) -> None:
        import numpy as np

        self.problem, self.partial = problem, partial
        self.cuts: dict[Ratio, Cut] = {}
        widest = max(problem.sizes, default=1)
        self.shape = (len(problem.sizes) + 1, widest)
        self.valid = np.arange(widest)[None, :] < np.array([*problem.sizes, 1])[:, None]

    # ---- modular functions

    def constant(self, value: Number) -> _Modular:
        values = self.zeros()
        values[-1, 0] = exact(value) if self.problem.exactly else float(value)
        return _Modular(values, 0)

    def zeros(self) -> Array:
        import numpy as np

        return np.full(self.shape, exact(0), dtype=object) if self.problem.exactly else np.zeros(self.shape)

    def best_options(self, values: Array) -> Array:
        """The best option of each slot."""
        import numpy as np

        options: Array = np.where(self.valid, values, values[:, :1]).argmax(axis=1)
        return options

    def maximum(self, modular: _Modular) -> Any:
        return self.total(modular.values, self.best_options(modular.values))

    def most(self, modular: _Modular) -> Any:
        """What a modular function certainly does not exceed."""
        return self.maximum(modular) + modular.slack

    def total(self, values: Array, options: Array) -> Any:
        import numpy as np

        return values[np.arange(len(options)), options].sum()

    # ---- formulas

    def above(self, f: Formula, sign: int) -> _Modular:
        """A modular function above a formula, or, with ``sign`` -1, above its negative."""
        return _ABOVE(f, self, sign)

    def range(self, f: Formula) -> _Range:
        return _Range(self.above(f, 1), self.above(f, -1))

    def one(self, sign: int) -> _Range:
        return _Range(self.constant(sign), self.constant(-sign))

    def either(self, a: _Modular, b: _Modular) -> _Modular:
        """Above the larger of two."""
        return self.constant(max(self.most(a), self.most(b)))

    def both(self, a: _Modular, b: _Modular) -> _Modular:
        """Above the smaller of two: the best of their mixtures that halving finds."""
        low, high = exact(0), exact(1)
        best = min(a, b, key=self.most)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            mixed = _plus(self.times(middle, a), self.times(1 - middle, b))
            best = min(best, mixed, key=self.most)
            options = self.best_options(mixed.values)
            if self.total(a.values, options) < self.total(b.values, options):
                low = middle
            else:
                high = middle
        return best

    def times(self, by: Number, modular: _Modular) -> _Modular:
        """A modular function times a number that is not negative."""
        factor: Any = by if self.problem.exactly else float(by)
        return _Modular(factor * modular.values, factor * modular.slack)

    def product(self, f: _Range, g: _Range) -> _Range:
        return _Range(self.above_product(f, g), self.above_product(_Range(f.down, f.up), g))

    def above_product(self, f: _Range, g: _Range) -> _Modular:
        f_most, f_least, g_most, g_least = self.most(f.up), -self.most(f.down), self.most(g.up), -self.most(g.down)
        bounds = [
            self.rounded(_plus(_plus(self.signed(a, g), self.signed(b, f)), self.constant(-a * b)), abs(a * b))
            for a, b in ((f_most, g_least), (f_least, g_most))
        ]
        return min(bounds, key=self.most)

    def signed(self, by: Number, f: _Range) -> _Modular:
        return self.times(by, f.up) if by >= 0 else self.times(-by, f.down)

    def rounded(self, modular: _Modular, size: Any) -> _Modular:
        return modular if self.problem.exactly else _Modular(modular.values, modular.slack + 64 * ULP * size)

    def quotient(self, f: _Range, g: _Range) -> _Modular:
        """Above one formula divided by another: from below, step to the ratio at which f - ratio * g has the maximum 0."""
        least, most = -self.most(g.down), self.most(g.up)
        if least <= 0:
            if most >= 0:
                raise _Unbounded
            return self.quotient(_Range(f.down, f.up), _Range(g.down, g.up))
        at = min(-self.most(f.down) / least, -self.most(f.down) / most)
        while True:
            modular = _plus(f.up, self.signed(-at, g))
            options = self.best_options(modular.values)
            over = self.total(modular.values, options)
            slope = -self.total(g.down.values, options) if at >= 0 else self.total(g.up.values, options)
            if not over > modular.slack or not at + over / slope > at:
                break
            at = at + over / slope
        slack = 0 if self.problem.exactly else modular.slack / most + max(over + modular.slack, 0.0) / least
        return self.rounded(_plus(_Modular(modular.values / most, slack), self.constant(at)), abs(at))

    # ---- ratios

    def ratio(self, ratio: Ratio, sign: int) -> _Modular:
        matrix = self.problem.matrices[ratio]
        if ratio not in self.cuts:
            self.cuts[ratio] = Cut(matrix, self.partial, self.problem.sizes)
        cut = self.cuts[ratio]
        top, bottom = sign * matrix.top[cut.rows], matrix.bottom[cut.rows]
        if ratio.steady:
            values, _ = self.relaxed(cut, top)
            return _Modular(values, self.rounding(top))
        if not len(bottom):
            raise _Undefined
        at, values, over = self.root(cut, top, bottom)
        largest = self.maximum(_Modular(self.relaxed(cut, bottom)[0], 0))
        slack = 0 if self.problem.exactly else (2 * self.rounding(top, at * bottom) + max(over, 0.0)) / min(bottom)
        return _plus(_Modular(values / largest, slack), self.constant(at))

    def root(self, cut: Cut, top: Array, bottom: Array) -> tuple[Any, Array, Any]:
        """The ratio at which the relaxation of top - ratio * bottom has the maximum 0, that relaxation, and what is left of its maximum.

        The maximum falls as the ratio grows, along a line for each choice of options, so steps from below never overshoot.
        """
        at = min(top / bottom)
        while True:
            values, counted = self.relaxed(cut, top - at * bottom)
            options = self.best_options(values)
            over, slope = self.total(values, options), self.total(self.gathered(cut, counted, bottom), options)
            if not over > self.rounding(top, at * bottom) or not slope or not at + over / slope > at:
                return at, values, over
            at = at + over / slope

    def rounding(self, *numbers: Array) -> Any:
        """How far the rounding of sums of these numbers may go."""
        return 0 if self.problem.exactly else sum(8 * ULP * (len(each) + 8) * abs(each).sum() for each in numbers)

    def relaxed(self, cut: Cut, weights: Array) -> tuple[Array, Array]:
        """What each option is worth when each slot chooses for itself, and the monomial that each group counts (-1: none)."""
        import numpy as np

        best = np.maximum.reduceat(weights, cut.starts)
        hits = np.flatnonzero(weights == np.repeat(best, cut.lengths))[::-1]
        counted = np.empty(len(best), dtype=int)
        counted[cut.group[hits]] = hits
        none = cut.partial & (best < 0)
        counted[none] = -1
        values = self.zeros()
        np.add.at(values.reshape(-1), cut.cell, np.where(none, 0, best))
        return values, counted

    def gathered(self, cut: Cut, counted: Array, weights: Array) -> Array:
        import numpy as np

        values = self.zeros()
        np.add.at(values.reshape(-1), cut.cell, np.where(counted < 0, 0, weights[counted]))
        return values


def _product_above(f: Product, _visit: Any, at: _At, sign: int) -> _Modular:
    return reduce(at.product, (at.range(part) for part in f.parts), at.one(sign)).up


def _quotient_above(f: Quotient, _visit: Any, at: _At, sign: int) -> _Modular:
    top = at.range(f.top)
    return at.quotient(top if sign > 0 else _Range(top.down, top.up), at.range(f.bottom))


def _defined(f: LargestDefined, visit: Callable[[Formula], _Modular]) -> list[_Modular]:
    """Bounds of the parts that some completion defines."""
    bounds = []
    for part in f.parts:
        with suppress(_Undefined):
            bounds.append(visit(part))
    if not bounds:
        raise _Undefined
    return bounds


def _constrained_above(f: SubjectTo, visit: Callable[[Formula], _Modular], at: _At, _sign: int) -> _Modular:
    """A bound of the formula; where no completion can pass a test, none has a score."""
    if not all(_CAN_HOLD(test, at) for test in f.tests):
        raise _Undefined
    return visit(f.inner)


def _can_compare(test: Comparison, _visit: Any, at: _At) -> bool:
    """Whether some completion may pass, as far as the bounds tell; the right side is 0."""
    try:
        tops = [at.most(at.above(test.left, sign)) for sign in _SIGNS[test.relation]]
    except _Undefined:
        return False
    except _Unbounded:
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

_ABOVE: Walk[_Modular] = Walk(
    "bounding",
    {
        Ratio: lambda f, _visit, at, sign: at.ratio(f, sign),
        Constant: lambda f, _visit, at, sign: at.constant(sign * f.value),
        Product: _product_above,
        Quotient: _quotient_above,
        Sum: lambda f, visit, _at, _sign: reduce(_plus, map(visit, f.parts)),
        Least: lambda f, visit, at, sign: reduce(at.both if sign > 0 else at.either, map(visit, f.parts)),
        Most: lambda f, visit, at, sign: reduce(at.either if sign > 0 else at.both, map(visit, f.parts)),
        LargestDefined: lambda f, visit, at, _sign: reduce(at.either, _defined(f, visit)),
        SubjectTo: _constrained_above,
    },
)
"""A modular function above a formula, or with ``sign`` -1 above its negative, at a partial policy."""


def _plus(a: _Modular, b: _Modular) -> _Modular:
    return _Modular(a.values + b.values, a.slack + b.slack)
