"""Maximum entropy goal-directedness: how well a policy is predicted by supposing that it pursues a utility, and nothing else.

Source: [macdermott2024]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit.errors import TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.channels import InBits
from causalkit.values.exact import as_fraction, exact
from causalkit.values.logarithms import Between, entropy_between, log2_between, logarithms
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.language.formula import E, Expectation, V, event

__all__ = ["GoalDirectedness", "goal_directedness"]

MOST_LEVELS = 2_000
"""The largest difference between two options' payoffs, counted in the largest unit of which all differences are multiples."""

HALVINGS = 40
MOST_STRENGTH = 1 << 40
SIMPLE = 1_000
"""Strengths with denominators up to this are tried, so that simple ones are found exactly."""


@dataclass(frozen=True, repr=False)
class GoalDirectedness(InBits):
    """How much better than chance a policy is predicted by the best of the policies that pursue the utility with any strength, in bits.

    ``bits`` is the number where it is found exactly, else ``None``; ``within`` encloses it. ``strength`` says which policy predicts best:
    ``None`` for one that takes only what is best (or only what is worst), else a number ``z`` such that options are taken in proportion
    to ``z`` to the power of their payoff in ``unit``; below 1 it pursues the opposite.
    """

    strength: Fraction | None
    unit: Fraction


@dataclass(frozen=True)
class _Situation:
    """Something that may be seen: its probability, and for each option how often it is taken and its payoff in whole units."""

    weight: Fraction
    taken: tuple[Fraction, ...]
    levels: tuple[int, ...]

    @property
    def mean(self) -> Fraction:
        return sum((share * level for share, level in zip(self.taken, self.levels, strict=True)), Fraction(0))


@checked
def goal_directedness(world: World, policy: Any, *, of: Any = None) -> GoalDirectedness:
    """How well a policy is predicted by supposing that it pursues a mean, in bits: between 0 and the log2 of the number of options.

    For a world with one decision. Of all policies with the same mean as each attainable one, the most random is taken; these take options
    in proportion to z to the power of what they pay, for z from 0 to infinity. Goal-directedness is how much larger, on average, the
    logarithm of the probability is that the best of them gives to what the policy does, than 1 / (number of options) is. So it is 0 for
    a policy that takes each option as often, or where no option pays more. It is the same for the opposite utility.

    In log2 z it is concave, with a derivative that is a fraction at every rational z; where the derivative is 0 it is found exactly, else
    it is enclosed by tangents on both sides. Source: [macdermott2024], known-utility MEG; the base of its logarithm, and its results for
    several decisions, were not compared with its text.

    :param world: a world with one decision.
    :param policy: whose goal-directedness is asked; a policy, or what ``world.policy`` makes one of. It may draw lots.
    :param of: the mean that may be pursued, without a condition; ``E(V)`` if left out.
    :returns: a ``GoalDirectedness``.
    :raises WrongShape: for several decisions, and for what is no mean without a condition.
    :raises TooLarge: where payoffs differ by more than 2,000 units.
    :raises InvalidNumber: for symbols.

    >>> from causalkit import Model, choice
    >>> world = World(Model(act=choice("a", "b", "c", "d"), value=lambda act: 1 if act == "a" else 0), value="value")
    >>> goal_directedness(world, "a"), goal_directedness(world, "b")
    (2 bits, -log(3)/log(2) + 2 bits)
    """
    mean = E(V) if of is None else of
    if not isinstance(mean, Expectation) or mean.given is not None:
        raise WrongShape(f"{mean!r} is no mean without a condition; type of=E(V)")
    if len(world.decisions) != 1:
        raise WrongShape(f"{world.title} has {len(world.decisions)} decisions, and goal-directedness is worked out here for one")
    situations, unit = _situations(world, world.policy(policy), mean)
    slope = _slope(situations, Fraction(1))
    if slope == 0:  # as random as can be
        return GoalDirectedness(exact(0), Between(Fraction(0), Fraction(0)), Fraction(1), unit)
    if slope < 0:
        turned = _found([_Situation(s.weight, s.taken, tuple(max(s.levels) - level for level in s.levels)) for s in situations], unit)
        inverse = None if turned.strength is None else 1 / turned.strength
        return GoalDirectedness(turned.bits, turned.within, inverse, unit)
    return _found(situations, unit)


def _situations(world: World, policy: Policy, mean: Expectation) -> tuple[list[_Situation], Fraction]:
    """What may be seen, and what the options pay there, less the least, in the largest unit of which all differences are multiples."""
    (decision,) = world.decisions
    rows: list[tuple[Fraction, tuple[Fraction, ...], list[Fraction]]] = []
    for seen in decision.contexts:
        given = event(_named(world, decision.sees, seen)) if seen else None
        weight = Fraction(1) if given is None else as_fraction(score_of(E(given), world, policy))
        if not weight:
            continue
        constant = [world.policies.filled({(decision.name, other): option for other in decision.contexts}) for option in decision.options]
        paid = [as_fraction(score_of(Expectation(mean.inner, given), world, each)) for each in constant]
        taken = tuple(as_fraction(policy.weight(decision.name, seen, option)) for option in decision.options)
        rows.append((weight, taken, [worth - min(paid) for worth in paid]))
    gaps = [gap for _, _, paid in rows for gap in paid if gap]
    unit = Fraction(math.gcd(*(gap.numerator * _common(gaps) // gap.denominator for gap in gaps)), _common(gaps)) if gaps else Fraction(1)
    most = max((gap / unit for gap in gaps), default=Fraction(0))
    if most > MOST_LEVELS:
        raise TooLarge(
            f"payoffs in {world.title} differ by {int(most):,} units of {unit}, and at most {MOST_LEVELS:,} are compared; round them"
        )
    return [_Situation(weight, taken, tuple(int(gap / unit) for gap in paid)) for weight, taken, paid in rows], unit


def _common(gaps: Sequence[Fraction]) -> int:
    return math.lcm(*(gap.denominator for gap in gaps))


def _named(world: World, names: Sequence[str], seen: Sequence[Any]) -> dict[str, Any]:
    """What is seen, as names and meanings that events may speak of."""
    return {name: world.role(name).meaning(value) for name, value in zip(names, seen, strict=True)}


def _slope(situations: Sequence[_Situation], z: Fraction) -> Fraction:
    """The derivative by log2 z: the policy's mean level less that of the policy that takes options in proportion to z**level."""
    total = Fraction(0)
    for each in situations:
        powers = [z**level for level in each.levels]
        expected = sum((power * level for power, level in zip(powers, each.levels, strict=True)), Fraction(0)) / sum(powers, Fraction(0))
        total += each.weight * (each.mean - expected)
    return total


def _gain(situations: Sequence[_Situation], z: Fraction) -> list[tuple[Fraction, Fraction]]:
    """How much better than chance the policy is predicted by that one, as weights and arguments of logarithms."""
    terms = []
    for each in situations:
        total = sum((z**level for level in each.levels), Fraction(0))
        terms += [(each.weight * share, len(each.levels) * z**level / total) for share, level in zip(each.taken, each.levels, strict=True)]
    return terms


def _found(situations: Sequence[_Situation], unit: Fraction) -> GoalDirectedness:
    """Where a policy has more of the utility than one that is as random as can be."""
    if all(share == 0 for each in situations for share, level in zip(each.taken, each.levels, strict=True) if level < max(each.levels)):
        terms = [(each.weight, Fraction(len(each.levels), each.levels.count(max(each.levels)))) for each in situations]
        return GoalDirectedness(logarithms(terms), Between(*entropy_between(terms)), None, unit)
    low, high = Fraction(1), Fraction(2)
    while _slope(situations, high) > 0:
        if high > MOST_STRENGTH:
            raise TooLarge(
                f"the policy departs from what is best so rarely that its strength is more than {MOST_STRENGTH:,}; give it larger lots"
            )
        low, high = high, 2 * high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        slope = _slope(situations, middle)
        low, high = (middle, high) if slope >= 0 else (low, middle)
    for z in (low, high, ((low + high) / 2).limit_denominator(SIMPLE)):
        if _slope(situations, z) == 0:
            terms = _gain(situations, z)
            return GoalDirectedness(logarithms(terms), Between(*entropy_between(terms)), z, unit)
    return GoalDirectedness(None, _enclosed(situations, low, high), low, unit)


def _enclosed(situations: Sequence[_Situation], low: Fraction, high: Fraction) -> Between:
    """At least what is attained on either side; at most what the tangent on the left says at the right."""
    ends = [entropy_between(_gain(situations, z)) for z in (low, high)]
    wide = log2_between(high / low)[1]
    return Between(max(end[0] for end in ends), ends[0][1] + _slope(situations, low) * wide)
