"""What lies above a formula, by hand and by looking at every point: where all that may be done is one of a few points."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import causalkit as ck
import stop_button as sb
from stop_button import B, E, V, X, least, most
from stop_button.decision.policy import Decision, Policy, PolicySpace
from stop_button.language.arithmetic import evaluate
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Constant, Formula
from stop_button.language.references import LargestDefined
from stop_button.language.tests import Both, Comparison, Either
from stop_button.solving.fractional_form import in_ratios, ratios_in
from stop_button.solving.relaxation import bound
from stop_button.solving.relaxing.formulas import HALVINGS, ULP, Above, LinearFunction, Range, Unbounded, Undefined, added
from stop_button.solving.relaxing.paired import paired
from stop_button.solving.term_matrix import LARGEST, SMALLEST, search_problem, suits_floats

NOWHERE = E(X("nowhere"))
MEANS: dict[str, Any] = {
    "positive": {E(V): (1, 2, 5), E(B): (4, 3, 2)},
    "negative": {E(V): (-1, -2, -5), E(B): (-4, -3, -2)},
    "mixed": {E(V): (-1, 2, 5), E(B): (4, -3, 2)},
    "apart": {E(V): (7, -2, 0), E(B): (1, 6, 4)},
}


def at_point(which: str, i: int) -> Any:
    return lambda mean: Fraction(MEANS[which][mean][i])


class Points(Above):
    """Functions of a few points; nothing is shared between points, so that what is above a mean is the mean."""

    def __init__(self, means: Any, exactly: bool = True) -> None:
        self.means, self.exactly = means, exactly

    def number(self, value: Any) -> Any:
        return Fraction(value) if self.exactly else float(value)

    def constant(self, value: Any) -> LinearFunction:
        return LinearFunction(np.array([self.number(value)] * 3, dtype=object if self.exactly else float), 0)

    def best_options(self, values: Any) -> Any:
        return max(range(3), key=lambda i: values[i])

    def total(self, values: Any, options: Any) -> Any:
        return values[options]

    def leaf(self, f: Any, sign: int) -> LinearFunction:
        if f == NOWHERE:
            raise Undefined
        return LinearFunction(np.array([self.number(sign * one) for one in self.means[f]], dtype=object if self.exactly else float), 0)


SHAPES: list[Formula] = [
    E(V) + E(B), E(V) - 2 * E(B), E(V) * E(B), -(E(V) * E(B)), E(V) * E(B) * E(V), least(E(V), E(B)), -least(E(V), E(B)), most(E(V), E(B)),
    -most(E(V), E(B)), least(E(V), E(B), 3), most(E(V) * 2, least(E(B), E(V))), E(V) * 3, 2 - E(V), (E(V) + 9) * (E(B) + 9),
    (E(V) + 9) / (E(B) + 9), E(V) / (E(B) + 9), -(E(V) / (E(B) + 9)), E(V) / (E(B) - 9), -(E(B) / (E(V) - 9)), 1 / (E(V) - 9),
]  # fmt: skip


@pytest.mark.parametrize("which", MEANS)
@pytest.mark.parametrize("f", SHAPES, ids=str)
@pytest.mark.parametrize("exactly", [True, False])
def test_a_function_lies_above_its_formula_at_every_point(which: str, f: Formula, exactly: bool) -> None:
    at = Points(MEANS[which], exactly)
    for sign in (1, -1):
        found = at.above(f, sign)
        scores = [sign * evaluate(f, at_point(which, i)) for i in range(3)]
        assert all(value + found.slack >= score for value, score in zip(found.values, scores, strict=True))
        assert at.most(found) >= max(scores)
        assert at.maximum(found) == max(found.values) == at.most(found) - found.slack
        assert (found.slack == 0) or not exactly
        assert 0 <= found.slack < 1e-9


@pytest.mark.parametrize("which", MEANS)
def test_a_ratio_and_a_sum_have_no_bound_above_their_best(which: str) -> None:
    """Nor has the negative of either."""
    at = Points(MEANS[which])
    for f in (E(V) + E(B), 2 * E(V) - E(B), E(V) / (E(B) + 9), E(V) / (E(B) - 9), (E(V) - 9) / (E(B) - 9), 1 / (9 - E(V)), E(V) * 3):
        scores = [evaluate(f, at_point(which, i)) for i in range(3)]
        assert (at.most(at.above(f, 1)), at.most(at.above(f, -1))) == (max(scores), -min(scores))


@pytest.mark.parametrize("which", MEANS)
@pytest.mark.parametrize("swapped", [False, True])
def test_above_the_smaller_is_the_lowest_mixture(which: str, swapped: bool) -> None:
    """Mixtures are highest where two of their lines cross, or at an end."""
    a, b = ([Fraction(one) for one in MEANS[which][mean]] for mean in (E(V), E(B)))
    shares = {Fraction(0), Fraction(1)}
    for i, j in itertools.combinations(range(3), 2):
        slope = (a[i] - b[i]) - (a[j] - b[j])
        shares |= {(b[j] - b[i]) / slope} if slope else set()
    lowest = min(max(s * one + (1 - s) * other for one, other in zip(a, b, strict=True)) for s in shares if 0 <= s <= 1)
    at = Points(MEANS[which])
    f = least(E(B), E(V)) if swapped else least(E(V), E(B))
    assert at.most(at.above(f, 1)) == lowest
    g = most(-E(B), -E(V)) if swapped else most(-E(V), -E(B))
    assert at.most(at.above(g, -1)) == lowest
    assert lowest <= at.most(Points(MEANS[which], exactly=False).above(f, 1)) <= float(min(max(a), max(b)))


@pytest.mark.parametrize("power", range(1, HALVINGS + 2))
def test_floats_halve_five_times(power: int) -> None:
    """Mixtures of (0, n) and (1, 0), and of (n, 0) and (0, 1), are lowest where the first has one part in n + 1."""
    assert HALVINGS == 5
    many = 2**power - 1
    for means in ({E(V): (0, many, 0), E(B): (1, 0, 0)}, {E(V): (many, 0, 0), E(B): (0, 1, 0)}):
        for f in (least(E(V), E(B)), least(E(B), E(V))):
            at = Points(means, exactly=False)
            lowest = many / 2**power
            assert bool(at.most(at.above(f, 1)) == lowest) is (power <= HALVINGS)
            assert lowest <= at.most(at.above(f, 1)) <= 1


@pytest.mark.parametrize("exactly", [True, False])
def test_above_the_larger_is_a_number(exactly: bool) -> None:
    at = Points(MEANS["mixed"], exactly)
    assert at.above(most(E(V), E(B)), 1).values.tolist() == [5, 5, 5]
    assert at.above(most(E(B), E(V)), 1).values.tolist() == [5, 5, 5]
    assert at.above(least(E(V), E(B)), -1).values.tolist() == [3, 3, 3]


def test_above_a_product_is_the_lower_of_two_planes() -> None:
    """Of f from 1 to 5 and g from 2 to 4: 5 g + 2 f - 10, or 1 g + 4 f - 4; of -fg: -(1 g + 2 f - 2), or -(5 g + 4 f - 20)."""
    at = Points(MEANS["positive"])
    f, g = (1, 2, 5), (4, 3, 2)
    first, second = ([5 * y + 2 * x - 10 for x, y in zip(f, g, strict=True)], [y + 4 * x - 4 for x, y in zip(f, g, strict=True)])
    assert at.above(E(V) * E(B), 1).values.tolist() == min(first, second, key=max)
    low, high = ([-(y + 2 * x - 2) for x, y in zip(f, g, strict=True)], [-(5 * y + 4 * x - 20) for x, y in zip(f, g, strict=True)])
    assert at.above(E(V) * E(B), -1).values.tolist() == min(low, high, key=max)


def test_rounding_is_owed_for_products_and_quotients_in_floats() -> None:
    at = Points(MEANS["positive"], exactly=False)
    f, g = (Range(at.leaf(mean, 1), at.leaf(mean, -1)) for mean in (E(V), E(B)))
    found = at.above_product(f, g)
    assert found.slack in (64 * ULP * 10, 64 * ULP * 4)
    assert at.quotient(f, g).slack >= 64 * ULP * 5 / 2
    owed = LinearFunction(f.up.values, 0.5)
    assert at.quotient(Range(owed, f.down), g).slack == pytest.approx(0.5 / 4 + 0.5 / 2)
    assert at.times(3, owed).slack == 1.5
    assert added(owed, owed).slack == 1
    assert at.rounded(owed, 8.0).slack == 0.5 + 64 * ULP * 8
    assert Points(MEANS["positive"]).rounded(owed, 8.0) is owed


@pytest.mark.parametrize(("bottom", "bounded"), [
    ((0, 1, 2), False), ((-1, 0, -2), False), ((-1, 1, 2), False), ((0, 0, 0), False), ((1, 1, 2), True), ((-1, -3, -2), True),
])  # fmt: skip
@pytest.mark.parametrize("sign", [1, -1])
def test_what_may_divide_by_zero_has_no_bound(bottom: tuple[int, ...], bounded: bool, sign: int) -> None:
    for exactly in (True, False):
        at = Points({E(V): (1, 2, 5), E(B): bottom}, exactly)
        if bounded:
            ratios = [sign * v / b for v, b in zip((1, 2, 5), bottom, strict=True)]
            assert float(at.most(at.above(E(V) / E(B), sign))) == pytest.approx(max(ratios))
        else:
            with pytest.raises(Unbounded):
                at.above(E(V) / E(B), sign)


PASSES = {">=": {-1: False, 0: True, 1: True}, ">": {-1: False, 0: False, 1: True}}
PASSES |= {"<=": {-value: holds for value, holds in PASSES[">="].items()}, "<": {-value: holds for value, holds in PASSES[">"].items()}}
PASSES["=="] = {-1: False, 0: True, 1: False}


@pytest.mark.parametrize(("relation", "value"), [(relation, value) for relation in PASSES for value in (-1, 0, 1)])
def test_no_policy_is_left_where_none_can_pass_a_test(relation: Any, value: int) -> None:
    at, zero = Points({E(V): (1, 2, 5), E(B): (value, value, value)}), Constant(Fraction(0))
    fails, test = Comparison(E(V), "<", zero), Comparison(E(B), relation, zero)
    passes = PASSES[relation][value]
    for tests in (
        (test,),
        (Comparison(E(V), ">", zero), test),
        (test, Comparison(E(V), ">", zero)),
        (Either((fails, test)),),
        (Both((test,)),),
    ):
        f = SubjectTo(E(V), tests)
        if passes:
            assert at.above(f, 1).values.tolist() == [1, 2, 5]
        else:
            with pytest.raises(Undefined):
                at.above(f, 1)
    for tests in ((fails,), (test, fails), (fails, test), (Both((test, fails)),), (Both((fails, test)),), (Either((fails, fails)),)):
        with pytest.raises(Undefined):
            at.above(SubjectTo(E(V), tests), 1)


def test_tests_of_what_has_no_bound_may_hold_and_of_what_is_undefined_may_not() -> None:
    at, zero = Points({E(V): (1, 2, 5), E(B): (-1, 0, 1)}), Constant(Fraction(0))
    assert at.above(SubjectTo(E(V), (Comparison(1 / E(B), ">", zero),)), 1).values.tolist() == [1, 2, 5]
    with pytest.raises(Undefined):
        at.above(SubjectTo(E(V), (Comparison(NOWHERE, ">=", zero),)), 1)


def test_parts_that_nothing_defines_are_left_out() -> None:
    at = Points(MEANS["mixed"])
    assert at.above(LargestDefined((NOWHERE, E(B), E(V))), 1).values.tolist() == [5, 5, 5]
    assert at.above(LargestDefined((E(B), NOWHERE)), 1).values.tolist() == [4, -3, 2]
    with pytest.raises(Undefined):
        at.above(LargestDefined((NOWHERE, NOWHERE)), 1)


# ---------------------------------------------------------------- partial policies of a world


def rare_world(chances: tuple[Fraction, ...], worth: tuple[int, ...]) -> sb.World:
    """How likely a wish is depends on the act, and so does the value."""
    rows: Any = {i: ck.Dist({"stop": chance, "free": 1 - chance}) for i, chance in enumerate(chances)}
    model = ck.Model(act=ck.choice(*range(len(chances))), wish=ck.cpt(["act"], rows, domain=["stop", "free"]), value=lambda act: worth[act])
    return sb.World(model, intent="wish", value="value")


def test_what_floats_may_hide_grows_as_conditions_become_rare() -> None:
    """Sums that are off by their rounding are divided by the smallest probability."""
    world = rare_world((Fraction(1, 2), Fraction(1, 2**40)), (3, 1))
    problem = search_problem(in_ratios(E(V, given={"intent": "stop"}), world), world.policies)
    found, exact = bound(problem, ()), bound(problem.exact_twin(), ())
    assert found is not None
    assert exact is not None
    assert (exact.value, exact.slack, exact.hint) == (3, 0, (0,))
    ((_, matrix),) = problem.matrices.items()
    off = 8 * ULP * (len(matrix.top) + 8) * abs(matrix.top).sum()
    assert found.slack >= 2 * off / min(matrix.bottom) > 100 * off
    assert found.value is not None
    assert abs(found.value - 3) <= found.slack


@pytest.mark.parametrize("partial", [(), (0,), (1,), (2,)])
def test_a_bound_in_floats_and_its_slack_hold_the_bound_in_fractions(partial: tuple[int, ...]) -> None:
    world = rare_world((Fraction(1, 3), Fraction(1, 7), Fraction(1, 10**6)), (3, 5, -2))
    mean = E(V, given={"intent": "stop"})
    for f in (mean, mean + E(V), mean * E(V), E(V) / (9 + mean), least(mean, 2 * E(V) - 3), -mean):
        problem = search_problem(in_ratios(f, world), world.policies)
        found, exact = bound(problem, partial), bound(problem.exact_twin(), partial)
        assert found is not None
        assert exact is not None
        assert found.value is not None
        assert exact.value is not None
        assert exact.slack == 0
        scores = [sb.Utility("u", f)(world, world.policy(i)) for i in range(3)]
        taken = [scores[problem.space.index(problem.policy((i,)))] for i in ([*partial] or range(3))]
        assert exact.value >= max(taken)
        assert found.value + found.slack >= max(taken)
        assert found.slack < 1e-3
        if partial:
            assert exact.value == max(taken)
            assert exact.hint == partial == found.hint


def test_weights_of_a_size_that_floats_can_be_trusted_with() -> None:
    world = rare_world((Fraction(1, 3), Fraction(1, 7)), (0, 5))
    one = Fraction(7, 5)  # the one number beside chances is then the factor
    for factor, suits in (
        (1, True), (one * LARGEST, False), (one * LARGEST / 2, True), (-one * LARGEST, False), (one * SMALLEST, False), (-1, True),
        (0, True), (one * SMALLEST * 2, True), (-one * SMALLEST, False),
    ):  # fmt: skip
        tree = in_ratios(Fraction(factor) * E(V, given={"intent": "stop"}), world)
        assert ratios_in(tree)
        assert suits_floats(tree) is suits, factor
    assert suits_floats(in_ratios(E(V) + 1, world)) is True


def value_under(policy: Policy, polynomial: Mapping[Any, Any]) -> Any:
    return sum(weight for choices, weight in polynomial.items() if all(policy.acts[name, seen] == act for name, seen, act in choices))


@pytest.mark.parametrize("seed", range(12))
def test_no_monomial_of_a_ratio_stands_over_nothing_and_both_sides_stay_what_they_are(seed: int) -> None:
    """The top says what is done after the condition is settled, at several decisions and on seeing several things."""
    draw = random.Random(seed)
    seen = ((0,), (1,))
    space = PolicySpace([Decision(name, ("go", "stay", "ask")[: 2 + (name == "b")], ("u",), seen) for name in "abc"])
    acts = {name: [(name, each, act) for each in seen for act in options] for name, _, options in space.slots}
    bottom: dict[Any, Any] = {frozenset({act}): Fraction(draw.randint(1, 4), 9) for act in draw.sample(acts["a"], 3)}
    top: dict[Any, Any] = {choices: Fraction(draw.randint(-1, 1)) for choices in bottom}
    for choices in bottom:
        for longer in ({draw.choice(acts["b"])}, {draw.choice(acts["c"])}, {draw.choice(acts["b"]), draw.choice(acts["c"])}):
            top[choices | longer] = Fraction(draw.randint(-3, 3))
    found = paired(top, bottom, space)
    assert len(found) > len(bottom)
    assert all(below > 0 for _, below in found.values())
    for policy in space:
        for side, polynomial in enumerate((top, bottom)):
            assert value_under(policy, {choices: pair[side] for choices, pair in found.items()}) == value_under(policy, polynomial)
