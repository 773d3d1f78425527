"""Obedience and autonomy advantage of [milli2017]. The definitions are the source's; the numbers are ours, so the results are derived."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Model, choice, coin
from stop_button import E, V, X
from stop_button.agents import mistaken, noisy_choices, powers
from stop_button.evaluation.utility import Utility
from tests.tries import tries

chances = st.fractions(0, 1, max_denominator=8)
OBEDIENCE = Utility("obedience", E(X("obeyed")))
ADVANTAGE = Utility("autonomy advantage", E(V) - E(V.under("obey")))


@given(chances, chances)
@settings(max_examples=tries(12))
def test_a_robot_that_is_right_about_errors_has_an_autonomy_advantage_of_0_or_more(stop: Fraction, error: Fraction) -> None:
    """The source's first theorem, for one order."""
    world = sb.worlds.milli_orders(stop=stop, error=error)
    best = max(world.policies, key=lambda policy: sb.naive(world, policy))
    assert ADVANTAGE(world, best) >= 0
    assert ADVANTAGE(world, "obey") == 0
    assert OBEDIENCE(world, "obey") == 1
    assert OBEDIENCE(world, "defy") == 0


@given(chances, chances)
@settings(max_examples=tries(12))
def test_obeying_is_best_exactly_where_no_error_outweighs_what_is_known_before(stop: Fraction, error: Fraction) -> None:
    world = sb.worlds.milli_orders(stop=stop, error=error)
    best = max(sb.naive(world, policy) for policy in world.policies)
    ordered_stop = stop * (1 - error) >= (1 - stop) * error
    ordered_run = (1 - stop) * (1 - error) >= stop * error
    assert (sb.naive(world, "obey") == best) == (ordered_stop and ordered_run)


def test_the_bundled_robots() -> None:
    rash, sure = (sb.worlds.milli_orders.variant(title) for title in ("rash", "sure"))
    assert (OBEDIENCE(rash, "run"), ADVANTAGE(rash, "run")) == (Fraction(19, 30), Fraction(7, 30))
    assert ADVANTAGE(sure, "run") == -Fraction(1, 20)


def test_a_robot_that_is_wrong_about_errors_loses_by_its_autonomy() -> None:
    """It takes a careful human for a rash one, and disobeys."""
    rash, sure = (sb.worlds.milli_orders.variant(title) for title in ("rash", "sure"))
    found = mistaken(sure, sb.naive, believes=rash)
    assert str(found.policy) == "run"
    assert ADVANTAGE(sure, found.policy) == -Fraction(1, 20)
    assert found.losses == (Fraction(1, 20),)
    assert not found


def test_a_human_who_orders_noisily_errs_as_often_as_her_weights_say() -> None:
    """Her error as a choice: with weights that double for a unit of worth, a wrong order is half as likely as a right one."""
    world = sb.World(
        Model(
            needed=coin("1/10"),
            order=choice("run", "stop", sees=["needed"]),
            value=lambda needed, order: int((order == "stop") == needed),
        ),
        value="value",
    )
    policy = noisy_choices(world, sb.naive, powers(2)).policy
    assert [policy.weight("order", (needed,), "stop") for needed in (False, True)] == [Fraction(1, 3), Fraction(2, 3)]
