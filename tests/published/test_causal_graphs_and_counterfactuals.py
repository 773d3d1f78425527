"""[armstrong2016]: two mechanisms with the same conditional table, and different counterfactuals.

The two mechanisms are the post's; the post could not be compared number by number, so the numbers count as derived.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

import causalkit as ck
from causalkit.errors import NeedsCoupling
from causalkit.mechanisms.mechanism import Coupling
from causalkit.values.exact import as_fraction

A = ck.coin("1/2")

copy_or_negate = ck.Model(
    A=A,
    how=ck.Dist({"copy": "3/4", "negate": "1/4"}),
    B=lambda A, how: A if how == "copy" else not A,
)
copy_or_constant = ck.Model(
    A=A,
    how=ck.Dist({"copy": "1/2", "always": "1/4", "never": "1/4"}),
    B=lambda A, how: {"copy": A, "always": True, "never": False}[how],
)
TABLE = {True: {True: "3/4", False: "1/4"}, False: {True: "1/4", False: "3/4"}}


def had_it_been(model: ck.Model) -> Fraction:
    """P(B_{A=1} = 1 | A = 0, B = 0)."""
    return as_fraction(model.given(A=False, B=False).do(A=True).prob(B=True))


def test_both_mechanisms_have_the_same_table() -> None:
    for model in (copy_or_negate, copy_or_constant):
        for a in (True, False):
            assert model.given(A=a).dist("B") == model.do(A=a).dist("B") == ck.Dist(TABLE[a])


def test_the_counterfactuals_are_1_and_two_thirds() -> None:
    assert had_it_been(copy_or_negate) == 1
    assert had_it_been(copy_or_constant) == Fraction(2, 3)


def test_the_table_alone_is_refused_with_both_couplings_named() -> None:
    model = ck.Model(A=A, B=ck.cpt(["A"], TABLE))
    assert model.given(A=False).prob(B=True) == Fraction(1, 4)
    assert model.do(A=True).prob(B=True) == Fraction(3, 4)
    with pytest.raises(NeedsCoupling) as caught:
        had_it_been(model)
    text = str(caught.value)
    assert "'B' is a conditional table" in text
    assert "coupling='monotone'" in text
    assert "coupling='independent'" in text


@pytest.mark.parametrize(("coupling", "answer"), [("monotone", Fraction(2, 3)), ("independent", Fraction(3, 4))])
def test_a_stated_coupling_answers(coupling: Coupling, answer: Fraction) -> None:
    """The monotone coupling is the second mechanism of the source; the independent one is neither."""
    assert had_it_been(ck.Model(A=A, B=ck.cpt(["A"], TABLE, coupling=coupling, domain=[False, True]))) == answer
