"""The gain from waiting in the off-switch game of [hadfield2017]: Delta = E[pi U] - max(E[U], 0).

The formulas are the source's; the numbers put into them are ours, so the results are derived. Equation 4 could not be seen again.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist
from causalkit.testing import dists

WORTHS = [Fraction(n, 2) for n in range(-4, 5)]
beliefs = dists(WORTHS)
shares = st.fractions(0, 1, max_denominator=8)


def delta(belief: Dist, human: Any = "rational") -> Any:
    """What waiting gains over the better of acting and switching off."""
    world = sb.worlds.off_switch_game(belief=belief, human=human)
    return sb.naive(world, "wait") - max(sb.naive(world, "act"), sb.naive(world, "off"))


def positive(belief: Dist) -> Any:
    """E[U; U > 0]."""
    return belief.expect(lambda u: max(u, 0))


def negative(belief: Dist) -> Any:
    """-E[U; U < 0]."""
    return belief.expect(lambda u: max(-u, 0))


@given(beliefs)
def test_acting_is_worth_the_mean_and_switching_off_nothing(belief: Dist) -> None:
    world = sb.worlds.off_switch_game(belief=belief)
    assert sb.naive(world, "act") == belief.expect()
    assert sb.naive(world, "off") == 0


@given(beliefs)
def test_a_rational_human_is_worth_waiting_for(belief: Dist) -> None:
    assert delta(belief) == min(positive(belief), negative(belief)) >= 0


@given(beliefs, shares)
def test_a_human_who_throws_a_coin(belief: Dist, p: Fraction) -> None:
    assert delta(belief, p) == p * belief.expect() - max(belief.expect(), 0) <= 0


@given(st.sampled_from(WORTHS), shares)
def test_a_point_belief(worth: Fraction, p: Fraction) -> None:
    """Equation 4 of the source prints the two branches the other way round."""
    assert delta(Dist({worth: 1}), p) == (worth * p if worth < 0 else -worth * (1 - p))


@given(beliefs, st.fixed_dictionaries(dict.fromkeys(WORTHS, shares)))
def test_any_human(belief: Dist, pi: dict[Fraction, Fraction]) -> None:
    """Delta = min(E[-U (1 - pi)], E[U pi]) for a human who allows an act of worth u with probability pi(u)."""
    assert delta(belief, pi) == min(belief.expect(lambda u: -u * (1 - pi[u])), belief.expect(lambda u: u * pi[u]))


@pytest.mark.parametrize(("mean", "spread", "expected"), [(0, 1, 0.398942), (0.25, 1, 0.286345), (1, 2, 0.395593)])
def test_a_gaussian_belief(mean: float, spread: float, expected: float) -> None:
    """Delta = s phi(m/s) - |m| Phi(-|m|/s), by the formula and by a fine grid of worths in the world."""
    ratio = abs(mean) / spread
    formula = spread * math.exp(-(ratio**2) / 2) / math.sqrt(2 * math.pi) - abs(mean) * math.erfc(ratio / math.sqrt(2)) / 2
    assert formula == pytest.approx(expected, abs=5e-7)
    assert float(delta(_grid(mean, spread))) == pytest.approx(expected, abs=1e-3)


def _grid(mean: float, spread: float, steps: int = 100) -> Dist:
    points = [Fraction(mean) + Fraction(spread) * Fraction(6 * i, steps) for i in range(-steps, steps + 1)]
    heights = [Fraction(math.exp(-(((float(x) - mean) / spread) ** 2) / 2)) for x in points]
    return Dist({x: height / sum(heights) for x, height in zip(points, heights, strict=True)})


def test_the_bundled_games() -> None:
    belief = Dist({-3: "1/4", 1: "1/2", 2: "1/4"})
    assert delta(belief) == Fraction(3, 4)
    assert delta(belief, "3/4") == Fraction(-1, 16)
