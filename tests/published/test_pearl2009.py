"""[pearl2009]: the firing squad, the front door, Simpson's reversal, and the examples of chapter 9, number by number.

Published, by section and table, where a test does not say derived; written down from the book and not looked up again.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from causalkit.examples import fair_bet, firing_squad, radiation, simpson, smoking
from causalkit.quantities.bounding import causation_bounds
from causalkit.quantities.causation import (
    probability_of_necessity,
    probability_of_necessity_and_sufficiency,
    probability_of_sufficiency,
    studies,
)
from causalkit.quantities.effects import average_effect


def measures(model, on, of):
    """PN, PS, PNS."""
    each = (probability_of_necessity, probability_of_sufficiency, probability_of_necessity_and_sufficiency)
    return tuple(measure(model, on, of) for measure in each)


# ---- section 7.1.2, the firing squad


def test_section_7_1_2_s1_prediction() -> None:
    assert firing_squad().given(a=False).prob(dead=False) == 1


def test_section_7_1_2_s2_abduction() -> None:
    assert firing_squad().given(dead=False).prob(captain=False) == 1


def test_section_7_1_2_s3_transduction() -> None:
    assert firing_squad().given(a=True).prob(b=True) == 1


def test_section_7_1_2_s4_action() -> None:
    assert firing_squad().given(captain=False).do(a=True).prob(dead=True, b=False) == 1


def test_section_7_1_2_s5_counterfactual() -> None:
    assert firing_squad().given(dead=True).do(a=False).prob(dead=True) == 1


def test_section_7_1_2_with_probabilities() -> None:
    """P(not D had A not shot | D) = q (1 - p) / (1 - (1 - q) (1 - p)), where p is the order's probability and q that of nervousness."""
    p, q = sympy.symbols("p q", positive=True)
    answer = firing_squad(order=p, nervous=q).given(dead=True).do(a=False).prob(dead=False)
    assert sympy.simplify(answer - q * (1 - p) / (1 - (1 - q) * (1 - p))) == 0


def test_section_7_1_2_posterior_of_the_background() -> None:
    """P(u, w | D) is the prior divided by 1 - (1 - p) (1 - q) where somebody shoots, and 0 elsewhere."""
    found = firing_squad(order="1/2", nervous="1/4").given(dead=True).dist("order", "nervous")
    assert found[False, False] == 0
    assert found[False, True] == Fraction(1, 8) / (1 - Fraction(1, 2) * Fraction(3, 4))


# ---- section 3.3.2, smoking and the genotype theory


def test_table_3_1() -> None:
    """Shares of the population, and of those with cancer among them, by smoking and tar."""
    table = {
        (False, False): (".475", ".10"),
        (True, False): (".025", ".90"),
        (False, True): (".025", ".05"),
        (True, True): (".475", ".85"),
    }
    m = smoking()
    for (smokes, tar), (share, cancer) in table.items():
        assert m.prob(smokes=smokes, tar=tar) == Fraction(share)
        assert m.given(smokes=smokes, tar=tar).prob(cancer=True) == Fraction(cancer)


def test_section_3_3_2_front_door() -> None:
    """P(Y = 1 | do(X = 1)) = .4525 and P(Y = 1 | do(X = 0)) = .4975, by the model and by the formula from what is observed."""
    m = smoking()
    for smokes, published in ((True, ".4525"), (False, ".4975")):
        assert m.do(smokes=smokes).prob(cancer=True) == Fraction(published)
        by_formula = sum(
            m.given(smokes=smokes).prob(tar=tar)
            * sum(m.prob(smokes=other) * m.given(smokes=other, tar=tar).prob(cancer=True) for other in (False, True))
            for tar in (False, True)
        )
        assert by_formula == Fraction(published)


# ---- section 6.1, Simpson's reversal


def test_section_6_1_recovery_rates() -> None:
    m = simpson()
    rates = {True: ("50 %", Fraction(1, 2)), False: ("40 %", Fraction(2, 5))}
    for drug, (_, rate) in rates.items():
        assert m.given(drug=drug).prob(recovered=True) == rate
    by_gender = {("man", True): ".6", ("man", False): ".7", ("woman", True): ".2", ("woman", False): ".3"}
    for (gender, drug), rate_ in by_gender.items():
        assert m.given(gender=gender, drug=drug).prob(recovered=True) == Fraction(rate_)


def test_section_6_1_the_drug_lowers_recovery_derived() -> None:
    m = simpson()
    assert m.do(drug=True).prob(recovered=True) == Fraction(2, 5)
    assert m.do(drug=False).prob(recovered=True) == Fraction(1, 2)
    assert average_effect(m, "recovered", {"drug": (False, True)}) == Fraction(-1, 10)


# ---- section 9.3, probabilities of causation


def test_section_9_3_1_betting_against_a_fair_coin() -> None:
    m = fair_bet()
    assert measures(m, "win", {"heads": (False, True)}) == (1, 1, Fraction(1, 2))
    for value in (False, True):
        assert m.given(heads=value).prob(win=True) == m.do(heads=value).prob(win=True) == m.prob(win=True) == Fraction(1, 2)


def test_section_9_3_1_bounds_without_the_mechanism() -> None:
    found = causation_bounds(*studies(fair_bet(), "win", {"heads": (False, True)}))
    assert (found.both.lower, found.both.upper) == (0, Fraction(1, 2))


def test_section_9_3_2_the_firing_squad() -> None:
    m, change = firing_squad(), {"a": (False, True)}
    assert m.do(a=True).prob(dead=True) == 1
    assert m.do(a=False).prob(dead=True) == Fraction(1, 2)
    assert measures(m, "dead", change) == (0, 1, Fraction(1, 2))
    by_data = causation_bounds(*studies(m, "dead", change), monotone=True)
    assert by_data.necessity is not None
    assert by_data.sufficiency is not None
    assert (by_data.necessity.lower, by_data.sufficiency.lower, by_data.both.lower) == (0, 1, Fraction(1, 2))


def test_section_9_3_3_radiation_and_leukemia() -> None:
    """The formulas are as printed; the source rounds to PNS .0001625, PN .37535 (.37544 in its text) and PS .0001625, and its counts give
    .00016271, .37510 and .00016275. We keep the counts."""
    high, low = Fraction(30, 30 + 69130), Fraction(16, 16 + 59010)
    pn, ps, pns = measures(radiation(), {"dies": True}, {"high": (False, True)})
    assert pns == high - low
    assert pn == (high - low) / high
    assert ps == (high - low) / (1 - low)
    assert float(pns) == pytest.approx(0.0001625, rel=0.002)
    assert float(pn) == pytest.approx(0.37535, rel=0.002)
    assert float(ps) == pytest.approx(0.0001625, rel=0.002)
    assert (round(float(pns), 8), round(float(pn), 5), round(float(ps), 8)) == (0.00016271, 0.3751, 0.00016275)


TABLE_9_2_OBSERVED = {(True, True): "2/2000", (True, False): "998/2000", (False, True): "28/2000", (False, False): "972/2000"}
TABLE_9_2_EXPERIMENTAL = {True: "16/1000", False: "14/1000"}


def test_section_9_3_4_legal_responsibility() -> None:
    """The plaintiff is right: PN is 1, where the excess risk ratio of the experiment is .125."""
    found = causation_bounds(TABLE_9_2_OBSERVED, TABLE_9_2_EXPERIMENTAL).necessity
    assert found is not None
    assert found.lower == found.upper == 1
    assert (Fraction(16, 1000) - Fraction(14, 1000)) / Fraction(16, 1000) == Fraction("0.125")
