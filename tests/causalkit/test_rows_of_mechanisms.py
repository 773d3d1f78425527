"""Functions that may not be trusted, values that cannot be, and rows that do not fit: what the rows of a mechanism are."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit import errors
from causalkit.mechanisms import rows as rows_module
from causalkit.mechanisms.mechanism import Function
from causalkit.mechanisms.rows import answers, assignment, called, check_value, domain_text, every_input, matched, rows_text
from tests.refusing import check_refused

HALF = Fraction(1, 2)


class Box:
    """A value that can be changed, and that looks the same after; only its hash tells."""

    def __init__(self, inside: int) -> None:
        self.inside = inside

    def __hash__(self) -> int:
        return self.inside

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Box)


class Sealed(Box):
    """One that cannot be copied."""

    def __deepcopy__(self, memory: Any) -> Any:
        raise TypeError("sealed")


class Loose(Box):
    """One whose hash stays as it is; only comparing tells."""

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loose) and self.inside == other.inside


def changing(box: Any) -> int:
    box.inside += 1
    return 3


@pytest.mark.parametrize("kind", [Box, Sealed, Loose])
def test_a_function_that_changes_what_it_is_given_is_refused(kind: type[Box]) -> None:
    assert answers(lambda box: 3, "f", ["box"], [(kind(1),)])
    with pytest.raises(errors.MechanismFailed, match=r"it changes what it is given, which was box=.*; let it work on a copy"):
        answers(changing, "f", ["box"], [(kind(1),)])


def test_a_function_is_asked_twice_unless_it_is_pure() -> None:
    asked: list[int] = []

    def itself(a: int) -> int:
        asked.append(a)
        return a

    assert answers(itself, "f", ["a"], [(1,), (2,)]) == {(1,): 1, (2,): 2}
    assert asked == [1, 2, 2, 1]
    asked.clear()
    assert answers(itself, "f", ["a"], [(1,), (2,)], twice=False) == {(1,): 1, (2,): 2}
    assert asked == [1, 2]
    assert Function(itself, ("a",)) == ck.function(itself)
    told = iter(range(10))
    with pytest.raises(errors.MechanismFailed, match="f gives 0 and then 1 for a=1, and it must always give the same"):
        answers(lambda a: next(told), "f", ["a"], [(1,)])
    assert answers(lambda a: (a, a), "f", ["a"], [(1,)]) == {(1,): (1, 1)}  # another object, and the same answer
    assert called(lambda a, b: a - b, "f", ["a", "b"], (3, 1)) == 2
    assert list(every_input("z", ["x", "y"], {"x": (0, 1), "y": ("a", "b")})) == [(0, "a"), (0, "b"), (1, "a"), (1, "b")]


class Odd:
    """A value that cannot be compared."""

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        raise ValueError("odd")

    def __repr__(self) -> str:
        return "odd"


VALUES: dict[str, Callable[[], Any]] = {
    "'y' is [1] in its own distribution, and values must be hashable; return a tuple or a frozenset; type uniform(...) for noise, "
    "choice(...) for a decision": lambda: ck.Model(y=[1]),
    "'y' is {'a': 1} in its own distribution, and values must be hashable; return a tuple or a frozenset; type Dist({value: '1/2', ...}) "
    "for noise, table(['parent'], {value: value, ...}) for a table": lambda: ck.Model(y={"a": 1}),
    "'y' is [False] with a=False, and values must be hashable; return a tuple or a frozenset": lambda: ck.Model(
        a=ck.coin(HALF), y=lambda a: [a]
    ),
    "'y' is nan in its own distribution, and a value must equal itself": lambda: ck.Model(y=float("nan")),
    "'y' is odd in its own distribution, and values must be comparable with ==": lambda: ck.Model(y=Odd()),
    "'y' is 3 with a=True, and its domain was declared as 1, 2": lambda: ck.Model(
        a=ck.coin(HALF), y=ck.function(lambda a: 3 if a else 1, domain=[1, 2])
    ),
}


@pytest.mark.parametrize("words", VALUES)
def test_what_cannot_be_a_value_is_told_why(words: str) -> None:
    with pytest.raises(errors.OutsideDomain) as told:
        VALUES[words]()
    assert str(told.value) == words


TWO = ck.uniform(0, 1)
ROWS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "'y' has no row for a=1; add 1: ... to its rows": (errors.WrongShape, lambda: ck.Model(a=TWO, y=ck.table(["a"], {0: 0}))),
    "'y' has no row for a=1, b=0; add (1, 0): ... to its rows": (
        errors.WrongShape,
        lambda: ck.Model(a=TWO, b=TWO, y=ck.table(["a", "b"], {(0, 0): 0, (0, 1): 0, (1, 1): 0})),
    ),
    "'y' has a row for (5,), which its parents never take; they are a in 0, 1": (
        errors.WrongShape,
        lambda: ck.Model(a=TWO, y=ck.table(["a"], {0: 0, 1: 1, 5: 2})),
    ),
    "'y' has a row for (2, 0), which its parents never take; they are a in 0, 1; b in 0, 1": (
        errors.WrongShape,
        lambda: ck.Model(a=TWO, b=TWO, y=ck.table(["a", "b"], {(a, b): 0 for a in (0, 1, 2) for b in (0, 1) if a + b < 3})),
    ),
    "'y' has a row for 3, which its parents never take; they are none": (
        errors.WrongShape,
        lambda: ck.Model(y=ck.table([], {(): 0, 3: 1})),
    ),
    "'y' has no row for a=(0,); add ((0,),): ... to its rows": (
        errors.WrongShape,
        lambda: ck.Model(a=ck.uniform(1, (0,)), y=ck.table(["a"], {1: 0})),
    ),
    "'y' has one row (1,) for both a=1 and a=(1,); wrap each key in a tuple, as in (1,) and ((1,),)": (
        errors.WrongShape,
        lambda: ck.Model(a=ck.uniform(1, (1,)), y=ck.table(["a"], {1: 0})),
    ),
    "'y' has no row for no parents; add (): ... to its rows": (errors.WrongShape, lambda: ck.Model(y=ck.table([], {}))),
}


@pytest.mark.parametrize("words", ROWS)
def test_rows_that_do_not_fit_are_told_why(words: str) -> None:
    check_refused(ROWS, words)


@pytest.mark.parametrize("kind", [ck.table, ck.cpt])
def test_rows_for_values_that_no_parent_takes_are_refused_in_tables_of_either_kind(kind: Any) -> None:
    row: Any = 1 if kind is ck.table else {1: 1}
    assert ck.Model(a=TWO, y=kind(["a"], {0: row, 1: row})).domain("y") == (1,)
    for stray in (2, -1, (0, 1), "0"):
        with pytest.raises(errors.WrongShape, match="which its parents never take"):
            ck.Model(a=TWO, y=kind(["a"], {0: row, 1: row, stray: row}))


def test_values_that_are_tuples_key_the_rows_of_one_parent() -> None:
    made = ck.Model(a=ck.uniform((0, 1), (1, 0)), y=ck.table(["a"], {((0, 1),): "up", ((1, 0),): "down"}))
    assert made.given(a=(0, 1)).prob(y="up") == 1
    assert matched("y", ("a",), {0: "p", (1,): "q"}, {"a": (0, 1)}) == {(0,): 0, (1,): (1,)}


def test_a_distribution_is_a_value_only_where_a_domain_says_so() -> None:
    fair = ck.coin("1/2")
    with pytest.raises(errors.OutsideDomain, match=r"and a distribution is not drawn from there; type cpt\(\['a'\], \{...\}\)"):
        ck.Model(a=fair, y=lambda a: fair)
    assert ck.Model(a=fair, y=ck.function(lambda a: fair, domain=[fair])).domain("y") == (fair,)
    check_value("y", (), (), fair, None)  # without parents it is somebody's constant


@pytest.mark.parametrize("value", [iter([1]), (each for each in [1])])
def test_what_can_be_read_once_is_no_value(value: Any) -> None:
    with pytest.raises(errors.OutsideDomain, match="in its own distribution, which can be read only once; return a tuple"):
        check_value("y", (), (), value, None)
    with pytest.raises(errors.OutsideDomain, match="with a=0, b=1, which can be read only once; return a tuple"):
        check_value("y", ("a", "b"), (0, 1), value, None)
    assert check_value("y", ("a",), (0,), (1, 2), ((1, 2), 3)) is None  # type: ignore[func-returns-value]


def test_a_function_that_fails_says_for_what() -> None:
    def half(a: int, b: int) -> Fraction:
        return Fraction(a, b)

    with pytest.raises(errors.MechanismFailed) as told:
        ck.Model(a=TWO, b=TWO, y=half)
    words = "the function of 'y' raised ZeroDivisionError: Fraction(0, 0) for a=0, b=0"
    assert str(told.value) == f"{words}; it must return a value for every combination of its parents' values"
    asked: list[int] = []

    def second_time(a: int) -> int:
        asked.append(a)
        if len(asked) == 4:
            raise KeyError("no")
        return a

    with pytest.raises(errors.MechanismFailed, match=r"f raised KeyError: 'no' for a=0$"):
        answers(second_time, "f", ["a"], [(0,), (1,)])
    with pytest.raises(errors.Undecided, match=r"^f, for a=1: it depends$"):
        answers(depends, "f", ["a"], [(1,)])


def depends(a: int) -> int:
    raise errors.Undecided("it depends")


def test_as_many_rows_as_the_limit_are_tabulated_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MOST_ROWS", 6)
    two_and_three = {"a": (0, 1), "b": (0, 1, 2), "c": (0, 1)}
    assert len(list(every_input("y", ["a", "b"], two_and_three))) == 6
    with pytest.raises(errors.TooLarge, match="'y' has 12 rows, and at most 6 are tabulated; give it fewer parents, or variables between"):
        every_input("y", ["a", "b", "c"], two_and_three)
    assert list(every_input("y", [], two_and_three)) == [()]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ({(0,): "a", (1,): "b"}, "{0: 'a', 1: 'b'}"),
        ({(0, 1): "a"}, "{(0, 1): 'a'}"),
        ({((0, 1),): "a"}, "{((0, 1),): 'a'}"),
        ({0: "a", "x": 1}, "{0: 'a', 'x': 1}"),
        ({(): 1}, "{(): 1}"),
        ({}, "{}"),
    ],
)
def test_rows_as_they_would_be_typed(rows: dict[Any, Any], text: str) -> None:
    assert rows_text(rows) == text


def test_inputs_and_domains_as_text() -> None:
    assert assignment(["a", "b"], (0, "x")) == "a=0, b='x'"
    assert assignment([], ()) == "no parents"
    assert (domain_text(None), domain_text((1, "x")), domain_text(())) == ("", ", domain=[1, 'x']", ", domain=[]")
