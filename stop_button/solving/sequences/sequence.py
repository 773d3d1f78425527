"""The door: a world and a utility in, the best policies over time out, or why backward induction does not apply, in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

from causalkit.errors import Impossible, TooLarge
from causalkit.values.exact import Number
from stop_button.decision.policy import InformationSet, Policy
from stop_button.decision.world import World
from stop_button.evaluation.terms.objective import Refusal, grounded
from stop_button.evaluation.terms.scheme import Scheme, scheme
from stop_button.evaluation.terms.sums import linear_means
from stop_button.evaluation.undefined import nowhere_defined
from stop_button.evaluation.unfolding.discovery import Landscape, discovered
from stop_button.evaluation.unfolding.open_form import all_seen_values, how_many_parts, landscape_of
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import resolved
from stop_button.solving.sequences.backward_induction import induced
from stop_button.solving.sequences.counting import how_many_best
from stop_button.solving.sequences.dinkelbach import RatioOfSums, best_ratio, ratio_in
from stop_button.solving.sequences.formulas_over_time import in_sums, steady_means
from stop_button.solving.sequences.limited_memory import Rules, bettered, first_rules, rules_in
from stop_button.solving.sequences.optimal_policies import OptimalPolicies
from stop_button.solving.sequences.tied import TiedSearch, checked_ties, searched

__all__ = ["BOUND", "GLOBAL", "LOCAL", "SequenceSolution", "solve_by", "solve_sequence", "solve_tied", "solved"]

GLOBAL, LOCAL, BOUND = "global", "local", "bound"
ONE = Fraction(1)
Found = TypeVar("Found")
FEW_RULES = 200
"""So many partial rules are looked at where decisions recall too little, before a local optimum is all that is said."""


@dataclass(frozen=True, eq=False)
class SequenceSolution:
    """A best policy over time: truthy when nobody exceeds its score.

    ``proves`` is "global" for a best policy, "local" for one of which no single decision can be bettered, where decisions recall too
    little, and "bound" where only that is known; ``bound`` is what no policy exceeds. ``states`` counts the states that were
    discovered: of each decision, those in which some option has a different worth, or all of them where they come from tables, as those
    of decisions that recall everything may. ``ties`` counts the best policies, where that was found out; ``optimal`` holds them all.
    Where decisions recall too little, ``parts`` is how many sets of choices have to be written out, at most, for another method to
    count the ties.
    """

    world: World
    policy: Policy
    score: Number
    bound: Number
    ties: int | None
    states: int
    optimal: OptimalPolicies | None
    is_local: bool = False
    parts: float | None = None

    @property
    def proves(self) -> str:
        """What is proved of the policy: that it is a global optimum, or a local one, or no more than a bound."""
        if self:
            return GLOBAL
        return LOCAL if self.is_local else BOUND

    def __bool__(self) -> bool:
        return self.score == self.bound


def solve_sequence(world: World, utility: Utility) -> SequenceSolution | str:
    """A best policy by backward induction over discovered states, with every tie counted; or why that does not apply.

    Parameters: ``world`` with any number of decisions; ``utility``, a weighted sum of means whose conditions no policy makes more or
    less likely, or one ratio: such a sum over another, or means that share a condition.

    Returns a ``SequenceSolution``, or a text. Raises ``Impossible`` for a mean that no policy defines, ``TooLarge`` when the states are
    more than the limit, and what the formula raises of itself.

    >>> import stop_button as sb
    >>> found = solve_sequence(sb.worlds.office(), sb.counterfactual)
    >>> found.score, str(found.policy), found.ties, found.states
    (Fraction(2, 1), 'work', 4, 1)
    >>> solve_sequence(sb.worlds.office(), sb.ccmin)
    'ccmin is no weighted sum of means, and no ratio of such sums'
    """
    return solve_by(world, utility, lambda terms: solved(discovered(terms)))


def solve_by(world: World, utility: Utility, over_terms: Callable[[Scheme], Found]) -> Found | SequenceSolution | str:
    """What is made of the terms of a weighted sum of means, which are found once; else the same as ``solve_sequence``.

    >>> import stop_button as sb
    >>> solve_by(sb.worlds.office(), sb.naive, lambda terms: len(terms.choices))
    1
    """
    try:
        formula = resolved(utility.formula, world)
        means = linear_means(formula)
        if means is not None:
            steady = steady_means(world, means)
            if steady is not None:
                return over_terms(scheme(grounded(world, steady)))
        ratio = ratio_in(formula)
        if ratio is None:
            return f"{utility.name} is no weighted sum of means{', and no ratio of such sums' if means is None else ' with one condition'}"
        return _ratio_solved(world, ratio)
    except Refusal as refusal:
        return f"{utility.name} in {world.title}: {refusal}"


def _ratio_solved(world: World, ratio: RatioOfSums) -> SequenceSolution:
    best = best_ratio(landscape_of(world, ratio.means), may_be_zero=ratio.may_be_zero)
    if best is None:
        raise Impossible(f"in {world.title}, {ratio.what} is undefined under every policy")
    policy = world.policy(world.policies.filled(best.behaviour))
    score = best.score + ratio.constant
    return SequenceSolution(world, policy, score, score, best.optimal.count, best.optimal.induction.states, best.optimal)


def solve_tied(world: World, utility: Utility, tied: Iterable[Iterable[str]], *, most: int = 10_000) -> SequenceSolution | str:
    """The best policy in which each group of decisions follows one rule, proved by branch and bound; or why that does not apply.

    With no groups, this solves decisions that recall too little, and formulas that no single induction solves: sums, products and
    quotients, the least and the most of means, with conditions or without. Each bound is then a few inductions; for the least of means
    it is the lowest of their mixtures, found where two tangents cross.

    :param world: a world with any number of decisions.
    :param utility: a formula of means.
    :param tied: groups of decisions with the same options that see the same kinds of things.
    :param most: how many partial rules are looked at.
    :returns: a ``SequenceSolution``, or a text. Where it is proved, ``ties`` counts the best rules, if that takes no more than a few
        thousand standings at a time.
    :raises UnknownName: for what is no decision.
    :raises WrongShape: for groups that cannot share a rule.
    :raises Impossible: when the utility is undefined under every policy.
    :raises TooLarge: when that is not settled among so many partial rules, and when the states are more than the limit.

    >>> import causalkit as ck
    >>> import stop_button as sb
    >>> model = ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1), value=lambda a, b: 3 * (a != b) + a * b)
    >>> world = sb.World(model, value="value")
    >>> solve_tied(world, sb.naive, [["a", "b"]]).score, solve_sequence(world, sb.naive).score
    (Fraction(1, 1), Fraction(3, 1))
    """
    stands = checked_ties(world, tied)
    try:
        tree, means = in_sums(resolved(utility.formula, world), world)
        landscape = landscape_of(world, means)
        found = searched(landscape, stands, most=most, tree=tree)
    except Refusal as refusal:
        return f"{utility.name} in {world.title}: {refusal}"
    if found.policy is None or found.score is None or found.bound is None:
        _raise_undefined(world, utility, found, most)
    if found.bound == math.inf:
        return f"{utility.name} in {world.title}: what it divides by may be 0, and {found.looked_at:,} partial rules gave no bound"
    states = induced(landscape, (ONE,) * landscape.channels).states
    ties = how_many_best(landscape, tree, found.score, stands) if found.score == found.bound else None
    return SequenceSolution(world, found.policy, found.score, found.bound, ties, states, None)


def _raise_undefined(world: World, utility: Utility, found: TiedSearch, most: int) -> NoReturn:
    if found.bound is None:
        raise nowhere_defined(utility, world.title, "every policy that draws no lots")
    raise TooLarge(f"among {most:,} partial rules of {world.title} none with a score was found; type most={10 * most}")


def solved(landscape: Landscape) -> SequenceSolution:
    """A best policy of a landscape, by search where decisions do not recall enough; if that is not enough either, a locally best one."""
    induction = induced(landscape)
    optimal = OptimalPolicies(induction)
    world = landscape.scheme.world
    behaviour = optimal.first()
    if behaviour is not None:
        policy = world.policy(world.policies.filled(behaviour))
        return SequenceSolution(world, policy, induction.score, induction.score, optimal.count, induction.states, optimal)
    search = searched(landscape, {decision.name: decision.name for decision in world.decisions}, most=FEW_RULES)
    assert search.policy is not None
    assert isinstance(search.bound, Fraction)
    starts = [rules_in(landscape, search.policy), first_rules(induction)]
    rules, score = max((bettered(landscape, (ONE,), start) for start in starts), key=lambda one: one[1])
    policy = world.policy(world.policies.filled(_filled(optimal, rules)))
    bound, parts = max(score, search.bound), how_many_parts(landscape)
    return SequenceSolution(world, policy, score, bound, None, induction.states, None, is_local=True, parts=parts)


def _filled(optimal: OptimalPolicies, rules: Rules) -> dict[InformationSet, Any]:
    layers = optimal.landscape.layers
    return {
        (layer.decision.name, seen): layer.decision.options[pick]
        for layer, rule in zip(layers, rules, strict=True)
        for seen, pick in zip(all_seen_values(optimal.landscape, layer), rule.tolist(), strict=True)
    }
