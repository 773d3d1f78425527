"""How much the completions of a partial policy can score at most: relaxations that let every slot choose for itself.

A bound is a plane: for each slot and option a number, such that no completion scores more than the sum of what its picks are worth.
Monomials that speak of the same slots exclude each other, so of those that agree on one slot the largest counts, and it counts for that
slot. A ratio T/B is at most the t at which the relaxation of T - t*B has the maximum 0, found by Newton's steps as in [dinkelbach1967];
then T/B is at most t + (T - t*B) / (the largest B), a plane again. Planes add up, and products are relaxed as in [mccormick1976].
Planes of floats carry how far rounding may have moved them; planes of fractions are exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

from causalkit.values.exact import Number, exact
from stop_button.language.formula import Constant, Formula, Least, Most, Product, Quotient, Sum
from stop_button.solving.fractional_form import Ratio
from stop_button.solving.term_matrix import Frame, Picks, Sheet

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
    """The most that completions of a partial policy can score is at most ``value + slack``; ``hint`` are the picks that the bound likes.

    ``value`` is ``None`` when no bound was found; ``slack`` is what rounding may have hidden, 0 in fractions.
    """

    value: Number | None
    slack: Number
    hint: Picks


@dataclass(frozen=True, eq=False)
class _Plane:
    """What each option of each slot is worth at most; the last row holds what is owed to no slot."""

    worth: Array
    slack: Number


@dataclass(frozen=True, eq=False)
class _Range:
    """A plane above a formula, and a plane above its negative."""

    up: _Plane
    down: _Plane


@dataclass(frozen=True, eq=False)
class _Groups:
    """The monomials of a sheet gathered by slots spoken of and by their option in the first slot that is still open.

    ``of`` is each monomial's group, ``order`` sorts by it; ``cell`` is where a group counts, ``full`` how many make it exhaustive.
    """

    order: Array
    of: Array
    cell: Array
    full: Array


def bound(frame: Frame, prefix: Picks) -> Bound | None:
    """A bound on the score of the policies that begin with these picks; ``None`` when all of them are undefined.

    >>> import stop_button as sb
    >>> from stop_button.solving.fractional_form import in_ratios
    >>> from stop_button.solving.term_matrix import framed
    >>> button = sb.worlds.basic_button()
    >>> frame = framed(in_ratios(sb.ccmin.formula, button), button.policies).exact_twin()
    >>> bound(frame, ()).value
    Fraction(11, 1)
    """
    import numpy as np

    at = _At(frame, prefix)
    try:
        with np.errstate(all="ignore"):  # what leaves the range of floats is no bound
            plane = at.above(frame.tree, 1)
    except _Unbounded:
        return Bound(None, 0, (*prefix, *([0] * (len(frame.sizes) - len(prefix)))))
    except _Undefined:
        return None
    value, hint = at.peak(plane), at.peaks(plane.worth)
    picks = (*prefix, *(int(pick) for pick in hint[len(prefix) : -1]))
    if frame.exactly:
        return Bound(value, 0, picks)
    slack = float(plane.slack + 64 * ULP * abs(value))
    return Bound(float(value) if math.isfinite(value + slack) else None, slack, picks)


class _At:
    """A partial policy of a frame, and the planes above formulas there."""

    def __init__(self, frame: Frame, prefix: Picks) -> None:
        import numpy as np

        self.frame, self.prefix = frame, prefix
        self.cuts: dict[Ratio, _Cut] = {}
        widest = max(frame.sizes, default=1)
        self.shape = (len(frame.sizes) + 1, widest)
        self.valid = np.arange(widest)[None, :] < np.array([*frame.sizes, 1])[:, None]

    # ---- planes

    def constant(self, value: Number) -> _Plane:
        worth = self.zeros()
        worth[-1, 0] = exact(value) if self.frame.exactly else float(value)
        return _Plane(worth, 0)

    def zeros(self) -> Array:
        import numpy as np

        return np.full(self.shape, exact(0), dtype=object) if self.frame.exactly else np.zeros(self.shape)

    def peaks(self, worth: Array) -> Array:
        """The best option of each slot."""
        import numpy as np

        picks: Array = np.where(self.valid, worth, worth[:, :1]).argmax(axis=1)
        return picks

    def peak(self, plane: _Plane) -> Any:
        return self.total(plane.worth, self.peaks(plane.worth))

    def most(self, plane: _Plane) -> Any:
        """What is certainly above a plane."""
        return self.peak(plane) + plane.slack

    def total(self, worth: Array, picks: Array) -> Any:
        import numpy as np

        return worth[np.arange(len(picks)), picks].sum()

    # ---- formulas

    def above(self, f: Formula, sign: int) -> _Plane:
        """A plane above a formula, or, with ``sign`` -1, above its negative."""
        if isinstance(f, Ratio):
            return self.ratio(f, sign)
        if isinstance(f, Constant):
            return self.constant(sign * f.value)
        if isinstance(f, Product):
            return reduce(self.product, (self.range(part) for part in f.parts), self.one(sign)).up
        if isinstance(f, Quotient):
            top = self.range(f.top)
            return self.quotient(top if sign > 0 else _Range(top.down, top.up), self.range(f.bottom))
        assert isinstance(f, (Sum, Least, Most))
        parts = [self.above(part, sign) for part in f.parts]
        if isinstance(f, Sum):
            return reduce(_plus, parts)
        return reduce(self.both if isinstance(f, Least) == (sign > 0) else self.either, parts)

    def range(self, f: Formula) -> _Range:
        return _Range(self.above(f, 1), self.above(f, -1))

    def one(self, sign: int) -> _Range:
        return _Range(self.constant(sign), self.constant(-sign))

    def either(self, a: _Plane, b: _Plane) -> _Plane:
        """Above the larger of two."""
        return self.constant(max(self.most(a), self.most(b)))

    def both(self, a: _Plane, b: _Plane) -> _Plane:
        """Above the smaller of two: the best of their mixtures that halving finds."""
        low, high = exact(0), exact(1)
        best = min(a, b, key=self.most)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            mixed = _plus(self.times(middle, a), self.times(1 - middle, b))
            best = min(best, mixed, key=self.most)
            picks = self.peaks(mixed.worth)
            if self.total(a.worth, picks) < self.total(b.worth, picks):
                low = middle
            else:
                high = middle
        return best

    def times(self, by: Number, plane: _Plane) -> _Plane:
        """A plane times a number that is not negative."""
        factor: Any = by if self.frame.exactly else float(by)
        return _Plane(factor * plane.worth, factor * plane.slack)

    def product(self, f: _Range, g: _Range) -> _Range:
        return _Range(self.above_product(f, g), self.above_product(_Range(f.down, f.up), g))

    def above_product(self, f: _Range, g: _Range) -> _Plane:
        f_most, f_least, g_most, g_least = self.most(f.up), -self.most(f.down), self.most(g.up), -self.most(g.down)
        planes = [
            self.rounded(_plus(_plus(self.signed(a, g), self.signed(b, f)), self.constant(-a * b)), abs(a * b))
            for a, b in ((f_most, g_least), (f_least, g_most))
        ]
        return min(planes, key=self.most)

    def signed(self, by: Number, f: _Range) -> _Plane:
        return self.times(by, f.up) if by >= 0 else self.times(-by, f.down)

    def rounded(self, plane: _Plane, size: Any) -> _Plane:
        return plane if self.frame.exactly else _Plane(plane.worth, plane.slack + 64 * ULP * size)

    def quotient(self, f: _Range, g: _Range) -> _Plane:
        """Above one formula divided by another: from below, step to the ratio at which f - ratio * g has the maximum 0."""
        least, most = -self.most(g.down), self.most(g.up)
        if least <= 0:
            if most >= 0:
                raise _Unbounded
            return self.quotient(_Range(f.down, f.up), _Range(g.down, g.up))
        at = min(-self.most(f.down) / least, -self.most(f.down) / most)
        while True:
            plane = _plus(f.up, self.signed(-at, g))
            picks = self.peaks(plane.worth)
            over = self.total(plane.worth, picks)
            slope = -self.total(g.down.worth, picks) if at >= 0 else self.total(g.up.worth, picks)
            if not over > plane.slack or not at + over / slope > at:
                break
            at = at + over / slope
        slack = 0 if self.frame.exactly else plane.slack / most + max(over + plane.slack, 0.0) / least
        return self.rounded(_plus(_Plane(plane.worth / most, slack), self.constant(at)), abs(at))

    # ---- ratios

    def ratio(self, ratio: Ratio, sign: int) -> _Plane:
        sheet = self.frame.sheets[ratio]
        if ratio not in self.cuts:
            self.cuts[ratio] = _Cut(sheet, self.prefix, self.frame.sizes)
        cut = self.cuts[ratio]
        top, bottom = sign * sheet.top[cut.rows], sheet.bottom[cut.rows]
        if ratio.steady:
            worth, _ = self.relaxed(cut, top)
            return _Plane(worth, self.rounding(top))
        if not len(bottom):
            raise _Undefined
        at, worth, over = self.root(cut, top, bottom)
        largest = self.peak(_Plane(self.relaxed(cut, bottom)[0], 0))
        slack = 0 if self.frame.exactly else (2 * self.rounding(top, at * bottom) + max(over, 0.0)) / min(bottom)
        return _plus(_Plane(worth / largest, slack), self.constant(at))

    def root(self, cut: _Cut, top: Array, bottom: Array) -> tuple[Any, Array, Any]:
        """The ratio at which the relaxation of top - ratio * bottom has the maximum 0, that relaxation, and what is left of its maximum.

        The maximum falls as the ratio grows, along a line for each choice of picks, so steps from below never overshoot.
        """
        at = min(top / bottom)
        while True:
            worth, counted = self.relaxed(cut, top - at * bottom)
            picks = self.peaks(worth)
            over, slope = self.total(worth, picks), self.total(self.gathered(cut, counted, bottom), picks)
            if not over > self.rounding(top, at * bottom) or not slope or not at + over / slope > at:
                return at, worth, over
            at = at + over / slope

    def rounding(self, *numbers: Array) -> Any:
        """How far the rounding of sums of these numbers may go."""
        return 0 if self.frame.exactly else sum(8 * ULP * (len(each) + 8) * abs(each).sum() for each in numbers)

    def relaxed(self, cut: _Cut, weights: Array) -> tuple[Array, Array]:
        """What each option is worth when each slot chooses for itself, and the monomial that each group counts (-1: none)."""
        import numpy as np

        best = np.maximum.reduceat(weights, cut.starts)
        hits = np.flatnonzero(weights == np.repeat(best, cut.lengths))[::-1]
        counted = np.empty(len(best), dtype=int)
        counted[cut.group[hits]] = hits
        none = cut.partial & (best < 0)
        counted[none] = -1
        worth = self.zeros()
        np.add.at(worth.reshape(-1), cut.cell, np.where(none, 0, best))
        return worth, counted

    def gathered(self, cut: _Cut, counted: Array, weights: Array) -> Array:
        import numpy as np

        worth = self.zeros()
        np.add.at(worth.reshape(-1), cut.cell, np.where(counted < 0, 0, weights[counted]))
        return worth


def _plus(a: _Plane, b: _Plane) -> _Plane:
    return _Plane(a.worth + b.worth, a.slack + b.slack)


class _Cut:
    """The monomials of a sheet that a partial policy agrees with, sorted into groups."""

    def __init__(self, sheet: Sheet, prefix: Picks, sizes: Sequence[int]) -> None:
        import numpy as np

        groups = _groups(sheet, len(prefix), tuple(sizes))
        alive = np.ones(len(sheet.top), dtype=bool)
        for slot, pick in enumerate(prefix):
            alive &= sheet.fits[slot, pick]
        self.rows = groups.order[alive[groups.order]]
        of = groups.of[self.rows]
        self.starts = np.flatnonzero(np.diff(of, prepend=-1))
        self.lengths = np.diff(self.starts, append=len(of))
        self.group = np.repeat(np.arange(len(self.starts)), self.lengths)
        self.cell = groups.cell[of[self.starts]]
        self.partial = self.lengths < groups.full[of[self.starts]]


@lru_cache(maxsize=512)
def _groups(sheet: Sheet, depth: int, sizes: tuple[int, ...]) -> _Groups:
    import numpy as np

    rows, width = np.arange(len(sheet.picks)), sheet.fits.shape[1]
    spoken = sheet.picks >= 0
    spoken[:, :depth] = False
    lead = np.where(spoken.any(axis=1), spoken.argmax(axis=1), len(sizes)) if sizes else np.zeros(len(rows), dtype=int)
    option = np.where(lead < len(sizes), sheet.picks[rows, np.minimum(lead, len(sizes) - 1)], 0) if sizes else lead
    slots = np.unique(sheet.picks >= 0, axis=0, return_inverse=True)[1].ravel()
    keys, first, of = np.unique(np.stack([slots, lead, option], axis=1), axis=0, return_index=True, return_inverse=True)
    others = spoken & (np.arange(len(sizes)) != lead[:, None])
    full = np.where(others, np.array([*sizes], dtype=float), 1.0).prod(axis=1)
    return _Groups(np.argsort(of.ravel(), kind="stable"), of.ravel(), keys[:, 1] * width + keys[:, 2], full[first])
