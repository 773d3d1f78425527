"""What is read as an exact number, and how exact numbers are compared."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from causalkit import errors
from causalkit.values.exact import are_fractions, as_fraction, count, exact, in_units, is_symbolic, is_zero, largest, less, smallest, tidy

p, q = sympy.symbols("p q")
POSITIVE = sympy.Symbol("t", positive=True)
TENTH = Fraction(1, 10)


class Spoken(float):
    """A float that prints in words."""

    def __repr__(self) -> str:
        return f"about {float(self)}"


class Half:
    """Something that says itself how sympy reads it."""

    def _sympy_(self) -> Any:
        return sympy.Rational(1, 2)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (0.1, TENTH),
        (Spoken(0.1), TENTH),
        (np.float64(0.1), TENTH),
        (np.float32(0.5), Fraction(1, 2)),
        (np.int64(3), Fraction(3)),
        (np.bool_(True), Fraction(1)),
        (True, Fraction(1)),
        (-2, Fraction(-2)),
        ("0.1", TENTH),
        ("1/10", TENTH),
        (" 1e-1 ", TENTH),
        (Decimal("0.1"), TENTH),
        (1e-7, Fraction(1, 10**7)),
        (1e22, Fraction(10**22)),
        (sympy.Float("0.1"), TENTH),
        (sympy.Rational(1, 10), TENTH),
        (p / (10 * p), TENTH),
        (Half(), Fraction(1, 2)),
        (TENTH, TENTH),
    ],
)
def test_a_number_is_read_as_it_is_written(given: Any, number: Fraction) -> None:
    found = exact(given)
    assert (found, type(found)) == (number, Fraction)
    assert as_fraction(given) == number


@pytest.mark.parametrize("given", [float("nan"), float("inf"), -float("inf"), "a", "", "1/0", None, [], 1j, (1,), Decimal("NaN"), b"1"])
def test_what_is_no_exact_number_is_refused(given: Any) -> None:
    with pytest.raises(errors.InvalidNumber) as told:
        exact(given)
    assert str(told.value).startswith(f"{given!r} is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1'")


@pytest.mark.parametrize("given", [sympy.zoo, sympy.oo, -sympy.oo, sympy.I, sympy.sqrt(-2), 1 + sympy.I])
def test_what_is_no_finite_real_number_is_refused(given: Any) -> None:
    with pytest.raises(errors.InvalidNumber, match="is not a finite real number"):
        exact(given)


def test_a_number_with_symbols_is_no_fraction() -> None:
    with pytest.raises(errors.InvalidNumber) as told:
        as_fraction(q + p)
    assert str(told.value) == "p + q depends on p, q, and a number is needed here; give values with .subs({'p': ..., 'q': ...})"
    with pytest.raises(errors.InvalidNumber, match=r"sqrt\(2\) is not a fraction, and one is needed here; give a number such as '1/4'"):
        as_fraction(sympy.sqrt(2))
    assert exact(p * q / p) == q
    assert tidy(3) == Fraction(3)
    assert (is_symbolic(p), is_symbolic(TENTH), is_symbolic("p")) == (True, False, False)


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        (Fraction(1, 3), Fraction(1, 2), True),
        (Fraction(1, 2), Fraction(1, 2), False),
        (Fraction(1, 2), Fraction(1, 3), False),
        (sympy.sqrt(2), exact("1.42"), True),
        (exact("1.42"), sympy.sqrt(2), False),
        (sympy.log(2), sympy.log(3), True),
        (sympy.log(3), sympy.log(2), False),
        (sympy.log(4), 2 * sympy.log(2), False),
        (-POSITIVE, POSITIVE, True),
        (POSITIVE, -POSITIVE, False),
        (POSITIVE, POSITIVE, False),
        (p, p + 1, True),
        (p + 1, p, False),
    ],
)
def test_what_is_less_is_decided_exactly(a: Any, b: Any, found: bool) -> None:
    assert less(a, b) is found


def test_what_symbols_decide_is_undecided() -> None:
    for ask in (lambda: less(p, q), lambda: largest([exact(0), p - q]), lambda: smallest([exact(0), p - q])):
        with pytest.raises(errors.Undecided, match="depends on p, q; put numbers in their place"):
            ask()


@pytest.mark.parametrize("numbers", [["1/3", "1/2", "1/4"], ["1/2", "1/3", "1/4"], ["1/4", "1/3", "1/2"], ["1/2"], ["1/2", "1/2", "1/4"]])
def test_the_largest_and_the_smallest_stand_anywhere(numbers: list[str]) -> None:
    read = list(map(exact, numbers))
    assert largest(read) == Fraction(1, 2)
    assert smallest(read) == min(map(Fraction, numbers))
    assert any(largest(read) is each for each in read)


def test_what_is_zero_is_so_identically() -> None:
    assert [is_zero(each) for each in (Fraction(0), Fraction(1, 9), p - p, (p + 1) ** 2 - p**2 - 2 * p - 1, p)] == [
        True,
        False,
        True,
        True,
        False,
    ]
    assert is_zero(sympy.log(6) - sympy.log(2) - sympy.log(3))
    assert not is_zero(sympy.log(6) - sympy.log(2) - sympy.log(4))


def test_units_are_the_least_that_all_share() -> None:
    assert in_units([Fraction(1, 4), Fraction(1, 6), Fraction(2)]) == ([3, 2, 24], 12)
    assert in_units([]) == ([], 1)
    assert (are_fractions([TENTH, p]), are_fractions([p, TENTH]), are_fractions([TENTH]), are_fractions([])) == (False, False, True, True)


@pytest.mark.parametrize(("given", "least", "found"), [(3, 1, 3), (1, 1, 1), (0, 0, 0), (np.int64(4), 1, 4)])
def test_a_number_of_things_from_the_least_on(given: Any, least: int, found: int) -> None:
    assert count("top", given, least=least) == found


@pytest.mark.parametrize(
    ("given", "least", "typed"), [(0, 1, 10), (-1, 0, 10), (True, 1, 10), (False, 0, 10), ("3", 1, 10), (2.0, 1, 10), (19, 20, 20)]
)
def test_what_is_no_number_of_things_is_told_what_is(given: Any, least: int, typed: int) -> None:
    with pytest.raises(errors.WrongShape) as told:
        count("top", given, least=least)
    assert str(told.value) == f"top={given!r} is no number of things; give a whole number from {least} on, such as top={typed}"


ROOT = sympy.CRootOf(6 * p**3 - 4 * p**2 + 3 * p - 6, 0)
ZEROS = {
    "nested roots": sympy.sqrt(2) + sympy.sqrt(3) - sympy.sqrt(5 + 2 * sympy.sqrt(6)),
    "a cube root of a sum": sympy.cbrt(7 + 5 * sympy.sqrt(2)) - 1 - sympy.sqrt(2),
    "what a root is a root of": 3 * ROOT / 2 - (-3 * ROOT**3 + 2 * ROOT**2 + 3),
    "cosines of parts of a circle": sympy.cos(sympy.pi / 7)
    - sympy.cos(2 * sympy.pi / 7)
    + sympy.cos(3 * sympy.pi / 7)
    - sympy.Rational(1, 2),
}


@pytest.mark.parametrize("zero", ZEROS.values(), ids=ZEROS)
def test_nought_is_nought_in_whatever_roots_it_is_written(zero: Any) -> None:
    assert is_zero(zero)
    assert not less(zero, Fraction(0))
    assert not less(Fraction(0), zero)
    tiny = Fraction(1, 10**60)
    assert not is_zero(zero + tiny)
    assert less(Fraction(0), zero + tiny)
    assert less(zero - tiny, Fraction(0))
