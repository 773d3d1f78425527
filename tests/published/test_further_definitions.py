"""Numbers of sources whose definitions are formulas without policies inside: mixtures, fixed weights, harm, edited copies, lengths."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible
from stop_button import FREE, STOP, E, H, Role, V, definitions
from stop_button.evaluation.evaluation import Evaluation

PRESSING = {"pressing": Role("pressed", {True: STOP, False: FREE})}
SILENT = {"best": (Fraction(1, 2), 10), "cheap": (Fraction(3, 4), 9), "dear": (Fraction(3, 4), 7), "quiet": (Fraction(1, 4), 8),
          "ceiling": (Fraction(0), 12)}  # fmt: skip


def mixed(chances: dict[str, tuple[Fraction, int]]) -> sb.World:
    """Acts with a chance of the press and a value of silence each."""
    acts = list(chances)
    model = ck.Model(
        act=ck.choice(*acts),
        pressed=ck.cpt(["act"], {act: {True: chance, False: 1 - chance} for act, (chance, _) in chances.items()}, coupling="independent"),
        wish=lambda pressed: STOP if pressed else FREE,
        stopped=lambda pressed: pressed,
        value=lambda act, stopped: 0 if stopped else chances[act][1],
    )
    return sb.World(model, intent="wish", stopped="stopped", value="value", levers=PRESSING, baseline=acts[0])


def test_derived_the_largest_silent_value_as_the_ceiling() -> None:
    """soares2015, equation 10: with c = 12 the cheap press beats the best act, and the ceiling is worth 12."""
    world = mixed(SILENT)
    assert {act: definitions.largest_silent(world, act) for act in SILENT} == {
        "best": 11, "cheap": Fraction(45, 4), "dear": Fraction(43, 4), "quiet": 9, "ceiling": 12,
    }  # fmt: skip


@pytest.mark.parametrize(("ceiling", "best", "other", "act"), [(3, "13/2", "27/4", "quiet"), (5, "15/2", "29/4", "quiet"),
                                                              (14, "12", "49/4", "dear"), (12, "11", "43/4", "dear")])  # fmt: skip
def test_derived_the_mixture_prevents_and_causes_the_press(ceiling: int, best: str, other: str, act: str) -> None:
    world, utility = mixed(SILENT), definitions.mixture.vary(ceiling=ceiling)
    assert (utility(world, "best"), utility(world, act)) == (Fraction(best), Fraction(other))


def test_published_the_harm_of_two_treatments() -> None:
    """richens2022: both treatments save 4/5; the first does no harm, the second harms 1/10."""
    model = ck.Model(
        dies=ck.coin("1/2"),
        cured_by_one=ck.coin("3/5"),
        cured_by_two=ck.coin("4/5"),
        killed_by_two=ck.coin("1/5"),
        act=ck.choice("none", "first", "second"),
        lives=lambda dies, cured_by_one, cured_by_two, killed_by_two, act: int(
            {"none": not dies, "first": not dies or cured_by_one, "second": (not dies or cured_by_two) and not killed_by_two}[act]
        ),
    )
    world = sb.World(model, value="lives", baseline="none")
    assert [sb.naive(world, act) for act in ("first", "second")] == [Fraction(4, 5), Fraction(18, 25)]
    harms = [sb.naive(world, act) - definitions.harm_averse(world, act) for act in ("none", "first", "second")]
    assert harms == [0, 0, Fraction(1, 10)]


def test_derived_fixed_mixing_and_fixed_weights() -> None:
    """arbital2016 and carey2018: the weights are numbers, and each side is conditioned in the one and set in the other."""
    world = mixed(SILENT)
    assert definitions.fixed_mixing(world, "best") == Fraction(3, 4) * 10 + Fraction(1, 4)
    with pytest.raises(Impossible):
        definitions.fixed_mixing(world, "ceiling")
    assert definitions.fixed_weights(world, "ceiling") == 6


def test_derived_indifference_by_weights_and_by_the_default() -> None:
    """armstrong2017 and armstrong2017b."""
    world = mixed(SILENT)
    assert definitions.double_indifference(world, "quiet") == Fraction(1, 2) + 4
    assert definitions.bias_penalty(world, "cheap") == Fraction(9, 4) - Fraction(1, 4)
    assert definitions.bias_penalty(world, "quiet") == 6 - Fraction(1, 4)
    assert definitions.stratified_indifference(world, "best") == Fraction(1, 2) + 5


def test_derived_planning_in_an_edited_copy() -> None:
    """holtman2021 and orseau2016: the press never comes, or nothing is interrupted."""
    world = mixed(SILENT)
    assert [definitions.unpressed_plan(world, act) for act in SILENT] == [10, 9, 7, 8, 12]
    assert [definitions.without_interruptions(world, act) for act in SILENT] == [10, 9, 7, 8, 12]


def test_derived_a_delicate_variable_is_held_at_the_default() -> None:
    """farquhar2022: what the value owes to the wish does not count, so persuasion earns nothing."""
    world = sb.worlds.basic_button()
    assert definitions.path_specific(world, "none") == sb.naive(world, "none")
    by_hand = sb.Utility("by hand", E(V.had(intent=H.under("none"))))
    assert definitions.path_specific(world, "manip_f") == by_hand(world, "manip_f") < sb.naive(world, "manip_f")


def lengths(short: Any) -> sb.World:
    model = ck.Model(
        luck=ck.coin(short),
        act=ck.choice("leave", "block"),
        length=lambda luck, act: 1 if luck == (act == "leave") else 2,
        value=lambda length, act: {("leave", 1): 1, ("leave", 2): 3, ("block", 1): 0, ("block", 2): 2}[act, length],
    )
    return sb.World(model, value="value", baseline="leave")


def test_derived_leave_and_block() -> None:
    """thornley2024: leaving is <1> with chance .9 and <1, 2> with .1, blocking <0> with .1 and <0, 2> with .9; though 1.2 < 1.8."""
    world = lengths("9/10")
    assert [sb.naive(world, act) for act in ("leave", "block")] == [Fraction(6, 5), Fraction(9, 5)]
    assert [definitions.neutrality_plus(world, act) for act in ("leave", "block")] == [2, 1]
    assert definitions.usefulness(world, "leave") == Fraction(9, 10) + Fraction(1, 10)
    assert definitions.usefulness(world, "block") == Fraction(9, 10) * Fraction(2, 3)


def test_every_further_definition_is_scored_for_all_policies_as_one_by_one() -> None:
    world = mixed(SILENT)
    names = ["mixture", "largest_silent", "fixed_weights", "double_indifference", "bias_penalty", "stratified_indifference"]
    assert names
    for name in names:
        utility = definitions.NAMED[name]
        assert Evaluation(world).scores(utility.formula) == tuple(utility(world, policy) for policy in world.policies)


def test_published_the_robot_of_a_comment() -> None:
    """steiner2023: u = 1 - (1 - C)(1 - T) - .1 T - .2 C is 0, .9, .8 and .7."""
    c, t = sb.X("coffee"), sb.X("tea")
    robot = sb.Utility("robot", E(1 - (1 - c) * (1 - t) - Fraction(1, 10) * t - Fraction(1, 5) * c))
    world = sb.World(ck.Model(coffee=ck.choice(0, 1), tea=ck.choice(0, 1)), baseline={"coffee": 0, "tea": 0})
    worth = [robot(world, {"coffee": a, "tea": b}) for a, b in ((0, 0), (0, 1), (1, 0), (1, 1))]
    assert worth == [0, Fraction(9, 10), Fraction(4, 5), Fraction(7, 10)]
