"""Logarithms of fractions, in bits: exact as symbols, enclosed between fractions by whole-number arithmetic, compared exactly.

A sum of logarithms of fractions is 0 just when a product of their powers is 1, which whole numbers decide. So such sums are compared
exactly; floats decide nothing.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from causalkit.errors import InvalidNumber, Undecided
from causalkit.values.arguments import checked

__all__ = ["Between", "between", "entropy_between", "entropy_of", "has_logarithms", "log2_between", "logarithms", "sign_of_logarithms"]

SMALL_FACTORS = 1 << 12
"""Factors up to this size are taken out of a logarithm's argument, so that equal sums of logarithms look the same."""

PRECISIONS = (64, 256, 1024, 4096)
"""The bits after the point to which logarithms are enclosed, one after the other, until a sign shows."""

Interval = tuple[Fraction, Fraction]
Terms = Iterable[tuple[Fraction, Fraction]]
"""Weights and positive fractions: the sum of each weight times the logarithm of its fraction."""


@dataclass(frozen=True)
class Between:
    """A number that is proved to lie between two fractions; they are printed rounded outwards.

    >>> print(Between(Fraction(1, 3), Fraction(2, 3)))
    between 0.333333333333 and 0.666666666667
    """

    low: Fraction
    high: Fraction

    def __contains__(self, other: Any) -> bool:
        return bool(self.low <= Fraction(other) <= self.high)

    def __str__(self) -> str:
        if self.low == self.high:
            return f"exactly {self.low}"
        return f"between {_decimal(math.floor(self.low * 10**12))} and {_decimal(math.ceil(self.high * 10**12))}"


def _decimal(units: int) -> str:
    """A whole number of millionths of millionths, as a decimal number."""
    whole, rest = divmod(abs(units), 10**12)
    return f"{'-' if units < 0 else ''}{whole}.{rest:012d}"


# ---------------------------------------------------------------- exact, as symbols


def logarithms(terms: Terms) -> Any:
    """The sum of weights times binary logarithms of positive fractions: a fraction where it is one, else in logarithms of whole numbers.

    >>> logarithms([(Fraction(1, 2), Fraction(4)), (Fraction(1), Fraction(1, 8))])
    Fraction(-2, 1)
    >>> logarithms([(Fraction(1), Fraction(3, 2))])
    -1 + log(3)/log(2)
    """
    import sympy

    total: dict[int, Fraction] = {}
    for weight, argument in terms:
        _check_positive(argument)
        for whole, sign in ((argument.numerator, 1), (argument.denominator, -1)):
            for factor, power in _factors(whole):
                total[factor] = total.get(factor, Fraction(0)) + sign * power * weight
    rational = total.pop(2, Fraction(0))
    rest = {factor: weight for factor, weight in sorted(total.items()) if weight}
    if not rest:
        return rational
    logs = [sympy.Rational(w.numerator, w.denominator) * sympy.log(factor) for factor, w in rest.items()]
    return sympy.Add(sympy.Rational(rational.numerator, rational.denominator), *(each / sympy.log(2) for each in logs))


def _check_positive(argument: Fraction) -> None:
    if argument <= 0:
        raise InvalidNumber(f"{argument} has no logarithm; give a positive number")


@lru_cache(4_096)
def _factors(whole: int) -> tuple[tuple[int, int], ...]:
    """Small prime factors with their powers; what has none is a factor as it is."""
    import sympy

    return tuple((int(factor), int(power)) for factor, power in sympy.factorint(whole, limit=SMALL_FACTORS).items() if factor != 1)


@checked
def entropy_of(shares: Sequence[Fraction]) -> Any:
    """Shannon's entropy of probabilities, in bits, exactly.

    >>> entropy_of([Fraction(1, 2), Fraction(1, 4), Fraction(1, 4), Fraction(0)])
    Fraction(3, 2)
    """
    return logarithms((-share, share) for share in shares if share)


# ---------------------------------------------------------------- enclosed between fractions


def log2_between(argument: Fraction, bits: int = 64) -> Interval:
    """Two fractions between which the binary logarithm of a positive fraction lies, at most about 2**-bits apart.

    The argument is scaled into [1, 2) and squared again and again: each square that reaches 2 is a binary digit 1. Squares are kept as
    whole numbers rounded down and up; where the two disagree about a digit, the digits before it are what is known.

    >>> low, high = log2_between(Fraction(10), bits=20)
    >>> float(low), float(high), low < Fraction("3.32192809") < high
    (3.321928024291992, 3.3219289779663086, True)
    """
    _check_positive(argument)
    power = argument.numerator.bit_length() - argument.denominator.bit_length()
    power -= argument < Fraction(2) ** power
    places = 2 * bits + 16  # a square has twice the relative error
    scaled = argument / Fraction(2) ** power * (1 << places)
    low, high = math.floor(scaled), math.ceil(scaled)
    if low == high == 1 << places:
        return Fraction(power), Fraction(power)
    digits, known = 0, 0
    for _ in range(bits):
        low, high = low * low >> places, -(-high * high >> places)
        if low >> places + 1:
            digits, low, high = 2 * digits + 1, low >> 1, high + 1 >> 1
        elif high >> places + 1:
            break
        else:
            digits *= 2
        known += 1
    return power + Fraction(digits, 1 << known), power + Fraction(digits + 1, 1 << known)


@checked
def entropy_between(terms: Terms, bits: int = 64) -> Interval:
    """Two fractions between which a sum of weights times binary logarithms of positive fractions lies.

    >>> low, high = entropy_between([(Fraction(1), Fraction(3)), (Fraction(-1), Fraction(3))])
    >>> low <= 0 <= high
    True
    """
    low = high = Fraction(0)
    for weight, argument in terms:
        ends = log2_between(argument, bits)
        low, high = low + weight * ends[weight < 0], high + weight * ends[weight > 0]
    return low, high


@checked
def between(number: Any, bits: int = 64) -> Between:
    """A number with logarithms of fractions in it, between two fractions; a fraction is between itself and itself.

    :param number: a fraction, or a sympy expression of fractions and logarithms of positive fractions.
    :param bits: about how many binary digits after the point are wanted.
    :returns: a ``Between``.
    :raises Undecided: for an expression with symbols, or with anything else in it.

    >>> print(between(entropy_of([Fraction(1, 3), Fraction(2, 3)])))
    between 0.918295834054 and 0.918295834055
    """
    if isinstance(number, Fraction | int):
        return Between(Fraction(number), Fraction(number))
    if not _is_expression(number):
        raise InvalidNumber(f"{number!r} is neither a fraction nor an expression; give a Fraction, or what entropy_of and logarithms give")
    return Between(*_enclosed(number, bits))


def _is_expression(value: Any) -> bool:
    import sympy

    return isinstance(value, sympy.Expr)


def _enclosed(expression: Any, bits: int) -> Interval:
    import sympy

    if expression.is_Rational:
        whole = Fraction(int(expression.p), int(expression.q))
        return whole, whole
    if isinstance(expression, sympy.log) and expression.args[0].is_Rational and expression.args[0].is_positive:
        argument = Fraction(int(expression.args[0].p), int(expression.args[0].q))
        return _times(log2_between(argument, bits), _ln2(bits))
    parts = [_enclosed(part, bits) for part in expression.args] if expression.is_Add or expression.is_Mul else []
    if expression.is_Add:
        return sum((low for low, _ in parts), Fraction(0)), sum((high for _, high in parts), Fraction(0))
    if expression.is_Mul:
        total = (Fraction(1), Fraction(1))
        for part in parts:
            total = _times(total, part)
        return total
    if expression.is_Pow and expression.args[1].is_Integer:
        return _powered(_enclosed(expression.args[0], bits), int(expression.args[1]), expression)
    raise Undecided(f"{expression} is no sum or product of fractions and logarithms of fractions; substitute its symbols first")


def _times(a: Interval, b: Interval) -> Interval:
    ends = [one * other for one in a for other in b]
    return min(ends), max(ends)


def _powered(inner: Interval, power: int, expression: Any) -> Interval:
    if power < 0:
        if inner[0] <= 0 <= inner[1]:
            raise Undecided(f"whether {expression} divides by 0 is not decided")
        inner, power = (1 / inner[1], 1 / inner[0]), -power
    total = (Fraction(1), Fraction(1))
    for _ in range(power):
        total = _times(total, inner)
    return total


@lru_cache(8)
def _ln2(bits: int) -> Interval:
    """Bounds of ln 2, the sum of 1 / (k 2**k); what comes after n terms is less than 2**-n."""
    terms, scale = bits + 8, 1 << 2 * bits + 16
    total = sum(scale // (k << k) for k in range(1, terms + 1))  # each term is rounded down by less than 1
    return Fraction(total, scale), Fraction(total + terms, scale) + Fraction(1, 1 << terms)


# ---------------------------------------------------------------- decided


def has_logarithms(number: Any) -> bool:
    """Whether a number is an expression without symbols, with logarithms of fractions in it.

    >>> has_logarithms(entropy_of([Fraction(1, 3), Fraction(2, 3)])), has_logarithms(Fraction(1))
    (True, False)
    """
    sympy = sys.modules.get("sympy")
    if sympy is None or not isinstance(number, sympy.Expr) or number.free_symbols:
        return False
    logs = number.atoms(sympy.log)
    return bool(logs) and all(log.args[0].is_Rational for log in logs)


def sign_of_logarithms(number: Any) -> int:
    """-1, 0 or 1, as an expression of fractions and logarithms of fractions is negative, zero or positive; decided exactly.

    A sum of multiples of logarithms is zero just when the product of their powers is 1: the arguments are written as powers of numbers
    without common factors, and the sum is zero when each of these has the power 0. What is not zero shows its sign once it is enclosed
    narrowly enough. Raises ``Undecided`` for a product of logarithms of which neither shows, ``InvalidNumber`` for a division by 0.

    >>> import sympy
    >>> sign_of_logarithms(sympy.log(9) - 2 * sympy.log(3)), sign_of_logarithms(sympy.log(3) / sympy.log(2) - sympy.Rational(8, 5))
    (0, -1)
    """
    import sympy

    top, bottom = sympy.fraction(sympy.together(number))
    side = 1 if bottom.is_Rational and bottom > 0 else -1 if bottom.is_Rational else sign_of_logarithms(bottom)
    if side == 0:
        raise InvalidNumber(f"{number} divides by 0")
    zero, linear = _is_zero(top)
    if zero:
        return 0
    for bits in PRECISIONS:
        low, high = _enclosed(sympy.expand(top), bits)
        if low > 0 or high < 0:
            return side if low > 0 else -side
    proved = "it is not 0, but closer to 0 than was looked" if linear else "nobody may know whether it is 0"
    raise Undecided(f"the sign of {number} does not show in {PRECISIONS[-1]:,} binary digits: {proved}")


def _is_zero(expression: Any) -> tuple[bool, bool]:
    """Whether an expression is 0 for what products of whole numbers say, and whether it is linear in logarithms, so that this decides."""
    import sympy

    logs = sorted(expression.atoms(sympy.log), key=str)
    arguments = [Fraction(int(log.args[0].p), int(log.args[0].q)) for log in logs if log.args[0].is_Rational]
    if len(arguments) < len(logs):
        raise Undecided(f"{expression} holds logarithms of other things than fractions, which are not compared")
    base = _without_common_factors([whole for each in arguments for whole in (each.numerator, each.denominator)])
    symbols = [sympy.Dummy(f"L{i}") for i in range(len(base))]
    written = {
        log: sum((_power(argument, factor) * symbol for factor, symbol in zip(base, symbols, strict=True)), start=sympy.Integer(0))
        for log, argument in zip(logs, arguments, strict=True)
    }
    expanded = sympy.expand(expression.subs(written))
    return bool(expanded == 0), bool(expanded == 0 or not symbols or sympy.Poly(expanded, *symbols).total_degree() <= 1)


def _without_common_factors(numbers: Iterable[int]) -> list[int]:
    """Numbers of which no two share a factor, and of which all the given ones are products of powers."""
    base: list[int] = []
    waiting = [number for number in numbers if number > 1]
    while waiting:
        number = waiting.pop()
        for i, other in enumerate(base):
            shared = math.gcd(number, other)
            if shared > 1:
                del base[i]
                waiting += [part for part in (shared, number // shared, other // shared) if part > 1] if number != other else [number]
                break
        else:
            if number not in base:
                base.append(number)
    return sorted(base)


def _power(argument: Fraction, factor: int) -> int:
    power = 0
    for whole, step in ((argument.numerator, 1), (argument.denominator, -1)):
        while whole % factor == 0:
            whole, power = whole // factor, power + step
    return power
