"""What can be said when the noise is not known: sharp bounds, exactly, from conditional tables or from the data of two studies."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

from causalkit.branches import Branches
from causalkit.errors import Impossible, TooLarge, Undecided, WrongShape
from causalkit.model import Model
from causalkit.quantities.effects import Outcome, outcome
from causalkit.quantities.response_types import Type, Types, extremes, model_of, types
from causalkit.quantities.responses import Part, Polynomial, Responses, Weights, connected, coupled, polynomial, responses
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist
from causalkit.values.exact import Number, Numeric, exact, is_symbolic, less, tidy
from causalkit.values.linear_program import minimised, vertices
from causalkit.values.render import Printed, number

__all__ = ["Bounds", "CausationBounds", "bounds", "causation_bounds"]

Asked = Callable[[Any], Any]
Couplings = Sequence[tuple[Responses, Weights]]

MOST_COMBINATIONS = 2_000


@dataclass(frozen=True)
class Bounds(Printed):
    """The least and the greatest value that an answer can have; both are exact and attained. Truthy when they are the same.

    ``lowest`` and ``highest`` are models that agree with all that was given and whose answers are the two bounds; those of
    ``causation_bounds`` have the variables ``kind``, ``treated`` and ``outcome``.

    >>> found = Bounds(Fraction(1, 4), Fraction(1, 2))
    >>> print(found)
    between 0.25 and 0.5
    >>> "1/3" in found, bool(found)
    (True, False)
    """

    lower: Number
    upper: Number
    lowest: Model | None = field(default=None, compare=False, repr=False)
    highest: Model | None = field(default=None, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(tidy(self.upper - self.lower) == 0)

    def __contains__(self, value: Numeric) -> bool:
        return not less(exact(value), self.lower) and not less(self.upper, exact(value))

    @property
    def width(self) -> Number:
        """How much is left open.

        >>> Bounds(Fraction(1, 4), Fraction(1, 2)).width
        Fraction(1, 4)
        """
        return tidy(self.upper - self.lower)

    def __str__(self) -> str:
        return f"exactly {number(self.lower)}" if self else f"between {number(self.lower)} and {number(self.upper)}"


@checked
def bounds(asked: Model | Branches, what: Outcome | Asked, /, *, given: Asked | None = None) -> Bounds:
    """The sharp bounds of a counterfactual answer over every way in which the model's uncoupled tables could share their noise.

    The noises of different tables are independent of each other; couplings that are stated stay as they are. Each bound is a linear
    program over the response functions of one group of rows, for every vertex of the polytopes of the others that it meets, solved exactly.
    Source: [balke1997]; [pearl2009], sections 8.2.2 and 8.2.3.

    :param asked: the model, with what was done and observed, or the branches of one.
    :param what: on a model, what ``expect`` takes, or a mapping for the probability of an event; on branches, a function of the record
        ``b``, as in ``Branches.expect``.
    :param given: on branches only, evidence as a function of the record ``b``, as in ``Branches.given``; evidence that compares branches
        belongs here, as it has no probability of its own without a coupling.
    :returns: the least and the greatest value, with models that attain them.
    :raises TooLarge: where too many groups of rows meet in the question.
    :raises Impossible: where the evidence has probability 0 under every coupling.
    :raises Undecided: for symbols.
    :raises WrongShape: where ``given`` comes with a model.

    >>> from causalkit import coin, cpt
    >>> m = Model(x=coin("1/2"), y=cpt(["x"], {False: {True: "1/4", False: "3/4"}, True: {True: "3/4", False: "1/4"}}))
    >>> necessity = bounds(m.given(x=True, y=True).do(x=False), {"y": False})
    >>> print(necessity)
    between 2/3 and 1
    >>> necessity.lowest.prob(y=False)
    Fraction(2, 3)
    """
    branches, read = _read(asked, what, given)
    above, below = polynomial(branches, read), polynomial(branches, lambda b: True)
    if not below:
        raise Impossible(_IMPOSSIBLE)
    tables = responses(branches.regime, above, below)
    (low, at_low), (high, at_high) = (_extreme(above, below, tables, sign) for sign in (1, -1))
    return Bounds(low, -high, Model.of(coupled(branches.regime, at_low)), Model.of(coupled(branches.regime, at_high)))


@dataclass(frozen=True)
class CausationBounds(Printed):
    """Bounds on the probabilities of necessity, of sufficiency, and of both.

    ``None`` where the condition has probability zero in every model that agrees with the studies; where it has in some, the bounds are
    over the others.
    """

    necessity: Bounds | None
    sufficiency: Bounds | None
    both: Bounds

    def __str__(self) -> str:
        named = {"necessity": self.necessity, "sufficiency": self.sufficiency, "necessity and sufficiency": self.both}
        return "\n".join(f"{name}: {'undefined' if found is None else found}" for name, found in named.items())


@checked
def causation_bounds(
    observed: Mapping[tuple[bool, bool], Numeric] | Dist | None = None,
    experimental: Mapping[bool, Numeric] | None = None,
    *,
    monotone: bool = False,
) -> CausationBounds:
    """Sharp bounds on PN, PS and PNS from an observational study, an experimental study, or both.

    ``studies`` of the module ``causation`` reads both off a model. Without confounding the conditional probabilities are the experimental
    ones: pass them. The bounds are those of linear programs over response types, and come with models that attain them.
    Source: [tian2000]; [pearl2009], sections 9.2 and 11.9.2.

    :param observed: pairs ``(treated, outcome)`` of truth values to their probabilities, which sum to 1.
    :param experimental: ``treated``, both ``True`` and ``False``, to the probability of the outcome when that is done, from 0 to 1.
    :param monotone: assume that treatment never prevents the outcome.
    :returns: the bounds on each of the three; ``None`` where the condition has probability 0 in every model that agrees.
    :raises WrongShape: where no study is given, a study has another shape, or they contradict each other or monotonicity.
    :raises Undecided: for symbols.

    >>> observed = {(True, True): ".001", (True, False): ".499", (False, True): ".014", (False, False): ".486"}
    >>> print(causation_bounds(observed, {True: ".016", False: ".014"}))
    necessity: exactly 1
    sufficiency: between 1/486 and 5/162
    necessity and sufficiency: between 0.002 and 0.016
    """
    if observed is None and experimental is None:
        raise WrongShape(
            "bounds come from data; give observed={(treated, outcome): probability}, experimental={treated: probability}, or both"
        )
    seen = None if observed is None else _joint(observed)
    done = None if experimental is None else _experiment(experimental)
    if seen is not None and done is not None:
        _check_consistent(seen, done)
    shares = None if seen is None else {pair: cast("Fraction", seen[pair]) for pair in _PAIRS}
    arms = None if done is None else {arm: cast("Fraction", share) for arm, share in done.items()}
    known = types(shares, arms, monotone=monotone)
    try:
        both = _bounds(known, lambda one: one.after and not one.without, lambda one: True)
    except ValueError:
        raise WrongShape(
            "the data contradict monotone=True: the outcome must be at least as likely when treated as observed, and as untreated"
        ) from None
    assert both is not None
    return CausationBounds(
        _bounds(known, lambda one: not one.without, lambda one: one.treated and one.after),
        _bounds(known, lambda one: one.after, lambda one: not one.treated and not one.without),
        both,
    )


# ---- over the couplings of a model's tables


def _read(asked: Model | Branches, what: Any, given: Asked | None) -> tuple[Branches, Asked]:
    if isinstance(asked, Branches):
        return (Branches(asked.regime, asked.edits, (*asked.evidence, given)) if given else asked), what
    if given is not None:
        raise WrongShape("given=... is evidence on branches; on a model, observe with model.given(...) before asking for bounds")
    read = outcome(asked, what)
    return asked.branches(), lambda b: read.function(*(b.fact[name] for name in read.names))


def _extreme(above: Polynomial, below: Polynomial, tables: Sequence[Responses], sign: int) -> tuple[Fraction, Couplings]:
    """The least value of ``sign`` times the ratio of two polynomials, and the couplings that reach it."""
    signed = {part: sign * coefficient for part, coefficient in above.items()}
    if any(below.keys() - {frozenset()}):
        return _least(signed, below, tables)
    # The evidence is as likely under every coupling, so groups of rows that never meet are independent problems.
    chance = below[frozenset()]
    value, couplings = signed.get(frozenset(), Fraction(0)) / chance, list[tuple[Responses, Weights]]()
    for group in connected([[k for k, table in enumerate(tables) if _meets(table, part)] for part in signed]):
        own = [table for k, table in enumerate(tables) if k in group]
        least, at = _least({part: c for part, c in signed.items() if any(_meets(table, part) for table in own)}, below, own)
        value, couplings = value + least, [*couplings, *at]
    return value, couplings


def _meets(table: Responses, part: Part) -> bool:
    return any(table.meets(name, row) for name, row, _ in part)


def _least(above: Polynomial, below: Polynomial, tables: Sequence[Responses]) -> tuple[Fraction, Couplings]:
    """The least ratio over the couplings of some groups of rows.

    The ratio is quasi-linear in each coupling, so some vertex of every polytope is among the best; for the largest, a linear program.
    """
    *others, last = tables
    corners = [[(table, _weights(table, corner)) for corner in vertices(*table.margins)] for table in others]
    combinations = math.prod(len(each) for each in corners)
    if combinations > MOST_COMBINATIONS:
        raise TooLarge(
            f"{len(tables)} groups of rows meet in the question, which takes {combinations:,} linear programs, and at most "
            f"{MOST_COMBINATIONS:,} are solved; state the coupling of one of {', '.join(dict.fromkeys(table.name for table in tables))}"
        )
    best: tuple[Fraction, Couplings] | None = None
    for fixed in itertools.product(*corners):
        found = _solved(_linear(above, fixed, last), _linear(below, fixed, last), last)
        if found is not None and (best is None or found[0] < best[0]):
            best = found[0], [*fixed, (last, found[1])]
    assert best is not None, "evidence that some coupling allows is allowed by one at the corners"
    return best


def _linear(one: Polynomial, fixed: Couplings, last: Responses) -> list[Fraction]:
    """A polynomial as a linear function of the last coupling, the others being fixed: a number for each response function."""
    numbers = [Fraction(0)] * len(last.functions)
    for part, coefficient in one.items():
        for table, weights in fixed:
            coefficient *= sum((weight for function, weight in weights.items() if table.agrees(function, part)), Fraction(0))
        for k, function in enumerate(last.functions if coefficient else ()):
            numbers[k] += coefficient if last.agrees(function, part) else 0
    return numbers


def _solved(above: list[Fraction], below: list[Fraction], last: Responses) -> tuple[Fraction, Weights] | None:
    """The least ``above . q / below . q`` over the couplings ``q`` that give the evidence a chance, and where it is reached."""
    columns, rhs = last.margins
    if len(set(below)) == 1:
        found = minimised([value / below[0] for value in above], columns, rhs) if below[0] else None
        return None if found is None else (found.value, _weights(last, found.point))
    # Charnes and Cooper: with x = t q and t chosen so that below . x = 1, the ratio becomes linear in (x, t).
    scaled = [{**column, len(rhs): value} for column, value in zip(columns, below, strict=True)]
    scaled.append({i: -value for i, value in enumerate(rhs)})
    found = minimised([*above, Fraction(0)], scaled, [*[Fraction(0)] * len(rhs), Fraction(1)])
    assert found is not None, "a coupling gives the evidence a chance where a response function does"
    t = found.point[len(columns)]
    return found.value, _weights(last, {k: value / t for k, value in found.point.items() if k < len(columns)})


def _weights(table: Responses, point: Mapping[int, Fraction]) -> Weights:
    return {table.functions[k]: value for k, value in point.items()}


_IMPOSSIBLE = (
    "the evidence has probability 0 under every coupling, so there is nothing to bound; observe something that the model can produce"
)


# ---- from the data of studies

_PAIRS = ((False, False), (False, True), (True, False), (True, True))


def _joint(observed: Mapping[tuple[bool, bool], Numeric] | Dist) -> Dist:
    wrong = [key for key in observed if key not in _PAIRS]
    if wrong:
        raise WrongShape(f"{wrong[0]!r} is not a pair (treated, outcome) of truth values; type {{(True, True): '1/4', ...}}")
    read = observed if isinstance(observed, Dist) else Dist(observed)
    for share in read.values():
        _check_number(share)
    return read


def _experiment(experimental: Mapping[bool, Numeric]) -> dict[bool, Number]:
    if set(experimental) != {False, True}:
        raise WrongShape(f"found the arms {list(experimental)!r}, expected True and False; type {{True: P(y_x), False: P(y_x')}}")
    done = {bool(arm): exact(value) for arm, value in experimental.items()}
    for arm, value in done.items():
        _check_number(value)
        if less(value, exact(0)) or less(exact(1), value):
            raise WrongShape(f"the probability of the outcome in the arm {arm} is {value}, and probabilities lie between 0 and 1")
    return done


def _check_number(value: Number) -> None:
    if is_symbolic(value):
        raise Undecided(f"bounds from studies need fractions, and {value} is none; substitute numbers first")


def _check_consistent(seen: Dist, done: Mapping[bool, Number]) -> None:
    for arm in (False, True):
        low, high = seen[arm, True], tidy(1 - seen[arm, False])
        if less(done[arm], low) or less(high, done[arm]):
            raise WrongShape(
                f"no model gives both studies: doing {arm} leads to the outcome with probability {done[arm]}, and by what was observed "
                f"it lies between {low} and {high}; are they studies of the same population?"
            )


def _bounds(known: Types, above: Callable[[Type], bool], below: Callable[[Type], bool]) -> Bounds | None:
    found = extremes(known, above, below)
    return None if found is None else Bounds(found.least, found.greatest, model_of(found.at_least), model_of(found.at_greatest))
