"""What else the best policies are worth: the least and the most of another sum over time among all that tie, without listing them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from causalkit.errors import Impossible
from stop_button.decision.world import World
from stop_button.evaluation.terms.objective import Mean, Refusal
from stop_button.evaluation.terms.sums import linear_means
from stop_button.evaluation.unfolding.discovery import Landscape
from stop_button.evaluation.unfolding.open_form import landscape_of
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import resolved
from stop_button.language.formula import Formula
from stop_button.solving.sequences.backward_induction import Induction, induced
from stop_button.solving.sequences.dinkelbach import RatioOfSums, best_ratio, ratio_in
from stop_button.solving.sequences.formulas_over_time import steady_means
from stop_button.solving.sequences.optimal_policies import OptimalPolicies

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["among_best"]

ONE, ZERO = Fraction(1), Fraction(0)
TOP, BOTTOM, OTHER = 0, 1, 2


def among_best(world: World, utility: Utility, other: Formula) -> tuple[Fraction, Fraction] | str:
    """The least and the most of another weighted sum of means among all best policies under a utility; or why it does not apply.

    :param world: a world whose decisions recall what they need, for the utility and for the other sum.
    :param utility: a weighted sum of means whose conditions no policy makes more or less likely, or one ratio, as for ``solve_sequence``.
    :param other: a weighted sum of means of the first kind.
    :raises Impossible: when no policy has a score.

    >>> import stop_button as sb
    >>> among_best(sb.worlds.office(), sb.counterfactual, sb.E(sb.V))
    (Fraction(3, 4), Fraction(1, 1))
    """
    try:
        summands = _summands(world, other, OTHER)
        formula = resolved(utility.formula, world)
        try:
            return _among(landscape_of(world, [*_summands(world, formula, TOP), *summands]), ZERO, may_be_zero=False)
        except Refusal:
            ratio = ratio_in(formula)
            if ratio is None:
                raise
        return _among_ratios(world, ratio, summands)
    except Refusal as refusal:
        return f"{utility.name} in {world.title}: {refusal}"


def _summands(world: World, f: Formula, channel: int) -> list[Mean]:
    """A formula as means to be added up, for one of the sums; raises ``Refusal`` for one that is no such sum."""
    means = linear_means(resolved(f, world))
    if means is None:
        raise Refusal(f"{f} is no weighted sum of means")
    terms = steady_means(world, means, channel)
    if terms is None:
        raise Refusal(f"policies change how likely a condition of {f} is")
    return terms


def _among_ratios(world: World, ratio: RatioOfSums, summands: Sequence[Mean]) -> tuple[Fraction, Fraction]:
    best = best_ratio(landscape_of(world, ratio.means), may_be_zero=ratio.may_be_zero)
    if best is None:
        raise Impossible(f"in {world.title}, {ratio.what} is undefined under every policy")
    return _among(landscape_of(world, [*ratio.means, *summands]), best.score, may_be_zero=ratio.may_be_zero)


def _among(landscape: Landscape, ratio: Fraction, *, may_be_zero: bool) -> tuple[Fraction, Fraction]:
    """The least and the most of the third sum where the first minus ``ratio`` times the second is greatest, and the second above 0."""
    first = _reached(landscape, (ONE, -ratio, ZERO))
    best = [worth.best for worth in first.worths]
    ends = []
    for sign in (-ONE, ONE):
        end = _reached(landscape, (ZERO, ZERO, sign), best)
        if may_be_zero:
            there = [among & worth.best for among, worth in zip(best, end.worths, strict=True)]
            if not _reached(landscape, (ZERO, ONE, ZERO), there).score:
                raise Refusal("the least or the most is that of policies under which it is undefined")
        ends.append(sign * end.score)
    return ends[0], ends[1]


def _reached(landscape: Landscape, weights: Sequence[Fraction], within: Sequence[Array] | None = None) -> Induction:
    """An induction whose score some policy reaches, as it does where different states never look the same; else ``Refusal``."""
    induction = induced(landscape, weights, within=within)
    if not OptimalPolicies(induction).is_reached:
        raise Refusal("its decisions do not recall what they would need")
    return induction
