"""The best over one decision, information set by information set, where what is chosen in one does not touch what follows in another."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

from causalkit.values.exact import Number, exact
from stop_button.decision.policy import Decision, Policy, Seen
from stop_button.decision.world import World
from stop_button.language.algebra import Constant, Formula, Least, Most, Product, Sum, formula
from stop_button.language.formula import Expectation, Reading
from stop_button.language.parts import readings
from stop_button.language.references import Best
from stop_button.language.walking import Walk
from stop_button.replies.relevance import met

__all__ = ["separately"]

Terms = list[tuple[Number, Expectation | None]]
"""Means with their weights; a number stands without a mean."""

Decide = Callable[[Formula, Policy], Formula]


def separately(node: Best, world: World, decide: Decide) -> Formula | None:
    """The best over one decision as a sum over what may be seen when it is made; ``None`` where it is more than that.

    It takes a weighted sum of means, each of one branch that leaves the decision open, whose conditions the decision does not touch.
    ``decide`` gives a formula with the decision made as a policy makes it.
    """
    terms = _TERMS(node.inner)
    decision = next((d for d in world.decisions if d.name in node.of), None)
    if terms is None or decision is None or len(set(node.of)) > 1:
        return None
    branches = [None if mean is None else _branch(mean, world, decision.name) for _, mean in terms]
    if any(mean is not None and branch is None for (_, mean), branch in zip(terms, branches, strict=True)):
        return None
    numbers = sum((weight for weight, mean in terms if mean is None), exact(0))
    open_terms = [
        (weight, mean, branch) for (weight, mean), branch in zip(terms, branches, strict=True) if mean is not None and branch is not None
    ]
    total: Formula = Constant(numbers)
    for seen in decision.contexts:
        parts: list[Formula] = []
        for option in decision.options:
            policy = _always(world, decision, option)
            shares = [formula(weight) * _part(mean, branch, decision, seen, policy, world, decide) for weight, mean, branch in open_terms]
            parts.append(reduce(operator.add, shares))
        total = total + (Most(tuple(parts)) if node.largest else Least(tuple(parts)))
    return total


def _part(mean: Expectation, branch: Reading, decision: Decision, seen: Seen, policy: Policy, world: World, decide: Decide) -> Formula:
    """A mean over the runs on which this is seen when the decision is made, with the decision made so."""
    inner = decide(mean.inner, policy)
    for name, value in zip(decision.sees, seen, strict=True):
        role = next((role for role, played in world.roles.items() if played.variable == name), name)
        inner = inner * Reading(role, branch.edits).is_(world.role(role).meaning(value))
    return Expectation(inner, mean.given)


def _always(world: World, decision: Decision, option: Any) -> Policy:
    return world.policies.filled({(decision.name, seen): option for seen in decision.contexts})


def _branch(mean: Expectation, world: World, decision: str) -> Reading | None:
    """A reading of the one branch in which the scored policy is followed; ``None`` where there are several, or the decision is set."""
    read = [reading for reading in readings(mean.inner) if reading.policy is None]
    inside = [value for reading in readings(mean.inner) for _, value in reading.read_by_edits()]
    if not read or any(reading.edits != read[0].edits for reading in read) or any(_follows(value) for value in inside):
        return None
    if read[0].wiring or decision in {world.role(name).variable for name in read[0].settings}:
        return None
    if mean.given is not None and decision in {name for name, _ in met(Expectation(mean.given), world)}:
        return None
    return read[0]


def _follows(reading: Reading) -> bool:
    """Whether the scored policy is followed in a branch that is referred to."""
    return reading.policy is None or any(_follows(value) for _, value in reading.read_by_edits())


def _summed(f: Sum, visit: Callable[[Formula], Terms | None]) -> Terms | None:
    parts = [visit(part) for part in f.parts]
    return None if None in parts else [term for part in parts for term in part or ()]


def _weighed(f: Product, visit: Callable[[Formula], Terms | None]) -> Terms | None:
    numbers = [part.value for part in f.parts if isinstance(part, Constant)]
    others = [part for part in f.parts if not isinstance(part, Constant)]
    terms = visit(others[0]) if len(others) == 1 else None
    by = reduce(operator.mul, numbers, exact(1))
    return None if terms is None else [(weight * by, mean) for weight, mean in terms]


_TERMS: Walk[Terms | None] = Walk(
    "parting a sum",
    {
        Constant: lambda f, _visit: [(f.value, None)],
        Expectation: lambda f, _visit: [(exact(1), f)],
        Sum: _summed,
        Product: _weighed,
        Formula: lambda _f, _visit: None,
    },
)
