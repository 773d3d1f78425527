"""Events and quantities: by values, by functions and by both, and what is refused, in whole sentences."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit import errors
from causalkit.mechanisms.event import event, quantities, quantity, reads_values
from tests.refusing import check_refused, check_told

SEEN = ck.Model(u=ck.coin("1/3"), x=ck.coin("1/2"), y=lambda u, x: u and x)


ASKED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "'y' does not take the value [1]; it takes: False, True": (errors.UnknownValue, lambda: SEEN.do(y=[1])),
    "'y' does not take the value 3; it takes: False, True": (errors.UnknownValue, lambda: SEEN.given(y=3)),
    "'w' is not in the model; it has: u, x, y": (errors.UnknownName, lambda: SEEN.mechanism("w")),
    "'xx' is not in the model; it has: u, x, y; did you mean 'x'?": (errors.UnknownName, lambda: SEEN.parents("xx")),
    "['u', 'x'] holds names, and is none itself; type them without brackets: 'u', 'x'": (
        errors.UnknownName,
        lambda: SEEN.dist(["u", "x"]),
    ),
    "'u' is given twice, in the mapping and by keyword; give it once": (errors.WrongShape, lambda: SEEN.given({"u": True}, u=True)),
    "an event needs at least one name=value, a mapping, or a function of the variables that its arguments name": (
        errors.WrongShape,
        SEEN.given,
    ),
    "3 is neither a mapping of names to values nor a function; type name=value or {'name': value}": (
        errors.WrongShape,
        lambda: SEEN.given(3),
    ),
    "dist needs a variable's name, several, or a function of variables": (errors.WrongShape, SEEN.dist),
}


@pytest.mark.parametrize("words", ASKED)
def test_what_a_question_refuses_is_told_why(words: str) -> None:
    check_told(ASKED, words)


def test_events_of_a_function_and_of_values() -> None:
    asked = event(lambda u: u, {"x": True}, SEEN.domains)
    assert (asked.names, asked.text, asked.wanted) == (("u", "x"), "(a function of u) and x=True", None)
    assert [asked.function(*pair) for pair in ((True, True), (True, False), (False, True))] == [True, False, False]
    assert quantity(lambda: 3, SEEN.domains).said == "(a function of nothing)"


@pytest.mark.parametrize(
    ("asked", "is_values"), [(("x",), True), (("x", "y"), True), ((lambda x: x,), False), ((lambda x, y: (x, y),), False)]
)
def test_what_reads_values_and_nothing_else_is_told_from_functions(asked: Any, is_values: bool) -> None:
    found = quantities(asked, SEEN.domains)
    assert reads_values(found) is is_values
    assert SEEN.regime.reading(found).is_values is is_values
    assert found.names == (("x",) if len(found.names) == 1 else ("x", "y"))


def test_what_an_event_wants_is_known_where_it_is_of_values() -> None:
    wanted = event({"y": True}, {"x": False}, SEEN.domains)
    assert (wanted.names, wanted.wanted, wanted.text) == (("y", "x"), (True, False), "y=True, x=False")
    assert (wanted.function(True, False), wanted.function(True, True), wanted.function(False, False)) == (True, False, False)
    assert SEEN.regime.reading(wanted).wanted == (True, False)
    assert not reads_values(wanted)
    one = quantity("y", SEEN.domains)
    assert (one.wanted, one.text, one.function(3)) == (None, "y", 3)
    two = quantities(("y", "u"), SEEN.domains)
    assert (two.wanted, two.text, two.function(3, 4)) == (None, "y, u", (3, 4))
    none = event(lambda: True, {}, SEEN.domains)
    assert (none.names, none.text) == ((), "(a function of nothing)")


def test_an_event_of_a_function_and_of_values_reads_each_its_own() -> None:
    both = event(lambda u, x: u and not x, {"y": False, "x": False}, SEEN.domains)
    assert both.names == ("u", "x", "y", "x")
    assert both.function(True, False, False, False) is True
    assert [both.function(*row) for row in ((False, False, False, False), (True, False, True, False), (True, False, False, True))] == [
        False
    ] * 3
    assert SEEN.prob(lambda u, x: u and not x, y=False) == Fraction(1, 6)
    assert SEEN.prob(lambda u: u, y=False) == Fraction(1, 6)
    assert SEEN.given(lambda u: u, x=True).prob(y=True) == 1


NAMES: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "'xx' is not in the model; it has: u, x, y; did you mean 'x'?": (errors.UnknownName, lambda: SEEN.dist("u", "xx")),
    "'z' is not in the model; it has: u, x, y": (errors.UnknownName, lambda: SEEN.prob(u=True, z=True)),
    "'w' is not in the model; it has: u, x, y": (errors.UnknownName, lambda: SEEN.prob(lambda u, w: w)),
    "'v' is not in the model; it has: u, x, y": (errors.UnknownName, lambda: SEEN.expect("v")),
    "3 is not in the model; it has: u, x, y": (errors.UnknownName, lambda: SEEN.dist(3)),
    "('u', 'z') is not in the model; it has: u, x, y": (errors.UnknownName, lambda: SEEN.dist(("u", "z"))),
    "[] is not in the model; it has: u, x, y": (errors.UnknownName, lambda: SEEN.dist([])),
    "('u', 'x') holds names, and is none itself; type them without brackets: 'u', 'x'": (
        errors.UnknownName,
        lambda: SEEN.dist(("u", "x")),
    ),
    "'x' does not take the value 2; it takes: False, True": (errors.UnknownValue, lambda: SEEN.prob(u=True, x=2)),
    "'x' is given twice, in the mapping and by keyword; give it once": (errors.WrongShape, lambda: SEEN.prob({"x": True}, u=True, x=True)),
}


@pytest.mark.parametrize("words", NAMES)
def test_names_and_values_are_looked_at_in_every_place(words: str) -> None:
    check_refused(NAMES, words)
