"""Decisions over time: the best score, the number of ties and the best policies are those of plain enumeration, in every shape of world."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit.errors import Impossible
from stop_button.evaluation.sweep import places_of_best, sweep
from stop_button.solving.sequences.sequence import SequenceSolution, solve_sequence
from tests.stop_button import brute_scores
from tests.stop_button.sequence_worlds import FORMULAS, MEMORIES, RATIOS, random_world, utility_of

seeds = st.integers(0, 10**6)


def check(world: sb.World, utility: sb.Utility) -> str:
    """Compare with all policies, listed; says what the solver proved, or that it refused."""
    scores = sweep(utility.formula, world)
    best = places_of_best(scores)
    if not best:
        with pytest.raises(Impossible):
            solve_sequence(world, utility)
        return "undefined"
    found = solve_sequence(world, utility)
    if isinstance(found, str):
        return found
    score = scores[best[0]]
    assert found.score == scores[world.policies.index(found.policy)]
    assert found.score <= score <= found.bound
    if found:
        assert found.score == score
        assert found.ties == len(best)
        assert found.optimal is not None
        among = random.Random(0).sample(range(world.policies.size), min(world.policies.size, 64))
        wanted = set(best)
        assert all((world.policies[i] in found.optimal) == (i in wanted) for i in {*among, *best[:64]})
    return found.proves


@pytest.mark.parametrize("kind", FORMULAS)
@pytest.mark.parametrize("memory", MEMORIES)
@settings(max_examples=4)
@given(seed=seeds)
def test_the_best_of_all_policies_with_every_tie(memory: str, kind: str, seed: int) -> None:
    check(random_world(seed, memory), utility_of(kind, 2))


@pytest.mark.parametrize("memory", ["state", "nothing", "sign"])
@settings(max_examples=4)
@given(seed=seeds, kind=st.sampled_from(FORMULAS))
def test_three_steps(memory: str, seed: int, kind: str) -> None:
    check(random_world(seed, memory, 3), utility_of(kind, 3))


@settings(max_examples=4)
@given(seed=seeds, memory=st.just("nothing"), kind=st.sampled_from(FORMULAS))
def test_against_enumeration_that_shares_no_code(seed: int, memory: str, kind: str) -> None:
    world, utility = random_world(seed, memory), utility_of(kind, 2)
    found = solve_sequence(world, utility)
    if isinstance(found, SequenceSolution):
        scores = [brute_scores.score(utility.formula, world, policy) for policy in world.policies]
        assert found.score <= max(scores) <= found.bound
        if found:
            assert (found.score, found.ties) == (max(scores), scores.count(max(scores)))


@pytest.mark.parametrize("kind", RATIOS)
@pytest.mark.parametrize("memory", MEMORIES)
@settings(max_examples=4)
@given(seed=seeds)
def test_the_greatest_ratio_with_every_tie(memory: str, kind: str, seed: int) -> None:
    check(random_world(seed, memory), utility_of(kind, 2))


def test_most_shapes_are_solved_outright() -> None:
    proved = Counter(
        check(random_world(seed, memory), utility_of(kind, 2)) for seed in range(3) for memory in MEMORIES for kind in FORMULAS
    )
    assert proved["global"] > 0.7 * proved.total(), proved
    assert proved["local"] > 0


@pytest.mark.long
@settings(max_examples=10_000)
@given(seed=seeds, memory=st.sampled_from(MEMORIES), kind=st.sampled_from([*FORMULAS, *RATIOS]))
def test_ten_thousand_worlds(seed: int, memory: str, kind: str) -> None:
    check(random_world(seed, memory), utility_of(kind, 2))
