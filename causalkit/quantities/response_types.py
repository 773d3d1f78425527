"""Everybody sorted by response type: whether treated, and the outcome with and without treatment; extremes by linear programs.

Studies fix sums of the eight shares, and a probability of causation is a ratio of two such sums. So its least and greatest values are
those of linear programs, and the shares that reach them make a model that agrees with the studies. Source: [balke1997]; [tian2000].
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from causalkit.mechanisms.constructors import function
from causalkit.model import Model
from causalkit.values.dist import Dist
from causalkit.values.linear_program import minimised

__all__ = ["Extremes", "Type", "Types", "extremes", "model_of", "types"]

ZERO, ONE = Fraction(0), Fraction(1)


class Type(NamedTuple):
    """A kind of person: whether treated, and the outcome without and with treatment."""

    treated: bool
    without: bool
    after: bool


Event = Callable[[Type], bool]


@dataclass(frozen=True)
class Types:
    """The types there may be, and what studies say of their shares: an event and its probability for each finding."""

    all: tuple[Type, ...]
    findings: tuple[tuple[Event, Fraction], ...]


@dataclass(frozen=True)
class Extremes:
    """The least and the greatest value of a ratio, and shares of the types that reach each."""

    least: Fraction
    greatest: Fraction
    at_least: Mapping[Type, Fraction]
    at_greatest: Mapping[Type, Fraction]


def types(
    observed: Mapping[tuple[bool, bool], Fraction] | None, experimental: Mapping[bool, Fraction] | None, *, monotone: bool = False
) -> Types:
    """The types that studies leave, and what they find; with ``monotone``, nobody whom treatment keeps from the outcome.

    >>> len(types(None, {True: ONE, False: ZERO}).all), len(types(None, None, monotone=True).all)
    (8, 6)
    """
    every = (Type(*values) for values in itertools.product((False, True), repeat=3))
    kept = tuple(one for one in every if one.after or not one.without or not monotone)
    findings: list[tuple[Event, Fraction]] = [(lambda one: True, ONE)]
    findings += [(_seen(pair), share) for pair, share in (observed or {}).items()]
    findings += [(_done(arm), share) for arm, share in (experimental or {}).items()]
    return Types(kept, tuple(findings))


def _seen(pair: tuple[bool, bool]) -> Event:
    return lambda one: (one.treated, one.after if one.treated else one.without) == pair


def _done(arm: bool) -> Event:
    return lambda one: one.after if arm else one.without


def extremes(known: Types, above: Event, below: Event) -> Extremes | None:
    """The range of P(above and below) / P(below) over all shares that agree with what is found; None where P(below) must be 0.

    Raises ``ValueError`` when no shares agree. By Charnes and Cooper's change of variables, shares times a number chosen so that P(below)
    becomes 1, the ratio is linear.

    >>> twice = types(None, {True: Fraction(3, 4), False: Fraction(1, 2)})
    >>> both = extremes(twice, lambda one: one.after and not one.without, lambda one: True)
    >>> both.least, both.greatest
    (Fraction(1, 4), Fraction(1, 2))
    """
    if _least(known, [ZERO] * len(known.all), lambda one: True) is None:
        raise ValueError("no shares of the types agree with all that was found")
    costs = [ONE if below(one) and above(one) else ZERO for one in known.all]
    low, high = _least(known, costs, below), _least(known, [-cost for cost in costs], below)
    return None if low is None or high is None else Extremes(low[0], -high[0], low[1], high[1])


def _least(known: Types, costs: Sequence[Fraction], below: Event) -> tuple[Fraction, dict[Type, Fraction]] | None:
    rows = [*known.findings, (below, ZERO)]
    last = len(rows) - 1
    columns = [{i: ONE for i, (event, _) in enumerate(rows) if event(one)} for one in known.all]
    columns.append({i: -share for i, (_, share) in enumerate(rows[:last]) if share})
    found = minimised([*costs, ZERO], columns, [*[ZERO] * last, ONE])
    if found is None:
        return None
    scale = found.point[len(known.all)]  # the first finding says that shares add up to 1, so this is not 0
    return found.value, {one: found.point[i] / scale for i, one in enumerate(known.all) if i in found.point}


def model_of(shares: Mapping[Type, Fraction]) -> Model:
    """A model of people of these types: ``kind``, ``treated`` and ``outcome``.

    >>> model_of({Type(True, False, True): ONE}).do(treated=False).prob(outcome=True)
    Fraction(0, 1)
    """
    return Model(
        kind=Dist({tuple(one): share for one, share in shares.items()}),
        treated=function(lambda kind: kind[0], domain=[False, True]),
        outcome=function(lambda treated, kind: kind[2] if treated else kind[1], domain=[False, True]),
    )
