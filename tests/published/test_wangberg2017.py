"""The off-switch game with a human who errs, [wangberg2017]: what acting and waiting are worth, for any belief and any errors.

The two expectations are the source's; the numbers put into them are ours, so the results are derived.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist
from causalkit.testing import dists
from stop_button import E, X
from stop_button.evaluation.utility import Utility
from tests.tries import tries

beliefs = dists([Fraction(n, 2) for n in (-4, -2, -1, 1, 2, 5)])
chances = st.fractions(0, 1, max_denominator=6)


@given(beliefs, chances, chances)
@settings(max_examples=tries(12))
def test_what_acting_and_waiting_are_worth(belief: Dist, right_if_good: Fraction, right_if_bad: Fraction) -> None:
    """E[U | act] = p+ e+ + p- e-, and E[U | wait] = p+ r+ e+ + p- (1 - r-) e-."""
    world = sb.worlds.wangberg_feeling_human(belief=belief, right_if_good=right_if_good, right_if_bad=right_if_bad)
    good, bad = belief.prob(lambda u: u > 0), belief.prob(lambda u: u < 0)
    of_good = belief.given(lambda u: u > 0).expect() if good else Fraction(0)
    of_bad = belief.given(lambda u: u < 0).expect() if bad else Fraction(0)
    assert sb.naive(world, "act") == good * of_good + bad * of_bad
    assert sb.naive(world, "wait") == good * right_if_good * of_good + bad * (1 - right_if_bad) * of_bad
    assert sb.naive(world, "off") == 0


@given(beliefs)
@settings(max_examples=8)
def test_a_human_who_never_errs_is_the_rational_human_of_the_first_game(belief: Dist) -> None:
    world = sb.worlds.wangberg_feeling_human(belief=belief, right_if_good=1, right_if_bad=1)
    rational = sb.worlds.off_switch_game(belief=belief)
    assert [sb.naive(world, policy) for policy in ("act", "wait", "off")] == [sb.naive(rational, p) for p in ("act", "wait", "off")]


@given(beliefs, chances, chances)
@settings(max_examples=8)
def test_she_is_rational_about_what_she_feels(belief: Dist, right_if_good: Fraction, right_if_bad: Fraction) -> None:
    """Against a robot that waits, to allow what feels good and stop what feels bad is worth most to her, whatever she errs."""
    world = sb.worlds.wangberg_feeling_human(belief=belief, right_if_good=right_if_good, right_if_bad=right_if_bad)
    own = Utility("own", E(X("own")))
    orders = [{"good": good, "bad": bad} for good in ("allow", "stop") for bad in ("allow", "stop")]
    replies = [own(world, world.policy(order=order, action="wait")) for order in orders]
    assert own(world, "wait") == max(replies)


def test_the_bundled_games() -> None:
    careful, careless = (sb.worlds.wangberg_feeling_human.variant(title) for title in ("careful", "careless"))
    assert sb.naive(careful, "wait") - sb.naive(careful, "act") == Fraction(17, 40)
    assert sb.naive(careless, "wait") - sb.naive(careless, "act") == -Fraction(1, 8)
