"""[charig1986], as [julious1994] report it: kidney stones.

Published: the counts. What a test calls derived follows from them.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from causalkit.examples import kidney_stones
from causalkit.quantities.effects import average_effect
from causalkit.values.exact import as_fraction

PUBLISHED = {
    ("small", "surgery"): (81, 87, "93"),
    ("small", "puncture"): (234, 270, "87"),
    ("large", "surgery"): (192, 263, "73"),
    ("large", "puncture"): (55, 80, "69"),
}


@pytest.mark.parametrize(("stone", "treatment"), PUBLISHED)
def test_success_by_size_of_stone(stone: str, treatment: str) -> None:
    m = kidney_stones()
    successes, patients, percent = PUBLISHED[stone, treatment]
    assert m.prob(stone=stone, treatment=treatment) == Fraction(patients, 700)
    rate = m.given(stone=stone, treatment=treatment).prob(success=True)
    assert rate == Fraction(successes, patients)
    assert round(100 * as_fraction(rate)) == int(percent)


def test_success_over_all() -> None:
    m = kidney_stones()
    for treatment, successes, percent in (("surgery", 273, 78), ("puncture", 289, 83)):
        rate = m.given(treatment=treatment).prob(success=True)
        assert rate == Fraction(successes, 350)
        assert round(100 * as_fraction(rate)) == percent


def test_surgery_is_better_when_it_is_done_derived() -> None:
    """By adjustment for the size of the stone, from the published counts."""
    m = kidney_stones()
    small, large = Fraction(357, 700), Fraction(343, 700)
    assert m.do(treatment="surgery").prob(success=True) == small * Fraction(81, 87) + large * Fraction(192, 263)
    assert m.do(treatment="puncture").prob(success=True) == small * Fraction(234, 270) + large * Fraction(55, 80)
    effect = average_effect(m, "success", {"treatment": ("puncture", "surgery")})
    assert round(float(effect), 4) == 0.0537
