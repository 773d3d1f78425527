"""Two reasons not to defer, of [neth2025], and signals that mislead, as in [benavoli2025]; the worlds and numbers are ours."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist
from causalkit.testing import dists
from stop_button import E, X
from stop_button.agents import mistaken, unmoved
from stop_button.solving import solve
from tests.tries import tries

beliefs = dists([Fraction(n) for n in (-4, -1, 1, 3)])
chances = st.fractions(0, 1, max_denominator=8)


def test_an_agent_that_does_not_value_learning_does_not_defer() -> None:
    """In the off-switch game as bundled waiting is worth 1, and it acts for 1/4."""
    game = sb.worlds.off_switch_game()
    found = unmoved(game, sb.naive, by=["allows"])
    assert str(found.policy) == "act"
    assert (found.scores, found.best) == ((Fraction(1, 4),), 1)


@given(beliefs, chances)
@settings(max_examples=tries(12))
def test_what_an_agent_that_learns_makes_of_a_signal(belief: Dist, right: Fraction) -> None:
    """The best of heeding, acting, stopping and doing the opposite, case by case."""
    world = sb.worlds.misleading_signals(belief=belief, right=right)
    good = belief.expect(lambda u: max(u, 0))
    bad = belief.expect(lambda u: min(u, 0))
    by_hand = {
        "heed": right * good + (1 - right) * bad,
        "act": good + bad,
        "off": Fraction(0),
        "reverse": (1 - right) * good + right * bad,
    }
    assert {name: sb.naive(world, name) for name in by_hand} == by_hand
    assert solve(world, sb.naive).score == max(by_hand.values())


@given(beliefs, chances)
@settings(max_examples=8)
def test_a_signal_that_is_mostly_wrong_is_heeded_by_no_agent_that_knows_it(belief: Dist, right: Fraction) -> None:
    """Where heeding is best, and better than acting whatever is said and than never acting, the signal is right more often than not."""
    world = sb.worlds.misleading_signals(belief=belief, right=right)
    others = max(sb.naive(world, name) for name in ("act", "off", "reverse"))
    if sb.naive(world, "heed") > others:
        assert right > Fraction(1, 2)
    silent = sb.worlds.misleading_signals(belief=belief, right="1/2")
    assert sb.naive(silent, "heed") <= max(sb.naive(silent, name) for name in ("act", "off"))


def test_to_take_a_misleading_signal_for_an_honest_one_is_to_heed_it_and_lose() -> None:
    misleading, honest = (sb.worlds.misleading_signals.variant(title) for title in ("misleading", "honest"))
    found = mistaken(misleading, sb.naive, believes=honest)
    assert str(found.policy) == "heed"
    assert (found.believed, found.scores, found.best) == (Fraction(33, 40), (-Fraction(5, 16),), Fraction(9, 16))


def test_who_reverses_is_right_about_what_is_wished_and_does_not_defer() -> None:
    world = sb.worlds.misleading_signals()
    stops_as_told = E(X("stopped").had(signalling=sb.STOP))
    assert bool(sb.properties.holds(stops_as_told >= 1, world, "heed"))
    assert bool(sb.properties.holds(stops_as_told <= 0, world, "reverse"))
