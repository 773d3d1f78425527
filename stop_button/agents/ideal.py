"""What an agent that is ideal would have: a best policy with its score, proved, for the others to be measured by."""

from __future__ import annotations

from causalkit.errors import TooLarge
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.solving import Solution, solve

__all__ = ["proved_best"]


def proved_best(world: World, utility: Utility) -> Solution:
    """A best policy that is proved to be one; raises ``TooLarge`` where none is.

    >>> import stop_button as sb
    >>> proved_best(sb.worlds.off_switch_game(), sb.naive).score
    Fraction(1, 1)
    """
    found = solve(world, utility)
    if not found:
        raise TooLarge(f"no policy of {world.title} is proved to be best: {found}; let decisions see less")
    return found
