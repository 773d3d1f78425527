"""Formulas with the payoffs of outcomes left open: what has to be looked up once, and is then read with any payoffs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from causalkit.errors import WrongShape
from causalkit.values.exact import exact
from stop_button.decision.world import World
from stop_button.language.algebra import Constant, Formula, Leaf, Product, Sum
from stop_button.language.formula import Expectation, Reading
from stop_button.language.parts import means, policies_read, rewritten
from stop_button.language.references import Best, BestPolicy
from stop_button.language.walking import Node, Walk, each_part
from stop_button.lotteries.arrangements import Arrangement, Payoffs

__all__ = ["Terms", "are_found_first", "opened", "paid", "reads_payoffs", "terms_of_mean"]

Factors = tuple[int, ...]
"""The places of the outcomes whose payoffs are multiplied; none for what is paid anyway."""

Terms = Mapping[Factors, Expectation]
"""A mean as a sum: products of payoffs, each with the mean that it is multiplied with."""

Expanded = dict[Factors, Formula] | None

MOST_TERMS = 4_096


@dataclass(frozen=True)
class _Outcomes:
    """Which readings read payoffs in a world, and of which outcomes."""

    payoffs: Payoffs
    world: World

    def raw(self, reading: Reading) -> Reading | None:
        """The outcome that a reading of a payoff is about; ``None`` for a reading that reads none."""
        role = self.world.role(reading.name)
        if role.variable not in self.payoffs.variables:
            return None
        if self.world.role(role.variable).means:
            raise WrongShape(
                f"{role.variable!r} is a variable and a role with meanings of its own, so that its outcomes have no names; "
                "rename the variable"
            )
        return Reading(role.variable, reading.edits, reading.policy)


def reads_payoffs(node: Node, payoffs: Payoffs, world: World) -> bool:
    """Whether a formula, or a test, reads a payoff anywhere, or speaks of a policy that is best for one that does."""
    where, found = _Outcomes(payoffs, world), False

    def noted(reading: Reading) -> Reading:
        nonlocal found
        found = found or where.raw(reading) is not None
        return reading

    rewritten(node, noted)  # type: ignore[arg-type]
    return found or any(reads_payoffs(policy.objective, payoffs, world) for policy in _best_policies(node))


def _best_policies(node: Node) -> list[BestPolicy]:
    return [policy for policy in policies_read(node) if isinstance(policy, BestPolicy)]


def are_found_first(node: Node, payoffs: Payoffs, world: World) -> bool:
    """Whether what has to be found in a world before policies are scored does not depend on payoffs."""
    if any(isinstance(part, Best) and reads_payoffs(part, payoffs, world) for part in each_part(node)):
        return False
    return not any(reads_payoffs(policy.objective, payoffs, world) for policy in _best_policies(node))


def paid(node: Any, payoffs: Payoffs, arrangement: Arrangement, world: World) -> Any:
    """The formula, or the test, with these payoffs in it: the definition that everything faster is checked against."""
    where = _Outcomes(payoffs, world)

    def changed(reading: Reading) -> Formula:
        raw, there = where.raw(reading), followed_anew(reading)
        if raw is None:
            return there
        events = zip(arrangement, payoffs.outcomes, strict=True)
        outcome_of = Reading(raw.name, there.edits, there.policy)
        return Sum((Constant(exact(0)), *(Constant(worth) * outcome_of.is_(outcome) for worth, outcome in events)))

    def followed_anew(reading: Reading) -> Reading:
        policy = reading.policy
        inner = {name: followed_anew(value) for name, value in reading.read_by_edits()}
        new = BestPolicy(rewritten(policy.objective, changed)) if isinstance(policy, BestPolicy) else policy
        return Reading(reading.name, tuple({**dict(reading.edits), **inner}.items()), new)

    return rewritten(node, changed)


def terms_of_mean(mean: Expectation, payoffs: Payoffs, world: World) -> Terms | None:
    """A mean as a sum over products of payoffs; ``None`` where payoffs stand in a condition, a quotient or an extreme, or are too many."""
    if mean.given is not None and reads_payoffs(mean.given, payoffs, world):
        return None
    inner = _EXPAND(mean.inner, _Outcomes(payoffs, world))
    return None if inner is None else {factors: Expectation(rest, mean.given) for factors, rest in inner.items()}


def opened(node: Any, payoffs: Payoffs, world: World) -> Mapping[Expectation, Terms] | None:
    """Every mean of a formula, or a test, as a sum over products of payoffs; ``None`` where one is no such sum."""
    found: dict[Expectation, Terms] = {}
    for mean in dict.fromkeys(means(node)):
        terms = terms_of_mean(mean, payoffs, world)
        if terms is None:
            return None
        found[mean] = terms
    return found


def _expand_sum(f: Sum, visit: Callable[[Formula], Expanded], _where: _Outcomes) -> Expanded:
    total: dict[Factors, list[Formula]] = defaultdict(list)
    for part in f.parts:
        expanded = visit(part)
        if expanded is None:
            return None
        for factors, rest in expanded.items():
            total[factors].append(rest)
    return {factors: sum(rests[1:], start=rests[0]) for factors, rests in total.items()}


def _expand_product(f: Product, visit: Callable[[Formula], Expanded], _where: _Outcomes) -> Expanded:
    total: dict[Factors, Formula] = {(): Constant(exact(1))}
    for part in f.parts:
        expanded = visit(part)
        if expanded is None or len(total) * len(expanded) > MOST_TERMS:
            return None
        new: dict[Factors, list[Formula]] = defaultdict(list)
        for (mine, rest), (theirs, other) in product(total.items(), expanded.items()):
            new[tuple(sorted(mine + theirs))].append(rest * other)
        total = {factors: sum(rests[1:], start=rests[0]) for factors, rests in new.items()}
    return dict(total)


def _expand_reading(f: Reading, _visit: Any, where: _Outcomes) -> Expanded:
    raw = where.raw(f)
    return {(): f} if raw is None else {(place,): raw.is_(outcome) for place, outcome in enumerate(where.payoffs.outcomes)}


def _expand_other(f: Formula, _visit: Any, where: _Outcomes) -> Expanded:
    return None if reads_payoffs(f, where.payoffs, where.world) else {(): f}


_EXPAND: Walk[Expanded] = Walk(
    "taking payoffs out",
    {
        Reading: _expand_reading,
        Sum: _expand_sum,
        Product: _expand_product,
        Constant: lambda f, _visit, _where: {(): f},
        Leaf: lambda f, _visit, _where: {(): f},
        Formula: _expand_other,
    },
)
