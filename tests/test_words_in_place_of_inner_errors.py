"""Corners in which an error from inside once came out: each says in words what was found and what to type."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy

import causalkit as ck
import stop_button as sb
from causalkit.errors import CausalError, InvalidNumber, MechanismFailed, UnknownValue, WrongArgument, WrongShape
from causalkit.quantities.execution import Execution
from causalkit.values.exact import exact
from causalkit.values.logarithms import between, entropy_of
from stop_button import STOP, E, H, V
from stop_button.learning import Forecast
from stop_button.learning.heard import Heard
from stop_button.lotteries import orbit
from stop_button.lotteries.powers import non_obstruction
from stop_button.sequences.team import Team, returns_to_power
from stop_button.sequences.traps import Trial

OFFICE = sb.worlds.office()
THIRD = Fraction(1, 3)


def divided(number: Any) -> Any:
    return number / 0


CORNERS: dict[str, tuple[Callable[[], Any], type[CausalError], str]] = {
    "bits of nothing": (lambda: between(None), InvalidNumber, "None is neither a fraction nor an expression"),
    "entropy of texts": (lambda: entropy_of(["1/2", "1/2"]), WrongArgument, "entropy_of takes shares as Sequence[Fraction]"),  # type: ignore[list-item]
    "a list for what is on": (
        lambda: non_obstruction(orbit("value"), OFFICE, on={"pressed": [True]}, off={"pressed": False}),
        UnknownValue,
        "had(pressed=[True]): what something means is hashable",
    ),
    "a list in a formula": (lambda: E(V.had(intent=[STOP])), UnknownValue, "had(intent=['stop'])"),
    "a list for a meaning": (lambda: H.is_([STOP]), UnknownValue, "is_(['stop'])"),  # type: ignore[arg-type]
    "a number for a name": (lambda: sb.X(3), WrongShape, "X(3) reads a variable or a role by its name"),  # type: ignore[arg-type]
    "a world without a law": (lambda: Forecast(lambda said: 0.5).excess("1/2"), WrongShape, "must give the Dist of what is forecast"),  # type: ignore[arg-type, return-value]
    "a world that raises": (lambda: Forecast(divided).excess("1/2"), MechanismFailed, "ZeroDivisionError"),
    "no forecast": (lambda: Forecast(ck.coin, grid=[]), WrongShape, "there is no forecast in the grid"),
    "success that raises": (lambda: Team(divided, weights=[1, 1], power=[1, 1]).utility(), MechanismFailed, "with 1 units"),
    "returns that raise": (lambda: returns_to_power(divided, upto=2), MechanismFailed, "with 0 units"),
    "a leaf without a hash": (lambda: Execution({"a": [1]}, {}), WrongShape, "the leaf 'a' is [1], and values must be hashable"),  # type: ignore[dict-item]
    "half an episode": (lambda: Trial(ck.Dist({1: 1}), 0, episodes=2.5), WrongShape, "episodes=2.5 is no number of things"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("tried", "kind", "words"), CORNERS.values(), ids=list(CORNERS))
def test_a_corner_is_told_in_words(tried: Callable[[], Any], kind: type[CausalError], words: str) -> None:
    with pytest.raises(kind) as caught:
        tried()
    assert words in str(caught.value)


# ---------------------------------------------------------------- executions are equal where what they hold is


def both(a: int, b: int) -> int:
    return a & b


def test_executions_are_equal_by_what_they_hold() -> None:
    one, same = (Execution({"a": 0, "b": 1}, {"both": both}) for _ in range(2))
    assert one == same
    assert hash(one) == hash(same)
    assert one.restricted("a") == same.restricted("a")
    assert one != Execution({"a": 1, "b": 1}, {"both": both})
    assert one != Execution({"a": 0, "b": 1}, {"both": lambda a, b: a & b}), "another function may do something else"
    assert one != Execution({"a": 0, "b": 1}, {"both": both}, domains={"a": [0, 1, 2]})
    assert one != {"a": 0, "b": 1}


# ---------------------------------------------------------------- forecasts that a world compares

COMPARING: dict[str, Callable[[Any], ck.Dist]] = {
    "with a third": lambda said: ck.coin(THIRD if said == THIRD else "1/2"),
    "from the left": lambda said: ck.coin(THIRD if THIRD == said else "1/2"),  # noqa: SIM300
    "three times it with one": lambda said: ck.coin(THIRD if 3 * said == 1 else "1/2"),
    "by unequal": lambda said: ck.coin("1/2" if said != THIRD else THIRD),
    "among some": lambda said: ck.coin(THIRD if said in (THIRD, 2 * THIRD) else "1/2"),
    "in a table": lambda said: ck.coin({THIRD: THIRD}.get(said, Fraction(1, 2))),
    "by what is true of it": lambda said: ck.coin(said or "1/2"),
    "as a float": lambda said: ck.coin(THIRD if float(said) < 0.4 else "1/2"),
    "after sympy": lambda said: ck.coin(THIRD if sympy.Rational(1) * said == THIRD else "1/2"),
}


@pytest.mark.parametrize("law", COMPARING.values(), ids=list(COMPARING))
def test_a_world_that_compares_the_forecast_is_refused(law: Callable[[Any], ck.Dist]) -> None:
    """The true fixed points of these laws are a third and a half, and a formula shows at most one of them."""
    with pytest.raises(WrongShape, match=r"and so is no polynomial of it\); let it be a polynomial of the forecast, or type grid"):
        Forecast(law).fixed_points()
    assert set(Forecast(law, grid=[0, THIRD, "1/2", 1]).fixed_points().points) >= {Fraction(1, 2)}


CALCULATED: dict[str, Callable[[Any], Any]] = {
    "sums": lambda said: Fraction(1, 5) + Fraction(3, 5) * said,
    "differences": lambda said: 1 - said - (said - 1) / 4 - Fraction(1, 4),
    "powers": lambda said: said**2 / 2,
    "signs": lambda said: (-said) * Fraction(-1, 2) + "1/4",
    "floats": lambda said: said * 0.5,
    "a square of itself": lambda said: said * said,
}


@pytest.mark.parametrize("law", CALCULATED.values(), ids=list(CALCULATED))
def test_what_is_calculated_from_the_forecast_is_its_polynomial(law: Callable[[Any], Any]) -> None:
    said = sympy.Symbol("said")
    found: Any = exact(law(Heard(said)))
    for value in (Fraction(0), Fraction(1, 3), Fraction(5, 7)):
        told = sympy.Rational(value.numerator, value.denominator)
        expected = {
            "sums": Fraction(1, 5) + Fraction(3, 5) * value,
            "differences": 1 - value - (value - 1) / 4 - Fraction(1, 4),
            "powers": value**2 / 2,
            "signs": value / 2 + Fraction(1, 4),
            "floats": value / 2,
            "a square of itself": value * value,
        }[next(name for name, one in CALCULATED.items() if one is law)]
        assert exact(found.subs({said: told})) == expected
