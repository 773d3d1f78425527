"""Bounds hold for every completion of a partial policy, in floats and in fractions; exchanges that change nothing change nothing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible
from causalkit.values.exact import Number
from stop_button import B, E, V
from stop_button.decision.policy import Act, Choices, Decision, PolicySpace
from stop_button.evaluation.policy_polynomial import score_of, score_or_undefined
from stop_button.evaluation.undefined import defined
from stop_button.language.formula import Formula
from stop_button.solving.fractional_form import Ratio, anchored, in_ratios, ratios_in, single_polynomial, weighted_means
from stop_button.solving.relaxation import bound
from stop_button.solving.symmetry import symmetry
from stop_button.solving.term_matrix import SearchProblem, search_problem
from stop_button.testing import formulas, worlds
from tests.reached import came_to, reaches
from tests.tries import tries

FEW = 300

pairs = st.tuples(formulas(2), formulas(2))
shapes = st.one_of(
    formulas(4),
    pairs.map(lambda two: two[0] * two[1] - two[0]),
    pairs.map(lambda two: two[0] / two[1]),
    pairs.map(lambda two: -(two[0] / (two[1] - 7))),
    pairs.map(lambda two: sb.most(*two) + 2 * sb.least(*two) * two[0] / (3 + two[1] * two[1])),
)


def problem_of(f: Formula, world: sb.World) -> SearchProblem | None:
    try:
        return search_problem(in_ratios(f, world), world.policies)
    except Impossible:
        return None


def scores(f: Formula, world: sb.World, problem: SearchProblem, partial: tuple[int, ...]) -> Iterator[Any]:
    """The defined scores of all policies that begin with these assignment."""
    for rest in itertools.product(*map(range, problem.sizes[len(partial) :])):
        score = score_or_undefined(f, world, problem.policy((*partial, *rest)))
        if defined(score):
            yield score


@settings(max_examples=tries(150))
@given(worlds(max_causes=3).filter(lambda world: world.policies.size <= FEW), shapes, st.data())
def test_no_completion_exceeds_a_bound(world: sb.World, f: Formula, data: st.DataObject) -> None:
    problem = problem_of(f, world)
    if problem is None:
        return
    known = problem.sizes[: data.draw(st.integers(0, len(problem.sizes)))]
    partial = tuple(data.draw(st.integers(0, size - 1)) for size in known)
    best = max(scores(f, world, problem, partial), default=None)
    rough, exactly = bound(problem, partial), bound(problem.exact_twin(), partial)
    assert (rough is None) == (exactly is None)
    if rough is None or exactly is None:
        assert best is None
    elif rough.value is not None and exactly.value is not None:
        assert isinstance(exactly.value, Fraction)
        assert rough.slack < 1e-9 * max(1, abs(rough.value))
        assert best is None or (best <= exactly.value and best <= rough.value + rough.slack)


@settings(max_examples=tries(100))
@given(st.lists(st.integers(-5, 5), min_size=18, max_size=18), st.lists(st.integers(0, 2), max_size=2), st.sampled_from([0, 1, 3]))
def test_no_completion_exceeds_a_bound_where_choices_hang_together(worth: list[int], partial: list[int], odds: int) -> None:
    table = dict(zip(itertools.product(range(3), range(3), range(2)), worth, strict=True))
    model = ck.Model(
        luck=ck.coin(Fraction(odds, 4)),
        a=ck.choice(0, 1, 2),
        b=ck.choice(0, 1, 2),
        c=ck.choice(0, 1),
        value=lambda a, b, c: table[a, b, c],
        asked=lambda luck, a, c: luck or a == c,
    )
    world = sb.World(model, value="value")
    for f in (E(V), -E(V) * E(V), E(V, given=sb.X("asked").is_(True)) + E(V)):
        problem = problem_of(f, world)
        assert problem is not None
        known = tuple(min(pick, size - 1) for pick, size in zip(partial, problem.sizes, strict=False))
        best = max(scores(f, world, problem, known), default=None)
        for each in (problem, problem.exact_twin()):
            found = bound(each, known)
            assert best is None or (found is not None and found.value + found.slack >= best)


@settings(max_examples=tries(60))
@given(worlds().filter(lambda world: world.policies.size <= FEW), formulas(), st.data())
def test_the_bound_of_a_whole_policy_is_its_score(world: sb.World, f: Formula, data: st.DataObject) -> None:
    problem = problem_of(f, world)
    if problem is None:
        return
    assignment = tuple(data.draw(st.integers(0, size - 1)) for size in problem.sizes)
    score, found = score_or_undefined(f, world, problem.policy(assignment)), bound(problem.exact_twin(), assignment)
    assert found is None or found.hint == assignment
    if not defined(score):
        assert found is None
    elif found is not None and found.value is not None:
        assert found.value == score


@settings(max_examples=tries(60))
@given(worlds().filter(lambda world: 1 < world.policies.size <= FEW), formulas(), st.data())
def test_an_exchange_changes_no_score(world: sb.World, f: Formula, data: st.DataObject) -> None:
    problem = problem_of(f, world)
    if problem is None or not problem.sizes:
        return
    found = symmetry(problem)
    assignment = [data.draw(st.integers(0, size - 1)) for size in problem.sizes]
    score = score_or_undefined(f, world, problem.policy(tuple(assignment)))
    for slot, twin in enumerate(found.interchangeable):
        if twin is not None:
            swapped = list(assignment)
            swapped[slot], swapped[twin] = assignment[twin], assignment[slot]
            assert score_or_undefined(f, world, problem.policy(tuple(swapped))) == score
    best = max(scores(f, world, problem, ()), default=None)
    left: list[tuple[int, ...]] = [()]
    for _ in problem.sizes:
        left = [(*partial, option) for partial in left for option in found.extensions(partial)]
    assert best == max(
        (each for assignment in left if defined(each := score_or_undefined(f, world, problem.policy(assignment)))), default=None
    )


def test_of_like_sights_and_like_acts_few_are_left() -> None:
    model = ck.Model(
        sight=ck.uniform(*range(6)),
        act=ck.choice("one", "other", "third", sees=["sight"]),
        stopped=lambda act: act == "third",
        value=lambda act: int(act != "third"),
    )
    world = sb.World(model, stopped="stopped", value="value")
    problem = search_problem(in_ratios(E(B) * E(V), world), world.policies)
    found = symmetry(problem)
    left: list[tuple[int, ...]] = [()]
    for _ in problem.sizes:
        left = [(*partial, option) for partial in left for option in found.extensions(partial)]
    assert len(left) == 7


def test_a_ratio_is_bounded_as_one() -> None:
    """The largest top over the smallest bottom would be 4; no policy has more than 2."""
    model = ck.Model(
        sight=ck.uniform(0, 1),
        act=ck.choice("rest", "go", sees=["sight"]),
        wish=lambda sight, act: "stop" if act == "go" or sight else "free",
        stopped=lambda act: act == "go",
        value=lambda act: 2 if act == "go" else 0,
    )
    world = sb.World(model, intent="wish", stopped="stopped", value="value")
    problem = search_problem(in_ratios(E(V, given={"intent": "stop"}), world), world.policies)
    assert bound(problem.exact_twin(), ()).value == 2  # type: ignore[union-attr]


def test_a_division_by_what_may_be_zero_has_no_bound() -> None:
    world = sb.World(ck.Model(act=ck.choice(-1, 0, 1), value=lambda act: act), value="value")
    problem = search_problem(in_ratios(1 / E(V), world), world.policies)
    whole, down = bound(problem, ()), bound(problem, (0,))
    assert whole is not None
    assert whole.value is None
    assert down is not None
    assert down.value is not None
    assert math.isclose(down.value, -1)
    assert sb.solve(world, sb.Utility("inverse", 1 / E(V))).score == 1


# ---------------------------------------------------------------- formulas as ratios


@reaches("a polynomial")
@settings(max_examples=60)
@given(worlds(), formulas())
def test_a_single_polynomial_gives_every_score(world: sb.World, f: Formula) -> None:
    try:
        polynomial = single_polynomial(f, world)
    except Impossible:
        return
    if polynomial is None:
        return
    for policy in itertools.islice(world.policies, 20):
        came_to("a polynomial")
        total = sum(w for chosen, w in polynomial.items() if all(policy.act(name, *seen) == o for name, seen, o in chosen))
        assert total == score_of(f, world, policy)


def test_equal_polynomials_have_equal_forms() -> None:
    space = PolicySpace([Decision("a", (0, 1, 2), (), ((),)), Decision("b", (0, 1), (), ((),))])
    a: list[Act] = [("a", (), o) for o in range(3)]
    b: list[Act] = [("b", (), o) for o in range(2)]
    one: dict[Choices, Number] = {
        frozenset({a[0]}): Fraction(1),
        frozenset({a[1], b[0]}): Fraction(1),
        frozenset({a[1], b[1]}): Fraction(1),
    }
    other: dict[Choices, Number] = {frozenset(): Fraction(1), frozenset({a[2]}): Fraction(-1)}
    assert anchored(one, space) == anchored(other, space) == other


def test_what_is_no_weighted_sum() -> None:
    office = sb.worlds.office()
    for f in (sb.least(E(B), E(V)), E(B) * E(V), 1 / E(V), sb.most(E(B), 1) + E(V)):
        assert weighted_means(f, office) is None
    sums = [sb.least(E(B)), 2 * (E(B) - E(V)) / 3, sb.least(1, 2) * E(B), E(B) + 1]
    assert all(len(weighted_means(f, office) or ()) >= 1 for f in sums)
    with pytest.raises(Impossible, match="what it divides by is 0"):
        weighted_means(E(B) / 0, office)


def test_means_with_one_condition_make_one_ratio() -> None:
    button = sb.worlds.basic_button()
    assert [ratio.steady for ratio in ratios_in(in_ratios(sb.conditional_counterfactual.formula, button))] == [False, False]
    assert [ratio.steady for ratio in ratios_in(in_ratios(sb.conditional_counterfactual.formula + E(V) + 1, button))] == [
        True,
        False,
        False,
    ]
    assert all(isinstance(ratio, Ratio) for ratio in ratios_in(in_ratios(sb.ccmin.formula, button)))
