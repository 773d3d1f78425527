"""Steps that are unrolled into one model: what may listen to what, and what is refused, in whole sentences."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit import errors
from causalkit.unrolling import each_step, unroll
from tests.refusing import check_refused


def test_what_was_before_the_first_step_may_listen_to_what_is_shared() -> None:
    step = {"wet": lambda wet_before, dry: wet_before and not dry}
    made = unroll(step, 1, start={"wet": lambda dry: not dry}, shared={"dry": ck.coin("1/3")})
    assert made.parents("wet[0]") == ("dry",)
    assert made.prob({"wet[1]": True}) == Fraction(2, 3)
    assert each_step(made, wet=True) == {"wet[1]": True}


STEP = {"wish": lambda wish_before: wish_before}
UNROLLED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "the horizon is 0, expected the number of steps, 1 or more": (errors.WrongShape, lambda: unroll(STEP, 0)),
    "the horizon is True, expected the number of steps, 1 or more": (errors.WrongShape, lambda: unroll(STEP, True)),
    "the step has no variables; type {'wish': ...}": (errors.WrongShape, lambda: unroll({}, 1)),
    "step 2 is 3, expected a mapping of names to mechanisms; type {'wish': ...}": (
        errors.WrongShape,
        lambda: unroll(lambda t: {"a": 1} if t < 2 else 3, 2),  # type: ignore[arg-type,return-value]
    ),
    "'wish_before' cannot name a variable here: it stands for 'wish' one step earlier; choose another name": (
        errors.InvalidName,
        lambda: unroll({"wish_before": 1}, 1),
    ),
    "'a' is both shared and in a step; a variable is drawn once for all steps, or in every step": (
        errors.InvalidName,
        lambda: unroll({"a": 1}, 1, shared={"a": 1}),
    ),
    "the shared 'a[1]' has the name of a variable at a step; choose another name": (
        errors.InvalidName,
        lambda: unroll({"a": 1}, 1, shared={"a[1]": 1}),
    ),
    "start gives 'b', which is in no step; the steps have: a": (errors.UnknownName, lambda: unroll({"a": 1}, 1, start={"b": 1})),
    "the shared 'c' listens to 'a', which is not shared; shared has: c": (
        errors.UnknownName,
        lambda: unroll({"a": 1}, 1, shared={"c": lambda a: a}),
    ),
    "the start of 'a' listens to 'b', which has no start and is not shared; start has: a, shared has: nothing": (
        errors.UnknownName,
        lambda: unroll({"a": 1, "b": 1}, 1, start={"a": lambda b: b}),
    ),
    "'a' listens to itself in the same step; listen to 'a_before', its value one step earlier": (
        errors.CyclicModel,
        lambda: unroll({"a": lambda a: a}, 1),
    ),
    "'wish' at step 1 listens to 'wish_before', and nothing says what 'wish' was before the first step; type start={'wish': ...}": (
        errors.UnknownName,
        lambda: unroll(STEP, 1),
    ),
    "'a' at step 1 listens to 's_before', and 's' is shared by all steps, so it is no other before; listen to 's'": (
        errors.UnknownName,
        lambda: unroll({"a": lambda s_before: s_before}, 1, shared={"s": 1}),
    ),
    "'a' at step 2 listens to 'b_before', and step 1 has no 'b'; step 1 has: a": (
        errors.UnknownName,
        lambda: unroll(lambda t: {"a": 1} if t == 1 else {"a": lambda b_before: b_before, "b": 1}, 2),
    ),
    "'a' at step 1 listens to 'z', which is not there; the step has: a, shared has: nothing": (
        errors.UnknownName,
        lambda: unroll({"a": lambda z: z}, 1),
    ),
    "no step has 'z'; the steps have: a": (errors.UnknownName, lambda: each_step(unroll({"a": 1}, 2), z=1)),
    "'a[3]' is not in the model; it has: a[1], a[2]": (errors.UnknownName, lambda: each_step(unroll({"a": 1}, 2), a=1, steps=[1, 3])),
    "the rule for 'a[1]' listens to 'z_before', and none of z_before[1], z[0], z_before is in the model": (
        errors.UnknownName,
        lambda: each_step(unroll({"a": 1}, 1), a=lambda z_before: z_before),
    ),
    "'b[1]' has a row for 5, and 'a[1]' is 5 at no step; it is one of 0, 1": (
        errors.WrongShape,
        lambda: unroll({"a": ck.uniform(0, 1), "b": ck.table(["a"], {0: 0, 1: 1, 5: 2})}, 1),
    ),
}


@pytest.mark.parametrize("words", UNROLLED)
def test_what_steps_refuse_is_told_why(words: str) -> None:
    check_refused(UNROLLED, words)


TURNED: Any = lambda t: {"wish": 1, "press": (lambda wish: wish) if t < 2 else lambda wish_befor: wish_befor}
LATER: Any = lambda t: {"wish": 1, "press": (lambda wish: wish) if t < 2 else lambda wsh_before: wsh_before}
HEARD: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "'press' at step 2 listens to 'wish_befor', which is not there; the step has: wish, press, shared has: dry; "
    "did you mean 'wish_before'?": (errors.UnknownName, lambda: unroll(TURNED, 2, shared={"dry": 1})),
    "'press' at step 2 listens to 'wsh_before', and step 1 has no 'wsh'; step 1 has: wish, press; did you mean 'wish'?": (
        errors.UnknownName,
        lambda: unroll(LATER, 2),
    ),
    "'press' at step 1 listens to 'dry_before', and 'dry' is shared by all steps, so it is no other before; listen to 'dry'": (
        errors.UnknownName,
        lambda: unroll({"press": lambda dry_before: 1}, 1, shared={"dry": 1}),
    ),
    "'press' at step 1 listens to 'press_before', and nothing says what 'press' was before the first step; type start={'press': ...}": (
        errors.UnknownName,
        lambda: unroll({"press": lambda press_before: 1}, 2),
    ),
    "'press' at step 1 listens to 'dri', which is not there; the step has: press, shared has: dry; did you mean 'dry'?": (
        errors.UnknownName,
        lambda: unroll({"press": lambda dri: dri}, 1, shared={"dry": 1}),
    ),
    "'a' listens to itself in the same step; listen to 'a_before', its value one step earlier": (
        errors.CyclicModel,
        lambda: unroll({"b": 1, "a": lambda b, a: a}, 1),
    ),
    "the shared 'b' listens to 'aa', which is not shared; shared has: a, b; did you mean 'a'?": (
        errors.UnknownName,
        lambda: unroll({"x": 1}, 1, shared={"a": 1, "b": lambda a, aa: a}),
    ),
}
"""What rules may not listen to, each in another place than the first."""


@pytest.mark.parametrize("words", HEARD)
def test_what_nobody_may_listen_to_is_told_with_what_is_there(words: str) -> None:
    check_refused(HEARD, words)


def test_a_start_may_listen_to_another_start_and_to_what_is_shared() -> None:
    made = unroll(
        {"a": lambda a_before, k: a_before and k, "b": lambda a_before, b_before: a_before or b_before},
        2,
        start={"a": lambda k: not k, "b": lambda a, k: a and k},
        shared={"k": ck.coin("1/4")},
    )
    assert made.names == ("k", "a[0]", "b[0]", "a[1]", "b[1]", "a[2]", "b[2]")
    assert (made.parents("b[0]"), made.parents("b[2]"), made.parents("a[1]")) == (("a[0]", "k"), ("a[1]", "b[1]"), ("a[0]", "k"))
    assert made.prob({"b[2]": True}) == Fraction(3, 4)
    assert made.prob({"a[2]": True}) == 0


def test_the_same_rule_holds_for_all_steps_or_those_that_are_named() -> None:
    made = unroll({"see": ck.uniform(0, 1), "act": ck.choice(0, 1, sees=["see", "see_before"])}, 3, start={"see": 1})
    every = each_step(made, act=lambda see, see_before: see * see_before)
    assert list(every) == ["act[1]", "act[2]", "act[3]"]
    assert [set(rule.parents) for rule in every.values()] == [{f"see[{t}]", f"see[{t - 1}]"} for t in (1, 2, 3)]
    filled = made.choose(every)
    assert (filled.expect("act[1]"), filled.expect("act[3]")) == (Fraction(1, 2), Fraction(1, 4))
    assert list(each_step(made, act=1, steps=[3, 1])) == ["act[3]", "act[1]"]
    assert list(each_step(made, {"see": 0}, act=1, steps=(2,))) == ["see[2]", "act[2]"]
    assert each_step(made, act=1, steps=[]) == {}
    with pytest.raises(errors.UnknownName, match=r"'act\[4\]' is not in the model; it has: see\[0\], "):
        each_step(made, act=1, steps=[1, 4])
    with pytest.raises(errors.UnknownName, match=r"the rule for 'act\[1\]' listens to 'sea', and none of sea\[1\], sea is in the model"):
        each_step(made, act=lambda sea: sea)
    with pytest.raises(errors.UnknownName) as told:
        each_step(made, act=lambda sea_before: sea_before)
    assert str(told.value) == (
        "the rule for 'act[1]' listens to 'sea_before', and none of sea_before[1], sea[0], sea_before is in the model"
    )
    with pytest.raises(errors.UnknownName) as told:
        each_step(made, ac=1)
    assert str(told.value) == "no step has 'ac'; the steps have: see, act; did you mean 'act'?"


def test_steps_of_names_with_brackets_and_of_many_digits_stand_in_order() -> None:
    made = unroll({"a": ck.coin("1/2")}, 11)
    assert list(each_step(made, a=True)) == [f"a[{t}]" for t in range(1, 12)]
    odd = unroll({"a.b": ck.coin("1/2"), "aXb": 1}, 1)
    assert list(each_step(odd, {"a.b": True})) == ["a.b[1]"]
    shared = unroll({"a": lambda k: k}, 2, shared={"k": 1, "a[3]": 2})
    assert list(each_step(shared, a=1, steps=[1, 2])) == ["a[1]", "a[2]"]


def test_tables_keep_the_rows_that_can_occur_at_their_step() -> None:
    """At the first step only 0 was before; at the second 0 and 1; the row for 2 comes up at the third."""
    step = {"n": ck.table(["n_before"], {0: 1, 1: 2, 2: 2})}
    made = unroll(step, 3, start={"n": 0})
    assert [made.domain(f"n[{t}]") for t in range(4)] == [(0,), (1,), (2,), (2,)]
    law: Any = made.mechanism("n[1]")
    assert dict(law.rows) == {(0,): 1}
    drawn = unroll({"n": ck.cpt(["n_before"], {0: {0: "1/2", 1: "1/2"}, 1: {1: 1}})}, 2, start={"n": 0})
    assert (drawn.prob({"n[2]": 1}), drawn.domain("n[1]")) == (Fraction(3, 4), (0, 1))
    pairs = unroll({"n": ck.table(["n_before", "k"], {((0, 1), 0): (1, 0), ((1, 0), 0): (0, 1)})}, 2, start={"n": (0, 1)}, shared={"k": 0})
    assert pairs.prob({"n[2]": (0, 1)}) == 1
    alone = unroll({"n": ck.table(["n_before"], {((0, 1),): (1, 0), ((1, 0),): (0, 1)})}, 2, start={"n": (0, 1)})
    assert alone.prob({"n[1]": (1, 0)}) == 1


@pytest.mark.parametrize("kind", ["table", "cpt"])
def test_a_row_for_a_value_that_comes_at_no_step_is_refused_for_any_parent(kind: str) -> None:
    sure: Any = (lambda value: value) if kind == "table" else lambda value: {value: 1}
    make: Any = ck.table if kind == "table" else ck.cpt
    rows = {(a, b): sure(0) for a in (0, 1) for b in (0, 1)}
    assert unroll({"a": ck.uniform(0, 1), "b": ck.uniform(0, 1), "c": make(["a", "b"], rows)}, 2).domain("c[2]") == (0,)
    with pytest.raises(errors.WrongShape) as told:
        unroll({"a": ck.uniform(0, 1), "b": ck.uniform(0, 1), "c": make(["a", "b"], {**rows, (1, 7): sure(0)})}, 2)
    assert str(told.value) == "'c[1]' has a row for (1, 7), and 'b[1]' is 7 at no step; it is one of 0, 1"
