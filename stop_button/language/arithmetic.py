"""The number that a formula stands for, and whether a test holds, once the leaves are numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from causalkit.errors import Impossible, Undecided, WrongShape
from causalkit.values.exact import Number, are_fractions, exact, is_zero, less, tidy
from causalkit.values.logarithms import entropy_of
from stop_button.language.constraints import Infeasible, SubjectTo
from stop_button.language.formula import Constant, Expectation, Formula, Leaf, Least, Most, Product, Quotient, Sum
from stop_button.language.information import Shannon
from stop_button.language.references import Agreed, Ambiguous, LargestDefined, SmallestDefined
from stop_button.language.tests import Both, Comparison, Either, Not, Relation, Test
from stop_button.language.walking import Walk

__all__ = ["evaluate", "evaluate_means", "mean_of", "truth", "truth_of_means"]

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


def truth(test: Test, leaf: Callable[[Any], Number]) -> bool | None:
    """Whether a test holds, once its leaves are numbers; ``None`` where it is undefined. Raises ``Undecided`` when symbols decide.

    >>> from stop_button import B, E, V
    >>> truth((E(V) >= 3) & ~(E(B) > E(V)), lambda mean: exact(3))
    True
    """
    return _TRUTH(test, leaf)


def truth_of_means(test: Test, mean: Callable[[Expectation], Number]) -> bool | None:
    """Whether a test holds, once the means in it are numbers; raises ``WrongShape`` for a reading outside a mean."""
    return truth(test, lambda leaf: _MEAN(leaf, mean))


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


def _defined(f: LargestDefined, visit: Visit) -> list[Number]:
    numbers = []
    for part in f.parts:
        try:
            numbers.append(visit(part))
        except Impossible:
            continue
    if not numbers:
        raise Impossible(f"{f} is undefined: each of its {len(f.parts)} parts is")
    return numbers


def _agreed(f: Agreed, numbers: list[Number]) -> Number:
    if not numbers:
        raise Impossible("a best over policies is undefined: no policy has a score")
    if not all(is_zero(number - numbers[0]) for number in numbers):
        low, high = _extreme(numbers, "Min", less), _extreme(numbers, "Max", lambda a, b: less(b, a))
        raise Ambiguous(f"{f} is undefined: {len(numbers)} policies are best, and it is between {low} and {high} under them")
    return numbers[0]


def _feasible(f: SubjectTo, visit: Visit, leaf: Callable[[Any], Number]) -> Number:
    for test in f.tests:
        holds = truth(test, leaf)
        if not holds:
            raise Infeasible(f"{f.inner} is infeasible: {test} {'is undefined' if holds is None else 'does not hold'}")
    return visit(f.inner)


def _shannon(f: Shannon, shares: list[Number]) -> Number:
    if not are_fractions(shares):
        raise Undecided(f"{f} has probabilities with symbols in them, of which no entropy is worked out; substitute numbers first")
    return tidy(entropy_of(list(shares)))


_EVALUATE: Walk[Number] = Walk(
    "evaluating",
    {
        Constant: lambda f, _visit, _leaf: f.value,
        Sum: _sum,
        Product: _product,
        Quotient: _quotient,
        Least: _least,
        Most: _most,
        Agreed: lambda f, visit, _leaf: _agreed(f, [visit(part) for part in f.parts]),
        SubjectTo: _feasible,
        Shannon: lambda f, visit, _leaf: _shannon(f, [visit(part) for part in f.parts]),
        SmallestDefined: lambda f, visit, _leaf: _extreme(_defined(f, visit), "Min", less),
        LargestDefined: lambda f, visit, _leaf: _extreme(_defined(f, visit), "Max", lambda a, b: less(b, a)),
        Leaf: lambda f, _visit, leaf: leaf(f),
    },
)


def _compared(test: Comparison, _visit: Any, leaf: Callable[[Any], Number]) -> bool | None:
    try:
        left, right = evaluate(test.left, leaf), evaluate(test.right, leaf)
    except Impossible:
        return None
    return _RELATIONS[test.relation](left, right)


def _all(test: Both, visit: Callable[[Test], bool | None], _leaf: Any) -> bool | None:
    values = [visit(part) for part in test.tests]
    return False if False in values else None if None in values else True


def _any(test: Either, visit: Callable[[Test], bool | None], _leaf: Any) -> bool | None:
    values = [visit(part) for part in test.tests]
    return True if True in values else None if None in values else False


def _not(test: Not, visit: Callable[[Test], bool | None], _leaf: Any) -> bool | None:
    value = visit(test.test)
    return None if value is None else not value


_RELATIONS: Mapping[Relation, Callable[[Number, Number], bool]] = {
    "<=": lambda a, b: not less(b, a),
    "<": less,
    ">=": lambda a, b: not less(a, b),
    ">": lambda a, b: less(b, a),
    "==": lambda a, b: is_zero(a - b),
}

_TRUTH: Walk[bool | None] = Walk("testing", {Comparison: _compared, Both: _all, Either: _any, Not: _not})
