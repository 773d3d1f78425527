"""A vote between two candidates."""

from __future__ import annotations

from causalkit.mechanisms.constructors import function
from causalkit.model import Model
from causalkit.values.dist import coin

__all__ = ["voting"]


def voting(voters: int = 11) -> Model:
    """Voters ``vote[1]``, ``vote[2]`` and so on, each for the candidate or not, and whether more than half of them are.

    Shows degrees of responsibility: in a vote of eleven to nil each vote bears 1/6, in one of six to five it bears all.

    CAVEAT: the coins stand for contexts; their probabilities mean nothing.

    Source: [chockler2004], section 1; [halpern2016], chapter 6.

    >>> voting(3).prob(wins=True)
    Fraction(1, 2)
    """
    names = [f"vote[{i}]" for i in range(1, voters + 1)]
    majority = function(lambda *votes: 2 * sum(votes) > voters, parents=names)
    return Model({**{name: coin("1/2") for name in names}, "wins": majority})
