"""The information sets that a formula depends on, and policies over those alone."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from causalkit.values.exact import exact, tidy
from stop_button.decision.policy import Choices, Decision, InformationSet
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import policy_polynomial
from stop_button.language.algebra import Constant
from stop_button.language.formula import Expectation, Formula
from stop_button.language.parts import followed, means, policies_read, rewritten
from stop_button.language.references import OWN
from stop_button.solving.fractional_form import NOWHERE, anchored

__all__ = ["assignments", "count_of", "deciding", "met", "opened", "settled", "spoken"]

Assignment = Mapping[InformationSet, Any]
"""An option for each of some information sets."""


def opened(mean: Expectation, world: World) -> tuple[frozenset[tuple[Choices, Any]], ...]:
    """The numerator and the denominator of a mean, as polynomials in the one form that equal ones share."""
    parts = policy_polynomial(followed(mean, None, instead_of=OWN), world).parts
    top, bottom = ({choices: pair[side] for choices, *pair in parts} for side in (1, 0))
    polynomials = [top] if mean.given is None else [top, bottom]
    return tuple(frozenset(anchored(polynomial, world.policies).items()) for polynomial in polynomials)


def spoken(f: Formula, world: World) -> tuple[InformationSet, ...]:
    """The information sets on which a formula's means depend, in the order of the policy space; what is read under OWN is open."""
    sets = {place for mean in dict.fromkeys(means(f)) for place in _spoken(mean, world)}
    return tuple((name, seen) for name, seen, _ in world.policies.slots if (name, seen) in sets)


def _spoken(mean: Expectation, world: World) -> set[InformationSet]:
    """Where two policies are read in one mean, what cancels when they are the same need not cancel when they differ."""
    if policies_read(mean) >= {None, OWN}:
        return set(met(mean, world))
    return {act[:2] for polynomial in opened(mean, world) for choices, _ in polynomial for act in choices}


def met(mean: Expectation, world: World) -> tuple[InformationSet, ...]:
    """The information sets that are met on the way to what a mean reads, whether or not they make a difference to it."""
    parts = policy_polynomial(followed(mean, None, instead_of=OWN), world).parts
    sets = {act[:2] for choices, _, _ in parts for act in choices}
    return tuple((name, seen) for name, seen, _ in world.policies.slots if (name, seen) in sets)


def settled(f: Formula, world: World) -> Formula:
    """The formula with the means that are the same under every policy as numbers."""
    numbers = {mean: _settled(mean, world) for mean in dict.fromkeys(means(f))}
    changed: Formula = rewritten(f, lambda r: r, lambda mean: numbers[mean])
    return changed


def _settled(mean: Expectation, world: World) -> Formula:
    if mean.needs_world:
        return mean
    polynomials = [dict(polynomial) for polynomial in opened(mean, world)]
    if any(polynomial.keys() - {NOWHERE} for polynomial in polynomials):
        return mean
    top, bottom = polynomials[0].get(NOWHERE, exact(0)), polynomials[-1].get(NOWHERE) if mean.given is not None else exact(1)
    return mean if bottom is None else Constant(tidy(top / bottom))


def deciding(decisions: Sequence[Decision], about: Collection[InformationSet]) -> tuple[Decision, ...]:
    """The decisions with only these contexts left."""
    return tuple(replace(d, contexts=tuple(seen for seen in d.contexts if (d.name, seen) in about)) for d in decisions)


def count_of(world: World, about: Collection[InformationSet]) -> int:
    """The number of ways to fill some information sets."""
    return math.prod(len(options) for name, seen, options in world.policies.slots if (name, seen) in about)


def assignments(world: World, about: Collection[InformationSet]) -> Iterator[dict[InformationSet, Any]]:
    """Every way to fill some information sets, the last one changing fastest."""
    slots = [slot for slot in world.policies.slots if slot[:2] in about]
    for options in itertools.product(*(slot[2] for slot in slots)):
        yield {slot[:2]: option for slot, option in zip(slots, options, strict=True)}
