"""Means read off discovered states are the polynomials that come from the draws of noise, and scores of plain enumeration."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from bench.sequence_worlds import noisy
from stop_button.evaluation.policy_polynomial import choices_met, policy_polynomial, score_of
from stop_button.evaluation.terms.integers import added_up, combined, different, how_many_different, in_order, numbered
from stop_button.evaluation.terms.objective import Mean, Refusal
from stop_button.evaluation.unfolding import open_form
from stop_button.evaluation.unfolding.open_form import has_many_draws, landscape_of, open_parts
from stop_button.language.formula import Expectation
from stop_button.language.parts import means
from stop_button.solving.fractional_form import anchored
from stop_button.testing import utilities, worlds
from tests.stop_button import brute_scores
from tests.stop_button.sequence_worlds import FORMULAS, MEMORIES, random_world, utility_of
from tests.tries import tries


def both(parts: Any, world: sb.World) -> list[Any]:
    """The two polynomials, of the condition and of the quantity, in the one form that equal polynomials share."""
    listed = list(parts)
    return [
        anchored(
            {choices: sum((part[i] for part in listed if part[0] == choices), Fraction(0)) for choices, _, _ in listed}, world.policies
        )
        for i in (1, 2)
    ]


def by_draws(mean: Expectation, world: sb.World) -> list[Any]:
    """The parts of a mean by way of the draws of noise."""
    met = choices_met(mean, world)
    held = {choices: {value: weight for value, weight in of.items() if value is not None} for choices, of in met.items()}
    return [(choices, sum(of.values()), sum(value * weight for value, weight in of.items())) for choices, of in held.items()]


def agree(f: Any, world: sb.World) -> int:
    """Compare every mean of a formula; says how many could be compared."""
    done = 0
    for mean in set(means(f)):
        try:
            found = open_parts(mean, world)
        except Refusal:
            continue
        mass, worth = both(by_draws(mean, world), world)
        new_mass, new_worth = both(found, world)
        assert new_worth == worth
        assert new_mass == (mass if mean.given is not None else new_mass)
        done += 1
    return done


@settings(max_examples=tries(40))
@given(worlds(max_decisions=2, couplings=("monotone", "independent")), utilities())
def test_any_mean_of_any_world(world: sb.World, utility: sb.Utility) -> None:
    agree(utility.formula, world)


@pytest.mark.parametrize("memory", MEMORIES)
@settings(max_examples=4)
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(FORMULAS))
def test_means_over_time(memory: str, seed: int, kind: str) -> None:
    world = random_world(seed, memory)
    agree(utility_of(kind, 2).formula, world)


@pytest.mark.parametrize("name", sorted(sb.worlds.bundled_worlds()))
def test_bundled_worlds_are_compared(name: str) -> None:
    world = sb.worlds.bundled_worlds()[name]
    assert agree(sb.conditional_counterfactual.formula, world) + agree(sb.counterfactual.formula, world) > 0


def test_many_noises_are_scored_as_few_are() -> None:
    f = sb.conditional_counterfactual.formula
    few, many = noisy(3), noisy(20)
    assert agree(f, few) == 4
    assert has_many_draws(many)
    assert not has_many_draws(few)
    for policy in few.policies:
        assert score_of(f, few, policy) == brute_scores.score(f, few, policy)
        assert score_of(f, many, many.policy(policy.act("act"))) == sb.conditional_counterfactual(many, policy.act("act"))
    best = sb.solve(many, sb.conditional_counterfactual)
    assert best
    assert best.score == sb.conditional_counterfactual(many, best.policy)


def test_a_mean_that_reads_a_decision_twice_is_left_to_the_draws() -> None:
    world = sb.World(
        ck.Model(u=ck.coin("1/2"), w=lambda u: u, act=ck.choice(0, 1, sees=["w"]), value=lambda act, u: act * (1 + u)), value="value"
    )
    twice = sb.E(sb.V * sb.V.had(w=True))
    with pytest.raises(Refusal, match="'act' in two branches at once"):
        open_parts(twice, world)
    assert policy_polynomial(twice, world).score(world.policy(1)) == Fraction(1 + 4, 2)


def test_sums_of_runs_that_exceed_a_machine_number_stay_whole_numbers() -> None:
    for size in (10, 2**40, 2**61, 2**62):
        numbers = [size, -1, size, size, size, 3]
        assert added_up(np.array(numbers), np.array([0, 2, 5])).tolist() == [size - 1, 3 * size, 3]


@given(st.lists(st.lists(st.integers(-3, 3).map(lambda n: n * 2**61), min_size=2, max_size=2), min_size=1, max_size=9), st.booleans())
def test_different_rows_are_counted(rows: list[list[int]], is_small: bool) -> None:
    table = np.array([[n >> 61 if is_small else n for n in row] for row in rows], dtype=np.int64 if is_small else object)
    assert how_many_different(table) == len(set(map(tuple, rows)))


def test_rows_that_mix_to_the_same_number_are_still_told_apart() -> None:
    assert how_many_different(np.array([[2**61 - 1, 1], [0, 1], [2**62 - 2, 1], [0, 1]], dtype=object)) == 3


@settings(max_examples=8)
@given(st.integers(1, 90), st.integers(2, 40), st.integers(0, 10**6))
def test_rows_of_any_number_of_columns_are_told_apart(columns: int, values: int, seed: int) -> None:
    """Far more combinations than a machine number counts; rows that differ in one place only, and rows that are alike."""
    draw = np.random.default_rng(seed)
    rows = draw.integers(0, values, size=(12, columns))
    rows = np.concatenate([rows, rows[::3], rows])
    for row in range(len(rows) - 12, len(rows)):
        rows[row, draw.integers(columns)] = draw.integers(values)
    listed = list(map(tuple, rows.tolist()))
    firsts, number = different(list(rows.T), len(rows))
    assert sorted(listed[first] for first in firsts) == sorted(set(listed))
    assert [listed[firsts[one]] for one in number] == listed
    key = combined(list(rows.T), [values] * columns, len(rows))
    assert [place for place, _ in sorted(enumerate(key.tolist()), key=lambda one: one[1])] == sorted(
        range(len(rows)), key=lambda i: listed[i]
    )


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 9), st.integers(0, 2)), max_size=12), st.sampled_from([1, 2**40, 2**61]))
def test_arrays_are_sorted_together(rows: list[tuple[int, int, int]], far: int) -> None:
    """Sorted already or not, with numbers that one key holds or does not, and with negative ones; what is equal stays in its order."""
    for listed in (rows, sorted(rows)):
        columns = [np.array([row[i] * (far if i == 0 else 1) for row in listed], dtype=np.int64) for i in range(3)]
        expected = sorted(range(len(listed)), key=lambda place: (listed[place], place))
        assert in_order(*columns).tolist() == expected


@given(st.lists(st.integers(0, 9), max_size=12), st.sampled_from([10, 10**9]))
def test_numbers_are_told_apart_by_a_table_or_by_sorting(key: list[int], size: int) -> None:
    first, number = numbered(np.array(key, dtype=np.int64), size)
    assert [key[place] for place in first] == sorted(set(key))
    assert first.tolist() == [key.index(value) for value in sorted(set(key))]
    assert [key[first[one]] for one in number] == key


@pytest.mark.parametrize("steps", [6, 12, 40])
def test_what_acts_came_to_is_carried_and_not_the_acts(steps: int) -> None:
    """Nothing is seen of what reassured people do: how often they were asked before they were reassured is a state, not who did what."""
    landscape = landscape_of(sb.worlds.reassurance(steps=steps), [Mean(Fraction(1), sb.V, None)])
    assert [layer.size for layer in landscape.layers] == list(range(1, steps + 1))


def test_ways_of_deciding_are_listed_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four options in each of two states; two of the eight ways add nothing."""
    monkeypatch.setattr(open_form, "MOST_PARTS", 8)
    assert len(open_parts(sb.E(sb.V), sb.worlds.office())) == 6
    monkeypatch.setattr(open_form, "MOST_PARTS", 7)
    with pytest.raises(Refusal, match="too many ways of deciding to list"):
        open_parts(sb.E(sb.V), sb.worlds.office())
