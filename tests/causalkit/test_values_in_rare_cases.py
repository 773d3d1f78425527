"""Numbers, enclosures, programs and annotations where few questions lead: each with what it has to be, worked out by hand."""

from __future__ import annotations

import collections
import math
import typing
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
import sympy

from causalkit import Dist, errors
from causalkit.errors import Undecided
from causalkit.values.arguments import LONGEST_SHOWN, brief, checked
from causalkit.values.channels import InBits, capacity
from causalkit.values.exact import as_fraction, count, exact, largest, less, smallest, tidy
from causalkit.values.linear_program import _preferred, minimised, vertices
from causalkit.values.logarithms import Between, between, has_logarithms, log2_between, logarithms, sign_of_logarithms
from causalkit.values.tables import ResultTable, Tabled, as_float

if typing.TYPE_CHECKING:
    from collections import Counter

ONE, HALF = Fraction(1), Fraction(1, 2)
p = sympy.Symbol("p")
log2, log3 = sympy.log(2), sympy.log(3)


# ---------------------------------------------------------------- numbers


def test_a_float_inside_a_formula_is_read_by_its_decimals() -> None:
    found = tidy(p * sympy.Float("0.1") + sympy.Float("0.25"))
    assert not found.atoms(sympy.Float)  # type: ignore[attr-defined]
    assert sympy.simplify(found - (p / 10 + sympy.Rational(1, 4))) == 0
    assert tidy(sympy.Float("0.5")) == HALF


@pytest.mark.parametrize(
    ("a", "b", "is_less"),
    [
        (Fraction(0), sympy.Symbol("n", nonpositive=True), False),
        (Fraction(0), sympy.Symbol("n", negative=True), False),
        (Fraction(0), sympy.Symbol("n", positive=True), True),
        (Fraction(1), sympy.sqrt(2), True),
        (sympy.sqrt(2), Fraction(1), False),
        (Fraction(3, 2), log3 / log2, True),
        (log3 / log2, Fraction(3, 2), False),
        (HALF, HALF, False),
    ],
)
def test_what_is_less_than_what(a: Any, b: Any, is_less: bool) -> None:
    assert less(a, b) is is_less


def test_of_equal_numbers_the_first_is_the_least_and_the_most() -> None:
    one, same = Fraction(1, 2), Fraction(2, 4)
    assert largest([Fraction(0), one, same]) is one
    assert smallest([Fraction(1), one, same]) is one


@pytest.mark.parametrize(
    ("given", "least", "words"),
    [
        (0, 1, "top=0 is no number of things; give a whole number from 1 on, such as top=10"),
        (True, 1, "top=True is no number of things; give a whole number from 1 on, such as top=10"),
        (1.5, 1, "top=1.5 is no number of things; give a whole number from 1 on, such as top=10"),
        (19, 20, "top=19 is no number of things; give a whole number from 20 on, such as top=20"),
        (-1, 0, "top=-1 is no number of things; give a whole number from 0 on, such as top=10"),
    ],
)
def test_a_number_of_things_is_a_whole_number_from_the_least_on(given: Any, least: int, words: str) -> None:
    with pytest.raises(errors.WrongShape) as told:
        count("top", given, least=least)
    assert str(told.value) == words
    assert count("top", least, least=least) == least
    assert count("top", 1) == 1
    with pytest.raises(errors.WrongShape):
        count("top", 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (sympy.sqrt(2), "sqrt(2) is not a fraction, and one is needed here; give a number such as '1/4'"),
        (p, "p depends on p, and a number is needed here; give values with .subs({'p': ...})"),
        (
            p * sympy.Symbol("a"),
            "a*p depends on a, p, and a number is needed here; give values with .subs({'a': ..., 'p': ...})",
        ),
    ],
)
def test_what_is_no_fraction_is_told_why(given: Any, words: str) -> None:
    with pytest.raises(errors.InvalidNumber) as told:
        as_fraction(given)
    assert str(told.value) == words


@pytest.mark.parametrize("given", [float("nan"), float("inf"), "one", "1/0", object(), 1j])
def test_what_is_no_number_is_refused(given: Any) -> None:
    with pytest.raises(errors.InvalidNumber, match="is not an exact number; give an int, a Fraction, text such as"):
        exact(given)


# ---------------------------------------------------------------- enclosures


def test_both_ends_of_an_enclosure_are_in_it_and_nothing_beyond() -> None:
    ends = Between(Fraction(1, 3), Fraction(2, 3))
    assert [number in ends for number in ("1/3", HALF, "2/3", "0.33", "0.67")] == [True, True, True, False, False]


def test_below_zero_an_enclosure_is_printed_outwards_too() -> None:
    assert str(Between(Fraction(-2, 3), Fraction(-1, 3))) == "between -0.666666666667 and -0.333333333333"
    assert str(Between(Fraction(-1), Fraction(-1))) == "exactly -1"


def test_digits_of_a_logarithm_end_where_rounding_hides_the_next() -> None:
    """The argument lies between two machine numbers around the root of 2, whose logarithm is the one place where digits change."""
    root = Fraction(2 * math.isqrt(2 << 36) + 1, 1 << 19)
    low, high = log2_between(root, bits=1)
    assert (low, high) == (0, 1)
    narrow = log2_between(root, bits=20)
    assert narrow[0] < Fraction(1, 2) < narrow[1] or narrow[1] - narrow[0] <= Fraction(1, 1 << 20)
    assert low <= narrow[0] < narrow[1] <= high


@pytest.mark.parametrize("argument", [Fraction(1, 3), Fraction(2, 3), Fraction(3), Fraction(5, 4), Fraction(1000, 7), Fraction(7, 1000)])
@pytest.mark.parametrize("bits", [1, 8, 30])
def test_a_logarithm_is_enclosed_as_narrowly_as_is_asked(argument: Fraction, bits: int) -> None:
    low, high = log2_between(argument, bits)
    assert high - low <= Fraction(1, 1 << bits)
    value = sympy.Rational(argument.numerator, argument.denominator)
    assert sympy.Rational(low.numerator, low.denominator) < sympy.log(value, 2).n(60) < sympy.Rational(high.numerator, high.denominator)


@pytest.mark.parametrize(
    "expression",
    [
        log3,
        log3 / log2,
        1 / log3,
        -2 * log3 * log2 + 1,
        log3**3,
        (log2 - log3) ** 2,
        (log2 - log3) ** 3,
        1 / (log2 - log3) ** 3,
        sympy.Rational(1, 3) - 5 / log3**2,
    ],
)
def test_expressions_with_logarithms_are_enclosed_around_their_value(expression: Any) -> None:
    found = between(expression, bits=40)
    value = Fraction(str(expression.n(40)))
    assert found.low < value < found.high
    assert found.high - found.low < Fraction(1, 10**8)


def test_numbers_are_enclosed_by_themselves() -> None:
    assert between(3) == Between(Fraction(3), Fraction(3))
    assert between(sympy.Rational(2, 3)) == Between(Fraction(2, 3), Fraction(2, 3))


@pytest.mark.parametrize(
    ("ask", "kind", "words"),
    [
        (
            lambda: between(1 / (log2 * log3 - sympy.Rational(int(10**30 * (log2 * log3).n(40)), 10**30)), bits=8),
            errors.Undecided,
            "divides by 0 is not decided",
        ),
        (lambda: between(p), errors.Undecided, "p is no sum or product of fractions and logarithms of fractions"),
        (lambda: between(sympy.log(-2)), errors.Undecided, "is no sum or product of fractions and logarithms of fractions"),
        (lambda: between(sympy.log(sympy.pi)), errors.Undecided, "log(pi) is no sum or product of fractions and logarithms of fractions"),
        (lambda: between(1 + sympy.log(1 + sympy.sqrt(2))), errors.Undecided, "is no sum or product of fractions and logarithms"),
        (lambda: between(log3**p), errors.Undecided, "is no sum or product of fractions and logarithms of fractions"),
        (lambda: between(sympy.sqrt(log3)), errors.Undecided, "is no sum or product of fractions and logarithms of fractions"),
        (lambda: between("3"), errors.InvalidNumber, "'3' is neither a fraction nor an expression"),
        (lambda: log2_between(Fraction(0)), errors.InvalidNumber, "0 has no logarithm; give a positive number"),
        (lambda: logarithms([(ONE, Fraction(-1))]), errors.InvalidNumber, "-1 has no logarithm; give a positive number"),
        (lambda: sign_of_logarithms(1 / (sympy.log(9) - 2 * log3)), errors.InvalidNumber, "divides by 0"),
    ],
)
def test_what_cannot_be_enclosed_is_told_why(ask: Callable[[], Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as told:
        ask()
    assert words in str(told.value)


def test_a_number_that_is_not_0_but_nearer_than_was_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causalkit.values.logarithms.PRECISIONS", (32, 64))
    near = log3 - sympy.Rational(int((log3 / log2).n(60) * 10**40), 10**40) * log2
    with pytest.raises(errors.Undecided, match="does not show in 64 binary digits: it is not 0, but closer to 0 than was looked"):
        sign_of_logarithms(near)


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        (log3 - log2, 1),
        (log2 - log3, -1),
        (1 / (log2 - log3), -1),
        ((log2 - 1) / (log2 - log3), 1),
        (-log3 / 5, -1),
        (sympy.log(6) - log2 - log3, 0),
        (log2 * sympy.log(9) - 2 * log2 * log3, 0),
        (sympy.log(sympy.Rational(9, 4)) - 2 * log3 + 2 * log2, 0),
        (sympy.log(12) - sympy.log(18) + log3 - log2, 0),
        (sympy.log(12) - sympy.log(18), -1),
    ],
)
def test_signs_of_expressions_with_logarithms(number: Any, sign: int) -> None:
    assert sign_of_logarithms(number) == sign


@pytest.mark.parametrize(
    ("number", "has"),
    [(log3, True), (log3 * p, False), (sympy.log(sympy.sqrt(2) + 1), False), (sympy.pi, False)],
)
def test_only_logarithms_of_fractions_count_as_such(number: Any, has: bool) -> None:
    assert has_logarithms(number) is has


# ---------------------------------------------------------------- channels


def test_an_output_that_only_a_rare_input_has_is_never_divided_by() -> None:
    """Of the third input a little is best, and simple fractions drop it: an upper bound by them would divide by 0."""
    laws = [Dist({0: 1}), Dist({1: 1}), Dist({0: "1/2", 1: "2/5", 2: "1/10"})]
    found = capacity(laws)
    assert found.bits is None
    assert found.within.low > 1  # two clean inputs alone make one bit
    assert found.within.high - found.within.low < Fraction(1, 10**10)
    assert 0 < found.inputs[2] < Fraction(1, 100)


def test_bits_are_told_exactly_or_by_their_ends() -> None:
    ends = Between(Fraction(1, 3), Fraction(2, 3))
    assert str(InBits(None, ends)) == repr(InBits(None, ends)) == "between 0.333333333333 and 0.666666666667 bits"
    assert str(InBits(HALF, ends)) == "1/2 bits"
    assert InBits(HALF, ends)._repr_html_() == "<p>1/2 bits</p>"


# ---------------------------------------------------------------- linear programs


def test_columns_that_depend_on_one_another_span_no_vertex() -> None:
    assert vertices([{0: ONE}, {0: 2 * ONE}, {1: ONE}], [ONE, ONE]) == [{0: ONE, 2: ONE}, {1: HALF, 2: ONE}]


def test_rows_that_are_turned_round_have_prices_turned_round() -> None:
    found = minimised([2 * ONE], [{0: -ONE}], [-3 * ONE])
    assert found is not None
    assert (found.value, dict(found.point), found.prices) == (6, {0: 3}, (-2,))


def test_columns_of_a_best_point_come_first_and_the_largest_of_them_before_others() -> None:
    """The third column does what the first two do, at a higher price."""
    columns = [{0: ONE}, {1: ONE}, {0: ONE, 1: ONE}]
    assert _preferred([ONE, ONE, 5 * ONE], columns, [ONE / 4, 3 * ONE / 4]) == [1, 0, 2]
    assert _preferred([ONE, ONE, 5 * ONE], columns, [3 * ONE / 4, ONE / 4]) == [0, 1, 2]
    assert _preferred([ONE], [{0: ONE}], [-ONE]) == []


def test_rows_that_say_the_same_are_no_hindrance() -> None:
    found = minimised([ONE, 2 * ONE], [{0: ONE, 1: ONE}, {0: ONE, 1: ONE}], [ONE, ONE])
    assert found is not None
    assert (found.value, dict(found.point)) == (1, {0: 1})


# ---------------------------------------------------------------- tables


class OneRow(Tabled):
    def _result(self) -> ResultTable:
        return ResultTable(["coin", "heads"], [["bent", Fraction(1, 3)]], caption="one row")


def test_what_has_a_table_has_all_its_forms() -> None:
    made = OneRow()
    assert made.to_markdown() == "| coin | heads |\n| --- | ---: |\n| bent | 1/3 |"
    assert made.to_frame()["heads"].tolist() == [Fraction(1, 3)]
    assert made.to_frame(floats=True)["heads"].tolist() == [1 / 3]
    assert r"\caption{one row}" in made.to_latex()
    assert r"\caption{other}" in made.to_latex(caption="other", label="tab:one")
    assert r"\label{tab:one}" in made.to_latex(label="tab:one")


@pytest.mark.parametrize(
    ("cell", "number"),
    [(True, True), ("1/4", "1/4"), ((1, 2), (1, 2)), (Fraction(1, 4), 0.25), (3, 3.0), (sympy.Rational(1, 2), 0.5), (p, p), (None, None)],
)
def test_cells_as_floats(cell: Any, number: Any) -> None:
    found = as_float(cell)
    assert (found, type(found)) == (number, type(number))


# ---------------------------------------------------------------- annotations


Word = typing.Literal["a", "b"]
Rule = Callable[[int], int]
Later = typing.Optional["Word"]
Rows = Sequence[int]
Line = deque[int]


def spoken(word: Word, rule: Rule | None = None, rows: Rows = (), later: Later = None) -> int:
    return {"a": 1, "b": 2}[word] + (rule(0) if rule else 0) + sum(rows) + len(later or "")


def stepped(count: int) -> Iterator[int]:
    yield from range(count)


def first_of(line: Line, often: Counter[int] | None = None) -> int:
    return line.popleft() + (often.total() if often else 0)


@checked
class Kept:
    def __init__(self, names: Mapping[str, int]) -> None:
        self.total = sum(names.values())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: checked(spoken)("c"), "spoken takes word as Word, and got 'c'"),  # type: ignore[arg-type]
        (lambda: checked(spoken)("a", 3), "spoken takes rule as Rule | None, and got 3"),  # type: ignore[arg-type]
        (lambda: checked(spoken)("a", rows=["b"]), "spoken takes rows as Rows, and got ['b']"),  # type: ignore[list-item]
        (lambda: checked(spoken)("a", later=3), "spoken takes later as Later, and got 3"),  # type: ignore[arg-type]
        (lambda: checked(stepped)("3"), "stepped takes count as int, and got '3'"),  # type: ignore[arg-type]
        (lambda: checked(first_of)([1]), "first_of takes line as Line, and got [1]"),  # type: ignore[arg-type]
        (lambda: checked(first_of)(deque([1]), [1]), "first_of takes often as Counter[int] | None, and got [1]"),  # type: ignore[arg-type]
        (lambda: checked(spoken)("a", None, 3), "spoken takes rows as Rows, and got 3"),  # type: ignore[arg-type]
        (lambda: checked(Kept)("ab"), "Kept takes names as Mapping[str, int], and got 'ab'"),  # type: ignore[arg-type]
        (lambda: Kept("ab"), "Kept takes names as Mapping[str, int], and got 'ab'"),  # type: ignore[arg-type]
    ],
)
def test_aliases_classes_and_generators_blame_what_does_not_fit(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(errors.WrongArgument) as told:
        call()
    assert str(told.value).startswith(words)


def test_what_fits_is_taken_by_aliases_classes_and_generators() -> None:
    assert checked(spoken)("a", lambda n: n + 1, [3], "b") == 6
    assert list(checked(stepped)(3)) == [0, 1, 2]
    assert checked(Kept)({"x": 3}).total == 3
    assert checked(first_of)(deque([2]), collections.Counter([5, 5])) == 4


def test_a_long_value_is_cut_in_messages_and_no_other() -> None:
    at_most = "a" * (LONGEST_SHOWN - 2)
    assert brief(at_most) == f"'{at_most}'"
    assert brief(at_most + "a") == f"'{at_most}"[: LONGEST_SHOWN - 3] + "..."
    assert len(brief(list(range(1000)))) == LONGEST_SHOWN


def test_a_result_that_has_no_table_says_so() -> None:
    assert Tabled()._recipe() == ""
    with pytest.raises(NotImplementedError):
        Tabled()._result()


def test_what_an_annotation_of_a_container_says_holds_for_all_that_is_in_it() -> None:
    for names in ({"x": 3, "y": "b"}, {"x": 3, 4: 5}):
        with pytest.raises(errors.WrongArgument, match=r"held takes names as Mapping\[str, int\], and got"):
            held(names)  # type: ignore[arg-type]
    assert held({"x": 3, "y": 4}) == ["x", "y"]
    assert held({}) == []
    with pytest.raises(errors.WrongArgument, match=r"lasting takes rows as Sequence\[int\], and got \[1, 'b'\]"):
        lasting([1, "b"])  # type: ignore[list-item]
    with pytest.raises(errors.WrongArgument, match="lasting takes rows as"):
        lasting([1, True, "x"])  # type: ignore[list-item]
    assert lasting((1, 2)) == 3


@checked
def held(names: Mapping[str, int]) -> list[str]:
    return ["".join(name) + "" * value for name, value in names.items()]


@checked
def lasting(rows: Sequence[int]) -> int:
    return sum(rows)


def test_what_symbols_decide_is_to_be_built_with_numbers() -> None:
    p, q = sympy.symbols("p q")
    with pytest.raises(Undecided) as told:
        less(p, q)
    assert str(told.value) == (
        "whether p < q depends on p, q; put numbers in their place, with .subs(...) in a formula or where the model or world is built, "
        "or find where it flips with causalkit.break_even"
    )
