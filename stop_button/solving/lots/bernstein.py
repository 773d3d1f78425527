"""Ratios of polynomials over products of simplices, in the form of Bernstein: what they are at least and at most on a part of it.

A point gives each group of options its chances, which add up to 1. On a part whose groups are simplices again, a polynomial of degree d
in the chances of a group has one coefficient for each way to give d picks to the corners of that simplex: the polynomial is a mean of the
coefficients, those that give all picks to one corner are its values there, and a ratio with a positive bottom is a mean of the ratios of
coefficients. A part is divided by putting a point in the place of one corner; the new coefficients are means of the old ones. All
numbers are whole, over one scale that the parts of a ratio share. Source: [farouki2012].
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from causalkit.errors import TooLarge
from stop_button.solving.lots.intervals import Interval
from stop_button.solving.relaxing.formulas import Undefined

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

__all__ = ["MOST_COEFFICIENTS", "Chances", "Form", "Monomial", "form"]

MOST_COEFFICIENTS = 20_000
"""A form has so many coefficients at most."""

Chances = tuple[Fraction, ...]
"""For each option of a group, or each corner of a simplex, a number; they add up to 1."""

Powers = Mapping[int, tuple[int, ...]]
"""For each group that a monomial speaks of, how often it picks each option."""

Monomial = tuple[Powers, Fraction, Fraction]
"""Powers, and the weight in the top and in the bottom."""


@dataclass(frozen=True, eq=False)
class Form:
    """The coefficients of a ratio on a part: an axis for each group, and along it the ways to give ``degrees`` picks to ``sizes`` corners.

    Without a ``bottom`` it is the top over ``scale``.
    """

    sizes: tuple[int, ...]
    degrees: tuple[int, ...]
    top: Array
    bottom: Array | None
    scale: int

    @property
    def interval(self) -> Interval:
        """Between which values the ratio lies where it has one; raises ``Undefined`` where it has none on the whole part."""
        if self.bottom is None:
            return Fraction(self.top.min(), self.scale), Fraction(self.top.max(), self.scale)
        pairs = zip(self.top.flat, self.bottom.flat, strict=True)
        values = [Fraction(top, bottom) for top, bottom in pairs if bottom]
        if not values:
            raise Undefined
        return min(values), max(values)

    def with_corner(self, group: int, corner: int, point: Chances) -> Form:
        """The form on the part in which a point of a group's simplex stands in place of one of its corners."""
        if not self.degrees[group]:
            return self
        matrix, by = _moved(self.sizes[group], self.degrees[group], corner, point)
        top = _along(matrix, self.top, group)
        bottom = None if self.bottom is None else _along(matrix, self.bottom, group)
        return Form(self.sizes, self.degrees, top, bottom, self.scale * by)


def form(monomials: Iterable[Monomial], sizes: Sequence[int], *, steady: bool) -> Form:
    """The form of a ratio on the whole product of simplices, from its monomials; ``steady`` when its bottom is 1 everywhere.

    Raises ``TooLarge`` for more than ``MOST_COEFFICIENTS``.

    >>> once, twice = ({0: (1, 1)}, Fraction(4), Fraction(0)), ({0: (0, 2)}, Fraction(1), Fraction(0))
    >>> found = form([once, twice], [2], steady=True)
    >>> found.interval
    (Fraction(0, 1), Fraction(2, 1))
    >>> found.with_corner(0, 0, (Fraction(1, 2), Fraction(1, 2))).interval
    (Fraction(1, 1), Fraction(3, 2))
    """
    import numpy as np

    listed = list(monomials)
    degrees = tuple(max((sum(powers.get(k, ())) for powers, _, _ in listed), default=0) for k in range(len(sizes)))
    shape = tuple(math.comb(size + degree - 1, degree) for size, degree in zip(sizes, degrees, strict=True))
    if math.prod(shape) > MOST_COEFFICIENTS:
        raise TooLarge(f"as a polynomial in chances it has {math.prod(shape):,} coefficients, and at most {MOST_COEFFICIENTS:,} are taken")
    top, bottom = (np.full(shape, Fraction(0), dtype=object) for _ in range(2))
    for powers, above, below in listed:
        each = np.array(Fraction(1), dtype=object)
        for k, (size, degree) in enumerate(zip(sizes, degrees, strict=True)):
            each = np.multiply.outer(each, _raised(powers.get(k, (0,) * size), degree))
        top, bottom = (np.asarray(sum_ + by * each, dtype=object) for sum_, by in ((top, above), (bottom, below)))
    scale = math.lcm(*(one.denominator for one in itertools.chain(top.flat, () if steady else bottom.flat)))
    whole = [np.frompyfunc(lambda one: int(one * scale), 1, 1)(part) for part in (top, bottom)]
    return Form(tuple(sizes), degrees, np.asarray(whole[0], dtype=object), None if steady else np.asarray(whole[1], dtype=object), scale)


def _ways(size: int, degree: int) -> list[tuple[int, ...]]:
    """The ways to give so many picks to so many corners."""
    if size == 1:
        return [(degree,)]
    return [(first, *rest) for first in range(degree, -1, -1) for rest in _ways(size - 1, degree - first)]


def _raised(powers: tuple[int, ...], degree: int) -> Array:
    """The coefficients of a product of powers of chances, for a higher degree."""
    import numpy as np

    of = math.perm(degree, sum(powers))
    ways = _ways(len(powers), degree)
    return np.array([Fraction(math.prod(map(math.perm, way, powers)), of) for way in ways], dtype=object)


def _moved(size: int, degree: int, corner: int, point: Chances) -> tuple[Array, int]:
    """The matrix that takes coefficients to those with a point in place of a corner, times the number that makes it whole."""
    import numpy as np

    ways = _ways(size, degree)
    places = {way: place for place, way in enumerate(ways)}
    by = math.lcm(*(share.denominator for share in point))
    parts = [int(share * by) for share in point]
    matrix = np.zeros((len(ways), len(ways)), dtype=object)
    for place, way in enumerate(ways):
        picks = way[corner]
        for given in _ways(size, picks):
            to = tuple(old - picks * (at == corner) + new for at, (old, new) in enumerate(zip(way, given, strict=True)))
            orders = math.factorial(picks) // math.prod(map(math.factorial, given))
            matrix[place, places[to]] += orders * math.prod(map(pow, parts, given)) * by ** (degree - picks)
    return matrix, by**degree


def _along(matrix: Array, values: Array, axis: int) -> Array:
    import numpy as np

    return np.moveaxis(np.tensordot(matrix, values, axes=([1], [axis])), 0, axis)
