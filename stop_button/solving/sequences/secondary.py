"""What else the best policies are worth: the least and the most of another sum over time among all that tie, without listing them."""

from __future__ import annotations

from fractions import Fraction

from stop_button.decision.world import World
from stop_button.evaluation.unfolding.objective import Mean, Refusal
from stop_button.evaluation.unfolding.open_form import landscape_of
from stop_button.evaluation.unfolding.sums import linear_means
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import resolved
from stop_button.language.formula import Formula
from stop_button.solving.sequences.backward_induction import induced
from stop_button.solving.sequences.sequence import mean_of, shares_of

__all__ = ["among_best"]

ONE, ZERO = Fraction(1), Fraction(0)


def among_best(world: World, utility: Utility, other: Formula) -> tuple[Fraction, Fraction] | str:
    """The least and the most of another weighted sum of means among all best policies under a utility; or why it does not apply.

    >>> import stop_button as sb
    >>> among_best(sb.worlds.office(), sb.counterfactual, sb.E(sb.V))
    (Fraction(3, 4), Fraction(1, 1))
    """
    try:
        found: list[Mean] = []
        for channel, f in enumerate((utility.formula, other)):
            means = linear_means(resolved(f, world))
            if means is None:
                return f"{f} is no weighted sum of means"
            shares = shares_of(world, means)
            if any(least != most for least, most in shares.values()):
                return f"policies change how likely a condition of {f} is"
            terms = [mean_of(scale, mean, shares) for scale, mean in means]
            found += [Mean(term.scale, term.inner, term.given, channel) for term in terms]
        landscape = landscape_of(world, found)
    except Refusal as refusal:
        return f"{utility.name} in {world.title}: {refusal}"
    if any(layer.size > len(layer.seen) for layer in landscape.layers):
        return f"the decisions of {world.title} do not recall what they would need"
    best = [worth.best for worth in induced(landscape, (ONE, ZERO)).worths]
    least, most = (induced(landscape, weights, within=best).score for weights in ((ZERO, -ONE), (ZERO, ONE)))
    return -least, most
