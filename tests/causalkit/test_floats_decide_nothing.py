"""Where answers are floats, none of them decides that something is impossible, and none stands for what floats cannot hold."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import causalkit as ck
from causalkit.errors import Impossible, InvalidNumber

TINY = Fraction(1, 10**100)


def rare(count: int) -> ck.Model:
    """Signs that are each all but impossible, and twice as likely when it rains."""
    rows = {True: ck.coin(2 * TINY), False: ck.coin(TINY)}
    return ck.Model(rain=ck.coin("1/3"), **{f"sign{i}": ck.cpt(["rain"], rows) for i in range(count)})


@pytest.mark.parametrize("count", [2, 3, 4, 12])
def test_observed_values_less_likely_than_any_float_are_not_called_impossible(count: int) -> None:
    signs = {f"sign{i}": True for i in range(count)}
    asked = rare(count).given(signs)
    compiled = asked.compile("rain")
    exact = asked.dist("rain")
    for ask in (lambda: compiled(*signs.values()), lambda: compiled.batch([list(signs.values())])[0]):
        if count == 2:
            assert ask()[compiled.values.index(True)] == pytest.approx(float(exact[True]))
        else:
            with pytest.raises(InvalidNumber, match=r"are possible, and less likely than floats can hold; ask exactly, with \.given"):
                ask()


def test_observed_values_that_cannot_be_are_called_impossible() -> None:
    model = ck.Model(rain=ck.coin("1/3"), wet=lambda rain: rain, sign=ck.cpt(["rain"], {True: ck.coin(TINY), False: ck.coin(0)}))
    compiled = model.given(sign=True, rain=True).compile("wet")
    with pytest.raises(Impossible, match="have probability 0"):
        compiled(True, False)
    with pytest.raises(Impossible, match="have probability 0"):
        compiled.batch([(True, True), (True, False)])
    assert compiled(True, True).max() == 1


def test_a_rule_under_which_the_evidence_is_rarer_than_any_float() -> None:
    from causalkit.engine.rule_expectation import DecisionAxes, RuleExpectation

    exact = RuleExpectation(
        (DecisionAxes("act", ((),), (0, 1)),),
        np.array([[Fraction(0), Fraction(1, 10**400)]], dtype=object),
        np.array([[Fraction(0), Fraction(3, 10**400)]], dtype=object),
    )
    form = RuleExpectation(exact.axes, exact.numerator.astype(float), exact.denominator.astype(float), True, lambda: exact)
    assert form.batch(act=np.array([[[0.0, 1.0]], [[0.5, 0.5]]])).tolist() == [1 / 3, 1 / 3]
    with pytest.raises(Impossible, match="under rule 1"):
        form.batch(act=np.array([[[0.5, 0.5]], [[1.0, 0.0]]]))
    assert form(act=1) == Fraction(1, 3)


def test_arrays_of_a_form_cannot_be_written() -> None:
    form = ck.Model(rain=ck.coin("1/4"), hat=ck.choice(0, 1, sees=["rain"]), wet=lambda rain, hat: int(rain and not hat)).by_rule("wet")
    for tensor in (form.numerator, form.denominator, form.exact().numerator, form.exact().denominator):
        with pytest.raises(ValueError, match="read-only"):
            tensor[...] = 5
    assert form(hat=0) == Fraction(1, 4)
