"""Losses of forecasts, and the numbers that they are counted in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from causalkit.errors import InvalidNumber, WrongShape, listing
from causalkit.values.arguments import checked
from causalkit.values.exact import as_fraction, exact
from causalkit.values.render import number

__all__ = ["is_number", "plain_number", "squared_loss", "tabled_loss", "threshold_loss", "unit_number"]


@checked
def threshold_loss(weights: Mapping[Any, Any]) -> Callable[[Any, Any], Fraction]:
    """The loss that counts what threshold users pay: ``sum_c w_c (c - x)`` over the thresholds that the forecast reaches; it is proper.

    :param weights: how many users have each threshold.
    :returns: a function of a forecast and an outcome.
    :raises InvalidNumber: for a weight below 0.

    >>> loss = threshold_loss({"1/2": 1})
    >>> loss(1, 0), loss(1, 1), loss(0, 1)
    (Fraction(1, 2), Fraction(-1, 2), Fraction(0, 1))
    """
    users = {unit_number(c, "a threshold"): plain_number(w, "a weight") for c, w in weights.items()}
    if min(users.values(), default=Fraction(0)) < 0:
        raise InvalidNumber(f"the weights are {listing(users.values())}, expected numbers of 0 or more")
    return lambda m, x: sum((w * (c - as_fraction(x)) for c, w in users.items() if as_fraction(m) >= c), Fraction(0))


def squared_loss(m: Any, x: Any) -> Fraction:
    """The square of the difference."""
    difference = as_fraction(m) - as_fraction(x)
    return difference * difference


def tabled_loss(table: Mapping[tuple[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A table of losses as a function; ``WrongShape`` for an entry that is not there."""
    rows = {(exact(m) if is_number(m) else m, x): value for (m, x), value in table.items()}

    def loss(m: Any, x: Any) -> Any:
        if (m, x) not in rows:
            raise WrongShape(f"the table of losses has no entry for saying {m!r} when it is {x!r}; add it")
        return rows[m, x]

    return loss


def is_number(value: Any) -> bool:
    """Whether a forecast can be read as a number; text such as ``"1/4"`` can."""
    try:
        exact(value)
    except InvalidNumber:
        return False
    return True


def plain_number(value: Any, of: str) -> Fraction:
    """A number without symbols; ``InvalidNumber`` for another, with what it is a number of."""
    read = exact(value)
    if not isinstance(read, Fraction):
        raise InvalidNumber(f"{of} is {read}, and symbols are not carried here: forecasts are compared; give numbers with .subs(...)")
    return read


def unit_number(value: Any, of: str) -> Fraction:
    """A number between 0 and 1; ``InvalidNumber`` for another."""
    read = plain_number(value, of)
    if not 0 <= read <= 1:
        raise InvalidNumber(f"{of} is {number(read)}, expected a number between 0 and 1")
    return read
