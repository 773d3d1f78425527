"""A utility as the smallest of ratios that are linear in the probabilities with which a policy takes its options, where it is that."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from typing import Any, cast

from causalkit.errors import WrongShape, listing
from causalkit.values.exact import exact
from stop_button.decision.policy import Choices, PolicySpace
from stop_button.decision.world import World
from stop_button.grounding.queries import references
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Expectation, Formula, Least
from stop_button.language.tests import Both, Comparison, Either, without_not
from stop_button.language.walking import Walk
from stop_button.solving.fractional_form import NOWHERE, WeightedMean, anchored, joined, scaled, weighted_means
from stop_button.solving.lots.linear_program import Line, Part
from stop_button.solving.variable_elimination import Polynomial

__all__ = ["linear_parts", "refuse_shared_lots"]

NEEDED = "mixed policies are found for a weighted sum of means with one condition, or for least(...) of such sums"
INSTEAD = "type sb.solve(world, utility) for the best policy that draws no lots"


def linear_parts(f: Formula, world: World) -> tuple[Part, ...]:
    """The parts of a formula, each linear over linear; under constraints, with the limits that are to be kept.

    Raises ``WrongShape`` for a formula that is something else, and ``Undecided`` when numbers hold symbols.

    >>> import stop_button as sb
    >>> button = sb.worlds.basic_button()
    >>> one, other = linear_parts(sb.ccmin.formula, button)
    >>> uniform = {("action", (), act): exact("1/5") for act in button.decisions[0].options}
    >>> one.bottom(uniform) + other.bottom(uniform)
    Fraction(1, 1)
    """
    if not isinstance(f, SubjectTo):
        return tuple(_part(each, world) for each in _SMALLEST_OF(f))
    limits = [limit for test in f.tests for limit in _LIMITS(without_not(test), world)]
    parts = linear_parts(f.inner, world)
    if any(part.bottom.weights for part in parts):
        raise WrongShape(f"{f.inner} has a condition that policies make more or less likely, and constraints beside it; {INSTEAD}")
    return (*parts, *(limit for limit in limits if limit.top.weights or limit.top.constant < 0))


_SMALLEST_OF: Walk[Iterator[Formula]] = Walk(
    "parting a least",
    {
        Least: lambda f, visit: (each for part in f.parts for each in visit(part)),
        Formula: lambda f, _visit: iter([f]),
    },
)


def _limits_of(test: Comparison, _visit: Any, world: World) -> list[Part]:
    """What is not to be negative, so that a comparison holds; the probability of a condition is multiplied out."""
    if test.is_strict:
        raise WrongShape(
            f"{test} is strict, and among policies that draw lots the best under a strict test need not be attained; compare with <= or "
            f">=, or {INSTEAD}"
        )
    gaps = {">=": [test.left - test.right], "<=": [test.right - test.left]}
    parts = [_part(gap, world) for gap in gaps.get(test.relation, [test.left - test.right, test.right - test.left])]
    if any(part.bottom.weights for part in parts):
        raise WrongShape(f"{test} has a condition that policies make more or less likely, and may be undefined; {INSTEAD}")
    return [Part(part.top, Line(Fraction(0), {})) for part in parts]


def _one_of_several(test: Either, _visit: Any, _world: World) -> list[Part]:
    raise WrongShape(f"{test} holds in one way or another, and a linear program takes tests that hold together; {INSTEAD}")


_LIMITS: Walk[list[Part]] = Walk(
    "limiting",
    {
        Comparison: _limits_of,
        Both: lambda test, visit, _world: [limit for part in test.tests for limit in visit(part)],
        Either: _one_of_several,
    },
)


def _part(f: Formula, world: World) -> Part:
    means = weighted_means(f, world)
    if means is None:
        raise WrongShape(f"{f} is no weighted sum of means; {NEEDED}; {INSTEAD}")
    _check(means, world)
    steady = joined([each for each in means if each.share is not None], world)
    moving = [each for each in means if each.share is None]
    bottoms = [anchored(each.bottom, world.policies) for each in moving]
    if any(bottom != bottoms[0] for bottom in bottoms) or (moving and not steady.keys() <= {NOWHERE}):
        raise WrongShape(f"{f} adds up means with different conditions, whose probability a policy changes; {NEEDED}; {INSTEAD}")
    bottom = bottoms[0] if bottoms else {NOWHERE: exact(1)}
    more = scaled(bottom, steady.get(NOWHERE, exact(0))) if moving else steady
    top = _sum([anchored(each.top, world.policies) for each in moving], more, world.policies)
    return Part(_line(top, f), _line(bottom, f))


def _sum(tops: Sequence[Polynomial], more: Polynomial, space: PolicySpace) -> Polynomial:
    total = dict(more)
    for top in tops:
        for choices, weight in top.items():
            total[choices] = total.get(choices, exact(0)) + weight
    return anchored(total, space)


def _check(means: Sequence[WeightedMean], world: World) -> None:
    for each in means:
        each.check(world)
        if each.mean is not None:
            refuse_shared_lots(each.mean, world)


def refuse_shared_lots(mean: Expectation, world: World) -> None:
    """Raise ``WrongShape`` for a mean that refers to a policy that draws lots."""
    if any(policy.is_stochastic for policy in references(mean, world)):
        raise WrongShape(
            f"{mean} refers to a policy that draws lots, and a policy that draws the same lots shares them; "
            f"give {world.title} a baseline without lots; or {INSTEAD}"
        )


def _line(polynomial: Polynomial, f: Formula) -> Line:
    together = next((choices for choices in polynomial if len(choices) > 1), None)
    if together is not None:
        raise WrongShape(
            f"{f} depends on {len(together)} choices of one run together ({_text(together)}), and a linear program takes one at a time; "
            f"{INSTEAD}"
        )
    weights = {act: weight for choices, weight in polynomial.items() for act in choices}
    return Line(cast("Any", polynomial.get(NOWHERE, exact(0))), cast("Any", weights))


def _text(choices: Choices) -> str:
    return " and ".join(sorted(f"{name}={option!r}{_seeing(seen)}" for name, seen, option in choices))


def _seeing(seen: tuple[Hashable, ...]) -> str:
    return f" after seeing {listing(seen)}" if seen else ""
