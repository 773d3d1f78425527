"""A formula as a sum: of means with their weights, and what is inside a mean of numbers times products."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

from causalkit.values.exact import Number, exact
from stop_button.language.formula import Constant, Expectation, Formula, Product, Quotient, Sum
from stop_button.language.walking import Walk

__all__ = ["Products", "Weighted", "WeightedMeans", "linear_means", "products"]

Weighted = tuple[Number, Expectation | None]
"""A mean with its weight; ``None`` stands for the number 1."""

WeightedMeans = list[Weighted]
"""Means, each with its weight."""

Products = list[tuple[Number, tuple[Formula, ...]]]
"""Numbers times products of formulas, to be added up."""

MOST_PARTS = 64


def linear_means(f: Formula) -> WeightedMeans | None:
    """The means of which a formula is a weighted sum, each with its weight, ``None`` standing for a number; or ``None`` for other formulas.

    >>> from stop_button.language.formula import B, E, V
    >>> linear_means(2 * E(B) + E(V) / 4 + 1)
    [(Fraction(2, 1), E(B)), (Fraction(1, 4), E(V)), (Fraction(1, 1), None)]
    >>> linear_means(E(B) * E(V))
    """
    return _LINEAR(f)


def _linear_sum(f: Sum, visit: Callable[[Formula], WeightedMeans | None]) -> WeightedMeans | None:
    parts = [visit(part) for part in f.parts]
    return None if None in parts else [each for part in parts for each in part or ()]


def _linear_product(f: Product, visit: Callable[[Formula], WeightedMeans | None]) -> WeightedMeans | None:
    numbers = [part.value for part in f.parts if isinstance(part, Constant)]
    others = [part for part in f.parts if not isinstance(part, Constant)]
    number = math.prod(numbers, start=exact(1))
    if not others:
        return [(number, None)]
    return _scaled(visit(others[0]), number) if len(others) == 1 else None


def _linear_quotient(f: Quotient, visit: Callable[[Formula], WeightedMeans | None]) -> WeightedMeans | None:
    by = _divisor(f)
    return None if by is None else _scaled(visit(f.top), 1 / by)


def _divisor(f: Quotient) -> Number | None:
    """The number that a quotient divides by, where it is one and not 0."""
    return f.bottom.value if isinstance(f.bottom, Constant) and f.bottom.value else None


def _scaled(means: WeightedMeans | None, by: Number) -> WeightedMeans | None:
    return None if means is None else [(scale * by, mean) for scale, mean in means]


_LINEAR: Walk[WeightedMeans | None] = Walk(
    "weighing means over time",
    {
        Expectation: lambda f, _visit: [(exact(1), f)],
        Constant: lambda f, _visit: [(f.value, None)],
        Sum: _linear_sum,
        Product: _linear_product,
        Quotient: _linear_quotient,
        Formula: lambda _f, _visit: None,
    },
)


def products(f: Formula) -> Products:
    """A formula as a sum of numbers times products, as far as sums are at its top or in products that are not too many."""
    return _MULTIPLIED_OUT(f)


def _products_of_product(f: Product, visit: Callable[[Formula], Products]) -> Products:
    parts = [visit(part) for part in f.parts]
    if math.prod(map(len, parts)) > MOST_PARTS:
        return [(exact(1), (f,))]
    return [
        (math.prod((scale for scale, _ in picks), start=exact(1)), tuple(one for _, many in picks for one in many))
        for picks in itertools.product(*parts)
    ]


def _products_of_quotient(f: Quotient, visit: Callable[[Formula], Products]) -> Products:
    by = _divisor(f)
    return [(exact(1), (f,))] if by is None else [(scale / by, many) for scale, many in visit(f.top)]


_MULTIPLIED_OUT: Walk[Products] = Walk(
    "multiplying out",
    {
        Constant: lambda f, _visit: [(f.value, ())],
        Sum: lambda f, visit: [each for part in f.parts for each in visit(part)],
        Product: _products_of_product,
        Quotient: _products_of_quotient,
        Formula: lambda f, _visit: [(exact(1), (f,))],
    },
)
