"""The greatest ratio of two sums over time, by Dinkelbach's method: the same induction, asked again with the best ratio so far.

A policy beats the ratio r exactly when its top minus r times its bottom is above 0. When the best such difference is 0, that is the
certificate. Each round is exact, and no ratio comes twice, so the rounds end. Source: [dinkelbach1967].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from causalkit.values.exact import Number, exact
from stop_button.evaluation.terms.objective import Mean, Refusal
from stop_button.evaluation.terms.sums import Weighted, linear_means
from stop_button.evaluation.unfolding.discovery import Landscape
from stop_button.evaluation.unfolding.open_form import all_seen_values
from stop_button.language.formula import Constant, Formula, Quotient
from stop_button.solving.sequences.backward_induction import induced, valued
from stop_button.solving.sequences.optimal_policies import Behaviour, OptimalPolicies

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["BestRatio", "RatioOfSums", "best_ratio", "ratio_in"]

TOP, BOTTOM = 0, 1
ONE, ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True)
class RatioOfSums:
    """A ratio as the means of its top and of its bottom, plus a number; where the bottom may be 0, what is asked is undefined."""

    means: tuple[Mean, ...]
    constant: Number
    may_be_zero: bool
    what: str


@dataclass(frozen=True, eq=False)
class BestRatio:
    """The greatest ratio, what one policy that reaches it does, and all that do; ``rounds`` is how often the induction was asked."""

    score: Fraction
    behaviour: Behaviour
    optimal: OptimalPolicies
    rounds: int


def ratio_in(f: Formula) -> RatioOfSums | None:
    """A formula as one ratio: of two sums of means without conditions, or of means that share one condition; or ``None``.

    >>> from stop_button.language.formula import B, E, V
    >>> found = ratio_in(E(V) / (1 + E(B)))
    >>> [(str(mean.inner), mean.channel) for mean in found.means]
    [('V', 0), ('1', 1), ('B', 1)]
    >>> ratio_in(E(V, given={"intent": "stop"}) + E(V, given={"intent": "free"}))
    """
    if isinstance(f, Quotient):
        top, bottom = linear_means(f.top), linear_means(f.bottom)
        if top is None or bottom is None or any(mean is not None and mean.given is not None for _, mean in (*top, *bottom)):
            return None
        return RatioOfSums((*_means(top, TOP), *_means(bottom, BOTTOM)), exact(0), False, str(f))
    means = linear_means(f)
    if means is None:
        return None
    given = {mean.given for _, mean in means if mean is not None}
    if len(given) != 1 or None in given:
        return None
    (condition,) = given
    constant = sum((scale for scale, mean in means if mean is None), exact(0))
    inside = [(scale, mean) for scale, mean in means if mean is not None]
    bottom_mean = Mean(ONE, Constant(ONE), condition, BOTTOM)
    return RatioOfSums((*_means(inside, TOP), bottom_mean), constant, True, str(f))


def _means(weighted: Sequence[Weighted], channel: int) -> list[Mean]:
    return [
        Mean(scale, Constant(ONE), None, channel) if mean is None else Mean(scale, mean.inner, mean.given, channel)
        for scale, mean in weighted
    ]


def best_ratio(landscape: Landscape, *, may_be_zero: bool) -> BestRatio | None:
    """The greatest ratio of the first sum of a landscape to the second; ``None`` when the second is 0 under every policy.

    With ``may_be_zero``, the second is never negative, and where it is 0 so is the first: such policies have no ratio and are left out.
    Raises ``Refusal`` when the second sum may be 0 or less without that, and when decisions do not recall enough.
    """
    lowest = induced(landscape, (ZERO, -ONE))
    if not may_be_zero and lowest.score >= 0:
        raise Refusal("what it divides by may be 0, or less than 0")
    behaviour = _reached(OptimalPolicies(induced(landscape, (ZERO, ONE))))
    ratio = _ratio(landscape, behaviour)
    if ratio is None:
        return None
    rounds = 1
    while True:
        induction = induced(landscape, (ONE, -ratio))
        rounds += 1
        if induction.score == 0:
            undefined = OptimalPolicies(lowest) if lowest.score == 0 else None
            return BestRatio(ratio, behaviour, OptimalPolicies(induction, undefined), rounds)
        behaviour = _reached(OptimalPolicies(induction))
        better = _ratio(landscape, behaviour)
        assert better is not None
        ratio = better


def _reached(optimal: OptimalPolicies) -> Behaviour:
    behaviour = optimal.first()
    if behaviour is None:
        raise Refusal("its decisions do not recall what they would need")
    return behaviour


def _ratio(landscape: Landscape, behaviour: Behaviour) -> Fraction | None:
    acts = _acts(landscape, behaviour)
    top, bottom = (valued(landscape, weights, acts) for weights in ((ONE, ZERO), (ZERO, ONE)))
    return top / bottom if bottom else None


def _acts(landscape: Landscape, behaviour: Behaviour) -> dict[int, Array]:
    """What is done in each state of each layer, the first option where nothing is said."""
    import numpy as np

    found = {}
    for place, layer in enumerate(landscape.layers):
        options = layer.decision.options
        taken = [options.index(behaviour.get((layer.decision.name, seen), options[0])) for seen in all_seen_values(landscape, layer)]
        found[place] = np.array(taken, dtype=np.int64)[layer.context]
    return found
