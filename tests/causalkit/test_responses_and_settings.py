"""How tables respond row by row, and what one story holds, worked out by hand."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest

from causalkit import Model, choice, coin, cpt, errors, uniform
from causalkit.quantities.actual import actual_cause, actual_causes, blame, responsibility
from causalkit.quantities.bounding import bounds
from causalkit.quantities.responses import Responses, connected, coupled, polynomial, responses, uncoupled
from causalkit.quantities.setting import CausalSetting, possible_settings, single_setting
from causalkit.values.dist import Dist

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
ROWS = cpt(["x"], {0: {"a": 1}, 1: {"a": "1/2", "b": "1/2"}, 2: {"a": "1/3", "b": "2/3"}})
THREE = Model(x=uniform(0, 1, 2), y=ROWS)
EACH = THREE.branches(zero={"x": 0}, one={"x": 1}, two={"x": 2})


# ---------------------------------------------------------------- responses


def test_a_row_that_says_how_likely_it_is_is_worked_in() -> None:
    assert polynomial(EACH, lambda b: b.one.y == "b") == {frozenset(): HALF}
    assert polynomial(EACH, lambda b: b.two.y == "b") == {frozenset(): 1 - THIRD}
    assert polynomial(EACH, lambda b: 3 * (b.one.y == "b") + (b.two.y == "a")) == {
        frozenset({("y", (1,), "a"), ("y", (2,), "a")}): 1,
        frozenset({("y", (1,), "b"), ("y", (2,), "a")}): 4,
        frozenset({("y", (1,), "b"), ("y", (2,), "b")}): 3,
    }


@pytest.mark.parametrize("other", ["one", "two"])
def test_what_no_response_gives_is_no_part(other: str) -> None:
    """The first row never gives b, so no response function that gives it is asked for, whatever the other row gives."""
    assert polynomial(EACH, lambda b: b.zero.y == "b" and b[other].y == "b") == {}
    assert polynomial(EACH, lambda b: b[other].y == "b" and b.zero.y == "b") == {}
    row = {"one": 1, "two": 2}[other]
    assert polynomial(EACH, lambda b: b.zero.y == "a" and b[other].y == "b") == {frozenset({("y", (0,), "a"), ("y", (row,), "b")}): 1}


def test_rows_that_meet_are_coupled_and_others_are_not() -> None:
    asked = polynomial(EACH, lambda b: b.one.y == b.two.y == "b")
    (found,) = responses(THREE.regime, asked)
    assert (found.name, found.rows, found.count, len(found.functions)) == ("y", ((1,), (2,)), 4, 4)
    assert (found.meets("y", (1,)), found.meets("y", (0,)), found.meets("x", (1,))) == (True, False, False)
    part = frozenset({("y", (1,), "b"), ("y", (2,), "a")})
    assert [function for function in found.functions if found.agrees(function, part)] == [("b", "a")]
    assert [function for function in found.functions if found.agrees(function, frozenset({("y", (2,), "a"), ("y", (0,), "b")}))] == [
        ("a", "a"),
        ("b", "a"),
    ]
    columns, rhs = found.margins
    assert rhs == [1, HALF, THIRD]
    assert columns == [{0: 1, 1: 1, 2: 1}, {0: 1, 1: 1}, {0: 1, 2: 1}, {0: 1}]
    assert responses(THREE.regime) == responses(THREE.regime, {frozenset(): HALF}) == []
    assert list(uncoupled(Model(x=uniform(0, 1, 2), y=ROWS, z=cpt(["x"], dict(ROWS.rows), coupling="independent")).regime)) == ["y"]


def test_the_group_with_most_responses_comes_last() -> None:
    wide: Any = {key: {"a": "1/2", "b": "1/4", "c": "1/4"} for key in (0, 1, 2)}
    model = Model(x=uniform(0, 1, 2), y=cpt(["x"], wide), z=ROWS)
    both = model.branches(one={"x": 1}, two={"x": 2})
    found = responses(model.regime, polynomial(both, lambda b: b.one.y == b.two.y), polynomial(both, lambda b: b.one.z == b.two.z))
    assert [(one.name, one.count) for one in found] == [("z", 4), ("y", 9)]


@pytest.mark.parametrize(
    ("sets", "groups"),
    [
        ([{1}, {2}, {3}, {1, 2}, {2, 3}], [{1, 2, 3}]),
        ([{1, 2}, {3, 4}, {5}, {4, 1}], [{1, 2, 3, 4}, {5}]),
        ([set(), {1}, set()], [{1}]),
        ([], []),
        ([{1}, {1}], [{1}]),
        ([{5}, {3, 4}, {4, 6}, {5}], [{5}, {3, 4, 6}]),
    ],
)
def test_what_shares_an_element_is_one_group(sets: list[set[int]], groups: list[set[int]]) -> None:
    assert connected(sets) == groups


def test_a_coupling_keeps_each_row_and_gives_what_was_chosen() -> None:
    """Of the second and third row the one response function is (b, b) with 1/2, (a, b) with 1/6 and (a, a) with 1/3."""
    rows = Responses("y", ((1,), (2,)), (ROWS.rows[1,], ROWS.rows[2,]))
    made = Model.of(coupled(THREE.regime, [(rows, {("b", "b"): HALF, ("a", "b"): Fraction(1, 6), ("a", "a"): THIRD})]))
    for x in (0, 1, 2):
        assert made.do(x=x).dist("y") == THREE.do(x=x).dist("y")
    each = made.branches(zero={"x": 0}, one={"x": 1}, two={"x": 2})
    assert each.dist(lambda b: (b.zero.y, b.one.y, b.two.y)) == Dist(
        {("a", "b", "b"): HALF, ("a", "a", "b"): Fraction(1, 6), ("a", "a", "a"): THIRD}
    )
    assert made.names == ("x", "y", "y.response")


def test_bounds_reach_the_least_and_the_most_that_two_rows_allow() -> None:
    found = bounds(EACH, lambda b: b.one.y == b.two.y)
    assert (found.lower, found.upper) == (Fraction(1, 6), Fraction(5, 6))  # b with 1/2 in the one row and with 2/3 in the other
    assert bounds(EACH, lambda b: b.zero.y == "b" and b.two.y == "b").upper == 0
    with pytest.raises(errors.OpenChoice, match="'d' is a choice that nobody has made, and the bounds depend on it"):
        bounds(Model(d=choice(0, 1), x=uniform(0, 1, 2), y=ROWS), "d")


# ---------------------------------------------------------------- one story

STORY = Model(
    u=coin("1/2"),
    v=coin("1/2"),
    a=lambda u: u,
    b=lambda a: a,
    c=lambda a, v: a or v,
    e=lambda b, c: b and c,
    after=lambda e: e,
    z=coin("1/2"),
)


def story(effect: Any) -> CausalSetting:
    return single_setting(STORY, effect, {"u": True, "v": False})


def test_what_an_effect_listens_to_and_what_may_be_held() -> None:
    one = story("e")
    assert (one.heard, one.candidates) == (("u", "v", "a", "b", "c", "e"), ("u", "v", "a", "b", "c"))
    assert (one.holdable(("a",)), one.holdable(("u",)), one.holdable(("b",)), one.holdable(("v",))) == (
        ("b", "c"),
        ("a", "b", "c"),
        (),
        ("c",),
    )
    assert one.holdable(("u", "b")) == ("a", "c")
    two = story(lambda b, c: b and c)
    assert (two.heard, two.candidates) == (("u", "v", "a", "b", "c"), ("u", "v", "a"))
    assert two.holdable(("a",)) == ("b", "c")
    alone = story({"b": True})
    assert (alone.heard, alone.holdable(("a",)), alone.holdable(("u",))) == (("u", "a", "b"), (), ("a",))


def test_contingencies_come_with_the_fewest_held_first_and_all_of_the_cause_changed() -> None:
    found = list(story("e").contingencies(("a",)))
    assert found == [
        ({}, {"a": False}),
        ({"b": True}, {"a": False}),
        ({"c": True}, {"a": False}),
        ({"b": True, "c": True}, {"a": False}),
    ]
    wide = Model(x=uniform(0, 1, 2), y=uniform(0, 1, 2), e=lambda x, y: x + y > 1)
    setting = single_setting(wide, "e", {"x": 1, "y": 2})
    assert [instead for _, instead in setting.contingencies(("x", "y"))] == [{"x": x, "y": y} for x, y in itertools.product((0, 2), (0, 1))]
    assert [setting.effect_happens({"x": x, "y": y}) for x, y in ((0, 0), (0, 1), (2, 0), (1, 1))] == [False, False, True, True]


def test_what_was_is_worked_out_from_the_context() -> None:
    assert story("e").actual == {"u": True, "v": False, "a": True, "b": True, "c": True, "e": True}
    assert story("e").context == {"u": True, "v": False}
    assert len(possible_settings(STORY, STORY, "e")) == 4
    assert len(possible_settings(STORY, STORY, "b")) == 2
    assert [weight for _, weight in possible_settings(STORY.given(u=True), STORY, "e")] == [HALF, HALF]
    assert possible_settings(Model(a=1, b=lambda a: a == 1), Model(a=1, b=lambda a: a == 1), "b")[0][1] == 1
    with pytest.raises(errors.WrongShape, match=r"4 contexts are possible, .* for example the values of u, v$"):
        single_setting(STORY, "e", None)
    with pytest.raises(errors.WrongShape, match="2 contexts are possible"):
        single_setting(STORY, "e", {"u": True})
    assert single_setting(STORY, "b", {"u": True}).context == {"u": True}
    with pytest.raises(errors.WrongShape, match="2 contexts are possible"):
        single_setting(STORY, "b", {"u": True}, also=["z"])


@pytest.mark.parametrize("place", [0, 1])
def test_what_determines_nothing_has_no_causes_wherever_it_stands(place: int) -> None:
    laws: list[dict[str, Any]] = [{"w": lambda x: x}, {"y": cpt(["x"], {False: {True: 1}, True: {True: 1}})}]
    model = Model({"x": coin("1/2"), **laws[place], **laws[1 - place], "e": lambda w, y: w and y})
    with pytest.raises(errors.WrongShape, match="'y' is a conditional table, and actual causes are defined for functions"):
        single_setting(model, "e", {"x": True})
    opened = Model(x=coin("1/2"), d=choice(False, True), e=lambda x, d: x and d)
    with pytest.raises(errors.OpenChoice, match=r"'d' is a choice that nobody has made; plug in a rule with .choose\(\{'d': False\}\)"):
        single_setting(opened, "e", {"x": True})
    with pytest.raises(errors.WrongShape, match="not for one with edited edges"):
        single_setting(STORY.do({("a", "b"): True}), "e", {"u": True, "v": True})


VOTES = Model(**{f"v{i}": coin("1/2") for i in range(1, 6)}, won=lambda v1, v2, v3, v4, v5: v1 + v2 + v3 + v4 + v5 >= 3)


@pytest.mark.parametrize(("yes", "size"), [(3, 1), (4, 2), (5, 3)])
def test_votes_share_in_what_they_decided(yes: int, size: int) -> None:
    context: dict[str, Any] = {f"v{i}": i <= yes for i in range(1, 6)}
    found = actual_causes(VOTES, "won", context=context)
    assert sorted(tuple(one.cause) for one in found) == list(itertools.combinations([f"v{i}" for i in range(1, yes + 1)], size))
    assert responsibility(VOTES, {"v2": True}, "won", context=context) == Fraction(1, size)
    assert responsibility(VOTES, {"v2": False}, "won", context=context) == 0
    assert bool(actual_cause(VOTES, {"v1": True}, "won", context=context)) == (size == 1)
    assert len(actual_causes(VOTES, "won", context=context, among=["v1", "v2"])) == (2 if size == 1 else size == 2)


def test_blame_is_the_mean_of_responsibilities() -> None:
    """Of two voters of three, the third is decisive where one of the others is for it: then 1; where both are, a half."""
    three = Model(a=coin("1/2"), b=coin("1/2"), c=coin("1/2"), won=lambda a, b, c: a + b + c >= 2)
    assert blame(three, {"a": True}, "won") == HALF * 1 + Fraction(1, 4) * HALF
    assert blame(three.given(b=True, c=True), {"a": True}, "won") == HALF
    assert blame(three.given(b=False, c=False), {"a": True}, "won") == 0


def test_a_part_that_is_enough_is_named() -> None:
    either = Model(a=coin("1/2"), b=coin("1/2"), c=coin("1/2"), e=lambda a, b: a and b)
    whole = actual_cause(either, {"c": True, "a": True}, "e", context={"a": True, "b": True, "c": True})
    assert (bool(whole), whole.happened, whole.smaller, whole.is_but_for) == (False, True, {"a": True}, False)
    one = actual_cause(either, {"b": True}, "e", context={"a": True, "b": True})
    assert (bool(one), one.smaller, one.is_but_for) == (True, None, True)
    none = actual_cause(either, {"b": True}, "e", context={"a": True, "b": False})
    assert (bool(none), none.happened, none.witness) == (False, False, None)
    for first, second in (("a", "b"), ("b", "a")):
        missed = actual_cause(either, {first: True, second: False}, "e", context={"a": True, "b": True})
        assert (bool(missed), missed.happened) == (False, False)
