"""Choice weights: how much likelier one option is taken than another, by how much less it scores; exact, no exponential is rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from causalkit import Dist
from causalkit.errors import Impossible, InvalidNumber, UnknownValue, WrongShape, listing
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, as_fraction, exact, largest, less, tidy
from causalkit.values.render import Printed, number
from stop_button.evaluation.undefined import UNDEFINED, Score, defined

__all__ = ["Powers", "Weights", "gains", "powers", "shares"]

Weights = Mapping[Any, Any] | Callable[[Any], Any]
"""A weight for each gain: a table, or a function of the gain."""


@dataclass(frozen=True)
class Powers(Printed):
    """Weights that are powers of a base: ``base`` to the gain, counted in steps of ``per``."""

    base: Number
    per: Number

    def __call__(self, gain: Any) -> Number:
        """The weight of a gain; raises ``WrongShape`` for one that is no whole number of steps."""
        steps = as_fraction(gain) / as_fraction(self.per)
        if steps.denominator != 1:
            raise WrongShape(
                f"a gain of {number(exact(gain))} is {number(steps)} steps of {number(self.per)}, and only whole powers are exact; "
                f"type powers({str(self.base)!r}, per=...) with a smaller step, or give a table of weights"
            )
        weight: Number = self.base**steps.numerator
        return weight

    def __str__(self) -> str:
        return f"{number(self.base)} to the gain" + ("" if self.per == 1 else f" in steps of {number(self.per)}")

    def __repr__(self) -> str:
        return f"powers({str(self.base)!r}, per={str(self.per)!r})"


def powers(base: Any, per: Any = 1) -> Powers:
    """Choice weights that multiply by ``base`` with every step of ``per`` in the gain: Luce's choice with exact weights.

    :param base: how much likelier the better of two options is when it is a step better; a positive number.
    :param per: the size of a step, in units of the utility; gains have to be whole numbers of steps.
    :returns: a function from a gain to its weight, base ** (gain / per).
    :raises WrongShape: for a base or a step that is not positive; and for a gain between two steps, when it is asked for.

    >>> weights = powers(2, per="1/4")
    >>> weights("-1/2"), weights(0)
    (Fraction(1, 4), Fraction(1, 1))
    """
    root, step = as_fraction(base), as_fraction(per)
    if root <= 0 or step <= 0:
        raise WrongShape(f"powers({base!r}, per={per!r}): base and step are positive numbers; type powers(2, per='1/4')")
    return Powers(root, step)


def gains(scores: Sequence[Score]) -> tuple[Score, ...]:
    """How much each score is less than the largest: 0 for the best, else negative; undefined stays so.

    >>> gains([exact(1), exact("1/4"), UNDEFINED])
    (Fraction(0, 1), Fraction(-3, 4), undefined)
    """
    known = [score for score in scores if defined(score)]
    if not known:
        raise Impossible("nothing that could be chosen has a score, so that nothing is chosen")
    best = largest(known)
    return tuple(tidy(score - best) if defined(score) else UNDEFINED for score in scores)


@checked
def shares(gained: Sequence[Score], weights: Mapping[Any, Any] | Callable[[Any], Any]) -> tuple[Number, ...]:
    """The probability with which each is chosen: its weight by the sum of all; what has no score is not chosen.

    :param gained: for each option what it gains over the best, or ``UNDEFINED``.
    :param weights: a weight for each gain, as a table or a function; weights are 0 or more, and need not sum to 1.
    :returns: for each option its probability.
    :raises UnknownValue: for a gain that a table of weights does not hold.
    :raises WrongShape: for weights that are negative, or all zero.

    >>> shares(gains([exact(1), exact(0)]), {0: 3, -1: 1})
    (Fraction(3, 4), Fraction(1, 4))
    """
    found = [_weight(weights, gain) if defined(gain) else exact(0) for gain in gained]
    total = tidy(sum(found, exact(0)))
    if total == 0:
        raise WrongShape("every option has the weight 0, so that nothing is chosen; give the gain 0 a positive weight")
    return tuple(Dist({place: tidy(weight / total) for place, weight in enumerate(found)})[place] for place in range(len(found)))


def _weight(weights: Weights, gain: Number) -> Number:
    if isinstance(weights, Mapping):
        table = {exact(key): value for key, value in weights.items()}
        if gain not in table:
            raise UnknownValue(f"the table gives no weight to a gain of {number(gain)}; it holds: {listing(map(number, table))}")
        given = table[gain]
    else:
        given = weights(gain)
    try:
        weight = exact(given)
    except InvalidNumber as error:
        raise InvalidNumber(f"the weight of a gain of {number(gain)}: {error}") from None
    if less(weight, exact(0)):
        raise WrongShape(f"the weight of a gain of {number(gain)} is {number(weight)}, and weights are 0 or more")
    return weight
