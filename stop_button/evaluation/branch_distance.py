"""How far the branches that a utility is evaluated in lie from what a policy really produces, and what its observations tell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from causalkit import Branches, Dist
from causalkit.errors import NotADistribution
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, has_symbols, less, tidy
from causalkit.values.render import number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.grounding.queries import Query, ground
from stop_button.grounding.resolving import resolved
from stop_button.language.formula import Expectation, Reading
from stop_button.language.parts import means, readings

__all__ = ["Distance", "Distances", "cells", "distances", "information", "reveals"]

NEAR: Final = 1e-4
"""So near to 1 a quotient's logarithm is a short series, of which floats lose nothing."""


@dataclass(frozen=True)
class Distance:
    """One branch of one mean, against the factual world under the policy.

    ``total_variation`` and ``off_support`` (the mass on states that never happen in fact) are exact; ``surprise`` is how many bits the
    branch is more surprising than the factual world on average (a float, infinite when there is mass off support); ``factual`` is the
    probability that everything the branch sets is so in fact anyway, given the condition of the mean.
    """

    mean: Expectation
    reading: Reading
    total_variation: Number
    off_support: Number
    surprise: float
    factual: Number


@dataclass(frozen=True)
class Distances(Tabled):
    """The distances of all branches of a utility under a policy, over these variables."""

    utility: Utility
    policy: Policy
    over: tuple[str, ...]
    parts: tuple[Distance, ...]

    @property
    def factual_share(self) -> Number:
        """The share of the score's terms that lies on factual cells, each term counted once.

        Under both stop-button utilities with two wishes it is one half. Source: [ours].
        """
        return tidy(sum((part.factual for part in self.parts), exact(0)) / len(self.parts))

    def __str__(self) -> str:
        share = f"share on factual cells: {number(self.factual_share)}; over {', '.join(self.over)}"
        return f"{self._result()}\n{share}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self._result().html() + f"<p>share on factual cells: {number(self.factual_share)}</p>"

    def _result(self) -> ResultTable:
        rows = [
            [f"{part.reading} in {part.mean}", part.total_variation, part.off_support, f"{part.surprise:.4g}", part.factual]
            for part in self.parts
        ]
        return ResultTable(_HEADER, rows, caption=f"Distances of the branches of {self.utility.name} under {self.policy}")


_HEADER = ["term", "total variation", "mass off support", "extra surprise (bits)", "factual"]


@checked
def distances(world: World, utility: Utility, policy: Any, *, over: Sequence[str] | None = None) -> Distances:
    """How far each branch of a utility lies from what a policy really produces, over some variables.

    ``over`` are by default all variables that listen to something: noise itself is not compared, because a branch never changes it.
    Each branch is taken given the condition of its mean, the factual world as it is. Source: [ours], for a doubt of [tailcalled2021].

    >>> import stop_button as sb
    >>> world = sb.worlds.basic_button()
    >>> print(distances(world, sb.counterfactual, "none").factual_share)
    1/2
    """
    chosen = world.policy(policy)
    names = tuple(over) if over is not None else tuple(name for name in world.model.names if world.model.parents(name))
    model = world.under(chosen)
    factual = model.branches().dist(lambda b: tuple(b.fact[name] for name in names))
    parts = [_distance(world, chosen, mean, reading, names, factual) for mean, reading in _terms(world, utility)]
    return Distances(utility, chosen, names, tuple(parts))


def _terms(world: World, utility: Utility) -> Iterator[tuple[Expectation, Reading]]:
    return ((mean, reading) for mean in means(resolved(utility.formula, world)) for reading in dict.fromkeys(readings(mean.inner)))


def _distance(world: World, policy: Policy, mean: Expectation, reading: Reading, names: tuple[str, ...], factual: Dist) -> Distance:
    question = ground(mean, world, world.under(policy))
    branches = _conditioned(question)
    branch = question.names[reading.edits, reading.policy]
    there = branches.dist(lambda b: tuple(b[branch][name] for name in names))
    off = there.prob(lambda state: state not in factual)
    surprise = _divergence(there, factual)
    edited = [world.role(name).variable for name in [*reading.settings, *reading.wiring]]
    edited += [] if reading.policy is None else list(world.model.choices)
    same = branches.prob(lambda b: all(b[branch][name] == b.fact[name] for name in edited))
    return Distance(mean, reading, there.total_variation(factual), off, surprise, same)


def _conditioned(question: Query) -> Branches:
    return question.branches if question.condition is None else question.branches.given(question.condition)


def cells(world: World, utility: Utility, policy: Any, *, condition: str = "intent", lever: str = "intent") -> Dist:
    """How the terms of a utility lie over pairs of wishes: what people wish in fact, and what they wish in the branch that is scored.

    Each term counts once, whatever its weight in the formula, and is spread over the wishes that its condition leaves. Raises
    ``Impossible`` where a condition is. Source: [ours].

    >>> import stop_button as sb
    >>> world = sb.worlds.basic_button()
    >>> for utility in (sb.counterfactual, sb.conditional_counterfactual):
    ...     print({"-".join(pair): str(weight) for pair, weight in cells(world, utility, "manip_f").items()})
    {'free-stop': '99/200', 'stop-stop': '1/200', 'free-free': '99/200', 'stop-free': '1/200'}
    {'stop-stop': '1/4', 'stop-free': '1/4', 'free-stop': '1/4', 'free-free': '1/4'}
    """
    chosen = world.policy(policy)
    terms = [_cells(world, chosen, mean, reading, condition, lever) for mean, reading in _terms(world, utility)]
    total: dict[Any, Number] = {}
    for term in terms:
        for pair, weight in term.items():
            total[pair] = total.get(pair, exact(0)) + weight / len(terms)
    return Dist(total)


def _cells(world: World, policy: Policy, mean: Expectation, reading: Reading, condition: str, lever: str) -> Dist:
    question = ground(mean, world, world.under(policy))
    branch, there, here = question.names[reading.edits, reading.policy], world.role(lever), world.role(condition)
    return _conditioned(question).dist(lambda b: (here.meaning(b.fact[here.variable]), there.meaning(b[branch][there.variable])))


def reveals(world: World, policy: Any, *, of: str = "intent") -> float:
    """How many bits what the agent sees tells about a role: their mutual information, a float.

    >>> import stop_button as sb
    >>> reveals(sb.worlds.basic_button(), "none")
    0.0
    """
    model, name = world.under(policy), world.role(of).variable
    seen = tuple(dict.fromkeys(parent for decision in world.decisions for parent in decision.sees))
    both = model.branches().dist(lambda b: (tuple(b.fact[one] for one in seen), b.fact[name]))
    return information(both)


def information(both: Dist) -> float:
    """How many bits one half of a pair tells of the other, a float: 0.0 where they have nothing to do with each other.

    >>> from causalkit import coin, uniform
    >>> information(uniform((0, "a"), (1, "b"))), information(coin("1/3").map(lambda heads: (heads, "always")))
    (1.0, 0.0)
    """
    first, second = both.map(lambda pair: pair[0]), both.map(lambda pair: pair[1])
    return _divergence(both, Dist({(a, b): first[a] * second[b] for a in first for b in second}))


def _divergence(law: Dist, other: Dist) -> float:
    """How many bits more surprising a law is to who expects another, a float: infinite for what the other leaves out, never below 0."""
    if any(map(has_symbols, (*law.values(), *other.values()))):
        raise NotADistribution(f"how far {law!r} is from {other!r} is not a number while weights hold symbols; substitute them first")
    if any(value not in other for value in law):
        return math.inf
    return math.fsum(_beyond(law.get(value, exact(0)), weight) for value, weight in other.items()) / math.log(2)


def _beyond(p: Number, q: Number) -> float:
    """``p log(p / q) - p + q``: its sum is that of the first part, and none is below 0, so that floats do not take them for each other."""
    if less(2 * q, p):
        return float(p) * _logarithm(p / q) - float(p) + float(q)
    off = float(p / q - 1)
    if abs(off) < NEAR:
        return float(q) * off * off * (1 / 2 - off / 6 + off * off / 12)
    return float(q) * ((1 + off) * math.log1p(off) - off if p else 1.0)


def _logarithm(large: Number) -> float:
    return math.log(large.numerator) - math.log(large.denominator) if isinstance(large, Fraction) else math.log(large)
