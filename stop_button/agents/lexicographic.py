"""Agents with several utilities in an order: a later one decides only among what is best by all those before it.

Source: [nayebi2025]; [fishburn1974]
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from causalkit.errors import Impossible, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, as_fraction, exact, less, tidy
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import all_policies, places_of_best, sweep
from stop_button.evaluation.undefined import UNDEFINED, Score, defined
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import formula

__all__ = ["Lexicographic", "Stage", "lexicographic"]


@dataclass(frozen=True)
class Stage:
    """One utility in the order: the best score among the policies that were left before it, and how many are left after it."""

    utility: Utility
    score: Number
    left: int


@dataclass(frozen=True)
class Lexicographic(Tabled):
    """The policies that are best in an order of utilities, every exact tie, with what each utility left over.

    ``weights`` are whole numbers with which the weighted sum of the utilities has the same best policies; above ``thresholds`` they do,
    given the weights of the later ones.
    """

    world: World
    stages: tuple[Stage, ...]
    policies: tuple[Policy, ...]
    thresholds: tuple[Number, ...]
    weights: tuple[int, ...]

    @property
    def policy(self) -> Policy:
        """The best policy; raises ``WrongShape`` where several tie in all utilities."""
        if len(self.policies) > 1:
            raise WrongShape(
                f"{len(self.policies):,} policies tie in all {len(self.stages)} utilities; take one of .policies, or add a utility"
            )
        return self.policies[0]

    @property
    def scores(self) -> tuple[Number, ...]:
        """What the best policies have by each utility."""
        return tuple(stage.score for stage in self.stages)

    def weighted(self, *weights: Any) -> Utility:
        """The weighted sum of the utilities; with the ``weights`` found here if none are given."""
        taken = weights or self.weights
        if len(taken) != len(self.stages):
            raise WrongShape(f"{len(taken)} weights for {len(self.stages)} utilities; give one for each")
        total = formula(0)
        for weight, stage in zip(taken, self.stages, strict=True):
            total = total + exact(weight) * stage.utility.formula
        return Utility("weighted", total)

    def _result(self) -> ResultTable:
        rows = zip(self.stages, self.weights, strict=True)
        cells = [[stage.utility.name, stage.score, stage.left, weight] for stage, weight in rows]
        return ResultTable(["utility", "best", "policies left", "weight"], cells, caption=f"Utilities in their order in {self.world.title}")

    def __str__(self) -> str:
        return f"{self._result()}\n{'; '.join(map(str, self.policies))}"

    def __repr__(self) -> str:
        return f"<best in {self.world.title} by {', '.join(s.utility.name for s in self.stages)}: {'; '.join(map(str, self.policies))}>"

    def _repr_html_(self) -> str:
        return self._result().html()


@checked
def lexicographic(world: World, utilities: Iterable[Utility]) -> Lexicographic:
    """An agent with utilities in an order: each decides among the policies that are best by all those before it.

    A policy without a score by a utility that is asked about it is not best. In a finite world large enough weights do the same as the
    order: whole numbers that do are given, each with the number above which it does, given those of the later utilities.
    Source: [fishburn1974]; [nayebi2025], five heads with strict weight gaps.

    :param world: where it acts.
    :param utilities: one or more, the first the most important.
    :returns: a ``Lexicographic``: every policy that is best, what each utility left over, and weights that do the same.
    :raises WrongShape: without a utility.
    :raises Impossible: where a utility is undefined under all policies that are left.
    :raises TooLarge: where there are more than ``MOST_LISTED`` policies.

    >>> import stop_button as sb
    >>> stoppable = sb.Utility("stoppable", sb.E(sb.B.had(intent=sb.STOP)))
    >>> print(lexicographic(sb.worlds.basic_button(), [stoppable, sb.naive]))
    utility    best  policies left  weight
    stoppable     1              4       1
    naive      9.89              1       1
    manip_f
    """
    order = tuple(utilities)
    if not order:
        raise WrongShape("an order has one or more utilities; type lexicographic(world, [first, second])")
    policies = all_policies(world)
    scores = [sweep(utility.formula, world) for utility in order]
    left = [tuple(range(len(policies)))]
    stages = []
    for utility, column in zip(order, scores, strict=True):
        places = places_of_best([column[place] for place in left[-1]])
        if not places:
            raise Impossible(f"{utility.name} is undefined under every policy of {world.title} that the utilities before it left")
        left.append(tuple(left[-1][place] for place in places))
        stages.append(Stage(utility, _known(column[left[-1][0]]), len(left[-1])))
    thresholds, weights = _weights(scores, left)
    return Lexicographic(world, tuple(stages), tuple(policies[place] for place in left[-1]), thresholds, weights)


def _weights(scores: Sequence[Sequence[Score]], left: Sequence[tuple[int, ...]]) -> tuple[tuple[Number, ...], tuple[int, ...]]:
    """From the last utility to the first: above what weight it outdoes the sum of those after it, and the next whole number."""
    best = left[-1][0]
    total = list(scores[-1])
    thresholds: list[Number] = [exact(0)]
    weights = [1]
    for column, among in zip(reversed(scores[:-1]), reversed(left[:-2]), strict=True):
        threshold = _threshold(column, total, among, best)
        weight = math.floor(as_fraction(threshold)) + 1
        total = [_sum(weight, mine, rest) for mine, rest in zip(column, total, strict=True)]
        thresholds.insert(0, threshold)
        weights.insert(0, weight)
    return tuple(thresholds), tuple(weights)


def _threshold(column: Sequence[Score], total: Sequence[Score], among: Sequence[int], best: int) -> Number:
    """The weight at which the first policy that is worse by a utility makes up for it by the sum of those after it; at least 0."""
    threshold = exact(0)
    mine, rest = _known(column[best]), _known(total[best])
    for place in among:
        score, other = column[place], total[place]
        if defined(score) and defined(other) and less(score, mine):
            ratio = tidy((other - rest) / (mine - score))
            threshold = ratio if less(threshold, ratio) else threshold
    return threshold


def _sum(weight: int, mine: Score, rest: Score) -> Score:
    return tidy(weight * mine + rest) if defined(mine) and defined(rest) else UNDEFINED


def _known(score: Score) -> Number:
    if not defined(score):
        raise Impossible("a best policy has no score")
    return score
