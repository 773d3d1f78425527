"""Samples in rare cases: what nobody draws, what weighs nothing, what is known by then, and limits, against numbers by hand."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import causalkit as ck
from causalkit.engine import target_kinds
from causalkit.engine.likelihood_weighting import Estimate, _fixed, _inputs, _padded, _Samples, estimate, estimates
from causalkit.engine.target_kinds import Kinds, _needed, by_number, kinds_of, one_or_not
from causalkit.errors import InvalidNumber, OpenChoice, TooLarge, WrongShape
from causalkit.mechanisms.network import Edits, Node, Reading

THREE = ck.Model(
    u=ck.uniform(0, 1, 2),
    y=ck.cpt(["u"], {0: ck.coin("1/2"), 1: ck.coin("3/4"), 2: {False: 1}}, domain=[False, True]),
    v=lambda u: 10 * u,
    w=lambda v: v + 1,
    even=lambda u: u % 2 == 0,
)


def node(model: ck.Model, name: str) -> Node:
    return model.regime.network.node(Edits(), name)


def value_of(each: Node) -> Reading:
    return Reading((each,), lambda values: values[each])


@dataclass
class Drawn:
    """Samples that hold these combinations only."""

    weighed: list[Any]
    observed: dict[Any, Any]
    kept: set[Any] = field(default_factory=set)
    scale: float = 0.0

    def kinds(self, nodes: Any) -> set[Any]:
        return self.kept


class LookedUp(dict[Any, Any]):
    """What is known, for those who do not look it up for ever."""

    left = 100

    def __contains__(self, key: object) -> bool:
        self.left -= 1
        assert self.left, "this is looked up for ever"
        return super().__contains__(key)


def test_what_is_needed_is_drawn_and_what_follows_is_worked_out() -> None:
    u, v, w = node(THREE, "u"), node(THREE, "v"), node(THREE, "w")
    assert _needed([w], LookedUp(), {}) == u
    known = LookedUp({u: 2})
    assert _needed([w, v], known, {}) is None
    assert dict(known) == {u: 2, v: 20, w: 21}
    assert _needed([v, w], LookedUp({u: 1}), {}) is None
    assert _needed([w], LookedUp({u: 1}), {v: 10}) == v
    assert _needed([], LookedUp(), {}) is None


def test_a_kind_that_cannot_agree_with_what_was_observed_weighs_nothing() -> None:
    u, y, v = (node(THREE, name) for name in "uyv")
    found = kinds_of(value_of(v), Drawn([y], {y: True}, {(0,)}))
    assert found is not None
    assert found.possible == {0, 10, 20}
    assert found.missed == pytest.approx({10: 0.75, 20: 0.0})
    light = kinds_of(value_of(u), Drawn([y], {y: True}, scale=-1000.0))
    assert light is not None
    assert light.missed[1] == math.exp(700.0)


def test_of_kinds_with_one_value_the_heaviest_counts() -> None:
    y, even = node(THREE, "y"), node(THREE, "even")
    for seen, missed in ((True, {True: 0.5, False: 0.75}), (False, {True: 1.0, False: 0.25})):
        found = kinds_of(value_of(even), Drawn([y], {y: seen}))
        assert found is not None
        assert found.missed == pytest.approx(missed)


def test_a_target_that_asks_for_more_is_followed() -> None:
    u = node(THREE, "u")
    lazy = THREE.branches().reading(lambda b: "even" if b.fact.even else b.fact.v)
    assert lazy.nodes == ()
    assert kinds_of(lazy, Drawn([], {}, {(0,), (1,)})) == Kinds({"even", 10}, {"even": 1.0})
    assert kinds_of(lazy, Drawn([], {u: 1}, {(1,)})) == Kinds({10}, {})


@pytest.mark.parametrize(("most", "is_listed"), [(2, False), (3, True)])
def test_kinds_are_listed_up_to_a_limit(most: int, is_listed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_kinds, "MOST_COMBINATIONS", most)
    found = kinds_of(value_of(node(THREE, "u")), Drawn([], {}))
    assert found == (Kinds({0, 1, 2}, {0: 1.0, 1: 1.0, 2: 1.0}) if is_listed else None)
    told = THREE.estimate("u", samples=100)
    assert told.every_value is is_listed
    assert str(told).endswith("seed 0)" if is_listed else "seed 0, as if no value of weight had been missed)")


def test_values_that_are_one_number_are_one_and_the_heavier_counts() -> None:
    kinds = Kinds({"1/2", "0.5", 3}, {"1/2": 0.25, "0.5": 0.5})
    assert by_number(kinds) == Kinds({0.5, 3.0}, {0.5: 0.5, 3.0: 0.0})
    assert by_number(Kinds({"0.5", "1/2"}, {"0.5": 0.25, "1/2": 0.5})) == Kinds({0.5}, {0.5: 0.5})
    assert one_or_not(3, Kinds({1, 2, 3}, {1: 0.5, 2: 0.25})) == Kinds({0.0, 1.0}, {1.0: 0.0, 0.0: 0.5})


# ---------------------------------------------------------------- samples


def drawn(model: ck.Model, observed: Mapping[str, Any], count: int = 50) -> _Samples:
    return _Samples(count, np.random.default_rng(0), {node(model, name): value for name, value in observed.items()})


def test_weights_are_divided_by_the_largest_and_their_scale_is_kept() -> None:
    model = ck.Model(a=ck.coin("1/4"), b=ck.coin("1/8"), c=ck.cpt(["a"], {True: ck.coin("1/2"), False: ck.coin("1/5")}))
    found = drawn(model, {"a": True, "b": True, "c": False})
    found._need([node(model, name) for name in "abc"])
    assert found.weights.tolist() == [1.0] * 50
    assert found.scale == pytest.approx(math.log(1 / 4 / 8 / 2))
    assert [each.variable for each in found.weighed] == ["a", "b", "c"]
    some = drawn(model, {"c": True})
    some._need([node(model, "c")])
    known = some._columns[node(model, "a")]
    assert set(known.tolist()) == {0, 1}
    assert some.weights.tolist() == pytest.approx([1.0 if place else 0.4 for place in known.tolist()])
    assert some.kinds([]) == {()}
    assert some.kinds([node(model, "a"), node(model, "c")]) == {(False, True), (True, True)}
    some.weights[known == 1] = 0
    assert some.kinds([node(model, "a")]) == {(False,)}


def test_rows_of_parents_are_counted_with_the_last_changing_fastest() -> None:
    model = ck.Model(a=ck.uniform(0, 1, 2), b=ck.coin("1/2"), c=lambda a, b: (a, b))
    c = node(model, "c")
    assert [_inputs(c, row) for row in range(6)] == [(a, b) for a in range(3) for b in (False, True)]
    found = drawn(model, {})
    found._need([c])
    columns = {name: found._columns[node(model, name)].tolist() for name in "abc"}
    expected = [(a, bool(b)) for a, b in zip(columns["a"], columns["b"], strict=True)]
    assert [c.mechanism.domain[place] for place in columns["c"]] == expected
    assert _padded([[1], [2, 3]], int).tolist() == [[1, 0], [2, 3]]


def test_what_is_left_out_is_not_asked() -> None:
    """Evidence and target are read where all evidence before them holds, and nowhere else."""
    model = ck.Model(x=ck.uniform(0, 1, 2), y=ck.coin("1/2"))
    x, y = node(model, "x"), node(model, "y")
    not_zero = Reading((x, y), lambda values: int(str(values[x])) > 0)
    half = Reading((x, y), lambda values: 2 // int(str(values[x])) == 2 or values[y])
    found = estimate([not_zero, half], Reading((x, y), lambda values: 1 // int(str(values[x]))), samples=4_000)
    assert found.low < 2 / 3 < found.high
    assert found.acceptance == pytest.approx(1 / 2, abs=0.05)
    assert set(estimates([not_zero, half], value_of(x), samples=200)) == {1, 2}
    never = Reading((x, y), lambda values: int(str(values[x])) > 5)
    with pytest.raises(TooLarge, match="none of 50 samples agrees with the evidence"):
        estimate([never, Reading((x, y), lambda values: 1 // 0)], value_of(x), samples=50)
    with pytest.raises(TooLarge, match="none of 50 samples agrees with the evidence"):
        estimate([never], Reading((), lambda values: 1 // 0), samples=50)


@pytest.mark.parametrize(
    ("values", "accepted", "third"), [((True, True), 1.0, 1.0), ((False, True), 1 / 3, 1 / 2), ((False, False), 2 / 3, 0.0)]
)
def test_copies_that_were_observed_weigh_what_both_together_do(values: tuple[bool, bool], accepted: float, third: float) -> None:
    """Of a draw below 1/4 all are true, below 3/8 the second and the third, below 1/2 the second alone."""
    rows = {0: ck.coin("1/4"), 1: ck.coin("1/2"), 2: ck.coin("3/8")}
    model = ck.Model(x=ck.uniform(0, 1, 2), y=ck.cpt(["x"], rows, coupling="monotone", domain=[False, True]))
    had = model.do(x=0).given(y=values[0]).do(x=1).given(y=values[1]).do(x=2)
    assert had.prob(y=True) == Fraction(third)
    found = had.estimate("y", samples=3_000)
    assert found.low <= third <= found.high
    assert found.high - found.low < 0.1
    assert found.acceptance == pytest.approx(accepted, abs=0.05)


def test_evidence_that_says_what_it_fixes_is_not_read_for_it() -> None:
    u = node(THREE, "u")
    assert _fixed(Reading((u,), lambda values: 1 // 0, (2,))) == {u: 2}
    assert _fixed(Reading((u,), lambda values: values[u] == 1)) == {u: 1}
    assert _fixed(Reading((u, u), lambda values: values[u] == 1)) == {u: 1}
    assert _fixed(Reading((u,), lambda values: values[u] != 1)) is None
    assert _fixed(Reading((), lambda values: 1 // 0)) is None


def test_an_estimate_is_its_number_and_says_its_fields_in_order() -> None:
    one = Estimate(0.25, 0.125, 0.5, 0.9, 2_000, 0.755, 1_234.4, 7)
    assert (float(one), bool(one), one.every_value) == (0.25, True, True)
    assert not Estimate(0.25, 0.125, 0.5, 0.9, 2_000, 0.75, 0.0, 7)
    assert str(one) == "0.25 in [0.125, 0.5] (90% interval, 2,000 samples, 75.5% accepted, worth 1,234, seed 7)"
    assert THREE.estimate("u", samples=10, seed=3).seed == 3
    for ask in (estimate, estimates):
        defaults = {name: each.default for name, each in inspect.signature(ask).parameters.items() if each.default is not each.empty}
        assert defaults == {"samples": 100_000, "level": 0.95, "seed": 0}


@pytest.mark.parametrize("level", [0, 1, True, -0.5, 1.5, "0.9", None])
def test_a_level_is_a_number_between_0_and_1(level: Any) -> None:
    with pytest.raises(WrongShape, match="makes no interval"):
        THREE.estimate("u", level=level)


def test_what_cannot_be_drawn_or_put_in_floats_is_refused() -> None:
    with pytest.raises(OpenChoice, match="'a' is a choice that nobody has made"):
        estimate([], value_of(node(ck.Model(a=ck.choice(0, 1)), "a")))
    with pytest.raises(InvalidNumber, match="larger than any float"):
        ck.Model(u=ck.uniform(1, 10**400)).estimate("u")
