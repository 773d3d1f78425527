"""Local search: from a start, one slot at a time is given its best option, until no single change helps. It proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stop_button.solving.fractional_form import Ratio
from stop_button.solving.term_matrix import PartialAssignment, SearchProblem, combined

if TYPE_CHECKING:
    from stop_button.solving.term_matrix import Array

__all__ = ["Climb", "climbs"]

GAIN = 1e-12
BELOW = -1e250


@dataclass(frozen=True)
class Climb:
    """Where one climb ended, and how many policies it looked at on its way."""

    assignment: PartialAssignment
    looked_at: int


def climbs(problem: SearchProblem, *, seed: int, starts: int) -> Iterator[Climb]:
    """The ends of climbs from the first policy and from ``starts - 1`` random ones; scores are floats.

    >>> import stop_button as sb
    >>> from stop_button.solving.fractional_form import in_ratios
    >>> from stop_button.solving.term_matrix import search_problem
    >>> office = sb.worlds.office()
    >>> problem = search_problem(in_ratios(sb.naive.formula, office), office.policies)
    >>> {str(problem.policy(climb.assignment)) for climb in climbs(problem, seed=0, starts=1)}
    {'work if glance=False, reassure if glance=True'}
    """
    import numpy as np

    draw = np.random.default_rng(seed)
    for start in range(starts):
        yield _climbed(
            problem, draw.integers(0, problem.sizes) if start and problem.sizes else np.zeros(len(problem.sizes), dtype=int), draw
        )


def _climbed(problem: SearchProblem, assignment: Array, draw: Any) -> Climb:
    """Slots are visited in a random order; one that can gain nothing since the last gain anywhere ends the climb."""
    import numpy as np

    assignment, looked_at, quiet = assignment.copy(), 1, 0
    misses = {ratio: _misses(problem, ratio, assignment) for ratio in problem.matrices}
    while quiet < len(assignment):
        for slot in draw.permutation(len(assignment)):
            others = {ratio: missed - ~problem.matrices[ratio].fits[slot, assignment[slot]] for ratio, missed in misses.items()}
            gains = _scores_of(problem, slot, others)
            looked_at += len(gains) - 1
            best = int(np.argmax(gains))
            here = gains[assignment[slot]]
            quiet += 1
            if gains[best] > here and not gains[best] - here <= GAIN * max(1.0, abs(here)):
                assignment[slot], quiet = best, 0
                misses = {ratio: other + ~problem.matrices[ratio].fits[slot, best] for ratio, other in others.items()}
            if quiet >= len(assignment):
                break
    return Climb(tuple(int(option) for option in assignment), looked_at)


def _misses(problem: SearchProblem, ratio: Ratio, assignment: Array) -> Array:
    """For each monomial, the number of slots in which the assignment disagrees with it."""
    matrix = problem.matrices[ratio]
    missed: Array = ((matrix.options != -1) & (matrix.options != assignment)).sum(axis=1)
    return missed


def _scores_of(problem: SearchProblem, slot: int, others: dict[Ratio, Array]) -> Array:
    """The score with each option in a slot; policies with an undefined score count below all others, those nearer to a score higher."""
    import numpy as np

    tops, bottoms = {}, {}
    for ratio, other in others.items():
        matrix = problem.matrices[ratio]
        on = matrix.fits[slot, : problem.sizes[slot]] & (other == 0)
        tops[ratio], bottoms[ratio] = on @ matrix.top, on @ matrix.bottom
    scores = np.broadcast_to(combined(problem.tree, lambda ratio: tops[ratio] / bottoms[ratio]), (problem.sizes[slot],))
    impossible = sum((bottom == 0).astype(int) for bottom in bottoms.values())
    gains: Array = np.where(np.isfinite(scores), scores, BELOW * (1 + impossible))
    return gains
