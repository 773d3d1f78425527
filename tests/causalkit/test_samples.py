"""Samples as values and as data frames: exact weights, the same seed the same draws."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
import sympy

import causalkit as ck
from causalkit.errors import InvalidNumber, TooLarge, UnknownName, WrongShape

ROAD = ck.Model(rain=ck.coin("1/4"), careless=ck.coin("1/3"), wet=lambda rain: rain, slips=lambda wet, careless: wet and careless)


def test_samples_follow_the_weights() -> None:
    """Derived: by Hoeffding's bound a share of 20,000 draws is off by more than 0.02 with probability 2 exp(-16) at most."""
    dist = ck.Dist({"a": "1/7", "b": "2/7", "c": "4/7"})
    drawn = Counter(dist.sample(20_000, seed=3))
    assert len(dist) == 3
    for value, weight in dist.items():
        assert abs(Fraction(drawn[value], 20_000) - weight) < Fraction(1, 50)


def test_the_same_seed_draws_the_same() -> None:
    dist = ck.uniform(*range(10))
    assert dist.sample(50, seed=1) == dist.sample(50, seed=1) != dist.sample(50, seed=2)
    assert dist.sample(0) == ()
    assert ck.point("x").sample(3) == ("x", "x", "x")


def test_a_frame_of_samples_has_a_column_for_each_variable() -> None:
    frame = ROAD.samples(400, seed=5)
    assert list(frame.columns) == list(ROAD.names)
    assert len(frame) == 400
    assert (frame["slips"] == (frame["wet"] & frame["careless"])).all()
    assert set(map(tuple, frame.to_numpy().tolist())) <= set(ROAD.dist(*ROAD.names))


def test_samples_after_seeing_and_doing() -> None:
    assert ROAD.given(slips=True).samples(30, of=["rain", "careless"]).all().all()
    done = ROAD.given(slips=True).do(wet=False).samples(30)
    assert done["rain"].all()
    assert not done["slips"].any()
    assert ROAD.samples(3, of=["rain"]).shape == (3, 1)


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(WrongShape, match=r"count=2.5 is no number of things"):
        ck.coin("1/2").sample(2.5)  # type: ignore[arg-type]
    with pytest.raises(InvalidNumber, match="depends on p"):
        ck.coin(sympy.Symbol("p")).sample(3)
    with pytest.raises(UnknownName, match="'snow' is not in the model"):
        ROAD.samples(3, of=["snow"])
    wide = ck.Model({f"x{i}": ck.uniform(*range(50)) for i in range(12)})
    with pytest.raises(TooLarge):
        wide.samples(3)
    assert wide.samples(3, of=["x1", "x2"]).shape == (3, 2)
