"""Conditional tables as files of networks hold them: rounded sums are refused, unless it is said how they are to be repaired."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from causalkit.errors import NotADistribution, WrongShape
from causalkit.mechanisms.constructors import cpt, table
from causalkit.mechanisms.mechanism import Coupling, Mechanism
from causalkit.mechanisms.rows import Inputs
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist
from causalkit.values.exact import in_units

__all__ = ["Repair", "dist_of_row", "fitting_row", "law_of_rows"]


Repair = Literal["scale", "largest"]
"""``"scale"``: every weight is divided by the sum. ``"largest"``: the largest weight takes the difference, the others stay."""

FARTHEST = Fraction(1, 100)
FLOAT_ERROR = Fraction(1, 2**50)


def fitting_row(values: Sequence[Hashable], weights: Sequence[Fraction]) -> Dist | None:
    """The distribution that one row of a table from a file is, or None for numbers below 0 and for another sum than 1.

    >>> fitting_row("ab", [Fraction(1, 4), Fraction(3, 4)]), fitting_row("ab", [Fraction(3, 2), Fraction(-1, 2)])
    (Dist({'a': '1/4', 'b': '3/4'}), None)
    """
    counts, whole = in_units(weights)
    if sum(counts) != whole or min(counts) < 0:
        return None
    kept: dict[Hashable, Any] = {value: weight for value, weight in zip(values, weights, strict=True) if weight}
    return Dist.trusted(kept, (tuple([count for count in counts if count]), whole))


def dist_of_row(values: Sequence[Hashable], weights: Sequence[Fraction], where: str, rounded: Repair | None) -> Dist:
    """One row of a table from a file as a distribution; ``rounded`` says how a sum that rounding has moved off 1 is repaired.

    Raises ``NotADistribution`` that names the row for a sum other than 1, with ``rounded`` for one that rounding cannot explain.

    >>> row = [Fraction("0.333"), Fraction("0.333"), Fraction("0.333")]
    >>> dist_of_row("abc", row, "the row of 'x'", "scale")
    Dist({'a': '1/3', 'b': '1/3', 'c': '1/3'})
    >>> dist_of_row("abc", row, "the row of 'x'", "largest")
    Dist({'a': '167/500', 'b': '333/1000', 'c': '333/1000'})
    """
    if rounded not in (None, "scale", "largest"):
        raise WrongShape(f"rounded={rounded!r} is not known; type rounded='scale' or rounded='largest'")
    if any(weight < 0 for weight in weights):
        raise NotADistribution(f"{where} holds the weight {float(min(weights))!r}, and weights are 0 or more")
    counts, whole = in_units(weights)
    total = Fraction(sum(counts), whole)
    if total != 1:
        _check_sum(weights, total, where, rounded)
        if rounded == "scale":
            all_of_it = sum(counts)
            return Dist.trusted({value: Fraction(count, all_of_it) for value, count in zip(values, counts, strict=True) if count})
        at = max(range(len(weights)), key=counts.__getitem__)
        weights = [weight + (1 - total) * (i == at) for i, weight in enumerate(weights)]
    return Dist(dict(zip(values, weights, strict=True)))


@checked
def law_of_rows(
    parents: Sequence[str], rows: Mapping[Inputs, Dist], domain: Sequence[Hashable], coupling: Coupling | None
) -> Mechanism | Dist:
    """The plainest mechanism that these rows describe: noise, a deterministic table, or else a conditional table.

    A table whose every row is certain needs no coupling, so counterfactuals on it are answered.

    >>> law_of_rows(["x"], {(0,): Dist({"a": 1}), (1,): Dist({"b": 1})}, ["a", "b"], None)
    table(['x'], {0: 'a', 1: 'b'}, domain=['a', 'b'])
    >>> law_of_rows([], {(): Dist({"a": "1/2", "b": "1/2"})}, ["a", "b"], None)
    Dist({'a': '1/2', 'b': '1/2'})
    """
    if not parents and len(rows[()]) == len(domain):
        return rows[()]
    if all(len(dist) == 1 for dist in rows.values()):
        return table(parents, {inputs: dist.support[0] for inputs, dist in rows.items()}, domain=domain)
    return cpt(parents, rows, coupling=coupling, domain=domain)


def _check_sum(weights: Sequence[Fraction], total: Fraction, where: str, rounded: Repair | None) -> None:
    """Raises for a sum that rounding cannot explain, and for any other sum than 1 when nothing is said about its repair."""
    if _is_explained(weights, abs(total - 1)) and rounded is not None:
        return
    sums = f"{where} sums to {_decimal(total)}, and it must sum to 1"
    if not _is_explained(weights, abs(total - 1)):
        raise NotADistribution(f"{sums}; that is farther off than rounding its numbers explains, so the file is wrong or was misread")
    raise NotADistribution(
        f"{sums}; nothing is rescaled in silence: type rounded='scale' to divide such rows by their sums, "
        "or rounded='largest' to let the largest weight take the difference"
    )


def _is_explained(weights: Sequence[Fraction], off: Fraction) -> bool:
    """Whether rounding may have moved a sum so far: the numbers are added up until it may."""
    allowed = Fraction(0)
    for weight in weights if off <= FARTHEST else []:
        allowed += _rounding(weight)
        if off <= allowed:
            return True
    return False


def _rounding(weight: Fraction) -> Fraction:
    """How far rounding may have moved a number: half a unit of its last decimal, and no less than float arithmetic moves it."""
    if weight == 0:
        return Fraction(0)
    places = next((k for k in range(1, 25) if 10**k % weight.denominator == 0), 25)
    return max(Fraction(1, 2 * 10**places), FLOAT_ERROR)


def _decimal(number: Fraction) -> str:
    """A number near 1 with all the digits that tell it from 1, or where they begin when there are very many."""
    off = abs(number - 1)
    if off > Fraction(1, 10**10):
        return f"{number.numerator / number.denominator:.12g}"
    if number.denominator < 10**100:
        return str(number)
    return f"1 {'+' if number > 1 else '-'} 10**{math.floor(math.log10(off.numerator) - math.log10(off.denominator))}"
