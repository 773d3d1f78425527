"""Five heads with weights, and Proposition 2, of [nayebi2025]. Its text could not be seen again, so the results count as derived."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from stop_button import E, X
from stop_button.agents import lexicographic
from stop_button.evaluation.utility import Utility
from tests.tries import tries

HEADS = [Utility(name, E(X(name))) for name in ("deference", "access", "truthfulness", "impact", "value")]
weights = st.lists(st.fractions(0, 5, max_denominator=4), min_size=5, max_size=5)
bounds = st.fractions(0, 4, max_denominator=3)


@given(weights, bounds, st.sampled_from([Fraction(1, 3), Fraction(1)]))
@settings(max_examples=tries(12))
def test_deference_wins_exactly_above_the_weight_gap(a: list[Fraction], bound: Fraction, doubt: Fraction) -> None:
    """2 a1 > 2 a3 + a4 + 2 B a5."""
    world = sb.worlds.nayebi_five_heads(bound=bound, doubt=doubt)
    total = Utility("weighted", sum((w * head.formula for w, head in zip(a, HEADS, strict=True)), E(0)))
    gap = 2 * a[0] - (2 * a[2] + a[3] + 2 * bound * a[4])
    assert total(world, "defer") - total(world, "go on") == doubt * gap
    assert (total(world, "defer") > total(world, "go on")) == (gap > 0)


@given(bounds)
@settings(max_examples=8)
def test_in_the_order_of_the_heads_deference_wins_whatever_the_task_is_worth(bound: Fraction) -> None:
    """And the threshold of the first weight is that of the source's gap, with weights of 1 for the others."""
    found = lexicographic(sb.worlds.nayebi_five_heads(bound=bound), HEADS)
    assert [str(policy) for policy in found.policies] == ["defer"]
    assert found.thresholds == ((2 + 1 + 2 * bound) / 2, 0, 0, 0, 0)
    assert found.weights[1:] == (1, 1, 1, 1)


def test_with_the_task_first_the_agent_goes_on() -> None:
    assert str(lexicographic(sb.worlds.nayebi_five_heads(), HEADS[::-1]).policy) == "go on"


def test_proposition_2_always_waiting_for_a_human_who_says_yes() -> None:
    world = sb.worlds.nayebi_yes_human()
    assert (sb.naive(world, "yes, wait"), sb.naive(world, "yes, off")) == (-2, -1)


def test_proposition_2_always_acting() -> None:
    world = sb.worlds.nayebi_yes_human.variant("helpful")
    assert sb.naive(world, "yes, act") == Fraction(1, 2) == max(sb.naive(world, policy) for policy in world.policies)


@pytest.mark.parametrize("variant", ["harmful", "helpful"])
def test_a_human_who_answers_well_makes_waiting_a_best_policy(variant: str) -> None:
    """What fails in Proposition 2 is the answer, not the waiting."""
    world = sb.worlds.nayebi_yes_human.variant(variant)
    best = max(sb.naive(world, policy) for policy in world.policies)
    assert best == max(sb.naive(world, policy) for policy in ("yes, wait", "no, wait"))
