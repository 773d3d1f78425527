"""Formulas in shapes that come seldom: how they move, what bounds them over time, how they are parted, and differences of bounds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import WrongShape
from stop_button import E, V, X, least, most
from stop_button.evaluation.enclosure import Enclosure, difference, sign
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.sensitivity_analysis import leaning, sensitivity
from stop_button.evaluation.terms.sums import linear_means
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.unfolding.open_form import landscape_of
from stop_button.language.algebra import Constant
from stop_button.language.constraints import subject_to
from stop_button.language.references import Agreed, Ambiguous, LargestDefined, SmallestDefined
from stop_button.solving.fractional_form import single_polynomial
from stop_button.solving.sequences.formulas_over_time import steady_means
from stop_button.solving.sequences.over_states import StatesAbove, SumOverTime, score_at
from stop_button.solving.sequences.secondary import among_best
from tests.stop_button.sequence_worlds import random_world

F = Fraction
P = F(1, 4)

# ---------------------------------------------------------------- how a score moves with a chance

COIN = sb.World(
    ck.Model(
        coin=ck.function(int, parents=["up"], domain=[0, 1]), up=ck.coin(P), act=ck.choice("a", "b"),
        value=lambda coin, act: 3 * coin + (act == "a"),
    ),
    value="value",
)  # fmt: skip
UP, NEVER = E(X("coin")), E(V) / (E(V) - E(V))

MOVED: dict[str, tuple[Any, Callable[[Fraction], Fraction], Fraction]] = {
    # the formula; what it is at a chance; how it moves with the chance, at a quarter
    "a sum": (2 * UP + 1, lambda p: 2 * p + 1, F(2)),
    "a product": (UP * UP * 4, lambda p: 4 * p * p, F(2)),
    "a quotient": (UP / (1 + UP), lambda p: p / (1 + p), F(16, 25)),
    "a mean that is conditioned": (E(V, given=X("coin").is_(1)), lambda p: F(4), F(0)),
    "the smaller of two": (least(UP, Constant(F(1, 2))), lambda p: min(p, F(1, 2)), F(1)),
    "the smaller of equal ones is about to be": (least(UP, 1 - 3 * UP), lambda p: min(p, 1 - 3 * p), F(-3)),
    "the smaller of equal ones in the other order": (least(1 - 3 * UP, UP), lambda p: min(p, 1 - 3 * p), F(-3)),
    "the larger of equal ones": (most(UP, 1 - 3 * UP), lambda p: max(p, 1 - 3 * p), F(1)),
    "the larger of equal ones in the other order": (most(1 - 3 * UP, UP), lambda p: max(p, 1 - 3 * p), F(1)),
    "the larger of two": (most(UP, 1 - 4 * UP), lambda p: max(p, 1 - 4 * p), F(1)),
    "under a test": (subject_to(UP, E(V) >= 0), lambda p: p, F(1)),
    "the largest that is defined": (LargestDefined((NEVER, UP, Constant(F(1, 8)))), lambda p: max(p, F(1, 8)), F(1)),
    "the smallest that is defined": (SmallestDefined((NEVER, UP, 2 * UP)), lambda p: p, F(1)),
    "what all agree on": (Agreed((3 * UP, UP + 2 * UP)), lambda p: 3 * p, F(3)),
}


@pytest.mark.parametrize("name", MOVED)
def test_a_score_moves_as_its_derivative_says(name: str) -> None:
    """Leaning towards a value by a weight takes the chance of it from p to p + weight (1 - p)."""
    formula, at, derivative = MOVED[name]
    utility = sb.Utility("mine", formula)
    found = sensitivity(COIN, utility, "a", of="up")
    assert found.slope("up", True) == derivative * (1 - P)
    downwards = (1 if "smaller" in name else -3) if "equal ones" in name else derivative
    assert found.slope("up", False) == -downwards * P, "of equal ones the other is the smaller, or the larger, then"
    weight = F(1, 5)
    assert leaning(COIN, utility, "a", noise="up", value=True, weight=weight) == at(P + weight * (1 - P))


def test_what_best_references_agree_on_may_move_in_two_ways() -> None:
    with pytest.raises(Ambiguous, match="moves differently under the 2 policies that are best"):
        sensitivity(COIN, sb.Utility("mine", Agreed((UP, Constant(P)))), "a", of="up")


# ---------------------------------------------------------------- bounds over time

WORLDS = {seed: random_world(seed, "state") for seed in (1, 2, 3)}


def sums(world: sb.World) -> Any:
    found = []
    for channel, f in enumerate((E(V), E(X("stopped[2]")), E(X("reward[1]")))):
        terms = steady_means(world, linear_means(f) or [], channel)
        assert terms is not None
        found += terms
    return landscape_of(world, found)


@pytest.mark.parametrize("seed", WORLDS)
def test_inductions_bound_formulas_of_sums_and_ratios_over_time(seed: int) -> None:
    """Decisions that see the state recall what they need, so that a sum and a ratio are reached."""
    world = WORLDS[seed]
    evaluation, above = Evaluation(world), StatesAbove(sums(world))
    values, stops, paid = (cast("list[Any]", evaluation.scores(f)) for f in (E(V), E(X("stopped[2]")), E(X("reward[1]"))))
    ratios = [value / stop for value, stop in zip(values, stops, strict=True)]
    value, stop, reward = SumOverTime(0), SumOverTime(1), SumOverTime(2)
    bound, met = above.bounded(value)
    assert bound == max(values)
    assert met.sums[0] == bound
    assert above.bounded(-value)[0] == -min(values)
    assert above.bounded(2 * value - 3 * reward + 1)[0] == max(2 * a - 3 * c + 1 for a, c in zip(values, paid, strict=True))
    assert above.bounded(SumOverTime(0, 1))[0] == max(ratios)
    assert above.bounded(-SumOverTime(0, 1))[0] == -min(ratios)
    smaller = least(value, reward + stop)
    assert above.bounded(smaller)[0] >= max(min(a, b + c) for a, b, c in zip(values, stops, paid, strict=True))
    best, found = above.best_met(value)
    assert best == max(values)
    assert found is not None
    assert score_at(value, sums(world), found.acts) == best
    assert above.best_met(value / (value - value)) == (None, None)
    assert len(above.met) == len({one.induction.weights for one in above.met})


# ---------------------------------------------------------------- the best that ties, by another sum


def test_what_else_the_best_by_a_ratio_are_worth() -> None:
    """Three acts; by the ratio two tie, and differ in another sum."""
    table = {"a": (2, 1, 5), "b": (4, 2, -1), "c": (1, 1, 9)}
    model = ck.Model(
        act=ck.choice(*table), top=lambda act: table[act][0], bottom=lambda act: table[act][1], value=lambda act: table[act][2]
    )  # fmt: skip
    world = sb.World(model, value="value")
    ratio = sb.Utility("ratio", E(X("top")) / E(X("bottom")))
    assert among_best(world, ratio, E(V)) == (-1, 5)
    assert among_best(world, sb.Utility("sum", E(X("top")) - 2 * E(X("bottom"))), 2 * E(V) + 1) == (-1, 11)
    why = among_best(world, ratio, E(V) * E(V))
    assert why == "ratio in " + world.title + ": E[V] E[V] is no weighted sum of means"


# ---------------------------------------------------------------- polynomials and bounds


def test_a_sum_is_a_polynomial_where_no_policy_moves_any_of_its_conditions() -> None:
    model = ck.Model(
        draw=ck.coin("1/2"), act=ck.choice("a", "b"),
        moved=ck.function(lambda draw, act: int(draw and act == "a"), parents=["draw", "act"], domain=[0, 1]),
        value=lambda draw, act: draw + 2 * (act == "a"),
    )  # fmt: skip
    world = sb.World(model, value="value")
    steady, moving = E(V, given=X("draw").is_(True)), E(V, given=X("moved").is_(0))
    assert single_polynomial(E(V) + steady, world) is not None
    assert single_polynomial(E(V) + moving, world) is None
    assert single_polynomial(moving + E(V), world) is None
    assert single_polynomial(moving, world) is None


def test_a_difference_of_bounds_is_sharp_where_one_side_is_a_number() -> None:
    sharp, loose = Enclosure(F(1, 4), F(1, 2), sharp=True), Enclosure(F(0), F(1), sharp=False)
    assert difference(F(1), sharp) == Enclosure(F(1, 2), F(3, 4), sharp=True)
    assert difference(sharp, F(1)) == Enclosure(F(-3, 4), F(-1, 2), sharp=True)
    assert difference(F(1), loose) == Enclosure(F(0), F(1), sharp=False)
    assert difference(sharp, sharp) == Enclosure(F(-1, 4), F(1, 4), sharp=False)
    assert difference(sharp, loose) == Enclosure(F(-3, 4), F(1, 2), sharp=False)
    assert difference(F(3), F(1)) == 2
    assert difference(UNDEFINED, sharp) is difference(sharp, UNDEFINED) is UNDEFINED
    assert [sign(each) for each in (sharp, Enclosure(F(-1), F(0), sharp=True), loose, F(0), F(1), UNDEFINED)] == [
        "positive", "not positive", "open", "not positive", "positive", "open"
    ]  # fmt: skip


def test_an_edit_that_is_given_twice_is_named() -> None:
    with pytest.raises(WrongShape) as told:
        V.had({"a": 1, "b": 2}, c=0, b=3)
    assert str(told.value) == "'b' is given twice, in the mapping and by keyword; give it once"
    with pytest.raises(WrongShape) as empty:
        V.had({})
    assert str(empty.value) == "had needs at least one role=value, such as had(intent=STOP)"
