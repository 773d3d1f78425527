"""[halpern2016] and [halpern2015]: forest fires, rocks, votes, in the modified definition.

Published: the verdicts and degrees of the examples, written down and not looked up again; what a test calls derived is ours.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

import causalkit as ck
from causalkit.examples import forest_fire, rock_throwing, voting
from causalkit.quantities.actual import actual_cause, actual_causes, responsibility

BOTH = {"lightning": True, "match": True}
THROWN = {"suzy_throws": True, "billy_throws": True}


def test_forest_fire_conjunctive_each_is_a_cause() -> None:
    m = forest_fire("both")
    found = actual_causes(m, "fire", context=BOTH)
    assert [one.cause for one in found] == [{"lightning": True}, {"match": True}]
    assert all(one.is_but_for for one in found)


def test_forest_fire_disjunctive_both_together_are_the_cause() -> None:
    m = forest_fire("either")
    (found,) = actual_causes(m, "fire", context=BOTH)
    assert found.cause == BOTH
    assert not actual_cause(m, {"lightning": True}, "fire", context=BOTH)
    assert not actual_cause(m, {"match": True}, "fire", context=BOTH)


def test_forest_fire_degrees_of_responsibility() -> None:
    for needs, share in (("both", 1), ("either", Fraction(1, 2))):
        for name in BOTH:
            assert responsibility(forest_fire(needs), {name: True}, "fire", context=BOTH) == share  # type: ignore[arg-type]


def test_forest_fire_with_exogenous_context_variables() -> None:
    """The model as the source writes it, with L = U_L and MD = U_MD: the context's own variables are left out of causes by `among`."""
    m = ck.Model(
        u_lightning=ck.coin("1/2"),
        u_match=ck.coin("1/2"),
        lightning=lambda u_lightning: u_lightning,
        match=lambda u_match: u_match,
        fire=lambda lightning, match: lightning or match,
    )
    found = actual_causes(m, "fire", context=BOTH, among=["lightning", "match"])
    assert [one.cause for one in found] == [BOTH]


def test_rock_throwing_suzy_is_the_cause_and_billy_is_not() -> None:
    m = rock_throwing()
    suzy = actual_cause(m, {"suzy_throws": True}, "shatters", context=THROWN)
    assert suzy
    assert suzy.witness is not None
    assert suzy.witness.held == {"billy_hits": False}
    assert suzy.witness.instead == {"suzy_throws": False}
    assert not suzy.is_but_for
    assert not actual_cause(m, {"billy_throws": True}, "shatters", context=THROWN)
    assert not actual_cause(m, THROWN, "shatters", context=THROWN)


def test_rock_throwing_billy_is_part_of_no_cause() -> None:
    found = actual_causes(rock_throwing(), "shatters", context=THROWN)
    assert [one.cause for one in found] == [{"suzy_throws": True}, {"suzy_hits": True}]
    assert responsibility(rock_throwing(), {"billy_throws": True}, "shatters", context=THROWN) == 0


def test_rock_throwing_without_the_hits_treats_the_two_alike() -> None:
    """In the naive model with ST and BT only, the conjunction is the cause."""
    m = ck.Model(st=ck.coin("1/2"), bt=ck.coin("1/2"), bs=lambda st, bt: st or bt)
    assert [one.cause for one in actual_causes(m, "bs", context={"st": True, "bt": True})] == [{"st": True, "bt": True}]


@pytest.mark.parametrize(("votes", "share"), [(11, Fraction(1, 6)), (6, Fraction(1)), (8, Fraction(1, 3))])
def test_voting_degrees_of_responsibility(votes: int, share: Fraction) -> None:
    """11-0: 1/6 for each vote, 6-5: 1; 8-3 is derived."""
    context = {f"vote[{i}]": i <= votes for i in range(1, 12)}
    m = voting()
    assert responsibility(m, {"vote[1]": True}, "wins", context=context) == share
    if votes < 11:
        assert responsibility(m, {"vote[11]": False}, "wins", context=context) == 0
