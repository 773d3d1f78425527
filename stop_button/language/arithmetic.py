"""The number that a formula stands for, once its leaves are numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from causalkit.errors import Impossible, Undecided, WrongShape
from causalkit.values.exact import Number, exact, is_zero, less, tidy
from stop_button.language.formula import Constant, Expectation, Formula, Leaf, Least, Most, Product, Quotient, Sum
from stop_button.language.walking import Walk

__all__ = ["evaluate", "evaluate_means", "mean_of"]

Visit = Callable[[Formula], Number]


def evaluate(f: Formula, leaf: Callable[[Any], Number]) -> Number:
    """The number that a formula stands for, once its leaves are numbers; raises ``Impossible`` for a division by 0.

    >>> from stop_button import B, E, V
    >>> evaluate(E(B) + 2 * E(V), lambda mean: exact(3))
    Fraction(9, 1)
    """
    return _EVALUATE(f, leaf)


def evaluate_means(f: Formula, mean: Callable[[Expectation], Number]) -> Number:
    """The number that a formula stands for, once its means are numbers; raises ``WrongShape`` for a reading outside a mean."""
    return evaluate(f, lambda leaf: _MEAN(leaf, mean))


def mean_of(leaf: Leaf) -> Expectation:
    """A leaf as the mean that it has to be; raises ``WrongShape`` for a reading outside a mean."""
    return leaf if isinstance(leaf, Expectation) else _outside(leaf)


def _outside(leaf: Leaf, *_: Any) -> Any:
    raise WrongShape(f"{leaf!r} stands outside a mean, where it has no single value; write E({leaf!r})")


_MEAN: Walk[Number] = Walk("scoring", {Expectation: lambda f, _visit, mean: mean(f), Leaf: _outside})


def _sum(f: Sum, visit: Visit, _: Any) -> Number:
    return tidy(sum((visit(part) for part in f.parts), exact(0)))


def _product(f: Product, visit: Visit, _: Any) -> Number:
    total = exact(1)
    for number in [visit(part) for part in f.parts]:
        total = total * number
    return tidy(total)


def _quotient(f: Quotient, visit: Visit, _: Any) -> Number:
    bottom = visit(f.bottom)
    if is_zero(bottom):
        raise Impossible(f"{f} is undefined: what it divides by is 0")
    return tidy(visit(f.top) / bottom)


def _least(f: Least, visit: Visit, _: Any) -> Number:
    return _extreme((visit(part) for part in f.parts), "Min", less)


def _most(f: Most, visit: Visit, _: Any) -> Number:
    return _extreme((visit(part) for part in f.parts), "Max", lambda a, b: less(b, a))


def _extreme(numbers: Iterable[Number], sympy_name: str, better: Callable[[Number, Number], bool]) -> Number:
    best, *others = numbers
    for number in others:
        try:
            best = number if better(number, best) else best
        except Undecided:
            import sympy

            best = getattr(sympy, sympy_name)(best, number)
    return best


_EVALUATE: Walk[Number] = Walk(
    "evaluating",
    {
        Constant: lambda f, _visit, _leaf: f.value,
        Sum: _sum,
        Product: _product,
        Quotient: _quotient,
        Least: _least,
        Most: _most,
        Leaf: lambda f, _visit, leaf: leaf(f),
    },
)
