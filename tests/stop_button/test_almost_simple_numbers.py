"""A board says where floats that were computed may have broken a tie, and nothing where numbers are what they seem."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.values.exact import almost_simple
from stop_button import E, V

NAIVE = sb.Utility("naive", E(V))


def board(**variables: Any) -> str:
    return str(sb.score(sb.World(ck.Model(variables), value="value"), NAIVE))


def test_a_tie_that_floats_break_is_remarked() -> None:
    paid = {"once": 0.3, "thrice": 0.1 + 0.1 + 0.1}
    said = board(act=ck.choice(*paid), value=lambda act: paid[act])
    assert "0.30000000000000004 of value is read as it prints, and is not 3/10: for exact ties give Fraction('3/10')" in said
    exactly = {"once": Fraction("0.3"), "thrice": 3 * Fraction("0.1")}
    tied = board(act=ck.choice(*exactly), value=lambda act: exactly[act])
    assert (said.count(" *"), tied.count(" *")) == (1, 2)
    assert "is read as it prints" not in tied


def test_a_chance_that_is_almost_a_third_is_remarked_and_counted() -> None:
    third = ck.coin(1 / 3)
    rows = {False: ck.coin("1/3"), True: ck.coin(2 / 3)}
    said = board(act=ck.choice(0, 1), u=third, v=ck.cpt(["u"], rows), value=lambda act, u, v: act * u * v)
    assert "0.6666666666666667 of the chances of u is read as it prints, and is not 2/3 (and 3 more like it)" in said
    assert "is read as it prints" not in board(act=ck.choice(0, 1), u=ck.coin("1/3"), value=lambda act, u: act * u)


@pytest.mark.parametrize(
    "chance", [Fraction(1, 10**15), Fraction(1, 10**16), Fraction(1, 10**17), Fraction(1, 3) + Fraction(1, 3 * 10**20)]
)
def test_a_small_chance_and_a_fraction_of_many_digits_are_meant(chance: Fraction) -> None:
    """What is left beside a small chance is no one, and what no float prints was not read from a float."""
    assert "is read as it prints" not in board(act=ck.choice(0, 1), u=ck.coin(chance), value=lambda act, u: act * u)


def test_a_chance_is_shown_as_it_is() -> None:
    said = board(act=ck.choice(0, 1), u=ck.coin(0.1 + 0.2), value=lambda act, u: act * u)
    assert "; 0.30000000000000004 of the chances of u is read as it prints, and is not 3/10: for exact ties give Fraction('3/10')" in said


def test_symbols_and_values_that_are_no_numbers_are_left_alone() -> None:
    p = sympy.Symbol("p", positive=True)
    said = board(act=ck.choice("a", "b"), u=ck.Dist({"x": p, "y": 1 - p}), value=lambda act, u: int(u == "x") + (act == "a"))
    assert "is read as it prints" not in said


@given(st.integers(-1000, 1000), st.integers(1, 1000), st.integers(0, 6))
def test_what_was_meant_is_found_after_a_few_roundings(above: int, below: int, times: int) -> None:
    """Sums of a few shares of a number are that number up to rounding, and are it or almost it."""
    number = sum([above / below / (times + 1)] * (times + 1))
    found = almost_simple(number)
    assert found in (None, Fraction(above, below))
    if Fraction(repr(number)) != Fraction(above, below) and Fraction(repr(number)).denominator >= 10**12:
        assert found == Fraction(above, below)


@given(st.decimals(-1000, 1000, allow_nan=False, places=9))
def test_decimals_of_nine_places_are_what_they_seem(number: Any) -> None:
    assert almost_simple(Fraction(number)) is None
    assert almost_simple(float(number)) is None


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 2**0.5, 1e300, 0.0, Fraction(10**12, 10**12 + 39)])
def test_other_numbers_are_left_alone(number: Any) -> None:
    assert almost_simple(number) is None
