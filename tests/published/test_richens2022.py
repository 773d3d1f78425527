"""[richens2022]: two treatments that cure equally many, and do not harm equally many.

Published: the rates of cure and of death of the opening example. What follows from them is derived.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from causalkit.examples import two_treatments
from causalkit.quantities.causation import benefit, harm
from causalkit.quantities.effects import average_effect

PUBLISHED = {"first": Fraction(0), "second": Fraction(1, 10)}


@pytest.mark.parametrize("treatment", PUBLISHED)
def test_four_in_five_live(treatment: str) -> None:
    m = two_treatments()
    assert m.do(treatment="none").prob(lives=True) == Fraction(1, 2)
    assert m.do(treatment=treatment).prob(lives=True) == Fraction(4, 5)


@pytest.mark.parametrize("treatment", PUBLISHED)
def test_expected_harm(treatment: str) -> None:
    assert harm(two_treatments(), "lives", {"treatment": ("none", treatment)}) == PUBLISHED[treatment]


def test_harm_of_the_second_to_those_it_kills_derived() -> None:
    """Half of those whom it killed would have lived."""
    instance = two_treatments().choose(treatment="second").given(lives=False)
    assert harm(instance, "lives", {"treatment": ("none", "second")}) == Fraction(1, 2)
    assert harm(two_treatments().choose(treatment="first").given(lives=False), "lives", {"treatment": ("none", "first")}) == 0


def test_benefits_derived() -> None:
    m = two_treatments()
    for treatment, share in (("first", Fraction(3, 10)), ("second", Fraction(2, 5))):
        change = {"treatment": ("none", treatment)}
        assert benefit(m, "lives", change) == share
        assert benefit(m, "lives", change) - harm(m, "lives", change) == average_effect(m, "lives", change) == Fraction(3, 10)
