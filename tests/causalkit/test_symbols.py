"""Derivatives, break-even values, regions and substitution, exactly."""

from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.errors import InvalidNumber, NotADistribution, Undecided, UnknownName, WrongShape
from causalkit.symbols import between, break_even, derivative, regions, substitute
from causalkit.values.exact import as_fraction, exact, less, tidy
from causalkit.values.render import latex_number
from tests.tries import tries

p, q = sympy.symbols("p q")
chance = sympy.Symbol("p", positive=True)
fractions = st.fractions(-3, 3, max_denominator=6)
quadratics = st.tuples(fractions, fractions, fractions).map(lambda c: sympify(c[0]) * p**2 + sympify(c[1]) * p + sympify(c[2]))


def sympify(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


@settings(max_examples=tries(25))
@given(quadratics, quadratics, fractions)
def test_break_even_values_are_all_and_only_those_of_equality(a: Any, b: Any, value: Fraction) -> None:
    difference = sympy.expand(a - b)
    if difference == 0:
        with pytest.raises(Undecided, match="are the same for every p"):
            break_even(a, b, p)
        return
    real = sympy.Poly(difference, p).count_roots() if difference.has(p) else 0
    if not real:
        with pytest.raises(Undecided, match="are never equal"):
            break_even(a, b, p)
        return
    found = break_even(a, b, p)
    assert len(found) == real
    assert all(sympy.simplify(difference.subs(p, x)) == 0 for x in found)
    assert all(float(x) < float(y) for x, y in itertools.pairwise(found))
    assert (value in found) == (difference.subs(p, sympify(value)) == 0)


@settings(max_examples=tries(20))
@given(st.lists(quadratics, min_size=1, max_size=4), st.lists(fractions, min_size=1, max_size=6))
def test_regions_name_the_largest(expressions: list[Any], places: list[Fraction]) -> None:
    named = {f"e{i}": one for i, one in enumerate(expressions)}
    found = regions(named, p, -2, 2)
    assert found.regions[0].low == -2
    assert found.regions[-1].high == 2
    for one, following in itertools.pairwise(found.regions):
        assert one.high == following.low
        assert one.best != following.best
    for place in [*places, *(between(one.low, one.high) for one in found)]:
        values = {name: substitute(exact(one), {p: place}) for name, one in named.items()}
        top = max(values.values())
        best = tuple(name for name, value in values.items() if value == top)
        assert found.at(place) == best
        inside = [one for one in found if float(one.low) < place < float(one.high)]
        assert all(set(one.best) <= set(best) for one in inside)


@settings(max_examples=tries(25))
@given(quadratics, fractions)
def test_derivative(a: Any, value: Fraction) -> None:
    slope = substitute(derivative(a, "p"), {p: value})
    step = sympy.Symbol("h")
    by_definition = sympy.limit((a.subs(p, sympify(value) + step) - a.subs(p, sympify(value))) / step, step, 0)
    assert slope == Fraction(int(by_definition.p), int(by_definition.q))


def test_break_even_of_answers_of_a_model() -> None:
    m = ck.Model(rain=ck.coin(chance), coat=ck.choice(0, 1), value=lambda rain, coat: -2 * (rain and not coat) - coat)
    values = {name: m.choose(coat=option).expect("value") for name, option in (("with", 1), ("without", 0))}
    assert break_even(values["with"], values["without"], chance) == (Fraction(1, 2),)
    found = regions(values, "p", 0, 1)
    assert [(one.low, one.high, one.best) for one in found] == [
        (0, Fraction(1, 2), ("without",)),
        (Fraction(1, 2), 1, ("with",)),
    ]
    assert found.at("1/2") == ("with", "without")
    assert str(found) == "best     from   to\nwithout     0  0.5\nwith      0.5    1"
    assert found._repr_html_().startswith('<div style="overflow-x:auto"')


def test_break_even_at_numbers_that_are_no_fractions() -> None:
    assert break_even(p**2, 2, p) == (-sympy.sqrt(2), sympy.sqrt(2))
    assert break_even(p**2, 2, sympy.Symbol("p")) == (-sympy.sqrt(2), sympy.sqrt(2))
    (root,) = break_even(p**5 - p, 1, p)
    assert isinstance(root, sympy.CRootOf)
    found = regions({"line": p + 1, "curve": p**5}, p, 0, 2)
    assert [one.best for one in found] == [("line",), ("curve",)]
    assert found.regions[0].high == root


def test_break_even_keeps_to_the_assumptions_of_the_symbol() -> None:
    assert break_even(chance**2, "1/4", chance) == (Fraction(1, 2),)
    whole = sympy.Symbol("n", integer=True)
    with pytest.raises(Undecided, match="are never equal for a real n that its assumptions allow"):
        break_even(2 * whole, 1, whole)


def test_break_even_leaves_out_values_at_which_an_answer_is_undefined() -> None:
    assert break_even(1 / (p - 1), (3 - p) / (p - 1), p) == (Fraction(2),)
    with pytest.raises(Undecided, match="never equal"):
        break_even(1 / (p - 1), p / (p - 1), p)


def test_break_even_with_other_symbols_where_the_equation_is_linear() -> None:
    assert break_even(p * q, 1 - p, p) == (1 / (q + 1),)


def test_regions_that_only_touch_are_one() -> None:
    found = regions({"zero": 0, "square": (p - sympify(Fraction(1, 2))) ** 2}, p, 0, 1)
    assert [one.best for one in found] == [("square",)]
    assert found.at("1/2") == ("zero", "square")


def test_regions_of_equals() -> None:
    found = regions({"a": p, "b": 2 * p / 2}, p, 0, 1)
    assert [one.best for one in found] == [("a", "b")]
    assert len(found) == 1


def test_substitute_reaches_inside() -> None:
    rain = ck.coin(chance)
    assert substitute(rain, {chance: "1/4"}) == ck.coin("1/4")
    assert substitute([chance, (chance, 1)], {"p": 2}) == [2, (2, 1)]
    assert substitute(q, {"p": 2}) == q
    assert isinstance(substitute(chance / 2, {"p": 1}), Fraction)


def test_between() -> None:
    assert between(Fraction(0), Fraction(1)) == Fraction(1, 2)
    small = sympy.sqrt(2) - sympy.Rational(14142135623730950488, 10**19)
    assert 0 < between(Fraction(0), small) < small


WRONG: dict[str, Any] = {
    "another symbol of the same name": (
        lambda: substitute(chance, {p: 1}),
        UnknownName,
        "'p' with these assumptions is not in the answer, which has Symbol('p', positive=True); "
        "sympy takes symbols with different assumptions for different symbols, so make the symbol once and use it everywhere",
    ),
    "no symbol": (lambda: derivative(p, 3), WrongShape, "3 is not a symbol; give a sympy symbol or its name"),
    "no distribution": (
        lambda: substitute(ck.coin(chance), {"p": 2}),
        NotADistribution,
        "the weight of False is -1, and weights are 0 or more",
    ),
    "undefined": (lambda: substitute(1 / p, {p: 0}), InvalidNumber, "1/p is undefined for p=0"),
    "same": (lambda: break_even(p, p, p), Undecided, "p and p are the same for every p, so there is no value at which they break even"),
    "never": (
        lambda: break_even(p, p + 1, p),
        Undecided,
        "p and p + 1 are never equal for a real p that its assumptions allow",
    ),
    "other symbols": (
        lambda: break_even(p**2, q, p),
        Undecided,
        "where p**2 - q is 0 depends on q; substitute values for them first",
    ),
    "no rational function": (
        lambda: break_even(sympy.exp(p), 2, p),
        WrongShape,
        "exp(p) and 2 must be rational functions of p to be compared exactly; write them as quotients of polynomials",
    ),
    "no interval": (
        lambda: regions({"a": p}, p, 1, 0),
        WrongShape,
        "regions needs named answers and low < high, and got 1 answers between 1 and 0",
    ),
    "regions of other symbols": (
        lambda: regions({"a": p, "b": q}, p, 0, 1),
        Undecided,
        "which answer is largest depends on q too; substitute values for them first",
    ),
    "pole": (
        lambda: regions({"a": 1 / (2 * p - 1)}, p, 0, 1),
        InvalidNumber,
        "1/(2*p - 1) is undefined at p = 1/2; ask about values below or above it",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_wrong_calls_are_told(what: str) -> None:
    call, error, text = WRONG[what]
    with pytest.raises(error, match=f"^{re.escape(text)}$"):
        call()


@settings(max_examples=tries(40))
@given(fractions)
def test_plain_numbers_are_answers_too(value: Fraction) -> None:
    assert derivative(value, "p") == 0
    assert substitute(value, {"p": 1}) == value
    assume(value)
    assert regions({"value": value, "zero": 0}, "p", 0, 1).regions[0].best == (("value",) if value > 0 else ("zero",))


@given(st.fractions())
def test_plain_fractions_are_read_as_exact_numbers_are(value: Fraction) -> None:
    x = sympy.Symbol("x")
    for given_as in (value, str(value), sympy.Rational(value.numerator, value.denominator), x - x + sympy.Rational(str(value))):
        read = as_fraction(given_as)
        assert type(read) is Fraction
        assert read == value == exact(given_as)


def test_a_plain_fraction_has_no_symbols() -> None:
    p, q = sympy.symbols("p q")
    words = "depends on p, q, and a number is needed here; give values with .subs({'p': ..., 'q': ...})"
    with pytest.raises(InvalidNumber, match=re.escape(words)):
        as_fraction(q - p)
    with pytest.raises(InvalidNumber, match=r"sqrt\(2\) is not a fraction"):
        as_fraction(sympy.sqrt(2))
    with pytest.raises(InvalidNumber, match="not an exact number"):
        as_fraction("a quarter")


@pytest.mark.parametrize(
    ("answers", "low", "high", "said"),
    [
        ({}, 0, 1, "got 0 answers between 0 and 1"),
        ({"a": p}, 1, 0, "got 1 answers between 1 and 0"),
        ({"a": p}, 1, 1, "got 1 answers between 1 and 1"),
    ],
)
def test_regions_need_answers_and_an_interval(answers: Any, low: int, high: int, said: str) -> None:
    with pytest.raises(WrongShape, match=f"^regions needs named answers and low < high, and {said}$"):
        regions(answers, p, low, high)


@pytest.mark.parametrize("name", ["p", "p_1", "alpha", "x2"])
def test_formulas_in_usual_names_are_written_as_sympy_writes_them(name: str) -> None:
    formula = 1 - 3 * sympy.Symbol(name, positive=True) / 8
    assert latex_number(formula) == sympy.latex(formula)


@pytest.mark.parametrize("apart", [10, 300])
def test_irrational_numbers_that_lie_close_are_told_apart(apart: int) -> None:
    root, below = tidy(sympy.sqrt(2)), Fraction(math.isqrt(2 * 100**apart), 10**apart)
    for lower, upper in ((below, root), (root, below + Fraction(1, 10**apart))):
        assert less(lower, upper)
        assert not less(upper, lower)


def test_irrational_numbers_that_are_too_close_are_not_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causalkit.values.exact.MOST_DIGITS_LOOKED_AT", 100)
    with pytest.raises(Undecided, match=r"is above 0 does not show in 100 digits$"):
        less(tidy(sympy.sqrt(2)), Fraction(math.isqrt(2 * 100**300), 10**300))


def test_at_a_crossing_that_is_a_root_both_are_best() -> None:
    found = regions({"line": 3 * p / 2, "cubic": -3 * p**3 + 2 * p**2 + 3}, p, 0, 2)
    assert [region.best for region in found] == [("cubic",), ("line",)]
    assert found.at(found.regions[0].high) == ("line", "cubic")


def test_answers_may_have_roots_among_their_numbers() -> None:
    answer = p**2 + sympy.sqrt(2) * p - 1
    found = break_even(answer, 0, p)
    assert [round(float(value), 9) for value in found] == [round((-sign * 6**0.5 - 2**0.5) / 2, 9) for sign in (1, -1)]
    assert [region.best for region in regions({"a": answer, "b": 0}, p, -1, 1)] == [("b",), ("a",)]
    with pytest.raises(Undecided, match="is 0 is not worked out: that takes coefficients that are fractions or their roots"):
        break_even(p**2 - sympy.log(2) * p - 1, 0, p)


def test_substitute_reaches_into_tuples_with_names() -> None:
    class Pair(NamedTuple):
        first: Any
        second: Any

    assert substitute(Pair(p, 2 * p), {"p": "1/2"}) == Pair(Fraction(1, 2), Fraction(1))
