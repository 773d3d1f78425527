"""[ashurst2022]: an effect that a predictor introduces.

Derived: the example follows the source's graph; the paper could not be seen, so neither figure nor number is compared with it.
"""

from __future__ import annotations

from fractions import Fraction

from causalkit.examples import introduced_effect
from causalkit.quantities.effects import average_effect

CHANGE = {"A": (0, 1)}


def test_total_effects_on_feature_and_label() -> None:
    m = introduced_effect()
    assert average_effect(m, "X", CHANGE) == Fraction(1, 2)
    assert average_effect(m, "Y", CHANGE) == Fraction(1, 2)


def test_introduced_total_effect() -> None:
    """The total effect on the prediction minus the one on the label."""
    m = introduced_effect()
    assert average_effect(m, "prediction", CHANGE) == Fraction(5, 6)
    assert average_effect(m, "prediction", CHANGE) - average_effect(m, "Y", CHANGE) == Fraction(1, 3)


def test_the_prediction_is_the_best_one_derived() -> None:
    m = introduced_effect()
    for x in (0, 1):
        assert m.given(X=x).expect("prediction") == m.given(X=x).expect("Y")
