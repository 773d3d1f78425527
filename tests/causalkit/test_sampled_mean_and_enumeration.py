"""The ends of intervals on either side of where shares are counted otherwise, and runs that are walked through one by one."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

import causalkit as ck
from causalkit.engine.exact import enumeration
from causalkit.engine.exact.enumeration import measure, open_measure
from causalkit.engine.sampled_mean import interval, spread
from causalkit.errors import OpenChoice, TooLarge
from causalkit.mechanisms.network import Edits, Reading

Z = NormalDist().inv_cdf(0.975)


def counted(numbers: list[float], extra: dict[float, float]) -> tuple[float, float]:
    """The interval of samples of weight 1 where half of z squared more are counted at each of some values."""
    count = Z * Z / 2
    total = len(numbers) + count * sum(extra.values())
    mean = (sum(numbers) + count * sum(value * weight for value, weight in extra.items())) / total
    squares = sum((each - mean) ** 2 for each in numbers) + count * sum((weight * (value - mean)) ** 2 for value, weight in extra.items())
    return mean - Z * math.sqrt(squares) / total, mean + Z * math.sqrt(squares) / total


def ends(numbers: list[float], possible: list[float], missed: dict[float, float] | None = None) -> Any:
    return pytest.approx(interval(spread(np.array(numbers), np.ones(len(numbers))), possible, missed or {}, 0.95))


@pytest.mark.parametrize(("each", "is_many"), [(15, False), (16, True)])
def test_shares_are_counted_at_both_ends_from_so_many_samples_on(each: int, is_many: bool) -> None:
    """Eight times z squared are a little less than 31."""
    numbers = [0.0] * each + [1.0] * each
    both = {0.0: 1.0, 1.0: 1.0}
    low, high = (counted(numbers, both if is_many else {end: 1.0})[side] for side, end in enumerate((0.0, 1.0)))
    assert (low, high) == ends(numbers, [0.0, 1.0])


@pytest.mark.parametrize("possible", [[0.0, 0.5, 1.0], [0.0, 1.0, 3.0], [-2.0, 0.0, 1.0]])
def test_other_values_are_counted_at_the_far_end_alone(possible: list[float]) -> None:
    numbers = [0.0, 1.0] * 50 + ([0.5] if 0.5 in possible else [])
    least, most = min(possible), max(possible)
    low, high = counted(numbers, {least: 1.0})[0], counted(numbers, {most: 1.0})[1]
    assert (max(least, low), min(most, high)) == ends(numbers, possible)


def test_what_was_missed_widens_its_end_where_it_weighs_more_than_a_sample() -> None:
    numbers = [0.0, 1.0] * 50
    plain = interval(spread(np.array(numbers), np.ones(100)), [0.0, 1.0], {}, 0.95)
    heavy = counted(numbers, {1.0: 4.0})[1]
    assert (plain[0], heavy) == ends(numbers, [0.0, 1.0], {1.0: 4.0})
    assert (counted(numbers, {0.0: 3.0})[0], plain[1]) == ends(numbers, [0.0, 1.0], {0.0: 3.0})
    assert plain == ends(numbers, [0.0, 1.0], {0.0: 0.5, 1.0: 0.9})


# ---------------------------------------------------------------- runs


COINS = ck.Model(a=ck.coin("1/2"), b=ck.coin("1/3"), c=ck.coin("1/5"), act=ck.choice("l", "r", sees=["a"]))
A, B, C, ACT = (COINS.regime.network.node(Edits(), name) for name in ("a", "b", "c", "act"))
EVERY = Reading((A, B, C), lambda values: (values[A], values[B], values[C]))


def test_runs_are_walked_through_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = measure([], EVERY)
    assert len(expected) == 8
    assert expected[True, False, True] == Fraction(1, 2) * Fraction(2, 3) * Fraction(1, 5)
    monkeypatch.setattr(enumeration, "MOST_RUNS", 8)
    assert measure([], EVERY) == expected
    monkeypatch.setattr(enumeration, "MOST_RUNS", 7)
    with pytest.raises(TooLarge, match="the answer takes more than 7 runs of the world"):
        measure([], EVERY)
    only = Reading((A,), lambda values: values[A] is True)
    assert measure([only, Reading((B,), lambda values: values[B] is False)], EVERY) == {
        values: weight for values, weight in expected.items() if isinstance(values, tuple) and values[:2] == (True, False)
    }


def test_evidence_comes_before_the_target_and_draws_when_they_are_asked_for() -> None:
    target = Reading((), lambda values: 1 // int(values[A] is True))
    with pytest.raises(KeyError):
        measure([], target)  # nothing is known yet, and a plain dictionary asks nobody
    seen = Reading((A,), lambda values: values[A] is True)
    assert measure([seen], target) == {1: Fraction(1, 2)}
    assert measure([Reading((A,), lambda values: False)], Reading((), lambda values: 1 // 0)) == {}


def test_open_choices_are_told_with_what_was_seen() -> None:
    found = open_measure([], Reading((ACT, A), lambda values: values[ACT]))
    quarter = {(seen, done): frozenset({("act", (seen,), done)}) for seen in (False, True) for done in "lr"}
    assert found == {made: {done: Fraction(1, 2)} for (_, done), made in quarter.items()}
    with pytest.raises(OpenChoice) as told:
        measure([], Reading((ACT,), lambda values: values[ACT]))
    assert str(told.value) == (
        "'act' is a choice that nobody has made, and the answer depends on it; "
        "plug in a rule with .choose({'act': 'l'}) or set it with .do({'act': 'l'})"
    )
