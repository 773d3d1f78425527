"""Tensors over open choices and what is read off them: means by hand, limits on either side, refusals."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

import causalkit as ck
from causalkit.engine import decision_tensor, multilinear
from causalkit.engine.compiling.factors import Structure, problem
from causalkit.engine.decision_tensor import rule_expectation
from causalkit.errors import Impossible, TooLarge, UnknownValue, WrongShape
from causalkit.mechanisms.network import Reading
from tests.causalkit.written_out import as_if_large, forget, nodes_of, seen_at, value_of


@pytest.fixture(autouse=True)
def nothing_planned(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    as_if_large(monkeypatch)
    yield
    forget()


def test_a_tensor_of_what_contradicts_itself_or_cannot_be_is_nothing() -> None:
    model = ck.Model(u=ck.coin("1/4"), a=ck.choice(0, 1, sees=["u"]), y=lambda a, u: 2 * a + u)
    u, a, y = nodes_of(model, "u", "a", "y")
    for exactly in (False, True):
        nothing = rule_expectation([seen_at(u, True), seen_at(u, False)], value_of(y), exactly=exactly)
        assert (nothing.numerator.shape, nothing.numerator.any(), nothing.denominator.any()) == ((2, 2), False, False)
        with pytest.raises(Impossible, match="the evidence has probability 0 under this policy"):
            nothing.value({"a": lambda u: 1})
        on_axis = rule_expectation([seen_at(a, 1)], value_of(y), exactly=exactly)
        assert on_axis.denominator.tolist() == [[0, 0.75], [0, 0.25]]
        assert on_axis.numerator.tolist() == [[0, 1.5], [0, 0.75]]
        seen = rule_expectation([seen_at(u, True)], value_of(y), exactly=exactly)
        assert seen.numerator.tolist() == [[0, 0], [0.25, 0.75]]
        off_axis = rule_expectation([seen_at(y, 3)], Reading((y, u), lambda values: (values[y], values[u])[0]), exactly=exactly)
        assert off_axis.numerator.tolist() == [[0, 0], [0, 0.75]]


@pytest.mark.parametrize("kept", [0, 1_000_000])
def test_what_is_observed_on_an_axis_stays_open_on_whole_tables_too(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causalkit.engine.exact.execution.MOST_KEPT", kept)
    model = ck.Model(u=ck.coin("1/4"), v=ck.coin("1/3"), a=ck.choice(0, 1, sees=["u"]), y=lambda a, u, v: 2 * a + u + v)
    u, a, v, y = nodes_of(model, "u", "a", "v", "y")
    for exactly in (False, True):
        seen = rule_expectation([seen_at(u, True), seen_at(v, True)], value_of(y), exactly=exactly)
        assert seen.denominator.tolist() == pytest.approx(np.array([[0, 0], [1 / 12, 1 / 12]]))
        assert seen.numerator.tolist() == pytest.approx(np.array([[0, 0], [2 / 12, 4 / 12]]))
        done = rule_expectation([seen_at(a, 1)], value_of(y), exactly=exactly)
        assert done.denominator.tolist() == pytest.approx(np.array([[0, 3 / 4], [0, 1 / 4]]))


def test_copies_of_one_choice_agree_and_those_of_others_need_not() -> None:
    """The same name with another mechanism is another choice, and what each sees may be the same or not."""
    model = ck.Model(u=ck.coin("1/4"), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, sees=["u"]), y=lambda a, b: 2 * a + b)
    form = model.branches(on={"u": True}).by_rule(lambda m: m.fact.y * 10 + m.on.y)
    for first, second in itertools.product(itertools.product((0, 1), repeat=2), repeat=2):
        had = {u: 2 * first[u] + second[u] for u in (False, True)}
        mean = Fraction(3, 4) * (10 * had[False] + had[True]) + Fraction(1, 4) * 11 * had[True]
        assert form(a=lambda u, first=first: first[u], b=lambda u, second=second: second[u]) == mean
    other = model.branches(swapped={"a": ck.choice(1, 0, sees=["u"])})
    mixed = other.by_rule(lambda m: m.fact.a * 10 + m.swapped.a)
    assert mixed.denominator.sum() == pytest.approx(2 * 2)  # each may do either, whatever is seen
    assert np.count_nonzero(mixed.denominator) == 2 * 2 * 2


def test_the_tensor_has_a_limit_on_either_side(monkeypatch: pytest.MonkeyPatch) -> None:
    model = ck.Model(u=ck.coin("1/4"), a=ck.choice(0, 1, 2, sees=["u"]), y=lambda a, u: 2 * a + u)
    (y,) = nodes_of(model, "y")
    whole = problem(Structure((), (), (y,)))
    order = decision_tensor._opened(whole)[1]
    size = max(order.largest, 6)
    for name, most in (("MOST_CELLS", size), ("MOST_COST", order.cost)):
        with monkeypatch.context() as patch:
            patch.setattr(decision_tensor, name, most)
            assert decision_tensor._opened(whole)[1] == order
            patch.setattr(decision_tensor, name, most - 1)
            with pytest.raises(TooLarge, match=f"has 6 cells and takes {order.cost} multiply-adds"):
                decision_tensor._opened(whole)


def test_a_mean_says_its_decisions_and_refuses_what_is_no_option() -> None:
    model = ck.Model(u=ck.coin("1/4"), a=ck.choice("l", "r", sees=["u"]), b=ck.choice(0, 1, 2), y=lambda a, u, b: (a == "r") + u + b)
    form = model.by_rule("y")
    assert repr(form) == "<a mean for every rule of a (2 x 2), b (1 x 3)>"
    assert repr(ck.Model(u=ck.coin("1/2")).by_rule("u")) == "<a mean for every rule of nothing>"
    assert form(a="r", b=2) == 1 + Fraction(1, 4) + 2
    made = form.exact()
    assert made.exact() is made
    with pytest.raises(UnknownValue, match="the rule for 'a' does 'm', and its options are"):
        form(a="m", b=0)
    for wrong in ({"a": "l"}, {"a": "l", "b": 0, "c": 1}):
        with pytest.raises(WrongShape, match="rules are given for"):
            form(**wrong)
    tops, bottoms = form.parts(a=np.full((1, 2, 2), 0.5), b=np.full((1, 1, 3), 1 / 3))
    assert (tops.tolist(), bottoms) == (pytest.approx([0.5 + 0.25 + 1]), None)
    given = model.given(u=True).by_rule("y").parts(a=np.full((2, 2, 2), 0.5), b=np.full((2, 1, 3), 1 / 3))
    assert given[1] is not None
    assert (given[0].tolist(), given[1].tolist()) == (pytest.approx([2.5 / 4] * 2), pytest.approx([1 / 4] * 2))
    for shapes in ({"a": (1, 2), "b": (1, 1, 3)}, {"a": (1, 2, 2), "b": (1, 3, 1)}, {"a": (2, 2, 2), "b": (1, 1, 3)}):
        with pytest.raises(WrongShape, match="is expected, with as many rules for each decision"):
            form.batch({name: np.ones(shape) for name, shape in shapes.items()})


def test_entries_side_by_side_are_not_copied_and_others_are_picked() -> None:
    entries = np.arange(10.0).reshape(2, 5)
    side = multilinear._columns(entries, np.array([1, 2, 3]))
    assert np.shares_memory(side, entries)
    assert side.tolist() == [[1, 2, 3], [6, 7, 8]]
    apart = multilinear._columns(entries, np.array([0, 2, 4]))
    assert not np.shares_memory(apart, entries)
    assert apart.tolist() == [[0, 2, 4], [5, 7, 9]]
    pieces = multilinear._in_pieces(entries, np.array([[0, 1, 2], [2, 3, 4]]), np.array([1.0, 2.0]))
    assert pieces.tolist() == [0 + 2 * 24, 5 * 6 * 7 + 2 * 7 * 8 * 9]
