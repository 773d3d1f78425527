"""The slow obvious score of a formula: every unit written out, every branch solved for every unit, the formula read off unit by unit.

Shares with the package only what a formula is made of. ``brute.Undefined`` where a condition is impossible.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from causalkit.values.exact import as_fraction
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.language.formula import BASELINE, Constant, Expectation, Formula, Is, Least, Most, Product, Quotient, Reading, Sum
from tests import brute


def score(f: Formula, world: World, policy: Policy) -> Fraction:
    """The score of a policy under a formula of means."""
    return combined(f, lambda mean: _mean(mean, world, policy))


def combined(f: Formula, leaf: Callable[[Any], Fraction]) -> Fraction:
    """What the arithmetic of a formula makes of its leaves."""
    match f:
        case Constant(value):
            return as_fraction(value)
        case Sum(parts):
            return sum((combined(part, leaf) for part in parts), Fraction(0))
        case Product(parts):
            total = Fraction(1)
            for part in parts:
                total *= combined(part, leaf)
            return total
        case Least(parts):
            return min(combined(part, leaf) for part in parts)
        case Most(parts):
            return max(combined(part, leaf) for part in parts)
        case Quotient(top, bottom):
            return combined(top, leaf) / combined(bottom, leaf)
    return leaf(f)


def _mean(mean: Expectation, world: World, policy: Policy) -> Fraction:
    branches: dict[str, dict[str, Any]] = {}
    for part in [mean.inner, *([] if mean.given is None else [mean.given])]:
        combined(part, lambda leaf: _noted(leaf, world, branches))
    units = brute.worlds(world.under(policy), branches)

    def number(f: Formula) -> Callable[[Any], Fraction]:
        return lambda unit: combined(f, lambda leaf: _read(leaf, world, unit))

    if mean.given is None:
        return brute.expect(units, number(mean.inner))
    return brute.expect(units, number(mean.inner), given=number(mean.given))


def _noted(leaf: Any, world: World, branches: dict[str, dict[str, Any]]) -> Fraction:
    """Note the branch that a reading looks at, after those that it refers to; the number that stands for it does not matter."""
    reading = leaf.reading if isinstance(leaf, Is) else leaf
    edits: dict[str, Any] = {}
    if reading.policy is not None:
        reference = world.baseline if reading.policy == BASELINE else world.policy(reading.policy)
        assert reference is not None, "the world has no baseline"
        edits.update(reference.rules)
    for name, value in reading.edits:
        variable = world.role(name).variable
        if isinstance(value, Reading):
            _noted(value, world, branches)
            edits[variable] = brute.FromBranch(_name(value), world.role(value.name).variable)
        else:
            edits[variable] = world.value_of(name, value)
    branches[_name(reading)] = edits
    return Fraction(1)


def _name(reading: Reading) -> str:
    return repr((reading.edits, reading.policy))


def _read(leaf: Any, world: World, unit: brute.World) -> Fraction:
    reading = leaf.reading if isinstance(leaf, Is) else leaf
    role = world.role(reading.name)
    meaning: Any = role.meaning(unit.branches[_name(reading)][role.variable])
    return Fraction(meaning == leaf.meaning) if isinstance(leaf, Is) else Fraction(meaning)
