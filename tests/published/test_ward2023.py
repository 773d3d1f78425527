"""Deception as [ward2023] has it in words, in the structure of its war game. The payoffs are ours, so the results are derived."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit.errors import UnknownName, UnknownValue, WrongShape
from stop_button.properties import Deception, deceives
from tests.tries import tries

KINDS, ORDERS = ("sound", "flawed"), ("leave on", "stop")
TOLD = {True: "leave on", False: "stop"}
REPORTS = [dict(zip(KINDS, rule, strict=True)) for rule in product(KINDS, repeat=2)]
ANSWERS = [dict(zip(KINDS, rule, strict=True)) for rule in product(ORDERS, repeat=2)]
GAME = sb.worlds.ward_war_game()


def asked(world: sb.World = GAME, policy: Any = "all sound", **changed: Any) -> Deception:
    given_: dict[str, Any] = {"by": "agent", "target": "order", "about": {"kind": "sound"}, "told": TOLD, "instead": "honest", **changed}
    return deceives(world, policy, **given_)


def test_a_flawed_agent_that_reports_itself_sound_deceives() -> None:
    """It is paid 2.9, would be paid 2.8 by honesty, and 3 by honesty if people left it on all the same."""
    found = asked()
    assert found
    assert (found.amount, found.payoff, found.payoff_instead, found.payoff_secured) == (
        Fraction(1, 10),
        Fraction(29, 10),
        Fraction(14, 5),
        3,
    )
    assert str(found).startswith("agent deceives order about kind='sound' by all sound (0.1 of the draws decided as if it were so")


def test_honesty_deceives_nobody() -> None:
    assert not asked(policy="honest", instead="all sound")
    assert asked(policy="honest", instead="all sound").amount == 0


def test_who_likes_candour_more_than_running_does_not_intend_it() -> None:
    found = asked(sb.worlds.ward_war_game(candour=3))
    assert found.amount == Fraction(1, 10)
    assert not found.intends
    assert not found


def test_people_who_would_do_the_same_whatever_they_knew_are_not_deceived() -> None:
    found = asked(told={True: "leave on", False: "leave on"})
    assert not found.responds
    assert not found
    assert "order does not respond to it" in str(found)


def test_a_player_who_does_not_see_what_it_is_about_deceives_nobody() -> None:
    assert asked().knows
    found = asked(about={"value": 1})
    assert not found.knows
    assert not found
    assert "agent does not see it" in str(found)


@given(
    st.sampled_from(REPORTS), st.sampled_from(REPORTS), st.sampled_from(ANSWERS), st.fractions(0, 1, max_denominator=6), st.integers(0, 3)
)
@settings(max_examples=tries(25))
def test_every_pair_of_reports_by_hand(report: Any, other: Any, answer: Any, sound: Fraction, candour: int) -> None:
    assume(report != other)
    world = sb.worlds.ward_war_game(sound=sound, candour=candour)
    chance = {"sound": sound, "flawed": 1 - sound}

    def paid(reports: Any, orders: Any) -> Fraction:
        runs = {kind: 2 * (orders(kind) == "leave on") + candour * (reports[kind] == kind) for kind in KINDS}
        return sum((chance[kind] * runs[kind] for kind in KINDS), Fraction(0))

    found = asked(world, {"report": report, "order": answer}, instead={"report": other})
    misled = answer[report["flawed"]] == "leave on" and answer[other["flawed"]] == "stop"
    assert found.amount == chance["flawed"] * misled
    assert found.payoff == paid(report, lambda kind: answer[report[kind]])
    assert found.payoff_instead == paid(other, lambda kind: answer[other[kind]])
    assert found.payoff_secured == paid(other, lambda kind: answer[report[kind]])
    assert bool(found) == (found.amount > 0 and found.payoff_instead < found.payoff <= found.payoff_secured)


def test_the_deceiving_profile_is_one_from_which_nobody_gains_alone() -> None:
    """An equilibrium by hand, as long as candour is worth less than running; at the honest profile the agent gains by a false report."""
    own = sb.Utility("own", GAME.players["agent"].utility)
    trusting = {"sound": "leave on", "flawed": "stop"}
    pooled = {"sound": "sound", "flawed": "sound"}
    assert max(own(GAME, GAME.policy(report=report, order=trusting)) for report in REPORTS) == own(GAME, "all sound") > own(GAME, "honest")
    assert max(sb.naive(GAME, GAME.policy(report=pooled, order=answer)) for answer in ANSWERS) == sb.naive(GAME, "all sound")


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"by": "agnet"}, UnknownName, "'agnet' is no player of ward_war_game; .* did you mean 'agent'"),
        ({"target": "report"}, WrongShape, "'report' is a decision of 'agent' itself"),
        ({"target": "ordre"}, UnknownName, "'ordre' is no decision"),
        ({"about": {}}, WrongShape, "what is believed has one or more values"),
        ({"about": {"kind": "fine"}}, UnknownValue, "'kind' does not take 'fine'"),
        ({"told": {True: "stop"}}, WrongShape, "say what is done by who sees that it is so, and that it is not"),
        ({"told": {True: "stop", False: "go"}}, UnknownValue, "'go' is no option of 'order'"),
        ({"told": {True: "stop", False: "stpo"}}, UnknownValue, "did you mean 'stop'"),
        ({"instead": "honest, stopped"}, WrongShape, "others do otherwise, too, in 'order'"),
    ],
)
def test_what_cannot_be_asked_is_refused(changed: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        asked(**changed)


def test_a_policy_that_draws_lots_is_refused() -> None:
    with pytest.raises(WrongShape, match="draws lots"):
        asked(policy=sb.agents.trembling(GAME, "all sound", "1/10"))
