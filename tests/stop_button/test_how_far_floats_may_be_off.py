"""How far a score in floats may be from the true one, by hand, for every kind of formula; and what floats make of each kind."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from stop_button import B, E, V
from stop_button.evaluation.error_bounds import BELIEF, ROUNDING, TINY, around, as_float, believed, reach, reach_at_most, sum_slip
from stop_button.evaluation.vectorised import NEAR, floats
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Constant, Formula, Least, Most, Product, Quotient, Sum
from stop_button.language.information import Shannon
from stop_button.language.references import Agreed, LargestDefined, SmallestDefined
from stop_button.language.tests import Both, Comparison, Either

ONE, OTHER = E(V), E(B)
KINDS: dict[str, Callable[[Formula, Formula], Formula]] = {
    "sum": lambda a, b: Sum((a, b)),
    "product": lambda a, b: Product((a, b)),
    "least": lambda a, b: Least((a, b)),
    "most": lambda a, b: Most((a, b)),
    "quotient": Quotient,
}
BY_HAND: dict[str, tuple[float, float]] = {
    "sum": (5, 0.75),
    "product": (6, 2 * 0.25 + 3 * 0.5 + 0.5 * 0.25),
    "least": (2, 0.5),
    "most": (3, 0.5),
    "quotient": (2 / 3, (0.5 + 2 / 3 * 0.25) / 2.75),
}
"""Of 2 give or take a half, and 3 give or take a quarter: the value, and how far it may be off."""


def read(one: tuple[float, float], other: tuple[float, float]) -> Callable[[Any], Any]:
    return lambda mean: tuple(np.array([part]) for part in (one if mean == ONE else other))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signs", [(1, 1), (-1, -1), (1, -1), (-1, 1)])
def test_what_parts_may_be_off_by_adds_up(kind: str, signs: tuple[int, int]) -> None:
    one, other = (2.0 * signs[0], 0.5), (3.0 * signs[1], 0.25)
    middle, wide = around(KINDS[kind](ONE, OTHER), read(one, other))
    exact = {"sum": one[0] + other[0], "product": one[0] * other[0], "least": min(one[0], other[0]), "most": max(one[0], other[0])}
    assert middle[0] == exact.get(kind, one[0] / other[0])
    assert wide[0] == pytest.approx(BY_HAND[kind][1], rel=1e-9)
    assert reach(KINDS[kind](ONE, OTHER), read(one, other))[0] == pytest.approx(BY_HAND[kind][1] + BELIEF * abs(middle[0]), rel=1e-9)


@pytest.mark.parametrize("kind", ["least", "most", "sum"])
def test_the_part_that_is_further_off_counts_wherever_it_stands(kind: str) -> None:
    for one, other in (((2.0, 0.5), (3.0, 0.25)), ((3.0, 0.25), (2.0, 0.5))):
        middle, wide = around(KINDS[kind](ONE, OTHER), read(one, other))
        assert (middle[0], wide[0]) == (BY_HAND[kind][0], pytest.approx(BY_HAND[kind][1]))
        assert reach_at_most(KINDS[kind](ONE, OTHER), {ONE: one, OTHER: other}.__getitem__) == pytest.approx(
            {"sum": 0.75 + 10 * BELIEF}.get(kind, 0.5 + BELIEF * 2 + BELIEF * 3), rel=1e-3
        )


@pytest.mark.parametrize("kind", KINDS)
def test_each_operation_may_round(kind: str) -> None:
    """Parts that are exact, and a result that is believed as far as one rounding."""
    middle, wide = around(KINDS[kind](ONE, OTHER), read((3.0, 0.0), (2.0, 0.0)))
    assert wide[0] == ROUNDING * middle[0]
    _, wide = around(Sum((ONE, OTHER)), read((1.0, 1.0), (-1.0, 1.0)))
    assert wide[0] == 2 * (1 + ROUNDING)
    _, wide = around(Sum((ONE, OTHER)), read((0.0, 0.0), (0.0, 0.0)))
    assert wide[0] == TINY


@pytest.mark.parametrize(("bottom", "off"), [(3.0, 3.0), (3.0, 4.0), (-3.0, 3.0), (0.0, 0.5), (0.0, 0.0)])
def test_nothing_is_certain_where_what_divides_may_be_zero(bottom: float, off: float) -> None:
    assert reach(ONE / OTHER, read((2.0, 0.5), (bottom, off)))[0] == math.inf
    assert reach_at_most(ONE / OTHER, lambda _: (2.0, 0.0)) == math.inf
    assert reach_at_most(2 + ONE / OTHER, lambda _: (2.0, 0.0)) == math.inf


@pytest.mark.parametrize(("middle", "off"), [(math.inf, 0.0), (math.nan, 0.0), (1.0, math.inf), (1.0, math.nan), (-math.inf, 0.0)])
def test_what_is_not_finite_has_no_reach(middle: float, off: float) -> None:
    found = reach(ONE, lambda _: (np.array([1.0, middle]), np.array([0.5, off])))
    assert (found[0], found[1]) == (0.5 + BELIEF, math.inf)


def test_the_largest_sizes_and_slips_bound_every_policy() -> None:
    sizes = {ONE: (2.0, 0.5), OTHER: (3.0, 0.25)}
    a, b = 0.5 + 2 * BELIEF, 0.25 + 3 * BELIEF
    expected = {"sum": a + b + 5 * BELIEF, "product": 2 * b + 3 * a + a * b + 6 * BELIEF, "least": a + 3 * BELIEF, "most": a + 3 * BELIEF}
    for kind, most in expected.items():
        assert reach_at_most(KINDS[kind](ONE, OTHER), sizes.__getitem__) == pytest.approx(most, rel=1e-11)
    assert reach_at_most(ONE, sizes.__getitem__) == pytest.approx(a + 2 * BELIEF, rel=1e-11)
    for value in (7, -7):
        assert reach_at_most(Constant(Fraction(value)), sizes.__getitem__) == pytest.approx(14 * BELIEF, rel=1e-11)
        assert reach(Constant(Fraction(value)), read((0, 0), (0, 0))) == pytest.approx(14 * BELIEF, rel=1e-11)


@pytest.mark.parametrize("size", [1e200, math.inf])
def test_sizes_beyond_all_floats_say_nothing(size: float) -> None:
    assert reach_at_most(ONE * OTHER, lambda _: (size, 0.0)) == math.inf
    by_nothing = reach_at_most(ONE * OTHER, lambda mean: (size, 0.0) if mean == ONE else (0.0, 0.0))
    assert reach_at_most(ONE, lambda _: (0.0, 1.0)) == 1 + ROUNDING
    assert by_nothing < 1e-100 if size < math.inf else by_nothing == math.inf
    assert reach_at_most(Constant(Fraction(10**400)) * ONE, lambda _: (0.0, 0.0)) == math.inf


def test_a_number_read_from_floats_is_believed_so_far() -> None:
    assert (BELIEF, ROUNDING, TINY) == (2**-18, 2**-45, 2**-1000)
    middle, wide = believed(np.array([4.0, -4.0, 0.0]), 0.5)
    assert middle.tolist() == [4, -4, 0]
    assert wide.tolist() == [4 * BELIEF + 0.5, 4 * BELIEF + 0.5, 0.5]
    assert believed(np.array([0.0]))[1].tolist() == [TINY]


def test_rounding_of_a_sum_grows_with_its_length_and_its_sizes() -> None:
    assert sum_slip(np.array([1.0, -2.0])) == ROUNDING * 10 * 3
    assert sum_slip(np.array([[1.0, -2.0], [0.5, 0.5]])) == ROUNDING * 12 * 4
    assert sum_slip(np.zeros(3)) == 3 * TINY
    assert sum_slip(np.array([])) == 0


@pytest.mark.parametrize(
    ("value", "near"), [(Fraction(1, 4), 0.25), (10**400, math.inf), (-(10**400), -math.inf), (Fraction(1, 10**400), 0)]
)
def test_numbers_as_floats(value: Any, near: float) -> None:
    assert as_float(value) == near


# ---------------------------------------------------------------- what floats make of a formula


def row(*numbers: float) -> Any:
    return np.array(numbers, dtype=float)


def same(found: Any, *expected: float) -> bool:
    return np.array_equal(np.broadcast_to(found, (len(expected),)), row(*expected), equal_nan=True)


VALUES = {ONE: row(1, -2, 6), OTHER: row(2, 4, -3)}
CUT = {ONE: row(1, math.inf, math.nan, math.inf, -math.inf), OTHER: row(2, 2, 2, math.nan, 3)}


def test_each_kind_of_formula_in_arrays() -> None:
    read = VALUES.__getitem__
    assert same(floats(Sum((ONE, OTHER, OTHER)), read), 5, 6, 0)
    assert same(floats(Product((ONE, OTHER)), read), 2, -8, -18)
    assert same(floats(Least((OTHER, ONE)), read), 1, -2, -3)
    assert same(floats(Most((OTHER, ONE)), read), 2, 4, 6)
    assert same(floats(Quotient(ONE, OTHER), read), 0.5, -0.5, -2)
    assert same(floats(Constant(Fraction(1, 4)), read), 0.25, 0.25, 0.25)


def test_of_parts_that_are_defined_in_arrays() -> None:
    assert same(floats(SmallestDefined((ONE, OTHER)), CUT.__getitem__), 1, 2, 2, math.nan, 3)
    assert same(floats(LargestDefined((ONE, OTHER)), CUT.__getitem__), 2, 2, 2, math.nan, 3)
    assert same(floats(LargestDefined((OTHER, ONE)), VALUES.__getitem__), 2, 4, 6)
    assert same(floats(SmallestDefined((OTHER, ONE)), VALUES.__getitem__), 1, -2, -3)


def test_what_several_agree_on_in_arrays() -> None:
    near = {ONE: row(1, 1, 1, 100), OTHER: row(1 + NEAR / 2, 1 + 10 * NEAR, 2, 100 + 50 * NEAR)}
    assert same(floats(Agreed((ONE, OTHER)), near.__getitem__), 1, math.nan, math.nan, 100)
    assert same(floats(Agreed((ONE, ONE, OTHER)), near.__getitem__), 1, math.nan, math.nan, 100)
    assert same(floats(Agreed(()), near.__getitem__), math.nan)


def test_an_entropy_in_arrays() -> None:
    shares = {ONE: row(0.5, 0.25, 0, 1), OTHER: row(0.5, 0.75, 1, 0)}
    expected = [1, 0.5 + 0.75 * math.log2(4 / 3), 0, 0]
    assert np.allclose(floats(Shannon((ONE, OTHER)), shares.__getitem__), expected, rtol=1e-12, atol=0)


GAPS = (-1.0, -2 * NEAR, -NEAR / 2, 0.0, NEAR / 2, 2 * NEAR, 1.0)
HOLDS: dict[str, list[bool]] = {
    ">=": [gap >= -NEAR for gap in GAPS],
    ">": [gap > NEAR for gap in GAPS],
    "<=": [gap <= NEAR for gap in GAPS],
    "<": [gap < -NEAR for gap in GAPS],
    "==": [abs(gap) <= NEAR for gap in GAPS],
}


@pytest.mark.parametrize("relation", HOLDS)
def test_what_is_compared_in_arrays_holds_as_far_as_floats_can_tell(relation: Any) -> None:
    read = {ONE: row(*GAPS), OTHER: row(*[0.0] * len(GAPS))}.__getitem__
    found = floats(SubjectTo(Constant(Fraction(7)), (Comparison(ONE, relation, OTHER),)), read)
    assert same(found, *(7 if holds else math.nan for holds in HOLDS[relation]))


def test_tests_that_hold_together_and_one_way_or_another_in_arrays() -> None:
    read = {ONE: row(0, 0, 1, 1), OTHER: row(0, 1, 0, 1)}.__getitem__
    one, other = (Comparison(mean, ">", Constant(Fraction(0))) for mean in (ONE, OTHER))
    n = math.nan
    for test, expected in (
        (Both((one, other)), (n, n, n, 3)), (Either((one, other)), (n, 3, 3, 3)), (Both(()), (3, 3, 3, 3)), (Either(()), (n, n, n, n)),
    ):  # fmt: skip
        assert same(floats(SubjectTo(Constant(Fraction(3)), (test,)), read), *expected)
    assert same(floats(SubjectTo(Constant(Fraction(3)), (one, other)), read), n, n, n, 3)
    assert same(floats(SubjectTo(Constant(Fraction(3)), (other, one)), read), n, n, n, 3)
