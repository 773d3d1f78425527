"""Samples as values and as data frames: exact weights, the same seed the same draws."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

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


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([None, 1], "object"), ([None, 2.5], "object"), ([None, "a"], "object"), ([1j, None], "object"), ([2**60 + 1, 2.5], "object"),
        ([True, 2], "object"), ([(), (0, 1)], "object"), ([Fraction(1, 2), 3], "object"), ([None], "object"),
        ([1, 2], "int64"), ([True, False], "bool"), ([1, 2.5], "float64"),
    ],
)  # fmt: skip
def test_values_stand_in_a_frame_of_samples_as_they_are(values: list[Any], kind: str) -> None:
    """Nothing is made a number, or another number, because of what stands beside it; plain numbers and truths stay quick."""
    model = ck.Model(x=ck.uniform(*values), y=lambda x: x)
    for of in (["x", "y"], ["y"], None):
        frame = model.samples(40, of=of, seed=1)
        for name in frame.columns:
            assert str(frame[name].dtype) == kind
            assert {(type(value), value) for value in frame[name].tolist()} == {
                (float if kind == "float64" else type(value), value) for value in values
            }
    assert model.samples(0).shape == (0, 2)


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
