"""What backward induction says of a world and a utility, kept for who asks again: without its states, and without the world."""

from __future__ import annotations

from dataclasses import dataclass

from causalkit.values.exact import Number
from causalkit.values.keeping import while_it_lives
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.terms.objective import Refusal, grounded
from stop_button.evaluation.terms.scheme import scheme
from stop_button.evaluation.terms.sums import linear_means
from stop_button.evaluation.unfolding.certified import Certified, certified_best
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import resolved
from stop_button.solving.sequences.formulas_over_time import steady_means
from stop_button.solving.sequences.sequence import solve_sequence

__all__ = ["SequenceAnswer", "sequence_answer", "solve_certainly"]

MANY_HISTORIES = 4_096
"""Where a decision may see more than so much, floats come first: below, whole numbers take no longer."""


@dataclass(frozen=True)
class SequenceAnswer:
    """A policy over time, its score and what none exceeds; ``recalls`` says whether decisions recall what they need.

    Where they do not, ``parts`` is how many sets of choices have to be written out, at most, to count the ties.
    """

    policy: Policy
    score: Number
    bound: Number
    ties: int | None
    states: int
    recalls: bool
    parts: float | None


@while_it_lives(1)
def sequence_answer(utility: Utility, world: World) -> SequenceAnswer | str:
    """The solution by backward induction, kept as long as the world is; or why it does not apply. Raises as ``solve_sequence``.

    >>> import stop_button as sb
    >>> world = sb.worlds.office()
    >>> sequence_answer(sb.counterfactual, world) is sequence_answer(sb.counterfactual, world)
    True
    """
    certain = solve_certainly(world, utility) if len(world.decisions[-1].contexts) > MANY_HISTORIES else None
    if certain is not None:
        policy = world.policy(world.policies.filled(certain.behaviour))
        return SequenceAnswer(policy, certain.score, certain.score, certain.ties, certain.states, True, None)
    best = solve_sequence(world, utility)
    if isinstance(best, str):
        return best
    return SequenceAnswer(best.policy, best.score, best.bound, best.ties, best.states, best.optimal is not None, best.parts)


def solve_certainly(world: World, utility: Utility) -> Certified | None:
    """The only best policy of decisions that recall everything, found in floats and certified; ``None`` where that does not apply.

    >>> import stop_button as sb
    >>> solve_certainly(sb.worlds.office(), sb.naive) is None  # one decision, and nothing to recall
    True
    """
    try:
        means = linear_means(resolved(utility.formula, world))
        steady = None if means is None else steady_means(world, means)
        return None if steady is None else certified_best(scheme(grounded(world, steady)))
    except Refusal:
        return None
