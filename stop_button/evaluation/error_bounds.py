"""How far a score in float64 may be from the true one: the bound that lets floats sort, and never decide.

Numbers are kept as a middle and a reach, and every operation makes the reach larger than its own rounding could need. The first
middles are believed to ``BITS`` bits only, though float64 has 53 and 40 could be proved: more would save next to nothing, and so a
library that rounds worse than it should changes nothing either. What is not finite, and what may have divided by zero, has no reach.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

from causalkit.values.exact import Number
from stop_button.language.formula import Constant, Formula, Leaf, Least, Most, Product, Quotient, Sum
from stop_button.language.walking import Walk

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]
    Around = tuple[Array, Array]

__all__ = ["around", "as_float", "believed", "reach", "reach_at_most", "sum_slip"]

BITS = 18
BELIEF = 2.0**-BITS
ROUNDING = 2.0**-45
TINY = 2.0**-1000


def as_float(value: Number) -> float:
    """A number as the nearest float, and as an infinity where it is larger than any.

    >>> from fractions import Fraction
    >>> as_float(Fraction(1, 4)), as_float(Fraction(-(10**400)))
    (0.25, -inf)
    """
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else -float("inf")


def sum_slip(weights: Array) -> float:
    """How far the sum of some of these floats may be from the sum of the numbers that they stand for, in any order of adding."""
    import numpy as np

    with np.errstate(all="ignore"):
        return float(ROUNDING * (weights.size + 8) * np.abs(weights).sum() + weights.size * TINY)


def believed(middle: Array, slip: float = 0.0) -> Around:
    """A number read from floats: its reach is what they are believed to, and the slip of the sum that it comes from."""
    import numpy as np

    return middle, BELIEF * np.abs(middle) + (slip + TINY)


def reach(f: Formula, leaf: Callable[[Any], Around]) -> Array:
    """How far a formula's float64 value may be from the true one: infinite where nothing is certain, the value's existence included.

    >>> import numpy
    >>> from stop_button import E, V
    >>> read = lambda mean: believed(numpy.array([1.0, 1e200]))
    >>> wide = reach(E(V) * E(V), read)
    >>> bool(wide[0] < 1e-4), float(wide[1])
    (True, inf)
    """
    import numpy as np

    with np.errstate(all="ignore"):
        middle, wide = around(f, leaf)
        wide = wide + BELIEF * np.abs(middle)
        return np.where(np.isfinite(middle) & np.isfinite(wide), wide, np.inf)


def reach_at_most(f: Formula, leaf: Callable[[Any], tuple[float, float]]) -> float:
    """One reach for many policies, from the largest size and the largest slip of every mean; infinite where that says nothing.

    >>> from stop_button import E, V
    >>> reach_at_most(2 * E(V), lambda mean: (1.0, 0.0)) < 1e-4, reach_at_most(1 / E(V), lambda mean: (1.0, 0.0))
    (True, inf)
    """
    size, wide = _AT_MOST(f, leaf)
    return wide + BELIEF * size


def _at_leaf(size: float, slip: float) -> tuple[float, float]:
    return _wider(size, BELIEF * size + slip)


def _added(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return a[0] + b[0], a[1] + b[1]


def _multiplied(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return a[0] * b[0], a[0] * b[1] + b[0] * a[1] + a[1] * b[1]


def _larger(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return max(a[0], b[0]), max(a[1], b[1])


def _wider(size: float, wide: float) -> tuple[float, float]:
    wide = wide * (1 + ROUNDING) + ROUNDING * size + TINY
    return (size, wide) if size + wide < float("inf") else (float("inf"), float("inf"))


def around(f: Formula, leaf: Callable[[Any], Around]) -> Around:
    """A formula's value and its reach; not finite where nothing is certain."""
    found: Around = _AROUND(f, leaf)
    return found


def _constant(f: Constant, *_: Any) -> Around:
    import numpy as np

    return believed(np.asarray(as_float(f.value)))


def _rounded(middle: Array, wide: Array) -> Around:
    import numpy as np

    return middle, wide * (1 + ROUNDING) + ROUNDING * np.abs(middle) + TINY


def _sum(a: Around, b: Around) -> Around:
    return a[0] + b[0], a[1] + b[1]


def _product(a: Around, b: Around) -> Around:
    return a[0] * b[0], abs(a[0]) * b[1] + abs(b[0]) * a[1] + a[1] * b[1]


def _least(a: Around, b: Around) -> Around:
    import numpy as np

    return np.minimum(a[0], b[0]), np.maximum(a[1], b[1])


def _most(a: Around, b: Around) -> Around:
    import numpy as np

    return np.maximum(a[0], b[0]), np.maximum(a[1], b[1])


def _quotient(a: Around, b: Around) -> Around:
    """``|a'/b' - a/b|`` is at most ``(reach of a + |a/b| times reach of b)`` over the least that ``|b'|`` can be."""
    import numpy as np

    middle = a[0] / b[0]
    least = abs(b[0]) * (1 - ROUNDING) - b[1]
    return middle, np.where(least > 0, (a[1] + abs(middle) * b[1]) / least, np.inf)


def _joined(pair: Callable[[Any, Any], tuple[Any, Any]], rounded: Callable[[Any, Any], tuple[Any, Any]]) -> Callable[..., Any]:
    """What becomes of a combination's parts, taken two at a time, each time with what rounding may add."""

    def combine(f: Any, visit: Callable[[Formula], Any], _leaf: Any) -> Any:
        return reduce(lambda a, b: rounded(*pair(a, b)), map(visit, f.parts))

    return combine


_AROUND: Walk[Any] = Walk(
    "the error of floating point",
    {
        Constant: _constant,
        Sum: _joined(_sum, _rounded),
        Product: _joined(_product, _rounded),
        Least: _joined(_least, _rounded),
        Most: _joined(_most, _rounded),
        Quotient: _joined(_quotient, _rounded),
        Leaf: lambda f, _visit, leaf: leaf(f),
    },
)

_AT_MOST: Walk[tuple[float, float]] = Walk(
    "the largest error of floating point",
    {
        Constant: lambda f, _visit, _leaf: _at_leaf(abs(as_float(f.value)), 0.0),
        Sum: _joined(_added, _wider),
        Product: _joined(_multiplied, _wider),
        Least: _joined(_larger, _wider),
        Most: _joined(_larger, _wider),
        Quotient: lambda _f, _visit, _leaf: (float("inf"), float("inf")),
        Leaf: lambda f, _visit, leaf: _at_leaf(*leaf(f)),
    },
)
