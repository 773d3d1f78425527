"""Distributions: exact, immutable, and printed so that they can be pasted back."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Hashable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
from causalkit import Dist
from causalkit.errors import NotADistribution
from causalkit.testing import dists

p = sympy.Symbol("p", positive=True)
q = sympy.Symbol("q")

values = st.lists(
    st.one_of(
        st.integers(-3, 3), st.booleans(), st.text(max_size=3), st.none(), st.tuples(st.integers(0, 2), st.text(max_size=1)), st.fractions()
    ),
    min_size=1,
    max_size=5,
    unique=True,
)
any_dist = values.flatmap(dists)


def named() -> dict[str, object]:
    """What a user has imported who pastes a value back."""
    return {"Dist": Dist, "Fraction": Fraction, "sympify": sympy.sympify}


@given(any_dist)
def test_paste_back(dist: Dist) -> None:
    assert eval(repr(dist), named()) == dist
    assert repr(eval(repr(dist), named())) == repr(dist)


def test_paste_back_with_symbols() -> None:
    dist = Dist({"a": q / 2, "b": 1 - q / 2})
    assert eval(repr(dist), named()) == dist


@given(any_dist)
def test_weights_are_positive_and_sum_to_1(dist: Dist) -> None:
    assert sum(dist.values()) == 1
    assert all(isinstance(weight, Fraction) and weight > 0 for weight in dist.values())
    assert len(dist) == len(dist.support) == len(list(dist))


@given(any_dist, st.data())
def test_order_means_nothing_to_equality(dist: Dist, data: st.DataObject) -> None:
    shuffled = Dist({value: dist[value] for value in data.draw(st.permutations(dist.support))})
    assert shuffled == dist
    assert hash(shuffled) == hash(dist)
    assert {shuffled: 1}[dist] == 1


@given(any_dist)
def test_pickle_and_copy(dist: Dist) -> None:
    hash(dist)
    for twin in (pickle.loads(pickle.dumps(dist)), copy.copy(dist), copy.deepcopy(dist)):
        assert twin == dist
        assert hash(twin) == hash(dist)
        assert list(twin.items()) == list(dist.items())


def test_nothing_can_be_changed() -> None:
    dist: Any = ck.coin("1/4")
    with pytest.raises(TypeError):
        dist[True] = Fraction(1)
    with pytest.raises(TypeError):
        del dist[True]
    with pytest.raises(AttributeError):
        dist.weights = {}
    weights = {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    made = Dist(weights)
    weights["a"] = Fraction(7)
    assert made == ck.uniform("a", "b")


@pytest.mark.parametrize(
    "weight", [1, True, Fraction(1), "1", "1/1", "1.0", "1e0", Decimal("1.00"), 1.0, numpy.float64(1), numpy.int64(1), sympy.Integer(1)]
)
def test_every_spelling_of_a_number(weight: object) -> None:
    assert Dist({"a": weight}) == ck.point("a")
    assert type(Dist({"a": weight})["a"]) is Fraction


def test_floats_are_read_by_their_shortest_decimal() -> None:
    assert Dist({"a": 0.1, "b": 0.2, "c": 0.7}) == Dist({"a": "1/10", "b": "1/5", "c": "7/10"})
    with pytest.raises(NotADistribution, match=r"sum to 99/100, and they must sum to 1"):
        Dist({"a": 0.1, "b": 0.89})
    third = 1 / 3
    with pytest.raises(NotADistribution, match="sum to 9999999999999999/10000000000000000"):
        Dist({"a": third, "b": third, "c": third})


def test_true_is_1_as_in_python() -> None:
    """One value under two spellings is one value; the first spelling is kept."""
    assert Dist({True: "1/2", 0: "1/2"}) == Dist({1: "1/2", False: "1/2"})
    assert ck.coin("1/4")[1] == Fraction(1, 4)
    assert list(Dist({1: "1/2", 0: "1/2"}).map(bool)) == [True, False]
    assert 1.0 in Dist({1: 1})


def test_text_is_no_number() -> None:
    assert Dist({"1": "1/2", 1: "1/2"})["1"] == Fraction(1, 2)
    assert len(Dist({"1": "1/2", 1: "1/2"})) == 2


def test_values_of_weight_zero_are_dropped() -> None:
    dist = Dist({"a": 1, "b": 0, "c": p - p})
    assert dist.support == ("a",)
    assert dist["b"] == 0
    assert "b" not in dist


def test_a_value_that_it_does_not_hold_has_weight_zero() -> None:
    dist = ck.coin("1/4")
    assert (dist["x"], type(dist["x"])) == (0, Fraction)
    assert dist.get("x") == 0


@given(any_dist, st.data())
def test_given(dist: Dist, data: st.DataObject) -> None:
    kept = set(data.draw(st.lists(st.sampled_from(dist.support), min_size=1)))
    event = lambda value: value in kept
    conditioned = dist.given(event)
    assert all(conditioned[value] == dist[value] / dist.prob(event) for value in kept)
    assert set(conditioned) == kept


@given(dists([-1, 0, 1, 2]), dists([-1, 0, 1, 2]))
def test_total_variation_is_a_metric_and_the_largest_difference(one: Dist, other: Dist) -> None:
    distance = one.total_variation(other)
    every = [set(part) for size in range(5) for part in _subsets([-1, 0, 1, 2], size)]
    assert distance == max(abs(one.prob(part.__contains__) - other.prob(part.__contains__)) for part in every)
    assert distance == other.total_variation(one)
    assert (distance == 0) == (one == other)


def _subsets(items: list[Hashable], size: int) -> list[tuple[Hashable, ...]]:
    import itertools

    return list(itertools.combinations(items, size))


@given(dists([-1, 0, 1, 2]))
def test_map_and_expect(dist: Dist) -> None:
    assert dist.map(lambda n: n * n).expect() == dist.expect(lambda n: n * n)
    assert dist.map(lambda n: n) == dist
    assert sum(dist.map(abs).values()) == 1


def test_entropy() -> None:
    assert ck.uniform(*range(8)).entropy() == 3.0
    assert str(ck.point("a").entropy()) == "0.0"
    assert ck.Dist({0: Fraction(1, 10**400), 1: 1 - Fraction(1, 10**400)}).entropy() == 0.0, "less than floats hold"
    assert math.isclose(ck.coin("1/4").entropy(), 0.8112781244591328)
    with pytest.raises(NotADistribution, match="symbols"):
        ck.coin(p).entropy()


def test_symbols_as_weights() -> None:
    dist = ck.coin(p)
    assert dist[True] == p
    assert sympy.expand(dist[False] - (1 - p)) == 0
    assert Dist({"a": p, "b": q, "c": 1 - p - q}).prob(lambda v: v != "c") == p + q
    with pytest.raises(NotADistribution, match="sum to"):
        Dist({"a": p, "b": p})
    with pytest.raises(NotADistribution, match="0 or more"):
        Dist({"a": -p, "b": 1 + p})
    assert ck.coin(p).map(lambda v: 0) == ck.point(0)


def test_symbols_that_make_a_number_are_one() -> None:
    assert Dist({"a": p / (2 * p), "b": sympy.Rational(1, 2)}) == ck.uniform("a", "b")


def test_how_it_shows() -> None:
    dist = Dist({"rain": "1/3", "a_b": "2/3"})
    assert str(dist) == "value  probability\nrain           1/3\na_b            2/3"
    assert "<td>1/3</td>" in dist._repr_html_()
    assert r"a\_b" in dist._repr_latex_()
    assert "<script>" not in Dist({"<script>": 1})._repr_html_()


@given(any_dist)
def test_counts_over_their_denominator_are_the_weights(dist: Dist) -> None:
    """However a distribution was made, also where its counts were known before."""
    again = Dist(dict(dist))
    for each in (
        dist,
        again,
        Dist.trusted(dict(dist)),
        pickle.loads(pickle.dumps(dist)),
        copy.deepcopy(dist),
        dist.map(lambda value: value),
    ):
        assert each.counts is not None
        numbers, whole = each.counts
        assert [Fraction(number, whole) for number in numbers] == list(each.values())
        assert whole == math.lcm(*(weight.denominator for weight in dict(each).values()))
    assert hash(again) == hash(dist)


def test_no_counts_stand_for_symbols_and_none_for_values_that_are_dropped() -> None:
    p = sympy.Symbol("p", positive=True)
    assert Dist({"a": p, "b": 1 - p}).counts is None
    assert Dist({"a": "1/4", "b": 0, "c": "3/4"}).counts == ((1, 3), 4)
    assert Dist({"a": sympy.Rational(1, 3), "b": "2/3"}).counts == ((1, 2), 3)
    assert Dist.trusted({"a": p, "b": 1 - p}).counts is None
