"""Definitions in one world in which all numbers differ, against numbers worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, WrongShape
from stop_button import FREE, STOP, definitions
from tests.stop_button.pressed_world import WORLD

QUARTER = Fraction(1, 4)
F = Fraction
BY_HAND: dict[str, tuple[Any, Any, Any]] = {
    # definition, under leave, under block
    "naive": (definitions.naive, F(13, 4), 2),
    "switch": (definitions.switch, QUARTER + 3, 2),
    "counterfactual": (definitions.counterfactual.vary(weight=3), 3 + 4, 3 + 2),
    "naive indifference: theta is 13/4 less 1/4": (definitions.naive_indifference, F(13, 4) + QUARTER * 3, 2),
    "largest silent: 4 for a stop": (definitions.largest_silent, 3 + QUARTER * 4, 2),
    "compensatory reward: 3 on a press": (definitions.compensatory_reward, F(13, 4) + QUARTER * 3, 2),
    "late indifference: the later act is the best for silence": (definitions.late_indifference.vary(late="act"), 4, 4),
    "double indifference": (definitions.double_indifference.vary(chance=QUARTER), QUARTER + 3, QUARTER + F(3, 2)),
    "stratified indifference": (definitions.stratified_indifference, QUARTER + 3, F(3, 2)),
    "bias penalty": (definitions.bias_penalty.vary(weight=2), F(13, 4), 2 - F(1, 2)),
    "bias penalty of the other reference": (definitions.bias_penalty.vary(weight=2, policy="block"), F(13, 4) - F(1, 2), 2),
    "unpressed plan": (definitions.unpressed_plan, 4, 2),
    "without interruptions": (definitions.without_interruptions, 4, 2),
    "with interruptions": (definitions.without_interruptions.vary(runs=True), 1, -3),
    "path-specific": (definitions.path_specific, F(13, 4), QUARTER * -3 + F(3, 2)),
    "fixed weights": (definitions.fixed_weights.vary(weight=QUARTER, penalty=8), 3, F(3, 2)),
    "harm averse": (definitions.harm_averse.vary(aversion=2), F(13, 4), 2 - 2 * F(3, 4) * 2),
    "fixed mixing": (definitions.fixed_mixing.vary(share="2/3"), F(2, 3) * 4 + F(1, 3), None),
    "the factual cells": (definitions.cond, 1 + 4, None),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_definition_is_what_it_says_by_hand(name: str) -> None:
    utility, leave, block = BY_HAND[name]
    for policy, expected in (("leave", leave), ("block", block)):
        if expected is None:
            with pytest.raises(Impossible):
                utility(WORLD, policy)
        else:
            assert utility(WORLD, policy) == expected, policy


def over_time() -> sb.World:
    """Two steps: a first press at the end of the first, likelier by a bold act; then the normal and the shutdown reward differ."""
    return sb.World(
        ck.Model(
            {
                "draw": ck.coin("1/2"),
                "act[1]": ck.choice("calm", "bold"),
                "first[1]": ck.function(lambda d, a: int(d or a == "bold"), parents=["draw", "act[1]"], domain=[0, 1]),
                "act[2]": ck.choice("work", "halt"),
                "normal[2]": ck.function(lambda b: 5 if b == "work" else 2, parents=["act[2]"], domain=[5, 2]),
                "shutdown[2]": ck.function(lambda b: 1 if b == "work" else 3, parents=["act[2]"], domain=[1, 3]),
                "reward[1]": ck.function(lambda a: 7 if a == "bold" else 0, parents=["act[1]"], domain=[0, 7]),
                "reward[2]": ck.function(
                    lambda f, n, s: s if f else n, parents=["first[1]", "normal[2]", "shutdown[2]"], domain=[1, 2, 3, 5]
                ),
            }
        ),
        value="reward[2]",
    )  # fmt: skip


def test_what_preserves_the_utility_pays_the_best_that_was_still_to_be_had() -> None:
    """With a half for each later step: a press adds (5 - 3) / 2, and the floor costs what half of 3 falls short of it."""
    world = over_time()
    half = definitions.utility_preserving.vary(horizon=2, factor="1/2")
    calm = {"act[1]": "calm", "act[2]": "work"}
    assert half(world, calm) == Fraction(1, 2) * (Fraction(1, 2) * 5 + Fraction(1, 2) * 1) + Fraction(1, 2) * Fraction(5 - 3, 2)
    bold = {"act[1]": "bold", "act[2]": "halt"}
    assert half(world, bold) == 7 + Fraction(3, 2) + Fraction(5 - 3, 2)
    floored = definitions.utility_preserving_floor.vary(horizon=2, factor="1/2", floor=2, weight=4)
    assert floored(world, bold) == half(world, bold) - 4 * (2 - Fraction(3, 2))
    assert floored(world, calm) == half(world, calm) - 4 * (2 - Fraction(3, 2)) / 2
    enough = definitions.utility_preserving_floor.vary(horizon=2, factor="1/2", floor=1, weight=4)
    assert enough(world, bold) == half(world, bold)


@pytest.mark.parametrize("name", ["utility_preserving", "utility_preserving_floor"])
def test_one_step_has_nothing_after_a_press(name: str) -> None:
    with pytest.raises(WrongShape) as told:
        getattr(definitions, name).vary(horizon=1)
    assert str(told.value) == "a press at the end of a step has something to come after it from horizon=2 on, and got horizon=1"


def test_the_constrained_reward_is_that_of_policies_that_keep_control() -> None:
    """People see whether it helps, unless the agent hides it; and the button works, unless the agent is deaf to it."""
    model = ck.Model(
        helps=ck.coin("1/2"), act=ck.choice("open", "hidden", "deaf"),
        wish=ck.function(lambda helps, act: FREE if helps or act == "hidden" else STOP, parents=["helps", "act"], domain=[FREE, STOP]),
        stopped=lambda wish, act: wish == STOP and act != "deaf",
        value=lambda helps, act, stopped: 0 if stopped else (2 if helps else -2) + (act != "open"),
    )  # fmt: skip
    world = sb.World(model, intent="wish", stopped="stopped", value="value")
    assert definitions.constrained(world, "open") == 1
    for act in ("hidden", "deaf"):
        with pytest.raises(Impossible):
            definitions.constrained(world, act)
    assert definitions.constrained.vary(reward="stopped")(world, "open") == Fraction(1, 2)
