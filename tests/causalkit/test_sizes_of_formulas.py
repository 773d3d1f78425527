"""What a formula is said to grow to against what it grows to: terms, degrees and powers by sympy, and functions by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy

from causalkit.documents import formula_size
from causalkit.documents.budget import STANDARD, Budget, check_common, check_document, digits_of, read_text
from causalkit.documents.formula_size import VAST, Apply, Name, Number, Shapes, added, constant, parsed, size_of
from causalkit.documents.json import read_document
from causalkit.documents.symbols import read_sympy, size_of_sum, sympy_text
from causalkit.errors import WrongFile, WrongShape

WIDE = Budget(operations=10**13)
NAMES: dict[str, dict[str, bool]] = {name: {} for name in "pqrs"}

GENERIC = [
    "p", "p + q", "p - q", "p*q*r", "(p + q)**3", "(p + q)*(r + s)", "(p + q)**2*(r + s)**3", "p/q", "1/(p + q)", "p/(q + r)",
    "(p + q)*(r + s)**(-2)", "1/(p + q) + 1/(r + s)", "1/(p + q) + (p + q)**(-2)", "p/(q + r) + s", "p*(q + r)**(-2) + s/(q + r)",
    "(p + q + 1)**4", "(p + q)**(-3) + p", "(1/(p + q))**2", "p**(-1) + q**(-1)", "p**5 + q**2", "(p*q + r)**2/(p + s)", "+p", "-p",
    "1/(p + q)/(r + s)", "3", "2*p", "p*q/(r + 1)/(r + 1)", "1/(p + q) + (p + q)**(-3) + 1/(r + 1)",
]  # fmt: skip
"""Formulas in whose expansion nothing cancels, and whose terms below the line are the sums that stand there."""


@pytest.mark.parametrize("text", GENERIC)
def test_terms_degrees_and_powers_are_those_of_the_expansion(text: str) -> None:
    size = size_of(parsed(text), WIDE)
    top, bottom = sympy.fraction(sympy.together(sympy.sympify(text)))
    top = sympy.expand(top)
    assert size.terms == len(sympy.Add.make_args(top))
    assert size.degree == (sympy.Poly(top, *top.free_symbols).total_degree() if top.free_symbols else 0)
    factors = [factor.as_base_exp() for factor in sympy.Mul.make_args(bottom) if factor.free_symbols]
    expected = [(len(sympy.Add.make_args(base)), sympy.Poly(base).total_degree(), int(power)) for base, power in factors]
    assert sorted(size.below.values()) == sorted(expected)
    assert {str(name.name) for name in size.atoms if isinstance(name, Name)} == {str(each) for each in sympy.sympify(text).free_symbols}


@pytest.mark.parametrize(
    ("text", "operations"),
    [
        ("3", 1),
        ("p", 2 * (1 + 1) + 1),  # two terms, and each is as wide as the symbols and the degree
        ("p + q", 3 * (2 + 1) + 2),
        ("p*q", 2 * (2 + 2) + 2),
        ("1/(p + q)", 3 * (2 + 1) + 2),
        ("p/(q + r)**2", (1 + 3) * (3 + 1 + 2) + 3),
        ("1/(p + q)/(r + s)", (1 + 4) * (4 + 2) + 4),
        ("(p + q + 1)**10", 67 * (2 + 10) + 2),
        ("(p + q + 1)**100", 5152 * (5152 // 20) + 2),
        ("sin(p)", 2 * 2 + (5 + 5 // 4 + 1)),
        ("Abs(p)", 2 * 2 + 2 * 5),
        ("sign(p + q)", 2 * 2 + 2 * 11),
        ("Max(p, q)", 2 * 2 + (4 * 4 + 8 // 2) * 1),
        ("Max(p, q, r)", 2 * 2 + (4 * 9 + 27 // 2) * 1),
        ("Max(p, q, Min(r, s))", 2 * 2 + (4 * 16 + 64 // 2) * (24 // 4)),
        ("Max(p + q, Abs(r))", 2 * 2 + 20 * (14 // 4)),
        ("sqrt(2)", (2 * 2 + 2) << 1),
        ("2**(1/2)", (2 * 2 + 2) << 1),
        ("sqrt(2) + sqrt(3)", (3 * 3 + 2 + 2) << 2),
        ("sqrt(2) + sqrt(2)", (3 * 2 + 2) << 1),
        ("sqrt(p)", 2 * 2 + 7),
        ("sin(2)", 2 * 2 + 2),
        ("p**(1/2)", 2 * 2 + (5 + 1)),
        ("p**q", 2 * 2 + (5 + 5)),
        ("sqrt(2)**p", (2 * 2 + (12 + 5)) << 2),
    ],
)
def test_the_work_of_simplifying_is_counted(text: str, operations: int) -> None:
    size = size_of(parsed(text), WIDE)
    assert size.operations == operations
    assert size_of(parsed(text), Budget(operations=operations)) == size or operations
    with pytest.raises(WrongShape) as told:
        size_of(parsed(text), Budget(operations=operations - 1))
    assert str(told.value) == (
        f"it may take {operations:,} operations to simplify, and at most {operations - 1:,} are done; "
        f"raise the limit with budget=Budget(operations={operations})"
    )


def test_what_is_vast_is_no_more_than_vast() -> None:
    assert size_of(parsed("(p + q)**10001"), Budget(operations=VAST)).terms == VAST
    assert size_of(parsed("(p + q)**10000"), Budget(operations=VAST)).terms == 10_001
    assert size_of(parsed("*".join(f"(a{i} + b{i})" for i in range(50))), Budget(operations=VAST)).terms == VAST
    assert size_of(parsed("(p + 1/q)**3*0 + Max(p, q)**9"), Budget(operations=VAST)).operations <= VAST


def test_a_sum_over_too_many_denominators_is_vast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formula_size, "MOST_BELOW", 2)
    parts = [size_of(parsed(f"1/({name} + 1)")) for name in "pqr"]
    assert added(parts[:2]).terms == 4
    assert (added(parts).terms, len(added(parts).atoms)) == (VAST, 3)


def test_a_sum_of_nothing_is_a_number() -> None:
    assert added([]).operations == 1
    assert size_of_sum([]).operations == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", Fraction(3)),
        ("-3/2", Fraction(-3, 2)),
        ("2 - 1/4", Fraction(7, 4)),
        ("2*3/5", Fraction(6, 5)),
        ("1000000", Fraction(10**6)),
        ("1000001", None),
        ("1/0", None),
        ("p + 1", None),
        ("p*2", None),
        ("1/p", None),
        ("2**3", None),
        ("sqrt(4)", None),
    ],
)
def test_constants_of_numbers_alone(text: str, value: Fraction | None) -> None:
    assert constant(parsed(text)) == value


def test_parts_that_formulas_share_are_one_object() -> None:
    shapes = Shapes(STANDARD)
    assert parsed("(p + q)*(p + q)", shapes=shapes).parts[0] is parsed("r + s*(p + q)", shapes=shapes).parts[1].parts[1]  # type: ignore[union-attr]
    assert parsed("sin(p)") == Apply("sin", (Name("p"),)) or isinstance(parsed("sin(p)"), Apply)
    assert parsed("+p") == Name("p")


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            lambda: parsed("p + q", Budget(text=4)),
            "it has 5 characters, and at most 4 are read; raise the limit with budget=Budget(text=5)",
        ),
        (lambda: parsed("p + 1000", Budget(digits=3)), "a number has more than 3 digits, and no more are read"),
        (lambda: parsed("p if q else r"), "it holds 'p if q else r'"),
        (lambda: parsed("f(x=1)"), "it holds 'f(x=1)'"),
        (lambda: parsed("~p"), "it holds '~p'"),
        (lambda: parsed("True"), "it holds 'True'"),
        (lambda: parsed("1.5"), "it holds '1.5'"),
        (lambda: read_sympy("p", {}), "'p' is not a formula: the symbol 'p' is not declared"),
        (lambda: read_sympy("f(p)", NAMES), "'f(p)' is not a formula: 'f' is not a function that formulas may hold"),
        (lambda: read_sympy("2**1001", {}), "'2**1001' is not a formula: a power of 1001 grows out of hand"),
        (lambda: read_sympy("2**(-1001)", {}), "'2**(-1001)' is not a formula: a power of -1001 grows out of hand"),
        (
            lambda: read_sympy("(2**1000)**(1/2)", {}),
            "'(2**1000)**(1/2)' is not a formula: a power of 1/2 grows out of hand",
        ),
        (lambda: read_sympy("2**(2**3)", {}), "'2**(2**3)' is not a formula: an exponent comes out as 8; write it as a number"),
        (
            lambda: read_sympy("99*99", {}, budget=Budget(digits=3)),
            "'99*99' is not a formula: a number of about 4 digits grows out of hand",
        ),
        (
            lambda: read_sympy("1/97 + 1/89", {}, budget=Budget(digits=3)),
            "'1/97 + 1/89' is not a formula: a number of about 4 digits grows out of hand",
        ),
        (lambda: read_sympy("0**p", NAMES), "'0**p' is not a formula: it divides by 0, or has 0 to a power that may be negative"),
        (
            lambda: read_sympy("p", {"p": {"real": True, "big": True}}),
            "'p' is not a formula: 'big' is nothing that can be assumed of 'p'; there are: algebraic,",
        ),
        (lambda: sympy_text(sympy.Symbol("a b")), "the symbol 'a b' cannot be written as text; rename it to an identifier"),
        (lambda: sympy_text(sympy.Symbol("if")), "the symbol 'if' cannot be written as text; rename it to an identifier"),
        (
            lambda: sympy_text(sympy.gamma(sympy.Symbol("p"))),
            "the formula gamma(p) cannot be written as text that can be read back; use +, -, *, /, ** and exp,",
        ),
        (
            lambda: sympy_text(sympy.Symbol("p") + sympy.Symbol("p", positive=True)),
            "the formula p + p cannot be written as text that can be read back",
        ),
    ],
)
def test_what_is_no_formula_is_told_why(ask: Callable[[], Any], words: str) -> None:
    with pytest.raises(WrongShape) as told:
        ask()
    assert str(told.value).startswith(words)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2**1000", sympy.Integer(2) ** 1000),
        ("2**(-1000)", sympy.Integer(2) ** -1000),
        ("(2**999)**(1/2)", sympy.sqrt(sympy.Integer(2) ** 999)),
        ("0**2", sympy.Integer(0)),
        ("E + pi", sympy.E + sympy.pi),
        ("Max(p, 1) - Min(p, q)", sympy.Max(sympy.Symbol("p"), 1) - sympy.Min(sympy.Symbol("p"), sympy.Symbol("q"))),
        ("2 - 1/4 - p", sympy.Rational(7, 4) - sympy.Symbol("p")),
        ("p/q/r", sympy.Symbol("p") / sympy.Symbol("q") / sympy.Symbol("r")),
    ],
)
def test_formulas_at_the_limits_are_read(text: str, value: Any) -> None:
    assert read_sympy(text, NAMES) == value


def test_a_symbol_may_have_the_name_of_a_constant() -> None:
    assert read_sympy("E", {"E": {"positive": True}}) == sympy.Symbol("E", positive=True)


LEVELS = {"1 + 2*(1 + 2*p)": 5, "1/(1 + 1/(1 + p))": 5, "p**(q**r)": 3, "-(p + q)": 3, "+p": 2, "sin(p)": 2, "p": 1}


@pytest.mark.parametrize(("text", "deep"), LEVELS.items())
def test_levels_are_counted_through_every_kind_of_part(text: str, deep: int) -> None:
    assert parsed(text, Budget(depth=deep)) is not None
    with pytest.raises(WrongShape, match=f"it is nested over {deep - 1} levels deep"):
        parsed(text, Budget(depth=deep - 1))


# ---------------------------------------------------------------- digits


def test_a_file_of_as_many_bytes_as_are_read_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes("grün".encode())
    assert read_text(path, Budget(text=5)) == "grün"
    with pytest.raises(WrongFile, match="there are 5 bytes of text, and at most 4 are read"):
        read_text(path, Budget(text=4))
    with pytest.raises(WrongFile, match="is no plain file; a document is read from one"):
        read_text(Path("/dev/null"))


@pytest.mark.parametrize("number", [0, 9, 10, 99, 100, 999, 1000, 1023, 1024, 9999, 10**50 - 1, 10**50, -999, -1000])
def test_digits_are_counted_exactly(number: int) -> None:
    assert digits_of(number) == len(str(abs(number)))


def test_a_number_of_as_many_digits_as_are_read_is_read() -> None:
    budget = Budget(digits=3)
    check_document([999, -999], budget)
    check_common([Fraction(1, 999)], budget)
    assert parsed("999", budget) == Number(999)
    assert read_document("[999]", budget) == [999]
    more = "a number has 4 digits, and at most 3 are read; raise the limit with budget=Budget(digits=4)"
    for refused in (
        lambda: check_document([-1000], budget),
        lambda: check_common([Fraction(1, 1000)], budget),
        lambda: check_common([Fraction(1, 27), Fraction(1, 38)], budget),
        lambda: read_document("[1000]", budget),
    ):
        with pytest.raises(WrongFile) as told:
            refused()
        assert str(told.value) == f"$: {more}"


def test_the_limit_that_python_sets_is_named_as_such() -> None:
    with pytest.raises(WrongFile, match=r"has 4,301 digits, and at most 4,300 are read; Python is set to print no more of one number"):
        check_document([10**4300], replace(STANDARD, digits=10_000))
    check_document([10**4300 - 1])
