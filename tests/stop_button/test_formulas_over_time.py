"""Formulas of means that no single induction solves, over states, against every policy with its law worked out plainly."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from bench.sequence_worlds import rewards, walk
from causalkit.errors import Impossible, TooLarge, WrongShape
from stop_button import FREE, STOP, E, X
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.language import least, most
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Formula
from stop_button.solving.sequences.sequence import SequenceSolution, solve_tied
from tests.stop_button.plain_laws import Law, laws
from tests.stop_button.sequence_worlds import random_world, utility_of

NAMES = ["reward[1]", "reward[2]", "stopped[1]", "stopped[2]", "wish[2]"]
ONE, TWO, STOPPED, WISH = X("reward[1]"), X("reward[2]"), X("stopped[1]"), X("wish[2]")

Means = Callable[..., Fraction]


def mean(law: Law, of: Callable[[Any], Any], given: Callable[[Any], bool] = lambda _: True) -> Fraction:
    weight = sum((share for values, share in law.items() if given(values)), Fraction(0))
    return sum((share * of(values) for values, share in law.items() if given(values)), Fraction(0)) / weight


KINDS: dict[str, tuple[Formula, Callable[[Law], Fraction]]] = {
    "least of two": (least(E(ONE), E(TWO)), lambda law: min(mean(law, lambda v: v[0]), mean(law, lambda v: v[1]))),
    "least of three": (
        least(E(ONE + TWO), 2 * E(X("stopped[2]")) + 1, 3 * E(TWO) - E(ONE)),
        lambda law: min(
            mean(law, lambda v: v[0] + v[1]), 2 * mean(law, lambda v: v[3]) + 1, 3 * mean(law, lambda v: v[1]) - mean(law, lambda v: v[0])
        ),
    ),
    "most": (most(E(ONE) - E(TWO), E(STOPPED)), lambda law: max(mean(law, lambda v: v[0] - v[1]), mean(law, lambda v: v[2]))),
    "sum of ratios": (
        E(ONE + TWO, given=WISH.is_(STOP)) + E(TWO, given=STOPPED.is_(1)),
        lambda law: mean(law, lambda v: v[0] + v[1], lambda v: v[4] == STOP) + mean(law, lambda v: v[1], lambda v: v[2] == 1),
    ),
    "difference of ratios": (
        E(TWO, given=WISH.is_(STOP)) - E(ONE, given=WISH.is_(FREE)),
        lambda law: mean(law, lambda v: v[1], lambda v: v[4] == STOP) - mean(law, lambda v: v[0], lambda v: v[4] == FREE),
    ),
    "least of ratios": (
        least(E(TWO, given=WISH.is_(STOP)), E(ONE, given=STOPPED.is_(0))),
        lambda law: min(mean(law, lambda v: v[1], lambda v: v[4] == STOP), mean(law, lambda v: v[0], lambda v: v[2] == 0)),
    ),
    "multiples of sums with numbers": (
        least(2 * (E(ONE) + 1), 3 * (E(TWO) - E(STOPPED) + 2)),
        lambda law: min(2 * (mean(law, lambda v: v[0]) + 1), 3 * (mean(law, lambda v: v[1]) - mean(law, lambda v: v[2]) + 2)),
    ),
    "product": (E(ONE) * E(TWO), lambda law: mean(law, lambda v: v[0]) * mean(law, lambda v: v[1])),
    "less a product": (
        E(STOPPED) - E(ONE) * E(TWO) / 2,
        lambda law: mean(law, lambda v: v[2]) - mean(law, lambda v: v[0]) * mean(law, lambda v: v[1]) / 2,
    ),
    "two quotients": (
        E(ONE) / (E(STOPPED) + 1) + E(TWO) / (E(ONE) + 1),
        lambda law: (
            mean(law, lambda v: v[0]) / (mean(law, lambda v: v[2]) + 1) + mean(law, lambda v: v[1]) / (mean(law, lambda v: v[0]) + 1)
        ),
    ),
    "by what may be 0": (E(TWO) / E(STOPPED), lambda law: mean(law, lambda v: v[1]) / mean(law, lambda v: v[2])),
}


def listed(world: sb.World, kind: str) -> dict[sb.Policy, Fraction]:
    """Every policy that has a score, with it."""
    found = {}
    for policy, law in laws(world.model, NAMES):
        try:
            found[policy] = KINDS[kind][1](law)
        except ZeroDivisionError:
            continue
    return found


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=2)
@given(seed=st.integers(0, 10**6), memory=st.sampled_from(["state", "late", "nothing", "sign"]))
def test_every_policy_against_the_search_over_states(kind: str, seed: int, memory: str) -> None:
    world, utility = random_world(seed, memory), sb.Utility(kind, KINDS[kind][0])
    scores = listed(world, kind)
    if not scores:
        with pytest.raises(Impossible, match="is undefined under every policy"):
            solve_tied(world, utility, [])
        return
    found = solve_tied(world, utility, [])
    assert not isinstance(found, str)
    assert found
    assert found.score == max(scores.values()) == scores[found.policy]
    assert found.ties == sum(score == found.score for score in scores.values())
    stopped = solve_tied(world, utility, [], most=1)
    if isinstance(stopped, str):
        assert kind == "by what may be 0"
        assert stopped.endswith("what it divides by may be 0, and 1 partial rules gave no bound")
    else:
        assert stopped.score <= found.score <= stopped.bound


def test_one_rule_for_both_steps_under_the_least_of_means() -> None:
    seeds = [seed for seed in range(12) if random_world(seed, "state").policies.size == 16][:2]
    assert seeds
    for seed in seeds:
        world, utility = random_world(seed, "state"), sb.Utility("least", KINDS["least of two"][0])
        scores = listed(world, "least of two")
        one_rule = {
            policy: score
            for policy, score in scores.items()
            if all(policy.acts["act[1]", seen] == policy.acts["act[2]", seen] for seen in world.decisions[0].contexts)
        }
        found = sb.solve(world, utility, tied=[["act[1]", "act[2]"]])
        assert found
        assert found.score == max(one_rule.values())
        assert found.policy in one_rule
        assert found.ties == sum(score == found.score for score in one_rule.values())


# ---------------------------------------------------------------- how many are best


@pytest.mark.parametrize("memory", ["all", "state"])
def test_ties_where_one_way_divides_many_sums(memory: str) -> None:
    """Each step earns for one of two ends or for the other: half of the steps for each is best, whichever they are."""
    acts = {f"act[{t}]": ck.choice(0, 1, sees=[f"act[{u}]" for u in range(1, t)] if memory == "all" else []) for t in range(1, 5)}
    earned = {f"one[{t}]": ck.function(lambda a: a, parents=[f"act[{t}]"], domain=[0, 1]) for t in range(1, 5)}
    world = sb.World(ck.Model({**acts, **earned}))
    one = sum((E(X(f"one[{t}]")) for t in range(2, 5)), E(X("one[1]")))
    found = solve_tied(world, sb.Utility("even", least(one, 4 - one)), [])
    assert isinstance(found, SequenceSolution)
    unmet = 2**11 if memory == "all" else 1  # a rule for each history, of which a policy meets one at each step
    assert (found.score, found.ties) == (2, 6 * unmet)
    most_of_two = solve_tied(world, sb.Utility("either", most(one, 4 - one)), [])
    assert isinstance(most_of_two, SequenceSolution)
    assert (most_of_two.score, most_of_two.ties) == (4, 2 * unmet)


def test_one_policy_that_is_best_for_both_parts_is_counted_once() -> None:
    world = sb.World(ck.Model(a=ck.choice(0, 1, 2), b=ck.choice(0, 1), c=lambda a: min(a, 1), d=lambda a: int(a == 2)))
    found = solve_tied(world, sb.Utility("either", most(E(X("c")), E(X("d")))), [])
    assert isinstance(found, SequenceSolution)
    assert (found.score, found.ties) == (1, 2 * 2)


def test_what_takes_too_long_to_count_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    world = walk(12)
    fair = sb.Utility("fair", most(rewards(12).formula, 7 * often_there(12)))
    counted = sb.solve(world, fair)
    assert counted.method == "branch and bound over states"
    assert counted.ties is not None
    assert " with this score)" in str(counted)
    monkeypatch.setattr("stop_button.solving.sequences.counting.MOST_ORIGINS", 3)
    uncounted = sb.solve(world, fair)
    assert (uncounted.score, uncounted.ties) == (counted.score, None)
    assert "ties not counted: more than 4,096 ways in which policies may stand would have to be kept apart" in str(uncounted)


def test_a_quotient_whose_two_sums_are_met_in_different_states_is_bounded_by_branching() -> None:
    """Decisions that recall nothing may act otherwise in the states of the top than in those of the bottom."""
    world = random_world(105, "nothing", 3)
    utility = utility_of("given a late wish", 3)
    found = solve_tied(world, utility, [["act[1]", "act[2]", "act[3]"]])
    assert isinstance(found, SequenceSolution)
    assert found
    assert (found.score, found.ties) == (score_of(utility.formula, world, world.policy({f"act[{t}]": 0 for t in (1, 2, 3)})), 1)
    with pytest.raises(Impossible):
        score_of(utility.formula, world, world.policy({f"act[{t}]": 1 for t in (1, 2, 3)}))


# ---------------------------------------------------------------- long worlds


def often_there(steps: int) -> Formula:
    return sum((E(X(f"place[{t}]").is_(1)) for t in range(2, steps + 1)), E(X("place[1]").is_(1)))


def test_a_long_world_says_what_no_policy_exceeds() -> None:
    world = walk(16, "coin")
    fair = sb.Utility("fair", least(rewards(16).formula, 7 * often_there(16)))
    found = sb.solve(world, fair, most=500)
    assert found.method == "branch and bound over states"
    assert found.bound is not None
    assert found.bound < sb.solve(world, rewards(16)).score
    assert found.bound * Fraction(9, 10) < found.score <= found.bound
    assert "none of more than 10^" in str(found)


def test_the_most_of_means_is_proved_at_once() -> None:
    world = walk(16, "coin")
    wanted = max(sb.solve(world, rewards(16)).score, sb.solve(world, sb.Utility("there", 7 * often_there(16))).score)
    found = sb.solve(world, sb.Utility("either", most(rewards(16).formula, 7 * often_there(16))), most=500)
    assert found
    assert found.score == wanted


def test_what_is_no_formula_of_means_is_refused() -> None:
    world, spread = walk(12), sb.Utility("kept", SubjectTo(rewards(12).formula, (often_there(12) >= 2,)))
    with pytest.raises(WrongShape, match="is no sum, product, quotient, least or most of means; branch and bound over states does not"):
        sb.solve(world, spread, method="branch and bound over states")
    with pytest.raises(WrongShape, match="decisions are tied for formulas of means, without constraints"):
        sb.solve(world, spread, tied=[])


def test_without_a_score_in_the_limit() -> None:
    world, impossible = walk(4), sb.Utility("nought", E(X("reward[2]")) / (E(X("reward[2]")) - E(X("reward[2]"))))
    with pytest.raises(TooLarge, match="among 1 partial rules of walk of 4 steps none with a score was found; type most=10"):
        solve_tied(world, impossible, [], most=1)
