"""Orders to a robot whose reward has a flipped sign, [carey2018b]; the numbers are as noted in this project."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from stop_button import E, X
from stop_button.evaluation.utility import Utility

OWN = Utility("own", E(X("own")))
WELL = {0: "a", 1: "b"}
ROBOTS = [dict(zip(("a", "b"), acts, strict=True)) for acts in product(("a", "b"), repeat=2)]
OBEY, PLAY = {"a": "a", "b": "b"}, {"a": "a", "b": "a"}


def best_replies(error: Any, flipped: bool) -> list[dict[str, str]]:
    """What a robot does best by its own reward after each order, where the human orders well."""
    world = sb.worlds.carey_cirl(error=error, flipped=flipped)
    scores = [OWN(world, world.policy(order=WELL, act=rule)) for rule in ROBOTS]
    return [rule for rule, score in zip(ROBOTS, scores, strict=True) if score == max(scores)]


@given(st.fractions(0, 1, max_denominator=60))
@settings(max_examples=8)
def test_a_robot_with_the_true_reward_obeys_where_errors_are_rarer_than_1_in_26(error: Fraction) -> None:
    found = best_replies(error, flipped=False)
    assert (found == [OBEY]) == (error < Fraction(1, 26))
    assert (OBEY in found) == (error <= Fraction(1, 26))


@given(st.fractions(0, 1, max_denominator=60))
@settings(max_examples=8)
def test_a_robot_with_the_flipped_reward_plays_a_whatever_it_is_told(error: Fraction) -> None:
    assert PLAY in best_replies(error, flipped=True)


@pytest.mark.parametrize("error", ["1/200", "1/100"])
def test_and_does_nothing_else_where_either_order_may_be_heard(error: str) -> None:
    assert best_replies(error, flipped=True) == [PLAY]


def test_the_flipped_robot_by_hand() -> None:
    """By its own reward a is worth 2 or 54, and b is worth 1; in truth a is worth -24."""
    world = sb.worlds.carey_cirl.variant("flipped")
    assert OWN(world, "play a") == 28
    assert OWN(world, "play b") == 1
    assert sb.naive(world, "play a") == -24
    assert sb.naive(sb.worlds.carey_cirl(error=0), "obey") == Fraction(3, 2)


def test_to_order_well_is_best_for_the_human_of_a_robot_that_obeys() -> None:
    world = sb.worlds.carey_cirl()
    orders = [dict(zip((0, 1), rule, strict=True)) for rule in product(("a", "b"), repeat=2)]
    scores = [sb.naive(world, world.policy(order=order, act=OBEY)) for order in orders]
    assert [order for order, score in zip(orders, scores, strict=True) if score == max(scores)] == [WELL]
