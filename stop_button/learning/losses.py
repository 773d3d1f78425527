"""Losses of forecasts, and the numbers that they are counted in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from causalkit.errors import InvalidNumber, WrongShape, listing
from causalkit.values.arguments import checked
from causalkit.values.exact import as_fraction, exact
from causalkit.values.render import number

__all__ = [
    "are_numbers", "asked_loss", "distinct", "is_number", "plain_number", "squared_loss", "tabled_loss", "threshold_loss", "unit_number",
]  # fmt: skip


@checked
def threshold_loss(weights: Mapping[Any, Any]) -> Callable[[Any, Any], Fraction]:
    """The loss that counts what threshold users pay: ``sum_c w_c (c - x)`` over the thresholds that the forecast reaches; it is proper.

    :param weights: how many users have each threshold; those of a threshold that is written in two ways are added up.
    :returns: a function of a forecast and an outcome.
    :raises InvalidNumber: for a weight below 0.

    >>> loss = threshold_loss({"1/2": 1})
    >>> loss(1, 0), loss(1, 1), loss(0, 1)
    (Fraction(1, 2), Fraction(-1, 2), Fraction(0, 1))
    """
    read = [(unit_number(c, "a threshold"), plain_number(w, "a weight")) for c, w in weights.items()]
    if min((w for _, w in read), default=Fraction(0)) < 0:
        raise InvalidNumber(f"the weights are {', '.join(number(w) for _, w in read)}, expected numbers of 0 or more")
    users = {c: sum((w for other, w in read if other == c), Fraction(0)) for c, _ in read}
    return lambda m, x: sum((w * (c - as_fraction(x)) for c, w in users.items() if as_fraction(m) >= c), Fraction(0))


def squared_loss(m: Any, x: Any) -> Fraction:
    """The square of the difference."""
    difference = as_fraction(m) - as_fraction(x)
    return difference * difference


def asked_loss(loss: Any) -> Callable[[Any, Any], Any]:
    """The loss of a name, a table or a function; ``WrongShape`` for what is none of them."""
    if isinstance(loss, Mapping):
        return tabled_loss(loss)
    if callable(loss):
        return loss  # type: ignore[no-any-return]
    if not isinstance(loss, str) or loss != "squared":
        raise WrongShape(f"{loss!r} is not a loss; type loss='squared', a table {{(forecast, outcome): number}}, or a function of both")
    return squared_loss


def tabled_loss(table: Mapping[Any, Any]) -> Callable[[Any, Any], Any]:
    """A table of losses as a function; a forecast that is a number is found however it is written there.

    Raises ``WrongShape`` for a key that is no pair, an entry that is not there, and two that are written differently and say the same.
    """
    stray = next((key for key in table if not isinstance(key, tuple) or len(key) != 2), None)
    if stray is not None:
        raise WrongShape(f"the table of losses has the key {stray!r}, expected a pair of a forecast and an outcome")
    by_number: dict[tuple[Any, Any], list[Any]] = {}
    for (m, x), value in table.items():
        if is_number(m):
            by_number.setdefault((exact(m), x), []).append(value)

    def loss(m: Any, x: Any) -> Any:
        found = distinct(by_number.get((m, x), ())) if isinstance(m, Fraction) else [table[m, x]] if (m, x) in table else ()
        if len(found) > 1:
            raise WrongShape(f"the table of losses has {listing(found)} for saying {number(m)} when it is {x!r}; give one of them")
        if not found:
            said = number(m) if isinstance(m, Fraction) else repr(m)
            raise WrongShape(f"the table of losses has no entry for saying {said} when it is {x!r}; add it")
        return found[0]

    return loss


def distinct(values: Collection[Any]) -> tuple[Any, ...]:
    """The values, each once; ``WrongShape`` for one that cannot be looked up, such as a list."""
    try:
        return tuple(dict.fromkeys(values))
    except TypeError as error:
        raise WrongShape(f"there is something among {listing(values)} that cannot be looked up ({error}); use text or numbers") from None


def are_numbers(points: Sequence[Any], *, apart: bool) -> bool:
    """Whether forecasts are read as numbers: all of them can be and, where they are to stay ``apart``, no two are the same number."""
    return all(map(is_number, points)) and not (apart and len({exact(point) for point in points}) < len(points))


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
