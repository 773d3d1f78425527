"""[balke1994]: the party. The story is the source's, the numbers are ours, and so every number here is derived."""

from __future__ import annotations

from fractions import Fraction

from causalkit import as_in
from causalkit.examples import party
from causalkit.quantities.causation import probability_of_sufficiency


def test_had_bob_come_derived() -> None:
    """Bob is not there, so Ann probably is not: P(no Ann | no Bob) = .9, and then Carl is there with .9; else with .1."""
    m = party()
    assert m.given(bob=False).prob(ann=False) == Fraction(9, 10)
    assert m.given(bob=False).do(bob=True).prob(scuffle=True) == Fraction(9, 10) * Fraction(9, 10) + Fraction(1, 10) * Fraction(1, 10)


def test_seeing_bob_is_another_question_derived() -> None:
    m = party()
    assert m.given(bob=True).prob(scuffle=True) == Fraction(9, 100) * 2
    assert m.do(bob=True).prob(scuffle=True) == Fraction(1, 2)


def test_sufficiency_derived() -> None:
    assert probability_of_sufficiency(party(), "scuffle", {"bob": (False, True)}) == Fraction(41, 50)


def test_had_only_bob_heard_of_ann_derived() -> None:
    b = party().branches(gone={"ann": False}, rumour={"ann": True, "carl": as_in("gone")})
    assert b.prob(lambda b: b.rumour.scuffle) == Fraction(81, 100)
