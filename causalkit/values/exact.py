"""Exact numbers: fractions where they are known, sympy expressions where they are symbols."""

from __future__ import annotations

import functools
import math
import re
import sys
from collections.abc import Collection, Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from operator import index
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, cast, overload

from causalkit.errors import InvalidNumber, Undecided, WrongShape
from causalkit.values.arguments import brief
from causalkit.values.logarithms import has_logarithms, sign_of_logarithms

__all__ = [
    "Number", "Numeric", "almost_simple", "are_fractions", "as_fraction", "count", "digits", "exact", "fraction_text", "has_symbols",
    "in_units", "is_symbolic", "is_zero", "largest", "less", "smallest", "tidy", "whole_of",
]  # fmt: skip

MOST_DIGITS_LOOKED_AT = 5_000
"""Digits of an irrational number that are worked out to see on which side of 0 it lies."""

LONG = 4_000
RATIO = re.compile(r"([+-]?)([0-9]+)(?:/([0-9]+))?")
"""Text of a whole number or a fraction, which Python reads by itself only up to 4,300 digits."""

MANY_DIGITS = 10**12
"""Decimals with such denominators have more digits than anybody types who means another number than the simple one beside it."""

ALMOST = 5 * 10**14
"""One part in so many may be lost where floats are added up a few times."""

if TYPE_CHECKING:

    class Number(Protocol):
        """An exact number, as a type checker sees it: what a ``Fraction`` and a sympy expression have in common."""

        def __add__(self, other: Any, /) -> Number: ...
        def __radd__(self, other: Any, /) -> Number: ...
        def __sub__(self, other: Any, /) -> Number: ...
        def __rsub__(self, other: Any, /) -> Number: ...
        def __mul__(self, other: Any, /) -> Number: ...
        def __rmul__(self, other: Any, /) -> Number: ...
        def __truediv__(self, other: Any, /) -> Number: ...
        def __rtruediv__(self, other: Any, /) -> Number: ...
        def __floordiv__(self, other: Any, /) -> Number: ...
        def __mod__(self, other: Any, /) -> Number: ...
        def __pow__(self, other: Any, /) -> Any: ...
        def __rpow__(self, other: Any, /) -> Any: ...
        def __pos__(self) -> Number: ...
        def __neg__(self) -> Number: ...
        def __abs__(self) -> Number: ...
        def __lt__(self, other: Any, /) -> bool: ...
        def __le__(self, other: Any, /) -> bool: ...
        def __gt__(self, other: Any, /) -> bool: ...
        def __ge__(self, other: Any, /) -> bool: ...
        @overload
        def __round__(self) -> int: ...
        @overload
        def __round__(self, digits: int, /) -> Number: ...
        def __floor__(self) -> int: ...
        def __ceil__(self) -> int: ...
        def __float__(self) -> float: ...
        def __int__(self) -> int: ...
        def __bool__(self) -> bool: ...
        def __hash__(self) -> int: ...

else:
    Number = Any
"""An exact number: a ``Fraction`` or a sympy expression."""

Numeric = Any
"""What can be read as one: int, bool, Fraction, ``"1/4"``, Decimal, float, sympy."""


def is_symbolic(value: object) -> TypeGuard[Any]:
    """Whether a value is a sympy expression; sympy is not imported to find out.

    >>> is_symbolic(3)
    False
    """
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Expr)


def has_symbols(number: Any) -> bool:
    """Whether a number depends on symbols; one that is only irrational does not.

    >>> has_symbols(exact("1/3"))
    False
    """
    return bool(getattr(number, "free_symbols", ()))


def exact(value: Numeric) -> Number:
    """Read a number exactly; a float is read by its shortest decimal form.

    Accepts int, bool, Fraction, Decimal, float, numpy scalars, text such as ``"1/4"`` or ``"0.1"``, sympy, and what
    sympy reads by its ``_sympy_``. Raises ``InvalidNumber`` for anything else, and for infinities and NaN.

    >>> exact(.1)
    Fraction(1, 10)
    >>> exact("1/4") + exact(True)
    Fraction(5, 4)
    """
    if isinstance(value, Fraction):
        return value
    if is_symbolic(value):
        return tidy(value)
    if hasattr(value, "_sympy_"):  # what says itself how sympy reads it
        import sympy

        return tidy(sympy.sympify(value))
    try:
        return _rational(value.item() if hasattr(value, "item") else value)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise InvalidNumber(
            f"{brief(value)} is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1', a float or a sympy expression"
        ) from None


def as_fraction(value: Numeric) -> Fraction:
    """Read a number without symbols, exactly, as ``exact`` does.

    Raises ``InvalidNumber`` for a number with symbols, and for what is no number.

    >>> as_fraction("1/4")
    Fraction(1, 4)
    """
    number = exact(value)
    if isinstance(number, Fraction):
        return number
    symbols = sorted(map(str, getattr(number, "free_symbols", ())))
    if not symbols:
        raise InvalidNumber(f"{number} is not a fraction, and one is needed here; give a number such as '1/4'")
    values = ", ".join(f"{name!r}: ..." for name in symbols)
    raise InvalidNumber(f"{number} depends on {', '.join(symbols)}, and a number is needed here; give values with .subs({{{values}}})")


def _rational(value: Numeric) -> Fraction:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("not finite")
        return Fraction(repr(float(value)))
    if isinstance(value, str) and len(value) > LONG and (ratio := RATIO.fullmatch(value.strip())):
        sign, above, below = ratio.groups()
        return Fraction(whole_of(above) * (-1 if sign == "-" else 1), whole_of(below or "1"))
    if isinstance(value, (str, Decimal, Rational)):
        return Fraction(value)
    raise ValueError("not a number")


def digits(whole: int) -> str:
    """A whole number as text, of any length; Python writes at most 4,300 digits at once.

    >>> digits(-12), len(digits(7**6000))
    ('-12', 5071)
    """
    if abs(whole) < 10**4000:
        return str(whole)
    if whole < 0:
        return f"-{digits(-whole)}"
    half = int(whole.bit_length() * 0.30103) // 2
    high, low = divmod(whole, 10**half)
    return digits(high) + digits(low).rjust(half, "0")


def whole_of(written: str) -> int:
    """The whole number that digits stand for, of any length; Python reads at most 4,300 of them at once.

    >>> whole_of("12"), whole_of("1" + "0" * 5000) == 10**5000
    (12, True)
    """
    whole = 0
    for i in range(0, len(written), 4000):
        part = written[i : i + 4000]
        whole = whole * (10 ** len(part)) + int(part)
    return whole


def fraction_text(number: Fraction) -> str:
    """A fraction as text, of any length.

    >>> fraction_text(exact("1/3")), fraction_text(exact(-2))
    ('1/3', '-2')
    """
    above = digits(number.numerator)
    return above if number.denominator == 1 else f"{above}/{digits(number.denominator)}"


def almost_simple(value: float | Fraction) -> Fraction | None:
    """The fraction with a denominator up to 1,000 that a number of many digits is almost and not quite; None for other numbers.

    Floats that were computed are such numbers, and decimals of fractions that have none.

    >>> almost_simple(.1 + .2), almost_simple(1 / 3), almost_simple(.25), almost_simple(2 ** .5)
    (Fraction(3, 10), Fraction(1, 3), None, None)
    """
    if isinstance(value, float) and not math.isfinite(value):
        return None
    number = cast("Fraction", exact(value))
    if number.denominator < MANY_DIGITS:
        return None
    simple = number.limit_denominator(1000)
    return simple if 0 < abs(number - simple) * ALMOST <= abs(simple) else None


def tidy(value: Numeric) -> Number:
    """A symbolic number in a canonical form, as a Fraction when it is one.

    >>> import sympy
    >>> p = sympy.Symbol("p")
    >>> tidy((p**2 - p) / p)
    p - 1
    >>> tidy(p / p)
    Fraction(1, 1)
    """
    if isinstance(value, Fraction):
        return value
    if not is_symbolic(value):
        return exact(value)
    import sympy

    if value.atoms(sympy.Float):
        value = sympy.nsimplify(value, rational=True)
    reduced = sympy.cancel(value)
    canonical: Any = sympy.expand(reduced) if has_logarithms(reduced) else sympy.factor_terms(reduced)
    if canonical.is_Rational:
        return Fraction(int(canonical.p), int(canonical.q))
    if canonical.is_finite is False or canonical.is_real is False:
        raise InvalidNumber(f"{canonical} is not a finite real number")
    number: Number = canonical
    return number


def are_fractions(numbers: Collection[Number]) -> TypeGuard[Collection[Fraction]]:
    """Whether numbers are free of symbols.

    >>> are_fractions([exact("1/2"), exact(1)])
    True
    """
    return all(isinstance(number, Fraction) for number in numbers)


def in_units(numbers: Collection[Fraction]) -> tuple[list[int], int]:
    """Fractions as whole numbers over their least common denominator, and this.

    >>> in_units([exact("1/2"), exact("1/3")])
    ([3, 2], 6)
    """
    ratios = [number.as_integer_ratio() for number in numbers]
    whole = math.lcm(*{below for _, below in ratios})
    return [above * (whole // below) for above, below in ratios], whole


def is_zero(value: Number) -> bool:
    """Whether a number is identically zero.

    >>> is_zero(exact("1/3") - exact("1/3"))
    True
    """
    if isinstance(value, Fraction):
        return not value
    number: Any = tidy(value)
    return sign_of_logarithms(number) == 0 if has_logarithms(number) else number == 0 or _is_algebraic_zero(number)


def _is_algebraic_zero(number: Any) -> bool:
    """Whether a number is 0 by its minimal polynomial, which is asked where digits do not tell: one 0 can be written in many roots."""
    if isinstance(number, Fraction) or not number.is_algebraic or _shown(number, MOST_DIGITS_LOOKED_AT // 100) is not None:
        return False
    import sympy

    return bool(sympy.minimal_polynomial(number, unknown := sympy.Dummy()) == unknown)


def less(a: Number, b: Number) -> bool:
    """Whether ``a < b``, decided exactly; raises ``Undecided`` when it depends on symbols.

    >>> less(exact("1/3"), exact("1/2"))
    True
    """
    difference: Any = tidy(b - a)
    if isinstance(difference, Fraction):
        return bool(difference > 0)
    if has_logarithms(difference):
        return sign_of_logarithms(difference) > 0
    if difference.is_positive is not None:
        return bool(difference.is_positive)
    if difference.is_number:
        shown = 0 if _is_algebraic_zero(difference) else _shown(difference, MOST_DIGITS_LOOKED_AT)
        if shown is None:
            raise Undecided(f"whether {difference} is above 0 does not show in {MOST_DIGITS_LOOKED_AT:,} digits")
        return bool(shown > 0)
    raise Undecided(
        f"whether {a} < {b} depends on {', '.join(sorted(map(str, difference.free_symbols)))}; put numbers in their place, with "
        ".subs(...) in a formula or where the model or world is built, or find where it flips with causalkit.break_even"
    )


def _shown(number: Any, most: int) -> Any:
    """The first digits of a number that is not 0; ``None`` where so many digits show none."""
    import sympy

    try:
        return sympy.N(number, 2, maxn=most, strict=True)
    except sympy.core.evalf.PrecisionExhausted:
        return None


def largest(numbers: Iterable[Number]) -> Number:
    """The largest of one or more numbers, decided exactly; raises ``Undecided`` when symbols decide.

    >>> largest([exact("1/3"), exact("1/2")])
    Fraction(1, 2)
    """
    return functools.reduce(lambda best, each: each if less(best, each) else best, numbers)


def smallest(numbers: Iterable[Number]) -> Number:
    """The smallest of one or more numbers, decided exactly; raises ``Undecided`` when symbols decide.

    >>> smallest([exact("1/3"), exact("1/2")])
    Fraction(1, 3)
    """
    return functools.reduce(lambda best, each: each if less(each, best) else best, numbers)


def count(name: str, given: Any, *, least: int = 1) -> int:
    """A number of things, as an argument gives it; raises ``WrongShape`` for what is no whole number from ``least`` on.

    :param name: the name of the argument, for messages.
    :param given: what was given for it; true and false are no numbers of things.
    :param least: the smallest number that makes sense.

    >>> count("top", 3)
    3
    """
    try:
        found = index(given)
    except TypeError:
        found = least - 1
    if found < least or isinstance(given, bool):
        raise WrongShape(f"{name}={given!r} is no number of things; give a whole number from {least} on, such as {name}={max(least, 10)}")
    return found
