"""Distributions in cases that come seldom, and what they refuse, in whole sentences."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy

import causalkit as ck
from causalkit import errors
from causalkit.values.dist import Dist
from tests.refusing import check_told

HALF = Fraction(1, 2)


DISTS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "the weight of 'a' is -1/2, and weights are 0 or more": (errors.NotADistribution, lambda: Dist({"a": "-1/2", "b": "3/2"})),
    "the weights of 'a' sum to 1/2, and they must sum to 1; nothing is filled in or rescaled": (
        errors.NotADistribution,
        lambda: Dist({"a": HALF}),
    ),
    "the weights of no values sum to 0, and they must sum to 1; nothing is filled in or rescaled": (
        errors.NotADistribution,
        lambda: Dist({}),
    ),
    "uniform takes one or more different values, and got ()": (errors.WrongShape, ck.uniform),
    "uniform takes one or more different values, and got (1, 1)": (errors.WrongShape, lambda: ck.uniform(1, 1)),
    "[] cannot be a value of a distribution, because it is not hashable; return a tuple or a frozenset": (
        errors.WrongShape,
        lambda: ck.coin(HALF).map(lambda value: []),  # type: ignore[arg-type,return-value]
    ),
    "[1] cannot be a value of a distribution, because it is not hashable; give a tuple": (
        errors.UnknownValue,
        lambda: ck.coin(HALF)[[1]],  # type: ignore[index]
    ),
    "the event has probability 0 under Dist({False: '1/2', True: '1/2'}); condition on an event that holds for one of its values": (
        errors.Impossible,
        lambda: ck.coin(HALF).given(lambda value: False),
    ),
    "count=-1 is no number of things; give a whole number from 0 on, such as count=10": (
        errors.WrongShape,
        lambda: ck.coin(HALF).sample(-1),
    ),
    "seed=-1 is no number of things; give a whole number from 0 on, such as seed=10": (
        errors.WrongShape,
        lambda: ck.coin(HALF).sample(1, seed=-1),
    ),
    "the entropy of Dist({False: sympify('1 - p'), True: sympify('p')}) is not a number while its weights hold symbols; "
    "substitute them first": (
        errors.NotADistribution,
        lambda: ck.coin(sympy.Symbol("p")).entropy(),
    ),
}


@pytest.mark.parametrize("words", DISTS)
def test_what_a_distribution_refuses_is_told_why(words: str) -> None:
    check_told(DISTS, words)


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"a": 0.333, "b": 0.667}, None),
        ({"a": 0.1, "b": 0.2, "c": 0.7}, None),
        ({"a": 1 / 3, "b": 2 / 3}, "type '1/3' in place of 0.3333333333333333, '2/3' in place of 0.6666666666666666"),
        ({"a": 1 / 3, "b": Fraction(2, 3)}, "type '1/3' in place of 0.3333333333333333"),
        ({"a": 1 / 3, "b": 1 / 6, "c": 0.5}, "type '1/3' in place of 0.3333333333333333, '1/6' in place of 0.16666666666666666"),
        ({"a": 1 / 3, "b": 1 / 3}, ""),
        ({"a": 0.3333333, "b": 0.6666666}, ""),
        ({"a": "0.3333333333333333", "b": "0.6666666666666666"}, ""),
        ({"a": 1 / 3, "b": 1 - sympy.Symbol("p")}, ""),
    ],
)
def test_floats_that_stand_for_fractions_are_told_which(weights: dict[str, Any], told: str | None) -> None:
    if told is None:
        assert Dist(weights)
        return
    with pytest.raises(errors.NotADistribution) as error:
        Dist(weights)
    hint = f"; a float is read as the decimal that it prints: {told}" if told else "nothing is filled in or rescaled"
    assert str(error.value).endswith(hint)


def test_draws_are_by_weight_and_the_same_for_the_same_seed() -> None:
    bent = Dist({"a": "1/6", "b": "1/3", "c": "1/2"})
    drawn = bent.sample(6000)
    assert drawn == bent.sample(6000, seed=0) != bent.sample(6000, seed=1)
    assert [abs(drawn.count(value) - 6000 * float(bent[value])) < 150 for value in "abc"] == [True, True, True]
    assert bent.sample(0) == ()
    assert Dist({"x": 1}).sample(3) == ("x", "x", "x")


def test_the_entropy_of_irrational_weights_is_a_number() -> None:
    low = sympy.sqrt(2) - 1
    law = ck.Dist({0: low, 1: 1 - low})
    p = 2**0.5 - 1
    assert law.entropy() == pytest.approx(-p * math.log2(p) - (1 - p) * math.log2(1 - p))
