"""Logarithms of fractions: enclosed, compared, and decided exactly; capacities of channels against grids and formulas."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit import Dist, uniform
from causalkit.errors import InvalidNumber, Undecided, WrongShape
from causalkit.values.channels import capacity
from causalkit.values.exact import exact, is_zero, less, tidy
from causalkit.values.logarithms import between, entropy_between, entropy_of, log2_between, logarithms, sign_of_logarithms
from tests.tries import tries

POSITIVE = st.fractions(min_value=Fraction(1, 60), max_value=60, max_denominator=60)
WEIGHTS = st.sampled_from([Fraction(n, d) for n in (-3, -1, 1, 2) for d in (1, 2, 3)])
TERMS = st.lists(st.tuples(WEIGHTS, POSITIVE), min_size=1, max_size=4)


def product_of_powers(terms: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The product of the arguments to the power of their weights, itself to the power of the weights' common denominator."""
    scale = math.lcm(*(weight.denominator for weight, _ in terms))
    return math.prod((argument ** int(weight * scale) for weight, argument in terms), start=Fraction(1))


# ---------------------------------------------------------------- enclosures


@given(POSITIVE, st.integers(1, 80))
def test_a_logarithm_lies_between_its_bounds(argument: Fraction, bits: int) -> None:
    """2**low <= argument <= 2**high, in whole numbers: bounds have denominators 2**k, and both sides are raised to that power."""
    low, high = log2_between(argument, min(bits, 9))
    for bound, side in ((low, 1), (high, -1)):
        power = bound.denominator
        assert (argument**power - Fraction(2) ** int(bound * power)) * side >= 0
    assert high - low <= Fraction(2, 1 << min(bits, 9))
    fine = log2_between(argument, bits)
    assert low <= fine[1]
    assert fine[0] <= high


@given(st.integers(-40, 40))
def test_the_logarithm_of_a_power_of_two_is_exact(power: int) -> None:
    assert log2_between(Fraction(2) ** power) == (power, power)


@given(TERMS)
def test_a_sum_of_logarithms_is_what_mpmath_says(terms: list[tuple[Fraction, Fraction]]) -> None:
    import mpmath  # type: ignore[import-untyped]

    low, high = entropy_between(terms, bits=100)
    with mpmath.workdps(60):
        slow = sum(mpmath.mpf(w.numerator) / w.denominator * mpmath.log(mpmath.mpf(a.numerator) / a.denominator, 2) for w, a in terms)
        assert mpmath.mpf(low.numerator) / low.denominator - mpmath.mpf(10) ** -50 <= slow
        assert slow <= mpmath.mpf(high.numerator) / high.denominator + mpmath.mpf(10) ** -50
    found = between(logarithms(terms))
    assert found.low <= high
    assert low <= found.high


def test_bounds_are_printed_outwards() -> None:
    third = between(entropy_of([Fraction(1, 3)] * 3))
    assert str(third) == "between 1.584962500721 and 1.584962500722"
    assert str(between(exact("1/2"))) == "exactly 1/2"
    assert str(between(logarithms([(Fraction(-1), Fraction(3))]))) == "between -1.584962500722 and -1.584962500721"


# ---------------------------------------------------------------- decided


@settings(max_examples=tries(40))
@given(TERMS)
def test_signs_are_those_of_products_of_powers(terms: list[tuple[Fraction, Fraction]]) -> None:
    """A sum of logarithms is positive just when the product of powers is above 1: decided by whole numbers alone."""
    product = product_of_powers(terms)
    found = logarithms(terms)
    assert less(exact(0), found) == (product > 1)
    assert less(found, exact(0)) == (product < 1)
    assert is_zero(found) == (product == 1)


@settings(max_examples=tries(12))
@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.permutations(range(5)))
def test_equal_sums_of_logarithms_look_the_same(parts: list[int], order: list[int]) -> None:
    shares = [Fraction(part, sum(parts)) for part in parts]
    again = [shares[i] for i in order if i < len(shares)]
    assert tidy(entropy_of(shares)) == tidy(entropy_of(again))
    doubled = [share / 2 for share in shares for _ in range(2)]
    assert tidy(entropy_of(doubled) - entropy_of(shares)) == 1


def test_logarithms_that_differ_by_little_are_told_apart() -> None:
    large = 10**40
    close = logarithms([(Fraction(1), Fraction(large + 1, large))])
    assert less(exact(0), close)
    prime = sympy.nextprime(5000)
    assert sign_of_logarithms(sympy.log(prime**2) - 2 * sympy.log(prime)) == 0  # factors too large to be taken out


def test_products_of_logarithms_are_zero_only_if_that_is_proved() -> None:
    three = logarithms([(Fraction(1), Fraction(3))])
    assert sign_of_logarithms(three * three - 2) == 1
    assert is_zero(three * three - three**2)
    with pytest.raises(Undecided, match="substitute its symbols"):
        between(sympy.Symbol("p") * three)
    with pytest.raises(InvalidNumber, match="no logarithm"):
        logarithms([(Fraction(1), Fraction(0))])


@settings(max_examples=tries(20))
@given(st.lists(st.integers(0, 5), min_size=1, max_size=5).filter(any))
def test_entropy_is_between_nothing_and_the_logarithm_of_the_number(parts: list[int]) -> None:
    shares = [Fraction(part, sum(parts)) for part in parts]
    found = entropy_of(shares)
    assert not less(found, exact(0))
    assert not less(logarithms([(Fraction(1), Fraction(len(parts)))]), found)
    assert is_zero(found) == (max(shares) == 1)


# ---------------------------------------------------------------- channels


def float_information(inputs: Sequence[float], laws: Sequence[Dist]) -> float:
    outputs = {output for law in laws for output in law}
    total = 0.0
    for output in outputs:
        q = sum(r * float(law[output]) for r, law in zip(inputs, laws, strict=True))
        for r, law in zip(inputs, laws, strict=True):
            p = float(law[output])
            total += r * p * math.log2(p / q) if r * p > 0 else 0
    return total


@pytest.mark.parametrize("n", [1, 2, 3, 4, 8])
def test_a_channel_without_noise_has_the_logarithm_of_its_outputs(n: int) -> None:
    found = capacity([Dist({i % n: 1}) for i in range(n + 2)])
    assert found.bits == tidy(logarithms([(Fraction(1), Fraction(n))]))


@pytest.mark.parametrize("flip", ["1/10", "1/4", "1/2", "0"])
def test_a_symmetric_channel_has_one_less_the_entropy_of_its_noise(flip: str) -> None:
    p = Fraction(flip)
    found = capacity([Dist({0: 1 - p, 1: p}), Dist({0: p, 1: 1 - p})])
    assert found.bits is not None
    assert is_zero(found.bits - (1 - entropy_of([p, 1 - p])))


@pytest.mark.parametrize("lost", ["1/3", "1/2", "9/10"])
def test_an_erasure_channel_has_what_is_not_erased(lost: str) -> None:
    e = Fraction(lost)
    assert capacity([Dist({0: 1 - e, "lost": e}), Dist({1: 1 - e, "lost": e})]).bits == 1 - e


def test_the_z_channel_has_its_known_capacity() -> None:
    """Derived: log2(5/4) for a slip of a half, with inputs 3/5 and 2/5."""
    found = capacity([Dist({0: 1}), Dist({0: "1/2", 1: "1/2"})])
    assert found.bits == logarithms([(Fraction(1), Fraction(5, 4))])
    assert found.inputs == Dist({0: "3/5", 1: "2/5"})


@st.composite
def channels(draw: st.DrawFn, inputs: int = 2) -> list[Dist]:
    parts = st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(any)
    rows = [draw(parts) for _ in range(inputs)]
    return [Dist({y: Fraction(part, sum(row)) for y, part in enumerate(row)}) for row in rows]


def check_capacity(laws: list[Dist], grid: Sequence[Sequence[float]]) -> None:
    found = capacity(laws)
    best = max(float_information(inputs, laws) for inputs in grid)
    assert best <= float(found.within.high) + 1e-9  # no law of the grid attains more
    mine = float_information([float(found.inputs[i]) for i in range(len(laws))], laws)
    assert float(found.within.low) <= mine + 1e-9  # the law that is given attains the lower end
    assert found.within.high - found.within.low < Fraction(1, 100)


@settings(max_examples=tries(12))
@given(channels(2))
def test_capacities_of_two_inputs_against_a_grid(laws: list[Dist]) -> None:
    check_capacity(laws, [(i / 40, 1 - i / 40) for i in range(41)])


@settings(max_examples=8)
@given(channels(3))
def test_capacities_of_three_inputs_against_a_grid(laws: list[Dist]) -> None:
    check_capacity(laws, [(i / 8, j / 8, 1 - (i + j) / 8) for i in range(9) for j in range(9 - i)])


@settings(max_examples=6)
@given(channels(2), st.permutations(range(2)))
def test_relabelling_and_repeating_inputs_changes_no_capacity(laws: list[Dist], order: list[int]) -> None:
    one, other = capacity(laws), capacity([laws[i] for i in order] + laws)
    assert one.within.low <= other.within.high
    assert other.within.low <= one.within.high


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda: capacity([]), WrongShape),
        (lambda: capacity([Dist({0: sympy.Symbol("p"), 1: 1 - sympy.Symbol("p")})]), InvalidNumber),
    ],
)
def test_misuse_is_refused(ask: Callable[[], Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask()


def test_dist_entropy_in_floats_agrees() -> None:
    law = uniform(*range(12))
    found = between(entropy_of([Fraction(1, 12)] * 12))
    assert float(found.low) <= law.entropy() + 1e-9
    assert law.entropy() <= float(found.high) + 1e-9
