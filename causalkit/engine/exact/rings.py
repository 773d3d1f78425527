"""The numbers that elimination adds and multiplies: integers over a common denominator, polynomials, or floats."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from causalkit.engine.compiling.factors import Factor
from causalkit.errors import InvalidNumber
from causalkit.values.arrays import Array
from causalkit.values.exact import Number, are_fractions, in_units

__all__ = ["Exact", "exact_tables", "float_tables"]


class Exact(NamedTuple):
    """The weights of every table's cells as ring elements, what their products are to be divided by, and the way back to numbers."""

    tables: tuple[Array, ...]
    scale: int
    number: Callable[[Any], Number]


def exact_tables(factors: Sequence[Factor]) -> Exact:
    """Integers over one common denominator for each table; polynomials when a weight holds symbols."""
    weights = [factor.weights for factor in factors if are_fractions(factor.weights)]
    return _integers(weights) if len(weights) == len(factors) else _polynomials(factors)


def _integers(weights: Sequence[Collection[Fraction]]) -> Exact:
    counted = list(map(in_units, weights))
    scale = math.prod(common for _, common in counted)
    return Exact(tuple([_objects(counts) for counts, _ in counted]), scale, lambda value: Fraction(value, scale))


def _polynomials(factors: Sequence[Factor]) -> Exact:
    """Elements of one polynomial ring, whose sums of products need no simplifying on the way."""
    import sympy
    from sympy.polys.rings import sring

    _, elements = sring([sympy.sympify(weight) for factor in factors for weight in factor.weights])
    waiting = iter(elements)
    return Exact(tuple(_objects(list(itertools.islice(waiting, len(factor.cells)))) for factor in factors), 1, _number)


def _number(element: Any) -> Number:
    if isinstance(element, int):
        return Fraction(element)
    expression = element.as_expr()
    return Fraction(int(expression.p), int(expression.q)) if expression.is_Rational else expression


def _objects(values: Sequence[Any]) -> Array:
    import numpy as np

    made = np.empty(len(values), object)
    for i, value in enumerate(values):
        made[i] = value
    return made


def float_tables(factors: Sequence[Factor]) -> tuple[Array, ...]:
    """The cells' weights of every table as float64; raises ``InvalidNumber`` for a weight that holds symbols."""
    import numpy as np

    for factor in factors:
        for weight in factor.weights:
            if not isinstance(weight, Fraction):
                raise InvalidNumber(
                    f"the weight {weight} holds symbols or irrationals, and floats are asked for; substitute fractions first"
                )
    return tuple(np.array([float(weight) for weight in factor.weights], np.float64) for factor in factors)
