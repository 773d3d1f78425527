"""[freedman2007], chapter 2: admissions to the six largest departments at Berkeley, after [bickel1975]; mediation on top of it.

Published: the counts and rates of the table. The mediation is derived.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from causalkit.examples import berkeley
from causalkit.quantities.effects import average_effect, controlled_direct_effect, natural_direct_effect, natural_indirect_effect
from causalkit.values.exact import as_fraction

TABLE_2 = {
    "A": (825, 62, 108, 82),
    "B": (560, 63, 25, 68),
    "C": (325, 37, 593, 34),
    "D": (417, 33, 375, 35),
    "E": (191, 28, 393, 24),
    "F": (373, 6, 341, 7),
}
"""Applicants and percent admitted: men, women."""

CHANGE = {"sex": ("man", "woman")}


@pytest.mark.parametrize("department", TABLE_2)
def test_table_2(department: str) -> None:
    m = berkeley()
    men, men_in, women, women_in = TABLE_2[department]
    for sex, applicants, percent in (("man", men, men_in), ("woman", women, women_in)):
        assert m.prob(sex=sex, department=department) == Fraction(applicants, 4526)
        assert round(100 * as_fraction(m.given(sex=sex, department=department).prob(admitted=True))) == percent


def test_admitted_over_all_derived() -> None:
    m = berkeley()
    assert m.given(sex="man").prob(admitted=True) == Fraction(1198, 2691)
    assert m.given(sex="woman").prob(admitted=True) == Fraction(557, 1835)


def test_weighted_average_admission_rates() -> None:
    """Departments weighted by the number of their applicants: men 39 %, women 43 %."""
    m = berkeley()
    weighted = {
        sex: sum(m.prob(department=d) * m.given(sex=sex, department=d).prob(admitted=True) for d in TABLE_2) for sex in ("man", "woman")
    }
    assert (round(100 * weighted["man"]), round(100 * weighted["woman"])) == (39, 43)


def test_mediation_derived() -> None:
    """By the mediation formula from the published counts: being a woman is an advantage inside departments, and not over all."""
    m = berkeley()

    def rate(sex: str, department: str) -> Fraction:
        return as_fraction(m.given(sex=sex, department=department).prob(admitted=True))

    def applies(sex: str, department: str) -> Fraction:
        return as_fraction(m.given(sex=sex).prob(department=department))

    direct = sum(applies("man", d) * (rate("woman", d) - rate("man", d)) for d in TABLE_2)
    indirect = sum(rate("man", d) * (applies("woman", d) - applies("man", d)) for d in TABLE_2)
    assert natural_direct_effect(m, "admitted", CHANGE, mediators="department") == direct
    assert natural_indirect_effect(m, "admitted", CHANGE, mediators="department") == indirect
    total = average_effect(m, "admitted", CHANGE)
    assert total == Fraction(557, 1835) - Fraction(1198, 2691)
    assert (round(float(total), 4), round(float(direct), 4), round(float(indirect), 4)) == (-0.1416, 0.071, -0.1427)


def test_in_four_of_six_departments_women_are_admitted_more_often() -> None:
    m = berkeley()
    better = [d for d in TABLE_2 if controlled_direct_effect(m, "admitted", CHANGE, at={"department": d}) > 0]
    assert better == ["A", "B", "D", "F"]
