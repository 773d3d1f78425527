"""Slopes of scores, against derivatives worked out by hand and against the score as a formula of a symbol."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Model, choice, coin, uniform
from causalkit.errors import Impossible, UnknownName, UnknownValue, WrongShape
from causalkit.symbols import derivative, substitute
from causalkit.values.exact import as_fraction
from stop_button.evaluation.sensitivity_analysis import Sensitivity, leaning, sensitivity
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import Formula
from stop_button.testing import policies, worlds
from tests.reached import came_to, reaches


def moving(of: Sensitivity, noise: str, out_of: Any, into: Any) -> Fraction:
    return as_fraction(of.moving(noise, out_of=out_of, into=into))


# ---------------------------------------------------------------- by hand


def test_a_score_that_is_a_probability_moves_as_fast_as_it() -> None:
    world = sb.worlds.scale(committed=12, waiting=9)
    # switch of wait: P(s) * 1 + P(f) * 9, with P(s) = 1/2 + t/2 as the wish leans towards a stop.
    assert sensitivity(world, sb.switch, "wait").slope("wish", sb.STOP) == Fraction(1, 2) - Fraction(9, 2)


def test_a_rare_condition_makes_the_score_touchy() -> None:
    """Chaos: of the situations in which nobody wishes a stop, the two are equally rare, and a thousandth decides what is graded."""
    world = sb.worlds.public_unsafe_act.variant("c")
    conditional = sensitivity(world, sb.conditional_counterfactual, "public_comply", of="situation")
    plain = sensitivity(world, sb.counterfactual, "public_comply", of="situation")
    # E[V | F] = (10 (p - t) - 20 (p + t)) / (2 p) with p = 1/200, and V_f = 10 - 30 P(black hole).
    assert moving(conditional, "situation", "oblivious", "black_hole") == -30 * 100
    assert moving(plain, "situation", "oblivious", "black_hole") == -30


@pytest.mark.parametrize("chance", ["1/10", "1/1000", "1/1000000"])
def test_a_condition_that_is_chosen_grades_a_rare_world_whatever_its_probability(chance: str) -> None:
    world = sb.worlds.jackpot_steering(chance=chance)
    assert not sensitivity(world, sb.conditional_counterfactual, "steer", of="lucky")
    assert moving(sensitivity(world, sb.counterfactual, "steer", of="lucky"), "lucky", False, True) == 100
    # Left alone, the condition says nothing about the jackpot, and its probability counts twice.
    assert moving(sensitivity(world, sb.conditional_counterfactual, "quiet", of="lucky"), "lucky", False, True) == 200


# ---------------------------------------------------------------- by way of symbols


UTILITIES = [sb.naive, sb.switch, sb.counterfactual, sb.cond, sb.conditional_counterfactual, sb.ref]
T = sympy.Symbol("t", positive=True)


@reaches("a slope")
@given(worlds(max_causes=1, max_decisions=1, possible=True), st.data())
@settings(max_examples=6)
def test_a_slope_is_the_derivative_of_the_score_as_a_formula(world: sb.World, data: st.DataObject) -> None:
    policy, utility = data.draw(policies(world)), data.draw(st.sampled_from(UTILITIES))
    for one in sensitivity(world, utility, policy).slopes:
        came_to("a slope")
        score = leaning(world, utility, policy, noise=one.noise, value=one.value, weight=T)
        assert substitute(derivative(score, T), {T: 0}) == one.slope
        assert substitute(score, {T: "1/3"}) == leaning(world, utility, policy, noise=one.noise, value=one.value, weight="1/3")


@reaches("a slope")
@given(worlds(possible=True), st.data())
@settings(max_examples=40)
def test_the_slopes_of_a_noise_average_to_zero(world: sb.World, data: st.DataObject) -> None:
    found = sensitivity(world, data.draw(st.sampled_from(UTILITIES)), data.draw(policies(world)))
    for noise in {one.noise for one in found.slopes}:
        came_to("a slope")
        assert sum(one.probability * one.slope for one in found.slopes if one.noise == noise) == 0


@reaches("a slope")
@given(worlds(possible=True), st.data())
@settings(max_examples=40)
def test_a_score_without_conditions_moves_along_a_line(world: sb.World, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    found = sensitivity(world, sb.counterfactual, policy)
    for one in found.slopes:
        came_to("a slope")
        weight = data.draw(st.fractions(0, 1, max_denominator=9))
        leaned = leaning(world, sb.counterfactual, policy, noise=one.noise, value=one.value, weight=weight)
        assert leaned == found.score + weight * one.slope


def test_leaning_all_the_way_is_being_sure() -> None:
    world = sb.worlds.public_unsafe_act()
    for utility in (sb.naive, sb.counterfactual):
        sure = leaning(world, utility, "public_comply", noise="situation", value="normal", weight=1)
        assert sure == utility(sb.worlds.public_unsafe_act(black_hole=0), "public_comply")


def test_leaning_towards_what_never_happens_is_refused() -> None:
    with pytest.raises(UnknownValue) as caught:
        leaning(sb.worlds.scale(), sb.naive, "wait", noise="wish", value="weather", weight=0)
    assert str(caught.value) == "'wish' has no weight on 'weather'; its values are: 'stop', 'free'"


# ---------------------------------------------------------------- combinations


def two_coins() -> sb.World:
    model = Model(
        wish=uniform(sb.STOP, sb.FREE),
        luck=coin("1/3"),
        action=choice("this"),
        stopped=lambda wish: wish == sb.STOP,
        value=lambda luck: 3 * luck,
    )
    return sb.World(model, intent="wish", stopped="stopped", value="value", baseline="this")


STOPPED, WORTH = sb.E(sb.B), sb.E(sb.V)  # 1/2 and 1, which lean by 1/2 towards a stop and by 2 towards luck


@pytest.mark.parametrize(
    ("formula", "stop", "luck"),
    [
        (3 * STOPPED + 2 * WORTH + 7, "3/2", "4"),
        (STOPPED * WORTH, "1/2", "1"),
        (WORTH / STOPPED, "-2", "4"),
        (sb.least(STOPPED, WORTH), "1/2", "0"),
        (sb.most(STOPPED, WORTH), "0", "2"),
        (sb.least(STOPPED, 1 - STOPPED), "-1/2", "0"),  # equal, and the other one is about to be smaller
        (sb.most(STOPPED, 1 - STOPPED), "1/2", "0"),
        (sb.E(sb.most(sb.B, sb.V)), "1/3", "5/3"),  # inside a mean: 1/3 * 3 + 2/3 * 1/2
    ],
)
def test_sums_products_quotients_and_extremes(formula: Formula, stop: str, luck: str) -> None:
    found = sensitivity(two_coins(), Utility("mixed", formula), "this")
    assert found.slope("wish", sb.STOP) == Fraction(stop)
    assert found.slope("luck", True) == Fraction(luck)


def test_a_kink_is_read_from_the_right() -> None:
    found = sensitivity(two_coins(), Utility("smaller", sb.least(STOPPED, 1 - STOPPED)), "this", of="wish")
    assert [one.slope for one in found.slopes] == [Fraction(-1, 2), Fraction(-1, 2)]


def test_symbols_of_the_world_stay() -> None:
    p, loss = sympy.symbols("p loss", positive=True)
    world = sb.worlds.public_unsafe_act(black_hole=p, loss=loss)
    found = sensitivity(world, sb.counterfactual, "public_comply", of="situation")
    assert sympy.simplify(found.slope("situation", "black_hole") + (1 - p) * (10 + loss)) == 0
    assert str(found).splitlines()[0].endswith("and moves with the probabilities of situation")


# ---------------------------------------------------------------- the record


def test_it_is_truthy_when_the_score_moves() -> None:
    world = two_coins()
    assert sensitivity(world, sb.naive, "this")
    assert not sensitivity(world, sb.naive, "this", of="wish")
    assert sensitivity(world, sb.naive, "this").steepest.slope == 2


def test_it_prints_as_text_and_html() -> None:
    found = sensitivity(two_coins(), sb.naive, "this")
    assert str(found).splitlines() == [
        "naive of this is 1, and moves fastest as luck leans towards True: by 2 per unit of probability",
        "noise  leans towards  probability  slope",
        "wish            stop          0.5      0",
        "wish            free          0.5      0",
        "luck           False          2/3     -1",
        "luck            True          1/3      2",
    ]
    assert repr(found) == str(found)
    assert found._repr_html_().count("<tr>") == 5
    still = sensitivity(two_coins(), sb.naive, "this", of="wish")
    assert still.sentence == "naive of this is 1, and does not move with the probabilities of wish"


def test_several_may_be_named_and_what_is_sure_is_left_out() -> None:
    assert {one.noise for one in sensitivity(two_coins(), sb.naive, "this", of=["luck"]).slopes} == {"luck"}
    sure = sb.worlds.basic_button(tremble=0)
    assert {one.noise for one in sensitivity(sure, sb.naive, "none").slopes} == {"first"}
    assert [one.slope for one in sensitivity(sure, sb.naive, "none", of="slip").slopes] == [0]


def test_what_is_no_noise_is_refused() -> None:
    with pytest.raises(WrongShape) as caught:
        sensitivity(two_coins(), sb.naive, "this", of="stopped")
    assert str(caught.value) == "'stopped' is no noise, it depends on wish; the sources of noise are: wish, luck"
    with pytest.raises(WrongShape) as caught:
        sensitivity(two_coins(), sb.naive, "this", of="action")
    assert str(caught.value) == "'action' is no noise, it depends on an open choice; the sources of noise are: wish, luck"
    with pytest.raises(UnknownName):
        sensitivity(two_coins(), sb.naive, "this", of="weather")


def test_slopes_that_were_not_taken_are_refused() -> None:
    found = sensitivity(two_coins(), sb.naive, "this", of="luck")
    with pytest.raises(UnknownName) as caught:
        found.slope("wish", sb.STOP)
    assert str(caught.value) == "no slope was taken for 'wish', only for: luck"
    with pytest.raises(UnknownValue) as other:
        found.slope("luck", "good")
    assert str(other.value) == "'luck' has no weight on 'good'; its values are: False, True"


def test_an_undefined_score_has_no_slope() -> None:
    with pytest.raises(Impossible):
        sensitivity(sb.worlds.office(), sb.cond, "reassure")


def test_each_noise_has_slopes_of_its_own_though_values_are_alike() -> None:
    """Derived: with u true one is paid 1 and with v true 2, so leaning from false to true is worth 1 and 2."""
    model = Model(u=coin("1/2"), v=coin("1/4"), act=choice("a", "b"), value=lambda u, v, act: u + 2 * v, stopped=lambda act: act == "b")
    world = sb.World(model, stopped="stopped", value="value", baseline="a")
    found = sensitivity(world, sb.Utility("value", sb.E(sb.V)), "a")
    assert {each.noise for each in found.slopes} == {"u", "v"}
    assert all(found.slope(each.noise, each.value) == each.slope for each in found.slopes)
    assert [moving(found, noise, False, True) for noise in ("u", "v")] == [1, 2]
