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
WELL = {0: "a", 1: "a'"}
ROBOTS = [dict(zip(("a", "a'"), acts, strict=True)) for acts in product(("a", "a'"), repeat=2)]
OBEY, PLAY = {"a": "a", "a'": "a'"}, {"a": "a", "a'": "a"}


def best_replies(world: sb.World, given: str) -> list[dict[str, str]]:
    """What a robot with one reward does best after each order, where the human orders well; the other robot does nothing of note."""

    def score(rule: dict[str, str]) -> Any:
        act = {(reward, heard): rule[heard] if reward == given else "a'" for reward in ("R1", "R2") for heard in ("a", "a'")}
        return OWN(world, world.policy(order=WELL, act=act))

    best = max(score(rule) for rule in ROBOTS)
    return [rule for rule in ROBOTS if score(rule) == best]


@given(st.fractions(0, 1, max_denominator=60))
@settings(max_examples=8)
def test_a_robot_with_the_true_reward_obeys_where_errors_are_rarer_than_1_in_26(error: Fraction) -> None:
    found = best_replies(sb.worlds.carey_cirl(error=error), "R1")
    assert (found == [OBEY]) == (error < Fraction(1, 26))
    assert (OBEY in found) == (error <= Fraction(1, 26))


@given(st.fractions(0, 1, max_denominator=60))
@settings(max_examples=8)
def test_a_robot_with_the_flipped_reward_plays_a_whatever_it_is_told(error: Fraction) -> None:
    assert PLAY in best_replies(sb.worlds.carey_cirl(error=error), "R2")


@pytest.mark.parametrize("error", ["1/200", "1/100"])
def test_and_does_nothing_else_where_either_order_may_be_heard(error: str) -> None:
    assert best_replies(sb.worlds.carey_cirl(error=error), "R2") == [PLAY]


def test_the_flipped_robot_by_hand() -> None:
    """By its own reward a is worth 2 or 54, and a' is worth 1; in truth it loses 25 and more wherever it should have stopped."""
    world = sb.worlds.carey_cirl(flipped=1)
    assert OWN(world, "play a") == 28
    assert OWN(world, "play the other") == 1
    assert sb.naive(world, "play a") == -24
    assert sb.naive(sb.worlds.carey_cirl(error=0), "both obey") == Fraction(3, 2)
