"""Weights of thousands of digits print, in every form; a document holds those that a reader takes, and refuses others in words."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit.documents.json import from_json, to_json
from causalkit.errors import WrongShape
from causalkit.networks import read_text, to_text
from causalkit.values.exact import almost_simple, digits, exact, fraction_text, whole_of

TINY = Fraction(1, 3**9100)
MODEL = ck.Model(x=ck.coin(TINY), w=ck.cpt(["x"], {False: ck.coin(Fraction(1, 7**6000)), True: ck.coin("1/2")}))

FORMS: dict[str, Callable[[], Any]] = {
    "a model as text": lambda: str(MODEL),
    "a model as it is typed": lambda: repr(MODEL),
    "a model in HTML": MODEL._repr_html_,
    "a distribution": lambda: str(MODEL.dist("x")),
    "a distribution as it is typed": lambda: repr(MODEL.dist("w")),
    "a distribution in HTML": lambda: MODEL.dist("w")._repr_html_(),
    "a distribution in LaTeX": lambda: MODEL.dist("w")._repr_latex_(),
    "what is most probable": lambda: str(MODEL.most_probable()),
    "what is most probable in HTML": lambda: MODEL.most_probable()._repr_html_(),
    "what was observed": lambda: repr(MODEL.given(x=True)),
}


@pytest.mark.parametrize("form", FORMS)
def test_long_weights_print(form: str) -> None:
    assert len(FORMS[form]()) > 4


@pytest.mark.parametrize("number", [0, 7, -7, 10**3999, 10**4000, -(10**4000), 7**6000, 10**20000 + 1], ids=list("abcdefgh"))
def test_whole_numbers_are_written_and_read_digit_by_digit(number: int) -> None:
    written = digits(number)
    plain = written.lstrip("-")
    assert whole_of(plain) == abs(number)
    assert written.startswith("-") == (number < 0)
    assert plain == "0" or plain[0] != "0"
    assert fraction_text(Fraction(number)) == written
    assert exact(written) == number
    assert exact(f"{written}/9") == Fraction(number, 9)


@pytest.mark.parametrize("text", ["1" * 5000 + "x", "1/" + "0" * 5000, "/" + "1" * 5000], ids=["letters", "nothing below", "nothing above"])
def test_long_text_that_is_no_number_is_none(text: str) -> None:
    with pytest.raises(ck.errors.InvalidNumber):
        exact(text)


@pytest.mark.parametrize("kind", ["bif", "xmlbif", "net", "xdsl"])
def test_a_long_decimal_comes_back_from_every_format(kind: Any) -> None:
    model = ck.Model(x=ck.Dist({"yes": Fraction(1, 10**5000), "no": 1 - Fraction(1, 10**5000)}))
    assert read_text(to_text(model, kind), kind) == model


def test_what_no_reader_would_take_is_not_written() -> None:
    most = ck.Model(x=ck.coin(Fraction(1, 10**2148)))
    assert from_json(to_json(most)) == most
    for write in (to_json, lambda model: to_text(model, "bif")):
        with pytest.raises(WrongShape, match=r"a probability is 8,685 characters long, and at most 4,300 of one"):
            write(ck.Model(x=ck.coin(Fraction(1, 3**9100))))


def test_a_fraction_larger_than_any_float_may_be_almost_a_simple_one() -> None:
    assert almost_simple(Fraction(10**400 + 1, 10**13)) == 10**387
    assert almost_simple(10**400 + Fraction(10**16 + 3, 3 * 10**16)) == 10**400 + Fraction(1, 3)


@pytest.mark.parametrize("value", [10**5000, -(10**4300), Fraction(1, 3**9100)], ids=["large", "negative", "fraction"])
def test_a_value_that_no_reader_would_take_is_not_written(value: Any) -> None:
    for write in (to_json, lambda model: to_text(model, "bif")):
        with pytest.raises(WrongShape, match=r"a value is [0-9,]+ characters long, and at most 4,300 of one number are read again"):
            write(ck.Model(x=ck.uniform(value, 0)))
    assert from_json(to_json(ck.Model(x=ck.uniform(10**4299, 0)))).domain("x") == (10**4299, 0)
