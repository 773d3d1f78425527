"""Exact linear programs against scipy's, and against the proof that each answer carries."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from causalkit.errors import TooLarge
from causalkit.values import linear_program as linear
from causalkit.values.linear_program import Column, minimised, vertices
from tests.tries import tries

small = st.integers(-3, 3)
positive = st.integers(0, 4)


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[Fraction], list[Column], list[Fraction]]:
    """Programs with a feasible point and with costs that make them bounded below, degenerate and redundant ones among them."""
    rows, count = draw(st.integers(1, 4)), draw(st.integers(1, 7))
    matrix = [[draw(small) for _ in range(count)] for _ in range(rows)]
    if draw(st.booleans()):
        matrix.append([2 * a for a in matrix[0]])
    point = [draw(positive) for _ in range(count)]
    rhs = [Fraction(sum(a * x for a, x in zip(row, point, strict=True))) for row in matrix]
    prices = [draw(small) for _ in matrix]
    costs = [Fraction(sum(p * row[j] for p, row in zip(prices, matrix, strict=True)) + draw(positive), 3) for j in range(count)]
    costs = [cost + 0 for cost in costs]
    return costs, [{i: Fraction(row[j]) for i, row in enumerate(matrix) if row[j]} for j in range(count)], rhs


def dense(columns: list[Column], rows: int) -> np.ndarray:
    return np.array([[float(column.get(i, 0)) for column in columns] for i in range(rows)])


@settings(max_examples=tries(200))
@given(programs(), st.booleans())
def test_the_answer_is_optimal_and_proves_it(program: tuple[list[Fraction], list[Column], list[Fraction]], proposed: bool) -> None:
    costs, columns, rhs = program
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linear, "FEW_COLUMNS", 0 if proposed else 48)
        found = minimised(costs, columns, rhs)
    assert found is not None
    assert all(value > 0 for value in found.point.values())
    for i, value in enumerate(rhs):
        assert sum((columns[j].get(i, Fraction(0)) * x for j, x in found.point.items()), Fraction(0)) == value
    assert sum((costs[j] * x for j, x in found.point.items()), Fraction(0)) == found.value
    assert sum((p * b for p, b in zip(found.prices, rhs, strict=True)), Fraction(0)) == found.value
    assert all(sum((found.prices[i] * a for i, a in column.items()), Fraction(0)) <= c for column, c in zip(columns, costs, strict=True))


@settings(max_examples=tries(100))
@given(programs())
def test_scipy_agrees(program: tuple[list[Fraction], list[Column], list[Fraction]]) -> None:
    costs, columns, rhs = program
    found = minimised(costs, columns, rhs)
    second = linprog([float(c) for c in costs], A_eq=dense(columns, len(rhs)), b_eq=[float(b) for b in rhs])
    assert found is not None
    assert second.fun == pytest.approx(float(found.value), abs=1e-7)


@settings(max_examples=tries(100))
@given(programs(), st.data(), st.booleans())
def test_what_nothing_satisfies_has_no_optimum(
    program: tuple[list[Fraction], list[Column], list[Fraction]], data: st.DataObject, proposed: bool
) -> None:
    """Right-hand sides on either side of what the columns can reach, by scipy's word; a proposal must not be taken for a proof."""
    costs, columns, rhs = program
    other = [data.draw(st.fractions(-3, 3, max_denominator=2)) + each for each in rhs]
    second = linprog([0.0] * len(costs), A_eq=dense(columns, len(rhs)), b_eq=[float(b) for b in other])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linear, "FEW_COLUMNS", 0 if proposed else 48)
        assert (minimised(costs, columns, other) is None) == (second.status == 2)


@pytest.mark.parametrize("few", [0, 48])
def test_nothing_satisfies_the_constraints(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "FEW_COLUMNS", few)
    one = Fraction(1)
    assert minimised([one], [{0: one}], [-one]) is None
    assert minimised([one, one], [{0: one, 1: one}, {0: one, 1: one}], [one, 2 * one]) is None


@pytest.mark.parametrize("few", [0, 48])
def test_no_least_value(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "FEW_COLUMNS", few)
    one = Fraction(1)
    with pytest.raises(ValueError, match="no least value"):
        minimised([-one, Fraction(0)], [{0: one}, {0: -one}], [one])


def test_beales_example_does_not_cycle() -> None:
    """The classic program on which the simplex method cycles under the usual rule; the optimum is -1/20."""
    q = Fraction
    columns: list[Column] = [
        {0: q(1, 4), 1: q(1, 2)},
        {0: q(-60), 1: q(-90)},
        {0: q(-1, 25), 1: q(-1, 50), 2: q(1)},
        {0: q(9), 1: q(3)},
        {0: q(1)},
        {1: q(1)},
        {2: q(1)},
    ]
    found = minimised([q(-3, 4), q(150), q(-1, 50), q(6), q(0), q(0), q(0)], columns, [q(0), q(0), q(1)])
    assert found is not None
    assert found.value == q(-1, 20)


def test_vertices_of_a_coupling_of_two_coins() -> None:
    q = Fraction
    columns: list[Column] = [{0: q(1), 1: q(1), 2: q(1)}, {0: q(1), 1: q(1)}, {0: q(1), 2: q(1)}, {0: q(1)}]
    found = vertices(columns, [q(1), q(1, 2), q(1, 3)])
    assert len(found) == 2
    assert {0: q(1, 3), 1: q(1, 6), 3: q(1, 2)} in found
    assert {1: q(1, 2), 2: q(1, 3), 3: q(1, 6)} in found


def test_too_many_vertices() -> None:
    columns: list[Column] = [{0: Fraction(1)}] * 40
    with pytest.raises(TooLarge, match=r"^finding every vertex would try 658,008 sets of columns, and at most 50,000 are tried$"):
        vertices(columns, [Fraction(1)] * 5)
