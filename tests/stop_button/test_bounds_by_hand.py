"""Functions above formulas over two slots of three options: in fractions, against every completion."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from stop_button.language.algebra import Constant, Leaf, Least, Most, Product, Quotient, Sum
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Formula
from stop_button.language.references import LargestDefined
from stop_button.language.tests import Both, Comparison, Either
from stop_button.solving.relaxing.formulas import Above, LinearFunction, Unbounded, Undefined

SLOTS, OPTIONS = 2, 3
COMPLETIONS = list(itertools.product(range(OPTIONS), repeat=SLOTS))


@dataclass(frozen=True, repr=False, eq=False)
class Table(Leaf):
    """A leaf that is what its options add up to; one without rows is undefined under every completion."""

    rows: tuple[tuple[int, ...], ...]

    def at(self, completion: Sequence[int]) -> Fraction:
        return Fraction(sum(row[option] for row, option in zip(self.rows, completion, strict=True)))


class OverTables(Above):
    """Every option is open; a function is what each option adds, and in the last row what is owed to none."""

    exactly = True

    def constant(self, value: Any) -> LinearFunction:
        values = np.full((SLOTS + 1, OPTIONS), Fraction(0), dtype=object)
        values[-1, 0] = Fraction(value)
        return LinearFunction(values, 0)

    def best_options(self, values: Any) -> Any:
        return tuple(int(np.argmax(row)) for row in values[:-1])

    def total(self, values: Any, options: Any) -> Any:
        return sum((values[slot, option] for slot, option in enumerate(options)), values[-1, 0])

    def leaf(self, f: Any, sign: int) -> LinearFunction:
        if not f.rows:
            raise Undefined
        values = self.constant(0).values
        for slot, row in enumerate(f.rows):
            values[slot] = [Fraction(sign * number) for number in row]
        return LinearFunction(values, 0)


ABOVE = OverTables()


def bound(f: Formula, sign: int = 1) -> Any:
    return ABOVE.most(ABOVE.above(f, sign))


def at(f: Any, completion: Sequence[int]) -> Fraction:
    """A formula by its own definition."""
    match f:
        case Table():
            return f.at(completion)
        case Constant():
            return Fraction(str(f.value))
        case Sum():
            return sum((at(part, completion) for part in f.parts), Fraction(0))
        case Product():
            return at(f.parts[0], completion) * at(f.parts[1], completion)
        case Quotient():
            return at(f.top, completion) / at(f.bottom, completion)
        case Least():
            return min(at(part, completion) for part in f.parts)
        case Most():
            return max(at(part, completion) for part in f.parts)
    raise AssertionError(f)


def table(draw: random.Random, low: int = -4, high: int = 4) -> Table:
    return Table(tuple(tuple(draw.randint(low, high) for _ in range(OPTIONS)) for _ in range(SLOTS)))


DRAWS = [random.Random(seed) for seed in range(12)]
TABLES = [(table(draw), table(draw)) for draw in DRAWS]


@pytest.mark.parametrize("number", range(12))
def test_sums_of_tables_and_constants_are_bounded_by_their_own_maximum(number: int) -> None:
    f, g = TABLES[number]
    whole = Sum((f, g, Constant(Fraction(3, 2))))
    values = [at(whole, each) for each in COMPLETIONS]
    assert bound(whole) == max(values)
    assert bound(Sum((f, Constant(-2)))) == max(at(f, each) for each in COMPLETIONS) - 2
    assert bound(Sum((f, Constant(-2))), -1) == 2 - min(at(f, each) for each in COMPLETIONS)


@pytest.mark.parametrize("number", range(12))
def test_the_smaller_of_two_is_bounded_by_the_lowest_of_their_mixtures(number: int) -> None:
    """The highest of each mixture is convex in the share, and is lowest at an end or where two completions are as high."""
    f, g = TABLES[number]
    lines = [(at(f, each), at(g, each)) for each in COMPLETIONS]
    shares = {Fraction(0), Fraction(1)}
    for (a, b), (c, d) in itertools.combinations(lines, 2):
        if a - b != c - d:
            shares.add(Fraction(d - b) / ((a - b) - (c - d)))
    lowest = min(max(share * a + (1 - share) * b for a, b in lines) for share in shares if 0 <= share <= 1)
    assert bound(Least((f, g))) == lowest
    assert bound(Most((f, g)), -1) == min(max(-share * a - (1 - share) * b for a, b in lines) for share in shares if 0 <= share <= 1)
    assert bound(Most((f, g))) == max(max(line) for line in lines)
    assert bound(Least((f, g)), -1) == max(max(-a, -b) for a, b in lines)


@pytest.mark.parametrize("number", range(12))
def test_a_product_is_bounded_by_the_lower_of_two_planes(number: int) -> None:
    f, g = TABLES[number]
    lines = [(at(f, each), at(g, each)) for each in COMPLETIONS]
    for sign in (1, -1):
        signed = [(sign * a, b) for a, b in lines]
        (f_least, f_most), (g_least, g_most) = ((min(side), max(side)) for side in zip(*signed, strict=True))
        planes = [max(a * y + b * x - a * b for x, y in signed) for a, b in ((f_most, g_least), (f_least, g_most))]
        expected = min(planes)
        assert ABOVE.most(ABOVE.above_product(ABOVE.range(f) if sign > 0 else _turned(f), ABOVE.range(g))) == expected
        assert bound(Product((f, g)), sign) >= max(x * y for x, y in signed)
    assert bound(Product((Constant(-2), f))) == max(-2 * a for a, _ in lines)
    assert bound(Product((Constant(-2), f)), -1) == max(2 * a for a, _ in lines)


def _turned(f: Table) -> Any:
    straight = ABOVE.range(f)
    return type(straight)(straight.down, straight.up)


@pytest.mark.parametrize("number", range(12))
def test_a_ratio_of_tables_is_bounded_by_the_greatest_ratio(number: int) -> None:
    draw = random.Random(100 + number)
    top, bottom = table(draw), table(draw, 1, 5)
    ratios = [at(top, each) / at(bottom, each) for each in COMPLETIONS]
    assert bound(Quotient(top, bottom)) == max(ratios)
    assert bound(Quotient(top, bottom), -1) == -min(ratios)
    below = Product((Constant(-1), bottom))
    assert bound(Quotient(top, below)) == -min(ratios)
    assert bound(Quotient(top, below), -1) == max(ratios)


@pytest.mark.parametrize("rows", [((0, 1, 2), (0, 1, 2)), ((-2, -1, 0), (-1, 0, 0)), ((-1, 1, 0), (0, 0, 0))])
def test_a_divisor_that_may_be_0_leaves_a_ratio_unbounded(rows: Any) -> None:
    with pytest.raises(Unbounded):
        bound(Quotient(Constant(1), Table(rows)))


NOWHERE, SMALL, LARGE = Table(()), Table(((0, 1, 2), (0, 0, 0))), Table(((1, 2, 0), (1, 0, 2)))


def test_the_largest_that_is_defined_is_bounded_by_the_parts_that_are() -> None:
    assert bound(LargestDefined((NOWHERE, SMALL))) == 2
    assert bound(LargestDefined((SMALL, NOWHERE, LARGE))) == 4
    assert bound(LargestDefined((LARGE, SMALL))) == 4
    with pytest.raises(Undefined):
        bound(LargestDefined((NOWHERE, NOWHERE)))
    with pytest.raises(Undefined):
        bound(Sum((SMALL, NOWHERE)))


def compared(relation: Any, less: int) -> Comparison:
    """A table that is 0, 1 or 2, less a number, compared with 0."""
    return Comparison(Sum((SMALL, Constant(-less))), relation, Constant(0))


PASSED: dict[str, tuple[Callable[[], Any], bool]] = {
    ">= at the top": (lambda: compared(">=", 2), True),
    ">= above it": (lambda: compared(">=", 3), False),
    "> at the top": (lambda: compared(">", 2), False),
    "> below it": (lambda: compared(">", 1), True),
    "<= at the bottom": (lambda: compared("<=", 0), True),
    "<= below it": (lambda: compared("<=", -1), False),
    "< at the bottom": (lambda: compared("<", 0), False),
    "< above it": (lambda: compared("<", 1), True),
    "== at the top": (lambda: compared("==", 2), True),
    "== at the bottom": (lambda: compared("==", 0), True),
    "== above": (lambda: compared("==", 3), False),
    "== below": (lambda: compared("==", -1), False),
    "both where one cannot": (lambda: Both((compared(">=", 2), compared(">=", 3))), False),
    "both where each can": (lambda: Both((compared(">=", 2), compared("<=", 0))), True),
    "either where one can": (lambda: Either((compared(">=", 3), compared("<=", 0))), True),
    "either where none can": (lambda: Either((compared(">=", 3), compared("<=", -1))), False),
    "undefined everywhere": (lambda: Comparison(NOWHERE, ">=", Constant(0)), False),
    "unbounded": (lambda: Comparison(Quotient(Constant(-1), SMALL), ">=", Constant(0)), True),
}


@pytest.mark.parametrize("name", PASSED)
def test_a_formula_under_tests_is_bounded_where_each_test_can_hold(name: str) -> None:
    test, can = PASSED[name]
    f = SubjectTo(LARGE, (compared(">=", 0), test()))
    if can:
        assert bound(f) == 4
    else:
        with pytest.raises(Undefined):
            bound(f)
