"""Chances by hand: linear functions of them, linear programs that are proved in fractions, polynomials on parts, and what lies between."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import TooLarge, WrongShape
from stop_button import B, E, V, X
from stop_button.decision.policy import Act
from stop_button.language.constraints import Infeasible, SubjectTo
from stop_button.language.formula import Constant, Least, Most, Product, Quotient, Sum
from stop_button.solving.lots import bernstein, subdivision
from stop_button.solving.lots.bernstein import Form, form
from stop_button.solving.lots.formula_of_chances import LARGEST, FormulaOfChances, Polynomials, in_floats
from stop_button.solving.lots.intervals import between
from stop_button.solving.lots.linear_program import Line, Part, exceeded_by_none, mixed_best, reached
from stop_button.solving.lots.recovery import near_solution, simplest_between
from stop_button.solving.lots.subdivision import divided
from stop_button.solving.relaxing.formulas import Unbounded, Undefined

F = Fraction
ZERO, ONE, HALF = F(0), F(1), F(1, 2)
A, C, D = (cast("Act", ("act", (), option)) for option in "acd")
SLOT = ("act", (), ("a", "c", "d"))
SURE, NEVER = Line(ONE, {}), Line(ZERO, {})


def line(constant: Any, a: Any = 0, c: Any = 0, d: Any = 0) -> Line:
    return Line(F(constant), {A: F(a), C: F(c), D: F(d)})


# ---------------------------------------------------------------- lines and parts


def test_a_line_less_a_number_times_another() -> None:
    one, other = Line(F(5), {A: F(2), C: F(3)}), Line(F(1), {C: F(7), D: F(4)})
    found = one.minus(F(2), other)
    assert (found.constant, dict(found.weights)) == (3, {A: 2, C: -11, D: -8})
    at = {A: HALF, C: F(1, 4), D: F(1, 4)}
    assert one(at) == 5 + 1 + F(3, 4)
    assert found(at) == one(at) - 2 * other(at)
    assert one({A: ONE}) == 7


@pytest.mark.parametrize(("bottom", "is_limit"), [
    (NEVER, True), (SURE, False), (Line(ZERO, {A: ZERO, C: ZERO}), True), (Line(ZERO, {A: ZERO, C: ONE}), False), (Line(F(-1), {}), False),
])  # fmt: skip
def test_a_part_without_a_bottom_is_a_limit(bottom: Line, is_limit: bool) -> None:
    assert Part(line(1), bottom).is_limit is is_limit


def test_the_smallest_part_is_reached_where_limits_are_kept() -> None:
    parts = [Part(line(0, 4, 2), SURE), Part(line(0, 1, 3), line(0, 1, 1, 1)), Part(line(1, -2), NEVER), Part(line(HALF, 0, -1), NEVER)]
    assert reached(parts, {A: HALF, C: HALF}) == 2
    assert reached(parts, {A: HALF, C: F(1, 4), D: F(1, 4)}) == F(5, 4)
    assert reached(parts, {A: ONE}) is None
    assert reached(parts, {C: ONE}) is None
    assert reached(parts, {D: ONE}) == 0
    rare = [Part(line(0, 4, 2), line(0, 1)), Part(line(1), SURE)]
    assert reached(rare, {C: ONE}) is None
    assert reached([rare[1], rare[0]], {C: ONE}) is None
    assert reached(rare, {A: HALF, C: HALF}) == 1
    assert reached([Part(line(0, -3), SURE), rare[1]], {A: ONE}) == -3


def test_what_none_exceeds_is_the_best_weighted_ratio() -> None:
    parts = [Part(line(0, 4, 1), line(0, 1, 1, 1)), Part(line(1, 0, 5), line(0, 1, 2, 1))]
    for weights in ((1, 0), (0, 1), (1, 1), (2, 3)):
        w, v = map(F, weights)
        ratios = [(w * parts[0].top({act: ONE}) + v * parts[1].top({act: ONE})) / (w + v * (2 if act == C else 1)) for act in (A, C, D)]
        for level in (F(-10), min(ratios), max(ratios)):
            assert exceeded_by_none(parts, [SLOT], [w, v], level) == max(ratios)
    limit = Part(line(1, -2), NEVER)
    assert exceeded_by_none([Part(line(0, 4, 1), SURE), limit], [SLOT], [ONE, ONE], ZERO) == 3
    assert exceeded_by_none([Part(line(0, 4, 1), SURE), limit], [SLOT], [ONE, F(3, 2)], ZERO) == F(5, 2)


# ---------------------------------------------------------------- programs


def test_lots_are_drawn_only_where_they_are_needed_in_each_slot() -> None:
    """Heads or tails in the first slot, and in the second whatever is best."""
    other = ("other", (), ("x", "y", "z"))
    acts = {o: ("other", (), o) for o in other[2]}
    parts = [Part(Line(ZERO, {A: ONE, acts["y"]: ONE}), SURE), Part(Line(ZERO, {C: ONE, acts["y"]: ONE}), SURE)]
    best = mixed_best(parts, [SLOT, other])
    assert (best.score, best.bound) == (F(3, 2), F(3, 2))
    assert dict(best.behaviour) == {A: HALF, C: HALF, acts["y"]: ONE}
    free = [Part(Line(ZERO, {A: ONE, C: ONE}), SURE)]
    found = mixed_best(free, [SLOT, other])
    assert found.score == found.bound == 1
    assert sorted(found.behaviour.values()) == [1, 1]
    assert {act[0] for act in found.behaviour} == {"act", "other"}


@pytest.mark.parametrize("unit", [F(1), F(10**40), F(1, 10**40), F(7, 3)])
@pytest.mark.parametrize("stakes", [(1, 1), (1, 3), (2, 5), (7, 4), (1, 1000)])
def test_matching_with_any_stakes_is_solved_in_fractions(unit: Fraction, stakes: tuple[int, int]) -> None:
    """The smaller of p a and (1 - p) b is greatest where both are a b / (a + b)."""
    a, b = stakes
    best = mixed_best([Part(line(0, unit * a), SURE), Part(line(0, 0, unit * b), SURE)], [("act", (), ("a", "c"))])
    assert best.score == best.bound == unit * F(a * b, a + b)
    assert dict(best.behaviour) == {A: F(b, a + b), C: F(a, a + b)}
    assert best.programs >= 1


@pytest.mark.parametrize("most", [F(1, 3), F(4 * 10**12 + 1, 10**13 + 37), F(0), F(1)])
def test_limits_are_kept_exactly(most: Fraction) -> None:
    """However many digits a limit has: what is no simple fraction is found where the limit is only just kept."""
    pays, limit = Part(line(0, 3, 1), SURE), Part(line(most, -1), NEVER)
    for parts in ([pays, limit], [limit, pays]):
        best = mixed_best(parts, [("act", (), ("a", "c"))])
        assert best.score == best.bound == 1 + 2 * most
        assert best.behaviour.get(A, ZERO) == most
    both = [Part(line(0, 3, 1), SURE), Part(line(most, -1), NEVER), Part(line(-most, 1), NEVER)]
    best = mixed_best(both, [("act", (), ("a", "c"))])
    assert (best.score, best.behaviour.get(A, ZERO)) == (1 + 2 * most, most)


def test_limits_that_none_keeps_are_infeasible() -> None:
    with pytest.raises(Infeasible, match="no policy near what the linear programs ended with passes every test"):
        mixed_best([Part(line(0, 1), SURE), Part(line(-2, 1), NEVER)], [SLOT])
    with pytest.raises(Infeasible):
        mixed_best([Part(line(0, 1), SURE), Part(line(1), NEVER), Part(line(-2, 1), NEVER)], [SLOT])


def test_a_ratio_is_best_at_a_corner_and_nothing_to_decide_has_one_score() -> None:
    """4/2, 1/1 and 3/1."""
    ratio = Part(line(0, 4, 1, 3), line(0, 2, 1, 1))
    best = mixed_best([ratio], [SLOT])
    assert (best.score, best.bound, dict(best.behaviour)) == (3, 3, {D: 1})
    assert mixed_best([Part(Line(F(5), {}), SURE)], []).score == 5
    assert mixed_best([Part(Line(F(-5), {}), SURE)], []).bound == -5
    assert mixed_best([Part(NEVER, SURE)], [SLOT]).score == 0


def test_a_bottom_that_is_0_under_some_options_is_left_to_the_others() -> None:
    rare = Part(line(0, 0, 1), line(0, 0, F(1, 2), F(1, 4)))
    best = mixed_best([rare], [SLOT])
    assert (best.score, best.bound) == (2, 2)
    worse = mixed_best([Part(line(0, 0, -1, -1), line(0, 0, F(1, 2), F(1, 4)))], [SLOT])
    assert worse.score == worse.bound == -2


# ---------------------------------------------------------------- fractions


@pytest.mark.parametrize(("low", "high", "expected"), [
    (F(3, 10), F(2, 5), F(1, 3)), (F(1), F(1), F(1)), (F(5, 2), F(5, 2), F(5, 2)), (F(3, 2), F(2), F(2)), (F(2), F(5, 2), F(2)),
    (F(7, 5), F(8, 5), F(3, 2)), (F(-8, 5), F(-7, 5), F(-3, 2)), (F(-1), F(0), F(0)), (F(0), F(1), F(0)), (F(-2), F(-1), F(-1)),
    (F(31, 100), F(32, 100), F(5, 16)), (F(1, 3), F(1, 3), F(1, 3)), (F(10, 7), F(13, 9), F(10, 7)),
])  # fmt: skip
def test_the_simplest_fraction_in_an_interval(low: Fraction, high: Fraction, expected: Fraction) -> None:
    assert simplest_between(low, high) == expected
    found = simplest_between(low, high)
    smaller = (F(n, d) for d in range(1, found.denominator) for n in range(math.floor(low * d), math.ceil(high * d) + 1))
    assert not any(low <= one <= high for one in smaller)


def test_solutions_near_a_point_stay_near_where_they_are_free() -> None:
    rows = [[ONE, ONE, ONE], [ONE, -ONE, ZERO]]
    found = near_solution(rows, [ONE, ZERO], [0.3, 0.3, 0.4])
    assert found == [F(3, 10), F(3, 10), F(2, 5)]
    assert near_solution(rows, [ONE, F(1, 5)], [0.3, 0.3, 0.4]) == [F(2, 5), F(1, 5), F(2, 5)]
    assert near_solution([[ONE, ONE], [ONE, ONE]], [ONE, ONE], [0.25, 0.75]) == [F(1, 4), F(3, 4)]
    assert near_solution([[ONE, ONE], [ONE, ONE]], [ONE, F(2)], [0.25, 0.75]) is None
    assert near_solution([[ZERO, 2 * ONE]], [ONE], [0.125, 0.75]) == [F(1, 8), HALF]
    assert near_solution([], [], [1 / 3]) == [F(1, 3)]


# ---------------------------------------------------------------- intervals


LOW_HIGH: dict[Any, tuple[Any, Any]] = {E(V): (F(-2), F(3)), E(B): (F(1), F(4)), E(X("c")): (F(-5), F(-1))}


def test_formulas_lie_between_what_their_parts_allow_by_hand() -> None:
    v, b, c = E(V), E(B), E(X("c"))
    for f, expected in (
        (Sum((v, b, c)), (-6, 6)), (Product((v, b)), (-8, 12)), (Product((v, v)), (-6, 9)), (Product((c, c)), (1, 25)),
        (Product((c, v, b)), (-60, 40)), (Least((b, v)), (-2, 3)), (Most((c, v)), (-2, 3)), (Most((b, v)), (1, 4)),
        (Quotient(v, b), (-2, 3)),
        (Quotient(v, c), (-3, 2)), (Quotient(b, c), (-4, F(-1, 5))), (Constant(F(7)), (7, 7)), (Product((Constant(F(-2)), v)), (-6, 4)),
    ):  # fmt: skip
        assert between(f, LOW_HIGH.__getitem__) == expected, f


@pytest.mark.parametrize(("bottom", "error"), [
    ((0, 0), Undefined), ((0, 1), Unbounded), ((-1, 0), Unbounded), ((-1, 1), Unbounded), ((1, 1), None), ((-1, -1), None),
    ((-2, -1), None),
])  # fmt: skip
def test_a_divisor_that_is_0_or_may_be(bottom: tuple[int, int], error: Any) -> None:
    read = {E(V): (F(2), F(2)), E(B): tuple(map(F, bottom))}.__getitem__
    if error is None:
        ends = sorted(F(2, one) for one in bottom)
        assert between(Quotient(E(V), E(B)), read) == (ends[0], ends[1])  # type: ignore[arg-type]
    else:
        with pytest.raises(error):
            between(Quotient(E(V), E(B)), read)  # type: ignore[arg-type]


def test_what_is_no_formula_of_means_has_no_interval() -> None:
    with pytest.raises(WrongShape, match="no sum, product, quotient, least or most of means"):
        between(SubjectTo(E(V), (E(B) > 0,)), LOW_HIGH.__getitem__)


# ---------------------------------------------------------------- polynomials on parts


def test_the_form_of_a_polynomial_by_hand() -> None:
    """p squared and 4 p q, with two picks: 1, 2 and 0; in thirds with a third of each option: over one scale."""
    square, mixed = ({0: (2, 0)}, ONE, ZERO), ({0: (1, 1)}, F(4), ZERO)
    found = form([square, mixed], [2], steady=True)
    assert (found.sizes, found.degrees, found.scale, found.bottom) == ((2,), (2,), 1, None)
    assert found.top.tolist() == [1, 2, 0]
    assert found.interval == (0, 2)
    lower = form([({0: (1, 0)}, F(1, 3), ZERO), ({0: (0, 2)}, F(1, 2), ZERO), ({}, ONE, ZERO)], [2], steady=True)
    assert [F(one, lower.scale) for one in lower.top.tolist()] == [1 + F(1, 3), 1 + F(1, 6), 1 + HALF]
    assert lower.scale == 6
    nothing = form([], [2, 3], steady=True)
    assert (nothing.degrees, nothing.interval) == ((0, 0), (0, 0))


def test_the_form_of_a_ratio_has_one_scale_and_counts_only_where_it_has_a_bottom() -> None:
    found = form([({0: (1, 0)}, F(1, 2), F(1, 4)), ({0: (0, 1)}, ZERO, ZERO)], [2], steady=False)
    assert found.bottom is not None
    assert (found.scale, found.top.tolist(), found.bottom.tolist()) == (4, [2, 0], [1, 0])
    assert found.interval == (2, 2)
    both = form([({0: (1, 0)}, F(1, 2), F(1, 4)), ({0: (0, 1)}, ONE, F(1, 3))], [2], steady=False)
    assert both.interval == (2, 3)
    with pytest.raises(Undefined):
        form([({0: (1, 0)}, ZERO, ZERO)], [2], steady=False).interval  # noqa: B018
    inside = found.with_corner(0, 1, (HALF, HALF))
    assert inside.interval == (2, 2)


def value_at(of: Form, way: tuple[int, ...]) -> Fraction:
    return F(of.top[way], of.scale)


def test_a_corner_in_the_middle_of_an_edge_has_the_value_there() -> None:
    """p**2 + 4 p q + 3 r of the first group, times x of the second: by its corners."""
    monomials = [({0: (2, 0, 0), 1: (1, 0)}, ONE, ZERO), ({0: (1, 1, 0), 1: (1, 0)}, F(4), ZERO), ({0: (0, 0, 1), 1: (1, 0)}, F(3), ZERO)]
    whole = form(monomials, [3, 2], steady=True)
    assert whole.top.shape == (6, 2)
    polynomial = FormulaOfChances(E(V), {E(V): Polynomials(tuple(monomials), True)}, (3, 2))
    point = (HALF, F(1, 3), F(1, 6))
    for corner, place in ((0, 0), (1, 3), (2, 5)):
        part = whole.with_corner(0, corner, point)
        assert value_at(part, (place, 0)) == polynomial.value((point, (ONE, ZERO))) == F(1, 4) + 4 * F(1, 6) + HALF
        assert part.with_corner(1, 0, (ZERO, ONE)).top[place, 0] == 0
    assert whole.with_corner(1, 1, (F(1, 4), F(3, 4))).interval == (0, 3)
    assert whole.with_corner(1, 0, (F(1, 4), F(3, 4))).interval == (0, F(3, 4))
    steady = form([({0: (1, 0, 0)}, ONE, ZERO)], [3, 2], steady=True)
    assert steady.with_corner(1, 0, (HALF, HALF)) is steady


def test_forms_have_so_many_coefficients_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bernstein.MOST_COEFFICIENTS == 20_000
    monomials = [({0: (2, 0), 1: (0, 1, 0)}, ONE, ZERO)]
    monkeypatch.setattr(bernstein, "MOST_COEFFICIENTS", 9)
    assert form(monomials, [2, 3], steady=True).top.size == 9
    monkeypatch.setattr(bernstein, "MOST_COEFFICIENTS", 8)
    with pytest.raises(TooLarge, match="it has 9 coefficients, and at most 8 are taken"):
        form(monomials, [2, 3], steady=True)


def test_a_formula_of_chances_in_fractions_and_in_floats() -> None:
    top = Polynomials((({0: (1, 0)}, F(3), ONE), ({0: (0, 1), 1: (2, 0)}, F(5), F(1, 2))), False)
    plain = Polynomials((({}, F(2), ONE), ({1: (0, 1)}, F(4), ZERO)), True)
    formula = FormulaOfChances(E(V) + 10 * E(B), {E(V): top, E(B): plain}, (2, 2))
    point = ((F(1, 4), F(3, 4)), (F(1, 3), F(2, 3)))
    ratio = (F(3, 4) + 5 * F(3, 4) / 9) / (F(1, 4) + HALF * F(3, 4) / 9)
    assert formula.value(point) == ratio + 10 * (2 + F(8, 3))
    assert formula.near(np.array([0.25, 0.75, 1 / 3, 2 / 3])) == pytest.approx(float(ratio + 10 * (2 + F(8, 3))))
    nowhere = ((ZERO, ONE), (ZERO, ONE))
    assert formula.value(nowhere) is None
    assert formula.near(np.array([0.0, 1.0, 0.0, 1.0])) == -math.inf
    assert formula.bound(formula.forms) == 10 + 60
    divided_by = FormulaOfChances(1 / (E(B) - 4), {E(B): plain}, (2, 2))
    assert divided_by.bound(divided_by.forms) == math.inf
    assert divided_by.value(point) == 1 / (F(14, 3) - 4)
    assert divided_by.value(((ONE, ZERO), (HALF, HALF))) is None
    assert divided_by.near(np.array([1.0, 0.0, 0.5, 0.5])) == -math.inf


@pytest.mark.parametrize(("value", "near"), [
    (F(1, 4), 0.25), (LARGEST, 1e150), (LARGEST + 1, 1e150), (10**400, 1e150), (-(10**400), -1e150), (-LARGEST, -1e150), (F(-3), -3.0),
])  # fmt: skip
def test_floats_that_propose_are_not_too_large(value: Any, near: float) -> None:
    assert in_floats(value) == near


# ---------------------------------------------------------------- dividing


def polynomial_of(*monomials: Any) -> Polynomials:
    return Polynomials(tuple(({k: p for k, p in enumerate(powers) if any(p)}, F(weight), ZERO) for powers, weight in monomials), True)


TWICE = polynomial_of((((1, 1),), 1))
"""The chance of one way and then the other: most where both are equal."""


def test_the_best_chances_are_found_and_proved() -> None:
    found = divided(E(V), {E(V): TWICE}, [2], most=1_000, starts=1, seed=0)
    assert (found.point, found.value, found.bound) == (((HALF, HALF),), F(1, 4), F(1, 4))
    cubic = polynomial_of((((1, 2),), 1))
    best = divided(E(V), {E(V): cubic}, [2], most=1_000, starts=1, seed=0)
    assert (best.point, best.value) == (((F(1, 3), F(2, 3)),), F(4, 27))
    assert 0 <= best.bound - F(4, 27) <= F(1, 10**9)
    third = divided(E(V), {E(V): polynomial_of((((1, 1, 1),), 27))}, [3], most=40, starts=1, seed=0)
    assert (third.value, third.point) == (1, ((F(1, 3),) * 3,))


def test_without_climbs_the_parts_themselves_find_the_best() -> None:
    found = divided(E(V), {E(V): polynomial_of((((1, 3),), 1))}, [2], most=5_000, starts=0, seed=0)
    assert found.value is not None
    assert 0 <= found.bound - found.value <= F(1, 10**9)
    assert abs(found.value - F(27, 256)) <= F(1, 10**9)


def test_what_no_chances_move_and_where_there_are_none() -> None:
    constant = Polynomials((({}, F(3), ONE),), True)
    found = divided(E(V), {E(V): constant}, [2], most=100, starts=2, seed=0)
    assert (found.value, found.bound) == (3, 3)
    alone = divided(E(V), {E(V): constant}, [], most=100, starts=2, seed=0)
    assert (alone.value, alone.bound, alone.point) == (3, 3, ())
    nowhere = divided(1 / (E(V) - 3), {E(V): constant}, [], most=100, starts=2, seed=0)
    assert (nowhere.point, nowhere.value, nowhere.bound) == (None, None, None)
    nothing = divided(1 / (E(V) - 3), {E(V): constant}, [2], most=100, starts=2, seed=0)
    assert (nothing.point, nothing.value, nothing.bound) == (None, None, None)


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_few_parts_leave_a_bound_above_the_best(most: int) -> None:
    steep = Polynomials((({0: (3, 1)}, F(9), ZERO), ({0: (1, 3)}, F(9), ZERO), ({0: (2, 2)}, F(-3), ZERO)), True)
    found = divided(E(V), {E(V): steep}, [2], most=most, starts=1, seed=0)
    grid = [9 * p**3 * (1 - p) + 9 * p * (1 - p) ** 3 - 3 * (p * (1 - p)) ** 2 for p in (F(i, 64) for i in range(65))]
    assert found.value is not None
    assert found.value <= found.bound
    assert max(grid) <= found.bound
    assert most <= found.parts <= most + 1 or found.bound - found.value < F(1, 10**8)


def test_corners_are_proposed_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the best is at a corner no climb is needed: the last of eight."""
    picks = tuple((0, 1) for _ in range(3))
    last = Polynomials(((dict(enumerate(picks)), F(5), ZERO),), True)
    monkeypatch.setattr(subdivision, "_climbed", None)
    found = divided(E(V), {E(V): last}, [2, 2, 2], most=1, starts=8, seed=0)
    assert (found.value, found.bound, found.parts) == (5, 5, 0)
    assert found.point == ((ZERO, ONE),) * 3


def test_mixed_policies_of_a_world_by_division() -> None:
    """Two acts that are not to be alike, by one rule: half and half, worth a half; free, they differ for sure."""
    model = ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1), value=lambda a, b: int(a != b))
    world = sb.World(model, value="value")
    utility = sb.Utility("apart", E(V))
    tied = sb.solve(world, utility, mixed=True, tied=[["a", "b"]])
    assert (tied.score, tied.bound, bool(tied), tied.method) == (HALF, HALF, True, "subdivision over tied rules")
    free = sb.solve(world, utility, mixed=True, tied=[])
    assert (free.score, free.method) == (1, "subdivision")
