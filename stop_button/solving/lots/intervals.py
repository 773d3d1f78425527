"""Between which numbers a formula lies, when its leaves lie between some."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from causalkit.errors import WrongShape
from stop_button.language.formula import Constant, Formula, Leaf, Least, Most, Product, Quotient, Sum
from stop_button.language.walking import Walk
from stop_button.solving.relaxing.formulas import Unbounded, Undefined

__all__ = ["Interval", "between"]

Interval = tuple[Any, Any]
"""The least and the most that something may be; both the same where it is known."""


def between(f: Formula, leaf: Callable[[Any], Interval]) -> Interval:
    """The least and the most that a formula may be, when each leaf may be anything in its interval.

    Fractions give fractions, floats give floats. Raises ``Undefined`` where something is divided by 0, ``Unbounded`` where by what may be
    0, and ``WrongShape`` for a formula of anything but sums, products, quotients, the least and the most.

    >>> from stop_button import B, E, V, least
    >>> between(least(E(B) * E(V), 7) - E(V), lambda mean: (2, 3)) == (1, 5)
    True
    """
    return _BETWEEN(f, leaf)


def _ends(of: Callable[[list[Any]], Any], intervals: Sequence[Interval]) -> Interval:
    """What a function that grows with each part makes of all their lower ends, and of all their upper ends."""
    return of([low for low, _ in intervals]), of([high for _, high in intervals])


def _product(intervals: Sequence[Interval]) -> Interval:
    low, high = intervals[0]
    for interval in intervals[1:]:
        ends = [one * other for one, other in itertools.product((low, high), interval)]
        low, high = min(ends), max(ends)
    return low, high


def _quotient(top: Interval, bottom: Interval) -> Interval:
    if bottom[0] == 0 == bottom[1]:
        raise Undefined
    if bottom[0] <= 0 <= bottom[1]:
        raise Unbounded
    ends = [one / other for one, other in itertools.product(top, bottom)]
    return min(ends), max(ends)


def _other(f: Formula, *_: Any) -> Interval:
    raise WrongShape(f"{f} is no sum, product, quotient, least or most of means")


_BETWEEN: Walk[Interval] = Walk(
    "bounding from both sides",
    {
        Constant: lambda f, _visit, _leaf: (f.value, f.value),
        Sum: lambda f, visit, _leaf: _ends(sum, [visit(part) for part in f.parts]),
        Product: lambda f, visit, _leaf: _product([visit(part) for part in f.parts]),
        Quotient: lambda f, visit, _leaf: _quotient(visit(f.top), visit(f.bottom)),
        Least: lambda f, visit, _leaf: _ends(min, [visit(part) for part in f.parts]),
        Most: lambda f, visit, _leaf: _ends(max, [visit(part) for part in f.parts]),
        Leaf: lambda f, _visit, leaf: leaf(f),
        Formula: _other,
    },
)
