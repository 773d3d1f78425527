"""What backward induction says of a world and a utility, kept for who asks again: without its states, and without the world."""

from __future__ import annotations

from dataclasses import dataclass

from causalkit.values.exact import Number
from causalkit.values.keeping import while_it_lives
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.unfolding.certified import Certified, certified_best
from stop_button.evaluation.unfolding.discovery import discovered
from stop_button.evaluation.utility import Utility
from stop_button.solving.sequences.sequence import SequenceSolution, solve_by, solve_sequence, solved

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
    many = any(len(decision.contexts) > MANY_HISTORIES for decision in world.decisions)
    best = solve_certainly(world, utility) if many else solve_sequence(world, utility)
    if isinstance(best, str):
        return best
    if isinstance(best, Certified):
        policy = world.policy(world.policies.filled(best.behaviour))
        return SequenceAnswer(policy, best.score, best.score, best.ties, best.states, True, None)
    return SequenceAnswer(best.policy, best.score, best.bound, best.ties, best.states, best.optimal is not None, best.parts)


def solve_certainly(world: World, utility: Utility) -> Certified | SequenceSolution | str:
    """The only best policy of decisions that recall everything, found in floats and certified; else what ``solve_sequence`` finds.

    >>> import stop_button as sb
    >>> type(solve_certainly(sb.worlds.office(), sb.naive)).__name__  # one decision, and nothing to recall
    'SequenceSolution'
    """
    return solve_by(world, utility, lambda terms: certified_best(terms) or solved(discovered(terms)))
