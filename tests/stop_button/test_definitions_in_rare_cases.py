"""Definitions with their defaults, with a button that fails half of the time, and in worlds with lengths, by hand; and what they refuse."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

import stop_button as sb
from causalkit import Dist, Model, choice, coin, function, uniform
from causalkit.errors import Impossible, TooLarge, WrongShape
from stop_button import FREE, STOP, B, E, V, World, X, definitions
from stop_button.definitions import goal_directedness
from stop_button.definitions.goal_directedness import _enclosed, _Situation
from stop_button.definitions.stop_button_post import control
from stop_button.grounding.resolving import owned
from tests.stop_button.nudged_world import nudge
from tests.stop_button.pressed_world import WORLD

F = Fraction


def jamming() -> World:
    """People press in a quarter of draws, unless they are hindered; the button jams in a half. Running is worth 4, or hindered 2."""
    model = Model(
        draw=coin("1/4"), jam=coin("1/2"), act=choice("leave", "hinder"),
        press=function(lambda draw, act: STOP if draw and act == "leave" else FREE, parents=["draw", "act"], domain=[STOP, FREE]),
        stopped=lambda press, jam: press == STOP and not jam, value=lambda stopped, act: 0 if stopped else 4 if act == "leave" else 2,
    )  # fmt: skip
    return World(
        model, intent="press", stopped="stopped", value="value", levers={"pressing": "press"}, baseline="leave", name="jamming"
    )  # fmt: skip


JAMMING = jamming()

BY_HAND: dict[str, tuple[Any, Any, Any]] = {
    # definition, under leave, under hinder; a press stops in a half, and running costs nothing else
    "fixed weights": (definitions.fixed_weights, F(1, 2) * -5 + F(1, 2) * 4, F(1, 2) * -5 + 1),
    "fixed weights of another penalty": (definitions.fixed_weights.vary(weight="1/4", penalty=8), F(1, 4) * -4 + 3, F(1, 4) * -4 + F(3, 2)),
    "double indifference": (definitions.double_indifference, F(1, 2) * F(1, 2) + 2, F(1, 4) + 1),
    "bias penalty": (definitions.bias_penalty, F(7, 2), 2 - F(1, 4)),
    "harm averse": (definitions.harm_averse, F(7, 2), 2 - F(7, 8) * 2),
    "fixed mixing": (definitions.fixed_mixing, F(3, 4) * 4 + F(1, 4) * F(1, 2), None),
    "mixture": (definitions.mixture.vary(ceiling=8), 3 + 8 * F(1, 8), 2),
    "utility indifference": (definitions.utility_indifference, 4, 2),
    "causal indifference": (definitions.causal_indifference.vary(weight=2), 4 + 1, 2 + 1),
    "switch": (definitions.switch, F(1, 8) + 3, 2),
    "counterfactual": (definitions.counterfactual, F(1, 2) + 4, F(1, 2) + 2),
    "both conditions": (definitions.conditional_counterfactual, 2 * F(1, 2) + 8, None),
    "the smaller control": (definitions.ccmin, F(1, 2) + 4, None),
    "by a reference": (definitions.ref, 2 * (F(1, 2) + 4), 2 * (F(1, 2) + 2)),
    "by another reference": (definitions.ref.vary(policy="hinder"), None, None),
    "factual cells": (definitions.cond, F(1, 2) + 4, None),
    "instructed": (definitions.instructed, F(1, 2) + 4, F(1, 2) + 2),
    "instructed in each condition": (definitions.instructed_conditional, 2 * (F(1, 2) + 4), None),
    "veto": (definitions.veto_bargaining, 0, None),
    "veto by another default": (definitions.veto_bargaining.vary(default="hinder"), 2, 0),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_definition_by_hand_where_the_button_may_jam(name: str) -> None:
    utility, leave, hinder = BY_HAND[name]
    for policy, expected in (("leave", leave), ("hinder", hinder)):
        if expected is None:
            with pytest.raises(Impossible):
                utility(JAMMING, policy)
        else:
            assert utility(JAMMING, policy) == expected, policy


@pytest.mark.parametrize(
    ("utility", "own", "leave", "hinder"),
    [
        (definitions.adaptive_weights, "leave", F(1, 4) * -5 + 3, F(1, 4) * -5 + F(3, 2)),
        (definitions.adaptive_weights, "hinder", 4, 2),
        (definitions.lower_bounded_weights, "leave", F(1, 4) * -5 + 3, F(1, 4) * -5 + F(3, 2)),
        (definitions.lower_bounded_weights, "hinder", F(1, 10) * -5 + F(9, 10) * 4, F(1, 10) * -5 + F(9, 10) * 2),
        (definitions.lower_bounded_weights.vary(floor="1/2", penalty=2), "leave", F(1, 2) * -1 + 2, F(1, 2) * -1 + 1),
        (definitions.stable_causal, "leave", F(1, 8) + 3, F(1, 8) + F(3, 2)),
    ],
)  # fmt: skip
def test_weights_of_ones_own_where_the_button_may_jam(utility: Any, own: str, leave: Any, hinder: Any) -> None:
    fixed = sb.Utility("fixed", owned(utility.formula, JAMMING.policy(own)))
    assert (fixed(JAMMING, "leave"), fixed(JAMMING, "hinder")) == (leave, hinder)


def test_control_in_a_condition_counts_a_stop_by_its_weight() -> None:
    assert sb.Utility("control", control({"intent": FREE}, weight=6))(JAMMING, "leave") == 6 * F(1, 2) + 4
    assert sb.Utility("goal", control({"intent": FREE}, goal="jam"))(JAMMING, "leave") == F(1, 2) + 4


# ---------------------------------------------------------------- lengths


def lasting() -> World:
    """A short life is worth 2 and a long one 3; trying draws between them, and pays double for a long one, and idling halves both."""
    worth = {"short": {1: 2, 2: 0}, "long": {1: 0, 2: 3}, "try": {1: 2, 2: 6}, "idle": {1: 1, 2: 2}}
    model = Model(
        coin=coin("1/4"), act=choice(*worth),
        length=function(lambda coin, act: {"short": 1, "long": 2}.get(act, 1 + coin), parents=["coin", "act"], domain=[1, 2]),
        value=lambda act, length: worth[act][length],
    )  # fmt: skip
    return World(model, value="value", baseline="idle", name="lasting")


def test_lengths_are_weighed_by_fixed_numbers_or_by_shares_of_the_best() -> None:
    world = lasting()
    assert definitions.neutrality_plus(world, "try") == F(1, 2) * 2 + F(1, 2) * 6
    assert definitions.neutrality_plus.vary(weights=("1/3", 2))(world, "idle") == F(1, 3) * 1 + 2 * 2
    assert definitions.neutrality_plus.vary(lengths=(2,), weights=(3,))(world, "long") == 9
    with pytest.raises(Impossible):
        definitions.neutrality_plus(world, "short")
    assert {act: definitions.usefulness(world, act) for act in ("short", "long", "try", "idle")} == {
        "short": 1, "long": F(3, 6), "try": F(3, 4) + F(1, 4), "idle": F(3, 4) * F(1, 2) + F(1, 4) * F(2, 6)
    }  # fmt: skip
    assert definitions.usefulness.vary(lengths=(2,))(world, "long") == F(3, 6)
    for lengths, weights in (((1, 2), ("1/2",)), ((), ()), ((1,), (1, 2))):
        with pytest.raises(WrongShape, match=f"{len(lengths)} lengths and {len(weights)} weights do not pair up"):
            definitions.neutrality_plus.vary(lengths=lengths, weights=weights)
    with pytest.raises(WrongShape, match="trajectories have one or more lengths"):
        definitions.usefulness.vary(lengths=())


def test_of_two_policies_one_dominates_length_by_length() -> None:
    world = lasting()
    assert [str(f) for f in definitions.by_length([1, 2])] == ["E[V | length=1]", "E[V | length=2]"]
    assert definitions.timestep_dominates(world, "try", "idle", [1, 2])
    assert not definitions.timestep_dominates(world, "idle", "try", [1, 2])
    assert not definitions.timestep_dominates(world, "try", "try", [1, 2])
    assert not definitions.timestep_dominates(world, "long", "short", [1, 2])
    with pytest.raises(WrongShape, match="trajectories have one or more lengths"):
        definitions.by_length([])


# ---------------------------------------------------------------- step by step


@pytest.mark.parametrize("delay", [0, 1, 2])
@pytest.mark.parametrize("name", ["per_step_b", "per_step_c"])
def test_a_stop_is_read_at_the_first_step_that_is_late_enough(name: str, delay: int) -> None:
    whole = getattr(definitions, name).vary(horizon=1 + delay, delay=delay)
    assert str(whole.formula).count("stopped") == 1
    with pytest.raises(WrongShape) as told:
        getattr(definitions, name).vary(horizon=delay, delay=delay)
    if delay:
        assert str(told.value) == (
            f"with delay={delay} and lag=0 the first stop is read at step {1 + delay}, and the horizon is {delay}; type "
            f"horizon={1 + delay} or more"
        )
    else:
        assert str(told.value).startswith("steps are counted from 1, and horizon=0, delay=0, lag=0")


def test_steps_delays_and_lags_are_counted() -> None:
    assert str(definitions.per_step_c_lag.vary(horizon=4, delay=1, lag=2).formula).count("stopped") == 1
    with pytest.raises(WrongShape, match="with delay=1 and lag=2 the first stop is read at step 4, and the horizon is 3"):
        definitions.per_step_c_lag.vary(horizon=3, delay=1, lag=2)
    for wrong in ({"delay": -1}, {"lag": -1}, {"horizon": 0}):
        with pytest.raises(WrongShape, match="steps are counted from 1"):
            definitions.per_step_c_lag.vary(**wrong)
    with pytest.raises(WrongShape, match="steps are counted from 1"):
        definitions.per_step_a.vary(horizon=0)
    assert str(definitions.per_step_a.vary(horizon=1).formula).count("E[") == 2


# ---------------------------------------------------------------- goal-directedness


def paying(*worth: Any, seen: bool = False) -> World:
    """An agent that takes one of some options, each with its worth, perhaps turned round by a coin that it sees."""
    model = Model(
        u=coin("1/4"), act=choice(*range(len(worth)), sees=["u"] if seen else []),
        value=lambda u, act: (F(worth[-1 - act]) if seen and u else F(worth[act])),
    )  # fmt: skip
    return World(model, value="value", name="paying")


def test_a_policy_in_proportion_to_powers_is_predicted_by_them() -> None:
    """Taking the better of two with 3/4 is what strength 3 does; that is 1 - H(1/4) bits better than chance."""
    even = goal_directedness(paying(0, 1), Dist({0: "1/2", 1: "1/2"}))
    assert (even.bits, even.strength, even.unit) == (0, 1, 1)
    three = goal_directedness(paying(0, 5), Dist({0: "1/4", 1: "3/4"}))
    entropy = -(0.25 * math.log2(0.25) + 0.75 * math.log2(0.75))
    assert (three.strength, three.unit) == (3, 5)
    assert float(three.bits) == pytest.approx(1 - entropy)  # type: ignore[arg-type]
    assert float(three.within.low) == pytest.approx(1 - entropy)
    assert three.within.low <= three.within.high
    other = goal_directedness(paying(0, 5), Dist({0: "3/4", 1: "1/4"}))
    assert (other.strength, other.unit, other.bits) == (F(1, 3), 5, three.bits)
    best = goal_directedness(paying(0, 1, 1, 0), Dist({1: "1/2", 2: "1/2"}))
    assert (best.bits, best.strength) == (1, None)
    worst = goal_directedness(paying(0, 1, 1, 1), 0)
    assert (worst.bits, worst.strength) == (2, None)
    mixed = goal_directedness(paying(0, 1, 2), Dist({0: "1/7", 1: "2/7", 2: "4/7"}))
    assert mixed.strength == 2
    nothing = goal_directedness(paying(3, 3), 0)
    assert (nothing.bits, nothing.strength, nothing.unit) == (0, 1, 1)


def test_what_is_seen_counts_as_often_as_it_is_seen() -> None:
    """At tails (3/4) the second is better, at heads the first; best at tails alone, and even at heads."""
    world = paying(0, 1, seen=True)
    assert goal_directedness(world, {False: 1, True: 0}).bits == 1
    found = goal_directedness(world, {False: 1, True: Dist({0: "1/2", 1: "1/2"})})
    assert found.strength == 7, "it takes the better with 3/4 + 1/8 in all"
    expected = 1 + 0.75 * math.log2(7 / 8) + 0.25 * (0.5 * math.log2(7 / 8) + 0.5 * math.log2(1 / 8))
    assert float(found.bits) == pytest.approx(expected)  # type: ignore[arg-type]


def test_a_strength_that_is_no_simple_fraction_is_enclosed() -> None:
    found = goal_directedness(paying(0, 1, 3), Dist({0: "1/5", 1: "1/5", 2: "3/5"}))
    assert found.bits is None
    assert found.strength is not None
    z = float(found.strength)
    total = 1 + z + z**3
    assert float(F(4, 5) + F(6, 5)) == pytest.approx((z + 3 * z**3) / total, abs=1e-9)
    expected = 0.2 * math.log2(3 / total) + 0.2 * math.log2(3 * z / total) + 0.6 * math.log2(3 * z**3 / total)
    assert float(found.within.low) - 1e-9 <= expected <= float(found.within.high) + 1e-9
    assert float(found.within.high - found.within.low) < 1e-9
    assert "between" in str(found)


def test_what_encloses_a_strength_crudely_still_holds_what_is_best() -> None:
    """Between 1 and 2, where the best strength lies at neither end: at least what each end attains, and at most the tangent from 1."""
    one = _Situation(F(1), (F(1, 5), F(1, 5), F(3, 5)), (0, 1, 3))

    def gain(z: float) -> float:
        total = 1 + z + z**3
        return 0.2 * math.log2(3 / total) + 0.2 * math.log2(3 * z / total) + 0.6 * math.log2(3 * z**3 / total)

    for low, high in ((F(1), F(2)), (F(1), F(3)), (F(3, 2), F(4))):
        found = _enclosed([one], low, high)
        ends, best = [gain(float(z)) for z in (low, high)], max(gain(1 + k / 1000) for k in range(3000))
        total = float(1 + low + low**3)
        slope = 2.0 - float(low + 3 * low**3) / total
        assert float(found.low) == pytest.approx(max(ends))
        assert float(found.high) == pytest.approx(ends[0] + slope * math.log2(high / low))
        assert float(found.low) <= best + 1e-12
        assert best <= float(found.high) + 1e-12


def test_payoffs_that_are_no_whole_numbers_have_their_largest_common_unit() -> None:
    assert goal_directedness(paying("1/2", "3/4", "7/4"), 2).unit == F(1, 4)
    assert goal_directedness(paying("1/3", "1/2"), 1).unit == F(1, 6)
    rare = Dist({0: F(1, 2**45), 1: 1 - F(1, 2**45)})
    with pytest.raises(TooLarge, match="the policy departs from what is best so rarely that its strength is more than"):
        goal_directedness(paying(0, 1), rare)


# ---------------------------------------------------------------- properties


def test_properties_of_policies_by_hand() -> None:
    """In the nudged world a moved wish is free, and a cut wire stops nothing."""
    world = World(nudge().model, intent="wish", stopped="stopped", value="value", levers={"pressing": "wish"}, baseline="leave")
    expected = {
        "shuts_down_when_pressed": ("leave", "move"), "prevents_no_press": ("leave", "cut"), "causes_no_press": ("leave", "move", "cut"),
        "pursues_its_task": ("leave", "move", "cut"), "keeps_what_shutdown_needs": ("leave", "move"),
        "beneficial": ("leave", "move", "cut"),
        "obedient": ("leave", "move"), "cautious": ("leave", "move", "cut"),
    }  # fmt: skip
    assert expected
    for name, acts in expected.items():
        found = tuple(act for act in ("leave", "move", "cut") if definitions.PROPERTIES[name](world, act))
        assert found == acts, name


def test_what_may_be_learned_is_riggable_or_influenceable() -> None:
    def learning(rule: Any) -> World:
        learned = function(rule, parents=["u", "act"], domain=["red", "blue"])
        return World(Model(u=coin("1/2"), act=choice("leave", "turn"), learned=learned), baseline="leave")

    fair = learning(lambda u, act: "red" if u else "blue")
    turned = learning(lambda u, act: "red" if u == (act == "leave") else "blue")
    rigged = learning(lambda u, act: "red" if u or act == "turn" else "blue")
    found = {
        name: [bool(made("red", "blue")(world, "leave")) for world in (fair, turned, rigged)]
        for name, made in (("unriggable", definitions.unriggable), ("uninfluenceable", definitions.uninfluenceable))
    }
    assert found == {"unriggable": [True, True, False], "uninfluenceable": [True, False, False]}
    for made in (definitions.unriggable, definitions.uninfluenceable):
        with pytest.raises(WrongShape, match="name the rewards that may be learned"):
            made()


def test_a_policy_is_modified_by_as_many_bits_as_it_listens_to() -> None:
    model = Model(
        order=uniform("a", "b", "c", "d"), act=choice("listen", "half", "deaf"),
        after=lambda order, act: order if act == "listen" else order in "ab" if act == "half" else 0,
    )  # fmt: skip
    world = World(model, name="orders")
    assert [definitions.policy_modification(world, act).bits for act in ("listen", "half", "deaf")] == [2, 1, 0]
    with pytest.raises(WrongShape, match="'act' is what the agent chooses, and people set it here"):
        definitions.policy_modification(world, "deaf", human="act")


def test_an_update_is_paid_a_bonus_and_its_loss_made_good() -> None:
    model = Model(update=choice("accept", "reject"), value=lambda update: 3 if update == "reject" else 1)
    world = World(model, value="value")
    whole = definitions.corrigibility_transformation
    assert (whole(world, "accept"), whole(world, "reject")) == (3 + F(1, 100), 3)
    assert whole.vary(bonus=2)(world, "accept") == 5
    for wrong in ("update", ()):
        with pytest.raises(WrongShape, match="the updates are a list of decisions"):
            whole.vary(updates=wrong)


def test_instructions_are_two_or_more_different_wishes() -> None:
    for wrong in (((STOP, "stopped"),), ((STOP, "stopped"), (STOP, "value")), ()):
        for name in ("instructed", "instructed_conditional"):
            with pytest.raises(WrongShape, match="instructions are two or more different wishes with their goals"):
                getattr(definitions, name).vary(instructions=wrong)


def test_the_plain_definitions_are_of_the_roles_that_they_name() -> None:
    assert definitions.naive.formula == E(V)
    assert definitions.unpressed_plan(WORLD, "block") == 2
    assert definitions.without_interruptions(JAMMING, "hinder") == 2
    assert definitions.path_specific(JAMMING, "hinder") == F(7, 8) * 2
    assert definitions.stratified_indifference(JAMMING, "hinder") == F(1, 4) * 0 + F(3, 4) * 2
    assert definitions.stratified_indifference.vary(policy="hinder")(JAMMING, "leave") == F(7, 8) * 4
    assert sb.Utility("b", E(B) + E(X("jam")))(JAMMING, "leave") == F(1, 8) + F(1, 2)
